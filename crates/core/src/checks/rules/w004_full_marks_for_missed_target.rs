use super::{
    Cx, Example, Rule, Text,
    actuals::{Evaluated, SCORING, evaluated},
    say,
};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    table::ColumnRole,
};

pub(super) const RULE: Rule = Rule {
    code: "W004",
    name: "full-marks-for-missed-target",
    severity: Severity::Error,
    title: Text { zh: "未完成却得满分", en: "full marks for a missed target" },
    what: Text {
        zh: "实际完成值没有达到指标值（反向指标超过上限、完成时间晚于期限），得分却等于分值。",
        en: "The actual misses the target (a reverse indicator above its ceiling, a date after its deadline) and the score is still the full weight.",
    },
    why: Text {
        zh: "自评失实，是财政复核和审计最常查出的问题。",
        en: "The self-evaluation is untrue; reviewers and auditors find this more than anything else.",
    },
    repair: Text {
        zh: "按完成比例计分，写明偏差原因。", en: "Score in proportion and give the reason."
    },
    failing: Example::table(
        "项目支出绩效自评表\n\
         一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270 | 216 | 10 | 10 |",
    ),
    passing: Example::table(
        "项目支出绩效自评表\n\
         一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270 | 216 | 10 | 8 | 企业申报减少，下年加强宣传",
    ),
    source: SCORING,
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let full = |e: &&Evaluated<'_, '_>| {
        e.met == Some(false) && e.score.is_some_and(|s| !s.is_zero() && e.weight == Some(s))
    };
    findings.extend(evaluated(cx).iter().filter(full).map(finding));
}

fn finding(e: &Evaluated<'_, '_>) -> Finding {
    let (subject, target, actual) = (e.row.subject(), say::written(e.target), e.actual.key());
    let score = e.score.map_or_else(String::new, |s| say::figure(s, None));
    let message = both!(
        "{zh}指标值{target}，实际完成{actual}，未达到，却得满分{score}分",
        "{en}: target {target}, actual {actual}: missed, yet it gets the full {score} points",
        zh = subject.zh,
        en = subject.en
    );
    let finding = Finding::new(&RULE, e.row.place_of(ColumnRole::Score), message)
        .here(Both::new("未完成却得满分", "full marks although missed"))
        .label(e.actual.place, both!("实际{actual}", "actual {actual}"))
        .label(e.target.written.place, both!("要求{target}", "needs {target}"))
        .figures(
            (Both::new("指标值", "target"), target.clone()),
            (Both::new("实际完成值", "actual"), actual.clone()),
            "",
        )
        .because(both!(
            "{actual}不满足“{target}”；未完成的指标应按比例扣分",
            "{actual} does not satisfy {target}; a target that is missed loses points in proportion"
        ))
        .next(Both::new(
            "核对实际完成值；确未完成的，按比例扣分并写明原因",
            "check the actual; if it was missed, take points off in proportion and give the reason",
        ));
    e.row.about(finding, Some(e.target.period))
}
