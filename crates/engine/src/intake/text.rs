//! Text files with separators: chunks that end where a record ends, cut under a lock, and records read from them outside of it.
//!
//! Quotes are those of RFC 4180: one opens at the beginning of a cell only, two within stand for one, line ends within are part of the value. Whether a
//! chunk is read the fast or the patient way changes nothing in what comes out. A quote that is not closed within the largest record would swallow the
//! rest of the file; its first line is set aside instead and reading goes on at the next.

use std::io::{self, Read};

use memchr::{memchr, memchr_iter, memchr2, memrchr};
use sha2::{Digest as _, Sha256};

use super::{
    Encoding,
    error::Trouble,
    heading::{self, Headings},
    reason::Reason,
    sink::Sink,
};
use crate::schema::Ledger;

/// Sizes that tests make small.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sizes {
    /// How many bytes are read at a time.
    pub(super) chunk: usize,
    /// How many bytes a record may have, with its line end.
    pub(super) record: usize,
}

impl Default for Sizes {
    fn default() -> Self {
        Self { chunk: 1 << 20, record: 1 << 20 }
    }
}

/// The first read is small: headings of all files are looked at before any row is.
const FIRST: usize = 1 << 16;

/// How much of a record that is too long is kept to be shown.
const KEPT: usize = 1024;

/// A text file that is being read.
pub(super) struct TextFile {
    input: Box<dyn Read + Send>,
    /// What was read and is not handed out.
    rest: Vec<u8>,
    hasher: Sha256,
    sizes: Sizes,
    delimiter: u8,
    encoding: Option<Encoding>,
    /// Line of the next record.
    line: u64,
    ended: bool,
    /// Whether a record that is too long is being passed over.
    skipping: bool,
    pub(super) bytes: u64,
    pub(super) headings: Headings,
}

/// Some whole records of a text file.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    pub(super) bytes: Vec<u8>,
    /// Line of the first record.
    pub(super) line: u64,
    encoding: Encoding,
    delimiter: u8,
    record: usize,
    /// The one record in it is bad as a whole.
    broken: Option<Reason>,
}

/// Where a record ends.
#[derive(Clone, Debug, PartialEq, Eq)]
enum End {
    /// Here, behind its line end.
    At(usize),
    /// Its first line is bad; the next record begins here.
    Broken(usize, Reason),
    /// It is too long, and its end is not in sight.
    Endless,
    /// More has to be read to know.
    Open,
}

/// Finds the end of the record that begins at `start`.
fn record_end(bytes: &[u8], start: usize, delimiter: u8, most: usize, ended: bool) -> End {
    let window = &bytes[start..bytes.len().min(start.saturating_add(most))];
    let mut at = 0;
    let mut open = false;
    loop {
        if open {
            // At the first byte behind an opening quote or behind a pair of quotes.
            let Some(quote) = memchr(b'"', &window[at..]).map(|q| at + q) else { break };
            at = quote + 1;
            match window.get(at) {
                Some(b'"') => at += 1,
                _ => open = false,
            }
        } else {
            let Some(next) = memchr2(b'"', b'\n', &window[at..]).map(|n| at + n) else { break };
            at = next + 1;
            if window[next] == b'\n' {
                return End::At(start + at);
            }
            open = next == 0 || window[next - 1] == delimiter;
        }
    }
    let limited = bytes.len() - start > window.len();
    if !limited && !ended {
        return End::Open;
    }
    if !limited && !open {
        return End::At(bytes.len());
    }
    // A line end was passed over only because it stood in quotes.
    match memchr(b'\n', window) {
        Some(n) => End::Broken(start + n + 1, Reason::OpenQuote),
        None if !limited => End::Broken(bytes.len(), Reason::OpenQuote),
        None => match memchr(b'\n', &bytes[start + window.len()..]) {
            Some(n) => End::Broken(start + window.len() + n + 1, Reason::TooLong(most)),
            None => End::Endless,
        },
    }
}

