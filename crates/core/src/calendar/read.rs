//! `calendar.toml` → [`Calendar`], with every fault at its line.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Deserialize;
use toml::Spanned;

use super::{Calendar, Day, YearSource, is_weekend};
use crate::{finding::Both, fund::FundFault, settings::Faults};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CalendarFile {
    #[serde(default)]
    year: Vec<YearFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct YearFile {
    year: Spanned<i16>,
    source: Spanned<String>,
    certainty: String,
    #[serde(default)]
    status: Option<Spanned<String>>,
    #[serde(default)]
    holiday: Vec<HolidayFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HolidayFile {
    name: Both,
    from: Spanned<Date>,
    to: Spanned<Date>,
    days: Spanned<u8>,
    #[serde(default)]
    work: Vec<Spanned<Date>>,
}

/// Reads a calendar and reports everything that is wrong with it.
pub(super) fn calendar(file: &str, text: &str) -> Result<Calendar, Vec<FundFault>> {
    let mut faults = Faults::new(file, text);
    let Some(read) = faults.read::<CalendarFile>() else { return Err(faults.list) };
    if read.year.is_empty() {
        faults.whole("the calendar holds no year: write [[year]] tables".to_owned());
    }
    let mut calendar = Calendar::default();
    for entry in read.year {
        let (at, year) = (entry.year.span().start, entry.year.into_inner());
        if entry.source.get_ref().trim().is_empty() {
            faults.at(entry.source.span().start, format!("{year}: say which notice the days are from"));
        }
        let illustrative = entry.status.is_some();
        if let Some(status) = entry.status.filter(|s| s.get_ref() != "illustrative") {
            faults.at(status.span().start, format!("{year}: status is illustrative or absent"));
        }
        if entry.holiday.is_empty() {
            faults.at(at, format!("{year} has no holiday; a year that is not known is left out"));
        }
        let named = days(year, entry.holiday, &mut faults);
        let source =
            YearSource { source: entry.source.into_inner(), certainty: entry.certainty, illustrative };
        if calendar.years.insert(year, source).is_some() {
            faults.at(at, format!("the year {year} is given twice"));
        }
        calendar.named.insert(year, named);
    }
    if faults.list.is_empty() { Ok(calendar) } else { Err(faults.list) }
}

/// The days that a year's holidays name.
fn days(year: i16, holidays: Vec<HolidayFile>, faults: &mut Faults<'_>) -> BTreeMap<Date, Day> {
    let mut named = BTreeMap::new();
    // 元旦 may begin in the December before; a day of any other year is a slip.
    let of_the_year =
        |d: Date| d.year() == year || (year.checked_sub(1) == Some(d.year()) && d.month() == 12);
    for holiday in holidays {
        let name = holiday.name;
        let (from, to) = (*holiday.from.get_ref(), *holiday.to.get_ref());
        let mut put = |at: usize, date: Date, day: Day, faults: &mut Faults<'_>| {
            if !of_the_year(date) {
                faults.at(at, format!("{}: {date} is no day of {year}", name.zh));
            }
            if named.insert(date, day).is_some() {
                faults.at(at, format!("{}: {date} is named twice", name.zh));
            }
        };
        let length = from.until(to).map_or(0, |span| i64::from(span.get_days()) + 1);
        if length != i64::from(*holiday.days.get_ref()) || length < 1 {
            let at = holiday.days.span().start;
            let said = holiday.days.get_ref();
            faults.at(at, format!("{}: {from} to {to} are {} days, not {said}", name.zh, length.max(0)));
        } else {
            let mut date = Some(from);
            while let Some(day) = date.filter(|d| *d <= to) {
                put(holiday.from.span().start, day, Day::Holiday(name.clone()), faults);
                date = day.tomorrow().ok();
            }
        }
        for work in holiday.work {
            let (at, date) = (work.span().start, work.into_inner());
            put(at, date, Day::MakeUp(name.clone()), faults);
            if !is_weekend(date) {
                let weekday = date.weekday().to_monday_one_offset();
                faults.at(at, format!("{}: {date} is worked anyway (weekday {weekday})", name.zh));
            }
        }
    }
    named
}
