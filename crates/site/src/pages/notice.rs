//! What is in public notice, with the working days that it still takes.

use askama::Template;
use axum::response::Response;
use jixiao_core::{people::Deed, workflow::machines};
use jixiao_store::cases::Which;
use jixiao_web::{problem::Problem, route::Who};

use super::{Leaf, page};
use crate::{
    choice::{self, Choice},
    shell::Shell,
    table::{Cell, Line, Sign, Table, View},
    visit::Visit,
};

/// The records of a page.
const LINES: i64 = 200;

pub(super) const LEAF: Leaf = Leaf {
    nav: &[],
    routes: || vec![page("/awards/notice", "page-notice", Who::Deed(Deed::ReadApplications), look)],
};

#[derive(Template)]
#[template(path = "notice.html")]
struct Page {
    shell: Shell,
    rule: String,
    regions: Vec<Choice>,
    schemes: Vec<Choice>,
    year: String,
    table: View,
}

async fn look(visit: Visit) -> Result<Response, Problem> {
    let (office, fund, words) = (visit.office()?, visit.fund()?, visit.words());
    let reach = visit.reach(Deed::ReadApplications)?;
    let machine = &machines::APPLICATION;
    let given = |name: &str| visit.query(name).map(str::to_owned);
    let which = Which {
        machine: Some(machine.id.to_owned()),
        year: visit.query_as("year"),
        states: Some(vec!["notice".to_owned(), "objected".to_owned()]),
        region: given("region"),
        scheme: given("scheme"),
        after: visit.query_as("after"),
        ..Which::default()
    };
    let found = visit.database().cases(&office, &reach, &which, LINES).await?;
    let ids: Vec<i64> = found.iter().map(|line| line.id).collect();
    let begun = visit.database().last_taken(&ids, "publish").await?;
    let today = office.civil(visit.asker.state().now())?.date();
    let term = office.terms.days("notice");
    let names = fund.names();
    let whole = i64::try_from(found.len()).unwrap_or(i64::MAX) >= LINES;
    let next = found.last().filter(|_| whole).map(|line| visit.with_query("after", &line.id.to_string()));
    let lines = found.iter().map(|line| {
        let begun = begun.get(&line.id).map(|at| at.date());
        let last = begun.zip(term).map(|(day, days)| office.calendar.add_working_days(day, days));
        let (by, clock) = match last {
            None => (Cell::Nothing, Cell::Sign(Sign::Nothing, words.t("awards.no-clock").to_owned())),
            Some(Err(why)) => {
                (Cell::Nothing, Cell::Sign(Sign::Nothing, why.message().get(visit.lang).to_owned()))
            }
            Some(Ok(last)) if line.state == "objected" => {
                (Cell::text(last.to_string()), Cell::Sign(Sign::Bad, words.t("awards.objected").to_owned()))
            }
            Some(Ok(last)) if last < today => {
                (Cell::text(last.to_string()), Cell::Sign(Sign::Good, words.t("awards.over").to_owned()))
            }
            Some(Ok(last)) => {
                // The last day counts itself: it is over when that day is.
                let left = office.calendar.working_days_between(today, last);
                let text = match left {
                    Ok(days) => words.with("awards.left-days", &[("days", &days.to_string())]),
                    Err(why) => why.message().get(visit.lang).to_owned(),
                };
                (Cell::text(last.to_string()), Cell::Sign(Sign::Look, text))
            }
        };
        let cells = vec![
            Cell::text(line.subject.clone()),
            Cell::text(line.about.enterprise.clone()),
            names.get(&line.about.enterprise).map_or(Cell::Nothing, Cell::text),
            Cell::text(fund.scheme(&line.about.scheme, visit.lang)),
            Cell::text(fund.region(&line.about.region, visit.lang)),
            Cell::fen(line.amount_fen),
            begun.map_or(Cell::Nothing, |day| Cell::text(day.to_string())),
            by,
            clock,
        ];
        Line::of(cells).to(format!("/case/{}", line.id))
    });
    let table = Table::new(
        "notice",
        words.t("awards.notice"),
        [
            words.t("cases.subject"),
            words.t("cases.enterprise"),
            words.t("awards.name"),
            words.t("cases.scheme"),
            words.t("cases.region"),
            words.t("cases.amount"),
            words.t("awards.begun"),
            words.t("home.by"),
            words.t("awards.clock"),
        ],
        lines.collect(),
        words.t("awards.no-notice"),
    )
    .next(next);
    if let Some(file) = table.file(&visit)? {
        return Ok(file);
    }
    let illustrative = office.terms.get("notice").is_some_and(|term| term.illustrative);
    let days = term.map_or_else(String::new, |days| days.to_string());
    let page = Page {
        rule: match illustrative {
            true => words.with("awards.term-assumed", &[("days", &days)]),
            false => words.with("awards.term", &[("days", &days)]),
        },
        regions: choice::regions(&visit, visit.query("region"))?,
        schemes: choice::schemes(&visit, visit.query("scheme"))?,
        year: visit.query("year").unwrap_or_default().to_owned(),
        table: table.view(&visit),
        shell: visit.shell(words.t("awards.notice")),
    };
    visit.show(&page)
}
