//! How one cell is made: what the data file writes, and the checked form that makes rows.

use std::collections::BTreeMap;

use serde::Deserialize;

/// A recipe as the data file writes it.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Written {
    /// A text with places: `"HT{serial:7}{check}"`. The empty text is an empty cell.
    Text(String),
    /// Anything else: `{ date = "business-year" }`.
    Made(Made),
}

/// A recipe that is more than a text.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Made {
    /// Any day of a named span.
    Date(String),
    /// The first day of a span.
    First(String),
    /// The last day of a span.
    Last(String),
    /// The day before a span.
    Before(String),
    /// The day after a span.
    After(String),
    /// An amount: shares and bounds in whole units; digits after the point are drawn too.
    Amount {
        /// Share, at least, below.
        spread: Vec<[u64; 3]>,
        /// Another column whose word multiplies the amount: yen are many to the dollar.
        by: Option<String>,
        /// Word and multiple.
        #[serde(default)]
        times: BTreeMap<String, u64>,
        /// Division code and multiple, by the region of the row's enterprise.
        #[serde(default)]
        regions: BTreeMap<String, u64>,
    },
    /// The months of a span one after the other, each by its first day.
    Month(String),
    /// The fund year.
    Year(bool),
    /// A whole number between two, both included.
    Whole([u64; 2]),
    /// One of several texts, by share.
    Pick(BTreeMap<String, u64>),
    /// The texts one after the other, again from the start when they are used up.
    List(Vec<String>),
    /// A credit code.
    Code(Who),
    /// What another column of the row says.
    Same(String),
    /// What the row with the same number of another ledger's part says: `LEDGER/PART.COLUMN`.
    Row(String),
    /// What any row of another ledger's part says.
    Any(String),
    /// The division code of the enterprise's region. In the register only.
    Region(bool),
    /// What the column says otherwise, spoilt.
    Change(Change),
    /// What another recipe makes, spoilt.
    Spoilt {
        /// How.
        change: Change,
        /// The other recipe.
        of: Box<Written>,
    },
}

/// Whose credit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Who {
    /// The enterprise of the row: in the register the row's own, elsewhere the one that the part's rows belong to.
    Own,
    /// The next enterprise of the same group.
    Next,
    /// An enterprise that the register does not know.
    Stranger,
}

/// How a cell is spoilt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Change {
    /// The last character is another one of its sort.
    Last,
    /// The last two characters that differ and are neighbours change places.
    Swap,
    /// The first zero is a letter O.
    LetterO,
    /// A space in the middle.
    Space,
    /// A minus before it.
    Minus,
}

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// As it stands.
    Literal(String),
    /// A number, with leading zeros up to a width.
    Number {
        /// Which.
        what: Number,
        /// Divided by this first.
        divide: u64,
        /// Then the rest by this, unless 0.
        rest: u64,
        /// Then this is added.
        plus: u64,
        /// Digits; 0 for as many as there are.
        width: usize,
    },
    /// Two digits that check all digits before them: no two texts of one pattern differ in one digit, or in two neighbours, alone.
    Check,
}

/// The numbers that a text may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Number {
    /// The row's number in its ledger; the second of a pair has that of the first.
    Serial,
    /// The number of the row's enterprise in the register.
    Enterprise,
    /// The row's number in its part.
    Row,
}

/// Reads a text with places. `None` when a place is not understood or not closed.
pub(crate) fn pieces(text: &str) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        if !before.is_empty() {
            pieces.push(Piece::Literal(before.to_owned()));
        }
        let (place, after) = after.split_once('}')?;
        pieces.push(piece(place)?);
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Literal(rest.to_owned()));
    }
    Some(pieces)
}

/// Reads `serial`, `serial:7`, `serial/4:7`, `serial%4+1`, `check`.
fn piece(place: &str) -> Option<Piece> {
    if place == "check" {
        return Some(Piece::Check);
    }
    let (place, width) = match place.split_once(':') {
        Some((place, width)) => (place, width.parse().ok().filter(|w| *w <= 18)?),
        None => (place, 0),
    };
    let (place, plus) = match place.split_once('+') {
        Some((place, plus)) => (place, plus.parse().ok()?),
        None => (place, 0),
    };
    let (place, rest) = match place.split_once('%') {
        Some((place, rest)) => (place, rest.parse().ok().filter(|r| *r > 0)?),
        None => (place, 0),
    };
    let (place, divide) = match place.split_once('/') {
        Some((place, divide)) => (place, divide.parse().ok().filter(|d| *d > 0)?),
        None => (place, 1),
    };
    let what = match place {
        "serial" => Number::Serial,
        "enterprise" => Number::Enterprise,
        "row" => Number::Row,
        _ => return None,
    };
    Some(Piece::Number { what, divide, rest, plus, width })
}

