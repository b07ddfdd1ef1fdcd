//! From what a sample's evaluation owes to reasons and scores.

mod common;

use std::collections::BTreeMap;

use common::{Record, folder_text, fund, hundredth, options, records, sound_ledgers, spoken};
use jixiao_engine::intake::{Input, Silent, Source, load};
use jixiao_sample::{Options, Owing, Profile, Scored, said};

const YEAR: i16 = 2024;
const REGIONS: [&str; 12] = [
    "440100", "440200", "440400", "440500", "440600", "440700", "440800", "440900", "441200", "441300",
    "441400", "441500",
];
const INDICATORS: [&str; 4] = ["within-budget", "zone-imports", "completion-date", "execution"];

/// Every indicator of every region, in the monitored month and at the end of the year.
fn owing() -> Vec<Owing> {
    let mut all = Vec::new();
    for region in std::iter::once(None).chain(REGIONS.map(|r| Some(r.to_owned()))) {
        for indicator in INDICATORS {
            for month in [None, Some(7)] {
                all.push(Owing { month, region: region.clone(), indicator: indicator.to_owned() });
            }
        }
    }
    all
}

/// Sheets of 10.00, 20.00, 30.00 and 40.00 points: 100.00 in all.
fn scored() -> Vec<Scored> {
    let mut all = Vec::new();
    for region in std::iter::once(None).chain(REGIONS.map(|r| Some(r.to_owned()))) {
        let score = |indicator: Option<&str>, hundredths| Scored {
            region: region.clone(),
            indicator: indicator.map(str::to_owned),
            hundredths,
        };
        all.extend(
            [1_000, 2_000, 3_000, 4_000].into_iter().zip(INDICATORS).map(|(h, id)| score(Some(id), h)),
        );
        all.push(score(None, 10_000));
    }
    all
}

fn hundredths(row: &Record, heading: &str) -> i64 {
    row[heading].replace('.', "").parse().unwrap_or(0)
}

#[test]
fn most_of_what_is_owed_is_given_and_nothing_else() {
    let options = options(7, hundredth(), YEAR);
    let (summary, files) = spoken(&options, &owing(), &scored());
    let (mut turned, mut scores) = (owing(), scored());
    turned.reverse();
    scores.reverse();
    assert_eq!((summary, files.clone()), spoken(&options, &turned, &scores), "the order changes nothing");
    assert_ne!(
        files["reasons.csv"],
        spoken(&common::options(8, hundredth(), YEAR), &owing(), &[]).1["reasons.csv"]
    );
    let ledgers = sound_ledgers();
    for name in ["reasons", "scores"] {
        let file = format!("{name}.csv");
        let (_, ledger) = ledgers.find(name).expect("a ledger");
        let source = Source { name: file.clone(), input: Input::Bytes(files[&file].clone()) };
        assert_eq!(load(ledger, vec![source], 1, &Silent).expect("it reads").set_aside, [], "{name}");
    }
    let rows = records(&files["reasons.csv"]);
    let all = owing().len();
    assert!(rows.len() < all && rows.len() * 100 > all * 70, "{} of {all}", rows.len());
    let of_one = |indicator: &str| rows.iter().filter(|r| r["指标代号"] == indicator).collect::<Vec<_>>();
    assert!(
        of_one("within-budget").iter().all(|r| r["原因说明"].contains("追加下达")),
        "the example made for it"
    );
    let kinds: std::collections::BTreeSet<&str> = rows.iter().map(|r| r["原因类别"].as_str()).collect();
    assert_eq!(kinds.len(), 5, "{kinds:?}");
    let silent = rows.iter().filter(|r| r["改进措施"].is_empty()).count();
    assert!(silent > 0 && silent * 4 < rows.len(), "{silent}");
    for row in &rows {
        let month = if row["监控截至月份"].is_empty() { "2025-01" } else { "2024-08" };
        assert!(row["填报日期"].starts_with(month), "{row:?}");
        assert!(row["原因说明"].starts_with("示例"), "{row:?}");
    }
    assert!(String::from_utf8_lossy(&files["README-said.txt"]).contains("合成数据"));
}

