//! `year.json`, the computed year as one file: whole, equal to the report, and true of the files beside it.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use jixiao_report::{
    content::{Content, Lamp},
    figure::FigureKind,
    published::{FileKind, Published, Rest, Tree},
};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// Runs the whole path on the built-in fund, a hundredth of its size, into an empty folder.
fn run(test: &str, more: &[&str]) -> PathBuf {
    let out = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(test);
    let _ = fs::remove_dir_all(&out);
    again(&out, more);
    out
}

fn again(out: &Path, more: &[&str]) {
    let folder = out.to_str().expect("a name");
    let called = Command::new(env!("CARGO_BIN_EXE_jixiao"))
        .args(["run", "-o", folder, "--scale", "100", "--today", "2025-03-31"])
        .args(more)
        .env_remove("JIXIAO_LANG")
        .output()
        .expect("the executable starts");
    assert!(called.status.success(), "{}", String::from_utf8_lossy(&called.stderr));
}

fn text(out: &Path, name: &str) -> String {
    fs::read_to_string(out.join(name)).expect(name)
}

fn published(out: &Path) -> Published {
    Published::from_json(&text(out, "year.json")).expect("a year that reads")
}

/// The whole and every region by division code.
fn codes(year: &Published) -> impl Iterator<Item = &str> {
    std::iter::once("").chain(year.regions.keys().map(String::as_str))
}

/// Every file that is listed is there as the list says, and every file of the manifest is listed.
fn files_are_there(out: &Path, year: &Published) {
    let digest = |bytes: &[u8]| Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect::<String>();
    for file in &year.files {
        let bytes = fs::read(out.join(&file.name)).expect(&file.name);
        assert_eq!((file.bytes, &file.sha256), (bytes.len() as u64, &digest(&bytes)), "{}", file.name);
        assert!(!file.what.zh.is_empty() && !file.what.en.is_empty(), "{}", file.name);
        assert_ne!(file.media, "application/octet-stream", "{}", file.name);
    }
    let manifest: Value = serde_json::from_str(&text(out, "manifest.json")).expect("JSON");
    let manifest = manifest["files"].as_array().expect("files").iter();
    let own: BTreeSet<&str> = manifest.map(|f| f["name"].as_str().expect("a name")).collect();
    let listed: BTreeSet<&str> =
        year.files.iter().filter(|f| f.kind != FileKind::Awards).map(|f| f.name.as_str()).collect();
    assert_eq!(own.symmetric_difference(&listed).collect::<Vec<_>>(), [&"year.json"]);
    let awards = year.files.iter().filter(|f| f.kind == FileKind::Awards);
    assert!(awards.clone().any(|f| f.name.ends_with("/awards.csv")) && awards.count() > 5);
    // Each region has its own forms.
    for code in year.regions.keys() {
        assert!(year.files.iter().filter(|f| f.code == *code).count() >= 4, "{code}");
    }
    let names: Vec<&str> = year.files.iter().map(|f| f.name.as_str()).collect();
    assert!(names.is_sorted(), "{names:?}");
}

/// Whether a step is marked just when it or one below it rests on an illustrative parameter.
fn marks_are_true(tree: &Tree) -> bool {
    let own = tree.grounds.iter().any(|g| matches!(g, Rest::Illustrative { .. }));
    tree.children.iter().all(marks_are_true)
        && tree.illustrative == (own || tree.children.iter().any(|c| c.illustrative))
}

#[test]
fn the_year_of_a_run_is_whole_and_true() {
    let out = run("published", &[]);
    let (year, bytes) = (published(&out), text(&out, "year.json"));
    assert_eq!(year.json().expect("JSON") + "\n", bytes, "it comes back as it was written");
    assert_eq!(
        year.whole,
        Content::from_json(&text(&out, "报告数据.json")).expect("content"),
        "it says what the report says"
    );
    files_are_there(&out, &year);
    every_score_is_derived(&year);
    courses_are_those_of_the_report(&year);

    again(&out, &[]);
    assert_eq!(text(&out, "year.json"), bytes, "the same input gives the same bytes");
    // Both languages stand in it, whichever was asked for; only the files are called otherwise.
    again(&out, &["--lang", "en"]);
    let english = published(&out);
    files_are_there(&out, &english);
    assert_eq!((&english.courses, &english.derivations), (&year.courses, &year.derivations));
    let course = year.course("", "premium-support-enterprises").expect("a course");
    assert_eq!((course.unit.zh.as_str(), course.unit.en.as_str()), ("家", "enterprises"));
    assert!(course.name.en.is_ascii(), "{:?}", course.name);
}

