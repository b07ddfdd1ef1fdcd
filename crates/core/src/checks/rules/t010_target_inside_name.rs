use super::{Certainty, Cx, Example, Rule, Source, Text, bracket};
use crate::{
    both,
    finding::{Finding, Severity},
    table::Indicator,
};

pub(super) const RULE: Rule = Rule {
    code: "T010",
    name: "target-inside-name",
    severity: Severity::Note,
    title: Text {
        zh: "指标值写进了指标名称", en: "a target is written inside the indicator's name"
    },
    what: Text {
        zh: "指标名称的括号里带有比较符和数字，如“满意度（≥90%）”。与指标值栏的数不一致的由T022报告。",
        en: "The name holds a comparator and a figure in brackets, such as 满意度（≥90%）. Where it disagrees with the target column T022 speaks.",
    },
    why: Text {
        zh: "同一个指标值写在两处，修改时容易只改一处，两处不一致时不知以哪个为准。",
        en: "The same target stands in two places; when only one is changed nobody knows which counts.",
    },
    repair: Text {
        zh: "名称里只留单位，指标值写在指标值栏。",
        en: "Keep only the unit in the name and put the target into its column.",
    },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         效益指标 | 服务对象满意度指标 | 获支持对象满意度（≥90%） | ≥ 90%",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         效益指标 | 服务对象满意度指标 | 获支持对象满意度（%） | ≥ 90%",
    ),
    source: Source {
        text: Text {
            zh: "公开的绩效表格中可见此种写法；指标名称与指标值分栏填写是各类表样的通例",
            en: "seen in published tables; every official layout has separate columns for name and target",
        },
        certainty: Certainty::Practice,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    for (indicator, facts) in cx.indicators() {
        let inside = bracket::target(indicator);
        if inside.is_some_and(|t| !bracket::contradicts(cx, indicator, facts, t)) {
            findings.push(finding(indicator));
        }
    }
}

fn finding(indicator: &Indicator) -> Finding {
    let name = indicator.name.key();
    let message = both!("指标名称“{name}”里写了指标值", "the name {name} holds a target", name = name);
    Finding::new(&RULE, indicator.name.place, message)
        .about(&indicator.title, None, None)
        .here(both!("名称里的指标值", "target inside the name"))
        .because(both!(
            "指标值应填在指标值栏；写进名称后，同一个数有两处，修改时容易漏改",
            "targets belong into their column; a second copy in the name is easily forgotten when one changes"
        ))
        .next(both!(
            "名称里只留单位，指标值写在指标值栏",
            "keep only the unit in the name, the target in its column"
        ))
}
