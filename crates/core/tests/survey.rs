//! Satisfaction surveys: questionnaire and answers in, estimates out. Every enterprise and answer here is invented.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, date};
use jixiao_core::{
    actual::{Actual, Ratio},
    derivation::Ground,
    exact::{Exact, Rounding},
    interval::Interval,
    region::{Region, RegionId, RegionKind, RegionTree},
    survey::{
        AnswerRow, Ballot, Drawn, Figure, Frame, Invalid, Judged, Plan, Results, Stratum, Survey, Warning,
        Why, draw, judge, measured, plan, results, sample_size, wilson,
    },
};
use proptest::prelude::*;
use rust_decimal::Decimal;

const FUND: &str = include_str!("../../../funds/guangdong-trade-2024/survey.toml");

/// A survey of two schemes in which strata of up to `take_all` are asked as a whole; results of fewer than 5 are not shown.
fn survey(take_all: u32, more: &str) -> Survey {
    Survey::parse("survey.toml", &text(take_all, more)).expect("a sound file")
}

fn text(take_all: u32, more: &str) -> String {
    let parameters: String = [
        ("margin", "5", "%"),
        ("confidence", "95", "%"),
        ("z", "1.96", ""),
        ("expected-share", "50", "%"),
        ("take-all-to", &take_all.to_string(), "家"),
        ("thin-response", "50", "%"),
        ("fewest-shown", "5", "份"),
    ]
    .iter()
    .map(|(id, value, unit)| {
        format!(
            "[[parameter]]\nid = \"{id}\"\nlabel = {{ zh = \"{id}\", en = \"{id}\" }}\nvalue = \"{value}\"\n\
             unit = \"{unit}\"\nsource = \"invented\"\ncertainty = \"method\"\n"
        )
    })
    .collect();
    format!(
        r#"label = {{ zh = "调查", en = "survey" }}
indicator = "satisfaction"
ledger = "answers"
overall = "q1"
schemes = ["x", "y"]
source = "invented"
open = {{ 2024 = ["2025-01-06", "2025-01-31"] }}

[[question]]
id = "q1"
zh = "满意吗？"
en = "Satisfied?"
kind = "scale"
choices = [
  {{ value = "2", zh = "满意", en = "yes", satisfied = true }},
  {{ value = "1", zh = "不满意", en = "no" }},
]

[[question]]
id = "q2"
zh = "还申报吗？"
en = "Again?"
kind = "single"
schemes = ["y"]
choices = [{{ value = "a", zh = "是", en = "again" }}, {{ value = "b", zh = "否", en = "never" }}]

[[question]]
id = "q3"
zh = "建议"
en = "Wishes"
kind = "text"

{parameters}{more}"#
    )
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
    let cities = ["甲市", "乙市", "丙市", "丁市"];
    let list = (1..).zip(cities).map(|(i, name)| region(&format!("{i}"), name, Some("0")));
    RegionTree::new(std::iter::once(region("0", "某省", None)).chain(list).collect()).expect("a sound tree")
}

const A: RegionId = RegionId(1);
const B: RegionId = RegionId(2);
const C: RegionId = RegionId(3);

fn stratum(region: RegionId, scheme: &str) -> Stratum {
    Stratum { region, scheme: scheme.to_owned() }
}

fn code(stratum: &Stratum, i: u64) -> String {
    format!("{}-{}-{i:04}", stratum.region.0, stratum.scheme)
}

