//! The sample plan: how many are asked in each stratum, and who.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::Survey;
use crate::{
    apportion::largest_remainder, both, derivation::Node, exact::Exact, finding::Both, region::RegionId,
    settings::Setting,
};

/// Those who were supported by one scheme in one region: what is sampled by itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Stratum {
    /// The region.
    pub region: RegionId,
    /// Id of the scheme.
    pub scheme: String,
}

/// Who could be asked: the credit codes of the beneficiaries of each stratum.
pub type Frame = BTreeMap<Stratum, BTreeSet<String>>;

/// Who is asked, by stratum.
pub type Drawn = BTreeMap<Stratum, BTreeSet<String>>;

/// How many are asked in a stratum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Planned {
    /// Beneficiaries in the stratum.
    pub population: u64,
    /// How many of them are asked.
    pub size: u64,
    /// Whether all are asked.
    pub all: bool,
    /// How the size came about.
    pub derivation: Node,
}

/// How many are asked, by stratum.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// The strata, in order of region and scheme; those without beneficiaries are left out.
    pub strata: Vec<(Stratum, Planned)>,
    /// Beneficiaries of all strata.
    pub population: u64,
    /// How many are asked in all.
    pub size: u64,
    /// What a person should know before the questionnaires go out.
    pub notes: Vec<Both>,
}

/// The size of a simple sample: n₀ = z²p(1−p)/e² and, since `population` is finite, n = n₀ ÷ (1 + (n₀−1)/N), rounded up.
///
/// `margin` (e) and `expected` (p) are shares between 0 and 1, both excluded. Never more than `population`; 0 for nobody. `None` when margin or
/// expected share are no such shares.
pub fn sample_size(population: u64, z: &Exact, margin: &Exact, expected: &Exact) -> Option<u64> {
    let one = Exact::one();
    let share = |x: &Exact| x.is_positive() && *x < one;
    if !share(margin) || !share(expected) || !z.is_positive() {
        return None;
    }
    if population == 0 {
        return Some(0);
    }
    let endless = endless(z, margin, expected)?;
    let population = Exact::whole(population);
    // n₀·N ÷ (N + n₀ − 1): the same fraction without the double one.
    endless.times(&population).over(&population.plus(&endless).minus(&one))?.ceiling()
}

/// n₀, the size for a population without end.
fn endless(z: &Exact, margin: &Exact, expected: &Exact) -> Option<Exact> {
    let spread = expected.times(&Exact::one().minus(expected));
    z.times(z).times(&spread).over(&margin.times(margin))
}

/// How many are asked in each stratum of `populations`.
///
/// A stratum of at most `take-all-to` is asked as a whole. The others get the size that the margin asks for in each; or, when the survey has a
/// `sample-total`, what the small strata leave of it, shared in proportion to population by largest remainder.
/// `None` when the figures are too large to be held.
pub fn plan(survey: &Survey, populations: &BTreeMap<Stratum, u64>) -> Option<Plan> {
    let settings = &survey.settings;
    let take_all = settings.whole("take-all-to");
    let total = settings.get("sample-total").and_then(|s| s.exact().ceiling());
    let (small, large): (Vec<_>, Vec<_>) = populations
        .iter()
        .map(|(stratum, n)| (stratum, *n))
        .filter(|(_, n)| *n > 0)
        .partition(|(_, n)| *n <= take_all);
    let mut made = Plan::default();
    let mut strata: BTreeMap<Stratum, Planned> = BTreeMap::new();
    for &(stratum, n) in &small {
        strata.insert(stratum.clone(), taken_whole(survey, n, take_all));
    }
    let asked: u64 = small.iter().try_fold(0u64, |sum, (_, n)| sum.checked_add(*n))?;
    let rest: u64 = large.iter().try_fold(0u64, |sum, (_, n)| sum.checked_add(*n))?;
    match total {
        None => {
            for &(stratum, n) in &large {
                strata.insert(stratum.clone(), by_margin(survey, n)?);
            }
        }
        Some(total) => {
            if asked > total {
                made.notes.push(both!(
                    "小层全部调查已需{asked}家，超过样本总量{total}家；提高样本总量，或降低“全部调查”的界线",
                    "the small strata alone, asked as a whole, take {asked} and the total sample is {total}; raise the total or lower the limit up to which all are asked"
                ));
            }
            let left = total.saturating_sub(asked).min(rest);
            let weights: Vec<Decimal> = large.iter().map(|(_, n)| Decimal::from(*n)).collect();
            let shares = if large.is_empty() { Vec::new() } else { largest_remainder(left, &weights)? };
            for (&(stratum, n), size) in large.iter().zip(shares) {
                strata.insert(stratum.clone(), by_share(survey, n, size, left, rest));
            }
        }
    }
    let nobody = strata.values().filter(|p| p.size == 0).count();
    if nobody > 0 {
        made.notes.push(both!(
            "有{nobody}层没有分到样本，其结果将由同地区其他层代表；提高样本总量",
            "{nobody} strata get nobody to ask and will be represented by the others of their region; raise the total sample"
        ));
    }
    made.population = asked.checked_add(rest)?;
    made.size = strata.values().try_fold(0u64, |sum, p| sum.checked_add(p.size))?;
    made.strata = strata.into_iter().collect();
    Some(made)
}

