//! Every sample table is read as the expectation beside it says, gives the findings that it says, and loses no cell.
//!
//! The expectations are written from the tables (see `samples/README.md`), so they are a second opinion on the readers and
//! the checks. All differences of all samples are printed at once.

use std::{
    collections::BTreeMap,
    fmt::{Debug, Write as _},
    fs,
    path::{Path, PathBuf},
};

use jixiao_core::{
    checks::{Selection, check},
    finding::{Finding, Lang},
    place::Written,
    table::{Form, Indicator, TargetCell, TargetTable},
};
use jixiao_tables::{Document, read, read::Limits};
use serde::Deserialize;

/// What a sample really is.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    /// One line for people; printed where something differs.
    about: String,
    form: Form,
    indicators: usize,
    /// Region rows in all, those before any indicator included.
    regions: usize,
    /// Sorted; a code once for each finding.
    findings: Vec<String>,
    #[serde(default)]
    unread: Vec<String>,
    #[serde(default)]
    indicator: Vec<Spot>,
}

/// A spot check of one indicator.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Spot {
    title: String,
    /// Empty when the indicator has none; left out when it does not matter.
    unit: Option<String>,
    whole: Vec<String>,
    #[serde(default)]
    regions: BTreeMap<String, Vec<String>>,
}

/// A sample with its expectation.
struct Sample {
    name: String,
    expected: Expected,
    bytes: Vec<u8>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/tables")
}

/// Every sample in the order of names. A table without expectation, or an expectation without table, is a mistake.
fn samples() -> Vec<Sample> {
    let mut tables = BTreeMap::new();
    let mut expectations = BTreeMap::new();
    for entry in fs::read_dir(folder()).expect("the folder of samples") {
        let path = entry.expect("an entry of the folder of samples").path();
        let name = path.file_name().and_then(|n| n.to_str()).expect("a name in Unicode").to_owned();
        let (stem, extension) = name.split_once('.').expect("a name with an extension");
        let twin = match extension {
            "expect.toml" => expectations.insert(stem.to_owned(), path.clone()).map(|_| name.clone()),
            _ => tables.insert(stem.to_owned(), (name.clone(), path.clone())).map(|(twin, _)| twin),
        };
        assert_eq!(twin, None, "{name} shares its expectation with another file");
    }
    let (with, without): (Vec<_>, Vec<_>) = (expectations.keys().collect(), tables.keys().collect());
    assert_eq!(with, without, "every table has its expectation, every expectation its table");
    let sample = |(stem, (name, path)): (String, (String, PathBuf))| {
        let text = fs::read_to_string(&expectations[&stem]).expect("an expectation in UTF-8");
        let expected = toml::from_str(&text).unwrap_or_else(|e| panic!("{stem}.expect.toml: {e}"));
        Sample { expected, bytes: fs::read(path).expect("a table"), name }
    };
    tables.into_iter().map(sample).collect()
}

fn document(sample: &Sample) -> Result<Document, String> {
    read(&sample.bytes, Some(&sample.name), None, &Limits::default())
        .map_err(|e| format!("cannot be read: {e}"))
}

/// Collects what differs, so that one run tells everything.
#[derive(Default)]
struct Differences(Vec<String>);

impl Differences {
    fn compare<T: PartialEq + Debug>(&mut self, what: &str, expected: &T, got: &T) {
        if expected != got {
            self.0.push(format!("{what}: expected {expected:?}, got {got:?}"));
        }
    }
}

/// Fails with every difference of every sample.
fn report(all: BTreeMap<String, (String, Vec<String>)>) {
    let differing: Vec<_> = all.into_iter().filter(|(_, (_, lines))| !lines.is_empty()).collect();
    let mut text = String::new();
    for (name, (about, lines)) in &differing {
        let _ = write!(text, "\n{name}: {about}\n  {}\n", lines.join("\n  "));
    }
    assert!(differing.is_empty(), "{} samples differ from their expectation:\n{text}", differing.len());
}

fn each_sample(examine: impl Fn(&Sample, &Document) -> Vec<String>) {
    let examined = samples().into_iter().map(|sample| {
        let lines = match document(&sample) {
            Ok(document) => examine(&sample, &document),
            Err(problem) => vec![problem],
        };
        (sample.name, (sample.expected.about, lines))
    });
    report(examined.collect());
}

fn texts(cells: &[TargetCell]) -> Vec<String> {
    cells.iter().map(|c| c.written.text.trim().to_owned()).collect()
}

fn region_rows(table: &TargetTable) -> usize {
    table.orphans.len() + table.indicators.iter().map(|i| i.regions.len()).sum::<usize>()
}

