//! Follows the drawing operators of a page as far as text and lines go.
// Geometry only: no figure of a table passes through these floats, and what leaves this file is whole units.
#![allow(clippy::float_arithmetic)]

use std::sync::Arc;

use hayro_font::{CMapResolverFn, Font, FontCache, FontGlyph, FontQuery, FontResolverFn, StandardFont};
use hayro_syntax::content::TypedIter;
use hayro_syntax::content::ops::TypedInstruction as Op;
use hayro_syntax::object::{Array, Dict, Name, Number, Object, Stream};
use hayro_syntax::page::{Page, Resources};

use super::UNMAPPED;
use super::vet::{may_unpack, vet_font};
use crate::grid::Format;
use crate::read::error::{Fault, ReadError, Spot};
use crate::read::limits::{Budget, LimitKind};

/// Whole units of geometry in a point: all that leaves this file is in hundredths of a point.
pub(super) const POINT: i64 = 100;

/// Coordinates beyond this many points are off any paper and are cut to it, so that sums of them fit.
const OFF_PAPER: f64 = 1e6;

/// Saved graphics states beyond this many are no document's.
const MOST_SAVED: usize = 1_000;

/// What drawing a form costs in operations: forms that draw forms are how a small file makes endless work.
const FORM_COST: u64 = 100;

/// A filled rectangle thinner than this is a line.
const THIN: i64 = 3 * POINT;

/// A glyph on the page, in hundredths of a point from the upper left corner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Glyph {
    /// Its characters, mostly one.
    pub(super) text: String,
    /// Left end of its advance.
    pub(super) left: i64,
    /// Right end of its advance.
    pub(super) right: i64,
    /// Where its line stands.
    pub(super) baseline: i64,
    /// Height of its font.
    pub(super) size: i64,
}

/// A drawn line that is level or upright, in hundredths of a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rule {
    /// The coordinate that all its points share: y of a level line, x of an upright one.
    pub(super) at: i64,
    /// Smaller end.
    pub(super) from: i64,
    /// Larger end.
    pub(super) to: i64,
}

/// What a page shows.
#[derive(Default)]
pub(super) struct Drawn {
    pub(super) glyphs: Vec<Glyph>,
    pub(super) level: Vec<Rule>,
    pub(super) upright: Vec<Rule>,
}

/// An affine transformation: `[a b c d e f]` as PDF writes it.
type Matrix = [f64; 6];

/// `inner` followed by `outer`.
fn then(inner: Matrix, outer: Matrix) -> Matrix {
    let [a, b, c, d, e, f] = inner;
    let [oa, ob, oc, od, oe, of] = outer;
    [
        a * oa + b * oc,
        a * ob + b * od,
        c * oa + d * oc,
        c * ob + d * od,
        e * oa + f * oc + oe,
        e * ob + f * od + of,
    ]
}

/// A point transformed, in hundredths of a point.
fn place(matrix: Matrix, x: f64, y: f64) -> (i64, i64) {
    let [a, b, c, d, e, f] = matrix;
    (units(a * x + c * y + e), units(b * x + d * y + f))
}

/// Points as whole units; what is no number counts as zero.
fn units(points: f64) -> i64 {
    let bounded = if points.is_finite() { points.clamp(-OFF_PAPER, OFF_PAPER) } else { 0.0 };
    (bounded * POINT as f64).round() as i64
}

/// The part of the graphics state that `q` saves.
#[derive(Clone)]
struct State<'a> {
    matrix: Matrix,
    font: Option<Font<'a>>,
    size: f64,
    character_spacing: f64,
    word_spacing: f64,
    stretch: f64,
    leading: f64,
    rise: f64,
}

/// Draws pages; keeps fonts from one page to the next.
pub(super) struct Drawer<'a> {
    fonts: FontCache<'a>,
    find_font: FontResolverFn,
    find_cmap: CMapResolverFn,
}

impl<'a> Drawer<'a> {
    pub(super) fn new() -> Self {
        // A font that is not in the file is needed for its widths alone, and those are mostly in the file: any will do.
        let find_font: FontResolverFn = Arc::new(|query| match query {
            FontQuery::Standard(font) => Some(font.get_font_data()),
            FontQuery::Fallback(_) => Some(StandardFont::Helvetica.get_font_data()),
        });
        Self { fonts: FontCache::new(), find_font, find_cmap: Arc::new(hayro_cmap::load_embedded) }
    }

