//! The one table of all pages: sorted by any column, searched, copied, taken along as a workbook, everywhere alike and without a script.
//!
//! What is sorted and searched is what the page was given: a long list is cut by the book (`after`) before it comes here, and the page says so.

use axum::{
    http::{Uri, header},
    response::{IntoResponse as _, Response},
};
use jixiao_core::finding::Lang;
use jixiao_report::{
    content::Status,
    figure::{Figure, FigureKind},
};
use jixiao_web::{
    listing,
    openapi::XLSX,
    problem::{self, Problem},
};
use rust_decimal::Decimal;

use crate::{pages::key, show, visit::Visit, words::Words, year};

/// A sign that differs by shape as well as by colour, with its word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sign {
    /// ● as it should be.
    Good,
    /// ◆ to be looked at.
    Look,
    /// ▲ not as it should be.
    Bad,
    /// ○ nothing to judge.
    Nothing,
}

impl Sign {
    /// Its shape.
    pub fn shape(self) -> &'static str {
        match self {
            Self::Good => "●",
            Self::Look => "◆",
            Self::Bad => "▲",
            Self::Nothing => "○",
        }
    }

    /// The class of its colour.
    pub fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Look => "look",
            Self::Bad => "bad",
            Self::Nothing => "none",
        }
    }

    /// The key of its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Good => key!("table.good"),
            Self::Look => key!("table.look"),
            Self::Bad => key!("table.bad"),
            Self::Nothing => key!("table.none"),
        }
    }

    /// The sign of how a target came out.
    pub fn of(status: Status) -> Self {
        match status {
            Status::Reached => Self::Good,
            Status::Exceeded | Status::Person => Self::Look,
            Status::Missed => Self::Bad,
            Status::Vacuous | Status::NotApplicable | Status::Missing => Self::Nothing,
        }
    }
}

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// A text.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// An amount in fen: shown in 万元, to the fen on its title.
    Fen(i64),
    /// A figure of a report.
    Figure(Figure),
    /// A sign with its word.
    Sign(Sign, String),
    /// A figure with the sign of how it came out, and whether it rests on rules whose text was not found.
    Judged(Sign, Figure, bool),
    /// Nothing: it does not exist for this line.
    Nothing,
}

impl Cell {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// An amount that may be missing.
    pub fn fen(fen: Option<i64>) -> Self {
        fen.map_or(Self::Nothing, Self::Fen)
    }

    /// How a target came out.
    pub fn status(status: Status, lang: Lang) -> Self {
        Self::Sign(Sign::of(status), status.word().get(lang).to_owned())
    }

    fn is_number(&self) -> bool {
        match self {
            Self::Whole(_) | Self::Fen(_) => true,
            Self::Figure(figure) | Self::Judged(_, figure, _) => {
                matches!(figure.is, FigureKind::Number | FigureKind::Share)
            }
            Self::Text(_) | Self::Sign(..) | Self::Nothing => false,
        }
    }

    fn shown(&self, lang: Lang) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Whole(number) => number.to_string(),
            Self::Fen(fen) => show::wan(*fen),
            Self::Figure(figure) | Self::Judged(_, figure, _) => figure.text.get(lang).to_owned(),
            Self::Sign(_, word) => word.clone(),
            Self::Nothing => String::new(),
        }
    }

    /// What it is sorted by: numbers by their value and before texts, nothing last.
    fn key(&self) -> (u8, Option<Decimal>, String) {
        let number = |value: Option<Decimal>| (0, value, String::new());
        match self {
            Self::Whole(whole) => number(Some(Decimal::from(*whole))),
            Self::Fen(fen) => number(Some(Decimal::from(*fen))),
            Self::Figure(figure) | Self::Judged(_, figure, _) => match figure.value() {
                Some(value) => number(Some(value)),
                None => (1, None, figure.exact.clone()),
            },
            Self::Text(text) => (1, None, text.clone()),
            Self::Sign(sign, word) => (1, None, format!("{sign:?}{word}")),
            Self::Nothing => (2, None, String::new()),
        }
    }

    fn listed(&self, lang: Lang) -> listing::Cell {
        match self {
            Self::Whole(whole) => listing::Cell::Whole(*whole),
            Self::Fen(fen) => listing::Cell::Fen(*fen),
            Self::Nothing => listing::Cell::Nothing,
            Self::Text(_) | Self::Figure(_) | Self::Sign(..) | Self::Judged(..) => {
                listing::Cell::Text(self.shown(lang))
            }
        }
    }
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// What it is called, with the unit of its figures.
    pub title: String,
}

/// A line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// Where it leads: the first cell is a link.
    pub href: Option<String>,
    /// A value with which the line can be ticked, when the table is part of a form.
    pub tick: Option<String>,
    /// A cell for each column.
    pub cells: Vec<Cell>,
    /// Which cells lead somewhere of their own: derivations of figures.
    pub links: Vec<Option<String>>,
}

