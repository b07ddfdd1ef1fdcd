//! Two versions of a target table beside each other: every text that is in one and not, or not so, in the other.

use std::collections::BTreeMap;

use crate::{
    both,
    finding::Both,
    period::Period,
    place::Written,
    table::{ColumnRole, MoneyRole, RegionRow, TargetTable},
};

/// What a text of a table is, apart from the indicator and the region that it is of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Spot {
    /// A line above the table that names the form.
    Title,
    /// The value of a header field, by its label.
    Header(String),
    /// A goal in prose, planned or (true) as it came out.
    Goal(Period, bool),
    /// An amount of the money block, by the line's name.
    Money(String, MoneyRole),
    /// The name of an indicator.
    Name,
    /// The label of level 1 over an indicator.
    Category,
    /// The label of level 2 over an indicator.
    Kind,
    /// A region that has targets under an indicator.
    Region,
    /// A target.
    Target(Period),
    /// A further cell of a row: weight, actual, score, reason.
    Mark(ColumnRole),
    /// A label or heading of the form.
    Label,
    /// A remark below the table.
    Note,
    /// A cell of which nothing could be made.
    Unread,
}

impl Spot {
    /// What it is called.
    pub fn label(&self) -> Both {
        match self {
            Self::Title => both!("标题", "title"),
            Self::Header(label) => Both::same(label.clone()),
            Self::Goal(_, false) => both!("总体目标", "overall goal"),
            Self::Goal(_, true) => both!("目标完成情况", "outcome of the goal"),
            Self::Money(name, _) => both!("项目资金：{name}", "money: {name}"),
            Self::Name => both!("三级指标", "indicator"),
            Self::Category => both!("一级指标", "category"),
            Self::Kind => both!("二级指标", "kind"),
            Self::Region => both!("地区", "region"),
            Self::Target(_) => both!("指标值", "target"),
            Self::Mark(_) => both!("其他栏", "further cell"),
            Self::Label => both!("栏目名称", "label of the form"),
            Self::Note => both!("表下说明", "remark below the table"),
            Self::Unread => both!("未识别内容", "what could not be read"),
        }
    }

    /// The period that it is for, where it is for one.
    pub fn period(&self) -> Option<Period> {
        match self {
            Self::Target(period) | Self::Goal(period, _) => Some(*period),
            _ => None,
        }
    }
}

/// A text that two versions do not have alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The indicator's title without its unit; empty outside of the indicators.
    pub indicator: String,
    /// The region's name; empty for the whole.
    pub region: String,
    /// What it is.
    pub spot: Spot,
    /// As the earlier version has it, at its place there; none where it has no such text.
    pub before: Option<Written>,
    /// As the later version has it.
    pub after: Option<Written>,
}

/// What tells a text of a table from the others; the number tells alike ones apart.
type Key = (String, String, Spot, usize);

/// Every text of a table by what it is, in the order of the form. Empty cells are texts that are not there.
fn said(table: &TargetTable) -> Vec<(Key, &Written)> {
    let mut all: Vec<(Key, &Written)> = Vec::new();
    let mut alike: BTreeMap<(String, String, Spot), usize> = BTreeMap::new();
    let mut add = |indicator: &str, region: &str, spot: Spot, written| {
        let written: &Written = written;
        let count = alike.entry((indicator.to_owned(), region.to_owned(), spot.clone())).or_default();
        if !written.text.trim().is_empty() {
            all.push(((indicator.to_owned(), region.to_owned(), spot, *count), written));
        }
        *count += 1;
    };
    for title in &table.titles {
        add("", "", Spot::Title, title);
    }
    for field in &table.header {
        add("", "", Spot::Header(field.label.key()), &field.value);
    }
    for label in table.goal_label.iter().chain(table.goal_headings.iter().map(|(label, ..)| label)) {
        add("", "", Spot::Label, label);
    }
    for goal in &table.goals {
        add("", "", Spot::Goal(goal.period, goal.actual), &goal.text);
    }
    for label in table.money_label.iter().chain(table.money_headings.iter().map(|(label, _)| label)) {
        add("", "", Spot::Label, label);
    }
    for row in &table.money {
        for (role, cell) in &row.cells {
            add("", "", Spot::Money(row.name.key(), *role), cell);
        }
    }
    for label in table.frame.iter().chain(table.columns.iter().map(|column| &column.heading)) {
        add("", "", Spot::Label, label);
    }
    let mut row = |indicator: &str, row| {
        let row: &RegionRow = row;
        let region = row.name.text.trim();
        add(indicator, region, Spot::Region, &row.name);
        for cell in &row.cells {
            add(indicator, region, Spot::Target(cell.period), &cell.written);
        }
        for (role, cell) in &row.marks.0 {
            add(indicator, region, Spot::Mark(*role), cell);
        }
    };
    for orphan in &table.orphans {
        row("", orphan);
    }
    for indicator in &table.indicators {
        let title = &indicator.title;
        for region in &indicator.regions {
            row(title, region);
        }
    }
    for indicator in &table.indicators {
        let title = &indicator.title;
        if let Some(label) = &indicator.category_label {
            add(title, "", Spot::Category, label);
        }
        if let Some(label) = &indicator.kind_label {
            add(title, "", Spot::Kind, label);
        }
        add(title, "", Spot::Name, &indicator.name);
        for cell in &indicator.whole {
            add(title, "", Spot::Target(cell.period), &cell.written);
        }
        for (role, cell) in &indicator.marks.0 {
            add(title, "", Spot::Mark(*role), cell);
        }
    }
    for (role, cell) in table.total.iter().flat_map(|total| &total.0) {
        add("", "", Spot::Mark(*role), cell);
    }
    for note in &table.notes {
        add("", "", Spot::Note, note);
    }
    for unread in &table.unread {
        add("", "", Spot::Unread, unread);
    }
    // Of one document, places are the order of the form.
    all.sort_by_key(|(_, written)| written.place);
    all
}

