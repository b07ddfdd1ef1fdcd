use std::collections::BTreeMap;

use super::{Certainty, Cx, Example, Rule, Source, Text, say};
use crate::{
    both,
    finding::{Both, Edit, Finding, Fix, Safety, Severity},
    fund::Fund,
    table::{Indicator, RegionRow},
    text::distance,
};

pub(super) const RULE: Rule = Rule {
    code: "R001",
    name: "unknown-region",
    severity: Severity::Error,
    title: Text {
        zh: "地区名称不在本专项资金的地区名录中", en: "a region's name is not in the fund's list"
    },
    what: Text {
        zh: "指标下的地区名称既不是名录中的正式名称，也不是登记的别名。",
        en: "A name under an indicator is neither an official name nor an alias in the fund's list of regions.",
    },
    why: Text {
        zh: "对不上名录的行无法汇总、无法下达，也无法考核到责任地区。",
        en: "A row that matches no region can be neither added up nor passed down, and nobody answers for it.",
    },
    repair: Text {
        zh: "改正地区名称；确属新增地区的，先登记到地区名录（regions.csv）。",
        en: "Correct the name; if the region is new, enter it in the list (regions.csv) first.",
    },
    failing: Example::table(
        "2024年促进外贸发展专项资金绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 进口贴息支持企业数量（家次） | ≥ 270\n\
         | | 广州市 | ≥ 104\n\
         | | 惠洲市 | ≥ 166",
    ),
    passing: Example::table(
        "2024年促进外贸发展专项资金绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 进口贴息支持企业数量（家次） | ≥ 270\n\
         | | 广州市 | ≥ 104\n\
         | | 惠州市 | ≥ 166",
    ),
    source: Source {
        text: Text {
            zh: "本专项资金的地区名录；行政区划名称见 GB/T 2260",
            en: "the fund's list of regions; names of divisions as in GB/T 2260",
        },
        certainty: Certainty::Logic,
    },
    run,
};

type Places<'a> = Vec<(&'a Indicator, &'a RegionRow)>;

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let Some(fund) = cx.fund else { return };
    let mut unknown: BTreeMap<String, Places<'_>> = BTreeMap::new();
    for indicator in &cx.table.indicators {
        for row in indicator.regions.iter().filter(|r| r.region.is_none()) {
            unknown.entry(row.name.key()).or_default().push((indicator, row));
        }
    }
    findings.extend(unknown.iter().filter_map(|(name, places)| finding(fund, name, places)));
}

fn finding(fund: &Fund, name: &str, places: &Places<'_>) -> Option<Finding> {
    let (first, row) = places.first()?;
    let near = nearest(fund, name);
    let titles: Vec<&str> = places.iter().map(|(i, _)| i.title.as_str()).collect();
    let under = say::quoted(&titles, 3);
    let message = both!(
        "{under_zh}下的“{name}”不在本专项资金的地区名录中",
        "{name} (under {under_en}) is not in the fund's list of regions",
        under_zh = under.zh,
        under_en = under.en
    );
    let next = if near.is_empty() {
        both!(
            "核对“{name}”：更正名称，或先把它登记到地区名录",
            "check {name}: correct the name, or enter it in the list first"
        )
    } else {
        let near = say::names(&near, 3);
        both!(
            "核对“{name}”是否应为{zh}",
            "check whether {name} should be {en}",
            zh = near.zh.replace('、', "或"),
            en = near.en.replace(", ", " or ")
        )
    };
    let mut finding = Finding::new(&RULE, row.name.place, message)
        .about(&first.title, Some(name), None)
        .here(Both::new("名录中没有", "not in the list"))
        .labels(places.iter().skip(1).map(|(i, r)| (r.name.place, Both::same(i.title.clone()))))
        .because(Both::new(
            "名录之外的名称无法认定是哪个地区，该行的任务不能计入汇总，也没有责任地区",
            "a name outside the list stands for no region: its target cannot be rolled up and nobody answers for it",
        ))
        .next(next);
    if let [only] = near.as_slice() {
        finding.fix = Some(fix(fund, name, only, places));
    }
    Some(finding)
}

/// The near names that are as near as the nearest: every two names with 市 are only two characters apart.
fn nearest<'f>(fund: &'f Fund, name: &str) -> Vec<&'f str> {
    let near = fund.regions.near(name);
    let least = near.iter().map(|n| distance(name, n)).min();
    near.into_iter().filter(|n| Some(distance(name, n)) == least).collect()
}

/// One near name: safe when it is one character off and the region is not listed under the same indicator already.
fn fix(fund: &Fund, name: &str, near: &str, places: &Places<'_>) -> Fix {
    let id = fund.regions.find(near);
    let listed = places.iter().any(|(i, _)| i.regions.iter().any(|r| r.region.is_some() && r.region == id));
    let safety = if !listed && distance(name, near) == 1 { Safety::Safe } else { Safety::Unsafe };
    let edits = places
        .iter()
        .map(|(_, row)| Edit { place: row.name.place, before: row.name.text.clone(), after: near.to_owned() })
        .collect();
    let what = both!(
        "“{name}”改为“{near}”，这是名录中唯一相近的名称",
        "{name} becomes {near}, the only name in the list that is near"
    );
    Fix { safety, what, edits }
}
