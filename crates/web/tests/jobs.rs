//! Long work over HTTP: who may ask, one after the other, what came of it, stopped, failed, in a panic, and after a restart.

mod common;

use std::{sync::Arc, time::Duration};

use axum::http::StatusCode;
use common::{FUND, Server, is, served};
use jixiao_core::{both, finding::Both};
use jixiao_store::{awards::Award, jobs::Kind};
use jixiao_web::{
    Settings,
    jobs::{Halt, Handle, Made, MadeRun, SetAside, Task, Worker, begin},
};
use serde_json::{Value, json};

/// What it does depends on the year alone: 2024 is done, 2025 fails, 2026 panics, 2027 goes on until it is stopped, 1999 is refused.
#[derive(Debug)]
struct Trial;

impl Worker for Trial {
    fn knows(&self, fund: &str, kind: Kind) -> Result<(), Both> {
        assert_eq!(fund, FUND);
        match kind {
            Kind::Report => Err(both!("没有发布文件夹", "there is no folder to publish into")),
            Kind::Intake | Kind::AwardRun => Ok(()),
        }
    }

    fn refuses(&self, task: &Task) -> Vec<Both> {
        let mut against = Vec::new();
        if task.year == 1999 {
            against.push(both!("没有1999年", "there is no 1999"));
        }
        if task.asking.schemes.iter().any(|scheme| scheme != "s") {
            against.push(both!("没有这个事项", "there is no such scheme"));
        }
        against
    }

    fn work(&self, task: &Task, handle: &Handle) -> Result<Made, Halt> {
        handle.step(both!("读入台账", "reading ledgers"), 10)?;
        handle.add(4);
        handle.rows(3);
        match task.year {
            2025 => Err(Halt::Cannot(vec![
                both!("lines.csv 缺少一列", "lines.csv lacks a column"),
                both!("rates.csv 读不了", "rates.csv cannot be read"),
            ])),
            2026 => panic!("a mistake of the program"),
            2027 => loop {
                handle.go_on()?;
                std::thread::sleep(Duration::from_millis(5));
            },
            _ if task.kind == Kind::Intake => Ok(Made {
                outcome: [("rows".to_owned(), json!(3))].into_iter().collect(),
                set_aside: Some(
                    (1..=3)
                        .map(|row| SetAside {
                            ledger: "lines".to_owned(),
                            file: "lines.csv".to_owned(),
                            row,
                            column: "amount".to_owned(),
                            value: "一百".to_owned(),
                            code: "not-number".to_owned(),
                            reason: both!("不是数字", "not a number"),
                        })
                        .collect(),
                ),
                run: None,
            }),
            _ => {
                let award = Award {
                    scheme: "s".to_owned(),
                    region: "A".to_owned(),
                    enterprise: "E3".to_owned(),
                    claimed_fen: 500,
                    fen: 300,
                    derivation: "{}".to_owned(),
                    illustrative: false,
                };
                // Of more than is allocated to the city, where that is asked for by its year.
                let fen = if task.year == 2023 { 5_000 } else { 300 };
                let run = MadeRun {
                    folder_sha256: "x".to_owned(),
                    inputs: "[\"lines.csv\"]".to_owned(),
                    summary: "[]".to_owned(),
                    awards: vec![Award { fen, ..award }],
                };
                let outcome = [("awards".to_owned(), json!(1))].into_iter().collect();
                Ok(Made { outcome, set_aside: None, run: Some(run) })
            }
        }
    }
}

fn with_worker() -> Settings {
    Settings { worker: Some(Arc::new(Trial)), ..Settings::default() }
}

fn body(kind: &str, year: i16) -> Value {
    json!({ "kind": kind, "year": year })
}

async fn ask(server: &Server, who: &str, body: &Value) -> i64 {
    let answer = server.post(who, "/api/v1/jobs", body).await;
    is(&answer, StatusCode::ACCEPTED);
    let id = answer.json()["id"].as_i64().expect("a number");
    assert_eq!(answer.header("location"), format!("/api/v1/jobs/{id}"));
    assert_eq!(answer.json()["address"], format!("/api/v1/jobs/{id}"));
    assert_eq!(answer.json()["state"], "waiting");
    id
}

