//! The demo from the command line: a year in every state, sound, made once and made again alike; and folders that are not its own.

#![cfg(unix)]

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use jiff::tz::Offset;
use jixiao_core::{
    book::AccountName,
    calendar::Calendar,
    people::{Deed, Grant, Person, PersonId, Role, Scope},
    region::{Region, RegionKind, RegionTree},
    workflow::{Terms, machines},
};
use jixiao_store::{Actor, Database, Moment, Office, audit::Search, cases::Which, change::Noted, money};

const FUND: &str = "guangdong-trade-2024";
const YEAR: i16 = 2024;
/// The sample is a hundredth of the fund's true size.
const SMALL: [&str; 2] = ["--scale", "100"];

struct Called {
    code: i32,
    out: String,
    err: String,
}

fn jixiao(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jixiao"));
    command.args(args).current_dir(folder).env("JIXIAO_LANG", "en").env_remove("JIXIAO_DATABASE");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn call(folder: &Path, args: &[&str]) -> Called {
    let output = jixiao(folder, args).output().expect("the executable starts");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Called {
        code: output.status.code().expect("an exit code"),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}

fn demo(folder: &Path, more: &[&str]) -> Called {
    let args: Vec<&str> =
        ["demo", "--no-serve"].into_iter().chain(SMALL).chain(more.iter().copied()).collect();
    call(folder, &args)
}

/// Makes the demo, or uses it again.
fn made(folder: &Path, more: &[&str]) -> String {
    let called = demo(folder, more);
    assert_eq!(called.code, 0, "{}{}", called.out, called.err);
    called.out
}

/// An empty folder of a test's own.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("demo").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder for the test");
    folder
}

/// Asks the demo's database something.
fn ask<T>(folder: &Path, what: impl AsyncFnOnce(&Database) -> T) -> T {
    let url = format!("sqlite://{}", folder.join("demo/demo.sqlite").display());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let database = Database::open(&url).await.expect("it opens");
        let answer = what(&database).await;
        database.close().await;
        answer
    })
}

/// The last record of the chain: its number and its link, which depends on every record before it.
fn head(folder: &Path) -> (i64, String) {
    ask(folder, async |database| {
        let last = database.records(&Search::default(), 1).await.expect("it reads").remove(0);
        (last.record.number, last.link)
    })
}

/// Who reads everything of the fund; regions do not matter to whom all of it is open.
fn office() -> Office {
    let root = Region {
        code: "P".to_owned(),
        name: "省".to_owned(),
        english: String::new(),
        parent: None,
        kind: RegionKind::Province,
        aliases: Vec::new(),
        in_scope: true,
        reason: String::new(),
    };
    Office {
        fund: FUND.to_owned(),
        regions: RegionTree::new(vec![root]).expect("a tree"),
        calendar: Calendar::national().expect("it is part of the program"),
        terms: Terms::national().expect("they are part of the program"),
        zone: Offset::constant(8),
    }
}

/// How many cases of a way are in each state.
async fn counts(database: &Database) -> BTreeMap<String, BTreeMap<String, i64>> {
    let auditor =
        Person::new(PersonId("a".to_owned()), vec![Grant::new(Role::Auditor, Scope::Fund)]).expect("a role");
    let reach = auditor.reach(Deed::ReadFindings).expect("the role does it");
    let mut all: BTreeMap<String, BTreeMap<String, i64>> = BTreeMap::new();
    for (machine, state, count, _) in
        database.case_counts(&office(), &reach, &Which::default()).await.expect("it reads")
    {
        all.entry(machine).or_default().insert(state, count);
    }
    all
}

