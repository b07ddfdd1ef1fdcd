//! Satisfaction and monitoring as values.

use jixiao_core::{
    actual::Ratio,
    both,
    exact::{Exact, Rounding},
    finding::Both,
    monitor::{self, OwedKind},
    region::RegionId,
    survey::{Estimate, Figure as Surveyed, Why},
};
use jixiao_report::{
    content::{Lamp, LampRow, Monitoring, MonitoringRow, Satisfaction, SatisfactionRow, Status},
    figure::Figure,
};
use rust_decimal::Decimal;

use super::{
    Facts, courses, english,
    money::none,
    results::{Targets, status},
};

/// A share in % with two decimals; what it was made from stays beside it as an exact fraction.
pub(super) fn percent(share: &Exact) -> Figure {
    Figure::share(share, 2)
}

/// The answers of a survey as a share. Where no stratum is weighted against another it is the count over the count, as counted; where `open` is false it is
/// rounded, exact value and all.
fn satisfied(estimate: &Estimate, open: bool) -> Figure {
    if !open {
        return rounded(&estimate.share, Rounding::HalfUp);
    }
    let counted = Ratio { numerator: estimate.satisfied.into(), denominator: estimate.valid.into() };
    match Exact::ratio(estimate.satisfied, estimate.valid) {
        Some(plain) if plain == estimate.share => Figure::percent(counted, 2),
        _ => percent(&estimate.share),
    }
}

/// A share in % that is known to two decimals and no further.
pub(super) fn rounded(share: &Exact, rounding: Rounding) -> Figure {
    let hundred = share.times(&Exact::whole(100)).decimal(2, rounding);
    hundred.map_or_else(Figure::missing, |value| Figure::number(value, 2, Both::same("%")))
}

/// A figure that is known but not shown.
pub(super) fn hidden(why: Why) -> Figure {
    match why {
        Why::FewAnswers => Figure::suppressed(),
        Why::ProtectsAnother => Figure { text: why.words(), ..Figure::suppressed() },
    }
}

impl Facts<'_> {
    /// The survey; `None` when none was held.
    pub(super) fn satisfaction(
        &self,
        region: Option<RegionId>,
        targets: &Targets<'_>,
    ) -> Option<Satisfaction> {
        let held = self.year.surveyed.as_ref()?;
        let indicator = held.survey.indicator.as_str();
        let fewest = held.survey.settings.whole("fewest-shown");
        let answers = |n: u64| Figure::number(Decimal::from(n), 0, Both::new("份", "answers"));
        let row = |region: Option<RegionId>, figure: &Surveyed| {
            let target = targets.get(&(indicator, region)).copied();
            let scored = self.sheet(region).and_then(|s| s.row(indicator));
            let name = match region {
                Some(_) => self.name(region),
                None => Both::new("总体", "all"),
            };
            let made = SatisfactionRow {
                code: region.map_or_else(String::new, |id| self.code(Some(id))),
                region: name,
                status: scored.map_or(Status::NotApplicable, |row| status(row, target)),
                ..SatisfactionRow::default()
            };
            match figure {
                Surveyed::Shown(estimate) => {
                    let open = held.results.is_open(region, fewest);
                    SatisfactionRow {
                        answers: answers(estimate.valid),
                        share: satisfied(estimate, open),
                        // Ends come from a root, so no fraction is their exact value: outwards, as they are judged.
                        low: rounded(&estimate.interval.lower, Rounding::Down),
                        high: rounded(&estimate.interval.upper, Rounding::Up),
                        ..made
                    }
                }
                Surveyed::Suppressed(why) => {
                    let hidden = || hidden(*why);
                    SatisfactionRow {
                        answers: hidden(),
                        share: hidden(),
                        low: hidden(),
                        high: hidden(),
                        status: Status::NotApplicable,
                        ..made
                    }
                }
                Surveyed::Nobody => SatisfactionRow {
                    answers: answers(0),
                    share: Figure::missing(),
                    low: Figure::missing(),
                    high: Figure::missing(),
                    ..made
                },
            }
        };
        let results = &held.results;
        let whole = match region {
            Some(id) => results.regions.get(&id)?,
            None => &results.whole,
        };
        let strata = results.strata.iter().filter(|s| region.is_none_or(|id| s.stratum.region == id));
        let asked: u64 = strata.map(|s| s.asked).sum();
        let target = targets.get(&(indicator, region)).copied();
        let of_region = |warning: &&warning::Warning| region.is_none() || warning::region(warning) == region;
        let by_region = results.regions.iter().filter(|_| region.is_none());
        let statement = &results.statement;
        let confidence = held
            .survey
            .settings
            .get("confidence")
            .map(jixiao_core::settings::Setting::written)
            .unwrap_or_default();
        Some(Satisfaction {
            target: target.map_or_else(Both::default, |t| english::words(&t.written)),
            target_figure: target
                .and_then(|t| t.interval?.lower)
                .map_or_else(none, |b| Figure::whole(b.value, Both::same("%"))),
            overall: row(region, whole),
            by_region: by_region.map(|(id, figure)| row(Some(*id), figure)).collect(),
            sent: Figure::number(Decimal::from(asked), 0, Both::new("份", "questionnaires")),
            least_answers: u32::try_from(held.survey.settings.whole("fewest-shown")).unwrap_or(u32::MAX),
            warnings: self.warnings(results.warnings.iter().filter(of_region)),
            method: both!(
                "满意率为满意答卷占有效答卷的比例，按地区和支持方向的受支持企业数加权；区间为 Wilson 区间，置信水平 {confidence}。{z}。",
                "The share is satisfied over valid answers, strata of region and scheme weighted by their supported enterprises; intervals are Wilson's at {confidence}. {e}.",
                z = statement.zh,
                e = statement.en
            ),
        })
    }

    /// What to be careful with. Regions whose interval straddles the target are told in one sentence; the table has their figures.
    fn warnings<'w>(&self, all: impl Iterator<Item = &'w warning::Warning>) -> Vec<Both> {
        let (straddling, others): (Vec<_>, Vec<_>) =
            all.partition(|w| matches!(w, warning::Warning::Straddles { region: Some(_), .. }));
        let mut told: Vec<Both> = others.into_iter().map(|w| w.text().clone()).collect();
        let names: Vec<Both> = straddling.iter().map(|w| self.name(warning::region(w))).collect();
        match straddling.as_slice() {
            [] => {}
            [one] => told.insert(0, one.text().clone()),
            _ => told.insert(
                0,
                both!(
                    "{n}个地区的置信区间跨越目标值，样本不足以断定达到与否：{a}",
                    "In {n} regions the interval straddles the target: the sample cannot say whether it was reached: {b}",
                    n = names.len(),
                    a = names.iter().map(|n| n.zh.as_str()).collect::<Vec<_>>().join("、"),
                    b = names.iter().map(|n| n.en.as_str()).collect::<Vec<_>>().join(", ")
                ),
            ),
        }
        told
    }

    /// The last round of monitoring; `None` when there was none.
    pub(super) fn monitored(
        &self,
        region: Option<RegionId>,
        rules: Option<&monitor::Rules>,
    ) -> Option<Monitoring> {
        let made = self.monitoring?;
        let money = made.money.iter().find(|m| m.region == region);
        let owes = |indicator: &str| {
            let is = |o: &&monitor::Owed| {
                o.kind == OwedKind::Reason && o.region == region && o.indicator.as_deref() == Some(indicator)
            };
            made.owed.iter().any(|o| is(&o))
        };
        let row = |row: &monitor::Row| {
            let names = self.names(&row.title);
            let at = courses::seen(row, made.month);
            let given = |of: &dyn Fn(&monitor::GivenReason) -> String| {
                let said: Vec<String> = row.reasons.iter().map(of).filter(|t| !t.trim().is_empty()).collect();
                said.join("；")
            };
            let label = |r: &monitor::GivenReason, en: bool| {
                let kind = rules.and_then(|rules| rules.reason(&r.code));
                kind.map_or_else(
                    || r.code.clone(),
                    |k| if en { k.label.en.clone() } else { k.label.zh.clone() },
                )
            };
            let reason = given(&|r| r.text.clone());
            MonitoringRow {
                indicator: row.indicator.clone(),
                category: names.category,
                kind: names.kind,
                name: self.setting.fund.indicator(&row.title),
                target: english::words(&row.target),
                actual: at.value,
                projected: at.projected,
                low: at.low,
                high: at.high,
                chance: at.chance,
                chance_code: at.chance_code,
                reason_kind: Both::new(given(&|r| label(r, false)), given(&|r| label(r, true))),
                reason: if reason.is_empty() && owes(&row.indicator) {
                    Both::new("尚未填写，须补报", "none given: overdue")
                } else {
                    Both::same(reason)
                },
            }
        };
        Some(Monitoring {
            month: made.month,
            rate: money.and_then(|m| m.rate.as_ref()).map_or_else(Figure::missing, percent),
            lamp: lamp(money, made.month, rules),
            rows: made.of(region).map(row).collect(),
        })
    }
}

