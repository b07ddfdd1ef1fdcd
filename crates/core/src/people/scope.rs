//! Over what a role is held, and what a deed is done to.

use serde::{Deserialize, Serialize};

use crate::region::RegionTree;

/// Over what a role is held. Regions go by their division code, so that a grant outlives a changed region list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// The whole fund.
    Fund,
    /// A region and what lies in it, by division code.
    Region(String),
    /// One enterprise's own records, by 统一社会信用代码.
    Enterprise(String),
    /// No record.
    Nothing,
}

/// A region with the regions that it lies in: what is needed to tell whether it is below another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct RegionPath {
    code: String,
    above: Vec<String>,
}

impl RegionPath {
    /// The region with a division code. `None` when the tree has no such region.
    pub fn of(tree: &RegionTree, code: &str) -> Option<Self> {
        let (id, region) = tree.iter().find(|(_, region)| region.code == code)?;
        let above = tree.ancestors(id).map(|above| tree.get(above).code.clone()).collect();
        Some(Self { code: region.code.clone(), above })
    }

    /// Its division code.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Whether it is the region with this code or lies in it.
    pub fn is_in(&self, code: &str) -> bool {
        self.code == code || self.above.iter().any(|above| above == code)
    }
}

/// Whose record a deed is done to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Over {
    /// Users, settings, the state of the system: no record of the fund.
    System,
    /// The fund as a whole.
    Fund,
    /// A region.
    Region(RegionPath),
    /// An enterprise.
    Enterprise {
        /// Its 统一社会信用代码.
        code: String,
        /// The region that it belongs to.
        region: RegionPath,
    },
}

/// What a deed is done to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Target {
    over: Over,
    disclosed: bool,
}

impl Target {
    /// Users, settings, the state of the system.
    pub fn system() -> Self {
        Self { over: Over::System, disclosed: false }
    }

    /// A record of the fund as a whole.
    pub fn fund() -> Self {
        Self { over: Over::Fund, disclosed: false }
    }

    /// A record of a region.
    pub fn region(region: RegionPath) -> Self {
        Self { over: Over::Region(region), disclosed: false }
    }

    /// A record of an enterprise, by its code, in a region.
    pub fn enterprise(code: impl Into<String>, region: RegionPath) -> Self {
        Self { over: Over::Enterprise { code: code.into(), region }, disclosed: false }
    }

    /// The same, as far as it has been made public.
    #[must_use]
    pub fn disclosed(mut self) -> Self {
        self.disclosed = true;
        self
    }

    /// Whose record it is.
    pub fn over(&self) -> &Over {
        &self.over
    }

    /// Whether it has been made public.
    pub fn is_disclosed(&self) -> bool {
        self.disclosed
    }
}

impl Scope {
    /// Whether a record lies in the scope. The system lies in none, and a region's officer does not reach what is above the region.
    pub fn covers(&self, target: &Target) -> bool {
        match (self, &target.over) {
            (Self::Nothing, _) | (_, Over::System) => false,
            (Self::Fund, _) => true,
            (Self::Region(code), Over::Region(region) | Over::Enterprise { region, .. }) => {
                region.is_in(code)
            }
            (Self::Enterprise(own), Over::Enterprise { code, .. }) => own == code,
            (Self::Region(_), Over::Fund) | (Self::Enterprise(_), Over::Fund | Over::Region(_)) => false,
        }
    }
}
