//! Rate limits: a bucket for each address and account, filled as time goes by.

use std::collections::BTreeMap;

use jixiao_store::Moment;

use crate::state::Rate;

/// What one request takes out of a bucket: a minute in microseconds, so that everything stays in whole numbers.
const ONE: i64 = 60_000_000;
/// With more buckets than this, those that are full again are thrown away.
const MANY: usize = 50_000;

/// A bucket: what is in it, and when that was worked out.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    holds: i64,
    at: Moment,
    rate: Rate,
}

impl Bucket {
    fn filled(mut self, now: Moment) -> Self {
        let passed = now.0.saturating_sub(self.at.0).max(0);
        let most = ONE.saturating_mul(i64::from(self.rate.at_once));
        let gained = passed.saturating_mul(i64::from(self.rate.per_minute));
        self.holds = self.holds.saturating_add(gained).min(most);
        self.at = now;
        self
    }
}

/// Buckets by what they are of: `peer 10.0.0.1`, `account officer`.
#[derive(Debug, Default)]
pub struct Buckets {
    buckets: BTreeMap<String, Bucket>,
}

impl Buckets {
    /// Takes one request out of a bucket.
    ///
    /// # Errors
    /// It is empty: the whole seconds after which it is not.
    pub fn take(&mut self, whose: &str, rate: Rate, now: Moment) -> Result<(), u64> {
        let full = Bucket { holds: ONE.saturating_mul(i64::from(rate.at_once)), at: now, rate };
        let kept = self.buckets.get(whose).copied();
        let mut bucket = kept.map_or(full, |kept| Bucket { rate, ..kept }.filled(now));
        let answer = if bucket.holds >= ONE {
            bucket.holds -= ONE;
            Ok(())
        } else {
            let lacking = ONE - bucket.holds;
            let micros = lacking / i64::from(rate.per_minute.max(1));
            Err(u64::try_from(micros / 1_000_000 + 1).unwrap_or(u64::MAX))
        };
        if kept.is_none() && self.buckets.len() >= MANY {
            self.buckets.retain(|_, bucket| {
                let most = ONE.saturating_mul(i64::from(bucket.rate.at_once));
                bucket.filled(now).holds < most
            });
        }
        self.buckets.insert(whose.to_owned(), bucket);
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_lets_a_burst_through_and_then_its_rate() {
        let rate = Rate { per_minute: 6, at_once: 3 };
        let mut buckets = Buckets::default();
        // Three at once; the fourth waits for a tenth of a minute, 10 s: the answer is in whole seconds after that.
        for (second, expected) in
            [(0, Ok(())), (0, Ok(())), (0, Ok(())), (0, Err(11)), (9, Err(2)), (10, Ok(())), (10, Err(11))]
        {
            let now = Moment(second * 1_000_000);
            assert_eq!(buckets.take("peer 10.0.0.1", rate, now), expected, "at second {second}");
        }
        assert_eq!(buckets.take("peer 10.0.0.2", rate, Moment(0)), Ok(()), "another has a bucket of its own");
        // A clock that goes back fills nothing and breaks nothing.
        assert_eq!(buckets.take("peer 10.0.0.1", rate, Moment(-1)), Err(11));
    }
}
