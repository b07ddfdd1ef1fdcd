//! Satisfaction of those who were supported: questionnaire, sample plan, answers, estimates.
//!
//! All of it is statistics, not law: no rule that prescribes how many are asked or how answers are weighted was found. The method stands in
//! `docs/survey.md`, its parameters in the fund folder's `survey.toml`.

mod answers;
mod estimate;
mod measured;
mod plan;
mod questionnaire;
mod wilson;

pub use answers::{AnswerRow, Ballot, Invalid, Judged, judge};
pub use estimate::{Estimate, Figure, Results, StratumResult, Warning, Why, results};
pub use measured::measured;
pub use plan::{Drawn, Frame, Plan, Planned, Stratum, draw, plan, sample_size};
pub use questionnaire::{Choice, Question, QuestionKind, Survey};
pub use wilson::{Wilson, wilson};

use crate::finding::Both;

/// What every page says beside a figure from a survey.
pub fn statistics_not_law() -> Both {
    Both::new(
        "抽样和估计方法属于统计方法，不是规定；未见到统一的抽样规则",
        "how people are sampled and figures estimated is statistics, not law; no uniform rule for sampling was found",
    )
}
