//! Mistakes in the files of a fund folder, each with its place: found when a scheme is planned, never at row nine million.

use std::ops::Range;

use jixiao_core::finding::Both;
use serde::Serialize;

/// Bytes of a file's text.
pub type Span = Range<usize>;

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The file, as named in the fund folder: `schemes/premium-support.toml`.
    pub file: String,
    /// Where in its text.
    pub span: Span,
    /// What is wrong there, with names and figures.
    pub message: Both,
    /// A few words that stand under the caret.
    pub here: Both,
    /// Other places that belong to it (the other of two overlapping ranges), in the same file.
    pub labels: Vec<(Span, Both)>,
    /// What to do.
    pub next: Both,
}

/// A text of the fund folder with its name, for faults.
#[derive(Clone, Debug)]
pub struct Text {
    /// As named in the folder.
    pub name: String,
    /// The whole text.
    pub text: String,
}

impl Text {
    /// The line and column of a byte, both from 1; the column counts characters.
    pub fn line_and_column(&self, at: usize) -> (usize, usize) {
        let before = &self.text[..self.text.floor_char_boundary(at.min(self.text.len()))];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        (line, column)
    }
}
