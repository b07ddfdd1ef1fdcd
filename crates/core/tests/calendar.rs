//! Working days: the national calendar day by day, terms counted by hand, and what a wrong calendar is told.

use jiff::civil::Date;
use jixiao_core::calendar::{Calendar, Day, LONGEST_TERM, NoDay};
use proptest::prelude::*;

fn national() -> Calendar {
    Calendar::national().unwrap_or_else(|faults| panic!("{faults:#?}"))
}

fn date(text: &str) -> Date {
    text.parse().unwrap_or_else(|e| panic!("{text}: {e}"))
}

#[test]
fn days_around_every_holiday() {
    // h: holiday, m: make-up day, w: working day, e: weekend; from the first day on.
    for (first, days) in [
        ("2024-01-01", "hwwwweew"),
        // Sunday 4 February is worked; Friday the 9th (除夕) is a working day; 10–17 holiday; Sunday 18 is worked.
        ("2024-02-03", "emwwwwwhhhhhhhhmwwwwwee"),
        ("2024-04-03", "whhhmwwwwwee"),
        ("2024-04-27", "emwwhhhhhwwwwwmew"),
        ("2024-06-07", "weehwwww"),
        ("2024-09-13", "wmhhhwwwee"),
        ("2024-09-28", "emwhhhhhhhwwwwmew"),
        ("2024-12-31", "w"),
        ("2025-01-01", "hwwee"),
        ("2025-01-25", "emwhhhhhhhhwwwmew"),
        ("2025-04-03", "whhhw"),
        ("2025-04-26", "emwwwhhhhhwwwwee"),
        ("2025-05-30", "whhhw"),
        ("2025-09-27", "emwwhhhhhhhhwwmew"),
        ("2026-01-01", "hhhmw"),
        ("2026-02-13", "wmhhhhhhhhhwwwwmew"),
        ("2026-04-03", "whhhw"),
        ("2026-04-30", "whhhhhwwwmew"),
        ("2026-06-18", "whhhw"),
        ("2026-09-19", "emwwwwhhhwwwhhhhhhhwwmew"),
        ("2026-12-31", "w"),
    ] {
        let calendar = national();
        let mut day = date(first);
        for expected in days.chars() {
            let found = match calendar.day(day).unwrap_or_else(|e| panic!("{}", e.message().en)) {
                Day::Working => 'w',
                Day::MakeUp(_) => 'm',
                Day::Weekend => 'e',
                Day::Holiday(_) => 'h',
            };
            assert_eq!(found, expected, "{day}");
            day = day.tomorrow().expect("far from the end of time");
        }
    }
}

#[test]
fn working_days_of_whole_years() {
    // Monday to Friday of the year, less the holidays that fall on them, plus the make-up days.
    // 2024: 262 weekdays; 元旦 1, 春节 Mon–Fri 5, 清明 Thu Fri 2, 劳动 Wed–Fri 3, 端午 1, 中秋 Mon Tue 2, 国庆 Tue–Fri and Mon 5 = 19; worked 2+1+2+1+2 = 8. 262 − 19 + 8 = 251.
    // 2025: 261 weekdays; 元旦 1, 春节 Tue–Fri, Mon Tue 6, 清明 Fri 1, 劳动 Thu Fri Mon 3, 端午 Mon 1, 国庆 Wed–Fri, Mon–Wed 6 = 18; worked 2+1+2 = 5. 261 − 18 + 5 = 248.
    // 2026: 261 weekdays; 元旦 Thu Fri 2, 春节 Mon–Fri, Mon 6, 清明 Mon 1, 劳动 Fri Mon Tue 3, 端午 Fri 1, 中秋 Fri 1, 国庆 Thu Fri Mon–Wed 5 = 19; worked 1+2+1+2 = 6. 261 − 19 + 6 = 248.
    for (year, days) in [(2024, 251), (2025, 248), (2026, 248)] {
        let (first, last) = (Date::constant(year, 1, 1), Date::constant(year, 12, 31));
        // 1 January is a holiday in every one of them, so that nothing is lost by not counting it.
        assert_eq!(national().working_days_between(first, last), Ok(days), "{year}");
    }
}

