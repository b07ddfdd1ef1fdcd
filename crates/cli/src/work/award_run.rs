//! Awards computed from the ledgers, to be kept as `jixiao db award` keeps them.

use jixiao_core::both;
use jixiao_web::jobs::{Halt, Handle, Made, MadeRun, Task};
use serde_json::{Value, json};

use super::{Reading, Workshop, halted};
use crate::{
    awards::Results,
    commands::{
        award::{computed, threads},
        db_award, serve,
    },
    ledger_files::LedgerFiles,
    rules::Rules,
};

pub(super) fn work(shop: &Workshop, task: &Task, handle: &Handle) -> Result<Made, Halt> {
    handle.step(both!("准备规则", "preparing the rules"), 0)?;
    let settings = shop.settings(task.today);
    let rules = settings.ask(|setting| Rules::read(&setting.texts, setting.lang))?;
    let schemes = settings.ask(|setting| rules.pick(&task.asking.schemes, setting.lang))?;
    let bound = settings.ask(|setting| rules.bind(&schemes, setting, task.year, &[]))?;
    let ledgers = settings.ask(|setting| rules.ledgers(setting))?;
    let files = settings.ask(|setting| LedgerFiles::of(&shop.ledgers, ledgers, setting.lang))?;
    let plans: Vec<_> = bound.iter().map(|bound| &bound.plan).collect();
    let count = schemes.len();
    handle.step(
        both!("读入台账，测算 {count} 个事项", "reading the ledgers and computing {count} schemes"),
        files.bytes(&plans),
    )?;
    let run = computed(ledgers, &files, bound, threads(None), &Reading(handle));
    let run = run.map_err(|error| halted(&error, handle))?;
    let results = Results::new(&settings.zh, ledgers, task.year, &run).map_err(unforeseen)?;
    let mut awards = Vec::new();
    for scheme in &results.schemes {
        let (zh, en) = (&scheme.outcome.plan.label.zh, &scheme.outcome.plan.label.en);
        handle.step(both!("汇总：{zh}", "adding up: {en}"), 0)?;
        awards.extend(db_award::awards_of(scheme).map_err(unforeseen)?);
    }
    let summary = db_award::summary(&results);
    let told: Value = serde_json::from_str(&summary).map_err(|error| unforeseen(error.to_string()))?;
    let fen = awards.iter().try_fold(0i64, |sum, award| sum.checked_add(award.fen));
    let outcome = [
        ("awards".to_owned(), json!(awards.len())),
        // What comes to more than can be kept is refused when it is kept, with the reason.
        ("fen".to_owned(), json!(fen)),
        ("schemes".to_owned(), told),
        ("files".to_owned(), json!(results.files().len())),
    ];
    handle.step(both!("入账", "keeping the run"), 0)?;
    let run = MadeRun {
        folder_sha256: serve::digest(&shop.texts),
        inputs: db_award::inputs(&results).map_err(unforeseen)?,
        summary,
        awards,
    };
    Ok(Made { outcome: outcome.into_iter().collect(), set_aside: None, run: Some(run) })
}

/// What should not happen, in the words of whoever noticed.
fn unforeseen(why: String) -> Halt {
    Halt::cannot(both!("程序的错误：{why}", "a mistake of the program: {why}"))
}
