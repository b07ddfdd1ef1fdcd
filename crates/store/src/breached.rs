//! A list of passwords that leaked, as an office keeps it: looked up by halves in a sorted file, so that one of forty gigabytes is asked as fast as a small one.
//!
//! The file is either words as they are, one a line, or SHA-1 digests of them as forty upper-case hexadecimal digits, each with or without `:` and a count
//! behind it, as such lists are handed out. It is sorted by its bytes (`LC_ALL=C sort`). Nothing of it is kept in memory.

use std::{
    io::{Read, Seek, SeekFrom},
    sync::{Mutex, PoisonError},
};

use jixiao_core::{both, finding::Both};
use sha1::{Digest as _, Sha1};

/// What can be read anywhere in: an open file.
pub trait Source: Read + Seek + Send {}

impl<T: Read + Seek + Send> Source for T {}

/// The longest line, in bytes, without its end: longer passwords are not taken anyway.
const LONGEST: usize = 1100;

/// Up to so many bytes a list is read through when it is opened; of a longer one [`PLACES`] lines are looked at.
const WHOLE: u64 = 16 << 20;

/// At how many places a long list is looked at.
const PLACES: u64 = 256;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Words,
    Digests,
}

/// A list of passwords that leaked.
pub struct Breached {
    source: Mutex<Box<dyn Source>>,
    name: String,
    bytes: u64,
    kind: Kind,
}

impl std::fmt::Debug for Breached {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Breached").field("name", &self.name).field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// A line: where it begins, where the next one does, and what it says as far as it is sorted.
struct Line {
    from: u64,
    next: u64,
    key: Vec<u8>,
}

impl Breached {
    /// A list in an open file; `name` is what it is called in messages.
    ///
    /// # Errors
    /// It cannot be read, is empty, has a line that is none, or is not sorted: where, and what to do.
    pub fn open(name: &str, mut source: Box<dyn Source>) -> Result<Self, Both> {
        let bytes = source.seek(SeekFrom::End(0)).map_err(|error| unread(name, &error))?;
        let mut list = Self { source: Mutex::new(source), name: name.to_owned(), bytes, kind: Kind::Words };
        if bytes == 0 {
            return Err(both!("{name} 是空的", "{name} is empty"));
        }
        let first = list.line(0)?;
        list.kind = kind(name, &first.key)?;
        let first = list.line(0)?;
        let (mut before, mut at) = (first.key, first.next);
        let step = if bytes <= WHOLE { 0 } else { bytes / PLACES };
        while at < bytes {
            let line = list.line(at)?;
            if line.key < before {
                return Err(list.unsorted(line.from));
            }
            before = line.key;
            let far = line.from.saturating_add(step);
            at = if far <= line.next || step == 0 { line.next } else { list.begin_after(far)? };
        }
        Ok(list)
    }

    /// Whether the list holds a password, as it is or in lower case. Waits for the disk.
    ///
    /// # Errors
    /// The file cannot be read, or proves not to be sorted.
    pub fn holds(&self, password: &str) -> Result<bool, Both> {
        let lower = password.to_lowercase();
        Ok(self.holds_exactly(password)? || (lower != password && self.holds_exactly(&lower)?))
    }

    fn holds_exactly(&self, password: &str) -> Result<bool, Both> {
        let wanted = match self.kind {
            Kind::Words => password.as_bytes().to_vec(),
            Kind::Digests => digest(password),
        };
        // The line that is looked for begins in `from..to`; what stands before and behind is known to be less and more.
        let (mut from, mut to) = (0, self.bytes);
        let (mut least, mut most): (Option<Vec<u8>>, Option<Vec<u8>>) = (None, None);
        while from < to {
            let middle = from + (to - from) / 2;
            let begin = if middle == from { from } else { self.begin_after(middle)? };
            if begin >= to {
                to = middle;
                continue;
            }
            let line = self.line(begin)?;
            let low = least.as_ref().is_some_and(|least| line.key < *least);
            if low || most.as_ref().is_some_and(|most| line.key > *most) {
                return Err(self.unsorted(line.from));
            }
            match line.key.cmp(&wanted) {
                std::cmp::Ordering::Equal => return Ok(true),
                std::cmp::Ordering::Less => {
                    from = line.next;
                    least = Some(line.key);
                }
                std::cmp::Ordering::Greater => {
                    to = middle;
                    most = Some(line.key);
                }
            }
        }
        Ok(false)
    }

