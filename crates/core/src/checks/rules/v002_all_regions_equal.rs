use rust_decimal::Decimal;

use super::{Certainty, Cx, Example, Facts, Rule, Source, Text, say, totals::Totals};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    table::Indicator,
};

pub(super) const RULE: Rule = Rule {
    code: "V002",
    name: "all-regions-equal",
    severity: Severity::Note,
    title: Text { zh: "各地区任务完全相同", en: "all regions have the same figure" },
    what: Text {
        zh: "相加的数量或金额指标，五个以上地区的指标值完全相同（且大于1），像是平均分摊。",
        en: "For a count or amount that adds up, five regions or more all have the same figure (above 1), as if shared out equally.",
    },
    why: Text {
        zh: "不分地区大小平均分摊，对大的地区没有约束，对小的地区可能做不到。",
        en: "An equal share regardless of size asks too little of large regions and perhaps too much of small ones.",
    },
    repair: Text {
        zh: "按基数或资金分配任务；确属每地一样的注明。",
        en: "Share out by base or money; if it is meant to be equal, say so.",
    },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 50\n\
         | | 广州市 | ≥ 10\n\
         | | 珠海市 | ≥ 10\n\
         | | 汕头市 | ≥ 10\n\
         | | 佛山市 | ≥ 10\n\
         | | 韶关市 | ≥ 10",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 50\n\
         | | 广州市 | ≥ 20\n\
         | | 珠海市 | ≥ 10\n\
         | | 汕头市 | ≥ 5\n\
         | | 佛山市 | ≥ 10\n\
         | | 韶关市 | ≥ 5",
    ),
    source: Source {
        text: Text {
            zh: "绩效指标应合理可行、与资金量相匹配（绩效目标管理的通行要求）",
            en: "targets are to be reasonable and to match the money (usual requirement on performance goals)",
        },
        certainty: Certainty::Background,
    },
    run,
};

/// Fewer regions may well be alike by chance.
const AT_LEAST_REGIONS: usize = 5;

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let mut spoken: Option<&Indicator> = None;
    for t in cx.totals() {
        let Some(figure) = t.parts.first().and_then(super::Part::floor) else { continue };
        let alike = t.parts.len() >= AT_LEAST_REGIONS && t.parts.iter().all(|p| p.floor() == Some(figure));
        // One finding per indicator, for the first of its periods.
        let again = spoken.is_some_and(|i| std::ptr::eq(i, t.indicator));
        if alike && figure > Decimal::ONE && !again {
            spoken = Some(t.indicator);
            findings.push(finding(t, &t.facts, figure));
        }
    }
}

fn finding(t: &Totals<'_>, facts: &Facts<'_>, figure: Decimal) -> Finding {
    let (title, period, n) = (&t.indicator.title, t.period, t.parts.len());
    let figure = say::figure(figure, facts.unit.as_ref());
    let place = t.parts.first().map_or(t.whole.written.place, |p| p.cell.written.place);
    let message = both!(
        "“{title}”{zh}{n}个地区的指标值都是{figure}，没有区分大小",
        "{title} ({en}): all {n} regions have {figure}, whatever their size",
        zh = period.zh(),
        en = period.en()
    );
    Finding::new(&RULE, place, message)
        .about(title, None, Some(period))
        .here(both!("各地区都是{figure}", "{figure} everywhere"))
        .labels(t.labels().skip(1))
        .because(Both::new(
            "各地区规模不同而任务相同，像是平均分摊，指标值起不到区分作用",
            "regions of different size with the same task look like an equal share; the target tells none apart",
        ))
        .next(Both::new(
            "按各地区基数或资金量核定；确属每地一样的，注明理由",
            "set the figures by each region's base or money; if they are meant to be equal, say why",
        ))
}
