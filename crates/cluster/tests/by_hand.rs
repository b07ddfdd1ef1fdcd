//! A plan put together by hand, run on DataFusion: tables in, verdicts and awards out, each with its calculation.
#![cfg(feature = "cluster")]

use std::collections::BTreeMap;

use jixiao_cluster::{Session, Verdict};
use jixiao_core::finding::Both;
use jixiao_engine::{
    batch::{Column, RowId, Table, Texts, Values},
    dimension::{Dimension, Unit},
    number::Rounding,
    run::Bindings,
    schema::{self, Ledger, Ledgers},
    scheme::plan::{
        Aggregate, Applicant, Budget, Class, Comparison, Condition, Dated, Duplicate, DuplicateKind, Expr,
        Function, Kind, Lookup, Name, Parameter, Plan, Status, Step, Type, Value,
    },
    sql::queries,
};

fn number(scale: u8) -> Type {
    Type::Number { scale, dimension: Dimension::default() }
}

fn expr(kind: Kind, ty: Type) -> Expr {
    Expr { kind, ty, span: 0..0 }
}

fn name(name: Name, ty: Type) -> Expr {
    expr(Kind::Name(name), ty)
}

fn literal(n: i128, scale: u8) -> Expr {
    expr(Kind::Literal(Value::Number(n)), number(scale))
}

fn compare(a: Expr, comparison: Comparison, b: Expr) -> Expr {
    expr(Kind::Compare(comparison, Box::new(a), Box::new(b)), Type::Bool)
}

fn step(id: &str, expression: Expr) -> Step {
    Step { id: id.to_owned(), label: Both::same(id), clause: None, expression, text: String::new() }
}

fn condition(id: &str, expression: Expr) -> Condition {
    let label = Both::same(id);
    Condition {
        id: id.to_owned(),
        reason: label.clone(),
        label,
        clause: None,
        expression,
        text: String::new(),
    }
}

fn parameter(id: &str, ty: Type, values: &[(i64, i64, i128)], regions: &[(&str, i128)]) -> Parameter {
    let dated = |(from, to, n): (i64, i64, i128)| Dated {
        from,
        to,
        value: Value::Number(n),
        text: n.to_string(),
        source: String::new(),
        status: Status::Illustrative,
    };
    let own = regions.iter().map(|(code, n)| ((*code).to_owned(), vec![dated((i64::MIN, i64::MAX, *n))]));
    Parameter {
        id: id.to_owned(),
        label: Both::same(id),
        ty,
        unit: Some(Unit::plain()),
        values: values.iter().copied().map(dated).collect(),
        regions: own.collect::<BTreeMap<_, _>>(),
        ceiling: None,
        span: 0..0,
    }
}

fn column(name: &str, kind: schema::Kind) -> schema::Column {
    schema::Column {
        name: name.to_owned(),
        headings: Vec::new(),
        doc: Both::default(),
        kind,
        unit: None,
        required: false,
        minimum: None,
        maximum: None,
    }
}

fn ledger(name: &str, columns: Vec<schema::Column>) -> Ledger {
    Ledger {
        name: name.to_owned(),
        label: Both::same(name),
        doc: Both::default(),
        files: vec![name.to_owned()],
        key: Vec::new(),
        unique: false,
        columns,
    }
}

/// A ledger's rows from texts, one word a cell, `-` for null. Numbers stand as their mantissas.
fn table(ledger: &Ledger, rows: &[&str]) -> Table {
    let cells: Vec<Vec<&str>> = rows.iter().map(|r| r.split_whitespace().collect()).collect();
    let mut texts = Texts::default();
    let mut columns = Vec::new();
    for (c, column) in ledger.columns.iter().enumerate() {
        let nulls: Vec<bool> = cells.iter().map(|r| r[c] == "-").collect();
        let values = match column.kind {
            schema::Kind::Text | schema::Kind::CreditCode | schema::Kind::Choice(_) => {
                Values::Text(cells.iter().map(|r| texts.intern(r[c])).collect())
            }
            schema::Kind::Flag => Values::Flag(cells.iter().map(|r| r[c] == "yes").collect()),
            schema::Kind::Date => Values::Number(cells.iter().map(|r| day(r[c])).collect()),
            _ => Values::Number(cells.iter().map(|r| r[c].parse().unwrap_or(0)).collect()),
        };
        columns.push(Column { values, nulls: Some(nulls) });
    }
    // Two files, so that the place of a row is not its number alone.
    let half = rows.len().div_ceil(2);
    let place = |i: usize| RowId {
        file: u32::from(i >= half),
        row: 2 + u32::try_from(if i >= half { i - half } else { i }).expect("few rows"),
    };
    Table { rows: (0..rows.len()).map(place).collect(), columns, texts: texts.into() }
}

