//! What a fund year is told as: the content of the report, and every file made from it.
//!
//! ```text
//! year.rs (computed) ── split.rs: money by scheme and region ── content.rs and its parts: facts as values ── files.rs: forms, lists, report, open data ── folder.rs: into the folder, without what an earlier run left
//!                                                              └─ derivations.rs, courses.rs ── published.rs: all of it as one file
//! ```
//!
//! Nothing is computed here that a score or an award rests on; figures are taken over, set beside each other and named.

mod content;
mod courses;
mod derivations;
mod english;
mod files;
mod folder;
mod illustrative;
mod money;
mod published;
mod results;
mod split;
mod survey;

use std::collections::BTreeSet;

use jixiao_core::{
    evaluation::ScoreSheet,
    finding::{Both, Finding},
    fund::ZoneConvention,
    monitor::Monitoring,
    region::{RegionId, RegionKind},
};

pub(crate) use self::english::{Quoted, sheet_in_english};
pub(crate) use self::files::Written;
pub(crate) use self::folder::{Made, is_intact, put};
pub(crate) use self::published::{YEAR, listed};
pub(crate) use self::split::Split;
use crate::{commands::Setting, year::Year};

/// What a report is made from.
#[derive(Clone, Copy)]
pub(crate) struct Facts<'a> {
    /// The command's setting; `today` is the date of making.
    pub setting: &'a Setting,
    /// The fund year.
    pub year: &'a Year,
    /// The score sheets of the whole (first) and of the regions.
    pub sheets: &'a [ScoreSheet],
    /// The last round of monitoring.
    pub monitoring: Option<&'a Monitoring>,
    /// What the checks found in the target table.
    pub findings: &'a [Finding],
    /// Money by scheme and region.
    pub split: &'a Split,
    /// Whether the ledgers are invented.
    pub synthetic: bool,
}

impl<'a> Facts<'a> {
    /// The score sheet of a region or (`None`) of the whole.
    fn sheet(&self, region: Option<RegionId>) -> Option<&'a ScoreSheet> {
        self.sheets.iter().find(|s| s.region == region)
    }

    /// The name of a region; of the whole that of the root of the tree.
    fn name(&self, region: Option<RegionId>) -> Both {
        let regions = &self.setting.fund.regions;
        let id = region.or_else(|| regions.iter().map(|(id, _)| id).find(|id| regions.parent(*id).is_none()));
        id.map_or_else(Both::default, |id| regions.get(id).both())
    }

    /// The division code of a region; of the whole that of the root of the tree.
    fn code(&self, region: Option<RegionId>) -> String {
        let regions = &self.setting.fund.regions;
        let id = region.or_else(|| regions.iter().map(|(id, _)| id).find(|id| regions.parent(*id).is_none()));
        id.map_or_else(String::new, |id| regions.get(id).code.clone())
    }

    /// The division codes whose enterprises count in a region's figures, as measures count them; every code of the fund for the whole.
    fn codes(&self, region: Option<RegionId>) -> BTreeSet<&'a str> {
        let fund = &self.setting.fund;
        let apart = fund.zone_convention == ZoneConvention::CityExcludesZone;
        let within = |from: RegionId| {
            let Some(wanted) = region else { return true };
            let mut at = Some(from);
            while let Some(here) = at {
                if here == wanted {
                    return true;
                }
                let leaves = apart && fund.regions.get(here).kind == RegionKind::Zone;
                at = fund.regions.parent(here).filter(|_| !leaves);
            }
            false
        };
        let counted = fund.regions.iter().filter(|(id, region)| region.in_scope && within(*id));
        counted.map(|(_, region)| region.code.as_str()).collect()
    }
}

#[cfg(test)]
mod tests;
