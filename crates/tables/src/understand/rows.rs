//! Stage two: cells with places have become typed rows.
//!
//! A row is recognised by what its cells say and by where in the form it stands (before the indicator table, in the
//! block of goals or money, in the table, below it). Nothing is judged and nothing is lost: a row that is not
//! recognised is a row too.

use jixiao_core::{
    indicator::{Category, Kind},
    period::Period,
    place::{Place, Written},
    region::RegionTree,
    table::{ColumnRole, HeaderField, HeaderKey, MoneyRole},
    text,
};

use super::{
    align::{Cell, Listener, Slot, align, is_fragment},
    labels,
};
use crate::grid::{Format, Grid, Row};

/// A row, understood as far as it can be on its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypedRow {
    /// The line that names the form, and further lines of a page that it was wrapped over.
    Title(Written, Vec<Written>),
    /// `（2024年度）`.
    FormYear(i16, Written),
    /// Labels of the header with their values, and cells that are neither.
    Header(Vec<HeaderField>, Vec<Written>),
    /// Headings of the block of goals: `实施周期总目标`, `当年度目标`, with the label before them.
    GoalHeading(Vec<Written>, Vec<(Written, Period, bool)>),
    /// Goals in prose, each with its period and whether it is the actual state, with the label before them.
    Goals(Vec<Written>, Vec<(Written, Period, bool)>),
    /// Headings of the money block, with the label before them.
    MoneyHeading(Vec<Written>, Vec<(Written, MoneyRole)>),
    /// A line of the money block: labels, name, whether it is the total, values.
    Money(Vec<Written>, Written, bool, Vec<(MoneyRole, Written)>, Vec<Written>),
    /// Headings of the indicator table, and labels above or beside them that head no column themselves.
    Heading(Vec<(Written, ColumnRole)>, Vec<Written>),
    /// A row of the indicator table, each cell with its column.
    Body(Vec<(Written, Option<ColumnRole>)>, Gaps),
    /// The line of totals.
    Total(Written, Vec<(Written, Option<ColumnRole>)>),
    /// A remark below or above the table.
    Note(Vec<Written>),
    /// Cells that nothing could be made of.
    Unread(Vec<Written>),
}

/// Where the cells of target columns stand, or would stand, in a row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gaps(pub Vec<(Period, Place)>);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Header,
    Goals,
    Money,
    Table,
}

struct Recogniser<'a> {
    listener: Listener<'a>,
    exact_columns: bool,
    mode: Mode,
    slots: Vec<Slot>,
    after_heading: bool,
    in_note: bool,
    goal_columns: Vec<(u32, Period, bool)>,
    money_columns: Vec<(u32, MoneyRole)>,
    rows: Vec<TypedRow>,
}

/// Recognises every row of a grid, in order. Empty rows leave nothing behind.
pub fn typed_rows(grid: &Grid, regions: Option<&RegionTree>) -> Vec<TypedRow> {
    let mut recogniser = Recogniser {
        listener: Listener::new(regions),
        exact_columns: matches!(grid.format, Format::Docx | Format::Xlsx | Format::Xls | Format::Json),
        mode: Mode::Header,
        slots: Vec::new(),
        after_heading: false,
        in_note: false,
        goal_columns: Vec::new(),
        money_columns: Vec::new(),
        rows: Vec::new(),
    };
    for (part, rows) in (0u32..).zip(&grid.parts) {
        for (number, row) in (0u32..).zip(&rows.rows) {
            if !row.cells.is_empty() {
                recogniser.row(&cells(row, part, number));
            }
        }
    }
    if grid.format == Format::Pdf { unwrapped(recogniser.rows) } else { recogniser.rows }
}