/// Days since 1970-01-01 of a date of 2024, by hand: 2024-01-01 is day 19723.
fn day(text: &str) -> i64 {
    let before = [0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335];
    let mut parts = text.splitn(3, '-').map(|p| p.parse::<i64>().unwrap_or(0));
    match (parts.next(), parts.next(), parts.next()) {
        (Some(2024), Some(month), Some(day)) => {
            19723 + before[usize::try_from(month - 1).expect("a month")] + day - 1
        }
        _ => 0,
    }
}

/// Refusals in the order of rows, `ok` for what counts.
fn refusals(verdicts: &[Verdict]) -> Vec<&str> {
    verdicts.iter().map(|v| v.refusal.as_deref().unwrap_or("ok")).collect()
}

/// invoices: code, no, premium (fen), issued, until, hs; enterprises: code, name, region; excluded: code, from; rates: currency, rate (4 digits).
fn fund() -> Ledgers {
    let text = || schema::Kind::Text;
    Ledgers {
        ledgers: vec![
            ledger(
                "enterprises",
                vec![column("code", text()), column("name", text()), column("region", text())],
            ),
            ledger(
                "invoices",
                vec![
                    column("code", text()),
                    column("no", text()),
                    column("premium", schema::Kind::Decimal(2)),
                    column("issued", schema::Kind::Date),
                    column("until", schema::Kind::Date),
                    column("hs", schema::Kind::Digits(10)),
                    column("currency", text()),
                ],
            ),
            ledger("excluded", vec![column("code", text()), column("since", schema::Kind::Date)]),
            ledger("rates", vec![column("currency", text()), column("rate", schema::Kind::Decimal(4))]),
        ],
    }
}

const CODE: usize = 0;
const NO: usize = 1;
const PREMIUM: usize = 2;
const ISSUED: usize = 3;
const UNTIL: usize = 4;
const HS: usize = 5;
const CURRENCY: usize = 6;

