//! The executable as a person or a build server calls it: what it prints, in which form, and with which exit code.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use jixiao_core::text::width;
use serde_json::Value;

const PUBLISHED: &str = "samples/published/guangdong-2024.txt";
const SOUND: &str = "samples/tables/monitoring-sound.txt";
const FAULTY: &str = "samples/tables/goal-hubei-region-missing.txt";
const FUND: &str = "funds/guangdong-trade-2024";

/// What a call gave.
struct Called {
    code: i32,
    out: String,
    err: String,
}

fn workspace() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// Calls the executable in the workspace's folder, so that paths are printed as they are given.
fn call_with(args: &[&str], input: &[u8]) -> Called {
    let mut child = Command::new(env!("CARGO_BIN_EXE_jixiao"))
        .args(args)
        .current_dir(workspace())
        .env_remove("JIXIAO_LANG")
        .env_remove("COLUMNS")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the executable starts");
    // A command that does not read its input closes it; that is its right.
    let _ = child.stdin.take().expect("a pipe").write_all(input);
    let output = child.wait_with_output().expect("the executable ends");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Called {
        code: output.status.code().expect("an exit code"),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}

fn call(args: &[&str]) -> Called {
    call_with(args, b"")
}

/// `check` with the arguments, on a day on which nothing depends on today's date.
fn check(args: &[&str]) -> Called {
    call(&[&["check", "--today", "2024-07-01"], args].concat())
}

/// An empty folder of a test's own.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder for the test");
    folder
}

fn shown(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}: {text}"))
}

fn list<'v>(value: &'v Value, key: &str) -> &'v Vec<Value> {
    value[key].as_array().unwrap_or_else(|| panic!("{key} is a list in {value}"))
}

// ---- text ----

#[test]
fn findings_in_chinese() {
    let called = check(&[PUBLISHED]);
    assert_eq!((called.code, called.err.as_str()), (1, ""));
    insta::assert_snapshot!(called.out);
}

#[test]
fn findings_in_english() {
    let called = check(&[FAULTY, "--lang", "en"]);
    assert_eq!((called.code, called.err.as_str()), (1, ""));
    insta::assert_snapshot!(called.out);
}

#[test]
fn findings_in_a_word_file() {
    let called = check(&["samples/tables/selfeval-score-above-weight.docx"]);
    assert_eq!(called.code, 1);
    insta::assert_snapshot!(called.out);
}

#[test]
fn many_files_are_summed_up() {
    let called =
        check(&["--quiet", PUBLISHED, SOUND, FAULTY, PUBLISHED, "samples/tables/selfeval-sichuan.xlsx"]);
    assert_eq!(called.code, 1);
    insta::assert_snapshot!(called.out);
}

#[test]
fn a_table_as_understood() {
    insta::assert_snapshot!(call(&["show", PUBLISHED]).out);
    insta::assert_snapshot!(call(&["show", "samples/tables/selfeval-sichuan.xlsx", "--lang", "en"]).out);
}

#[test]
fn help_in_both_languages() {
    for (name, args) in [
        ("help_zh", vec!["--help"]),
        ("help_en", vec!["--help", "--lang", "en"]),
        ("help_check_zh", vec!["check", "--help"]),
        ("help_fix_en", vec!["fix", "--help", "--lang=en"]),
    ] {
        let called = call(&args);
        assert_eq!((called.code, called.err.as_str()), (0, ""), "help is asked for, not a failure");
        insta::assert_snapshot!(name, called.out);
    }
}

#[test]
fn a_rule_in_both_languages() {
    insta::assert_snapshot!("rule_zh", call(&["rule", "a001"]).out);
    insta::assert_snapshot!("rule_en", call(&["rule", "A001", "--lang", "en"]).out);
}

/// What is drawn under a row: its runs of carets or dashes, as columns from the drawing's left edge.
fn marks(line: &str) -> Vec<(usize, usize)> {
    let drawn: Vec<char> = line.chars().take_while(|c| matches!(c, ' ' | '^' | '-')).collect();
    let mut runs = Vec::new();
    let mut at = 0;
    while at < drawn.len() {
        let end = drawn[at..].iter().position(|c| *c != drawn[at]).map_or(drawn.len(), |n| at + n);
        if drawn[at] != ' ' {
            runs.push((at, end));
        }
        at = end;
    }
    runs
}

