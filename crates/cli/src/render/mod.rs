//! Renderers over the one finding type: one file each, listed in [`output`].

pub(crate) mod columns;
mod csv;
pub(crate) mod derivation;
pub(crate) mod faults;
pub(crate) mod flow;
mod github;
mod json;
mod jsonl;
mod junit;
pub(crate) mod marked;
mod sarif;
mod text;
pub(crate) mod tree;

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use jixiao_core::{
    checks::Report,
    finding::{Lang, Severity},
};
use jixiao_tables::Document;

use crate::{
    args::{FailOn, FormatArg},
    exit::Exit,
    input::InputError,
};

/// A document with what the checks say of it.
pub(crate) struct Checks {
    pub document: Document,
    pub report: Report,
}

/// A file that was looked at.
pub(crate) struct Checked {
    pub file: String,
    pub outcome: Result<Checks, InputError>,
}

/// What was found in all files together.
#[derive(Default)]
pub(crate) struct Summary {
    pub files: usize,
    pub clean: usize,
    pub unreadable: usize,
    /// By code: severity, findings, files that have any.
    pub by_code: BTreeMap<&'static str, (Severity, usize, usize)>,
    pub waived: usize,
    failing: bool,
}

impl Summary {
    /// Counts a file in.
    pub(crate) fn add(&mut self, checked: &Checked, fail_on: FailOn) {
        self.files += 1;
        let Ok(checks) = &checked.outcome else {
            self.unreadable += 1;
            return;
        };
        self.clean += usize::from(checks.report.findings.is_empty());
        self.waived += checks.report.waived.len();
        let mut in_this_file: BTreeMap<&'static str, (Severity, usize)> = BTreeMap::new();
        for finding in &checks.report.findings {
            in_this_file.entry(finding.code).or_insert((finding.severity, 0)).1 += 1;
            self.failing |= fail_on.fails(finding.severity);
        }
        for (code, (severity, n)) in in_this_file {
            let (_, findings, files) = self.by_code.entry(code).or_insert((severity, 0, 0));
            *findings += n;
            *files += 1;
        }
    }

    /// Findings of a severity.
    pub(crate) fn count(&self, severity: Severity) -> usize {
        self.by_code.values().filter(|(s, _, _)| *s == severity).map(|(_, n, _)| n).sum()
    }

    /// The exit code: an unreadable file weighs more than any finding.
    pub(crate) fn exit(&self) -> Exit {
        match (self.unreadable > 0, self.failing) {
            (true, _) => Exit::CouldNotRun,
            (false, true) => Exit::Findings,
            (false, false) => Exit::Clean,
        }
    }
}

/// A way to print findings. Files are handed over one by one, so that ten thousand tables need no more memory than a hundred.
pub(crate) trait Output {
    /// Before the first file.
    fn begin(&mut self, _to: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    /// One file.
    fn file(&mut self, to: &mut dyn Write, checked: &Checked) -> io::Result<()>;

    /// After the last file.
    fn end(&mut self, _to: &mut dyn Write, _summary: &Summary) -> io::Result<()> {
        Ok(())
    }
}

/// The renderer of a format.
pub(crate) fn output(format: FormatArg, lang: Lang, colour: bool, quiet: bool) -> Box<dyn Output> {
    match format {
        FormatArg::Text | FormatArg::Xlsx => Box::new(text::Text::new(lang, colour, quiet)),
        FormatArg::Json => Box::new(json::Json::default()),
        FormatArg::Jsonl => Box::new(jsonl::Jsonl),
        FormatArg::Sarif => Box::new(sarif::Sarif::new(lang)),
        FormatArg::Junit => Box::new(junit::Junit::new(lang)),
        FormatArg::Csv => Box::new(csv::Csv::new(lang)),
        FormatArg::Github => Box::new(github::Github::new(lang)),
    }
}
