//! Statements of varying length.
//!
//! A value stands where it is bound: `?` for SQLite, which would look up each numbered name in a list, `$1` for PostgreSQL. Which of them is known
//! when the statement runs. Many rows are one value: a JSON list of lists ([`Sql::given`]), so that the text of a statement does not grow with them,
//! is prepared once and takes one value to bind; rows by the hundred come back the same way ([`Sql::rows`]).

use std::fmt::Write as _;

use serde::Serialize;
use sqlx::{
    Any, AnyConnection, Arguments as _, AssertSqlSafe,
    any::{AnyArguments, AnyQueryResult, AnyRow},
};

use crate::{
    database::Dialect,
    fault::Fault,
    rows::{Get as _, ListedRow},
};

/// A statement under construction: text by hand, values by place.
pub(crate) struct Sql {
    /// The text in parts, something that the kinds of database write differently behind each but the last.
    parts: Vec<(String, Differing)>,
    text: String,
    values: AnyArguments,
    troubles: Vec<String>,
}

/// What the two kinds of database write differently.
#[derive(Clone, Copy)]
enum Differing {
    /// A value.
    Value,
    /// A value that holds rows, as a table of one column, `value`.
    Rows,
    /// What makes a list of values in JSON.
    List,
    /// What makes a JSON list of the values of many rows.
    Lists,
    /// What two statements that are told at once begin with.
    First,
    /// What stands between them.
    Then,
}

/// What may be bound.
pub(crate) trait Value: for<'q> sqlx::Encode<'q, Any> + sqlx::Type<Any> + Send + 'static {}
impl<T: for<'q> sqlx::Encode<'q, Any> + sqlx::Type<Any> + Send + 'static> Value for T {}

