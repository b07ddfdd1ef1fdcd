//! The book under faults: killed at random moments, the disk full, the database gone for a while. Whatever was acknowledged is there afterwards,
//! the books balance, the chain holds.
//!
//! A run is told by its seed, which is printed: `JIXIAO_FAULTS_SEED=7 cargo test -p jixiao-store --test faults`. `JIXIAO_FAULTS_ROUNDS` makes it longer
//! (`scripts/faults.sh`).

mod common;
#[path = "common/office.rs"]
mod office;

use std::{
    collections::BTreeMap,
    env,
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use common::Scratch;
use jixiao_core::{
    audit::{Algorithm, Record},
    book::{AccountName, Cause, EntryKind, Step, Whole},
    workflow::{Facts, machines},
};
use jixiao_store::{
    Actor, Database, Fault,
    cases::{About, Move, Opening},
    money::Asked,
};
use office::{FUND, day, staff};
use sqlx::Row as _;

const URL: &str = "JIXIAO_FAULTS_CHILD_DATABASE";
const SEED: &str = "JIXIAO_FAULTS_SEED";
const ROUNDS: &str = "JIXIAO_FAULTS_ROUNDS";
/// A shell command that ends the PostgreSQL server at once and starts it again.
const BOUNCE: &str = "JIXIAO_FAULTS_BOUNCE";
const CLIENTS: u64 = 8;

/// A small generator of numbers: the same seed, the same run.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }
}

fn number(name: &str, default: u64) -> u64 {
    env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// The simulated fund year, in a process of its own, so that it can be killed. Does nothing when run as a test.
#[test]
fn child() {
    let Ok(url) = env::var(URL) else { return };
    let seed = number(SEED, 1);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let database = Database::open(&url).await.expect("it opens");
        let clients = (0..CLIENTS).map(|client| tokio::spawn(client_year(database.clone(), seed, client)));
        for client in clients.collect::<Vec<_>>() {
            client.await.expect("no client panics");
        }
    });
}

/// Tells the parent what was acknowledged; on a line of its own, and at once.
fn acknowledge(what: &str) {
    let mut out = std::io::stdout().lock();
    // A parent that is gone needs no word any more.
    let _ = writeln!(out, "\nack {what}").and_then(|()| out.flush());
}

