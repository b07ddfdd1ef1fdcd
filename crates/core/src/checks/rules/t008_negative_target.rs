use rust_decimal::Decimal;

use super::{
    Certainty, Cx, Example, Facts, Rule, Source, Text,
    cells::{self, At, Picked},
    context,
};
use crate::{
    both,
    finding::{Finding, Severity},
    table::Indicator,
};

pub(super) const RULE: Rule = Rule {
    code: "T008",
    name: "negative-target",
    severity: Severity::Error,
    title: Text {
        zh: "不可能为负的指标写了负数", en: "a negative target for what cannot be negative"
    },
    what: Text {
        zh: "企业数、金额、天数、满意度等不可能小于零的指标，指标值为负数。增减额、差额、利润、增长率等可以为负的不报。",
        en: "The target of a count, amount, time or share that cannot be below zero is negative. Changes, balances, profits and growth rates may be negative and are not reported.",
    },
    why: Text {
        zh: "负数多为误录；按字面，什么都不做也算完成。",
        en: "Most likely a slip; taken at its word, doing nothing meets it.",
    },
    repair: Text { zh: "去掉负号或更正数字。", en: "Remove the minus sign or correct the figure." },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ -270",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270",
    ),
    source: Source {
        text: Text {
            zh: "由计量单位的含义推出：个数、金额、时间长度不小于零",
            en: "from the meaning of the unit: counts, amounts and lengths of time are not below zero",
        },
        certainty: Certainty::Logic,
    },
    run,
};

/// Names of things that can fall below zero.
const MAY_BE_NEGATIVE: [&str; 14] =
    ["增", "减", "降", "差", "净", "利润", "盈亏", "变化", "变动", "同比", "环比", "气温", "温度", "收益"];

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    findings.extend(cells::pick(cx, is_negative).iter().map(finding));
}

fn is_negative(indicator: &Indicator, facts: &Facts<'_>, at: &At<'_>) -> bool {
    let Some(number) = at.number() else { return false };
    let unit = number.unit.as_ref().or(facts.unit.as_ref());
    let fits = unit.is_some_and(|u| {
        u.is_never_negative() && (!u.is_share() || context::is_part_of_whole(&indicator.title))
    });
    let below =
        [number.written.lower, number.written.upper].into_iter().flatten().any(|b| b.value < Decimal::ZERO);
    fits && below && !MAY_BE_NEGATIVE.iter().any(|w| indicator.title.contains(w))
}

fn finding(picked: &Picked<'_>) -> Finding {
    let (title, spots) = (picked.title(), picked.spots());
    let message = both!(
        "“{title}”不可能小于零，指标值却为负数：{zh}",
        "{title} cannot be below zero, yet its target is negative: {en}",
        title = title,
        zh = spots.zh,
        en = spots.en
    );
    picked
        .finding(&RULE, message)
        .because(both!(
            "个数、金额、时间和占比都不会小于零",
            "counts, amounts, times and shares are never below zero"
        ))
        .next(both!(
            "核对数字：可能是误加了负号，或破折号被当作负号",
            "check the figure: perhaps a minus sign too many, or a dash that became one"
        ))
}
