//! Fractions held exactly: nothing is rounded before it is shown.
//!
//! [`Exact`] is for statistics and projections, whose figures grow beyond any machine number (squares and roots of a Wilson interval have eighty digits).
//! Scores are shares of weights, a million at a time, and use its small half alone: 32 bytes that are copied. Should one not fit there, a person decides,
//! since no target, actual or weight of a table comes near.
//!
//! Square roots are whole-number roots at a stated scale. There is no float anywhere.

mod small;

use std::{cmp::Ordering, fmt};

use num_bigint::{BigInt, Sign};
use num_rational::BigRational;
use rust_decimal::Decimal;
use serde::{Serialize, Serializer};

pub(crate) use small::Fraction;

/// Decimal places to which a square root is taken: 10⁻²⁴.
pub const ROOT_PLACES: u32 = 24;

/// A fraction of whole numbers of any size. Small ones are held in place, large ones apart; nothing is refused.
#[derive(Clone, Debug)]
pub struct Exact(Held);

#[derive(Clone, Debug)]
enum Held {
    Small(Fraction),
    /// Only what does not fit in lowest terms.
    Large(Box<BigRational>),
}

/// Which way a fraction loses the digits that are not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// To the next smaller.
    Down,
    /// To the next larger.
    Up,
    /// To the nearest; a half goes to the larger (四舍五入 for figures that are not negative).
    HalfUp,
}

impl Exact {
    /// A whole number.
    pub fn whole(n: u64) -> Self {
        Self(Held::Small(Fraction::whole(n)))
    }

    /// Zero.
    pub fn zero() -> Self {
        Self(Held::Small(Fraction::ZERO))
    }

    /// One.
    pub fn one() -> Self {
        Self(Held::Small(Fraction::ONE))
    }

    /// A fraction. `None` when the denominator is zero.
    pub fn ratio(numerator: u64, denominator: u64) -> Option<Self> {
        Self::whole(numerator).over(&Self::whole(denominator))
    }

    /// Reads what [`Exact`] writes: `10/11`, `-3`. `None` of any other text, and of a denominator of zero.
    pub fn read(text: &str) -> Option<Self> {
        let (over, under) = text.split_once('/').unwrap_or((text, "1"));
        let under: BigInt = under.parse().ok()?;
        (under != BigInt::ZERO).then_some(())?;
        Some(Self::held(BigRational::new(over.parse().ok()?, under)))
    }

    /// Numerator and denominator in lowest terms; `None` when one of them is longer than a decimal holds.
    pub fn terms(&self) -> Option<(Decimal, Decimal)> {
        let large = self.large();
        let held = |n: &BigInt| Decimal::try_from_i128_with_scale(i128::try_from(n).ok()?, 0).ok();
        Some((held(large.numer())?, held(large.denom())?))
    }

    /// A decimal.
    pub fn of(d: Decimal) -> Self {
        let large = || BigRational::new(BigInt::from(d.mantissa()), ten_to(d.scale()));
        Fraction::of(d).map_or_else(|| Self::held(large()), |small| Self(Held::Small(small)))
    }

    /// In place where it fits.
    fn held(large: BigRational) -> Self {
        match (i128::try_from(large.numer()), i128::try_from(large.denom())) {
            (Ok(over), Ok(under)) => Self(Held::Small(Fraction { over, under })),
            _ => Self(Held::Large(Box::new(large))),
        }
    }

    /// As whole numbers of any size, in lowest terms.
    fn large(&self) -> BigRational {
        match &self.0 {
            Held::Small(f) => BigRational::new(BigInt::from(f.over), BigInt::from(f.under)),
            Held::Large(large) => large.as_ref().clone(),
        }
    }

    /// The one way of computing with two: in place, and with whole numbers of any size where that does not fit.
    fn with(
        &self,
        other: &Self,
        small: impl FnOnce(Fraction, Fraction) -> Option<Fraction>,
        large: impl FnOnce(BigRational, BigRational) -> BigRational,
    ) -> Self {
        if let (Held::Small(a), Held::Small(b)) = (&self.0, &other.0)
            && let Some(small) = small(*a, *b)
        {
            return Self(Held::Small(small));
        }
        Self::held(large(self.large(), other.large()))
    }

