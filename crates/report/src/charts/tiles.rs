//! Tile map: each region one tile, about where it lies. Where each lies is data of the fund folder (`tiles.toml`).

use std::collections::BTreeMap;

use jixiao_core::{
    both,
    finding::{Both, Lang},
    region::RegionTree,
};
use serde::Deserialize;

use super::{
    Chart, Heading,
    frame::{self, MARGIN, WIDTH},
    say,
    svg::{Anchor, Fill, Px, Style, ink, px},
};
use crate::{
    content::Status,
    figure::{Figure, FigureKind},
    table::Table,
};

/// Most columns and rows: more do not fit a page's width.
const MOST: u8 = 24;

/// Where a region's tile stands.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tile {
    /// Division code of the region.
    pub code: String,
    /// Column from the west, from 0.
    pub column: u8,
    /// Row from the north, from 0.
    pub row: u8,
}

/// Where the tiles of a fund's regions stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TileLayout {
    tiles: Vec<Tile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TileFile {
    #[serde(default)]
    tile: Vec<Tile>,
}

/// Something wrong in a file of tiles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TileFault {
    /// Line, from 1, where it is known.
    pub line: Option<usize>,
    /// What is wrong and what to do.
    pub message: Both,
}

impl TileLayout {
    /// Reads `tiles.toml` and holds it against the fund's regions.
    ///
    /// Regions out of scope may have a tile (it is drawn as such); the root needs none.
    ///
    /// # Errors
    /// All of: text that is no such TOML, a code that is not in the list of regions or has two tiles, two tiles on one place, a
    /// place beyond 24 × 24, a region in scope that is no ancestor of all others and has no tile.
    pub fn parse(text: &str, regions: &RegionTree) -> Result<Self, Vec<TileFault>> {
        let file: TileFile = toml::from_str(text).map_err(|e| {
            let line = e.span().map(|s| text[..s.start.min(text.len())].matches('\n').count() + 1);
            let message = e.message().to_owned();
            vec![TileFault {
                line,
                message: both!("tiles.toml 无法读取：{message}", "tiles.toml cannot be read: {message}"),
            }]
        })?;
        let mut faults = Vec::new();
        let mut fault = |message| faults.push(TileFault { line: None, message });
        let mut codes: BTreeMap<&str, &Tile> = BTreeMap::new();
        let mut places: BTreeMap<(u8, u8), &str> = BTreeMap::new();
        let known: BTreeMap<&str, &str> =
            regions.iter().map(|(_, r)| (r.code.as_str(), r.name.as_str())).collect();
        for tile in &file.tile {
            let (code, column, row) = (&tile.code, tile.column, tile.row);
            if !known.contains_key(code.as_str()) {
                fault(both!(
                    "区划代码 {code} 不在 regions.csv 中：改正代码或删去这一格",
                    "code {code} is not in regions.csv: mend the code or take the tile out"
                ));
            }
            if codes.insert(code, tile).is_some() {
                fault(both!("{code} 有两格：留一格", "{code} has two tiles: keep one"));
            }
            if let Some(other) = places.insert((column, row), code) {
                fault(both!(
                    "{other} 与 {code} 同在第 {column} 列第 {row} 行：移动其中一格",
                    "{other} and {code} both stand in column {column}, row {row}: move one"
                ));
            }
            if column >= MOST || row >= MOST {
                fault(both!(
                    "{code} 在第 {column} 列第 {row} 行，列和行都须小于 {MOST}",
                    "{code} stands in column {column}, row {row}; both must be below {MOST}"
                ));
            }
        }
        for (id, region) in regions.iter() {
            if region.in_scope && regions.parent(id).is_some() && !codes.contains_key(region.code.as_str()) {
                let (code, name) = (&region.code, &region.name);
                fault(both!(
                    "{name}（{code}）在支持范围内却没有格子：加一格",
                    "{name} ({code}) is in scope and has no tile: add one"
                ));
            }
        }
        if faults.is_empty() { Ok(Self { tiles: file.tile }) } else { Err(faults) }
    }

    /// The tiles in the order of the file.
    pub fn tiles(&self) -> &[Tile] {
        &self.tiles
    }
}

/// A tile map of one figure.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TileMap {
    /// Title, unit, source.
    pub heading: Heading,
    /// Where tiles stand.
    pub layout: TileLayout,
    /// By division code. A tile without a value is drawn as out of scope.
    pub values: BTreeMap<String, TileValue>,
}

/// What a tile says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TileValue {
    /// The region's name; on the tile without 市.
    pub name: Both,
    /// The figure.
    pub value: Figure,
    /// Target as written; empty for none.
    pub target: Both,
    /// How it came out; none for a region that the fund leaves out.
    pub status: Option<Status>,
}

const HIGH: Px = px(66);
const WIDEST: Px = px(92);
const GAP: Px = px(5);

