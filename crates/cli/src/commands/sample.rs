use std::{fs, io::BufWriter, path::Path};

use jixiao_core::{
    both,
    evaluation::EXECUTION,
    finding::Lang,
    monitor::OwedKind,
    region::RegionId,
    survey::{Frame, Stratum},
};
use jixiao_engine::{number::Dec, run::Run};
use jixiao_sample::{
    Awarded, FILE, Options, Owing, Profile, Scale, Scored, Summary, afterwards, generate, said,
};
use rust_decimal::Decimal;

use crate::{
    args::SampleArgs,
    commands::{
        Setting,
        award::{compute, threads},
        print,
    },
    exit::Exit,
    render::{
        columns::{Align, columns},
        flow::grouped,
    },
    rules::{Rules, year},
    year::{Year, drawn, measures, monitoring_rules, survey_of, target_table},
};

pub(super) fn run(setting: &Setting, args: &SampleArgs) -> Result<Exit, String> {
    let scale = scale(&args.scale).ok_or_else(|| {
        both!(
            "--scale {s}：应为正数，如 1、0.01 或 1/100",
            "--scale {s}: a number above zero, such as 1, 0.01 or 1/100",
            s = args.scale
        )
        .get(setting.lang)
        .to_owned()
    })?;
    let folder = &args.folder;
    let summary = make(setting, folder, args.seed, scale, year(setting, args.year)?, &|_| false)?;
    let rows: Vec<[String; 2]> = summary.files.iter().map(|f| [f.name.clone(), grouped(f.rows)]).collect();
    let said = columns(&rows, &[Align::Left, Align::Right], 2);
    let (shown, truth, seed) = (folder.display(), grouped(summary.truth_rows), args.seed);
    let written = both!(
        "已写入 {shown}/（种子 {seed}）。全部为程序生成的虚构数据，没有真实企业；有意放入的 {truth} 行问题列在 truth.csv",
        "Written to {shown}/ (seed {seed}). All of it is made up by the program, no enterprise in it exists; {truth} rows of planted irregularities are listed in truth.csv"
    );
    print(&format!("{said}{}\n", written.get(setting.lang)))?;
    Ok(Exit::Clean)
}

/// Writes a sample into a new or empty folder, or over one that `ours` says may go. It is there whole or not at all.
///
/// # Errors
/// The fund has no recipe of a sample, or its faults; the folder is not free; what the disk said.
pub(crate) fn make(
    setting: &Setting,
    folder: &Path,
    seed: u64,
    scale: Scale,
    year: i16,
    ours: &dyn Fn(&Path) -> bool,
) -> Result<Summary, String> {
    let (lang, shown) = (setting.lang, folder.display());
    let rules = Rules::read(&setting.texts, lang)?;
    let ledgers = rules.ledgers(setting)?;
    let Some(profile) = setting.texts.get(FILE) else {
        return Err(match lang {
            Lang::Zh => format!("资金文件夹没有 {FILE}：没有说明示例台账的样子"),
            Lang::En => format!("the fund folder has no {FILE}: nothing says what a sample looks like"),
        });
    };
    let joined =
        |all: &[jixiao_core::finding::Both]| all.iter().map(|b| b.get(lang)).collect::<Vec<_>>().join("\n");
    let profile = Profile::parse(profile, &setting.fund, ledgers).map_err(|all| joined(&all))?;
    let full = fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
    if full && !ours(folder) {
        return Err(match lang {
            Lang::Zh => format!("{shown} 不是空文件夹；示例台账只写入新的或空的文件夹"),
            Lang::En => format!("{shown} is not empty; samples are only written into a new or empty folder"),
        });
    }
    // Beside its place first, then moved there.
    let name = folder.file_name().ok_or_else(|| format!("{shown}?"))?.to_string_lossy().into_owned();
    let beside = folder.with_file_name(format!(".{name}.{}.part", std::process::id()));
    let wrong = |e: std::io::Error| format!("{shown}: {e}");
    fs::create_dir_all(&beside).map_err(wrong)?;
    let options = Options { seed, scale, year, profile };
    let made = all(setting, &rules, &options, &beside, &wrong).and_then(|summary| {
        if folder.exists() {
            fs::remove_dir_all(folder).map_err(wrong)?;
        }
        fs::rename(&beside, folder).map_err(wrong)?;
        Ok(summary)
    });
    made.inspect_err(|_| {
        // The error that matters is the first one.
        let _ = fs::remove_dir_all(&beside);
    })
}

/// Every ledger: what enterprises file, and what comes after the awards that it gives.
fn all(
    setting: &Setting,
    rules: &Rules,
    options: &Options,
    folder: &Path,
    wrong: &dyn Fn(std::io::Error) -> String,
) -> Result<Summary, String> {
    let ledgers = rules.ledgers(setting)?;
    let open = |name: &str| -> std::io::Result<Box<dyn std::io::Write>> {
        Ok(Box::new(BufWriter::with_capacity(1 << 18, fs::File::create(folder.join(name))?)))
    };
    let mut summary = generate(&setting.fund, ledgers, options, &mut |name| open(name)).map_err(wrong)?;
    if !options.profile.has_afterwards() {
        return Ok(summary);
    }
    let run = awards(setting, rules, options.year, folder)?;
    let awarded = awarded(setting, options.year, &run)?;
    let more = afterwards(ledgers, options, &awarded, &mut |name| open(name)).map_err(wrong)?;
    summary.files.extend(more.files);
    summary.truth_rows += more.truth_rows;
    if options.profile.has_said() {
        let (owing, scored) = owing(setting, rules, options.year, folder, run)?;
        let more = said(ledgers, options, &owing, &scored, &mut |name| open(name)).map_err(wrong)?;
        summary.files.extend(more.files);
    }
    Ok(summary)
}

