//! The audit chain: one record for each change of state, each bound to the one before it.
//!
//! A record's *content* is a digest of its fields, its *link* a digest of the link before it, its number and its content. Whoever holds a link that
//! was published can tell whether anything before it was changed, left out or put in afterwards, without seeing a single field.
//!
//! - [`Record`]: who did what to what, when, from where, and why.
//! - [`Algorithm`]: SHA-256 or SM3 (GB/T 32905), chosen once for a chain.
//! - [`Seal`]: the part of a chain that is handed out: numbers, times, contents and links, nothing personal.

mod algorithm;
mod record;
mod seal;

pub use algorithm::Algorithm;
pub use record::{Link, Record, link};
pub use seal::{Break, Seal, SealedRecord};
