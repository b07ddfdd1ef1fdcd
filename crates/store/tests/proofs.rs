//! What can be proved afterwards: the chain, its seals, files, books against awards; and that what somebody did with other tools is found.

mod common;

use std::io::Write as _;

use common::{
    NEW_YEAR, change,
    filled::{asked, award, fill, picture, post, run, tamper},
    on_both,
};
use jixiao_core::{
    audit::{Break, Seal},
    book::{AccountName, EntryKind},
};
use jixiao_store::{
    Actor, Database, Fault, Moment,
    audit::{Doubt, Search},
    change::Noted,
    evidence::{Limits, Media},
    verify::{self, AwardDoubt, Part},
};

fn officer() -> Actor {
    Actor::new("officer", "test")
}

/// Notes one change at so many microseconds after the new year.
async fn noted(database: &Database, who: &str, subject: &str, after: i64) {
    let mut change =
        database.change(Actor::new(who, "test"), Moment(NEW_YEAR.0 + after)).await.expect("begun");
    change.note(Noted { deed: "case.submit".to_owned(), subject: subject.to_owned(), ..Noted::default() });
    change.commit().await.expect("kept");
}

async fn doubts(database: &Database) -> Vec<Doubt> {
    database.verify_chain().await.expect("it reads").1
}

#[test]
fn records_are_listed_by_what_is_asked() {
    on_both(async |database, _| {
        for (at, who) in ["a", "b", "a", "b", "a"].into_iter().enumerate() {
            noted(&database, who, if at < 3 { "case/1" } else { "case/2" }, at as i64).await;
        }
        let numbers = async |search: Search, limit| {
            let found = database.records(&search, limit).await.expect("it reads");
            found.iter().map(|found| found.record.number).collect::<Vec<_>>()
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(numbers(Search::default(), 3).await, [5, 4, 3]);
        assert_eq!(numbers(Search { to_number: Some(2), ..Search::default() }, 3).await, [2, 1]);
        assert_eq!(numbers(Search { who: some("a"), ..Search::default() }, 9).await, [5, 3, 1]);
        assert_eq!(
            numbers(Search { subject: some("case/2"), who: some("a"), ..Search::default() }, 9).await,
            [5]
        );
        assert_eq!(numbers(Search { deed: some("money.pay"), ..Search::default() }, 9).await, [] as [i64; 0]);
        let between = Search {
            from: Some(Moment(NEW_YEAR.0 + 1)),
            before: Some(Moment(NEW_YEAR.0 + 4)),
            from_number: Some(3),
            ..Search::default()
        };
        assert_eq!(numbers(between, 9).await, [4, 3]);

        database.note_read(&officer(), NEW_YEAR, "person/1", &["name", "origin"]).await.expect("noted");
        database
            .note_read(&Actor::new("other", "10.0.0.1"), NEW_YEAR, "person/2", &["name"])
            .await
            .expect("noted");
        let readings = database.readings(None, None, None, 9).await.expect("it reads");
        let told: Vec<_> =
            readings.iter().map(|r| (r.id, r.who.as_str(), r.subject.as_str(), r.fields.as_str())).collect();
        assert_eq!(told, [(2, "other", "person/2", "name"), (1, "officer", "person/1", "name,origin")]);
        assert_eq!(database.readings(Some("person/1"), None, None, 9).await.expect("it reads").len(), 1);
        assert_eq!(database.readings(None, Some("other"), Some(2), 9).await.expect("it reads"), []);
    });
}

#[test]
fn seals_follow_one_another_and_can_be_written_again() {
    on_both(async |database, _| {
        assert_eq!(database.seal(officer(), NEW_YEAR, None).await.expect("it answers"), None);
        for at in 0..4 {
            noted(&database, "a", "case/1", at).await;
        }
        // Before the third microsecond: records 1 to 3.
        let through = Some(Moment(NEW_YEAR.0 + 3));
        let first = database.seal(officer(), Moment(NEW_YEAR.0 + 9), through).await.expect("it answers");
        let first = first.expect("something to seal");
        assert_eq!(first.records.iter().map(|record| record.number).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(first.chain, "test");
        // The same day again: record 4 is later, and the sealing itself is record 5.
        assert_eq!(database.seal(officer(), NEW_YEAR, through).await.expect("it answers"), None);
        let second = database.seal(officer(), Moment(NEW_YEAR.0 + 10), None).await.expect("it answers");
        let second = second.expect("something to seal");
        assert_eq!(second.records.iter().map(|record| record.number).collect::<Vec<_>>(), [4, 5]);
        assert_eq!((first.verify(), second.verify(), first.join(&second)), (vec![], vec![], None));
        let listed = database.seals().await.expect("it reads");
        assert_eq!(listed.iter().map(|seal| (seal.first, seal.last)).collect::<Vec<_>>(), [(1, 3), (4, 5)]);
        for seal in [&first, &second] {
            let last = seal.records.last().expect("records").number;
            assert_eq!(&database.seal_again(last).await.expect("it is there"), seal);
            assert_eq!(database.verify_seal(seal).await.expect("it reads"), []);
        }
        assert!(matches!(database.seal_again(4).await, Err(Fault::NotFound { .. })));
        assert_eq!(database.verify_chain().await.expect("it reads"), (6, vec![]));

        let other = Seal { chain: "other".to_owned(), ..first };
        let told = database.verify_seal(&other).await.expect("it reads");
        assert!(matches!(told[..], [Doubt::Chain(Break::OtherChain { .. })]), "{told:?}");
    });
}

/// Six records, of which the first four are sealed (the fifth says so).
async fn chain_of_six(database: &Database) -> Seal {
    for at in 0..4 {
        noted(database, "a", "case/1", at).await;
    }
    let seal =
        database.seal(officer(), NEW_YEAR, None).await.expect("it answers").expect("something to seal");
    noted(database, "a", "case/1", 9).await;
    assert_eq!(doubts(database).await, []);
    seal
}

#[test]
fn a_record_that_was_changed_is_found() {
    on_both(async |database, url| {
        let seal = chain_of_six(&database).await;
        tamper(&url, "audit_record", &["UPDATE audit_record SET who = 'nobody' WHERE number = 2"]).await;
        let told = doubts(&database).await;
        assert!(matches!(told[..], [Doubt::Content { number: 2, .. }]), "{told:?}");

        // With a content that fits the fields again, the link gives it away.
        let Doubt::Content { expected, .. } = &told[0] else { panic!("{told:?}") };
        run(&url, &[format!("UPDATE audit_record SET content = '{expected}' WHERE number = 2")]).await;
        let told = doubts(&database).await;
        assert!(matches!(told[..], [Doubt::Chain(Break::Link { number: 2, .. })]), "{told:?}");
        let told = database.verify_seal(&seal).await.expect("it reads");
        assert!(matches!(told[..], [Doubt::Sealed { number: 2, found: Some(_), .. }]), "{told:?}");
    });
}

#[test]
fn a_record_that_was_taken_out_in_the_middle_is_found() {
    on_both(async |database, url| {
        let seal = chain_of_six(&database).await;
        tamper(&url, "audit_record", &["DELETE FROM audit_record WHERE number = 3"]).await;
        let told = doubts(&database).await;
        let gap = Doubt::Chain(Break::Number { expected: 3, found: 4 });
        assert!(
            matches!(&told[..], [first, Doubt::Chain(Break::Link { number: 4, .. })] if *first == gap),
            "{told:?}"
        );
        let told = database.verify_seal(&seal).await.expect("it reads");
        assert!(matches!(told[..], [Doubt::Sealed { number: 3, found: None, .. }]), "{told:?}");
    });
}

#[test]
fn records_that_were_taken_out_at_the_end_are_found() {
    on_both(async |database, url| {
        let seal = chain_of_six(&database).await;
        tamper(&url, "audit_record", &["DELETE FROM audit_record WHERE number = 6"]).await;
        let told = doubts(&database).await;
        assert!(
            matches!(&told[..], [Doubt::Head { records: (5, _), head: Some((6, _)) }]),
            "the head is further than the records: {told:?}"
        );
        // Whoever sets the head back as well comes to the seal that is kept.
        let back =
            "UPDATE audit_head SET number = 3, link = (SELECT link FROM audit_record WHERE number = 3)";
        tamper(&url, "audit_record", &["DELETE FROM audit_record WHERE number > 3", back]).await;
        let told = doubts(&database).await;
        assert!(matches!(&told[..], [Doubt::Sealed { number: 4, found: None, .. }]), "{told:?}");
        // Whoever takes that out too comes to the seal that was handed out.
        tamper(&url, "audit_seal", &["DELETE FROM audit_seal"]).await;
        assert_eq!(doubts(&database).await, [], "nothing is left inside that could tell");
        let told = database.verify_seal(&seal).await.expect("it reads");
        assert!(matches!(&told[..], [Doubt::Sealed { number: 4, found: None, .. }]), "{told:?}");
    });
}

#[test]
fn seals_that_do_not_fit_are_found_and_a_broken_chain_is_not_sealed() {
    on_both(async |database, url| {
        chain_of_six(&database).await;
        let zero = "0".repeat(64);
        tamper(&url, "audit_seal", &[&format!("UPDATE audit_seal SET link = '{zero}', first_number = 2")])
            .await;
        let told = doubts(&database).await;
        assert!(
            matches!(
                &told[..],
                [Doubt::Sealed { number: 4, found: Some(_), .. }, Doubt::SealGap { expected: 1, found: 2 }]
            ),
            "{told:?}"
        );
        let refused = database.seal(officer(), NEW_YEAR, None).await;
        assert!(matches!(refused, Err(Fault::Refused(_))), "{refused:?}");
        tamper(&url, "audit_seal", &["DELETE FROM audit_seal"]).await;
        tamper(&url, "audit_record", &["DELETE FROM audit_record WHERE number = 1"]).await;
        let refused = database.seal(officer(), NEW_YEAR, None).await;
        assert!(matches!(refused, Err(Fault::Refused(_))), "{refused:?}");
        tamper(&url, "audit_record", &["DELETE FROM audit_head"]).await;
        assert!(doubts(&database).await.iter().any(|doubt| matches!(doubt, Doubt::Head { head: None, .. })));
    });
}

// ---- files ----

fn package(names: &[&str]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for name in names {
        zip.start_file(*name, zip::write::SimpleFileOptions::DEFAULT).expect("a part");
        zip.write_all(b"<x/>").expect("written");
    }
    zip.finish().expect("a package").into_inner()
}

#[test]
fn a_file_is_what_it_is_said_to_be() {
    let word = package(&["[Content_Types].xml", "word/document.xml"]);
    let sheet = package(&["[Content_Types].xml", "xl/workbook.xml"]);
    let macros = package(&["[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"]);
    let gb18030 = b"\xc9\xcc\xc6\xb7,\xbd\xf0\xb6\xee\r\n1,2\r\n";
    for (bytes, kinds) in [
        (&b"%PDF-1.7\n"[..], &[Media::Pdf][..]),
        (&picture(), &[Media::Png]),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", &[Media::Jpeg]),
        (&word, &[Media::Docx]),
        (&sheet, &[Media::Xlsx]),
        (&macros, &[]),
        (&word[..word.len() - 30], &[]),
        ("商品,金额\n1,2\n".as_bytes(), &[Media::Csv, Media::Text]),
        (gb18030, &[Media::Csv, Media::Text]),
        (b"\xff\xfea\0", &[Media::Csv, Media::Text]),
        (b"MZ\x90\0\x03", &[]),
        (b"a\0b", &[]),
    ] {
        let found: Vec<_> = Media::ALL.into_iter().filter(|media| media.fits(bytes)).collect();
        assert_eq!(found, kinds, "{bytes:?}");
    }
    assert_eq!(Media::of("text/csv; charset=utf-8"), Some(Media::Csv));
    assert_eq!(
        (Media::of("text/html"), Media::of_name("a.b.JPEG"), Media::of_name("docx")),
        (None, Some(Media::Jpeg), None)
    );
}

#[test]
fn files_are_kept_once_and_attached_by_name() {
    on_both(async |database, url| {
        fill(&database, &url).await;
        let mut bringing = change(&database).await;
        let sha256 =
            bringing.keep_evidence(Media::Png, picture(), &Limits::default()).await.expect("it is there");
        let again = bringing.attach_evidence(1, &sha256, "again.png").await;
        assert!(matches!(again, Err(Fault::Taken { .. })), "{again:?}");
        assert!(bringing.commit().await.is_err(), "nothing was changed, so nothing was noted");

        let mut bringing = change(&database).await;
        let text =
            bringing.keep_evidence(Media::Csv, b"a,b\n".to_vec(), &Limits::default()).await.expect("taken");
        for (case, sha256, name) in [
            (1, text.as_str(), "a.exe"),
            (1, &text, "../a.csv"),
            (1, &text, ""),
            (2, &text, "a.csv"),
            (1, "0000", "a.csv"),
        ] {
            assert!(bringing.attach_evidence(case, sha256, name).await.is_err(), "{case} {sha256} {name}");
        }
        bringing.attach_evidence(1, &text, "清单.csv").await.expect("it is attached");
        bringing.commit().await.expect("it is kept");
        let attached = database.evidence_of(1).await.expect("it reads");
        let mut told: Vec<_> =
            attached.iter().map(|file| (file.name.as_str(), file.media_type.as_str(), file.bytes)).collect();
        told.sort();
        // The picture: 8 bytes of signature and one of each value.
        assert_eq!(told, [("发票.png", "image/png", 264), ("清单.csv", "text/csv", 4)]);
        let kept = database.evidence(&sha256).await.expect("it is there");
        assert_eq!(
            (kept.bytes, kept.media_type.as_str(), kept.added_by.as_str()),
            (picture(), "image/png", "officer")
        );
        assert!(matches!(database.evidence("0000").await, Err(Fault::NotFound { .. })));
    });
}

#[test]
fn every_reason_why_a_file_is_not_taken_is_told() {
    on_both(async |database, _| {
        let mut bringing = change(&database).await;
        let small = Limits { bytes: 5, media: vec![Media::Pdf] };
        for (media, bytes, limits, reasons) in [
            (Media::Pdf, &b""[..], Limits::default(), 1),
            (Media::Pdf, b"MZ\x90\0", Limits::default(), 1),
            (Media::Pdf, b"%PDF-", small.clone(), 0),
            (Media::Pdf, b"%PDF-1", small.clone(), 1),
            (Media::Text, b"abcdef", small.clone(), 2),
            (Media::Text, b"%PDF-", small, 2),
        ] {
            match bringing.keep_evidence(media, bytes.to_vec(), &limits).await {
                Ok(_) => assert_eq!(reasons, 0, "{media:?} {bytes:?}"),
                Err(Fault::Refused(told)) => assert_eq!(told.len(), reasons, "{media:?} {bytes:?} {told:?}"),
                Err(other) => panic!("{other}"),
            }
        }
    });
}

#[test]
fn one_byte_of_a_file_changed_is_found() {
    on_both(async |database, url| {
        fill(&database, &url).await;
        assert_eq!(database.verify_evidence().await.expect("it reads"), (1, vec![]));
        let changed = if url.starts_with("sqlite") {
            "UPDATE evidence SET bytes = CAST(substr(bytes, 1, 263) || x'00' AS BLOB)"
        } else {
            "UPDATE evidence SET bytes = set_byte(bytes, 263, 0)"
        };
        tamper(&url, "evidence", &[changed]).await;
        let (_, told) = database.verify_evidence().await.expect("it reads");
        assert_eq!(told.len(), 1);
        assert_eq!((told[0].said, told[0].kept), (264, 264));
        assert!(database.evidence(&told[0].sha256).await.is_err(), "it is not handed out");
    });
}

// ---- everything ----

async fn told(database: &Database) -> Vec<verify::Doubt> {
    verify::verify(database).await.expect("it reads").doubts().cloned().collect()
}

#[test]
fn a_sound_database_is_told_with_its_totals() {
    on_both(async |database, url| {
        fill(&database, &url).await;
        let report = verify::verify(&database).await.expect("it reads");
        assert_eq!(report.doubts().collect::<Vec<_>>(), [] as [&verify::Doubt; 0]);
        assert!(report.is_sound());
        let counts: Vec<_> = report.parts.iter().map(|looked| (looked.part, looked.count)).collect();
        // Six entries; two awards; one case; two postings, two notes of the picture, the seal; one picture; one text.
        assert_eq!(
            counts[..6],
            [
                (Part::Books, 6),
                (Part::Awards, 2),
                (Part::Cases, 1),
                (Part::Chain, 5),
                (Part::Evidence, 1),
                (Part::Documents, 1)
            ]
        );
        assert_eq!(report.parts.len(), Part::ALL.len());
        let totals: Vec<_> = report
            .totals
            .iter()
            .map(|t| (t.year, t.kind.code(), t.region.as_str(), t.accounts, t.held, t.reserved))
            .collect();
        // 1000 appropriated, 600 of it allocated, 500 of that committed to two, 100 of that paid.
        assert_eq!(
            totals,
            [
                (2024, "source", "", 1, -1000, 0),
                (2024, "appropriated", "", 1, 400, 0),
                (2024, "allocated", "A", 1, 100, 0),
                (2024, "committed", "A", 2, 400, 0),
                (2024, "paid", "A", 1, 100, 0),
            ]
        );
        assert_eq!(totals.iter().map(|total| total.4).sum::<i64>(), 0, "money goes round, none is made");
    });
}

#[test]
fn awards_and_commitments_are_compared() {
    on_both(async |database, url| {
        fill(&database, &url).await;
        let allocated = AccountName::allocated("f", 2024, "s", "A");
        let remarks = async || {
            let report = verify::verify(&database).await.expect("it reads");
            report
                .parts
                .iter()
                .flat_map(|looked| looked.remarks.clone())
                .map(|both| both.en)
                .collect::<Vec<_>>()
        };
        // A release explains why less is committed than was awarded.
        post(&database, &[asked("r", EntryKind::Release, &award("e2"), &allocated, 50)]).await;
        assert_eq!(
            (told(&database).await, remarks().await),
            (vec![], vec!["1 awards were lowered by releases afterwards".to_owned()])
        );
        // Committed again and 10 more: 200 − 50 + 60 = 210 for an award of 200.
        post(&database, &[asked("c", EntryKind::Commit, &allocated, &award("e2"), 60)]).await;
        let found = told(&database).await;
        assert!(
            matches!(&found[..], [verify::Doubt::Award(AwardDoubt::Differs { award, awarded: 200, committed: 210, released: 50 })] if award.enterprise == "e2"),
            "{found:?}"
        );
        // A newer run that awards e1 310 and e3 40, and nothing to e2: e1 lacks 10, e2 has 210 too much, e3 waits.
        let content = "(SELECT sha256 FROM document)";
        run(
            &url,
            &[
                format!("INSERT INTO award_run (fund, year, folder_sha256, inputs, summary, award_count, total_fen, made_by, made_at) VALUES ('f', 2024, 'y', {content}, {content}, 2, 351, 'officer', 0)"),
                format!("INSERT INTO award VALUES (2, 's', 'A', 'e1', 400, 310, {content}, 1), (2, 's', 'A', 'e3', 40, 40, {content}, 1)"),
            ],
        )
        .await;
        let found = told(&database).await;
        assert!(
            matches!(
                &found[..],
                [
                    verify::Doubt::Award(AwardDoubt::Run { run: 2, said: (2, 351), found: (2, 350) }),
                    verify::Doubt::Award(AwardDoubt::Differs {
                        awarded: 310,
                        committed: 300,
                        released: 0,
                        ..
                    }),
                    verify::Doubt::Award(AwardDoubt::Differs {
                        awarded: 0,
                        committed: 210,
                        released: 50,
                        ..
                    }),
                ]
            ),
            "{found:?}"
        );
        assert_eq!(remarks().await, ["1 awards of 40 fen are not yet committed"]);
    });
}

#[test]
fn a_text_and_a_reference_that_were_broken_are_found() {
    on_both(async |database, url| {
        fill(&database, &url).await;
        tamper(&url, "document", &["UPDATE document SET text = 'another'"]).await;
        let found = told(&database).await;
        assert!(matches!(&found[..], [verify::Doubt::Document { .. }]), "{found:?}");
        if url.starts_with("sqlite") {
            let mut beside = common::beside(&url).await;
            for sql in ["PRAGMA foreign_keys = OFF", "UPDATE session SET person_id = 7"] {
                sqlx::query(sql).execute(&mut beside).await.expect("it is let through");
            }
        } else {
            run(&url, &["ALTER TABLE session DROP CONSTRAINT session_person_id_fkey".to_owned()]).await;
            // A constraint that is not there any more cannot be followed; what it held is put back without being looked at.
            run(&url, &[
                "UPDATE session SET person_id = 7".to_owned(),
                "ALTER TABLE session ADD CONSTRAINT session_person_id_fkey FOREIGN KEY (person_id) REFERENCES person (id) NOT VALID".to_owned(),
            ]).await;
        }
        let found = told(&database).await;
        assert!(
            matches!(&found[..], [verify::Doubt::Document { .. }, verify::Doubt::Loose { table, rows: 1, .. }] if table == "session"),
            "{found:?}"
        );
        for doubt in &found {
            let words = doubt.words();
            assert!(!words.zh.is_empty() && words.zh != words.en);
        }
    });
}
