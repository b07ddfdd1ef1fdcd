//! A sheet of a workbook while it is being read, the same for `.xlsx` and `.xls`.

use std::collections::BTreeMap;

use super::error::{Fault, ReadError, Spot};
use super::limits::{Budget, LimitKind};
use crate::grid::{Cell, Format, Part, PartKind, Row};

/// Cells and merged ranges of one sheet, in whatever order the file has them.
pub(super) struct Sheet {
    name: String,
    format: Format,
    rows: BTreeMap<u32, Vec<Cell>>,
    merges: Vec<Range>,
}

/// A merged range, counted from zero, both ends inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) first_row: u32,
    pub(super) last_row: u32,
    pub(super) first_column: u32,
    pub(super) last_column: u32,
}

impl Sheet {
    /// An empty sheet.
    pub(super) fn new(name: &str, format: Format) -> Self {
        Self { name: name.to_owned(), format, rows: BTreeMap::new(), merges: Vec::new() }
    }

    /// Puts text into a cell; nothing is kept of a blank one.
    pub(super) fn put(
        &mut self,
        row: u32,
        column: u32,
        text: String,
        budget: &mut Budget,
    ) -> Result<(), ReadError> {
        if text.trim().is_empty() {
            return Ok(());
        }
        budget.check(LimitKind::Rows, u64::from(row) + 1)?;
        let cell = Cell { text, column, column_span: 1, row_span: 1 };
        budget.add_cell(&cell)?;
        self.rows.entry(row).or_default().push(cell);
        Ok(())
    }

    /// Notes a merged range.
    pub(super) fn merge(&mut self, range: Range, budget: &mut Budget) -> Result<(), ReadError> {
        budget.count_cell()?;
        self.merges.push(range);
        Ok(())
    }

    /// The part that the sheet becomes: every row up to the last one with text, spans as merged.
    pub(super) fn finish(mut self, ordinal: u32, budget: &mut Budget) -> Result<Part, ReadError> {
        let count = self.rows.last_key_value().map_or(0, |(row, _)| row + 1);
        budget.add_rows(u64::from(count))?;
        let mut rows = vec![Row::default(); count as usize];
        for (at, mut cells) in std::mem::take(&mut self.rows) {
            cells.sort_by_key(|cell| cell.column);
            if let Some(twice) = cells.windows(2).find(|pair| pair[0].column == pair[1].column) {
                return Err(self.duplicate(at, twice[0].column));
            }
            rows[at as usize].cells = cells;
        }
        for range in &self.merges {
            span(&mut rows, *range);
        }
        let width = rows.iter().filter_map(|row| row.cells.last()).map(|c| c.column + c.column_span).max();
        for row in &mut rows {
            row.columns = width.unwrap_or(0);
        }
        Ok(Part { name: self.name, kind: PartKind::Table, ordinal, rows })
    }

    /// Two values for one cell: which of them counts cannot be known.
    fn duplicate(&self, row: u32, column: u32) -> ReadError {
        let fault = Fault::new("同一单元格出现两次", "the same cell occurs twice");
        ReadError::malformed(self.format, self.cell(row, column), fault)
    }

    /// The place of a cell in words.
    pub(super) fn cell(&self, row: u32, column: u32) -> Spot {
        Spot::Cell { sheet: self.name.clone(), reference: format!("{}{}", column_name(column), row + 1) }
    }
}

/// Gives the first cell of a merged range its spans. A range that runs on below the last row with text is cut there:
/// whole columns are sometimes merged.
fn span(rows: &mut [Row], range: Range) {
    let count = rows.len() as u32;
    let Some(row) = rows.get_mut(range.first_row as usize) else { return };
    let Ok(at) = row.cells.binary_search_by_key(&range.first_column, |cell| cell.column) else { return };
    let below = range.last_row.max(range.first_row).min(count - 1);
    row.cells[at].row_span = below - range.first_row + 1;
    row.cells[at].column_span = range.last_column.max(range.first_column) - range.first_column + 1;
}

/// Letters of a column counted from zero: `A`, `Z`, `AA`.
pub(super) fn column_name(column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        letters.push(char::from(b'A' + ((rest - 1) % 26) as u8));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

/// Row and column, from zero, of a reference such as `E7` or `$E$7`, within the largest sheet that Excel knows.
pub(super) fn parse_reference(reference: &str) -> Option<(u32, u32)> {
    let plain = reference.replace('$', "");
    let digits = plain.find(|c: char| c.is_ascii_digit())?;
    let (letters, digits) = plain.split_at(digits);
    if letters.is_empty() || letters.len() > 3 || !letters.bytes().all(|b| b.is_ascii_alphabetic()) {
        return None;
    }
    let column = letters.bytes().fold(0, |n, b| n * 26 + u32::from(b.to_ascii_uppercase() - b'A') + 1);
    let row: u32 = digits.parse().ok()?;
    ((1..=1_048_576).contains(&row) && column <= 16_384).then(|| (row - 1, column - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_go_both_ways() {
        for (reference, row, column) in
            [("A1", 0, 0), ("Z9", 8, 25), ("AA10", 9, 26), ("XFD1048576", 1_048_575, 16_383)]
        {
            assert_eq!(parse_reference(reference), Some((row, column)));
            assert_eq!(format!("{}{}", column_name(column), row + 1), reference);
        }
        for wrong in ["", "A", "7", "A0", "XFE1", "A1048577", "AAAA1", "A1B", "广1"] {
            assert_eq!(parse_reference(wrong), None, "{wrong}");
        }
    }
}
