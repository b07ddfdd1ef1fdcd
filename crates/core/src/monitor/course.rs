//! The course of an indicator through the year, and where it is expected to end.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Serialize;

use super::Rules;
use crate::{
    both,
    derivation::{Ground, Node},
    exact::{Exact, Rounding},
    finding::Both,
    interval::{Bound, Interval},
    proof::Domain,
};

/// Places that a projection is given with; its interval is rounded outwards.
const PLACES: u32 = 6;

/// An earlier year's course.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Earlier {
    /// The year.
    pub year: i16,
    /// Its values at the end of each of the twelve months.
    pub by_month: Vec<Decimal>,
}

/// Values at the ends of months, in the indicator's unit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Monthly {
    /// This year's value at the end of January, February…, as far as it is known; at most twelve.
    pub by_month: Vec<Decimal>,
    /// Earlier years' courses, if there are any.
    pub earlier: Vec<Earlier>,
    /// How the values came about.
    pub derivation: Node,
}

/// What is known of an indicator in the course of the year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum MonthlyCourse {
    /// Nobody has measured or reported it.
    Missing,
    /// It cannot be asked here, and why.
    NotApplicable {
        /// Why.
        why: Both,
    },
    /// A figure that adds up from January on: enterprises, awards, amounts.
    Sum(Monthly),
    /// A figure that stands where it stands: a rate, a satisfaction.
    Level(Monthly),
    /// Something to be done by a day.
    Date {
        /// The day on which it was done, if it was.
        done: Option<Date>,
        /// The day on which those responsible expect it to be done.
        expected: Option<Date>,
        /// How it is known.
        derivation: Node,
    },
    /// A state that holds or not: 不超预算, 保持.
    State {
        /// Whether it holds.
        holds: bool,
        /// Whether it can no longer change this year.
        settled: bool,
        /// How it is known.
        derivation: Node,
    },
}

/// Whether a course adds up or stands where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Manner {
    /// It adds up from January on.
    Sum,
    /// It stands where it stands.
    Level,
}

/// How a projection was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// The year is over: the projection is the progress.
    YearIsOver,
    /// As earlier years went on from this month.
    EarlierYears,
    /// As this year's months went.
    Months,
    /// Too few months and no earlier year: nothing can be said of the upper end.
    TooEarly,
}

impl Method {
    /// The method in words.
    pub fn words(self) -> Both {
        match self {
            Self::YearIsOver => Both::new("全年已结束，即完成值", "the year is over: what was reached"),
            Self::EarlierYears => {
                Both::new("按往年同月以后的进度推算", "as earlier years went on from this month")
            }
            Self::Months => Both::new("按本年各月平均进度推算", "as this year's months went on average"),
            Self::TooEarly => Both::new(
                "月份太少且无往年数据，上限无法判断",
                "too few months and no earlier year: the upper end is open",
            ),
        }
    }
}

/// Where the year is expected to end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Projection {
    /// The expected value, to 6 places.
    pub centre: Decimal,
    /// The range around it, rounded outwards to 6 places.
    pub range: Interval,
    /// How it was made.
    pub method: Method,
    /// How it came about.
    pub derivation: Node,
}

/// A range that is still exact; an absent end is open.
struct Range {
    centre: Exact,
    lower: Option<Exact>,
    upper: Option<Exact>,
    formula: String,
}

impl Range {
    fn around(centre: Exact, values: &[Exact], formula: String) -> Self {
        let all = || values.iter().chain(std::iter::once(&centre));
        Self { lower: all().min().cloned(), upper: all().max().cloned(), centre, formula }
    }
}

