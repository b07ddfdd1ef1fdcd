//! SARIF 2.1.0, for code-review tools. Columns count characters (`unicodeCodePoints`).

use std::io::{self, Write};

use jixiao_core::{
    checks::ALL,
    finding::{Finding, Lang, Severity},
    place::Place,
};
use jixiao_tables::{Document, grid::Format};
use serde_json::{Value, json};

use super::{Checked, Output, Summary};

pub(super) struct Sarif {
    lang: Lang,
    results: usize,
    notifications: Vec<Value>,
}

impl Sarif {
    pub(super) fn new(lang: Lang) -> Self {
        Self { lang, results: 0, notifications: Vec::new() }
    }

    fn result(&self, file: &str, finding: &Finding, document: &Document) -> Value {
        let mut text = finding.message.get(self.lang).to_owned();
        for more in [&finding.reason, &finding.next] {
            text.push('\n');
            text.push_str(more.get(self.lang));
        }
        let related: Vec<Value> = finding
            .labels
            .iter()
            .map(|l| {
                let mut location = location(file, l.place, document, self.lang);
                location["message"] = json!({ "text": l.text.get(self.lang) });
                location
            })
            .collect();
        json!({
            "ruleId": finding.code,
            "ruleIndex": ALL.iter().position(|r| r.code == finding.code),
            "level": level(finding.severity),
            "message": { "text": text },
            "locations": [location(file, finding.place, document, self.lang)],
            "relatedLocations": related,
            "properties": { "subject": finding.subject },
        })
    }
}

impl Output for Sarif {
    fn begin(&mut self, to: &mut dyn Write) -> io::Result<()> {
        let rules: Vec<Value> = ALL
            .iter()
            .map(|r| {
                json!({
                    "id": r.code,
                    "name": r.name,
                    "shortDescription": { "text": r.title.get(self.lang) },
                    "fullDescription": { "text": r.what.get(self.lang) },
                    "help": { "text": r.repair.get(self.lang) },
                    "defaultConfiguration": { "level": level(r.severity) },
                })
            })
            .collect();
        let driver = json!({ "name": "jixiao", "version": env!("CARGO_PKG_VERSION"), "rules": rules });
        write!(
            to,
            "{{\"$schema\": \"https://json.schemastore.org/sarif-2.1.0.json\", \"version\": \"2.1.0\", \"runs\": [{{\
             \"tool\": {{\"driver\": {driver}}}, \"columnKind\": \"unicodeCodePoints\", \"results\": ["
        )
    }

    fn file(&mut self, to: &mut dyn Write, checked: &Checked) -> io::Result<()> {
        let checks = match &checked.outcome {
            Ok(checks) => checks,
            Err(error) => {
                let text = format!("{}: {}", checked.file, error.text(self.lang));
                self.notifications.push(json!({ "level": "error", "message": { "text": text } }));
                return Ok(());
            }
        };
        for finding in &checks.report.findings {
            let comma = if self.results > 0 { "," } else { "" };
            self.results += 1;
            write!(to, "{comma}\n{}", self.result(&checked.file, finding, &checks.document))?;
        }
        Ok(())
    }

    fn end(&mut self, to: &mut dyn Write, summary: &Summary) -> io::Result<()> {
        let invocation = json!({
            "executionSuccessful": summary.unreadable == 0,
            "toolExecutionNotifications": self.notifications,
        });
        writeln!(to, "\n], \"invocations\": [{invocation}]}}]}}")
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

fn location(file: &str, place: Place, document: &Document, lang: Lang) -> Value {
    let named = document.grid.name(place);
    let mut location = json!({
        "physicalLocation": { "artifactLocation": { "uri": uri(file) } },
        "logicalLocations": [{ "name": named.get(lang), "fullyQualifiedName": named.short }],
    });
    // Lines and columns mean something in text files only.
    if matches!(document.grid.format, Format::Text | Format::Csv) {
        location["physicalLocation"]["region"] =
            json!({ "startLine": named.line, "startColumn": named.column, "endColumn": named.end_column });
    }
    location
}

/// A path as a relative URI reference.
fn uri(path: &str) -> String {
    let mut uri = String::new();
    for byte in path.replace('\\', "/").bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}
