#![no_main]
//! The whole way of a text file: read, understand, check, repair, lay out, write, read again.

use jixiao_core::{checks::Selection, fund::Fund};
use jixiao_tables::{official, read, read::Limits, repair::repair, write};
use libfuzzer_sys::fuzz_target;
use std::{collections::BTreeMap, sync::LazyLock};

static FUND: LazyLock<Fund> = LazyLock::new(|| {
    let files = [
        ("fund.toml", include_str!("../../funds/guangdong-trade-2024/fund.toml")),
        ("indicators.toml", include_str!("../../funds/guangdong-trade-2024/indicators.toml")),
        ("regions.csv", include_str!("../../funds/guangdong-trade-2024/regions.csv")),
    ];
    let texts: BTreeMap<String, String> = files.iter().map(|(n, t)| ((*n).to_owned(), (*t).to_owned())).collect();
    Fund::parse(&texts).expect("the built-in fund is sound")
});

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits { input_bytes: 64 * 1024, ..Limits::default() };
    let Ok(document) = read(bytes, Some("t.txt"), Some(&FUND.regions), &limits) else { return };
    for (place, _) in document.grid.cells() {
        assert!(document.uses.contains_key(&place), "a cell was dropped in silence");
    }
    let repaired = repair(document, Some(&FUND), None, &Selection::default(), true);
    let layout = official::layout(&repaired.document.table);
    if let Ok(text) = write::write_txt(&layout) {
        let _ = read(text.as_bytes(), Some("t.txt"), Some(&FUND.regions), &Limits::default());
    }
});
