//! Accounts and their roles, kept by administrators.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use jixiao_core::{
    both,
    people::{Deed, Grant, Role, Scope, Target, deeds},
};
use jixiao_store::{
    Fault, Moment, common,
    password::{self, Known},
    people::{Account, NewAccount},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::sessions::RoleHeld;
use crate::{
    ask::{Asked, Asker, Named, Sent},
    listing::{Cell, Column, column, escaped, listing},
    log::stamp,
    once::kept,
    problem::{self, Problem},
    route::{Resource, Route, Who, text},
    state::Shared,
};

pub(super) fn routes() -> Vec<Route> {
    let of = Resource("people");
    let manage = Who::Deed(Deed::ManageUsers);
    vec![
        of.get(
            "/api/v1/people",
            "list-people",
            text("用户列表", "accounts"),
            Who::Deed(Deed::ReadUsers),
            list,
        )
        .lists::<PersonLine>(),
        of.post("/api/v1/people", "add-person", text("新增用户", "open an account"), manage, add)
            .sends::<NewPerson>()
            .makes::<PersonMade>()
            .once(),
        of.get(
            "/api/v1/people/{name}",
            "get-person",
            text("用户", "an account"),
            Who::Deed(Deed::ReadUsers),
            one,
        )
        .gives::<PersonLine>(),
        of.put(
            "/api/v1/people/{name}/roles",
            "give-roles",
            text("授予角色", "give roles in a fund"),
            manage,
            roles,
        )
        .sends::<Roles>(),
        of.put(
            "/api/v1/people/{name}/active",
            "set-active",
            text("启用或停用", "let an account sign in, or no longer"),
            manage,
            active,
        )
        .sends::<Active>(),
        of.put(
            "/api/v1/people/{name}/password",
            "set-password",
            text("重设密码", "set a new password"),
            manage,
            set_password,
        )
        .sends::<NewPassword>(),
    ]
}

/// An account.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonLine {
    /// The name to sign in with.
    name: String,
    /// The name that is shown.
    shown_name: String,
    /// Whether it may sign in.
    active: bool,
    /// Whether it belongs to the demo.
    demo: bool,
    /// How often a password was wrong since it last was right.
    failures: i64,
    /// Until when nobody may try; null when that is over or was never.
    locked_until: Option<String>,
    /// The roles, with the fund of each; an empty fund stands for all.
    roles: Vec<RoleIn>,
}

/// A role in a fund.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoleIn {
    /// The fund; empty for all.
    fund: String,
    /// The role.
    role: RoleHeld,
}

const COLUMNS: &[Column<PersonLine>] = &[
    column("登录名", "name", |p| Cell::Text(p.name.clone())),
    column("姓名", "shown name", |p| Cell::Text(p.shown_name.clone())),
    column("启用", "active", |p| Cell::Whole(i64::from(p.active))),
    column("角色", "roles", |p| {
        let one = |held: &RoleIn| {
            let RoleHeld { role, region, enterprise } = &held.role;
            let over = region.as_deref().or(enterprise.as_deref()).map(|code| format!(":{code}"));
            format!("{role}{}@{}", over.unwrap_or_default(), held.fund)
        };
        Cell::Text(p.roles.iter().map(one).collect::<Vec<_>>().join(" "))
    }),
    column("锁定至", "locked until", |p| p.locked_until.clone().map_or(Cell::Nothing, Cell::Text)),
];

fn line(state: &Shared, account: Account, roles: &[(String, Grant)]) -> PersonLine {
    let locked = account.locked_until > state.now().max(Moment(0));
    PersonLine {
        locked_until: locked.then(|| stamp(account.locked_until)),
        name: account.name,
        shown_name: account.shown_name,
        active: account.active,
        demo: account.demo,
        failures: account.failures,
        roles: roles
            .iter()
            .map(|(fund, grant)| RoleIn { fund: fund.clone(), role: RoleHeld::of(grant) })
            .collect(),
    }
}

/// No parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

async fn list(
    State(state): State<Shared>,
    asker: Asker,
    Asked(Nothing {}): Asked<Nothing>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    asker.person.may(deeds::ReadUsers, &Target::system())?;
    asker.note_read("people", &["name", "shown_name"]).await?;
    let mut lines = Vec::new();
    let grants = state.database.grants_of_all().await?;
    for account in state.database.people().await? {
        let roles = grants.get(&account.name).map_or(&[][..], Vec::as_slice);
        lines.push(line(&state, account, roles));
    }
    listing(&headers, asker.lang, "people", COLUMNS, &lines, None)
}

async fn found(state: &Shared, name: &str) -> Result<Account, Problem> {
    let found = state.database.account_and_hash(name).await?;
    Ok(found.map(|(account, _)| account).ok_or_else(|| Fault::not_found(format!("account {name}")))?)
}

async fn one(
    State(state): State<Shared>,
    asker: Asker,
    Named(name): Named<String>,
) -> Result<Json<PersonLine>, Problem> {
    asker.person.may(deeds::ReadUsers, &Target::system())?;
    let account = found(&state, &name).await?;
    asker.note_read(&format!("person/{name}"), &["name", "shown_name"]).await?;
    let roles = state.database.grants(&name, None).await?;
    Ok(Json(line(&state, account, &roles)))
}

/// A new account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPerson {
    /// The name to sign in with.
    #[schema(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9._@-]+$")]
    name: String,
    /// The name that is shown.
    #[schema(max_length = 64)]
    shown_name: String,
    /// A first password; without one nobody signs in until it is set.
    #[serde(default)]
    #[schema(max_length = 1024)]
    password: Option<String>,
    /// Roles in the fund that the request names.
    #[serde(default)]
    roles: Vec<RoleHeld>,
}

