//! What regions report: rows of a ledger, each with its evidence.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jixiao_core::{
    actual::Actual,
    both,
    derivation::{Ground, Node},
    finding::Both,
    region::RegionId,
    said,
    unit::Unit,
};
use rust_decimal::Decimal;

use crate::{
    number::Dec,
    run::{RunError, outcome::date},
    scheme::syntax::days,
};

use super::{
    course::{Course, Part},
    file::ReportedAs,
    plan::{Kind, Measure, Plan},
    regions::Homes,
    rows::Desk,
    words::missing,
};

/// What a region reported of an indicator.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Report {
    /// Id of the indicator, as the row names it.
    pub indicator: String,
    /// The region; `None` for the whole, and for a division code that the fund does not know (`trouble` says so).
    pub region: Option<RegionId>,
    /// The division code, as the row has it.
    pub code: String,
    /// The fund year.
    pub year: i16,
    /// The month up to whose end it was counted; 12 for the year.
    pub month: u8,
    /// What was written.
    pub written: String,
    /// The unit that was written.
    pub unit: String,
    /// What it came to, in the unit of the indicator.
    pub value: Actual,
    /// Why it cannot be used; `None` when it can.
    pub trouble: Option<Both>,
    /// Name of the evidence file.
    pub evidence: String,
    /// Who reported it.
    pub by: String,
    /// When.
    pub date: Option<Date>,
    /// The file in which the row stands.
    pub file: String,
    /// The row, as a person counts.
    pub row: u32,
}

/// Every row that was reported and the name of the ledger; the inner error says why there is none.
pub(crate) fn read(plan: &Plan, desk: &Desk<'_>) -> Result<Result<(Vec<Report>, String), Both>, RunError> {
    let Some(columns) = &plan.reported else {
        return Ok(Err(both!("没有填报台账", "there is no ledger of reports")));
    };
    let held = match desk.shelf.get(columns.ledger, desk.setting) {
        Ok(held) => held,
        Err(why) => return Ok(Err(why)),
    };
    let mut all = Vec::new();
    for (row, place) in held.table.rows.iter().enumerate() {
        let text = |column| held.text(column, row).to_owned();
        let code = text(columns.region);
        let home = desk.homes.of(&code).flatten().map(|home| desk.homes.region(home));
        let measure = plan.measures.iter().find(|m| m.indicator == text(columns.indicator));
        let (written, unit) = (text(columns.value), text(columns.unit));
        let year = held.number(columns.year, row).and_then(|y| i16::try_from(y).ok()).unwrap_or(0);
        let month = held
            .number(columns.month, row)
            .and_then(|m| u8::try_from(m).ok())
            .filter(|m| (1..=12).contains(m));
        let mut trouble = None;
        let value = match value(measure, &written, &unit) {
            Ok(value) => value,
            Err(why) => {
                trouble = Some(why);
                Actual::Missing
            }
        };
        if month.is_none() {
            trouble = Some(both!("月份不在 1 至 12 之间", "the month is not between 1 and 12"));
        }
        if home.is_none() {
            trouble = Some(both!(
                "区划代码 {code} 不是本资金支持范围的地区",
                "{code} is no division code of the fund's regions"
            ));
        }
        if measure.is_none() {
            let id = text(columns.indicator);
            trouble = Some(both!("没有指标 {id}", "there is no indicator {id}"));
        }
        all.push(Report {
            indicator: text(columns.indicator),
            region: home.filter(|r| desk.homes.measured.contains(r)),
            code,
            year,
            month: month.unwrap_or(12),
            written,
            unit,
            value,
            trouble,
            evidence: text(columns.evidence),
            by: text(columns.by),
            date: held.number(columns.date, row).and_then(|day| date(i128::from(day)).ok()),
            file: held.file(*place),
            row: place.row,
        });
    }
    Ok(Ok((all, desk.setting.ledgers.ledgers[columns.ledger].name.clone())))
}

