//! Units of columns, parameters and steps as products of base words, so that 美元 + 元 is an error before anything runs.
//!
//! `元/美元` is 元 to the first power and 美元 to the minus first. A scale (万, 亿, %, ‰) is a power of ten beside it.

use std::{collections::BTreeMap, fmt};

/// A product of base units: the word of each with its exponent, none of them zero. Empty for a plain number.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Dimension(BTreeMap<String, i8>);

/// A unit as written: its dimension and the power of ten that one of it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// What it measures.
    pub dimension: Dimension,
    /// `4` for 万元, `-2` for %, `8` for 亿美元.
    pub exponent: i8,
    /// The text as written.
    pub text: String,
}

/// Words that are the same unit as another.
const SAME: &[(&str, &str)] =
    &[("人民币", "元"), ("人民币元", "元"), ("日", "天"), ("个月", "月"), ("usd", "美元"), ("cny", "元")];

/// Base units that may take 万 or 亿 before them. Words that begin with these characters for other reasons are no units here.
const SCALES: &[(&str, i8)] = &[("亿", 8), ("百万", 6), ("万", 4), ("千", 3), ("百", 2)];

impl Dimension {
    /// A base unit by its word.
    pub fn base(word: &str) -> Self {
        Self(BTreeMap::from([(word.to_owned(), 1)]))
    }

    /// Whether it is a plain number.
    pub fn is_plain(&self) -> bool {
        self.0.is_empty()
    }

    /// The dimension of a product.
    #[must_use]
    pub fn times(&self, other: &Self) -> Self {
        self.with(other, 1)
    }

    /// The dimension of a quotient.
    #[must_use]
    pub fn over(&self, other: &Self) -> Self {
        self.with(other, -1)
    }

    fn with(&self, other: &Self, sign: i8) -> Self {
        let mut product = self.0.clone();
        for (word, exponent) in &other.0 {
            let sum = product.get(word).copied().unwrap_or(0).saturating_add(exponent.saturating_mul(sign));
            if sum == 0 {
                product.remove(word);
            } else {
                product.insert(word.clone(), sum);
            }
        }
        Self(product)
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = |positive: bool| {
            let words = self.0.iter().filter(|(_, e)| (**e > 0) == positive);
            words
                .map(|(word, e)| if e.abs() == 1 { word.clone() } else { format!("{word}^{}", e.abs()) })
                .collect::<Vec<_>>()
                .join("·")
        };
        let (above, below) = (part(true), part(false));
        match (above.is_empty(), below.is_empty()) {
            (true, true) => write!(f, "1"),
            (false, true) => write!(f, "{above}"),
            (true, false) => write!(f, "1/{below}"),
            (false, false) => write!(f, "{above}/{below}"),
        }
    }
}

impl Unit {
    /// Reads `元`, `万元`, `%`, `元/美元`, `元/百美元`, `1`; `None` for an empty text, an empty part, or a second stroke.
    ///
    /// Any other word is a base unit of its own: 家, 家次, 行, 原币. Two words are the same unit only when they are equal.
    pub fn parse(text: &str) -> Option<Self> {
        let (above, below) = match text.split_once('/') {
            Some((above, below)) => (above, Some(below)),
            None => (text, None),
        };
        let (mut dimension, mut exponent) = Self::word(above)?;
        if let Some(below) = below {
            let (under, less) = Self::word(below)?;
            dimension = dimension.over(&under);
            exponent -= less;
        }
        Some(Self { dimension, exponent, text: text.to_owned() })
    }

    fn word(word: &str) -> Option<(Dimension, i8)> {
        let word = word.trim();
        match word {
            "" => return None,
            "1" => return Some((Dimension::default(), 0)),
            "%" => return Some((Dimension::default(), -2)),
            "‰" => return Some((Dimension::default(), -3)),
            _ if word.contains(['/', ' ', '·']) => return None,
            _ => {}
        }
        let scaled = SCALES.iter().find_map(|(mark, e)| {
            word.strip_prefix(mark).filter(|rest| !rest.is_empty()).map(|rest| (rest, *e))
        });
        let (word, exponent) = scaled.unwrap_or((word, 0));
        let lower = word.to_lowercase();
        let base = SAME.iter().find(|(name, _)| *name == lower).map_or(word, |(_, base)| base);
        Some((Dimension::base(base), exponent))
    }

    /// A plain number.
    pub fn plain() -> Self {
        Self { dimension: Dimension::default(), exponent: 0, text: "1".to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_products_of_words() {
        for (text, dimension, exponent) in [
            ("元", "元", 0),
            ("万元", "元", 4),
            ("亿美元", "美元", 8),
            ("%", "1", -2),
            ("元/美元", "元/美元", 0),
            ("元/百美元", "元/美元", -2),
            ("家次", "家次", 0),
            ("1", "1", 0),
            ("美元/原币", "美元/原币", 0),
        ] {
            let unit = Unit::parse(text).unwrap_or_else(|| panic!("{text} is a unit"));
            assert_eq!((unit.dimension.to_string().as_str(), unit.exponent), (dimension, exponent), "{text}");
        }
        for text in ["", "/", "元/", "元/美元/天"] {
            assert!(Unit::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn dimensions_cancel() {
        let (yuan, usd) = (Dimension::base("元"), Dimension::base("美元"));
        assert_eq!(usd.times(&yuan.over(&usd)), yuan);
        assert!(yuan.over(&yuan).is_plain() && yuan != usd);
        assert_eq!(yuan.times(&yuan).over(&usd).to_string(), "元^2/美元");
    }
}
