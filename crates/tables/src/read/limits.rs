//! What a file may cost before it is refused.
//!
//! A target table is a few dozen kilobytes. The defaults leave room for whole budget books and still keep a
//! hostile file (a zip bomb, a sheet with a cell in its last row, a PDF that draws itself a million times) from
//! taking the machine's memory or an afternoon.

use super::error::ReadError;
use crate::grid::{Cell, Format};

/// Upper bounds for reading one file. Each is inclusive: a file that needs exactly the limit is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file itself.
    pub input_bytes: u64,
    /// Bytes unpacked from all the parts of a packed file that are read (zip entries, PDF streams).
    pub unpacked_bytes: u64,
    /// Entries in a zip archive or a compound file.
    pub archive_entries: u64,
    /// Non-empty cells in the whole document.
    pub cells: u64,
    /// Rows in the whole document, blank rows between others included.
    pub rows: u64,
    /// Columns of a table, counted with its spans.
    pub columns: u64,
    /// Bytes of text in all cells: a text that is stored once and shown in a thousand cells counts a thousand times.
    pub text_bytes: u64,
    /// Elements within elements, PDF drawings within drawings.
    pub nesting: u64,
    /// Pages of a PDF.
    pub pdf_pages: u64,
    /// Drawing operations on all pages of a PDF.
    pub pdf_operations: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            input_bytes: 32 << 20,
            unpacked_bytes: 64 << 20,
            archive_entries: 2_000,
            cells: 500_000,
            rows: 500_000,
            columns: 16_384,
            text_bytes: 64 << 20,
            nesting: 64,
            pdf_pages: 2_000,
            pdf_operations: 5_000_000,
        }
    }
}

/// Names one bound of [`Limits`], for the error that reports it exceeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitKind {
    /// [`Limits::input_bytes`].
    InputBytes,
    /// [`Limits::unpacked_bytes`].
    UnpackedBytes,
    /// [`Limits::archive_entries`].
    ArchiveEntries,
    /// [`Limits::cells`].
    Cells,
    /// [`Limits::rows`].
    Rows,
    /// [`Limits::columns`].
    Columns,
    /// [`Limits::text_bytes`].
    TextBytes,
    /// [`Limits::nesting`].
    Nesting,
    /// [`Limits::pdf_pages`].
    PdfPages,
    /// [`Limits::pdf_operations`].
    PdfOperations,
}

impl LimitKind {
    /// Name of the limit in Chinese.
    pub const fn zh(self) -> &'static str {
        match self {
            Self::InputBytes => "文件大小（字节）",
            Self::UnpackedBytes => "解压后大小（字节）",
            Self::ArchiveEntries => "压缩包内的条目数",
            Self::Cells => "单元格数",
            Self::Rows => "行数",
            Self::Columns => "列数",
            Self::TextBytes => "文字总量（字节）",
            Self::Nesting => "嵌套层数",
            Self::PdfPages => "PDF 页数",
            Self::PdfOperations => "PDF 绘制操作数",
        }
    }

    /// Name of the limit in English.
    pub const fn en(self) -> &'static str {
        match self {
            Self::InputBytes => "file size in bytes",
            Self::UnpackedBytes => "unpacked size in bytes",
            Self::ArchiveEntries => "number of entries in the archive",
            Self::Cells => "number of cells",
            Self::Rows => "number of rows",
            Self::Columns => "number of columns",
            Self::TextBytes => "bytes of text",
            Self::Nesting => "nesting depth",
            Self::PdfPages => "number of PDF pages",
            Self::PdfOperations => "number of PDF drawing operations",
        }
    }

    /// The bound itself.
    pub const fn of(self, limits: &Limits) -> u64 {
        match self {
            Self::InputBytes => limits.input_bytes,
            Self::UnpackedBytes => limits.unpacked_bytes,
            Self::ArchiveEntries => limits.archive_entries,
            Self::Cells => limits.cells,
            Self::Rows => limits.rows,
            Self::Columns => limits.columns,
            Self::TextBytes => limits.text_bytes,
            Self::Nesting => limits.nesting,
            Self::PdfPages => limits.pdf_pages,
            Self::PdfOperations => limits.pdf_operations,
        }
    }
}

/// What one reading has used of its limits so far.
#[derive(Clone, Debug)]
pub(super) struct Budget {
    limits: Limits,
    unpacked: u64,
    cells: u64,
    rows: u64,
    text: u64,
    operations: u64,
}

impl Budget {
    /// A fresh budget.
    pub(super) fn new(limits: &Limits) -> Self {
        Self { limits: *limits, unpacked: 0, cells: 0, rows: 0, text: 0, operations: 0 }
    }

    /// The limits that the budget keeps.
    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// An error if `found` is beyond the limit of that kind.
    pub(super) fn check(&self, kind: LimitKind, found: u64) -> Result<(), ReadError> {
        let allowed = kind.of(&self.limits);
        if found <= allowed { Ok(()) } else { Err(ReadError::Limit { kind, allowed, found }) }
    }

    /// How many bytes may still be unpacked.
    pub(super) fn unpackable(&self) -> u64 {
        self.limits.unpacked_bytes.saturating_sub(self.unpacked)
    }

    /// Books bytes that were unpacked.
    pub(super) fn unpack(&mut self, bytes: u64) -> Result<(), ReadError> {
        self.unpacked = self.unpacked.saturating_add(bytes);
        self.check(LimitKind::UnpackedBytes, self.unpacked)
    }

    /// Books rows of the document.
    pub(super) fn add_rows(&mut self, rows: u64) -> Result<(), ReadError> {
        self.rows = self.rows.saturating_add(rows);
        self.check(LimitKind::Rows, self.rows)
    }

    /// Books one non-empty cell and its text.
    pub(super) fn add_cell(&mut self, cell: &Cell) -> Result<(), ReadError> {
        self.count_cell()?;
        self.check(LimitKind::Columns, u64::from(cell.column) + u64::from(cell.column_span))?;
        self.add_text(cell.text.len())
    }

    /// Books one cell whose text is booked elsewhere.
    pub(super) fn count_cell(&mut self) -> Result<(), ReadError> {
        self.cells += 1;
        self.check(LimitKind::Cells, self.cells)
    }

    /// Books text that is held in memory.
    pub(super) fn add_text(&mut self, bytes: usize) -> Result<(), ReadError> {
        self.text = self.text.saturating_add(bytes as u64);
        self.check(LimitKind::TextBytes, self.text)
    }

    /// Books drawing operations of a PDF.
    pub(super) fn add_operations(&mut self, operations: u64) -> Result<(), ReadError> {
        self.operations = self.operations.saturating_add(operations);
        self.check(LimitKind::PdfOperations, self.operations)
    }
}

/// Runs third-party code that may panic on hostile input, and turns a panic into an error.
///
/// The process-wide panic hook still prints its message; what matters is that a batch of a thousand files goes on.
pub(super) fn guarded<T>(
    format: Format,
    read: impl FnOnce() -> Result<T, ReadError>,
) -> Result<T, ReadError> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(read)).unwrap_or(Err(ReadError::Panicked(format)))
}
