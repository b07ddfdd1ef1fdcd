//! Monitoring (双监控): targets beside money at the end of a month, with a projection to the year's end.
//!
//! What is law and what is method is told apart: the pair of objects, the answers and the reasons are those of the official form (财预〔2019〕136号, by forms and
//! systems in use); projections and their intervals are statistics, not law. The method stands in `docs/monitoring.md`, its parameters in the fund folder's
//! `monitoring.toml`.

mod chance;
mod course;
mod followed;
mod form;
mod machine;
mod money;
mod reasons;
mod rules;
mod run;

pub use chance::{Chance, chance};
pub use course::{Earlier, Manner, Method, Monthly, MonthlyCourse, Projection, project};
pub use followed::{Followed, followed};
pub use form::form;
pub use machine::{MonitorRecord, records};
pub use money::{Ahead, Divergence, Lamp, Money, MoneyFollowed, pace};
pub use reasons::{GivenReason, Owed, OwedKind};
pub use rules::{ReasonColumn, ReasonKind, Rules};
pub use run::{Asked, Courses, Monitoring, Row, monitor};

use crate::finding::Both;

/// What every page says beside a projection.
pub fn statistics_not_law() -> Both {
    Both::new(
        "全年预计值及其区间由统计方法推算，不是规定，也不是承诺",
        "projections and their intervals are statistics, not law, and no promise",
    )
}
