//! Writers take turns, and whoever is ready waits for the disk together.
//!
//! There is one audit chain, so there is one change at a time, on both databases; and a commit is over when it has reached the disk. Sixteen who commit one
//! after the other wait sixteen times. So a change that is ready lets those go first who are waiting for their turn already; they work in the same
//! transaction, each behind a savepoint, so that one that is dropped takes nothing of the others with it. The first who is back in line commits for all.
//! Nobody is answered before the commit that holds his change has reached the disk, nobody reads a change before, and when it fails it fails for everybody
//! in it.
//!
//! The line is that of one process. Several processes share a database as well: the transaction begins by taking what only one may hold, SQLite's file or
//! on PostgreSQL the head of the chain. Whoever holds that first waits for nobody who waits for it, so there is no circle, whatever the changes go on to lock.
//!
//! While nobody has the turn, either no transaction is open, or at least one change in it is ready, and for each of those a task of its own stands in
//! line: that whoever asked goes away leaves no transaction behind.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use jixiao_core::audit::Algorithm;
use sqlx::{Any, AnyConnection, AnyPool, Executor as _, pool::PoolConnection};
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::{fault::Fault, rows::Get as _, sql::Sql};

/// The line that writers stand in.
#[derive(Clone, Debug)]
pub(crate) struct Turns {
    line: Arc<Mutex<Option<Open>>>,
    /// How a transaction begins that nobody else's can be under way beside.
    begin: &'static str,
}

/// Where the audit chain stands.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    /// Number of the last record; 0 when there is none.
    pub(crate) number: i64,
    /// Its link; empty when there is none.
    pub(crate) link: String,
    /// What digests are made with.
    pub(crate) algorithm: Algorithm,
}

/// A transaction that changes share.
#[derive(Debug)]
struct Open {
    connection: PoolConnection<Any>,
    /// Where the chain stands behind the changes that are ready; written down once, before the commit.
    head: Option<Head>,
    /// Whether a savepoint stands behind everything that is ready.
    savepoint: bool,
    /// Whether the transaction is over, so that the connection may be used again.
    over: bool,
    /// What became of it, for those who are ready.
    end: Arc<OnceLock<Result<(), Failed>>>,
}

impl Open {
    /// Writes down where the chain stands, and commits.
    async fn commit(&mut self) -> Result<(), sqlx::Error> {
        if let Some(Head { number, link, .. }) = self.head.take() {
            let update = sqlx::query("UPDATE audit_head SET number = $1, link = $2 WHERE id = 1");
            update.bind(number).bind(link).execute(&mut *self.connection).await?;
        }
        self.connection.execute("COMMIT").await?;
        self.over = true;
        Ok(())
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        // Nobody knows what the connection is in the middle of. Closed, it leaves nothing behind.
        if !self.over {
            self.connection.close_on_drop();
        }
    }
}

/// Why a shared commit failed, for everybody in it.
#[derive(Clone, Debug)]
struct Failed {
    passing: bool,
    words: String,
}

impl From<sqlx::Error> for Failed {
    fn from(error: sqlx::Error) -> Self {
        let words = error.to_string();
        Self { passing: matches!(Fault::from(error), Fault::Unavailable(_)), words }
    }
}

impl From<Failed> for Fault {
    fn from(failed: Failed) -> Self {
        match failed.passing {
            true => Self::Unavailable(sqlx::Error::Io(std::io::Error::other(failed.words))),
            false => Self::Broken(failed.words),
        }
    }
}

/// The turn to write. Dropped, it leaves nothing of its own behind.
pub(crate) struct Turn {
    line: Arc<Mutex<Option<Open>>>,
    /// Given up only when the turn is over.
    open: Option<OwnedMutexGuard<Option<Open>>>,
    /// Whether others are ready in the same transaction.
    shared: bool,
    /// Where the chain stands behind this one's records.
    head: Option<Head>,
}

impl Turns {
    /// A line in which nobody stands yet.
    pub(crate) fn new(begin: &'static str) -> Self {
        Self { line: Arc::default(), begin }
    }

    /// Waits for the turn, not longer than `patience`.
    pub(crate) async fn take(&self, writers: &AnyPool, patience: Duration) -> Result<Turn, Fault> {
        let waited = tokio::time::timeout(patience, self.line.clone().lock_owned()).await;
        let mut open = waited.map_err(|_| Fault::Unavailable(sqlx::Error::PoolTimedOut))?;
        let shared = match &mut *open {
            Some(open) => {
                if !open.savepoint {
                    open.connection.execute("SAVEPOINT change").await?;
                    open.savepoint = true;
                }
                true
            }
            none => {
                let connection = writers.acquire().await?;
                let mut begun =
                    Open { connection, head: None, savepoint: false, over: false, end: Arc::default() };
                begun.connection.execute(self.begin).await?;
                *none = Some(begun);
                false
            }
        };
        Ok(Turn { line: self.line.clone(), open: Some(open), shared, head: None })
    }
}

impl Turn {
    /// The connection to write on.
    pub(crate) fn on(&mut self) -> &mut AnyConnection {
        let open = self.open.as_mut().and_then(|open| open.as_mut());
        &mut open.expect("a turn begins with a transaction and ends before it gives it up").connection
    }

