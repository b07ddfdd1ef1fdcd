//! Cases on both databases: an application from draft to paid, and everything that stands in the way.

mod common;
#[path = "common/office.rs"]
mod office;

use common::on_both;
use jixiao_core::{
    book::{AccountName, Cause, EntryKind, Outcome, Step, Whole},
    people::{Deed, Person, Target, deeds},
    workflow::{Facts, Guard, machines},
};
use jixiao_store::{
    Database, Fault, Moment, Office,
    awards::{Award, NewRun},
    cases::{About, CaseFile, Move, Opening, Which},
    money::Asked,
};
use office::{FUND, Staff, by, day, reach, staff};

async fn open(
    database: &Database,
    office: &Office,
    person: &Person,
    at: Moment,
    opening: Opening<'_>,
) -> Result<CaseFile, Fault> {
    let mut change = by(database, person, at).await;
    let file = change.open_case(office, person, opening).await?;
    change.commit().await?;
    Ok(file)
}

fn application<'a>(subject: &'a str, fen: Option<i64>) -> Opening<'a> {
    Opening {
        machine: &machines::APPLICATION,
        action: "open",
        subject,
        about: About {
            year: 2024,
            region: "A".to_owned(),
            scheme: "s".to_owned(),
            enterprise: "E1".to_owned(),
            ..About::default()
        },
        content: r#"{"note":"first"}"#,
        amount_fen: fen,
        reason: "",
        on_behalf: None,
        facts: Facts::new(),
    }
}

/// Takes a step; the evidence and the published list are there.
async fn act(
    database: &Database,
    office: &Office,
    person: &Person,
    file: &CaseFile,
    action: &str,
    at: Moment,
) -> Result<CaseFile, Fault> {
    let facts = Facts::new().holds(Guard::ListPublished);
    let step = Move {
        case: file.id,
        action,
        seen: file.case.revision(),
        reason: "written",
        on_behalf: None,
        content: None,
        amount_fen: None,
        facts,
    };
    let mut change = by(database, person, at).await;
    let file = change.act(office, person, file.machine()?, step).await?;
    change.commit().await?;
    Ok(file)
}

/// A file of evidence on a case, with these words in it, put there without the store's own way.
async fn attach(url: &str, case: i64, words: &str, at: Moment) {
    let mut beside = common::beside(url).await;
    let digest = jixiao_store::documents::sha256(words);
    sqlx::query("INSERT INTO evidence (sha256, media_type, size_bytes, bytes, added_by, added_at) VALUES ($1, 'text/plain', $2, $3, 'e1', 0) ON CONFLICT DO NOTHING")
        .bind(digest.clone())
        .bind(i64::try_from(words.len()).expect("short"))
        .bind(words.as_bytes().to_vec())
        .execute(&mut beside)
        .await
        .expect("kept");
    sqlx::query("INSERT INTO case_evidence (case_id, sha256, name, added_by, added_at) VALUES ($1, $2, 'x.txt', 'e1', $3)")
        .bind(case)
        .bind(digest)
        .bind(at.0)
        .execute(&mut beside)
        .await
        .expect("kept");
}

/// An application of so many fen, on public notice since the second day.
async fn noticed(
    database: &Database,
    url: &str,
    office: &Office,
    staff: &Staff,
    subject: &str,
    fen: i64,
) -> CaseFile {
    let file = open(database, office, &staff.enterprise, day(0), application(subject, Some(fen)))
        .await
        .expect("opened");
    attach(url, file.id, "x", day(0)).await;
    let mut file = file;
    for (person, action, at) in [
        (&staff.enterprise, "submit", 0),
        (&staff.city, "city-pass", 1),
        (&staff.programme, "province-pass", 1),
        (&staff.programme, "publish", 1),
    ] {
        file = act(database, office, person, &file, action, day(at)).await.expect(action);
    }
    file
}

fn code(fault: &Fault) -> String {
    match fault {
        Fault::Step { refusal, .. } => refusal.code().to_owned(),
        Fault::Refused(_) => "refused".to_owned(),
        Fault::NotFound { .. } => "not-found".to_owned(),
        Fault::Taken { .. } => "taken".to_owned(),
        other => format!("{other:?}"),
    }
}

