use super::{
    Certainty, Cx, Example, Rule, Source, Text,
    header::{self, Amount},
    say,
};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    table::{HeaderField, HeaderKey},
    target::{Reading, Target},
};

pub(super) const RULE: Rule = Rule {
    code: "H007",
    name: "amount-unreadable",
    severity: Severity::Warning,
    title: Text {
        zh: "预算金额不是一个带单位的数", en: "a budget amount is no figure with a unit"
    },
    what: Text {
        zh: "总金额或当年度金额填的不是一个金额，或者有数字而单元格和栏目名称都没有写单位。",
        en: "The total or the year's budget is no amount, or a figure whose unit is neither in the cell nor in a label.",
    },
    why: Text {
        zh: "元和万元相差一万倍；金额读不准，与资金有关的核对都做不了。",
        en: "元 and 万元 differ ten-thousandfold; without a sure amount nothing about money can be checked.",
    },
    repair: Text {
        zh: "写成一个数加单位，如“59647万元”，说明文字放到备注。",
        en: "Write one figure with its unit, such as 59647万元, and put remarks elsewhere.",
    },
    failing: Example::table(
        "2024年外贸专项资金绩效目标表\n\
         项目名称 | 外贸专项资金\n\
         主管部门 | 省商务厅\n\
         预算金额 | 总金额 | 178941 | 当年度金额 | 59647万元\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270",
    ),
    passing: Example::table(
        "2024年外贸专项资金绩效目标表\n\
         项目名称 | 外贸专项资金\n\
         主管部门 | 省商务厅\n\
         预算金额 | 总金额 | 178941万元 | 当年度金额 | 59647万元\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270",
    ),
    source: Source {
        text: Text {
            zh: "由逻辑得出：没有单位的数不是金额",
            en: "logic: a figure without a unit is no amount",
        },
        certainty: Certainty::Logic,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    for field in &cx.table.header {
        let is_budget = matches!(field.key, HeaderKey::BudgetTotal | HeaderKey::BudgetYear);
        // An empty field is H002's; `/` and `—` say that there is no amount.
        let says_none =
            matches!(Reading::parse(&field.value.text).target, Target::Missing | Target::NotApplicable);
        if !is_budget || says_none {
            continue;
        }
        match header::amount(cx.table, field) {
            Amount::Money(..) => {}
            Amount::NoUnit => findings.push(without_unit(field)),
            Amount::Unreadable => findings.push(unreadable(field)),
        }
    }
}

fn without_unit(field: &HeaderField) -> Finding {
    let (label, value) = (header::label(field).zh, field.value.key());
    let message = both!(
        "“{label}”填的是{value}，没有写单位",
        "\"{label}\" is {value}, without a unit",
        label = label,
        value = value
    );
    Finding::new(&RULE, field.value.place, message)
        .here(Both::new("是元还是万元？", "元 or 万元?"))
        .because(Both::new(
            "单元格和栏目名称都没有写单位，元和万元相差一万倍",
            "neither the cell nor a label says the unit, and 元 and 万元 differ ten-thousandfold",
        ))
        .next(both!(
            "在数字后写明单位，如“{value}万元”，或在栏目名称中注明（万元）",
            "write the unit after the figure, such as {value}万元, or (万元) in the label",
            value = value
        ))
}

fn unreadable(field: &HeaderField) -> Finding {
    let (label, value) = (header::label(field).zh, say::short(&say::tight(&field.value), 30));
    let message = both!(
        "“{label}”填的“{value}”不是一个金额",
        "\"{label}\" is filled with \"{value}\", which is no amount",
        label = label,
        value = value
    );
    Finding::new(&RULE, field.value.place, message)
        .here(Both::new("读不出金额", "no amount can be read"))
        .because(Both::new(
            "金额栏应当只有一个不小于零、带人民币单位的数，否则无法与其他金额核对",
            "the field should hold one amount in renminbi, not below zero; otherwise it cannot be compared with others",
        ))
        .next(Both::new(
            "改为一个数加单位，如“59647万元”；说明文字移到备注",
            "write one figure with its unit, such as 59647万元; move words to the remarks",
        ))
}
