//! `jixiao demo`: a published year and a book filled with it, served to this machine.
//!
//! What was made once is used again; the book is made beside its place and moved there whole. A file `demo.json` says what was made and from what: a
//! database that it does not speak of is somebody's own, and is not touched.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use jiff::{SignedDuration, civil::Date};
use jixiao_core::{
    audit::Algorithm,
    both,
    finding::{Both, Lang},
};
use jixiao_store::{
    Database, Fault, Moment, Office, audit::Search, database::Beginning, documents::sha256, verify,
};
use jixiao_web::{Settings, state::Rate};
use serde::{Deserialize, Serialize};

use crate::{
    Outside,
    args::DemoArgs,
    awards::Results,
    commands::{Setting, award::threads, db, db_award, print, serve},
    demo::{Days, Demo, KeptRun, Lots, Material, Stage, moment},
    exit::Exit,
    output::write_file,
    pages,
    publish::is_intact,
    rules::Rules,
    year::{Year, monitoring_rules},
};

/// The database, and what says that it is the demo's.
const DATABASE: &str = "demo.sqlite";
const MARKER: &str = "demo.json";
/// What a run makes, and the exported seals.
const PUBLISHED: &str = "published";
const SEALS: &str = "seals";
/// What the marker says that it is.
const FORMAT: &str = "jixiao-demo/1";
/// How an SQLite file begins.
const SQLITE: &[u8] = b"SQLite format 3\0";

/// An account that a visitor may enter as.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Door {
    account: String,
    zh: String,
    en: String,
}

/// What was made, and from what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Marker {
    format: String,
    program: String,
    fund: String,
    folder_sha256: String,
    seed: u64,
    scale: u32,
    doors: Vec<Door>,
}

impl Marker {
    /// What the demo of a fund is made from, before there is anybody to enter as.
    fn of(setting: &Setting, scale: u32) -> Self {
        Self {
            format: FORMAT.to_owned(),
            program: format!("jixiao {}", env!("CARGO_PKG_VERSION")),
            fund: setting.fund.id.clone(),
            folder_sha256: serve::digest(&setting.texts),
            seed: super::run::SEED,
            scale,
            doors: Vec::new(),
        }
    }

    /// Whether two demos are made from the same.
    fn is_of(&self, other: &Self) -> bool {
        Self { doors: Vec::new(), ..self.clone() } == Self { doors: Vec::new(), ..other.clone() }
    }

    /// The name of the audit chain: the same for demos that are made from the same.
    fn chain(&self) -> String {
        let Self { program, fund, folder_sha256, seed, scale, .. } = self;
        let digest = sha256(format!("{program}\n{fund}\n{folder_sha256}\n{seed}\n{scale}\n"));
        format!("demo-{}", digest.get(..16).unwrap_or_default())
    }

    fn read(folder: &Path) -> Option<Self> {
        let text = fs::read_to_string(folder.join(MARKER)).ok()?;
        serde_json::from_str(&text).ok().filter(|marker: &Self| marker.format == FORMAT)
    }

    fn write(&self, folder: &Path, lang: Lang) -> Result<(), String> {
        let text = serde_json::to_string_pretty(self).map_err(|error| error.to_string())? + "\n";
        write_file(&folder.join(MARKER), text.as_bytes(), lang)
    }
}

