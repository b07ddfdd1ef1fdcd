use std::{
    fs,
    io::{BufReader, BufWriter, Read as _, Write as _},
    path::{Path, PathBuf},
};

use jixiao_core::{
    audit::{Algorithm, Seal},
    both,
    finding::{Both, Lang},
};
use jixiao_store::{
    Database, Fault, audit::Search, backup::Manifest, database::Beginning, verify::Report, verify::verify,
};
use rust_decimal::Decimal;

use crate::{
    Outside,
    args::{AuditAlgorithm, DbArgs, DbCommand, DbMigrateArgs},
    commands::{Setting, db_award, print},
    exit::Exit,
    render::columns::{Align, columns},
};

pub(super) fn run(setting: &Setting, args: &DbArgs, outside: &Outside) -> Result<Exit, String> {
    let (lang, url) = (setting.lang, args.at.database.as_str());
    match &args.command {
        DbCommand::Status => on(url, lang, async |database| status(&database, url, lang).await),
        DbCommand::Migrate(args) => migrate(args, url, setting, outside),
        DbCommand::Backup(args) => backup(&args.file, url, lang),
        DbCommand::Restore(args) => restore(&args.file, url, lang),
        DbCommand::Award(args) => db_award::run(setting, args, url, outside),
        DbCommand::Verify(args) => {
            let seals = seals(&args.seal, lang)?;
            on(url, lang, async |database| verified(&database, &seals, lang).await)
        }
    }
}

/// Does something with the database that is there.
pub(crate) fn on<T>(
    url: &str,
    lang: Lang,
    what: impl AsyncFnOnce(Database) -> Result<T, Fault>,
) -> Result<T, String> {
    must_be_there(url, lang)?;
    opened(url, lang, what)
}

/// Refuses a database that is not there: one is not made by looking for it.
pub(crate) fn must_be_there(url: &str, lang: Lang) -> Result<(), String> {
    if let Some(path) = file_of(url).filter(|path| !path.exists()) {
        let path = path.display();
        return Err(both!(
            "{path} 还没有数据库：先用 jixiao db migrate 建立，或用 --database 指定",
            "there is no database at {path} yet: jixiao db migrate makes one, --database names another"
        )
        .get(lang)
        .to_owned());
    }
    Ok(())
}

/// Does something with the database, which is made when it is not there.
fn opened<T>(
    url: &str,
    lang: Lang,
    what: impl AsyncFnOnce(Database) -> Result<T, Fault>,
) -> Result<T, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    let done = runtime.block_on(async {
        let database = Database::open(url).await?;
        let done = what(database.clone()).await;
        database.close().await;
        done
    });
    done.map_err(|fault| words(&fault.words(), lang))
}

pub(crate) fn words(all: &[Both], lang: Lang) -> String {
    all.iter().map(|both| both.get(lang)).collect::<Vec<_>>().join("\n")
}

/// The file of an SQLite database.
fn file_of(url: &str) -> Option<PathBuf> {
    let rest = url.strip_prefix("sqlite:")?;
    let rest = rest.strip_prefix("//").unwrap_or(rest);
    let path = rest.split_once('?').map_or(rest, |(path, _)| path);
    (path != ":memory:").then(|| PathBuf::from(path))
}

/// The address without a password.
pub(crate) fn shown(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    match rest.rsplit_once('@') {
        Some((user, host)) => {
            let name = user.split_once(':').map_or(user, |(name, _)| name);
            format!("{scheme}://{name}@{host}")
        }
        None => url.to_owned(),
    }
}

async fn status(database: &Database, url: &str, lang: Lang) -> Result<Exit, Fault> {
    let status = database.status().await?;
    let kind = if status.postgres { "PostgreSQL" } else { "SQLite" };
    let (version, newest, url) = (status.version, status.newest, shown(url));
    let mut said = both!(
        "数据库：{url}（{kind}）\n表的版本：{version}（本程序需要 {newest}）\n",
        "database: {url} ({kind})\nversion of the tables: {version} (this program needs {newest})\n"
    );
    if version == newest {
        let Beginning { algorithm, chain } = database.chain().await?;
        let last = database.records(&Search::default(), 1).await?;
        let (number, link) = last.first().map_or((0, "-"), |last| (last.record.number, last.link.as_str()));
        let code = algorithm.code();
        let sealed = database.seals().await?.last().map_or(0, |seal| seal.last);
        let more = both!(
            "审计链：{chain}（{code}），{number} 条记录，链值 {link}；封存至第 {sealed} 号\n",
            "audit chain: {chain} ({code}), {number} records, link {link}; sealed up to record {sealed}\n"
        );
        said = Both::new(said.zh + &more.zh, said.en + &more.en);
    }
    print(said.get(lang)).map_err(Fault::Broken)?;
    database.must_be_current().await?;
    Ok(Exit::Clean)
}

