//! A database as one file and back, on both kinds and between them; and files and disks that are not as they should be.

mod common;

use std::io::{self, Cursor, Read as _, Write};

use common::{
    Scratch, change,
    filled::{asked, award, fill, paid, post, run, tamper},
    on_both,
};
use jixiao_core::book::EntryKind;
use jixiao_store::{
    Actor, Database, Fault,
    backup::Manifest,
    database::Beginning,
    migrations::newest,
    verify::{self},
};

async fn written(database: &Database) -> (Vec<u8>, Manifest) {
    let mut bytes = Vec::new();
    let manifest = database.backup(&mut bytes).await.expect("it is written");
    (bytes, manifest)
}

async fn empty(scratch: &Scratch) -> Database {
    Database::open(&scratch.url).await.expect("it opens")
}

/// Parts of an archive, by name.
type Parts = Vec<(String, Vec<u8>)>;

/// Every part of an archive.
fn parts(bytes: &[u8]) -> Parts {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    (0..zip.len())
        .map(|at| {
            let mut entry = zip.by_index(at).expect("a part");
            let mut content = Vec::new();
            entry.read_to_end(&mut content).expect("it reads");
            (entry.name().expect("a name").into_owned(), content)
        })
        .collect()
}

fn archive(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(name.as_str(), zip::write::SimpleFileOptions::DEFAULT).expect("a part");
        zip.write_all(content).expect("written");
    }
    zip.finish().expect("an archive").into_inner()
}

#[test]
fn what_is_restored_is_what_was_written() {
    on_both(async |database, url| {
        fill(&database, &url).await;
        let (bytes, manifest) = written(&database).await;
        let without: Vec<_> =
            manifest.tables.iter().filter(|table| table.rows == 0).map(|table| &table.name).collect();
        assert_eq!(without, [] as [&String; 0], "every table has something in it");
        assert_eq!((manifest.files, manifest.chain.as_str(), manifest.head_number), (1, "test", 5));
        assert_eq!(written(&database).await.0, bytes, "the same content gives the same bytes");
        let place = |name: &str| manifest.tables.iter().position(|table| table.name == name);
        assert!(place("document") < place("case_file") && place("case_file") < place("case_step"));

        // From SQLite to PostgreSQL to SQLite and the other way round; without a server, from SQLite to SQLite.
        let mut chain = vec![Scratch::sqlite()];
        chain.extend(Scratch::postgres().await);
        chain.push(Scratch::sqlite());
        let mut bytes_now = bytes.clone();
        for scratch in &chain {
            let copy = empty(scratch).await;
            assert_eq!(copy.restore(Cursor::new(&bytes_now)).await.expect("it is restored"), manifest);
            bytes_now = written(&copy).await.0;
            assert_eq!(bytes_now, bytes, "{}", scratch.url);
            assert!(verify::verify(&copy).await.expect("it reads").is_sound());
            // What is counted goes on behind what was restored: a new account, a new reading, a new record.
            post(&copy, &[asked("after", EntryKind::Pay, &award("e2"), &paid(), 1)]).await;
            let new = jixiao_core::book::AccountName::allocated("f", 2024, "s", "B");
            let appropriated = jixiao_core::book::AccountName::appropriated("f", 2024);
            post(&copy, &[asked("b", EntryKind::Allocate, &appropriated, &new, 1)]).await;
            copy.note_read(&Actor::new("a", "test"), common::NEW_YEAR, "person/1", &["name"])
                .await
                .expect("noted");
            assert!(verify::verify(&copy).await.expect("it reads").is_sound());
            copy.close().await;
        }
        for scratch in chain {
            scratch.gone().await;
        }
    });
}

