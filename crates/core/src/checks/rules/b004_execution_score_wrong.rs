use rust_decimal::Decimal;

use super::{Certainty, Cx, Example, Rule, Source, Text, amounts};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    place::Written,
    table::{MoneyRole, MoneyRow},
};

pub(super) const RULE: Rule = Rule {
    code: "B004",
    name: "execution-score-wrong",
    severity: Severity::Error,
    title: Text {
        zh: "预算执行得分与执行率不符", en: "the execution score does not follow from the rate"
    },
    what: Text {
        zh: "预算执行得分不等于执行率×分值，或高于分值。按档次计分（80%以上7分等）、按60%及格线计分的也接受；与计算结果相差0.1分以内的不报。",
        en: "The execution score is not rate times weight, or is above its weight. Scoring by bands or from a pass mark of 60 % is accepted, and so is a difference of up to 0.1.",
    },
    why: Text {
        zh: "该项得分计入总分，直接影响评价等级。",
        en: "The score is part of the total, which decides the grade.",
    },
    repair: Text {
        zh: "按执行率×分值重算，并更正总分。",
        en: "Compute rate times weight again and correct the total score.",
    },
    failing: Example::table(
        "项目支出绩效自评表\n\
         项目名称 | 外贸专项资金\n\
         项目资金（万元） | | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分\n\
         | 年度资金总额 | 100 | 100 | 85 | 10 | 85% | 10\n\
         一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥270 | 280 | 90 | 90 | 部分项目验收推迟，资金结转下年支付\n\
         总分 | | | | | 100 | 100 |",
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
            zh: "财预〔2020〕10号的预算执行率分值（未见原文）；在用系统按执行率×10计分，另一核对工具允许0.1分误差",
            en: "the execution weight of 财预〔2020〕10号 (text not seen); a system in use scores rate × 10, another checker allows 0.1",
        },
        certainty: Certainty::Practice,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    findings.extend(cx.table.money.iter().filter_map(|row| check(cx, row)));
}

fn check(cx: &Cx<'_>, row: &MoneyRow) -> Option<Finding> {
    let written = row.get(MoneyRole::Score)?;
    let score = amounts::plain(row, MoneyRole::Score)?;
    let weight = amounts::plain(row, MoneyRole::Weight)?;
    let executed = amounts::money(cx.table, row, MoneyRole::Executed)?;
    let (_, budget) = amounts::base(cx.table, row)?;
    let rate = amounts::rate(executed.value, budget.value)?;
    if score > weight {
        return Some(above_weight(row, written, weight));
    }
    // What an overspent line deserves is for a person to say; B002 reports the overspending.
    if rate > Decimal::ONE_HUNDRED || rate.is_sign_negative() {
        return None;
    }
    let exact = rate.checked_mul(weight)?.checked_div(Decimal::ONE_HUNDRED)?;
    if is_right(score, exact, rate, weight) { None } else { Some(wrong(row, written, score, exact, rate)) }
}

fn is_right(score: Decimal, exact: Decimal, rate: Decimal, weight: Decimal) -> bool {
    let close = (score - exact).abs() <= Decimal::new(1, 1);
    // Full marks are not reached by rounding: 9.5 of 10 is no 10.
    let rounded = score < weight && amounts::prints(score, exact);
    close || rounded || is_by_bands(score, rate, weight) || is_from_pass_mark(score, rate, weight)
}

/// Full only when all was spent; 7 of 10 from 80 %, 5 of 10 from 60 %, none below: an example of 财预〔2021〕101号.
fn is_by_bands(score: Decimal, rate: Decimal, weight: Decimal) -> bool {
    let tenths = if rate >= Decimal::ONE_HUNDRED {
        10
    } else if rate >= Decimal::from(80) {
        7
    } else if rate >= Decimal::from(60) {
        5
    } else {
        0
    };
    weight.checked_mul(Decimal::new(tenths, 1)) == Some(score)
}

/// (rate − 60 %) ÷ 40 % × weight, none below 60 %: the other example of 财预〔2021〕101号.
fn is_from_pass_mark(score: Decimal, rate: Decimal, weight: Decimal) -> bool {
    let above = (rate - Decimal::from(60)).max(Decimal::ZERO);
    above.checked_mul(weight).is_some_and(|x| amounts::prints(score, x / Decimal::from(40)))
}

fn above_weight(row: &MoneyRow, written: &Written, weight: Decimal) -> Finding {
    let weight = weight.normalize();
    let message = both!(
        "“{line}”得分{score}高于分值{weight}",
        "\"{line}\": the score {score} is above its weight {weight}",
        line = amounts::line(row),
        score = written.key(),
        weight = weight
    );
    Finding::new(&RULE, written.place, message)
        .here(both!("最多{weight}分", "at most {weight}", weight = weight))
        .figures(
            (Both::new("得分", "score"), written.key()),
            (Both::new("分值", "weight"), weight.to_string()),
            "",
        )
        .because(Both::new("得分不能高于分值", "a score cannot be above its weight"))
        .next(Both::new(
            "按执行率×分值重算得分，并更正总分",
            "compute rate times weight again and correct the total score",
        ))
}

fn wrong(row: &MoneyRow, written: &Written, score: Decimal, exact: Decimal, rate: Decimal) -> Finding {
    let (right, rate, by) =
        (amounts::two_places(exact), amounts::two_places(rate), amounts::two_places((score - exact).abs()));
    let message = both!(
        "“{line}”预算执行得分写{score}，执行率{rate}%，应为{right}",
        "\"{line}\": the execution score is given as {score}; at a rate of {rate}% it is {right}",
        line = amounts::line(row),
        score = written.key(),
        rate = rate,
        right = right
    );
    Finding::new(&RULE, written.place, message)
        .here(both!("应为{right}", "should be {right}", right = right))
        .figures(
            (Both::new("表中得分", "printed score"), written.key()),
            (Both::new("重新计算", "computed"), right.to_string()),
            by.to_string(),
        )
        .because(Both::new(
            "预算执行得分等于执行率乘以分值；按档次或及格线计分也得不出表中的数",
            "the score is rate times weight; scoring by bands or from a pass mark does not give the printed figure either",
        ))
        .next(both!(
            "得分改为{right}并更正总分；另有计分办法的，在备注中说明",
            "put {right} and correct the total score; if another rule of scoring applies, say so in the remarks",
            right = right
        ))
}
