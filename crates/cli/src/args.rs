//! The command line as it is typed. English texts stand here as doc comments; the Chinese ones are in [`crate::help`].

use std::{ffi::OsString, net::SocketAddr, path::PathBuf};

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
    /// Do the whole path on the fund and a made-up year: table, ledgers, awards, monitoring, scores, forms and report, into out/
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
    /// Compute what each enterprise gets from folders of ledgers
    Award(AwardArgs),
    /// Open an award down to its rows, parameters and clauses
    Explain(ExplainArgs),
    /// What if a parameter were another: cost, beneficiaries and targets, for every point of a grid
    Simulate(SimulateArgs),
    /// Check or show the fund's schemes
    Scheme(SchemeArgs),
    /// Follow the year's targets beside its money at the end of a month
    Monitor(MonitorArgs),
    /// Plan the survey among those who are supported, list whom it asks, and tell what came of it
    Survey(SurveyArgs),
    /// Score a year out of 100 from its evidence, for the whole and for each region
    Evaluate(EvaluateArgs),
    /// Compute the scores of filled self-evaluation forms again, and print each row that differs
    Recompute(RecomputeArgs),
    /// Show every figure that moved between two evaluations, and why
    Compare(CompareArgs),
    /// Write synthetic ledgers of the fund, with planted irregularities
    Sample(SampleArgs),
    /// Keep the book: make its database, save it, look at everything again
    Db(DbArgs),
    /// Seal the audit chain, verify seals, list records
    Audit(AuditArgs),
    /// Serve the book to offices: the interface under /api, described at /api/docs
    Serve(ServeArgs),
    /// Keep the accounts of those who sign in
    User(UserArgs),
    /// Fill a book with a made-up fund year, print a sign-in link for each role, and serve it to this machine
    Demo(DemoArgs),
    /// Print completions for a shell
    Completions(CompletionsArgs),
}

#[derive(clap::Args, Debug)]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    pub at: DatabaseArgs,
    /// Folders of further funds, beside the one of --fund
    #[arg(value_name = "FUND")]
    pub funds: Vec<PathBuf>,
    /// Address and port to listen at
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// People reach it by https through something that stands before it: cookies are for https only, and nobody is taken for this machine
    #[arg(long)]
    pub behind_tls: bool,
    /// Folder with the ledgers of --fund: what enterprises are called, what its rules would cost with other parameters, and what people have read, computed and published
    #[arg(long, value_name = "FOLDER")]
    pub ledgers: Option<PathBuf>,
    /// The folder that `jixiao run` wrote: the pages show the year that was computed there, and a year that people publish is written there; with --ledgers it may be empty at first
    #[arg(long, value_name = "DIR")]
    pub published: Option<PathBuf>,
    #[command(flatten)]
    pub breached: BreachedArgs,
    /// File that says who vouches for people of the office (OpenID Connect): issuer, client_id, client_secret_file, redirect
    #[cfg(feature = "oidc")]
    #[arg(long, value_name = "FILE")]
    pub oidc: Option<PathBuf>,
    /// Show also the pages for those who work on the pages
    #[arg(long, hide = true)]
    pub development: bool,
}

#[derive(clap::Args, Debug)]
pub(crate) struct DemoArgs {
    /// Folder to make it in
    #[arg(long, value_name = "DIR", default_value = "demo")]
    pub folder: PathBuf,
    /// Make the book again, without what was done in it
    #[arg(long)]
    pub reset: bool,
    /// Address of this machine and port to listen at
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Make everything, and do not serve it
    #[arg(long)]
    pub no_serve: bool,
    /// The sample ledgers are one N-th of the fund's true size
    #[arg(long, value_name = "N", default_value_t = 1, hide = true, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub scale: u32,
}

