//! Schemes: the file, its expressions, and the plan that runs.

pub mod plan;
