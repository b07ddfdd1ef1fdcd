//! From the regions' actuals to the whole's: first aggregated, then scored.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::{evaluate::region_name, explain::said};
use crate::{
    actual::{Actual, Measured, Ratio},
    both,
    derivation::{Ground, Node},
    exact::Fraction,
    finding::Both,
    fund::{Fund, IndicatorSpec, ZoneConvention},
    indicator::Direction,
    money::Fen,
    proof::RollUp,
    region::{RegionId, RegionKind},
    unit::Meaning,
};

/// Why regions make no whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RollUpRefused {
    /// What stands in the way and what to do.
    pub message: Both,
}

fn refused<T>(message: Both) -> Result<T, RollUpRefused> {
    Err(RollUpRefused { message })
}

/// Decimal places of a graded result that is averaged by money, where the average is no finite decimal.
const GRADE_PLACES: u32 = 6;

/// Makes the whole's actual of an indicator from those of the regions, as the indicator's roll-up says.
///
/// For an indicator whose whole was not measured directly. `expected` are the regions that must be there: one that is not, or is
/// [`Actual::Missing`], makes the whole missing, by name. Regions that are not applicable are left out. `money` weighs plain
/// percents and grades. A zone or county whose figures are in its city's, by the fund's convention, is not counted twice.
///
/// # Errors
/// Distinct enterprises or persons, which are counted over all regions and never added; a roll-up that makes no whole; actuals of
/// different kinds; money that is needed and not known; figures too large to be held exactly; two actuals of one region.
pub fn rollup(
    fund: &Fund,
    spec: &IndicatorSpec,
    expected: &[RegionId],
    measured: &[Measured],
    money: &BTreeMap<RegionId, Fen>,
) -> Result<Measured, RollUpRefused> {
    let title = spec.both();
    let (tz, te) = (&title.zh, &title.en);
    let parts = parts(fund, spec, measured, &title)?;
    refuse_distinct(spec, &title)?;
    let missing = missing(fund, expected, &parts);
    let asked: Vec<(RegionId, &Measured)> = parts
        .iter()
        .filter(|(_, m)| !matches!(m.actual, Actual::NotApplicable(_)))
        .map(|(r, m)| (*r, *m))
        .collect();
    let (actual, formula) = if !missing.is_empty() {
        (Actual::Missing, String::new())
    } else if asked.is_empty() {
        (Actual::NotApplicable(both!("各地区均不适用", "not applicable in any region")), String::new())
    } else {
        whole(fund, spec, &asked, money, &title)?
    };
    let mut node = Node::new(
        both!("“{tz}”全省汇总", "{te}, rolled up to the whole"),
        match missing.is_empty() {
            true => said(&actual, spec.unit.as_ref().map_or("", |u| u.symbol.as_str())),
            false => {
                let (zh, en): (Vec<&str>, Vec<&str>) =
                    missing.iter().map(|m| (m.zh.as_str(), m.en.as_str())).unzip();
                let zh = crate::text::listing(&zh, 30, "、", |n| format!("等另{n}个"));
                let en = crate::text::listing(&en, 30, ", ", |n| format!(" and {n} more"));
                both!("缺：{zh}", "missing: {en}")
            }
        },
    )
    .by(formula)
    .on(Ground::Clause {
        text: both!("先汇总、后计分；绝对数相加，相对数按分子分母或按金额加权", "first aggregate, then score; absolutes add, rates by numerator and denominator or weighted by money"),
        source: "湖北自评表填报说明（1wenmi 330418）；转移支付自评表说明".to_owned(),
        certainty: "S".to_owned(),
    });
    for (region, m) in &parts {
        let mut part = Node::new(
            region_name(fund, Some(*region)),
            said(&m.actual, spec.unit.as_ref().map_or("", |u| u.symbol.as_str())),
        );
        part.parts.push(m.derivation.clone());
        node = node.part(part);
    }
    let illustrative: BTreeSet<String> =
        asked.iter().flat_map(|(_, m)| m.illustrative.iter().cloned()).collect();
    Ok(Measured {
        indicator: spec.id.clone(),
        region: None,
        actual,
        illustrative: illustrative.into_iter().collect(),
        derivation: node,
    })
}