    /// Where the first line begins that begins at or after a place; the end of the file when there is none.
    fn begin_after(&self, place: u64) -> Result<u64, Both> {
        if place == 0 {
            return Ok(0);
        }
        // The line whose last byte stands before the place ends there.
        let bytes = self.bytes_at(place - 1)?;
        match bytes.iter().position(|byte| *byte == b'\n') {
            Some(end) => Ok((place + end as u64).min(self.bytes)),
            None if (bytes.len() as u64) + place > self.bytes => Ok(self.bytes),
            None => Err(self.too_long(place)),
        }
    }

    /// The line that begins at a place.
    fn line(&self, from: u64) -> Result<Line, Both> {
        let bytes = self.bytes_at(from)?;
        let end = bytes.iter().position(|byte| *byte == b'\n');
        let (text, next) = match end {
            Some(end) => (&bytes[..end], from + end as u64 + 1),
            None if from + bytes.len() as u64 == self.bytes => (bytes.as_slice(), self.bytes),
            None => return Err(self.too_long(from)),
        };
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        let key = match self.kind {
            Kind::Words => text,
            Kind::Digests => {
                let sound = split(text).filter(|key| key.len() == 40 && key.iter().all(is_upper_hex));
                sound.ok_or_else(|| {
                    self.malformed(
                        from,
                        &both!(
                            "应为40位大写十六进制的SHA-1，可带“:次数”",
                            "SHA-1 as forty upper-case hexadecimal digits is wanted, with or without a colon and a count"
                        ),
                    )
                })?
            }
        };
        if key.is_empty() {
            return Err(self.malformed(from, &both!("空行", "an empty line")));
        }
        Ok(Line { from, next, key: key.to_vec() })
    }

    /// What stands at a place, as far as a line can go.
    fn bytes_at(&self, from: u64) -> Result<Vec<u8>, Both> {
        // A panic elsewhere leaves the file as it was: the place in it is set anew.
        let mut source = self.source.lock().unwrap_or_else(PoisonError::into_inner);
        let mut bytes = Vec::new();
        source
            .seek(SeekFrom::Start(from))
            .and_then(|_| source.by_ref().take(LONGEST as u64).read_to_end(&mut bytes))
            .map_err(|error| unread(&self.name, &error))?;
        Ok(bytes)
    }

    fn malformed(&self, at: u64, what: &Both) -> Both {
        let name = &self.name;
        Both::new(
            format!("{name} 第 {at} 字节起的一行不对：{}", what.zh),
            format!("{name}, the line at byte {at}: {}", what.en),
        )
    }

    fn too_long(&self, at: u64) -> Both {
        self.malformed(
            at,
            &both!(
                "超过 {LONGEST} 字节，这不是一行一个的密码表",
                "it is longer than {LONGEST} bytes: this is no list with one password a line"
            ),
        )
    }

