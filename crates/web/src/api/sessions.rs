//! Signing in and out, and who one is.

use axum::{
    Json,
    extract::{Request, State},
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use jixiao_core::people::{Deed, Scope};
use jixiao_store::{
    Actor, Moment,
    documents::sha256,
    people::{Account, SignIn, may_sign_in},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::people::hashed;
use crate::{
    ask::{Asker, By, Sent, csrf_of},
    gate::{cookie_name, take},
    log::stamp,
    problem::{self, Problem},
    route::{Resource, Route, Who, text},
    state::{Shared, hex},
};

pub(super) fn routes() -> Vec<Route> {
    let of = Resource("session");
    vec![
        of.post("/api/v1/session", "sign-in", text("登录", "sign in"), Who::Everyone, sign_in)
            .sends::<SignInRequest>()
            .gives::<Session>(),
        of.get(
            "/api/v1/session",
            "who-am-i",
            text("我是谁，能做什么", "who one is and what one may do"),
            Who::SignedIn,
            who_am_i,
        )
        .gives::<Session>(),
        of.delete("/api/v1/session", "sign-out", text("退出登录", "sign out"), Who::SignedIn, sign_out),
        of.put(
            "/api/v1/session/password",
            "change-own-password",
            text("修改自己的密码", "change one's own password"),
            Who::SignedIn,
            change_password,
        )
        .sends::<OwnPassword>(),
    ]
}

/// Name and password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignInRequest {
    /// The name to sign in with.
    #[schema(min_length = 1, max_length = 64)]
    name: String,
    /// The password.
    #[schema(min_length = 1, max_length = 1024)]
    password: String,
}

/// The old password and a new one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnPassword {
    /// The password as it is.
    #[schema(max_length = 1024)]
    old: String,
    /// The new one: twelve characters or more, and no common word.
    #[schema(max_length = 1024)]
    new: String,
}

/// A role with its scope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleHeld {
    /// The role's code: `city-officer`.
    #[schema(max_length = 64)]
    pub role: String,
    /// Division code, of a role over a region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 64)]
    pub region: Option<String>,
    /// 统一社会信用代码, of a role for an enterprise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 64)]
    pub enterprise: Option<String>,
}

impl RoleHeld {
    pub(crate) fn of(grant: &jixiao_core::people::Grant) -> Self {
        let (region, enterprise) = match &grant.scope {
            Scope::Region(code) => (Some(code.clone()), None),
            Scope::Enterprise(code) => (None, Some(code.clone())),
            Scope::Fund | Scope::Nothing => (None, None),
        };
        Self { role: grant.role.code().to_owned(), region, enterprise }
    }
}

/// Somebody who has signed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct Session {
    /// The name to sign in with.
    name: String,
    /// The name that is shown.
    shown_name: String,
    /// The fund that the roles are of; empty when the server has several and none was named.
    fund: String,
    /// The roles in that fund.
    roles: Vec<RoleHeld>,
    /// What one may do somewhere, as codes.
    deeds: Vec<String>,
    /// To be sent as X-CSRF-Token with every change; null with a token.
    csrf: Option<String>,
    /// When the session ends in any case; null when that is not known here.
    ends_at: Option<String>,
}

async fn sign_in(
    State(state): State<Shared>,
    asker: Asker,
    Sent(asked, _): Sent<SignInRequest>,
) -> Result<Response, Problem> {
    let entered = with_password(&asker, &asked.name, asked.password).await?;
    let fund = fund_of(&asker);
    let limits = &state.settings.people;
    let signed = state.database.session(&entered.key, &fund, state.now(), limits).await?;
    let Some(signed) = signed else { return Err(Problem::bare(&problem::BROKEN)) };
    let by = By::Session(entered.key.clone());
    let asker = Asker { account: Some(signed.account), person: signed.person, by, ..asker };
    let body = Session { ends_at: Some(stamp(entered.ends)), ..session(&asker)? };
    Ok(([(header::SET_COOKIE, entered.cookie(&state))], Json(body)).into_response())
}

/// A session that has just begun.
pub struct Entered {
    key: String,
    ends: Moment,
}

impl Entered {
    /// The header that makes a browser keep it.
    pub fn cookie(&self, state: &Shared) -> HeaderValue {
        cookie(state, &self.key, state.settings.people.absolute.as_secs())
    }
}

/// The header that makes a browser forget its session.
pub fn forgotten(state: &Shared) -> HeaderValue {
    cookie(state, "", 0)
}

/// Begins a session for whoever knows name and password.
///
/// # Errors
/// They do not go together, there were too many tries, or the database cannot be reached.
pub async fn with_password(asker: &Asker, name: &str, password: String) -> Result<Entered, Problem> {
    let state = &asker.state;
    let rate = state.settings.of_sign_in;
    let from = asker.peer.map(|peer| peer.to_string()).unwrap_or_default();
    take(state, &format!("sign-in from {from}"), rate)?;
    // By digest, so that a name of a megabyte takes no room.
    take(state, &format!("sign-in as {}", sha256(name)), rate)?;
    let (found, tried) = tried(state, name, password).await?;
    let now = state.now();
    match tried {
        SignIn::Locked(until) => {
            let seconds = until.0.saturating_sub(now.0) / 1_000_000 + 1;
            Err(Problem::bare(&problem::LOCKED).after(u64::try_from(seconds).unwrap_or(1)))
        }
        SignIn::Wrong => {
            if let Some((account, _)) = &found {
                let mut change = state.database.change(Actor::new(name, from), now).await?;
                change.wrong_password(account, &state.settings.people).await?;
                change.commit().await?;
            }
            Err(Problem::bare(&problem::WRONG_PASSWORD))
        }
        SignIn::Right => {
            let Some((account, _)) = found else { return Err(Problem::bare(&problem::WRONG_PASSWORD)) };
            entered(asker, &account).await
        }
    }
}

