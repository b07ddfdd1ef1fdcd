//! Monitoring: courses, money and reasons in; projections, chances, lamps and what is owed out. Every figure here is invented.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use jixiao_core::{
    actual::Actual,
    derivation::Node,
    exact::{Exact, Rounding},
    finding::{Both, Lang},
    interval::Interval,
    money::Fen,
    monitor::{
        Ahead, Asked, Chance, Courses, Earlier, Followed, GivenReason, Lamp, Manner, Method, Money,
        Monitoring, Monthly, MonthlyCourse, Owed, OwedKind, Projection, Row, Rules, chance, monitor, pace,
        project,
    },
    proof::Domain,
    region::{Region, RegionId, RegionKind, RegionTree},
    target::{Reading, Target},
    unit::Unit,
};
use proptest::prelude::*;
use rust_decimal::Decimal;

const FUND: &str = include_str!("../../../funds/guangdong-trade-2024/monitoring.toml");
const CITY: Option<RegionId> = Some(RegionId(1));

/// The fund's rules: lamps at 60 and 80 %, divergence beyond 20 %, wider by 10 %, 3 months at least, everything due after 31 days.
fn rules() -> Rules {
    Rules::parse("monitoring.toml", FUND).expect("a sound file")
}

fn tree() -> RegionTree {
    let region = |code: &str, name: &str, parent: Option<&str>| Region {
        code: code.into(),
        name: name.into(),
        english: String::new(),
        parent: parent.map(Into::into),
        kind: RegionKind::City,
        aliases: Vec::new(),
        in_scope: true,
        reason: String::new(),
    };
    RegionTree::new(vec![region("0", "某省", None), region("1", "甲市", Some("0"))]).expect("a sound tree")
}

fn d(text: &str) -> Decimal {
    text.parse().expect("a figure")
}

fn figures(list: &[i64]) -> Vec<Decimal> {
    list.iter().map(|n| Decimal::from(*n)).collect()
}

/// An earlier year that stood at `then` from January to the month before the last, and at `end` in December.
fn earlier(year: i16, then: i64, end: i64) -> Earlier {
    let mut by_month = vec![Decimal::from(then); 11];
    by_month.push(Decimal::from(end));
    Earlier { year, by_month }
}

fn course(by_month: &[i64], earlier: Vec<Earlier>) -> Monthly {
    Monthly { by_month: figures(by_month), earlier, derivation: Node::default() }
}

/// The centre and the ends of a range; `∞` where it is open.
fn said(p: &Projection) -> (String, String, String) {
    let end = |b: Option<jixiao_core::interval::Bound>| b.map_or("∞".into(), |b| b.value.to_string());
    (p.centre.to_string(), end(p.range.lower), end(p.range.upper))
}

const AMOUNT: Domain = Domain { step: None, never_negative: true, at_most: None };
const PERCENT: Domain = Domain { step: None, never_negative: true, at_most: Some(Decimal::ONE_HUNDRED) };

