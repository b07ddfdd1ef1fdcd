//! Every formula below, at and above its target, at zero, and where it cannot be applied. Each indicator weighs 10 points, so that the
//! expected score is ten times the share.

mod evaluation_support;

use evaluation_support::{d, date, number, scored, scored_by, share, word};
use jixiao_core::{
    actual::Actual,
    both,
    evaluation::{RuleSet, Status},
};
use proptest::prelude::*;

const TEN: &str = "score = { weight = \"10\" }";

fn formula(name: &str) -> String {
    format!("score = {{ weight = \"10\", formula = \"{name}\" }}")
}

/// Target, actual, score (`-` for none) and status.
fn check(name: &str, more: &str, cases: &[(&str, &str, &str, &str)]) {
    for (target, actual, score, status) in cases {
        let row = scored(target, name, more, number(actual));
        assert_eq!(row.weight, Some(d("10")).filter(|_| *status != "left out"), "{target} {actual}: weight");
        let expected = (*score != "-").then(|| d(score));
        assert_eq!((row.score, word(&row)), (expected, *status), "{name} {target}, actual {actual}");
    }
}

#[test]
fn forward() {
    check(
        "进口规模（亿元）",
        TEN,
        &[
            // 104 ÷ 110 × 10 = 9.4545…
            ("≥110", "104", "9.45", "short"),
            // 1 ÷ 8 × 10 = 1.25, no rounding; 1 ÷ 16 × 10 = 0.625 lies on the half and goes up.
            ("≥8", "1", "1.25", "short"),
            ("≥16", "1", "0.63", "short"),
            ("≥110", "110", "10", "reached"),
            ("≥110", "142.99", "10", "reached"),
            // 143 is 130 % of 110.
            ("≥110", "143", "10", "far above"),
            ("≥110", "0", "0", "short"),
            // Below zero counts as zero.
            ("≥110", "-5", "0", "short"),
            // Strictly not reached, full marks by the rule of scoring.
            (">110", "110", "10", "reached"),
            (">110", "109", "9.91", "short"),
            // A bare figure is reached from the figure on.
            ("110", "120", "10", "reached"),
            ("110", "55", "5", "short"),
            // 0.999 of 1: 9.99, not 10.
            ("≥1000", "999", "9.99", "short"),
            // 9.996 would round to 10.00: full marks by rounding are what half up says.
            ("≥10000", "9996", "10.00", "short"),
        ],
    );
    let row = scored(">110", "进口规模（亿元）", TEN, number("110"));
    assert_eq!(row.remarks.len(), 1, "the strictness is told");
    assert!(row.remarks[0].en.contains("strictly"), "{}", row.remarks[0].en);
}

#[test]
fn forward_without_a_positive_target() {
    check(
        "进口增长幅度（百分点）",
        TEN,
        &[
            // A growth may be negative, so ≥ 0 asks for something.
            ("≥0", "2", "10", "reached"),
            ("≥0", "0", "10", "reached"),
            ("≥0", "30", "10", "far above"),
            // No ratio to zero.
            ("≥0", "-1", "-", "person"),
            (">0", "0", "-", "person"),
            ("≥-5", "-4", "10", "reached"),
            ("≥-5", "-6", "-", "person"),
        ],
    );
    // An amount is never below zero: ≥ 0 asks for nothing and its weight goes elsewhere.
    check("进口规模（亿元）", TEN, &[("≥0", "7", "-", "left out"), ("≥0", "0", "-", "left out")]);
}

#[test]
fn equal() {
    check(
        "举办活动（场）",
        TEN,
        &[
            ("=4", "3", "7.5", "short"),
            ("=4", "4", "10", "reached"),
            ("=4", "5", "10", "reached"),
            ("=4", "0", "0", "short"),
            ("=0", "0", "10", "reached"),
            ("=0", "1", "0", "short"),
        ],
    );
}

