//! Regions: province, prefecture cities, zones inside a city; a tree with official division codes.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{finding::Both, text};

/// What a region is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RegionKind {
    /// 省、自治区、直辖市.
    Province,
    /// 地级市、州、盟.
    City,
    /// 县、区、县级市.
    County,
    /// A zone inside a city that reports on its own: 珠海横琴.
    Zone,
}

/// One region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    /// Official six-digit division code (GB/T 2260), or a code of the fund's own for a zone that has none.
    pub code: String,
    /// Official name.
    pub name: String,
    /// Its name in English; empty where the fund folder has none.
    pub english: String,
    /// Code of the region it lies in; `None` for the root.
    pub parent: Option<String>,
    /// What it is.
    pub kind: RegionKind,
    /// Other names that tables use.
    pub aliases: Vec<String>,
    /// Whether the fund supports it.
    pub in_scope: bool,
    /// Why it is in scope or not.
    pub reason: String,
}

impl Region {
    /// Its name in both languages; the Chinese one where there is no other.
    pub fn both(&self) -> Both {
        told(&self.name, &self.english)
    }
}

/// A name in both languages, of which the English one may be empty.
pub(crate) fn told(zh: &str, en: &str) -> Both {
    Both::new(zh, if en.is_empty() { zh } else { en })
}

/// Index of a region in its tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RegionId(pub u32);

/// The regions of a fund.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RegionTree {
    regions: Vec<Region>,
    by_name: BTreeMap<String, RegionId>,
    parents: Vec<Option<RegionId>>,
    /// Every character of a name.
    letters: BTreeSet<char>,
}

impl RegionTree {
    /// A tree from its regions, parents before or after their children.
    ///
    /// # Errors
    /// All of: a code or name used twice, an unknown parent, a region that lies in itself.
    pub fn new(regions: Vec<Region>) -> Result<Self, Vec<String>> {
        let mut problems = Vec::new();
        let mut by_code = BTreeMap::new();
        let mut by_name = BTreeMap::new();
        for (id, region) in (0u32..).map(RegionId).zip(&regions) {
            if by_code.insert(region.code.clone(), id).is_some() {
                problems.push(format!("division code {} is given twice", region.code));
            }
            for name in std::iter::once(&region.name).chain(&region.aliases) {
                if by_name.insert(text::key(name), id).is_some_and(|other| other != id) {
                    problems.push(format!("the name {name} belongs to two regions"));
                }
            }
        }
        let mut parents = Vec::with_capacity(regions.len());
        for region in &regions {
            let parent = region.parent.as_ref().and_then(|code| by_code.get(code).copied());
            if let (Some(code), None) = (&region.parent, parent) {
                problems.push(format!("{} lies in {code}, which is not in the list", region.name));
            }
            parents.push(parent);
        }
        let letters = by_name.keys().flat_map(|name| name.chars()).collect();
        let tree = Self { regions, by_name, parents, letters };
        for (id, region) in tree.iter() {
            if tree.ancestors(id).take(tree.regions.len() + 1).any(|a| a == id) {
                problems.push(format!("{} lies in itself", region.name));
            }
        }
        if problems.is_empty() { Ok(tree) } else { Err(problems) }
    }

    /// Every region with its id, in the order of the list.
    pub fn iter(&self) -> impl Iterator<Item = (RegionId, &Region)> {
        (0u32..).map(RegionId).zip(&self.regions)
    }

    /// A region by id.
    ///
    /// # Panics
    /// When the id is of another tree.
    pub fn get(&self, id: RegionId) -> &Region {
        &self.regions[id.0 as usize]
    }

    /// A region by its name or an alias, white space and full-width forms aside.
    pub fn find(&self, name: &str) -> Option<RegionId> {
        self.by_name.get(&text::key(name)).copied()
    }

    /// The region that a region lies in.
    pub fn parent(&self, id: RegionId) -> Option<RegionId> {
        self.parents[id.0 as usize]
    }

    /// The regions that a region lies in, nearest first.
    pub fn ancestors(&self, id: RegionId) -> impl Iterator<Item = RegionId> {
        std::iter::successors(self.parent(id), |&id| self.parent(id))
    }

    /// Whether one region lies in another, at any depth.
    pub fn is_within(&self, inner: RegionId, outer: RegionId) -> bool {
        self.ancestors(inner).any(|a| a == outer)
    }