/// The text between two columns; `None` where a column cuts a full-width character in two.
fn between(line: &str, begin: usize, end: usize) -> Option<(&str, &str, &str)> {
    let at = |column: usize| {
        let ends = line.char_indices().map(|(i, _)| i).chain([line.len()]);
        ends.into_iter().find(|i| width(&line[..*i]) == column)
    };
    let (begin, end) = (at(begin)?, at(end)?);
    Some((&line[..begin], &line[begin..end], &line[end..]))
}

/// Rows of a drawing with the line under each, both from the drawing's left edge.
fn drawings(text: &str) -> Vec<(&str, &str)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut drawn = Vec::new();
    for pair in lines.windows(2) {
        let Some((number, row)) = pair[0].split_once(" | ") else { continue };
        let Some((gutter, under)) = pair[1].split_once("| ") else { continue };
        let is_number = !number.trim().is_empty() && number.trim().bytes().all(|b| b.is_ascii_digit());
        if is_number && gutter.trim().is_empty() && gutter.len() == number.len() + 1 {
            drawn.push((row, under));
        }
    }
    drawn
}

/// Whether the marked words are part of a long cell: of running text only the words that a finding quotes are marked.
fn in_running_text(left: &str, marked: &str, right: &str) -> bool {
    let gap = |text: &str| text.contains("    ") || text.contains(" │ ");
    let before = left.rsplit("    ").next().and_then(|t| t.rsplit(" │ ").next()).unwrap_or(left);
    let after = right.split("    ").next().and_then(|t| t.split(" │ ").next()).unwrap_or(right);
    !gap(marked) && width(before) + width(marked) + width(after) > 60
}

#[test]
fn carets_stand_under_whole_cells_however_wide_their_characters() {
    let samples = fs::read_dir(workspace().join("samples/tables")).expect("samples");
    let mut files: Vec<String> = samples
        .map(|e| format!("samples/tables/{}", e.expect("an entry").file_name().to_string_lossy()))
        .filter(|f| !f.ends_with(".toml"))
        .collect();
    files.extend(
        ["txt", "docx", "xlsx", "xls", "pdf"].map(|e| format!("samples/published/guangdong-2024.{e}")),
    );
    let args: Vec<&str> = files.iter().map(String::as_str).collect();
    let called = check(&args);
    let mut seen = 0;
    let mut problems = Vec::new();
    for (row, under) in drawings(&called.out) {
        for (begin, end) in marks(under) {
            seen += 1;
            let edge = |text: &str, at_end: bool| {
                let near =
                    if at_end { text.ends_with([' ', ',', '"']) } else { text.starts_with([' ', ',', '"']) };
                text.is_empty() || near || text.contains("...")
            };
            let stands = between(row, begin, end).is_some_and(|(left, cell, right)| {
                !cell.is_empty()
                    && (in_running_text(left, cell, right) || edge(left, true) && edge(right, false))
            });
            // A missing value is marked where it would stand: behind the row's last character.
            if !stands && begin < width(row) {
                problems.push(format!("{row}\n{under}"));
            }
        }
    }
    assert!(seen > 300, "only {seen} marks were drawn");
    assert!(problems.is_empty(), "{} of {seen}:\n{}", problems.len(), problems.join("\n"));
}

// ---- formats for tools ----

