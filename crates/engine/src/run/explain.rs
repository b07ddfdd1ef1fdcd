//! Why an enterprise gets what it gets: a tree from the award down to the rows, the parameters in force and the clauses.

use jixiao_core::finding::Both;
use serde::Serialize;

use crate::{
    run::{
        Bindings, Intake, RunError, Setting,
        outcome::{Award, Enterprise},
    },
    scheme::plan::{Plan, Status},
};

/// What a node of the tree is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NodeKind {
    /// The award, or what a class comes to.
    Amount,
    /// A step: its value, and under it what it was computed from.
    Step,
    /// A condition or requirement that was asked.
    Condition,
    /// Why something was taken off.
    Reason,
    /// A parameter in force.
    Parameter,
    /// A row of a ledger.
    Row,
    /// A value of a row, of the register, of a look-up.
    Value,
    /// Rows that are not shown one by one.
    More,
}

/// Where a value stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// The ledger's name.
    pub ledger: String,
    /// The file.
    pub file: String,
    /// The row, as a person counts.
    pub row: u32,
}

/// A clause that a node rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Grounds {
    /// The clause's id.
    pub id: String,
    /// What it says.
    pub text: Both,
    /// Where it stands.
    pub source: String,
    /// How sure: A, B, C, D.
    pub certainty: char,
}

/// One node of the tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// Its id: of the step, condition, parameter, column.
    pub id: String,
    /// Its name.
    pub label: Both,
    /// Its value, ready to be read: `1,234.50 元`, `2024-06-30`, `是`; empty for none, `—` for null.
    pub value: Both,
    /// The expression as the scheme writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expression: Option<String>,
    /// Whether a condition held; `None` for what is no condition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holds: Option<bool>,
    /// The reason, where something was refused or flagged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Both>,
    /// The clause.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clause: Option<Grounds>,
    /// Of a parameter: where its value comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Of a parameter: whether that text was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// Where it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// What it came from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<Node>,
}

/// An award, explained.
#[derive(Debug)]
pub struct Explanation {
    /// Whose.
    pub enterprise: Enterprise,
    /// What, with everything that was taken off.
    pub award: Award,
    /// Why.
    pub tree: Node,
    /// The ledgers that were read, with their hashes.
    pub intakes: Vec<Intake>,
    /// Parameters in force with an illustrative value, by index.
    pub illustrative: Vec<usize>,
}

/// Explains what an enterprise gets. At most `rows` rows of a class are opened one by one, refused ones first; the others are counted.
///
/// # Errors
/// The enterprise did not apply, or whatever stops a run.
pub fn explain(
    plan: &Plan,
    bindings: &Bindings,
    code: &str,
    rows: usize,
    setting: &Setting,
) -> Result<Explanation, RunError> {
    let _ = (plan, bindings, code, rows, setting);
    Err(RunError::Asked(Both::new("尚未完成", "not yet")))
}
