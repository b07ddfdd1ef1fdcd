use super::{ALL, Certainty, Cx, Example, Rule, Source, Text, waivers};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    fund::Waiver,
    place::Place,
};

pub(super) const RULE: Rule = Rule {
    code: "F002",
    name: "waiver-unused",
    severity: Severity::Warning,
    title: Text { zh: "豁免没有用上", en: "a waiver silences nothing" },
    what: Text {
        zh: "waivers.toml 中某条豁免在本表中没有对应的问题：问题已经改正，或者豁免的代码、指标、地区写错了。",
        en: "A waiver in waivers.toml matches no finding of this table: the defect was mended, or its code, indicator or region is misspelt.",
    },
    why: Text {
        zh: "留着没有用的豁免，日后同样的问题再出现时会被悄悄放过。",
        en: "A waiver that is not needed will quietly let the same defect pass when it comes back.",
    },
    repair: Text {
        zh: "问题已改正的删去豁免；写错的更正。",
        en: "Remove it when the defect is mended; correct it when it is misspelt.",
    },
    failing: Example {
        table: "2024年专项资金（促进外贸发展方向）绩效目标表\n\
                一级指标 | 二级指标 | 三级指标 | 指标值\n\
                产出指标 | 数量指标 | 进口贴息支持企业数量（家次） | ≥ 120\n\
                | | 广州市 | ≥ 104\n\
                | | 珠海市 | ≥ 16",
        waivers: "[[waiver]]\n\
                  code = \"A001\"\n\
                  indicator = \"进口贴息支持企业数量\"\n\
                  reason = \"差额由省本级承担\"\n\
                  who = \"省商务厅 张三\"\n\
                  until = \"2099-12-31\"\n",
    },
    passing: Example {
        table: "2024年专项资金（促进外贸发展方向）绩效目标表\n\
                一级指标 | 二级指标 | 三级指标 | 指标值\n\
                产出指标 | 数量指标 | 进口贴息支持企业数量（家次） | > 120\n\
                | | 广州市 | ≥ 104\n\
                | | 珠海市 | ≥ 16",
        waivers: "[[waiver]]\n\
                  code = \"A001\"\n\
                  indicator = \"进口贴息支持企业数量\"\n\
                  reason = \"差额由省本级承担\"\n\
                  who = \"省商务厅 张三\"\n\
                  until = \"2099-12-31\"\n",
    },
    source: Source {
        text: Text {
            zh: "豁免文件的约定：豁免只对应现有的问题（waivers.toml）",
            en: "the convention of waivers.toml: a waiver stands for a finding that exists",
        },
        certainty: Certainty::Logic,
    },
    run,
};

/// Nothing to find in the table: waivers are looked at once it is known what they silence, see [`finding`].
fn run(_cx: &Cx<'_>, _findings: &mut Vec<Finding>) {}

/// The finding about a waiver in force that silenced nothing.
pub(in crate::checks) fn finding(cx: &Cx<'_>, waiver: &Waiver) -> Option<Finding> {
    let is_known = ALL.iter().any(|r| r.code.eq_ignore_ascii_case(&waiver.code));
    if is_known && !waivers::is_for(waiver, cx.table.form) {
        return None;
    }
    let name = waivers::in_words(waiver);
    let (message, next) = if is_known {
        (
            both!(
                "豁免{zh}在本表中没有对应的问题",
                "the waiver of {en} matches no finding of this table",
                zh = name.zh,
                en = name.en
            ),
            Both::new(
                "问题已改正的，从 waivers.toml 删去这条豁免；否则核对代码、指标、地区和期间是否写对",
                "remove it from waivers.toml when the defect is mended; otherwise see whether code, indicator, region and period are right",
            ),
        )
    } else {
        (
            both!(
                "豁免{zh}的代码不是任何一项检查",
                "the waiver of {en} names no check that exists",
                zh = name.zh,
                en = name.en
            ),
            Both::new(
                "在 waivers.toml 中改为正确的检查代码，或删去这条豁免",
                "correct the code in waivers.toml, or remove the waiver",
            ),
        )
    };
    Some(
        Finding::new(&RULE, Place::default(), message)
            .because(both!(
                "豁免由{who}决定，理由是“{reason}”；没有对应的问题而留着，日后同样的问题会被悄悄放过",
                "it was decided by {who} for the reason \"{reason}\"; left without a finding it will quietly let the same defect pass later",
                who = waiver.who,
                reason = waiver.reason
            ))
            .next(next),
    )
}
