//! Every component once, for whoever works on the pages; not there in an office.

use askama::Template;
use axum::response::Response;
use jixiao_report::{content::Status, figure::Figure};
use jixiao_web::{
    problem::{self, Problem},
    route::Who,
};

use super::{Leaf, page};
use crate::{
    shell::Shell,
    table::{Cell, Line, Sign, Table, View},
    visit::Visit,
};

pub(super) const LEAF: Leaf =
    Leaf { nav: &[], routes: || vec![page("/style", "page-style", Who::Everyone, look)] };

#[derive(Template)]
#[template(path = "style.html")]
struct Page {
    shell: Shell,
    signs: Vec<(Sign, &'static str)>,
    full: View,
    empty: View,
}

async fn look(visit: Visit) -> Result<Response, Problem> {
    if !visit.site.development {
        return Err(Problem::bare(&problem::NO_ADDRESS));
    }
    let words = visit.words();
    let columns =
        || [words.t("cases.region"), words.t("cases.amount"), words.t("cases.state"), words.t("home.count")];
    let statuses = [Status::Reached, Status::Exceeded, Status::Missed, Status::Vacuous, Status::Missing];
    let lines = (1i64..).zip(statuses).map(|(at, status)| {
        Line::of(vec![
            Cell::text(format!("{at:02}")),
            Cell::Fen(at * 123_456_789),
            Cell::status(status, visit.lang),
            if at == 3 { Cell::Figure(Figure::default()) } else { Cell::Whole(at * at) },
        ])
        .to("/style")
    });
    let full = Table::new("full", words.t("style.table"), columns(), lines.collect(), words.t("cases.empty"));
    if let Some(file) = full.file(&visit)? {
        return Ok(file);
    }
    let empty = Table::new("none", words.t("style.nothing"), columns(), Vec::new(), words.t("cases.empty"));
    let page = Page {
        signs: vec![
            (Sign::Good, words.t("style.good")),
            (Sign::Look, words.t("style.look")),
            (Sign::Bad, words.t("style.bad")),
            (Sign::Nothing, words.t("style.none")),
        ],
        full: full.view(&visit),
        empty: empty.view(&visit),
        shell: visit.shell(words.t("style.title")),
    };
    visit.show(&page)
}
