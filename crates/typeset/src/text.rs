//! What the font cannot draw is found before pages are made: an empty box in a published report is worse than a mark that everybody knows.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jixiao_core::both;
use jixiao_core::finding::Both;

use crate::font;

/// What stands on the page instead of a character that the font lacks: 〓, the printers' mark for a missing type. (An archive file may not hold
/// an undefined glyph at all.)
pub const REPLACEMENT: char = '〓';

/// Signs that the font lacks and that another one says just as well: nothing to warn of.
const SAID_AS: [(char, char); 20] = [
    ('⩾', '≥'),
    ('⩽', '≤'),
    ('˃', '>'),
    ('˂', '<'),
    ('⁄', '/'),
    ('⟨', '〈'),
    ('⟩', '〉'),
    ('✗', '×'),
    ('✘', '×'),
    ('ᵢ', 'i'),
    ('₀', '0'),
    ('₁', '1'),
    ('₂', '2'),
    ('₃', '3'),
    ('₄', '4'),
    ('₅', '5'),
    ('₆', '6'),
    ('₇', '7'),
    ('₈', '8'),
    ('₉', '9'),
];

/// Whether a character stands on the page as itself or as another sign that says the same.
pub fn is_drawn(character: char) -> bool {
    font::draws(character) || said_as(character).is_some()
}

fn said_as(character: char) -> Option<char> {
    SAID_AS.iter().find(|(lacking, _)| *lacking == character).map(|(_, sign)| *sign)
}

/// A character that the embedded font lacks, and where it was asked for first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Missing {
    /// The character.
    pub character: char,
    /// The file it stands in, as named in the document's files.
    pub file: String,
    /// The first line it stands in, counted from 1.
    pub line: usize,
    /// A few characters around it there, to recognise whose name it is.
    pub around: String,
    /// How often it stands in that file.
    pub times: usize,
}

impl Missing {
    /// The warning for the person who reads the report before it goes out.
    pub fn message(&self) -> Both {
        let code = format!("U+{:04X}", u32::from(self.character));
        both!(
            "内置字体没有“{c}”字({code}),页面上以“{mark}”代替:{file} 第 {line} 行“{around}”,共 {times} 处。请核对该字;确需使用的,按 scripts/font.sh 把它加入字体。",
            "The embedded font has no “{c}” ({code}); the page shows “{mark}” instead: {file}, line {line}, “{around}”, {times} place(s). Check the character; if it is right, add it to the font (scripts/font.sh).",
            c = self.character,
            code = code,
            mark = REPLACEMENT,
            file = self.file,
            line = self.line,
            around = self.around,
            times = self.times,
        )
    }
}

/// The text with missing characters replaced, one for one, so that lines and columns stay where they are; and what was missing.
pub(crate) fn drawable<'a>(file: &str, text: &'a str) -> (Cow<'a, str>, Vec<Missing>) {
    let mut missing: BTreeMap<char, Missing> = BTreeMap::new();
    let mut other_signs = false;
    for (index, line) in text.lines().enumerate() {
        if line.is_ascii() {
            continue;
        }
        for (at, character) in line.char_indices().filter(|(_, c)| !font::draws(*c)) {
            if said_as(character).is_some() {
                other_signs = true;
                continue;
            }
            missing
                .entry(character)
                .and_modify(|known| known.times = known.times.saturating_add(1))
                .or_insert_with(|| Missing {
                    character,
                    file: file.to_owned(),
                    line: index.saturating_add(1),
                    around: around(line, at),
                    times: 1,
                });
        }
    }
    if missing.is_empty() && !other_signs {
        return (Cow::Borrowed(text), Vec::new());
    }
    let replace = |c: char| match said_as(c) {
        Some(sign) if !font::draws(c) => sign,
        _ if missing.contains_key(&c) => REPLACEMENT,
        _ => c,
    };
    let replaced = text.chars().map(replace).collect();
    (Cow::Owned(replaced), missing.into_values().collect())
}

/// Up to eight characters on either side of a byte position, stopping at quotes and markup.
fn around(line: &str, at: usize) -> String {
    const REACH: usize = 8;
    let ends = |c: &char| matches!(c, '"' | '<' | '>');
    let (before, after) = line.split_at(at);
    let mut text: Vec<char> = before.chars().rev().take(REACH).take_while(|c| !ends(c)).collect();
    text.reverse();
    text.extend(after.chars().take(REACH.saturating_add(1)).take_while(|c| !ends(c)));
    text.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_character_is_replaced_and_named() {
        let text = "{\n \"name\": \"示例護岸한公司\", \"again\": \"護\"\n}";
        let (drawn, missing) = drawable("data.json", text);
        assert_eq!(drawn, "{\n \"name\": \"示例〓岸〓公司\", \"again\": \"〓\"\n}");
        let seen: Vec<_> =
            missing.iter().map(|m| (m.character, m.line, m.times, m.around.as_str())).collect();
        assert_eq!(seen, [('護', 2, 2, "示例護岸한公司"), ('한', 2, 1, "示例護岸한公司")]);
        assert!(missing[0].message().zh.contains("“護”字(U+8B77)"));
    }

    #[test]
    fn signs_that_another_one_says_as_well_are_no_loss() {
        let (drawn, missing) = drawable("data.json", "⩾ 3 家，二氧化碳 CO₂");
        assert_eq!((drawn.as_ref(), missing), ("≥ 3 家，二氧化碳 CO2", vec![]));
        assert!(SAID_AS.iter().all(|(lacking, sign)| !font::draws(*lacking) && font::draws(*sign)));
    }

    #[test]
    fn what_can_be_drawn_is_left_alone() {
        let (drawn, missing) = drawable("data.json", "广州市 ≥ 100 家\n");
        assert!(matches!(drawn, Cow::Borrowed(_)));
        assert_eq!(missing, []);
    }
}
