//! The score sheet: weights down the tree, the execution, the total, what is missing, what is owed.

mod evaluation_support;

use evaluation_support::{
    Given, d, date, fund, indicator, measured, money, number, region, sheet, spec, table, word,
};
use jixiao_core::{
    actual::Actual,
    both,
    derivation::{Ground, Node},
    evaluation::{Colour, Evaluator, OwedKind, Reason, RuleSet, Scene, ScoreSheet, Scorer, TypedScore},
    fund::Fund,
    place::{Place, Written},
    table::{ColumnRole, Indicator, Marks, TargetTable},
};
use proptest::prelude::*;
use rust_decimal::Decimal;

/// Name, category, kind, target: an indicator each, ids are a, b, c…
fn made(rows: &[(&str, &str, &str, &str)]) -> (Fund, TargetTable) {
    let ids = "abcdefghijklmnop";
    let text: String = rows
        .iter()
        .zip(ids.chars())
        .map(|((name, _, _, _), id)| {
            let (title, unit) =
                name.split_once('（').map_or((*name, ""), |(t, u)| (t, u.trim_end_matches('）')));
            spec(&id.to_string(), title, unit, "sum", "")
        })
        .collect();
    let fund = fund(&text);
    let indicators = (10u32..)
        .zip(rows)
        .map(|(at, (name, category, kind, target))| {
            indicator(Some(&fund), at, (category, kind, name, target), &[])
        })
        .collect();
    let table = table(indicators);
    (fund, table)
}

const ROWS: [(&str, &str, &str, &str); 6] = [
    ("支持企业（家次）", "产出指标", "数量指标", "≥100"),
    ("举办活动（场）", "产出指标", "数量指标", "≥4"),
    ("项目完成时间", "产出指标", "时效指标", "2024年12月底前"),
    ("预算控制", "产出指标", "成本指标", "不超预算"),
    ("进口规模（亿元）", "效益指标", "经济效益指标", "≥310"),
    ("企业满意度（%）", "效益指标", "服务对象满意度指标", "≥90"),
];

fn all_reached() -> Given {
    let actuals =
        [number("100"), number("4"), date("2024-11-30"), Actual::State(true), number("310"), number("90")];
    let measured = "abcdef".chars().zip(actuals).map(|(id, a)| measured(&id.to_string(), None, a)).collect();
    Given { measured, money: money(100, 100), ..Given::default() }
}

fn national() -> RuleSet {
    RuleSet::national().expect("the national rules")
}

fn weights(sheet: &ScoreSheet) -> Vec<String> {
    sheet.rows.iter().map(|r| r.weight.map_or("-".to_owned(), |w| w.normalize().to_string())).collect()
}

#[test]
fn weights_go_down_the_tree_and_add_up() {
    let (fund, table) = made(&ROWS);
    let s = sheet(&national(), &fund, &table, &all_reached(), None);
    // 产出 50 over three kinds: 16.67, 16.67, 16.66, the hundredth lacking at the last; 数量 16.67 over two: 8.34 and 8.33.
    // 效益 30; 满意度 10 as a category of its own although it stands under 效益.
    assert_eq!(weights(&s), ["8.34", "8.33", "16.67", "16.66", "30", "10"]);
    assert_eq!(s.total.score, Some(d("100")));
    assert_eq!(s.grade.as_ref().map(|g| g.zh.as_str()), Some("优"));
    assert_eq!(s.illustrative, ["evaluation.satisfaction_under_benefit"]);
    assert!(s.owed.is_empty() && s.lamps.is_empty() && s.remarks.is_empty());
}

#[test]
fn satisfaction_may_weigh_within_the_benefit() {
    let text = "id = \"own\"\nname = { zh = \"本资金\", en = \"own\" }\n\
                [satisfaction_under_benefit]\nweighs = \"within-benefit\"\nsource = \"本资金\"\ncertainty = \"S\"\n";
    let rules = RuleSet::parse("evaluation.toml", text, Some(&national())).expect("sound");
    let (fund, table) = made(&ROWS);
    let s = sheet(&rules, &fund, &table, &all_reached(), None);
    // 效益 has 30 + 10, over 经济 and 满意度: 20 each.
    assert_eq!(weights(&s)[4..], ["20", "20"]);
    assert!(s.illustrative.is_empty());
}