#[test]
fn json_holds_every_finding_whole() {
    let called = check(&[PUBLISHED, SOUND, "--format", "json"]);
    assert_eq!(called.code, 1);
    let report = json(&called.out);
    let files = list(&report, "files");
    assert_eq!(files.len(), 2);
    let findings = list(&files[0], "findings");
    assert!(findings.len() > 5);
    for finding in findings {
        for key in ["code", "name", "severity"] {
            assert!(finding[key].is_string(), "{key} in {finding}");
        }
        for key in ["message", "reason", "next"] {
            assert!(finding[key]["zh"].is_string() && finding[key]["en"].is_string(), "{key} in {finding}");
        }
        assert!(finding["place"]["line"].is_u64() && finding["place"]["name"]["zh"].is_string());
    }
    let proof = findings.iter().find(|f| f["code"] == "A001").expect("A001");
    assert!(proof["counterexample"]["parts"].as_array().is_some_and(|p| p.len() == 16), "{proof}");
    assert_eq!(proof["fix"]["safety"], "safe");
    let summary = &report["summary"];
    let clean = list(&files[1], "findings").is_empty();
    assert_eq!((summary["files"].as_u64(), summary["clean"].as_u64()), (Some(2), Some(u64::from(clean))));
    assert_eq!(summary["by_code"]["A001"]["findings"], 4);
}

#[test]
fn json_lines_are_one_object_each() {
    let called = check(&[PUBLISHED, FAULTY, "--format", "jsonl"]);
    let lines: Vec<Value> = called.out.lines().map(json).collect();
    let of = |kind: &str| lines.iter().filter(|l| l["type"] == kind).count();
    assert_eq!((of("file"), of("summary")), (2, 1));
    assert_eq!(lines.last().map(|l| &l["type"]), Some(&Value::from("summary")));
    let counted: u64 =
        lines.iter().filter(|l| l["type"] == "file").filter_map(|l| l["findings"].as_u64()).sum();
    assert_eq!(of("finding") as u64, counted);
    assert!(lines.iter().filter(|l| l["type"] == "finding").all(|l| l["file"].is_string()));
}

#[test]
fn sarif_has_what_the_standard_asks_for() {
    let called =
        check(&[PUBLISHED, "samples/published/guangdong-2024.docx", "no-such-file.txt", "--format", "sarif"]);
    let log = json(&called.out);
    assert_eq!(log["version"], "2.1.0");
    let run = &list(&log, "runs")[0];
    assert_eq!(run["tool"]["driver"]["name"], "jixiao");
    let rules = list(&run["tool"]["driver"], "rules");
    for rule in rules {
        assert!(rule["id"].is_string() && rule["shortDescription"]["text"].is_string(), "{rule}");
        assert!(["note", "warning", "error"].iter().any(|l| rule["defaultConfiguration"]["level"] == *l));
    }
    let results = list(run, "results");
    assert!(results.len() > 10);
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().expect("an index")).expect("small");
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(result["message"]["text"].as_str().is_some_and(|t| !t.is_empty()));
        for location in list(result, "locations").iter().chain(list(result, "relatedLocations")) {
            let physical = &location["physicalLocation"];
            let uri = physical["artifactLocation"]["uri"].as_str().expect("a URI");
            assert!(uri.is_ascii() && !uri.contains(' ') && !uri.starts_with('/'), "{uri}");
            let region = &physical["region"];
            // Only a text file has lines and columns.
            assert_eq!(region.is_object(), uri.ends_with(".txt"), "{uri}");
            if region.is_object() {
                let number = |key: &str| region[key].as_u64().unwrap_or(0);
                assert!(number("startLine") >= 1 && number("startColumn") >= 1, "{region}");
                assert!(number("endColumn") >= number("startColumn"), "{region}");
            }
        }
    }
    let invocation = &list(run, "invocations")[0];
    assert_eq!(invocation["executionSuccessful"], false, "one file could not be read");
    assert_eq!(list(invocation, "toolExecutionNotifications").len(), 1);
}

