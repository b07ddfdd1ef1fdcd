use super::{
    Certainty, Cx, Example, Rule, Source, Text,
    cells::{self, At, Picked},
};
use crate::{
    both,
    finding::{Finding, Severity},
};

pub(super) const RULE: Rule = Rule {
    code: "D007",
    name: "impossible-date",
    severity: Severity::Error,
    title: Text { zh: "日期不存在", en: "there is no such date" },
    what: Text {
        zh: "指标值中的日期不存在，如13月、2月30日、4月31日。",
        en: "A date in the targets does not exist: month 13, 30 February, 31 April.",
    },
    why: Text { zh: "无法判断何时到期。", en: "Nobody can say when the task is due." },
    repair: Text { zh: "更正月份或日子。", en: "Correct the month or day." },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 时效指标 | 项目完成时间 | 2024年11月31日前",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 时效指标 | 项目完成时间 | 2024年11月30日前",
    ),
    source: Source {
        text: Text { zh: "由历法得出", en: "from the calendar" }, certainty: Certainty::Logic
    },
    run,
};

fn is_impossible(at: &At<'_>) -> bool {
    at.cell
        .target()
        .deadline()
        .is_some_and(|d| d.by.is_impossible() || d.from.is_some_and(|f| f.is_impossible()))
}

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    findings.extend(cells::pick(cx, |_, _, at| is_impossible(at)).iter().map(finding));
}

fn finding(picked: &Picked<'_>) -> Finding {
    let (title, spots) = (picked.title(), picked.spots());
    let message = both!(
        "“{title}”的日期不存在：{zh}",
        "{title} has a date that does not exist: {en}",
        title = title,
        zh = spots.zh,
        en = spots.en
    );
    picked
        .finding(&RULE, message)
        .because(both!("历法上没有这一天（或这个月）", "the calendar has no such day or month"))
        .next(both!(
            "更正月份或日子；指月末的，写“底前”",
            "correct the month or day; for the end of a month write 底前"
        ))
}