#[test]
fn without_satisfaction_the_benefit_takes_its_weight_and_costs_change_the_split() {
    let (fund, table) = made(&ROWS[..5]);
    let s = sheet(&national(), &fund, &table, &Given::default(), None);
    assert_eq!(weights(&s)[4], "40");
    let mut rows = ROWS.to_vec();
    rows[5] = ("企业满意度（%）", "满意度指标", "服务对象满意度指标", "≥90");
    rows.push(("单位成本（万元）", "成本指标", "经济成本指标", "≤80"));
    let (fund, table) = made(&rows);
    let s = sheet(&national(), &fund, &table, &Given::default(), None);
    // 产出 40: 13.34 + 13.33 + 13.33; the larger share goes to 数量, which comes first: 6.67 each.
    assert_eq!(weights(&s), ["6.67", "6.67", "13.33", "13.33", "20", "10", "20"]);
}

#[test]
fn what_is_left_out_gives_its_weight_to_its_siblings_then_up_the_tree() {
    let (fund, mut table) = made(&ROWS);
    let mut given = all_reached();
    // 活动 is not applicable: 数量 is the other's alone.
    given.measured[1].actual = Actual::NotApplicable(both!("本年不办", "none this year"));
    let s = sheet(&national(), &fund, &table, &given, None);
    assert_eq!(weights(&s), ["16.67", "-", "16.67", "16.66", "30", "10"]);
    assert_eq!(s.total.score, Some(d("100.00")));
    let node = s.rows[0].derivation.as_ref().expect("explained");
    let weight = node.parts.iter().find(|p| p.label.en == "weight").expect("a weight");
    assert!(weight.parts.iter().any(|p| p.value.en == "8.33 points (before: 8.34)"), "{weight:#?}");
    // Both of 数量 out: the two other kinds have 25 each.
    given.measured[0].actual = Actual::NotApplicable(both!("无", "none"));
    let s = sheet(&national(), &fund, &table, &given, None);
    assert_eq!(weights(&s), ["-", "-", "25", "25", "30", "10"]);
    // ≥ 0 of an amount asks for nothing: 效益 is out, its 30 go to 产出 and 满意度 as 50 : 10, that is 75 and 15.
    table.indicators[4] =
        indicator(Some(&fund), 14, ("效益指标", "经济效益指标", "进口规模（亿元）", "≥0"), &[]);
    let s = sheet(&national(), &fund, &table, &given, None);
    assert_eq!(weights(&s), ["-", "-", "37.5", "37.5", "-", "15"]);
    assert_eq!(word(&s.rows[4]), "left out");
    // Nothing counts: no score, and not full marks either.
    let none = Given { measured: Vec::new(), money: money(100, 100), ..Given::default() };
    let (fund, mut table) = made(&ROWS);
    for i in &mut table.indicators {
        i.whole.clear();
    }
    let s = sheet(&national(), &fund, &table, &none, None);
    assert_eq!((s.total.score, s.total.at_least, s.total.at_most), (None, d("10"), d("100")));
    assert_eq!((s.grade, s.remarks.len()), (None, 1));
}

fn with_weight(mut i: Indicator, weight: &str) -> Indicator {
    i.marks = Marks(vec![(ColumnRole::Weight, Written::new(weight, Place::default()))]);
    i
}

#[test]
fn weights_of_the_table_are_used_and_rescaled_when_they_do_not_add_up() {
    let (fund, mut table) = made(&ROWS);
    let given = ["20", "10", "10", "10分", "30", "10"];
    table.indicators = table.indicators.into_iter().zip(given).map(|(i, w)| with_weight(i, w)).collect();
    let s = sheet(&national(), &fund, &table, &all_reached(), None);
    assert_eq!(weights(&s), ["20", "10", "10", "10", "30", "10"]);
    assert!(s.remarks.is_empty() && s.illustrative.is_empty());
    // 40 instead of 30: 100 in all, rescaled to 90: 20 → 18, 40 → 36.
    let i = table.indicators[4].clone();
    table.indicators[4] = with_weight(i, "40");
    let s = sheet(&national(), &fund, &table, &all_reached(), None);
    assert_eq!(weights(&s), ["18", "9", "9", "9", "36", "9"]);
    assert!(s.remarks[0].en.contains("add up to 100, not 90"), "{:?}", s.remarks);
    // One weight lacks: the rule set's are used, and it is said.
    table.indicators[2].marks = Marks::default();
    let s = sheet(&national(), &fund, &table, &all_reached(), None);
    // Within 数量 both are given, 20 : 10 of 16.67: 11.11 and 5.56.
    assert_eq!(weights(&s), ["11.11", "5.56", "16.67", "16.66", "30", "10"]);
    assert_eq!(s.remarks.len(), 1);
}

