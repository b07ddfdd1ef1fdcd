//! Official forms that were issued.

use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse as _, Response},
};
use jixiao_core::people::Deed;
use jixiao_store::{Fault, forms::Issued};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    ask::{Asked, Asker, Named},
    listing::{Cell, Column, MOST, USUAL, column, listing},
    log::stamp,
    problem::Problem,
    route::{Kind, Resource, Route, Who, param, text},
    state::Shared,
};

pub(super) fn routes() -> Vec<Route> {
    let of = Resource("forms");
    let who = Who::Deed(Deed::ReadEvaluations);
    vec![
        of.get(
            "/api/v1/forms",
            "list-forms",
            text("已出具的报表，新的在前", "forms that were issued, the newest first"),
            who,
            list,
        )
        .asks([
            param("year", Kind::Whole(1900, 2200), "资金年度", "fund year"),
            param("limit", Kind::Whole(1, MOST), "最多几条", "at most so many"),
        ])
        .lists::<FormLine>(),
        of.get("/api/v1/forms/{id}/file", "get-form", text("下载报表", "the file of a form"), who, file)
            .gives_other("application/octet-stream"),
    ]
}

/// A form that was issued.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Form)]
pub struct FormLine {
    /// Its number.
    id: i64,
    /// The fund year.
    year: i16,
    /// Which form.
    form: String,
    /// Division code; empty for the whole.
    region: String,
    /// SHA-256 of its file.
    sha256: String,
    /// Who issued it.
    issued_by: String,
    /// When.
    issued_at: String,
}

const COLUMNS: &[Column<FormLine>] = &[
    column("编号", "number", |line| Cell::Whole(line.id)),
    column("年度", "year", |line| Cell::Whole(i64::from(line.year))),
    column("报表", "form", |line| Cell::Text(line.form.clone())),
    column("地区", "region", |line| Cell::Text(line.region.clone())),
    column("出具人", "issued by", |line| Cell::Text(line.issued_by.clone())),
    column("时间", "at", |line| Cell::Text(line.issued_at.clone())),
    column("SHA-256", "SHA-256", |line| Cell::Text(line.sha256.clone())),
];

/// The query.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Query {
    year: Option<i16>,
    limit: Option<i64>,
}

async fn list(
    State(state): State<Shared>,
    asker: Asker,
    Asked(query): Asked<Query>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (office, reach) = (asker.office()?, asker.person.reach(Deed::ReadEvaluations)?);
    let limit = query.limit.unwrap_or(USUAL).clamp(1, MOST);
    let line = |one: Issued| FormLine {
        id: one.id,
        year: one.year,
        form: one.form,
        region: one.region,
        sha256: one.sha256,
        issued_by: one.issued_by,
        issued_at: stamp(one.issued_at),
    };
    let found = state.database.forms(&office, &reach, query.year, limit).await?;
    let lines: Vec<FormLine> = found.into_iter().map(line).collect();
    listing(&headers, asker.lang, "forms", COLUMNS, &lines, None)
}

async fn file(State(state): State<Shared>, asker: Asker, Named(id): Named<i64>) -> Result<Response, Problem> {
    let (office, reach) = (asker.office()?, asker.person.reach(Deed::ReadEvaluations)?);
    // A fund year issues some dozens of forms; all of them are looked through.
    let found = state.database.forms(&office, &reach, None, i64::from(i32::MAX)).await?;
    let found = found.into_iter().find(|form| form.id == id);
    let form = found.ok_or_else(|| Fault::not_found(format!("form {id}")))?;
    let evidence = state.database.evidence(&form.sha256).await?;
    let headers = [
        (header::CONTENT_TYPE, evidence.media_type),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"form-{id}\"")),
        (header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'; frame-ancestors 'none'".to_owned()),
    ];
    Ok((headers, evidence.bytes).into_response())
}
