//! Workbooks: the first visible sheet, cell by cell, never as a rectangle.
//!
//! A workbook is a packed archive and may unpack to much more than it is. All of it that can be read is unpacked once without being kept, before the
//! library that keeps parts of it sees it.

use std::io::Read as _;

use calamine::{Data, DataRef, Reader as _, SheetType, SheetVisible, Xlsx};
use memchr::{memchr_iter, memmem};

use super::{
    anywhere::{Anywhere, Reader},
    error::Trouble,
    heading::{self, Headings},
    reason::Reason,
    sink::Sink,
    value,
};
use crate::schema::{Kind, Ledger};

/// How many bytes a part may unpack to: parts that are kept as a whole, and those that are read through.
const KEPT: u64 = 256 << 20;
const STYLES: u64 = 16 << 20;
const THROUGH: u64 = 2 << 30;

/// How many bytes may stand between two tags; a cell takes 32767 characters.
const VALUE: u64 = 1 << 20;

/// Columns of a sheet.
const COLUMNS: u32 = 16_384;

/// Rows that wait at most before they are handed on.
const ROWS: usize = 16_384;

/// A workbook whose headings were read.
pub(super) struct Sheet {
    book: Xlsx<Reader>,
    name: String,
    pub(super) headings: Headings,
    pub(super) others: Vec<String>,
}

/// Opens a workbook and finds the headings of its first visible sheet.
///
/// # Errors
/// Whatever makes it unreadable.
pub(super) fn open(ledger: &Ledger, file: &Anywhere) -> Result<Sheet, Vec<Trouble>> {
    let damaged = |e: String| vec![Trouble::Workbook(e)];
    unpack(file).map_err(|t| vec![t])?;
    let mut book = Xlsx::new(file.reader(0)).map_err(|e| damaged(e.to_string()))?;
    let sheets: Vec<_> =
        book.sheets_metadata().iter().filter(|s| s.typ == SheetType::WorkSheet).cloned().collect();
    let first = sheets.iter().find(|s| s.visible == SheetVisible::Visible).or(sheets.first());
    let name = first.map(|s| s.name.clone()).ok_or_else(|| vec![Trouble::Empty])?;
    let others = sheets.iter().filter(|s| s.name != name).map(|s| s.name.clone()).collect();
    let Some(headings) = first_row(&mut book, &name)? else {
        return Err(vec![Trouble::Empty]);
    };
    if headings.is_empty() {
        return Err(vec![Trouble::NoHeading]);
    }
    let headings = heading::find(ledger, &headings)?;
    // Rows that somebody continued on another sheet are claims too: they are not left out in silence.
    for sheet in sheets.iter().filter(|s| s.visible == SheetVisible::Visible && s.name != name) {
        let again = first_row(&mut book, &sheet.name).ok().flatten();
        let again = again.and_then(|row| heading::find(ledger, &row).ok());
        if again.is_some_and(|row| row.columns.iter().any(Option::is_some)) {
            return Err(vec![Trouble::SecondSheet(sheet.name.clone())]);
        }
    }
    Ok(Sheet { headings, book, name, others })
}

/// The cells of a sheet's first row, empty when nothing stands in it; `None` when nothing stands in the whole sheet.
fn first_row(book: &mut Xlsx<Reader>, name: &str) -> Result<Option<Vec<String>>, Vec<Trouble>> {
    let damaged = |e: String| vec![Trouble::Workbook(e)];
    let mut headings: Vec<String> = Vec::new();
    let mut cells = book.worksheet_cells_reader(name).map_err(|e| damaged(e.to_string()))?;
    let mut any = false;
    while let Some(cell) = cells.next_cell().map_err(|e| damaged(e.to_string()))? {
        let (row, column) = cell.get_position();
        let text = plain(cell.get_value());
        any |= !text.trim().is_empty();
        if row > 0 {
            if any {
                break;
            }
            continue;
        }
        if column >= COLUMNS {
            return Err(damaged(format!("column {}", u64::from(column) + 1)));
        }
        if headings.len() <= column as usize {
            headings.resize(column as usize + 1, String::new());
        }
        headings[column as usize] = value::trim(&text).to_owned();
    }
    while headings.last().is_some_and(String::is_empty) {
        headings.pop();
    }
    Ok(any.then_some(headings))
}

