//! People: roles with their scope, what can be done, and the permission that a deed takes.
//!
//! Whoever changes or shows a record is handed a [`May`], never a role. A `May` is made by [`Person::may`] alone, and carries who, what and to what.

mod coded;
mod deed;
mod matrix;
mod may;
mod role;
mod scope;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub(crate) use coded::coded;
pub use deed::{Deed, Doing, Family, Reaches, types as deeds};
pub use matrix::{matrix_markdown, roles_markdown};
pub use may::{May, Reach, Refused};
pub use role::Role;
pub use scope::{Over, RegionPath, Scope, Target};

use crate::{both, finding::Both, region::RegionTree};

/// Who somebody is: the key of an account, never shown as a name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PersonId(pub String);

impl std::fmt::Display for PersonId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// The id of whoever is not signed in; no account has it.
const PUBLIC: &str = "public";

/// A role held over a scope.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// Over what.
    pub scope: Scope,
}

impl Grant {
    /// A role over a scope.
    pub fn new(role: Role, scope: Scope) -> Self {
        Self { role, scope }
    }
}

/// A person with the roles that they hold. Roles that must not come together are refused when one is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    id: PersonId,
    grants: Vec<Grant>,
    only: Option<BTreeSet<Deed>>,
}

impl Person {
    /// A person with roles. Grants are sorted and none is kept twice.
    ///
    /// # Errors
    /// All of: no id or that of the public, a role over a scope that it is not held over, a scope without a code, roles that exclude each other, one person for two enterprises.
    pub fn new(id: PersonId, mut grants: Vec<Grant>) -> Result<Self, Vec<Both>> {
        let mut faults = Vec::new();
        grants.sort();
        grants.dedup();
        if id.0.trim().is_empty() {
            faults.push(Both::new(
                "人员没有编号，请先给出账号",
                "the person has no id; give the account first",
            ));
        }
        if id.0 == PUBLIC {
            faults.push(both!(
                "编号{PUBLIC}留给未登录的公众，请换一个",
                "the id {PUBLIC} stands for whoever is not signed in; take another"
            ));
        }
        for Grant { role, scope } in &grants {
            let (label, scopes) = (role.label(), role.scopes());
            if !role.takes(scope) {
                let (zh, en, over_zh, over_en) = (label.zh, label.en, scopes.zh, scopes.en);
                faults.push(both!(
                    "角色{zh}的范围只能是：{over_zh}",
                    "the role {en} is held over {over_en}, and nothing else"
                ));
            }
            if let Scope::Region(code) | Scope::Enterprise(code) = scope
                && code.trim().is_empty()
            {
                let (zh, en) = (label.zh, label.en);
                faults.push(both!("角色{zh}的范围没有代码", "the scope of the role {en} has no code"));
            }
        }
        let roles: BTreeSet<Role> = grants.iter().map(|grant| grant.role).collect();
        for &one in &roles {
            for &other in roles.range(one..).filter(|&&other| one.excludes(other)) {
                let (a, b) = (one.label(), other.label());
                let (a_zh, b_zh, a_en, b_en) = (a.zh, b.zh, a.en, b.en);
                faults.push(both!(
                    "同一人不得兼任{a_zh}与{b_zh}（职责分离），请改用两个人员",
                    "one person must not be both {a_en} and {b_en} (separation of duties); give the roles to two people"
                ));
            }
        }
        if grants.iter().filter(|grant| grant.role == Role::Enterprise).count() > 1 {
            faults.push(Both::new(
                "一个账号只代表一家企业，请分别开设账号",
                "an account stands for one enterprise; open one account for each",
            ));
        }
        if faults.is_empty() { Ok(Self { id, grants, only: None }) } else { Err(faults) }
    }

    /// Somebody who is not signed in.
    pub fn public() -> Self {
        let grants = vec![Grant::new(Role::Public, Scope::Nothing)];
        Self { id: PersonId(PUBLIC.to_owned()), grants, only: None }
    }

    /// Gives roles to a person: [`Person::new`] and [`Person::unknown_regions`], and nobody gives roles to themselves.
    ///
    /// # Errors
    /// Everything that is wrong with the roles, or with who gives them.
    pub fn given(
        giver: &May<deeds::ManageUsers>,
        id: PersonId,
        grants: Vec<Grant>,
        tree: &RegionTree,
    ) -> Result<Self, Vec<Both>> {
        let mut faults = Vec::new();
        if *giver.who() == id {
            faults.push(Both::new(
                "不得给自己授予角色，请另一名系统管理员办理",
                "nobody gives roles to themselves; ask another administrator",
            ));
        }
        match Self::new(id, grants) {
            Ok(person) => {
                faults.extend(person.unknown_regions(tree));
                if faults.is_empty() { Ok(person) } else { Err(faults) }
            }
            Err(more) => {
                faults.extend(more);
                Err(faults)
            }
        }
    }

    /// What is wrong with the regions of the person's scopes: not in the tree, or the tree's root, which is no city.
    ///
    /// A region that is no longer in the tree covers nothing; this says so before anybody wonders.
    pub fn unknown_regions(&self, tree: &RegionTree) -> Vec<Both> {
        let known: BTreeMap<&str, bool> =
            tree.iter().map(|(_, region)| (region.code.as_str(), region.parent.is_none())).collect();
        let mut faults = Vec::new();
        for Grant { role, scope } in &self.grants {
            let Scope::Region(code) = scope else { continue };
            match known.get(code.as_str()) {
                None => faults.push(both!(
                    "地区代码{code}不在本资金的地区表（regions.csv）中",
                    "the division code {code} is not in the fund's list of regions (regions.csv)"
                )),
                Some(true) if *role == Role::CityOfficer => faults.push(both!(
                    "{code}是最上级地区，市级角色的范围应是其下的地区",
                    "{code} is the topmost region; a city officer's region lies below it"
                )),
                Some(_) => {}
            }
        }
        faults
    }

    /// The same person, held to some deeds: an API token.
    #[must_use]
    pub fn limited_to(mut self, deeds: impl IntoIterator<Item = Deed>) -> Self {
        let deeds: BTreeSet<Deed> = deeds.into_iter().collect();
        self.only = Some(match self.only {
            Some(before) => before.intersection(&deeds).copied().collect(),
            None => deeds,
        });
        self
    }

    /// Who it is.
    pub fn id(&self) -> &PersonId {
        &self.id
    }

    /// The roles with their scopes, sorted.
    pub fn grants(&self) -> &[Grant] {
        &self.grants
    }

    /// What the person can do somewhere, in the order of the list: what a menu is made of.
    pub fn deeds(&self) -> Vec<Deed> {
        Deed::ALL.iter().copied().filter(|&deed| self.reach(deed).is_ok()).collect()
    }
}
