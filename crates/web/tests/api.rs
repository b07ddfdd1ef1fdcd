//! The interface as each role uses it, and what it refuses.

mod common;

use std::time::Duration;

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode},
    routing::get,
};
use common::{DAY, WORD, is, later, served};
use jixiao_web::{Settings, serve::layered, state::Rate};
use serde_json::{Value, json};

fn problem(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[test]
fn an_application_goes_from_submission_to_award_and_its_money_with_it() {
    served(Settings::default(), async |server| {
        let none = json!({});
        let why = json!({ "reason": "齐全" });
        is(&server.act("e1", 1, "submit", &none).await, StatusCode::OK);
        is(&server.act("city-a", 1, "city-pass", &none).await, StatusCode::OK);
        is(&server.act("programme", 1, "province-pass", &none).await, StatusCode::OK);
        // Nobody has said that the list is published.
        let unsaid = server.act("programme", 1, "publish", &none).await;
        assert_eq!(unsaid.problem(), problem(422, "JX-3005"));
        assert_eq!(unsaid.json()["reasons"][0]["code"], "list-published");
        let published =
            server.act("programme", 1, "publish", &json!({ "confirmed": ["list-published"] })).await;
        is(&published, StatusCode::OK);
        // Notice began on Monday 1 July; five working days end on the 8th.
        let early = server.act("programme", 1, "award", &why).await;
        assert_eq!(early.json()["reasons"][0]["code"], "too-early");
        later(8 * DAY);
        let awarded = server.act("programme", 1, "award", &none).await;
        is(&awarded, StatusCode::OK);
        let case = awarded.json();
        assert_eq!((&case["state"], &case["revision"]), (&json!("awarded"), &json!(6)));
        assert_eq!(awarded.header("etag"), "\"6\"");
        assert_eq!(case["history"][5]["by"], "programme");
        // 1000 were allocated in A, 700 are committed.
        let accounts = server.get("finance", "/api/v1/accounts?year=2024&region=A").await.json();
        let free: Vec<(&str, i64)> = accounts["items"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|line| (line["kind"].as_str().expect("a kind"), line["free_fen"].as_i64().expect("fen")))
            .collect();
        assert_eq!(free, [("allocated", 300), ("committed", 700)]);
        // The enterprise sees how it stands, and may not do what officers do.
        let own = server.get("e1", "/api/v1/cases/1").await.json();
        assert_eq!(own["state_label"], "已核定");
        assert_eq!(own["possible"], json!([]));
        assert_eq!(server.act("e1", 1, "award", &none).await.problem(), problem(403, "JX-3001"));
        let chain = server.get("auditor", "/api/v1/audit/records?subject=case/1&limit=1").await.json();
        assert_eq!(chain["items"][0]["deed"], "application.award");
    });
}

#[test]
fn a_change_names_what_it_looked_at() {
    served(Settings::default(), async |server| {
        let none = json!({});
        let path = "/api/v1/cases/1/actions/withdraw";
        let missing = server.post("e1", path, &none).await;
        assert_eq!(missing.problem(), problem(428, "JX-1008"));
        for wrong in ["*", "1", "\"one\""] {
            let sent = server.send("e1", "POST", path, &[("if-match", wrong)], Some(&none)).await;
            assert_eq!(sent.problem(), problem(428, "JX-1008"), "{wrong}");
        }
        is(
            &server.act("e1", 1, "edit", &json!({ "content": { "note": "二" }, "amount_fen": 600 })).await,
            StatusCode::OK,
        );
        let body = json!({ "reason": "误填" });
        let stale = server
            .send("e1", "POST", path, &[("if-match", "\"1\""), ("accept-language", "en")], Some(&body))
            .await;
        assert_eq!(stale.problem(), problem(412, "JX-3003"));
        assert!(stale.text().contains("e1 edit"), "what changed meanwhile is told: {}", stale.text());
        let kept = server.get("e1", "/api/v1/cases/1").await.json();
        assert_eq!(
            (&kept["state"], &kept["amount_fen"], &kept["content"]["note"]),
            (&json!("draft"), &json!(600), &json!("二"))
        );
    });
}

#[test]
fn many_records_take_a_step_each_on_its_own() {
    served(Settings::default(), async |server| {
        is(&server.act("e1", 1, "submit", &json!({})).await, StatusCode::OK);
        let asked = json!({ "action": "city-pass", "cases": [{ "id": 1, "revision": 2 }, { "id": 2, "revision": 1 }, { "id": 99, "revision": 1 }] });
        let done = server.post("city-a", "/api/v1/cases/actions", &asked).await.json();
        assert_eq!(done["taken"], 1);
        let results: Vec<(bool, &Value)> = done["results"]
            .as_array()
            .expect("results")
            .iter()
            .map(|r| (r["taken"] == true, &r["code"]))
            .collect();
        // Record 2 is another city's, 99 is not there: the answer is the same.
        assert_eq!(results, [(true, &Value::Null), (false, &json!("JX-3002")), (false, &json!("JX-3002"))]);
        let empty = server
            .post("city-a", "/api/v1/cases/actions", &json!({ "action": "city-pass", "cases": [] }))
            .await;
        assert_eq!(empty.problem(), problem(422, "JX-3008"));
    });
}

#[test]
fn signing_in_gives_a_cookie_and_a_word_and_signing_out_ends_it() {
    served(Settings::default(), async |server| {
        let body = json!({ "name": "city-a", "password": WORD });
        let signed = server.post("", "/api/v1/session", &body).await;
        is(&signed, StatusCode::OK);
        let cookie = signed.header("set-cookie").to_owned();
        assert!(cookie.ends_with("; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict"), "{cookie}");
        let pair = cookie.split(';').next().expect("a pair").to_owned();
        let me = signed.json();
        let word = me["csrf"].as_str().expect("a word").to_owned();
        assert_eq!(me["roles"], json!([{ "role": "city-officer", "region": "A" }]));
        let again = server.send("", "GET", "/api/v1/session", &[("cookie", &pair)], None).await;
        assert_eq!(again.json()["csrf"], word.as_str(), "a page that was loaded again asks for it");
        let list =
            server.send("", "GET", "/api/v1/cases?machine=application", &[("cookie", &pair)], None).await;
        assert_eq!(list.json()["items"].as_array().map(Vec::len), Some(1), "only the own city's");
        for headers in [vec![("cookie", pair.as_str())], vec![("cookie", &pair), ("x-csrf-token", "wrong")]] {
            let forged = server.send("", "DELETE", "/api/v1/session", &headers, None).await;
            assert_eq!(forged.problem(), problem(403, "JX-2004"));
        }
        let out = server
            .send("", "DELETE", "/api/v1/session", &[("cookie", &pair), ("x-csrf-token", &word)], None)
            .await;
        is(&out, StatusCode::NO_CONTENT);
        let after = server.send("", "GET", "/api/v1/session", &[("cookie", &pair)], None).await;
        assert_eq!(after.problem(), problem(401, "JX-2001"));
        assert_eq!(after.header("www-authenticate"), "Bearer");
    });
}

#[test]
fn a_session_ends_when_nobody_uses_it() {
    served(Settings::default(), async |server| {
        let signed = server.post("", "/api/v1/session", &json!({ "name": "city-a", "password": WORD })).await;
        let pair = signed.header("set-cookie").split(';').next().expect("a pair").to_owned();
        let headers = [("cookie", pair.as_str())];
        later(29 * 60_000_000);
        is(&server.send("", "GET", "/api/v1/session", &headers, None).await, StatusCode::OK);
        later(31 * 60_000_000);
        assert_eq!(server.send("", "GET", "/api/v1/session", &headers, None).await.status, 401);
    });
}

#[test]
fn wrong_passwords_lock_an_account_for_a_while() {
    served(Settings::default(), async |server| {
        let wrong = json!({ "name": "e1", "password": "wrong" });
        for name in ["e1", "nobody"] {
            let body = json!({ "name": name, "password": "wrong" });
            assert_eq!(
                server.post("", "/api/v1/session", &body).await.problem(),
                problem(401, "JX-2002"),
                "{name}"
            );
        }
        // Four cost nothing, the fifth locks for thirty seconds.
        for _ in 0..4 {
            server.post("", "/api/v1/session", &wrong).await;
        }
        let right = json!({ "name": "e1", "password": WORD });
        let locked = server.post("", "/api/v1/session", &right).await;
        assert_eq!(locked.problem(), problem(429, "JX-2003"));
        assert_eq!(locked.header("retry-after"), "31");
        later(31_000_000);
        is(&server.post("", "/api/v1/session", &right).await, StatusCode::OK);
    });
}

#[test]
fn the_demo_signs_in_at_this_machine_only() {
    served(Settings::default(), async |mut server| {
        let body = json!({ "name": "demo", "password": WORD });
        assert_eq!(server.post("", "/api/v1/session", &body).await.problem(), problem(401, "JX-2002"));
        server.peer = "127.0.0.1:50000".parse().expect("an address");
        is(&server.post("", "/api/v1/session", &body).await, StatusCode::OK);
    });
    served(Settings { behind_tls: true, ..Settings::default() }, async |mut server| {
        server.peer = "127.0.0.1:50000".parse().expect("an address");
        let body = json!({ "name": "demo", "password": WORD });
        // What stands before the server is at this machine; who stands before that is not known.
        assert_eq!(server.post("", "/api/v1/session", &body).await.problem(), problem(401, "JX-2002"));
        let signed = server.post("", "/api/v1/session", &json!({ "name": "e1", "password": WORD })).await;
        let cookie = signed.header("set-cookie");
        assert!(cookie.starts_with("__Host-jixiao=") && cookie.ends_with("; Secure"), "{cookie}");
        assert!(!signed.header("strict-transport-security").is_empty());
    });
}

fn entry(key: &str, fen: i64) -> Value {
    json!({
        "key": key, "kind": "allocate", "fen": fen,
        "from": { "year": 2024, "kind": "appropriated" },
        "to": { "year": 2024, "kind": "allocated", "scheme": "s", "region": "A" },
        "cause": { "kind": "document", "reference": "粤财〔2024〕示例号" },
    })
}

#[test]
fn keys_of_cases_and_runs_are_not_to_be_taken_by_hand() {
    served(Settings::default(), async |server| {
        for key in ["case/1/6", "award/1/s/E1"] {
            let asked = json!({ "whole": "each", "entries": [entry("free", 1), entry(key, 1)] });
            let refused = server.post("finance", "/api/v1/entries", &asked).await;
            assert_eq!(refused.problem(), problem(422, "JX-3008"), "{}", refused.text());
            let said = refused.json();
            let why = said["reasons"][0]["text"].as_str().unwrap_or_default();
            assert!(why.contains("第 2 笔"), "{why}");
        }
        // Nothing of a refused batch is kept.
        assert_eq!(server.get("finance", "/api/v1/entries/free").await.problem(), problem(404, "JX-3002"));
    });
}

#[test]
fn nobody_acts_in_the_name_of_an_enterprise_that_the_record_is_not_of() {
    served(Settings::default(), async |server| {
        let none = json!({});
        let other = server.act("e1", 1, "submit", &json!({ "on_behalf": "E2" })).await;
        assert_eq!(other.problem(), problem(422, "JX-3008"), "{}", other.text());
        is(&server.act("e1", 1, "submit", &none).await, StatusCode::OK);
        let case = server.get("e1", "/api/v1/cases/1").await.json();
        assert_eq!(case["history"][1]["on_behalf"], Value::Null);
    });
}

#[test]
fn entries_are_kept_each_or_together() {
    served(Settings::default(), async |server| {
        let path = "/api/v1/entries";
        // 2000 were appropriated, 1500 allocated: 500 are left.
        let each = server
            .post(
                "finance",
                path,
                &json!({ "whole": "each", "entries": [entry("a", 400), entry("b", 200), entry("a", 400)] }),
            )
            .await;
        is(&each, StatusCode::OK);
        let said = each.json();
        let outcomes: Vec<&str> = said["entries"]
            .as_array()
            .expect("entries")
            .iter()
            .filter_map(|e| e["outcome"].as_str())
            .collect();
        assert_eq!(outcomes, ["created", "not-enough", "exists"]);
        assert_eq!((&said["created"], &said["existed"], &said["refused"]), (&json!(1), &json!(1), &json!(1)));
        let together = server
            .post(
                "finance",
                path,
                &json!({ "whole": "together", "entries": [entry("c", 50), entry("d", 60)] }),
            )
            .await;
        assert_eq!(together.problem(), problem(422, "JX-4001"));
        let said = together.json();
        assert_eq!(
            (&said["entries"][0]["outcome"], &said["entries"][1]["outcome"]),
            (&json!("whole-refused"), &json!("not-enough"))
        );
        assert_eq!(server.get("finance", "/api/v1/entries/c").await.problem(), problem(404, "JX-3002"));
        let kept = server.get("city-a", "/api/v1/entries/a").await.json();
        assert_eq!((&kept["fen"], &kept["by"]), (&json!(400), &json!("finance")));
        assert_eq!(
            server.get("city-b", "/api/v1/entries/a").await.problem(),
            problem(404, "JX-3002"),
            "another city's"
        );
        // What follows from cases is not posted by hand; a region that is not there opens no account.
        let mut pay = entry("p", 1);
        pay["kind"] = json!("pay");
        let mut nowhere = entry("n", 1);
        nowhere["to"]["region"] = json!("Z");
        let refused =
            server.post("finance", path, &json!({ "whole": "each", "entries": [pay, nowhere] })).await;
        assert_eq!(refused.problem(), problem(422, "JX-3008"));
        assert_eq!(refused.json()["reasons"].as_array().map(Vec::len), Some(2), "all faults at once");
        let page = server
            .get("finance", "/api/v1/accounts/entries?year=2024&kind=allocated&scheme=s&region=A&limit=1")
            .await
            .json();
        assert_eq!(page["items"][0]["key"], "a", "the newest first");
        let next = page["next"].as_str().expect("there is another page");
        assert_eq!(server.get("finance", next).await.json()["items"][0]["key"], "2");
    });
}

#[test]
fn a_request_with_a_key_is_answered_once() {
    served(Settings::default(), async |server| {
        let body = json!({ "machine": "finding", "subject": "1", "about": { "year": 2024, "region": "A" }, "content": { "text": "示例" }, "reason": "账实不符" });
        let path = "/api/v1/cases";
        let key = [("idempotency-key", "k1")];
        let first = server.send("auditor", "POST", path, &key, Some(&body)).await;
        is(&first, StatusCode::CREATED);
        let again = server.send("auditor", "POST", path, &key, Some(&body)).await;
        assert_eq!((again.status, &again.bytes), (first.status, &first.bytes));
        assert_eq!(
            (again.header("location"), again.header("etag")),
            (first.header("location"), first.header("etag"))
        );
        assert_eq!(
            (first.header("idempotency-replayed"), again.header("idempotency-replayed")),
            ("", "true")
        );
        let without = server.post("auditor", path, &body).await;
        assert_eq!(without.problem(), problem(409, "JX-3007"), "it was made once, and is there");
        let mut other = body.clone();
        other["subject"] = json!("2");
        let reused = server.send("auditor", "POST", path, &key, Some(&other)).await;
        assert_eq!(reused.problem(), problem(422, "JX-1009"));
        // Another person's key of the same name is another key.
        let theirs = server.send("programme", "POST", path, &key, Some(&body)).await;
        assert_eq!(theirs.problem(), problem(403, "JX-3001"));
        for bad in ["", "ü", &"x".repeat(129)] {
            let Ok(value) = axum::http::HeaderValue::from_bytes(bad.as_bytes()) else { continue };
            let request = Request::post(path)
                .header("authorization", "Bearer token-of-auditor")
                .header("content-type", "application/json")
                .header("idempotency-key", value)
                .body(Body::from(body.to_string()));
            assert_eq!(
                server.ask(request.expect("a request")).await.problem(),
                problem(400, "JX-1002"),
                "{bad}"
            );
        }
    });
}

#[test]
fn evidence_is_brought_while_a_step_asks_for_it_and_reading_it_is_noted() {
    served(Settings { upload: 1000, ..Settings::default() }, async |server| {
        let made = server.attach("e1", 1, "第二份材料".as_bytes()).await;
        is(&made, StatusCode::CREATED);
        let place = made.header("location").to_owned();
        let read = server.get("city-a", &place).await;
        assert_eq!(read.bytes, "第二份材料".as_bytes());
        assert_eq!(read.header("content-type"), "text/plain");
        assert!(read.header("content-disposition").starts_with("attachment;"));
        assert_eq!(server.get("city-b", &place).await.problem(), problem(404, "JX-3002"), "another city's");
        let readings = server.get("auditor", "/api/v1/audit/readings?who=city-a").await.json();
        assert_eq!(readings["items"][0]["fields"], "bytes");
        assert_eq!(server.attach("e1", 1, "第二份材料".as_bytes()).await.problem(), problem(409, "JX-3007"));
        assert_eq!(
            server.attach("e1", 1, &[b'a'; 1001]).await.problem(),
            problem(422, "JX-3008"),
            "longer than files may be"
        );
        assert_eq!(
            server.attach("e1", 1, &[b'a'; 80_000]).await.problem(),
            problem(413, "JX-1006"),
            "not even read"
        );
        assert_eq!(
            server.attach("e1", 1, b"MZ\x00\x01").await.problem(),
            problem(422, "JX-3008"),
            "a program that calls itself text"
        );
        is(&server.act("e1", 1, "submit", &json!({})).await, StatusCode::OK);
        assert_eq!(
            server.attach("e1", 1, "迟".as_bytes()).await.problem(),
            problem(409, "JX-3004"),
            "not behind the reviewer's back"
        );
        assert_eq!(server.attach("e2", 1, "迟".as_bytes()).await.problem(), problem(404, "JX-3002"));
    });
}

#[test]
fn lists_come_as_json_csv_and_workbook() {
    served(Settings::default(), async |server| {
        let path = "/api/v1/cases?machine=application&limit=1";
        let page = server.get("programme", path).await.json();
        assert_eq!(page["items"][0]["amount_fen"], 700);
        let next = page["next"].as_str().expect("a second page").to_owned();
        let second = server.get("programme", &next).await.json();
        assert_eq!(second["items"][0]["id"], 2);
        let third = server.get("programme", second["next"].as_str().expect("perhaps a third")).await.json();
        assert_eq!((&third["items"], &third["next"]), (&json!([]), &Value::Null));
        let csv = server.send("programme", "GET", path, &[("accept", "text/csv")], None).await;
        let text = csv.text();
        assert!(text.starts_with("\u{feff}编号,流程,"), "{text}");
        // 700 fen are 7 yuan.
        assert!(text.contains(",草稿,1,7.00,"), "{text}");
        assert!(csv.header("link").ends_with("; rel=\"next\""));
        let xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        let book = server.send("programme", "GET", path, &[("accept", xlsx)], None).await;
        assert!(book.bytes.starts_with(b"PK"));
        assert_eq!(book.header("content-disposition"), "attachment; filename=\"cases.xlsx\"");
        let picture = server.send("programme", "GET", path, &[("accept", "image/png")], None).await;
        assert_eq!(picture.problem(), problem(406, "JX-1005"));
        for (path, status) in [
            ("/api/v1/cases", 400),
            ("/api/v1/cases?machine=nothing", 400),
            ("/api/v1/cases?machine=application&staet=draft", 400),
            ("/api/v1/cases?machine=application&limit=many", 400),
            // Nobody has a role in a fund that is not there.
            ("/api/v1/cases?machine=application&fund=other", 403),
            ("/api/v1/cases?machine=application&fund=f&fund=f", 400),
            ("/api/v1/cases?machine=application&fund=f", 200),
            ("/api/v1/cases/x", 400),
        ] {
            assert_eq!(server.get("programme", path).await.status, status, "{path}");
        }
    });
}

#[test]
fn accounts_are_opened_and_tokens_made_and_ended() {
    served(Settings::default(), async |server| {
        let new = json!({ "name": "city-c", "shown_name": "新人", "password": "三月的珠江边有风和船还有人", "roles": [{ "role": "city-officer", "region": "B" }] });
        is(&server.post("root", "/api/v1/people", &new).await, StatusCode::CREATED);
        assert_eq!(server.post("root", "/api/v1/people", &new).await.problem(), problem(409, "JX-3007"));
        let faulty = json!({ "name": "x", "shown_name": "", "password": "x", "roles": [{ "role": "king" }] });
        assert_eq!(server.post("root", "/api/v1/people", &faulty).await.problem(), problem(422, "JX-3008"));
        let both =
            json!({ "roles": [{ "role": "administrator" }, { "role": "city-officer", "region": "B" }] });
        let refused = server.send("root", "PUT", "/api/v1/people/city-c/roles", &[], Some(&both)).await;
        assert_eq!(refused.problem(), problem(422, "JX-3008"), "separation of duties");
        let signed = server
            .post(
                "",
                "/api/v1/session",
                &json!({ "name": "city-c", "password": "三月的珠江边有风和船还有人" }),
            )
            .await;
        is(&signed, StatusCode::OK);
        let pair = signed.header("set-cookie").split(';').next().expect("a pair").to_owned();
        let word = signed.json()["csrf"].as_str().expect("a word").to_owned();
        let headers = [("cookie", pair.as_str()), ("x-csrf-token", word.as_str())];
        let ask =
            json!({ "name": "程序", "deeds": ["read-applications"], "ends_at": "2024-12-31T00:00:00Z" });
        let made = server.send("", "POST", "/api/v1/tokens", &headers, Some(&ask)).await;
        is(&made, StatusCode::CREATED);
        let token = format!("Bearer {}", made.json()["token"].as_str().expect("a token"));
        let bearer = [("authorization", token.as_str())];
        is(&server.send("", "GET", "/api/v1/cases?machine=application", &bearer, None).await, StatusCode::OK);
        let beyond = server.send("", "GET", "/api/v1/accounts", &bearer, None).await;
        assert_eq!(beyond.problem(), problem(403, "JX-3001"), "held to its deeds");
        let hidden = server.send("", "GET", "/api/v1/cases/2", &bearer, None).await;
        assert_eq!(hidden.json()["content"], Value::Null, "nor may it read personal data");
        let more = server.send("", "POST", "/api/v1/tokens", &bearer, Some(&ask)).await;
        assert_eq!(more.problem(), problem(403, "JX-3001"), "a token makes no token");
        let id = made.json()["id"].as_i64().expect("a number");
        is(
            &server.send("", "DELETE", &format!("/api/v1/tokens/{id}"), &headers, None).await,
            StatusCode::NO_CONTENT,
        );
        assert_eq!(
            server.send("", "GET", "/api/v1/cases?machine=application", &bearer, None).await.status,
            401
        );
        let off = json!({ "active": false, "reason": "离岗" });
        is(
            &server.send("root", "PUT", "/api/v1/people/city-c/active", &[], Some(&off)).await,
            StatusCode::NO_CONTENT,
        );
        assert_eq!(server.send("", "GET", "/api/v1/session", &headers[..1], None).await.status, 401);
        let own = server.send("root", "PUT", "/api/v1/people/root/active", &[], Some(&off)).await;
        assert_eq!(own.problem(), problem(422, "JX-3008"), "nobody shuts out themselves");
    });
}

#[test]
fn one_changes_ones_own_password_with_the_old_one() {
    served(Settings::default(), async |server| {
        let signed = server.post("", "/api/v1/session", &json!({ "name": "e1", "password": WORD })).await;
        let pair = signed.header("set-cookie").split(';').next().expect("a pair").to_owned();
        let word = signed.json()["csrf"].as_str().expect("a word").to_owned();
        let headers = [("cookie", pair.as_str()), ("x-csrf-token", word.as_str())];
        let path = "/api/v1/session/password";
        let new = "岭南的荔枝在六月最红";
        for (old, new, expected) in [("wrong", new, (401, "JX-2002")), (WORD, "short", (422, "JX-3008"))] {
            let body = json!({ "old": old, "new": new });
            let said = server.send("", "PUT", path, &headers, Some(&body)).await;
            assert_eq!(said.problem(), problem(expected.0, expected.1));
        }
        let long = format!("{new}而风也从海上来");
        let done = server.send("", "PUT", path, &headers, Some(&json!({ "old": WORD, "new": long }))).await;
        is(&done, StatusCode::NO_CONTENT);
        assert_eq!(
            server.send("", "GET", "/api/v1/session", &headers, None).await.status,
            401,
            "every session ends"
        );
        is(
            &server.post("", "/api/v1/session", &json!({ "name": "e1", "password": long })).await,
            StatusCode::OK,
        );
    });
}

#[test]
fn too_many_requests_are_told_to_wait() {
    let rate = Rate { per_minute: 60, at_once: 2 };
    served(Settings { of_peer: rate, ..Settings::default() }, async |server| {
        for _ in 0..2 {
            is(&server.get("", "/healthz").await, StatusCode::OK);
        }
        let waits = server.get("", "/healthz").await;
        assert_eq!(waits.problem(), problem(429, "JX-1011"));
        assert_eq!(waits.header("retry-after"), "2");
        later(1_000_000);
        is(&server.get("", "/healthz").await, StatusCode::OK);
    });
    served(Settings { of_account: rate, ..Settings::default() }, async |server| {
        for status in [200, 200, 429] {
            assert_eq!(server.get("e1", "/api/v1/session").await.status, status);
        }
        is(&server.get("e2", "/api/v1/session").await, StatusCode::OK);
    });
    served(Settings { of_sign_in: rate, ..Settings::default() }, async |mut server| {
        let body = json!({ "name": "nobody", "password": "wrong" });
        for status in [401, 401, 429] {
            assert_eq!(server.post("", "/api/v1/session", &body).await.status, status);
        }
        // From elsewhere it is still the same name.
        server.peer = "10.0.0.8:1".parse().expect("an address");
        assert_eq!(server.post("", "/api/v1/session", &body).await.status, 429);
        is(&server.get("", "/healthz").await, StatusCode::OK);
    });
}

#[test]
fn what_cannot_be_read_is_a_problem_with_a_number() {
    served(Settings { body: 2000, ..Settings::default() }, async |server| {
        assert_eq!(server.get("", "/nowhere").await.problem(), problem(404, "JX-1003"));
        let wrong = server.send("", "PATCH", "/api/v1/session", &[], None).await;
        assert_eq!(wrong.problem(), problem(405, "JX-1004"));
        assert!(wrong.header("allow").contains("GET"), "{}", wrong.header("allow"));
        let path = "/api/v1/session";
        for (kind, body, expected) in [
            ("text/plain", "{}".to_owned(), (415, "JX-1007")),
            ("application/json", "{".to_owned(), (400, "JX-1001")),
            ("application/json", r#"{"name":"a"}"#.to_owned(), (400, "JX-1001")),
            ("application/json", r#"{"name":"a","password":"b","more":1}"#.to_owned(), (400, "JX-1001")),
            ("application/json", format!("{{\"name\":\"{}\"", "x".repeat(3000)), (413, "JX-1006")),
        ] {
            let request = Request::post(path).header("content-type", kind).body(Body::from(body));
            let said = server.ask(request.expect("a request")).await;
            assert_eq!(said.problem(), problem(expected.0, expected.1));
        }
        // What PostgreSQL would not keep is refused at the door, whatever the database.
        for path in ["/api/v1/cases?machine=application&region=%00", "/api/v1/people/%00"] {
            assert_eq!(server.get("root", path).await.problem(), problem(400, "JX-1002"), "{path}");
        }
        let nul = json!({ "name": "a\u{0}", "password": "b" });
        assert_eq!(server.post("", path, &nul).await.problem(), problem(400, "JX-1002"));
        let said = server.send("", "GET", "/nowhere", &[("accept-language", "en")], None).await;
        assert_eq!(said.header("content-type"), "application/problem+json");
        let body = said.json();
        assert_eq!(body["title"], "There is no such address");
        assert_eq!(body["type"], "/api/errors/JX-1003");
        assert_eq!(body["instance"], "/nowhere");
        assert_eq!(body["request_id"], said.header("x-request-id"), "what a page of an error quotes");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "no-referrer"),
            ("cache-control", "no-store"),
        ] {
            assert_eq!(said.header(name), value);
        }
        assert!(said.header("content-security-policy").contains("frame-ancestors 'none'"));
        assert!(said.header("permissions-policy").contains("camera=()"));
    });
}

#[test]
fn the_server_tells_how_it_is() {
    served(Settings::default(), async |mut server| {
        is(&server.get("", "/healthz").await, StatusCode::OK);
        is(&server.get("", "/readyz").await, StatusCode::OK);
        assert_eq!(server.get("", "/metrics").await.status, 401, "not for everybody");
        assert_eq!(server.get("e1", "/metrics").await.status, 403);
        is(&server.get("root", "/metrics").await, StatusCode::OK);
        server.peer = "127.0.0.1:1".parse().expect("an address");
        is(&server.get("", "/metrics").await, StatusCode::OK);
        server.database.close().await;
        is(&server.get("", "/healthz").await, StatusCode::OK);
        let gone = server.get("", "/readyz").await;
        assert_eq!(gone.problem(), problem(503, "JX-5002"));
        assert_eq!(gone.header("retry-after"), "5");
        let told = server.get("e1", "/api/v1/session").await;
        assert_eq!(told.problem(), problem(503, "JX-5002"), "a database that is gone passes");
    });
}

#[test]
fn what_waits_is_listed_for_whoever_it_waits_for() {
    served(Settings::default(), async |server| {
        is(&server.act("e1", 1, "submit", &json!({})).await, StatusCode::OK);
        let mine = server.get("city-a", "/api/v1/reminders").await.json();
        assert_eq!((&mine["items"][0]["case"], &mine["items"][0]["overdue"]), (&json!(1), &json!(false)));
        assert_eq!(server.get("city-b", "/api/v1/reminders").await.json()["items"], json!([]));
        assert_eq!(
            server.get("programme", "/api/v1/reminders").await.json()["items"],
            json!([]),
            "not their turn"
        );
        let all = server.get("programme", "/api/v1/reminders?everybody=true").await.json();
        assert_eq!(all["items"].as_array().map(Vec::len), Some(1));
        later(90 * DAY);
        let late = server.get("city-a", "/api/v1/reminders?overdue=true").await.json();
        assert_eq!(late["items"][0]["overdue"], true);
    });
}

#[test]
fn the_survey_is_answered_once_by_whoever_has_the_word_and_nobody_is_named() {
    served(Settings::default(), async |server| {
        let path = "/api/v1/surveys/invitations";
        let asked = json!({
            "year": 2024, "ends_at": "2024-07-31T00:00:00Z",
            "invitations": [{ "scheme": "s", "region": "A", "enterprise": "E1" }, { "scheme": "s", "region": "B", "enterprise": "E2" }],
        });
        let made = server.post("programme", path, &asked).await;
        is(&made, StatusCode::CREATED);
        assert_eq!(made.json()["new"], 2);
        let word = made.json()["tokens"][0].clone();
        let answer = json!({ "token": word, "answers": { "q1": 5 } });
        is(&server.post("", "/api/v1/surveys/answers", &answer).await, StatusCode::NO_CONTENT);
        let again = server.post("", "/api/v1/surveys/answers", &answer).await;
        assert_eq!(again.problem(), problem(409, "JX-3007"));
        let guessed = json!({ "token": "guessed", "answers": {} });
        assert_eq!(
            server.post("", "/api/v1/surveys/answers", &guessed).await.problem(),
            problem(404, "JX-3002")
        );
        let own = server.get("city-a", &format!("{path}?year=2024")).await.json();
        assert_eq!(
            (own["items"].as_array().map(Vec::len), &own["items"][0]["answered"]),
            (Some(1), &json!(true))
        );
        let chain = server.get("auditor", "/api/v1/audit/records?deed=survey.answer").await.json();
        assert_eq!(
            (&chain["items"][0]["who"], &chain["items"][0]["origin"]),
            (&json!("public"), &json!("network"))
        );
        later(40 * DAY);
        let late = json!({ "token": made.json()["tokens"][1], "answers": {} });
        assert_eq!(
            server.post("", "/api/v1/surveys/answers", &late).await.problem(),
            problem(404, "JX-3002")
        );
    });
}

#[test]
fn opinions_are_written_by_those_who_examine() {
    served(Settings::default(), async |server| {
        let path = "/api/v1/cases/1/reviews";
        let body = json!({ "kind": "inspection", "verdict": "doubt", "words": "发票与报关单不符" });
        is(&server.post("city-a", path, &body).await, StatusCode::CREATED);
        let list = server.get("auditor", path).await.json();
        assert_eq!(
            (&list["items"][0]["by"], &list["items"][0]["verdict"]),
            (&json!("city-a"), &json!("doubt"))
        );
        assert_eq!(
            server.get("e1", path).await.problem(),
            problem(403, "JX-3001"),
            "not for whoever filed it"
        );
        let verdict = json!({ "kind": "review", "verdict": "king", "words": "示例" });
        assert_eq!(server.post("city-a", path, &verdict).await.problem(), problem(422, "JX-3008"));
    });
}

#[test]
fn what_panics_or_takes_too_long_is_a_problem_and_nothing_of_it_is_told() {
    let settings = Settings { patience: Duration::from_millis(50), ..Settings::default() };
    served(settings, async |mut server| {
        let routes = Router::new()
            .route("/panics", get(async || -> &'static str { panic!("a secret of the program") }))
            .route("/sleeps", get(async || tokio::time::sleep(Duration::from_secs(60)).await));
        server.router = layered(routes, &server.state);
        let broken = server.get("", "/panics").await;
        assert_eq!(broken.problem(), problem(500, "JX-5001"));
        assert!(!broken.text().contains("secret"), "{}", broken.text());
        assert_eq!(broken.json()["request_id"], broken.header("x-request-id"));
        let slow = server.get("", "/sleeps").await;
        assert_eq!(slow.problem(), problem(503, "JX-5003"));
        assert_eq!(slow.header("retry-after"), "5");
    });
}

#[test]
fn an_enterprise_objects_while_the_notice_runs_and_sees_what_is_decided() {
    served(Settings::default(), async |server| {
        let none = json!({});
        let path = "/api/v1/notices/1/objections";
        let asked = json!({ "grounds": "同一设备已由另一家申报", "contact": "示例联系人" });
        // Nothing is in notice yet, and what is not there is answered alike.
        for missing in [path, "/api/v1/notices/99/objections"] {
            assert_eq!(
                server.post("e2", missing, &asked).await.problem(),
                problem(404, "JX-3002"),
                "{missing}"
            );
        }
        is(&server.act("e1", 1, "submit", &none).await, StatusCode::OK);
        is(&server.act("city-a", 1, "city-pass", &none).await, StatusCode::OK);
        is(&server.act("programme", 1, "province-pass", &none).await, StatusCode::OK);
        is(
            &server.act("programme", 1, "publish", &json!({ "confirmed": ["list-published"] })).await,
            StatusCode::OK,
        );
        let notices = server.get("e2", "/api/v1/notices").await.json();
        assert_eq!(
            notices["items"],
            json!([{ "id": 1, "year": 2024, "scheme": "s", "region": "A", "enterprise": "E1", "amount_fen": 700,
                "begun": "2024-07-01", "last": "2024-07-08", "open": true }])
        );
        assert_eq!(server.get("programme", "/api/v1/notices").await.problem(), problem(403, "JX-3001"));
        let empty = server.post("e2", path, &json!({ "grounds": " " })).await;
        assert_eq!(empty.problem(), problem(422, "JX-3008"));
        // The same request with the same key makes one objection.
        let key = [("idempotency-key", "one")];
        let made = server.send("e2", "POST", path, &key, Some(&asked)).await;
        is(&made, StatusCode::CREATED);
        let again = server.send("e2", "POST", path, &key, Some(&asked)).await;
        assert_eq!(
            (again.status, again.header("idempotency-replayed"), &again.bytes),
            (201, "true", &made.bytes)
        );
        let id = made.json()["id"].as_i64().expect("a number");
        assert_eq!((&made.json()["subject"], &made.json()["state"]), (&json!("1/5/E2"), &json!("draft")));
        is(&server.attach("e2", id, "发票".as_bytes()).await, StatusCode::CREATED);
        is(&server.act("e2", id, "submit", &none).await, StatusCode::OK);
        // It waits for the province with its deadline: ten working days after 1 July end on the 15th.
        let tasks = server.get("programme", "/api/v1/reminders").await.json();
        let task = tasks["items"]
            .as_array()
            .expect("a list")
            .iter()
            .find(|one| one["case"] == id)
            .expect("it is there")
            .clone();
        assert_eq!((&task["machine"], &task["by"]), (&json!("objection"), &json!("2024-07-15")));
        later(8 * DAY);
        let stopped = server.act("programme", 1, "award", &none).await;
        assert_eq!(stopped.json()["reasons"][0]["code"], "no-open-objection");
        let same = server.act("programme", id, "dismiss", &json!({ "reason": "已核" })).await;
        assert_eq!(same.json()["reasons"][0]["code"], "other-hands");
        // The one it is about learns nothing of it; whoever reviews sees it with the application.
        assert_eq!(server.get("e1", &format!("/api/v1/cases/{id}")).await.status, 404);
        assert_eq!(server.get("e1", "/api/v1/cases/1/objections").await.json()["items"], json!([]));
        let listed = server.get("city-a", "/api/v1/cases/1/objections").await.json();
        assert_eq!(
            (&listed["items"][0]["id"], &listed["items"][0]["state_label"]),
            (&json!(id), &json!("待处理"))
        );
        is(&server.act("e2", id, "withdraw", &json!({ "reason": "已查明" })).await, StatusCode::OK);
        is(&server.act("programme", 1, "award", &none).await, StatusCode::OK);
        assert_eq!(server.post("e2", path, &asked).await.status, 404, "it is in notice no more");
    });
}

#[test]
fn a_reviewer_lowers_an_amount_and_the_record_says_who_when_and_why() {
    served(Settings::default(), async |server| {
        let none = json!({});
        is(&server.act("e1", 1, "submit", &none).await, StatusCode::OK);
        for wrong in [
            json!({ "amount_fen": 701, "reason": "因" }),
            json!({ "amount_fen": 600 }),
            json!({ "amount_fen": 0, "reason": "因" }),
        ] {
            assert_eq!(
                server.act("city-a", 1, "city-pass", &wrong).await.problem(),
                problem(422, "JX-3008"),
                "{wrong}"
            );
        }
        is(
            &server.act("city-a", 1, "city-pass", &json!({ "amount_fen": 600, "reason": "发票不符" })).await,
            StatusCode::OK,
        );
        let passed = server
            .act("programme", 1, "province-pass", &json!({ "amount_fen": 550, "reason": "超过标准" }))
            .await
            .json();
        assert_eq!((&passed["claimed_fen"], &passed["amount_fen"]), (&json!(700), &json!(550)));
        let reductions = passed["reductions"].as_array().expect("a list");
        let told: Vec<_> = reductions
            .iter()
            .map(|one| {
                (
                    one["action"].as_str(),
                    one["before_fen"].as_i64(),
                    one["after_fen"].as_i64(),
                    one["by"].as_str(),
                    one["reason"].as_str(),
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                (Some("city-pass"), Some(700), Some(600), Some("city-a"), Some("发票不符")),
                (Some("province-pass"), Some(600), Some(550), Some("programme"), Some("超过标准")),
            ]
        );
        // 700 claimed = 550 + 100 + 50; 550 of 1000 are committed.
        is(
            &server.act("programme", 1, "publish", &json!({ "confirmed": ["list-published"] })).await,
            StatusCode::OK,
        );
        later(8 * DAY);
        is(&server.act("programme", 1, "award", &none).await, StatusCode::OK);
        let accounts = server.get("finance", "/api/v1/accounts?year=2024&region=A").await.json();
        let free: Vec<_> = accounts["items"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|line| line["free_fen"].as_i64())
            .collect();
        assert_eq!(free, [Some(450), Some(550)]);
        let chain = server.get("auditor", "/api/v1/audit/records?subject=case/1&limit=50").await.text();
        assert!(chain.contains("application.reduce") && chain.contains("600 fen"), "{chain}");
    });
}