fn class() -> Class {
    let column = |c: usize| {
        let ty = match c {
            PREMIUM => number(2),
            ISSUED | UNTIL => Type::Date,
            HS => Type::Digits(10),
            _ => Type::Text,
        };
        name(Name::Column(c), ty)
    };
    let in_yuan = expr(
        Kind::Round(
            Box::new(expr(
                Kind::Multiply(Box::new(column(PREMIUM)), Box::new(name(Name::Lookup(1, 1), number(4)))),
                number(6),
            )),
            None,
            Rounding::HalfUp,
        ),
        number(2),
    );
    let label = Both::same("class");
    Class {
        id: "general".to_owned(),
        label: label.clone(),
        clause: None,
        ledger: 1,
        applicant: CODE,
        lookups: vec![
            Lookup {
                id: "excluded".to_owned(),
                ledger: 2,
                on: vec![(0, column(CODE))],
                filter: Some(compare(
                    name(Name::Other(1), Type::Date),
                    Comparison::LessOrEqual,
                    expr(Kind::Literal(Value::Date(day("2024-06-30"))), Type::Date),
                )),
                any: true,
            },
            Lookup {
                id: "rate".to_owned(),
                ledger: 3,
                on: vec![(0, column(CURRENCY))],
                filter: None,
                any: false,
            },
        ],
        lines: vec![step("yuan", in_yuan)],
        conditions: vec![
            condition("listed", expr(Kind::Not(Box::new(name(Name::Found(0), Type::Bool))), Type::Bool)),
            condition("chapter", expr(Kind::StartsWith(Box::new(column(HS)), "85".to_owned()), Type::Bool)),
        ],
        duplicates: vec![
            Duplicate {
                id: "same".to_owned(),
                label: label.clone(),
                reason: label.clone(),
                clause: None,
                key: vec![column(NO)],
                differ: Vec::new(),
                kind: DuplicateKind::Exact { keep_first: true },
            },
            Duplicate {
                id: "overlap".to_owned(),
                label: label.clone(),
                reason: label.clone(),
                clause: None,
                key: vec![column(CODE)],
                differ: Vec::new(),
                kind: DuplicateKind::Overlap { from: column(ISSUED), to: column(UNTIL), keep_first: false },
            },
        ],
        principal: name(Name::Line(0), number(2)),
        factor: expr(Kind::Parameter(0, None), number(2)),
        aggregates: vec![Aggregate { function: Function::Max, argument: Some(column(ISSUED)) }],
        requirements: vec![condition(
            "minimum",
            compare(name(Name::Principal, number(2)), Comparison::GreaterOrEqual, literal(10_00, 2)),
        )],
        steps: vec![
            step(
                "cap",
                expr(
                    Kind::Least(vec![
                        name(Name::Amount, number(4)),
                        expr(
                            Kind::Rescale(Box::new(expr(
                                Kind::Parameter(1, Some(Box::new(name(Name::Aggregate(0), Type::Date)))),
                                number(0),
                            ))),
                            number(4),
                        ),
                    ]),
                    number(4),
                ),
            ),
            step(
                "whole",
                expr(Kind::Round(Box::new(name(Name::Amount, number(4))), None, Rounding::Down), number(0)),
            ),
        ],
    }
}

fn plan() -> Plan {
    Plan {
        id: "support".to_owned(),
        label: Both::same("support"),
        year: 2024,
        applicant: Applicant { ledger: 0, key: 0, name: 1, region: 2 },
        clauses: Vec::new(),
        parameters: vec![
            parameter("ratio", number(2), &[(i64::MIN, i64::MAX, 30)], &[("R2", 50)]),
            parameter(
                "cap",
                number(0),
                &[(i64::MIN, day("2024-03-31"), 100), (day("2024-04-01"), i64::MAX, 40)],
                &[],
            ),
            parameter("budget", number(0), &[(i64::MIN, i64::MAX, 100)], &[]),
        ],
        classes: vec![class()],
        steps: Vec::new(),
        budget: Some(Budget {
            label: Both::same("budget"),
            clause: None,
            by_region: false,
            amount: expr(Kind::Parameter(2, None), number(0)),
        }),
    }
}

