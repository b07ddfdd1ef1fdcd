//! Columns of values in the middle of an expression.

use crate::{batch::Texts, scheme::plan::Value};

/// Values of one expression, one a row.
#[derive(Clone, Debug)]
pub(crate) struct Vector {
    pub(crate) data: Data,
    /// Which rows are null; `None` when none is.
    pub(crate) nulls: Option<Vec<bool>>,
    /// Rows whose value could not be computed, with why. Such a row is null.
    pub(crate) failures: Vec<(u32, Failure)>,
}

/// The values by representation. Where a row is null its value is zero, so that no loop needs to ask.
#[derive(Clone, Debug)]
pub(crate) enum Data {
    /// The same value in every row.
    Constant(Value),
    /// Small numbers, digits, days.
    Small(Vec<i64>),
    /// Numbers.
    Wide(Vec<i128>),
    /// Keys of texts.
    Text(Vec<u32>),
    /// Truth values.
    Bool(Vec<bool>),
}

/// Why a value could not be computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// More than 38 digits.
    Overflow,
    /// A divisor of zero.
    DivisionByZero,
    /// A date outside the calendar.
    Calendar,
}

impl Vector {
    pub(crate) fn new(data: Data, nulls: Option<Vec<bool>>) -> Self {
        Self { data, nulls, failures: Vec::new() }
    }

    pub(crate) fn constant(value: Value) -> Self {
        Self::new(Data::Constant(value), None)
    }

    pub(crate) fn is_null(&self, row: usize) -> bool {
        matches!(self.data, Data::Constant(Value::Null)) || self.nulls.as_ref().is_some_and(|n| n[row])
    }

    /// The number in a row; 0 where it is null.
    pub(crate) fn number(&self, row: usize) -> i128 {
        match &self.data {
            Data::Constant(Value::Number(n)) => *n,
            Data::Constant(Value::Date(d)) => i128::from(*d),
            Data::Small(v) => i128::from(v[row]),
            Data::Wide(v) => v[row],
            _ => 0,
        }
    }

    /// The truth value in a row: false where it is null.
    pub(crate) fn is_true(&self, row: usize) -> bool {
        match &self.data {
            Data::Constant(Value::Bool(b)) => *b,
            Data::Bool(v) => v[row] && !self.is_null(row),
            _ => false,
        }
    }

    /// The value in a row, with its text.
    pub(crate) fn value(&self, row: usize, date: bool, texts: &Texts) -> Value {
        if self.is_null(row) {
            return Value::Null;
        }
        match &self.data {
            Data::Constant(v) => v.clone(),
            Data::Small(v) if date => Value::Date(v[row]),
            Data::Small(v) => Value::Number(i128::from(v[row])),
            Data::Wide(v) => Value::Number(v[row]),
            Data::Text(v) => Value::Text(texts.get(v[row]).to_owned()),
            Data::Bool(v) => Value::Bool(v[row]),
        }
    }
}
