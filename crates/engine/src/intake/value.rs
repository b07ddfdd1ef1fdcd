//! One cell's text as a value of its column, or the reason why it is none.
//!
//! Whatever the format, a cell comes here as text or as the whole number that it holds, so that a ledger says the same as CSV, as a sheet
//! and as Parquet. The usual writings are read straight from their bytes; everything else takes the patient way.

use jixiao_core::text;

use super::{credit_code, reason::Reason};
use crate::{
    batch::Texts,
    number::{Dec, pow10},
    schema::{Column, Kind},
};

/// What a cell holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Got {
    Null,
    Number(i64),
    Text(u32),
    Flag(bool),
}

/// The reason is boxed: it is rare, and what comes back from every cell has to be small.
pub(super) type Read = Result<Got, Box<Reason>>;

/// What a worker remembers of a column, so that a text is looked at once and not once a row.
#[derive(Debug, Default)]
pub(super) struct Memo {
    /// Credit codes, by their key: [`NEW`], [`RIGHT`], or anything else to be looked at again.
    codes: Vec<u8>,
    /// The spellings of a choice that were seen, each with the key of its value.
    spellings: Texts,
    choices: Vec<u32>,
}

const NEW: u8 = 0;
const RIGHT: u8 = 1;
const WRONG: u8 = 2;

/// Above so many spellings a choice's are no longer remembered: the file is wrong and memory has an end.
const SPELLINGS: usize = 4096;

/// A cell's value.
///
/// # Errors
/// Why it is none.
#[inline]
pub(super) fn read(column: &Column, cell: &str, memo: &mut Memo, texts: &mut Texts, wanted: bool) -> Read {
    let bytes = cell.as_bytes();
    let number = match &column.kind {
        Kind::Digits(_) | Kind::Decimal(_) | Kind::Whole | Kind::Date => usual(column, bytes),
        Kind::CreditCode => {
            if bytes.len() == credit_code::LENGTH && bytes.is_ascii() {
                let key = texts.intern(cell);
                let at = key as usize;
                if memo.codes.len() <= at {
                    memo.codes.resize(at + 1, NEW);
                }
                if memo.codes[at] == NEW {
                    memo.codes[at] = if credit_code::check(cell).is_ok() { RIGHT } else { WRONG };
                }
                if memo.codes[at] == RIGHT {
                    return Ok(Got::Text(key));
                }
            }
            return patiently(column, cell, memo, texts, wanted);
        }
        Kind::Choice(_) => {
            if let Some(key) = memo.spellings.find(cell) {
                return Ok(Got::Text(memo.choices[key as usize]));
            }
            return patiently(column, cell, memo, texts, wanted);
        }
        Kind::Text => {
            // Nothing to trim: neither end is a space or part of an ideographic one.
            let plain = |b: Option<&u8>| b.is_some_and(|b| *b > b' ' && *b != 0xe3 && *b != 0x80);
            if plain(bytes.first()) && plain(bytes.last()) {
                return Ok(Got::Text(if wanted { texts.intern(cell) } else { 0 }));
            }
            None
        }
        Kind::Flag => match bytes {
            b"1" => return Ok(Got::Flag(true)),
            b"0" => return Ok(Got::Flag(false)),
            _ => None,
        },
    };
    match number {
        Some(number) => within(column, number).map(Got::Number),
        None => patiently(column, cell, memo, texts, wanted),
    }
}

/// The number of a cell that is written the usual way; `None` sends it the patient way.
#[inline]
pub(super) fn usual(column: &Column, bytes: &[u8]) -> Option<i64> {
    match &column.kind {
        Kind::Digits(width) => digits(bytes, *width),
        Kind::Decimal(scale) => decimal(bytes, *scale),
        Kind::Whole => decimal(bytes, 0),
        Kind::Date => date(bytes),
        _ => None,
    }
}

/// The number of a cell that is no text in its file: `mantissa / 10^scale`, exactly.
///
/// # Errors
/// Why it is no value of a column of numbers or digits.
pub(super) fn number(column: &Column, value: Dec) -> Result<i64, Box<Reason>> {
    let number = match &column.kind {
        Kind::Digits(width) => {
            let whole = value.at_scale(0).ok_or(Reason::NotDigits)?;
            if whole < 0 {
                return Err(Reason::NotDigits.into());
            }
            let found = whole.to_string().len();
            if found != usize::from(*width) {
                return Err(Reason::Width(*width, found).into());
            }
            i64::try_from(whole).map_err(|_| Reason::Overflow)?
        }
        Kind::Whole => fixed(value, 0)?,
        Kind::Decimal(scale) => fixed(value, *scale)?,
        _ => return Err(Reason::NotNumber.into()),
    };
    within(column, number)
}

