//! Texts of the Word report and of the forms that an office words in its own way: what stands there of itself, and what is to be said instead.
//! Figures and names are no texts: they come from the data.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicBool, Ordering},
};

use jixiao_core::{both, finding::Both, place::Written, table::TargetTable};
use serde::Deserialize;

use crate::docx::{Block, Document};

/// An office's own words, by the text that they replace.
#[derive(Debug, Default)]
pub struct Words(BTreeMap<String, Word>);

#[derive(Debug)]
struct Word {
    say: String,
    line: usize,
    /// Whether any page had the text. Pages are made side by side.
    used: AtomicBool,
}

/// Something wrong in a file of words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WordFault {
    /// Line, from 1, where it is known.
    pub line: Option<usize>,
    /// What is wrong and what to do.
    pub message: Both,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    text: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    is: toml::Spanned<String>,
    say: String,
}

impl Words {
    /// Reads a file of words: `[[text]]` with `is`, the whole text as it stands on the page without the number of a heading, and `say`.
    ///
    /// # Errors
    /// Every fault: no such file format, an empty text, one that is replaced twice.
    pub fn parse(text: &str) -> Result<Self, Vec<WordFault>> {
        let line_of = |at: usize| text[..text.floor_char_boundary(at)].matches('\n').count() + 1;
        let file: File = toml::from_str(text).map_err(|e| {
            let said = e.message().to_owned();
            vec![WordFault {
                line: e.span().map(|s| line_of(s.start)),
                message: both!("无法读取：{said}", "cannot be read: {said}"),
            }]
        })?;
        let mut faults = Vec::new();
        let mut words = BTreeMap::new();
        for entry in file.text {
            let line = line_of(entry.is.span().start);
            let is = entry.is.into_inner().trim().to_owned();
            let mut fault = |message| faults.push(WordFault { line: Some(line), message });
            if is.is_empty() || entry.say.trim().is_empty() {
                fault(both!("is 和 say 都要有文字", "is and say both want a text"));
            }
            let word = Word { say: entry.say.trim().to_owned(), line, used: AtomicBool::new(false) };
            if let Some(other) = words.insert(is.clone(), word) {
                let other = other.line;
                fault(both!(
                    "“{is}”在第 {other} 行已经改过：留一处",
                    "“{is}” is replaced in line {other} already: keep one"
                ));
            }
        }
        if faults.is_empty() { Ok(Self(words)) } else { Err(faults) }
    }

    /// What is said instead of a text, if anything is.
    fn instead(&self, text: &str) -> Option<&str> {
        let word = self.0.get(text.trim())?;
        word.used.store(true, Ordering::Relaxed);
        Some(&word.say)
    }

    fn put(&self, text: &mut String) {
        if let Some(say) = self.instead(text) {
            *text = say.to_owned();
        }
    }

    /// Words of a form: titles, labels, headings, names of sources of money, remarks.
    pub fn form(&self, form: &mut TargetTable) {
        if self.0.is_empty() {
            return;
        }
        let texts = form
            .titles
            .iter_mut()
            .chain(form.header.iter_mut().map(|f| &mut f.label))
            .chain(&mut form.goal_label)
            .chain(form.goal_headings.iter_mut().map(|(text, ..)| text))
            .chain(&mut form.money_label)
            .chain(form.money_headings.iter_mut().map(|(text, _)| text))
            .chain(form.money.iter_mut().map(|row| &mut row.name))
            .chain(&mut form.frame)
            .chain(form.columns.iter_mut().map(|c| &mut c.heading))
            .chain(&mut form.notes);
        for written in texts {
            let place = written.place;
            if let Some(say) = self.instead(&written.text) {
                *written = Written::new(say, place);
            }
        }
    }

