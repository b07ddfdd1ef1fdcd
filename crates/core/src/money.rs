//! Renminbi in whole fen.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    target::{Comparator, Reading, Target},
    unit::{Meaning, Unit},
};

/// An amount of renminbi in whole fen (1 元 = 100 fen).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Fen(pub i64);

impl Fen {
    /// Reads an amount with its unit: `178941万元`, `1,200元`, `9.6亿元`.
    ///
    /// `None` when there is no unit, the unit is not renminbi, or the amount is no whole number of fen.
    pub fn parse(text: &str) -> Option<Self> {
        let Target::Number(number) = Reading::parse(text).target else { return None };
        let bare = matches!(number.comparator, Comparator::Bare | Comparator::Equal);
        Self::of(number.figure().filter(|_| bare)?, number.unit.as_ref()?)
    }

    /// A figure in a unit as fen. `None` when the unit is not renminbi or the amount is no whole number of fen.
    pub fn of(figure: Decimal, unit: &Unit) -> Option<Self> {
        if unit.meaning != Meaning::Yuan {
            return None;
        }
        let fen = figure.checked_mul(unit.scale)?.checked_mul(Decimal::ONE_HUNDRED)?;
        if fen.normalize().scale() > 0 { None } else { i64::try_from(fen).ok().map(Self) }
    }

    /// The amount in 万元, without trailing zeros: `178941`.
    pub fn in_wan(self) -> String {
        Decimal::new(self.0, 6).normalize().to_string()
    }

    /// The sum; `None` on overflow.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_whole_fen() {
        for (text, fen) in [
            ("178941万元", Some(178_941_000_000_i64)),
            ("59647 万元", Some(59_647_000_000)),
            ("9.6亿元", Some(96_000_000_000)),
            ("0.01元", Some(1)),
            ("0.001元", None),
            ("178941", None),
            ("178941万美元", None),
            ("≥178941万元", None),
            ("99999999999亿元", None),
        ] {
            assert_eq!(Fen::parse(text).map(|f| f.0), fen, "{text}");
        }
        assert_eq!(Fen(178_941_000_000).in_wan(), "178941");
        assert_eq!(Fen(1).in_wan(), "0.000001");
    }
}
