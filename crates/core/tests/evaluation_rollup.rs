//! From regions to the whole: first aggregated, then scored.

mod evaluation_support;

use std::collections::BTreeMap;

use evaluation_support::{d, date, fund, measured, number, region, scored, share, spec};
use jixiao_core::{
    actual::{Actual, Measured, Ratio},
    both,
    evaluation::{RollUpRefused, rollup},
    fund::{Fund, ZoneConvention},
    money::Fen,
};

struct Case {
    fund: Fund,
    given: Vec<Measured>,
    money: BTreeMap<jixiao_core::region::RegionId, Fen>,
}

/// Actuals of 甲市, 乙市 and 乙区, with 100, 300 and 0 yuan.
fn case(unit: &str, roll_up: &str, more: &str, actuals: [Actual; 3]) -> Case {
    let fund = fund(&spec("x", "指标", unit, roll_up, more));
    let regions = ["甲市", "乙市", "乙区"].map(|n| region(&fund, n));
    let given = regions.iter().zip(actuals).map(|(r, a)| measured("x", Some(*r), a)).collect();
    let money = regions.into_iter().zip([Fen(10_000), Fen(30_000), Fen(0)]).collect();
    Case { fund, given, money }
}

impl Case {
    fn whole(&self) -> Result<Measured, RollUpRefused> {
        let expected = ["甲市", "乙市", "乙区"].map(|n| region(&self.fund, n));
        rollup(&self.fund, &self.fund.indicators[0], &expected, &self.given, &self.money)
    }

    fn actual(&self) -> Actual {
        self.whole().unwrap_or_else(|e| panic!("{}", e.message.en)).actual
    }

    fn refusal(&self) -> String {
        self.whole().expect_err("a refusal").message.en
    }
}

#[test]
fn absolutes_add() {
    let mut c = case("家次", "sum", "", [number("60"), number("20.5"), number("0")]);
    let whole = c.whole().expect("a whole");
    assert_eq!((whole.actual, whole.region), (number("80.5"), None));
    assert_eq!(whole.derivation.formula, "60 + 20.5 + 0");
    assert_eq!(whole.derivation.parts.len(), 3, "each region opens");
    // The province's own figure is no part of itself.
    let province = region(&c.fund, "某省");
    c.given.push(measured("x", Some(province), number("999")));
    assert_eq!(c.actual(), number("80.5"));
    // Where the city's figures contain the zone's, the zone is not added again.
    c.given[2].actual = number("7");
    assert_eq!(c.actual(), number("87.5"));
    c.fund.zone_convention = ZoneConvention::CityIncludesZone;
    assert_eq!(c.actual(), number("80.5"));
}

#[test]
fn distinct_enterprises_are_never_added() {
    let c = case("家", "sum", "", [number("60"), number("20"), number("1")]);
    assert!(c.refusal().contains("measure the whole directly"), "{}", c.refusal());
}

#[test]
fn who_is_missing_is_named_and_what_does_not_apply_is_left_out() {
    let mut c = case("家次", "sum", "", [number("60"), Actual::Missing, number("1")]);
    let whole = c.whole().expect("missing is a result");
    assert_eq!(whole.actual, Actual::Missing);
    assert_eq!(whole.derivation.value.en, "missing: 乙市");
    c.given.remove(0);
    assert_eq!(c.whole().expect("a result").derivation.value.zh, "缺：甲市、乙市");
    let not = || Actual::NotApplicable(both!("无", "none"));
    let c = case("家次", "sum", "", [number("60"), not(), number("1")]);
    assert_eq!(c.actual(), number("61"));
    let c = case("家次", "sum", "", [not(), not(), not()]);
    assert!(matches!(c.actual(), Actual::NotApplicable(_)));
}

