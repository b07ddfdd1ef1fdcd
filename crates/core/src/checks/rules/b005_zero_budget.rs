use super::{Certainty, Cx, Example, Rule, Source, Text, amounts};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    place::Place,
    table::{MoneyRole, MoneyRow},
};

pub(super) const RULE: Rule = Rule {
    code: "B005",
    name: "zero-budget",
    severity: Severity::Warning,
    title: Text {
        zh: "预算数为零或未填，却有执行数或得分", en: "spending or a score without a budget"
    },
    what: Text {
        zh: "项目资金栏有预算数一列，某行预算数为零或空白，却填了执行数，或资金总额行填了得分。",
        en: "The money block has a budget column, a line's budget is zero or blank, and yet something was executed or, on the total line, scored.",
    },
    why: Text {
        zh: "没有分母，执行率和得分算不出来，只能由人判断。",
        en: "Without a budget neither rate nor score can be computed; a person must decide.",
    },
    repair: Text {
        zh: "补填全年预算数；确无预算安排的，执行率和得分填“/”并说明。",
        en: "Fill in the budget; where there really was none, write \"/\" for rate and score and say why.",
    },
    failing: Example::table(
        "项目支出绩效自评表\n\
         项目名称 | 外贸专项资金\n\
         项目资金（万元） | | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分\n\
         | 年度资金总额 | 0 | 0 | 95 | 10 | 100% | 10\n\
         一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥270 | 280 | 90 | 90 | \n\
         总分 | | | | | 100 | 100 |",
    ),
    passing: Example::table(
        "项目支出绩效自评表\n\
         项目名称 | 外贸专项资金\n\
         项目资金（万元） | | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分\n\
         | 年度资金总额 | 0 | 95 | 95 | 10 | 100% | 10\n\
         一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥270 | 280 | 90 | 90 | \n\
         总分 | | | | | 100 | 100 |",
    ),
    source: Source {
        text: Text {
            zh: "由算术得出：零不能作分母；在用核对工具把预算为零列为须人工处理",
            en: "arithmetic: zero is no divisor; a checker in use hands a budget of zero to a person",
        },
        certainty: Certainty::Logic,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let budgets = [MoneyRole::AdjustedBudget, MoneyRole::InitialBudget, MoneyRole::Amount];
    if !budgets.into_iter().any(|role| amounts::has_column(cx.table, role)) {
        return;
    }
    let unfounded: Vec<(&MoneyRow, Place, Both)> =
        cx.table.money.iter().filter_map(|row| unfounded(cx, row)).collect();
    let [(row, place, what), rest @ ..] = unfounded.as_slice() else { return };
    let message = both!(
        "“{line}”的预算数为零或未填，却有{zh}",
        "\"{line}\" has no budget, or one of zero, and yet {en}",
        line = amounts::line(row),
        zh = what.zh,
        en = what.en
    );
    findings.push(
        Finding::new(&RULE, *place, message)
            .here(Both::new("没有对应的预算", "no budget for it"))
            .labels(rest.iter().map(|(_, place, _)| (*place, Both::new("也没有对应的预算", "no budget for it either"))))
            .because(Both::new(
                "没有预算数作分母，执行率和得分算不出来",
                "without a budget neither rate nor score can be computed",
            ))
            .next(Both::new(
                "补填调整后的全年预算数；确无预算安排的，执行率和得分填“/”并说明，由人工认定",
                "fill in the adjusted budget; where there was none, write \"/\" for rate and score, say why, and let a person decide",
            )),
    );
}

/// What a line without budget shows all the same: executed money, or a score on the total line.
fn unfounded<'a>(cx: &Cx<'_>, row: &'a MoneyRow) -> Option<(&'a MoneyRow, Place, Both)> {
    let unreadable =
        |role| row.get(role).is_some_and(|w| amounts::cell(&w.text) == amounts::Cell::Unreadable);
    let budgets = [MoneyRole::AdjustedBudget, MoneyRole::InitialBudget, MoneyRole::Amount];
    // A budget that cannot be read is B008's.
    if budgets.into_iter().any(unreadable)
        || amounts::base(cx.table, row).is_some_and(|(_, b)| !b.value.is_zero())
    {
        return None;
    }
    let executed = amounts::money(cx.table, row, MoneyRole::Executed).filter(|m| !m.value.is_zero());
    if let Some(executed) = executed {
        let what = both!("执行数{said}", "{said} was executed", said = executed.said);
        return Some((row, row.get(MoneyRole::Executed)?.place, what));
    }
    let score = amounts::plain(row, MoneyRole::Score).filter(|s| row.is_total && !s.is_zero())?;
    let what = both!("得分{score}", "a score of {score} was given", score = score.normalize());
    Some((row, row.get(MoneyRole::Score)?.place, what))
}
