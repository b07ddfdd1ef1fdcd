//! Pages of a Parquet column, read straight into the sink: for columns without nulls, in the usual types and encodings, all of whose values are good.
//!
//! Whatever is otherwise is left to the library's own reader, which begins at the row where this one gave up; so this one need not say what is wrong. Texts of
//! a column that nobody asked for are looked at where they lie in the page, and dictionaries are looked at once, not once a row.

use std::sync::Arc;

use arrow_schema::DataType;
use bytes::Bytes;
use parquet::{
    basic::{Encoding, Type as Physical},
    column::page::{Page, PageReader as _},
    file::{metadata::ColumnChunkMetaData, serialized_reader::SerializedPageReader},
};

use super::{
    anywhere::Anywhere,
    columnar::{YEARS, guarded, text},
    sink::Sink,
    value::{self, Got},
};
use crate::schema::Kind;

/// How the values of a column lie in its pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// Texts, each behind its length, that are to be numbers.
    Digits,
    /// Texts that stay texts.
    Texts,
    /// Numbers of four bytes, lowest first.
    Small,
    /// Of eight.
    Large,
    /// Of so many, highest first.
    Fixed(usize),
    /// A bit each.
    Flags,
}

/// What the entries of a dictionary are.
#[derive(Debug)]
enum Entries {
    Numbers(Vec<i64>),
    Keys(Vec<u32>),
}

/// The values of a page that are still to be taken.
#[derive(Debug)]
enum Rest {
    /// From this byte of the page on.
    Plain(Bytes, usize),
    /// From this bit on.
    Bits(Bytes, usize),
    /// Places in the dictionary.
    Places(Hybrid),
}

/// One column of a row group.
pub(super) struct Straight {
    /// Index of the schema's column.
    column: usize,
    shape: Shape,
    /// Days must be those of the calendar.
    days: bool,
    /// Whether its pages say of each value that it is there.
    levels: bool,
    pages: SerializedPageReader<Anywhere>,
    entries: Option<Entries>,
    rest: Option<Rest>,
    /// How many values the page still has.
    left: usize,
    places: Vec<u32>,
}

impl Straight {
    /// The column when it can be read here, as far as the footer says.
    pub(super) fn open(
        file: &Anywhere,
        chunk: &ColumnChunkMetaData,
        column: usize,
        kind: &Kind,
        ty: &DataType,
        rows: usize,
    ) -> Option<Self> {
        let described = chunk.column_descr();
        let levels = match (described.max_rep_level(), described.max_def_level()) {
            (0, 0) => false,
            // Without nulls each value says that it is there.
            (0, 1) if chunk.statistics()?.null_count_opt() == Some(0) => true,
            _ => return None,
        };
        let text = match ty {
            DataType::Utf8 => true,
            DataType::Dictionary(_, value) => **value == DataType::Utf8,
            _ => false,
        };
        let whole = |scale: &i8, own: &u8| i16::from(*scale) == i16::from(*own);
        let physical = described.physical_type();
        let shape = match (kind, ty, physical) {
            (Kind::Digits(_) | Kind::Whole | Kind::Decimal(_) | Kind::Date, _, Physical::BYTE_ARRAY)
                if text =>
            {
                Shape::Digits
            }
            (Kind::Text | Kind::Choice(_) | Kind::CreditCode, _, Physical::BYTE_ARRAY) if text => {
                Shape::Texts
            }
            (Kind::Date, DataType::Date32, Physical::INT32) => Shape::Small,
            (Kind::Whole, DataType::Int64, Physical::INT64) => Shape::Large,
            (Kind::Decimal(own), DataType::Decimal128(_, scale), _) if whole(scale, own) => match physical {
                Physical::INT32 => Shape::Small,
                Physical::INT64 => Shape::Large,
                Physical::FIXED_LEN_BYTE_ARRAY => match usize::try_from(described.type_length()) {
                    Ok(length @ 1..=16) => Shape::Fixed(length),
                    _ => return None,
                },
                _ => return None,
            },
            (Kind::Flag, DataType::Boolean, Physical::BOOLEAN) => Shape::Flags,
            _ => return None,
        };
        let pages = SerializedPageReader::new(Arc::new(file.clone()), chunk, rows, None).ok()?;
        let days = *kind == Kind::Date && shape == Shape::Small;
        Some(Self {
            column,
            shape,
            days,
            levels,
            pages,
            entries: None,
            rest: None,
            left: 0,
            places: Vec::new(),
        })
    }

