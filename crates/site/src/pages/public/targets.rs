//! The target table in the layout of its official form.

use askama::Template;
use axum::{http::HeaderMap, response::Response};
use jixiao_tables::layout::{CellStyle, Layout};
use jixiao_web::problem::Problem;

use super::kept;
use crate::{shell::Shell, visit::Visit};

struct FormCell {
    text: String,
    columns: u32,
    rows: u32,
    class: &'static str,
}

#[derive(Template)]
#[template(path = "public_targets.html")]
struct Page {
    shell: Shell,
    heading: Vec<String>,
    rows: Vec<Vec<FormCell>>,
    footing: Vec<String>,
}

fn rows(layout: &Layout) -> Vec<Vec<FormCell>> {
    let row = |row: &jixiao_tables::layout::LayoutRow| {
        let cells = row.cells.iter().map(|cell| FormCell {
            text: cell.text.clone(),
            columns: cell.column_span.max(1),
            rows: cell.row_span.max(1),
            class: match cell.style {
                CellStyle::Head => "head",
                CellStyle::Centred => "centred",
                CellStyle::Prose => "prose",
                CellStyle::Region => "region",
                CellStyle::Indicator => "indicator",
            },
        });
        cells.collect()
    };
    layout.rows.iter().map(row).collect()
}

pub(super) async fn look(visit: Visit, headers: HeaderMap) -> Result<Response, Problem> {
    kept(&visit, &headers, async || {
        let fund = visit.fund()?;
        let form = fund.form.as_ref();
        let page = Page {
            heading: form.map(|form| form.heading.clone()).unwrap_or_default(),
            rows: form.map(rows).unwrap_or_default(),
            footing: form.map(|form| form.footing.clone()).unwrap_or_default(),
            shell: visit.shell(visit.words().t("public.targets")),
        };
        visit.show(&page)
    })
    .await
}
