use super::{
    Cx, Example, Rule, Text,
    cells::{self, At, COMMON_SLIP, Picked},
};
use crate::{
    both,
    finding::{Finding, Severity},
    target::{Comparator, Remark},
};

pub(super) const RULE: Rule = Rule {
    code: "T002",
    name: "comparators-contradict",
    severity: Severity::Error,
    title: Text {
        zh: "一个指标值里的比较符互相矛盾",
        en: "comparators within one target contradict each other",
    },
    what: Text {
        zh: "同一单元格写了两个不同的比较符（如“≥≤5”“不低于5以下”），或下限高于上限，没有任何数能满足。",
        en: "One cell has two different comparators (such as ≥≤5), or a floor above its ceiling so that no figure can satisfy it.",
    },
    why: Text {
        zh: "指标值无法判断是否完成。", en: "Nobody can say whether such a target is met."
    },
    repair: Text {
        zh: "只保留本意的那一个比较符，或更正上下限。",
        en: "Keep the one comparator that is meant, or correct floor and ceiling.",
    },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥≤5",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥5",
    ),
    source: COMMON_SLIP,
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    findings.extend(cells::pick(cx, |_, _, at| contradicts(at)).iter().map(finding));
}

/// Whether the cell's comparators cannot all be meant. A range written the wrong way round is another check's.
pub(super) fn contradicts(at: &At<'_>) -> bool {
    let Some(number) = at.number() else { return false };
    let key = at.cell.written.key();
    // 共 and 约 before a figure are no comparators: 共5场以上, 约90%左右.
    let words_only = key.starts_with(['共', '约']) || key.ends_with("左右");
    let two = at.remarks().contains(&Remark::TwoComparators) && !words_only;
    let dashed = number.comparator == Comparator::Range && key.starts_with(|c: char| c.is_ascii_digit());
    two || (number.written.is_empty() && !dashed)
}

fn finding(picked: &Picked<'_>) -> Finding {
    let (title, spots) = (picked.title(), picked.spots());
    let message = both!(
        "“{title}”的指标值比较符互相矛盾：{zh}",
        "{title} has comparators that contradict each other: {en}",
        title = title,
        zh = spots.zh,
        en = spots.en
    );
    let empty = picked.first().number().is_some_and(|n| n.written.is_empty());
    let reason = if empty {
        both!(
            "下限高于上限，没有任何数能同时满足",
            "the floor is above the ceiling: no figure satisfies both"
        )
    } else {
        both!(
            "两个比较符方向不同，不可能都是本意",
            "the two comparators point different ways and cannot both be meant"
        )
    };
    picked.finding(&RULE, message).because(reason).next(both!(
        "对照申报材料，只保留本意的比较符，或更正上下限的数字",
        "see the application and keep the comparator that is meant, or correct the figures of floor and ceiling"
    ))
}
