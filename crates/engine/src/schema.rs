//! What ledgers there are and what their columns hold: `ledgers.toml` as values.

use jixiao_core::finding::Both;

use crate::dimension::Unit;

/// All ledgers of a fund.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledgers {
    /// In the order of the file.
    pub ledgers: Vec<Ledger>,
}

/// One ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ledger {
    /// The word that schemes use.
    pub name: String,
    /// Its name for people.
    pub label: Both,
    /// What a row of it is.
    pub doc: Both,
    /// Stems of the files that feed it.
    pub files: Vec<String>,
    /// Columns that name a row to a person, by index.
    pub key: Vec<usize>,
    /// Whether a second row with the same key is set aside.
    pub unique: bool,
    /// Its columns.
    pub columns: Vec<Column>,
}

/// One column of a ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The word that schemes use.
    pub name: String,
    /// Other headings under which a file may bring it.
    pub headings: Vec<String>,
    /// What it is.
    pub doc: Both,
    /// What its cells hold.
    pub kind: Kind,
    /// What a number of it measures.
    pub unit: Option<Unit>,
    /// Whether an empty cell sets the row aside.
    pub required: bool,
    /// The smallest value that is accepted, in the column's representation (fen for scale 2, days for a date).
    pub minimum: Option<i64>,
    /// The largest.
    pub maximum: Option<i64>,
}

/// What the cells of a column hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A text.
    Text,
    /// One of several words, each with the other words that files use for it.
    Choice(Vec<Choice>),
    /// 统一社会信用代码: 18 characters of GB 32100, the last a check character.
    CreditCode,
    /// Exactly so many digits, at most 18; held as their number.
    Digits(u8),
    /// A whole number.
    Whole,
    /// A decimal with so many digits after the point; held as a whole number of its last digit.
    Decimal(u8),
    /// A date; held as days since 1970-01-01.
    Date,
    /// Yes or no.
    Flag,
}

/// One word of a choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The word in expressions and results.
    pub value: String,
    /// Other words for it in files.
    pub names: Vec<String>,
}

impl Ledgers {
    /// A ledger by name.
    pub fn find(&self, name: &str) -> Option<(usize, &Ledger)> {
        self.ledgers.iter().enumerate().find(|(_, l)| l.name == name)
    }
}

impl Ledger {
    /// A column by name.
    pub fn find(&self, name: &str) -> Option<(usize, &Column)> {
        self.columns.iter().enumerate().find(|(_, c)| c.name == name)
    }
}
