//! The book's database as an administrator keeps it: made, looked at, saved, restored, sealed; and what is said when something is not as it should be.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use jixiao_store::{
    Actor, Database, Moment,
    change::Noted,
    evidence::{Limits, Media},
};

struct Called {
    code: i32,
    out: String,
    err: String,
}

/// Calls the executable in a folder, so that the default database is the folder's own.
fn call(folder: &Path, args: &[&str]) -> Called {
    let output = Command::new(env!("CARGO_BIN_EXE_jixiao"))
        .args(args)
        .current_dir(folder)
        .env_remove("JIXIAO_LANG")
        .env_remove("JIXIAO_DATABASE")
        .env_remove("COLUMNS")
        .stdin(Stdio::null())
        .output()
        .expect("the executable starts");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Called {
        code: output.status.code().expect("an exit code"),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}

fn done(folder: &Path, args: &[&str]) -> String {
    let called = call(folder, args);
    assert_eq!(called.code, 0, "{args:?}: {}{}", called.out, called.err);
    called.out
}

/// An empty folder of a test's own.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("book").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder for the test");
    folder
}

/// Makes so many changes in the folder's database, the first on 2024-01-01 in the morning, one a day; the first brings a file.
fn change(folder: &Path, days: i64) {
    let url = format!("sqlite://{}/jixiao.db", folder.display());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let database = Database::open(&url).await.expect("it opens");
        for day in 0..days {
            // 2024-01-01T00:00:00Z, which is eight in the morning in Beijing.
            let at = Moment(1_704_067_200_000_000 + day * 86_400_000_000);
            let mut change = database.change(Actor::new("zhang", "test"), at).await.expect("begun");
            if day == 0 {
                // The same file twice would be kept once.
                let text = format!("虚构的证据 {days}\n").into_bytes();
                change.keep_evidence(Media::Text, text, &Limits::default()).await.expect("taken");
            } else {
                change.note(Noted {
                    deed: "case.submit".to_owned(),
                    subject: format!("case/{day}"),
                    reason: "齐全".to_owned(),
                    ..Noted::default()
                });
            }
            change.commit().await.expect("kept");
        }
        database.close().await;
    });
}

#[test]
fn a_database_is_made_once_and_keeps_its_chain() {
    let here = folder("made");
    let none = call(&here, &["db", "status"]);
    assert_eq!(none.code, 2);
    assert!(none.err.contains("jixiao db migrate"), "{}", none.err);
    assert_eq!(fs::read_dir(&here).expect("a folder").count(), 0, "nothing is made by looking");

    let made = done(&here, &["db", "migrate", "--chain", "city", "--audit-algorithm", "sm3", "--lang", "en"]);
    assert!(made.contains("version 0 → 5") && made.contains("city (sm3)"), "{made}");
    let again = call(&here, &["db", "migrate", "--chain", "other", "--lang", "en"]);
    assert_eq!(again.code, 0);
    assert!(again.out.contains("city (sm3)") && again.err.contains("stay"), "{}{}", again.out, again.err);
    let status = done(&here, &["db", "status"]);
    assert!(status.contains("SQLite") && status.contains("city（sm3），0 条记录"), "{status}");

    let elsewhere =
        done(&here, &["db", "migrate", "--database", "sqlite://sub/folder/book.db", "--today", "2024-07-01"]);
    // The date, and eight digits by chance.
    let name = elsewhere.split("审计链 ").nth(1).expect("a chain").split('（').next().expect("a name");
    assert!(name.len() == "book-20240701-00000000".len() && name.starts_with("book-20240701-"), "{name}");
    assert!(here.join("sub/folder/book.db").is_file());
    assert_eq!(
        call(&here, &["db", "migrate", "--chain", "two words", "--database", "sqlite://b.db"]).code,
        2
    );
    let odd = call(&here, &["db", "status", "--database", "mysql://a"]);
    assert!(odd.code == 2 && odd.err.contains("sqlite://"), "{}", odd.err);
}