    /// Where the audit chain stands: behind the records of this turn and of whoever is ready before it.
    pub(crate) async fn head(&mut self) -> Result<Head, Fault> {
        let ready = self.open.as_ref().and_then(|open| open.as_ref()).and_then(|open| open.head.as_ref());
        if let Some(head) = self.head.as_ref().or(ready) {
            return Ok(head.clone());
        }
        let select = Sql::new(
            "SELECT number, link, (SELECT value FROM setting WHERE name = 'audit-algorithm') AS algorithm FROM audit_head WHERE id = 1",
        );
        let row = select.one(self.on()).await?.ok_or_else(|| Fault::not_found("the audit chain's head"))?;
        let algorithm = row.text("algorithm")?;
        let algorithm = Algorithm::of(&algorithm)
            .ok_or_else(|| Fault::Broken(format!("the chain's algorithm {algorithm} is not known")))?;
        Ok(Head { number: row.int("number")?, link: row.text("link")?, algorithm })
    }

    /// Tells where the chain stands behind the records that this turn has written.
    pub(crate) fn chained(&mut self, head: Head) {
        self.head = Some(head);
    }

    /// Keeps what was done in this turn: it is answered when it has reached the disk.
    pub(crate) async fn keep(mut self) -> Result<(), Fault> {
        // A task: whoever asked may go away at any moment, and what is begun here must not be left half done.
        let kept = tokio::spawn(async move {
            if self.shared {
                // The next one's savepoint at once: each word to the database is a way there and back.
                self.on().execute("RELEASE change; SAVEPOINT change").await?;
            }
            let head = self.head.take();
            let mut turn = self.open.take().ok_or_else(over)?;
            let open = turn.as_mut().ok_or_else(over)?;
            open.head = head.or_else(|| open.head.take());
            let end = open.end.clone();
            // Whoever waits goes first, in the same transaction.
            drop(turn);
            let mut turn = self.line.clone().lock_owned().await;
            if end.get().is_none()
                && let Some(mut open) = turn.take()
            {
                let committed = open.commit().await;
                // Nobody else sets it: that needs the turn.
                let _ = open.end.set(committed.map_err(Failed::from));
            }
            match end.get() {
                Some(end) => Ok(end.clone()?),
                None => Err(over()),
            }
        });
        kept.await.map_err(|error| Fault::Broken(error.to_string()))?
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let Some(mut turn) = self.open.take() else { return };
        // Without a runtime the connection is closed, and whoever is ready in the same transaction has failed.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return fail(&mut turn, None) };
        let shared = self.shared;
        // The turn goes on to the next in line only when everything is taken back.
        runtime.spawn(async move {
            let Some(open) = turn.as_mut() else { return };
            let back = if shared { "ROLLBACK TO change" } else { "ROLLBACK" };
            match open.connection.execute(back).await {
                Ok(_) if shared => {}
                Ok(_) => {
                    open.over = true;
                    *turn = None;
                }
                // The database may have taken back the whole transaction on its own account, when the disk is full: then all of it has failed.
                Err(error) => fail(&mut turn, Some(error)),
            }
        });
    }
}

/// Gives a transaction up for everybody in it.
fn fail(turn: &mut Option<Open>, error: Option<sqlx::Error>) {
    let given_up = || Failed { passing: true, words: "the transaction was given up".to_owned() };
    if let Some(open) = turn.take() {
        let _ = open.end.set(Err(error.map_or_else(given_up, Failed::from)));
    }
}

