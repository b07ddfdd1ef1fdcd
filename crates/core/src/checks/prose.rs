//! Figures in running prose, and the indicators they speak of.
//!
//! A goal says 进口贴息支持企业数量不少于270家次 in a sentence; the table says it again in a cell. The scanner finds each
//! quantity with the words around it; matching is strict, because a wrong match would accuse a sound table.

use rust_decimal::Decimal;

use super::{Cx, Facts, context, dates, proofs};
use crate::{
    period::Period,
    place::Written,
    table::{HeaderKey, Indicator, TargetCell},
    target::{Comparator, NumberTarget, Reading, Remark, Target},
    text::key,
    unit::{Meaning, Unit},
};

/// A running text of the form and the period it speaks of; none for 项目概述.
#[derive(Clone, Copy)]
pub(super) struct Passage<'a> {
    pub text: &'a Written,
    pub period: Option<Period>,
}

/// A quantity in prose.
pub(super) struct Quantity<'a> {
    pub passage: Passage<'a>,
    /// The clause it stands in, without white space.
    pub clause: String,
    /// The words around it, quantities left out: 进口贴息支持企业数量.
    pub phrase: String,
    /// Comparator, figure and unit as written: 不少于270家次.
    pub said: String,
    pub number: NumberTarget,
}

/// Words before a figure that belong to it; longer ones first.
const BEFORE: [&str; 33] = [
    "大于或等于",
    "小于或等于",
    "大于等于",
    "小于等于",
    "原则上不超过",
    "控制在",
    "不少于",
    "不低于",
    "不小于",
    "不超过",
    "不高于",
    "不多于",
    "不大于",
    "达到",
    "至少",
    "至多",
    "最多",
    "超过",
    "高于",
    "大于",
    "多于",
    "低于",
    "小于",
    "少于",
    "等于",
    "达",
    "约",
    "共",
    "≥",
    "≤",
    ">",
    "<",
    "=",
];

/// Words that say a figure is about the past, a part, a growth or a share of something: not the year's or cycle's target.
const ASIDE: [&str; 23] = [
    "每", "年均", "平均", "人均", "户均", "其中", "上年", "去年", "往年", "截至", "截止", "已", "目前",
    "历年", "增长", "增幅", "同比", "环比", "比上", "较", "累计", "分别", "新增",
];

/// The goals, and the overview if it is wanted.
pub(super) fn passages<'a>(cx: &Cx<'a>, overview: bool) -> Vec<Passage<'a>> {
    let goals = cx.table.goals.iter().filter(|g| !g.actual);
    let mut all: Vec<_> = goals.map(|g| Passage { text: &g.text, period: Some(g.period) }).collect();
    if overview {
        let fields = cx.table.header.iter().filter(|f| f.key == HeaderKey::Overview);
        all.extend(fields.map(|f| Passage { text: &f.value, period: None }));
    }
    all
}

/// Every quantity of the goals.
pub(super) fn quantities<'a>(cx: &Cx<'a>) -> Vec<Quantity<'a>> {
    passages(cx, false).into_iter().flat_map(quantities_of).collect()
}

