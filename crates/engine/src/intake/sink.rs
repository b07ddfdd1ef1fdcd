//! Where a worker's rows gather: good ones in columns, bad ones set aside.

use super::{
    reason::{Reason, shown},
    value::{self, Got, Memo},
};
use crate::{
    batch::{Batch, Column, Texts, Values},
    schema::{self, Kind, Ledger},
};

/// A bad cell or row, with what orders it.
#[derive(Clone, Debug)]
pub(super) struct Aside {
    pub(super) file: u32,
    pub(super) row: u32,
    /// Index of the schema's column plus one; 0 for the row as a whole.
    pub(super) column: usize,
    pub(super) value: String,
    pub(super) reason: Reason,
}

/// A cell that was read, or why it is bad and what stands there.
pub(super) type Cell = Result<Got, Box<(Reason, String)>>;

/// How many rows a file brought to a worker, and how many of them were good.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) rows: u64,
    pub(super) accepted: u64,
}

/// The rows that a worker is reading. One for all files, so that memos live on.
#[derive(Debug)]
pub(super) struct Sink<'a> {
    pub(super) ledger: &'a Ledger,
    pub(super) texts: Texts,
    pub(super) asides: Vec<Aside>,
    /// By file.
    pub(super) counts: Vec<Count>,
    stores: Vec<Store>,
    memos: Vec<Memo>,
    batch: Batch,
    /// Whether the row that is being read is still good.
    good: bool,
    /// How many bad cells the rows before it had.
    mark: usize,
}

/// The values of a column so far; the row that is being read may have put one too many.
#[derive(Debug)]
struct Store {
    wanted: bool,
    values: Values,
    nulls: Vec<bool>,
    any_null: bool,
}

impl Store {
    #[inline]
    fn push(&mut self, got: Got) {
        let null = got == Got::Null;
        match (&mut self.values, got) {
            (Values::Number(all), Got::Number(value)) => all.push(value),
            (Values::Text(all), Got::Text(key)) => all.push(key),
            (Values::Flag(all), Got::Flag(value)) => all.push(value),
            (Values::Number(all), _) => all.push(0),
            (Values::Text(all), _) => all.push(0),
            (Values::Flag(all), _) => all.push(false),
        }
        if self.any_null {
            self.nulls.push(null);
        } else if null {
            self.any_null = true;
            self.nulls.resize(self.len() - 1, false);
            self.nulls.push(true);
        }
    }

    fn len(&self) -> usize {
        match &self.values {
            Values::Number(all) => all.len(),
            Values::Text(all) => all.len(),
            Values::Flag(all) => all.len(),
        }
    }

    /// Makes it so long: cuts what a bad row left, fills up what the file does not have with nulls.
    fn fit(&mut self, rows: usize) {
        match &mut self.values {
            Values::Number(all) => all.truncate(rows),
            Values::Text(all) => all.truncate(rows),
            Values::Flag(all) => all.truncate(rows),
        }
        self.nulls.truncate(rows);
        while self.len() < rows {
            self.push(Got::Null);
        }
    }
}

impl<'a> Sink<'a> {
    pub(super) fn new(ledger: &'a Ledger, wanted: &[bool], files: usize) -> Self {
        let store = |(i, column): (usize, &schema::Column)| Store {
            wanted: wanted.get(i).copied().unwrap_or(false),
            values: match column.kind {
                Kind::Text | Kind::Choice(_) | Kind::CreditCode => Values::Text(Vec::new()),
                Kind::Flag => Values::Flag(Vec::new()),
                Kind::Digits(_) | Kind::Whole | Kind::Decimal(_) | Kind::Date => Values::Number(Vec::new()),
            },
            nulls: Vec::new(),
            any_null: false,
        };
        Self {
            ledger,
            texts: Texts::default(),
            asides: Vec::new(),
            counts: vec![Count::default(); files],
            stores: ledger.columns.iter().enumerate().map(store).collect(),
            memos: ledger.columns.iter().map(|_| Memo::default()).collect(),
            batch: Batch::default(),
            good: true,
            mark: 0,
        }
    }

    /// What follows is of this file.
    pub(super) fn file(&mut self, file: u32) {
        self.batch.file = file;
    }

    /// How many rows wait for [`Self::batch`].
    pub(super) fn waiting(&self) -> usize {
        self.batch.rows.len()
    }

    /// A row begins.
    #[inline]
    pub(super) fn begin(&mut self) {
        self.good = true;
        self.mark = self.asides.len();
    }

    /// A cell of the row as text. Returns whether it was empty.
    #[inline]
    pub(super) fn cell(&mut self, row: u32, column: usize, cell: &str) -> bool {
        let store = &mut self.stores[column];
        let schema = &self.ledger.columns[column];
        match value::read(schema, cell, &mut self.memos[column], &mut self.texts, store.wanted) {
            Ok(got) => {
                if store.wanted {
                    store.push(got);
                }
                got == Got::Null
            }
            Err(reason) => {
                let empty = *reason == Reason::Empty;
                self.refuse(row, column + 1, value::trim(cell), *reason);
                empty
            }
        }
    }

