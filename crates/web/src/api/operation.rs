//! What whoever runs the server asks, and the description of the interface itself.

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
};
use metrics_exporter_prometheus::PrometheusHandle;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    around::OWN_STYLE,
    ask::Named,
    browse::{STYLE, page},
    problem::{self, Code, Problem},
    route::{Resource, Route, Who, text},
    state::Shared,
};

pub(super) fn routes() -> Vec<Route> {
    let of = Resource("operation");
    let who = Who::Everyone;
    vec![
        of.get("/healthz", "health", text("程序在运行", "the program runs"), who, health).gives::<Health>(),
        of.get(
            "/readyz",
            "ready",
            text("数据库可用且为最新版", "the database answers and its tables are current"),
            who,
            ready,
        )
        .gives::<Health>(),
        of.get(
            "/metrics",
            "metrics",
            text("Prometheus 指标", "figures for Prometheus"),
            Who::Operator,
            metrics,
        )
        .gives_other("text/plain"),
        of.get("/api/openapi.json", "openapi", text("接口描述", "this document"), who, document)
            .gives_other("application/json"),
        of.get("/api/docs", "docs", text("接口说明页", "this document as a page"), who, docs)
            .gives_other("text/html"),
        of.get("/api/docs/style.css", "docs-style", text("说明页样式", "the page's style sheet"), who, style)
            .gives_other("text/css"),
        of.get("/api/errors/{code}", "error", text("错误说明", "the page of a kind of problem"), who, error)
            .gives_other("text/markdown"),
    ]
}

/// How it is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// `ok`.
    status: &'static str,
}

async fn health() -> Json<Health> {
    Json(Health { status: "ok" })
}

async fn ready(State(state): State<Shared>) -> Result<Json<Health>, Problem> {
    let not_yet =
        |said: String| Problem { kept_quiet: Some(said), ..Problem::bare(&problem::UNAVAILABLE).after(5) };
    state.database.must_be_current().await.map_err(|fault| not_yet(fault.to_string()))?;
    Ok(Json(Health { status: "ok" }))
}

async fn metrics(State(state): State<Shared>) -> Response {
    let text = state.metrics.as_ref().map(PrometheusHandle::render).unwrap_or_default();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}

async fn document(State(state): State<Shared>) -> Json<serde_json::Value> {
    Json(state.document.clone())
}

async fn docs(State(state): State<Shared>) -> Response {
    let headers =
        [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CONTENT_SECURITY_POLICY, OWN_STYLE)];
    (headers, page(&state.document)).into_response()
}

async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE).into_response()
}

async fn error(Named(code): Named<String>) -> Result<Response, Problem> {
    let code = Code::find(&code).ok_or_else(|| Problem::bare(&problem::NOT_FOUND))?;
    Ok(([(header::CONTENT_TYPE, "text/markdown; charset=utf-8")], code.page()).into_response())
}
