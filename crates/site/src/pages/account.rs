//! One's own account: roles, what one may do, a new password.

use askama::Template;
use axum::{
    http::{StatusCode, header},
    response::Response,
};
use jixiao_core::{both, people::Family};
use jixiao_web::{
    api::sessions::{forgotten, new_password},
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
        vec![
            page("/account", "page-account", Who::SignedIn, look),
            form("/account/password", "form-own-password", Who::SignedIn, change),
        ]
    },
};

#[derive(Template)]
#[template(path = "account.html")]
struct Page {
    shell: Shell,
    name: String,
    roles: String,
    deeds: Vec<(&'static str, String)>,
    mistakes: Mistakes,
}

fn shown(visit: &Visit, status: StatusCode, mistakes: Mistakes) -> Result<Response, Problem> {
    let shell = visit.shell(visit.words().t("account.title"));
    let mine = visit.asker.person.deeds();
    let deeds = Family::ALL.iter().filter_map(|family| {
        let of = mine.iter().filter(|deed| deed.family() == *family).map(|deed| deed.label().get(visit.lang));
        let list = of.collect::<Vec<_>>().join(visit.words().t("account.and"));
        (!list.is_empty()).then(|| (family.label().get(visit.lang), list))
    });
    let page = Page {
        name: visit.asker.account()?.name.clone(),
        roles: shell.me.as_ref().map(|me| me.roles.clone()).unwrap_or_default(),
        deeds: deeds.collect(),
        mistakes,
        shell,
    };
    visit.show_as(status, &page)
}

async fn look(visit: Visit) -> Result<Response, Problem> {
    shown(&visit, StatusCode::OK, Mistakes::default())
}

async fn change(visit: Visit, typed: Typed) -> Result<Response, Problem> {
    let mut mistakes = Mistakes::default();
    if typed.exactly("new") != typed.exactly("again") {
        mistakes.at("again", both!("两次输入的新密码不同", "the new password was typed in two ways"));
    }
    if mistakes.none() {
        let (old, new) = (typed.exactly("old").to_owned(), typed.exactly("new").to_owned());
        match new_password(&visit.asker, old, new).await {
            Ok(()) => {
                let mut response = visit.go("/sign-in");
                response.headers_mut().insert(header::SET_COOKIE, forgotten(visit.asker.state()));
                return Ok(response);
            }
            Err(problem) if problem.code.status < 500 => mistakes = Mistakes::of(&problem),
            Err(problem) => return Err(problem),
        }
    }
    shown(&visit, StatusCode::UNPROCESSABLE_ENTITY, mistakes)
}
