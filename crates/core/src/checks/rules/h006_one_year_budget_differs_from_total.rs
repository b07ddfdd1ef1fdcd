use super::{Certainty, Cx, Example, Rule, Source, Text, header};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    table::HeaderKey,
};

pub(super) const RULE: Rule = Rule {
    code: "H006",
    name: "one-year-budget-differs-from-total",
    severity: Severity::Error,
    title: Text {
        zh: "实施期限只有一年，当年度金额却不等于总金额",
        en: "the cycle has one year, but the year's budget is not the total",
    },
    what: Text {
        zh: "起始年度与到期年度相同，总金额却大于当年度金额。",
        en: "First and last year are the same, yet the total is larger than the year's budget.",
    },
    why: Text {
        zh: "期限内没有别的年度可以安排其余的钱：要么期限写短了，要么金额写错了。",
        en: "No other year could hold the rest of the money: either the cycle is too short or an amount is wrong.",
    },
    repair: Text {
        zh: "更正实施期限，或更正两个金额中的一个。",
        en: "Correct the cycle, or one of the two amounts.",
    },
    failing: Example::table(
        "2024年外贸专项资金绩效目标表\n\
         项目名称 | 外贸专项资金\n\
         实施期限 | 起始年度 | 2024年 | 到期年度 | 2024年\n\
         预算金额 | 总金额 | 1200万元 | 当年度金额 | 1000万元\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270",
    ),
    passing: Example::table(
        "2024年外贸专项资金绩效目标表\n\
         项目名称 | 外贸专项资金\n\
         实施期限 | 起始年度 | 2024年 | 到期年度 | 2024年\n\
         预算金额 | 总金额 | 1000万元 | 当年度金额 | 1000万元\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270",
    ),
    source: Source {
        text: Text {
            zh: "由算术得出：只有一年时，当年度金额就是总金额",
            en: "arithmetic: when there is one year, its amount is the total",
        },
        certainty: Certainty::Logic,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let Some(own) = header::own_cycle(cx.table).filter(|own| own.cycle.years() == 1) else { return };
    let total = header::budget(cx.table, HeaderKey::BudgetTotal);
    let year = header::budget(cx.table, HeaderKey::BudgetYear);
    let (Some((total_field, total, total_said)), Some((year_field, year, year_said))) = (total, year) else {
        return;
    };
    // A year above the total is H005's.
    if year >= total {
        return;
    }
    let (by, only) = (header::apart(total, year), own.cycle.first);
    let message = both!(
        "实施期限只有{only}年一年，当年度金额{year}却比总金额{total}少{by}",
        "the cycle is the one year {only}, yet its budget {year} is {by} less than the total {total}",
        only = only,
        year = year_said,
        total = total_said,
        by = by
    );
    findings.push(
        Finding::new(&RULE, total_field.value.place, message)
            .here(Both::new("总金额", "the total"))
            .label(year_field.value.place, Both::new("当年度金额", "the year's budget"))
            .label(own.last.value.place, Both::new("期限只有一年", "a cycle of one year"))
            .figures(
                (Both::new("总金额", "total"), total_said),
                (Both::new("当年度金额", "year"), year_said),
                by.clone(),
            )
            .because(both!(
                "期限内没有别的年度可以安排其余{by}",
                "there is no other year for the remaining {by}",
                by = by
            ))
            .next(Both::new(
                "对照批复文件，更正实施期限，或使两个金额一致",
                "correct the cycle from the approval document, or make the two amounts agree",
            )),
    );
}
