//! The computed year as somebody may see it: the whole or the regions in their reach, and its charts, drawn once.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

use askama::Template;
use axum::response::Response;
use jixiao_core::{
    evaluation::EXECUTION,
    finding::{Both, Lang},
    fund::Fund,
    people::{Deed, Reach, Target},
};
use jixiao_report::{
    charts::TileLayout,
    content::{Content, Lamp, LampRow, MoneyRow},
    drawings::{Drawing, drawings, month_map},
    figure::{Figure, FigureKind},
    published::{TOTAL, Tree},
};
use jixiao_web::problem::{self, Problem};
use rust_decimal::Decimal;

use crate::{
    shell::Shell,
    site::{FundPages, YearBook},
    table::{Cell, Sign},
    visit::Visit,
    words::Words,
};

/// The whole in an address, where a region has its code.
pub const WHOLE: &str = "whole";

/// The file of a fund folder that says how its regions lie.
const TILES: &str = "tiles.toml";

/// The computed year as somebody may see it.
pub struct Seen {
    /// The year.
    pub year: Arc<YearBook>,
    /// Whether the whole is seen, and with it every region.
    pub whole: bool,
    /// The division codes of the regions that are seen, in the order of the fund.
    pub regions: Vec<String>,
}

impl Seen {
    /// What somebody sees of the year; none where nothing was computed, or nothing in their reach.
    ///
    /// # Errors
    /// They may not do this at all, or no fund is named.
    pub fn of(visit: &Visit, deed: Deed) -> Result<Option<Self>, Problem> {
        let reach: Reach<Deed> = visit.reach(deed)?;
        let (fund, office) = (visit.fund()?, visit.office()?);
        let Some(year) = fund.year_book() else { return Ok(None) };
        let codes = fund.fund.regions.iter().map(|(_, region)| &region.code);
        let regions: Vec<String> = codes
            .filter(|code| year.published.regions.contains_key(*code))
            .filter(|code| office.target(code, "").is_ok_and(|target| reach.covers(&target)))
            .cloned()
            .collect();
        let whole = reach.covers(&Target::fund());
        Ok((whole || !regions.is_empty()).then_some(Self { year, whole, regions }))
    }

    /// Whose year is shown first: the whole as an empty code, or the first region.
    pub fn first(&self) -> &str {
        if self.whole { "" } else { self.regions.first().map_or("", String::as_str) }
    }

    /// Whether the whole (an empty code) or a region is seen.
    pub fn sees(&self, code: &str) -> bool {
        if code.is_empty() { self.whole } else { self.regions.iter().any(|known| known == code) }
    }

    /// What the report says of the whole (an empty code) or of a region.
    ///
    /// # Errors
    /// It is not seen, or there is none: the same to whoever asks.
    pub fn content(&self, code: &str) -> Result<&Content, Problem> {
        let found = self.year.content(code).filter(|_| self.sees(code));
        found.ok_or_else(|| Problem::bare(&problem::NOT_FOUND))
    }

    /// The code that a word of an address stands for, when it is seen.
    ///
    /// # Errors
    /// It is not seen, or there is none.
    pub fn named(&self, word: &str) -> Result<String, Problem> {
        let code = if word == WHOLE { "" } else { word };
        self.content(code).map(|_| code.to_owned())
    }

    /// The region that `?region=` names, or whose year is shown first.
    ///
    /// # Errors
    /// It is not seen, or there is none.
    pub fn asked(&self, visit: &Visit) -> Result<String, Problem> {
        visit.query("region").map_or_else(|| Ok(self.first().to_owned()), |word| self.named(word))
    }

    /// How a score came about, where it is seen.
    pub fn derivation(&self, code: &str, indicator: &str) -> Option<&Tree> {
        self.year.published.derivation(code, indicator).filter(|_| self.sees(code))
    }

