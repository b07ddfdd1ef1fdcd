//! Money on both databases: what is kept, what is refused, by whom, and under concurrency.

mod common;

use common::{NEW_YEAR, beside, change, fund, on_both};
use jixiao_core::book::{AccountName, Cause, EntryKind, Outcome, Step, Whole};
use jixiao_store::{
    Actor, Database,
    money::{Asked, Which},
};
use sqlx::Executor as _;

const FUND: &str = "f";

fn asked(key: &str, kind: EntryKind, from: &AccountName, to: &AccountName, fen: i64) -> Asked {
    Asked {
        key: key.to_owned(),
        kind,
        step: Step::Move,
        from: from.clone(),
        to: to.clone(),
        fen,
        cause: Cause { kind: "document".to_owned(), reference: "1".to_owned() },
        corrects: None,
        reason: if kind.needs_reason() { "written".to_owned() } else { String::new() },
    }
}

struct Chart {
    source: AccountName,
    appropriated: AccountName,
    allocated: AccountName,
    award: AccountName,
    paid: AccountName,
}

fn chart() -> Chart {
    Chart {
        source: AccountName::source(FUND, 2024),
        appropriated: AccountName::appropriated(FUND, 2024),
        allocated: AccountName::allocated(FUND, 2024, "s", "A"),
        award: AccountName::committed(FUND, 2024, "s", "A", "e"),
        paid: AccountName::paid(FUND, 2024, "s", "A"),
    }
}

async fn post(database: &Database, batch: &[Asked], whole: Whole) -> Vec<Outcome> {
    let mut change = change(database).await;
    let outcomes = change.post(batch, whole).await.expect("the books answer");
    if outcomes.contains(&Outcome::Created) {
        change.commit().await.expect("it is kept");
    }
    outcomes
}

/// 1000 appropriated, 600 allocated, 500 awarded.
async fn begin(database: &Database, url: &str) -> Chart {
    fund(url, FUND).await;
    let chart = chart();
    let outcomes = post(
        database,
        &[
            asked("a", EntryKind::Appropriate, &chart.source, &chart.appropriated, 1000),
            asked("b", EntryKind::Allocate, &chart.appropriated, &chart.allocated, 600),
            asked("c", EntryKind::Commit, &chart.allocated, &chart.award, 500),
        ],
        Whole::Together,
    )
    .await;
    assert_eq!(outcomes, vec![Outcome::Created; 3]);
    chart
}

async fn free(database: &Database, name: &AccountName) -> i64 {
    database.account(name).await.expect("it is there").1.balance.free().0
}

#[test]
fn money_goes_its_way_and_stays_in_the_books() {
    on_both(async |database, url| {
        let chart = begin(&database, &url).await;
        let pay =
            |key: &str, step| Asked { step, ..asked(key, EntryKind::Pay, &chart.award, &chart.paid, 200) };
        let void = Asked { reason: "the bank refused".to_owned(), ..pay("v", Step::Void("r2".to_owned())) };
        for (batch, outcome) in [
            (pay("r1", Step::Reserve), "created"),
            (pay("r2", Step::Reserve), "created"),
            // 500 − 200 − 200 leaves 100.
            (pay("r3", Step::Reserve), "not-enough"),
            (pay("p1", Step::Post("r1".to_owned())), "created"),
            (pay("p1", Step::Post("r1".to_owned())), "exists"),
            (pay("p2", Step::Post("r1".to_owned())), "reservation-over"),
            (void.clone(), "created"),
            (void, "exists"),
            (pay("r3", Step::Reserve), "created"),
        ] {
            let told = post(&database, std::slice::from_ref(&batch), Whole::Each).await;
            assert_eq!(told.iter().map(Outcome::code).collect::<Vec<_>>(), [outcome], "{batch:?}");
        }
        // 500 awarded, 200 paid, 200 reserved.
        assert_eq!(free(&database, &chart.award).await, 100);
        assert_eq!(database.account(&chart.paid).await.expect("it is there").1.balance.held().0, 200);
        assert_eq!(database.verify_books().await.expect("it reads"), []);

        let (number, _) = database.account(&chart.award).await.expect("it is there");
        let entries = database.entries(number, None, 10).await.expect("it reads");
        let keys: Vec<_> = entries.iter().map(|made| made.entry.key.as_str()).collect();
        // As they came, the newest first: r3 after v had made room for it.
        assert_eq!(keys, ["r3", "v", "p1", "r2", "r1", "c"]);
        let rest = database.entries(number, Some((NEW_YEAR, "p1")), 2).await.expect("it reads");
        assert_eq!(rest.iter().map(|made| made.entry.key.as_str()).collect::<Vec<_>>(), ["r2", "r1"]);
        // Before the first there is none; before an entry of other accounts neither.
        for key in ["c", "a"] {
            assert_eq!(
                database.entries(number, Some((NEW_YEAR, key)), 10).await.expect("it reads"),
                [],
                "{key}"
            );
        }
        assert_eq!(database.entry("p1").await.expect("it is there").by, "officer");

        let which = Which { regions: Some(vec!["B".to_owned()]), ..Which::default() };
        assert!(database.accounts(&which).await.expect("it reads").is_empty());
        let which = Which { regions: Some(vec!["A".to_owned()]), year: Some(2024), ..Which::default() };
        let all = database.accounts(&which).await.expect("it reads");
        assert_eq!(all.len(), 3);
        let first = all.keys().next().copied();
        let page =
            database.accounts(&Which { after: first, limit: Some(1), ..which }).await.expect("it reads");
        assert_eq!(page.keys().next(), all.keys().nth(1));
    });
}