#[test]
fn an_application_goes_from_draft_to_paid_and_its_money_with_it() {
    on_both(async |database, url| {
        let (office, staff) = (office::office(), staff());
        office::begin(&database).await;
        let free = async |name: AccountName| {
            database.account(&name).await.map_or(0, |(_, account)| account.balance.free().0)
        };
        let award = AccountName::committed(FUND, 2024, "s", "A", "E1");
        let file = noticed(&database, &url, &office, &staff, "2024/s/E1", 700).await;
        // Public notice began on Tuesday 2 July; five working days end on the 9th: on the 10th it may be awarded.
        let early =
            act(&database, &office, &staff.programme, &file, "award", day(8)).await.expect_err("too early");
        assert_eq!(code(&early), "obstacles");
        let file = act(&database, &office, &staff.programme, &file, "award", day(9)).await.expect("awarded");
        assert_eq!(free(award.clone()).await, 700);
        assert_eq!(free(AccountName::allocated(FUND, 2024, "s", "A")).await, 300);

        let unpaid = act(&database, &office, &staff.finance, &file, "pay", day(10))
            .await
            .expect_err("nothing was paid");
        assert!(unpaid.words()[0].en.contains("700 fen are not paid yet"), "{unpaid}");

        let order = |subject, fen: i64, lines: &'static str| Opening {
            machine: &machines::PAYMENT_ORDER,
            action: "draw",
            subject,
            about: About { year: 2024, ..About::default() },
            content: lines,
            amount_fen: Some(fen),
            reason: "",
            on_behalf: None,
            facts: Facts::new(),
        };
        let lines = r#"{"lines":[{"scheme":"s","region":"A","enterprise":"E1","fen":700}]}"#;
        let wrong = open(&database, &office, &staff.finance, day(10), order("o0", 701, lines))
            .await
            .expect_err("701 ≠ 700");
        assert!(wrong.words()[0].en.contains("come to 700 fen, the order to 701"), "{wrong}");
        let drawn =
            open(&database, &office, &staff.finance, day(10), order("o1", 700, lines)).await.expect("drawn");
        assert_eq!(free(award.clone()).await, 0);
        let twice = open(&database, &office, &staff.finance, day(10), order("o2", 700, lines))
            .await
            .expect_err("reserved");
        assert!(twice.words()[0].en.contains("has 0 fen free, 700 are needed"), "{twice}");

        // Who draws does not check.
        let alone = act(&database, &office, &staff.finance, &drawn, "check", day(10))
            .await
            .expect_err("the same person");
        assert_eq!(code(&alone), "obstacles");
        let checked =
            act(&database, &office, &staff.second_finance, &drawn, "check", day(10)).await.expect("checked");
        let sent = act(&database, &office, &staff.finance, &checked, "send", day(10)).await.expect("sent");
        let failed = act(&database, &office, &staff.finance, &sent, "fail", day(11)).await.expect("failed");
        assert_eq!(free(award.clone()).await, 700);
        // The receipt of the payment that failed proves nothing of the next one.
        attach(&url, failed.id, "old", day(10)).await;
        let drawn =
            act(&database, &office, &staff.finance, &failed, "redraw", day(11)).await.expect("drawn again");
        let checked =
            act(&database, &office, &staff.second_finance, &drawn, "check", day(11)).await.expect("checked");
        let sent = act(&database, &office, &staff.finance, &checked, "send", day(11)).await.expect("sent");
        let bare =
            act(&database, &office, &staff.finance, &sent, "confirm", day(12)).await.expect_err("no receipt");
        assert_eq!(code(&bare), "obstacles");
        attach(&url, sent.id, "x", day(12)).await;
        act(&database, &office, &staff.finance, &sent, "confirm", day(12)).await.expect("paid");
        let paid = database.account(&AccountName::paid(FUND, 2024, "s", "A")).await.expect("there").1;
        assert_eq!(paid.balance.held().0, 700);
        let file = act(&database, &office, &staff.finance, &file, "pay", day(12)).await.expect("recorded");
        let file = act(&database, &office, &staff.programme, &file, "close", day(13)).await.expect("closed");
        assert_eq!(file.case.state(), Some("closed"));
        assert_eq!(file.case.history().len(), 8);
        assert_eq!(database.verify_books().await.expect("it reads"), []);
        assert_eq!(machines::APPLICATION.verify(&file.case), []);
        let sound = jixiao_store::verify::verify(&database).await.expect("it reads");
        assert!(sound.is_sound(), "{:?}", sound.doubts().collect::<Vec<_>>());
        // Somebody with other tools moves a case on: its steps do not lead there.
        sqlx::query("UPDATE case_file SET state = 'awarded' WHERE machine = 'application'")
            .execute(&mut common::beside(&url).await)
            .await
            .expect("no constraint knows the ways");
        let report = jixiao_store::verify::verify(&database).await.expect("it reads");
        let told: Vec<String> = report.doubts().map(|doubt| doubt.words().en).collect();
        assert_eq!(told, ["1: it is kept as awarded, revision 8, but its 8 steps end at closed"]);
    });
}

