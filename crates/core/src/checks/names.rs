//! Indicators of a table beside those of the fund folder: which are known, which are nearly so.

use crate::{
    fund::{Fund, IndicatorSpec},
    indicator::Category,
    table::{Indicator, TargetTable},
    text,
};

/// The indicators of the table that the fund folder should know.
pub(super) fn of_fund(table: &TargetTable) -> impl Iterator<Item = &Indicator> {
    let counts =
        |i: &&Indicator| i.category != Some(Category::Execution) && super::forms::is_worded(&i.title);
    table.indicators.iter().filter(counts)
}

/// The fund's name nearest to a title that is none of them, with its entry; `None` when none resembles it.
pub(super) fn near<'f>(fund: &'f Fund, title: &str) -> Option<(&'f IndicatorSpec, &'f str)> {
    let title = text::key(title);
    let names = fund.indicators.iter().flat_map(|spec| spec.names.iter().map(move |n| (spec, n.as_str())));
    let measured = names.filter_map(|(spec, name)| {
        let known = text::key(name);
        let edits = text::distance(&title, &known);
        // A third of the name may differ: 支持企业数 for 支持企业数量, but no other indicator of the fund.
        (edits > 0 && edits * 3 <= known.chars().count()).then_some((edits, spec, name))
    });
    measured.min_by_key(|(edits, ..)| *edits).map(|(_, spec, name)| (spec, name))
}