impl TextFile {
    /// Takes a file over, whose first bytes were read, and finds its separator and headings.
    ///
    /// # Errors
    /// Whatever makes the file as a whole unreadable.
    pub(super) fn open(
        ledger: &Ledger,
        first: Vec<u8>,
        input: Box<dyn Read + Send>,
        sizes: Sizes,
    ) -> Result<Self, Vec<Trouble>> {
        let mut file = Self {
            input,
            hasher: Sha256::new_with_prefix(&first),
            bytes: first.len() as u64,
            rest: first,
            sizes,
            delimiter: b',',
            encoding: None,
            line: 1,
            ended: false,
            skipping: false,
            headings: Headings::default(),
        };
        if file.rest.len() < FIRST {
            let more = FIRST - file.rest.len();
            file.fill(more).map_err(unreadable)?;
        }
        match &file.rest[..] {
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => return Err(vec![Trouble::Utf16]),
            [0xef, 0xbb, 0xbf, ..] => {
                file.rest.drain(..3);
                file.encoding = Some(Encoding::Utf8);
            }
            _ => {}
        }
        if file.rest.is_empty() {
            return Err(vec![Trouble::Empty]);
        }
        // The heading may be longer than the first read.
        let mut end = file.heading_end();
        while end.is_none() && !file.ended && file.rest.len() <= sizes.record {
            file.fill(sizes.chunk.max(FIRST)).map_err(unreadable)?;
            end = file.heading_end();
        }
        if memchr(b'\n', &file.rest).is_none()
            && memchr(b'\r', &file.rest).is_some_and(|at| at + 1 < file.rest.len())
        {
            return Err(vec![Trouble::CarriageReturns]);
        }
        let (end, delimiter) = end.ok_or_else(|| vec![Trouble::BadHeading])?;
        file.delimiter = delimiter;
        file.decide();
        let record: Vec<u8> = file.rest.drain(..end).collect();
        file.line += memchr_iter(b'\n', &record).count() as u64;
        let text =
            decoded(&record, file.encoding.unwrap_or_default()).ok_or_else(|| vec![Trouble::BadHeading])?;
        let mut cells = Cells::default();
        if text.contains('\0') || !cells.split(without_line_end(&text), delimiter) {
            return Err(vec![Trouble::BadHeading]);
        }
        let headings: Vec<String> = cells.iter().map(|c| super::value::trim(c).to_owned()).collect();
        if headings.iter().all(String::is_empty) {
            return Err(vec![Trouble::NoHeading]);
        }
        file.headings = heading::find(ledger, &headings)?;
        Ok(file)
    }

    /// The end of the first record, and the separator that it has more of.
    fn heading_end(&self) -> Option<(usize, u8)> {
        let ends = [b',', b'\t'].map(|d| match record_end(&self.rest, 0, d, self.sizes.record, self.ended) {
            End::At(end) => {
                let mut cells = Cells::default();
                let line = String::from_utf8_lossy(&self.rest[..end]);
                cells.split(without_line_end(&line), d);
                Some((cells.len(), end, d))
            }
            _ => None,
        });
        let [comma, tab] = ends;
        match (comma, tab) {
            (Some(c), Some(t)) if t.0 > c.0 => Some((t.1, t.2)),
            (Some(c), _) => Some((c.1, c.2)),
            (None, t) => t.map(|t| (t.1, t.2)),
        }
    }

    /// Reads about so many bytes more.
    fn fill(&mut self, more: usize) -> io::Result<()> {
        let before = self.rest.len();
        // Room that is used again is not cleared again: only what grows is zeroed once.
        let read = (&mut self.input).take(more as u64).read_to_end(&mut self.rest)?;
        self.ended |= read < more;
        self.bytes += read as u64;
        self.hasher.update(&self.rest[before..]);
        Ok(())
    }

    /// Settles the encoding when there is something to tell it by.
    fn decide(&mut self) {
        if self.encoding.is_none() && !self.rest.is_ascii() {
            // The last line may end within a character.
            let whole = memrchr(b'\n', &self.rest).map_or(self.rest.len(), |at| at + 1);
            self.encoding = Some(guess(&self.rest[..whole]));
        }
    }

