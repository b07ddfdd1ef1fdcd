//! The tables as a database itself describes them.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{AnyConnection, AssertSqlSafe};

use crate::{database::Dialect, fault::Fault, rows::Get as _};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Int,
    Text,
    Blob,
}

/// A column.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// Its place in the primary key, from 1; 0 when it is not part of it.
    key: i64,
    /// Whether PostgreSQL counts it up.
    pub(crate) counted: bool,
}

/// A foreign key.
#[derive(Clone, Debug)]
pub(crate) struct Reference {
    /// The constraint's name; SQLite has none.
    pub(crate) name: String,
    /// The table that is referred to.
    pub(crate) parent: String,
    /// Column here, column there.
    pub(crate) columns: Vec<(String, String)>,
}

/// A table.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) columns: Vec<Column>,
    pub(crate) references: Vec<Reference>,
}

impl Table {
    /// Whether it holds files.
    pub(crate) fn has_blob(&self) -> bool {
        self.columns.iter().any(|column| column.kind == Kind::Blob)
    }

    /// The columns with commas between, in the table's order.
    pub(crate) fn list(&self) -> String {
        let names: Vec<&str> = self.columns.iter().map(|column| column.name.as_str()).collect();
        names.join(", ")
    }

    /// The columns of the primary key, in its order.
    pub(crate) fn key(&self) -> Vec<&Column> {
        let mut key: Vec<&Column> = self.columns.iter().filter(|column| column.key > 0).collect();
        key.sort_by_key(|column| column.key);
        key
    }

    /// An order of rows that does not depend on the kind of database: by the primary key, texts by their bytes.
    pub(crate) fn order(&self, dialect: Dialect) -> String {
        let by = |column: &Column| match (dialect, column.kind) {
            (Dialect::Postgres, Kind::Text) => format!("{} COLLATE \"C\"", column.name),
            _ => column.name.clone(),
        };
        self.key().into_iter().map(by).collect::<Vec<_>>().join(", ")
    }
}

/// Every table but that of the migrations, those that are referred to before those that refer.
pub(crate) async fn tables(on: &mut AnyConnection, dialect: Dialect) -> Result<Vec<Table>, Fault> {
    let mut found = match dialect {
        Dialect::Sqlite => of_sqlite(on).await?,
        Dialect::Postgres => of_postgres(on).await?,
    };
    let mut ordered = Vec::with_capacity(found.len());
    let mut placed = BTreeSet::new();
    while !found.is_empty() {
        let free = |table: &Table| {
            table.references.iter().all(|to| to.parent == table.name || placed.contains(&to.parent))
        };
        let Some(next) = found.values().find(|table| free(table)).map(|table| table.name.clone()) else {
            let left: Vec<&String> = found.keys().collect();
            return Err(Fault::Broken(format!("tables refer to one another in a circle: {left:?}")));
        };
        ordered.extend(found.remove(&next));
        placed.insert(next);
    }
    Ok(ordered)
}

fn kind(table: &str, column: &str, named: &str) -> Result<Kind, Fault> {
    match named.to_ascii_lowercase().as_str() {
        "integer" | "bigint" => Ok(Kind::Int),
        "text" => Ok(Kind::Text),
        "blob" | "bytea" => Ok(Kind::Blob),
        other => {
            Err(Fault::Broken(format!("{table}.{column} is of the type {other}, which is not used here")))
        }
    }
}