impl Sql {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self { parts: Vec::new(), text: text.into(), values: AnyArguments::default(), troubles: Vec::new() }
    }

    /// Adds text; never anything that somebody typed.
    pub(crate) fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Adds a value.
    pub(crate) fn bind(&mut self, value: impl Value) -> &mut Self {
        self.value(value, Differing::Value)
    }

    /// Adds the table `given`, whose column `value` is a row of what is handed in, each a list: `given.value ->> 0` is its first text. A number of it
    /// is `CAST(given.value ->> 0 AS BIGINT)`.
    pub(crate) fn given(&mut self, rows: &impl Serialize) -> &mut Self {
        match serde_json::to_string(rows) {
            Ok(text) => self.given_text(text),
            Err(error) => {
                self.troubles.push(error.to_string());
                self
            }
        }
    }

    /// As [`Sql::given`], of rows that are JSON already.
    pub(crate) fn given_text(&mut self, rows: String) -> &mut Self {
        self.value(rows, Differing::Rows).push(" AS given")
    }

    /// Adds as the one column of a SELECT: a JSON list for each row, of these columns. What it gives is read by [`listed`].
    pub(crate) fn lists(&mut self, columns: &str) -> &mut Self {
        self.push("COALESCE(CAST(").differing(Differing::Lists).push("(").differing(Differing::List);
        self.push("(").push(columns).push(")) AS TEXT), '[]') AS listed")
    }

    /// Two statements that change something, told at once: each word to a database is a way there and back. What `second` says must not ask for what
    /// `first` does, which PostgreSQL does at the same time.
    pub(crate) fn two(first: impl FnOnce(&mut Self), second: impl FnOnce(&mut Self)) -> Self {
        let mut both = Self::new("");
        both.differing(Differing::First);
        first(&mut both);
        both.differing(Differing::Then);
        second(&mut both);
        both
    }

    fn value(&mut self, value: impl Value, way: Differing) -> &mut Self {
        if let Err(error) = self.values.add(value) {
            self.troubles.push(error.to_string());
        }
        self.differing(way)
    }

    fn differing(&mut self, way: Differing) -> &mut Self {
        self.parts.push((std::mem::take(&mut self.text), way));
        self
    }

    /// Adds values with commas between.
    pub(crate) fn list<T: Value>(&mut self, values: impl IntoIterator<Item = T>) -> &mut Self {
        for (index, value) in values.into_iter().enumerate() {
            if index > 0 {
                self.push(", ");
            }
            self.bind(value);
        }
        self
    }

    /// Begins the next row of a list of rows: `(` or `, (`.
    pub(crate) fn row(&mut self, index: usize) -> &mut Self {
        self.push(if index == 0 { "(" } else { ", (" })
    }

    /// Adds ` AND column = value` when there is a value.
    pub(crate) fn equal(&mut self, column: &str, value: Option<impl Value>) -> &mut Self {
        if let Some(value) = value {
            self.push(" AND ").push(column).push(" = ").bind(value);
        }
        self
    }

    /// Adds ` AND column IN (…)`; an empty list holds nothing.
    pub(crate) fn among<T: Value>(
        &mut self,
        column: &str,
        values: Option<impl IntoIterator<Item = T>>,
    ) -> &mut Self {
        let Some(values) = values else { return self };
        let mut values = values.into_iter().peekable();
        if values.peek().is_none() {
            return self.push(" AND 1 = 0");
        }
        self.push(" AND ").push(column).push(" IN (").list(values).push(")")
    }

    /// The text as a kind of database takes it.
    fn written(&self, dialect: Dialect) -> String {
        let mut text = String::new();
        let mut number = 0;
        for (before, way) in &self.parts {
            text.push_str(before);
            number += usize::from(matches!(way, Differing::Value | Differing::Rows));
            // Writing to a text cannot fail.
            let _ = match (way, dialect) {
                (Differing::Value, Dialect::Sqlite) => write!(text, "?"),
                (Differing::Value, Dialect::Postgres) => write!(text, "${number}"),
                (Differing::Rows, Dialect::Sqlite) => write!(text, "(SELECT value FROM jsonb_each(?))"),
                (Differing::Rows, Dialect::Postgres) => {
                    write!(text, "jsonb_array_elements(CAST(${number} AS JSONB))")
                }
                (Differing::List, Dialect::Sqlite) => write!(text, "json_array"),
                (Differing::List, Dialect::Postgres) => write!(text, "json_build_array"),
                (Differing::Lists, Dialect::Sqlite) => write!(text, "json_group_array"),
                (Differing::Lists, Dialect::Postgres) => write!(text, "json_agg"),
                (Differing::First, Dialect::Sqlite) => Ok(()),
                (Differing::First, Dialect::Postgres) => write!(text, "WITH first AS ("),
                (Differing::Then, Dialect::Sqlite) => write!(text, "; "),
                (Differing::Then, Dialect::Postgres) => write!(text, ") "),
            };
        }
        text + &self.text
    }

    fn whole(self, on: &AnyConnection) -> Result<(AssertSqlSafe<String>, AnyArguments), Fault> {
        match self.troubles.is_empty() {
            true => Ok((AssertSqlSafe(self.written(Dialect::of(on))), self.values)),
            false => Err(Fault::Broken(self.troubles.join("; "))),
        }
    }

    pub(crate) async fn all(self, on: &mut AnyConnection) -> Result<Vec<AnyRow>, Fault> {
        let (text, values) = self.whole(on)?;
        Ok(sqlx::query_with(text, values).fetch_all(on).await?)
    }

    pub(crate) async fn one(self, on: &mut AnyConnection) -> Result<Option<AnyRow>, Fault> {
        let (text, values) = self.whole(on)?;
        Ok(sqlx::query_with(text, values).fetch_optional(on).await?)
    }

    /// The rows of these columns, told as one list; `from` is what follows them, from FROM on. In no order.
    pub(crate) async fn rows(
        columns: &'static str,
        from: impl FnOnce(&mut Self),
        on: &mut AnyConnection,
    ) -> Result<Vec<ListedRow>, Fault> {
        let mut select = Self::new("SELECT ");
        from(select.lists(columns));
        let Some(row) = select.one(on).await? else { return Ok(Vec::new()) };
        let rows = listed(&row, "listed")?;
        Ok(rows.into_iter().map(|values| ListedRow::new(columns, values)).collect())
    }

    pub(crate) async fn run(self, on: &mut AnyConnection) -> Result<AnyQueryResult, Fault> {
        let (text, values) = self.whole(on)?;
        Ok(sqlx::query_with(text, values).execute(on).await?)
    }
}

/// The lists that [`Sql::lists`] made a column of.
pub(crate) fn listed<T: serde::de::DeserializeOwned>(row: &AnyRow, column: &str) -> Result<Vec<T>, Fault> {
    serde_json::from_str(&row.text(column)?).map_err(|error| Fault::Broken(error.to_string()))
}
