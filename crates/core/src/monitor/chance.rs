//! Whether a target can be reached: the three answers of the official form.

use serde::{Deserialize, Serialize};

use crate::{finding::Both, interval::Interval, proof::Domain};

/// The answers to "can the target be reached?" (完成目标可能性).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Chance {
    /// 确定能.
    Sure,
    /// 有可能.
    Possible,
    /// 完全不可能.
    Impossible,
}

impl Chance {
    /// Reads an answer (a key, see [`crate::text::key`]); systems in use also write the codes 1 to 3.
    pub fn parse(key: &str) -> Option<Self> {
        match key.trim_end_matches(['。', '.']) {
            "确定能" | "1" | "1确定能" => Some(Self::Sure),
            "有可能" | "2" | "2有可能" => Some(Self::Possible),
            "完全不可能" | "不可能" | "3" | "3完全不可能" => Some(Self::Impossible),
            _ => None,
        }
    }

    /// The answer's official words.
    pub fn words(self) -> Both {
        match self {
            Self::Sure => Both::new("确定能", "certain"),
            Self::Possible => Both::new("有可能", "possible"),
            Self::Impossible => Both::new("完全不可能", "impossible"),
        }
    }

    /// The code that a system in use stores: 1, 2, 3. Seen in one product only; no official code was found.
    pub fn code(self) -> u8 {
        match self {
            Self::Sure => 1,
            Self::Possible => 2,
            Self::Impossible => 3,
        }
    }
}

/// The answer for a range of values in which the year is expected to end: every value of it meets the target, none does, or some do.
///
/// Both are taken on the values that can occur at all, so that `> 270` counts as 271 where things are counted.
pub fn chance(range: &Interval, target: &Interval, domain: &Domain) -> Chance {
    let stepped = domain.restrict(range);
    // Between two steps there may be none of the values that can occur; the range is then taken as it is.
    let range = if stepped.is_empty() { *range } else { stepped };
    let target = domain.restrict(target);
    if target.is_empty() || range.intersect(&target).is_empty() {
        Chance::Impossible
    } else if range.implies(&target) {
        Chance::Sure
    } else {
        Chance::Possible
    }
}
