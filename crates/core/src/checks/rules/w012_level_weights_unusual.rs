use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::{
    Certainty, Cx, Example, Rule, Source, Text,
    weights::{Weights, weights},
};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    indicator::{Category, Kind},
    table::{Form, Indicator},
};

pub(super) const RULE: Rule = Rule {
    code: "W012",
    name: "level-weights-unusual",
    severity: Severity::Note,
    title: Text { zh: "一级指标分值与通行做法不同", en: "unusual weights of level 1" },
    what: Text {
        zh: "指标合计90分时，成本、产出、效益、满意度的分值与通行做法不同。",
        en: "With indicators of 90 points in all, the weights of cost, output, benefit and satisfaction are not the usual ones.",
    },
    why: Text {
        zh: "分值结构影响得分高低，调整应有依据。",
        en: "The split decides the score; changing it needs a reason.",
    },
    repair: Text {
        zh: "按通行分值，或备好调整依据。",
        en: "Use the usual weights, or have the reason at hand.",
    },
    failing: Example::table(
        "项目支出绩效自评表\n\
         一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270 | 280 | 20 | 20 |\n\
         效益指标 | 经济效益指标 | 企业进口规模（亿元） | ≥ 310 | 320 | 60 | 60 |\n\
         满意度指标 | 服务对象满意度指标 | 企业满意度（%） | ≥ 90 | 95 | 10 | 10 |",
    ),
    passing: Example::table(
        "项目支出绩效自评表\n\
         一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270 | 280 | 50 | 50 |\n\
         效益指标 | 经济效益指标 | 企业进口规模（亿元） | ≥ 310 | 320 | 30 | 30 |\n\
         满意度指标 | 服务对象满意度指标 | 企业满意度（%） | ≥ 90 | 95 | 10 | 10 |",
    ),
    source: Source {
        text: Text {
            zh: "财预〔2020〕10号（50/30/10，可调整）和财预〔2021〕101号（有成本指标时20/40/20/10）的通行理解，未见条文原文",
            en: "usual reading of 财预〔2020〕10号 (50/30/10, adjustable) and 财预〔2021〕101号 (20/40/20/10 with costs); the clauses were not seen",
        },
        certainty: Certainty::Background,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    if cx.table.form != Form::SelfEvaluation {
        return;
    }
    // Only where the indicators carry 90 can the usual split be compared.
    let Some(weights) = weights(cx).filter(|w| w.sum == Decimal::from(90)) else { return };
    let Some(split) = split(&weights) else { return };
    let of = |category| split.get(&category).copied().unwrap_or_default();
    let [cost, output, benefit, satisfaction] =
        [Category::Cost, Category::Output, Category::Benefit, Category::Satisfaction].map(of);
    if !is_usual(cost, output, benefit, satisfaction) {
        findings.extend(finding(&weights, &split));
    }
}

/// The weights by category; satisfaction counts as such wherever it stands. `None` when a category is not known.
fn split(weights: &Weights<'_>) -> Option<BTreeMap<Category, Decimal>> {
    let mut split = BTreeMap::new();
    for (indicator, _, weight) in &weights.each {
        let entry: &mut Decimal = split.entry(category(indicator)?).or_default();
        *entry = entry.checked_add(*weight)?;
    }
    Some(split)
}

fn category(indicator: &Indicator) -> Option<Category> {
    match (indicator.kind, indicator.category?) {
        (Some(Kind::Satisfaction), _) => Some(Category::Satisfaction),
        (_, Category::Execution) => None,
        (_, category) => Some(category),
    }
}

/// 50/30/10; 20/40/20/10 with costs; without satisfaction its 10 go to the benefit. Costs up to 20 come off the output.
fn is_usual(cost: Decimal, output: Decimal, benefit: Decimal, satisfaction: Decimal) -> bool {
    let d = |n: i64| Decimal::from(n);
    let ends_in_ten = satisfaction == d(10) || satisfaction.is_zero();
    let (Some(effects), Some(results)) = (benefit.checked_add(satisfaction), cost.checked_add(output)) else {
        return false;
    };
    ends_in_ten
        && cost <= d(20)
        && (d(40)..=d(50)).contains(&output)
        && ((results == d(50) && effects == d(40)) || (results == d(60) && effects == d(30)))
}

fn finding(weights: &Weights<'_>, split: &BTreeMap<Category, Decimal>) -> Option<Finding> {
    let (first, written, _) = weights.each.first()?;
    let zh: Vec<String> = split.iter().map(|(c, w)| format!("{}{}", c.zh(), w.normalize())).collect();
    let en: Vec<String> = split.iter().map(|(c, w)| format!("{} {}", c.en(), w.normalize())).collect();
    let message = both!(
        "一级指标分值为{zh}，与通行的产出50、效益30、满意度10（有成本指标时成本20、产出40、效益20、满意度10）不同",
        "level-1 weights are {en}; usual are output 50, benefit 30, satisfaction 10 (with costs: 20, 40, 20, 10)",
        zh = zh.join("、"),
        en = en.join(", ")
    );
    Some(
        Finding::new(&RULE, written.place, message)
            .about(&first.title, None, None)
            .here(Both::new("一级指标分值", "level-1 weights"))
            .figures(
                (Both::new("本表", "this form"), zh.join("、")),
                (Both::new("通行", "usual"), "50/30/10；20/40/20/10".to_owned()),
                "",
            )
            .because(Both::new(
                "通行的分值可因项目特点调整，但应有依据",
                "the usual weights may be adjusted to a project, but for a reason",
            ))
            .next(Both::new(
                "确认分值经过批准；没有特殊理由的按通行分值调整",
                "confirm that these weights were approved, or use the usual ones",
            )),
    )
}