#[test]
fn nothing_of_a_change_that_is_dropped_is_kept() {
    on_both(async |database, url| {
        let chart = begin(&database, &url).await;
        let mut dropped = change(&database).await;
        let batch = [asked("p", EntryKind::Pay, &chart.award, &chart.paid, 200)];
        assert_eq!(dropped.post(&batch, Whole::Each).await.expect("the books answer"), [Outcome::Created]);
        drop(dropped);
        assert_eq!(free(&database, &chart.award).await, 500);
        assert!(database.entry("p").await.is_err());
        // A change of which nothing was noted cannot be kept.
        assert!(change(&database).await.commit().await.is_err());
    });
}

#[test]
fn a_closed_account_and_an_account_that_cannot_be() {
    on_both(async |database, url| {
        let chart = begin(&database, &url).await;
        let mut closing = change(&database).await;
        closing.close_account(&chart.award, true, "the year is over").await.expect("it is closed");
        closing.commit().await.expect("it is kept");
        let batch = [
            asked("p", EntryKind::Pay, &chart.award, &chart.paid, 1),
            // A paid account needs a region; without one it is no account.
            asked("q", EntryKind::Pay, &chart.award, &AccountName { region: None, ..chart.paid.clone() }, 1),
        ];
        let told = post(&database, &batch, Whole::Each).await;
        assert_eq!(told.iter().map(Outcome::code).collect::<Vec<_>>(), ["from-closed", "to-unknown"]);
    });
}

#[test]
fn the_database_itself_refuses_what_the_books_would_never_ask() {
    on_both(async |database, url| {
        let chart = begin(&database, &url).await;
        let reserve =
            Asked { step: Step::Reserve, ..asked("r", EntryKind::Pay, &chart.award, &chart.paid, 200) };
        let posted = Asked { step: Step::Post("r".to_owned()), ..reserve.clone() };
        post(&database, &[reserve, Asked { key: "p".to_owned(), ..posted }], Whole::Together).await;
        let mut beside = beside(&url).await;
        for (what, sql) in [
            ("an overdraft", "UPDATE account SET went_out = went_out + 301 WHERE kind = 'committed'"),
            ("a reserved overdraft", "UPDATE account SET reserved_out = 301 WHERE kind = 'committed'"),
            ("an edit", "UPDATE entry SET fen = 1 WHERE key = 'c'"),
            ("a removal", "DELETE FROM entry WHERE key = 'c'"),
            ("an audit record changed", "UPDATE audit_record SET who = 'nobody'"),
            ("an audit record removed", "DELETE FROM audit_record"),
            (
                "a second end",
                "INSERT INTO entry SELECT 'q', kind, step, from_account, to_account, fen, ends_key, corrects_key, cause_kind, cause_reference, reason, made_by, made_at, NULL, NULL FROM entry WHERE key = 'p'",
            ),
            (
                "an amount of nothing",
                "INSERT INTO entry SELECT 'q', kind, 'move', from_account, to_account, 0, NULL, NULL, cause_kind, cause_reference, reason, made_by, made_at, NULL, NULL FROM entry WHERE key = 'p'",
            ),
            (
                "an account that is not there",
                "INSERT INTO entry SELECT 'q', kind, 'move', from_account, 999, 1, NULL, NULL, cause_kind, cause_reference, reason, made_by, made_at, NULL, NULL FROM entry WHERE key = 'p'",
            ),
        ] {
            // A connection beside the store's own begins with the database's defaults, as any tool's would.
            sqlx::query("SELECT 1").execute(&mut beside).await.expect("it answers");
            let told = sqlx::query(sql).execute(&mut beside).await;
            assert!(told.is_err(), "{what} was let through");
        }
        assert_eq!(database.verify_books().await.expect("it reads"), []);
        // What the constraints would let through is found by adding up.
        sqlx::query("UPDATE account SET went_out = went_out + 1 WHERE kind = 'committed'")
            .execute(&mut beside)
            .await
            .expect("within the constraint");
        let doubts = database.verify_books().await.expect("it reads");
        assert_eq!(doubts.len(), 1);
        assert!(doubts[0].words().en.contains("kept in 500 out 201"), "{}", doubts[0].words().en);
        // The award has the entries c, r and p. Its newest is taken for the first, for another account's, for none at all.
        for (newest, reached) in [("NULL", 0), ("'c'", 1), ("'a'", 0), ("'nobody'", 0)] {
            sqlx::query(sqlx::AssertSqlSafe(format!(
                "UPDATE account SET newest_entry = {newest} WHERE kind = 'committed'"
            )))
            .execute(&mut beside)
            .await
            .expect("within the constraint");
            let told = database.verify_books().await.expect("it reads")[1].words().en;
            assert!(
                told.contains(&format!("has 3 entries, but from its newest back only {reached}")),
                "{told}"
            );
        }
    });
}

