//! Awards by enterprise, as far as they are disclosed: from public notice on.

use askama::Template;
use axum::{http::HeaderMap, response::Response};
use jixiao_store::awards::{Disclosed, Which};
use jixiao_web::problem::Problem;

use super::{everybody, kept};
use crate::{
    choice::{self, Choice},
    pages::awards::{LINES, after, ground},
    shell::Shell,
    table::{Cell, Line, Table, View},
    visit::Visit,
};

#[derive(Template)]
#[template(path = "public_awards.html")]
struct Page {
    shell: Shell,
    regions: Vec<Choice>,
    schemes: Vec<Choice>,
    totals: Option<View>,
    table: View,
}

/// What the disclosed awards of the year come to: scheme, region, how many, fen.
pub(super) async fn totals(visit: &Visit) -> Result<Vec<(String, String, i64, i64)>, Problem> {
    let office = visit.office()?;
    let year = visit.fund()?.current_year();
    let Some(run) = visit.database().newest_run(&office, year).await? else { return Ok(Vec::new()) };
    Ok(visit.database().disclosed_totals(&office, &everybody()?, run).await?)
}

/// Disclosed awards of the year.
pub(super) async fn disclosed(visit: &Visit, which: &Which, limit: i64) -> Result<Vec<Disclosed>, Problem> {
    let office = visit.office()?;
    let year = visit.fund()?.current_year();
    let Some(run) = visit.database().newest_run(&office, year).await? else { return Ok(Vec::new()) };
    Ok(visit.database().disclosed_awards(&office, &everybody()?, run, which, limit).await?)
}

pub(super) async fn look(visit: Visit, headers: HeaderMap) -> Result<Response, Problem> {
    kept(&visit, &headers, async || {
        let (fund, words) = (visit.fund()?, visit.words());
        let given = |name: &str| visit.query(name).map(str::to_owned);
        let which = Which {
            scheme: given("scheme"),
            region: given("region"),
            enterprise: given("enterprise"),
            after: after(&visit),
        };
        let found = disclosed(&visit, &which, LINES).await?;
        let whole = i64::try_from(found.len()).unwrap_or(i64::MAX) >= LINES;
        let next = found.last().filter(|_| whole);
        let next =
            next.map(|last| visit.with_query("after", &format!("{}:{}", last.enterprise, last.scheme)));
        let names = fund.names();
        let lines = found.iter().map(|award| {
            Line::of(vec![
                Cell::text(award.enterprise.clone()),
                names.get(&award.enterprise).map_or(Cell::Nothing, Cell::text),
                Cell::text(fund.scheme(&award.scheme, visit.lang)),
                Cell::text(fund.region(&award.region, visit.lang)),
                Cell::Fen(award.fen),
                ground(&visit, award.illustrative),
            ])
        });
        let table = Table::new(
            "awards",
            words.t("awards.list"),
            [
                words.t("cases.enterprise"),
                words.t("awards.name"),
                words.t("cases.scheme"),
                words.t("cases.region"),
                words.t("schemes.awarded"),
                words.t("schemes.ground"),
            ],
            lines.collect(),
            words.t("public.none-disclosed"),
        )
        .next(next);
        let mut totals_of = None;
        if which.enterprise.is_none() && which.after.is_none() {
            let lines = totals(&visit).await?.into_iter().map(|(scheme, region, count, fen)| {
                let cells = vec![
                    Cell::text(fund.scheme(&scheme, visit.lang)),
                    Cell::text(fund.region(&region, visit.lang)),
                    Cell::Whole(count),
                    Cell::Fen(fen),
                ];
                Line::of(cells).to(format!("/public/awards?scheme={scheme}&region={region}"))
            });
            totals_of = Some(Table::new(
                "totals",
                words.t("awards.totals"),
                [
                    words.t("cases.scheme"),
                    words.t("cases.region"),
                    words.t("awards.count"),
                    words.t("cases.amount"),
                ],
                lines.collect(),
                words.t("public.none-disclosed"),
            ));
        }
        for table in [Some(&table), totals_of.as_ref()].into_iter().flatten() {
            if let Some(file) = table.file(&visit)? {
                return Ok(file);
            }
        }
        let year = fund.current_year().to_string();
        let page = Page {
            regions: choice::regions(&visit, visit.query("region"))?,
            schemes: choice::schemes(&visit, visit.query("scheme"))?,
            totals: totals_of.map(|table| table.view(&visit)),
            table: table.view(&visit),
            shell: visit.shell(words.with("public.awards-of", &[("year", &year)])),
        };
        visit.show(&page)
    })
    .await
}
