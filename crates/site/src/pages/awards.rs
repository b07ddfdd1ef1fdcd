//! Award runs and what each awarded, searched by scheme, region and enterprise.

use askama::Template;
use axum::response::Response;
use jixiao_core::people::{Deed, Scope};
use jixiao_store::awards::{Run, Which};
use jixiao_web::{
    problem::{self, Problem},
    route::Who,
};

use super::{Go, Leaf, Nav, key, page};
use crate::{
    choice::{self, Choice},
    shell::Shell,
    show,
    table::{Cell, Line, Sign, Table, View},
    visit::Visit,
};

/// The awards of a page.
pub(super) const LINES: i64 = 200;

pub(super) const LEAF: Leaf = Leaf {
    nav: &[Nav {
        group: key!("shell.group-support"),
        label: key!("awards.nav"),
        href: "/awards",
        go: Go::One(&[Deed::ReadAwards]),
    }],
    routes: || vec![page("/awards", "page-awards", Who::Deed(Deed::ReadAwards), look)],
};

/// Where a page of awards goes on: enterprise and scheme of the last, as the interface for programs writes it.
pub(super) fn after(visit: &Visit) -> Option<(String, String)> {
    let (enterprise, scheme) = visit.query("after")?.split_once(':')?;
    Some((scheme.to_owned(), enterprise.to_owned()))
}

/// The sign of what rests on a rule that was not found.
pub(super) fn ground(visit: &Visit, illustrative: bool) -> Cell {
    let words = visit.words();
    if illustrative {
        Cell::Sign(Sign::Look, words.t("tree.illustrative").to_owned())
    } else {
        Cell::Sign(Sign::Good, words.t("schemes.official").to_owned())
    }
}

