//! Word: paragraphs and tables of `document.xml` in the order of the document.
//!
//! A table within a cell becomes a part of its own after the outer one. Footnotes follow the body. Tracked insertions
//! are accepted, deletions left out; text boxes and content controls count as text of the paragraph around them.

use std::collections::BTreeMap;

use super::error::{Fault, ReadError};
use super::limits::{Budget, LimitKind};
use super::package::Package;
use super::xml::{Node, Tag, Xml};
use crate::grid::{Cell, Format, Grid, Part, PartKind, Row};

/// Elements that hold no text of the document, or text that is no longer or twice in it.
const LEFT_OUT: &[&str] = &[
    "pPr",
    "rPr",
    "tblPr",
    "tblPrEx",
    "tblGrid",
    "sectPr",
    "sdtPr",
    "sdtEndPr",
    "del",
    "moveFrom",
    "Fallback",
    "rt",
    "instrText",
    "delText",
    "delInstrText",
];

/// Reads a Word file.
pub(super) fn read(bytes: &[u8], budget: &mut Budget) -> Result<Grid, ReadError> {
    let mut package = Package::open(bytes, budget)?;
    let main = package.main.clone().unwrap_or_else(|| "word/document.xml".to_owned());
    let text = package.text(&main, Format::Docx, budget)?;
    let mut walker = Walker::default();
    walker.walk(&text, &main, budget)?;
    for notes in ["word/footnotes.xml", "word/endnotes.xml"] {
        // Word writes these parts for its separators alone; they are unpacked only if the text refers to them.
        if walker.has_notes && package.has(notes) {
            let text = package.text(notes, Format::Docx, budget)?;
            walker.walk(&text, notes, budget)?;
        }
    }
    Ok(Grid { format: Format::Docx, parts: walker.finish() })
}

/// A cell whose end has not been read, or that may still be continued below.
#[derive(Default)]
struct DraftCell {
    paragraphs: Vec<String>,
    column: u32,
    column_span: u32,
    row_span: u32,
    merge: Merge,
}

/// The `vMerge` of a cell.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Merge {
    #[default]
    None,
    Begins,
    Continues,
}

/// A table whose end has not been read.
struct DraftTable {
    /// Where in the list of parts it belongs.
    slot: usize,
    rows: Vec<DraftRow>,
    /// Cells that may be continued below: first column, to row and index in the row.
    open: BTreeMap<u32, (usize, usize)>,
    /// Paragraphs that are begun and not ended in the cell around this table.
    outer_paragraphs: Vec<String>,
}

/// A row of a draft table.
#[derive(Default)]
struct DraftRow {
    cells: Vec<DraftCell>,
    next_column: u32,
    deleted: bool,
    /// Whether a cell is open, so that paragraphs belong to it.
    in_cell: bool,
}

/// What the walk has found so far.
#[derive(Default)]
struct Walker {
    parts: Vec<Part>,
    tables: Vec<DraftTable>,
    /// Paragraphs whose end has not been read; more than one where a text box stands in a paragraph.
    paragraphs: Vec<String>,
    has_notes: bool,
}

impl Walker {
    /// Walks one part of the file.
    fn walk(&mut self, text: &str, part: &str, budget: &mut Budget) -> Result<(), ReadError> {
        let mut xml = Xml::new(text, part, Format::Docx, budget);
        while let Some(node) = xml.next()? {
            match node {
                Node::Start(tag) => self.start(&tag, &mut xml, budget)?,
                Node::End(name) => self.end(&name, budget)?,
                Node::Text(_) => {}
            }
        }
        // A run of paragraphs ends with its part of the file.
        self.tables.clear();
        self.paragraphs.clear();
        Ok(())
    }

    /// An element begins.
    fn start(&mut self, tag: &Tag<'_>, xml: &mut Xml<'_>, budget: &mut Budget) -> Result<(), ReadError> {
        match tag.local() {
            name if LEFT_OUT.contains(&name) => xml.skip()?,
            "t" => {
                let piece = xml.inner_text(&[])?;
                self.write(&piece);
            }
            "p" => self.paragraphs.push(String::new()),
            "br" | "cr" => self.write("\n"),
            "tab" | "ptab" => self.write(" "),
            "noBreakHyphen" => self.write("-"),
            "sym" => self.symbol(tag),
            "footnoteReference" | "endnoteReference" => self.has_notes = true,
            "tbl" => self.begin_table(budget)?,
            "tr" => self.begin_row(budget)?,
            "trPr" => self.row_properties(xml, budget)?,
            "tc" => self.begin_cell(budget)?,
            "tcPr" => self.cell_properties(xml, budget)?,
            _ => {}
        }
        Ok(())
    }

    /// An element ends.
    fn end(&mut self, name: &str, budget: &mut Budget) -> Result<(), ReadError> {
        match name {
            "p" => self.end_paragraph(budget)?,
            "tc" => self.end_cell(),
            "tr" => self.end_row(),
            "tbl" => self.end_table(budget)?,
            _ => {}
        }
        Ok(())
    }

