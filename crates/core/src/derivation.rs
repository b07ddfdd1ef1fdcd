//! How a figure came about: a tree from the figure down to source rows, dated parameters and clauses.

use serde::{Deserialize, Serialize};

use crate::finding::Both;

/// One step of a derivation: what it is, what it came to, what it rests on, and the steps that it was made from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Node {
    /// What it is: `得分`, `完成率`, `受支持企业数`.
    pub label: Both,
    /// What it came to, ready to be read, with its unit: `9.00 分`, `20,145 家`. Empty for a heading.
    pub value: Both,
    /// The formula or expression, as a person would check it by hand: `104 ÷ 110 × 7.5`. Empty where there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub formula: String,
    /// What it rests on: a clause with its source, a file with its row, a field of the target table. Empty where its parts say so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grounds: Vec<Ground>,
    /// The steps under it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Node>,
}

/// What a step rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Ground {
    /// A rule, with its source and how sure it is: `S`, `T`, `M`, or what the source list uses.
    Clause {
        /// What it says.
        text: Both,
        /// Where it stands.
        source: String,
        /// How sure.
        certainty: String,
    },
    /// A row of an evidence file.
    Row {
        /// Name of the ledger.
        ledger: String,
        /// The file.
        file: String,
        /// The row, as a person counts.
        row: u32,
    },
    /// Several rows of a ledger that are not listed one by one.
    Rows {
        /// Name of the ledger.
        ledger: String,
        /// How many.
        count: u64,
        /// The command that lists them, or the file in which they stand.
        listed: String,
    },
    /// A parameter whose rule text was not found.
    Illustrative {
        /// `scheme.parameter`.
        parameter: String,
    },
    /// A cell of the target table, as it is called there.
    Target {
        /// Where.
        place: String,
        /// What the cell says.
        written: String,
    },
    /// Reported by a person, with the evidence named.
    Reported {
        /// Who.
        by: String,
        /// Evidence: name of the file.
        evidence: String,
    },
}

impl Node {
    /// A step with its value.
    pub fn new(label: Both, value: Both) -> Self {
        Self { label, value, ..Self::default() }
    }

    /// With the formula that gave the value.
    #[must_use]
    pub fn by(mut self, formula: impl Into<String>) -> Self {
        self.formula = formula.into();
        self
    }

    /// Resting on something.
    #[must_use]
    pub fn on(mut self, ground: Ground) -> Self {
        self.grounds.push(ground);
        self
    }

    /// Made from a further step.
    #[must_use]
    pub fn part(mut self, part: Self) -> Self {
        self.parts.push(part);
        self
    }
}