#[test]
fn a_backup_of_a_database_that_is_written_to_is_of_one_moment() {
    on_both(async |database, url| {
        fill(&database, &url).await;
        // Two writers pay one fen at a time, two entries a change, so that half a change would be seen.
        let writers: Vec<_> = (0..2)
            .map(|writer| {
                let database = database.clone();
                tokio::spawn(async move {
                    for turn in 0..40 {
                        let mut change = change(&database).await;
                        let batch = ["x", "y"].map(|half| {
                            asked(
                                &format!("{writer}-{turn}-{half}"),
                                EntryKind::Pay,
                                &award("e2"),
                                &paid(),
                                1,
                            )
                        });
                        change
                            .post(&batch, jixiao_core::book::Whole::Together)
                            .await
                            .expect("the books answer");
                        change.commit().await.expect("it is kept");
                    }
                })
            })
            .collect();
        let mut seen = Vec::new();
        while seen.len() < 6 || !writers.iter().all(tokio::task::JoinHandle::is_finished) {
            // As a task, so that a server may do it too.
            let backing = database.clone();
            let (bytes, manifest) =
                tokio::spawn(async move { written(&backing).await }).await.expect("no panic");
            let entries =
                manifest.tables.iter().find(|table| table.name == "entry").expect("it is there").rows;
            // Six entries, five records from before; each change adds two and one.
            assert_eq!(entries - 6, 2 * (manifest.head_number - 5));
            seen.push((entries, bytes));
            if seen.len() > 60 {
                break;
            }
        }
        for writer in writers {
            writer.await.expect("no writer fails");
        }
        // One from the middle, if there was one.
        let (entries, bytes) =
            seen.iter().find(|(entries, _)| (7..166).contains(entries)).unwrap_or(&seen[0]);
        let scratch = Scratch::sqlite();
        let copy = empty(&scratch).await;
        copy.restore(Cursor::new(bytes)).await.expect("books, chain and files are of one moment");
        let report = verify::verify(&copy).await.expect("it reads");
        assert_eq!(report.parts[0].count, *entries);
        copy.close().await;
        scratch.gone().await;
    });
}

/// A disk with so much room.
struct Disk(usize);

