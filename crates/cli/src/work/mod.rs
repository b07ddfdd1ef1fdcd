//! Long work that is asked for by people: what `jixiao award`, `db award` and `run` do on the command line, with how far it is, and to be stopped. One
//! file a kind.

mod award_run;
mod intake;
mod report;
#[cfg(test)]
mod tests;

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

use jiff::civil::Date;
use jixiao_core::{
    both,
    finding::{Both, Lang},
    fund::{FolderTexts, Fund},
};
use jixiao_engine::{intake::Watch, run::RunError};
use jixiao_site::Site;
use jixiao_store::jobs::Kind;
use jixiao_web::jobs::{Halt, Handle, Made, Task, Worker};

use crate::{
    commands::Setting,
    rules::{Rules, year},
};

/// Whoever does it: a fund with its ledgers, and the folder that its years are published in.
pub(crate) struct Workshop {
    fund: Fund,
    texts: FolderTexts,
    lang: Lang,
    ledgers: PathBuf,
    published: Option<PathBuf>,
    site: Arc<Site>,
}

impl fmt::Debug for Workshop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Workshop").field("fund", &self.fund.id).finish_non_exhaustive()
    }
}

impl Workshop {
    /// The workshop of a fund. What it publishes is written in the setting's language, and shown on the pages of `site`.
    pub(crate) fn new(setting: &Setting, ledgers: &Path, published: Option<&Path>, site: Arc<Site>) -> Self {
        Self {
            fund: setting.fund.clone(),
            texts: setting.texts.clone(),
            lang: setting.lang,
            ledgers: ledgers.to_owned(),
            published: published.map(Path::to_owned),
            site,
        }
    }

    /// What commands need, on a day.
    fn setting(&self, lang: Lang, today: Date) -> Setting {
        Setting { lang, fund: self.fund.clone(), texts: self.texts.clone(), folder: None, today }
    }

    fn settings(&self, today: Date) -> Settings {
        Settings { zh: self.setting(Lang::Zh, today), en: self.setting(Lang::En, today) }
    }
}

impl Worker for Workshop {
    fn knows(&self, fund: &str, kind: Kind) -> Result<(), Both> {
        if fund != self.fund.id {
            let own = &self.fund.id;
            return Err(both!(
                "本服务的台账是资金 {own} 的，没有资金 {fund} 的；请另开一个服务，或在命令行用 jixiao --fund 办理",
                "the ledgers of this server are those of the fund {own}, not of {fund}; start another server for it, or use jixiao --fund on the command line"
            ));
        }
        if kind == Kind::Report && self.published.is_none() {
            return Err(both!(
                "本服务启动时没有给出发布文件夹；请系统管理员用 jixiao serve --published 文件夹 启动",
                "this server was started without a folder to publish into; have it started with jixiao serve --published DIR"
            ));
        }
        Ok(())
    }

    fn refuses(&self, task: &Task) -> Vec<Both> {
        let settings = self.settings(task.today);
        let of_year = settings.ask(|setting| year(setting, Some(task.year)).map(drop));
        let of_schemes = settings.ask(|setting| {
            Rules::read(&setting.texts, setting.lang)?.pick(&task.asking.schemes, setting.lang).map(drop)
        });
        [of_year, of_schemes].into_iter().filter_map(Result::err).flat_map(reasons).collect()
    }

    fn work(&self, task: &Task, handle: &Handle) -> Result<Made, Halt> {
        match task.kind {
            Kind::Intake => intake::work(self, task, handle),
            Kind::AwardRun => award_run::work(self, task, handle),
            Kind::Report => report::work(self, task, handle),
        }
    }
}

fn reasons(halt: Halt) -> Vec<Both> {
    match halt {
        Halt::Stopped => Vec::new(),
        Halt::Cannot(reasons) => reasons,
    }
}

/// The same setting in both languages: commands speak one, whoever looks at a job reads either.
struct Settings {
    zh: Setting,
    en: Setting,
}

impl Settings {
    /// Asks something; where it cannot be answered, it is asked again for the reason in the other language.
    ///
    /// # Errors
    /// The reason in both languages.
    fn ask<T>(&self, what: impl Fn(&Setting) -> Result<T, String>) -> Result<T, Halt> {
        what(&self.zh).map_err(|zh| {
            let en = what(&self.en).err().unwrap_or_else(|| zh.clone());
            Halt::cannot(Both::new(zh, en))
        })
    }
}

/// Reading that is told to whoever waits for a job.
struct Reading<'h>(&'h Handle);

impl Watch for Reading<'_> {
    fn bytes(&self, read: u64) {
        self.0.add(read);
    }

    fn rows(&self, rows: u64) {
        self.0.rows(rows);
    }

    fn stopped(&self) -> bool {
        self.0.stopped()
    }
}

/// What could not be computed, unless it was only to stop.
fn halted(error: &RunError, handle: &Handle) -> Halt {
    if handle.stopped() { Halt::Stopped } else { Halt::cannot(error.text()) }
}
