//! What must hold of any ledgers: the order of rows, refused rows, the budget, explanations, simulations.

use std::collections::{BTreeMap, BTreeSet};

use jixiao_engine::{
    number::Dec,
    run::{
        Bindings,
        explain::{Node, NodeKind},
        outcome::{Outcome, ReasonKind},
        simulate::Axis,
    },
    schema::Ledgers,
    scheme::plan::Plan,
};

mod common;
#[allow(dead_code, reason = "the ledgers are random here, the parameters are the files' own")]
#[path = "reference/make.rs"]
mod make;
#[allow(dead_code, reason = "as above")]
#[path = "reference/values.rs"]
mod values;

use common::fund::{self, Tables};
use make::Draw;
use values::Values;

/// Cases a property.
const CASES: u64 = 45;

struct Case {
    name: String,
    plan: Plan,
    tables: Tables,
    draw: Draw,
}

/// A scheme of the fund with random ledgers for fund year 2024.
fn case(ledgers: &Ledgers, plans: &[Plan], seed: u64) -> Case {
    let at = usize::try_from(seed % 3).expect("small");
    let mut draw = Draw::new(seed + 10_000);
    let values = Values::new(fund::SCHEMES[at], 2024);
    let tables = make::tables(&mut draw, ledgers, fund::SCHEMES[at], &values);
    let name = format!("seed {seed}, {}", fund::SCHEMES[at]);
    Case { name, plan: plans[at].clone(), tables, draw }
}

fn plans(ledgers: &Ledgers) -> Vec<Plan> {
    fund::SCHEMES.iter().map(|s| fund::plan(ledgers, s, 2024, &[])).collect()
}

fn run(ledgers: &Ledgers, case: &Case, tables: &Tables) -> Outcome {
    let outcome = tables.files().run(ledgers, &case.plan);
    let outcome = outcome.unwrap_or_else(|e| panic!("{}: {}", case.name, e.text().en));
    common::sound(&outcome);
    outcome
}

fn some_awarded(outcome: &Outcome) -> bool {
    outcome.awards().any(|a| a.awarded_fen > 0)
}

fn ledger_of(ledgers: &Ledgers, plan: &Plan, class: usize) -> String {
    ledgers.ledgers[plan.classes[class].ledger].name.clone()
}

/// Takes out the rows of which an earlier one was kept. Rows of these tables stand in line 2 and on.
fn without_repeats(ledgers: &Ledgers, outcome: &Outcome, tables: &Tables) -> Tables {
    let mut tables = tables.clone();
    for class in 0..outcome.plan.classes.len() {
        let rule = |id: &str| ["same-invoice", "same-line", "same-voucher", "same-payment"].contains(&id);
        let verdicts = common::verdicts(outcome, class);
        let cells = tables.0.get_mut(&ledger_of(ledgers, &outcome.plan, class)).expect("a ledger");
        let mut verdicts = verdicts.iter();
        cells.rows.retain(|_| verdicts.next().is_some_and(|v| !rule(v)));
    }
    tables
}

fn shuffle(draw: &mut Draw, tables: &mut Tables, ledgers: &BTreeSet<String>) {
    for (name, cells) in &mut tables.0 {
        if ledgers.contains(name) {
            for i in (1..cells.rows.len()).rev() {
                cells.rows.swap(i, draw.below(i + 1));
            }
        }
    }
}

#[test]
fn the_order_of_rows_changes_no_award() {
    let ledgers = fund::ledgers();
    let plans = plans(&ledgers);
    let mut awarded = 0;
    for seed in 0..CASES {
        let mut case = case(&ledgers, &plans, seed);
        let first = run(&ledgers, &case, &case.tables);
        let mut tables = without_repeats(&ledgers, &first, &case.tables);
        let before = run(&ledgers, &case, &tables);
        // Whole rows again at the end: one of two equal rows stays, it does not matter which.
        let claimed: BTreeSet<String> =
            (0..case.plan.classes.len()).map(|c| ledger_of(&ledgers, &case.plan, c)).collect();
        for ledger in &claimed {
            let rows = tables.0[ledger].rows.len();
            for _ in 0..rows.min(3) {
                let row = case.draw.below(rows);
                tables.again(ledger, row);
            }
        }
        for _ in 0..3 {
            shuffle(&mut case.draw, &mut tables, &claimed);
            let after = run(&ledgers, &case, &tables);
            assert_eq!(common::awards(&after), common::awards(&before), "{}", case.name);
        }
        awarded += usize::from(some_awarded(&before));
    }
    assert!(awarded > 20, "{awarded}");
}

