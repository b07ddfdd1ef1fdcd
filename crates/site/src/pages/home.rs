//! The first page: what waits for whoever looks, and how the records stand.

use std::collections::BTreeMap;

use askama::Template;
use axum::response::Response;
use jixiao_core::workflow::{Reminder, Standing, machines};
use jixiao_store::cases::{CaseFile, Which};
use jixiao_web::{
    api::reminders::{read_alike, waiting},
    problem::Problem,
    route::Who,
};

use super::{Go, Leaf, Nav, key, page};
use crate::{
    shell::Shell,
    table::{Cell, Line, Sign, Table, View},
    visit::Visit,
    words::Words,
};

pub(super) const LEAF: Leaf = Leaf {
    nav: &[Nav { group: key!("shell.group-work"), label: key!("home.nav"), href: "/", go: Go::SignedIn }],
    routes: || vec![page("/", "page-home", Who::Everyone, look)],
};

#[derive(Template)]
#[template(path = "home.html")]
struct Page {
    shell: Shell,
    hello: String,
    tasks: View,
    ways: View,
}

/// How a term stands, in words.
pub(crate) fn standing(reminder: &Reminder, words: Words) -> Cell {
    let (sign, text) = match &reminder.standing {
        Standing::Ahead(days) => {
            let sign = if *days <= 2 { Sign::Look } else { Sign::Good };
            (sign, words.with("home.left", &[("days", &days.to_string())]))
        }
        Standing::Today => (Sign::Look, words.t("home.today").to_owned()),
        Standing::Late(Some(days)) => (Sign::Bad, words.with("home.late", &[("days", &days.to_string())])),
        Standing::Late(None) => (Sign::Bad, words.t("home.over").to_owned()),
        Standing::Unknown(why) => (Sign::Nothing, why.message().get(words.0).to_owned()),
    };
    Cell::Sign(sign, text)
}

async fn look(visit: Visit) -> Result<Response, Problem> {
    let Some(account) = visit.asker.account.clone() else { return Ok(visit.go("/public")) };
    let words = visit.words();
    let (office, fund) = (visit.office()?, visit.fund()?);
    let (files, list) = waiting(visit.asker.state(), &visit.asker, false).await?;
    let files: BTreeMap<i64, &CaseFile> = files.iter().map(|file| (file.id, file)).collect();
    let lines = list.of(&visit.asker.person).filter_map(|reminder| {
        let id: i64 = reminder.case.parse().ok()?;
        let file = files.get(&id)?;
        let machine = machines::find(reminder.machine)?;
        let state = machine.state(reminder.state)?;
        let by = reminder.by.map_or(Cell::Nothing, |day| Cell::text(day.to_string()));
        let cells = vec![
            Cell::text(file.subject.clone()),
            Cell::text(machine.label.get(visit.lang)),
            Cell::text(state.label.get(visit.lang)),
            Cell::text(reminder.whose.label().get(visit.lang)),
            if file.about.region.is_empty() {
                Cell::Nothing
            } else {
                Cell::text(fund.region(&file.about.region, visit.lang))
            },
            Cell::fen(file.amount_fen),
            by,
            standing(reminder, words),
        ];
        Some(Line::of(cells).to(format!("/case/{id}")))
    });
    let tasks = Table::new(
        "tasks",
        words.t("home.tasks"),
        [
            words.t("cases.subject"),
            words.t("cases.way"),
            words.t("cases.state"),
            words.t("home.turn"),
            words.t("cases.region"),
            words.t("cases.amount"),
            words.t("home.by"),
            words.t("home.term"),
        ],
        lines.collect(),
        words.t("home.no-tasks"),
    );
    let mut counts = Vec::new();
    for (reach, of) in &read_alike(&visit.asker) {
        let found = visit.database().case_counts(&office, reach, &Which::default()).await?;
        counts.extend(found.into_iter().filter(|(id, ..)| of.iter().any(|machine| machine.id == id)));
    }
    let mut counted = Vec::new();
    for machine in machines::ALL {
        for state in machine.states {
            let found = counts.iter().find(|(way, at, ..)| way == machine.id && at == state.id);
            let Some((_, id, count, fen)) = found else { continue };
            let cells = vec![
                Cell::text(machine.label.get(visit.lang)),
                Cell::text(state.label.get(visit.lang)),
                Cell::Whole(*count),
                if *fen == 0 { Cell::Nothing } else { Cell::Fen(*fen) },
            ];
            counted.push(Line::of(cells).to(format!("/cases/{}?state={id}", machine.id)));
        }
    }
    let ways = Table::new(
        "ways",
        words.t("home.ways"),
        [words.t("cases.way"), words.t("cases.state"), words.t("home.count"), words.t("cases.amount")],
        counted,
        words.t("home.no-records"),
    );
    for table in [&tasks, &ways] {
        if let Some(file) = table.file(&visit)? {
            return Ok(file);
        }
    }
    let page = Page {
        hello: words.with("home.hello", &[("name", &account.shown_name)]),
        tasks: tasks.view(&visit),
        ways: ways.view(&visit),
        shell: visit.shell(words.t("home.title")),
    };
    visit.show(&page)
}