#[test]
fn junit_is_well_formed_and_counts_right() {
    use quick_xml::events::Event;
    let called = check(&[PUBLISHED, SOUND, "no-such-file.txt", "--format", "junit"]);
    let mut reader = quick_xml::Reader::from_str(&called.out);
    reader.config_mut().check_end_names = true;
    let (mut suites, mut cases, mut failures, mut errors) = (0, 0, 0, 0);
    let (mut said_cases, mut said_failures, mut said_errors) = (0, 0, 0);
    loop {
        match reader.read_event().expect("well-formed XML") {
            Event::Eof => break,
            Event::Start(tag) | Event::Empty(tag) => {
                let number = |name: &str| {
                    let value =
                        tag.try_get_attribute(name).expect("sound attributes").expect("the attribute");
                    value.value.parse::<usize>().expect("a number")
                };
                match tag.name().as_ref() {
                    "testsuite" => {
                        suites += 1;
                        said_cases += number("tests");
                        said_failures += number("failures");
                        said_errors += number("errors");
                    }
                    "testcase" => cases += 1,
                    "failure" => failures += 1,
                    "error" => errors += 1,
                    _ => {}
                }
            }
            _ => {}
        }
    }
    assert_eq!(suites, 3);
    assert_eq!((cases, failures, errors), (said_cases, said_failures, said_errors));
    assert!(failures > 5 && errors == 1);
}

#[test]
fn csv_is_a_list_that_excel_reads() {
    let called = check(&[PUBLISHED, "--format", "csv"]);
    let rest = called.out.strip_prefix('\u{feff}').expect("a byte-order mark");
    let mut reader = csv::Reader::from_reader(rest.as_bytes());
    let headings = reader.headers().expect("headings").clone();
    assert_eq!(headings.iter().take(4).collect::<Vec<_>>(), ["文件", "位置", "代码", "级别"]);
    let rows: Vec<csv::StringRecord> = reader.records().map(|r| r.expect("rows of equal length")).collect();
    assert!(rows.iter().any(|r| &r[2] == "A001" && r[5].contains("进口贴息")));
    assert!(rows.iter().all(|r| &r[0] == PUBLISHED && !r[8].is_empty() && !r[13].is_empty()));
    for field in rows.iter().flat_map(|r| r.iter()) {
        assert!(!field.starts_with(['=', '+', '@']) || field.starts_with("= "), "a formula: {field}");
    }
}

#[test]
fn github_annotations_are_one_line_each() {
    let called = check(&[PUBLISHED, "--format", "github"]);
    let findings = json(&check(&[PUBLISHED, "--format", "json"]).out);
    let n = list(&list(&findings, "files")[0], "findings").len();
    assert_eq!(called.out.lines().count(), n);
    for line in called.out.lines() {
        let level = ["::error ", "::warning ", "::notice "].iter().any(|l| line.starts_with(l));
        assert!(level && line.contains(&format!("file={PUBLISHED},line=")), "{line}");
    }
}

#[test]
fn a_workbook_with_marked_cells() {
    let out = folder("marked").join("marked.xlsx");
    let called = check(&[PUBLISHED, "--format", "xlsx", "-o", shown(&out)]);
    assert_eq!(called.code, 1, "{}", called.err);
    let bytes = fs::read(&out).expect("the workbook");
    let holds = |name: &[u8]| bytes.windows(name.len()).any(|w| w == name);
    assert!(holds(b"xl/comments1.xml"), "the findings are comments");
    assert_eq!(call(&["show", shown(&out)]).code, 0, "the workbook is a table still");

    let called = check(&[PUBLISHED, FAULTY, "--format", "xlsx", "-o", shown(&out)]);
    assert_eq!((called.code, called.out.as_str()), (2, ""), "one file at a time");
    assert!(called.err.contains("-o"), "{}", called.err);
}

#[test]
fn output_goes_to_a_file_when_asked() {
    let out = folder("to-a-file").join("findings.json");
    let called = check(&[PUBLISHED, "--format", "json", "-o", shown(&out)]);
    assert_eq!((called.code, called.out.as_str()), (1, ""));
    json(&fs::read_to_string(out).expect("the file"));
}

// ---- exit codes and selections ----

