use super::{Certainty, Cx, Example, Facts, Rule, Source, Text, bracket, say};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    table::Indicator,
};

pub(super) const RULE: Rule = Rule {
    code: "T022",
    name: "name-contradicts-target",
    severity: Severity::Error,
    title: Text {
        zh: "指标名称里的数与指标值不一致",
        en: "the figure inside an indicator's name disagrees with its target",
    },
    what: Text {
        zh: "指标名称的括号里写了指标值，而指标值栏写的是另一个数或另一个方向。",
        en: "The name holds a target in brackets, and the target column says another figure or bounds the other side.",
    },
    why: Text {
        zh: "同一指标有两个指标值，考核时不知以哪个为准。",
        en: "One indicator has two targets; at evaluation nobody can tell which counts.",
    },
    repair: Text {
        zh: "确定以哪个为准，只写在指标值栏。",
        en: "Decide which counts and write it in the target column only.",
    },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         效益指标 | 服务对象满意度指标 | 获支持对象满意度（≥95%） | ≥ 90%",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         效益指标 | 服务对象满意度指标 | 获支持对象满意度（%） | ≥ 90%",
    ),
    source: Source {
        text: Text { zh: "由名称与指标值直接比较得出", en: "by comparing name and target" },
        certainty: Certainty::Logic,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    for (indicator, facts) in cx.indicators() {
        findings.extend(finding(cx, indicator, facts));
    }
}

fn finding(cx: &Cx<'_>, indicator: &Indicator, facts: &Facts<'_>) -> Option<Finding> {
    let inside = bracket::target(indicator)?;
    if !bracket::contradicts(cx, indicator, facts, inside) {
        return None;
    }
    let cells: Vec<_> = indicator.whole.iter().filter(|c| c.target().is_set()).collect();
    let (name, written) = (indicator.name.key(), say::written(cells.first()?));
    let message = both!(
        "指标名称“{name}”里写的指标值与指标值栏的“{written}”不一致",
        "the target inside the name {name} disagrees with the target column, which says {written}",
        name = name,
        written = written
    );
    let finding = Finding::new(&RULE, indicator.name.place, message)
        .about(&indicator.title, None, None)
        .here(both!("名称里的指标值", "target inside the name"))
        .labels(cells.iter().map(|c| (c.written.place, Both::new("指标值栏", "target column"))))
        .figures(
            (Both::new("名称里的指标值", "target inside the name"), name.clone()),
            (Both::new("指标值栏", "target column"), written),
            "",
        )
        .because(both!(
            "同一指标有两个不同的指标值，不知以哪个为准",
            "one indicator has two different targets; nobody can tell which counts"
        ))
        .next(both!(
            "确定以哪个为准，写在指标值栏，并从名称中删去",
            "decide which counts, put it into the target column and take it out of the name"
        ));
    Some(finding)
}
