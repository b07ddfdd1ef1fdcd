use super::{
    Cx, Example, Rule, Text,
    actuals::{Evaluated, REASONS, evaluated, gives_reason, has_room_for_reasons},
    say,
};
use crate::{
    both,
    finding::{Both, Finding, Severity},
};

pub(super) const RULE: Rule = Rule {
    code: "W005",
    name: "shortfall-without-reason",
    severity: Severity::Error,
    title: Text { zh: "未完成而没有写原因", en: "a short-fall without a reason" },
    what: Text {
        zh: "实际完成值没有达到指标值，偏差原因栏为空。",
        en: "The actual misses the target and the column for reasons is empty.",
    },
    why: Text {
        zh: "自评表要求逐项说明偏差原因和改进措施，空着会被退回。",
        en: "The form asks for reason and measures item by item; left empty, it is sent back.",
    },
    repair: Text { zh: "补写原因和改进措施。", en: "Add reason and measures." },
    failing: Example::table(
        "项目支出绩效自评表\n\
         一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270 | 216 | 10 | 8 |",
    ),
    passing: Example::table(
        "项目支出绩效自评表\n\
         一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270 | 216 | 10 | 8 | 企业申报减少，下年加强宣传",
    ),
    source: REASONS,
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    if has_room_for_reasons(cx) {
        let silent = |e: &&Evaluated<'_, '_>| e.met == Some(false) && !gives_reason(&e.row);
        findings.extend(evaluated(cx).iter().filter(silent).map(finding));
    }
}

fn finding(e: &Evaluated<'_, '_>) -> Finding {
    let (subject, target, actual) = (e.row.subject(), say::written(e.target), e.actual.key());
    let message = both!(
        "{zh}指标值{target}，实际完成{actual}，未完成而没有写原因",
        "{en}: target {target}, actual {actual}: missed, and no reason is given",
        zh = subject.zh,
        en = subject.en
    );
    let finding = Finding::new(&RULE, e.actual.place, message)
        .here(both!("未达到{target}", "misses {target}"))
        .label(e.target.written.place, Both::new("指标值", "target"))
        .figures(
            (Both::new("指标值", "target"), target.clone()),
            (Both::new("实际完成值", "actual"), actual.clone()),
            "",
        )
        .because(Both::new(
            "未完成的指标须说明偏差原因和改进措施，本行该栏为空",
            "a missed target needs its reason and the measures taken; the column is empty in this row",
        ))
        .next(Both::new(
            "填写偏差原因和改进措施",
            "give the reason for the short-fall and what is done about it",
        ));
    e.row.about(finding, Some(e.target.period))
}
