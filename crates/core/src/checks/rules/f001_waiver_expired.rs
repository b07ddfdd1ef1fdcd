use jiff::civil::Date;

use super::{Certainty, Cx, Example, Rule, Source, Text, run::in_force, waivers};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    fund::Waiver,
    place::Place,
};

pub(super) const RULE: Rule = Rule {
    code: "F001",
    name: "waiver-expired",
    severity: Severity::Warning,
    title: Text { zh: "豁免已过期", en: "a waiver has expired" },
    what: Text {
        zh: "waivers.toml 中某条豁免的截止日期已过，不再生效。",
        en: "The last day of a waiver in waivers.toml has passed, so it no longer silences anything.",
    },
    why: Text {
        zh: "豁免是有期限的人为决定；过期后问题会重新报出，留着过期的豁免会让人误以为已经放行。",
        en: "A waiver is a decision for a limited time; once expired the finding comes back, and a waiver left behind makes people think that it was let pass.",
    },
    repair: Text {
        zh: "问题仍可接受的，由决定人重新确认并延长日期；否则删去豁免并更正表格。",
        en: "If the finding may still stand, have it confirmed anew with a later date; otherwise remove the waiver and correct the table.",
    },
    failing: Example {
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
                  until = \"2024-06-30\"\n",
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
            zh: "豁免文件的约定：每条豁免写明理由、决定人和截止日期（waivers.toml）",
            en: "the convention of waivers.toml: each waiver has a reason, a person and a last day",
        },
        certainty: Certainty::Logic,
    },
    run,
};

/// Nothing to find in the table: waivers are looked at once it is known what they silence, see [`finding`].
fn run(_cx: &Cx<'_>, _findings: &mut Vec<Finding>) {}

/// The finding about a waiver that is no longer in force.
pub(in crate::checks) fn finding(waiver: &Waiver, today: Option<Date>) -> Option<Finding> {
    let today = today.filter(|_| !in_force(waiver, today))?;
    let (name, until) = (waivers::in_words(waiver), waiver.until);
    let message = both!(
        "豁免{zh}已于{date}到期，不再生效",
        "the waiver of {en} expired on {until} and is no longer in force",
        zh = name.zh,
        en = name.en,
        date = say_date(until),
        until = until
    );
    Some(
        Finding::new(&RULE, Place::default(), message)
            .figures(
                (Both::new("截止日期", "last day"), until.to_string()),
                (Both::new("今天", "today"), today.to_string()),
                "",
            )
            .because(both!(
                "豁免由{who}决定，理由是“{reason}”，只在截止日期之前有效",
                "it was decided by {who} for the reason \"{reason}\" and holds only until its last day",
                who = waiver.who,
                reason = waiver.reason
            ))
            .next(Both::new(
                "问题仍可接受的，请决定人重新确认并延长日期；否则从 waivers.toml 删去，并更正表格",
                "if the finding may still stand, have it confirmed anew with a later date; otherwise remove it from waivers.toml and correct the table",
            )),
    )
}

fn say_date(day: Date) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}
