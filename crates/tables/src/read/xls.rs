//! Excel 97–2003 workbooks (BIFF8 in an OLE2 compound file): every sheet a part, hidden ones too.
//!
//! The container is the library's. The records are read here, because what a table needs of them (merged ranges, the
//! percent sign of a format, the exact decimal behind an RK number) is lost once a sheet is spread out into a
//! rectangle of floats, and because that rectangle is unbounded.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use super::error::{Fault, ReadError, Spot, Unsupported};
use super::limits::Budget;
use super::number::{NumberStyle, builtin_format};
use super::sheet::{Range, Sheet};
use crate::grid::{Format, Grid};

/// Types of records, by the names in [MS-XLS].
mod record {
    pub(super) const FORMULA: u16 = 0x0006;
    pub(super) const EOF: u16 = 0x000A;
    pub(super) const DATE_1904: u16 = 0x0022;
    pub(super) const FILE_PASS: u16 = 0x002F;
    pub(super) const CONTINUE: u16 = 0x003C;
    pub(super) const BOUND_SHEET: u16 = 0x0085;
    pub(super) const MUL_RK: u16 = 0x00BD;
    pub(super) const R_STRING: u16 = 0x00D6;
    pub(super) const XF: u16 = 0x00E0;
    pub(super) const MERGE_CELLS: u16 = 0x00E5;
    pub(super) const SST: u16 = 0x00FC;
    pub(super) const LABEL_SST: u16 = 0x00FD;
    pub(super) const NUMBER: u16 = 0x0203;
    pub(super) const LABEL: u16 = 0x0204;
    pub(super) const BOOL_ERR: u16 = 0x0205;
    pub(super) const STRING: u16 = 0x0207;
    pub(super) const RK: u16 = 0x027E;
    pub(super) const FORMAT: u16 = 0x041E;
    pub(super) const BOF: u16 = 0x0809;
}

/// Reads a workbook.
pub(super) fn read(bytes: &[u8], budget: &mut Budget) -> Result<Grid, ReadError> {
    let stream = workbook_stream(bytes, budget)?;
    let globals = Globals::read(&stream, budget)?;
    let mut parts = Vec::new();
    for (name, offset) in &globals.sheets {
        let body = stream.get(*offset..).ok_or_else(|| damaged(Spot::part(name)))?;
        // Many sheets may point at the same records: each reading counts anew.
        let mut reader =
            SheetReader { sheet: Sheet::new(name, Format::Xls), globals: &globals, awaiting: None };
        let taken = reader.walk(body, budget)?;
        budget.unpack(taken as u64)?;
        parts.push(reader.sheet.finish(parts.len() as u32 + 1, budget)?);
    }
    Ok(Grid { format: Format::Xls, parts })
}

/// The error for a container that cannot be opened.
pub(super) fn damaged_container() -> ReadError {
    let fault = Fault::new("复合文件结构损坏", "the compound file around it is broken");
    ReadError::malformed(Format::Xls, Spot::File, fault)
}

/// The error for records that do not fit together.
fn damaged(spot: Spot) -> ReadError {
    ReadError::malformed(Format::Xls, spot, Fault::new("记录不完整", "a record is incomplete"))
}

/// Takes the stream with the records out of its container.
fn workbook_stream(bytes: &[u8], budget: &mut Budget) -> Result<Vec<u8>, ReadError> {
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(|_| damaged_container())?;
    let stream = file.open_stream("/Workbook").map_err(|_| damaged_container())?;
    let mut records = Vec::new();
    // A stream cannot be longer than the file, whatever its directory entry says.
    stream.take(bytes.len() as u64).read_to_end(&mut records).map_err(|_| damaged_container())?;
    budget.unpack(records.len() as u64)?;
    Ok(records)
}

/// Walks over records.
struct Records<'a> {
    rest: &'a [u8],
}

impl<'a> Records<'a> {
    /// The next record's type and data.
    fn next(&mut self) -> Result<Option<(u16, &'a [u8])>, ReadError> {
        // Streams are padded with zeros, and some writers leave out the last record.
        let Some((header, rest)) = self.rest.split_at_checked(4) else { return Ok(None) };
        let kind = u16::from_le_bytes([header[0], header[1]]);
        let length = usize::from(u16::from_le_bytes([header[2], header[3]]));
        if kind == 0 && length == 0 {
            return Ok(None);
        }
        let (data, rest) = rest.split_at_checked(length).ok_or_else(|| damaged(Spot::part("Workbook")))?;
        self.rest = rest;
        Ok(Some((kind, data)))
    }