/// Everything in which a later version differs from an earlier one, in the order of the form: what changed or was dropped where it stood, then what is new.
///
/// Texts are compared as written, but for white space around them. Indicators are told by their title and regions by their name, so that a row
/// that moved is no difference; an indicator that got another title is one that was dropped and one that is new.
pub fn differences(before: &TargetTable, after: &TargetTable) -> Vec<Difference> {
    let (earlier, later) = (said(before), said(after));
    let mut left: BTreeMap<&Key, &Written> = later.iter().map(|(key, written)| (key, *written)).collect();
    let mut found = Vec::new();
    let one = |(indicator, region, spot, _): &Key, before: Option<&Written>, after: Option<&Written>| {
        let (indicator, region, spot) = (indicator.clone(), region.clone(), spot.clone());
        Difference { indicator, region, spot, before: before.cloned(), after: after.cloned() }
    };
    for (key, was) in &earlier {
        let now = left.remove(key);
        if now.is_none_or(|now| now.text.trim() != was.text.trim()) {
            found.push(one(key, Some(was), now));
        }
    }
    for (key, now) in &later {
        if left.contains_key(key) {
            found.push(one(key, None, Some(now)));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        place::Place,
        table::{Indicator, Marks, TargetCell},
        target::Reading,
    };

    fn cell(text: &str, row: u32) -> TargetCell {
        let written = Written::new(text, Place::new(0, row, 2));
        TargetCell { period: Period::Year(None), reading: Reading::parse(text), written }
    }

    fn table(name: &str, whole: &str, regions: &[(&str, &str)]) -> TargetTable {
        let rows = (2..).zip(regions).map(|(row, (region, target))| RegionRow {
            name: Written::new(*region, Place::new(0, row, 1)),
            region: None,
            cells: vec![cell(target, row)],
            marks: Marks::default(),
        });
        let indicator = Indicator {
            category_label: None,
            category: None,
            kind_label: None,
            kind: None,
            name: Written::new(name, Place::new(0, 1, 1)),
            title: name.to_owned(),
            unit: None,
            bracket_target: None,
            whole: vec![cell(whole, 1)],
            regions: rows.collect(),
            marks: Marks::default(),
        };
        TargetTable { indicators: vec![indicator], ..TargetTable::default() }
    }

    fn told(
        before: &TargetTable,
        after: &TargetTable,
    ) -> Vec<(String, String, Option<String>, Option<String>)> {
        let text = |written: Option<Written>| written.map(|written| written.text);
        differences(before, after)
            .into_iter()
            .map(|one| (one.region, one.spot.label().zh, text(one.before), text(one.after)))
            .collect()
    }

    #[test]
    fn a_changed_target_is_told_where_it_stands_and_a_moved_row_is_not() {
        let before = table("企业数", "≥ 7", &[("甲市", "≥ 3"), ("乙市", "≥ 4")]);
        assert!(told(&before, &before).is_empty());
        assert!(told(&before, &table("企业数", "≥ 7 ", &[("乙市", "≥ 4"), ("甲市", "≥ 3")])).is_empty());
        let after = table("企业数", "> 7", &[("甲市", "≥ 3"), ("乙市", "≥ 5")]);
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            told(&before, &after),
            [
                (String::new(), "指标值".to_owned(), some("≥ 7"), some("> 7")),
                ("乙市".to_owned(), "指标值".to_owned(), some("≥ 4"), some("≥ 5")),
            ]
        );
    }

    #[test]
    fn what_was_dropped_and_what_is_new_are_both_told() {
        let before = table("企业数", "≥ 7", &[("甲市", "≥ 3")]);
        let after = table("企业数", "≥ 7", &[("丙市", "≥ 3"), ("甲市", "")]);
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            told(&before, &after),
            [
                ("甲市".to_owned(), "指标值".to_owned(), some("≥ 3"), None),
                ("丙市".to_owned(), "地区".to_owned(), None, some("丙市")),
                ("丙市".to_owned(), "指标值".to_owned(), None, some("≥ 3")),
            ]
        );
        assert_eq!(differences(&before, &TargetTable::default()).len(), 4);
    }
}