    /// Adds to the innermost paragraph.
    fn write(&mut self, text: &str) {
        if let Some(paragraph) = self.paragraphs.last_mut() {
            paragraph.push_str(text);
        }
    }

    /// A character of a symbol font. The boxes and ticks of official forms are named by their Unicode counterparts.
    fn symbol(&mut self, tag: &Tag<'_>) {
        let code = tag.attribute("char").and_then(|c| u32::from_str_radix(&c, 16).ok());
        let known = match code {
            Some(0xF052 | 0xF0FE | 0x0052 | 0x00FE) => Some('☑'),
            Some(0xF051 | 0xF0FD | 0x0051 | 0x00FD) => Some('☒'),
            Some(0xF0A3 | 0xF0A8 | 0xF06F | 0x00A3 | 0x00A8) => Some('□'),
            Some(0xF050 | 0xF0FC | 0x0050 | 0x00FC) => Some('√'),
            other => other.and_then(char::from_u32),
        };
        if let Some(symbol) = known {
            self.write(symbol.encode_utf8(&mut [0; 4]));
        }
    }

    /// Hands the paragraph that ends to the cell or the run of paragraphs around it.
    fn end_paragraph(&mut self, budget: &mut Budget) -> Result<(), ReadError> {
        let Some(text) = self.paragraphs.pop() else { return Ok(()) };
        if let Some(cell) = self.tables.last_mut().and_then(DraftTable::open_cell) {
            // A blank paragraph has no text and takes memory all the same.
            budget.add_text(size_of::<String>())?;
            cell.paragraphs.push(text);
            return Ok(());
        }
        if self.parts.last().is_none_or(|p| p.kind != PartKind::Paragraphs) {
            self.parts.push(empty_part(PartKind::Paragraphs));
        }
        budget.add_rows(1)?;
        let row = Row::from_texts(&[text.trim_matches('\n')]);
        row.cells.iter().try_for_each(|cell| budget.add_cell(cell))?;
        if let Some(part) = self.parts.last_mut() {
            part.rows.push(row);
        }
        Ok(())
    }

    /// A table begins; its place among the parts is taken now, so that it stands before a table within it.
    fn begin_table(&mut self, budget: &mut Budget) -> Result<(), ReadError> {
        // Even a table without rows takes memory, so each counts as a row at least.
        budget.add_rows(1)?;
        let slot = self.parts.len();
        self.parts.push(empty_part(PartKind::Table));
        let outer_paragraphs = std::mem::take(&mut self.paragraphs);
        self.tables.push(DraftTable { slot, rows: Vec::new(), open: BTreeMap::new(), outer_paragraphs });
        Ok(())
    }

    /// A row begins.
    fn begin_row(&mut self, budget: &mut Budget) -> Result<(), ReadError> {
        budget.add_rows(1)?;
        if let Some(table) = self.tables.last_mut() {
            table.rows.push(DraftRow::default());
        }
        Ok(())
    }

    /// Columns left out before the row, and whether the row is a tracked deletion.
    fn row_properties(&mut self, xml: &mut Xml<'_>, budget: &Budget) -> Result<(), ReadError> {
        let (mut before, mut deleted) = (0, false);
        each_property(xml, "trPr", |tag| match tag.local() {
            "gridBefore" => before = tag.number("val").unwrap_or(0),
            "del" => deleted = true,
            _ => {}
        })?;
        budget.check(LimitKind::Columns, u64::from(before))?;
        if let Some(row) = self.tables.last_mut().and_then(|t| t.rows.last_mut()) {
            row.next_column = before;
            row.deleted = deleted;
        }
        Ok(())
    }

    /// A cell begins. Empty ones count too, because they are held until the table ends.
    fn begin_cell(&mut self, budget: &mut Budget) -> Result<(), ReadError> {
        budget.count_cell()?;
        if let Some(row) = self.tables.last_mut().and_then(|t| t.rows.last_mut()) {
            let cell =
                DraftCell { column: row.next_column, column_span: 1, row_span: 1, ..DraftCell::default() };
            row.cells.push(cell);
            row.in_cell = true;
        }
        Ok(())
    }

