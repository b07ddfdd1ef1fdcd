//! The embedded back end against DataFusion: random ledgers and parameters, the same verdict for every row, the same award for every enterprise.
//!
//! Cases follow from their numbers alone: a failure names the number, and the same number makes the same case again.
#![cfg(feature = "cluster")]

use std::{
    cell::RefCell,
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    io::{self, Write},
    path::PathBuf,
    rc::Rc,
};

use jixiao_cluster::Session;
use jixiao_core::fund::Fund;
use jixiao_engine::{
    batch::RowId,
    fault::{Fault, Text},
    intake::{Input, Silent, Source, credit_code::complete, load},
    number::Dec,
    run::{Bindings, RunError, Setting, award},
    schema::{Column, Kind, Ledger, Ledgers},
    schema_file::ledgers,
    scheme::{
        file::read,
        plan::{Plan, Type},
        planner::{Years, plan},
    },
    sql::queries,
};
use jixiao_sample::{FILE, Options, Profile, Scale, generate};

const CYCLE: Years = Years { first: 2024, last: 2026 };

/// Divisions that occur in ledgers, schemes and the fund.
const REGIONS: [&str; 4] = ["441300", "442000", "440300", "440100"];

/// Numbers that look random and are the same every time (xorshift with a multiplication at the end).
struct Draw(u64);

impl Draw {
    fn of(case: u64) -> Self {
        let mut draw = Self((case + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        for _ in 0..4 {
            draw.next();
        }
        draw
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }

    /// A number below another.
    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// Whether something happens that happens so many times in a hundred.
    fn percent(&mut self, often: u64) -> bool {
        self.below(100) < often
    }

    fn one<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[usize::try_from(self.below(of.len() as u64)).expect("few")]
    }
}

fn code(number: u64) -> String {
    let body = format!("9144000000000000{number}");
    let check = complete(&body).expect("seventeen characters of the alphabet");
    format!("{body}{check}")
}

const DATES: [&str; 14] = [
    "2023-12-31",
    "2024-01-01",
    "2024-01-30",
    "2024-01-31",
    "2024-02-28",
    "2024-02-29",
    "2024-03-01",
    "2024-03-31",
    "2024-06-30",
    "2024-07-01",
    "2023-01-01",
    "2023-02-28",
    "2011-11-11",
    "2025-12-31",
];
const TEXTS: [&str; 7] = ["甲", "a", "b", "c", "B%1", "B1", "Ωmega"];
const DIGITS: [&str; 4] = ["8542310000", "8542390000", "0101210000", "9999999999"];

/// A cell of a column, empty for null now and then where that is allowed.
fn cell(column: &Column, draw: &mut Draw) -> String {
    if !column.required && draw.percent(12) {
        return String::new();
    }
    match &column.kind {
        Kind::Text if column.name == "region" => draw.one(&REGIONS).to_owned(),
        // Some ledgers hold credit codes as plain texts.
        Kind::Text if column.name == "code" => code(draw.below(7)),
        Kind::Text => draw.one(&TEXTS).to_owned(),
        Kind::Choice(all) => {
            let words: Vec<&str> = all.iter().map(|c| c.value.as_str()).collect();
            draw.one(&words).to_owned()
        }
        Kind::CreditCode => code(draw.below(7)),
        Kind::Digits(width) => {
            let digits = draw.one(&DIGITS);
            digits.chars().cycle().take(usize::from(*width)).collect()
        }
        Kind::Whole => {
            Dec::new(i128::from(draw.below(7)) - i128::from(column.minimum.is_none()), 0).to_string()
        }
        Kind::Decimal(scale) => {
            let size = *[&1u64, &100, &10_000, &1_000_000, &100_000_000]
                .get(usize::try_from(draw.below(5)).expect("few"))
                .expect("five");
            let number = i128::from(draw.below(size * 3));
            let negative = column.minimum.is_none() && draw.percent(15);
            Dec::new(if negative { -number } else { number }, *scale).to_string()
        }
        Kind::Date => draw.one(&DATES).to_owned(),
        Kind::Flag => draw.one(&["是", "否"]).to_owned(),
    }
}

/// Files of a ledger, as CSV; two, when there are enough rows.
fn files(ledger: &Ledger, rows: u64, draw: &mut Draw) -> Vec<String> {
    let heading: Vec<&str> = ledger.columns.iter().map(|c| c.name.as_str()).collect();
    let mut files = vec![format!("{}\n", heading.join(",")); if rows > 4 { 2 } else { 1 }];
    let parts = files.len() as u64;
    // Some rows repeat an earlier one but for a cell or two, so that duplicates are not left to luck.
    let mut before: Vec<Vec<String>> = Vec::new();
    for row in 0..rows {
        let cells = match before.len() as u64 {
            n if n > 0 && draw.percent(35) => {
                let mut again = before[usize::try_from(draw.below(n)).expect("few")].clone();
                for _ in 0..2 {
                    let change = usize::try_from(draw.below(again.len() as u64)).expect("few");
                    again[change] = cell(&ledger.columns[change], draw);
                }
                again
            }
            _ => ledger.columns.iter().map(|c| cell(c, draw)).collect(),
        };
        let file = usize::try_from(row * parts / rows).expect("few");
        writeln!(files[file], "{}", cells.join(",")).expect("a string takes everything");
        before.push(cells);
    }
    files
}

fn shown(file: &Text, faults: &[Fault]) -> String {
    let line = |fault: &Fault| {
        let (line, column) = file.line_and_column(fault.span.start);
        format!("{}:{line}:{column}: {} | {}\n", file.name, fault.message.en, fault.next.en)
    };
    faults.iter().map(line).collect()
}

fn text(path: &str) -> Text {
    let from = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path);
    Text { name: path.to_owned(), text: fs::read_to_string(from).unwrap_or_else(|e| panic!("{path}: {e}")) }
}

