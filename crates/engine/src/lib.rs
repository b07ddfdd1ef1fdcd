//! Ledgers and schemes: reads source rows, plans written rules, computes awards and explains them.

pub mod batch;
pub mod dimension;
pub mod fault;
pub mod intake;
pub mod measure;
pub mod number;
pub mod run;
pub mod schema;
pub mod schema_file;
pub mod scheme;
mod shares;
pub mod sql;
pub mod tree;
