//! A self-evaluation form that somebody else filled: every score computed again from the written target, actual and weight.
//!
//! What can be said without a rule set (full marks for a missed target, reasons that are not there, sums that do not add up) is
//! what the checks of the families W and B say already; they are run, and each row names those that speak of it.

use rust_decimal::Decimal;
use serde::Serialize;

use super::{
    evaluate::score,
    formula::{Ask, How, Judgement, judge},
    rules::{Formula, RuleSet, Scoring},
};
use crate::{
    actual::Actual,
    both,
    checks::{
        self, Cx, Evaluated, Selection, amounts, evaluated, execution_weight, gives_reason, is_execution,
        points,
    },
    exact::Fraction,
    finding::{Both, Finding},
    fund::Fund,
    indicator::Kind,
    period::Period,
    place::Place,
    table::{ColumnRole, MoneyRole, TargetTable},
    target::Target,
};

/// How a typed score compares with the computed one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Verdict {
    /// The same, within the rule set's tolerance.
    Agrees,
    /// Not by the rule set's formula, but by another that is in use.
    OtherFormula {
        /// Which.
        formula: Formula,
    },
    /// More points than the formula gives.
    TooHigh,
    /// Fewer, and the row says why.
    DeductedWithReason,
    /// Fewer, and the row does not say why.
    DeductedWithoutReason,
    /// It cannot be computed: words instead of figures, a figure or weight that is missing.
    Open,
}

/// A row of the form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RecomputedRow {
    /// Title of the indicator; empty for the execution of the budget.
    pub title: String,
    /// The region's name as written, where the row is a region's.
    pub region: Option<String>,
    /// Where the score stands.
    pub place: Place,
    /// The target as written; the budget for the execution.
    pub target: String,
    /// The actual as written; the executed amount for the execution.
    pub actual: String,
    /// The weight as written, in points.
    pub weight: Option<Decimal>,
    /// The score as written, in points.
    pub typed: Option<Decimal>,
    /// The score by the rule set, in points.
    pub computed: Option<Decimal>,
    /// Typed less computed, in points.
    pub difference: Option<Decimal>,
    /// How the two compare.
    pub verdict: Verdict,
    /// The formula with its figures; empty where nothing was computed.
    pub formula: String,
    /// What is to be said of the row.
    pub reason: Both,
    /// Codes of the checks that speak of this row, sorted.
    pub checks: Vec<&'static str>,
}

/// A form computed again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Recomputed {
    /// Rows with target and actual, in the order of the form.
    pub rows: Vec<RecomputedRow>,
    /// The execution of the budget, where the form has a money block with a score or weight.
    pub execution: Option<RecomputedRow>,
    /// 总分 as written.
    pub typed_total: Option<Decimal>,
    /// Sum of the scores as written, the execution's among them.
    pub sum_of_typed: Option<Decimal>,
    /// Sum of the computed scores; `None` when any could not be computed.
    pub computed_total: Option<Decimal>,
    /// What the checks of weights, scores and money say of the form.
    pub findings: Vec<Finding>,
}

/// Computes the scores of a filled form again and says where they differ.
///
/// `fund` counts only when the form's title says that it is the fund's. Forms without scores have rows without verdicts.
pub fn recompute(rules: &RuleSet, form: &TargetTable, fund: Option<&Fund>) -> Recomputed {
    let selection = Selection { only: vec!["W".to_owned(), "B".to_owned()], ignore: Vec::new() };
    let findings = checks::check(form, fund, None, &selection).findings;
    let cx = Cx::new(form, fund, None);
    let rows: Vec<RecomputedRow> = evaluated(&cx)
        .iter()
        .filter(|e| !is_execution(e.row.indicator))
        .map(|e| row(rules, &cx, e, &findings))
        .collect();
    let mut execution = execution(rules, &cx);
    if let Some(row) = &mut execution {
        row.checks = findings.iter().filter(|f| f.code.starts_with('B')).map(|f| f.code).collect();
        row.checks.sort_unstable();
        row.checks.dedup();
    }
    let points_of = |marks: &crate::table::Marks| marks.get(ColumnRole::Score).and_then(points);
    let own = form.indicators.iter().filter(|i| !is_execution(i)).filter_map(|i| points_of(&i.marks));
    let listed = form.indicators.iter().find(|i| is_execution(i)).and_then(|i| points_of(&i.marks));
    let of_execution = execution.as_ref().and_then(|e| e.typed).or(listed);
    let typed: Vec<Decimal> = own.chain(of_execution).collect();
    let add = |sum: Decimal, more: &Decimal| sum.checked_add(*more);
    let sum_of_typed = typed.iter().try_fold(Decimal::ZERO, add).filter(|_| !typed.is_empty());
    let whole = rows.iter().filter(|r| r.region.is_none()).map(|r| r.computed);
    let complete = rows.iter().filter(|r| r.region.is_none()).count()
        == form.indicators.iter().filter(|i| !is_execution(i)).count();
    let computed_total = whole
        .chain(execution.as_ref().map(|e| e.computed))
        .try_fold(Decimal::ZERO, |sum, more| sum.checked_add(more?))
        .filter(|_| complete && !rows.is_empty());
    Recomputed {
        rows,
        execution,
        typed_total: form.total.as_ref().and_then(points_of),
        sum_of_typed,
        computed_total,
        findings,
    }
}

