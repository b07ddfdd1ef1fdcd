//! Forms that somebody else filled, computed again; and two sheets beside each other.

mod evaluation_support;

use evaluation_support::{
    FilledRow, Given, d, form, fund, indicator, measured, money, number, sheet, spec, table,
};
use jixiao_core::{
    actual::Actual,
    derivation::Node,
    evaluation::{Field, Formula, RecomputedRow, RuleSet, Verdict, compare, recompute},
    finding::Both,
};

fn national() -> RuleSet {
    RuleSet::national().expect("the national rules")
}

/// One row of a form, with a sound one of 70 points beside it.
fn row(name: &str, target: &str, cells: [&str; 4]) -> RecomputedRow {
    let rows: [FilledRow<'_>; 2] = [
        (("产出指标", "数量指标", name, target), cells),
        (("效益指标", "经济效益指标", "带动规模（亿元）", "≥1"), ["1", "70", "70", ""]),
    ];
    recompute(&national(), &form(&rows, Some(["500", "480", "10", "9.6"]), "99.6"), None).rows[0].clone()
}

#[test]
fn each_typed_score_is_computed_again() {
    let other = |formula| Verdict::OtherFormula { formula };
    for (name, target, cells, computed, verdict) in [
        ("治理河道（公里）", "≥50", ["50", "20", "20", ""], Some("20"), Verdict::Agrees),
        // 46 ÷ 50 × 20 = 18.4; full marks all the same.
        ("治理河道（公里）", "≥50", ["46", "20", "20", "汛期停工"], Some("18.40"), Verdict::TooHigh),
        ("治理河道（公里）", "≥50", ["46", "20", "18.4", "汛期停工"], Some("18.40"), Verdict::Agrees),
        // Within a tenth of a point.
        ("治理河道（公里）", "≥50", ["46", "20", "18.5", "汛期停工"], Some("18.40"), Verdict::Agrees),
        ("治理河道（公里）", "≥50", ["46", "20", "18.51", "汛期停工"], Some("18.40"), Verdict::TooHigh),
        (
            "治理河道（公里）",
            "≥50",
            ["46", "20", "15", "汛期停工"],
            Some("18.40"),
            Verdict::DeductedWithReason,
        ),
        ("治理河道（公里）", "≥50", ["46", "20", "15", ""], Some("18.40"), Verdict::DeductedWithoutReason),
        // Reached, and points are taken off without a word.
        ("治理河道（公里）", "≥50", ["52", "20", "19", ""], Some("20"), Verdict::DeductedWithoutReason),
        // (1 − (8 − 5) ÷ 5) × 20 = 8; by t ÷ a it is 12.5.
        ("有效投诉率（%）", "≤5", ["8", "20", "20", "扰民"], Some("8.00"), Verdict::TooHigh),
        ("有效投诉率（%）", "≤5", ["8", "20", "12.5", "扰民"], Some("8.00"), other(Formula::ReverseB)),
        // (0.8 − 0.6) ÷ 0.4 × 20 = 10 by the pass mark.
        ("验收项目（个）", "≥10", ["8", "20", "10", "延期"], Some("16.00"), other(Formula::Threshold)),
        ("验收项目（个）", "≥10", ["8", "20", "0", "延期"], Some("16.00"), other(Formula::AllOrNone)),
        ("完成时间", "2024年11月底前", ["2024年10月", "20", "20", ""], Some("20"), Verdict::Agrees),
        ("完成时间", "2024年11月底前", ["2024年12月", "20", "20", ""], Some("0"), Verdict::TooHigh),
        // Words, no weight, no score: a person decides.
        ("治理河道（公里）", "≥50", ["已完成", "20", "20", ""], None, Verdict::Open),
        ("预算控制", "不超预算", ["不超预算", "20", "17", "略"], None, Verdict::Open),
        ("治理河道（公里）", "≥50", ["46", "", "18.4", "汛期"], None, Verdict::Open),
        ("治理河道（公里）", "≥50", ["46", "20", "", "汛期"], Some("18.40"), Verdict::Open),
    ] {
        let r = row(name, target, cells);
        assert_eq!((r.computed, r.verdict), (computed.map(d), verdict), "{name} {target} {cells:?}");
        assert!(!r.reason.zh.is_empty() && !r.reason.en.is_empty());
    }
    let r = row("治理河道（公里）", "≥50", ["46", "20", "20", ""]);
    assert_eq!((r.difference, r.formula.as_str()), (Some(d("1.60")), "46 ÷ 50 × 20 → 18.40"));
    assert!(r.reason.en.starts_with("full marks although"), "{}", r.reason.en);
    // What the checks say already is named: full marks, no reason, and (at the first row) that 20 and 70 are unusual weights.
    assert_eq!(r.checks, ["W004", "W005", "W012"]);
    // 17 of 20 are 85 %: the first tier.
    let r = row("预算控制", "不超预算", ["不超预算", "20", "17", "略"]);
    assert!(r.reason.en.ends_with("\"reached\""), "{}", r.reason.en);
}

