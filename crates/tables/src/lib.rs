//! Reads and writes official performance tables.
//!
//! Bytes become *cells with places* ([`grid`]), cells become *typed rows*, rows become a *target table*: one type
//! per stage. Every non-empty cell is either used or reported; nothing is dropped in silence.

pub mod grid;
pub mod layout;
pub mod read;
pub mod write;
