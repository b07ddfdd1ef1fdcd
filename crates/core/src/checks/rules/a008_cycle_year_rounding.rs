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
    code: "A008",
    name: "cycle-year-rounding",
    severity: Severity::Note,
    title: Text {
        zh: "实施周期与各年之和差一点，像是取整",
        en: "cycle and years differ by what looks like rounding",
    },
    what: Text {
        zh: "全表按“实施周期 = 年度 × 年数”编列，个别行因年度数取整而略有出入。",
        en: "The table sets the cycle at the year times the number of years; some rows are slightly off because the year's figure was rounded.",
    },
    why: Text {
        zh: "各年相加与实施周期对不上，分年下达和汇总时要反复解释。",
        en: "The years do not add up to the cycle, which has to be explained again whenever they are compared.",
    },
    repair: Text {
        zh: "把实施周期改为年度数乘年数，或在最后一年调平并注明。",
        en: "Set the cycle to the year times the years, or make the difference up in the last year and say so.",
    },
    failing: Example::table(
        "绩效目标表\n\
         项目名称 | 支持企业项目 | | |\n\
         实施期限 | 起始年度 | 2024年 | 到期年度 | 2026年\n\
         一级指标 | 二级指标 | 三级指标 | 实施周期指标值 | 当年度指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 900 | ≥ 300\n\
         | | 甲市 | ≥ 115 | ≥ 38\n\
         | | 乙市 | ≥ 785 | ≥ 262",
    ),
    passing: Example::table(
        "绩效目标表\n\
         项目名称 | 支持企业项目 | | |\n\
         实施期限 | 起始年度 | 2024年 | 到期年度 | 2026年\n\
         一级指标 | 二级指标 | 三级指标 | 实施周期指标值 | 当年度指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 900 | ≥ 300\n\
         | | 甲市 | ≥ 114 | ≥ 38\n\
         | | 乙市 | ≥ 786 | ≥ 262",
    ),
    source: Source {
        text: Text {
            zh: "由算术得出：年度数取整引起的差小于“年数 × 最小书写单位”",
            en: "arithmetic: rounding the year makes the cycle differ by less than one written unit per year",
        },
        certainty: Certainty::Logic,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let Some(years) = years_by_which_rows_multiply(cx, None) else { return };
    for (indicator, facts) in cx.indicators() {
        let step = step(facts);
        let rounded: Vec<Pair<'_>> = pairs(cx, indicator, facts)
            .into_iter()
            .filter(|p| !p.year_figure.is_zero() && p.ratio(years, step) == Ratio::Rounded)
            .collect();
        if let Some(first) = rounded.first() {
            findings.extend(finding(facts, first, &rounded, years));
        }
    }
}

fn finding(facts: &Facts<'_>, first: &Pair<'_>, all: &[Pair<'_>], years: u32) -> Option<Finding> {
    let (title, unit, n) = (&first.row.indicator.title, facts.unit.as_ref(), all.len());
    let shown: Vec<(Shown, &Pair<'_>)> =
        all.iter().filter_map(|p| Some((Shown::of(p, facts, years)?, p))).collect();
    let (one, _) = shown.first()?;
    let who = first.row.label();
    let message = both!(
        "“{title}”有{n}行实施周期与年度×{years}略有出入，像是取整：如{who}{cycle}，而{year}×{years}={times}",
        "{title}: in {n} rows the cycle is not quite {years} times the year, as if rounded: {who_en} has {cycle}, while {years} × {year} = {times}",
        who_en = who.en,
        who = who.zh,
        cycle = one.cycle,
        year = one.year,
        times = one.times
    );
    // No fix: rounding may well be meant, and evening it out would change what every one of these rows promises.
    let finding = Finding::new(&RULE, first.cycle.written.place, message)
        .about(title, None, None)
        .here(both!("年度×{years}为{t}", "{years} times the year is {t}", t = one.times))
        .labels(shown.iter().skip(1).map(|(s, p)| {
            let who = p.row.label();
            (
                p.cycle.written.place,
                both!("{z}：年度×{years}为{t}", "{e}: {years} times the year is {t}", z = who.zh, e = who.en, t = s.times),
            )
        }))
        .figures(
            (Both::new("实施周期指标值", "cycle's target"), one.cycle.clone()),
            (both!("年度×{years}", "{years} times the year"), one.times.clone()),
            say::difference(first.cycle_figure, first.times(years)?, unit),
        )
        .because(both!(
            "多数行是年度的{years}倍，这些行的差不超过取整的范围；严格说各年相加与实施周期不等",
            "most rows are {years} times the year and these differ by no more than rounding; strictly, the years do not add up to the cycle"
        ))
        .next(both!(
            "把实施周期改为年度×{years}，或注明“年度数取整，最后一年调平”",
            "set the cycle to {years} times the year, or note that years are rounded and the last one makes up the difference"
        ));
    Some(finding)
}

/// A row's figures as the message shows them.
struct Shown {
    cycle: String,
    year: String,
    times: String,
}

impl Shown {
    fn of(pair: &Pair<'_>, facts: &Facts<'_>, years: u32) -> Option<Self> {
        let figure = |value| say::figure(value, facts.unit.as_ref());
        Some(Self {
            cycle: figure(pair.cycle_figure),
            year: pair.year_figure.normalize().to_string(),
            times: figure(pair.times(years)?),
        })
    }
}
