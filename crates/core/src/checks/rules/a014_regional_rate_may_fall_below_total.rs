use super::{Certainty, Cx, Example, Rule, Source, Text, proofs::RegionProof, rates, say};
use crate::{
    both,
    finding::{Both, Finding, Severity},
};

pub(super) const RULE: Rule = Rule {
    code: "A014",
    name: "regional-rate-may-fall-below-total",
    severity: Severity::Warning,
    title: Text {
        zh: "有地区的比率低于全省，全省不一定保证得了",
        en: "some regions' rates are below the province's",
    },
    what: Text {
        zh: "比率类指标，部分地区的指标值低于全省（或上限高于全省），全省能否达标取决于权重。",
        en: "For a rate, some regions' targets are below the province's (or some ceilings above it): whether the province meets its own depends on the weights.",
    },
    why: Text {
        zh: "表中没有权重，各地区都达标时全省仍可能不达标。",
        en: "The table gives no weights; with all regions on target the province may still miss.",
    },
    repair: Text {
        zh: "各地区不低于全省，或注明权重（按资金或企业数）并据此核定全省。",
        en: "Let no region be below the province, or state the weights (money, enterprises) and derive the province's target from them.",
    },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         效益指标 | 服务对象满意度指标 | 获支持对象满意度（%） | ≥ 90\n\
         | | 甲市 | ≥ 95\n\
         | | 乙市 | ≥ 80",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         效益指标 | 服务对象满意度指标 | 获支持对象满意度（%） | ≥ 90\n\
         | | 甲市 | ≥ 95\n\
         | | 乙市 | ≥ 90",
    ),
    source: Source {
        text: Text {
            zh: "相对数按资金加权平均（省级自评表填表说明）；权重未定时，平均数可低至最低的地区，由算术得出",
            en: "rates are averaged weighted by money (notes on provincial forms); with weights unknown the mean can be as low as the lowest region: arithmetic",
        },
        certainty: Certainty::Logic,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    findings.extend(rates::failed(cx).iter().filter(|(_, hopeless)| !hopeless).map(|(p, _)| finding(p)));
}

fn finding(p: &RegionProof<'_>) -> Finding {
    let (title, written, period, n) = (&p.indicator.title, say::written(p.whole), p.period, p.parts.len());
    let short: Vec<String> = rates::short_parts(p).iter().map(|part| part.row.name.key()).collect();
    let names = say::names(&short, 4);
    let (low, low_en) = if p.is_floor() { ("低于", "below") } else { ("高于", "above") };
    let message = both!(
        "“{title}”{zh}全省指标值为{written}，{n}个地区中{short_zh}的指标值{low}全省",
        "{title} ({en}): the province needs {written}; of its {n} regions some have targets {low_en} that: {short_en}",
        zh = period.zh(),
        en = period.en(),
        short_zh = names.zh,
        short_en = names.en
    );
    let finding = Finding::new(&RULE, p.whole.written.place, message).because(Both::new(
        "全省的比率是各地区的加权平均，表中没有权重；偏低地区权重大时，各地区都达标而全省不达标",
        "the province's rate is a weighted mean and the table gives no weights: when these regions weigh much, all meet their targets and the province misses",
    ));
    rates::complete(finding, p)
}
