use super::{Certainty, Cx, Example, Rule, Source, Text, actuals::points, rows::rows, say};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    table::ColumnRole,
};

pub(super) const RULE: Rule = Rule {
    code: "W003",
    name: "score-exceeds-weight",
    severity: Severity::Error,
    title: Text { zh: "得分超过分值", en: "a score exceeds its weight" },
    what: Text {
        zh: "指标得分大于该指标的分值。", en: "An indicator's score is larger than its weight."
    },
    why: Text { zh: "总分虚高，可能超过100分。", en: "The total is inflated and may exceed 100." },
    repair: Text { zh: "得分改为不超过分值。", en: "Reduce the score to the weight." },
    failing: Example::table(
        "项目支出绩效自评表\n\
         一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270 | 300 | 10 | 12 |",
    ),
    passing: Example::table(
        "项目支出绩效自评表\n\
         一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270 | 300 | 10 | 10 |",
    ),
    source: Source {
        text: Text {
            zh: "省级自评表填表说明：得分最高不超过该指标分值",
            en: "notes on provincial self-evaluation forms: a score never exceeds its weight",
        },
        certainty: Certainty::Seen,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    for row in cx.table.indicators.iter().flat_map(rows) {
        let (Some(weight), Some(score)) = (row.mark(ColumnRole::Weight), row.mark(ColumnRole::Score)) else {
            continue;
        };
        let (Some(most), Some(given)) = (points(weight), points(score)) else { continue };
        if given <= most {
            continue;
        }
        let (subject, most_text, given_text) =
            (row.subject(), say::figure(most, None), say::figure(given, None));
        let message = both!(
            "{zh}得分{given_text}分，超过分值{most_text}分",
            "{en}: the score {given_text} exceeds the weight {most_text}",
            zh = subject.zh,
            en = subject.en
        );
        let finding = Finding::new(&RULE, score.place, message)
            .here(both!("分值只有{most_text}", "the weight is {most_text}"))
            .label(weight.place, Both::new("分值", "weight"))
            .figures(
                (Both::new("得分", "score"), given_text.clone()),
                (Both::new("分值", "weight"), most_text.clone()),
                say::difference(given, most, None),
            )
            .because(Both::new(
                "一个指标的得分不能超过其分值，超额完成也不加分",
                "an indicator earns no more than its weight, however far the target is exceeded",
            ))
            .next(both!(
                "得分改为不超过{most_text}分，并核对总分",
                "give at most {most_text} and check the total"
            ));
        findings.push(row.about(finding, None));
    }
}
