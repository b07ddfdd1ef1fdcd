//! The fund's schemes, with what each came to.

use askama::Template;
use axum::response::Response;
use jixiao_engine::scheme::plan::Status;
use jixiao_web::{problem::Problem, route::Who};

use super::{Go, Leaf, Nav, key, page};
use crate::{
    shell::Shell,
    site::SchemeRule,
    table::{Cell, Line, Sign, Table, View},
    visit::Visit,
};

pub(super) const LEAF: Leaf = Leaf {
    nav: &[Nav {
        group: key!("shell.group-support"),
        label: key!("schemes.nav"),
        href: "/schemes",
        go: Go::SignedIn,
    }],
    routes: || vec![page("/schemes", "page-schemes", Who::SignedIn, look)],
};

#[derive(Template)]
#[template(path = "schemes.html")]
struct Page {
    shell: Shell,
    table: View,
}

/// How many values of a rule were not found in any text.
pub(super) fn assumed(rule: &SchemeRule) -> usize {
    let values =
        rule.plan.parameters.iter().flat_map(|p| p.values.iter().chain(p.regions.values().flatten()));
    values.filter(|value| value.status == Status::Illustrative).count()
}

/// The sign of values that were found, or of how many were not.
fn standing(visit: &Visit, missing: usize) -> Cell {
    let words = visit.words();
    match missing {
        0 => Cell::Sign(Sign::Good, words.t("schemes.found").to_owned()),
        some => Cell::Sign(Sign::Look, words.with("schemes.assumed", &[("count", &some.to_string())])),
    }
}

async fn look(visit: Visit) -> Result<Response, Problem> {
    let (fund, words) = (visit.fund()?, visit.words());
    let year_book = fund.year_book();
    let lines = fund.schemes.iter().map(|(id, label)| {
        let flow = year_book
            .as_ref()
            .and_then(|year| year.published.whole.flows.iter().find(|flow| flow.scheme == *id));
        let rule = fund.rule(id, None);
        let amount = |pick: fn(&jixiao_report::content::SchemeFlow) -> &jixiao_report::figure::Figure| {
            flow.map_or(Cell::Nothing, |flow| Cell::Figure(pick(flow).clone()))
        };
        let cells = vec![
            Cell::text(label.get(visit.lang)),
            rule.map_or(Cell::Nothing, |(year, _)| Cell::text(year.to_string())),
            Cell::text(rule.map_or_else(String::new, |(_, rule)| {
                let labels = rule.plan.classes.iter().map(|class| class.label.get(visit.lang));
                labels.collect::<Vec<_>>().join(words.t("account.and"))
            })),
            rule.map_or(Cell::Nothing, |(_, rule)| standing(&visit, assumed(rule))),
            amount(|flow| &flow.claimed.amount),
            amount(|flow| &flow.awarded.amount),
            amount(|flow| &flow.awarded.enterprises),
            amount(|flow| &flow.paid.amount),
        ];
        Line::of(cells).to(format!("/schemes/{id}"))
    });
    let table = Table::new(
        "schemes",
        "",
        [
            words.t("cases.scheme"),
            words.t("cases.year"),
            words.t("schemes.classes"),
            words.t("schemes.ground"),
            words.t("schemes.claimed"),
            words.t("schemes.awarded"),
            words.t("schemes.enterprises"),
            words.t("schemes.paid"),
        ],
        lines.collect(),
        words.t("schemes.none"),
    );
    if let Some(file) = table.file(&visit)? {
        return Ok(file);
    }
    let page = Page { table: table.view(&visit), shell: visit.shell(words.t("schemes.title")) };
    visit.show(&page)
}