fn row(rules: &RuleSet, cx: &Cx<'_>, e: &Evaluated<'_, '_>, findings: &[Finding]) -> RecomputedRow {
    let plain = Scoring::default();
    let own = e.facts.spec.map_or(&plain, |s| &s.score);
    let judged = judged(rules, cx, e, own);
    let places = rules.places.rule;
    let computed = judged.as_ref().and_then(|j| j.share).zip(e.weight).and_then(|(s, w)| score(s, w, places));
    let formula = match (&judged, e.weight, computed) {
        (Some(j), Some(w), Some(c)) => format!("{} → {c}", j.how.said(w.normalize())),
        _ => String::new(),
    };
    let difference = e.score.zip(computed).and_then(|(t, c)| t.checked_sub(c));
    let verdict = match (e.score, computed, difference) {
        (Some(typed), Some(_), Some(off)) => compare(rules, cx, e, (typed, off)),
        _ => Verdict::Open,
    };
    let region = e.row.region_key();
    let mut codes: Vec<&'static str> = findings
        .iter()
        .filter(|f| {
            f.subject.indicator.as_deref() == Some(&e.row.indicator.title) && f.subject.region == region
        })
        .map(|f| f.code)
        .collect();
    codes.sort_unstable();
    codes.dedup();
    RecomputedRow {
        title: e.row.indicator.title.clone(),
        region,
        place: e.row.place_of(ColumnRole::Score),
        target: e.target.written.key(),
        actual: e.actual.key(),
        weight: e.weight,
        typed: e.score,
        computed,
        difference,
        verdict,
        formula,
        reason: said(rules, e, judged.as_ref(), verdict, difference),
        checks: codes,
    }
}

/// What the rule set makes of the written actual; `None` when words stand where a figure or date is needed.
fn judged<'a>(
    rules: &'a RuleSet,
    cx: &Cx<'_>,
    e: &Evaluated<'_, '_>,
    scoring: &Scoring,
) -> Option<Judgement<'a>> {
    let year = cx.stand_in_year(e.target.period).or_else(|| cx.year());
    let actual = match (e.target.target(), &e.reading.target) {
        (_, Target::NotApplicable) => {
            Actual::NotApplicable(both!("表中写明不适用", "the form says that it does not apply"))
        }
        (Target::Number(_), Target::Number(_)) => {
            Actual::Number(checks::value_in_unit(cx, e.facts, e.target, &e.reading)?)
        }
        (Target::Deadline(_), Target::Deadline(done)) => {
            // A month without day may be before or after the limit.
            e.met?;
            Actual::Date(done.by.last_day(year)?)
        }
        _ => return None,
    };
    let ask = Ask {
        target: e.target.target(),
        bounds: cx.interval(e.facts, e.target).map(|i| (i.lower, i.upper)),
        unit: e.facts.unit.as_ref(),
        measured_in: e.facts.unit.as_ref(),
        direction: e.facts.direction,
        is_satisfaction: e.row.indicator.kind == Some(Kind::Satisfaction),
        scoring,
        year: match e.target.period {
            Period::Year(Some(year)) => year,
            _ => year.unwrap_or_default(),
        },
    };
    Some(judge(rules, &ask, &actual))
}

fn compare(rules: &RuleSet, cx: &Cx<'_>, e: &Evaluated<'_, '_>, (typed, off): (Decimal, Decimal)) -> Verdict {
    let tolerance = rules.tolerance.rule;
    if off.abs() <= tolerance {
        return Verdict::Agrees;
    }
    for (_, formula) in Formula::NAMES {
        let other = Scoring { formula: Some(formula), ..Scoring::default() };
        let share = judged(rules, cx, e, &other).and_then(|j| j.share);
        let points = share.zip(e.weight).and_then(|(s, w)| score(s, w, rules.places.rule));
        let near = points.and_then(|p| p.checked_sub(typed)).is_some_and(|d| d.abs() <= tolerance);
        // None at all is what direct scoring gives; full marks for what was missed are no formula's.
        if near && e.weight != Some(typed) {
            return Verdict::OtherFormula { formula };
        }
    }
    if off > Decimal::ZERO {
        Verdict::TooHigh
    } else if gives_reason(&e.row) {
        Verdict::DeductedWithReason
    } else {
        Verdict::DeductedWithoutReason
    }
}

