//! The part of a chain that is handed out, and what can be told from it alone.

use std::fmt::Write as _;

use super::{algorithm::Algorithm, record::link};
use crate::{both, finding::Both};

/// What a seal says of one record: nothing but its number, time and digests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedRecord {
    /// Its number.
    pub number: i64,
    /// When, in microseconds since 1970-01-01T00:00:00Z.
    pub at_micros: i64,
    /// The digest of its fields.
    pub content: String,
    /// Its link.
    pub link: String,
}

/// A stretch of a chain: a day's, or all of it. As a text file it has a line of headings, a line for each record, and a last line that
/// says how many there are and where the chain stands, so that a file that was cut is known:
///
/// ```text
/// jixiao-seal 1 sha256 CHAIN PREVIOUS-LINK-OR-DASH
/// 1 1704067200000000 CONTENT LINK
/// head 1 LINK-OR-DASH
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    /// What digests are made with.
    pub algorithm: Algorithm,
    /// Which chain: a word without spaces, given to the database when it was made.
    pub chain: String,
    /// The link before the first record of the seal; empty at the beginning of the chain.
    pub previous: String,
    /// The records, in order.
    pub records: Vec<SealedRecord>,
}

/// What is wrong with a seal, or with two that should follow one another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Break {
    /// A line that is not as it should be.
    Unreadable {
        /// The line, from 1.
        line: usize,
    },
    /// A record's number does not follow that of the one before it.
    Number {
        /// The number that should stand there.
        expected: i64,
        /// The number that does.
        found: i64,
    },
    /// A record's link is not the digest of what is before it.
    Link {
        /// The record's number.
        number: i64,
        /// What it should be.
        expected: String,
        /// What stands there.
        found: String,
    },
    /// A seal begins with another link than the one before it ends with.
    Gap {
        /// The link that the seal before ends with.
        expected: String,
        /// The link that this one begins with.
        found: String,
    },
    /// Two seals are of different chains, or made with different algorithms.
    OtherChain {
        /// The first one's.
        expected: String,
        /// The second one's.
        found: String,
    },
}

impl Break {
    /// What is wrong, with both figures.
    pub fn words(&self) -> Both {
        match self {
            Self::Unreadable { line } => {
                both!(
                    "第 {line} 行无法读取，文件不完整或被改动",
                    "line {line} cannot be read: the file is cut or was changed"
                )
            }
            Self::Number { expected, found } => both!(
                "记录号应为 {expected}，却是 {found}：有记录被删去或插入",
                "record {expected} should stand here, but it is {found}: a record was taken out or put in"
            ),
            Self::Link { number, expected, found } => both!(
                "第 {number} 号记录的链值应为 {expected}，却是 {found}：它或它之前的记录被改动",
                "the link of record {number} should be {expected}, but is {found}: it, or one before it, was changed"
            ),
            Self::Gap { expected, found } => both!(
                "前一封存止于 {expected}，本封存却始于 {found}：两者不相接",
                "the seal before ends with {expected}, this one begins with {found}: they do not join"
            ),
            Self::OtherChain { expected, found } => both!(
                "前一封存属于 {expected}，本封存属于 {found}",
                "the seal before is of {expected}, this one of {found}"
            ),
        }
    }
}

/// What stands for the link before the first record.
const NOTHING: &str = "-";
const MARK: &str = "jixiao-seal";
const VERSION: &str = "1";

impl Seal {
    /// The link that the seal ends with.
    pub fn head(&self) -> &str {
        self.records.last().map_or(&self.previous, |record| &record.link)
    }

    /// The seal as a text file.
    pub fn write(&self) -> String {
        let previous = if self.previous.is_empty() { NOTHING } else { &self.previous };
        let mut text = format!("{MARK} {VERSION} {} {} {previous}\n", self.algorithm.code(), self.chain);
        for SealedRecord { number, at_micros, content, link } in &self.records {
            // Writing to a text cannot fail.
            let _ = writeln!(text, "{number} {at_micros} {content} {link}");
        }
        text.push_str(&self.last_line());
        text.push('\n');
        text
    }

    fn last_line(&self) -> String {
        let head = if self.head().is_empty() { NOTHING } else { self.head() };
        format!("head {} {head}", self.records.len())
    }

    /// A seal from its text.
    ///
    /// # Errors
    /// The first line that is not as [`Seal::write`] writes it.
    pub fn read(text: &str) -> Result<Self, Break> {
        let unreadable = |index: usize| Break::Unreadable { line: index + 1 };
        let mut lines: Vec<(usize, &str)> = text.lines().enumerate().collect();
        let (last_index, last) = lines.pop().filter(|(index, _)| *index > 0).ok_or(unreadable(0))?;
        let mut lines = lines.into_iter();
        let (_, first) = lines.next().ok_or(unreadable(0))?;
        let words: Vec<&str> = first.split(' ').collect();
        let [MARK, VERSION, algorithm, chain, previous] = words[..] else { return Err(unreadable(0)) };
        let algorithm = Algorithm::of(algorithm).ok_or(unreadable(0))?;
        let digest = |word: &str| {
            let whole = word.len() == 64 && word.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
            whole.then(|| word.to_owned())
        };
        let previous = match previous {
            NOTHING => String::new(),
            word => digest(word).ok_or(unreadable(0))?,
        };
        let record = |(index, line): (usize, &str)| {
            let words: Vec<&str> = line.split(' ').collect();
            let [number, at, content, link] = words[..] else { return Err(unreadable(index)) };
            let whole = || {
                Some(SealedRecord {
                    number: number.parse().ok()?,
                    at_micros: at.parse().ok()?,
                    content: digest(content)?,
                    link: digest(link)?,
                })
            };
            whole().ok_or(unreadable(index))
        };
        let records = lines.map(record).collect::<Result<_, _>>()?;
        let seal = Self { algorithm, chain: chain.to_owned(), previous, records };
        if seal.last_line() == last { Ok(seal) } else { Err(unreadable(last_index)) }
    }

