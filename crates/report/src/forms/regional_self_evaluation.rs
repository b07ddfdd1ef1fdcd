//! 转移支付区域绩效自评表.

use jixiao_core::{
    evaluation::ScoreSheet,
    period::Period,
    table::{ColumnRole, Group, MoneyRole, TargetTable},
    unit::Unit,
};

use super::{FormMoney, GoalsReached, fill};

/// 转移支付区域绩效自评表: results of a region without points. The sheet gives the results, the reasons and the money.
///
/// Indicators that the region has no target for are not in the form. Graded results are written with their share of full marks.
pub fn regional_self_evaluation(
    table: &TargetTable,
    sheet: &ScoreSheet,
    money: &FormMoney,
    goals: &GoalsReached,
) -> TargetTable {
    let mut form = fill::evaluated(
        table,
        sheet,
        goals,
        &fill::Labels {
            title: "转移支付区域绩效自评表",
            project: "转移支付（项目）名称",
            set: "年初设定目标",
            reached: "全年实际完成情况",
            columns: &[
                (ColumnRole::Category, "一级指标"),
                (ColumnRole::Kind, "二级指标"),
                (ColumnRole::Name, "三级指标"),
                (ColumnRole::Target(Period::Year(None)), "年度指标值"),
                (ColumnRole::Actual, "全年完成值"),
                (ColumnRole::Reason, "未完成原因和改进措施"),
            ],
        },
    );
    money_block(&mut form, sheet, money);
    let mut rows = sheet.rows.iter().peekable();
    for indicator in &table.indicators {
        let Some(row) = rows.next_if(|r| r.title == indicator.title) else { continue };
        let Some(cell) = fill::target(indicator, sheet.year, sheet.region) else { continue };
        let marks = fill::marks(vec![
            (ColumnRole::Actual, fill::actual(indicator, row, true)),
            // There are no points here, so that nothing is said of what does not count.
            (ColumnRole::Reason, row.reason.clone().unwrap_or_default().trim().to_owned()),
        ]);
        form.indicators.push(fill::indicator(table, indicator, Some(cell), marks));
    }
    form.groups = Group::over(&form.indicators);
    form.notes.extend(fill::below(sheet, goals));
    form.notes.extend(fill::missing(sheet));
    form
}

fn money_block(form: &mut TargetTable, sheet: &ScoreSheet, money: &FormMoney) {
    use MoneyRole::{AdjustedBudget, Executed, Rate};
    form.money_label = Some(fill::text("资金情况（万元）"));
    form.money_unit = Unit::parse("万元");
    let headings =
        [(AdjustedBudget, "全年预算数（A）"), (Executed, "全年执行数（B）"), (Rate, "预算执行率（B/A）")];
    form.money_headings = headings.into_iter().map(|(role, said)| (fill::text(said), role)).collect();
    let total = fill::total(&sheet.execution, money);
    let own = ["上级补助资金", "地方资金", "其他资金"];
    for (name, is_total, amounts) in fill::money_lines(&money.parts, &own, total) {
        form.money.push(fill::money_row(
            name,
            is_total,
            vec![
                (AdjustedBudget, fill::wan(amounts.adjusted)),
                (Executed, fill::wan(amounts.executed)),
                (Rate, fill::rate(amounts)),
            ],
        ));
    }
}
