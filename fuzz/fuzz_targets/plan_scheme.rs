//! Any text as a scheme, and as a ledger file: mistakes come with a place inside the text, and nothing panics.
#![no_main]

use std::sync::LazyLock;

use jixiao_engine::{
    fault::{Fault, Text},
    schema::Ledgers,
    schema_file,
    scheme::{file, planner},
};
use libfuzzer_sys::fuzz_target;

static LEDGERS: LazyLock<Ledgers> = LazyLock::new(|| {
    let text = include_str!("../../funds/guangdong-trade-2024/ledgers.toml").to_owned();
    schema_file::ledgers(&Text { name: "ledgers.toml".to_owned(), text }).expect("the fund's ledgers are sound")
});

fn places(faults: &[Fault], text: &str) {
    for fault in faults {
        let spans = std::iter::once(&fault.span).chain(fault.labels.iter().map(|(span, _)| span));
        for span in spans {
            assert!(text.get(span.clone()).is_some(), "{span:?} of {}", text.len());
        }
    }
}

fuzz_target!(|text: &str| {
    let whole = Text { name: "fuzz.toml".to_owned(), text: text.to_owned() };
    if let Err(faults) = schema_file::ledgers(&whole) {
        places(&faults, text);
    }
    match file::read(&whole) {
        Ok(scheme) => {
            let years = planner::Years { first: 2024, last: 2026 };
            places(&planner::check(&scheme, &LEDGERS, years, &|code| code.starts_with("44")), text);
        }
        Err(faults) => places(&faults, text),
    }
});
