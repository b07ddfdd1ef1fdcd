//! What digests are made with.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use sha2::Digest as _;

/// The hash function of a chain; chosen once, when the database is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Algorithm {
    /// SHA-256 (FIPS 180-4).
    #[default]
    Sha256,
    /// SM3 (GB/T 32905-2016).
    Sm3,
}

impl Algorithm {
    /// The code, as kept and written.
    pub fn code(self) -> &'static str {
        match self {
            Self::Sha256 => "sha256",
            Self::Sm3 => "sm3",
        }
    }

    /// An algorithm by its code.
    pub fn of(code: &str) -> Option<Self> {
        [Self::Sha256, Self::Sm3].into_iter().find(|algorithm| algorithm.code() == code)
    }

    /// The digest of bytes, as 64 lower-case hexadecimal digits.
    pub fn digest(self, bytes: &[u8]) -> String {
        let hex = |bytes: &[u8]| {
            bytes.iter().fold(String::with_capacity(64), |mut text, byte| {
                // Writing to a text cannot fail.
                let _ = write!(text, "{byte:02x}");
                text
            })
        };
        match self {
            Self::Sha256 => hex(&sha2::Sha256::digest(bytes)),
            Self::Sm3 => hex(&sm3::Sm3::digest(bytes)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_the_standards() {
        // FIPS 180-4's and GB/T 32905's own example: the message "abc".
        for (algorithm, digest) in [
            (Algorithm::Sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (Algorithm::Sm3, "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        ] {
            assert_eq!(algorithm.digest(b"abc"), digest);
            assert_eq!(Algorithm::of(algorithm.code()), Some(algorithm));
        }
    }
}
