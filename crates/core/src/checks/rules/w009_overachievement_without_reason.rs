use rust_decimal::Decimal;

use super::{
    Certainty, Cx, Example, Rule, Source, Text,
    actuals::{Evaluated, evaluated, gives_reason, has_room_for_reasons, value_in_unit},
    say,
};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    indicator::Direction,
    table::Form,
};

pub(super) const RULE: Rule = Rule {
    code: "W009",
    name: "overachievement-without-reason",
    severity: Severity::Note,
    title: Text { zh: "大幅超额而没有说明", en: "a target exceeded by far without a word" },
    what: Text {
        zh: "实际完成值达到指标值的130%以上，偏差原因栏为空。",
        en: "The actual is 130 % of the target or more and the column for reasons is empty.",
    },
    why: Text {
        zh: "大幅超额多因指标值偏低；有的省要求必须说明。",
        en: "Such results mostly come from targets set too low; some provinces demand an explanation.",
    },
    repair: Text {
        zh: "说明原因；下年提高指标值。", en: "Explain, and raise next year's target."
    },
    failing: Example::table(
        "项目支出绩效自评表\n\
         一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270 | 400 | 10 | 10 |",
    ),
    passing: Example::table(
        "项目支出绩效自评表\n\
         一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270 | 400 | 10 | 10 | 政策扩围，申报企业增加",
    ),
    source: Source {
        text: Text {
            zh: "在用绩效管理系统（广西）：实际值达到指标值130%的，必须填写偏差原因；全国办法没有给出具体比例",
            en: "a system in use (Guangxi) demands a reason from 130 % on; the national method names no figure",
        },
        certainty: Certainty::Practice,
    },
    run,
};

/// From this share of the target on, an explanation is asked for.
const FROM_PERCENT: i64 = 130;

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    if cx.table.form != Form::SelfEvaluation || !has_room_for_reasons(cx) {
        return;
    }
    for e in evaluated(cx).iter().filter(|e| e.met == Some(true) && !gives_reason(&e.row)) {
        if let Some(percent) = percent(cx, e).filter(|p| *p >= Decimal::from(FROM_PERCENT)) {
            findings.push(finding(e, percent));
        }
    }
}

/// The actual as a percentage of the floor; `None` for targets that are no floor above zero.
fn percent(cx: &Cx<'_>, e: &Evaluated<'_, '_>) -> Option<Decimal> {
    let target = cx.interval(e.facts, e.target)?;
    let floor =
        target.lower.filter(|b| b.value > Decimal::ZERO && e.facts.direction == Direction::Forward)?;
    let bare_or_open = target.upper.is_none() || target.upper == target.lower;
    let actual = value_in_unit(cx, e.facts, e.target, &e.reading).filter(|_| bare_or_open)?;
    actual.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(floor.value)
}

fn finding(e: &Evaluated<'_, '_>, percent: Decimal) -> Finding {
    let (subject, target, actual) = (e.row.subject(), say::written(e.target), e.actual.key());
    let percent = super::proofs::rounded(percent, 1).normalize();
    let message = both!(
        "{zh}指标值{target}，实际完成{actual}，是指标值的{percent}%，没有说明原因",
        "{en}: target {target}, actual {actual}: {percent} % of the target, and no reason is given",
        zh = subject.zh,
        en = subject.en
    );
    let finding = Finding::new(&RULE, e.actual.place, message)
        .here(both!("指标值的{percent}%", "{percent} % of the target"))
        .label(e.target.written.place, Both::new("指标值", "target"))
        .figures(
            (Both::new("实际完成值", "actual"), actual.clone()),
            (Both::new("指标值", "target"), target.clone()),
            "",
        )
        .because(both!(
            "超额达到{FROM_PERCENT}%以上，可能是指标值定得偏低或统计口径不同",
            "at {FROM_PERCENT} % of a target or more, it may have been set too low, or the two were counted differently"
        ))
        .next(Both::new(
            "在偏差原因栏说明超额原因；下年按实际水平调整指标值",
            "explain it in the column for reasons, and set next year's target by what was reached",
        ));
    e.row.about(finding, Some(e.target.period))
}