#[test]
fn more_than_is_allocated_is_not_awarded_and_nothing_of_the_step_is_kept() {
    on_both(async |database, url| {
        let (office, staff) = (office::office(), staff());
        office::begin(&database).await;
        let first = noticed(&database, &url, &office, &staff, "1", 700).await;
        let second = noticed(&database, &url, &office, &staff, "2", 301).await;
        let first =
            act(&database, &office, &staff.programme, &first, "award", day(9)).await.expect("awarded");
        let refused = act(&database, &office, &staff.programme, &second, "award", day(9))
            .await
            .expect_err("300 are left");
        assert!(refused.words()[0].en.contains("300 fen free, 301 are needed"), "{refused}");
        let reach = reach(&staff.programme, Deed::ReadApplications);
        let kept = database.case(&office, &reach, second.id).await.expect("there");
        assert_eq!((kept.case.state(), kept.case.revision()), (Some("notice"), second.case.revision()));
        // Once the first award is taken back there is enough.
        act(&database, &office, &staff.programme, &first, "revoke", day(9)).await.expect("revoked");
        act(&database, &office, &staff.programme, &second, "award", day(9)).await.expect("awarded");
        assert_eq!(database.verify_books().await.expect("it reads"), []);
    });
}

#[test]
fn what_a_run_has_committed_is_not_awarded_again_until_it_is_taken_back() {
    on_both(async |database, url| {
        let (office, staff) = (office::office(), staff());
        office::begin(&database).await;
        let awards = [Award {
            scheme: "s".to_owned(),
            region: "A".to_owned(),
            enterprise: "E1".to_owned(),
            claimed_fen: 300,
            fen: 300,
            derivation: "{}".to_owned(),
            illustrative: false,
        }];
        let may = staff.programme.may(deeds::RunAwards, &Target::fund()).expect("the role does it");
        let run = NewRun { year: 2024, folder_sha256: "1", inputs: "[]", summary: "{}", awards: &awards };
        let mut change = by(&database, &staff.programme, day(0)).await;
        let id = change.keep_run(&office, &may, run).await.expect("kept");
        let may = staff.programme.may(deeds::MakeAward, &Target::fund()).expect("the role does it");
        assert_eq!(change.commit_run(&office, &may, id).await.expect("committed"), (1, 300));
        change.commit().await.expect("kept");

        // 1000 are allocated and 300 committed: 200 more would be within the money, and would be paid twice.
        let file = noticed(&database, &url, &office, &staff, "late", 200).await;
        let refused = act(&database, &office, &staff.programme, &file, "award", day(9)).await;
        let refused = refused.expect_err("it was committed before");
        assert!(
            refused.words()[0].en.contains(&format!("award run {id} has committed 300 fen")),
            "{refused}"
        );

        let (allocated, committed) = (
            AccountName::allocated(FUND, 2024, "s", "A"),
            AccountName::committed(FUND, 2024, "s", "A", "E1"),
        );
        let back = Asked {
            key: "back".to_owned(),
            kind: EntryKind::Correct,
            step: Step::Move,
            from: committed.clone(),
            to: allocated,
            fen: 300,
            cause: Cause { kind: "correction".to_owned(), reference: "1".to_owned() },
            corrects: Some(format!("award/{id}/s/E1")),
            reason: "the enterprise has applied".to_owned(),
        };
        let mut change = by(&database, &staff.finance, day(9)).await;
        assert_eq!(change.post(&[back], Whole::Together).await.expect("asked"), [Outcome::Created]);
        change.commit().await.expect("kept");
        act(&database, &office, &staff.programme, &file, "award", day(9)).await.expect("awarded once");
        let (_, account) = database.account(&committed).await.expect("there");
        assert_eq!(account.balance.held().0, 200);
    });
}

