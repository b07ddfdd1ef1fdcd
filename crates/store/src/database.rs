//! Opening a database, and the little in which the two kinds differ.

use std::{collections::BTreeMap, str::FromStr as _, sync::Arc, time::Duration};

use jixiao_core::{audit::Algorithm, both};
use sqlx::{
    Any, AnyConnection, AnyPool, Executor as _, Transaction,
    any::{AnyConnectOptions, AnyPoolOptions},
};

use crate::{
    awards::Totals,
    change::{Actor, Change},
    fault::Fault,
    migrations::{migrator, newest},
    moment::Moment,
    rows::Get as _,
    turns::Turns,
};

/// Which kind of database it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite in one file: the default.
    Sqlite,
    /// PostgreSQL, when many offices share it.
    Postgres,
}

impl Dialect {
    /// Which kind a connection leads to; only these two are ever opened.
    pub(crate) fn of(on: &AnyConnection) -> Self {
        if on.backend_name() == "SQLite" { Self::Sqlite } else { Self::Postgres }
    }

    /// What follows a SELECT of rows that are about to be changed and that somebody also writes on without a change: jobs. SQLite has one writer and needs nothing.
    pub(crate) fn for_update(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " FOR UPDATE",
        }
    }
}

/// How a chain begins; asked once, when the database is made.
#[derive(Clone, Debug)]
pub struct Beginning {
    /// What digests are made with.
    pub algorithm: Algorithm,
    /// The chain's name: a word without spaces that no other database has.
    pub chain: String,
}

/// An open database.
#[derive(Clone, Debug)]
pub struct Database {
    dialect: Dialect,
    readers: AnyPool,
    writers: AnyPool,
    turns: Turns,
    pub(crate) totals: Arc<Totals>,
}

/// How far a database is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// Which kind it is.
    pub postgres: bool,
    /// The version of its tables; 0 when it is empty.
    pub version: i64,
    /// The version that this program needs.
    pub newest: i64,
}

/// How a connection to SQLite begins. Full: a commit has reached the disk before it is answered. Trusted schema off: the file may come from elsewhere.
const SQLITE_BEGUN: &str = "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
    PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cache_size = -65536";

/// How a connection to PostgreSQL begins that is written on. What is written is looked up by key, a few rows or many that are handed in as one value. PostgreSQL
/// does not know how many rows that value holds, and once large batches had been written it went through whole tables for a single one. Who waits for
/// another process gives up after as long as for another in this one ([`PATIENCE`]).
const POSTGRES_WRITER_BEGUN: &str =
    "SET enable_hashjoin = off; SET enable_mergejoin = off; SET lock_timeout = '10s'";

/// How a change begins on SQLite. A transaction that begins by reading could not become a writer later without losing what it read.
const SQLITE_CHANGE: &str = "BEGIN IMMEDIATE";

/// How a change begins on PostgreSQL: with the lock on the chain's head, which every change needs in the end.
const POSTGRES_CHANGE: &str = "BEGIN; SELECT id FROM audit_head WHERE id = 1 FOR UPDATE";

/// How long a writer waits for another before it gives up.
const PATIENCE: Duration = Duration::from_secs(10);

