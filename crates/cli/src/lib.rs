//! Commands of the one executable, `jixiao`: parses arguments, wires the rest, prints.

mod args;
mod awards;
mod commands;
mod demo;
mod exit;
mod fund;
mod help;
mod input;
mod ledger_files;
mod output;
pub mod page;
mod pages;
mod precheck;
mod progress;
mod publish;
mod render;
mod rules;
mod said;
mod simulator;
mod targets;
mod work;
mod year;

use std::ffi::OsString;

pub use exit::Exit;
use jiff::{Timestamp, civil::Date};

/// What only the outermost layer can ask for: the clock, and bytes that nobody can guess.
#[derive(Clone, Copy, Debug)]
pub struct Outside {
    /// The date by which waivers expire, unless `--today` gives another.
    pub today: Date,
    /// What the clock says.
    pub now: fn() -> Timestamp,
    /// Fills bytes at random; what went wrong when the system has none to give.
    pub random: fn(&mut [u8]) -> Result<(), String>,
}

/// Runs the command that the arguments name.
pub fn run(args: impl IntoIterator<Item = OsString>, outside: &Outside) -> Exit {
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
    commands::run(cli, outside)
}

/// The command line as clap sees it, in a language: for tests and for generated pages.
pub fn command_line(lang: jixiao_core::finding::Lang) -> clap::Command {
    args::command(lang)
}
