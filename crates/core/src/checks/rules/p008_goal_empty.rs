use super::{Certainty, Cx, Example, Rule, Source, Text, prose};
use crate::{
    both,
    finding::{Finding, Severity},
    period::Period,
    table::Form,
};

pub(super) const RULE: Rule = Rule {
    code: "P008",
    name: "goal-empty",
    severity: Severity::Warning,
    title: Text {
        zh: "总体绩效目标有一个期间没有填写", en: "the goal of one period is not filled in"
    },
    what: Text {
        zh: "指标表有实施周期和年度两类指标值，总体绩效目标却只写了其中一个期间的文字。",
        en: "The table has targets of the cycle and of the year, but the goal's prose is given for one of them only.",
    },
    why: Text {
        zh: "表样要求两个期间分别写目标；缺一个期间，该期间的指标没有目标可依。",
        en: "The form asks for a goal of each period; without it that period's indicators serve no stated goal.",
    },
    repair: Text { zh: "补写该期间的目标。", en: "Write the goal of that period." },
    failing: Example::table(
        "绩效目标表\n\
         总体绩效目标 | 实施周期总目标 | 当年度目标\n\
         | 推动企业扩大进口。 |\n\
         一级指标 | 二级指标 | 三级指标 | 实施周期指标值 | 当年度指标值\n\
         产出指标 | 数量指标 | 进口贴息支持企业数量（家次） | ≥ 810 | ≥ 270",
    ),
    passing: Example::table(
        "绩效目标表\n\
         总体绩效目标 | 实施周期总目标 | 当年度目标\n\
         | 推动企业扩大进口。 | 支持企业270家次，推动企业扩大进口。\n\
         一级指标 | 二级指标 | 三级指标 | 实施周期指标值 | 当年度指标值\n\
         产出指标 | 数量指标 | 进口贴息支持企业数量（家次） | ≥ 810 | ≥ 270",
    ),
    source: Source {
        text: Text {
            zh: "公开的省级专项资金绩效目标表表样：总体绩效目标分“实施周期总目标”“当年度目标”两栏",
            en: "the layout of published target tables of provincial special funds: a goal for the cycle and one for the year",
        },
        certainty: Certainty::Practice,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let passages = prose::passages(cx, false);
    let is_cycle = |p: Period| p == Period::Cycle;
    let has_goal = |cycle: bool| {
        passages.iter().any(|g| g.period.is_some_and(|p| is_cycle(p) == cycle) && !g.text.key().is_empty())
    };
    let (of_cycle, of_year) = (has_goal(true), has_goal(false));
    // When neither is there the header as a whole is incomplete, and the header's check says so.
    if cx.table.form != Form::Goal || of_cycle == of_year {
        return;
    }
    let missing = cx.table.periods().into_iter().find(|p| is_cycle(*p) != of_cycle);
    let given = passages.iter().find(|g| !g.text.key().is_empty());
    let (Some(period), Some(given)) = (missing, given) else { return };
    let empty = passages.iter().find(|g| g.period == Some(period));
    let message = both!(
        "总体绩效目标没有填写{zh}目标，而指标表有{zh}指标值",
        "the goal for the {en} is not filled in, while the table has targets for it",
        zh = period.zh(),
        en = period.en()
    );
    let mut finding = Finding::new(&RULE, empty.unwrap_or(given).text.place, message)
        .here(both!("缺少{zh}目标", "no goal for the {en}", zh = period.zh(), en = period.en()))
        .because(both!(
            "两个期间都有指标值，目标却只写了一个期间，该期间的指标没有目标可依",
            "both periods have targets, but only one has a goal; the other's indicators serve no stated goal"
        ))
        .next(both!("补写{zh}目标", "write the goal for the {en}", zh = period.zh(), en = period.en()));
    finding.subject.period = Some(period);
    findings.push(finding);
}
