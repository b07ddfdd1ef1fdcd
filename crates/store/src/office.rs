//! What the book must know of a fund: handed in by whoever read the fund folder.

use jiff::tz::Offset;
use jixiao_core::{
    calendar::Calendar,
    people::{RegionPath, Scope, Target},
    region::RegionTree,
    workflow::{Terms, Timing},
};

use crate::{fault::Fault, moment::Moment, sql::Sql};

/// A fund as the book needs it.
#[derive(Clone, Debug)]
pub struct Office {
    /// The fund's id.
    pub fund: String,
    /// Its regions.
    pub regions: RegionTree,
    /// Working days.
    pub calendar: Calendar,
    /// Terms in working days.
    pub terms: Terms,
    /// The fund's own time: one zone for the whole fund.
    pub zone: Offset,
}

impl Office {
    /// What terms are counted with.
    pub fn timing(&self) -> Timing<'_> {
        Timing { calendar: &self.calendar, terms: &self.terms }
    }

    /// A moment in the fund's own time.
    ///
    /// # Errors
    /// The moment lies outside of the years that can be written.
    pub fn civil(&self, moment: Moment) -> Result<jiff::civil::DateTime, Fault> {
        let timestamp =
            moment.timestamp().ok_or_else(|| Fault::Broken(format!("{} is no moment", moment.0)))?;
        Ok(self.zone.to_datetime(timestamp))
    }

    /// Whose record it is, by the codes that are kept with it; empty ones do not count.
    ///
    /// # Errors
    /// The region is not the fund's.
    pub fn target(&self, region: &str, enterprise: &str) -> Result<Target, Fault> {
        if region.is_empty() {
            return Ok(Target::fund());
        }
        let path = RegionPath::of(&self.regions, region)
            .ok_or_else(|| Fault::not_found(format!("region {region}")))?;
        Ok(if enterprise.is_empty() { Target::region(path) } else { Target::enterprise(enterprise, path) })
    }

    /// The codes of a region and of what lies in it.
    pub fn within(&self, region: &str) -> Vec<String> {
        let codes = self.regions.iter().map(|(_, region)| region.code.clone());
        codes
            .filter(|code| RegionPath::of(&self.regions, code).is_some_and(|path| path.is_in(region)))
            .collect()
    }

    /// Holds a query to what somebody's scopes reach; its rows have the columns region and enterprise.
    pub(crate) fn restrict(&self, select: &mut Sql, scopes: &[Scope]) {
        let reached = self.reached(scopes);
        if reached.all {
            return;
        }
        // A condition that cannot be met would keep SQLite from looking the others up in their indexes.
        match (reached.regions.is_empty(), reached.enterprises.is_empty()) {
            (_, true) => {
                select.among("region", Some(reached.regions));
            }
            (true, false) => {
                select.among("enterprise", Some(reached.enterprises));
            }
            (false, false) => {
                select.push(" AND ((1 = 1").among("region", Some(reached.regions));
                select.push(") OR (1 = 1").among("enterprise", Some(reached.enterprises)).push("))");
            }
        }
    }

    /// The same for rows that have no enterprise.
    pub(crate) fn restrict_regions(&self, select: &mut Sql, scopes: &[Scope]) {
        let reached = self.reached(scopes);
        if !reached.all {
            select.among("region", Some(reached.regions));
        }
    }

    /// What somebody's scopes reach, as a query asks for it.
    pub(crate) fn reached(&self, scopes: &[Scope]) -> Reached {
        let mut reached = Reached::default();
        for scope in scopes {
            match scope {
                Scope::Fund => reached.all = true,
                Scope::Region(code) => reached.regions.extend(self.within(code)),
                Scope::Enterprise(code) => reached.enterprises.push(code.clone()),
                Scope::Nothing => {}
            }
        }
        reached
    }
}

/// What somebody's scopes reach.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reached {
    pub(crate) all: bool,
    pub(crate) regions: Vec<String>,
    pub(crate) enterprises: Vec<String>,
}
