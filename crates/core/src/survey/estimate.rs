//! From answers to satisfied ÷ valid: by stratum, by region, for the whole.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{Ballot, Drawn, Invalid, Judged, Plan, Stratum, Survey, Wilson, wilson};
use crate::{
    both,
    exact::{Exact, Rounding},
    finding::Both,
    interval::Interval,
    region::{RegionId, RegionTree},
};

/// What came back from a stratum. For computing with; what may be shown stands in [`Figure`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StratumResult {
    /// Region and scheme.
    pub stratum: Stratum,
    /// Beneficiaries.
    pub population: u64,
    /// How many of them were asked.
    pub asked: u64,
    /// Answers to the overall question that count.
    pub valid: u64,
    /// Of these, how many are satisfied.
    pub satisfied: u64,
}

/// A share of satisfied beneficiaries that may be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Estimate {
    /// Satisfied ÷ valid, strata weighted by their beneficiaries; from 0 to 1.
    pub share: Exact,
    /// Beneficiaries that it speaks for.
    pub population: u64,
    /// How many were asked.
    pub asked: u64,
    /// Answers that count.
    pub valid: u64,
    /// Satisfied answers, as counted, before any weighting.
    pub satisfied: u64,
    /// The size of a simple sample that would be as precise: (Σw)² ÷ Σ(w²/n). With one stratum, the number of its answers.
    pub effective: Exact,
    /// Wilson interval on the effective size.
    pub interval: Wilson,
}

/// Why a figure is not shown though there are answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// Fewer answers than may be shown.
    FewAnswers,
    /// With it, the figure of another region that has too few answers could be worked out from the whole.
    ProtectsAnother,
}

impl Why {
    /// The reason in words.
    pub fn words(self) -> Both {
        match self {
            Self::FewAnswers => Both::new("有效答卷过少，不单独公布", "too few answers to be shown"),
            Self::ProtectsAnother => Both::new(
                "为避免推算出另一地区的结果，不单独公布",
                "not shown, so that another region's figure cannot be worked out",
            ),
        }
    }
}

/// What may be shown of a region or of the whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "is", content = "value", rename_all = "kebab-case")]
pub enum Figure {
    /// The estimate.
    Shown(Box<Estimate>),
    /// Not shown; counted in the whole all the same.
    Suppressed(Why),
    /// Nobody gave an answer that counts.
    Nobody,
}

impl Figure {
    /// The estimate, if it may be shown.
    pub fn shown(&self) -> Option<&Estimate> {
        if let Self::Shown(estimate) = self { Some(estimate.as_ref()) } else { None }
    }
}

/// What a reader of the figures must know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum Warning {
    /// The interval holds values that meet the target and values that miss it.
    Straddles {
        /// The region; `None` for the whole.
        region: Option<RegionId>,
        /// In words.
        text: Both,
    },
    /// Fewer answers came back than the parameter asks for.
    Thin {
        /// The region; `None` for the whole.
        region: Option<RegionId>,
        /// In words.
        text: Both,
    },
    /// A stratum of a region gave no answer; the region's other strata speak for its beneficiaries.
    SilentStratum {
        /// The region and scheme.
        stratum: Stratum,
        /// In words.
        text: Both,
    },
    /// A region gave no answer; the other regions speak for its beneficiaries.
    SilentRegion {
        /// The region.
        region: RegionId,
        /// In words.
        text: Both,
    },
    /// A region's figure is kept back to protect another's.
    KeptBack {
        /// The region.
        region: RegionId,
        /// In words.
        text: Both,
    },
}

impl Warning {
    /// In words.
    pub fn text(&self) -> &Both {
        match self {
            Self::Straddles { text, .. }
            | Self::Thin { text, .. }
            | Self::SilentStratum { text, .. }
            | Self::SilentRegion { text, .. }
            | Self::KeptBack { text, .. } => text,
        }
    }
}

