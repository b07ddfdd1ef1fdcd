//! Whether an ID token is good: signed by a key of the provider's, for this server, for this sign-in, now.

use jixiao_core::{both, finding::Both};
use jsonwebtoken::{Header, Validation, decode, decode_header, jwk::Jwk};
use serde::Deserialize;

use crate::keys::{self, ALGORITHMS};

/// What a token must say.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// Who signed it.
    pub issuer: &'a str,
    /// For whom.
    pub client_id: &'a str,
    /// The word of the sign-in.
    pub nonce: &'a str,
    /// Now, in seconds since 1970.
    pub now: i64,
    /// How far the two clocks may be apart, in seconds.
    pub leeway: i64,
}

/// What is wrong with a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is no token, or lacks what every one has.
    Malformed(String),
    /// It is signed in a way that proves nothing here.
    Algorithm(String),
    /// It asks for something that is not known here (`crit`).
    Critical,
    /// No key of the provider's has this name (empty: none was named, and no single key fits).
    Key {
        /// The name.
        kid: String,
    },
    /// The signature is not that of its text.
    Signature,
    /// It is somebody else's: expected, found.
    Issuer(String, String),
    /// It is for somebody else: expected, found.
    Audience(String, String),
    /// It was made out to another party (`azp`): expected, found.
    Party(String, String),
    /// It is over: when, and now, in seconds since 1970.
    Expired(i64, i64),
    /// It is not good yet: from when, and now.
    NotYet(i64, i64),
    /// It was made later than now: when, and now.
    FromTheFuture(i64, i64),
    /// It belongs to another sign-in.
    Nonce,
    /// It names nobody, or nobody that can be kept.
    Subject,
}

impl Fault {
    /// Whether a clock that is off explains it.
    pub fn is_of_clocks(&self) -> bool {
        matches!(self, Self::Expired(..) | Self::NotYet(..) | Self::FromTheFuture(..))
    }

