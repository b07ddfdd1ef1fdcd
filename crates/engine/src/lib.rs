//! Ledgers and schemes: reads source rows, plans written rules, computes awards and explains them.

pub mod batch;
pub mod dimension;
pub mod fault;
pub mod number;
pub mod run {
    //! Values of parameters; the rest of the embedded back end follows.
    pub(crate) mod bindings;
    pub use bindings::{Bindings, find, finer_scale, illustrative, in_base_units, in_own_unit, shift};
}
pub mod schema;
pub mod scheme;
pub mod sql;