async fn look(server: &Server, id: i64) -> Value {
    let answer = server.get("programme", &format!("/api/v1/jobs/{id}")).await;
    is(&answer, StatusCode::OK);
    answer.json()
}

/// Looks again and again until a job is in a state; ten seconds at most.
async fn until(server: &Server, id: i64, state: &str) -> Value {
    for _ in 0..500 {
        let job = look(server, id).await;
        if job["state"] == state {
            return job;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("job {id} is not {state}: {}", look(server, id).await);
}

#[test]
fn without_ledgers_whoever_may_is_told_why_and_what_to_do() {
    served(Settings::default(), async |server| {
        let answer = server.post("programme", "/api/v1/jobs", &body("award-run", 2024)).await;
        assert_eq!(answer.problem(), (409, "JX-3009".to_owned()));
        assert!(answer.text().contains("--ledgers"), "{}", answer.text());
        // Whoever may not is told that, not what the server has.
        let answer = server.post("city-a", "/api/v1/jobs", &body("award-run", 2024)).await;
        assert_eq!(answer.problem(), (403, "JX-3001".to_owned()));
        let answer = server.post("finance", "/api/v1/jobs", &body("award-run", 2024)).await;
        assert_eq!(answer.problem(), (403, "JX-3001".to_owned()));
    });
}

#[test]
fn an_award_run_is_computed_kept_and_committed() {
    served(with_worker(), async |server| {
        let crew = begin(&server.state).await.expect("it works");
        let asked = json!({ "kind": "award-run", "year": 2024, "commit": true, "schemes": ["s"] });
        let id = ask(&server, "programme", &asked).await;
        let job = until(&server, id, "done").await;
        // 300 fen of one award; the run before it has the number 1.
        let outcome = json!({ "awards": 1, "run": 2, "new": true, "committed": { "awards": 1, "fen": 300 } });
        assert_eq!(job["outcome"], outcome);
        assert_eq!(
            (job["rows"].as_i64(), job["done"].as_i64(), job["total"].as_i64()),
            (Some(3), Some(4), Some(10))
        );
        assert_eq!((job["step"].as_str(), job["asked_by"].as_str()), (Some("读入台账"), Some("programme")));
        let awards = server.get("programme", "/api/v1/award-runs/2/awards").await.json();
        assert_eq!(awards["items"][0]["fen"], 300);
        // The same ledgers and rules again come to the same run, of which everything is committed already.
        let again = ask(&server, "programme", &asked).await;
        let job = until(&server, again, "done").await;
        let outcome = json!({ "awards": 1, "run": 2, "new": false, "committed": { "awards": 0, "fen": 0 } });
        assert_eq!(job["outcome"], outcome);
        // Where less is allocated than is awarded (there is no money of 2023), nothing is kept: neither run nor commitment.
        let asked = json!({ "kind": "award-run", "year": 2023, "commit": true });
        let short = ask(&server, "programme", &asked).await;
        let job = until(&server, short, "failed").await;
        assert!(job["reasons"][0].as_str().expect("a reason").contains("5000"), "{job}");
        let runs = server.get("programme", "/api/v1/award-runs").await.json();
        assert_eq!(runs["items"].as_array().map(Vec::len), Some(2));
        crew.stop().await;
    });
}

#[test]
fn what_an_intake_set_aside_is_listed_and_its_reading_noted() {
    served(with_worker(), async |server| {
        let crew = begin(&server.state).await.expect("it works");
        let id = ask(&server, "programme", &body("intake", 2024)).await;
        let job = until(&server, id, "done").await;
        assert_eq!(job["outcome"], json!({ "rows": 3 }));
        let path = format!("/api/v1/jobs/{id}/set-aside");
        let page = server.get("programme", &format!("{path}?limit=2")).await.json();
        assert_eq!(page["items"].as_array().map(Vec::len), Some(2));
        assert_eq!(page["next"], format!("{path}?limit=2&after=2"));
        let rest = server.get("programme", &format!("{path}?limit=2&after=2")).await.json();
        assert_eq!((rest["items"][0]["row"].as_i64(), &rest["next"]), (Some(3), &Value::Null));
        assert_eq!(rest["items"][0]["reason"], "不是数字");
        let csv = server.send("programme", "GET", &path, &[("accept", "text/csv")], None).await;
        assert!(csv.text().contains("lines.csv,1,amount,一百,not-number,不是数字"), "{}", csv.text());
        assert_eq!(server.get("finance", &path).await.status, 404, "it is the programme officer's");
        let readings = server.database.readings(None, None, None, 10).await.expect("it reads");
        let own = readings.iter().filter(|one| one.subject == format!("job/{id}"));
        assert_eq!(own.count(), 3, "each of three answers");
        crew.stop().await;
    });
}

#[test]
fn what_stands_against_it_is_told_at_once_and_whole() {
    served(with_worker(), async |server| {
        let asked = json!({ "kind": "award-run", "year": 1999, "schemes": ["x"] });
        let answer = server.post("programme", "/api/v1/jobs", &asked).await;
        assert_eq!(answer.problem(), (422, "JX-3008".to_owned()));
        assert_eq!(answer.json()["reasons"].as_array().map(Vec::len), Some(2), "{}", answer.text());
        let asked = json!({ "kind": "intake", "year": 2024, "commit": true });
        let answer = server.post("programme", "/api/v1/jobs", &asked).await;
        assert_eq!(answer.problem(), (422, "JX-3008".to_owned()));
        for (asked, problem) in [
            (json!({ "kind": "mining", "year": 2024 }), (400, "JX-1001")),
            (json!({ "kind": "intake" }), (400, "JX-1001")),
            (json!({ "kind": "intake", "year": 2024, "more": 1 }), (400, "JX-1001")),
            (body("report", 2024), (409, "JX-3009")),
        ] {
            let answer = server.post("programme", "/api/v1/jobs", &asked).await;
            assert_eq!(answer.problem(), (problem.0, problem.1.to_owned()), "{asked}");
        }
        // Finance publishes years, and computes nothing.
        assert_eq!(server.post("finance", "/api/v1/jobs", &body("report", 2024)).await.status, 409);
        assert_eq!(server.post("finance", "/api/v1/jobs", &body("intake", 2024)).await.status, 403);
    });
}

#[test]
fn the_same_key_asks_once_and_the_same_question_is_one_job() {
    served(with_worker(), async |server| {
        // Nobody works here yet: what is asked waits.
        let key = [("idempotency-key", "k1")];
        let asked = body("award-run", 2027);
        let first = server.send("programme", "POST", "/api/v1/jobs", &key, Some(&asked)).await;
        let again = server.send("programme", "POST", "/api/v1/jobs", &key, Some(&asked)).await;
        is(&first, StatusCode::ACCEPTED);
        is(&again, StatusCode::ACCEPTED);
        assert_eq!((first.bytes, again.header("idempotency-replayed")), (again.bytes.clone(), "true"));
        let answer = server.post("programme", "/api/v1/jobs", &asked).await;
        assert_eq!(answer.problem(), (409, "JX-3007".to_owned()));
    });
}

#[test]
fn one_at_a_time_and_whatever_is_stopped_leaves_nothing() {
    served(with_worker(), async |server| {
        let crew = begin(&server.state).await.expect("it works");
        let long = ask(&server, "programme", &body("award-run", 2027)).await;
        until(&server, long, "running").await;
        let second = ask(&server, "programme", &body("award-run", 2024)).await;
        let third = ask(&server, "programme", &body("intake", 2024)).await;
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert_eq!(look(&server, second).await["state"], "waiting");
        let cancel = |id: i64| format!("/api/v1/jobs/{id}/cancel");
        // One that waits is over at once.
        let answer = server.send("programme", "POST", &cancel(second), &[], None).await;
        assert_eq!((answer.status, &answer.json()["state"]), (200, &json!("cancelled")));
        assert_eq!(server.send("finance", "POST", &cancel(long), &[], None).await.status, 404);
        assert_eq!(server.send("city-a", "POST", &cancel(long), &[], None).await.status, 403);
        is(&server.send("programme", "POST", &cancel(long), &[], None).await, StatusCode::OK);
        let job = until(&server, long, "cancelled").await;
        assert_eq!((&job["outcome"], &job["cancelling"]), (&Value::Null, &json!(true)));
        // The next in line has its turn; what is over is not stopped.
        until(&server, third, "done").await;
        let answer = server.send("programme", "POST", &cancel(third), &[], None).await;
        assert_eq!(answer.problem(), (409, "JX-3004".to_owned()));
        let runs = server.get("programme", "/api/v1/award-runs").await.json();
        assert_eq!(runs["items"].as_array().map(Vec::len), Some(1), "only the one that was there before");
        crew.stop().await;
    });
}

#[test]
fn a_failure_says_everything_and_a_panic_is_a_failure() {
    served(with_worker(), async |server| {
        let crew = begin(&server.state).await.expect("it works");
        let failing = ask(&server, "programme", &body("award-run", 2025)).await;
        let job = until(&server, failing, "failed").await;
        assert_eq!(job["reasons"], json!(["lines.csv 缺少一列", "rates.csv 读不了"]));
        let english = [("accept-language", "en")];
        let path = format!("/api/v1/jobs/{failing}");
        let job = server.send("programme", "GET", &path, &english, None).await.json();
        assert_eq!(job["reasons"][1], "rates.csv cannot be read");
        let breaking = ask(&server, "programme", &body("award-run", 2026)).await;
        let job = until(&server, breaking, "failed").await;
        assert!(job["reasons"][0].as_str().expect("a reason").contains(&breaking.to_string()), "{job}");
        // The server goes on.
        let next = ask(&server, "programme", &body("intake", 2024)).await;
        until(&server, next, "done").await;
        let listed = server.get("programme", "/api/v1/jobs?state=failed").await.json();
        let ids: Vec<i64> =
            listed["items"].as_array().expect("a list").iter().filter_map(|job| job["id"].as_i64()).collect();
        assert_eq!(ids, [breaking, failing]);
        assert_eq!(server.get("finance", "/api/v1/jobs").await.json()["items"], json!([]));
        crew.stop().await;
    });
}

#[test]
fn what_was_under_way_when_the_server_stopped_is_interrupted() {
    served(with_worker(), async |server| {
        // Left behind by a server that is gone: known with the first that begins to work.
        assert_eq!(look(&server, 1).await["state"], "waiting");
        let crew = begin(&server.state).await.expect("it works");
        assert_eq!(look(&server, 1).await["state"], "interrupted");
        let running = ask(&server, "programme", &body("award-run", 2027)).await;
        until(&server, running, "running").await;
        let waiting = ask(&server, "programme", &body("intake", 2024)).await;
        // Told to stop, it waits for the worker, which looks; what waits does not begin.
        crew.stop().await;
        for id in [running, waiting] {
            let job = look(&server, id).await;
            assert_eq!((&job["state"], &job["cancelling"]), (&json!("interrupted"), &json!(false)), "{job}");
        }
        // It can be asked for again.
        ask(&server, "programme", &body("intake", 2024)).await;
    });
}

#[test]
fn whoever_lost_the_role_meanwhile_has_nothing_kept() {
    served(with_worker(), async |server| {
        // Asked for before anybody works here; the account is closed before it begins.
        let id = ask(&server, "programme", &body("award-run", 2024)).await;
        let gone = json!({ "active": false, "reason": "离岗" });
        let closed = server.send("root", "PUT", "/api/v1/people/programme/active", &[], Some(&gone)).await;
        assert!(closed.status < 300, "{}", closed.text());
        let crew = begin(&server.state).await.expect("it works");
        for _ in 0..500 {
            let job = server.database.job(&common::office(), &Kind::ALL, id).await.expect("it is there");
            if job.state.is_over() {
                assert_eq!(job.state.code(), "failed");
                assert!(job.outcome.expect("reasons").contains("programme"));
                assert_eq!(server.database.runs(&common::office(), None).await.expect("it reads").len(), 1);
                crew.stop().await;
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("job {id} does not end");
    });
}
