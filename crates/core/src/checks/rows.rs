//! The rows of an indicator, its own and its regions', and the figures of cycle and year beside each other.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::{Cx, Facts};
use crate::{
    finding::{Both, Finding},
    period::Period,
    place::{Place, Written},
    proof::RollUp,
    region::RegionKind,
    table::{ColumnRole, Indicator, Marks, RegionRow, TargetCell},
};

/// A row of an indicator: its own, or a region's.
#[derive(Clone, Copy)]
pub(crate) struct Row<'a> {
    pub indicator: &'a Indicator,
    /// The region's name; `None` for the indicator's own row.
    pub region: Option<&'a Written>,
    pub cells: &'a [TargetCell],
    pub marks: &'a Marks,
}

/// The indicator's own row, then those of its regions.
pub(super) fn rows(indicator: &Indicator) -> impl Iterator<Item = Row<'_>> {
    let own = Row { indicator, region: None, cells: &indicator.whole, marks: &indicator.marks };
    std::iter::once(own).chain(indicator.regions.iter().map(move |r| Row {
        indicator,
        region: Some(&r.name),
        cells: &r.cells,
        marks: &r.marks,
    }))
}

impl<'a> Row<'a> {
    /// The region's name without white space.
    pub(crate) fn region_key(&self) -> Option<String> {
        self.region.map(Written::key)
    }

    /// How sentences name the row.
    pub(super) fn subject(&self) -> Both {
        super::say::subject(&self.indicator.title, self.region_key().as_deref())
    }

    /// How labels name the row: the region, or the whole.
    pub(super) fn label(&self) -> Both {
        self.region_key().map_or_else(|| Both::new("全省（总计）", "the whole"), Both::same)
    }

    /// Where the row's name stands.
    pub(super) fn place(&self) -> Place {
        self.region.unwrap_or(&self.indicator.name).place
    }

    /// The place of a mark, or of the row's name when the mark is missing.
    pub(crate) fn place_of(&self, role: ColumnRole) -> Place {
        self.marks.get(role).map_or_else(|| self.place(), |w| w.place)
    }

    /// The text of a mark without white space, if it says anything.
    pub(super) fn mark(&self, role: ColumnRole) -> Option<&'a Written> {
        self.marks.get(role).filter(|w| !w.key().is_empty())
    }

    /// The target that actuals are measured against: the last year's column, or the only one.
    pub(super) fn year_cell(&self) -> Option<&'a TargetCell> {
        let year = self.cells.iter().rev().find(|c| matches!(c.period, Period::Year(_)));
        year.or_else(|| self.cells.first().filter(|_| self.cells.len() == 1))
    }

    /// The finding with this row as its subject.
    pub(super) fn about(&self, finding: Finding, period: Option<Period>) -> Finding {
        finding.about(&self.indicator.title, self.region_key().as_deref(), period)
    }
}

/// The name by which regions are compared: the official one where the fund's list knows it.
pub(super) fn region_name(cx: &Cx<'_>, row: &RegionRow) -> String {
    match (cx.fund, row.region) {
        (Some(fund), Some(id)) => fund.regions.get(id).name.clone(),
        _ => row.name.key(),
    }
}

/// Whether a row among the regions stands for the whole: the province, or a total.
pub(super) fn is_whole(cx: &Cx<'_>, row: &RegionRow) -> bool {
    const NAMES: [&str; 11] =
        ["全省", "全区", "全市", "全县", "全州", "合计", "总计", "小计", "全省合计", "省级合计", "全省小计"];
    let known = |id| cx.fund.is_some_and(|f| f.regions.get(id).kind == RegionKind::Province);
    row.region.is_some_and(known) || NAMES.contains(&row.name.key().as_str())
}

/// The floors of cycle and year of one row, in the indicator's unit.
pub(super) struct Pair<'a> {
    pub row: Row<'a>,
    pub cycle: &'a TargetCell,
    pub year: &'a TargetCell,
    pub cycle_figure: Decimal,
    pub year_figure: Decimal,
}