/// Every quantity of a passage, in order.
pub(super) fn quantities_of(passage: Passage<'_>) -> Vec<Quantity<'_>> {
    clauses(&passage.text.key()).iter().flat_map(|clause| in_clause(passage, clause)).collect()
}

/// The clauses of a folded text; a comma between digits groups them and does not end a clause.
pub(super) fn clauses(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let mut all = vec![String::new()];
    for (i, c) in chars.iter().enumerate() {
        let digit = |at: Option<usize>| at.and_then(|n| chars.get(n)).is_some_and(char::is_ascii_digit);
        let ends = match c {
            '。' | ';' | '!' | '?' | '、' | ':' | '\u{201c}' | '\u{201d}' => true,
            ',' => !(digit(i.checked_sub(1)) && digit(Some(i + 1))),
            _ => false,
        };
        if ends {
            all.push(String::new());
        } else if let Some(last) = all.last_mut() {
            last.push(*c);
        }
    }
    all.retain(|clause| !clause.is_empty());
    all
}

fn in_clause<'a>(passage: Passage<'a>, clause: &str) -> Vec<Quantity<'a>> {
    let found = spans(clause);
    let mut all = Vec::new();
    let mut begin = 0;
    for (i, span) in found.iter().enumerate() {
        // Words after the last quantity belong to it: 为不少于2万家企业提供服务.
        let tail = if i + 1 == found.len() { &clause[span.end..] } else { "" };
        all.push(Quantity {
            passage,
            clause: clause.to_owned(),
            phrase: format!("{}{tail}", &clause[begin..span.start]),
            said: clause[span.start..span.end].to_owned(),
            number: span.number.clone(),
        });
        begin = span.end;
    }
    all
}

struct Span {
    start: usize,
    end: usize,
    number: NumberTarget,
}

fn spans(clause: &str) -> Vec<Span> {
    let mut found: Vec<Span> = Vec::new();
    let mut at = 0;
    while let Some(offset) = clause[at..].find(|c: char| c.is_ascii_digit()) {
        let digits = at + offset;
        let after_digits = clause[digits..].find(|c: char| !(c.is_ascii_digit() || c == '.' || c == ','));
        let run_end = after_digits.map_or(clause.len(), |n| digits + n);
        let span = span(clause, digits, run_end, found.last().map_or(0, |s| s.end));
        at = span.as_ref().map_or(run_end, |s| s.end.max(run_end));
        found.extend(span);
    }
    found
}

fn span(clause: &str, digits: usize, run_end: usize, earliest: usize) -> Option<Span> {
    let before = clause[..digits].chars().next_back();
    let is_year = run_end - digits == 4 && clause[run_end..].starts_with(['年', '-', '—', '–', '~', '至']);
    if is_year
        || before.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '第' | '月' | '〔' | '(' | '.'))
    {
        return None;
    }
    let mut start = digits;
    while let Some(word) = BEFORE.iter().find(|w| clause[earliest..start].ends_with(**w)) {
        start -= word.len();
    }
    let reading = Reading::parse(&clause[start..]);
    let Target::Number(number) = reading.target else { return None };
    let rest = reading.remarks.iter().find_map(|r| match r {
        Remark::Trailing(rest) | Remark::UnknownUnit(rest) => Some(rest.as_str()),
        _ => None,
    });
    let end =
        rest.map_or(clause.len(), |r| clause[start..].find(r).map_or(run_end, |n| start + n)).max(run_end);
    let timed = number.unit.as_ref().is_some_and(|u| {
        matches!(u.meaning, Meaning::Months | Meaning::Days | Meaning::WorkingDays | Meaning::Hours)
    });
    let says_something = number.unit.is_some() || start < digits;
    (says_something && !timed).then_some(Span { start, end, number })
}

