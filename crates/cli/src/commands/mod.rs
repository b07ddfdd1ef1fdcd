//! One file a command; `organisation.rs` is what `serve` reads of its provider.

mod audit;
pub(crate) mod award;
mod check;
mod compare;
mod completions;
mod convert;
mod db;
pub(crate) mod db_award;
mod demo;
mod evaluate;
mod explain;
mod fix;
mod monitor;
#[cfg(feature = "oidc")]
mod organisation;
mod recompute;
mod rule;
pub(crate) mod run;
pub(crate) mod sample;
mod scheme;
pub(crate) mod serve;
mod show;
mod simulate;
mod survey;
mod user;

use std::io::{ErrorKind, Write as _};

use jiff::civil::Date;
use jixiao_core::{
    checks::Selection,
    finding::Lang,
    fund::{FolderTexts, Fund},
};

use crate::{
    Outside,
    args::{Cli, Command},
    exit::Exit,
    fund,
};

/// What every command needs.
pub(crate) struct Setting {
    /// Language of the output.
    pub lang: Lang,
    /// The fund.
    pub fund: Fund,
    /// The texts that it was read from, by file name.
    pub texts: FolderTexts,
    /// The folder that it was read from; none for the one built in.
    pub folder: Option<std::path::PathBuf>,
    /// The date by which waivers expire.
    pub today: Date,
}

impl Setting {
    /// A text in the language of the output.
    pub(crate) fn say<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        match self.lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    /// What stands before the name of a file of the fund when it is spoken of.
    pub(crate) fn place(&self) -> String {
        match &self.folder {
            Some(folder) => format!("{}/", folder.display()),
            None => format!("funds/{}/", self.fund.id),
        }
    }
}

/// Prints a text. A reader that closed its end (head, less) has seen what it wanted.
///
/// # Errors
/// What the system said of any other trouble.
pub(crate) fn print(text: &str) -> Result<(), String> {
    let mut to = std::io::stdout().lock();
    let printed = to.write_all(text.as_bytes()).and_then(|()| to.flush());
    printed.or_else(|e| if e.kind() == ErrorKind::BrokenPipe { Ok(()) } else { Err(e.to_string()) })
}

/// Runs a command. What goes wrong is said on standard error.
pub(crate) fn run(cli: Cli, outside: &Outside) -> Exit {
    let lang = Lang::from(cli.lang);
    let (fund, texts) = match fund::load(cli.fund.as_deref(), lang) {
        Ok(loaded) => loaded,
        Err(message) => return fail(&message),
    };
    let setting = Setting { lang, fund, texts, folder: cli.fund, today: cli.today.unwrap_or(outside.today) };
    let done = match cli.command {
        Command::Run(args) => run::run(&setting, &args),
        Command::Check(args) => check::run(&setting, args),
        Command::Fix(args) => fix::run(&setting, &args),
        Command::Convert(args) => convert::run(&setting, &args),
        Command::Show(args) => show::run(&setting, &args),
        Command::Rule(args) => rule::run(&setting, &args),
        Command::Award(args) => award::run(&setting, &args),
        Command::Explain(args) => explain::run(&setting, &args),
        Command::Simulate(args) => simulate::run(&setting, &args),
        Command::Scheme(args) => scheme::run(&setting, &args.command),
        Command::Monitor(args) => monitor::run(&setting, &args),
        Command::Survey(args) => survey::run(&setting, &args),
        Command::Evaluate(args) => evaluate::run(&setting, &args),
        Command::Recompute(args) => recompute::run(&setting, args),
        Command::Compare(args) => compare::run(&setting, &args),
        Command::Sample(args) => sample::run(&setting, &args),
        Command::Db(args) => db::run(&setting, &args, outside),
        Command::Audit(args) => audit::run(&setting, &args, outside),
        Command::Serve(args) => serve::run(&setting, &args, outside),
        Command::User(args) => user::run(&setting, &args, outside),
        Command::Demo(args) => demo::run(setting, cli.today, &args, outside),
        Command::Completions(args) => completions::run(&setting, &args),
    };
    done.unwrap_or_else(|message| fail(&message))
}

fn fail(message: &str) -> Exit {
    eprintln!("{message}");
    Exit::CouldNotRun
}

/// The selected checks.
///
/// # Errors
/// When a code names no check: a slip there would silently check nothing.
pub(crate) fn selection(only: &[String], ignore: &[String], lang: Lang) -> Result<Selection, String> {
    let codes = |given: &[String]| given.iter().map(|c| c.trim().to_ascii_uppercase()).collect::<Vec<_>>();
    let selection = Selection { only: codes(only), ignore: codes(ignore) };
    let names_none = |c: &&String| {
        c.is_empty() || !jixiao_core::checks::ALL.iter().any(|r| r.code.starts_with(c.as_str()))
    };
    match selection.only.iter().chain(&selection.ignore).find(names_none) {
        None => Ok(selection),
        Some(code) => Err(match lang {
            Lang::Zh => format!("没有代码为“{code}”或以其开头的检查；用 jixiao rule 列出全部检查"),
            Lang::En => {
                format!("no check has the code {code:?} or begins with it; jixiao rule lists them all")
            }
        }),
    }
}