#[test]
fn weights_and_thresholds_that_cannot_be_are_refused() {
    let (mut fund, mut table) = made(&ROWS);
    for (at, weight) in [(0, "-5"), (1, "101"), (2, "0.1234567")] {
        let i = table.indicators[at].clone();
        table.indicators[at] = with_weight(i, weight);
    }
    fund.indicators[3].score.pass_percent = Some(d("100"));
    fund.indicators[4].score.far_above_percent = Some(d("99"));
    let (rules, given) = (national(), all_reached());
    let scene = Scene::new(&fund, &table);
    let faults = Evaluator::new(&rules, &scene, 2024, given.inputs()).err().expect("faults");
    let said: Vec<&str> = faults.iter().map(|f| f.message.en.as_str()).collect();
    for words in [
        "cannot weigh -5",
        "cannot weigh 101",
        "cannot weigh 0.1234567",
        "pass_percent of d is 100",
        "far_above_percent of e is 99",
    ] {
        assert!(said.iter().any(|m| m.contains(words)), "{words}: {said:#?}");
    }
    // An indicator under no known category has no weight.
    let (fund, mut table) = made(&ROWS);
    table.indicators[0].category = None;
    let scene = Scene::new(&fund, &table);
    let faults = Evaluator::new(&rules, &scene, 2024, given.inputs()).err().expect("faults");
    assert!(faults[0].message.en.contains("no known level-1 category"), "{:?}", faults[0]);
}

#[test]
fn weights_in_labels_are_used_when_every_label_of_the_level_has_one() {
    let (fund, mut table) = made(&ROWS);
    for i in &mut table.indicators {
        let label = match i.category_label.as_ref().map(|w| w.text.as_str()) {
            Some("产出指标") => "产出指标（45分）",
            _ => "效益指标（45分）",
        };
        i.category_label = Some(Written::new(label, Place::default()));
    }
    let text = "id = \"own\"\nname = { zh = \"本资金\", en = \"own\" }\n\
                [satisfaction_under_benefit]\nweighs = \"within-benefit\"\nsource = \"本资金\"\ncertainty = \"S\"\n";
    let rules = RuleSet::parse("evaluation.toml", text, Some(&national())).expect("sound");
    let s = sheet(&rules, &fund, &table, &all_reached(), None);
    assert_eq!(weights(&s), ["7.5", "7.5", "15", "15", "22.5", "22.5"]);
}

#[test]
fn a_missing_actual_is_not_zero() {
    let (fund, table) = made(&ROWS);
    let mut given = all_reached();
    given.measured.retain(|m| m.indicator != "e");
    given.measured[0].actual = number("50");
    let s = sheet(&national(), &fund, &table, &given, None);
    // 8.34 × 50 ÷ 100 = 4.17; the 30 of 进口规模 are open: from 100 − 30 − 4.17 = 65.83 to 95.83.
    assert_eq!((s.total.score, s.total.at_least, s.total.at_most), (None, d("65.83"), d("95.83")));
    assert_eq!((s.grade.clone(), word(&s.rows[4]), s.rows[4].weight), (None, "missing", Some(d("30"))));
    let kinds: Vec<(OwedKind, Option<&str>)> =
        s.owed.iter().map(|o| (o.kind, o.indicator.as_deref())).collect();
    assert_eq!(kinds, [(OwedKind::ReasonShort, Some("a")), (OwedKind::Actual, Some("e"))]);
    assert_eq!(s.lamps.len(), 1);
    assert_eq!(s.lamps[0].colour, Colour::Open);
    // Zero is a figure.
    given.measured.push(measured("e", None, number("0")));
    let s = sheet(&national(), &fund, &table, &given, None);
    assert_eq!((s.total.score, s.rows[4].score), (Some(d("65.83")), Some(d("0.00"))));
    assert_eq!(s.grade.map(|g| g.zh), Some("中".to_owned()));
}

