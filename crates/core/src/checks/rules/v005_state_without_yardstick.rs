use super::{Certainty, Cx, Example, Rule, Source, Text, rows::rows, say};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    table::{ColumnRole, Form, Indicator, TargetCell},
    target::StateKind,
};

pub(super) const RULE: Rule = Rule {
    code: "V005",
    name: "state-without-yardstick",
    severity: Severity::Note,
    title: Text { zh: "定性指标没有衡量依据", en: "a state has no yardstick" },
    what: Text {
        zh: "指标值是“保持”“提升”一类状态，表中没有写以什么数据、与什么时候相比来判断。",
        en: "The target is a state such as \"kept\" or \"improved\", and the table does not say by which data, or against which time, it is judged.",
    },
    why: Text {
        zh: "年终无法举证，只能凭印象打分。",
        en: "At year's end there is no evidence, and points are given by impression.",
    },
    repair: Text {
        zh: "在指标内容或评分标准中写明数据来源和比较基期，或改为定量指标。",
        en: "State data and base period in a column of content or standards, or make it a figure.",
    },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         效益指标 | 经济效益指标 | 保持企业进口积极性 | 保持",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         效益指标 | 经济效益指标 | 企业进口额增长率（%） | ≥ 3",
    ),
    source: Source {
        text: Text {
            zh: "绩效目标要求“细化量化”（财预〔2015〕163号等），未见条文原文",
            en: "goals are to be specific and quantified (财预〔2015〕163号 and others); the clause itself was not seen",
        },
        certainty: Certainty::Background,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    if !matches!(cx.table.form, Form::Goal | Form::Regional) {
        return;
    }
    for indicator in &cx.table.indicators {
        let explained = indicator.marks.get(ColumnRole::Content).is_some_and(|w| !w.key().is_empty());
        let vague = |c: &&TargetCell| {
            let kinds = [StateKind::Kept, StateKind::Improved, StateKind::Reduced];
            c.target().state().is_some_and(|s| kinds.contains(&s.kind))
        };
        let cells: Vec<&TargetCell> = rows(indicator).flat_map(|r| r.cells).filter(vague).collect();
        // An indicator that also has figures is measured by them.
        let measured = rows(indicator).flat_map(|r| r.cells).any(|c| c.target().number().is_some());
        if let (Some(first), false, false) = (cells.first(), explained, measured) {
            findings.push(finding(indicator, first, &cells));
        }
    }
}

fn finding(indicator: &Indicator, first: &TargetCell, cells: &[&TargetCell]) -> Finding {
    let (title, target, n) = (&indicator.title, say::written(first), cells.len());
    let message = both!(
        "“{title}”的指标值是“{target}”，表中没有写衡量依据",
        "{title}: the target is the state {target}, and the table gives no yardstick for it"
    );
    Finding::new(&RULE, first.written.place, message)
        .about(title, None, None)
        .here(Both::new("以什么判断？", "judged by what?"))
        .because(both!(
            "“{target}”没有数据和比较基期，{n}个单元格都无法用证据判断是否完成",
            "{target} names neither data nor a base period; in {cells_en} nobody can show by evidence whether it was met",
            cells_en = say::count(n, "cell", "cells")
        ))
        .next(Both::new(
            "写明用什么数据、与哪一年相比，或改为可计量的指标值",
            "say which data are compared with which year, or make the target a figure",
        ))
}
