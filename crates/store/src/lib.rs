//! What people decide, kept: cases, money, users and the audit chain, on SQLite or PostgreSQL.
//!
//! Everything that changes something goes through a [`Change`]: one transaction, made by somebody at a time, that cannot be committed without an audit
//! record. The clock and randomness are handed in. What may happen is decided in `jixiao_core` (workflow, books, people); here it is fetched and kept.
//!
//! - [`database`]: opening, the two kinds of database, migrations.
//! - [`change`]: a transaction with its author and its audit records.
//! - [`money`]: accounts and entries.
//! - [`cases`]: everything that goes through hands.
//! - [`awards`], [`surveys`], [`forms`], [`reviews`]: what belongs to a fund year beside its cases.
//! - [`notices`]: what is in public notice, for whoever may object.
//! - [`jobs`]: long work: what was asked, how far it is, what came of it.
//! - [`requests`]: requests that carried a key.
//! - [`people`]: accounts, roles, sessions, tokens.
//! - [`links`]: which accounts of organisations sign in to which accounts.
//! - [`password`], [`common`], [`breached`]: what a password must be, and how it is kept.
//! - [`office`]: what the book must know of a fund.
//! - [`evidence`]: files by their SHA-256, and the cases that they belong to.
//! - [`audit`]: the chain listed, sealed and verified; readings of personal data.
//! - [`backup`]: a whole database as one file, and back, also to the other kind.
//! - [`verify`]: everything that can be doubted about a database, looked at again.

pub mod audit;
pub mod awards;
pub mod backup;
pub mod breached;
pub mod cases;
pub mod change;
pub mod columns;
pub mod common;
pub mod database;
pub mod documents;
mod effects;
pub mod evidence;
pub mod fault;
pub mod forms;
pub mod funds;
pub mod inspections;
pub mod jobs;
pub mod links;
pub mod migrations;
pub mod moment;
pub mod money;
pub mod notices;
pub mod office;
pub mod password;
pub mod people;
pub mod requests;
pub mod reviews;
mod rows;
mod schema;
mod sql;
pub mod surveys;
mod turns;
pub mod verify;

pub use change::{Actor, Change};
pub use database::{Database, Dialect};
pub use fault::Fault;
pub use moment::Moment;
pub use office::Office;
