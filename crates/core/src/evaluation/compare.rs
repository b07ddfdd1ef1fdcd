//! Two score sheets beside each other: every figure that moved, and which input below it moved first.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Serialize;

use super::{
    explain::{points, said},
    sheet::{ExecutionRow, ScoreRow, ScoreSheet, Status},
};
use crate::{both, derivation::Node, finding::Both, fund::Fund, money::Fen};

/// Which figure moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Field {
    /// The row stands in one sheet only.
    Row,
    /// 指标值.
    Target,
    /// 实际完成值.
    Actual,
    /// 分值.
    Weight,
    /// Whether it was reached, is missing, is left out…
    Status,
    /// 得分.
    Score,
    /// 全年预算数 (adjusted).
    Budget,
    /// 全年执行数.
    Executed,
    /// 总分.
    Total,
    /// 等级.
    Grade,
}

/// An input that moved, below a figure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cause {
    /// The steps from the figure down to the input.
    pub path: Vec<Both>,
    /// What it was; empty when it was not there.
    pub before: Both,
    /// What it is; empty when it is gone.
    pub after: Both,
}

/// A figure that moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Id of the indicator; `None` for execution, total and grade.
    pub indicator: Option<String>,
    /// What it is of: the indicator's title, 预算执行, 总分.
    pub of: Both,
    /// Which figure.
    pub field: Field,
    /// What it was; empty when it was not there.
    pub before: Both,
    /// What it is; empty when it is gone.
    pub after: Both,
    /// Why it moved: the deepest inputs below it that differ. Empty for inputs themselves.
    pub why: Vec<Cause>,
}

/// Every figure that differs between two sheets, by indicator in the order of the first sheet, then execution, total, grade.
///
/// With derivations in both sheets (see [`super::Evaluator::explain`]) the causes go down to source rows; without them they are the
/// row's own target, actual, weight and deduction. `fund` knows what indicators are called in both languages.
pub fn compare(a: &ScoreSheet, b: &ScoreSheet, fund: &Fund) -> Vec<Change> {
    let mut changes = Vec::new();
    let others: BTreeMap<&str, &ScoreRow> = b.rows.iter().map(|r| (r.indicator.as_str(), r)).collect();
    let mine: BTreeMap<&str, &ScoreRow> = a.rows.iter().map(|r| (r.indicator.as_str(), r)).collect();
    for row in &a.rows {
        match others.get(row.indicator.as_str()) {
            Some(other) => rows(row, other, fund, &mut changes),
            None => changes.push(only(row, fund, Some(summary(row)), None)),
        }
    }
    for row in b.rows.iter().filter(|r| !mine.contains_key(r.indicator.as_str())) {
        changes.push(only(row, fund, None, Some(summary(row))));
    }
    execution(&a.execution, &b.execution, &mut changes);
    total(a, b, &mut changes);
    changes
}

fn only(row: &ScoreRow, fund: &Fund, before: Option<Both>, after: Option<Both>) -> Change {
    Change {
        indicator: Some(row.indicator.clone()),
        of: fund.indicator(&row.title),
        field: Field::Row,
        before: before.unwrap_or_default(),
        after: after.unwrap_or_default(),
        why: Vec::new(),
    }
}

fn summary(row: &ScoreRow) -> Both {
    let actual = said(&row.actual, &row.unit);
    let (target, score) = (crate::said::target(&row.target), optional(row.score));
    both!(
        "指标值{zt}，实际{za}，得分{zs}",
        "target {et}, actual {ea}, score {es}",
        zt = target.zh,
        et = target.en,
        za = actual.zh,
        ea = actual.en,
        zs = score.zh,
        es = score.en
    )
}

fn optional(figure: Option<Decimal>) -> Both {
    figure.map_or_else(|| both!("无", "none"), points)
}

fn word(status: &Status) -> Both {
    match status {
        Status::Reached => both!("达到", "reached"),
        Status::Short => both!("未达到", "short"),
        Status::FarAbove => both!("超额较多", "far above"),
        Status::Missing => both!("缺实际完成值", "actual missing"),
        Status::LeftOut { why } => both!("不计分：{zh}", "left out: {en}", zh = why.zh, en = why.en),
        Status::NeedsPerson { why } => {
            both!("待人工核定：{zh}", "for a person: {en}", zh = why.zh, en = why.en)
        }
    }
}

fn rows(a: &ScoreRow, b: &ScoreRow, fund: &Fund, changes: &mut Vec<Change>) {
    let change = |field, before, after, why| Change {
        indicator: Some(b.indicator.clone()),
        of: fund.indicator(&b.title),
        field,
        before,
        after,
        why,
    };
    let below = |part: &str| {
        let find = |row: &ScoreRow| {
            let node = row.derivation.as_ref()?;
            node.parts.iter().find(|p| p.label.en == part).cloned()
        };
        match (find(a), find(b)) {
            (Some(x), Some(y)) => causes(&x, &y),
            _ => Vec::new(),
        }
    };
    let mut own = Vec::new();
    let mut cause = |label: Both, before: &Both, after: &Both| {
        own.push(Cause { path: vec![label], before: before.clone(), after: after.clone() });
    };
    if a.target != b.target {
        let (before, after) = (crate::said::target(&a.target), crate::said::target(&b.target));
        cause(both!("指标值", "target"), &before, &after);
        changes.push(change(Field::Target, before, after, Vec::new()));
    }
    if a.actual != b.actual || a.unit != b.unit {
        let (before, after) = (said(&a.actual, &a.unit), said(&b.actual, &b.unit));
        cause(both!("实际完成值", "actual"), &before, &after);
        changes.push(change(Field::Actual, before, after, below("actual")));
    }
    if a.weight != b.weight {
        let (before, after) = (optional(a.weight), optional(b.weight));
        cause(both!("分值", "weight"), &before, &after);
        changes.push(change(Field::Weight, before, after, below("weight")));
    }
    if a.deduction != b.deduction {
        cause(both!("人工扣分", "taken off by a person"), &optional(a.deduction), &optional(b.deduction));
    }
    if a.status != b.status {
        changes.push(change(Field::Status, word(&a.status), word(&b.status), Vec::new()));
    }
    if a.score != b.score {
        let deep = match (&a.derivation, &b.derivation) {
            (Some(x), Some(y)) => causes(x, y),
            _ => Vec::new(),
        };
        let why = if deep.is_empty() { own } else { deep };
        changes.push(change(Field::Score, optional(a.score), optional(b.score), why));
    }
}

