use super::{
    Certainty, Cx, Example, Rule, Source, Text,
    cells::{self, At, Picked},
    dates,
};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    period::Period,
    table::{Indicator, TargetCell},
};

pub(super) const RULE: Rule = Rule {
    code: "D003",
    name: "cycle-deadline-before-year-deadline",
    severity: Severity::Error,
    title: Text {
        zh: "整个周期的完成时限早于当年度的",
        en: "the cycle's deadline is earlier than the year's",
    },
    what: Text {
        zh: "同一行中，实施周期的完成时限早于年度的完成时限。",
        en: "Within one row the cycle's deadline is earlier than the year's.",
    },
    why: Text {
        zh: "年度是周期的一部分，周期不可能先于年度完成；多为两列填反。",
        en: "The year is part of the cycle, which cannot be done first; most likely the columns were swapped.",
    },
    repair: Text {
        zh: "核对两列是否填反，更正日期。",
        en: "Check whether the columns were swapped and correct the date.",
    },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 实施周期指标值 | 当年度指标值\n\
         产出指标 | 时效指标 | 项目完成时间 | 2024年12月底前 | 2026年12月底前",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 实施周期指标值 | 当年度指标值\n\
         产出指标 | 时效指标 | 项目完成时间 | 2026年12月底前 | 2024年12月底前",
    ),
    source: Source {
        text: Text {
            zh: "由日期先后推出：年度包含在实施周期之内",
            en: "by comparing dates: the year is contained in the cycle",
        },
        certainty: Certainty::Logic,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let picked = cells::pick(cx, |indicator, _, at| later_year(cx, indicator, at).is_some());
    findings.extend(picked.iter().filter_map(|p| finding(cx, p)));
}

/// The year's cell of the same row, when its deadline is later than that of this cycle's cell.
///
/// Cells of which another check says that they lie outside their time are left aside.
fn later_year<'a>(cx: &Cx<'_>, indicator: &'a Indicator, at: &At<'a>) -> Option<&'a TargetCell> {
    if at.cell.period != Period::Cycle || dates::outside(cx, at.cell).is_some() {
        return None;
    }
    let due = at.cell.target().deadline()?.last_day(cx.stand_in_year(Period::Cycle))?;
    let row = at.row.map_or(&indicator.whole, |r| &r.cells);
    row.iter().find(|cell| {
        let day = cell.target().deadline().and_then(|d| d.last_day(cx.stand_in_year(cell.period)));
        cell.period != Period::Cycle && dates::outside(cx, cell).is_none() && day.is_some_and(|d| d > due)
    })
}

fn finding(cx: &Cx<'_>, picked: &Picked<'_>) -> Option<Finding> {
    let (title, spots, first) = (picked.title(), picked.spots(), picked.first());
    let year = later_year(cx, picked.indicator, &first)?;
    let said = super::say::written(year);
    let (due, later) = (
        first.cell.target().deadline()?.last_day(cx.stand_in_year(Period::Cycle))?,
        year.target().deadline()?.last_day(cx.stand_in_year(year.period))?,
    );
    let message = both!(
        "“{title}”的周期完成时限早于年度完成时限“{said}”：{zh}",
        "{title} is due earlier for the cycle than for the year, which says {said}: {en}",
        title = title,
        said = said,
        zh = spots.zh,
        en = spots.en
    );
    let finding = picked
        .finding(&RULE, message)
        .figures(
            (Both::new("实施周期", "cycle"), due.to_string()),
            (Both::new("年度", "year"), later.to_string()),
            dates::days_between(due, later),
        )
        .because(both!(
            "年度包含在周期之内，周期不可能先完成",
            "the year is part of the cycle, which cannot be done first"
        ))
        .next(both!(
            "核对两列是否填反，更正其中一个日期",
            "check whether the two columns were swapped and correct one of the dates"
        ));
    Some(finding)
}
