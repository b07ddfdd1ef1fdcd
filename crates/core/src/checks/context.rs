//! What a check looks at: the table, the fund it belongs to, and what is known of each indicator.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{
    proofs::{self, RegionProof},
    prose::{self, Match},
    totals::{self, Totals},
};
use crate::{
    fund::{Fund, IndicatorSpec, RollUps, ZoneConvention},
    indicator::{Direction, Kind, direction_of},
    interval::{Bound, Interval},
    period::{Cycle, Period},
    proof::{Domain, RollUp},
    region::RegionKind,
    table::{HeaderKey, Indicator, RegionRow, TargetCell, TargetTable},
    target::{NumberTarget, Target},
    text,
    unit::Unit,
};

/// What an indicator's targets are, going by most of its cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nature {
    /// Numbers.
    Number,
    /// Deadlines.
    Deadline,
    /// States.
    State,
    /// No cell says.
    Unknown,
}

/// What is known of an indicator: from the fund folder where it says so, else from the table's own words.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    /// The fund folder's entry.
    pub spec: Option<&'a IndicatorSpec>,
    /// The unit its figures are in: the name's, else most cells', else the fund folder's.
    pub unit: Option<Unit>,
    /// Which way is better.
    pub direction: Direction,
    /// How parts make a whole.
    pub roll_up: RollUps,
    /// What its targets are.
    pub nature: Nature,
    /// The values that its figures can take. Counts step in whole units; amounts step in the finest decimal place that the
    /// indicator's cells are written in; shares take any value from 0 to 100 % (or ‰), when the name says that they
    /// cannot exceed the whole.
    pub domain: Domain,
}

/// A region's numeric target in the indicator's unit.
#[derive(Clone, Debug)]
pub struct Part<'a> {
    /// The row.
    pub row: &'a RegionRow,
    /// The cell.
    pub cell: &'a TargetCell,
    /// The target.
    pub number: &'a NumberTarget,
    /// What meets it, in the indicator's unit.
    pub interval: Interval,
}

/// What a check looks at.
pub struct Cx<'a> {
    /// The table.
    pub table: &'a TargetTable,
    /// The fund, when the table is one of it.
    pub fund: Option<&'a Fund>,
    /// Today, when it matters (waivers); handed in by the outermost layer.
    pub today: Option<Date>,
    facts: Vec<Facts<'a>>,
    year: Option<i16>,
    cycle: Option<Cycle>,
    // Worked out once, because several checks ask.
    proofs: Vec<RegionProof<'a>>,
    totals: Vec<Totals<'a>>,
    spoken: Vec<Match<'a>>,
}

impl<'a> Cx<'a> {
    /// A context. The fund is left aside when the table's title and project name do not say that it is this fund's.
    pub fn new(table: &'a TargetTable, fund: Option<&'a Fund>, today: Option<Date>) -> Self {
        let mut cx = Self::bare(table, fund.filter(|f| belongs(table, f)));
        cx.today = today;
        cx.proofs = proofs::region_proofs(&cx);
        cx.totals = totals::totals(&cx);
        cx.spoken = prose::matches(&cx);
        cx
    }

    /// A context without what only checks ask for. The caller says that the table is the fund's.
    pub(crate) fn bare(table: &'a TargetTable, fund: Option<&'a Fund>) -> Self {
        let facts = table.indicators.iter().map(|i| facts(i, fund)).collect();
        let (year, cycle) = (year(table), cycle(table, fund));
        Self {
            table,
            fund,
            today: None,
            facts,
            year,
            cycle,
            proofs: Vec::new(),
            totals: Vec::new(),
            spoken: Vec::new(),
        }
    }

    /// Every failed proof "regions guarantee the province", in order.
    pub(super) fn region_proofs(&self) -> &[RegionProof<'a>] {
        &self.proofs
    }

    /// Quantities of the prose that certainly speak of an indicator.
    pub(super) fn spoken(&self) -> &[Match<'a>] {
        &self.spoken
    }

    /// Every indicator and period where a province's floor stands beside regions' floors that are added.
    pub(super) fn totals(&self) -> &[Totals<'a>] {
        &self.totals
    }

    /// Every indicator with what is known of it.
    pub fn indicators(&self) -> impl Iterator<Item = (&'a Indicator, &Facts<'a>)> {
        self.table.indicators.iter().zip(&self.facts)
    }

