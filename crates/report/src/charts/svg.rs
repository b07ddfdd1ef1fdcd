//! A small SVG writer: plain attributes only, so that browsers, Word and the typesetter draw the same.

use std::fmt::Write as _;

use jixiao_core::text::char_width;

use crate::xml::escape;

/// A length or position in hundredths of a pixel.
pub(super) type Px = i32;

/// So many whole pixels.
pub(super) const fn px(pixels: i32) -> Px {
    pixels * 100
}

/// Fonts in the order in which they are tried.
const FONTS: &str = "'Noto Sans CJK SC', 'Source Han Sans SC', sans-serif";

/// Colours that stay apart for colour-blind readers, and in grey by their lightness.
pub(super) mod ink {
    /// Text.
    pub(in crate::charts) const TEXT: &str = "#1a1a1a";
    /// Text that comes second.
    pub(in crate::charts) const FAINT: &str = "#555555";
    /// Axes.
    pub(in crate::charts) const AXIS: &str = "#8c8c8c";
    /// Lines behind.
    pub(in crate::charts) const GRID: &str = "#dddddd";
    /// Areas behind.
    pub(in crate::charts) const BACK: &str = "#eeeeee";
    /// What was reached or paid: dark.
    pub(in crate::charts) const GOOD: &str = "#0b5394";
    /// What was missed: middle, and always hatched or hollow.
    pub(in crate::charts) const BAD: &str = "#c04f00";
    /// White.
    pub(in crate::charts) const PAPER: &str = "#ffffff";
}

/// How an area is filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fill {
    /// One colour, no edge.
    Solid(&'static str),
    /// Slanted lines on white with an edge: missed, refused.
    Hatched,
    /// White with a dashed edge: not known.
    Hollow,
}

/// Where a text stands relative to its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// How a text looks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    pub(super) size: i32,
    pub(super) bold: bool,
    pub(super) ink: &'static str,
}

impl Style {
    pub(super) const TITLE: Self = Self { size: 17, bold: true, ink: ink::TEXT };
    pub(super) const BODY: Self = Self { size: 13, bold: false, ink: ink::TEXT };
    pub(super) const STRONG: Self = Self { size: 13, bold: true, ink: ink::TEXT };
    pub(super) const SMALL: Self = Self { size: 11, bold: false, ink: ink::FAINT };

    pub(super) const fn ink(mut self, ink: &'static str) -> Self {
        self.ink = ink;
        self
    }

    /// The width that a text takes, rather too wide than too narrow: a Chinese character is as wide as it is high,
    /// a Latin letter or digit 0.58 of that (bold 0.61).
    pub(super) fn width(self, text: &str) -> Px {
        let half = if self.bold { 61 } else { 58 };
        text.chars().map(|c| if char_width(c) == 2 { 100 } else { half } * self.size).sum()
    }

    /// Distance between lines.
    pub(super) const fn line(self) -> Px {
        px(self.size) * 14 / 10
    }

    /// A text cut to a width, with an ellipsis.
    pub(super) fn cut(self, text: &str, most: Px) -> String {
        if self.width(text) <= most {
            return text.to_owned();
        }
        let mut kept = String::new();
        for c in text.chars() {
            kept.push(c);
            if self.width(&kept) + px(self.size) > most {
                kept.pop();
                break;
            }
        }
        kept.push('…');
        kept
    }

    /// A text in lines of at most a width. Latin words stay whole where they fit; closing punctuation begins no line.
    pub(super) fn wrap(self, text: &str, most: Px) -> Vec<String> {
        let mut lines = Vec::new();
        let mut line = String::new();
        for word in words(text) {
            let closing = word.starts_with(['，', '。', '；', '、', '）', '”', '：']);
            if !line.is_empty() && !closing && self.width(&line) + self.width(word.trim_end()) > most {
                lines.push(line.trim_end().to_owned());
                line.clear();
            }
            line.push_str(word);
        }
        if !line.trim().is_empty() {
            lines.push(line.trim_end().to_owned());
        }
        lines
    }
}

