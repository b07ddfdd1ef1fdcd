//! Any bytes as a ledger file: text, workbook or Parquet. Rows in = rows accepted + rows set aside, for any number of threads.
#![no_main]

use std::sync::LazyLock;

use jixiao_engine::{
    fault::Text,
    intake::{Input, Silent, Source, scan},
    schema::Ledger,
    schema_file,
};
use libfuzzer_sys::fuzz_target;

/// A ledger with a column of every kind.
static LEDGER: LazyLock<Ledger> = LazyLock::new(|| {
    let text = Text { name: "ledgers.toml".to_owned(), text: include_str!("../seeds/ledgers.toml").to_owned() };
    let ledgers = schema_file::ledgers(&text).expect("the ledger is sound");
    ledgers.ledgers.into_iter().next().expect("there is one")
});

fuzz_target!(|bytes: &[u8]| {
    let told = |threads: usize| {
        let source = Source { name: "ledger".to_owned(), input: Input::Bytes(bytes.to_vec()) };
        let wanted = vec![true; LEDGER.columns.len()];
        let each = |(): &mut (), batch: &jixiao_engine::batch::Batch, _: &mut _| Ok::<_, ()>(batch.rows.clone());
        scan(&LEDGER, vec![source], &wanted, threads, &Silent, &|| (), &each)
    };
    match (told(1), told(2)) {
        (Ok(one), Ok(two)) => {
            let rows: u64 = one.files.iter().map(|f| f.rows).sum();
            let accepted: u64 = one.files.iter().map(|f| f.accepted).sum();
            let mut aside: Vec<(u32, u32)> = one.set_aside.iter().map(|s| (s.file, s.row)).collect();
            aside.dedup();
            assert_eq!(rows, accepted + aside.len() as u64);
            assert_eq!(one.results.concat(), two.results.concat());
            assert_eq!(one.set_aside, two.set_aside);
        }
        (Err(_), Err(_)) => {}
        (one, two) => panic!("one thread: {}, two: {}", one.is_ok(), two.is_ok()),
    }
});
