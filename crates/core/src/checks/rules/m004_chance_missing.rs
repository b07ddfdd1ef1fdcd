use super::{
    Certainty, Cx, Example, Rule, Source, Text,
    monitoring::{Followed, followed},
    say,
};
use crate::{
    both,
    finding::{Both, Finding, Severity},
};

pub(super) const RULE: Rule = Rule {
    code: "M004",
    name: "chance-missing",
    severity: Severity::Warning,
    title: Text { zh: "没有填完成目标可能性", en: "the chance of reaching the target is missing" },
    what: Text {
        zh: "监控表中填了执行情况或全年预计，没有填完成目标可能性。",
        en: "A row of the monitoring form reports progress or a forecast but not the chance.",
    },
    why: Text { zh: "没有判断就没有预警。", en: "Without a judgement there is no early warning." },
    repair: Text {
        zh: "填写确定能、有可能或完全不可能。", en: "Enter 确定能, 有可能 or 完全不可能."
    },
    failing: Example::table(
        "项目支出绩效目标执行监控表（2024年度）\n\
         一级指标 | 二级指标 | 三级指标 | 年度指标值 | 1-7月执行情况 | 全年预计完成情况 | 经费保障 | 制度保障 | 人员保障 | 硬件条件保障 | 其他 | 原因说明 | 完成目标可能性 | 备注\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270 | 180 | 280 | | | | | | | |",
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
    if !cx.table.asks_chance() {
        return;
    }
    let rows = followed(cx);
    let reported = |m: &&Followed<'_, '_>| m.progress.is_some() || m.forecast.is_some();
    let silent: Vec<&Followed<'_, '_>> =
        rows.iter().filter(reported).filter(|m| m.written_chance.is_none()).collect();
    let Some(first) = silent.first() else { return };
    let names: Vec<String> = silent.iter().map(|m| m.row.subject().zh).collect();
    let names_en: Vec<String> = silent.iter().map(|m| m.row.subject().en).collect();
    let n = silent.len();
    let message = both!(
        "{n}行没有填完成目标可能性：{zh}",
        "the chance of reaching the target is missing in {rows}: {en}",
        rows = say::count(n, "row", "rows"),
        zh = say::names(&names, 3).zh,
        en = say::names(&names_en, 3).en
    );
    let finding = Finding::new(&RULE, first.row.place(), message)
        .here(Both::new("没有填可能性", "no chance given"))
        .labels(silent.iter().skip(1).map(|m| (m.row.place(), m.row.subject())))
        .because(Both::new(
            "这些行已填执行情况或全年预计，监控表要求同时判断能否完成目标",
            "these rows report progress or a forecast; the form asks for a judgement of the chance as well",
        ))
        .next(Both::new(
            "按“确定能、有可能、完全不可能”填写",
            "enter one of 确定能 (certain), 有可能 (possible), 完全不可能 (impossible)",
        ));
    findings.push(first.row.about(finding, None));
}
