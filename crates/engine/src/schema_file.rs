//! `ledgers.toml` read into [`Ledgers`].

use std::collections::BTreeMap;

use jixiao_core::{both, finding::Both};

use crate::{
    dimension::Unit,
    fault::{Fault, Span, Text},
    number::Dec,
    schema::{Choice, Column, Kind, Ledger, Ledgers},
    scheme::syntax::days,
    tree::{self, Faults, Quoted, Table, instead, is_name},
};

/// The most digits after the point that a `decimal` column may have, and the most digits of a `digits` column: what a
/// whole number of 64 bits holds.
const MOST_DIGITS: u8 = 18;

/// Reads the ledgers of a fund.
///
/// # Errors
///
/// Every mistake of the file with its place.
pub fn ledgers(text: &Text) -> Result<Ledgers, Vec<Fault>> {
    let faults = Faults::new(&text.name);
    let mut read = Ledgers::default();
    if let Some(tree) = tree::parse(text, &faults) {
        let root = Table::new(tree.get_ref(), 0..0, &text.text, &faults);
        let mut names = Seen::default();
        let mut files = Seen::default();
        for table in root.tables("ledger") {
            let ledger = ledger(&table, &faults, &mut names, &mut files);
            table.close();
            read.ledgers.extend(ledger);
        }
        root.close();
    }
    if faults.is_empty() { Ok(read) } else { Err(faults.into_vec()) }
}

/// Words that may stand only once, each with the place where it stood first.
#[derive(Default)]
pub(crate) struct Seen(BTreeMap<String, Span>);

impl Seen {
    /// Notes a word; a second one is a fault.
    pub(crate) fn once(&mut self, word: &Quoted, what: &Both, faults: &Faults) {
        let Some(first) = self.0.get(&word.text) else {
            self.0.insert(word.text.clone(), word.span.clone());
            return;
        };
        let name = &word.text;
        let (zh, en) = (&what.zh, &what.en);
        faults.add_with(
            word.span.clone(),
            Both::new(format!("{zh} {name} 出现两次"), format!("The {en} {name} is there twice")),
            both!("第二次", "the second time"),
            vec![(first.clone(), both!("第一次", "the first time"))],
            both!("给其中一个另取名称，或删去重复的。", "Rename one of them, or take the repetition away."),
        );
    }
}

/// Checks that a word can be used in expressions.
pub(crate) fn checked_name(word: &Quoted, faults: &Faults) {
    if is_name(&word.text) {
        return;
    }
    let name = &word.text;
    faults.add(
        word.span.clone(),
        both!("{name} 不能用作表达式里的名称", "{name} cannot be a name in expressions"),
        both!("不是名称", "not a name"),
        both!(
            "用小写字母、数字和下划线，不以数字开头，也不用 and、case、select 这类语言用词。",
            "Use lower-case letters, digits and underscores, no digit first, and no word of the language like and, case, select."
        ),
    );
}

/// Reads a unit.
pub(crate) fn unit(text: &Quoted, faults: &Faults) -> Option<Unit> {
    let unit = Unit::parse(&text.text);
    if unit.is_none() {
        let said = &text.text;
        faults.add(
            text.span.clone(),
            both!("“{said}”不是单位", "{said:?} is no unit"),
            both!("读不出单位", "cannot be read"),
            both!(
                "例如 元、万美元、%、元/美元；没有单位的数写 1。",
                "For example 元, 万美元, %, 元/美元; 1 for a plain number."
            ),
        );
    }
    unit
}

