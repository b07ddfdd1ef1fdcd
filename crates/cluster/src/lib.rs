//! Plans of schemes on DataFusion: runs the SQL that `jixiao_engine::sql` writes.
//!
//! Its first use is as an oracle: for the same ledgers it must come to the same verdict for every row and the same award for every enterprise as the
//! embedded back end, to the fen (`tests/oracle.rs`). Without the feature `cluster` this crate is empty, because DataFusion is some hundred crates.

#[cfg(feature = "cluster")]
mod session;
#[cfg(feature = "cluster")]
mod tables;

#[cfg(feature = "cluster")]
pub use session::{Award, Failure, Session, Verdict};
#[cfg(feature = "cluster")]
pub use tables::batch;
