//! Passwords that everybody tries first, without a list: runs on the keyboard, repetitions, years, a few words, and the names that stand around.
//!
//! Nothing is looked up here that somebody else collected. What is left of a password when all of this is taken out of it must still be worth guessing.

use jixiao_core::region::RegionTree;

/// How many characters must be left where something was taken out.
const LEFT: usize = 6;

/// How many different characters a password has at least.
const DIFFERENT: usize = 5;

/// Neighbours: on the keyboard across and down, in the alphabet, in counting. Read both ways.
const ROWS: &[&str] = &[
    "1234567890",
    "0123456789",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "abcdefghijklmnopqrstuvwxyz",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "1q2w3e4r5t6y7u8i9o0p",
];

/// Words that come to mind where a password is asked for, in English, Chinese and its letters, and names that programs come with.
const WORDS: &[&str] = &[
    "password",
    "passwort",
    "passcode",
    "pass",
    "pwd",
    "secret",
    "default",
    "changeme",
    "change",
    "welcome",
    "hello",
    "letmein",
    "login",
    "signin",
    "access",
    "admin",
    "administrator",
    "root",
    "system",
    "user",
    "guest",
    "test",
    "demo",
    "master",
    "server",
    "computer",
    "internet",
    "office",
    "iloveyou",
    "love",
    "monkey",
    "dragon",
    "football",
    "sunshine",
    "princess",
    "jixiao",
    "mima",
    "koulin",
    "denglu",
    "guanliyuan",
    "guanli",
    "yonghu",
    "ceshi",
    "woaini",
    "nihao",
    "caizheng",
    "zhengfu",
    "yusuan",
    "5201314",
    "密码",
    "口令",
    "登录",
    "管理员",
    "用户",
    "绩效",
    "财政",
    "测试",
    "你好",
    "我爱你",
];

/// What a sign is often typed for.
fn plain(sign: char) -> char {
    match sign {
        '@' => 'a',
        '$' => 's',
        '0' => 'o',
        '3' => 'e',
        other => other,
    }
}

/// Whether a password is one that everybody tries first. `around` are names that whoever guesses knows too: of the account, the fund, its regions.
pub fn is_common(password: &str, around: &[String]) -> bool {
    let signs: Vec<char> =
        password.to_lowercase().chars().filter(|c| c.is_alphanumeric() || matches!(c, '@' | '$')).collect();
    let different: std::collections::BTreeSet<char> = password.to_lowercase().chars().collect();
    if different.len() < DIFFERENT {
        return true;
    }
    let mut taken = vec![false; signs.len()];
    for take in [rows, repetitions, years] {
        take(&signs, &mut taken);
    }
    let own = around.iter().flat_map(|name| pieces(name));
    for word in WORDS.iter().map(|word| word.chars().collect()).chain(own) {
        words(&signs, &word, &mut taken);
    }
    let left = taken.iter().filter(|taken| !**taken).count();
    left < LEFT && left < taken.len()
}

/// Names of a fund that whoever guesses knows: its id, and its regions in both languages.
pub fn names(fund: &str, regions: &RegionTree) -> Vec<String> {
    let of = regions.iter().flat_map(|(_, region)| [region.name.clone(), region.english.clone()]);
    std::iter::once(fund.to_owned()).chain(of).filter(|name| !name.is_empty()).collect()
}

/// A name and its parts, as far as they are long enough to say anything: two characters of Chinese, four letters.
fn pieces(name: &str) -> Vec<Vec<char>> {
    let lower = name.to_lowercase();
    let parts = lower.split(|c: char| !c.is_alphanumeric());
    let whole: Vec<char> = lower.chars().filter(|c| c.is_alphanumeric()).collect();
    let mut found: Vec<Vec<char>> = parts.map(|part| part.chars().collect()).collect();
    // 湛江市 is also 湛江.
    if whole.len() > 2 && whole.last().is_some_and(|last| "省市县区".contains(*last)) {
        found.push(whole.iter().take(whole.len() - 1).copied().collect());
    }
    found.push(whole);
    found.retain(|part| part.len() >= if part.iter().all(char::is_ascii) { 4 } else { 2 });
    found
}

