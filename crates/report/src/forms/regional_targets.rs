//! 区域绩效目标表.

use jixiao_core::{
    period::Period,
    region::RegionId,
    table::{ColumnRole, Form, Group, HeaderKey, Marks, MoneyRole, TargetTable},
    unit::Unit,
};

use super::{FormMoney, GoalsReached, fill};

/// 区域绩效目标表 of a region, from its rows in the target table; indicators without a row of the region are left out.
///
/// 年度金额 is the initial budget, or the adjusted one where only that is known.
pub fn regional_targets(
    table: &TargetTable,
    region: RegionId,
    region_name: &str,
    year: i16,
    money: &FormMoney,
    goals: &GoalsReached,
) -> TargetTable {
    let header = [
        (HeaderKey::ProjectName, "专项名称", fill::said(table, HeaderKey::ProjectName)),
        (HeaderKey::Department, "主管部门", fill::said(table, HeaderKey::Department)),
        (HeaderKey::SpendingUnit, "实施单位", region_name.to_owned()),
    ];
    let lines = fill::money_lines(&money.parts, &["上级补助资金", "地方资金"], money.total);
    let amount = |a: super::FormAmounts| fill::wan(a.initial.or(a.adjusted));
    let rows = lines.into_iter().map(|(name, is_total, amounts)| {
        let name = if is_total { "年度金额".to_owned() } else { name };
        fill::money_row(name, is_total, vec![(MoneyRole::Amount, amount(amounts))])
    });
    let mut form = TargetTable {
        form: Form::Regional,
        titles: vec![fill::text("区域绩效目标表")],
        header: fill::header(year, &header),
        money_label: Some(fill::text("资金情况（万元）")),
        money_unit: Unit::parse("万元"),
        money: rows.collect(),
        goal_label: Some(fill::text("年度总体目标")),
        goals: fill::goals(table, goals, false),
        frame: Some(fill::text("绩效指标")),
        columns: fill::columns(&[
            (ColumnRole::Category, "一级指标"),
            (ColumnRole::Kind, "二级指标"),
            (ColumnRole::Name, "三级指标"),
            (ColumnRole::Target(Period::Year(None)), "指标值"),
        ]),
        notes: fill::goals_of_the_whole(goals).into_iter().collect(),
        ..TargetTable::default()
    };
    for indicator in &table.indicators {
        if let Some(cell) = fill::target(indicator, year, Some(region)) {
            form.indicators.push(fill::indicator(table, indicator, Some(cell), Marks::default()));
        }
    }
    form.groups = Group::over(&form.indicators);
    form
}