/// The lamp of the money with both figures and the thresholds.
pub(super) fn lamp(
    money: Option<&monitor::MoneyFollowed>,
    month: u8,
    rules: Option<&monitor::Rules>,
) -> LampRow {
    let name = Both::new("预算执行与时间进度", "budget execution and time");
    let Some(money) = money else {
        let reason = Both::new("没有资金数据", "nothing is known of the money");
        return LampRow { name, lamp: Lamp::None, reason };
    };
    let colour = match money.lamp {
        monitor::Lamp::Red => Lamp::Red,
        monitor::Lamp::Yellow => Lamp::Yellow,
        monitor::Lamp::Green => Lamp::Green,
        monitor::Lamp::Person | monitor::Lamp::Missing => Lamp::None,
    };
    let limit = |id: &str| {
        rules
            .and_then(|r| r.settings.get(id))
            .map(jixiao_core::settings::Setting::written)
            .unwrap_or_default()
    };
    let reason = match (&money.rate, &money.pace) {
        (Some(rate), Some(pace)) => both!(
            "执行率 {rate}，时间已过 {month}/12，执行进度为时间进度的 {pace}（低于 {red} 为红灯，{green} 及以上为绿灯）。",
            "{rate} executed, {month}/12 of the year gone: {pace} of an even pace (red below {red}, green from {green}).",
            rate = rate.percent(2, Rounding::HalfUp),
            pace = pace.percent(2, Rounding::HalfUp),
            red = limit("lamp-red-below"),
            green = limit("lamp-green-from")
        ),
        _ => money.lamp.words(),
    };
    LampRow { name, lamp: colour, reason }
}

/// The region that a survey's warning speaks of.
mod warning {
    use jixiao_core::region::RegionId;
    pub(super) use jixiao_core::survey::Warning;

    pub(super) fn region(warning: &Warning) -> Option<RegionId> {
        match warning {
            Warning::Straddles { region, .. } | Warning::Thin { region, .. } => *region,
            Warning::SilentStratum { stratum, .. } => Some(stratum.region),
            Warning::SilentRegion { region, .. } | Warning::KeptBack { region, .. } => Some(*region),
        }
    }
}