fn mark(taken: &mut [bool], from: usize, count: usize) {
    taken.iter_mut().skip(from).take(count).for_each(|taken| *taken = true);
}

/// Four neighbours in a row, three of digits.
fn rows(signs: &[char], taken: &mut [bool]) {
    for row in ROWS {
        let there: Vec<char> = row.chars().collect();
        let back: Vec<char> = row.chars().rev().collect();
        for row in [there, back] {
            for (at, first) in signs.iter().enumerate() {
                for start in row.iter().enumerate().filter(|(_, sign)| *sign == first).map(|(start, _)| start)
                {
                    let run = signs[at..].iter().zip(&row[start..]).take_while(|(one, other)| one == other);
                    let run = run.count();
                    let digits = signs[at..at + run].iter().all(char::is_ascii_digit);
                    if run >= if digits { 3 } else { 4 } {
                        mark(taken, at, run);
                    }
                }
            }
        }
    }
}

/// Something of one to six characters that comes again at once: three times one character, twice what is longer.
fn repetitions(signs: &[char], taken: &mut [bool]) {
    for length in 1..=6 {
        for at in 0..signs.len() {
            let run = signs[at..].iter().zip(signs.iter().skip(at + length));
            let same = run.take_while(|(one, other)| one == other).count();
            let enough = if length == 1 { same >= 2 } else { same >= length && length >= 3 };
            if enough || (length == 2 && same >= 4) {
                mark(taken, at, same + length);
            }
        }
    }
}

/// A year of the last century or this one, with month and day where they follow.
fn years(signs: &[char], taken: &mut [bool]) {
    for at in 0..signs.len() {
        let digits = signs[at..].iter().take(8).take_while(|sign| sign.is_ascii_digit()).count();
        let begins = |text: &str| signs[at..].iter().copied().take(2).eq(text.chars());
        if digits >= 4 && (begins("19") || begins("20")) {
            mark(taken, at, if digits == 8 { 8 } else { 4 });
        }
    }
}

/// A word wherever it stands, also with signs for letters.
fn words(signs: &[char], word: &[char], taken: &mut [bool]) {
    for at in 0..signs.len() {
        let rest = &signs[at..];
        let is = rest.len() >= word.len()
            && rest.iter().zip(word).all(|(sign, of)| sign == of || plain(*sign) == *of);
        if is {
            mark(taken, at, word.len());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_everybody_tries_first_is_known_and_what_nobody_guesses_is_not() {
        let around = ["zhangsan", "coastal-trade-2031", "湛江市"].map(str::to_owned);
        for (password, expected) in [
            // Runs: across, back, down, in zigzag, of digits.
            ("qwertyuiop[]asdf", true),
            ("poiuytrewq!!", true),
            ("1qaz2wsx3edc", true),
            ("1q2w3e4r5t6y", true),
            ("abcdefghijkl", true),
            ("987654321abc", true),
            // Repetitions: of one character, of some.
            ("aaaaaaaaaaaaaa", true),
            ("kxvkxvkxvkxv", true),
            ("river!river!river!", true),
            // Words, with signs for letters, and with what people put behind them: 12 signs, of which `passw0rd` and `2024` go.
            ("Passw0rd2024", true),
            ("P@$$w0rd20240701", true),
            ("woaini5201314", true),
            ("管理员密码2024年7月", true),
            // Names that stand around, and a year.
            ("Zhangsan2024!", true),
            ("coastaltrade!!", true),
            ("湛江Zhanj2024", true),
            // Six signs that nothing explains are enough to leave it.
            ("Zhangsan2024kxvmqp", false),
            ("tqzvkmwplbdx", false),
            ("correct horse battery staple", false),
            ("三月的珠江边有风和船还有人", false),
            ("湛江的渔船三月出海去看灯塔", false),
            // Ordinary words that hold short runs: `rst` and `hij` are no runs of four.
            ("first hijackers definite", false),
        ] {
            assert_eq!(is_common(password, &around), expected, "{password}");
        }
        // Known only where the name stands around.
        assert!(!is_common("Zhangsan2024!", &[]));
    }
}