    /// The spans of the cell that has begun.
    fn cell_properties(&mut self, xml: &mut Xml<'_>, budget: &Budget) -> Result<(), ReadError> {
        let (mut span, mut merge, mut joins_left) = (1, Merge::None, false);
        each_property(xml, "tcPr", |tag| match tag.local() {
            "gridSpan" => span = tag.number("val").unwrap_or(1).max(1),
            "vMerge" => {
                let restart = tag.attribute("val").is_some_and(|v| v == "restart");
                merge = if restart { Merge::Begins } else { Merge::Continues };
            }
            "hMerge" => joins_left = tag.attribute("val").is_none_or(|v| v != "restart"),
            _ => {}
        })?;
        budget.check(LimitKind::Columns, u64::from(span))?;
        let Some(row) = self.tables.last_mut().and_then(|t| t.rows.last_mut()) else { return Ok(()) };
        if joins_left && row.cells.len() > 1 {
            // The old way to merge across: the cell belongs to the one on its left.
            row.cells.pop();
        }
        if let Some(cell) = row.cells.last_mut() {
            cell.column_span = if joins_left { cell.column_span.saturating_add(span) } else { span };
            cell.merge = if joins_left { cell.merge } else { merge };
            budget.check(LimitKind::Columns, u64::from(cell.column) + u64::from(cell.column_span))?;
        }
        Ok(())
    }

    /// A cell ends: the next one stands right of it.
    fn end_cell(&mut self) {
        if let Some(row) = self.tables.last_mut().and_then(|t| t.rows.last_mut()) {
            row.in_cell = false;
            if let Some(cell) = row.cells.last() {
                row.next_column = cell.column.saturating_add(cell.column_span);
            }
        }
    }

    /// A row ends: its continued cells are handed to the cells that they continue.
    fn end_row(&mut self) {
        let Some(table) = self.tables.last_mut() else { return };
        let Some(mut row) = table.rows.pop() else { return };
        if row.deleted {
            return;
        }
        let at = table.rows.len();
        let mut kept = Vec::with_capacity(row.cells.len());
        let mut open = BTreeMap::new();
        for mut cell in std::mem::take(&mut row.cells) {
            let above = table.open.get(&cell.column).copied().filter(|_| cell.merge == Merge::Continues);
            if let Some((r, c)) = above
                && let Some(origin) = table.rows.get_mut(r).and_then(|row| row.cells.get_mut(c))
            {
                origin.row_span += 1;
                origin.paragraphs.append(&mut cell.paragraphs);
                open.insert(cell.column, (r, c));
                continue;
            }
            if cell.merge != Merge::None {
                open.insert(cell.column, (at, kept.len()));
            }
            kept.push(cell);
        }
        table.open = open;
        row.cells = kept;
        table.rows.push(row);
    }

    /// A table ends: its draft becomes a part.
    fn end_table(&mut self, budget: &mut Budget) -> Result<(), ReadError> {
        let Some(table) = self.tables.pop() else { return Ok(()) };
        self.paragraphs = table.outer_paragraphs;
        let width = table.rows.iter().map(|r| r.next_column).max().unwrap_or(0);
        let mut rows = Vec::with_capacity(table.rows.len());
        for draft in table.rows {
            let cells: Vec<Cell> = draft.cells.into_iter().filter_map(DraftCell::finish).collect();
            cells.iter().try_for_each(|cell| budget.add_text(cell.text.len()))?;
            rows.push(Row { cells, columns: width });
        }
        if let Some(part) = self.parts.get_mut(table.slot) {
            part.rows = rows;
        }
        Ok(())
    }

    /// The parts that have something in them, counted anew.
    fn finish(self) -> Vec<Part> {
        let (mut tables, mut runs) = (0, 0);
        let mut parts: Vec<Part> =
            self.parts.into_iter().filter(|p| p.rows.iter().any(|r| !r.cells.is_empty())).collect();
        for part in &mut parts {
            let counter = if part.kind == PartKind::Table { &mut tables } else { &mut runs };
            *counter += 1;
            part.ordinal = *counter;
        }
        parts
    }
}

impl DraftTable {
    /// The cell that paragraphs belong to now.
    fn open_cell(&mut self) -> Option<&mut DraftCell> {
        self.rows.last_mut().filter(|row| row.in_cell)?.cells.last_mut()
    }
}

impl DraftCell {
    /// The cell, unless it is empty.
    fn finish(self) -> Option<Cell> {
        let joined = self.paragraphs.join("\n");
        let text = joined.trim_matches('\n');
        (!text.trim().is_empty()).then(|| Cell {
            text: text.to_owned(),
            column: self.column,
            column_span: self.column_span,
            row_span: self.row_span,
        })
    }
}

/// A part to be filled; [`Walker::finish`] numbers it.
fn empty_part(kind: PartKind) -> Part {
    Part { name: String::new(), kind, ordinal: 0, rows: Vec::new() }
}

/// Visits the children of a properties element whose start was just read.
fn each_property(xml: &mut Xml<'_>, element: &str, mut visit: impl FnMut(&Tag<'_>)) -> Result<(), ReadError> {
    loop {
        match xml.next()? {
            Some(Node::Start(tag)) => {
                visit(&tag);
                xml.skip()?;
            }
            Some(Node::End(name)) if name == element => return Ok(()),
            Some(_) => {}
            None => return Err(xml.fault(Fault::new("XML 没有结尾", "the XML ends in the middle"))),
        }
    }
}
