use super::{Certainty, Cx, Example, Rule, Source, Text, context::all_cells, say};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    place::Place,
    table::{Indicator, TargetCell},
    target::Remark,
};

pub(super) const RULE: Rule = Rule {
    code: "S013",
    name: "fused-values",
    severity: Severity::Error,
    title: Text { zh: "一个单元格里粘了两个值", en: "two values stand in one cell" },
    what: Text {
        zh: "指标值单元格里有两个数，如“≥90% 10”，多半是指标值与分值粘在了一起。",
        en: "A target cell holds two figures, such as \"≥90% 10\": most likely target and weight ran together.",
    },
    why: Text {
        zh: "只能按第一个数核对，第二个数（分值或另一期间的指标值）就丢了。",
        en: "Only the first can be checked; the second, a weight or another period's target, is lost.",
    },
    repair: Text {
        zh: "把两个值分到各自的栏目。", en: "Put the two values into their own columns."
    },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270\n\
         | 质量指标 | 资金拨付合规率（%） | ≥95% 10",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270\n\
         | 质量指标 | 资金拨付合规率（%） | ≥95%",
    ),
    source: Source {
        text: Text {
            zh: "见于多地公开的绩效表：指标值与分值、几个金额粘连",
            en: "seen in published tables of several provinces: target and weight, or several amounts, run together",
        },
        certainty: Certainty::Practice,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    for indicator in &cx.table.indicators {
        let fused: Vec<(&TargetCell, &str, &str)> = all_cells(indicator)
            .filter_map(|c| c.reading.remarks.iter().find_map(parts).map(|(a, b)| (c, a, b)))
            .collect();
        if !fused.is_empty() {
            findings.push(finding(indicator, &fused));
        }
    }
}

fn parts(remark: &Remark) -> Option<(&str, &str)> {
    if let Remark::Fused(left, right) = remark { Some((left, right)) } else { None }
}

fn finding(indicator: &Indicator, fused: &[(&TargetCell, &str, &str)]) -> Finding {
    let title = &indicator.title;
    let (cell, left, right) = fused[0];
    let (left, right) = (crate::text::key(left), crate::text::key(right));
    let more = match fused.len() {
        1 => Both::default(),
        n => both!(
            "，另有{n}处相同问题",
            ", and {places} more",
            n = n - 1,
            places = say::count(n - 1, "cell", "cells")
        ),
    };
    let message = both!(
        "“{title}”的指标值里粘了两个值：“{left}”和“{right}”{zh}",
        "two values stand in one target cell of {title}: \"{left}\" and \"{right}\"{en}",
        title = title,
        left = left,
        right = right,
        zh = more.zh,
        en = more.en
    );
    let here =
        |(_, a, b): &(&TargetCell, &str, &str)| both!("“{a}”和“{b}”", "\"{a}\" and \"{b}\"", a = a, b = b);
    let labels: Vec<(Place, Both)> = fused[1..].iter().map(|f| (f.0.written.place, here(f))).collect();
    Finding::new(&RULE, cell.written.place, message)
        .about(title, None, (fused.len() == 1).then_some(cell.period))
        .here(here(&fused[0]))
        .labels(labels)
        .figures((Both::new("第一个值", "first"), left.clone()), (Both::new("第二个值", "second"), right), "")
        .because(both!(
            "一格只能有一个指标值；目前只能按“{left}”核对，另一个值没有参加核对",
            "a cell holds one target; only \"{left}\" is checked now, the other is not",
            left = left
        ))
        .next(Both::new(
            "对照原表，把两个值分到各自的栏目（如指标值和分值）",
            "compare with the original and put the two into their columns, such as target and weight",
        ))
}
