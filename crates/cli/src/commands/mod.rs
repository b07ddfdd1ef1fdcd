//! One file a command.

mod check;
mod completions;
mod convert;
mod fix;
mod rule;
mod run;
mod show;

use jiff::civil::Date;
use jixiao_core::{checks::Selection, finding::Lang, fund::Fund};

use crate::{
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
}

/// Runs a command. What goes wrong is said on standard error.
pub(crate) fn run(cli: Cli, today: Date) -> Exit {
    let lang = Lang::from(cli.lang);
    let fund = match fund::load(cli.fund.as_deref(), lang) {
        Ok(fund) => fund,
        Err(message) => return fail(&message),
    };
    let setting = Setting { lang, fund, today: cli.today.unwrap_or(today) };
    let done = match cli.command {
        Command::Run(args) => run::run(&setting, &args),
        Command::Check(args) => check::run(&setting, args),
        Command::Fix(args) => fix::run(&setting, &args),
        Command::Convert(args) => convert::run(&setting, &args),
        Command::Show(args) => show::run(&setting, &args),
        Command::Rule(args) => rule::run(&setting, &args),
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
