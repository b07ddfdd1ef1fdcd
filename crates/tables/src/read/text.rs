//! Plain text: one line one row, fields between tabs (or commas).

use super::encoding::decode;
use super::error::{Fault, ReadError, Spot};
use super::limits::Budget;
use crate::grid::{Format, Grid, Part, PartKind, Row};

/// Reads text whose fields stand between tabs. Blank lines are kept, so that row + 1 is the line number.
pub(super) fn read_tabbed(bytes: &[u8], budget: &mut Budget) -> Result<Grid, ReadError> {
    let text = decode(bytes)?;
    let mut rows = Vec::new();
    for line in lines(&text) {
        let fields: Vec<&str> = if line.is_empty() { Vec::new() } else { line.split('\t').collect() };
        push_row(&mut rows, &fields, budget)?;
    }
    Ok(single_part(Format::Text, rows))
}

/// Reads comma-separated values as RFC 4180 has them. A quoted field may hold line breaks, so a row is a record
/// and its number that of the row in a spreadsheet, not always that of the line.
pub(super) fn read_csv(bytes: &[u8], budget: &mut Budget) -> Result<Grid, ReadError> {
    let text = decode(bytes)?;
    let mut rows = Vec::new();
    let mut scanner = CsvScanner { text: &text, at: 0 };
    while let Some(fields) = scanner.record()? {
        // The guard against formulas is the writer's, not part of what the cell says.
        let fields: Vec<&str> = fields.iter().map(|f| crate::write::csv_unguarded(f)).collect();
        push_row(&mut rows, &fields, budget)?;
    }
    Ok(single_part(Format::Csv, rows))
}

/// Whether text without tabs is structured by commas: at least three lines with something in them, of which four
/// in five have the same number of commas. Chinese prose uses the full-width comma, which does not count.
pub(super) fn looks_like_csv(text: &str) -> bool {
    if text.contains('\t') {
        return false;
    }
    let counts: Vec<usize> =
        lines(text).filter(|l| !l.trim().is_empty()).take(200).map(|l| l.matches(',').count()).collect();
    let Some(most) = counts.iter().copied().max_by_key(|c| counts.iter().filter(|d| *d == c).count()) else {
        return false;
    };
    let agreeing = counts.iter().filter(|c| **c == most).count();
    most > 0 && counts.len() >= 3 && agreeing * 5 >= counts.len() * 4
}

/// Lines without their ends. A line break at the very end begins no further line.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    // Only a file that knows no line feed at all is taken to end its lines with a carriage return.
    let end = if text.contains('\n') { '\n' } else { '\r' };
    text.split_terminator(end).map(|line| line.strip_suffix('\r').unwrap_or(line))
}

/// Adds a row of fields.
fn push_row<T: AsRef<str>>(rows: &mut Vec<Row>, fields: &[T], budget: &mut Budget) -> Result<(), ReadError> {
    budget.check(super::LimitKind::Columns, fields.len() as u64)?;
    budget.add_rows(1)?;
    let row = Row::from_texts(fields);
    row.cells.iter().try_for_each(|cell| budget.add_cell(cell))?;
    rows.push(row);
    Ok(())
}

/// The one part that a text file has.
fn single_part(format: Format, rows: Vec<Row>) -> Grid {
    Grid { format, parts: vec![Part { name: String::new(), kind: PartKind::Table, ordinal: 1, rows }] }
}

/// Walks over records.
struct CsvScanner<'a> {
    text: &'a str,
    at: usize,
}

impl CsvScanner<'_> {
    /// The next record; an empty line is a record without fields.
    fn record(&mut self) -> Result<Option<Vec<String>>, ReadError> {
        if self.at >= self.text.len() {
            return Ok(None);
        }
        let mut fields = Vec::new();
        loop {
            let (field, last) = self.field()?;
            let blank = last && fields.is_empty() && field.is_empty();
            if !blank {
                fields.push(field);
            }
            if last {
                return Ok(Some(fields));
            }
        }
    }

    /// The next field, and whether it is the record's last.
    fn field(&mut self) -> Result<(String, bool), ReadError> {
        let mut field = String::new();
        if self.text[self.at..].starts_with('"') {
            self.quoted(&mut field)?;
        }
        // What follows a closing quote is outside the standard; it is kept as written.
        let rest = &self.text[self.at..];
        let stop = rest.find([',', '\n', '\r']).unwrap_or(rest.len());
        field.push_str(&rest[..stop]);
        let tail = &rest[stop..];
        let taken = if tail.starts_with("\r\n") { 2 } else { usize::from(!tail.is_empty()) };
        self.at += stop + taken;
        Ok((field, !tail.starts_with(',')))
    }

    /// The inside of a quoted field.
    fn quoted(&mut self, field: &mut String) -> Result<(), ReadError> {
        let opened = self.at;
        self.at += 1;
        loop {
            let rest = &self.text[self.at..];
            let Some(quote) = rest.find('"') else {
                let line = self.text[..opened].matches('\n').count() as u64 + 1;
                let fault = Fault::new("引号没有配对", "a quotation mark is not closed");
                return Err(ReadError::malformed(Format::Csv, Spot::Line(line), fault));
            };
            field.push_str(&rest[..quote].replace("\r\n", "\n"));
            self.at += quote + 1;
            if !self.text[self.at..].starts_with('"') {
                return Ok(());
            }
            field.push('"');
            self.at += 1;
        }
    }
}