#[test]
fn one_acts_for_the_enterprise_of_the_record_only_and_what_was_only_said_is_noted() {
    on_both(async |database, url| {
        let (office, staff) = (office::office(), staff());
        office::begin(&database).await;
        for (name, told) in [("E1", "opened"), ("E2", "refused"), ("city-a", "refused"), ("", "refused")] {
            let opening = Opening { on_behalf: Some(name), ..application(name, Some(1)) };
            let done = open(&database, &office, &staff.enterprise, day(0), opening).await;
            assert_eq!(done.map_or_else(|fault| code(&fault), |_| "opened".to_owned()), told, "{name}");
        }
        let file = noticed(&database, &url, &office, &staff, "noticed", 1).await;
        let step = Move {
            case: file.id,
            action: "award",
            seen: file.case.revision(),
            reason: "",
            on_behalf: Some("programme-2"),
            content: None,
            amount_fen: None,
            facts: Facts::new(),
        };
        let mut change = by(&database, &staff.programme, day(9)).await;
        let refused = change
            .act(&office, &staff.programme, &machines::APPLICATION, step)
            .await
            .expect_err("for nobody");
        assert_eq!(code(&refused), "refused");
        drop(change);
        // That the list is published the book does not know: somebody said so, and that stands in the chain.
        let search =
            jixiao_store::audit::Search { subject: Some(format!("case/{}", file.id)), ..Default::default() };
        let records = database.records(&search, 10).await.expect("it reads");
        let said: Vec<(&str, bool)> = records
            .iter()
            .map(|one| {
                (one.record.deed.as_str(), one.record.after.ends_with(" on their word list-published"))
            })
            .collect();
        assert_eq!(
            said,
            [
                ("application.publish", true),
                ("application.province-pass", false),
                ("application.city-pass", false),
                ("application.submit", false),
                ("application.open", false)
            ]
        );
    });
}

#[test]
fn whoever_may_not_learns_nothing() {
    on_both(async |database, _| {
        let (office, staff) = (office::office(), staff());
        office::begin(&database).await;
        let file = open(&database, &office, &staff.enterprise, day(0), application("1", Some(1)))
            .await
            .expect("opened");
        let missing = CaseFile { id: 999, ..file.clone() };
        for person in
            [&staff.other_enterprise, &staff.other_city, &staff.finance, &staff.auditor, &staff.administrator]
        {
            let real =
                act(&database, &office, person, &file, "submit", day(0)).await.expect_err("not theirs");
            let none =
                act(&database, &office, person, &missing, "submit", day(0)).await.expect_err("not there");
            assert_eq!(real.words(), none.words());
            assert_eq!(code(&real), "not-allowed");
        }
        let seen = async |person: &Person| match person.reach(Deed::ReadApplications) {
            Err(_) => 0,
            Ok(reach) => {
                database.cases(&office, &reach, &Which::default(), 10).await.expect("it reads").len()
            }
        };
        let all = [
            (&staff.enterprise, 1),
            (&staff.other_enterprise, 0),
            (&staff.city, 1),
            (&staff.other_city, 0),
            (&staff.programme, 1),
            (&staff.auditor, 1),
            (&staff.administrator, 0),
        ];
        for (person, count) in all {
            assert_eq!(seen(person).await, count, "{}", person.id());
            if let Ok(reach) = person.reach(Deed::ReadApplications) {
                let one = database.case(&office, &reach, file.id).await;
                assert_eq!(one.is_ok(), count == 1, "{}", person.id());
            }
        }
    });
}

#[test]
fn a_step_from_an_old_page_is_refused_with_what_happened_meanwhile() {
    on_both(async |database, url| {
        let (office, staff) = (office::office(), staff());
        office::begin(&database).await;
        let old = open(&database, &office, &staff.enterprise, day(0), application("1", Some(1)))
            .await
            .expect("opened");
        attach(&url, old.id, "x", day(0)).await;
        act(&database, &office, &staff.enterprise, &old, "submit", day(0)).await.expect("submitted");
        let stale = act(&database, &office, &staff.enterprise, &old, "withdraw", day(1))
            .await
            .expect_err("it was submitted");
        assert_eq!(code(&stale), "stale");
        assert!(stale.words()[0].en.contains("e1 submit"), "{stale}");
        // One subject, one case; and two at once with the same page: one goes through.
        let again = open(&database, &office, &staff.enterprise, day(0), application("1", Some(1)))
            .await
            .expect_err("there already");
        assert_eq!(code(&again), "taken");
        let new = open(&database, &office, &staff.enterprise, day(0), application("2", Some(1)))
            .await
            .expect("opened");
        let both = (0..2).map(|_| {
            let (database, office, new) = (database.clone(), office.clone(), new.clone());
            tokio::spawn(async move {
                let staff = office::staff();
                act(&database, &office, &staff.enterprise, &new, "withdraw", day(1)).await.map(|_| ())
            })
        });
        let mut told = Vec::new();
        for one in both.collect::<Vec<_>>() {
            told.push(
                one.await.expect("no task fails").map_or_else(|fault| code(&fault), |()| "done".to_owned()),
            );
        }
        told.sort();
        assert_eq!(told, ["done", "stale"]);
    });
}

