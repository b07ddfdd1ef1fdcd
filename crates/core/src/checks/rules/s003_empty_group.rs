use super::{Certainty, Cx, Example, Rule, Source, Text, forms, say};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    indicator::{Category, Kind},
    table::Group,
};

pub(super) const RULE: Rule = Rule {
    code: "S003",
    name: "empty-group",
    severity: Severity::Warning,
    title: Text {
        zh: "一级或二级指标下没有三级指标", en: "a heading has no indicator under it"
    },
    what: Text {
        zh: "一级指标，或二级指标中的数量、质量、时效、满意度，只有名称，下面没有任何三级指标。效益和成本的二级指标可以不设，不在此列。",
        en: "A level-1 heading, or one of 数量, 质量, 时效, 满意度, stands alone with no indicator under it. Kinds of benefit and cost may be left unused and are not reported.",
    },
    why: Text {
        zh: "可能是漏填，也可能是表格转换时丢了行；留着空的一级指标，分值也无处落。",
        en: "Either something was not filled in, or rows were lost in conversion; an empty heading also has nowhere for its weight to go.",
    },
    repair: Text {
        zh: "补填三级指标；确不涉及的，删去该行。",
        en: "Add the indicators, or remove the heading if it does not apply.",
    },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270\n\
         | 质量指标 | | \n\
         | 时效指标 | 资金拨付时间 | 2024年12月底前",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270\n\
         | 质量指标 | 资金拨付合规率（%） | ≥ 95\n\
         | 时效指标 | 资金拨付时间 | 2024年12月底前",
    ),
    source: Source {
        text: Text {
            zh: "由逻辑得出；可不设的二级指标按公开表格的习惯放过",
            en: "logic; kinds that published tables leave unused are let pass",
        },
        certainty: Certainty::Logic,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let empty = empty_groups(&cx.table.groups);
    let [first, rest @ ..] = empty.as_slice() else { return };
    let names: Vec<String> = empty.iter().map(|g| g.label.key()).collect();
    let quoted = say::quoted(&names, 6);
    let message =
        both!("{zh}下没有三级指标", "no indicator stands under {en}", zh = quoted.zh, en = quoted.en);
    let here = || Both::new("下面没有三级指标", "no indicator under it");
    findings.push(
        Finding::new(&RULE, first.label.place, message)
            .here(here())
            .labels(rest.iter().map(|g| (g.label.place, here())))
            .because(Both::new(
                "只有名称而没有三级指标，可能是漏填，也可能是表格转换时丢了行",
                "a heading alone means that something was not filled in, or that rows were lost in conversion",
            ))
            .next(Both::new(
                "对照原表，补填三级指标；确不涉及的，删去该行",
                "compare with the original and add the indicators, or remove the heading if it does not apply",
            )),
    );
}

/// Headings without indicators, less the kinds under an empty level-1 heading: one finding says it once.
fn empty_groups(groups: &[Group]) -> Vec<&Group> {
    let mut empty = Vec::new();
    let mut under_empty = false;
    for group in groups {
        let is_empty = group.indicators == 0 && forms::is_worded(&group.label.text);
        if group.level == 1 {
            under_empty = is_empty;
            if is_empty && Category::parse(&group.label.text) != Some(Category::Execution) {
                empty.push(group);
            }
        } else if is_empty && !under_empty && !may_be_unused(&group.label.text) {
            empty.push(group);
        }
    }
    empty
}

fn may_be_unused(label: &str) -> bool {
    !matches!(
        Kind::parse(label),
        None | Some(Kind::Quantity | Kind::Quality | Kind::Timeliness | Kind::Satisfaction)
    )
}