/// Joins a title that a page wrapped over two lines: the first line alone names nothing.
fn unwrapped(rows: Vec<TypedRow>) -> Vec<TypedRow> {
    let mut joined: Vec<TypedRow> = Vec::new();
    for row in rows {
        let above = match (joined.last(), &row) {
            (Some(TypedRow::Unread(above)), TypedRow::Title(title, rest))
                if above.len() == 1 && rest.is_empty() =>
            {
                let next =
                    above[0].place.part == title.place.part && above[0].place.row + 1 == title.place.row;
                next.then(|| (above[0].clone(), title.clone()))
            }
            _ => None,
        };
        match above {
            Some((first, second)) => {
                joined.pop();
                let whole = Written::new(
                    format!("{}{}", first.text.trim_end(), second.text.trim_start()),
                    first.place,
                );
                joined.push(TypedRow::Title(whole, vec![second]));
            }
            None => joined.push(row),
        }
    }
    joined
}

fn cells(row: &Row, part: u32, number: u32) -> Vec<Written> {
    row.cells.iter().map(|c| Written::new(c.text.clone(), Place::new(part, number, c.column))).collect()
}

impl Recogniser<'_> {
    fn row(&mut self, cells: &[Written]) {
        let keys: Vec<String> = cells.iter().map(Written::key).collect();
        let row = self
            .line_of_its_own(cells, &keys)
            .or_else(|| self.more_note(cells, &keys))
            .or_else(|| self.heading(cells, &keys))
            .or_else(|| {
                if self.mode == Mode::Table {
                    Some(self.in_table(cells, &keys))
                } else {
                    self.above_table(cells, &keys)
                }
            })
            .unwrap_or_else(|| TypedRow::Unread(cells.to_vec()));
        self.after_heading = matches!(row, TypedRow::Heading(..));
        self.in_note = self.mode == Mode::Table && (self.in_note || labels::opens_note(&keys[0]));
        self.in_note &= matches!(row, TypedRow::Note(_));
        self.rows.push(row);
    }

    /// Titles, years and remarks stand alone in their row.
    fn line_of_its_own(&mut self, cells: &[Written], keys: &[String]) -> Option<TypedRow> {
        let ([cell], [key]) = (cells, keys) else { return None };
        if labels::is_title(key) {
            self.mode = Mode::Header;
            return Some(TypedRow::Title(cell.clone(), Vec::new()));
        }
        if let Some(year) = labels::form_year(key) {
            return Some(TypedRow::FormYear(year, cell.clone()));
        }
        let furniture = key.starts_with("附件") || key.starts_with("单位:") || is_page_number(key);
        furniture.then(|| TypedRow::Note(vec![cell.clone()]))
    }

    /// A remark below the table that goes on: `2.本表一式三份。` under `注：1.…`.
    fn more_note(&self, cells: &[Written], keys: &[String]) -> Option<TypedRow> {
        let ([_], [key], true) = (cells, keys, self.in_note) else { return None };
        let in_table =
            self.listener.is_region(key) || Category::parse(key).is_some() || Kind::parse(key).is_some();
        (!in_table).then(|| TypedRow::Note(cells.to_vec()))
    }

    fn heading(&mut self, cells: &[Written], keys: &[String]) -> Option<TypedRow> {
        // Most rows are no heading; the words of levels tell without a look into the dictionary.
        if !self.after_heading && !keys.iter().any(|k| k.contains('级') || k.contains("指标名称")) {
            return None;
        }
        let roles: Vec<Option<ColumnRole>> = keys.iter().map(|k| labels::column(k)).collect();
        let has = |role| roles.contains(&Some(role));
        let known = roles.iter().flatten().count();
        let names = has(ColumnRole::Name) || (has(ColumnRole::Category) && has(ColumnRole::Kind));
        let whole = names && known >= 2 && known * 3 >= cells.len() * 2;
        let continued = self.after_heading && known == cells.len();
        if !whole && !continued {
            return None;
        }
        let (mut columns, mut aside) = match self.rows.pop() {
            Some(TypedRow::Heading(columns, aside)) if continued && !whole => (columns, aside),
            other => {
                self.rows.extend(other);
                (Vec::new(), Vec::new())
            }
        };
        for (cell, role) in cells.iter().zip(roles) {
            match role {
                None if is_fragment(&cell.key()) => aside.push(cell.clone()),
                _ => {
                    let role = role.unwrap_or(ColumnRole::Unknown);
                    // The second line of a heading names the parts of what stands above: 经费保障 under 偏差原因分析.
                    let above = |(w, r): &(Written, ColumnRole)| {
                        *r != ColumnRole::Frame
                            && (w.place.column == cell.place.column || (*r == role && continued && !whole))
                    };
                    aside.extend(columns.extract_if(.., |c| above(c)).map(|(w, _)| w));
                    columns.push((cell.clone(), role));
                }
            }
        }
        columns.sort_by_key(|(w, _)| w.place.column);
        let in_table = columns.iter().filter(|(_, role)| *role != ColumnRole::Frame);
        self.slots = in_table.map(|(w, role)| Slot { role: *role, column: w.place.column }).collect();
        self.mode = Mode::Table;
        Some(TypedRow::Heading(columns, aside))
    }

    // ---- above the table ----

    fn above_table(&mut self, cells: &[Written], keys: &[String]) -> Option<TypedRow> {
        self.money(cells, keys)
            .or_else(|| self.goals(cells, keys))
            .or_else(|| self.header(cells, keys))
            .or_else(|| self.more_goals(cells))
            .or_else(|| labels::opens_note(&keys[0]).then(|| TypedRow::Note(cells.to_vec())))
    }

    fn money(&mut self, cells: &[Written], keys: &[String]) -> Option<TypedRow> {
        let labels_before = keys.iter().take_while(|k| labels::opens_money(k)).count();
        let (before, rest) = cells.split_at(labels_before);
        let rest_keys = &keys[labels_before..];
        let columns: Vec<Option<MoneyRole>> = rest_keys.iter().map(|k| labels::money_column(k)).collect();
        let known = columns.iter().flatten().count();
        if known >= 2 && known == rest.len() {
            self.mode = Mode::Money;
            self.money_columns =
                rest.iter().zip(&columns).filter_map(|(c, r)| Some((c.place.column, (*r)?))).collect();
            let named = rest.iter().cloned().zip(columns.into_iter().flatten()).collect();
            return Some(TypedRow::MoneyHeading(before.to_vec(), named));
        }
        if (labels_before == 0 && self.mode != Mode::Money) || rest.is_empty() {
            return None;
        }
        let (name, values) = rest.split_first()?;
        // 年度金额：1000 in one cell; 其中：中央补助 is a name with no amount beside it.
        if let (Some((label, value)), []) = (name.text.split_once([':', '：']), values)
            && labels::money_line(&text::key(label)).is_some()
            && text::key(value).contains(|c: char| c.is_ascii_digit())
        {
            let is_total = labels::money_line(&text::key(label))?;
            self.mode = Mode::Money;
            let value = Written::new(value.trim(), name.place);
            let name = Written::new(label.trim(), name.place);
            return Some(TypedRow::Money(
                before.to_vec(),
                name,
                is_total,
                vec![(MoneyRole::Amount, value)],
                vec![],
            ));
        }
        let is_total = labels::money_line(&rest_keys[0])?;
        self.mode = Mode::Money;
        let (placed, left) = self.money_values(values);
        Some(TypedRow::Money(before.to_vec(), name.clone(), is_total, placed, left))
    }

    /// Values of a money line by the heading above them; by their order when the row is shifted.
    fn money_values(&self, values: &[Written]) -> (Vec<(MoneyRole, Written)>, Vec<Written>) {
        if self.money_columns.is_empty() {
            let mut placed = Vec::new();
            let mut left = Vec::new();
            for value in values {
                if placed.is_empty() {
                    placed.push((MoneyRole::Amount, value.clone()));
                } else {
                    left.push(value.clone());
                }
            }
            return (placed, left);
        }
        let role_at = |c: u32| self.money_columns.iter().find(|(column, _)| *column == c).map(|(_, r)| *r);
        let in_place = values.iter().all(|v| role_at(v.place.column).is_some());
        let mut placed = Vec::new();
        let mut left = Vec::new();
        for (i, value) in values.iter().enumerate() {
            let role = if in_place {
                role_at(value.place.column)
            } else {
                self.money_columns.get(i).map(|(_, r)| *r)
            };
            match role {
                Some(role) => placed.push((role, value.clone())),
                None => left.push(value.clone()),
            }
        }
        (placed, left)
    }

    fn goals(&mut self, cells: &[Written], keys: &[String]) -> Option<TypedRow> {
        let opens = labels::opens_goals(&keys[0]);
        let before = usize::from(opens);
        let columns: Vec<Option<(Period, bool)>> =
            keys[before..].iter().map(|k| labels::goal_column(k)).collect();
        let heading = !columns.is_empty() && columns.iter().all(Option::is_some);
        if heading && (opens || self.mode == Mode::Goals || columns.len() > 1) {
            self.mode = Mode::Goals;
            let named: Vec<_> = cells[before..].iter().cloned().zip(columns.into_iter().flatten()).collect();
            self.goal_columns = named.iter().map(|(c, (p, a))| (c.place.column, *p, *a)).collect();
            let named = named.into_iter().map(|(c, (p, a))| (c, p, a)).collect();
            return Some(TypedRow::GoalHeading(cells[..before].to_vec(), named));
        }
        if !opens || (cells.len() == 1 && self.mode == Mode::Goals) {
            return None;
        }
        self.mode = Mode::Goals;
        self.goal_columns.clear();
        Some(self.prose(&cells[..before], &cells[before..]))
    }

    /// Rows that follow the headings of the goals, or the label of the block.
    fn more_goals(&mut self, cells: &[Written]) -> Option<TypedRow> {
        if self.mode != Mode::Goals {
            return None;
        }
        let frame = |w: &Written| labels::opens_goals(&w.key()) || is_fragment(&w.key());
        let before = cells.iter().take_while(|c| frame(c)).count();
        Some(self.prose(&cells[..before], &cells[before..]))
    }

    fn prose(&self, before: &[Written], cells: &[Written]) -> TypedRow {
        let in_order = cells.len() == self.goal_columns.len();
        let goals = cells.iter().enumerate().map(|(i, cell)| {
            let here = self.goal_columns.iter().find(|(column, _, _)| *column == cell.place.column);
            let left = self.goal_columns.iter().rev().find(|(column, _, _)| *column <= cell.place.column);
            let column = if in_order { self.goal_columns.get(i) } else { here.or(left) };
            let (period, actual) = column.map_or((Period::Year(None), false), |(_, p, a)| (*p, *a));
            (cell.clone(), period, actual)
        });
        TypedRow::Goals(before.to_vec(), goals.collect())
    }

    fn header(&mut self, cells: &[Written], keys: &[String]) -> Option<TypedRow> {
        let mut fields = Vec::new();
        let mut left = Vec::new();
        let mut i = 0;
        while i < cells.len() {
            let cell = &cells[i];
            i += 1;
            if let Some(key) = labels::header(&keys[i - 1]) {
                let is_label = |k: &String, w: &Written| {
                    labels::header(k).is_some() || labels::fused_header(&w.text).is_some()
                };
                let value = match (keys.get(i), cells.get(i)) {
                    (Some(k), Some(w)) if !is_label(k, w) => {
                        i += 1;
                        w.clone()
                    }
                    _ => Written::new("", cell.place),
                };
                fields.push(HeaderField { key, label: cell.clone(), value });
            } else if let Some((key, label, value)) = labels::fused_header(&cell.text) {
                let (label, value) = (Written::new(label, cell.place), Written::new(value, cell.place));
                fields.push(HeaderField { key, label, value });
            } else {
                left.push(cell.clone());
            }
        }
        if fields.is_empty() {
            return None;
        }
        self.mode = Mode::Header;
        Some(TypedRow::Header(fields, left))
    }

    // ---- in and below the table ----

    fn in_table(&mut self, cells: &[Written], keys: &[String]) -> TypedRow {
        if labels::opens_note(&keys[0]) {
            return TypedRow::Note(cells.to_vec());
        }
        if labels::header(&keys[0]) == Some(HeaderKey::ProjectName)
            && let Some(row) = self.header(cells, keys)
        {
            return row;
        }
        if let Some(at) = keys.iter().position(|k| labels::is_total(k)).filter(|at| *at <= 1) {
            return self.total(cells, at);
        }
        let framed = usize::from(self.is_frame(&cells[0], &keys[0]));
        let assigned = self.aligned(&cells[framed..], &self.slots.clone());
        let gaps = self.gaps(&cells[framed..], &assigned);
        let frame = cells[..framed].iter().map(|c| (c.clone(), Some(ColumnRole::Frame)));
        TypedRow::Body(frame.chain(cells[framed..].iter().cloned().zip(assigned)).collect(), gaps)
    }

    /// The label that runs down the side, or a piece of it; it stands left of every column.
    fn is_frame(&self, cell: &Written, key: &str) -> bool {
        let outside = self.slots.first().is_none_or(|s| cell.place.column < s.column);
        labels::column(key) == Some(ColumnRole::Frame) || (outside && is_fragment(key))
    }

    fn total(&mut self, cells: &[Written], at: usize) -> TypedRow {
        use ColumnRole::{Actual, Note, Reason, Score, Target, Weight};
        let slots: Vec<Slot> = self
            .slots
            .iter()
            .copied()
            .filter(|s| matches!(s.role, Weight | Score | Note | Reason | Actual | Target(_)))
            .collect();
        let rest: Vec<Written> =
            cells.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, c)| c.clone()).collect();
        let assigned = self.aligned(&rest, &slots);
        TypedRow::Total(cells[at].clone(), rest.into_iter().zip(assigned).collect())
    }

    fn aligned(&mut self, cells: &[Written], slots: &[Slot]) -> Vec<Option<ColumnRole>> {
        let heard: Vec<Cell> = cells.iter().map(|c| self.listener.cell(c.place.column, &c.text)).collect();
        let placed = align(&heard, slots, self.exact_columns);
        placed.into_iter().map(|i| i.map(|i| slots[i].role)).collect()
    }

    /// For every target column the place of its cell, or where it would be: shifted as the row's last placed cell is.
    fn gaps(&self, cells: &[Written], assigned: &[Option<ColumnRole>]) -> Gaps {
        let column_of = |role: ColumnRole| self.slots.iter().find(|s| s.role == role).map(|s| s.column);
        let shift = cells
            .iter()
            .zip(assigned)
            .rev()
            .find_map(|(c, role)| Some(i64::from(c.place.column) - i64::from(column_of((*role)?)?)))
            .unwrap_or(0);
        let Some(first) = cells.first() else { return Gaps::default() };
        let targets = self
            .slots
            .iter()
            .filter_map(|s| if let ColumnRole::Target(p) = s.role { Some((p, s.column)) } else { None });
        let places = targets.map(|(period, column)| {
            let filled = cells.iter().zip(assigned).find(|(_, r)| **r == Some(ColumnRole::Target(period)));
            let place = filled.map_or_else(
                || Place {
                    column: u32::try_from(i64::from(column) + shift).unwrap_or(column),
                    ..first.place
                },
                |(c, _)| c.place,
            );
            (period, place)
        });
        Gaps(places.collect())
    }
}

/// `— 3 —`, `第3页 共8页`, `3`.
fn is_page_number(key: &str) -> bool {
    let inner = key.trim_matches(['-', '—', '–']);
    let alone = inner.len() < key.len() && !inner.is_empty() && inner.chars().all(|c| c.is_ascii_digit());
    alone || (key.starts_with('第') && key.contains('页') && key.chars().count() <= 12)
}
