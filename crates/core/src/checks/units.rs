//! The unit in a cell against the unit that the indicator is measured in.

use rust_decimal::Decimal;

use super::{
    Facts, Rule,
    cells::{At, Picked},
};
use crate::{
    both,
    finding::{Both, Finding},
    unit::{Meaning, Unit},
};

/// How the unit in a cell goes with the indicator's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Clash {
    /// Another thing: 家 and 家次, 元 and 美元, 天 and 工作日.
    Meaning,
    /// Another measure word for what may be the same things: 个 and 家.
    Word,
    /// The same thing in another scale: 万元 and 亿元.
    Scale,
}

/// How a cell's unit clashes with the indicator's; `None` when it does not, or one of the two is not written.
pub(super) fn clash(facts: &Facts<'_>, at: &At<'_>) -> Option<Clash> {
    let (mine, theirs) = (at.number()?.unit.as_ref()?, facts.unit.as_ref()?);
    if mine.meaning != theirs.meaning {
        let named = |u: &Unit| matches!(u.meaning, Meaning::Named(_));
        let words = mine.is_count() && theirs.is_count() && (named(mine) || named(theirs));
        return Some(if words { Clash::Word } else { Clash::Meaning });
    }
    // 2万家次 under （家次） is an ordinary way to write a large count.
    let large = mine.is_count() && (is_ten_thousand_of(mine, theirs) || is_ten_thousand_of(theirs, mine));
    let plain_time = matches!(mine.meaning, Meaning::Months | Meaning::Days);
    (mine.scale != theirs.scale && !large && !plain_time).then_some(Clash::Scale)
}

fn is_ten_thousand_of(large: &Unit, small: &Unit) -> bool {
    large.symbol.strip_prefix('万') == Some(small.symbol.as_str())
}

/// The indicator's unit and that of the first of the cells that clash with it.
pub(super) fn pair<'p>(picked: &'p Picked<'_>) -> Option<(&'p str, &'p str)> {
    let mine = picked.first().number()?.unit.as_ref()?;
    Some((picked.facts.unit.as_ref()?.symbol.as_str(), mine.symbol.as_str()))
}

/// A finding that says both units; its reason and next step are the check's.
pub(super) fn finding(rule: &Rule, picked: &Picked<'_>) -> Option<Finding> {
    let (title, spots, (theirs, mine)) = (picked.title(), picked.spots(), pair(picked)?);
    let whose = if picked.indicator.unit.is_some() {
        Both::new("指标的单位", "the indicator's unit")
    } else {
        Both::new("其他单元格的单位", "the unit of other cells")
    };
    let message = both!(
        "“{title}”{whose_zh}为“{theirs}”，而指标值用“{mine}”：{zh}",
        "{title}: {whose_en} is {theirs}, but the target says {mine}: {en}",
        title = title,
        whose_zh = whose.zh,
        whose_en = whose.en,
        theirs = theirs,
        mine = mine,
        zh = spots.zh,
        en = spots.en
    );
    let said = (Both::new("指标值的单位", "unit of the target"), mine.to_owned());
    Some(picked.finding(rule, message).figures((whose, theirs.to_owned()), said, ""))
}

/// Whether a cell's figures are no whole number of the things that its unit counts: 3.5家.
pub(super) fn is_fraction_of_count(facts: &Facts<'_>, at: &At<'_>) -> bool {
    let Some(number) = at.number() else { return false };
    let Some(unit) = number.unit.as_ref().or(facts.unit.as_ref()).filter(|u| u.is_count()) else {
        return false;
    };
    let bounds = [number.written.lower, number.written.upper];
    bounds
        .into_iter()
        .flatten()
        .any(|b| b.value.checked_mul(unit.scale).is_some_and(|things| things.fract() != Decimal::ZERO))
}