impl Quantity<'_> {
    /// Whether the words leave no doubt that it is a target of the passage's own period.
    pub(super) fn is_target(&self, cx: &Cx<'_>) -> bool {
        // 2000家 is a figure and no year, though it could be one by its digits.
        let years = context::years(&self.clause.replacen(&self.said, "", 1));
        let own_time = match self.passage.period {
            _ if years.is_empty() => true,
            Some(Period::Year(year)) => {
                let own = year.or_else(|| dates::form_year(cx));
                years.iter().all(|y| Some(*y) == own)
            }
            // 2024—2026年 and 到2026年 are the cycle; 2024年 alone is one of its years.
            Some(Period::Cycle) => {
                let last = dates::cycle(cx).map(|c| c.last);
                years.last().copied() == last && (years.len() > 1 || self.clause.contains('到'))
            }
            None => true,
        };
        self.number.comparator != Comparator::Range
            && !self.said.starts_with('约')
            && !self.said.ends_with("左右")
            && own_time
    }

    /// The figure in another unit; as it stands where one of the two units is not written.
    pub(super) fn figure_in(&self, unit: Option<&Unit>) -> Option<Decimal> {
        let figure = self.number.figure()?;
        match (&self.number.unit, unit) {
            (Some(from), Some(to)) => from.convert(figure, to).ok(),
            _ => Some(figure),
        }
    }

    /// The figure in base units, whatever they count.
    pub(super) fn base_figure(&self) -> Option<Decimal> {
        let scale = self.number.unit.as_ref().map_or(Decimal::ONE, |u| u.scale);
        self.number.figure()?.checked_mul(scale)
    }

    /// Whether the prose's figure is a table's figure rounded to the digits that the prose writes: 2万 for 20400.
    pub(super) fn rounds_from(&self, figure: Decimal, unit: Option<&Unit>) -> bool {
        let said = match (unit, &self.number.unit) {
            (Some(from), Some(to)) => from.convert(figure, to).ok(),
            _ => Some(figure),
        };
        said.is_some_and(|f| Some(proofs::rounded(f, self.number.places())) == self.number.figure())
    }
}

/// A quantity in prose with the indicator and the cell it speaks of.
pub(super) struct Match<'a> {
    pub quantity: Quantity<'a>,
    pub indicator: &'a Indicator,
    pub facts: Facts<'a>,
    pub cell: &'a TargetCell,
    pub number: &'a NumberTarget,
}

/// Quantities that certainly speak of an indicator with a numeric target of the same period.
pub(super) fn matches<'a>(cx: &Cx<'a>) -> Vec<Match<'a>> {
    quantities(cx).into_iter().filter(|q| q.is_target(cx)).filter_map(|q| matched(cx, q)).collect()
}

fn matched<'a>(cx: &Cx<'a>, quantity: Quantity<'a>) -> Option<Match<'a>> {
    let (indicator, facts) = spoken_of(cx, &quantity.phrase)?;
    let period = quantity.passage.period?;
    let is_cycle = |p: Period| p == Period::Cycle;
    let cell = indicator.whole.iter().find(|c| is_cycle(c.period) == is_cycle(period))?;
    let number = cell.target().number()?;
    let facts = facts.clone();
    Some(Match { quantity, indicator, facts, cell, number })
}

/// The indicator that a phrase speaks of, when there is exactly one best.
///
/// A phrase of the fund folder decides; else the name's core must be nearly all that the phrase says.
pub(super) fn spoken_of<'a, 'c>(cx: &'c Cx<'a>, phrase: &str) -> Option<(&'a Indicator, &'c Facts<'a>)> {
    let scored: Vec<_> = cx.indicators().map(|(i, f)| (score(i, f, phrase), i, f)).collect();
    let best = scored.iter().map(|(s, ..)| *s).max().filter(|s| *s > 0)?;
    let mut winners = scored.into_iter().filter(|(s, ..)| *s == best);
    let (_, indicator, facts) = winners.next()?;
    winners.next().is_none().then_some((indicator, facts))
}

fn score(indicator: &Indicator, facts: &Facts<'_>, phrase: &str) -> usize {
    let declared = facts.spec.map_or(&[][..], |s| &s.prose);
    let longest =
        declared.iter().map(|p| key(p)).filter(|p| phrase.contains(p.as_str())).map(|p| p.len()).max();
    if let Some(longest) = longest {
        return 1000 + longest;
    }
    let title = key(&indicator.title);
    if ASIDE.iter().any(|w| phrase.contains(w) && !title.contains(w)) {
        return 0;
    }
    let (core, said) = (core(&title), core(&without_fillers(phrase)).to_owned());
    let (core_length, said_length) = (core.chars().count(), said.chars().count());
    let common = common_part(core, &said);
    // Nearly all of the name in one piece, and hardly anything else in the phrase.
    let is_named = common >= 4 && common * 10 >= core_length * 8 && said_length <= common + 3;
    if is_named { common } else { 0 }
}