fn read_ledgers(path: &str) -> Ledgers {
    let file = text(path);
    ledgers(&file).unwrap_or_else(|faults| panic!("{}", shown(&file, &faults)))
}

fn read_plan(path: &str, ledgers: &Ledgers, year: i16) -> Plan {
    let file = text(path);
    let scheme = read(&file).unwrap_or_else(|faults| panic!("{}", shown(&file, &faults)));
    let region = |code: &str| code.len() == 6;
    plan(&scheme, ledgers, CYCLE, &region, year, &[])
        .unwrap_or_else(|faults| panic!("{}", shown(&file, &faults)))
}

/// The values of the file, some of them replaced.
fn bind(plan: &Plan, draw: &mut Draw) -> Bindings {
    let mut bindings = Bindings::of(plan);
    for parameter in &plan.parameters {
        if matches!(parameter.ty, Type::Number { .. }) && draw.percent(15) {
            let number = Dec::new(i128::from(draw.below(300)), u8::from(draw.percent(50)));
            // A number with more digits than the plan has room for is left alone.
            let _ = bindings.set(plan, &parameter.id, number);
        }
    }
    bindings
}

/// What both back ends are asked for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Said {
    /// The verdict of each row, by class and place; none for what counts.
    verdicts: BTreeMap<(String, RowId), Option<String>>,
    /// Before and after the budget, in fen, by credit code.
    awards: BTreeMap<String, (i128, i128)>,
}

fn sources(ledger: &Ledger, files: &[String]) -> Vec<Source> {
    let source = |(i, text): (usize, &String)| Source {
        name: format!("{}-{}.csv", ledger.name, i + 1),
        input: Input::Bytes(text.clone().into_bytes()),
    };
    files.iter().enumerate().map(source).collect()
}

fn embedded(
    plan: &Plan,
    ledgers: &Ledgers,
    bindings: &Bindings,
    files: &[Vec<String>],
    threads: usize,
) -> Result<Said, RunError> {
    let open = |ledger: usize| Ok(sources(&ledgers.ledgers[ledger], &files[ledger]));
    let setting = Setting { ledgers, open: &open, threads, watch: &Silent };
    let run = award(std::slice::from_ref(plan), std::slice::from_ref(bindings), &setting)?;
    let outcome = &run.outcomes[0];
    let mut said = Said::default();
    for line in outcome.lines() {
        let refused = line.refused.map(|reason| outcome.reasons(line.class)[reason].id.clone());
        said.verdicts.insert((plan.classes[line.class].id.clone(), line.place), refused);
    }
    for (number, enterprise) in outcome.enterprises.iter().enumerate() {
        let fen = (i128::from(outcome.wanted_fen(number)), i128::from(outcome.awarded_fen(number)));
        said.awards.insert(enterprise.code.clone(), fen);
    }
    Ok(said)
}

