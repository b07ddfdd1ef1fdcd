use super::{Certainty, Cx, Example, Rule, Source, Text, amounts, say};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    place::Place,
    table::{MoneyRole, MoneyRow},
};

pub(super) const RULE: Rule = Rule {
    code: "B002",
    name: "executed-exceeds-budget",
    severity: Severity::Error,
    title: Text { zh: "执行数大于预算数", en: "more was executed than was budgeted" },
    what: Text {
        zh: "项目资金栏中执行数大于全年预算数（没有全年预算数的，与年初预算数比）。",
        en: "In the money block the executed amount is larger than the adjusted budget, or the initial one where there is no other.",
    },
    why: Text {
        zh: "无预算不得支出；多半是预算调整后未更新全年预算数，或把上年结转计入执行而未计入预算。",
        en: "Nothing may be spent beyond the budget; most likely the adjusted budget was not updated, or carried-over money was counted as spent only.",
    },
    repair: Text {
        zh: "全年预算数填调整后的数（含上年结转），或更正执行数。",
        en: "Put the adjusted budget with carried-over money into its column, or correct the executed amount.",
    },
    failing: Example::table(
        "项目支出绩效自评表\n\
         项目名称 | 外贸专项资金\n\
         项目资金（万元） | | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分\n\
         | 年度资金总额 | 100 | 100 | 120 | 10 | 120% | 10\n\
         一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥270 | 280 | 90 | 90 | \n\
         总分 | | | | | 100 | 100 |",
    ),
    passing: Example::table(
        "项目支出绩效自评表\n\
         项目名称 | 外贸专项资金\n\
         项目资金（万元） | | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分\n\
         | 年度资金总额 | 100 | 120 | 120 | 10 | 100% | 10\n\
         一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥270 | 280 | 90 | 90 | \n\
         总分 | | | | | 100 | 100 |",
    ),
    source: Source {
        text: Text {
            zh: "《预算法》：未列入预算的不得支出；执行率以调整后预算数为分母（在用系统）",
            en: "the Budget Law: no spending without budget; systems in use measure execution against the adjusted budget",
        },
        certainty: Certainty::Background,
    },
    run,
};

/// A line on which more was executed than budgeted.
struct Over<'a> {
    row: &'a MoneyRow,
    place: Place,
    budget: (Both, amounts::Money),
    executed: amounts::Money,
}

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let over: Vec<Over<'_>> = cx.table.money.iter().filter_map(|row| over(cx, row)).collect();
    let [first, rest @ ..] = over.as_slice() else { return };
    let by = say::figure(first.executed.value - first.budget.1.value, cx.table.money_unit.as_ref());
    let message = both!(
        "“{line}”执行数{executed}大于{zh}{budget}，超出{by}",
        "\"{line}\": executed {executed} exceeds the {en} {budget} by {by}",
        line = amounts::line(first.row),
        executed = first.executed.said,
        zh = first.budget.0.zh,
        en = first.budget.0.en,
        budget = first.budget.1.said,
        by = by
    );
    findings.push(
        Finding::new(&RULE, first.place, message)
            .here(Both::new("大于预算", "above the budget"))
            .labels(rest.iter().map(|o| (o.place, Both::new("也大于预算", "above the budget too"))))
            .figures(
                (Both::new("执行数", "executed"), first.executed.said.clone()),
                (first.budget.0.clone(), first.budget.1.said.clone()),
                by,
            )
            .because(Both::new("支出不能超过预算", "spending cannot exceed the budget"))
            .next(Both::new(
                "全年预算数改填调整后的数（含上年结转），或更正执行数",
                "put the adjusted budget, with money carried over, into its column, or correct the executed amount",
            )),
    );
}

fn over<'a>(cx: &Cx<'_>, row: &'a MoneyRow) -> Option<Over<'a>> {
    let executed = amounts::money(cx.table, row, MoneyRole::Executed)?;
    let (role, budget) = amounts::base(cx.table, row)?;
    // Spending against a budget of zero is B005's.
    let is_over = executed.value > budget.value && !budget.value.is_zero();
    let place = row.get(MoneyRole::Executed)?.place;
    is_over.then(|| Over { row, place, budget: (amounts::name(role), budget), executed })
}
