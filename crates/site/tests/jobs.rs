//! Long work on pages: begun by whoever may, refused where nobody does it, told while it waits, stopped; and what an intake set aside.

mod common;

use std::sync::Arc;

use common::{Browser, visited, visited_with};
use jixiao_core::{both, finding::Both};
use jixiao_store::{
    Actor, Moment,
    jobs::{End, Kind, MayWork},
};
use jixiao_web::{
    Settings,
    jobs::{Halt, Handle, Made, SetAside, Task, Worker},
};

/// Nobody begins to work in these tests: what is asked for waits.
#[derive(Debug)]
struct Idle;

impl Worker for Idle {
    fn knows(&self, _: &str, _: Kind) -> Result<(), Both> {
        Ok(())
    }

    fn refuses(&self, task: &Task) -> Vec<Both> {
        if task.year == 2026 {
            vec![both!("没有2026年的规则", "there are no rules of 2026")]
        } else {
            Vec::new()
        }
    }

    fn work(&self, _: &Task, _: &Handle) -> Result<Made, Halt> {
        Err(Halt::Stopped)
    }
}

async fn with_worker() -> Settings {
    Settings { worker: Some(Arc::new(Idle)), ..Settings::default() }
}

#[test]
fn without_ledgers_the_page_says_what_to_do_and_has_no_button() {
    visited(async |browser| {
        let officer = browser.enters("programme").await;
        for path in ["/jobs", "/intake"] {
            let page = officer.looks(path).await;
            assert_eq!(page.status, 200, "{}", page.text);
            assert!(page.text.contains("jixiao serve --ledgers"), "{path}: {}", page.text);
            assert!(!page.text.contains(r#"name="kind""#), "{path} has a button that leads nowhere");
        }
        let answer = officer.fills("/jobs", &[("kind", "intake"), ("year", "2024")]).await;
        assert_eq!(answer.status, 409);
        assert!(answer.text.contains("--ledgers"), "{}", answer.text);
        // Neither a city nor an enterprise is led there, nor let in.
        for name in ["one", "zhanjiang"] {
            let other = browser.enters(name).await;
            assert!(!other.looks("/").await.text.contains(r#"href="/jobs""#), "{name}");
            assert_eq!(other.looks("/jobs").await.status, 403, "{name}");
            assert_eq!(other.looks("/intake").await.status, 403, "{name}");
        }
    });
}

#[test]
fn what_is_begun_waits_is_not_begun_twice_and_is_stopped() {
    visited_with(with_worker(), async |browser| {
        let officer = browser.enters("programme").await;
        // Only an award run has schemes to choose from.
        let page = officer.looks("/jobs").await;
        assert_eq!(page.text.matches(r#"name="scheme" value="import-interest""#).count(), 1, "{}", page.text);
        let asked =
            [("kind", "award-run"), ("year", "2024"), ("commit", "yes"), ("scheme", "import-interest")];
        let begun = officer.fills("/jobs", &asked).await;
        assert_eq!((begun.status, begun.header("location")), (303, "/jobs/1"));
        let page = officer.looks("/jobs/1").await;
        assert!(page.text.contains("等待") && page.text.contains("every 2s"), "{}", page.text);
        // Without scripts there is a way to look again.
        assert!(page.text.contains(r#"href="/jobs/1" class="button second""#), "{}", page.text);
        let again = officer.fills("/jobs", &asked).await;
        assert_eq!(again.status, 409);
        assert!(again.text.contains("已在等待或办理：第 1 号"), "{}", again.text);
        let refused = officer.fills("/jobs", &[("kind", "intake"), ("year", "2026")]).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text.contains("没有2026年的规则"), "{}", refused.text);
        // A form without its word stops nothing.
        assert_eq!(officer.send("/jobs/1/cancel", &[]).await.status, 403);
        assert!(officer.looks("/jobs/1").await.text.contains("等待"));
        assert_eq!(officer.fills("/jobs/1/cancel", &[]).await.status, 303);
        let page = officer.looks("/jobs/1").await;
        assert!(page.text.contains("已停止") && !page.text.contains("every 2s"), "{}", page.text);
        // It can be asked for again, as it was; what is over is not stopped.
        assert!(page.text.contains(r#"name="commit" value="yes""#), "{}", page.text);
        assert!(page.text.contains(r#"name="scheme" value="import-interest""#), "{}", page.text);
        let late = officer.fills("/jobs/1/cancel", &[]).await;
        assert_eq!(late.status, 409);
        assert!(late.text.contains("已经结束"), "{}", late.text);
    });
}

/// An intake that is done, with so many rows set aside.
async fn read(browser: &Browser, rows: u32) -> i64 {
    let (office, person) = (common::office(), common::person("programme"));
    let may = MayWork::of(&person, Kind::Intake).expect("may");
    let at = Moment(1_719_799_200_000_000);
    let by = async || browser.database.change(Actor::new("programme", "test"), at).await.expect("a change");
    let mut change = by().await;
    let id = change.ask_job(&office, &may, 2024, "{}", "x").await.expect("asked");
    change.commit().await.expect("kept");
    assert!(browser.database.begin_job(id, "x", at).await.expect("begun"));
    let aside: Vec<SetAside> = (1..=rows)
        .map(|row| SetAside {
            ledger: "lines".to_owned(),
            file: "lines.csv".to_owned(),
            row,
            column: "amount".to_owned(),
            value: format!("第{row}行<b>"),
            code: "not-number".to_owned(),
            reason: both!("不是数字", "not a number"),
        })
        .collect();
    let outcome = serde_json::json!({
        "files": [{ "ledger": "lines", "label": { "zh": "明细", "en": "lines" }, "file": "lines.csv", "sha256": "ab12", "bytes": 9,
            "rows": 5000, "accepted": 5000 - rows, "set_aside": rows, "cells": 1200, "unread": ["备注"] }],
        "rows": 5000, "accepted": 5000 - rows, "set_aside": rows, "cells": 1200, "shown": rows, "unread": ["旧.csv"],
    });
    let set_aside = Some(serde_json::to_string(&aside).expect("JSON"));
    let mut change = by().await;
    change.end_job(id, "x", &End::Done { outcome: outcome.to_string(), set_aside }).await.expect("ended");
    change.commit().await.expect("kept");
    id
}

#[test]
fn rows_set_aside_are_shown_in_parts_searched_whole_and_their_reading_is_noted() {
    visited_with(with_worker(), async |browser| {
        read(&browser, 450).await;
        let officer = browser.enters("programme").await;
        let page = officer.looks("/intake").await;
        for told in ["lines.csv", "ab12", "备注", "旧.csv", "4,550", "共 1,200 处，这里列出前 450 处"]
        {
            assert!(page.text.contains(told), "{told} is not told: {}", page.text);
        }
        // The first two hundred, what ledgers say as text and not as markup, and the way on.
        assert!(page.text.contains("第200行&#60;b&#62;") && !page.text.contains("第201行"));
        assert!(page.text.contains("from=200"));
        assert!(officer.looks("/intake?from=400").await.text.contains("第450行"));
        // Whoever searches, searches all of them.
        let found = officer.looks("/intake?aside-find=%E7%AC%AC431%E8%A1%8C").await;
        assert!(found.text.contains("第431行") && !found.text.contains("第430行"), "{}", found.text);
        let file = officer.looks("/intake?aside-as=xlsx").await;
        assert!(file.header("content-disposition").contains("aside.xlsx"));
        let readings = browser.database.readings(None, None, None, 20).await.expect("it reads");
        assert_eq!(readings.iter().filter(|one| one.subject == "job/1").count(), 4, "each of four answers");
    });
}
