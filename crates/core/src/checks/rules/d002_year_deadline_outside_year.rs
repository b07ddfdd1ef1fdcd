use super::{
    Certainty, Cx, Example, Rule, Source, Text,
    cells::{self, At, Picked},
    dates::{self, Outside},
};
use crate::{
    both,
    finding::{Both, Finding, Severity},
};

pub(super) const RULE: Rule = Rule {
    code: "D002",
    name: "year-deadline-outside-year",
    severity: Severity::Error,
    title: Text {
        zh: "当年度的完成时限不在该年度", en: "a year's deadline lies in another year"
    },
    what: Text {
        zh: "年度指标值中的日期写的是另一年。目标表只有一列指标值、看不出是年度还是全周期的，不报。",
        en: "A date in a year's target column is of another year. A goal table's single target column may be for the whole term and is not reported.",
    },
    why: Text {
        zh: "年度评价时，要么任务尚未到期，要么早已过期；常见于沿用上年表格未改年份。",
        en: "At the year's evaluation the task is either not yet due or long past; often last year's table was reused.",
    },
    repair: Text { zh: "改为该年度内的日期。", en: "Give a date within the year." },
    failing: Example::table(
        "2024年专项资金绩效目标表\n\
         实施期限 | 起始年度 | 2024年 | 到期年度 | 2026年\n\
         一级指标 | 二级指标 | 三级指标 | 实施周期指标值 | 当年度指标值\n\
         产出指标 | 时效指标 | 项目完成时间 | 2026年12月底前 | 2025年12月底前",
    ),
    passing: Example::table(
        "2024年专项资金绩效目标表\n\
         实施期限 | 起始年度 | 2024年 | 到期年度 | 2026年\n\
         一级指标 | 二级指标 | 三级指标 | 实施周期指标值 | 当年度指标值\n\
         产出指标 | 时效指标 | 项目完成时间 | 2026年12月底前 | 2024年12月底前",
    ),
    source: Source {
        text: Text {
            zh: "由日期先后推出：年度目标应在该年度内完成",
            en: "by comparing dates: a year's target is to be met within the year",
        },
        certainty: Certainty::Logic,
    },
    run,
};

/// The year that the cell is for, when its deadline is of another one.
fn other_year(cx: &Cx<'_>, at: &At<'_>) -> Option<i16> {
    match dates::outside(cx, at.cell)? {
        Outside::OtherYear(year) => Some(year),
        Outside::AfterCycle(_) | Outside::BeforeCycle(_) => None,
    }
}

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let picked = cells::pick(cx, |_, _, at| other_year(cx, at).is_some());
    findings.extend(picked.iter().filter_map(|p| finding(cx, p)));
}

fn finding(cx: &Cx<'_>, picked: &Picked<'_>) -> Option<Finding> {
    let (title, spots, first) = (picked.title(), picked.spots(), picked.first());
    let year = other_year(cx, &first)?;
    let due = first.cell.target().deadline()?.by.year?;
    let message = both!(
        "“{title}”的年度完成时限不在{year}年：{zh}",
        "{title} has a deadline outside {year}: {en}",
        title = title,
        year = year,
        zh = spots.zh,
        en = spots.en
    );
    let finding = picked
        .finding(&RULE, message)
        .figures(
            (Both::new("完成时限的年份", "year of the deadline"), due.to_string()),
            (Both::new("表格的年度", "year of the table"), year.to_string()),
            "",
        )
        .because(if due > year {
            both!(
                "{year}年度评价时该任务尚未到期",
                "at the evaluation of {year} the task is not yet due",
                year = year
            )
        } else {
            both!(
                "该时限在{year}年度开始之前就已过去",
                "the deadline was past before {year} began",
                year = year
            )
        })
        .next(both!(
            "改为{year}年内的日期，或更正表格的年度",
            "give a date within {year}, or correct the table's year",
            year = year
        ));
    Some(finding)
}