fn migrate(args: &DbMigrateArgs, url: &str, setting: &Setting, outside: &Outside) -> Result<Exit, String> {
    let lang = setting.lang;
    let algorithm = match args.audit_algorithm {
        AuditAlgorithm::Sha256 => Algorithm::Sha256,
        AuditAlgorithm::Sm3 => Algorithm::Sm3,
    };
    let chain = match &args.chain {
        Some(chain) => chain.clone(),
        None => {
            let mut bytes = [0; 4];
            (outside.random)(&mut bytes)?;
            format!("book-{}-{:08x}", setting.today.strftime("%Y%m%d"), u32::from_be_bytes(bytes))
        }
    };
    if let Some(folder) = file_of(url).as_deref().and_then(Path::parent).filter(|p| !p.as_os_str().is_empty())
    {
        fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    opened(url, lang, async |database| {
        let before = database.status().await?.version;
        let asked = Beginning { algorithm, chain };
        database.migrate(&asked).await?;
        let (after, begun) = (database.status().await?.version, database.chain().await?);
        let (chain, code, url) = (&begun.chain, begun.algorithm.code(), shown(url));
        let said = both!(
            "{url}：第 {before} 版 → 第 {after} 版；审计链 {chain}（{code}）\n",
            "{url}: version {before} → {after}; audit chain {chain} ({code})\n"
        );
        print(said.get(lang)).map_err(Fault::Broken)?;
        let other_name = args.chain.as_ref().is_some_and(|named| named != chain);
        if other_name || (before > 0 && asked.algorithm != begun.algorithm) {
            let kept = both!(
                "审计链在建库时已定，名称和算法不再改变",
                "the audit chain was begun when the database was made: its name and algorithm stay"
            );
            eprintln!("{}", kept.get(lang));
        }
        Ok(Exit::Clean)
    })
}

fn backup(file: &Path, url: &str, lang: Lang) -> Result<Exit, String> {
    let shown = file.display();
    let wrong = |error: std::io::Error| match lang {
        Lang::Zh => format!("写不了 {shown}：{error}"),
        Lang::En => format!("cannot write {shown}: {error}"),
    };
    // A slip of the hand must not put a backup in the place of the database, or of anything else that is no backup.
    if file.exists() {
        let mut first = [0; 4];
        let archive = fs::File::open(file).and_then(|mut f| f.read_exact(&mut first)).is_ok()
            && &first == b"PK\x03\x04";
        if !archive {
            return Err(both!(
                "{shown} 已存在且不是备份：请换个文件名",
                "{shown} is there already and is no backup: take another name"
            )
            .get(lang)
            .to_owned());
        }
    }
    let name = file.file_name().ok_or_else(|| format!("{shown}?"))?.to_string_lossy().into_owned();
    let beside = file.with_file_name(format!(".{name}.{}.part", std::process::id()));
    let done = on(url, lang, async |database| {
        if let Some(folder) = file.parent().filter(|p| !p.as_os_str().is_empty()) {
            fs::create_dir_all(folder).map_err(|error| unwritten(&wrong(error)))?;
        }
        let mut to =
            BufWriter::with_capacity(1 << 18, fs::File::create(&beside).map_err(|e| unwritten(&wrong(e)))?);
        let manifest = database.backup(&mut to).await?;
        to.flush().and_then(|()| to.get_ref().sync_all()).map_err(|error| unwritten(&wrong(error)))?;
        fs::rename(&beside, file).map_err(|error| unwritten(&wrong(error)))?;
        Ok(manifest)
    });
    let manifest = done.inspect_err(|_| {
        // The error that matters is the first one.
        let _ = fs::remove_file(&beside);
    })?;
    print(told(&manifest, &both!("已备份到 {shown}", "saved into {shown}")).get(lang))?;
    Ok(Exit::Clean)
}

fn unwritten(words: &str) -> Fault {
    Fault::refused(Both::same(words))
}

fn told(manifest: &Manifest, what: &Both) -> Both {
    let Manifest { files, chain, head_number, head_link, version, .. } = manifest;
    let (rows, zh, en) = (manifest.rows(), &what.zh, &what.en);
    both!(
        "{zh}：第 {version} 版，{rows} 行，{files} 个文件，审计链 {chain} 至第 {head_number} 号（{head_link}）\n",
        "{en}: version {version}, {rows} rows, {files} files, audit chain {chain} up to record {head_number} ({head_link})\n"
    )
}

fn restore(file: &Path, url: &str, lang: Lang) -> Result<Exit, String> {
    let shown = file.display();
    let from = fs::File::open(file).map_err(|error| format!("{shown}: {error}"))?;
    if let Some(folder) = file_of(url).as_deref().and_then(Path::parent).filter(|p| !p.as_os_str().is_empty())
    {
        fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    let manifest = opened(url, lang, async |database| database.restore(BufReader::new(from)).await)?;
    let url = self::shown(url);
    let what = both!("{shown} 已恢复到 {url} 并核验无误", "{shown} was restored into {url} and found sound");
    print(told(&manifest, &what).get(lang))?;
    Ok(Exit::Clean)
}

/// Seals from files, by the file's name.
///
/// # Errors
/// A file that cannot be opened, or that is no whole seal.
fn seals(files: &[PathBuf], lang: Lang) -> Result<Vec<(String, Seal)>, String> {
    let read = |file: &PathBuf| {
        let shown = file.display().to_string();
        let text = fs::read_to_string(file).map_err(|error| format!("{shown}: {error}"))?;
        let seal = Seal::read(&text).map_err(|found| format!("{shown}: {}", found.words().get(lang)))?;
        Ok((shown, seal))
    };
    files.iter().map(read).collect()
}

async fn verified(database: &Database, seals: &[(String, Seal)], lang: Lang) -> Result<Exit, Fault> {
    let report = verify(database).await?;
    let mut said = parts(&report, lang);
    let mut sound = report.is_sound();
    for (name, seal) in seals {
        let doubts = database.verify_seal(seal).await?;
        said += line(&Both::same(name), seal.records.len(), doubts.len()).get(lang);
        for doubt in &doubts {
            said += &format!("  {}\n", doubt.words().get(lang));
        }
        sound &= doubts.is_empty();
    }
    said += &totals(&report, lang);
    print(&said).map_err(Fault::Broken)?;
    Ok(if sound { Exit::Clean } else { Exit::Findings })
}

fn line(label: &Both, count: impl std::fmt::Display, doubts: usize) -> Both {
    let (zh, en) = (&label.zh, &label.en);
    if doubts == 0 {
        both!("{zh}：{count}，无误\n", "{en}: {count}, sound\n")
    } else {
        both!("{zh}：{count}，有 {doubts} 处问题\n", "{en}: {count}, {doubts} doubts\n")
    }
}

fn parts(report: &Report, lang: Lang) -> String {
    let mut said = String::new();
    for looked in &report.parts {
        said += line(&looked.part.label(), looked.count, looked.doubts.len()).get(lang);
        let doubts = looked.doubts.iter().map(jixiao_store::verify::Doubt::words);
        for both in doubts.chain(looked.remarks.iter().cloned()) {
            said += &format!("  {}\n", both.get(lang));
        }
    }
    said
}

/// What accounts hold, by fund, year, kind and region, in yuan.
fn totals(report: &Report, lang: Lang) -> String {
    if report.totals.is_empty() {
        return String::new();
    }
    let heading = match lang {
        Lang::Zh => ["资金", "年度", "账户", "地区", "户数", "余额（元）", "预留（元）"],
        Lang::En => ["fund", "year", "account", "region", "accounts", "held (yuan)", "reserved (yuan)"],
    };
    let mut rows = vec![heading.map(str::to_owned)];
    for total in &report.totals {
        rows.push([
            total.fund.clone(),
            total.year.to_string(),
            total.kind.label().get(lang).to_owned(),
            total.region.clone(),
            total.accounts.to_string(),
            Decimal::new(total.held, 2).to_string(),
            Decimal::new(total.reserved, 2).to_string(),
        ]);
    }
    let (left, right) = (Align::Left, Align::Right);
    format!("\n{}", columns(&rows, &[left, right, left, left, right, right, right], 0))
}
