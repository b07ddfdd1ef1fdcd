//! Puts cells together from glyphs and drawn lines, all in whole hundredths of a point.

use std::collections::BTreeMap;

use super::page::{Drawn, Glyph, POINT, Rule};
use crate::grid::{Cell, Part, PartKind, Row};
use crate::read::error::ReadError;
use crate::read::limits::{Budget, LimitKind};

/// Lines no further apart than this are one: borders are drawn twice, or end a little before they meet.
const SNAP: i64 = 2 * POINT;

/// Pages with more lines than this are drawings; their text is read as if there were none.
const MOST_RULES: usize = 4_000;

/// Turns a page, counted from 1, into parts from top to bottom.
pub(super) fn lay_out(drawn: Drawn, page: u32, budget: &mut Budget) -> Result<Vec<Part>, ReadError> {
    let mut tables = find_tables(&drawn, budget)?;
    let mut outside = Vec::new();
    for glyph in drawn.glyphs {
        match tables.iter_mut().find(|table| table.holds(&glyph)) {
            Some(table) => table.put(glyph),
            None => outside.push(glyph),
        }
    }
    let lines = lines(outside);
    if tables.is_empty()
        && let Some(part) = borderless(&lines, page, budget)?
    {
        return Ok(vec![part]);
    }
    in_order(lines, tables, page, budget)
}

/// Tables and the lines of text around them, from top to bottom.
fn in_order(
    lines: Vec<Line>,
    mut tables: Vec<Table>,
    page: u32,
    budget: &mut Budget,
) -> Result<Vec<Part>, ReadError> {
    tables.sort_by_key(|table| (table.ys[0], table.xs[0]));
    let mut parts = Vec::new();
    let mut rest = lines.into_iter().peekable();
    for table in tables {
        let above: Vec<Line> =
            std::iter::from_fn(|| rest.next_if(|line| line.baseline <= table.ys[0])).collect();
        parts.extend(paragraphs(&above, page, budget)?);
        parts.extend(table.finish(page, budget)?);
    }
    let below: Vec<Line> = rest.collect();
    parts.extend(paragraphs(&below, page, budget)?);
    Ok(parts)
}

/// A line of glyphs from left to right.
struct Line {
    glyphs: Vec<Glyph>,
    baseline: i64,
    size: i64,
}

/// Sorts glyphs into lines.
fn lines(mut glyphs: Vec<Glyph>) -> Vec<Line> {
    glyphs.sort_by_key(|glyph| (glyph.baseline, glyph.left));
    let mut all: Vec<Line> = Vec::new();
    for glyph in glyphs {
        match all.last_mut() {
            Some(line) if glyph.baseline - line.baseline <= line.size.max(glyph.size) / 3 => {
                line.size = line.size.max(glyph.size);
                line.glyphs.push(glyph);
            }
            _ => all.push(Line { baseline: glyph.baseline, size: glyph.size, glyphs: vec![glyph] }),
        }
    }
    for line in &mut all {
        line.glyphs.sort_by_key(|glyph| glyph.left);
        // Bold is imitated by drawing twice, a hair apart.
        line.glyphs
            .dedup_by(|b, a| a.text == b.text && b.left - a.left < a.size / 8 && !a.text.trim().is_empty());
    }
    all.retain(|line| line.glyphs.iter().any(|glyph| !glyph.text.trim().is_empty()));
    all
}

/// The text of glyphs on one line. Between Latin words a gap stands for a space that was not drawn; between Chinese
/// characters it stands for nothing.
fn line_text(glyphs: &[Glyph]) -> String {
    let mut text = String::new();
    let mut end = None;
    for glyph in glyphs {
        let gap = end.map_or(0, |end| glyph.left - end);
        let joins_words = text.ends_with(|c: char| c.is_ascii_alphanumeric())
            && glyph.text.starts_with(|c: char| c.is_ascii_alphanumeric());
        if joins_words && gap * 4 > glyph.size {
            text.push(' ');
        }
        text.push_str(&glyph.text);
        end = Some(glyph.right);
    }
    text.trim().to_owned()
}