    /// Puts the next values into the sink. `None` when one of them is not as usual; what was put before is for the sink to roll back.
    pub(super) fn take(&mut self, mut rows: usize, sink: &mut Sink<'_>) -> Option<()> {
        while rows > 0 {
            if self.left == 0 {
                self.turn(sink)?;
                continue;
            }
            let now = rows.min(self.left);
            self.values(now, sink)?;
            self.left -= now;
            rows -= now;
        }
        Some(())
    }

    /// Whether nothing is left. The library's reader says so of its columns by itself.
    pub(super) fn at_end(&mut self) -> bool {
        self.left == 0 && matches!(guarded(|| self.pages.get_next_page()), Ok(Ok(None)))
    }

    /// Goes on to the next page.
    fn turn(&mut self, sink: &mut Sink<'_>) -> Option<()> {
        let page = guarded(|| self.pages.get_next_page()).ok()?.ok()??;
        let (bytes, values, encoding) = match page {
            Page::DictionaryPage {
                buf,
                num_values,
                encoding: Encoding::PLAIN | Encoding::PLAIN_DICTIONARY,
                ..
            } => {
                self.entries = Some(self.entries(&buf, num_values as usize, sink)?);
                return Some(());
            }
            Page::DataPage { buf, num_values, encoding, def_level_encoding: Encoding::RLE, .. } => {
                let values = num_values as usize;
                let mut start = 0;
                if self.levels {
                    let length = u32::from_le_bytes(*buf.first_chunk::<4>()?) as usize;
                    start = length.checked_add(4)?;
                    all_there(&buf, 4, start, values)?;
                }
                (buf.slice(start..), values, encoding)
            }
            Page::DataPageV2 {
                buf,
                num_values,
                encoding,
                num_nulls: 0,
                def_levels_byte_len,
                rep_levels_byte_len: 0,
                ..
            } => {
                let (values, start) = (num_values as usize, def_levels_byte_len as usize);
                if self.levels {
                    all_there(&buf, 0, start, values)?;
                } else if start != 0 {
                    return None;
                }
                (buf.slice(start..), values, encoding)
            }
            _ => return None,
        };
        self.left = values;
        self.rest = Some(match encoding {
            Encoding::PLAIN if self.shape == Shape::Flags => Rest::Bits(bytes, 0),
            Encoding::PLAIN => Rest::Plain(bytes, 0),
            Encoding::RLE_DICTIONARY | Encoding::PLAIN_DICTIONARY if self.shape != Shape::Flags => {
                let width = *bytes.first()?;
                Rest::Places(Hybrid::new(bytes.slice(1..), width)?)
            }
            _ => return None,
        });
        Some(())
    }

    /// Looks at a dictionary: all of its entries must be good, whether or not a row has them.
    fn entries(&self, page: &Bytes, count: usize, sink: &mut Sink<'_>) -> Option<Entries> {
        if count > page.len() {
            return None;
        }
        let schema = &sink.ledger.columns[self.column];
        if self.shape == Shape::Texts {
            let mut keys = Vec::with_capacity(count);
            let mut at = 0;
            for _ in 0..count {
                keys.push(text_key(next_text(page, &mut at)?, self.column, sink)?);
            }
            return Some(Entries::Keys(keys));
        }
        let bounds = schema.minimum.unwrap_or(i64::MIN)..=schema.maximum.unwrap_or(i64::MAX);
        let mut numbers = Vec::with_capacity(count);
        let mut at = 0;
        for _ in 0..count {
            let number = match self.shape {
                Shape::Digits => value::usual(schema, next_text(page, &mut at)?)?,
                shape => {
                    let size = shape.size()?;
                    let number = shape.number(page.get(at..at + size)?)?;
                    at += size;
                    number
                }
            };
            if !bounds.contains(&number) || self.days && !YEARS.contains(&number) {
                return None;
            }
            numbers.push(number);
        }
        Some(Entries::Numbers(numbers))
    }