#[test]
fn shares_add_their_parts_and_plain_percents_are_weighted_by_money() {
    // 9 of 10 and 1 of 90: 10 of 100, not the mean of 90 % and 1.1 %.
    let c = case("%", "weighted-mean", "", [share("9", "10"), share("1", "90"), share("0", "0")]);
    assert_eq!(c.actual(), share("10", "100"));
    // (90 × 100 + 80 × 300 + 10 × 0) ÷ 400 = 82.5 %, held as 0.825 × 40,000 fen over 40,000 fen.
    let c = case("%", "weighted-mean", "", [number("90"), number("80"), number("10")]);
    let Actual::Share(Ratio { numerator, denominator }) = c.actual() else { panic!("a share") };
    assert_eq!((numerator, denominator), (d("33000"), d("40000")));
    let row = scored("≥90", "满意度（%）", "score = { weight = \"10\" }", c.actual());
    // 82.5 ÷ 90 × 10 = 9.1666…
    assert_eq!(row.score, Some(d("9.17")));
    // A mean of days: (10 × 100 + 20 × 300) ÷ 400 = 17.5.
    let c = case("天", "weighted-mean", "", [number("10"), number("20"), number("99")]);
    assert_eq!(c.actual(), share("700000", "40000"));
    // A share and a percent do not mix; money that is not known is asked for.
    let c = case("%", "weighted-mean", "", [share("9", "10"), number("80"), number("80")]);
    assert!(c.refusal().contains("not of one kind"));
    let mut c = case("%", "weighted-mean", "", [number("90"), number("80"), number("10")]);
    let city = region(&c.fund, "乙市");
    c.money.remove(&city);
    assert!(c.refusal().ends_with("not known for: 乙市"), "{}", c.refusal());
    // No money at all: the share has no denominator, and scoring hands it to a person.
    c.money = c.given.iter().filter_map(|m| Some((m.region?, Fen(0)))).collect();
    let row = scored("≥90", "满意度（%）", "", c.actual());
    assert_eq!((row.score, evaluation_support::word(&row)), (None, "person"));
}

#[test]
fn dates_states_grades() {
    let c = case("", "latest", "", [date("2024-11-30"), date("2024-12-05"), date("2024-01-01")]);
    assert_eq!(c.actual(), date("2024-12-05"));
    let c = case("", "every-one", "", [Actual::State(true), Actual::State(true), Actual::State(true)]);
    assert_eq!(c.actual(), Actual::State(true));
    let c = case("", "every-one", "", [Actual::State(true), Actual::State(false), Actual::State(true)]);
    assert_eq!(c.actual(), Actual::State(false));
    let grade = |g: &str| Actual::Graded(d(g), both!("等级", "grade"));
    let c = case("", "every-one", "", [grade("0.9"), grade("0.7"), grade("1")]);
    assert_eq!(c.actual(), grade("0.7"));
    // (0.9 × 100 + 0.5 × 300 + 1 × 0) ÷ 400 = 0.6
    let c = case("", "weighted-mean", "", [grade("0.9"), grade("0.5"), grade("1")]);
    assert!(matches!(c.actual(), Actual::Graded(g, _) if g == d("0.6")));
    // The weakest rate: the lowest of a forward indicator, the highest of a reverse one.
    let c = case("%", "every-one", "", [number("90"), number("85"), number("95")]);
    assert_eq!(c.actual(), number("85"));
    let c = case(
        "%",
        "every-one",
        "direction = \"reverse\"",
        [share("1", "10"), share("1", "4"), share("0", "5")],
    );
    assert_eq!(c.actual(), share("1", "4"));
    let c = case("", "latest", "", [date("2024-11-30"), Actual::State(true), date("2024-01-01")]);
    assert!(c.refusal().contains("not of one kind"));
    let c = case("", "none", "", [number("1"), number("1"), number("1")]);
    assert!(c.refusal().contains("roll_up = none"));
    let mut c = case("", "latest", "", [date("2024-11-30"), date("2024-12-05"), date("2024-01-01")]);
    c.given.push(c.given[0].clone());
    assert!(c.refusal().contains("two actuals"));
}

#[test]
fn what_is_illustrative_below_is_so_above() {
    let mut c = case("家次", "sum", "", [number("60"), number("20"), number("0")]);
    c.given[0].illustrative = vec!["scheme.b".to_owned()];
    c.given[1].illustrative = vec!["scheme.a".to_owned(), "scheme.b".to_owned()];
    assert_eq!(c.whole().expect("a whole").illustrative, ["scheme.a", "scheme.b"]);
}

#[test]
fn a_sum_that_cannot_be_held_is_refused() {
    let large = "79228162514264337593543950335";
    let c = case("家次", "sum", "", [number(large), number("0.1"), number("0")]);
    assert!(c.refusal().contains("too large"), "{}", c.refusal());
}
