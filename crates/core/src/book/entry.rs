//! Entries: money from one account to another.

use serde::{Deserialize, Serialize};

use super::{account::AccountId, kind::EntryKind};

/// Whether an entry moves money at once or in two steps.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "step", content = "reservation")]
pub enum Step {
    /// At once.
    Move,
    /// Set aside, so that nothing else can take it: a payment order on its way to the bank.
    Reserve,
    /// What was reserved under this key moves for good: the bank has paid.
    Post(String),
    /// What was reserved under this key is free again: the bank has refused, or the order was withdrawn.
    Void(String),
}

impl Step {
    /// Code of the step, as kept and sent.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Move => "move",
            Self::Reserve => "reserve",
            Self::Post(_) => "post",
            Self::Void(_) => "void",
        }
    }

    /// Key of the reservation that the step ends.
    pub fn reservation(&self) -> Option<&str> {
        match self {
            Self::Move | Self::Reserve => None,
            Self::Post(key) | Self::Void(key) => Some(key),
        }
    }
}

/// What an entry was made for: an award, an order, a document of the finance department.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cause {
    /// What kind of thing it is: `award`, `payment-order`, `document`, `correction`.
    pub kind: String,
    /// Which one: a number or reference that can be looked up.
    pub reference: String,
}

/// An entry as somebody asks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The client's key: the same key twice is the same entry, made once.
    pub key: String,
    /// What moves the money.
    pub kind: EntryKind,
    /// At once or in two steps.
    pub step: Step,
    /// The account that it leaves.
    pub from: AccountId,
    /// The account that it goes to.
    pub to: AccountId,
    /// How much, in fen; above zero.
    pub fen: i64,
    /// What for.
    pub cause: Cause,
    /// Key of the entry that this one takes back; only of [`EntryKind::Correct`].
    pub corrects: Option<String>,
    /// Why, in words; needed where [`EntryKind::needs_reason`] says so.
    pub reason: String,
}

/// What is known of an entry that was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The entry.
    pub entry: Entry,
    /// Key of the entry that posted or voided it, if it is a reservation that is over.
    pub ended_by: Option<String>,
    /// Key of the entry that took it back.
    pub corrected_by: Option<String>,
}