    fn values(&mut self, count: usize, sink: &mut Sink<'_>) -> Option<()> {
        let (column, shape, days) = (self.column, self.shape, self.days);
        match self.rest.as_mut()? {
            Rest::Places(places) => {
                self.places.clear();
                places.take(count, &mut self.places)?;
                let most = self.places.iter().copied().max().unwrap_or(0) as usize;
                match self.entries.as_ref()? {
                    Entries::Numbers(numbers) => {
                        numbers.get(most)?;
                        sink.good_numbers(column, self.places.iter().map(|p| numbers[*p as usize]));
                    }
                    Entries::Keys(keys) => {
                        keys.get(most)?;
                        sink.keys(column, self.places.iter().map(|p| keys[*p as usize]));
                    }
                }
                Some(())
            }
            Rest::Bits(page, at) => {
                let end = at.checked_add(count)?;
                if page.len() < end.div_ceil(8) {
                    return None;
                }
                sink.flags(column, (*at..end).map(|i| page[i / 8] >> (i % 8) & 1 == 1));
                *at = end;
                Some(())
            }
            Rest::Plain(page, at) => match shape {
                Shape::Digits => {
                    let schema = &sink.ledger.columns[column];
                    let mut next = || value::usual(schema, next_text(page, at)?);
                    sink.numbers(column, (0..count).map(|_| next())).then_some(())
                }
                Shape::Texts => {
                    let mut keys = Vec::with_capacity(count);
                    for _ in 0..count {
                        keys.push(text_key(next_text(page, at)?, column, sink)?);
                    }
                    sink.keys(column, keys.into_iter());
                    Some(())
                }
                _ => {
                    let size = shape.size()?;
                    let end = count.checked_mul(size)?.checked_add(*at)?;
                    let values = page.get(*at..end)?.chunks_exact(size);
                    *at = end;
                    let good = match shape {
                        // The usual width of amounts, known to the compiler.
                        Shape::Fixed(8) => {
                            sink.numbers(column, values.map(|v| Some(i64::from_be_bytes(v.try_into().ok()?))))
                        }
                        _ if days => sink
                            .numbers(column, values.map(|v| shape.number(v).filter(|d| YEARS.contains(d)))),
                        _ => sink.numbers(column, values.map(|v| shape.number(v))),
                    };
                    good.then_some(())
                }
            },
        }
    }
}

impl Shape {
    /// How many bytes a value has, where that is known.
    fn size(self) -> Option<usize> {
        match self {
            Self::Small => Some(4),
            Self::Large => Some(8),
            Self::Fixed(size) => Some(size),
            Self::Digits | Self::Texts | Self::Flags => None,
        }
    }

    /// A value of that size; `None` when it does not fit 64 bits.
    #[inline]
    fn number(self, bytes: &[u8]) -> Option<i64> {
        match self {
            Self::Small => Some(i32::from_le_bytes(bytes.try_into().ok()?).into()),
            Self::Large => Some(i64::from_le_bytes(bytes.try_into().ok()?)),
            Self::Fixed(_) => {
                let sign = if bytes.first()? & 0x80 == 0 { 0i128 } else { -1 };
                i64::try_from(bytes.iter().fold(sign, |n, byte| n << 8 | i128::from(*byte))).ok()
            }
            Self::Digits | Self::Texts | Self::Flags => None,
        }
    }
}

/// The text at a place of a page, behind its length.
#[inline]
fn next_text<'p>(page: &'p [u8], at: &mut usize) -> Option<&'p [u8]> {
    let rest = page.get(*at..)?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let length = u32::from_le_bytes(*length) as usize;
    let text = rest.get(..length)?;
    *at += 4 + length;
    Some(text)
}

/// The key of a good text.
fn text_key(bytes: &[u8], column: usize, sink: &mut Sink<'_>) -> Option<u32> {
    match text(sink, column, std::str::from_utf8(bytes).ok()?) {
        Ok(Got::Text(key)) => Some(key),
        _ => None,
    }
}

