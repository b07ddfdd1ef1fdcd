use super::{
    Cx, Example, Facts, Nature, Rule, Text,
    cells::{self, At, PUT_IN_FIGURES, Picked},
};
use crate::{
    both,
    finding::{Finding, Severity},
    target::{Remark, StateKind, Target},
};

pub(super) const RULE: Rule = Rule {
    code: "T011",
    name: "value-not-understood",
    severity: Severity::Warning,
    title: Text {
        zh: "指标值读不出是多少", en: "a target cannot be read as a figure, a date or a state"
    },
    what: Text {
        zh: "指标值里有数字或比较符，但读不成“比较符＋数字＋单位”、日期或状态，或数字指标里写了别的文字；其余检查都跳过这个单元格。“每年一次”这类频次不报。",
        en: "The cell has figures or comparators but is neither comparator, figure and unit, nor a date, nor a state, or has other words among figures; all other checks pass over it. Frequencies (每年…) are not reported.",
    },
    why: Text {
        zh: "不能机器核对的指标值，也往往难以考核。",
        en: "What cannot be read cannot be checked, and is usually hard to judge as well.",
    },
    repair: Text {
        zh: "改写为“比较符＋数字＋单位”，如“≥90%”；文字说明移到备注。",
        en: "Write comparator, figure and unit, such as ≥90%; move words to the remarks.",
    },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 质量指标 | 资金拨付合规率 | ≥百分之九十",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 质量指标 | 资金拨付合规率 | ≥90%",
    ),
    source: PUT_IN_FIGURES,
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let unread = |facts: &Facts<'_>, at: &At<'_>| {
        is_unread(at) || (facts.nature == Nature::Number && is_other_text(at))
    };
    findings.extend(cells::pick(cx, |_, facts, at| unread(facts, at)).iter().map(finding));
}

/// Words that are no common state, among figures; words that say that nothing is set are left alone.
fn is_other_text(at: &At<'_>) -> bool {
    at.cell.target().state().is_some_and(|s| {
        s.kind == StateKind::Other && !s.words.starts_with(['无', '暂', '未', '另', '待', '不', '每'])
    })
}

fn is_unread(at: &At<'_>) -> bool {
    *at.cell.target() == Target::Unread
        && !at.remarks().contains(&Remark::Masked)
        && !at.cell.written.key().starts_with('每')
}

fn finding(picked: &Picked<'_>) -> Finding {
    let (title, spots) = (picked.title(), picked.spots());
    let message = both!(
        "“{title}”的指标值读不出是多少：{zh}",
        "{title} has a target that cannot be read: {en}",
        title = title,
        zh = spots.zh,
        en = spots.en
    );
    let digits = picked.first().text().chars().any(|c| c.is_ascii_digit());
    let reason = if digits {
        both!(
            "其中有数字，但不是“比较符＋数字＋单位”、日期或状态，其余检查都无法核对它",
            "it has figures, but is neither comparator, figure and unit, nor a date, nor a state; no other check can look at it"
        )
    } else if is_other_text(&picked.first()) {
        both!(
            "同一指标的其他指标值是数字，这里是文字，其余检查都无法核对它",
            "the indicator's other targets are figures and this one is words; no other check can look at it"
        )
    } else {
        both!(
            "有比较符而没有阿拉伯数字，其余检查都无法核对它",
            "it has a comparator but no figure in digits; no other check can look at it"
        )
    };
    picked.finding(&RULE, message).because(reason).next(both!(
        "改写为“比较符＋数字＋单位”，如“≥90%”“≤5个工作日”，说明文字移到备注",
        "write comparator, figure and unit, such as ≥90% or ≤5个工作日, and move words to the remarks"
    ))
}
