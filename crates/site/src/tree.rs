//! How a figure came about, as a tree that opens.

use jixiao_core::{
    derivation::{Ground, Node},
    finding::Lang,
};

use crate::words::Words;

/// A step of a tree with what it was made from.
#[derive(Clone, Debug, Default, askama::Template)]
#[template(path = "tree.html")]
pub struct Tree {
    /// What it is.
    pub label: String,
    /// What it came to.
    pub value: String,
    /// Where it leads.
    pub href: Option<String>,
    /// The word of a value whose rule was not found.
    pub mark: Option<&'static str>,
    /// What it rests on, a line each.
    pub notes: Vec<String>,
    /// The steps under it.
    pub parts: Vec<Tree>,
    /// Whether its steps are shown from the start.
    pub open: bool,
}

impl Tree {
    /// A step with its value.
    pub fn new(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self { label: label.into(), value: value.into(), ..Self::default() }
    }

    /// Resting on something.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Made from further steps.
    #[must_use]
    pub fn parts(mut self, parts: impl IntoIterator<Item = Self>) -> Self {
        self.parts.extend(parts);
        self
    }

    /// Open from the start.
    #[must_use]
    pub fn opened(mut self) -> Self {
        self.open = true;
        self
    }

    /// A derivation as it was kept.
    pub fn of(node: &Node, lang: Lang) -> Self {
        let words = Words(lang);
        let mut tree = Self::new(node.label.get(lang), node.value.get(lang));
        if !node.formula.is_empty() {
            tree.notes.push(format!("= {}", node.formula));
        }
        for ground in &node.grounds {
            if let Ground::Illustrative { .. } = ground {
                tree.mark = Some(words.t("tree.illustrative"));
            }
            tree.notes.push(rests_on(ground, lang));
        }
        tree.parts(node.parts.iter().map(|part| Self::of(part, lang)))
    }
}

/// What a step rests on, in a line.
fn rests_on(ground: &Ground, lang: Lang) -> String {
    let words = Words(lang);
    match ground {
        Ground::Clause { text, source, certainty } => words
            .with("tree.clause", &[("text", text.get(lang)), ("source", source), ("certainty", certainty)]),
        Ground::Row { ledger, file, row } => {
            words.with("tree.row", &[("ledger", ledger), ("file", file), ("row", &row.to_string())])
        }
        Ground::Rows { ledger, count, .. } => {
            words.with("tree.rows", &[("ledger", ledger), ("count", &count.to_string())])
        }
        Ground::Illustrative { parameter } => words.with("tree.no-rule", &[("parameter", parameter)]),
        Ground::Target { place, written } => {
            words.with("tree.target", &[("place", place), ("written", written)])
        }
        Ground::Reported { by, evidence } => {
            words.with("tree.reported", &[("by", by), ("evidence", evidence)])
        }
    }
}