/// Whether levels of one bit say of so many values that they are there.
fn all_there(page: &Bytes, start: usize, end: usize, values: usize) -> Option<()> {
    if start > end || end > page.len() {
        return None;
    }
    let mut levels = Hybrid::new(page.slice(start..end), 1)?;
    let mut rest = values;
    while rest > 0 {
        levels.turn()?;
        let now = rest.min(levels.left);
        let there = match levels.run {
            Run::Same(level) => level == 1,
            Run::Packed(bit) => {
                (bit..bit + now).all(|b| levels.bytes.get(b / 8).is_some_and(|byte| byte >> (b % 8) & 1 == 1))
            }
        };
        if !there {
            return None;
        }
        levels.left = 0;
        rest -= now;
    }
    Some(())
}

/// Small numbers as Parquet packs them: runs of one number, and runs of bits.
#[derive(Debug)]
struct Hybrid {
    bytes: Bytes,
    /// The byte at which the next run begins.
    at: usize,
    /// Bits of a number.
    width: u8,
    run: Run,
    /// How many numbers the run still has.
    left: usize,
}

#[derive(Debug)]
enum Run {
    Same(u32),
    /// From this bit on.
    Packed(usize),
}

impl Hybrid {
    /// `None` when numbers are wider than 32 bits.
    fn new(bytes: Bytes, width: u8) -> Option<Self> {
        (width <= 32).then_some(Self { bytes, at: 0, width, run: Run::Same(0), left: 0 })
    }

    /// Goes on to the next run when nothing is left of this one.
    fn turn(&mut self) -> Option<()> {
        if self.left > 0 {
            return Some(());
        }
        let (mut head, mut shift) = (0u64, 0);
        loop {
            let byte = *self.bytes.get(self.at)?;
            self.at += 1;
            head |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                break;
            }
            shift += 7;
            if shift > 28 {
                return None;
            }
        }
        let count = usize::try_from(head >> 1).ok()?;
        if head & 1 == 1 {
            self.left = count.checked_mul(8)?;
            self.run = Run::Packed(self.at.checked_mul(8)?);
            // The bytes of a last run may end with its numbers.
            self.at = count.checked_mul(usize::from(self.width))?.checked_add(self.at)?.min(self.bytes.len());
        } else {
            let size = usize::from(self.width).div_ceil(8);
            let number = self.bytes.get(self.at..self.at + size)?;
            self.at += size;
            self.left = count;
            self.run = Run::Same(number.iter().rev().fold(0, |n, byte| n << 8 | u32::from(*byte)));
        }
        // A run of nothing is never written.
        (self.left > 0).then_some(())
    }

    /// Appends the next numbers. `None` when there are fewer.
    fn take(&mut self, mut count: usize, to: &mut Vec<u32>) -> Option<()> {
        while count > 0 {
            self.turn()?;
            let now = count.min(self.left);
            match &mut self.run {
                Run::Same(number) => to.extend(std::iter::repeat_n(*number, now)),
                Run::Packed(bit) => {
                    let width = usize::from(self.width);
                    unpack(&self.bytes, *bit, width, now, to)?;
                    *bit += now * width;
                }
            }
            self.left -= now;
            count -= now;
        }
        Some(())
    }
}

