//! Accounts: what they stand for and what they hold.

use serde::{Deserialize, Serialize};

use crate::{both, finding::Both, money::Fen};

/// What money on an account is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccountKind {
    /// 预算来源: where a year's budget comes from. The only account that may go below zero: what it lacks is what was appropriated.
    Source,
    /// 预算安排: of the year, not yet allocated.
    Appropriated,
    /// 已下达: allocated to a scheme and a region, not yet awarded.
    Allocated,
    /// 已核定: awarded to one enterprise under one scheme, not yet paid.
    Committed,
    /// 已拨付: paid under a scheme in a region.
    Paid,
}

impl AccountKind {
    /// Every kind, in the order in which money passes through them.
    pub const ALL: [Self; 5] =
        [Self::Source, Self::Appropriated, Self::Allocated, Self::Committed, Self::Paid];

    /// The kind's code, as kept and sent.
    pub fn code(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Appropriated => "appropriated",
            Self::Allocated => "allocated",
            Self::Committed => "committed",
            Self::Paid => "paid",
        }
    }

    /// A kind by its code.
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// What an official calls it.
    pub fn label(self) -> Both {
        match self {
            Self::Source => both!("预算来源", "budget source"),
            Self::Appropriated => both!("预算安排", "appropriated"),
            Self::Allocated => both!("已下达", "allocated"),
            Self::Committed => both!("已核定", "committed"),
            Self::Paid => both!("已拨付", "paid"),
        }
    }

    /// Whether an account of this kind may hold less than nothing.
    pub fn may_be_negative(self) -> bool {
        self == Self::Source
    }

    /// Which parts of a name an account of this kind has: scheme and region, award.
    fn parts(self) -> (bool, bool) {
        match self {
            Self::Source | Self::Appropriated => (false, false),
            Self::Allocated | Self::Paid => (true, false),
            Self::Committed => (true, true),
        }
    }
}

/// What an account is for. One name, one account.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountName {
    /// The fund's id.
    pub fund: String,
    /// The fund year whose money it is.
    pub year: i16,
    /// What money on it is.
    pub kind: AccountKind,
    /// The scheme; of allocated, committed and paid money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheme: Option<String>,
    /// Division code of the region; of allocated, committed and paid money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The enterprise that was awarded it, by its code; of committed money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enterprise: Option<String>,
}

impl AccountName {
    /// The account of a fund year's budget source.
    pub fn source(fund: &str, year: i16) -> Self {
        Self::bare(fund, year, AccountKind::Source)
    }

    /// The account of a fund year's money that is not allocated yet.
    pub fn appropriated(fund: &str, year: i16) -> Self {
        Self::bare(fund, year, AccountKind::Appropriated)
    }

    /// The account of what a scheme has in a region.
    pub fn allocated(fund: &str, year: i16, scheme: &str, region: &str) -> Self {
        Self::placed(fund, year, AccountKind::Allocated, scheme, region)
    }

    /// The account of what an enterprise was awarded under a scheme in a region.
    pub fn committed(fund: &str, year: i16, scheme: &str, region: &str, enterprise: &str) -> Self {
        let enterprise = Some(enterprise.to_owned());
        Self { enterprise, ..Self::placed(fund, year, AccountKind::Committed, scheme, region) }
    }

    /// The account of what was paid under a scheme in a region.
    pub fn paid(fund: &str, year: i16, scheme: &str, region: &str) -> Self {
        Self::placed(fund, year, AccountKind::Paid, scheme, region)
    }

    fn bare(fund: &str, year: i16, kind: AccountKind) -> Self {
        Self { fund: fund.to_owned(), year, kind, scheme: None, region: None, enterprise: None }
    }

    fn placed(fund: &str, year: i16, kind: AccountKind, scheme: &str, region: &str) -> Self {
        Self {
            scheme: Some(scheme.to_owned()),
            region: Some(region.to_owned()),
            ..Self::bare(fund, year, kind)
        }
    }

    /// Whether the name has exactly the parts that its kind needs, none of them empty.
    pub fn is_whole(&self) -> bool {
        let (placed, awarded) = self.kind.parts();
        let given = |part: &Option<String>, needed: bool| match part {
            Some(text) => needed && !text.trim().is_empty(),
            None => !needed,
        };
        !self.fund.trim().is_empty()
            && given(&self.scheme, placed)
            && given(&self.region, placed)
            && given(&self.enterprise, awarded)
    }
}

impl std::fmt::Display for AccountName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}/{}", self.fund, self.year, self.kind.code())?;
        [&self.scheme, &self.region, &self.enterprise]
            .into_iter()
            .flatten()
            .try_for_each(|part| write!(f, "/{part}"))
    }
}

/// An account's number in a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AccountId(pub i64);

/// What has passed through an account, in fen; none of the four is below zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Balance {
    /// What came in for good.
    pub came_in: i64,
    /// What went out for good.
    pub went_out: i64,
    /// What is reserved to come in.
    pub reserved_in: i64,
    /// What is reserved to go out.
    pub reserved_out: i64,
}

impl Balance {
    /// What the account holds: in less out. Reserved money is still on the account that it will leave.
    pub fn held(&self) -> Fen {
        Fen(self.came_in.saturating_sub(self.went_out))
    }

    /// What may still leave: what is held less what is reserved to go out.
    pub fn free(&self) -> Fen {
        Fen(self.held().0.saturating_sub(self.reserved_out))
    }
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// What it is for.
    pub name: AccountName,
    /// Whether it takes no more entries: 已关账.
    pub closed: bool,
    /// What has passed through it.
    pub balance: Balance,
}

impl Account {
    /// An account that nothing has passed through.
    pub fn new(name: AccountName) -> Self {
        Self { name, closed: false, balance: Balance::default() }
    }
}