    /// What is wrong, for whoever runs the server.
    pub fn words(&self) -> Both {
        match self {
            Self::Malformed(why) => {
                both!("身份令牌不完整或读不懂：{why}", "the ID token is incomplete or cannot be read: {why}")
            }
            Self::Algorithm(alg) => both!(
                "身份令牌的签名算法 {alg} 不予接受；只接受 RS256、PS256、ES256，请在统一身份认证一侧改设",
                "the ID token is signed with {alg}, and only RS256, PS256 and ES256 are taken; set one of them at the provider"
            ),
            Self::Critical => both!(
                "身份令牌带有本程序不认识的必要声明（crit）",
                "the ID token asks for something that this program does not know (crit)"
            ),
            Self::Key { kid } => both!(
                "统一身份认证公布的密钥中没有身份令牌所用的一个（kid “{kid}”）",
                "none of the keys that the provider publishes is the one of the ID token (kid {kid:?})"
            ),
            Self::Signature => both!("身份令牌的签名不对", "the signature of the ID token is wrong"),
            Self::Issuer(expected, found) => both!(
                "身份令牌的签发者（iss）是 {found}，设置的是 {expected}；须一字不差，包括末尾的“/”",
                "the ID token's issuer (iss) is {found}, and {expected} is set; they must agree to the letter, a slash at the end too"
            ),
            Self::Audience(expected, found) => both!(
                "身份令牌的受众（aud）是 {found}，本应用是 {expected}",
                "the ID token is for (aud) {found}, and this application is {expected}"
            ),
            Self::Party(expected, found) => both!(
                "身份令牌的被授权方（azp）是“{found}”，本应用是 {expected}",
                "the ID token was made out to (azp) {found:?}, and this application is {expected}"
            ),
            Self::Expired(at, now) => both!(
                "身份令牌于 {at} 到期，本机时钟是 {now}（自1970年起的秒数，相差 {apart} 秒）；请给两边校时",
                "the ID token ended at {at}, and this machine's clock says {now} (seconds since 1970; {apart} apart); set both clocks",
                apart = now.saturating_sub(*at)
            ),
            Self::NotYet(from, now) => both!(
                "身份令牌自 {from} 起才有效，本机时钟是 {now}（自1970年起的秒数，相差 {apart} 秒）；请给两边校时",
                "the ID token is good from {from} on, and this machine's clock says {now} (seconds since 1970; {apart} apart); set both clocks",
                apart = from.saturating_sub(*now)
            ),
            Self::FromTheFuture(at, now) => both!(
                "身份令牌签发于 {at}，本机时钟才到 {now}（自1970年起的秒数，相差 {apart} 秒）；请给两边校时",
                "the ID token was made at {at}, and this machine's clock says {now} (seconds since 1970; {apart} apart); set both clocks",
                apart = at.saturating_sub(*now)
            ),
            Self::Nonce => both!(
                "身份令牌属于另一次登录（nonce 不符）",
                "the ID token belongs to another sign-in (nonce)"
            ),
            Self::Subject => both!(
                "身份令牌没有可用的用户标识（sub，1 至 255 字节）",
                "the ID token names nobody that can be kept (sub, 1 to 255 bytes)"
            ),
        }
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// What is read of a token. Roles, groups and names that it may hold are none of this program's business.
#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    azp: Option<String>,
    exp: i64,
    iat: i64,
    nbf: Option<i64>,
    nonce: Option<String>,
}

/// The head of a token that may be looked at.
///
/// # Errors
/// It is none, or is signed in a way that proves nothing.
pub(crate) fn head(token: &str) -> Result<Header, Fault> {
    let header = decode_header(token).map_err(|error| match said(token) {
        // An algorithm that the library does not know, `none` above all.
        Some(alg) if !ALGORITHMS.iter().any(|known| format!("{known:?}") == alg) => Fault::Algorithm(alg),
        _ => Fault::Malformed(error.to_string()),
    })?;
    if !ALGORITHMS.contains(&header.alg) {
        return Err(Fault::Algorithm(format!("{:?}", header.alg)));
    }
    if header.crit.is_some() {
        return Err(Fault::Critical);
    }
    Ok(header)
}

/// What a token's head says of its algorithm, for the log.
fn said(token: &str) -> Option<String> {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    let head = URL_SAFE_NO_PAD.decode(token.split('.').next()?).ok()?;
    let head: serde_json::Value = serde_json::from_slice(&head).ok()?;
    Some(head.get("alg")?.as_str()?.chars().filter(char::is_ascii_alphanumeric).take(20).collect())
}

/// The subject of a good token.
///
/// # Errors
/// Its signature is not the provider's; or, if it is, everything else that is wrong with it.
pub fn subject(
    token: &str,
    header: &Header,
    keys: &[Jwk],
    expected: &Expected<'_>,
) -> Result<String, Vec<Fault>> {
    let key = keys::of(keys, header).map_err(|fault| vec![fault])?;
    let mut only_signature = Validation::new(header.alg);
    // Times are looked at below, by the clock that was handed in; so is everything else, so that all faults are told at once.
    only_signature.validate_exp = false;
    only_signature.validate_aud = false;
    only_signature.required_spec_claims.clear();
    let claims = decode::<Claims>(token, &key, &only_signature).map_err(|error| {
        use jsonwebtoken::errors::ErrorKind;
        vec![match error.kind() {
            ErrorKind::Json(_) | ErrorKind::Base64(_) | ErrorKind::Utf8(_) => {
                Fault::Malformed(error.to_string())
            }
            _ => Fault::Signature,
        }]
    })?;
    let faults = judged(&claims.claims, expected);
    if faults.is_empty() { Ok(claims.claims.sub) } else { Err(faults) }
}

fn judged(claims: &Claims, expected: &Expected<'_>) -> Vec<Fault> {
    let Expected { issuer, client_id, nonce, now, leeway } = *expected;
    let mut faults = Vec::new();
    if claims.iss != issuer {
        faults.push(Fault::Issuer(issuer.to_owned(), claims.iss.clone()));
    }
    let audience: &[String] = match &claims.aud {
        Audience::One(one) => std::slice::from_ref(one),
        Audience::Many(many) => many,
    };
    if !audience.iter().any(|one| one == client_id) {
        faults.push(Fault::Audience(client_id.to_owned(), audience.join(", ")));
    }
    // Where it is for several, it must say that it was made out to us.
    let party = claims.azp.as_deref();
    if party.is_some_and(|party| party != client_id) || (party.is_none() && audience.len() > 1) {
        faults.push(Fault::Party(client_id.to_owned(), party.unwrap_or_default().to_owned()));
    }
    if claims.exp.saturating_add(leeway) <= now {
        faults.push(Fault::Expired(claims.exp, now));
    }
    if let Some(from) = claims.nbf.filter(|from| from.saturating_sub(leeway) > now) {
        faults.push(Fault::NotYet(from, now));
    }
    if claims.iat.saturating_sub(leeway) > now {
        faults.push(Fault::FromTheFuture(claims.iat, now));
    }
    if claims.nonce.as_deref() != Some(nonce) {
        faults.push(Fault::Nonce);
    }
    if claims.sub.is_empty() || claims.sub.len() > 255 || claims.sub.chars().any(char::is_control) {
        faults.push(Fault::Subject);
    }
    faults
}
