//! To which regions' figures a division code belongs.

use std::collections::BTreeMap;

use jixiao_core::{
    fund::ZoneConvention,
    region::{RegionId, RegionKind, RegionTree},
};

/// Where a row counts: an index into the list of [`Homes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Home(usize);

/// The regions that are measured, and to which of them every division code belongs.
#[derive(Debug)]
pub(crate) struct Homes<'a> {
    tree: &'a RegionTree,
    /// In the order of the tree: in scope and not the root.
    pub(crate) measured: Vec<RegionId>,
    /// By division code: nothing for a code that lies outside of the fund.
    by_code: BTreeMap<&'a str, Option<Home>>,
    /// The region's own id, and the measured regions in whose figures it counts.
    homes: Vec<(RegionId, Vec<RegionId>)>,
}

impl<'a> Homes<'a> {
    /// A city's figures leave its zones out or contain them, as the fund says; those of counties they always contain.
    pub(crate) fn new(tree: &'a RegionTree, convention: ZoneConvention) -> Self {
        let measured: Vec<RegionId> = tree
            .iter()
            .filter(|(id, region)| region.in_scope && tree.parent(*id).is_some())
            .map(|(id, _)| id)
            .collect();
        let mut by_code = BTreeMap::new();
        let mut homes = Vec::new();
        for (id, region) in tree.iter() {
            if !region.in_scope {
                by_code.insert(region.code.as_str(), None);
                continue;
            }
            let mut counts = Vec::new();
            let mut at = Some(id);
            while let Some(here) = at {
                if measured.contains(&here) {
                    counts.push(here);
                }
                let zone = tree.get(here).kind == RegionKind::Zone;
                let apart = zone && convention == ZoneConvention::CityExcludesZone;
                at = tree.parent(here).filter(|_| !apart);
            }
            by_code.insert(region.code.as_str(), Some(Home(homes.len())));
            homes.push((id, counts));
        }
        Self { tree, measured, by_code, homes }
    }

    /// Where a division code counts: `None` for an unknown code, nothing for one outside of the fund.
    #[expect(clippy::option_option, reason = "unknown and outside are two things")]
    pub(crate) fn of(&self, code: &str) -> Option<Option<Home>> {
        self.by_code.get(code).copied()
    }

    /// Whether what is at home there counts in a region's figure; in the whole's everything does.
    pub(crate) fn counts(&self, home: Home, region: Option<RegionId>) -> bool {
        region.is_none_or(|region| self.homes[home.0].1.contains(&region))
    }

    /// The region itself.
    pub(crate) fn region(&self, home: Home) -> RegionId {
        self.homes[home.0].0
    }

    /// The nearest region that is measured on its own.
    pub(crate) fn nearest(&self, code: &str) -> Option<RegionId> {
        let home = self.of(code)??;
        self.homes[home.0].1.first().copied()
    }

    /// The division code of a region.
    pub(crate) fn code(&self, region: RegionId) -> &'a str {
        &self.tree.get(region).code
    }

    /// The whole first, then each region.
    pub(crate) fn all(&self) -> Vec<Option<RegionId>> {
        std::iter::once(None).chain(self.measured.iter().copied().map(Some)).collect()
    }
}
