//! Sharing a whole number out in proportion, exactly.

use rust_decimal::Decimal;

/// Shares `total` out in proportion to `weights` by the method of largest remainders (Hamilton).
///
/// The shares are whole and add up to `total`. Equal remainders go to the larger weight, then to the earlier place, so
/// that the result depends on nothing else. When all weights are zero the shares are equal, earlier places first.
/// `None` when there is nobody to share with, a weight is negative, or the figures are too large to be held exactly.
pub fn largest_remainder(total: u64, weights: &[Decimal]) -> Option<Vec<u64>> {
    if weights.is_empty() || weights.iter().any(|w| w.is_sign_negative() && !w.is_zero()) {
        return None;
    }
    let equal = vec![Decimal::ONE; weights.len()];
    let sum = weights.iter().try_fold(Decimal::ZERO, |sum, w| sum.checked_add(*w))?;
    let weights = if sum.is_zero() { &equal[..] } else { weights };

    // Whole numbers from here on: a quotient that was rounded could hand out one unit too many.
    let scale = weights.iter().map(Decimal::scale).max()?;
    let whole = |d: &Decimal| d.mantissa().checked_mul(10i128.checked_pow(scale - d.scale())?);
    let sum = weights.iter().try_fold(0i128, |sum, w| sum.checked_add(whole(w)?))?;
    let mut shares = Vec::with_capacity(weights.len());
    let mut remainders = Vec::with_capacity(weights.len());
    for (i, weight) in weights.iter().enumerate() {
        let product = whole(weight)?.checked_mul(i128::from(total))?;
        shares.push(u64::try_from(product / sum).ok()?);
        remainders.push((product % sum, *weight, i));
    }
    remainders.sort_by(|a, b| b.0.cmp(&a.0).then(b.1.cmp(&a.1)).then(a.2.cmp(&b.2)));
    let left = total - shares.iter().sum::<u64>();
    for (_, _, i) in remainders.into_iter().take(usize::try_from(left).ok()?) {
        shares[i] += 1;
    }
    Some(shares)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn shares_by_hand() {
        // 10 over 1:1:1 is 3⅓ each; the first takes the one left over.
        let d = |n: i64| Decimal::from(n);
        assert_eq!(largest_remainder(10, &[d(1), d(1), d(1)]), Some(vec![4, 3, 3]));
        // 4 over 204, 9.6, 4, 21.6, 70.4 (sum 309.6): 2.635…, 0.124…, 0.051…, 0.279…, 0.909…; two left: fourth remainder .909, then .635.
        let weights = ["204", "9.6", "4", "21.6", "70.4"].map(|w| w.parse().expect("a figure"));
        assert_eq!(largest_remainder(4, &weights), Some(vec![3, 0, 0, 0, 1]));
        assert_eq!(largest_remainder(3, &[d(0), d(0)]), Some(vec![2, 1]));
        assert_eq!(largest_remainder(3, &[]), None);
        assert_eq!(largest_remainder(3, &[d(-1), d(2)]), None);
    }

    proptest! {
        #[test]
        fn shares_add_up_and_stay_within_one_of_the_quota(
            total in 0u64..1_000_000,
            weights in proptest::collection::vec(0i64..1_000_000, 1..40),
        ) {
            let decimals: Vec<Decimal> = weights.iter().map(|w| Decimal::new(*w, 1)).collect();
            let shares = largest_remainder(total, &decimals).expect("small figures");
            prop_assert_eq!(shares.iter().sum::<u64>(), total);
            let sum: i128 = weights.iter().map(|w| i128::from(*w)).sum();
            if sum > 0 {
                for (share, weight) in shares.iter().zip(&weights) {
                    let floor = i128::from(*weight) * i128::from(total) / sum;
                    prop_assert!((floor..=floor + 1).contains(&i128::from(*share)));
                }
            }
        }
    }
}
