//! Signing in, with name and password or with a link of the demo, and out.

use askama::Template;
use axum::{
    http::{StatusCode, header},
    response::Response,
};
use jixiao_web::{
    api::sessions::{end_session, forgotten, with_demo_link, with_password},
    ask::Named,
    problem::Problem,
    route::Who,
};

use super::{Leaf, form, page};
use crate::{
    form::{Mistakes, Typed},
    shell::Shell,
    visit::Visit,
};

pub(super) const LEAF: Leaf = Leaf {
    nav: &[],
    routes: || {
        #[cfg_attr(not(feature = "oidc"), expect(unused_mut, reason = "the feature adds two more"))]
        let mut routes = vec![
            page("/sign-in", "page-sign-in", Who::Everyone, ask),
            form("/sign-in", "form-sign-in", Who::Everyone, sign_in),
            form("/sign-out", "form-sign-out", Who::SignedIn, sign_out),
            page("/enter/{token}", "page-enter", Who::Everyone, enter),
        ];
        #[cfg(feature = "oidc")]
        routes.extend(super::organisation::routes());
        routes
    },
};

/// Where signing in with an organisation's account begins.
pub(super) const BEGIN: &str = "/sign-in/organisation";

#[derive(Template)]
#[template(path = "sign_in.html")]
struct Page {
    shell: Shell,
    name: String,
    mistakes: Mistakes,
    /// Where signing in with an organisation's account begins; none where it is not offered.
    organisation: Option<String>,
}

fn shown(visit: &Visit, name: &str, status: StatusCode, mistakes: Mistakes) -> Result<Response, Problem> {
    let shell = visit.shell(visit.words().t("sign-in.title"));
    let organisation = visit.asker.state().knows_organisation().then(|| {
        let back =
            visit.back().map(|back| form_urlencoded::byte_serialize(back.as_bytes()).collect::<String>());
        back.map_or_else(|| BEGIN.to_owned(), |back| format!("{BEGIN}?back={back}"))
    });
    visit.show_as(status, &Page { shell, name: name.to_owned(), mistakes, organisation })
}

async fn ask(visit: Visit) -> Result<Response, Problem> {
    if visit.asker.account.is_some() {
        return Ok(visit.go("/"));
    }
    shown(&visit, "", StatusCode::OK, Mistakes::default())
}

async fn sign_in(visit: Visit, typed: Typed) -> Result<Response, Problem> {
    let name = typed.get("name");
    match with_password(&visit.asker, name, typed.exactly("password").to_owned()).await {
        Ok(entered) => {
            let mut response = visit.go("/");
            response.headers_mut().insert(header::SET_COOKIE, entered.cookie(visit.asker.state()));
            Ok(response)
        }
        Err(problem) if problem.code.status < 500 => {
            let status = StatusCode::from_u16(problem.code.status).unwrap_or(StatusCode::UNAUTHORIZED);
            shown(&visit, name, status, Mistakes::of(&problem))
        }
        Err(problem) => Err(problem),
    }
}

async fn sign_out(visit: Visit) -> Result<Response, Problem> {
    end_session(&visit.asker).await?;
    let mut response = visit.go("/sign-in");
    response.headers_mut().insert(header::SET_COOKIE, forgotten(visit.asker.state()));
    Ok(response)
}

async fn enter(visit: Visit, Named(token): Named<String>) -> Result<Response, Problem> {
    let entered = with_demo_link(&visit.asker, &token).await?;
    let mut response = visit.go("/");
    response.headers_mut().insert(header::SET_COOKIE, entered.cookie(visit.asker.state()));
    Ok(response)
}