fn every_score_is_derived(year: &Published) {
    let by_region: BTreeSet<&str> = year.whole.score.by_region.iter().map(|r| r.code.as_str()).collect();
    assert!(by_region.len() > 20, "{by_region:?}");
    assert_eq!(by_region, year.regions.keys().map(String::as_str).collect(), "every region has its content");
    let mut trees = 0;
    for code in codes(year) {
        let content = year.content(code).expect("content");
        assert_eq!(content.identity.regional, !code.is_empty(), "{code}");
        for row in &content.results {
            let tree = year.derivation(code, &row.indicator).expect("a derivation");
            assert_eq!(tree.figure.as_ref(), Some(&row.score), "{code} {}", row.indicator);
            // The figure and the words of its step say the same.
            if row.score.is_known() {
                assert_eq!(tree.value.zh, format!("{}分", row.score.text.zh), "{code} {}", row.indicator);
                assert!(!tree.children.is_empty(), "{code} {}", row.indicator);
                // A surveyed share stands there exactly and with its formula, or rounded and without: where few have answered, either tells what they said.
                let rounded =
                    row.indicator == "beneficiary-satisfaction" && row.actual.is == FigureKind::Number;
                assert_eq!(tree.formula.is_empty(), rounded, "{code} {}", row.indicator);
                let decimals = row.actual.exact.split_once('.').map_or(0, |(_, after)| after.len());
                assert!(!rounded || decimals <= 2, "{code} {}", row.actual.exact);
            }
        }
        let total = year.derivation(code, "total").expect("a total");
        assert_eq!((total.figure.as_ref(), total.children.len()), (Some(&content.score.total), 0), "{code}");
        let execution = year.derivation(code, "execution").expect("the execution");
        assert_eq!(execution.figure.as_ref(), Some(&content.score.categories[0].score), "{code}");
        trees += content.results.len() + 2;
    }
    assert_eq!(trees, year.derivations.len(), "nothing else is derived");
    // A total's parts are not repeated under it; its mark is theirs.
    for derived in &year.derivations {
        let (code, tree) = (&derived.code, &derived.tree);
        let mut others = year.derivations.iter().filter(|d| d.code == *code && d.indicator != "total");
        match derived.indicator.as_str() {
            "total" => assert_eq!(tree.illustrative, others.any(|d| d.tree.illustrative), "{code}"),
            indicator => assert!(marks_are_true(tree), "{code} {indicator}"),
        }
    }
    // Awards rest on parameters whose text was not found, what was paid against what was allocated does not.
    let marked = |indicator: &str| year.derivation("", indicator).expect("a derivation").illustrative;
    assert!(marked("import-interest-awards") && !marked("within-budget"));
    assert!(year.schemes.iter().all(|s| s.told.zh.starts_with("# ") && !s.parameters.is_empty()));
    assert!(year.schemes.iter().flat_map(|s| &s.parameters).any(|p| p.illustrative));
}

fn courses_are_those_of_the_report(year: &Published) {
    let months: Vec<u8> = year.rounds.iter().map(|r| r.month).collect();
    assert_eq!(months, (1..=12).collect::<Vec<u8>>());
    let official = year.rounds.iter().filter(|r| r.official).map(|r| r.month).collect::<Vec<_>>();
    let [month] = official[..] else { panic!("one round is the fund's: {official:?}") };
    let mut rows = 0;
    for code in codes(year) {
        let monitoring = year.content(code).expect("content").monitoring.as_ref().expect("monitoring");
        assert_eq!(monitoring.month, month);
        let round = year.round(month, code).expect("its round");
        assert_eq!((&round.rate, &round.lamp), (&monitoring.rate, &monitoring.lamp), "{code}");
        for row in monitoring.rows.iter().filter(|r| r.actual.is_known()) {
            let course = year.course(code, &row.indicator).expect("a course");
            let at = course.months.iter().find(|a| a.month == month).expect("its month");
            assert_eq!(
                (&at.value, &at.projected, &at.low, &at.high, at.chance_code, &course.target),
                (&row.actual, &row.projected, &row.low, &row.high, row.chance_code, &row.target),
                "{code} {}",
                row.indicator
            );
            rows += 1;
        }
    }
    assert!(rows > 50, "{rows}");
    // Imports end at the result of the year. Awards stand, by month, once money was paid on them, and one is paid after the year.
    let (mut imports, mut later) = (0, 0);
    for course in year.courses.iter().filter(|c| c.adds_up) {
        let content = year.content(&course.code).expect("content");
        let row = content.results.iter().find(|r| r.indicator == course.indicator).expect("a result");
        let last = course.months.last().expect("a month");
        let (end, result) = (last.value.value().expect("a figure"), row.actual.value().expect("a figure"));
        assert_eq!(last.month, 12, "{} {}", course.code, course.indicator);
        if course.indicator.ends_with("-imports") {
            assert_eq!(last.value.exact, row.actual.exact, "{} {}", course.code, course.indicator);
            imports += 1;
        } else {
            assert!(end <= result, "{} {}: {end} > {result}", course.code, course.indicator);
            later += usize::from(end < result);
        }
        assert!(course.earlier.iter().all(|e| e.values.len() == 12 && e.year < year.whole.identity.year));
    }
    assert!(imports > 10 && (1..10).contains(&later), "{imports} {later}");
    assert!(year.courses.iter().any(|c| !c.earlier.is_empty()));
    // What was paid never falls, and what is owed is only shown where it is owed.
    let paid: Vec<_> = year.rounds.iter().filter_map(|r| r.regions[0].paid.value()).collect();
    assert!(paid.len() == 12 && paid.is_sorted(), "{paid:?}");
    let lit = year.rounds.iter().flat_map(|r| &r.regions).filter(|r| r.lamp.lamp != Lamp::None).count();
    assert!(lit > 100, "{lit}");
    let ids: BTreeSet<&str> = year.whole.results.iter().map(|r| r.indicator.as_str()).collect();
    for owed in year.rounds.iter().flat_map(|r| &r.regions).flat_map(|r| &r.owed) {
        assert!(owed.indicator.is_empty() || ids.contains(owed.indicator.as_str()), "{owed:?}");
        assert!(!owed.what.en.is_empty() && !owed.next.en.is_empty(), "{owed:?}");
    }
}
