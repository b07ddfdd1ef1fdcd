//! Every ledger of the folder read, and what does not fit set aside: what each file brought, and where it has to be mended. Nothing is computed.

use std::collections::BTreeMap;

use jixiao_core::{both, finding::Both};
use jixiao_engine::{
    intake::{self, FileReport, Stop},
    run::RunError,
};
use jixiao_web::jobs::{Halt, Handle, Made, SetAside, Task};
use serde_json::{Value, json};

use super::{Reading, Workshop};
use crate::{
    awards::run_file::FileRecord, commands::award::threads, ledger_files::LedgerFiles, rules::Rules,
};

/// The most rows that are shown of those set aside; how many there are is told beside them.
const SHOWN: usize = 1000;

pub(super) fn work(shop: &Workshop, task: &Task, handle: &Handle) -> Result<Made, Halt> {
    let settings = shop.settings(task.today);
    let rules = settings.ask(|setting| Rules::read(&setting.texts, setting.lang))?;
    let ledgers = settings.ask(|setting| rules.ledgers(setting))?;
    let files = settings.ask(|setting| LedgerFiles::of(&shop.ledgers, ledgers, setting.lang))?;
    let open = files.opener();
    let mut all = Counts::default();
    let mut shown: Vec<SetAside> = Vec::new();
    let mut lines: Vec<Value> = Vec::new();
    let mut faults: Vec<Both> = Vec::new();
    for (at, ledger) in ledgers.ledgers.iter().enumerate() {
        let (name, zh, en) = (&ledger.name, &ledger.label.zh, &ledger.label.en);
        handle.step(both!("读入台账：{zh}", "reading the ledger: {en}"), files.bytes_of(at))?;
        let sources = match open(at) {
            Ok(sources) if sources.is_empty() => continue,
            Ok(sources) => sources,
            Err(error) => {
                faults.push(both!("台账 {name} 打不开：{error}", "the ledger {name} does not open: {error}"));
                continue;
            }
        };
        let watch = Reading(handle);
        let read = if ledger.unique {
            // Which row of a key came first is known only when all of them are there.
            intake::load(ledger, sources, threads(None), &watch).map(|read| (read.files, read.set_aside))
        } else {
            let wanted = vec![false; ledger.columns.len()];
            let each = |(): &mut (), _: &_, _: &mut _| Ok::<_, std::convert::Infallible>(());
            match intake::scan(ledger, sources, &wanted, threads(None), &watch, &|| (), &each) {
                Ok(read) => Ok((read.files, read.set_aside)),
                Err(Stop::Intake(error)) => Err(error),
                Err(Stop::Each(never)) => match never {},
            }
        };
        handle.go_on()?;
        let (reports, set_aside) = match read {
            Ok(read) => read,
            Err(error) => {
                faults.push(RunError::Intake(error).text());
                continue;
            }
        };
        let mut cells: BTreeMap<u32, u64> = BTreeMap::new();
        for cell in &set_aside {
            *cells.entry(cell.file).or_default() += 1;
        }
        all.cells = all.cells.saturating_add(set_aside.len() as u64);
        for (number, report) in (0..).zip(&reports) {
            all.add(report);
            lines.push(line(name, &ledger.label, report, cells.get(&number).copied().unwrap_or_default()));
        }
        let left = SHOWN.saturating_sub(shown.len());
        shown.extend(set_aside.into_iter().take(left).map(|cell| SetAside {
            ledger: cell.ledger,
            file: reports.get(cell.file as usize).map(|report| report.name.clone()).unwrap_or_default(),
            row: cell.row,
            column: cell.column.unwrap_or_default(),
            value: cell.value,
            code: cell.reason.code().to_owned(),
            reason: cell.reason.text(),
        }));
    }
    if lines.is_empty() && faults.is_empty() {
        faults.push(both!(
            "台账文件夹中没有一个文件是 ledgers.toml 所列台账的；请核对文件名和服务启动时的 --ledgers",
            "no file of the folder belongs to a ledger of ledgers.toml; see to the names of the files and to --ledgers with which the server was started"
        ));
    }
    if !faults.is_empty() {
        return Err(Halt::Cannot(faults));
    }
    let outcome = [
        ("files".to_owned(), Value::from(lines)),
        ("rows".to_owned(), json!(all.rows)),
        ("accepted".to_owned(), json!(all.accepted)),
        ("set_aside".to_owned(), json!(all.rows.saturating_sub(all.accepted))),
        ("cells".to_owned(), json!(all.cells)),
        ("shown".to_owned(), json!(shown.len())),
        ("unread".to_owned(), json!(files.unread)),
    ];
    Ok(Made { outcome: outcome.into_iter().collect(), set_aside: Some(shown), run: None })
}

/// What all files come to.
#[derive(Default)]
struct Counts {
    rows: u64,
    accepted: u64,
    cells: u64,
}

impl Counts {
    fn add(&mut self, report: &FileReport) {
        self.rows = self.rows.saturating_add(report.rows);
        self.accepted = self.accepted.saturating_add(report.accepted);
    }
}

/// What is told of a file. A row with several bad cells is set aside once and has several reasons.
fn line(ledger: &str, label: &Both, report: &FileReport, cells: u64) -> Value {
    let FileRecord { name, bytes, sha256, format, encoding, rows, accepted, .. } =
        FileRecord::of(ledger, report);
    json!({
        "ledger": ledger,
        "label": label,
        "file": name,
        "sha256": sha256,
        "bytes": bytes,
        "format": format,
        "encoding": encoding,
        "rows": rows,
        "accepted": accepted,
        "set_aside": rows.saturating_sub(accepted),
        "cells": cells,
        "unread": report.unread,
    })
}
