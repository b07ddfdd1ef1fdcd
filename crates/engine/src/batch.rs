//! Rows of a ledger in columns: what intake hands on and expressions run over.

use hashbrown::HashTable;
use std::{hash::BuildHasher as _, sync::Arc};

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
    /// Texts of a table that come before its own ones: they are shared, never copied.
    base: Option<Arc<Texts>>,
    /// How many those are.
    before: u32,
    bytes: String,
    ends: Vec<u32>,
    /// By hash: half of it, so that growing never looks at the letters again, and the number of the text.
    index: HashTable<(u32, u32)>,
    hasher: hashbrown::DefaultHashBuilder,
}

impl Texts {
    /// No texts but those of a table, under the same keys.
    pub fn over(base: &Arc<Self>) -> Self {
        let before = u32::try_from(base.len()).unwrap_or(u32::MAX);
        Self { base: Some(Arc::clone(base)), before, ..Self::default() }
    }

    /// Whether a key is that of a table's text, because these texts stand over the table's.
    pub fn is_of(&self, key: u32, table: &Arc<Self>) -> bool {
        key < self.before && self.base.as_ref().is_some_and(|base| Arc::ptr_eq(base, table))
    }

    /// The key of a text, which is added when it is new.
    pub fn intern(&mut self, text: &str) -> u32 {
        if let Some(key) = self.base.as_ref().and_then(|base| base.find(text)) {
            return key;
        }
        let half = self.half(text);
        if let Some(key) = self.own(half, text) {
            return key;
        }
        let key = u32::try_from(self.ends.len()).unwrap_or(u32::MAX);
        self.bytes.push_str(text);
        self.ends.push(u32::try_from(self.bytes.len()).unwrap_or(u32::MAX));
        self.index.insert_unique(whole(half), (half, key), |(half, _)| whole(*half));
        self.before.saturating_add(key)
    }

    /// The key of a text that is there.
    pub fn find(&self, text: &str) -> Option<u32> {
        if let Some(key) = self.base.as_ref().and_then(|base| base.find(text)) {
            return Some(key);
        }
        self.own(self.half(text), text)
    }

    #[expect(clippy::cast_possible_truncation, reason = "half of a hash is meant")]
    fn half(&self, text: &str) -> u32 {
        self.hasher.hash_one(text) as u32
    }

    fn own(&self, half: u32, text: &str) -> Option<u32> {
        let same =
            |(other, key): &(u32, u32)| *other == half && text_of(&self.bytes, &self.ends, *key) == text;
        self.index.find(whole(half), same).map(|(_, key)| self.before + *key)
    }

    /// A text by its key.
    pub fn get(&self, key: u32) -> &str {
        match &self.base {
            Some(base) if key < self.before => base.get(key),
            _ => text_of(&self.bytes, &self.ends, key - self.before),
        }
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.before as usize + self.ends.len()
    }

    /// How many bytes its own ones have together. Places are held in 32 bits: whoever adds texts without end looks here before 4 GB are reached.
    pub fn bytes(&self) -> usize {
        self.bytes.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A hash for the table, which looks at both ends of it.
fn whole(half: u32) -> u64 {
    u64::from(half) << 32 | u64::from(half)
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
    pub texts: Arc<Texts>,
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
