use super::{
    Cx, Example, Rule, Text,
    cells::{self, COMMON_SLIP, Picked},
    direction::{self, Odd},
    proofs,
};
use crate::{
    both,
    finding::{Finding, Safety, Severity},
};

pub(super) const RULE: Rule = Rule {
    code: "T003",
    name: "direction-meaningless",
    severity: Severity::Error,
    title: Text {
        zh: "比较符方向与指标含义相反",
        en: "the comparator points against the indicator's meaning",
    },
    what: Text {
        zh: "越低越好的指标（逾期、投诉、差错等）设了下限，或越高越好的比率（满意度、合格率等）只设了上限。成本、时限类指标设上限属正常，不报。",
        en: "An indicator that is better low (overdue, complaints, errors) has a floor, or a rate that is better high (satisfaction, pass rate) has a ceiling only. Ceilings on cost and time are normal and not reported.",
    },
    why: Text {
        zh: "按字面理解，做得越差越算完成。",
        en: "Taken at its word, the worse the result the better the target is met.",
    },
    repair: Text {
        zh: "把比较符反过来，或改指标名称（如“逾期发放率”改为“按期发放率”）。",
        en: "Turn the comparator round, or rename the indicator (on-time instead of overdue).",
    },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 时效指标 | 逾期发放率（%） | ≥ 5",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 时效指标 | 逾期发放率（%） | ≤ 5",
    ),
    source: COMMON_SLIP,
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    for odd in [Odd::Floor, Odd::Ceiling] {
        let picked = cells::pick(cx, |indicator, facts, at| {
            at.number().and_then(|n| direction::odd(indicator, facts, n)) == Some(odd)
        });
        findings.extend(picked.iter().map(|p| finding(p, odd)));
    }
}

fn finding(picked: &Picked<'_>, odd: Odd) -> Finding {
    let (title, spots) = (picked.title(), picked.spots());
    let (sign, message, reason) = match odd {
        Odd::Floor => (
            "≤",
            both!(
                "“{title}”越低越好，却要求不低于某个数：{zh}",
                "{title} is better low, yet has a floor: {en}",
                title = title,
                zh = spots.zh,
                en = spots.en
            ),
            both!(
                "照此执行，“{title}”越高越算完成，与指标含义相反",
                "taken at its word, the higher {title} is, the better the target is met",
                title = title
            ),
        ),
        Odd::Ceiling => (
            "≥",
            both!(
                "“{title}”越高越好，却只设了上限：{zh}",
                "{title} is better high, yet has nothing but a ceiling: {en}",
                title = title,
                zh = spots.zh,
                en = spots.en
            ),
            both!(
                "照此执行，“{title}”为0也算完成，与指标含义相反",
                "taken at its word, {title} of 0 meets the target",
                title = title
            ),
        ),
    };
    picked
        .finding(&RULE, message)
        .because(reason)
        .next(both!(
            "核对本意：多半应为“{sign}”；若数字也按相反方向填写，一并更正",
            "check what was meant: most likely {sign}; if the figure was filled in for the opposite meaning, correct it too",
            sign = sign
        ))
        .fix(
            Safety::Unsafe,
            both!("比较符改为“{sign}”，数字不变", "comparator becomes {sign}, the figure stays", sign = sign),
            picked.edits(|at| Some(proofs::with_sign(at.text(), sign))),
        )
}
