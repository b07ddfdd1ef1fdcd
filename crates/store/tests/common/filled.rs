//! A database with something in every table.

use jixiao_core::{
    audit::Algorithm,
    book::{AccountName, Cause, EntryKind, Outcome, Step, Whole},
};
use jixiao_store::{
    Actor, Database,
    evidence::{Limits, Media},
    money::Asked,
};
use sqlx::AssertSqlSafe;

use super::{NEW_YEAR, beside, change, fund};

pub(crate) const FUND: &str = "f";
/// A picture as far as its first bytes tell, with bytes of every value.
pub(crate) fn picture() -> Vec<u8> {
    b"\x89PNG\r\n\x1a\n".iter().copied().chain(0..=255).collect()
}

pub(crate) fn asked(key: &str, kind: EntryKind, from: &AccountName, to: &AccountName, fen: i64) -> Asked {
    Asked {
        key: key.to_owned(),
        kind,
        step: Step::Move,
        from: from.clone(),
        to: to.clone(),
        fen,
        cause: Cause { kind: "document".to_owned(), reference: "粤财工〔虚构〕1号".to_owned() },
        corrects: None,
        reason: if kind.needs_reason() { "written".to_owned() } else { String::new() },
    }
}

pub(crate) fn award(enterprise: &str) -> AccountName {
    AccountName::committed(FUND, 2024, "s", "A", enterprise)
}

pub(crate) fn paid() -> AccountName {
    AccountName::paid(FUND, 2024, "s", "A")
}

pub(crate) async fn post(database: &Database, batch: &[Asked]) {
    let mut change = change(database).await;
    let told = change.post(batch, Whole::Together).await.expect("the books answer");
    assert!(told.iter().all(|outcome| *outcome == Outcome::Created), "{told:?}");
    change.commit().await.expect("it is kept");
}

