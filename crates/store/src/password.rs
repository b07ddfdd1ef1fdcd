//! Passwords: what one must be, and how it is kept.

use argon2::{
    Algorithm, Argon2, CustomizedPasswordHasher as _, Params, PasswordVerifier as _, Version,
    password_hash::phc::PasswordHash,
};
use jixiao_core::{both, finding::Both};

use crate::{breached::Breached, common, fault::Fault};

/// The fewest characters of a password.
pub const SHORTEST: usize = 12;
/// The most bytes: what is longer costs the server more than it gives.
pub const LONGEST: usize = 1024;

/// Memory in KiB, passes and lanes of argon2id: 19 MiB and two passes take some tens of milliseconds.
const COST: (u32, u32, u32) = (19_456, 2, 1);

/// What is known when a password is judged.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// The name that its owner signs in with.
    pub name: &'a str,
    /// Names that whoever guesses knows too: the funds', their regions'.
    pub around: &'a [String],
    /// The office's list of passwords that leaked, if it has one.
    pub breached: Option<&'a Breached>,
}

/// Everything that is wrong with a password. Waits for the disk where there is a list of leaked ones.
///
/// # Errors
/// The list cannot be asked: then nothing is known of the password, and it is not to be taken.
pub fn faults(password: &str, known: &Known<'_>) -> Result<Vec<Both>, Both> {
    let Known { name, around, breached } = *known;
    let mut faults = Vec::new();
    let count = password.chars().count();
    if count < SHORTEST {
        faults.push(both!(
            "密码有 {count} 个字符，至少须 {SHORTEST} 个；一句话比一串符号好记",
            "the password has {count} characters and needs at least {SHORTEST}; a sentence is easier to remember than signs"
        ));
    }
    if password.len() > LONGEST {
        faults.push(both!("密码超过 {LONGEST} 字节", "the password is longer than {LONGEST} bytes"));
    }
    let lower = password.to_lowercase();
    let bare: String = lower.chars().filter(|c| c.is_alphanumeric()).collect();
    if !name.is_empty() && bare.contains(&name.to_lowercase()) {
        faults.push(both!("密码含有登录名", "the password holds the name that you sign in with"));
    }
    let around: Vec<String> = around.iter().cloned().chain([name.to_owned()]).collect();
    if common::is_common(password, &around) {
        faults.push(both!(
            "密码过于常见：由键盘顺序、重复、年份、常用词或看得到的名称拼成；请换一个",
            "the password is a common one, made of runs on the keyboard, repetitions, years, everyday words or names that anybody sees; take another"
        ));
    }
    // What is too long is not looked for: no list holds it.
    if let Some(list) = breached.filter(|_| password.len() <= LONGEST)
        && list.holds(password)?
    {
        faults.push(both!(
            "密码见于泄露的密码表，别人会拿来试；请换一个",
            "the password stands in a list of leaked ones, which others try; take another"
        ));
    }
    Ok(faults)
}

/// The hash of a password as a PHC string, with a salt that was drawn outside.
///
/// # Errors
/// The hash cannot be made: a mistake of the program.
pub fn hash(password: &str, salt: &[u8; 16]) -> Result<String, Fault> {
    let broken = |error: String| Fault::Broken(format!("a password's hash: {error}"));
    let (memory, passes, lanes) = COST;
    let params = Params::new(memory, passes, lanes, None).map_err(|error| broken(error.to_string()))?;
    let hashed: PasswordHash = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone())
        .hash_password_customized(password.as_bytes(), salt, None, None, params)
        .map_err(|error| broken(error.to_string()))?;
    Ok(hashed.to_string())
}

/// Whether a password is the one of a hash. With no hash the same work is done and the answer is no, so that time does not tell who has an account.
pub fn verify(password: &str, kept: Option<&str>) -> bool {
    const NOBODY: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let Ok(hash) = PasswordHash::new(kept.unwrap_or(NOBODY)) else { return false };
    password.len() <= LONGEST
        && Argon2::default().verify_password(password.as_bytes(), &hash).is_ok()
        && kept.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_judged_with_every_fault_at_once() {
        let judged = |password: &str, name: &str, breached: Option<&Breached>| {
            let around = ["coastal-trade-2031".to_owned()];
            faults(password, &Known { name, around: &around, breached }).expect("the list answers")
        };
        for (password, name, count) in [
            ("三月的珠江边有风和船还有人", "officer", 0),
            ("correct horse battery staple", "officer", 0),
            // Eleven characters; and one more is enough.
            ("tqzvkmwplbd", "officer", 1),
            ("tqzvkmwplbdx", "officer", 0),
            ("Password1234567890", "officer", 1),
            ("qwertyuiop[]asdf", "officer", 1),
            ("aaaaaaaaaaaaaa", "officer", 1),
            ("coastal2031trade", "officer", 1),
            ("my officer drinks tea", "officer", 1),
            ("my offices drink tea", "officer", 0),
            ("admin", "admin", 3),
        ] {
            let found = judged(password, name, None);
            assert_eq!(found.len(), count, "{password}: {found:?}");
        }
        let list = std::io::Cursor::new(b"another one\ntqzvkmwplbdx\n".to_vec());
        let list = Breached::open("list.txt", Box::new(list)).expect("it is sorted");
        assert_eq!(judged("tqzvkmwplbdx", "officer", Some(&list)).len(), 1);
        assert_eq!(judged("tqzvkmwplbdy", "officer", Some(&list)).len(), 0);
        assert_eq!(judged(&"ab1-cd2 ".repeat(200), "officer", Some(&list)).len(), 2);
    }

    #[test]
    fn a_list_that_breaks_lets_no_password_through() {
        // Longer than what is read through at opening, and out of order where opening does not look.
        let mut lines: Vec<String> = (0..1_000_000_u32).map(|n| format!("{n:08}-padding-x\n")).collect();
        lines[501_001..501_400].fill("00000001-padding-x\n".to_owned());
        let list = Breached::open("list.txt", Box::new(std::io::Cursor::new(lines.concat().into_bytes())));
        let list = list.expect("nothing is seen from far");
        let known = Known { name: "officer", around: &[], breached: Some(&list) };
        let told = faults("00501200-padding-x", &known).expect_err("it stands where the order is broken");
        assert!(told.en.contains("not sorted"), "{}", told.en);
    }

    #[test]
    fn a_hash_is_of_its_password_and_salt_alone() {
        let kept = hash("tqzvkmwplbdx", &[7; 16]).expect("it is made");
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(verify("tqzvkmwplbdx", Some(&kept)));
        assert!(!verify("tqzvkmwplbdy", Some(&kept)));
        assert!(!verify("tqzvkmwplbdx", None));
        assert!(!verify("tqzvkmwplbdx", Some("no hash")));
        assert_ne!(kept, hash("tqzvkmwplbdx", &[8; 16]).expect("it is made"));
    }
}
