//! Stage three: typed rows become a target table, and every cell is accounted for.

use std::collections::BTreeMap;

use jixiao_core::{
    indicator::{Category, Kind},
    period::Period,
    place::{Place, Written},
    region::RegionTree,
    table::{
        Column, ColumnRole, Form, Goal, Group, HeaderField, HeaderKey, Indicator, Marks, MoneyRow, RegionRow,
        TargetCell, TargetTable,
    },
    target::{Reading, Target},
    text,
    unit::Unit,
};

use super::{
    align::{is_fragment, is_region},
    labels,
    rows::{Gaps, TypedRow},
};

/// What became of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Use {
    /// It names the form, or its year.
    Title,
    /// A label of the header, of the goals or of the money block.
    Label,
    /// A value of the header.
    HeaderValue,
    /// A goal in prose.
    Goal,
    /// An amount, rate or score of the money block.
    Money,
    /// A heading of the indicator table; also where a page break repeats it.
    Heading,
    /// A label of level 1 or 2, or a piece of one.
    Group,
    /// An indicator's name.
    Indicator,
    /// A region's name.
    Region,
    /// A target.
    Target,
    /// Weight, actual, score, reason and the like.
    Mark,
    /// A remark outside the table.
    Note,
    /// Nothing could be made of it; it is reported.
    Unread,
}

/// Puts typed rows together. The second value says of every cell what it was used for.
pub fn assemble(rows: Vec<TypedRow>, regions: Option<&RegionTree>) -> (TargetTable, BTreeMap<Place, Use>) {
    let mut assembler = Assembler { regions, ..Assembler::default() };
    for row in rows {
        assembler.row(row);
    }
    assembler.finish()
}

#[derive(Default)]
struct Assembler<'a> {
    regions: Option<&'a RegionTree>,
    table: TargetTable,
    uses: BTreeMap<Place, Use>,
    category: Option<Written>,
    kind: Option<Written>,
    /// Pieces of a level-1 label seen so far: 产, 产出, 产出指…
    pieces: String,
    /// What targets without comparator and unit columns say: a table repeats 保持 and 2026年12月底前 for each city.
    readings: BTreeMap<String, Reading>,
    /// Whether the level-2 label in force was put together from a piece.
    kind_in_pieces: bool,
}

/// A row of the indicator table by role.
struct Body {
    cells: Vec<(ColumnRole, Written)>,
    gaps: Gaps,
    /// A unit known from elsewhere than the row itself.
    unit: Option<Unit>,
}

impl Body {
    fn take(&mut self, role: ColumnRole) -> Option<Written> {
        let at = self.cells.iter().position(|(r, _)| *r == role)?;
        Some(self.cells.remove(at).1)
    }

    fn get(&self, role: ColumnRole) -> Option<&Written> {
        self.cells.iter().find(|(r, _)| *r == role).map(|(_, w)| w)
    }
}

