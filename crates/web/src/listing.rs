//! Lists, in the form that is asked for: JSON with the address of the next page, CSV for Excel, or a workbook.
//!
//! JSON carries amounts in whole fen, because programs read it; CSV and workbooks carry them in 元 with two places, because people do. Nothing is
//! rounded on the way: the places are written, not worked out.

use axum::{
    http::{HeaderMap, HeaderValue, Uri, header},
    response::{IntoResponse as _, Response},
};
use jixiao_core::{checks::Text, finding::Lang};
use rust_xlsxwriter::{Format, Workbook, XlsxError};
use serde::Serialize;
use serde_json::json;

use crate::{
    ask::thousandths,
    openapi::XLSX,
    problem::{self, Problem},
};

/// The most lines of a page.
pub const MOST: i64 = 500;
/// The lines of a page when nothing is said.
pub const USUAL: i64 = 100;

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// A text.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// An amount in fen, shown in 元.
    Fen(i64),
    /// Nothing.
    Nothing,
}

impl Cell {
    /// An amount that may be missing.
    pub fn fen(fen: Option<i64>) -> Self {
        fen.map_or(Self::Nothing, Self::Fen)
    }
}

/// A column of a list.
pub struct Column<T> {
    /// What it is called.
    pub title: Text,
    /// What stands in it.
    pub cell: fn(&T) -> Cell,
}

/// A column.
pub const fn column<T>(zh: &'static str, en: &'static str, cell: fn(&T) -> Cell) -> Column<T> {
    Column { title: Text { zh, en }, cell }
}

/// In which form a list is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Json,
    Csv,
    Xlsx,
}

/// The form with the greatest weight; of equal ones the first of JSON, CSV, workbook.
fn form(headers: &HeaderMap) -> Result<Form, Problem> {
    let asked: Vec<&str> =
        headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).collect();
    if asked.is_empty() {
        return Ok(Form::Json);
    }
    let asked = asked.join(",");
    let mut best: Option<(Form, u32)> = None;
    for (form, kind) in [(Form::Json, "application/json"), (Form::Csv, "text/csv"), (Form::Xlsx, XLSX)] {
        let family = kind.split('/').next().unwrap_or_default();
        // What is more special counts before what is more general: `text/csv;q=0, */*` does not want CSV.
        let mut weight: Option<(u8, u32)> = None;
        for part in asked.split(',') {
            let mut pieces = part.trim().split(';').map(str::trim);
            let range = pieces.next().unwrap_or_default().to_ascii_lowercase();
            let special = match range.as_str() {
                exact if exact == kind => 2,
                "*/*" => 0,
                other if other.strip_suffix("/*") == Some(family) => 1,
                _ => continue,
            };
            let q = pieces.find_map(|piece| piece.strip_prefix("q=")).map_or(1000, thousandths);
            if weight.is_none_or(|(before, _)| special > before) {
                weight = Some((special, q));
            }
        }
        if let Some((_, q)) = weight
            && q > 0
            && best.is_none_or(|(_, before)| q > before)
        {
            best = Some((form, q));
        }
    }
    best.map(|(form, _)| form).ok_or_else(|| Problem::bare(&problem::FORM))
}

/// An amount in 元 with two places, from its fen.
pub(crate) fn yuan(fen: i64) -> String {
    let sign = if fen < 0 { "-" } else { "" };
    let fen = fen.unsigned_abs();
    format!("{sign}{}.{:02}", fen / 100, fen % 100)
}

/// The address of this page with another value of a parameter.
pub fn next_page(uri: &Uri, name: &str, value: &str) -> String {
    let mut pairs: Vec<String> = uri
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(|pair| !pair.is_empty() && pair.split('=').next() != Some(name))
        .map(str::to_owned)
        .collect();
    pairs.push(format!("{name}={}", escaped(value)));
    format!("{}?{}", uri.path(), pairs.join("&"))
}

/// A value as it stands in an address.
pub(crate) fn escaped(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a text cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

/// A list in the form that is asked for.
///
/// # Errors
/// It is wanted in no form that there is.
pub fn listing<T: Serialize>(
    headers: &HeaderMap,
    lang: Lang,
    name: &str,
    columns: &[Column<T>],
    items: &[T],
    next: Option<String>,
) -> Result<Response, Problem> {
    let file = |kind: &'static str, ending: &str, bytes: Vec<u8>| {
        let disposition = format!("attachment; filename=\"{name}.{ending}\"");
        ([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)], bytes)
            .into_response()
    };
    let broken = |said: String| Problem { kept_quiet: Some(said), ..Problem::bare(&problem::BROKEN) };
    let mut response = match form(headers)? {
        Form::Json => axum::Json(json!({ "items": items, "next": next })).into_response(),
        Form::Csv => {
            let bytes = as_csv(&titles(columns, lang), cells(columns, items));
            file("text/csv; charset=utf-8", "csv", bytes.map_err(|error| broken(error.to_string()))?)
        }
        Form::Xlsx => {
            let bytes = as_workbook(&titles(columns, lang), cells(columns, items));
            file(XLSX, "xlsx", bytes.map_err(|error| broken(error.to_string()))?)
        }
    };
    if let Some(link) = next.and_then(|next| HeaderValue::from_str(&format!("<{next}>; rel=\"next\"")).ok()) {
        response.headers_mut().insert(header::LINK, link);
    }
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("Accept, Accept-Language"));
    Ok(response)
}

