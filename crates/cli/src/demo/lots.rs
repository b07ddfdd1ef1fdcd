//! Draws that depend on a seed and on what is drawn for, and on nothing else: no draw needs the ones before it.

use sha2::{Digest as _, Sha256};

/// What is drawn from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lots {
    /// The seed.
    pub(crate) seed: u64,
}

impl Lots {
    /// A number below another, which is not zero; the same for the same words.
    pub(crate) fn below(self, what: &str, most: u64) -> u64 {
        let mut sum = Sha256::new();
        sum.update(self.seed.to_be_bytes());
        sum.update(what.as_bytes());
        let first = sum.finalize().iter().take(8).fold(0u64, |all, byte| (all << 8) | u64::from(*byte));
        first.checked_rem(most).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draw_depends_on_seed_and_words_alone() {
        let lots = Lots { seed: 1 };
        assert_eq!(lots.below("a", 1_000_000), lots.below("a", 1_000_000));
        assert_ne!(lots.below("a", 1_000_000), lots.below("b", 1_000_000));
        assert_ne!(lots.below("a", 1_000_000), Lots { seed: 2 }.below("a", 1_000_000));
        assert!((0..100).all(|n| lots.below(&n.to_string(), 3) < 3));
    }
}