fn cluster(
    plan: &Plan,
    ledgers: &Ledgers,
    bindings: &Bindings,
    files: &[Vec<String>],
    partitions: usize,
) -> Result<Said, String> {
    let session = Session::new(partitions);
    for (ledger, files) in ledgers.ledgers.iter().zip(files) {
        let loaded = load(ledger, sources(ledger, files), 1, &Silent).map_err(|e| format!("{e:?}"))?;
        session.table(ledger, &loaded.table).map_err(|e| e.to_string())?;
    }
    session.run(&queries(plan, ledgers, bindings)).map_err(|e| e.to_string())?;
    let mut said = Said::default();
    for class in &plan.classes {
        for verdict in session.verdicts(&class.id).map_err(|e| e.to_string())? {
            said.verdicts.insert((class.id.clone(), verdict.place), verdict.refusal);
        }
    }
    for award in session.awards().map_err(|e| e.to_string())? {
        said.awards.insert(award.code, (award.amount, award.award));
    }
    Ok(said)
}

/// How much of what the cases were to try was tried.
#[derive(Debug, Default)]
struct Tried {
    verdicts: BTreeMap<String, usize>,
    awarded: usize,
    short: usize,
    stopped: usize,
}

impl Tried {
    fn add(&mut self, said: &Said) {
        for ((class, _), verdict) in &said.verdicts {
            let key = format!("{class}/{}", verdict.as_deref().unwrap_or("ok"));
            *self.verdicts.entry(key).or_default() += 1;
        }
        self.awarded += said.awards.values().filter(|(_, award)| *award > 0).count();
        self.short += usize::from(said.awards.values().any(|(amount, award)| amount != award));
    }
}

/// Both opinions on one case; `None` where both say that it cannot be computed.
fn compare(
    what: &str,
    plan: &Plan,
    ledgers: &Ledgers,
    bindings: &Bindings,
    files: &[Vec<String>],
) -> Option<Said> {
    let ours = embedded(plan, ledgers, bindings, files, 2);
    let theirs = cluster(plan, ledgers, bindings, files, 1);
    let rows = || files.iter().flatten().fold(String::new(), |all, file| format!("{all}{file}\n"));
    match (ours, theirs) {
        (Ok(ours), Ok(theirs)) => {
            let mut differences = String::new();
            for (place, verdict) in &ours.verdicts {
                let other = theirs.verdicts.get(place);
                if other != Some(verdict) {
                    writeln!(differences, "{place:?}: {verdict:?}, DataFusion {other:?}").expect("a string");
                }
            }
            for (code, award) in &ours.awards {
                let other = theirs.awards.get(code);
                if other != Some(award) {
                    writeln!(differences, "{code}: {award:?}, DataFusion {other:?}").expect("a string");
                }
            }
            assert!(differences.is_empty(), "{what}\n{differences}\n{}", rows());
            assert_eq!(
                ours,
                theirs,
                "{what}: one of them knows rows or enterprises that the other does not\n{}",
                rows()
            );
            Some(ours)
        }
        (Err(_), Err(_)) => None,
        (Ok(_), Err(why)) => panic!("{what}: only DataFusion stops: {why}\n{}", rows()),
        (Err(why), Ok(_)) => {
            panic!("{what}: only the embedded back end stops: {}\n{}", why.text().en, rows())
        }
    }
}

fn random_cases(name: &str, cases: u64) -> Tried {
    let ledgers = read_ledgers("tests/schemes/ledgers.toml");
    let mut tried = Tried::default();
    let year = |case: u64| 2024 + i16::try_from(case % 3).expect("few");
    let plans: Vec<Plan> =
        (0..3).map(|c| read_plan(&format!("tests/schemes/{name}.toml"), &ledgers, year(c))).collect();
    for case in 0..cases {
        let mut draw = Draw::of(case);
        let plan = &plans[usize::try_from(case % 3).expect("few")];
        let bindings = bind(plan, &mut draw);
        let files: Vec<Vec<String>> = ledgers
            .ledgers
            .iter()
            .map(|ledger| {
                let rows = if ledger.name == "claims" { 1 + draw.below(40) } else { 1 + draw.below(8) };
                files(ledger, rows, &mut draw)
            })
            .collect();
        match compare(&format!("{name}, case {case}"), plan, &ledgers, &bindings, &files) {
            Some(said) => tried.add(&said),
            None => tried.stopped += 1,
        }
    }
    tried
}

