//! The HTTP face: API with OpenAPI, sign-in, metrics.
//!
//! A request goes through [`around`] (id, limits, log, headers, what went wrong in words), then through the [`gate`] of its route (who asks, may they,
//! is it meant), then to the handler of its resource in [`api`], which asks for the permission by name and calls the store with it.
//!
//! - [`route`]: what is said of an address; [`api::routes`] is the list that router, OpenAPI, documentation and the matrix test are made of.
//! - [`problem`]: what can go wrong, numbered; `docs/errors/` is made of it.
//! - [`state`]: what every request needs, with clock and randomness that were handed in.
//! - `organisation`: signing in with an organisation's account (feature `oidc`).
//! - [`jobs`]: long work, done by whoever was handed in to do it.
//! - [`listing`]: lists as JSON, CSV or a workbook.

pub mod api;
pub mod around;
pub mod ask;
pub mod browse;
pub mod gate;
pub mod jobs;
pub mod listing;
pub mod log;
pub mod once;
pub mod openapi;
#[cfg(feature = "oidc")]
pub mod organisation;
pub mod problem;
pub mod rate;
pub mod route;
pub mod serve;
pub mod state;

#[cfg(feature = "oidc")]
pub use jixiao_oidc as oidc;
pub use serve::{count, router, serve, with_pages};
pub use state::{Outside, Settings, State};
