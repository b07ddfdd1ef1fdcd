//! Signing in with an organisation's account: to an account that an administrator linked to it, and to no other.
//!
//! Who somebody is to their organisation is proven by `jixiao_oidc`; from there on it is a sign-in like any other: the same session, cookie and audit record.
//! What went wrong is told to the person in general words, and to the log in exact ones.

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderValue};
use jixiao_core::{both, finding::Lang};
use jixiao_oidc::{Drawn, Failure, Provider, Returned, begun::LIFE, failure::Lost};
use jixiao_store::{
    Actor, Moment,
    links::{Identity, Unwelcome},
};

use crate::{
    api::sessions::{Entered, entered},
    ask::Asker,
    gate::{cookie, take},
    problem::{self, Problem},
    state::{Shared, hex},
};

/// The longest page to go on to, in bytes: it is remembered while somebody is away.
const LONGEST_BACK: usize = 1000;

/// The cookie that ties a sign-in to the browser that began it.
fn cookie_name(behind_tls: bool) -> &'static str {
    if behind_tls { "__Host-jixiao-begun" } else { "jixiao-begun" }
}

/// The cookie is sent along when the provider sends the browser back, which a strict one is not.
fn begun_cookie(state: &Shared, word: &str, seconds: i64) -> HeaderValue {
    let behind_tls = state.settings.behind_tls;
    let (name, secure) = (cookie_name(behind_tls), if behind_tls { "; Secure" } else { "" });
    let text = format!("{name}={word}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    // Name and word are letters and digits.
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

fn provider(asker: &Asker) -> Result<Arc<Provider>, Problem> {
    asker.state().settings.organisation.clone().ok_or_else(|| Problem::bare(&problem::NO_ADDRESS))
}

/// Seconds since 1970, as tokens count.
fn seconds(now: Moment) -> i64 {
    now.0.div_euclid(1_000_000)
}

fn limited(asker: &Asker) -> Result<String, Problem> {
    let from = asker.peer.map(|peer| peer.to_string()).unwrap_or_default();
    take(&asker.state, &format!("sign-in from {from}"), asker.state.settings.of_sign_in)?;
    Ok(from)
}

/// Asks the provider on a thread that may wait.
async fn asked<T: Send + 'static>(
    ask: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Problem> {
    match tokio::task::spawn_blocking(ask).await {
        Ok(answer) => answer.map_err(|failure| told(&failure)),
        Err(error) => Err(Problem { kept_quiet: Some(error.to_string()), ..Problem::bare(&problem::BROKEN) }),
    }
}

/// A failure in the log, and what a stranger may know of it.
fn told(failure: &Failure) -> Problem {
    for words in failure.words() {
        tracing::warn!(why = words.en, why_zh = words.zh, "sign-in with an organisation's account");
    }
    let of = |text| Problem::of(&problem::ORGANISATION, text);
    match failure {
        Failure::Provider { .. } => Problem::bare(&problem::PROVIDER).after(30),
        Failure::Lost(Lost::Issuer) => of(both!(
            "统一身份认证的应答没有通过核验，已记入日志；请告知系统管理员",
            "what the organisation's sign-in answered did not hold, which stands in the log; tell an administrator"
        )),
        Failure::Lost(_) => of(both!(
            "登录没有完成：时间过长、已经用过，或不是在这个浏览器开始的；请重新登录",
            "the sign-in took too long, was used up, or was begun in another browser; sign in again"
        )),
        Failure::Refused { .. } => of(both!(
            "统一身份认证没有放行；如果不是您自己取消的，请告知系统管理员",
            "the organisation's sign-in did not let you through; if you did not stop it yourself, tell an administrator"
        )),
        Failure::Token(_) if failure.is_of_clocks() => of(both!(
            "本服务与统一身份认证的时钟相差过大，请告知系统管理员校时",
            "the clocks of this server and of the organisation's sign-in are too far apart; tell an administrator"
        )),
        Failure::Token(_) => of(both!(
            "统一身份认证的应答没有通过核验，已记入日志；请告知系统管理员",
            "what the organisation's sign-in answered did not hold, which stands in the log; tell an administrator"
        )),
    }
}

/// Begins a sign-in: where to send the browser, and the cookie that ties it to the browser. `back` is a page of this site to go on to.
///
/// # Errors
/// None is offered, there were too many tries, or the provider cannot be reached.
pub async fn begin(asker: &Asker, back: Option<&str>) -> Result<(String, HeaderValue), Problem> {
    let (state, provider) = (asker.state(), provider(asker)?);
    limited(asker)?;
    let word = || state.secret::<32>().map(|bytes| hex(&bytes));
    let drawn = Drawn { state: word()?, nonce: word()?, verifier: word()?, browser: word()? };
    let cookie = begun_cookie(state, &drawn.browser, LIFE);
    let back = back.filter(|back| back.len() <= LONGEST_BACK).unwrap_or("/").to_owned();
    let lang = match asker.lang {
        Lang::Zh => "zh-CN",
        Lang::En => "en",
    };
    let now = seconds(state.now());
    let to = asked(move || provider.begin(drawn, &back, lang, now)).await?;
    Ok((to, cookie))
}

/// Somebody who came back and is let in.
pub struct Back {
    /// Their session.
    pub entered: Entered,
    /// The page to go on to.
    pub to: String,
    /// The header that makes the browser forget that a sign-in was begun.
    pub forgotten: HeaderValue,
}

/// Ends a sign-in: begins a session for the account that is linked to whoever came back.
///
/// # Errors
/// They come from no sign-in that this browser began lately; the provider does not vouch for them; no account is linked to them, or it is closed or locked; or
/// the provider or the database cannot be reached.
pub async fn finish(asker: &Asker, headers: &HeaderMap, returned: Returned) -> Result<Back, Problem> {
    let (state, provider) = (asker.state(), provider(asker)?);
    let from = limited(asker)?;
    let browser = cookie(headers, cookie_name(state.settings.behind_tls)).unwrap_or_default().to_owned();
    let now = state.now();
    let proven = asked(move || provider.finish(&returned, &browser, seconds(now))).await?;
    let identity = Identity { issuer: proven.issuer, subject: proven.subject };
    let Some(account) = state.database.linked_account(&identity).await? else {
        let mut change = asker.change().await?;
        change.refused_stranger(&identity);
        change.commit().await?;
        let Identity { issuer, subject } = &identity;
        tracing::warn!(issuer, subject, "no account is linked: jixiao user link NAME --issuer … --subject …");
        return Err(Problem::bare(&problem::NOT_LINKED));
    };
    let unwelcome = if !account.active {
        Some(Unwelcome::Closed)
    } else if account.demo && !state.is_own(asker.peer) {
        Some(Unwelcome::Demo)
    } else if account.locked_until > now {
        Some(Unwelcome::Locked)
    } else {
        None
    };
    if let Some(why) = unwelcome {
        let mut change = state.database.change(Actor::new(account.name.clone(), from), now).await?;
        change.refused_linked(&account, why);
        change.commit().await?;
        if why == Unwelcome::Locked {
            let wait = account.locked_until.0.saturating_sub(now.0) / 1_000_000 + 1;
            return Err(Problem::bare(&problem::LOCKED).after(u64::try_from(wait).unwrap_or(1)));
        }
        return Err(Problem::bare(&problem::NOT_LINKED));
    }
    let entered = entered(asker, &account).await?;
    Ok(Back { entered, to: proven.back, forgotten: begun_cookie(state, "", 0) })
}

/// Asks the provider once, so that the log says from the beginning whether it answers. The server serves either way.
pub async fn look(state: &Shared) {
    let Some(provider) = state.settings.organisation.clone() else { return };
    let now = seconds(state.now());
    let issuer = provider.settings().issuer.clone();
    if asked(move || provider.look(now)).await.is_ok() {
        tracing::info!(issuer, "people may sign in with their organisation's account");
    }
}