#[test]
fn reverse_a() {
    check(
        "有效投诉率（%）",
        TEN,
        &[
            ("≤5", "4", "10", "reached"),
            ("≤5", "5", "10", "reached"),
            ("<5", "5", "10", "reached"),
            // (1 − (6 − 5) ÷ 5) × 10 = 8
            ("≤5", "6", "8", "short"),
            // (1 − 4.99 ÷ 5) × 10 = 0.02
            ("≤5", "9.99", "0.02", "short"),
            ("≤5", "10", "0", "short"),
            ("≤5", "80", "0", "short"),
            ("≤5", "0", "10", "reached"),
            ("≤5", "-1", "10", "reached"),
            ("≤0", "0", "10", "reached"),
            ("≤0", "1", "0", "short"),
            // Nothing can be below zero complaints.
            ("<0", "0", "-", "person"),
        ],
    );
}

#[test]
fn a_convention_of_this_program_is_marked() {
    let more = format!("direction = \"reverse\"\n{TEN}");
    let row = scored("=5", "办结天数（天）", &more, number("6"));
    // (1 − (6 − 5) ÷ 5) × 10
    assert_eq!((row.score, row.illustrative), (Some(d("8.00")), vec!["evaluation.equal_reverse".to_owned()]));
    check(
        "办结天数（天）",
        &more,
        &[("=5", "4", "10", "reached"), ("5", "4", "10", "reached"), ("5", "10", "0", "short")],
    );
}

#[test]
fn reverse_b() {
    check(
        "单位成本（万元）",
        &formula("reverse-b"),
        &[
            ("≤80", "76", "10", "reached"),
            ("≤80", "80", "10", "reached"),
            // 80 ÷ 100 × 10
            ("≤80", "100", "8", "short"),
            // 80 ÷ 240 × 10 = 3.333…
            ("≤80", "240", "3.33", "short"),
            ("≤0", "3", "0", "short"),
            // A formula for ceilings does not score a floor.
            ("≥80", "76", "-", "person"),
        ],
    );
}

#[test]
fn threshold() {
    check(
        "验收项目（个）",
        &formula("threshold"),
        &[
            // 80 %: (0.8 − 0.6) ÷ 0.4 × 10 = 5
            ("≥100", "80", "5", "short"),
            ("≥100", "60", "0", "short"),
            ("≥100", "59", "0", "short"),
            ("≥100", "100", "10", "reached"),
            ("≥100", "120", "10", "reached"),
            ("≥100", "0", "0", "short"),
            ("≤100", "120", "-", "person"),
        ],
    );
    // A pass mark of its own, 50 %: (0.8 − 0.5) ÷ 0.5 × 10 = 6.
    let own = "score = { weight = \"10\", formula = \"threshold\", pass_percent = \"50\" }";
    check("验收项目（个）", own, &[("≥100", "80", "6", "short")]);
}

#[test]
fn all_or_none() {
    check(
        "验收项目（个）",
        &formula("all-or-none"),
        &[("≥100", "99.9", "0", "short"), ("≥100", "100", "10", "reached"), ("≤100", "101", "0", "short")],
    );
}

#[test]
fn range() {
    check(
        "入住率（%）",
        TEN,
        &[
            ("80–90", "85", "10", "reached"),
            ("80–90", "80", "10", "reached"),
            ("80–90", "90", "10", "reached"),
            // 60 ÷ 80 × 10
            ("80–90", "60", "7.5", "short"),
            // (1 − (99 − 90) ÷ 90) × 10 = 9
            ("80–90", "99", "9", "short"),
        ],
    );
    let outside = scored("80–90", "入住率（%）", TEN, number("60"));
    assert_eq!(outside.illustrative, vec!["evaluation.range".to_owned()]);
    assert!(scored("80–90", "入住率（%）", TEN, number("85")).illustrative.is_empty(), "inside is inside");
}

#[test]
fn satisfaction_by_ratio_and_by_bands() {
    check(
        "企业满意度（%）",
        TEN,
        &[("≥90", "81", "9", "short"), ("≥90", "90", "10", "reached"), ("≥90", "0", "0", "short")],
    );
    let bands = formula("satisfaction-bands");
    check(
        "企业满意度（%）",
        &bands,
        &[
            ("≥90", "90", "10", "reached"),
            ("≥90", "89.99", "8", "short"),
            ("≥90", "80", "8", "short"),
            ("≥90", "79.99", "5", "short"),
            ("≥90", "60", "5", "short"),
            ("≥90", "59.99", "0", "short"),
            ("≥90", "0", "0", "short"),
            // The bands do not ask for the target.
            ("≥95", "92", "10", "short"),
        ],
    );
    // Bands need percents.
    check("满意企业（家）", &bands, &[("≥90", "95", "-", "person")]);
}

