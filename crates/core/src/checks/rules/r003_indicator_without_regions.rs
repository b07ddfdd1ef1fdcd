use super::{Certainty, Cx, Example, Rule, Source, Text};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    fund::RegionalSplit,
    table::Indicator,
};

pub(super) const RULE: Rule = Rule {
    code: "R003",
    name: "indicator-without-regions",
    severity: Severity::Warning,
    title: Text { zh: "指标没有分解到地区", en: "an indicator is not split by region" },
    what: Text {
        zh: "表中多数指标都分解到地区，个别指标只有全省指标值。",
        en: "Most indicators of the table have regions' targets, this one has the province's alone.",
    },
    why: Text {
        zh: "没有分解就没有责任地区，全省任务落空时无从追究。",
        en: "Without a split no region is responsible for the province's target.",
    },
    repair: Text {
        zh: "分解到地区；本就由省级完成的，在专项资金文件夹的指标清单中写明不分地区（regional_split = \"none\"）。",
        en: "Split it; if the province alone is to reach it, say so in the fund folder (regional_split = \"none\").",
    },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270\n\
         | | 广州市 | ≥ 104\n\
         | | 惠州市 | ≥ 166\n\
         | 质量指标 | 资金拨付合规率（%） | ≥ 90\n\
         | | 广州市 | ≥ 90\n\
         | | 惠州市 | ≥ 90\n\
         | 时效指标 | 项目完成时间 | 2024年12月底前\n\
         | | 广州市 | 2024年12月底前\n\
         | | 惠州市 | 2024年12月底前\n\
         效益指标 | 经济效益指标 | 企业进口规模（亿元） | ≥ 310",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270\n\
         | | 广州市 | ≥ 104\n\
         | | 惠州市 | ≥ 166\n\
         | 质量指标 | 资金拨付合规率（%） | ≥ 90\n\
         | | 广州市 | ≥ 90\n\
         | | 惠州市 | ≥ 90\n\
         | 时效指标 | 项目完成时间 | 2024年12月底前\n\
         | | 广州市 | 2024年12月底前\n\
         | | 惠州市 | 2024年12月底前\n\
         效益指标 | 经济效益指标 | 企业进口规模（亿元） | ≥ 310\n\
         | | 广州市 | ≥ 210\n\
         | | 惠州市 | ≥ 100",
    ),
    source: Source {
        text: Text {
            zh: "由同一张表多数指标的做法推出；随资金下达的绩效目标应分解到地区",
            en: "from what most indicators of the same table do; targets that go down with the money are split by region",
        },
        certainty: Certainty::Practice,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let split = cx.table.indicators.iter().filter(|i| !i.regions.is_empty()).count();
    if split < 3 || split * 2 <= cx.table.indicators.len() {
        return;
    }
    for (indicator, facts) in cx.indicators() {
        let meant = facts.spec.is_some_and(|s| s.regional_split == RegionalSplit::None);
        let set = indicator.whole.iter().any(|c| c.target().is_set());
        if indicator.regions.is_empty() && set && !meant {
            findings.push(finding(indicator, split, cx.table.indicators.len()));
        }
    }
}

fn finding(indicator: &Indicator, split: usize, all: usize) -> Finding {
    let title = &indicator.title;
    let message = both!(
        "“{title}”只有全省指标值，没有分解到地区；全表{all}个指标中{split}个已分解",
        "{title} has the province's target only; {split} of the table's {all} indicators are split by region"
    );
    Finding::new(&RULE, indicator.name.place, message)
        .about(title, None, None)
        .here(Both::new("下面没有地区", "no regions below"))
        .because(Both::new(
            "没有分解到地区的任务没有责任地区，汇总也无从核对",
            "a target that is not split has no responsible region, and nothing to be checked against",
        ))
        .next(Both::new(
            "把任务分解到地区；由省级完成的，在指标清单中写明不分地区",
            "split it by region; if the province alone is to reach it, say so in the fund folder's list of indicators",
        ))
}