#[test]
fn many_at_once_cannot_take_more_than_there_is() {
    on_both(async |database, url| {
        let chart = begin(&database, &url).await;
        // 500 are there; sixteen hands take 7 at a time, each thirty times: 71 of the 480 succeed (71 × 7 = 497).
        let hands = (0..16).map(|hand| {
            let (database, award, paid) = (database.clone(), chart.award.clone(), chart.paid.clone());
            tokio::spawn(async move {
                let mut taken = 0;
                for turn in 0..30 {
                    let actor = Actor::new(format!("hand {hand}"), "test");
                    let mut change = database.change(actor, NEW_YEAR).await.expect("a change begins");
                    let batch = [asked(&format!("{hand}-{turn}"), EntryKind::Pay, &award, &paid, 7)];
                    let outcomes = change.post(&batch, Whole::Each).await.expect("the books answer");
                    if outcomes == [Outcome::Created] {
                        change.commit().await.expect("it is kept");
                        taken += 1;
                    }
                }
                taken
            })
        });
        let mut taken = 0;
        for hand in hands.collect::<Vec<_>>() {
            taken += hand.await.expect("no hand fails");
        }
        assert_eq!(taken, 71);
        assert_eq!(free(&database, &chart.award).await, 3);
        assert_eq!(database.verify_books().await.expect("it reads"), []);
    });
}

#[test]
fn clients_that_go_away_at_any_moment_leave_whole_changes_or_none() {
    on_both(async |database, url| {
        let chart = begin(&database, &url).await;
        // Eight hands allocate a fen sixty times each and give up after a time that differs from turn to turn, some before it has begun, some when it is
        // over: the books and the chain agree all the same, and what was answered is there.
        let hands = (0..8_u64).map(|hand| {
            let (database, from, to) =
                (database.clone(), chart.appropriated.clone(), chart.allocated.clone());
            tokio::spawn(async move {
                let mut answered = 0;
                for turn in 0..60_u64 {
                    let patience = std::time::Duration::from_micros((hand * 7919 + turn * 1237) % 20_000);
                    let whole = async {
                        let actor = Actor::new(format!("hand {hand}"), "test");
                        let mut change = database.change(actor, NEW_YEAR).await.expect("a change begins");
                        let batch = [asked(&format!("{hand}-{turn}"), EntryKind::Allocate, &from, &to, 1)];
                        let outcomes = change.post(&batch, Whole::Each).await.expect("the books answer");
                        // There are 400 fen to allocate, and 480 turns.
                        if outcomes == [Outcome::Created] {
                            change.commit().await.expect("it is kept");
                            return 1;
                        }
                        0
                    };
                    answered += tokio::time::timeout(patience, whole).await.unwrap_or_default();
                }
                answered
            })
        });
        let mut answered = 0;
        for hand in hands.collect::<Vec<_>>() {
            answered += hand.await.expect("no hand fails");
        }
        // Whoever stands in line behind all of them is answered after all of them.
        let last = [asked("last", EntryKind::Pay, &chart.award, &chart.paid, 1)];
        assert_eq!(post(&database, &last, Whole::Each).await, [Outcome::Created]);
        let kept = free(&database, &chart.allocated).await - 100;
        assert!(answered > 0 && answered <= kept, "{answered} answered, {kept} kept");
        assert_eq!(database.verify_books().await.expect("it reads"), []);
        assert_eq!(database.verify_chain().await.expect("it reads").1, []);
    });
}

