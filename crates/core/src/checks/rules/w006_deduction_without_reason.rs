use super::{
    Cx, Example, Rule, Text,
    actuals::{Evaluated, REASONS, evaluated, gives_reason, has_room_for_reasons},
    say,
};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    table::ColumnRole,
};

pub(super) const RULE: Rule = Rule {
    code: "W006",
    name: "deduction-without-reason",
    severity: Severity::Warning,
    title: Text { zh: "扣分没有原因", en: "a deduction without a reason" },
    what: Text {
        zh: "指标没有显示未完成，得分却低于分值，偏差原因栏为空。",
        en: "The row shows no short-fall, its score is below the weight, and the column for reasons is empty.",
    },
    why: Text {
        zh: "复核时无从判断扣分是否恰当。",
        en: "Reviewers cannot tell whether the deduction is right.",
    },
    repair: Text {
        zh: "写明扣分原因，或改为满分。", en: "Give the reason, or the full points."
    },
    failing: Example::table(
        "项目支出绩效自评表\n\
         一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270 | 280 | 10 | 8 |",
    ),
    passing: Example::table(
        "项目支出绩效自评表\n\
         一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270 | 280 | 10 | 8 | 部分企业资料不全",
    ),
    source: REASONS,
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    if !has_room_for_reasons(cx) {
        return;
    }
    for e in evaluated(cx) {
        // A target that was missed has a check of its own.
        let (Some(weight), Some(score), false) = (e.weight, e.score, e.met == Some(false)) else { continue };
        if score < weight && !gives_reason(&e.row) {
            findings.push(finding(&e, weight, score));
        }
    }
}

fn finding(e: &Evaluated<'_, '_>, weight: rust_decimal::Decimal, score: rust_decimal::Decimal) -> Finding {
    let subject = e.row.subject();
    let (weight_text, score_text, off) =
        (say::figure(weight, None), say::figure(score, None), say::difference(weight, score, None));
    let (met, met_en) = if e.met == Some(true) { ("已完成，", "met, but ") } else { ("", "") };
    let message = both!(
        "{zh}{met}分值{weight_text}、得分{score_text}，扣了{off}分而没有写原因",
        "{en}: {met_en}{off} of {weight_text} points are taken off (score {score_text}) and no reason is given",
        zh = subject.zh,
        en = subject.en
    );
    let finding = Finding::new(&RULE, e.row.place_of(ColumnRole::Score), message)
        .here(both!("扣{off}分", "{off} off"))
        .label(e.actual.place, both!("实际{a}", "actual {a}", a = e.actual.key()))
        .figures(
            (Both::new("分值", "weight"), weight_text.clone()),
            (Both::new("得分", "score"), score_text.clone()),
            off.clone(),
        )
        .because(Both::new(
            "扣分应有依据：表中既看不出未完成，也没有写扣分原因",
            "points come off for a reason: neither a short-fall nor a reason is to be seen in the row",
        ))
        .next(Both::new(
            "写明扣分原因；没有原因的改为满分",
            "give the reason for the deduction, or the full points if there is none",
        ));
    e.row.about(finding, Some(e.target.period))
}
