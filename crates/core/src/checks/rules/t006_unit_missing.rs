use super::{
    Cx, Example, Facts, Nature, Rule, Text,
    cells::{self, At, PUT_IN_FIGURES, Picked},
    dates,
};
use crate::{
    both,
    finding::{Finding, Severity},
    table::{ColumnRole, Indicator, TargetTable},
    target::Remark,
    unit::Unit,
};

pub(super) const RULE: Rule = Rule {
    code: "T006",
    name: "unit-missing",
    severity: Severity::Warning,
    title: Text { zh: "指标值没有单位", en: "a target has no unit" },
    what: Text {
        zh: "数字指标的名称、单位栏、指标值里都没有计量单位，项目定义里也没有。指数、系数、得分、名次等本无单位的不报。",
        en: "Neither the name, the unit column nor any cell of a numeric indicator gives a unit, nor does the fund. Indices, coefficients, scores and ranks have none and are not reported.",
    },
    why: Text {
        zh: "“500”是500家、500家次还是500万元，考核时无从判断。",
        en: "500 may be enterprises, awards or ten thousand yuan; nobody can judge it later.",
    },
    repair: Text {
        zh: "在指标名称后的括号里或指标值后写明单位。",
        en: "Give the unit in brackets after the name, or after the figure.",
    },
    failing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持外贸企业数量 | ≥ 500",
    ),
    passing: Example::table(
        "绩效目标表\n\
         一级指标 | 二级指标 | 三级指标 | 指标值\n\
         产出指标 | 数量指标 | 支持外贸企业数量（家次） | ≥ 500",
    ),
    source: PUT_IN_FIGURES,
    run,
};

/// What is measured without a unit.
const WITHOUT_UNIT: [&str; 13] = [
    "系数",
    "指数",
    "倍数",
    "比值",
    "得分",
    "评分",
    "分数",
    "排名",
    "名次",
    "位次",
    "等级",
    "版",
    "比例关系",
];

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    if headed_by_unit(cx.table) {
        return;
    }
    let picked = cells::pick(cx, |indicator, facts, at| {
        at.number().is_some() && lacks_unit(indicator, facts) && !dates::is_serial(indicator, facts, at)
    });
    findings.extend(picked.iter().map(finding));
}

fn lacks_unit(indicator: &Indicator, facts: &Facts<'_>) -> bool {
    let bracket = indicator.bracket_target.as_ref().and_then(|r| r.target.number()?.unit.as_ref());
    facts.unit.is_none()
        && facts.nature == Nature::Number
        && bracket.is_none()
        && !WITHOUT_UNIT.iter().any(|w| indicator.title.contains(w))
        && !ends_in_short_bracket(&indicator.name.key())
        && !cells::cells(indicator).any(|at| has_words(&at))
}

/// Words after the figure may be a unit that is not known; another check asks about them.
fn has_words(at: &At<'_>) -> bool {
    at.remarks().iter().any(|r| matches!(r, Remark::UnknownUnit(_) | Remark::Trailing(_) | Remark::Masked))
}

/// A short bracket at the end of a name may be a unit that is not known: 占地面积（公亩）.
fn ends_in_short_bracket(name: &str) -> bool {
    let inner = name.strip_suffix(')').and_then(|n| n.rsplit_once('(')).map(|(_, inner)| inner);
    inner.is_some_and(|i| (1..=4).contains(&i.chars().count()))
}

/// Whether the heading of the targets gives the unit: 指标值（万元）.
fn headed_by_unit(table: &TargetTable) -> bool {
    let targets = table.columns.iter().filter(|c| matches!(c.role, ColumnRole::Target(_)));
    targets.into_iter().any(|c| {
        let key = c.heading.key();
        key.strip_suffix(')').and_then(|k| k.rsplit_once('(')).is_some_and(|(_, u)| Unit::parse(u).is_some())
    })
}

fn finding(picked: &Picked<'_>) -> Finding {
    let (title, spots) = (picked.title(), picked.spots());
    let message = both!(
        "“{title}”没有写明单位：{zh}",
        "{title} has no unit: {en}",
        title = title,
        zh = spots.zh,
        en = spots.en
    );
    let share = ["率", "度", "占比", "比重"].iter().any(|w| title.ends_with(w));
    let next = if share {
        both!(
            "若是比率，在数字后加“%”；否则写明单位",
            "if it is a rate, put % after the figure; else give its unit"
        )
    } else {
        both!(
            "在指标名称后的括号里写明单位，如“{title}（家次）”",
            "give the unit in brackets after the name, such as {title}（家次）",
            title = title
        )
    };
    picked
        .finding(&RULE, message)
        .because(both!(
            "名称、单位栏和指标值里都找不到计量单位，数字无从考核，也无法与文字表述核对",
            "no unit is given with the name, in a column or with a figure, so it can be neither judged nor compared with the prose"
        ))
        .next(next)
}
