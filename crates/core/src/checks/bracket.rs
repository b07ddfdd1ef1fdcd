//! Targets that stand inside an indicator's name: 满意度（≥90%）.

use super::{Cx, Facts};
use crate::{
    interval::Interval,
    table::Indicator,
    target::{Remark, Target},
};

/// The target inside the name, when there is one with a figure or a date.
pub(super) fn target(indicator: &Indicator) -> Option<&Target> {
    let reading = indicator.bracket_target.as_ref()?;
    let legible = !reading.remarks.contains(&Remark::Masked) && reading.target != Target::Unread;
    Some(&reading.target).filter(|t| legible && t.is_set())
}

/// Whether the target inside the name is that of none of the indicator's own cells.
pub(super) fn contradicts(cx: &Cx<'_>, indicator: &Indicator, facts: &Facts<'_>, inside: &Target) -> bool {
    let mut set = indicator.whole.iter().filter(|c| c.target().is_set()).peekable();
    set.peek().is_some() && set.all(|c| !is_same(inside, c.target(), cx.interval(facts, c), facts))
}

/// Whether two targets ask for the same; a bare figure is compared by the figure alone.
fn is_same(inside: &Target, cell: &Target, interval: Option<Interval>, facts: &Facts<'_>) -> bool {
    let (Target::Number(name), Target::Number(_)) = (inside, cell) else { return inside == cell };
    let converted = match (&name.unit, &facts.unit) {
        (Some(from), Some(to)) => name.figure().and_then(|f| from.convert(f, to).ok()),
        _ => name.figure(),
    };
    let Some(interval) = interval else { return false };
    let same_bounds = name.interval(facts.direction).lower.is_some() == interval.lower.is_some();
    converted == interval.lower.or(interval.upper).map(|b| b.value) && same_bounds
}