/// The regions' actuals of the indicator, by region, without those whose figures are in another's.
fn parts<'m>(
    fund: &Fund,
    spec: &IndicatorSpec,
    measured: &'m [Measured],
    title: &Both,
) -> Result<BTreeMap<RegionId, &'m Measured>, RollUpRefused> {
    let mut parts = BTreeMap::new();
    for m in measured.iter().filter(|m| m.indicator == spec.id) {
        let Some(region) = m.region else { continue };
        if parts.insert(region, m).is_some() {
            let name = fund.regions.get(region).both();
            return refused(both!(
                "“{tz}”{rz}有两个实际完成值，请只保留一个",
                "{te}, {re}: two actuals; keep one",
                tz = title.zh,
                te = title.en,
                rz = name.zh,
                re = name.en
            ));
        }
    }
    let listed: BTreeSet<RegionId> = parts.keys().copied().collect();
    parts.retain(|region, _| {
        let contained = match fund.regions.get(*region).kind {
            RegionKind::Zone => fund.zone_convention == ZoneConvention::CityIncludesZone,
            RegionKind::County => true,
            // The province's own row stands for the whole and is no part of it.
            RegionKind::Province => return false,
            RegionKind::City => false,
        };
        !(contained
            && fund
                .regions
                .ancestors(*region)
                .any(|a| listed.contains(&a) && fund.regions.get(a).kind != RegionKind::Province))
    });
    Ok(parts)
}

fn refuse_distinct(spec: &IndicatorSpec, title: &Both) -> Result<(), RollUpRefused> {
    let distinct =
        spec.unit.as_ref().filter(|u| matches!(u.meaning, Meaning::Enterprises | Meaning::Persons));
    match distinct {
        Some(unit) if spec.roll_up.regions == RollUp::Sum => {
            let unit = &unit.symbol;
            refused(both!(
                "“{tz}”以“{unit}”计，同一对象可能在几个地区出现，各地区数不能相加；请对全省直接统计",
                "{te} counts distinct {unit}: one may stand in several regions, so regions are never added; measure the whole directly",
                tz = title.zh,
                te = title.en
            ))
        }
        _ => Ok(()),
    }
}

fn missing(fund: &Fund, expected: &[RegionId], parts: &BTreeMap<RegionId, &Measured>) -> Vec<Both> {
    let absent = expected.iter().filter(|r| !parts.contains_key(r) && counts_itself(fund, **r, expected));
    let silent = parts.iter().filter(|(_, m)| m.actual == Actual::Missing).map(|(r, _)| r);
    let all: BTreeSet<RegionId> = absent.chain(silent).copied().collect();
    all.into_iter().map(|r| fund.regions.get(r).both()).collect()
}

/// Whether a region that must be there is counted for itself and not inside its city.
fn counts_itself(fund: &Fund, region: RegionId, expected: &[RegionId]) -> bool {
    let contained = match fund.regions.get(region).kind {
        RegionKind::Zone => fund.zone_convention == ZoneConvention::CityIncludesZone,
        RegionKind::County => true,
        RegionKind::Province => return false,
        RegionKind::City => false,
    };
    !(contained && fund.regions.ancestors(region).any(|a| expected.contains(&a)))
}

