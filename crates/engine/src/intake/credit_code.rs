//! 统一社会信用代码 by GB 32100: 18 characters, the last of which checks the others.

/// The characters that stand in a code, in the order of their values; I, O, S, V and Z are left out.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// How many characters a code has.
pub const LENGTH: usize = 18;

/// What is wrong with a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeFault {
    /// It has so many characters instead of 18.
    Length(usize),
    /// A character that codes do not have, and its position from 1.
    Character(char, usize),
    /// The last character is the first of these, the others ask for the second.
    Check(char, char),
}

/// The value of each byte in a code; 255 for bytes that no code has.
const VALUES: [u8; 256] = {
    let mut values = [255; 256];
    let mut i = 0;
    while i < ALPHABET.len() {
        values[ALPHABET[i] as usize] = i as u8;
        i += 1;
    }
    values
};

/// The weights of the first 17 characters: powers of 3 modulo 31.
const WEIGHTS: [u8; LENGTH - 1] = {
    let mut weights = [1; LENGTH - 1];
    let mut i = 1;
    while i < weights.len() {
        weights[i] = (weights[i - 1] as u16 * 3 % 31) as u8;
        i += 1;
    }
    weights
};

/// Whether a text is a code with the right check character.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn check(text: &str) -> Result<(), CodeFault> {
    let length = text.chars().count();
    if length != LENGTH {
        return Err(CodeFault::Length(length));
    }
    let strange = |c: &char| !c.is_ascii() || VALUES[*c as usize & 0xff] == 255;
    if let Some((at, c)) = text.chars().enumerate().find(|(_, c)| strange(c)) {
        return Err(CodeFault::Character(c, at + 1));
    }
    // All are ASCII from here on.
    let (body, last) = text.split_at(LENGTH - 1);
    let found = last.chars().next().unwrap_or(' ');
    match complete(body) {
        Some(due) if due == found => Ok(()),
        Some(due) => Err(CodeFault::Check(found, due)),
        None => Err(CodeFault::Length(length)),
    }
}

/// The check character that completes 17 characters; `None` when there are not 17 or one of them is in no code.
pub fn complete(body: &str) -> Option<char> {
    let body: &[u8; LENGTH - 1] = body.as_bytes().try_into().ok()?;
    let mut sum = 0u32;
    for (byte, weight) in body.iter().zip(WEIGHTS) {
        let value = VALUES[usize::from(*byte)];
        if value == 255 {
            return None;
        }
        sum += u32::from(value) * u32::from(weight);
    }
    ALPHABET.get(((31 - sum % 31) % 31) as usize).map(|b| char::from(*b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_character_is_computed_by_the_weights() {
        // 1 in the first place weighs 1: 31 - 1 = 30, the last of the alphabet. In the second place 3: 31 - 3 = 28, which is W.
        assert_eq!(complete("10000000000000000"), Some('Y'));
        assert_eq!(complete("01000000000000000"), Some('W'));
        // The 17th place weighs 3^16 mod 31 = 28: 31 - 28 = 3.
        assert_eq!(complete("00000000000000001"), Some('3'));
        // Nothing to check: 31 - 0 is 31, which counts as 0.
        assert_eq!(complete("00000000000000000"), Some('0'));
        assert_eq!(complete("0000000000000000"), None);
        assert_eq!(complete("0000000000000000I"), None);
    }

    #[test]
    fn each_fault_is_told_from_the_others() {
        assert_eq!(check("10000000000000000Y"), Ok(()));
        assert_eq!(check("10000000000000000X"), Err(CodeFault::Check('X', 'Y')));
        assert_eq!(check("1000000000000000Y"), Err(CodeFault::Length(17)));
        assert_eq!(check("1000000000000O000Y"), Err(CodeFault::Character('O', 14)));
        assert_eq!(check("１0000000000000000Y"), Err(CodeFault::Character('１', 1)));
        assert_eq!(check(""), Err(CodeFault::Length(0)));
    }

    #[test]
    fn one_wrong_character_is_always_noticed() {
        let body = "91440000MA4UTEST1".replace('S', "5");
        let code = format!("{body}{}", complete(&body).expect("seventeen characters"));
        assert_eq!(check(&code), Ok(()));
        for at in 0..LENGTH {
            for byte in ALPHABET {
                let mut other = code.clone().into_bytes();
                if other[at] == *byte {
                    continue;
                }
                other[at] = *byte;
                assert!(check(std::str::from_utf8(&other).expect("ASCII")).is_err(), "{at} {byte}");
            }
        }
    }
}
