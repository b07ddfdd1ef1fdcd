use rust_decimal::Decimal;

use super::{
    Certainty, Cx, Example, Rule, Source, Text,
    proofs::{RegionProof, with_sign},
    say,
};
use crate::{
    both,
    finding::{Both, Edit, Finding, Safety, Severity},
    proof::RollUp,
};

pub(super) const RULE: Rule = Rule {
    code: "A011",
    name: "exact-total-from-floors",
    severity: Severity::Warning,
    title: Text {
        zh: "全省用“=”，各地区用“≥”",
        en: "the province must hit a figure that the regions may exceed",
    },
    what: Text {
        zh: "全省指标值是等于某数，各地区只有下限：任何地区超额，全省就不再“等于”。",
        en: "The province's target is an exact figure while the regions only have floors: as soon as one exceeds its floor the province is no longer equal to it.",
    },
    why: Text {
        zh: "超额完成反而不达标，考核结论会自相矛盾。",
        en: "Doing more than asked would be a miss, and the evaluation contradicts itself.",
    },
    repair: Text {
        zh: "全省改为“≥”；确需恰好等于的，各地区也用“=”。",
        en: "Write ≥ for the province; if it must be exact, write = for the regions too.",
    },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | = 270\n\
         | | 甲市 | ≥ 104\n\
         | | 乙市 | ≥ 166",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270\n\
         | | 甲市 | ≥ 104\n\
         | | 乙市 | ≥ 166",
    ),
    source: Source {
        text: Text {
            zh: "由指标值的含义推出：aᵢ ≥ tᵢ 推不出 Σaᵢ = Σtᵢ",
            en: "from the meaning of targets: aᵢ ≥ tᵢ does not give Σaᵢ = Σtᵢ",
        },
        certainty: Certainty::Logic,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let exact = cx.region_proofs().iter().filter(|p| p.is_exact_over_floors() && !p.needs_nothing());
    findings.extend(exact.map(|p| finding(p)));
}

/// What the regions' floors add up to; empty for rates, which are not added.
fn floors(p: &RegionProof<'_>) -> String {
    let added = p.facts.roll_up.regions == RollUp::Sum;
    let sum = p.parts.iter().filter_map(super::Part::floor).try_fold(Decimal::ZERO, Decimal::checked_add);
    sum.filter(|_| added).map_or_else(String::new, |s| format!("≥{}", say::figure(s, p.facts.unit.as_ref())))
}

fn finding(p: &RegionProof<'_>) -> Finding {
    let (title, written, period, n) = (&p.indicator.title, say::written(p.whole), p.period, p.parts.len());
    let text = &p.whole.written.text;
    let floor = with_sign(text, "≥");
    let message = both!(
        "“{title}”{zh}全省指标值为{written}，而{n}个地区只有下限，超额即不等于该数",
        "{title} ({en}): the province's target is {written}, but its {n} regions only have floors and may exceed it",
        zh = period.zh(),
        en = period.en()
    );
    Finding::new(&RULE, p.whole.written.place, message)
        .about(title, None, Some(period))
        .here(both!("要求{written}", "needs {written}"))
        .labels(p.parts.iter().map(|part| (part.cell.written.place, Both::same(part.row.name.key()))))
        .figures(
            (Both::new("全省指标值", "province's target"), written.clone()),
            (Both::new("各地区下限合计", "sum of the regions' floors"), floors(p)),
            "",
        )
        .because(both!(
            "任何一个地区多完成一点，合计就不再满足“{written}”",
            "if any region does a little more than its floor, the whole no longer satisfies {written}"
        ))
        .counterexample(p.example(), p.example_result())
        .next(both!(
            "全省改为“{floor}”；确需恰好等于的，各地区也写“=”",
            "write {floor} for the province; if it must be exact, write = for the regions too"
        ))
        .fix(
            Safety::Unsafe,
            both!("比较符“=”改为“≥”，数字不变", "the comparator = becomes ≥, the figure stays"),
            vec![Edit { place: p.whole.written.place, before: text.clone(), after: floor.clone() }],
        )
}
