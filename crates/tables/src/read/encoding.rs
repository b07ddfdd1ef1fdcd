//! Text files say nowhere in which encoding they are written; it is found out from their bytes.

use std::borrow::Cow;

use encoding_rs::{Encoding, GB18030, UTF_16BE, UTF_16LE};

use super::error::{ReadError, Spot};

/// How many well-formed three-byte sequences there must be for each broken one before a text counts as damaged
/// UTF-8 and not as GB18030. By chance GB18030 text has next to none of them, Chinese UTF-8 has little else.
const UTF8_MAJORITY: usize = 4;

/// Decodes a text file: UTF-8 and UTF-16 by their byte order mark, else UTF-8 if it is well-formed, else GB18030.
pub(super) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, ReadError> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes)
        && (encoding == UTF_16LE || encoding == UTF_16BE)
    {
        return decode_as(
            encoding,
            &bytes[mark..],
            if encoding == UTF_16LE { "UTF-16LE" } else { "UTF-16BE" },
        );
    }
    let marked = bytes.starts_with(b"\xEF\xBB\xBF");
    let body = if marked { &bytes[3..] } else { bytes };
    match std::str::from_utf8(body) {
        Ok(text) => Ok(Cow::Borrowed(text)),
        Err(error) if marked || mostly_utf8(body) => {
            Err(ReadError::Encoding { tried: "UTF-8", spot: line_of(body, error.valid_up_to()) })
        }
        Err(_) => decode_as(GB18030, body, "GB18030"),
    }
}

/// Decodes with one encoding and refuses what does not fit, because a replaced character is a lost figure.
fn decode_as<'a>(
    encoding: &'static Encoding,
    bytes: &'a [u8],
    name: &'static str,
) -> Result<Cow<'a, str>, ReadError> {
    if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes) {
        return Ok(text);
    }
    let (replaced, _) = encoding.decode_without_bom_handling(bytes);
    let before = replaced.split('\u{FFFD}').next().unwrap_or("");
    Err(ReadError::Encoding { tried: name, spot: Spot::Line(before.matches('\n').count() as u64 + 1) })
}

/// Whether a text that is not well-formed UTF-8 is UTF-8 all the same, with a few bytes broken.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let (mut well_formed, mut broken) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        well_formed += chunk.valid().chars().filter(|c| c.len_utf8() == 3).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    well_formed > broken.saturating_mul(UTF8_MAJORITY)
}

/// The line in which a byte stands.
fn line_of(bytes: &[u8], at: usize) -> Spot {
    Spot::Line(bytes.iter().take(at).filter(|b| **b == b'\n').count() as u64 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_encoding_out() {
        let text = "广州市\t≥ 104\r\n珠海横琴\t≥ 4\n";
        let utf16 = |big: bool| -> Vec<u8> {
            let order = |u: u16| if big { u.to_be_bytes() } else { u.to_le_bytes() };
            std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(order).collect()
        };
        let marked = [b"\xEF\xBB\xBF", text.as_bytes()].concat();
        let cases = [
            text.as_bytes().to_vec(),
            marked,
            utf16(true),
            utf16(false),
            GB18030.encode(text).0.into_owned(),
        ];
        for bytes in cases {
            assert_eq!(decode(&bytes).as_deref(), Ok(text));
        }
    }

    #[test]
    fn damaged_utf8_is_not_taken_for_gb18030() {
        let mut bytes = "第一行\n第二行是文字\n第三行".as_bytes().to_vec();
        bytes[12] = 0xFF;
        assert_eq!(decode(&bytes), Err(ReadError::Encoding { tried: "UTF-8", spot: Spot::Line(2) }));
    }
}
