use std::path::{Path, PathBuf};

use jixiao_core::{finding::Lang, text::listing};
use jixiao_engine::{
    batch::Values,
    intake,
    run::{self, explain::explain},
    scheme::plan::Plan,
};
use serde_json::json;

use crate::{
    args::{ExplainArgs, ShowFormat},
    awards::run_file::{FileRecord, RUN, RunFile, records},
    commands::{Setting, award::threads, print},
    exit::Exit,
    ledger_files::LedgerFiles,
    progress::Progress,
    render::tree,
    rules::{Change, Rules, year},
};

/// Names that are told when a part of a name fits several enterprises.
const NAMED: usize = 8;

pub(super) fn run(setting: &Setting, args: &ExplainArgs) -> Result<Exit, String> {
    let lang = setting.lang;
    let rules = Rules::read(&setting.texts, lang)?;
    // With ledgers named, nothing is asked of an earlier run.
    let (folder, record) = match (&args.ledgers, &args.awards) {
        (Some(ledgers), None) => (ledgers.clone(), None),
        (ledgers, awards) => {
            let found = match awards {
                Some(folder) => folder.clone(),
                None => newest(lang)?,
            };
            let record = RunFile::read(&found, lang)?;
            same_fund(setting, &record, &found)?;
            let ledgers = ledgers.clone().unwrap_or_else(|| PathBuf::from(&record.ledgers));
            (ledgers, Some((found, record)))
        }
    };
    let named = std::slice::from_ref(&args.scheme);
    let scheme = *rules.pick(named, lang)?.first().ok_or_else(|| rules.unknown(&args.scheme, lang))?;
    let given = args.year.or(record.as_ref().map(|(_, r)| r.year));
    let mut set = args.set.clone();
    if let Some((_, record)) = &record {
        set.extend(record.set.iter().cloned());
    }
    let year = year(setting, given)?;
    let changes = set.iter().map(|t| Change::parse(t, lang)).collect::<Result<Vec<_>, _>>()?;
    // Changes of other schemes are none of this one's business.
    let ours = |c: &Change| c.scheme.as_deref().is_none_or(|s| s == scheme.id());
    let plan = rules.plan(scheme, setting, year, &[])?;
    let known = |c: &&Change| ours(c) && (record.is_none() || plan.parameters.iter().any(|p| p.id == c.name));
    let changes: Vec<Change> = changes.iter().filter(known).cloned().collect();
    let bound = rules.bind(&[scheme], setting, year, &changes)?.remove(0);

    let ledgers = rules.ledgers(setting)?;
    let files = LedgerFiles::of(&folder, ledgers, lang)?;
    let open = files.opener();
    let watch = Progress::over(files.bytes(&[&bound.plan]) * 2);
    let outside = run::Setting { ledgers, open: &*open, threads: threads(None), watch: &watch };
    let text = |e: run::RunError| e.text().get(lang).to_owned();
    let code = enterprise(&bound.plan, &args.enterprise, &outside, lang)?;
    let told = explain(&bound.plan, &bound.bindings, &code, args.rows, &outside).map_err(text)?;

    let read: Vec<FileRecord> = told
        .intakes
        .iter()
        .flat_map(|i| i.files.iter().map(|f| FileRecord::of(&ledgers.ledgers[i.ledger].name, f)))
        .collect();
    if let Some((found, record)) = &record {
        // Ledgers that are named on the command line may be others, and so may the year.
        let same = args.ledgers.is_none() && record.year == year && args.set.is_empty();
        if same {
            same_ledgers(lang, record, &read)?;
            same_award(lang, found, scheme.id(), &told.enterprise.code, told.award.awarded_fen)?;
            let shown = found.display();
            eprintln!(
                "{}",
                setting.say(
                    &format!("依据 {shown} 的计算结果，已重新计算并核对一致"),
                    &format!("After the run in {shown}; computed again, and the same")
                )
            );
        }
    }
    match args.format {
        ShowFormat::Json => {
            let value = json!({
                "scheme": scheme.id(), "year": year,
                "enterprise": { "code": told.enterprise.code, "name": told.enterprise.name, "region": told.enterprise.region },
                "awarded_fen": told.award.awarded_fen,
                "claimed_yuan": told.award.claimed.normal().to_string(),
                "illustrative": told.illustrative.iter().map(|i| &bound.plan.parameters[*i].id).collect::<Vec<_>>(),
                "files": read,
                "tree": told.tree,
            });
            print(&(serde_json::to_string_pretty(&value).map_err(|e| e.to_string())? + "\n"))?;
        }
        ShowFormat::Text => {
            let region = told.enterprise.region.as_deref();
            let name = setting.fund.regions.iter().find(|(_, r)| Some(r.code.as_str()) == region);
            let region = name.map_or(region.unwrap_or(""), |(_, r)| r.name.as_str());
            let mut said = format!("{}  {}  {region}  {year}\n", told.enterprise.name, told.enterprise.code);
            said += &tree::text(&told.tree, lang);
            said += setting.say("台账文件（SHA-256）\n", "Ledger files (SHA-256)\n");
            read.iter().for_each(|f| said += &format!("  {}  {}\n", f.sha256, f.name));
            print(&said)?;
        }
    }
    Ok(Exit::Clean)
}

