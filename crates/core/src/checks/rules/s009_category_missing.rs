use super::{Certainty, Cx, Example, Rule, Source, Text, header, say};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    indicator::{Category, Kind},
    table::{ColumnRole, Form, Indicator},
};

pub(super) const RULE: Rule = Rule {
    code: "S009",
    name: "category-missing",
    severity: Severity::Warning,
    title: Text {
        zh: "缺少产出、效益或满意度指标",
        en: "output, benefit or satisfaction indicators are missing",
    },
    what: Text {
        zh: "三个以上指标的绩效目标表或自评表，没有产出指标、效益指标或满意度指标中的某一类。满意度放在效益下也算。",
        en: "A target table or self-evaluation with three or more indicators has none of output, benefit or satisfaction. Satisfaction under benefit counts.",
    },
    why: Text {
        zh: "自评时产出、效益、满意度各有分值；缺一类，该类分值就没有着落。",
        en: "Each of the three has its weight in the self-evaluation; without one its weight has nowhere to go.",
    },
    repair: Text {
        zh: "补上该类指标；确无服务对象而不设满意度的，在备注中说明。",
        en: "Add indicators of that class; where no one is served and satisfaction is left out, say so in the remarks.",
    },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270\n\
         | 质量指标 | 资金拨付合规率（%） | ≥ 95\n\
         效益指标 | 经济效益指标 | 带动进口规模（亿元） | ≥ 200",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270\n\
         | 质量指标 | 资金拨付合规率（%） | ≥ 95\n\
         效益指标 | 经济效益指标 | 带动进口规模（亿元） | ≥ 200\n\
         | 服务对象满意度指标 | 企业满意度（%） | ≥ 90",
    ),
    source: Source {
        text: Text {
            zh: "财预〔2020〕10号自评权重：产出、效益、满意度（未见原文，公开的自评表均按此设置）；101号允许无服务对象时不设满意度",
            en: "weights of 财预〔2020〕10号 for output, benefit, satisfaction (text not seen; published forms follow it); 财预〔2021〕101号 lets satisfaction be left out where no one is served",
        },
        certainty: Certainty::Practice,
    },
    run,
};

/// Smaller tables are extracts, of which completeness is not expected.
const LEAST_INDICATORS: usize = 3;

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    let table = cx.table;
    let is_whole_form = matches!(table.form, Form::Goal | Form::SelfEvaluation);
    let is_classed = table.has(ColumnRole::Category) || table.has(ColumnRole::Kind);
    // One indicator whose class is not known could be of the class that seems missing; S004 and S015 speak of it.
    let all_known = table.indicators.iter().all(|i| i.category.is_some() || i.kind.is_some());
    if !is_whole_form || !is_classed || !all_known || table.indicators.len() < LEAST_INDICATORS {
        return;
    }
    let missing: Vec<&Class> = CLASSES
        .iter()
        .filter(|class| !table.indicators.iter().any(class.is_of))
        .filter(|class| class.zh != SATISFACTION || !explains_satisfaction(cx))
        .collect();
    if !missing.is_empty() {
        findings.push(finding(cx, &missing));
    }
}

const SATISFACTION: &str = "满意度指标";

/// A class of indicators that a whole form has.
struct Class {
    zh: &'static str,
    en: &'static str,
    is_of: fn(&Indicator) -> bool,
}

const CLASSES: [Class; 3] = [
    Class {
        zh: "产出指标",
        en: "output",
        is_of: |i| {
            i.category == Some(Category::Output)
                || matches!(i.kind, Some(Kind::Quantity | Kind::Quality | Kind::Timeliness))
        },
    },
    Class {
        zh: "效益指标",
        en: "benefit",
        is_of: |i| {
            use Kind::{Ecological, Economic, Social, Sustainability};
            matches!(i.kind, Some(Economic | Social | Ecological | Sustainability))
                || (i.category == Some(Category::Benefit) && i.kind != Some(Kind::Satisfaction))
        },
    },
    Class {
        zh: SATISFACTION,
        en: "satisfaction",
        is_of: |i| {
            i.kind == Some(Kind::Satisfaction)
                || i.category == Some(Category::Satisfaction)
                || i.title.contains("满意")
        },
    },
];

/// Whether a remark below the table speaks of satisfaction.
fn explains_satisfaction(cx: &Cx<'_>) -> bool {
    cx.table.notes.iter().any(|n| n.key().contains("满意度"))
}

fn finding(cx: &Cx<'_>, missing: &[&Class]) -> Finding {
    let zh: Vec<&str> = missing.iter().map(|class| class.zh).collect();
    let en: Vec<&str> = missing.iter().map(|class| class.en).collect();
    let (zh, en) = (say::quoted(&zh, 3).zh, en.join(" or "));
    let n = cx.table.indicators.len();
    let message = both!(
        "表中{n}个指标里没有{zh}",
        "none of the {n} indicators is one of {en}",
        n = n,
        zh = zh,
        en = en
    );
    let place = cx
        .table
        .columns
        .iter()
        .find(|c| c.role == ColumnRole::Category)
        .map_or_else(|| header::top(cx), |c| c.heading.place);
    Finding::new(&RULE, place, message)
        .here(both!("没有{zh}", "no indicator of {en}", zh = zh, en = en))
        .because(Both::new(
            "自评时产出、效益、满意度各有分值，缺一类就有分值没有着落",
            "output, benefit and satisfaction each carry weight in the self-evaluation; a missing one leaves its weight without a home",
        ))
        .next(both!(
            "补上{zh}；确无服务对象而不设满意度的，在表下备注说明",
            "add indicators of {en}; where no one is served and satisfaction is left out, say so below the table",
            zh = zh,
            en = en
        ))
}
