//! Rows of a ledger in columns: what intake hands on and expressions run over.

use hashbrown::HashTable;
use std::hash::BuildHasher as _;

/// A row of a file as a person finds it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowId {
    /// Index of the file among those of its ledger.
    pub file: u32,
    /// The line of a text file, the row of a sheet, the ordinal of a Parquet row; from 1.
    pub row: u32,
}

/// Some rows of one ledger file, in their order.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// Index of the file among those of the ledger.
    pub file: u32,
    /// The number of each row, as in [`RowId::row`].
    pub rows: Vec<u32>,
    /// By index of the schema's columns; `None` for those that nobody asked for.
    pub columns: Vec<Option<Column>>,
}

/// The values of a column.
#[derive(Clone, Debug)]
pub struct Column {
    /// One a row; anything where the row is null.
    pub values: Values,
    /// Which rows are null; `None` when none is.
    pub nulls: Option<Vec<bool>>,
}

/// The values, by representation.
#[derive(Clone, Debug)]
pub enum Values {
    /// Whole numbers: `whole`, `decimal` at the schema's scale, `digits`, days of a `date`.
    Number(Vec<i64>),
    /// Keys into [`Texts`]: `text`, `choice`, `credit-code`.
    Text(Vec<u32>),
    /// `flag`.
    Flag(Vec<bool>),
}

/// Texts, each held once and spoken of by a number.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    bytes: String,
    ends: Vec<u32>,
    index: HashTable<u32>,
    hasher: hashbrown::DefaultHashBuilder,
}

impl Texts {
    /// The key of a text, which is added when it is new.
    pub fn intern(&mut self, text: &str) -> u32 {
        let hash = self.hasher.hash_one(text);
        if let Some(key) = self.index.find(hash, |key| self.get(*key) == text) {
            return *key;
        }
        let key = u32::try_from(self.ends.len()).unwrap_or(u32::MAX);
        self.bytes.push_str(text);
        self.ends.push(u32::try_from(self.bytes.len()).unwrap_or(u32::MAX));
        let Self { bytes, ends, index, hasher } = self;
        index.insert_unique(hash, key, |key| hasher.hash_one(text_of(bytes, ends, *key)));
        key
    }

    /// The key of a text that is there.
    pub fn find(&self, text: &str) -> Option<u32> {
        self.index.find(self.hasher.hash_one(text), |key| self.get(*key) == text).copied()
    }

    /// A text by its key.
    pub fn get(&self, key: u32) -> &str {
        text_of(&self.bytes, &self.ends, key)
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// How many bytes they have together. Places are held in 32 bits: whoever adds texts without end looks here before 4 GB are reached.
    pub fn bytes(&self) -> usize {
        self.bytes.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
}

fn text_of<'a>(bytes: &'a str, ends: &[u32], key: u32) -> &'a str {
    let key = key as usize;
    let start = if key == 0 { 0 } else { ends[key - 1] as usize };
    &bytes[start..ends[key] as usize]
}

/// A whole ledger in memory: the register, a catalogue, rates.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// Where each row stands.
    pub rows: Vec<RowId>,
    /// By index of the schema's columns; every column is there.
    pub columns: Vec<Column>,
    /// What the text columns' keys mean.
    pub texts: Texts,
}

impl Column {
    /// Some of its rows, in the order given.
    #[must_use]
    pub fn gather(&self, rows: &[u32]) -> Self {
        let values = match &self.values {
            Values::Number(v) => Values::Number(rows.iter().map(|r| v[*r as usize]).collect()),
            Values::Text(v) => Values::Text(rows.iter().map(|r| v[*r as usize]).collect()),
            Values::Flag(v) => Values::Flag(rows.iter().map(|r| v[*r as usize]).collect()),
        };
        Self { values, nulls: self.nulls.as_ref().map(|n| rows.iter().map(|r| n[*r as usize]).collect()) }
    }

    /// A range of its rows.
    #[must_use]
    pub fn slice(&self, rows: std::ops::Range<usize>) -> Self {
        let values = match &self.values {
            Values::Number(v) => Values::Number(v[rows.clone()].to_vec()),
            Values::Text(v) => Values::Text(v[rows.clone()].to_vec()),
            Values::Flag(v) => Values::Flag(v[rows.clone()].to_vec()),
        };
        Self { values, nulls: self.nulls.as_ref().map(|n| n[rows].to_vec()) }
    }

    /// Whether a row is null.
    pub fn is_null(&self, row: usize) -> bool {
        self.nulls.as_ref().is_some_and(|nulls| nulls[row])
    }
}
