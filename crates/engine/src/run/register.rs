//! The register of enterprises and the other ledgers that are held whole, ready to be asked by rows.

use std::{cell::RefCell, collections::BTreeMap};

use crate::{
    batch::{Column, RowId, Table, Texts, Values},
    run::vector::{Data, Vector},
    scheme::plan::{Applicant, Value},
};

/// An index that stands for "no row".
pub(crate) const NONE: u32 = u32::MAX;

/// Enterprises by number: those of the register first, in its order, then applicants that it does not know.
#[derive(Debug)]
pub(crate) struct Register<'a> {
    pub(crate) table: &'a Table,
    pub(crate) applicant: &'a Applicant,
    /// By key of a text, the row whose code it is; [`NONE`] for other texts.
    by_code: Vec<u32>,
    /// Division codes that occur, and of each row of the register which.
    pub(crate) regions: Vec<String>,
    pub(crate) region_of: Vec<u32>,
}

impl<'a> Register<'a> {
    pub(crate) fn new(table: &'a Table, applicant: &'a Applicant) -> Self {
        let codes = text_keys(&table.columns[applicant.key]);
        let mut by_code = vec![NONE; table.texts.len()];
        let column = &table.columns[applicant.key];
        (0u32..)
            .zip(codes)
            .filter(|(row, _)| !column.is_null(*row as usize))
            .for_each(|(row, key)| by_code[*key as usize] = row);
        let regions = text_keys(&table.columns[applicant.region]);
        let mut numbers = BTreeMap::new();
        let mut names = Vec::new();
        let region_of = (0..table.rows.len())
            .map(|row| {
                if table.columns[applicant.region].is_null(row) {
                    return NONE;
                }
                *numbers.entry(regions[row]).or_insert_with(|| {
                    names.push(table.texts.get(regions[row]).to_owned());
                    u32::try_from(names.len() - 1).unwrap_or(NONE)
                })
            })
            .collect();
        Self { table, applicant, by_code, regions: names, region_of }
    }

    /// The row of a credit code; [`NONE`] when the register does not have it.
    pub(crate) fn row(&self, code: &str) -> u32 {
        self.table.texts.find(code).map_or(NONE, |key| self.by_code[key as usize])
    }

    /// The same of a text of somebody's.
    pub(crate) fn row_of(&self, key: u32, texts: &Texts) -> u32 {
        // Whoever looks at the register itself need not ask by the letters.
        if texts.is_of(key, &self.table.texts) {
            self.by_code[key as usize]
        } else {
            self.row(texts.get(key))
        }
    }

    /// A text of a row, null as an empty one.
    pub(crate) fn text(&self, column: usize, row: u32) -> &str {
        let column = &self.table.columns[column];
        if column.is_null(row as usize) { "" } else { self.table.texts.get(text_keys(column)[row as usize]) }
    }

    /// The division code of a row's region.
    pub(crate) fn region(&self, row: u32) -> Option<&str> {
        let region = self.region_of.get(row as usize)?;
        self.regions.get(*region as usize).map(String::as_str)
    }

    pub(crate) fn place(&self, row: u32) -> Option<RowId> {
        self.table.rows.get(row as usize).copied()
    }
}

/// The keys of a text column; none when it holds something else.
pub(crate) fn text_keys(column: &Column) -> &[u32] {
    match &column.values {
        Values::Text(keys) => keys,
        _ => &[],
    }
}

/// A column as a vector, null where its rows are.
pub(crate) fn whole(column: &Column) -> Vector {
    let data = match &column.values {
        Values::Number(v) => Data::Small(v.clone()),
        Values::Text(v) => Data::Text(v.clone()),
        Values::Flag(v) => Data::Bool(v.clone()),
    };
    Vector::new(zeroed(data, column.nulls.as_deref()), column.nulls.clone())
}

fn zeroed(mut data: Data, nulls: Option<&[bool]>) -> Data {
    if let (Data::Small(values), Some(nulls)) = (&mut data, nulls) {
        values.iter_mut().zip(nulls).filter(|(_, null)| **null).for_each(|(v, _)| *v = 0);
    }
    data
}

/// Texts of a table in the words of a worker: each is translated once.
#[derive(Debug, Default)]
pub(crate) struct Translation(Vec<u32>);

impl Translation {
    fn key(&mut self, key: u32, from: &Texts, to: &RefCell<Texts>) -> u32 {
        if self.0.is_empty() {
            self.0.resize(from.len(), NONE);
        }
        let known = &mut self.0[key as usize];
        if *known == NONE {
            *known = to.borrow_mut().intern(from.get(key));
        }
        *known
    }
}

/// A table's column at some rows of it, [`NONE`] being null.
pub(crate) fn gather(
    table: &Table,
    column: usize,
    rows: &[u32],
    texts: &RefCell<Texts>,
    translation: &RefCell<Translation>,
) -> Vector {
    let column = &table.columns[column];
    let null = |r: u32| r == NONE || column.is_null(r as usize);
    let nulls = rows.iter().any(|r| null(*r)).then(|| rows.iter().map(|r| null(*r)).collect());
    let data = match &column.values {
        Values::Number(v) => {
            Data::Small(rows.iter().map(|r| if null(*r) { 0 } else { v[*r as usize] }).collect())
        }
        Values::Flag(v) => Data::Bool(rows.iter().map(|r| !null(*r) && v[*r as usize]).collect()),
        Values::Text(v) => {
            let mut translation = translation.borrow_mut();
            let empty = texts.borrow_mut().intern("");
            let mut key =
                |r: &u32| if null(*r) { empty } else { translation.key(v[*r as usize], &table.texts, texts) };
            Data::Text(rows.iter().map(&mut key).collect())
        }
    };
    Vector::new(data, nulls)
}

/// A cell of a table as a value.
pub(crate) fn value(table: &Table, column: usize, row: usize, date: bool) -> Value {
    let column = &table.columns[column];
    if column.is_null(row) {
        return Value::Null;
    }
    match &column.values {
        Values::Number(v) if date => Value::Date(v[row]),
        Values::Number(v) => Value::Number(i128::from(v[row])),
        Values::Text(v) => Value::Text(table.texts.get(v[row]).to_owned()),
        Values::Flag(v) => Value::Bool(v[row]),
    }
}
