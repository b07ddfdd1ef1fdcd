use super::{Certainty, Cx, Example, Rule, Source, Text, proofs::RegionProof, rates, say};
use crate::{
    both,
    finding::{Both, Finding, Severity},
};

pub(super) const RULE: Rule = Rule {
    code: "A010",
    name: "regional-rate-below-total",
    severity: Severity::Error,
    title: Text {
        zh: "各地区的比率都低于全省", en: "every region's rate is below the province's"
    },
    what: Text {
        zh: "比率类指标，所有地区的指标值都低于全省（或上限都高于全省），无论怎样加权都保证不了全省。",
        en: "For a rate, every region's target is below the province's (or every ceiling above it): no weighting lets them guarantee it.",
    },
    why: Text {
        zh: "各地区全部达标，全省却不达标。",
        en: "All regions meet their targets and the province misses its own.",
    },
    repair: Text {
        zh: "各地区不低于全省，或全省降到各地区的水平。",
        en: "Let no region be below the province, or lower the province to the regions.",
    },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         效益指标 | 服务对象满意度指标 | 获支持对象满意度（%） | ≥ 95\n\
         | | 甲市 | ≥ 90\n\
         | | 乙市 | ≥ 90",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         效益指标 | 服务对象满意度指标 | 获支持对象满意度（%） | ≥ 90\n\
         | | 甲市 | ≥ 90\n\
         | | 乙市 | ≥ 90",
    ),
    source: Source {
        text: Text {
            zh: "相对数按资金加权平均（省级自评表填表说明）；加权平均不会高于其中最大者，由算术得出",
            en: "rates are averaged weighted by money (notes on provincial forms); a mean is never above its largest term: arithmetic",
        },
        certainty: Certainty::Logic,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    findings.extend(rates::failed(cx).iter().filter(|(_, hopeless)| *hopeless).map(|(p, _)| finding(p)));
}

fn finding(p: &RegionProof<'_>) -> Finding {
    let (title, written, period, n) = (&p.indicator.title, say::written(p.whole), p.period, p.parts.len());
    let message = both!(
        "“{title}”{zh}全省指标值为{written}，而{n}个地区的指标值没有一个达到这一要求",
        "{title} ({en}): the province needs {written}, and none of the targets of its {n} regions comes up to that",
        zh = period.zh(),
        en = period.en()
    );
    let finding = Finding::new(&RULE, p.whole.written.place, message).because(Both::new(
        "全省的比率是各地区的加权平均，不会超出各地区的范围：各地区都恰好达标时，全省必然不达标",
        "the province's rate is a weighted mean of the regions': when each just meets its target the province must miss",
    ));
    rates::complete(finding, p)
}
