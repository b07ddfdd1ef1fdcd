//! A form as it is planned: plain texts in their places, from which both the file and the table that it must be read as
//! are made. The two are made independently of each other: the table is put together here, not read.

use jixiao_core::{
    indicator::{Category, Kind},
    period::Period,
    place::{Place, Written},
    region::RegionTree,
    table::{
        Column, ColumnRole, Form, Goal, Group, HeaderField, HeaderKey, Indicator, Marks, MoneyRole, MoneyRow,
        RegionRow, TargetCell, TargetTable,
    },
    target::{Comparator, Reading, Target},
    text,
    unit::Unit,
};

/// A form as planned.
#[derive(Clone)]
pub(crate) struct Sheet {
    pub(crate) form: Form,
    pub(crate) title: String,
    /// `（2024年度）` under the title.
    pub(crate) year_line: Option<String>,
    /// Label and value; a label that others stand beside has no value.
    pub(crate) header: Vec<(HeaderKey, String, String)>,
    pub(crate) money: Option<Money>,
    pub(crate) goal_label: String,
    pub(crate) goal_headings: Vec<(Period, bool, String)>,
    pub(crate) goals: Vec<(Period, bool, String)>,
    pub(crate) frame: Option<String>,
    pub(crate) columns: Vec<(ColumnRole, String)>,
    pub(crate) items: Vec<Item>,
    pub(crate) total: Option<Vec<(ColumnRole, String)>>,
    pub(crate) notes: Vec<String>,
}

/// The money block.
#[derive(Clone, Debug)]
pub(crate) struct Money {
    pub(crate) label: String,
    pub(crate) headings: Vec<(MoneyRole, String)>,
    /// Name, whether it is the total, one text per heading (or the one amount).
    pub(crate) lines: Vec<(String, bool, Vec<String>)>,
}

/// An indicator as planned.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) category: String,
    pub(crate) kind: String,
    pub(crate) title: String,
    /// The unit in the brackets of the name; none when empty.
    pub(crate) unit: String,
    /// One text per target column; empty when missing.
    pub(crate) own: Vec<String>,
    pub(crate) regions: Vec<(String, Vec<String>)>,
    pub(crate) marks: Vec<(ColumnRole, String)>,
}

impl Item {
    pub(crate) fn name(&self) -> String {
        if self.unit.is_empty() { self.title.clone() } else { format!("{}（{}）", self.title, self.unit) }
    }

    /// The text of a mark that the item has.
    pub(crate) fn mark(&mut self, role: ColumnRole) -> Option<&mut String> {
        self.marks.iter_mut().find(|(r, _)| *r == role).map(|(_, text)| text)
    }
}

/// As a person would jot it down: a failing property prints it.
impl std::fmt::Debug for Sheet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{:?} {} {:?}", self.form, self.title, self.year_line)?;
        writeln!(f, "{:?}\n{:?}\n{:?}", self.header, self.money, self.goals)?;
        writeln!(f, "{:?} {:?}", self.frame, self.columns)?;
        for item in &self.items {
            writeln!(
                f,
                "{} | {} | {} | {:?} {:?}",
                item.category,
                item.kind,
                item.name(),
                item.own,
                item.marks
            )?;
            item.regions.iter().try_for_each(|(name, cells)| writeln!(f, "    {name} {cells:?}"))?;
        }
        write!(f, "{:?} {:?}", self.total, self.notes)
    }
}

fn written(text: impl Into<String>) -> Written {
    Written::new(text, Place::default())
}

impl Sheet {
    /// The periods of the target columns, in order.
    pub(crate) fn periods(&self) -> Vec<Period> {
        let period = |role: &ColumnRole| if let ColumnRole::Target(p) = role { Some(*p) } else { None };
        self.columns.iter().filter_map(|(role, _)| period(role)).collect()
    }

    /// The header's value under a key.
    pub(crate) fn field(&mut self, key: HeaderKey) -> &mut String {
        let field = self.header.iter_mut().find(|(k, _, value)| *k == key && !value.is_empty());
        &mut field.expect("the plan has the field").2
    }

    /// The table that the form must be read as, places aside.
    pub(crate) fn table(&self, regions: Option<&RegionTree>) -> TargetTable {
        let mut table = TargetTable {
            form: self.form,
            titles: vec![written(&self.title)],
            header: self.header(),
            goal_label: (!self.goals.is_empty()).then(|| written(&self.goal_label)),
            goal_headings: self.goal_headings.iter().map(|(p, a, h)| (written(h), *p, *a)).collect(),
            goals: self.goals(),
            frame: self.frame.as_ref().map(written),
            columns: self
                .columns
                .iter()
                .map(|(role, h)| Column { role: *role, heading: written(h) })
                .collect(),
            total: self.total.as_ref().map(|marks| Marks(self.in_order(marks))),
            notes: self.notes.iter().map(written).collect(),
            ..TargetTable::default()
        };
        table.unread = self.unknown_headings();
        if let Some(money) = &self.money {
            money.put_into(&mut table);
        }
        self.put_indicators_into(&mut table, regions);
        table
    }

