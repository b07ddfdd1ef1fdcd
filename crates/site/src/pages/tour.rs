//! The guided tour of the demo: what to try as each role. Only accounts of the demo are led to it.

use askama::Template;
use axum::response::Response;
use jixiao_core::people::Role;
use jixiao_web::{
    problem::{self, Problem},
    route::Who,
};

use super::{Go, Leaf, Nav, key, page};
use crate::{shell::Shell, visit::Visit, words::Words};

pub(super) const LEAF: Leaf = Leaf {
    nav: &[Nav { group: key!("shell.group-work"), label: key!("tour.nav"), href: "/tour", go: Go::Demo }],
    routes: || vec![page("/tour", "page-tour", Who::SignedIn, look)],
};

/// Something to try: where, and what to do there.
struct Stop {
    href: &'static str,
    what: &'static str,
}

struct Part {
    role: &'static str,
    mine: bool,
    stops: Vec<Stop>,
}

/// What each role can try.
const STOPS: &[(Role, &[(&str, &str)])] = &[
    (
        Role::Enterprise,
        &[
            ("/open/application", key!("tour.apply")),
            ("/precheck", key!("tour.precheck")),
            ("/cases/application", key!("tour.follow")),
            ("/cases/application?state=draft", key!("tour.again")),
        ],
    ),
    (
        Role::CityOfficer,
        &[
            ("/", key!("tour.city-tasks")),
            ("/cases/application?state=submitted", key!("tour.city-review")),
            ("/cases/actual?state=returned", key!("tour.city-actual")),
        ],
    ),
    (
        Role::ProgrammeOfficer,
        &[
            ("/cases/application?state=city-passed", key!("tour.province-many")),
            ("/cases/application?state=notice", key!("tour.province-notice")),
            ("/cases/objection?state=filed", key!("tour.province-objection")),
            ("/cases/decomposition?state=submitted", key!("tour.province-split")),
            ("/jobs", key!("tour.province-jobs")),
            ("/intake", key!("tour.province-intake")),
        ],
    ),
    (
        Role::ProvinceFinance,
        &[
            ("/cases/payment-order?state=drawn", key!("tour.finance-check")),
            ("/accounts?kind=paid", key!("tour.finance-books")),
            ("/cases/waiver", key!("tour.finance-waiver")),
        ],
    ),
    (
        Role::Auditor,
        &[
            ("/audit", key!("tour.auditor-chain")),
            ("/readings", key!("tour.auditor-readings")),
            ("/inspection", key!("tour.auditor-inspection")),
            ("/open/finding", key!("tour.auditor-finding")),
        ],
    ),
    (Role::Administrator, &[("/people", key!("tour.people"))]),
];

#[derive(Template)]
#[template(path = "tour.html")]
struct Page {
    shell: Shell,
    parts: Vec<Part>,
}

fn parts(visit: &Visit, words: Words) -> Vec<Part> {
    let mine = |role: Role| visit.asker.person.grants().iter().any(|grant| grant.role == role);
    let mut parts: Vec<Part> = STOPS
        .iter()
        .map(|(role, stops)| Part {
            role: role.label().get(visit.lang),
            mine: mine(*role),
            stops: stops.iter().map(|(href, what)| Stop { href, what: words.t(what) }).collect(),
        })
        .collect();
    // One's own part comes first.
    parts.sort_by_key(|part| !part.mine);
    parts
}

async fn look(visit: Visit) -> Result<Response, Problem> {
    if !visit.asker.account()?.demo {
        return Err(Problem::bare(&problem::NO_ADDRESS));
    }
    let words = visit.words();
    visit.show(&Page { parts: parts(&visit, words), shell: visit.shell(words.t("tour.title")) })
}
