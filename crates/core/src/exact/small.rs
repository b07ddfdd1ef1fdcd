//! Quotients of whole numbers that fit into the machine's own: copied, never allocated. Scores are made of them by the million; what does not fit is refused here,
//! and [`super::Exact`], which is made of them, goes on with whole numbers of any size.

use std::cmp::Ordering;

use rust_decimal::Decimal;

/// A quotient of whole numbers. Every operation is exact or gives `None` when the figures are too large.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fraction {
    pub(super) over: i128,
    /// Always above zero.
    pub(super) under: i128,
}

impl Fraction {
    pub(crate) const ZERO: Self = Self { over: 0, under: 1 };
    pub(crate) const ONE: Self = Self { over: 1, under: 1 };

    /// A whole number.
    pub(crate) fn whole(n: u64) -> Self {
        Self { over: i128::from(n), under: 1 }
    }

    /// A decimal; `None` never happens for what a [`Decimal`] can hold, whose scale is at most 28.
    pub(crate) fn of(value: Decimal) -> Option<Self> {
        let value = value.normalize();
        Some(Self { over: value.mantissa(), under: 10i128.checked_pow(value.scale())? })
    }

    /// `over ÷ under`; `None` when that is no number.
    pub(crate) fn quotient(over: Decimal, under: Decimal) -> Option<Self> {
        Self::of(over)?.divided_by(Self::of(under)?)
    }

    /// In lowest terms.
    fn reduced(self) -> Self {
        let common = common_divisor(self.over.unsigned_abs(), self.under.unsigned_abs());
        match i128::try_from(common) {
            Ok(common) if common > 1 => Self { over: self.over / common, under: self.under / common },
            _ => self,
        }
    }

    pub(crate) fn times(self, other: Self) -> Option<Self> {
        let product = |a: Self, b: Self| {
            Some(Self { over: a.over.checked_mul(b.over)?, under: a.under.checked_mul(b.under)? })
        };
        product(self, other).or_else(|| {
            // Crosswise first: what cancels need not fit.
            let (a, b) = (self.reduced(), other.reduced());
            let left = Self { over: a.over, under: b.under }.reduced();
            let right = Self { over: b.over, under: a.under }.reduced();
            product(left, right)
        })
    }

    pub(crate) fn divided_by(self, other: Self) -> Option<Self> {
        let turned = match other.over.cmp(&0) {
            Ordering::Equal => return None,
            Ordering::Greater => Self { over: other.under, under: other.over },
            Ordering::Less => Self { over: other.under.checked_neg()?, under: other.over.checked_neg()? },
        };
        self.times(turned)
    }

    pub(crate) fn plus(self, other: Self) -> Option<Self> {
        let sum = |a: Self, b: Self| {
            if a.under == b.under {
                return Some(Self { over: a.over.checked_add(b.over)?, under: a.under });
            }
            let over = a.over.checked_mul(b.under)?.checked_add(b.over.checked_mul(a.under)?)?;
            Some(Self { over, under: a.under.checked_mul(b.under)? })
        };
        sum(self, other).or_else(|| sum(self.reduced(), other.reduced()))
    }

    pub(crate) fn minus(self, other: Self) -> Option<Self> {
        self.plus(Self { over: other.over.checked_neg()?, under: other.under })
    }

    /// Which is larger. Never overflows: whole parts first, then what is left over, turned upside down.
    pub(crate) fn compared(self, other: Self) -> Ordering {
        let (mut a, mut b) = (self, other);
        loop {
            let whole = |f: Self| (f.over.div_euclid(f.under), f.over.rem_euclid(f.under));
            let ((whole_a, rest_a), (whole_b, rest_b)) = (whole(a), whole(b));
            if whole_a != whole_b || rest_a == 0 || rest_b == 0 {
                return (whole_a, rest_a.min(1)).cmp(&(whole_b, rest_b.min(1)));
            }
            (a, b) = (Self { over: b.under, under: rest_b }, Self { over: a.under, under: rest_a });
        }
    }

    /// Rounded half up (away from zero) to a number of decimal places.
    pub(crate) fn rounded(self, places: u32) -> Option<Decimal> {
        let round = |f: Self| {
            let scaled = f.over.checked_mul(10i128.checked_pow(places)?)?;
            let (whole, rest) = (scaled / f.under, scaled % f.under);
            let up = rest.unsigned_abs() >= f.under.unsigned_abs().checked_sub(rest.unsigned_abs())?;
            let whole = if up { whole.checked_add(scaled.signum())? } else { whole };
            Decimal::try_from_i128_with_scale(whole, places).ok()
        };
        round(self).or_else(|| round(self.reduced()))
    }

