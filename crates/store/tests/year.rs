//! What belongs to a fund year beside its cases: award runs, surveys, issued forms, opinions, request keys.

mod common;
#[path = "common/office.rs"]
mod office;

use common::on_both;
use jixiao_core::{
    book::{AccountName, Cause, EntryKind, Step, Whole},
    inspection::{Rules, Why},
    people::{Deed, Grant, Person, PersonId, Role, Scope, Target, deeds},
    workflow::{Facts, machines},
};
use jixiao_store::{
    Fault,
    awards::{Award, NewRun, Which},
    cases::{About, Opening},
    documents::sha256,
    money::Asked,
    requests::Answer,
    reviews::Kind,
    surveys::Invitation,
};
use office::{by, day, reach, staff};

/// The SHA-256 of the text x.
const X: &str = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881";

fn award(region: &str, enterprise: &str, fen: i64) -> Award {
    Award {
        scheme: "s".to_owned(),
        region: region.to_owned(),
        enterprise: enterprise.to_owned(),
        claimed_fen: fen + 1,
        fen,
        derivation: format!(r#"{{"of":"{enterprise}"}}"#),
        illustrative: enterprise == "E1",
    }
}

#[test]
fn a_run_is_kept_once_and_each_sees_their_own_awards() {
    on_both(async |database, _| {
        let (office, staff) = (office::office(), staff());
        office::begin(&database).await;
        let may = staff.programme.may(deeds::RunAwards, &Target::fund()).expect("the role does it");
        let awards = [award("A", "E1", 500), award("A", "E3", 1), award("B", "E2", 300)];
        let run = NewRun { year: 2024, folder_sha256: "f", inputs: "[]", summary: "{}", awards: &awards };
        let mut change = by(&database, &staff.programme, day(0)).await;
        let id = change.keep_run(&office, &may, run.clone()).await.expect("kept");
        change.commit().await.expect("kept");
        let mut change = by(&database, &staff.programme, day(0)).await;
        assert!(matches!(change.keep_run(&office, &may, run).await, Err(Fault::Taken { .. })));
        drop(change);
        let runs = database.runs(&office, Some(2024)).await.expect("it reads");
        assert_eq!((runs.len(), runs[0].award_count, runs[0].total_fen), (1, 3, 801));
        // City B has no money: nothing of the run is committed, and the place is told.
        let may = staff.programme.may(deeds::MakeAward, &Target::fund()).expect("the role does it");
        let mut change = by(&database, &staff.programme, day(0)).await;
        let refused = change.commit_run(&office, &may, id).await.expect_err("300 fen have no money");
        assert_eq!(refused.words().len(), 1);
        assert!(
            refused.words()[0].en.contains("allocated/s/B: not enough: 0 fen are free, 300 fen"),
            "{refused}"
        );
        drop(change);
        let mut change = by(&database, &staff.finance, day(0)).await;
        let to = |place| AccountName::allocated(office::FUND, 2024, "s", place);
        let adjust = Asked {
            key: "adjust".to_owned(),
            kind: EntryKind::Adjust,
            step: Step::Move,
            from: to("A"),
            to: to("B"),
            fen: 400,
            cause: Cause { kind: "document".to_owned(), reference: "2".to_owned() },
            corrects: None,
            reason: "written".to_owned(),
        };
        change.post(&[adjust], Whole::Together).await.expect("posted");
        change.commit().await.expect("kept");
        for (new, fen) in [(3, 801), (0, 0)] {
            let mut change = by(&database, &staff.programme, day(0)).await;
            assert_eq!(change.commit_run(&office, &may, id).await.expect("committed"), (new, fen));
            change.commit().await.expect("kept");
        }
        let report = jixiao_store::verify::verify(&database).await.expect("it reads");
        assert!(report.is_sound(), "{:?}", report.doubts().collect::<Vec<_>>());
        assert!(database.runs(&office, Some(2025)).await.expect("it reads").is_empty());
        let officer = |name: &str, codes: &[&str]| {
            let grant = |code: &&str| Grant::new(Role::CityOfficer, Scope::Region((*code).to_owned()));
            let grants = codes.iter().map(grant).collect();
            Person::new(PersonId(name.to_owned()), grants).expect("roles that go together")
        };
        for (person, enterprises) in [
            (&staff.programme, vec!["E1", "E2", "E3"]),
            (&staff.city, vec!["E1", "E3"]),
            (&staff.other_city, vec!["E2"]),
            (&staff.enterprise, vec!["E1"]),
            // A region that the fund does not have reaches nothing, and takes nothing away.
            (&officer("two", &["A", "B"]), vec!["E1", "E2", "E3"]),
            (&officer("one-and-nowhere", &["B", "Z"]), vec!["E2"]),
            (&officer("nowhere", &["Z"]), vec![]),
        ] {
            let reach = reach(person, Deed::ReadAwards);
            let seen = database.awards(&office, &reach, id, &Which::default(), 10).await.expect("it reads");
            let codes: Vec<_> = seen.iter().map(|award| award.enterprise.as_str()).collect();
            assert_eq!(codes, enterprises, "{}", person.id());
            // Asked for one enterprise, nobody sees more of it than in the whole list.
            for code in ["E1", "E2", "E3"] {
                let which = Which { enterprise: Some(code.to_owned()), ..Which::default() };
                let seen = database.awards(&office, &reach, id, &which, 10).await.expect("it reads");
                assert_eq!(seen.len(), usize::from(enterprises.contains(&code)), "{}: {code}", person.id());
            }
        }
        let reach = reach(&staff.programme, Deed::ReadAwards);
        let after = Which { after: Some(("s".to_owned(), "E1".to_owned())), ..Which::default() };
        let page = database.awards(&office, &reach, id, &after, 1).await.expect("it reads");
        assert_eq!(page[0].enterprise, "E2");
        assert_eq!(database.document(&page[0].derivation).await.expect("kept"), r#"{"of":"E2"}"#);
        let (a, b) = (("s".to_owned(), "A".to_owned(), 2, 501), ("s".to_owned(), "B".to_owned(), 1, 300));
        // Asked twice: the second answer comes from memory. E1's own award is 500 of the 501.
        for _ in 0..2 {
            for (person, expected) in [
                (&staff.city, vec![a.clone()]),
                (&staff.programme, vec![a.clone(), b.clone()]),
                (&staff.other_city, vec![b.clone()]),
                (&staff.enterprise, vec![("s".to_owned(), "A".to_owned(), 1, 500)]),
            ] {
                let reach = office::reach(person, Deed::ReadAwards);
                let totals = database.award_totals(&office, &reach, id).await.expect("it reads");
                assert_eq!(totals, expected, "{}", person.id());
            }
            // Of a run that is not there nothing is remembered; it may come.
            assert_eq!(database.award_totals(&office, &reach, id + 1).await.expect("it reads"), []);
        }
    });
}

#[test]
fn what_an_enterprise_applied_for_is_left_to_its_application() {
    on_both(async |database, _| {
        let (office, staff) = (office::office(), staff());
        office::begin(&database).await;
        let opening = Opening {
            machine: &machines::APPLICATION,
            action: "open",
            subject: "1",
            about: About {
                year: 2024,
                region: "A".to_owned(),
                scheme: "s".to_owned(),
                enterprise: "E1".to_owned(),
                ..About::default()
            },
            content: "{}",
            amount_fen: Some(500),
            reason: "",
            on_behalf: None,
            facts: Facts::new(),
        };
        let mut change = by(&database, &staff.enterprise, day(0)).await;
        change.open_case(&office, &staff.enterprise, opening).await.expect("opened");
        change.commit().await.expect("kept");
        // E1 applied: of 500 + 300 + 100 fen the run commits the other two. A run of applicants alone commits nothing, and that is no fault.
        for (number, awards, expected) in [
            ("1", vec![award("A", "E1", 500), award("A", "E3", 300), award("A", "E4", 100)], (2, 400)),
            ("2", vec![award("A", "E1", 500)], (0, 0)),
        ] {
            let may = staff.programme.may(deeds::RunAwards, &Target::fund()).expect("the role does it");
            let run =
                NewRun { year: 2024, folder_sha256: number, inputs: "[]", summary: "{}", awards: &awards };
            let mut change = by(&database, &staff.programme, day(0)).await;
            let id = change.keep_run(&office, &may, run).await.expect("kept");
            let may = staff.programme.may(deeds::MakeAward, &Target::fund()).expect("the role does it");
            assert_eq!(change.commit_run(&office, &may, id).await.expect("committed"), expected);
            change.commit().await.expect("kept");
            if number == "1" {
                let report = jixiao_store::verify::verify(&database).await.expect("it reads");
                assert!(report.is_sound(), "{:?}", report.doubts().collect::<Vec<_>>());
            }
        }
    });
}

#[test]
fn an_invitation_is_answered_once_and_in_time() {
    on_both(async |database, _| {
        let (office, staff) = (office::office(), staff());
        office::begin(&database).await;
        let may = staff.programme.may(deeds::RunSurvey, &Target::fund()).expect("the role does it");
        let invitation = |enterprise: &str| Invitation {
            scheme: "s".to_owned(),
            region: "A".to_owned(),
            enterprise: enterprise.to_owned(),
            token: format!("token of {enterprise}"),
        };
        let all = [invitation("E1"), invitation("E2")];
        for (many, new) in [(&all[..1], 1), (&all[..], 1)] {
            let mut change = by(&database, &staff.programme, day(0)).await;
            assert_eq!(change.invite(&office, &may, 2024, day(10), many).await.expect("sent"), new);
            change.commit().await.expect("kept");
        }
        let answer = async |token: &str, at| {
            let mut change = by(&database, &staff.enterprise, day(at)).await;
            change.answer(token, r#"{"q1":"5"}"#).await?;
            change.commit().await
        };
        answer("token of E1", 9).await.expect("answered");
        assert!(matches!(answer("token of E1", 9).await, Err(Fault::Taken { .. })));
        assert!(matches!(answer("token of E2", 10).await, Err(Fault::NotFound { .. })), "over");
        assert!(matches!(answer("token of E9", 1).await, Err(Fault::NotFound { .. })), "none");
        let reach = reach(&staff.city, Deed::ReadSurveys);
        let sent = database.invitations(&office, &reach, 2024, None, 10).await.expect("it reads");
        assert_eq!(sent.iter().map(|sent| sent.answers.is_some()).collect::<Vec<_>>(), [true, false]);
        assert_eq!(database.invitation("token of E2", day(1)).await.expect("open").enterprise, "E2");
    });
}

#[test]
fn a_form_is_issued_with_its_file_and_opinions_are_added_to_a_case() {
    on_both(async |database, url| {
        let (office, staff) = (office::office(), staff());
        office::begin(&database).await;
        let may = staff.programme.may(deeds::IssueForms, &Target::fund()).expect("the role does it");
        let mut change = by(&database, &staff.programme, day(0)).await;
        let refused = change.issue_form(&office, &may, 2024, "self-evaluation", "A", X).await;
        assert!(matches!(refused, Err(Fault::NotFound { .. })));
        drop(change);
        sqlx::query("INSERT INTO evidence (sha256, media_type, size_bytes, bytes, added_by, added_at) VALUES ('2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881', 'text/plain', 1, $1, 'e1', 0)")
            .bind(b"x".to_vec())
            .execute(&mut common::beside(&url).await)
            .await
            .expect("kept");
        let mut change = by(&database, &staff.programme, day(0)).await;
        change.issue_form(&office, &may, 2024, "self-evaluation", "A", X).await.expect("issued");
        change.commit().await.expect("kept");
        for (person, count) in [(&staff.programme, 1), (&staff.city, 1), (&staff.other_city, 0)] {
            let reach = reach(person, Deed::ReadEvaluations);
            assert_eq!(database.forms(&office, &reach, None, 10).await.expect("it reads").len(), count);
        }

        let opening = Opening {
            machine: &machines::APPLICATION,
            action: "open",
            subject: "1",
            about: About {
                year: 2024,
                region: "A".to_owned(),
                scheme: "s".to_owned(),
                enterprise: "E1".to_owned(),
                ..About::default()
            },
            content: "{}",
            amount_fen: None,
            reason: "",
            on_behalf: None,
            facts: Facts::new(),
        };
        let mut change = by(&database, &staff.enterprise, day(0)).await;
        let file = change.open_case(&office, &staff.enterprise, opening).await.expect("opened");
        assert!(change.review(&file, &staff.city, Kind::Review, "pass", " ").await.is_err());
        assert!(change.review(&file, &staff.city, Kind::Review, "perhaps", "齐全").await.is_err());
        change.review(&file, &staff.city, Kind::Review, "pass", "齐全").await.expect("written");
        change.commit().await.expect("kept");
        let reviews = database.reviews(&file).await.expect("it reads");
        assert_eq!((reviews[0].words.as_str(), reviews[0].written_by.as_str()), ("齐全", "city-a"));
    });
}

#[test]
fn a_request_with_a_key_is_answered_once() {
    on_both(async |database, _| {
        office::begin(&database).await;
        let staff = staff();
        let answer = Answer { status: 201, headers: "{}".to_owned(), body: "made".to_owned() };
        let asked = sha256("request");
        assert_eq!(database.answered(1, "k", &asked).await.expect("it reads"), None);
        let mut change = by(&database, &staff.programme, day(0)).await;
        change.put_fund("g", "另一个", "").await.expect("something to note");
        change.keep_answer(1, "k", &asked, &answer).await.expect("kept");
        change.commit().await.expect("kept");
        assert_eq!(database.answered(1, "k", &asked).await.expect("it reads"), Some(answer.clone()));
        assert_eq!(database.answered(2, "k", &asked).await.expect("it reads"), None);
        assert!(matches!(database.answered(1, "k", &sha256("another")).await, Err(Fault::Refused(_))));
        let mut change = by(&database, &staff.programme, day(0)).await;
        change.put_fund("h", "第三个", "").await.expect("something to note");
        assert!(matches!(change.keep_answer(1, "k", &asked, &answer).await, Err(Fault::Taken { .. })));
        drop(change);
        assert_eq!(database.funds().await.expect("it reads").len(), 2);
    });
}

#[test]
fn every_draw_for_inspection_stays_and_each_sees_their_own_part() {
    on_both(async |database, _| {
        let (office, staff) = (office::office(), staff());
        office::begin(&database).await;
        let may = staff.programme.may(deeds::RunAwards, &Target::fund()).expect("the role does it");
        let awards = [award("A", "E1", 500), award("A", "E3", 0), award("B", "E2", 300)];
        let run = NewRun { year: 2024, folder_sha256: "f", inputs: "[]", summary: "{}", awards: &awards };
        let mut change = by(&database, &staff.programme, day(0)).await;
        let run = change.keep_run(&office, &may, run).await.expect("kept");
        change.commit().await.expect("kept");

        let may = staff.auditor.may(deeds::DrawInspection, &Target::fund()).expect("auditors draw");
        let rules = Rules { share_percent: 0, least_per_region: 1, all_from_fen: None };
        let mut change = by(&database, &staff.auditor, day(1)).await;
        let first = change.draw_inspection(&office, &may, run, &rules, "seed", "").await.expect("drawn");
        change.commit().await.expect("kept");
        // Once more takes a reason, and all that is wrong is said at once; no run, no draw.
        let mut change = by(&database, &staff.auditor, day(2)).await;
        let bad = Rules { share_percent: 101, ..rules };
        let refused = change.draw_inspection(&office, &may, run, &bad, "other", " ").await;
        assert_eq!(refused.expect_err("it is refused").words().len(), 2);
        let none = change.draw_inspection(&office, &may, run + 1, &rules, "other", "").await;
        assert!(matches!(none, Err(Fault::NotFound { .. })), "{none:?}");
        drop(change);
        let mut change = by(&database, &staff.auditor, day(2)).await;
        let whole = Rules { all_from_fen: Some(400), least_per_region: 0, share_percent: 0 };
        let second =
            change.draw_inspection(&office, &may, run, &whole, "other", "again").await.expect("drawn");
        change.commit().await.expect("kept");

        let draws = database.inspections(&office).await.expect("it reads");
        let told: Vec<_> = draws.iter().map(|one| (one.id, one.rules, one.drawn, one.drawn_from)).collect();
        // What comes to nothing is no award to draw from: two of three.
        assert_eq!(told, [(second, whole, 1, 2), (first, rules, 2, 2)]);
        assert_eq!((&*draws[1].seed, &*draws[0].reason, draws[0].year), ("seed", "again", 2024));
        let seen = async |person, id| {
            let found = database.inspected(&office, &reach(person, Deed::ReadFindings), id).await;
            let found = found.expect("it reads").into_iter();
            found.map(|one| (one.subject.enterprise, one.why)).collect::<Vec<_>>()
        };
        let (e1, e2) = ("E1".to_owned(), "E2".to_owned());
        assert_eq!(seen(&staff.auditor, first).await, [(e1.clone(), Why::Region), (e2, Why::Region)]);
        assert_eq!(seen(&staff.auditor, second).await, [(e1.clone(), Why::Amount)]);
        assert_eq!(seen(&staff.city, first).await, [(e1, Why::Region)]);
        assert_eq!(seen(&staff.other_city, second).await, []);
    });
}
