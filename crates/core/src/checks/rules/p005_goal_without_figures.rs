use super::{
    Cx, Example, Rule, Text,
    cells::PUT_IN_FIGURES,
    prose::{self, Passage},
};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    period::Period,
};

pub(super) const RULE: Rule = Rule {
    code: "P005",
    name: "goal-without-figures",
    severity: Severity::Note,
    title: Text {
        zh: "周期总目标没有量化，而当年度目标有",
        en: "the cycle's goal has no figure while the year's has",
    },
    what: Text {
        zh: "当年度目标写了数（如“不少于270家次”），实施周期总目标却没有任何数。",
        en: "The year's goal gives figures (such as at least 270) and the cycle's goal none at all.",
    },
    why: Text {
        zh: "周期届满评价时，文字目标没有可对照的数。",
        en: "When the cycle is evaluated, its prose has nothing to compare results with.",
    },
    repair: Text {
        zh: "在周期总目标中写明相应的周期数。",
        en: "Put the corresponding figures of the cycle into its goal.",
    },
    failing: Example::table(
        "绩效目标表\n\
         总体绩效目标 | 实施周期总目标 | 当年度目标\n\
         | 推动企业扩大进口。 | 进口贴息支持企业数量不少于270家次。\n\
         一级指标 | 二级指标 | 三级指标 | 实施周期指标值 | 当年度指标值\n\
         产出指标 | 数量指标 | 进口贴息支持企业数量（家次） | ≥ 810 | ≥ 270",
    ),
    passing: Example::table(
        "绩效目标表\n\
         总体绩效目标 | 实施周期总目标 | 当年度目标\n\
         | 推动企业扩大进口，进口贴息支持企业数量不少于810家次。 | 进口贴息支持企业数量不少于270家次。\n\
         一级指标 | 二级指标 | 三级指标 | 实施周期指标值 | 当年度指标值\n\
         产出指标 | 数量指标 | 进口贴息支持企业数量（家次） | ≥ 810 | ≥ 270",
    ),
    source: PUT_IN_FIGURES,
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let passages = prose::passages(cx, false);
    let filled = |p: &&Passage<'_>| !p.text.key().is_empty();
    let cycle: Vec<_> = passages.iter().filter(|p| p.period == Some(Period::Cycle)).filter(filled).collect();
    let years = passages.iter().filter(|p| p.period != Some(Period::Cycle));
    let in_years: Vec<_> = years.flat_map(|p| prose::quantities_of(*p)).collect();
    let Some(goal) = cycle.first() else { return };
    if in_years.is_empty() || cycle.iter().any(|p| !prose::quantities_of(**p).is_empty()) {
        return;
    }
    let said: Vec<&str> = in_years.iter().map(|q| q.said.as_str()).collect();
    let listed = super::say::names(&said, 4);
    let message = both!(
        "实施周期总目标没有任何量化要求，而当年度目标写了{zh}",
        "the cycle's goal has no figure at all, while the year's goal says {en}",
        zh = listed.zh,
        en = listed.en
    );
    let mut finding = Finding::new(&RULE, goal.text.place, message)
        .here(both!("没有量化要求", "no figure"))
        .labels(in_years.first().map(|q| (q.passage.text.place, Both::same(q.said.clone()))))
        .because(both!(
            "周期届满评价时，文字目标没有可对照的数",
            "when the cycle is evaluated, its prose has nothing to compare results with"
        ))
        .next(both!(
            "把实施周期指标值中的主要数字写进周期总目标",
            "put the main figures of the cycle's targets into its goal"
        ));
    finding.subject.period = Some(Period::Cycle);
    findings.push(finding);
}
