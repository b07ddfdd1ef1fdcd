//! The switch between Chinese and English, and what pages bring along.

use axum::{
    http::{HeaderValue, header},
    response::Response,
};
use jixiao_web::{
    ask::{LANGUAGE, Named},
    problem::{self, Problem},
    route::Who,
};

use super::{Leaf, page};
use crate::{assets::asset, visit::Visit};

pub(super) const LEAF: Leaf = Leaf {
    nav: &[],
    routes: || {
        vec![
            page("/language/{lang}", "page-language", Who::Everyone, switch),
            page("/assets/{name}", "page-asset", Who::Everyone, asset),
        ]
    },
};

async fn switch(visit: Visit, Named(lang): Named<String>) -> Result<Response, Problem> {
    if !matches!(lang.as_str(), "zh" | "en") {
        return Err(Problem::bare(&problem::NOT_FOUND));
    }
    let mut response = visit.go(visit.back().unwrap_or("/"));
    let cookie = format!("{LANGUAGE}={lang}; Path=/; Max-Age=31536000; SameSite=Lax");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