fn over() -> Fault {
    Fault::Broken("the turn to write is over".to_owned())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use sqlx::{
        AnyPool, AssertSqlSafe, Executor as _,
        any::{AnyConnectOptions, AnyPoolOptions},
    };
    use tempfile::TempDir;

    use super::{Turn, Turns};
    use crate::{fault::Fault, rows::Get as _};

    const PATIENCE: Duration = Duration::from_secs(5);

    /// A file with a list of numbers: one connection to write, one to read.
    struct Book {
        folder: TempDir,
        turns: Turns,
        writers: AnyPool,
        readers: AnyPool,
    }

    impl Book {
        async fn new(name: &str) -> Self {
            sqlx::any::install_default_drivers();
            let folder = tempfile::Builder::new().prefix(name).tempdir().expect("a folder for the test");
            let url = format!("sqlite://{}/book.db?mode=rwc", folder.path().display());
            let options: AnyConnectOptions = url.parse().expect("an address");
            let pool = || AnyPoolOptions::new().max_connections(1).connect_with(options.clone());
            let (writers, readers) = (pool().await.expect("it opens"), pool().await.expect("it opens"));
            let setup = "PRAGMA journal_mode = WAL; CREATE TABLE list (number INTEGER PRIMARY KEY)";
            writers.execute(setup).await.expect("a table");
            Self { folder, turns: Turns::new("BEGIN IMMEDIATE"), writers, readers }
        }

        async fn turn(&self) -> Turn {
            self.turns.take(&self.writers, PATIENCE).await.expect("a turn")
        }

        /// What a reader sees.
        async fn seen(&self) -> Vec<i64> {
            let rows = sqlx::query("SELECT number FROM list ORDER BY number").fetch_all(&self.readers).await;
            rows.expect("it reads").iter().map(|row| row.int("number").expect("a number")).collect()
        }

        async fn gone(self) {
            self.writers.close().await;
            self.readers.close().await;
            self.folder.close().expect("the test's folder goes");
        }
    }

    async fn write(turn: &mut Turn, number: i64) {
        turn.on()
            .execute(AssertSqlSafe(format!("INSERT INTO list VALUES ({number})")))
            .await
            .expect("it writes");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn nobody_is_answered_and_nothing_is_seen_before_the_shared_commit() {
        let book = Book::new("answered").await;
        let mut first = book.turn().await;
        write(&mut first, 1).await;
        // The second stands in line before the first is ready, so it goes before the commit.
        let (turns, writers) = (book.turns.clone(), book.writers.clone());
        let second = tokio::spawn(async move { turns.take(&writers, PATIENCE).await.expect("a turn") });
        tokio::time::sleep(Duration::from_millis(50)).await;
        let first = tokio::spawn(first.keep());
        let mut second = second.await.expect("it has its turn");
        write(&mut second, 2).await;
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert!(!first.is_finished());
        assert_eq!(book.seen().await, [] as [i64; 0]);
        second.keep().await.expect("it is kept");
        first.await.expect("it ends").expect("it is kept");
        assert_eq!(book.seen().await, [1, 2]);
        book.gone().await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn what_is_dropped_takes_nothing_of_the_others_with_it() {
        let book = Book::new("dropped").await;
        let mut first = book.turn().await;
        write(&mut first, 1).await;
        let hands = (2..40).map(|number| {
            let (turns, writers) = (book.turns.clone(), book.writers.clone());
            tokio::spawn(async move {
                let mut turn = turns.take(&writers, PATIENCE).await.expect("a turn");
                write(&mut turn, number).await;
                // Every third thinks better of it.
                if number % 3 > 0 {
                    turn.keep().await.expect("it is kept");
                }
            })
        });
        let hands: Vec<_> = hands.collect();
        tokio::time::sleep(Duration::from_millis(50)).await;
        first.keep().await.expect("it is kept");
        for hand in hands {
            hand.await.expect("no hand fails");
        }
        let kept: Vec<i64> = (1..40).filter(|number| number % 3 > 0).collect();
        assert_eq!(book.seen().await, kept);
        book.gone().await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn who_goes_away_leaves_no_transaction_behind() {
        let book = Book::new("away").await;
        let mut first = book.turn().await;
        write(&mut first, 1).await;
        let (turns, writers) = (book.turns.clone(), book.writers.clone());
        let second = tokio::spawn(async move { turns.take(&writers, PATIENCE).await.expect("a turn") });
        tokio::time::sleep(Duration::from_millis(50)).await;
        let first = tokio::spawn(first.keep());
        let mut second = second.await.expect("it has its turn");
        write(&mut second, 2).await;
        // Whoever asked for the first waits no more; the second is given up.
        first.abort();
        drop(second);
        // Another process can write: nothing is locked.
        let free = book.readers.execute("BEGIN IMMEDIATE; INSERT INTO list VALUES (3); COMMIT");
        tokio::time::timeout(PATIENCE, free).await.expect("in time").expect("it writes");
        assert_eq!(book.seen().await, [1, 3]);
        book.gone().await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_transaction_that_the_database_gave_up_has_failed_for_everybody_in_it() {
        let book = Book::new("failed").await;
        let mut first = book.turn().await;
        write(&mut first, 1).await;
        let (turns, writers) = (book.turns.clone(), book.writers.clone());
        let second = tokio::spawn(async move { turns.take(&writers, PATIENCE).await.expect("a turn") });
        tokio::time::sleep(Duration::from_millis(50)).await;
        let first = tokio::spawn(first.keep());
        let mut second = second.await.expect("it has its turn");
        write(&mut second, 2).await;
        // As SQLite does on its own account when the disk is full.
        second.on().execute("ROLLBACK").await.expect("it is taken back");
        drop(second);
        let told = first.await.expect("it ends");
        assert!(matches!(told, Err(Fault::Broken(_) | Fault::Unavailable(_))), "{told:?}");
        assert_eq!(book.seen().await, [] as [i64; 0]);
        // The line goes on.
        let mut third = book.turn().await;
        write(&mut third, 3).await;
        third.keep().await.expect("it is kept");
        assert_eq!(book.seen().await, [3]);
        book.gone().await;
    }

    #[tokio::test]
    async fn nobody_waits_for_ever() {
        let book = Book::new("patience").await;
        let first = book.turn().await;
        let told = book.turns.take(&book.writers, Duration::from_millis(20)).await.map(|_| ());
        assert!(matches!(told, Err(Fault::Unavailable(_))), "{told:?}");
        drop(first);
        let mut next = book.turn().await;
        write(&mut next, 1).await;
        next.keep().await.expect("it is kept");
        assert_eq!(book.seen().await, [1]);
        book.gone().await;
    }
}
