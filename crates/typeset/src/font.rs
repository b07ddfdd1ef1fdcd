//! The embedded font: two faces of Noto Sans CJK SC, cut down by `scripts/font.sh`. No installed font is ever looked for.

use std::sync::LazyLock;

use typst::foundations::Bytes;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;

/// The name by which templates and charts ask for the font.
pub const FAMILY: &str = "Noto Sans CJK SC";

/// The font's licence (SIL Open Font License 1.1) as it stands beside the font.
pub const LICENSE: &str = include_str!("../fonts/OFL.txt");

static REGULAR: &[u8] = include_bytes!("../fonts/NotoSansSC-Regular.otf");
static BOLD: &[u8] = include_bytes!("../fonts/NotoSansSC-Bold.otf");

static FACES: LazyLock<Vec<Font>> =
    LazyLock::new(|| files().into_iter().flat_map(|face| Font::iter(Bytes::new(face))).collect());

static BOOK: LazyLock<LazyHash<FontBook>> =
    LazyLock::new(|| LazyHash::new(FontBook::from_fonts(FACES.iter())));

/// The bytes of the faces.
pub(crate) fn files() -> [&'static [u8]; 2] {
    [REGULAR, BOLD]
}

/// The faces, in the order of the book.
pub(crate) fn faces() -> &'static [Font] {
    &FACES
}

/// What the typesetter asks for names and weights.
pub(crate) fn book() -> &'static LazyHash<FontBook> {
    &BOOK
}

/// Whether every face of the embedded font can draw a character. Characters that leave no ink (line ends, joiners, variation selectors) count as drawn.
pub(crate) fn draws(character: char) -> bool {
    leaves_no_ink(character) || FACES.iter().all(|face| face.info().coverage.contains(character.into()))
}

fn leaves_no_ink(character: char) -> bool {
    character.is_control()
        || character.is_whitespace()
        || matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2064}')
        || matches!(character, '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0100}'..='\u{e01ef}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_faces_of_one_family() {
        let found: Vec<_> =
            faces().iter().map(|f| (f.info().family.as_str(), f.info().variant.weight.to_number())).collect();
        assert_eq!(found, [(FAMILY, 400), (FAMILY, 700)]);
    }

    #[test]
    fn what_is_drawn_and_what_is_not() {
        for character in "汉字 abc 0123 ≥≤－—·①⑳㈠％〔2024〕号、堃珺玥祎𬭚\u{3013}\n\t\u{fe0f}".chars()
        {
            assert!(draws(character), "{character:?}");
        }
        // A traditional form, a Korean syllable, an emoji: not in Chinese forms.
        for character in "護한😀".chars() {
            assert!(!draws(character), "{character:?}");
        }
    }
}