/// What a survey came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Results {
    /// The whole.
    pub whole: Figure,
    /// Every region with beneficiaries.
    pub regions: BTreeMap<RegionId, Figure>,
    /// Answers that do not count, by reason, over all questions.
    pub invalid: BTreeMap<Invalid, u64>,
    /// How often each choice was given, by question, over all regions, not weighted; questions with too few answers are left out.
    pub tallies: BTreeMap<String, BTreeMap<String, u64>>,
    /// What a reader must know.
    pub warnings: Vec<Warning>,
    /// That all of it is statistics, not law.
    pub statement: Both,
    /// Files that the answers stand in.
    pub files: BTreeSet<String>,
    /// What came back from each stratum: not for showing, because a stratum may have too few answers.
    #[serde(skip)]
    pub strata: Vec<StratumResult>,
}

impl Results {
    /// Whether the exact share of a region, or (`None`) of the whole, may be shown: no stratum under it has fewer answers than `fewest`.
    ///
    /// A weighted share to its last digit gives away the counts under it, because they are the divisors of its denominator. Where one of them is too small to be
    /// shown, the share is shown rounded and computed with as it is.
    pub fn is_open(&self, region: Option<RegionId>, fewest: u64) -> bool {
        let mut under = self.strata.iter().filter(|s| region.is_none_or(|id| s.stratum.region == id));
        under.all(|s| s.valid == 0 || s.valid >= fewest)
    }
}

/// Strata of one region, or of the whole, with the weight of each.
struct Weighted<'a> {
    strata: Vec<(&'a StratumResult, Exact)>,
    population: u64,
    asked: u64,
}

/// The estimates of a survey. `targets` are in percent, by region and (`None`) for the whole; they decide nothing but warnings.
///
/// A stratum without answers is spoken for by the other strata of its region, in proportion to their beneficiaries; a region without any answer by the
/// other regions. Both are warned of. `None` when the figures are too large to be held.
pub fn results(
    survey: &Survey,
    plan: &Plan,
    drawn: &Drawn,
    judged: &[Judged],
    targets: &BTreeMap<Option<RegionId>, Interval>,
    tree: &RegionTree,
) -> Option<Results> {
    let strata = strata(survey, plan, drawn, judged);
    let fewest = survey.settings.whole("fewest-shown");
    let z = survey.settings.exact("z");
    let mut by_region: BTreeMap<RegionId, Vec<&StratumResult>> = BTreeMap::new();
    for result in &strata {
        by_region.entry(result.stratum.region).or_default().push(result);
    }
    let mut figures = BTreeMap::new();
    let mut whole = Weighted { strata: Vec::new(), population: 0, asked: 0 };
    for (&region, results) in &by_region {
        let part = of_region(results)?;
        whole.asked = whole.asked.checked_add(part.asked)?;
        if !part.strata.is_empty() {
            whole.population = whole.population.checked_add(part.population)?;
            whole.strata.extend(part.strata.iter().cloned());
        }
        figures.insert(region, estimate(&part, &z)?);
    }
    let whole = estimate(&whole, &z)?;
    let (whole, regions) = suppress(whole, figures, fewest);
    let mut made = Results {
        whole,
        regions,
        invalid: BTreeMap::new(),
        tallies: BTreeMap::new(),
        warnings: Vec::new(),
        statement: super::statistics_not_law(),
        files: judged.iter().map(|j| j.row.file.clone()).collect(),
        strata: Vec::new(),
    };
    for answer in judged {
        match &answer.ballot {
            Ballot::Invalid(why) => *made.invalid.entry(*why).or_default() += 1,
            Ballot::Choice { value, .. } => {
                let question = made.tallies.entry(answer.row.question.clone()).or_default();
                *question.entry(value.clone()).or_default() += 1;
            }
            Ballot::Text => {}
        }
    }
    made.tallies.retain(|_, counts| counts.values().sum::<u64>() >= fewest);
    made.warnings = warnings(survey, &made, &by_region, targets, tree)?;
    made.strata = strata;
    Some(made)
}

