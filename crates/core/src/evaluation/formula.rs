//! From target and actual to a share of full marks, by the formula of the kind of target.
//!
//! `t` is the target, `a` the actual, both in the indicator's unit; the share is exact and is rounded only once, at the score.

use std::cmp::Ordering;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::rules::{Basis, Formula, RuleSet, Scoring};
use crate::{
    actual::{Actual, Ratio},
    both,
    exact::Fraction,
    finding::Both,
    indicator::Direction,
    interval::Bound,
    target::{Comparator, StateKind, Target},
    unit::Unit,
};

/// What an indicator asks for, ready to be compared.
pub(super) struct Ask<'a> {
    pub(super) target: &'a Target,
    /// The bounds in the indicator's unit, when the target is a number.
    pub(super) bounds: Option<(Option<Bound>, Option<Bound>)>,
    /// The unit that target and actual are compared in.
    pub(super) unit: Option<&'a Unit>,
    /// The unit in which actuals are measured: the fund folder's.
    pub(super) measured_in: Option<&'a Unit>,
    pub(super) direction: Direction,
    pub(super) is_satisfaction: bool,
    pub(super) scoring: &'a Scoring,
    /// Stands in where a date has no year.
    pub(super) year: i16,
}

/// How an indicator stands.
pub(super) enum Standing {
    Reached,
    Short,
    FarAbove,
    Missing,
    LeftOut(Both),
    NeedsPerson(Both),
}

/// What came of it: the share of full marks with the rule that gave it, or why there is none.
pub(super) struct Judgement<'a> {
    pub(super) standing: Standing,
    pub(super) share: Option<Fraction>,
    pub(super) basis: Option<&'a Basis>,
    /// The share as a person would check it by hand, without the weight: `104 ÷ 110`.
    pub(super) how: How,
    pub(super) remarks: Vec<Both>,
}