/// `today` is the day that was asked for; without it, it is the first day after the year.
pub(super) fn run(
    mut setting: Setting,
    today: Option<Date>,
    args: &DemoArgs,
    outside: &Outside,
) -> Result<Exit, String> {
    let (lang, folder) = (setting.lang, args.folder.as_path());
    let office = serve::office(&setting.fund, &setting.texts)?;
    let lots = Lots { seed: super::run::SEED };
    let days = Days { calendar: &office.calendar, year: setting.fund.cycle.first, lots };
    setting.today = today.unwrap_or_else(|| days.of_visit());
    let setting = &setting;
    let refused = |text: &Both| Err(text.get(lang).to_owned());
    if !args.listen.ip().is_loopback() {
        let address = args.listen;
        return refused(&both!(
            "演示只在本机提供：{address} 不是本机地址，请用 127.0.0.1",
            "a demo is served to this machine only: {address} is no address of its own, use 127.0.0.1"
        ));
    }
    let wanted = Marker::of(setting, args.scale);
    let there = Marker::read(folder);
    must_be_free(folder, there.is_some(), lang)?;
    let database = folder.join(DATABASE);
    let current = there.as_ref().is_some_and(|made| made.is_of(&wanted));
    let kept = database.exists() && !args.reset;
    if database.exists() && !(looked_at(&database, &wanted, lang)? && current) && !args.reset {
        let shown = database.display();
        return refused(&both!(
            "{shown} 是用另一个资金、规模或版本的程序建立的演示；加 --reset 重新建立，或用 --folder 换一个文件夹",
            "{shown} is a demo of another fund, scale or version of this program; --reset makes it again, --folder takes another folder"
        ));
    }
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let published = folder.join(PUBLISHED);
    if !(current && is_intact(&published) && super::run::ours(&published.join("ledgers"))) {
        let shown = published.display();
        print(
            both!("正在把虚构的一年写入 {shown}/ ……\n", "writing the made-up year into {shown}/ …\n")
                .get(lang),
        )?;
        super::run::publish(setting, &published, args.scale)?;
        let doors = there.as_ref().filter(|_| current).map(|made| made.doors.clone()).unwrap_or_default();
        Marker { doors, ..wanted.clone() }.write(folder, lang)?;
    }
    let made = match there.filter(|_| kept) {
        Some(marker) => marker,
        None => {
            let shown = database.display();
            print(both!("正在建立账簿 {shown} ……\n", "making the book {shown} …\n").get(lang))?;
            make(setting, folder, &published, wanted, outside)?
        }
    };
    if args.no_serve {
        let shown = folder.display();
        print(
            both!(
                "演示已在 {shown}/ 建好；再运行 jixiao demo 即在本机提供服务\n",
                "the demo is made in {shown}/ ; jixiao demo serves it to this machine\n"
            )
            .get(lang),
        )?;
        return Ok(Exit::Clean);
    }
    let (links, doors) = links(&made, outside)?;
    let clock_ahead = clock_ahead(&database, setting, &office, outside)?;
    // One person at this machine plays every role and goes from one to the next.
    let of_sign_in = Rate { per_minute: 600, at_once: 100 };
    let settings = Settings { demo_links: links, clock_ahead, of_sign_in, ..Settings::default() };
    let funds = [(setting.fund.clone(), setting.texts.clone())];
    let said = |address: std::net::SocketAddr| {
        let mut zh =
            format!("演示在 http://{address} ，全部数据为虚构；登录链接只在本机、只在本次运行有效：\n");
        let mut en = format!(
            "the demo is at http://{address} , all of it made up; the links sign in from this machine, while this runs:\n"
        );
        for (door, word) in &doors {
            // Writing to a text cannot fail.
            let _ = writeln!(zh, "  {}：http://{address}/enter/{word}", door.zh);
            let _ = writeln!(en, "  {}: http://{address}/enter/{word}", door.en);
        }
        zh += "按 Ctrl-C 停止\n";
        en += "Ctrl-C stops it\n";
        Both::new(zh, en)
    };
    let folders = pages::Folders { ledgers: Some(published.join("ledgers")), published: Some(published) };
    let site = pages::site(setting, &funds, &folders, false)?;
    let settings = Settings { worker: serve::worker(setting, &folders, &site), ..settings };
    let url = address(&database);
    let serving = serve::Serving { url: &url, funds: &funds, site, listen: args.listen, settings };
    serve::until_stopped(serving, outside, lang, &said)
}

/// How far the demo's clock stands from the true one: it goes on from the day of the visit, or from where it stood when somebody last did something.
fn clock_ahead(
    file: &Path,
    setting: &Setting,
    office: &Office,
    outside: &Outside,
) -> Result<SignedDuration, String> {
    let last = db::on(&address(file), setting.lang, async |database| {
        let record =
            database.records(&Search::default(), 1).await?.first().map(|newest| newest.record.at_micros);
        let reading = database.readings(None, None, None, 1).await?.first().map(|newest| newest.at.0);
        let visit = moment(office, setting.today.at(9, 0, 0, 0))?.0;
        Ok(Moment([Some(visit), record, reading].into_iter().flatten().max().unwrap_or(visit)))
    })?;
    let last = last.timestamp().ok_or_else(|| format!("{last:?}?"))?;
    Ok(last.duration_since((outside.now)()))
}

