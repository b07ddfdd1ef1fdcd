use super::{
    Certainty, Cx, Example, Rule, Source, Text,
    cells::{self, At, Picked},
    dates,
};
use crate::{
    both,
    finding::{Both, Finding, Severity},
};

pub(super) const RULE: Rule = Rule {
    code: "D008",
    name: "span-reversed",
    severity: Severity::Error,
    title: Text { zh: "起止时间颠倒", en: "a span of time ends before it begins" },
    what: Text {
        zh: "指标值写作一段时间，结束早于开始，如“2024年12月-2024年1月”。",
        en: "The target is a span of time whose end is before its begin, such as 2024年12月-2024年1月.",
    },
    why: Text {
        zh: "不存在这样的时间段，无法判断何时到期。",
        en: "There is no such span; nobody can say when the task is due.",
    },
    repair: Text {
        zh: "交换起止时间，或更正年份。", en: "Swap begin and end, or correct the year."
    },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 时效指标 | 项目实施时间 | 2024年12月-2024年1月",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 时效指标 | 项目实施时间 | 2024年1月-2024年12月",
    ),
    source: Source {
        text: Text { zh: "由日期先后推出", en: "by comparing dates" },
        certainty: Certainty::Logic,
    },
    run,
};

/// Begin and end of a span that ends before it begins.
fn reversed(cx: &Cx<'_>, at: &At<'_>) -> Option<(jiff::civil::Date, jiff::civil::Date)> {
    let deadline = at.cell.target().deadline()?;
    let from = deadline.from?;
    let year = from.year.or(deadline.by.year).or(cx.stand_in_year(at.cell.period)).or(Some(2000));
    let (begin, end) = (dates::first_day(from, year)?, deadline.last_day(year)?);
    (begin > end).then_some((begin, end))
}

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let picked = cells::pick(cx, |_, _, at| reversed(cx, at).is_some());
    findings.extend(picked.iter().filter_map(|p| finding(cx, p)));
}

fn finding(cx: &Cx<'_>, picked: &Picked<'_>) -> Option<Finding> {
    let (title, spots) = (picked.title(), picked.spots());
    let (begin, end) = reversed(cx, &picked.first())?;
    let message = both!(
        "“{title}”的结束时间早于开始时间：{zh}",
        "{title} has a span that ends before it begins: {en}",
        title = title,
        zh = spots.zh,
        en = spots.en
    );
    let finding = picked
        .finding(&RULE, message)
        .figures(
            (Both::new("开始", "begin"), begin.to_string()),
            (Both::new("结束", "end"), end.to_string()),
            dates::days_between(end, begin),
        )
        .because(both!(
            "结束时间在开始时间之前，这段时间不存在",
            "the end lies before the begin: there is no such span"
        ))
        .next(both!("核对后交换起止时间，或更正年份", "check, and swap begin and end or correct the year"));
    Some(finding)
}
