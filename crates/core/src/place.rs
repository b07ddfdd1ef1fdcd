//! Where something was written, in coordinates that do not depend on the file's format.

use serde::{Deserialize, Serialize};

/// A cell of a document, counted from zero.
///
/// The same coordinates serve every format; what they are called (line 12, cell E7, row 3 of table 2) is
/// the grid's business, because only the grid knows the format it came from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// Sheet of a workbook, table of a Word file, page of a PDF; 0 for a text file.
    pub part: u32,
    /// Row within the part; the line of a text file.
    pub row: u32,
    /// Column within the row; the tab-separated field of a text file.
    pub column: u32,
}

impl Place {
    /// A place from its three coordinates, counted from zero.
    pub const fn new(part: u32, row: u32, column: u32) -> Self {
        Self { part, row, column }
    }
}

/// Text exactly as written, and where it was written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// The text as written; never trimmed of meaning, line breaks within a cell kept as `\n`.
    pub text: String,
    /// The cell it stands in.
    pub place: Place,
}

impl Written {
    /// Text at a place.
    pub fn new(text: impl Into<String>, place: Place) -> Self {
        Self { text: text.into(), place }
    }

    /// The text without white space, full-width forms folded: what comparisons of labels look at.
    pub fn key(&self) -> String {
        crate::text::key(&self.text)
    }
}