/// Which day of a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Day {
    /// Drawn.
    Any,
    /// The first.
    First,
    /// The last.
    Last,
    /// The one before the first.
    Before,
    /// The one after the last.
    After,
}

/// A recipe whose names are resolved.
#[derive(Clone, Debug)]
pub(crate) enum Recipe {
    /// A text with places.
    Text(Vec<Piece>),
    /// A day of a span, by the span's index.
    Date(usize, Day),
    /// An amount.
    Amount {
        /// Share, at least, below.
        spread: Vec<[u64; 3]>,
        /// Digits after the point.
        scale: u8,
        /// The column that multiplies, with its words.
        times: Option<(usize, BTreeMap<String, u64>)>,
        /// Multiples by the region of the row's enterprise.
        regions: BTreeMap<String, u64>,
    },
    /// A month of a span, by the span's index.
    Month(usize),
    /// The fund year.
    Year,
    /// A whole number.
    Whole(u64, u64),
    /// One of several.
    Pick(Vec<(String, u64)>),
    /// One after the other.
    List(Vec<String>),
    /// A credit code.
    Code(Who),
    /// Another column.
    Same(usize),
    /// A cell of another ledger.
    Cell {
        /// Its index.
        ledger: usize,
        /// Its part.
        part: usize,
        /// Its column.
        column: usize,
        /// Any row instead of the one with the same number.
        any: bool,
    },
    /// The region of the enterprise.
    Region,
    /// A spoilt cell.
    Change(Change, Box<Recipe>),
}

impl Change {
    /// Spoils what stands in a text from a byte on. A text that has nothing to spoil gets a mark, so that it differs.
    pub(crate) fn apply(self, text: &mut String, from: usize) {
        let mut bytes = text.split_off(from).into_bytes();
        match self {
            Self::Last => {
                if let Some(last) = bytes.last_mut() {
                    *last = match *last {
                        b'9' => b'0',
                        b'Y' | b'Z' => b'A',
                        // Not into a letter that looks like a digit or that credit codes leave out.
                        b'H' | b'N' | b'R' | b'U' => *last + 2,
                        other => other.saturating_add(1),
                    };
                }
            }
            Self::Swap => {
                let differing = (1..bytes.len()).rev().find(|&i| bytes[i] != bytes[i - 1]);
                match differing {
                    Some(i) => bytes.swap(i - 1, i),
                    None => bytes.push(b'0'),
                }
            }
            Self::LetterO => match bytes.iter().position(|b| *b == b'0') {
                Some(at) => bytes[at] = b'O',
                None => bytes.push(b'O'),
            },
            Self::Space => bytes.insert(bytes.len() / 2, b' '),
            Self::Minus => bytes.insert(0, b'-'),
        }
        // Only texts of ASCII are spoilt; anything else keeps what can be read of it.
        text.push_str(&String::from_utf8_lossy(&bytes));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read() {
        let number = |what, divide, rest, plus, width| Piece::Number { what, divide, rest, plus, width };
        assert_eq!(
            pieces("HT{serial:7}{check}"),
            Some(vec![Piece::Literal("HT".to_owned()), number(Number::Serial, 1, 0, 0, 7), Piece::Check])
        );
        assert_eq!(pieces("{serial%4+1}"), Some(vec![number(Number::Serial, 1, 4, 1, 0)]));
        assert_eq!(pieces("{row/4:3}"), Some(vec![number(Number::Row, 4, 0, 0, 3)]));
        assert_eq!(pieces(""), Some(vec![]));
        for wrong in ["{", "{serial", "{cereal}", "{serial:x}", "{serial%0}", "{serial/0}", "{serial:19}"] {
            assert_eq!(pieces(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn cells_are_spoilt_and_always_differ() {
        for (change, text, spoilt) in [
            (Change::Last, "123", "124"),
            (Change::Last, "129", "120"),
            (Change::Last, "X9H", "X9J"),
            (Change::Swap, "1233", "1323"),
            (Change::Swap, "33", "330"),
            (Change::LetterO, "9900", "99O0"),
            (Change::LetterO, "12", "12O"),
            (Change::Space, "1234", "12 34"),
            (Change::Minus, "5.00", "-5.00"),
        ] {
            let mut cell = format!("before{text}");
            change.apply(&mut cell, "before".len());
            assert_eq!(cell, format!("before{spoilt}"), "{change:?} {text}");
        }
    }
}
