use super::{
    Certainty, Cx, Example, Rule, Source, Text,
    monitoring::{Chance, followed},
};
use crate::{
    both,
    finding::{Both, Finding, Severity},
};

pub(super) const RULE: Rule = Rule {
    code: "M001",
    name: "chance-without-reason",
    severity: Severity::Error,
    title: Text { zh: "可能完不成而没有写原因", en: "a target in doubt without a reason" },
    what: Text {
        zh: "完成目标可能性为“有可能”或“完全不可能”，偏差原因各栏都为空。",
        en: "The chance of reaching the target is 有可能 or 完全不可能 and all columns for reasons are empty.",
    },
    why: Text {
        zh: "监控的目的就是及时发现偏差并纠正，没有原因就无从纠正。",
        en: "Monitoring is there to find deviations and correct them, which needs the cause.",
    },
    repair: Text { zh: "填写原因和措施。", en: "Give cause and measures." },
    failing: Example::table(
        "项目支出绩效目标执行监控表（2024年度）\n\
         一级指标 | 二级指标 | 三级指标 | 年度指标值 | 1-7月执行情况 | 全年预计完成情况 | 经费保障 | 制度保障 | 人员保障 | 硬件条件保障 | 其他 | 原因说明 | 完成目标可能性 | 备注\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270 | 80 | 200 | | | | | | | 有可能 |",
    ),
    passing: Example::table(
        "项目支出绩效目标执行监控表（2024年度）\n\
         一级指标 | 二级指标 | 三级指标 | 年度指标值 | 1-7月执行情况 | 全年预计完成情况 | 经费保障 | 制度保障 | 人员保障 | 硬件条件保障 | 其他 | 原因说明 | 完成目标可能性 | 备注\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270 | 80 | 200 | | | | | | 申报通知下达较晚，已加快审核 | 有可能 |",
    ),
    source: Source {
        text: Text {
            zh: "黄石市2019年绩效监控要求：“有可能”“不可能”的须写明原因和措施；财预〔2019〕136号监控表设有原因各栏",
            en: "a city's monitoring notice (Huangshi, 2019): reasons and measures are mandatory for 有可能 and 不可能; the form of 财预〔2019〕136号 has columns for them",
        },
        certainty: Certainty::Seen,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    for m in followed(cx) {
        let (Some(chance), Some(written)) = (m.chance, m.written_chance) else { continue };
        if chance == Chance::Sure || super::actuals::gives_reason(&m.row) {
            continue;
        }
        let (subject, words) = (m.row.subject(), chance.words());
        let message = both!(
            "{zh}完成目标可能性为“{wz}”，没有写原因",
            "{en}: the chance is “{we}”, and no reason is given",
            zh = subject.zh,
            en = subject.en,
            wz = words.zh,
            we = words.en
        );
        let finding = Finding::new(&RULE, written.place, message)
            .here(Both::new("须写原因", "needs a reason"))
            .label(m.row.place(), Both::new("原因各栏都是空的", "all columns for reasons are empty"))
            .because(both!(
                "可能完不成的指标须分析偏差原因并提出措施，本行原因各栏为空",
                "a target that may be missed needs its causes and the measures taken; the columns for reasons are empty in this row"
            ))
            .next(both!(
                "在相应的原因栏和“原因说明”中写明原因和措施",
                "state cause and measures in the columns for reasons"
            ));
        findings.push(m.row.about(finding, None));
    }
}
