//! Times the evaluation alone, with nothing read and nothing written: made-up funds, tables and actuals are put together first. `bench/evaluate.py` runs it.
//!
//! Arguments: funds, regions, indicators, rounds, threads. Prints one JSON object: microseconds of each round without and with derivations, and what was
//! scored, so that a run that scores something else is seen.

use std::{collections::BTreeMap, time::Instant};

use jixiao_core::{
    actual::{Actual, Measured, Ratio},
    both,
    derivation::{Ground, Node},
    evaluation::{Evaluator, Inputs, Money, RuleSet, Scene},
    fund::{FolderTexts, Fund},
    indicator::{Category, Kind},
    money::Fen,
    period::Period,
    place::{Place, Written},
    region::RegionId,
    table::{Column, ColumnRole, Indicator, Marks, RegionRow, TargetCell, TargetTable},
    target::Reading,
    unit::Unit,
};
use rust_decimal::Decimal;

const YEAR: i16 = 2024;
/// So many different funds; more are these again.
const DIFFERENT: usize = 10;

/// Category, kind, unit, roll-up, target: what the indicators take turns at.
const SORTS: [(&str, &str, &str, &str, &str); 8] = [
    ("产出指标", "数量指标", "家", "sum", "≥"),
    ("产出指标", "数量指标", "家次", "sum", "≥"),
    ("产出指标", "质量指标", "%", "weighted-mean", "≥90%"),
    ("产出指标", "时效指标", "", "latest", "2024年12月底前"),
    ("产出指标", "成本指标", "万元", "sum", "≤"),
    ("效益指标", "经济效益指标", "亿元", "sum", "≥"),
    ("效益指标", "社会效益指标", "个", "sum", "≥"),
    ("满意度指标", "服务对象满意度指标", "%", "weighted-mean", "≥85%"),
];

/// A fund with everything that its evaluation is given.
struct Case {
    fund: Fund,
    table: TargetTable,
    measured: Vec<Measured>,
    money: BTreeMap<Option<RegionId>, Money>,
}

/// A figure below a limit from some numbers, always the same.
fn mixed(parts: [usize; 3], below: u64) -> u64 {
    let mut x = parts
        .iter()
        .fold(0x9E37_79B9_7F4A_7C15_u64, |x, p| (x ^ *p as u64).wrapping_mul(0x2545_F491_4F6C_DD1D));
    x ^= x >> 29;
    x % below
}

fn case(number: usize, regions: usize, indicators: usize) -> Result<Case, String> {
    let mut codes =
        String::from("code,name,parent,kind,aliases,in_scope,reason\n440000,试验省,,province,,yes,\n");
    let names: Vec<String> = (1..=regions).map(|r| format!("试验{r}市")).collect();
    for (r, name) in (1..).zip(&names) {
        codes += &format!("44{r:02}00,{name},440000,city,,yes,\n");
    }
    let mut specs = String::new();
    for i in 0..indicators {
        let (_, _, unit, roll_up, _) = SORTS[i % SORTS.len()];
        let unit = if unit.is_empty() { String::new() } else { format!("unit = \"{unit}\"\n") };
        specs += &format!(
            "[[indicator]]\nid = \"i{i}\"\nnames = [\"试验指标{i}\"]\n{unit}roll_up = {{ regions = \"{roll_up}\", years = \"{roll_up}\" }}\n"
        );
    }
    let texts: FolderTexts = [
        (
            "fund.toml",
            format!(
                "id = \"f{number}\"\nname = \"试验专项资金\"\napplies_to = [\"试验专项资金\"]\ndepartment = \"试验厅\"\n\
                 zone_convention = \"city-excludes-zone\"\n[cycle]\nfirst = 2024\nlast = 2026\n[budget]\ntotal = \"300万元\"\nyears = {{ 2024 = \"100万元\" }}\n"
            ),
        ),
        ("regions.csv", codes),
        ("indicators.toml", specs),
    ]
    .into_iter()
    .map(|(name, text)| (name.to_owned(), text))
    .collect();
    let fund = Fund::parse(&texts).map_err(|e| format!("{e:?}"))?;
    let found: Vec<RegionId> = names.iter().filter_map(|n| fund.regions.find(n)).collect();
    let mut table = TargetTable {
        titles: vec![Written::new("2024年试验专项资金绩效目标表", Place::new(0, 0, 0))],
        columns: vec![Column {
            role: ColumnRole::Target(Period::Year(Some(YEAR))),
            heading: Written::new("年度指标值", Place::new(0, 1, 4)),
        }],
        ..TargetTable::default()
    };
    let mut measured = Vec::new();
    for i in 0..indicators {
        let (category, kind, unit, _, sort) = SORTS[i % SORTS.len()];
        let base = 100 + mixed([number, i, 0], 9_000);
        let target = |r: usize| match sort {
            "≥" | "≤" if r == 0 => format!("{sort}{}", base * regions as u64),
            "≥" | "≤" => format!("{sort}{base}"),
            whole => whole.to_owned(),
        };
        let row = u32::try_from(10 + i * (regions + 1)).map_err(|e| e.to_string())?;
        let cell = |r: usize| {
            let text = target(r);
            let place = Place::new(0, row + u32::try_from(r).unwrap_or(0), 4);
            TargetCell {
                period: Period::Year(Some(YEAR)),
                written: Written::new(&*text, place),
                reading: Reading::parse(&text),
            }
        };
        let at = |column| Place::new(0, row, column);
        table.indicators.push(Indicator {
            category_label: Some(Written::new(category, at(1))),
            category: Category::parse(category),
            kind_label: Some(Written::new(kind, at(2))),
            kind: Kind::parse(kind),
            name: Written::new(format!("试验指标{i}"), at(3)),
            title: format!("试验指标{i}"),
            unit: Unit::parse(unit),
            bracket_target: None,
            whole: vec![cell(0)],
            regions: (1..)
                .zip(&names)
                .map(|(r, name)| RegionRow {
                    name: Written::new(name.as_str(), Place::new(0, row, 3)),
                    region: fund.regions.find(name),
                    cells: vec![cell(r)],
                    marks: Marks::default(),
                })
                .collect(),
            marks: Marks::default(),
        });
        for (r, region) in (0..).zip(std::iter::once(None).chain(found.iter().copied().map(Some))) {
            let drawn = mixed([number, i, r + 1], 60);
            let wanted = base * if r == 0 { regions as u64 } else { 1 };
            let actual = match (sort, unit) {
                _ if drawn == 59 => Actual::Missing,
                ("2024年12月底前", _) => {
                    let day = jiff::civil::date(
                        if drawn < 50 { 2024 } else { 2025 },
                        i8::try_from(1 + drawn % 12).unwrap_or(1),
                        28,
                    );
                    Actual::Date(day)
                }
                (_, "%") => Actual::Share(Ratio {
                    numerator: Decimal::from(700 + drawn * 5),
                    denominator: Decimal::from(997_u64),
                }),
                // Between 70 and 129 percent of the target, with decimals that do not end early.
                _ => Actual::Number(Decimal::from(wanted * (70 + drawn)) / Decimal::ONE_HUNDRED),
            };
            let node = Node::new(both!("台账", "ledger"), both!("见原始行", "see the rows"))
                .on(Ground::Rows { ledger: "试验".to_owned(), count: drawn, listed: String::new() });
            measured.push(Measured {
                indicator: format!("i{i}"),
                region,
                actual,
                illustrative: Vec::new(),
                derivation: node,
            });
        }
    }
    let money = std::iter::once(None)
        .chain(found.iter().copied().map(Some))
        .zip(0..)
        .map(|(region, r)| {
            let executed = Fen(800_000 + i64::try_from(mixed([number, r, 7], 200_000)).unwrap_or(0));
            (region, Money { adjusted: Some(Fen(1_000_000)), executed: Some(executed), derivation: None })
        })
        .collect();
    Ok(Case { fund, table, measured, money })
}

