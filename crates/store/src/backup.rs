//! A whole database as one file, and back.
//!
//! A backup is a zip archive. `tables/NAME.jsonl` has a line for each row, a list of its values in the order that the manifest gives, rows by
//! primary key; a file is written as `files/SHA-256` and its digest stands in the row. `manifest.json` comes last: versions, where the chain stands,
//! and of each table its columns, the number of its rows and the SHA-256 of its part. Nothing in it depends on the kind of database or on the
//! time of day, so equal content gives equal bytes, and what was written from one kind is read into the other.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, BufRead as _, BufReader, Read, Seek, Write},
};

use futures_util::TryStreamExt as _;
use jixiao_core::both;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use sqlx::{AnyConnection, AssertSqlSafe, Executor as _, Row as _, any::AnyRow};
use zip::{ZipArchive, ZipWriter, result::ZipError, write::SimpleFileOptions};

use crate::{
    database::{Database, Dialect, Status, beginning},
    fault::Fault,
    migrations::newest,
    money::hex,
    rows::Get as _,
    schema::{Kind, Table, count, tables},
    sql::Sql,
    verify::{is_empty, look},
};

/// The version of the file's own form.
const FORM: u32 = 1;
const MANIFEST: &str = "manifest.json";
/// A manifest names some thirty tables; what is larger is none.
const MANIFEST_BYTES: u64 = 1 << 20;
/// Statements take at most this many values and about this many bytes.
const VALUES: usize = 30_000;
const STATEMENT_BYTES: usize = 4 << 20;

/// What a backup says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The version of the file's form.
    pub jixiao_backup: u32,
    /// The version of the program that wrote it.
    pub program: String,
    /// The version of the tables.
    pub version: i64,
    /// Name of the audit chain.
    pub chain: String,
    /// What its digests are made with.
    pub algorithm: String,
    /// Number of its last record.
    pub head_number: i64,
    /// Link of its last record.
    pub head_link: String,
    /// How many files there are.
    pub files: usize,
    /// The tables, those that are referred to before those that refer.
    pub tables: Vec<Saved>,
}

/// What a backup says of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Saved {
    /// Its name.
    pub name: String,
    /// Its columns, in the order of the values of each line.
    pub columns: Vec<String>,
    /// How many rows.
    pub rows: i64,
    /// SHA-256 of the part, not compressed.
    pub sha256: String,
}

impl Manifest {
    /// How many rows there are in all tables.
    pub fn rows(&self) -> i64 {
        self.tables.iter().map(|table| table.rows).sum()
    }
}

// ---- writing ----

/// A writer that goes on in silence after it failed: what failed was told once, and an archive that is given up need not say it again.
struct Once<W> {
    to: W,
    failed: bool,
}

impl<W: Write> Write for Once<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.failed {
            return Ok(bytes.len());
        }
        let written = self.to.write(bytes);
        self.failed = written.as_ref().is_err_and(|error| error.kind() != io::ErrorKind::Interrupted);
        written
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.failed { Ok(()) } else { self.to.flush() }
    }
}

fn unwritten(error: impl std::fmt::Display) -> Fault {
    Fault::refused(both!(
        "备份写不出（{error}）：写出的部分不能用，请腾出空间或换个位置再来",
        "the backup cannot be written ({error}): what was written is of no use; make room or take another place"
    ))
}

impl Database {
    /// Writes everything as it is at one moment, while others go on writing. Rows and files go out one by one.
    ///
    /// # Errors
    /// The database cannot be reached or is not current, or the writer fails; then what was written is no backup and is refused as one.
    pub async fn backup<W: Write + Send>(&self, to: W) -> Result<Manifest, Fault> {
        self.must_be_current().await?;
        let mut reading = self.snapshot().await?;
        let begun = beginning(&mut reading).await?;
        let head =
            sqlx::query("SELECT number, link FROM audit_head WHERE id = 1").fetch_one(&mut *reading).await?;
        let mut zip = ZipWriter::new_stream(Once { to, failed: false });
        let mut manifest = Manifest {
            jixiao_backup: FORM,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            version: newest(),
            chain: begun.chain,
            algorithm: begun.algorithm.code().to_owned(),
            head_number: head.int("number")?,
            head_link: head.text("link")?,
            files: 0,
            tables: Vec::new(),
        };
        let mut files = BTreeSet::new();
        for table in tables(&mut reading, self.dialect()).await? {
            let saved = if table.has_blob() {
                save_with_files(&mut zip, &mut reading, self.dialect(), &table, &mut files).await?
            } else {
                save(&mut zip, &mut reading, self.dialect(), &table).await?
            };
            manifest.tables.push(saved);
        }
        manifest.files = files.len();
        let text = serde_json::to_string_pretty(&manifest).map_err(unwritten)?;
        zip.start_file(MANIFEST, packed()).map_err(unwritten)?;
        zip.write_all(text.as_bytes()).and_then(|()| zip.write_all(b"\n")).map_err(unwritten)?;
        let mut done = zip.finish().map_err(unwritten)?;
        done.flush().map_err(unwritten)?;
        Ok(manifest)
    }
}

