//! A target table as its official form, with what is to be seen at its cells: findings, changes, differences.

use std::collections::BTreeMap;

use askama::Template;
use jixiao_core::{place::Place, table::TargetTable};
use jixiao_tables::{
    layout::{CellStyle, LayoutCell},
    official,
};
use jixiao_web::problem::{self, Problem};

use crate::{table::Sign, words::Words};

/// What is to be seen at the cells of a form.
#[derive(Default)]
pub(crate) struct Seen {
    /// What the marks lead to: `finding` leads to `#finding-1`.
    pub(crate) to: &'static str,
    /// What the ids of the cells begin with, so that two forms fit on a page.
    pub(crate) prefix: &'static str,
    /// Marks by place: a number and its sign.
    pub(crate) marks: BTreeMap<Place, Vec<(usize, Sign)>>,
    /// What stood in cells that were changed.
    pub(crate) before: BTreeMap<Place, String>,
}

impl Seen {
    /// A mark at a cell.
    pub(crate) fn mark(&mut self, place: Place, number: usize, sign: Sign) {
        self.marks.entry(place).or_default().push((number, sign));
    }
}

struct FormCell {
    id: String,
    text: String,
    before: Option<String>,
    class: &'static str,
    head: bool,
    columns: u32,
    rows: u32,
    marks: Vec<(usize, Sign)>,
}

#[derive(Template)]
#[template(path = "official.html")]
struct Form<'f> {
    label: &'f str,
    to: &'f str,
    heading: Vec<String>,
    rows: Vec<Vec<FormCell>>,
}

/// The id of the cell at a place.
pub(crate) fn cell_id(prefix: &str, place: Place) -> String {
    format!("{prefix}cell-{}-{}-{}", place.part, place.row, place.column)
}

fn form_cell(cell: &LayoutCell, seen: &Seen) -> FormCell {
    let changed = cell.origin.and_then(|place| seen.before.get(&place)).cloned();
    FormCell {
        id: cell.origin.map(|place| cell_id(seen.prefix, place)).unwrap_or_default(),
        text: cell.text.clone(),
        class: match (&changed, cell.style) {
            (Some(_), _) => "changed",
            (None, CellStyle::Head | CellStyle::Indicator) => "strong",
            (None, CellStyle::Centred) => "",
            (None, CellStyle::Prose) => "prose",
            (None, CellStyle::Region) => "region",
        },
        before: changed,
        head: cell.style == CellStyle::Head,
        columns: cell.column_span,
        rows: cell.row_span,
        marks: cell.origin.and_then(|place| seen.marks.get(&place)).cloned().unwrap_or_default(),
    }
}

/// A table as its form, as markup.
pub(crate) fn form(table: &TargetTable, seen: &Seen, label: &str) -> Result<String, Problem> {
    let layout = official::layout(table);
    let rows = layout.rows.iter().map(|row| row.cells.iter().map(|cell| form_cell(cell, seen)).collect());
    let form = Form { label, to: seen.to, rows: rows.collect(), heading: layout.heading.clone() };
    rendered(&form)
}

/// A piece of a page as markup.
///
/// # Errors
/// Its template cannot be filled in: a mistake of the program.
pub(crate) fn rendered(piece: &impl Template) -> Result<String, Problem> {
    piece
        .render()
        .map_err(|error| Problem { kept_quiet: Some(error.to_string()), ..Problem::bare(&problem::BROKEN) })
}

/// The label of a form that has no other.
pub(crate) fn label(words: Words) -> &'static str {
    words.t("targets.table")
}
