//! The command line as it is typed. English texts stand here as doc comments; the Chinese ones are in [`crate::help`].

use std::{ffi::OsString, path::PathBuf};

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;
use jixiao_core::finding::{Lang, Severity};

/// Reads, proves, repairs and re-issues the performance-target tables of public funds
#[derive(Parser, Debug)]
#[command(
    name = "jixiao",
    version,
    propagate_version = true,
    arg_required_else_help = true,
    subcommand_required = true
)]
pub(crate) struct Cli {
    /// Language of everything that is printed
    #[arg(long, global = true, value_enum, default_value_t = LangArg::Zh, env = "JIXIAO_LANG")]
    pub lang: LangArg,
    /// Folder that defines the fund, instead of the one built in
    #[arg(long, global = true, value_name = "DIR")]
    pub fund: Option<PathBuf>,
    /// Date by which waivers expire, instead of today (YYYY-MM-DD)
    #[arg(long, global = true, value_name = "DATE")]
    pub today: Option<Date>,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Do the whole path on the built-in fund: check its published table, repair it, re-issue it, into out/
    Run(RunArgs),
    /// Check tables and print every defect with place, figures, reason and next step
    Check(CheckArgs),
    /// Propose the smallest repair and write the repaired table
    Fix(FixArgs),
    /// Re-issue a table in the official layout
    Convert(ConvertArgs),
    /// Show a table as it was understood
    Show(ShowArgs),
    /// List the checks, or explain one
    Rule(RuleArgs),
    /// Print completions for a shell
    Completions(CompletionsArgs),
}

#[derive(clap::Args, Debug)]
pub(crate) struct RunArgs {
    /// Folder to write into
    #[arg(short, long, value_name = "DIR", default_value = "out")]
    pub output: PathBuf,
}

#[derive(clap::Args, Debug)]
pub(crate) struct CheckArgs {
    /// Tables to check (.txt .csv .docx .xlsx .xls .pdf .json); - reads standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// How to print the findings
    #[arg(long, value_enum, default_value_t = FormatArg::Text)]
    pub format: FormatArg,
    /// Write to this file instead of standard output; xlsx needs one
    #[arg(short, long, value_name = "OUT")]
    pub output: Option<PathBuf>,
    /// Only these checks: codes or beginnings of codes, separated by commas
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    pub only: Vec<String>,
    /// Leave these checks out: codes or beginnings of codes, separated by commas
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    pub ignore: Vec<String>,
    /// Severity from which the exit code is 1
    #[arg(long, value_enum, default_value_t = FailOn::Error, value_name = "SEVERITY")]
    pub fail_on: FailOn,
    /// Print only the summary
    #[arg(short, long)]
    pub quiet: bool,
}

#[derive(clap::Args, Debug)]
pub(crate) struct FixArgs {
    /// Table to repair; - reads standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Where to write the repaired table; its ending decides the format (.docx .xlsx .txt .csv .json)
    #[arg(short, long, value_name = "OUT")]
    pub output: Option<PathBuf>,
    /// Also change figures, not only provable slips of writing
    #[arg(long = "unsafe")]
    pub allow_unsafe: bool,
    /// Print each changed row before and after
    #[arg(long)]
    pub diff: bool,
    /// Only repairs of these checks: codes or beginnings of codes, separated by commas
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    pub only: Vec<String>,
    /// Leave repairs of these checks out: codes or beginnings of codes, separated by commas
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    pub ignore: Vec<String>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct ConvertArgs {
    /// Table to re-issue; - reads standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Where to write it; its ending decides the format (.docx .xlsx .txt .csv .json)
    #[arg(short, long, value_name = "OUT")]
    pub output: PathBuf,
}

#[derive(clap::Args, Debug)]
pub(crate) struct ShowArgs {
    /// Table to show; - reads standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// How to print it
    #[arg(long, value_enum, default_value_t = ShowFormat::Text)]
    pub format: ShowFormat,
}

#[derive(clap::Args, Debug)]
pub(crate) struct RuleArgs {
    /// Code of the check to explain; all are listed without one
    #[arg(value_name = "CODE")]
    pub code: Option<String>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = RuleFormat::Text)]
    pub format: RuleFormat,
}

#[derive(clap::Args, Debug)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LangArg {
    /// Chinese
    Zh,
    /// English
    En,
}

impl From<LangArg> for Lang {
    fn from(lang: LangArg) -> Self {
        match lang {
            LangArg::Zh => Self::Zh,
            LangArg::En => Self::En,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FormatArg {
    /// For people, with the rows drawn and the cells marked
    Text,
    /// One JSON document
    Json,
    /// One JSON object a line: one per finding, one per file
    Jsonl,
    /// SARIF 2.1.0, for code-review tools
    Sarif,
    /// JUnit XML, for build servers
    Junit,
    /// A list for spreadsheets
    Csv,
    /// Annotations for GitHub Actions
    Github,
    /// The table itself, with marked cells and comments
    Xlsx,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ShowFormat {
    /// Aligned columns
    Text,
    /// jixiao's own JSON
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RuleFormat {
    /// For the terminal
    Text,
    /// As in docs/rules
    Markdown,
    /// For tools
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// Notes and worse
    Note,
    /// Warnings and worse
    Warning,
    /// Errors
    Error,
    /// Nothing: always 0 when it could run
    Never,
}

impl FailOn {
    /// Whether a severity makes the exit code 1.
    pub(crate) fn fails(self, severity: Severity) -> bool {
        match self {
            Self::Note => true,
            Self::Warning => severity >= Severity::Warning,
            Self::Error => severity >= Severity::Error,
            Self::Never => false,
        }
    }
}

/// The language of help texts, which are printed while arguments are still being parsed.
pub(crate) fn lang_before_parsing(args: &[OsString]) -> Lang {
    let words: Vec<_> = args.iter().filter_map(|a| a.to_str()).collect();
    let named = words.iter().find_map(|w| w.strip_prefix("--lang=")).or_else(|| {
        let at = words.iter().position(|w| *w == "--lang")?;
        words.get(at + 1).copied()
    });
    let from_environment = std::env::var("JIXIAO_LANG").ok();
    match named.or(from_environment.as_deref()) {
        Some("en") => Lang::En,
        _ => Lang::Zh,
    }
}

/// The command line with its texts in a language.
pub(crate) fn command(lang: Lang) -> clap::Command {
    match lang {
        Lang::En => Cli::command(),
        Lang::Zh => crate::help::in_chinese(Cli::command()),
    }
}

pub(crate) fn parse(args: &[OsString], lang: Lang) -> Result<Cli, clap::Error> {
    let matches = command(lang).try_get_matches_from(args)?;
    Cli::from_arg_matches(&matches)
}
