use rust_decimal::Decimal;

use super::{
    Certainty, Cx, Example, Facts, Rule, Source, Text,
    cells::{self, At, Picked},
    context,
};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    table::Indicator,
};

pub(super) const RULE: Rule = Rule {
    code: "T007",
    name: "share-above-whole",
    severity: Severity::Error,
    title: Text { zh: "比率要求超过100%，不可能达到", en: "a share is required to exceed 100 %" },
    what: Text {
        zh: "满意度、合格率、覆盖率等部分占总体的比率，指标值要求高于100%（“>100%”也算）。增长率、完成率等可以超过100%的不报。",
        en: "A rate of parts of a whole (satisfaction, pass rate, coverage) is required to be above 100 % (including >100%). Growth and completion rates may exceed 100 % and are not reported.",
    },
    why: Text {
        zh: "部分不可能大于总体，指标无论如何完不成。",
        en: "A part cannot exceed the whole: the target can never be met.",
    },
    repair: Text {
        zh: "更正数字；若想要求全部达到，写“=100%”。",
        en: "Correct the figure; write =100% if all are meant.",
    },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         效益指标 | 服务对象满意度指标 | 获支持对象满意度（%） | ≥ 950",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         效益指标 | 服务对象满意度指标 | 获支持对象满意度（%） | ≥ 95",
    ),
    source: Source {
        text: Text {
            zh: "由比率的含义推出：部分占总体的比率最大为100%",
            en: "from the meaning of a share: a part is at most 100 % of the whole",
        },
        certainty: Certainty::Logic,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let picked = cells::pick(cx, |indicator, facts, at| is_above_whole(cx, indicator, facts, at));
    findings.extend(picked.iter().map(finding));
}

fn is_above_whole(cx: &Cx<'_>, indicator: &Indicator, facts: &Facts<'_>, at: &At<'_>) -> bool {
    let Some(unit) = facts.unit.as_ref().filter(|u| u.is_share()) else { return false };
    let part = context::is_part_of_whole(&indicator.title)
        && !["增长", "增幅", "提升", "提高"].iter().any(|w| indicator.title.contains(w));
    let Some(lower) = cx.interval(facts, at.cell).and_then(|i| i.lower) else { return false };
    let Some(all) = Decimal::ONE.checked_div(unit.scale) else { return false };
    part && (lower.value > all || (lower.value == all && !lower.closed))
}

fn finding(picked: &Picked<'_>) -> Finding {
    let (title, spots) = (picked.title(), picked.spots());
    let message = both!(
        "“{title}”要求超过100%，不可能达到：{zh}",
        "{title} is required to exceed 100 %, which cannot be: {en}",
        title = title,
        zh = spots.zh,
        en = spots.en
    );
    picked
        .finding(&RULE, message)
        .figures(
            (Both::new("指标值", "target"), super::say::written(picked.first().cell)),
            (Both::new("比率的最大值", "largest possible share"), "100%".to_owned()),
            "",
        )
        .because(both!(
            "“{title}”是部分占总体的比率，最大为100%",
            "{title} is a part of a whole and is at most 100 %",
            title = title
        ))
        .next(both!(
            "核对数字，可能多写了一位或把“≥”写成了“>”",
            "check the figure: perhaps a digit too many, or > instead of ≥"
        ))
}
