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
    code: "D001",
    name: "deadline-after-cycle",
    severity: Severity::Error,
    title: Text {
        zh: "完成时限晚于实施期限", en: "a deadline lies after the implementation cycle"
    },
    what: Text {
        zh: "实施周期指标值中的日期，晚于表头实施期限的到期年度。",
        en: "A date in the cycle's target column is later than the last year of the cycle in the header.",
    },
    why: Text {
        zh: "期限届满进行评价时，任务按表格还没到期。",
        en: "When the cycle is evaluated the task is, by the table, not yet due.",
    },
    repair: Text {
        zh: "更正日期，或更正实施期限。", en: "Correct the date, or the cycle in the header."
    },
    failing: Example::table(
        "绩效目标表\n\
         实施期限 | 起始年度 | 2024年 | 到期年度 | 2026年\n\
         一级指标 | 二级指标 | 三级指标 | 实施周期指标值 | 当年度指标值\n\
         产出指标 | 时效指标 | 项目完成时间 | 2027年6月底前 | 2024年12月底前",
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
        cells::pick(cx, |_, _, at| matches!(dates::outside(cx, at.cell), Some(Outside::AfterCycle(_))));
    findings.extend(picked.iter().filter_map(|p| finding(cx, p)));
}

fn finding(cx: &Cx<'_>, picked: &Picked<'_>) -> Option<Finding> {
    let (title, spots, first) = (picked.title(), picked.spots(), picked.first());
    let cycle = dates::cycle(cx)?;
    let due = first.cell.target().deadline()?.last_day(None)?;
    let end = jiff::civil::date(cycle.last, 12, 31);
    let (due_text, end_text) = (dates::day(due), dates::day(end));
    let message = both!(
        "“{title}”的完成时限晚于实施期限（{first}—{last}年）：{zh}",
        "{title} is due after the cycle {first} to {last}: {en}",
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
            (Both::new("实施期限末日", "end of the cycle"), end.to_string()),
            dates::days_between(due, end),
        )
        .because(both!(
            "最晚可到{due_zh}完成，而实施期限到{end_zh}为止",
            "it may be done as late as {due_en}, while the cycle ends on {end_en}",
            due_zh = due_text.zh,
            end_zh = end_text.zh,
            due_en = due_text.en,
            end_en = end_text.en
        ))
        .next(both!(
            "把日期改到{last}年12月底前，或更正表头的到期年度",
            "move the date to the end of {last} or earlier, or correct the last year in the header",
            last = cycle.last
        ));
    Some(finding)
}
