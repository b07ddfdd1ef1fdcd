//! What the forms share: header, goals, money, indicators.

use jixiao_core::{
    actual::Actual,
    evaluation::{ExecutionRow, OwedKind, ScoreRow, ScoreSheet, Status},
    exact::{Exact, Rounding},
    money::Fen,
    period::Period,
    place::{Place, Written},
    region::RegionId,
    table::{
        Column, ColumnRole, Form, Goal, HeaderField, HeaderKey, Indicator, Marks, MoneyRole, MoneyRow,
        TargetCell, TargetTable,
    },
    target::Reading,
    text::key,
};
use rust_decimal::{Decimal, RoundingStrategy};

use super::{FormAmounts, FormMoney, GoalsReached};

/// Not applicable, in a column of points.
pub(super) const NONE: &str = "—";

/// A text that stands nowhere yet.
pub(super) fn text(text: impl Into<String>) -> Written {
    Written::new(text, Place::default())
}

/// The line under the title, and fields with their labels.
pub(super) fn header(year: i16, fields: &[(HeaderKey, &str, String)]) -> Vec<HeaderField> {
    let field =
        |key, label: &str, value: &str| HeaderField { key, label: text(label), value: text(value.trim()) };
    let mut header = vec![field(HeaderKey::FormYear, "", &format!("（{year}年度）"))];
    header.extend(fields.iter().map(|(key, label, value)| field(*key, label, value)));
    header
}

/// What the target table's header says.
pub(super) fn said(table: &TargetTable, key: HeaderKey) -> String {
    table.field(key).map(|f| f.value.text.trim().to_owned()).unwrap_or_default()
}

pub(super) fn columns(headings: &[(ColumnRole, &str)]) -> Vec<Column> {
    headings.iter().map(|(role, heading)| Column { role: *role, heading: text(*heading) }).collect()
}

/// What distinguishes the forms of a self-evaluation from each other, above their indicators.
pub(super) struct Labels<'a> {
    /// The form's name.
    pub title: &'a str,
    /// What the project's name is called.
    pub project: &'a str,
    /// Heading over the goals that were set.
    pub set: &'a str,
    /// Heading over what was reached.
    pub reached: &'a str,
    /// Columns of the indicators.
    pub columns: &'a [(ColumnRole, &'a str)],
}

/// A form of a self-evaluation with its header, goals and columns; money, indicators and remarks are still to come.
pub(super) fn evaluated(
    table: &TargetTable,
    sheet: &ScoreSheet,
    goals_reached: &GoalsReached,
    labels: &Labels<'_>,
) -> TargetTable {
    let unit = match sheet.region {
        Some(_) => sheet.region_name.clone(),
        None => said(table, HeaderKey::SpendingUnit),
    };
    let fields = [
        (HeaderKey::ProjectName, labels.project, said(table, HeaderKey::ProjectName)),
        (HeaderKey::Department, "主管部门", said(table, HeaderKey::Department)),
        (HeaderKey::SpendingUnit, "实施单位", unit),
    ];
    TargetTable {
        form: Form::SelfEvaluation,
        titles: vec![text(labels.title)],
        header: header(sheet.year, &fields),
        goal_label: Some(text("年度总体目标")),
        goal_headings: vec![
            (text(labels.set), Period::Year(None), false),
            (text(labels.reached), Period::Year(None), true),
        ],
        goals: goals(table, goals_reached, true),
        frame: Some(text("绩效指标")),
        columns: columns(labels.columns),
        ..TargetTable::default()
    }
}

/// The total of the money block: the score sheet's figures go before those handed in, since the score was made of them.
pub(super) fn total(execution: &ExecutionRow, money: &FormMoney) -> FormAmounts {
    FormAmounts {
        adjusted: execution.budget.or(money.total.adjusted),
        executed: execution.executed.or(money.total.executed),
        ..money.total
    }
}

/// Lines below a self-evaluation: whose goals it prints, and why the budget was not executed.
pub(super) fn below(sheet: &ScoreSheet, goals: &GoalsReached) -> Vec<Written> {
    let whole = sheet.region.and_then(|_| goals_of_the_whole(goals));
    let reason = sheet.execution.reason.as_ref();
    let reason = reason.map(|reason| text(format!("说明：预算执行率的偏差原因及改进措施：{reason}")));
    whole.into_iter().chain(reason).collect()
}

// ---- goals ----