/// A day, checked against the column's bounds.
///
/// # Errors
/// When it is outside of them.
pub(super) fn day(column: &Column, days: i64) -> Read {
    within(column, days).map(Got::Number)
}

/// An empty cell.
///
/// # Errors
/// When the column is required.
pub(super) fn nothing(column: &Column) -> Read {
    if column.required { Err(Reason::Empty.into()) } else { Ok(Got::Null) }
}

/// White space at the ends of a cell is no part of it, whether ASCII or ideographic.
pub(super) fn trim(cell: &str) -> &str {
    cell.trim_matches(|c: char| c.is_ascii_whitespace() || c == '\u{3000}')
}

#[cold]
#[inline(never)]
fn patiently(column: &Column, cell: &str, memo: &mut Memo, texts: &mut Texts, wanted: bool) -> Read {
    let trimmed = trim(cell);
    if trimmed.is_empty() {
        return nothing(column);
    }
    let number = match &column.kind {
        Kind::Text => return Ok(Got::Text(if wanted { texts.intern(trimmed) } else { 0 })),
        Kind::Choice(choices) => {
            let same = text::key(trimmed);
            let fits = |word: &String| text::key(word) == same;
            let Some(choice) = choices.iter().find(|c| fits(&c.value) || c.names.iter().any(fits)) else {
                let words: Vec<&str> = choices.iter().map(|c| c.value.as_str()).collect();
                return Err(Reason::UnknownChoice(words.join(" / ")).into());
            };
            let key = texts.intern(&choice.value);
            if memo.spellings.len() < SPELLINGS {
                memo.spellings.intern(cell);
                memo.choices.push(key);
            }
            return Ok(Got::Text(key));
        }
        Kind::CreditCode => {
            let code = text::fold(trimmed).to_ascii_uppercase();
            credit_code::check(&code).map_err(Reason::CreditCode)?;
            return Ok(Got::Text(texts.intern(&code)));
        }
        Kind::Flag => {
            return match text::fold(trimmed).to_lowercase().as_str() {
                "是" | "yes" | "true" | "1" | "y" => Ok(Got::Flag(true)),
                "否" | "no" | "false" | "0" | "n" => Ok(Got::Flag(false)),
                _ => Err(Reason::NotFlag.into()),
            };
        }
        Kind::Digits(width) => all_digits(&text::fold(trimmed), *width)?,
        Kind::Whole => fixed(dec(trimmed)?, 0)?,
        Kind::Decimal(scale) => fixed(dec(trimmed)?, *scale)?,
        Kind::Date => written_date(&text::fold(trimmed))?,
    };
    within(column, number).map(Got::Number)
}

#[inline]
fn within(column: &Column, number: i64) -> Result<i64, Box<Reason>> {
    let said = |bound: i64| match &column.kind {
        Kind::Date => day_text(bound),
        Kind::Decimal(scale) => Dec::new(bound.into(), *scale).to_string(),
        _ => bound.to_string(),
    };
    match (column.minimum, column.maximum) {
        (Some(least), _) if number < least => Err(Reason::BelowMinimum(said(least)).into()),
        (_, Some(most)) if number > most => Err(Reason::AboveMaximum(said(most)).into()),
        _ => Ok(number),
    }
}

/// A date as ISO text, from its days since 1970-01-01.
pub(super) fn day_text(days: i64) -> String {
    let epoch = jiff::civil::date(1970, 1, 1);
    epoch.checked_add(jiff::Span::new().try_days(days).unwrap_or_default()).unwrap_or(epoch).to_string()
}