impl Assembler<'_> {
    fn used(&mut self, cell: &Written, how: Use) {
        self.uses.entry(cell.place).or_insert(how);
    }

    fn unread(&mut self, cell: Written) {
        if self.uses.insert(cell.place, Use::Unread) != Some(Use::Unread) {
            self.table.unread.push(cell);
        }
    }

    fn row(&mut self, row: TypedRow) {
        match row {
            TypedRow::Title(cell, rest) => {
                self.used(&cell, Use::Title);
                rest.iter().for_each(|c| self.used(c, Use::Title));
                self.table.titles.push(cell);
            }
            TypedRow::FormYear(_, cell) => {
                self.used(&cell, Use::Title);
                let label = Written::new("", cell.place);
                self.table.header.push(HeaderField { key: HeaderKey::FormYear, label, value: cell });
            }
            TypedRow::Header(fields, left) => self.header(fields, left),
            TypedRow::GoalHeading(before, columns) => {
                self.goal_label(&before);
                columns.iter().for_each(|(c, _, _)| self.used(c, Use::Label));
                self.table.goal_headings.extend(columns);
            }
            TypedRow::Goals(before, goals) => {
                self.goal_label(&before);
                for (text, period, actual) in goals {
                    self.used(&text, Use::Goal);
                    self.table.goals.push(Goal { period, text, actual });
                }
            }
            TypedRow::MoneyHeading(before, columns) => {
                before.iter().for_each(|c| self.money_label(c));
                columns.iter().for_each(|(c, _)| self.used(c, Use::Label));
                self.table.money_headings.extend(columns);
            }
            TypedRow::Money(before, name, is_total, cells, left) => {
                before.iter().for_each(|c| self.money_label(c));
                self.used(&name, Use::Label);
                cells.iter().for_each(|(_, c)| self.used(c, Use::Money));
                self.table.money.push(MoneyRow { name, is_total, cells });
                left.into_iter().for_each(|c| self.unread(c));
            }
            TypedRow::Heading(columns, aside) => {
                aside.iter().for_each(|c| self.used(c, Use::Heading));
                self.heading(columns);
            }
            TypedRow::Body(cells, gaps) => self.body(cells, gaps),
            TypedRow::Total(label, cells) => self.total(&label, cells),
            TypedRow::Note(cells) => self.note(&cells),
            TypedRow::Unread(cells) => cells.into_iter().for_each(|c| self.unread(c)),
        }
    }

    fn header(&mut self, fields: Vec<HeaderField>, left: Vec<Written>) {
        for field in fields {
            self.used(&field.label, Use::Label);
            if !field.value.text.is_empty() {
                self.used(&field.value, Use::HeaderValue);
            }
            self.table.header.push(field);
        }
        left.into_iter().for_each(|c| self.unread(c));
    }

    fn goal_label(&mut self, before: &[Written]) {
        before.iter().for_each(|c| self.used(c, Use::Label));
        if self.table.goal_label.is_none() {
            self.table.goal_label = before.first().cloned();
        }
    }

    /// A remark is one line, however many cells it was written in.
    fn note(&mut self, cells: &[Written]) {
        let Some(first) = cells.first() else { return };
        cells.iter().for_each(|c| self.used(c, Use::Note));
        let line: Vec<&str> = cells.iter().map(|c| c.text.trim()).collect();
        self.table.notes.push(Written::new(line.join("  "), first.place));
    }

    /// 项目资金（万元）: the bracket is the unit of the block.
    fn money_label(&mut self, cell: &Written) {
        self.used(cell, Use::Label);
        if self.table.money_label.is_none() {
            self.table.money_label = Some(cell.clone());
        }
        let key = cell.key();
        if let Some((_, bracket)) = key.split_once('(') {
            self.table.money_unit = Unit::parse(bracket).or_else(|| self.table.money_unit.take());
        }
    }

    fn heading(&mut self, columns: Vec<(Written, ColumnRole)>) {
        for (heading, role) in columns {
            if role == ColumnRole::Frame {
                self.frame(&heading);
                continue;
            }
            if role == ColumnRole::Unknown {
                self.unread(heading.clone());
            } else {
                self.used(&heading, Use::Heading);
            }
            // A heading that a page break repeats is the same column.
            if role == ColumnRole::Unknown || !self.table.has(role) {
                self.table.columns.push(Column { role, heading });
            }
        }
    }

    fn frame(&mut self, label: &Written) {
        self.used(label, Use::Heading);
        if self.table.frame.is_none() && !is_fragment(&label.key()) {
            self.table.frame = Some(label.clone());
        }
    }

    fn body(&mut self, cells: Vec<(Written, Option<ColumnRole>)>, gaps: Gaps) {
        let mut body = Body { cells: Vec::new(), gaps, unit: None };
        for (cell, role) in cells {
            match role {
                Some(role) if body.get(role).is_none() => body.cells.push((role, cell)),
                _ => self.unread(cell),
            }
        }
        if let Some(frame) = body.take(ColumnRole::Frame) {
            self.frame(&frame);
        }
        let groups = self.table.groups.len();
        if let Some(label) = body.take(ColumnRole::Category) {
            self.category_label(label);
        }
        if let Some(label) = body.take(ColumnRole::Kind) {
            self.kind_label(label);
        }
        // A row that opens a group names an indicator; regions stand under one. 改造棚户区 is no region there.
        let opens = self.table.groups.len() > groups;
        let name = body.take(ColumnRole::Name);
        let region = body.take(ColumnRole::Region);
        match (name, region) {
            (Some(name), None) if self.is_region(&name, opens) => self.region_row(name, body),
            (Some(name), None) => self.indicator(name, body, true),
            (Some(name), Some(region)) => {
                if self.table.indicators.last().is_none_or(|i| i.name.key() != name.key()) {
                    // The unit is the indicator's, though it stands in each region's row.
                    let unit = body.get(ColumnRole::Unit).and_then(|w| Unit::parse(&w.text));
                    let bare = Body { cells: Vec::new(), gaps: body.gaps.clone(), unit };
                    self.indicator(name, bare, false);
                } else {
                    self.used(&name, Use::Indicator);
                }
                self.region_row(region, body);
            }
            (None, Some(region)) => self.region_row(region, body),
            (None, None) => body.cells.into_iter().for_each(|(_, c)| self.unread(c)),
        }
    }

    /// Whether a name in the name column is a region's. In a row that opens a group only a name of the fund's list is.
    fn is_region(&self, name: &Written, opens_group: bool) -> bool {
        let listed = self.regions.is_some_and(|tree| tree.find(&name.text).is_some());
        listed || (!opens_group && is_region(&name.key(), self.regions))
    }

    // ---- levels 1 and 2 ----

    fn category_label(&mut self, label: Written) {
        self.used(&label, Use::Group);
        let key = label.key();
        if is_fragment(&key) && Category::parse(&key).is_none_or(|_| self.pieces.is_empty() && key == "产出")
        {
            return self.piece(label, &key);
        }
        self.pieces.clear();
        if self.category.as_ref().is_some_and(|c| c.key() == key) {
            return;
        }
        self.category = Some(label.clone());
        self.kind = None;
        self.table.groups.push(Group { level: 1, label, indicators: 0 });
    }

    /// A piece of a label that was split over rows. The first piece opens the group; the others complete it.
    fn piece(&mut self, label: Written, key: &str) {
        const WHOLE: [&str; 6] = ["产出指标", "效益指标", "满意度指标", "成本指标", "绩效指标", "绩效目标"];
        let longer = format!("{}{key}", self.pieces);
        let continues = !self.pieces.is_empty() && WHOLE.iter().any(|w| w.starts_with(&longer));
        self.pieces = if continues { longer } else { key.to_owned() };
        let whole = WHOLE.iter().find(|w| w.starts_with(&self.pieces));
        if let (false, Some(whole)) = (continues, whole.filter(|w| Category::parse(w).is_some())) {
            let label = Written::new(*whole, label.place);
            if self.category.as_ref().is_none_or(|c| c.key() != *whole) {
                self.category = Some(label.clone());
                self.kind = None;
                self.table.groups.push(Group { level: 1, label, indicators: 0 });
            }
        }
    }

    fn kind_label(&mut self, label: Written) {
        self.used(&label, Use::Group);
        let key = label.key();
        let current = self.kind.as_ref().map(Written::key);
        // 经济 in one row, 效益指标 in the next: the first piece says which it is, the second only ends it.
        let ends = current.is_some_and(|k| k == key || (k.ends_with(&key) && self.kind_in_pieces));
        if (is_fragment(&key) && Kind::parse(&key).is_none()) || ends {
            return;
        }
        // 社会 begins both 社会效益 and 社会成本: the category decides.
        let category = self.category.as_ref().and_then(|c| Category::parse(&c.text));
        let fits = |k: &Kind| category.is_none_or(|c| c.may_hold(*k)) && k.zh().starts_with(&key);
        let whole = Kind::all().filter(|_| Kind::parse(&key).is_none()).find(fits);
        self.kind_in_pieces = whole.is_some();
        let label = whole.map_or(label.clone(), |kind| Written::new(kind.zh(), label.place));
        self.kind = Some(label.clone());
        self.table.groups.push(Group { level: 2, label, indicators: 0 });
    }

    // ---- indicators and regions ----

    fn indicator(&mut self, name: Written, mut body: Body, own_values: bool) {
        self.used(&name, Use::Indicator);
        self.count();
        let (title, unit, bracket_target) = split_name(&name.text);
        let column_unit = body.get(ColumnRole::Unit).and_then(|w| Unit::parse(&w.text)).or(body.unit.take());
        let whole = if own_values { self.targets(&mut body) } else { empty_targets(&body.gaps) };
        let indicator = Indicator {
            category: self.category.as_ref().and_then(|c| Category::parse(&c.text)),
            category_label: self.category.clone(),
            kind: self.kind.as_ref().and_then(|k| Kind::parse(&k.text)),
            kind_label: self.kind.clone(),
            name,
            title,
            unit: unit.or(column_unit),
            bracket_target,
            whole,
            regions: Vec::new(),
            marks: self.marks(body),
        };
        self.table.indicators.push(indicator);
    }

    /// One more indicator under the groups in force.
    fn count(&mut self) {
        for level in [1, 2] {
            let label = if level == 1 { &self.category } else { &self.kind };
            let group = self.table.groups.iter_mut().rev().find(|g| g.level == level);
            if let (Some(_), Some(group)) = (label, group) {
                group.indicators += 1;
            }
        }
    }

    fn region_row(&mut self, name: Written, mut body: Body) {
        self.used(&name, Use::Region);
        let region = self.regions.and_then(|tree| tree.find(&name.text));
        let cells = self.targets(&mut body);
        let row = RegionRow { region, name, cells, marks: self.marks(body) };
        // The province among the regions of a column of its own is the indicator's own row.
        let root = row.region.zip(self.regions).is_some_and(|(id, tree)| tree.parent(id).is_none());
        let is_root = root || (self.table.has(ColumnRole::Region) && labels::is_whole(&row.name.key()));
        match self.table.indicators.last_mut() {
            Some(i) if is_root && i.whole.iter().all(|c| *c.target() == Target::Missing) => {
                i.whole = row.cells;
            }
            Some(indicator) => indicator.regions.push(row),
            None => self.table.orphans.push(row),
        }
    }

    /// The target cells of a row, one per target column, with comparator and unit from columns of their own.
    fn targets(&mut self, body: &mut Body) -> Vec<TargetCell> {
        let sign =
            body.get(ColumnRole::Comparator).map(Written::key).filter(|k| k != "定性").unwrap_or_default();
        let unit = body.get(ColumnRole::Unit).map(Written::key).unwrap_or_default();
        let mut targets = Vec::new();
        for (period, place) in body.gaps.0.clone() {
            let written = body.take(ColumnRole::Target(period)).unwrap_or_else(|| Written::new("", place));
            if !written.text.is_empty() {
                self.used(&written, Use::Target);
            }
            let reading = if sign.is_empty() && unit.is_empty() {
                self.reading(&written.text)
            } else {
                read_target(&sign, &written.text, &unit)
            };
            targets.push(TargetCell { period, written, reading });
        }
        targets
    }

    fn reading(&mut self, text: &str) -> Reading {
        if let Some(reading) = self.readings.get(text) {
            return reading.clone();
        }
        let reading = Reading::parse(text);
        self.readings.insert(text.to_owned(), reading.clone());
        reading
    }

    fn marks(&mut self, body: Body) -> Marks {
        let mut marks = Vec::new();
        for (role, cell) in body.cells {
            self.used(&cell, Use::Mark);
            // A tick under 有可能 is the answer 有可能.
            match answer(role).filter(|_| labels::is_tick(&cell.key())) {
                Some(word) => marks.push((ColumnRole::Chance, Written::new(word, cell.place))),
                None => marks.push((role, cell)),
            }
        }
        Marks(marks)
    }

    fn total(&mut self, label: &Written, cells: Vec<(Written, Option<ColumnRole>)>) {
        self.used(label, Use::Label);
        let mut marks = Vec::new();
        for (cell, role) in cells {
            match role {
                Some(role) => {
                    self.used(&cell, Use::Mark);
                    marks.push((role, cell));
                }
                None => self.unread(cell),
            }
        }
        self.table.total = Some(Marks(marks));
    }

    fn finish(mut self) -> (TargetTable, BTreeMap<Place, Use>) {
        self.table.form = form(&self.table);
        (self.table, self.uses)
    }
}

