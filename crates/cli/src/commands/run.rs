use std::{fmt::Write as _, path::Path};

use jixiao_core::{
    both,
    checks::{Selection, check},
    evaluation::ScoreSheet,
    finding::{Both, Lang, Severity},
    monitor::Monitoring,
};
use jixiao_engine::number::Rounding;
use jixiao_report::published::FileKind;
use jixiao_sample::Scale;
use jixiao_tables::{Document, read, read::Limits, repair::repair};

use crate::{
    args::{FailOn, FormatArg, RunArgs},
    awards::{Results, outputs},
    commands::{Setting, award::threads, evaluate, print, sample},
    exit::Exit,
    fund,
    ledger_files::BESIDE,
    output::{TableFormat, table_bytes},
    publish::{Facts, Made, Quoted, Split, Written, YEAR, listed, put},
    render::{
        self, Checked, Checks, Summary,
        columns::{Align, columns},
        flow, marked,
    },
    rules::Rules,
    year::{Year, monitoring_rules},
};

/// The seed of the sample that the whole path runs on.
pub(super) const SEED: u64 = 1;

/// The whole path on the fund: its published table checked, repaired and re-issued; sample ledgers, awards, actuals, monitoring, scores; forms and report.
/// The findings are the result here, not a failure.
pub(super) fn run(setting: &Setting, args: &RunArgs) -> Result<Exit, String> {
    print(&publish(setting, &args.output, args.scale)?)?;
    Ok(Exit::Clean)
}

/// Does the whole path into a folder, on sample ledgers of one `scale`-th of the fund's true size, and gives what there is to say about it.
///
/// # Errors
/// Faults of the fund folder, drawn; a folder that is not free; what the disk said.
pub(super) fn publish(setting: &Setting, folder: &Path, scale: u32) -> Result<String, String> {
    let mut targets = targets(setting)?;
    let mut said = targets.said(setting);
    // What a year leaves behind is made up here, and every file says so.
    let ledgers = folder.join("ledgers");
    let scale = Scale::new(1, scale).ok_or_else(|| format!("--scale 1/{scale}?"))?;
    let year = setting.fund.cycle.first;
    let sampled = sample::make(setting, &ledgers, SEED, scale, year, &ours)?;
    let year = Year::compute(setting, &ledgers, year, threads(None))?;
    let rules = Rules::read(&setting.texts, setting.lang)?;
    let results = Results::new(setting, rules.ledgers(setting)?, year.year, &year.run)?;
    let made = (&year, &results);
    let Some(left) = write_year(setting, folder, &ledgers, made, &mut targets, true, &|| true)? else {
        return Ok(said);
    };
    said += &told(setting, &year, &results, &left.sheets, &left.monitoring, sampled.truth_rows);
    left.notes.iter().for_each(|note| said += &format!("  {note}\n"));
    left.others().for_each(|note| said += &format!("  {}\n", note.get(setting.lang)));
    said += &looking(setting, folder, &left.written);
    Ok(said)
}

/// What is made of the fund's target table alone: its findings, and the table as repaired.
pub(crate) struct Targets {
    checked: Checked,
    applied: usize,
    left: usize,
    made: Vec<Made>,
}

impl Targets {
    fn said(&self, setting: &Setting) -> String {
        summary(setting, &self.checked, self.applied, self.left)
    }
}

/// Checks and repairs the fund's target table.
///
/// # Errors
/// It cannot be read, or a file of it cannot be made.
pub(crate) fn targets(setting: &Setting) -> Result<Targets, String> {
    let lang = setting.lang;
    let (name, text) = fund::TARGET_TABLE;
    let text = setting.texts.get(name).map_or(text, String::as_str);
    let document = read(text.as_bytes(), Some(name), Some(&setting.fund.regions), &Limits::default())
        .map_err(|e| if lang == Lang::Zh { e.zh() } else { e.en() })?;
    let all = Selection::default();
    let report = check(&document.table, Some(&setting.fund), Some(setting.today), &all);
    let repaired = repair(document.clone(), Some(&setting.fund), Some(setting.today), &all, true);
    let checks = Checks { document, report };

    let marked_name = setting.say("问题标注.xlsx", "findings.xlsx");
    let mut made = vec![Made::new(
        marked_name,
        marked::workbook(&checks, lang)?,
        FileKind::Check,
        Both::new("标注了问题的绩效目标表", "the target table with findings marked"),
    )];
    // The table as it was read is one of the year's forms.
    re_issue(&repaired.document, setting.say("绩效目标表-修复后", "targets-repaired"), &mut made)?;
    let checked = Checked { file: name.to_owned(), outcome: Ok(checks) };
    let report_name = setting.say("问题清单.txt", "findings.txt");
    let what = Both::new("绩效目标表的问题清单", "findings of the target table");
    made.push(Made::new(report_name, findings_text(&checked, lang)?, FileKind::Check, what));
    Ok(Targets { checked, applied: repaired.applied.len(), left: repaired.left.findings.len(), made })
}

