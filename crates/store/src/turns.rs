//! Writers of a SQLite database take turns, and whoever is ready waits for the disk together.
//!
//! SQLite has one writer, and a commit is over when it has reached the disk. Sixteen who commit one after the other wait sixteen times. So a change that is
//! ready lets those go first who are waiting for their turn already; they work in the same transaction, each behind a savepoint, so that one that is dropped
//! takes nothing of the others with it. The first who is back in line commits for all. Nobody is answered before the commit that holds his change has
//! reached the disk, nobody reads a change before, and when it fails it fails for everybody in it.
//!
//! While nobody has the turn, either no transaction is open, or at least one change in it is ready, and for each of those a task of its own stands in
//! line: that whoever asked goes away leaves no transaction behind.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use sqlx::{Any, AnyConnection, AnyPool, Executor as _, pool::PoolConnection};
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::fault::Fault;

/// The line that writers stand in.
#[derive(Clone, Debug, Default)]
pub(crate) struct Turns(Arc<Mutex<Option<Open>>>);

/// A transaction that changes share.
#[derive(Debug)]
struct Open {
    connection: PoolConnection<Any>,
    /// Whether the transaction is over, so that the connection may be used again.
    over: bool,
    /// What became of it, for those who are ready.
    end: Arc<OnceLock<Result<(), Failed>>>,
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
    line: Turns,
    /// Given up only when the turn is over.
    open: Option<OwnedMutexGuard<Option<Open>>>,
    /// Whether others are ready in the same transaction.
    shared: bool,
}

impl Turns {
    /// Waits for the turn, not longer than `patience`.
    pub(crate) async fn take(&self, writers: &AnyPool, patience: Duration) -> Result<Turn, Fault> {
        let waited = tokio::time::timeout(patience, self.0.clone().lock_owned()).await;
        let mut open = waited.map_err(|_| Fault::Unavailable(sqlx::Error::PoolTimedOut))?;
        let shared = match &mut *open {
            Some(open) => {
                open.connection.execute("SAVEPOINT change").await?;
                true
            }
            none => {
                // A transaction that begins by reading could not become a writer later without losing what it read.
                let connection = writers.acquire().await?;
                let mut open = Open { connection, over: false, end: Arc::default() };
                if let Err(error) = open.connection.execute("BEGIN IMMEDIATE").await {
                    // The database itself says that it has not begun.
                    open.over = matches!(error, sqlx::Error::Database(_));
                    return Err(error.into());
                }
                *none = Some(open);
                false
            }
        };
        Ok(Turn { line: self.clone(), open: Some(open), shared })
    }
}

impl Turn {
    /// The connection to write on.
    pub(crate) fn on(&mut self) -> &mut AnyConnection {
        let open = self.open.as_mut().and_then(|open| open.as_mut());
        &mut open.expect("a turn begins with a transaction and ends before it gives it up").connection
    }

    /// Keeps what was done in this turn: it is answered when it has reached the disk.
    pub(crate) async fn keep(mut self) -> Result<(), Fault> {
        if self.shared {
            self.on().execute("RELEASE change").await?;
        }
        let open = self.open.take().ok_or_else(over)?;
        let end = open.as_ref().ok_or_else(over)?.end.clone();
        let line = self.line.0.clone();
        // Whoever waits goes first, in the same transaction. A task, so that it is done also when nobody waits for the answer any more.
        drop(open);
        let last = tokio::spawn(async move {
            let mut turn = line.lock_owned().await;
            if end.get().is_none()
                && let Some(mut open) = turn.take()
            {
                let committed = open.connection.execute("COMMIT").await;
                open.over = committed.is_ok();
                // Nobody else sets it: that needs the turn.
                let _ = open.end.set(committed.map(|_| ()).map_err(Failed::from));
            }
            end
        });
        let end = last.await.map_err(|error| Fault::Broken(error.to_string()))?;
        match end.get() {
            Some(end) => Ok(end.clone()?),
            None => Err(over()),
        }
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
            let back = if shared { "ROLLBACK TO change; RELEASE change" } else { "ROLLBACK" };
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
            Self { folder, turns: Turns::default(), writers, readers }
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
