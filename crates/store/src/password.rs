//! Passwords: what one must be, and how it is kept.

use argon2::{
    Algorithm, Argon2, CustomizedPasswordHasher as _, Params, PasswordVerifier as _, Version,
    password_hash::phc::PasswordHash,
};
use jixiao_core::{both, finding::Both};

use crate::fault::Fault;

/// The fewest characters of a password.
pub const SHORTEST: usize = 12;
/// The most bytes: what is longer costs the server more than it gives.
pub const LONGEST: usize = 1024;

/// Memory in KiB, passes and lanes of argon2id: 19 MiB and two passes take some tens of milliseconds.
const COST: (u32, u32, u32) = (19_456, 2, 1);

/// Words that everybody tries first. An office adds a list of its own (`jixiao serve --breached FILE`).
const KNOWN: &[&str] = &[
    "password",
    "passw0rd",
    "p@ssword",
    "p@ssw0rd",
    "qwerty",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx",
    "1q2w3e4r",
    "letmein",
    "welcome",
    "admin",
    "administrator",
    "iloveyou",
    "woaini",
    "5201314",
    "monkey",
    "dragon",
    "football",
    "changeme",
    "default",
    "secret",
    "guangdong",
    "guangzhou",
    "shenzhen",
    "jixiao",
    "caizheng",
    "shangwu",
    "zhengfu",
    "0123456789",
    "1234567890",
    "9876543210",
    "abcdefgh",
];

/// Everything that is wrong with a password; `breached` tells whether an office's own list holds it.
pub fn faults(password: &str, name: &str, breached: &dyn Fn(&str) -> bool) -> Vec<Both> {
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
    let mut rest = bare.clone();
    // The longest first, so that a word which holds another is taken out whole.
    let mut known = KNOWN.to_vec();
    known.sort_by_key(|word| std::cmp::Reverse(word.len()));
    for word in known {
        rest = rest.replace(word, "");
    }
    let kinds: std::collections::BTreeSet<char> = lower.chars().collect();
    if breached(password) || kinds.len() < 5 || (rest.chars().count() < 6 && rest.len() < bare.len()) {
        faults.push(both!(
            "密码过于常见，或见于泄露的密码表；请换一个",
            "the password is a common one, or stands in a list of leaked ones; take another"
        ));
    }
    faults
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
        let never: &dyn Fn(&str) -> bool = &|_| false;
        for (password, name, count) in [
            ("三月的珠江边有风和船还有人", "officer", 0),
            ("correct horse battery staple", "officer", 0),
            // Eleven characters; and one more is enough.
            ("tqzvkmwplbd", "officer", 1),
            ("tqzvkmwplbdx", "officer", 0),
            ("Password1234567890", "officer", 1),
            ("qwertyuiop[]asdf", "officer", 1),
            ("aaaaaaaaaaaaaa", "officer", 1),
            ("my officer drinks tea", "officer", 1),
            ("my offices drink tea", "officer", 0),
            ("admin", "admin", 3),
        ] {
            let found = faults(password, name, never);
            assert_eq!(found.len(), count, "{password}: {found:?}");
        }
        assert_eq!(faults("tqzvkmwplbdx", "officer", &|p| p == "tqzvkmwplbdx").len(), 1);
        assert_eq!(faults(&"ab1-cd2 ".repeat(200), "officer", never).len(), 1);
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
