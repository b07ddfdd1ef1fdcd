//! The provider: what it says of itself, its keys, the way there and the way back.

use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jixiao_core::{both, finding::Both};
use jsonwebtoken::jwk::Jwk;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::{
    begun::{Begun, Waiting},
    client::{Client, parsed},
    failure::{Failure, Lost},
    keys::Published,
    settings::Settings,
    token::{self, Expected, Fault},
};

/// For how many seconds what the provider said of itself and its keys is believed. A key that it takes back is gone after so long at most.
const FRESH: i64 = 3600;

/// A key that is not known has the keys fetched again, but no oftener than after so many seconds: whoever sends tokens of his own making must not have
/// the provider asked for each.
const AGAIN: i64 = 10;

/// What a provider says of itself, as far as it matters here.
#[derive(Clone, Debug, Deserialize)]
struct Discovery {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Vec<String>,
}

/// Something that was fetched, and when.
#[derive(Clone, Debug)]
struct Fetched<T> {
    what: T,
    at: i64,
}

#[derive(Debug, Default)]
struct Known {
    discovery: Option<Fetched<Discovery>>,
    keys: Option<Fetched<Vec<Jwk>>>,
}

/// The provider of an office.
pub struct Provider {
    settings: Settings,
    secret: String,
    client: Client,
    known: Mutex<Known>,
    begun: Mutex<Begun>,
}

impl std::fmt::Debug for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Provider").field("issuer", &self.settings.issuer).finish_non_exhaustive()
    }
}

/// Words that were drawn outside for one sign-in, as hexadecimal digits.
#[derive(Clone, Debug)]
pub struct Drawn {
    /// Names the sign-in on its way there and back.
    pub state: String,
    /// Ties the token to it.
    pub nonce: String,
    /// Proves that whoever brings the code asked for it.
    pub verifier: String,
    /// Ties it to the browser, which keeps it as a cookie.
    pub browser: String,
}

/// What came back in the address.
#[derive(Clone, Debug, Default)]
pub struct Returned {
    /// Which sign-in.
    pub state: Option<String>,
    /// What the token is fetched with.
    pub code: Option<String>,
    /// Why there is none.
    pub error: Option<String>,
    /// Who sent it back, where the provider says so (RFC 9207).
    pub iss: Option<String>,
}

/// Who somebody is to their organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proven {
    /// Who vouches for them.
    pub issuer: String,
    /// What that one calls them.
    pub subject: String,
    /// The page that they wanted.
    pub back: String,
}

#[derive(Deserialize)]
struct Tokens {
    id_token: Option<String>,
}

#[derive(Deserialize)]
struct Denied {
    error: String,
}

/// A panic elsewhere leaves what is known as it was.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A provider's own words, cut to what a log can hold.
fn short(text: &str) -> String {
    text.chars().filter(char::is_ascii_graphic).take(60).collect()
}

impl Provider {
    /// The provider that settings name, with the content of the two files that they name.
    ///
    /// # Errors
    /// The secret is empty, or the certificates cannot be read: every reason.
    pub fn new(settings: Settings, secret: &str, certificates: Option<&[u8]>) -> Result<Self, Vec<Both>> {
        let secret = secret.trim().to_owned();
        let mut faults = Vec::new();
        if secret.is_empty() {
            faults.push(both!(
                "{file} 是空的；请写入统一身份认证发给本应用的密钥",
                "{file} is empty; write into it the secret that the provider gave to this application",
                file = settings.client_secret_file
            ));
        }
        match Client::new(certificates) {
            Ok(client) if faults.is_empty() => {
                let (known, begun) = (Mutex::default(), Mutex::default());
                return Ok(Self { settings, secret, client, known, begun });
            }
            Ok(_) => {}
            Err(fault) => {
                let file = settings.certificates.unwrap_or_default();
                faults.push(Both::new(format!("{file}：{}", fault.zh), format!("{file}: {}", fault.en)));
            }
        }
        Err(faults)
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Asks the provider what it says of itself and for its keys, as at the first sign-in: for whoever starts a server and wants to know. Waits.
    ///
    /// # Errors
    /// It cannot be reached, or is another than the one that is set.
    pub fn look(&self, now: i64) -> Result<(), Failure> {
        let discovery = self.discovery(now)?;
        self.keys(&discovery, now, FRESH).map(drop)
    }

    /// Begins a sign-in: the address to send the browser to. `back` is the page to go on to; `now` in seconds since 1970. Waits.
    ///
    /// # Errors
    /// The provider cannot be reached, or is another than the one that is set.
    pub fn begin(&self, drawn: Drawn, back: &str, lang: &str, now: i64) -> Result<String, Failure> {
        let discovery = self.discovery(now)?;
        let Drawn { state, nonce, verifier, browser } = drawn;
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
        let end = &discovery.authorization_endpoint;
        let mut query = form_urlencoded::Serializer::new(String::new());
        query
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.settings.client_id)
            .append_pair("redirect_uri", &self.settings.redirect)
            .append_pair("scope", "openid")
            .append_pair("state", &state)
            .append_pair("nonce", &nonce)
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256")
            .append_pair("ui_locales", lang);
        let to = format!("{end}{}{}", if end.contains('?') { '&' } else { '?' }, query.finish());
        locked(&self.begun).put(&state, &browser, nonce, verifier, back.to_owned(), now);
        Ok(to)
    }

