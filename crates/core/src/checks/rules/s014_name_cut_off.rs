use super::{Certainty, Cx, Example, Rule, Source, Text, forms, say};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    place::Written,
};

pub(super) const RULE: Rule = Rule {
    code: "S014",
    name: "name-cut-off",
    severity: Severity::Warning,
    title: Text { zh: "名称像是被截断", en: "a name seems to be cut off" },
    what: Text {
        zh: "指标或地区名称中有前括号而没有后括号，像是在转换或录入时被截断。",
        en: "The name of an indicator or region opens a bracket that is never closed, as if it had been cut off.",
    },
    why: Text {
        zh: "括号里多半是单位或范围；截断后单位读不出来，与上年或下级的同名指标也对不上。",
        en: "The bracket most likely holds the unit or the scope; cut off, the unit is lost and the name no longer matches last year's or the regions' tables.",
    },
    repair: Text { zh: "对照原表补全名称。", en: "Complete the name from the original." },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270\n\
         效益指标 | 经济效益指标 | 带动示范区（培育区内企业进口规模 | ≥ 200亿元",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270\n\
         效益指标 | 经济效益指标 | 带动示范区（培育区）内企业进口规模 | ≥ 200亿元",
    ),
    source: Source {
        text: Text {
            zh: "见于多地公开的绩效表：单元格末尾被截断",
            en: "seen in published tables of several provinces: ends of cells cut off",
        },
        certainty: Certainty::Practice,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    for indicator in &cx.table.indicators {
        if forms::is_cut_off(&indicator.name) {
            findings.push(finding(&indicator.title, None, &indicator.name));
        }
        let regions = indicator.regions.iter().filter(|r| forms::is_cut_off(&r.name));
        findings.extend(regions.map(|r| finding(&indicator.title, Some(r.name.key()), &r.name)));
    }
}

fn finding(title: &str, region: Option<String>, name: &Written) -> Finding {
    let said = say::short(&say::tight(name), 40);
    let message = both!(
        "名称“{said}”的括号没有闭合，像是被截断",
        "the name \"{said}\" opens a bracket and does not close it, as if cut off",
        said = said
    );
    Finding::new(&RULE, name.place, message)
        .about(title, region.as_deref(), None)
        .here(Both::new("括号没有闭合", "bracket not closed"))
        .because(Both::new(
            "括号里多半是单位或范围，截断后读不出单位，同名指标也对不上",
            "the bracket most likely holds the unit or the scope; cut off, the unit is lost and the name matches nothing",
        ))
        .next(Both::new("对照原表补全名称和后括号", "complete the name and its bracket from the original"))
}
