//! Every machine, one file each.

mod actual;
mod application;
mod decomposition;
mod evaluation;
mod finding;
mod monitoring;
mod objection;
mod payment_order;
mod target_table;
mod waiver;

use super::machine::Machine;

pub use actual::ACTUAL;
pub use application::APPLICATION;
pub use decomposition::DECOMPOSITION;
pub use evaluation::EVALUATION;
pub use finding::FINDING;
pub use monitoring::MONITORING;
pub use objection::OBJECTION;
pub use payment_order::PAYMENT_ORDER;
pub use target_table::TARGET_TABLE;
pub use waiver::WAIVER;

/// All of them, in the order of a fund's year.
pub static ALL: [&Machine; 10] = [
    &TARGET_TABLE,
    &DECOMPOSITION,
    &APPLICATION,
    &OBJECTION,
    &PAYMENT_ORDER,
    &ACTUAL,
    &MONITORING,
    &EVALUATION,
    &WAIVER,
    &FINDING,
];

/// A machine by its id.
pub fn find(id: &str) -> Option<&'static Machine> {
    ALL.iter().copied().find(|machine| machine.id == id)
}