    /// Words of the report: headings, sentences, headings of tables.
    pub fn report(&self, document: &mut Document) {
        if self.0.is_empty() {
            return;
        }
        for block in &mut document.blocks {
            match block {
                Block::Title(text) | Block::Paragraph(text) | Block::Small(text) | Block::Notice(text) => {
                    self.put(text);
                }
                Block::Heading(_, text) => {
                    let begin = text.len() - without_number(text).len();
                    if let Some(say) = self.instead(&text[begin..]) {
                        let say = say.to_owned();
                        text.replace_range(begin.., &say);
                    }
                }
                Block::Grid(grid) => grid.head.iter_mut().for_each(|head| self.put(head)),
                Block::Picture(_) => {}
            }
        }
    }

    /// Texts that stood on no page, with their lines: misspelt, or of a part that this year does not have.
    pub fn unused(&self) -> Vec<(usize, &str)> {
        let left = self.0.iter().filter(|(_, word)| !word.used.load(Ordering::Relaxed));
        let mut left: Vec<(usize, &str)> = left.map(|(is, word)| (word.line, is.as_str())).collect();
        left.sort_unstable();
        left
    }
}

/// A heading without its number: `三、` or `3. `.
fn without_number(heading: &str) -> &str {
    let chinese = |c: char| "一二三四五六七八九十".contains(c);
    match (heading.split_once('、'), heading.split_once(". ")) {
        (Some((number, rest)), _) if !number.is_empty() && number.chars().all(chinese) => rest,
        (_, Some((number, rest))) if !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) => rest,
        _ => heading,
    }
}

#[cfg(test)]
mod tests {
    use jixiao_core::finding::Lang;

    use super::*;
    use crate::{docx, fixture::sample};

    const FILE: &str = "\
# The office's own words.
[[text]]
is = \"改进措施\"
say = \"下一步工作\"

[[text]]
is = \"完成率\"
say = \"完成比例\"

[[text]]
is = \"没有这句\"
say = \"x\"
";

    #[test]
    fn headings_keep_their_number_and_what_is_not_named_stays() {
        let words = Words::parse(FILE).unwrap();
        let before = docx::report(&sample(), &[], Lang::Zh);
        let mut after = before.clone();
        words.report(&mut after);
        let mut changed = Vec::new();
        let mut heads = 0;
        for (a, b) in before.blocks.iter().zip(&after.blocks).filter(|(a, b)| a != b) {
            match (a, b) {
                (Block::Heading(_, a), Block::Heading(_, b)) => changed.push(format!("{a} -> {b}")),
                (Block::Grid(a), Block::Grid(b)) => {
                    assert_eq!(a.rows, b.rows);
                    for (was, is) in a.head.iter().zip(&b.head).filter(|(was, is)| was != is) {
                        let replaced = [("完成率", "完成比例"), ("改进措施", "下一步工作")];
                        assert!(replaced.contains(&(was.as_str(), is.as_str())), "{was} -> {is}");
                        heads += 1;
                    }
                }
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(changed.len(), 1, "{changed:?}");
        assert!(heads >= 2, "{heads}");
        let (was, is) = changed[0].split_once(" -> ").unwrap();
        assert_eq!(was.strip_suffix("改进措施"), is.strip_suffix("下一步工作"));
        assert_eq!(words.unused(), [(11, "没有这句")]);
    }

    #[test]
    fn faults_are_told_with_their_lines() {
        let twice = format!(
            "{FILE}\n[[text]]\nis = \"改进措施\"\nsay = \"又一次\"\n\n[[text]]\nis = \" \"\nsay = \"x\"\n"
        );
        let faults = Words::parse(&twice).unwrap_err();
        let told: Vec<(Option<usize>, &str)> =
            faults.iter().map(|f| (f.line, f.message.zh.as_str())).collect();
        assert_eq!(
            told,
            [(Some(15), "“改进措施”在第 3 行已经改过：留一处"), (Some(19), "is 和 say 都要有文字")]
        );
        let broken = Words::parse("[[text]]\nis = \"a\"\nsays = \"b\"\n").unwrap_err();
        assert_eq!(broken[0].line, Some(3));
    }
}