/// The date of every part is the archive's first day, so that equal content gives equal bytes.
fn packed() -> SimpleFileOptions {
    SimpleFileOptions::DEFAULT.compression_method(zip::CompressionMethod::Deflated).large_file(true)
}

/// Files are packed already, most of them.
fn stored() -> SimpleFileOptions {
    SimpleFileOptions::DEFAULT.compression_method(zip::CompressionMethod::Stored).large_file(true)
}

/// Lines with their digest.
struct Lines {
    digest: Sha256,
    rows: i64,
}

impl Lines {
    fn new() -> Self {
        Self { digest: Sha256::new(), rows: 0 }
    }

    fn add(&mut self, values: Vec<Value>) -> Vec<u8> {
        let mut line = Value::Array(values).to_string().into_bytes();
        line.push(b'\n');
        self.digest.update(&line);
        self.rows += 1;
        line
    }

    fn saved(self, table: &Table) -> Saved {
        Saved {
            name: table.name.clone(),
            columns: table.columns.iter().map(|column| column.name.clone()).collect(),
            rows: self.rows,
            sha256: hex(&self.digest.finalize()),
        }
    }
}

fn part(table: &str) -> String {
    format!("tables/{table}.jsonl")
}

fn file(digest: &str) -> String {
    format!("files/{digest}")
}

async fn save<W: Write + Seek>(
    zip: &mut ZipWriter<W>,
    on: &mut AnyConnection,
    dialect: Dialect,
    table: &Table,
) -> Result<Saved, Fault> {
    zip.start_file(part(&table.name), packed()).map_err(unwritten)?;
    let mut lines = Lines::new();
    let sql = format!("SELECT {} FROM {} ORDER BY {}", table.list(), table.name, table.order(dialect));
    let mut rows = sqlx::query(AssertSqlSafe(sql)).fetch(on);
    while let Some(row) = rows.try_next().await? {
        let Written { values, .. } = written(&row, table)?;
        zip.write_all(&lines.add(values)).map_err(unwritten)?;
    }
    Ok(lines.saved(table))
}

/// Of a table with files only its keys and lines are held; the files go out one by one.
async fn save_with_files<W: Write + Seek>(
    zip: &mut ZipWriter<W>,
    on: &mut AnyConnection,
    dialect: Dialect,
    table: &Table,
    kept: &mut BTreeSet<String>,
) -> Result<Saved, Fault> {
    let key = table.key();
    let [key] = key[..] else {
        return Err(Fault::Broken(format!("{} has files and a key of several columns", table.name)));
    };
    let (name, key) = (&table.name, &key.name);
    let sql = format!("SELECT {key} AS key FROM {name} ORDER BY {}", table.order(dialect));
    let keys = sqlx::query(AssertSqlSafe(sql)).fetch_all(&mut *on).await?;
    let mut lines = Lines::new();
    let mut whole = Vec::new();
    for row in keys {
        let sql = format!("SELECT {} FROM {name} WHERE {key} = $1", table.list());
        let row = sqlx::query(AssertSqlSafe(sql)).bind(row.text("key")?).fetch_one(&mut *on).await?;
        let Written { values, files } = written(&row, table)?;
        for (digest, bytes) in files {
            if kept.insert(digest.clone()) {
                zip.start_file(file(&digest), stored()).map_err(unwritten)?;
                zip.write_all(&bytes).map_err(unwritten)?;
            }
        }
        whole.extend(lines.add(values));
    }
    zip.start_file(part(name), packed()).map_err(unwritten)?;
    zip.write_all(&whole).map_err(unwritten)?;
    Ok(lines.saved(table))
}

/// A row as it is written.
struct Written {
    values: Vec<Value>,
    /// The files among its values, by their digest.
    files: Vec<(String, Vec<u8>)>,
}