/// The list of leaked passwords, wherever one is set.
#[derive(clap::Args, Debug)]
pub(crate) struct BreachedArgs {
    /// Sorted list of leaked passwords, none of which is taken: words, or upper-case SHA-1 with or without counts
    #[arg(long, value_name = "FILE")]
    pub breached_passwords: Option<PathBuf>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct UserArgs {
    #[command(flatten)]
    pub at: DatabaseArgs,
    #[command(subcommand)]
    pub command: UserCommand,
}

#[derive(Subcommand, Debug)]
pub(crate) enum UserCommand {
    /// Open an account; the password is asked for, or read from standard input
    Add(UserAddArgs),
    /// Set a new password, which is asked for or read from standard input
    Password(UserNameArgs),
    /// Give an account its roles in the fund, instead of those that it has there
    Roles(UserRolesArgs),
    /// Let somebody sign in to an account with their organisation's
    #[cfg(feature = "oidc")]
    Link(UserLinkArgs),
    /// No longer let anybody sign in to an account with their organisation's, and end its sessions
    #[cfg(feature = "oidc")]
    Unlink(UserUnlinkArgs),
    /// List the accounts with their roles
    List,
}

#[cfg(feature = "oidc")]
#[derive(clap::Args, Debug)]
pub(crate) struct UserLinkArgs {
    /// The name to sign in with
    #[arg(value_name = "NAME")]
    pub name: String,
    /// Who vouches for them: the address that iss of their tokens has, to the letter
    #[arg(long, value_name = "URL")]
    pub issuer: String,
    /// What that one calls them: sub of their tokens; an audit record of a refused sign-in has it
    #[arg(long, value_name = "S")]
    pub subject: String,
}

#[cfg(feature = "oidc")]
#[derive(clap::Args, Debug)]
pub(crate) struct UserUnlinkArgs {
    /// The name to sign in with
    #[arg(value_name = "NAME")]
    pub name: String,
    /// Only the link of this issuer; all of them without one
    #[arg(long, value_name = "URL")]
    pub issuer: Option<String>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct UserAddArgs {
    /// The name to sign in with
    #[arg(value_name = "NAME")]
    pub name: String,
    /// The name that is shown; the one to sign in with, without one
    #[arg(long, value_name = "NAME")]
    pub shown: Option<String>,
    /// A role, with the region or enterprise that it is held over: administrator, city-officer:440800, enterprise:CODE
    #[arg(long, value_name = "ROLE[:CODE]")]
    pub role: Vec<String>,
    #[command(flatten)]
    pub breached: BreachedArgs,
}

#[derive(clap::Args, Debug)]
pub(crate) struct UserNameArgs {
    /// The name to sign in with
    #[arg(value_name = "NAME")]
    pub name: String,
    #[command(flatten)]
    pub breached: BreachedArgs,
}

#[derive(clap::Args, Debug)]
pub(crate) struct UserRolesArgs {
    /// The name to sign in with
    #[arg(value_name = "NAME")]
    pub name: String,
    /// A role, with the region or enterprise that it is held over; none takes all away
    #[arg(long, value_name = "ROLE[:CODE]")]
    pub role: Vec<String>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct AwardArgs {
    /// Schemes to compute; all of the fund's without one
    #[arg(value_name = "SCHEME")]
    pub schemes: Vec<String>,
    /// Fund year; the first of the cycle without one
    #[arg(long, value_name = "YEAR")]
    pub year: Option<i16>,
    /// Folder with the ledger files (.csv .parquet .xlsx)
    #[arg(long, value_name = "DIR")]
    pub ledgers: PathBuf,
    /// Folder to write awards, refusals and summary into; without one they are only summed up
    #[arg(short, long, value_name = "OUT")]
    pub output: Option<PathBuf>,
    /// Another value for a parameter, in its unit: NAME=VALUE or SCHEME.NAME=VALUE
    #[arg(long, value_name = "NAME=VALUE")]
    pub set: Vec<String>,
    /// Threads that look at rows; the result does not depend on it
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct ExplainArgs {
    /// The scheme
    #[arg(value_name = "SCHEME")]
    pub scheme: String,
    /// The enterprise: its credit code, or a part of its name that no other one has
    #[arg(value_name = "ENTERPRISE")]
    pub enterprise: String,
    /// Folder that jixiao award has written; without one, the run written last here or below
    #[arg(long, value_name = "DIR")]
    pub awards: Option<PathBuf>,
    /// Folder with the ledger files, instead of the one that the run names; they may then differ from the run's
    #[arg(long, value_name = "DIR")]
    pub ledgers: Option<PathBuf>,
    /// Fund year; the run's, or the first of the cycle, without one
    #[arg(long, value_name = "YEAR")]
    pub year: Option<i16>,
    /// Another value for a parameter, in its unit: NAME=VALUE
    #[arg(long, value_name = "NAME=VALUE")]
    pub set: Vec<String>,
    /// How many rows of a class are opened one by one
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub rows: usize,
    /// How to print it
    #[arg(long, value_enum, default_value_t = ShowFormat::Text)]
    pub format: ShowFormat,
}

#[derive(clap::Args, Debug)]
pub(crate) struct SimulateArgs {
    /// The scheme
    #[arg(value_name = "SCHEME")]
    pub scheme: String,
    /// A parameter with its values, in its unit: NAME=VALUE or NAME=FROM..TO/STEPS; several make a grid
    #[arg(long, value_name = "NAME=VALUES", required = true)]
    pub set: Vec<String>,
    /// Find the largest value of this parameter that stays within the money
    #[arg(long, value_name = "NAME")]
    pub fit: Option<String>,
    /// Folder with the ledger files (.csv .parquet .xlsx)
    #[arg(long, value_name = "DIR")]
    pub ledgers: PathBuf,
    /// Fund year; the first of the cycle without one
    #[arg(long, value_name = "YEAR")]
    pub year: Option<i16>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = SimulateFormat::Text)]
    pub format: SimulateFormat,
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Threads; the result does not depend on it
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct SchemeArgs {
    #[command(subcommand)]
    pub command: SchemeCommand,
}

#[derive(Subcommand, Debug)]
pub(crate) enum SchemeCommand {
    /// Plan schemes for every year and print each mistake at its place
    #[command(name = "check")]
    Check(SchemeCheckArgs),
    /// Print a scheme as readable text beside its clauses (Markdown)
    #[command(name = "show")]
    Show(SchemeShowArgs),
    /// List the fund's schemes
    #[command(name = "list")]
    List,
}

#[derive(clap::Args, Debug)]
pub(crate) struct SchemeCheckArgs {
    /// Schemes of the fund, or files ending in .toml; all of the fund's without one
    #[arg(value_name = "SCHEME|FILE")]
    pub schemes: Vec<String>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct SchemeShowArgs {
    /// The scheme
    #[arg(value_name = "SCHEME")]
    pub scheme: String,
    /// Fund year; the first of the cycle without one
    #[arg(long, value_name = "YEAR")]
    pub year: Option<i16>,
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct SampleArgs {
    /// Folder to write into; new or empty
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// The same seed gives the same bytes
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// How much of the fund's true size: 1, 0.01, 1/100
    #[arg(long, value_name = "X", default_value = "1/100")]
    pub scale: String,
    /// Fund year; the first of the cycle without one
    #[arg(long, value_name = "YEAR")]
    pub year: Option<i16>,
}

/// The database that several commands work on.
#[derive(clap::Args, Debug)]
pub(crate) struct DatabaseArgs {
    /// The book's database: sqlite://FILE or postgres://USER@HOST/DATABASE
    #[arg(
        long,
        global = true,
        value_name = "URL",
        default_value = "sqlite://jixiao.db",
        env = "JIXIAO_DATABASE",
        hide_env_values = true
    )]
    pub database: String,
}

#[derive(clap::Args, Debug)]
pub(crate) struct DbArgs {
    #[command(flatten)]
    pub at: DatabaseArgs,
    #[command(subcommand)]
    pub command: DbCommand,
}

#[derive(Subcommand, Debug)]
pub(crate) enum DbCommand {
    /// Say which database it is, how far its tables are, and where its audit chain stands
    Status,
    /// Make the tables, or bring them to what this program needs
    Migrate(DbMigrateArgs),
    /// Save everything as it is at one moment into a file, while others go on working
    Backup(DbBackupArgs),
    /// Read a saved file into an empty database of either kind
    Restore(DbRestoreArgs),
    /// Compute awards from the ledgers and keep them in the book
    Award(DbAwardArgs),
    /// Look at everything again: books, awards, cases, audit chain, files, references
    Verify(DbVerifyArgs),
}

#[derive(clap::Args, Debug)]
pub(crate) struct DbAwardArgs {
    /// Schemes to compute; all of the fund's without one
    #[arg(value_name = "SCHEME")]
    pub schemes: Vec<String>,
    /// Fund year; the first of the cycle without one
    #[arg(long, value_name = "YEAR")]
    pub year: Option<i16>,
    /// Folder with the ledger files (.csv .parquet .xlsx)
    #[arg(long, value_name = "DIR")]
    pub ledgers: PathBuf,
    /// In whose name: an account that may compute awards
    #[arg(long, value_name = "NAME")]
    pub by: String,
    /// Commit the awards too: from what is allocated to scheme and region, all or none
    #[arg(long)]
    pub commit: bool,
    /// Threads that look at rows; the result does not depend on it
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct DbMigrateArgs {
    /// What the audit chain's digests are made with; chosen once, when the database is made
    #[arg(long, value_enum, default_value_t = AuditAlgorithm::Sha256)]
    pub audit_algorithm: AuditAlgorithm,
    /// Name of the audit chain, a word that no other database has; made up from date and chance without one
    #[arg(long, value_name = "NAME")]
    pub chain: Option<String>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct DbBackupArgs {
    /// File to write (.zip)
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

#[derive(clap::Args, Debug)]
pub(crate) struct DbRestoreArgs {
    /// File that jixiao db backup has written
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

#[derive(clap::Args, Debug)]
pub(crate) struct DbVerifyArgs {
    /// A seal that was handed out: every record in it must still be there; may be given several times
    #[arg(long, value_name = "FILE")]
    pub seal: Vec<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum AuditAlgorithm {
    /// SHA-256
    Sha256,
    /// SM3 (GB/T 32905)
    Sm3,
}

#[derive(clap::Args, Debug)]
pub(crate) struct AuditArgs {
    #[command(flatten)]
    pub at: DatabaseArgs,
    #[command(subcommand)]
    pub command: AuditCommand,
}

#[derive(Subcommand, Debug)]
pub(crate) enum AuditCommand {
    /// Seal the records since the last seal; the file may be published
    Seal(AuditSealArgs),
    /// Verify seals from their files alone, and that they join
    Verify(AuditVerifyArgs),
    /// List records, readings of personal data, or seals
    List(AuditListArgs),
}

#[derive(clap::Args, Debug)]
pub(crate) struct AuditSealArgs {
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Only records up to the end of this day (YYYY-MM-DD, Beijing time)
    #[arg(long, value_name = "DATE")]
    pub through: Option<Date>,
    /// Write the seal that ends with this record again, instead of making one
    #[arg(long, value_name = "NUMBER", conflicts_with = "through")]
    pub again: Option<i64>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct AuditVerifyArgs {
    /// Seals, in any order
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct AuditListArgs {
    /// What to list
    #[arg(long, value_enum, default_value_t = AuditList::Records)]
    pub of: AuditList,
    /// Only about this subject: case/17
    #[arg(long, value_name = "SUBJECT")]
    pub subject: Option<String>,
    /// Only by this person
    #[arg(long, value_name = "NAME")]
    pub who: Option<String>,
    /// Only records from this number on
    #[arg(long, value_name = "NUMBER")]
    pub from: Option<i64>,
    /// Only records up to this number; the next page begins below the last one printed
    #[arg(long, value_name = "NUMBER")]
    pub to: Option<i64>,
    /// Only records from this day on (YYYY-MM-DD, Beijing time)
    #[arg(long, value_name = "DATE")]
    pub since: Option<Date>,
    /// Only records up to the end of this day
    #[arg(long, value_name = "DATE")]
    pub until: Option<Date>,
    /// How many at most, the newest first
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=100_000))]
    pub limit: i64,
    /// How to print it
    #[arg(long, value_enum, default_value_t = ShowFormat::Text)]
    pub format: ShowFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum AuditList {
    /// Changes of state
    Records,
    /// Readings of personal data
    Reads,
    /// Seals that were made
    Seals,
}

#[derive(clap::Args, Debug)]
pub(crate) struct MonitorArgs {
    /// Month at whose end is looked, 1 to 12; the fund's own without one
    #[arg(long, value_name = "MONTH", value_parser = clap::value_parser!(u8).range(1..=12))]
    pub month: Option<u8>,
    /// Fund year; the first of the cycle without one
    #[arg(long, value_name = "YEAR")]
    pub year: Option<i16>,
    /// Only this region: name or division code; the whole without one
    #[arg(long, value_name = "REGION")]
    pub region: Option<String>,
    /// Folder with the ledger files (.csv .parquet .xlsx)
    #[arg(long, value_name = "DIR", default_value = "out/ledgers")]
    pub ledgers: PathBuf,
    /// How to print it
    #[arg(long, value_enum, default_value_t = ShowFormat::Text)]
    pub format: ShowFormat,
    /// Threads that look at rows; the result does not depend on it
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct SurveyArgs {
    /// Fund year; the first of the cycle without one
    #[arg(long, value_name = "YEAR")]
    pub year: Option<i16>,
    /// Folder with the ledger files (.csv .parquet .xlsx)
    #[arg(long, value_name = "DIR", default_value = "out/ledgers")]
    pub ledgers: PathBuf,
    /// Write the list of those who are asked to this .csv file
    #[arg(short, long, value_name = "OUT")]
    pub output: Option<PathBuf>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = ShowFormat::Text)]
    pub format: ShowFormat,
}

#[derive(clap::Args, Debug)]
pub(crate) struct EvaluateArgs {
    /// Fund year; the first of the cycle without one
    #[arg(long, value_name = "YEAR")]
    pub year: Option<i16>,
    /// Only this region: name or division code; the whole without one
    #[arg(long, value_name = "REGION")]
    pub region: Option<String>,
    /// Open an indicator's score down to source rows: its id or a part of its title; execution and total too
    #[arg(long, value_name = "INDICATOR")]
    pub explain: Option<String>,
    /// Folder with the ledger files (.csv .parquet .xlsx)
    #[arg(long, value_name = "DIR", default_value = "out/ledgers")]
    pub ledgers: PathBuf,
    /// How to print it; json has the sheets of the whole and of every region
    #[arg(long, value_enum, default_value_t = ShowFormat::Text)]
    pub format: ShowFormat,
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "OUT")]
    pub output: Option<PathBuf>,
    /// Threads that look at rows; the result does not depend on it
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct RecomputeArgs {
    /// Filled self-evaluation forms (.txt .csv .docx .xlsx .xls .pdf .json); - reads standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = ShowFormat::Text)]
    pub format: ShowFormat,
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "OUT")]
    pub output: Option<PathBuf>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct CompareArgs {
    /// What was before: a file of `jixiao evaluate --format json`, or a folder with ledger files
    #[arg(value_name = "BEFORE")]
    pub before: PathBuf,
    /// What is now, likewise
    #[arg(value_name = "AFTER")]
    pub after: PathBuf,
    /// Fund year of folders with ledger files; the first of the cycle without one
    #[arg(long, value_name = "YEAR")]
    pub year: Option<i16>,
    /// Only this region: name or division code; the whole and every region without one
    #[arg(long, value_name = "REGION")]
    pub region: Option<String>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = ShowFormat::Text)]
    pub format: ShowFormat,
}

#[derive(clap::Args, Debug)]
pub(crate) struct RunArgs {
    /// Folder to write into
    #[arg(short, long, value_name = "DIR", default_value = "out")]
    pub output: PathBuf,
    /// The sample ledgers are one N-th of the fund's true size
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub scale: u32,
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
pub(crate) enum SimulateFormat {
    /// Aligned columns, and the regions beside their targets
    Text,
    /// One line for each point and region
    Csv,
    /// One JSON document
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
