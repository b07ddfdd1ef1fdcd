//! 项目支出绩效自评表.

use jixiao_core::{
    evaluation::{ExecutionRow, ScoreRow, ScoreSheet, Status},
    period::Period,
    table::{ColumnRole, Group, MoneyRole, TargetTable},
    unit::Unit,
};
use rust_decimal::Decimal;

use super::{FormMoney, GoalsReached, fill};

/// 项目支出绩效自评表 of the whole or of a region, filled from its score sheet. `table` is the goal table that was evaluated.
///
/// Rows of indicators that the sheet leaves out keep their place with `—` for points and say why, save that indicators a region has no target for
/// are not in its form. The execution of the budget stands in the money block, wherever the table has it.
pub fn self_evaluation(
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
            title: "项目支出绩效自评表",
            project: "项目名称",
            set: "预期目标",
            reached: "实际完成情况",
            columns: &[
                (ColumnRole::Category, "一级指标"),
                (ColumnRole::Kind, "二级指标"),
                (ColumnRole::Name, "三级指标"),
                (ColumnRole::Target(Period::Year(None)), "年度指标值"),
                (ColumnRole::Actual, "实际完成值"),
                (ColumnRole::Weight, "分值"),
                (ColumnRole::Score, "得分"),
                (ColumnRole::Reason, "偏差原因分析及改进措施"),
            ],
        },
    );
    money_block(&mut form, &sheet.execution, money);
    let mut rows = sheet.rows.iter().peekable();
    for indicator in &table.indicators {
        // Rows come in the order of the table; the execution of the budget has none among them.
        let Some(row) = rows.next_if(|r| r.title == indicator.title) else { continue };
        let cell = fill::target(indicator, sheet.year, sheet.region);
        if sheet.region.is_some() && cell.is_none() {
            continue;
        }
        let marks = fill::marks(vec![
            (ColumnRole::Actual, fill::actual(indicator, row, false)),
            (ColumnRole::Weight, weight(row)),
            (ColumnRole::Score, score(row)),
            (ColumnRole::Reason, fill::reason(row)),
        ]);
        form.indicators.push(fill::indicator(table, indicator, cell, marks));
    }
    form.groups = Group::over(&form.indicators);
    let mut weights = sheet.rows.iter().filter_map(|r| r.weight).chain([sheet.execution.weight]);
    let weight = weights.try_fold(Decimal::ZERO, Decimal::checked_add);
    form.total = Some(fill::marks(vec![
        (ColumnRole::Weight, weight.map(fill::points).unwrap_or_default()),
        (ColumnRole::Score, sheet.total.score.map(fill::points).unwrap_or_default()),
    ]));
    form.notes.extend(fill::below(sheet, goals));
    form.notes.extend(fill::remarks(sheet));
    form
}

fn weight(row: &ScoreRow) -> String {
    row.weight.map_or_else(|| fill::NONE.to_owned(), fill::points)
}

/// Nothing while it cannot be said; `—` where the row does not count.
fn score(row: &ScoreRow) -> String {
    match (&row.status, row.score) {
        (_, Some(score)) => fill::points(score),
        (Status::LeftOut { .. }, None) => fill::NONE.to_owned(),
        (_, None) => String::new(),
    }
}

fn money_block(form: &mut TargetTable, execution: &ExecutionRow, money: &FormMoney) {
    use MoneyRole::{AdjustedBudget, Executed, InitialBudget, Rate, Score, Weight};
    form.money_label = Some(fill::text("项目资金（万元）"));
    form.money_unit = Unit::parse("万元");
    let headings = [
        (InitialBudget, "年初预算数"),
        (AdjustedBudget, "全年预算数"),
        (Executed, "全年执行数"),
        (Weight, "分值"),
        (Rate, "执行率"),
        (Score, "得分"),
    ];
    form.money_headings = headings.into_iter().map(|(role, said)| (fill::text(said), role)).collect();
    let total = fill::total(execution, money);
    let own = ["当年财政拨款", "上年结转资金", "其他资金"];
    for (name, is_total, amounts) in fill::money_lines(&money.parts, &own, total) {
        // Only the total has points.
        let none = || Some(fill::NONE.to_owned());
        let (weight, score) = if is_total {
            (Some(fill::points(execution.weight)), execution.score.map(fill::points))
        } else {
            (none(), none())
        };
        form.money.push(fill::money_row(
            name,
            is_total,
            vec![
                (InitialBudget, fill::wan(amounts.initial)),
                (AdjustedBudget, fill::wan(amounts.adjusted)),
                (Executed, fill::wan(amounts.executed)),
                (Weight, weight),
                (Rate, fill::rate(amounts)),
                (Score, score),
            ],
        ));
    }
}