#[test]
fn execution_is_on_the_adjusted_budget() {
    let (fund, table) = made(&ROWS);
    // Budget, executed (万元), score, whether a reason is owed, lamps.
    for (budget, executed, score, owed, lamps) in [
        (300, 300, Some("10.00"), false, &[][..]),
        // 10 × 280 ÷ 300 = 9.333…; S ÷ 90 = 1, E ÷ 10 = 0.933: 6.7 % beyond.
        (300, 280, Some("9.33"), false, &[Colour::Red][..]),
        (300, 286, Some("9.53"), false, &[][..]),
        // Exactly 90 % needs no reason; just under does.
        (300, 270, Some("9.00"), false, &[Colour::Red][..]),
        (300, 269, Some("8.97"), true, &[Colour::Red][..]),
        // 20 % left is not above 20 %.
        (300, 240, Some("8.00"), true, &[Colour::Red][..]),
        (300, 239, Some("7.97"), true, &[Colour::Red, Colour::Yellow][..]),
        (300, 0, Some("0.00"), true, &[Colour::Red, Colour::Yellow][..]),
        (300, 330, Some("10.00"), false, &[][..]),
        (0, 0, None, false, &[Colour::Open, Colour::Yellow][..]),
        (0, 5, None, false, &[Colour::Open, Colour::Yellow][..]),
    ] {
        let given = Given { money: money(budget, executed), ..all_reached() };
        let s = sheet(&national(), &fund, &table, &given, None);
        assert_eq!(s.execution.score, score.map(d), "{executed} of {budget}");
        assert_eq!(s.execution.reason_owed, owed, "{executed} of {budget}");
        let lit: Vec<Colour> = s.lamps.iter().map(|l| l.colour).collect();
        assert_eq!(lit, lamps, "{executed} of {budget}");
        assert_eq!(s.is_complete(), budget != 0);
    }
    let s = sheet(&national(), &fund, &table, &Given { money: Default::default(), ..all_reached() }, None);
    assert_eq!((s.execution.score, s.total.at_least, s.total.at_most), (None, d("90"), d("100")));
    assert_eq!(s.owed.iter().map(|o| o.kind).collect::<Vec<_>>(), [OwedKind::Money]);
    // The yellow lamp's sum: 300 − 239 = 61, 61 ÷ 300 = 20.33 %.
    let s = sheet(&national(), &fund, &table, &Given { money: money(300, 239), ..all_reached() }, None);
    assert!(s.lamps[1].why.en.starts_with("20.33 %"), "{:?}", s.lamps[1]);
}

#[test]
fn reasons_are_owed_given_and_deductions_are_a_persons() {
    let (fund, table) = made(&ROWS);
    let mut given = all_reached();
    given.measured[0].actual = number("130");
    given.measured[1].actual = number("3");
    let s = sheet(&national(), &fund, &table, &given, None);
    assert_eq!(
        (word(&s.rows[0]), s.rows[0].score, s.rows[0].reason_owed),
        ("far above", Some(d("8.34")), true)
    );
    let kinds: Vec<OwedKind> = s.owed.iter().map(|o| o.kind).collect();
    assert_eq!(kinds, [OwedKind::ReasonFarAbove, OwedKind::ReasonShort]);
    let reason = |indicator: &str, text: &str, off: Option<&str>| Reason {
        region: None,
        indicator: Some(indicator.to_owned()),
        text: text.to_owned(),
        deduction: off.map(d),
        by: "某科".to_owned(),
    };
    given.reasons = vec![reason("a", "指标值偏低", Some("1.5")), reason("b", "一场取消", Some("100"))];
    let s = sheet(&national(), &fund, &table, &given, None);
    // 8.34 − 1.5; and never below zero.
    assert_eq!((s.rows[0].score, s.rows[1].score), (Some(d("6.84")), Some(Decimal::ZERO)));
    assert!(s.owed.is_empty());
    // A deduction without words, one below zero, two for one row, one for nothing: all at once.
    given.reasons = vec![
        reason("a", " ", Some("1")),
        reason("b", "少", Some("-1")),
        reason("b", "少", None),
        reason("zz", "少", None),
    ];
    given.measured.push(measured("a", None, number("1")));
    given.measured.push(measured("nobody", None, number("1")));
    let scene = Scene::new(&fund, &table);
    let rules = national();
    let faults = Evaluator::new(&rules, &scene, 2024, given.inputs()).err().expect("faults");
    let said: Vec<&str> = faults.iter().map(|f| f.message.en.as_str()).collect();
    for words in [
        "without a reason",
        "is below zero",
        "two reasons",
        "speaks of zz",
        "a (the whole) has two actuals",
        "nobody",
    ] {
        assert!(said.iter().any(|m| m.contains(words)), "{words}: {said:#?}");
    }
    let faults = Evaluator::new(&rules, &scene, 2025, all_reached().inputs()).err().expect("no such column");
    assert!(faults[0].message.en.contains("no column for 2025"), "{:?}", faults[0]);
}

