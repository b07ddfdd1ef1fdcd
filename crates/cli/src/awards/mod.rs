//! The results of an award run as files: what each holds is described in `docs/awards.md`.

mod csv;
mod folder;
mod parquet;
pub(crate) mod run_file;
pub(crate) mod table;
mod tables;
mod xlsx;

use std::{collections::BTreeMap, fs, path::Path};

use jixiao_core::finding::{Both, Lang};
use jixiao_engine::{
    batch::RowId,
    run::{
        Run,
        outcome::{Flow, Outcome},
    },
    schema::Ledgers,
};

use crate::{
    awards::{
        folder::Folder,
        run_file::{FORMAT, FileRecord, FundRecord, RUN, RunFile, SchemeRecord, TextRecord},
    },
    commands::Setting,
};

/// Every file that a run may write, with what it is in Chinese and English.
const FILES: [(&str, &str, &str); 13] = [
    ("awards.csv", AWARDS.0, AWARDS.1),
    ("awards.parquet", AWARDS.0, AWARDS.1),
    ("awards.xlsx", AWARDS.0, AWARDS.1),
    ("flags.csv", "须复核的记录", "rows that want a second look"),
    ("lines.parquet", "每一行的判定", "what came of every row"),
    ("refused.csv", REFUSED.0, REFUSED.1),
    ("refused.parquet", REFUSED.0, REFUSED.1),
    ("refused.xlsx", REFUSED.0, REFUSED.1),
    ("run.json", "计算记录", "what the run was made from"),
    ("set_aside.csv", "读入时搁置的单元格", "cells set aside at intake"),
    ("summary.csv", SUMMARY.0, SUMMARY.1),
    ("summary.json", SUMMARY.0, SUMMARY.1),
    ("summary.xlsx", SUMMARY.0, SUMMARY.1),
];
const AWARDS: (&str, &str) = ("各企业核定结果", "what every enterprise is awarded");
const REFUSED: (&str, &str) = ("不予支持的记录及原因", "refused rows with their reasons");
const SUMMARY: (&str, &str) = ("从申报到核定的汇总", "from claims to awards");

/// A file of a run's folder.
pub(crate) struct Output {
    /// Its name in the folder, size and hash.
    pub record: TextRecord,
    /// What it is.
    pub what: Both,
}

/// The files of a folder that [`Results::write`] wrote, its own record among them.
///
/// # Errors
/// The folder holds no run; what the disk said.
pub(crate) fn outputs(folder: &Path, lang: Lang) -> Result<Vec<Output>, String> {
    let mut records = RunFile::read(folder, lang)?.outputs;
    records.push(run_file::record(folder, RUN).map_err(|e| format!("{}: {e}", folder.display()))?);
    let what = |name: &str| {
        let found = FILES.iter().find(|(own, ..)| *own == name);
        found.map_or_else(|| Both::same(name), |(_, zh, en)| Both::new(*zh, *en))
    };
    Ok(records.into_iter().map(|record| Output { what: what(&record.name), record }).collect())
}

/// Above so many rows no workbook of them is written: nobody reads it, and it takes longer than the rest together.
pub(crate) const WORKBOOK_ROWS: u64 = 200_000;

/// A run with everything that its files and its summary are made from.
pub(crate) struct Results<'a> {
    /// The command's setting.
    pub setting: &'a Setting,
    /// The fund's ledgers.
    pub ledgers: &'a Ledgers,
    /// The fund year.
    pub year: i16,
    /// What came of it.
    pub run: &'a Run,
    /// Names of regions by code.
    pub regions: BTreeMap<String, String>,
    /// One a scheme.
    pub schemes: Vec<SchemeResult<'a>>,
}

/// What came of a scheme.
pub(crate) struct SchemeResult<'a> {
    /// Its outcome.
    pub outcome: &'a Outcome,
    /// From claim to award.
    pub flow: Flow,
}

