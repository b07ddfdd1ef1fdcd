//! Measures: what each indicator came to, from awards, ledgers and reports, with its derivation.
//!
//! Measures stand in `indicators.toml` and are planned before anything runs, as schemes are; `docs/measures.md` is the reference of the format.

pub mod actuals;
pub mod course;
mod figure;
pub mod file;
mod kinds;
pub mod plan;
mod regions;
pub mod reports;
mod rows;
pub mod said;
pub mod survey;
mod words;

pub use actuals::{Actuals, actuals};
pub use course::{Course, Part};
pub use kinds::reaches_first_grade;
pub use plan::{Known, Plan, check, plan};
pub use reports::Report;
pub use said::{SaidReason, SaidScore};
pub use survey::{Population, SurveyAnswer, SurveyRows};