/// A link for each door: accounts by the SHA-256 of the word in their link, and the doors with their words.
type Links = (BTreeMap<String, String>, Vec<(Door, String)>);

/// Words are drawn anew at each start and are kept nowhere.
fn links(made: &Marker, outside: &Outside) -> Result<Links, String> {
    let (mut links, mut doors) = (BTreeMap::new(), Vec::new());
    for door in &made.doors {
        let mut bytes = [0u8; 32];
        (outside.random)(&mut bytes)?;
        let word = bytes.iter().fold(String::new(), |mut hex, byte| {
            // Writing to a text cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        links.insert(sha256(&word), door.account.clone());
        doors.push((door.clone(), word));
    }
    Ok((links, doors))
}

/// The address of a database file; what has a meaning in addresses is written as such.
fn address(file: &Path) -> String {
    let path = file.display().to_string().replace('%', "%25").replace('?', "%3F").replace('#', "%23");
    format!("sqlite://{path}")
}

/// Refuses a folder with a database that is not the demo's. Nothing of it is opened: that alone could change it.
fn must_be_free(folder: &Path, marked: bool, lang: Lang) -> Result<(), String> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(format!("{}: {error}", folder.display())),
    };
    for entry in entries {
        let path = entry.map_err(|error| format!("{}: {error}", folder.display()))?.path();
        let own = marked && path.file_name().is_some_and(|name| name == DATABASE);
        if own || is_part(&path) || !path.is_file() {
            continue;
        }
        let first = fs::File::open(&path).and_then(|mut file| {
            let mut first = [0; 16];
            std::io::Read::read_exact(&mut file, &mut first).map(|()| first)
        });
        let named = path.file_name().is_some_and(|name| name == DATABASE);
        if named || first.is_ok_and(|first| first == SQLITE) {
            return Err(not_ours(&path, lang));
        }
    }
    Ok(())
}

fn not_ours(path: &Path, lang: Lang) -> String {
    let shown = path.display();
    both!(
        "{shown} 不是演示的数据库，没有改动；请用 --folder 换一个文件夹",
        "{shown} is not the demo's database and was left as it is; give another folder with --folder"
    )
    .get(lang)
    .to_owned()
}

/// What was left beside the database by a start that broke off.
fn is_part(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    name.starts_with(&format!(".{DATABASE}.")) && name.contains(".part")
}

/// Whether a database that a marker lies beside was made from what is wanted, and this program can use it.
///
/// # Errors
/// It is no demo's: its audit chain has another name.
fn looked_at(file: &Path, wanted: &Marker, lang: Lang) -> Result<bool, String> {
    let (chain, current) = db::on(&address(file), lang, async |database| {
        Ok((database.chain().await?.chain, database.must_be_current().await.is_ok()))
    })?;
    if chain.starts_with("demo-") {
        Ok(current && chain == wanted.chain())
    } else {
        Err(not_ours(file, lang))
    }
}

/// Makes the database beside its place, looks at everything in it again, and moves it there.
fn make(
    setting: &Setting,
    folder: &Path,
    published: &Path,
    wanted: Marker,
    outside: &Outside,
) -> Result<Marker, String> {
    let lang = setting.lang;
    let wrong = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
    for entry in fs::read_dir(folder).map_err(|error| wrong(folder, error))? {
        let path = entry.map_err(|error| wrong(folder, error))?.path();
        if is_part(&path) {
            fs::remove_file(&path).map_err(|error| wrong(&path, error))?;
        }
    }
    let beside = folder.join(format!(".{DATABASE}.{}.part", std::process::id()));
    let made = filled(setting, published, &beside, &wanted, outside).inspect_err(|_| {
        // The error that matters is the first one.
        for ending in ["", "-wal", "-shm"] {
            let _ = fs::remove_file(with(&beside, ending));
        }
    });
    let (doors, seals) = made?;
    write_seals(&folder.join(SEALS), &seals, lang)?;
    let marker = Marker { doors, ..wanted };
    let database = folder.join(DATABASE);
    for ending in ["-wal", "-shm"] {
        let path = with(&database, ending);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(wrong(&path, error)),
            _ => {}
        }
    }
    marker.write(folder, lang)?;
    fs::rename(&beside, &database).map_err(|error| wrong(&database, error))?;
    Ok(marker)
}

