//! What several tests share: the fund, and tables as a person would plan them before typing them into a form.

// Each test uses a part of this module only.
#![allow(dead_code)]

pub(crate) mod forms;
pub(crate) mod sheet;

use std::{collections::BTreeMap, path::PathBuf};

use jixiao_core::{
    checks::{Report, Selection, check},
    fund::Fund,
};
use jixiao_tables::{Document, read, read::Limits};

/// The day on which every table is checked: waivers do not decide any of these tests, but a check may want a day.
pub(crate) const TODAY: jiff::civil::Date = jiff::civil::date(2024, 7, 1);

/// A file or folder of the workspace.
pub(crate) fn in_workspace(path: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join(path)
}

/// The Guangdong fund, without waivers.
pub(crate) fn fund() -> Fund {
    let folder = in_workspace("funds/guangdong-trade-2024");
    let text = |name: &str| std::fs::read_to_string(folder.join(name)).expect("a file of the fund folder");
    let texts: BTreeMap<String, String> = ["fund.toml", "regions.csv", "indicators.toml"]
        .into_iter()
        .map(|name| (name.to_owned(), text(name)))
        .collect();
    Fund::parse(&texts).expect("the fund folder is sound")
}

/// A document read from bytes that can be read.
pub(crate) fn document(bytes: &[u8], name: &str, fund: &Fund) -> Document {
    match read(bytes, Some(name), Some(&fund.regions), &Limits::default()) {
        Ok(document) => document,
        Err(error) => panic!("{name}: {}", error.en()),
    }
}

/// Every finding of every check.
pub(crate) fn findings(document: &Document, fund: &Fund) -> Report {
    check(&document.table, Some(fund), Some(TODAY), &Selection::default())
}

/// The findings of warnings and errors, for a message: code, place and what it says.
pub(crate) fn said(report: &Report) -> Vec<String> {
    report.findings.iter().map(|f| format!("{} {:?} {}", f.code, f.severity, f.message.zh)).collect()
}

/// The non-empty cells of a document that nothing accounts for.
pub(crate) fn unaccounted(document: &Document) -> Vec<String> {
    let mut lost = Vec::new();
    for (part, rows) in (0u32..).zip(&document.grid.parts) {
        for (row, cells) in (0u32..).zip(&rows.rows) {
            for cell in &cells.cells {
                let place = jixiao_core::place::Place::new(part, row, cell.column);
                if !document.uses.contains_key(&place) {
                    lost.push(format!("{place:?}: {}", cell.text));
                }
            }
        }
    }
    lost
}