#[test]
fn a_password_is_not_printed() {
    let here = folder("password");
    // Nobody listens there; it is tried for ten seconds.
    let url = "postgres://user:secret@127.0.0.1:1/book";
    let called = call(&here, &["db", "status", "--database", url]);
    assert_eq!(called.code, 2);
    assert!(!called.err.is_empty() && !called.err.contains("secret"), "{}", called.err);
    let help = Command::new(env!("CARGO_BIN_EXE_jixiao"))
        .args(["db", "--help"])
        .env("JIXIAO_DATABASE", url)
        .output();
    let help = String::from_utf8(help.expect("the executable starts").stdout).expect("UTF-8");
    assert!(help.contains("JIXIAO_DATABASE") && !help.contains("secret"), "{help}");
}

#[test]
fn what_was_saved_is_restored_and_found_sound() {
    let here = folder("saved");
    done(&here, &["db", "migrate", "--chain", "city"]);
    change(&here, 3);
    let told = done(&here, &["db", "backup", "saved/one.zip", "--lang", "en"]);
    assert!(told.contains("1 files") && told.contains("city up to record 3"), "{told}");
    done(&here, &["db", "restore", "saved/one.zip", "--database", "sqlite://copy.db"]);
    done(&here, &["db", "backup", "saved/two.zip", "--database", "sqlite://copy.db"]);
    let bytes = |name: &str| fs::read(here.join("saved").join(name)).expect("it is there");
    assert_eq!(bytes("one.zip"), bytes("two.zip"));
    assert_eq!(
        fs::read_dir(here.join("saved")).expect("a folder").count(),
        2,
        "no parts are left lying about"
    );

    let full = call(&here, &["db", "restore", "saved/one.zip"]);
    assert!(full.code == 2 && full.err.contains("空数据库"), "{}", full.err);
    let slip = call(&here, &["db", "backup", "jixiao.db"]);
    assert!(slip.code == 2 && slip.err.contains("不是备份"), "{}", slip.err);
    fs::write(here.join("cut.zip"), &bytes("one.zip")[..500]).expect("written");
    let cut = call(&here, &["db", "restore", "cut.zip", "--database", "sqlite://other.db"]);
    assert!(cut.code == 2 && cut.err.contains("完整"), "{}", cut.err);
    assert_eq!(call(&here, &["db", "restore", "none.zip"]).code, 2);

    let sound = done(&here, &["db", "verify", "--lang", "en"]);
    for line in ["audit chain (records): 3, sound", "evidence files: SHA-256 (files): 1, sound"] {
        assert!(sound.contains(line), "{line}: {sound}");
    }
}

