//! The page as an official would draw it: rows of cells that span, with the few styles that official forms use.
//!
//! Every form that jixiao writes is first laid out here and then handed to a writer. Word, Excel, text and CSV
//! writers see only this type, so that a form looks the same in each of them.

use jixiao_core::place::Place;

/// A form ready to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Name of the sheet, and the document's title property.
    pub title: String,
    /// Text above the table, centred, in the heading font.
    pub heading: Vec<String>,
    /// Relative widths of the columns; their count is the count of grid columns.
    pub column_widths: Vec<u32>,
    /// Rows from top to bottom.
    pub rows: Vec<LayoutRow>,
    /// A4 landscape instead of portrait.
    pub landscape: bool,
    /// Which rows (index into `rows`) repeat at the top of each printed page, if any: one run of rows.
    pub repeat_rows: Option<std::ops::Range<usize>>,
    /// Text below the table.
    pub footing: Vec<String>,
}

/// The longest text that can be an amount, a share or a day, in half-width characters.
pub(crate) const FIGURE: usize = 16;

/// Whether a line is an amount, a share or a day, which is read as one thing and should stand on one line.
pub(crate) fn is_figure(line: &str) -> bool {
    jixiao_core::text::width(line.trim()) <= FIGURE && line.contains(|c: char| c.is_ascii_digit())
}

/// One row of a layout.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LayoutRow {
    /// Cells that begin in this row, from left to right. Grid columns covered by a cell from above are skipped.
    pub cells: Vec<LayoutCell>,
}

/// One cell of a layout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayoutCell {
    /// First grid column, from zero.
    pub column: u32,
    /// Grid columns covered, at least 1.
    pub column_span: u32,
    /// Rows covered, at least 1.
    pub row_span: u32,
    /// What it says; `\n` is a line break.
    pub text: String,
    /// Whether the text is a text or a number; only a spreadsheet tells them apart.
    pub kind: ValueKind,
    /// How it looks.
    pub style: CellStyle,
    /// A remark attached to the cell: a note in Excel, a comment in Word, left out of text and CSV files.
    pub remark: Option<Remark>,
    /// Where its text was written in the document that the form was laid out from, if it came from one.
    pub origin: Option<Place>,
}

impl LayoutCell {
    /// A centred text in one grid cell; what differs from that is said by the methods below.
    pub fn new(column: u32, text: impl Into<String>) -> Self {
        Self {
            column,
            column_span: 1,
            row_span: 1,
            text: text.into(),
            kind: ValueKind::Text,
            style: CellStyle::Centred,
            remark: None,
            origin: None,
        }
    }

    /// The cell covering so many grid columns and rows, each at least 1.
    #[must_use]
    pub fn spanning(mut self, column_span: u32, row_span: u32) -> Self {
        self.column_span = column_span;
        self.row_span = row_span;
        self
    }

    /// The cell in a style.
    #[must_use]
    pub fn styled(mut self, style: CellStyle) -> Self {
        self.style = style;
        self
    }

    /// The cell as a number; see [`ValueKind::Number`] for the texts that are numbers.
    #[must_use]
    pub fn number(mut self) -> Self {
        self.kind = ValueKind::Number;
        self
    }

    /// The cell with the place that its text came from.
    #[must_use]
    pub fn from(mut self, origin: Option<Place>) -> Self {
        self.origin = origin;
        self
    }

    /// The cell with a remark.
    #[must_use]
    pub fn remarked(mut self, mark: Mark, text: impl Into<String>) -> Self {
        self.remark = Some(Remark { text: text.into(), mark });
        self
    }
}

/// Whether a cell holds a text or a number.
///
/// Targets such as `≥ 104` are texts. A number is written as its own text everywhere; a spreadsheet also gets its
/// value, so that a person can add it up there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ValueKind {
    /// Text, never to be taken for a number, a date or a formula.
    #[default]
    Text,
    /// A number in plain decimal digits, such as `59647`, `-12.50`, `1,234.5` or `98.50%`; an empty text is a
    /// number that is not there (yet). The spreadsheet shows the digits as they are written here.
    Number,
}

/// How a cell looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CellStyle {
    /// Label or heading cell: bold, centred.
    Head,
    /// Name or short value: centred.
    #[default]
    Centred,
    /// Running text: from the left.
    Prose,
    /// Name of a region under an indicator: centred, lighter than the indicator's own row.
    Region,
    /// The indicator's own row: bold, centred.
    Indicator,
}

/// A remark on a cell; the colour follows the severity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// What the remark says.
    pub text: String,
    /// How the cell is marked.
    pub mark: Mark,
}

/// The marking of a cell that carries a remark; distinguishable in grey by its border.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// A note.
    Note,
    /// A warning.
    Warning,
    /// An error.
    Error,
}