fn strata(survey: &Survey, plan: &Plan, drawn: &Drawn, judged: &[Judged]) -> Vec<StratumResult> {
    let mut counts: BTreeMap<&Stratum, (u64, u64)> = BTreeMap::new();
    for answer in judged.iter().filter(|j| j.row.question == survey.overall) {
        if let Ballot::Choice { satisfied, .. } = answer.ballot {
            let count = counts.entry(&answer.row.stratum).or_default();
            count.0 += 1;
            count.1 += u64::from(satisfied);
        }
    }
    let result = |(stratum, planned): &(Stratum, super::Planned)| {
        let (valid, satisfied) = counts.get(stratum).copied().unwrap_or_default();
        let asked = drawn.get(stratum).map_or(0, |codes| codes.len() as u64);
        StratumResult { stratum: stratum.clone(), population: planned.population, asked, valid, satisfied }
    };
    plan.strata.iter().map(result).collect()
}

/// A region's strata that answered, weighted so that together they speak for all its beneficiaries.
fn of_region<'a>(results: &[&'a StratumResult]) -> Option<Weighted<'a>> {
    let sum = |of: fn(&StratumResult) -> u64, all: bool| {
        let counted = results.iter().filter(|r| all || r.valid > 0);
        counted.map(|r| of(r)).try_fold(0u64, u64::checked_add)
    };
    let (population, asked) = (sum(|r| r.population, true)?, sum(|r| r.asked, true)?);
    let answering = sum(|r| r.population, false)?;
    let mut strata = Vec::new();
    for result in results.iter().filter(|r| r.valid > 0) {
        let weight = Exact::whole(result.population).times(&Exact::ratio(population, answering)?);
        strata.push((*result, weight));
    }
    Some(Weighted { strata, population, asked })
}

fn estimate(part: &Weighted<'_>, z: &Exact) -> Option<Figure> {
    if part.strata.is_empty() {
        return Some(Figure::Nobody);
    }
    let (mut weights, mut satisfied_weight, mut squares) = (Exact::zero(), Exact::zero(), Exact::zero());
    let (mut valid, mut satisfied) = (0u64, 0u64);
    for (result, weight) in &part.strata {
        weights = weights.plus(weight);
        satisfied_weight =
            satisfied_weight.plus(&weight.times(&Exact::ratio(result.satisfied, result.valid)?));
        squares = squares.plus(&weight.times(weight).over(&Exact::whole(result.valid))?);
        valid = valid.checked_add(result.valid)?;
        satisfied = satisfied.checked_add(result.satisfied)?;
    }
    let share = satisfied_weight.over(&weights)?;
    let effective = weights.times(&weights).over(&squares)?;
    let interval = wilson(&share, &effective, z)?;
    let (population, asked) = (part.population, part.asked);
    let made = Estimate { share, population, asked, valid, satisfied, effective, interval };
    Some(Figure::Shown(Box::new(made)))
}

/// Takes figures of too few answers back, and as many more, the smallest first, as it needs so that none of them can be worked out: what is kept back must
/// be of at least two regions and of at least `fewest` answers together.
fn suppress(
    whole: Figure,
    mut regions: BTreeMap<RegionId, Figure>,
    fewest: u64,
) -> (Figure, BTreeMap<RegionId, Figure>) {
    let few = |f: &Figure| f.shown().is_some_and(|e| e.valid < fewest);
    let (mut kept, mut answers) = (0u32, 0u64);
    for figure in regions.values_mut() {
        if let Some(estimate) = figure.shown().filter(|e| e.valid < fewest) {
            (kept, answers) = (kept + 1, answers + estimate.valid);
            *figure = Figure::Suppressed(Why::FewAnswers);
        }
    }
    if few(&whole) {
        // All answers together are too few: every region's are too.
        return (Figure::Suppressed(Why::FewAnswers), regions);
    }
    while kept > 0 && (kept == 1 || answers < fewest) {
        let smallest = regions.iter().filter_map(|(id, f)| Some((f.shown()?.valid, *id))).min();
        let Some((valid, id)) = smallest else { break };
        (kept, answers) = (kept + 1, answers.saturating_add(valid));
        regions.insert(id, Figure::Suppressed(Why::ProtectsAnother));
    }
    (whole, regions)
}

