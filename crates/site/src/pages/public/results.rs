//! The results of the year, by indicator, and of one indicator by region.

use askama::Template;
use axum::{http::HeaderMap, response::Response};
use jixiao_report::content::{RegionTable, ResultRow};
use jixiao_web::problem::{self, Problem};

use super::kept;
use crate::{
    shell::Shell,
    table::{Cell, Line, Table, View},
    visit::Visit,
};

#[derive(Template)]
#[template(path = "public_results.html")]
struct Page {
    shell: Shell,
    by_region: bool,
    results: Option<View>,
}

/// Each indicator against its target.
pub(super) fn results(visit: &Visit, rows: &[ResultRow]) -> Table {
    let (words, lang) = (visit.words(), visit.lang);
    let lines = rows.iter().map(|row| {
        let cells = vec![
            Cell::text(row.name.get(lang)),
            Cell::text(row.category.get(lang)),
            Cell::text(row.kind.get(lang)),
            Cell::text(row.unit.get(lang)),
            Cell::text(row.target.get(lang)),
            Cell::Figure(row.actual.clone()),
            Cell::Figure(row.completion.clone()),
            Cell::status(row.status, lang),
            if row.illustrative.is_empty() {
                Cell::Nothing
            } else {
                Cell::text(words.t("tree.illustrative"))
            },
        ];
        Line::of(cells).to(format!("/public/results?indicator={}", row.indicator))
    });
    Table::new(
        "results",
        words.t("public.by-indicator"),
        [
            words.t("cases.indicator"),
            words.t("public.category"),
            words.t("public.kind"),
            words.t("public.unit"),
            words.t("public.target"),
            words.t("public.actual"),
            words.t("public.completion"),
            words.t("public.came"),
            words.t("public.mark"),
        ],
        lines.collect(),
        words.t("public.no-results"),
    )
}

/// One indicator region by region.
pub(super) fn regions(visit: &Visit, table: &RegionTable) -> Table {
    let (words, lang) = (visit.words(), visit.lang);
    let lines = table.rows.iter().map(|row| {
        Line::of(vec![
            Cell::text(row.region.get(lang)),
            Cell::text(row.target.get(lang)),
            Cell::Figure(row.actual.clone()),
            Cell::Figure(row.completion.clone()),
            Cell::status(row.status, lang),
        ])
    });
    Table::new(
        "regions",
        format!("{} {}", table.name.get(lang), table.unit.get(lang)).trim().to_owned(),
        [
            words.t("cases.region"),
            words.t("public.target"),
            words.t("public.actual"),
            words.t("public.completion"),
            words.t("public.came"),
        ],
        lines.collect(),
        words.t("public.no-results"),
    )
}

pub(super) async fn look(visit: Visit, headers: HeaderMap) -> Result<Response, Problem> {
    kept(&visit, &headers, async || {
        let (fund, words) = (visit.fund()?, visit.words());
        let book = fund.year_book();
        let asked = visit.query("indicator");
        if let Some(id) = asked
            && !fund.fund.indicators.iter().any(|spec| spec.id == id)
        {
            return Err(Problem::bare(&problem::NOT_FOUND));
        }
        let table = match (&book, asked) {
            (None, _) => None,
            (Some(book), None) => Some(results(&visit, &book.published.whole.results)),
            (Some(book), Some(id)) => {
                let found = book.published.whole.by_region.iter().find(|table| table.indicator == id);
                // An indicator that is not asked of regions has a page without lines.
                Some(regions(&visit, found.unwrap_or(&RegionTable::default())))
            }
        };
        if let Some(table) = &table
            && let Some(file) = table.file(&visit)?
        {
            return Ok(file);
        }
        let year = fund.current_year().to_string();
        let page = Page {
            by_region: asked.is_some(),
            results: table.map(|table| table.view(&visit)),
            shell: visit.shell(words.with("public.results-of", &[("year", &year)])),
        };
        visit.show(&page)
    })
    .await
}
