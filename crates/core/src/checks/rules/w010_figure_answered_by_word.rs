use super::{
    Certainty, Cx, Example, Rule, Source, Text,
    actuals::{Evaluated, evaluated},
    say,
};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    target::Target,
};

pub(super) const RULE: Rule = Rule {
    code: "W010",
    name: "figure-answered-by-word",
    severity: Severity::Warning,
    title: Text { zh: "定量指标用文字回答", en: "a figure is answered by a word" },
    what: Text {
        zh: "指标值是数字，实际完成值只写“完成”之类的文字。",
        en: "The target is a figure, the actual only a word such as 完成 (done).",
    },
    why: Text {
        zh: "无法核对是否真的达到，也无法汇总。", en: "It can be neither verified nor added up."
    },
    repair: Text { zh: "填写实际数。", en: "Write the figure." },
    failing: Example::table(
        "项目支出绩效自评表\n\
         一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270 | 已完成 | 10 | 10 |",
    ),
    passing: Example::table(
        "项目支出绩效自评表\n\
         一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270 | 281 | 10 | 10 |",
    ),
    source: Source {
        text: Text {
            zh: "定量指标须填数字（在用系统的保存校验；公开自评表的常见问题）",
            en: "quantitative indicators take figures (a check on saving in systems in use; a frequent fault of published forms)",
        },
        certainty: Certainty::Practice,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let word = |e: &&Evaluated<'_, '_>| {
        e.target.target().number().is_some() && matches!(e.reading.target, Target::State(_))
    };
    findings.extend(evaluated(cx).iter().filter(word).map(finding));
}

fn finding(e: &Evaluated<'_, '_>) -> Finding {
    let (subject, target, actual) = (e.row.subject(), say::written(e.target), e.actual.key());
    let message = both!(
        "{zh}指标值是数字（{target}），实际完成值只写“{actual}”",
        "{en}: the target is a figure ({target}), the actual only says {actual}",
        zh = subject.zh,
        en = subject.en
    );
    let finding = Finding::new(&RULE, e.actual.place, message)
        .here(Both::new("应写数字", "a figure is needed"))
        .label(e.target.written.place, Both::new("指标值", "target"))
        .figures(
            (Both::new("指标值", "target"), target.clone()),
            (Both::new("实际完成值", "actual"), actual.clone()),
            "",
        )
        .because(both!(
            "“{actual}”无法与“{target}”比较，也无法按比例计分",
            "{actual} can be neither compared with {target} nor scored in proportion"
        ))
        .next(Both::new("填写实际完成的数和单位", "write the figure that was reached, with its unit"));
    e.row.about(finding, Some(e.target.period))
}
