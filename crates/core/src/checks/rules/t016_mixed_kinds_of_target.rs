use super::{
    Cx, Example, Facts, Nature, Rule, Text,
    cells::{self, At, COMMON_SLIP, Picked},
    dates,
};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    period::Period,
    table::Indicator,
    target::{StateKind, Target},
};

pub(super) const RULE: Rule = Rule {
    code: "T016",
    name: "mixed-kinds-of-target",
    severity: Severity::Error,
    title: Text {
        zh: "同一指标有的写数字，有的写日期或文字",
        en: "figures and dates or words are mixed within one indicator",
    },
    what: Text {
        zh: "同一指标同一期间的全省与各地区指标值种类不一：多数是数字，个别是日期或“不超预算”“保持”等状态（或相反）。",
        en: "Within one indicator and period most targets are figures and a few are dates or states, or the other way round.",
    },
    why: Text {
        zh: "种类不同的指标值不能汇总，多为填错行或粘贴错位。",
        en: "Targets of different kinds cannot be rolled up; most likely a row was filled or pasted wrongly.",
    },
    repair: Text {
        zh: "改为与其他单元格同类的指标值；没有任务的写“/”。",
        en: "Use the same kind of target as the other cells; write / where there is none.",
    },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270\n\
         | | 甲市 | ≥ 104\n\
         | | 乙市 | 不超预算",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270\n\
         | | 甲市 | ≥ 104\n\
         | | 乙市 | ≥ 166",
    ),
    source: COMMON_SLIP,
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    for (indicator, facts) in cx.indicators() {
        for period in cx.table.periods() {
            findings.extend(mixture(cx, indicator, facts, period));
        }
    }
}

fn mixture(cx: &Cx<'_>, indicator: &Indicator, facts: &Facts<'_>, period: Period) -> Option<Finding> {
    let kinds: Vec<(At<'_>, Nature)> = cells::cells(indicator)
        .filter(|at| at.cell.period == period && !dates::is_serial(indicator, facts, at))
        .filter_map(|at| Some((at, kind(&at)?)))
        .collect();
    let count = |n: Nature| kinds.iter().filter(|(_, k)| *k == n).count();
    // On a draw the indicator's own cell, which stands first, decides.
    let usual = [Nature::Number, Nature::Deadline, Nature::State]
        .into_iter()
        .max_by_key(|n| (count(*n), kinds.first().is_some_and(|(_, k)| k == n)))?;
    let others: Vec<At<'_>> = kinds.iter().filter(|(_, k)| *k != usual).map(|(at, _)| *at).collect();
    let numbers_too = usual == Nature::Number || count(Nature::Number) > 0;
    let picked = cells::picked(cx, indicator, facts, others).filter(|_| numbers_too)?;
    Some(finding(&picked, usual))
}

/// What a cell's target is; `None` where it sets none, or in words that may say so (无任务, 暂不下达).
fn kind(at: &At<'_>) -> Option<Nature> {
    match at.cell.target() {
        Target::Number(_) => Some(Nature::Number),
        Target::Deadline(_) => Some(Nature::Deadline),
        Target::State(state) => (state.kind != StateKind::Other).then_some(Nature::State),
        Target::Missing | Target::NotApplicable | Target::Unread => None,
    }
}

fn finding(picked: &Picked<'_>, usual: Nature) -> Finding {
    let (title, spots) = (picked.title(), picked.spots());
    let kind = match usual {
        Nature::Deadline => Both::new("日期", "dates"),
        Nature::State => Both::new("文字", "words"),
        Nature::Number | Nature::Unknown => Both::new("数字", "figures"),
    };
    let message = both!(
        "“{title}”的指标值多为{kind_zh}，而{zh}不是{kind_zh}",
        "{title} has {kind_en} as targets, but not in {en}",
        title = title,
        kind_zh = kind.zh,
        kind_en = kind.en,
        zh = spots.zh,
        en = spots.en
    );
    picked
        .finding(&RULE, message)
        .because(both!(
            "同一指标各处应填同类的指标值，否则不能汇总，也不能比较",
            "the targets of one indicator must be of one kind, or they can be neither rolled up nor compared"
        ))
        .next(both!(
            "核对是否填错行；改为{zh}，没有任务的写“/”",
            "check whether the row was filled wrongly; use {en}, or / where there is no task",
            zh = kind.zh,
            en = kind.en
        ))
}