    /// Everything that is wrong with the seal in itself.
    pub fn verify(&self) -> Vec<Break> {
        let mut breaks = Vec::new();
        let mut before = self.previous.as_str();
        let mut expected = match (self.records.first(), self.previous.is_empty()) {
            (Some(record), false) => record.number,
            _ => 1,
        };
        for record in &self.records {
            if record.number != expected {
                breaks.push(Break::Number { expected, found: record.number });
            }
            let due = link(self.algorithm, before, record.number, &record.content);
            if due != record.link {
                breaks.push(Break::Link { number: record.number, expected: due, found: record.link.clone() });
            }
            before = &record.link;
            expected = record.number.saturating_add(1);
        }
        breaks
    }

    /// What is wrong with a seal as the next one after this.
    pub fn join(&self, next: &Self) -> Option<Break> {
        let of = |seal: &Self| format!("{} ({})", seal.chain, seal.algorithm.code());
        if of(self) != of(next) {
            return Some(Break::OtherChain { expected: of(self), found: of(next) });
        }
        let expected = self.head().to_owned();
        (expected != next.previous).then(|| Break::Gap { expected, found: next.previous.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::{super::record::Record, *};

    fn record(number: i64) -> Record {
        Record {
            number,
            at_micros: 1_704_067_200_000_000 + number,
            who: "officer".to_owned(),
            on_behalf: String::new(),
            origin: "127.0.0.1".to_owned(),
            deed: "case.submit".to_owned(),
            subject: format!("case/{number}"),
            before: String::new(),
            after: "submitted".to_owned(),
            reason: "齐全".to_owned(),
        }
    }

    fn seal(algorithm: Algorithm, numbers: std::ops::RangeInclusive<i64>, previous: &str) -> Seal {
        let mut before = previous.to_owned();
        let records = numbers
            .map(|number| {
                let record = record(number);
                let chained = record.chained(algorithm, &before);
                before.clone_from(&chained.link);
                SealedRecord {
                    number,
                    at_micros: record.at_micros,
                    content: chained.content,
                    link: chained.link,
                }
            })
            .collect();
        Seal { algorithm, chain: "demo".to_owned(), previous: previous.to_owned(), records }
    }

    #[test]
    fn a_record_has_bytes_that_another_program_can_make() {
        let bytes = record(7).bytes();
        // 1704067200000007 has 16 digits; 齐全 is six bytes.
        let text =
            "1:7,16:1704067200000007,7:officer,0:,9:127.0.0.1,11:case.submit,6:case/7,0:,9:submitted,6:齐全,";
        assert_eq!(String::from_utf8(bytes).expect("it is UTF-8"), text);
    }

    #[test]
    fn moving_a_text_from_one_field_to_the_next_changes_the_content() {
        let a = Record { before: "ab".into(), after: "c".into(), ..record(1) };
        let b = Record { before: "a".into(), after: "bc".into(), ..record(1) };
        assert_ne!(a.chained(Algorithm::Sha256, "").content, b.chained(Algorithm::Sha256, "").content);
    }

    #[test]
    fn seals_are_read_back_and_join() {
        for algorithm in [Algorithm::Sha256, Algorithm::Sm3] {
            let first = seal(algorithm, 1..=3, "");
            let second = seal(algorithm, 4..=6, first.head());
            for one in [&first, &second] {
                assert_eq!(Seal::read(&one.write()).as_ref(), Ok(one));
                assert_eq!(one.verify(), []);
            }
            assert_eq!(first.join(&second), None);
            assert!(matches!(second.join(&first), Some(Break::Gap { .. })));
        }
        let (first, other) = (seal(Algorithm::Sha256, 1..=1, ""), seal(Algorithm::Sm3, 1..=1, ""));
        assert!(matches!(first.join(&other), Some(Break::OtherChain { .. })));
    }

    #[test]
    fn whatever_is_changed_is_found() {
        let whole = seal(Algorithm::Sha256, 1..=5, "");
        type Slip = (&'static str, fn(&mut Seal));
        let changes: [Slip; 5] = [
            ("a content", |s| s.records[2].content = "0".repeat(64)),
            ("a link", |s| s.records[4].link = "0".repeat(64)),
            ("a record taken out", |s| drop(s.records.remove(1))),
            ("the first taken out", |s| drop(s.records.remove(0))),
            ("two exchanged", |s| s.records.swap(1, 2)),
        ];
        for (name, change) in changes {
            let mut changed = whole.clone();
            change(&mut changed);
            assert!(!changed.verify().is_empty(), "{name}");
        }
        for (name, text) in [
            ("empty", String::new()),
            ("cut at a line", whole.write().lines().take(4).map(|line| format!("{line}\n")).collect()),
            ("cut in a line", whole.write().trim_end()[..300].to_owned()),
            ("another version", whole.write().replacen("seal 1", "seal 2", 1)),
            ("a number that is none", whole.write().replacen("\n1 ", "\nx ", 1)),
        ] {
            assert!(matches!(Seal::read(&text), Err(Break::Unreadable { .. })), "{name}");
        }
    }
}