fn node(survey: &Survey, size: u64, formula: String, parameters: &[&str]) -> Node {
    let label = Both::new("样本量", "sample size");
    let node = Node::new(label, both!("{size} 家", "{size}")).by(formula);
    parameters.iter().filter_map(|id| survey.settings.ground(id)).fold(node, Node::on)
}

fn taken_whole(survey: &Survey, population: u64, limit: u64) -> Planned {
    let derivation = node(survey, population, format!("{population} ≤ {limit}"), &["take-all-to"]);
    Planned { population, size: population, all: true, derivation }
}

fn by_margin(survey: &Survey, population: u64) -> Option<Planned> {
    use crate::exact::Rounding::HalfUp;
    let settings = &survey.settings;
    let (z, e, p) = (settings.exact("z"), settings.exact("margin"), settings.exact("expected-share"));
    let size = sample_size(population, &z, &e, &p)?;
    let written = |id: &str| settings.get(id).map_or_else(String::new, Setting::written);
    let (zw, ew, pw) = (written("z"), written("margin"), written("expected-share"));
    let n0 = endless(&z, &e, &p)?.written(2, HalfUp);
    let formula = format!(
        "n₀ = {zw}² × {pw} × (1 − {pw}) ÷ {ew}² = {n0}; {n0} ÷ (1 + ({n0} − 1) ÷ {population}) ↑ {size}"
    );
    let derivation = node(survey, size, formula, &["z", "margin", "expected-share", "confidence"]);
    Some(Planned { population, size, all: size == population, derivation })
}

fn by_share(survey: &Survey, population: u64, size: u64, left: u64, rest: u64) -> Planned {
    let formula = format!("{left} × {population} ÷ {rest} → {size}");
    let derivation = node(survey, size, formula, &["sample-total", "take-all-to"]);
    Planned { population, size, all: size == population, derivation }
}

/// Who is asked: in each stratum the beneficiaries with the smallest SHA-256 of `seed`, scheme and credit code (joined by line feeds), as many as planned.
///
/// The same seed draws the same beneficiaries, whatever the order of the ledgers, and anybody can check one of them:
/// `printf 'SEED\nSCHEME\nCODE' | sha256sum`. The seed should be fixed, and written down, before the beneficiaries are known.
pub fn draw(plan: &Plan, frame: &Frame, seed: &str) -> Drawn {
    let mut drawn = Drawn::new();
    for (stratum, planned) in &plan.strata {
        let Some(members) = frame.get(stratum) else { continue };
        let mut ranked: Vec<([u8; 32], &String)> =
            members.iter().map(|code| (rank(seed, &stratum.scheme, code), code)).collect();
        ranked.sort();
        let size = usize::try_from(planned.size).unwrap_or(usize::MAX);
        drawn.insert(stratum.clone(), ranked.into_iter().take(size).map(|(_, code)| code.clone()).collect());
    }
    drawn
}

fn rank(seed: &str, scheme: &str, code: &str) -> [u8; 32] {
    let mut hash = Sha256::new();
    for (i, part) in [seed, scheme, code].into_iter().enumerate() {
        if i > 0 {
            hash.update(b"\n");
        }
        hash.update(part.as_bytes());
    }
    hash.finalize().into()
}
