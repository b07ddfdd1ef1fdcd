use super::{Certainty, Cx, Example, Rule, Source, Text, amounts, say};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    place::Written,
    table::{MoneyRole, MoneyRow},
};

pub(super) const RULE: Rule = Rule {
    code: "B008",
    name: "amount-not-a-number",
    severity: Severity::Warning,
    title: Text { zh: "资金栏填的不是一个数", en: "a cell of the money block is no number" },
    what: Text {
        zh: "资金栏的金额、执行率、分值或得分不是一个数：公式出错（#DIV/0!）、几个数粘连、或写了文字。没有数的填“/”或“—”不算。",
        en: "An amount, rate, weight or score of the money block is no number: a formula error (#DIV/0!), figures run together, or words. \"/\" and \"—\" are fine.",
    },
    why: Text {
        zh: "读不出数，执行率、得分和分项合计都无法核对。",
        en: "Without the number neither rate nor score nor sums can be checked.",
    },
    repair: Text {
        zh: "改为一个数；说明文字移到备注。",
        en: "Write one number, and move words to the remarks.",
    },
    failing: Example::table(
        "项目支出绩效自评表\n\
         项目名称 | 外贸专项资金\n\
         项目资金（万元） | | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分\n\
         | 年度资金总额 | 100 | 100 | 见明细表 | 10 | 95% | 9.5\n\
         一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥270 | 280 | 90 | 90 | \n\
         总分 | | | | | 100 | 99.5 |",
    ),
    passing: Example::table(
        "项目支出绩效自评表\n\
         项目名称 | 外贸专项资金\n\
         项目资金（万元） | | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分\n\
         | 年度资金总额 | 100 | 100 | 95 | 10 | 95% | 9.5\n\
         一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥270 | 280 | 90 | 90 | \n\
         总分 | | | | | 100 | 99.5 |",
    ),
    source: Source {
        text: Text {
            zh: "见于多地公开的绩效表：几个金额粘连、公式出错",
            en: "seen in published tables of several provinces: amounts run together, formula errors",
        },
        certainty: Certainty::Practice,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let cells = cx.table.money.iter().flat_map(|row| row.cells.iter().map(move |(role, w)| (row, *role, w)));
    let bad: Vec<(&MoneyRow, MoneyRole, &Written)> = cells
        .filter(|(_, role, w)| {
            *role != MoneyRole::Reason && amounts::cell(&w.text) == amounts::Cell::Unreadable
        })
        .collect();
    let [(_, _, first), rest @ ..] = bad.as_slice() else { return };
    let items: Vec<(String, Both, String)> = bad
        .iter()
        .map(|(row, role, w)| (amounts::line(row), amounts::name(*role), say::short(&say::tight(w), 20)))
        .collect();
    let zh: Vec<String> =
        items.iter().map(|(line, role, text)| format!("“{line}”的{}“{text}”", role.zh)).collect();
    let en: Vec<String> =
        items.iter().map(|(line, role, text)| format!("\"{text}\" ({line}, {})", role.en)).collect();
    let message = both!(
        "资金栏有{n}处不是一个数：{zh}",
        "{places} no number in the money block: {en}",
        n = bad.len(),
        places = if bad.len() == 1 { "one cell is".to_owned() } else { format!("{} cells are", bad.len()) },
        zh = say::names(&zh, 4).zh,
        en = say::names(&en, 4).en
    );
    findings.push(
        Finding::new(&RULE, first.place, message)
            .here(Both::new("不是一个数", "no number"))
            .labels(rest.iter().map(|(_, _, w)| (w.place, Both::new("不是一个数", "no number"))))
            .because(Both::new(
                "读不出数，执行率、得分和分项合计都无法核对",
                "without the number neither rate nor score nor sums can be checked",
            ))
            .next(Both::new(
                "改为一个数；没有的填“/”，说明文字移到备注",
                "write one number, \"/\" where there is none, and move words to the remarks",
            )),
    );
}