    /// The sum.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        self.with(other, Fraction::plus, |a, b| a + b)
    }

    /// The difference.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        self.with(other, Fraction::minus, |a, b| a - b)
    }

    /// The product.
    #[must_use]
    pub fn times(&self, other: &Self) -> Self {
        self.with(other, Fraction::times, |a, b| a * b)
    }

    /// The quotient; `None` when the divisor is zero.
    pub fn over(&self, divisor: &Self) -> Option<Self> {
        (!divisor.is_zero()).then(|| self.with(divisor, Fraction::divided_by, |a, b| a / b))
    }

    /// Whether it is zero.
    pub fn is_zero(&self) -> bool {
        self.sign() == Ordering::Equal
    }

    /// Whether it is more than zero.
    pub fn is_positive(&self) -> bool {
        self.sign() == Ordering::Greater
    }

    fn sign(&self) -> Ordering {
        match &self.0 {
            Held::Small(f) => f.over.cmp(&0),
            Held::Large(large) => large.numer().cmp(&BigInt::ZERO),
        }
    }

    /// The smallest whole number that is not smaller; `None` when it is negative or beyond `u64`.
    pub fn ceiling(&self) -> Option<u64> {
        u64::try_from(self.large().ceil().to_integer()).ok()
    }

    /// The whole number of steps of 10^-`places` that it is, rounded.
    fn steps(&self, places: u32, rounding: Rounding) -> BigInt {
        let scaled = self.large() * BigRational::from_integer(ten_to(places));
        match rounding {
            Rounding::Down => scaled.floor().to_integer(),
            Rounding::Up => scaled.ceil().to_integer(),
            Rounding::HalfUp => {
                let half = BigRational::new(BigInt::from(1), BigInt::from(2));
                (scaled + half).floor().to_integer()
            }
        }
    }

    /// As a decimal of at most so many places, without zeros at its end; exact when it has no more places. `None` when a decimal cannot hold it.
    pub fn decimal(&self, places: u32, rounding: Rounding) -> Option<Decimal> {
        let (mut steps, mut places) = (self.steps(places, rounding), places);
        let (zero, ten) = (BigInt::ZERO, BigInt::from(10));
        // Zeros at the end take room that the figures before the point may need.
        while places > 0 && &steps % &ten == zero {
            (steps, places) = (steps / &ten, places - 1);
        }
        let steps = i128::try_from(steps).ok()?;
        Decimal::try_from_i128_with_scale(steps, places).ok().map(|d| d.normalize())
    }

    /// Written with exactly so many decimal places.
    pub fn written(&self, places: u32, rounding: Rounding) -> String {
        let steps = self.steps(places, rounding);
        let negative = steps.sign() == Sign::Minus;
        let digits = steps.magnitude().to_string();
        let places = places as usize;
        let padded = format!("{digits:0>width$}", width = places + 1);
        let (whole, fraction) = padded.split_at(padded.len() - places);
        let point = if places == 0 { "" } else { "." };
        format!("{}{whole}{point}{fraction}", if negative { "-" } else { "" })
    }

    /// Written as a percentage with so many decimal places: `90.91%`.
    pub fn percent(&self, places: u32, rounding: Rounding) -> String {
        format!("{}%", self.times(&Self::whole(100)).written(places, rounding))
    }

    /// The square root at [`ROOT_PLACES`], never below the true one; `None` of a negative figure.
    pub fn root(&self) -> Option<Self> {
        if self.sign() == Ordering::Less {
            return None;
        }
        let square = self.steps(2 * ROOT_PLACES, Rounding::Up);
        let floor = square.sqrt();
        let root = if &floor * &floor == square { floor } else { floor + 1 };
        Some(Self::held(BigRational::new(root, ten_to(ROOT_PLACES))))
    }

    /// The same, kept between two bounds.
    #[must_use]
    pub fn clamped(self, least: &Self, most: &Self) -> Self {
        match (self.cmp(least), self.cmp(most)) {
            (Ordering::Less, _) => least.clone(),
            (_, Ordering::Greater) => most.clone(),
            _ => self,
        }
    }
}

