//! The fund's schemes against a second implementation: same ledgers, same parameters, same verdicts, same fen.

use std::collections::{BTreeMap, BTreeSet};

use jixiao_engine::{
    number::Dec,
    run::{Bindings, outcome::Outcome},
    scheme::{
        plan::{Dated, Plan, Type},
        planner::Finer,
    },
};
use num_bigint::BigInt;
use num_rational::BigRational;

mod common;
#[path = "reference/make.rs"]
mod make;
#[path = "reference/rules.rs"]
mod rules;
#[path = "reference/values.rs"]
mod values;

use common::fund;
use rules::{Book, Rules};
use values::{VALUES, Values};

/// How many random cases are compared.
const CASES: u64 = 300;

fn exactly(number: Dec) -> BigRational {
    BigRational::new(number.mantissa.into(), BigInt::from(10).pow(u32::from(number.scale)))
}

fn day(days: i64) -> String {
    let date = jiff::civil::Date::constant(1970, 1, 1);
    let days = i32::try_from(days).expect("in the calendar");
    date.checked_add(jiff::Span::new().days(days)).expect("in the calendar").to_string()
}

#[test]
fn the_table_of_values_is_that_of_the_scheme_files() {
    let ledgers = fund::ledgers();
    let mut theirs = BTreeSet::new();
    for scheme in fund::SCHEMES {
        for (at, year) in (2024..=2026).enumerate() {
            let plan = fund::plan(&ledgers, scheme, year, &[]);
            for parameter in &plan.parameters {
                let unit = parameter.unit.as_ref().map_or("", |u| u.text.as_str()).to_owned();
                let mut add = |region: &str, d: &Dated| {
                    let from = if d.from == i64::MIN { String::new() } else { day(d.from) };
                    let to = if d.to == i64::MAX { String::new() } else { day(d.to) };
                    let place = (plan.id.clone(), parameter.id.clone(), unit.clone(), region.to_owned());
                    theirs.insert((place, (from, to), at, d.text.clone()));
                };
                parameter.values.iter().for_each(|d| add("", d));
                parameter.regions.iter().for_each(|(region, all)| all.iter().for_each(|d| add(region, d)));
            }
        }
    }
    let mut ours = BTreeSet::new();
    for (scheme, id, unit, region, (from, to), texts) in VALUES {
        for (at, text) in texts.iter().enumerate().filter(|(_, text)| !text.is_empty()) {
            let place = ((*scheme).to_owned(), (*id).to_owned(), (*unit).to_owned(), (*region).to_owned());
            ours.insert((place, ((*from).to_owned(), (*to).to_owned()), at, (*text).to_owned()));
        }
    }
    assert_eq!(theirs.difference(&ours).collect::<Vec<_>>(), Vec::<&_>::new(), "in the files only");
    assert_eq!(ours.difference(&theirs).collect::<Vec<_>>(), Vec::<&_>::new(), "in the table only");
}

/// What the engine says, in the words of the other implementation.
fn compare(case: &str, outcome: &Outcome, answer: &rules::Answer) {
    for (class, (id, rows)) in answer.rows.iter().enumerate() {
        assert_eq!(outcome.plan.classes[class].id, *id);
        let said = common::verdicts(outcome, class);
        assert_eq!(said.len(), rows.len(), "{case} {id}");
        for (i, (said, row)) in said.iter().zip(rows).enumerate() {
            let line = outcome.line(class, i);
            assert_eq!(line.place.row, row.line, "{case} {id}");
            assert_eq!(outcome.enterprises[line.enterprise].code, row.code, "{case} {id}");
            assert_eq!(said, &row.verdict, "{case} {id} line {}: {row:?}", row.line);
        }
    }
    let all: Vec<_> = outcome.awards().collect();
    let awards: BTreeMap<String, BigInt> = all
        .iter()
        .map(|a| (outcome.enterprises[a.enterprise].code.clone(), BigInt::from(a.awarded_fen)))
        .collect();
    assert_eq!(awards, answer.awards, "{case}");
    let flow = outcome.flow(&all);
    assert_eq!(exactly(flow.claimed.yuan), answer.claimed, "{case}");
    let taken: BTreeMap<String, BigRational> = flow
        .reductions
        .iter()
        .filter(|line| line.yuan != Dec::ZERO)
        .map(|line| (line.id.clone(), exactly(line.yuan)))
        .collect();
    assert_eq!(taken, answer.taken, "{case}");
    let ledgers = fund::ledgers();
    let flags: BTreeSet<rules::Flag> = outcome
        .twins()
        .filter(|t| t.flag)
        .map(|t| {
            let class = &outcome.plan.classes[t.class];
            let ledger = ledgers.ledgers[t.other_ledger].name.clone();
            (class.id.clone(), class.duplicates[t.rule].id.clone(), t.row.1.row, t.other.row, ledger)
        })
        .collect();
    assert_eq!(flags, answer.flags, "{case}");
    common::sound(outcome);
}

