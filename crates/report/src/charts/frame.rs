//! What all charts share: title, unit and legend above, source line below, marks for how a target came out.

use jixiao_core::finding::Lang;

use super::{
    Heading, say,
    svg::{Anchor, Fill, Px, Style, Svg, ink, px},
};
use crate::content::Status;

/// Space at either side.
pub(super) const MARGIN: Px = px(16);
/// Width of every chart: what a page's text is wide.
pub(super) const WIDTH: Px = px(720);

/// What a legend's key looks like.
#[derive(Clone, Copy, Debug)]
pub(super) enum Key {
    /// A filled box.
    Area(Fill),
    /// A line: colour, thickness, dashes.
    Line(&'static str, Px, &'static str),
    /// An upright stroke.
    Stroke,
    /// How a target came out.
    Came(Status),
    /// A dot with an interval.
    Whisker,
    /// A dot alone: full for reached, hollow for everything else.
    Dot(Status),
}

/// Begins a chart: title, unit, legend. Gives the drawing and where its body begins.
pub(super) fn begin(heading: &Heading, legend: &[(Key, String)], lang: Lang) -> (Svg, Px) {
    let mut svg = Svg::new(WIDTH);
    let mut y = px(28);
    for line in Style::TITLE.wrap(heading.title.get(lang), WIDTH - 2 * MARGIN) {
        svg.text((MARGIN, y), Anchor::Start, Style::TITLE, &line);
        y += Style::TITLE.line();
    }
    let unit = heading.unit.get(lang);
    if !unit.is_empty() {
        let text = format!("{}{unit}", say(lang, "单位：", "Unit: "));
        svg.text((MARGIN, y), Anchor::Start, Style::SMALL, &text);
        y += px(20);
    }
    let mut x = MARGIN;
    for (key, text) in legend {
        let width = px(32) + Style::SMALL.width(text) + px(14);
        if x > MARGIN && x + width > WIDTH - MARGIN {
            (x, y) = (MARGIN, y + px(20));
        }
        draw_key(&mut svg, *key, x, y - px(4));
        svg.text((x + px(32), y), Anchor::Start, Style::SMALL.ink(ink::TEXT), text);
        x += width;
    }
    if !legend.is_empty() {
        y += px(14);
    }
    (svg, y)
}

fn draw_key(svg: &mut Svg, key: Key, x: Px, middle: Px) {
    match key {
        Key::Area(fill) => svg.rect(x, middle - px(5), px(24), px(10), fill),
        Key::Line(colour, thick, dash) => svg.line((x, middle), (x + px(26), middle), colour, thick, dash),
        Key::Stroke => {
            svg.line((x + px(12), middle - px(7)), (x + px(12), middle + px(7)), ink::TEXT, 300, "");
        }
        Key::Came(status) => mark(svg, status, (x + px(14), middle), px(6)),
        Key::Dot(status) => dot(svg, status, (x + px(14), middle)),
        Key::Whisker => {
            svg.line((x, middle), (x + px(24), middle), ink::TEXT, 150, "");
            for end in [x, x + px(24)] {
                svg.line((end, middle - px(4)), (end, middle + px(4)), ink::TEXT, 150, "");
            }
            svg.circle((x + px(12), middle), px(4), ink::TEXT, ink::TEXT);
        }
    }
}

/// A full circle for reached, a hollow diamond for everything else.
pub(super) fn dot(svg: &mut Svg, status: Status, (x, y): (Px, Px)) {
    match status {
        Status::Reached | Status::Exceeded => svg.circle((x, y), px(5), ink::GOOD, ink::GOOD),
        _ => {
            let r = px(6);
            svg.shape(&[(x - r, y), (x, y - r), (x + r, y), (x, y + r)], ink::PAPER, ink::BAD, 220);
        }
    }
}

/// Ends a chart with its source line. The description says what is shown for those who do not see it.
pub(super) fn end(mut svg: Svg, y: Px, heading: &Heading, description: &str, lang: Lang) -> String {
    let mut y = y + px(18);
    let mut source = format!("{}{}", say(lang, "来源：", "Source: "), heading.source.get(lang));
    if heading.synthetic {
        source.push_str(say(lang, "（虚构数据）", " (invented data)"));
    }
    for line in Style::SMALL.wrap(&source, svg.width() - 2 * MARGIN) {
        svg.text((MARGIN, y), Anchor::Start, Style::SMALL, &line);
        y += Style::SMALL.line();
    }
    let language = match lang {
        Lang::Zh => "zh-CN",
        Lang::En => "en",
    };
    svg.finish(y, heading.title.get(lang), description, language)
}

/// How a target came out as a shape: tick, triangle, cross, dash, question mark.
pub(super) fn mark(svg: &mut Svg, status: Status, (x, y): (Px, Px), size: Px) {
    marked(svg, status, (x, y), size, None);
}

/// The shape in a colour of its own, for dark grounds.
pub(super) fn marked(
    svg: &mut Svg,
    status: Status,
    (x, y): (Px, Px),
    size: Px,
    colour: Option<&'static str>,
) {
    let (good, bad, faint) = match colour {
        Some(colour) => (colour, colour, colour),
        None => (ink::GOOD, ink::BAD, ink::FAINT),
    };
    match status {
        Status::Reached => {
            let points = [(x - size, y), (x - size / 4, y + size * 3 / 4), (x + size, y - size * 3 / 4)];
            svg.course(&points, good, 240, "");
        }
        Status::Exceeded => {
            let points = [(x - size, y + size * 3 / 4), (x, y - size), (x + size, y + size * 3 / 4)];
            svg.shape(&points, good, good, 100);
        }
        Status::Missed => {
            let s = size * 4 / 5;
            svg.line((x - s, y - s), (x + s, y + s), bad, 240, "");
            svg.line((x - s, y + s), (x + s, y - s), bad, 240, "");
        }
        Status::Vacuous | Status::NotApplicable => {
            svg.line((x - size, y), (x + size, y), faint, 200, "");
        }
        Status::Missing | Status::Person => {
            let style = Style::STRONG.ink(faint);
            svg.text((x, y + px(5)), Anchor::Middle, style, "?");
        }
    }
}

/// How an area looks that came out so.
pub(super) fn fill(status: Status) -> Fill {
    match status {
        Status::Reached | Status::Exceeded => Fill::Solid(ink::GOOD),
        Status::Missed => Fill::Hatched,
        Status::Vacuous | Status::NotApplicable => Fill::Solid(ink::BACK),
        Status::Missing | Status::Person => Fill::Hollow,
    }
}

/// Keys for the ways in which targets came out that a chart shows, in a fixed order.
pub(super) fn came<'a>(found: impl Iterator<Item = &'a Status>, lang: Lang) -> Vec<(Key, String)> {
    let found: Vec<Status> = found.copied().collect();
    let all = [
        Status::Reached,
        Status::Exceeded,
        Status::Missed,
        Status::Vacuous,
        Status::NotApplicable,
        Status::Missing,
        Status::Person,
    ];
    all.into_iter()
        .filter(|status| found.contains(status))
        .map(|status| (Key::Came(status), status.word().get(lang).to_owned()))
        .collect()
}