#[test]
fn shares_are_compared_by_their_parts() {
    // 17 of 20 are 85 %: 85 ÷ 90 × 10 = 9.444…
    let row = scored("≥90", "企业满意度（%）", TEN, share("17", "20"));
    assert_eq!((row.score, word(&row)), (Some(d("9.44")), "short"));
    // 2 ÷ 3 is 66.66… %: by the exact share 66.666… ÷ 90 × 10 = 7.407…
    assert_eq!(scored("≥90", "企业满意度（%）", TEN, share("2", "3")).score, Some(d("7.41")));
    let row = scored("≥90", "企业满意度（%）", TEN, share("0", "0"));
    assert_eq!((row.score, word(&row)), (None, "person"));
}

#[test]
fn deadlines() {
    for (target, done, score, status) in [
        ("2024年12月底前", "2024-12-31", "10", "reached"),
        ("2024年12月底前", "2024-03-01", "10", "reached"),
        ("2024年12月底前", "2025-01-01", "0", "short"),
        // Without a year the evaluated year stands in.
        ("6月底前", "2024-06-30", "10", "reached"),
        ("6月底前", "2024-07-01", "0", "short"),
    ] {
        let row = scored(target, "项目完成时间", TEN, date(done));
        assert_eq!((row.score, word(&row)), (Some(d(score)), status), "{target} {done}");
        let marked = row.illustrative == vec!["evaluation.deadline".to_owned()];
        assert_eq!(marked, status == "short", "only what a late date gets is an assumption");
    }
    // With steps for late dates: 10 days 80 %, 30 days 50 %.
    let text = "id = \"own\"\nname = { zh = \"本资金\", en = \"own\" }\n[deadline]\nsource = \"本资金办法\"\ncertainty = \"S\"\n\
                [[late]]\ndays = 10\nshare_percent = \"80\"\n[[late]]\ndays = 30\nshare_percent = \"50\"\n";
    let rules = RuleSet::parse("evaluation.toml", text, Some(&RuleSet::national().unwrap())).unwrap();
    for (done, score) in [("2025-01-10", "8"), ("2025-01-11", "5"), ("2025-01-30", "5"), ("2025-01-31", "0")]
    {
        let row = scored_by(&rules, "2024年12月底前", "项目完成时间", TEN, date(done));
        assert_eq!((row.score, row.illustrative.is_empty()), (Some(d(score)), true), "{done}");
    }
}

#[test]
fn states_and_grades() {
    let grade = |share: &str| Actual::Graded(d(share), both!("等级", "grade"));
    for (target, actual, score, status) in [
        ("不超预算", Actual::State(true), Some("10"), "reached"),
        ("不超预算", Actual::State(false), Some("0"), "short"),
        // Paid 100 of 100; 101 of 100; of nothing.
        ("不超预算", share("100", "100"), Some("10"), "reached"),
        ("不超预算", share("101", "100"), Some("0"), "short"),
        ("不超预算", share("0", "0"), None, "person"),
        ("保持", grade("1"), Some("10"), "reached"),
        ("保持", grade("0.8"), Some("8"), "reached"),
        ("保持", grade("0.799"), Some("7.99"), "short"),
        ("保持", grade("0.6"), Some("6"), "short"),
        ("保持", grade("0"), Some("0"), "short"),
        ("保持", grade("1.01"), None, "person"),
        ("保持", number("3"), None, "person"),
        ("保持", Actual::Missing, None, "missing"),
        ("保持", Actual::NotApplicable(both!("无", "none")), None, "left out"),
    ] {
        let row = scored(target, "控制与保持", TEN, actual.clone());
        assert_eq!((row.score, word(&row)), (score.map(d), status), "{target} {actual:?}");
    }
}

