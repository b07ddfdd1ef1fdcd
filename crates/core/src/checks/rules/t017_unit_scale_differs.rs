use super::{
    Cx, Example, Rule, Text,
    cells::{self, COMMON_SLIP, Picked},
    say,
    units::{self, Clash},
};
use crate::{
    both,
    finding::{Both, Finding, Severity},
};

pub(super) const RULE: Rule = Rule {
    code: "T017",
    name: "unit-scale-differs",
    severity: Severity::Warning,
    title: Text {
        zh: "同一指标用了大小不同的单位", en: "one indicator uses units of different scale"
    },
    what: Text {
        zh: "指标名称的单位是“亿元”，指标值写“万元”，或各地区单位大小不一。“2万家次”这类写法不报。",
        en: "The name says 亿元 and the target 万元, or regions use different scales. Counts such as 2万家次 are not reported.",
    },
    why: Text {
        zh: "同一列数字大小不可比，很容易错看一万倍。",
        en: "Figures of one column cannot be compared at sight and are easily misread ten-thousandfold.",
    },
    repair: Text {
        zh: "换算为指标名称中的单位。", en: "Convert to the unit in the indicator's name."
    },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         效益指标 | 经济效益指标 | 企业进口规模（亿元） | ≥ 96000万元",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         效益指标 | 经济效益指标 | 企业进口规模（亿元） | ≥ 9.6亿元",
    ),
    source: COMMON_SLIP,
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let picked = cells::pick(cx, |_, facts, at| units::clash(facts, at) == Some(Clash::Scale));
    findings.extend(picked.iter().filter_map(|p| finding(cx, p)));
}

fn finding(cx: &Cx<'_>, picked: &Picked<'_>) -> Option<Finding> {
    let (title, spots, first) = (picked.title(), picked.spots(), picked.first());
    let unit = picked.facts.unit.as_ref()?;
    let mine = first.number()?.unit.as_ref()?;
    let bound = cx.interval(&picked.facts, first.cell).and_then(|i| i.lower.or(i.upper));
    let same = bound.map(|b| say::figure(b.value, Some(unit))).unwrap_or_default();
    let message = both!(
        "“{title}”的单位是“{unit}”，而{zh}用“{mine}”，即{same}",
        "{title} is in {unit}, but {en} is in {mine}, which is {same}",
        title = title,
        unit = unit.symbol,
        mine = mine.symbol,
        same = same,
        zh = spots.zh,
        en = spots.en
    );
    let finding = picked
        .finding(&RULE, message)
        .figures(
            (Both::new("指标的单位", "the indicator's unit"), unit.symbol.clone()),
            (Both::new("指标值的单位", "unit of the target"), mine.symbol.clone()),
            "",
        )
        .because(both!(
            "同一指标的数字应当用同一单位，否则不能直接比较，也容易看错",
            "figures of one indicator belong into one unit, or they cannot be compared at sight and are easily misread"
        ))
        .next(both!("换算为“{unit}”；若数字本就是以“{unit}”计，改正单位", "convert to {unit}; if the figure is in {unit} already, correct the unit", unit = unit.symbol));
    Some(finding)
}