#[test]
fn a_year_is_made_once_and_holds_every_state_of_its_ways() {
    let here = folder("whole");
    // What a start that broke off left behind is not taken for a book.
    fs::create_dir_all(here.join("demo")).expect("a folder");
    fs::write(here.join("demo/.demo.sqlite.1.part"), "SQLite format 3\0 half").expect("written");
    let told = made(&here, &[]);
    assert!(told.contains("writing the made-up year") && told.contains("making the book"), "{told}");
    assert!(!here.join("demo/.demo.sqlite.1.part").exists());

    let counts = ask(&here, counts);
    for machine in machines::ALL {
        let of = counts.get(machine.id).unwrap_or_else(|| panic!("no {}", machine.id));
        let there: Vec<&str> = machine.states.iter().map(|s| s.id).filter(|s| of.contains_key(*s)).collect();
        let expected: Vec<&str> = match machine.id {
            // One table and one round, which have come to rest.
            "target-table" => vec!["issued"],
            "monitoring" => vec!["closed", "cancelled"],
            // One, to what is in public notice, which waits to be decided.
            "objection" => vec!["filed"],
            _ => machine.states.iter().map(|s| s.id).collect(),
        };
        assert_eq!(there, expected, "{}", machine.id);
    }
    assert_eq!(counts["target-table"]["issued"], 1);
    // Twenty cities and a zone take part (Shenzhen does not), and one was begun twice.
    assert_eq!(counts["decomposition"].values().sum::<i64>(), 22);
    assert_eq!(counts["evaluation"].values().sum::<i64>(), 22, "the whole and its regions");
    let applications: i64 = counts["application"].values().sum();
    assert_eq!(applications, 240);
    // Fates come forty at a time: of each forty, ten are closed (with those that were late or met an objection) and three are paid.
    assert_eq!((counts["application"]["closed"], counts["application"]["paid"]), (60, 18));

    ask(&here, async |database| {
        let auditor = vec![Grant::new(Role::Auditor, Scope::Fund)];
        let auditor = Person::new(PersonId("auditor-1".to_owned()), auditor).expect("an auditor");
        let reach = auditor.reach(Deed::ReadApplications).expect("auditors read applications");
        let which = |machine: &str| Which { machine: Some(machine.to_owned()), ..Which::default() };
        let objections = database.cases(&office(), &reach, &which("objection"), 10).await.expect("it reads");
        let [objection] = objections.as_slice() else { panic!("{objections:?}") };
        // It names its application by number, and that one is in notice with an amount that the city lowered by a tenth.
        let number: i64 = objection.subject.split('/').next().and_then(|n| n.parse().ok()).expect("a number");
        let all = database.cases(&office(), &reach, &which("application"), 1000).await.expect("they read");
        let file = all.iter().find(|line| line.id == number).expect("it is there");
        assert_eq!(file.state, "notice");
        let run = database.newest_run(&office(), YEAR).await.expect("it reads").expect("a run");
        let own = jixiao_store::awards::Which {
            scheme: Some(file.about.scheme.clone()),
            enterprise: Some(file.about.enterprise.clone()),
            ..jixiao_store::awards::Which::default()
        };
        let awards = database.awards(&office(), &reach, run, &own, 2).await.expect("they read");
        let [award] = awards.as_slice() else { panic!("{awards:?}") };
        assert_eq!(file.amount_fen, Some(award.fen - award.fen / 10));
        assert_ne!(objection.about.enterprise, file.about.enterprise);
    });
    ask(&here, async |database| {
        // 59,647 万元 for the year, 60 % of it early: 596,470,000 × 0.6 = 357,882,000 yuan, and 238,588,000 later.
        let early = database.entry("demo/2024/early").await.expect("it was posted");
        let rest = database.entry("demo/2024/budget").await.expect("it was posted");
        assert_eq!((early.entry.fen, rest.entry.fen), (35_788_200_000, 23_858_800_000));
        // What is not allocated goes back; of the spare 10,000 yuan half was taken back at the end, and that stays.
        let (_, left) = database.account(&AccountName::appropriated(FUND, YEAR)).await.expect("it is there");
        assert_eq!(left.balance.held().0, 500_000);
        let which = money::Which { year: Some(YEAR + 1), ..money::Which::default() };
        let next: Vec<i64> =
            database.accounts(&which).await.expect("it reads").values().map(|a| a.balance.held().0).collect();
        assert_eq!(next, [500_000], "the other half is carried over");
        let people = database.people().await.expect("it reads");
        assert!(people.iter().all(|account| account.demo && account.active));
        for name in ["officer-1", "finance-1", "finance-2", "auditor-1", "administrator", "city-440100"] {
            let (_, hash) = database.account_and_hash(name).await.expect("it reads").expect("an account");
            assert_eq!(hash, None, "{name} has no password");
        }
        // Nothing happens before what came before it.
        let records = database.records(&Search::default(), 100_000).await.expect("it reads");
        assert!(records.windows(2).all(|two| two[0].record.at_micros >= two[1].record.at_micros));
    });

    let database = ["--database", "sqlite://demo/demo.sqlite"];
    let verified = call(&here, &["db", "verify", database[0], database[1]]);
    assert_eq!(verified.code, 0, "{}{}", verified.out, verified.err);
    let mut seals: Vec<String> = fs::read_dir(here.join("demo/seals"))
        .expect("a folder")
        .map(|entry| format!("demo/seals/{}", entry.expect("an entry").file_name().to_string_lossy()))
        .collect();
    seals.sort();
    assert_eq!(seals.len(), 15, "a seal for each month from January to March of the year after");
    let args: Vec<&str> = ["audit", "verify"].into_iter().chain(seals.iter().map(String::as_str)).collect();
    let sealed = call(&here, &args);
    assert_eq!(sealed.code, 0, "{}", sealed.out);
    assert_eq!(sealed.out.lines().filter(|line| line.ends_with(": sound")).count(), 15);

    // A second start makes nothing.
    let before = (head(&here), fs::read(here.join("demo/demo.json")).expect("a marker"));
    let told = made(&here, &[]);
    assert!(!told.contains("writing") && !told.contains("making"), "{told}");
    assert_eq!(before, (head(&here), fs::read(here.join("demo/demo.json")).expect("a marker")));

    // A published file that somebody changed is made again; what was done in the book stays.
    ask(&here, async |database| {
        let at = Moment(1_780_000_000_000_000);
        let mut change = database.change(Actor::new("officer-1", "test"), at).await.expect("begun");
        change.note(Noted { deed: "visit".to_owned(), subject: "case/1".to_owned(), ..Noted::default() });
        change.commit().await.expect("kept");
    });
    fs::remove_file(here.join("demo/published/report.docx")).expect("it was made in English");
    let told = made(&here, &[]);
    assert!(told.contains("writing the made-up year") && !told.contains("making the book"), "{told}");
    assert!(here.join("demo/published/report.docx").exists());
    assert_eq!(head(&here).0, before.0.0 + 1);

    // Made again it is what it was, to the last record: the same seed, the same year. Words of invitations are drawn anew, and stand in no record.
    let told = made(&here, &["--reset"]);
    assert!(told.contains("making the book"), "{told}");
    assert_eq!(head(&here), before.0);
}

