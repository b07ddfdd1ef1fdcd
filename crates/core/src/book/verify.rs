//! Balances worked out again from the entries alone.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    account::{Account, AccountId, Balance},
    entry::{Entry, Step},
};
use crate::{both, finding::Both};

/// Something about the books that cannot be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// An account's balance is not what its entries come to.
    Balance {
        /// The account's name.
        account: String,
        /// What is kept with the account.
        kept: Balance,
        /// What the entries come to.
        entries: Balance,
    },
    /// An account holds less than nothing.
    Overdrawn {
        /// The account's name.
        account: String,
        /// What is free, in fen; below zero.
        free: i64,
    },
    /// An entry names an account that does not exist.
    AccountMissing {
        /// The entry's key.
        key: String,
    },
    /// An entry ends a reservation, or corrects an entry, that does not exist or was ended or corrected before.
    Loose {
        /// The entry's key.
        key: String,
    },
    /// An entry moves no amount above zero, or more than can be kept.
    Amount {
        /// The entry's key.
        key: String,
    },
    /// A kind of entry between accounts that it does not go between.
    Misfit {
        /// The entry's key.
        key: String,
    },
    /// The way from an account's newest entry, from each to the one before it, does not lead over all its entries.
    Way {
        /// The account's name.
        account: String,
        /// How many entries it has.
        entries: usize,
        /// How many of them the way leads over.
        reached: usize,
    },
}

impl Doubt {
    /// What is wrong, with both figures.
    pub fn words(&self) -> Both {
        match self {
            Self::Balance { account, kept, entries } => both!(
                "账户 {account} 的余额与分录不符：账上收 {a} 付 {b} 预留收 {c} 预留付 {d} 分，分录合计收 {e} 付 {f} 预留收 {g} 预留付 {h} 分",
                "account {account} differs from its entries: kept in {a} out {b} reserved in {c} reserved out {d} fen, entries in {e} out {f} reserved in {g} reserved out {h} fen",
                a = kept.came_in,
                b = kept.went_out,
                c = kept.reserved_in,
                d = kept.reserved_out,
                e = entries.came_in,
                f = entries.went_out,
                g = entries.reserved_in,
                h = entries.reserved_out,
            ),
            Self::Overdrawn { account, free } => {
                both!(
                    "账户 {account} 透支：可用 {free} 分",
                    "account {account} is overdrawn: {free} fen are free"
                )
            }
            Self::AccountMissing { key } => {
                both!("分录 {key} 的账户不存在", "entry {key} names an account that does not exist")
            }
            Self::Loose { key } => both!(
                "分录 {key} 所了结或更正的分录不存在，或已了结、更正过",
                "entry {key} ends or corrects an entry that does not exist or that was ended or corrected before"
            ),
            Self::Amount { key } => both!("分录 {key} 的金额不对", "entry {key} has an impossible amount"),
            Self::Misfit { key } => {
                both!(
                    "分录 {key} 的种类不能在其账户之间发生",
                    "entry {key} is of a kind that does not go between its accounts"
                )
            }
            Self::Way { account, entries, reached } => both!(
                "账户 {account} 有 {entries} 条分录，从最新一条往前只能查到 {reached} 条",
                "account {account} has {entries} entries, but from its newest back only {reached} are reached"
            ),
        }
    }
}

/// Everything that cannot be right about accounts and their entries, given in the order in which they were kept or any other.
pub fn verify<'e>(
    accounts: &BTreeMap<AccountId, Account>,
    entries: impl IntoIterator<Item = &'e Entry>,
) -> Vec<Doubt> {
    let entries: Vec<&Entry> = entries.into_iter().collect();
    let by_key: BTreeMap<&str, &Entry> = entries.iter().map(|entry| (entry.key.as_str(), *entry)).collect();
    let mut sums: BTreeMap<AccountId, Balance> = BTreeMap::new();
    let mut doubts = Vec::new();
    let (mut ended, mut corrected) = (BTreeSet::new(), BTreeSet::new());
    for entry in entries {
        let key = || entry.key.clone();
        let (Some(from), Some(to)) = (accounts.get(&entry.from), accounts.get(&entry.to)) else {
            doubts.push(Doubt::AccountMissing { key: key() });
            continue;
        };
        let loose = entry.step.reservation().is_some_and(|of| {
            let made = by_key.get(of).is_some_and(|made| made.step == Step::Reserve && made.fen == entry.fen);
            !made || !ended.insert(of)
        }) || entry
            .corrects
            .as_deref()
            .is_some_and(|of| !by_key.contains_key(of) || !corrected.insert(of));
        if loose {
            doubts.push(Doubt::Loose { key: key() });
        }
        if entry.corrects.is_none() && !entry.kind.fits(&from.name, &to.name) {
            doubts.push(Doubt::Misfit { key: key() });
        }
        if entry.fen <= 0 || add(&mut sums, entry).is_none() {
            doubts.push(Doubt::Amount { key: key() });
        }
    }
    for (id, account) in accounts {
        let entries = sums.get(id).copied().unwrap_or_default();
        let name = || account.name.to_string();
        if entries != account.balance {
            doubts.push(Doubt::Balance { account: name(), kept: account.balance, entries });
        }
        let free = account.balance.free().0;
        if free < 0 && !account.name.kind.may_be_negative() {
            doubts.push(Doubt::Overdrawn { account: name(), free });
        }
    }
    doubts
}

fn add(sums: &mut BTreeMap<AccountId, Balance>, entry: &Entry) -> Option<()> {
    let fen = entry.fen;
    let reserved = match entry.step {
        Step::Move => 0,
        Step::Reserve => fen,
        Step::Post(_) | Step::Void(_) => fen.checked_neg()?,
    };
    let moved = if matches!(entry.step, Step::Move | Step::Post(_)) { fen } else { 0 };
    let from = sums.entry(entry.from).or_default();
    from.went_out = from.went_out.checked_add(moved)?;
    from.reserved_out = from.reserved_out.checked_add(reserved)?;
    let to = sums.entry(entry.to).or_default();
    to.came_in = to.came_in.checked_add(moved)?;
    to.reserved_in = to.reserved_in.checked_add(reserved)?;
    Some(())
}
