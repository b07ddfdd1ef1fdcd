//! The pages, a file each. A new one gets a file and a line in [`ALL`].

mod account;
mod accounts;
mod audit;
mod award;
mod awards;
mod bank;
mod case;
mod cases;
mod decomposition;
mod derivation;
mod files;
mod home;
mod indicators;
mod inspection;
mod intake;
mod jobs;
mod language;
mod monitor;
mod notice;
mod objections;
#[cfg(feature = "oidc")]
mod organisation;
mod people;
mod precheck;
mod public;
mod regions;
mod results;
mod scheme;
mod schemes;
mod score;
mod search;
mod sign_in;
mod simulate;
mod style;
mod survey;
pub(crate) mod targets;
mod tour;
mod versions;

use std::sync::Arc;

use axum::handler::Handler;
use jixiao_core::people::Deed;
use jixiao_web::{
    route::{Resource, Route, Who, text},
    state::Shared,
};

use crate::{site::Site, visit::Visit};

/// A key of a text, for lists of constants; a test sees that there is such a text.
macro_rules! key {
    ($key:literal) => {
        $key
    };
}
pub(crate) use key;

/// Who is shown the way to a page.
#[derive(Clone, Copy, Debug)]
pub enum Go {
    /// Everybody.
    Everyone,
    /// Whoever has signed in.
    SignedIn,
    /// Whoever belongs to the demo.
    Demo,
    /// Whoever may do one of these somewhere.
    One(&'static [Deed]),
}

/// A page's place in the way about.
#[derive(Clone, Copy, Debug)]
pub struct Nav {
    /// The key of its group's name.
    pub group: &'static str,
    /// The key of its own.
    pub label: &'static str,
    /// Where it is.
    pub href: &'static str,
    /// Who is shown it.
    pub go: Go,
}

impl Nav {
    /// Whether this visitor is shown it.
    pub fn may_go(&self, visit: &Visit) -> bool {
        match self.go {
            Go::Everyone => true,
            Go::SignedIn => visit.asker.account.is_some(),
            Go::Demo => visit.asker.account.as_ref().is_some_and(|account| account.demo),
            Go::One(deeds) => {
                visit.asker.account.is_some()
                    && deeds.iter().any(|deed| visit.asker.person.reach(*deed).is_ok())
            }
        }
    }
}

/// The pages of a file.
pub struct Leaf {
    /// Their places in the way about.
    pub nav: &'static [Nav],
    /// Their addresses.
    pub routes: fn() -> Vec<Route>,
}

/// All of them, in the order of the way about.
pub const ALL: &[Leaf] = &[
    home::LEAF,
    tour::LEAF,
    search::LEAF,
    results::LEAF,
    targets::LEAF,
    decomposition::LEAF,
    indicators::LEAF,
    regions::LEAF,
    derivation::LEAF,
    monitor::LEAF,
    score::LEAF,
    files::LEAF,
    schemes::LEAF,
    scheme::LEAF,
    simulate::LEAF,
    awards::LEAF,
    award::LEAF,
    notice::LEAF,
    objections::LEAF,
    precheck::LEAF,
    cases::LEAF,
    case::LEAF,
    survey::LEAF,
    accounts::LEAF,
    bank::LEAF,
    inspection::LEAF,
    audit::LEAF,
    people::LEAF,
    intake::LEAF,
    jobs::LEAF,
    public::LEAF,
    account::LEAF,
    sign_in::LEAF,
    language::LEAF,
    style::LEAF,
];

/// Every address of the pages.
pub fn routes(site: &Arc<Site>) -> Vec<Route> {
    ALL.iter().flat_map(|leaf| (leaf.routes)()).map(|route| route.with(Arc::clone(site))).collect()
}

/// A page to look at.
pub(crate) fn page<H: Handler<T, Shared>, T: 'static>(
    path: &'static str,
    id: &'static str,
    who: Who,
    handler: H,
) -> Route {
    Resource("page").get(path, id, text("", ""), who, handler).gives_other("text/html")
}

/// What a form of a page is sent to.
pub(crate) fn form<H: Handler<T, Shared>, T: 'static>(
    path: &'static str,
    id: &'static str,
    who: Who,
    handler: H,
) -> Route {
    Resource("page").post(path, id, text("", ""), who, handler).gives_other("text/html")
}
