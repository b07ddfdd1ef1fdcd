//! The whole path on invented ledgers: from tables in to files out.

use std::path::Path;

use jixiao_core::{
    checks::{Selection, check},
    finding::Lang,
};

use super::{Facts, Split};
use crate::{
    commands::Setting,
    fund,
    year::{Year, monitoring_rules},
};

fn setting(lang: Lang) -> Setting {
    let (fund, texts) = fund::load(None, lang).unwrap();
    Setting { lang, fund, texts, folder: None, today: jiff::civil::date(2025, 3, 1) }
}

/// Hands the facts of a folder of ledgers to somebody.
fn with<T>(setting: &Setting, ledgers: &Path, ask: impl FnOnce(&Facts<'_>) -> T) -> T {
    let year = Year::compute(setting, ledgers, setting.fund.cycle.first, 2).unwrap();
    let sheets = year.sheets(setting).unwrap();
    let rules = monitoring_rules(setting).unwrap();
    let monitoring = year.monitoring(setting, &rules, 12).unwrap();
    let split = Split::compute(setting, &year, ledgers, 2).unwrap();
    let report = check(&year.document.table, Some(&setting.fund), Some(setting.today), &Selection::default());
    ask(&Facts {
        setting,
        year: &year,
        sheets: &sheets,
        monitoring: Some(&monitoring),
        findings: &report.findings,
        split: &split,
        synthetic: true,
    })
}

/// `JIXIAO_LEDGERS=… JIXIAO_OUT=… cargo test -p jixiao-cli --lib publish -- --ignored`: writes everything, to be looked at.
#[test]
#[ignore = "writes files for a person to look at"]
fn everything_is_written() {
    let folder = |name| std::env::var_os(name).map(std::path::PathBuf::from);
    let (Some(ledgers), Some(out)) = (folder("JIXIAO_LEDGERS"), folder("JIXIAO_OUT")) else { return };
    for (lang, name) in [(Lang::Zh, "zh"), (Lang::En, "en")] {
        let setting = setting(lang);
        with(&setting, &ledgers, |facts| {
            let begun = std::time::Instant::now();
            let written = facts.write(&out.join(name)).unwrap();
            println!("{} files in {:?}", written.count, begun.elapsed());
            for (file, what) in &written.files {
                println!("  {file}  {}", what.get(lang));
            }
            written.notes.iter().for_each(|n| println!("  ! {}", n.get(lang)));
        });
    }
}
