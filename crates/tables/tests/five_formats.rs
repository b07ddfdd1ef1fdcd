//! The published table says the same and is found to have the same defects in each of the formats that it is kept in.

mod support;

use jixiao_core::finding::{Both, Counterexample, Figures, Finding, Severity, Subject};
use jixiao_tables::Document;
use support::{document, findings, fund, in_workspace, unaccounted};

const FORMATS: [&str; 5] = ["txt", "docx", "xlsx", "xls", "pdf"];

fn published() -> Vec<(&'static str, Document)> {
    let fund = fund();
    FORMATS
        .iter()
        .map(|format| {
            let path = in_workspace(&format!("samples/published/guangdong-2024.{format}"));
            let bytes = std::fs::read(path).expect("the published table");
            (*format, document(&bytes, &format!("guangdong-2024.{format}"), &fund))
        })
        .collect()
}

/// A finding without its places, which are the file's and not the table's.
#[derive(Debug, PartialEq)]
struct Said {
    code: &'static str,
    severity: Severity,
    subject: Subject,
    message: Both,
    reason: Both,
    figures: Option<Figures>,
    counterexample: Option<Counterexample>,
    labels: Vec<Both>,
    next: Both,
}

fn said(finding: Finding) -> Said {
    let Finding { code, severity, subject, message, reason, figures, counterexample, labels, next, .. } =
        finding;
    // Labels stand in the order of their places, which may differ where a page break moved a row.
    let mut labels: Vec<Both> = labels.into_iter().map(|l| l.text).collect();
    labels.sort();
    Said { code, severity, subject, message, reason, figures, counterexample, labels, next }
}

#[test]
fn the_content_is_the_same() {
    let documents = published();
    let (_, text) = &documents[0];
    assert!(text.table.indicators.len() == 8, "{}", text.table.indicators.len());
    for (format, document) in &documents[1..] {
        let (expected, got) = (text.table.content(), document.table.content());
        for (a, b) in expected.indicators.iter().zip(&got.indicators) {
            assert_eq!(a, b, "{format}: {}", a.title);
        }
        assert!(expected == got, "{format} differs outside the indicators");
    }
}

#[test]
fn the_findings_are_the_same() {
    let fund = fund();
    let in_order = |document: &Document| {
        let mut all: Vec<Said> = findings(document, &fund).findings.into_iter().map(said).collect();
        all.sort_by(|a, b| (a.code, &a.message).cmp(&(b.code, &b.message)));
        all
    };
    let documents = published();
    let expected = in_order(&documents[0].1);
    assert!(expected.iter().any(|f| f.code == "A001"), "the province's > is found");
    for (format, document) in &documents[1..] {
        let got = in_order(document);
        let codes = |list: &[Said]| list.iter().map(|f| f.code).collect::<Vec<_>>().join(" ");
        assert_eq!(codes(&got), codes(&expected), "{format}");
        for (a, b) in expected.iter().zip(&got) {
            assert_eq!(a, b, "{format}");
        }
    }
}

#[test]
fn every_cell_is_accounted_for() {
    for (format, document) in published() {
        let cells: usize = document.grid.parts.iter().flat_map(|p| &p.rows).map(|r| r.cells.len()).sum();
        assert!(cells > 300, "{format} has only {cells} cells");
        assert_eq!(unaccounted(&document), Vec::<String>::new(), "{format}");
    }
}
