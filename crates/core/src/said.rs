//! Units, figures and targets as they are said in both languages.
//!
//! Names are not here: a fund knows what it is called itself ([`crate::fund::Fund::both`], [`crate::fund::Fund::indicator`]), a region too
//! ([`crate::region::Region::both`]), and a scheme has its label.

use crate::{
    finding::Both,
    target::{Reading, StateKind, Target},
    unit::Unit,
};

/// A unit in both languages; a measure word that has no name in English stays.
pub fn unit(symbol: &str) -> Both {
    let english = Unit::parse(symbol).and_then(|unit| unit.english());
    Both::new(symbol, english.as_deref().unwrap_or(symbol))
}

/// A figure with its unit behind it: `810家次` and `810 awards`, `9.6亿元` and `9.6 × 100 million yuan`. `symbol` may be empty.
pub fn figure(text: &str, symbol: &str) -> Both {
    Both::new(format!("{text}{symbol}"), format!("{text}{}", behind(&unit(symbol).en)))
}

/// An English unit as it stands behind a figure, with what parts the two.
pub fn behind(unit: &str) -> String {
    match unit {
        "" | "%" | "‰" => unit.to_owned(),
        unit if unit.starts_with(|c: char| c.is_ascii_digit()) => format!(" × {unit}"),
        unit => format!(" {unit}"),
    }
}

/// A target as written and as it is said in English. Words of the form stay, with what they mean beside them.
pub fn target(written: &str) -> Both {
    let written = written.trim();
    let english = match Reading::parse(written).target {
        Target::Number(number) if !written.is_ascii() => {
            let words = number.unit.as_ref().map_or("", |u| u.symbol.as_str());
            // `≥ 2万家`: the unit is said, the rest stands as it is.
            (!words.is_empty())
                .then(|| written.replace(words, "").trim_end().to_owned() + &behind(&unit(words).en))
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
            assert_eq!(target(zh), Both::new(zh, en));
        }
    }

    #[test]
    fn a_unit_that_has_no_name_in_english_stays() {
        assert_eq!(unit("亿元").en, "100 million yuan");
        assert_eq!(unit("场").en, "场");
        assert_eq!(unit("").en, "");
        for (text, symbol, en) in [
            ("810", "家次", "810 awards"),
            ("37.395", "亿元", "37.395 × 100 million yuan"),
            ("90", "%", "90%"),
            ("5", "场", "5 场"),
            ("3", "", "3"),
        ] {
            assert_eq!(figure(text, symbol), Both::new(format!("{text}{symbol}"), en));
        }
    }
}