fn whole(
    fund: &Fund,
    spec: &IndicatorSpec,
    parts: &[(RegionId, &Measured)],
    money: &BTreeMap<RegionId, Fen>,
    title: &Both,
) -> Result<(Actual, String), RollUpRefused> {
    let too_large = || RollUpRefused {
        message: both!(
            "“{tz}”的数太大，无法精确汇总",
            "the figures of {te} are too large to be rolled up exactly",
            tz = title.zh,
            te = title.en
        ),
    };
    match spec.roll_up.regions {
        RollUp::Sum => sum(parts, title)?.ok_or_else(too_large),
        RollUp::WeightedMean => mean(fund, spec, parts, money, title),
        RollUp::EveryOne => every_one(spec, parts, title),
        RollUp::Latest => {
            let dates: Option<Vec<_>> = parts
                .iter()
                .map(|(_, m)| if let Actual::Date(d) = m.actual { Some(d) } else { None })
                .collect();
            match dates.and_then(|d| d.into_iter().max()) {
                Some(last) => Ok((Actual::Date(last), format!("max = {last}"))),
                None => mixed(title),
            }
        }
        RollUp::None => refused(both!(
            "“{tz}”的各地区数不构成全省数（roll_up = none）；请对全省直接统计",
            "the regions of {te} make no whole (roll_up = none); measure the whole directly",
            tz = title.zh,
            te = title.en
        )),
    }
}

fn mixed<T>(title: &Both) -> Result<T, RollUpRefused> {
    refused(both!(
        "“{tz}”各地区的实际完成值不是同一类（数、比率、日期、状态、等级），或与汇总口径不符；请统一填法",
        "the regions' actuals of {te} are not of one kind (number, share, date, state, grade), or do not go with its roll-up; report them alike",
        tz = title.zh,
        te = title.en
    ))
}

fn sum(parts: &[(RegionId, &Measured)], title: &Both) -> Result<Option<(Actual, String)>, RollUpRefused> {
    let numbers: Option<Vec<Decimal>> =
        parts.iter().map(|(_, m)| if let Actual::Number(n) = m.actual { Some(n) } else { None }).collect();
    let Some(numbers) = numbers else { return mixed(title) };
    let formula: Vec<String> = numbers.iter().map(|n| n.normalize().to_string()).collect();
    Ok(exact_sum(numbers).map(|total| (Actual::Number(total), formula.join(" + "))))
}

/// The sum, when it can be held exactly; plain addition would round in silence.
fn exact_sum(numbers: impl IntoIterator<Item = Decimal>) -> Option<Decimal> {
    numbers
        .into_iter()
        .try_fold(Fraction::ZERO, |sum, n| sum.plus(Fraction::of(n)?))?
        .exactly()
        .map(|d| d.normalize())
}

