//! Fractions held exactly, for statistics and projections: nothing is rounded before it is shown.
//!
//! Square roots are whole-number roots at a stated scale. There is no float anywhere.

use std::{cmp::Ordering, fmt};

use num_bigint::{BigInt, Sign};
use num_rational::BigRational;
use rust_decimal::Decimal;
use serde::{Serialize, Serializer};

/// Decimal places to which a square root is taken: 10⁻²⁴.
pub const ROOT_PLACES: u32 = 24;

/// A fraction of whole numbers of any size, in lowest terms.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Exact(BigRational);

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
        Self(BigRational::from_integer(BigInt::from(n)))
    }

    /// Zero.
    pub fn zero() -> Self {
        Self::whole(0)
    }

    /// One.
    pub fn one() -> Self {
        Self::whole(1)
    }

    /// A fraction. `None` when the denominator is zero.
    pub fn ratio(numerator: u64, denominator: u64) -> Option<Self> {
        Self::whole(numerator).over(&Self::whole(denominator))
    }

    /// A decimal.
    pub fn of(d: Decimal) -> Self {
        Self(BigRational::new(BigInt::from(d.mantissa()), ten_to(d.scale())))
    }

    /// The sum.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        Self(&self.0 + &other.0)
    }

    /// The difference.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        Self(&self.0 - &other.0)
    }

    /// The product.
    #[must_use]
    pub fn times(&self, other: &Self) -> Self {
        Self(&self.0 * &other.0)
    }

    /// The quotient; `None` when the divisor is zero.
    pub fn over(&self, divisor: &Self) -> Option<Self> {
        if divisor.is_zero() { None } else { Some(Self(&self.0 / &divisor.0)) }
    }

    /// Whether it is zero.
    pub fn is_zero(&self) -> bool {
        self.0.numer().sign() == Sign::NoSign
    }

    /// Whether it is more than zero.
    pub fn is_positive(&self) -> bool {
        self.0.numer().sign() == Sign::Plus
    }

    /// The smallest whole number that is not smaller; `None` when it is negative or beyond `u64`.
    pub fn ceiling(&self) -> Option<u64> {
        u64::try_from(self.0.ceil().to_integer()).ok()
    }

    /// The whole number of steps of 10^-`places` that it is, rounded.
    fn steps(&self, places: u32, rounding: Rounding) -> BigInt {
        let scaled = &self.0 * BigRational::from_integer(ten_to(places));
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
        if self.0.numer().sign() == Sign::Minus {
            return None;
        }
        let square = self.steps(2 * ROOT_PLACES, Rounding::Up);
        let floor = square.sqrt();
        let root = if &floor * &floor == square { floor } else { floor + 1 };
        Some(Self(BigRational::new(root, ten_to(ROOT_PLACES))))
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

impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
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
        fn decimals_come_back(n in any::<i32>(), scale in 0u32..12) {
            let d = Decimal::new(i64::from(n), scale);
            prop_assert_eq!(Exact::of(d).decimal(12, Rounding::Down), Some(d.normalize()));
        }
    }
}