/// The answer that a column of its own stands for.
pub(crate) fn answer(role: ColumnRole) -> Option<&'static str> {
    match role {
        ColumnRole::ChanceSure => Some("确定能"),
        ColumnRole::ChanceMaybe => Some("有可能"),
        ColumnRole::ChanceNone => Some("完全不可能"),
        _ => None,
    }
}

fn empty_targets(gaps: &Gaps) -> Vec<TargetCell> {
    let empty = |(period, place): &(Period, Place)| TargetCell {
        period: *period,
        written: Written::new("", *place),
        reading: Reading::default(),
    };
    gaps.0.iter().map(empty).collect()
}

fn read_target(sign: &str, value: &str, unit: &str) -> Reading {
    let alone = Reading::parse(value);
    let Target::Number(number) = &alone.target else { return alone };
    let sign = if number.comparator == jixiao_core::target::Comparator::Bare { sign } else { "" };
    let unit = if number.unit.is_none() { unit } else { "" };
    if sign.is_empty() && unit.is_empty() { alone } else { Reading::parse(&format!("{sign}{value}{unit}")) }
}

/// An indicator's name without the unit or target in its last bracket: `进口规模（亿元）` is 进口规模 in 亿元.
fn split_name(name: &str) -> (String, Option<Unit>, Option<Reading>) {
    let key = text::key(name);
    // Folding keeps the number of characters, so a cut in the key is a cut in the words as written.
    let written: String = name.chars().filter(|c| !c.is_whitespace()).collect();
    let Some(open) = key.rfind('(').filter(|i| *i > 0 && key.ends_with(')')) else {
        return (written, None, None);
    };
    let inner = &key[open + 1..key.len() - 1];
    let title: String = written.chars().take(key[..open].chars().count()).collect();
    if let Some(unit) = Unit::parse(inner) {
        return (title, Some(unit), None);
    }
    let reading = Reading::parse(inner);
    let signed = inner.starts_with(['≥', '≤', '>', '<', '=']);
    match &reading.target {
        Target::Number(number) if signed => (title, number.unit.clone(), Some(reading)),
        Target::Unread if signed => (title, None, Some(reading)),
        _ => (written, None, None),
    }
}

/// Which form it is, by its title, else by its columns.
fn form(table: &TargetTable) -> Form {
    let title: String = table.titles.iter().map(Written::key).collect();
    let named = [("监控", Form::Monitoring), ("自评", Form::SelfEvaluation), ("区域", Form::Regional)];
    if let Some((_, form)) = named.iter().find(|(word, _)| title.contains(word)) {
        return *form;
    }
    if table.has(ColumnRole::Progress) || table.has(ColumnRole::Chance) {
        Form::Monitoring
    } else if table.has(ColumnRole::Actual) || table.has(ColumnRole::Score) {
        Form::SelfEvaluation
    } else {
        Form::Goal
    }
}