    /// A region's place among all regions by score, and among how many; those with the same score share a place. None where there is no score, where it is the
    /// whole (an empty code), or where the fund does not tell regions.
    pub fn rank(&self, code: &str, fund: &Fund) -> Option<(usize, usize)> {
        if code.is_empty() || !self.sees(code) || !(self.whole || fund.regions_see_rank) {
            return None;
        }
        let score = |content: &Content| -> Option<Decimal> { content.score.total.exact.parse().ok() };
        let all: Vec<Decimal> = self.year.published.regions.values().filter_map(score).collect();
        let own = score(self.year.content(code)?)?;
        Some((all.iter().filter(|other| **other > own).count() + 1, all.len()))
    }

    /// Where the derivation of a score is shown; none where there is none.
    pub fn derivation_at(&self, code: &str, indicator: &str) -> Option<String> {
        self.derivation(code, indicator).map(|_| derivation_href(code, indicator))
    }

    /// What the whole or a region is called.
    pub fn name(&self, code: &str, fund: &FundPages, words: Words) -> String {
        if code.is_empty() { words.t("year.whole").to_owned() } else { fund.region(code, words.0) }
    }

    /// The regions that can be chosen, the whole first: word of the address, name, whether it is chosen.
    pub fn choices(&self, chosen: &str, fund: &FundPages, words: Words) -> Vec<(String, String, bool)> {
        let whole = self.whole.then_some("");
        whole
            .into_iter()
            .chain(self.regions.iter().map(String::as_str))
            .map(|code| (word_of(code), self.name(code, fund, words), code == chosen))
            .collect()
    }
}

/// The word of an address for the whole (an empty code) or a region.
pub fn word_of(code: &str) -> String {
    if code.is_empty() { WHOLE.to_owned() } else { code.to_owned() }
}

/// Where a derivation is shown.
pub fn derivation_href(code: &str, indicator: &str) -> String {
    format!("/derivation/{}/{indicator}", word_of(code))
}

/// Where an indicator, the execution, or the total is shown.
pub fn indicator_href(code: &str, indicator: &str) -> String {
    if matches!(indicator, TOTAL | EXECUTION) {
        return derivation_href(code, indicator);
    }
    if code.is_empty() {
        format!("/indicators/{indicator}")
    } else {
        format!("/indicators/{indicator}?region={code}")
    }
}

#[derive(Template)]
#[template(path = "no_year.html")]
struct NoYear {
    shell: Shell,
}

/// The page of a year that was not computed yet, or not for one's regions.
///
/// # Errors
/// Its template cannot be filled in.
pub fn nothing_yet(visit: &Visit, title: &str) -> Result<Response, Problem> {
    visit.show(&NoYear { shell: visit.shell(title) })
}

/// A figure that stands for itself at the head of a page.
pub struct Tile {
    /// What it is.
    pub label: String,
    /// The figure with its unit.
    pub value: String,
    /// To the fen, or what else is to be known of it.
    pub exact: String,
    /// A sign before it.
    pub sign: Option<Sign>,
    /// Where it leads.
    pub href: Option<String>,
    /// Whether that is a derivation, which opens beside the page.
    pub panel: bool,
    /// Whether it rests on rules whose text was not found.
    pub illustrative: bool,
}

impl Tile {
    /// A tile with a figure.
    pub fn of(label: &str, figure: &Figure, lang: Lang) -> Self {
        Self {
            label: label.to_owned(),
            value: figure.with_unit().get(lang).to_owned(),
            exact: exact(figure, lang),
            sign: None,
            href: None,
            panel: false,
            illustrative: false,
        }
    }

    /// A tile with words.
    pub fn words(label: &str, value: String) -> Self {
        let (label, exact) = (label.to_owned(), String::new());
        Self { label, value, exact, sign: None, href: None, panel: false, illustrative: false }
    }

    /// The tile leads somewhere.
    #[must_use]
    pub fn to(mut self, href: Option<String>) -> Self {
        self.panel = href.as_deref().is_some_and(is_derivation);
        self.href = href;
        self
    }

    /// The tile has a sign.
    #[must_use]
    pub fn signed(mut self, sign: Sign) -> Self {
        self.sign = Some(sign);
        self
    }
}

/// Whether an address is that of a derivation, which opens beside the page.
pub fn is_derivation(href: &str) -> bool {
    href.starts_with("/derivation/")
}