/// How the share came about.
#[derive(Clone, Copy)]
pub(super) enum How {
    None,
    Full { a: Fraction, t: Fraction, sign: &'static str },
    Ratio { a: Fraction, t: Fraction },
    Excess { a: Fraction, t: Fraction },
    Inverse { a: Fraction, t: Fraction },
    Pass { a: Fraction, t: Fraction, pass: Fraction },
    Percent { a: Fraction, from: Decimal },
    Nothing { a: Fraction, t: Fraction, sign: &'static str },
    Day { done: Date, limit: Date },
    State(bool),
    Paid(Ratio),
    Grade(Decimal),
}

impl<'a> Judgement<'a> {
    fn bare(standing: Standing) -> Self {
        Self { standing, share: None, basis: None, how: How::None, remarks: Vec::new() }
    }

    fn person(why: Both) -> Self {
        Self::bare(Standing::NeedsPerson(why))
    }

    pub(super) fn left_out(why: Both) -> Self {
        Self::bare(Standing::LeftOut(why))
    }

    fn scored(reached: bool, share: Fraction, basis: &'a Basis, how: How) -> Self {
        let standing = if reached { Standing::Reached } else { Standing::Short };
        Self { standing, share: Some(share), basis: Some(basis), how, remarks: Vec::new() }
    }
}

fn too_large() -> Both {
    both!(
        "数太大，无法精确计算，请人工核定",
        "the figures are too large to be computed exactly; a person decides"
    )
}

fn zero_base() -> Both {
    both!("分母为0，算不出比率，请人工核定", "the denominator is zero, there is no rate; a person decides")
}

fn does_not_fit() -> Both {
    both!(
        "指标值与实际完成值不是同一类（数、日期、状态），无法比较，请人工核定",
        "target and actual are not of one kind (number, date, state) and cannot be compared; a person decides"
    )
}

/// Judges an actual by its target.
pub(super) fn judge<'a>(rules: &'a RuleSet, ask: &Ask<'_>, actual: &Actual) -> Judgement<'a> {
    match (ask.target, actual) {
        (Target::Missing, _) => Judgement::left_out(both!("没有设指标值", "no target was set")),
        (Target::NotApplicable, _) => {
            Judgement::left_out(both!("指标值写明不适用", "the target says that it does not apply"))
        }
        (_, Actual::NotApplicable(why)) => Judgement::left_out(why.clone()),
        (Target::Unread, _) => Judgement::person(both!(
            "指标值读不懂，请人工核定",
            "the target could not be understood; a person decides"
        )),
        (_, Actual::Missing) => Judgement::bare(Standing::Missing),
        (Target::Number(number), Actual::Number(_) | Actual::Share(_)) => match value(ask, actual) {
            Ok(a) => {
                by_number(rules, ask, number.comparator, a).unwrap_or_else(|| Judgement::person(too_large()))
            }
            Err(why) => Judgement::person(why),
        },
        (Target::Deadline(limit), Actual::Date(done)) => match limit.last_day(Some(ask.year)) {
            Some(limit) => by_date(rules, *done, limit),
            None => Judgement::person(both!(
                "指标值中的日期不存在，请人工核定",
                "the target's date does not exist; a person decides"
            )),
        },
        (Target::State(_), Actual::State(met)) => {
            let share = if *met { Fraction::ONE } else { Fraction::ZERO };
            Judgement::scored(*met, share, &rules.state, How::State(*met))
        }
        (Target::State(state), Actual::Share(paid)) if state.kind == StateKind::WithinBudget => {
            if paid.denominator.is_zero() {
                return Judgement::person(zero_base());
            }
            let met = paid.numerator <= paid.denominator;
            let share = if met { Fraction::ONE } else { Fraction::ZERO };
            Judgement::scored(met, share, &rules.state, How::Paid(*paid))
        }
        (Target::State(_), Actual::Graded(grade, _)) => by_grade(rules, *grade),
        _ => Judgement::person(does_not_fit()),
    }
}

/// The actual in the unit in which it is compared.
fn value(ask: &Ask<'_>, actual: &Actual) -> Result<Fraction, Both> {
    match actual {
        Actual::Number(figure) => {
            let figure = match (ask.measured_in, ask.unit) {
                (Some(from), Some(to)) => from.convert(*figure, to).map_err(|e| {
                    let (from, to) = (e.from, e.to);
                    both!(
                        "实际完成值的单位{from}不能换算成指标值的单位{to}，请人工核定",
                        "the actual is in {from}, which does not convert into the target's {to}; a person decides"
                    )
                })?,
                _ => *figure,
            };
            Fraction::of(figure).ok_or_else(too_large)
        }
        Actual::Share(ratio) => {
            if ratio.denominator.is_zero() {
                return Err(zero_base());
            }
            let share = Fraction::quotient(ratio.numerator, ratio.denominator).ok_or_else(too_large)?;
            match ask.unit {
                // 0.95 is 95 in %.
                Some(unit) if unit.is_share() => {
                    Fraction::of(unit.scale).and_then(|s| share.divided_by(s)).ok_or_else(too_large)
                }
                Some(_) => Ok(share),
                None => Err(both!(
                    "指标没有单位，不知道比率该与什么比较，请人工核定",
                    "the indicator has no unit, so it is not known what the share is compared with; a person decides"
                )),
            }
        }
        _ => Err(does_not_fit()),
    }
}

fn by_number<'a>(
    rules: &'a RuleSet,
    ask: &Ask<'_>,
    comparator: Comparator,
    a: Fraction,
) -> Option<Judgement<'a>> {
    let Some((lower, upper)) = ask.bounds else {
        return Some(Judgement::person(both!(
            "指标值的单位与指标的单位不一致，无法比较，请人工核定",
            "the target's unit is not the indicator's and does not convert; a person decides"
        )));
    };
    let chosen = ask.scoring.formula;
    let forward = ask.direction == Direction::Forward;
    let usual = if ask.is_satisfaction { &rules.satisfaction } else { &rules.forward };
    match (comparator, lower, upper) {
        (Comparator::Range, Some(low), Some(high)) => {
            let ceiling = Fraction::of(high.value)?;
            if a.compared(ceiling) == Ordering::Greater {
                let by = (chosen.unwrap_or(rules.range.rule), &rules.range.basis);
                return below(rules, a, high, by);
            }
            let by = (chosen.filter(|f| is_upward(*f)).unwrap_or(Formula::Ratio), &rules.range.basis);
            let mut judged = above(rules, ask, a, low, by)?;
            // Going beyond the floor of a range is what was asked for.
            if matches!(judged.standing, Standing::FarAbove) {
                judged.standing = Standing::Reached;
            }
            if matches!(judged.standing, Standing::Reached) {
                judged.basis = Some(&rules.forward.basis);
            }
            Some(judged)
        }
        (Comparator::Equal, Some(b), _) if b.value.is_zero() && forward => {
            let met = a.compared(Fraction::ZERO) != Ordering::Greater;
            let (share, t) = (if met { Fraction::ONE } else { Fraction::ZERO }, Fraction::ZERO);
            let how = if met { How::Full { a, t, sign: "≤" } } else { How::Nothing { a, t, sign: ">" } };
            Some(Judgement::scored(met, share, &rules.equal.basis, how))
        }
        (Comparator::Equal, Some(b), _) if forward => {
            above(rules, ask, a, b, (chosen.unwrap_or(rules.equal.rule), &rules.equal.basis))
        }
        (Comparator::Equal | Comparator::Bare, _, Some(b)) if !forward => {
            below(rules, a, b, (chosen.unwrap_or(rules.equal_reverse.rule), &rules.equal_reverse.basis))
        }
        (_, Some(b), None) => above(rules, ask, a, b, (chosen.unwrap_or(usual.rule), &usual.basis)),
        (_, None, Some(b)) => {
            below(rules, a, b, (chosen.unwrap_or(rules.reverse.rule), &rules.reverse.basis))
        }
        _ => Some(Judgement::person(does_not_fit())),
    }
}

