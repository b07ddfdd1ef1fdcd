//! Proof obligations: "if every part meets its target, the whole meets its own", and counterexamples where they fail.
//!
//! A target is an interval. The roll-up turns the intervals of the parts into the interval of what the whole can then
//! be. The obligation holds when that interval lies within the whole's target. When it does not, there are values that
//! satisfy every part and break the whole; they are constructed, not searched for.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::interval::{Bound, Interval, Side};

/// How parts make a whole: regions a province, years a cycle (汇总口径).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RollUp {
    /// Added.
    Sum,
    /// Averaged with weights that the table does not fix (enterprises, money); any weights are possible.
    WeightedMean,
    /// The whole meets its target when every part meets the whole's target.
    EveryOne,
    /// The latest of the dates.
    Latest,
    /// The parts make no whole: nothing is to be proved.
    None,
}

/// What values an indicator can take at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Domain {
    /// Values come in whole multiples of this: 1 for counts, 0.1 for amounts written with one decimal. `None`: any value.
    pub step: Option<Decimal>,
    /// Values are never below zero.
    pub never_negative: bool,
    /// Values are never above this: 100 for a satisfaction rate in %.
    pub at_most: Option<Decimal>,
}

impl Domain {
    /// Any number.
    pub const ANY: Self = Self { step: None, never_negative: false, at_most: None };

    /// The values of a target that can occur, with closed bounds where values come in steps.
    #[must_use]
    pub fn restrict(&self, target: &Interval) -> Interval {
        let floor = self.never_negative.then(|| Bound::closed(Decimal::ZERO));
        let natural = Interval { lower: floor, upper: self.at_most.map(Bound::closed) };
        let within = target.intersect(&natural);
        self.step.map_or(within, |step| within.on_steps(step))
    }
}

/// How a proof went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// The whole's target follows.
    Holds,
    /// It does not follow.
    Fails(Failure),
    /// A part's target, or the whole's, accepts no value at all: everything and nothing follows.
    Absurd,
    /// There is nothing to prove, or the figures are too large to be held exactly.
    Open,
}

/// A failed proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The side of the whole's target that can be missed.
    pub side: Side,
    /// The bound of the whole's target on that side, as written.
    pub whole: Bound,
    /// What the parts guarantee on that side; `None` when they guarantee nothing.
    pub parts: Option<Bound>,
    /// A value for each part: each meets its part's target, together they break the whole's.
    pub values: Vec<Decimal>,
    /// What the whole then is.
    pub result: Decimal,
}

/// Proves that the parts guarantee the whole, or gives a counterexample.
///
/// Both sides of the whole's target are looked at; the floor first. For [`RollUp::Latest`] use dates, see [`latest`].
pub fn guarantee(roll_up: RollUp, parts: &[Interval], whole: &Interval, domain: Domain) -> Proof {
    if parts.is_empty() || matches!(roll_up, RollUp::None | RollUp::Latest) {
        return Proof::Open;
    }
    let restricted: Vec<Interval> = parts.iter().map(|p| domain.restrict(p)).collect();
    if whole.is_empty() || restricted.iter().any(Interval::is_empty) {
        return Proof::Absurd;
    }
    let Some(possible) = possible(roll_up, &restricted) else { return Proof::Open };
    for side in [Side::Lower, Side::Upper] {
        if possible.implies_on(side, whole) || natural_bound_suffices(side, whole, domain) {
            continue;
        }
        let Some(bound) = whole.bound(side) else { continue };
        let Some((values, result)) = counterexample(roll_up, side, &restricted, bound, domain) else {
            return Proof::Open;
        };
        return Proof::Fails(Failure { side, whole: bound, parts: possible.bound(side), values, result });
    }
    Proof::Holds
}

/// A target that every value of the domain meets needs no parts: `≥ 0`, `≤ 100 %`.
fn natural_bound_suffices(side: Side, whole: &Interval, domain: Domain) -> bool {
    domain.restrict(&Interval::ALL).implies_on(side, whole)
}

/// What the whole can be when each part is somewhere in its interval.
fn possible(roll_up: RollUp, parts: &[Interval]) -> Option<Interval> {
    let (first, rest) = parts.split_first()?;
    match roll_up {
        RollUp::Sum => rest.iter().try_fold(*first, |all, p| all.plus(p)),
        RollUp::WeightedMean | RollUp::EveryOne => Some(rest.iter().fold(*first, |all, p| all.hull(p))),
        RollUp::Latest | RollUp::None => None,
    }
}

