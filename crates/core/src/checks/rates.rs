//! Rates of the regions beside the province's, where the province's is a mean of theirs or holds when each of theirs does.

use super::{
    Cx,
    proofs::{Gap, RegionProof},
    say,
};
use crate::{
    both,
    finding::{Both, Finding},
    interval::Side,
    proof::RollUp,
};

/// Failed proofs over rates, and whether every region's own target lies on the wrong side of the province's.
pub(super) fn failed<'c, 'a>(cx: &'c Cx<'a>) -> Vec<(&'c RegionProof<'a>, bool)> {
    cx.region_proofs()
        .iter()
        .filter(|p| matches!(p.facts.roll_up.regions, RollUp::WeightedMean | RollUp::EveryOne))
        .filter(|p| matches!(p.gap, Gap::Real | Gap::Unbounded) && !p.is_exact_over_floors())
        .map(|p| {
            let hopeless = every_part_short(p);
            (p, hopeless)
        })
        .collect()
}

fn every_part_short(p: &RegionProof<'_>) -> bool {
    let whole = p.failure.whole.value;
    p.parts.iter().all(|part| match (part.interval.bound(p.failure.side), p.failure.side) {
        (None, _) => true,
        (Some(b), Side::Lower) => b.value < whole,
        (Some(b), Side::Upper) => b.value > whole,
    })
}

/// The regions whose own targets lie on the wrong side of the province's.
pub(super) fn short_parts<'p, 'a>(p: &'p RegionProof<'a>) -> Vec<&'p super::Part<'a>> {
    let meets = |part: &super::Part<'_>| {
        let one_side = match p.failure.side {
            Side::Lower => crate::interval::Interval { lower: Some(p.failure.whole), upper: None },
            Side::Upper => crate::interval::Interval { lower: None, upper: Some(p.failure.whole) },
        };
        part.interval.implies_on(p.failure.side, &one_side)
    };
    p.parts.iter().filter(|part| !meets(part)).collect()
}

/// What both checks on rates have in common: subject, places, counterexample, next step.
pub(super) fn complete(finding: Finding, p: &RegionProof<'_>) -> Finding {
    let written = say::written(p.whole);
    let worst = match p.failure.parts {
        Some(_) => Both::same(format!("{}{}", if p.is_floor() { "≥" } else { "≤" }, p.parts_figure())),
        None => Both::new("不设限", "nothing"),
    };
    finding
        .about(&p.indicator.title, None, Some(p.period))
        .here(both!("要求{written}", "needs {written}"))
        .labels(short_parts(p).iter().map(|part| (part.cell.written.place, Both::same(part.row.name.key()))))
        .figures(
            (Both::new("全省指标值", "province's target"), written.clone()),
            (Both::new("各地区能保证", "guaranteed by regions"), worst.zh.clone()),
            p.difference(),
        )
        .counterexample(p.example(), p.example_result())
        .next(both!(
            "把偏低地区的指标值提高到“{written}”，或把全省改为各地区都能保证的数",
            "raise the regions concerned to {written}, or set the province to what all of them guarantee"
        ))
}
