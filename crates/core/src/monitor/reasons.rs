//! Reasons that people give, and what is still owed by whom.

use jiff::civil::Date;
use serde::Serialize;

use crate::{finding::Both, region::RegionId};

/// A reason why a target may be missed, as somebody gave it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GivenReason {
    /// Id of the indicator.
    pub indicator: String,
    /// The region; `None` for the whole.
    pub region: Option<RegionId>,
    /// Its kind: a code of the list of reasons.
    pub code: String,
    /// The reason.
    pub text: String,
    /// What is done about it.
    pub measures: String,
    /// Who gave it.
    pub by: String,
    /// When.
    pub on: Date,
}

/// What sort of thing is owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum OwedKind {
    /// The progress of an indicator.
    Progress,
    /// The execution of the budget.
    Money,
    /// A reason why a target is in doubt.
    Reason,
    /// Measures beside a reason.
    Measures,
    /// The thing itself, whose day has passed.
    Deadline,
    /// A person's decision, because the figures do not give one.
    Decision,
}

/// Something that is owed, by whom and by when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Owed {
    /// What sort of thing.
    pub kind: OwedKind,
    /// Id of the indicator; `None` for money.
    pub indicator: Option<String>,
    /// The region that owes it; `None`: the department that answers for the whole.
    pub region: Option<RegionId>,
    /// The last day on which it is in time.
    pub by: Date,
    /// For how many days it has been overdue; 0 when it is not.
    pub days_overdue: i32,
    /// What is owed, with names.
    pub what: Both,
    /// What to do.
    pub next: Both,
}

impl Owed {
    /// Whether its day has passed.
    pub fn is_overdue(&self) -> bool {
        self.days_overdue > 0
    }
}
