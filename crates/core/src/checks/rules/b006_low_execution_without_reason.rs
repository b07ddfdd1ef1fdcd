use rust_decimal::Decimal;

use super::{Certainty, Cx, Example, Rule, Source, Text, amounts};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    table::{Form, MoneyRole, TargetTable},
};

pub(super) const RULE: Rule = Rule {
    code: "B006",
    name: "low-execution-without-reason",
    severity: Severity::Note,
    title: Text {
        zh: "预算执行率低于90%，全表没有说明原因",
        en: "execution below 90 % and no reason anywhere in the form",
    },
    what: Text {
        zh: "自评表中资金总额的执行率低于90%，而偏差原因、备注等处都没有文字说明。",
        en: "The total was executed by less than 90 %, and neither a reason column nor a remark says why.",
    },
    why: Text {
        zh: "审核时首先会问资金为什么没有用完；有的省在表式中明确要求说明。",
        en: "It is the first thing a reviewer asks, and the form of at least one province demands it.",
    },
    repair: Text {
        zh: "写明未执行完的原因和改进措施。",
        en: "Say why the money was not spent and what will be done.",
    },
    failing: Example::table(
        "项目支出绩效自评表\n\
         项目名称 | 外贸专项资金\n\
         项目资金（万元） | | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分\n\
         | 年度资金总额 | 100 | 100 | 85 | 10 | 85% | 8.5\n\
         一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥270 | 280 | 90 | 90 | \n\
         总分 | | | | | 100 | 98.5 |",
    ),
    passing: Example::table(
        "项目支出绩效自评表\n\
         项目名称 | 外贸专项资金\n\
         项目资金（万元） | | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分\n\
         | 年度资金总额 | 100 | 100 | 85 | 10 | 85% | 8.5\n\
         一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥270 | 280 | 90 | 90 | 部分项目验收推迟，资金结转下年支付\n\
         总分 | | | | | 100 | 98.5 |",
    ),
    source: Source {
        text: Text {
            zh: "四川省自评表（510000_0013zp）：执行率低于90%应说明；其他省未见统一要求",
            en: "self-evaluation form of Sichuan (510000_0013zp): explain when below 90 %; no general rule was seen",
        },
        certainty: Certainty::Seen,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    if cx.table.form != Form::SelfEvaluation || gives_a_reason(cx.table) {
        return;
    }
    let Some(total) = amounts::total(cx.table) else { return };
    let Some(executed) = amounts::money(cx.table, total, MoneyRole::Executed) else { return };
    let Some((_, budget)) = amounts::base(cx.table, total) else { return };
    let Some(rate) = amounts::rate(executed.value, budget.value) else { return };
    let Some(written) = total.get(MoneyRole::Executed) else { return };
    if rate >= Decimal::from(90) {
        return;
    }
    let rate = amounts::two_places(rate);
    let message = both!(
        "预算{budget}只执行了{executed}，执行率{rate}%，全表没有说明原因",
        "of {budget} only {executed} was executed ({rate}%), and no reason is given anywhere",
        budget = budget.said,
        executed = executed.said,
        rate = rate
    );
    findings.push(
        Finding::new(&RULE, written.place, message)
            .here(both!("执行率{rate}%", "{rate}% executed", rate = rate))
            .because(Both::new(
                "执行率低于90%时，审核方通常要求说明原因，有的省在表式中明确要求",
                "reviewers ask for the reason when execution is below 90 %, and one province's form demands it",
            ))
            .next(Both::new(
                "在“偏差原因分析及改进措施”或备注中写明未执行完的原因和后续安排",
                "say in the reasons column or in a remark why the money was not spent and what follows",
            )),
    );
}

/// Whether any reason column is filled, or a remark or the account of the goals speaks of execution or reasons.
fn gives_a_reason(table: &TargetTable) -> bool {
    let marks = table
        .indicators
        .iter()
        .flat_map(|i| std::iter::once(&i.marks).chain(i.regions.iter().map(|r| &r.marks)));
    let speaks = |text: &str| ["原因", "执行", "结转", "未支付", "未拨付"].iter().any(|w| text.contains(w));
    marks.chain(&table.total).any(crate::table::Marks::has_reason)
        || table.money.iter().any(|row| row.get(MoneyRole::Reason).is_some())
        || table.notes.iter().any(|n| speaks(&n.key()))
        || table.goals.iter().any(|g| g.actual && speaks(&g.text.key()))
        || table.unread.iter().any(|w| speaks(&w.key()))
}