/// The roles that somebody is to have.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Roles {
    /// All of them, instead of those that they have in the fund.
    #[schema(max_items = 20)]
    roles: Vec<RoleHeld>,
}

/// Whether an account may sign in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Active {
    /// Whether it may.
    active: bool,
    /// Why.
    #[schema(min_length = 1, max_length = 2000)]
    reason: String,
}

/// A new password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPassword {
    /// Twelve characters or more, and no common word.
    #[schema(max_length = 1024)]
    password: String,
}

/// The hash of a password that is good enough.
///
/// # Errors
/// It is not: every reason.
pub async fn hashed(state: &Shared, name: &str, given: String) -> Result<String, Problem> {
    let broken = |why: String| Problem { kept_quiet: Some(why), ..Problem::bare(&problem::BROKEN) };
    let salt = state.secret::<16>()?;
    let offices = state.offices.values();
    let around: Vec<String> =
        offices.flat_map(|office| common::names(&office.fund, &office.regions)).collect();
    let (name, breached) = (name.to_owned(), state.settings.breached.clone());
    let judged = tokio::task::spawn_blocking(move || {
        let known = Known { name: &name, around: &around, breached: breached.as_deref() };
        match password::faults(&given, &known) {
            Ok(faults) if faults.is_empty() => Ok(password::hash(&given, &salt)),
            Ok(faults) => Ok(Err(Fault::Refused(faults))),
            Err(list) => Err(list),
        }
    });
    // A list that cannot be asked is the operator's business: nobody's password is taken meanwhile.
    let hash = judged.await.map_err(|error| broken(error.to_string()))?.map_err(|list| broken(list.en))?;
    Ok(hash?)
}

/// Roles as they were sent, with every fault at once.
///
/// # Errors
/// All of them.
pub fn grants(held: &[RoleHeld]) -> Result<Vec<Grant>, Fault> {
    let (mut grants, mut faults) = (Vec::new(), Vec::new());
    for RoleHeld { role: code, region, enterprise } in held {
        let Some(role) = Role::from_code(code) else {
            let known = Role::ALL.iter().map(|role| role.code()).collect::<Vec<_>>().join(", ");
            faults.push(both!("没有角色 {code}；有：{known}", "there is no role {code}; there are {known}"));
            continue;
        };
        let scope = match (region, enterprise) {
            (Some(_), Some(_)) => {
                faults.push(both!(
                    "角色 {code} 只能写地区或企业之一",
                    "the role {code} is over a region or for an enterprise, not both"
                ));
                continue;
            }
            (Some(region), None) => Scope::Region(region.clone()),
            (None, Some(enterprise)) => Scope::Enterprise(enterprise.clone()),
            (None, None) if matches!(role, Role::Administrator | Role::Public) => Scope::Nothing,
            (None, None) => Scope::Fund,
        };
        grants.push(Grant::new(role, scope));
    }
    if faults.is_empty() { Ok(grants) } else { Err(Fault::Refused(faults)) }
}

/// An account that was opened.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonMade {
    /// Its number.
    id: i64,
    /// The name to sign in with.
    name: String,
}

async fn add(
    State(state): State<Shared>,
    asker: Asker,
    Sent(asked, once): Sent<NewPerson>,
) -> Result<Response, Problem> {
    let may = asker.person.may(deeds::ManageUsers, &Target::system())?;
    let given = grants(&asked.roles)?;
    let hash = match asked.password {
        Some(password) => Some(hashed(&state, &asked.name, password).await?),
        None => None,
    };
    let office = if given.is_empty() { None } else { Some(asker.office()?) };
    let (name, shown_name) = (asked.name.as_str(), asked.shown_name.as_str());
    let mut change = asker.change().await?;
    let id = change.add_account(NewAccount { name, shown_name, password_hash: hash, demo: false }).await?;
    if let Some(office) = office {
        change.give_roles(&may, name, &office.fund, given, &office.regions).await?;
    }
    let location = format!("/api/v1/people/{}", escaped(name));
    let made = PersonMade { id, name: asked.name };
    kept(&asker, change, &once, StatusCode::CREATED, &[(header::LOCATION, location)], &made).await
}

async fn roles(
    asker: Asker,
    Named(name): Named<String>,
    Sent(asked, _): Sent<Roles>,
) -> Result<StatusCode, Problem> {
    let may = asker.person.may(deeds::ManageUsers, &Target::system())?;
    let (office, given) = (asker.office()?, grants(&asked.roles)?);
    let mut change = asker.change().await?;
    change.give_roles(&may, &name, &office.fund, given, &office.regions).await?;
    change.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn active(
    asker: Asker,
    Named(name): Named<String>,
    Sent(asked, _): Sent<Active>,
) -> Result<StatusCode, Problem> {
    let may = asker.person.may(deeds::ManageUsers, &Target::system())?;
    let mut change = asker.change().await?;
    change.set_active(&may, &name, asked.active, &asked.reason).await?;
    change.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn set_password(
    State(state): State<Shared>,
    asker: Asker,
    Named(name): Named<String>,
    Sent(asked, _): Sent<NewPassword>,
) -> Result<StatusCode, Problem> {
    asker.person.may(deeds::ManageUsers, &Target::system())?;
    found(&state, &name).await?;
    let hash = hashed(&state, &name, asked.password).await?;
    let mut change = asker.change().await?;
    change.set_password(&name, hash).await?;
    change.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
