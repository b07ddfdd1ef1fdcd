//! The sample of the fund that is built in: the same bytes again, everything planted, and intake sets aside what was planted and nothing else.

mod common;

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Write},
};

use common::{Record, folder_text, fund, hundredth, made, profile, records, sound_ledgers};
use jixiao_engine::intake::{Input, Silent, Source, credit_code, load};
use jixiao_sample::{Options, Profile, Scale, generate};

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let (summary, files) = made(7, hundredth(), 2024);
    assert_eq!((summary, files.clone()), made(7, hundredth(), 2024));
    let (_, others) = made(8, hundredth(), 2024);
    assert_ne!(files["import_lines.csv"], others["import_lines.csv"]);
}

#[test]
fn every_ledger_has_its_file_with_its_headings() {
    let (summary, files) = made(1, hundredth(), 2024);
    let ledgers = sound_ledgers();
    // What follows the awards is made from a run of them.
    let later = ["allocations", "payments", "survey_answers", "reasons", "scores"];
    let sampled: Vec<_> = ledgers.ledgers.iter().filter(|l| !later.contains(&l.name.as_str())).collect();
    assert_eq!(summary.files.len(), sampled.len());
    for (ledger, file) in sampled.into_iter().zip(&summary.files) {
        assert_eq!((&file.ledger, &file.name), (&ledger.name, &format!("{}.csv", ledger.name)));
        let bytes = &files[&file.name];
        assert_eq!(file.bytes, bytes.len() as u64);
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let headings: Vec<String> = reader.headers().expect("a heading").iter().map(str::to_owned).collect();
        let wanted: Vec<String> = ledger.columns.iter().map(|c| c.headings[0].clone()).collect();
        assert_eq!(headings, wanted, "{}", ledger.name);
        assert_eq!(reader.records().count() as u64, file.rows, "{}", ledger.name);
    }
}

#[test]
fn figures_follow_the_scale() {
    let (summary, _) = made(1, hundredth(), 2024);
    let rows = |name: &str| summary.files.iter().find(|f| f.ledger == name).expect("a file").rows;
    let lines = rows("import_lines") + rows("zone_lines") + rows("trading_lines");
    // A hundredth of about 1,000,000 lines and 60,000 invoices; what is planted is never less than one of each.
    assert!((9_500..11_500).contains(&lines), "{lines}");
    assert!((550..900).contains(&(rows("premiums") + rows("platform_premiums"))));
    assert!((200..500).contains(&rows("enterprises")));
}

#[test]
fn every_kind_is_planted_and_listed_with_its_row() {
    let (summary, files) = made(1, hundredth(), 2024);
    let truth = records(&files["truth.csv"]);
    assert_eq!(truth.len() as u64, summary.truth_rows);
    assert_eq!(summary.planted.values().sum::<u64>(), summary.truth_rows);
    // Every part of the data file that expects something is there.
    let data: toml::Table = folder_text("sample.toml").parse().expect("sound TOML");
    let mut kinds = BTreeSet::new();
    for ledger in data["ledger"].as_array().expect("ledgers") {
        for part in ledger["part"].as_array().expect("parts") {
            let second = part.get("second").and_then(|s| s.get("expect"));
            if part.get("expect").or(second).is_some() {
                let text = |v: &toml::Value| v.as_str().expect("a text").to_owned();
                kinds.insert((text(&ledger["name"]), text(&part["id"])));
            }
        }
    }
    assert_eq!(summary.planted.keys().cloned().collect::<BTreeSet<_>>(), kinds);
    assert!(kinds.len() > 150, "{}", kinds.len());
    let mut lines: BTreeMap<&str, Vec<Record>> = BTreeMap::new();
    for row in &truth {
        let file = lines.entry(&row["file"]).or_insert_with(|| records(&files[&row["file"]]));
        let at: usize = row["row"].parse().expect("a number");
        // The heading is row 1.
        let cells = &file[at - 2];
        if row["finding"].starts_with("refused") && !row["finding"].ends_with("unknown-applicant") {
            let applicant = ["申请企业统一社会信用代码", "被保险企业统一社会信用代码", "统一社会信用代码"];
            let code = applicant.iter().find_map(|h| cells.get(*h)).expect("an applicant");
            let moved = row["kind"] == "two-applicants";
            assert!(moved || *code == row["enterprise"], "{row:?}");
        }
        assert!(row["note"].contains("合成数据"));
    }
}

