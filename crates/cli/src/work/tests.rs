//! Work as a server has it done, on invented ledgers of a five-hundredth of the fund's size.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use jixiao_core::finding::Lang;
use jixiao_sample::Scale;
use jixiao_site::{FundPages, Site};
use jixiao_store::jobs::Kind;
use jixiao_web::jobs::{Asking, Halt, Handle, Task, Worker as _};
use serde_json::Value;

use super::Workshop;
use crate::{
    commands::{Setting, run, sample},
    fund,
    pages::{self, Folders},
    publish::YEAR,
};

fn setting() -> Setting {
    let (fund, texts) = fund::load(None, Lang::Zh).unwrap();
    Setting { lang: Lang::Zh, fund, texts, folder: None, today: jiff::civil::date(2025, 3, 1) }
}

/// A workshop with ledgers of its own in a folder that is empty but for them.
fn shop(name: &str) -> (Workshop, PathBuf, Arc<Site>) {
    let folder = std::env::temp_dir().join(format!("jixiao-work-{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    let (setting, ledgers) = (setting(), folder.join("ledgers"));
    let scale = Scale::new(1, 500).unwrap();
    sample::make(&setting, &ledgers, 1, scale, setting.fund.cycle.first, &run::ours).unwrap();
    let mut site = Site::default();
    let pages = FundPages::new(setting.fund.clone(), setting.texts.clone(), BTreeMap::new());
    site.funds.insert(setting.fund.id.clone(), pages);
    let site = Arc::new(site);
    let published = folder.join("published");
    (Workshop::new(&setting, &ledgers, Some(&published), Arc::clone(&site)), folder, site)
}

fn task(kind: Kind) -> Task {
    let setting = setting();
    let (fund, year, today) = (setting.fund.id, setting.fund.cycle.first, setting.today);
    Task { fund, kind, year, asking: Asking::default(), today }
}

fn whole(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is no count"))
}

fn reasons(halted: Result<impl std::fmt::Debug, Halt>) -> Vec<String> {
    match halted.expect_err("it cannot be done") {
        Halt::Cannot(reasons) => reasons.into_iter().map(|both| both.en).collect(),
        Halt::Stopped => panic!("nobody stopped it"),
    }
}

#[test]
fn an_intake_accounts_for_every_row_of_every_file() {
    let (shop, folder, _) = shop("intake");
    fs::write(folder.join("ledgers/notes.csv"), "x\n").unwrap();
    let handle = Handle::default();
    let made = shop.work(&task(Kind::Intake), &handle).unwrap();
    let told = Value::Object(made.outcome);
    let files = told["files"].as_array().unwrap();
    // Every ledger of the sample is there, each with its digest; rows in are those accepted and those set aside.
    assert!(files.len() > 10, "{}", files.len());
    let mut sums = [0u64; 3];
    for file in files {
        let counts = ["rows", "accepted", "set_aside"].map(|name| whole(&file[name]));
        assert_eq!(counts[0], counts[1] + counts[2], "{file}");
        assert_eq!(file["sha256"].as_str().map(str::len), Some(64), "{file}");
        sums = [sums[0] + counts[0], sums[1] + counts[1], sums[2] + counts[2]];
    }
    assert_eq!(sums, ["rows", "accepted", "set_aside"].map(|name| whole(&told[name])));
    assert_eq!(handle.progress().rows, sums[0], "every row was told");
    assert_eq!(told["unread"], serde_json::json!(["notes.csv"]));
    // A row with two bad cells is one row and two cells.
    let aside = made.set_aside.unwrap();
    assert!(sums[2] > 0 && whole(&told["cells"]) >= sums[2], "{told}");
    assert_eq!((aside.len() as u64, whole(&told["shown"])), (whole(&told["cells"]), whole(&told["cells"])));
    for row in &aside {
        assert!(!row.file.is_empty() && !row.reason.zh.is_empty() && !row.reason.en.is_empty(), "{row:?}");
    }
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn of_many_rows_set_aside_a_thousand_are_shown_and_all_are_counted() {
    let (shop, folder, _) = shop("cut");
    // The register keeps its headings; 1,500 blank rows are added to it.
    let register = folder.join("ledgers/enterprises.csv");
    let text = fs::read_to_string(&register).unwrap() + &"\n".repeat(1_500);
    fs::write(&register, text).unwrap();
    let made = shop.work(&task(Kind::Intake), &Handle::default()).unwrap();
    let told = Value::Object(made.outcome);
    assert_eq!((made.set_aside.unwrap().len(), whole(&told["shown"])), (1_000, 1_000));
    assert!(whole(&told["cells"]) >= 1_500, "{}", told["cells"]);
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn files_that_cannot_be_read_are_told_all_at_once() {
    let (shop, folder, _) = shop("faults");
    for name in ["enterprises.csv", "import_lines.csv"] {
        assert!(folder.join("ledgers").join(name).exists(), "{name}");
        fs::write(folder.join("ledgers").join(name), "nothing,of,ours\n1,2,3\n").unwrap();
    }
    let told = reasons(shop.work(&task(Kind::Intake), &Handle::default()));
    assert_eq!(told.len(), 2, "{told:?}");
    for name in ["enterprises.csv", "import_lines.csv"] {
        assert!(told.iter().any(|reason| reason.contains(name)), "{told:?}");
    }
    // No award is computed from them either.
    let told = reasons(shop.work(&task(Kind::AwardRun), &Handle::default()));
    assert!(told[0].contains("enterprises.csv"), "{told:?}");
    // A folder without a single ledger is no empty success.
    fs::remove_dir_all(folder.join("ledgers")).unwrap();
    fs::create_dir(folder.join("ledgers")).unwrap();
    assert!(reasons(shop.work(&task(Kind::Intake), &Handle::default()))[0].contains("--ledgers"));
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn an_award_run_is_what_its_schemes_come_to() {
    let (shop, folder, _) = shop("awards");
    let made = shop.work(&task(Kind::AwardRun), &Handle::default()).unwrap();
    let (told, run) = (Value::Object(made.outcome), made.run.unwrap());
    let sum: i64 = run.awards.iter().map(|award| award.fen).sum();
    assert_eq!((told["fen"].as_i64(), told["awards"].as_u64()), (Some(sum), Some(run.awards.len() as u64)));
    // To the fen the same by scheme: 元 with two places, without the point.
    let schemes = told["schemes"].as_array().unwrap();
    assert_eq!(schemes.len(), 3);
    for scheme in schemes {
        let id = scheme["scheme"].as_str().unwrap();
        let own: i64 = run.awards.iter().filter(|award| award.scheme == id).map(|award| award.fen).sum();
        let yuan = jixiao_engine::number::Dec::parse(scheme["awarded_yuan"].as_str().unwrap()).unwrap();
        assert_eq!(yuan.at_scale(2).and_then(|fen| i64::try_from(fen).ok()), Some(own), "{id}");
    }
    // One scheme alone is a run of its own.
    let one = schemes[0]["scheme"].as_str().unwrap().to_owned();
    let asking = Asking { schemes: vec![one.clone()], ..Asking::default() };
    let made = shop.work(&Task { asking, ..task(Kind::AwardRun) }, &Handle::default()).unwrap();
    assert!(made.run.unwrap().awards.iter().all(|award| award.scheme == one));
    fs::remove_dir_all(&folder).unwrap();
}

/// What lies in a folder, if there is one.
fn there(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_year_is_published_whole_and_shown_or_not_at_all() {
    let (shop, folder, site) = shop("report");
    let published = folder.join("published");
    let stopped = Handle::default();
    stopped.stop();
    for kind in Kind::ALL {
        assert_eq!(shop.work(&task(kind), &stopped).map(drop).unwrap_err(), Halt::Stopped, "{kind:?}");
    }
    assert_eq!(there(&published), [""; 0]);
    let pages = site.funds.values().next().unwrap();
    assert!(pages.year_book().is_none());
    let made = shop.work(&task(Kind::Report), &Handle::default()).unwrap();
    assert!(there(&published).contains(&YEAR.to_owned()));
    let book = pages.year_book().unwrap();
    assert_eq!(book.published.whole.identity.year, task(Kind::Report).year);
    assert!(book.published.whole.synthetic, "a sample is called one");
    assert_eq!(made.outcome["synthetic"], true);
    // Ledgers that somebody put something beside are no sample any more.
    fs::write(folder.join("ledgers/mine.txt"), "x").unwrap();
    let made = shop.work(&task(Kind::Report), &Handle::default()).unwrap();
    assert_eq!(made.outcome["synthetic"], false);
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_server_with_ledgers_may_begin_with_an_empty_folder_to_publish_into() {
    let (_, folder, _) = shop("empty");
    let (setting, published) = (setting(), folder.join("published"));
    let funds = [(setting.fund.clone(), setting.texts.clone())];
    let site = |ledgers: Option<PathBuf>| {
        let folders = Folders { published: Some(published.clone()), ledgers };
        pages::site(&setting, &funds, &folders, false)
    };
    let ledgers = Some(folder.join("ledgers"));
    assert!(!published.exists());
    assert!(site(ledgers.clone()).unwrap().funds[&setting.fund.id].year_book().is_none());
    // Without ledgers nobody could ever publish there.
    let why = site(None).map(drop).unwrap_err();
    assert!(why.contains(YEAR) && why.contains("jixiao run"), "{why}");
    // A year that cannot be read is no empty folder.
    fs::create_dir(&published).unwrap();
    fs::write(published.join(YEAR), "{").unwrap();
    let why = site(ledgers).map(drop).unwrap_err();
    assert!(why.contains(YEAR), "{why}");
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn what_cannot_be_asked_for_is_refused_before_it_begins() {
    let (shop, folder, _) = shop("refused");
    let asking = Asking { schemes: vec!["no-such-scheme".to_owned()], ..Asking::default() };
    let against = shop.refuses(&Task { year: 1999, asking, ..task(Kind::AwardRun) });
    assert_eq!(against.len(), 2, "{against:?}");
    assert!(against[0].en.contains("1999") && against[1].zh.contains("no-such-scheme"), "{against:?}");
    assert_eq!(shop.refuses(&task(Kind::AwardRun)), []);
    assert!(shop.knows(&task(Kind::Report).fund, Kind::Report).is_ok());
    assert!(shop.knows("another", Kind::Intake).unwrap_err().en.contains("another"));
    let unpublished = Workshop { published: None, ..shop };
    assert!(unpublished.knows(&unpublished.fund.id, Kind::AwardRun).is_ok());
    let why = unpublished.knows(&unpublished.fund.id, Kind::Report).unwrap_err();
    assert!(why.zh.contains("--published"), "{why:?}");
    fs::remove_dir_all(&folder).unwrap();
}
