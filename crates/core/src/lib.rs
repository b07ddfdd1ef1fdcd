//! Targets, regions, periods, roll-ups, proofs and checks of a public fund: values in, values out.

pub mod place;
pub mod text;
pub mod interval;
pub mod period;
pub mod region;
pub mod unit;