    /// The data of the continuations that follow at once.
    fn continuations(&mut self) -> Result<Vec<&'a [u8]>, ReadError> {
        let mut all = Vec::new();
        loop {
            let here = self.rest;
            match self.next()? {
                Some((record::CONTINUE, data)) => all.push(data),
                _ => {
                    self.rest = here;
                    return Ok(all);
                }
            }
        }
    }
}

/// What holds for all sheets.
#[derive(Default)]
struct Globals {
    /// Name of every sheet with cells, and where in the stream its records begin.
    sheets: Vec<(String, usize)>,
    strings: Vec<String>,
    /// By the number of a cell's style, the number of its format.
    styles: Vec<u32>,
    formats: BTreeMap<u32, NumberStyle>,
    epoch_1904: bool,
}

impl Globals {
    fn read(stream: &[u8], budget: &mut Budget) -> Result<Self, ReadError> {
        let mut globals = Self::default();
        let mut records = Records { rest: stream };
        match records.next()? {
            Some((record::BOF, data)) if word(data, 0) == Some(0x0600) => {}
            Some((record::BOF, _)) => return Err(ReadError::Unsupported(Unsupported::OldExcel)),
            _ => return Err(damaged(Spot::part("Workbook"))),
        }
        while let Some((kind, data)) = records.next()? {
            match kind {
                record::EOF => break,
                record::FILE_PASS => return Err(ReadError::Encrypted(Spot::File)),
                record::DATE_1904 => globals.epoch_1904 = word(data, 0) == Some(1),
                record::BOUND_SHEET => globals.add_sheet(data)?,
                record::FORMAT => globals.add_format(data),
                record::XF => globals.styles.push(u32::from(word(data, 2).unwrap_or(0))),
                record::SST => {
                    let mut pieces = vec![data.get(8..).unwrap_or_default()];
                    pieces.extend(records.continuations()?);
                    let count = double_word(data, 4).unwrap_or(0);
                    globals.strings = shared_strings(pieces, count, budget)?;
                }
                _ => {}
            }
        }
        for id in &globals.styles {
            globals.formats.entry(*id).or_insert_with(|| NumberStyle::parse(builtin_format(*id)));
        }
        Ok(globals)
    }

    /// Notes a sheet, unless it is a chart or a macro module.
    fn add_sheet(&mut self, data: &[u8]) -> Result<(), ReadError> {
        let offset = double_word(data, 0).ok_or_else(|| damaged(Spot::part("Workbook")))?;
        let mut name = Pieces::new(vec![data.get(6..).unwrap_or_default()]);
        let length = name.byte().unwrap_or(0);
        let name = name.characters(usize::from(length)).unwrap_or_default();
        if data.get(5) == Some(&0) {
            self.sheets.push((name, offset as usize));
        }
        Ok(())
    }

    /// Notes a number format.
    fn add_format(&mut self, data: &[u8]) {
        let mut pieces = Pieces::new(vec![data.get(2..).unwrap_or_default()]);
        if let (Some(id), Some(code)) = (word(data, 0), pieces.long_string()) {
            self.formats.insert(u32::from(id), NumberStyle::parse(&code));
        }
    }

    /// The text of a number in a cell of that style.
    fn render(&self, style: u16, number: &str) -> String {
        match self.styles.get(usize::from(style)).and_then(|id| self.formats.get(id)) {
            Some(format) => format.render(number, self.epoch_1904),
            None => NumberStyle::default().render(number, self.epoch_1904),
        }
    }
}

/// Reads the strings that cells refer to by number.
fn shared_strings(pieces: Vec<&[u8]>, count: u32, budget: &mut Budget) -> Result<Vec<String>, ReadError> {
    let mut pieces = Pieces::new(pieces);
    let mut strings = Vec::new();
    for _ in 0..count {
        let string = pieces.long_string().ok_or_else(|| damaged(Spot::part("SST")))?;
        budget.add_text(string.len() + size_of::<String>())?;
        strings.push(string);
    }
    Ok(strings)
}

/// A record and its continuations, read as one.
struct Pieces<'a> {
    pieces: Vec<&'a [u8]>,
    piece: usize,
    at: usize,
}

impl<'a> Pieces<'a> {
    fn new(pieces: Vec<&'a [u8]>) -> Self {
        Self { pieces, piece: 0, at: 0 }
    }

