//! Reads and writes official performance tables.
//!
//! Bytes become *cells with places* ([`grid`]), cells become *typed rows*, rows become a *target table*
//! ([`mod@understand`]): one type per stage. Every non-empty cell is either used or reported; nothing is dropped in silence.
//! The way back is [`official`] (the form's layout) and [`mod@write`] (Word, Excel, text, CSV) or [`json`].

mod document;
pub mod grid;
pub mod json;
pub mod layout;
mod naming;
pub mod official;
pub mod read;
pub mod repair;
pub mod understand;
pub mod write;

pub use document::{Document, read, understand};
pub use naming::Named;