/// Eight ASCII digits as their number.
#[inline]
fn eight(bytes: &[u8]) -> Option<i64> {
    let word = u64::from_le_bytes(bytes.try_into().ok()?);
    let high = word & 0xf0f0_f0f0_f0f0_f0f0;
    let carried = word.wrapping_add(0x0606_0606_0606_0606) & 0xf0f0_f0f0_f0f0_f0f0;
    if high != 0x3030_3030_3030_3030 || carried != high {
        return None;
    }
    // Neighbours are joined in pairs, then fours, then eights.
    let word = word & 0x0f0f_0f0f_0f0f_0f0f;
    let pairs = (word * 10).wrapping_add(word >> 8) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs * 100).wrapping_add(pairs >> 16) & 0x0000_ffff_0000_ffff;
    let eights = (fours * 10_000).wrapping_add(fours >> 32) & 0xffff_ffff;
    i64::try_from(eights).ok()
}

/// Exactly so many ASCII digits.
#[inline]
fn digits(bytes: &[u8], width: u8) -> Option<i64> {
    if bytes.len() != usize::from(width) || width > 18 {
        return None;
    }
    let mut rest = bytes;
    let mut number = 0i64;
    while let Some((first, after)) = rest.split_first_chunk::<8>() {
        number = number * 100_000_000 + eight(first)?;
        rest = after;
    }
    for byte in rest {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        number = number * 10 + i64::from(digit);
    }
    Some(number)
}

const POWERS: [i64; 19] = {
    let mut powers = [1; 19];
    let mut i = 1;
    while i < 19 {
        powers[i] = powers[i - 1] * 10;
        i += 1;
    }
    powers
};

/// ASCII digits with at most one point and at most `scale` digits behind it, short enough never to overflow.
#[inline]
fn decimal(bytes: &[u8], scale: u8) -> Option<i64> {
    if bytes.len() + usize::from(scale) > 18 {
        return None;
    }
    let (negative, digits) = match bytes {
        [b'-', rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    let mut number = 0i64;
    let mut at = 0;
    while let Some(byte) = digits.get(at) {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            break;
        }
        number = number * 10 + i64::from(digit);
        at += 1;
    }
    if at == 0 {
        return None;
    }
    let mut missing = usize::from(scale);
    if let Some(byte) = digits.get(at) {
        let fraction = &digits[at + 1..];
        if *byte != b'.' || fraction.is_empty() || fraction.len() > missing {
            return None;
        }
        for byte in fraction {
            let digit = byte.wrapping_sub(b'0');
            if digit > 9 {
                return None;
            }
            number = number * 10 + i64::from(digit);
        }
        missing -= fraction.len();
    }
    let number = number * POWERS[missing];
    Some(if negative { -number } else { number })
}

/// `2024-06-30`, `2024/06/30`, `20240630`, when the calendar has it.
#[inline]
fn date(bytes: &[u8]) -> Option<i64> {
    let (year, month, day) = match bytes {
        [a, b, c, d, s @ (b'-' | b'/'), e, f, t, g, h] if s == t => ([*a, *b, *c, *d], [*e, *f], [*g, *h]),
        [a, b, c, d, e, f, g, h] => ([*a, *b, *c, *d], [*e, *f], [*g, *h]),
        _ => return None,
    };
    let [e, f] = month;
    let [g, h] = day;
    let [a, b, c, d] = year;
    let all = eight(&[a, b, c, d, e, f, g, h])?;
    days(all / 10_000, all / 100 % 100, all % 100)
}

/// Days from 1970-01-01 to a day of the Gregorian calendar; `None` when it has no such day, or outside the years 1 to 9999.
#[inline]
pub(super) fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    const LENGTHS: [i64; 13] = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    if !(1..=9999).contains(&year) || !(1..=12).contains(&month) {
        return None;
    }
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = if month == 2 && leap { 29 } else { LENGTHS[month as usize] };
    if day < 1 || day > length {
        return None;
    }
    // Years that begin in March, so that the leap day is the last of its year.
    let (y, m) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    Some(y * 365 + y / 4 - y / 100 + y / 400 + (m * 153 + 2) / 5 + day - 1 - 719_468)
}

fn all_digits(folded: &str, width: u8) -> Result<i64, Box<Reason>> {
    if folded.bytes().all(|b| b.is_ascii_digit()) {
        return digits(folded.as_bytes(), width).ok_or_else(|| Reason::Width(width, folded.len()).into());
    }
    let look_alike = |c: char| match c {
        'O' | 'o' => Some('0'),
        'I' | 'l' => Some('1'),
        'S' => Some('5'),
        'B' => Some('8'),
        'Z' => Some('2'),
        _ => None,
    };
    if folded.chars().all(|c| c.is_ascii_digit() || look_alike(c).is_some()) {
        let found = folded.chars().find_map(|c| look_alike(c).map(|meant| (c, meant)));
        if let Some((found, meant)) = found {
            return Err(Reason::LetterForDigit(found, meant).into());
        }
    }
    Err(Reason::NotDigits.into())
}

