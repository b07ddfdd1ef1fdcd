//! Accounts of those who sign in: for the administrator, who sees no data of the fund.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use jixiao_core::{
    both,
    people::{Deed, Role, Scope, Target, deeds},
};
use jixiao_store::people::NewAccount;
use jixiao_web::{
    api::{
        people::{grants, hashed},
        sessions::RoleHeld,
    },
    ask::Named,
    problem::{self, Problem},
    route::Who,
};

use super::{Go, Leaf, Nav, form, key, page};
use crate::{
    form::{Mistakes, Typed},
    shell::Shell,
    show,
    table::{Cell, Line, Sign, Table, View},
    visit::Visit,
};

pub(super) const LEAF: Leaf = Leaf {
    nav: &[Nav {
        group: key!("shell.group-system"),
        label: key!("people.nav"),
        href: "/people",
        go: Go::One(&[Deed::ReadUsers]),
    }],
    routes: || {
        let manage = Who::Deed(Deed::ManageUsers);
        vec![
            page("/people", "page-people", Who::Deed(Deed::ReadUsers), list),
            form("/people", "form-add-person", manage, add),
            page("/people/{name}", "page-person", Who::Deed(Deed::ReadUsers), one),
            form("/people/{name}/roles", "form-roles", manage, give),
            form("/people/{name}/active", "form-active", manage, set_active),
            form("/people/{name}/password", "form-password", manage, set_password),
        ]
    },
};

/// A role as it is typed: `city-officer:440800`, `enterprise:CODE`, `auditor`.
fn written(held: &jixiao_core::people::Grant) -> String {
    match &held.scope {
        Scope::Region(code) | Scope::Enterprise(code) => format!("{}:{code}", held.role.code()),
        Scope::Fund | Scope::Nothing => held.role.code().to_owned(),
    }
}

/// Roles as they were typed, one a line.
fn typed_roles(text: &str) -> Vec<RoleHeld> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let (role, over) =
                line.split_once(':').map_or((line, None), |(role, over)| (role, Some(over.trim())));
            let over = over.map(str::to_owned);
            let is_enterprise = role.trim() == Role::Enterprise.code();
            RoleHeld {
                role: role.trim().to_owned(),
                region: over.clone().filter(|_| !is_enterprise),
                enterprise: over.filter(|_| is_enterprise),
            }
        })
        .collect()
}

#[derive(Template)]
#[template(path = "people.html")]
struct Page {
    shell: Shell,
    table: View,
    may_manage: bool,
    name: String,
    shown_name: String,
    roles: String,
    known: Vec<(&'static str, &'static str)>,
    mistakes: Mistakes,
}

async fn list(visit: Visit) -> Result<Response, Problem> {
    listed(&visit, StatusCode::OK, Mistakes::default(), &Typed::default()).await
}

fn known(visit: &Visit) -> Vec<(&'static str, &'static str)> {
    let roles = Role::ALL.iter().filter(|role| **role != Role::Public);
    roles.map(|role| (role.code(), role.label().get(visit.lang))).collect()
}

async fn listed(
    visit: &Visit,
    status: StatusCode,
    mistakes: Mistakes,
    typed: &Typed,
) -> Result<Response, Problem> {
    visit.asker.person.may(deeds::ReadUsers, &Target::system())?;
    visit.asker.note_read("people", &["name", "shown_name"]).await?;
    let words = visit.words();
    let now = visit.asker.state().now();
    let mut lines = Vec::new();
    let grants = visit.database().grants_of_all().await?;
    for account in visit.database().people().await? {
        let held = grants.get(&account.name).into_iter().flatten();
        let roles: Vec<String> = held.map(|(_, grant)| written(grant)).collect();
        let state = if !account.active {
            Cell::Sign(Sign::Nothing, words.t("people.stopped").to_owned())
        } else if account.locked_until > now {
            Cell::Sign(Sign::Bad, words.t("people.locked").to_owned())
        } else {
            Cell::Sign(Sign::Good, words.t("people.active").to_owned())
        };
        let demo = if account.demo { Cell::text(words.t("people.demo")) } else { Cell::Nothing };
        let href = format!("/people/{}", account.name);
        let cells = vec![
            Cell::Text(account.name),
            Cell::Text(account.shown_name),
            Cell::Text(roles.join(" ")),
            state,
            demo,
        ];
        lines.push(Line::of(cells).to(href));
    }
    let columns = [
        words.t("sign-in.name"),
        words.t("people.shown"),
        words.t("account.roles"),
        words.t("cases.state"),
        words.t("accounts.note"),
    ];
    let table = Table::new("people", "", columns, lines, words.t("people.empty"));
    if let Some(file) = table.file(visit)? {
        return Ok(file);
    }
    let page = Page {
        table: table.view(visit),
        may_manage: visit.asker.person.may(deeds::ManageUsers, &Target::system()).is_ok(),
        name: typed.get("name").to_owned(),
        shown_name: typed.get("shown_name").to_owned(),
        roles: typed.get("roles").to_owned(),
        known: known(visit),
        mistakes,
        shell: visit.shell(words.t("people.title")),
    };
    visit.show_as(status, &page)
}