async fn client_year(database: Database, seed: u64, client: u64) {
    let mut dice = Dice(seed.wrapping_mul(1009).wrapping_add(client));
    let award = AccountName::committed(FUND, 2024, "s", "A", &format!("E{client}"));
    let allocated = AccountName::allocated(FUND, 2024, "s", "A");
    let paid = AccountName::paid(FUND, 2024, "s", "A");
    let mut reserved: Vec<(String, i64)> = Vec::new();
    for turn in 0..100_000 {
        let key = format!("{seed}-{client}-{turn}");
        let fen = i64::try_from(dice.below(50)).expect("small") + 1;
        let entry = |kind: EntryKind, step, from: &AccountName, to: &AccountName, fen| Asked {
            key: key.clone(),
            kind,
            step,
            from: from.clone(),
            to: to.clone(),
            fen,
            cause: Cause { kind: "simulation".to_owned(), reference: "1".to_owned() },
            corrects: None,
            reason: "simulated".to_owned(),
        };
        let done = match dice.below(12) {
            0..=3 => post(&database, entry(EntryKind::Commit, Step::Move, &allocated, &award, fen)).await,
            4..=6 => {
                let done = post(&database, entry(EntryKind::Pay, Step::Reserve, &award, &paid, fen)).await;
                if matches!(done, Ok(true)) {
                    reserved.push((key.clone(), fen));
                }
                done
            }
            7..=9 => match reserved.pop() {
                None => continue,
                Some((held, fen)) => {
                    let step = if dice.below(3) == 0 { Step::Void(held) } else { Step::Post(held) };
                    post(&database, entry(EntryKind::Pay, step, &award, &paid, fen)).await
                }
            },
            _ => apply(&database, &key, fen, dice.below(2) == 0).await,
        };
        match done {
            Ok(true) => acknowledge(&key),
            Ok(false) => {}
            Err(Fault::Unavailable(error)) => {
                acknowledge(&format!("unavailable {error}").replace('\n', " "));
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            // A key whose answer was lost may be there: that is what keys are for.
            Err(Fault::Taken { .. }) => {}
            Err(other) => panic!("{other}"),
        }
    }
}

/// One entry in a change of its own; whether it is there now.
async fn post(database: &Database, entry: Asked) -> Result<bool, Fault> {
    let mut change = database.change(Actor::new("client", "simulation"), day(0)).await?;
    let outcomes = change.post(&[entry], Whole::Each).await?;
    let kept = outcomes.iter().all(jixiao_core::book::Outcome::is_kept);
    if kept {
        change.commit().await?;
    }
    Ok(kept)
}

/// An application that is opened, and perhaps withdrawn in the same breath.
async fn apply(database: &Database, key: &str, fen: i64, withdraw: bool) -> Result<bool, Fault> {
    let (office, staff) = (office::office(), staff());
    let mut change = database.change(Actor::new("e1", "simulation"), day(0)).await?;
    let opening = Opening {
        machine: &machines::APPLICATION,
        action: "open",
        subject: key,
        about: About {
            year: 2024,
            region: "A".into(),
            scheme: "s".into(),
            enterprise: "E1".into(),
            ..About::default()
        },
        content: "{}",
        amount_fen: Some(fen),
        reason: "",
        on_behalf: None,
        facts: Facts::new(),
    };
    let file = change.open_case(&office, &staff.enterprise, opening).await?;
    if withdraw {
        let step = Move {
            case: file.id,
            action: "withdraw",
            seen: 1,
            reason: "simulated",
            on_behalf: None,
            content: None,
            amount_fen: None,
            facts: Facts::new(),
        };
        change.act(&office, &staff.enterprise, &machines::APPLICATION, step).await?;
    }
    change.commit().await?;
    Ok(true)
}

/// A child at work, and what it has acknowledged so far.
struct Year {
    child: Child,
    lines: mpsc::Receiver<String>,
    acknowledged: Vec<String>,
    unavailable: usize,
}

impl Year {
    fn begin(url: &str, seed: u64, limit_kib: Option<u64>) -> Self {
        let this = env::current_exe().expect("a test knows its own file");
        let arguments = ["--exact", "child", "--nocapture", "--test-threads=1"];
        let mut command = match limit_kib {
            None => {
                let mut command = Command::new(this);
                command.args(arguments);
                command
            }
            Some(kib) => {
                // The signal of a file that would pass the limit is ignored, so that writing fails as on a full disk.
                let mut command = Command::new("bash");
                let script = format!("trap '' XFSZ; ulimit -f {kib}; exec \"$@\"");
                command.args(["-c", &script, "child"]).arg(this).args(arguments);
                command
            }
        };
        command.env(URL, url).env(SEED, seed.to_string()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("it starts");
        let out = BufReader::new(child.stdout.take().expect("it is piped"));
        let (send, lines) = mpsc::channel();
        thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                if let Some(what) = line.strip_prefix("ack ")
                    && send.send(what.to_owned()).is_err()
                {
                    return;
                }
            }
        });
        Self { child, lines, acknowledged: Vec::new(), unavailable: 0 }
    }

    /// Listens until something was acknowledged, and then for so long.
    fn listen(&mut self, more: Duration) {
        if let Ok(first) = self.lines.recv_timeout(Duration::from_secs(60)) {
            self.heard(first);
        }
        let end = std::time::Instant::now() + more;
        while let Some(left) = end.checked_duration_since(std::time::Instant::now()) {
            match self.lines.recv_timeout(left) {
                Ok(line) => self.heard(line),
                Err(_) => return,
            }
        }
    }

    fn heard(&mut self, line: String) {
        if line.starts_with("unavailable") { self.unavailable += 1 } else { self.acknowledged.push(line) }
    }

    /// Kills it where it stands. What it had acknowledged counts, and nothing else.
    fn kill(&mut self) {
        self.child.kill().expect("SIGKILL");
        self.child.wait().expect("it is over");
        while let Ok(line) = self.lines.recv_timeout(Duration::from_millis(200)) {
            self.heard(line);
        }
    }
}