    /// Names that look like a name that is not in the tree, best first, at most three; none without a character in common.
    pub fn near(&self, name: &str) -> Vec<&str> {
        let wanted = text::key(name);
        let letters: Vec<char> = wanted.chars().collect();
        if !letters.iter().any(|c| self.letters.contains(c)) {
            return Vec::new();
        }
        let allowed = if letters.len() <= 2 { 1 } else { 2 };
        let mut nearest = BTreeMap::new();
        // Every short cell of a table is asked for here and next to none is near anything, so the cheap bounds go first.
        for (known, &id) in self.by_name.iter().filter(|(known, _)| fewest_edits(&letters, known) <= allowed)
        {
            let edits = text::distance(&wanted, known);
            if edits <= allowed && edits < self.get(id).name.chars().count() {
                nearest.entry(id).and_modify(|e: &mut usize| *e = edits.min(*e)).or_insert(edits);
            }
        }
        let mut near: Vec<_> = nearest.into_iter().map(|(id, edits)| (edits, id)).collect();
        near.sort();
        near.into_iter().take(3).map(|(_, id)| self.get(id).name.as_str()).collect()
    }
}

/// No fewer edits than these turn one text into the other: each character of the longer one that the other lacks takes one.
fn fewest_edits(a: &[char], b: &str) -> usize {
    let (length, shared) =
        b.chars().fold((0, 0), |(length, shared), c| (length + 1, shared + usize::from(a.contains(&c))));
    a.len().max(length).saturating_sub(shared)
}

/// Whether a text has the shape of a division's name (ends in 市, 县, 区, 州, 盟, 旗…) and nothing that names do not have.
///
/// Used where no list of regions is known: tables of other provinces are read too.
pub fn looks_like_region(text: &str) -> bool {
    const ENDINGS: [&str; 16] = [
        "市",
        "县",
        "区",
        "自治州",
        "州",
        "盟",
        "旗",
        "地区",
        "新区",
        "开发区",
        "合作区",
        "示范区",
        "高新区",
        "经开区",
        "师市",
        "兵团",
    ];
    // Words that end like a region but count something: 创新示范区, 培育区.
    const NOT: [&str; 22] = [
        "数", "率", "额", "指标", "规模", "企业", "项目", "覆盖", "建设", "园区", "小区", "社区", "校区",
        "景区", "片区", "街区", "山区", "库区", "灌区", "林区", "城区", "改造",
    ];
    let key = text::key(text);
    let chars = key.chars().count();
    (2..=11).contains(&chars)
        && key.chars().all(|c| matches!(c as u32, 0x4e00..=0x9fff))
        && ENDINGS.iter().any(|e| key.ends_with(e))
        && !NOT.iter().any(|n| key.contains(n))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(code: &str, name: &str, parent: Option<&str>, aliases: &[&str]) -> Region {
        Region {
            code: code.into(),
            name: name.into(),
            english: String::new(),
            parent: parent.map(Into::into),
            kind: RegionKind::City,
            aliases: aliases.iter().map(|&a| a.into()).collect(),
            in_scope: true,
            reason: String::new(),
        }
    }

    #[test]
    fn names_aliases_and_near_names() {
        let tree = RegionTree::new(vec![
            region("440000", "广东省", None, &["广东"]),
            region("440500", "汕头市", Some("440000"), &["汕头"]),
            region("441500", "汕尾市", Some("440000"), &["汕尾"]),
        ])
        .expect("a sound tree");
        assert_eq!(tree.find("汕 头"), tree.find("汕头市"));
        assert_eq!(tree.near("汕投市"), ["汕头市", "汕尾市"]);
        assert!(tree.near("北京市海淀区").is_empty());
        let (city, province) = (tree.find("汕头市").expect("listed"), tree.find("广东").expect("listed"));
        assert!(tree.is_within(city, province) && !tree.is_within(province, city));
    }

    #[test]
    fn the_bound_never_exceeds_the_edits() {
        for a in ["", "汕头市", "头汕市", "惠洲市", "汕汕汕", "≥104", "珠海横琴"] {
            for b in ["", "汕头市", "汕尾市", "惠州", "汕汕", "珠海市横琴"] {
                let letters: Vec<char> = a.chars().collect();
                assert!(fewest_edits(&letters, b) <= text::distance(a, b), "{a} {b}");
            }
        }
        assert_eq!(fewest_edits(&['≥', '1', '0', '4'], "广州市"), 4);
    }

    #[test]
    fn a_faulty_list_reports_every_fault() {
        let faults =
            RegionTree::new(vec![region("1", "甲市", Some("9"), &[]), region("1", "乙市", None, &["甲市"])])
                .expect_err("three faults");
        assert_eq!(faults.len(), 3, "{faults:?}");
        assert!(RegionTree::new(vec![region("1", "甲市", Some("1"), &[])]).is_err(), "lies in itself");
    }

    #[test]
    fn shapes_of_names() {
        for yes in ["广州市", "阿坝州", "雄安新区", "巴彦淖尔市", "临高县"] {
            assert!(looks_like_region(yes), "{yes}");
        }
        for no in ["改造老旧小区", "进口贴息支持企业数量", "覆盖县区", "市", "2024市", "保持"]
        {
            assert!(!looks_like_region(no), "{no}");
        }
    }
}