    /// A cell of the row that was read already.
    pub(super) fn got(&mut self, row: u32, column: usize, cell: Cell) {
        match cell {
            Ok(got) => {
                let store = &mut self.stores[column];
                if store.wanted {
                    store.push(got);
                }
            }
            Err(bad) => {
                let (reason, text) = *bad;
                self.refuse(row, column + 1, value::trim(&text), reason);
            }
        }
    }

    /// A text as a value, without putting it anywhere: for dictionaries.
    pub(super) fn read(&mut self, column: usize, cell: &str) -> Cell {
        let wanted = self.stores[column].wanted;
        let schema = &self.ledger.columns[column];
        value::read(schema, cell, &mut self.memos[column], &mut self.texts, wanted)
            .map_err(|reason| Box::new((*reason, cell.to_owned())))
    }

    #[cold]
    fn refuse(&mut self, row: u32, column: usize, value: &str, reason: Reason) {
        self.good = false;
        self.asides.push(Aside { file: self.batch.file, row, column, value: shown(value), reason });
    }

    /// The row as a whole is bad, whatever its cells were.
    #[cold]
    pub(super) fn bad_row(&mut self, row: u32, text: &str, reason: Reason) {
        self.asides.truncate(self.mark);
        self.refuse(row, 0, value::trim(text), reason);
    }

    /// A row ends: it is kept, or what it left is taken away.
    #[inline]
    pub(super) fn end(&mut self, row: u32) {
        let count = &mut self.counts[self.batch.file as usize];
        count.rows += 1;
        if self.good {
            count.accepted += 1;
            self.batch.rows.push(row);
        } else {
            self.roll_back();
        }
    }

    /// A column of whole numbers, of rows that [`Self::rows`] will end. False when a number is missing or out of the column's bounds; then all is rolled back.
    pub(super) fn numbers(
        &mut self,
        column: usize,
        values: impl ExactSizeIterator<Item = Option<i64>>,
    ) -> bool {
        let schema = &self.ledger.columns[column];
        let bounds = schema.minimum.unwrap_or(i64::MIN)..=schema.maximum.unwrap_or(i64::MAX);
        let mut good = true;
        let checked = values.map(|value| {
            good &= value.is_some_and(|v| bounds.contains(&v));
            value.unwrap_or_default()
        });
        let store = &mut self.stores[column];
        match &mut store.values {
            Values::Number(all) if store.wanted => all.extend(checked),
            _ => checked.for_each(drop),
        }
        good
    }

    /// The same of numbers that are known to be within the column's bounds.
    pub(super) fn good_numbers(&mut self, column: usize, values: impl ExactSizeIterator<Item = i64>) {
        let store = &mut self.stores[column];
        if let (Values::Number(all), true) = (&mut store.values, store.wanted) {
            all.extend(values);
        }
    }

    /// A column of texts by their keys, likewise.
    pub(super) fn keys(&mut self, column: usize, keys: impl ExactSizeIterator<Item = u32>) {
        let store = &mut self.stores[column];
        if let (Values::Text(all), true) = (&mut store.values, store.wanted) {
            all.extend(keys);
        }
    }

    /// A column of flags, likewise.
    pub(super) fn flags(&mut self, column: usize, flags: impl ExactSizeIterator<Item = bool>) {
        let store = &mut self.stores[column];
        if let (Values::Flag(all), true) = (&mut store.values, store.wanted) {
            all.extend(flags);
        }
    }

    /// Rows end whose columns came whole: all of them are good.
    pub(super) fn rows(&mut self, rows: std::ops::RangeInclusive<u32>) {
        let before = self.batch.rows.len();
        self.batch.rows.extend(rows);
        let more = (self.batch.rows.len() - before) as u64;
        let count = &mut self.counts[self.batch.file as usize];
        count.rows += more;
        count.accepted += more;
    }

    /// Takes away what was left of rows that did not end.
    #[cold]
    pub(super) fn roll_back(&mut self) {
        let rows = self.batch.rows.len();
        for store in &mut self.stores {
            if store.len() > rows {
                store.fit(rows);
            }
        }
    }

    /// Hands on the rows so far, and takes the batch's room back.
    pub(super) fn batch<T>(&mut self, each: impl FnOnce(&mut Batch, &mut Texts) -> T) -> T {
        let rows = self.batch.rows.len();
        self.batch.columns.clear();
        for store in &mut self.stores {
            self.batch.columns.push(store.wanted.then(|| {
                store.fit(rows);
                let empty = match store.values {
                    Values::Number(_) => Values::Number(Vec::new()),
                    Values::Text(_) => Values::Text(Vec::new()),
                    Values::Flag(_) => Values::Flag(Vec::new()),
                };
                let nulls = std::mem::take(&mut store.nulls);
                Column {
                    values: std::mem::replace(&mut store.values, empty),
                    nulls: nulls.contains(&true).then_some(nulls),
                }
            }));
        }
        let result = each(&mut self.batch, &mut self.texts);
        // The caller may have taken the columns; what is left is used again.
        for (store, column) in self.stores.iter_mut().zip(self.batch.columns.drain(..)) {
            store.any_null = false;
            if let Some(column) = column {
                store.values = column.values;
                store.nulls = column.nulls.unwrap_or_default();
            }
            store.fit(0);
            store.nulls.clear();
        }
        for store in &mut self.stores {
            store.any_null = false;
        }
        self.batch.rows.clear();
        result
    }
}