/// Unpacks everything once to see that it stays within bounds.
fn unpack(file: &Anywhere) -> Result<(), Trouble> {
    let damaged = |e: &dyn std::fmt::Display| Trouble::Workbook(e.to_string());
    let mut archive = zip::ZipArchive::new(file.reader(0)).map_err(|e| damaged(&e))?;
    let mut room = vec![0; 1 << 16];
    let mut total = 0;
    for i in 0..archive.len() {
        let mut part = archive.by_index(i).map_err(|e| damaged(&e))?;
        let name = part.name().map_err(|e| damaged(&e))?.to_lowercase();
        if !name.ends_with(".xml") && !name.ends_with(".rels") {
            continue;
        }
        let limit = if name.contains("sharedstrings") {
            KEPT
        } else if name.contains("styles") {
            STYLES
        } else {
            THROUGH
        };
        let (mut size, mut since_tag, mut last) = (0u64, 0u64, 0u8);
        loop {
            let read = part.read(&mut room).map_err(|e| damaged(&e))?;
            if read == 0 {
                break;
            }
            let bytes = &room[..read];
            size += read as u64;
            total += read as u64;
            // Comments and sections of raw text may hold tags, and be of any length.
            if (last == b'<' && bytes[0] == b'!') || memmem::find(bytes, b"<!").is_some() {
                return Err(damaged(&"comments or raw sections in its XML"));
            }
            last = bytes[read - 1];
            let mut from = 0;
            for tag in memchr_iter(b'<', bytes) {
                since_tag += (tag - from) as u64;
                if since_tag > VALUE {
                    return Err(Trouble::WorkbookSize(VALUE));
                }
                since_tag = 0;
                from = tag;
            }
            since_tag += (read - from) as u64;
            if since_tag > VALUE {
                return Err(Trouble::WorkbookSize(VALUE));
            }
            if size > limit || total > THROUGH {
                return Err(Trouble::WorkbookSize(limit));
            }
        }
    }
    Ok(())
}

/// A cell as text.
fn plain(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(n) => n.to_string(),
        DataRef::Float(n) => n.to_string(),
        DataRef::String(s) => s.clone(),
        DataRef::SharedString(s) => (*s).to_owned(),
        DataRef::Bool(b) => b.to_string(),
        DataRef::DateTime(d) => d.as_f64().to_string(),
        DataRef::DateTimeIso(s) | DataRef::DurationIso(s) => s.clone(),
        DataRef::Error(e) => Data::Error(e.clone()).to_string(),
        DataRef::Empty => String::new(),
    }
}

/// A cell that waits for the end of its row.
enum Waiting {
    Nothing,
    Text(String),
    /// A number of a cell, perhaps one that is shown as a date.
    Number(f64, bool),
    Error(String),
}

