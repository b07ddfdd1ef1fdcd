//! The results of a survey as actuals of an indicator.

use rust_decimal::Decimal;

use super::{Estimate, Figure, Results, StratumResult, Survey, estimate::name};
use crate::{
    actual::{Actual, Measured, Ratio},
    both,
    derivation::{Ground, Node},
    exact::{Exact, Rounding},
    finding::Both,
    region::{RegionId, RegionTree},
};

/// Most places of the numerator of [`measured`]'s shares.
const PLACES: u32 = 15;

/// The satisfaction of the whole, then of every region with beneficiaries, each with its derivation.
///
/// A share is *beneficiaries taken to be satisfied* (population × satisfied ÷ valid) over *beneficiaries*, so that numerators and denominators of regions add up
/// to those of the whole when every region answered. Where that numerator has no end, the share stands in lowest terms, as exact. Only when these are longer than
/// 28 digits is the numerator cut after 15 places: `≥` a target with at most 13 decimal places is then judged as by the exact share, which stands in [`Estimate`]. What is suppressed or was not answered is missing, and the derivation says why.
/// `None` when the figures are too large to be held.
pub fn measured(survey: &Survey, results: &Results, tree: &RegionTree) -> Option<Vec<Measured>> {
    let figures =
        std::iter::once((None, &results.whole)).chain(results.regions.iter().map(|(id, f)| (Some(*id), f)));
    figures.map(|(region, figure)| one(survey, results, tree, region, figure)).collect()
}

fn one(
    survey: &Survey,
    results: &Results,
    tree: &RegionTree,
    region: Option<RegionId>,
    figure: &Figure,
) -> Option<Measured> {
    let label = Both::new("满意率", "share of satisfied beneficiaries");
    let (actual, derivation) = match figure {
        Figure::Shown(estimate) => {
            let satisfied = estimate.share.times(&Exact::whole(estimate.population));
            let cut = satisfied.decimal(PLACES, Rounding::Down)?;
            let of_all = Ratio { numerator: cut, denominator: Decimal::from(estimate.population) };
            let ratio = match estimate.share.terms() {
                Some((numerator, denominator)) if Exact::of(cut) != satisfied => {
                    Ratio { numerator, denominator }
                }
                _ => of_all,
            };
            (Actual::Share(ratio), shown(survey, results, tree, region, estimate, label))
        }
        Figure::Suppressed(why) => (Actual::Missing, Node::new(label, why.words())),
        Figure::Nobody => (
            Actual::Missing,
            Node::new(label, Both::new("没有有效答卷", "nobody gave an answer that counts")),
        ),
    };
    let derivation = derivation.on(Ground::Clause {
        text: results.statement.clone(),
        source: survey.source.clone(),
        certainty: "method".to_owned(),
    });
    let derivation = survey
        .illustrative()
        .into_iter()
        .fold(derivation, |node, parameter| node.on(Ground::Illustrative { parameter }));
    let (indicator, illustrative) = (survey.indicator.clone(), survey.illustrative());
    Some(Measured { indicator, region, actual, illustrative, derivation })
}

fn shown(
    survey: &Survey,
    results: &Results,
    tree: &RegionTree,
    region: Option<RegionId>,
    estimate: &Estimate,
    label: Both,
) -> Node {
    let share = estimate.share.percent(2, Rounding::HalfUp);
    let mut node = Node::new(label, Both::same(share));
    match region {
        Some(id) => {
            let strata: Vec<&StratumResult> =
                results.strata.iter().filter(|s| s.stratum.region == id && s.valid > 0).collect();
            let fewest = survey.settings.whole("fewest-shown");
            // A scheme's answers are as easily recognised as a region's; with too few of them only the sum is told.
            if strata.iter().all(|s| s.valid >= fewest) {
                node = node.by(weighted(&strata));
                for s in strata {
                    let share = Exact::ratio(s.satisfied, s.valid).map(|e| e.percent(2, Rounding::HalfUp));
                    let formula = format!("{} ÷ {}", s.satisfied, s.valid);
                    let label = survey.scheme(&s.stratum.scheme);
                    node = node.part(Node::new(label, Both::same(share.unwrap_or_default())).by(formula));
                }
            } else {
                node = node.by("Σ(N × s ÷ n) ÷ Σ(N)");
            }
        }
        None => {
            node = node.by("Σ(N × p) ÷ Σ(N)");
            for (id, figure) in &results.regions {
                let label = name(tree, Some(*id));
                let part = match figure {
                    Figure::Shown(e) => {
                        let (n, share) = (e.population, e.share.percent(2, Rounding::HalfUp));
                        Node::new(label, Both::same(share)).by(format!("N = {n}"))
                    }
                    Figure::Suppressed(_) => {
                        Node::new(label, both!("不单独公布，已计入总体", "not shown, counted in the whole"))
                    }
                    Figure::Nobody => Node::new(label, both!("没有有效答卷", "no valid answer")),
                };
                node = node.part(part);
            }
        }
    }
    let asked = Exact::ratio(estimate.valid, estimate.asked).map(|r| r.percent(1, Rounding::HalfUp));
    let response = Node::new(
        Both::new("有效答卷", "valid answers"),
        both!(
            "{n} 份（发出 {m} 份，{rate}）",
            "{n} of {m} asked ({rate})",
            n = estimate.valid,
            m = estimate.asked,
            rate = asked.unwrap_or_default()
        ),
    )
    .on(Ground::Rows {
        ledger: survey.ledger.clone(),
        count: estimate.valid,
        listed: results.files.iter().cloned().collect::<Vec<_>>().join("、"),
    });
    let interval =
        Node::new(Both::new("置信区间", "confidence interval"), Both::same(estimate.interval.written())).by(
            format!(
                "Wilson: p = {}, n = {}",
                estimate.share.percent(2, Rounding::HalfUp),
                estimate.effective.written(2, Rounding::Down)
            ),
        );
    let interval =
        ["z", "confidence"].iter().filter_map(|id| survey.settings.ground(id)).fold(interval, Node::on);
    node.part(response).part(interval)
}

/// `(120 × 18 ÷ 20 + 30 × 9 ÷ 10) ÷ 150`.
fn weighted(strata: &[&StratumResult]) -> String {
    match strata {
        [only] => format!("{} ÷ {}", only.satisfied, only.valid),
        _ => {
            let terms: Vec<String> =
                strata.iter().map(|s| format!("{} × {} ÷ {}", s.population, s.satisfied, s.valid)).collect();
            let population: u64 = strata.iter().map(|s| s.population).sum();
            format!("({}) ÷ {population}", terms.join(" + "))
        }
    }
}
