//! The schemes of the fund folders plan for every year of their cycle.

use jixiao_engine::{
    fault::Text,
    schema_file,
    scheme::{file, planner},
};

fn text(name: &str) -> Text {
    let path = format!("{}/../../funds/guangdong-trade-2024/{name}", env!("CARGO_MANIFEST_DIR"));
    Text {
        name: name.to_owned(),
        text: std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}")),
    }
}

#[test]
fn every_scheme_plans() {
    let ledgers = schema_file::ledgers(&text("ledgers.toml")).unwrap_or_else(|f| panic!("{f:#?}"));
    for scheme in ["premium-support", "import-interest", "import-bases"] {
        let text = text(&format!("schemes/{scheme}.toml"));
        let file = file::read(&text).unwrap_or_else(|f| panic!("{f:#?}"));
        let faults = planner::check(&file, &ledgers, planner::Years { first: 2024, last: 2026 }, &|c| {
            c.starts_with("44")
        });
        for fault in &faults {
            let (line, column) = text.line_and_column(fault.span.start);
            println!("{}:{line}:{column} {} | {}", fault.file, fault.message.en, fault.next.en);
        }
        assert!(faults.is_empty(), "{scheme}: {} faults", faults.len());
    }
}
