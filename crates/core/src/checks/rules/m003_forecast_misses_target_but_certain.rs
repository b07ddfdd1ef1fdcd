use super::{
    Certainty, Cx, Example, Rule, Source, Text,
    monitoring::{Chance, followed},
    say,
};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    target::Reading,
};

pub(super) const RULE: Rule = Rule {
    code: "M003",
    name: "forecast-misses-target-but-certain",
    severity: Severity::Error,
    title: Text {
        zh: "预计达不到却填“确定能”", en: "the forecast misses the target and is called certain"
    },
    what: Text {
        zh: "全年预计完成情况达不到指标值，完成目标可能性却是“确定能”。",
        en: "The year's forecast misses the target, yet the chance is given as 确定能.",
    },
    why: Text {
        zh: "自相矛盾，会漏掉应当预警的指标。",
        en: "The row contradicts itself, and an indicator that needs attention is passed over.",
    },
    repair: Text { zh: "改预计数或改可能性。", en: "Correct the forecast or the chance." },
    failing: Example::table(
        "项目支出绩效目标执行监控表（2024年度）\n\
         一级指标 | 二级指标 | 三级指标 | 年度指标值 | 1-7月执行情况 | 全年预计完成情况 | 经费保障 | 制度保障 | 人员保障 | 硬件条件保障 | 其他 | 原因说明 | 完成目标可能性 | 备注\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270 | 80 | 200 | | | | | | | 确定能 |",
    ),
    passing: Example::table(
        "项目支出绩效目标执行监控表（2024年度）\n\
         一级指标 | 二级指标 | 三级指标 | 年度指标值 | 1-7月执行情况 | 全年预计完成情况 | 经费保障 | 制度保障 | 人员保障 | 硬件条件保障 | 其他 | 原因说明 | 完成目标可能性 | 备注\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270 | 180 | 280 | | | | | | | 确定能 |",
    ),
    source: Source {
        text: Text {
            zh: "《中央部门预算绩效运行监控管理暂行办法》（财预〔2019〕136号）监控表的通行格式：偏差原因、完成目标可能性（确定能、有可能、完全不可能）",
            en: "usual form of the monitoring table of 财预〔2019〕136号: reasons, and the chance of reaching the target (确定能, 有可能, 完全不可能)",
        },
        certainty: Certainty::Practice,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    for m in followed(cx).iter().filter(|m| m.chance == Some(Chance::Sure)) {
        let (Some(target), Some(forecast), Some(chance)) = (m.row.year_cell(), m.forecast, m.written_chance)
        else {
            continue;
        };
        let met = super::actuals::meets(cx, m.facts, m.row, target, &Reading::parse(&forecast.text));
        if met != Some(false) {
            continue;
        }
        let (subject, needs, expected) = (m.row.subject(), say::written(target), forecast.key());
        let message = both!(
            "{zh}指标值{needs}，全年预计{expected}，达不到，完成目标可能性却填“确定能”",
            "{en}: target {needs}, forecast {expected}: it will be missed, yet the chance is “certain”",
            zh = subject.zh,
            en = subject.en
        );
        let finding = Finding::new(&RULE, chance.place, message)
            .here(Both::new("与全年预计矛盾", "contradicts the forecast"))
            .label(forecast.place, both!("预计{expected}", "forecast {expected}"))
            .label(target.written.place, both!("要求{needs}", "needs {needs}"))
            .figures(
                (Both::new("指标值", "target"), needs.clone()),
                (Both::new("全年预计", "forecast"), expected.clone()),
                "",
            )
            .because(both!(
                "预计的{expected}不满足“{needs}”，不能说确定能完成",
                "the forecast {expected} does not satisfy {needs}, so it is not certain"
            ))
            .next(Both::new(
                "核对全年预计；确实达不到的，改为“有可能”或“完全不可能”并写原因",
                "check the forecast; if it stands, choose 有可能 or 完全不可能 and give the reason",
            ));
        findings.push(m.row.about(finding, Some(target.period)));
    }
}