#[test]
fn a_refused_row_changes_no_award() {
    let ledgers = fund::ledgers();
    let plans = plans(&ledgers);
    let mut added = BTreeSet::new();
    for seed in 0..CASES {
        let mut case = case(&ledgers, &plans, seed);
        let before = run(&ledgers, &case, &case.tables);
        for class in 0..case.plan.classes.len() {
            let ledger = ledger_of(&ledgers, &case.plan, class);
            let rows = case.tables.0[&ledger].rows.len();
            if rows == 0 {
                continue;
            }
            let headings = case.tables.0[&ledger].headings.clone();
            let column = |names: &[&'static str]| {
                names.iter().find(|n| headings.iter().any(|h| h == *n)).copied().expect("a column")
            };
            // A paper of its own, so that no look-up of other rows finds it; and something that refuses the row.
            let paper = column(&["invoice_no", "declaration_no", "voucher_no", "contract_no"]);
            let paper = if ledger == "technology_contracts" { "voucher_no" } else { paper };
            let number = if paper == "declaration_no" { "999999999999999999" } else { "全新凭证" };
            let date = column(&["invoice_date", "cleared", "paid_date"]);
            let applicant = column(&["enterprise_code", "applicant_code"]);
            let stranger = common::code(777);
            for (what, value, reason) in
                [(date, "2011-01-01", ""), (applicant, stranger.as_str(), "unknown-applicant")]
            {
                let mut tables = case.tables.clone();
                let like = case.draw.below(rows);
                let row = tables.again(&ledger, like);
                tables.set(&ledger, row, paper, number);
                tables.set(&ledger, row, what, value);
                let after = run(&ledgers, &case, &tables);
                let said = common::verdicts(&after, class).pop().expect("a row");
                assert!(said != "-" && (reason.is_empty() || said == reason), "{}: {said}", case.name);
                let mut awards = common::awards(&after);
                awards.retain(|(n, fen)| *n != 777 || *fen != 0);
                let mut known = common::awards(&before);
                // The row may be the first of its enterprise, which then gets nothing.
                known.extend(
                    awards
                        .iter()
                        .filter(|(n, fen)| *fen == 0 && !known.iter().any(|(k, _)| k == n))
                        .copied()
                        .collect::<Vec<_>>(),
                );
                known.sort_unstable();
                awards.sort_unstable();
                assert_eq!(awards, known, "{}", case.name);
                added.insert(said);
            }
        }
    }
    assert!(added.contains("in-window") && added.contains("unknown-applicant"), "{added:?}");
}

