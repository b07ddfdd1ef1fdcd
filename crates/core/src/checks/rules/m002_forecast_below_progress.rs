use super::{Certainty, Cx, Example, Rule, Source, Text, monitoring::followed, say};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    proof::RollUp,
};

pub(super) const RULE: Rule = Rule {
    code: "M002",
    name: "forecast-below-progress",
    severity: Severity::Error,
    title: Text { zh: "全年预计小于已完成", en: "the forecast is below what is done" },
    what: Text {
        zh: "累计的数量或金额，全年预计完成小于监控期已完成。",
        en: "For a count or amount that adds up, the year's forecast is less than what is done already.",
    },
    why: Text {
        zh: "两个数至少有一个错，预警判断随之出错。",
        en: "At least one figure is wrong, and so is any warning drawn from it.",
    },
    repair: Text { zh: "核对两栏。", en: "Check both columns." },
    failing: Example::table(
        "项目支出绩效目标执行监控表（2024年度）\n\
         一级指标 | 二级指标 | 三级指标 | 年度指标值 | 1-7月执行情况 | 全年预计完成情况 | 经费保障 | 制度保障 | 人员保障 | 硬件条件保障 | 其他 | 原因说明 | 完成目标可能性 | 备注\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270 | 200 | 120 | | | | | | 资金下达较晚 | 有可能 |",
    ),
    passing: Example::table(
        "项目支出绩效目标执行监控表（2024年度）\n\
         一级指标 | 二级指标 | 三级指标 | 年度指标值 | 1-7月执行情况 | 全年预计完成情况 | 经费保障 | 制度保障 | 人员保障 | 硬件条件保障 | 其他 | 原因说明 | 完成目标可能性 | 备注\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270 | 120 | 200 | | | | | | 资金下达较晚 | 有可能 |",
    ),
    source: Source {
        text: Text {
            zh: "由算术得出：累计数不减少", en: "arithmetic: a running total does not fall"
        },
        certainty: Certainty::Logic,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    // Only what adds up in the course of the year cannot fall again.
    for m in followed(cx).iter().filter(|m| m.facts.roll_up.years == RollUp::Sum) {
        let (Some(done), Some(expected)) = (m.value(cx, m.progress), m.value(cx, m.forecast)) else {
            continue;
        };
        let (Some(progress), Some(forecast)) = (m.progress, m.forecast) else { continue };
        if expected >= done {
            continue;
        }
        let subject = m.row.subject();
        let unit = m.facts.unit.as_ref();
        let (done_text, expected_text) = (say::figure(done, unit), say::figure(expected, unit));
        let message = both!(
            "{zh}已完成{done_text}，全年预计却只有{expected_text}",
            "{en}: {done_text} are done already, but only {expected_text} are expected for the year",
            zh = subject.zh,
            en = subject.en
        );
        let finding = Finding::new(&RULE, forecast.place, message)
            .here(both!("小于已完成的{done_text}", "less than the {done_text} done"))
            .label(progress.place, Both::new("已完成", "done so far"))
            .figures(
                (Both::new("已完成", "done so far"), done_text.clone()),
                (Both::new("全年预计", "expected for the year"), expected_text.clone()),
                say::difference(done, expected, unit),
            )
            .because(Both::new(
                "累计完成数不会减少，全年预计不应小于已完成数",
                "what has been done does not shrink, so the year cannot end with less",
            ))
            .next(Both::new(
                "核对两栏是否填反，或全年预计是否只填了后几个月",
                "see whether the columns were swapped, or the forecast covers the remaining months only",
            ));
        findings.push(m.row.about(finding, None));
    }
}