/// A figure to its last digit: money to the fen, a share as what it is a share of.
pub fn exact(figure: &Figure, lang: Lang) -> String {
    let fen = figure.in_yuan().and_then(|yuan| crate::show::fen_of(&yuan));
    match fen {
        Some(fen) => crate::show::exact(fen, lang),
        None if figure.exact.is_empty() => String::new(),
        // Count over count is no percent.
        None if figure.is == FigureKind::Share => figure.exact.replace('/', " ÷ "),
        None => format!("{} {}", figure.exact, figure.unit.get(lang)).trim().to_owned(),
    }
}

/// The stages of money, and the score with its grade.
pub fn head(seen: &Seen, code: &str, content: &Content, fund: &Fund, words: Words) -> Vec<Tile> {
    let (row, lang) = (&content.money.total, words.0);
    let stage = |label, figure: &Figure| Tile::of(words.t(label), figure, lang);
    let mut tiles = vec![
        stage("year.appropriation", &row.appropriation),
        stage("year.allocated", &row.allocated),
        stage("year.awarded", &row.awarded),
        stage("year.paid", &row.paid),
        stage("year.rate", &row.rate).to(seen.derivation_at(code, EXECUTION)),
    ];
    let score = &content.score;
    let mut tile = Tile::of(words.t("year.score"), &score.total, lang).to(seen.derivation_at(code, TOTAL));
    if !score.grade.get(lang).is_empty() {
        tile.value = format!("{} · {}", tile.value, score.grade.get(lang));
    }
    tile.illustrative = !content.illustrative.is_empty();
    tiles.push(tile);
    if let Some((place, of)) = seen.rank(code, fund) {
        tiles.push(Tile::words(words.t("year.rank"), format!("{place} / {of}")));
    }
    tiles
}

/// The cells of a row of money, in the order of [`money_columns`].
pub fn money_cells(row: &MoneyRow) -> Vec<Cell> {
    [&row.appropriation, &row.allocated, &row.awarded, &row.paid, &row.rate]
        .map(|figure| Cell::Figure(figure.clone()))
        .to_vec()
}

/// The headings of a row of money, with the units of the total.
pub fn money_columns(row: &MoneyRow, words: Words) -> Vec<String> {
    let stages = [
        ("year.appropriation", &row.appropriation),
        ("year.allocated", &row.allocated),
        ("year.awarded", &row.awarded),
        ("year.paid", &row.paid),
        ("year.rate", &row.rate),
    ];
    stages.map(|(label, figure)| with_unit(words.t(label), &figure.unit, words.0)).to_vec()
}

/// A heading with its unit.
pub fn with_unit(label: &str, unit: &Both, lang: Lang) -> String {
    match (unit.get(lang), lang) {
        ("", _) => label.to_owned(),
        (unit, Lang::Zh) => format!("{label}（{unit}）"),
        (unit, Lang::En) => format!("{label} ({unit})"),
    }
}

/// The sign of a lamp.
pub fn lamp_sign(lamp: Lamp) -> Sign {
    match lamp {
        Lamp::Green => Sign::Good,
        Lamp::Yellow => Sign::Look,
        Lamp::Red => Sign::Bad,
        Lamp::None => Sign::Nothing,
    }
}

/// The word of a lamp.
pub fn lamp_word(lamp: Lamp, words: Words) -> &'static str {
    match lamp {
        Lamp::Green => words.t("year.green"),
        Lamp::Yellow => words.t("year.yellow"),
        Lamp::Red => words.t("year.red"),
        Lamp::None => words.t("year.no-lamp"),
    }
}

/// A lamp as a cell.
pub fn lamp_cell(row: &LampRow, words: Words) -> Cell {
    Cell::Sign(lamp_sign(row.lamp), lamp_word(row.lamp, words).to_owned())
}

/// The sign of how sure it is that a target will be met: 1 certain, 2 possible, 3 impossible.
pub fn chance_sign(code: Option<u8>) -> Sign {
    match code {
        Some(1) => Sign::Good,
        Some(2) => Sign::Look,
        Some(3) => Sign::Bad,
        _ => Sign::Nothing,
    }
}

