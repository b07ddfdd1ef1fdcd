use rust_decimal::Decimal;

use super::{Certainty, Cx, Example, Rule, Source, Text, say, vacuous::asks_for_nothing};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    table::{Indicator, TargetCell},
    target::NumberTarget,
};

pub(super) const RULE: Rule = Rule {
    code: "V003",
    name: "total-vacuous",
    severity: Severity::Error,
    title: Text { zh: "指标本身等于没有要求", en: "the indicator's own target asks for nothing" },
    what: Text {
        zh: "指标自身（全省）的指标值任何结果都能满足，如数量、金额“≥0”，比率“≤100%”。",
        en: "The indicator's own target is met by any result: a count or amount ≥ 0, a share ≤ 100%.",
    },
    why: Text {
        zh: "指标占了分值却不要求任何结果，等于白送分。",
        en: "The indicator carries weight but requires nothing: points are given away.",
    },
    repair: Text {
        zh: "写明实际指标值，或删去该指标。", en: "Write a real target, or drop the indicator."
    },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 0",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 10",
    ),
    source: Source {
        text: Text {
            zh: "由指标值的含义推出：非负的量总满足“≥0”",
            en: "from the meaning of targets: what is never negative always satisfies ≥ 0",
        },
        certainty: Certainty::Logic,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let totals = cx.totals();
    for (indicator, facts) in cx.indicators() {
        // A zero over regions that do have targets is a total not filled in: another check says so.
        let positive_parts = |cell: &TargetCell| {
            totals
                .iter()
                .any(|t| std::ptr::eq(t.whole, cell) && t.floor.value.is_zero() && t.sum > Decimal::ZERO)
        };
        let vacuous: Vec<&TargetCell> = indicator
            .whole
            .iter()
            .filter(|cell| asks_for_nothing(cx, facts, cell) && !positive_parts(cell) && !is_negative(cell))
            .collect();
        if let Some(first) = vacuous.first() {
            findings.push(finding(indicator, first, &vacuous));
        }
    }
}

/// A floor below zero is reported as such by another check.
fn is_negative(cell: &TargetCell) -> bool {
    cell.target().number().and_then(NumberTarget::figure).is_some_and(|f| f < Decimal::ZERO)
}

fn finding(indicator: &Indicator, first: &TargetCell, all: &[&TargetCell]) -> Finding {
    let (title, target) = (&indicator.title, say::written(first));
    let periods: Vec<String> = all.iter().map(|c| c.period.zh()).collect();
    let (zh, en): (String, Vec<String>) = (periods.join("、"), all.iter().map(|c| c.period.en()).collect());
    let message = both!(
        "“{title}”{zh}的指标值为“{target}”，任何结果都算完成",
        "{title} ({en}): the target {target} is met by any result",
        en = en.join(", ")
    );
    Finding::new(&RULE, first.written.place, message)
        .about(title, None, Some(first.period))
        .here(Both::new("任何结果都算完成", "any result meets this"))
        .labels(all.iter().skip(1).map(|c| (c.written.place, Both::new(c.period.zh(), c.period.en()))))
        .because(both!(
            "该指标的结果总会满足“{target}”，没有约束力，也无法评价",
            "every result satisfies {target}: it binds nobody and cannot be evaluated"
        ))
        .next(Both::new(
            "写明实际要达到的数，或删去该指标",
            "write the figure that is to be reached, or drop the indicator",
        ))
}
