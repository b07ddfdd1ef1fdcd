use super::{Certainty, Cx, Example, Rule, Source, Text, monitoring::followed};
use crate::{
    both,
    finding::{Both, Finding, Severity},
};

pub(super) const RULE: Rule = Rule {
    code: "M005",
    name: "chance-unknown-word",
    severity: Severity::Warning,
    title: Text { zh: "完成目标可能性写法不认识", en: "an unknown word for the chance" },
    what: Text {
        zh: "完成目标可能性不是“确定能、有可能、（完全）不可能”之一。",
        en: "The chance is none of 确定能, 有可能, 完全不可能 (or 不可能).",
    },
    why: Text {
        zh: "无法汇总，也无法据此预警。", en: "It can be neither counted nor acted on."
    },
    repair: Text { zh: "改为规定的写法。", en: "Use one of the three answers." },
    failing: Example::table(
        "项目支出绩效目标执行监控表（2024年度）\n\
         一级指标 | 二级指标 | 三级指标 | 年度指标值 | 1-7月执行情况 | 全年预计完成情况 | 经费保障 | 制度保障 | 人员保障 | 硬件条件保障 | 其他 | 原因说明 | 完成目标可能性 | 备注\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270 | 180 | 280 | | | | | | | 应该没问题 |",
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
    for m in followed(cx).iter().filter(|m| m.chance.is_none()) {
        let Some(written) = m.written_chance else { continue };
        let (subject, words) = (m.row.subject(), written.key());
        let message = both!(
            "{zh}完成目标可能性填“{words}”，不是规定的三种之一",
            "{en}: the chance is given as “{words}”, which is none of the three answers",
            zh = subject.zh,
            en = subject.en
        );
        let finding = Finding::new(&RULE, written.place, message)
            .here(Both::new("不是规定的答案", "none of the three answers"))
            .because(Both::new(
                "监控表只认“确定能、有可能、完全不可能”三种，其他写法无法汇总和预警",
                "the form knows 确定能, 有可能 and 完全不可能 only; other words can be neither counted nor acted on",
            ))
            .next(Both::new(
                "改为“确定能”“有可能”或“完全不可能”，补充意见写在备注",
                "choose 确定能 (certain), 有可能 (possible) or 完全不可能 (impossible); remarks go to the note",
            ));
        findings.push(m.row.about(finding, None));
    }
}
