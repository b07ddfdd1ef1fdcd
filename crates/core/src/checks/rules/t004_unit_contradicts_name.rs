use super::{
    Certainty, Cx, Example, Rule, Source, Text,
    cells::{self, Picked},
    units::{self, Clash},
};
use crate::{
    both,
    finding::{Finding, Severity},
};

pub(super) const RULE: Rule = Rule {
    code: "T004",
    name: "unit-contradicts-name",
    severity: Severity::Error,
    title: Text {
        zh: "指标值的单位与指标的单位不是一回事",
        en: "the unit of a target measures something else than the indicator's unit",
    },
    what: Text {
        zh: "指标名称（或单位栏、其他单元格）的单位与该单元格的单位不能换算，如“家次”与“家”、“元”与“美元”、“天”与“工作日”。只是量词不同（“个”与“家”）的由T023提示。",
        en: "The unit in the indicator's name (or unit column, or its other cells) cannot be converted into the cell's, such as 家次 (awards) and 家 (enterprises), yuan and dollars, days and working days. Where only the measure word differs (个 and 家) T023 speaks.",
    },
    why: Text {
        zh: "按不同口径统计会得到不同的数：一家企业获三次支持，是1家，也是3家次。",
        en: "Counted differently the result differs: one enterprise supported three times is 1 家 and 3 家次.",
    },
    repair: Text {
        zh: "确定统计口径，把名称和指标值改为同一单位。",
        en: "Decide what is counted and use that unit in both places.",
    },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 进口贴息支持企业数量（家次） | ≥270家",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 进口贴息支持企业数量（家次） | ≥270家次",
    ),
    source: Source {
        text: Text {
            zh: "由单位的含义推出：“家”不重复计数，“家次”按次计数，两者没有固定换算关系",
            en: "from the meaning of the units: 家 counts each enterprise once, 家次 each award; there is no fixed rate between them",
        },
        certainty: Certainty::Logic,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let picked = cells::pick(cx, |_, facts, at| units::clash(facts, at) == Some(Clash::Meaning));
    findings.extend(picked.iter().filter_map(finding));
}

fn finding(picked: &Picked<'_>) -> Option<Finding> {
    let (theirs, mine) = units::pair(picked)?;
    let finding = units::finding(&RULE, picked)?
        .because(both!(
            "“{theirs}”与“{mine}”含义不同，不能换算，汇总和考核时口径不一",
            "{theirs} and {mine} mean different things and cannot be converted, so results cannot be added or compared",
            theirs = theirs, mine = mine
        ))
        .next(both!(
            "确定按“{theirs}”还是“{mine}”统计，把名称和指标值改为同一单位",
            "decide whether {theirs} or {mine} is counted and use it in both places",
            theirs = theirs, mine = mine
        ));
    Some(finding)
}
