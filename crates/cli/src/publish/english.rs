//! English where the fund folder has none of its own: units, targets, sources, and names inside of sentences that are made elsewhere.

use jixiao_core::{
    evaluation::ScoreSheet,
    finding::Both,
    fund::Fund,
    target::{Reading, StateKind, Target},
    unit::Unit,
};
use jixiao_report::content::Content;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::Facts;

/// A unit in both languages; a measure word that has no name in English stays.
pub(super) fn unit(symbol: &str) -> Both {
    let english = Unit::parse(symbol).and_then(|unit| unit.english());
    Both::new(symbol, english.as_deref().unwrap_or(symbol))
}

/// A target as written and as it is said in English. Words of the form stay, with what they mean beside them.
pub(super) fn words(written: &str) -> Both {
    let written = written.trim();
    let english = match Reading::parse(written).target {
        Target::Number(number) if !written.is_ascii() => {
            let words = number.unit.as_ref().map_or("", |u| u.symbol.as_str());
            // `≥ 2万家`: the unit is said, the rest stands as it is.
            (!words.is_empty())
                .then(|| written.replace(words, "").trim_end().to_owned() + &said(&unit(words).en))
        }
        Target::Deadline(deadline) => deadline.last_day(None).map(|day| format!("by {day}")),
        Target::State(state) => {
            let means = match state.kind {
                StateKind::Kept => "kept",
                StateKind::WithinBudget => "within the budget",
                StateKind::Done => "done",
                StateKind::Improved => "better",
                StateKind::Reduced => "less",
                StateKind::Other => "",
            };
            (!means.is_empty()).then(|| format!("{written} ({means})"))
        }
        _ => None,
    };
    Both::new(written, english.as_deref().unwrap_or(written))
}

/// A unit behind its figure.
fn said(unit: &str) -> String {
    match unit {
        "%" => unit.to_owned(),
        unit if unit.starts_with(|c: char| c.is_ascii_digit()) => format!(" × {unit}"),
        unit => format!(" {unit}"),
    }
}

/// Where a rule comes from. Sources of the rules that come with the program are in Chinese and English with a dot between.
pub(super) fn sourced(text: &str) -> Both {
    match text.split_once(" · ") {
        Some((zh, en)) => Both::new(zh.trim(), en.trim()),
        None => Both::same(text),
    }
}

/// A score sheet with its indicators, targets and units in English, for the terminal.
pub(crate) fn sheet_in_english(sheet: &ScoreSheet, fund: &Fund) -> ScoreSheet {
    let mut sheet = sheet.clone();
    for row in &mut sheet.rows {
        row.title = fund.indicator(&row.title).en;
        row.target = words(&row.target).en;
        row.unit = said(&unit(&row.unit).en).trim_start().to_owned();
    }
    sheet
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}')
}

fn is_chinese(text: &str) -> bool {
    text.chars().any(is_han)
}

impl Facts<'_> {
    /// The names of the fund in both languages, the longest first, so that none is taken for a part of another.
    fn known(&self) -> Vec<Both> {
        let fund = &self.setting.fund;
        let indicators = fund.indicators.iter().flat_map(|i| i.names.iter().map(|n| fund.indicator(n)));
        let regions = fund.regions.iter().map(|(_, region)| region.both());
        let schemes = self.year.run.outcomes.iter().map(|o| o.plan.label.clone());
        let mut all: Vec<Both> = [fund.both(), fund.department_both()]
            .into_iter()
            .chain(indicators)
            .chain(regions)
            .chain(schemes)
            .collect();
        all.retain(|name| !name.zh.is_empty() && !is_chinese(&name.en));
        all.sort_by(|a, b| b.zh.len().cmp(&a.zh.len()).then_with(|| a.cmp(b)));
        all.dedup();
        all
    }

    /// A text for the terminal with the fund's names in it in English.
    pub(crate) fn named(&self, text: &str) -> String {
        let text = replaced(text, &self.known());
        text.replace('（', " (").replace('）', ")")
    }

    /// Anything with texts in both languages, with names in English where an English sentence has Chinese ones.
    ///
    /// # Errors
    /// None that a caller could cause; what the JSON reader says.
    pub(super) fn translated<T: Serialize + DeserializeOwned>(&self, said: &T) -> Result<T, String> {
        let mut value = serde_json::to_value(said).map_err(|e| e.to_string())?;
        walk(&mut value, &self.known());
        serde_json::from_value(value).map_err(|e| e.to_string())
    }

    /// The content with names in English where an English sentence that was made elsewhere has Chinese ones.
    ///
    /// # Errors
    /// None that a caller could cause; what the JSON reader says.
    pub(super) fn in_english(&self, content: Content) -> Result<Content, String> {
        // The prose of the table is the office's own: it stays as it was written.
        let prose = content.basics.clone();
        let mut named = self.translated(&content)?;
        let kept = |text: &mut Both, was: Both| *text = was;
        kept(&mut named.basics.summary, prose.summary);
        kept(&mut named.basics.goal_cycle, prose.goal_cycle);
        kept(&mut named.basics.goal_year, prose.goal_year);
        Ok(named)
    }
}

