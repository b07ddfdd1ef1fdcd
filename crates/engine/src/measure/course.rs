//! What a figure came to month by month.

use jixiao_core::region::RegionId;
use rust_decimal::Decimal;

use crate::run::RunError;

use super::{
    actuals::{Actuals, Given},
    figure::{Got, Looked, aggregate},
    file::Of,
    plan::Measure,
    words::{decimal, in_unit, too_large},
};

/// Which figure of a measure a course is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// The measure itself, in the indicator's unit.
    Value,
    /// The numerator of a share, in base units.
    Numerator,
    /// The denominator of a share, in base units.
    Denominator,
    /// An amount that is not to exceed a limit, or that is to reach what was awarded; in base units.
    Amount,
    /// The limit, in base units.
    Limit,
}

/// What a figure came to from the beginning of a year to the end of each month.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Course {
    /// Id of the indicator.
    pub indicator: String,
    /// Which figure of it.
    pub part: Part,
    /// The region; `None` for the whole.
    pub region: Option<RegionId>,
    /// The year: the fund year, or an earlier one that the ledger has.
    pub year: i16,
    /// The unit, to be read; empty for a plain number.
    pub unit: String,
    /// January to December. Nothing after the last month that the ledger reaches, and nothing where nobody has a figure.
    pub months: [Option<Decimal>; 12],
}

impl Given<'_> {
    /// The monthly courses of what was found, for the whole and every region.
    pub(super) fn courses(
        &self,
        measure: &Measure,
        part: Part,
        looked: &Looked<'_>,
        all: &mut Actuals,
    ) -> Result<(), RunError> {
        let Looked::Rows(found, ledger) = looked else { return Ok(()) };
        let homes = self.desk.homes;
        let large = || RunError::Asked(too_large(measure));
        let unit = match (part, &measure.unit, &ledger.value) {
            (Part::Value, Some(unit), _) => unit.text.clone(),
            (_, _, Some(value)) if matches!(ledger.of, Of::Sum | Of::Min | Of::Max) => {
                crate::scheme::planner::asked::dimension(&value.ty)
                    .filter(|d| !d.is_plain())
                    .map(ToString::to_string)
                    .unwrap_or_default()
            }
            _ => String::new(),
        };
        for (&year, &reach) in found.reach.range(..=self.plan.year) {
            for region in homes.all() {
                let mut months = [None; 12];
                for month in 1..=reach.min(12) {
                    let (got, _) = aggregate(found, ledger, |row| {
                        row.month.is_some_and(|(y, m)| y == year && m <= month)
                            && homes.counts(row.home, region)
                    })
                    .ok_or_else(large)?;
                    let Got::Number(mut number) = got else { continue };
                    if part == Part::Value {
                        number = in_unit(measure, number).ok_or_else(large)?;
                    }
                    months[usize::from(month) - 1] = Some(decimal(measure, number)?);
                }
                if months.iter().all(Option::is_none) {
                    continue;
                }
                all.courses.push(Course {
                    indicator: measure.indicator.clone(),
                    part,
                    region,
                    year,
                    unit: unit.clone(),
                    months,
                });
            }
        }
        Ok(())
    }
}