fn written(row: &AnyRow, table: &Table) -> Result<Written, Fault> {
    let mut values = Vec::with_capacity(table.columns.len());
    let mut files = Vec::new();
    for column in &table.columns {
        values.push(match column.kind {
            Kind::Int => row.int_or_none(&column.name)?.map_or(Value::Null, Value::from),
            Kind::Text => row.text_or_none(&column.name)?.map_or(Value::Null, Value::String),
            Kind::Blob => match row.try_get::<Option<Vec<u8>>, _>(column.name.as_str())? {
                Some(bytes) => {
                    let digest = hex(&Sha256::digest(&bytes));
                    files.push((digest.clone(), bytes));
                    Value::String(digest)
                }
                None => Value::Null,
            },
        });
    }
    Ok(Written { values, files })
}

// ---- reading ----

fn unreadable(error: &ZipError) -> Fault {
    Fault::refused(both!(
        "文件不是完整的备份（{error}）：可能没有写完或被截断，请换一份",
        "the file is no whole backup ({error}): it was perhaps not finished, or cut; take another one"
    ))
}

fn altered(part: &str, said: &str, found: &str) -> Fault {
    Fault::refused(both!(
        "备份的 {part} 应为 {said}，却是 {found}：文件被改动或损坏，请换一份",
        "{part} of the backup should be {said}, but is {found}: the file was altered or is damaged; take another one"
    ))
}

impl Database {
    /// Reads a backup into a database of either kind that nothing was put into yet, and looks at everything again before it is kept.
    ///
    /// # Errors
    /// The file is cut, altered, or of a newer program; the database is not empty; or what was read is doubted. Then no row of it is kept.
    pub async fn restore<R: Read + Seek>(&self, from: R) -> Result<Manifest, Fault> {
        let mut zip = ZipArchive::new(from).map_err(|error| unreadable(&error))?;
        let manifest = manifest(&mut zip)?;
        check(&mut zip, &manifest)?;

        let Status { version, .. } = self.status().await?;
        if version != 0 && version != manifest.version {
            let asked = manifest.version;
            return Err(Fault::refused(both!(
                "数据库已是第 {version} 版，备份是第 {asked} 版：请恢复到一个新的空数据库",
                "the database is at version {version}, the backup at {asked}: restore it into a new, empty database"
            )));
        }
        self.lay(manifest.version).await?;
        let mut writing = self.writing().await?;
        let here = tables(&mut writing, self.dialect()).await?;
        if !is_empty(&mut writing, &here).await? {
            return Err(Fault::refused(both!(
                "数据库里已有内容：只能恢复到空数据库",
                "there is something in the database already: a backup is restored into an empty one"
            )));
        }
        let by_name: BTreeMap<&str, &Table> = here.iter().map(|table| (table.name.as_str(), table)).collect();
        let said: BTreeSet<&str> = manifest.tables.iter().map(|saved| saved.name.as_str()).collect();
        if said.len() != manifest.tables.len() || !said.iter().eq(by_name.keys()) {
            return Err(altered("tables", &format!("{:?}", by_name.keys()), &format!("{said:?}")));
        }

        let loose = hold_references(&mut writing, self.dialect(), &here).await?;
        writing.execute("DELETE FROM setting").await?;
        writing.execute("DELETE FROM audit_head").await?;
        // In the order of the tables here, whatever order the file gives.
        for table in &here {
            let Some(saved) = manifest.tables.iter().find(|saved| saved.name == table.name) else { continue };
            let columns = || table.columns.iter().map(|column| &column.name);
            if !saved.columns.iter().eq(columns()) {
                let said = format!("{:?}", saved.columns);
                return Err(altered(&table.name, &format!("{:?}", columns().collect::<Vec<_>>()), &said));
            }
            load(&mut zip, &mut writing, table).await?;
            let found = count(&mut writing, &table.name).await?;
            if found != saved.rows {
                return Err(altered(&table.name, &saved.rows.to_string(), &found.to_string()));
            }
        }
        for statement in loose {
            writing.execute(AssertSqlSafe(statement)).await?;
        }
        count_on(&mut writing, self.dialect(), &here).await?;

        let report = look(&mut writing, self.dialect()).await?;
        let doubts: Vec<_> = report.doubts().map(crate::verify::Doubt::words).collect();
        if !doubts.is_empty() {
            return Err(Fault::Refused(doubts));
        }
        let head =
            sqlx::query("SELECT number, link FROM audit_head WHERE id = 1").fetch_one(&mut *writing).await?;
        let head = (head.int("number")?, head.text("link")?);
        if head != (manifest.head_number, manifest.head_link.clone()) {
            let said = format!("{} {}", manifest.head_number, manifest.head_link);
            return Err(altered("audit_head", &said, &format!("{} {}", head.0, head.1)));
        }
        writing.commit().await?;
        self.lay(newest()).await?;
        Ok(manifest)
    }
}

