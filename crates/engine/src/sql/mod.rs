//! A plan as SQL: the same verdicts and awards, computed by somebody else's engine.
//!
//! The text is for DataFusion, which `jixiao-cluster` runs. It has two uses: ledgers too large for one machine, and a second opinion: a program that
//! shares nothing with the embedded back end but the plan. Names are quoted throughout; what does not come from a ledger or a scheme begins with two
//! underscores, or has a point in it.
//!
//! Input are one table for each ledger, under its name, with its columns as the schema has them ([`SqlType`]) and `__file` and `__row`, the place of each
//! row. The result of each query is a table, under the query's name, for those after it:
//!
//! - `CLASS/rows`: each row with its first refusal, look-ups, line steps and conditions being done; `CLASS/ambiguous/LOOKUP`: rows for which a look-up finds
//!   two rows, which must be none; `CLASS/duplicate/ID`: the same rows after each duplicate.
//! - `CLASS/verdicts`: `__file`, `__row`, `__applicant`, `verdict` (null: eligible), `principal` (a mantissa at the principal's scale).
//! - `CLASS/enterprises`: `code`, `claimed` and `principal` (mantissas), `factor`, `step.ID` …, `refusal`, `amount` in fen.
//! - `amounts`: `code`, `step.ID` …, `refusal`, `amount` in fen, over all classes.
//! - `awards`: `code`, `refusal`, `amount` before and `award` after the budget coefficient, in fen.
//!
//! Pairs that look alike (near duplicates) decide nothing and are left out.

mod class;
mod expression;
mod scheme;
mod select;

use jixiao_core::finding::Both;

use crate::{
    run::bindings::Bindings,
    schema::{Kind, Ledgers},
    scheme::plan::Plan,
};

/// The name of the table with the awards.
pub const AWARDS: &str = "awards";

/// A query with the name under which its result is known to those after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// The name.
    pub name: String,
    /// One statement, with no semicolon.
    pub sql: String,
    /// Whether a result with rows means that the data are at fault: two rows found where one is asked for.
    pub must_be_empty: bool,
}

impl Query {
    fn new(name: &str, label: &Both, sql: String) -> Self {
        let line = |text: &str| text.replace(['\n', '\r'], " ");
        let sql = format!("-- {}: {} / {}\n{sql}", line(name), line(&label.zh), line(&label.en));
        Self { name: name.to_owned(), sql, must_be_empty: false }
    }
}

/// The type of a ledger's column in its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SqlType {
    /// `VARCHAR`: texts, choices (their values), credit codes.
    Text,
    /// `BIGINT`: whole numbers, decimals as whole numbers of their last digit, digits as their number.
    Number,
    /// `DATE`.
    Date,
    /// `BOOLEAN`.
    Flag,
}

/// The type that the queries expect of a column.
pub fn sql_type(kind: &Kind) -> SqlType {
    match kind {
        Kind::Text | Kind::Choice(_) | Kind::CreditCode => SqlType::Text,
        Kind::Digits(_) | Kind::Whole | Kind::Decimal(_) => SqlType::Number,
        Kind::Date => SqlType::Date,
        Kind::Flag => SqlType::Flag,
    }
}

/// The queries of a plan, in the order in which they are run. The same plan and values give the same text.
pub fn queries(plan: &Plan, ledgers: &Ledgers, bindings: &Bindings) -> Vec<Query> {
    let context = class::Context { plan, ledgers, bindings };
    let mut out = Vec::new();
    for class in &plan.classes {
        class::queries(&context, class, &mut out);
    }
    scheme::queries(&context, &mut out);
    out
}