impl<'a> Results<'a> {
    /// Works out what a run came to.
    ///
    /// # Errors
    /// A scheme whose claim is not its award plus every reduction: a mistake of the program, and no award may leave it.
    pub(crate) fn new(
        setting: &'a Setting,
        ledgers: &'a Ledgers,
        year: i16,
        run: &'a Run,
    ) -> Result<Self, String> {
        let mut schemes = Vec::with_capacity(run.outcomes.len());
        for outcome in &run.outcomes {
            let flow = outcome.flow(outcome.awards());
            if flow.unaccounted().is_none_or(|left| left.mantissa != 0) {
                let (id, claimed, awarded) = (&outcome.plan.id, flow.claimed.yuan, flow.awarded.yuan);
                let left = flow.unaccounted().map_or("?".to_owned(), |left| left.to_string());
                return Err(match setting.lang {
                    Lang::Zh => format!(
                        "{id}：申报 {claimed} 元不等于核定 {awarded} 元加各项核减，差 {left} 元；这是程序的错误，没有写出任何结果，请报告"
                    ),
                    Lang::En => format!(
                        "{id}: {claimed} yuan claimed is not {awarded} yuan awarded plus the reductions, by {left} yuan; this is a mistake of the program, nothing was written, please report it"
                    ),
                });
            }
            schemes.push(SchemeResult { outcome, flow });
        }
        let regions = setting.fund.regions.iter().map(|(_, r)| (r.code.clone(), r.name.clone())).collect();
        Ok(Self { setting, ledgers, year, run, regions, schemes })
    }

    /// What a table is called: its name, the fund and the year.
    fn title(&self, zh: &str, en: &str) -> table::Title {
        let fund = &self.setting.fund.name;
        table::Title {
            name: Both::new(zh, en),
            whole: Both::new(
                format!("{fund}　{}年　{zh}", self.year),
                format!("{fund}, {}: {en}", self.year),
            ),
        }
    }

    /// The name of a region; its code when the fund does not know it, nothing for none.
    pub(crate) fn region(&self, code: Option<&str>) -> String {
        code.map_or(String::new(), |code| self.regions.get(code).cloned().unwrap_or_else(|| code.to_owned()))
    }

    /// Ledger and file of a row.
    fn place(&self, ledger: usize, row: RowId) -> (&str, &str) {
        let intake = self.run.intakes.iter().find(|i| i.ledger == ledger);
        let file = intake.and_then(|i| i.files.get(row.file as usize)).map_or("", |f| f.name.as_str());
        (&self.ledgers.ledgers[ledger].name, file)
    }

    /// Every ledger file that was read.
    pub(crate) fn files(&self) -> Vec<FileRecord> {
        let of = |i: &'a jixiao_engine::run::Intake| {
            let ledger = &self.ledgers.ledgers[i.ledger].name;
            i.files.iter().map(move |f| FileRecord::of(ledger, f))
        };
        self.run.intakes.iter().flat_map(of).collect()
    }

    /// Writes every file of the run into a folder, all or none. Gives what there is to say about them.
    ///
    /// # Errors
    /// The folder is not free, or what the disk said.
    pub(crate) fn write(&self, to: &Path, set: &[String], ledgers: &Path) -> Result<Vec<String>, String> {
        let lang = self.setting.lang;
        let folder = Folder::begin(to, lang)?;
        let notes = tables::write(self, folder.path())?;
        let io = |e: std::io::Error| format!("{}: {e}", to.display());
        let mut outputs = Vec::new();
        for (name, ..) in FILES {
            if folder.path().join(name).exists() {
                outputs.push(run_file::record(folder.path(), name).map_err(io)?);
            }
        }
        let schemes = self.schemes.iter().map(|scheme| SchemeRecord {
            id: scheme.outcome.plan.id.clone(),
            applicants: scheme.flow.claimed.enterprises,
            beneficiaries: scheme.flow.awarded.enterprises,
            claimed_yuan: table::plain(scheme.flow.claimed.yuan),
            awarded_yuan: table::plain(scheme.flow.awarded.yuan),
            illustrative: self.illustrative(scheme).map(|p| p.id.clone()).collect(),
        });
        let record = RunFile {
            format: FORMAT.to_owned(),
            jixiao: env!("CARGO_PKG_VERSION").to_owned(),
            fund: FundRecord {
                id: self.setting.fund.id.clone(),
                files: run_file::records(&self.setting.texts),
            },
            year: self.year,
            schemes: schemes.collect(),
            set: set.to_vec(),
            ledgers: ledgers.display().to_string(),
            files: self.files(),
            outputs,
        };
        let json = serde_json::to_string_pretty(&record).map_err(|e| e.to_string())?;
        fs::write(folder.path().join(RUN), json + "\n").map_err(io)?;
        folder.put()?;
        Ok(notes)
    }

    /// The parameters of a scheme that are in force with a value whose text was not found.
    pub(crate) fn illustrative<'s>(
        &self,
        scheme: &'s SchemeResult,
    ) -> impl Iterator<Item = &'s jixiao_engine::scheme::plan::Parameter> {
        let outcome = scheme.outcome;
        outcome.illustrative.iter().map(move |i| &outcome.plan.parameters[*i])
    }
}
