//! The tables themselves: no float, every column classed, an upgraded database like a fresh one, and what is never changed.

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::{Scratch, beginning, beside, filled::fill, on_both};
use jixiao_store::{
    Database,
    columns::columns,
    migrations::{append_only, newest},
};
use sqlx::{AssertSqlSafe, Row as _, any::AnyRow};

async fn rows(url: &str, sql: &str) -> Vec<AnyRow> {
    let asked = sqlx::query(AssertSqlSafe(sql.to_owned()));
    asked.fetch_all(&mut beside(url).await).await.unwrap_or_else(|error| panic!("{sql}: {error}"))
}

fn texts(row: &AnyRow) -> Vec<String> {
    (0..row.len()).map(|at| row.get::<Option<String>, _>(at).unwrap_or_default()).collect()
}

/// Table, column, type.
async fn all_columns(url: &str) -> Vec<Vec<String>> {
    let sql = if url.starts_with("sqlite") {
        "SELECT t.name, c.name, lower(c.type) FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name <> '_sqlx_migrations'"
    } else {
        "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT), CAST(data_type AS TEXT) FROM information_schema.columns \
         WHERE table_schema = current_schema() AND table_name <> '_sqlx_migrations'"
    };
    rows(url, sql).await.iter().map(texts).collect()
}

#[test]
fn every_column_has_a_class_and_every_class_a_column() {
    on_both(async |_, url| {
        let mut there: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for column in all_columns(&url).await {
            there.entry(column[0].clone()).or_default().insert(column[1].clone());
        }
        let classed: BTreeMap<String, BTreeSet<String>> = columns()
            .expect("the file is sound")
            .into_iter()
            .map(|(table, columns)| (table, columns.into_keys().collect()))
            .collect();
        assert_eq!(there, classed, "say in columns.toml who may see each column");
    });
}

#[test]
fn no_column_holds_a_float() {
    on_both(async |_, url| {
        let columns = all_columns(&url).await;
        assert!(columns.len() > 150, "{} columns were seen", columns.len());
        let known = ["integer", "bigint", "text", "blob", "bytea"];
        let other: Vec<_> = columns.iter().filter(|column| !known.contains(&column[2].as_str())).collect();
        assert_eq!(other, [] as [&Vec<String>; 0], "whole numbers, texts and bytes are all there is");
    });
}

/// Everything that a database says of its tables, columns, constraints, indexes and triggers.
async fn schema(url: &str) -> BTreeSet<Vec<String>> {
    let asked: &[&str] = if url.starts_with("sqlite") {
        &["SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name <> '_sqlx_migrations'"]
    } else {
        &[
            "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT), CAST(ordinal_position AS TEXT), CAST(data_type AS TEXT), \
             CAST(is_nullable AS TEXT), CAST(column_default AS TEXT), CAST(is_identity AS TEXT) FROM information_schema.columns WHERE table_schema = current_schema()",
            "SELECT CAST(conrelid AS REGCLASS)::TEXT, CAST(conname AS TEXT), pg_get_constraintdef(oid), CAST(condeferrable AS TEXT) FROM pg_constraint WHERE connamespace = current_schema()::REGNAMESPACE",
            "SELECT CAST(indexname AS TEXT), CAST(indexdef AS TEXT) FROM pg_indexes WHERE schemaname = current_schema()",
            "SELECT CAST(tgname AS TEXT), pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
            "SELECT CAST(proname AS TEXT), prosrc FROM pg_proc WHERE pronamespace = current_schema()::REGNAMESPACE",
        ]
    };
    let mut all = BTreeSet::new();
    for sql in asked {
        let found = rows(url, sql).await;
        assert!(!found.is_empty(), "{sql}");
        all.extend(found.iter().map(texts));
    }
    all
}

#[test]
fn an_upgraded_database_is_like_a_fresh_one() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let postgres = std::env::var("JIXIAO_TEST_POSTGRES").is_ok();
        for kind in ["sqlite", "postgres"].into_iter().take(if postgres { 2 } else { 1 }) {
            let scratch = async || match kind {
                "sqlite" => Scratch::sqlite(),
                _ => Scratch::postgres().await.expect("the server that is named"),
            };
            let fresh = scratch().await;
            fresh.open().await.close().await;
            for first in 1..=newest() {
                let upgraded = scratch().await;
                let database = Database::open(&upgraded.url).await.expect("it opens");
                for version in first..=newest() {
                    database.migrate_to(version, &beginning()).await.expect("it migrates");
                    assert_eq!(database.status().await.expect("it answers").version, version);
                }
                database.close().await;
                assert_eq!(
                    schema(&upgraded.url).await,
                    schema(&fresh.url).await,
                    "{kind} from version {first}"
                );
                upgraded.gone().await;
            }
            fresh.gone().await;
        }
    });
}

#[test]
fn what_is_never_changed_refuses_every_change() {
    on_both(async |database, url| {
        // A row that is there: a trigger for each row says nothing about an empty table.
        fill(&database, &url).await;
        let columns = all_columns(&url).await;
        let mut beside = beside(&url).await;
        for table in append_only() {
            let there: i64 = rows(&url, &format!("SELECT COUNT(*) FROM {table}")).await[0].get(0);
            assert!(there > 0, "{table} is empty");
            let own = columns.iter().filter(|column| column[0] == table);
            let mut statements: Vec<String> =
                own.map(|column| format!("UPDATE {table} SET {0} = {0}", column[1])).collect();
            assert!(!statements.is_empty(), "{table}");
            statements.push(format!("DELETE FROM {table}"));
            if !url.starts_with("sqlite") {
                statements.push(format!("TRUNCATE {table} CASCADE"));
            }
            for statement in statements {
                let told = sqlx::query(AssertSqlSafe(statement.clone())).execute(&mut beside).await;
                let error = told.expect_err(&statement).to_string();
                assert!(error.contains("append-only"), "{statement}: {error}");
            }
            let left: i64 = rows(&url, &format!("SELECT COUNT(*) FROM {table}")).await[0].get(0);
            assert_eq!(left, there, "{table}");
        }
    });
}
