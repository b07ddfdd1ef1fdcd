//! What needs the inside: chunk sizes, the two ways of reading.

use proptest::prelude::*;

use super::*;
use crate::{
    dimension::Unit,
    schema::{Choice, Column as Schema},
};

fn column(name: &str, kind: Kind, required: bool) -> Schema {
    Schema {
        name: name.into(),
        headings: Vec::new(),
        doc: jixiao_core::finding::Both::default(),
        unit: matches!(kind, Kind::Decimal(_)).then(|| Unit::parse("元").expect("a unit")),
        kind,
        required,
        minimum: None,
        maximum: None,
    }
}

fn ledger() -> Ledger {
    let choice = |value: &str, names: &[&str]| Choice {
        value: value.into(),
        names: names.iter().map(|n| (*n).into()).collect(),
    };
    Ledger {
        name: "lines".into(),
        label: jixiao_core::finding::Both::default(),
        doc: jixiao_core::finding::Both::default(),
        files: vec!["lines".into()],
        key: vec![0],
        unique: false,
        columns: vec![
            column("no", Kind::Digits(4), true),
            column("amount", Kind::Decimal(2), false),
            column("day", Kind::Date, false),
            column(
                "mode",
                Kind::Choice(vec![choice("general", &["一般贸易", "0110"]), choice("other", &[])]),
                false,
            ),
            column("name", Kind::Text, false),
            column("count", Kind::Whole, false),
            column("code", Kind::CreditCode, false),
            column("open", Kind::Flag, false),
        ],
    }
}

const HEAD: &str = "no,amount,day,mode,name,count,code,open\n";

fn source(bytes: &[u8]) -> Vec<Source> {
    vec![Source { name: "lines.csv".into(), input: Input::Bytes(bytes.to_vec()) }]
}

fn manner(chunk: usize, record: usize, patient: bool) -> Manner {
    Manner { sizes: Sizes { chunk, record }, patient }
}

/// All that a reading says, as text: the rows with their values, what was set aside, the report.
fn told(ledger: &Ledger, sources: Vec<Source>, threads: usize, manner: Manner) -> String {
    use std::fmt::Write as _;
    let loaded = match load_in(ledger, sources, threads, &Silent, manner) {
        Ok(loaded) => loaded,
        Err(error) => return error.to_string(),
    };
    let mut out = String::new();
    let table = &loaded.table;
    for (i, row) in table.rows.iter().enumerate() {
        let cell =
            |c: usize| if table.columns[c].is_null(i) { "-".to_owned() } else { said(ledger, table, c, i) };
        let cells: Vec<String> = (0..ledger.columns.len()).map(cell).collect();
        writeln!(out, "{}:{} {:?}", row.file, row.row, cells).expect("a string");
    }
    for aside in &loaded.set_aside {
        writeln!(out, "{aside:?}").expect("a string");
    }
    for file in &loaded.files {
        let bad: std::collections::BTreeSet<u32> = loaded
            .set_aside
            .iter()
            .filter(|a| loaded.files[a.file as usize] == *file)
            .map(|a| a.row)
            .collect();
        assert_eq!(file.rows, file.accepted + bad.len() as u64, "rows in = accepted + set aside");
        writeln!(out, "{file:?}").expect("a string");
    }
    out
}

/// Cells that are right, wrong, odd, quoted, cut off.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => prop::sample::select(vec![
            "0001", "1234", "O123", "12345", "1.5", "-0.01", "1.234", "1,234.50", "\"1,234.50\"", "2024-06-30", "2024-02-30", "2024年6月3日",
            "20240101", "一般贸易", "general", "0110", "深圳", "　深圳 ", "10000000000000000Y", "10000000000000000X", "是", "no", "1", "0", "",
            " ", "9999999999999999999", "\"a\"\"b\"", "\"a\nb\"", "\"", "x\"y", "\"a\"b", "\r", "\0", "ｘ", "１２３４", "\"\n\"",
        ]).prop_map(str::to_owned),
        1 => "[ -~一-十]{0,12}",
    ]
}

fn file() -> impl Strategy<Value = String> {
    let good = prop::sample::select(vec![
        "0001,1.50,2024-06-30,general,深圳,3,10000000000000000Y,是",
        "0002,,,,,,,",
        "0003,-7,2024/1/1,0110,\"a,b\",0,,0",
    ]);
    let row = prop_oneof![
        3 => good.prop_map(str::to_owned),
        3 => prop::collection::vec(cell(), 8).prop_map(|c| c.join(",")),
        1 => prop::collection::vec(cell(), 0..11).prop_map(|c| c.join(",")),
    ];
    let end = prop::sample::select(vec!["\n", "\r\n", "\n\n"]);
    (prop::collection::vec((row, end), 0..14), any::<bool>()).prop_map(|(rows, last)| {
        let mut text: String = HEAD.to_owned();
        for (row, end) in rows {
            text.push_str(&row);
            text.push_str(end);
        }
        if last && text.len() > HEAD.len() {
            text.pop();
        }
        text
    })
}

proptest! {
    #[test]
    fn both_ways_and_all_sizes_say_the_same(text in file(), chunk in 1usize..200, threads in 1usize..6) {
        let ledger = ledger();
        let whole = told(&ledger, source(text.as_bytes()), 1, manner(1 << 20, 1 << 20, false));
        let patient = told(&ledger, source(text.as_bytes()), 1, manner(1 << 20, 1 << 20, true));
        prop_assert_eq!(&whole, &patient);
        let pieces = told(&ledger, source(text.as_bytes()), threads, manner(chunk, 1 << 20, false));
        prop_assert_eq!(&whole, &pieces);
    }

    #[test]
    fn the_largest_record_is_the_same_for_all_sizes(text in file(), chunk in 1usize..300, most in 45usize..70) {
        let ledger = ledger();
        let whole = told(&ledger, source(text.as_bytes()), 1, manner(1 << 20, most, false));
        prop_assert_eq!(&whole, &told(&ledger, source(text.as_bytes()), 2, manner(chunk, most, false)));
        prop_assert_eq!(&whole, &told(&ledger, source(text.as_bytes()), 2, manner(chunk, most, true)));
    }

    #[test]
    fn any_bytes_are_counted(bytes in prop::collection::vec(any::<u8>(), 0..300), chunk in 1usize..100) {
        let ledger = ledger();
        let mut all = HEAD.as_bytes().to_vec();
        all.extend(bytes);
        let whole = told(&ledger, source(&all), 1, manner(1 << 20, 1 << 20, false));
        prop_assert_eq!(&whole, &told(&ledger, source(&all), 3, manner(chunk, 1 << 20, true)));
    }

    #[test]
    fn marks_are_those_of_a_plain_search(bytes in prop::collection::vec(prop::sample::select(b",\na\x2d\x0b\x8a\xac\x80".to_vec()), 0..300)) {
        prop_assert_eq!(text::marks(&bytes, b','), (0..bytes.len()).filter(|i| b",\n".contains(&bytes[*i])).collect::<Vec<_>>());
    }
}

#[test]
fn a_small_file_reads_as_expected() {
    let text = format!(
        "{HEAD}0001,1.50,2024-06-30,一般贸易,\"深圳, 南山\",3,10000000000000000Y,是\n\nO123,1.234,2024-02-30,x,n,1.0,10000000000000000X,?\n0002,,,,,,,"
    );
    let said = told(&ledger(), source(text.as_bytes()), 1, Manner::default());
    assert!(said.contains("0:2 [\"0001\", \"1.50\", \"2024-06-30\", \"general\", \"深圳, 南山\", \"3\", \"10000000000000000Y\", \"true\"]"));
}
