//! The report as a Word document for editing: headings, paragraphs, tables and charts.
//!
//! Word keeps a drawing as PNG with the SVG beside it and shows the SVG where it can; older programs show the PNG. Whoever can rasterise
//! hands the PNG in; without one the chart's data stand there as a table, so that nothing is lost and nothing is empty.

mod compose;
mod write;

use jixiao_core::finding::Lang;

pub use self::{compose::report, write::write};
use crate::{charts::Chart, figure::Figure, table::Table};

/// A document: its title and what follows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// Title property, and what the first block usually says.
    pub title: String,
    /// From top to bottom.
    pub blocks: Vec<Block>,
}

/// A piece of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// The document's title.
    Title(String),
    /// A heading of level 1 to 3; it stands in the outline.
    Heading(u8, String),
    /// A paragraph, its first line indented as the language wants it; `\n` begins a further one.
    Paragraph(String),
    /// A line in small letters: a unit above a table, a source below it.
    Small(String),
    /// A warning that must not be overlooked, in a frame.
    Notice(String),
    /// A table whose headings are repeated on every page.
    Grid(Grid),
    /// A chart.
    Picture(Picture),
}

/// A table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grid {
    /// Headings.
    pub head: Vec<String>,
    /// Rows of as many cells.
    pub rows: Vec<Vec<Cell>>,
}

/// A cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// What it says.
    pub text: String,
    /// Whether it stands to the right, as figures do.
    pub figure: bool,
}

/// Where in the report a chart stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// 资金情况.
    Money,
    /// 绩效目标完成情况.
    Results,
    /// 分地区完成情况.
    Regions,
    /// 自评得分.
    Score,
    /// 满意度.
    Satisfaction,
    /// 从申报到拨付.
    Flow,
}

/// A chart for the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Stem of its file: `money`, `region-INDICATOR`.
    pub name: String,
    /// Where it stands.
    pub section: Section,
    /// What it is, for those who do not see it and for the table that stands in for it.
    pub title: String,
    /// The drawing.
    pub svg: String,
    /// The same as PNG, about 1,440 pixels wide; none where nobody could rasterise it.
    pub png: Option<Vec<u8>>,
    /// Its data.
    pub table: Table,
}

impl Picture {
    /// A chart with its PNG, if there is one.
    pub fn of(
        chart: &dyn Chart,
        name: &str,
        section: Section,
        title: &str,
        png: Option<Vec<u8>>,
        lang: Lang,
    ) -> Self {
        let (name, title) = (name.to_owned(), title.to_owned());
        Self { name, section, title, svg: chart.svg(lang), png, table: chart.table(lang) }
    }
}

impl Cell {
    /// A cell of text.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), figure: false }
    }

    /// A cell of a figure, with its unit or without.
    pub fn figure(figure: &Figure, unit: bool, lang: Lang) -> Self {
        let text = if unit { figure.with_unit() } else { figure.text.clone() };
        Self { text: text.get(lang).to_owned(), figure: figure.value().is_some() }
    }
}

impl From<&Table> for Grid {
    fn from(table: &Table) -> Self {
        let rows = table.rows.iter().map(|row| row.iter().map(Cell::text).collect());
        Self { head: table.columns.clone(), rows: rows.collect() }
    }
}

#[cfg(test)]
mod tests;