#[test]
fn exit_codes_say_what_happened() {
    for (code, args) in [
        (0, vec![SOUND]),
        (1, vec![PUBLISHED]),
        (0, vec![PUBLISHED, "--fail-on", "never"]),
        (0, vec![PUBLISHED, "--only", "A003"]),
        (1, vec![PUBLISHED, "--only", "A003", "--fail-on", "note"]),
        (1, vec![PUBLISHED, "--only", "V001", "--fail-on", "warning"]),
        (0, vec![PUBLISHED, "--only", "V001"]),
        (1, vec![SOUND, PUBLISHED]),
        (2, vec!["no-such-file.txt"]),
        (2, vec!["no-such-file.txt", PUBLISHED]),
        (2, vec!["samples"]),
        (2, vec!["Cargo.toml.xlsx"]),
        (2, vec![PUBLISHED, "--only", "X9"]),
        (2, vec![PUBLISHED, "--format", "xlsx"]),
        (2, vec![PUBLISHED, "--today", "someday"]),
        (2, vec![]),
    ] {
        let called = check(&args);
        assert_eq!(called.code, code, "{args:?}\n{}{}", called.out, called.err);
    }
    assert_eq!(call(&[]).code, 2, "without a command nothing was asked for");
    assert_eq!(call(&["--version"]).code, 0);
}

#[test]
fn only_and_ignore_choose_checks_and_families() {
    let codes = |args: &[&str]| -> Vec<String> {
        let report = json(&check(&[&[PUBLISHED, "--format", "json"], args].concat()).out);
        let findings = list(&list(&report, "files")[0], "findings").clone();
        let mut codes: Vec<String> =
            findings.iter().map(|f| f["code"].as_str().unwrap_or("").to_owned()).collect();
        codes.sort();
        codes.dedup();
        codes
    };
    let all = codes(&[]);
    assert_eq!(codes(&["--only", "a001"]), ["A001"]);
    let of = |letter: char| all.iter().filter(|c| c.starts_with(letter)).cloned().collect::<Vec<_>>();
    assert_eq!(codes(&["--only", "A"]), of('A'));
    let rest: Vec<String> = all.iter().filter(|c| !c.starts_with('A') && *c != "V001").cloned().collect();
    assert_eq!(codes(&["--ignore", "A,V001"]), rest);
    assert_eq!(codes(&["--only", "A", "--ignore", "A0"]), Vec::<String>::new());
}

#[test]
fn a_file_that_cannot_be_read_is_said_with_the_others() {
    let called = check(&["no-such-file.txt", SOUND, PUBLISHED]);
    assert_eq!(called.code, 2);
    assert!(called.out.contains("no-such-file.txt"), "{}", called.out);
    assert!(called.out.contains("错误[A001]"), "the readable ones are checked all the same");
    let other = folder("unreadable").join("旧表.doc");
    fs::write(&other, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and more").expect("a file");
    let called = check(&[shown(&other)]);
    assert_eq!(called.code, 2);
    assert!(called.out.contains("旧表.doc"), "{}", called.out);
}

#[test]
fn standard_input_is_a_file_too() {
    let text = fs::read(workspace().join(PUBLISHED)).expect("the published table");
    let piped = call_with(&["check", "-", "--format", "json", "--today", "2024-07-01"], &text);
    let report = json(&piped.out);
    assert_eq!(list(&report, "files")[0]["file"], "<stdin>");
    let from_file = json(&check(&[PUBLISHED, "--format", "json"]).out);
    assert_eq!(list(&report, "files")[0]["findings"], list(&from_file, "files")[0]["findings"]);
    let empty = call_with(&["check", "-"], b"");
    assert_eq!(empty.code, 2, "nothing came: {}", empty.out);
}

#[test]
fn gb18030_is_read_as_well_as_utf_8() {
    let text = fs::read_to_string(workspace().join(PUBLISHED)).expect("the published table");
    let (bytes, _, lossy) = encoding_rs::GB18030.encode(&text);
    assert!(!lossy && std::str::from_utf8(&bytes).is_err());
    let piped = call_with(&["check", "-", "--format", "json", "--today", "2024-07-01"], &bytes);
    let (old, new) = (json(&piped.out), json(&check(&[PUBLISHED, "--format", "json"]).out));
    assert_eq!(list(&old, "files")[0]["findings"], list(&new, "files")[0]["findings"]);
}

// ---- the fund ----

/// A copy of the built-in fund's folder, with another file in it.
fn fund_with(name: &str, file: &str, text: &str) -> PathBuf {
    let copy = folder(name);
    copy_all(&workspace().join(FUND), &copy);
    fs::write(copy.join(file), text).expect("a file");
    copy
}

fn copy_all(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let place = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            fs::create_dir_all(&place).expect("a folder");
            copy_all(&path, &place);
        } else {
            fs::copy(&path, place).expect("a copy");
        }
    }
}