    /// The next whole records, in the room of a chunk that is no longer needed; `None` at the end.
    ///
    /// # Errors
    /// When the file cannot be read on.
    pub(super) fn next(&mut self, room: Vec<u8>) -> io::Result<Option<Chunk>> {
        let mut chunk = Chunk {
            bytes: room,
            line: self.line,
            encoding: self.encoding.unwrap_or_default(),
            delimiter: self.delimiter,
            record: self.sizes.record,
            broken: None,
        };
        if self.skipping {
            self.skip()?;
            chunk.line = self.line;
        }
        let mut more = false;
        loop {
            if !self.ended && (more || self.rest.len() < self.sizes.chunk) {
                self.fill(self.sizes.chunk)?;
            }
            if self.rest.is_empty() {
                return Ok(None);
            }
            self.decide();
            chunk.encoding = self.encoding.unwrap_or_default();
            let end = match self.cut() {
                Cut::Records(end) => end,
                Cut::Broken(end, reason) => {
                    chunk.broken = Some(reason);
                    end
                }
                Cut::Endless => {
                    chunk.broken = Some(Reason::TooLong(self.sizes.record));
                    self.skipping = true;
                    chunk.bytes.clear();
                    chunk.bytes.extend_from_slice(&self.rest[..self.rest.len().min(KEPT)]);
                    self.rest.clear();
                    return Ok(Some(chunk));
                }
                Cut::More => {
                    more = true;
                    continue;
                }
            };
            // What is left over begins the next chunk, in the room that was handed in.
            chunk.bytes.clear();
            chunk.bytes.extend_from_slice(&self.rest[end..]);
            std::mem::swap(&mut chunk.bytes, &mut self.rest);
            chunk.bytes.truncate(end);
            self.line += memchr_iter(b'\n', &chunk.bytes).count() as u64;
            return Ok(Some(chunk));
        }
    }

    /// Passes over the rest of a record that is too long.
    fn skip(&mut self) -> io::Result<()> {
        while !self.ended {
            self.rest.clear();
            self.fill(self.sizes.chunk)?;
            if let Some(at) = memchr(b'\n', &self.rest) {
                self.rest.drain(..=at);
                self.line += 1;
                break;
            }
            if self.ended {
                self.rest.clear();
            }
        }
        self.skipping = false;
        Ok(())
    }

    /// Where the whole records end in what was read.
    fn cut(&self) -> Cut {
        let most = self.sizes.record;
        let quoted = memchr(b'"', &self.rest).is_some();
        if !quoted {
            if self.ended {
                return Cut::Records(self.rest.len());
            }
            if let Some(at) = memrchr(b'\n', &self.rest) {
                return Cut::Records(at + 1);
            }
        }
        let mut at = 0;
        loop {
            if at == self.rest.len() {
                return Cut::Records(at);
            }
            match record_end(&self.rest, at, self.delimiter, most, self.ended) {
                End::At(end) => at = end,
                End::Broken(end, reason) if at == 0 => return Cut::Broken(end, reason),
                End::Endless if at == 0 => return Cut::Endless,
                End::Open if at == 0 => return Cut::More,
                End::Broken(..) | End::Endless | End::Open => return Cut::Records(at),
            }
        }
    }

    /// The hash of all bytes, in hexadecimal digits, and the encoding. At the end of the file.
    pub(super) fn finish(&mut self) -> (String, Encoding) {
        let hash = std::mem::take(&mut self.hasher).finalize();
        (super::hex(&hash), self.encoding.unwrap_or_default())
    }
}

enum Cut {
    Records(usize),
    Broken(usize, Reason),
    Endless,
    More,
}

fn unreadable(error: io::Error) -> Vec<Trouble> {
    vec![Trouble::Unreadable(error.to_string())]
}

