//! Self-evaluation (绩效自评): rule sets as data, weights, formulas, the score sheet, roll-up, recomputation of filled forms, comparison.
//!
//! Scores are exact; each is rounded once, at the indicator. Missing, zero and not applicable stay apart. What no rule text was found
//! for is marked illustrative and every sheet that rests on it says so. The formulas, with source and certainty, are in
//! `docs/evaluation.md`.

mod compare;
mod evaluate;
mod explain;
mod formula;
mod read;
mod recompute;
mod rollup;
mod rules;
mod sheet;
mod typed;
mod weights;

pub use compare::{Cause, Change, Field, compare};
pub use evaluate::{EvaluationFault, Evaluator, Inputs, Scene};
pub use explain::PlaceName;
pub use recompute::{Recomputed, RecomputedRow, Verdict, recompute};
pub use rollup::{RollUpRefused, rollup};
pub use rules::{
    Band, Basis, Formula, LampLimits, Late, LevelWeights, OverAchievement, RuleFault, RuleSet, Ruled,
    SatisfactionPlace, Scoring, Step, Tier,
};
pub use sheet::{
    Colour, EXECUTION, ExecutionRow, Lamp, Money, Owed, OwedKind, Reason, ScoreRow, ScoreSheet, Scorer,
    Status, Total, TypedScore,
};
