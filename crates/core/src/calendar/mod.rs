//! Working days: a calendar of holidays and make-up days as data by year, and how deadlines are counted.
//!
//! The day of the event does not count. `n` working days from an event end with the `n`-th working day after it, and that whole day still belongs to
//! the term: what is due on it is late only on the day after. A year that the calendar does not hold is an error, never a guess.

mod read;

use std::collections::BTreeMap;

use jiff::civil::{Date, Weekday};
use serde::Serialize;

use crate::{
    both,
    finding::Both,
    fund::{FolderTexts, FundFault},
};

/// The longest term that is counted, in working days: about eight years.
///
/// More is a slip of writing; the bound keeps a count from walking through centuries.
pub const LONGEST_TERM: u32 = 2000;

/// What a day is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Day {
    /// A working day like any other.
    Working,
    /// A Saturday or Sunday that is worked for a holiday, with the holiday's name.
    MakeUp(Both),
    /// A Saturday or Sunday.
    Weekend,
    /// A holiday, with its name.
    Holiday(Both),
}

impl Day {
    /// Whether it is worked.
    pub fn is_working(&self) -> bool {
        matches!(self, Self::Working | Self::MakeUp(_))
    }
}

/// What the calendar of a year rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct YearSource {
    /// The notice and where it was seen.
    pub source: String,
    /// How sure: `S`, `T`, `M`.
    pub certainty: String,
    /// Whether no notice was found and the days are an assumption.
    pub illustrative: bool,
}

/// The working days of the years that it holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    years: BTreeMap<i16, YearSource>,
    /// Days that are not what their day of the week says, by the year whose notice names them.
    named: BTreeMap<i16, BTreeMap<Date, Day>>,
}

/// Why working days cannot be told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum NoDay {
    /// The calendar does not hold the year of a day.
    Outside {
        /// The year that is asked for.
        year: i16,
        /// The years that the calendar holds.
        known: Vec<i16>,
    },
    /// A term is longer than [`LONGEST_TERM`].
    TooLong {
        /// The term, in working days.
        days: u32,
    },
}

impl NoDay {
    /// What is wrong and what to do, for the person who must act.
    pub fn message(&self) -> Both {
        match self {
            Self::Outside { year, known } => {
                let known: Vec<String> = known.iter().map(ToString::to_string).collect();
                let list = if known.is_empty() { "—".to_owned() } else { known.join(", ") };
                both!(
                    "工作日历没有{year}年（已有：{list}）。请按国务院办公厅通知把该年的放假调休补入calendar.toml",
                    "the calendar of working days has no year {year} (it has: {list}); add that year's holidays and make-up days to calendar.toml, after the notice of the State Council's General Office"
                )
            }
            Self::TooLong { days } => both!(
                "期限{days}个工作日超过上限{LONGEST_TERM}个，请检查参数",
                "a term of {days} working days is longer than the {LONGEST_TERM} that are counted; look at the parameter"
            ),
        }
    }
}

const NATIONAL: &str = include_str!("calendar.toml");

impl Calendar {
    /// The national calendar, which is part of the program.
    ///
    /// # Errors
    /// Never for the text that is embedded; a test reads it.
    pub fn national() -> Result<Self, Vec<FundFault>> {
        Self::parse("calendar.toml", NATIONAL)
    }

    /// A calendar from its text. `file` is the name that faults are reported under.
    ///
    /// # Errors
    /// Every fault at once, with file and line.
    pub fn parse(file: &str, text: &str) -> Result<Self, Vec<FundFault>> {
        read::calendar(file, text)
    }

    /// The calendar of a fund folder: its `calendar.toml` over the national one, or the national one alone.
    ///
    /// # Errors
    /// Every fault of the file, with its line.
    pub fn of_folder(files: &FolderTexts) -> Result<Self, Vec<FundFault>> {
        let national = Self::national()?;
        match files.get("calendar.toml") {
            Some(text) => Ok(national.with(Self::parse("calendar.toml", text)?)),
            None => Ok(national),
        }
    }

