//! Signing in with an organisation's account: to the provider, and back.

use askama::Template;
use axum::{
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use jixiao_web::{
    oidc::{RETURN, Returned},
    organisation,
    problem::Problem,
    route::{Route, Who},
};

use super::{page, sign_in::BEGIN};
use crate::{shell::Shell, visit::Visit};

/// The two addresses of it.
pub(super) fn routes() -> Vec<Route> {
    vec![
        page(BEGIN, "page-organisation", Who::Everyone, begin),
        page(RETURN, "page-organisation-return", Who::Everyone, back),
    ]
}

/// What somebody sees for a moment who was let in.
#[derive(Template)]
#[template(path = "organisation.html")]
struct Page {
    shell: Shell,
    to: String,
}

async fn begin(visit: Visit) -> Result<Response, Problem> {
    if visit.asker.account.is_some() {
        return Ok(visit.go(visit.back().unwrap_or("/")));
    }
    let (to, cookie) = organisation::begin(&visit.asker, visit.back()).await?;
    let mut response = visit.go(&to);
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    Ok(response)
}

async fn back(visit: Visit, headers: HeaderMap) -> Result<Response, Problem> {
    let given = |name: &str| visit.query(name).map(str::to_owned);
    let returned =
        Returned { state: given("state"), code: given("code"), error: given("error"), iss: given("iss") };
    let let_in = organisation::finish(&visit.asker, &headers, returned).await?;
    // A page and no redirect: a browser that comes from another site does not send the session's cookie, which is strict, along with the redirect; with
    // what this site's own page asks for it does.
    let shell = visit.shell(visit.words().t("sign-in.entered"));
    let mut response = visit.show_as(StatusCode::OK, &Page { shell, to: let_in.to })?;
    let state = visit.asker.state();
    response.headers_mut().append(header::SET_COOKIE, let_in.entered.cookie(state));
    response.headers_mut().append(header::SET_COOKIE, let_in.forgotten);
    Ok(response)
}
