use rust_decimal::Decimal;

use super::{Certainty, Cx, Example, Rule, Source, Text, rows::is_whole, say, totals::Totals};
use crate::{
    both,
    finding::{Both, Finding, Severity},
};

pub(super) const RULE: Rule = Rule {
    code: "A004",
    name: "regions-overcommit",
    severity: Severity::Warning,
    title: Text {
        zh: "各地区任务合计远超全省", en: "the regions are asked for far more than the province"
    },
    what: Text {
        zh: "各地区指标值下限合计比全省指标值多一成以上。",
        en: "The regions' floors add up to more than the province's target by over a tenth.",
    },
    why: Text {
        zh: "各地区都按任务完成时全省必然大幅超额，全省指标值起不到约束作用；或者有地区的数写大了。",
        en: "When every region does its part the province exceeds its target by far, so that target binds nobody; or some region's figure is too large.",
    },
    repair: Text {
        zh: "把全省指标值提高到各地区合计，或核减地区任务。",
        en: "Raise the province's target to what the regions add up to, or lower the regions'.",
    },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 200\n\
         | | 甲市 | ≥ 104\n\
         | | 乙市 | ≥ 166",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 260\n\
         | | 甲市 | ≥ 104\n\
         | | 乙市 | ≥ 166",
    ),
    source: Source {
        text: Text {
            zh: "由算术得出；一成以内视为留有余地，这一界限是本工具所定",
            en: "arithmetic; up to a tenth is taken as a margin, a limit of this tool's own",
        },
        certainty: Certainty::Logic,
    },
    run,
};

/// By how many hundredths the regions may exceed the province without a word: a margin is prudent.
const MARGIN_PERCENT: i64 = 10;

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    for t in cx.totals() {
        // A single region above the province, a province that asks for nothing, a total among the regions, and zones
        // counted by the other convention have checks of their own.
        let other_convention = t.by_the_opposite_convention(cx).is_some_and(|(_, sum)| sum == t.floor.value);
        let other_check = t.floor.value <= Decimal::ZERO
            || !t.above_the_whole().is_empty()
            || t.parts.iter().any(|p| is_whole(cx, p.row))
            || other_convention;
        let limit = t.floor.value.checked_mul(Decimal::new(100 + MARGIN_PERCENT, 2));
        if !other_check && t.parts.len() > 1 && limit.is_some_and(|limit| t.sum > limit) {
            findings.push(finding(t));
        }
    }
}

fn finding(t: &Totals<'_>) -> Finding {
    let (title, period, n) = (&t.indicator.title, t.period, t.parts.len());
    let (sum, whole, more) = (t.figure(t.sum), say::written(t.whole), t.difference(t.sum));
    let message = both!(
        "“{title}”{zh}{n}个地区的任务合计{sum}，比全省指标值{whole}多{more}",
        "{title} ({en}): {n} regions are asked for {sum} together, {more} more than the province's {whole}",
        zh = period.zh(),
        en = period.en()
    );
    Finding::new(&RULE, t.whole.written.place, message)
        .about(title, None, Some(period))
        .here(both!("各地区合计{sum}", "the regions add up to {sum}"))
        .labels(t.labels())
        .figures(
            (Both::new("各地区合计", "sum of regions"), sum.clone()),
            (Both::new("全省指标值", "province's target"), whole.clone()),
            more.clone(),
        )
        .because(both!(
            "合计超出全省一成以上：要么全省指标值偏低，要么有地区的数写大了",
            "over a tenth more than the province needs: its target is too low, or some region's figure is too large"
        ))
        .next(both!(
            "核对各地区数字；无误的，把全省指标值提高到{sum}",
            "check the regions' figures; if they are right, raise the province's target to {sum}"
        ))
}
