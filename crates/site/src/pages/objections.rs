//! What is in public notice, for enterprises, and the form with which one objects to it.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use jixiao_core::{
    both,
    people::{Deed, deeds},
    workflow::{Facts, machines},
};
use jixiao_store::{
    cases::Opening,
    notices::{Notice, Which},
};
use jixiao_web::{
    api::notices::{named, own_enterprise},
    ask::Named,
    problem::Problem,
    route::Who,
};
use serde_json::json;

use super::{Go, Leaf, Nav, form, key, page};
use crate::{
    choice::{self, Choice},
    form::{Mistakes, Typed},
    shell::Shell,
    show,
    table::{Cell, Line, Sign, Table, View},
    visit::Visit,
};

/// The notices of a page.
const LINES: i64 = 200;
const WHO: Who = Who::Deed(Deed::FileObjection);

pub(super) const LEAF: Leaf = Leaf {
    nav: &[Nav {
        group: key!("shell.group-support"),
        label: key!("objections.nav"),
        href: "/notices",
        go: Go::One(&[Deed::FileObjection]),
    }],
    routes: || {
        vec![
            page("/notices", "page-notices", WHO, list),
            page("/notices/{id}", "page-object", WHO, ask),
            form("/notices/{id}", "form-object", WHO, object),
        ]
    },
};

#[derive(Template)]
#[template(path = "notices.html")]
struct Page {
    shell: Shell,
    regions: Vec<Choice>,
    schemes: Vec<Choice>,
    table: View,
}

/// The last day of a notice, and how it stands today.
fn clock(visit: &Visit, notice: &Notice) -> Result<(Cell, Cell), Problem> {
    let (office, words) = (visit.office()?, visit.words());
    let today = office.civil(visit.asker.state().now())?.date();
    Ok(match &notice.last {
        Err(why) => (Cell::Nothing, Cell::Sign(Sign::Nothing, why.get(visit.lang).to_owned())),
        Ok(last) if *last < today => {
            (Cell::text(last.to_string()), Cell::Sign(Sign::Nothing, words.t("objections.over").to_owned()))
        }
        Ok(last) => {
            let text = match office.calendar.working_days_between(today, *last) {
                Ok(days) => words.with("awards.left-days", &[("days", &days.to_string())]),
                Err(why) => why.message().get(visit.lang).to_owned(),
            };
            (Cell::text(last.to_string()), Cell::Sign(Sign::Look, text))
        }
    })
}

async fn list(visit: Visit) -> Result<Response, Problem> {
    let (office, fund, words) = (visit.office()?, visit.fund()?, visit.words());
    let reach = visit.asker.person.reach(deeds::FileObjection)?;
    let given = |name: &str| visit.query(name).map(str::to_owned);
    let which = Which {
        region: given("region"),
        scheme: given("scheme"),
        enterprise: given("enterprise"),
        after: visit.query_as("after"),
        ..Which::default()
    };
    let found = visit.database().notices(&office, &reach, &which, LINES).await?;
    let whole = i64::try_from(found.len()).unwrap_or(i64::MAX) >= LINES;
    let next = found.last().filter(|_| whole).map(|one| visit.with_query("after", &one.id.to_string()));
    let names = fund.names();
    let mut lines = Vec::with_capacity(found.len());
    for notice in &found {
        let about = &notice.about;
        let (last, stands) = clock(&visit, notice)?;
        let cells = vec![
            Cell::text(about.enterprise.clone()),
            names.get(&about.enterprise).map_or(Cell::Nothing, Cell::text),
            Cell::text(fund.scheme(&about.scheme, visit.lang)),
            Cell::text(fund.region(&about.region, visit.lang)),
            Cell::fen(notice.amount_fen),
            Cell::text(notice.begun.to_string()),
            last,
            stands,
        ];
        lines.push(Line::of(cells).to(format!("/notices/{}", notice.id)));
    }
    let table = Table::new(
        "notices",
        words.t("awards.notice"),
        [
            words.t("cases.enterprise"),
            words.t("awards.name"),
            words.t("cases.scheme"),
            words.t("cases.region"),
            words.t("cases.amount"),
            words.t("awards.begun"),
            words.t("objections.last"),
            words.t("awards.clock"),
        ],
        lines,
        words.t("awards.no-notice"),
    )
    .next(next);
    if let Some(file) = table.file(&visit)? {
        return Ok(file);
    }
    let page = Page {
        regions: choice::regions(&visit, visit.query("region"))?,
        schemes: choice::schemes(&visit, visit.query("scheme"))?,
        table: table.view(&visit),
        shell: visit.shell(words.t("objections.title")),
    };
    visit.show(&page)
}

