//! One JSON document; and the JSON of a finding, which the line-by-line renderer shares.

use std::io::{self, Write};

use jixiao_core::{
    checks::{Report, Waived, rule},
    finding::{Edit, Finding},
    place::Place,
};
use serde_json::{Value, json};

use super::{Checked, Checks, Output, Summary};
use jixiao_tables::Document;

#[derive(Default)]
pub(super) struct Json {
    files: usize,
}

impl Output for Json {
    fn begin(&mut self, to: &mut dyn Write) -> io::Result<()> {
        write!(to, "{{\"files\": [")
    }

    fn file(&mut self, to: &mut dyn Write, checked: &Checked) -> io::Result<()> {
        let comma = if self.files > 0 { "," } else { "" };
        self.files += 1;
        write!(to, "{comma}\n{}", file(checked))
    }

    fn end(&mut self, to: &mut dyn Write, summary: &Summary) -> io::Result<()> {
        writeln!(to, "\n], \"summary\": {}}}", self::summary(summary))
    }
}

/// A file with its findings.
pub(super) fn file(checked: &Checked) -> Value {
    match &checked.outcome {
        Ok(Checks { document, report }) => {
            let mut file = file_alone(&checked.file, document, report);
            file["findings"] = report.findings.iter().map(|f| finding(f, document)).collect();
            file
        }
        Err(error) => json!({
            "file": checked.file,
            "error": {
                "zh": error.text(jixiao_core::finding::Lang::Zh),
                "en": error.text(jixiao_core::finding::Lang::En),
            },
        }),
    }
}

/// A file without its findings; those that were waived are part of it.
pub(super) fn file_alone(file: &str, document: &Document, report: &Report) -> Value {
    json!({
        "file": file,
        "form": document.table.form,
        "indicators": document.table.indicators.len(),
        "waived": report.waived.iter().map(|w| waived(w, document)).collect::<Vec<_>>(),
    })
}

/// A finding with its places named.
pub(super) fn finding(finding: &Finding, document: &Document) -> Value {
    let rule = rule(finding.code);
    json!({
        "code": finding.code,
        "name": rule.map(|r| r.name),
        "severity": finding.severity,
        "subject": finding.subject,
        "place": place(finding.place, document),
        "here": finding.here,
        "labels": finding.labels.iter().map(|l| json!({ "place": place(l.place, document), "text": l.text })).collect::<Vec<_>>(),
        "message": finding.message,
        "reason": finding.reason,
        "figures": finding.figures,
        "counterexample": finding.counterexample,
        "next": finding.next,
        "fix": finding.fix.as_ref().map(|fix| json!({
            "safety": fix.safety,
            "what": fix.what,
            "edits": fix.edits.iter().map(|e| edit(e, document)).collect::<Vec<_>>(),
        })),
    })
}

fn edit(edit: &Edit, document: &Document) -> Value {
    json!({ "place": place(edit.place, document), "before": edit.before, "after": edit.after })
}

fn place(place: Place, document: &Document) -> Value {
    let named = document.grid.name(place);
    json!({ "name": { "zh": named.zh, "en": named.en }, "short": named.short, "line": named.line, "column": named.column })
}

fn waived(waived: &Waived, document: &Document) -> Value {
    let mut value = finding(&waived.finding, document);
    let waiver = &waived.waiver;
    value["waiver"] =
        json!({ "reason": waiver.reason, "who": waiver.who, "until": waiver.until.to_string() });
    value
}

/// The counts of all files together.
pub(super) fn summary(summary: &Summary) -> Value {
    let by_code: serde_json::Map<String, Value> = summary
        .by_code
        .iter()
        .map(|(code, (severity, findings, files))| {
            ((*code).to_owned(), json!({ "severity": severity, "findings": findings, "files": files }))
        })
        .collect();
    json!({
        "files": summary.files,
        "clean": summary.clean,
        "unreadable": summary.unreadable,
        "waived": summary.waived,
        "by_code": by_code,
    })
}
