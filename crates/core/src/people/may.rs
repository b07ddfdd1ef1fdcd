//! A permission that was asked for and given, and what is said when it is not.

use serde::Serialize;

use super::{Deed, Doing, Grant, Over, Person, PersonId, Reaches, Role, Scope, Target};
use crate::{both, finding::Both};

/// The proof that a person may do a deed to a target. Only [`Person::may`] makes one.
///
/// What changes or shows a record takes one as an argument, and looks at [`May::target`]: a permission for one record is none for another.
#[derive(Debug, PartialEq, Eq)]
pub struct May<D: Doing> {
    deed: D,
    who: PersonId,
    by: Grant,
    target: Target,
}

impl<D: Doing> May<D> {
    /// Which deed.
    pub fn deed(&self) -> Deed {
        self.deed.deed()
    }

    /// Who may.
    pub fn who(&self) -> &PersonId {
        &self.who
    }

    /// The role that allows it.
    pub fn role(&self) -> Role {
        self.by.role
    }

    /// The scope that the role is held over.
    pub fn scope(&self) -> &Scope {
        &self.by.scope
    }

    /// What it may be done to.
    pub fn target(&self) -> &Target {
        &self.target
    }
}

impl May<Deed> {
    /// The same permission as one for a deed's own type.
    ///
    /// # Errors
    /// The permission unchanged, when it is for another deed.
    pub fn narrow<D: Doing>(self, deed: D) -> Result<May<D>, Box<Self>> {
        if self.deed == deed.deed() {
            Ok(May { deed, who: self.who, by: self.by, target: self.target })
        } else {
            Err(Box::new(self))
        }
    }
}

/// The proof that a person may do a deed somewhere, with where: what a list is filtered by. Only [`Person::reach`] makes one.
#[derive(Debug, PartialEq, Eq)]
pub struct Reach<D: Doing> {
    deed: D,
    who: PersonId,
    scopes: Vec<Scope>,
}

impl<D: Doing> Reach<D> {
    /// Which deed.
    pub fn deed(&self) -> Deed {
        self.deed.deed()
    }

    /// Who may.
    pub fn who(&self) -> &PersonId {
        &self.who
    }

    /// The scopes, sorted, none twice; the whole fund stands alone.
    pub fn scopes(&self) -> &[Scope] {
        &self.scopes
    }

    /// Whether the deed may be done to a target.
    pub fn covers(&self, target: &Target) -> bool {
        self.scopes.iter().any(|scope| reached(self.deed(), scope, target))
    }
}

/// A deed is not allowed.
///
/// It is made from the person and the deed alone, so that it is the same whether the record is another's or does not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Refused {
    deed: Deed,
    holds_role: bool,
    limited: bool,
}

impl Refused {
    /// Which deed.
    pub fn deed(&self) -> Deed {
        self.deed
    }

    /// The roles that could do it.
    pub fn needs(&self) -> &'static [Role] {
        self.deed.roles()
    }

    /// What is refused and what it would take.
    pub fn message(&self) -> Both {
        let deed = self.deed.label();
        let list = |get: fn(&Role) -> &'static str, comma: &str| {
            self.needs().iter().map(get).collect::<Vec<_>>().join(comma)
        };
        let (zh, en) = (list(|r| r.label().zh, "、"), list(|r| r.label().en, ", "));
        let (deed_zh, deed_en) = (deed.zh, deed.en);
        let why = if self.limited {
            Both::new("本次登录或令牌未获授权做此事", "this session or token is not allowed it")
        } else if self.holds_role && self.deed.reaches() == Reaches::Disclosed {
            Both::new(
                "所请求的内容未公开，或不存在",
                "what was asked for is not disclosed, or does not exist",
            )
        } else if self.holds_role {
            Both::new(
                "您有所需角色，但所请求的记录不在您的范围之内，或不存在",
                "you hold such a role, but what was asked for is outside its scope, or does not exist",
            )
        } else {
            Both::new("您没有其中任何角色", "you hold none of them")
        };
        let (why_zh, why_en) = (why.zh, why.en);
        both!(
            "不能{deed_zh}：需要角色{zh}，且记录在其范围之内；{why_zh}。如确需办理，请联系系统管理员调整角色",
            "not allowed to {deed_en}: it takes the role {en}, over what is asked for; {why_en}. If it is your task, ask an administrator for the role"
        )
    }
}

/// Whether a deed, done in a scope, reaches a target.
fn reached(deed: Deed, scope: &Scope, target: &Target) -> bool {
    let system = *target.over() == Over::System;
    match deed.reaches() {
        Reaches::Records => scope.covers(target),
        Reaches::Disclosed => target.is_disclosed() && !system,
        Reaches::System => system,
    }
}

impl Person {
    /// Asks for a permission.
    ///
    /// # Errors
    /// No role of the person does the deed over a scope that holds the target.
    pub fn may<D: Doing>(&self, deed: D, target: &Target) -> Result<May<D>, Refused> {
        let what = deed.deed();
        match self.doers(what).find(|grant| reached(what, &grant.scope, target)) {
            Some(by) => Ok(May { deed, who: self.id.clone(), by: by.clone(), target: target.clone() }),
            None => Err(self.refused(what)),
        }
    }

    /// Where a person may do a deed.
    ///
    /// # Errors
    /// No role of the person does the deed.
    pub fn reach<D: Doing>(&self, deed: D) -> Result<Reach<D>, Refused> {
        let mut scopes: Vec<Scope> = self.doers(deed.deed()).map(|grant| grant.scope.clone()).collect();
        if scopes.is_empty() {
            return Err(self.refused(deed.deed()));
        }
        scopes.sort();
        scopes.dedup();
        if scopes.contains(&Scope::Fund) {
            scopes = vec![Scope::Fund];
        }
        Ok(Reach { deed, who: self.id.clone(), scopes })
    }

    /// The refusal of a deed, as [`Person::may`] would give it: what is answered about a record that does not exist.
    pub fn refused(&self, deed: Deed) -> Refused {
        let limited = self.only.as_ref().is_some_and(|only| !only.contains(&deed));
        let holds_role = self.grants.iter().any(|grant| deed.roles().contains(&grant.role));
        Refused { deed, holds_role, limited }
    }

    /// Grants whose role does a deed.
    fn doers(&self, deed: Deed) -> impl Iterator<Item = &Grant> {
        let open = self.only.as_ref().is_none_or(|only| only.contains(&deed));
        self.grants.iter().filter(move |grant| open && deed.roles().contains(&grant.role))
    }
}