#[test]
fn the_budget_is_spent_to_the_fen_and_nobody_is_a_fen_off() {
    let ledgers = fund::ledgers();
    let plans = plans(&ledgers);
    let mut short = 0;
    for seed in 0..CASES {
        let case = case(&ledgers, &plans, seed);
        let finer = [jixiao_engine::scheme::planner::Finer { id: "budget".to_owned(), scale: 2 }];
        let plan = fund::plan(&ledgers, &case.plan.id, 2024, &finer);
        let files = case.tables.files();
        let full = run(&ledgers, &case, &case.tables);
        let wanted: Vec<i64> = (0..full.enterprises.len()).map(|e| full.wanted_fen(e)).collect();
        let sum: i64 = wanted.iter().sum();
        for money in [0, 1, sum / 3, sum - 1, sum, sum + 1] {
            let mut bindings = Bindings::of(&plan);
            // 万元 with six digits are fen.
            bindings.set(&plan, "budget", Dec::new(money.max(0).into(), 6)).expect("whole fen");
            let outcome = files.run_with(&ledgers, &plan, &bindings).expect("it runs");
            common::sound(&outcome);
            let money = money.max(0);
            let given: Vec<i64> = (0..wanted.len()).map(|e| outcome.awarded_fen(e)).collect();
            assert_eq!((0..wanted.len()).map(|e| outcome.wanted_fen(e)).collect::<Vec<_>>(), wanted);
            assert_eq!(given.iter().sum::<i64>(), sum.min(money), "{}", case.name);
            if money < sum {
                short += 1;
                for (given, wanted) in given.iter().zip(&wanted) {
                    // given / wanted is money / sum, but for less than a fen.
                    let (given, wanted) = (i128::from(*given), i128::from(*wanted));
                    let off = given * i128::from(sum) - wanted * i128::from(money);
                    assert!(off.abs() < i128::from(sum), "{}: {given} of {wanted}", case.name);
                }
            } else {
                assert_eq!(given, wanted);
            }
        }
    }
    assert!(short > 80, "{short}");
}

/// The number that a node shows: `1,234.50 元`.
fn figure(text: &str) -> Dec {
    let digits = text.split(' ').next().expect("a number");
    Dec::parse(digits).unwrap_or_else(|| panic!("{text} is no number"))
}

fn yuan(fen: i64) -> Dec {
    Dec::new(fen.into(), 2)
}

fn plus(numbers: impl IntoIterator<Item = Dec>) -> Dec {
    numbers.into_iter().fold(Dec::ZERO, |a, b| a.checked_add(b).expect("small"))
}

fn child<'a>(node: &'a Node, kind: NodeKind, id: &str) -> &'a Node {
    let found = node.children.iter().find(|c| c.kind == kind && c.id == id);
    found.unwrap_or_else(|| panic!("{} has no {id}", node.id))
}

