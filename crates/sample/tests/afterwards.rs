//! From the sample's awards to allocations, payments and answers, and from there to what the fund's indicators came to.

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::{
    Record, folder_text, followed, fund, hundredth, made, options, records, sound_ledgers, sound_scheme,
};
use jixiao_core::actual::Actual;
use jixiao_engine::{
    fault::Text,
    intake::{Input, Silent, Source, load},
    measure::{self, Actuals, Known, Part},
    run::{Bindings, Setting, award, outcome::Outcome},
    schema_file,
    scheme::{
        plan::Plan,
        planner::{Years, plan},
    },
};
use jixiao_sample::{Awarded, Options, Profile, Scale, afterwards};
use rust_decimal::Decimal;

const YEAR: i16 = 2024;
const SCHEMES: [&str; 3] = ["import-bases", "import-interest", "premium-support"];

type Files = BTreeMap<String, Vec<u8>>;

fn with<T>(files: &Files, go: impl FnOnce(&Setting) -> T) -> T {
    let ledgers = sound_ledgers();
    let open = |ledger: usize| {
        let name = format!("{}.csv", ledgers.ledgers[ledger].name);
        let source = |bytes: &Vec<u8>| Source { name: name.clone(), input: Input::Bytes(bytes.clone()) };
        Ok(files.get(&name).map(source).into_iter().collect())
    };
    go(&Setting { ledgers: &ledgers, open: &open, threads: 2, watch: &Silent })
}

fn outcomes(files: &Files) -> Vec<Outcome> {
    let (fund, ledgers) = (fund(), sound_ledgers());
    let cycle = Years { first: fund.cycle.first, last: fund.cycle.last };
    let known = |code: &str| fund.regions.iter().any(|(_, region)| region.code == code);
    let plans: Vec<Plan> = SCHEMES
        .iter()
        .map(|name| plan(&sound_scheme(name), &ledgers, cycle, &known, YEAR, &[]).expect("a sound scheme"))
        .collect();
    let bindings: Vec<Bindings> = plans.iter().map(Bindings::of).collect();
    with(files, |setting| award(&plans, &bindings, setting))
        .unwrap_or_else(|e| panic!("{}", e.text().en))
        .outcomes
}

fn awarded(outcomes: &[Outcome]) -> Vec<Awarded> {
    let mut all = Vec::new();
    for outcome in outcomes {
        for (at, enterprise) in outcome.enterprises.iter().enumerate() {
            all.push(Awarded {
                scheme: outcome.plan.id.clone(),
                enterprise: enterprise.code.clone(),
                region: enterprise.region.clone().unwrap_or_default(),
                fen: outcome.awarded_fen(at),
                asked: true,
            });
        }
    }
    all
}

fn actuals(files: &Files, outcomes: &[Outcome]) -> Actuals {
    let (fund, ledgers) = (fund(), sound_ledgers());
    let known = Known {
        ledgers: &ledgers,
        schemes: &SCHEMES,
        cycle: Years { first: fund.cycle.first, last: fund.cycle.last },
        regions: &|code| fund.regions.iter().any(|(_, region)| region.code == code),
    };
    let text = Text { name: "indicators.toml".to_owned(), text: folder_text("indicators.toml") };
    let plan = measure::file::read(&text)
        .and_then(|file| measure::plan(&file, &known, YEAR))
        .unwrap_or_else(|faults| panic!("{faults:?}"));
    with(files, |setting| measure::actuals(&plan, outcomes, setting, &fund))
        .unwrap_or_else(|e| panic!("{}", e.text().en))
}

/// A sample with what follows its awards.
fn whole(seed: u64, scale: Scale) -> (Files, Vec<Outcome>) {
    let (_, mut files) = made(seed, scale, YEAR);
    let outcomes = outcomes(&files);
    let (_, more) = followed(&options(seed, scale, YEAR), &awarded(&outcomes));
    files.extend(more);
    (files, outcomes)
}

fn fen(row: &Record, heading: &str) -> i64 {
    row[heading].replace('.', "").parse().expect("yuan and fen")
}

#[test]
fn the_same_awards_give_the_same_bytes_in_any_order() {
    let (_, files) = made(3, hundredth(), YEAR);
    let mut awards = awarded(&outcomes(&files));
    let options = options(3, hundredth(), YEAR);
    let first = followed(&options, &awards);
    awards.reverse();
    assert_eq!(first, followed(&options, &awards));
    assert_ne!(
        first.1["payments.csv"],
        followed(&common::options(4, hundredth(), YEAR), &awards).1["payments.csv"]
    );
    assert!(String::from_utf8_lossy(&first.1["README-afterwards.txt"]).contains("合成数据"));
}