#[test]
fn projections_by_hand() {
    let two = || vec![earlier(2022, 120, 240), earlier(2023, 90, 150)];
    let hundred = [10, 25, 40, 55, 70, 85, 100];
    use Manner::{Level, Sum};
    use Method::{EarlierYears, Months, TooEarly, YearIsOver};
    for (monthly, manner, month, domain, method, expected) in [
        // 60 × 12 ÷ 6; every month brought 10; 10 % of the 60 to come on both sides.
        (course(&[10, 20, 30, 40, 50, 60], vec![]), Sum, 6, AMOUNT, Months, ("120", "114", "126")),
        // Months brought 5, 10, 15: 30 × 12 ÷ 3 = 120; 30 + 9 × 5 = 75; 30 + 9 × 15 = 165; 9 more on both sides.
        (course(&[5, 15, 30], vec![]), Sum, 3, AMOUNT, Months, ("120", "66", "174")),
        // 100 × 390 ÷ 210 = 185.714…; in proportion 200 and 166.67, by amount 220 and 160; 10 % of the mean rest (120 + 60) ÷ 2 on both sides.
        (course(&hundred, two()), Sum, 7, AMOUNT, EarlierYears, ("185.714286", "151", "229")),
        // Nothing by now in the earlier year either: 0 + 50, and 5 on both sides.
        (course(&[0, 0, 0, 0], vec![earlier(2023, 0, 50)]), Sum, 4, AMOUNT, EarlierYears, ("50", "45", "55")),
        // Nothing, but 10 of 50 the year before: in proportion 0, by amount 40; 4 more, and none below nothing.
        (course(&[0, 0, 0, 0], vec![earlier(2023, 10, 50)]), Sum, 4, AMOUNT, EarlierYears, ("40", "0", "44")),
        // Two months and no earlier year: 20 is reached, the rest is open.
        (course(&[10, 20], vec![]), Sum, 2, AMOUNT, TooEarly, ("120", "20", "∞")),
        // A correction: months brought 10, −2, 1; 9 + 9 × 10 = 99, 9 − 18 = −9; 36 − 9 = 27 to come, 2.7 on both sides; none below zero.
        (course(&[10, 8, 9], vec![]), Sum, 3, AMOUNT, Months, ("36", "0", "101.7")),
        // A share: changes of +1 and −2 afterwards: 92 − .5; 90 to 93; 92 × 5/12 × 10 % = 3.8333 on both sides.
        (
            course(&[92; 7], vec![earlier(2022, 90, 91), earlier(2023, 95, 93)]),
            Level,
            7,
            PERCENT,
            EarlierYears,
            ("91.5", "86.166666", "96.833334"),
        ),
        // A share without earlier years: 90 to 94; 92 × 9/12 × 10 % = 6.9; no more than 100.
        (course(&[90, 94, 92], vec![]), Level, 3, PERCENT, Months, ("92", "83.1", "100")),
        (
            course(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13], two()),
            Sum,
            12,
            AMOUNT,
            YearIsOver,
            ("13", "13", "13"),
        ),
    ] {
        let projection = project(&monthly, manner, month, &rules(), &domain).expect("small figures");
        let got = said(&projection);
        assert_eq!((got.0.as_str(), got.1.as_str(), got.2.as_str()), expected, "{:?}", monthly.by_month);
        assert_eq!(projection.method, method);
    }
    let made = project(&course(&hundred, two()), Sum, 7, &rules(), &AMOUNT).expect("small figures");
    assert_eq!(made.derivation.formula, "100 × 390 ÷ 210");
}

#[test]
fn what_cannot_be_projected_says_why() {
    let fails = |monthly: &Monthly, month| {
        project(monthly, Manner::Sum, month, &rules(), &AMOUNT).expect_err("cannot be").en
    };
    assert!(fails(&course(&[1, 2], vec![]), 3).contains("month 3 is not known"));
    assert!(fails(&course(&[1, 2], vec![]), 13).contains("13 is no month"));
    assert!(fails(&course(&[1, 2], vec![]), 0).contains("0 is no month"));
    let short = Earlier { year: 2023, by_month: figures(&[1, 2]) };
    assert!(fails(&course(&[1, 2], vec![short]), 2).contains("2023 has not twelve months"));
    let huge = Monthly { by_month: vec![Decimal::MAX; 6], ..Monthly::default() };
    assert!(fails(&huge, 6).contains("too large"));
}

#[test]
fn chances_follow_the_interval() {
    let range = |l: &str, u: &str| Interval {
        lower: Interval::at_least(d(l)).lower,
        upper: Interval::at_most(d(u)).upper,
    };
    let counted = Domain { step: Some(Decimal::ONE), never_negative: true, at_most: None };
    use Chance::{Impossible, Possible, Sure};
    for (l, u, target, domain, expected) in [
        ("280", "320", Interval::above(d("270")), counted, Sure),
        ("270", "320", Interval::above(d("270")), counted, Possible),
        ("200", "270", Interval::above(d("270")), counted, Impossible),
        // Between 270 and 271 nothing can be counted: 270.5 is at most 270, 270.2 at least 271.
        ("200", "270.5", Interval::above(d("270")), counted, Impossible),
        ("270.2", "280", Interval::above(d("270")), counted, Sure),
        ("200", "270.5", Interval::above(d("270")), AMOUNT, Possible),
        // A ceiling: less is better.
        ("3", "5", Interval::at_most(d("5")), AMOUNT, Sure),
        ("3", "5.1", Interval::at_most(d("5")), AMOUNT, Possible),
        ("5.1", "6", Interval::at_most(d("5")), AMOUNT, Impossible),
        ("90", "90", Interval::at_least(d("90")), PERCENT, Sure),
        ("0", "100", Interval::above(d("100")), PERCENT, Impossible),
    ] {
        assert_eq!(chance(&range(l, u), &target, &domain), expected, "[{l}, {u}] against {target:?}");
    }
    let open = Interval::at_least(d("20"));
    assert_eq!(chance(&open, &Interval::at_least(d("270")), &counted), Possible);
    assert_eq!(chance(&open, &Interval::at_least(d("20")), &counted), Sure);
    assert_eq!((Sure.code(), Possible.code(), Impossible.code()), (1, 2, 3));
    for answer in [Sure, Possible, Impossible] {
        assert_eq!(Chance::parse(answer.words().get(Lang::Zh)), Some(answer));
    }
}