/// Appends numbers of so many bits each, at most 32. `None` when the bytes do not reach.
fn unpack(bytes: &[u8], bit: usize, width: usize, count: usize, to: &mut Vec<u32>) -> Option<()> {
    let end = count.checked_mul(width)?.checked_add(bit)?;
    if bytes.len() < end.div_ceil(8) {
        return None;
    }
    let mask = u32::try_from((1u64 << width) - 1).unwrap_or(u32::MAX);
    let mut done = 0;
    // Eight numbers of at most fifteen bits fit one load and begin at a byte when the first of them does.
    if bit.is_multiple_of(8) && width <= 15 {
        let groups = bytes[bit / 8..].windows(16).step_by(width.max(1)).take(count / 8);
        done = groups.len() * 8;
        for group in groups {
            let mut word = u128::from_le_bytes(group.try_into().ok()?);
            let eight: [u32; 8] = std::array::from_fn(|_| {
                #[expect(clippy::cast_possible_truncation, reason = "the lowest bits are meant")]
                let number = word as u32 & mask;
                word >>= width;
                number
            });
            to.extend_from_slice(&eight);
        }
    }
    to.extend((done..count).map(|i| {
        let bit = bit + i * width;
        let rest = &bytes[(bit / 8).min(bytes.len())..];
        let mut word = [0; 8];
        let there = rest.len().min(8);
        word[..there].copy_from_slice(&rest[..there]);
        #[expect(clippy::cast_possible_truncation, reason = "the lowest bits are meant")]
        let number = (u64::from_le_bytes(word) >> (bit % 8)) as u32 & mask;
        number
    }));
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_numbers_come_out_as_they_went_in() {
        for width in 0..=32usize {
            let mask = (1u64 << width) - 1;
            let numbers: Vec<u64> =
                (0..1000u64).map(|i| i.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20 & mask).collect();
            let mut bytes = vec![0u8; (numbers.len() * width).div_ceil(8)];
            for (i, number) in numbers.iter().enumerate() {
                for b in (0..width).filter(|b| number >> b & 1 == 1) {
                    bytes[(i * width + b) / 8] |= 1 << ((i * width + b) % 8);
                }
            }
            // From the beginning, from the middle of a byte, and to the very end.
            for (from, count) in [(0, 1000), (0, 3), (8, 992), (5, 995), (999, 1)] {
                let mut out = Vec::new();
                unpack(&bytes, from * width, width, count, &mut out).expect("it is all there");
                let expected: Vec<u32> = numbers[from..from + count].iter().map(|n| *n as u32).collect();
                assert_eq!(out, expected, "{width} bits from {from}");
            }
            if width > 0 {
                assert_eq!(unpack(&bytes, 0, width, 1009, &mut Vec::new()), None, "{width} bits, too many");
            }
        }
    }

    #[test]
    fn runs_of_both_sorts_follow_on_each_other() {
        // Three bits: five times 6; then 0 to 7 packed (0x88, 0xc6, 0xfa: the example of the format's text); then a run without end.
        let bytes = Bytes::from_static(&[5 << 1, 6, 1 << 1 | 1, 0x88, 0xc6, 0xfa, 0x80]);
        let mut numbers = Hybrid::new(bytes.clone(), 3).expect("narrow");
        let mut out = Vec::new();
        numbers.take(2, &mut out).expect("there");
        numbers.take(11, &mut out).expect("there");
        assert_eq!(out, [6, 6, 6, 6, 6, 0, 1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(numbers.take(1, &mut out), None);
        assert!(Hybrid::new(bytes, 33).is_none());
    }

    #[test]
    fn a_level_of_zero_is_seen() {
        let levels = |bytes: &[u8], values| {
            all_there(&Bytes::copy_from_slice(bytes), 0, bytes.len(), values).is_some()
        };
        assert!(levels(&[10 << 1, 1], 10));
        assert!(!levels(&[10 << 1, 0], 10));
        assert!(!levels(&[10 << 1, 1], 11), "one too few");
        assert!(levels(&[1 << 1 | 1, 0x0f], 4), "what is behind the last value is nothing");
        assert!(!levels(&[1 << 1 | 1, 0x0f], 5));
        assert!(!levels(&[4 << 1, 1, 1 << 1 | 1, 0xfd], 8));
        assert!(!levels(&[0], 1));
    }

    #[test]
    fn numbers_of_any_width_keep_their_sign() {
        assert_eq!(Shape::Small.number(&[0xff; 4]), Some(-1));
        assert_eq!(Shape::Large.number(&[2, 0, 0, 0, 0, 0, 0, 0]), Some(2));
        assert_eq!(Shape::Fixed(3).number(&[0xff, 0xff, 0xfe]), Some(-2));
        assert_eq!(Shape::Fixed(1).number(&[0x7f]), Some(127));
        let mut wide = [0; 16];
        wide[8] = 0x7f;
        assert_eq!(Shape::Fixed(16).number(&wide), Some(0x7f << 56));
        wide[8] = 0x80;
        assert_eq!(Shape::Fixed(16).number(&wide), None, "one bit too many for 64");
    }
}