#[test]
fn nothing_is_paid_that_was_not_awarded() {
    let (files, outcomes) = whole(1, hundredth());
    let mut due: BTreeMap<(String, String), i64> = BTreeMap::new();
    for award in awarded(&outcomes).into_iter().filter(|a| a.fen > 0) {
        due.insert((award.scheme, award.enterprise), award.fen);
    }
    let mut paid: BTreeMap<(String, String), i64> = BTreeMap::new();
    let rows = records(&files["payments.csv"]);
    for row in rows.iter().filter(|r| r["状态"] == "已入账") {
        *paid.entry((row["方案"].clone(), row["收款企业统一社会信用代码"].clone())).or_default() +=
            fen(row, "拨付金额（元）");
    }
    assert!(paid.len() > 100, "{}", paid.len());
    for (key, amount) in &paid {
        assert_eq!(
            Some(amount),
            due.get(key),
            "an award is paid whole, in one order or two, or not at all: {key:?}"
        );
    }
    // What was handed down covers what was paid, but in the region that pays more.
    let mut left: BTreeMap<String, i64> = BTreeMap::new();
    for row in records(&files["allocations.csv"]) {
        *left.entry(row["地区代码"].clone()).or_default() += fen(&row, "下达金额（元）");
    }
    for row in rows.iter().filter(|r| r["状态"] == "已入账") {
        *left.entry(row["地区代码"].clone()).or_default() -= fen(row, "拨付金额（元）");
    }
    let over: Vec<&str> =
        left.iter().filter(|(_, left)| **left < 0).map(|(region, _)| region.as_str()).collect();
    assert_eq!(over, ["440600"]);
}

#[test]
fn every_row_is_accepted_and_what_was_planted_stands_where_it_is_listed() {
    let (files, _) = whole(1, Scale::new(1, 10).expect("a scale"));
    let ledgers = sound_ledgers();
    for name in ["allocations", "payments", "survey_answers", "trade_value", "reported"] {
        let file = format!("{name}.csv");
        let (_, ledger) = ledgers.find(name).expect("a ledger");
        let source = Source { name: file.clone(), input: Input::Bytes(files[&file].clone()) };
        let loaded = load(ledger, vec![source], 2, &Silent).expect("it reads");
        assert_eq!(loaded.set_aside, [], "{name}");
        assert!(!loaded.table.rows.is_empty(), "{name}");
    }
    let truth = records(&files["truth-afterwards.csv"]);
    let kinds: BTreeSet<&str> = truth.iter().map(|r| r["kind"].as_str()).collect();
    assert_eq!(kinds, ["answered-twice", "paid-late", "stranger", "unknown-option", "void-order"].into());
    for row in &truth {
        let at: usize = row["row"].parse().expect("a number");
        let cells = &records(&files[&row["file"]])[at - 2];
        match row["kind"].as_str() {
            "void-order" => assert_eq!(cells["状态"], "已作废"),
            "paid-late" => assert!(cells["拨付日期"].starts_with("2025-"), "{cells:?}"),
            "unknown-option" => assert_eq!(cells["回答"], "说不清"),
            _ => {}
        }
        assert!(cells.values().any(|v| *v == row["enterprise"]) && row["note"].contains("合成数据"));
    }
}

