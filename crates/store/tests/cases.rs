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
        let turn = async |whose: fn(Deed) -> bool| {
            let all = database.cases_with_terms(&office, &reach, &[&machines::APPLICATION], whose).await;
            all.expect("it reads")
        };
        assert_eq!(turn(|deed| deed == Deed::ReviewAtProvince).await.len(), 0, "they are at the city");
        assert_eq!(turn(|deed| deed == Deed::ReviewAtCity).await.len(), 3);
        let files = turn(|_| true).await;
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

/// An objection of E2 to an application, by its subject.
fn objection(subject: &str) -> Opening<'_> {
    Opening {
        machine: &machines::OBJECTION,
        subject,
        about: About { enterprise: "E2".to_owned(), ..application("", None).about },
        content: r#"{"grounds":"同一设备已由另一家申报"}"#,
        ..application("", None)
    }
}

fn told(fault: &Fault) -> String {
    match fault {
        Fault::Step { machine, refusal } => {
            refusal.messages(machine).into_iter().map(|both| both.en).collect::<Vec<_>>().join("; ")
        }
        Fault::Refused(faults) => faults.iter().map(|both| both.en.clone()).collect::<Vec<_>>().join("; "),
        other => format!("{other:?}"),
    }
}

#[test]
fn an_objection_is_filed_while_the_notice_runs_and_stops_the_award_until_it_is_decided() {
    on_both(async |database, url| {
        let (office, staff) = (office::office(), staff());
        office::begin(&database).await;
        let second = office::person(
            "programme-2",
            jixiao_core::people::Role::ProgrammeOfficer,
            jixiao_core::people::Scope::Fund,
        );
        // Published on Tuesday 2 July with its fifth step: five working days end on Tuesday the 9th.
        let file = noticed(&database, &url, &office, &staff, "s/E1", 700).await;
        let other = &staff.other_enterprise;
        let reach = other.reach(deeds::FileObjection).expect("an enterprise");
        let notices =
            database.notices(&office, &reach, &Default::default(), 10).await.expect("they are read");
        let seen: Vec<_> = notices
            .iter()
            .map(|one| (one.id, one.published, one.last.clone().map(|day| day.to_string())))
            .collect();
        assert_eq!(seen, [(file.id, 5, Ok("2024-07-09".to_owned()))]);
        let subject = format!("{}/5/E2", file.id);
        let open_at = async |subject: &str, at| open(&database, &office, other, at, objection(subject)).await;
        // Another publication, another enterprise, another application, not written to the letter: none of these is in notice.
        for wrong in [
            format!("{}/4/E2", file.id),
            format!("{}/5/E1", file.id),
            "99/5/E2".to_owned(),
            format!("0{subject}"),
            "E2".to_owned(),
        ] {
            let refused = open_at(&wrong, day(2)).await.expect_err("nothing is in notice by that name");
            assert!(told(&refused).contains("is not in public notice"), "{wrong}: {}", told(&refused));
        }
        // Nobody but an enterprise files one, and none in another's name.
        for person in [&staff.city, &staff.programme, &staff.auditor, &staff.administrator, &staff.enterprise]
        {
            let refused = open(&database, &office, person, day(2), objection(&subject)).await;
            assert_eq!(refused.map_err(|fault| code(&fault)).expect_err("not theirs"), "not-allowed");
        }
        let elsewhere =
            Opening { about: About { region: "B".to_owned(), ..objection("").about }, ..objection(&subject) };
        let refused = open(&database, &office, other, day(2), elsewhere).await.expect_err("another region");
        assert!(told(&refused).contains("2024, A, s"), "{}", told(&refused));
        let draft = open_at(&subject, day(2)).await.expect("opened");
        assert_eq!(code(&open_at(&subject, day(2)).await.expect_err("one for each publication")), "taken");
        // A draft stops nothing; filed on the last day, it does.
        let filed =
            act(&database, &office, other, &draft, "submit", day(8)).await.expect("9 July is the last day");
        assert_eq!(filed.case.state(), Some("filed"));
        let stopped =
            act(&database, &office, &staff.programme, &file, "award", day(9)).await.expect_err("it is open");
        assert!(
            told(&stopped).contains(&format!("objections are not decided: records {}", filed.id)),
            "{}",
            told(&stopped)
        );
        // Whoever is objected against sees nothing of it; the city and the province do.
        let sees = async |person| database.case(&office, &reach_of(person), filed.id).await.is_ok();
        assert!(!sees(&staff.enterprise).await && !sees(&staff.other_city).await);
        assert!(sees(other).await && sees(&staff.city).await && sees(&staff.programme).await);
        // Whoever let the application pass does not decide.
        let same = act(&database, &office, &staff.programme, &filed, "dismiss", day(9))
            .await
            .expect_err("they passed it");
        assert!(told(&same).contains("programme did province-pass"), "{}", told(&same));
        let decided =
            act(&database, &office, &second, &filed, "dismiss", day(9)).await.expect("another officer");
        assert_eq!(decided.case.last("dismiss").map(|step| step.reason.as_str()), Some("written"));
        let awarded =
            act(&database, &office, &staff.programme, &file, "award", day(9)).await.expect("nothing is open");
        assert_eq!(awarded.case.state(), Some("awarded"));
        // From the day after the last on, no objection is taken; and what is awarded is not in notice.
        let late = noticed_again(&database, &url, &office, &staff, 100).await;
        let late_subject = format!("{}/5/E2", late.id);
        let draft = open_at(&late_subject, day(8)).await.expect("the last day");
        let refused = act(&database, &office, other, &draft, "submit", day(9)).await.expect_err("it is over");
        assert!(
            told(&refused).contains("the notice ended on 2024-07-09, today is 2024-07-10"),
            "{}",
            told(&refused)
        );
    });
}

