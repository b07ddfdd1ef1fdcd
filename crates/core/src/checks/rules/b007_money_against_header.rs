use rust_decimal::Decimal;

use super::{Certainty, Cx, Example, Rule, Source, Text, amounts, header};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    money::Fen,
    table::{HeaderKey, MoneyRole, MoneyRow},
};

pub(super) const RULE: Rule = Rule {
    code: "B007",
    name: "money-against-header",
    severity: Severity::Error,
    title: Text {
        zh: "资金栏总额与表头当年度金额不一致",
        en: "the money block's total is not the year's budget of the header",
    },
    what: Text {
        zh: "同一张表既有表头“当年度金额”，又有项目资金栏，资金总额的年初预算数和全年预算数都不等于当年度金额。",
        en: "The form states the year's budget in its header and has a money block whose total, initial or adjusted, is another amount.",
    },
    why: Text {
        zh: "同一年的预算有两个数，不知道以哪一个为准。",
        en: "One year has two budgets, and nobody knows which counts.",
    },
    repair: Text {
        zh: "对照预算批复，使两处一致。", en: "Make the two agree with the approved budget."
    },
    failing: Example::table(
        "项目支出绩效自评表\n\
         项目名称 | 外贸专项资金\n\
         预算金额 | 总金额 | 300万元 | 当年度金额 | 100万元\n\
         项目资金（万元） | | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分\n\
         | 年度资金总额 | 110 | 110 | 110 | 10 | 100% | 10\n\
         一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥270 | 280 | 90 | 90 | \n\
         总分 | | | | | 100 | 100 |",
    ),
    passing: Example::table(
        "项目支出绩效自评表\n\
         项目名称 | 外贸专项资金\n\
         预算金额 | 总金额 | 300万元 | 当年度金额 | 100万元\n\
         项目资金（万元） | | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分\n\
         | 年度资金总额 | 100 | 110 | 110 | 10 | 100% | 10\n\
         一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥270 | 280 | 90 | 90 | \n\
         总分 | | | | | 100 | 100 |",
    ),
    source: Source {
        text: Text {
            zh: "由逻辑得出：同一年的预算只有一个数（调整前或调整后）",
            en: "logic: one year has one budget, before or after adjustment",
        },
        certainty: Certainty::Logic,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let Some((field, year, said)) = header::budget(cx.table, HeaderKey::BudgetYear) else { return };
    let Some(total) = amounts::total(cx.table) else { return };
    let roles = [MoneyRole::InitialBudget, MoneyRole::AdjustedBudget, MoneyRole::Amount];
    let stated: Vec<(MoneyRole, Fen, String)> =
        roles.into_iter().filter_map(|role| fen(cx, total, role).map(|(f, s)| (role, f, s))).collect();
    let Some((role, amount, block)) = stated.first().filter(|_| stated.iter().all(|(_, f, _)| *f != year))
    else {
        return;
    };
    let Some(written) = total.get(*role) else { return };
    let by = header::apart(*amount, year);
    let name = amounts::name(*role);
    let message = both!(
        "资金总额的{zh}为{block}，表头当年度金额为{said}，相差{by}",
        "the total's {en} is {block}, the year's budget in the header is {said}: they differ by {by}",
        zh = name.zh,
        en = name.en,
        block = block,
        said = said,
        by = by
    );
    findings.push(
        Finding::new(&RULE, written.place, message)
            .here(name.clone())
            .label(field.value.place, Both::new("当年度金额", "the year's budget"))
            .figures((name, block.clone()), (Both::new("表头当年度金额", "header, year"), said), by)
            .because(Both::new("同一年的预算只能有一个数", "one year has one budget"))
            .next(Both::new(
                "对照预算批复，更正表头或资金栏；预算已调整的，年初预算数仍填批复数",
                "correct the header or the money block from the approved budget; after an adjustment the initial budget stays as approved",
            )),
    );
}

/// A total as fen; `None` where no unit is known.
fn fen(cx: &Cx<'_>, row: &MoneyRow, role: MoneyRole) -> Option<(Fen, String)> {
    let money = amounts::money(cx.table, row, role)?;
    let fen = match &cx.table.money_unit {
        Some(unit) => Fen::of(money.value, unit),
        // Without the block's unit only amounts with their own are known; they are held in 元.
        None => Fen::parse(&money.said).filter(|_| money.value >= Decimal::ZERO),
    };
    Some((fen?, money.said))
}
