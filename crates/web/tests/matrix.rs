//! Every route × every role × own and other: who gets what, beside a reviewed table (`snapshots/`).
//!
//! *Own* is the record of enterprise E1 in city A, *other* that of E2 in city B; of somebody who works for the whole fund both are own. A cell is the
//! status of the answer to `own/other`, `none` for a list without lines; one figure where both are the same. What changes something is asked on a fresh database each time.

mod common;

use common::{Server, runtime, token};
use jixiao_web::{
    Settings,
    api::routes,
    route::{Route, Verb},
};
use serde_json::{Value, json};

const ASKERS: [&str; 7] = ["", "e1", "city-a", "programme", "finance", "auditor", "root"];

/// A request that is sound, of the own or the other record: address, body, headers.
struct Sound {
    path: String,
    body: Option<Value>,
    seen: bool,
}

fn sound(route: &Route, other: bool) -> Sound {
    let (case, region, enterprise) = if other { (2, "B", "E2") } else { (1, "A", "E1") };
    let path = route
        .path
        .replace("{id}/awards", "1/awards")
        .replace("{id}/totals", "1/totals")
        .replace("tokens/{id}", "tokens/1")
        .replace("jobs/{id}", "jobs/1")
        .replace("forms/{id}", "forms/1")
        .replace("{id}", &case.to_string())
        .replace("{machine}", "application")
        .replace("{code}", "JX-3001")
        .replace("{action}", "submit")
        .replace("{key}", if other { "3" } else { "2" })
        .replace("{name}", "city-b");
    let evidence = jixiao_store::documents::sha256(format!("示例材料 {enterprise}"));
    let path = path.replace("{sha256}", &evidence);
    let about = json!({ "year": 2024, "region": region, "scheme": "s", "enterprise": enterprise });
    let (query, body) = match route.id {
        "list-cases" | "count-cases" => (format!("?machine=application&region={region}"), None),
        "open-case" => (
            String::new(),
            Some(
                json!({ "machine": "application", "subject": "new", "about": about, "content": {}, "amount_fen": 1 }),
            ),
        ),
        "act-on-case" => (String::new(), Some(json!({ "reason": "试" }))),
        "act-on-cases" => {
            (String::new(), Some(json!({ "action": "submit", "cases": [{ "id": case, "revision": 1 }] })))
        }
        "open-objection" => (String::new(), Some(json!({ "grounds": "试" }))),
        // Nobody does long work in this server: whoever may ask for it is told so.
        "ask-job" => (String::new(), Some(json!({ "kind": "award-run", "year": 2024 }))),
        "list-accounts" => (format!("?region={region}"), None),
        "list-entries" => (format!("?year=2024&kind=allocated&scheme=s&region={region}"), None),
        "list-awards" => (format!("?region={region}"), None),
        "post-entries" => {
            let entry = json!({
                "key": "new", "kind": "allocate", "fen": 1,
                "from": { "year": 2024, "kind": "appropriated" },
                "to": { "year": 2024, "kind": "allocated", "scheme": "s", "region": region },
                "cause": { "kind": "document", "reference": "1" },
            });
            (String::new(), Some(json!({ "whole": "each", "entries": [entry] })))
        }
        "list-invitations" => ("?year=2024".to_owned(), None),
        "invite" => {
            let invitation = json!({ "scheme": "s", "region": region, "enterprise": enterprise });
            let ends_at = "2024-12-31T00:00:00Z";
            (String::new(), Some(json!({ "year": 2024, "ends_at": ends_at, "invitations": [invitation] })))
        }
        "answer-survey" => (String::new(), Some(json!({ "token": "no word of ours", "answers": {} }))),
        "add-review" => (String::new(), Some(json!({ "kind": "review", "words": "试" }))),
        "sign-in" => (String::new(), Some(json!({ "name": "e2", "password": common::WORD }))),
        "change-own-password" => {
            (String::new(), Some(json!({ "old": common::WORD, "new": "岭南的荔枝在六月最红而风从海上来" })))
        }
        "add-person" => (String::new(), Some(json!({ "name": "new", "shown_name": "新" }))),
        "give-roles" => {
            (String::new(), Some(json!({ "roles": [{ "role": "city-officer", "region": region }] })))
        }
        "set-active" => (String::new(), Some(json!({ "active": false, "reason": "试" }))),
        "set-password" => (String::new(), Some(json!({ "password": "岭南的荔枝在六月最红而风从海上来" }))),
        "add-token" => (
            String::new(),
            Some(json!({ "name": "试", "deeds": ["read-awards"], "ends_at": "2025-01-01T00:00:00Z" })),
        ),
        _ => (String::new(), None),
    };
    Sound { path: format!("{path}{query}"), body, seen: route.if_match }
}

async fn asked(server: &Server, route: &Route, who: &str, other: bool) -> u16 {
    let Sound { path, body, seen } = sound(route, other);
    assert!(!path.contains('{'), "{path}: a new name in an address wants a line in this test");
    if route.id == "add-evidence" {
        let case = if other { 2 } else { 1 };
        return if who.is_empty() {
            server.send(who, "POST", &path, &[], None).await.status
        } else {
            server.attach(who, case, "又一份".as_bytes()).await.status
        };
    }
    let headers: &[(&str, &str)] = if seen { &[("if-match", "\"1\"")] } else { &[] };
    let answer = server.send(who, route.verb.name(), &path, headers, body.as_ref()).await;
    assert!(answer.status < 500, "{} {path} as {who}: {}", route.verb.name(), answer.text());
    // A list that is not theirs is an empty one, and of many steps none is taken: told apart from what is theirs.
    let nothing: [&[u8]; 2] = [b"{\"items\":[]", b"{\"taken\":0"];
    if answer.status == 200 && nothing.iter().any(|nothing| answer.bytes.starts_with(nothing)) {
        0
    } else {
        answer.status
    }
}

#[test]
fn everybody_gets_what_is_theirs_and_nothing_else() {
    let mut table = format!("{:<42}", "");
    for who in ASKERS {
        table += &format!("{:<11}", if who.is_empty() { "public" } else { who });
    }
    table.truncate(table.trim_end().len());
    table.push('\n');
    assert!(!token("e1").is_empty());
    runtime().block_on(async {
        let reading = Server::with(Settings::default()).await;
        for route in routes() {
            let mut line =
                format!("{:<42}", format!("{} {}", route.verb.name(), route.path.replace("/api/v1", "")));
            for who in ASKERS {
                let mut cells = Vec::new();
                for other in [false, true] {
                    let status = if route.verb == Verb::Get {
                        asked(&reading, &route, who, other).await
                    } else {
                        let fresh = Server::with(Settings::default()).await;
                        let status = asked(&fresh, &route, who, other).await;
                        fresh.database.close().await;
                        status
                    };
                    cells.push(if status == 0 { "none".to_owned() } else { status.to_string() });
                }
                cells.dedup();
                line += &format!("{:<11}", cells.join("/"));
            }
            table += line.trim_end();
            table.push('\n');
        }
        reading.database.close().await;
    });
    insta::assert_snapshot!(table);
}