impl Write for Disk {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let takes = bytes.len().min(self.0);
        self.0 -= takes;
        if takes == 0 { Err(io::Error::from(io::ErrorKind::StorageFull)) } else { Ok(takes) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_is_told_and_leaves_the_database_as_it_was() {
    on_both(async |database, url| {
        fill(&database, &url).await;
        let (bytes, _) = written(&database).await;
        for room in [0, 1, 100, bytes.len() / 2, bytes.len() - 1] {
            match database.backup(Disk(room)).await {
                Err(Fault::Refused(reasons)) => assert!(reasons[0].en.contains("make room"), "{reasons:?}"),
                other => panic!("{room}: {other:?}"),
            }
        }
        database.backup(Disk(bytes.len())).await.expect("just enough");
        assert_eq!(written(&database).await.0, bytes);
    });
}

#[test]
fn a_file_that_was_cut_or_altered_is_refused_and_nothing_is_kept() {
    on_both(async |database, url| {
        fill(&database, &url).await;
        let (bytes, _) = written(&database).await;
        let whole = parts(&bytes);
        let with = |change: &dyn Fn(&mut Parts)| {
            let mut parts = whole.clone();
            change(&mut parts);
            archive(&parts)
        };
        let replaced = |name: &str, from: &str, to: &str| {
            with(&|parts| {
                let part = parts.iter_mut().find(|(part, _)| part == name).expect("the part");
                let text = String::from_utf8(part.1.clone()).expect("text");
                assert!(text.contains(from), "{name} has {from}");
                part.1 = text.replacen(from, to, 1).into_bytes();
            })
        };
        let mut flipped = bytes.clone();
        let middle =
            flipped.windows(8).position(|bytes| bytes == b"\x89PNG\r\n\x1a\n").expect("the picture") + 100;
        flipped[middle] ^= 1;
        let mut spoiled: Vec<(&str, Vec<u8>)> = vec![
            ("nothing", Vec::new()),
            ("no archive", b"SQLite format 3\0".to_vec()),
            ("half", bytes[..bytes.len() / 2].to_vec()),
            ("one byte short", bytes[..bytes.len() - 1].to_vec()),
            ("one byte of the picture", flipped),
            ("an amount", replaced("tables/entry.jsonl", ",300,", ",301,")),
            ("a row taken out", replaced("tables/setting.jsonl", "[\"audit-chain\",\"test\"]\n", "")),
            ("a table taken out", with(&|parts| parts.retain(|(name, _)| name != "tables/review.jsonl"))),
            ("a picture taken out", with(&|parts| parts.retain(|(name, _)| !name.starts_with("files/")))),
            ("something put in", with(&|parts| parts.push(("tables/more.jsonl".to_owned(), Vec::new())))),
            ("no manifest", with(&|parts| parts.retain(|(name, _)| name != "manifest.json"))),
            ("another form", replaced("manifest.json", "\"jixiao_backup\": 1", "\"jixiao_backup\": 2")),
            (
                "a newer version",
                replaced("manifest.json", &format!("\"version\": {}", newest()), "\"version\": 99"),
            ),
            ("another head", replaced("manifest.json", "\"head_number\": 5", "\"head_number\": 3")),
            ("another column", replaced("manifest.json", "\"fen\"", "\"yuan\"")),
            ("a broken manifest", replaced("manifest.json", "{", "")),
        ];
        // Altered with a manifest that was altered to fit: the books and the chain give it away.
        let fitted = |name: &str, from: &str, to: &str| {
            let mut altered = parts(&replaced(name, from, to));
            let digest = |content: &[u8]| jixiao_core::audit::Algorithm::Sha256.digest(content);
            let find = |parts: &[(String, Vec<u8>)]| {
                digest(&parts.iter().find(|(part, _)| part == name).expect("it is there").1)
            };
            let (old, new) = (find(&whole), find(&altered));
            let manifest = altered.iter_mut().find(|(part, _)| part == "manifest.json").expect("it is there");
            manifest.1 =
                String::from_utf8(manifest.1.clone()).expect("text").replace(&old, &new).into_bytes();
            archive(&altered)
        };
        spoiled.push(("an amount, fitted", fitted("tables/entry.jsonl", ",300,", ",301,")));
        spoiled.push(("an author, fitted", fitted("tables/audit_record.jsonl", "officer", "nobody")));
        spoiled.push(("a text for a number, fitted", fitted("tables/entry.jsonl", ",300,", ",\"300\",")));
        spoiled.push(("a column too few, fitted", fitted("tables/entry.jsonl", ",300,", ",")));
        spoiled.push(("a reference, fitted", fitted("tables/session.jsonl", "[\"t\",1,", "[\"t\",2,")));

        let scratch =
            if url.starts_with("sqlite") { Some(Scratch::sqlite()) } else { Scratch::postgres().await };
        let scratch = scratch.expect("as the one before");
        let target = empty(&scratch).await;
        for (what, bytes) in spoiled {
            let told = target.restore(Cursor::new(&bytes)).await;
            assert!(told.is_err(), "{what} was let through");
        }
        // Nothing was kept of any: the whole file still goes in.
        target.restore(Cursor::new(&bytes)).await.expect("it is restored");
        assert_eq!(written(&target).await.0, bytes);
        target.close().await;
        scratch.gone().await;
    });
}

#[test]
fn only_an_empty_database_takes_a_backup() {
    on_both(async |database, url| {
        fill(&database, &url).await;
        let (bytes, _) = written(&database).await;
        let again = database.restore(Cursor::new(&bytes)).await;
        assert!(matches!(again, Err(Fault::Refused(_))), "{again:?}");
        assert_eq!(written(&database).await.0, bytes, "and is as it was");

        // Migrated, but nothing was put into it: the chain of the backup takes the place of the one that was begun.
        let scratch = Scratch::sqlite();
        let target = empty(&scratch).await;
        let begun = Beginning { chain: "begun".to_owned(), ..common::beginning() };
        target.migrate(&begun).await.expect("it migrates");
        target.restore(Cursor::new(&bytes)).await.expect("it is restored");
        assert_eq!(target.chain().await.expect("it is there").chain, "test");
        target.close().await;
        scratch.gone().await;
    });
}

#[test]
fn what_is_doubted_is_written_but_not_restored() {
    on_both(async |database, url| {
        fill(&database, &url).await;
        tamper(&url, "audit_record", &["DELETE FROM audit_record WHERE number = 2"]).await;
        run(&url, &["UPDATE account SET came_in = came_in + 1 WHERE kind = 'paid'".to_owned()]).await;
        // A backup keeps what there is, for whoever must find out what happened.
        let (bytes, _) = written(&database).await;
        let scratch = Scratch::sqlite();
        let target = empty(&scratch).await;
        let Err(Fault::Refused(reasons)) = target.restore(Cursor::new(&bytes)).await else {
            panic!("it was let through")
        };
        assert!(reasons.len() >= 3, "books and chain, every doubt: {reasons:?}");
        target.close().await;
        scratch.gone().await;
    });
}
