//! The whole path on invented ledgers: from tables in to files out.

use std::{collections::BTreeSet, path::Path};

use jixiao_core::{
    checks::{Selection, check},
    finding::Lang,
    region::Region,
};

use jixiao_report::{
    content::{Content, Lamp, Status},
    figure::FigureKind,
    published::Published,
};

use super::{Facts, Split};
use crate::{
    commands::Setting,
    fund,
    rules::Rules,
    year::{Year, monitoring_rules},
};

fn setting(lang: Lang) -> Setting {
    let (fund, texts) = fund::load(None, lang).unwrap();
    Setting { lang, fund, texts, folder: None, today: jiff::civil::date(2025, 3, 1) }
}

/// Hands the facts of a folder of ledgers to somebody.
fn with<T>(setting: &Setting, ledgers: &Path, ask: impl FnOnce(&Facts<'_>) -> T) -> T {
    let year = Year::compute(setting, ledgers, setting.fund.cycle.first, 2).unwrap();
    let sheets = year.sheets(setting).unwrap();
    let rules = monitoring_rules(setting).unwrap();
    let monitoring = year.monitoring(setting, &rules, 12).unwrap();
    let split = Split::compute(setting, &year, ledgers, 2).unwrap();
    let report = check(&year.document.table, Some(&setting.fund), Some(setting.today), &Selection::default());
    ask(&Facts {
        setting,
        year: &year,
        sheets: &sheets,
        monitoring: Some(&monitoring),
        findings: &report.findings,
        split: &split,
        synthetic: true,
    })
}

/// The year as one value, of a fund of whose money nobody knows anything: everything is there, and what is missing is missing.
fn the_year_says_what_is_not_known(facts: &Facts<'_>, content: &Content) {
    let contents = facts.contents().unwrap();
    let year = facts.published(contents, Vec::new()).unwrap();
    assert_eq!(Published::from_json(&year.json().unwrap()).unwrap(), year);
    assert_eq!(&year.whole, content);
    let regions = &facts.setting.fund.regions;
    // The root of the tree is the whole.
    let is_region = |id, region: &Region| region.in_scope && regions.parent(id).is_some();
    let in_scope: BTreeSet<&str> =
        regions.iter().filter(|(id, r)| is_region(*id, r)).map(|(_, r)| r.code.as_str()).collect();
    assert_eq!(in_scope, year.regions.keys().map(String::as_str).collect());
    for code in in_scope.into_iter().chain([""]) {
        for row in &year.content(code).unwrap().results {
            let tree = year.derivation(code, &row.indicator).unwrap();
            assert_eq!(tree.figure.as_ref(), Some(&row.score), "{code} {}", row.indicator);
        }
        // No money in any month: no lamp, no rate, and it is owed.
        for month in 1..=12 {
            let round = year.round(month, code).unwrap();
            assert_eq!(
                (round.paid.is, round.rate.is, round.lamp.lamp),
                (FigureKind::Missing, FigureKind::Missing, Lamp::None)
            );
            assert!(round.owed.iter().any(|o| o.kind == "money" && o.indicator.is_empty()), "{code} {month}");
        }
    }
    let owed = year.derivation("", "within-budget").unwrap();
    assert_eq!(
        (owed.figure.as_ref().unwrap().is, owed.value.zh.as_str()),
        (FigureKind::Missing, "缺少实际完成值，暂不计分")
    );
    assert_eq!(year.course("", "within-budget"), None);
    // By month an award stands once money was paid on it: without payments that is not known, and no course of zeros is told.
    assert_eq!(year.course("", "import-interest-awards"), None);
}

/// Without the ledgers of payments, allocations and answers nothing is known of the money, which is neither zero nor an error.
#[test]
fn what_no_ledger_says_is_missing_and_not_zero() {
    let setting = setting(Lang::Zh);
    let empty = std::env::temp_dir().join(format!("jixiao-publish-{}", std::process::id()));
    std::fs::create_dir_all(&empty).unwrap();
    let rules = Rules::read(&setting.texts, setting.lang).unwrap();
    for ledger in &rules.ledgers(&setting).unwrap().ledgers {
        if !["payments", "allocations", "survey_answers"].contains(&ledger.name.as_str()) {
            let head: Vec<&str> = ledger.columns.iter().map(|c| c.name.as_str()).collect();
            std::fs::write(empty.join(format!("{}.csv", ledger.files[0])), head.join(",") + "\n").unwrap();
        }
    }
    with(&setting, &empty, |facts| {
        let content = facts.content(None).unwrap();
        assert_eq!(content.money.total.paid.is, FigureKind::Missing);
        assert_eq!(content.money.total.rate.is, FigureKind::Missing);
        // The total is open, and no figure.
        assert_eq!(content.score.total.is, FigureKind::Text);
        assert!(content.score.total.text.zh.starts_with("未定（"), "{:?}", content.score.total);
        assert!(content.money.by_month.is_empty());
        // Nobody applied: what is awarded is known, and zero.
        assert_eq!(content.money.total.awarded.exact, "0");
        assert!(content.satisfaction.is_none());
        assert!(content.notes.iter().any(|n| n.zh.contains("不是零")), "{:?}", content.notes);
        // Supported enterprises can be counted: there are none, and no points. What payments would say is missing, and so are its points.
        let row = |id: &str| content.results.iter().find(|r| r.indicator == id).unwrap();
        let (counted, owed) = (row("import-interest-awards"), row("within-budget"));
        assert_eq!((counted.actual.exact.as_str(), counted.score.exact.as_str()), ("0", "0"));
        assert_eq!((owed.status, owed.actual.is), (Status::Missing, FigureKind::Missing));
        assert_eq!(owed.score.is, FigureKind::Missing);
        // The same facts give the same bytes; a region's report has no tables of regions.
        assert_eq!(facts.content(None).unwrap().json().unwrap(), content.json().unwrap());
        let region = facts.sheets.iter().find_map(|s| s.region);
        let regional = facts.content(region).unwrap();
        assert!(
            regional.identity.regional
                && regional.by_region.is_empty()
                && regional.money.by_region.is_empty()
        );
        the_year_says_what_is_not_known(facts, &content);
    });
    std::fs::remove_dir_all(&empty).unwrap();
}