async fn add(visit: Visit, typed: Typed) -> Result<Response, Problem> {
    let mut mistakes = Mistakes::default();
    let name = typed.get("name");
    if name.is_empty() {
        mistakes.at("name", both!("请填登录名", "a name to sign in with"));
    }
    if typed.get("shown_name").is_empty() {
        mistakes.at("shown_name", both!("请填姓名", "the name that is shown"));
    }
    if mistakes.none() {
        let done = async {
            let may = visit.asker.person.may(deeds::ManageUsers, &Target::system())?;
            let given = grants(&typed_roles(typed.get("roles")))?;
            let password_hash = match typed.exactly("password") {
                "" => None,
                password => Some(hashed(visit.asker.state(), name, password.to_owned()).await?),
            };
            let office = visit.office()?;
            let mut change = visit.asker.change().await?;
            let new = NewAccount { name, shown_name: typed.get("shown_name"), password_hash, demo: false };
            change.add_account(new).await?;
            if !given.is_empty() {
                change.give_roles(&may, name, &office.fund, given, &office.regions).await?;
            }
            Ok::<(), Problem>(change.commit().await?)
        };
        match done.await {
            Ok(()) => return Ok(visit.go(&format!("/people/{name}"))),
            Err(problem) if problem.code.status < 500 => mistakes = Mistakes::of(&problem),
            Err(problem) => return Err(problem),
        }
    }
    listed(&visit, StatusCode::UNPROCESSABLE_ENTITY, mistakes, &typed).await
}

#[derive(Template)]
#[template(path = "person.html")]
struct OnePage {
    shell: Shell,
    name: String,
    active: bool,
    failures: i64,
    locked_until: String,
    roles: String,
    elsewhere: Vec<String>,
    known: Vec<(&'static str, &'static str)>,
    may_manage: bool,
    mistakes: Mistakes,
}

async fn one(visit: Visit, Named(name): Named<String>) -> Result<Response, Problem> {
    person(&visit, &name, StatusCode::OK, Mistakes::default()).await
}

async fn person(
    visit: &Visit,
    name: &str,
    status: StatusCode,
    mistakes: Mistakes,
) -> Result<Response, Problem> {
    visit.asker.person.may(deeds::ReadUsers, &Target::system())?;
    let found = visit.database().account_and_hash(name).await?;
    let (account, _) = found.ok_or_else(|| Problem::bare(&problem::NOT_FOUND))?;
    visit.asker.note_read(&format!("person/{name}"), &["name", "shown_name"]).await?;
    let office = visit.office()?;
    let all = visit.database().grants(name, None).await?;
    let (here, elsewhere): (Vec<_>, Vec<_>) = all.iter().partition(|(fund, _)| *fund == office.fund);
    let now = visit.asker.state().now();
    let page = OnePage {
        name: account.name,
        active: account.active,
        failures: account.failures,
        locked_until: if account.locked_until > now {
            show::time(account.locked_until, office.zone)
        } else {
            String::new()
        },
        roles: here.iter().map(|(_, grant)| written(grant)).collect::<Vec<_>>().join("\n"),
        elsewhere: elsewhere.iter().map(|(fund, grant)| format!("{} {fund}", written(grant))).collect(),
        known: known(visit),
        may_manage: visit.asker.person.may(deeds::ManageUsers, &Target::system()).is_ok(),
        mistakes,
        shell: visit.shell(account.shown_name),
    };
    visit.show_as(status, &page)
}

/// What became of a change to an account: back to it, with what was wrong.
async fn then(visit: &Visit, name: &str, done: Result<(), Problem>) -> Result<Response, Problem> {
    match done {
        Ok(()) => Ok(visit.go(&format!("/people/{name}"))),
        Err(problem) if problem.code.status < 500 && problem.code.status != 404 => {
            person(visit, name, StatusCode::UNPROCESSABLE_ENTITY, Mistakes::of(&problem)).await
        }
        Err(problem) => Err(problem),
    }
}

async fn give(visit: Visit, Named(name): Named<String>, typed: Typed) -> Result<Response, Problem> {
    let done = async {
        let may = visit.asker.person.may(deeds::ManageUsers, &Target::system())?;
        let (office, given) = (visit.office()?, grants(&typed_roles(typed.get("roles")))?);
        let mut change = visit.asker.change().await?;
        change.give_roles(&may, &name, &office.fund, given, &office.regions).await?;
        Ok::<(), Problem>(change.commit().await?)
    };
    let done = done.await;
    then(&visit, &name, done).await
}

async fn set_active(visit: Visit, Named(name): Named<String>, typed: Typed) -> Result<Response, Problem> {
    let done = async {
        let may = visit.asker.person.may(deeds::ManageUsers, &Target::system())?;
        let mut change = visit.asker.change().await?;
        change.set_active(&may, &name, typed.get("active") == "yes", typed.get("reason")).await?;
        Ok::<(), Problem>(change.commit().await?)
    };
    let done = done.await;
    then(&visit, &name, done).await
}

async fn set_password(visit: Visit, Named(name): Named<String>, typed: Typed) -> Result<Response, Problem> {
    let done = async {
        visit.asker.person.may(deeds::ManageUsers, &Target::system())?;
        let hash = hashed(visit.asker.state(), &name, typed.exactly("password").to_owned()).await?;
        let mut change = visit.asker.change().await?;
        change.set_password(&name, hash).await?;
        Ok::<(), Problem>(change.commit().await?)
    };
    let done = done.await;
    then(&visit, &name, done).await
}
