//! The Wilson score interval of a share, in exact fractions.

use serde::Serialize;

use crate::{
    exact::Exact,
    interval::{Bound, Interval},
};

/// An interval for a share, from 0 to 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Wilson {
    /// Its lower end.
    pub lower: Exact,
    /// Its upper end.
    pub upper: Exact,
}

/// The interval for a share `p` (0 to 1) that was found among `n` answers (more than 0; a fraction where it is an effective number), at `z` standard deviations:
///
/// (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) ÷ (1 + z²/n).
///
/// The root is taken at [`crate::exact::ROOT_PLACES`] and never below the true one, so that the interval is never too narrow; it lies within 0 and 1 and holds `p`.
/// `None` when `n` is not positive or `p` is no share.
pub fn wilson(p: &Exact, n: &Exact, z: &Exact) -> Option<Wilson> {
    let (zero, one) = (Exact::zero(), Exact::one());
    if !n.is_positive() || *p < zero || *p > one {
        return None;
    }
    let square = z.times(z);
    let part = square.over(n)?;
    let centre = p.plus(&part.over(&Exact::whole(2))?);
    let spread = p.times(&one.minus(p)).over(n)?;
    let corrected = spread.plus(&square.over(&n.times(n).times(&Exact::whole(4)))?);
    let half = z.times(&corrected.root()?);
    let whole = one.plus(&part);
    Some(Wilson {
        lower: centre.minus(&half).over(&whole)?.clamped(&zero, p),
        upper: centre.plus(&half).over(&whole)?.clamped(p, &one),
    })
}

impl Wilson {
    /// The interval in percent as numbers, rounded outwards to 12 places.
    pub fn in_percent(&self) -> Option<Interval> {
        use crate::exact::Rounding::{Down, Up};
        let hundred = Exact::whole(100);
        Some(Interval {
            lower: Some(Bound::closed(self.lower.times(&hundred).decimal(12, Down)?)),
            upper: Some(Bound::closed(self.upper.times(&hundred).decimal(12, Up)?)),
        })
    }

    /// For reading, rounded outwards: `83.3%–95.2%`.
    pub fn written(&self) -> String {
        use crate::exact::Rounding::{Down, Up};
        format!("{}–{}", self.lower.percent(1, Down), self.upper.percent(1, Up))
    }
}
