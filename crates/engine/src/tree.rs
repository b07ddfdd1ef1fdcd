//! A TOML file as a tree in which every key and value knows its place, so that each mistake gets a caret.

use std::cell::RefCell;

use jixiao_core::{both, finding::Both, text};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use crate::fault::{Fault, Span, Text};

/// A value with its place in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

/// A text as the file quotes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quoted {
    /// What it says.
    pub text: String,
    /// Where it stands, quotes included.
    pub span: Span,
    /// Where its first byte stands, when the file has the text byte for byte (no escapes).
    start: Option<usize>,
}

impl Quoted {
    /// A text that stands for a place of the file and is not written there.
    pub(crate) fn implied(text: &str, span: Span) -> Self {
        Self { text: text.to_owned(), span, start: None }
    }

    fn new(text: &str, span: Span, source: &str) -> Self {
        let raw = source.get(span.clone()).unwrap_or("");
        let body = ["\"\"\"", "'''", "\"", "'"].iter().find_map(|quote| {
            let body = raw.strip_prefix(quote)?.strip_suffix(quote)?;
            // A line break right after three quotes is not part of the text.
            let cut = body.strip_prefix("\r\n").or_else(|| body.strip_prefix('\n'));
            let body = cut.filter(|_| quote.len() == 3).unwrap_or(body);
            (body == text).then(|| span.end - quote.len() - body.len())
        });
        Self { text: text.to_owned(), span, start: body }
    }

    /// The place in the file of some bytes of the text: exact when the file has no escapes there, else the whole text.
    pub fn place(&self, inner: &Span) -> Span {
        match self.start {
            Some(start) => start + inner.start..start + inner.end,
            None => self.span.clone(),
        }
    }
}

/// The faults of one file, as they are found.
#[derive(Debug)]
pub(crate) struct Faults {
    file: String,
    found: RefCell<Vec<Fault>>,
}

impl Faults {
    pub(crate) fn new(file: &str) -> Self {
        Self { file: file.to_owned(), found: RefCell::default() }
    }

    /// Notes a fault: what is wrong, what stands there, what to do.
    pub(crate) fn add(&self, span: Span, message: Both, here: Both, next: Both) {
        self.add_with(span, message, here, Vec::new(), next);
    }

    /// Notes a fault that belongs to other places too.
    pub(crate) fn add_with(
        &self,
        span: Span,
        message: Both,
        here: Both,
        labels: Vec<(Span, Both)>,
        next: Both,
    ) {
        let fault = Fault { file: self.file.clone(), span, message, here, labels, next };
        let mut found = self.found.borrow_mut();
        if !found.contains(&fault) {
            found.push(fault);
        }
    }

    /// All faults, in the order of their places.
    pub(crate) fn into_vec(self) -> Vec<Fault> {
        let mut found = self.found.into_inner();
        found.sort_by_key(|f| (f.span.start, f.span.end));
        found
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found.borrow().is_empty()
    }
}

/// The name among several that is most like one, when any is near enough to be a slip.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = name.chars().count();
    let allowed = if length <= 3 { 1 } else { 2 };
    known
        .into_iter()
        .filter(|k| k.chars().count().abs_diff(length) <= allowed)
        .map(|k| (text::distance(name, k), k))
        .filter(|(edits, k)| *edits <= allowed && *edits < k.chars().count())
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, k)| k)
}

/// What to do about a name that is not there: the near one, or those that there are.
pub(crate) fn instead<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Both {
    let known: Vec<&str> = known.into_iter().collect();
    if let Some(near) = nearest(name, known.iter().copied()) {
        return both!("是否想写 {near}？", "Did you mean {near}?");
    }
    if known.is_empty() {
        return both!(
            "此处还没有可用的名称，先定义再使用。",
            "Nothing is defined here yet: define it first."
        );
    }
    let list = |separator: &str, rest: fn(usize) -> String| text::listing(&known, 12, separator, rest);
    Both::new(
        format!("可用的有：{}。", list("、", |n| format!("等另{n}个"))),
        format!("There are: {}.", list(", ", |n| format!(" and {n} more"))),
    )
}

/// Whether a text can be a name in expressions: lower-case letters, digits and underscores, no digit first.
pub(crate) fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        && !crate::scheme::syntax::is_keyword(text)
}

/// Reads a file whole; its faults of writing are noted and nothing comes back.
pub(crate) fn parse<'a>(file: &'a Text, faults: &Faults) -> Option<Spanned<DeTable<'a>>> {
    let (tree, errors) = DeTable::parse_recoverable(&file.text);
    for error in &errors {
        let span = error.span().unwrap_or(0..0);
        let why = error.message().replace('\n', ", ");
        faults.add(
            span,
            both!("不是正确的 TOML：{why}", "Not TOML: {why}"),
            both!("写法有误", "cannot be read"),
            both!(
                "改正此处写法；其余内容在全文可读之后再核对。",
                "Correct it; the rest is checked once the file reads."
            ),
        );
    }
    errors.is_empty().then_some(tree)
}

