//! 抽查: which awards are looked at on the spot. Values in, values out: whoever has the list, the rules and the seed draws the same list again.
//!
//! What is drawn is the office's choice: no text that says how much must be inspected was found. Every award has a place in an order that the seed
//! alone decides (SHA-256 of seed, scheme and enterprise), and every rule takes from the front of it, so that the order of the list changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest as _, Sha256};

use crate::{both, finding::Both};

/// An award that may be drawn.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject {
    /// The scheme's id.
    pub scheme: String,
    /// The enterprise's credit code.
    pub enterprise: String,
    /// Division code.
    pub region: String,
    /// What is awarded, in fen.
    pub fen: i64,
}

/// How much is drawn. What one rule has drawn counts for the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// At least so many in a hundred of all awards, rounded up; at most 100.
    pub share_percent: u8,
    /// At least so many in each region, or all that it has.
    pub least_per_region: u32,
    /// Every award of this amount or more, in fen; none where no amount is drawn whole.
    pub all_from_fen: Option<i64>,
}

/// Figures to begin with: illustrative, for no text that sets them was found.
pub const ILLUSTRATIVE: Rules =
    Rules { share_percent: 5, least_per_region: 1, all_from_fen: Some(100_000_000) };

/// Why an award is in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// Its amount.
    Amount,
    /// It was drawn for the share of all.
    Share,
    /// It was drawn so that its region has enough.
    Region,
}

impl Why {
    /// Every reason, in the order in which they are asked.
    pub const ALL: [Self; 3] = [Self::Amount, Self::Share, Self::Region];

    /// The code, as kept.
    pub fn code(self) -> &'static str {
        match self {
            Self::Amount => "amount",
            Self::Share => "share",
            Self::Region => "region",
        }
    }

    /// A reason by its code.
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.code() == code)
    }
}

/// An award that was drawn.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Drawn {
    /// Which.
    pub subject: Subject,
    /// Why: the first rule that took it.
    pub why: Why,
}

/// Where a seed puts an award in the order.
fn place(seed: &str, subject: &Subject) -> [u8; 32] {
    let mut sum = Sha256::new();
    for text in [seed, &subject.scheme, &subject.enterprise] {
        // The length before each text tells where it ends.
        sum.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
        sum.update(text.as_bytes());
    }
    sum.finalize().into()
}

/// Draws the awards to be inspected, in the order of region, scheme and enterprise.
///
/// First whatever its amount brings in, then from the front of the seed's order until the share of all is reached, then for each region until it has
/// enough.
///
/// # Errors
/// All that stands against it: nothing to draw from, an award that is there twice, a share above a hundred, rules that ask for nothing.
pub fn draw(subjects: &[Subject], rules: &Rules, seed: &str) -> Result<Vec<Drawn>, Vec<Both>> {
    let mut faults = Vec::new();
    if subjects.is_empty() {
        faults.push(both!(
            "没有可抽查的核定支持；请先测算并入账簿",
            "there is no award to draw from: compute a run and keep it first"
        ));
    }
    if rules.share_percent > 100 {
        let share = rules.share_percent;
        faults
            .push(both!("抽查比例为 {share}%，应在 0 至 100 之间", "the share is {share}%; write 0 to 100"));
    }
    if rules.share_percent == 0 && rules.least_per_region == 0 && rules.all_from_fen.is_none() {
        faults.push(both!(
            "三项规则都没有填，抽不出任何一笔；请至少填一项",
            "none of the three rules asks for anything: fill in one of them"
        ));
    }
    if seed.is_empty() {
        faults.push(both!("缺少随机种子", "there is no seed"));
    }
    let mut seen = BTreeSet::new();
    for subject in subjects {
        if !seen.insert((&subject.scheme, &subject.enterprise)) {
            let (scheme, enterprise) = (&subject.scheme, &subject.enterprise);
            faults.push(both!(
                "{scheme} 的企业 {enterprise} 在名单中出现两次；每笔只列一次",
                "the enterprise {enterprise} is twice in the list of {scheme}: list each award once"
            ));
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut order: Vec<&Subject> = subjects.iter().collect();
    order.sort_by_cached_key(|subject| (place(seed, subject), (*subject).clone()));
    let mut taken: BTreeMap<&Subject, Why> = BTreeMap::new();
    if let Some(from) = rules.all_from_fen {
        taken.extend(order.iter().filter(|one| one.fen >= from).map(|one| (*one, Why::Amount)));
    }
    let wanted = (subjects.len() * usize::from(rules.share_percent)).div_ceil(100);
    for subject in &order {
        if taken.len() >= wanted {
            break;
        }
        taken.entry(subject).or_insert(Why::Share);
    }
    let mut in_region: BTreeMap<&str, u32> = BTreeMap::new();
    for subject in taken.keys() {
        *in_region.entry(&subject.region).or_default() += 1;
    }
    for subject in &order {
        let count = in_region.entry(&subject.region).or_default();
        if *count < rules.least_per_region && !taken.contains_key(subject) {
            taken.insert(subject, Why::Region);
            *count += 1;
        }
    }
    let mut drawn: Vec<Drawn> =
        taken.into_iter().map(|(subject, why)| Drawn { subject: subject.clone(), why }).collect();
    drawn.sort_by(|a, b| {
        let key = |one: &Drawn| {
            (one.subject.region.clone(), one.subject.scheme.clone(), one.subject.enterprise.clone())
        };
        key(a).cmp(&key(b))
    });
    Ok(drawn)
}