fn manifest<R: Read + Seek>(zip: &mut ZipArchive<R>) -> Result<Manifest, Fault> {
    let mut text = String::new();
    let file = zip.by_name(MANIFEST).map_err(|error| unreadable(&error))?;
    file.take(MANIFEST_BYTES).read_to_string(&mut text).map_err(|error| unreadable(&error.into()))?;
    let form = serde_json::from_str::<Value>(&text).ok().and_then(|value| value["jixiao_backup"].as_u64());
    if let Some(form) = form.filter(|form| *form != u64::from(FORM)) {
        return Err(Fault::refused(both!(
            "备份的格式为第 {form} 版，本程序读第 {FORM} 版：请用较新的程序",
            "the backup is of form {form}, this program reads form {FORM}: use a newer program"
        )));
    }
    let manifest: Manifest =
        serde_json::from_str(&text).map_err(|error| altered(MANIFEST, "JSON", &error.to_string()))?;
    let (version, newest) = (manifest.version, newest());
    if !(1..=newest).contains(&version) {
        return Err(Fault::refused(both!(
            "备份的表为第 {version} 版，本程序只到第 {newest} 版：请用较新的程序",
            "the backup's tables are at version {version}, this program knows {newest}: use a newer program"
        )));
    }
    Ok(manifest)
}

/// Reads the whole file once and compares every part with what is said of it; nothing else may be in it.
fn check<R: Read + Seek>(zip: &mut ZipArchive<R>, manifest: &Manifest) -> Result<(), Fault> {
    let mut due: BTreeMap<String, &str> =
        manifest.tables.iter().map(|saved| (part(&saved.name), saved.sha256.as_str())).collect();
    let mut files = 0;
    let mut buffer = vec![0; 1 << 16];
    for at in 0..zip.len() {
        let mut entry = zip.by_index(at).map_err(|error| unreadable(&error))?;
        let name = entry.name().map_err(|error| unreadable(&error))?.into_owned();
        if name == MANIFEST {
            continue;
        }
        let mut digest = Sha256::new();
        loop {
            match entry.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => digest.update(buffer.get(..read).unwrap_or_default()),
                Err(error) => return Err(unreadable(&error.into())),
            }
        }
        let found = hex(&digest.finalize());
        let said = match name.strip_prefix("files/") {
            Some(digest) => {
                files += 1;
                digest
            }
            None => due.remove(&name).ok_or_else(|| altered(&name, "-", &found))?,
        };
        if said != found {
            return Err(altered(&name, said, &found));
        }
    }
    if let Some((name, said)) = due.pop_first() {
        return Err(altered(&name, said, "-"));
    }
    if files != manifest.files {
        return Err(altered("files/", &manifest.files.to_string(), &files.to_string()));
    }
    Ok(())
}

/// Lets rows refer to rows that come later until everything is read; gives what makes the constraints as they were.
async fn hold_references(
    on: &mut AnyConnection,
    dialect: Dialect,
    here: &[Table],
) -> Result<Vec<String>, Fault> {
    if dialect == Dialect::Sqlite {
        // Until the end of this transaction.
        on.execute("PRAGMA defer_foreign_keys = ON").await?;
        return Ok(Vec::new());
    }
    // Among tables the order sees to it; only a table that refers to itself needs more.
    let mut after = vec!["SET CONSTRAINTS ALL IMMEDIATE".to_owned()];
    for table in here {
        for reference in table.references.iter().filter(|reference| reference.parent == table.name) {
            let alter = format!("ALTER TABLE {} ALTER CONSTRAINT {}", table.name, reference.name);
            on.execute(AssertSqlSafe(format!("{alter} DEFERRABLE INITIALLY DEFERRED"))).await?;
            after.push(format!("{alter} NOT DEFERRABLE"));
        }
    }
    Ok(after)
}