/// The run that was written last here or in the folders right below, `out` included.
fn newest(lang: Lang) -> Result<PathBuf, String> {
    let mut places = vec![PathBuf::from(".")];
    for folder in [".", "out"] {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        places.extend(entries.map(|e| e.path()).filter(|p| p.is_dir()));
    }
    places.sort();
    let written = |p: &PathBuf| std::fs::metadata(p.join(RUN)).and_then(|m| m.modified()).ok();
    let runs = places.into_iter().filter_map(|p| written(&p).map(|at| (at, p)));
    runs.max().map(|(_, place)| place).ok_or_else(|| match lang {
        Lang::Zh => "这里没有计算结果：先运行 jixiao award … -o 文件夹，或用 --ledgers 给出台账".to_owned(),
        Lang::En => {
            "there is no run here: run jixiao award … -o DIR first, or name the ledgers with --ledgers"
                .to_owned()
        }
    })
}

/// Whether the fund says the same as when the run was made.
fn same_fund(setting: &Setting, record: &RunFile, place: &Path) -> Result<(), String> {
    let now = records(&setting.texts);
    let differs = |name: &str| {
        let of = |all: &[crate::awards::run_file::TextRecord]| {
            all.iter().find(|r| r.name == name).map(|r| r.sha256.clone())
        };
        (of(&record.fund.files), of(&now))
    };
    for name in record.fund.files.iter().chain(&now).map(|r| &r.name) {
        let (then, now) = differs(name);
        if then != now {
            let (then, now, shown) = (then.unwrap_or_default(), now.unwrap_or_default(), place.display());
            return Err(match setting.lang {
                Lang::Zh => format!(
                    "资金文件 {name} 与 {shown} 计算时不同（当时 SHA-256 {then}，现在 {now}）；请用当时的资金文件夹（--fund），或重新运行 jixiao award"
                ),
                Lang::En => format!(
                    "{name} of the fund is not what it was when {shown} was computed (SHA-256 then {then}, now {now}); name that fund folder with --fund, or run jixiao award again"
                ),
            });
        }
    }
    Ok(())
}

/// Whether the ledger files are those of the run; every one that is not is told.
fn same_ledgers(lang: Lang, record: &RunFile, read: &[FileRecord]) -> Result<(), String> {
    let same = |a: &FileRecord, b: &FileRecord| a.ledger == b.ledger && a.name == b.name;
    let hash = |of: Option<&FileRecord>| match (of, lang) {
        (Some(file), _) => file.sha256.clone(),
        (None, Lang::Zh) => "没有这个文件".to_owned(),
        (None, Lang::En) => "no such file".to_owned(),
    };
    // Of the run's ledgers, those that this scheme reads.
    let gone = record.files.iter().filter(|f| read.iter().any(|r| r.ledger == f.ledger));
    let gone = gone.filter(|f| !read.iter().any(|r| same(r, f)));
    let mut said = Vec::new();
    for file in read.iter().chain(gone) {
        let then = hash(record.files.iter().find(|f| same(f, file)));
        let now = hash(read.iter().find(|f| same(f, file)));
        if then != now {
            let name = &file.name;
            said.push(match lang {
                Lang::Zh => format!(
                    "台账 {name} 在计算之后改过（当时 SHA-256 {then}，现在 {now}）；请恢复原文件，或重新运行 jixiao award"
                ),
                Lang::En => format!(
                    "the ledger {name} has changed since the run (SHA-256 then {then}, now {now}); restore the file, or run jixiao award again"
                ),
            });
        }
    }
    if said.is_empty() { Ok(()) } else { Err(said.join("\n")) }
}

