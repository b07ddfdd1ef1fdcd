use rust_decimal::Decimal;

use super::{
    Certainty, Cx, Example, Rule, Source, Text,
    actuals::points,
    say,
    weights::{Weights, weights},
};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    table::ColumnRole,
};

pub(super) const RULE: Rule = Rule {
    code: "W001",
    name: "weights-do-not-add-to-hundred",
    severity: Severity::Error,
    title: Text { zh: "分值合计不是100分", en: "weights do not add up to 100" },
    what: Text {
        zh: "全部指标分值加上预算执行率的分值不等于100分；没有预算执行率一行的，90分也认可。",
        en: "The indicators' weights and the execution rate's do not add up to 100; 90 is accepted where the form has no line for the execution rate.",
    },
    why: Text {
        zh: "满分不是100，得分和等级（优良中差）都不可比。",
        en: "With full marks other than 100 neither score nor grade can be compared.",
    },
    repair: Text { zh: "调整分值使合计为100分。", en: "Adjust the weights to 100." },
    failing: Example::table(
        "项目支出绩效自评表\n\
         一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270 | 280 | 50 | 50 |\n\
         效益指标 | 经济效益指标 | 企业进口规模（亿元） | ≥ 310 | 320 | 30 | 30 |\n\
         满意度指标 | 服务对象满意度指标 | 企业满意度（%） | ≥ 90 | 95 | 15 | 15 |\n\
         总分 | | | | | 100 | 95 |",
    ),
    passing: Example::table(
        "项目支出绩效自评表\n\
         一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270 | 280 | 50 | 50 |\n\
         效益指标 | 经济效益指标 | 企业进口规模（亿元） | ≥ 310 | 320 | 30 | 30 |\n\
         满意度指标 | 服务对象满意度指标 | 企业满意度（%） | ≥ 90 | 95 | 20 | 20 |\n\
         总分 | | | | | 100 | 100 |",
    ),
    source: Source {
        text: Text {
            zh: "财预〔2020〕10号自评表：预算执行率10分、指标90分、总分100分；公开自评表和在用系统均如此",
            en: "self-evaluation form of 财预〔2020〕10号: 10 for execution, 90 for indicators, 100 in all; so in published forms and systems in use",
        },
        certainty: Certainty::Practice,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let Some(weights) = weights(cx) else { return };
    let Some(total) = weights.total() else { return };
    // 90 is right where the form has no line for the execution's 10.
    let right: &[i64] = if weights.execution.is_some() { &[100] } else { &[100, 90] };
    let printed = cx.table.total.as_ref().and_then(|t| t.get(ColumnRole::Weight)).and_then(points);
    let sum_is_right = right.iter().any(|r| total == Decimal::from(*r)) || total == Decimal::ONE;
    let printed_is_right =
        printed.is_none_or(|p| p == total || p == Decimal::ONE_HUNDRED || p == Decimal::ONE);
    if !sum_is_right || !printed_is_right {
        findings.extend(finding(cx, &weights, total));
    }
}

fn finding(cx: &Cx<'_>, weights: &Weights<'_>, total: Decimal) -> Option<Finding> {
    let (first, written, _) = weights.each.first()?;
    let place =
        cx.table.total.as_ref().and_then(|t| t.get(ColumnRole::Weight)).map_or(written.place, |w| w.place);
    let n = weights.each.len();
    let (sum, total_text) = (say::figure(weights.sum, None), say::figure(total, None));
    let execution = weights.execution.map_or_else(Both::default, |e| {
        let e = say::figure(e, None);
        both!("，加预算执行率{e}分共{total_text}分", ", with {e} for the execution rate {total_text}")
    });
    let message = both!(
        "{n}个指标的分值合计{sum}分{ez}，不是100分",
        "the weights of {n} indicators add up to {sum}{ee}, not to 100",
        ez = execution.zh,
        ee = execution.en
    );
    Some(
        Finding::new(&RULE, place, message)
            .about(&first.title, None, None)
            .here(both!("合计{total_text}", "{total_text} in all"))
            .labels(weights.each.iter().filter(|(_, w, _)| w.place != place).map(|(i, w, _)| (w.place, Both::same(i.title.clone()))))
            .figures(
                (Both::new("分值合计", "sum of weights"), total_text.clone()),
                (Both::new("应为", "should be"), "100".to_owned()),
                say::difference(total, Decimal::ONE_HUNDRED, None),
            )
            .because(Both::new(
                "满分应为100分（指标90分加预算执行率10分，或全部100分），合计不对，总分没有可比性",
                "full marks are 100 (90 for indicators and 10 for execution, or 100 in all); with another sum the total score means nothing",
            ))
            .next(Both::new("核对各指标分值，使合计为100分", "check the weights and make them add up to 100")),
    )
}