fn ledger(table: &Table<'_>, faults: &Faults, names: &mut Seen, stems: &mut Seen) -> Option<Ledger> {
    let name = table.needed("name");
    if let Some(name) = &name {
        checked_name(name, faults);
        names.once(name, &both!("台账", "ledger"), faults);
    }
    let label = table.needed_both("label");
    let doc = table.both("doc").unwrap_or_default();
    let files = table.needed_texts("files");
    for stem in &files {
        stems.once(stem, &both!("文件名", "file stem"), faults);
    }
    let unique = table.flag("unique").unwrap_or(false);
    let key_names = table.needed_texts("key");
    let mut columns = Vec::new();
    let mut seen = Seen::default();
    for item in table.tables("column") {
        let column = column(&item, faults, &mut seen);
        item.close();
        columns.extend(column);
    }
    if columns.is_empty() && table.place("column").is_none() {
        faults.add(
            table.span.clone(),
            both!("台账没有列", "The ledger has no columns"),
            both!("此处须有列", "columns belong here"),
            both!("补上 [[ledger.column]]。", "Add [[ledger.column]]."),
        );
    }
    let mut key = Vec::new();
    for word in &key_names {
        if let Some(at) = columns.iter().position(|c| c.name == word.text) {
            key.push(at);
        } else {
            let column = &word.text;
            faults.add(
                word.span.clone(),
                both!("没有 {column} 这一列", "There is no column {column}"),
                both!("不认识的列", "unknown column"),
                instead(column, columns.iter().map(|c| c.name.as_str())),
            );
        }
    }
    let files = files.into_iter().map(|f| f.text).collect();
    Some(Ledger { name: name?.text, label: label?, doc, files, key, unique, columns })
}

#[derive(Clone, Copy)]
enum Word {
    Text,
    Choice,
    CreditCode,
    Digits,
    Whole,
    Decimal,
    Date,
    Flag,
}

const WORDS: &[(&str, Word)] = &[
    ("text", Word::Text),
    ("choice", Word::Choice),
    ("credit-code", Word::CreditCode),
    ("digits", Word::Digits),
    ("whole", Word::Whole),
    ("decimal", Word::Decimal),
    ("date", Word::Date),
    ("flag", Word::Flag),
];

fn column(table: &Table<'_>, faults: &Faults, seen: &mut Seen) -> Option<Column> {
    let name = table.needed("name");
    let headings = table.texts("headings");
    if let Some(name) = &name {
        checked_name(name, faults);
    }
    // A heading of one column and the name of another are the same word in a file.
    for word in name.iter().chain(headings.iter().filter(|h| Some(&h.text) != name.as_ref().map(|n| &n.text)))
    {
        seen.once(word, &both!("列名或表头", "column or heading"), faults);
    }
    let doc = table.needed_both("doc");
    let word = table.needed("kind").and_then(|_| table.word("kind", WORDS));
    let kind = word.as_ref().and_then(|word| kind(table, word.value, faults));
    let required = table.flag("required").unwrap_or(false);
    let unit_text = table.text("unit");
    let unit = unit_text.as_ref().and_then(|text| unit(text, faults));
    let numeric = matches!(word.as_ref().map(|w| w.value), None | Some(Word::Whole | Word::Decimal));
    if let Some(text) = &unit_text
        && !numeric
    {
        faults.add(
            text.span.clone(),
            both!("只有数字列才有单位", "Only columns of numbers have a unit"),
            both!("这一列不是数字", "this column holds no numbers"),
            both!("删去 unit。", "Take unit away."),
        );
    }
    let (low, high) = (table.text("minimum"), table.text("maximum"));
    let bound = |text: &Option<Quoted>| bound(text.as_ref()?, kind.as_ref()?, faults);
    let (minimum, maximum) = (bound(&low), bound(&high));
    if let (Some(least), Some(most), Some(low), Some(high)) = (minimum, maximum, &low, &high)
        && least > most
    {
        let (a, b) = (&low.text, &high.text);
        faults.add_with(
            high.span.clone(),
            both!("最大值 {b} 小于最小值 {a}", "The maximum {b} is below the minimum {a}"),
            both!("最大值", "maximum"),
            vec![(low.span.clone(), both!("最小值", "minimum"))],
            both!("对调或改正。", "Exchange or correct them."),
        );
    }
    let headings = headings.into_iter().map(|h| h.text).collect();
    Some(Column { name: name?.text, headings, doc: doc?, kind: kind?, unit, required, minimum, maximum })
}

