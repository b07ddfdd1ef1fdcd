use super::{
    Cx, Example, Facts, Rule, Text,
    cells::{self, At, COMMON_SLIP, Picked},
    direction, proofs,
    t002_comparators_contradict::contradicts,
};
use crate::{
    both,
    finding::{Both, Finding, Safety, Severity},
    period::Period,
    table::Indicator,
    target::Comparator,
};

pub(super) const RULE: Rule = Rule {
    code: "T013",
    name: "comparator-differs-among-regions",
    severity: Severity::Warning,
    title: Text {
        zh: "个别地区的比较符与其他地区不同",
        en: "a few regions have another comparator than the rest",
    },
    what: Text {
        zh: "同一指标同一期间，至少四分之三的地区用同一个比较符，个别地区用了别的。",
        en: "Within one indicator and period at least three quarters of the regions have the same comparator and a few another one.",
    },
    why: Text {
        zh: "同一任务对各地区的要求方式应当一致；多为误录，且会使汇总对不上。",
        en: "One task should be asked of every region in the same way; most likely a slip, and the roll-up no longer fits.",
    },
    repair: Text {
        zh: "改为与多数地区一致；确有不同要求的，在备注说明。",
        en: "Use the comparator of the others; if it is meant, say so in the remarks.",
    },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 40\n\
         | | 甲市 | ≥ 10\n\
         | | 乙市 | ≥ 10\n\
         | | 丙市 | ≥ 10\n\
         | | 丁市 | > 10",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 40\n\
         | | 甲市 | ≥ 10\n\
         | | 乙市 | ≥ 10\n\
         | | 丙市 | ≥ 10\n\
         | | 丁市 | ≥ 10",
    ),
    source: COMMON_SLIP,
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    for (indicator, facts) in cx.indicators() {
        for period in cx.table.periods() {
            findings.extend(exceptions(cx, indicator, facts, period));
        }
    }
}

fn exceptions(cx: &Cx<'_>, indicator: &Indicator, facts: &Facts<'_>, period: Period) -> Option<Finding> {
    let signed: Vec<At<'_>> = cells::cells(indicator)
        .filter(|at| at.row.is_some() && at.cell.period == period && is_comparable(indicator, facts, at))
        .collect();
    let count = |c: Comparator| signed.iter().filter(|at| at.comparator() == Some(c)).count();
    let (usual, most) =
        signed.iter().filter_map(At::comparator).map(|c| (c, count(c))).max_by_key(|(c, n)| (*n, *c))?;
    let others: Vec<At<'_>> = signed.iter().copied().filter(|at| at.comparator() != Some(usual)).collect();
    let few = most >= 3 && others.len() * 3 <= most;
    let picked = cells::picked(cx, indicator, facts, others).filter(|_| few)?;
    Some(finding(&picked, usual, most))
}

/// A cell with one plain comparator of which no other check speaks.
fn is_comparable(indicator: &Indicator, facts: &Facts<'_>, at: &At<'_>) -> bool {
    at.number().is_some_and(|n| {
        !matches!(n.comparator, Comparator::Bare | Comparator::Range)
            && direction::odd(indicator, facts, n).is_none()
            && !contradicts(at)
    })
}

fn finding(picked: &Picked<'_>, usual: Comparator, most: usize) -> Finding {
    let (title, spots, sign) = (picked.title(), picked.spots(), usual.sign());
    let odd = picked.first().comparator().map_or("", Comparator::sign);
    let message = both!(
        "“{title}”有{most}个地区用“{sign}”，而{zh}与此不同",
        "{title}: {most} regions have {sign}, but not {en}",
        title = title,
        most = most,
        sign = sign,
        zh = spots.zh,
        en = spots.en
    );
    picked
        .finding(&RULE, message)
        .figures(
            (Both::new("多数地区", "most regions"), sign.to_owned()),
            (Both::new("个别地区", "the exception"), odd.to_owned()),
            "",
        )
        .because(both!(
            "同一任务对各地区的要求方式应当一致，个别不同多为误录",
            "one task is asked of every region in the same way; a few exceptions are most likely slips"
        ))
        .next(both!(
            "核对后改为“{sign}”；确有不同要求的，在备注中说明",
            "check, and write {sign}; if the difference is meant, say so in the remarks",
            sign = sign
        ))
        .fix(
            Safety::Unsafe,
            both!(
                "改为多数地区的“{sign}”，数字不变",
                "uses {sign} as most regions do; the figure stays",
                sign = sign
            ),
            picked.edits(|at| Some(proofs::with_sign(at.text(), sign))),
        )
}