/// The text of several lines of one cell. A line is broken where the cell ends, not where the text does, so lines are
/// joined as they are, but for two Latin words.
fn wrapped_text(lines: &[Line]) -> String {
    let mut text = String::new();
    for line in lines {
        let next = line_text(&line.glyphs);
        let letter = |c: char| c.is_ascii_alphabetic();
        if text.ends_with(letter) && next.starts_with(letter) {
            text.push(' ');
        }
        text.push_str(&next);
    }
    text
}

/// A part of paragraphs, one line each, if there are any. Lines of a heading that fill one after another are not joined:
/// where a paragraph ends cannot be seen.
fn paragraphs(lines: &[Line], page: u32, budget: &mut Budget) -> Result<Option<Part>, ReadError> {
    if lines.is_empty() {
        return Ok(None);
    }
    let mut rows = Vec::with_capacity(lines.len());
    for line in lines {
        let row = Row::from_texts(&[line_text(&line.glyphs)]);
        row.cells.iter().try_for_each(|cell| budget.add_cell(cell))?;
        rows.push(row);
    }
    budget.add_rows(rows.len() as u64)?;
    Ok(Some(Part { name: String::new(), kind: PartKind::Paragraphs, ordinal: page, rows }))
}

/// Pieces of a line between wide gaps.
fn pieces(line: &Line) -> Vec<&[Glyph]> {
    let wide = line.size * 3 / 2;
    line.glyphs.chunk_by(|a, b| b.left - a.right < wide).collect()
}

/// A page without drawn lines whose text stands in columns: a table if three lines or more have several pieces.
fn borderless(lines: &[Line], page: u32, budget: &mut Budget) -> Result<Option<Part>, ReadError> {
    let split: Vec<Vec<&[Glyph]>> = lines.iter().map(pieces).collect();
    let tabular: Vec<&Vec<&[Glyph]>> = split.iter().filter(|pieces| pieces.len() > 1).collect();
    if tabular.len() < 3 {
        return Ok(None);
    }
    // A column is a stretch of the page that pieces cover without a gap between them.
    let mut stretches: Vec<(i64, i64)> =
        tabular.iter().flat_map(|pieces| pieces.iter().map(|p| extent(p))).collect();
    stretches.sort_unstable();
    let mut columns: Vec<(i64, i64)> = Vec::new();
    for (from, to) in stretches {
        match columns.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => columns.push((from, to)),
        }
    }
    budget.check(LimitKind::Columns, columns.len() as u64)?;
    budget.add_rows(lines.len() as u64)?;
    let mut rows = Vec::with_capacity(lines.len());
    for pieces in &split {
        rows.push(borderless_row(pieces, &columns, budget)?);
    }
    Ok(Some(Part { name: String::new(), kind: PartKind::Table, ordinal: page, rows }))
}

/// One line of such a table.
fn borderless_row(
    pieces: &[&[Glyph]],
    columns: &[(i64, i64)],
    budget: &mut Budget,
) -> Result<Row, ReadError> {
    let mut by_column: BTreeMap<usize, (usize, String)> = BTreeMap::new();
    for piece in pieces {
        let (from, to) = extent(piece);
        let first = columns.iter().position(|c| c.1 >= from).unwrap_or(columns.len() - 1);
        let last = columns.iter().rposition(|c| c.0 <= to).unwrap_or(0).max(first);
        let entry = by_column.entry(first).or_insert((last, String::new()));
        entry.0 = entry.0.max(last);
        if !entry.1.is_empty() {
            entry.1.push(' ');
        }
        entry.1.push_str(&line_text(piece));
    }
    let mut row = Row { cells: Vec::new(), columns: columns.len() as u32 };
    for (first, (last, text)) in by_column {
        let cell = Cell { text, column: first as u32, column_span: (last - first) as u32 + 1, row_span: 1 };
        if !cell.text.is_empty() {
            budget.add_cell(&cell)?;
            row.cells.push(cell);
        }
    }
    Ok(row)
}

/// Left and right end of glyphs.
fn extent(glyphs: &[Glyph]) -> (i64, i64) {
    let from = glyphs.iter().map(|g| g.left).min().unwrap_or(0);
    (from, glyphs.iter().map(|g| g.right).max().unwrap_or(from))
}

