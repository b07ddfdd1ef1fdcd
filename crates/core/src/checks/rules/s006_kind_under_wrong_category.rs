use std::collections::BTreeMap;

use super::{Certainty, Cx, Example, Rule, Source, Text, say};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    indicator::{Category, Kind},
    place::Written,
    table::Indicator,
};

pub(super) const RULE: Rule = Rule {
    code: "S006",
    name: "kind-under-wrong-category",
    severity: Severity::Warning,
    title: Text { zh: "二级指标放错了一级指标", en: "a kind stands under the wrong category" },
    what: Text {
        zh: "二级指标不属于所在的一级指标，如经济效益放在产出指标下。成本可以放在产出下或单列，满意度可以放在效益下或单列。",
        en: "A level-2 kind does not belong to its level-1 category, such as 经济效益 under 产出. 成本 may stand under 产出 or on its own, 满意度 under 效益 or on its own.",
    },
    why: Text {
        zh: "产出、效益、满意度各有分值，放错类别会使权重结构和自评得分失真；也可能是合并单元格丢失、行错位。",
        en: "Each category has its weight, so a misplaced kind distorts the score; or a merged cell was lost and rows slipped.",
    },
    repair: Text {
        zh: "移到所属的一级指标下，或更正二级指标名称。",
        en: "Move it to its category, or correct the name of the kind.",
    },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270\n\
         | 经济效益指标 | 带动进口规模（亿元） | ≥ 200",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270\n\
         效益指标 | 经济效益指标 | 带动进口规模（亿元） | ≥ 200",
    ),
    source: Source {
        text: Text {
            zh: "财预〔2020〕10号、财预〔2021〕101号的指标分类（未见原文，各地公开表格均沿用）",
            en: "the classes of 财预〔2020〕10号 and 财预〔2021〕101号 (text not seen; published tables follow them)",
        },
        certainty: Certainty::Practice,
    },
    run,
};

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let mut misplaced: BTreeMap<(Category, Kind), Vec<&Indicator>> = BTreeMap::new();
    for indicator in &cx.table.indicators {
        if let (Some(category), Some(kind)) = (indicator.category, indicator.kind)
            && category != Category::Execution
            && !category.may_hold(kind)
        {
            misplaced.entry((category, kind)).or_default().push(indicator);
        }
    }
    findings.extend(misplaced.iter().map(|((category, kind), under)| finding(*category, *kind, under)));
}

fn finding(category: Category, kind: Kind, under: &[&Indicator]) -> Finding {
    let first = under[0];
    let written = |label: &Option<Written>, official: &str| {
        label.as_ref().map_or_else(|| official.to_owned(), Written::key)
    };
    let (level1, level2) =
        (written(&first.category_label, category.zh()), written(&first.kind_label, kind.zh()));
    let titles: Vec<&str> = under.iter().map(|i| i.title.as_str()).collect();
    let quoted = say::quoted(&titles, 3);
    let message = both!(
        "二级指标“{level2}”放在了一级指标“{level1}”下，涉及{zh}",
        "\"{level2}\" stands under \"{level1}\" for {en}",
        level1 = level1,
        level2 = level2,
        zh = quoted.zh,
        en = quoted.en
    );
    let homes: Vec<&str> = HOMES.into_iter().filter(|c| c.may_hold(kind)).map(Category::zh).collect();
    let offer = Both {
        zh: homes.iter().map(|h| format!("“{h}”")).collect::<Vec<_>>().join("或"),
        en: homes.join(" or "),
    };
    let place = first.kind_label.as_ref().map_or(first.name.place, |w| w.place);
    Finding::new(&RULE, place, message)
        .here(both!("不属于“{level1}”", "does not belong to \"{level1}\"", level1 = level1))
        .labels(under.iter().map(|i| (i.name.place, Both::new("在此类别下", "stands under it"))))
        .because(both!(
            "“{level2}”应归入{zh}，放错类别会使分值结构失真",
            "\"{level2}\" belongs to {en}; under another category it distorts the weights",
            level2 = level2,
            zh = offer.zh,
            en = offer.en
        ))
        .next(both!(
            "移到{zh}下；若二级指标名称写错，更正名称",
            "move it to {en}, or correct the name of the kind",
            zh = offer.zh,
            en = offer.en
        ))
}

const HOMES: [Category; 4] = [Category::Cost, Category::Output, Category::Benefit, Category::Satisfaction];
