use std::collections::BTreeMap;

use super::{Certainty, Cx, Example, Rule, Source, Text, rows::region_name, say};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    table::{Indicator, RegionRow},
};

pub(super) const RULE: Rule = Rule {
    code: "R007",
    name: "duplicate-region",
    severity: Severity::Error,
    title: Text { zh: "同一指标下地区重复", en: "a region is listed twice under one indicator" },
    what: Text {
        zh: "同一指标下同一地区（含别名）出现不止一次。",
        en: "One region, by name or alias, appears more than once under one indicator.",
    },
    why: Text {
        zh: "合计会重复计算，两个数不同时也不知以哪个为准。",
        en: "It is counted twice, and when the figures differ nobody knows which one holds.",
    },
    repair: Text {
        zh: "保留一行；若其中一行写错了地区，改正名称。",
        en: "Keep one row; if one of them names the wrong region, correct it.",
    },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270\n\
         | | 广州市 | ≥ 104\n\
         | | 惠州市 | ≥ 83\n\
         | | 惠州市 | ≥ 83",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270\n\
         | | 广州市 | ≥ 104\n\
         | | 惠州市 | ≥ 83\n\
         | | 梅州市 | ≥ 83",
    ),
    source: Source {
        text: Text {
            zh: "一个地区对一个指标只有一项任务", en: "a region has one target for an indicator"
        },
        certainty: Certainty::Logic,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    for indicator in &cx.table.indicators {
        let mut by_name: BTreeMap<String, Vec<&RegionRow>> = BTreeMap::new();
        for row in &indicator.regions {
            by_name.entry(region_name(cx, row)).or_default().push(row);
        }
        let twice = by_name.iter().filter(|(_, rows)| rows.len() > 1);
        findings.extend(twice.filter_map(|(name, rows)| finding(indicator, name, rows)));
    }
}

fn finding(indicator: &Indicator, name: &str, rows: &[&RegionRow]) -> Option<Finding> {
    let (first, last) = (rows.first()?, rows.last()?);
    let (title, n) = (&indicator.title, rows.len());
    let targets = |row: &RegionRow| {
        let texts: Vec<String> = row.cells.iter().map(say::written).collect();
        texts.join(" / ")
    };
    let (one, other) = (targets(first), targets(last));
    let message = both!(
        "“{title}”下{name}出现{n}次，指标值为{one}和{other}",
        "{title}: {name} is listed {n} times, with {one} and {other}"
    );
    let because = if one == other {
        Both::new("同一地区的任务在合计中重复计算", "the region's target is counted more than once")
    } else {
        Both::new(
            "同一地区两个指标值不同，不知以哪个为准",
            "the region has two different targets and nobody knows which one holds",
        )
    };
    Some(
        Finding::new(&RULE, last.name.place, message)
            .about(title, Some(name), None)
            .here(Both::new("重复", "again"))
            .labels(rows.iter().take(n - 1).map(|r| (r.name.place, Both::new("已列", "listed before"))))
            .figures((Both::new("先列", "first"), one), (Both::new("后列", "last"), other), "")
            .because(because)
            .next(both!(
                "核对哪一行有效，删去其余；写错地区的改正名称",
                "decide which row holds and delete the others; if one names the wrong region, correct it"
            )),
    )
}