fn wan(n: i64) -> Fen {
    Fen(n * 1_000_000)
}

#[test]
fn lamps_by_hand() {
    let lamp = |budget: i64, month: u8, paid: i64| {
        let money = Money {
            initial: wan(budget),
            adjusted: wan(budget),
            paid: vec![wan(paid); usize::from(month)],
            ..Money::default()
        };
        let made = run(month, &[], &Courses::new(), &BTreeMap::from([(None, money)]), &[]);
        (made.money[0].lamp, made.money[0].pace.as_ref().map(|v| v.percent(2, Rounding::HalfUp)))
    };
    let v = |text: &str| Some(text.to_owned());
    // 350 ÷ 600 = 58.33 %; ÷ (7 ÷ 12) = 100 %.
    assert_eq!(lamp(600, 7, 350), (Lamp::Green, v("100.00%")));
    // At the half of the year: 30 % is exactly 60, 29 % is 58, 40 % exactly 80, 39 % is 78.
    assert_eq!(lamp(100, 6, 30), (Lamp::Yellow, v("60.00%")));
    assert_eq!(lamp(100, 6, 29), (Lamp::Red, v("58.00%")));
    assert_eq!(lamp(100, 6, 40), (Lamp::Green, v("80.00%")));
    assert_eq!(lamp(100, 6, 39), (Lamp::Yellow, v("78.00%")));
    assert_eq!(lamp(100, 6, 0), (Lamp::Red, v("0.00%")));
    assert_eq!(lamp(0, 6, 0), (Lamp::Person, None));
    assert_eq!(pace(wan(1), wan(1), 0), None);
    assert_eq!(pace(wan(1), wan(-1), 6), None);
}

fn followed(id: &str, region: Option<RegionId>, target: &str, unit: &str) -> Followed {
    let reading = Reading::parse(target);
    let unit = Unit::parse(unit);
    let share = unit.as_ref().is_some_and(Unit::is_share);
    Followed {
        indicator: id.into(),
        title: format!("指标{id}"),
        name: Both::new(format!("指标{id}"), format!("Indicator {id}")),
        region,
        written: target.into(),
        interval: reading.target.number().map(|n| n.interval(jixiao_core::indicator::Direction::Forward)),
        deadline: reading.target.deadline().and_then(|l| l.last_day(Some(2024))),
        domain: Domain {
            step: unit.as_ref().filter(|u| u.is_count()).map(|_| Decimal::ONE),
            never_negative: true,
            at_most: share.then_some(Decimal::ONE_HUNDRED),
        },
        target: reading.target,
        unit,
    }
}

/// Monitoring of 2024 at the end of a month, looked at on 10 September 2024.
fn try_run(
    month: u8,
    followed: &[Followed],
    courses: &Courses,
    money: &BTreeMap<Option<RegionId>, Money>,
    reasons: &[GivenReason],
) -> Result<Monitoring, Vec<Both>> {
    let (rules, tree, today) = (rules(), tree(), date(2024, 9, 10));
    monitor(&Asked {
        rules: &rules,
        year: 2024,
        month,
        today,
        followed,
        courses,
        money,
        reasons,
        tree: &tree,
    })
}

fn run(
    month: u8,
    followed: &[Followed],
    courses: &Courses,
    money: &BTreeMap<Option<RegionId>, Money>,
    reasons: &[GivenReason],
) -> Monitoring {
    try_run(month, followed, courses, money, reasons).expect("sound")
}

/// The row of one target and what is owed for it, at the end of July.
fn alone(target: &Followed, course: MonthlyCourse, reasons: &[GivenReason]) -> (Row, Vec<Owed>) {
    let courses = Courses::from([((target.indicator.clone(), target.region), course)]);
    let mut made = run(7, std::slice::from_ref(target), &courses, &BTreeMap::new(), reasons);
    let owed = made.owed.into_iter().filter(|o| o.kind != OwedKind::Money).collect();
    (made.rows.remove(0), owed)
}

