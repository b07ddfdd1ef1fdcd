//! The province's floor beside the sum of its regions' floors, for indicators whose regions add up.

use rust_decimal::Decimal;

use super::{Cx, Facts, Part, say};
use crate::{
    finding::Both,
    fund::ZoneConvention,
    interval::Bound,
    period::Period,
    place::Place,
    proof::RollUp,
    region::RegionKind,
    table::{Indicator, RegionRow, TargetCell},
};

/// An indicator's floor in one period, and its regions'.
pub(super) struct Totals<'a> {
    pub indicator: &'a Indicator,
    pub facts: Facts<'a>,
    pub period: Period,
    pub whole: &'a TargetCell,
    /// The province's floor.
    pub floor: Bound,
    /// The regions that have a floor and are not counted in another.
    pub parts: Vec<Part<'a>>,
    /// Sum of their floors.
    pub sum: Decimal,
    /// Whether every region that counts has a floor.
    pub complete: bool,
}

/// Works out every indicator and period where a province's floor stands beside regions' floors that are added; checks ask the
/// context for them.
pub(super) fn totals<'a>(cx: &Cx<'a>) -> Vec<Totals<'a>> {
    let mut found = Vec::new();
    for (indicator, facts) in cx.indicators().filter(|(_, f)| f.roll_up.regions == RollUp::Sum) {
        for (period, whole) in cx.whole_cells(indicator) {
            found.extend(total(cx, indicator, facts, period, whole));
        }
    }
    found
}

fn total<'a>(
    cx: &Cx<'a>,
    indicator: &'a Indicator,
    facts: &Facts<'a>,
    period: Period,
    whole: &'a TargetCell,
) -> Option<Totals<'a>> {
    let floor = cx.interval(facts, whole)?.lower?;
    let mut parts = cx.parts(indicator, facts, period);
    parts.retain(|p| p.interval.lower.is_some());
    if parts.is_empty() {
        return None;
    }
    let sum = parts.iter().filter_map(Part::floor).try_fold(Decimal::ZERO, Decimal::checked_add)?;
    let counted = indicator.regions.iter().filter(|r| !cx.is_counted_in_another(indicator, r)).count();
    let complete = parts.len() == counted;
    Some(Totals { indicator, facts: facts.clone(), period, whole, floor, parts, sum, complete })
}

impl Part<'_> {
    /// The floor's figure.
    pub(super) fn floor(&self) -> Option<Decimal> {
        self.interval.lower.map(|b| b.value)
    }
}

impl<'a> Totals<'a> {
    /// A figure of the indicator, with unit.
    pub(super) fn figure(&self, value: Decimal) -> String {
        say::figure(value, self.facts.unit.as_ref())
    }

    /// How far a figure is from the province's, with unit.
    pub(super) fn difference(&self, value: Decimal) -> String {
        say::difference(value, self.floor.value, self.facts.unit.as_ref())
    }

    /// The floor of a region's row.
    pub(super) fn floor_of(&self, row: &RegionRow) -> Option<Decimal> {
        self.parts.iter().find(|p| std::ptr::eq(p.row, row)).and_then(Part::floor)
    }

    /// The regions' cells with their names.
    pub(super) fn labels(&self) -> impl Iterator<Item = (Place, Both)> + use<'_, 'a> {
        self.parts.iter().map(|p| (p.cell.written.place, Both::same(p.row.name.key())))
    }

    /// The zones' rows and the sum by the convention opposite to the fund's: zones not added, or added on top.
    pub(super) fn by_the_opposite_convention(&self, cx: &Cx<'_>) -> Option<(Vec<&'a RegionRow>, Decimal)> {
        let fund = cx.fund?;
        let is_zone =
            |row: &&RegionRow| row.region.is_some_and(|id| fund.regions.get(id).kind == RegionKind::Zone);
        let zones: Vec<&RegionRow> = self.indicator.regions.iter().filter(is_zone).collect();
        let floor = |row: &&RegionRow| {
            let cell = row.cells.iter().find(|c| c.period == self.period)?;
            cx.interval(&self.facts, cell)?.lower.map(|b| b.value)
        };
        let of_zones = zones.iter().map(floor).try_fold(Decimal::ZERO, |sum, f| sum.checked_add(f?))?;
        let sum = match fund.zone_convention {
            ZoneConvention::CityExcludesZone => self.sum.checked_sub(of_zones)?,
            ZoneConvention::CityIncludesZone => self.sum.checked_add(of_zones)?,
        };
        Some((zones, sum))
    }

    /// A region that is out of line with the whole speaks instead of the sum: its floor is above the province's.
    pub(super) fn above_the_whole(&self) -> Vec<&Part<'a>> {
        let above = |p: &&Part<'a>| p.floor().is_some_and(|f| f > self.floor.value);
        if self.floor.value.is_zero() { Vec::new() } else { self.parts.iter().filter(above).collect() }
    }
}
