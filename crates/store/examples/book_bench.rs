//! How quick the book is, for `bench/book.py`: entries in batches, single durable payments by many at once.
//!
//! `book_bench URL ENTRIES BATCH CLIENTS ORDERS` prints a line of JSON; the database must be empty. On a busy machine the CPU time of this process (on
//! SQLite all there is) says more than the clock.

use std::{
    env,
    process::ExitCode,
    time::{Duration, Instant},
};

use jixiao_core::{
    audit::Algorithm,
    book::{AccountName, Cause, EntryKind, Outcome, Step, Whole},
};
use jixiao_store::{Actor, Database, Fault, Moment, database::Beginning, money::Asked};

/// As in the executable.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const FUND: &str = "bench";
const NOW: Moment = Moment(1_704_067_200_000_000);

fn entry(key: String, kind: EntryKind, step: Step, from: &AccountName, to: &AccountName, fen: i64) -> Asked {
    Asked {
        key,
        kind,
        step,
        from: from.clone(),
        to: to.clone(),
        fen,
        cause: Cause { kind: "document".to_owned(), reference: "bench".to_owned() },
        corrects: None,
        reason: String::new(),
    }
}

async fn post(database: &Database, batch: &[Asked]) -> Result<(), Fault> {
    let mut change = database.change(Actor::new("bench", "bench"), NOW).await?;
    let outcomes = change.post(batch, Whole::Together).await?;
    if let Some(refused) = outcomes.iter().find(|outcome| **outcome != Outcome::Created) {
        return Err(Fault::Broken(format!("{refused:?}")));
    }
    change.commit().await
}

fn award(number: i64) -> AccountName {
    AccountName::committed(FUND, 2024, "s", "A", &format!("E{number:07}"))
}

/// CPU time of this process so far, in milliseconds, as far as Linux tells; 0 elsewhere.
fn cpu_ms() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // Behind the name in brackets: user and system time are the 12th and 13th field, in hundredths of a second.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2);
    fields.filter_map(|ticks| ticks.parse::<u64>().ok()).sum::<u64>() * 10
}

async fn run(url: &str, entries: i64, batch: i64, clients: i64, orders: i64) -> Result<(), Fault> {
    let database = Database::open(url).await?;
    database.migrate(&Beginning { algorithm: Algorithm::Sha256, chain: "bench".to_owned() }).await?;
    let mut change = database.change(Actor::new("bench", "bench"), NOW).await?;
    change.put_fund(FUND, "bench", "").await?;
    change.commit().await?;
    let (source, appropriated) = (AccountName::source(FUND, 2024), AccountName::appropriated(FUND, 2024));
    let allocated = AccountName::allocated(FUND, 2024, "s", "A");
    let paid = AccountName::paid(FUND, 2024, "s", "A");
    post(
        &database,
        &[
            entry("a".to_owned(), EntryKind::Appropriate, Step::Move, &source, &appropriated, 1 << 50),
            entry("b".to_owned(), EntryKind::Allocate, Step::Move, &appropriated, &allocated, 1 << 50),
        ],
    )
    .await?;

    // Awards of 25,000 enterprises, over and over, as a fund's years would commit them.
    let mut batches = Duration::ZERO;
    let mut cpu = 0;
    let mut number = 0;
    while number < entries {
        let end = (number + batch).min(entries);
        let many: Vec<Asked> = (number..end)
            .map(|n| {
                let kind = EntryKind::Commit;
                entry(format!("commit-{n}"), kind, Step::Move, &allocated, &award(n % 25_000), 100 + n % 7)
            })
            .collect();
        // What is timed is the posting, not the making up of what to post.
        let (begun, before) = (Instant::now(), cpu_ms());
        post(&database, &many).await?;
        batches += begun.elapsed();
        cpu += cpu_ms() - before;
        number = end;
    }

    let begun = Instant::now();
    let hands = (0..clients).map(|client| {
        let (database, paid) = (database.clone(), paid.clone());
        tokio::spawn(async move {
            let mut micros = Vec::new();
            for order in 0..orders / clients {
                let begun = Instant::now();
                let one = entry(
                    format!("pay-{client}-{order}"),
                    EntryKind::Pay,
                    Step::Reserve,
                    &award((client * 997 + order) % 25_000),
                    &paid,
                    1,
                );
                post(&database, &[one]).await?;
                micros.push(begun.elapsed().as_micros());
            }
            Ok::<_, Fault>(micros)
        })
    });
    let mut micros = Vec::new();
    for hand in hands.collect::<Vec<_>>() {
        micros.extend(hand.await.map_err(|error| Fault::Broken(error.to_string()))??);
    }
    let singles = begun.elapsed();
    micros.sort_unstable();
    let at = |share: usize| {
        micros.get((micros.len() * share / 1000).min(micros.len().saturating_sub(1))).copied().unwrap_or(0)
    };
    let doubts = database.verify_books().await?.len();
    let per_second =
        |count: i64, nanos: u128| u128::try_from(count).unwrap_or(0) * 1_000_000_000 / nanos.max(1);
    println!(
        "{{\"entries\":{entries},\"batch\":{batch},\"entries_per_second\":{},\"batch_cpu_ns\":{},\"orders\":{},\"clients\":{clients},\"orders_per_second\":{},\"p50_us\":{},\"p99_us\":{},\"doubts\":{doubts}}}",
        per_second(entries, batches.as_nanos()),
        u128::from(cpu) * 1_000_000 / u128::try_from(entries.max(1)).unwrap_or(1),
        micros.len(),
        per_second(i64::try_from(micros.len()).unwrap_or(0), singles.as_nanos()),
        at(500),
        at(990),
    );
    Ok(())
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [url, numbers @ ..] = arguments.as_slice() else { return ExitCode::from(2) };
    let numbers: Vec<i64> = numbers.iter().filter_map(|text| text.parse().ok()).collect();
    let [entries, batch, clients, orders] = numbers[..] else { return ExitCode::from(2) };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let Ok(runtime) = runtime else { return ExitCode::FAILURE };
    match runtime.block_on(run(url, entries, batch, clients, orders)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("{fault}");
            ExitCode::FAILURE
        }
    }
}
