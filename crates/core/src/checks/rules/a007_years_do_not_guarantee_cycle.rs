use super::{
    Certainty, Cx, Example, Facts, Rule, Source, Text,
    rows::{Row, rows, step},
    say,
};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    interval::{Interval, Side},
    period::Period,
    proof::{Failure, Proof, guarantee},
    table::TargetCell,
};

pub(super) const RULE: Rule = Rule {
    code: "A007",
    name: "years-do-not-guarantee-cycle",
    severity: Severity::Warning,
    title: Text {
        zh: "各年都完成，实施周期仍可能完不成",
        en: "every year can meet its target while the cycle misses",
    },
    what: Text {
        zh: "表中列全了实施周期的各年，各年指标值汇总得不到实施周期指标值。",
        en: "The table has a column for every year of the cycle, and the years' targets do not give the cycle's.",
    },
    why: Text {
        zh: "差额不在任何一年的任务里，周期结束时才发现完不成。",
        en: "The gap is in no year's task, so that it shows only when the cycle is over.",
    },
    repair: Text {
        zh: "把差额分到各年，或调整实施周期指标值。",
        en: "Share the gap out to the years, or change the cycle's target.",
    },
    failing: Example::table(
        "绩效目标表\n\
         项目名称 | 支持企业项目 | | | |\n\
         实施期限 | 起始年度 | 2024年 | 到期年度 | 2026年 |\n\
         一级指标 | 二级指标 | 三级指标 | 实施周期指标值 | 2024年度指标值 | 2025年度指标值 | 2026年度指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 300 | ≥ 80 | ≥ 90 | ≥ 100",
    ),
    passing: Example::table(
        "绩效目标表\n\
         项目名称 | 支持企业项目 | | | |\n\
         实施期限 | 起始年度 | 2024年 | 到期年度 | 2026年 |\n\
         一级指标 | 二级指标 | 三级指标 | 实施周期指标值 | 2024年度指标值 | 2025年度指标值 | 2026年度指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270 | ≥ 80 | ≥ 90 | ≥ 100",
    ),
    source: Source {
        text: Text {
            zh: "由算术得出：按年度汇总口径，各年完成时实施周期所能保证的结果",
            en: "arithmetic: what the years guarantee for the cycle by the indicator's roll-up over years",
        },
        certainty: Certainty::Logic,
    },
    run,
};

/// A failed proof "years guarantee the cycle" for one row.
struct Gap<'a> {
    row: Row<'a>,
    cycle: &'a TargetCell,
    years: Vec<&'a TargetCell>,
    failure: Failure,
}

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    if !has_every_year(cx) {
        return;
    }
    for (indicator, facts) in cx.indicators() {
        let step = step(facts);
        let gaps: Vec<Gap<'_>> = rows(indicator)
            .filter_map(|row| gap(cx, facts, row))
            // Years rounded to the written precision are off by less than a step each.
            .filter(|g| {
                let off = g.failure.parts.map(|p| (g.failure.whole.value, p.value));
                let off = off.and_then(|(whole, parts)| whole.checked_sub(parts));
                !off.is_some_and(|d| !d.is_zero() && d.abs() < step && g.years.len() > 1)
            })
            .collect();
        if let Some(first) = gaps.first() {
            findings.push(finding(facts, first, &gaps));
        }
    }
}

/// Whether the table has one column for each year of its cycle, beside the cycle's.
fn has_every_year(cx: &Cx<'_>) -> bool {
    let (Some(cycle), periods) = (cx.cycle(), cx.table.periods()) else { return false };
    let year = |y: i16| {
        let of_that_year = |p: &Period| matches!(p, Period::Year(_)) && cx.stand_in_year(*p) == Some(y);
        periods.iter().any(of_that_year)
    };
    let years = cycle.years();
    (1..=20).contains(&years) && periods.contains(&Period::Cycle) && (cycle.first..=cycle.last).all(year)
}

fn gap<'a>(cx: &Cx<'_>, facts: &Facts<'_>, row: Row<'a>) -> Option<Gap<'a>> {
    let cycle = row.cells.iter().find(|c| c.period == Period::Cycle)?;
    let years: Vec<&TargetCell> = row.cells.iter().filter(|c| c.period != Period::Cycle).collect();
    let intervals: Option<Vec<Interval>> = years.iter().map(|c| cx.interval(facts, c)).collect();
    let whole = cx.interval(facts, cycle)?;
    match guarantee(facts.roll_up.years, &intervals?, &whole, facts.domain) {
        Proof::Fails(failure) => Some(Gap { row, cycle, years, failure }),
        _ => None,
    }
}

fn finding(facts: &Facts<'_>, first: &Gap<'_>, all: &[Gap<'_>]) -> Finding {
    let (subject, unit, cycle) = (first.row.subject(), facts.unit.as_ref(), say::written(first.cycle));
    let (n, f) = (first.years.len(), &first.failure);
    let sign = if f.side == Side::Lower { "≥" } else { "≤" };
    let parts = f.parts.map_or_else(|| "—".to_owned(), |b| format!("{sign}{}", say::figure(b.value, unit)));
    let result = say::figure(f.result, unit);
    let message = both!(
        "{zh}实施周期指标值为{cycle}，而{n}个年度的指标值只能保证{parts}",
        "{en}: the cycle needs {cycle}, but the targets of its {n} years only guarantee {parts}",
        zh = subject.zh,
        en = subject.en
    );
    let example =
        first.years.iter().zip(&f.values).map(|(c, v)| (c.period.zh(), say::figure(*v, unit))).collect();
    let finding = Finding::new(&RULE, first.cycle.written.place, message)
        .here(both!("要求{cycle}", "needs {cycle}"))
        .labels(first.years.iter().map(|c| (c.written.place, Both::new(c.period.zh(), c.period.en()))))
        .labels(all.iter().skip(1).map(|g| (g.cycle.written.place, g.row.label())))
        .figures(
            (Both::new("实施周期指标值", "cycle's target"), cycle.clone()),
            (Both::new("各年能保证", "guaranteed by years"), parts.clone()),
            f.parts.map_or_else(String::new, |b| say::difference(f.whole.value, b.value, unit)),
        )
        .because(both!(
            "各年都恰好完成时，实施周期的结果是{result}，不满足“{cycle}”",
            "when every year just meets its target the cycle's result is {result}, which does not satisfy {cycle}"
        ))
        .counterexample(
            example,
            both!("{n}个年度都完成，实施周期为{result}，未达到{cycle}", "all {n} years meet their targets and the cycle is at {result}: {cycle} is missed"),
        )
        .next(Both::new(
            "把差额分到各年，或把实施周期指标值改为各年能保证的数",
            "share the gap out to the years, or set the cycle to what the years guarantee",
        ));
    first.row.about(finding, Some(Period::Cycle))
}