#[test]
fn servers_that_need_the_same_accounts_in_another_order_do_not_wait_in_a_circle() {
    on_both(async |database, url| {
        let chart = begin(&database, &url).await;
        let other = Database::open(&url).await.expect("it opens");
        let allocated = |region: &str| AccountName::allocated(FUND, 2024, "s", region);
        // Two servers, four hands each; every change moves a fen to one region and, in a second batch, to the other.
        let hands =
            [(&database, ["A", "B"]), (&other, ["B", "A"])].into_iter().flat_map(|(server, regions)| {
                (0..4).map(move |hand| (server.clone(), regions, format!("{}-{hand}", regions.concat())))
            });
        let hands = hands.map(|(server, regions, name)| {
            let (from, to) = (chart.appropriated.clone(), regions.map(allocated));
            tokio::spawn(async move {
                for turn in 0..10 {
                    let mut change =
                        server.change(Actor::new(&name, "test"), NEW_YEAR).await.expect("a change begins");
                    for to in &to {
                        let key = format!("{name}-{turn}-{to}");
                        let batch = [asked(&key, EntryKind::Allocate, &from, to, 1)];
                        let outcomes = change.post(&batch, Whole::Each).await.expect("the books answer");
                        assert_eq!(outcomes, [Outcome::Created]);
                    }
                    change.commit().await.expect("it is kept");
                }
            })
        });
        for hand in hands.collect::<Vec<_>>() {
            hand.await.expect("no hand fails");
        }
        other.close().await;
        // Of 600 that A was given 500 are awarded; 80 changes brought a fen to each.
        assert_eq!(free(&database, &allocated("A")).await, 180);
        assert_eq!(free(&database, &allocated("B")).await, 80);
        assert_eq!(database.verify_books().await.expect("it reads"), []);
    });
}

#[test]
fn single_entries_are_looked_up_by_key_after_large_batches_too() {
    /// How often PostgreSQL went through a whole table; its processes tell when they end.
    async fn went_through(url: &str, table: &str) -> i64 {
        let count = sqlx::query_scalar(
            "SELECT COALESCE(SUM(seq_scan), 0)::BIGINT FROM pg_stat_user_tables WHERE relname = $1",
        );
        count.bind(table.to_owned()).fetch_one(&mut beside(url).await).await.expect("it counts")
    }
    on_both(async |database, url| {
        if !url.starts_with("postgres") {
            return;
        }
        let chart = begin(&database, &url).await;
        let award = |n: i32| AccountName::committed(FUND, 2024, "s", "A", &format!("e{n}"));
        let commit = |n: i32, key: String| asked(&key, EntryKind::Commit, &chart.allocated, &award(n), 0);
        let pay = |n: i32| Asked { fen: 1, ..commit(n % 3000, format!("single-{n}")) };
        let (source, appropriated) = (&chart.source, &chart.appropriated);
        let more = [
            asked("more", EntryKind::Appropriate, source, appropriated, 1_000_000),
            asked("there", EntryKind::Allocate, appropriated, &chart.allocated, 1_000_000),
        ];
        post(&database, &more, Whole::Together).await;
        for round in 0..3 {
            let batch: Vec<Asked> =
                (0..3000).map(|n| Asked { fen: 1, ..commit(n, format!("{round}-{n}")) }).collect();
            let outcomes = post(&database, &batch, Whole::Together).await;
            assert!(outcomes.iter().all(|outcome| *outcome == Outcome::Created));
        }
        beside(&url).await.execute("ANALYZE").await.expect("it counts its rows");
        database.close().await;
        let before = [went_through(&url, "account").await, went_through(&url, "entry").await];
        let again = Database::open(&url).await.expect("it opens");
        for n in 0..20 {
            assert_eq!(post(&again, &[pay(n)], Whole::Each).await, [Outcome::Created]);
        }
        again.close().await;
        // A process that ends tells its figures at its end, a moment after the connection is closed.
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        let after = [went_through(&url, "account").await, went_through(&url, "entry").await];
        assert_eq!(before, after);
    });
}

#[test]
fn a_large_batch_is_one_batch() {
    on_both(async |database, url| {
        let chart = begin(&database, &url).await;
        let batch: Vec<Asked> = (0..5000)
            .map(|n| {
                let award = AccountName::committed(FUND, 2024, "s", "A", &format!("e{n:05}"));
                // 100 are left of the allocation: the first hundred get one fen each.
                asked(&format!("k{n:05}"), EntryKind::Commit, &chart.allocated, &award, 1)
            })
            .collect();
        let told = post(&database, &batch, Whole::Each).await;
        assert_eq!(told.iter().filter(|outcome| **outcome == Outcome::Created).count(), 100);
        assert_eq!(told[100].code(), "not-enough");
        assert_eq!(free(&database, &chart.allocated).await, 0);
        assert_eq!(database.verify_books().await.expect("it reads"), []);
    });
}