/// What a computed year left in a folder.
pub(crate) struct YearLeft {
    sheets: Vec<ScoreSheet>,
    monitoring: Monitoring,
    /// What there is to say of the awards' files.
    notes: Vec<String>,
    /// The files of report and forms.
    pub(crate) written: Written,
    /// What became of files that were there.
    left: Vec<Both>,
}

impl YearLeft {
    /// What else there is to say.
    pub(crate) fn others(&self) -> impl Iterator<Item = &Both> {
        self.written.notes.iter().chain(&self.left)
    }
}

/// Writes what a computed year is told as into a folder: everything is made before the first file is written. `go_on` is asked before that; when it says
/// no, nothing is written and there is nothing to say.
///
/// # Errors
/// Faults of the fund folder, drawn; a folder that is not free; what the disk said.
pub(crate) fn write_year(
    setting: &Setting,
    folder: &Path,
    ledgers: &Path,
    (year, results): (&Year, &Results),
    targets: &mut Targets,
    synthetic: bool,
    go_on: &dyn Fn() -> bool,
) -> Result<Option<YearLeft>, String> {
    let lang = setting.lang;
    let sheets = year.sheets(setting)?;
    let monitoring_rules = monitoring_rules(setting)?;
    let monitoring = year.monitoring(setting, &monitoring_rules, monitoring_rules.month)?;
    let Ok(Checks { report, .. }) = &targets.checked.outcome else { return Ok(None) };
    let split = Split::compute(setting, year, ledgers, threads(None))?;
    let facts = Facts {
        setting,
        year,
        sheets: &sheets,
        monitoring: Some(&monitoring),
        findings: &report.findings,
        split: &split,
        synthetic,
    };
    let contents = facts.contents()?;
    let (files, written) = facts.files(&contents.whole)?;
    if !go_on() {
        return Ok(None);
    }
    let mut made = std::mem::take(&mut targets.made);
    made.extend(files);
    let awards_name = setting.say("核定结果", "awards");
    let awards = folder.join(awards_name);
    let notes = results.write(&awards, &[], ledgers)?;
    let files = listed(&made, awards_name, &outputs(&awards, lang)?);
    let json = facts.published(contents, files)?.json().map_err(|e| e.to_string())?;
    let what = Both::new("页面所用的全部数据", "everything that pages are made from");
    made.push(Made::new(YEAR, (json + "\n").into_bytes(), FileKind::Data, what));
    let left = put(folder, &made, lang)?;
    Ok(Some(YearLeft { sheets, monitoring, notes, written, left }))
}

/// A folder that holds what a sample wrote and nothing else: it may be made again. Whoever put a ledger of their own beside it keeps it.
pub(crate) fn ours(folder: &Path) -> bool {
    let said = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap_or_default();
    let listed = said("README.txt") + &said("README-afterwards.txt") + &said("README-said.txt");
    let Ok(entries) = std::fs::read_dir(folder) else { return false };
    let mut names = entries.map(|e| e.map(|e| e.file_name().to_string_lossy().into_owned()));
    folder.join("truth.csv").is_file()
        && names.all(|name| {
            name.is_ok_and(|name| {
                BESIDE.contains(&name.as_str()) || listed.lines().any(|l| l.starts_with(&format!("{name}:")))
            })
        })
}

/// The year in some lines: money, monitoring, scores.
fn told(
    setting: &Setting,
    year: &Year,
    results: &Results,
    sheets: &[ScoreSheet],
    monitoring: &Monitoring,
    planted: u64,
) -> String {
    let lang = setting.lang;
    let lines: u64 = year.run.intakes.iter().flat_map(|i| &i.files).map(|f| f.rows).sum();
    let mut out = match lang {
        Lang::Zh => format!(
            "\n{} 年（示例台账：全部为程序生成的虚构数据，{} 行，其中有意放入 {} 行问题）\n",
            year.year,
            flow::grouped(lines),
            flow::grouped(planted)
        ),
        Lang::En => format!(
            "\n{} (sample ledgers, all made up: {} rows, {} of them planted irregularities)\n",
            year.year,
            flow::grouped(lines),
            flow::grouped(planted)
        ),
    };
    for scheme in &results.schemes {
        let flow = &scheme.flow;
        let told = both!(
            "  {nz}：{claimed} 家申报 {asked} 元，核定 {some} 家 {given} 元",
            "  {ne}: {claimed} enterprises claimed {asked} yuan, {some} are awarded {given} yuan",
            nz = scheme.outcome.plan.label.zh,
            ne = scheme.outcome.plan.label.en,
            claimed = flow::grouped(flow.claimed.enterprises),
            asked = flow.claimed.yuan.rounded(2, Rounding::HalfUp).unwrap_or(flow.claimed.yuan).grouped(2),
            some = flow::grouped(flow.awarded.enterprises),
            given = flow.awarded.yuan.grouped(2)
        );
        let _ = writeln!(out, "{}", told.get(lang));
    }
    let lit = |lamp| monitoring.money.iter().filter(|m| m.region.is_some() && m.lamp == lamp).count();
    let (red, yellow) = (lit(jixiao_core::monitor::Lamp::Red), lit(jixiao_core::monitor::Lamp::Yellow));
    let (month, owed) = (monitoring.month, monitoring.owed.len());
    let told = both!(
        "  1—{month}月监控：资金红灯 {red} 个地区、黄灯 {yellow} 个；待办 {owed} 项",
        "  monitoring to month {month}: money lamp red in {red} regions, yellow in {yellow}; {owed} things owed"
    );
    let _ = writeln!(out, "{}\n", told.get(lang));
    if let Some(whole) = sheets.iter().find(|s| s.region.is_none()) {
        out += &evaluate::text(setting, whole);
    }
    out
}

