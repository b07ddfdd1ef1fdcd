use super::{
    Certainty, Cx, Example, Rule, Source, Text,
    cells::{self, Picked},
    dates::{self, Outside},
};
use crate::{
    both,
    finding::{Both, Finding, Severity},
};

pub(super) const RULE: Rule = Rule {
    code: "D006",
    name: "deadline-before-start",
    severity: Severity::Error,
    title: Text {
        zh: "完成时限早于实施期限的开始", en: "a deadline lies before the cycle begins"
    },
    what: Text {
        zh: "实施周期指标值中的日期，早于表头实施期限的起始年度。",
        en: "A date in the cycle's target column is earlier than the first year of the cycle in the header.",
    },
    why: Text {
        zh: "任务在项目开始前就已到期；常见于沿用旧表未改年份。",
        en: "The task was due before the project began; often an old table was reused.",
    },
    repair: Text {
        zh: "更正日期，或更正实施期限。", en: "Correct the date, or the cycle in the header."
    },
    failing: Example::table(
        "绩效目标表\n\
         实施期限 | 起始年度 | 2024年 | 到期年度 | 2026年\n\
         一级指标 | 二级指标 | 三级指标 | 实施周期指标值 | 当年度指标值\n\
         产出指标 | 时效指标 | 项目完成时间 | 2023年12月底前 | 2024年12月底前",
    ),
    passing: Example::table(
        "绩效目标表\n\
         实施期限 | 起始年度 | 2024年 | 到期年度 | 2026年\n\
         一级指标 | 二级指标 | 三级指标 | 实施周期指标值 | 当年度指标值\n\
         产出指标 | 时效指标 | 项目完成时间 | 2026年12月底前 | 2024年12月底前",
    ),
    source: Source {
        text: Text {
            zh: "由日期先后推出：任务应在实施期限内完成",
            en: "by comparing dates: tasks are to be done within the cycle",
        },
        certainty: Certainty::Logic,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let picked =
        cells::pick(cx, |_, _, at| matches!(dates::outside(cx, at.cell), Some(Outside::BeforeCycle(_))));
    findings.extend(picked.iter().filter_map(|p| finding(cx, p)));
}

fn finding(cx: &Cx<'_>, picked: &Picked<'_>) -> Option<Finding> {
    let (title, spots, first) = (picked.title(), picked.spots(), picked.first());
    let cycle = dates::cycle(cx)?;
    let due = first.cell.target().deadline()?.last_day(None)?;
    let begin = jiff::civil::date(cycle.first, 1, 1);
    let message = both!(
        "“{title}”的完成时限早于实施期限（{first}—{last}年）的开始：{zh}",
        "{title} is due before the cycle {first} to {last} begins: {en}",
        title = title,
        first = cycle.first,
        last = cycle.last,
        zh = spots.zh,
        en = spots.en
    );
    let finding = picked
        .finding(&RULE, message)
        .figures(
            (Both::new("完成时限", "deadline"), due.to_string()),
            (Both::new("实施期限首日", "begin of the cycle"), begin.to_string()),
            dates::days_between(due, begin),
        )
        .because(both!("任务在实施期限开始前就已到期", "the task was due before the cycle began"))
        .next(both!(
            "核对年份，改为{first}—{last}年内的日期，或更正表头的起始年度",
            "check the year and give a date within {first} to {last}, or correct the first year in the header",
            first = cycle.first,
            last = cycle.last
        ));
    Some(finding)
}