fn kinds(owed: &[Owed]) -> Vec<OwedKind> {
    owed.iter().map(|o| o.kind).collect()
}

fn reason(id: &str, region: Option<RegionId>, code: &str, text: &str, measures: &str) -> GivenReason {
    let (indicator, code, by) = (id.into(), code.into(), "甲市商务局".into());
    GivenReason {
        indicator,
        region,
        code,
        text: text.into(),
        measures: measures.into(),
        by,
        on: date(2024, 8, 20),
    }
}

#[test]
fn doubt_asks_for_reasons_and_measures() {
    let target = followed("awards", CITY, "≥ 104", "家次");
    // 10 a month: 70 × 12 ÷ 7 = 120 and 5 on both sides: sure. 8 a month: 96 and 4: never 104.
    let steady =
        |each: i64| MonthlyCourse::Sum(course(&(1..=7).map(|m| m * each).collect::<Vec<_>>(), vec![]));
    let (row, owed) = alone(&target, steady(10), &[]);
    assert_eq!((row.chance, owed.len()), (Some(Chance::Sure), 0));
    let (row, owed) = alone(&target, steady(8), &[]);
    assert_eq!((row.chance, kinds(&owed)), (Some(Chance::Impossible), vec![OwedKind::Reason]));
    // Due 31 August, looked at on 10 September.
    assert_eq!((owed[0].by, owed[0].days_overdue, owed[0].region), (date(2024, 8, 31), 10, CITY));
    assert!(
        owed[0].what.zh.contains("甲市") && owed[0].what.zh.contains("完全不可能"),
        "{}",
        owed[0].what.zh
    );
    assert!(owed[0].next.zh.contains("硬件条件保障"), "{}", owed[0].next.zh);
    let half = [reason("awards", CITY, "funding", "配套资金未到位", " ")];
    assert_eq!(kinds(&alone(&target, steady(8), &half).1), [OwedKind::Measures]);
    let full = [reason("awards", CITY, "funding", "配套资金未到位", "九月底前拨付")];
    let (row, owed) = alone(&target, steady(8), &full);
    assert_eq!((row.reasons.len(), owed.len()), (1, 0));
    let empty = [reason("awards", CITY, "other", "", "加快")];
    assert_eq!(kinds(&alone(&target, steady(8), &empty).1), [OwedKind::Reason], "measures are no reason");
}

#[test]
fn missing_zero_and_not_applicable_stay_apart() {
    let target = followed("awards", CITY, "≥ 104", "家次");
    let (row, owed) = alone(&target, MonthlyCourse::Missing, &[]);
    assert_eq!((&row.progress, row.chance, kinds(&owed)), (&Actual::Missing, None, vec![OwedKind::Progress]));
    // Known up to June only: July is missing all the same.
    let june = MonthlyCourse::Sum(course(&[1, 2, 3, 4, 5, 6], vec![]));
    assert_eq!(kinds(&alone(&target, june, &[]).1), [OwedKind::Progress]);
    let zero = MonthlyCourse::Sum(course(&[0; 7], vec![]));
    let (row, owed) = alone(&target, zero, &[]);
    assert_eq!(row.progress, Actual::Number(Decimal::ZERO));
    assert_eq!((row.chance, kinds(&owed)), (Some(Chance::Impossible), vec![OwedKind::Reason]));
    let why = Both::new("本地区无此业务", "no such business here");
    let (row, owed) = alone(&target, MonthlyCourse::NotApplicable { why: why.clone() }, &[]);
    assert_eq!((row.progress, row.chance, owed.len()), (Actual::NotApplicable(why), None, 0));
    // A target that asks for nothing, and one that was never set, owe nothing.
    let (row, owed) = alone(&followed("zone", CITY, "≥ 0", "亿元"), MonthlyCourse::Missing, &[]);
    assert_eq!((row.chance, owed.len()), (Some(Chance::Sure), 0));
    let (row, owed) = alone(&followed("zone", CITY, "", "亿元"), MonthlyCourse::Missing, &[]);
    assert_eq!((row.chance, owed.len()), (None, 0));
    let (_, owed) = alone(&followed("zone", CITY, "≥ 1O0 2x", "亿元"), MonthlyCourse::Missing, &[]);
    assert!(!owed.is_empty(), "what cannot be read is not passed over");
}