    /// Draws a page, counted from 1.
    pub(super) fn draw(
        &mut self,
        page: &Page<'a>,
        number: u64,
        budget: &mut Budget,
    ) -> Result<Drawn, ReadError> {
        for stream in contents(page.raw()) {
            may_unpack(&stream, budget)?;
        }
        let Some(content) = page.page_stream() else { return Ok(Drawn::default()) };
        budget.unpack(content.len() as u64)?;
        let state = State {
            matrix: page.initial_transform(true).as_coeffs(),
            font: None,
            size: 0.0,
            character_spacing: 0.0,
            word_spacing: 0.0,
            stretch: 1.0,
            leading: 0.0,
            rise: 0.0,
        };
        let mut canvas =
            Canvas { drawer: self, budget, number, drawn: Drawn::default(), path: Path::default() };
        canvas.run(content, page.resources(), state, 0)?;
        Ok(canvas.drawn)
    }
}

/// The streams of a page's content.
fn contents<'a>(page: &Dict<'a>) -> Vec<Stream<'a>> {
    match page.get::<Object<'a>>("Contents") {
        Some(Object::Stream(stream)) => vec![stream],
        Some(Object::Array(array)) => array.iter::<Stream<'a>>().collect(),
        _ => Vec::new(),
    }
}

/// The path under construction: its straight pieces, in page units.
#[derive(Default)]
struct Path {
    /// Pieces of the current path.
    pieces: Vec<[(i64, i64); 2]>,
    /// One bounding box for each subpath.
    boxes: Vec<[(i64, i64); 2]>,
    start: (i64, i64),
    at: (i64, i64),
}

impl Path {
    fn move_to(&mut self, point: (i64, i64)) {
        (self.start, self.at) = (point, point);
        self.boxes.push([point, point]);
    }

    fn line_to(&mut self, point: (i64, i64)) {
        self.pieces.push([self.at, point]);
        self.jump(point);
    }

    /// Goes on without a straight piece: the end of a curve.
    fn jump(&mut self, point: (i64, i64)) {
        self.at = point;
        if let Some([low, high]) = self.boxes.last_mut() {
            *low = (low.0.min(point.0), low.1.min(point.1));
            *high = (high.0.max(point.0), high.1.max(point.1));
        }
    }

    fn close(&mut self) {
        if self.at != self.start {
            self.line_to(self.start);
        }
    }

    fn clear(&mut self) {
        self.pieces.clear();
        self.boxes.clear();
    }
}

/// One page while it is drawn.
struct Canvas<'c, 'a> {
    drawer: &'c mut Drawer<'a>,
    budget: &'c mut Budget,
    number: u64,
    drawn: Drawn,
    path: Path,
}

