//! Reading rows without a panic.

use sqlx::{Row as _, any::AnyRow};

use crate::fault::Fault;

/// A row of either database.
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