    /// Bytes left in the current piece; an exhausted piece gives way to the next one.
    fn left(&mut self) -> Option<&'a [u8]> {
        while self.at >= self.pieces.get(self.piece)?.len() {
            self.piece += 1;
            self.at = 0;
        }
        self.pieces.get(self.piece)?.get(self.at..)
    }

    fn byte(&mut self) -> Option<u8> {
        let byte = *self.left()?.first()?;
        self.at += 1;
        Some(byte)
    }

    fn word(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.byte()?, self.byte()?]))
    }

    fn double_word(&mut self) -> Option<u32> {
        Some(u32::from(self.word()?) | (u32::from(self.word()?) << 16))
    }

    /// Passes over bytes.
    fn pass(&mut self, mut bytes: usize) -> Option<()> {
        while bytes > 0 {
            let step = self.left()?.len().min(bytes);
            self.at += step;
            bytes -= step;
        }
        Some(())
    }

    /// A string with a two-byte length, its formatting passed over.
    fn long_string(&mut self) -> Option<String> {
        let length = usize::from(self.word()?);
        let flags = self.byte()?;
        let runs = if flags & 0x08 != 0 { self.word()? } else { 0 };
        let extension = if flags & 0x04 != 0 { self.double_word()? } else { 0 };
        let text = self.flagged(length, flags)?;
        self.pass(usize::from(runs) * 4)?;
        // The length of the phonetic extension is only a hint in broken files; what is missing is not needed.
        let _ = self.pass(extension as usize);
        Some(text)
    }

    /// Characters after a byte of flags.
    fn characters(&mut self, length: usize) -> Option<String> {
        let flags = self.byte()?;
        self.flagged(length, flags)
    }

    /// Characters of one or two bytes. Where they run on into the next piece, that piece begins with flags anew.
    fn flagged(&mut self, length: usize, mut flags: u8) -> Option<String> {
        let mut units: Vec<u16> = Vec::new();
        while units.len() < length {
            if !units.is_empty() && self.at >= self.pieces.get(self.piece)?.len() {
                flags = self.byte()?;
            }
            let left = self.left()?;
            let missing = length - units.len();
            if flags & 1 == 0 {
                let step = left.len().min(missing);
                units.extend(left[..step].iter().map(|b| u16::from(*b)));
                self.at += step;
            } else {
                let step = (left.len() / 2).min(missing);
                // Half a character at the end of a piece.
                if step == 0 {
                    return None;
                }
                units.extend(left[..step * 2].chunks_exact(2).map(|b| u16::from_le_bytes([b[0], b[1]])));
                self.at += step * 2;
            }
        }
        Some(String::from_utf16_lossy(&units).replace("\r\n", "\n"))
    }
}

/// Reads one sheet.
struct SheetReader<'a> {
    sheet: Sheet,
    globals: &'a Globals,
    /// A formula whose text follows in a record of its own.
    awaiting: Option<(u16, u16)>,
}

