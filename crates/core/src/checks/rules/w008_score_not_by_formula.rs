use rust_decimal::Decimal;

use super::{
    Cx, Example, Rule, Text,
    actuals::{Evaluated, SCORING, evaluated, gives_reason, value_in_unit},
    proofs::rounded,
    say,
};
use crate::{
    both,
    finding::{Both, Finding, Severity},
    indicator::Kind,
    interval::Side,
    table::ColumnRole,
};

pub(super) const RULE: Rule = Rule {
    code: "W008",
    name: "score-not-by-formula",
    severity: Severity::Warning,
    title: Text {
        zh: "未完成指标的得分与比例不符", en: "the score of a missed target is not in proportion"
    },
    what: Text {
        zh: "定量指标未完成，得分与“完成值÷指标值×分值”及其他在用算法的结果都不符（容差0.1分）。",
        en: "A quantitative target is missed, and the score is neither actual ÷ target × weight nor what other formulas in use give (tolerance 0.1).",
    },
    why: Text {
        zh: "计分没有依据，复核时会被重新计算。",
        en: "The score has no ground and will be computed again by the reviewer.",
    },
    repair: Text {
        zh: "按比例计分；另有评分办法的写明。",
        en: "Score in proportion, or state the rule that was used.",
    },
    failing: Example::table(
        "项目支出绩效自评表\n\
         一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270 | 216 | 10 | 9.5 | 企业申报减少",
    ),
    passing: Example::table(
        "项目支出绩效自评表\n\
         一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施\n\
         产出指标 | 数量指标 | 支持企业数量（家次） | ≥ 270 | 216 | 10 | 8 | 企业申报减少",
    ),
    source: SCORING,
    run,
};

/// A score that is by no formula in use.
struct Odd {
    score: Decimal,
    /// What the straight ratio gives, to two decimals.
    expected: Decimal,
}

fn run(cx: &Cx<'_>, findings: &mut Vec<Finding>) {
    for e in evaluated(cx).iter().filter(|e| e.met == Some(false)) {
        if let Some(odd) = odd(cx, e) {
            findings.push(finding(e, &odd));
        }
    }
}

fn odd(cx: &Cx<'_>, e: &Evaluated<'_, '_>) -> Option<Odd> {
    let (weight, score) = (e.weight?, e.score?);
    // Full marks and marks beyond have checks of their own; none at all is a direct scoring (直接赋分).
    if score >= weight || score.is_zero() {
        return None;
    }
    let actual = value_in_unit(cx, e.facts, e.target, &e.reading)?;
    let target = cx.interval(e.facts, e.target)?;
    let (side, bound) = match (target.lower, target.upper) {
        (Some(b), _) if actual <= b.value => (Side::Lower, b.value),
        (_, Some(b)) => (Side::Upper, b.value),
        _ => return None,
    };
    if bound <= Decimal::ZERO || actual < Decimal::ZERO {
        return None;
    }
    let shares = formulas(side, actual, bound, e.row.indicator.kind == Some(Kind::Satisfaction))?;
    let scores: Option<Vec<Decimal>> = shares.iter().map(|s| s.checked_mul(weight)).collect();
    let scores = scores?;
    // A tenth of a point as audit tools allow; half a point where scores are whole.
    let slack = if score.scale() == 0 { Decimal::new(5, 1) } else { Decimal::new(1, 1) };
    let near = |s: &Decimal| s.checked_sub(score).is_some_and(|d| d.abs() <= slack);
    let expected = rounded(*scores.first()?, 2);
    // More may be taken off than the ratio does, if it is explained.
    let explained = score < expected && gives_reason(&e.row);
    (!scores.iter().any(near) && !explained).then_some(Odd { score, expected })
}

/// The shares of the weight that formulas in use give, the usual one first.
fn formulas(side: Side, actual: Decimal, bound: Decimal, satisfaction: bool) -> Option<Vec<Decimal>> {
    let ratio = actual.checked_div(bound)?;
    let mut shares = Vec::new();
    match side {
        Side::Lower => {
            shares.push(ratio);
            // Passed from 60 % on, then in proportion (财预〔2021〕101号, an example there).
            let pass = Decimal::new(6, 1);
            shares.push(
                ratio.checked_sub(pass)?.checked_div(Decimal::ONE.checked_sub(pass)?)?.max(Decimal::ZERO),
            );
            if satisfaction {
                shares.extend([Decimal::new(8, 1), Decimal::new(5, 1)]);
            }
        }
        Side::Upper => {
            // Form A takes the excess off, form B is target over actual; both are in use.
            shares.push(Decimal::TWO.checked_sub(ratio)?.max(Decimal::ZERO));
            shares.push(bound.checked_div(actual)?);
        }
    }
    Some(shares)
}

fn finding(e: &Evaluated<'_, '_>, odd: &Odd) -> Finding {
    let (subject, target, actual) = (e.row.subject(), say::written(e.target), e.actual.key());
    let (score, expected) = (say::figure(odd.score, None), say::figure(odd.expected, None));
    let weight = e.weight.map_or_else(String::new, |w| say::figure(w, None));
    let message = both!(
        "{zh}指标值{target}、实际{actual}、分值{weight}，按比例应得{expected}分，表中为{score}分",
        "{en}: target {target}, actual {actual}, weight {weight}: in proportion that gives {expected} points, the form says {score}",
        zh = subject.zh,
        en = subject.en
    );
    let finding = Finding::new(&RULE, e.row.place_of(ColumnRole::Score), message)
        .here(both!("按比例为{expected}分", "{expected} in proportion"))
        .label(e.actual.place, both!("实际{actual}", "actual {actual}"))
        .label(e.target.written.place, Both::new("指标值", "target"))
        .figures(
            (Both::new("得分", "score"), score.clone()),
            (Both::new("按比例计算", "in proportion"), expected.clone()),
            say::difference(odd.score, odd.expected, None),
        )
        .because(Both::new(
            "未完成的定量指标按完成比例计分（反向指标的两种算法、60%及格线和满意度分档也已试过），都得不出此分",
            "a quantitative target that is missed is scored in proportion; both forms for reverse indicators, the 60 % threshold and the bands for satisfaction were tried as well and none gives this score",
        ))
        .next(both!(
            "核对得分；按其他办法评分的，在原因栏写明",
            "check the score; if another rule was used, say so in the column for reasons"
        ));
    e.row.about(finding, Some(e.target.period))
}
