//! What is said of an address: one list, of which the router, OpenAPI, the documentation and the matrix test are made.

use axum::{
    handler::Handler,
    routing::{MethodRouter, delete, get, post, put},
};
use jixiao_core::{checks::Text, people::Deed};
use utoipa::{
    ToSchema,
    openapi::{RefOr, Schema},
};

use crate::state::Shared;

/// Who may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Everybody, signed in or not.
    Everyone,
    /// Somebody at this very machine, or whoever may read the state of the system.
    Operator,
    /// Whoever has signed in.
    SignedIn,
    /// Whoever may do what the way of the record asks for: another deed for each kind of case.
    Machine,
    /// Whoever may ask for some kind of long work: another deed for each kind.
    Job,
    /// Whoever may do this somewhere.
    Deed(Deed),
}

/// What is done with an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verb {
    /// Read.
    Get,
    /// Make, or act.
    Post,
    /// Set.
    Put,
    /// Take away.
    Delete,
}

impl Verb {
    /// The method's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

/// What a parameter of a query can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A text that is not empty.
    Text,
    /// A whole number in a range.
    Whole(i64, i64),
    /// One of some words.
    OneOf(Vec<&'static str>),
    /// Yes or no.
    Yes,
}

/// A parameter of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Param {
    /// Its name.
    pub name: &'static str,
    /// Whether it must be given.
    pub required: bool,
    /// What it can be.
    pub kind: Kind,
    /// What it says.
    pub what: Text,
}

/// A parameter that may be left out.
pub const fn param(name: &'static str, kind: Kind, zh: &'static str, en: &'static str) -> Param {
    Param { name, required: false, kind, what: Text { zh, en } }
}

/// The shape of a body: its name and every schema that it needs.
#[derive(Clone)]
pub struct Shape {
    /// The name of its schema.
    pub name: String,
    /// Schemas by name, its own among them.
    pub schemas: Vec<(String, RefOr<Schema>)>,
}

impl Shape {
    /// The shape of a type.
    pub fn of<T: ToSchema>() -> Self {
        let name = T::name().into_owned();
        let mut schemas = vec![(name.clone(), T::schema())];
        T::schemas(&mut schemas);
        Self { name, schemas }
    }
}

/// What a request sends.
#[derive(Clone)]
pub enum Sends {
    /// Nothing.
    Nothing,
    /// JSON.
    Json(Shape),
    /// A file in the part `file` of a form.
    File,
}

/// What is answered.
#[derive(Clone)]
pub enum Gives {
    /// Nothing: 204.
    Nothing,
    /// JSON.
    Json(Shape),
    /// A list: JSON with the address of the next page, CSV or a workbook.
    List(Shape),
    /// Something else, by its content type.
    Other(&'static str),
}

/// An address with a method.
pub struct Route {
    /// The method.
    pub verb: Verb,
    /// The address, with names in braces.
    pub path: &'static str,
    /// Its name in the document.
    pub id: &'static str,
    /// What it belongs to.
    pub tag: &'static str,
    /// What it does.
    pub title: Text,
    /// Who may.
    pub who: Who,
    /// Parameters of the query.
    pub query: Vec<Param>,
    /// What a request sends.
    pub sends: Sends,
    /// What is answered.
    pub gives: Gives,
    /// The status of a good answer.
    pub status: u16,
    /// Whether the revision must be named in `If-Match`.
    pub if_match: bool,
    /// Whether the answer is kept under the request's key.
    pub once: bool,
    pub(crate) handler: MethodRouter<Shared>,
}

/// Begins the route of a resource's file.
#[derive(Clone, Copy, Debug)]
pub struct Resource(pub &'static str);

impl Resource {
    fn route<H, T>(
        self,
        verb: Verb,
        path: &'static str,
        id: &'static str,
        title: Text,
        who: Who,
        handler: H,
    ) -> Route
    where
        H: Handler<T, Shared>,
        T: 'static,
    {
        let handler = match verb {
            Verb::Get => get(handler),
            Verb::Post => post(handler),
            Verb::Put => put(handler),
            Verb::Delete => delete(handler),
        };
        Route {
            verb,
            path,
            id,
            tag: self.0,
            title,
            who,
            query: Vec::new(),
            sends: Sends::Nothing,
            gives: Gives::Nothing,
            status: 204,
            if_match: false,
            once: false,
            handler,
        }
    }

    /// An address to read.
    pub fn get<H: Handler<T, Shared>, T: 'static>(
        self,
        path: &'static str,
        id: &'static str,
        title: Text,
        who: Who,
        handler: H,
    ) -> Route {
        self.route(Verb::Get, path, id, title, who, handler)
    }

    /// An address that makes something or acts.
    pub fn post<H: Handler<T, Shared>, T: 'static>(
        self,
        path: &'static str,
        id: &'static str,
        title: Text,
        who: Who,
        handler: H,
    ) -> Route {
        self.route(Verb::Post, path, id, title, who, handler)
    }

