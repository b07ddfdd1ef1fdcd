//! Targets, regions, periods, roll-ups, proofs and checks of a public fund: values in, values out.

pub mod indicator;
pub mod interval;
pub mod period;
pub mod place;
pub mod region;
pub mod target;
pub mod text;
pub mod unit;