/// The encoding in which fewer bytes are wrong.
fn guess(bytes: &[u8]) -> Encoding {
    let wrong_utf8 = bytes.utf8_chunks().filter(|c| !c.invalid().is_empty()).count();
    if wrong_utf8 == 0 {
        return Encoding::Utf8;
    }
    let (text, _) = encoding_rs::GB18030.decode_without_bom_handling(bytes);
    let wrong_gb = text.chars().filter(|c| *c == '\u{fffd}').count();
    if wrong_gb < wrong_utf8 { Encoding::Gb18030 } else { Encoding::Utf8 }
}

/// Bytes as text; `None` when some are wrong.
fn decoded(bytes: &[u8], encoding: Encoding) -> Option<std::borrow::Cow<'_, str>> {
    match encoding {
        Encoding::Utf8 => std::str::from_utf8(bytes).ok().map(Into::into),
        Encoding::Gb18030 => encoding_rs::GB18030.decode_without_bom_handling_and_without_replacement(bytes),
    }
}

fn without_line_end(record: &str) -> &str {
    let record = record.strip_suffix('\n').unwrap_or(record);
    record.strip_suffix('\r').unwrap_or(record)
}

/// The cells of one record, quotes taken off.
#[derive(Debug, Default)]
struct Cells {
    text: String,
    ends: Vec<usize>,
}

impl Cells {
    /// Splits a record; `false` when text follows a closing quote.
    fn split(&mut self, record: &str, delimiter: u8) -> bool {
        self.text.clear();
        self.ends.clear();
        let mut rest = record;
        loop {
            if let Some(mut quoted) = rest.strip_prefix('"') {
                loop {
                    let Some(at) = quoted.find('"') else { return false };
                    self.text.push_str(&quoted[..at]);
                    quoted = &quoted[at + 1..];
                    let Some(more) = quoted.strip_prefix('"') else { break };
                    self.text.push('"');
                    quoted = more;
                }
                rest = quoted;
            } else {
                let end = memchr(delimiter, rest.as_bytes()).unwrap_or(rest.len());
                self.text.push_str(&rest[..end]);
                rest = &rest[end..];
            }
            self.ends.push(self.text.len());
            match rest.as_bytes().first() {
                None => return true,
                Some(b) if *b == delimiter => rest = &rest[1..],
                Some(_) => return false,
            }
        }
    }

    fn len(&self) -> usize {
        self.ends.len()
    }

    fn iter(&self) -> impl Iterator<Item = &str> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| &self.text[start..*end])
    }
}

/// Reads the records of a chunk. Which way is taken is seen from its bytes; `patient` takes the patient one in any case.
///
/// # Errors
/// When a row's number does not fit.
pub(super) fn read(
    chunk: &Chunk,
    headings: &Headings,
    sink: &mut Sink<'_>,
    patient: bool,
) -> Result<(), Trouble> {
    let lines = memchr_iter(b'\n', &chunk.bytes).count() as u64 + 1;
    let last = u32::try_from(chunk.line + lines).map_err(|_| Trouble::TooManyRows)?;
    let line = last - u32::try_from(lines).map_err(|_| Trouble::TooManyRows)?;
    if let Some(reason) = &chunk.broken {
        let text = &chunk.bytes[..chunk.bytes.len().min(KEPT)];
        let text = match chunk.encoding {
            Encoding::Utf8 => String::from_utf8_lossy(text),
            Encoding::Gb18030 => encoding_rs::GB18030.decode_without_bom_handling(text).0,
        };
        whole_row(sink, line, text.lines().next().unwrap_or(""), reason.clone());
        return Ok(());
    }
    let simple = !patient && memchr2(b'"', 0, &chunk.bytes).is_none();
    match simple.then(|| decoded(&chunk.bytes, chunk.encoding)).flatten() {
        // Records are measured in the file's bytes, which decoding changes.
        Some(text) if chunk.encoding == Encoding::Utf8 || all_short(chunk) => {
            quickly(&text, line, chunk, headings, sink);
        }
        _ => patiently(line, chunk, headings, sink),
    }
    Ok(())
}

/// Whether no line of a chunk is too long.
fn all_short(chunk: &Chunk) -> bool {
    chunk.bytes.split_inclusive(|b| *b == b'\n').all(|line| line.len() <= chunk.record)
}

