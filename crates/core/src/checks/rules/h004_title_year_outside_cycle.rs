use super::{Certainty, Cx, Example, Rule, Source, Text, context::years, header};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    place::Written,
    table::HeaderKey,
};

pub(super) const RULE: Rule = Rule {
    code: "H004",
    name: "title-year-outside-cycle",
    severity: Severity::Warning,
    title: Text { zh: "表的年度不在实施期限内", en: "the table's year lies outside the cycle" },
    what: Text {
        zh: "标题（或“××年度”栏）中的年份早于起始年度或晚于到期年度。",
        en: "The year in the title, or in the line that names the form's year, lies before the first or after the last year of the cycle.",
    },
    why: Text {
        zh: "多半是沿用上年表格时漏改了年份；当年度指标值会被当作另一年的任务。",
        en: "Most likely last year's table was reused and a year was not changed; the year's targets would be taken for another year's.",
    },
    repair: Text {
        zh: "更正标题年份或实施期限。", en: "Correct the year in the title, or the cycle."
    },
    failing: Example::table(
        "2023年外贸专项资金绩效目标表\n\
         项目名称 | 外贸专项资金\n\
         实施期限 | 起始年度 | 2024年 | 到期年度 | 2026年\n\
         一级指标 | 二级指标 | 三级指标 | 实施周期指标值 | 当年度指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 810 | ≥ 270",
    ),
    passing: Example::table(
        "2024年外贸专项资金绩效目标表\n\
         项目名称 | 外贸专项资金\n\
         实施期限 | 起始年度 | 2024年 | 到期年度 | 2026年\n\
         一级指标 | 二级指标 | 三级指标 | 实施周期指标值 | 当年度指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 810 | ≥ 270",
    ),
    source: Source {
        text: Text {
            zh: "由逻辑得出：某一年度的表只能是实施期限内的年度",
            en: "logic: a year's table is for a year of the cycle",
        },
        certainty: Certainty::Logic,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    // A cycle that ends before it begins contains no year at all; H003 speaks of it.
    let Some(own) = header::own_cycle(cx.table).filter(|own| own.cycle.years() > 0) else { return };
    let title = cx.table.titles.iter().find(|t| !years(&t.text).is_empty());
    let form_year = cx.table.field(HeaderKey::FormYear).map(|f| &f.value);
    let stated = form_year.map(|w| (w, Both::new("表的年度", "the form's year")));
    let named = title.map(|w| (w, Both::new("标题", "the title")));
    for (written, what) in stated.into_iter().chain(named) {
        // `2023年提前下达2024年…` names two years; one inside is enough.
        let named = years(&written.text);
        if let Some(year) = named.first().filter(|_| !named.iter().any(|y| own.cycle.contains(*y))) {
            findings.push(finding(&own, written, &what, *year));
            return;
        }
    }
}

fn finding(own: &header::OwnCycle<'_>, written: &Written, what: &Both, year: i16) -> Finding {
    let message = both!(
        "{zh}写{year}年，不在实施期限{cycle_zh}之内",
        "{en} says {year}, which is not in the cycle {cycle_en}",
        zh = what.zh,
        en = what.en,
        year = year,
        cycle_zh = own.zh(),
        cycle_en = own.en()
    );
    Finding::new(&RULE, written.place, message)
        .here(both!("{year}年", "{year}", year = year))
        .label(own.last.value.place, Both::new("实施期限", "the cycle"))
        .figures((what.clone(), year.to_string()), (Both::new("实施期限", "cycle"), own.en()), "")
        .because(Both::new(
            "当年度指标值只能属于实施期限内的某一年",
            "the year's targets must belong to a year of the cycle",
        ))
        .next(Both::new(
            "核对本表所属年度，更正标题年份或实施期限",
            "find out which year the table is for, then correct the title's year or the cycle",
        ))
}
