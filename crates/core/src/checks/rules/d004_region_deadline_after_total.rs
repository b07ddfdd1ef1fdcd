use jiff::civil::Date;

use super::{
    Certainty, Cx, Example, Facts, Rule, Source, Text,
    cells::{self, At},
    dates, say,
};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    period::Period,
    proof::{RollUp, latest},
    table::{Indicator, TargetCell},
};

pub(super) const RULE: Rule = Rule {
    code: "D004",
    name: "region-deadline-after-total",
    severity: Severity::Error,
    title: Text {
        zh: "地区的完成时限晚于全省", en: "a region's deadline is later than the province's"
    },
    what: Text {
        zh: "同一指标同一期间，有的地区完成时限晚于全省完成时限。",
        en: "Within one indicator and period a region may finish later than the province must.",
    },
    why: Text {
        zh: "该地区按期完成，全省仍会逾期。",
        en: "The region can be on time while the province is late.",
    },
    repair: Text {
        zh: "把该地区的时限提前，或把全省时限推后到最晚的地区。",
        en: "Move the region's deadline forward, or the province's back to the latest region's.",
    },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 时效指标 | 项目完成时间 | 2024年11月底前\n\
         | | 甲市 | 2024年11月底前\n\
         | | 乙市 | 2024年12月底前",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 时效指标 | 项目完成时间 | 2024年12月底前\n\
         | | 甲市 | 2024年11月底前\n\
         | | 乙市 | 2024年12月底前",
    ),
    source: Source {
        text: Text {
            zh: "由日期先后推出：各部分都完成时整体才完成，整体的完成日是最晚的那一个",
            en: "by comparing dates: the whole is done when its last part is done",
        },
        certainty: Certainty::Logic,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    for (indicator, facts) in cx.indicators().filter(|(_, f)| f.roll_up.regions == RollUp::Latest) {
        for (period, whole) in cx.whole_cells(indicator) {
            findings.extend(late_regions(cx, indicator, facts, period, whole));
        }
    }
}

/// The last day of a cell, unless another check says that it lies outside its time.
fn due(cx: &Cx<'_>, cell: &TargetCell) -> Option<Date> {
    let deadline = cell.target().deadline()?;
    if dates::outside(cx, cell).is_some() {
        return None;
    }
    deadline.last_day(cx.stand_in_year(cell.period))
}

fn late_regions(
    cx: &Cx<'_>,
    indicator: &Indicator,
    facts: &Facts<'_>,
    period: Period,
    whole: &TargetCell,
) -> Option<Finding> {
    let end = due(cx, whole)?;
    let regions: Vec<(At<'_>, Date)> = cells::cells(indicator)
        .filter(|at| at.row.is_some() && at.cell.period == period)
        .filter_map(|at| Some((at, due(cx, at.cell)?)))
        .collect();
    let days: Vec<Date> = regions.iter().map(|(_, day)| *day).collect();
    let late: Vec<&(At<'_>, Date)> = latest(&days, end).into_iter().map(|i| &regions[i]).collect();
    let last = late.iter().map(|(_, day)| *day).max()?;
    let picked = cells::picked(cx, indicator, facts, late.iter().map(|(at, _)| *at).collect())?;
    let (title, spots, written) = (&indicator.title, picked.spots(), say::written(whole));
    let (last_text, end_text) = (dates::day(last), dates::day(end));
    let message = both!(
        "“{title}”全省要求“{written}”，而{zh}更晚",
        "{title}: the province says {written}, but later are {en}",
        title = title,
        written = written,
        zh = spots.zh,
        en = spots.en
    );
    let parts =
        late.iter().map(|(at, day)| (at.row.map(|r| r.name.key()).unwrap_or_default(), day.to_string()));
    let finding = picked
        .finding(&RULE, message)
        .label(whole.written.place, Both::new("全省完成时限", "province's deadline"))
        .figures(
            (Both::new("全省完成时限", "province's deadline"), end.to_string()),
            (Both::new("最晚的地区", "latest region"), last.to_string()),
            dates::days_between(end, last),
        )
        .because(both!(
            "各地区都完成时全省才算完成，最晚的地区可到{last_zh}，而全省应在{end_zh}前完成",
            "the province is done when its last region is; that may be {last_en}, while the province must be done by {end_en}",
            last_zh = last_text.zh, end_zh = end_text.zh, last_en = last_text.en, end_en = end_text.en
        ))
        .counterexample(
            parts.collect(),
            both!(
                "各地区都按期完成，全省到{last_zh}才完成，逾期",
                "every region is on time and the province is done on {last_en}: late",
                last_zh = last_text.zh,
                last_en = last_text.en
            ),
        )
        .next(both!(
            "把这些地区的时限提前到“{written}”，或推后全省的时限",
            "move these regions' deadlines to {written}, or the province's to the latest of them",
            written = written
        ));
    Some(finding)
}