/// Values at (or just inside) the bounds of the parts on one side, that break the whole's bound.
fn counterexample(
    roll_up: RollUp,
    side: Side,
    parts: &[Interval],
    whole: Bound,
    domain: Domain,
) -> Option<(Vec<Decimal>, Decimal)> {
    // An open bound is not reached, only approached: halve the distance until the whole breaks.
    let mut inside = domain.step.unwrap_or(Decimal::ONE);
    for _ in 0..64 {
        let values: Option<Vec<Decimal>> = parts.iter().map(|p| near(p, side, whole, inside)).collect();
        let values = values?;
        let result = match roll_up {
            RollUp::Sum => values.iter().try_fold(Decimal::ZERO, |sum, v| sum.checked_add(*v))?,
            // The worst part decides when it has all the weight, or when every one counts.
            _ => match side {
                Side::Lower => values.iter().copied().min()?,
                Side::Upper => values.iter().copied().max()?,
            },
        };
        let broken = match side {
            Side::Lower => !Interval { lower: Some(whole), upper: None }.contains(result),
            Side::Upper => !Interval { lower: None, upper: Some(whole) }.contains(result),
        };
        if broken {
            return Some((values.iter().map(Decimal::normalize).collect(), result.normalize()));
        }
        inside = inside.checked_div(Decimal::from(8))?;
    }
    None
}

/// A value of the interval at its bound on one side, or at most `inside` away when the bound is open or absent.
fn near(part: &Interval, side: Side, whole: Bound, inside: Decimal) -> Option<Decimal> {
    let away = |value: Decimal| match side {
        Side::Lower => value.checked_add(inside),
        Side::Upper => value.checked_sub(inside),
    };
    match part.bound(side) {
        Some(b) if b.closed => Some(b.value),
        Some(b) => {
            let x = away(b.value)?;
            // Two open bounds may be closer together than the step.
            if part.contains(x) { Some(x) } else { middle(part) }
        }
        // Nothing bounds the part on this side: go past the whole's bound, but stay in the part.
        None => {
            let past = match side {
                Side::Lower => whole.value.checked_sub(Decimal::ONE)?,
                Side::Upper => whole.value.checked_add(Decimal::ONE)?,
            };
            let other = match side {
                Side::Lower => {
                    part.upper.map_or(past, |b| b.value.min(past).checked_sub(Decimal::ONE).unwrap_or(past))
                }
                Side::Upper => {
                    part.lower.map_or(past, |b| b.value.max(past).checked_add(Decimal::ONE).unwrap_or(past))
                }
            };
            Some(other)
        }
    }
}

fn middle(part: &Interval) -> Option<Decimal> {
    let (l, u) = (part.lower?.value, part.upper?.value);
    l.checked_add(u)?.checked_div(Decimal::TWO)
}