fn spot(expected: &Spot, indicator: &Indicator, differences: &mut Differences) {
    let of = |what: &str| format!("{what} of {}", expected.title);
    if let Some(unit) = &expected.unit {
        let got = indicator.unit.as_ref().map_or("", |u| u.symbol.as_str());
        differences.compare(&of("unit"), &unit.as_str(), &got);
    }
    differences.compare(&of("targets"), &expected.whole, &texts(&indicator.whole));
    for (name, targets) in &expected.regions {
        let row = indicator.regions.iter().find(|r| r.name.key() == *name).map(|r| texts(&r.cells));
        differences.compare(&of(&format!("targets of {name}")), &Some(targets.clone()), &row);
    }
}

fn reading(sample: &Sample, document: &Document) -> Vec<String> {
    let (expected, table) = (&sample.expected, &document.table);
    let mut differences = Differences::default();
    differences.compare("form", &expected.form, &table.form);
    differences.compare("count of indicators", &expected.indicators, &table.indicators.len());
    differences.compare("count of region rows", &expected.regions, &region_rows(table));
    let unread: Vec<String> = table.unread.iter().map(|w| w.text.trim().to_owned()).collect();
    differences.compare("unread cells", &expected.unread, &unread);
    for wanted in &expected.indicator {
        match table.indicators.iter().find(|i| i.title == wanted.title) {
            Some(indicator) => spot(wanted, indicator, &mut differences),
            None => {
                let titles: Vec<&str> = table.indicators.iter().map(|i| i.title.as_str()).collect();
                differences.0.push(format!("no indicator {}, only {}", wanted.title, titles.join("、")));
            }
        }
    }
    differences.0
}

/// A finding as a line that tells why it was given.
fn line(finding: &Finding) -> String {
    format!("  {} {}", finding.code, finding.message.get(Lang::Zh))
}

fn findings(sample: &Sample, document: &Document) -> Vec<String> {
    let report = check(&document.table, None, None, &Selection::default());
    let mut got: Vec<&str> = report.findings.iter().map(|f| f.code).collect();
    got.sort_unstable();
    if sample.expected.findings == got {
        return Vec::new();
    }
    let mut lines = vec![format!("findings: expected {:?}, got {got:?}", sample.expected.findings)];
    lines.extend(report.findings.iter().map(line));
    lines
}

#[test]
fn every_sample_is_read_as_expected() {
    each_sample(reading);
}

#[test]
fn every_sample_gives_the_findings_expected() {
    each_sample(findings);
}

#[test]
fn every_cell_of_every_sample_is_used_or_reported() {
    each_sample(|_, document| {
        let dropped = document.grid.cells().filter(|(place, _)| !document.uses.contains_key(place));
        dropped.map(|(place, cell)| format!("{place:?} was dropped: {}", cell.text)).collect()
    });
}

#[test]
fn what_is_reported_as_unread_is_in_the_table_of_unread_cells() {
    use jixiao_tables::understand::assemble::Use;
    each_sample(|_, document| {
        let reported = |cell: &Written| document.table.unread.iter().any(|w| w.place == cell.place);
        let unread =
            document.grid.cells().filter(|(place, _)| document.uses.get(place) == Some(&Use::Unread));
        let cells = unread.map(|(place, cell)| Written::new(&cell.text, place));
        cells.filter(|c| !reported(c)).map(|c| format!("{:?} is not reported: {}", c.place, c.text)).collect()
    });
}

#[test]
fn the_samples_are_many_of_every_form_and_not_all_bad() {
    let samples = samples();
    assert!(samples.len() >= 45, "{} samples", samples.len());
    let sound = samples.iter().filter(|s| s.expected.findings.is_empty()).count();
    assert!(sound * 5 >= samples.len(), "{sound} of {} samples are sound", samples.len());
    for form in [Form::Goal, Form::Regional, Form::SelfEvaluation, Form::Monitoring] {
        assert!(samples.iter().filter(|s| s.expected.form == form).count() >= 4, "samples of {form:?}");
    }
    for extension in [".txt", ".csv", ".docx", ".xlsx"] {
        assert!(
            samples.iter().filter(|s| s.name.ends_with(extension)).count() >= 4,
            "samples as {extension}"
        );
    }
    for sample in &samples {
        let Expected { about, findings, indicator, indicators, .. } = &sample.expected;
        assert!(!about.is_empty() && findings.is_sorted(), "{}: findings are sorted", sample.name);
        assert!(indicator.len() >= 2.min(*indicators), "{}: at least two spot checks", sample.name);
    }
}