/// Everything that was acknowledged is there, with its audit record; the books balance, the chain holds.
async fn whole(database: &Database, url: &str, acknowledged: &[String]) {
    let mut beside = common::beside(url).await;
    let mut texts = async |sql: &'static str| -> Vec<String> {
        let rows = sqlx::query(sql).fetch_all(&mut beside).await.expect("it reads");
        rows.iter().map(|row| row.get::<String, _>(0)).collect()
    };
    let entries = texts("SELECT key FROM entry").await;
    let cases = texts("SELECT subject FROM case_file").await;
    let noted = texts("SELECT subject FROM audit_record WHERE deed LIKE 'money.%'").await;
    let there: std::collections::BTreeSet<&String> = entries.iter().chain(&cases).collect();
    for key in acknowledged {
        assert!(there.contains(key), "{key} was acknowledged and is lost");
    }
    let noted: std::collections::BTreeSet<String> = noted.into_iter().collect();
    for key in entries.iter().filter(|key| key.contains('-')) {
        assert!(noted.contains(&format!("entry/{key}")), "{key} has no audit record");
    }
    assert_eq!(database.verify_books().await.expect("it reads"), []);

    let rows = sqlx::query("SELECT * FROM audit_record ORDER BY number")
        .fetch_all(&mut beside)
        .await
        .expect("it reads");
    let mut link = String::new();
    for (index, row) in (1..).zip(&rows) {
        let text = |column: &str| row.get::<String, _>(column);
        let record = Record {
            number: row.get("number"),
            at_micros: row.get("at_micros"),
            who: text("who"),
            on_behalf: text("on_behalf"),
            origin: text("origin"),
            deed: text("deed"),
            subject: text("subject"),
            before: text("before"),
            after: text("after"),
            reason: text("reason"),
        };
        assert_eq!(record.number, index, "a number is missing");
        let chained = record.chained(Algorithm::Sha256, &link);
        assert_eq!((chained.content, &chained.link), (text("content"), &text("link")), "record {index}");
        link = chained.link;
    }
    let head =
        sqlx::query("SELECT number, link FROM audit_head").fetch_one(&mut beside).await.expect("it reads");
    assert_eq!(
        (head.get::<i64, _>(0), head.get::<String, _>(1)),
        (i64::try_from(rows.len()).expect("small"), link)
    );
}

/// More money than a simulated year can use.
async fn fund(database: &Database) {
    office::begin(database).await;
    let mut change = database.change(Actor::new("system", "test"), day(0)).await.expect("a change begins");
    let appropriated = AccountName::appropriated(FUND, 2024);
    let entry = |key: &str, kind, from, to| Asked {
        key: key.to_owned(),
        kind,
        step: Step::Move,
        from,
        to,
        fen: 50_000,
        cause: Cause { kind: "document".to_owned(), reference: "1".to_owned() },
        corrects: None,
        reason: String::new(),
    };
    let batch = [
        entry("3", EntryKind::Appropriate, AccountName::source(FUND, 2024), appropriated.clone()),
        entry("4", EntryKind::Allocate, appropriated, AccountName::allocated(FUND, 2024, "s", "A")),
    ];
    assert!(
        change
            .post(&batch, Whole::Together)
            .await
            .expect("posted")
            .iter()
            .all(jixiao_core::book::Outcome::is_kept)
    );
    change.commit().await.expect("kept");
}

