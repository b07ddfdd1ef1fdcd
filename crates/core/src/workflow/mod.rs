//! Workflow: the ways that records go, as data, and the steps that people take on them.
//!
//! A [`Machine`] says who may do what from where; [`Machine::act`] gives a [`Taken`] step or everything that stands against it. Nothing is stored here:
//! whoever keeps cases keeps the steps, and a case is its steps. Deadlines are worked out ([`due`]), never stored.

mod act;
mod case;
mod guard;
mod machine;
pub mod machines;
mod picture;
mod reminder;
mod terms;

pub use act::{Obstacle, Possible, Refusal, Request, Taken};
pub use case::{Case, Step};
pub use guard::{Facts, Guard};
pub use machine::{Action, Due, Machine, State, Wait};
pub use picture::{mermaid, page};
pub use reminder::{DueList, Reminder, Standing, due};
pub use terms::{Terms, Timing};