/// What was written, and where to look next.
fn looking(setting: &Setting, folder: &Path, written: &Written) -> String {
    let (lang, shown, count) = (setting.lang, folder.display(), written.count);
    let mut out = match lang {
        Lang::Zh => format!("\n已写入 {shown}/（报告和表格共 {count} 个文件），主要有：\n"),
        Lang::En => format!("\nWritten to {shown}/ ({count} files of report and forms), mainly:\n"),
    };
    /// The rest is found beside them.
    const SHOWN: usize = 8;
    let rows: Vec<[String; 2]> = written
        .files
        .iter()
        .take(SHOWN)
        .map(|(name, what)| [name.clone(), what.get(lang).to_owned()])
        .collect();
    out += &columns(&rows, &[Align::Left, Align::Left], 2);
    out + match lang {
        Lang::Zh => {
            "接着可以：jixiao evaluate --explain 进口贴息 --region 湛江市；jixiao monitor --month 7；\n\
             jixiao explain 方案 企业；jixiao simulate …；jixiao check 文件…；jixiao --help\n"
        }
        Lang::En => {
            "Next: jixiao evaluate --explain INDICATOR --region REGION; jixiao monitor --month 7;\n\
             jixiao explain SCHEME ENTERPRISE; jixiao simulate …; jixiao check FILE…; jixiao --help\n"
        }
    }
}

fn re_issue(document: &Document, name: &str, made: &mut Vec<Made>) -> Result<(), String> {
    for (format, ending) in [(TableFormat::Docx, "docx"), (TableFormat::Xlsx, "xlsx")] {
        let what = Both::new("修复后的绩效目标表", "the target table as repaired");
        made.push(Made::new(
            format!("{name}.{ending}"),
            table_bytes(document, format)?,
            FileKind::Check,
            what,
        ));
    }
    Ok(())
}

/// The full list of findings, as `jixiao check` prints it.
fn findings_text(checked: &Checked, lang: Lang) -> Result<Vec<u8>, String> {
    let mut output = render::output(FormatArg::Text, lang, false, false);
    let mut summary = Summary::default();
    summary.add(checked, FailOn::Never);
    let mut text = Vec::new();
    output
        .begin(&mut text)
        .and_then(|()| output.file(&mut text, checked))
        .and_then(|()| output.end(&mut text, &summary))
        .map_err(|e| e.to_string())?;
    Ok(text)
}

/// What was found in the table, and what can be repaired.
fn summary(setting: &Setting, checked: &Checked, applied: usize, left: usize) -> String {
    let lang = setting.lang;
    let Ok(Checks { document, report }) = &checked.outcome else { return String::new() };
    let regions: usize = document.table.indicators.iter().map(|i| i.regions.len()).sum();
    let n = document.table.indicators.len();
    let [errors, warnings, notes] =
        [Severity::Error, Severity::Warning, Severity::Note].map(|s| report.count(s));
    let told = both!(
        "目标表：{n} 个指标、{regions} 行地区指标值；{errors} 个错误，{warnings} 个警告，{notes} 个提示；可自动修复 {applied} 个，其余 {left} 个要由人决定",
        "target table: {n} indicators, {regions} rows of regions; {errors} errors, {warnings} warnings, {notes} notes; {applied} can be repaired by the program, {left} are left to a person"
    );
    let mut out = format!("{}\n{}\n", setting.fund.both().get(lang), told.get(lang));
    let names = Quoted::of(&setting.fund);
    for finding in &report.findings {
        let message = match lang {
            Lang::Zh => finding.message.zh.clone(),
            Lang::En => names.said(&finding.message.en),
        };
        let place = document.grid.name(finding.place);
        let severity = finding.severity.word(lang);
        let _ = writeln!(out, "  {severity}[{}] {}  {}", finding.code, place.short, message);
    }
    out
}