    /// A heading that no dictionary knows is reported, and its column kept.
    fn unknown_headings(&self) -> Vec<Written> {
        let unknown = self.columns.iter().filter(|(role, _)| *role == ColumnRole::Unknown);
        unknown.map(|(_, heading)| written(heading)).collect()
    }

    fn header(&self) -> Vec<HeaderField> {
        let year = self.year_line.iter().map(|line| HeaderField {
            key: HeaderKey::FormYear,
            label: written(""),
            value: written(line),
        });
        let fields = self.header.iter().map(|(key, label, value)| HeaderField {
            key: *key,
            label: written(label),
            value: written(value),
        });
        year.chain(fields).collect()
    }

    fn goals(&self) -> Vec<Goal> {
        let goals = self.goals.iter().filter(|(_, _, prose)| !prose.is_empty());
        goals
            .map(|(period, actual, prose)| Goal { period: *period, text: written(prose), actual: *actual })
            .collect()
    }

    /// Non-empty marks in the order of the columns.
    fn in_order(&self, marks: &[(ColumnRole, String)]) -> Vec<(ColumnRole, Written)> {
        let of = |role: ColumnRole| marks.iter().find(|(r, text)| *r == role && !text.is_empty());
        self.columns.iter().filter_map(|(role, _)| of(*role)).map(|(r, text)| (*r, written(text))).collect()
    }

    fn put_indicators_into(&self, table: &mut TargetTable, regions: Option<&RegionTree>) {
        let mut groups: Vec<Group> = Vec::new();
        let (mut category, mut kind) = (None, None);
        let open = |groups: &mut Vec<Group>, level, label: &str| {
            groups.push(Group { level, label: written(label), indicators: 0 });
        };
        for item in &self.items {
            if category != Some(&item.category) {
                open(&mut groups, 1, &item.category);
                (category, kind) = (Some(&item.category), None);
            }
            if kind != Some(&item.kind) {
                open(&mut groups, 2, &item.kind);
                kind = Some(&item.kind);
            }
            for level in [1, 2] {
                let group = groups.iter_mut().rev().find(|g| g.level == level);
                group.expect("both levels are open").indicators += 1;
            }
            table.indicators.push(self.indicator(item, regions));
        }
        table.groups = groups;
    }

    fn indicator(&self, item: &Item, regions: Option<&RegionTree>) -> Indicator {
        let of = |role| item.marks.iter().find(|(r, _)| *r == role).map_or("", |(_, text)| text);
        let column_unit = Unit::parse(of(ColumnRole::Unit));
        Indicator {
            category: Category::parse(&item.category),
            category_label: Some(written(&item.category)),
            kind: Kind::parse(&item.kind),
            kind_label: Some(written(&item.kind)),
            name: written(item.name()),
            title: item.title.chars().filter(|c| !c.is_whitespace()).collect(),
            unit: Unit::parse(&item.unit).or(column_unit),
            bracket_target: None,
            whole: self.cells(&item.own, of(ColumnRole::Comparator), of(ColumnRole::Unit)),
            regions: item
                .regions
                .iter()
                .map(|(name, cells)| RegionRow {
                    region: regions.and_then(|tree| tree.find(name)),
                    name: written(name),
                    cells: self.cells(cells, "", ""),
                    marks: Marks::default(),
                })
                .collect(),
            marks: Marks(self.in_order(&item.marks)),
        }
    }

    fn cells(&self, texts: &[String], sign: &str, unit: &str) -> Vec<TargetCell> {
        let cell = |(period, text): (Period, &String)| TargetCell {
            period,
            written: written(text),
            reading: Reading::parse(&spelled(text, sign, unit)),
        };
        self.periods().into_iter().zip(texts).map(cell).collect()
    }
}

/// A number with what it lacks from the columns for comparator and unit.
fn spelled(text: &str, sign: &str, unit: &str) -> String {
    let Target::Number(number) = Reading::parse(text).target else { return text.to_owned() };
    let sign = if number.comparator == Comparator::Bare { sign } else { "" };
    let unit = if number.unit.is_none() { unit } else { "" };
    format!("{sign}{text}{unit}")
}

impl Money {
    fn put_into(&self, table: &mut TargetTable) {
        table.money_label = Some(written(&self.label));
        table.money_headings = self.headings.iter().map(|(role, h)| (written(h), *role)).collect();
        let key = text::key(&self.label);
        table.money_unit = key.split_once('(').and_then(|(_, bracket)| Unit::parse(bracket));
        let roles: Vec<MoneyRole> = match self.headings.as_slice() {
            [] => vec![MoneyRole::Amount],
            headings => headings.iter().map(|(role, _)| *role).collect(),
        };
        let line = |(name, is_total, cells): &(String, bool, Vec<String>)| MoneyRow {
            name: written(name),
            is_total: *is_total,
            cells: roles
                .iter()
                .zip(cells)
                .filter(|(_, text)| !text.is_empty())
                .map(|(role, text)| (*role, written(text)))
                .collect(),
        };
        table.money = self.lines.iter().map(line).collect();
    }
}