#[test]
fn a_scheme_from_invoice_to_award() {
    let (ledgers, plan) = (fund(), plan());
    let tables = [
        vec!["A Anna R1", "B Bert R2", "C Cora R1"],
        vec![
            // The first file, rows 2 to 7.
            "A 1 10000 2024-01-01 2024-01-31 8501000000 EUR", // 100.00 × 1.2345 = 123.45
            "A 2 10001 2024-02-01 2024-02-29 8501000000 EUR", // 100.01 × 1.2345 = 123.462345 → 123.46
            "A 1 99900 2024-05-01 2024-05-01 8501000000 EUR", // the number of row 2 again
            "A 3 500 2024-06-01 2024-06-02 7501000000 EUR",   // chapter 75
            "Z 4 500 2024-06-01 2024-06-02 8501000000 EUR",   // not in the register
            "C 5 500 2024-06-01 2024-06-02 8501000000 EUR",   // excluded since June 30
            // The second file, rows 2 to 6.
            "B 6 10000 2024-04-01 2024-04-10 8501000000 CNY", // 100.00 × 1 = 100.00
            "B 7 10000 2024-04-11 2024-04-20 8501000000 CNY", // shares April 20 with the next
            "B 8 10000 2024-04-20 2024-04-20 8501000000 CNY",
            "B - 3333 2024-04-21 - 8501000000 CNY", // without a number and an end: no duplicate of anything; 33.33
            "B 9 3333 2024-05-21 2024-05-22 8501000000 XXX", // no rate
        ],
        vec!["C 2024-06-30", "A 2024-07-01"],
        vec!["EUR 12345", "CNY 10000"],
    ];
    let session = Session::new(2);
    for (ledger, rows) in ledgers.ledgers.iter().zip(&tables) {
        session.table(ledger, &table(ledger, rows)).expect("a table of its ledger");
    }
    session.run(&queries(&plan, &ledgers, &Bindings::of(&plan))).unwrap_or_else(|e| panic!("{e}"));

    let verdicts = session.verdicts("general").expect("run");
    assert_eq!(
        refusals(&verdicts),
        [
            "ok",
            "ok",
            "same",
            "chapter",
            "unknown-applicant",
            "listed", //
            "ok",
            "overlap",
            "overlap",
            "ok",
            "no-principal"
        ]
    );
    assert_eq!(verdicts[1].principal, 12_346);
    assert_eq!(verdicts[10].principal, 0);
    assert_eq!(verdicts[6].place, RowId { file: 1, row: 2 });

    // A: (123.45 + 123.46) × 30% = 74.073, last invoice in February: cap 100; whole: 74.
    // B: (100.00 + 33.33) × 50% = 66.665, last invoice on April 21: cap 40.
    // 114 for 100: A 74 × 100 / 114 = 64.9122…, B 40 × 100 / 114 = 35.0877…; in fen 6491 rest .228…, 3508 rest .771…: B gets the fen that is left.
    let awards = session.awards().expect("run");
    let lines: Vec<(&str, i128, i128)> =
        awards.iter().map(|a| (a.code.as_str(), a.amount, a.award)).collect();
    assert_eq!(lines, [("A", 74_00, 64_91), ("B", 40_00, 35_09), ("C", 0, 0), ("Z", 0, 0)]);
}

#[test]
fn two_rates_for_one_currency_stop_the_run() {
    let (ledgers, plan) = (fund(), plan());
    let tables = [
        vec!["A Anna R1"],
        vec!["A 1 10000 2024-01-01 2024-01-31 8501000000 EUR"],
        vec![],
        vec!["EUR 12345", "EUR 12346"],
    ];
    let session = Session::new(1);
    for (ledger, rows) in ledgers.ledgers.iter().zip(&tables) {
        session.table(ledger, &table(ledger, rows)).expect("a table of its ledger");
    }
    let failure =
        session.run(&queries(&plan, &ledgers, &Bindings::of(&plan))).expect_err("two rows are found");
    assert!(failure.message.en.contains("general/ambiguous/rate"), "{failure}");
}

#[test]
fn a_ledger_is_read_from_csv() {
    // Null, a quoted comma, a number of the last digit, a leap day: as `Session::csv` says.
    let text = "__file,__row,code,no,premium,issued,until,hs,currency\n\
                0,2,A,\"1,2\",10000,2024-02-29,,8501000000,EUR\n\
                0,3,B,,-5,2024-03-01,2024-03-02,,CNY\n";
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("by-hand-invoices.csv");
    std::fs::write(&path, text).expect("a file in the target folder");
    let ledgers = fund();
    let session = Session::new(1);
    session.csv(&ledgers.ledgers[1], path.to_str().expect("UTF-8")).expect("a CSV file");
    let sum = "SELECT SUM(\"premium\") AS sum, COUNT(\"until\") AS until, COUNT(*) AS all, MIN(\"no\") AS no \
               FROM \"invoices\" WHERE \"issued\" > DATE '2024-02-28'";
    let said = session.ask("sum", sum).expect("a sum");
    let shown = datafusion::arrow::util::pretty::pretty_format_batches(&[said]).expect("a table").to_string();
    let cells: Vec<&str> = shown.lines().nth(3).expect("one row").split('|').map(str::trim).collect();
    assert_eq!(cells, ["", "9995", "1", "2", "1,2", ""]);
}
