use super::{Certainty, Cx, Example, Rule, Source, Text, say};
use crate::{
    both,
    finding::{Both, Finding, Severity},
};

pub(super) const RULE: Rule = Rule {
    code: "S010",
    name: "region-row-without-indicator",
    severity: Severity::Error,
    title: Text {
        zh: "地区指标值不属于任何指标", en: "a region's target belongs to no indicator"
    },
    what: Text {
        zh: "地区及其指标值出现在第一个指标之前，看不出属于哪个指标。",
        en: "A region with its target stands before the first indicator, so it belongs to none.",
    },
    why: Text {
        zh: "这些任务没有计入任何指标，汇总时会漏掉。",
        en: "These targets are part of no indicator and are lost when targets are added up.",
    },
    repair: Text {
        zh: "在这些地区之前补上指标名称，或移到所属指标之下。",
        en: "Add the indicator's row before them, or move them below the indicator.",
    },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         | | 广州市 | ≥ 104\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270\n\
         | | 佛山市 | ≥ 270",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270\n\
         | | 广州市 | ≥ 104\n\
         | | 佛山市 | ≥ 270",
    ),
    source: Source {
        text: Text {
            zh: "由逻辑得出：地区指标值是某一指标的分解",
            en: "logic: a region's target is a part of an indicator's",
        },
        certainty: Certainty::Logic,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let [first, rest @ ..] = cx.table.orphans.as_slice() else { return };
    let names: Vec<String> = cx.table.orphans.iter().map(|r| r.name.key()).collect();
    let quoted = say::names(&names, 6);
    let message = both!(
        "{zh}的指标值之前没有指标，不知属于哪个指标",
        "the targets of {en} stand before any indicator and belong to none",
        zh = quoted.zh,
        en = quoted.en
    );
    let here = || Both::new("前面没有指标", "no indicator before it");
    findings.push(
        Finding::new(&RULE, first.name.place, message)
            .here(here())
            .labels(rest.iter().map(|r| (r.name.place, here())))
            .because(Both::new(
                "地区指标值是某一指标的分解，前面没有指标，汇总时会漏掉",
                "a region's target is a part of an indicator's; without one it is lost when targets are added up",
            ))
            .next(Both::new(
                "在这些地区之前补上指标所在的行，或把它们移到所属指标之下",
                "add the indicator's row before these regions, or move them below it",
            )),
    );
}
