//! Rows of a monitoring form: progress, forecast and the chance of reaching the target.

use rust_decimal::Decimal;

use super::{
    Cx, Facts,
    actuals::value_in_unit,
    rows::{Row, rows},
};
pub(super) use crate::monitor::Chance;
use crate::{
    place::Written,
    table::{ColumnRole, Form},
    target::Reading,
};

/// A row of a monitoring form.
pub(super) struct Followed<'a, 'f> {
    pub row: Row<'a>,
    pub facts: &'f Facts<'a>,
    pub progress: Option<&'a Written>,
    pub forecast: Option<&'a Written>,
    pub written_chance: Option<&'a Written>,
    pub chance: Option<Chance>,
}

/// Every row of a monitoring form; none of other forms.
pub(super) fn followed<'a, 'f>(cx: &'f Cx<'a>) -> Vec<Followed<'a, 'f>> {
    let monitored = cx.indicators().filter(|_| cx.table.form == Form::Monitoring);
    monitored
        .flat_map(|(indicator, facts)| rows(indicator).map(move |row| followed_row(row, facts)))
        .collect()
}

fn followed_row<'a, 'f>(row: Row<'a>, facts: &'f Facts<'a>) -> Followed<'a, 'f> {
    let written_chance = row.mark(ColumnRole::Chance);
    Followed {
        row,
        facts,
        progress: row.mark(ColumnRole::Progress),
        forecast: row.mark(ColumnRole::Forecast),
        written_chance,
        chance: written_chance.and_then(|w| Chance::parse(&w.key())),
    }
}

impl Followed<'_, '_> {
    /// A figure of the row in the indicator's unit.
    pub(super) fn value(&self, cx: &Cx<'_>, written: Option<&Written>) -> Option<Decimal> {
        value_in_unit(cx, self.facts, self.row.year_cell()?, &Reading::parse(&written?.text))
    }
}
