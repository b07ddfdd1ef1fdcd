//! What is followed: the year's targets of a table, by indicator and region.

use jiff::civil::Date;
use serde::Serialize;

use crate::{
    checks::Cx,
    finding::Both,
    fund::Fund,
    interval::Interval,
    period::Period,
    proof::Domain,
    region::RegionId,
    table::{TargetCell, TargetTable},
    target::Target,
    unit::Unit,
};

/// A target of the year that is followed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Followed {
    /// Id of the indicator in the fund folder; its title when the folder does not know it.
    pub indicator: String,
    /// Its title in the table.
    pub title: String,
    /// What it is called in both languages.
    #[serde(skip)]
    pub name: Both,
    /// The unit its figures are in.
    pub unit: Option<Unit>,
    /// The region; `None` for the whole.
    pub region: Option<RegionId>,
    /// The target as written.
    pub written: String,
    /// What it asks for.
    pub target: Target,
    /// The numbers that meet it, in the indicator's unit, when it is a number that converts.
    pub interval: Option<Interval>,
    /// The last day that meets it, when it is a deadline.
    pub deadline: Option<Date>,
    /// The values that the indicator can take.
    #[serde(skip)]
    pub domain: Domain,
}

impl Followed {
    /// Whether the target asks for nothing, as `≥ 0` does of things that are counted.
    pub fn is_vacuous(&self) -> bool {
        self.interval.is_some_and(|t| self.domain.restrict(&Interval::ALL).implies(&self.domain.restrict(&t)))
    }
}

/// The targets of fund year `year` in a table, in its order, each indicator's own before those of its regions.
///
/// Rows of regions whose name the fund does not know are left out; the checks report them. A table without a column for the year has none.
pub fn followed(table: &TargetTable, fund: &Fund, year: i16) -> Vec<Followed> {
    let cx = Cx::new(table, Some(fund), None);
    let mut list = Vec::new();
    for (indicator, facts) in cx.indicators() {
        let own = std::iter::once((None, &indicator.whole));
        let regions = indicator.regions.iter().filter_map(|r| Some((Some(r.region?), &r.cells)));
        for (region, cells) in own.chain(regions) {
            let Some(cell) = year_cell(cells, year, cx.year()) else { continue };
            list.push(Followed {
                indicator: facts.spec.map_or_else(|| indicator.title.clone(), |s| s.id.clone()),
                title: indicator.title.clone(),
                name: fund.indicator(&indicator.title),
                unit: facts.unit.clone(),
                region,
                written: cell.written.text.clone(),
                target: cell.target().clone(),
                interval: cx.interval(facts, cell),
                deadline: cell.target().deadline().and_then(|d| d.last_day(Some(year))),
                domain: facts.domain,
            });
        }
    }
    list
}

/// The cell of a year; a column that does not say its year is the form's own, if the form has one.
pub(super) fn year_cell(cells: &[TargetCell], year: i16, of_form: Option<i16>) -> Option<&TargetCell> {
    cells.iter().find(|c| match c.period {
        Period::Cycle => false,
        Period::Year(own) => own.or(of_form).is_none_or(|y| y == year),
    })
}
