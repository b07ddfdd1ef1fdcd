use super::{Certainty, Cx, Example, Rule, Source, Text, header};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    table::HeaderKey,
};

pub(super) const RULE: Rule = Rule {
    code: "H005",
    name: "year-budget-exceeds-total",
    severity: Severity::Error,
    title: Text { zh: "当年度金额大于总金额", en: "the year's budget exceeds the total" },
    what: Text {
        zh: "预算金额中的当年度金额大于总金额。",
        en: "The budget of the year is larger than the budget of the whole cycle.",
    },
    why: Text {
        zh: "一年的钱不会多于全部的钱；多半是两栏填反，或单位写错（万元、元）。",
        en: "One year cannot cost more than all years; most likely the two were swapped or a unit is wrong.",
    },
    repair: Text {
        zh: "核对批复预算，更正两栏中的一栏。",
        en: "Correct one of the two from the approved budget.",
    },
    failing: Example::table(
        "2024年外贸专项资金绩效目标表\n\
         项目名称 | 外贸专项资金\n\
         实施期限 | 起始年度 | 2024年 | 到期年度 | 2026年\n\
         预算金额 | 总金额 | 59647万元 | 当年度金额 | 178941万元\n\
         一级指标 | 二级指标 | 三级指标 | 实施周期指标值 | 当年度指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 810 | ≥ 270",
    ),
    passing: Example::table(
        "2024年外贸专项资金绩效目标表\n\
         项目名称 | 外贸专项资金\n\
         实施期限 | 起始年度 | 2024年 | 到期年度 | 2026年\n\
         预算金额 | 总金额 | 178941万元 | 当年度金额 | 59647万元\n\
         一级指标 | 二级指标 | 三级指标 | 实施周期指标值 | 当年度指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 810 | ≥ 270",
    ),
    source: Source {
        text: Text {
            zh: "由算术得出：部分不大于总数",
            en: "arithmetic: a part is not larger than the whole",
        },
        certainty: Certainty::Logic,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let total = header::budget(cx.table, HeaderKey::BudgetTotal);
    let year = header::budget(cx.table, HeaderKey::BudgetYear);
    let (Some((total_field, total, total_said)), Some((year_field, year, year_said))) = (total, year) else {
        return;
    };
    if year <= total {
        return;
    }
    let by = header::apart(year, total);
    let message = both!(
        "当年度金额{year}大于总金额{total}，多出{by}",
        "the year's budget {year} exceeds the total {total} by {by}",
        year = year_said,
        total = total_said,
        by = by
    );
    findings.push(
        Finding::new(&RULE, year_field.value.place, message)
            .here(Both::new("当年度金额", "the year's budget"))
            .label(total_field.value.place, Both::new("总金额", "the total"))
            .figures(
                (Both::new("当年度金额", "year"), year_said),
                (Both::new("总金额", "total"), total_said),
                by,
            )
            .because(Both::new("部分不能大于总数", "a part cannot be larger than the whole"))
            .next(Both::new(
                "对照批复预算，看是否两栏填反或单位写错，更正其中一栏",
                "see from the approved budget whether the two were swapped or a unit is wrong, and correct one",
            )),
    );
}