/// Proves that parts done by their last days make a whole done by its own: the index of each part that is later.
pub fn latest(parts: &[jiff::civil::Date], whole: jiff::civil::Date) -> Vec<usize> {
    parts.iter().enumerate().filter(|(_, day)| **day > whole).map(|(i, _)| i).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn d(n: i64) -> Decimal {
        Decimal::from(n)
    }

    const COUNT: Domain = Domain { step: Some(Decimal::ONE), never_negative: true, at_most: None };

    fn failure(proof: Proof) -> Failure {
        match proof {
            Proof::Fails(f) => f,
            other => panic!("expected a failure, not {other:?}"),
        }
    }

    #[test]
    fn floors_that_add_up_to_the_figure_do_not_exceed_it() {
        // 104 + 166 = 270, and the province needs more than 270.
        let parts = [Interval::at_least(d(104)), Interval::at_least(d(166))];
        let f = failure(guarantee(RollUp::Sum, &parts, &Interval::above(d(270)), COUNT));
        assert_eq!((f.values, f.result), (vec![d(104), d(166)], d(270)));
        assert_eq!(guarantee(RollUp::Sum, &parts, &Interval::at_least(d(270)), COUNT), Proof::Holds);
    }

    #[test]
    fn strict_floors_on_counts_gain_one_each() {
        // More than 104 and more than 166 enterprises are at least 105 + 167 = 272.
        let parts = [Interval::above(d(104)), Interval::above(d(166))];
        assert_eq!(guarantee(RollUp::Sum, &parts, &Interval::above(d(271)), COUNT), Proof::Holds);
        // As amounts that may take any value they only exceed 270.
        let any = Domain { step: None, ..COUNT };
        let f = failure(guarantee(RollUp::Sum, &parts, &Interval::above(d(271)), any));
        assert!(f.values[0] > d(104) && f.values[1] > d(166) && f.result <= d(271), "{f:?}");
    }

    #[test]
    fn ceilings_are_proved_from_the_other_side() {
        let parts = [Interval::at_most(d(3)), Interval::at_most(d(4))];
        assert_eq!(guarantee(RollUp::Sum, &parts, &Interval::at_most(d(7)), COUNT), Proof::Holds);
        let f = failure(guarantee(RollUp::Sum, &parts, &Interval::below(d(7)), COUNT));
        assert_eq!((f.side, f.result), (Side::Upper, d(7)));
    }

    #[test]
    fn means_are_as_good_as_the_worst_part() {
        let rate = Domain { step: None, never_negative: true, at_most: Some(d(100)) };
        let parts = [Interval::at_least(d(90)), Interval::at_least(d(95))];
        assert_eq!(guarantee(RollUp::WeightedMean, &parts, &Interval::at_least(d(90)), rate), Proof::Holds);
        let f = failure(guarantee(RollUp::WeightedMean, &parts, &Interval::above(d(90)), rate));
        assert_eq!(f.result, d(90));
    }

    #[test]
    fn what_every_value_meets_needs_no_proof_and_what_none_meets_has_none() {
        let parts = [Interval::ALL];
        assert_eq!(guarantee(RollUp::Sum, &parts, &Interval::at_least(d(0)), COUNT), Proof::Holds);
        let empty = Interval { lower: Some(Bound::closed(d(5))), upper: Some(Bound::closed(d(3))) };
        assert_eq!(guarantee(RollUp::Sum, &[empty], &Interval::at_least(d(9)), COUNT), Proof::Absurd);
        assert_eq!(guarantee(RollUp::Sum, &[], &Interval::at_least(d(9)), COUNT), Proof::Open);
        let f = failure(guarantee(RollUp::Sum, &parts, &Interval::at_least(d(9)), COUNT));
        assert_eq!(f.result, d(0), "a part without target may reach nothing at all");
    }

    fn target() -> impl Strategy<Value = Interval> {
        let bound = || {
            (-20i64..60, any::<bool>()).prop_map(|(n, closed)| Bound { value: Decimal::new(n, 1), closed })
        };
        prop_oneof![
            4 => bound().prop_map(|b| Interval { lower: Some(b), upper: None }),
            2 => bound().prop_map(|b| Interval { lower: None, upper: Some(b) }),
            2 => (bound(), bound()).prop_map(|(l, u)| Interval { lower: Some(l), upper: Some(u) }),
            1 => Just(Interval::ALL),
        ]
    }

    fn domain() -> impl Strategy<Value = Domain> {
        (
            prop_oneof![Just(None), Just(Some(Decimal::ONE)), Just(Some(Decimal::new(1, 1)))],
            any::<bool>(),
            any::<bool>(),
        )
            .prop_map(|(step, never_negative, capped)| Domain {
                step,
                never_negative,
                at_most: capped.then(|| d(100)),
            })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn a_counterexample_satisfies_every_part_and_breaks_the_whole(
            parts in proptest::collection::vec(target(), 1..6),
            whole in target(),
            domain in domain(),
            roll_up in prop_oneof![Just(RollUp::Sum), Just(RollUp::WeightedMean), Just(RollUp::EveryOne)],
        ) {
            if let Proof::Fails(f) = guarantee(roll_up, &parts, &whole, domain) {
                for (value, part) in f.values.iter().zip(&parts) {
                    prop_assert!(part.contains(*value), "{value} does not meet {part:?}");
                    prop_assert!(domain.restrict(part).contains(*value), "{value} is no value of the domain");
                }
                let result = match roll_up {
                    RollUp::Sum => f.values.iter().sum(),
                    _ if f.side == Side::Lower => *f.values.iter().min().expect("parts"),
                    _ => *f.values.iter().max().expect("parts"),
                };
                prop_assert_eq!(result, f.result);
                prop_assert!(!whole.contains(result), "{} meets {:?}", result, whole);
            }
        }

        #[test]
        fn what_is_proved_holds_for_values_taken_at_random(
            parts in proptest::collection::vec(target(), 1..5),
            whole in target(),
            picks in proptest::collection::vec(0i64..400, 5),
        ) {
            let any = Domain::ANY;
            if guarantee(RollUp::Sum, &parts, &whole, any) == Proof::Holds {
                let values: Vec<Decimal> = parts.iter().zip(&picks).map(|(p, pick)| {
                    let step = Decimal::new(*pick + 1, 2);
                    match (p.lower, p.upper) {
                        (Some(l), _) => l.value + step,
                        (None, Some(u)) => u.value - step,
                        (None, None) => step,
                    }
                }).collect();
                if values.iter().zip(&parts).all(|(v, p)| p.contains(*v)) {
                    prop_assert!(whole.contains(values.iter().sum()));
                }
            }
        }
    }
}
