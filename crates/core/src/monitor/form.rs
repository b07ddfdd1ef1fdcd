//! The official monitoring form, filled.

use super::{Chance, MoneyFollowed, Monitoring, Row, Rules, followed::year_cell};
use crate::{
    actual::Actual,
    exact::{Exact, Rounding},
    period::Period,
    place::{Place, Written},
    region::{RegionId, RegionTree},
    table::{
        Column, ColumnRole, Form, Goal, Group, HeaderField, HeaderKey, Indicator, Marks, MoneyRole, MoneyRow,
        TargetCell, TargetTable,
    },
    target::Reading,
    unit::Unit,
};

/// 项目支出绩效目标执行监控表 of a region, or (`None`) of the whole, filled from what monitoring came to. `table` is the goal table that was monitored.
///
/// Indicators that the region has no row for are left out. Amounts are in 万元. Reasons stand in the column of their kind, measures in 原因说明. 备注 stays empty:
/// what a program writes there would pass for a reason that a person gave. All cells are at the default place.
pub fn form(
    table: &TargetTable,
    monitoring: &Monitoring,
    rules: &Rules,
    region: Option<RegionId>,
    tree: &RegionTree,
) -> TargetTable {
    let mut made = TargetTable {
        form: Form::Monitoring,
        titles: vec![text("项目支出绩效目标执行监控表")],
        header: header(table, monitoring.year, region, tree),
        goal_label: Some(text("年度总体目标")),
        goals: goals(table),
        frame: Some(text("绩效指标")),
        columns: columns(monitoring.month),
        ..TargetTable::default()
    };
    fill_money(&mut made, monitoring, region);
    let mut rows = monitoring.of(region).peekable();
    for indicator in &table.indicators {
        let Some(cell) = target(indicator, monitoring.year, region) else { continue };
        // Rows come in the order of the table, one for each target that is followed.
        let row = rows.next_if(|r| r.title == indicator.title);
        made.indicators.push(filled(indicator, cell, row, rules));
    }
    made.groups = Group::over(&made.indicators);
    made
}

fn text(text: impl Into<String>) -> Written {
    Written::new(text, Place::default())
}

fn header(table: &TargetTable, year: i16, region: Option<RegionId>, tree: &RegionTree) -> Vec<HeaderField> {
    let field = |key, label: &str, value: String| HeaderField { key, label: text(label), value: text(value) };
    let of = |key| table.field(key).map(|f| f.value.text.trim().to_owned()).unwrap_or_default();
    let unit = match region {
        Some(id) => tree.get(id).name.clone(),
        None => of(HeaderKey::SpendingUnit),
    };
    vec![
        field(HeaderKey::FormYear, "", format!("（{year}年度）")),
        field(HeaderKey::ProjectName, "项目名称", of(HeaderKey::ProjectName)),
        field(HeaderKey::Department, "主管部门", of(HeaderKey::Department)),
        field(HeaderKey::SpendingUnit, "实施单位", unit),
    ]
}

fn goals(table: &TargetTable) -> Vec<Goal> {
    let year = |g: &&Goal| matches!(g.period, Period::Year(_)) && !g.actual;
    let goal = |g: &Goal| Goal { period: Period::Year(None), text: text(g.text.text.clone()), actual: false };
    table.goals.iter().filter(year).map(goal).collect()
}

/// `1-7月`, and in January `1月`.
fn months(month: u8) -> String {
    if month == 1 { "1月".to_owned() } else { format!("1-{month}月") }
}

fn columns(month: u8) -> Vec<Column> {
    use ColumnRole::{
        Category, Chance, Forecast, Kind, Name, Note, Progress, Reason, ReasonEquipment, ReasonFunding,
        ReasonOther, ReasonRules, ReasonStaff, Target,
    };
    let progress = format!("{}执行情况", months(month));
    let headings = [
        (Category, "一级指标"),
        (Kind, "二级指标"),
        (Name, "三级指标"),
        (Target(Period::Year(None)), "年度指标值"),
        (Progress, progress.as_str()),
        (Forecast, "全年预计完成情况"),
        (ReasonFunding, "经费保障"),
        (ReasonRules, "制度保障"),
        (ReasonStaff, "人员保障"),
        (ReasonEquipment, "硬件条件保障"),
        (ReasonOther, "其他"),
        (Reason, "原因说明"),
        (Chance, "完成目标可能性"),
        (Note, "备注"),
    ];
    headings.into_iter().map(|(role, heading)| Column { role, heading: text(heading) }).collect()
}

