use std::{
    io::{self, BufWriter, IsTerminal as _, Write},
    path::{Path, PathBuf},
};

use indicatif::{ProgressBar, ProgressStyle};
use jixiao_core::checks::{Selection, check};
use rayon::prelude::*;

use crate::{
    args::{CheckArgs, FormatArg},
    commands::{Setting, selection},
    exit::Exit,
    input,
    output::write_file,
    render::{self, Checked, Checks, Summary},
};

/// Files read and checked before their findings are printed: enough to keep every core busy, few enough to keep memory flat.
const AT_ONCE: usize = 128;

/// With fewer files than this a progress bar would only flicker.
const WORTH_A_BAR: usize = 20;

pub(super) fn run(setting: &Setting, args: CheckArgs) -> Result<Exit, String> {
    let selection = selection(&args.only, &args.ignore, setting.lang)?;
    let files = input::distinct(args.files);
    if args.format == FormatArg::Xlsx {
        return marked_workbook(setting, &files, args.output, &selection, args.fail_on);
    }
    let colour = args.output.is_none() && io::stdout().is_terminal();
    let mut output = render::output(args.format, setting.lang, colour, args.quiet);
    let mut summary = Summary::default();
    let mut render = |to: &mut dyn Write| -> io::Result<()> {
        output.begin(to)?;
        let bar = progress(&files);
        let check_some = |some: &[PathBuf]| -> Vec<Checked> {
            some.par_iter().map(|f| checked(setting, f, &selection)).inspect(|_| bar.inc(1)).collect()
        };
        let mut ready: Vec<Checked> = Vec::new();
        // The findings of some files are printed while the next ones are checked.
        for some in files.chunks(AT_ONCE).map(Some).chain([None]) {
            let mut next = Vec::new();
            rayon::in_place_scope(|scope| {
                if let Some(some) = some {
                    scope.spawn(|_| next = check_some(some));
                }
                ready.drain(..).try_for_each(|file| {
                    summary.add(&file, args.fail_on);
                    output.file(to, &file)
                })
            })?;
            ready = next;
        }
        bar.finish_and_clear();
        output.end(to, &summary)
    };
    match &args.output {
        Some(path) => {
            let mut bytes = Vec::new();
            render(&mut bytes).map_err(|e| e.to_string())?;
            write_file(path, &bytes, setting.lang)?;
        }
        None => {
            let mut to = BufWriter::new(io::stdout().lock());
            let printed = render(&mut to).and_then(|()| to.flush());
            // A reader that closed its end (head, less) has seen what it wanted.
            printed.or_else(|e| {
                if e.kind() == io::ErrorKind::BrokenPipe { Ok(()) } else { Err(e.to_string()) }
            })?;
        }
    }
    Ok(summary.exit())
}

fn checked(setting: &Setting, file: &Path, selection: &Selection) -> Checked {
    let outcome = input::document(file, &setting.fund).map(|document| {
        let report = check(&document.table, Some(&setting.fund), Some(setting.today), selection);
        Checks { document, report }
    });
    Checked { file: input::display_name(file), outcome }
}

fn progress(files: &[PathBuf]) -> ProgressBar {
    if files.len() < WORTH_A_BAR || !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(files.len() as u64);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {per_sec} {eta}") {
        bar.set_style(style);
    }
    bar
}

/// The table itself with marked cells: one file in, one workbook out.
fn marked_workbook(
    setting: &Setting,
    files: &[PathBuf],
    output: Option<PathBuf>,
    selection: &Selection,
    fail_on: crate::args::FailOn,
) -> Result<Exit, String> {
    let (Some(output), [file]) = (output, files) else {
        return Err(setting
            .say(
                "--format xlsx 一次只处理一个文件，并要用 -o 给出写到哪里（.xlsx）",
                "--format xlsx takes one file at a time and wants -o with the workbook to write (.xlsx)",
            )
            .to_owned());
    };
    let checked = checked(setting, file, selection);
    let mut summary = Summary::default();
    summary.add(&checked, fail_on);
    match &checked.outcome {
        Ok(checks) => {
            write_file(&output, &render::marked::workbook(checks, setting.lang)?, setting.lang)?;
            let (shown, n) = (output.display(), checks.report.findings.len());
            let (zh, en) = (format!("已写出 {shown}（{n} 个问题）"), format!("wrote {shown} ({n} findings)"));
            println!("{}", setting.say(&zh, &en));
            Ok(summary.exit())
        }
        Err(error) => Err(format!("{}: {}", checked.file, error.text(setting.lang))),
    }
}
