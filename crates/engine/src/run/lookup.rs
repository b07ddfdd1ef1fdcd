//! Look-ups: rows of a ledger that is held whole, found by key.

use std::cell::RefCell;

use hashbrown::HashMap;

use crate::{
    batch::{Table, Texts, Values},
    run::{
        bindings::Bindings,
        eval::{Scope, evaluate},
        register::{NONE, whole},
        vector::{Data, Failure, Vector},
    },
    scheme::plan::{Expr, Kind, Lookup, Name, Type, Value},
};

/// A look-up with its rows sorted into an index, for one set of parameters.
#[derive(Debug)]
pub(crate) struct Prepared<'a> {
    pub(crate) table: &'a Table,
    pub(crate) lookup: &'a Lookup,
    /// The expressions that differ from line to line, with the table's column.
    keys: Vec<(usize, &'a Expr)>,
    index: Index,
    /// Keys under which two rows stand: the second of them.
    twice: HashMap<Box<[i64]>, u32>,
    /// Whether a constant of the key is null: then nothing is found.
    nothing: bool,
}

#[derive(Debug)]
enum Index {
    One(HashMap<i64, u32>),
    Many(HashMap<Box<[i64]>, u32>),
}

/// A worker's memory: of each of its texts, which text of the table it is.
#[derive(Debug, Default)]
pub(crate) struct Memo(Vec<Vec<u32>>);

/// No text of the table: a key that nothing has.
const MISSING: i64 = i64::MIN;
/// Not asked yet.
const UNASKED: u32 = u32::MAX - 1;

/// What expressions without names see.
struct Constants<'a> {
    bindings: &'a Bindings,
    texts: RefCell<Texts>,
}

impl Scope for Constants<'_> {
    fn rows(&self) -> usize {
        1
    }
    fn name(&self, _: &Name) -> Vector {
        Vector::constant(Value::Null)
    }
    fn parameter(&self, index: usize, days: Option<&Vector>, _: &Type) -> Vector {
        let day = days.map(|d| i64::try_from(d.number(0)).unwrap_or(i64::MAX));
        Vector::constant(self.bindings.at(index, None, day).clone())
    }
    fn texts(&self) -> &RefCell<Texts> {
        &self.texts
    }
}

/// The value of an expression over parameters alone.
///
/// # Errors
/// It overflows or divides by zero.
pub(crate) fn constant(expr: &Expr, bindings: &Bindings) -> Result<Value, Failure> {
    let scope = Constants { bindings, texts: RefCell::default() };
    let vector = evaluate(expr, &scope);
    match vector.failures.first() {
        Some((_, failure)) => Err(*failure),
        None => Ok(vector.value(0, expr.ty == Type::Date, &scope.texts.borrow())),
    }
}

/// Whether an expression is the same for every line.
fn is_constant(expr: &Expr, bindings: &Bindings) -> bool {
    let mut constant = true;
    expr.walk(&mut |e| match &e.kind {
        Kind::Name(_) => constant = false,
        Kind::Parameter(p, _) => constant &= bindings.parameters[*p].regions.is_empty(),
        _ => {}
    });
    constant
}

/// What a look-up's filter sees: the rows of the other ledger.
struct Others<'a> {
    table: &'a Table,
    bindings: &'a Bindings,
    texts: RefCell<Texts>,
}

impl Scope for Others<'_> {
    fn rows(&self) -> usize {
        self.table.rows.len()
    }
    fn name(&self, name: &Name) -> Vector {
        match name {
            Name::Other(column) => whole(&self.table.columns[*column]),
            _ => Vector::constant(Value::Null),
        }
    }
    fn parameter(&self, index: usize, days: Option<&Vector>, ty: &Type) -> Vector {
        super::lines::by_row(self.bindings, index, self.rows(), days, ty, &self.texts, |_| None)
    }
    fn texts(&self) -> &RefCell<Texts> {
        &self.texts
    }
}