fn fill_money(made: &mut TargetTable, monitoring: &Monitoring, region: Option<RegionId>) {
    let months = months(monitoring.month);
    made.money_label = Some(text("项目资金（万元）"));
    made.money_unit = Unit::parse("万元");
    made.money_headings = vec![
        (text("年初预算数"), MoneyRole::InitialBudget),
        (text(format!("{months}执行数")), MoneyRole::Executed),
        (text(format!("{months}执行率")), MoneyRole::Rate),
        (text("全年预计执行数"), MoneyRole::Forecast),
    ];
    let line = monitoring.money.iter().find(|m| m.region == region);
    let cells = line.map(money_cells).unwrap_or_default();
    made.money = vec![MoneyRow { name: text("年度资金总额"), is_total: true, cells }];
}

fn money_cells(line: &MoneyFollowed) -> Vec<(MoneyRole, Written)> {
    let mut cells = vec![(MoneyRole::InitialBudget, text(line.initial.in_wan()))];
    if let Some(paid) = line.paid {
        cells.push((MoneyRole::Executed, text(paid.in_wan())));
    }
    if let Some(rate) = &line.rate {
        // Without zeros at its end: a workbook would not keep them.
        let percent = rate.times(&Exact::whole(100)).decimal(2, Rounding::HalfUp);
        cells.extend(percent.map(|p| (MoneyRole::Rate, text(format!("{p}%")))));
    }
    if let Some(forecast) = line.forecast {
        cells.push((MoneyRole::Forecast, text(forecast.in_wan())));
    }
    cells
}

pub(super) fn target(indicator: &Indicator, year: i16, region: Option<RegionId>) -> Option<&TargetCell> {
    let cells = match region {
        None => &indicator.whole,
        Some(id) => &indicator.regions.iter().find(|r| r.region == Some(id))?.cells,
    };
    year_cell(cells, year, None)
}

fn filled(indicator: &Indicator, cell: &TargetCell, row: Option<&Row>, rules: &Rules) -> Indicator {
    let copy = |w: &Option<Written>| w.as_ref().map(|w| text(w.text.clone()));
    Indicator {
        category_label: copy(&indicator.category_label),
        category: indicator.category,
        kind_label: copy(&indicator.kind_label),
        kind: indicator.kind,
        name: text(indicator.name.text.clone()),
        title: indicator.title.clone(),
        unit: indicator.unit.clone(),
        bracket_target: indicator.bracket_target.clone(),
        whole: vec![TargetCell {
            period: Period::Year(None),
            written: text(cell.written.text.clone()),
            reading: Reading::parse(&cell.written.text),
        }],
        regions: Vec::new(),
        marks: row.map(|row| marks(row, rules, indicator.unit.is_some())).unwrap_or_default(),
    }
}

/// `unit_in_name`: the indicator's name says the unit, so that figures go without.
fn marks(row: &Row, rules: &Rules, unit_in_name: bool) -> Marks {
    let mut marks = Vec::new();
    let mut mark = |role, said: String| {
        if !said.is_empty() {
            marks.push((role, text(said)));
        }
    };
    let figure = |written: String| if unit_in_name { without_unit(row, written) } else { written };
    mark(ColumnRole::Progress, figure(row.progress_written().zh));
    mark(ColumnRole::Forecast, figure(forecast(row)));
    let mut roles: Vec<ColumnRole> = Vec::new();
    for kind in &rules.reasons {
        if !roles.contains(&kind.column.role()) {
            roles.push(kind.column.role());
        }
    }
    for role in roles {
        let of_column = |code: &str| rules.reason(code).is_some_and(|k| k.column.role() == role);
        let reasons = row.reasons.iter().filter(|r| of_column(&r.code)).map(|r| r.text.trim());
        mark(role, reasons.filter(|t| !t.is_empty()).collect::<Vec<_>>().join("；"));
    }
    let measures = row.reasons.iter().map(|r| r.measures.trim()).filter(|m| !m.is_empty());
    mark(ColumnRole::Reason, measures.collect::<Vec<_>>().join("；"));
    mark(ColumnRole::Chance, row.chance.map_or_else(String::new, |c| c.words().zh));
    Marks(marks)
}

/// A figure as forms have it: without the unit that the indicator's name says.
fn without_unit(row: &Row, written: String) -> String {
    let unit = row.unit.as_ref().map_or("", |u| u.symbol.as_str());
    let is_figure = matches!(row.progress, Actual::Number(_));
    match written.strip_suffix(unit) {
        Some(bare) if is_figure && !unit.is_empty() => bare.to_owned(),
        _ => written,
    }
}

/// The forecast of a figure; of a state or deadline what its chance says.
pub(super) fn forecast(row: &Row) -> String {
    match (&row.progress, row.chance) {
        (Actual::Number(_), _) => row.projection_written().zh,
        (Actual::Date(_), _) => row.progress_written().zh,
        (Actual::State(_), Some(Chance::Sure)) => "预计达到".to_owned(),
        (Actual::State(_), Some(Chance::Impossible)) => "预计不能达到".to_owned(),
        (Actual::State(_), Some(Chance::Possible)) => "尚不能确定".to_owned(),
        _ => String::new(),
    }
}