#[test]
fn deadlines_and_states() {
    let by = followed("date", CITY, "2024年6月底前", "");
    let later = followed("date", CITY, "2024年12月底前", "");
    let done =
        |done: Option<Date>, expected| MonthlyCourse::Date { done, expected, derivation: Node::default() };
    use Chance::{Impossible, Possible, Sure};
    for (target, course, chance, progress, owes) in [
        (&by, done(Some(date(2024, 6, 30)), None), Sure, Actual::Date(date(2024, 6, 30)), vec![]),
        (
            &by,
            done(Some(date(2024, 7, 1)), None),
            Impossible,
            Actual::Date(date(2024, 7, 1)),
            vec![OwedKind::Reason],
        ),
        (&by, done(None, None), Impossible, Actual::State(false), vec![OwedKind::Deadline, OwedKind::Reason]),
        (&later, done(None, None), Possible, Actual::State(false), vec![OwedKind::Reason]),
        (&later, done(None, Some(date(2024, 11, 1))), Sure, Actual::State(false), vec![]),
        (
            &later,
            done(None, Some(date(2025, 1, 1))),
            Impossible,
            Actual::State(false),
            vec![OwedKind::Reason],
        ),
        // Done in August: at the end of July nobody knew.
        (&later, done(Some(date(2024, 8, 1)), None), Possible, Actual::State(false), vec![OwedKind::Reason]),
    ] {
        let (row, owed) = alone(target, course, &[]);
        assert_eq!((row.chance, &row.progress), (Some(chance), &progress), "{}", target.written);
        assert_eq!(kinds(&owed), owes);
        if owes.first() == Some(&OwedKind::Deadline) {
            // 30 June to 10 September: 0 + 31 + 31 + 10 days.
            assert_eq!((owed[0].by, owed[0].days_overdue), (date(2024, 6, 30), 72));
        }
    }
    let kept = followed("kept", None, "保持", "");
    let state = |holds, settled| MonthlyCourse::State { holds, settled, derivation: Node::default() };
    for (holds, settled, chance) in
        [(true, false, Sure), (true, true, Sure), (false, false, Possible), (false, true, Impossible)]
    {
        assert_eq!(alone(&kept, state(holds, settled), &[]).0.chance, Some(chance), "{holds} {settled}");
    }
    let courses = Courses::from([(("kept".into(), None), state(false, false))]);
    let december = run(12, std::slice::from_ref(&kept), &courses, &BTreeMap::new(), &[]);
    assert_eq!(december.rows[0].chance, Some(Impossible), "in December nothing changes any more");
}

#[test]
fn results_and_money_that_drift_apart_are_reported() {
    let target = followed("awards", CITY, "≥ 100", "家次");
    let at = |reached: i64, paid: i64, budget: i64| {
        let sum = MonthlyCourse::Sum(course(&[0, 0, 0, 0, 0, 0, reached], vec![]));
        let courses = Courses::from([(("awards".into(), CITY), sum)]);
        let money = Money {
            initial: wan(budget),
            adjusted: wan(budget),
            paid: vec![wan(paid); 7],
            ..Money::default()
        };
        let made = run(7, std::slice::from_ref(&target), &courses, &BTreeMap::from([(CITY, money)]), &[]);
        let of = |d: &Option<jixiao_core::monitor::Divergence>| {
            d.as_ref().map(|d| (d.ahead, d.by.percent(0, Rounding::HalfUp)))
        };
        (of(&made.rows[0].divergence), of(&made.money[0].divergence))
    };
    let both =
        |x: Option<(Ahead, &str)>| (x.map(|(a, s)| (a, s.to_owned())), x.map(|(a, s)| (a, s.to_owned())));
    // 90 of 100 beside 50 of 100: 40 apart. 20 apart is not beyond 20. 150 of 100 counts as 100.
    assert_eq!(at(90, 50, 100), both(Some((Ahead::Results, "40%"))));
    assert_eq!(at(70, 50, 100), both(None));
    assert_eq!(at(29, 50, 100), both(Some((Ahead::Money, "-21%"))));
    assert_eq!(at(150, 80, 100), both(None));
    assert_eq!(at(90, 0, 0), both(None), "without a budget there is nothing to drift from");
}

