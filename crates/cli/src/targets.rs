//! The fund's own targets beside what a scheme comes to.

use std::collections::BTreeMap;

use jixiao_core::{fund::IndicatorSpec, indicator::Direction, period::Period, target::Target};
use jixiao_tables::{read, read::Limits};

use crate::{commands::Setting, fund::TARGET_TABLE};

/// A target for a number of supported enterprises.
pub(crate) struct Goal {
    /// As the table writes it.
    pub text: String,
    target: Target,
}

impl Goal {
    /// Whether a number meets it; `None` for a target that is no number.
    pub(crate) fn met(&self, number: u64) -> Option<bool> {
        match &self.target {
            Target::Number(target) => Some(target.interval(Direction::Forward).contains(number.into())),
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
    let indicator = document.table.indicators.into_iter().find(|i| named(&i.title))?;
    let goal = |cells: &[jixiao_core::table::TargetCell]| {
        let cell =
            cells.iter().find(|c| c.period == Period::Year(Some(year)) || c.period == Period::Year(None))?;
        Some(Goal { text: cell.written.text.clone(), target: cell.target().clone() })
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