impl Chart for TileMap {
    fn svg(&self, lang: Lang) -> String {
        let statuses: Vec<Status> = self.values.values().filter_map(|v| v.status).collect();
        let mut legend = frame::came(statuses.iter(), lang);
        let out = self.layout.tiles.iter().any(|t| self.value(t).and_then(|v| v.status).is_none());
        if out {
            let words = say(lang, "浅灰无标记：不在支持范围", "pale, no mark: out of scope");
            legend.push((frame::Key::Area(Fill::Solid(ink::BACK)), words.to_owned()));
        }
        let (mut svg, top) = frame::begin(&self.heading, &legend, lang);
        let columns = self.layout.tiles.iter().map(|t| i32::from(t.column) + 1).max().unwrap_or(1);
        let rows = self.layout.tiles.iter().map(|t| i32::from(t.row) + 1).max().unwrap_or(0);
        let wide = ((WIDTH - 2 * MARGIN + GAP) / columns - GAP).min(WIDEST);
        let left = (WIDTH - columns * (wide + GAP) + GAP) / 2;
        let top = top + px(8);
        // Beside its mark a name has little room; where not every name fits there, marks move into the corner above and all names stand below them.
        let names = self.layout.tiles.iter().filter_map(|t| self.value(t)).map(|v| short_name(v, lang));
        let names: Vec<&str> = names.collect();
        let sized = |size: i32| Style { size, ..Style::STRONG };
        let fit = |size: i32, most: Px| names.iter().all(|name| sized(size).width(name) <= most);
        let beside = fit(11, wide - px(36));
        let below = [12, 11, 10, 9].into_iter().find(|size| fit(*size, wide - px(14))).unwrap_or(9);
        for tile in &self.layout.tiles {
            let x = left + i32::from(tile.column) * (wide + GAP);
            let y = top + i32::from(tile.row) * (HIGH + GAP);
            let Some(value) = self.value(tile) else {
                svg.rect(x, y, wide, HIGH, Fill::Solid(ink::BACK));
                let code = Style::SMALL.cut(&tile.code, wide - px(8));
                svg.text((x + px(6), y + px(18)), Anchor::Start, Style::SMALL, &code);
                continue;
            };
            let look = value.status.map_or(Fill::Solid(ink::BACK), frame::fill);
            svg.rect(x, y, wide, HIGH, look);
            let dark = look == Fill::Solid(ink::GOOD);
            // Text does not stand on hatching: the tile keeps a hatched edge around a white middle.
            if look == Fill::Hatched {
                svg.rect(x + px(6), y + px(6), wide - px(12), HIGH - px(12), Fill::Solid(ink::PAPER));
            }
            let paper = if dark { ink::PAPER } else { ink::TEXT };
            let name = short_name(value, lang);
            let (style, at, most) = if beside {
                let most = wide - px(36);
                let style = if Style::STRONG.width(name) <= most { Style::STRONG } else { sized(11) };
                (style, (x + px(10), y + px(22)), most)
            } else {
                (sized(below), (x + px(7), y + px(24)), wide - px(14))
            };
            svg.text(at, Anchor::Start, style.ink(paper), &style.cut(name, most));
            if let Some(status) = value.status {
                let colour = dark.then_some(ink::PAPER);
                let (at, size) = if beside {
                    ((x + wide - px(17), y + px(18)), px(5))
                } else {
                    ((x + wide - px(12), y + px(10)), px(4))
                };
                frame::marked(&mut svg, status, at, size, colour);
            }
            let (figure, target) = match value.status {
                Some(_) => (short_figure(&value.value, lang), value.target.get(lang)),
                None => (say(lang, "不在范围", "out of scope"), ""),
            };
            let small = Style::SMALL.ink(paper);
            let body = Style::BODY.ink(paper);
            let (x, most) = (x + px(10), wide - px(16));
            // A figure in words may need two lines, in which case all is set closer.
            let (style, lines) = match body.width(figure) <= most {
                true => (body, vec![figure.to_owned()]),
                false => (small, small.wrap(figure, most)),
            };
            let (first, pitch, last) = if lines.len() > 1 { (36, 12, 61) } else { (40, 0, 55) };
            for (line, at) in lines.iter().zip([first, first + pitch]) {
                svg.text((x, y + px(at)), Anchor::Start, style, &style.cut(line, most));
            }
            // Below one line of figure there is room for two of target.
            let told = if lines.len() > 1 { vec![target.to_owned()] } else { small.wrap(target, most) };
            let last = if told.len() > 1 { last - 3 } else { last };
            for (line, at) in told.iter().zip([last, last + 11]) {
                svg.text((x, y + px(at)), Anchor::Start, small, &small.cut(line, most));
            }
        }
        let bottom = top + rows * (HIGH + GAP);
        let reached = statuses.iter().filter(|s| matches!(s, Status::Reached | Status::Exceeded)).count();
        let missed = statuses.iter().filter(|s| **s == Status::Missed).count();
        let description = match lang {
            Lang::Zh => format!("{}个地区：达成{reached}，未达成{missed}。", statuses.len()),
            Lang::En => format!("{} regions: {reached} reached, {missed} missed.", statuses.len()),
        };
        frame::end(svg, bottom, &self.heading, &description, lang)
    }

    fn table(&self, lang: Lang) -> Table {
        let columns = match lang {
            Lang::Zh => ["地区", "目标", "实际", "结果"],
            Lang::En => ["region", "target", "actual", "result"],
        };
        let rows = self.layout.tiles.iter().filter_map(|t| self.value(t)).map(|v| {
            let status = match v.status {
                Some(status) => status.word().get(lang).to_owned(),
                None => say(lang, "不在支持范围", "out of scope").to_owned(),
            };
            vec![
                v.name.get(lang).to_owned(),
                v.target.get(lang).to_owned(),
                v.value.with_unit().get(lang).to_owned(),
                status,
            ]
        });
        Table { columns: columns.map(str::to_owned).to_vec(), rows: rows.collect() }
    }
}

/// A region's name as a tile has room for it: without 市, without what stands in brackets behind it.
fn short_name(value: &TileValue, lang: Lang) -> &str {
    let name = value.name.get(lang);
    let name = name.split_once(" (").map_or(name, |(short, _)| short);
    name.strip_suffix('市').filter(|s| s.chars().count() >= 2).unwrap_or(name)
}

/// A figure as a tile has room for it: days in figures.
fn short_figure(figure: &Figure, lang: Lang) -> &str {
    if figure.is == FigureKind::Date { &figure.exact } else { figure.text.get(lang) }
}

impl TileMap {
    fn value(&self, tile: &Tile) -> Option<&TileValue> {
        self.values.get(&tile.code)
    }
}
