//! What moves money, and between which accounts each may.

use serde::{Deserialize, Serialize};

use super::account::{AccountKind, AccountName};
use crate::{both, finding::Both};

/// What moves money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntryKind {
    /// 预算安排: the year's budget arrives.
    Appropriate,
    /// 提前下达: a part of the coming year's budget arrives before that year begins.
    AppropriateEarly,
    /// 收回预算: what is not allocated goes back to the source.
    Surrender,
    /// 分配下达: to a scheme and a region.
    Allocate,
    /// 调剂: from one scheme and region to another within the year.
    Adjust,
    /// 收回: from a scheme and region back to what is not allocated.
    TakeBack,
    /// 核定: to an award.
    Commit,
    /// 核减: an award is lowered or withdrawn.
    Release,
    /// 拨付: to the enterprise.
    Pay,
    /// 退回: an enterprise gives money back.
    Return,
    /// 结转: what is left goes to the next year.
    CarryOver,
    /// 更正: takes another entry back as a whole.
    Correct,
}

/// What two accounts of an entry must have in common.
struct Way {
    from: AccountKind,
    to: AccountKind,
    /// The same scheme and region.
    same_place: bool,
}

const fn way(from: AccountKind, to: AccountKind, same_place: bool) -> Way {
    Way { from, to, same_place }
}

impl EntryKind {
    /// Every kind, in the order of a fund year.
    pub const ALL: [Self; 12] = [
        Self::Appropriate,
        Self::AppropriateEarly,
        Self::Surrender,
        Self::Allocate,
        Self::Adjust,
        Self::TakeBack,
        Self::Commit,
        Self::Release,
        Self::Pay,
        Self::Return,
        Self::CarryOver,
        Self::Correct,
    ];

    /// The kind's code, as kept and sent.
    pub fn code(self) -> &'static str {
        match self {
            Self::Appropriate => "appropriate",
            Self::AppropriateEarly => "appropriate-early",
            Self::Surrender => "surrender",
            Self::Allocate => "allocate",
            Self::Adjust => "adjust",
            Self::TakeBack => "take-back",
            Self::Commit => "commit",
            Self::Release => "release",
            Self::Pay => "pay",
            Self::Return => "return",
            Self::CarryOver => "carry-over",
            Self::Correct => "correct",
        }
    }

    /// A kind by its code.
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// What an official calls it.
    pub fn label(self) -> Both {
        match self {
            Self::Appropriate => both!("预算安排", "appropriation"),
            Self::AppropriateEarly => both!("提前下达", "early release"),
            Self::Surrender => both!("收回预算", "surrender of budget"),
            Self::Allocate => both!("分配下达", "allocation"),
            Self::Adjust => both!("调剂", "adjustment"),
            Self::TakeBack => both!("收回", "taking back"),
            Self::Commit => both!("核定", "commitment"),
            Self::Release => both!("核减", "release"),
            Self::Pay => both!("拨付", "payment"),
            Self::Return => both!("退回", "return"),
            Self::CarryOver => both!("结转", "carry-over"),
            Self::Correct => both!("更正", "correction"),
        }
    }

    /// Whether somebody must say why in words: everything that does not follow from a document of the ordinary course.
    pub fn needs_reason(self) -> bool {
        matches!(
            self,
            Self::Surrender
                | Self::Adjust
                | Self::TakeBack
                | Self::Release
                | Self::Return
                | Self::CarryOver
                | Self::Correct
        )
    }

    /// Whether it may be done in two steps, reserve and post.
    pub fn may_be_reserved(self) -> bool {
        self == Self::Pay
    }

    /// Between which accounts it goes. A correction goes the way of what it takes back, the other way round.
    fn ways(self) -> &'static [Way] {
        use AccountKind::{Allocated, Appropriated, Committed, Paid, Source};
        const APPROPRIATE: &[Way] = &[way(Source, Appropriated, false)];
        const SURRENDER: &[Way] = &[way(Appropriated, Source, false)];
        const ALLOCATE: &[Way] = &[way(Appropriated, Allocated, false)];
        const ADJUST: &[Way] = &[way(Allocated, Allocated, false)];
        const TAKE_BACK: &[Way] = &[way(Allocated, Appropriated, false)];
        const COMMIT: &[Way] = &[way(Allocated, Committed, true)];
        const RELEASE: &[Way] = &[way(Committed, Allocated, true)];
        const PAY: &[Way] = &[way(Committed, Paid, true)];
        const RETURN: &[Way] = &[way(Paid, Allocated, true)];
        const CARRY_OVER: &[Way] = &[way(Appropriated, Appropriated, false), way(Allocated, Allocated, true)];
        match self {
            Self::Appropriate | Self::AppropriateEarly => APPROPRIATE,
            Self::Surrender => SURRENDER,
            Self::Allocate => ALLOCATE,
            Self::Adjust => ADJUST,
            Self::TakeBack => TAKE_BACK,
            Self::Commit => COMMIT,
            Self::Release => RELEASE,
            Self::Pay => PAY,
            Self::Return => RETURN,
            Self::CarryOver => CARRY_OVER,
            Self::Correct => &[],
        }
    }

    /// Between which kinds of account it goes, and whether scheme and region stay the same; of a correction none.
    pub fn between(self) -> impl Iterator<Item = (AccountKind, AccountKind, bool)> {
        self.ways().iter().map(|way| (way.from, way.to, way.same_place))
    }

    /// Whether it may go from one account to another. For a correction, see [`super::settle()`].
    pub fn fits(self, from: &AccountName, to: &AccountName) -> bool {
        let years = if self == Self::CarryOver {
            from.year.checked_add(1) == Some(to.year)
        } else {
            from.year == to.year
        };
        from.fund == to.fund
            && years
            && self.ways().iter().any(|way| {
                way.from == from.kind
                    && way.to == to.kind
                    && (!way.same_place || (from.scheme == to.scheme && from.region == to.region))
            })
    }
}