/// Tells PostgreSQL where counting goes on.
async fn count_on(on: &mut AnyConnection, dialect: Dialect, here: &[Table]) -> Result<(), Fault> {
    if dialect == Dialect::Sqlite {
        return Ok(());
    }
    for table in here {
        for column in table.columns.iter().filter(|column| column.counted) {
            let (table, column) = (&table.name, &column.name);
            let sql = format!(
                "SELECT setval(pg_get_serial_sequence('{table}', '{column}'), COALESCE(MAX({column}), 1), COUNT(*) > 0) AS n FROM {table}"
            );
            sqlx::query(AssertSqlSafe(sql)).fetch_one(&mut *on).await?;
        }
    }
    Ok(())
}

/// Reads a table's part and inserts its rows, many at a time.
async fn load<R: Read + Seek>(
    zip: &mut ZipArchive<R>,
    on: &mut AnyConnection,
    table: &Table,
) -> Result<(), Fault> {
    let name = part(&table.name);
    if table.has_blob() {
        // Files are opened while rows are read, so these rows, which are short without them, are read first.
        let mut text = Vec::new();
        let mut lines = zip.by_name(&name).map_err(|error| unreadable(&error))?;
        lines.read_to_end(&mut text).map_err(|error| unreadable(&error.into()))?;
        drop(lines);
        for line in text.split_inclusive(|byte| *byte == b'\n') {
            let row = given(line, table)?;
            let mut files = BTreeMap::new();
            for (column, value) in table.columns.iter().zip(&row) {
                let (Kind::Blob, Value::String(digest)) = (column.kind, value) else { continue };
                let mut bytes = Vec::new();
                let mut kept = zip.by_name(&file(digest)).map_err(|error| unreadable(&error))?;
                kept.read_to_end(&mut bytes).map_err(|error| unreadable(&error.into()))?;
                files.insert(digest.clone(), bytes);
            }
            insert(on, table, vec![row], files).await?;
        }
        return Ok(());
    }
    let most = (VALUES / table.columns.len().max(1)).max(1);
    let lines = zip.by_name(&name).map_err(|error| unreadable(&error))?;
    let mut lines = BufReader::with_capacity(1 << 16, lines);
    let (mut rows, mut bytes) = (Vec::new(), 0);
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = lines.read_until(b'\n', &mut line).map_err(|error| unreadable(&error.into()))?;
        if read > 0 {
            rows.push(given(&line, table)?);
            bytes += read;
        }
        if !rows.is_empty() && (read == 0 || rows.len() == most || bytes >= STATEMENT_BYTES) {
            insert(on, table, std::mem::take(&mut rows), BTreeMap::new()).await?;
            bytes = 0;
        }
        if read == 0 {
            return Ok(());
        }
    }
}

/// A line's values, as many as the table has columns.
fn given(line: &[u8], table: &Table) -> Result<Vec<Value>, Fault> {
    let wrong = |found: &str| altered(&part(&table.name), &table.list(), found);
    let row: Vec<Value> = serde_json::from_slice(line).map_err(|error| wrong(&error.to_string()))?;
    if row.len() == table.columns.len() { Ok(row) } else { Err(wrong(&row.len().to_string())) }
}

/// Inserts rows with one statement; a digest stands for the file that it names.
async fn insert(
    on: &mut AnyConnection,
    table: &Table,
    rows: Vec<Vec<Value>>,
    mut files: BTreeMap<String, Vec<u8>>,
) -> Result<(), Fault> {
    let mut insert = Sql::new(format!("INSERT INTO {} ({}) VALUES ", table.name, table.list()));
    for (index, row) in rows.into_iter().enumerate() {
        insert.row(index);
        for (place, (column, value)) in table.columns.iter().zip(row).enumerate() {
            insert.push(if place > 0 { ", " } else { "" });
            let wrong = |value: &Value| {
                altered(&part(&table.name), &format!("{} {:?}", column.name, column.kind), &value.to_string())
            };
            match (column.kind, value) {
                (Kind::Int, Value::Null) => insert.bind(None::<i64>),
                (Kind::Text, Value::Null) => insert.bind(None::<String>),
                (Kind::Blob, Value::Null) => insert.bind(None::<Vec<u8>>),
                (Kind::Int, value) => insert.bind(value.as_i64().ok_or_else(|| wrong(&value))?),
                (Kind::Text, Value::String(text)) => insert.bind(text),
                (Kind::Blob, Value::String(digest)) => {
                    let bytes = files.remove(&digest);
                    insert.bind(bytes.ok_or_else(|| wrong(&Value::String(digest)))?)
                }
                (_, value) => return Err(wrong(&value)),
            };
        }
        insert.push(")");
    }
    insert.run(on).await?;
    Ok(())
}
