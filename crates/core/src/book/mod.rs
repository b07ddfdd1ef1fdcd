//! The books: money on the move, in whole fen, by double entry.
//!
//! Money goes from the source of the budget to an appropriation, is allocated to a scheme and a region, committed to an award, paid, and
//! perhaps returned. Each step is one *entry* from one account to another; nothing is ever edited. What a batch of entries comes to is worked
//! out here, from the accounts and the entries that are known, entry by entry in the order given; a store only fetches what is known and
//! keeps what comes out.
//!
//! - [`account`]: what an account stands for and what it holds.
//! - [`kind`]: what moves money, and between which accounts each may.
//! - [`entry`]: one entry as somebody asks for it, and as it was kept.
//! - [`outcome`]: what became of an entry, as codes that never change, in order of precedence.
//! - [`mod@settle`]: a batch against what is known.
//! - [`verify`]: balances worked out again from the entries alone.

pub mod account;
pub mod entry;
pub mod kind;
pub mod outcome;
pub mod settle;
pub mod verify;

pub use account::{Account, AccountId, AccountKind, AccountName, Balance};
pub use entry::{Cause, Entry, Kept, Step};
pub use kind::EntryKind;
pub use outcome::Outcome;
pub use settle::{Known, Whole, settle};