/// Where a course is expected to end, seen from the end of `month` (1 to 12). Values after that month are not looked at.
///
/// *A sum, with earlier years*: each earlier year says two things about the rest of this one, in proportion (P × T ÷ c, P the progress, c that year's value at
/// this month, T at its end) and by the same amount (P + T − c). The centre is P × ΣT ÷ Σc; where that says nothing, because P or Σc is zero,
/// P + the mean of T − c. The interval reaches from the least to the largest of all of them.
/// *A sum, without*: the centre is P × 12 ÷ month; every month that is left brings between the least and the most that a month of this year brought.
/// With fewer months than `fewest-months` the upper end is open.
/// *A level*: the centre is P + the mean change of earlier years from this month on, the interval from the least to the largest of them; without earlier years the centre
/// is P, the interval that of this year's values.
///
/// The interval is then widened on both sides by `wider-by` of what is still to come: of a sum the mean of T − c, or without earlier years centre − P; of a level its
/// value by the part of the year that is left. A sum that has never fallen does not end below its progress; what cannot occur in `domain` is cut off. In month 12
/// everything is the progress.
///
/// # Errors
/// Says why: the month is none, its value is not known, an earlier year has not twelve months, a figure is too large.
pub fn project(
    monthly: &Monthly,
    manner: Manner,
    month: u8,
    rules: &Rules,
    domain: &Domain,
) -> Result<Projection, Both> {
    let at = usize::from(month).checked_sub(1).filter(|at| *at < 12);
    let Some(at) = at else { return Err(both!("{month}不是月份", "{month} is no month")) };
    let Some(progress) = monthly.by_month.get(at) else {
        return Err(both!("没有{month}月末的数值", "the value at the end of month {month} is not known"));
    };
    if let Some(odd) = monthly.earlier.iter().find(|e| e.by_month.len() != 12) {
        return Err(both!("{y}年不足12个月", "the course of {y} has not twelve months", y = odd.year));
    }
    let p = Exact::of(*progress);
    if month == 12 {
        // What was reached is no projection: nothing is cut off or rounded.
        let (centre, range) = (*progress, Interval::exactly(*progress));
        let (method, formula) = (Method::YearIsOver, String::new());
        return Ok(Projection {
            centre,
            range,
            method,
            derivation: derivation(centre, &range, method, formula),
        });
    }
    let known: Vec<Exact> = monthly.by_month[..=at].iter().map(|d| Exact::of(*d)).collect();
    let earlier: Vec<(Exact, Exact)> =
        monthly.earlier.iter().map(|e| (Exact::of(e.by_month[at]), Exact::of(e.by_month[11]))).collect();
    let too_large = || both!("数值过大，无法精确计算", "a figure is too large to be held");
    let (range, method) = match (manner, earlier.is_empty()) {
        (Manner::Sum, false) => (as_earlier(&p, &earlier).ok_or_else(too_large)?, Method::EarlierYears),
        (Manner::Sum, true) => as_months(&p, &known, month, rules).ok_or_else(too_large)?,
        (Manner::Level, false) => {
            (as_earlier_levels(&p, &earlier).ok_or_else(too_large)?, Method::EarlierYears)
        }
        (Manner::Level, true) => (Range::around(p.clone(), &known, String::new()), Method::Months),
    };
    let left = Exact::ratio(u64::from(12 - month), 12).ok_or_else(too_large)?;
    let to_come = match (manner, earlier.is_empty()) {
        // Not the distance to the centre: more progress must never make the upper end lower.
        (Manner::Sum, false) => distance(&mean(&rests(&earlier)).ok_or_else(too_large)?, &Exact::zero()),
        (Manner::Sum, true) => distance(&range.centre, &p),
        (Manner::Level, _) => distance(&p, &Exact::zero()).times(&left),
    };
    let wider = to_come.times(&rules.settings.exact("wider-by"));
    let mut range = Range {
        lower: range.lower.map(|l| l.minus(&wider)),
        upper: range.upper.map(|u| u.plus(&wider)),
        ..range
    };
    let never_fell = known.windows(2).all(|w| w[0] <= w[1]) && known[0] >= Exact::zero();
    if manner == Manner::Sum && never_fell {
        range.lower = Some(range.lower.map_or_else(|| p.clone(), |l| l.max(p.clone())));
    }
    finish(range, method, domain, rules)
}

fn distance(a: &Exact, b: &Exact) -> Exact {
    if a >= b { a.minus(b) } else { b.minus(a) }
}

fn mean(values: &[Exact]) -> Option<Exact> {
    let sum = values.iter().fold(Exact::zero(), |sum, v| sum.plus(v));
    sum.over(&Exact::whole(values.len() as u64))
}

fn shown(e: &Exact) -> String {
    e.decimal(2, Rounding::HalfUp).map_or_else(|| e.written(2, Rounding::HalfUp), |d| d.to_string())
}