#[test]
fn money_that_is_missing_or_zero_is_owed() {
    let targets = [followed("a", None, "≥ 1", "家"), followed("a", CITY, "≥ 1", "家")];
    let sum = || MonthlyCourse::Sum(course(&[5; 7], vec![]));
    let courses = Courses::from([(("a".into(), None), sum()), (("a".into(), CITY), sum())]);
    let zero = Money { paid: vec![Fen(0); 7], ..Money::default() };
    let made = run(7, &targets, &courses, &BTreeMap::from([(None, zero)]), &[]);
    let owed: Vec<_> = made.owed.iter().map(|o| (o.kind, o.region)).collect();
    assert_eq!(owed, [(OwedKind::Money, CITY), (OwedKind::Decision, None)]);
    assert_eq!(made.overdue().count(), 2);
    assert_eq!(
        made.illustrative,
        [
            "monitoring.divergence-beyond",
            "monitoring.fewest-months",
            "monitoring.so-far",
            "monitoring.wider-by"
        ]
    );
}

#[test]
fn forecasts_of_money_stay_within_the_budget() {
    let forecast = |paid: &[i64], budget: i64| {
        let paid: Vec<Fen> = paid.iter().map(|n| wan(*n)).collect();
        let month = u8::try_from(paid.len()).expect("twelve at most");
        let money = Money { initial: wan(budget), adjusted: wan(budget), paid, ..Money::default() };
        let made = run(month, &[], &Courses::new(), &BTreeMap::from([(None, money)]), &[]);
        (made.money[0].forecast, made.money[0].over)
    };
    // 30 × 12 ÷ 3 = 120.
    assert_eq!(forecast(&[10, 20, 30], 200), (Some(wan(120)), false));
    assert_eq!(forecast(&[10, 20, 30], 100), (Some(wan(100)), false));
    assert_eq!(forecast(&[10, 20, 130], 100), (Some(wan(130)), true), "what was paid was paid");
    // 10 ÷ 7 × 12 万元 is 17.142857… 万元, whole fen.
    assert_eq!(forecast(&[10; 7], 100).0, Some(Fen(17_142_857)));
}

#[test]
fn wrong_input_is_refused_all_at_once() {
    let targets = [
        followed("a", CITY, "≥ 1", "家"),
        followed("kept", CITY, "保持", ""),
        followed("b", CITY, "≥ 1", "家"),
    ];
    let state = MonthlyCourse::State { holds: true, settled: false, derivation: Node::default() };
    let courses = Courses::from([
        (("a".into(), CITY), state),
        (("kept".into(), CITY), MonthlyCourse::Sum(course(&[1; 7], vec![]))),
        (("b".into(), CITY), MonthlyCourse::Sum(course(&[1; 13], vec![]))),
    ]);
    let reasons = [reason("a", CITY, "weather", "台风", "加快"), reason("a", None, "other", "台风", "加快")];
    let faults = try_run(7, &targets, &courses, &BTreeMap::new(), &reasons).expect_err("five faults");
    let all: Vec<&str> = faults.iter().map(|f| f.en.as_str()).collect();
    assert_eq!(all.len(), 5, "{all:#?}");
    for words in [
        "weather is no kind",
        "no target of the year",
        "Indicator a, 甲市",
        "Indicator kept, 甲市",
        "13 months",
    ] {
        assert!(all.iter().any(|f| f.contains(words)), "{words}: {all:#?}");
    }
    let none = try_run(13, &targets, &courses, &BTreeMap::new(), &[]).expect_err("no month");
    assert!(none[0].en.contains("no month 13"));
}

#[test]
fn faults_of_the_file_come_with_their_lines() {
    let faulty = FUND
        .replace("month = 7", "month = 13")
        .replace("answer = \"sure\"", "answer = \"impossible\"")
        .replace("code = \"staff\"", "code = \"rules\"")
        .replace("value = \"60\"", "value = \"90\"")
        .replace("unit = \"月\"", "unit = \"天\"");
    let faults = Rules::parse("monitoring.toml", &faulty).expect_err("five faults");
    let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(lines.len(), 5, "{lines:#?}");
    for words in [
        "monitoring.toml:6: month is 1 to 12",
        "monitoring.toml:9: so_far",
        "rules is given twice",
        "no pace would be yellow",
        "wants 月",
    ] {
        assert!(lines.iter().any(|l| l.contains(words)), "{words}: {lines:#?}");
    }
    let sound = rules();
    let names: Vec<&str> = sound.reasons.iter().map(|r| r.label.zh.as_str()).collect();
    assert_eq!(names, ["经费保障", "制度保障", "人员保障", "硬件条件保障", "其他"]);
}