#[test]
fn a_fund_folder_with_faults_lists_them() {
    let faulty = fund_with(
        "faulty-fund",
        "regions.csv",
        "code,name,parent,kind,aliases,in_scope,reason\n1,甲市,9,village,,yes,\n",
    );
    let called = check(&[PUBLISHED, "--fund", shown(&faulty)]);
    assert_eq!((called.code, called.out.as_str()), (2, ""));
    assert!(called.err.contains("regions.csv:2"), "{}", called.err);
    let called = check(&[PUBLISHED, "--fund", "samples/published"]);
    assert_eq!(called.code, 2);
    assert!(called.err.lines().count() >= 3, "every file that is missing: {}", called.err);
    assert_eq!(check(&[PUBLISHED, "--fund", PUBLISHED]).code, 2, "a file is no folder");
    assert_eq!(
        check(&[PUBLISHED, "--fund", FUND]).out,
        check(&[PUBLISHED]).out,
        "the built-in fund is the folder"
    );
}

const WAIVER: &str = "[[waiver]]\ncode = \"A001\"\nindicator = \"进口贴息支持企业数量\"\nperiod = \"year\"\n\
                      reason = \"省里确认按超过理解\"\nwho = \"张三\"\nuntil = \"2024-12-31\"\n";

#[test]
fn a_waiver_silences_visibly_until_its_last_day() {
    let fund = fund_with("waived-fund", "waivers.toml", WAIVER);
    let on = |day: &str| {
        let called = call(&["check", PUBLISHED, "--fund", shown(&fund), "--format", "json", "--today", day]);
        json(&called.out)
    };
    let count = |report: &Value, code: &str| {
        list(&list(report, "files")[0], "findings").iter().filter(|f| f["code"] == code).count()
    };
    let waived = |report: &Value| list(&list(report, "files")[0], "waived").len();
    let last_day = on("2024-12-31");
    assert_eq!((count(&last_day, "A001"), waived(&last_day), count(&last_day, "F001")), (3, 1, 0));
    assert_eq!(list(&list(&last_day, "files")[0], "waived")[0]["waiver"]["who"], "张三");
    let day_after = on("2025-01-01");
    assert_eq!((count(&day_after, "A001"), waived(&day_after), count(&day_after, "F001")), (4, 0, 1));

    let text = call(&["check", PUBLISHED, "--fund", shown(&fund), "--today", "2024-07-01"]).out;
    assert!(text.contains("已豁免[A001]") && text.contains("省里确认按超过理解"), "it is said why");
}

#[test]
fn a_waiver_that_silences_nothing_is_found() {
    let fund =
        fund_with("unused-waiver", "waivers.toml", &WAIVER.replace("进口贴息支持企业数量", "没有的指标"));
    let called = check(&[PUBLISHED, "--fund", shown(&fund), "--only", "A,F"]);
    assert!(called.out.contains("[F002]"), "{}", called.out);
}

// ---- repair, conversion, rules ----

#[test]
fn a_repair_says_what_it_changed() {
    let called = call(&["fix", PUBLISHED, "--diff", "--only", "A001", "--today", "2024-07-01"]);
    assert_eq!(called.code, 0);
    insta::assert_snapshot!(called.out);
}

#[test]
fn a_repaired_file_no_longer_has_what_was_repaired() {
    let folder = folder("repaired");
    for ending in ["txt", "docx", "xlsx", "csv", "json"] {
        let out = folder.join(format!("fixed.{ending}"));
        let called = call(&["fix", PUBLISHED, "-o", shown(&out), "--unsafe", "--today", "2024-07-01"]);
        assert_eq!(called.code, 0, "{}", called.err);
        let again = check(&[shown(&out), "--only", "A001,A002", "--fail-on", "note"]);
        assert_eq!(again.code, 0, "{ending}: {}", again.out);
    }
    let called = call(&["fix", PUBLISHED, "-o", shown(&folder.join("fixed.odt"))]);
    assert_eq!(called.code, 2);
    assert!(called.err.contains("odt") && called.err.contains(".docx"), "{}", called.err);
}

