use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::{
    Certainty, Cx, Example, Rule, Source, Text, say,
    weights::{weight_in, weights},
};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    place::Written,
};

pub(super) const RULE: Rule = Rule {
    code: "W002",
    name: "group-weights-do-not-add",
    severity: Severity::Error,
    title: Text {
        zh: "上级指标分值与下级合计不等", en: "a heading's weight is not the sum below it"
    },
    what: Text {
        zh: "一级或二级指标名称中标明的分值，与其下三级指标分值之和不等。",
        en: "The weight in a level-1 or level-2 label is not the sum of the indicators under it.",
    },
    why: Text {
        zh: "两处分值矛盾，评分时各执一词。",
        en: "The two contradict each other when points are given.",
    },
    repair: Text {
        zh: "改正标明的分值或下级分值。", en: "Correct the stated weight or those below."
    },
    failing: Example::table(
        "项目支出绩效自评表\n\
         一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施\n\
         产出指标（60分） | 数量指标 | 支持企业数量（家次） | ≥ 270 | 280 | 30 | 30 |\n\
          | 质量指标 | 资金拨付合规率（%） | ≥ 90 | 95 | 20 | 20 |\n\
         效益指标（50分） | 经济效益指标 | 企业进口规模（亿元） | ≥ 310 | 320 | 50 | 50 |",
    ),
    passing: Example::table(
        "项目支出绩效自评表\n\
         一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施\n\
         产出指标（50分） | 数量指标 | 支持企业数量（家次） | ≥ 270 | 280 | 30 | 30 |\n\
          | 质量指标 | 资金拨付合规率（%） | ≥ 90 | 95 | 20 | 20 |\n\
         效益指标（50分） | 经济效益指标 | 企业进口规模（亿元） | ≥ 310 | 320 | 50 | 50 |",
    ),
    source: Source {
        text: Text {
            zh: "在用绩效管理系统的保存校验：三级指标权重之和等于二级、一级权重",
            en: "a check on saving in systems in use: level-3 weights add up to those of levels 2 and 1",
        },
        certainty: Certainty::Practice,
    },
    run,
};

/// A heading that carries a weight, and the weights below it.
struct Group<'a> {
    label: &'a Written,
    weight: Decimal,
    sum: Option<Decimal>,
    cells: Vec<(&'a Written, &'a str)>,
}

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let Some(weights) = weights(cx) else { return };
    let mut groups: BTreeMap<String, Group<'_>> = BTreeMap::new();
    for (indicator, written, weight) in &weights.each {
        let category = indicator.category_label.as_ref();
        let under = category.map(Written::key).unwrap_or_default();
        let labels = [(category, String::new()), (indicator.kind_label.as_ref(), under)];
        for (label, under) in labels {
            let Some((label, group)) = label.and_then(|l| Some((l, weight_in(&l.text)?))) else { continue };
            let entry = groups.entry(format!("{under}/{}", label.key())).or_insert_with(|| Group {
                label,
                weight: group,
                sum: Some(Decimal::ZERO),
                cells: Vec::new(),
            });
            entry.sum = entry.sum.and_then(|s| s.checked_add(*weight));
            entry.cells.push((written, indicator.title.as_str()));
        }
    }
    for group in groups.values() {
        if let Some(sum) = group.sum.filter(|s| *s != group.weight) {
            findings.push(finding(group, sum));
        }
    }
}

fn finding(group: &Group<'_>, sum: Decimal) -> Finding {
    let (label, n) = (group.label.key(), group.cells.len());
    let (weight, sum_text) = (say::figure(group.weight, None), say::figure(sum, None));
    let message = both!(
        "“{label}”标明{weight}分，其下{n}个指标的分值合计{sum_text}分",
        "{label} is given {weight} points, but the {n} indicators under it add up to {sum_text}"
    );
    Finding::new(&RULE, group.label.place, message)
        .here(both!("标明{weight}分", "{weight} points"))
        .labels(group.cells.iter().map(|(w, title)| (w.place, Both::same(*title))))
        .figures(
            (Both::new("标明分值", "stated"), weight.clone()),
            (Both::new("指标分值合计", "sum of indicators"), sum_text.clone()),
            say::difference(group.weight, sum, None),
        )
        .because(Both::new(
            "上级指标的分值就是其下指标分值之和，二者不等时无法确定满分",
            "a heading's points are the sum of those under it; when they differ nobody knows the full marks",
        ))
        .next(both!(
            "核对“{label}”下各指标的分值，或改标明的{weight}分",
            "check the weights under {label}, or correct the stated {weight}"
        ))
}