fn is_upward(formula: Formula) -> bool {
    !matches!(formula, Formula::ReverseA | Formula::ReverseB)
}

fn misfit<'a>() -> Judgement<'a> {
    Judgement::person(both!(
        "资金文件夹给本指标定的公式与指标值的方向不符，请更正 indicators.toml 中的 formula",
        "the formula that the fund folder names does not go with the target's direction; correct formula in indicators.toml"
    ))
}

/// A floor.
fn above<'a>(
    rules: &'a RuleSet,
    ask: &Ask<'_>,
    a: Fraction,
    floor: Bound,
    (formula, basis): (Formula, &'a Basis),
) -> Option<Judgement<'a>> {
    let t = Fraction::of(floor.value)?;
    if floor.value <= Decimal::ZERO {
        let order = a.compared(t);
        if order == Ordering::Less || (order == Ordering::Equal && !floor.closed) {
            return Some(Judgement::person(both!(
                "指标值不大于0，完成率无法计算，请人工核定",
                "the target is not above zero, so there is no rate of completion; a person decides"
            )));
        }
        let mut judged = Judgement::scored(true, Fraction::ONE, basis, How::Full { a, t, sign: "≥" });
        let many = Fraction::of(rules.over_achievement.rule.zero_target_from)?;
        if floor.value.is_zero() && a.compared(many) != Ordering::Less {
            judged.standing = Standing::FarAbove;
        }
        return Some(judged);
    }
    let a = if a.compared(Fraction::ZERO) == Ordering::Less { Fraction::ZERO } else { a };
    let reached = a.compared(t) != Ordering::Less;
    let full = How::Full { a, t, sign: "≥" };
    let mut judged = match formula {
        Formula::ReverseA | Formula::ReverseB => return Some(misfit()),
        Formula::SatisfactionBands => by_bands(rules, ask, a, reached)?,
        Formula::AllOrNone if reached => Judgement::scored(true, Fraction::ONE, &rules.all_or_none, full),
        Formula::AllOrNone => {
            Judgement::scored(false, Fraction::ZERO, &rules.all_or_none, How::Nothing { a, t, sign: "<" })
        }
        _ if reached => {
            let basis = if formula == Formula::Threshold { &rules.threshold.basis } else { basis };
            Judgement::scored(true, Fraction::ONE, basis, full)
        }
        Formula::Ratio => Judgement::scored(false, a.divided_by(t)?, basis, How::Ratio { a, t }),
        Formula::Threshold => {
            let percent = ask.scoring.pass_percent.unwrap_or(rules.threshold.rule);
            let pass = Fraction::quotient(percent, Decimal::ONE_HUNDRED)?;
            let rate = a.divided_by(t)?;
            let how = How::Pass { a, t, pass };
            let share = match rate.compared(pass) {
                Ordering::Less => Fraction::ZERO,
                _ => rate.minus(pass)?.divided_by(Fraction::ONE.minus(pass)?)?,
            };
            Judgement::scored(false, share, &rules.threshold.basis, how)
        }
    };
    if !floor.closed && a.compared(t) == Ordering::Equal {
        judged.remarks.push(strict(">", t));
    }
    let percent = ask.scoring.far_above_percent.unwrap_or(rules.over_achievement.rule.from_percent);
    let far = t.times(Fraction::quotient(percent, Decimal::ONE_HUNDRED)?)?;
    if reached && a.compared(far) != Ordering::Less {
        judged.standing = Standing::FarAbove;
    }
    Some(judged)
}