#[test]
fn the_second_of_a_pair_stands_below_the_first_and_each_names_the_other() {
    let (_, files) = made(1, hundredth(), 2024);
    let truth = records(&files["truth.csv"]);
    let number = |row: &Record, key: &str| row[key].parse::<u64>().ok();
    let mut pairs = 0;
    for row in truth.iter().filter(|r| !r["other_row"].is_empty()) {
        let other =
            truth.iter().find(|o| o["file"] == row["file"] && number(o, "row") == number(row, "other_row"));
        if let Some(other) = other {
            assert_eq!((number(other, "other_row"), &other["kind"]), (number(row, "row"), &row["kind"]));
            pairs += 1;
        } else {
            // Only a first row that nothing is expected of is not listed; it stands above.
            assert!(number(row, "other_row") < number(row, "row"));
        }
    }
    assert!(pairs >= 60, "{pairs}");
    let lines = records(&files["import_lines.csv"]);
    let same: Vec<&Record> =
        truth.iter().filter(|r| r["kind"] == "same-line" && r["ledger"] == "import_lines").collect();
    assert_eq!(same.len() % 2, 0);
    for row in same.iter().filter(|r| r["finding"] == "refused:products/same-line") {
        let at = |key| number(row, key).and_then(|n| usize::try_from(n).ok()).expect("a row") - 2;
        assert!(at("other_row") < at("row"));
        assert_eq!(lines[at("other_row")], lines[at("row")]);
    }
}

#[test]
fn clean_rows_are_clean() {
    let (_, files) = made(3, Scale::new(1, 20).expect("a scale"), 2024);
    let truth = records(&files["truth.csv"]);
    let planted: BTreeSet<(&str, usize)> =
        truth.iter().map(|r| (r["file"].as_str(), r["row"].parse().expect("a number"))).collect();
    let unique = [
        ("import_lines.csv", ["报关单号", "项号"]),
        ("zone_lines.csv", ["报关单号", "项号"]),
        ("trading_lines.csv", ["报关单号", "项号"]),
        ("premiums.csv", ["保险机构", "发票号码"]),
        ("platform_premiums.csv", ["保险机构", "发票号码"]),
        ("technology_contracts.csv", ["登记证书号", "付汇凭证号"]),
        ("base_loans.csv", ["贷款银行", "贷款合同号"]),
        ("base_rents.csv", ["出租方", "租赁合同号"]),
    ];
    for (file, key) in unique {
        let mut seen = BTreeSet::new();
        for (at, record) in records(&files[file]).into_iter().enumerate() {
            if !planted.contains(&(file, at + 2)) {
                let key: Vec<String> = key.iter().map(|k| record[*k].clone()).collect();
                assert!(seen.insert(key.clone()), "{file}:{} {key:?} is there twice", at + 2);
            }
        }
        assert!(seen.len() > 2, "{file}");
    }
    for record in records(&files["enterprises.csv"]) {
        assert!(record["企业名称"].is_empty() || record["企业名称"].starts_with("示例"));
        assert!(record["统一社会信用代码"].starts_with("X9000000"));
    }
}

#[test]
fn intake_sets_aside_what_was_planted_and_nothing_else() {
    for (seed, year) in [(1, 2024), (20, 2025), (300, 2026)] {
        let (summary, files) = made(seed, hundredth(), year);
        let truth = records(&files["truth.csv"]);
        let ledgers = sound_ledgers();
        for file in &summary.files {
            let (_, ledger) = ledgers.find(&file.ledger).expect("a ledger of the fund");
            let source = Source { name: file.name.clone(), input: Input::Bytes(files[&file.name].clone()) };
            let loaded = load(ledger, vec![source], 2, &Silent).expect("it can be read");
            let found: BTreeSet<u64> = loaded.set_aside.iter().map(|s| u64::from(s.row)).collect();
            let planted: BTreeSet<u64> = truth
                .iter()
                .filter(|r| r["file"] == file.name && r["finding"] == "set-aside")
                .map(|r| r["row"].parse().expect("a number"))
                .collect();
            assert_eq!(found, planted, "{year} {}: {:?}", file.name, loaded.set_aside.first());
            assert_eq!(loaded.files[0].rows, file.rows, "{}", file.name);
            assert!(loaded.files[0].unread.is_empty());
        }
    }
}