impl Database {
    /// Opens `sqlite://FILE` (made if it is not there) or `postgres://…`. Nothing is migrated.
    ///
    /// # Errors
    /// The address is of another kind, or the database cannot be reached.
    pub async fn open(url: &str) -> Result<Self, Fault> {
        sqlx::any::install_default_drivers();
        let (dialect, url) = match url.split_once(':').map(|(kind, _)| kind) {
            Some("sqlite") => {
                let joint = if url.contains('?') { '&' } else { '?' };
                let mode = if url.contains("mode=") { String::new() } else { format!("{joint}mode=rwc") };
                (Dialect::Sqlite, format!("{url}{mode}"))
            }
            Some("postgres" | "postgresql") => (Dialect::Postgres, url.to_owned()),
            _ => {
                return Err(Fault::refused(both!(
                    "不认识的数据库地址 {url}：请写 sqlite://文件 或 postgres://用户@主机/库",
                    "unknown database address {url}: write sqlite://FILE or postgres://USER@HOST/DATABASE"
                )));
            }
        };
        let options = AnyConnectOptions::from_str(&url)?;
        let pool = |connections, writes: bool| {
            AnyPoolOptions::new().max_connections(connections).acquire_timeout(PATIENCE).after_connect(
                move |connection, _| {
                    Box::pin(async move {
                        let begun = match (dialect, writes) {
                            (Dialect::Sqlite, _) => SQLITE_BEGUN,
                            (Dialect::Postgres, true) => POSTGRES_WRITER_BEGUN,
                            (Dialect::Postgres, false) => return Ok(()),
                        };
                        connection.execute(begun).await.map(drop)
                    })
                },
            )
        };
        // SQLite has one writer at a time: those in this process queue for one connection, in order, instead of knocking in turn.
        let writers =
            pool(if dialect == Dialect::Sqlite { 1 } else { 8 }, true).connect_with(options.clone()).await?;
        let readers = pool(8, false).connect_with(options).await?;
        let turns = Turns::new(match dialect {
            Dialect::Sqlite => SQLITE_CHANGE,
            Dialect::Postgres => POSTGRES_CHANGE,
        });
        Ok(Self { dialect, readers, writers, turns, totals: Arc::default() })
    }

    /// Which kind it is.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Brings the tables to the newest version, and begins the audit chain when there is none.
    ///
    /// # Errors
    /// A step fails, a released step was edited, or the database is of a newer program. Nothing is half done.
    pub async fn migrate(&self, beginning: &Beginning) -> Result<(), Fault> {
        self.migrate_to(newest(), beginning).await
    }

    /// Brings the tables to a version; for tests of upgrades.
    ///
    /// # Errors
    /// As [`Database::migrate`].
    pub async fn migrate_to(&self, version: i64, beginning: &Beginning) -> Result<(), Fault> {
        let blank = |text: &str| text.is_empty() || text.contains(char::is_whitespace);
        if blank(&beginning.chain) {
            return Err(Fault::refused(both!(
                "审计链的名称须是一个不含空格的词",
                "the audit chain's name must be a word without spaces"
            )));
        }
        self.lay(version).await?;
        let mut begun = self.writers.begin().await?;
        sqlx::query(
            "INSERT INTO audit_head (id, number, link) VALUES (1, 0, '') ON CONFLICT (id) DO NOTHING",
        )
        .execute(&mut *begun)
        .await?;
        for (name, value) in
            [("audit-algorithm", beginning.algorithm.code()), ("audit-chain", &beginning.chain)]
        {
            sqlx::query("INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING")
                .bind(name)
                .bind(value.to_owned())
                .execute(&mut *begun)
                .await?;
        }
        Ok(begun.commit().await?)
    }

    /// Brings the tables to a version and begins nothing.
    pub(crate) async fn lay(&self, version: i64) -> Result<(), Fault> {
        migrator(self.dialect, version).run(&self.writers).await.map_err(|error| match error {
            sqlx::migrate::MigrateError::Execute(error) => error.into(),
            other => {
                Fault::refused(both!("数据库不能升级：{other}", "the database cannot be upgraded: {other}"))
            }
        })
    }