/// Whether a tree says what the outcome says.
fn check_tree(
    case: &Case,
    outcome: &Outcome,
    enterprise: usize,
    root: &Node,
    met: &mut BTreeMap<&str, usize>,
) {
    let award = outcome.awards().nth(enterprise).expect("applied");
    let name = format!("{}, {}", case.name, outcome.enterprises[enterprise].code);
    assert_eq!(figure(&root.value.zh), yuan(award.awarded_fen), "{name}");
    // What the classes come to, less what was taken off their sum, is the award.
    let parts = root.children.iter().map(|c| figure(&c.value.zh));
    assert_eq!(plus(parts), yuan(award.awarded_fen), "{name}");
    let names = ledgers_of();
    let mut rows_told = BTreeSet::new();
    for (at, class) in case.plan.classes.iter().enumerate() {
        let lines: Vec<_> = outcome.lines().filter(|l| l.class == at && l.enterprise == enterprise).collect();
        let Some(told) = root.children.iter().find(|c| c.kind == NodeKind::Amount && c.id == class.id) else {
            assert!(lines.is_empty(), "{name}: {} is not told", class.id);
            continue;
        };
        let refused = outcome.refused_whole(at, enterprise);
        let reason = refused.map(|r| &outcome.reasons(at)[r]);
        assert_eq!(told.reason.as_ref(), reason.map(|r| &r.reason), "{name}");
        let counted = lines.iter().filter(|l| l.refused.is_none()).count();
        // The value and the steps, one after the other, with what the outcome says was taken off at each.
        let value = child(told, NodeKind::Step, "value");
        let mut amount = figure(&value.value.zh);
        let worth = plus(lines.iter().filter(|l| l.refused.is_none()).filter_map(|l| l.yuan));
        assert_eq!(amount, worth, "{name}");
        if reason.is_none() && counted > 0 {
            for step in &class.steps {
                let node = child(told, NodeKind::Step, &step.id);
                assert_eq!(
                    figure(&child(node, NodeKind::Value, "amount").value.zh),
                    amount,
                    "{name} {}",
                    step.id
                );
                let after = figure(&node.value.zh);
                let cause = format!("{}/{}", class.id, step.id);
                let taken = award.reductions.iter().find(|r| outcome.cause_id(r.cause) == cause);
                let taken = taken.map_or(Dec::ZERO, |r| r.yuan);
                assert_eq!(amount.checked_sub(after), Some(taken), "{name} {}", step.id);
                amount = after;
                *met.entry("steps").or_default() += 1;
            }
            assert_eq!(figure(&told.value.zh), amount, "{name}");
        } else {
            assert_eq!(figure(&told.value.zh), Dec::ZERO, "{name}");
        }
        for requirement in class.requirements.iter().filter(|_| counted > 0) {
            let held = child(told, NodeKind::Condition, &requirement.id).holds;
            assert_eq!(held, Some(reason.is_none_or(|r| r.id != requirement.id)), "{name}");
            *met.entry("requirements").or_default() += 1;
        }
        // Every row, under the reason that it has, with its principal.
        let ledger = names[class.ledger].clone();
        let mut claimed = Vec::new();
        for line in &lines {
            let parent = match line.refused {
                None => child(told, NodeKind::Amount, "eligible"),
                Some(r) => child(told, NodeKind::Reason, &outcome.reasons(at)[r].id),
            };
            let rows = parent.children.iter().filter(|c| c.kind == NodeKind::Row);
            let row = rows
                .filter(|c| c.origin.as_ref().is_some_and(|o| o.row == line.place.row))
                .collect::<Vec<_>>();
            assert_eq!(row.len(), 1, "{name} row {}", line.place.row);
            let origin = row[0].origin.as_ref().expect("it was looked for");
            assert_eq!(
                (origin.ledger.as_str(), origin.file.as_str()),
                (ledger.as_str(), format!("{ledger}.csv").as_str())
            );
            rows_told.insert((at, line.place));
            claimed.push(figure(&row[0].value.zh));
            let conditions: Vec<_> =
                row[0].children.iter().filter(|c| c.kind == NodeKind::Condition).collect();
            assert_eq!(conditions.len(), class.conditions.len());
            let first = conditions.iter().find(|c| c.holds == Some(false)).map(|c| c.id.as_str());
            match line.refused.map(|r| &outcome.reasons(at)[r]) {
                Some(r) if r.kind == ReasonKind::Condition => {
                    assert_eq!(first, Some(r.id.as_str()), "{name}");
                }
                Some(r) if r.kind == ReasonKind::UnknownApplicant => {}
                _ => assert_eq!(first, None, "{name}"),
            }
            if let Some(r) =
                line.refused.map(|r| &outcome.reasons(at)[r]).filter(|r| r.kind == ReasonKind::Duplicate)
            {
                let twin = child(row[0], NodeKind::Reason, &r.id);
                assert!(twin.origin.is_some(), "{name}");
                *met.entry("twins").or_default() += 1;
            }
            // Of two rows that look alike both say so, each with the place of the other.
            let place = line.place.row;
            for twin in outcome.twins().filter(|t| t.class == at && t.flag) {
                let same = names[twin.other_ledger] == ledger;
                let others = [(twin.row.1.row, twin.other.row), (twin.other.row, twin.row.1.row)];
                for (ours, theirs) in
                    others.into_iter().take(if same { 2 } else { 1 }).filter(|(o, _)| *o == place)
                {
                    let rule = &class.duplicates[twin.rule].id;
                    let told = row[0].children.iter().filter(|c| c.kind == NodeKind::Reason && c.id == *rule);
                    let places: Vec<u32> = told.filter_map(|c| c.origin.as_ref()).map(|o| o.row).collect();
                    assert!(places.contains(&theirs), "{name} row {ours}: {places:?}");
                    *met.entry("flags").or_default() += 1;
                }
            }
            *met.entry("rows").or_default() += 1;
        }
        assert_eq!(figure(&child(value, NodeKind::Value, "claimed").value.zh), plus(claimed), "{name}");
    }
    assert_eq!(rows_told.len(), outcome.lines().filter(|l| l.enterprise == enterprise).count(), "{name}");
    for node in common::nodes(root).into_iter().filter(|n| n.kind == NodeKind::Parameter) {
        // What is in force is what the scheme file writes, dates too, with its source.
        assert!(
            node.source.is_some() && node.status.is_some(),
            "{name}: {} shows {}",
            node.id,
            node.value.zh
        );
        *met.entry("parameters").or_default() += 1;
    }
}

