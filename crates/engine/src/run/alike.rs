//! Numbers that look alike: the same paper typed twice.

/// Characters that are taken for another, upper case.
const LOOK_ALIKES: &[(char, char)] =
    &[('O', '0'), ('Q', '0'), ('I', '1'), ('L', '1'), ('S', '5'), ('B', '8'), ('Z', '2')];

/// A number with what the eye does not see taken out: white space, hyphens, case, full width, look-alikes.
pub fn folded(text: &str) -> String {
    let half = |c: char| match c as u32 {
        wide @ 0xff01..=0xff5e => char::from_u32(wide - 0xfee0).unwrap_or(c),
        _ => c,
    };
    text.chars()
        .map(half)
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '_' | '/' | '.' | '—' | '–' | '‐' | '\u{200b}'))
        .map(|c| c.to_ascii_uppercase())
        .map(|c| LOOK_ALIKES.iter().find(|(like, _)| *like == c).map_or(c, |(_, plain)| *plain))
        .collect()
}

/// Whether two different texts look alike: equal when folded, or one character wrong, missing or added, or two neighbours exchanged.
pub fn alike(a: &str, b: &str) -> bool {
    if a == b {
        return false;
    }
    let (a, b): (Vec<char>, Vec<char>) = (folded(a).chars().collect(), folded(b).chars().collect());
    within_one_edit(&a, &b)
}

/// Whether one text becomes the other by at most one edit, an exchange of neighbours being one.
pub(crate) fn within_one_edit(a: &[char], b: &[char]) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if long.len() - short.len() > 1 {
        return false;
    }
    let same = short.iter().zip(long).take_while(|(x, y)| x == y).count();
    let (short, long) = (&short[same..], &long[same..]);
    if short.len() != long.len() {
        return short == &long[1..];
    }
    match (short, long) {
        ([], []) => true,
        ([x, rest @ ..], [y, others @ ..]) => {
            rest == others
                || matches!((rest, others), ([x2, r @ ..], [y2, o @ ..]) if x == y2 && x2 == y && r == o)
        }
        _ => false,
    }
}

/// The text itself and every text with one character left out: two texts within one edit have one of these in common.
pub(crate) fn without_one(text: &[char]) -> Vec<String> {
    let mut all = vec![text.iter().collect()];
    all.extend((0..text.len()).map(|i| text[..i].iter().chain(&text[i + 1..]).collect()));
    all
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_looks_alike_and_what_does_not() {
        for (a, b, said) in [
            ("INV-2024-O01", "INV2024001", true),
            ("531620240000123456", "531620240000124356", true), // neighbours exchanged
            ("531620240000123456", "531620240000123457", true), // one wrong
            ("53162024000012345", "531620240000123456", true),  // one missing
            ("531620240000123456", "531620240000124466", false),
            ("AB12", "AB12", false), // equal is no question of looks
            ("ＡＢ 12", "ab12", true),
            ("A1", "B2", false),
            ("", "A", true),
        ] {
            assert_eq!(alike(a, b), said, "{a} {b}");
            assert_eq!(alike(b, a), said, "{b} {a}");
        }
    }

    proptest! {
        #[test]
        fn texts_within_one_edit_share_a_shortened_text(a in "[A-D]{0,6}", b in "[A-D]{0,6}") {
            let (x, y): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
            let shared = without_one(&x).iter().any(|t| without_one(&y).contains(t));
            prop_assert!(!within_one_edit(&x, &y) || shared);
        }

        #[test]
        fn one_edit_is_found(a in "[A-D]{1,8}", at in 0usize..8, with in "[E-G]") {
            let x: Vec<char> = a.chars().collect();
            let at = at % x.len();
            let mut wrong = x.clone();
            wrong[at] = with.chars().next().expect("one");
            prop_assert!(within_one_edit(&x, &wrong));
            let mut missing = x.clone();
            missing.remove(at);
            prop_assert!(within_one_edit(&x, &missing));
            if at + 1 < x.len() {
                let mut exchanged = x.clone();
                exchanged.swap(at, at + 1);
                prop_assert!(within_one_edit(&x, &exchanged));
            }
        }
    }
}
