//! The proofs over a whole table, done once and shared by the checks that report their failures.

use rust_decimal::{Decimal, RoundingStrategy};

use super::{Cx, Facts, Part, say};
use crate::{
    finding::{Both, Edit, Fix, Safety},
    interval::Side,
    period::Period,
    proof::{Failure, Proof, guarantee},
    table::{Indicator, TargetCell},
    target::Comparator,
};

/// Why the proof failed, so that exactly one check speaks of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gap {
    /// The parts reach the figure exactly, and the whole does not accept the figure itself.
    Boundary,
    /// What the parts guarantee becomes the whole's figure when rounded to its written precision.
    Rounding,
    /// The parts fall short of the figure, or exceed the ceiling.
    Real,
    /// At least one part has no bound on this side: it guarantees nothing.
    Unbounded,
}

/// A failed proof "regions guarantee the province" for one indicator and period.
pub(super) struct RegionProof<'a> {
    pub indicator: &'a Indicator,
    pub facts: Facts<'a>,
    pub period: Period,
    pub whole: &'a TargetCell,
    pub parts: Vec<Part<'a>>,
    pub failure: Failure,
    pub gap: Gap,
}

/// Works out every failed proof of the table; checks ask the context for them.
pub(super) fn region_proofs<'a>(cx: &Cx<'a>) -> Vec<RegionProof<'a>> {
    let mut failed = Vec::new();
    for (indicator, facts) in cx.indicators() {
        for (period, whole) in cx.whole_cells(indicator) {
            failed.extend(region_proof(cx, indicator, facts, period, whole));
        }
    }
    failed
}

fn region_proof<'a>(
    cx: &Cx<'a>,
    indicator: &'a Indicator,
    facts: &Facts<'a>,
    period: Period,
    whole: &'a TargetCell,
) -> Option<RegionProof<'a>> {
    let target = cx.interval(facts, whole)?;
    let parts = cx.parts(indicator, facts, period);
    // A region whose target is missing or unreadable makes the sum meaningless; other checks report it.
    let expected = indicator.regions.iter().filter(|r| !cx.is_counted_in_another(indicator, r)).count();
    if parts.len() != expected {
        return None;
    }
    let intervals: Vec<_> = parts.iter().map(|p| p.interval).collect();
    let Proof::Fails(failure) = guarantee(facts.roll_up.regions, &intervals, &target, facts.domain) else {
        return None;
    };
    let gap = gap(&failure, whole);
    Some(RegionProof { indicator, facts: facts.clone(), period, whole, parts, failure, gap })
}

fn gap(failure: &Failure, whole: &TargetCell) -> Gap {
    let Some(parts) = failure.parts else { return Gap::Unbounded };
    let places = whole.target().number().map_or(0, crate::target::NumberTarget::places);
    if parts.value == failure.whole.value {
        Gap::Boundary
    } else if rounded(parts.value, places) == failure.whole.value {
        Gap::Rounding
    } else {
        Gap::Real
    }
}

pub(super) fn rounded(value: Decimal, places: u32) -> Decimal {
    value.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero)
}

impl RegionProof<'_> {
    /// The figure that the parts guarantee, with unit.
    pub(super) fn parts_figure(&self) -> String {
        self.failure.parts.map_or_else(String::new, |b| say::figure(b.value, self.facts.unit.as_ref()))
    }

    /// How far the parts are from the whole's figure, with unit.
    pub(super) fn difference(&self) -> String {
        self.failure.parts.map_or_else(String::new, |b| {
            say::difference(self.failure.whole.value, b.value, self.facts.unit.as_ref())
        })
    }

    /// What each region reaches in the counterexample.
    pub(super) fn example(&self) -> Vec<(String, String)> {
        let unit = self.facts.unit.as_ref();
        self.parts
            .iter()
            .zip(&self.failure.values)
            .map(|(part, value)| (part.row.name.key(), say::figure(*value, unit)))
            .collect()
    }

    /// What follows in the counterexample.
    pub(super) fn example_result(&self) -> Both {
        let (n, whole) = (self.parts.len(), say::written(self.whole));
        let result = say::figure(self.failure.result, self.facts.unit.as_ref());
        let (verb_zh, verb_en) = match self.facts.roll_up.regions {
            crate::proof::RollUp::Sum => ("合计", "together they reach"),
            _ => ("全省平均可低至", "the province's mean can be as low as"),
        };
        crate::both!(
            "{n}个地区都达到各自指标值，{verb_zh}{result}，而全省要求{whole}，未达到",
            "all {n} regions meet their targets and {verb_en} {result}, while the province needs {whole}: missed",
            n = n,
            result = result,
            whole = whole,
            verb_zh = verb_zh,
            verb_en = verb_en
        )
    }

    /// Whether the province's figure is an exact one (`= 270`) and the regions only have floors, so that they may exceed it.
    pub(super) fn is_exact_over_floors(&self) -> bool {
        let exact = self.whole.target().number().is_some_and(|n| n.comparator == Comparator::Equal);
        exact && self.gap == Gap::Unbounded && self.failure.side == Side::Upper
    }

    /// Whether the province's figure is exactly zero (`= 0`).
    pub(super) fn needs_nothing(&self) -> bool {
        let exact = self.whole.target().number().is_some_and(|n| n.comparator == Comparator::Equal);
        exact && self.failure.whole.value.is_zero()
    }

    /// Whether the floor is what can be missed.
    pub(super) fn is_floor(&self) -> bool {
        self.failure.side == Side::Lower
    }
}

