//! What a request says: who asks, in which language, and its query and body, read strictly.

use std::{net::IpAddr, sync::Arc};

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Path, Query, Request},
    http::{HeaderMap, Uri, header, request::Parts},
    response::{IntoResponse as _, Response},
};
use jixiao_core::{both, finding::Lang, people::Person};
use jixiao_store::{Actor, Change, Office, documents::sha256, people::Account};
use serde::de::DeserializeOwned;

use crate::{
    gate::{cookie, holds_nul},
    once::Once,
    problem::{self, Problem, malformed},
    state::Shared,
};

/// With what somebody has shown who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// With nothing: the public.
    Nothing,
    /// With a session's cookie: its key.
    Session(String),
    /// With an API token.
    Token,
}

/// Who asks. Made by the gate alone, so that a handler that has one stands behind it.
#[derive(Clone, Debug)]
pub struct Asker {
    /// The account; none of the public.
    pub account: Option<Account>,
    /// The person with roles in the fund that is asked about.
    pub person: Person,
    /// With what they have shown who they are.
    pub by: By,
    /// The address that the request came from.
    pub peer: Option<IpAddr>,
    /// The language of what is answered in words.
    pub lang: Lang,
    /// Which fund was named, if any.
    pub(crate) fund: Option<String>,
    pub(crate) state: Shared,
}

impl Asker {
    /// What every request needs.
    pub fn state(&self) -> &Shared {
        &self.state
    }

    /// The word against forgery that this person's forms carry; none of whoever has no session.
    pub fn word(&self) -> Option<String> {
        match &self.by {
            By::Session(key) => Some(csrf_of(key)),
            By::Token | By::Nothing => None,
        }
    }

    /// The fund that is asked about.
    ///
    /// # Errors
    /// None is named and there are several, or there is no such fund.
    pub fn office(&self) -> Result<Arc<Office>, Problem> {
        self.state.office(self.fund.as_deref())
    }

    /// The account of somebody who has signed in.
    ///
    /// # Errors
    /// It is the public.
    pub fn account(&self) -> Result<&Account, Problem> {
        self.account.as_ref().ok_or_else(|| Problem::bare(&problem::NOT_SIGNED_IN))
    }

    /// Under which name changes are made.
    pub fn actor(&self) -> Actor {
        let origin = self.peer.map_or_else(|| "network".to_owned(), |peer| peer.to_string());
        Actor::new(self.person.id().0.clone(), origin)
    }

    /// Notes that whoever asks is shown personal data; without the note nothing is shown.
    ///
    /// # Errors
    /// It cannot be kept.
    pub async fn note_read(&self, subject: &str, fields: &[&str]) -> Result<(), Problem> {
        Ok(self.state.database.note_read(&self.actor(), self.state.now(), subject, fields).await?)
    }

    /// Begins a change by whoever asks, now.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn change(&self) -> Result<Change, Problem> {
        Ok(self.state.database.change(self.actor(), self.state.now()).await?)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Asker {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        // A route without a gate is a mistake of the program, and must not pass for the public.
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Problem::bare(&problem::BROKEN))
    }
}

/// The word against forgery of a session: worked out of its key, so that a page that was loaded again can ask for it.
pub(crate) fn csrf_of(key: &str) -> String {
    sha256(format!("jixiao word against forgery {key}"))
}

/// The cookie in which a browser keeps the language that somebody chose: `zh` or `en`.
pub const LANGUAGE: &str = "jixiao-language";

/// The language that somebody chose on a page, or else prefers; Chinese where they say nothing of use.
pub fn language(headers: &HeaderMap) -> Lang {
    match cookie(headers, LANGUAGE) {
        Some("zh") => return Lang::Zh,
        Some("en") => return Lang::En,
        _ => {}
    }
    let asked =
        headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut best = (Lang::Zh, 0u32);
    for part in asked.split(',') {
        let mut pieces = part.trim().split(';');
        let tag = pieces.next().unwrap_or_default().trim().to_ascii_lowercase();
        let weight =
            pieces.find_map(|piece| piece.trim().strip_prefix("q=")).map_or(1000, |q| thousandths(q.trim()));
        let lang = match tag.split('-').next() {
            Some("zh" | "*") => Lang::Zh,
            Some("en") => Lang::En,
            _ => continue,
        };
        if weight > best.1 {
            best = (lang, weight);
        }
    }
    best.0
}

/// A weight between 0 and 1 in thousandths; 0 when it is none.
pub(crate) fn thousandths(text: &str) -> u32 {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits: String = part.chars().chain("000".chars()).take(3).collect();
    match (whole, digits.parse::<u32>()) {
        ("1", _) => 1000,
        ("0", Ok(thousandths)) => thousandths,
        _ => 0,
    }
}

/// Every value of a name in a query, percent signs resolved.
pub(crate) fn in_query(uri: &Uri, name: &str) -> Vec<String> {
    let pairs = Query::<Vec<(String, String)>>::try_from_uri(uri);
    let pairs = pairs.map(|Query(pairs)| pairs).unwrap_or_default();
    pairs.into_iter().filter_map(|(key, value)| (key == name).then_some(value)).collect()
}