#[test]
fn every_indicator_is_measured_for_every_region() {
    let (files, outcomes) = whole(1, Scale::new(1, 10).expect("a scale"));
    let actuals = actuals(&files, &outcomes);
    let fund = fund();
    let regions =
        fund.regions.iter().filter(|(id, r)| r.in_scope && fund.regions.parent(*id).is_some()).count();
    // Seven indicators, the whole and each region; satisfaction stands in the survey's rows.
    assert_eq!((regions, actuals.measured.len()), (21, 7 * 22));
    let of = |indicator: &str, region: &str| {
        let region = (!region.is_empty()).then(|| fund.regions.find(region).expect("a region"));
        actuals.of(indicator, region).expect("measured").actual.clone()
    };
    let number = |indicator: &str, region: &str| match of(indicator, region) {
        Actual::Number(n) => n,
        other => panic!("{indicator} {region}: {other:?}"),
    };
    // The whole is what the awards say; regions add up to it, since an enterprise is at home once.
    let supported = |id: &str| {
        (0..)
            .zip(&outcomes)
            .filter(|(_, o)| o.plan.id == id)
            .map(|(_, o): (usize, _)| (0..o.enterprises.len()).filter(|e| o.awarded_fen(*e) > 0).count())
            .sum::<usize>()
    };
    for (indicator, scheme) in
        [("import-interest-awards", "import-interest"), ("premium-support-enterprises", "premium-support")]
    {
        assert_eq!(number(indicator, ""), Decimal::from(supported(scheme)), "{indicator}");
        let sum: Decimal = fund
            .regions
            .iter()
            .filter(|(id, r)| r.in_scope && fund.regions.parent(*id).is_some())
            .map(|(_, r)| number(indicator, &r.name))
            .sum();
        assert_eq!(sum, number(indicator, ""), "{indicator}");
    }
    // Imports of zone members, added by hand from the file: those of 2024 of members in the fund's regions.
    let region_of: BTreeMap<String, String> = records(&files["enterprises.csv"])
        .into_iter()
        .map(|r| (r["统一社会信用代码"].clone(), r["地区代码"].clone()))
        .collect();
    let members: BTreeSet<String> = records(&files["zone_members.csv"])
        .into_iter()
        .filter(|r| r["离区日期"].is_empty())
        .map(|r| r["统一社会信用代码"].clone())
        .collect();
    let mut imports: BTreeMap<&str, i64> = BTreeMap::new();
    for row in records(&files["trade_value.csv"]).iter().filter(|r| r["月份"].starts_with("2024-")) {
        let code = &row["企业统一社会信用代码"];
        if members.contains(code) && region_of[code] != "440300" {
            *imports.entry(&region_of[code]).or_default() += fen(row, "进口额（元）");
        }
    }
    assert_eq!(number("zone-imports", "湛江市"), Decimal::new(imports["440800"], 10).normalize());
    assert_eq!(number("zone-imports", ""), Decimal::new(imports.values().sum(), 10).normalize());
    assert_eq!(number("zone-imports", "云浮市"), Decimal::ZERO);
    // Foshan paid more than it received, so the province's budget is looked at as a whole; Zhanjiang was short and paid the last of it in December.
    assert_eq!(of("within-budget", "佛山市"), Actual::State(false));
    assert_eq!(of("within-budget", "广州市"), Actual::State(true));
    assert!(
        matches!(of("completion-date", "湛江市"), Actual::Date(day) if (day.year(), day.month()) == (2024, 12))
    );
    // Everything was paid, some of it in the year after.
    assert!(matches!(of("completion-date", ""), Actual::Date(day) if day.year() == 2025));
    assert!(matches!(of("completion-date", "广州市"), Actual::Date(day) if day.year() == 2024));
    assert!(matches!(of("import-willingness", "广州市"), Actual::Graded(..)));
    // Regions without an award of the scheme have nothing to keep.
    assert!(matches!(of("import-willingness", "汕尾市"), Actual::NotApplicable(_)));
    // Courses: trade of both years to December, payments of the year.
    let course = |indicator: &str, part: Part, year: i16| {
        let found = actuals
            .courses
            .iter()
            .find(|c| c.indicator == indicator && c.part == part && c.region.is_none() && c.year == year);
        found.unwrap_or_else(|| panic!("{indicator} {part:?} {year}")).months
    };
    assert_eq!(course("zone-imports", Part::Value, 2024)[11], Some(number("zone-imports", "")));
    assert!(course("zone-imports", Part::Value, 2023)[11] > Some(Decimal::ZERO));
    for (indicator, part) in [
        ("premium-support-enterprises", Part::Value),
        ("within-budget", Part::Amount),
        ("within-budget", Part::Limit),
    ] {
        let months = course(indicator, part, 2024);
        assert!(months.iter().all(Option::is_some) && months.is_sorted(), "{indicator}: {months:?}");
    }
    let survey = &actuals.surveys[0];
    assert_eq!((survey.indicator.as_str(), &survey.missing), ("beneficiary-satisfaction", &None));
    assert!(survey.answers.iter().filter(|a| a.region.is_none()).count() >= 9, "strangers have no region");
    let silent = fund.regions.find("云浮市");
    assert!(
        survey.answers.iter().all(|a| a.region != silent)
            && survey.population.iter().any(|p| Some(p.region) == silent)
    );
    let asked: usize = survey.population.iter().map(|p| p.enterprises.len()).sum();
    assert_eq!(asked, awarded(&outcomes).iter().filter(|a| a.fen > 0).count());
    // What regions report beside it: the figure of the later report, and why three rows are of no use.
    let troubles = actuals.reports.iter().filter(|r| r.trouble.is_some()).count();
    assert_eq!((actuals.reports.len(), troubles), (11, 3));
}