fn dec(trimmed: &str) -> Result<Dec, Box<Reason>> {
    let folded = text::fold(trimmed);
    if let Some(number) = Dec::parse(&folded) {
        return Ok(number);
    }
    // Well written but longer than what is held; with single digits in place of the many it is a number.
    let count = folded.bytes().filter(u8::is_ascii_digit).count();
    let shape = folded.trim_start_matches(['+', '-']);
    if count > 38 && shape.len() + 1 >= folded.len() && long_number(shape) {
        return Err(Reason::Overflow.into());
    }
    Err(Reason::NotNumber.into())
}

/// Whether a text without sign is digits with separators of thousands and perhaps a fraction.
fn long_number(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or("");
    let mut rest = groups.peekable();
    let grouped = rest.peek().is_some();
    digits(fraction)
        && digits(first)
        && (!grouped || first.len() <= 3)
        && rest.all(|g| g.len() == 3 && digits(g))
}

/// A number at a column's scale: zeros at the end may go, other digits may not.
fn fixed(number: Dec, scale: u8) -> Result<i64, Box<Reason>> {
    if let Some(value) = number.at_scale(scale) {
        return i64::try_from(value).map_err(|_| Reason::Overflow.into());
    }
    // No value at that scale: digits would be lost, or there is no room for the zeros.
    let lost = scale < number.scale
        && pow10(u32::from(number.scale - scale)).is_none_or(|p| number.mantissa % p != 0);
    Err(if lost { Reason::TooManyDecimals(scale) } else { Reason::Overflow }.into())
}

/// Dates in all writings that are known, with or without a time of day, which is left out.
fn written_date(folded: &str) -> Result<i64, Box<Reason>> {
    let (day, time) = match folded.split_once([' ', 'T']) {
        Some((day, time)) => (day, Some(time.trim_start())),
        None => (folded, None),
    };
    if time.is_some_and(|t| !is_time(t)) {
        return Err(Reason::NotDate.into());
    }
    let parts: Vec<&str> = if let Some(rest) = day.strip_suffix('日') {
        let Some((year, rest)) = rest.split_once('年') else { return Err(Reason::NotDate.into()) };
        let Some((month, day)) = rest.split_once('月') else { return Err(Reason::NotDate.into()) };
        vec![year, month, day]
    } else if day.len() == 8 && day.bytes().all(|b| b.is_ascii_digit()) {
        vec![&day[..4], &day[4..6], &day[6..]]
    } else {
        let mark = if day.contains('-') { '-' } else { '/' };
        day.split(mark).collect()
    };
    let number = |part: &str, most: usize| {
        let fits = !part.is_empty() && part.len() <= most && part.bytes().all(|b| b.is_ascii_digit());
        fits.then(|| part.bytes().fold(0, |n, b| n * 10 + i64::from(b - b'0')))
    };
    let [year, month, day] = parts[..] else { return Err(Reason::NotDate.into()) };
    match (number(year, 4).filter(|_| year.len() == 4), number(month, 2), number(day, 2)) {
        (Some(year), Some(month), Some(day)) => {
            days(year, month, day).ok_or_else(|| Reason::NoSuchDay.into())
        }
        _ => Err(Reason::NotDate.into()),
    }
}

/// `08:30`, `08:30:00`, `08:30:00.123`.
fn is_time(text: &str) -> bool {
    let (clock, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let parts: Vec<&str> = clock.split(':').collect();
    let bounded = |part: &&str, below: u32| part.len() <= 2 && part.parse::<u32>().is_ok_and(|n| n < below);
    let digits = !fraction.is_empty() && fraction.bytes().all(|b| b.is_ascii_digit());
    match &parts[..] {
        [h, m] => bounded(h, 24) && bounded(m, 60) && !text.contains('.'),
        [h, m, s] => bounded(h, 24) && bounded(m, 60) && bounded(s, 60) && digits,
        _ => false,
    }
}
