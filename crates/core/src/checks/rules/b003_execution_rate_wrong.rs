use rust_decimal::{Decimal, RoundingStrategy};

use super::{Certainty, Cx, Example, Rule, Source, Text, amounts, proofs, say};
use crate::{
    both,
    finding::{Both, Edit, Finding, Safety, Severity},
    place::Written,
    table::{MoneyRole, MoneyRow},
    text,
};

pub(super) const RULE: Rule = Rule {
    code: "B003",
    name: "execution-rate-wrong",
    severity: Severity::Error,
    title: Text {
        zh: "执行率与执行数、预算数不符", en: "the execution rate is not executed over budget"
    },
    what: Text {
        zh: "执行率不等于执行数÷全年预算数（没有全年预算数的，用年初预算数），四舍五入或截去尾数都算相等。",
        en: "The printed rate is not executed over adjusted budget (initial, where there is no other); rounding and cutting off are both accepted.",
    },
    why: Text {
        zh: "预算执行得分由执行率算出，执行率错，总分就错。",
        en: "The execution score is computed from the rate; if it is wrong so is the total score.",
    },
    repair: Text {
        zh: "按执行数÷全年预算数重算；金额有误的先更正金额。",
        en: "Compute it again as executed over adjusted budget, after correcting the amounts if they are wrong.",
    },
    failing: Example::table(
        "项目支出绩效自评表\n\
         项目名称 | 外贸专项资金\n\
         项目资金（万元） | | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分\n\
         | 年度资金总额 | 100 | 120 | 108 | 10 | 98% | 9\n\
         一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥270 | 280 | 90 | 90 | \n\
         总分 | | | | | 100 | 99 |",
    ),
    passing: Example::table(
        "项目支出绩效自评表\n\
         项目名称 | 外贸专项资金\n\
         项目资金（万元） | | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分\n\
         | 年度资金总额 | 100 | 120 | 108 | 10 | 90% | 9\n\
         一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥270 | 280 | 90 | 90 | \n\
         总分 | | | | | 100 | 99 |",
    ),
    source: Source {
        text: Text {
            zh: "四川省自评表（510000_0013zp）：预算执行率=预算执行数/调整后预算数；在用系统同此",
            en: "self-evaluation form of Sichuan (510000_0013zp): rate = executed / adjusted budget; a system in use does the same",
        },
        certainty: Certainty::Seen,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    findings.extend(cx.table.money.iter().filter_map(|row| check(cx, row)));
}

fn check(cx: &Cx<'_>, row: &MoneyRow) -> Option<Finding> {
    let written = row.get(MoneyRole::Rate)?;
    let amounts::Cell::Figure(printed, _) = amounts::cell(&written.text) else { return None };
    let executed = amounts::money(cx.table, row, MoneyRole::Executed)?;
    let (role, budget) = amounts::base(cx.table, row)?;
    let exact = amounts::rate(executed.value, budget.value)?;
    let is_fraction =
        !text::key(&written.text).contains('%') && amounts::prints(printed, exact / Decimal::ONE_HUNDRED);
    if amounts::prints(printed, exact) || is_fraction {
        return None;
    }
    let base = amounts::name(role);
    let right = format!("{}%", amounts::two_places(exact));
    let message = both!(
        "“{line}”执行率写{printed}，按执行数{executed}÷{zh}{budget}应为{right}",
        "\"{line}\": the rate is given as {printed}; executed {executed} over {en} {budget} is {right}",
        line = amounts::line(row),
        printed = written.key(),
        executed = executed.said,
        zh = base.zh,
        en = base.en,
        budget = budget.said,
        right = right
    );
    let found = Finding::new(&RULE, written.place, message)
        .here(both!("应为{right}", "should be {right}", right = right))
        .labels([MoneyRole::Executed, role].into_iter().filter_map(|r| Some((row.get(r)?.place, amounts::name(r)))))
        .figures(
            (Both::new("表中执行率", "printed rate"), written.key()),
            (Both::new("重新计算", "computed"), right.clone()),
            difference(printed, exact),
        )
        .because(because(cx, row, printed, role))
        .next(Both::new(
            "按执行数÷全年预算数重算执行率，并重算预算执行得分和总分；金额有误的先更正金额",
            "compute the rate again, then the execution score and the total score; correct the amounts first if they are wrong",
        ));
    Some(with_fix(found, written, printed, exact))
}

fn difference(printed: Decimal, exact: Decimal) -> String {
    let points = amounts::two_places(printed - exact).abs();
    say::figure(points, crate::unit::Unit::parse("个百分点").as_ref())
}

/// Why it is wrong; and where the initial budget gives the printed rate, that it was used by mistake.
fn because(cx: &Cx<'_>, row: &MoneyRow, printed: Decimal, used: MoneyRole) -> Both {
    let initial = amounts::money(cx.table, row, MoneyRole::InitialBudget);
    let executed = amounts::money(cx.table, row, MoneyRole::Executed);
    let by_initial = initial.zip(executed).and_then(|(i, e)| amounts::rate(e.value, i.value));
    if used == MoneyRole::AdjustedBudget && by_initial.is_some_and(|rate| amounts::prints(printed, rate)) {
        return Both::new(
            "表中的数像是用年初预算数算的；执行率应以调整后的全年预算数为分母",
            "the printed rate seems to use the initial budget; the adjusted one is to be used",
        );
    }
    Both::new("执行率等于执行数除以全年预算数", "the rate is executed divided by adjusted budget")
}

fn with_fix(found: Finding, written: &Written, printed: Decimal, exact: Decimal) -> Finding {
    let right = exact.round_dp_with_strategy(printed.scale(), RoundingStrategy::MidpointAwayFromZero);
    match proofs::with_figure(&written.text, &right.to_string()) {
        Some(after) => found.fix(
            Safety::Unsafe,
            both!(
                "执行率改为{right}，金额不变",
                "the rate becomes {right}, the amounts stay",
                right = text::key(&after)
            ),
            vec![Edit { place: written.place, before: written.text.clone(), after }],
        ),
        None => found,
    }
}