    /// The form's own year: 起始年度 of a goal table's year column, else the year in the title, else the form's date line.
    pub fn year(&self) -> Option<i16> {
        self.year
    }

    /// The implementation cycle: 起始年度 to 到期年度, or 实施周期 as one text; else the fund's.
    pub fn cycle(&self) -> Option<Cycle> {
        self.cycle
    }

    /// The year that stands in for a missing one in a column: the form's year, or the cycle's last.
    pub fn stand_in_year(&self, period: Period) -> Option<i16> {
        match period {
            Period::Cycle => self.cycle().map(|c| c.last),
            Period::Year(Some(year)) => Some(year),
            Period::Year(None) => self.year(),
        }
    }

    /// A cell's numeric target as an interval in the indicator's unit; `None` when it is no number or of another unit.
    pub fn interval(&self, facts: &Facts<'_>, cell: &TargetCell) -> Option<Interval> {
        let number = cell.target().number()?;
        let interval = number.interval(facts.direction);
        let (Some(from), Some(to)) = (&number.unit, &facts.unit) else { return Some(interval) };
        let convert = |b: Option<Bound>| match b {
            None => Some(None),
            Some(b) => from.convert(b.value, to).ok().map(|value| Some(Bound { value, closed: b.closed })),
        };
        Some(Interval { lower: convert(interval.lower)?, upper: convert(interval.upper)? })
    }

    /// The regions' numeric targets of a period that are parts of the whole: a zone inside a listed city is left out when
    /// the fund says that the city's row contains it, and so is a county inside a listed city.
    pub fn parts(&self, indicator: &'a Indicator, facts: &Facts<'_>, period: Period) -> Vec<Part<'a>> {
        let counted = indicator.regions.iter().filter(|row| !self.is_counted_in_another(indicator, row));
        counted
            .filter_map(|row| {
                let cell = row.cells.iter().find(|c| c.period == period)?;
                let number = cell.target().number()?;
                Some(Part { row, cell, number, interval: self.interval(facts, cell)? })
            })
            .collect()
    }

    /// Whether a row's figures are contained in those of another row of the same indicator.
    pub fn is_counted_in_another(&self, indicator: &Indicator, row: &RegionRow) -> bool {
        let (Some(fund), Some(id)) = (self.fund, row.region) else { return false };
        let contained = match fund.regions.get(id).kind {
            RegionKind::Zone => fund.zone_convention == ZoneConvention::CityIncludesZone,
            RegionKind::County => true,
            RegionKind::Province | RegionKind::City => false,
        };
        let listed = |other| indicator.regions.iter().any(|r| r.region == Some(other));
        contained && fund.regions.ancestors(id).any(listed)
    }

    /// The periods in which the indicator has a target of its own, with the cell.
    pub fn whole_cells(&self, indicator: &'a Indicator) -> impl Iterator<Item = (Period, &'a TargetCell)> {
        indicator.whole.iter().map(|c| (c.period, c))
    }
}

/// Every target cell of an indicator: its own, then those of its regions.
pub(super) fn all_cells(indicator: &Indicator) -> impl Iterator<Item = &TargetCell> {
    indicator.whole.iter().chain(indicator.regions.iter().flat_map(|r| &r.cells))
}

/// Whether the table says, in its title or project name, that it is of the fund.
fn belongs(table: &TargetTable, fund: &Fund) -> bool {
    let project = table.field(HeaderKey::ProjectName).map(|f| &f.value);
    let names: Vec<String> = table.titles.iter().chain(project).map(|w| text::key(&w.text)).collect();
    fund.applies_to.iter().any(|phrase| names.iter().any(|n| n.contains(&text::key(phrase))))
}

/// The year of [`Cx::year`], worked out once: a check asks for it at every cell.
fn year(table: &TargetTable) -> Option<i16> {
    let title = table.titles.first().and_then(|t| first_year(&t.text));
    let field = |key| table.field(key).and_then(|f| first_year(&f.value.text));
    field(HeaderKey::FormYear).or(title).or_else(|| field(HeaderKey::FirstYear))
}

/// The cycle of [`Cx::cycle`], likewise.
fn cycle(table: &TargetTable, fund: Option<&Fund>) -> Option<Cycle> {
    let field = |key| table.field(key).and_then(|f| first_year(&f.value.text));
    let own = match (field(HeaderKey::FirstYear), field(HeaderKey::LastYear)) {
        (Some(first), Some(last)) => Some(Cycle { first, last }),
        _ => table.field(HeaderKey::Term).and_then(|f| {
            let years = years(&f.value.text);
            Some(Cycle { first: *years.first()?, last: *years.last()? })
        }),
    };
    own.or_else(|| fund.map(|f| f.cycle))
}