#[test]
fn scores_of_three_offices_are_kept_apart() {
    let (fund, table) = made(&ROWS);
    let typed = |scorer, indicator: Option<&str>, score: &str| TypedScore {
        scorer,
        region: None,
        indicator: indicator.map(str::to_owned),
        score: d(score),
        deduction: None,
        reason: String::new(),
        by: "某人".to_owned(),
    };
    let typed = vec![
        typed(Scorer::Finance, None, "95"),
        typed(Scorer::Own, None, "99"),
        typed(Scorer::Department, None, "97"),
        typed(Scorer::Own, Some("a"), "8"),
    ];
    let s = sheet(&national(), &fund, &table, &Given { typed, ..all_reached() }, None);
    let totals: Vec<(Scorer, Decimal)> = s.typed.iter().map(|t| (t.scorer, t.score)).collect();
    assert_eq!(totals, [(Scorer::Own, d("99")), (Scorer::Department, d("97")), (Scorer::Finance, d("95"))]);
    assert_eq!((s.total.score, s.rows[0].typed.len(), s.rows[1].typed.len()), (Some(d("100")), 1, 0));
}

#[test]
fn a_score_that_does_not_fit_the_sheet_is_remarked_on() {
    let (fund, table) = made(&ROWS);
    let weight = sheet(&national(), &fund, &table, &all_reached(), None).rows[0].weight.expect("it counts");
    let typed = |indicator: Option<&str>, score: Decimal, deduction: Option<&str>, reason: &str| TypedScore {
        scorer: Scorer::Department,
        region: None,
        indicator: indicator.map(str::to_owned),
        score,
        deduction: deduction.map(d),
        reason: reason.to_owned(),
        by: "某处".to_owned(),
    };
    // Everything was reached, so the row has all of its points; each case says what the department gave.
    for (given, said) in [
        (typed(Some("a"), weight, None, ""), ""),
        (typed(Some("a"), weight - d("1"), None, "佐证不全"), ""),
        (typed(Some("a"), weight - d("1"), Some("1"), "佐证不全"), ""),
        (typed(Some("a"), weight - d("1"), None, ""), "1 points fewer than computed, and no reason"),
        (typed(Some("a"), weight - d("1"), Some("2"), "佐证不全"), "2 points are said to be taken off"),
        (typed(Some("a"), weight + d("1"), None, ""), "not between 0 and the weight"),
        (typed(Some("a"), -d("1"), None, ""), "not between 0 and the weight"),
    ] {
        let s =
            sheet(&national(), &fund, &table, &Given { typed: vec![given.clone()], ..all_reached() }, None);
        let remarks: Vec<&str> = s.rows[0].remarks.iter().map(|r| r.en.as_str()).collect();
        assert_eq!(s.total.score, Some(d("100")), "no person's score moves the sheet's");
        if said.is_empty() {
            assert!(remarks.is_empty(), "{given:?}: {remarks:?}");
        } else {
            assert!(remarks.iter().any(|r| r.contains(said)), "{given:?}: {remarks:?}");
        }
    }
    // A total that its parts do not make: every row has its weight, which is 100 with the execution, and the total says 99.
    let s = sheet(&national(), &fund, &table, &all_reached(), None);
    let mut all: Vec<TypedScore> =
        s.rows.iter().filter_map(|r| Some(typed(Some(&r.indicator), r.weight?, None, ""))).collect();
    all.push(typed(Some("execution"), s.execution.weight, None, ""));
    for (total, remarked) in [("100", false), ("99", true)] {
        let mut typed_all = all.clone();
        typed_all.push(typed(None, d(total), None, ""));
        let s = sheet(&national(), &fund, &table, &Given { typed: typed_all, ..all_reached() }, None);
        assert_eq!(s.remarks.iter().any(|r| r.en.contains("its parts add up to 100")), remarked, "{total}");
    }
    // Two scores of one office for one row, and one for a row that nobody knows.
    let (rules, scene) = (national(), Scene::new(&fund, &table));
    for (ids, said) in [(["a", "a"], "two scores"), (["a", "nobody"], "nobody")] {
        let typed = ids.map(|id| typed(Some(id), d("1"), None, "佐证不全")).to_vec();
        let given = Given { typed, ..all_reached() };
        let faults = Evaluator::new(&rules, &scene, 2024, given.inputs()).err().expect("refused");
        assert!(faults.iter().any(|f| f.message.en.contains(said)), "{faults:?}");
    }
}

