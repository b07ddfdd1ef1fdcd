use std::{path::Path, thread::available_parallelism};

use jixiao_engine::{
    intake::Watch,
    run,
    run::{Bindings, Run, RunError},
    schema::Ledgers,
    scheme::plan::Plan,
};

use crate::{
    args::AwardArgs,
    awards::Results,
    commands::{Setting, print},
    exit::Exit,
    ledger_files::LedgerFiles,
    progress::Progress,
    render::flow,
    rules::{Bound, Change, Rules, year},
};

/// How many threads look at rows when nobody says.
pub(crate) fn threads(given: Option<usize>) -> usize {
    given.unwrap_or_else(|| available_parallelism().map_or(1, usize::from)).max(1)
}

pub(super) fn run(setting: &Setting, args: &AwardArgs) -> Result<Exit, String> {
    let rules = Rules::read(&setting.texts, setting.lang)?;
    let schemes = rules.pick(&args.schemes, setting.lang)?;
    let year = year(setting, args.year)?;
    let changes = args.set.iter().map(|t| Change::parse(t, setting.lang)).collect::<Result<Vec<_>, _>>()?;
    let bound = rules.bind(&schemes, setting, year, &changes)?;
    let run = compute(setting, &rules, bound, &args.ledgers, threads(args.threads))?;
    let results = Results::new(setting, rules.ledgers(setting)?, year, &run)?;
    let mut said = flow::text(&results);
    if let Some(output) = &args.output {
        let set: Vec<String> = changes.iter().map(Change::text).collect();
        let notes = results.write(output, &set, &args.ledgers)?;
        let shown = output.display();
        said += setting.say(&format!("已写入 {shown}/\n"), &format!("Written to {shown}/\n"));
        notes.iter().for_each(|note| said += &format!("{note}\n"));
    }
    print(&said)?;
    Ok(Exit::Clean)
}

/// Computes the awards of some bound schemes from a folder of ledgers.
pub(crate) fn compute(
    setting: &Setting,
    rules: &Rules,
    bound: Vec<Bound>,
    folder: &Path,
    threads: usize,
) -> Result<Run, String> {
    let ledgers = rules.ledgers(setting)?;
    let files = LedgerFiles::of(folder, ledgers, setting.lang)?;
    if let Some(told) = files.unread_text(setting.lang) {
        eprintln!("{told}");
    }
    let watch = Progress::over(files.bytes(&bound.iter().map(|b| &b.plan).collect::<Vec<_>>()));
    let ran = computed(ledgers, &files, bound, threads, &watch);
    ran.map_err(|e| e.text().get(setting.lang).to_owned())
}

/// The same from files that were looked up, watched by somebody.
///
/// # Errors
/// A file that cannot be read, a value that cannot be computed, or whoever watches said to stop.
pub(crate) fn computed(
    ledgers: &Ledgers,
    files: &LedgerFiles,
    bound: Vec<Bound>,
    threads: usize,
    watch: &dyn Watch,
) -> Result<Run, RunError> {
    let (plans, bindings): (Vec<Plan>, Vec<Bindings>) =
        bound.into_iter().map(|b| (b.plan, b.bindings)).unzip();
    let open = files.opener();
    run::award(&plans, &bindings, &run::Setting { ledgers, open: &*open, threads, watch })
}
