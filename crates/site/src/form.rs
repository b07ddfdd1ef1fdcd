//! Forms of pages: what was typed stays, and what is wrong stands at its field.

use std::collections::BTreeMap;

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
};
use jixiao_core::finding::Both;
use jixiao_web::problem::{self, Problem};

/// The fields of a form that was sent, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    fields: BTreeMap<String, Vec<String>>,
}

impl Typed {
    /// The fields of an encoded form.
    pub fn of(bytes: &[u8]) -> Self {
        let mut fields: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(bytes) {
            fields.entry(name.into_owned()).or_default().push(value.into_owned());
        }
        Self { fields }
    }

    /// What was typed into a field, without spaces around it; empty where there is none.
    pub fn get(&self, name: &str) -> &str {
        self.fields.get(name).and_then(|values| values.first()).map_or("", |value| value.trim())
    }

    /// What was typed into a field, to the letter: passwords may begin with a space.
    pub fn exactly(&self, name: &str) -> &str {
        self.fields.get(name).and_then(|values| values.first()).map_or("", String::as_str)
    }

    /// Every value of a field: boxes that were ticked.
    pub fn all(&self, name: &str) -> &[String] {
        self.fields.get(name).map_or(&[], Vec::as_slice)
    }

    /// Every field with its first value, but for the word against forgery.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        let known = self.fields.iter().filter(|(name, _)| *name != "csrf");
        known.filter_map(|(name, values)| values.first().map(|value| (name.as_str(), value.trim())))
    }
}

impl<S: Send + Sync> FromRequest<S> for Typed {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let bytes =
            Bytes::from_request(request, state).await.map_err(|_| Problem::bare(&problem::TOO_LONG))?;
        let typed = Self::of(&bytes);
        // PostgreSQL keeps no such character, and no text of people has one.
        if typed.fields.values().flatten().any(|value| value.contains('\0')) {
            return Err(Problem::bare(&problem::MALFORMED));
        }
        Ok(typed)
    }
}

/// What is wrong with a form: at fields, and as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mistakes {
    /// By field.
    pub at: BTreeMap<String, Both>,
    /// Of the whole.
    pub whole: Vec<Both>,
}

impl Mistakes {
    /// Something is wrong at a field.
    pub fn at(&mut self, field: &str, what: Both) {
        self.at.entry(field.to_owned()).or_insert(what);
    }

    /// What is wrong as a whole, from what the book said.
    pub fn of(problem: &Problem) -> Self {
        let mut whole: Vec<Both> = problem.reasons.iter().map(|reason| reason.text.clone()).collect();
        if whole.is_empty() {
            let (title, next) = (problem.code.title, problem.code.next);
            whole.push(Both::new(format!("{}：{}", title.zh, next.zh), format!("{}: {}", title.en, next.en)));
        }
        Self { at: BTreeMap::new(), whole }
    }

    /// What is wrong at a field.
    pub fn get(&self, field: impl AsRef<str>) -> Option<&Both> {
        self.at.get(field.as_ref())
    }

    /// Whether nothing is wrong.
    pub fn none(&self) -> bool {
        self.at.is_empty() && self.whole.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_there_again() {
        let typed = Typed::of("name=%20%E7%94%B2+&box=a&box=b&csrf=x".as_bytes());
        assert_eq!(typed.get("name"), "甲");
        assert_eq!(typed.exactly("name"), " 甲 ");
        assert_eq!(typed.all("box"), ["a", "b"]);
        assert_eq!(typed.get("none"), "");
        assert_eq!(typed.pairs().collect::<Vec<_>>(), [("box", "a"), ("name", "甲")]);
    }
}