impl SheetReader<'_> {
    /// Reads the records of the sheet and tells how many bytes they took. Charts within it are passed over.
    fn walk(&mut self, body: &[u8], budget: &mut Budget) -> Result<usize, ReadError> {
        let mut records = Records { rest: body };
        let mut depth = 0u32;
        while let Some((kind, data)) = records.next()? {
            match kind {
                record::BOF => depth += 1,
                record::EOF if depth <= 1 => break,
                record::EOF => depth -= 1,
                _ if depth == 1 => {
                    self.record(kind, data, budget)
                        .unwrap_or_else(|| Err(damaged(Spot::part(&format!("record {kind:#06x}")))))?;
                }
                _ => {}
            }
        }
        Ok(body.len() - records.rest.len())
    }

    /// Reads one record; nothing if it is too short.
    fn record(&mut self, kind: u16, data: &[u8], budget: &mut Budget) -> Option<Result<(), ReadError>> {
        match kind {
            record::MERGE_CELLS => return self.merges(data, budget),
            record::MUL_RK => return self.mul_rk(data, budget),
            record::STRING => {
                let text = Pieces::new(vec![data]).long_string()?;
                let Some((row, column)) = self.awaiting.take() else { return Some(Ok(())) };
                return Some(self.put(row, column, text, budget));
            }
            record::LABEL_SST
            | record::LABEL
            | record::R_STRING
            | record::NUMBER
            | record::RK
            | record::BOOL_ERR
            | record::FORMULA => {}
            _ => return Some(Ok(())),
        }
        let (row, column, style) = (word(data, 0)?, word(data, 2)?, word(data, 4)?);
        let value = data.get(6..)?;
        let text = match kind {
            record::LABEL_SST => self.globals.strings.get(double_word(value, 0)? as usize)?.clone(),
            record::NUMBER => self.globals.render(style, &float_text(value.first_chunk()?)),
            record::RK => self.globals.render(style, &rk_text(double_word(value, 0)?)),
            record::BOOL_ERR => bool_or_error(*value.first()?, *value.get(1)? != 0),
            record::FORMULA => match self.formula(value.first_chunk()?, style) {
                Some(text) => text,
                None => {
                    self.awaiting = Some((row, column));
                    return Some(Ok(()));
                }
            },
            _ => Pieces::new(vec![value]).long_string()?,
        };
        Some(self.put(row, column, text, budget))
    }

    /// The last result of a formula; nothing if it is text, which follows.
    fn formula(&self, result: &[u8; 8], style: u16) -> Option<String> {
        if result[6..] != [0xFF, 0xFF] {
            return Some(self.globals.render(style, &float_text(result)));
        }
        match result[0] {
            0 => None,
            1 => Some(bool_or_error(result[2], false)),
            2 => Some(bool_or_error(result[2], true)),
            _ => Some(String::new()),
        }
    }

    /// Several numbers side by side.
    fn mul_rk(&mut self, data: &[u8], budget: &mut Budget) -> Option<Result<(), ReadError>> {
        let (row, first) = (word(data, 0)?, word(data, 2)?);
        let numbers = data.get(4..data.len().checked_sub(2)?)?;
        for (at, number) in numbers.chunks_exact(6).enumerate() {
            let text = self.globals.render(word(number, 0)?, &rk_text(double_word(number, 2)?));
            let column = first.checked_add(at as u16)?;
            if let Err(error) = self.put(row, column, text, budget) {
                return Some(Err(error));
            }
        }
        Some(Ok(()))
    }

    /// Merged ranges.
    fn merges(&mut self, data: &[u8], budget: &mut Budget) -> Option<Result<(), ReadError>> {
        for range in data.get(2..)?.chunks_exact(8).take(usize::from(word(data, 0)?)) {
            let at = |i| word(range, i).map(u32::from);
            let range =
                Range { first_row: at(0)?, last_row: at(2)?, first_column: at(4)?, last_column: at(6)? };
            if let Err(error) = self.sheet.merge(range, budget) {
                return Some(Err(error));
            }
        }
        Some(Ok(()))
    }

    fn put(&mut self, row: u16, column: u16, text: String, budget: &mut Budget) -> Result<(), ReadError> {
        self.sheet.put(u32::from(row), u32::from(column), text, budget)
    }
}

fn word(data: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*data.get(at..)?.first_chunk()?))
}

fn double_word(data: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*data.get(at..)?.first_chunk()?))
}

/// The shortest decimal that means the stored number.
fn float_text(bytes: &[u8; 8]) -> String {
    let number = f64::from_le_bytes(*bytes);
    if number.is_finite() { number.to_string() } else { "#NUM!".to_owned() }
}

/// An RK number: an integer of 30 bits or the upper half of a float, either perhaps in hundredths. The hundredths are
/// applied to the decimal text, so that 1234 hundredths are 12.34 and nothing else.
fn rk_text(rk: u32) -> String {
    let number = if rk & 2 == 0 {
        float_text(&(u64::from(rk & 0xFFFF_FFFC) << 32).to_le_bytes())
    } else {
        ((rk as i32) >> 2).to_string()
    };
    if rk & 1 == 0 { number } else { format!("{number}e-2") }
}

/// The name of a truth value or of an error.
fn bool_or_error(code: u8, is_error: bool) -> String {
    match (is_error, code) {
        (false, 0) => "FALSE",
        (false, _) => "TRUE",
        (true, 0x00) => "#NULL!",
        (true, 0x07) => "#DIV/0!",
        (true, 0x0F) => "#VALUE!",
        (true, 0x17) => "#REF!",
        (true, 0x1D) => "#NAME?",
        (true, 0x24) => "#NUM!",
        (true, _) => "#N/A",
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rk_numbers_are_exact_decimals() {
        let float_half = (0.5f64.to_bits() >> 32) as u32;
        for (rk, text) in [
            ((1234 << 2) | 3, "12.34"),
            (270 << 2 | 2, "270"),
            (((-5i32 as u32) << 2) | 2, "-5"),
            (float_half, "0.5"),
            (float_half | 1, "0.005"),
        ] {
            assert_eq!(NumberStyle::default().render(&rk_text(rk), false), text);
        }
    }

    #[test]
    fn strings_run_on_into_the_next_record_with_new_flags() {
        let first = [4, 0, 1, 0x7F, 0x5E];
        let second = [0, b'a', b'b', b'c'];
        let mut pieces = Pieces::new(vec![&first, &second]);
        assert_eq!(pieces.long_string().as_deref(), Some("广abc"));
        assert_eq!(Pieces::new(vec![&first]).long_string(), None);
    }
}
