//! Databases for tests: SQLite in a folder of its own, and PostgreSQL when `JIXIAO_TEST_POSTGRES` names a server where databases may be made
//! (`eval "$(scripts/postgres.sh start)"`; the test command does it).

#![allow(dead_code, reason = "each test file takes what it needs")]

pub(crate) mod filled;

use std::{
    env, fs,
    future::Future,
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
};

use jixiao_core::audit::Algorithm;
use jixiao_store::{Actor, Change, Database, Moment, database::Beginning};
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Executor as _};

static NEXT: AtomicU32 = AtomicU32::new(0);

/// 2024-01-01T00:00:00Z.
pub(crate) const NEW_YEAR: Moment = Moment(1_704_067_200_000_000);

/// A database that is gone afterwards.
pub(crate) struct Scratch {
    pub(crate) url: String,
    folder: Option<PathBuf>,
    server: Option<(String, String)>,
}

impl Scratch {
    pub(crate) fn sqlite() -> Self {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = env::temp_dir().join(format!("jixiao-store-{}-{number}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder for the test");
        let url = format!("sqlite://{}/book.db", folder.display());
        Self { url, folder: Some(folder), server: None }
    }

    /// `None` when no server is named.
    pub(crate) async fn postgres() -> Option<Self> {
        let Ok(server) = env::var("JIXIAO_TEST_POSTGRES") else {
            eprintln!("JIXIAO_TEST_POSTGRES is not set: PostgreSQL is left out of this test");
            return None;
        };
        sqlx::any::install_default_drivers();
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("jixiao_{}_{number}", std::process::id());
        let mut connection = AnyConnection::connect(&server).await.expect("the server that is named");
        connection.execute(AssertSqlSafe(format!("DROP DATABASE IF EXISTS {name}"))).await.expect("removed");
        connection.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.expect("made");
        let (head, _) = server.rsplit_once('/').expect("the address names a database");
        Some(Self { url: format!("{head}/{name}"), folder: None, server: Some((server, name)) })
    }

    pub(crate) async fn open(&self) -> Database {
        let database = Database::open(&self.url).await.expect("it opens");
        database.migrate(&beginning()).await.expect("it migrates");
        database
    }

    pub(crate) async fn gone(self) {
        if let Some(folder) = self.folder {
            // What a test left open keeps its files a little longer; the system's folder for such things is emptied anyhow.
            let _ = fs::remove_dir_all(folder);
        }
        if let Some((server, name)) = self.server {
            let mut connection = AnyConnection::connect(&server).await.expect("the server that is named");
            let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
            connection.execute(AssertSqlSafe(drop)).await.expect("removed");
        }
    }
}

pub(crate) fn beginning() -> Beginning {
    Beginning { algorithm: Algorithm::Sha256, chain: "test".to_owned() }
}

/// Runs a test on both databases.
pub(crate) fn on_both<F, Fut>(test: F)
where
    F: Fn(Database, String) -> Fut,
    Fut: Future<Output = ()>,
{
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let mut all = vec![Scratch::sqlite()];
        all.extend(Scratch::postgres().await);
        for scratch in all {
            let database = scratch.open().await;
            test(database.clone(), scratch.url.clone()).await;
            database.close().await;
            scratch.gone().await;
        }
    });
}

/// A change by an officer at the new year.
pub(crate) async fn change(database: &Database) -> Change {
    database.change(Actor::new("officer", "test"), NEW_YEAR).await.expect("a change begins")
}

/// A connection beside the store's own: what somebody could do to the database with other tools.
pub(crate) async fn beside(url: &str) -> AnyConnection {
    sqlx::any::install_default_drivers();
    AnyConnection::connect(url).await.expect("the database is there")
}

/// A fund to hang things on.
pub(crate) async fn fund(url: &str, id: &str) {
    sqlx::query("INSERT INTO fund (id, name, folder_sha256, revision, opened_at, changed_at) VALUES ($1, $1, '', 0, 0, 0)")
        .bind(id.to_owned())
        .execute(&mut beside(url).await)
        .await
        .expect("a fund");
}
