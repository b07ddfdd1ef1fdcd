//! Somebody looking at a page: who, in which language, of which fund, with the shell around it.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::FromRequestParts,
    http::{HeaderValue, StatusCode, Uri, header, request::Parts},
    response::{IntoResponse as _, Response},
};
use jixiao_core::{
    finding::Lang,
    people::{Deed, Reach},
};
use jixiao_store::{Database, Office};
use jixiao_web::{
    around::{HTML, PAGES},
    ask::Asker,
    problem::{self, Problem},
};

use crate::{
    shell::Shell,
    site::{FundPages, Site},
    table::with_query,
    words::Words,
};

/// Somebody looking at a page.
pub struct Visit {
    /// Who.
    pub asker: Asker,
    /// What pages know beside the book.
    pub site: Arc<Site>,
    /// In which language.
    pub lang: Lang,
    /// The address.
    pub uri: Uri,
    pairs: Vec<(String, String)>,
}

impl<S: Send + Sync> FromRequestParts<S> for Visit {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let asker = Asker::from_request_parts(parts, state).await?;
        // A page without its site is a mistake of the program.
        let site =
            parts.extensions.get::<Arc<Site>>().cloned().ok_or_else(|| Problem::bare(&problem::BROKEN))?;
        let uri = parts.uri.clone();
        let pairs = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
        Ok(Self { lang: asker.lang, asker, site, uri, pairs })
    }
}

impl Visit {
    /// The texts in this language.
    pub fn words(&self) -> Words {
        Words(self.lang)
    }

    /// The book.
    pub fn database(&self) -> &Database {
        &self.asker.state().database
    }

    /// The fund as the book knows it.
    ///
    /// # Errors
    /// There are several and none is named.
    pub fn office(&self) -> Result<Arc<Office>, Problem> {
        self.asker.office()
    }

    /// The fund as pages know it.
    ///
    /// # Errors
    /// There are several and none is named, or its pages are missing.
    pub fn fund(&self) -> Result<&FundPages, Problem> {
        let office = self.office()?;
        self.site.funds.get(&office.fund).ok_or_else(|| Problem::bare(&problem::BROKEN))
    }

    /// How far somebody may do something.
    ///
    /// # Errors
    /// They may not at all.
    pub fn reach(&self, deed: Deed) -> Result<Reach<Deed>, Problem> {
        Ok(self.asker.person.reach(deed)?)
    }

    /// A parameter of the address; none where it is empty.
    pub fn query(&self, name: &str) -> Option<&str> {
        let mut found = self.pairs.iter().filter(|(key, _)| key == name);
        found.next().map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// The page of this site that the address asks to go on to, in `back`. Whatever could lead elsewhere is none: `//host`, and what browsers read as
    /// that, with a backslash, or with a tab or an end of line between the strokes, which they leave out.
    pub fn back(&self) -> Option<&str> {
        self.query("back").filter(|back| {
            back.starts_with('/')
                && !back.starts_with("//")
                && !back.contains('\\')
                && !back.chars().any(char::is_control)
        })
    }

    /// A parameter of the address, as something that can be read.
    pub fn query_as<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.query(name).and_then(|value| value.parse().ok())
    }

    /// Every parameter but one: what a form that sets it carries along.
    pub fn pairs_without(&self, name: &str) -> Vec<(String, String)> {
        self.pairs.iter().filter(|(key, _)| key != name && !key.ends_with("-as")).cloned().collect()
    }

    /// This address with another value of a parameter; an empty one takes it away.
    pub fn with_query(&self, name: &str, value: &str) -> String {
        with_query(&self.uri, name, value)
    }

    /// What is around a page with this title.
    pub fn shell(&self, title: impl Into<String>) -> Shell {
        Shell::of(self, title.into())
    }

    /// A page.
    ///
    /// # Errors
    /// Its template cannot be filled in: a mistake of the program.
    pub fn show(&self, page: &impl Template) -> Result<Response, Problem> {
        self.show_as(StatusCode::OK, page)
    }

    /// A page with another status: 422 of a form with mistakes.
    ///
    /// # Errors
    /// Its template cannot be filled in: a mistake of the program.
    pub fn show_as(&self, status: StatusCode, page: &impl Template) -> Result<Response, Problem> {
        let text = page.render().map_err(|error| Problem {
            kept_quiet: Some(error.to_string()),
            ..Problem::bare(&problem::BROKEN)
        })?;
        let headers = [(header::CONTENT_TYPE, HTML), (header::CONTENT_SECURITY_POLICY, PAGES)];
        Ok((status, headers, text).into_response())
    }

    /// Sends the browser on after something was done.
    pub fn go(&self, to: &str) -> Response {
        let mut response = StatusCode::SEE_OTHER.into_response();
        let place = HeaderValue::from_str(to).unwrap_or_else(|_| HeaderValue::from_static("/"));
        response.headers_mut().insert(header::LOCATION, place);
        response
    }
}
