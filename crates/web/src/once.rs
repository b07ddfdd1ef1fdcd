//! Requests that carry a key: made again, they get the answer that they got, and nothing is done twice.
//!
//! The answer is kept in the transaction of what was done, so that there is no moment in which one is there without the other. Where nothing was
//! done (a refusal, a batch of which every entry was there) nothing is kept: the same request then comes to the same.

use axum::{
    body::Bytes,
    http::{HeaderName, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse as _, Response},
};
use jixiao_core::both;
use jixiao_store::{Change, Fault, documents::sha256, requests::Answer};
use serde::Serialize;

use crate::{
    ask::Asker,
    problem::{self, Problem},
};

/// The header with the key.
pub const KEY: &str = "idempotency-key";
/// The header of an answer that was given before.
pub const REPLAYED: &str = "idempotency-replayed";

/// The longest key, in bytes.
const LONGEST: usize = 128;

/// A key with the digest of its request; none where the request has no key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Once(Option<(String, String)>);

impl Once {
    /// The key of a request that was not made before.
    ///
    /// # Errors
    /// As a response: the answer that was given before, or what is wrong with the key.
    pub(crate) async fn of(parts: &Parts, body: &Bytes) -> Result<Self, Response> {
        let Some(key) = parts.headers.get(KEY) else { return Ok(Self(None)) };
        let asker = parts.extensions.get::<Asker>();
        let Some((asker, account)) = asker.and_then(|asker| Some((asker, asker.account.as_ref()?))) else {
            // Nobody's keys are kept for the public.
            return Ok(Self(None));
        };
        let key = key.to_str().ok().filter(|key| !key.is_empty() && key.len() <= LONGEST);
        let key = key.ok_or_else(|| {
            let text = both!(
                "Idempotency-Key 须为 1 至 {LONGEST} 个可见的ASCII字符",
                "Idempotency-Key has 1 to {LONGEST} visible ASCII characters"
            );
            Problem::of(&problem::QUERY, text).into_response()
        })?;
        // What makes it the same request: what is asked, of what revision, with what body. Headers of transport do not count.
        let seen = parts.headers.get(header::IF_MATCH).map(HeaderValue::as_bytes).unwrap_or_default();
        let mut request = format!("{} {}\n", parts.method, parts.uri).into_bytes();
        request.extend_from_slice(seen);
        request.push(b'\n');
        request.extend_from_slice(body);
        let digest = sha256(&request);
        match asker.state.database.answered(account.id, key, &digest).await {
            Ok(None) => Ok(Self(Some((key.to_owned(), digest)))),
            Ok(Some(answer)) => Err(again(answer)),
            Err(Fault::Refused(words)) => {
                let text = words.into_iter().next().unwrap_or_default();
                Err(Problem::of(&problem::KEY_REUSED, text).into_response())
            }
            Err(fault) => Err(Problem::from(fault).into_response()),
        }
    }
}

/// An answer that was given before.
fn again(answer: Answer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let mut response = (status, answer.body).into_response();
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_TYPE);
    let kept: std::collections::BTreeMap<String, String> =
        serde_json::from_str(&answer.headers).unwrap_or_default();
    for (name, value) in kept {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            headers.insert(name, value);
        }
    }
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    response
}

/// Keeps a change together with its answer, and gives the answer.
///
/// # Errors
/// The same request is under way, or the database cannot keep it.
pub(crate) async fn kept<T: Serialize>(
    asker: &Asker,
    mut change: Change,
    once: &Once,
    status: StatusCode,
    headers: &[(HeaderName, String)],
    body: &T,
) -> Result<Response, Problem> {
    let broken = |error: serde_json::Error| Problem::from(Fault::Broken(error.to_string()));
    let text = serde_json::to_string(body).map_err(broken)?;
    let mut all: std::collections::BTreeMap<String, String> =
        headers.iter().map(|(name, value)| (name.to_string(), value.clone())).collect();
    all.insert(header::CONTENT_TYPE.to_string(), "application/json".to_owned());
    let headers = serde_json::to_string(&all).map_err(broken)?;
    let answer = Answer { status: status.as_u16(), headers, body: text };
    if let (Once(Some((key, digest))), Some(account)) = (once, &asker.account) {
        change.keep_answer(account.id, key, digest, &answer).await.map_err(|fault| match fault {
            Fault::Taken { .. } => Problem::bare(&problem::KEY_BUSY).after(1),
            other => other.into(),
        })?;
    }
    change.commit().await?;
    let mut response = again(answer);
    response.headers_mut().remove(REPLAYED);
    Ok(response)
}