/// What came in earlier years after this month.
fn rests(earlier: &[(Exact, Exact)]) -> Vec<Exact> {
    earlier.iter().map(|(c, t)| t.minus(c)).collect()
}

fn as_earlier(p: &Exact, earlier: &[(Exact, Exact)]) -> Option<Range> {
    let mut values = Vec::new();
    let (mut then, mut total) = (Exact::zero(), Exact::zero());
    for (c, t) in earlier {
        (then, total) = (then.plus(c), total.plus(t));
        values.push(p.plus(t).minus(c));
        if c.is_positive() {
            values.push(p.times(t).over(c)?);
        }
    }
    let (centre, formula) = if then.is_positive() && p.is_positive() {
        let formula = format!("{} × {} ÷ {}", shown(p), shown(&total), shown(&then));
        (p.times(&total).over(&then)?, formula)
    } else {
        let rest = mean(&rests(earlier))?;
        let formula = format!("{} + {}", shown(p), shown(&rest));
        (p.plus(&rest), formula)
    };
    Some(Range::around(centre, &values, formula))
}

fn as_earlier_levels(p: &Exact, earlier: &[(Exact, Exact)]) -> Option<Range> {
    let changes = rests(earlier);
    let change = mean(&changes)?;
    let values: Vec<Exact> = changes.iter().map(|c| p.plus(c)).collect();
    Some(Range::around(p.plus(&change), &values, format!("{} + {}", shown(p), shown(&change))))
}

fn as_months(p: &Exact, known: &[Exact], month: u8, rules: &Rules) -> Option<(Range, Method)> {
    let centre = p.times(&Exact::ratio(12, u64::from(month))?);
    let formula = format!("{} × 12 ÷ {month}", shown(p));
    if u64::from(month) < rules.settings.whole("fewest-months") {
        return Some((Range { centre, lower: None, upper: None, formula }, Method::TooEarly));
    }
    let mut before = Exact::zero();
    let mut steps = Vec::with_capacity(known.len());
    for value in known {
        steps.push(value.minus(&before));
        before = value.clone();
    }
    let left = Exact::whole(u64::from(12 - month));
    let ends: Vec<Exact> =
        [steps.iter().min()?, steps.iter().max()?].map(|step| p.plus(&left.times(step))).into();
    Some((Range::around(centre, &ends, formula), Method::Months))
}

fn finish(range: Range, method: Method, domain: &Domain, rules: &Rules) -> Result<Projection, Both> {
    let floor = domain.never_negative.then(Exact::zero);
    let ceiling = domain.at_most.map(Exact::of);
    let cut = |e: Exact| {
        let e = if let Some(f) = &floor { e.max(f.clone()) } else { e };
        if let Some(c) = &ceiling { e.min(c.clone()) } else { e }
    };
    // An open end is closed by what can occur at all.
    let lower = range.lower.map(cut).or_else(|| floor.clone());
    let upper = range.upper.map(cut).or_else(|| ceiling.clone());
    let held = |e: &Exact, rounding| {
        e.decimal(PLACES, rounding)
            .ok_or_else(|| both!("数值过大，无法精确计算", "a figure is too large to be held"))
    };
    let bound = |e: Option<&Exact>, rounding| e.map(|e| held(e, rounding).map(Bound::closed)).transpose();
    let interval = Interval {
        lower: bound(lower.as_ref(), Rounding::Down)?,
        upper: bound(upper.as_ref(), Rounding::Up)?,
    };
    let centre = held(&cut(range.centre.clone()), Rounding::HalfUp)?;
    let node = derivation(centre, &interval, method, range.formula);
    let derivation = rules.settings.ground("wider-by").into_iter().fold(node, Node::on);
    Ok(Projection { centre, range: interval, method, derivation })
}

fn derivation(centre: Decimal, range: &Interval, method: Method, formula: String) -> Node {
    let written = |b: Option<Bound>| b.map_or_else(|| "∞".to_owned(), |b| shown(&Exact::of(b.value)));
    let value = format!("{} [{}, {}]", shown(&Exact::of(centre)), written(range.lower), written(range.upper));
    Node::new(Both::new("全年预计", "year-end projection"), Both::same(value)).by(formula).on(
        Ground::Clause {
            text: method.words(),
            source: "docs/monitoring.md".to_owned(),
            certainty: "method".to_owned(),
        },
    )
}
