//! Oversight: the chain of records, readings of personal data, and the chain verified now.

use askama::Template;
use axum::response::Response;
use jixiao_core::people::{Deed, Target, deeds};
use jixiao_store::{Moment, audit::Search};
use jixiao_web::{problem::Problem, route::Who};

use super::{Go, Leaf, Nav, form, key, page};
use crate::{
    shell::Shell,
    show,
    table::{Cell, Line, Table, View},
    visit::Visit,
};

const LINES: i64 = 200;

pub(super) const LEAF: Leaf = Leaf {
    nav: &[
        Nav {
            group: key!("shell.group-oversight"),
            label: key!("audit.nav"),
            href: "/audit",
            go: Go::One(&[Deed::ReadAudit]),
        },
        Nav {
            group: key!("shell.group-oversight"),
            label: key!("audit.nav-readings"),
            href: "/readings",
            go: Go::One(&[Deed::ReadAudit]),
        },
    ],
    routes: || {
        let who = Who::Deed(Deed::ReadAudit);
        vec![
            page("/audit", "page-audit", who, look),
            form("/audit/verify", "form-verify", who, verify),
            page("/readings", "page-readings", who, readings),
        ]
    },
};

#[derive(Template)]
#[template(path = "audit.html")]
struct Page {
    shell: Shell,
    subject: String,
    who: String,
    deed: String,
    seals: Vec<String>,
    verdict: Option<(bool, String, Vec<String>)>,
    table: View,
}

async fn look(visit: Visit) -> Result<Response, Problem> {
    shown(&visit, None).await
}

/// Goes over the whole chain. It is a form, so that no robot and no reload does so by itself.
async fn verify(visit: Visit) -> Result<Response, Problem> {
    visit.asker.person.may(deeds::ReadAudit, &Target::fund())?;
    let (count, doubts) = visit.database().verify_chain().await?;
    let words = visit.words();
    let count = count.to_string();
    let verdict = if doubts.is_empty() {
        words.with("audit.sound", &[("count", &count)])
    } else {
        words.with("audit.broken", &[("count", &count), ("doubts", &doubts.len().to_string())])
    };
    let doubts: Vec<String> = doubts.iter().map(|doubt| doubt.words().get(visit.lang).to_owned()).collect();
    shown(&visit, Some((doubts.is_empty(), verdict, doubts))).await
}

async fn shown(visit: &Visit, verdict: Option<(bool, String, Vec<String>)>) -> Result<Response, Problem> {
    visit.asker.person.may(deeds::ReadAudit, &Target::fund())?;
    let (office, words) = (visit.office()?, visit.words());
    let given = |name: &str| visit.query(name).map(str::to_owned);
    let search = Search {
        subject: given("subject"),
        who: given("who"),
        deed: given("deed"),
        to_number: visit.query_as::<i64>("before").map(|number| number.saturating_sub(1)),
        ..Search::default()
    };
    let found = visit.database().records(&search, LINES).await?;
    let full = i64::try_from(found.len()).unwrap_or(i64::MAX) >= LINES;
    let next =
        found.last().filter(|_| full).map(|last| visit.with_query("before", &last.record.number.to_string()));
    let lines = found.iter().map(|found| {
        let record = &found.record;
        let who = if record.on_behalf.is_empty() {
            record.who.clone()
        } else {
            words.with("audit.for", &[("who", &record.who), ("whom", &record.on_behalf)])
        };
        let cells = vec![
            Cell::Whole(record.number),
            Cell::text(show::time(Moment(record.at_micros), office.zone)),
            Cell::text(who),
            Cell::text(record.origin.clone()),
            Cell::text(record.deed.clone()),
            Cell::text(record.subject.clone()),
            Cell::text(record.before.clone()),
            Cell::text(record.after.clone()),
            Cell::text(record.reason.clone()),
            Cell::text(found.link.chars().take(12).collect::<String>()),
        ];
        let line = Line::of(cells);
        match record.subject.strip_prefix("case/") {
            Some(id) if id.bytes().all(|byte| byte.is_ascii_digit()) => line.link(5, format!("/case/{id}")),
            _ => line,
        }
    });
    let columns = [
        words.t("audit.number"),
        words.t("accounts.at"),
        words.t("audit.who"),
        words.t("audit.origin"),
        words.t("audit.deed"),
        words.t("audit.subject"),
        words.t("audit.before"),
        words.t("audit.after"),
        words.t("accounts.reason"),
        words.t("audit.link"),
    ];
    let table =
        Table::new("records", words.t("audit.records"), columns, lines.collect(), words.t("audit.empty"))
            .next(next);
    if let Some(file) = table.file(visit)? {
        return Ok(file);
    }
    let seals = visit.database().seals().await?.into_iter().rev().take(5).map(|seal| {
        let (first, last) = (seal.first.to_string(), seal.last.to_string());
        let at = show::time(seal.at, office.zone);
        words.with("audit.seal", &[("first", &first), ("last", &last), ("at", &at), ("link", &seal.link)])
    });
    let page = Page {
        subject: given("subject").unwrap_or_default(),
        who: given("who").unwrap_or_default(),
        deed: given("deed").unwrap_or_default(),
        seals: seals.collect(),
        verdict,
        table: table.view(visit),
        shell: visit.shell(words.t("audit.title")),
    };
    visit.show(&page)
}

#[derive(Template)]
#[template(path = "readings.html")]
struct ReadingsPage {
    shell: Shell,
    table: View,
}

async fn readings(visit: Visit) -> Result<Response, Problem> {
    visit.asker.person.may(deeds::ReadAudit, &Target::fund())?;
    let (office, words) = (visit.office()?, visit.words());
    let (subject, who) = (visit.query("subject"), visit.query("who"));
    let found = visit.database().readings(subject, who, visit.query_as("before"), LINES).await?;
    let full = i64::try_from(found.len()).unwrap_or(i64::MAX) >= LINES;
    let next = found.last().filter(|_| full).map(|last| visit.with_query("before", &last.id.to_string()));
    let lines = found.iter().map(|one| {
        Line::of(vec![
            Cell::Whole(one.id),
            Cell::text(show::time(one.at, office.zone)),
            Cell::text(one.who.clone()),
            Cell::text(one.origin.clone()),
            Cell::text(one.subject.clone()),
            Cell::text(one.fields.clone()),
        ])
    });
    let columns = [
        words.t("audit.number"),
        words.t("accounts.at"),
        words.t("audit.who"),
        words.t("audit.origin"),
        words.t("audit.subject"),
        words.t("audit.fields"),
    ];
    let table = Table::new("readings", "", columns, lines.collect(), words.t("audit.empty")).next(next);
    if let Some(file) = table.file(&visit)? {
        return Ok(file);
    }
    visit.show(&ReadingsPage { table: table.view(&visit), shell: visit.shell(words.t("audit.readings")) })
}