#[derive(Template)]
#[template(path = "chart.html")]
struct ChartView<'c> {
    words: Words,
    id: &'c str,
    title: &'c str,
    svg: &'c str,
    columns: &'c [String],
    rows: &'c [Vec<String>],
}

/// A chart ready to be set into a page, with the table of its data.
pub struct Drawn {
    /// Its name, as the report's drawings name it.
    pub name: String,
    /// Markup.
    pub html: String,
}

/// The charts of one content in one language.
pub type Sheet = Arc<Vec<Drawn>>;

/// The chart with this name; nothing where there is none.
pub fn chart(sheet: &Sheet, name: &str) -> String {
    sheet.iter().find(|drawn| drawn.name == name).map(|drawn| drawn.html.clone()).unwrap_or_default()
}

/// Charts that were drawn, kept for as long as the year that they are of.
#[derive(Default)]
pub struct Gallery {
    hung: RwLock<Hung>,
}

#[derive(Default)]
struct Hung {
    of: Option<Arc<YearBook>>,
    sheets: BTreeMap<(String, bool), Sheet>,
}

impl Gallery {
    /// The charts of the whole (an empty code) or of a region, drawn when they are asked for the first time.
    pub fn sheet(&self, fund: &FundPages, year: &Arc<YearBook>, code: &str, lang: Lang) -> Sheet {
        let key = (code.to_owned(), lang == Lang::Zh);
        let same = |hung: &Hung| hung.of.as_ref().is_some_and(|of| Arc::ptr_eq(of, year));
        {
            let hung = self.hung.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(sheet) = hung.sheets.get(&key).filter(|_| same(&hung)) {
                return Arc::clone(sheet);
            }
        }
        let sheet = Arc::new(year.content(code).map(|content| draw(fund, content, lang)).unwrap_or_default());
        let mut hung = self.hung.write().unwrap_or_else(PoisonError::into_inner);
        if !same(&hung) {
            *hung = Hung { of: Some(Arc::clone(year)), sheets: BTreeMap::new() };
        }
        hung.sheets.insert(key, Arc::clone(&sheet));
        sheet
    }
}

/// How the fund's regions lie. A layout that does not read leaves the maps out; the run that made the year has said so.
fn tile_layout(fund: &FundPages) -> Option<TileLayout> {
    fund.texts.get(TILES).and_then(|text| TileLayout::parse(text, &fund.fund.regions).ok())
}

/// The map of an indicator by the end of a month, as markup; empty where no region has a figure of that month.
pub fn map_of_month(fund: &FundPages, year: &YearBook, indicator: &str, month: u8, lang: Lang) -> String {
    let Some(layout) = tile_layout(fund) else { return String::new() };
    let Some(table) = year.published.whole.by_region.iter().find(|table| table.indicator == indicator) else {
        return String::new();
    };
    let spec = fund.fund.indicators.iter().find(|spec| spec.id == indicator);
    let direction = spec.map(|spec| spec.direction).unwrap_or_default();
    let of = (indicator, &table.name, direction);
    month_map(&year.published, of, month, (&layout, &fund.fund.regions))
        .map(|drawing| hung(drawing, lang).html)
        .unwrap_or_default()
}

fn draw(fund: &FundPages, content: &Content, lang: Lang) -> Vec<Drawn> {
    let regions = &fund.fund.regions;
    let layout = tile_layout(fund);
    let map = layout.as_ref().map(|layout| (layout, regions));
    drawings(content, map).into_iter().map(|drawing| hung(drawing, lang)).collect()
}

/// A drawing ready to be set into a page.
pub(crate) fn hung(drawing: Drawing, lang: Lang) -> Drawn {
    // Patterns are called by name; each drawing on a page needs names of its own.
    let svg = drawing.chart.svg(lang).replace("jx-hatch", &format!("jx-hatch-{}", drawing.name));
    let data = drawing.chart.table(lang);
    let view = ChartView {
        words: Words(lang),
        id: &drawing.name,
        title: drawing.title.get(lang),
        svg: &svg,
        columns: &data.columns,
        rows: &data.rows,
    };
    // A template of texts can always be filled in.
    let html = view.render().unwrap_or_default();
    Drawn { name: drawing.name, html }
}