#[test]
fn every_random_case_agrees() {
    let ledgers = fund::ledgers();
    let mut plans: BTreeMap<(&str, i16), Plan> = BTreeMap::new();
    for scheme in fund::SCHEMES {
        for year in 2024..=2026 {
            let numbers = Values::new(scheme, year).numbers();
            let finer: Vec<Finer> = numbers
                .iter()
                .map(|(id, unit)| Finer { id: (*id).to_owned(), scale: make::scale(unit) })
                .collect();
            plans.insert((scheme, year), fund::plan(&ledgers, scheme, year, &finer));
        }
    }
    let (mut seen, mut flagged, mut awarded, mut short) = (BTreeMap::new(), 0, 0, 0);
    for seed in 0..CASES {
        let mut draw = make::Draw::new(seed);
        let scheme = fund::SCHEMES[usize::try_from(seed % 3).expect("small")];
        let year = draw.pick(&[2024i16, 2024, 2025, 2026]);
        let plan = &plans[&(scheme, year)];
        let mut values = Values::new(scheme, year);
        if !draw.one_in(4) {
            make::values(&mut draw, &mut values);
        }
        let mut bindings = Bindings::of(plan);
        for (id, text) in &values.set {
            let number = Dec::parse(text).expect("a number");
            bindings.set(plan, id, number).unwrap_or_else(|e| panic!("{id}: {}", e.en));
        }
        let tables = make::tables(&mut draw, &ledgers, scheme, &values);
        let book: Book = tables.0.keys().map(|name| (name.clone(), rules::read(&tables.csv(name)))).collect();
        let answer = Rules::run(scheme, &book, &values);
        let case = format!("seed {seed}, {scheme} {year}, {:?}", values.set);
        let outcome = tables
            .files()
            .run_with(&ledgers, plan, &bindings)
            .unwrap_or_else(|e| panic!("{case}: {}", e.text().en));
        compare(&case, &outcome, &answer);
        for (class, rows) in &answer.rows {
            for row in rows {
                *seen.entry(format!("{scheme}/{class}/{}", row.verdict)).or_insert(0) += 1;
            }
        }
        for what in answer.taken.keys() {
            *seen.entry(format!("{scheme}/{what}")).or_insert(0) += 1;
        }
        flagged += answer.flags.len();
        awarded += answer.awards.values().filter(|a| **a > BigInt::default()).count();
        short += usize::from(answer.taken.contains_key("budget"));
    }
    // The cases must reach what they are there to compare: every reason, every step, flags, awards, a budget that runs short.
    for ((scheme, year), plan) in plans.iter().filter(|((_, year), _)| *year == 2024) {
        for class in &plan.classes {
            let conditions = class.conditions.iter().map(|c| &c.id);
            let refusing = class.duplicates.iter().filter(|d| !d.id.starts_with("near")).map(|d| &d.id);
            let settled = class.requirements.iter().map(|r| &r.id).chain(class.steps.iter().map(|s| &s.id));
            for id in conditions.chain(refusing).chain(settled) {
                let name = format!("{scheme}/{}/{id}", class.id);
                assert!(seen.contains_key(&name), "{name} is never reached ({year})");
            }
            let name = format!("{scheme}/{}/-", class.id);
            assert!(seen.get(&name).is_some_and(|n| *n > 50), "{name} {:?}", seen.get(&name));
        }
        for step in &plan.steps {
            assert!(seen.contains_key(&format!("{scheme}/{}", step.id)), "{}", step.id);
        }
    }
    assert!(flagged > 100 && awarded > 200 && short > 20, "{flagged} {awarded} {short}");
}

#[test]
fn parameters_that_are_numbers_are_known_as_such() {
    let ledgers = fund::ledgers();
    for scheme in fund::SCHEMES {
        let plan = fund::plan(&ledgers, scheme, 2024, &[]);
        let numbers: Vec<&str> = plan
            .parameters
            .iter()
            .filter(|p| matches!(p.ty, Type::Number { .. }))
            .map(|p| p.id.as_str())
            .collect();
        let ours: Vec<&str> = Values::new(scheme, 2024).numbers().iter().map(|(id, _)| *id).collect();
        assert_eq!(numbers, ours);
    }
}
