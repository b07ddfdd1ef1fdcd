//! The page as an official would draw it: rows of cells that span, with the few styles that official forms use.
//!
//! Every form that jixiao writes is first laid out here and then handed to a writer. Word, Excel, text and CSV
//! writers see only this type, so that a form looks the same in each of them.

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
    /// How it looks.
    pub style: CellStyle,
    /// A remark attached to the cell: a comment in Excel, a marginal comment in Word where supported.
    pub remark: Option<Remark>,
}

/// How a cell looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CellStyle {
    /// Label or heading cell: bold, centred.
    Head,
    /// Name or short value: centred.
    #[default]
    Centred,
    /// Running text: left, top.
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

/// The marking of a cell that carries a remark; distinguishable in grey by its pattern or border.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// A note.
    Note,
    /// A warning.
    Warning,
    /// An error.
    Error,
}
