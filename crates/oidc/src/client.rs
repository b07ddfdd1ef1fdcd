//! Asking the provider: https with bounds, no redirects, no proxy.

use std::{sync::Arc, time::Duration};

use jixiao_core::{both, finding::Both};
use serde::de::DeserializeOwned;
use ureq::{
    Agent, Body,
    http::Response,
    tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem},
};

use crate::{failure::Failure, settings::address};

/// How long the provider may take for an answer. People wait meanwhile.
const PATIENCE: Duration = Duration::from_secs(10);

/// The longest answer that is read, in bytes.
const LONGEST: u64 = 1 << 20;

/// Asks the provider.
#[derive(Clone, Debug)]
pub(crate) struct Client(Agent);

impl Client {
    /// A client that trusts these authorities (PEM), or those that browsers know.
    ///
    /// # Errors
    /// The certificates cannot be read, or there is none.
    pub(crate) fn new(certificates: Option<&[u8]>) -> Result<Self, Both> {
        let roots = match certificates {
            None => RootCerts::WebPki,
            Some(pem) => RootCerts::from(authorities(pem)?.into_iter()),
        };
        let crypto = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = TlsConfig::builder().unversioned_rustls_crypto_provider(crypto).root_certs(roots).build();
        let config = Agent::config_builder()
            .tls_config(tls)
            // The environment is not read: an office's provider is asked directly.
            .proxy(None)
            // A redirect could lead a secret elsewhere.
            .max_redirects(0)
            .http_status_as_error(false)
            .timeout_global(Some(PATIENCE))
            .user_agent("jixiao")
            .build();
        Ok(Self(config.new_agent()))
    }

    /// A document.
    ///
    /// # Errors
    /// The address may not be asked, nobody answers there, or the answer is not what it should be.
    pub(crate) fn get<T: DeserializeOwned>(&self, at: &str) -> Result<T, Failure> {
        address(at).map_err(|fault| Failure::provider(at, fault))?;
        let (status, text) = read(at, self.0.get(at).header("accept", "application/json").call())?;
        if status != 200 {
            return Err(Failure::provider(
                at,
                both!("应答 HTTP {status}，应为 200", "it answers HTTP {status} instead of 200"),
            ));
        }
        parsed(at, &text)
    }

    /// Sends a form; status and body of the answer.
    ///
    /// # Errors
    /// The address may not be asked, or nobody answers there.
    pub(crate) fn post(
        &self,
        at: &str,
        authorization: Option<&str>,
        form: &[(&str, &str)],
    ) -> Result<(u16, String), Failure> {
        address(at).map_err(|fault| Failure::provider(at, fault))?;
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let mut request = self.0.post(at).header("accept", "application/json");
        request = request.header("content-type", "application/x-www-form-urlencoded");
        if let Some(authorization) = authorization {
            request = request.header("authorization", authorization);
        }
        read(at, request.send(body))
    }
}

/// JSON as it should be.
///
/// # Errors
/// It is not.
pub(crate) fn parsed<T: DeserializeOwned>(at: &str, text: &str) -> Result<T, Failure> {
    serde_json::from_str(text).map_err(|error| {
        Failure::provider(at, both!("应答读不懂：{error}", "its answer cannot be read: {error}"))
    })
}

fn read(at: &str, answer: Result<Response<Body>, ureq::Error>) -> Result<(u16, String), Failure> {
    let unreached = |error: &ureq::Error| {
        Failure::provider(
            at,
            both!(
                "没有得到应答：{error}；请核对网址、网络与证书",
                "no answer: {error}; look at the address, the network and the certificate"
            ),
        )
    };
    let mut answer = answer.map_err(|error| unreached(&error))?;
    let status = answer.status().as_u16();
    let text = answer.body_mut().with_config().limit(LONGEST).read_to_string();
    Ok((status, text.map_err(|error| unreached(&error))?))
}

fn authorities(pem: &[u8]) -> Result<Vec<Certificate<'static>>, Both> {
    let mut found = Vec::new();
    for item in parse_pem(pem) {
        match item {
            Ok(PemItem::Certificate(certificate)) => found.push(certificate),
            Ok(_) => {}
            Err(error) => return Err(both!("证书读不懂：{error}", "a certificate cannot be read: {error}")),
        }
    }
    if found.is_empty() {
        return Err(both!("其中没有证书（PEM）", "there is no certificate (PEM) in it"));
    }
    Ok(found)
}