fn walk(value: &mut Value, known: &[Both]) {
    match value {
        Value::Object(fields) => {
            if let (2, Some(Value::String(_)), Some(Value::String(en))) =
                (fields.len(), fields.get("zh").cloned(), fields.get_mut("en"))
            {
                if is_chinese(en) {
                    *en = replaced(en, known);
                }
                return;
            }
            fields.values_mut().for_each(|inner| walk(inner, known));
        }
        Value::Array(items) => items.iter_mut().for_each(|inner| walk(inner, known)),
        _ => {}
    }
}

/// Names in English, and units behind figures. What is part of a longer Chinese phrase stays: it is quoted from the table.
fn replaced(text: &str, known: &[Both]) -> String {
    let mut text = text.to_owned();
    for name in known {
        let mut from = 0;
        while let Some(at) = text[from..].find(&name.zh).map(|at| at + from) {
            let end = at + name.zh.len();
            let phrase = text[..at].chars().next_back().is_some_and(is_han)
                || text[end..].chars().next().is_some_and(is_han);
            if phrase {
                from = end;
            } else {
                text.replace_range(at..end, &name.en);
                from = at + name.en.len();
            }
        }
    }
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find(is_han) {
        let (before, after) = rest.split_at(at);
        let (word, next) = after.split_at(after.find(|c| !is_han(c)).unwrap_or(after.len()));
        let figure = before.trim_end_matches(' ');
        let is_unit = figure.ends_with(|c: char| c.is_ascii_digit())
            && before.len() - figure.len() <= 1
            && !next.starts_with('/');
        match Unit::parse(word).and_then(|unit| unit.english()).filter(|_| is_unit) {
            Some(unit) => out.extend([figure, said(&unit).as_str()]),
            None => out.extend([before, word]),
        }
        rest = next;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_said_in_english_and_words_of_the_form_stay() {
        for (zh, en) in [
            ("≥ 104", "≥ 104"),
            ("> 2万家", "> 2 × 10,000 enterprises"),
            ("≥90%", "≥90%"),
            ("2024年12月底前", "by 2024-12-31"),
            ("保持", "保持 (kept)"),
            ("不超预算", "不超预算 (within the budget)"),
            ("按方案执行", "按方案执行"),
            ("", ""),
        ] {
            assert_eq!(words(zh), Both::new(zh, en));
        }
    }

    #[test]
    fn units_and_sources_have_both_languages_where_they_are_known() {
        assert_eq!(unit("亿元").en, "100 million yuan");
        assert_eq!(unit("场").en, "场");
        assert_eq!(unit("").en, "");
        assert_eq!(sourced("通行理解 · usual reading"), Both::new("通行理解", "usual reading"));
        assert_eq!(sourced("示例：未查到"), Both::same("示例：未查到"));
    }

    #[test]
    fn the_longest_name_goes_first() {
        let known = [Both::new("珠海横琴", "Hengqin"), Both::new("珠海", "Zhuhai")];
        assert_eq!(replaced("珠海横琴, 珠海, 佛山市", &known), "Hengqin, Zhuhai, 佛山市");
        // A part of a quoted phrase is no name.
        assert_eq!(replaced("says “珠海地区”", &known), "says “珠海地区”");
    }

    #[test]
    fn units_behind_figures_are_said_in_english() {
        assert_eq!(
            replaced("≥810家次, 37.395 亿元, 5 场, 0.003 元/美元, 按家", &[]),
            "≥810 awards, 37.395 × 100 million yuan, 5 场, 0.003 元/美元, 按家"
        );
    }
}