#[test]
fn content_changes_only_while_it_may_and_every_version_stays() {
    on_both(async |database, url| {
        let (office, staff) = (office::office(), staff());
        office::begin(&database).await;
        let file = open(&database, &office, &staff.enterprise, day(0), application("1", None))
            .await
            .expect("opened");
        let edit = |file: &CaseFile, action: &'static str, content: &'static str, fen| Move {
            case: file.id,
            action,
            seen: file.case.revision(),
            reason: "written",
            on_behalf: None,
            content: Some(content),
            amount_fen: fen,
            facts: Facts::new(),
        };
        let mut change = by(&database, &staff.enterprise, day(0)).await;
        let step = edit(&file, "edit", r#"{"note":"second"}"#, Some(5));
        let edited =
            change.act(&office, &staff.enterprise, &machines::APPLICATION, step).await.expect("edited");
        change.commit().await.expect("kept");
        assert_eq!(edited.amount_fen, Some(5));
        let broken = edit(&edited, "edit", "[1]", None);
        let mut change = by(&database, &staff.enterprise, day(0)).await;
        let refused = change
            .act(&office, &staff.enterprise, &machines::APPLICATION, broken)
            .await
            .expect_err("no object");
        assert_eq!(code(&refused), "refused");
        drop(change);
        attach(&url, edited.id, "x", day(0)).await;
        let sent =
            act(&database, &office, &staff.enterprise, &edited, "submit", day(0)).await.expect("submitted");
        let mut change = by(&database, &staff.city, day(0)).await;
        let sly = edit(&sent, "city-pass", r#"{"note":"mine"}"#, Some(500));
        let refused =
            change.act(&office, &staff.city, &machines::APPLICATION, sly).await.expect_err("locked");
        assert_eq!(code(&refused), "refused");
        drop(change);
        let contents = database.case_contents(file.id).await.expect("it reads");
        assert_eq!(contents.len(), 3);
        assert_eq!(database.document(&contents[0].1).await.expect("there"), r#"{"note":"first"}"#);
        assert_eq!(database.document(&contents[1].1).await.expect("there"), r#"{"note":"second"}"#);
        assert_eq!(contents[1].1, contents[2].1);
    });
}

#[test]
fn what_is_due_is_worked_out_from_the_cases() {
    on_both(async |database, url| {
        let (office, staff) = (office::office(), staff());
        office::begin(&database).await;
        for subject in ["1", "2", "3"] {
            let file = open(&database, &office, &staff.enterprise, day(0), application(subject, Some(1)))
                .await
                .expect("opened");
            attach(&url, file.id, "x", day(0)).await;
            act(&database, &office, &staff.enterprise, &file, "submit", day(0)).await.expect("submitted");
        }
        let reach = reach(&staff.auditor, Deed::ReadApplications);
        let files =
            database.cases_with_terms(&office, &reach, &machines::APPLICATION).await.expect("it reads");
        assert_eq!(files.len(), 3);
        assert!(files.iter().all(|file| file.case.history().len() == 2));
        let today = office.civil(day(30)).expect("a day").date();
        let list = jixiao_core::workflow::due(files.iter().map(|file| &file.case), today, office.timing());
        // Fifteen working days from 1 July end on the 22nd; it is the 31st.
        assert_eq!(list.overdue().count(), 3);
        assert_eq!(list.of(&staff.city).count(), 3);
        assert_eq!(list.of(&staff.other_city).count(), 0);
        let counts = database.case_counts(&office, &reach, &Which::default()).await.expect("it reads");
        assert_eq!(counts, [("application".to_owned(), "submitted".to_owned(), 3, 3)]);
    });
}
