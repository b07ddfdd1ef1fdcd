//! Why money that was claimed is not awarded: every reason of a class by a small number.

use jixiao_core::finding::Both;
use serde::Serialize;

use crate::scheme::plan::{Class, DuplicateKind};

/// The verdict of a row that counts.
pub(crate) const ELIGIBLE: u16 = 0;
/// The verdict of a row whose applicant is not in the register.
pub(crate) const UNKNOWN_APPLICANT: u16 = 1;

/// What kind of reason it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReasonKind {
    /// The applicant is not in the register of enterprises.
    UnknownApplicant,
    /// A condition of the line.
    Condition,
    /// The principal could not be computed, because something it needs is missing.
    NoPrincipal,
    /// A row that is there twice; refuses.
    Duplicate,
    /// A row that looks like another; a person decides, nothing is refused.
    Flag,
    /// What the principal is worth could not be computed, because a parameter has no value for the enterprise.
    NoValue,
    /// A condition of the enterprise.
    Requirement,
    /// A step gave nothing.
    NoResult,
}

/// One reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// Its id: that of the condition, duplicate rule or requirement.
    pub id: String,
    /// What kind it is.
    pub kind: ReasonKind,
    /// Its name.
    pub label: Both,
    /// The reason as the applicant reads it.
    pub reason: Both,
    /// Index into the plan's clauses.
    pub clause: Option<usize>,
}

/// The reasons of a class: those of rows first, then those of enterprises.
#[derive(Clone, Debug)]
pub(crate) struct Reasons {
    pub(crate) all: Vec<Reason>,
    conditions: usize,
    duplicates: usize,
}

fn number(index: usize) -> u16 {
    u16::try_from(index + 1).unwrap_or(u16::MAX)
}

impl Reasons {
    pub(crate) fn of(class: &Class) -> Self {
        let plain = |kind, id: &str, label: Both, reason: Both| Reason {
            id: id.to_owned(),
            kind,
            label,
            reason,
            clause: None,
        };
        let mut all = vec![plain(
            ReasonKind::UnknownApplicant,
            "unknown-applicant",
            Both::new("申请企业在企业名录中", "The applicant is in the register"),
            Both::new(
                "企业名录中没有这一统一社会信用代码",
                "The register of enterprises does not have this credit code",
            ),
        )];
        all.extend(class.conditions.iter().map(|c| Reason {
            id: c.id.clone(),
            kind: ReasonKind::Condition,
            label: c.label.clone(),
            reason: c.reason.clone(),
            clause: c.clause,
        }));
        all.push(plain(
            ReasonKind::NoPrincipal,
            "no-principal",
            Both::new("能算出计算基数", "The principal can be computed"),
            Both::new(
                "缺少计算所需的数据（如汇率），无法算出计算基数",
                "Something that the principal needs (an exchange rate, say) is missing",
            ),
        ));
        all.extend(class.duplicates.iter().map(|d| Reason {
            id: d.id.clone(),
            kind: match d.kind {
                DuplicateKind::Near { .. } => ReasonKind::Flag,
                _ => ReasonKind::Duplicate,
            },
            label: d.label.clone(),
            reason: d.reason.clone(),
            clause: d.clause,
        }));
        all.push(plain(
            ReasonKind::NoValue,
            "no-value",
            Both::new("能算出金额", "The amount can be computed"),
            Both::new("缺少所需的参数值，无法算出金额", "A parameter has no value for this enterprise"),
        ));
        all.extend(class.requirements.iter().map(|c| Reason {
            id: c.id.clone(),
            kind: ReasonKind::Requirement,
            label: c.label.clone(),
            reason: c.reason.clone(),
            clause: c.clause,
        }));
        all.push(plain(
            ReasonKind::NoResult,
            "no-result",
            Both::new("每一步都有结果", "Every step has a result"),
            Both::new("某一步缺少数据，没有结果", "A step has no result because something is missing"),
        ));
        Self { all, conditions: class.conditions.len(), duplicates: class.duplicates.len() }
    }

    pub(crate) fn condition(&self, index: usize) -> u16 {
        number(1 + index)
    }

    pub(crate) fn no_principal(&self) -> u16 {
        number(1 + self.conditions)
    }

    pub(crate) fn duplicate(&self, index: usize) -> u16 {
        number(2 + self.conditions + index)
    }

    pub(crate) fn no_value(&self) -> u16 {
        number(2 + self.conditions + self.duplicates)
    }

    pub(crate) fn requirement(&self, index: usize) -> u16 {
        number(3 + self.conditions + self.duplicates + index)
    }

    pub(crate) fn no_result(&self) -> u16 {
        u16::try_from(self.all.len()).unwrap_or(u16::MAX)
    }
}
