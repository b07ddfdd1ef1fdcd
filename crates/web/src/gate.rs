//! What stands before every handler: who asks, whether they may do this at all, and whether it is meant.
//!
//! What a route declares ([`Who`]) is what is enforced here, so that documentation and matrix say what is so. Which *record* somebody may reach is
//! asked by the handler, with the same person.

use std::net::{IpAddr, SocketAddr};

use axum::{
    body::{Body, to_bytes},
    extract::{ConnectInfo, Request, State},
    http::{Extensions, HeaderMap, Method, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use jixiao_core::{
    both,
    people::{Deed, Person},
};
use jixiao_store::{documents::sha256, jobs::Kind, people::SignedIn};

use crate::{
    ask::{Asker, By, in_query, language},
    problem::{self, Problem},
    route::Who,
    state::Shared,
};

/// The header that carries the word against forgery.
pub const CSRF: &str = "x-csrf-token";

/// Under which name somebody asked: for the log.
#[derive(Clone, Debug)]
pub(crate) struct AskedBy(pub(crate) String);

/// The name of a session's cookie. The prefix makes browsers refuse it from anything but https and this very host.
pub fn cookie_name(behind_tls: bool) -> &'static str {
    if behind_tls { "__Host-jixiao" } else { "jixiao" }
}

/// The address that a request came from, as the server's socket saw it. Headers say nothing about it: whoever sends them chooses them.
pub(crate) fn peer(extensions: &Extensions) -> Option<IpAddr> {
    extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip().to_canonical())
}

pub(crate) fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies.flat_map(|line| line.split(';')).find_map(|pair| {
        let (key, value) = pair.trim().split_once('=')?;
        (key == name).then_some(value)
    })
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

/// Where a request carries the word against forgery: a program's script sends a header, a page's form a field of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// In the header [`CSRF`].
    Header,
    /// In the form's field [`FIELD`], which comes first in a form with files.
    Field,
}

/// The field of a form that carries the word against forgery.
pub const FIELD: &str = "csrf";

/// What a gate must know of its route.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sign {
    /// Who may ask.
    pub(crate) who: Who,
    /// Where the word against forgery is.
    pub(crate) word: Word,
    /// The longest body, in bytes.
    pub(crate) body: usize,
}

/// Lets a request through to its handler, or says why not.
pub(crate) async fn gate(
    State((state, Sign { who, word, body: most })): State<(Shared, Sign)>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, mut body) = request.into_parts();
    let word = match word {
        Word::Header => parts.headers.get(CSRF).and_then(|word| word.to_str().ok()).map(str::to_owned),
        Word::Field if is_safe(&parts.method) => None,
        Word::Field => match to_bytes(body, most).await {
            Ok(bytes) => {
                let word = in_form(&parts.headers, &bytes);
                body = Body::from(bytes);
                word
            }
            Err(_) => return Problem::bare(&problem::TOO_LONG).into_response(),
        },
    };
    match admitted(&state, &parts, word).await {
        Ok(asker) => {
            // Who was refused stands in the log too.
            let name = AskedBy(asker.person.id().0.clone());
            let mut response = match may_at_all(&state, who, &asker) {
                Ok(()) => {
                    parts.extensions.insert(asker);
                    next.run(Request::from_parts(parts, body)).await
                }
                Err(problem) => problem.into_response(),
            };
            response.extensions_mut().insert(name);
            response
        }
        Err(problem) => problem.into_response(),
    }
}

/// Within how many bytes of a form with files the word against forgery stands.
const LONGEST_HEAD: usize = 1024;

/// Whether a method changes nothing.
fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// The word against forgery in the body of a form. A browser writes the fields in the order of the page, so that in a form with files the word stands
/// at the very beginning: nothing of a file is looked through for it.
fn in_form(headers: &HeaderMap, body: &[u8]) -> Option<String> {
    let kind = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    if !kind.trim_start().to_ascii_lowercase().starts_with("multipart/form-data") {
        let mut pairs = form_urlencoded::parse(body);
        return pairs.find_map(|(name, value)| (name == FIELD).then(|| value.into_owned()));
    }
    let head = String::from_utf8_lossy(body.get(..body.len().min(LONGEST_HEAD))?);
    let (part, rest) = head.split_once("\r\n\r\n")?;
    let (value, _) = rest.split_once("\r\n--")?;
    part.contains(&format!("name=\"{FIELD}\"")).then(|| value.to_owned())
}

