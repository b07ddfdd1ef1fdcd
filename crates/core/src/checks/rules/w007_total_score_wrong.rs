use rust_decimal::Decimal;

use super::{
    Certainty, Cx, Example, Rule, Source, Text,
    actuals::{execution, execution_is_an_indicator, points, points_of},
    proofs::rounded,
    say,
};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    table::{ColumnRole, MoneyRole},
};

pub(super) const RULE: Rule = Rule {
    code: "W007",
    name: "total-score-wrong",
    severity: Severity::Error,
    title: Text { zh: "总分不等于各项之和", en: "the total score is not the sum" },
    what: Text {
        zh: "总分与各指标得分（及预算执行率得分）之和不等，已考虑四舍五入。",
        en: "The total differs from the sum of the indicators' scores (and the execution's), rounding aside.",
    },
    why: Text {
        zh: "等级按总分评定，差一分可能差一等。",
        en: "The grade follows the total; one point may be one grade.",
    },
    repair: Text { zh: "重新合计。", en: "Add up again." },
    failing: Example::table(
        "项目支出绩效自评表\n\
         一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270 | 280 | 60 | 60 |\n\
         效益指标 | 经济效益指标 | 企业进口规模（亿元） | ≥ 310 | 320 | 40 | 38 | 数据尚未核定\n\
         总分 | | | | | 100 | 100 |",
    ),
    passing: Example::table(
        "项目支出绩效自评表\n\
         一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270 | 280 | 60 | 60 |\n\
         效益指标 | 经济效益指标 | 企业进口规模（亿元） | ≥ 310 | 320 | 40 | 38 | 数据尚未核定\n\
         总分 | | | | | 100 | 98 |",
    ),
    source: Source {
        text: Text {
            zh: "由算术得出：总分是各项得分之和，保留两位小数（在用系统）",
            en: "arithmetic: the total is the sum of the scores, to two decimals (systems in use)",
        },
        certainty: Certainty::Logic,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let Some(written) = cx.table.total.as_ref().and_then(|t| t.get(ColumnRole::Score)) else { return };
    let Some(printed) = points(written).filter(|_| cx.table.titles.len() <= 1) else { return };
    let scores: Option<Vec<Decimal>> =
        cx.table.indicators.iter().map(|i| points_of(i, ColumnRole::Score)).collect();
    let Some(scores) = scores.filter(|s| !s.is_empty()) else { return };
    let execution = execution(cx, MoneyRole::Score).filter(|_| !execution_is_an_indicator(cx));
    // The execution has a weight but no score: what the total should be cannot be said.
    if execution.is_none()
        && super::actuals::execution(cx, MoneyRole::Weight).is_some()
        && !execution_is_an_indicator(cx)
    {
        return;
    }
    let sum = scores.iter().chain(&execution).try_fold(Decimal::ZERO, |sum, s| sum.checked_add(*s));
    let Some(sum) = sum.filter(|s| !agrees(*s, printed, &scores)) else { return };
    let (n, printed_text, sum_text) = (scores.len(), say::figure(printed, None), say::figure(sum, None));
    let extra = execution.map_or_else(Both::default, |e| {
        let e = say::figure(e, None);
        both!("和预算执行率{e}分", " and {e} for the execution rate")
    });
    let off = say::difference(printed, sum, None);
    let message = both!(
        "总分写作{printed_text}分，{n}个指标得分{ez}合计{sum_text}分，相差{off}分",
        "the total score is given as {printed_text}, but {n} indicators{ee} add up to {sum_text}: {off} apart",
        ez = extra.zh,
        ee = extra.en
    );
    let cells = cx
        .table
        .indicators
        .iter()
        .filter_map(|i| Some((i.marks.get(ColumnRole::Score)?.place, Both::same(i.title.clone()))));
    findings.push(
        Finding::new(&RULE, written.place, message)
            .here(both!("合计为{sum_text}", "they add up to {sum_text}"))
            .labels(cells)
            .figures(
                (Both::new("总分", "total"), printed_text.clone()),
                (Both::new("各项合计", "sum of scores"), sum_text.clone()),
                off.clone(),
            )
            .because(Both::new(
                "总分就是各指标得分与预算执行率得分之和",
                "the total is the sum of the indicators' scores and the execution's",
            ))
            .next(both!(
                "核对各项得分；无误的，总分改为{sum_text}",
                "check the scores; if they are right, the total is {sum_text}"
            )),
    );
}

/// Whether a printed total is the sum, rounding aside: of the total itself, or of scores with two decimals each.
fn agrees(sum: Decimal, printed: Decimal, scores: &[Decimal]) -> bool {
    let rounded_scores = scores.iter().filter(|s| s.scale() >= 2).count();
    let slack = Decimal::new(5, 3).checked_mul(Decimal::from(rounded_scores)).unwrap_or_default();
    let off = sum.checked_sub(printed).map(|d| d.abs());
    rounded(sum, printed.scale()) == printed || off.is_some_and(|d| d <= slack)
}
