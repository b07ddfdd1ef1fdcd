//! When things happen in the demo's fund year: on working days, in office hours.

use jiff::{
    Span,
    civil::{Date, DateTime, date},
};
use jixiao_core::calendar::Calendar;

use super::lots::Lots;

/// Office hours begin at nine; people take their work up at one of so many times, half an hour apart, and do what is before them in one go.
const TIMES: u64 = 16;
const APART: u64 = 30;

/// The days of a fund year.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Days<'a> {
    /// Working days.
    pub(crate) calendar: &'a Calendar,
    /// The fund year.
    pub(crate) year: i16,
    /// What times are drawn from.
    pub(crate) lots: Lots,
}

impl Days<'_> {
    /// Whether a day is worked. A year that the calendar does not hold has no other holidays than Saturdays and Sundays here: nothing is counted by it.
    fn is_working(&self, day: Date) -> bool {
        self.calendar.is_working(day).unwrap_or(day.weekday().to_monday_one_offset() < 6)
    }

    /// The first working day from a day of a year on, counted from the fund year: 1 is the year after it.
    pub(crate) fn on(&self, years_later: i16, month: i8, day: i8) -> Date {
        let mut day = date(self.year.saturating_add(years_later), month, day);
        while !self.is_working(day) {
            let Ok(next) = day.tomorrow() else { break };
            day = next;
        }
        day
    }

    /// The first day on which a visitor may come: all that the script tells of is over, and what is still open is not yet late for long.
    pub(crate) fn of_visit(&self) -> Date {
        self.on(1, 4, 9)
    }

    /// So many working days after a day.
    pub(crate) fn after(&self, day: Date, count: u32) -> Date {
        let (mut day, mut left) = (day, count);
        while left > 0 {
            let Ok(next) = day.tomorrow() else { break };
            day = next;
            left -= u32::from(self.is_working(day));
        }
        day
    }

    /// A moment of a day in office hours.
    pub(crate) fn at(&self, day: Date, what: &str) -> DateTime {
        plus(day.at(9, 0, 0, 0), APART * self.lots.below(what, TIMES))
    }

    /// A moment so many working days after another; on the same day ten minutes later.
    pub(crate) fn later(&self, from: DateTime, count: u32, what: &str) -> DateTime {
        if count == 0 {
            return plus(from, 10);
        }
        self.at(self.after(from.date(), count), what)
    }
}

fn plus(from: DateTime, minutes: u64) -> DateTime {
    let minutes = i64::try_from(minutes).unwrap_or_default();
    from.checked_add(Span::new().minutes(minutes)).unwrap_or(from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_worked_and_times_lie_in_office_hours() {
        let calendar = Calendar::national().expect("it is part of the program");
        let days = Days { calendar: &calendar, year: 2024, lots: Lots { seed: 1 } };
        // 2024-10-01 to 07 are free; Saturday the 12th is worked for them.
        assert_eq!(days.on(0, 10, 1), date(2024, 10, 8));
        assert_eq!(days.after(date(2024, 10, 11), 1), date(2024, 10, 12));
        // The notice of 2023 is not held: a weekday is taken for a working day.
        assert_eq!(days.on(-1, 12, 23), date(2023, 12, 25));
        for n in 0..50 {
            let at = days.at(date(2024, 3, 4), &n.to_string());
            assert!((9..18).contains(&at.hour()), "{at}");
        }
        let from = days.at(date(2024, 3, 4), "x");
        assert!(days.later(from, 0, "y") > from && days.later(from, 1, "y").date() == date(2024, 3, 5));
    }
}
