use super::{Certainty, Cx, Example, Rule, Source, Text, context::all_cells, forms, say};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    indicator::Category,
    table::Indicator,
    target::Target,
};

pub(super) const RULE: Rule = Rule {
    code: "S002",
    name: "indicator-without-target",
    severity: Severity::Error,
    title: Text { zh: "指标没有指标值", en: "an indicator has no target" },
    what: Text {
        zh: "三级指标列出了名称，但全省和各地区、各期间都没有填指标值。",
        en: "An indicator is named, but neither the province nor any region has a target for it in any period.",
    },
    why: Text {
        zh: "没有指标值的指标不能评价，也不能打分。",
        en: "An indicator without a target can be neither evaluated nor scored.",
    },
    repair: Text {
        zh: "补填指标值；确实不设的，删去该指标或填“/”。",
        en: "Fill in the target; if none is meant, remove the indicator or write \"/\".",
    },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | \n\
         | 质量指标 | 资金拨付合规率（%） | ≥ 95",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270\n\
         | 质量指标 | 资金拨付合规率（%） | ≥ 95",
    ),
    source: Source {
        text: Text {
            zh: "由逻辑得出：没有指标值就没有完成与否；绩效目标应细化量化（财预〔2015〕163号）",
            en: "logic: without a target nothing is reached or missed; goals are to be specific and quantified (财预〔2015〕163号)",
        },
        certainty: Certainty::Logic,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    if cx.table.periods().is_empty() {
        return;
    }
    let counted: Vec<&Indicator> = cx.table.indicators.iter().filter(|i| wants_target(i)).collect();
    let bare: Vec<&Indicator> = counted.iter().copied().filter(|i| has_none(i)).collect();
    if bare.len() > 1 && bare.len() == counted.len() {
        findings.push(all(&bare));
    } else {
        findings.extend(bare.iter().map(|i| one(i)));
    }
}

/// Placeholders of the form (……) want none, and the execution rate has its own line of money.
fn wants_target(indicator: &Indicator) -> bool {
    indicator.category != Some(Category::Execution) && forms::is_worded(&indicator.title)
}

fn has_none(indicator: &Indicator) -> bool {
    let in_name = indicator.bracket_target.as_ref().is_some_and(|r| r.target != Target::Missing);
    !in_name && all_cells(indicator).all(|c| *c.target() == Target::Missing)
}

fn one(indicator: &Indicator) -> Finding {
    let title = &indicator.title;
    let message = both!("“{title}”没有填指标值", "{title} has no target", title = title);
    let found = Finding::new(&RULE, indicator.name.place, message)
        .about(title, None, None)
        .here(Both::new("没有指标值", "no target"))
        .labels(indicator.regions.iter().map(|r| (r.name.place, Both::new("也没有", "none either"))));
    closing(found)
}

fn all(bare: &[&Indicator]) -> Finding {
    let titles: Vec<&str> = bare.iter().map(|i| i.title.as_str()).collect();
    let quoted = say::quoted(&titles, 5);
    let message = both!(
        "全部{n}个指标都没有填指标值：{zh}",
        "none of the {n} indicators has a target: {en}",
        n = bare.len(),
        zh = quoted.zh,
        en = quoted.en
    );
    let found = Finding::new(&RULE, bare[0].name.place, message)
        .here(Both::new("没有指标值", "no target"))
        .labels(bare.iter().skip(1).map(|i| (i.name.place, Both::new("没有指标值", "no target"))));
    closing(found)
}

fn closing(finding: Finding) -> Finding {
    finding
        .because(Both::new(
            "没有指标值的指标不能评价，也不能打分",
            "an indicator without a target can be neither evaluated nor scored",
        ))
        .next(Both::new(
            "补填指标值；确实不设的，删去该指标或填“/”",
            "fill in the target; if none is meant, remove the indicator or write \"/\"",
        ))
}
