use super::{Certainty, Cx, Example, Rule, Source, Text, forms, say};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    indicator::Category,
    table::Indicator,
};

pub(super) const RULE: Rule = Rule {
    code: "S015",
    name: "kind-missing",
    severity: Severity::Warning,
    title: Text { zh: "指标没有归入二级指标", en: "an indicator has no level-2 kind" },
    what: Text {
        zh: "表中其他指标都有二级指标，个别指标没有。一级指标为满意度、成本、预算执行率的不要求。",
        en: "Other indicators of the table stand under a level-2 kind and this one does not. Under satisfaction, cost and budget execution none is required.",
    },
    why: Text {
        zh: "没有二级指标，分值按类汇总时会漏掉它；也可能是合并单元格在转换时丢失。",
        en: "Without a kind it is left out when weights are added by kind; or a merged cell was lost in conversion.",
    },
    repair: Text { zh: "补填二级指标。", en: "Fill in the level-2 kind." },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | | 支持企业数量（家次） | ≥ 270\n\
         | 质量指标 | 资金拨付合规率（%） | ≥ 95\n\
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
            zh: "公开的绩效表均按一、二、三级指标填列",
            en: "published tables fill in all three levels",
        },
        certainty: Certainty::Practice,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let all = &cx.table.indicators;
    let bare: Vec<&Indicator> =
        all.iter().filter(|i| wants_kind(i) && i.kind_label.is_none() && i.kind.is_none()).collect();
    let has_others = all.iter().any(|i| i.kind_label.is_some());
    let ([first, rest @ ..], true) = (bare.as_slice(), has_others) else { return };
    let titles: Vec<&str> = bare.iter().map(|i| i.title.as_str()).collect();
    let quoted = say::quoted(&titles, 5);
    let message = both!("{zh}没有归入二级指标", "no level-2 kind for {en}", zh = quoted.zh, en = quoted.en);
    let here = || Both::new("缺二级指标", "no kind");
    findings.push(
        Finding::new(&RULE, first.name.place, message)
            .here(here())
            .labels(rest.iter().map(|i| (i.name.place, here())))
            .because(Both::new(
                "表中其他指标都有二级指标，缺了它分值按类汇总时会漏掉",
                "other indicators have one; without it they are left out when weights are added by kind",
            ))
            .next(Both::new(
                "按指标内容补填二级指标（数量、质量、时效等）；若是合并单元格丢失，对照原表恢复",
                "fill in the kind (数量, 质量, 时效…); if a merged cell was lost, restore it from the original",
            )),
    );
}

fn wants_kind(indicator: &Indicator) -> bool {
    use Category::{Cost, Execution, Satisfaction};
    !matches!(indicator.category, Some(Satisfaction | Cost | Execution)) && forms::is_worded(&indicator.title)
}