fn run<F: Future<Output = ()>>(test: F) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    runtime.expect("a runtime").block_on(test);
}

#[test]
fn killed_at_any_moment_nothing_acknowledged_is_lost() {
    let (seed, rounds) = (number(SEED, 1), number(ROUNDS, 3));
    println!("{SEED}={seed} {ROUNDS}={rounds}");
    run(async {
        let mut all = vec![Scratch::sqlite()];
        all.extend(Scratch::postgres().await);
        for scratch in all {
            let mut dice = Dice(seed);
            let database = scratch.open().await;
            fund(&database).await;
            let mut acknowledged = Vec::new();
            let mut counts = BTreeMap::new();
            for round in 0..rounds {
                let mut year =
                    Year::begin(&scratch.url, seed.wrapping_mul(100_003).wrapping_add(round), None);
                year.listen(Duration::from_millis(50 + dice.below(700)));
                year.kill();
                counts.insert(round, year.acknowledged.len());
                acknowledged.extend(year.acknowledged);
                whole(&database, &scratch.url, &acknowledged).await;
            }
            println!(
                "{}: acknowledged by round {counts:?}",
                scratch.url.split(':').next().unwrap_or_default()
            );
            assert!(
                acknowledged.len() > 50,
                "the clients did too little for the test to mean anything: {counts:?}"
            );
            database.close().await;
            scratch.gone().await;
        }
    });
}

#[test]
fn with_the_disk_full_everything_is_refused_and_nothing_is_broken() {
    let seed = number(SEED, 1);
    println!("{SEED}={seed}");
    run(async {
        let scratch = Scratch::sqlite();
        let database = scratch.open().await;
        fund(&database).await;
        database.close().await;
        // No file of this child may pass two megabytes: the log of the database meets the limit soon.
        let mut year = Year::begin(&scratch.url, seed, Some(2048));
        year.listen(Duration::from_secs(20));
        year.kill();
        assert!(year.unavailable > 0, "the disk was never full: {} acknowledged", year.acknowledged.len());
        assert!(!year.acknowledged.is_empty());
        let database = scratch.open().await;
        whole(&database, &scratch.url, &year.acknowledged).await;
        // With room again, work goes on.
        let mut acknowledged = std::mem::take(&mut year.acknowledged);
        let mut again = Year::begin(&scratch.url, seed.wrapping_add(1), None);
        again.listen(Duration::from_millis(300));
        again.kill();
        assert!(!again.acknowledged.is_empty());
        acknowledged.extend(again.acknowledged);
        whole(&database, &scratch.url, &acknowledged).await;
        database.close().await;
        scratch.gone().await;
    });
}

/// Needs a server of its own: `scripts/faults.sh` starts one and says how it is ended and started again.
#[test]
fn with_the_database_gone_for_a_while_work_goes_on_afterwards() {
    let Ok(bounce) = env::var(BOUNCE) else {
        println!("{BOUNCE} is not set: this test is left out");
        return;
    };
    let seed = number(SEED, 1);
    println!("{SEED}={seed}");
    run(async {
        let scratch = Scratch::postgres().await.expect("a server");
        let database = scratch.open().await;
        fund(&database).await;
        database.close().await;
        let mut year = Year::begin(&scratch.url, seed, None);
        year.listen(Duration::from_millis(500));
        let before = year.acknowledged.len();
        let told = Command::new("bash").args(["-c", &bounce]).status().expect("a shell");
        assert!(told.success(), "{bounce}");
        year.listen(Duration::from_secs(3));
        assert!(year.unavailable > 0, "nobody noticed that the database was gone");
        assert!(year.acknowledged.len() > before, "nothing went on afterwards");
        year.kill();
        let database = scratch.open().await;
        whole(&database, &scratch.url, &year.acknowledged).await;
        database.close().await;
        scratch.gone().await;
    });
}