/// A name without the words for "number" or "amount" at its end.
fn core(title: &str) -> &str {
    const ENDS: [&str; 11] =
        ["数量", "个数", "家数", "户数", "人数", "次数", "总数", "总额", "金额", "规模", "数"];
    let shorter = ENDS.iter().find_map(|e| title.strip_suffix(e));
    shorter.filter(|s| s.chars().count() >= 4).unwrap_or(title)
}

fn without_fillers(phrase: &str) -> String {
    const FILLERS: [&str; 22] = [
        "推动", "力争", "实现", "全年", "年度", "本年", "当年", "预计", "计划", "完成", "全省", "我省",
        "全市", "我市", "确保", "总计", "合计", "为", "的", "将", "年", "，",
    ];
    let digits = phrase.chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
    FILLERS.iter().fold(digits, |text, filler| text.replace(filler, ""))
}

/// Length in characters of the longest run that both texts have.
pub(super) fn common_part(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut longest = 0;
    let mut previous = vec![0; b.len() + 1];
    for x in &a {
        let mut row = vec![0; b.len() + 1];
        for (j, y) in b.iter().enumerate() {
            if x == y {
                row[j + 1] = previous[j] + 1;
                longest = longest.max(row[j + 1]);
            }
        }
        previous = row;
    }
    longest
}

/// Whether two units could be taken for each other, so that a difference between them is a contradiction and not another
/// measure of the same subject: 家 and 家次, 人 and 人次, 元 and 美元.
pub(super) fn are_confusable(a: &Unit, b: &Unit) -> bool {
    a.meaning != b.meaning && ((a.is_count() && b.is_count()) || (a.is_money() && b.is_money()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::Place;

    /// What the scanner finds in a text: `words around | quantity as written`.
    fn found(text: &str) -> Vec<String> {
        let written = Written::new(text, Place::default());
        let passage = Passage { text: &written, period: Some(Period::Cycle) };
        quantities_of(passage).iter().map(|q| format!("{}|{}", q.phrase, q.said)).collect()
    }

    #[test]
    fn quantities_are_found_with_the_words_around_them() {
        for (text, expected) in [
            ("进口贴息支持企业数量不少于270家次，保稳提质。", &["进口贴息支持企业数量|不少于270家次"][..]),
            ("为不少于2万家企业提供服务", &["为企业提供服务|不少于2万家"]),
            ("支持企业 1,200 家，满意度达到90%以上；", &["支持企业|1,200家", "满意度|达到90%以上"]),
            ("支持汽车2万辆、家电30万台", &["支持汽车|2万辆", "家电|30万台"]),
            ("资金规模不超过1.5亿元", &["资金规模|不超过1.5亿元"]),
        ] {
            assert_eq!(found(text), expected, "{text}");
        }
    }

    #[test]
    fn years_dates_ordinals_and_names_are_no_quantities() {
        for text in [
            "2024年12月31日前完成",
            "2024—2026年实施",
            "粤府〔2018〕120号文件",
            "第3批项目",
            "5G基站和A4纸",
            "“五外联动”",
            "（1）支持企业；（2）支持平台",
            "15个工作日内拨付",
            "",
        ] {
            assert_eq!(found(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn clauses_end_at_punctuation_but_not_inside_a_figure() {
        assert_eq!(clauses("支持1,200家,增长5%;其中:甲市"), ["支持1,200家", "增长5%", "其中", "甲市"]);
        assert!(clauses("。,;").is_empty());
    }

    #[test]
    fn a_name_is_compared_by_its_core() {
        assert_eq!(core("进口贴息支持企业数量"), "进口贴息支持企业");
        assert_eq!(core("企业数量"), "企业数量", "too little would be left");
        assert_eq!(common_part("支持企业数", "支持企业数量"), 5);
        assert_eq!(common_part("", "支持"), 0);
    }
}
