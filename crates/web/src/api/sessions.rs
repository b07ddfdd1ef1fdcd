//! Signing in and out, and who one is.

use axum::{
    Json,
    extract::{Request, State},
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use jixiao_core::people::{Deed, Scope};
use jixiao_store::{
    Actor,
    documents::sha256,
    people::{SignIn, may_sign_in},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::people::hashed;
use crate::{
    ask::{Asker, By, Sent},
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
    pub(crate) role: String,
    /// Division code, of a role over a region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 64)]
    pub(crate) region: Option<String>,
    /// 统一社会信用代码, of a role for an enterprise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 64)]
    pub(crate) enterprise: Option<String>,
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

/// The word against forgery of a session: worked out of its key, so that a page that was loaded again can ask for it.
fn csrf_of(key: &str) -> String {
    sha256(format!("jixiao word against forgery {key}"))
}

async fn sign_in(
    State(state): State<Shared>,
    asker: Asker,
    Sent(asked, _): Sent<SignInRequest>,
) -> Result<Response, Problem> {
    let rate = state.settings.of_sign_in;
    let from = asker.peer.map(|peer| peer.to_string()).unwrap_or_default();
    take(&state, &format!("sign-in from {from}"), rate)?;
    // By digest, so that a name of a megabyte takes no room.
    take(&state, &format!("sign-in as {}", sha256(&asked.name)), rate)?;
    let (found, tried) = tried(&state, &asked.name, asked.password).await?;
    let now = state.now();
    let limits = &state.settings.people;
    let change =
        async || state.database.change(Actor::new(asked.name.clone(), from.clone()), state.now()).await;
    match tried {
        SignIn::Locked(until) => {
            let seconds = until.0.saturating_sub(now.0) / 1_000_000 + 1;
            Err(Problem::bare(&problem::LOCKED).after(u64::try_from(seconds).unwrap_or(1)))
        }
        SignIn::Wrong => {
            if let Some((account, _)) = &found {
                let mut change = change().await?;
                change.wrong_password(account, limits).await?;
                change.commit().await?;
            }
            Err(Problem::bare(&problem::WRONG_PASSWORD))
        }
        SignIn::Right => {
            let Some((account, _)) = found else { return Err(Problem::bare(&problem::WRONG_PASSWORD)) };
            if account.demo && !state.is_own(asker.peer) {
                return Err(Problem::bare(&problem::WRONG_PASSWORD));
            }
            let key = hex(&state.secret::<32>()?);
            let csrf = csrf_of(&key);
            let mut change = change().await?;
            change.begin_session(&account, &key, &csrf, limits).await?;
            change.commit().await?;
            let fund = fund_of(&asker);
            let signed = state.database.session(&key, &fund, state.now(), limits).await?;
            let Some(signed) = signed else { return Err(Problem::bare(&problem::BROKEN)) };
            let ends = stamp(now.after(limits.absolute));
            let asker = Asker {
                account: Some(signed.account),
                person: signed.person,
                by: By::Session(key.clone()),
                ..asker
            };
            let body = Session { ends_at: Some(ends), ..session(&asker)? };
            let cookie = cookie(&state, &key, limits.absolute.as_secs());
            Ok(([(header::SET_COOKIE, cookie)], Json(body)).into_response())
        }
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
        csrf: match &asker.by {
            By::Session(key) => Some(csrf_of(key)),
            By::Token | By::Nothing => None,
        },
        ends_at: None,
    })
}

async fn who_am_i(asker: Asker) -> Result<Json<Session>, Problem> {
    session(&asker).map(Json)
}

async fn sign_out(State(state): State<Shared>, asker: Asker, _: Request) -> Result<Response, Problem> {
    let name = asker.account()?.name.clone();
    if let By::Session(key) = &asker.by {
        let mut change = asker.change().await?;
        change.end_session(&name, key).await?;
        change.commit().await?;
    }
    let gone = cookie(&state, "", 0);
    Ok((axum::http::StatusCode::NO_CONTENT, [(header::SET_COOKIE, gone)]).into_response())
}

async fn change_password(
    State(state): State<Shared>,
    asker: Asker,
    Sent(asked, _): Sent<OwnPassword>,
) -> Result<Response, Problem> {
    let account = asker.account()?.clone();
    // A token is for programs: it must not be able to shut out the person whose it is.
    if asker.by == By::Token {
        return Err(Problem::bare(&problem::NOT_ALLOWED));
    }
    take(&state, &format!("sign-in as {}", sha256(&account.name)), state.settings.of_sign_in)?;
    let (_, tried) = tried(&state, &account.name, asked.old).await?;
    if tried != SignIn::Right {
        let mut change = asker.change().await?;
        change.wrong_password(&account, &state.settings.people).await?;
        change.commit().await?;
        return Err(Problem::bare(&problem::WRONG_PASSWORD));
    }
    let hash = hashed(&state, &account.name, asked.new).await?;
    let mut change = asker.change().await?;
    change.set_password(&account.name, hash).await?;
    change.commit().await?;
    let gone = cookie(&state, "", 0);
    Ok((axum::http::StatusCode::NO_CONTENT, [(header::SET_COOKIE, gone)]).into_response())
}
