//! Checks: one file each, listed once below.
//!
//! A check is a [`Rule`]: its texts and its function. The list is the only place where a check is registered; tests in the
//! `tables` crate walk it and demand of every rule a name, both languages, a failing example on which it fires, a passing
//! one on which it stays quiet, and a reason and next step in every finding.

mod actuals;
pub(crate) mod amounts;
mod bracket;
mod cells;
mod context;
mod dates;
mod direction;
mod forms;
mod header;
mod monitoring;
mod names;
mod proofs;
mod prose;
mod rates;
mod rows;
mod rules;
mod run;
mod say;
mod totals;
mod units;
mod vacuous;
mod waivers;
mod weights;

pub use context::{Cx, Facts, Nature, Part};
pub use rules::ALL;
pub use run::{Report, Selection, Waived, check};
pub(crate) use {
    actuals::{Evaluated, evaluated, execution_weight, gives_reason, is_execution, points, value_in_unit},
    vacuous::asks_for_nothing,
    weights::weight_in,
};

use crate::{
    finding::{Both, Finding, Severity, Subject},
    place::Place,
};

/// A fixed text in both languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    /// Chinese.
    pub zh: &'static str,
    /// English.
    pub en: &'static str,
}

impl Text {
    /// The wording in a language.
    pub fn get(&self, lang: crate::finding::Lang) -> &'static str {
        match lang {
            crate::finding::Lang::Zh => self.zh,
            crate::finding::Lang::En => self.en,
        }
    }
}

/// How sure the rule behind a check is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// Follows from arithmetic or logic alone.
    Logic,
    /// Seen in a source.
    Seen,
    /// Seen in published tables or in a system in use, not as the text of a rule.
    Practice,
    /// Known, but no text that confirms it was seen.
    Background,
}

impl Certainty {
    /// What it is called.
    pub fn text(self) -> Text {
        match self {
            Self::Logic => Text { zh: "由算术或逻辑得出", en: "follows from arithmetic or logic" },
            Self::Seen => Text { zh: "已见原文", en: "seen in a source" },
            Self::Practice => Text {
                zh: "见于公开表格或在用系统，未见条文",
                en: "seen in practice, not as the text of a rule",
            },
            Self::Background => Text {
                zh: "背景知识，未见原文印证",
                en: "background knowledge, not confirmed by a text",
            },
        }
    }
}

/// Where the rule behind a check comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// The document and clause, or the reasoning.
    pub text: Text,
    /// How sure it is.
    pub certainty: Certainty,
}

/// A small table that shows a check at work.
///
/// Lines are rows; ` | ` separates the fields as a tab does in a published text file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Example {
    /// The table.
    pub table: &'static str,
    /// Text of a `waivers.toml` that goes with it; empty for none.
    pub waivers: &'static str,
}

impl Example {
    /// An example without waivers.
    pub const fn table(table: &'static str) -> Self {
        Self { table, waivers: "" }
    }

    /// The table as a tab-separated text file.
    pub fn as_text_file(&self) -> String {
        let lines: Vec<String> = self
            .table
            .lines()
            .map(|line| line.split('|').map(str::trim).collect::<Vec<_>>().join("\t"))
            .collect();
        lines.join("\n") + "\n"
    }
}

/// A check: what it finds, why it matters, how to repair it, and the function that finds it.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Stable code: a letter for the family and three digits.
    pub code: &'static str,
    /// Named after what it finds, in kebab case.
    pub name: &'static str,
    /// How bad a finding of it is.
    pub severity: Severity,
    /// A short statement of the defect.
    pub title: Text,
    /// What it finds.
    pub what: Text,
    /// Why it matters.
    pub why: Text,
    /// How to repair it.
    pub repair: Text,
    /// A table on which it fires.
    pub failing: Example,
    /// The same table, mended.
    pub passing: Example,
    /// Where the rule comes from.
    pub source: Source,
    /// Finds the defect; adds a finding for each.
    pub run: fn(&Cx<'_>, &mut Vec<Finding>),
}

impl Finding {
    /// A finding of a rule at a place. Give it its reason and next step before handing it in: a test insists.
    pub fn new(rule: &Rule, place: Place, message: Both) -> Self {
        Self {
            code: rule.code,
            severity: rule.severity,
            subject: Subject::default(),
            place,
            here: Both::default(),
            labels: Vec::new(),
            message,
            reason: Both::default(),
            figures: None,
            counterexample: None,
            next: Both::default(),
            fix: None,
        }
    }
}

/// The families of checks by the letter of their codes.
pub const FAMILIES: [(char, Text); 12] = [
    ('H', Text { zh: "表头", en: "header" }),
    ('S', Text { zh: "结构", en: "structure" }),
    ('T', Text { zh: "指标值写法与单位", en: "targets and units as written" }),
    ('R', Text { zh: "地区", en: "regions" }),
    ('A', Text { zh: "算术与可证性", en: "arithmetic and proofs" }),
    ('D', Text { zh: "日期", en: "dates" }),
    ('P', Text { zh: "文字与表格", en: "prose against table" }),
    ('V', Text { zh: "无约束力的指标值", en: "targets that ask for nothing" }),
    ('W', Text { zh: "分值与得分", en: "weights and scores" }),
    ('B', Text { zh: "预算与执行", en: "budget and execution" }),
    ('M', Text { zh: "运行监控", en: "monitoring" }),
    ('F', Text { zh: "项目文件夹与豁免", en: "fund folder and waivers" }),
];

/// The check with a code, in any case.
pub fn rule(code: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|r| r.code.eq_ignore_ascii_case(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sound() {
        for pair in ALL.windows(2) {
            assert!(pair[0].code < pair[1].code, "{} stands before {}", pair[0].code, pair[1].code);
        }
        for r in ALL {
            assert_eq!(
                rule(&r.code.to_lowercase()).map(|found| found.name),
                Some(r.name),
                "the code leads back"
            );
            let (letter, digits) = r.code.split_at(1);
            assert!(FAMILIES.iter().any(|(l, _)| letter.starts_with(*l)), "{} is of a known family", r.code);
            assert!(digits.len() == 3 && digits.bytes().all(|b| b.is_ascii_digit()), "{}", r.code);
            assert!(
                r.name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
                "{}",
                r.name
            );
            for text in [r.title, r.what, r.why, r.repair, r.source.text] {
                assert!(!text.zh.is_empty() && !text.en.is_empty(), "{} speaks both languages", r.code);
                assert!(
                    text.en.is_ascii() || !text.en.chars().all(|c| c as u32 > 0x7f),
                    "{}: English in English",
                    r.code
                );
                assert!(text.zh.chars().any(|c| c as u32 >= 0x4e00), "{}: Chinese in Chinese", r.code);
            }
            assert_ne!(r.failing, r.passing, "{} has two examples", r.code);
        }
        let mut names: Vec<_> = ALL.iter().map(|r| r.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ALL.len(), "no two checks share a name");
    }
}