fn whole_row(sink: &mut Sink<'_>, row: u32, text: &str, reason: Reason) {
    sink.begin();
    sink.bad_row(row, text, reason);
    sink.end(row);
}

/// Reads records without quotes whose bytes are all good.
fn quickly(text: &str, first: u32, chunk: &Chunk, headings: &Headings, sink: &mut Sink<'_>) {
    let bytes = text.as_bytes();
    // GB18030 was measured before it was decoded.
    let most = if chunk.encoding == Encoding::Utf8 { chunk.record } else { usize::MAX };
    let mut row = first;
    let mut start = 0;
    let mut ends: Vec<usize> = Vec::with_capacity(headings.columns.len() + 1);
    for mark in Marks::new(bytes, chunk.delimiter) {
        ends.push(mark);
        if bytes[mark] != b'\n' {
            continue;
        }
        let line = mark + 1 - start;
        if line > most {
            whole_row(sink, row, &text[start..mark], Reason::TooLong(most));
        } else {
            simple_row(text, row, start, &mut ends, headings, sink);
        }
        row += 1;
        start = mark + 1;
        ends.clear();
    }
    if start < bytes.len() {
        ends.push(bytes.len());
        if bytes.len() - start > most {
            whole_row(sink, row, &text[start..], Reason::TooLong(most));
        } else {
            simple_row(text, row, start, &mut ends, headings, sink);
        }
    }
}

#[inline]
fn simple_row(
    text: &str,
    row: u32,
    start: usize,
    ends: &mut [usize],
    headings: &Headings,
    sink: &mut Sink<'_>,
) {
    let bytes = text.as_bytes();
    if let Some(last) = ends.last_mut()
        && *last > start
        && bytes[*last - 1] == b'\r'
    {
        *last -= 1;
    }
    let end = ends.last().copied().unwrap_or(start);
    sink.begin();
    if ends.len() == headings.columns.len() {
        let mut all_empty = true;
        let mut from = start;
        for (to, column) in ends.iter().zip(&headings.columns) {
            if let Some(column) = column {
                all_empty &= sink.cell(row, *column, &text[from..*to]);
            }
            from = *to + 1;
        }
        if !all_empty {
            sink.end(row);
            return;
        }
    }
    let mut from = start;
    let cells = ends.iter().map(|to| {
        let cell = &text[from..*to];
        from = *to + 1;
        cell
    });
    odd_row(row, &text[start..end], cells, headings, sink);
}

/// Ends a row that has not as many cells as there are headings, or whose cells are empty as far as they are read.
#[cold]
fn odd_row<'t>(
    row: u32,
    record: &str,
    cells: impl Iterator<Item = &'t str>,
    headings: &Headings,
    sink: &mut Sink<'_>,
) {
    let width = headings.columns.len();
    let (mut count, mut used, mut extra) = (0, false, false);
    let mut first: Vec<&str> = Vec::new();
    for cell in cells {
        let empty = super::value::trim(cell).is_empty();
        used |= !empty;
        extra |= !empty && count >= width;
        if count < width {
            first.push(cell);
        }
        count += 1;
    }
    if !used {
        sink.bad_row(row, "", Reason::BlankRow);
    } else if extra {
        sink.bad_row(row, record, Reason::TooManyCells(count, width));
    } else if count < width {
        sink.bad_row(row, record, Reason::TooFewCells(count, width));
    } else if count > width {
        for (cell, column) in first.iter().zip(&headings.columns) {
            if let Some(column) = column {
                sink.cell(row, *column, cell);
            }
        }
    }
    sink.end(row);
}

