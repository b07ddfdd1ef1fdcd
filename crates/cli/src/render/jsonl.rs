//! One JSON object a line: each finding with its file, then a line for the file.

use std::io::{self, Write};

use serde_json::json;

use super::{Checked, Checks, Output, Summary, json as whole};

pub(super) struct Jsonl;

impl Output for Jsonl {
    fn file(&mut self, to: &mut dyn Write, checked: &Checked) -> io::Result<()> {
        let Ok(Checks { document, report }) = &checked.outcome else {
            let mut file = whole::file(checked);
            file["type"] = json!("file");
            return writeln!(to, "{file}");
        };
        for found in &report.findings {
            let mut finding = whole::finding(found, document);
            finding["type"] = json!("finding");
            finding["file"] = json!(checked.file);
            writeln!(to, "{finding}")?;
        }
        let mut file = whole::file_alone(&checked.file, document, report);
        file["type"] = json!("file");
        file["findings"] = json!(report.findings.len());
        writeln!(to, "{file}")
    }

    fn end(&mut self, to: &mut dyn Write, summary: &Summary) -> io::Result<()> {
        let mut line = whole::summary(summary);
        line["type"] = json!("summary");
        writeln!(to, "{line}")
    }
}