    fn unsorted(&self, at: u64) -> Both {
        both!(
            "{name} 没有按字节排序：第 {at} 字节起的一行小于前面的一行；请先执行 LC_ALL=C sort -o 新文件 {name}",
            "{name} is not sorted by its bytes: the line at byte {at} is less than one before it; do LC_ALL=C sort -o NEW {name} first",
            name = self.name
        )
    }
}

fn unread(name: &str, error: &std::io::Error) -> Both {
    both!("{name} 读不出来：{error}", "{name} cannot be read: {error}")
}

fn is_upper_hex(byte: &u8) -> bool {
    byte.is_ascii_digit() || (b'A'..=b'F').contains(byte)
}

/// What stands before a count; none where what stands behind the colon is no count.
fn split(text: &[u8]) -> Option<&[u8]> {
    match text.iter().position(|byte| *byte == b':') {
        None => Some(text),
        Some(colon) => {
            let count = &text[colon + 1..];
            (!count.is_empty() && count.iter().all(u8::is_ascii_digit)).then_some(&text[..colon])
        }
    }
}

/// What a list is, by its first line.
fn kind(name: &str, first: &[u8]) -> Result<Kind, Both> {
    let key = split(first).unwrap_or(first);
    if !key.iter().all(u8::is_ascii_hexdigit) || !matches!(key.len(), 32 | 40) {
        return Ok(Kind::Words);
    }
    if key.len() == 40 && key.iter().all(is_upper_hex) {
        return Ok(Kind::Digests);
    }
    Err(both!(
        "{name} 像是别的摘要（小写的SHA-1、MD5或NTLM），这样的表查不出任何密码；请改用按摘要排序的大写SHA-1表",
        "{name} looks like other digests (SHA-1 in lower case, MD5, NTLM), among which no password would ever be found; take the list of upper-case SHA-1 that is ordered by digest"
    ))
}

fn digest(password: &str) -> Vec<u8> {
    use std::fmt::Write as _;
    let mut hex = String::new();
    for byte in Sha1::digest(password.as_bytes()) {
        // Writing to a text cannot fail.
        let _ = write!(hex, "{byte:02X}");
    }
    hex.into_bytes()
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn open(text: &str) -> Result<Breached, Both> {
        Breached::open("list.txt", Box::new(Cursor::new(text.as_bytes().to_vec())))
    }

    fn holds(list: &Breached, word: &str) -> bool {
        list.holds(word).unwrap_or_else(|fault| panic!("{word}: {}", fault.en))
    }

    #[test]
    fn every_word_of_a_list_is_found_and_no_other() {
        // Lines of one to some eighty bytes, so that halves fall into lines, at their ends and at their beginnings.
        let mut words: Vec<String> =
            (0..400_u32).map(|n| format!("{}{}", "w".repeat((n * 7 % 80) as usize), n * 2)).collect();
        words.sort();
        for end in ["\n", "\r\n"] {
            let list = open(&format!("{}{end}", words.join(end))).expect("it is sorted");
            for n in 0..400_u32 {
                let before = "w".repeat((n * 7 % 80) as usize);
                assert!(holds(&list, &format!("{before}{}", n * 2)), "{n}");
                assert!(!holds(&list, &format!("{before}{}", n * 2 + 1)), "{n}");
            }
            assert!(!holds(&list, "") && !holds(&list, "~") && !holds(&list, " "));
        }
        // Without an end to its last line; of one line.
        let list = open("alpha\nbravo\ncharlie").expect("it is sorted");
        for (word, expected) in
            [("alpha", true), ("bravo", true), ("charlie", true), ("CHARLIE", true), ("charli", false)]
        {
            assert_eq!(holds(&list, word), expected, "{word}");
        }
        let list = open("one").expect("it is sorted");
        assert!(holds(&list, "one") && !holds(&list, "on") && !holds(&list, "two"));
    }

    #[test]
    fn digests_are_found_with_and_without_counts() {
        let mut lines: Vec<String> =
            (0..300).map(|n| String::from_utf8(digest(&format!("word{n}"))).expect("digits")).collect();
        lines.sort();
        for (n, line) in lines.iter_mut().enumerate().filter(|(n, _)| !n.is_multiple_of(3)) {
            line.push_str(&format!(":{n}"));
        }
        let list = open(&lines.join("\r\n")).expect("it is sorted");
        for n in 0..300 {
            assert!(holds(&list, &format!("word{n}")), "{n}");
            assert!(!holds(&list, &format!("ward{n}")), "{n}");
        }
        // SHA-1 of `password`, as everybody knows it.
        assert_eq!(digest("password"), b"5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8");
    }

    #[test]
    fn a_list_that_cannot_be_searched_is_refused() {
        let a = "A".repeat(40);
        let b = "B".repeat(40);
        for (text, said) in [
            (String::new(), "is empty"),
            ("bravo\nalpha\n".to_owned(), "not sorted"),
            (format!("{b}\n{a}\n"), "not sorted"),
            ("alpha\n\nbravo\n".to_owned(), "empty line"),
            (format!("{a}\nbravo\n"), "the line at byte 41"),
            (format!("{a}:3\n{b}:many\n"), "the line at byte 43"),
            (format!("{}\n", a.to_lowercase()), "other digests"),
            ("0123456789ABCDEF0123456789ABCDEF:9\n".to_owned(), "other digests"),
            ("x".repeat(5000), "longer than"),
        ] {
            let fault = open(&text).expect_err(&text);
            assert!(fault.en.contains(said) && !fault.zh.is_empty(), "{text:?}: {}", fault.en);
        }
        assert!(open("alpha\nalpha\nbravo\n").is_ok(), "a word that stands twice is no fault");
    }

    #[test]
    fn a_long_list_is_looked_at_in_places_and_an_order_that_breaks_later_is_seen() {
        // 20 MB of sorted lines, and the same with two halves that changed places.
        let lines: Vec<String> = (0..1_000_000_u32).map(|n| format!("{n:08}-padding-x\n")).collect();
        let sorted = lines.concat();
        assert!(sorted.len() as u64 > WHOLE);
        let list = open(&sorted).expect("it is sorted");
        for n in [0, 1, 499_999, 500_000, 999_999] {
            assert!(holds(&list, &format!("{n:08}-padding-x")), "{n}");
        }
        assert!(!holds(&list, "01000000-padding-x"));
        let (first, second) = lines.split_at(500_000);
        assert!(open(&[second.concat(), first.concat()].concat()).is_err());
    }
}
