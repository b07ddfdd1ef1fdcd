//! Who may see what is in each column, as data.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Who may see a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// May stand on the public site.
    Public,
    /// People with a role.
    Internal,
    /// About a person, or an enterprise's own affairs: each reading is noted.
    Personal,
}

/// The class of every column, by table.
pub type Columns = BTreeMap<String, BTreeMap<String, Class>>;

/// The classes that are part of the program.
///
/// # Errors
/// The file is broken; a test sees to it that it is not.
pub fn columns() -> Result<Columns, String> {
    toml::from_str(include_str!("../columns.toml")).map_err(|error| error.to_string())
}
