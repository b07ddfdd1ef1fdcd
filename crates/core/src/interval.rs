//! Sets of numbers with a lower and an upper bound: what a numeric target accepts.
//!
//! `> 270`, `≥ 9.6`, `80–90` are intervals; implication is inclusion; the roll-ups are operations on intervals.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// One end of an interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bound {
    /// The figure.
    pub value: Decimal,
    /// Whether the figure itself is accepted (`≥`, `≤`) or not (`>`, `<`).
    pub closed: bool,
}

/// The numbers between two bounds; an absent bound is infinity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interval {
    /// Nothing below is accepted.
    pub lower: Option<Bound>,
    /// Nothing above is accepted.
    pub upper: Option<Bound>,
}

/// Which end of an interval is spoken of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Side {
    /// The floor: `≥`, `>`.
    Lower,
    /// The ceiling: `≤`, `<`.
    Upper,
}

impl Bound {
    /// A bound that accepts its own figure.
    pub const fn closed(value: Decimal) -> Self {
        Self { value, closed: true }
    }

    /// A bound that does not accept its own figure.
    pub const fn open(value: Decimal) -> Self {
        Self { value, closed: false }
    }
}

impl Interval {
    /// All numbers.
    pub const ALL: Self = Self { lower: None, upper: None };

    /// `≥ value`.
    pub const fn at_least(value: Decimal) -> Self {
        Self { lower: Some(Bound::closed(value)), upper: None }
    }

    /// `> value`.
    pub const fn above(value: Decimal) -> Self {
        Self { lower: Some(Bound::open(value)), upper: None }
    }

    /// `≤ value`.
    pub const fn at_most(value: Decimal) -> Self {
        Self { lower: None, upper: Some(Bound::closed(value)) }
    }

    /// `< value`.
    pub const fn below(value: Decimal) -> Self {
        Self { lower: None, upper: Some(Bound::open(value)) }
    }

    /// `= value`.
    pub const fn exactly(value: Decimal) -> Self {
        Self { lower: Some(Bound::closed(value)), upper: Some(Bound::closed(value)) }
    }

    /// The bound on one side.
    pub const fn bound(&self, side: Side) -> Option<Bound> {
        match side {
            Side::Lower => self.lower,
            Side::Upper => self.upper,
        }
    }

    /// Whether a number is accepted.
    pub fn contains(&self, x: Decimal) -> bool {
        let above = self.lower.is_none_or(|b| x > b.value || (b.closed && x == b.value));
        let below = self.upper.is_none_or(|b| x < b.value || (b.closed && x == b.value));
        above && below
    }

    /// Whether no number is accepted: `≥ 5` and `≤ 3` together.
    pub fn is_empty(&self) -> bool {
        match (self.lower, self.upper) {
            (Some(l), Some(u)) => l.value > u.value || (l.value == u.value && !(l.closed && u.closed)),
            _ => false,
        }
    }

    /// Whether every number that this accepts, the other accepts too: "meeting this target means meeting the other".
    pub fn implies(&self, other: &Self) -> bool {
        self.is_empty() || (self.implies_on(Side::Lower, other) && self.implies_on(Side::Upper, other))
    }

    /// As [`Self::implies`], looking at one side only.
    pub fn implies_on(&self, side: Side, other: &Self) -> bool {
        match (self.bound(side), other.bound(side)) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(mine), Some(theirs)) => {
                let further = match side {
                    Side::Lower => mine.value > theirs.value,
                    Side::Upper => mine.value < theirs.value,
                };
                further || (mine.value == theirs.value && (theirs.closed || !mine.closed))
            }
        }
    }

    /// The numbers that both accept.
    #[must_use]
    pub fn intersect(&self, other: &Self) -> Self {
        Self {
            lower: tighter(self.lower, other.lower, |a, b| a > b),
            upper: tighter(self.upper, other.upper, |a, b| a < b),
        }
    }

    /// The same set on a grid of whole steps, with closed bounds: `> 270` in steps of 1 is `≥ 271`.
    ///
    /// `step` must be positive.
    #[must_use]
    pub fn on_steps(&self, step: Decimal) -> Self {
        // A figure too large to be counted in steps stays as it is: the interval is then the same set or a larger one.
        let snapped = |b: Bound, up: bool| {
            let steps = b.value.checked_div(step)?;
            let whole = if up { steps.ceil() } else { steps.floor() };
            let moved = match (whole == steps && !b.closed, up) {
                (false, _) => whole,
                (true, true) => whole.checked_add(Decimal::ONE)?,
                (true, false) => whole.checked_sub(Decimal::ONE)?,
            };
            Some(Bound::closed(moved.checked_mul(step)?.normalize()))
        };
        let snap = |b: Bound, up: bool| snapped(b, up).unwrap_or(b);
        Self { lower: self.lower.map(|b| snap(b, true)), upper: self.upper.map(|b| snap(b, false)) }
    }

    /// What the sum of a number of each can be. `None` when the figures are too large to be held exactly.
    pub fn plus(&self, other: &Self) -> Option<Self> {
        let add = |a: Option<Bound>, b: Option<Bound>| match (a, b) {
            (Some(a), Some(b)) => {
                a.value.checked_add(b.value).map(|value| Some(Bound { value, closed: a.closed && b.closed }))
            }
            _ => Some(None),
        };
        Some(Self { lower: add(self.lower, other.lower)?, upper: add(self.upper, other.upper)? })
    }

    /// The smallest interval around both: what a mean of a number of each can be, whatever the weights.
    #[must_use]
    pub fn hull(&self, other: &Self) -> Self {
        Self {
            lower: looser(self.lower, other.lower, |a, b| a < b),
            upper: looser(self.upper, other.upper, |a, b| a > b),
        }
    }
}

