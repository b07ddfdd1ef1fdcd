//! How a query is written down: one column a line, one stage after the other.

use crate::sql::expression::quoted;

/// A `SELECT`: columns, where from, and what comes after.
pub(super) struct Select {
    columns: Vec<String>,
    from: String,
    tail: Vec<String>,
    distinct: bool,
}

impl Select {
    pub(super) fn from(table: &str) -> Self {
        Self { columns: Vec::new(), from: table.to_owned(), tail: Vec::new(), distinct: false }
    }

    /// A column as written.
    pub(super) fn add(&mut self, sql: String) -> &mut Self {
        self.columns.push(sql);
        self
    }

    /// A column with a name of its own.
    pub(super) fn column(&mut self, sql: &str, name: &str) -> &mut Self {
        self.add(format!("{sql} AS {}", quoted(name)))
    }

    /// Columns as they are.
    pub(super) fn columns(&mut self, names: &[&str]) -> &mut Self {
        self.columns.extend(names.iter().map(|n| quoted(n)));
        self
    }

    /// A join, a filter, an order: what stands after the table.
    pub(super) fn tail(&mut self, clause: &str) -> &mut Self {
        self.tail.push(clause.to_owned());
        self
    }

    pub(super) fn distinct(&mut self) -> &mut Self {
        self.distinct = true;
        self
    }

    pub(super) fn sql(&self) -> String {
        let distinct = if self.distinct { " DISTINCT" } else { "" };
        let mut out = format!("SELECT{distinct}\n    {}\n  FROM {}", self.columns.join(",\n    "), self.from);
        for clause in &self.tail {
            out.push_str("\n  ");
            out.push_str(clause);
        }
        out
    }
}

/// A query of several stages, each with a name, and the last.
pub(super) fn with(stages: &[(String, Select)], last: &Select) -> String {
    let stages: Vec<String> =
        stages.iter().map(|(name, select)| format!("{} AS (\n  {}\n)", quoted(name), select.sql())).collect();
    format!("WITH {}\n{}", stages.join(",\n"), last.sql())
}