/// How a cycle's figure stands to the year's, when the years are meant to be alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ratio {
    /// The cycle is the year times the number of years.
    Exact,
    /// It is, but for rounding the year's figure to its written precision.
    Rounded,
    /// It is not.
    Off,
}

/// Cycle beside year for every row of an indicator whose years add up; empty when the table has not exactly one year.
pub(super) fn pairs<'a>(cx: &Cx<'a>, indicator: &'a Indicator, facts: &Facts<'_>) -> Vec<Pair<'a>> {
    let periods = cx.table.periods();
    let years: Vec<Period> = periods.iter().copied().filter(|p| *p != Period::Cycle).collect();
    let ([year], true) = (years.as_slice(), periods.contains(&Period::Cycle)) else { return Vec::new() };
    if facts.roll_up.years != RollUp::Sum {
        return Vec::new();
    }
    rows(indicator).filter_map(|row| pair(cx, facts, row, *year)).collect()
}

fn pair<'a>(cx: &Cx<'_>, facts: &Facts<'_>, row: Row<'a>, year: Period) -> Option<Pair<'a>> {
    let cell = |period| row.cells.iter().find(|c| c.period == period);
    let (cycle, year) = (cell(Period::Cycle)?, cell(year)?);
    let floor = |cell| cx.interval(facts, cell).and_then(|i| i.lower).map(|b| b.value);
    Some(Pair { row, cycle, year, cycle_figure: floor(cycle)?, year_figure: floor(year)? })
}

impl Pair<'_> {
    /// The year's figure times a number of years.
    pub(super) fn times(&self, years: u32) -> Option<Decimal> {
        self.year_figure.checked_mul(Decimal::from(years))
    }

    /// How the two stand to each other. A rounded year is less than one step off, so the cycle less than `years` steps.
    pub(super) fn ratio(&self, years: u32, step: Decimal) -> Ratio {
        let (Some(times), Some(tolerance)) = (self.times(years), step.checked_mul(Decimal::from(years)))
        else {
            return Ratio::Off;
        };
        match (self.cycle_figure - times).abs() {
            d if d.is_zero() => Ratio::Exact,
            d if d < tolerance => Ratio::Rounded,
            _ => Ratio::Off,
        }
    }
}

/// The number of years by which rows multiply a year to get the cycle, when at least three rows and three quarters of
/// them do so (zeros aside): the cycle's own length, or 2 to 5 where the table does not say it. At least a quarter of
/// those must do so exactly: small counts (1 and 2) are near every multiple.
///
/// Looks at one indicator, or at the whole table.
pub(super) fn years_by_which_rows_multiply(cx: &Cx<'_>, only: Option<&Indicator>) -> Option<u32> {
    let candidates = match cx.cycle().map(|c| c.years()) {
        Some(years) if (2..=20).contains(&years) => years..=years,
        Some(_) => return None,
        None => 2..=5,
    };
    let mut alike: BTreeMap<u32, (usize, usize)> = BTreeMap::new();
    let mut all = 0;
    let chosen = |i: &Indicator| only.is_none_or(|o| std::ptr::eq(o, i));
    for (indicator, facts) in cx.indicators().filter(|(i, _)| chosen(i)) {
        let step = step(facts);
        for pair in pairs(cx, indicator, facts).iter().filter(|p| !p.year_figure.is_zero()) {
            all += 1;
            for years in candidates.clone() {
                let ratio = pair.ratio(years, step);
                let (near, exact) = alike.entry(years).or_default();
                *near += usize::from(ratio != Ratio::Off);
                *exact += usize::from(ratio == Ratio::Exact);
            }
        }
    }
    let (years, (near, exact)) = alike.into_iter().max_by_key(|(_, counts)| *counts)?;
    (near >= 3 && near * 4 >= all * 3 && exact * 4 >= near).then_some(years)
}

/// The smallest difference that the indicator's figures are written in.
pub(super) fn step(facts: &Facts<'_>) -> Decimal {
    facts.domain.step.unwrap_or(Decimal::ONE)
}
