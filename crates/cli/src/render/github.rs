//! Annotations for GitHub Actions, one a line.

use std::io::{self, Write};

use jixiao_core::finding::{Lang, Severity};

use super::{Checked, Output};

pub(super) struct Github {
    lang: Lang,
}

impl Github {
    pub(super) fn new(lang: Lang) -> Self {
        Self { lang }
    }
}

impl Output for Github {
    fn file(&mut self, to: &mut dyn Write, checked: &Checked) -> io::Result<()> {
        let file = property(&checked.file);
        let checks = match &checked.outcome {
            Ok(checks) => checks,
            Err(error) => return writeln!(to, "::error file={file}::{}", data(&error.text(self.lang))),
        };
        for finding in &checks.report.findings {
            let level = match finding.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => "notice",
            };
            let place = checks.document.grid.name(finding.place);
            let next = finding.next.get(self.lang);
            let text =
                data(&format!("{} ({})\n{next}", finding.message.get(self.lang), place.get(self.lang)));
            let (line, column) = (place.line, place.column);
            writeln!(to, "::{level} file={file},line={line},col={column},title={}::{text}", finding.code)?;
        }
        Ok(())
    }
}

/// Text of a message, as the runner wants it escaped.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Text of a property, as the runner wants it escaped.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