/// A target's text with another comparator: `> 270` with `≥` is `≥ 270`.
///
/// Words (超过270) become the sign before the figure; white space after a sign is kept as it was.
pub(super) fn with_sign(text: &str, sign: &str) -> String {
    let begin = text.find(|c: char| c.is_ascii_digit() || ('\u{ff10}'..='\u{ff19}').contains(&c) || c == '-');
    let Some(begin) = begin else { return format!("{sign}{text}") };
    let (head, figure) = text.split_at(begin);
    let gap = if head.ends_with(char::is_whitespace) { " " } else { "" };
    format!("{sign}{gap}{figure}")
}

/// The smallest change of figures that makes the proof hold: the parts' floors are raised (or their ceilings lowered) by the
/// difference, and the whole stays as it is.
///
/// A cycle whose rows are so many times the year's follows the year's repair, where that closes the gap exactly; otherwise the
/// difference is shared out in proportion by largest remainder. `None` where parts are not added, or one of them has no
/// bound to move.
pub(super) fn repair(cx: &Cx<'_>, proof: &RegionProof<'_>) -> Option<Fix> {
    if proof.facts.roll_up.regions != crate::proof::RollUp::Sum {
        return None;
    }
    let gap = gap_in_steps(proof)?;
    let with_the_year = follow_the_year(cx, proof, gap);
    let figures = with_the_year.clone().or_else(|| shared_out(proof, gap))?;
    let mut edits = Vec::new();
    for (part, after) in proof.parts.iter().zip(figures) {
        let before = bound(part, proof);
        // Only a cell in the indicator's own unit can be rewritten figure for figure.
        if part.number.figure()? != before {
            return None;
        }
        if after != before {
            edits.push(Edit {
                place: part.cell.written.place,
                before: part.cell.written.text.clone(),
                after: with_figure(&part.cell.written.text, &after.normalize().to_string())?,
            });
        }
    }
    let (gap, n) = (say::figure(gap, proof.facts.unit.as_ref()), edits.len());
    let what = match with_the_year {
        Some(_) => crate::both!(
            "差额{gap}随当年度的修复分到{n}个地区，实施周期仍为年度的整倍数",
            "the missing {gap} goes to {n} regions as the year's repair does, the cycle staying the same multiple of the year"
        ),
        None => crate::both!(
            "把差额{gap}按各地区现有指标值比例（最大余数法）分到{n}个地区",
            "shares the missing {gap} out to {n} regions in proportion to their targets (largest remainder)"
        ),
    };
    Some(Fix { safety: Safety::Unsafe, what, edits })
}

/// The figure of a part on the side that fails.
fn bound(part: &Part<'_>, proof: &RegionProof<'_>) -> Decimal {
    part.interval.bound(proof.failure.side).map_or(Decimal::ZERO, |b| b.value)
}

/// By how much the parts must move, in whole steps of the indicator.
fn gap_in_steps(proof: &RegionProof<'_>) -> Option<Decimal> {
    let step = proof.facts.domain.step?;
    let mut gap = proof.failure.whole.value.checked_sub(proof.failure.parts?.value)?.abs();
    if !proof.failure.whole.closed {
        gap = gap.checked_add(step)?;
    }
    gap.checked_div(step)?.ceil().checked_mul(step)
}

/// The parts' new figures when the gap is shared out in proportion.
fn shared_out(proof: &RegionProof<'_>, gap: Decimal) -> Option<Vec<Decimal>> {
    let step = proof.facts.domain.step?;
    let weights: Vec<Decimal> = proof.parts.iter().map(|p| bound(p, proof)).collect();
    let units = u64::try_from(gap.checked_div(step)?).ok()?;
    let shares = crate::apportion::largest_remainder(units, &weights)?;
    let moved = |(share, value): (u64, &Decimal)| {
        let by = Decimal::from(share).checked_mul(step)?;
        if proof.is_floor() { value.checked_add(by) } else { value.checked_sub(by) }
    };
    shares.into_iter().zip(&weights).map(moved).collect()
}

/// The cycle's new figures as multiples of the year's repaired ones; `None` where that would not close the gap exactly.
fn follow_the_year(cx: &Cx<'_>, proof: &RegionProof<'_>, gap: Decimal) -> Option<Vec<Decimal>> {
    let years = Decimal::from(cx.cycle().filter(|c| c.years() > 1)?.years());
    let (period, whole) = cx.whole_cells(proof.indicator).find(|(p, _)| matches!(p, Period::Year(_)))?;
    if proof.period != Period::Cycle || proof.facts.roll_up.years != crate::proof::RollUp::Sum {
        return None;
    }
    let year = region_proof(cx, proof.indicator, &proof.facts, period, whole)?;
    let repaired = shared_out(&year, gap_in_steps(&year)?)?;
    let mut moved = Decimal::ZERO;
    let mut figures = Vec::new();
    for ((part, of_year), after) in proof.parts.iter().zip(&year.parts).zip(repaired) {
        let (now, multiple) = (bound(part, proof), bound(of_year, &year).checked_mul(years)?);
        let same_row = std::ptr::eq(part.row, of_year.row);
        let next = if same_row && now == multiple { after.checked_mul(years)? } else { now };
        moved = moved.checked_add(next.checked_sub(now)?.abs())?;
        figures.push(next);
    }
    (moved == gap).then_some(figures)
}

/// A target's text with another figure: `≥ 28.8` with `28.9` is `≥ 28.9`. `None` when it holds no single figure.
pub(super) fn with_figure(text: &str, figure: &str) -> Option<String> {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',');
    let begin = text.find(|c: char| c.is_ascii_digit())?;
    let length = text[begin..].find(|c| !is_part(c)).unwrap_or(text.len() - begin);
    let rest = &text[begin + length..];
    (!rest.contains(|c: char| c.is_ascii_digit())).then(|| format!("{}{figure}{rest}", &text[..begin]))
}