#[test]
fn terms_counted_by_hand() {
    for (event, days, last, why) in [
        ("2024-09-27", 1, "2024-09-29", "Friday; Sunday the 29th is worked"),
        ("2024-09-27", 5, "2024-10-10", "29, 30 September; 8, 9, 10 October"),
        ("2024-09-30", 5, "2024-10-12", "8, 9, 10, 11 October and Saturday the 12th"),
        ("2024-10-01", 1, "2024-10-08", "an event on a holiday counts from the first working day after it"),
        ("2024-02-08", 1, "2024-02-09", "除夕 was worked in 2024"),
        ("2024-02-08", 3, "2024-02-19", "9; Sunday 18; 19"),
        ("2025-01-24", 5, "2025-02-07", "Sunday 26, 27 January; 5, 6, 7 February"),
        ("2025-09-30", 3, "2025-10-11", "9, 10, Saturday 11 October"),
        ("2026-02-13", 1, "2026-02-14", "Saturday the 14th is worked"),
        ("2026-02-13", 7, "2026-03-02", "14; 24, 25, 26, 27; Saturday 28; Monday 2 March"),
        ("2026-09-18", 10, "2026-10-09", "Sunday 20, 21, 22, 23, 24; 28, 29, 30; 8, 9 October"),
        ("2024-12-30", 3, "2025-01-03", "31 December; 2, 3 January"),
        ("2025-12-30", 3, "2026-01-05", "31 December; Sunday 4, Monday 5 January"),
        ("2024-10-05", 0, "2024-10-05", "no term ends on the day itself"),
    ] {
        let found = national().add_working_days(date(event), days);
        assert_eq!(found, Ok(date(last)), "{days} after {event}: {why}");
    }
}

#[test]
fn a_year_that_is_not_held_is_an_error() {
    let known = vec![2024, 2025, 2026];
    let outside = |year| NoDay::Outside { year, known: known.clone() };
    let calendar = national();
    assert_eq!(calendar.is_working(date("2023-12-29")), Err(outside(2023)));
    assert_eq!(calendar.is_working(date("2027-01-04")), Err(outside(2027)));
    assert_eq!(calendar.add_working_days(date("2026-12-30"), 1), Ok(date("2026-12-31")));
    assert_eq!(calendar.add_working_days(date("2026-12-30"), 2), Err(outside(2027)));
    assert_eq!(calendar.working_days_between(date("2026-12-30"), date("2027-01-01")), Err(outside(2027)));
    // The day of the event itself is not asked about.
    assert_eq!(calendar.add_working_days(date("2023-12-31"), 1), Ok(date("2024-01-02")));
    assert_eq!(calendar.working_days_between(date("2025-03-05"), date("2025-03-04")), Ok(0));
    let too_long = LONGEST_TERM + 1;
    assert_eq!(
        calendar.add_working_days(date("2024-01-02"), too_long),
        Err(NoDay::TooLong { days: too_long })
    );
    let message = outside(2027).message();
    assert!(message.zh.contains("2027年") && message.en.contains("2024, 2025, 2026"), "{message:?}");
    assert_eq!(
        Calendar::default().is_working(date("2024-01-02")).map_err(|e| e.message().zh.contains('—')),
        Err(true)
    );
}

const YEAR: &str = "[[year]]\nyear = 2027\nsource = \"虚构\"\ncertainty = \"M\"\nstatus = \"illustrative\"\n";

fn holiday(from: &str, to: &str, days: u8, work: &str) -> String {
    format!(
        "{YEAR}[[year.holiday]]\nname = {{ zh = \"某节\", en = \"some day\" }}\nfrom = \"{from}\"\nto = \"{to}\"\ndays = {days}\nwork = [{work}]\n"
    )
}

#[test]
fn a_folder_gives_a_year_of_its_own() {
    // Invented: in 2027 nothing has been given out as far as this test knows.
    let own = Calendar::parse("calendar.toml", &holiday("2026-12-31", "2027-01-02", 3, "\"2027-01-03\""))
        .expect("a sound calendar");
    assert_eq!(own.illustrative(), [2027]);
    let both = national().with(own);
    // Its notice reaches back into December 2026, which the national year 2026 would have worked.
    assert_eq!(both.is_working(date("2026-12-31")), Ok(false));
    assert_eq!(both.add_working_days(date("2026-12-30"), 2), Ok(date("2027-01-04")));
    assert_eq!(both.years().map(|(year, _)| year).collect::<Vec<_>>(), [2024, 2025, 2026, 2027]);
}

