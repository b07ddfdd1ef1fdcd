use rust_decimal::{Decimal, RoundingStrategy};

use super::{Certainty, Cx, Example, Rule, Source, Text, amounts, say};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    place::Place,
    table::{MoneyRole, MoneyRow},
};

pub(super) const RULE: Rule = Rule {
    code: "B001",
    name: "money-parts-do-not-add",
    severity: Severity::Error,
    title: Text {
        zh: "资金分项之和不等于资金总额",
        en: "the lines of the money block do not add up to its total",
    },
    what: Text {
        zh: "项目资金栏中，财政拨款、上年结转、其他资金等分项之和与年度资金总额不等（按年初预算、全年预算、执行数各列分别核对）。",
        en: "In the money block the lines of sources do not add up to the year's total, column by column: initial budget, adjusted budget, executed.",
    },
    why: Text {
        zh: "总额和分项有一个是错的；执行率和预算执行得分都由它们算出。",
        en: "Either the total or a line is wrong, and execution rate and score are computed from them.",
    },
    repair: Text {
        zh: "对照决算数据更正总额或分项。", en: "Correct the total or a line from the accounts."
    },
    failing: Example::table(
        "项目支出绩效自评表\n\
         项目名称 | 外贸专项资金\n\
         项目资金（万元） | | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分\n\
         | 年度资金总额 | 100 | 100 | 95 | 10 | 95% | 9.5\n\
         | 其中：当年财政拨款 | 80 | 80 | 80 | — | — | —\n\
         | 上年结转资金 | 15 | 15 | 10 | — | — | —\n\
         | 其他资金 | 5 | 5 | 0 | — | — | —\n\
         一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥270 | 280 | 90 | 90 | \n\
         总分 | | | | | 100 | 99.5 |",
    ),
    passing: Example::table(
        "项目支出绩效自评表\n\
         项目名称 | 外贸专项资金\n\
         项目资金（万元） | | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分\n\
         | 年度资金总额 | 100 | 100 | 95 | 10 | 95% | 9.5\n\
         | 其中：当年财政拨款 | 80 | 80 | 80 | — | — | —\n\
         | 上年结转资金 | 15 | 15 | 15 | — | — | —\n\
         | 其他资金 | 5 | 5 | 0 | — | — | —\n\
         一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥270 | 280 | 90 | 90 | \n\
         总分 | | | | | 100 | 99.5 |",
    ),
    source: Source {
        text: Text {
            zh: "由算术得出：分项之和等于总额", en: "arithmetic: the lines add up to the total"
        },
        certainty: Certainty::Logic,
    },
    run,
};

const AMOUNTS: [MoneyRole; 5] = [
    MoneyRole::Amount,
    MoneyRole::InitialBudget,
    MoneyRole::AdjustedBudget,
    MoneyRole::Executed,
    MoneyRole::Forecast,
];

/// A column whose lines do not add up.
struct Sum<'a> {
    role: MoneyRole,
    place: Place,
    said: String,
    sum: Decimal,
    by: Decimal,
    lines: Vec<&'a MoneyRow>,
}

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let Some(total) = amounts::total(cx.table) else { return };
    let lines: Vec<&MoneyRow> = cx.table.money.iter().filter(|r| !r.is_total).collect();
    findings
        .extend(AMOUNTS.into_iter().filter_map(|role| sum(cx, total, &lines, role)).map(|s| finding(cx, &s)));
}

fn sum<'a>(cx: &Cx<'_>, total: &MoneyRow, lines: &[&'a MoneyRow], role: MoneyRole) -> Option<Sum<'a>> {
    let whole = amounts::money(cx.table, total, role)?;
    let mut parts = Vec::new();
    for line in lines {
        match line.get(role).map(|w| amounts::cell(&w.text)) {
            None | Some(amounts::Cell::None) => parts.push(None),
            Some(amounts::Cell::Unreadable) => return None,
            Some(amounts::Cell::Figure(..)) => parts.push(Some(amounts::money(cx.table, line, role)?.value)),
        }
    }
    let filled = parts.iter().flatten().count();
    let values: Vec<Decimal> = parts.into_iter().map(Option::unwrap_or_default).collect();
    let all = values.iter().try_fold(Decimal::ZERO, |sum, v| sum.checked_add(*v))?;
    // 其中 alone need not list everything; several lines, or one for the rest, do.
    let is_exhaustive = filled > 1 || (filled == 1 && lines.iter().any(|l| l.name.key().contains("其他")));
    let adds_up = is_same(whole.value, &values, all) || without_details(lines, &values, whole.value);
    if filled == 0 || adds_up || (all < whole.value && !is_exhaustive) {
        return None;
    }
    Some(Sum {
        role,
        place: total.get(role)?.place,
        said: whole.said,
        sum: all,
        by: (all - whole.value).abs(),
        lines: lines.iter().copied().filter(|l| l.get(role).is_some()).collect(),
    })
}

/// Equal at the total's written precision; from two decimals on, each line may have been rounded by half a unit of the last.
fn is_same(total: Decimal, parts: &[Decimal], sum: Decimal) -> bool {
    let places = total.scale();
    let rounded = sum.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero);
    let slack =
        if places >= 2 { Decimal::new(5, places + 1) * Decimal::from(parts.len()) } else { Decimal::ZERO };
    (rounded - total).abs() <= slack
}

/// Whether the lines add up once a run of details is left out: a later 其中 opens lines that are parts of the line before it.
fn without_details(lines: &[&MoneyRow], values: &[Decimal], total: Decimal) -> bool {
    let opens = |i: &usize| *i > 0 && lines[*i].name.key().contains("其中");
    (0..lines.len()).filter(opens).any(|from| {
        (from + 1..=lines.len()).any(|to| {
            let kept: Vec<Decimal> = values[..from].iter().chain(&values[to..]).copied().collect();
            let sum = kept.iter().try_fold(Decimal::ZERO, |sum, v| sum.checked_add(*v));
            sum.is_some_and(|sum| is_same(total, &kept, sum))
        })
    })
}

fn finding(cx: &Cx<'_>, sum: &Sum<'_>) -> Finding {
    let unit = cx.table.money_unit.as_ref();
    let (column, parts, by) =
        (amounts::name(sum.role), say::figure(sum.sum, unit), say::figure(sum.by, unit));
    let message = both!(
        "{zh}：各分项之和为{parts}，总额写{total}，相差{by}",
        "{en}: the lines add up to {parts}, the total says {total}, a difference of {by}",
        zh = column.zh,
        en = column.en,
        parts = parts,
        total = sum.said,
        by = by
    );
    let labels =
        sum.lines.iter().filter_map(|l| Some((l.get(sum.role)?.place, Both::same(amounts::line(l)))));
    Finding::new(&RULE, sum.place, message)
        .here(both!("分项之和为{parts}", "the lines add up to {parts}", parts = parts))
        .labels(labels)
        .figures(
            (Both::new("资金总额", "total"), sum.said.clone()),
            (Both::new("分项之和", "sum of lines"), parts.clone()),
            by,
        )
        .because(Both::new("总额应等于各分项之和", "the total should be the sum of its lines"))
        .next(Both::new(
            "对照预算批复和决算数据，更正总额或某一分项",
            "correct the total or a line from the approved budget and the accounts",
        ))
}