fn tighter(a: Option<Bound>, b: Option<Bound>, beats: impl Fn(Decimal, Decimal) -> bool) -> Option<Bound> {
    match (a, b) {
        (None, x) | (x, None) => x,
        (Some(a), Some(b)) if a.value == b.value => {
            Some(Bound { value: a.value, closed: a.closed && b.closed })
        }
        (Some(a), Some(b)) => Some(if beats(a.value, b.value) { a } else { b }),
    }
}

fn looser(a: Option<Bound>, b: Option<Bound>, beats: impl Fn(Decimal, Decimal) -> bool) -> Option<Bound> {
    let (a, b) = (a?, b?);
    if a.value == b.value {
        return Some(Bound { value: a.value, closed: a.closed || b.closed });
    }
    Some(if beats(a.value, b.value) { a } else { b })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn d(n: i64) -> Decimal {
        Decimal::from(n)
    }

    fn bound() -> impl Strategy<Value = Option<Bound>> {
        proptest::option::of(
            (-40i64..40, any::<bool>()).prop_map(|(n, closed)| Bound { value: Decimal::new(n, 1), closed }),
        )
    }

    fn interval() -> impl Strategy<Value = Interval> {
        (bound(), bound()).prop_map(|(lower, upper)| Interval { lower, upper })
    }

    /// Every tenth and twentieth between -5 and 5: enough to tell any two of the intervals above apart.
    fn probes() -> impl Iterator<Item = Decimal> {
        (-100i64..=100).map(|n| Decimal::new(n * 5, 2))
    }

    #[test]
    fn a_strict_floor_on_whole_units_is_the_next_unit() {
        assert_eq!(Interval::above(d(270)).on_steps(d(1)), Interval::at_least(d(271)));
        assert_eq!(Interval::below(d(5)).on_steps(d(1)), Interval::at_most(d(4)));
        assert_eq!(Interval::at_least(Decimal::new(35, 1)).on_steps(d(1)), Interval::at_least(d(4)));
        assert_eq!(
            Interval::above(Decimal::new(96, 1)).on_steps(Decimal::new(1, 1)),
            Interval::at_least(Decimal::new(97, 1))
        );
    }

    /// All intervals with bounds among 0 and 1, open and closed, and infinity.
    fn small_intervals() -> Vec<Interval> {
        let bounds: Vec<Option<Bound>> = std::iter::once(None)
            .chain([0, 1].into_iter().flat_map(|n| [Some(Bound::open(d(n))), Some(Bound::closed(d(n)))]))
            .collect();
        bounds.iter().flat_map(|&lower| bounds.iter().map(move |&upper| Interval { lower, upper })).collect()
    }

    #[test]
    fn implication_is_transitive() {
        let all = small_intervals();
        let mut chains = 0;
        for a in &all {
            for b in all.iter().filter(|b| a.implies(b)) {
                for c in all.iter().filter(|c| b.implies(c)) {
                    assert!(a.implies(c), "{a:?} {b:?} {c:?}");
                    chains += 1;
                }
            }
        }
        assert!(chains > 1000, "the chains were really visited");
    }

    proptest! {
        #[test]
        fn implication_is_reflexive(a in interval()) {
            prop_assert!(a.implies(&a));
        }

        #[test]
        fn implication_is_inclusion(a in interval(), b in interval()) {
            let included = probes().all(|x| !a.contains(x) || b.contains(x));
            // Unbounded sides reach past the probes, so inclusion on the probes is necessary, not sufficient.
            if a.implies(&b) { prop_assert!(included); }
            if a.lower.is_some() && a.upper.is_some() { prop_assert_eq!(a.implies(&b), included); }
        }

        #[test]
        fn intersection_accepts_what_both_accept(a in interval(), b in interval()) {
            for x in probes() {
                prop_assert_eq!(a.intersect(&b).contains(x), a.contains(x) && b.contains(x));
            }
        }

        #[test]
        fn sum_and_hull_hold_what_they_must(a in interval(), b in interval()) {
            let sum = a.plus(&b).expect("small figures");
            let hull = a.hull(&b);
            for x in probes().filter(|x| a.contains(*x)) {
                for y in probes().filter(|y| b.contains(*y)).take(12) {
                    prop_assert!(sum.contains(x + y));
                    prop_assert!(hull.contains((x + y) / Decimal::TWO));
                }
            }
        }

        #[test]
        fn steps_keep_exactly_the_grid_points(a in interval()) {
            let stepped = a.on_steps(Decimal::ONE);
            for n in -6i64..=6 {
                prop_assert_eq!(a.contains(d(n)), stepped.contains(d(n)));
            }
        }
    }
}