#[test]
fn seals_are_made_verified_and_listed() {
    let here = folder("sealed");
    done(&here, &["db", "migrate", "--chain", "city"]);
    assert_eq!(done(&here, &["audit", "seal", "-o", "none.txt"]), "", "nothing to seal yet");
    change(&here, 3);
    // Two changes up to the end of the second of January in Beijing, then the third and the sealing itself.
    done(&here, &["audit", "seal", "--through", "2024-01-02", "-o", "a.txt"]);
    let told = done(&here, &["audit", "seal", "-o", "b.txt", "--lang", "en"]);
    assert!(told.starts_with("records 3 to 4 were sealed"), "{told}");
    assert_eq!(
        done(&here, &["audit", "seal", "--again", "2"]),
        fs::read_to_string(here.join("a.txt")).expect("text")
    );
    assert_eq!(call(&here, &["audit", "seal", "--again", "3"]).code, 2);

    let verified = done(&here, &["audit", "verify", "b.txt", "a.txt", "--lang", "en"]);
    assert_eq!(verified.lines().filter(|line| line.ends_with(": sound")).count(), 2, "{verified}");
    let later = done(&here, &["audit", "verify", "b.txt", "--lang", "en"]);
    assert!(later.contains("begin with record 3"), "{later}");
    done(&here, &["db", "verify", "--seal", "a.txt", "--seal", "b.txt"]);

    let a = fs::read_to_string(here.join("a.txt")).expect("text");
    for (name, text) in [
        ("cut", a.lines().take(2).map(|line| format!("{line}\n")).collect::<String>()),
        ("moved", a.replacen("1 1704067200000000 ", "2 1704067200000000 ", 1)),
        ("a longer content", a.replacen(" 1704067200000000 ", " 1704067200000000 0", 1)),
        ("another chain", a.replacen(" city ", " village ", 1)),
        ("bytes", String::from("\u{0}")),
    ] {
        fs::write(here.join("bad.txt"), &text).expect("written");
        let called = call(&here, &["audit", "verify", "bad.txt", "b.txt"]);
        assert_eq!(called.code, 1, "{name}: {}", called.out);
    }
    // Without the first day's file the third does not join what is before it.
    change(&here, 1);
    done(&here, &["audit", "seal", "-o", "c.txt"]);
    let gap = call(&here, &["audit", "verify", "a.txt", "c.txt"]);
    assert!(gap.code == 1 && gap.out.contains("不相接"), "{}", gap.out);
    assert_eq!(call(&here, &["audit", "verify", "nowhere.txt"]).code, 2);
    done(&here, &["db", "migrate", "--chain", "other", "--database", "sqlite://other.db"]);
    let other = call(&here, &["db", "verify", "--seal", "a.txt", "--database", "sqlite://other.db"]);
    assert!(other.code == 1 && other.out.contains("city"), "{}", other.out);

    let listed = done(
        &here,
        &["audit", "list", "--who", "zhang", "--to", "5", "--until", "2024-01-02", "--lang", "en"],
    );
    let lines: Vec<&str> = listed.lines().collect();
    assert_eq!(lines.len(), 3, "{listed}");
    assert!(
        lines[1].starts_with("2") && lines[1].contains("2024-01-02 08:00:00") && lines[1].contains("case/1"),
        "{listed}"
    );
    let json: serde_json::Value =
        serde_json::from_str(&done(&here, &["audit", "list", "--subject", "case/2", "--format", "json"]))
            .expect("JSON");
    assert_eq!((json[0]["record"]["number"].as_i64(), json.as_array().map(Vec::len)), (Some(3), Some(1)));
    assert_eq!(done(&here, &["audit", "list", "--of", "seals"]).lines().count(), 4);
    assert_eq!(done(&here, &["audit", "list", "--of", "reads"]).lines().count(), 1);
}

/// The program in Python that `docs/book.md` prints.
fn verifier() -> String {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/book.md"))
        .expect("the page");
    let program = page.split("```python\n").nth(1).expect("a program").split("```").next().expect("its end");
    assert!(program.lines().count() <= 30, "a few lines are enough");
    program.to_owned()
}

#[test]
fn a_seal_is_verified_by_another_language() {
    if Command::new("python3").arg("--version").output().is_err() {
        eprintln!("python3 was not found: the verifier in docs/book.md is left out of this test");
        return;
    }
    let here = folder("python");
    done(&here, &["db", "migrate", "--chain", "city"]);
    change(&here, 2);
    done(&here, &["audit", "seal", "-o", "a.txt"]);
    change(&here, 3);
    done(&here, &["audit", "seal", "-o", "b.txt"]);
    let verify = |files: &[&str]| {
        let mut child = Command::new("python3")
            .arg("-")
            .args(files)
            .current_dir(&here)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("python3 starts");
        child.stdin.take().expect("a pipe").write_all(verifier().as_bytes()).expect("it reads");
        let output = child.wait_with_output().expect("it ends");
        (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let (sound, told) = verify(&["a.txt", "b.txt"]);
    assert!(sound && told.lines().count() == 2, "{told}");
    // The head that it tells is the one that jixiao tells.
    let text = fs::read_to_string(here.join("b.txt")).expect("text");
    let head = text.lines().last().expect("a line").rsplit(' ').next().expect("a link").to_owned();
    assert!(told.contains(&head), "{told}");
    assert!(!verify(&["b.txt", "a.txt"]).0, "they do not join that way round");
    for (name, changed) in [
        ("a content", text.replace(&text[text.find('\n').expect("a line") + 20..][..12], "000000000000")),
        ("cut", text.lines().take(2).map(|line| format!("{line}\n")).collect()),
        (
            "a record taken out",
            text.lines()
                .enumerate()
                .filter(|(at, _)| *at != 1)
                .map(|(_, line)| format!("{line}\n"))
                .collect(),
        ),
    ] {
        assert_ne!(changed, text, "{name}");
        fs::write(here.join("bad.txt"), changed).expect("written");
        assert!(!verify(&["a.txt", "bad.txt"]).0, "{name}");
    }
}