#[test]
fn execution_and_sums() {
    let rows: [FilledRow<'_>; 2] = [
        (("产出指标", "数量指标", "治理河道（公里）", "≥50"), ["46", "50", "46", "汛期"]),
        (("效益指标", "经济效益指标", "带动规模（亿元）", "≥1"), ["1", "40", "40", ""]),
    ];
    for (money, total, execution, verdict, computed_total) in [
        // 480 ÷ 500 × 10 = 9.6; 46 + 40 + 9.6.
        (["500", "480", "10", "9.6"], "95.6", Some("9.60"), Verdict::Agrees, Some("95.60")),
        (["500", "480", "10", "10"], "96", Some("9.60"), Verdict::TooHigh, Some("95.60")),
        (["500", "480", "10", "5"], "91", Some("9.60"), Verdict::DeductedWithoutReason, Some("95.60")),
        (["500", "600", "10", "10"], "96", Some("10.00"), Verdict::Agrees, Some("96.00")),
        (["0", "480", "10", "10"], "96", None, Verdict::Open, None),
    ] {
        let r = recompute(&national(), &form(&rows, Some(money), total), None);
        let e = r.execution.as_ref().expect("a money block");
        assert_eq!((e.computed, e.verdict), (execution.map(d), verdict), "{money:?}");
        assert_eq!(r.computed_total, computed_total.map(d), "{money:?}");
        assert_eq!(r.sum_of_typed, r.typed_total, "{money:?}");
        let named: &[&str] = match money {
            ["0", ..] => &["B005"],
            [.., "5"] => &["B004"],
            _ => &[],
        };
        assert!(named.iter().all(|code| e.checks.contains(code)), "{money:?}: {:?}", e.checks);
    }
    // A total that is not the sum: W007 says so, and both figures are here.
    let r = recompute(&national(), &form(&rows, Some(["500", "480", "10", "9.6"]), "98"), None);
    assert_eq!((r.typed_total, r.sum_of_typed), (Some(d("98")), Some(d("95.6"))));
    assert!(r.findings.iter().any(|f| f.code == "W007"));
    // Without a money block there is no execution.
    let r = recompute(&national(), &form(&rows, None, "86"), None);
    assert_eq!((r.execution, r.computed_total), (None, Some(d("86.00"))));
}

fn two() -> (jixiao_core::fund::Fund, jixiao_core::table::TargetTable, Given) {
    let fund = fund(&(spec("a", "支持企业", "家次", "sum", "") + &spec("b", "规模", "亿元", "sum", "")));
    let table = table(vec![
        indicator(Some(&fund), 10, ("产出指标", "数量指标", "支持企业（家次）", "≥100"), &[]),
        indicator(Some(&fund), 11, ("效益指标", "经济效益指标", "规模（亿元）", "≥10"), &[]),
    ]);
    let given = Given {
        measured: vec![measured("a", None, number("80")), measured("b", None, number("10"))],
        money: money(100, 100),
        ..Given::default()
    };
    (fund, table, given)
}

#[test]
fn a_sheet_does_not_differ_from_itself() {
    let (fund, table, given) = two();
    let s = sheet(&national(), &fund, &table, &given, None);
    assert!(compare(&s, &s, &fund).is_empty());
}