#[derive(Template)]
#[template(path = "awards.html")]
struct Page {
    shell: Shell,
    runs: Vec<Choice>,
    run: Vec<(&'static str, String)>,
    regions: Vec<Choice>,
    schemes: Vec<Choice>,
    enterprise: String,
    may_see_notice: bool,
    totals: Option<View>,
    table: Option<View>,
}

/// The run that is looked at: the one that is asked for, or the newest.
fn chosen(visit: &Visit, runs: &[Run]) -> Result<Option<Run>, Problem> {
    match visit.query_as::<i64>("run") {
        None => Ok(runs.first().cloned()),
        Some(asked) => match runs.iter().find(|run| run.id == asked) {
            Some(run) => Ok(Some(run.clone())),
            None => Err(Problem::bare(&problem::NOT_FOUND)),
        },
    }
}

async fn totals(visit: &Visit, run: i64) -> Result<Table, Problem> {
    let (office, fund, words) = (visit.office()?, visit.fund()?, visit.words());
    let reach = visit.reach(Deed::ReadAwards)?;
    let totals = visit.database().award_totals(&office, &reach, run).await?;
    let lines = totals.into_iter().map(|(scheme, region, count, fen)| {
        let cells = vec![
            Cell::text(fund.scheme(&scheme, visit.lang)),
            Cell::text(fund.region(&region, visit.lang)),
            Cell::Whole(count),
            Cell::Fen(fen),
        ];
        Line::of(cells).to(format!("/awards?run={run}&scheme={scheme}&region={region}"))
    });
    Ok(Table::new(
        "totals",
        words.t("awards.totals"),
        [words.t("cases.scheme"), words.t("cases.region"), words.t("awards.count"), words.t("cases.amount")],
        lines.collect(),
        words.t("awards.none"),
    ))
}

async fn list(visit: &Visit, run: i64) -> Result<Table, Problem> {
    let (office, fund, words) = (visit.office()?, visit.fund()?, visit.words());
    let reach = visit.reach(Deed::ReadAwards)?;
    let given = |name: &str| visit.query(name).map(|text| text.trim().to_owned());
    let which = Which {
        scheme: given("scheme"),
        region: given("region"),
        enterprise: given("enterprise"),
        after: after(visit),
    };
    let found = visit.database().awards(&office, &reach, run, &which, LINES).await?;
    let whole = i64::try_from(found.len()).unwrap_or(i64::MAX) >= LINES;
    let next = found.last().filter(|_| whole);
    let next = next.map(|last| visit.with_query("after", &format!("{}:{}", last.enterprise, last.scheme)));
    let names = fund.names();
    let lines = found.iter().map(|award| {
        let cells = vec![
            Cell::text(award.enterprise.clone()),
            names.get(&award.enterprise).map_or(Cell::Nothing, Cell::text),
            Cell::text(fund.scheme(&award.scheme, visit.lang)),
            Cell::text(fund.region(&award.region, visit.lang)),
            Cell::Fen(award.claimed_fen),
            Cell::Fen(award.fen),
            ground(visit, award.illustrative),
        ];
        let href = format!("/awards/{run}/{}/{}", award.scheme, award.enterprise);
        // The amount is made from rules: it opens what it was made from.
        Line::of(cells).link(5, href.clone()).to(href)
    });
    Ok(Table::new(
        "awards",
        words.t("awards.list"),
        [
            words.t("cases.enterprise"),
            words.t("awards.name"),
            words.t("cases.scheme"),
            words.t("cases.region"),
            words.t("schemes.claimed"),
            words.t("schemes.awarded"),
            words.t("schemes.ground"),
        ],
        lines.collect(),
        words.t("awards.none"),
    )
    .next(next))
}

async fn look(visit: Visit) -> Result<Response, Problem> {
    let (office, words) = (visit.office()?, visit.words());
    let reach = visit.reach(Deed::ReadAwards)?;
    let runs = visit.database().runs(&office, None).await?;
    let run = chosen(&visit, &runs)?;
    let (mut totals_of, mut list_of) = (None, None);
    if let Some(run) = &run {
        list_of = Some(list(&visit, run.id).await?);
        // Of one enterprise there is nothing to add up.
        if visit.query("enterprise").is_none() && visit.query("after").is_none() {
            totals_of = Some(totals(&visit, run.id).await?);
        }
    }
    for table in [&totals_of, &list_of].into_iter().flatten() {
        if let Some(file) = table.file(&visit)? {
            return Ok(file);
        }
    }
    let whole = reach.scopes().contains(&Scope::Fund);
    let facts = run.as_ref().map_or_else(Vec::new, |run| {
        let mut facts = vec![
            (words.t("cases.year"), run.year.to_string()),
            (words.t("awards.made"), show::time(run.made_at, office.zone)),
            (words.t("awards.by"), run.made_by.clone()),
        ];
        if whole {
            facts.push((words.t("awards.count"), run.award_count.to_string()));
            facts.push((words.t("awards.sum"), show::exact(run.total_fen, visit.lang)));
        }
        facts.push((words.t("awards.folder"), run.folder_sha256.chars().take(16).collect()));
        facts
    });
    let chosen = run.as_ref().map(|run| run.id);
    let page = Page {
        runs: runs
            .iter()
            .map(|run| Choice {
                value: run.id.to_string(),
                label: words
                    .with("awards.run", &[("id", &run.id.to_string()), ("year", &run.year.to_string())]),
                chosen: chosen == Some(run.id),
            })
            .collect(),
        run: facts,
        regions: choice::regions(&visit, visit.query("region"))?,
        schemes: choice::schemes(&visit, visit.query("scheme"))?,
        enterprise: visit.query("enterprise").unwrap_or_default().to_owned(),
        may_see_notice: visit.reach(Deed::ReadApplications).is_ok(),
        totals: totals_of.map(|table| table.view(&visit)),
        table: list_of.map(|table| table.view(&visit)),
        shell: visit.shell(words.t("awards.title")),
    };
    visit.show(&page)
}
