//! The planted rows against a run of the schemes: each is found as `truth.csv` says, and no other row is refused or flagged.

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::{fund, hundredth, made, records, sound_ledgers, sound_scheme};
use jixiao_engine::{
    intake::{Input, Silent, Source},
    run::{Bindings, Run, Setting, award},
    scheme::{
        plan::Plan,
        planner::{Years, plan},
    },
};

const YEAR: i16 = 2024;

fn plans() -> Vec<Plan> {
    let (fund, ledgers) = (fund(), sound_ledgers());
    let cycle = Years { first: fund.cycle.first, last: fund.cycle.last };
    let known = |code: &str| fund.regions.iter().any(|(_, region)| region.code == code);
    let schemes = ["import-bases", "import-interest", "premium-support"];
    schemes
        .map(|name| plan(&sound_scheme(name), &ledgers, cycle, &known, YEAR, &[]).expect("a sound scheme"))
        .into()
}

fn run(files: &BTreeMap<String, Vec<u8>>) -> Run {
    let (plans, ledgers) = (plans(), sound_ledgers());
    let bindings: Vec<Bindings> = plans.iter().map(Bindings::of).collect();
    let open = |ledger: usize| {
        let name = format!("{}.csv", ledgers.ledgers[ledger].name);
        let input = Input::Bytes(files[&name].clone());
        Ok(vec![Source { name, input }])
    };
    let setting = Setting { ledgers: &ledgers, open: &open, threads: 2, watch: &Silent };
    award(&plans, &bindings, &setting).unwrap_or_else(|error| panic!("{}", error.text().en))
}

/// What was found of rows, in the words of `truth.csv`: ledger, row, finding.
fn found(run: &Run) -> BTreeSet<(String, u64, String)> {
    let ledgers = sound_ledgers();
    let mut found = BTreeSet::new();
    for intake in &run.intakes {
        let name = &ledgers.ledgers[intake.ledger].name;
        found.extend(
            intake.set_aside.iter().map(|s| (name.clone(), u64::from(s.row), "set-aside".to_owned())),
        );
    }
    for outcome in &run.outcomes {
        let class = |class: usize| &outcome.plan.classes[class];
        for line in outcome.lines() {
            let whole = || outcome.refused_whole(line.class, line.enterprise);
            let Some(reason) = line.refused.or_else(whole) else { continue };
            let id = &outcome.reasons(line.class)[reason].id;
            let name = ledgers.ledgers[class(line.class).ledger].name.clone();
            found.insert((name, u64::from(line.place.row), format!("refused:{}/{id}", class(line.class).id)));
        }
        for twin in outcome.twins().filter(|t| t.flag) {
            let finding =
                format!("flagged:{}/{}", class(twin.class).id, class(twin.class).duplicates[twin.rule].id);
            let name = |ledger: usize| ledgers.ledgers[ledger].name.clone();
            found.insert((name(class(twin.class).ledger), u64::from(twin.row.1.row), finding.clone()));
            if twin.other_ledger == class(twin.class).ledger {
                found.insert((name(twin.other_ledger), u64::from(twin.other.row), finding));
            }
        }
    }
    found
}

#[test]
fn what_was_planted_is_found_and_nothing_else() {
    for seed in [1, 2] {
        let (_, files) = made(seed, hundredth(), YEAR);
        let run = run(&files);
        let truth = records(&files["truth.csv"]);
        let wanted: BTreeSet<(String, u64, String)> = truth
            .iter()
            .filter(|row| !["eligible", "amount"].contains(&row["finding"].as_str()))
            .map(|row| (row["ledger"].clone(), row["row"].parse().expect("a number"), row["finding"].clone()))
            .collect();
        let found = found(&run);
        assert!(wanted.len() > 200, "{}", wanted.len());
        let missed: Vec<_> = wanted.difference(&found).collect();
        let more: Vec<_> = found.difference(&wanted).collect();
        assert!(missed.is_empty() && more.is_empty(), "seed {seed}: missed {missed:#?}, more {more:#?}");
    }
}

#[test]
fn thresholds_give_the_amounts_that_were_planted() {
    let (_, files) = made(1, hundredth(), YEAR);
    let run = run(&files);
    let mut seen = 0;
    for row in records(&files["truth.csv"]).iter().filter(|row| row["finding"] == "amount") {
        // Such enterprises claim in one scheme only, so the others find no applicant of the code.
        let code = &row["enterprise"];
        let wanted: Vec<i64> =
            run.outcomes.iter().filter_map(|o| Some(o.wanted_fen(o.find(code)?))).collect();
        let fen: i64 = row["amount"].replace('.', "").parse().expect("yuan and fen");
        assert_eq!(wanted, [fen], "{row:?}");
        seen += 1;
    }
    assert!(seen >= 11, "{seen}");
}
