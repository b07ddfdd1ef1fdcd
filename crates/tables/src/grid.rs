//! Stage one: bytes have become cells with places.
//!
//! A grid knows nothing of targets. It keeps each cell's text as written, where it stood, and how to say so
//! to a person in the terms of the file that the person has open.

use jixiao_core::place::Place;

/// The format a grid was read from; decides how a place is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Tab-separated text.
    Text,
    /// Comma-separated values.
    Csv,
    /// Word, `.docx`.
    Docx,
    /// Excel workbook, `.xlsx`.
    Xlsx,
    /// Excel 97–2003 workbook, `.xls`.
    Xls,
    /// PDF with a text layer.
    Pdf,
    /// jixiao's own JSON.
    Json,
}

/// One cell: where it stands and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Text as written; line breaks within the cell are `\n`. Never empty: empty cells are not kept.
    pub text: String,
    /// Column counted from zero: the grid column of a Word or Excel table, the field of a text line.
    pub column: u32,
    /// How many grid columns the cell spans, at least 1.
    pub column_span: u32,
    /// How many rows the cell spans, at least 1.
    pub row_span: u32,
}

/// One row of a part: its non-empty cells from left to right.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Non-empty cells in ascending order of column.
    pub cells: Vec<Cell>,
    /// How many columns the row has, empty ones included.
    pub columns: u32,
}

/// What a part of a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartKind {
    /// Rows of a table (or lines of a text file).
    Table,
    /// Text outside any table, one paragraph a row, each row one cell in column 0.
    Paragraphs,
}

/// A sheet, a table, a page, or a run of paragraphs, in document order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The sheet's name; empty where the format has none.
    pub name: String,
    /// Table or paragraphs.
    pub kind: PartKind,
    /// Number of the part among those of its kind as a person would count them, from 1 (sheet 1, table 2, page 3).
    pub ordinal: u32,
    /// Rows from top to bottom; an empty row is kept so that row numbers are those of the file.
    pub rows: Vec<Row>,
}

/// A document as cells with places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grid {
    /// Where it came from.
    pub format: Format,
    /// Sheets, tables, pages, in document order.
    pub parts: Vec<Part>,
}

impl Grid {
    /// The row at a place, if there is one.
    pub fn row(&self, place: Place) -> Option<&Row> {
        self.parts.get(place.part as usize)?.rows.get(place.row as usize)
    }

    /// The cell at a place, if it is not empty.
    pub fn cell(&self, place: Place) -> Option<&Cell> {
        self.row(place)?.cells.iter().find(|c| c.column == place.column)
    }

    /// Every non-empty cell with its place, in document order.
    pub fn cells(&self) -> impl Iterator<Item = (Place, &Cell)> {
        self.parts.iter().enumerate().flat_map(|(p, part)| {
            part.rows.iter().enumerate().flat_map(move |(r, row)| {
                row.cells.iter().map(move |c| (Place::new(p as u32, r as u32, c.column), c))
            })
        })
    }
}

impl Row {
    /// A row from texts, one per column; empty texts leave their column empty.
    pub fn from_texts<T: AsRef<str>>(texts: &[T]) -> Self {
        let cells = texts
            .iter()
            .enumerate()
            .filter(|(_, t)| !t.as_ref().trim().is_empty())
            .map(|(i, t)| Cell { text: t.as_ref().to_owned(), column: i as u32, column_span: 1, row_span: 1 })
            .collect();
        Self { cells, columns: texts.len() as u32 }
    }
}

impl Grid {
    /// The cells as tab-separated text: a text file comes out with its own lines.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for row in self.parts.iter().flat_map(|p| &p.rows) {
            let mut column = 0;
            for cell in &row.cells {
                (column..cell.column).for_each(|_| text.push('\t'));
                text.push_str(&cell.text.replace('\n', " "));
                column = cell.column;
            }
            // Empty fields at the end of a line are part of the line.
            (column + 1..row.columns).for_each(|_| text.push('\t'));
            text.push('\n');
        }
        text
    }

    /// Puts a text into a cell, which need not be there yet. `false` when the grid has no such row.
    pub fn set(&mut self, place: Place, text: &str) -> bool {
        let part = self.parts.get_mut(place.part as usize);
        let Some(row) = part.and_then(|p| p.rows.get_mut(place.row as usize)) else { return false };
        match row.cells.iter_mut().find(|c| c.column == place.column) {
            Some(cell) => text.clone_into(&mut cell.text),
            None => {
                let cell = Cell { text: text.to_owned(), column: place.column, column_span: 1, row_span: 1 };
                let at = row.cells.iter().position(|c| c.column > place.column).unwrap_or(row.cells.len());
                row.cells.insert(at, cell);
                row.columns = row.columns.max(place.column + 1);
            }
        }
        true
    }
}