#[test]
fn a_region_is_scored_by_its_own_row() {
    let fund = fund(
        &(spec("a", "支持企业", "家次", "sum", "")
            + &spec("b", "进口基地规模", "亿元", "sum", "regional_split = \"none\"")
            + &spec("c", "企业满意度", "%", "weighted-mean", "")),
    );
    let table = table(vec![
        indicator(
            Some(&fund),
            10,
            ("产出指标", "数量指标", "支持企业（家次）", ">100"),
            &[("甲市", "≥80"), ("乙市", "≥20"), ("乙区", "≥0")],
        ),
        indicator(Some(&fund), 20, ("效益指标", "经济效益指标", "进口基地规模（亿元）", "≥200"), &[]),
        indicator(
            Some(&fund),
            30,
            ("满意度指标", "服务对象满意度指标", "企业满意度（%）", ">90"),
            &[("甲市", "≥90"), ("乙市", "≥90"), ("乙区", "≥90")],
        ),
    ]);
    let [city, other, zone] = ["甲市", "乙市", "乙区"].map(|n| region(&fund, n));
    let mut given = Given {
        measured: vec![
            measured("a", Some(city), number("60")),
            measured("c", Some(city), number("95")),
            measured("a", Some(other), number("20")),
            measured("c", Some(other), number("45")),
            measured("c", Some(zone), number("90")),
            measured("a", None, number("81")),
        ],
        ..Given::default()
    };
    given.money.insert(Some(city), money(10, 10)[&None].clone());
    let s = sheet(&national(), &fund, &table, &given, Some(city));
    // 效益 has no target here: its 30 go to 产出 and 满意度 as 50 : 10. 60 ÷ 80 × 75 = 56.25.
    assert_eq!(weights(&s), ["75", "-", "15"]);
    assert_eq!(
        (s.rows[0].score, s.rows[2].score, s.total.score),
        (Some(d("56.25")), Some(d("15")), Some(d("81.25")))
    );
    assert_eq!((s.region_name.as_str(), s.rows[0].target.as_str()), ("甲市", "≥80"));
    let s = sheet(&national(), &fund, &table, &given, Some(zone));
    // ≥ 0 家次 asks for nothing: satisfaction alone has the 90.
    assert_eq!(
        (weights(&s), s.rows[2].score),
        (vec!["-".to_owned(), "-".to_owned(), "90".to_owned()], Some(d("90")))
    );
    let s = sheet(&national(), &fund, &table, &given, None);
    // 81 ÷ 100 × 50.
    assert_eq!((s.rows[0].score, word(&s.rows[1])), (Some(d("40.50")), "missing"));
    let scene = Scene::new(&fund, &table);
    let rules = national();
    let evaluator = Evaluator::new(&rules, &scene, 2024, given.inputs()).expect("sound");
    assert_eq!(evaluator.regions(), [city, other, zone]);
}