#[test]
fn what_is_not_the_demos_is_left_as_it_is() {
    let here = folder("others");
    assert_eq!(call(&here, &["db", "migrate", "--database", "sqlite://demo/mine.db"]).code, 0);
    let mine = fs::read(here.join("demo/mine.db")).expect("a database");
    let refused = demo(&here, &[]);
    assert!(refused.code == 2 && refused.err.contains("demo/mine.db is not the demo's"), "{}", refused.err);
    fs::rename(here.join("demo/mine.db"), here.join("demo/demo.sqlite")).expect("moved");
    for more in [&[][..], &["--reset"]] {
        let refused = demo(&here, more);
        assert!(
            refused.code == 2 && refused.err.contains("demo.sqlite is not the demo's"),
            "{}",
            refused.err
        );
    }
    // Even beside a marker: its chain is not the demo's.
    let marker = r#"{"format":"jixiao-demo/1","program":"","fund":"f","folder_sha256":"","seed":1,"scale":1,"doors":[]}"#;
    fs::write(here.join("demo/demo.json"), marker).expect("written");
    let refused = demo(&here, &["--reset"]);
    assert!(refused.code == 2 && refused.err.contains("is not the demo's"), "{}", refused.err);
    assert_eq!(fs::read(here.join("demo/demo.sqlite")).expect("a database").len(), mine.len());
    assert!(!here.join("demo/published").exists(), "nothing was written beside it");

    // Only this machine is served.
    let refused = call(&here, &["demo", "--folder", "other", "--listen", "0.0.0.0:0"]);
    assert!(refused.code == 2 && refused.err.contains("this machine only"), "{}", refused.err);
    assert!(!here.join("other").exists());
}

/// A server that is ended with its test, whatever becomes of that.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_link_is_offered_for_each_role_and_another_scale_needs_a_reset() {
    let here = folder("served");
    made(&here, &[]);
    let other = call(&here, &["demo", "--no-serve", "--scale", "101"]);
    assert!(other.code == 2 && other.err.contains("--reset"), "{}", other.err);

    let args = ["demo", "--listen", "127.0.0.1:0", SMALL[0], SMALL[1]];
    let mut links = Vec::new();
    for _ in 0..2 {
        let mut server = Running(jixiao(&here, &args).spawn().expect("it starts"));
        let mut lines = Vec::new();
        for line in BufReader::new(server.0.stdout.take().expect("piped")).lines() {
            let line = line.expect("UTF-8");
            let over = line.contains("Ctrl-C");
            lines.push(line);
            if over {
                break;
            }
        }
        let address =
            lines[0].split("http://").nth(1).and_then(|rest| rest.split(' ').next()).expect("an address");
        let mut stream = TcpStream::connect(address).expect("it listens");
        let text = format!("GET /healthz HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
        stream.write_all(text.as_bytes()).expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("answered");
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
        // Two officers of the province, two of finance, the auditor, the administrator, three cities, two enterprises.
        let words: Vec<String> =
            lines.iter().filter_map(|line| Some(line.split("/enter/").nth(1)?.to_owned())).collect();
        assert_eq!(words.len(), 11, "{lines:?}");
        assert!(words.iter().all(|word| word.len() == 64 && word.bytes().all(|b| b.is_ascii_hexdigit())));
        links.push(words);
    }
    assert!(links[0].iter().all(|word| !links[1].contains(word)), "words are drawn anew at each start");
    let kept = fs::read_to_string(here.join("demo/demo.json")).expect("a marker");
    assert!(links.iter().flatten().all(|word| !kept.contains(word.as_str())), "and kept nowhere");
}