fn kind(table: &Table<'_>, word: Word, faults: &Faults) -> Option<Kind> {
    // Keys of other kinds are not asked for, so that they are reported.
    Some(match word {
        Word::Text => Kind::Text,
        Word::CreditCode => Kind::CreditCode,
        Word::Whole => Kind::Whole,
        Word::Date => Kind::Date,
        Word::Flag => Kind::Flag,
        Word::Digits => Kind::Digits(size(table, "width", 1, faults)?),
        Word::Decimal => Kind::Decimal(size(table, "scale", 0, faults)?),
        Word::Choice => {
            let mut seen = Seen::default();
            let mut choices = Vec::new();
            for item in table.tables("choices") {
                let value = item.needed("value");
                let names = item.texts("names");
                item.close();
                let same = |n: &&Quoted| Some(&n.text) != value.as_ref().map(|v| &v.text);
                for word in value.iter().chain(names.iter().filter(same)) {
                    seen.once(word, &both!("选项用词", "word of a choice"), faults);
                }
                if let Some(value) = value {
                    let names = names.into_iter().map(|n| n.text).collect();
                    choices.push(Choice { value: value.text, names });
                }
            }
            if choices.is_empty() && table.place("choices").is_none() {
                faults.add(
                    table.span.clone(),
                    both!("缺少 choices", "choices is missing"),
                    both!("此处须有 choices", "choices belongs here"),
                    both!(
                        "补上 choices = [{{ value = \"…\", names = [\"…\"] }}]",
                        "Add choices = [{{ value = \"…\", names = [\"…\"] }}]"
                    ),
                );
            }
            Kind::Choice(choices)
        }
    })
}

fn size(table: &Table<'_>, key: &'static str, least: u8, faults: &Faults) -> Option<u8> {
    let Some(number) = table.whole(key) else {
        if table.place(key).is_none() {
            faults.add(
                table.span.clone(),
                both!("缺少 {key}", "{key} is missing"),
                both!("此处须有 {key}", "{key} belongs here"),
                both!("补上 {key} = …", "Add {key} = …"),
            );
        }
        return None;
    };
    let size = u8::try_from(number.value).ok().filter(|n| (least..=MOST_DIGITS).contains(n));
    if size.is_none() {
        let said = number.value;
        faults.add(
            number.span,
            both!(
                "{key} = {said} 不在 {least} 至 {MOST_DIGITS} 之间",
                "{key} = {said} is not between {least} and {MOST_DIGITS}"
            ),
            both!("超出范围", "out of range"),
            both!(
                "写 {least} 至 {MOST_DIGITS} 的整数。",
                "Write a whole number from {least} to {MOST_DIGITS}."
            ),
        );
    }
    size
}

fn bound(text: &Quoted, kind: &Kind, faults: &Faults) -> Option<i64> {
    let at_scale =
        |scale| Dec::parse(&text.text).and_then(|d| d.at_scale(scale)).and_then(|m| i64::try_from(m).ok());
    let (read, next) = match kind {
        Kind::Whole => (at_scale(0), both!("写整数，例如 \"0\"。", "Write a whole number, \"0\".")),
        Kind::Decimal(scale) => (
            at_scale(*scale),
            both!(
                "写至多 {scale} 位小数的数，例如 \"0\"。",
                "Write a number with at most {scale} decimals, \"0\"."
            ),
        ),
        Kind::Date => {
            (days(&text.text), both!("写日期，例如 \"2024-01-01\"。", "Write a date, \"2024-01-01\"."))
        }
        _ => (
            None,
            both!(
                "只有数字列和日期列有上下限；删去它。",
                "Only numbers and dates have bounds: take it away."
            ),
        ),
    };
    if read.is_none() {
        let said = &text.text;
        faults.add(
            text.span.clone(),
            both!("“{said}”不能作这一列的上下限", "{said:?} cannot be a bound of this column"),
            both!("与列的种类不符", "not of the column's kind"),
            next,
        );
    }
    read
}