/// One table of the tree; knows which keys were asked for.
pub(crate) struct Table<'a> {
    map: &'a DeTable<'a>,
    /// The header or the braces.
    pub(crate) span: Span,
    source: &'a str,
    faults: &'a Faults,
    known: RefCell<Vec<&'static str>>,
}

impl<'a> Table<'a> {
    pub(crate) fn new(map: &'a DeTable<'a>, span: Span, source: &'a str, faults: &'a Faults) -> Self {
        Self { map, span, source, faults, known: RefCell::default() }
    }

    fn get(&self, key: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.known.borrow_mut().push(key);
        self.map.iter().find(|(k, _)| k.get_ref() == key).map(|(_, v)| v)
    }

    /// Whether a key is there, and where.
    pub(crate) fn place(&self, key: &'static str) -> Option<Span> {
        self.get(key)?;
        self.map.iter().find(|(k, _)| k.get_ref() == key).map(|(k, _)| k.span())
    }

    /// Every key with its value.
    pub(crate) fn entries(&self) -> Vec<(At<String>, &'a Spanned<DeValue<'a>>)> {
        let mut all: Vec<_> = self
            .map
            .iter()
            .map(|(k, v)| (At { value: k.get_ref().to_string(), span: k.span() }, v))
            .collect();
        all.sort_by_key(|(k, _)| k.span.start);
        all
    }

    fn missing(&self, key: &'static str) {
        self.faults.add(
            self.span.clone(),
            both!("缺少 {key}", "{key} is missing"),
            both!("此处须有 {key}", "{key} belongs here"),
            both!("补上 {key} = …", "Add {key} = …"),
        );
    }

    fn wrong(&self, key: &str, value: &Spanned<DeValue<'_>>, wanted: Both) {
        let hint = if value.get_ref().is_integer() || value.get_ref().is_float() {
            both!(
                "数字也写在引号里，例如 \"30\"，以保证一位不差。",
                "Numbers stand in quotes too, \"30\", so that no digit is lost."
            )
        } else {
            both!("按格式改写。", "Write it as the format says.")
        };
        let is = kind_word(value.get_ref());
        let (zh, en) = (&wanted.zh, &wanted.en);
        self.faults.add(
            value.span(),
            Both::new(
                format!("{key} 应为{zh}，写成了{}", is.zh),
                format!("{key} must be {en}, not {}", is.en),
            ),
            is,
            hint,
        );
    }

    /// A text out of a value of this table.
    pub(crate) fn quoted(&self, key: &str, value: &Spanned<DeValue<'_>>) -> Option<Quoted> {
        match value.get_ref() {
            DeValue::String(text) => Some(Quoted::new(text, value.span(), self.source)),
            _ => {
                self.wrong(key, value, both!("引号内的文本", "a text in quotes"));
                None
            }
        }
    }

    /// A text, if there is one.
    pub(crate) fn text(&self, key: &'static str) -> Option<Quoted> {
        self.quoted(key, self.get(key)?)
    }

    /// A text that must be there.
    pub(crate) fn needed(&self, key: &'static str) -> Option<Quoted> {
        match self.get(key) {
            Some(value) => self.quoted(key, value),
            None => {
                self.missing(key);
                None
            }
        }
    }

    /// One of some words.
    pub(crate) fn word<T: Copy>(&self, key: &'static str, words: &[(&str, T)]) -> Option<At<T>> {
        let said = self.text(key)?;
        if let Some((_, value)) = words.iter().find(|(w, _)| *w == said.text) {
            return Some(At { value: *value, span: said.span });
        }
        let text = &said.text;
        self.faults.add(
            said.span.clone(),
            both!("{key} 没有“{text}”这一种", "There is no {key} {text:?}"),
            both!("不认识", "not known"),
            instead(text, words.iter().map(|(w, _)| *w)),
        );
        None
    }

    /// A truth value.
    pub(crate) fn flag(&self, key: &'static str) -> Option<bool> {
        let value = self.get(key)?;
        if let DeValue::Boolean(flag) = value.get_ref() {
            return Some(*flag);
        }
        self.wrong(key, value, both!("true 或 false", "true or false"));
        None
    }

    /// A whole number.
    pub(crate) fn whole(&self, key: &'static str) -> Option<At<i64>> {
        let value = self.get(key)?;
        self.number(key, value)
    }

    fn number(&self, key: &str, value: &Spanned<DeValue<'_>>) -> Option<At<i64>> {
        if let DeValue::Integer(n) = value.get_ref()
            && let Ok(n) = i64::from_str_radix(n.as_str(), n.radix())
        {
            return Some(At { value: n, span: value.span() });
        }
        let wanted = both!("不带引号的整数", "a whole number without quotes");
        let is = kind_word(value.get_ref());
        self.faults.add(
            value.span(),
            Both::new(
                format!("{key} 应为{}，写成了{}", wanted.zh, is.zh),
                format!("{key} must be {}, not {}", wanted.en, is.en),
            ),
            is,
            both!("例如 {key} = 2024。", "For example {key} = 2024."),
        );
        None
    }

