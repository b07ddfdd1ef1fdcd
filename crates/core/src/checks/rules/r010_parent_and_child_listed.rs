use super::{Certainty, Cx, Example, Rule, Source, Text, totals::Totals};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    region::RegionKind,
    table::RegionRow,
};

pub(super) const RULE: Rule = Rule {
    code: "R010",
    name: "parent-and-child-listed",
    severity: Severity::Warning,
    title: Text {
        zh: "市与所辖县区并列，合计可能重复",
        en: "a city and a county in it are listed side by side",
    },
    what: Text {
        zh: "相加的指标下同时列有市和它所辖的县区，而把各行都加起来不等于全省数。",
        en: "An added indicator lists a city and a county that lies in it, and adding every row does not give the province's figure.",
    },
    why: Text {
        zh: "县区的任务可能已含在市里，相加就重复计算。",
        en: "The county's target may be contained in the city's and so be counted twice.",
    },
    repair: Text {
        zh: "注明市的数字是否含该县区，或只列一级。",
        en: "Say whether the city's figure contains the county's, or list one level only.",
    },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270\n\
         | | 昆明市 | ≥ 104\n\
         | | 昆明市宜良县 | ≥ 20\n\
         | | 曲靖市 | ≥ 166",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 290\n\
         | | 昆明市 | ≥ 104\n\
         | | 昆明市宜良县 | ≥ 20\n\
         | | 曲靖市 | ≥ 166",
    ),
    source: Source {
        text: Text {
            zh: "由区划的隶属关系和合计推出", en: "from which division lies in which, and the sum"
        },
        certainty: Certainty::Logic,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    // A sum that fits shows that the convention was kept.
    for t in cx.totals().iter().filter(|t| t.sum != t.floor.value) {
        let rows: Vec<(&RegionRow, String)> = t.indicator.regions.iter().map(|r| (r, r.name.key())).collect();
        let nested: Vec<(&RegionRow, &RegionRow)> = rows
            .iter()
            .flat_map(|outer| {
                rows.iter()
                    .filter(move |inner| lies_in(cx, inner, outer))
                    .map(move |inner| (inner.0, outer.0))
            })
            .collect();
        if let Some(&(inner, outer)) = nested.first() {
            findings.push(finding(t, inner, outer, &nested));
        }
    }
}

/// Whether a row is of a county in the other row's city: by the fund's list, else by a name that begins with the city's.
/// Each row comes with the key of its name.
fn lies_in(cx: &Cx<'_>, (inner, name): &(&RegionRow, String), (outer, city): &(&RegionRow, String)) -> bool {
    if let (Some(fund), Some(a), Some(b)) = (cx.fund, inner.region, outer.region) {
        let kind = fund.regions.get(b).kind;
        return fund.regions.get(a).kind == RegionKind::County
            && kind != RegionKind::Province
            && fund.regions.is_within(a, b);
    }
    city.ends_with(['市', '州'])
        && name.len() > city.len()
        && name.starts_with(city.as_str())
        && name.ends_with(['县', '区', '市'])
}

fn finding(
    t: &Totals<'_>,
    inner: &RegionRow,
    outer: &RegionRow,
    nested: &[(&RegionRow, &RegionRow)],
) -> Finding {
    let (title, period) = (&t.indicator.title, t.period);
    let (county, city) = (inner.name.key(), outer.name.key());
    let (sum, whole) = (t.figure(t.sum), super::say::written(t.whole));
    let message = both!(
        "“{title}”{zh}同时列有{city}和其所辖的{county}，各行合计{sum}，全省为{whole}",
        "{title} ({en}): {city} and {county} in it are both listed; all rows add up to {sum}, the province has {whole}",
        zh = period.zh(),
        en = period.en()
    );
    Finding::new(&RULE, inner.name.place, message)
        .about(title, Some(&county), Some(period))
        .here(both!("属{city}", "lies in {city}"))
        .labels(nested.iter().map(|(_, o)| (o.name.place, Both::new("所在市", "the city"))))
        .figures(
            (Both::new("各行合计", "all rows"), sum),
            (Both::new("全省指标值", "province's target"), whole),
            t.difference(t.sum),
        )
        .because(both!(
            "{county}的任务可能已含在{city}之内，逐行相加会重复计算",
            "the target of {county} may be part of that of {city}; adding both counts it twice"
        ))
        .next(both!(
            "注明{city}是否含{county}，使合计与全省一致",
            "say whether {city} contains {county}, so that the sum agrees with the province"
        ))
}