/// Whether `awards.csv` of the run says what was computed again.
fn same_award(lang: Lang, folder: &Path, scheme: &str, code: &str, fen: i64) -> Result<(), String> {
    let path = folder.join("awards.csv");
    let shown = path.display().to_string();
    let wrong = |e: &dyn std::fmt::Display| format!("{shown}: {e}");
    let mut reader = csv::Reader::from_path(&path).map_err(|e| wrong(&e))?;
    let headings = reader.headers().map_err(|e| wrong(&e))?.clone();
    let at = |name: &str| headings.iter().position(|h| h.trim_start_matches('\u{feff}') == name);
    let (Some(s), Some(c), Some(a)) = (at("scheme"), at("credit_code"), at("awarded_yuan")) else {
        return Err(wrong(&"scheme, credit_code, awarded_yuan?"));
    };
    let now = jixiao_engine::number::Dec::new(i128::from(fen), 2);
    for row in reader.records() {
        let row = row.map_err(|e| wrong(&e))?;
        if row.get(s) == Some(scheme) && row.get(c) == Some(code) {
            let then = row.get(a).and_then(jixiao_engine::number::Dec::parse);
            return match then {
                Some(then) if then == now => Ok(()),
                then => {
                    let then = then.map_or(String::new(), |t| t.to_string());
                    Err(match lang {
                        Lang::Zh => format!(
                            "{shown} 中 {code} 的核定金额是 {then} 元，重新计算得 {now} 元；结果文件可能被改过"
                        ),
                        Lang::En => format!(
                            "{shown} says {then} yuan for {code}, computed again it is {now}; the file may have been changed"
                        ),
                    })
                }
            };
        }
    }
    Err(match lang {
        Lang::Zh => format!("{shown} 中没有 {scheme} 的 {code}"),
        Lang::En => format!("{shown} has no {code} under {scheme}"),
    })
}

/// The credit code that is meant: a code as it is, else that of the one enterprise whose name holds the text.
fn enterprise(plan: &Plan, asked: &str, needs: &run::Setting, lang: Lang) -> Result<String, String> {
    let code = asked.trim().to_ascii_uppercase();
    if code.len() == 18 && code.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Ok(code);
    }
    let schema = &needs.ledgers.ledgers[plan.applicant.ledger];
    let sources = (needs.open)(plan.applicant.ledger).map_err(|e| e.to_string())?;
    if sources.is_empty() {
        // The run says which file it misses.
        return Ok(code);
    }
    let register = intake::load(schema, sources, needs.threads, &intake::Silent)
        .map_err(|e| run::RunError::Intake(e).text().get(lang).to_owned())?
        .table;
    let text = |column: usize, row: usize| match &register.columns[column].values {
        Values::Text(keys) if !register.columns[column].is_null(row) => register.texts.get(keys[row]),
        _ => "",
    };
    let (key, name) = (plan.applicant.key, plan.applicant.name);
    let mut fitting: Vec<usize> =
        (0..register.rows.len()).filter(|row| text(name, *row).contains(asked)).collect();
    // A name in full is meant even where it is a part of others.
    let whole: Vec<usize> = fitting.iter().copied().filter(|row| text(name, *row) == asked).collect();
    if whole.len() == 1 {
        fitting = whole;
    }
    match fitting.as_slice() {
        [one] => Ok(text(key, *one).to_owned()),
        [] => Err(match lang {
            Lang::Zh => format!("企业名录中没有名称含“{asked}”的企业；也可以给出统一社会信用代码"),
            Lang::En => {
                format!(
                    "the register has no enterprise whose name holds {asked:?}; its credit code will do too"
                )
            }
        }),
        several => {
            let named: Vec<String> = several
                .iter()
                .take(NAMED + 1)
                .map(|row| format!("{} {}", text(key, *row), text(name, *row)))
                .collect();
            let n = several.len();
            let list = listing(&named, NAMED, "\n  ", |_| "\n  …".to_owned());
            Err(match lang {
                Lang::Zh => {
                    format!("名称含“{asked}”的企业有 {n} 家，请给出代码或更长的名称：\n  {list}")
                }
                Lang::En => {
                    format!(
                        "{n} enterprises have {asked:?} in their names; give the code or more of the name:\n  {list}"
                    )
                }
            })
        }
    }
}
