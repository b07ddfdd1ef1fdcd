//! What pages bring along: one style sheet, two scripts, nothing from elsewhere.

use std::sync::OnceLock;

use axum::{
    http::header,
    response::{IntoResponse as _, Response},
};
use jixiao_store::documents::sha256;
use jixiao_web::{
    ask::Named,
    problem::{self, Problem},
};

const STYLE: &str = include_str!("../assets/style.css");
const SCRIPT: &str = include_str!("../assets/site.js");
/// htmx 2.0.11 as published, under the Zero-Clause BSD licence (`assets/htmx.LICENSE`).
const HTMX: &str = include_str!("../assets/htmx.min.js");

/// The version of all of them: in their addresses, so that browsers may keep them for good.
pub fn version() -> &'static str {
    static VERSION: OnceLock<String> = OnceLock::new();
    VERSION.get_or_init(|| {
        let mut digest = sha256([STYLE, SCRIPT, HTMX].concat());
        digest.truncate(12);
        digest
    })
}

/// One of them by its name.
pub(crate) async fn asset(Named(name): Named<String>) -> Result<Response, Problem> {
    let (kind, text) = match name.as_str() {
        "style.css" => ("text/css; charset=utf-8", STYLE),
        "site.js" => ("text/javascript; charset=utf-8", SCRIPT),
        "htmx.js" => ("text/javascript; charset=utf-8", HTMX),
        _ => return Err(Problem::bare(&problem::NOT_FOUND)),
    };
    let headers =
        [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")];
    Ok((headers, text).into_response())
}