/// What some funds came to: how many rows were scored, and the points of all in hundredths.
fn evaluate(
    rules: &RuleSet,
    cases: &[Case],
    numbers: std::ops::Range<usize>,
    explained: bool,
) -> Result<(u64, Decimal), String> {
    let (mut rows, mut points) = (0, Decimal::ZERO);
    for number in numbers {
        let case = &cases[number % cases.len()];
        let scene = Scene::new(&case.fund, &case.table);
        let inputs = Inputs { measured: &case.measured, money: &case.money, reasons: &[], typed: &[] };
        let evaluator = Evaluator::new(rules, &scene, YEAR, inputs).map_err(|e| format!("{e:?}"))?;
        for region in std::iter::once(None).chain(evaluator.regions().into_iter().map(Some)) {
            let mut sheet = evaluator.sheet(region);
            if explained {
                evaluator.explain(&mut sheet, &|place| format!("{}", place.row));
            }
            rows += sheet.rows.iter().filter(|r| r.score.is_some()).count() as u64;
            points += sheet.total.at_least;
        }
    }
    Ok((rows, points))
}

fn timed(
    rules: &RuleSet,
    cases: &[Case],
    funds: usize,
    threads: usize,
    explained: bool,
) -> Result<(u128, u64, Decimal), String> {
    let begun = Instant::now();
    let share = funds.div_ceil(threads);
    let parts: Vec<Result<(u64, Decimal), String>> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|t| {
                scope.spawn(move || evaluate(rules, cases, t * share..funds.min((t + 1) * share), explained))
            })
            .collect();
        workers.into_iter().map(|w| w.join().unwrap_or_else(|_| Err("a worker stopped".to_owned()))).collect()
    });
    let elapsed = begun.elapsed().as_micros();
    let (mut rows, mut points) = (0, Decimal::ZERO);
    for part in parts {
        let (some, more) = part?;
        (rows, points) = (rows + some, points + more);
    }
    Ok((elapsed, rows, points))
}

fn main() -> Result<(), String> {
    let given: Vec<usize> = std::env::args()
        .skip(1)
        .map(|a| a.parse().map_err(|e| format!("{a}: {e}")))
        .collect::<Result<_, _>>()?;
    let [funds, regions, indicators, rounds, threads] = given[..] else {
        return Err("funds, regions, indicators, rounds, threads".to_owned());
    };
    let rules = RuleSet::national().map_err(|e| format!("{e:?}"))?;
    let cases: Vec<Case> = (0..funds.min(DIFFERENT))
        .map(|number| case(number, regions, indicators))
        .collect::<Result<_, _>>()?;
    let (mut plain, mut explained, mut scored) = (Vec::new(), Vec::new(), (0, Decimal::ZERO));
    for _ in 0..rounds.max(1) {
        let (micros, rows, points) = timed(&rules, &cases, funds, threads.max(1), false)?;
        plain.push(micros);
        scored = (rows, points);
        // With derivations the sheets of a thousand funds are only made to be dropped: once is enough to know.
        if explained.len() < rounds.max(1) && funds <= DIFFERENT {
            explained.push(timed(&rules, &cases, funds, threads.max(1), true)?.0);
        }
    }
    println!(
        "{{\"funds\": {funds}, \"regions\": {regions}, \"indicators\": {indicators}, \"threads\": {threads}, \"micros\": {plain:?}, \"micros_explained\": {explained:?}, \"rows_scored\": {}, \"points\": \"{}\"}}",
        scored.0, scored.1
    );
    Ok(())
}
