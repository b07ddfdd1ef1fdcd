use super::{
    Certainty, Cx, Example, Facts, Rule, Source, Text,
    rows::{Pair, pairs},
    say,
};
use crate::{
    both,
    finding::{Both, Finding, Severity},
};

pub(super) const RULE: Rule = Rule {
    code: "A006",
    name: "cycle-below-a-year",
    severity: Severity::Error,
    title: Text {
        zh: "实施周期指标值小于年度指标值", en: "the cycle's target is below the year's"
    },
    what: Text {
        zh: "按年累加的指标，整个实施周期的指标值小于其中一年的指标值。",
        en: "For an indicator whose years add up, the whole cycle's target is less than that of one of its years.",
    },
    why: Text {
        zh: "完成当年任务就已超过整个周期，两个数至少有一个错，或两列填反了。",
        en: "One year's target already exceeds the whole cycle's: one of the figures is wrong, or the columns were swapped.",
    },
    repair: Text {
        zh: "核对两列是否填反；改正错的数。",
        en: "See whether the columns were swapped; correct the wrong figure.",
    },
    failing: Example::table(
        "绩效目标表\n\
         项目名称 | 支持企业项目 | | |\n\
         实施期限 | 起始年度 | 2024年 | 到期年度 | 2026年\n\
         一级指标 | 二级指标 | 三级指标 | 实施周期指标值 | 当年度指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 100 | ≥ 300",
    ),
    passing: Example::table(
        "绩效目标表\n\
         项目名称 | 支持企业项目 | | |\n\
         实施期限 | 起始年度 | 2024年 | 到期年度 | 2026年\n\
         一级指标 | 二级指标 | 三级指标 | 实施周期指标值 | 当年度指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 300 | ≥ 100",
    ),
    source: Source {
        text: Text {
            zh: "由算术得出：非负的各年之和不小于其中一年",
            en: "arithmetic: a sum of years is no less than one of them",
        },
        certainty: Certainty::Logic,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    for (indicator, facts) in cx.indicators() {
        let below: Vec<Pair<'_>> =
            pairs(cx, indicator, facts).into_iter().filter(|p| p.cycle_figure < p.year_figure).collect();
        if let Some(first) = below.first() {
            findings.push(finding(facts, first, &below));
        }
    }
}

fn finding(facts: &Facts<'_>, first: &Pair<'_>, all: &[Pair<'_>]) -> Finding {
    let subject = first.row.subject();
    let (cycle, year, n) = (say::written(first.cycle), say::written(first.year), all.len());
    let more = if n > 1 { both!("（共{n}行如此）", " ({n} rows in all)") } else { Both::default() };
    let message = both!(
        "{zh}实施周期指标值{cycle}小于年度指标值{year}{mz}",
        "{en}: the cycle's target {cycle} is below the year's {year}{me}",
        zh = subject.zh,
        en = subject.en,
        mz = more.zh,
        me = more.en
    );
    let finding = Finding::new(&RULE, first.cycle.written.place, message)
        .here(both!("小于年度的{year}", "below the year's {year}"))
        .label(first.year.written.place, Both::new("年度指标值", "the year's target"))
        .labels(all.iter().skip(1).map(|p| (p.cycle.written.place, p.row.label())))
        .figures(
            (Both::new("实施周期指标值", "cycle's target"), cycle),
            (Both::new("年度指标值", "year's target"), year),
            say::difference(first.cycle_figure, first.year_figure, facts.unit.as_ref()),
        )
        .because(Both::new(
            "各年相加得实施周期，周期不会小于其中一年；多半是两列填反或少写一位",
            "years add up to the cycle, which cannot be less than one of them; most likely swapped columns or a lost digit",
        ))
        .next(Both::new("核对两列的数字，填反的对调", "check both columns and swap them if they were exchanged"));
    first.row.about(finding, Some(first.cycle.period))
}