pub(crate) async fn run(url: &str, statements: &[String]) {
    let mut beside = beside(url).await;
    for statement in statements {
        let done = sqlx::query(AssertSqlSafe(statement.clone())).execute(&mut beside).await;
        done.unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
}

/// Runs statements on a table as somebody with other tools could, who has taken its guards off.
pub(crate) async fn tamper(url: &str, table: &str, statements: &[&str]) {
    let off = if url.starts_with("sqlite") {
        vec![
            format!("DROP TRIGGER IF EXISTS {table}_kept"),
            format!("DROP TRIGGER IF EXISTS {table}_not_removed"),
        ]
    } else {
        vec![format!("ALTER TABLE {table} DISABLE TRIGGER USER")]
    };
    run(url, &off).await;
    run(url, &statements.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>()).await;
}

/// A text and its digest.
fn document(text: &str) -> (String, String) {
    let digest = Algorithm::Sha256.digest(text.as_bytes());
    let insert = format!("INSERT INTO document (sha256, text) VALUES ('{digest}', '{text}')");
    (digest, insert)
}

/// Two awards of 300 and 200 fen committed, 100 paid of the first; a case with a picture; something in every other table.
pub(crate) async fn fill(database: &Database, url: &str) {
    fund(url, FUND).await;
    let (content, insert) = document("{\"项目\": \"进口贴息\"}");
    run(
        url,
        &[
            insert,
            "INSERT INTO person (name, shown_name, password_hash, active, demo, failures, locked_until, revision, created_at, changed_at) VALUES ('officer', '某人', NULL, 1, 0, 0, 0, 0, 0, 0)".to_owned(),
            "INSERT INTO person_role VALUES (1, 'city-officer', 'f', 'A', '', 'admin', 0)".to_owned(),
            "INSERT INTO person_link VALUES ('https://id.example', 's-1', 1, 'admin', 0)".to_owned(),
            "INSERT INTO session VALUES ('t', 1, 'c', 'test', 0, 0, 0)".to_owned(),
            "INSERT INTO api_token (token_sha256, person_id, name, deeds, created_at, expires_at, revoked_at) VALUES ('t', 1, 'n', 'read', 0, 0, NULL)".to_owned(),
            format!("INSERT INTO case_file (machine, subject, fund, year, region, scheme, enterprise, indicator, state, revision, amount_fen, content, opened_by, opened_at, changed_at) VALUES ('application', 's/e1', 'f', 2024, 'A', 's', 'e1', '', 'draft', 1, NULL, '{content}', 'officer', 0, 0)"),
            format!("INSERT INTO case_step VALUES (1, 1, 'open', '', 'draft', '{content}', 'officer', 'enterprise', '', '', '2024-01-01T08:00:00', 0)"),
            "INSERT INTO reduction VALUES (1, 1, 400, 300)".to_owned(),
            "INSERT INTO review (case_id, kind, verdict, words, written_by, written_at) VALUES (1, 'comment', '', 'line one\nline two \"quoted\"', 'officer', 0)".to_owned(),
            format!("INSERT INTO award_run (fund, year, folder_sha256, inputs, summary, award_count, total_fen, made_by, made_at) VALUES ('f', 2024, 'x', '{content}', '{content}', 2, 500, 'officer', 0)"),
            format!("INSERT INTO award VALUES (1, 's', 'A', 'e1', 400, 300, '{content}', 1), (1, 's', 'A', 'e2', 200, 200, '{content}', 1)"),
            "INSERT INTO inspection (run_id, seed, share_percent, least_per_region, all_from_fen, drawn_from, reason, drawn_by, drawn_at) VALUES (1, 'x', 5, 1, NULL, 2, '', 'officer', 0)".to_owned(),
            "INSERT INTO inspection_item VALUES (1, 's', 'e1', 'A', 300, 'share')".to_owned(),
            "INSERT INTO survey_invitation (fund, year, scheme, region, enterprise, token_sha256, sent_at, expires_at) VALUES ('f', 2024, 's', 'A', 'e1', 't', 0, 9223372036854775807)".to_owned(),
            format!("INSERT INTO survey_answer VALUES (1, '{content}', 0)"),
            "INSERT INTO job (fund, kind, year, asked, state, step, done, total, row_count, outcome, set_aside, server, seen_at, cancelling, asked_by, asked_at, begun_at, ended_at) VALUES ('f', 'intake', 2024, '{}', 'done', '', 0, 0, 3, '{}', '[]', 'x', 0, 0, 'officer', 0, 0, 0)".to_owned(),
            "INSERT INTO request_key VALUES (1, 'k', 'x', 200, '', '', -9223372036854775808)".to_owned(),
        ],
    )
    .await;

    let (source, appropriated) = (AccountName::source(FUND, 2024), AccountName::appropriated(FUND, 2024));
    let allocated = AccountName::allocated(FUND, 2024, "s", "A");
    post(
        database,
        &[
            asked("1", EntryKind::Appropriate, &source, &appropriated, 1000),
            asked("2", EntryKind::Allocate, &appropriated, &allocated, 600),
            asked("3", EntryKind::Commit, &allocated, &award("e1"), 300),
            asked("4", EntryKind::Commit, &allocated, &award("e2"), 200),
        ],
    )
    .await;
    // The key of what ends a reservation sorts before that of the reservation.
    let reserve = asked("z", EntryKind::Pay, &award("e1"), &paid(), 100);
    let posted = Asked { key: "a".to_owned(), step: Step::Post("z".to_owned()), ..reserve.clone() };
    post(database, &[Asked { step: Step::Reserve, ..reserve }, posted]).await;

    let mut bringing = change(database).await;
    let sha256 =
        bringing.keep_evidence(Media::Png, picture(), &Limits::default()).await.expect("it is taken");
    bringing.attach_evidence(1, &sha256, "发票.png").await.expect("it is attached");
    bringing.commit().await.expect("it is kept");
    run(
        url,
        &[format!("INSERT INTO form_issued (fund, year, form, region, sha256, issued_by, issued_at) VALUES ('f', 2024, 'monitoring', '', '{sha256}', 'officer', 0)")],
    )
    .await;
    let reader = Actor::new("officer", "test");
    database.note_read(&reader, NEW_YEAR, "person/1", &["name", "shown_name"]).await.expect("it is noted");
    database.seal(reader, NEW_YEAR, None).await.expect("it is sealed");
}
