//! Cells with places become typed rows, typed rows become a target table.

pub mod align;
pub mod assemble;
pub mod labels;
pub mod rows;
