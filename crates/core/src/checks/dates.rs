//! Deadlines against the cycle and the year they stand in.

use jiff::civil::Date;

use super::{Cx, Facts, Nature, cells::At, context};
use crate::{
    finding::Both,
    indicator::Kind,
    period::{Cycle, PartialDate, Period},
    table::{Form, HeaderKey, Indicator, TargetCell},
    target::Remark,
};

/// How a deadline lies outside the time it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outside {
    /// After the last day of the cycle.
    AfterCycle(Cycle),
    /// Before the first day of the cycle.
    BeforeCycle(Cycle),
    /// In another year than that of its column.
    OtherYear(i16),
}

/// The form's own year, unless its title names several years.
pub(super) fn form_year(cx: &Cx<'_>) -> Option<i16> {
    let mut titled = cx.table.titles.first().map(|t| context::years(&t.text)).unwrap_or_default();
    titled.dedup();
    let stated = cx.table.field(HeaderKey::FormYear).is_some();
    if titled.len() > 1 && !stated { None } else { cx.year() }
}

/// The cycle, when it has at least one year.
pub(super) fn cycle(cx: &Cx<'_>) -> Option<Cycle> {
    cx.cycle().filter(|c| c.years() > 0)
}

/// How a cell's deadline lies outside its time; `None` when it does not, or its year is not written.
pub(super) fn outside(cx: &Cx<'_>, cell: &TargetCell) -> Option<Outside> {
    let by = cell.target().deadline()?.by;
    by.last_day(None)?;
    let due = by.year?;
    let own_year = match cell.period {
        Period::Cycle => None,
        Period::Year(Some(year)) => Some(year),
        Period::Year(None) => form_year(cx),
    };
    match (own_year, cycle(cx)) {
        (Some(year), _) if due == year => None,
        // A single column of targets may be for the whole term, whatever its heading says.
        (Some(_), _) if !is_for_year_alone(cx, cell.period) => None,
        (Some(year), _) => Some(Outside::OtherYear(year)),
        (None, Some(cycle)) if due > cycle.last => Some(Outside::AfterCycle(cycle)),
        (None, Some(cycle)) if due < cycle.first => Some(Outside::BeforeCycle(cycle)),
        _ => None,
    }
}

/// Whether a column is for its year and nothing else.
fn is_for_year_alone(cx: &Cx<'_>, period: Period) -> bool {
    matches!(period, Period::Year(Some(_)))
        || matches!(cx.table.form, Form::SelfEvaluation | Form::Monitoring)
        || cx.table.periods().contains(&Period::Cycle)
}

/// Whether a bare figure is a date that a spreadsheet turned into its serial number.
pub(super) fn is_serial(indicator: &Indicator, facts: &Facts<'_>, at: &At<'_>) -> bool {
    serial(at).is_some()
        && facts.unit.is_none()
        && (indicator.kind == Some(Kind::Timeliness)
            || facts.nature == Nature::Deadline
            || ["时间", "日期", "期限", "截止"].iter().any(|w| indicator.title.contains(w)))
}

/// The date of a serial number; day 1 of spreadsheets is 1900-01-01, and they count a 29 February 1900.
pub(super) fn serial(at: &At<'_>) -> Option<Date> {
    let days = at.remarks().iter().find_map(|r| match r {
        Remark::PerhapsSerialDate(n) => Some(*n),
        _ => None,
    })?;
    let epoch = jiff::civil::date(1899, 12, 30);
    epoch.checked_add(jiff::SignedDuration::from_hours(days.checked_mul(24)?)).ok()
}

/// A day in a sentence.
pub(super) fn day(date: Date) -> Both {
    Both::new(format!("{}年{}月{}日", date.year(), date.month(), date.day()), date.to_string())
}

/// How many days lie between two days: `181天`.
pub(super) fn days_between(a: Date, b: Date) -> String {
    format!("{}天", a.duration_until(b).as_hours().abs() / 24)
}

/// The first day that a date can mean.
pub(super) fn first_day(date: PartialDate, year: Option<i16>) -> Option<Date> {
    Date::new(date.year.or(year)?, date.month.unwrap_or(1), date.day.unwrap_or(1)).ok()
}