fn find<'n>(node: &'n Node, test: &dyn Fn(&Node) -> bool) -> Option<&'n Node> {
    if test(node) { Some(node) } else { node.parts.iter().find_map(|p| find(p, test)) }
}

#[test]
fn every_score_opens_down_to_its_source() {
    let (fund, table) = made(&ROWS);
    let mut given = all_reached();
    given.measured[0].actual = number("75");
    let s = sheet(&national(), &fund, &table, &given, None);
    let node = s.rows[0].derivation.as_ref().expect("explained");
    // 75 ÷ 100 × 8.34 = 6.255: half up.
    assert_eq!(
        (node.formula.as_str(), node.value.en.as_str()),
        ("75 ÷ 100 × 8.34 = 6.255 → 6.26", "6.26 points")
    );
    assert!(
        find(node, &|n| n.grounds.iter().any(|g| matches!(g, Ground::Rows { .. }))).is_some(),
        "down to rows"
    );
    let target = |n: &Node| {
        n.grounds
            .iter()
            .any(|g| matches!(g, Ground::Target { place, written } if place == "第11行" && written == "≥100"))
    };
    assert!(find(node, &target).is_some(), "the cell of the table");
    assert!(
        node.grounds.iter().any(|g| matches!(g, Ground::Clause { certainty, .. } if certainty == "M-high+S"))
    );
    let e = s.execution.derivation.as_ref().expect("explained");
    assert_eq!(e.formula, "1000000.00 ÷ 1000000.00 × 10 → 10.00");
    let scene = Scene::new(&fund, &table);
    let rules = national();
    let evaluator = Evaluator::new(&rules, &scene, 2024, given.inputs()).expect("sound");
    let total = evaluator.explain_total(&s);
    assert_eq!(total.parts.len(), 7);
    // Five rows in full, 6.26, and the execution: 100 − 8.34 + 6.26.
    assert_eq!((s.total.score, total.value.en.as_str()), (Some(d("97.92")), "97.92 points"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn weights_add_up_and_the_order_of_rows_changes_nothing(
        picks in proptest::collection::vec((0usize..3, 0usize..3, any::<bool>()), 1..14),
        seed in any::<u64>(),
    ) {
        let kinds = [
            ("产出指标", ["数量指标", "质量指标", "时效指标"]),
            ("效益指标", ["经济效益指标", "社会效益指标", "服务对象满意度指标"]),
            ("成本指标", ["经济成本指标", "社会成本指标", "生态环境成本指标"]),
        ];
        let names: Vec<String> = (0..picks.len()).map(|i| format!("指标{i}（个）")).collect();
        let rows: Vec<(&str, &str, &str, &str)> = picks
            .iter()
            .zip(&names)
            .map(|((c, k, counts), name)| (name.as_str(), kinds[*c].0, kinds[*c].1[*k], if *counts { "≥10" } else { "/" }))
            .collect();
        let (fund, table) = made(&rows);
        let ids: Vec<String> = "abcdefghijklmnop".chars().take(rows.len()).map(|c| c.to_string()).collect();
        let measured = ids.iter().zip(1i64..).map(|(id, n)| measured(id, None, Actual::Number(Decimal::from(n)))).collect();
        let mut given = Given { measured, money: money(7, 5), ..Given::default() };
        let s = sheet(&national(), &fund, &table, &given, None);
        let sum: Decimal = s.rows.iter().filter_map(|r| r.weight).sum();
        let any = picks.iter().any(|p| p.2);
        prop_assert_eq!(sum, if any { Decimal::from(90) } else { Decimal::ZERO });
        for row in &s.rows {
            prop_assert!(row.score <= row.weight);
            prop_assert!(row.weight.is_none_or(|w| w > Decimal::ZERO));
        }
        // Rows of the table and actuals in another order.
        let mut turned = table.clone();
        let by = usize::try_from(seed % 13).expect("small") % rows.len();
        turned.indicators.rotate_left(by);
        turned.indicators.reverse();
        given.measured.reverse();
        let t = sheet(&national(), &fund, &turned, &given, None);
        prop_assert_eq!(&t.total, &s.total);
        for row in &s.rows {
            prop_assert_eq!(t.row(&row.indicator), Some(row));
        }
    }
}