/// Strata with population, valid answers and satisfied answers.
type Came<'a> = &'a [(RegionId, &'a str, u64, u64, u64)];

fn frame(came: Came<'_>) -> Frame {
    let codes = |s: &Stratum, n: u64| (0..n).map(|i| code(s, i)).collect::<BTreeSet<_>>();
    came.iter()
        .map(|(region, scheme, n, _, _)| {
            let s = stratum(*region, scheme);
            let members = codes(&s, *n);
            (s, members)
        })
        .collect()
}

fn row(stratum: Stratum, code: String, question: &str, answer: &str, on: Date, row: u32) -> AnswerRow {
    AnswerRow {
        on,
        file: "answers.csv".into(),
        row,
        stratum,
        code,
        question: question.into(),
        answer: answer.into(),
    }
}

fn answers(came: Came<'_>) -> Vec<AnswerRow> {
    let mut rows = Vec::new();
    for (region, scheme, _, valid, satisfied) in came {
        for i in 0..*valid {
            let s = stratum(*region, scheme);
            let c = code(&s, i);
            let answer = if i < *satisfied { "2" } else { "不满意" };
            let line = u32::try_from(rows.len() + 2).expect("few rows");
            rows.push(row(s, c, "q1", answer, date(2025, 1, 10), line));
        }
    }
    rows
}

fn asked(survey: &Survey, frame: &Frame) -> (Plan, Drawn) {
    let populations = frame.iter().map(|(s, codes)| (s.clone(), codes.len() as u64)).collect();
    let plan = plan(survey, &populations).expect("small figures");
    let drawn = draw(&plan, frame, "seed");
    (plan, drawn)
}

/// Results when everybody is asked and so many answer.
fn came_to(came: Came<'_>, target: Option<i64>) -> (Survey, Results) {
    let survey = survey(1000, "");
    let (plan, drawn) = asked(&survey, &frame(came));
    let judged = judge(&survey, 2024, &drawn, &answers(came));
    let floor = target.map(|t| Interval::at_least(Decimal::from(t)));
    let targets = floor.into_iter().flat_map(|t| [(None, t), (Some(A), t), (Some(B), t)]).collect();
    let results = results(&survey, &plan, &drawn, &judged, &targets, &tree()).expect("small figures");
    (survey, results)
}

fn fraction(n: u64, d: u64) -> Exact {
    Exact::ratio(n, d).expect("no zero")
}

#[test]
fn sizes_by_hand() {
    let z = Exact::of(Decimal::new(196, 2));
    let (half, percent) = (fraction(1, 2), |n| fraction(n, 100));
    for (population, margin, size) in [
        // n₀ = 1.96² × 0.25 ÷ 0.05² = 384.16; 384.16 × 1000 ÷ 1383.16 = 277.7…
        (1000, 5, 278),
        // 384.16 × 20000 ÷ 20383.16 = 376.9…
        (20_000, 5, 377),
        // n₀ = 96.04; 96.04 × 270 ÷ 365.04 = 71.03…
        (270, 10, 72),
        // 96.04 × 1 ÷ 96.04 = 1: one beneficiary is asked, not 97.
        (1, 10, 1),
        (0, 10, 0),
    ] {
        assert_eq!(
            sample_size(population, &z, &percent(margin), &half),
            Some(size),
            "{population} at {margin}%"
        );
    }
    assert_eq!(sample_size(100, &z, &Exact::zero(), &half), None, "no margin at all");
    assert_eq!(sample_size(100, &z, &percent(5), &Exact::one()), None, "everybody is satisfied beforehand");
}

#[test]
fn small_strata_are_asked_as_a_whole_and_the_others_by_margin() {
    let populations = BTreeMap::from([
        (stratum(A, "x"), 30),
        (stratum(A, "y"), 31),
        (stratum(B, "x"), 1000),
        (stratum(C, "x"), 0),
    ]);
    let plan = plan(&survey(30, ""), &populations).expect("small figures");
    let sizes: Vec<(u64, bool)> = plan.strata.iter().map(|(_, p)| (p.size, p.all)).collect();
    // 31: 384.16 × 31 ÷ (31 + 383.16) = 28.75… → 29; 1000: 278.
    assert_eq!(sizes, [(30, true), (29, false), (278, false)]);
    assert_eq!((plan.population, plan.size), (1061, 337));
    assert!(plan.notes.is_empty());
    assert!(plan.strata[2].1.derivation.formula.contains("384.16"), "{:?}", plan.strata[2].1.derivation);
}

const TOTAL_100: &str = "[[parameter]]\nid = \"sample-total\"\nlabel = { zh = \"总量\", en = \"total\" }\nvalue = \"100\"\n\
                         unit = \"家\"\nsource = \"invented\"\ncertainty = \"method\"\n";

#[test]
fn a_total_is_shared_by_largest_remainder() {
    let populations = BTreeMap::from([
        (stratum(A, "x"), 20),
        (stratum(A, "y"), 500),
        (stratum(B, "x"), 301),
        (stratum(B, "y"), 199),
    ]);
    let made = plan(&survey(30, TOTAL_100), &populations).expect("small figures");
    // 100 − 20 = 80 over 500 : 301 : 199 (sum 1000) = 40, 24.08, 15.92 → 40, 24, 16.
    let sizes: Vec<u64> = made.strata.iter().map(|(_, p)| p.size).collect();
    assert_eq!(sizes, [20, 40, 24, 16]);
    assert_eq!(made.size, 100);

    // Small strata that need more than the total, and a large one that gets nobody: both are said.
    let populations = BTreeMap::from([(stratum(A, "x"), 60), (stratum(A, "y"), 60), (stratum(B, "x"), 90)]);
    let made = plan(&survey(60, TOTAL_100), &populations).expect("small figures");
    assert_eq!(made.strata.iter().map(|(_, p)| p.size).collect::<Vec<_>>(), [60, 60, 0]);
    assert_eq!(made.notes.len(), 2, "{:?}", made.notes);
}

#[test]
fn who_is_asked_depends_on_the_seed_and_nothing_else() {
    let s = stratum(A, "x");
    let frame: Frame = [(s.clone(), ["甲", "乙", "丙"].map(String::from).into())].into();
    let strata = BTreeMap::from([(s.clone(), 3)]);
    let survey = survey(0, "");
    let mut plan = plan(&survey, &strata).expect("small figures");
    plan.strata[0].1.size = 1;
    let one = |seed: &str| draw(&plan, &frame, seed)[&s].iter().next().cloned().expect("one is drawn");
    let drawn: BTreeSet<String> = (0..40).map(|i| one(&format!("seed {i}"))).collect();
    assert_eq!(drawn.len(), 3, "over forty seeds everybody is drawn once");
    assert_eq!(one("2024"), one("2024"));
    assert_eq!(one("2024"), SMALLEST_2024);
}

/// Of 甲 (4832aa52…), 乙 (7bcdbcd4…) and 丙 (557d8c14…) by `printf '2024\nx\nCODE' | sha256sum`.
const SMALLEST_2024: &str = "甲";

#[test]
fn wilson_by_hand() {
    let z = Exact::of(Decimal::new(196, 2));
    for (satisfied, n, lower, upper) in [
        // p = .9: centre .9 + 3.8416/100 = .938416; root √(.09/50 + 3.8416/10000) = .0467350; half .0916006; ÷ 1.076832.
        (45, 50, "78.63", "95.65"),
        // p = 0: from 0 to (3.8416/10) ÷ (1 + 3.8416/10) = .38416 ÷ 1.38416.
        (0, 10, "0.00", "27.75"),
        // p = 1: from 1 ÷ (1 + 3.8416/20) = 1 ÷ 1.19208.
        (20, 20, "83.88", "100.00"),
    ] {
        let interval = wilson(&fraction(satisfied, n), &Exact::whole(n), &z).expect("a share");
        let shown = |e: &Exact| e.times(&Exact::whole(100)).written(2, Rounding::Down);
        assert_eq!((shown(&interval.lower).as_str(), shown(&interval.upper).as_str()), (lower, upper));
    }
    assert_eq!(wilson(&Exact::one(), &Exact::zero(), &z), None, "no answers, no interval");
}

#[test]
fn strata_count_by_their_beneficiaries() {
    // 甲市: x 120 beneficiaries, 18 of 20 satisfied; y 30, 6 of 10. 乙市: 50, 10 of 10.
    let (survey, results) =
        came_to(&[(A, "x", 120, 20, 18), (A, "y", 30, 10, 6), (B, "x", 50, 10, 10)], Some(90));
    // (120 × .9 + 30 × .6) ÷ 150 = 126 ÷ 150 = .84, not 24 ÷ 30 = .80.
    let a = results.regions[&A].shown().expect("30 answers");
    assert_eq!(a.share, fraction(84, 100));
    assert_eq!((a.population, a.asked, a.valid, a.satisfied), (150, 150, 30, 24));
    // 150² ÷ (120²/20 + 30²/10) = 22500 ÷ 810.
    assert_eq!(a.effective, fraction(22_500, 810));
    assert_eq!(results.regions[&B].shown().expect("10 answers").effective, Exact::whole(10));
    // (126 + 50) ÷ 200 = .88; 200² ÷ (720 + 90 + 50²/10) = 40000 ÷ 1060.
    let whole = results.whole.shown().expect("40 answers");
    assert_eq!((&whole.share, &whole.effective), (&fraction(88, 100), &fraction(40_000, 1060)));

    let list = measured(&survey, &results, &tree()).expect("small figures");
    let shares: Vec<(Option<RegionId>, &Actual)> = list.iter().map(|m| (m.region, &m.actual)).collect();
    let share =
        |n: i64, d: i64| Actual::Share(Ratio { numerator: Decimal::from(n), denominator: Decimal::from(d) });
    assert_eq!(shares, [(None, &share(176, 200)), (Some(A), &share(126, 150)), (Some(B), &share(50, 50))]);
    assert_eq!(list[1].derivation.formula, "(120 × 18 ÷ 20 + 30 × 6 ÷ 10) ÷ 150");
    let law = |g: &Ground| matches!(g, Ground::Clause { text, .. } if text.en.contains("not law"));
    assert!(list.iter().all(|m| m.derivation.grounds.iter().any(law)), "each says that it is no law");
    assert!(list.iter().all(|m| m.indicator == "satisfaction"));
}

#[test]
fn an_interval_on_both_sides_of_the_target_is_warned_of() {
    let straddling = |target: i64, satisfied: u64| -> Vec<Option<RegionId>> {
        let (_, results) = came_to(&[(A, "x", 50, 50, satisfied), (B, "x", 50, 50, 50)], Some(target));
        let of = |w: &Warning| if let Warning::Straddles { region, .. } = w { Some(*region) } else { None };
        results.warnings.iter().filter_map(of).collect()
    };
    // 45 of 50: 78.6 to 95.7 %. 乙市, 50 of 50: from 1 ÷ 1.076832 = 92.9 %. The whole, 95 of 100: 88.8 to 97.9 %.
    assert_eq!(straddling(90, 45), [None, Some(A)]);
    assert_eq!(straddling(78, 45), [], "all of it reaches 78");
    // 40 of 50: 67.0 to 88.8 %: all of it misses 90. The whole, 90 of 100: 82.6 to 94.5 %.
    assert_eq!(straddling(90, 40), [None]);
}

#[test]
fn thin_responses_and_silent_strata_are_warned_of() {
    let (_, results) =
        came_to(&[(A, "x", 120, 60, 54), (A, "y", 30, 0, 0), (B, "x", 50, 50, 50), (C, "x", 40, 0, 0)], None);
    let kinds: Vec<String> = results
        .warnings
        .iter()
        .map(|w| match w {
            Warning::Thin { region, .. } => format!("thin {:?}", region.map(|r| r.0)),
            Warning::SilentStratum { stratum, .. } => {
                format!("stratum {} {}", stratum.region.0, stratum.scheme)
            }
            Warning::SilentRegion { region, .. } => format!("region {}", region.0),
            other => format!("{other:?}"),
        })
        .collect();
    // The whole 110 ÷ 240 = 45.8 %, 甲市 60 ÷ 150 = 40 %, 丙市 0 ÷ 40: below 50 %.
    assert_eq!(kinds, ["thin None", "thin Some(1)", "thin Some(3)", "stratum 1 y", "region 3"]);
    // x speaks for the 150 of 甲市; nobody of 丙市 answered, so the whole is of 甲 and 乙: (150 × .9 + 50) ÷ 200 = .925.
    let whole = results.whole.shown().expect("110 answers");
    assert_eq!((&whole.share, whole.population), (&fraction(925, 1000), 200));
    // Weights 150 and 50: 40000 ÷ (150²/60 + 50²/50) = 40000 ÷ 425.
    assert_eq!(whole.effective, fraction(40_000, 425));
    assert_eq!(results.regions[&A].shown().map(|e| e.population), Some(150));
    assert_eq!(results.regions[&C], Figure::Nobody);
}

#[test]
fn few_answers_are_not_shown_and_cannot_be_worked_out() {
    let came: Came<'_> = &[(A, "x", 150, 30, 27), (B, "x", 50, 10, 10), (C, "x", 8, 3, 1)];
    let (survey, results) = came_to(came, None);
    assert_eq!(results.regions[&C], Figure::Suppressed(Why::FewAnswers));
    // 丙市 alone would be the whole less the others, so the smallest other region goes too.
    assert_eq!(results.regions[&B], Figure::Suppressed(Why::ProtectsAnother));
    assert!(results.regions[&A].shown().is_some());
    assert!(results.warnings.iter().any(|w| matches!(w, Warning::KeptBack { region: B, .. })));
    // Still counted: (150 × .9 + 50 + 8 × 1/3) ÷ 208 = 187.666… ÷ 208 = 563 ÷ 624.
    assert_eq!(results.whole.shown().map(|e| e.share.clone()), Some(fraction(563, 624)));
    let list = measured(&survey, &results, &tree()).expect("small figures");
    assert_eq!(
        list[0].actual,
        // 187⅔ of 208: without end, so in lowest terms, (563 ÷ 3) ÷ 208.
        Actual::Share(Ratio { numerator: Decimal::from(563), denominator: Decimal::from(624) })
    );
    assert_eq!((&list[2].actual, &list[3].actual), (&Actual::Missing, &Actual::Missing));
    assert_eq!(list[3].derivation.value, Why::FewAnswers.words());
    // Neither what is written for pages nor what is written for machines tells the counts.
    let json = serde_json::to_value(&results).expect("serializable");
    assert_eq!(json["regions"]["3"], serde_json::json!({ "is": "suppressed", "value": "few-answers" }));
    assert!(json.get("strata").is_none());

    // Two suppressed regions of 2 answers each are 4 together: a third goes too.
    let (_, results) = came_to(&[(A, "x", 50, 30, 27), (B, "x", 9, 2, 2), (C, "x", 8, 2, 1)], None);
    assert_eq!(results.regions[&A], Figure::Suppressed(Why::ProtectsAnother));
    // Four answers in all: nothing is shown.
    let (survey, results) = came_to(&[(B, "x", 9, 2, 2), (C, "x", 8, 2, 1)], None);
    assert_eq!(results.whole, Figure::Suppressed(Why::FewAnswers));
    assert!(measured(&survey, &results, &tree()).expect("small").iter().all(|m| m.actual == Actual::Missing));
}

#[test]
fn an_exact_share_is_open_only_where_every_stratum_under_it_has_enough_answers() {
    // Of 甲市, scheme x has five answers and y four; 乙市 has five and a scheme that nobody answered for.
    let came: Came<'_> =
        &[(A, "x", 150, 5, 4), (A, "y", 50, 4, 4), (B, "x", 30, 5, 5), (B, "y", 7, 0, 0), (C, "x", 8, 6, 1)];
    let (_, results) = came_to(came, None);
    let open = [Some(A), Some(B), Some(C), None].map(|region| results.is_open(region, 5));
    assert_eq!(open, [false, true, true, false], "the whole has the four answers under it too");
    assert_eq!([Some(A), None].map(|region| results.is_open(region, 4)), [true, true]);
}

#[test]
fn zero_satisfied_is_a_figure_and_no_answer_is_none() {
    let (survey, results) = came_to(&[(A, "x", 10, 6, 0), (B, "x", 10, 0, 0)], None);
    let list = measured(&survey, &results, &tree()).expect("small figures");
    let zero = Actual::Share(Ratio { numerator: Decimal::ZERO, denominator: Decimal::TEN });
    assert_eq!([&list[0].actual, &list[1].actual, &list[2].actual], [&zero, &zero, &Actual::Missing]);
}

#[test]
fn every_answer_is_kept_with_its_reason() {
    let survey = survey(1000, "");
    let frame = frame(&[(A, "x", 3, 0, 0), (A, "y", 3, 0, 0)]);
    let (_, drawn) = asked(&survey, &frame);
    let (x, y) = (stratum(A, "x"), stratum(A, "y"));
    let (january, late) = (date(2025, 1, 31), date(2025, 2, 1));
    let valid = |value: &str, satisfied| Ballot::Choice { value: value.into(), satisfied };
    let cases = [
        (x.clone(), code(&x, 0), "q1", "满意", january, valid("2", true)),
        (x.clone(), code(&x, 0), "q1", "1", january, Ballot::Invalid(Invalid::Twice)),
        (x.clone(), code(&x, 1), "q1", "1", late, Ballot::Invalid(Invalid::AfterEnd)),
        (x.clone(), code(&x, 1), "q1", "1", date(2025, 1, 5), Ballot::Invalid(Invalid::BeforeBegin)),
        (x.clone(), code(&x, 1), "q1", "3", january, Ballot::Invalid(Invalid::UnknownChoice)),
        // The invalid ones before it do not make it a second answer.
        (x.clone(), code(&x, 1), "q1", " no ", january, valid("1", false)),
        (x.clone(), code(&x, 2), "q1", " ", january, Ballot::Invalid(Invalid::Empty)),
        (x.clone(), code(&x, 2), "q9", "2", january, Ballot::Invalid(Invalid::UnknownQuestion)),
        (x.clone(), code(&x, 2), "q2", "a", january, Ballot::Invalid(Invalid::NotAsked)),
        (y.clone(), code(&y, 0), "q2", "a", january, valid("a", false)),
        (y.clone(), code(&y, 0), "q3", "快些", january, Ballot::Text),
        // An enterprise of the other scheme, and a region that nobody was drawn from.
        (y.clone(), code(&x, 0), "q1", "2", january, Ballot::Invalid(Invalid::NotInSample)),
        (stratum(B, "x"), code(&x, 0), "q1", "2", january, Ballot::Invalid(Invalid::NotInSample)),
    ];
    let rows: Vec<AnswerRow> =
        (2..).zip(&cases).map(|(i, (s, c, q, a, on, _))| row(s.clone(), c.clone(), q, a, *on, i)).collect();
    let judged = judge(&survey, 2024, &drawn, &rows);
    assert_eq!(judged.len(), cases.len());
    for Judged { row, ballot } in &judged {
        let expected = &cases[row.row as usize - 2].5;
        assert_eq!(ballot, expected, "row {}", row.row);
    }
    // Another year has no days in the file: nothing is early or late.
    let judged = judge(&survey, 2030, &drawn, &rows);
    assert!(
        !judged.iter().any(|j| matches!(j.ballot, Ballot::Invalid(Invalid::AfterEnd | Invalid::BeforeBegin)))
    );
}

#[test]
fn the_funds_file_is_sound_and_says_what_is_illustrative() {
    let survey = Survey::parse("survey.toml", FUND).expect("a sound file");
    assert_eq!(survey.overall, "overall");
    let satisfied = survey.question("overall").expect("there").choices.iter().filter(|c| c.satisfied).count();
    assert_eq!(satisfied, 2);
    let illustrative = survey.illustrative();
    assert!(illustrative.contains(&"survey.questionnaire".to_owned()), "{illustrative:?}");
    assert!(illustrative.contains(&"survey.margin".to_owned()), "{illustrative:?}");
    assert!(!illustrative.contains(&"survey.z".to_owned()), "{illustrative:?}");
}

#[test]
fn all_faults_at_once_with_their_lines() {
    let faulty = text(30, "")
        .replace("overall = \"q1\"", "overall = \"q2\"")
        .replace("\"2025-01-06\", \"2025-01-31\"", "\"2025-01-31\", \"2025-01-06\"")
        .replace("schemes = [\"y\"]", "schemes = [\"z\"]")
        .replace("id = \"q3\"", "id = \"q1\"")
        .replace("id = \"margin\"", "id = \"margins\"")
        .replace("value = \"95\"", "value = \"about 95\"");
    let faults = Survey::parse("survey.toml", &faulty).expect_err("six faults");
    let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
    for (line, words) in [
        (":7:", "before it begins"),
        (":24:", "none of the survey's schemes"),
        (":28:", "given twice"),
        (":4:", "must be a scale"),
        (":34:", "no parameter here"),
        (":43:", "about 95 is no figure"),
    ] {
        assert!(lines.iter().any(|l| l.contains(line) && l.contains(words)), "{line} {words}: {lines:#?}");
    }
    assert!(lines.iter().any(|l| l.contains("parameter margin is missing")), "{lines:#?}");
    assert_eq!(lines.len(), 7, "a parameter that could not be read is not missing too: {lines:#?}");
    let broken = Survey::parse("survey.toml", "label = ").expect_err("no TOML");
    assert_eq!((broken.len(), broken[0].line), (1, Some(1)));
}

proptest! {
    #[test]
    fn sizes_stay_within_the_population_and_fall_with_the_margin(
        population in 0u64..5_000_000, z in 1u64..4000, margin in 1u64..999, wider in 0u64..200, expected in 1u64..999,
    ) {
        let z = fraction(z, 1000);
        let size = |margin: u64| sample_size(population, &z, &fraction(margin, 1000), &fraction(expected, 1000));
        let narrow = size(margin).expect("shares");
        prop_assert!(narrow <= population);
        prop_assert!(size((margin + wider).min(999)).expect("shares") <= narrow);
        prop_assert!(population == 0 || narrow > 0);
    }

    #[test]
    fn wilson_is_a_share_around_the_share(n in 1u64..100_000, part in 0u64..=1000, z in 1u64..5000) {
        let p = fraction(part, 1000);
        let interval = wilson(&p, &Exact::whole(n), &fraction(z, 1000)).expect("a share");
        prop_assert!(Exact::zero() <= interval.lower && interval.lower <= p);
        prop_assert!(p <= interval.upper && interval.upper <= Exact::one());
        let more = wilson(&p, &Exact::whole(n * 4), &fraction(z, 1000)).expect("a share");
        prop_assert!(more.lower >= interval.lower && more.upper <= interval.upper, "four times the answers tell more");
    }

    #[test]
    fn a_total_is_kept_and_no_stratum_asks_more_than_it_has(sizes in proptest::collection::vec(0u64..2000, 1..12)) {
        let schemes: Vec<Stratum> = (0u32..).take(sizes.len()).map(|i| stratum(RegionId(i), "x")).collect();
        let populations: BTreeMap<Stratum, u64> = schemes.into_iter().zip(sizes.iter().copied()).collect();
        let made = plan(&survey(0, TOTAL_100), &populations).expect("small figures");
        prop_assert_eq!(made.size, sizes.iter().sum::<u64>().min(100));
        prop_assert!(made.strata.iter().all(|(_, p)| p.size <= p.population));
    }

    #[test]
    fn the_order_of_answers_changes_nothing(
        (rows, shuffled) in proptest::collection::vec((0u64..6, 0usize..4, 1i8..31, 0u32..3), 0..60).prop_flat_map(|drawn| {
            let rows: Vec<AnswerRow> = drawn
                .into_iter()
                .map(|(i, answer, day, line)| {
                    let s = stratum(if i < 3 { A } else { B }, "x");
                    let c = code(&s, i);
                    row(s, c, "q1", ["1", "2", "满意", "?"][answer], date(2025, 1, day), line)
                })
                .collect();
            (Just(rows.clone()), Just(rows).prop_shuffle())
        })
    ) {
        let survey = survey(1000, "");
        let frame = frame(&[(A, "x", 6, 0, 0), (B, "x", 6, 0, 0)]);
        let (plan, drawn) = asked(&survey, &frame);
        let of = |rows: &[AnswerRow]| {
            let judged = judge(&survey, 2024, &drawn, rows);
            let made = results(&survey, &plan, &drawn, &judged, &BTreeMap::new(), &tree()).expect("small figures");
            (judged, made)
        };
        let (judged, made) = of(&rows);
        prop_assert_eq!(judged.len(), rows.len(), "no answer is lost");
        prop_assert!(made.strata.iter().all(|s| s.satisfied <= s.valid && s.valid <= s.asked));
        prop_assert_eq!((judged, made), of(&shuffled));
    }
}