#[test]
fn enterprises_claim_about_as_many_as_the_targets_ask() {
    // Numbers of the published target table: more than 20,000 and more than 270.
    let data: toml::Table = folder_text("sample.toml").parse().expect("sound TOML");
    let register = data["ledger"]
        .as_array()
        .expect("ledgers")
        .iter()
        .find(|l| l["name"].as_str() == Some("enterprises"));
    let parts = register.expect("the register")["part"].as_array().expect("parts");
    let count = |ids: &[&str]| -> i64 {
        let named = parts.iter().filter(|p| ids.contains(&p["id"].as_str().unwrap_or("")));
        named
            .flat_map(|p| p["regions"].as_table().expect("regions").values())
            .filter_map(toml::Value::as_integer)
            .sum()
    };
    assert!((20_001..22_000).contains(&count(&["platform", "general"])));
    assert!((271..300).contains(&count(&["importers", "technology-importers", "zone-importers", "traders"])));
}

#[test]
fn codes_are_right_in_their_check_character() {
    let (_, files) = made(1, hundredth(), 2024);
    let truth = records(&files["truth.csv"]);
    let wrong: BTreeSet<String> =
        truth.iter().filter(|r| r["file"] == "enterprises.csv").map(|r| r["row"].clone()).collect();
    for (at, record) in records(&files["enterprises.csv"]).into_iter().enumerate() {
        if !wrong.contains(&(at + 2).to_string()) {
            assert_eq!(credit_code::check(&record["统一社会信用代码"]), Ok(()));
        }
    }
}

#[test]
fn faults_of_the_data_file_are_all_told() {
    let (fund, ledgers) = (fund(), sound_ledgers());
    let text = r#"
register = "enterprises"
[spans]
year = { 2024 = ["2024-01-31", "2024-01-01"] }
[[ledger]]
name = "nowhere"
part = []
columns = {}
[[ledger]]
name = "enterprises"
part = [
  { id = "a", rows = 1, set = { colour = "red" }, expect = "refused:x" },
  { id = "a", rows = "each" },
  { id = "b", regions = { 999999 = 1 }, enterprises = "nobody" },
]
[ledger.columns]
code = { same = "name" }
name = { same = "code" }
region = "{cereal}"
trade_qualified = { date = "decade" }
"#;
    let faults = Profile::parse(text, &fund, &ledgers).expect_err("faulty");
    let said: String = faults.iter().map(|f| format!("{}\n", f.en)).collect();
    for part in [
        "no ledger nowhere",
        "spans.year",
        "division code 999999",
        "colour",
        "refused:x",
        "has a twice",
        "enterprises/a wants one of",
        "the group nobody",
        "enterprises.region",
        "enterprises.trade_qualified",
        "enterprises.registered must not be empty",
        "enterprises.fiscal_debt must not be empty",
    ] {
        assert!(said.contains(part), "{part} in\n{said}");
    }
    assert!(faults.iter().all(|f| f.zh != f.en && !f.zh.is_empty()));
    let circle = text
        .replace("colour = \"red\"", "size = \"\"")
        .replace("refused:x", "set-aside")
        .replace("[\"2024-01-31\", \"2024-01-01\"]", "[\"2024-01-01\", \"2024-01-31\"]")
        .replace("{ id = \"a\", rows = \"each\" },", "")
        .replace("{ id = \"b\", regions = { 999999 = 1 }, enterprises = \"nobody\" },", "")
        .replace("name = \"nowhere\"", "name = \"insurers\"")
        .replace("columns = {}", "columns = { name = \"a\", approved_from = \"b\" }")
        .replace("{cereal}", "440100")
        .replace("{ date = \"decade\" }", "\"是\"\nregistered = { date = \"year\" }\nfiscal_debt = \"否\"");
    let faults = Profile::parse(&circle, &fund, &ledgers).expect_err("a circle");
    assert!(faults.iter().all(|f| f.en.contains("comes back to itself")) && faults.len() == 2, "{faults:?}");
    let broken = Profile::parse("register = 3", &fund, &ledgers).expect_err("not a text");
    assert!(broken[0].en.starts_with("sample.toml:1:"), "{broken:?}");
}

#[test]
fn a_year_without_dates_and_a_scale_without_room_are_refused() {
    let nothing =
        |_: &str| -> io::Result<Box<dyn Write>> { Err(io::Error::other("nothing is to be opened")) };
    for (scale, year, part) in [
        (Scale::ONE, 2031, "has no year 2031"),
        (Scale::new(1000, 1).expect("a scale"), 2024, "more digits than places"),
    ] {
        let options = Options { seed: 1, scale, year, profile: profile() };
        let mut open = nothing;
        let error = generate(&fund(), &sound_ledgers(), &options, &mut open).expect_err("refused");
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
        assert!(error.to_string().contains(part), "{error}");
    }
}