#[test]
fn scores_are_the_sheets_less_what_is_taken_off_and_totals_add_up() {
    let (_, files) = spoken(&options(7, hundredth(), YEAR), &[], &scored());
    let own: BTreeMap<(String, String), i64> = scored()
        .into_iter()
        .map(|s| ((s.region.unwrap_or_default(), s.indicator.unwrap_or_default()), s.hundredths))
        .collect();
    let rows = records(&files["scores.csv"]);
    let mut sums: BTreeMap<(String, String), i64> = BTreeMap::new();
    let (mut said, mut silent) = (0, 0);
    for row in rows.iter().filter(|r| !r["指标代号"].is_empty()) {
        let off = own[&(row["地区代码"].clone(), row["指标代号"].clone())] - hundredths(row, "得分");
        assert!(off == 0 || off == 50, "{row:?}");
        if off > 0 && row["扣分原因"].is_empty() {
            silent += 1;
            assert_eq!(row["扣分"], "", "without a word nothing is said to be taken off: {row:?}");
        } else {
            said += i32::from(off > 0);
            assert_eq!(hundredths(row, "扣分"), off, "{row:?}");
        }
        *sums.entry((row["地区代码"].clone(), row["评分方"].clone())).or_default() += hundredths(row, "得分");
    }
    assert!(said > 0 && silent > 0, "{said} with words, {silent} without");
    for row in rows.iter().filter(|r| r["指标代号"].is_empty()) {
        let key = (row["地区代码"].clone(), row["评分方"].clone());
        assert_eq!(Some(hundredths(row, "得分")), sums.remove(&key), "{row:?}");
    }
    assert!(sums.is_empty(), "a sheet without a total: {sums:?}");
    let looked = |side: &str| rows.iter().filter(|r| r["指标代号"].is_empty() && r["评分方"] == side).count();
    let (department, finance) = (looked("自评") + looked("主管部门"), looked("财政"));
    assert_eq!(department, REGIONS.len() + 1, "the department looks at every sheet");
    assert!((1..department).contains(&finance), "finance at the whole and some: {finance}");
}

#[test]
fn mistakes_are_told() {
    let sound = folder_text("sample.toml");
    for (from, to, told) in [
        ("ledger = \"reasons\"", "ledger = \"resons\"", "said names resons"),
        ("days = \"reviewed\"", "days = \"revised\"", "said uses the span revised"),
        ("percent = 85", "percent = 185", "in said percentages lie between 0 and 100"),
        ("finance_one_in = 4", "finance_one_in = 0", "what is one in so many is above 0"),
    ] {
        assert!(sound.contains(from), "{from}");
        let faults = Profile::parse(&sound.replacen(from, to, 1), &fund(), &sound_ledgers()).expect_err(to);
        assert!(faults.iter().any(|f| f.en.contains(told)), "{to}: {faults:?}");
    }
    let mut nowhere = |_: &str| -> std::io::Result<Box<dyn std::io::Write>> { panic!("nothing is opened") };
    let error = said(&sound_ledgers(), &options(1, hundredth(), 2027), &owing(), &[], &mut nowhere)
        .expect_err("no such year");
    assert!(error.to_string().contains("spans.reviewed of sample.toml has no year 2027"), "{error}");
    let (before, after) = sound.split_once("[said.reasons]").expect("it is there");
    let (_, ledgers) = after.split_once("[[ledger]]").expect("ledgers follow");
    let profile =
        Profile::parse(&format!("{before}\n[[ledger]]{ledgers}"), &fund(), &sound_ledgers()).expect("sound");
    assert!(!profile.has_said());
    let silent = Options { profile, ..options(1, hundredth(), YEAR) };
    let error = said(&sound_ledgers(), &silent, &owing(), &[], &mut nowhere).expect_err("nothing to say");
    assert!(error.to_string().contains("has no [said]"), "{error}");
}