impl Line {
    /// A line of cells.
    pub fn of(cells: Vec<Cell>) -> Self {
        Self { cells, ..Self::default() }
    }

    /// The line leads somewhere.
    #[must_use]
    pub fn to(mut self, href: impl Into<String>) -> Self {
        self.href = Some(href.into());
        self
    }

    /// A cell of the line, counted from 0, leads somewhere of its own.
    #[must_use]
    pub fn link(mut self, at: usize, href: impl Into<String>) -> Self {
        if self.links.len() <= at {
            self.links.resize(at + 1, None);
        }
        if let Some(place) = self.links.get_mut(at) {
            *place = Some(href.into());
        }
        self
    }

    /// The line can be ticked.
    #[must_use]
    pub fn ticked_as(mut self, value: impl Into<String>) -> Self {
        self.tick = Some(value.into());
        self
    }
}

/// A table before it is looked at.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its name: of its part of the address and of the file that it becomes. Letters and `-`.
    pub id: &'static str,
    /// What it shows.
    pub caption: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its lines.
    pub lines: Vec<Line>,
    /// What is said when there are none.
    pub empty: String,
    /// Where the next lines are, of a list that was cut.
    pub next: Option<String>,
}

impl Table {
    /// A table with these columns.
    pub fn new<S: Into<String>>(
        id: &'static str,
        caption: impl Into<String>,
        columns: impl IntoIterator<Item = S>,
        lines: Vec<Line>,
        empty: impl Into<String>,
    ) -> Self {
        let columns = columns.into_iter().map(|title| Column { title: title.into() }).collect();
        Self { id, caption: caption.into(), columns, lines, empty: empty.into(), next: None }
    }

    /// More lines are there.
    #[must_use]
    pub fn next(mut self, href: Option<String>) -> Self {
        self.next = href;
        self
    }

    /// The table as a file, when that is what is asked for.
    ///
    /// # Errors
    /// It has more lines than a sheet takes.
    pub fn file(&self, visit: &Visit) -> Result<Option<Response>, Problem> {
        if visit.query(&format!("{}-as", self.id)) != Some("xlsx") {
            return Ok(None);
        }
        let (lines, ..) = self.asked(visit);
        let titles: Vec<&str> = self.columns.iter().map(|column| column.title.as_str()).collect();
        let rows =
            lines.into_iter().map(|line| line.cells.iter().map(|cell| cell.listed(visit.lang)).collect());
        let bytes = listing::as_workbook(&titles, rows).map_err(|error| Problem {
            kept_quiet: Some(error.to_string()),
            ..Problem::bare(&problem::BROKEN)
        })?;
        let disposition = format!("attachment; filename=\"{}.xlsx\"", self.id);
        let headers = [(header::CONTENT_TYPE, XLSX.to_owned()), (header::CONTENT_DISPOSITION, disposition)];
        Ok(Some((headers, bytes).into_response()))
    }

