//! From a value to a place on an axis, and the round values that are written along it.

use rust_decimal::{Decimal, prelude::ToPrimitive as _};

use super::svg::Px;

/// An axis from one value to another over so many hundredths of a pixel.
pub(super) struct Scale {
    from: Decimal,
    to: Decimal,
    start: Px,
    length: Px,
    /// Values that are written along it.
    pub(super) ticks: Vec<Decimal>,
}

impl Scale {
    /// An axis over given values from zero, or from below where values are negative, up to a round one, with about four steps.
    pub(super) fn over(values: impl IntoIterator<Item = Decimal>, start: Px, length: Px) -> Self {
        let (mut low, mut high) = (Decimal::ZERO, Decimal::ZERO);
        for value in values {
            (low, high) = (low.min(value), high.max(value));
        }
        let span = high.checked_sub(low).unwrap_or(Decimal::MAX);
        let step = step(span);
        let mut ticks = vec![Decimal::ZERO];
        let more = |last: Decimal, by: Decimal| last.checked_add(by);
        let mut last = Decimal::ZERO;
        while last < high && ticks.len() < 20 {
            let Some(next) = more(last, step) else { break };
            ticks.push(next);
            last = next;
        }
        let mut first = Decimal::ZERO;
        while first > low && ticks.len() < 40 {
            let Some(next) = more(first, -step) else { break };
            ticks.insert(0, next);
            first = next;
        }
        if last == first {
            last = Decimal::ONE;
            ticks.push(last);
        }
        Self { from: first, to: last, start, length, ticks }
    }

    /// An axis between two values, with these ticks. The upper must be above the lower; where it is not, it is one above.
    pub(super) fn between(from: Decimal, to: Decimal, ticks: Vec<Decimal>, start: Px, length: Px) -> Self {
        let to = if to > from { to } else { from.saturating_add(Decimal::ONE) };
        Self { from, to, start, length, ticks }
    }

    /// Where a value lies; values beyond an end lie at the end.
    pub(super) fn at(&self, value: Decimal) -> Px {
        let clamped = value.clamp(self.from, self.to);
        let share = clamped
            .checked_sub(self.from)
            .zip(self.to.checked_sub(self.from))
            .and_then(|(part, whole)| part.checked_div(whole));
        // A share lies between 0 and 1: the product fits.
        let offset = share.and_then(|s| s.checked_mul(self.length.into()));
        self.start + offset.and_then(|o| o.round().to_i32()).unwrap_or(0)
    }

    /// Whether a value lies beyond the upper end.
    pub(super) fn beyond(&self, value: Decimal) -> bool {
        value > self.to
    }
}

/// A step of 1, 2 or 5 times a power of ten, so that at most five make the span.
fn step(span: Decimal) -> Decimal {
    let wanted = span.checked_div(Decimal::from(5)).unwrap_or(Decimal::ONE);
    if wanted <= Decimal::ZERO {
        return Decimal::ONE;
    }
    let (ten, mut power) = (Decimal::TEN, Decimal::ONE);
    while power > wanted {
        power /= ten;
        if power.is_zero() {
            return Decimal::ONE;
        }
    }
    while let Some(next) = power.checked_mul(ten).filter(|next| *next <= wanted) {
        power = next;
    }
    for times in [1, 2, 5] {
        if let Some(step) = power.checked_mul(Decimal::from(times)).filter(|step| *step >= wanted) {
            return step.normalize();
        }
    }
    power.checked_mul(ten).unwrap_or(power).normalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round_and_reach_the_highest_value() {
        let ticks = |high: &str| {
            let scale = Scale::over([high.parse().unwrap()], 0, 10_000);
            scale.ticks.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(ticks("131"), "0 50 100 150");
        assert_eq!(ticks("59647"), "0 20000 40000 60000");
        assert_eq!(ticks("100"), "0 20 40 60 80 100");
        assert_eq!(ticks("0.37"), "0 0.1 0.2 0.3 0.4");
        assert_eq!(ticks("0"), "0 1");
        assert_eq!(ticks("-30"), "-30 -20 -10 0");
    }

    #[test]
    fn places_are_exact_and_stay_on_the_axis() {
        let scale = Scale::over([Decimal::from(100)], 500, 10_000);
        let at = |v: i64| scale.at(v.into());
        assert_eq!([at(0), at(25), at(100), at(180), at(-3)], [500, 3_000, 10_500, 10_500, 500]);
        assert!(scale.beyond(101.into()) && !scale.beyond(100.into()));
        // The largest decimals neither stop nor wrap.
        let huge = Scale::over([Decimal::MAX, Decimal::MIN], 0, 100);
        assert_eq!((huge.at(Decimal::MIN), huge.ticks.len() < 60), (0, true));
    }

    proptest::proptest! {
        #[test]
        fn a_larger_value_never_lies_before_a_smaller_one(values in proptest::collection::vec(-10_000_000i64..10_000_000, 2..8), scale in 0u32..6) {
            let mut values: Vec<Decimal> = values.into_iter().map(|v| Decimal::new(v, scale)).collect();
            let axis = Scale::over(values.iter().copied(), 1_000, 50_000);
            values.sort();
            let places: Vec<Px> = values.iter().map(|v| axis.at(*v)).collect();
            proptest::prop_assert!(places.is_sorted());
            proptest::prop_assert!(places.iter().all(|p| (1_000..=51_000).contains(p)));
            // The axis reaches every value: none is cut off at its end.
            proptest::prop_assert!(values.iter().all(|v| !axis.beyond(*v)), "{:?}", axis.ticks);
            proptest::prop_assert!(axis.ticks.is_sorted() && (2..=13).contains(&axis.ticks.len()), "{:?}", axis.ticks);
        }
    }
}
