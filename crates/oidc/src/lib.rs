//! Signing in with an organisation's account: OpenID Connect, authorization code with PKCE.
//!
//! What this crate proves is who somebody is to their organisation: issuer and subject. Which account that leads to, and whether it lets anybody in, is the
//! store's business; nothing else of a token is read, so that no role can come from one. The clock and randomness are handed in, settings and
//! certificates as texts; the network is asked here, by calls that wait: they belong on a thread that may.
//!
//! - [`settings`]: what an office writes about its provider.
//! - [`begun`]: sign-ins that were begun and are not back: once only, for ten minutes, by the same browser.
//! - [`provider`]: discovery, keys, the way there and the way back.
//! - [`token`]: whether an ID token is good.
//! - [`failure`]: what can go wrong, in words for whoever runs the server.
//!
//! Without the feature `oidc` this crate is empty, because https and signatures are some thirty crates that most offices do not need.

#[cfg(feature = "oidc")]
pub mod begun;
#[cfg(feature = "oidc")]
mod client;
#[cfg(feature = "oidc")]
pub mod failure;
#[cfg(feature = "oidc")]
mod keys;
#[cfg(feature = "oidc")]
pub mod provider;
#[cfg(feature = "oidc")]
pub mod settings;
#[cfg(feature = "oidc")]
pub mod token;

#[cfg(feature = "oidc")]
pub use failure::Failure;
#[cfg(feature = "oidc")]
pub use provider::{Drawn, Proven, Provider, Returned};
#[cfg(feature = "oidc")]
pub use settings::Settings;

/// Where a browser comes back to from the provider: the path of the redirect address.
pub const RETURN: &str = "/sign-in/organisation/return";