    /// The lines that are searched for, in the order that is asked for; with that order and what is searched for.
    fn asked<'t>(&'t self, visit: &Visit) -> (Vec<&'t Line>, Option<(usize, bool)>, String) {
        let find = visit.query(&format!("{}-find", self.id)).unwrap_or_default().trim().to_lowercase();
        let mut lines: Vec<&Line> = self.lines.iter().collect();
        if !find.is_empty() {
            lines.retain(|line| {
                line.cells.iter().any(|cell| cell.shown(visit.lang).to_lowercase().contains(&find))
            });
        }
        let sort = visit.query(&format!("{}-sort", self.id)).and_then(|sort| {
            let (down, number) = sort.strip_prefix('-').map_or((false, sort), |number| (true, number));
            number.parse().ok().filter(|at| *at < self.columns.len()).map(|at: usize| (at, down))
        });
        if let Some((at, down)) = sort {
            lines.sort_by_cached_key(|line| line.cells.get(at).map(Cell::key));
            if down {
                lines.reverse();
            }
        }
        (lines, sort, find)
    }

    /// The table as it stands on a page.
    pub fn view(&self, visit: &Visit) -> View {
        let (lines, sort, find) = self.asked(visit);
        let numbers: Vec<bool> = (0..self.columns.len())
            .map(|at| {
                let mut cells = self.lines.iter().filter_map(|line| line.cells.get(at));
                let mut filled = cells.by_ref().filter(|cell| **cell != Cell::Nothing).peekable();
                filled.peek().is_some() && filled.all(|cell| cell.is_number() || is_gap(cell))
            })
            .collect();
        let words = Words(visit.lang);
        let heads = self.columns.iter().enumerate().map(|(at, column)| {
            let down = matches!(sort, Some((by, false)) if by == at);
            let value = format!("{}{at}", if down { "-" } else { "" });
            ViewHead {
                title: column.title.clone(),
                href: visit.with_query(&format!("{}-sort", self.id), &value),
                number: numbers.get(at).copied().unwrap_or_default(),
                order: match sort {
                    Some((by, true)) if by == at => "descending",
                    Some((by, false)) if by == at => "ascending",
                    _ => "none",
                },
            }
        });
        let tickable = self.lines.iter().any(|line| line.tick.is_some());
        let rows = lines.iter().map(|line| ViewLine {
            tick: line.tick.clone(),
            cells: line
                .cells
                .iter()
                .enumerate()
                .map(|(at, cell)| ViewCell {
                    text: cell.shown(visit.lang),
                    title: match cell {
                        Cell::Fen(fen) => show::exact(*fen, visit.lang),
                        Cell::Figure(figure) => year::exact(figure, visit.lang),
                        Cell::Judged(sign, figure, _) => {
                            let (word, exact) = (words.t(sign.word()), year::exact(figure, visit.lang));
                            if exact.is_empty() { word.to_owned() } else { format!("{word} · {exact}") }
                        }
                        _ => String::new(),
                    },
                    sign: match cell {
                        Cell::Sign(sign, _) | Cell::Judged(sign, ..) => Some(*sign),
                        _ => None,
                    },
                    mark: matches!(cell, Cell::Judged(_, _, true)),
                    number: numbers.get(at).copied().unwrap_or_default(),
                    long: cell.shown(visit.lang).chars().count() > LONG,
                    gap: is_gap(cell),
                    href: line
                        .links
                        .get(at)
                        .cloned()
                        .flatten()
                        .or_else(|| if at == 0 { line.href.clone() } else { None }),
                })
                .collect(),
        });
        let rows: Vec<ViewLine> = rows.collect();
        let (shown, all) = (rows.len().to_string(), self.lines.len().to_string());
        let count = match (find.is_empty(), &self.next) {
            (true, None) => words.with("table.all", &[("all", &all)]),
            (true, Some(_)) => words.with("table.cut", &[("shown", &shown)]),
            (false, _) => words.with("table.shown", &[("shown", &shown), ("all", &all)]),
        };
        View {
            words,
            id: self.id,
            caption: self.caption.clone(),
            heads: heads.collect(),
            rows,
            tickable,
            empty: self.empty.clone(),
            count,
            find_name: format!("{}-find", self.id),
            find,
            kept: visit.pairs_without(&format!("{}-find", self.id)),
            xlsx: visit.with_query(&format!("{}-as", self.id), "xlsx"),
            next: self.next.clone(),
            small: self.lines.len() < SMALL && self.next.is_none(),
        }
    }
}

/// A text with more characters than this is broken into lines.
const LONG: usize = 42;

/// A table with fewer lines needs no search.
const SMALL: usize = 8;

/// Whether a cell says in words that there is no figure: it stands among figures.
fn is_gap(cell: &Cell) -> bool {
    match cell {
        Cell::Nothing => true,
        Cell::Figure(figure) | Cell::Judged(_, figure, _) => {
            matches!(figure.is, FigureKind::Missing | FigureKind::NotApplicable | FigureKind::Suppressed)
        }
        _ => false,
    }
}

/// A table as it stands on a page.
#[derive(askama::Template)]
#[template(path = "table.html")]
pub struct View {
    words: Words,
    id: &'static str,
    caption: String,
    heads: Vec<ViewHead>,
    rows: Vec<ViewLine>,
    tickable: bool,
    empty: String,
    count: String,
    find_name: String,
    find: String,
    kept: Vec<(String, String)>,
    xlsx: String,
    next: Option<String>,
    small: bool,
}

struct ViewHead {
    title: String,
    href: String,
    number: bool,
    order: &'static str,
}

struct ViewLine {
    tick: Option<String>,
    cells: Vec<ViewCell>,
}

struct ViewCell {
    text: String,
    title: String,
    sign: Option<Sign>,
    mark: bool,
    number: bool,
    long: bool,
    gap: bool,
    href: Option<String>,
}

impl ViewCell {
    /// The classes of the cell.
    fn classes(&self) -> &'static str {
        match (self.number, self.gap, self.long) {
            (true, true, _) => "number gap",
            (true, false, _) => "number",
            (false, _, true) => "long",
            (false, _, false) => "",
        }
    }

    /// Whether its link is a file to be taken along, not a page.
    fn taken(&self) -> bool {
        self.href.as_deref().is_some_and(|href| href.starts_with("/files/") || href.starts_with("/api/"))
    }

    /// Whether its link opens beside the page.
    fn panel(&self) -> bool {
        self.href.as_deref().is_some_and(year::is_derivation)
    }
}

/// The address of a page with another value of a parameter; an empty value takes it away.
pub(crate) fn with_query(uri: &Uri, name: &str, value: &str) -> String {
    let old = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let mut pairs = form_urlencoded::Serializer::new(String::new());
    for (key, value) in old.filter(|(key, _)| key != name && !key.ends_with("-as")) {
        pairs.append_pair(&key, &value);
    }
    if !value.is_empty() {
        pairs.append_pair(name, value);
    }
    let query = pairs.finish();
    if query.is_empty() { uri.path().to_owned() } else { format!("{}?{query}", uri.path()) }
}