/// What the sample's own ledgers give to whom.
fn awards(setting: &Setting, rules: &Rules, year: i16, folder: &Path) -> Result<Run, String> {
    let schemes = rules.pick(&[], setting.lang)?;
    let bound = rules.bind(&schemes, setting, year, &[])?;
    compute(setting, rules, bound, folder, threads(None))
}

/// What each enterprise is awarded, and whom the survey asks.
fn awarded(setting: &Setting, year: i16, run: &Run) -> Result<Vec<Awarded>, String> {
    let mut all = Vec::new();
    let mut frame = Frame::new();
    for outcome in &run.outcomes {
        for (at, enterprise) in outcome.enterprises.iter().enumerate() {
            let (Some(code), fen @ 1..) = (&enterprise.region, outcome.awarded_fen(at)) else { continue };
            // Where the fund has no such region nobody is paid and nobody is asked.
            let Some((region, _)) = setting.fund.regions.iter().find(|(_, r)| &r.code == code) else {
                continue;
            };
            let stratum = Stratum { region, scheme: outcome.plan.id.clone() };
            frame.entry(stratum.clone()).or_default().insert(enterprise.code.clone());
            all.push((stratum, code.clone(), enterprise.code.clone(), fen));
        }
    }
    let asked = match survey_of(setting)? {
        Some(survey) => drawn(setting, year, &survey, &frame).map(|(_, drawn)| drawn).unwrap_or_default(),
        None => frame,
    };
    let awarded = |(stratum, region, enterprise, fen): (Stratum, String, String, i64)| Awarded {
        asked: asked.get(&stratum).is_some_and(|codes| codes.contains(&enterprise)),
        scheme: stratum.scheme,
        enterprise,
        region,
        fen,
    };
    Ok(all.into_iter().map(awarded).collect())
}

/// What is owed a reason in the month that is monitored and at the end of the year, and what the self-evaluation came to where its total is closed.
fn owing(
    setting: &Setting,
    rules: &Rules,
    year: i16,
    folder: &Path,
    run: Run,
) -> Result<(Vec<Owing>, Vec<Scored>), String> {
    let computed = (target_table(setting)?, measures(setting, rules, year)?, run);
    let year = Year::of_run(setting, rules, computed, folder, year, threads(None))?;
    let code = |region: Option<RegionId>| region.map(|r| setting.fund.regions.get(r).code.clone());
    let known = |id: &str| setting.fund.indicators.iter().any(|i| i.id == id);
    let (mut owing, mut scored) = (Vec::new(), Vec::new());
    let monitoring_rules = monitoring_rules(setting)?;
    let month = monitoring_rules.month;
    for owed in year.monitoring(setting, &monitoring_rules, month)?.owed {
        if let (OwedKind::Reason, Some(indicator)) = (owed.kind, owed.indicator) {
            owing.push(Owing { month: Some(month), region: code(owed.region), indicator });
        }
    }
    for sheet in year.sheets(setting)? {
        let region = code(sheet.region);
        let execution = &sheet.execution;
        let rows = sheet.rows.iter().filter(|r| known(&r.indicator));
        let rows = rows.map(|r| (r.indicator.as_str(), r.reason_owed, r.score));
        for (id, owed, score) in rows.chain([(EXECUTION, execution.reason_owed, execution.score)]) {
            let indicator = id.to_owned();
            if owed {
                owing.push(Owing { month: None, region: region.clone(), indicator: indicator.clone() });
            }
            if let (Some(score), Some(_)) = (score, sheet.total.score) {
                scored.extend(points(region.clone(), Some(indicator), score));
            }
        }
        scored.extend(sheet.total.score.and_then(|total| points(region, None, total)));
    }
    Ok((owing, scored))
}

/// A score in hundredths; none that has more decimals than a form shows.
fn points(region: Option<String>, indicator: Option<String>, score: Decimal) -> Option<Scored> {
    let hundredths = i64::try_from(score.checked_mul(Decimal::ONE_HUNDRED)?.normalize()).ok()?;
    Some(Scored { region, indicator, hundredths })
}

/// `1`, `0.01` or `1/100`.
fn scale(text: &str) -> Option<Scale> {
    if let Some((above, below)) = text.split_once('/') {
        return Scale::new(above.trim().parse().ok()?, below.trim().parse().ok()?);
    }
    let number = Dec::parse(text.trim())?;
    let power = jixiao_engine::number::pow10(u32::from(number.scale))?;
    Scale::new(u32::try_from(number.mantissa).ok()?, u32::try_from(power).ok()?)
}
