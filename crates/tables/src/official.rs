//! The official layout: a target table laid out as the form that it is.
//!
//! One layout serves Word, Excel, text and CSV. Reading what was written gives an equal table; a test insists.

use jixiao_core::{
    period::Period,
    place::{Place, Written},
    table::{
        ColumnRole, Goal, HeaderField, HeaderKey, Indicator, Marks, MoneyRole, RegionRow, TargetCell,
        TargetTable,
    },
};

use crate::{
    layout::{CellStyle, FIGURE, Layout, LayoutCell, LayoutRow, is_figure},
    understand::{assemble::answer, labels},
    write::keeps_digits,
};

/// A target table as a form.
pub fn layout(table: &TargetTable) -> Layout {
    let mut form = FormLayout::new(table);
    form.header();
    form.money();
    form.goals();
    let heading = form.heading();
    form.indicators(heading);
    form.total();
    form.finish(heading)
}

/// A text with the place it came from.
#[derive(Clone, Copy)]
struct Said<'a> {
    text: &'a str,
    origin: Option<Place>,
}

impl<'a> From<&'a str> for Said<'a> {
    fn from(text: &'a str) -> Self {
        Self { text, origin: None }
    }
}

impl<'a> From<&'a Written> for Said<'a> {
    fn from(written: &'a Written) -> Self {
        Self { text: &written.text, origin: Some(written.place) }
    }
}

impl<'a> From<Option<&'a Written>> for Said<'a> {
    fn from(written: Option<&'a Written>) -> Self {
        written.map_or(Self { text: "", origin: None }, Self::from)
    }
}

fn cell<'a>(column: u32, said: impl Into<Said<'a>>) -> LayoutCell {
    let said = said.into();
    LayoutCell::new(column, said.text).from(said.origin)
}

/// A cell whose text may be a figure: amounts, results, points. A spreadsheet can add it up then.
fn figure(cell: LayoutCell) -> LayoutCell {
    if keeps_digits(&cell.text) { cell.number() } else { cell }
}

/// Whether a column holds results or points.
fn holds_figures(role: ColumnRole) -> bool {
    use ColumnRole::{Actual, Forecast, Progress, Score, Weight};
    matches!(role, Actual | Progress | Forecast | Weight | Score)
}

/// A label. Originals stretch or break their labels (`一级 指标`) to fit a column; here the column does that.
fn head<'a>(column: u32, said: impl Into<Said<'a>>) -> LayoutCell {
    let said = said.into();
    LayoutCell::new(column, unstretched(said.text)).from(said.origin).styled(CellStyle::Head)
}

/// A text without the white space between Chinese characters.
fn unstretched(text: &str) -> String {
    let chinese = |c: Option<&char>| c.is_some_and(|c| ('\u{2e80}'..='\u{9fff}').contains(c));
    let chars: Vec<char> = text.trim().chars().collect();
    let mut kept = String::new();
    for (i, c) in chars.iter().enumerate() {
        let before = chars[..i].iter().rev().find(|c| !c.is_whitespace());
        let after = chars[i..].iter().find(|c| !c.is_whitespace());
        if !(c.is_whitespace() && chinese(before) && chinese(after)) {
            kept.push(*c);
        }
    }
    kept
}

struct FormLayout<'a> {
    table: &'a TargetTable,
    /// Roles of the columns after the frame.
    roles: Vec<ColumnRole>,
    /// 1 when the form has a frame column, else 0.
    frame: u32,
    /// An indicator's own row stands out where regions stand below it.
    own: CellStyle,
    columns: u32,
    rows: Vec<LayoutRow>,
}

impl<'a> FormLayout<'a> {
    fn new(table: &'a TargetTable) -> Self {
        let mut roles: Vec<ColumnRole> = table.columns.iter().map(|c| c.role).collect();
        if !roles.contains(&ColumnRole::Name) {
            roles.insert(0, ColumnRole::Name);
        }
        let frame = u32::from(table.frame.is_some());
        // The money block needs a label, a name and a column per amount.
        let money = if table.money.is_empty() && table.money_headings.is_empty() {
            0
        } else {
            2 + table.money_headings.len().max(1) as u32
        };
        let columns = (roles.len() as u32 + frame).max(5).max(money);
        let regions = table.indicators.iter().any(|i| !i.regions.is_empty());
        let own = if regions { CellStyle::Indicator } else { CellStyle::Centred };
        Self { table, roles, frame, own, columns, rows: Vec::new() }
    }

