//! One record and its place in the chain.

use serde::{Deserialize, Serialize};

use super::algorithm::Algorithm;

/// A change of state, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Its number; the first is 1 and none is left out.
    pub number: i64,
    /// When, in microseconds since 1970-01-01T00:00:00Z.
    pub at_micros: i64,
    /// Who did it: an account's name, or `system`.
    pub who: String,
    /// For whom, when somebody acted for another; else empty.
    pub on_behalf: String,
    /// From where: a network address, `command-line`, `job`.
    pub origin: String,
    /// What was done, as a code: `case.submit`, `money.post`, `user.add`.
    pub deed: String,
    /// To what: `case/17`, `entries/2024-pay-3`.
    pub subject: String,
    /// What it was before; of something long its digest, empty when there was nothing.
    pub before: String,
    /// What it is after; of something long its digest, empty when nothing is left.
    pub after: String,
    /// Why, in words; may be empty.
    pub reason: String,
}

/// A record's two digests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Of the record's fields.
    pub content: String,
    /// Of the link before it, its number and its content.
    pub link: String,
}

impl Record {
    /// The bytes that its content is the digest of: each field as a netstring, its length in bytes in decimal, a colon, the UTF-8 text, a comma.
    ///
    /// Lengths stand in front so that no two records have the same bytes, whatever their texts hold.
    pub fn bytes(&self) -> Vec<u8> {
        let (number, at) = (self.number.to_string(), self.at_micros.to_string());
        let fields = [
            &number,
            &at,
            &self.who,
            &self.on_behalf,
            &self.origin,
            &self.deed,
            &self.subject,
            &self.before,
            &self.after,
            &self.reason,
        ];
        let mut bytes = Vec::with_capacity(256);
        for field in fields {
            bytes.extend_from_slice(field.len().to_string().as_bytes());
            bytes.push(b':');
            bytes.extend_from_slice(field.as_bytes());
            bytes.push(b',');
        }
        bytes
    }

    /// Its digests, behind the link of the record before it; the first record's is empty.
    pub fn chained(&self, algorithm: Algorithm, before: &str) -> Link {
        let content = algorithm.digest(&self.bytes());
        let link = link(algorithm, before, self.number, &content);
        Link { content, link }
    }
}

/// The link of a record: the digest of `before:number:content` as text.
pub fn link(algorithm: Algorithm, before: &str, number: i64, content: &str) -> String {
    algorithm.digest(format!("{before}:{number}:{content}").as_bytes())
}
