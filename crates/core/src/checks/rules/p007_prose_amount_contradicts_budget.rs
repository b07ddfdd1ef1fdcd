use rust_decimal::Decimal;

use super::{
    Certainty, Cx, Example, Rule, Source, Text,
    prose::{self, Passage, Quantity},
};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    money::Fen,
    period::Period,
    place::Written,
    table::HeaderKey,
    unit::{Meaning, Unit},
};

pub(super) const RULE: Rule = Rule {
    code: "P007",
    name: "prose-amount-contradicts-budget",
    severity: Severity::Error,
    title: Text {
        zh: "文字中的资金总额与预算金额不一致",
        en: "an amount in the prose disagrees with the budget",
    },
    what: Text {
        zh: "绩效目标或项目概述的文字只写了一个资金安排数，与表头相应的金额（概述：总金额或当年度金额）不相等，已考虑四舍五入。写有多个金额，或写明带动、撬动、用于某项的，不比。",
        en: "A goal or the overview gives one single amount of funding that is not the header's (for the overview: neither the total nor the year's), rounding allowed. Several amounts, amounts attracted, or spent on some part, are not compared.",
    },
    why: Text {
        zh: "资金安排前后矛盾，多为调整预算后未改文字。",
        en: "The funding contradicts itself; most likely the budget changed and the prose did not.",
    },
    repair: Text {
        zh: "以批复的预算为准，改为同一个数。", en: "Use the approved budget in both places."
    },
    failing: Example::table(
        "绩效目标表\n\
         项目名称 | 外贸发展专项资金\n\
         预算金额 | 总金额 | 178941万元 | 当年度金额 | 59647万元\n\
         总体绩效目标 | 实施周期总目标 | 当年度目标\n\
         | 推动企业扩大进口。 | 全年共安排专项资金65000万元，推动企业扩大进口。\n\
         一级指标 | 二级指标 | 三级指标 | 实施周期指标值 | 当年度指标值\n\
         产出指标 | 数量指标 | 进口贴息支持企业数量（家次） | ≥ 810 | ≥ 270",
    ),
    passing: Example::table(
        "绩效目标表\n\
         项目名称 | 外贸发展专项资金\n\
         预算金额 | 总金额 | 178941万元 | 当年度金额 | 59647万元\n\
         总体绩效目标 | 实施周期总目标 | 当年度目标\n\
         | 推动企业扩大进口。 | 全年共安排专项资金59647万元，推动企业扩大进口。\n\
         一级指标 | 二级指标 | 三级指标 | 实施周期指标值 | 当年度指标值\n\
         产出指标 | 数量指标 | 进口贴息支持企业数量（家次） | ≥ 810 | ≥ 270",
    ),
    source: Source {
        text: Text { zh: "由文字与表头直接比较得出", en: "by comparing prose and header" },
        certainty: Certainty::Logic,
    },
    run,
};

/// Words that say that an amount is the fund's own money.
const FUNDING: [&str; 8] =
    ["安排", "专项资金", "财政资金", "资金总额", "预算", "资金规模", "总投入", "资金共"];

/// Words that say that it is a part, or somebody else's money.
const NOT_THE_WHOLE: [&str; 24] = [
    "带动",
    "引导",
    "撬动",
    "社会",
    "节约",
    "其中",
    "每",
    "用于",
    "补助",
    "补贴",
    "奖励",
    "已",
    "上年",
    "去年",
    "配套",
    "自筹",
    "贷款",
    "融资",
    "分别",
    "基金",
    "产值",
    "销售",
    "进口额",
    "出口额",
];

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    for passage in prose::passages(cx, true) {
        // Several amounts are most likely parts of the whole.
        if let [quantity] = funding(passage).as_slice() {
            findings.extend(contradiction(cx, quantity));
        }
    }
}

/// The amounts of money of a passage, when the passage speaks of the fund's own money alone.
fn funding(passage: Passage<'_>) -> Vec<Quantity<'_>> {
    let mut amounts = prose::quantities_of(passage);
    amounts.retain(|q| q.number.unit.as_ref().is_some_and(Unit::is_money));
    amounts
}

fn is_whole_funding(cx: &Cx<'_>, quantity: &Quantity<'_>) -> bool {
    let says = |words: &[&str]| words.iter().any(|w| quantity.clause.contains(w));
    quantity.is_target(cx) && says(&FUNDING) && !says(&NOT_THE_WHOLE)
}

/// The header's amounts that the passage may speak of.
fn budgets<'a>(cx: &Cx<'a>, passage: Passage<'_>) -> Vec<(Both, Fen, &'a Written)> {
    let keys: &[(HeaderKey, &str, &str)] = match passage.period {
        Some(Period::Cycle) => &[(HeaderKey::BudgetTotal, "总金额", "total")],
        Some(Period::Year(_)) => &[(HeaderKey::BudgetYear, "当年度金额", "year's amount")],
        None => &[
            (HeaderKey::BudgetTotal, "总金额", "total"),
            (HeaderKey::BudgetYear, "当年度金额", "year's amount"),
        ],
    };
    let found = keys.iter().filter_map(|(key, zh, en)| {
        let value = &cx.table.field(*key)?.value;
        Some((Both::new(*zh, *en), Fen::parse(&value.text)?, value))
    });
    found.collect()
}

fn contradiction(cx: &Cx<'_>, quantity: &Quantity<'_>) -> Option<Finding> {
    let said = Fen::of(quantity.number.figure()?, quantity.number.unit.as_ref()?)?;
    let budgets = budgets(cx, quantity.passage);
    let fen = Unit { meaning: Meaning::Yuan, scale: Decimal::new(1, 2), symbol: "分".to_owned() };
    let agrees =
        budgets.iter().any(|(_, b, _)| *b == said || quantity.rounds_from(Decimal::from(b.0), Some(&fen)));
    if agrees || !is_whole_funding(cx, quantity) {
        return None;
    }
    let (name, budget, written) = budgets.first()?;
    let (words, header) = (&quantity.said, written.key());
    let message = both!(
        "文字写资金{words}，而表头{zh}为{header}",
        "the prose speaks of {words} of funding, but the header's {en} is {header}",
        words = words,
        zh = name.zh,
        en = name.en,
        header = header
    );
    let difference = format!("{}万元", Fen(said.0.abs_diff(budget.0).try_into().ok()?).in_wan());
    let mut finding = Finding::new(&RULE, quantity.passage.text.place, message)
        .here(both!("文字写{words}", "the prose says {words}", words = words))
        .labels(budgets.iter().map(|(name, _, written)| (written.place, name.clone())))
        .figures(
            (Both::new("文字", "prose"), words.clone()),
            (name.clone(), header.clone()),
            difference.clone(),
        )
        .because(both!(
            "同一笔资金，文字与表头相差{difference}",
            "for the same money prose and header differ by {difference}",
            difference = difference
        ))
        .next(both!(
            "以批复的预算为准，改为同一个数；若只是其中一部分，写明“其中”或用途",
            "use the approved budget in both places; if it is only a part, say so or name what it is for"
        ));
    finding.subject.period = quantity.passage.period;
    Some(finding)
}