#[test]
fn every_figure_that_moved_is_told_with_the_input_below_it() {
    let (fund, mut table, mut given) = two();
    let ledger = |rows: &str| Node::new(Both::same("台账行数"), Both::same(rows));
    given.measured[0].derivation = Node::new(Both::same("核定支持"), Both::same("80")).part(ledger("80"));
    let before = sheet(&national(), &fund, &table, &given, None);
    given.measured[0].actual = number("90");
    given.measured[0].derivation = Node::new(Both::same("核定支持"), Both::same("90")).part(ledger("90"));
    table.indicators[1] =
        indicator(Some(&fund), 11, ("效益指标", "经济效益指标", "规模（亿元）", "≥20"), &[]);
    given.money = money(100, 80);
    let after = sheet(&national(), &fund, &table, &given, None);
    let changes = compare(&before, &after, &fund);
    let told: Vec<(Option<&str>, Field, &str, &str)> = changes
        .iter()
        .map(|c| (c.indicator.as_deref(), c.field, c.before.en.as_str(), c.after.en.as_str()))
        .collect();
    // a: 50 points, 80 → 90 of 100: 40 → 45. b: 40 points (no satisfaction), 10 of 20: 40 → 20. Execution 10 → 8.
    assert_eq!(
        told,
        [
            (Some("a"), Field::Actual, "80 awards", "90 awards"),
            (Some("a"), Field::Score, "40.00 points", "45.00 points"),
            (Some("b"), Field::Target, "≥10", "≥20"),
            (Some("b"), Field::Status, "reached", "short"),
            (Some("b"), Field::Score, "40.00 points", "20.00 points"),
            (None, Field::Executed, "1000000.00 yuan", "800000.00 yuan"),
            (None, Field::Score, "10.00 points", "8.00 points"),
            (None, Field::Total, "90.00 points", "73.00 points"),
            (None, Field::Grade, "excellent", "fair"),
        ]
    );
    let why = &changes[1].why;
    assert_eq!(why.len(), 1, "one input moved: {why:#?}");
    assert_eq!((why[0].before.en.as_str(), why[0].after.en.as_str()), ("80", "90"));
    assert_eq!(why[0].path.last().map(|p| p.zh.as_str()), Some("台账行数"), "down to the deepest step");
    assert!(
        changes[4].why.iter().any(|c| c.before.en == "≥10" && c.after.en == "≥20"),
        "{:#?}",
        changes[4].why
    );
    assert_eq!(changes[7].why.len(), 3, "the total moved by three scores");
}

#[test]
fn without_derivations_the_rows_own_inputs_are_the_causes() {
    let (fund, table, mut given) = two();
    let bare = |given: &Given| {
        let mut s = sheet(&national(), &fund, &table, given, None);
        s.rows.iter_mut().for_each(|r| r.derivation = None);
        s
    };
    let before = bare(&given);
    given.measured[0].actual = Actual::Missing;
    let changes = compare(&before, &bare(&given), &fund);
    let score = changes.iter().find(|c| c.field == Field::Score).expect("the score is gone");
    assert_eq!((score.after.en.as_str(), score.why.len()), ("none", 1));
    assert_eq!((score.why[0].before.en.as_str(), score.why[0].after.en.as_str()), ("80 awards", "missing"));
    let total = changes.iter().find(|c| c.field == Field::Total).expect("the total");
    assert_eq!(total.after.en, "50.00 to 100.00 points (incomplete)");
}

#[test]
fn rows_of_one_sheet_only_are_told() {
    let (fund, table, given) = two();
    let before = sheet(&national(), &fund, &table, &given, None);
    let mut fewer = table.clone();
    fewer.indicators.pop();
    let after = sheet(&national(), &fund, &fewer, &given, None);
    let changes = compare(&before, &after, &fund);
    let gone = changes.iter().find(|c| c.field == Field::Row).expect("a row is gone");
    assert_eq!((gone.indicator.as_deref(), gone.after.en.as_str()), (Some("b"), ""));
    let came = compare(&after, &before, &fund);
    assert!(came.iter().any(|c| c.field == Field::Row && c.before.en.is_empty()));
}
