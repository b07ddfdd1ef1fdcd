//! Numbers that look drawn by lot and are a function of seed, stream and index: any row can be made without the rows before it.

/// A stream of numbers, asked by index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Draw(u64);

/// The step and the scrambling of SplitMix64 (Steele, Lea and Flood, 2014).
fn mix(state: u64) -> u64 {
    let z = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

impl Draw {
    /// The stream that all others come from.
    pub(crate) fn new(seed: u64) -> Self {
        Self(mix(seed))
    }

    /// A stream of its own for a name: what one column draws does not move what another draws.
    pub(crate) fn stream(self, name: &str) -> Self {
        Self(name.bytes().fold(mix(self.0), |state, byte| mix(state ^ u64::from(byte))))
    }

    /// The number at an index, in `0..below`; 0 when `below` is 0.
    pub(crate) fn below(self, index: u64, below: u64) -> u64 {
        let drawn = mix(self.0.wrapping_add(mix(index)));
        // The upper half of a 128-bit product is less than `below`.
        (u128::from(drawn) * u128::from(below) >> 64) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scrambling_is_splitmix64() {
        // The published test vector: seed 1234567, the first outputs.
        let outputs = [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423];
        for (step, output) in (0u64..).zip(outputs) {
            assert_eq!(mix(1_234_567u64.wrapping_add(step.wrapping_mul(0x9E37_79B9_7F4A_7C15))), output);
        }
    }

    #[test]
    fn streams_are_apart_and_numbers_in_range() {
        let (a, b) = (Draw::new(1).stream("a"), Draw::new(1).stream("b"));
        assert_ne!(a, b);
        assert_ne!(a, Draw::new(2).stream("a"));
        let mut seen = [0u32; 10];
        for index in 0..10_000 {
            seen[a.below(index, 10) as usize] += 1;
        }
        // 1,000 each; a spread of 150 is five standard deviations.
        assert!(seen.iter().all(|n| (850..=1150).contains(n)), "{seen:?}");
        assert_eq!(a.below(5, 0), 0);
    }
}