impl<'a> Canvas<'_, 'a> {
    /// Follows one content stream.
    fn run(
        &mut self,
        content: &[u8],
        resources: &Resources<'a>,
        mut state: State<'a>,
        depth: u64,
    ) -> Result<(), ReadError> {
        self.budget.check(LimitKind::Nesting, depth)?;
        let mut saved: Vec<State<'a>> = Vec::new();
        let mut text = Text::default();
        let mut operations = TypedIter::new(content);
        while let Some(operation) = operations.next() {
            self.budget.add_operations(1)?;
            match operation {
                Op::SaveState(_) => {
                    if saved.len() >= MOST_SAVED {
                        return Err(self.fault("图形状态嵌套过深", "graphics states are nested too deeply"));
                    }
                    saved.push(state.clone());
                }
                Op::RestoreState(_) => state = saved.pop().unwrap_or(state),
                Op::Transform(m) => {
                    state.matrix = then(numbers([m.0, m.1, m.2, m.3, m.4, m.5]), state.matrix);
                }
                Op::XObject(name) => self.form(name.0, resources, &state, depth)?,
                Op::TextFont(font) => {
                    state.font = self.font(font.0, resources)?;
                    state.size = font.1.as_f64();
                }
                other if self.path_operation(&other, state.matrix) => {}
                other => self.text_operation(&other, &mut state, &mut text)?,
            }
        }
        Ok(())
    }

    /// Draws a form: a piece of content that is used by name.
    fn form(
        &mut self,
        name: &Name<'_>,
        resources: &Resources<'a>,
        state: &State<'a>,
        depth: u64,
    ) -> Result<(), ReadError> {
        let Some(stream) = resources.get_x_object(name) else { return Ok(()) };
        if stream.dict().get::<Name<'_>>("Subtype").is_none_or(|s| s.as_ref() != b"Form") {
            return Ok(());
        }
        may_unpack(&stream, self.budget)?;
        let Ok(content) = stream.decoded_data() else {
            return Err(self.fault("页面内容不可读", "a piece of its content cannot be unpacked"));
        };
        // Counted each time it is drawn, because each time it is unpacked and its resources are looked up.
        self.budget.add_operations(FORM_COST)?;
        self.budget.unpack(content.len() as u64)?;
        let mut inner = state.clone();
        if let Some(matrix) = stream.dict().get::<[f64; 6]>("Matrix") {
            inner.matrix = then(matrix, inner.matrix);
        }
        let own = stream.dict().get::<Dict<'a>>("Resources").map(Resources::new);
        self.run(&content, own.as_ref().unwrap_or(resources), inner, depth + 1)
    }

    /// Finds a font.
    fn font(&mut self, name: &Name<'_>, resources: &Resources<'a>) -> Result<Option<Font<'a>>, ReadError> {
        let Some(dictionary) = resources.get_font(name) else { return Ok(None) };
        vet_font(&dictionary, self.budget)?;
        Ok(self.drawer.fonts.font(&dictionary, &self.drawer.find_font, &self.drawer.find_cmap))
    }

    /// Follows an operator that makes or paints a path; tells whether it was one.
    fn path_operation(&mut self, operation: &Op<'_, '_>, matrix: Matrix) -> bool {
        let point = |x: &Number, y: &Number| place(matrix, x.as_f64(), y.as_f64());
        let path = &mut self.path;
        match operation {
            Op::MoveTo(p) => path.move_to(point(&p.0, &p.1)),
            Op::LineTo(p) => path.line_to(point(&p.0, &p.1)),
            Op::CubicTo(p) => path.jump(point(&p.4, &p.5)),
            Op::CubicStartTo(p) => path.jump(point(&p.2, &p.3)),
            Op::CubicEndTo(p) => path.jump(point(&p.2, &p.3)),
            Op::ClosePath(_) => path.close(),
            Op::RectPath(r) => {
                let [x, y, width, height] = [&r.0, &r.1, &r.2, &r.3].map(Number::as_f64);
                path.move_to(place(matrix, x, y));
                path.line_to(place(matrix, x + width, y));
                path.line_to(place(matrix, x + width, y + height));
                path.line_to(place(matrix, x, y + height));
                path.close();
            }
            Op::StrokePath(_) => self.stroke(),
            Op::CloseAndStrokePath(_) => {
                path.close();
                self.stroke();
            }
            Op::FillPathNonZero(_) | Op::FillPathNonZeroCompatibility(_) | Op::FillPathEvenOdd(_) => {
                self.fill();
            }
            Op::FillAndStrokeNonZero(_) | Op::FillAndStrokeEvenOdd(_) => self.stroke(),
            Op::CloseFillAndStrokeNonZero(_) | Op::CloseFillAndStrokeEvenOdd(_) => {
                path.close();
                self.stroke();
            }
            Op::EndPath(_) => path.clear(),
            _ => return false,
        }
        true
    }

    /// Keeps the level and upright pieces of the path.
    fn stroke(&mut self) {
        for [(x0, y0), (x1, y1)] in std::mem::take(&mut self.path.pieces) {
            self.rule((x0.min(x1), y0.min(y1)), (x0.max(x1), y0.max(y1)));
        }
        self.path.clear();
    }

    /// Keeps the thin shapes of the path: many programs fill a narrow rectangle for each border.
    fn fill(&mut self) {
        for [low, high] in std::mem::take(&mut self.path.boxes) {
            self.rule(low, high);
        }
        self.path.clear();
    }

    /// Keeps a rectangle that is thin enough to be a line.
    fn rule(&mut self, low: (i64, i64), high: (i64, i64)) {
        let (width, height) = (high.0 - low.0, high.1 - low.1);
        if height <= THIN && width > height {
            self.drawn.level.push(Rule { at: low.1.midpoint(high.1), from: low.0, to: high.0 });
        } else if width <= THIN && height > width {
            self.drawn.upright.push(Rule { at: low.0.midpoint(high.0), from: low.1, to: high.1 });
        }
    }

    /// Follows an operator of text; passes over all others.
    fn text_operation(
        &mut self,
        operation: &Op<'_, '_>,
        state: &mut State<'a>,
        text: &mut Text,
    ) -> Result<(), ReadError> {
        match operation {
            Op::BeginText(_) => *text = Text::default(),
            Op::CharacterSpacing(n) => state.character_spacing = n.0.as_f64(),
            Op::WordSpacing(n) => state.word_spacing = n.0.as_f64(),
            Op::HorizontalScaling(n) => state.stretch = n.0.as_f64() / 100.0,
            Op::TextLeading(n) => state.leading = n.0.as_f64(),
            Op::TextRise(n) => state.rise = n.0.as_f64(),
            Op::NextLine(n) => text.next_line(n.0.as_f64(), n.1.as_f64()),
            Op::NextLineAndSetLeading(n) => {
                state.leading = -n.1.as_f64();
                text.next_line(n.0.as_f64(), n.1.as_f64());
            }
            Op::SetTextMatrix(m) => {
                text.line = numbers([m.0, m.1, m.2, m.3, m.4, m.5]);
                text.matrix = text.line;
            }
            Op::NextLineUsingLeading(_) => text.next_line(0.0, -state.leading),
            Op::ShowText(s) => self.show(s.0.as_bytes(), state, text)?,
            Op::NextLineAndShowText(s) => {
                text.next_line(0.0, -state.leading);
                self.show(s.0.as_bytes(), state, text)?;
            }
            Op::ShowTextWithParameters(s) => {
                (state.word_spacing, state.character_spacing) = (s.0.as_f64(), s.1.as_f64());
                text.next_line(0.0, -state.leading);
                self.show(s.2.as_bytes(), state, text)?;
            }
            Op::ShowTexts(pieces) => self.show_all(pieces.0, state, text)?,
            _ => {}
        }
        Ok(())
    }

    /// Shows strings with the adjustments between them.
    fn show_all(&mut self, pieces: &Array<'_>, state: &State<'a>, text: &mut Text) -> Result<(), ReadError> {
        for piece in pieces.iter::<Object<'_>>() {
            self.budget.add_operations(1)?;
            match piece {
                Object::String(string) => self.show(string.as_bytes(), state, text)?,
                Object::Number(number) => {
                    let by = -number.as_f64() / 1000.0 * state.size;
                    let level = state.font.as_ref().is_none_or(Font::is_horizontal);
                    if level { text.advance(by * state.stretch, 0.0) } else { text.advance(0.0, by) }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Shows one string.
    fn show(&mut self, bytes: &[u8], state: &State<'a>, text: &mut Text) -> Result<(), ReadError> {
        let Some(font) = &state.font else { return Ok(()) };
        let level = font.is_horizontal();
        let mut at = 0;
        while at < bytes.len() {
            self.budget.add_operations(1)?;
            let (code, length) = font.read_code(bytes, at);
            at += length.max(1);
            let advance = font.code_advance(code);
            let spacing =
                state.character_spacing + if length == 1 && code == 32 { state.word_spacing } else { 0.0 };
            let width = (advance.x / 1000.0 * state.size + if level { spacing } else { 0.0 }) * state.stretch;
            let height = advance.y / 1000.0 * state.size - if level { 0.0 } else { spacing };
            let shown = match font.glyph(font.map_code(code), code) {
                FontGlyph::Outline(glyph) => glyph.as_unicode(),
                FontGlyph::Type3(glyph) => glyph.as_unicode(),
            };
            let shown = shown.map_or_else(|| UNMAPPED.to_owned(), characters);
            self.glyph(shown, (advance.x / 1000.0 * state.size * state.stretch, level), state, text)?;
            if level { text.advance(width, 0.0) } else { text.advance(0.0, height) }
        }
        Ok(())
    }

    /// Keeps a glyph. One of vertical writing stands centred on its line and is as wide as its font is high.
    fn glyph(
        &mut self,
        shown: String,
        (width, level): (f64, bool),
        state: &State<'a>,
        text: &Text,
    ) -> Result<(), ReadError> {
        let matrix = then(text.matrix, state.matrix);
        let half = state.size / 2.0;
        let (from, to) = if level { (0.0, width) } else { (-half, half) };
        let down = if level { state.rise } else { -state.size };
        let (x0, y0) = place(matrix, from, down);
        let (x1, _) = place(matrix, to, down);
        let (_, top) = place(matrix, from, down + state.size);
        self.budget.add_text(shown.len() + size_of::<Glyph>())?;
        let size = (top - y0).abs().max(1);
        self.drawn.glyphs.push(Glyph {
            text: shown,
            left: x0.min(x1),
            right: x0.max(x1),
            baseline: y0,
            size,
        });
        Ok(())
    }

    fn fault(&self, zh: &'static str, en: &'static str) -> ReadError {
        ReadError::malformed(Format::Pdf, Spot::Page(self.number), Fault::new(zh, en))
    }
}

/// The text matrices, which live from one `BT` to the next.
struct Text {
    matrix: Matrix,
    line: Matrix,
}

impl Default for Text {
    fn default() -> Self {
        let identity = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];
        Self { matrix: identity, line: identity }
    }
}

impl Text {
    fn next_line(&mut self, x: f64, y: f64) {
        self.line = then([1.0, 0.0, 0.0, 1.0, x, y], self.line);
        self.matrix = self.line;
    }

    fn advance(&mut self, x: f64, y: f64) {
        self.matrix = then([1.0, 0.0, 0.0, 1.0, x, y], self.matrix);
    }
}

fn numbers(all: [Number; 6]) -> Matrix {
    all.map(|n| n.as_f64())
}

/// The characters of a glyph.
fn characters(mapped: hayro_cmap::BfString) -> String {
    match mapped {
        hayro_cmap::BfString::Char(c) => c.to_string(),
        hayro_cmap::BfString::String(s) => s,
    }
}
