//! Comparing and measuring Chinese text.

use std::fmt::Write as _;

/// Folds full-width ASCII and the ideographic space to their plain forms, one character for one.
///
/// `％` becomes `%`, `（` becomes `(`, `＞` becomes `>`; everything else is left as it is.
pub fn fold_char(c: char) -> char {
    match c {
        '\u{3000}' | '\u{a0}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

/// Text with full-width forms folded and white space kept.
pub fn fold(text: &str) -> String {
    if is_folded(text) { text.to_owned() } else { collected(text.len(), text.chars().map(fold_char)) }
}

/// Text for comparing labels: folded, and without any white space.
///
/// Forms stretch their labels with spaces and line breaks (`一级 指标`, `产\n出\n指\n标`); none of that is meaning.
pub fn key(text: &str) -> String {
    if is_folded(text) && !text.contains(char::is_whitespace) {
        return text.to_owned();
    }
    collected(text.len(), text.chars().map(fold_char).filter(|c| !c.is_whitespace()))
}

/// Whether folding leaves a text as it is, which is so for most.
fn is_folded(text: &str) -> bool {
    // Characters that folding changes begin with one of these bytes, and so do some others.
    text.bytes().all(|b| !matches!(b, 0xc2 | 0xe3 | 0xef)) || text.chars().all(|c| fold_char(c) == c)
}

/// Characters as text in one allocation; folding never makes a text longer.
fn collected(most: usize, chars: impl Iterator<Item = char>) -> String {
    let mut text = String::with_capacity(most);
    text.extend(chars);
    text
}

/// How many terminal columns a character takes: 2 for full-width ones, 0 for control characters.
///
/// Comparators such as `≥` and quotation marks are *ambiguous* in Unicode; terminals draw them in one column.
pub fn char_width(c: char) -> usize {
    match c as u32 {
        0..=0x1f | 0x7f..=0x9f | 0x200b..=0x200f | 0xfeff | 0x300..=0x36f => 0,
        0x1100..=0x115f
        | 0x2e80..=0x303e
        | 0x3041..=0xa4cf
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f
        | 0xff00..=0xff60
        | 0xffe0..=0xffe6
        | 0x1f300..=0x1faff
        | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

/// How many terminal columns a text takes.
pub fn width(text: &str) -> usize {
    text.chars().map(char_width).sum()
}

/// Text padded with spaces on the right to a number of terminal columns.
pub fn pad(text: &str, columns: usize) -> String {
    let mut padded = text.to_owned();
    for _ in width(text)..columns {
        padded.push(' ');
    }
    padded
}

/// How many single-character edits turn one text into the other (insert, delete, replace, or swap of neighbours).
pub fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    // One row after the other in one piece of memory: row i, column j tells the edits between the first i and j characters.
    let columns = b.len() + 1;
    let mut edits = vec![0; (a.len() + 1) * columns];
    for (j, cell) in edits[..columns].iter_mut().enumerate() {
        *cell = j;
    }
    for i in 1..=a.len() {
        let row = i * columns;
        edits[row] = i;
        for j in 1..=b.len() {
            let above = row - columns + j;
            let replace = edits[above - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = replace.min(edits[above] + 1).min(edits[row + j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(edits[above - columns - 2] + 1);
            }
            edits[row + j] = best;
        }
    }
    edits[a.len() * columns + b.len()]
}

/// Items joined for a sentence: `甲、乙、丙` (or with `, ` in English), cut after `most` with the count of the rest.
pub fn listing<T: AsRef<str>>(
    items: &[T],
    most: usize,
    separator: &str,
    rest: impl Fn(usize) -> String,
) -> String {
    let mut joined = String::new();
    for (i, item) in items.iter().take(most).enumerate() {
        let _ = write!(joined, "{}{}", if i == 0 { "" } else { separator }, item.as_ref());
    }
    if items.len() > most {
        joined.push_str(&rest(items.len() - most));
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_compare_without_their_stretching() {
        assert_eq!(key("一级　指标"), "一级指标");
        assert_eq!(key("产\n出\n指\n标"), "产出指标");
        assert_eq!(key("（％）"), "(%)");
    }

    #[test]
    fn widths_are_those_of_a_terminal() {
        for (text, columns) in [("abc", 3), ("广州市", 6), ("≥ 104", 5), ("（家次）", 8), ("", 0)] {
            assert_eq!(width(text), columns, "{text}");
        }
        assert_eq!(pad("广州", 6), "广州  ");
    }

    #[test]
    fn distance_counts_edits() {
        for (a, b, edits) in [
            ("汕头市", "汕头市", 0),
            ("汕头市", "汕尾市", 1),
            ("惠洲市", "惠州市", 1),
            ("", "广州", 2),
            ("头汕", "汕头", 1),
        ] {
            assert_eq!(distance(a, b), edits, "{a} {b}");
        }
    }
}
