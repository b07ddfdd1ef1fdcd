//! Schemes: the file, its expressions, and the plan that runs.

pub mod file;
pub mod plan;
pub mod planner;
pub mod show;
pub mod syntax;
