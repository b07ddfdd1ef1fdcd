//! Every check's examples: the failing one makes it fire, the passing one does not, and what it says is complete.

use std::collections::BTreeMap;

use jixiao_core::{
    checks::{ALL, Example, Rule, Selection, check},
    finding::{Finding, Lang},
    fund::{FolderTexts, Fund},
};
use jixiao_tables::{read, read::Limits};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../funds/guangdong-trade-2024");

fn folder() -> FolderTexts {
    let mut texts = BTreeMap::new();
    for name in ["fund.toml", "regions.csv", "indicators.toml"] {
        texts.insert(
            name.to_owned(),
            std::fs::read_to_string(format!("{FOLDER}/{name}")).expect("a file of the fund folder"),
        );
    }
    texts
}

fn findings(example: &Example) -> Vec<Finding> {
    let mut texts = folder();
    if !example.waivers.is_empty() {
        texts.insert("waivers.toml".to_owned(), example.waivers.to_owned());
    }
    let fund = Fund::parse(&texts).expect("the fund folder and the example's waivers are sound");
    let bytes = example.as_text_file();
    let document = read(bytes.as_bytes(), None, Some(&fund.regions), &Limits::default())
        .expect("the example can be read");
    let today = jiff::civil::date(2024, 7, 1);
    check(&document.table, Some(&fund), Some(today), &Selection::default()).findings
}

#[test]
fn every_check_fires_on_its_failing_example_and_not_on_its_passing_one() {
    let mut problems = Vec::new();
    for rule in ALL {
        let failing = findings(&rule.failing);
        let codes = |found: &[Finding]| found.iter().map(|f| f.code).collect::<Vec<_>>().join(" ");
        if !failing.iter().any(|f| f.code == rule.code) {
            problems.push(format!(
                "{} does not fire on its failing example; found: [{}]",
                rule.code,
                codes(&failing)
            ));
        }
        let passing = findings(&rule.passing);
        if passing.iter().any(|f| f.code == rule.code) {
            problems.push(format!("{} fires on its passing example", rule.code));
        }
        problems.extend(failing.iter().filter(|f| f.code == rule.code).flat_map(|f| incomplete(rule, f)));
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

/// What a finding lacks for the person who must act.
fn incomplete(rule: &Rule, finding: &Finding) -> Vec<String> {
    let mut problems = Vec::new();
    for (what, text) in
        [("message", &finding.message), ("reason", &finding.reason), ("next step", &finding.next)]
    {
        for lang in [Lang::Zh, Lang::En] {
            if text.get(lang).trim().is_empty() {
                problems.push(format!("{}: no {what} in {lang:?}", rule.code));
            }
        }
        if !text.zh.chars().any(|c| c as u32 >= 0x4e00) {
            problems.push(format!("{}: the Chinese {what} is not Chinese: {}", rule.code, text.zh));
        }
    }
    if finding.severity != rule.severity {
        problems.push(format!("{}: severity {:?} is not the rule's", rule.code, finding.severity));
    }
    problems
}

#[test]
fn passing_examples_are_sound_in_every_other_respect_too_or_say_why_not() {
    // A passing example may still break other checks' rules only as notes: an example of good practice must not be bad practice.
    let mut problems = Vec::new();
    for rule in ALL {
        for finding in findings(&rule.passing) {
            if finding.severity == jixiao_core::finding::Severity::Error && finding.code != rule.code {
                problems.push(format!(
                    "passing example of {}: {} {}",
                    rule.code, finding.code, finding.message.en
                ));
            }
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}
