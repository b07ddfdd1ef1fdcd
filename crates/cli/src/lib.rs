//! Commands of the one executable, `jixiao`: parses arguments, wires the rest, prints.

mod args;
mod awards;
mod commands;
mod exit;
mod fund;
mod help;
mod input;
mod ledger_files;
mod output;
pub mod page;
mod progress;
mod publish;
mod render;
mod rules;
mod said;
mod targets;
mod year;

use std::ffi::OsString;

pub use exit::Exit;
use jiff::civil::Date;

/// Runs the command that the arguments name. `today` is the date by which waivers expire, unless `--today` gives another.
pub fn run(args: impl IntoIterator<Item = OsString>, today: Date) -> Exit {
    let args: Vec<OsString> = args.into_iter().collect();
    let lang = args::lang_before_parsing(&args);
    let cli = match args::parse(&args, lang) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are asked for; they are no failure.
            let asked = !error.use_stderr();
            // Nothing can be said when the terminal is gone.
            let _ = error.print();
            return if asked { Exit::Clean } else { Exit::CouldNotRun };
        }
    };
    commands::run(cli, today)
}

/// The command line as clap sees it, in a language: for tests and for generated pages.
pub fn command_line(lang: jixiao_core::finding::Lang) -> clap::Command {
    args::command(lang)
}