fn titles<T>(columns: &[Column<T>], lang: Lang) -> Vec<&'static str> {
    columns.iter().map(|column| column.title.get(lang)).collect()
}

fn cells<T>(columns: &[Column<T>], items: &[T]) -> impl Iterator<Item = Vec<Cell>> {
    items.iter().map(|item| columns.iter().map(|column| (column.cell)(item)).collect())
}

fn as_csv(titles: &[&str], rows: impl Iterator<Item = Vec<Cell>>) -> Result<Vec<u8>, csv::Error> {
    // Without this mark Excel takes the text for the system's old encoding.
    let mut out = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer("\u{feff}".as_bytes().to_vec());
    out.write_record(titles)?;
    for row in rows {
        out.write_record(row.into_iter().map(|cell| match cell {
            // What begins like a formula is run as one by spreadsheets; an apostrophe makes it a text.
            Cell::Text(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r']) => format!("'{text}"),
            Cell::Text(text) => text,
            Cell::Whole(number) => number.to_string(),
            Cell::Fen(fen) => yuan(fen),
            Cell::Nothing => String::new(),
        }))?;
    }
    out.into_inner().map_err(|error| error.into_error().into())
}

/// A spreadsheet's numbers keep fifteen digits; a longer one is written as a text.
const DIGITS: usize = 15;

/// A list as a workbook: headings that stay in sight, amounts as numbers in 元.
///
/// # Errors
/// It has more lines than a sheet takes.
pub fn as_workbook(titles: &[&str], rows: impl Iterator<Item = Vec<Cell>>) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let (head, money) = (Format::new().set_bold(), Format::new().set_num_format("#,##0.00"));
    for (at, title) in (0u16..).zip(titles) {
        sheet.write_string_with_format(0, at, *title, &head)?;
    }
    for (row, cells) in (1u32..).zip(rows) {
        for (at, cell) in (0u16..).zip(cells) {
            let (text, format) = match cell {
                Cell::Nothing => continue,
                Cell::Text(text) => {
                    sheet.write_string(row, at, text)?;
                    continue;
                }
                Cell::Whole(number) => (number.to_string(), Format::new()),
                Cell::Fen(fen) => (yuan(fen), money.clone()),
            };
            let digits = text.chars().filter(char::is_ascii_digit).count();
            match text.parse::<f64>() {
                Ok(value) if digits <= DIGITS => sheet.write_number_with_format(row, at, value, &format)?,
                _ => sheet.write_string(row, at, text)?,
            };
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    book.save_to_buffer()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fen_become_yuan_to_the_last_place() {
        for (fen, expected) in [
            (0, "0.00"),
            (5, "0.05"),
            (-5, "-0.05"),
            (123_456, "1234.56"),
            (i64::MIN, "-92233720368547758.08"),
        ] {
            assert_eq!(yuan(fen), expected);
        }
    }

    #[test]
    fn the_form_that_is_wanted_most_is_taken() {
        for (accept, expected) in [
            ("application/json", Ok(Form::Json)),
            ("*/*", Ok(Form::Json)),
            ("text/csv", Ok(Form::Csv)),
            ("text/*, application/json;q=0.5", Ok(Form::Csv)),
            ("application/json;q=0, */*", Ok(Form::Csv)),
            (XLSX, Ok(Form::Xlsx)),
            ("image/png", Err("JX-1005")),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Ok(Form::Json)),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, accept.parse().expect("a header"));
            assert_eq!(form(&headers).map_err(|p| p.code.number), expected, "{accept}");
        }
        assert_eq!(form(&HeaderMap::new()).ok(), Some(Form::Json));
    }

    #[test]
    fn a_page_begins_after_the_last_one() {
        let uri: Uri = "/api/v1/cases?machine=application&after=7&limit=2".parse().expect("an address");
        assert_eq!(next_page(&uri, "after", "9"), "/api/v1/cases?machine=application&limit=2&after=9");
        assert_eq!(
            next_page(&uri, "before", "1:a/b&c"),
            "/api/v1/cases?machine=application&after=7&limit=2&before=1%3Aa%2Fb%26c"
        );
    }

    #[test]
    fn a_text_that_looks_like_a_formula_is_none() {
        let columns = [column("甲", "a", |text: &&str| Cell::Text((*text).to_owned()))];
        let bytes =
            as_csv(&titles(&columns, Lang::Zh), cells(&columns, &["=1+1", "一,二"])).expect("it is written");
        assert_eq!(String::from_utf8(bytes).expect("text"), "\u{feff}甲\r\n'=1+1\r\n\"一,二\"\r\n");
    }
}