    /// This calendar with the years of another in place of its own: a fund folder's `calendar.toml` over the national one.
    #[must_use]
    pub fn with(mut self, other: Self) -> Self {
        self.years.extend(other.years);
        self.named.extend(other.named);
        self
    }

    /// The years that it holds with what they rest on, in order.
    pub fn years(&self) -> impl Iterator<Item = (i16, &YearSource)> {
        self.years.iter().map(|(&year, source)| (year, source))
    }

    /// The years whose days are an assumption, in order.
    pub fn illustrative(&self) -> Vec<i16> {
        self.years().filter(|(_, source)| source.illustrative).map(|(year, _)| year).collect()
    }

    /// What a day is.
    ///
    /// # Errors
    /// The calendar does not hold the day's year.
    pub fn day(&self, date: Date) -> Result<Day, NoDay> {
        let year = date.year();
        if !self.years.contains_key(&year) {
            return Err(NoDay::Outside { year, known: self.years.keys().copied().collect() });
        }
        // The notice of a year may reach back into the last days of the year before, and it is the later word.
        let next = year.checked_add(1).and_then(|next| self.named.get(&next));
        let named = [next, self.named.get(&year)].into_iter().flatten().find_map(|days| days.get(&date));
        Ok(match named {
            Some(day) => day.clone(),
            None if is_weekend(date) => Day::Weekend,
            None => Day::Working,
        })
    }

    /// Whether a day is worked.
    ///
    /// # Errors
    /// The calendar does not hold the day's year.
    pub fn is_working(&self, date: Date) -> Result<bool, NoDay> {
        Ok(self.day(date)?.is_working())
    }

    /// The `days`-th working day after a day, which does not count itself; the day itself for 0, whatever it is.
    ///
    /// # Errors
    /// The count leaves the years that the calendar holds, or the term is longer than [`LONGEST_TERM`].
    pub fn add_working_days(&self, from: Date, days: u32) -> Result<Date, NoDay> {
        if days > LONGEST_TERM {
            return Err(NoDay::TooLong { days });
        }
        let (mut date, mut left) = (from, days);
        while left > 0 {
            date = self.after(date)?;
            if self.is_working(date)? {
                left -= 1;
            }
        }
        Ok(date)
    }

    /// How many working days lie after `from` up to and with `to`; 0 when `to` is not after `from`.
    ///
    /// # Errors
    /// A day after `from` up to `to` lies in a year that the calendar does not hold.
    pub fn working_days_between(&self, from: Date, to: Date) -> Result<u32, NoDay> {
        if to <= from {
            return Ok(0);
        }
        let first = self.after(from)?;
        let years = first.year()..=to.year();
        if let Some(year) = years.clone().find(|year| !self.years.contains_key(year)) {
            return Err(NoDay::Outside { year, known: self.years.keys().copied().collect() });
        }
        // By the days of the week first: whole weeks have five, and fewer than seven days are left.
        let days = first.duration_until(to).as_hours() / 24 + 1;
        let mut count = days / 7 * 5;
        let mut date = to;
        for _ in 0..days % 7 {
            count += i64::from(!is_weekend(date));
            date = date.yesterday().unwrap_or(Date::MIN);
        }
        // Then the days that are not what their day of the week says, each by the later of the two notices that may name it.
        for (year, days) in self.named.range(first.year()..=to.year().saturating_add(1)) {
            let later = year.checked_add(1).and_then(|next| self.named.get(&next));
            let last_word = |date: &Date| later.is_none_or(|later| !later.contains_key(date));
            for (date, day) in days.range(first..=to).filter(|(date, _)| last_word(date)) {
                count += i64::from(day.is_working()) - i64::from(!is_weekend(*date));
            }
        }
        Ok(u32::try_from(count).unwrap_or(0))
    }

    fn after(&self, date: Date) -> Result<Date, NoDay> {
        let known = || self.years.keys().copied().collect();
        date.tomorrow().map_err(|_| NoDay::Outside { year: date.year(), known: known() })
    }
}

fn is_weekend(date: Date) -> bool {
    matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
}
