//! The ledgers as the last intake found them: what each file brought, and what has to be mended where.

use askama::Template;
use axum::response::Response;
use jixiao_core::{finding::Both, people::Deed};
use jixiao_store::jobs::{Job, Kind, State, Which};
use jixiao_web::{
    api::jobs::{outcome, seen, set_aside_of},
    jobs::SetAside,
    problem::{self, Problem},
    route::Who,
};
use serde_json::Value;

use super::{Go, Leaf, Nav, jobs::grouped, key, page};
use crate::{
    shell::Shell,
    show,
    table::{Cell, Line, Sign, Table, View},
    visit::Visit,
};

/// The rows that a page shows at once; whoever searches or sorts, does so over all of them.
const ROWS: usize = 200;

pub(super) const LEAF: Leaf = Leaf {
    nav: &[Nav {
        group: key!("shell.group-system"),
        label: key!("intake.nav"),
        href: "/intake",
        go: Go::One(&[Deed::RunAwards]),
    }],
    routes: || vec![page("/intake", "page-intake", Who::Deed(Deed::RunAwards), look)],
};

#[derive(Template)]
#[template(path = "intake.html")]
struct Page {
    shell: Shell,
    year: i16,
    can: bool,
    why: Option<Both>,
    under_way: Option<String>,
    facts: Vec<(&'static str, String)>,
    unread: String,
    cut: String,
    files: Option<View>,
    rows: Option<View>,
}

/// The intake that is asked for, or the last that is done.
async fn chosen(visit: &Visit) -> Result<Option<Job>, Problem> {
    if let Some(id) = visit.query_as::<i64>("job") {
        let job = seen(&visit.asker, id).await?;
        let done = job.kind == Kind::Intake && job.state == State::Done;
        return if done { Ok(Some(job)) } else { Err(Problem::bare(&problem::NOT_FOUND)) };
    }
    let which = Which { state: Some(State::Done), ..Which::default() };
    Ok(visit.database().jobs(&*visit.office()?, &[Kind::Intake], &which, 1).await?.into_iter().next())
}

fn count(value: &Value) -> i64 {
    value.as_i64().unwrap_or_default()
}

/// What each file brought.
fn files(told: &Value, visit: &Visit) -> Table {
    let words = visit.words();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let all = told["files"].as_array().map(Vec::as_slice).unwrap_or_default();
    let lines = all.iter().map(|file| {
        let label: Both = serde_json::from_value(file["label"].clone()).unwrap_or_default();
        let aside = count(&file["set_aside"]);
        let (sign, word) = if aside == 0 {
            (Sign::Good, words.t("intake.whole"))
        } else {
            (Sign::Look, words.t("intake.to-mend"))
        };
        let unread = file["unread"].as_array().map(Vec::as_slice).unwrap_or_default();
        let unread: Vec<&str> = unread.iter().filter_map(Value::as_str).collect();
        Line::of(vec![
            Cell::text(text(&file["file"])),
            Cell::text(label.get(visit.lang)),
            Cell::Whole(count(&file["rows"])),
            Cell::Whole(count(&file["accepted"])),
            Cell::Whole(aside),
            Cell::Sign(sign, word.to_owned()),
            Cell::Whole(count(&file["bytes"])),
            Cell::text(unread.join(" · ")),
            Cell::text(text(&file["sha256"])),
        ])
    });
    let columns = [
        words.t("intake.file"),
        words.t("intake.ledger"),
        words.t("intake.rows"),
        words.t("intake.accepted"),
        words.t("intake.aside"),
        words.t("intake.state"),
        words.t("intake.bytes"),
        words.t("intake.unread-columns"),
        words.t("intake.sha256"),
    ];
    Table::new("ledgers", words.t("intake.files"), columns, lines.collect(), words.t("intake.no-files"))
}

/// The rows that were set aside.
fn rows(all: &[SetAside], visit: &Visit) -> Table {
    let words = visit.words();
    let lines = all.iter().map(|row| {
        Line::of(vec![
            Cell::text(row.file.clone()),
            Cell::Whole(i64::from(row.row)),
            Cell::text(row.column.clone()),
            Cell::text(row.value.clone()),
            Cell::text(row.reason.get(visit.lang)),
            Cell::text(row.code.clone()),
        ])
    });
    let columns = [
        words.t("intake.file"),
        words.t("intake.row"),
        words.t("intake.column"),
        words.t("intake.value"),
        words.t("intake.reason"),
        words.t("intake.code"),
    ];
    Table::new(
        "aside",
        words.t("intake.set-aside"),
        columns,
        lines.collect(),
        words.t("intake.nothing-aside"),
    )
}

async fn look(visit: Visit) -> Result<Response, Problem> {
    let (words, office, fund) = (visit.words(), visit.office()?, visit.fund()?);
    let under_way = Which::default();
    let newest = visit.database().jobs(&office, &[Kind::Intake], &under_way, 1).await?;
    let under_way = newest.first().filter(|job| !job.state.is_over());
    let worker = visit.asker.state().settings.worker.as_ref();
    let why = match worker.map(|worker| worker.knows(&office.fund, Kind::Intake)) {
        Some(Ok(())) => None,
        Some(Err(why)) => Some(why),
        None => Some(Both::new(problem::NO_WORKER.next.zh, problem::NO_WORKER.next.en)),
    };
    let mut page = Page {
        shell: visit.shell(words.t("intake.title")),
        year: fund.current_year(),
        can: why.is_none() && under_way.is_none(),
        why,
        under_way: under_way.map(|job| format!("/jobs/{}", job.id)),
        facts: Vec::new(),
        unread: String::new(),
        cut: String::new(),
        files: None,
        rows: None,
    };
    let Some(job) = chosen(&visit).await? else { return visit.show(&page) };
    let told = outcome(&job).unwrap_or_default();
    let files = files(&told, &visit);
    if let Some(file) = files.file(&visit)? {
        return Ok(file);
    }
    let all = set_aside_of(&visit.asker, job.id).await?.unwrap_or_default();
    let whole = rows(&all, &visit);
    if let Some(file) = whole.file(&visit)? {
        return Ok(file);
    }
    let number = |name: &str| grouped(told[name].as_u64().unwrap_or_default());
    if let Some(ended) = job.ended_at {
        page.facts.push((words.t("intake.read-at"), show::time(ended, office.zone)));
    }
    page.facts.push((words.t("jobs.by"), job.asked_by.clone()));
    page.facts.push((words.t("intake.rows"), number("rows")));
    page.facts.push((words.t("intake.accepted"), number("accepted")));
    page.facts.push((words.t("intake.aside"), number("set_aside")));
    let (cells, shown) = (number("cells"), number("shown"));
    if cells != shown {
        page.cut = words.with("intake.cut", &[("cells", &cells), ("shown", &shown)]);
    }
    let unread = told["unread"].as_array().map(Vec::as_slice).unwrap_or_default();
    page.unread = unread.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" · ");
    page.files = Some(files.view(&visit));
    // What is searched or sorted is all of it; else a page takes a part, so that it stays light.
    let asked = visit.query("aside-find").is_some() || visit.query("aside-sort").is_some();
    page.rows = Some(if asked {
        whole.view(&visit)
    } else {
        let from = visit.query_as::<usize>("from").unwrap_or_default().min(all.len());
        let to = from.saturating_add(ROWS).min(all.len());
        let next = (to < all.len()).then(|| visit.with_query("from", &to.to_string()));
        rows(all.get(from..to).unwrap_or_default(), &visit).next(next).view(&visit)
    });
    visit.show(&page)
}