    /// An address that sets something.
    pub fn put<H: Handler<T, Shared>, T: 'static>(
        self,
        path: &'static str,
        id: &'static str,
        title: Text,
        who: Who,
        handler: H,
    ) -> Route {
        self.route(Verb::Put, path, id, title, who, handler)
    }

    /// An address that takes something away.
    pub fn delete<H: Handler<T, Shared>, T: 'static>(
        self,
        path: &'static str,
        id: &'static str,
        title: Text,
        who: Who,
        handler: H,
    ) -> Route {
        self.route(Verb::Delete, path, id, title, who, handler)
    }
}

/// A text in both languages.
pub const fn text(zh: &'static str, en: &'static str) -> Text {
    Text { zh, en }
}

impl Route {
    /// It takes these parameters.
    #[must_use]
    pub fn asks(mut self, query: impl IntoIterator<Item = Param>) -> Self {
        self.query.extend(query);
        self
    }

    /// It takes JSON.
    #[must_use]
    pub fn sends<T: ToSchema>(mut self) -> Self {
        self.sends = Sends::Json(Shape::of::<T>());
        self
    }

    /// It takes a file.
    #[must_use]
    pub fn sends_file(mut self) -> Self {
        self.sends = Sends::File;
        self
    }

    /// It gives JSON.
    #[must_use]
    pub fn gives<T: ToSchema>(mut self) -> Self {
        self.gives = Gives::Json(Shape::of::<T>());
        self.status = 200;
        self
    }

    /// It gives JSON about something that was made: 201.
    #[must_use]
    pub fn makes<T: ToSchema>(mut self) -> Self {
        self.gives = Gives::Json(Shape::of::<T>());
        self.status = 201;
        self
    }

    /// It gives JSON about something that was begun and goes on: 202.
    #[must_use]
    pub fn begins<T: ToSchema>(mut self) -> Self {
        self.gives = Gives::Json(Shape::of::<T>());
        self.status = 202;
        self
    }

    /// It gives a list.
    #[must_use]
    pub fn lists<T: ToSchema>(mut self) -> Self {
        self.gives = Gives::List(Shape::of::<T>());
        self.status = 200;
        self
    }

    /// It gives something else.
    #[must_use]
    pub fn gives_other(mut self, content_type: &'static str) -> Self {
        self.gives = Gives::Other(content_type);
        self.status = 200;
        self
    }

    /// The revision must be named.
    #[must_use]
    pub fn if_match(mut self) -> Self {
        self.if_match = true;
        self
    }

    /// The answer is kept under the request's key.
    #[must_use]
    pub fn once(mut self) -> Self {
        self.once = true;
        self
    }

    /// Its handler is given this value beside each request, as an extension.
    #[must_use]
    pub fn with<V: Clone + Send + Sync + 'static>(mut self, value: V) -> Self {
        self.handler = self.handler.layer(axum::Extension(value));
        self
    }

    /// The names in its address, in order.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
    }
}
