//! Exact decimals: a whole mantissa and a scale. Nothing here rounds unless it is asked to by name.

use std::{cmp::Ordering, fmt};

/// The largest scale that is held: 10^38 is the largest power of ten in an `i128`.
pub const MAX_SCALE: u8 = 38;

/// An exact decimal: `mantissa / 10^scale`.
///
/// Two decimals are equal when they are the same number, whatever their scales.
#[derive(Clone, Copy, Debug, Default)]
pub struct Dec {
    /// The digits, with the sign.
    pub mantissa: i128,
    /// How many of the digits stand after the point; at most [`MAX_SCALE`].
    pub scale: u8,
}

/// How a number that has too many digits loses them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rounding {
    /// To the nearest; a half goes away from zero (四舍五入).
    HalfUp,
    /// Towards zero (舍去).
    Down,
    /// Away from zero (进一).
    Up,
}

/// 10 to a power; `None` above 10^38.
pub fn pow10(exponent: u32) -> Option<i128> {
    10i128.checked_pow(exponent)
}

/// A whole quotient, rounded by name. `None` when the divisor is zero or the quotient does not fit.
pub fn divide(dividend: i128, divisor: i128, rounding: Rounding) -> Option<i128> {
    let quotient = dividend.checked_div(divisor)?;
    // No product below the dividend's size is formed, so that the largest numbers round too.
    let rest = dividend.checked_rem(divisor)?;
    if rest == 0 {
        return Some(quotient);
    }
    let away = match rounding {
        Rounding::Down => false,
        Rounding::Up => true,
        Rounding::HalfUp => {
            let (rest, divisor) = (rest.unsigned_abs(), divisor.unsigned_abs());
            rest >= divisor - rest
        }
    };
    let step = if (dividend < 0) == (divisor < 0) { 1 } else { -1 };
    if away { quotient.checked_add(step) } else { Some(quotient) }
}

impl Dec {
    /// Zero.
    pub const ZERO: Self = Self { mantissa: 0, scale: 0 };

    /// A decimal from its digits and scale.
    pub const fn new(mantissa: i128, scale: u8) -> Self {
        Self { mantissa, scale }
    }