fn facts<'a>(indicator: &Indicator, fund: Option<&'a Fund>) -> Facts<'a> {
    let spec = fund.and_then(|f| f.spec(&indicator.title));
    let nature = nature(indicator);
    let unit = indicator
        .unit
        .clone()
        .or_else(|| all_cells(indicator).find_map(|c| c.target().number().and_then(|n| n.unit.clone())))
        .or_else(|| spec.and_then(|s| s.unit.clone()));
    let roll_up = spec.map_or_else(|| usual_roll_up(indicator, unit.as_ref(), nature), |s| s.roll_up);
    let direction = spec.map_or_else(|| direction_of(&indicator.title), |s| s.direction);
    let domain = domain(indicator, unit.as_ref());
    Facts { spec, unit, direction, roll_up, nature, domain }
}

fn domain(indicator: &Indicator, unit: Option<&Unit>) -> Domain {
    let Some(unit) = unit else { return Domain { never_negative: true, ..Domain::ANY } };
    let places = all_cells(indicator).filter_map(|c| c.target().number()).map(NumberTarget::places).max();
    let step = if unit.is_count() {
        Some(Decimal::ONE)
    } else if unit.is_share() {
        None
    } else {
        Some(Decimal::new(1, places.unwrap_or(0)))
    };
    let at_most = (unit.is_share() && is_part_of_whole(&indicator.title)).then(|| Decimal::ONE / unit.scale);
    Domain { step, never_negative: unit.is_never_negative(), at_most }
}

/// Without a fund folder: counts and amounts add, shares average, states hold everywhere, the last date counts.
fn usual_roll_up(indicator: &Indicator, unit: Option<&Unit>, nature: Nature) -> RollUps {
    let both = |roll_up| RollUps { regions: roll_up, years: roll_up };
    match (nature, unit) {
        (Nature::Deadline, _) => both(RollUp::Latest),
        (Nature::State, _) => both(RollUp::EveryOne),
        (_, Some(unit)) if unit.is_additive() => both(RollUp::Sum),
        (_, Some(unit)) if unit.is_share() => both(RollUp::WeightedMean),
        _ if indicator.kind == Some(Kind::Satisfaction) => both(RollUp::WeightedMean),
        _ => both(RollUp::None),
    }
}

fn nature(indicator: &Indicator) -> Nature {
    let (mut numbers, mut deadlines, mut states) = (0, 0, 0);
    for cell in all_cells(indicator) {
        match cell.target() {
            Target::Number(_) => numbers += 1,
            Target::Deadline(_) => deadlines += 1,
            Target::State(_) => states += 1,
            Target::Missing | Target::NotApplicable | Target::Unread => {}
        }
    }
    match numbers.max(deadlines).max(states) {
        0 => Nature::Unknown,
        most if most == numbers => Nature::Number,
        most if most == deadlines => Nature::Deadline,
        _ => Nature::State,
    }
}

/// Whether a rate is of parts of a whole, so that more than 100 % cannot be: 满意度, 合格率, 完成率, 覆盖率.
pub(super) fn is_part_of_whole(title: &str) -> bool {
    const WORDS: [&str; 16] = [
        "满意度",
        "满意率",
        "合格率",
        "覆盖率",
        "及时率",
        "准确率",
        "通过率",
        "参与率",
        "达标率",
        "优良率",
        "处理率",
        "办结率",
        "投诉率",
        "差错率",
        "逾期率",
        "占比",
    ];
    WORDS.iter().any(|w| title.contains(w))
}

/// The first four-digit year from 1990 to 2100 in a text.
pub(super) fn first_year(text: &str) -> Option<i16> {
    years(text).first().copied()
}

/// The four-digit years from 1990 to 2100 in a text, in order.
pub(super) fn years(text: &str) -> Vec<i16> {
    let folded = text::fold(text);
    folded
        .split(|c: char| !c.is_ascii_digit())
        .filter(|run| run.len() == 4)
        .filter_map(|run| run.parse().ok())
        .filter(|year| (1990..=2100).contains(year))
        .collect()
}
