//! From texts to plans: what a sound scheme becomes, and where each mistake is pointed at.

use jixiao_engine::{
    fault::{Fault, Text},
    schema::Ledgers,
    schema_file::ledgers,
    scheme::{
        file::read,
        plan::{Kind, Name, Plan, Status, Type, Value},
        planner::{Finer, Years, check, plan},
    },
};

const LEDGERS: &str = include_str!("planning/ledgers.toml");
const SCHEME: &str = include_str!("planning/scheme.toml");
const CYCLE: Years = Years { first: 2024, last: 2026 };

fn text(name: &str, text: &str) -> Text {
    Text { name: name.to_owned(), text: text.to_owned() }
}

fn regions(code: &str) -> bool {
    ["440000", "441300", "442000"].contains(&code)
}

/// Each fault as it is shown: line, column, what the caret underlines, message.
fn shown(file: &Text, faults: &[Fault]) -> String {
    let mut out = String::new();
    for fault in faults {
        let (line, column) = file.line_and_column(fault.span.start);
        let under = &file.text[fault.span.clone()];
        out.push_str(&format!("{line}:{column} {under:?} {} | {}\n", fault.message.en, fault.next.en));
    }
    out
}

fn test_ledgers() -> Ledgers {
    let file = text("ledgers.toml", LEDGERS);
    ledgers(&file).unwrap_or_else(|faults| panic!("{}", shown(&file, &faults)))
}

fn planned(scheme: &str, year: i16, finer: &[Finer]) -> Plan {
    let file = text("schemes/test.toml", scheme);
    let read = read(&file).unwrap_or_else(|faults| panic!("{}", shown(&file, &faults)));
    plan(&read, &test_ledgers(), CYCLE, &regions, year, finer)
        .unwrap_or_else(|faults| panic!("{}", shown(&file, &faults)))
}

fn faults_of(scheme: &str) -> (Text, Vec<Fault>) {
    let file = text("schemes/test.toml", scheme);
    let faults = match read(&file) {
        Ok(read) => check(&read, &test_ledgers(), CYCLE, &regions),
        Err(faults) => faults,
    };
    (file, faults)
}

#[test]
fn a_sound_scheme_is_planned_for_every_year() {
    let (file, faults) = faults_of(SCHEME);
    assert_eq!(shown(&file, &faults), "");
    for year in 2024..=2026 {
        assert_eq!(planned(SCHEME, year, &[]).year, year);
    }
}
