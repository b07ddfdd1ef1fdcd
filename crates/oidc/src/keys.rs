//! The provider's keys, and which of them a token was signed with.

use jsonwebtoken::{
    Algorithm, DecodingKey, Header,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyOperations, PublicKeyUse},
};
use serde::Deserialize;

use crate::token::Fault;

/// How tokens may be signed. All three are asymmetric: what is public proves nothing, and nothing at all proves nothing.
pub(crate) const ALGORITHMS: [Algorithm; 3] = [Algorithm::RS256, Algorithm::PS256, Algorithm::ES256];

/// A set of keys as a provider publishes it. A key of a kind that is not known here is none of ours.
#[derive(Debug, Deserialize)]
pub(crate) struct Published {
    keys: Vec<serde_json::Value>,
}

impl Published {
    /// The keys that a signature may be of.
    pub(crate) fn keys(self) -> Vec<Jwk> {
        let keys = self.keys.into_iter().filter_map(|key| serde_json::from_value::<Jwk>(key).ok());
        keys.filter(is_to_verify).collect()
    }
}

fn is_to_verify(key: &Jwk) -> bool {
    let used = key.common.public_key_use.as_ref().is_none_or(|of| *of == PublicKeyUse::Signature);
    let may = key.common.key_operations.as_ref().is_none_or(|list| list.contains(&KeyOperations::Verify));
    used && may
}

/// Whether a key is of the kind that an algorithm takes, and not for another.
fn fits(key: &Jwk, algorithm: Algorithm) -> bool {
    let kind = match &key.algorithm {
        AlgorithmParameters::RSA(_) => matches!(algorithm, Algorithm::RS256 | Algorithm::PS256),
        AlgorithmParameters::EllipticCurve(point) => {
            algorithm == Algorithm::ES256 && point.curve == EllipticCurve::P256
        }
        _ => false,
    };
    kind && key.common.key_algorithm.is_none_or(|own| own.to_string() == format!("{algorithm:?}"))
}

/// The key that a token says it was signed with: by name, or the only one that it can be.
///
/// # Errors
/// There is none: then the provider may have changed its keys.
pub(crate) fn of(keys: &[Jwk], header: &Header) -> Result<DecodingKey, Fault> {
    let mut fitting = keys.iter().filter(|key| fits(key, header.alg));
    let found = match &header.kid {
        Some(kid) => fitting.find(|key| key.common.key_id.as_ref() == Some(kid)),
        None => fitting.next().filter(|_| fitting.next().is_none()),
    };
    let unknown = || Fault::Key { kid: header.kid.clone().unwrap_or_default() };
    found.and_then(|key| DecodingKey::from_jwk(key).ok()).ok_or_else(unknown)
}
