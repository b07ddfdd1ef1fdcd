//! Lists of awards in, lists to be inspected out.

use jixiao_core::inspection::{ILLUSTRATIVE, Rules, Subject, Why, draw};
use proptest::prelude::*;

fn subject(number: usize, region: &str, fen: i64) -> Subject {
    Subject {
        scheme: if number.is_multiple_of(2) { "a" } else { "b" }.to_owned(),
        enterprise: format!("E{number:04}"),
        region: region.to_owned(),
        fen,
    }
}

/// Twenty awards of 1,000.00 to 20,000.00 yuan: fifteen in the region R, four in S, one in T.
fn twenty() -> Vec<Subject> {
    (1..=20usize)
        .map(|number| {
            let region = match number {
                1..=15 => "R",
                16..=19 => "S",
                _ => "T",
            };
            subject(number, region, i64::try_from(number).expect("small") * 100_000)
        })
        .collect()
}

fn count(drawn: &[jixiao_core::inspection::Drawn], why: Why) -> usize {
    drawn.iter().filter(|one| one.why == why).count()
}

#[test]
fn every_rule_takes_what_it_asks_for_and_what_one_took_counts_for_the_next() {
    // From 19,000.00 yuan on: the numbers 19 and 20. 25 % of 20 are 5, of which two are there: three more. One in each region is there or is drawn.
    let rules = Rules { share_percent: 25, least_per_region: 1, all_from_fen: Some(1_900_000) };
    let drawn = draw(&twenty(), &rules, "seed").expect("it is drawn");
    assert_eq!(count(&drawn, Why::Amount), 2);
    assert_eq!(count(&drawn, Why::Share), 3);
    for region in ["R", "S", "T"] {
        assert!(drawn.iter().any(|one| one.subject.region == region), "{region}");
    }
    // A share is rounded up: 5 % of 20 is 1, 6 % is 1.2, which is 2.
    for (share, expected) in [(5, 1), (6, 2), (0, 0), (100, 20)] {
        let rules = Rules { share_percent: share, least_per_region: 0, all_from_fen: Some(i64::MAX) };
        assert_eq!(draw(&twenty(), &rules, "seed").expect("drawn").len(), expected, "{share} %");
    }
}

#[test]
fn a_region_that_has_fewer_gives_all_it_has() {
    // Three of R, three of S, and the only one of T.
    let rules = Rules { share_percent: 0, least_per_region: 3, all_from_fen: None };
    let drawn = draw(&twenty(), &rules, "seed").expect("it is drawn");
    let of = |region: &str| drawn.iter().filter(|one| one.subject.region == region).count();
    assert_eq!((of("R"), of("S"), of("T")), (3, 3, 1));
    assert_eq!(count(&drawn, Why::Region), 7);
}

#[test]
fn another_seed_draws_others_and_the_same_seed_the_same() {
    let rules = Rules { share_percent: 50, least_per_region: 0, all_from_fen: None };
    let of = |seed: &str| draw(&twenty(), &rules, seed).expect("it is drawn");
    assert_eq!(of("one"), of("one"));
    let others: std::collections::BTreeSet<_> = (0..20).map(|seed| of(&format!("seed {seed}"))).collect();
    assert!(others.len() > 15, "twenty seeds draw {} lists", others.len());
}

#[test]
fn all_that_stands_against_it_is_said_at_once() {
    let rules = Rules { share_percent: 101, least_per_region: 0, all_from_fen: None };
    let twice = vec![subject(1, "R", 1), subject(1, "S", 2)];
    let faults = draw(&twice, &rules, "").expect_err("it is refused");
    assert_eq!(faults.len(), 3, "{faults:?}");
    let nothing = Rules { share_percent: 0, least_per_region: 0, all_from_fen: None };
    let faults = draw(&[], &nothing, "seed").expect_err("it is refused");
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert!(draw(&twenty(), &ILLUSTRATIVE, "seed").is_ok());
}

proptest! {
    #[test]
    fn the_order_of_the_list_changes_nothing_and_every_rule_is_met(
        awards in prop::collection::btree_map(0usize..500, (0usize..6, 0i64..5_000_000), 1..80),
        share in 0u8..=100, least in 0u32..5, from in prop::option::of(0i64..5_000_000),
        turned in 0usize..80, seed in "[a-z]{1,8}",
    ) {
        let list: Vec<Subject> =
            awards.iter().map(|(number, (region, fen))| subject(*number, &format!("R{region}"), *fen)).collect();
        let rules = Rules { share_percent: share, least_per_region: least, all_from_fen: from };
        prop_assume!(share > 0 || least > 0 || from.is_some());
        let drawn = draw(&list, &rules, &seed).expect("it is drawn");
        let mut other = list.clone();
        other.rotate_left(turned % list.len());
        other.reverse();
        prop_assert_eq!(&draw(&other, &rules, &seed).expect("it is drawn"), &drawn);
        // Everybody once, and from the list.
        let names: std::collections::BTreeSet<_> = drawn.iter().map(|one| &one.subject).collect();
        prop_assert_eq!(names.len(), drawn.len());
        prop_assert!(drawn.iter().all(|one| list.contains(&one.subject)));
        prop_assert!(drawn.len() * 100 >= list.len() * usize::from(share));
        for subject in &list {
            let is_in = names.contains(subject);
            if from.is_some_and(|from| subject.fen >= from) {
                prop_assert!(is_in);
            }
            let has = list.iter().filter(|one| one.region == subject.region).count();
            let of_region = drawn.iter().filter(|one| one.subject.region == subject.region).count();
            prop_assert!(of_region >= has.min(usize::try_from(least).expect("small")));
        }
        // Nothing more than the rules ask for: without the amounts, the share and what regions lack.
        let whole = drawn.iter().filter(|one| one.why == Why::Amount).count();
        let shared = drawn.iter().filter(|one| one.why == Why::Share).count();
        let wanted = (list.len() * usize::from(share)).div_ceil(100);
        prop_assert_eq!(shared, wanted.saturating_sub(whole));
    }
}