/// The names of the fund's ledgers, by index.
fn ledgers_of() -> Vec<String> {
    fund::ledgers().ledgers.into_iter().map(|l| l.name).collect()
}

#[test]
fn an_explanation_says_what_the_outcome_says() {
    let ledgers = fund::ledgers();
    let plans = plans(&ledgers);
    let mut met = BTreeMap::new();
    for seed in 0..CASES / 2 {
        let case = case(&ledgers, &plans, seed);
        let files = case.tables.files();
        let outcome = run(&ledgers, &case, &case.tables);
        for (number, enterprise) in outcome.enterprises.iter().enumerate().take(8) {
            let bindings = Bindings::of(&case.plan);
            let told = files.explain(&ledgers, &case.plan, &bindings, &enterprise.code, usize::MAX);
            let told = told.unwrap_or_else(|e| panic!("{}: {}", case.name, e.text().en));
            assert_eq!(told.enterprise, *enterprise);
            assert_eq!(Some(&told.award), outcome.awards().nth(number).as_ref());
            assert_eq!(told.illustrative, outcome.illustrative);
            check_tree(&case, &outcome, number, &told.tree, &mut met);
            // With two rows a class opened, the others are counted.
            let few = files.explain(&ledgers, &case.plan, &bindings, &enterprise.code, 2).expect("as before");
            for class in few.tree.children.iter().filter(|c| c.kind == NodeKind::Amount) {
                let all = told.tree.children.iter().find(|c| c.id == class.id).expect("as before");
                let rows =
                    |node: &Node| common::nodes(node).iter().filter(|n| n.kind == NodeKind::Row).count();
                let more = class.children.iter().find(|c| c.kind == NodeKind::More).map_or(0, |m| {
                    m.value.en.split(' ').next().and_then(|n| n.parse().ok()).expect("a number of rows")
                });
                assert_eq!((rows(class), rows(class) + more), (rows(all).min(2), rows(all)));
                // Refused rows are opened first.
                let refused = |node: &Node| {
                    let reasons = node.children.iter().filter(|c| c.kind == NodeKind::Reason);
                    reasons.map(rows).sum::<usize>()
                };
                assert_eq!(refused(class), refused(all).min(2), "{}", case.name);
            }
        }
        let stranger = files.explain(&ledgers, &case.plan, &Bindings::of(&case.plan), &common::code(555), 9);
        assert!(stranger.is_err(), "an enterprise that did not apply");
    }
    for (what, least) in [
        ("rows", 300),
        ("steps", 50),
        ("requirements", 20),
        ("twins", 15),
        ("flags", 15),
        ("parameters", 1000),
    ] {
        assert!(met.get(what).is_some_and(|n| *n >= least), "{met:?}");
    }
}

#[test]
fn an_explanation_shows_dates_and_texts_of_regions_as_they_are_written() {
    let ledgers = fund::ledgers();
    let plan = fund::plan(&ledgers, "import-bases", 2024, &[]);
    let mut tables = fund::sound_tables(&ledgers);
    // Guangzhou has dates of its own, with another source.
    tables.set("enterprises", 0, "region", "440100");
    let told = tables.files().explain(&ledgers, &plan, &Bindings::of(&plan), &common::code(1), 9);
    let told = told.unwrap_or_else(|e| panic!("{}", e.text().en));
    let nodes = common::nodes(&told.tree);
    for (id, value, source) in [
        ("paid_from", "2022-01-01", "广州市2023年通知 [S12]"),
        ("paid_to", "2022-12-31", "广州市2023年通知 [S12]"),
        ("registered_before", "2022-01-01", "广州市2023年通知 [S12]"),
        ("interest_cap", "1000 万元", "广州市2023年通知 [S12]"),
        ("outside_region", "440300", "省级商务资金不含深圳 [S8][S21]"),
    ] {
        let found: Vec<_> = nodes.iter().filter(|n| n.kind == NodeKind::Parameter && n.id == id).collect();
        assert!(!found.is_empty(), "{id}");
        for node in found {
            assert_eq!((node.value.zh.as_str(), node.source.as_deref()), (value, Some(source)), "{id}");
        }
    }
    let paid = nodes.iter().find(|n| n.kind == NodeKind::Value && n.id == "paid_date").expect("a column");
    assert_eq!(paid.value.zh, "2022-04-01");
    // 400,000.00 × 50 % and 300,000.00 × 50 %.
    assert_eq!(told.tree.value.zh, "350,000.00 元");
}