fn said(
    rules: &RuleSet,
    e: &Evaluated<'_, '_>,
    judged: Option<&Judgement<'_>>,
    verdict: Verdict,
    difference: Option<Decimal>,
) -> Both {
    let by = difference.map_or_else(String::new, |d| d.abs().normalize().to_string());
    match verdict {
        Verdict::Agrees => both!("与计算一致", "as computed"),
        Verdict::OtherFormula { formula } => {
            let name = Formula::NAMES.iter().find(|(_, f)| *f == formula).map_or("", |(n, _)| *n);
            both!(
                "按规则的公式差{by}分，按另一种在用公式（{name}）相符；请写明所用办法",
                "{by} points off the rule set's formula, but as another in use ({name}) gives; say which was used"
            )
        }
        Verdict::TooHigh if e.met == Some(false) && e.weight == e.score => both!(
            "未达到指标值却得满分，多计{by}分",
            "full marks although the target was missed: {by} points too many"
        ),
        Verdict::TooHigh => both!("比计算多{by}分", "{by} points more than computed"),
        Verdict::DeductedWithReason => {
            both!("比计算少{by}分，已写原因", "{by} points fewer than computed, with a reason")
        }
        Verdict::DeductedWithoutReason => {
            both!("比计算少{by}分，没有写原因", "{by} points fewer than computed, and no reason is given")
        }
        Verdict::Open => open(rules, e, judged),
    }
}

fn open(rules: &RuleSet, e: &Evaluated<'_, '_>, judged: Option<&Judgement<'_>>) -> Both {
    if e.weight.is_none() || e.score.is_none() {
        return both!("表中没有分值或得分", "the form has no weight or no score here");
    }
    if judged.is_some_and(|j| !matches!(j.how, How::None)) {
        return both!("得分无法精确计算", "the score cannot be computed exactly");
    }
    let share = e.score.zip(e.weight).and_then(|(s, w)| Fraction::quotient(s, w)).and_then(|s| s.rounded(4));
    match share.and_then(|s| rules.tier(s)) {
        Some(tier) if e.target.target().state().is_some() => both!(
            "定性指标，由人评定；所填得分相当于“{zh}”",
            "qualitative: a person grades it; the score given stands for \"{en}\"",
            zh = tier.name.zh,
            en = tier.name.en
        ),
        _ => both!(
            "指标值或实际完成值读不出可比较的数或日期，请人工核定",
            "target and actual give no figures or dates that compare; a person decides"
        ),
    }
}

fn execution(rules: &RuleSet, cx: &Cx<'_>) -> Option<RecomputedRow> {
    let table = cx.table;
    let asks = |r: &&crate::table::MoneyRow| {
        [MoneyRole::Score, MoneyRole::Weight].iter().any(|role| amounts::plain(r, *role).is_some())
    };
    let line = amounts::total(table).filter(|r| asks(r)).or_else(|| table.money.iter().find(asks))?;
    let typed = amounts::plain(line, MoneyRole::Score);
    let weight = amounts::plain(line, MoneyRole::Weight).or_else(|| execution_weight(cx));
    let budget = amounts::base(table, line).map(|(_, money)| money);
    let executed = amounts::money(table, line, MoneyRole::Executed);
    let share = budget
        .as_ref()
        .zip(executed.as_ref())
        .filter(|(b, e)| b.value > Decimal::ZERO && e.value >= Decimal::ZERO);
    let share = share.and_then(|(b, e)| Fraction::quotient(e.value.min(b.value), b.value));
    let computed = share.zip(weight).and_then(|(s, w)| score(s, w, rules.places.rule));
    let difference = typed.zip(computed).and_then(|(t, c)| t.checked_sub(c));
    let tolerance = rules.tolerance.rule;
    let explained = line.get(MoneyRole::Reason).is_some();
    let by = difference.map_or_else(String::new, |d| d.abs().normalize().to_string());
    let (verdict, reason) = match difference {
        None => (
            Verdict::Open,
            both!(
                "预算为0或金额、分值、得分不全，无法计算",
                "the budget is zero, or an amount, weight or score is missing"
            ),
        ),
        Some(off) if off.abs() <= tolerance => (Verdict::Agrees, both!("与计算一致", "as computed")),
        Some(off) if off > Decimal::ZERO => {
            (Verdict::TooHigh, both!("比计算多{by}分", "{by} points more than computed"))
        }
        Some(_) if explained => (
            Verdict::DeductedWithReason,
            both!("比计算少{by}分，已写原因", "{by} points fewer than computed, with a reason"),
        ),
        Some(_) => (
            Verdict::DeductedWithoutReason,
            both!("比计算少{by}分，没有写原因", "{by} points fewer than computed, and no reason is given"),
        ),
    };
    let (target, actual) =
        (budget.map_or_else(String::new, |b| b.said), executed.map_or_else(String::new, |e| e.said));
    let formula = match (weight, computed) {
        (Some(w), Some(c)) => format!("{actual} ÷ {target} × {} → {c}", w.normalize()),
        _ => String::new(),
    };
    Some(RecomputedRow {
        title: String::new(),
        region: None,
        place: line.get(MoneyRole::Score).map_or(line.name.place, |w| w.place),
        target,
        actual,
        weight,
        typed,
        computed,
        difference,
        verdict,
        formula,
        reason,
        checks: Vec::new(),
    })
}