async fn of_sqlite(on: &mut AnyConnection) -> Result<BTreeMap<String, Table>, Fault> {
    let names = sqlx::query(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> '_sqlx_migrations'",
    )
    .fetch_all(&mut *on)
    .await?;
    let mut found = BTreeMap::new();
    for row in names {
        let name = row.text("name")?;
        let rows = sqlx::query("SELECT name, type, pk FROM pragma_table_info($1) ORDER BY cid")
            .bind(name.clone())
            .fetch_all(&mut *on)
            .await?;
        let mut columns = Vec::with_capacity(rows.len());
        for row in rows {
            let column = row.text("name")?;
            let kind = kind(&name, &column, &row.text("type")?)?;
            columns.push(Column { name: column, kind, key: row.int("pk")?, counted: false });
        }
        let rows = sqlx::query(
            "SELECT id, \"table\" AS parent, \"from\" AS here, \"to\" AS there FROM pragma_foreign_key_list($1) ORDER BY id, seq",
        )
        .bind(name.clone())
        .fetch_all(&mut *on)
        .await?;
        let mut references: BTreeMap<i64, Reference> = BTreeMap::new();
        for row in rows {
            let parent = row.text("parent")?;
            let reference = references.entry(row.int("id")?);
            let reference =
                reference.or_insert(Reference { name: String::new(), parent, columns: Vec::new() });
            reference.columns.push((row.text("here")?, row.text("there")?));
        }
        let references = references.into_values().collect();
        found.insert(name.clone(), Table { name, columns, references });
    }
    Ok(found)
}

async fn of_postgres(on: &mut AnyConnection) -> Result<BTreeMap<String, Table>, Fault> {
    let rows = sqlx::query(
        "SELECT CAST(r.relname AS TEXT) AS of_table, CAST(a.attname AS TEXT) AS name, \
         CAST(format_type(a.atttypid, a.atttypmod) AS TEXT) AS type, \
         CAST(COALESCE(array_position(p.conkey, a.attnum), 0) AS BIGINT) AS pk, \
         CAST(CASE WHEN a.attidentity = '' THEN 0 ELSE 1 END AS BIGINT) AS counted \
         FROM pg_class r JOIN pg_namespace n ON n.oid = r.relnamespace \
         JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped \
         LEFT JOIN pg_constraint p ON p.conrelid = r.oid AND p.contype = 'p' \
         WHERE n.nspname = current_schema() AND r.relkind = 'r' AND r.relname <> '_sqlx_migrations' ORDER BY r.relname, a.attnum",
    )
    .fetch_all(&mut *on)
    .await?;
    let mut found: BTreeMap<String, Table> = BTreeMap::new();
    for row in rows {
        let (table, name) = (row.text("of_table")?, row.text("name")?);
        let kind = kind(&table, &name, &row.text("type")?)?;
        let column = Column { name, kind, key: row.int("pk")?, counted: row.yes("counted")? };
        let entry = found.entry(table.clone());
        let empty = Table { name: table, columns: Vec::new(), references: Vec::new() };
        entry.or_insert(empty).columns.push(column);
    }
    let rows = sqlx::query(
        "SELECT CAST(c.conname AS TEXT) AS name, CAST(r.relname AS TEXT) AS of_table, CAST(f.relname AS TEXT) AS parent, \
         CAST(a.attname AS TEXT) AS here, CAST(b.attname AS TEXT) AS there \
         FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid JOIN pg_namespace n ON n.oid = r.relnamespace \
         JOIN pg_class f ON f.oid = c.confrelid \
         CROSS JOIN LATERAL unnest(c.conkey, c.confkey) WITH ORDINALITY AS k (here, there, place) \
         JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.here \
         JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = k.there \
         WHERE c.contype = 'f' AND n.nspname = current_schema() ORDER BY c.conname, k.place",
    )
    .fetch_all(&mut *on)
    .await?;
    for row in rows {
        let (table, name, parent) = (row.text("of_table")?, row.text("name")?, row.text("parent")?);
        let Some(table) = found.get_mut(&table) else { continue };
        let columns = (row.text("here")?, row.text("there")?);
        match table.references.iter_mut().find(|reference| reference.name == name) {
            Some(reference) => reference.columns.push(columns),
            None => table.references.push(Reference { name, parent, columns: vec![columns] }),
        }
    }
    Ok(found)
}

/// How many rows a table has.
pub(crate) async fn count(on: &mut AnyConnection, table: &str) -> Result<i64, Fault> {
    let counting = AssertSqlSafe(format!("SELECT COUNT(*) AS n FROM {table}"));
    sqlx::query(counting).fetch_one(on).await?.int("n")
}
