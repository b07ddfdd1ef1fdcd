//! One field that finds everything: enterprises, records, indicators, regions, schemes. Nothing outside of the person's reach.

use std::collections::BTreeSet;

use askama::Template;
use axum::response::Response;
use jixiao_core::{
    people::{Deed, Reach},
    workflow::machines,
};
use jixiao_web::{api::machines::reading, problem::Problem, route::Who};

use super::{Leaf, page};
use crate::{
    names::meant,
    shell::Shell,
    table::{Cell, Line, Table, View},
    visit::Visit,
};

pub(super) const LEAF: Leaf =
    Leaf { nav: &[], routes: || vec![page("/search", "page-search", Who::SignedIn, look)] };

/// The most of a kind.
const MOST: usize = 20;
/// How many names are held against the book: what is not in the person's reach falls away.
const NAMES: usize = 400;

#[derive(Template)]
#[template(path = "search.html")]
struct Page {
    shell: Shell,
    q: String,
    found: Vec<View>,
}

async fn enterprises(visit: &Visit, q: &str) -> Result<Vec<Line>, Problem> {
    let Ok(reach) = visit.reach(Deed::ReadAwards) else { return Ok(Vec::new()) };
    let (office, fund) = (visit.office()?, visit.fund()?);
    let names = fund.names();
    let limit = i64::try_from(MOST).unwrap_or(i64::MAX);
    let meant = names.find(q, NAMES);
    let mut found = match meant.is_empty() {
        true => Vec::new(),
        false => visit.database().awarded_enterprises(&office, &reach, "", Some(&meant), limit).await?,
    };
    let is_code = q.len() >= 4 && q.chars().all(|c| c.is_ascii_alphanumeric());
    if is_code && found.len() < MOST {
        let more =
            visit.database().awarded_enterprises(&office, &reach, &q.to_uppercase(), None, limit).await?;
        found.extend(more);
    }
    let mut seen = BTreeSet::new();
    found.retain(|one| seen.insert(one.clone()));
    let lines = found.into_iter().take(MOST).map(|(code, region)| {
        let cells = vec![
            Cell::text(names.get(&code).unwrap_or(&code)),
            Cell::text(code.clone()),
            Cell::text(fund.region(&region, visit.lang)),
        ];
        Line::of(cells).to(format!("/awards?enterprise={code}"))
    });
    Ok(lines.collect())
}

async fn records(visit: &Visit, q: &str) -> Result<Vec<Line>, Problem> {
    let (office, fund) = (visit.office()?, visit.fund()?);
    // Most people reach all kinds alike: then one look is enough.
    let mut asked: Vec<(Reach<Deed>, Vec<&str>)> = Vec::new();
    for machine in machines::ALL {
        let Ok(reach) = visit.reach(reading(machine)) else { continue };
        match asked.iter_mut().find(|(before, _)| before.scopes() == reach.scopes()) {
            Some((_, ids)) => ids.push(machine.id),
            None => asked.push((reach, vec![machine.id])),
        }
    }
    let limit = i64::try_from(MOST).unwrap_or(i64::MAX);
    let mut found = Vec::new();
    for (reach, ids) in &asked {
        found.extend(visit.database().find_cases(&office, reach, ids, q, limit).await?);
    }
    found.sort_by_key(|line| std::cmp::Reverse(line.id));
    let lines = found.into_iter().take(MOST).map(|line| {
        let machine = machines::find(&line.machine);
        let state = machine.and_then(|machine| machine.state(&line.state));
        let region = &line.about.region;
        let cells = vec![
            Cell::text(line.subject),
            Cell::text(machine.map_or(line.machine.as_str(), |machine| machine.label.get(visit.lang))),
            Cell::text(state.map_or(line.state.as_str(), |state| state.label.get(visit.lang))),
            if region.is_empty() { Cell::Nothing } else { Cell::text(fund.region(region, visit.lang)) },
            Cell::fen(line.amount_fen),
        ];
        Line::of(cells).to(format!("/case/{}", line.id))
    });
    Ok(lines.collect())
}

/// Names of the fund that are meant: of indicators, regions, schemes.
fn named(visit: &Visit, q: &str) -> Result<[Vec<Line>; 3], Problem> {
    let fund = visit.fund()?;
    let line = |name: &str, id: &str, href: String| Line::of(vec![Cell::text(name), Cell::text(id)]).to(href);
    let indicators = fund.fund.indicators.iter().filter(|spec| {
        spec.id.contains(q) || meant(&spec.english, q) || spec.names.iter().any(|name| meant(name, q))
    });
    let indicators = indicators.take(MOST).map(|spec| {
        let href = format!("/public/results?indicator={}", spec.id);
        line(&fund.indicator(&spec.id, visit.lang), &spec.id, href)
    });
    let regions = fund.fund.regions.iter().filter(|(_, region)| {
        region.code.starts_with(q) || meant(&region.name, q) || meant(&region.english, q)
    });
    let may_awards = visit.reach(Deed::ReadAwards).is_ok();
    let regions = regions.take(MOST).map(|(_, region)| {
        let found = line(&fund.region(&region.code, visit.lang), &region.code, String::new());
        let href = format!("/awards?region={}", region.code);
        if may_awards { found.to(href) } else { Line { href: None, ..found } }
    });
    let schemes =
        fund.schemes.iter().filter(|(id, name)| id.contains(q) || meant(&name.zh, q) || meant(&name.en, q));
    let schemes =
        schemes.take(MOST).map(|(id, name)| line(name.get(visit.lang), id, format!("/schemes/{id}")));
    Ok([indicators.collect(), regions.collect(), schemes.collect()])
}

async fn look(visit: Visit) -> Result<Response, Problem> {
    let words = visit.words();
    let q = visit.query("q").unwrap_or_default().trim().chars().take(100).collect::<String>();
    let mut tables = Vec::new();
    if !q.is_empty() {
        let [indicators, regions, schemes] = named(&visit, &q)?;
        let name = || [words.t("search.name"), words.t("search.code")].to_vec();
        let enterprise = [words.t("search.name"), words.t("search.code"), words.t("cases.region")].to_vec();
        let record = [
            words.t("cases.subject"),
            words.t("cases.way"),
            words.t("cases.state"),
            words.t("cases.region"),
            words.t("cases.amount"),
        ];
        for (id, caption, columns, lines) in [
            ("enterprises", words.t("search.enterprises"), enterprise, enterprises(&visit, &q).await?),
            ("schemes", words.t("search.schemes"), name(), schemes),
            ("indicators", words.t("search.indicators"), name(), indicators),
            ("regions", words.t("search.regions"), name(), regions),
            ("records", words.t("search.records"), record.to_vec(), records(&visit, &q).await?),
        ] {
            if !lines.is_empty() {
                tables.push(Table::new(id, caption, columns, lines, ""));
            }
        }
    }
    for table in &tables {
        if let Some(file) = table.file(&visit)? {
            return Ok(file);
        }
    }
    let found = tables.iter().map(|table| table.view(&visit)).collect();
    visit.show(&Page { q, found, shell: visit.shell(words.t("search.title")) })
}
