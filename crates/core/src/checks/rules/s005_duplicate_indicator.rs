use super::{Certainty, Cx, Example, Rule, Source, Text, forms, say};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    place::Written,
    table::Indicator,
};

pub(super) const RULE: Rule = Rule {
    code: "S005",
    name: "duplicate-indicator",
    severity: Severity::Error,
    title: Text { zh: "同一类别下指标重复", en: "an indicator is listed twice under one kind" },
    what: Text {
        zh: "同一个二级指标下有两个名称、单位都相同的三级指标。",
        en: "Two indicators under one kind have the same name and unit.",
    },
    why: Text {
        zh: "重复的指标会被计两次分；两处指标值不同时，不知道以哪一个为准。",
        en: "A duplicate is scored twice; where the targets differ nobody knows which one counts.",
    },
    repair: Text {
        zh: "删去重复的一个；确是两件事的，把名称写清楚。",
        en: "Remove one of them, or give them names that tell them apart.",
    },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270\n\
         | | 支持企业数量（家次） | ≥ 300\n\
         | 质量指标 | 资金拨付合规率（%） | ≥ 95",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270\n\
         | | 培训企业数量（家次） | ≥ 300\n\
         | 质量指标 | 资金拨付合规率（%） | ≥ 95",
    ),
    source: Source {
        text: Text {
            zh: "由逻辑得出：同一指标不应计两次",
            en: "logic: one indicator is not to be counted twice",
        },
        certainty: Certainty::Logic,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let all: Vec<&Indicator> = cx.table.indicators.iter().filter(|i| forms::is_worded(&i.title)).collect();
    for (n, first) in all.iter().enumerate() {
        if all[..n].iter().any(|earlier| is_same(earlier, first)) {
            continue;
        }
        let again: Vec<&Indicator> = all[n + 1..].iter().copied().filter(|i| is_same(first, i)).collect();
        if !again.is_empty() {
            findings.push(finding(first, &again));
        }
    }
}

/// Same name with its unit, under the same headings.
fn is_same(a: &Indicator, b: &Indicator) -> bool {
    let kind = |i: &Indicator| {
        i.kind.map_or_else(|| i.kind_label.as_ref().map(Written::key), |k| Some(k.zh().into()))
    };
    a.name.key() == b.name.key() && a.category == b.category && kind(a) == kind(b)
}

fn finding(first: &Indicator, again: &[&Indicator]) -> Finding {
    let title = &first.title;
    let said = |i: &Indicator| {
        let cells: Vec<String> = i.whole.iter().map(say::written).filter(|t| !t.is_empty()).collect();
        if cells.is_empty() { "—".to_owned() } else { cells.join("、") }
    };
    let (one, other) = (said(first), said(again[0]));
    let message = both!(
        "“{title}”在同一类别下列了{n}次，指标值分别为{one}和{other}",
        "{title} is listed {n} times under one kind, with targets {one} and {other}",
        title = title,
        n = again.len() + 1,
        one = one,
        other = other
    );
    let same = Both::new("与此重复", "the same indicator");
    Finding::new(&RULE, again[0].name.place, message)
        .about(title, None, None)
        .here(Both::new("重复", "listed again"))
        .label(first.name.place, same.clone())
        .labels(again.iter().skip(1).map(|i| (i.name.place, same.clone())))
        .figures((Both::new("第一处", "first"), one), (Both::new("第二处", "second"), other), "")
        .because(Both::new(
            "名称、单位和类别都相同，同一件事会被计两次",
            "name, unit and kind are the same, so one thing is counted twice",
        ))
        .next(Both::new(
            "删去重复的一个；确是两件事的，在名称中写明区别",
            "remove one of them, or say in the names how they differ",
        ))
}