    /// The decimal that it is; `None` when no decimal is exactly that.
    pub(crate) fn exactly(self) -> Option<Decimal> {
        let f = self.reduced();
        (0..=28u32).find_map(|places| {
            let scaled = f.over.checked_mul(10i128.checked_pow(places)?)?;
            let whole = (scaled % f.under == 0).then(|| scaled / f.under)?;
            Decimal::try_from_i128_with_scale(whole, places).ok()
        })
    }

    /// As a person reads it: exact where that is short, else with `…` after four decimal places that are cut off.
    pub(crate) fn said(self) -> String {
        match self.exactly().map(|d| d.normalize()) {
            Some(exact) if exact.scale() <= 6 => exact.to_string(),
            _ => {
                let f = self.reduced();
                let cut = f.over.checked_mul(10_000).map(|scaled| scaled / f.under);
                let cut = cut.and_then(|cut| Decimal::try_from_i128_with_scale(cut, 4).ok());
                cut.map_or_else(|| format!("{}/{}", f.over, f.under), |cut| format!("{cut}…"))
            }
        }
    }
}

fn common_divisor(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        // Division of words is many times quicker than of double words, and most figures fit.
        if let (Ok(mut x), Ok(mut y)) = (u64::try_from(a), u64::try_from(b)) {
            while y != 0 {
                (x, y) = (y, x % y);
            }
            return u128::from(x);
        }
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn d(text: &str) -> Decimal {
        text.parse().expect("a figure")
    }

    #[test]
    fn rounding_is_half_up_and_sees_every_digit() {
        for (over, under, places, rounded) in [
            // 5/8 = 0.625 lies on the half and goes up.
            ("5", "8", 2, "0.63"),
            ("1", "3", 2, "0.33"),
            ("2", "3", 2, "0.67"),
            ("-5", "8", 2, "-0.63"),
            // A hair below the half, beyond what 28 digits show.
            ("0.0049999999999999999999999999", "1", 2, "0.00"),
            ("199", "100", 1, "2.0"),
        ] {
            let fraction = Fraction::quotient(d(over), d(under)).expect("a number");
            assert_eq!(fraction.rounded(places), Some(d(rounded)), "{over} ÷ {under}");
        }
        assert!(Fraction::quotient(Decimal::ONE, Decimal::ZERO).is_none());
    }

    #[test]
    fn what_is_finite_is_given_back_exactly() {
        assert_eq!(Fraction::quotient(d("1"), d("8")).and_then(Fraction::exactly), Some(d("0.125")));
        assert_eq!(Fraction::quotient(d("1"), d("3")).and_then(Fraction::exactly), None);
        assert_eq!(Fraction::quotient(d("2"), d("3")).map(Fraction::said).as_deref(), Some("0.6666…"));
        assert_eq!(Fraction::quotient(d("9"), d("4")).map(Fraction::said).as_deref(), Some("2.25"));
    }

    #[test]
    fn comparing_never_overflows() {
        let of = |over: &str, under: &str| Fraction::quotient(d(over), d(under)).expect("a number");
        let hair = of("7922816251426433759354395032", "7922816251426433759354395033");
        assert_eq!(hair.compared(Fraction::ONE), Ordering::Less);
        let tiny = of("0.0000000000000000000000000007", "1");
        assert_eq!(tiny.compared(of("7922816251426433759354395033", "1")), Ordering::Less);
        assert_eq!(tiny.compared(hair), Ordering::Less);
        assert_eq!(hair.compared(tiny), Ordering::Greater);
        assert_eq!(of("-1", "3").compared(of("-1", "2")), Ordering::Greater);
        assert_eq!(of("2", "6").compared(of("1", "3")), Ordering::Equal);
    }

    #[test]
    fn figures_that_do_not_fit_are_refused_or_cancelled() {
        let large = Fraction::of(Decimal::MAX).expect("a decimal");
        assert!(large.times(large).is_none(), "2^192 does not fit");
        let one = large.divided_by(large).expect("it cancels");
        assert_eq!(one.exactly(), Some(Decimal::ONE));
    }

    proptest! {
        #[test]
        fn sums_and_products_undo_themselves(a in -9999i64..9999, b in 1i64..9999, c in -9999i64..9999, e in 1i64..9999) {
            let of = |n: i64, m: i64| Fraction::quotient(Decimal::from(n), Decimal::from(m)).expect("a number");
            let (x, y) = (of(a, b), of(c, e));
            let back = x.plus(y).and_then(|s| s.minus(y)).expect("small");
            prop_assert_eq!(back.compared(x), Ordering::Equal);
            if c != 0 {
                prop_assert_eq!(x.compared(y), (a * e).cmp(&(c * b)), "small figures compare crosswise");
                let back = x.times(y).and_then(|p| p.divided_by(y)).expect("small");
                prop_assert_eq!(back.compared(x), Ordering::Equal);
            }
        }
    }
}