/// The name of a region for sentences; `None` is the whole.
pub(super) fn name(tree: &RegionTree, region: Option<RegionId>) -> Both {
    match region {
        Some(id) => tree.get(id).both(),
        None => Both::new("总体", "the whole"),
    }
}

fn warnings(
    survey: &Survey,
    made: &Results,
    by_region: &BTreeMap<RegionId, Vec<&StratumResult>>,
    targets: &BTreeMap<Option<RegionId>, Interval>,
    tree: &RegionTree,
) -> Option<Vec<Warning>> {
    let mut list = Vec::new();
    let mut all = (0u64, 0u64);
    let thin = survey.settings.exact("thin-response");
    let mut response = Vec::new();
    for (&region, results) in by_region {
        let of = |f: fn(&StratumResult) -> u64| results.iter().map(|r| f(r)).try_fold(0u64, u64::checked_add);
        let (asked, valid) = (of(|r| r.asked)?, of(|r| r.valid)?);
        all = (all.0.checked_add(asked)?, all.1.checked_add(valid)?);
        response.push((Some(region), asked, valid));
    }
    response.insert(0, (None, all.0, all.1));
    let figures =
        std::iter::once((None, &made.whole)).chain(made.regions.iter().map(|(id, f)| (Some(*id), f)));
    for (region, figure) in figures {
        let (Some(estimate), Some(target)) = (figure.shown(), targets.get(&region)) else { continue };
        let within = estimate.interval.in_percent()?;
        if !within.implies(target) && !within.intersect(target).is_empty() {
            let (name, range) = (name(tree, region), estimate.interval.written());
            let share = estimate.share.percent(2, Rounding::HalfUp);
            let text = both!(
                "{zh}满意率{share}，区间{range}跨越目标值：样本不足以断定达到与否",
                "{en}: {share}, but the interval {range} lies on both sides of the target: the sample cannot tell whether it is reached",
                zh = name.zh,
                en = name.en
            );
            list.push(Warning::Straddles { region, text });
        }
    }
    for (region, asked, valid) in response {
        // Nobody at all is said below, region by region.
        let Some(rate) = Exact::ratio(valid, asked).filter(|r| *r < thin) else { continue };
        let (name, rate) = (name(tree, region), rate.percent(1, Rounding::HalfUp));
        let text = both!(
            "{zh}发出{asked}份，有效{valid}份，有效回收率{rate}，偏低：未作答者的看法可能不同，应催收",
            "{en}: {asked} asked, {valid} valid answers, {rate}: thin; those who did not answer may think otherwise, remind them",
            zh = name.zh,
            en = name.en
        );
        list.push(Warning::Thin { region, text });
    }
    for (&region, results) in by_region {
        let name = name(tree, Some(region));
        if results.iter().all(|r| r.valid == 0) {
            let n: u64 = results.iter().map(|r| r.population).sum();
            let text = both!(
                "{zh}没有有效答卷，其{n}家由其他地区代表",
                "{en} gave no valid answer; the other regions speak for its {n} beneficiaries",
                zh = name.zh,
                en = name.en
            );
            list.push(Warning::SilentRegion { region, text });
            continue;
        }
        for result in results.iter().filter(|r| r.valid == 0) {
            let scheme = survey.scheme(&result.stratum.scheme);
            let text = both!(
                "{zh}{sz}没有有效答卷，其{n}家由该地区其他支持方向代表",
                "{en}, {se}: no valid answer; the region's other schemes speak for its {n} beneficiaries",
                zh = name.zh,
                en = name.en,
                sz = scheme.zh,
                se = scheme.en,
                n = result.population
            );
            list.push(Warning::SilentStratum { stratum: result.stratum.clone(), text });
        }
    }
    for (&region, figure) in &made.regions {
        if *figure == Figure::Suppressed(Why::ProtectsAnother) {
            let (name, why) = (name(tree, Some(region)), Why::ProtectsAnother.words());
            let text = both!("{nz}{wz}", "{ne}: {we}", nz = name.zh, wz = why.zh, ne = name.en, we = why.en);
            list.push(Warning::KeptBack { region, text });
        }
    }
    Some(list)
}
