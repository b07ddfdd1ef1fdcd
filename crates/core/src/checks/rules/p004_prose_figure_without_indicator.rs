use super::{
    Cx, Example, Rule, Text,
    cells::{self, PUT_IN_FIGURES},
    prose::{self, Quantity},
};
use crate::{
    both,
    finding::{Finding, Severity},
    target::Comparator,
};

pub(super) const RULE: Rule = Rule {
    code: "P004",
    name: "prose-figure-without-indicator",
    severity: Severity::Warning,
    title: Text {
        zh: "绩效目标文字中的量化目标没有对应指标",
        en: "a quantified goal in the prose has no indicator",
    },
    what: Text {
        zh: "总体绩效目标写了“不少于”“达到”等量化要求，指标表里既没有同样的数，也没有名称相近、单位相同的指标。",
        en: "The prose demands a figure (at least, reach), and the table has neither that figure nor an indicator with a similar name and unit.",
    },
    why: Text {
        zh: "写进目标而没有指标，年终无从考核。",
        en: "A goal without an indicator is never evaluated.",
    },
    repair: Text {
        zh: "在指标表中增加相应指标，或从文字中删去。",
        en: "Add an indicator, or take the figure out of the prose.",
    },
    failing: Example::table(
        "绩效目标表\n\
         总体绩效目标 | 实施周期总目标 | 当年度目标\n\
         | 支持企业开展进口业务。 | 进口贴息支持企业数量不少于270家次，组织境外展会不少于12场次。\n\
         一级指标 | 二级指标 | 三级指标 | 实施周期指标值 | 当年度指标值\n\
         产出指标 | 数量指标 | 进口贴息支持企业数量（家次） | ≥ 810 | ≥ 270",
    ),
    passing: Example::table(
        "绩效目标表\n\
         总体绩效目标 | 实施周期总目标 | 当年度目标\n\
         | 支持企业开展进口业务。 | 进口贴息支持企业数量不少于270家次。\n\
         一级指标 | 二级指标 | 三级指标 | 实施周期指标值 | 当年度指标值\n\
         产出指标 | 数量指标 | 进口贴息支持企业数量（家次） | ≥ 810 | ≥ 270",
    ),
    source: PUT_IN_FIGURES,
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    if cx.table.indicators.is_empty() {
        return;
    }
    let missing = prose::quantities(cx).into_iter().filter(|q| is_missing(cx, q));
    findings.extend(missing.map(|q| finding(&q)));
}

/// Whether nothing in the table could be what the quantity speaks of. Amounts of money are left to the budget's check.
fn is_missing(cx: &Cx<'_>, quantity: &Quantity<'_>) -> bool {
    let demands = !matches!(quantity.number.comparator, Comparator::Bare | Comparator::Range);
    let Some(unit) = quantity.number.unit.as_ref().filter(|u| u.is_count() || u.is_share()) else {
        return false;
    };
    let resembles = cx.indicators().any(|(indicator, facts)| {
        let same_unit =
            facts.unit.as_ref().is_some_and(|u| u.meaning == unit.meaning || prose::are_confusable(u, unit));
        let same_figure = cells::cells(indicator).any(|at| {
            let scale = at.number().and_then(|n| n.unit.as_ref()).or(facts.unit.as_ref()).map(|u| u.scale);
            let figure = at.number().and_then(crate::target::NumberTarget::figure);
            figure.zip(scale).and_then(|(f, s)| f.checked_mul(s)) == quantity.base_figure()
        });
        let near = prose::common_part(&crate::text::key(&indicator.title), &quantity.phrase) >= 2;
        same_figure || (same_unit && near) || (facts.unit.is_none() && near)
    });
    demands && quantity.is_target(cx) && !resembles && prose::spoken_of(cx, &quantity.phrase).is_none()
}

fn finding(quantity: &Quantity<'_>) -> Finding {
    let clause = &quantity.clause;
    let period = quantity.passage.period.map(|p| (p.zh(), p.en())).unwrap_or_default();
    let message = both!(
        "{zh}目标写“{clause}”，指标表中没有对应的指标",
        "the goal ({en}) says {clause}, but no indicator of the table corresponds to it",
        zh = period.0,
        en = period.1,
        clause = clause
    );
    let mut finding = Finding::new(&RULE, quantity.passage.text.place, message)
        .here(both!("{said}没有对应指标", "no indicator for {said}", said = quantity.said))
        .because(both!(
            "量化目标没有落到指标，年终无从考核",
            "a quantified goal that is no indicator is never evaluated"
        ))
        .next(both!(
            "在指标表中增加相应的三级指标，或从文字中删去该要求",
            "add an indicator for it, or take the demand out of the prose"
        ));
    finding.subject.period = quantity.passage.period;
    finding
}