fn strict(sign: &str, t: Fraction) -> Both {
    let t = t.said();
    both!(
        "指标值写“{sign}{t}”，实际恰为{t}：按计分规则得满分，严格地说没有达到",
        "the target is {sign} {t} and the actual is {t}: full marks by the rule of scoring, though strictly it was not reached"
    )
}

/// A ceiling.
fn below<'a>(
    rules: &'a RuleSet,
    a: Fraction,
    ceiling: Bound,
    (formula, basis): (Formula, &'a Basis),
) -> Option<Judgement<'a>> {
    if is_upward(formula) && formula != Formula::AllOrNone {
        return Some(misfit());
    }
    let t = Fraction::of(ceiling.value)?;
    let negative_target = ceiling.value.is_sign_negative() && !ceiling.value.is_zero();
    let negative = a.compared(Fraction::ZERO) == Ordering::Less;
    let a = if negative && !negative_target { Fraction::ZERO } else { a };
    let order = a.compared(t);
    let basis = if formula == Formula::AllOrNone { &rules.all_or_none } else { basis };
    let nothing = || Judgement::scored(false, Fraction::ZERO, basis, How::Nothing { a, t, sign: ">" });
    if order != Ordering::Greater {
        let touching = order == Ordering::Equal && !ceiling.closed;
        if touching && ceiling.value <= Decimal::ZERO {
            return Some(Judgement::person(both!(
                "指标值要求小于{t}，而实际完成值恰为{t}，请人工核定",
                "the target asks for less than {t} and the actual is {t}; a person decides",
                t = t.said()
            )));
        }
        let mut judged = Judgement::scored(true, Fraction::ONE, basis, How::Full { a, t, sign: "≤" });
        if touching {
            judged.remarks.push(strict("<", t));
        }
        return Some(judged);
    }
    if negative_target {
        return Some(Judgement::person(both!(
            "指标值小于0，超过的比率无法计算，请人工核定",
            "the target is below zero, so there is no rate by which it was exceeded; a person decides"
        )));
    }
    if ceiling.value.is_zero() || formula == Formula::AllOrNone {
        return Some(nothing());
    }
    let rate = a.divided_by(t)?;
    let two = Fraction::of(Decimal::TWO)?;
    Some(match formula {
        Formula::ReverseB => Judgement::scored(false, t.divided_by(a)?, basis, How::Inverse { a, t }),
        _ if rate.compared(two) != Ordering::Less => nothing(),
        _ => Judgement::scored(false, two.minus(rate)?, basis, How::Excess { a, t }),
    })
}