#[test]
fn a_converted_table_is_shown_as_before() {
    let folder = folder("converted");
    let original = call(&["show", PUBLISHED]).out;
    for ending in ["docx", "xlsx", "txt", "csv", "json"] {
        let out = folder.join(format!("表.{ending}"));
        let called = call(&["convert", PUBLISHED, "-o", shown(&out)]);
        assert_eq!(called.code, 0, "{}", called.err);
        // Stretched labels lose their spaces in the official layout.
        let squeezed = |text: &str| text.split_whitespace().collect::<String>();
        assert_eq!(squeezed(&call(&["show", shown(&out)]).out), squeezed(&original), "{ending}");
    }
    assert_eq!(call(&["convert", "Cargo.toml", "-o", shown(&folder.join("x.docx"))]).code, 2, "no table");
}

#[test]
fn the_whole_path_writes_its_files() {
    let out = folder("run");
    let called = call(&["run", "-o", shown(&out), "--scale", "100", "--today", "2025-03-31"]);
    assert_eq!(called.code, 0, "{}", called.err);
    for name in [
        "问题清单.txt",
        "问题标注.xlsx",
        "绩效目标表.docx",
        "绩效目标表.xlsx",
        "绩效目标表-修复后.docx",
        "绩效目标表-修复后.xlsx",
    ] {
        assert!(out.join(name).is_file(), "{name}");
    }
    assert!(called.out.contains("[A001]"));
    // The sample may be made again, but not over a file that somebody put beside it.
    let again = ["run", "-o", shown(&out), "--scale", "100", "--today", "2025-03-31"];
    assert_eq!(call(&again).code, 0, "a sample is made again");
    // A run in the other language makes other files: the ones of before go, but not one that somebody wrote in.
    fs::write(out.join("自评报告.docx"), "somebody's").expect("written");
    let other = call(&["--lang", "en", "run", "-o", shown(&out), "--scale", "100", "--today", "2025-03-31"]);
    assert_eq!(other.code, 0, "{}", other.err);
    for name in
        ["report.pdf", "report.docx", "self-evaluation.docx", "regions/Zhanjiang/money-management.xlsx"]
    {
        assert!(out.join(name).is_file(), "{name}");
    }
    assert!(!out.join("自评报告.pdf").exists() && !out.join("分地区").exists());
    assert!(other.out.contains("no longer made but changed by somebody (1): 自评报告.docx"), "{}", other.out);
    // What is left of Chinese are words of the forms and titles of rules; names, units and targets are English.
    assert!(
        other.out.contains("Enterprises awarded import interest ") && !other.out.contains("湛江"),
        "{}",
        other.out
    );
    let own = out.join("ledgers/import_lines-2.csv");
    fs::write(&own, "somebody's").expect("written");
    assert_eq!(call(&again).code, 2, "a file of somebody's own stands in the way");
    assert!(own.is_file(), "and stays");
}

