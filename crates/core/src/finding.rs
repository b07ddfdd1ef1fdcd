//! What a check reports: code, severity, place, both figures, the reason, the next step, perhaps a fix.
//!
//! One type serves every output (terminal, JSON, SARIF, workbook, page); all texts in it are meant for the person
//! who must act, in Chinese first and English beside it.

use serde::{Deserialize, Serialize};

use crate::{period::Period, place::Place};

/// A text in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Both {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// The languages of the interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// Chinese.
    #[default]
    Zh,
    /// English.
    En,
}

impl Both {
    /// A text from its Chinese and English wording.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }

    /// The same text in both languages: a name, a figure.
    pub fn same(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { en: text.clone(), zh: text }
    }

    /// The wording in a language.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

/// Formats a text in both languages, with variables in scope or named values: `both!("共{n}处", "{n} places", n = list.len())`.
///
/// A value may be used in one language only.
#[macro_export]
macro_rules! both {
    ($zh:literal, $en:literal $(, $arg:ident = $value:expr)* $(,)?) => {{
        $(
            #[allow(unused_variables)]
            let $arg = &$value;
        )*
        $crate::finding::Both { zh: format!($zh), en: format!($en) }
    }};
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; may well be meant.
    Note,
    /// Probably wrong, or will make trouble later.
    Warning,
    /// Cannot be right as it stands.
    Error,
}

impl Severity {
    /// The word in a language.
    pub fn word(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Note, Lang::Zh) => "提示",
            (Self::Note, Lang::En) => "note",
            (Self::Warning, Lang::Zh) => "警告",
            (Self::Warning, Lang::En) => "warning",
            (Self::Error, Lang::Zh) => "错误",
            (Self::Error, Lang::En) => "error",
        }
    }
}

/// What a finding is about, in terms that do not depend on the file's format: what waivers match.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Subject {
    /// Title of the indicator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub indicator: Option<String>,
    /// Name of the region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The period.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<Period>,
}

/// A place with a few words that say what stands there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Label {
    /// The cell.
    pub place: Place,
    /// What it is there.
    pub text: Both,
}

/// Two figures that do not go together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Figures {
    /// What the first is, and its value with unit.
    pub left: (Both, String),
    /// What the second is, and its value with unit.
    pub right: (Both, String),
    /// By how much they differ, with unit; empty when they differ in kind.
    pub difference: String,
}

/// Values that satisfy every premise and break the conclusion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Counterexample {
    /// What each part reaches: name and value.
    pub parts: Vec<(String, String)>,
    /// What follows, in a sentence.
    pub result: Both,
}

/// One cell's text replaced by another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Edit {
    /// The cell.
    pub place: Place,
    /// The text as it stands; empty when the cell is missing.
    pub before: String,
    /// The text that it becomes.
    pub after: String,
}

/// Whether a repair can be made without asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Safety {
    /// A provable slip of writing; what the table promises does not change, or is what its own words say.
    Safe,
    /// Changes a figure; a person decides.
    Unsafe,
}

/// A repair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fix {
    /// Whether it may be applied without asking.
    pub safety: Safety,
    /// What it does and why it is the smallest.
    pub what: Both,
    /// The cells that change.
    pub edits: Vec<Edit>,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The check's code: `A001`.
    pub code: &'static str,
    /// The check's severity.
    pub severity: Severity,
    /// What it is about.
    pub subject: Subject,
    /// The primary place.
    pub place: Place,
    /// A few words at the primary place.
    pub here: Both,
    /// Further places, with words; a finding that many rows share has many.
    pub labels: Vec<Label>,
    /// What was found, in one sentence with the names and figures.
    pub message: Both,
    /// Why it is a defect, in one sentence.
    pub reason: Both,
    /// Both figures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub figures: Option<Figures>,
    /// Present where a proof failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counterexample: Option<Counterexample>,
    /// What to do next.
    pub next: Both,
    /// A repair, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<Fix>,
}

impl Finding {
    /// What it is about.
    #[must_use]
    pub fn about(mut self, indicator: &str, region: Option<&str>, period: Option<Period>) -> Self {
        self.subject =
            Subject { indicator: Some(indicator.to_owned()), region: region.map(Into::into), period };
        self
    }

    /// A few words at the primary place.
    #[must_use]
    pub fn here(mut self, text: Both) -> Self {
        self.here = text;
        self
    }

    /// A further place.
    #[must_use]
    pub fn label(mut self, place: Place, text: Both) -> Self {
        self.labels.push(Label { place, text });
        self
    }

    /// Further places.
    #[must_use]
    pub fn labels(mut self, labels: impl IntoIterator<Item = (Place, Both)>) -> Self {
        self.labels.extend(labels.into_iter().map(|(place, text)| Label { place, text }));
        self
    }

    /// Both figures with what they are, and their difference (empty when they differ in kind).
    #[must_use]
    pub fn figures(
        mut self,
        left: (Both, String),
        right: (Both, String),
        difference: impl Into<String>,
    ) -> Self {
        self.figures = Some(Figures { left, right, difference: difference.into() });
        self
    }

    /// Why it is a defect.
    #[must_use]
    pub fn because(mut self, reason: Both) -> Self {
        self.reason = reason;
        self
    }

    /// Values that satisfy the premises and break the conclusion.
    #[must_use]
    pub fn counterexample(mut self, parts: Vec<(String, String)>, result: Both) -> Self {
        self.counterexample = Some(Counterexample { parts, result });
        self
    }

    /// What to do next.
    #[must_use]
    pub fn next(mut self, next: Both) -> Self {
        self.next = next;
        self
    }

    /// A repair.
    #[must_use]
    pub fn fix(mut self, safety: Safety, what: Both, edits: Vec<Edit>) -> Self {
        self.fix = Some(Fix { safety, what, edits });
        self
    }
}