/// Reads any records.
fn patiently(first: u32, chunk: &Chunk, headings: &Headings, sink: &mut Sink<'_>) {
    let bytes = &chunk.bytes[..];
    let encoding = match chunk.encoding {
        Encoding::Utf8 => "UTF-8",
        Encoding::Gb18030 => "GB18030",
    };
    let mut cells = Cells::default();
    let (mut start, mut row) = (0, first);
    while start < bytes.len() {
        let (end, broken) = match record_end(bytes, start, chunk.delimiter, chunk.record, true) {
            End::At(end) => (end, None),
            End::Broken(end, reason) => (end, Some(reason)),
            End::Endless | End::Open => (bytes.len(), Some(Reason::TooLong(chunk.record))),
        };
        let record = &bytes[start..end];
        let lossy = || match chunk.encoding {
            Encoding::Utf8 => String::from_utf8_lossy(&record[..record.len().min(KEPT)]),
            Encoding::Gb18030 => {
                encoding_rs::GB18030.decode_without_bom_handling(&record[..record.len().min(KEPT)]).0
            }
        };
        match (broken, decoded(record, chunk.encoding)) {
            (Some(reason), _) => whole_row(sink, row, &lossy(), reason),
            (None, None) => whole_row(sink, row, &lossy(), Reason::BadBytes(encoding)),
            (None, Some(text)) => {
                let text = without_line_end(&text);
                if text.contains('\0') {
                    whole_row(sink, row, text, Reason::Nul);
                } else if !cells.split(text, chunk.delimiter) {
                    whole_row(sink, row, text, Reason::AfterQuote);
                } else {
                    sink.begin();
                    let mut all_empty = cells.len() == headings.columns.len();
                    if all_empty {
                        for (cell, column) in cells.iter().zip(&headings.columns) {
                            if let Some(column) = column {
                                all_empty &= sink.cell(row, *column, cell);
                            }
                        }
                    }
                    if cells.len() == headings.columns.len() && !all_empty {
                        sink.end(row);
                    } else {
                        odd_row(row, text, cells.iter(), headings, sink);
                    }
                }
            }
        }
        row += u32::try_from(memchr_iter(b'\n', record).count()).unwrap_or(0);
        start = end;
    }
}

/// The positions of separators and line ends, found 64 bytes at a time.
struct Marks<'a> {
    bytes: &'a [u8],
    delimiter: u64,
    /// Where the block behind the current one begins.
    next: usize,
    /// Bits of the current block that were not yet given out.
    bits: u64,
}

const ONES: u64 = 0x0101_0101_0101_0101;
const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;

impl<'a> Marks<'a> {
    fn new(bytes: &'a [u8], delimiter: u8) -> Self {
        Self { bytes, delimiter: ONES * u64::from(delimiter), next: 0, bits: 0 }
    }

    /// One bit for each of eight bytes that is a separator or a line end.
    #[inline]
    fn eight(&self, word: u64) -> u64 {
        // The high bit of a byte is set when the byte is not zero.
        let filled = |x: u64| ((x & LOW) + LOW) | x;
        let both = filled(word ^ self.delimiter) & filled(word ^ (ONES * u64::from(b'\n')));
        // The eight high bits are gathered by a product whose terms do not meet.
        ((!both & !LOW) >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
    }

    #[inline]
    fn load(&mut self) -> bool {
        let rest = &self.bytes[self.next..];
        let mut bits = 0;
        if let Some(block) = rest.first_chunk::<64>() {
            let (words, _) = block.as_chunks::<8>();
            for (i, word) in words.iter().enumerate() {
                bits |= self.eight(u64::from_le_bytes(*word)) << (8 * i);
            }
        } else if rest.is_empty() {
            return false;
        } else {
            for (i, byte) in rest.iter().enumerate() {
                let hit = *byte == b'\n' || u64::from(*byte) == self.delimiter & 0xff;
                bits |= u64::from(hit) << i;
            }
        }
        self.bits = bits;
        self.next += rest.len().min(64);
        true
    }
}

impl Iterator for Marks<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        while self.bits == 0 {
            if !self.load() {
                return None;
            }
        }
        let at = self.bits.trailing_zeros() as usize;
        self.bits &= self.bits - 1;
        // Blocks begin at multiples of 64, the last one too.
        Some(((self.next - 1) & !63) + at)
    }
}

/// All positions of separators and line ends.
#[cfg(test)]
pub(super) fn marks(bytes: &[u8], delimiter: u8) -> Vec<usize> {
    Marks::new(bytes, delimiter).collect()
}
