use super::{Certainty, Cx, Example, Rule, Source, Text, header};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    table::HeaderKey,
};

pub(super) const RULE: Rule = Rule {
    code: "H010",
    name: "nothing-left-for-other-years",
    severity: Severity::Warning,
    title: Text {
        zh: "多年实施期限的总金额等于当年度金额",
        en: "the total of several years equals one year's budget",
    },
    what: Text {
        zh: "实施期限有几个年度，而总金额与当年度金额相同，其余年度没有资金。",
        en: "The cycle has several years, yet the total equals the year's budget: the other years get nothing.",
    },
    why: Text {
        zh: "多半是总金额只填了一年的数；实施周期指标值就会与少算的资金相比。资金确系一次安排、分年使用的除外。",
        en: "Most likely the total holds one year only, and the cycle's targets are then compared with too little money; unless all money is really given in one year.",
    },
    repair: Text {
        zh: "总金额填整个实施期限的合计；确系一次安排的，在备注中说明。",
        en: "Put the sum of all years into the total; if all is given at once, say so in the remarks.",
    },
    failing: Example::table(
        "2024年外贸专项资金绩效目标表\n\
         项目名称 | 外贸专项资金\n\
         实施期限 | 起始年度 | 2024年 | 到期年度 | 2026年\n\
         预算金额 | 总金额 | 59647万元 | 当年度金额 | 59647万元\n\
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
            zh: "由算术得出：总金额减当年度金额为零，其余年度即无资金",
            en: "arithmetic: total minus the year is zero, so the other years have no money",
        },
        certainty: Certainty::Logic,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let Some(own) = header::own_cycle(cx.table).filter(|own| own.cycle.years() > 1) else { return };
    let total = header::budget(cx.table, HeaderKey::BudgetTotal);
    let year = header::budget(cx.table, HeaderKey::BudgetYear);
    let (Some((total_field, total, total_said)), Some((year_field, year, year_said))) = (total, year) else {
        return;
    };
    // Where the fund folder knows the total, H009 says what it should be.
    let is_known_wrong = cx.fund.is_some_and(|f| f.budget_total != total);
    if total != year || total.0 == 0 || is_known_wrong {
        return;
    }
    let others = own.cycle.years() - 1;
    let rest = if others == 1 { "year".to_owned() } else { format!("{others} years") };
    let message = both!(
        "实施期限{zh}，总金额{total}却等于当年度金额，其余{others}个年度没有资金",
        "the cycle is {en}, yet the total {total} equals the year's budget: nothing is left for the other {years}",
        zh = own.zh(),
        en = own.en(),
        total = total_said,
        others = others,
        years = rest
    );
    findings.push(
        Finding::new(&RULE, total_field.value.place, message)
            .here(Both::new("总金额", "the total"))
            .label(year_field.value.place, Both::new("当年度金额", "the year's budget"))
            .label(own.last.value.place, both!("期限共{n}年", "a cycle of {n} years", n = own.cycle.years()))
            .figures(
                (Both::new("总金额", "total"), total_said),
                (Both::new("当年度金额", "year"), year_said),
                "",
            )
            .because(Both::new(
                "总金额应是各年度金额之和；两者相等，等于其余年度不安排资金",
                "the total is the sum of the years; if it equals one year, the others get nothing",
            ))
            .next(Both::new(
                "总金额改填整个实施期限的合计；资金确系一次安排的，在备注中说明",
                "put the sum of all years into the total, or note that all money is given in one year",
            )),
    );
}