/// Joins lines that lie on one another or end where the next begins.
fn merged(mut rules: Vec<Rule>) -> Vec<Rule> {
    rules.sort_unstable();
    // First the shared coordinate is made exactly equal, then overlapping stretches are joined.
    let mut last: Option<i64> = None;
    for rule in &mut rules {
        match last {
            Some(at) if rule.at - at <= SNAP => rule.at = at,
            _ => last = Some(rule.at),
        }
    }
    rules.sort_unstable();
    let mut all: Vec<Rule> = Vec::new();
    for rule in rules {
        match all.last_mut() {
            Some(before) if before.at == rule.at && rule.from <= before.to + SNAP => {
                before.to = before.to.max(rule.to);
            }
            _ => all.push(rule),
        }
    }
    all
}

/// Whether a level and an upright line touch.
fn touch(level: &Rule, upright: &Rule) -> bool {
    let reaches = |rule: &Rule, at: i64| rule.from - SNAP <= at && at <= rule.to + SNAP;
    reaches(level, upright.at) && reaches(upright, level.at)
}

/// Finds groups of lines that touch and enclose at least one cell.
fn find_tables(drawn: &Drawn, budget: &Budget) -> Result<Vec<Table>, ReadError> {
    if drawn.level.len() + drawn.upright.len() > 10 * MOST_RULES {
        return Ok(Vec::new());
    }
    let (level, upright) = (merged(drawn.level.clone()), merged(drawn.upright.clone()));
    if level.len() > MOST_RULES || upright.len() > MOST_RULES {
        return Ok(Vec::new());
    }
    let mut groups = Groups::new(level.len() + upright.len());
    for (i, l) in level.iter().enumerate() {
        for (j, u) in upright.iter().enumerate() {
            if touch(l, u) {
                groups.join(i, level.len() + j);
            }
        }
    }
    let mut by_group: BTreeMap<usize, (Vec<Rule>, Vec<Rule>)> = BTreeMap::new();
    for (i, rule) in level.iter().enumerate() {
        by_group.entry(groups.find(i)).or_default().0.push(*rule);
    }
    for (j, rule) in upright.iter().enumerate() {
        by_group.entry(groups.find(level.len() + j)).or_default().1.push(*rule);
    }
    let mut tables = Vec::new();
    for (level, upright) in by_group.into_values() {
        tables.extend(Table::new(&level, &upright, budget)?);
    }
    Ok(tables)
}

/// Sets that are joined step by step.
struct Groups(Vec<usize>);

impl Groups {
    fn new(count: usize) -> Self {
        Self((0..count).collect())
    }

    fn find(&mut self, mut at: usize) -> usize {
        while self.0[at] != at {
            self.0[at] = self.0[self.0[at]];
            at = self.0[at];
        }
        at
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.find(a), self.find(b));
        self.0[a.max(b)] = a.min(b);
    }
}

/// A ruled table: the lines cut it into squares, and squares without a line between them are one cell.
struct Table {
    /// Upright lines from left to right.
    xs: Vec<i64>,
    /// Level lines from top to bottom.
    ys: Vec<i64>,
    /// For each square, row by row, the cell that it belongs to: the number of one of its squares.
    cells: Vec<usize>,
    glyphs: BTreeMap<usize, Vec<Glyph>>,
}

