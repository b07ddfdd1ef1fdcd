//! What is around every request: its id, the limit of its address, how long it may take, headers, the log, and problems in words.

use std::time::Duration;

use axum::{
    body::Body,
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use crate::{
    ask::language,
    gate::{AskedBy, peer, take},
    problem::{self, Code, Problem},
    state::{Settings, Shared, hex},
};

/// The header with the id of a request.
pub const REQUEST_ID: &str = "x-request-id";

/// The content type of a problem.
pub const PROBLEM: &str = "application/problem+json";

/// The content type of a page.
pub const HTML: &str = "text/html; charset=utf-8";

/// The policy of pages that bring nothing along but their own style sheet.
pub(crate) const OWN_STYLE: &str = "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// The policy of pages: what this server itself serves.
pub const PAGES: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

const HEADERS: &[(&str, &str)] = &[
    (
        "content-security-policy",
        "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cache-control", "no-store"),
];

fn with_headers(headers: &mut HeaderMap, settings: &Settings) {
    for (name, value) in HEADERS {
        if !headers.contains_key(*name) {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
    }
    if settings.behind_tls {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000; includeSubDomains"),
        );
    }
}

/// Goes around a request.
pub(crate) async fn around(State(state): State<Shared>, request: Request, next: Next) -> Response {
    let began = state.now();
    // A server without randomness signs nobody in; it may still say so.
    let id = state.secret::<8>().map_or_else(|_| format!("{:016x}", began.0), |bytes| hex(&bytes));
    let (lang, peer) = (language(request.headers()), peer(request.extensions()));
    let reads_pages = wants_page(request.headers(), request.uri().path());
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let route = route.unwrap_or_else(|| "none".to_owned());
    let whose = peer.map_or_else(|| "peer".to_owned(), |peer| format!("peer {peer}"));
    let mut response = match take(&state, &whose, state.settings.of_peer) {
        Err(problem) => problem.into_response(),
        Ok(()) => match tokio::time::timeout(state.settings.patience, next.run(request)).await {
            Ok(response) => response,
            Err(_) => Problem::bare(&problem::TOO_SLOW).after(5).into_response(),
        },
    };
    let status = response.status();
    let who = response.extensions_mut().remove::<AskedBy>().map(|AskedBy(who)| who);
    let (mut code, mut why) = ("", None);
    if status.is_client_error() || status.is_server_error() {
        let problem = response.extensions_mut().remove::<Problem>();
        // A page that was filled in wrongly says so itself.
        let is_page = problem.is_none() && is_page(&response);
        let mut problem = problem.unwrap_or_else(|| Problem::bare(Code::of_status(status)));
        (code, why) = (problem.code.number, problem.kept_quiet.take());
        if !is_page {
            let body = problem.body(lang, &path, &id);
            response = match state.settings.face.filter(|_| reads_pages) {
                Some(face) => told(response, &problem, HTML, face(lang, &body)),
                // A problem is made of texts and numbers, which can always be written.
                None => told(response, &problem, PROBLEM, serde_json::to_vec(&body).unwrap_or_default()),
            };
        }
    }
    let status = response.status();
    let headers = response.headers_mut();
    with_headers(headers, &state.settings);
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, value);
    }
    let micros = u64::try_from(state.now().0.saturating_sub(began.0)).unwrap_or_default();
    let labels = [("method", method.to_string()), ("route", route), ("status", status.as_str().to_owned())];
    metrics::counter!("jixiao_requests_total", &labels).increment(1);
    metrics::histogram!("jixiao_request_seconds", &labels[..2])
        .record(Duration::from_micros(micros).as_secs_f64());
    let (who, why) = (who.unwrap_or_default(), why.unwrap_or_default());
    let peer = peer.map(|peer| peer.to_string()).unwrap_or_default();
    let status = status.as_u16();
    if status >= 500 {
        tracing::error!(request_id = id, %method, path, status, micros, who, peer, code, why, "request");
    } else {
        tracing::info!(request_id = id, %method, path, status, micros, who, peer, code, "request");
    }
    response
}

/// Whether somebody reads pages here, and no program asks: what programs ask stands under `/api/`.
fn wants_page(headers: &HeaderMap, path: &str) -> bool {
    let mut kinds = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    !path.starts_with("/api/") && kinds.any(|kinds| kinds.contains("text/html"))
}

fn is_page(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("text/html"))
}

/// A problem in words. What else the answer said in headers stays: which methods there are, which cookie ends.
fn told(response: Response, problem: &Problem, kind: &'static str, text: impl Into<Body>) -> Response {
    let (mut parts, _) = response.into_parts();
    parts.status = StatusCode::from_u16(problem.code.status).unwrap_or(parts.status);
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if kind == HTML {
        parts.headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(PAGES));
    }
    if let Some(seconds) = problem.retry_after {
        parts.headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if parts.status == StatusCode::UNAUTHORIZED {
        parts.headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    Response::from_parts(parts, text.into())
}

/// A panic is a mistake of the program: whoever asked learns that, and no more.
pub(crate) fn panicked(what: Box<dyn std::any::Any + Send>) -> Response {
    let said = what.downcast_ref::<String>().cloned();
    let said = said.or_else(|| what.downcast_ref::<&str>().map(|text| (*text).to_owned()));
    let kept_quiet = Some(format!("panic: {}", said.unwrap_or_default()));
    Problem { kept_quiet, ..Problem::bare(&problem::BROKEN) }.into_response()
}
