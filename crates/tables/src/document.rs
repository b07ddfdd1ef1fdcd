//! A document as read: its cells, what became of each, and the target table.

use std::collections::BTreeMap;

use jixiao_core::{place::Place, region::RegionTree, table::TargetTable};

use crate::{
    grid::Grid,
    read::{Limits, ReadError, read_grid},
    understand::{
        assemble::{Use, assemble},
        rows::typed_rows,
    },
};

/// A document as read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The cells with their places: what snippets are drawn from and repairs are applied to.
    pub grid: Grid,
    /// What the cells say.
    pub table: TargetTable,
    /// What became of every non-empty cell. A cell that is missing here would have been dropped in silence; a test insists
    /// that there is none.
    pub uses: BTreeMap<Place, Use>,
}

/// Reads a document from its bytes.
///
/// `name` is the file's name, if it has one; `regions` the fund's regions, which tell names of regions from names of indicators.
///
/// # Errors
/// When the bytes are no document that can be read, or exceed the limits.
pub fn read(
    bytes: &[u8],
    name: Option<&str>,
    regions: Option<&RegionTree>,
    limits: &Limits,
) -> Result<Document, ReadError> {
    let grid = match read_grid(bytes, name, limits) {
        Err(ReadError::Json) => crate::json::read_grid(bytes, limits)?,
        read => read?,
    };
    Ok(understand(grid, regions))
}

/// Makes a target table of cells.
pub fn understand(grid: Grid, regions: Option<&RegionTree>) -> Document {
    let (table, uses) = assemble(typed_rows(&grid, regions), regions);
    Document { grid, table, uses }
}
