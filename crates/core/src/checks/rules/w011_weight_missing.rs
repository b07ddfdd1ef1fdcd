use super::{Certainty, Cx, Example, Rule, Source, Text, actuals::points_of, say};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    indicator::Category,
    table::{ColumnRole, Indicator},
    target::{Reading, Target},
};

pub(super) const RULE: Rule = Rule {
    code: "W011",
    name: "weight-missing",
    severity: Severity::Error,
    title: Text { zh: "有的指标没有分值", en: "some indicators have no weight" },
    what: Text {
        zh: "表中有分值列，部分指标有分值，部分没有。",
        en: "The form has a column of weights; some indicators have one, others do not.",
    },
    why: Text {
        zh: "没有分值的指标不参加评分，总分失真。",
        en: "An indicator without weight does not count, and the total is distorted.",
    },
    repair: Text { zh: "补填分值。", en: "Give the weights." },
    failing: Example::table(
        "项目支出绩效自评表\n\
         一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270 | 280 | 50 | 50 |\n\
          | 质量指标 | 资金拨付合规率（%） | ≥ 90 | 95 | | |",
    ),
    passing: Example::table(
        "项目支出绩效自评表\n\
         一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270 | 280 | 50 | 50 |\n\
          | 质量指标 | 资金拨付合规率（%） | ≥ 90 | 95 | 50 | 50 |",
    ),
    source: Source {
        text: Text {
            zh: "项目支出绩效自评表（财预〔2020〕10号附件）逐项设分值；在用系统校验分值合计",
            en: "the self-evaluation form (annex of 财预〔2020〕10号) has a weight for each item; systems in use check their sum",
        },
        certainty: Certainty::Practice,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    if !cx.table.has(ColumnRole::Weight) {
        return;
    }
    // The execution rate may have its weight in the money block.
    let counted = || cx.table.indicators.iter().filter(|i| i.category != Some(Category::Execution));
    let has_none = |i: &Indicator| points_of(i, ColumnRole::Weight).is_none();
    // `—` says that the indicator does not count: its weight is shared among the others, and their sum shows whether it was.
    let does_not_count = |i: &Indicator| {
        i.marks
            .get(ColumnRole::Weight)
            .is_some_and(|w| Reading::parse(&w.text).target == Target::NotApplicable)
    };
    let missing: Vec<&Indicator> = counted().filter(|i| has_none(i) && !does_not_count(i)).collect();
    let given = counted().filter(|i| !has_none(i)).count();
    let Some(first) = missing.first().filter(|_| given > 0) else { return };
    let titles: Vec<&str> = missing.iter().map(|i| i.title.as_str()).collect();
    let (names, n) = (say::quoted(&titles, 3), missing.len());
    let message = both!(
        "{n}个指标没有分值或分值不是数字：{zh}；其余{given}个都有",
        "{count} no weight, or none that is a number: {en}; the other {given} have one",
        count = say::count(n, "indicator has", "indicators have"),
        zh = names.zh,
        en = names.en
    );
    let place = |i: &Indicator| i.marks.get(ColumnRole::Weight).map_or(i.name.place, |w| w.place);
    findings.push(
        Finding::new(&RULE, place(first), message)
            .about(&first.title, None, None)
            .here(Both::new("没有分值", "no weight"))
            .labels(missing.iter().skip(1).map(|i| (place(i), Both::same(i.title.clone()))))
            .figures(
                (Both::new("没有分值", "without weight"), n.to_string()),
                (Both::new("有分值", "with weight"), given.to_string()),
                "",
            )
            .because(Both::new(
                "没有分值的指标无法计分，满分也凑不齐100分",
                "an indicator without weight cannot be scored, and full marks do not come to 100",
            ))
            .next(Both::new(
                "补填分值，使全部分值合计为100分",
                "give the weights, so that all add up to 100",
            )),
    );
}
