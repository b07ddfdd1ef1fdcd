//! JUnit XML for build servers: a suite per file, a failed case per finding; a file without findings is one passed case.

use std::io::{self, Write};

use jixiao_core::finding::{Lang, Severity};

use super::{Checked, Output, Summary};

pub(super) struct Junit {
    lang: Lang,
}

impl Junit {
    pub(super) fn new(lang: Lang) -> Self {
        Self { lang }
    }
}

impl Output for Junit {
    fn begin(&mut self, to: &mut dyn Write) -> io::Result<()> {
        writeln!(to, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"jixiao\">")
    }

    fn file(&mut self, to: &mut dyn Write, checked: &Checked) -> io::Result<()> {
        let file = escape(&checked.file);
        let checks = match &checked.outcome {
            Ok(checks) => checks,
            Err(error) => {
                let text = escape(&error.text(self.lang));
                writeln!(to, "  <testsuite name=\"{file}\" tests=\"1\" failures=\"0\" errors=\"1\">")?;
                writeln!(
                    to,
                    "    <testcase classname=\"{file}\" name=\"read\"><error message=\"{text}\"/></testcase>"
                )?;
                return writeln!(to, "  </testsuite>");
            }
        };
        let findings = &checks.report.findings;
        // Notes do not fail a build; they are cases that passed with a word in their output.
        let failures = findings.iter().filter(|f| f.severity > Severity::Note).count();
        writeln!(
            to,
            "  <testsuite name=\"{file}\" tests=\"{}\" failures=\"{failures}\" errors=\"0\">",
            findings.len().max(1)
        )?;
        if findings.is_empty() {
            writeln!(to, "    <testcase classname=\"{file}\" name=\"check\"/>")?;
        }
        for finding in findings {
            let place = checks.document.grid.name(finding.place);
            let name = escape(&format!("{} {}", finding.code, place.get(self.lang)));
            let message = escape(finding.message.get(self.lang));
            let body = escape(&format!("{}\n{}", finding.reason.get(self.lang), finding.next.get(self.lang)));
            write!(to, "    <testcase classname=\"{file}\" name=\"{name}\">")?;
            if finding.severity > Severity::Note {
                let kind = finding.severity.word(Lang::En);
                write!(to, "<failure type=\"{kind}\" message=\"{message}\">{body}</failure>")?;
            } else {
                write!(to, "<system-out>{message}\n{body}</system-out>")?;
            }
            writeln!(to, "</testcase>")?;
        }
        writeln!(to, "  </testsuite>")
    }

    fn end(&mut self, to: &mut dyn Write, _summary: &Summary) -> io::Result<()> {
        writeln!(to, "</testsuites>")
    }
}

/// Text for XML; characters that XML cannot hold become the replacement character.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(c),
            c if c < ' ' || matches!(c, '\u{fffe}' | '\u{ffff}') => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}