#[derive(Template)]
#[template(path = "object.html")]
struct ObjectPage {
    shell: Shell,
    id: i64,
    facts: Vec<(&'static str, String)>,
    /// Whether objections are taken today.
    open: bool,
    grounds: String,
    contact: String,
    mistakes: Mistakes,
}

fn object_page(
    visit: &Visit,
    notice: &Notice,
    status: StatusCode,
    mistakes: Mistakes,
    typed: &Typed,
) -> Result<Response, Problem> {
    let (office, fund, words) = (visit.office()?, visit.fund()?, visit.words());
    let today = office.civil(visit.asker.state().now())?.date();
    let about = &notice.about;
    let mut facts = vec![(words.t("cases.enterprise"), about.enterprise.clone())];
    facts.extend(fund.names().get(&about.enterprise).map(|name| (words.t("awards.name"), name.to_owned())));
    facts.extend([
        (words.t("cases.scheme"), fund.scheme(&about.scheme, visit.lang)),
        (words.t("cases.region"), fund.region(&about.region, visit.lang)),
        (
            words.t("case.amount"),
            notice.amount_fen.map_or_else(String::new, |fen| show::exact(fen, visit.lang)),
        ),
        (words.t("awards.begun"), notice.begun.to_string()),
        (
            words.t("objections.last"),
            notice.last.as_ref().map_or_else(|why| why.get(visit.lang).to_owned(), ToString::to_string),
        ),
    ]);
    let page = ObjectPage {
        id: notice.id,
        facts,
        open: notice.last.as_ref().is_ok_and(|last| today <= *last),
        grounds: typed.get("grounds").to_owned(),
        contact: typed.get("contact").to_owned(),
        mistakes,
        shell: visit.shell(words.t("objections.object")),
    };
    visit.show_as(status, &page)
}

async fn notice(visit: &Visit, id: i64) -> Result<Notice, Problem> {
    let reach = visit.asker.person.reach(deeds::FileObjection)?;
    Ok(visit.database().notice(&*visit.office()?, &reach, id).await?)
}

async fn ask(visit: Visit, Named(id): Named<i64>) -> Result<Response, Problem> {
    let notice = notice(&visit, id).await?;
    object_page(&visit, &notice, StatusCode::OK, Mistakes::default(), &Typed::default())
}

/// Drafts the objection; on its page files are added and it is filed.
async fn object(visit: Visit, Named(id): Named<i64>, typed: Typed) -> Result<Response, Problem> {
    let (office, notice) = (visit.office()?, notice(&visit, id).await?);
    let mut mistakes = Mistakes::default();
    if typed.get("grounds").is_empty() {
        mistakes.at("grounds", both!("请填写", "this is needed"));
    } else {
        let done = async {
            let (subject, about) = named(&notice, &own_enterprise(&visit.asker.person)?);
            let said =
                json!({ "grounds": typed.get("grounds"), "contact": typed.get("contact") }).to_string();
            let opening = Opening {
                machine: &machines::OBJECTION,
                action: "open",
                subject: &subject,
                about,
                content: &said,
                amount_fen: None,
                reason: "",
                on_behalf: None,
                facts: Facts::new(),
            };
            let mut change = visit.asker.change().await?;
            let file = change.open_case(&office, &visit.asker.person, opening).await?;
            change.commit().await?;
            Ok::<i64, Problem>(file.id)
        };
        match done.await {
            Ok(made) => return Ok(visit.go(&format!("/case/{made}"))),
            Err(problem) if problem.code.status < 500 => mistakes = Mistakes::of(&problem),
            Err(problem) => return Err(problem),
        }
    }
    object_page(&visit, &notice, StatusCode::UNPROCESSABLE_ENTITY, mistakes, &typed)
}