/// The goals that were set and, where the form asks for it, what was reached.
pub(super) fn goals(table: &TargetTable, given: &GoalsReached, with_reached: bool) -> Vec<Goal> {
    let year = |g: &&Goal| matches!(g.period, Period::Year(_)) && !g.actual;
    let set: Vec<&str> = if given.set.is_empty() {
        table.goals.iter().filter(year).map(|g| g.text.text.as_str()).collect()
    } else {
        given.set.iter().map(String::as_str).collect()
    };
    let goal =
        |said: &str, actual| Goal { period: Period::Year(None), text: text(said.trim().to_owned()), actual };
    let reached: &[String] = if with_reached { &given.reached } else { &[] };
    let mut goals = Vec::new();
    // In the order in which the form has them: side by side.
    for i in 0..set.len().max(reached.len()) {
        goals.extend(set.get(i).filter(|t| !t.trim().is_empty()).map(|t| goal(t, false)));
        goals.extend(reached.get(i).filter(|t| !t.trim().is_empty()).map(|t| goal(t, true)));
    }
    goals
}

/// Whether a region's form prints the goals of the whole.
pub(super) fn goals_of_the_whole(given: &GoalsReached) -> Option<Written> {
    given.set.is_empty().then(|| text("说明：年度总体目标为资金整体的目标，本地区的要求见绩效指标。"))
}

// ---- money ----

/// The lines of the money block: the total, then its parts, the first of them after 其中：. `own` are the form's lines where no parts are known.
pub(super) fn money_lines<'a>(
    parts: &'a [(String, FormAmounts)],
    own: &[&'a str],
    total: FormAmounts,
) -> Vec<(String, bool, FormAmounts)> {
    let mut lines = vec![("年度资金总额".to_owned(), true, total)];
    let known = parts.iter().map(|(name, amounts)| (name.as_str(), *amounts));
    let all: Vec<(&str, FormAmounts)> = if parts.is_empty() {
        own.iter().map(|name| (*name, FormAmounts::default())).collect()
    } else {
        known.collect()
    };
    for (i, (name, amounts)) in all.into_iter().enumerate() {
        let of_it = if i == 0 && !name.starts_with("其中") { "其中：" } else { "" };
        lines.push((format!("{of_it}{name}"), false, amounts));
    }
    lines
}

/// A line with the cells that say something.
pub(super) fn money_row(name: String, is_total: bool, cells: Vec<(MoneyRole, Option<String>)>) -> MoneyRow {
    let cells = cells.into_iter().filter_map(|(role, said)| Some((role, text(said?)))).collect();
    MoneyRow { name: text(name), is_total, cells }
}

/// An amount in 万元 with all of its digits.
pub(super) fn wan(amount: Option<Fen>) -> Option<String> {
    amount.map(Fen::in_wan)
}

/// Executed over budget as a percentage of at most two decimals; nothing of a budget that is not above zero, which a person judges.
pub(super) fn rate(amounts: FormAmounts) -> Option<String> {
    let of = |fen: Fen| Exact::of(Decimal::from(fen.0));
    let budget = amounts.adjusted.filter(|b| b.0 > 0)?;
    percent(&of(amounts.executed?).over(&of(budget))?)
}

/// A share as a percentage of at most two decimals, without zeros at its end: a workbook would not keep them.
fn percent(share: &Exact) -> Option<String> {
    share.times(&Exact::whole(100)).decimal(2, Rounding::HalfUp).map(|p| format!("{p}%"))
}

// ---- indicators ----

/// The target of a year for a region or the whole.
pub(super) fn target(indicator: &Indicator, year: i16, region: Option<RegionId>) -> Option<&TargetCell> {
    let cells = match region {
        None => &indicator.whole,
        Some(id) => &indicator.regions.iter().find(|r| r.region == Some(id))?.cells,
    };
    let of = |period| cells.iter().find(|c| c.period == period);
    of(Period::Year(Some(year))).or_else(|| of(Period::Year(None)))
}

/// Whether the name says the unit in brackets, so that figures go without.
fn unit_in_name(indicator: &Indicator) -> bool {
    indicator.unit.is_some() && indicator.name.key() != key(&indicator.title)
}

/// An indicator with its target as forms with one column for it write it: comparator, figure and unit together.
pub(super) fn indicator(
    table: &TargetTable,
    indicator: &Indicator,
    cell: Option<&TargetCell>,
    marks: Marks,
) -> Indicator {
    let copy = |w: &Option<Written>| w.as_ref().map(|w| text(w.text.clone()));
    let own_unit = table.has(ColumnRole::Unit);
    let unit = indicator.unit.as_ref().filter(|_| !own_unit || unit_in_name(indicator));
    let written = cell.map(|c| whole_target(table, indicator, c)).unwrap_or_default();
    Indicator {
        category_label: copy(&indicator.category_label),
        category: indicator.category,
        kind_label: copy(&indicator.kind_label),
        kind: indicator.kind,
        name: text(indicator.name.text.clone()),
        title: indicator.title.clone(),
        unit: unit.cloned(),
        bracket_target: indicator.bracket_target.clone(),
        whole: vec![TargetCell {
            period: Period::Year(None),
            reading: Reading::parse(&written),
            written: text(written),
        }],
        regions: Vec::new(),
        marks,
    }
}