async fn admitted(state: &Shared, request: &Parts, word: Option<String>) -> Result<Asker, Problem> {
    let headers = &request.headers;
    // PostgreSQL keeps no such character, and no text of people has one.
    if request.uri.to_string().contains("%00") {
        return Err(holds_nul());
    }
    let funds = in_query(&request.uri, "fund");
    if funds.len() > 1 {
        return Err(Problem::of(&problem::QUERY, both!("fund 只能写一次", "fund is given more than once")));
    }
    let fund = funds.into_iter().next();
    let own = || if state.offices.len() == 1 { state.offices.keys().next().cloned() } else { None };
    let of = fund.clone().or_else(own).unwrap_or_default();
    let (by, found) = known(state, headers, &of).await?;
    if let (By::Session(_), Some(found), false) = (&by, &found, is_safe(&request.method)) {
        let word = word.map(sha256);
        if word.is_none() || word != found.csrf_sha256 {
            return Err(Problem::bare(&problem::CSRF));
        }
    }
    let peer = peer(&request.extensions);
    if let Some(found) = &found {
        let name = &found.account.name;
        // The demo's accounts stand in the documentation: nobody from elsewhere may use them.
        let forwarded = headers.contains_key("x-forwarded-for") || headers.contains_key(header::FORWARDED);
        if found.account.demo && (forwarded || !state.is_own(peer)) {
            return Err(Problem::bare(&problem::NOT_SIGNED_IN));
        }
        take(state, &format!("account {name}"), state.settings.of_account)?;
    }
    Ok(Asker {
        account: found.as_ref().map(|found| found.account.clone()),
        person: found.map_or_else(Person::public, |found| found.person),
        by,
        peer,
        lang: language(headers),
        fund,
        state: state.clone(),
    })
}

/// A text holds the character that no text may hold.
pub(crate) fn holds_nul() -> Problem {
    let text = both!("文字中不能有空字符（U+0000）", "a text must not hold the character U+0000");
    Problem::of(&problem::QUERY, text)
}

/// Takes one request out of somebody's bucket.
pub(crate) fn take(state: &Shared, whose: &str, rate: crate::state::Rate) -> Result<(), Problem> {
    let now = state.now();
    // A panic elsewhere leaves counters as they were: they are still counters.
    let mut buckets = state.buckets.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    buckets.take(whose, rate, now).map_err(|seconds| Problem::bare(&problem::TOO_MANY).after(seconds))
}

async fn known(state: &Shared, headers: &HeaderMap, fund: &str) -> Result<(By, Option<SignedIn>), Problem> {
    let (database, now) = (&state.database, state.now());
    if let Some(token) = bearer(headers) {
        let found = database.token(token, fund, now).await?;
        return Ok(if found.is_some() { (By::Token, found) } else { (By::Nothing, None) });
    }
    if let Some(key) = cookie(headers, cookie_name(state.settings.behind_tls)) {
        let found = database.session(key, fund, now, &state.settings.people).await?;
        if found.is_some() {
            return Ok((By::Session(key.to_owned()), found));
        }
    }
    Ok((By::Nothing, None))
}

fn may_at_all(state: &Shared, who: Who, asker: &Asker) -> Result<(), Problem> {
    match who {
        Who::Everyone => Ok(()),
        // Whoever looks after the machine asks from the machine; from elsewhere it takes the permission.
        Who::Operator if asker.account.is_none() && state.is_own(asker.peer) => Ok(()),
        Who::SignedIn | Who::Machine => asker.account().map(drop),
        Who::Job => Kind::ALL
            .iter()
            .map(|kind| allowed(asker, kind.deed()))
            .reduce(Result::or)
            .unwrap_or_else(|| asker.account().map(drop)),
        Who::Operator => allowed(asker, Deed::ReadSystem),
        Who::Deed(deed) => allowed(asker, deed),
    }
}

fn allowed(asker: &Asker, deed: Deed) -> Result<(), Problem> {
    match asker.person.reach(deed) {
        Ok(_) => Ok(()),
        Err(_) if asker.account.is_none() => Err(Problem::bare(&problem::NOT_SIGNED_IN)),
        Err(refused) => Err(refused.into()),
    }
}