impl<'a> Prepared<'a> {
    /// Sorts a table's rows into an index.
    ///
    /// # Errors
    /// An expression of the key or the filter fails.
    pub(crate) fn new(
        lookup: &'a Lookup,
        table: &'a Table,
        bindings: &Bindings,
    ) -> Result<Self, (u32, Failure)> {
        let rows = table.rows.len();
        let mut stays = vec![true; rows];
        let mut nothing = false;
        let mut keys = Vec::new();
        for (column, expr) in &lookup.on {
            if !is_constant(expr, bindings) {
                keys.push((*column, expr));
                continue;
            }
            let wanted = constant(expr, bindings).map_err(|f| (0, f))?;
            let wanted = match (&wanted, &table.columns[*column].values) {
                (Value::Text(text), Values::Text(_)) => table.texts.find(text).map_or(MISSING, i64::from),
                (Value::Number(n), _) => i64::try_from(*n).unwrap_or(MISSING),
                (Value::Date(d), _) => *d,
                (Value::Bool(b), _) => i64::from(*b),
                _ => {
                    nothing = true;
                    MISSING
                }
            };
            stays
                .iter_mut()
                .enumerate()
                .for_each(|(row, stays)| *stays &= cell(table, *column, row) == Some(wanted));
        }
        if let Some(filter) = &lookup.filter {
            let others = Others { table, bindings, texts: RefCell::new(Texts::over(&table.texts)) };
            let holds = evaluate(filter, &others);
            if let Some(failure) = holds.failures.first() {
                return Err(*failure);
            }
            stays.iter_mut().enumerate().for_each(|(row, stays)| *stays &= holds.is_true(row));
        }
        let mut one = HashMap::new();
        let mut many: HashMap<Box<[i64]>, u32> = HashMap::new();
        let mut twice = HashMap::new();
        for row in (0..rows).filter(|row| stays[*row]) {
            let key: Option<Box<[i64]>> = keys.iter().map(|(column, _)| cell(table, *column, row)).collect();
            let Some(key) = key else { continue };
            let number = u32::try_from(row).unwrap_or(NONE);
            let first = match *key {
                [single] => *one.entry(single).or_insert(number),
                _ => *many.entry(key.clone()).or_insert(number),
            };
            if first != number {
                twice.entry(key).or_insert(number);
            }
        }
        let index = if keys.len() == 1 { Index::One(one) } else { Index::Many(many) };
        Ok(Self { table, lookup, keys, index, twice, nothing })
    }

    /// Of each row of a scope, the row that is found or [`NONE`].
    ///
    /// # Errors
    /// The place of a line that two rows answer, and both rows; or a line whose key fails.
    pub(crate) fn find(&self, scope: &dyn Scope, memo: &mut Memo) -> Result<Vec<u32>, Trouble> {
        let rows = scope.rows();
        if self.nothing {
            return Ok(vec![NONE; rows]);
        }
        memo.0.resize_with(self.keys.len(), Vec::new);
        let mut columns = Vec::with_capacity(self.keys.len());
        for ((column, expr), memo) in self.keys.iter().zip(&mut memo.0) {
            let vector = evaluate(expr, scope);
            if let Some((row, failure)) = vector.failures.first() {
                return Err(Trouble::Failed(*row, *failure));
            }
            columns.push(self.table_keys(&vector, *column, scope, memo));
        }
        let mut found = Vec::with_capacity(rows);
        let mut key = vec![0; columns.len()];
        for row in 0..rows {
            let hit = match (&self.index, columns.as_slice()) {
                (Index::One(index), [column]) => index.get(&column[row]),
                (Index::Many(index), columns) => {
                    key.iter_mut().zip(columns).for_each(|(k, c)| *k = c[row]);
                    index.get(key.as_slice())
                }
                _ => None,
            };
            let hit = hit.copied().unwrap_or(NONE);
            if !self.twice.is_empty() && !self.lookup.any && hit != NONE {
                key.iter_mut().zip(&columns).for_each(|(k, c)| *k = c[row]);
                if let Some(second) = self.twice.get(key.as_slice()) {
                    return Err(Trouble::Twice(u32::try_from(row).unwrap_or(NONE), hit, *second));
                }
            }
            found.push(hit);
        }
        Ok(found)
    }

    fn table_keys(&self, vector: &Vector, column: usize, scope: &dyn Scope, memo: &mut Vec<u32>) -> Vec<i64> {
        let rows = scope.rows();
        let texts = scope.texts().borrow();
        let mut translate = |key: u32| {
            if memo.len() < texts.len() {
                memo.resize(texts.len(), UNASKED);
            }
            let known = &mut memo[key as usize];
            if *known == UNASKED {
                *known = self.table.texts.find(texts.get(key)).unwrap_or(NONE);
            }
            if *known == NONE { MISSING } else { i64::from(*known) }
        };
        let is_text = matches!(self.table.columns[column].values, Values::Text(_));
        let each = |row: usize| -> i64 {
            if vector.is_null(row) {
                return MISSING;
            }
            match &vector.data {
                Data::Text(keys) => translate(keys[row]),
                Data::Constant(Value::Text(text)) => self.table.texts.find(text).map_or(MISSING, i64::from),
                Data::Bool(flags) => i64::from(flags[row]),
                Data::Constant(Value::Bool(flag)) => i64::from(*flag),
                _ if is_text => MISSING,
                _ => i64::try_from(vector.number(row)).unwrap_or(MISSING),
            }
        };
        (0..rows).map(each).collect()
    }
}

/// Why a look-up stopped.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// A line's key could not be computed.
    Failed(u32, Failure),
    /// Two rows of the other ledger answer a line.
    Twice(u32, u32, u32),
}

/// A cell as a key; `None` when it is null.
fn cell(table: &Table, column: usize, row: usize) -> Option<i64> {
    let column = &table.columns[column];
    (!column.is_null(row)).then(|| match &column.values {
        Values::Number(v) => v[row],
        Values::Text(v) => i64::from(v[row]),
        Values::Flag(v) => i64::from(v[row]),
    })
}
