//! A drawing as dots, for programs that cannot show SVG (older Word). It comes with the typesetter, which reads the same drawings.

use std::sync::{Arc, LazyLock};

use jixiao_core::both;
use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};

use crate::fault::Fault;
use crate::font;
use crate::text::drawable;

static FONTS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = fontdb::Database::new();
    for face in font::files() {
        fonts.load_font_data(face.to_vec());
    }
    Arc::new(fonts)
});

/// The dots that a side of a picture may have: more would be no chart.
const LARGEST: u32 = 20_000;

/// The PNG of a drawing, `scale` dots for each of its own units, on white. The text is set in the embedded font.
///
/// # Errors
/// The SVG cannot be read, or the picture would be larger than 20,000 dots a side; `name` is the file that the fault speaks of.
pub fn png(name: &str, svg: &str, scale: u8) -> Result<Vec<u8>, Box<Fault>> {
    let unreadable = |said: &str| {
        Box::new(Fault::nowhere(both!(
            "图“{name}”不能转成图片:{said}。请重新生成该图。",
            "The drawing “{name}” cannot be made into a picture: {said}. Make it again.",
            name = name,
            said = said,
        )))
    };
    let (text, _) = drawable(name, svg);
    let options =
        Options { fontdb: Arc::clone(&FONTS), font_family: font::FAMILY.to_owned(), ..Options::default() };
    let tree = Tree::from_str(&text, &options).map_err(|error| unreadable(&error.to_string()))?;
    let size = tree.size().to_int_size();
    let side = |length: u32| length.checked_mul(u32::from(scale)).filter(|dots| (1..=LARGEST).contains(dots));
    let (Some(width), Some(height)) = (side(size.width()), side(size.height())) else {
        return Err(unreadable("size"));
    };
    let mut dots = Pixmap::new(width, height).ok_or_else(|| unreadable("size"))?;
    dots.fill(Color::WHITE);
    resvg::render(&tree, Transform::from_scale(f32::from(scale), f32::from(scale)), &mut dots.as_mut());
    dots.encode_png().map_err(|error| unreadable(&error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DRAWING: &str = "<svg xmlns='http://www.w3.org/2000/svg' width='60' height='20' viewBox='0 0 60 20'>\
        <text x='2' y='15' font-size='12' font-family=\"'Noto Sans CJK SC', sans-serif\">目标</text></svg>";

    #[test]
    fn a_drawing_becomes_dots_with_its_text() {
        let picture = png("charts/a.svg", DRAWING, 2).unwrap();
        assert_eq!(picture, png("charts/a.svg", DRAWING, 2).unwrap());
        let dots = Pixmap::decode_png(&picture).unwrap();
        assert_eq!((dots.width(), dots.height()), (120, 40));
        // Two characters of 24 dots leave some ink, and most stays white.
        let dark = dots.pixels().iter().filter(|dot| dot.red() < 128).count();
        assert!((100..1_200).contains(&dark), "{dark} dark dots");
    }

    #[test]
    fn what_is_no_drawing_is_named() {
        assert!(png("charts/a.svg", "<svg", 2).unwrap_err().message.zh.contains("charts/a.svg"));
        assert!(png("charts/a.svg", &DRAWING.replace("'60'", "'60000'"), 2).is_err());
    }
}