#[test]
fn what_cannot_be_compared_goes_to_a_person_and_what_is_missing_stays_missing() {
    for (target, actual, status) in [
        ("≥110", Actual::State(true), "person"),
        ("≥110", date("2024-01-01"), "person"),
        ("2024年12月底前", number("5"), "person"),
        ("≥110", Actual::Missing, "missing"),
        ("", number("5"), "left out"),
        ("/", number("5"), "left out"),
    ] {
        let row = scored(target, "支持企业（家次）", TEN, actual);
        assert_eq!((row.score, word(&row)), (None, status), "{target}");
        if let Status::NeedsPerson { why } = &row.status {
            assert!(!why.zh.is_empty() && !why.en.is_empty());
        }
    }
}

#[test]
fn units_of_one_meaning_convert_and_others_are_refused() {
    // Measured in 万元 by the fund folder, asked for in 亿元: 95,000 万元 are 9.5 亿元 of 10.
    let more = format!("unit = \"万元\"\n{TEN}");
    let of = |name: &str, actual: &str| {
        let indicators = evaluation_support::spec("x", "进口规模", "", "none", &more);
        let fund = evaluation_support::fund(&indicators);
        let table = evaluation_support::table(vec![evaluation_support::indicator(
            None,
            10,
            ("产出指标", "数量指标", name, "≥10"),
            &[],
        )]);
        let given = evaluation_support::Given {
            measured: vec![evaluation_support::measured("x", None, number(actual))],
            ..Default::default()
        };
        let rules = RuleSet::national().unwrap();
        evaluation_support::sheet(&rules, &fund, &table, &given, None).rows[0].clone()
    };
    // All of the 90 points: 9.5 ÷ 10 × 90.
    assert_eq!(of("进口规模（亿元）", "95000").score, Some(d("85.50")));
    assert_eq!(word(&of("进口规模（万美元）", "95000")), "person");
}

#[test]
fn a_large_figure_is_exact_or_refused() {
    // 7.9e27 of 7.9e27 + 1: a hair below; the score rounds to 10.00 and is short all the same.
    let row =
        scored("≥7922816251426433759354395033", "数量（个）", TEN, number("7922816251426433759354395032"));
    assert_eq!((row.score, word(&row)), (Some(d("10.00")), "short"));
    // 28 decimals over 28 digits: what cancels need not fit.
    let tiny = "0.0000000000000000000000000007";
    let row = scored("≥7.922816251426433759354395033", "规模（亿元）", TEN, number(tiny));
    assert_eq!(row.score, Some(d("0.00")));
    // Here nothing cancels; the quotient is not guessed.
    let row = scored("≥7922816251426433759354395033", "规模（亿元）", TEN, number(tiny));
    assert_eq!((row.score, word(&row)), (None, "person"));
}

fn score_of(target: &str, name: &str, more: &str, actual: Decimal1) -> Option<rust_decimal::Decimal> {
    scored(target, name, more, Actual::Number(rust_decimal::Decimal::new(actual, 1))).score
}

type Decimal1 = i64;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn forward_scores_rise_with_the_actual(
        target in 1i64..500,
        sign in prop_oneof![Just("≥"), Just(">"), Just("="), Just("")],
        formula_name in prop_oneof![Just("ratio"), Just("threshold"), Just("all-or-none"), Just("satisfaction-bands")],
        a in -100i64..9000,
        more in 0i64..900,
    ) {
        let (target, more_text) = (format!("{sign}{target}"), formula(formula_name));
        let low = score_of(&target, "合格率（%）", &more_text, a).expect("a score");
        let high = score_of(&target, "合格率（%）", &more_text, a + more).expect("a score");
        prop_assert!(low <= high, "{} {}: {} then {}", target, a, low, high);
        prop_assert!(low >= d("0") && high <= d("10"));
    }

    #[test]
    fn reverse_scores_fall_with_the_actual(
        target in 1i64..500,
        sign in prop_oneof![Just("≤"), Just("<")],
        formula_name in prop_oneof![Just("reverse-a"), Just("reverse-b"), Just("all-or-none")],
        a in 1i64..9000,
        more in 0i64..900,
    ) {
        let (target, more_text) = (format!("{sign}{target}"), formula(formula_name));
        let low = score_of(&target, "办结天数（天）", &more_text, a).expect("a score");
        let high = score_of(&target, "办结天数（天）", &more_text, a + more).expect("a score");
        prop_assert!(low >= high, "{} {}: {} then {}", target, a, low, high);
        prop_assert!(high >= d("0") && low <= d("10"));
    }
}
