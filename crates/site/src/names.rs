//! What enterprises are called, found by name, code or the first letters of their pinyin.

use std::collections::BTreeMap;

use pinyin::ToPinyin as _;

/// What an enterprise is called.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Name {
    name: String,
    letters: String,
}

/// What enterprises are called, by code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names(BTreeMap<String, Name>);

/// The first letters of the pinyin of a text, in small letters; other letters and digits stay, everything else is left out.
pub fn first_letters(text: &str) -> String {
    text.chars()
        .filter_map(|c| match c.to_pinyin() {
            Some(pinyin) => pinyin.first_letter().chars().next(),
            None => c.is_alphanumeric().then(|| c.to_lowercase().next().unwrap_or(c)),
        })
        .collect()
}

/// Whether something is meant by what was typed: its name holds it, or the first letters of its pinyin do.
pub fn meant(name: &str, typed: &str) -> bool {
    let typed = typed.to_lowercase();
    let letters = typed.len() > 1 && typed.chars().all(|c| c.is_ascii_alphanumeric());
    name.to_lowercase().contains(&typed) || (letters && first_letters(name).contains(&typed))
}

impl Names {
    /// Names by code.
    pub fn of(names: impl IntoIterator<Item = (String, String)>) -> Self {
        let one = |(code, name): (String, String)| {
            let letters = first_letters(&name);
            (code, Name { name, letters })
        };
        Self(names.into_iter().map(one).collect())
    }

    /// What an enterprise is called; nothing where nobody said.
    pub fn get(&self, code: &str) -> Option<&str> {
        self.0.get(code).map(|found| found.name.as_str())
    }

    /// Whether nobody said what any is called.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Codes of enterprises that are meant by what was typed: code or name begins with it, then name or letters hold it. At most `most`, by code.
    pub fn find(&self, typed: &str, most: usize) -> Vec<String> {
        let (small, large) = (typed.to_lowercase(), typed.to_uppercase());
        let letters = small.len() > 1 && small.chars().all(|c| c.is_ascii_alphanumeric());
        let first = |(code, name): &(&String, &Name)| {
            code.starts_with(&large)
                || name.name.starts_with(typed)
                || (letters && name.letters.starts_with(&small))
        };
        let then = |(code, name): &(&String, &Name)| {
            !first(&(*code, *name))
                && (name.name.contains(typed) || (letters && name.letters.contains(&small)))
        };
        let (firsts, thens) = (self.0.iter().filter(first), self.0.iter().filter(then));
        firsts.chain(thens).take(most).map(|(code, _)| code.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enterprises_are_found_by_name_code_and_first_letters() {
        let names = Names::of(
            [("91A", "湛江海产贸易有限公司"), ("91B", "珠海A8电子"), ("92C", "贸易湛江")]
                .map(|(code, name)| (code.to_owned(), name.to_owned())),
        );
        for (typed, found) in [
            // Beginnings come before what only holds it.
            ("湛江", vec!["91A", "92C"]),
            ("贸易", vec!["92C", "91A"]),
            ("zjhc", vec!["91A"]),
            ("ZHA8", vec!["91B"]),
            ("91", vec!["91A", "91B"]),
            ("91b", vec!["91B"]),
            // One letter is too little to be read as pinyin.
            ("z", vec![]),
            ("深圳", vec![]),
        ] {
            assert_eq!(names.find(typed, 20), found, "{typed}");
        }
        assert_eq!(names.find("9", 2).len(), 2, "no more than are asked for");
        assert_eq!(names.get("92C"), Some("贸易湛江"));
        assert_eq!(names.get("93"), None);
    }

    #[test]
    fn letters_of_a_text_are_those_of_its_pinyin() {
        assert_eq!(first_letters("进口贴息（2024）"), "jktx2024");
        assert!(meant("进口贴息", "jktx") && meant("Import interest", "INTER") && !meant("进口贴息", "x"));
    }
}