fn with(path: &Path, ending: &str) -> PathBuf {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    path.with_file_name(format!("{name}{ending}"))
}

/// Seals by the numbers of their records; those of an earlier book go.
fn write_seals(folder: &Path, seals: &[String], lang: Lang) -> Result<(), String> {
    let wrong = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
    fs::create_dir_all(folder).map_err(|error| wrong(folder, error))?;
    for entry in fs::read_dir(folder).map_err(|error| wrong(folder, error))? {
        let path = entry.map_err(|error| wrong(folder, error))?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let own = name.strip_suffix(".txt").is_some_and(|stem| {
            stem.strip_prefix("seal-")
                .is_some_and(|number| number.len() == 2 && number.bytes().all(|b| b.is_ascii_digit()))
        });
        if own {
            fs::remove_file(&path).map_err(|error| wrong(&path, error))?;
        }
    }
    for (number, seal) in (1..).zip(seals) {
        write_file(&folder.join(format!("seal-{number:02}.txt")), seal.as_bytes(), lang)?;
    }
    Ok(())
}

/// A new database with the demo's year; gives who may enter, and the seals.
fn filled(
    setting: &Setting,
    published: &Path,
    file: &Path,
    wanted: &Marker,
    outside: &Outside,
) -> Result<(Vec<Door>, Vec<String>), String> {
    let lang = setting.lang;
    let office = serve::office(&setting.fund, &setting.texts)?;
    let year = Year::compute(setting, &published.join("ledgers"), setting.fund.cycle.first, threads(None))?;
    let rules = Rules::read(&setting.texts, lang)?;
    let results = Results::new(setting, rules.ledgers(setting)?, year.year, &year.run)?;
    let run = KeptRun {
        year: year.year,
        folder_sha256: serve::digest(&setting.texts),
        inputs: db_award::inputs(&results)?,
        summary: db_award::summary(&results),
        awards: db_award::awards(&results)?,
    };
    let monitoring_rules = monitoring_rules(setting)?;
    let monitoring = year.monitoring(setting, &monitoring_rules, monitoring_rules.month)?;
    let enterprises = year.run.outcomes.iter().flat_map(|outcome| &outcome.enterprises);
    let names = enterprises.map(|enterprise| (enterprise.code.clone(), enterprise.name.clone())).collect();
    let material = Material {
        setting,
        followed: &year.followed(setting),
        sheets: &year.sheets(setting)?,
        monitoring: &monitoring,
        year: &year,
        run: &run,
        published,
        lots: Lots { seed: wanted.seed },
        names,
    };
    let demo = Demo::write(&material, &office);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    let seals = runtime.block_on(async {
        let database = Database::open(&address(file)).await?;
        let filled = async {
            database.migrate(&Beginning { algorithm: Algorithm::Sha256, chain: wanted.chain() }).await?;
            serve::put(&database, &setting.fund, &setting.texts, moment(&office, demo.opened)?).await?;
            let stage = Stage {
                database: &database,
                office: &office,
                cast: &demo.cast,
                run: &run,
                random: outside.random,
            };
            let seals = stage.play(demo.opened, &demo.script).await?;
            let report = verify::verify(&database).await?;
            let doubts: Vec<Both> = report.doubts().map(verify::Doubt::words).collect();
            if doubts.is_empty() { Ok(seals) } else { Err(Fault::Refused(doubts)) }
        }
        .await;
        database.close().await;
        filled
    });
    let seals = seals.map_err(|fault| db::words(&fault.words(), lang))?;
    let door = |(account, label): (String, Both)| Door { account, zh: label.zh, en: label.en };
    Ok((demo.cast.doors.into_iter().map(door).collect(), seals))
}