fn direct(ledgers: &Ledgers, case: &Case, plan: &Plan, set: &[(&str, Dec)]) -> Outcome {
    let mut bindings = Bindings::of(plan);
    for (id, value) in set {
        bindings.set(plan, id, *value).expect("it fits");
    }
    case.tables.files().run_with(ledgers, plan, &bindings).expect("it runs")
}

#[test]
fn a_simulation_at_the_files_own_values_is_the_award() {
    let ledgers = fund::ledgers();
    let plans = plans(&ledgers);
    let mut awarded = 0;
    for seed in 0..CASES {
        let case = case(&ledgers, &plans, seed);
        // One value for everybody and every day, and the file's own.
        let plain = |p: &&jixiao_engine::scheme::plan::Parameter| {
            p.unit.is_some() && p.regions.is_empty() && p.values.len() == 1
        };
        let axes: Vec<Axis> = case
            .plan
            .parameters
            .iter()
            .filter(plain)
            .map(|p| Axis {
                id: p.id.clone(),
                values: vec![Dec::parse(&p.values[0].text).expect("a number")],
            })
            .collect();
        assert!(axes.len() >= 3, "{}", case.name);
        let outcome = run(&ledgers, &case, &case.tables);
        let simulated =
            case.tables.files().simulate(&ledgers, &case.plan, &Bindings::of(&case.plan), &axes, None);
        let simulated = simulated.unwrap_or_else(|e| panic!("{}: {}", case.name, e.text().en));
        let [point] = simulated.points.as_slice() else { panic!("one point") };
        let all: Vec<i64> = (0..outcome.enterprises.len()).map(|e| outcome.awarded_fen(e)).collect();
        let wanted: i64 = (0..all.len()).map(|e| outcome.wanted_fen(e)).sum();
        let winners = u64::try_from(all.iter().filter(|a| **a > 0).count()).expect("few");
        assert_eq!(
            (point.all.awarded_fen, point.all.wanted_fen, point.all.beneficiaries),
            (all.iter().sum(), wanted, winners),
            "{}",
            case.name
        );
        let mut regions: BTreeMap<Option<String>, (i64, u64)> = BTreeMap::new();
        for (enterprise, fen) in outcome.enterprises.iter().zip(&all) {
            let sums = regions.entry(enterprise.region.clone()).or_default();
            *sums = (sums.0 + fen, sums.1 + u64::from(*fen > 0));
        }
        let told = point.regions.iter().map(|(r, c)| (r.clone(), (c.awarded_fen, c.beneficiaries))).collect();
        assert_eq!(regions, told, "{}", case.name);
        assert_eq!(simulated.budget_fen, Some(outcome.pots[0].budget_fen));
        assert_eq!(point.within_budget, Some(outcome.pots[0].wanted_fen <= outcome.pots[0].budget_fen));
        awarded += usize::from(winners > 0);
    }
    assert!(awarded > 20, "{awarded}");
}

