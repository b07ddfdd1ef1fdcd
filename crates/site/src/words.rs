//! Every text of the pages, from `messages/`: a file for each page, both languages beside each other.
//!
//! A key is the file's name and the name in it: `sign-in.title`. What a text must be told is written in braces: `{count}`.

use std::{collections::BTreeMap, sync::OnceLock};

use jixiao_core::finding::{Both, Lang};
use serde::Deserialize;

macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        /// The files by name.
        const FILES: &[(&str, &str)] = &[$(($name, include_str!(concat!("../messages/", $name, ".toml")))),+];
    };
}

files! {
    "account", "accounts", "audit", "awards", "bank", "case", "cases", "decomposition", "derivation", "files", "home", "indicators", "inspection", "intake", "jobs", "monitor", "objections", "people", "precheck", "public", "regions", "results", "schemes", "score", "search", "shell", "sign-in", "simulate", "style", "survey", "table", "targets", "tour", "tree", "versions", "year",
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pair {
    zh: String,
    en: String,
}

/// All texts by key.
///
/// # Errors
/// A file is no list of texts: which one, and what is wrong with it.
pub fn read() -> Result<BTreeMap<String, Both>, String> {
    let mut all = BTreeMap::new();
    for (name, text) in FILES {
        let file: BTreeMap<String, Pair> =
            toml::from_str(text).map_err(|error| format!("messages/{name}.toml: {error}"))?;
        all.extend(file.into_iter().map(|(key, Pair { zh, en })| (format!("{name}.{key}"), Both { zh, en })));
    }
    Ok(all)
}

fn all() -> &'static BTreeMap<String, Both> {
    static ALL: OnceLock<BTreeMap<String, Both>> = OnceLock::new();
    // A test reads the files; they are part of the program.
    ALL.get_or_init(|| read().unwrap_or_default())
}

/// The texts in a language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words(pub Lang);

impl Words {
    /// A text. A key that there is not is shown as it is, and a test finds it.
    pub fn t(self, key: &'static str) -> &'static str {
        all().get(key).map_or(key, |both| both.get(self.0))
    }

    /// A text with what it is told.
    pub fn with(self, key: &'static str, told: &[(&str, &str)]) -> String {
        told.iter()
            .fold(self.t(key).to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;

    fn files(folder: &str, ending: &str) -> Vec<(String, String)> {
        let mut found = Vec::new();
        let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("the folder is there") {
                let path = entry.expect("it is listed").path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|found| found == ending) {
                    found.push((path.display().to_string(), fs::read_to_string(&path).expect("it is read")));
                }
            }
        }
        found
    }

    /// The keys that a text of the program asks for.
    fn asked(text: &str) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for start in [".t(", ".with(", "key!("] {
            for piece in text.split(start).skip(1) {
                let Some(rest) = piece.trim_start().strip_prefix('"') else { continue };
                if let Some((key, _)) = rest.split_once('"') {
                    found.insert(key.to_owned());
                }
            }
        }
        found
    }

    #[test]
    fn every_key_is_there_and_every_text_is_used() {
        let all = read().expect("the files are texts");
        let mut used = BTreeSet::new();
        for (file, text) in files("src", "rs").into_iter().chain(files("templates", "html")) {
            if file.ends_with("words.rs") {
                continue;
            }
            for key in asked(&text) {
                assert!(all.contains_key(&key), "{file} asks for {key}, which no file of messages/ has");
            }
            // Lists of keys are handed to macros: whatever stands between quotation marks is used.
            used.extend(text.split('"').filter(|piece| all.contains_key(*piece)).map(str::to_owned));
        }
        let idle: Vec<&String> = all.keys().filter(|key| !used.contains(*key)).collect();
        assert!(idle.is_empty(), "nothing asks for {idle:?}");
    }

    #[test]
    fn both_languages_say_something_and_are_told_the_same() {
        for (key, Both { zh, en }) in read().expect("the files are texts") {
            assert!(!zh.trim().is_empty() && !en.trim().is_empty(), "{key} is empty in a language");
            let names = |text: &str| -> BTreeSet<String> {
                let pieces = text.split('{').skip(1);
                pieces.filter_map(|piece| piece.split_once('}')).map(|(name, _)| name.to_owned()).collect()
            };
            assert_eq!(names(&zh), names(&en), "{key} is told other things in the other language");
        }
    }

    /// A text without what reads `name="value"`: attributes that a macro adds to many tags stand outside of any.
    fn without_attributes(text: &str) -> String {
        let (mut out, mut rest) = (String::new(), text);
        while let Some(at) = rest.find("=\"") {
            let begin = rest[..at].rfind(char::is_whitespace).map_or(0, |space| space + 1);
            out.push_str(&rest[..begin]);
            let value = &rest[at + 2..];
            rest = value.split_once('"').map_or("", |(_, after)| after);
        }
        out + rest
    }

    #[test]
    fn attributes_are_no_words_and_what_stands_beside_them_is() {
        assert_eq!(without_attributes(" hx-trigger=\"input changed, change\" data-x=\"\"").trim(), "");
        assert_eq!(without_attributes("save a=\"b c\" now"), "save  now");
        assert_eq!(without_attributes("plain"), "plain");
    }

    #[test]
    fn templates_hold_no_words() {
        for (file, text) in files("templates", "html") {
            // What stands between tags, with everything that is filled in taken out.
            let mut rest = String::new();
            let mut depth = 0u32;
            let mut chars = text.chars().peekable();
            while let Some(c) = chars.next() {
                match (c, chars.peek()) {
                    ('{', Some('{' | '%' | '#')) => depth += 1,
                    ('}' | '%' | '#', Some('}')) if depth > 0 => {
                        chars.next();
                        depth -= 1;
                    }
                    _ if depth == 0 => rest.push(c),
                    _ => {}
                }
            }
            let mut outside = String::new();
            let mut in_tag = false;
            for c in rest.chars() {
                match c {
                    '<' => in_tag = true,
                    '>' => in_tag = false,
                    c if !in_tag => outside.push(c),
                    _ => {}
                }
            }
            let outside = without_attributes(&outside);
            let words: Vec<&str> =
                outside.split_whitespace().filter(|w| w.chars().any(char::is_alphabetic)).collect();
            let entities = words.iter().filter(|word| !word.starts_with('&')).collect::<Vec<_>>();
            assert!(entities.is_empty(), "{file} holds words of its own: {entities:?}");
            let chinese: String = rest.chars().filter(|c| c.is_alphabetic() && !c.is_ascii()).collect();
            assert!(
                chinese.is_empty(),
                "{file} holds Chinese characters, which belong into messages/: {chinese}"
            );
        }
    }

    #[test]
    fn a_text_says_what_it_is_told() {
        let told = Words(Lang::Zh).with("table.shown", &[("shown", "3"), ("all", "9")]);
        assert!(told.contains('3') && told.contains('9'), "{told}");
    }
}