fn reach_of(person: &Person) -> jixiao_core::people::Reach<Deed> {
    reach(person, Deed::ReadApplications)
}

/// A second application of E1, in notice since the second day.
async fn noticed_again(database: &Database, url: &str, office: &Office, staff: &Staff, fen: i64) -> CaseFile {
    noticed(database, url, office, staff, "s/E1/2", fen).await
}

#[test]
fn an_upheld_objection_has_the_application_reviewed_again() {
    on_both(async |database, url| {
        let (office, staff) = (office::office(), staff());
        office::begin(&database).await;
        let second = office::person(
            "programme-2",
            jixiao_core::people::Role::ProgrammeOfficer,
            jixiao_core::people::Scope::Fund,
        );
        let file = noticed(&database, &url, &office, &staff, "s/E1", 700).await;
        let subject = format!("{}/5/E2", file.id);
        let empty = Opening { content: r#"{"grounds":" "}"#, ..objection(&subject) };
        let draft = open(&database, &office, &staff.other_enterprise, day(2), empty).await.expect("opened");
        let silent = act(&database, &office, &staff.other_enterprise, &draft, "submit", day(2)).await;
        assert!(told(&silent.expect_err("no grounds")).contains("it says what is objected to"));
        let step = Move {
            case: draft.id,
            action: "edit",
            seen: 1,
            reason: "",
            on_behalf: None,
            content: Some(r#"{"grounds":"重复申报"}"#),
            amount_fen: None,
            facts: Facts::new(),
        };
        let mut change = by(&database, &staff.other_enterprise, day(2)).await;
        let draft =
            change.act(&office, &staff.other_enterprise, &machines::OBJECTION, step).await.expect("edited");
        change.commit().await.expect("kept");
        let filed =
            act(&database, &office, &staff.other_enterprise, &draft, "submit", day(2)).await.expect("filed");
        let upheld =
            act(&database, &office, &second, &filed, "uphold", day(3)).await.expect("another officer");
        assert_eq!(upheld.case.state(), Some("upheld"));
        // In the same change, by the same hand and for the same reason, the application went back to the province.
        let again = database.case(&office, &reach_of(&staff.programme), file.id).await.expect("there");
        let last = again.case.history().last().expect("steps");
        assert_eq!(
            (again.case.state(), &*last.action, &*last.by.0, &*last.reason),
            (Some("city-passed"), "uphold", "programme-2", "written")
        );
        let report = jixiao_store::verify::verify(&database).await.expect("it is looked at");
        assert!(report.is_sound(), "{:?}", report.doubts().collect::<Vec<_>>());
    });
}

/// Passes an application with a lower amount.
async fn lower(
    database: &Database,
    office: &Office,
    person: &Person,
    file: &CaseFile,
    (action, fen, reason): (&str, i64, &str),
    at: Moment,
) -> Result<CaseFile, Fault> {
    let step = Move {
        case: file.id,
        action,
        seen: file.case.revision(),
        reason,
        on_behalf: None,
        content: None,
        amount_fen: Some(fen),
        facts: Facts::new().holds(Guard::ListPublished),
    };
    let mut change = by(database, person, at).await;
    let file = change.act(office, person, file.machine()?, step).await?;
    change.commit().await?;
    Ok(file)
}

#[test]
fn a_reviewer_lowers_an_amount_for_a_reason_and_every_later_step_uses_it() {
    on_both(async |database, url| {
        let (office, staff) = (office::office(), staff());
        office::begin(&database).await;
        let file = open(&database, &office, &staff.enterprise, day(0), application("s/E1", Some(900)))
            .await
            .expect("opened");
        attach(&url, file.id, "x", day(0)).await;
        let file =
            act(&database, &office, &staff.enterprise, &file, "submit", day(0)).await.expect("submitted");
        let (city, province) = (&staff.city, &staff.programme);
        // Never raised, never to nothing, never without a reason, and with no other step.
        for (asked, words) in [
            (("city-pass", 901, "因"), "901 fen are more than the 900 fen"),
            (("city-pass", 0, "因"), "must be above zero"),
            (("city-pass", 800, " "), "say why the amount is reduced"),
            (("city-return", 800, "因"), "this step does not change the amount"),
        ] {
            let refused = lower(&database, &office, city, &file, asked, day(1)).await.expect_err(words);
            assert!(told(&refused).contains(words), "{}", told(&refused));
        }
        let passed = lower(&database, &office, city, &file, ("city-pass", 800, "发票不符"), day(1))
            .await
            .expect("lowered");
        assert_eq!((passed.amount_fen, passed.claimed_fen()), (Some(800), Some(900)));
        // The amount as it stands is no reduction, and takes no reason.
        let refused =
            lower(&database, &office, province, &passed, ("province-pass", 801, "因"), day(1)).await;
        assert!(told(&refused.expect_err("raised")).contains("801 fen are more than the 800 fen"));
        let mut file =
            lower(&database, &office, province, &passed, ("province-pass", 650, "超过标准"), day(1))
                .await
                .expect("lowered");
        // Claimed 900 = awarded 650 + reduced 100 at the city + reduced 150 at the province.
        let told_of: Vec<_> = file
            .reduced()
            .iter()
            .map(|(one, step)| (one.fen(), step.by.0.clone(), step.reason.clone()))
            .collect();
        assert_eq!(
            told_of,
            [
                (100, "city-a".to_owned(), "发票不符".to_owned()),
                (150, "programme".to_owned(), "超过标准".to_owned())
            ]
        );
        assert_eq!(file.claimed_fen(), Some(650 + 100 + 150));
        for (action, at) in [("publish", 1), ("award", 10)] {
            file = act(&database, &office, province, &file, action, day(at)).await.expect(action);
        }
        let committed = AccountName::committed(FUND, 2024, "s", "A", "E1");
        let held = database.account(&committed).await.expect("there").1.balance.held().0;
        assert_eq!(held, 650, "the lowered amount is committed");
        let report = jixiao_store::verify::verify(&database).await.expect("it is looked at");
        assert!(report.is_sound(), "{:?}", report.doubts().collect::<Vec<_>>());
        // An amount that no reduction leads to is found.
        let mut beside = common::beside(&url).await;
        sqlx::query("UPDATE case_file SET amount_fen = 700 WHERE id = $1")
            .bind(file.id)
            .execute(&mut beside)
            .await
            .expect("changed");
        let report = jixiao_store::verify::verify(&database).await.expect("it is looked at");
        let doubts: Vec<String> = report.doubts().map(|doubt| doubt.words().en).collect();
        assert!(
            doubts
                .iter()
                .any(|text| text.contains("900 → 800, 800 → 650 fen do not lead to the amount of 700 fen")),
            "{doubts:?}"
        );
    });
}

#[test]
fn the_public_list_tells_the_lowered_amount_from_notice_on_and_each_award_once() {
    on_both(async |database, url| {
        let (office, staff) = (office::office(), staff());
        office::begin(&database).await;
        let award = |enterprise: &str, fen| Award {
            scheme: "s".to_owned(),
            region: "A".to_owned(),
            enterprise: enterprise.to_owned(),
            claimed_fen: fen,
            fen,
            derivation: "{}".to_owned(),
            illustrative: false,
        };
        let awards = [award("E1", 900), award("E3", 40)];
        let run = NewRun { year: 2024, folder_sha256: "1", inputs: "[]", summary: "{}", awards: &awards };
        let may = staff.programme.may(deeds::RunAwards, &Target::fund()).expect("the role does it");
        let mut change = by(&database, &staff.programme, day(0)).await;
        let id = change.keep_run(&office, &may, run).await.expect("kept");
        change.commit().await.expect("kept");
        let everybody = Person::public().reach(deeds::ReadDisclosed).expect("everybody reads it");
        let told = async || {
            let which = jixiao_store::awards::Which::default();
            let list =
                database.disclosed_awards(&office, &everybody, id, &which, 10).await.expect("it reads");
            let totals = database.disclosed_totals(&office, &everybody, id).await.expect("it reads");
            let list: Vec<_> = list.into_iter().map(|one| (one.enterprise, one.fen)).collect();
            let totals: Vec<_> =
                totals.into_iter().map(|(_, region, count, fen)| (region, count, fen)).collect();
            (list, totals)
        };
        let of = |fen: i64| (vec![("E1".to_owned(), fen)], vec![("A".to_owned(), 1, fen)]);
        let opened = open(&database, &office, &staff.enterprise, day(0), application("s/E1", Some(900)));
        let file = opened.await.expect("opened");
        attach(&url, file.id, "x", day(0)).await;
        let file =
            act(&database, &office, &staff.enterprise, &file, "submit", day(0)).await.expect("submitted");
        let (city, province) = (&staff.city, &staff.programme);
        let asked = ("city-pass", 800, "发票不符");
        let passed = lower(&database, &office, city, &file, asked, day(1)).await.expect("lowered");
        let asked = ("province-pass", 650, "超过标准");
        let lowered = lower(&database, &office, province, &passed, asked, day(1));
        let file = lowered.await.expect("lowered");
        assert_eq!(told().await, (vec![], vec![]), "nothing is disclosed before the notice");
        let file = act(&database, &office, province, &file, "publish", day(1)).await.expect("published");
        // 900 claimed − 100 by the city − 150 by the province; E3 never applied.
        assert_eq!(told().await, of(650));
        // Another application for the same award, taken back: the award stands in the list once, and as before.
        let again =
            open(&database, &office, &staff.enterprise, day(1), application("s/E1/again", Some(900))).await;
        let again = again.expect("opened");
        act(&database, &office, &staff.enterprise, &again, "withdraw", day(1)).await.expect("taken back");
        assert_eq!(told().await, of(650));
        act(&database, &office, province, &file, "award", day(10)).await.expect("awarded");
        assert_eq!(told().await, of(650));
    });
}

#[test]
fn what_is_returned_and_filed_again_is_a_new_claim() {
    on_both(async |database, url| {
        let (office, staff) = (office::office(), staff());
        office::begin(&database).await;
        let file = open(&database, &office, &staff.enterprise, day(0), application("s/E1", Some(900)))
            .await
            .expect("opened");
        attach(&url, file.id, "x", day(0)).await;
        let file =
            act(&database, &office, &staff.enterprise, &file, "submit", day(0)).await.expect("submitted");
        let file = lower(&database, &office, &staff.city, &file, ("city-pass", 800, "发票不符"), day(1))
            .await
            .expect("lowered");
        let file = act(&database, &office, &staff.programme, &file, "province-return", day(1))
            .await
            .expect("returned");
        let file = act(&database, &office, &staff.enterprise, &file, "submit", day(2))
            .await
            .expect("submitted again");
        assert_eq!(
            (file.reductions.len(), file.reduced().len()),
            (1, 0),
            "it stays known and counts no more"
        );
        assert_eq!(file.claimed_fen(), Some(800));
    });
}
