//! What a file is, found out from its bytes. The name is only a hint, because names lie: web pages are called
//! `.xls`, workbooks `.doc`, and text arrives on standard input without any name.

use std::io::Cursor;

use super::encoding::decode;
use super::error::{ReadError, Spot, Unsupported};
use super::limits::{Budget, Limits};
use super::package::Package;
use super::text::looks_like_csv;
use crate::grid::Format;

/// The format of a file.
///
/// # Errors
/// [`ReadError::Unsupported`], [`ReadError::Encrypted`] or [`ReadError::Empty`] for what is recognised and not read;
/// the errors of a damaged archive if it cannot be seen what is in it.
pub fn sniff(bytes: &[u8], name_hint: Option<&str>) -> Result<Format, ReadError> {
    sniff_within(bytes, name_hint, &Budget::new(&Limits::default()))
}

/// [`sniff`] within limits of the caller's.
pub(super) fn sniff_within(
    bytes: &[u8],
    name_hint: Option<&str>,
    budget: &Budget,
) -> Result<Format, ReadError> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(ReadError::Empty);
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Package::open(bytes, &mut budget.clone())?.kind();
    }
    if bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return sniff_compound(bytes, name_hint);
    }
    // A PDF may have a few bytes before its header; readers look for it in the first kilobyte.
    if bytes[..bytes.len().min(1024)].windows(5).any(|w| w == b"%PDF-") {
        return Ok(Format::Pdf);
    }
    match other_magic(bytes) {
        Some(what) => Err(ReadError::Unsupported(what)),
        None => sniff_text(bytes, name_hint),
    }
}

/// Formats that are recognised by their first bytes and not read.
fn other_magic(bytes: &[u8]) -> Option<Unsupported> {
    const MAGIC: &[(&[u8], Unsupported)] = &[
        (b"\x89PNG", Unsupported::Image("PNG")),
        (b"\xFF\xD8\xFF", Unsupported::Image("JPEG")),
        (b"GIF8", Unsupported::Image("GIF")),
        (b"BM", Unsupported::Image("BMP")),
        (b"II*\0", Unsupported::Image("TIFF")),
        (b"MM\0*", Unsupported::Image("TIFF")),
        (b"Rar!", Unsupported::Archive("RAR")),
        (b"7z\xBC\xAF\x27\x1C", Unsupported::Archive("7z")),
        (b"\x1F\x8B", Unsupported::Archive("gzip")),
        (b"{\\rtf", Unsupported::Rtf),
        // BOF records of Excel 2, 3 and 4, which stand in the file without a container.
        (b"\x09\x00\x04\x00", Unsupported::OldExcel),
        (b"\x09\x02\x06\x00", Unsupported::OldExcel),
        (b"\x09\x04\x06\x00", Unsupported::OldExcel),
    ];
    if bytes.len() > 12 && bytes.starts_with(b"RIFF") && &bytes[8..12] == b"WEBP" {
        return Some(Unsupported::Image("WebP"));
    }
    let found = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic))?.1;
    // Text may well begin with the letters BM; a bitmap has binary zeros in its header.
    let plausible = !matches!(found, Unsupported::Image("BMP")) || bytes.iter().take(14).any(|b| *b == 0);
    plausible.then_some(found)
}

/// Tells what is in an OLE2 compound file from the names of its streams.
fn sniff_compound(bytes: &[u8], name_hint: Option<&str>) -> Result<Format, ReadError> {
    super::limits::guarded(Format::Xls, || {
        let Ok(file) = cfb::CompoundFile::open(Cursor::new(bytes)) else {
            return Err(super::xls::damaged_container());
        };
        let has = |name: &str| file.is_stream(name);
        let named = |end: &str| name_hint.is_some_and(|n| n.to_ascii_lowercase().ends_with(end));
        if has("/EncryptedPackage") {
            return Err(ReadError::Encrypted(Spot::File));
        }
        if has("/Workbook") || (named(".et") && has("/ETExtData")) {
            return Ok(Format::Xls);
        }
        let what = match () {
            () if has("/Book") => Unsupported::OldExcel,
            () if named(".et") => Unsupported::Et,
            () if has("/WpsCustomData") || named(".wps") => Unsupported::Wps,
            () if has("/WordDocument") => Unsupported::Doc,
            () if has("/PowerPoint Document") => Unsupported::Slides,
            () => Unsupported::CompoundFile,
        };
        Err(ReadError::Unsupported(what))
    })
}

/// Tells the kinds of text apart.
fn sniff_text(bytes: &[u8], name_hint: Option<&str>) -> Result<Format, ReadError> {
    let utf16 = bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF");
    if !utf16 && bytes.iter().take(4096).any(|b| *b == 0) {
        return Err(ReadError::Unsupported(Unsupported::Binary));
    }
    let text = decode(bytes)?;
    let start = text.trim_start();
    let mut head: String = start.chars().take(512).collect();
    head.make_ascii_lowercase();
    let begins = |what: &str| head.starts_with(what);
    if begins("<!doctype html")
        || begins("<html")
        || (begins("<") && head.contains("<html"))
        || begins("<table")
    {
        return Err(ReadError::Unsupported(Unsupported::Html));
    }
    if begins("<?xml") {
        return Err(ReadError::Unsupported(Unsupported::Xml));
    }
    if begins("mime-version:") || head.contains("\ncontent-type: multipart/related") {
        return Err(ReadError::Unsupported(Unsupported::WebArchive));
    }
    let named = |end: &str| name_hint.is_some_and(|n| n.to_ascii_lowercase().ends_with(end));
    if begins("{") && (named(".json") || head[1..].trim_start().starts_with(['"', '}'])) {
        return Ok(Format::Json);
    }
    // A file named .csv that has tabs and no comma is a tab-separated one under a wrong name.
    let csv_by_name = named(".csv") && (text.contains(',') || !text.contains('\t'));
    Ok(if csv_by_name || looks_like_csv(&text) { Format::Csv } else { Format::Text })
}
