use super::{
    Certainty, Cx, Example, Rule, Source, Text,
    cells::{self, Picked},
    units,
};
use crate::{
    both,
    finding::{Finding, Severity},
};

pub(super) const RULE: Rule = Rule {
    code: "T009",
    name: "fraction-of-a-count",
    severity: Severity::Error,
    title: Text {
        zh: "按个计数的指标值不是整数", en: "the target of a count is not a whole number"
    },
    what: Text {
        zh: "单位为家、家次、人、个、项等的指标，指标值带小数（如3.5家）。“2.5万家次”是整数，平均数（户均、人均）也可带小数，均不报。",
        en: "An indicator counted in enterprises, awards, persons or items has a target with a fraction (3.5). 2.5万家次 is a whole number and averages may have fractions; neither is reported.",
    },
    why: Text {
        zh: "多为平均分配时未取整，或单位、小数点有误。",
        en: "Most likely an even split that was not rounded, or a wrong unit or decimal point.",
    },
    repair: Text {
        zh: "取整或更正单位；拆分到地区的取整后应仍合计等于全省。",
        en: "Round it or correct the unit; regional figures should still add up to the province's.",
    },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 27.5",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 28",
    ),
    source: Source {
        text: Text {
            zh: "由计量单位的含义推出：企业、人、项目等按个计数",
            en: "from the meaning of the unit: enterprises, persons and items come in whole numbers",
        },
        certainty: Certainty::Logic,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let picked = cells::pick(cx, |indicator, facts, at| {
        units::is_fraction_of_count(facts, at) && !indicator.title.contains(['均', '每'])
    });
    findings.extend(picked.iter().map(finding));
}

fn finding(picked: &Picked<'_>) -> Finding {
    let (title, spots) = (picked.title(), picked.spots());
    let unit = picked.first().number().and_then(|n| n.unit.as_ref()).or(picked.facts.unit.as_ref());
    let symbol = unit.map(|u| u.symbol.clone()).unwrap_or_default();
    let message = both!(
        "“{title}”按“{symbol}”计数，指标值却不是整数：{zh}",
        "{title} is counted in {symbol}, yet its target is no whole number: {en}",
        title = title,
        symbol = symbol,
        zh = spots.zh,
        en = spots.en
    );
    picked
        .finding(&RULE, message)
        .because(both!("“{symbol}”只能是整数", "{symbol} comes in whole numbers", symbol = symbol))
        .next(both!(
            "取整，或核对小数点和单位（例如应为“万{symbol}”）",
            "round it, or check the decimal point and the unit (perhaps 万{symbol} was meant)",
            symbol = symbol
        ))
}