fn execution(a: &ExecutionRow, b: &ExecutionRow, changes: &mut Vec<Change>) {
    let of = both!("预算执行", "budget execution");
    let mut why = Vec::new();
    let mut push = |field, before: Both, after: Both, why: Vec<Cause>| {
        changes.push(Change { indicator: None, of: of.clone(), field, before, after, why });
    };
    let yuan = |amount: Option<Fen>| match amount {
        Some(Fen(fen)) => {
            let yuan = Decimal::new(fen, 2);
            both!("{yuan}元", "{yuan} yuan")
        }
        None => both!("缺", "missing"),
    };
    for (field, label, x, y) in [
        (Field::Budget, both!("全年预算数（调整后）", "adjusted budget"), a.budget, b.budget),
        (Field::Executed, both!("全年执行数", "executed"), a.executed, b.executed),
    ] {
        if x != y {
            why.push(Cause { path: vec![label], before: yuan(x), after: yuan(y) });
            push(field, yuan(x), yuan(y), Vec::new());
        }
    }
    if a.weight != b.weight {
        why.push(Cause {
            path: vec![both!("分值", "weight")],
            before: points(a.weight),
            after: points(b.weight),
        });
        push(Field::Weight, points(a.weight), points(b.weight), Vec::new());
    }
    if a.deduction != b.deduction {
        let label = both!("人工扣分", "taken off by a person");
        why.push(Cause { path: vec![label], before: optional(a.deduction), after: optional(b.deduction) });
    }
    if a.score != b.score {
        push(Field::Score, optional(a.score), optional(b.score), why);
    }
}

fn total(a: &ScoreSheet, b: &ScoreSheet, changes: &mut Vec<Change>) {
    let whole = |sheet: &ScoreSheet| match sheet.total.score {
        Some(score) => points(score),
        None => {
            let (low, high) = (sheet.total.at_least, sheet.total.at_most);
            both!("{low}至{high}分（不完整）", "{low} to {high} points (incomplete)")
        }
    };
    if a.total != b.total {
        let moved = changes.iter().filter(|c| matches!(c.field, Field::Score | Field::Row));
        let why = moved
            .map(|c| Cause { path: vec![c.of.clone()], before: c.before.clone(), after: c.after.clone() })
            .collect();
        let of = both!("总分", "total");
        changes.push(Change {
            indicator: None,
            of,
            field: Field::Total,
            before: whole(a),
            after: whole(b),
            why,
        });
    }
    if a.grade != b.grade {
        let why = Cause { path: vec![both!("总分", "total")], before: whole(a), after: whole(b) };
        let (before, after) = (a.grade.clone().unwrap_or_default(), b.grade.clone().unwrap_or_default());
        let of = both!("等级", "grade");
        changes.push(Change { indicator: None, of, field: Field::Grade, before, after, why: vec![why] });
    }
}

/// The deepest steps in which two derivations differ.
fn causes(a: &Node, b: &Node) -> Vec<Cause> {
    let mut found = Vec::new();
    walk(a, b, &mut Vec::new(), &mut found);
    found
}

fn walk(a: &Node, b: &Node, path: &mut Vec<Both>, found: &mut Vec<Cause>) {
    if a == b {
        return;
    }
    path.push(b.label.clone());
    let before = found.len();
    let (left, right) = (numbered(&a.parts), numbered(&b.parts));
    for (name, at) in &left {
        match right.get(name) {
            Some(other) => walk(&a.parts[*at], &b.parts[*other], path, found),
            None => gone(path, &a.parts[*at], found, true),
        }
    }
    for (name, at) in &right {
        if !left.contains_key(name) {
            gone(path, &b.parts[*at], found, false);
        }
    }
    if found.len() == before {
        let (x, y) = if a.value != b.value {
            (a.value.clone(), b.value.clone())
        } else if a.formula != b.formula {
            (Both::same(a.formula.clone()), Both::same(b.formula.clone()))
        } else {
            (
                both!("原依据", "other grounds"),
                both!("依据有变，数值不变", "the grounds changed, the value did not"),
            )
        };
        found.push(Cause { path: path.clone(), before: x, after: y });
    }
    path.pop();
}

/// Steps by name; those of one name are told apart by their order.
fn numbered(parts: &[Node]) -> BTreeMap<(&Both, usize), usize> {
    let mut seen: BTreeMap<&Both, usize> = BTreeMap::new();
    let mut named = BTreeMap::new();
    for (at, part) in parts.iter().enumerate() {
        let n = seen.entry(&part.label).and_modify(|n| *n += 1).or_insert(0);
        named.insert((&part.label, *n), at);
    }
    named
}

fn gone(path: &[Both], node: &Node, found: &mut Vec<Cause>, was: bool) {
    let mut path = path.to_vec();
    path.push(node.label.clone());
    let (before, after) =
        if was { (node.value.clone(), Both::default()) } else { (Both::default(), node.value.clone()) };
    found.push(Cause { path, before, after });
}
