//! Reading rows without a panic.

use serde_json::Value;
use sqlx::{Row as _, any::AnyRow};

use crate::fault::Fault;

/// A row of either database, however it came.
pub(crate) trait Get {
    /// A text.
    fn text(&self, column: &str) -> Result<String, Fault>;
    /// A text that may be missing.
    fn text_or_none(&self, column: &str) -> Result<Option<String>, Fault>;
    /// A whole number.
    fn int(&self, column: &str) -> Result<i64, Fault>;
    /// A whole number that may be missing.
    fn int_or_none(&self, column: &str) -> Result<Option<i64>, Fault>;
    /// Yes or no.
    fn yes(&self, column: &str) -> Result<bool, Fault> {
        Ok(self.int(column)? != 0)
    }
    /// A fund year.
    fn year(&self, column: &str) -> Result<i16, Fault> {
        let year = self.int(column)?;
        i16::try_from(year).map_err(|_| Fault::Broken(format!("{year} is no year")))
    }
}

impl Get for AnyRow {
    fn text(&self, column: &str) -> Result<String, Fault> {
        Ok(self.try_get(column)?)
    }

    fn text_or_none(&self, column: &str) -> Result<Option<String>, Fault> {
        Ok(self.try_get(column)?)
    }

    fn int(&self, column: &str) -> Result<i64, Fault> {
        Ok(self.try_get(column)?)
    }

    fn int_or_none(&self, column: &str) -> Result<Option<i64>, Fault> {
        Ok(self.try_get(column)?)
    }
}

/// One of many rows that came as one list ([`crate::sql::Sql::rows`]): each by itself costs the database's thread a word to ours.
pub(crate) struct ListedRow {
    columns: &'static str,
    values: Vec<Value>,
}

impl ListedRow {
    /// A row of these columns: names with commas between, each with or without its table before it.
    pub(crate) fn new(columns: &'static str, values: Vec<Value>) -> Self {
        Self { columns, values }
    }

    fn value(&self, column: &str) -> Result<&Value, Fault> {
        let mut columns = self.columns.split(',').map(|name| name.rsplit('.').next().unwrap_or(name).trim());
        let value = columns.position(|name| name == column).and_then(|place| self.values.get(place));
        value.ok_or_else(|| Fault::Broken(format!("no column {column} among {}", self.columns)))
    }
}

/// What a column should hold and does not.
fn other(column: &str, value: &Value) -> Fault {
    Fault::Broken(format!("{column} holds {value}"))
}

impl Get for ListedRow {
    fn text(&self, column: &str) -> Result<String, Fault> {
        let value = self.value(column)?;
        value.as_str().map(str::to_owned).ok_or_else(|| other(column, value))
    }

    fn text_or_none(&self, column: &str) -> Result<Option<String>, Fault> {
        if self.value(column)?.is_null() { Ok(None) } else { self.text(column).map(Some) }
    }

    fn int(&self, column: &str) -> Result<i64, Fault> {
        let value = self.value(column)?;
        value.as_i64().ok_or_else(|| other(column, value))
    }

    fn int_or_none(&self, column: &str) -> Result<Option<i64>, Fault> {
        if self.value(column)?.is_null() { Ok(None) } else { self.int(column).map(Some) }
    }
}
