//! What became of an entry, as codes that never change.

use serde::Serialize;

use crate::{both, finding::Both};

/// What became of an entry. The order of the variants is the order of precedence: when several would be true, the first is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "code")]
pub enum Outcome {
    /// Kept.
    Created,
    /// The same entry had been kept under this key before: nothing was done, and that is well.
    Exists,
    /// Another entry of the same whole was refused, so this one was not made either.
    WholeRefused,
    /// The key is empty or longer than [`Outcome::LONGEST_KEY`] bytes.
    KeyMalformed,
    /// Another entry was kept under this key; `field` is the first that differs.
    KeyTaken {
        /// The first field that differs: kind, step, from, to, fen, cause, corrects, reason.
        field: &'static str,
    },
    /// The amount is not above zero.
    AmountNotPositive,
    /// The entry has no cause that could be looked up.
    CauseMissing,
    /// This kind needs words.
    ReasonMissing,
    /// The account that it leaves is not known.
    FromUnknown,
    /// The account that it goes to is not known.
    ToUnknown,
    /// This kind does not move money at once between these accounts, or cannot be reserved.
    KindDoesNotFit,
    /// An entry to be corrected is named by an entry that is no correction, or a correction names none.
    CorrectionMisused,
    /// The account that it leaves is closed.
    FromClosed,
    /// The account that it goes to is closed.
    ToClosed,
    /// No reservation was kept under the key named.
    ReservationUnknown,
    /// The reservation was posted or voided before.
    ReservationOver,
    /// Accounts, kind or amount are not those of the reservation.
    ReservationDiffers,
    /// No entry was kept under the key that is to be corrected.
    CorrectedUnknown,
    /// The entry was corrected before.
    CorrectedBefore,
    /// A correction takes the entry back as a whole: the accounts the other way round, the same amount. Reservations are voided, not corrected.
    CorrectionDiffers,
    /// An account would pass the largest amount that can be kept.
    TooLarge,
    /// The account that it leaves has less than that.
    NotEnough {
        /// What may still leave the account, in fen.
        free: i64,
        /// What was asked for, in fen.
        asked: i64,
    },
}

impl Outcome {
    /// The longest key, in bytes.
    pub const LONGEST_KEY: usize = 128;

    /// Every outcome in order of precedence; those with figures have some.
    pub fn every() -> Vec<Self> {
        vec![
            Self::Created,
            Self::Exists,
            Self::WholeRefused,
            Self::KeyMalformed,
            Self::KeyTaken { field: "fen" },
            Self::AmountNotPositive,
            Self::CauseMissing,
            Self::ReasonMissing,
            Self::FromUnknown,
            Self::ToUnknown,
            Self::KindDoesNotFit,
            Self::CorrectionMisused,
            Self::FromClosed,
            Self::ToClosed,
            Self::ReservationUnknown,
            Self::ReservationOver,
            Self::ReservationDiffers,
            Self::CorrectedUnknown,
            Self::CorrectedBefore,
            Self::CorrectionDiffers,
            Self::TooLarge,
            Self::NotEnough { free: 300, asked: 301 },
        ]
    }

    /// Whether the entry is in the books.
    pub fn is_kept(&self) -> bool {
        matches!(self, Self::Created | Self::Exists)
    }

    /// The code, as sent.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Exists => "exists",
            Self::WholeRefused => "whole-refused",
            Self::KeyMalformed => "key-malformed",
            Self::KeyTaken { .. } => "key-taken",
            Self::AmountNotPositive => "amount-not-positive",
            Self::CauseMissing => "cause-missing",
            Self::ReasonMissing => "reason-missing",
            Self::FromUnknown => "from-unknown",
            Self::ToUnknown => "to-unknown",
            Self::KindDoesNotFit => "kind-does-not-fit",
            Self::CorrectionMisused => "correction-misused",
            Self::FromClosed => "from-closed",
            Self::ToClosed => "to-closed",
            Self::ReservationUnknown => "reservation-unknown",
            Self::ReservationOver => "reservation-over",
            Self::ReservationDiffers => "reservation-differs",
            Self::CorrectedUnknown => "corrected-unknown",
            Self::CorrectedBefore => "corrected-before",
            Self::CorrectionDiffers => "correction-differs",
            Self::TooLarge => "too-large",
            Self::NotEnough { .. } => "not-enough",
        }
    }

    /// What became of it and what to do next.
    pub fn words(&self) -> Both {
        match self {
            Self::Created => both!("已入账", "kept"),
            Self::Exists => both!("此前已入账，没有重复记账", "kept before; not made again"),
            Self::WholeRefused => {
                both!(
                    "同一批中另有一笔被拒，整批未入账",
                    "another entry of the same whole was refused, so none was made"
                )
            }
            Self::KeyMalformed => {
                both!("客户键为空或超过128字节", "the key is empty or longer than 128 bytes")
            }
            Self::KeyTaken { field } => both!(
                "该客户键已用于另一笔分录（{field} 不同）；新的分录请换一个键",
                "the key belongs to another entry ({field} differs); a new entry needs a new key"
            ),
            Self::AmountNotPositive => both!("金额须大于零", "the amount must be above zero"),
            Self::CauseMissing => {
                both!(
                    "没有写明依据（核定、拨付单或文件）",
                    "no cause is named: an award, an order or a document"
                )
            }
            Self::ReasonMissing => both!("这类分录须写明原因", "this kind of entry needs a reason in words"),
            Self::FromUnknown => both!("转出账户不存在", "the account that the money leaves does not exist"),
            Self::ToUnknown => both!("转入账户不存在", "the account that the money goes to does not exist"),
            Self::KindDoesNotFit => {
                both!(
                    "这类分录不能在这两个账户之间发生",
                    "this kind of entry does not go between these accounts"
                )
            }
            Self::CorrectionMisused => both!(
                "更正须写明被更正的分录；其他分录不得写",
                "a correction names the entry that it takes back, and only a correction does"
            ),
            Self::FromClosed => both!("转出账户已关账", "the account that the money leaves is closed"),
            Self::ToClosed => both!("转入账户已关账", "the account that the money goes to is closed"),
            Self::ReservationUnknown => both!("没有这笔预留", "there is no such reservation"),
            Self::ReservationOver => {
                both!("这笔预留已入账或已撤销", "the reservation was posted or voided before")
            }
            Self::ReservationDiffers => {
                both!(
                    "账户、种类或金额与预留不同",
                    "accounts, kind or amount are not those of the reservation"
                )
            }
            Self::CorrectedUnknown => both!("没有要更正的分录", "there is no such entry to correct"),
            Self::CorrectedBefore => both!("该分录已更正过", "the entry was corrected before"),
            Self::CorrectionDiffers => both!(
                "更正须整笔冲回：账户对调、金额相同；预留用撤销，不用更正",
                "a correction takes the entry back as a whole: accounts the other way round, the same amount; a reservation is voided instead"
            ),
            Self::TooLarge => {
                both!("金额超过可记的最大数", "an account would pass the largest amount that can be kept")
            }
            Self::NotEnough { free, asked } => both!(
                "余额不足：可用 {free} 分，需要 {asked} 分",
                "not enough: {free} fen are free, {asked} fen were asked for"
            ),
        }
    }
}