/// The pieces between which a line may break: each wide character, each run of narrow ones up to a space.
fn words(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut from = 0;
    let mut last = ' ';
    for (at, c) in text.char_indices() {
        let here = char_width(c) == 2 || char_width(last) == 2 || (last == ' ' && c != ' ');
        if here && at > from {
            pieces.push(&text[from..at]);
            from = at;
        }
        last = c;
    }
    if from < text.len() {
        pieces.push(&text[from..]);
    }
    pieces
}

/// A number of hundredths as SVG writes it: `12`, `12.5`, `-0.05`.
pub(super) fn num(value: Px) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let (whole, rest) = (value.unsigned_abs() / 100, value.unsigned_abs() % 100);
    match rest {
        0 => format!("{sign}{whole}"),
        r if r.is_multiple_of(10) => format!("{sign}{whole}.{}", r / 10),
        r => format!("{sign}{whole}.{r:02}"),
    }
}

/// A drawing under way.
pub(super) struct Svg {
    body: String,
    width: Px,
}

impl Svg {
    pub(super) fn new(width: Px) -> Self {
        Self { body: String::new(), width }
    }

    pub(super) fn width(&self) -> Px {
        self.width
    }

    pub(super) fn rect(&mut self, x: Px, y: Px, width: Px, height: Px, fill: Fill) {
        let (width, height) = (width.max(0), height.max(0));
        let [x, y, w, h] = [x, y, width, height].map(num);
        let paint = match fill {
            Fill::Solid(colour) => format!("fill=\"{colour}\""),
            Fill::Hatched => {
                format!("fill=\"url(#jx-hatch)\" stroke=\"{}\" stroke-width=\"1.2\"", ink::BAD)
            }
            Fill::Hollow => {
                format!(
                    "fill=\"{}\" stroke=\"{}\" stroke-width=\"1\" stroke-dasharray=\"3 2\"",
                    ink::PAPER,
                    ink::AXIS
                )
            }
        };
        let _ = writeln!(self.body, "<rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" {paint}/>");
    }

    /// A straight line; `dash` is a dash array, empty for none. `thick` is in hundredths of a pixel.
    pub(super) fn line(&mut self, from: (Px, Px), to: (Px, Px), ink: &str, thick: Px, dash: &str) {
        let [x1, y1, x2, y2, thick] = [from.0, from.1, to.0, to.1, thick].map(num);
        let dash = if dash.is_empty() { String::new() } else { format!(" stroke-dasharray=\"{dash}\"") };
        let _ = writeln!(
            self.body,
            "<line x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\" stroke=\"{ink}\" stroke-width=\"{thick}\"{dash}/>"
        );
    }

    /// A line through points.
    pub(super) fn course(&mut self, points: &[(Px, Px)], ink: &str, thick: Px, dash: &str) {
        let points: Vec<String> = points.iter().map(|(x, y)| format!("{},{}", num(*x), num(*y))).collect();
        let (points, thick) = (points.join(" "), num(thick));
        let dash = if dash.is_empty() { String::new() } else { format!(" stroke-dasharray=\"{dash}\"") };
        let _ = writeln!(
            self.body,
            "<polyline points=\"{points}\" fill=\"none\" stroke=\"{ink}\" stroke-width=\"{thick}\" stroke-linejoin=\"round\"{dash}/>"
        );
    }

    /// A closed shape through points.
    pub(super) fn shape(&mut self, points: &[(Px, Px)], fill: &str, stroke: &str, thick: Px) {
        let points: Vec<String> = points.iter().map(|(x, y)| format!("{},{}", num(*x), num(*y))).collect();
        let (points, thick) = (points.join(" "), num(thick));
        let _ = writeln!(
            self.body,
            "<polygon points=\"{points}\" fill=\"{fill}\" stroke=\"{stroke}\" stroke-width=\"{thick}\"/>"
        );
    }

    pub(super) fn circle(&mut self, at: (Px, Px), radius: Px, fill: &str, stroke: &str) {
        let [x, y, r] = [at.0, at.1, radius].map(num);
        let _ = writeln!(
            self.body,
            "<circle cx=\"{x}\" cy=\"{y}\" r=\"{r}\" fill=\"{fill}\" stroke=\"{stroke}\" stroke-width=\"1.6\"/>"
        );
    }

    /// A band between two upright edges, from `(x, top, bottom)` to `(x, top, bottom)`, curved.
    pub(super) fn band(&mut self, from: (Px, Px, Px), to: (Px, Px, Px), fill: &str) {
        let middle = (from.0 + to.0) / 2;
        let [x1, t1, b1, x2, t2, b2, m] = [from.0, from.1, from.2, to.0, to.1, to.2, middle].map(num);
        let _ = writeln!(
            self.body,
            "<path d=\"M{x1} {t1}C{m} {t1} {m} {t2} {x2} {t2}L{x2} {b2}C{m} {b2} {m} {b1} {x1} {b1}Z\" fill=\"{fill}\"/>"
        );
    }

    /// A text with its base line at a point.
    pub(super) fn text(&mut self, at: (Px, Px), anchor: Anchor, style: Style, text: &str) {
        if text.is_empty() {
            return;
        }
        let anchor = match anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        let bold = if style.bold { " font-weight=\"bold\"" } else { "" };
        let _ = writeln!(
            self.body,
            "<text x=\"{}\" y=\"{}\" font-size=\"{}\"{bold} fill=\"{}\"{anchor}>{}</text>",
            num(at.0),
            num(at.1),
            style.size,
            style.ink,
            escape(text)
        );
    }

    /// The drawing, so high. The pattern's name is the same in every chart, as is what it draws: several on one page do no harm.
    pub(super) fn finish(self, height: Px, title: &str, description: &str, lang: &str) -> String {
        let (w, h) = (num(self.width), num(height));
        let (title, description) = (escape(title), escape(description));
        let bad = ink::BAD;
        let paper = ink::PAPER;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\" role=\"img\" \
             xml:lang=\"{lang}\" font-family=\"{FONTS}\">\n<title>{title}</title>\n<desc>{description}</desc>\n<defs>\
             <pattern id=\"jx-hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">\
             <rect width=\"6\" height=\"6\" fill=\"{paper}\"/>\
             <path d=\"M-1.5 1.5L1.5 -1.5M0 6L6 0M4.5 7.5L7.5 4.5\" stroke=\"{bad}\" stroke-width=\"1.4\"/></pattern></defs>\n\
             <rect width=\"{w}\" height=\"{h}\" fill=\"{paper}\"/>\n{}</svg>\n",
            self.body
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_without_useless_zeros() {
        let written = [0, 100, 150, 105, -5, -150, 72_000].map(num);
        assert_eq!(written, ["0", "1", "1.5", "1.05", "-0.05", "-1.5", "720"]);
    }

    #[test]
    fn lines_break_between_chinese_characters_and_between_latin_words() {
        let style = Style::BODY;
        // 13 px: three Chinese characters fit in 40 px, and the full stop hangs.
        assert_eq!(style.wrap("甲乙丙。丁戊", px(40)), ["甲乙丙。", "丁戊"]);
        // Ten letters are 75 px.
        assert_eq!(style.wrap("import interest paid", px(80)), ["import", "interest", "paid"]);
        assert_eq!(style.cut("甲乙丙丁", px(40)), "甲乙…");
        assert_eq!(style.cut("甲乙丙", px(40)), "甲乙丙");
        assert!(style.wrap("", px(40)).is_empty());
    }

    proptest::proptest! {
        #[test]
        fn lines_lose_nothing_and_cut_texts_fit(text in "[甲乙丙，。（a-z0-9 ]{0,60}", most in 30i32..300) {
            let style = Style::BODY;
            let bare = |text: &str| text.chars().filter(|c| *c != ' ').collect::<String>();
            proptest::prop_assert_eq!(bare(&style.wrap(&text, px(most)).concat()), bare(&text));
            proptest::prop_assert!(style.width(&style.cut(&text, px(most))) <= px(most));
        }
    }
}