impl Table {
    /// The table that lines make, if they enclose anything.
    fn new(level: &[Rule], upright: &[Rule], budget: &Budget) -> Result<Option<Self>, ReadError> {
        let distinct = |rules: &[Rule]| {
            let mut all: Vec<i64> = rules.iter().map(|rule| rule.at).collect();
            all.sort_unstable();
            all.dedup();
            all
        };
        let (xs, ys) = (distinct(upright), distinct(level));
        if xs.len() < 2 || ys.len() < 2 {
            return Ok(None);
        }
        let (width, height) = (xs.len() - 1, ys.len() - 1);
        budget.check(LimitKind::Columns, width as u64)?;
        budget.check(LimitKind::Cells, width as u64 * height as u64)?;
        let mut groups = Groups::new(width * height);
        let is_line = |rules: &[Rule], at: i64, from: i64, to: i64| {
            let middle = from.midpoint(to);
            rules.iter().any(|rule| rule.at == at && rule.from <= middle && middle <= rule.to)
        };
        let upright_at = by_coordinate(upright);
        let level_at = by_coordinate(level);
        for row in 0..height {
            for column in 0..width {
                let here = row * width + column;
                if column + 1 < width
                    && !is_line(&upright_at[&xs[column + 1]], xs[column + 1], ys[row], ys[row + 1])
                {
                    groups.join(here, here + 1);
                }
                if row + 1 < height
                    && !is_line(&level_at[&ys[row + 1]], ys[row + 1], xs[column], xs[column + 1])
                {
                    groups.join(here, here + width);
                }
            }
        }
        let cells = (0..width * height).map(|square| groups.find(square)).collect();
        Ok(Some(Self { xs, ys, cells, glyphs: BTreeMap::new() }))
    }

    /// Whether a glyph stands within the outer lines.
    fn holds(&self, glyph: &Glyph) -> bool {
        let (x, y) = middle(glyph);
        let within = |lines: &[i64], at: i64| lines[0] <= at && at <= lines[lines.len() - 1];
        within(&self.xs, x) && within(&self.ys, y)
    }

    /// Puts a glyph into its cell.
    fn put(&mut self, glyph: Glyph) {
        let (x, y) = middle(&glyph);
        let slot =
            |lines: &[i64], at: i64| (lines.partition_point(|l| *l <= at).max(1) - 1).min(lines.len() - 2);
        let square = slot(&self.ys, y) * (self.xs.len() - 1) + slot(&self.xs, x);
        self.glyphs.entry(self.cells[square]).or_default().push(glyph);
    }

    /// The part that the table becomes, if it has any text.
    fn finish(mut self, page: u32, budget: &mut Budget) -> Result<Option<Part>, ReadError> {
        let (width, height) = (self.xs.len() - 1, self.ys.len() - 1);
        if self.glyphs.is_empty() {
            return Ok(None);
        }
        budget.add_rows(height as u64)?;
        let mut rows = vec![Row { cells: Vec::new(), columns: width as u32 }; height];
        for (id, (top, bottom, left, right)) in self.extents() {
            let text = wrapped_text(&lines(self.glyphs.remove(&id).unwrap_or_default()));
            if text.is_empty() {
                continue;
            }
            let (column_span, row_span) = ((right - left) as u32 + 1, (bottom - top) as u32 + 1);
            let cell = Cell { text, column: left as u32, column_span, row_span };
            budget.add_cell(&cell)?;
            rows[top].cells.push(cell);
        }
        for row in &mut rows {
            row.cells.sort_by_key(|cell| cell.column);
        }
        Ok(Some(Part { name: String::new(), kind: PartKind::Table, ordinal: page, rows }))
    }

    /// First and last row and column of every cell.
    fn extents(&self) -> BTreeMap<usize, (usize, usize, usize, usize)> {
        let width = self.xs.len() - 1;
        let mut extents: BTreeMap<usize, (usize, usize, usize, usize)> = BTreeMap::new();
        for (square, id) in self.cells.iter().enumerate() {
            let (row, column) = (square / width, square % width);
            let e = extents.entry(*id).or_insert((row, row, column, column));
            *e = (e.0.min(row), e.1.max(row), e.2.min(column), e.3.max(column));
        }
        extents
    }
}

/// Lines by the coordinate that they share.
fn by_coordinate(rules: &[Rule]) -> BTreeMap<i64, Vec<Rule>> {
    let mut all: BTreeMap<i64, Vec<Rule>> = BTreeMap::new();
    for rule in rules {
        all.entry(rule.at).or_default().push(*rule);
    }
    all
}

/// About the middle of a glyph: a third of its height above its baseline.
fn middle(glyph: &Glyph) -> (i64, i64) {
    (glyph.left.midpoint(glyph.right), glyph.baseline - glyph.size / 3)
}
