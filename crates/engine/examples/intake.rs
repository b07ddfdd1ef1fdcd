//! Measures intake: writes a synthetic ledger of so many lines to a file, reads it with so many threads, says how long that took.
//!
//! `cargo run --release -p jixiao-engine --example intake -- FILE LINES THREADS`. Nothing in the ledger is true of anybody.

use std::{
    fs::File,
    io::{BufWriter, Write as _},
    time::Instant,
};

use jixiao_core::finding::Both;
use jixiao_engine::{
    batch::{Batch, Texts},
    intake::{Input, Silent, Source, credit_code, scan},
    schema::{Choice, Column, Kind, Ledger},
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut next = || arguments.next().ok_or("FILE LINES THREADS");
    let (file, lines, threads): (String, u32, usize) = (next()?, next()?.parse()?, next()?.parse()?);
    if !std::path::Path::new(&file).exists() {
        let mut out = BufWriter::new(File::create(&file)?);
        writeln!(out, "declaration,count,day,amount,code,mode")?;
        for i in 0..lines {
            let body = format!("9144030000{:07}", i.wrapping_mul(7919) % 5000);
            let code = credit_code::complete(&body).ok_or("a body")?;
            let (month, day, mode) = (i % 12 + 1, i % 28 + 1, if i % 3 == 0 { "0110" } else { "general" });
            let amount = i.wrapping_mul(2_654_435_761) % 10_000_000;
            let fen = i % 100;
            writeln!(
                out,
                "5301202410{i:08},{},2024-{month:02}-{day:02},{amount}.{fen:02},{body}{code},{mode}",
                i % 1000
            )?;
        }
        out.flush()?;
    }
    let column = |name: &str, kind: Kind| Column {
        name: name.into(),
        headings: Vec::new(),
        doc: Both::default(),
        kind,
        unit: None,
        required: true,
        minimum: None,
        maximum: None,
    };
    let ledger = Ledger {
        name: "lines".into(),
        label: Both::default(),
        doc: Both::default(),
        files: Vec::new(),
        key: vec![0],
        unique: false,
        columns: vec![
            column("declaration", Kind::Digits(18)),
            column("count", Kind::Whole),
            column("day", Kind::Date),
            column("amount", Kind::Decimal(2)),
            column("code", Kind::CreditCode),
            column(
                "mode",
                Kind::Choice(vec![Choice { value: "general".into(), names: vec!["0110".into()] }]),
            ),
        ],
    };
    let each = |(): &mut (), batch: &Batch, _: &mut Texts| Ok::<_, ()>(batch.rows.len());
    for _ in 0..7 {
        let source = Source { name: file.clone(), input: Input::File(File::open(&file)?) };
        let before = Instant::now();
        let scan = scan(&ledger, vec![source], &[true; 6], threads, &Silent, &|| (), &each);
        let took = before.elapsed();
        let scan = scan.map_err(|_| "the ledger cannot be read")?;
        let report = &scan.files[0];
        println!("{took:?}: {} bytes, {} rows, {} accepted", report.bytes, report.rows, report.accepted);
    }
    Ok(())
}
