use super::{
    Cx, Example, Rule, Text,
    cells::{self, COMMON_SLIP, Picked},
    units::{self, Clash},
};
use crate::{
    both,
    finding::{Finding, Severity},
};

pub(super) const RULE: Rule = Rule {
    code: "T023",
    name: "measure-word-differs",
    severity: Severity::Warning,
    title: Text {
        zh: "指标值的量词与指标的单位不同",
        en: "the measure word of a target is not the indicator's",
    },
    what: Text {
        zh: "指标名称的单位是“家”，指标值写“个”之类，都是按个计数，但量词不同。",
        en: "The name counts in 家 and the target in 个 or the like: both count things, with different measure words.",
    },
    why: Text {
        zh: "可能只是用词不一，也可能统计对象不同（企业与项目）。",
        en: "It may be wording, or different things are counted (enterprises and projects).",
    },
    repair: Text { zh: "改为同一量词。", en: "Use one measure word." },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 培育外贸新业态企业（家） | ≥20个",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 培育外贸新业态企业（家） | ≥20家",
    ),
    source: COMMON_SLIP,
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let picked = cells::pick(cx, |_, facts, at| units::clash(facts, at) == Some(Clash::Word));
    findings.extend(picked.iter().filter_map(finding));
}

fn finding(picked: &Picked<'_>) -> Option<Finding> {
    let (theirs, mine) = units::pair(picked)?;
    let finding = units::finding(&RULE, picked)?
        .because(both!(
            "“{theirs}”与“{mine}”是不同的量词，看不出是否指同样的对象",
            "{theirs} and {mine} are different measure words; it is not clear that the same things are counted",
            theirs = theirs, mine = mine
        ))
        .next(both!(
            "若统计对象相同，改为“{theirs}”；若不同，改正指标名称的单位",
            "if the same things are counted write {theirs}; if not, correct the unit in the name",
            theirs = theirs
        ));
    Some(finding)
}