    /// A text in both languages.
    pub(crate) fn both(&self, key: &'static str) -> Option<Both> {
        let value = self.get(key)?;
        let DeValue::Table(map) = value.get_ref() else {
            self.wrong(key, value, both!("{{ zh = \"…\", en = \"…\" }}", "{{ zh = \"…\", en = \"…\" }}"));
            return None;
        };
        let table = Table::new(map, value.span(), self.source, self.faults);
        let (zh, en) = (table.needed("zh"), table.needed("en"));
        table.close();
        Some(Both::new(zh?.text, en?.text))
    }

    /// A text in both languages that must be there.
    pub(crate) fn needed_both(&self, key: &'static str) -> Option<Both> {
        if self.get(key).is_none() {
            self.missing(key);
        }
        self.both(key)
    }

    fn items(&self, key: &'static str, wanted: Both) -> Vec<&'a Spanned<DeValue<'a>>> {
        match self.get(key) {
            None => Vec::new(),
            Some(value) => match value.get_ref() {
                DeValue::Array(items) => items.iter().collect(),
                _ => {
                    self.wrong(key, value, wanted);
                    Vec::new()
                }
            },
        }
    }

    /// Texts in brackets; none when the key is not there.
    pub(crate) fn texts(&self, key: &'static str) -> Vec<Quoted> {
        let wanted = both!("方括号内的若干文本", "texts in brackets");
        self.items(key, wanted).into_iter().filter_map(|value| self.quoted(key, value)).collect()
    }

    /// Whole numbers in brackets.
    pub(crate) fn wholes(&self, key: &'static str) -> Vec<At<i64>> {
        let wanted = both!("方括号内的若干整数", "whole numbers in brackets");
        self.items(key, wanted).into_iter().filter_map(|value| self.number(key, value)).collect()
    }

    /// At least one text in brackets.
    pub(crate) fn needed_texts(&self, key: &'static str) -> Vec<Quoted> {
        let texts = self.texts(key);
        if texts.is_empty() && !self.map.iter().any(|(k, v)| k.get_ref() == key && !is_empty(v.get_ref())) {
            self.missing(key);
        }
        texts
    }

    /// Tables in brackets, `[[key]]` or `key = [{ … }]`; none when the key is not there.
    pub(crate) fn tables(&self, key: &'static str) -> Vec<Table<'a>> {
        let wanted = both!("若干表（[[{key}]]）", "tables ([[{key}]])");
        let items = self.items(key, wanted);
        items.into_iter().filter_map(|value| self.as_table(key, value)).collect()
    }

    /// A table, if there is one.
    pub(crate) fn table(&self, key: &'static str) -> Option<Table<'a>> {
        let value = self.get(key)?;
        self.as_table(key, value)
    }

    /// A table that must be there.
    pub(crate) fn needed_table(&self, key: &'static str) -> Option<Table<'a>> {
        if self.get(key).is_none() {
            self.missing(key);
        }
        self.table(key)
    }

    fn as_table(&self, key: &str, value: &'a Spanned<DeValue<'a>>) -> Option<Table<'a>> {
        if let DeValue::Table(map) = value.get_ref() {
            return Some(Table::new(map, value.span(), self.source, self.faults));
        }
        self.wrong(key, value, both!("表（[{key}]）", "a table ([{key}])"));
        None
    }

    /// Every key that nobody asked for is a fault.
    pub(crate) fn close(&self) {
        let known = self.known.borrow();
        for (key, _) in self.entries() {
            if known.iter().any(|k| *k == key.value) {
                continue;
            }
            let name = &key.value;
            let mut words = known.clone();
            words.sort_unstable();
            words.dedup();
            self.faults.add(
                key.span,
                both!("此处没有 {name} 这一项", "There is no key {name} here"),
                both!("不认识的项", "unknown key"),
                instead(name, words),
            );
        }
    }
}

fn is_empty(value: &DeValue<'_>) -> bool {
    value.as_array().is_some_and(|items| items.is_empty())
}

fn kind_word(value: &DeValue<'_>) -> Both {
    match value {
        DeValue::String(_) => both!("文本", "a text"),
        DeValue::Integer(_) => both!("整数", "a whole number"),
        DeValue::Float(_) => both!("小数", "a decimal"),
        DeValue::Boolean(_) => both!("真假值", "true or false"),
        DeValue::Datetime(_) => both!("日期", "a date"),
        DeValue::Array(_) => both!("方括号列表", "a list"),
        DeValue::Table(_) => both!("表", "a table"),
    }
}