/// Begins a session for an account whose person has shown who they are.
///
/// # Errors
/// It is an account of the demo and they do not sit at this machine, it may not sign in, or the database cannot be reached.
pub(crate) async fn entered(asker: &Asker, account: &Account) -> Result<Entered, Problem> {
    let state = &asker.state;
    if account.demo && !state.is_own(asker.peer) {
        return Err(Problem::bare(&problem::WRONG_PASSWORD));
    }
    let key = hex(&state.secret::<32>()?);
    let (now, limits) = (state.now(), &state.settings.people);
    let from = asker.peer.map(|peer| peer.to_string()).unwrap_or_default();
    let mut change = state.database.change(Actor::new(account.name.clone(), from), now).await?;
    change.begin_session(account, &key, &csrf_of(&key), limits).await?;
    change.commit().await?;
    Ok(Entered { key, ends: now.after(limits.absolute) })
}

/// Begins a session for whoever holds a link of the demo.
///
/// # Errors
/// There is no such link, they do not sit at this machine, or the database cannot be reached.
pub async fn with_demo_link(asker: &Asker, token: &str) -> Result<Entered, Problem> {
    let state = &asker.state;
    let from = asker.peer.map(|peer| peer.to_string()).unwrap_or_default();
    take(state, &format!("sign-in from {from}"), state.settings.of_sign_in)?;
    let missing = || Problem::bare(&problem::NOT_FOUND);
    let name = state.settings.demo_links.get(&sha256(token)).ok_or_else(missing)?;
    match state.database.account_and_hash(name).await? {
        Some((account, _)) if account.demo && account.active => entered(asker, &account).await,
        _ => Err(missing()),
    }
}

/// An account with its hash.
type Found = Option<(jixiao_store::people::Account, Option<String>)>;

/// What a name and a password come to. The hash is worked out on a thread that may wait.
async fn tried(state: &Shared, name: &str, password: String) -> Result<(Found, SignIn), Problem> {
    let found = state.database.account_and_hash(name).await?;
    let now = state.now();
    let tried = tokio::task::spawn_blocking(move || {
        let tried = may_sign_in(found.as_ref(), &password, now);
        (found, tried)
    });
    tried
        .await
        .map_err(|error| Problem { kept_quiet: Some(error.to_string()), ..Problem::bare(&problem::BROKEN) })
}

fn cookie(state: &Shared, key: &str, seconds: u64) -> HeaderValue {
    let (name, secure) = (cookie_name(state.settings.behind_tls), state.settings.behind_tls);
    let secure = if secure { "; Secure" } else { "" };
    let text = format!("{name}={key}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}");
    // Name and key are letters and digits.
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

fn fund_of(asker: &Asker) -> String {
    asker.office().map(|office| office.fund.clone()).unwrap_or_default()
}

fn session(asker: &Asker) -> Result<Session, Problem> {
    let account = asker.account()?;
    Ok(Session {
        name: account.name.clone(),
        shown_name: account.shown_name.clone(),
        fund: fund_of(asker),
        roles: asker.person.grants().iter().map(RoleHeld::of).collect(),
        deeds: asker.person.deeds().into_iter().map(|deed: Deed| deed.code().to_owned()).collect(),
        csrf: asker.word(),
        ends_at: None,
    })
}

async fn who_am_i(asker: Asker) -> Result<Json<Session>, Problem> {
    session(&asker).map(Json)
}

async fn sign_out(State(state): State<Shared>, asker: Asker, _: Request) -> Result<Response, Problem> {
    end_session(&asker).await?;
    Ok((axum::http::StatusCode::NO_CONTENT, [(header::SET_COOKIE, forgotten(&state))]).into_response())
}

/// Ends the session that somebody asks with.
///
/// # Errors
/// Nobody has signed in, or the database cannot be reached.
pub async fn end_session(asker: &Asker) -> Result<(), Problem> {
    let name = asker.account()?.name.clone();
    if let By::Session(key) = &asker.by {
        let mut change = asker.change().await?;
        change.end_session(&name, key).await?;
        change.commit().await?;
    }
    Ok(())
}

async fn change_password(
    State(state): State<Shared>,
    asker: Asker,
    Sent(asked, _): Sent<OwnPassword>,
) -> Result<Response, Problem> {
    new_password(&asker, asked.old, asked.new).await?;
    Ok((axum::http::StatusCode::NO_CONTENT, [(header::SET_COOKIE, forgotten(&state))]).into_response())
}

/// Gives somebody who knows their password a new one; all of their sessions end.
///
/// # Errors
/// The old one is wrong, the new one breaks a rule, a program asks, or the database cannot be reached.
pub async fn new_password(asker: &Asker, old: String, new: String) -> Result<(), Problem> {
    let state = &asker.state;
    let account = asker.account()?.clone();
    // A token is for programs: it must not be able to shut out the person whose it is.
    if asker.by == By::Token {
        return Err(Problem::bare(&problem::NOT_ALLOWED));
    }
    take(state, &format!("sign-in as {}", sha256(&account.name)), state.settings.of_sign_in)?;
    let (_, tried) = tried(state, &account.name, old).await?;
    if tried != SignIn::Right {
        let mut change = asker.change().await?;
        change.wrong_password(&account, &state.settings.people).await?;
        change.commit().await?;
        return Err(Problem::bare(&problem::WRONG_PASSWORD));
    }
    let hash = hashed(state, &account.name, new).await?;
    let mut change = asker.change().await?;
    change.set_password(&account.name, hash).await?;
    change.commit().await?;
    Ok(())
}