#[test]
fn a_course_of_another_kind_for_an_empty_target_is_no_fault() {
    let none = followed("a", CITY, "/", "家");
    assert_eq!(none.target, Target::NotApplicable);
    let (row, owed) = alone(&none, MonthlyCourse::Sum(course(&[1; 7], vec![])), &[]);
    assert_eq!((row.progress, row.chance, owed.len()), (Actual::Number(Decimal::ONE), None, 0));
}

/// A course that never falls, and earlier years, each of twelve months.
fn courses() -> impl Strategy<Value = (Monthly, u8)> {
    // Nothing for months is as common as much, so years with empty months are drawn too.
    let year = || {
        let step = prop_oneof![Just(0i64), 0i64..1000];
        proptest::collection::vec(step, 12).prop_map(|steps| {
            let sum = |sum: &mut i64, step: &i64| {
                *sum += step;
                Some(*sum)
            };
            steps.iter().scan(0i64, sum).collect::<Vec<_>>()
        })
    };
    (year(), proptest::collection::vec(year(), 0..4), 1u8..=12).prop_map(|(own, before, month)| {
        let earlier =
            (2010i16..).zip(before).map(|(year, v)| Earlier { year, by_month: figures(&v) }).collect();
        (course(&own, earlier), month)
    })
}

proptest! {
    #[test]
    fn a_projection_lies_in_its_range_and_not_below_the_progress((monthly, month) in courses()) {
        let made = project(&monthly, Manner::Sum, month, &rules(), &AMOUNT).expect("small figures");
        prop_assert!(made.range.contains(made.centre), "{made:?}");
        let progress = monthly.by_month[usize::from(month) - 1];
        prop_assert!(made.range.lower.is_some_and(|b| b.value >= progress));
        prop_assert_eq!(chance(&made.range, &Interval::at_least(progress), &AMOUNT), Chance::Sure);
    }

    #[test]
    fn in_december_the_projection_is_the_progress((monthly, _) in courses(), level in any::<bool>()) {
        let manner = if level { Manner::Level } else { Manner::Sum };
        let made = project(&monthly, manner, 12, &rules(), &AMOUNT).expect("small figures");
        prop_assert_eq!(made.centre, monthly.by_month[11]);
        prop_assert_eq!(made.range, Interval::exactly(monthly.by_month[11]));
    }

    #[test]
    fn what_comes_after_the_month_is_not_looked_at((monthly, month) in courses()) {
        let mut cut = monthly.clone();
        cut.by_month.truncate(usize::from(month));
        let of = |m: &Monthly| project(m, Manner::Sum, month, &rules(), &AMOUNT).expect("small figures");
        prop_assert_eq!(of(&monthly), of(&cut));
    }

    #[test]
    fn more_progress_never_lowers_the_chance((monthly, month) in courses(), nothing in any::<bool>(), target in 0i64..5000, more in 0i64..500) {
        let mut monthly = monthly;
        if nothing {
            monthly.by_month = figures(&[0; 12]);
        }
        let mut better = monthly.clone();
        for value in &mut better.by_month[usize::from(month) - 1..] {
            *value += Decimal::from(more);
        }
        // With earlier years every reading of the year's end rises with the progress; by months alone an uneven course also widens the range downwards.
        prop_assume!(!monthly.earlier.is_empty());
        let of = |m: &Monthly| project(m, Manner::Sum, month, &rules(), &AMOUNT).expect("small figures").range;
        let (before, after) = (of(&monthly), of(&better));
        prop_assert!(before.lower.map(|b| b.value) <= after.lower.map(|b| b.value), "{before:?} {after:?}");
        prop_assert!(before.upper.map(|b| b.value) <= after.upper.map(|b| b.value), "{before:?} {after:?}");
        let rank = |m: &Monthly| chance(&of(m), &Interval::at_least(Decimal::from(target)), &AMOUNT).code();
        prop_assert!(rank(&better) <= rank(&monthly), "{:?} {:?}", of(&monthly), of(&better));
    }

    #[test]
    fn pace_is_the_rate_against_the_year(paid in 0i64..10_000_000_000, budget in 1i64..10_000_000_000, month in 1u8..=12) {
        let (rate, v) = pace(Fen(paid), Fen(budget), month).expect("a budget");
        let year = Exact::ratio(u64::from(month), 12).expect("no zero");
        prop_assert_eq!(v.times(&year), rate);
    }
}