fn by_bands<'a>(rules: &'a RuleSet, ask: &Ask<'_>, a: Fraction, reached: bool) -> Option<Judgement<'a>> {
    let Some(unit) = ask.unit.filter(|u| u.is_share()) else {
        return Some(Judgement::person(both!(
            "满意度分档只用于百分比指标，请更正 indicators.toml 中的 formula",
            "bands of satisfaction go with indicators in percent only; correct formula in indicators.toml"
        )));
    };
    let percent = a.times(Fraction::of(unit.scale)?)?.times(Fraction::of(Decimal::ONE_HUNDRED)?)?;
    let mut found = None;
    for step in &rules.satisfaction_bands.rule {
        if percent.compared(Fraction::of(step.from_percent)?) != Ordering::Less {
            found = Some(step);
            break;
        }
    }
    let step = found?;
    let share = Fraction::quotient(step.share_percent, Decimal::ONE_HUNDRED)?;
    let how = How::Percent { a: percent, from: step.from_percent };
    Some(Judgement::scored(reached, share, &rules.satisfaction_bands.basis, how))
}

fn by_date(rules: &RuleSet, done: Date, limit: Date) -> Judgement<'_> {
    let how = How::Day { done, limit };
    if done <= limit {
        // Being on time is direct scoring; only what a late date gets is an assumption.
        return Judgement::scored(true, Fraction::ONE, &rules.all_or_none, how);
    }
    let late = done.since(limit).map(|span| i64::from(span.get_days())).unwrap_or(i64::MAX);
    let share = rules.deadline.rule.iter().find(|l| late <= l.days).map(|l| l.share_percent);
    let share = share.and_then(|s| Fraction::quotient(s, Decimal::ONE_HUNDRED)).unwrap_or(Fraction::ZERO);
    Judgement::scored(false, share, &rules.deadline.basis, how)
}

fn by_grade(rules: &RuleSet, grade: Decimal) -> Judgement<'_> {
    let possible = grade >= Decimal::ZERO && grade <= Decimal::ONE;
    let Some(share) = Fraction::of(grade).filter(|_| possible) else {
        return Judgement::person(both!(
            "评判等级的得分比例{grade}不在0到1之间，请人工核定",
            "a grade of {grade} is not between 0 and 1; a person decides"
        ));
    };
    let top = rules.tiers.rule.first().map(|t| t.from_percent);
    let percent = grade.checked_mul(Decimal::ONE_HUNDRED);
    let reached = percent.zip(top).is_some_and(|(p, top)| p >= top);
    Judgement::scored(reached, share, &rules.tiers.basis, How::Grade(grade))
}

impl How {
    /// The formula with its figures, as it is checked by hand; `w` is the weight.
    pub(super) fn said(self, w: Decimal) -> String {
        match self {
            Self::None => String::new(),
            Self::Full { a, t, sign } => format!("{} {sign} {} → {w}", a.said(), t.said()),
            Self::Nothing { a, t, sign } => format!("{} {sign} {} → 0", a.said(), t.said()),
            Self::Ratio { a, t } => format!("{} ÷ {} × {w}", a.said(), t.said()),
            Self::Excess { a, t } => {
                let (a, t) = (a.said(), t.said());
                format!("(1 − ({a} − {t}) ÷ {t}) × {w}")
            }
            Self::Inverse { a, t } => format!("{} ÷ {} × {w}", t.said(), a.said()),
            Self::Pass { a, t, pass } => {
                let (a, t, p) = (a.said(), t.said(), pass.said());
                format!("max(0, ({a} ÷ {t} − {p}) ÷ (1 − {p})) × {w}")
            }
            Self::Percent { a, from } => format!("{}% ≥ {from}% → × {w}", a.said()),
            Self::Day { done, limit } if done <= limit => format!("{done} ≤ {limit} → {w}"),
            Self::Day { done, limit } => format!("{done} > {limit}"),
            Self::State(true) => format!("1 × {w}"),
            Self::State(false) => format!("0 × {w}"),
            Self::Paid(Ratio { numerator, denominator }) => {
                let sign = if numerator <= denominator { "≤" } else { ">" };
                format!("{} {sign} {}", numerator.normalize(), denominator.normalize())
            }
            Self::Grade(grade) => format!("{} × {w}", grade.normalize()),
        }
    }
}
