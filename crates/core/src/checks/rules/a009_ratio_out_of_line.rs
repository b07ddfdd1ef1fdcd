use super::{
    Certainty, Cx, Example, Facts, Rule, Source, Text,
    rows::{Pair, Ratio, pairs, step, years_by_which_rows_multiply},
    say,
};
use crate::{
    both,
    finding::{Both, Finding, Severity},
};

pub(super) const RULE: Rule = Rule {
    code: "A009",
    name: "ratio-out-of-line",
    severity: Severity::Warning,
    title: Text {
        zh: "实施周期与年度之比和其他行不一致",
        en: "cycle and year stand in another ratio than elsewhere",
    },
    what: Text {
        zh: "同一指标下至少四分之三的行实施周期都是年度的同一倍数，这一行不是，且不像取整。",
        en: "In at least three quarters of an indicator's rows the cycle is the same multiple of the year; in this row it is not, by more than rounding.",
    },
    why: Text {
        zh: "多半是其中一个数抄错或填错行。",
        en: "Most likely one of the two figures was mistyped or put in the wrong row.",
    },
    repair: Text {
        zh: "核对两个数；确有不同安排的注明。",
        en: "Check both figures; if the plan really differs here, say so.",
    },
    failing: Example::table(
        "绩效目标表\n\
         项目名称 | 支持企业项目 | | |\n\
         实施期限 | 起始年度 | 2024年 | 到期年度 | 2026年\n\
         一级指标 | 二级指标 | 三级指标 | 实施周期指标值 | 当年度指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 900 | ≥ 300\n\
         | | 甲市 | ≥ 300 | ≥ 100\n\
         | | 乙市 | ≥ 300 | ≥ 100\n\
         | | 丙市 | ≥ 800 | ≥ 100",
    ),
    passing: Example::table(
        "绩效目标表\n\
         项目名称 | 支持企业项目 | | |\n\
         实施期限 | 起始年度 | 2024年 | 到期年度 | 2026年\n\
         一级指标 | 二级指标 | 三级指标 | 实施周期指标值 | 当年度指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 900 | ≥ 300\n\
         | | 甲市 | ≥ 300 | ≥ 100\n\
         | | 乙市 | ≥ 300 | ≥ 100\n\
         | | 丙市 | ≥ 300 | ≥ 100",
    ),
    source: Source {
        text: Text {
            zh: "由同一指标其他行的比例推出",
            en: "from the ratio that the indicator's other rows keep",
        },
        certainty: Certainty::Logic,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    for (indicator, facts) in cx.indicators() {
        let Some(years) = years_by_which_rows_multiply(cx, Some(indicator)) else { continue };
        let step = step(facts);
        let off: Vec<Pair<'_>> = pairs(cx, indicator, facts)
            .into_iter()
            // A cycle below a single year has a check of its own; a year without task may be followed by others.
            .filter(|p| {
                p.cycle_figure >= p.year_figure
                    && !p.year_figure.is_zero()
                    && p.ratio(years, step) == Ratio::Off
            })
            .collect();
        if let Some(first) = off.first() {
            findings.extend(finding(facts, first, &off, years));
        }
    }
}

fn finding(facts: &Facts<'_>, first: &Pair<'_>, all: &[Pair<'_>], years: u32) -> Option<Finding> {
    let (subject, n, unit) = (first.row.subject(), all.len(), facts.unit.as_ref());
    let (cycle, year) = (say::written(first.cycle), say::written(first.year));
    let times = first.times(years)?;
    let expected = say::figure(times, unit);
    let message = both!(
        "{zh}实施周期{cycle}、年度{year}，按其他行的{years}倍应为{expected}",
        "{en}: cycle {cycle}, year {year}; {years} times the year, as in the other rows, would be {expected}",
        zh = subject.zh,
        en = subject.en
    );
    let finding = Finding::new(&RULE, first.cycle.written.place, message)
        .here(both!("年度×{years}为{expected}", "{years} times the year is {expected}"))
        .label(first.year.written.place, Both::new("年度指标值", "the year's target"))
        .labels(all.iter().skip(1).map(|p| (p.cycle.written.place, p.row.label())))
        .figures(
            (Both::new("实施周期指标值", "cycle's target"), cycle),
            (both!("年度×{years}", "{years} times the year"), expected.clone()),
            say::difference(first.cycle_figure, times, unit),
        )
        .because(both!(
            "同一指标其他行的实施周期都是年度的{years}倍，有{n}行不是，相差超出取整",
            "the cycle is {years} times the year in the indicator's other rows; in {n} it is not, by more than rounding"
        ))
        .next(Both::new(
            "核对实施周期和年度两个数；确实逐年不同的，加注说明",
            "check both figures; if the years are meant to differ, say so in a note",
        ));
    Some(first.row.about(finding, Some(first.cycle.period)))
}