#[test]
fn mistakes_of_the_profile_are_told() {
    let sound = folder_text("sample.toml");
    for (from, to, said) in [
        ("early_percent = 70", "early_percent = 101", "percentages of afterwards lie between 0 and 100"),
        ("early = \"handed-down-early\"", "early = \"handed-up\"", "uses the span handed-up"),
        ("ledger = \"payments\"\ndays", "ledger = \"paymnts\"\ndays", "afterwards names paymnts"),
        ("silent = [\"445300\"]", "silent = [\"449900\"]", "division code 449900"),
        (
            "options = [[\"非常满意\", 62], [\"满意\", 33]",
            "options = [[\"非常满意\", 0], [\"满意\", 33]",
            "options with shares",
        ),
        (
            "rows = \"each\", times = 24, enterprises = \"zone-importers\"",
            "rows = 5, times = 24, enterprises = \"zone-importers\"",
            "may have times",
        ),
        (
            "rows = \"each\", times = 24, enterprises = \"zone-importers\"",
            "rows = \"each\", times = 0, enterprises = \"zone-importers\"",
            "may have times",
        ),
        (
            "month = { month = \"trade-months\" }",
            "month = { month = \"no-months\" }",
            "the recipe of trade_value.month is not understood",
        ),
        (
            "regions = { 440100 = 100,",
            "regions = { 440100 = 0,",
            "the recipe of trade_value.import_value is not understood",
        ),
    ] {
        assert!(sound.contains(from), "{from}");
        let faults = Profile::parse(&sound.replacen(from, to, 1), &fund(), &sound_ledgers()).expect_err(to);
        assert!(faults.iter().any(|f| f.en.contains(said)), "{to}: {faults:?}");
    }
}

#[test]
fn what_cannot_follow_is_refused() {
    let mut nowhere = |_: &str| -> std::io::Result<Box<dyn std::io::Write>> { panic!("nothing is opened") };
    let award = Awarded {
        scheme: "import-interest".to_owned(),
        enterprise: "X9000000".to_owned(),
        region: "440100".to_owned(),
        fen: 100,
        asked: true,
    };
    let mut refused = |options: &Options| {
        let error = afterwards(&sound_ledgers(), options, std::slice::from_ref(&award), &mut nowhere)
            .expect_err("refused");
        assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
        error.to_string()
    };
    // A year that the spans do not have: each of them is told.
    let said = refused(&options(1, hundredth(), 2027));
    assert!(
        said.contains("spans.paid of sample.toml has no year 2027") && said.contains("spans.answered"),
        "{said}"
    );
    // A profile that says nothing of what follows.
    let sound = folder_text("sample.toml");
    let (before, after) = sound.split_once("# What follows the awards of a run").expect("it is there");
    let (_, ledgers) = after.split_once("[[ledger]]").expect("ledgers follow");
    let without = format!("{before}\n[[ledger]]{ledgers}");
    let profile = Profile::parse(&without, &fund(), &sound_ledgers()).expect("sound without it");
    let said = refused(&Options { profile, ..options(1, hundredth(), YEAR) });
    assert!(said.contains("has no [afterwards]"), "{said}");
}

#[test]
fn a_ledger_without_the_columns_that_are_written_is_refused() {
    let text = folder_text("ledgers.toml").replacen("name = \"order_no\"", "name = \"voucher\"", 1).replacen(
        "key = [\"order_no\"]",
        "key = [\"voucher\"]",
        1,
    );
    let ledgers = schema_file::ledgers(&Text { name: "ledgers.toml".to_owned(), text }).expect("sound");
    let profile = Profile::parse(&folder_text("sample.toml"), &fund(), &ledgers).expect("sound");
    let award = Awarded {
        scheme: "import-interest".to_owned(),
        enterprise: "X9000000".to_owned(),
        region: "440100".to_owned(),
        fen: 100,
        asked: true,
    };
    let mut open = |_: &str| -> std::io::Result<Box<dyn std::io::Write>> { Ok(Box::new(std::io::sink())) };
    let options = Options { profile, ..options(1, hundredth(), YEAR) };
    let error = afterwards(&ledgers, &options, &[award], &mut open).expect_err("refused").to_string();
    assert!(
        error.contains("the column order_no of payments") && error.contains("the column voucher of payments"),
        "{error}"
    );
}
