//! A look at the packed streams of a PDF before a library unpacks them without bound.
//!
//! Deflate turns a kilobyte into a megabyte. The library unpacks object streams and cross references while it opens the
//! file, so every stream is unpacked here first, into nothing, and counted.

use std::borrow::Cow;

use flate2::{Decompress, FlushDecompress, Status};

use hayro_syntax::Filter;
use hayro_syntax::object::{Dict, Name, Stream};

use crate::grid::Format;
use crate::read::error::{Fault, ReadError, Spot};
use crate::read::limits::{Budget, LimitKind};

/// How many times more than other streams pictures may unpack to in total. They are never unpacked for their text.
const PICTURES: u64 = 16;

/// More than this out of a stream that was itself unpacked from a stream is a bomb, not a document.
const TWICE_PACKED: u64 = 1 << 20;

/// How far before the word `stream` its dictionary is looked for.
const DICTIONARY: usize = 1024;

/// Checks the streams of a file.
pub(super) fn vet(bytes: &[u8], budget: &Budget) -> Result<(), ReadError> {
    vet_predictors(bytes)?;
    let allowed = LimitKind::UnpackedBytes.of(budget.limits());
    let (mut data, mut pictures) = (0u64, 0u64);
    for at in positions(bytes, b"stream") {
        let rest = &bytes[at + 6..];
        let body = rest
            .strip_prefix(b"\r\n")
            .or_else(|| rest.strip_prefix(b"\n"))
            .or_else(|| rest.strip_prefix(b"\r"));
        let Some(body) = body else { continue };
        let dictionary = &bytes[at.saturating_sub(DICTIONARY)..at];
        let is_picture = has(last_object(dictionary), b"/Image");
        let (total, bound) =
            if is_picture { (&mut pictures, allowed.saturating_mul(PICTURES)) } else { (&mut data, allowed) };
        *total += unpacked_size(body, bound.saturating_sub(*total))?;
        if *total > bound {
            return Err(ReadError::Limit { kind: LimitKind::UnpackedBytes, allowed, found: *total });
        }
    }
    Ok(())
}

/// Whether a stream of the document may be unpacked. A single deflate in the clear was counted by [`vet`] already; one
/// under encryption, or one that calls itself a picture, is counted now. With any other chain of filters, the most
/// that each can blow up must together stay within the limit.
pub(super) fn may_unpack(stream: &Stream<'_>, budget: &Budget) -> Result<(), ReadError> {
    let filters = stream.filters();
    let raw = stream.raw_data();
    let found = if filters.as_slice() == [Filter::FlateDecode] {
        let is_picture = stream.dict().get::<Name<'_>>("Subtype").is_some_and(|n| n.as_ref() == b"Image");
        let is_encrypted = matches!(raw, Cow::Owned(_));
        if !is_picture && !is_encrypted {
            return Ok(());
        }
        unpacked_size(&raw, budget.limits().unpacked_bytes)?
    } else {
        let factor =
            filters.iter().fold(1u64, |product, filter| product.saturating_mul(worst_ratio(*filter)));
        (raw.len() as u64).saturating_mul(factor)
    };
    budget.check(LimitKind::UnpackedBytes, found)
}

/// By how much a filter can blow its data up at most.
fn worst_ratio(filter: Filter) -> u64 {
    match filter {
        Filter::FlateDecode => 1_032,
        Filter::LzwDecode => 2_731,
        Filter::RunLengthDecode => 64,
        _ => 1,
    }
}

/// A font's streams, which the font library unpacks by itself.
pub(super) fn vet_font(font: &Dict<'_>, budget: &Budget) -> Result<(), ReadError> {
    let mut dictionaries = vec![font.clone()];
    if let Some(descendants) = font.get::<hayro_syntax::object::Array<'_>>("DescendantFonts") {
        dictionaries.extend(descendants.iter::<Dict<'_>>().take(4));
    }
    for dictionary in dictionaries.clone() {
        dictionaries.extend(dictionary.get::<Dict<'_>>("FontDescriptor"));
    }
    for dictionary in &dictionaries {
        for key in ["FontFile", "FontFile2", "FontFile3", "ToUnicode", "Encoding", "CIDToGIDMap"] {
            if let Some(stream) = dictionary.get::<Stream<'_>>(key) {
                may_unpack(&stream, budget)?;
            }
        }
    }
    Ok(())
}

/// How many bytes a stream unpacks to, as far as it matters: no further than one more than `room`.
fn unpacked_size(packed: &[u8], room: u64) -> Result<u64, ReadError> {
    let zlib = has_zlib_header(packed);
    let mut first = Vec::new();
    let total = inflate(packed, zlib, room, Some(&mut first));
    if has_zlib_header(&first) && inflate(&first, true, TWICE_PACKED, None) > TWICE_PACKED {
        let fault = Fault::new("数据流重复压缩", "a stream is packed twice");
        return Err(ReadError::malformed(Format::Pdf, Spot::File, fault));
    }
    Ok(total)
}

/// Whether bytes begin as zlib's do: method 8 and a check sum of the first two bytes.
fn has_zlib_header(bytes: &[u8]) -> bool {
    bytes
        .first_chunk()
        .is_some_and(|head| head[0] & 0x0F == 8 && u16::from_be_bytes(*head).is_multiple_of(31))
}

/// Unpacks into a scrap buffer and counts; the beginning is kept for a second look if asked for.
fn inflate(packed: &[u8], zlib: bool, room: u64, mut keep: Option<&mut Vec<u8>>) -> u64 {
    let mut state = Decompress::new(zlib);
    let mut scrap = vec![0u8; 64 << 10];
    loop {
        let (read, written) = (state.total_in(), state.total_out());
        let rest = packed.get(read as usize..).unwrap_or_default();
        let status = state.decompress(rest, &mut scrap, FlushDecompress::None);
        let step = state.total_out() - written;
        if let Some(kept) = keep.as_deref_mut()
            && kept.len() < 4 * scrap.len()
        {
            kept.extend_from_slice(&scrap[..step as usize]);
        }
        let stuck = step == 0 && state.total_in() == read;
        if status.is_err() || matches!(status, Ok(Status::StreamEnd)) || stuck || state.total_out() > room {
            return state.total_out();
        }
    }
}

/// Widths of rows for which the library would allocate at once: no table of a document is a million columns wide.
fn vet_predictors(bytes: &[u8]) -> Result<(), ReadError> {
    for (key, digits) in [(&b"/Columns"[..], 6), (b"/Colors", 3), (b"/BitsPerComponent", 3)] {
        for at in positions(bytes, key) {
            let value = bytes[at + key.len()..].trim_ascii_start();
            if value.iter().take_while(|b| b.is_ascii_digit()).count() > digits {
                let fault = Fault::new("数据流参数超出合理范围", "a parameter of a stream is beyond reason");
                return Err(ReadError::malformed(Format::Pdf, Spot::File, fault));
            }
        }
    }
    Ok(())
}

/// The last object that begins in a stretch of the file.
fn last_object(stretch: &[u8]) -> &[u8] {
    let start = stretch.windows(4).rposition(|w| w == b" obj").unwrap_or(0);
    &stretch[start..]
}

fn has(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|w| w == what)
}

/// Where a word occurs.
fn positions<'a>(bytes: &'a [u8], word: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    let first = word[0];
    (0..bytes.len()).filter(move |at| bytes[*at] == first && bytes[*at..].starts_with(word))
}