/// The query of a request, without `fund`, which the gate has read. A parameter that is not known is refused: a slip would otherwise ask for everything.
#[derive(Debug)]
pub struct Asked<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        let rest: Vec<&str> = query
            .split('&')
            .filter(|pair| !pair.is_empty() && pair.split('=').next() != Some("fund"))
            .collect();
        let uri: Uri = format!("/?{}", rest.join("&")).parse().map_err(|e| malformed(&problem::QUERY, &e))?;
        let Query(asked) = Query::<T>::try_from_uri(&uri).map_err(|rejected| {
            let said = std::error::Error::source(&rejected)
                .map_or_else(|| rejected.to_string(), ToString::to_string);
            malformed(&problem::QUERY, &said)
        })?;
        Ok(Self(asked))
    }
}

/// The names in an address.
#[derive(Debug)]
pub struct Named<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Named<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Path::<T>::from_request_parts(parts, state).await {
            Ok(Path(named)) => Ok(Self(named)),
            Err(rejected) => Err(malformed(&problem::QUERY, &rejected.body_text())),
        }
    }
}

/// A JSON body, read strictly, and whether the request carries a key under which its answer is kept.
#[derive(Debug)]
pub struct Sent<T>(pub T, pub Once);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequest<S> for Sent<T> {
    /// A problem, or the answer that the same request got before.
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("application/json") {
            let text = both!("请求体须为 application/json", "the body must be application/json");
            return Err(Problem::of(&problem::MEDIA, text).into_response());
        }
        let (parts, body) = request.into_parts();
        let request = Request::from_parts(parts.clone(), body);
        let bytes = Bytes::from_request(request, state).await.map_err(|rejected| {
            let status = rejected.status();
            malformed(problem::Code::of_status(status), &rejected.body_text()).into_response()
        })?;
        if speaks_of_nul(&bytes) {
            return Err(holds_nul().into_response());
        }
        let sent = serde_json::from_slice(&bytes)
            .map_err(|error| malformed(&problem::MALFORMED, &error).into_response())?;
        let once = Once::of(&parts, &bytes).await?;
        Ok(Self(sent, once))
    }
}

/// Whether some text of a JSON body holds the character U+0000, which JSON writes as an escape alone.
fn speaks_of_nul(bytes: &[u8]) -> bool {
    fn holds(value: &serde_json::Value) -> bool {
        match value {
            serde_json::Value::String(text) => text.contains('\0'),
            serde_json::Value::Array(list) => list.iter().any(holds),
            serde_json::Value::Object(object) => {
                object.iter().any(|(name, value)| name.contains('\0') || holds(value))
            }
            _ => false,
        }
    }
    // Few bodies have the escape: only those are read twice, because a backslash before it makes it a text like any other.
    bytes.windows(6).any(|six| six == b"\\u0000")
        && serde_json::from_slice(bytes).is_ok_and(|value: serde_json::Value| holds(&value))
}

/// The revision in `If-Match`.
///
/// # Errors
/// There is none, or it is not one that this server gave.
pub fn if_match(headers: &HeaderMap) -> Result<u32, Problem> {
    let missing = || Problem::bare(&problem::IF_MATCH);
    let value = headers.get(header::IF_MATCH).ok_or_else(missing)?;
    value
        .to_str()
        .ok()
        .and_then(|text| text.trim().strip_prefix('"')?.strip_suffix('"')?.parse().ok())
        .ok_or_else(missing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_with_the_greatest_weight_is_taken() {
        for (asked, expected) in [
            ("", Lang::Zh),
            ("en", Lang::En),
            ("en-GB,en;q=0.9", Lang::En),
            ("zh-CN,zh;q=0.9,en;q=0.8", Lang::Zh),
            ("en;q=0.2, zh;q=0.35", Lang::Zh),
            ("fr, en;q=0.1", Lang::En),
            ("en;q=0", Lang::Zh),
            ("*", Lang::Zh),
            ("en;q=rubbish", Lang::Zh),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, asked.parse().expect("a header"));
            assert_eq!(language(&headers), expected, "{asked}");
        }
    }

    #[test]
    fn the_character_that_nobody_keeps_is_seen_where_it_is() {
        for (body, expected) in [
            (r#"{"a":"\u0000"}"#, true),
            (r#"{"a":["b",{"\u0000":1}]}"#, true),
            (r#"{"a":"\\u0000"}"#, false),
            (r#"{"a":"\u0001"}"#, false),
            (r#"{"a":"\u0000"#, false),
        ] {
            assert_eq!(speaks_of_nul(body.as_bytes()), expected, "{body}");
        }
    }

    #[test]
    fn a_revision_is_read_from_its_tag_only() {
        for (sent, expected) in [
            ("\"7\"", Some(7)),
            ("7", None),
            ("*", None),
            ("W/\"7\"", None),
            ("\"x\"", None),
            ("\"-1\"", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::IF_MATCH, sent.parse().expect("a header"));
            assert_eq!(if_match(&headers).ok(), expected, "{sent}");
        }
        assert_eq!(if_match(&HeaderMap::new()).map_err(|p| p.code.number), Err("JX-1008"));
    }
}
