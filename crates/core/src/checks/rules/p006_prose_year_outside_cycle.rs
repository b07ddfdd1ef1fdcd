use super::{
    Cx, Example, Rule, Text,
    cells::COMMON_SLIP,
    context, dates,
    prose::{self, Passage},
};
use crate::{
    both,
    finding::{Finding, Severity},
    period::{Cycle, Period},
};

pub(super) const RULE: Rule = Rule {
    code: "P006",
    name: "prose-year-outside-cycle",
    severity: Severity::Warning,
    title: Text {
        zh: "绩效目标文字中的年份不在实施期限内", en: "a goal speaks of a year outside the cycle"
    },
    what: Text {
        zh: "总体绩效目标的文字提到实施期限以外的年份，或年度目标开头写的是别的年度。引用文号、规划、与往年比较和不带数字的远景（“到2035年……”）不报。",
        en: "A goal speaks of a year outside the cycle, or a year's goal opens with another year. References to documents and plans, comparisons with earlier years and visions without figures are not reported.",
    },
    why: Text {
        zh: "多为沿用旧表未改年份，目标与考核期间对不上。",
        en: "Most likely an old table was reused; the goal does not fit the period it is judged in.",
    },
    repair: Text { zh: "更正年份。", en: "Correct the year." },
    failing: Example::table(
        "2024年专项资金绩效目标表\n\
         实施期限 | 起始年度 | 2024年 | 到期年度 | 2026年\n\
         总体绩效目标 | 实施周期总目标 | 当年度目标\n\
         | 推动企业扩大进口。 | 2023年进口贴息支持企业数量不少于270家次。\n\
         一级指标 | 二级指标 | 三级指标 | 实施周期指标值 | 当年度指标值\n\
         产出指标 | 数量指标 | 进口贴息支持企业数量（家次） | ≥ 810 | ≥ 270",
    ),
    passing: Example::table(
        "2024年专项资金绩效目标表\n\
         实施期限 | 起始年度 | 2024年 | 到期年度 | 2026年\n\
         总体绩效目标 | 实施周期总目标 | 当年度目标\n\
         | 推动企业扩大进口。 | 2024年进口贴息支持企业数量不少于270家次。\n\
         一级指标 | 二级指标 | 三级指标 | 实施周期指标值 | 当年度指标值\n\
         产出指标 | 数量指标 | 进口贴息支持企业数量（家次） | ≥ 810 | ≥ 270",
    ),
    source: COMMON_SLIP,
    run,
};

/// Words that show that a year is that of a document, a plan, a baseline or a comparison.
const REFERS: [&str; 25] = [
    "〔",
    "[",
    "号",
    "规划",
    "方案",
    "意见",
    "通知",
    "办法",
    "印发",
    "五年",
    "以来",
    "基础上",
    "较",
    "比",
    "相比",
    "同比",
    "上年",
    "水平",
    "基数",
    "基期",
    "版",
    "结转",
    "结余",
    "底前已",
    "自",
];

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    for passage in prose::passages(cx, false) {
        let text = passage.text.key();
        for (i, clause) in prose::clauses(&text).iter().enumerate() {
            let own =
                own_year(cx, passage).filter(|_| i == 0 && clause.starts_with(|c: char| c.is_ascii_digit()));
            let span = own.map(|y| Cycle { first: y, last: y }).or_else(|| dates::cycle(cx));
            let odd = span.and_then(|span| Some((year_outside(clause, span)?, span)));
            findings.extend(odd.map(|(year, span)| finding(passage, clause, year, span)));
        }
    }
}

/// The year of a year's goal, when it is certain.
fn own_year(cx: &Cx<'_>, passage: Passage<'_>) -> Option<i16> {
    match passage.period? {
        Period::Cycle => None,
        Period::Year(year) => year.or_else(|| dates::form_year(cx)),
    }
}

fn year_outside(clause: &str, span: Cycle) -> Option<i16> {
    let years = context::years(clause);
    let spoken = |y: &i16| clause.contains(&format!("{y}年"));
    let reaches_in = years.iter().any(|y| span.contains(*y));
    let year = years.iter().copied().filter(spoken).find(|y| !span.contains(*y))?;
    // 到2035年基本实现现代化 is a vision; only with a figure is it a target.
    let digits = clause.chars().filter(char::is_ascii_digit).count();
    let vision = year > span.last && digits <= 4 * years.len();
    let refers = REFERS.iter().any(|w| clause.contains(w));
    (!reaches_in && !vision && !refers).then_some(year)
}

fn finding(passage: Passage<'_>, clause: &str, year: i16, span: Cycle) -> Finding {
    let (zh, en) = passage.period.map(|p| (p.zh(), p.en())).unwrap_or_default();
    let range = if span.first == span.last {
        span.first.to_string()
    } else {
        format!("{}—{}", span.first, span.last)
    };
    let message = both!(
        "{zh}目标写的是{year}年（“{clause}”），不在{range}年内",
        "the goal ({en}) speaks of {year} ({clause}), which is not within {range}",
        zh = zh,
        en = en,
        year = year,
        clause = clause,
        range = range
    );
    let next = if year < span.first {
        both!(
            "核对后更正年份；只是与往年比较的，写明“较{year}年”",
            "check, and correct the year; if an earlier year is only compared with, say so",
            year = year
        )
    } else {
        both!(
            "核对后更正年份，或更正表头的实施期限",
            "check, and correct the year, or the cycle in the header"
        )
    };
    let mut finding = Finding::new(&RULE, passage.text.place, message)
        .here(both!("{year}年", "{year}", year = year))
        .because(both!(
            "目标的年份与考核期间对不上，多为沿用旧表未改",
            "the goal's year does not fit the period it is judged in; most likely an old table was reused"
        ))
        .next(next);
    finding.subject.period = passage.period;
    finding
}