impl Ord for Exact {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (Held::Small(a), Held::Small(b)) => a.compared(*b),
            _ => self.large().cmp(&other.large()),
        }
    }
}

impl PartialOrd for Exact {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Exact {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Exact {}

impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.large().fmt(f)
    }
}

impl Serialize for Exact {
    /// As a text, `10/11`, so that no reader makes a float of it.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

fn ten_to(places: u32) -> BigInt {
    BigInt::from(10).pow(places)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn fractions_are_written_by_name_of_rounding() {
        let third = Exact::ratio(2, 3).expect("no zero");
        for (places, rounding, written) in [
            (2, Rounding::Down, "0.66"),
            (2, Rounding::Up, "0.67"),
            (2, Rounding::HalfUp, "0.67"),
            (0, Rounding::HalfUp, "1"),
        ] {
            assert_eq!(third.written(places, rounding), written);
        }
        assert_eq!(third.percent(1, Rounding::HalfUp), "66.7%");
        assert_eq!(third.to_string(), "2/3");
        let minus = Exact::zero().minus(&third);
        assert_eq!(minus.written(2, Rounding::Down), "-0.67");
        assert_eq!(Exact::ratio(1, 0), None);
        assert_eq!(third.ceiling(), Some(1));
    }

    #[test]
    fn roots_of_squares_are_exact_and_others_lie_just_above() {
        let nine_quarters = Exact::ratio(9, 4).expect("no zero");
        assert_eq!(nine_quarters.root(), Exact::ratio(3, 2));
        // √2 = 1.414213562373095048801688724…
        let two = Exact::whole(2).root().expect("not negative");
        assert_eq!(two.written(24, Rounding::Down), "1.414213562373095048801689");
        assert_eq!(minus_one().root(), None);
    }

    fn minus_one() -> Exact {
        Exact::zero().minus(&Exact::one())
    }

    proptest! {
        #[test]
        fn a_root_squared_is_not_below_and_hardly_above(n in 0u64..1_000_000, d in 1u64..1_000_000) {
            let x = Exact::ratio(n, d).expect("no zero");
            let root = x.root().expect("not negative");
            let square = root.times(&root);
            prop_assert!(square >= x);
            let slack = Exact::of(Decimal::new(1, 18));
            prop_assert!(square.minus(&x) <= slack);
        }

        #[test]
        fn small_and_large_are_one_arithmetic(
            (a, b) in (any::<i64>(), 1u64..),
            (c, d) in (any::<i64>(), 1u64..),
            far in any::<bool>(),
        ) {
            // With a factor beyond 128 bits everything is held apart; without it in place, as far as it fits.
            let factor = BigRational::from_integer(BigInt::from(if far { 3 } else { 1 }).pow(200));
            let big = |n: i64, m: u64| BigRational::new(BigInt::from(n), BigInt::from(m)) * &factor;
            let (x, y) = (big(a, b), big(c, d));
            let (p, q) = (Exact::held(x.clone()), Exact::held(y.clone()));
            prop_assert_eq!(p.plus(&q).large(), &x + &y);
            prop_assert_eq!(p.minus(&q).large(), &x - &y);
            prop_assert_eq!(p.times(&q).large(), &x * &y);
            prop_assert_eq!(p.over(&q).map(|r| r.large()), (c != 0).then(|| &x / &y));
            prop_assert_eq!(p.cmp(&q), x.cmp(&y));
            prop_assert_eq!(p.to_string(), x.to_string());
            // What falls back to a small figure is the same figure as one that never was large.
            prop_assert_eq!(p.minus(&p), Exact::zero());
            prop_assert!(matches!(p.minus(&p).0, Held::Small(_)));
        }

        #[test]
        fn decimals_come_back(n in any::<i32>(), scale in 0u32..12) {
            let d = Decimal::new(i64::from(n), scale);
            prop_assert_eq!(Exact::of(d).decimal(12, Rounding::Down), Some(d.normalize()));
        }
    }
}
