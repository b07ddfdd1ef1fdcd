//! Targets, regions, periods, roll-ups, proofs and checks of a public fund: values in, values out.

pub mod actual;
pub mod apportion;
pub mod calendar;
pub mod checks;
pub mod derivation;
pub mod evaluation;
pub mod exact;
pub mod finding;
pub mod fund;
pub mod indicator;
pub mod interval;
pub mod money;
pub mod monitor;
pub mod people;
pub mod period;
pub mod place;
pub mod proof;
pub mod region;
pub mod settings;
pub mod survey;
pub mod table;
pub mod target;
pub mod text;
pub mod unit;
pub mod workflow;
