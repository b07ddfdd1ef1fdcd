//! Indicators and money month by month: what every round of monitoring of the year says.

use jixiao_core::{
    actual::Actual,
    finding::Both,
    interval::Bound,
    monitor::{self, Chance, Divergence, Method, Monitoring, MonthlyCourse, OwedKind, Row},
    region::RegionId,
};
use jixiao_report::{
    content::ResultRow,
    figure::Figure,
    published::{At, CourseOf, EarlierYear, OwedRow, Round, RoundOf},
};
use rayon::prelude::*;
use rust_decimal::Decimal;

use super::{
    Facts, english,
    money::{amount, none},
    published::Contents,
    results::{Targets, actual, bound, symbol},
    survey::{lamp, percent},
};

/// Months of a year.
const MONTHS: u8 = 12;

/// What a round says of an indicator.
pub(super) fn seen(row: &Row, month: u8) -> At {
    let unit = symbol(row.unit.as_ref());
    let figure = |value: Decimal| {
        let decimals = if row.unit.as_ref().is_some_and(jixiao_core::unit::Unit::is_count) { 0 } else { 2 };
        Figure::number(value, decimals, english::unit(unit))
    };
    let end = |bound: Option<Bound>| bound.map_or_else(none, |b| figure(b.value));
    let projected = row.projection.as_ref();
    At {
        month,
        value: match &row.progress {
            Actual::State(_) => Figure::words(row.progress_written()),
            other => actual(other, unit),
        },
        projected: projected.map_or_else(none, |p| figure(p.centre)),
        low: end(projected.and_then(|p| p.range.lower)),
        high: end(projected.and_then(|p| p.range.upper)),
        method: projected.map(|p| p.method).map(Method::words).unwrap_or_default(),
        chance: row.chance.map(Chance::words).unwrap_or_default(),
        chance_code: row.chance.map(Chance::code),
        divergence: row.divergence.as_ref().map(Divergence::words).unwrap_or_default(),
    }
}

impl Facts<'_> {
    /// What monitoring says at the end of every month; nothing when there was none.
    ///
    /// # Errors
    /// Faults of the rules or of what was handed in.
    pub(super) fn every_month(&self, rules: Option<&monitor::Rules>) -> Result<Vec<Monitoring>, String> {
        let Some((own, rules)) = self.monitoring.zip(rules) else { return Ok(Vec::new()) };
        let month = |month: u8| {
            if month == own.month {
                Ok(own.clone())
            } else {
                self.year.monitoring(self.setting, rules, month)
            }
        };
        (1..=MONTHS).into_par_iter().map(month).collect()
    }

    /// The course of every indicator of which something is known in any month.
    pub(super) fn courses(&self, contents: &Contents, months: &[Monitoring]) -> Vec<CourseOf> {
        let followed = self.year.followed(self.setting);
        let targets: Targets<'_> = followed.iter().map(|f| ((f.indicator.as_str(), f.region), f)).collect();
        let mut list = Vec::new();
        for sheet in self.sheets {
            let Some(content) = contents.of(sheet.region) else { continue };
            list.extend(
                content.results.iter().filter_map(|row| self.course(row, sheet.region, &targets, months)),
            );
        }
        list
    }

    fn course(
        &self,
        row: &ResultRow,
        region: Option<RegionId>,
        targets: &Targets<'_>,
        months: &[Monitoring],
    ) -> Option<CourseOf> {
        let known = self.year.monthly(self.setting, &row.indicator, region, MONTHS);
        let adds_up = matches!(known, MonthlyCourse::Sum(_));
        let target = targets.get(&(row.indicator.as_str(), region)).copied();
        let value = |value: &Decimal| actual(&Actual::Number(*value), &row.unit.zh);
        let mut earlier: Vec<EarlierYear> = match &known {
            MonthlyCourse::Sum(monthly) => {
                let year = |e: &monitor::Earlier| EarlierYear {
                    year: e.year,
                    values: e.by_month.iter().map(value).collect(),
                };
                monthly.earlier.iter().map(year).collect()
            }
            _ => Vec::new(),
        };
        earlier.sort_by_key(|e| e.year);
        let mut at: Vec<At> = months
            .iter()
            .filter_map(|m| Some(seen(m.of(region).find(|r| r.indicator == row.indicator)?, m.month)))
            .filter(|at| at.value.is_known() || at.chance_code.is_some())
            .collect();
        // What has no target is not monitored; its values are known all the same.
        if target.is_none()
            && let MonthlyCourse::Sum(monthly) | MonthlyCourse::Level(monthly) = known
        {
            at = (1..=MONTHS)
                .zip(&monthly.by_month)
                .map(|(month, v)| At {
                    month,
                    value: value(v),
                    projected: none(),
                    low: none(),
                    high: none(),
                    ..At::default()
                })
                .collect();
        }
        (!at.is_empty()).then(|| CourseOf {
            code: self.short_code(region),
            indicator: row.indicator.clone(),
            name: row.name.clone(),
            unit: row.unit.clone(),
            target: target.map(|t| english::words(&t.written)).unwrap_or_default(),
            target_figure: target
                .and_then(bound)
                .map_or_else(none, |value| Figure::whole(value, row.unit.clone())),
            adds_up,
            months: at,
            earlier,
        })
    }

    /// Money and what is owed, round by round.
    pub(super) fn rounds(&self, months: &[Monitoring], rules: Option<&monitor::Rules>) -> Vec<Round> {
        let official = self.monitoring.map(|m| m.month);
        let of = |m: &Monitoring, region: Option<RegionId>| {
            let money = m.money.iter().find(|l| l.region == region);
            let share = |of: Option<&jixiao_core::exact::Exact>| of.map_or_else(Figure::missing, percent);
            RoundOf {
                code: self.short_code(region),
                budget: amount(money.map(|l| l.budget)),
                paid: amount(money.and_then(|l| l.paid)),
                rate: share(money.and_then(|l| l.rate.as_ref())),
                pace: share(money.and_then(|l| l.pace.as_ref())),
                forecast: amount(money.and_then(|l| l.forecast)),
                lamp: lamp(money, m.month, rules),
                divergence: money
                    .and_then(|l| l.divergence.as_ref())
                    .map(Divergence::words)
                    .unwrap_or_default(),
                owed: m.owed.iter().filter(|o| o.region == region).map(owed).collect(),
            }
        };
        let round = |m: &Monitoring| Round {
            month: m.month,
            official: official == Some(m.month),
            regions: self.sheets.iter().map(|sheet| of(m, sheet.region)).collect(),
        };
        months.iter().map(round).collect()
    }
}

fn owed(owed: &monitor::Owed) -> OwedRow {
    let kind = match owed.kind {
        OwedKind::Progress => "progress",
        OwedKind::Money => "money",
        OwedKind::Reason => "reason",
        OwedKind::Measures => "measures",
        OwedKind::Deadline => "deadline",
        OwedKind::Decision => "decision",
    };
    let what: &Both = &owed.what;
    OwedRow {
        kind: kind.to_owned(),
        indicator: owed.indicator.clone().unwrap_or_default(),
        by: Figure::date(owed.by),
        overdue: u32::try_from(owed.days_overdue).unwrap_or(0),
        what: what.clone(),
        next: owed.next.clone(),
    }
}