    /// Reads `12`, `-0.005`, `1,234.50`: ASCII digits, at most one point, commas only as separators of thousands.
    /// `None` for anything else, and for more digits than an `i128` holds.
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = match text.as_bytes() {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            rest => (false, rest),
        };
        let point = digits.iter().position(|b| *b == b'.');
        let (whole, fraction) = match point {
            Some(at) => (&digits[..at], &digits[at + 1..]),
            None => (digits, &digits[digits.len()..]),
        };
        if whole.is_empty() || (point.is_some() && fraction.is_empty()) {
            return None;
        }
        let groups: Vec<&[u8]> = whole.split(|b| *b == b',').collect();
        let (first, rest) = groups.split_first()?;
        if !rest.is_empty() && (first.is_empty() || first.len() > 3 || rest.iter().any(|g| g.len() != 3)) {
            return None;
        }
        let mut mantissa = 0i128;
        for digit in groups.iter().flat_map(|g| g.iter()).chain(fraction) {
            if !digit.is_ascii_digit() {
                return None;
            }
            mantissa = mantissa.checked_mul(10)?.checked_add(i128::from(digit - b'0'))?;
        }
        let scale = u8::try_from(fraction.len()).ok().filter(|s| *s <= MAX_SCALE)?;
        Some(Self { mantissa: if negative { -mantissa } else { mantissa }, scale })
    }

    /// The same number at another scale. `None` when digits other than zero would be lost, or on overflow.
    pub fn at_scale(self, scale: u8) -> Option<i128> {
        match scale.cmp(&self.scale) {
            Ordering::Equal => Some(self.mantissa),
            Ordering::Greater => self.mantissa.checked_mul(pow10(u32::from(scale - self.scale))?),
            Ordering::Less => {
                let power = pow10(u32::from(self.scale - scale))?;
                (self.mantissa % power == 0).then(|| self.mantissa / power)
            }
        }
    }

    /// The number rounded by name to a scale. `None` on overflow.
    pub fn rounded(self, scale: u8, rounding: Rounding) -> Option<Self> {
        if scale >= self.scale {
            return Some(self);
        }
        let power = pow10(u32::from(self.scale - scale))?;
        divide(self.mantissa, power, rounding).map(|mantissa| Self { mantissa, scale })
    }

    /// The same number with no zero at the end of its fraction.
    #[must_use]
    pub fn normal(mut self) -> Self {
        while self.scale > 0 && self.mantissa % 10 == 0 {
            self.mantissa /= 10;
            self.scale -= 1;
        }
        self
    }

    /// The sum; `None` on overflow.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        let scale = self.scale.max(other.scale);
        let mantissa = self.at_scale(scale)?.checked_add(other.at_scale(scale)?)?;
        Some(Self { mantissa, scale })
    }

    /// The difference; `None` on overflow.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.checked_add(Self { mantissa: other.mantissa.checked_neg()?, scale: other.scale })
    }

    /// The product; `None` on overflow or when the scales add up to more than [`MAX_SCALE`].
    pub fn checked_mul(self, other: Self) -> Option<Self> {
        let scale = self.scale.checked_add(other.scale).filter(|s| *s <= MAX_SCALE)?;
        Some(Self { mantissa: self.mantissa.checked_mul(other.mantissa)?, scale })
    }

    /// Whether it is below zero.
    pub fn is_negative(self) -> bool {
        self.mantissa < 0
    }

    /// The number with exactly `digits` after the point, commas between thousands: `1,234.50`. Zeros are added, digits
    /// are never cut: a number that needs more is written with all of them.
    pub fn grouped(self, digits: u8) -> String {
        let number = self.normal();
        let scale = number.scale.max(digits);
        // The scale only grows by a few zeros; a number that cannot take them is written as it is.
        let (mantissa, scale) =
            number.at_scale(scale).map_or((number.mantissa, number.scale), |m| (m, scale));
        let plain = Self { mantissa, scale }.to_string();
        let (sign, plain) = plain.strip_prefix('-').map_or(("", plain.as_str()), |p| ("-", p));
        let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
        let mut out = String::from(sign);
        for (i, digit) in whole.chars().enumerate() {
            if i > 0 && (whole.len() - i) % 3 == 0 {
                out.push(',');
            }
            out.push(digit);
        }
        if !fraction.is_empty() {
            out.push('.');
            out.push_str(fraction);
        }
        out
    }
}

impl PartialEq for Dec {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Dec {}

impl PartialOrd for Dec {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Dec {
    fn cmp(&self, other: &Self) -> Ordering {
        let scale = self.scale.max(other.scale);
        match (self.at_scale(scale), other.at_scale(scale)) {
            (Some(a), Some(b)) => a.cmp(&b),
            // One does not fit at the common scale: whole parts decide, then what is left of each.
            _ => {
                let parts = |d: &Self| {
                    let power = pow10(u32::from(d.scale)).unwrap_or(i128::MAX);
                    (d.mantissa.div_euclid(power), Self::new(d.mantissa.rem_euclid(power), d.scale))
                };
                let ((a, rest_a), (b, rest_b)) = (parts(self), parts(other));
                a.cmp(&b).then_with(|| match (rest_a.at_scale(scale), rest_b.at_scale(scale)) {
                    (Some(a), Some(b)) => a.cmp(&b),
                    _ => Ordering::Equal,
                })
            }
        }
    }
}

impl fmt::Display for Dec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits =
            format!("{:0>width$}", self.mantissa.unsigned_abs(), width = usize::from(self.scale) + 1);
        let (whole, fraction) = digits.split_at(digits.len() - usize::from(self.scale));
        let sign = if self.mantissa < 0 { "-" } else { "" };
        if fraction.is_empty() { write!(f, "{sign}{whole}") } else { write!(f, "{sign}{whole}.{fraction}") }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn dec(text: &str) -> Dec {
        Dec::parse(text).unwrap_or_else(|| panic!("{text} is a number"))
    }

