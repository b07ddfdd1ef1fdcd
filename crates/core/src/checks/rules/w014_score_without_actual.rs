use super::{
    Certainty, Cx, Example, Rule, Source, Text,
    actuals::points,
    rows::{Row, rows},
    say,
};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    table::ColumnRole,
};

pub(super) const RULE: Rule = Rule {
    code: "W014",
    name: "score-without-actual",
    severity: Severity::Error,
    title: Text { zh: "有得分而没有实际完成值", en: "a score without an actual" },
    what: Text {
        zh: "指标有得分，实际完成值为空。", en: "An indicator has a score and no actual."
    },
    why: Text { zh: "得分没有依据。", en: "The score has no ground." },
    repair: Text { zh: "补填实际完成值。", en: "Enter the actual." },
    failing: Example::table(
        "项目支出绩效自评表\n\
         一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270 | | 70 | 70 |\n\
         效益指标 | 经济效益指标 | 企业进口规模（亿元） | ≥ 310 | 320 | 30 | 30 |",
    ),
    passing: Example::table(
        "项目支出绩效自评表\n\
         一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270 | 281 | 70 | 70 |\n\
         效益指标 | 经济效益指标 | 企业进口规模（亿元） | ≥ 310 | 320 | 30 | 30 |",
    ),
    source: Source {
        text: Text {
            zh: "得分由实际完成值与指标值比较得出",
            en: "a score comes from comparing the actual with the target",
        },
        certainty: Certainty::Logic,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    if !cx.table.has(ColumnRole::Actual) {
        return;
    }
    for row in cx.table.indicators.iter().flat_map(rows) {
        let score = row.mark(ColumnRole::Score).filter(|w| points(w).is_some_and(|p| !p.is_zero()));
        let actual = row.mark(ColumnRole::Actual).map(crate::place::Written::key);
        let none = actual.is_none_or(|a| matches!(a.as_str(), "/" | "-" | "—" | "——"));
        // A row without target has nothing to be scored against; another check says so.
        let target = row.year_cell().is_some_and(|c| c.target().is_set());
        if let (Some(score), true, true) = (score, none, target) {
            findings.push(finding(&row, score));
        }
    }
}

fn finding(row: &Row<'_>, score: &crate::place::Written) -> Finding {
    let (subject, given) = (row.subject(), score.key());
    let target = row.year_cell().map_or_else(String::new, say::written);
    let message = both!(
        "{zh}得{given}分，但没有填实际完成值（指标值{target}）",
        "{en}: it is given {given} points, but no actual is entered (target {target})",
        zh = subject.zh,
        en = subject.en
    );
    let finding = Finding::new(&RULE, score.place, message)
        .here(Both::new("没有实际完成值", "no actual"))
        .label(row.place_of(ColumnRole::Actual), Both::new("实际完成值未填", "no actual here"))
        .because(Both::new(
            "得分由实际完成值得出，没有完成值的得分没有依据",
            "a score follows from the actual; without one it has no ground",
        ))
        .next(Both::new("补填实际完成值，或把得分改为0", "enter the actual, or give no points"));
    row.about(finding, None)
}