fn mean(
    fund: &Fund,
    spec: &IndicatorSpec,
    parts: &[(RegionId, &Measured)],
    money: &BTreeMap<RegionId, Fen>,
    title: &Both,
) -> Result<(Actual, String), RollUpRefused> {
    let too_large = || RollUpRefused {
        message: both!(
            "“{tz}”的数太大，无法精确汇总",
            "the figures of {te} are too large to be rolled up exactly",
            tz = title.zh,
            te = title.en
        ),
    };
    let shares: Option<Vec<Ratio>> =
        parts.iter().map(|(_, m)| if let Actual::Share(r) = m.actual { Some(r) } else { None }).collect();
    if let Some(shares) = shares {
        let numerator = exact_sum(shares.iter().map(|r| r.numerator)).ok_or_else(too_large)?;
        let denominator = exact_sum(shares.iter().map(|r| r.denominator)).ok_or_else(too_large)?;
        let formula = format!("{numerator} ÷ {denominator}");
        return Ok((Actual::Share(Ratio { numerator, denominator }), formula));
    }
    let values: Option<Vec<(RegionId, Decimal, bool)>> = parts
        .iter()
        .map(|(r, m)| match m.actual {
            Actual::Number(n) => Some((*r, n, false)),
            Actual::Graded(n, _) => Some((*r, n, true)),
            _ => None,
        })
        .collect();
    let Some(values) = values.filter(|v| v.iter().all(|x| x.2 == v[0].2)) else { return mixed(title) };
    let unknown: Vec<Both> = values
        .iter()
        .filter(|(r, _, _)| money.get(r).is_none_or(|m| m.0 < 0))
        .map(|(r, _, _)| fund.regions.get(*r).both())
        .collect();
    if !unknown.is_empty() {
        let joined =
            |pick: fn(&Both) -> &str, between| unknown.iter().map(pick).collect::<Vec<_>>().join(between);
        let (zh, en) = (joined(|n| &n.zh, "、"), joined(|n| &n.en, ", "));
        return refused(both!(
            "“{tz}”按金额加权，但不知道这些地区的金额：{zh}",
            "{te} is weighted by money, which is not known for: {en}",
            tz = title.zh,
            te = title.en
        ));
    }
    let (mut over, mut under, mut formula) = (Fraction::ZERO, Fraction::ZERO, Vec::new());
    for (region, value, _) in &values {
        let weight = Decimal::from(money.get(region).map_or(0, |m| m.0));
        let yuan = Decimal::new(money.get(region).map_or(0, |m| m.0), 2).normalize();
        formula.push(format!("{} × {yuan}", value.normalize()));
        let part = Fraction::of(*value).and_then(|v| v.times(Fraction::of(weight)?));
        over = part.and_then(|p| over.plus(p)).ok_or_else(too_large)?;
        under = Fraction::of(weight).and_then(|w| under.plus(w)).ok_or_else(too_large)?;
    }
    let formula = format!("({}) ÷ Σ", formula.join(" + "));
    if values[0].2 {
        let Some(mean) = over.divided_by(under) else {
            return refused(both!(
                "“{tz}”按金额加权，而金额合计为0",
                "{te} is weighted by money, which is zero in all",
                tz = title.zh,
                te = title.en
            ));
        };
        let grade = mean.exactly().or_else(|| mean.rounded(GRADE_PLACES)).ok_or_else(too_large)?;
        let words = both!(
            "各地区按金额加权，四舍五入到{GRADE_PLACES}位小数",
            "regions weighted by money, rounded half up to {GRADE_PLACES} decimals"
        );
        return Ok((Actual::Graded(grade, words), formula));
    }
    // Kept as a quotient: the mean need not be a finite decimal. A share in % is held as numerator over denominator of one.
    let scale = spec.unit.as_ref().filter(|u| u.is_share()).map_or(Decimal::ONE, |u| u.scale);
    let over = Fraction::of(scale).and_then(|s| over.times(s)).and_then(Fraction::exactly);
    match (over, under.exactly()) {
        (Some(over), Some(denominator)) => {
            Ok((Actual::Share(Ratio { numerator: over.normalize(), denominator }), formula))
        }
        _ => Err(too_large()),
    }
}

/// The whole is as good as its weakest part.
fn every_one(
    spec: &IndicatorSpec,
    parts: &[(RegionId, &Measured)],
    title: &Both,
) -> Result<(Actual, String), RollUpRefused> {
    let states: Option<Vec<bool>> =
        parts.iter().map(|(_, m)| if let Actual::State(s) = m.actual { Some(s) } else { None }).collect();
    if let Some(states) = states {
        let met = states.iter().filter(|s| **s).count();
        return Ok((Actual::State(met == states.len()), format!("{met} / {}", states.len())));
    }
    let figure = |actual: &Actual| match actual {
        Actual::Number(n) => Some((0, Fraction::of(*n)?)),
        Actual::Share(r) => Some((1, Fraction::quotient(r.numerator, r.denominator)?)),
        Actual::Graded(g, _) => Some((2, Fraction::of(*g)?)),
        _ => None,
    };
    let figures: Option<Vec<(i32, Fraction)>> = parts.iter().map(|(_, m)| figure(&m.actual)).collect();
    let Some(figures) = figures.filter(|f| f.iter().all(|(kind, _)| *kind == f[0].0)) else {
        return mixed(title);
    };
    // A grade is better the higher it is, whatever the indicator.
    let worse = match spec.direction {
        Direction::Reverse if figures[0].0 != 2 => Ordering::Greater,
        _ => Ordering::Less,
    };
    let mut worst = 0;
    for (at, (_, f)) in figures.iter().enumerate() {
        if f.compared(figures[worst].1) == worse {
            worst = at;
        }
    }
    let word = if worse == Ordering::Less { "min" } else { "max" };
    Ok((parts[worst].1.actual.clone(), format!("{word} = {}", figures[worst].1.said())))
}