    #[test]
    fn texts_are_read_whole_or_refused() {
        for (text, said) in [
            ("12", "12"),
            ("-0.005", "-0.005"),
            ("1,234.50", "1234.50"),
            ("+3", "3"),
            ("0.10", "0.10"),
            ("999,999,999", "999999999"),
        ] {
            assert_eq!(dec(text).to_string(), said);
        }
        for text in ["", "-", ".5", "5.", "1,23", "12,34,567", "1e3", "１", "0x1", "1 000", "--1", ",123"] {
            assert!(Dec::parse(text).is_none(), "{text}");
        }
        assert!(Dec::parse(&"9".repeat(39)).is_none() && Dec::parse(&"9".repeat(38)).is_some());
    }

    #[test]
    fn halves_go_away_from_zero() {
        for (text, scale, half_up, down, up) in [
            ("2.345", 2, "2.35", "2.34", "2.35"),
            ("-2.345", 2, "-2.35", "-2.34", "-2.35"),
            ("2.3449", 2, "2.34", "2.34", "2.35"),
            ("0.5", 0, "1", "0", "1"),
            ("-0.4", 0, "0", "0", "-1"),
            ("7", 2, "7", "7", "7"),
        ] {
            for (rounding, said) in [(Rounding::HalfUp, half_up), (Rounding::Down, down), (Rounding::Up, up)]
            {
                assert_eq!(dec(text).rounded(scale, rounding), Some(dec(said)), "{text} {rounding:?}");
            }
        }
        assert_eq!(divide(i128::MAX, 1, Rounding::HalfUp), Some(i128::MAX));
        assert_eq!(divide(1, 0, Rounding::Up), None);
    }

    #[test]
    fn numbers_are_written_for_reading() {
        assert_eq!(dec("1234567.5").grouped(2), "1,234,567.50");
        assert_eq!(dec("-1000.1234").grouped(2), "-1,000.1234");
        assert_eq!(dec("12").grouped(0), "12");
        assert_eq!(Dec::new(-5, 2).to_string(), "-0.05");
    }

    proptest! {
        #[test]
        fn arithmetic_is_that_of_whole_numbers(a in -10i128.pow(15)..10i128.pow(15), b in -10i128.pow(15)..10i128.pow(15), s in 0u8..6, t in 0u8..6) {
            let (x, y) = (Dec::new(a, s), Dec::new(b, t));
            let common = 10i128.pow(u32::from(s.max(t)));
            let at = |d: Dec| d.mantissa * (common / 10i128.pow(u32::from(d.scale)));
            prop_assert_eq!(at(x.checked_add(y).expect("small")), at(x) + at(y));
            prop_assert_eq!(x.cmp(&y), at(x).cmp(&at(y)));
            prop_assert_eq!(x.checked_sub(y).and_then(|d| d.checked_add(y)), Some(x));
            prop_assert_eq!(Dec::parse(&x.to_string()), Some(x));
            prop_assert_eq!(Dec::parse(&x.grouped(2)), Some(x));
            prop_assert_eq!(x.normal(), x);
        }

        #[test]
        fn rounding_moves_by_less_than_a_unit(a in any::<i64>(), divisor in 1i64..1_000_000) {
            let (a, d) = (i128::from(a), i128::from(divisor));
            for rounding in [Rounding::HalfUp, Rounding::Down, Rounding::Up] {
                let q = divide(a, d, rounding).expect("small");
                prop_assert!((q * d - a).abs() < d);
            }
            let q = divide(a, d, Rounding::HalfUp).expect("small");
            prop_assert!((q * d - a).abs() * 2 <= d);
        }
    }
}