#[test]
fn every_point_of_a_grid_is_a_run_of_its_own() {
    let ledgers = fund::ledgers();
    let plans = plans(&ledgers);
    // Of enterprises (ratio, cap), of lines (credit period, ceiling by day), and both.
    let grids: [&[(&str, &[&str])]; 3] = [
        &[
            ("platform_ratio", &["0", "50", "80"]),
            ("short_term", &["89", "364", "365"]),
            ("general_cap", &["0", "100"]),
        ],
        &[("rate", &["0", "0.003", "0.004"]), ("minimum_import", &["0", "50", "100"])],
        &[("ratio", &["10", "50"]), ("smallest_payment", &["0", "5"]), ("interest_cap", &["1", "1000"])],
    ];
    for seed in 0..12 {
        let case = case(&ledgers, &plans, seed);
        let grid = grids[usize::try_from(seed % 3).expect("small")];
        let number = |text: &&str| Dec::parse(text).expect("a number");
        let axes: Vec<Axis> = grid
            .iter()
            .map(|(id, values)| Axis { id: (*id).to_owned(), values: values.iter().map(number).collect() })
            .collect();
        let bindings = Bindings::of(&case.plan);
        let simulated =
            case.tables.files().simulate(&ledgers, &case.plan, &bindings, &axes, None).expect("it runs");
        assert_eq!(simulated.points.len(), axes.iter().map(|a| a.values.len()).product::<usize>());
        for (n, point) in simulated.points.iter().enumerate() {
            // The last axis changes quickest.
            let mut rest = n;
            for (axis, value) in axes.iter().zip(&point.values).rev() {
                assert_eq!(axis.values[rest % axis.values.len()], *value);
                rest /= axis.values.len();
            }
            let set: Vec<(&str, Dec)> =
                grid.iter().map(|(id, _)| *id).zip(point.values.iter().copied()).collect();
            let outcome = direct(&ledgers, &case, &case.plan, &set);
            let sum: i64 = (0..outcome.enterprises.len()).map(|e| outcome.awarded_fen(e)).sum();
            assert_eq!(point.all.awarded_fen, sum, "{} {set:?}", case.name);
        }
    }
}

#[test]
fn a_fit_is_the_last_value_that_the_money_allows() {
    let ledgers = fund::ledgers();
    let plans = plans(&ledgers);
    let mut fitted = 0;
    for seed in (0..CASES).filter(|s| s % 3 == 0) {
        let case = case(&ledgers, &plans, seed);
        let finer = [("platform_ratio", 11), ("budget", 2)]
            .map(|(id, scale)| jixiao_engine::scheme::planner::Finer { id: id.to_owned(), scale });
        let plan = fund::plan(&ledgers, &case.plan.id, 2024, &finer);
        let wanted = |ratio: Dec| {
            let outcome = direct(&ledgers, &case, &plan, &[("platform_ratio", ratio)]);
            (0..outcome.enterprises.len()).map(|e| outcome.wanted_fen(e)).sum::<i64>()
        };
        let (none, half) = (wanted(Dec::ZERO), wanted(Dec::new(50, 0)));
        if half <= none + 100 {
            continue;
        }
        let mut bindings = Bindings::of(&plan);
        let money = none + (half - none) / 3;
        bindings.set(&plan, "budget", Dec::new(money.into(), 6)).expect("whole fen");
        let axis = Axis::range("platform_ratio", Dec::ZERO, Dec::new(80, 0), 8).expect("a range");
        let simulated =
            case.tables.files().simulate(&ledgers, &plan, &bindings, &[axis], Some("platform_ratio"));
        let simulated = simulated.unwrap_or_else(|e| panic!("{}: {}", case.name, e.text().en));
        let [fit] = simulated.fits.as_slice() else { panic!("one fit") };
        let value = fit.value.expect("zero is cheap enough");
        assert!(wanted(value) <= money, "{}: {value}", case.name);
        assert_eq!(fit.cost.map(|c| c.wanted_fen), Some(wanted(value)), "{}", case.name);
        if fit.at_end {
            assert_eq!(value, Dec::new(80, 0));
        } else if fit.growing {
            // The next value that was searched costs too much: nine digits of a per cent.
            let next = value.checked_add(Dec::new(1, 9)).expect("small");
            assert!(wanted(next) > money, "{}: {next} would do", case.name);
            fitted += 1;
        }
    }
    assert!(fitted > 3, "{fitted}");
}