    /// Ends a sign-in: who somebody is. `browser` is what their cookie says. Waits.
    ///
    /// # Errors
    /// It was not begun here, by them, lately; the provider let nobody through or cannot be reached; its token is not good.
    pub fn finish(&self, returned: &Returned, browser: &str, now: i64) -> Result<Proven, Failure> {
        let state = returned.state.as_deref().ok_or(Failure::Lost(Lost::State))?;
        let waiting = locked(&self.begun).take(state, browser, now).map_err(Failure::Lost)?;
        if returned.iss.as_ref().is_some_and(|iss| *iss != self.settings.issuer) {
            return Err(Failure::Lost(Lost::Issuer));
        }
        if let Some(code) = &returned.error {
            return Err(Failure::Refused { code: short(code) });
        }
        let code = returned.code.as_deref().ok_or(Failure::Lost(Lost::Empty))?;
        let discovery = self.discovery(now)?;
        let token = self.fetched(&discovery, code, &waiting)?;
        let subject = self.subject(&discovery, &token, &waiting.nonce, now)?;
        Ok(Proven { issuer: self.settings.issuer.clone(), subject, back: waiting.back })
    }

    /// What the provider says of itself: as it said lately, or asked again.
    fn discovery(&self, now: i64) -> Result<Discovery, Failure> {
        if let Some(known) = &locked(&self.known).discovery
            && known.at.saturating_add(FRESH) > now
        {
            return Ok(known.what.clone());
        }
        let issuer = &self.settings.issuer;
        let at = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        let found: Discovery = self.client.get(&at)?;
        if found.issuer != *issuer {
            return Err(Failure::provider(
                &at,
                both!(
                    "自称签发者 {found}，设置的是 {issuer}；须一字不差，包括末尾的“/”",
                    "it calls itself {found}, and {issuer} is set; they must agree to the letter, a slash at the end too",
                    found = short(&found.issuer)
                ),
            ));
        }
        locked(&self.known).discovery = Some(Fetched { what: found.clone(), at: now });
        Ok(found)
    }

    /// The provider's keys, no older than so many seconds.
    fn keys(&self, discovery: &Discovery, now: i64, age: i64) -> Result<Vec<Jwk>, Failure> {
        if let Some(known) = &locked(&self.known).keys
            && known.at.saturating_add(age) > now
        {
            return Ok(known.what.clone());
        }
        let keys = self.client.get::<Published>(&discovery.jwks_uri)?.keys();
        locked(&self.known).keys = Some(Fetched { what: keys.clone(), at: now });
        Ok(keys)
    }

    /// The token for a code.
    fn fetched(&self, discovery: &Discovery, code: &str, waiting: &Waiting) -> Result<String, Failure> {
        let (id, secret) = (self.settings.client_id.as_str(), self.secret.as_str());
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", self.settings.redirect.as_str()),
            ("code_verifier", waiting.verifier.as_str()),
        ];
        let ways = &discovery.token_endpoint_auth_methods_supported;
        let takes = |way: &str| ways.iter().any(|one| one == way);
        // A provider that names no way takes the first one.
        let authorization = if ways.is_empty() || takes("client_secret_basic") {
            let coded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
            Some(format!("Basic {}", STANDARD.encode(format!("{}:{}", coded(id), coded(secret)))))
        } else {
            form.extend([("client_id", id), ("client_secret", secret)]);
            None
        };
        let at = &discovery.token_endpoint;
        let (status, text) = self.client.post(at, authorization.as_deref(), &form)?;
        if status != 200 {
            let said = serde_json::from_str::<Denied>(&text).map(|denied| short(&denied.error));
            let said = said.unwrap_or_default();
            // The code is used up, too old, or was never given for this sign-in: the provider works, and the person begins anew.
            if said == "invalid_grant" {
                return Err(Failure::Refused { code: said });
            }
            return Err(Failure::provider(
                at,
                both!(
                    "不给令牌：HTTP {status} {said}；请核对 client_id、密钥与登记的回调地址",
                    "it gives no token: HTTP {status} {said}; look at client_id, the secret and the redirect address that is registered"
                ),
            ));
        }
        let tokens: Tokens = parsed(at, &text)?;
        tokens.id_token.ok_or_else(|| {
            Failure::provider(at, both!("应答中没有 id_token", "there is no id_token in its answer"))
        })
    }

    fn subject(&self, discovery: &Discovery, token: &str, nonce: &str, now: i64) -> Result<String, Failure> {
        let Settings { issuer, client_id, leeway_seconds: leeway, .. } = &self.settings;
        let header = token::head(token).map_err(|fault| Failure::Token(vec![fault]))?;
        let expected = Expected { issuer, client_id, nonce, now, leeway: *leeway };
        let keys = self.keys(discovery, now, FRESH)?;
        let judged = token::subject(token, &header, &keys, &expected);
        let judged = match judged {
            // The provider may have changed its keys since they were fetched.
            Err(faults) if matches!(faults.as_slice(), [Fault::Key { .. }]) => {
                let keys = self.keys(discovery, now, AGAIN)?;
                token::subject(token, &header, &keys, &expected)
            }
            judged => judged,
        };
        judged.map_err(Failure::Token)
    }
}