/// Every verdict that a plan knows was passed at least once, but for those named.
fn every_verdict(name: &str, tried: &Tried, but: &[&str]) {
    let ledgers = read_ledgers("tests/schemes/ledgers.toml");
    let plan = read_plan(&format!("tests/schemes/{name}.toml"), &ledgers, 2024);
    for class in &plan.classes {
        let duplicates = class.duplicates.iter().map(|d| d.id.as_str());
        let conditions = class.conditions.iter().map(|c| c.id.as_str());
        for id in
            duplicates.chain(conditions).chain(["ok", "unknown-applicant"]).filter(|id| !but.contains(id))
        {
            let key = format!("{}/{id}", class.id);
            assert!(tried.verdicts.contains_key(&key), "no row was ever {key}: {tried:?}");
        }
    }
}

#[test]
fn every_kind_of_expression() {
    let tried = random_cases("nodes", 60);
    every_verdict("nodes", &tried, &[]);
    assert!(tried.awarded > 60 && tried.stopped < 40, "{tried:?}");
}

#[test]
fn every_kind_of_duplicate() {
    let tried = random_cases("doubles", 90);
    // Rows that look alike are only flagged.
    every_verdict("doubles", &tried, &["near"]);
    assert!(tried.short > 10 && tried.stopped < 10, "{tried:?}");
}

#[test]
fn aggregates_requirements_steps_and_regional_money() {
    let tried = random_cases("enterprises", 90);
    every_verdict("enterprises", &tried, &[]);
    assert!(tried.awarded > 60 && tried.short > 10 && tried.stopped < 60, "{tried:?}");
}

/// A file in memory that is read after it was written.
#[derive(Clone, Default)]
struct Page(Rc<RefCell<Vec<u8>>>);

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

const FUND: &str = "../../funds/guangdong-trade-2024";

/// Synthetic ledgers of the fund, one file each, with the irregularities that its profile plants.
fn sample(ledgers: &Ledgers, seed: u64, year: i16) -> Vec<Vec<String>> {
    let texts = ["fund.toml", "regions.csv", "indicators.toml"]
        .into_iter()
        .map(|name| (name.to_owned(), text(&format!("{FUND}/{name}")).text))
        .collect();
    let fund = Fund::parse(&texts).expect("a sound fund folder");
    let profile =
        Profile::parse(&text(&format!("{FUND}/{FILE}")).text, &fund, ledgers).expect("a sound profile");
    // A few rows of each part: every irregularity is there, and everything is small enough for many pairs of eyes.
    let scale = Scale::new(1, 2_000).expect("a fraction");
    let pages: RefCell<BTreeMap<String, Page>> = RefCell::default();
    let options = Options { seed, scale, year, profile };
    generate(&fund, ledgers, &options, &mut |name: &str| {
        let page = pages.borrow_mut().entry(name.to_owned()).or_default().clone();
        Ok(Box::new(page))
    })
    .expect("a sample in memory");
    let pages = pages.into_inner();
    let file = |ledger: &Ledger| {
        let heading: Vec<&str> = ledger.columns.iter().map(|c| c.name.as_str()).collect();
        let page = pages.get(&format!("{}.csv", ledger.files[0]));
        let written = page.map(|p| String::from_utf8(p.0.borrow().clone()).expect("UTF-8"));
        vec![written.unwrap_or_else(|| format!("{}\n", heading.join(",")))]
    };
    ledgers.ledgers.iter().map(file).collect()
}

#[test]
fn the_built_in_fund() {
    let ledgers = read_ledgers(&format!("{FUND}/ledgers.toml"));
    let mut tried = Tried::default();
    for seed in 1..=3 {
        let files = sample(&ledgers, seed, 2024);
        for name in ["premium-support", "import-interest", "import-bases"] {
            let plan = read_plan(&format!("{FUND}/schemes/{name}.toml"), &ledgers, 2024);
            // The first time with the values of the file.
            let mut bindings = if seed == 1 { Bindings::of(&plan) } else { bind(&plan, &mut Draw::of(seed)) };
            if seed == 2 {
                // 1 万元 for everybody, so that the money runs out.
                bindings.set(&plan, "budget", Dec::new(1, 0)).expect("a budget in 万元");
            }
            let said = compare(&format!("{name}, seed {seed}"), &plan, &ledgers, &bindings, &files);
            tried.add(&said.unwrap_or_else(|| panic!("{name}, seed {seed}: stopped")));
        }
    }
    assert!(tried.awarded > 100 && tried.short == 3, "{tried:?}");
}
