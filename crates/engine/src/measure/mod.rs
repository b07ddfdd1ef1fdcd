//! Measures: what each indicator came to, from awards, ledgers and reports, with its derivation.
//!
//! Measures stand in `indicators.toml` and are planned before anything runs, as schemes are; `docs/measures.md` is the reference of the format.

pub mod file;
pub mod plan;

pub use plan::{Known, Plan, check, plan};
