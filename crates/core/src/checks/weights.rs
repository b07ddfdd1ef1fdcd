//! Weights of the indicators and of the budget's execution.

use rust_decimal::Decimal;

use super::{
    Cx,
    actuals::{execution, execution_is_an_indicator, points_of},
};
use crate::{
    place::Written,
    table::{ColumnRole, Indicator, MoneyRole},
    target::decimal,
    text,
};

/// The weights of a table in which every indicator has one.
pub(super) struct Weights<'a> {
    pub each: Vec<(&'a Indicator, &'a Written, Decimal)>,
    /// Their sum.
    pub sum: Decimal,
    /// Weight of the execution rate in the money block, when it is not among the indicators as well.
    pub execution: Option<Decimal>,
}

/// The weights, when there are at least two indicators and each has one. Forms that run together are left aside.
pub(super) fn weights<'a>(cx: &Cx<'a>) -> Option<Weights<'a>> {
    let table = cx.table;
    if !table.has(ColumnRole::Weight) || table.titles.len() > 1 || table.indicators.len() < 2 {
        return None;
    }
    let each: Option<Vec<_>> = table
        .indicators
        .iter()
        .map(|i| Some((i, i.marks.get(ColumnRole::Weight)?, points_of(i, ColumnRole::Weight)?)))
        .collect();
    let each = each?;
    let sum = each.iter().try_fold(Decimal::ZERO, |sum, (_, _, w)| sum.checked_add(*w))?;
    let execution = execution(cx, MoneyRole::Weight).filter(|_| !execution_is_an_indicator(cx));
    Some(Weights { each, sum, execution })
}

impl Weights<'_> {
    /// The indicators' weights with the execution's.
    pub(super) fn total(&self) -> Option<Decimal> {
        self.sum.checked_add(self.execution.unwrap_or_default())
    }
}

/// The weight in a label's brackets: `产出指标（50分）`, `效益指标(30%)`, `满意度（10）`.
pub(crate) fn weight_in(label: &str) -> Option<Decimal> {
    let key = text::key(label);
    let (_, inner) = key.rsplit_once('(')?;
    let inner = inner.strip_suffix(')')?.trim_start_matches("权重").trim_start_matches(['为', ':']);
    decimal(inner.trim_end_matches(['分', '%']))
}
