//! Targets that every possible value meets.

use super::{Cx, Facts};
use crate::{interval::Interval, table::TargetCell, target::Comparator};

/// Whether a numeric target asks for nothing: `≥ 0` of what is never negative, `≤ 100%` of a share.
///
/// A bare `0` is left aside: it may mean "none" (事故 0 起) as well as "at least none".
pub(crate) fn asks_for_nothing(cx: &Cx<'_>, facts: &Facts<'_>, cell: &TargetCell) -> bool {
    let Some(number) = cell.target().number() else { return false };
    let Some(target) = cx.interval(facts, cell) else { return false };
    let bounded = target.lower.is_some() || target.upper.is_some();
    let every_value = facts.domain.restrict(&Interval::ALL);
    bounded && number.comparator != Comparator::Bare && !target.is_empty() && every_value.implies(&target)
}