/// Reads all rows below the headings; `hand_on` is called now and then with rows that wait.
///
/// # Errors
/// A damaged workbook, and whatever `hand_on` gives.
pub(super) fn read<H: From<Trouble>>(
    sheet: &mut Sheet,
    sink: &mut Sink<'_>,
    hand_on: &mut dyn FnMut(&mut Sink<'_>) -> Result<(), H>,
) -> Result<(), H> {
    let damaged = |e: &dyn std::fmt::Display| H::from(Trouble::Workbook(e.to_string()));
    let since_1904 = sheet.book.has_1904_epoch();
    let headings = &sheet.headings;
    let mut cells = sheet.book.worksheet_cells_reader(&sheet.name).map_err(|e| damaged(&e))?;
    let width = headings.columns.len();
    let mut waiting: Vec<Waiting> = (0..width).map(|_| Waiting::Nothing).collect();
    let mut current = 0;
    // Whether something stands in the row, and the number of cells up to the last one that has something behind the headings.
    let (mut any, mut beyond) = (false, 0);
    loop {
        let cell = cells.next_cell().map_err(|e| damaged(&e))?;
        let row = cell.as_ref().map(|c| c.get_position().0);
        if row != Some(current) {
            if any {
                let number = current.checked_add(1).ok_or_else(|| H::from(Trouble::TooManyRows))?;
                end_row(number, &mut waiting, beyond, headings, sink, since_1904);
                if sink.waiting() >= ROWS {
                    hand_on(sink)?;
                }
            }
            (any, beyond) = (false, 0);
            match row {
                None => return hand_on(sink),
                Some(row) if row < current => return Err(damaged(&"rows out of order")),
                Some(row) => current = row,
            }
        }
        let Some(cell) = cell else { return hand_on(sink) };
        if current == 0 {
            continue;
        }
        let new = match cell.get_value() {
            DataRef::Empty => continue,
            DataRef::Float(n) => Waiting::Number(*n, false),
            DataRef::DateTime(d) if d.is_datetime() => Waiting::Number(d.as_f64(), true),
            DataRef::Error(_) => Waiting::Error(plain(cell.get_value())),
            other => {
                let text = plain(other);
                if value::trim(&text).is_empty() {
                    continue;
                }
                Waiting::Text(text)
            }
        };
        any = true;
        let column = cell.get_position().1 as usize;
        match waiting.get_mut(column) {
            Some(place) => *place = new,
            None => beyond = beyond.max(column + 1),
        }
    }
}

fn end_row(
    row: u32,
    waiting: &mut [Waiting],
    beyond: usize,
    headings: &Headings,
    sink: &mut Sink<'_>,
    since_1904: bool,
) {
    sink.begin();
    for (cell, column) in waiting.iter_mut().zip(&headings.columns) {
        let cell = std::mem::replace(cell, Waiting::Nothing);
        let Some(column) = *column else { continue };
        let schema = &sink.ledger.columns[column];
        match cell {
            Waiting::Nothing => {
                sink.cell(row, column, "");
            }
            Waiting::Text(text) if text.contains('\0') => {
                sink.got(row, column, Err(Box::new((Reason::Nul, text))));
            }
            Waiting::Text(text) => {
                sink.cell(row, column, &text);
            }
            Waiting::Error(text) => sink.got(row, column, Err(Box::new((Reason::SheetError, text)))),
            Waiting::Number(number, is_date) => {
                // Shortest decimal text that gives the same number again: what was typed, for up to 15 digits.
                let text = number.to_string();
                let compact = text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit());
                if schema.kind == Kind::Date && !compact {
                    let read = serial(number, since_1904).and_then(|d| value::day(schema, d));
                    sink.got(row, column, read.map_err(|r| Box::new((*r, text))));
                } else if is_date {
                    let day = serial(number, since_1904).map_or(text, value::day_text);
                    sink.cell(row, column, &day);
                } else {
                    let read = match number_text(number) {
                        Ok(text) => sink.read(column, &text),
                        Err(reason) => Err(Box::new((reason, text))),
                    };
                    sink.got(row, column, read);
                }
            }
        }
    }
    if beyond > 0 {
        sink.bad_row(row, "", Reason::TooManyCells(beyond, headings.columns.len()));
    }
    sink.end(row);
}

/// A binary number as decimal text, where it has not more digits than it can keep.
///
/// # Errors
/// When it stands for several decimals of that many digits, or for none.
pub(super) fn number_text(number: f64) -> Result<String, Reason> {
    if !number.is_finite() {
        return Err(Reason::NotNumber);
    }
    if number.abs() >= 1e15 {
        return Err(Reason::LostDigits);
    }
    Ok(number.to_string())
}

/// Days since 1970-01-01 of a spreadsheet's day; the time of day is left out.
fn serial(number: f64, since_1904: bool) -> Result<i64, Box<Reason>> {
    // 9999-12-31 in the 1900 system.
    if !(0.0..2_958_466.0).contains(&number) {
        return Err(Reason::NotDate.into());
    }
    let day = number as i64;
    match (since_1904, day) {
        (true, 2_957_004..) => Err(Reason::NotDate.into()),
        (true, _) => Ok(day - 24_107),
        // Day 60 is 1900-02-29, which the 1900 system has and the calendar has not; days before it are one off.
        (false, 0 | 60) => Err(Reason::NoSuchDay.into()),
        (false, 1..60) => Ok(day - 25_568),
        (false, _) => Ok(day - 25_569),
    }
}
