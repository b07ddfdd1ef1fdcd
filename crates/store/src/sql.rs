//! Statements of varying length.
//!
//! Values are numbered (`$1`), which both databases read; the library's own builder writes `?` for a database that is only known when it runs.

use sqlx::{
    Any, AnyConnection, Arguments as _, AssertSqlSafe,
    any::{AnyArguments, AnyQueryResult, AnyRow},
};

use crate::fault::Fault;

/// A statement under construction: text by hand, values by number.
pub(crate) struct Sql {
    text: String,
    values: AnyArguments,
    count: usize,
    troubles: Vec<String>,
}

/// What may be bound.
pub(crate) trait Value: for<'q> sqlx::Encode<'q, Any> + sqlx::Type<Any> + Send + 'static {}
impl<T: for<'q> sqlx::Encode<'q, Any> + sqlx::Type<Any> + Send + 'static> Value for T {}

impl Sql {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), values: AnyArguments::default(), count: 0, troubles: Vec::new() }
    }

    /// Adds text; never anything that somebody typed.
    pub(crate) fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Adds a value.
    pub(crate) fn bind(&mut self, value: impl Value) -> &mut Self {
        self.count += 1;
        self.text.push_str(&format!("${}", self.count));
        if let Err(error) = self.values.add(value) {
            self.troubles.push(error.to_string());
        }
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

    fn whole(self) -> Result<(AssertSqlSafe<String>, AnyArguments), Fault> {
        match self.troubles.is_empty() {
            true => Ok((AssertSqlSafe(self.text), self.values)),
            false => Err(Fault::Broken(self.troubles.join("; "))),
        }
    }

    pub(crate) async fn all(self, on: &mut AnyConnection) -> Result<Vec<AnyRow>, Fault> {
        let (text, values) = self.whole()?;
        Ok(sqlx::query_with(text, values).fetch_all(on).await?)
    }

    pub(crate) async fn one(self, on: &mut AnyConnection) -> Result<Option<AnyRow>, Fault> {
        let (text, values) = self.whole()?;
        Ok(sqlx::query_with(text, values).fetch_optional(on).await?)
    }

    pub(crate) async fn run(self, on: &mut AnyConnection) -> Result<AnyQueryResult, Fault> {
        let (text, values) = self.whole()?;
        Ok(sqlx::query_with(text, values).execute(on).await?)
    }
}
