//! Periods: the implementation cycle (实施周期) and its years (年度), and dates that forms leave incomplete.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The fund years from first to last, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cycle {
    /// First fund year.
    pub first: i16,
    /// Last fund year.
    pub last: i16,
}

impl Cycle {
    /// How many years the cycle has; 0 when it ends before it begins.
    pub fn years(&self) -> u32 {
        u32::try_from(i32::from(self.last) - i32::from(self.first) + 1).unwrap_or(0)
    }

    /// Whether a year lies in the cycle.
    pub fn contains(&self, year: i16) -> bool {
        (self.first..=self.last).contains(&year)
    }
}

/// What a column of targets is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Period {
    /// The whole cycle: 实施周期.
    Cycle,
    /// One year: 当年度, 年度. `None` when the form does not say which; it is then the form's own year.
    Year(Option<i16>),
}

impl Period {
    /// The period's name in Chinese, as in a heading.
    pub fn zh(&self) -> String {
        match self {
            Self::Cycle => "实施周期".to_owned(),
            Self::Year(None) => "当年度".to_owned(),
            Self::Year(Some(year)) => format!("{year}年度"),
        }
    }

    /// The period's name in English.
    pub fn en(&self) -> String {
        match self {
            Self::Cycle => "cycle".to_owned(),
            Self::Year(None) => "year".to_owned(),
            Self::Year(Some(year)) => format!("year {year}"),
        }
    }
}

/// A date as forms write it: `2026年12月底前` has no day, `12月底前` has no year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartialDate {
    /// Year, if written.
    pub year: Option<i16>,
    /// Month 1–12, if written; values outside are kept so that they can be reported.
    pub month: Option<i8>,
    /// Day of the month, if written.
    pub day: Option<i8>,
}

impl PartialDate {
    /// The last day it can mean: `2026年12月底前` is 2026-12-31, `2024年` is 2024-12-31.
    ///
    /// `year` stands in where none was written. `None` when no year is known or no such day exists.
    pub fn last_day(&self, year: Option<i16>) -> Option<Date> {
        let year = self.year.or(year)?;
        let month = self.month.unwrap_or(12);
        let first = Date::new(year, month, 1).ok()?;
        match self.day {
            Some(day) => Date::new(year, month, day).ok(),
            None => Some(first.last_of_month()),
        }
    }

    /// Whether the parts that are written cannot be a date in any year: month 13, 31 April, day 0.
    ///
    /// 29 February without a year is possible.
    pub fn is_impossible(&self) -> bool {
        self.last_day(Some(2024)).is_none() || (self.year.is_some() && self.last_day(None).is_none())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_month_is_its_last_day() {
        let partial = |year, month, day| PartialDate { year, month, day };
        for (written, stand_in, last) in [
            (partial(Some(2026), Some(12), None), None, Some("2026-12-31")),
            (partial(Some(2024), Some(2), None), None, Some("2024-02-29")),
            (partial(Some(2023), Some(2), None), None, Some("2023-02-28")),
            (partial(None, Some(6), None), Some(2025), Some("2025-06-30")),
            (partial(None, Some(6), None), None, None),
            (partial(Some(2024), None, None), None, Some("2024-12-31")),
            (partial(Some(2024), Some(13), None), None, None),
            (partial(Some(2023), Some(2), Some(29)), None, None),
        ] {
            assert_eq!(written.last_day(stand_in).map(|d| d.to_string()).as_deref(), last, "{written:?}");
        }
        assert!(partial(Some(2023), Some(2), Some(29)).is_impossible());
        assert!(!partial(None, Some(2), Some(29)).is_impossible());
    }

    #[test]
    fn a_cycle_that_ends_before_it_begins_has_no_years() {
        assert_eq!(Cycle { first: 2024, last: 2026 }.years(), 3);
        assert_eq!(Cycle { first: 2026, last: 2024 }.years(), 0);
    }
}