/// An office's own template and words: sound ones are used, a broken one is told with its place in the fund folder.
#[test]
fn a_fund_s_own_report_is_used_and_its_mistakes_have_places() {
    let built_in = workspace().join("crates/typeset/templates/self-evaluation.typ");
    let template = fs::read_to_string(built_in).expect("a template").replace("存在问题", "主要问题");
    let words =
        "[[text]]\nis = \"改进措施\"\nsay = \"下一步工作\"\n\n[[text]]\nis = \"没有这句\"\nsay = \"x\"\n";
    let fund = fund_with("own-report", "words.txt", "");
    fs::create_dir_all(fund.join("report")).expect("a folder");
    fs::write(fund.join("report/self-evaluation.typ"), &template).expect("a file");
    fs::write(fund.join("report/words.toml"), words).expect("a file");
    let out = folder("own-report-out");
    let args = ["--fund", shown(&fund), "run", "-o", shown(&out), "--scale", "1000", "--today", "2025-03-31"];
    let called = call(&args);
    assert_eq!(called.code, 0, "{}", called.err);
    assert!(called.out.contains("report/words.toml:6：没有用到“没有这句”"), "{}", called.out);
    // The template is among the sources of the report.
    let told = fs::read_to_string(out.join("报告数据.json")).expect("data");
    assert!(told.contains("report/self-evaluation.typ") && told.contains("report/words.toml"));

    let before = fs::read(out.join("自评报告.pdf")).expect("a report");
    fs::write(fund.join("report/self-evaluation.typ"), format!("#noname(1)\n{template}")).expect("a file");
    let called = call(&args);
    assert_eq!(called.code, 2, "{}", called.out);
    assert!(
        called.err.contains("report/self-evaluation.typ:1:2：模板用了没有定义的名字“noname”"),
        "{}",
        called.err
    );
    assert_eq!(fs::read(out.join("自评报告.pdf")).expect("a report"), before, "nothing is written");

    fs::write(fund.join("report/self-evaluation.typ"), template).expect("a file");
    fs::write(fund.join("report/words.toml"), "[[text]]\nis = \"\"\nsay = \"x\"\n").expect("a file");
    let called = call(&args);
    assert!(called.err.contains("report/words.toml:2：is 和 say 都要有文字"), "{}", called.err);
}

#[test]
fn rules_are_listed_and_explained() {
    let rules = json(&call(&["rule", "--format", "json"]).out);
    let rules = rules.as_array().expect("a list");
    assert!(rules.len() >= 50, "{}", rules.len());
    let text = call(&["rule"]).out;
    for rule in rules {
        let code = rule["code"].as_str().expect("a code");
        assert!(text.contains(code), "{code} is listed");
        assert_eq!(call(&["rule", code, "--format", "markdown"]).code, 0);
    }
    let unknown = call(&["rule", "A099"]);
    assert_eq!(unknown.code, 2);
    assert!(
        unknown.err.contains("A099") && unknown.err.contains("A009"),
        "near ones are offered: {}",
        unknown.err
    );
}

#[test]
fn completions_for_every_shell() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let called = call(&["completions", shell]);
        assert_eq!(called.code, 0);
        assert!(called.out.contains("jixiao") && called.out.contains("convert"), "{shell}");
    }
    assert_eq!(call(&["completions", "tcsh"]).code, 2);
}

#[test]
fn filled_forms_are_computed_again() {
    let recomputed = |name: &str, more: &[&str]| {
        let path = format!("samples/tables/{name}");
        call(&[&["recompute", &path], more].concat())
    };
    // Computed by hand: 7600 ÷ 8000 × 15 = 14.25, 480 ÷ 500 × 10 = 9.60, everything else reached: 98.85.
    let sound = recomputed("selfeval-anhui.txt", &["--lang", "en"]);
    assert_eq!(sound.code, 0, "{}{}", sound.out, sound.err);
    assert!(sound.out.contains("total computed 98.85"), "{}", sound.out);
    for (name, words) in [
        ("selfeval-full-marks-missed.txt", "full marks although the target was missed"),
        ("selfeval-total-wrong.xlsx", "is not the sum of its parts"),
        ("selfeval-reasons-missing.txt", "no reason is given"),
    ] {
        let called = recomputed(name, &["--lang", "en"]);
        assert_eq!(
            (called.code, called.out.contains(words)),
            (1, true),
            "{name}: {}{}",
            called.out,
            called.err
        );
    }
    let read = json(&recomputed("selfeval-total-wrong.xlsx", &["--format", "json"]).out);
    assert_eq!(read[0]["differs"], true);
    // A target table has no scores, and a file that is none cannot be read; the sound form beside them is told all the same.
    let called =
        call(&["recompute", "samples/tables/selfeval-anhui.txt", PUBLISHED, "nowhere.xlsx", "--lang", "en"]);
    assert_eq!(called.code, 2, "{}", called.out);
    assert!(called.out.contains("98.85"), "{}", called.out);
    assert!(
        called.err.contains("nothing to compute again") && called.err.contains("nowhere.xlsx"),
        "{}",
        called.err
    );
}