/// What a report's text comes to.
fn value(measure: Option<&Measure>, written: &str, unit: &str) -> Result<Actual, Both> {
    let kind = match measure.map(|m| (&m.kind, &m.unit)) {
        Some((Kind::Reported(kind), _)) => *kind,
        Some((Kind::Within(..) | Kind::Graded(..), _)) => ReportedAs::State,
        Some((Kind::Completed(..), _)) => ReportedAs::Date,
        Some((_, Some(_))) => ReportedAs::Number,
        _ => ReportedAs::Date,
    };
    let unread = || both!("“{written}”读不出来", "{written:?} cannot be read");
    match kind {
        ReportedAs::Date => {
            let day = days(written).and_then(|day| date(i128::from(day)).ok());
            day.map(Actual::Date).ok_or_else(unread)
        }
        ReportedAs::State => match written {
            "是" | "已达成" | "达成" | "yes" | "true" => Ok(Actual::State(true)),
            "否" | "未达成" | "no" | "false" => Ok(Actual::State(false)),
            _ => Err(unread()),
        },
        ReportedAs::Number => {
            let number = Dec::parse(written).map(Dec::normal).ok_or_else(unread)?;
            let figure = Decimal::try_from_i128_with_scale(number.mantissa, u32::from(number.scale))
                .map_err(|_| unread())?;
            let own = measure.and_then(|m| m.unit.as_ref()).map(|u| u.text.as_str()).unwrap_or_default();
            let differ = || {
                both!(
                    "填报单位“{unit}”不能换算成指标单位“{own}”",
                    "the unit reported, {unit:?}, does not convert into {own:?}"
                )
            };
            let (from, to) = (Unit::parse(unit).ok_or_else(differ)?, Unit::parse(own).ok_or_else(differ)?);
            from.convert(figure, &to).map(|f| Actual::Number(f.normalize())).map_err(|_| differ())
        }
    }
}

/// The reports of an indicator for a region and a year that can be used, by month; of several for one month the one that came last.
fn by_month<'r>(
    reports: &'r [Report],
    measure: &Measure,
    region: Option<RegionId>,
    year: i16,
) -> BTreeMap<u8, &'r Report> {
    let mut months: BTreeMap<u8, &Report> = BTreeMap::new();
    for report in reports {
        let mine = report.indicator == measure.indicator && report.region == region && report.year == year;
        if !mine || report.trouble.is_some() {
            continue;
        }
        let later = months.get(&report.month).is_none_or(|before| before.date <= report.date);
        if later {
            months.insert(report.month, report);
        }
    }
    months
}

/// What an indicator came to by what was reported: the report of the latest month.
pub(crate) fn actual(
    measure: &Measure,
    reports: &Result<(Vec<Report>, String), Both>,
    homes: &Homes<'_>,
    region: Option<RegionId>,
    year: i16,
) -> (Actual, Node) {
    let label = measure.title.clone();
    let (rows, ledger) = match reports {
        Ok(read) => read,
        Err(why) => return (Actual::Missing, Node::new(label, missing(why))),
    };
    if let Some((month, report)) = by_month(rows, measure, region, year).last_key_value() {
        let value = match &report.value {
            Actual::Number(n) => {
                let unit = measure.unit.as_ref().map(|u| u.text.as_str()).unwrap_or_default();
                Both::new(format!("{n} {unit}"), said::figure(&n.to_string(), unit).en)
            }
            _ => said::target(&report.written),
        };
        let node = Node::new(label, value)
            .by(format!("{} {} ({year}-{month:02})", report.written, report.unit))
            .on(Ground::Reported { by: report.by.clone(), evidence: report.evidence.clone() })
            .on(Ground::Row { ledger: ledger.clone(), file: report.file.clone(), row: report.row });
        return (report.value.clone(), node);
    }
    let bad = rows
        .iter()
        .filter(|r| r.indicator == measure.indicator && r.year == year && r.trouble.is_some())
        .find(|r| r.region == region && homes.of(&r.code).flatten().is_some());
    let why = match bad.and_then(|r| Some((r, r.trouble.as_ref()?))) {
        Some((report, trouble)) => {
            let (file, row) = (&report.file, report.row);
            Both::new(
                format!("{file} 第{row}行：{}", trouble.zh),
                format!("{file}, row {row}: {}", trouble.en),
            )
        }
        None => both!("没有填报", "not reported"),
    };
    (Actual::Missing, Node::new(label, missing(&why)))
}

/// The months that were reported, of every year.
pub(crate) fn courses(
    measure: &Measure,
    reports: &Result<(Vec<Report>, String), Both>,
    homes: &Homes<'_>,
) -> Vec<Course> {
    let Ok((rows, _)) = reports else { return Vec::new() };
    let mut years: Vec<i16> =
        rows.iter().filter(|r| r.indicator == measure.indicator).map(|r| r.year).collect();
    years.sort_unstable();
    years.dedup();
    let mut all = Vec::new();
    for year in years {
        for region in homes.all() {
            let mut months = [None; 12];
            for (month, report) in by_month(rows, measure, region, year) {
                if let Actual::Number(number) = report.value {
                    months[usize::from(month) - 1] = Some(number);
                }
            }
            if months.iter().any(Option::is_some) {
                all.push(Course {
                    indicator: measure.indicator.clone(),
                    part: Part::Value,
                    region,
                    year,
                    unit: measure.unit.as_ref().map(|u| u.text.clone()).unwrap_or_default(),
                    months,
                });
            }
        }
    }
    all
}