    fn push(&mut self, cells: Vec<LayoutCell>) {
        self.rows.push(LayoutRow { cells });
    }

    /// A row of texts over the whole width: the label takes two columns, the last text takes what is left.
    fn spread(&self, label: Said<'_>, texts: &[(Said<'_>, CellStyle)]) -> Vec<LayoutCell> {
        let label_span = if self.columns > 5 { 2 } else { 1 };
        let mut cells = vec![head(0, label).spanning(label_span, 1)];
        let room = self.columns - label_span;
        let n = texts.len() as u32;
        let mut column = label_span;
        for (i, (text, style)) in (0u32..).zip(texts) {
            let span = room / n + u32::from(i < room % n);
            let new = if *style == CellStyle::Head {
                head(column, *text)
            } else {
                cell(column, *text).styled(*style)
            };
            cells.push(new.spanning(span, 1));
            column += span;
        }
        cells
    }

    // ---- header ----

    fn header(&mut self) {
        let fields: Vec<&HeaderField> = self.table.header.iter().filter(|f| !is_year_line(f)).collect();
        let mut i = 0;
        while i < fields.len() {
            let taken = together(&fields[i..]);
            let group = &fields[i..i + taken];
            i += taken;
            let (first, rest) = (group[0], &group[1..]);
            let is_frame = first.value.text.is_empty() && !rest.is_empty();
            let mut texts: Vec<(Said<'_>, CellStyle)> = Vec::new();
            if !is_frame {
                texts.push(((&first.value).into(), value_style(first)));
            }
            for field in rest {
                texts.push(((&field.label).into(), CellStyle::Head));
                texts.push(((&field.value).into(), value_style(field)));
            }
            let row = self.spread((&first.label).into(), &texts);
            self.push(row);
        }
    }

    // ---- money ----

    fn money(&mut self) {
        if self.table.money.is_empty() && self.table.money_headings.is_empty() {
            return;
        }
        let roles: Vec<MoneyRole> = self.table.money_headings.iter().map(|(_, r)| *r).collect();
        let label: Said<'_> = self.table.money_label.as_ref().map_or("项目资金".into(), Said::from);
        let lines = self.table.money.len() as u32 + u32::from(!roles.is_empty());
        // Label, name, then the amounts side by side over what is left.
        let slots = roles.len().max(1) as u32;
        let name_span = (self.columns / 4).max(2).min(self.columns - 1 - slots);
        let room = self.columns - 1 - name_span;
        let span = |i: u32| room / slots + u32::from(i < room % slots);
        let begins: Vec<u32> = (0..slots).map(|i| 1 + name_span + (0..i).map(span).sum::<u32>()).collect();
        let amount = |i: usize, cell: LayoutCell| cell.spanning(span(i as u32), 1);
        let mut block = Some(head(0, label).spanning(1, lines));
        if !roles.is_empty() {
            let mut cells: Vec<LayoutCell> = block.take().into_iter().collect();
            cells.push(LayoutCell::new(1, "").spanning(name_span, 1).styled(CellStyle::Head));
            for (i, (heading, _)) in self.table.money_headings.iter().enumerate() {
                cells.push(amount(i, head(begins[i], heading)));
            }
            self.push(cells);
        }
        for line in &self.table.money {
            let mut cells: Vec<LayoutCell> = block.take().into_iter().collect();
            cells.push(cell(1, &line.name).spanning(name_span, 1));
            let wanted: Vec<MoneyRole> =
                if roles.is_empty() { vec![MoneyRole::Amount] } else { roles.clone() };
            for (i, role) in wanted.iter().enumerate() {
                cells.push(amount(i, figure(cell(begins[i], line.get(*role)))));
            }
            self.push(cells);
        }
    }

    /// Stretches the last cell of a row to the edge of the form.
    fn fill(&self, cells: &mut [LayoutCell]) {
        if let Some(last) = cells.last_mut() {
            last.column_span = last.column_span.max(self.columns.saturating_sub(last.column));
        }
    }

    // ---- goals ----

    fn goals(&mut self) {
        let goals = &self.table.goals;
        if goals.is_empty() && self.table.goal_headings.is_empty() && self.table.goal_label.is_none() {
            return;
        }
        let label: Said<'_> = self.table.goal_label.as_ref().map_or("总体绩效目标".into(), Said::from);
        let mut rows: Vec<Vec<(Said<'_>, CellStyle)>> = Vec::new();
        if self.table.goal_headings.is_empty() {
            rows.extend(goals.iter().map(|g| vec![(Said::from(&g.text), CellStyle::Prose)]));
            if goals.is_empty() {
                // A form whose goal was never written keeps the label and the room for it.
                rows.push(vec![("".into(), CellStyle::Prose)]);
            }
        } else {
            let columns: Vec<(Period, bool)> =
                self.table.goal_headings.iter().map(|(_, p, a)| (*p, *a)).collect();
            rows.push(
                self.table.goal_headings.iter().map(|(w, _, _)| (Said::from(w), CellStyle::Head)).collect(),
            );
            let of = |(p, a): (Period, bool)| {
                goals.iter().filter(move |g| g.period == p && g.actual == a).collect::<Vec<&Goal>>()
            };
            let by_column: Vec<Vec<&Goal>> = columns.iter().map(|c| of(*c)).collect();
            for i in 0..by_column.iter().map(Vec::len).max().unwrap_or(0) {
                rows.push(
                    by_column
                        .iter()
                        .map(|c| (Said::from(c.get(i).map(|g| &g.text)), CellStyle::Prose))
                        .collect(),
                );
            }
        }
        let lines = rows.len() as u32;
        for (i, texts) in rows.into_iter().enumerate() {
            let mut cells = self.spread(label, &texts);
            if i == 0 {
                cells[0].row_span = lines;
            } else {
                cells.remove(0);
            }
            self.push(cells);
        }
    }

    // ---- indicators ----

    fn column(&self, role: ColumnRole) -> Option<u32> {
        self.roles.iter().position(|r| *r == role).map(|i| i as u32 + self.frame)
    }

    /// Writes the heading and returns its row.
    fn heading(&mut self) -> usize {
        let mut cells = Vec::new();
        for (i, role) in (0u32..).zip(self.roles.clone()) {
            let written = self.table.columns.iter().find(|c| c.role == role);
            let text: Said<'_> = written.map_or("三级指标".into(), |c| Said::from(&c.heading));
            cells.push(head(i + self.frame, text));
        }
        self.fill(&mut cells);
        self.push(cells);
        self.rows.len() - 1
    }

    fn indicators(&mut self, heading: usize) {
        let mut groups = GroupSpans::default();
        let mut empty: Vec<_> = self.table.groups.iter().filter(|g| g.indicators == 0).collect();
        for indicator in &self.table.indicators {
            let before = empty.iter().take_while(|g| g.label.place < indicator.name.place).count();
            for group in empty.drain(..before) {
                self.empty_group(&mut groups, group.level, &group.label);
            }
            groups.enter(self, 1, indicator.category_label.as_ref());
            groups.enter(self, 2, indicator.kind_label.as_ref());
            self.indicator(indicator);
        }
        for group in empty {
            self.empty_group(&mut groups, group.level, &group.label);
        }
        groups.close(self);
        if let Some(frame) = &self.table.frame {
            let lines = (self.rows.len() - heading) as u32;
            let side = head(0, frame).spanning(1, lines);
            self.rows[heading].cells.insert(0, side);
        }
        if heading + 1 == self.rows.len() {
            self.frame_only(heading);
        }
    }

    /// A form without indicators keeps its frame in the heading row alone.
    fn frame_only(&mut self, heading: usize) {
        if let Some(first) = self.rows[heading].cells.first_mut() {
            first.row_span = 1;
        }
    }

    fn empty_group(&mut self, groups: &mut GroupSpans, level: u8, label: &Written) {
        groups.enter(self, level, Some(label));
        if level == 1 {
            groups.enter(self, 2, None);
        }
        self.body_row(&[], &Marks::default(), &[]);
    }

    fn indicator(&mut self, indicator: &Indicator) {
        let own = indicator.whole.iter().any(|c| !c.written.text.is_empty()) || !indicator.marks.0.is_empty();
        let name = (ColumnRole::Name, Said::from(&indicator.name), self.own);
        let region_column = self.column(ColumnRole::Region).is_some();
        let mut regions = indicator.regions.iter();
        match (region_column && !own, indicator.regions.first()) {
            (true, Some(first)) => {
                self.region(first, Some(name));
                regions.next();
            }
            _ => self.body_row(&[name], &indicator.marks, &indicator.whole),
        }
        for row in regions {
            self.region(row, None);
        }
    }

    fn region(&mut self, row: &RegionRow, name: Option<(ColumnRole, Said<'_>, CellStyle)>) {
        let role =
            if self.column(ColumnRole::Region).is_some() { ColumnRole::Region } else { ColumnRole::Name };
        let mut texts: Vec<_> = name.into_iter().collect();
        texts.push((role, Said::from(&row.name), CellStyle::Region));
        self.body_row(&texts, &row.marks, &row.cells);
    }

    /// One row of the table: every column is there, empty where nothing was written. Level 1 and 2 are put in later.
    fn body_row(
        &mut self,
        texts: &[(ColumnRole, Said<'_>, CellStyle)],
        marks: &Marks,
        targets: &[TargetCell],
    ) {
        let mut cells = Vec::new();
        let own = texts.first().is_some_and(|(_, _, style)| *style == CellStyle::Indicator);
        for (i, role) in (0u32..).zip(self.roles.clone()) {
            if matches!(role, ColumnRole::Category | ColumnRole::Kind) {
                continue;
            }
            let given = texts.iter().find(|(r, _, _)| *r == role).map(|(_, t, s)| (*t, *s));
            let target = || match role {
                ColumnRole::Target(p) => targets.iter().find(|c| c.period == p).map(|c| &c.written),
                ColumnRole::ChanceSure | ColumnRole::ChanceMaybe | ColumnRole::ChanceNone => None,
                _ => marks.get(role),
            };
            let style = match role {
                ColumnRole::Reason | ColumnRole::Content | ColumnRole::Note => CellStyle::Prose,
                _ if own => CellStyle::Indicator,
                _ => CellStyle::Centred,
            };
            let ticked = answer(role)
                .is_some_and(|word| marks.get(ColumnRole::Chance).is_some_and(|w| w.key() == word));
            let (text, style) =
                given.unwrap_or_else(|| if ticked { ("√".into(), style) } else { (target().into(), style) });
            let new = cell(i + self.frame, text).styled(style);
            cells.push(if holds_figures(role) { figure(new) } else { new });
        }
        self.fill(&mut cells);
        self.push(cells);
    }

    fn total(&mut self) {
        let Some(total) = &self.table.total else { return };
        let first_mark =
            total.0.iter().filter_map(|(role, _)| self.column(*role)).min().unwrap_or(self.columns).max(1);
        let mut cells = vec![LayoutCell::new(0, "总分").spanning(first_mark, 1).styled(CellStyle::Head)];
        for column in first_mark..self.roles.len() as u32 + self.frame {
            let role = self.roles[(column - self.frame) as usize];
            cells.push(figure(cell(column, total.get(role)).styled(CellStyle::Head)));
        }
        self.fill(&mut cells);
        self.push(cells);
    }

    fn finish(self, heading: usize) -> Layout {
        let years = self.table.header.iter().filter(|f| is_year_line(f)).map(|f| one_line(&f.value));
        let titles: Vec<String> = self.table.titles.iter().map(one_line).collect();
        let mut footing: Vec<String> = self.table.notes.iter().map(one_line).collect();
        // The heading of an unknown column is not understood, but it stands over its column still.
        let is_heading = |w: &Written| self.table.columns.iter().any(|c| c.heading == *w);
        let texts: Vec<&str> =
            self.table.unread.iter().filter(|w| !is_heading(w)).map(|w| w.text.as_str()).collect();
        if !texts.is_empty() {
            footing.push(format!("{}：{}", labels::UNREAD_NOTE, texts.join("；")));
        }
        let mut widths: Vec<u32> = Vec::new();
        if self.frame == 1 {
            widths.push(if self.columns > ROOMY { 10 } else { 6 });
        }
        widths.extend(self.roles.iter().map(|r| width(*r, self.columns)));
        widths.resize(self.columns as usize, 10);
        // The self-evaluation form stands upright with its nine columns, the monitoring form lies across.
        let landscape = self.columns > 9;
        Layout {
            title: titles.first().cloned().unwrap_or_else(|| "绩效目标表".to_owned()),
            heading: titles.into_iter().chain(years).collect(),
            landscape,
            column_widths: fitted(widths, &self.rows, landscape),
            rows: self.rows,
            repeat_rows: Some(heading..heading + 1),
            footing,
        }
    }
}

/// A title or remark as one line: of a line by itself nobody could say that it belongs to the one above.
fn one_line(written: &Written) -> String {
    written.text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A year that stood as a line of its own under the title, without a label.
fn is_year_line(field: &HeaderField) -> bool {
    field.key == HeaderKey::FormYear && field.label.text.is_empty()
}

fn value_style(field: &HeaderField) -> CellStyle {
    if field.key == HeaderKey::Overview { CellStyle::Prose } else { CellStyle::Centred }
}

/// How many fields of the header share a row, as the official forms have them.
fn together(fields: &[&HeaderField]) -> usize {
    let key = |i: usize| fields.get(i).map(|f| f.key);
    let framed = fields[0].value.text.is_empty();
    match (key(0), key(1), key(2)) {
        (Some(HeaderKey::Term), Some(HeaderKey::FirstYear), Some(HeaderKey::LastYear)) if framed => 3,
        (Some(HeaderKey::Other), Some(HeaderKey::BudgetTotal), Some(HeaderKey::BudgetYear)) if framed => 3,
        (Some(HeaderKey::Department), Some(HeaderKey::SpendingUnit), _) if !framed => 2,
        _ => 1,
    }
}

/// Up to this many columns a label of one character a line leaves the room to what stands beside it; with more, labels keep two characters a line.
const ROOMY: u32 = 6;

/// Relative width of a column in a form of so many.
fn width(role: ColumnRole, columns: u32) -> u32 {
    use ColumnRole::{
        Actual, Category, Chance, Comparator, Content, Forecast, Kind, Name, Note, Progress, Reason, Score,
        Serial, Target, Unit, Weight,
    };
    match role {
        Category if columns > ROOMY => 10,
        Kind if columns > ROOMY => 13,
        Serial | Comparator | Unit => 7,
        Weight | Score => 13,
        Category => 8,
        Chance => 12,
        Kind => 11,
        Name | Content => 26,
        Target(_) | Actual | Progress | Forecast => 21,
        Reason => 27,
        Note => 12,
        _ => 9,
    }
}

/// Widths in which amounts, shares and days stand on one line, and sentences have some characters a line: columns that have less than their texts want get it
/// from those that have more, each of which keeps two thirds of its own. Narrow columns, in which labels stand two characters a line, give nothing. Where there
/// is not enough to give at 10.5 points, it is shared out as at 9, in which a Word document is then written.
fn fitted(widths: Vec<u32>, rows: &[LayoutRow], landscape: bool) -> Vec<u32> {
    /// Room of two Chinese characters with what stands at both sides of them, and a little.
    const NARROW: u32 = 900;
    // Half-width characters of a line at 10.5 points between the margins, in hundredths.
    let line: u32 = if landscape { 14_000 } else { 9_300 };
    let sum = widths.iter().sum::<u32>().max(1);
    let mut fitted = widths.clone();
    for line in [line, line * 7 / 6] {
        let have: Vec<u32> = widths.iter().map(|w| w * line / sum).collect();
        let mut wanted = vec![0; widths.len()];
        for cell in rows.iter().flat_map(|r| &r.cells) {
            // Of several columns the last makes up for what the others lack.
            let first = cell.column as usize;
            let last = first + (cell.column_span.max(1) as usize) - 1;
            let before: u32 = have.iter().take(last).skip(first).sum();
            if let Some(most) = wanted.get_mut(last) {
                *most = room(&cell.text).saturating_sub(before).max(*most);
            }
        }
        let lacks = |i: usize| wanted[i].saturating_sub(have[i]);
        let spares = |i: usize| have[i].saturating_sub(wanted[i].max(have[i] * 2 / 3).max(NARROW));
        let total = |of: &dyn Fn(usize) -> u32| (0..have.len()).map(of).sum::<u32>();
        let (lack, spare) = (total(&lacks), total(&spares));
        let moved = u64::from(lack.min(spare));
        if moved > 0 {
            // A share of what is moved is no more than what is moved, which is a u32.
            let part = |of: u32, all: u32| (u64::from(of) * moved / u64::from(all.max(1))) as u32;
            let shared = |i: usize| (have[i] + part(lacks(i), lack) - part(spares(i), spare)).max(1);
            fitted = (0..have.len()).map(shared).collect();
        }
        if lack <= spare {
            break;
        }
    }
    fitted
}

/// What a text wants of its column, in hundredths of a half-width character with the space at both sides; nothing of what may break anywhere.
fn room(text: &str) -> u32 {
    let of_line = |line: &str| {
        let width = jixiao_core::text::width(line.trim());
        let hundredths = if width > FIGURE {
            // A quarter of a sentence, at most eight Chinese characters.
            (width * 25).min(FIGURE * 100)
        } else if is_figure(line) {
            // Digits of a font that stands in for another are up to three tenths wider.
            width * 130
        } else {
            return 0;
        };
        u32::try_from(hundredths + 250).unwrap_or(0)
    };
    text.lines().map(of_line).max().unwrap_or(0)
}

/// Cells of level 1 and 2 that are still growing downwards.
#[derive(Default)]
struct GroupSpans {
    open: [Option<(String, usize, Written)>; 2],
}

impl GroupSpans {
    /// The next row belongs under this label; the cell of another label is closed above it.
    fn enter(&mut self, form: &mut FormLayout<'_>, level: u8, label: Option<&Written>) {
        let slot = usize::from(level > 1);
        let key = label.map(Written::key);
        if self.open[slot].as_ref().map(|(k, _, _)| k.clone()) == key && key.is_some() {
            return;
        }
        self.shut(form, slot);
        if slot == 0 {
            self.shut(form, 1);
        }
        let label = label.cloned().unwrap_or_default();
        self.open[slot] = Some((key.unwrap_or_default(), form.rows.len(), label));
    }

    fn shut(&mut self, form: &mut FormLayout<'_>, slot: usize) {
        let Some((_, begin, label)) = self.open[slot].take() else { return };
        let role = if slot == 0 { ColumnRole::Category } else { ColumnRole::Kind };
        let lines = form.rows.len() - begin;
        let Some(column) = form.column(role).filter(|_| lines > 0) else { return };
        let group = head(column, &label).spanning(1, lines as u32);
        let row = &mut form.rows[begin].cells;
        let at = row.iter().position(|c| c.column > column).unwrap_or(row.len());
        row.insert(at, group);
    }

    fn close(&mut self, form: &mut FormLayout<'_>) {
        self.shut(form, 0);
        self.shut(form, 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(cells: &[(u32, &str)]) -> Vec<LayoutRow> {
        let row = |(column, text): &(u32, &str)| LayoutRow { cells: vec![LayoutCell::new(*column, *text)] };
        cells.iter().map(row).collect()
    }

    /// 93 half-width characters for 46 parts: 5 parts are 10.10 of them (9300 × 5 ÷ 46 = 1010), 41 parts 82.89.
    #[test]
    fn a_column_whose_amount_would_break_takes_room_from_one_that_has_more() {
        for (cells, widths) in [
            // 11 × 1.3 + 2.5 = 16.80 are wanted: 6.70 come from the other.
            (&[(0, "2868.607033")][..], [1680, 7619]),
            // 14 × 1.3 + 2.5 = 20.70.
            (&[(0, "2024年12月底前")][..], [2070, 7229]),
            // 40 ÷ 4 + 2.5 = 12.50 of a sentence of 20 Chinese characters.
            (&[(0, "国际市场价格回落企业进口额低于预期数较多")][..], [1250, 8049]),
            // A figure that has its room already changes nothing.
            (&[(0, "2868.607033"), (1, "39")][..], [1680, 7619]),
        ] {
            assert_eq!(fitted(vec![5, 41], &rows(cells), false), widths, "{cells:?}");
        }
    }

    #[test]
    fn widths_stay_where_everything_has_room_or_nobody_has_any() {
        // 5.2 + 2.5 of 10.10; a label without a digit may break anywhere.
        for cells in [&[(0, "99.9")][..], &[(0, "经费保障"), (1, "")][..], &[][..]] {
            assert_eq!(fitted(vec![5, 41], &rows(cells), false), [5, 41], "{cells:?}");
        }
        // Ten columns of 9.30 that all want 16.80: there is nothing to take.
        let all: Vec<(u32, &str)> = (0..10).map(|c| (c, "2868.607033")).collect();
        assert_eq!(fitted(vec![9; 10], &rows(&all), false), [9; 10]);
    }
}