#[test]
fn wrong_calendars_are_told_every_fault_with_its_line() {
    for (text, lines) in [
        (String::new(), vec![(None, "holds no year")]),
        (YEAR.to_owned(), vec![(Some(2), "2027 has no holiday")]),
        (holiday("2027-10-01", "2027-10-07", 8, ""), vec![(Some(10), "are 7 days, not 8")]),
        (holiday("2027-10-07", "2027-10-01", 7, ""), vec![(Some(10), "are 0 days, not 7")]),
        (
            holiday("2027-10-01", "2027-10-01", 1, "\"2027-10-08\""),
            vec![(Some(11), "2027-10-08 is worked anyway")],
        ),
        (holiday("2028-10-01", "2028-10-01", 1, ""), vec![(Some(8), "2028-10-01 is no day of 2027")]),
        (
            // 2 October 2027 is a Saturday, inside the holiday, and so cannot make up for it.
            holiday("2027-10-01", "2027-10-03", 3, "\"2027-10-02\", \"2026-11-01\""),
            vec![(Some(11), "2027-10-02 is named twice"), (Some(11), "2026-11-01 is no day of 2027")],
        ),
        (holiday("2027-02-30", "2027-03-01", 2, ""), vec![(Some(8), "")]),
        (
            format!(
                "{}{}",
                holiday("2027-10-01", "2027-10-01", 1, ""),
                YEAR.replace("illustrative", "certain")
            ),
            vec![(Some(16), "status is"), (Some(13), "has no holiday"), (Some(13), "given twice")],
        ),
    ] {
        let faults = Calendar::parse("c.toml", &text).expect_err(&text);
        let found: Vec<_> = faults.iter().map(|f| (f.line, f.message.as_str())).collect();
        assert_eq!(found.len(), lines.len(), "{found:?}");
        for ((line, message), (at, part)) in found.iter().zip(&lines) {
            assert!(line == at && message.contains(part), "{found:?}, expected {lines:?}");
        }
    }
}

proptest! {
    #[test]
    fn adding_and_counting_agree(day in 0i32..900, days in 0u32..120) {
        let calendar = national();
        let start = date("2024-01-01").checked_add(jiff::Span::new().days(day)).expect("near");
        let end = calendar.add_working_days(start, days).expect("2026 is held to its end");
        prop_assert_eq!(calendar.working_days_between(start, end), Ok(days));
        if days > 0 {
            prop_assert_eq!(calendar.is_working(end), Ok(true));
            // One by one is the same as at once.
            let before = calendar.add_working_days(start, days - 1).expect("earlier");
            prop_assert_eq!(calendar.add_working_days(before, 1), Ok(end));
        }
    }

    #[test]
    fn a_count_is_what_counting_day_by_day_gives(day in 0i32..1095, length in 0i32..1095) {
        let calendar = national();
        let at = |n| date("2024-01-01").checked_add(jiff::Span::new().days(n)).expect("near");
        let (from, to) = (at(day), at((day + length).min(1095)));
        let days = std::iter::successors(from.tomorrow().ok(), |day| day.tomorrow().ok()).take_while(|day| *day <= to);
        let worked = days.filter(|day| calendar.is_working(*day).expect("held")).count();
        prop_assert_eq!(calendar.working_days_between(from, to), Ok(u32::try_from(worked).expect("few")));
    }

    #[test]
    fn counts_over_two_stretches_add_up(a in 0i32..500, b in 0i32..300, c in 0i32..290) {
        let calendar = national();
        let at = |n| date("2024-01-01").checked_add(jiff::Span::new().days(n)).expect("near");
        let (x, y, z) = (at(a), at(a + b), at(a + b + c));
        let count = |from, to| calendar.working_days_between(from, to).expect("held");
        prop_assert_eq!(count(x, y) + count(y, z), count(x, z));
    }
}

#[test]
fn no_stretch_is_longer_than_the_notices_make_it() {
    // The longest holiday is 春节 2026 with nine days; a make-up day makes a week of six, and no notice makes one of seven.
    let calendar = national();
    let (mut free, mut worked, mut day) = (0, 0, date("2024-01-01"));
    while day <= date("2026-12-31") {
        let works = calendar.is_working(day).expect("held");
        (free, worked) = if works { (0, worked + 1) } else { (free + 1, 0) };
        assert!(free <= 9 && worked <= 6, "{day}");
        day = day.tomorrow().expect("near");
    }
}
