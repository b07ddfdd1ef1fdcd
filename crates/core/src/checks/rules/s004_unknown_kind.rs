use std::collections::BTreeMap;

use super::{Certainty, Cx, Example, Rule, Source, Text, forms, say};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    indicator::{Category, Kind},
    place::Place,
    table::Indicator,
    text,
};

pub(super) const RULE: Rule = Rule {
    code: "S004",
    name: "unknown-kind",
    severity: Severity::Warning,
    title: Text {
        zh: "一级或二级指标名称不规范",
        en: "the name of a level-1 or level-2 indicator is not known",
    },
    what: Text {
        zh: "一级指标不是成本、产出、效益、满意度之一，或二级指标不是数量、质量、时效、成本、经济效益、社会效益、生态效益、可持续影响、满意度等规定类别。部门评价用的决策、过程等名称除外。",
        en: "A level-1 or level-2 label is none of the categories and kinds of the official forms. Labels of departmental evaluation (决策, 过程…) are accepted.",
    },
    why: Text {
        zh: "类别认不出，分值结构、汇总和系统录入都对不上。",
        en: "What is not recognised fits neither weights nor roll-ups nor the budget system's entry form.",
    },
    repair: Text { zh: "改为规定的类别名称。", en: "Use the official name." },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数目指标 | 支持企业数量（家次） | ≥ 270\n\
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
            zh: "财预〔2020〕10号、财预〔2021〕101号所列一、二级指标（未见原文，各地公开表格均沿用）",
            en: "categories and kinds of 财预〔2020〕10号 and 财预〔2021〕101号 (text not seen; published tables follow them)",
        },
        certainty: Certainty::Practice,
    },
    run,
};

/// Labels that the forms of departmental and financial evaluation use beside 产出 and 效益.
const OF_EVALUATION: [&str; 20] = [
    "决策",
    "过程",
    "投入",
    "管理",
    "项目决策",
    "项目过程",
    "项目管理",
    "项目立项",
    "绩效目标",
    "资金投入",
    "资金管理",
    "组织实施",
    "资金分配",
    "产出数量",
    "产出质量",
    "产出时效",
    "产出成本",
    "项目效益",
    "实施效益",
    "实施效果",
];

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    // Labels by first appearance: level, text, places. A label that many rows share is one finding.
    let mut unknown: BTreeMap<(Place, u8, String), Vec<&Indicator>> = BTreeMap::new();
    for indicator in &cx.table.indicators {
        for (level, label) in unknown_labels(indicator) {
            let key = text::key(&label.text);
            let same = unknown.keys().find(|(_, l, k)| *l == level && *k == key).cloned();
            unknown.entry(same.unwrap_or((label.place, level, key))).or_default().push(indicator);
        }
    }
    findings
        .extend(unknown.iter().map(|((place, level, label), under)| finding(*place, *level, label, under)));
}

fn unknown_labels(indicator: &Indicator) -> Vec<(u8, &crate::place::Written)> {
    let mut labels = Vec::new();
    labels.extend(indicator.category_label.as_ref().filter(|_| indicator.category.is_none()).map(|w| (1, w)));
    labels.extend(indicator.kind_label.as_ref().filter(|_| indicator.kind.is_none()).map(|w| (2, w)));
    labels.retain(|(_, w)| forms::is_worded(&w.text) && !is_of_evaluation(&w.key()));
    labels
}

fn is_of_evaluation(label: &str) -> bool {
    let name = label.split('(').next().unwrap_or(label);
    OF_EVALUATION.contains(&name.strip_suffix("指标").unwrap_or(name))
}

fn finding(place: Place, level: u8, label: &str, under: &[&Indicator]) -> Finding {
    let (zh, en) = if level == 1 { ("一级", "level 1") } else { ("二级", "level 2") };
    let message = both!(
        "{zh}指标名称“{label}”不是规定的类别",
        "the {en} label \"{label}\" is no known category or kind",
        zh = zh,
        en = en,
        label = label
    );
    let near = near(level, label);
    let offer = say::quoted(&near, 3);
    let next = if near.is_empty() {
        Both::new(
            "按该指标的内容改为规定的类别名称",
            "use the official name that fits the indicators under it",
        )
    } else {
        both!(
            "是否应为{zh}？请改为规定的名称",
            "perhaps {en} is meant: use the official name",
            zh = offer.zh,
            en = offer.en
        )
    };
    Finding::new(&RULE, place, message)
        .here(Both::new("不是规定的类别", "not a known name"))
        .labels(under.iter().map(|i| (i.name.place, Both::new("此类别下的指标", "stands under it"))))
        .because(Both::new(
            "类别认不出，分值结构和汇总都对不上",
            "what is not recognised fits neither weights nor roll-ups",
        ))
        .next(next)
}

/// Official names that look like a label, best first.
fn near(level: u8, label: &str) -> Vec<&'static str> {
    let official: Vec<&str> = if level == 1 {
        use Category::{Benefit, Cost, Output, Satisfaction};
        [Cost, Output, Benefit, Satisfaction].into_iter().map(Category::zh).collect()
    } else {
        Kind::all().map(Kind::zh).collect()
    };
    let mut by_edits: Vec<(usize, &str)> = official
        .into_iter()
        .map(|name| (text::distance(label, name), name))
        .filter(|(edits, name)| *edits <= 2 && *edits + 2 < name.chars().count())
        .collect();
    by_edits.sort_unstable();
    by_edits.into_iter().take(3).map(|(_, name)| name).collect()
}