    /// How far the database is.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn status(&self) -> Result<Status, Fault> {
        let there = match self.dialect {
            Dialect::Sqlite => "SELECT COUNT(*) AS n FROM sqlite_master WHERE name = '_sqlx_migrations'",
            Dialect::Postgres => {
                "SELECT COUNT(*) AS n FROM pg_tables WHERE schemaname = current_schema() AND tablename = '_sqlx_migrations'"
            }
        };
        let postgres = self.dialect == Dialect::Postgres;
        let there = sqlx::query(there).fetch_one(&self.readers).await?.int("n")? > 0;
        let version = if there {
            let newest =
                sqlx::query("SELECT CAST(COALESCE(MAX(version), 0) AS BIGINT) AS n FROM _sqlx_migrations");
            newest.fetch_one(&self.readers).await?.int("n")?
        } else {
            0
        };
        Ok(Status { postgres, version, newest: newest() })
    }

    /// Refuses unless the tables are those that this program needs.
    ///
    /// # Errors
    /// They are older or newer; says what to do.
    pub async fn must_be_current(&self) -> Result<(), Fault> {
        let Status { version, newest, .. } = self.status().await?;
        match version.cmp(&newest) {
            std::cmp::Ordering::Equal => Ok(()),
            std::cmp::Ordering::Less => Err(Fault::refused(both!(
                "数据库为第 {version} 版，本程序需要第 {newest} 版：请运行 jixiao db migrate",
                "the database is at version {version}, this program needs {newest}: run jixiao db migrate"
            ))),
            std::cmp::Ordering::Greater => Err(Fault::refused(both!(
                "数据库为第 {version} 版，比本程序（第 {newest} 版）新：请用较新的程序",
                "the database is at version {version}, newer than this program ({newest}): use a newer program"
            ))),
        }
    }

    /// What reads are made on.
    pub(crate) fn readers(&self) -> &AnyPool {
        &self.readers
    }

    /// What the little is written on that needs no change: when a session was last seen.
    pub(crate) fn writers(&self) -> &AnyPool {
        &self.writers
    }

    /// The database as it is at one moment, whatever others write meanwhile; for reading only.
    pub(crate) async fn snapshot(&self) -> Result<Transaction<'static, Any>, Fault> {
        Ok(match self.dialect {
            Dialect::Sqlite => self.readers.begin().await?,
            Dialect::Postgres => {
                self.readers.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?
            }
        })
    }

    /// A transaction that writes without an audit record of its own: restoring, and notes that stand beside the chain.
    pub(crate) async fn writing(&self) -> Result<Transaction<'static, Any>, Fault> {
        Ok(match self.dialect {
            Dialect::Sqlite => self.writers.begin_with(SQLITE_CHANGE).await?,
            Dialect::Postgres => self.writers.begin().await?,
        })
    }

    /// What digests of the chain are made with, and its name.
    ///
    /// # Errors
    /// The database cannot be reached or was never migrated.
    pub async fn chain(&self) -> Result<Beginning, Fault> {
        beginning(&mut *self.readers.acquire().await?).await
    }

    /// Begins a change by somebody at a moment. Nothing is kept until [`Change::commit`]. Changes wait for each other: nobody should hold one while he
    /// waits for another, or for people.
    ///
    /// # Errors
    /// The database cannot be reached, or another writer took too long.
    pub async fn change(&self, actor: Actor, at: Moment) -> Result<Change, Fault> {
        let turn = self.turns.take(&self.writers, PATIENCE).await?;
        Ok(Change::new(turn, self.dialect, actor, at))
    }

    /// Waits for what is under way and closes every connection.
    pub async fn close(&self) {
        self.writers.close().await;
        self.readers.close().await;
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// It does not.
    pub async fn ping(&self) -> Result<(), Fault> {
        sqlx::query("SELECT 1").execute(&self.readers).await?;
        Ok(())
    }
}

/// What digests of a chain are made with, and its name.
pub(crate) async fn beginning(on: &mut AnyConnection) -> Result<Beginning, Fault> {
    let mut values = BTreeMap::new();
    for row in sqlx::query("SELECT name, value FROM setting").fetch_all(on).await? {
        values.insert(row.text("name")?, row.text("value")?);
    }
    let mut value = |name: &str| values.remove(name).ok_or_else(|| Fault::not_found(name));
    let algorithm = value("audit-algorithm")?;
    let algorithm = Algorithm::of(&algorithm)
        .ok_or_else(|| Fault::Broken(format!("the chain's algorithm {algorithm} is not known")))?;
    Ok(Beginning { algorithm, chain: value("audit-chain")? })
}