/// The target in one cell. Tables with a column for the comparator or the unit have only the figure in the cell.
fn whole_target(table: &TargetTable, indicator: &Indicator, cell: &TargetCell) -> String {
    let written = cell.written.text.trim();
    let Some(number) = cell.target().number() else { return written.to_owned() };
    let bare = Reading::parse(written).target.number().cloned();
    let is_bare = |unit: bool| {
        bare.as_ref().is_some_and(|b| if unit { b.unit.is_none() } else { b.comparator.sign().is_empty() })
    };
    let sign =
        if table.has(ColumnRole::Comparator) && is_bare(false) { number.comparator.sign() } else { "" };
    let unit = indicator.unit.as_ref().filter(|_| table.has(ColumnRole::Unit) && is_bare(true));
    let unit = unit.filter(|_| !unit_in_name(indicator)).map_or("", |u| u.symbol.as_str());
    format!("{sign}{written}{unit}")
}

/// Marks of those roles that have something to say.
pub(super) fn marks(cells: Vec<(ColumnRole, String)>) -> Marks {
    Marks(cells.into_iter().filter(|(_, said)| !said.is_empty()).map(|(r, said)| (r, text(said))).collect())
}

/// What was reached, as forms write it. `share`: of graded results also the share of full marks.
pub(super) fn actual(indicator: &Indicator, row: &ScoreRow, share: bool) -> String {
    let unit = row.unit.as_str();
    match &row.actual {
        Actual::Missing => String::new(),
        Actual::NotApplicable(_) => "/".to_owned(),
        // A bare 0.95 could be taken for 95 %: percentages always say that they are.
        Actual::Number(n) if unit == "%" || !unit_in_name(indicator) => format!("{}{unit}", read(*n, row)),
        Actual::Number(n) => read(*n, row).to_string(),
        Actual::Share(parts) => {
            let share = Exact::of(parts.numerator).over(&Exact::of(parts.denominator));
            share.as_ref().and_then(percent).unwrap_or_default()
        }
        Actual::Date(day) => format!("{}年{}月{}日", day.year(), day.month(), day.day()),
        Actual::State(true) => "达成".to_owned(),
        Actual::State(false) => "未达成".to_owned(),
        Actual::Graded(part, words) => {
            let percent = percent(&Exact::of(*part)).filter(|_| share);
            percent.map_or_else(|| words.zh.clone(), |p| format!("{}（{p}）", words.zh))
        }
    }
}

/// A figure with four decimals at most, which is what a cell has room for; the report's data have them all. Where that would make a miss look like the target
/// itself it keeps every digit.
fn read(figure: Decimal, row: &ScoreRow) -> Decimal {
    let rounded = figure.round_dp_with_strategy(4, RoundingStrategy::MidpointAwayFromZero).normalize();
    let misleads = row.status == Status::Short && row.target.contains(&rounded.to_string());
    if misleads { figure.normalize() } else { rounded }
}

/// The column of reasons: what a person said; of rows that do not count also why, which is no reason for a deviation but belongs there.
pub(super) fn reason(row: &ScoreRow) -> String {
    let given = row.reason.as_deref().unwrap_or_default().trim();
    match (&row.status, given) {
        (Status::LeftOut { why }, "") => format!("不计分：{}", why.zh),
        (Status::LeftOut { why }, given) => format!("{given}（不计分：{}）", why.zh),
        (_, given) => given.to_owned(),
    }
}

/// Points without zeros at their end.
pub(super) fn points(points: Decimal) -> String {
    points.normalize().to_string()
}

/// A line below the table that says what is still missing; nothing where all is there.
pub(super) fn missing(sheet: &ScoreSheet) -> Option<Written> {
    let said = owed(sheet, &[OwedKind::Actual, OwedKind::Money]);
    (!said.is_empty()).then(|| text(format!("说明：尚缺{}。", said.join("；"))))
}

fn owed<'a>(sheet: &'a ScoreSheet, kinds: &[OwedKind]) -> Vec<&'a str> {
    sheet.owed.iter().filter(|o| kinds.contains(&o.kind)).map(|o| o.what.zh.as_str()).collect()
}

/// Lines below a table with points: what is missing or for a person to decide, and which parameters are no rule that was found.
///
/// Reasons that are owed are not among them: the checks of filled forms would take such a line for the reason.
pub(super) fn remarks(sheet: &ScoreSheet) -> Vec<Written> {
    let mut remarks: Vec<Written> = missing(sheet).into_iter().collect();
    let decisions = owed(sheet, &[OwedKind::Decision]);
    if !decisions.is_empty() {
        remarks.push(text(format!("说明：须人工核定：{}。", decisions.join("；"))));
    }
    if !sheet.illustrative.is_empty() {
        let count = sheet.illustrative.len();
        remarks.push(text(format!(
            "说明：表中数字用到{count}项未查到原文、按示例取值的参数，清单见自评报告附件。"
        )));
    }
    remarks
}
