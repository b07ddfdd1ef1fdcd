//! The fund's own targets beside what a scheme comes to.

use std::collections::BTreeMap;

use jixiao_core::{
    fund::IndicatorSpec,
    indicator::Direction,
    period::Period,
    table::{HeaderKey, TargetTable},
    target::Target,
};
use jixiao_tables::{read, read::Limits};

use crate::{commands::Setting, fund::TARGET_TABLE};

/// A target for a number of supported enterprises.
pub(crate) struct Goal {
    /// As the table writes it.
    pub text: String,
    target: Target,
    direction: Direction,
}

impl Goal {
    /// Whether a number meets it; `None` for a target that is no number.
    pub(crate) fn met(&self, number: u64) -> Option<bool> {
        match &self.target {
            Target::Number(target) => Some(target.interval(self.direction).contains(number.into())),
            _ => None,
        }
    }
}

/// The targets of the indicator that counts a scheme's supported enterprises, by division code; the whole fund's under none. `None` when no indicator
/// does, or the fund folder has no table that can be read.
pub(crate) fn of_scheme(
    setting: &Setting,
    scheme: &str,
    year: i16,
) -> Option<(IndicatorSpec, BTreeMap<Option<String>, Goal>)> {
    let spec = setting.fund.indicators.iter().find(|spec| spec.scheme.as_deref() == Some(scheme))?;
    let text = setting.texts.get(TARGET_TABLE.0)?;
    let regions = &setting.fund.regions;
    let document = read(text.as_bytes(), Some(TARGET_TABLE.0), Some(regions), &Limits::default()).ok()?;
    let named = |title: &str| setting.fund.spec(title).is_some_and(|found| found.id == spec.id);
    let indicator = document.table.indicators.iter().find(|i| named(&i.title))?;
    // A column of 当年度 is of the form's own year, the first of its term; a later year's targets are not in it.
    let own = own_year(&document.table).unwrap_or(setting.fund.cycle.first);
    let goal = |cells: &[jixiao_core::table::TargetCell]| {
        let asked = |period| matches!(period, Period::Year(of) if of.unwrap_or(own) == year);
        let cell = cells.iter().find(|c| asked(c.period))?;
        let (text, target) = (cell.written.text.clone(), cell.target().clone());
        Some(Goal { text, target, direction: spec.direction })
    };
    let mut goals = BTreeMap::new();
    goals.extend(goal(&indicator.whole).map(|goal| (None, goal)));
    for row in &indicator.regions {
        if let (Some(region), Some(goal)) = (row.region, goal(&row.cells)) {
            goals.insert(Some(regions.get(region).code.clone()), goal);
        }
    }
    Some((spec.clone(), goals))
}

/// The year that a form says it is of.
fn own_year(table: &TargetTable) -> Option<i16> {
    let field = table.field(HeaderKey::FormYear)?;
    let digits: String = field.value.key().chars().filter(char::is_ascii_digit).collect();
    digits.get(..4)?.parse().ok()
}
