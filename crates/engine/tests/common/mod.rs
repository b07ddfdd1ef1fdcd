//! What the tests of the embedded back end share: schemes from TOML texts, ledgers from CSV texts, outcomes as short lists.

#![allow(dead_code, reason = "every test file takes its part")]

use std::{collections::BTreeMap, fmt::Write as _};

use jixiao_engine::{
    fault::{Fault, Text},
    intake::{Input, Silent, Source, credit_code},
    run::{
        Bindings, Run, RunError, Setting, award,
        explain::{Explanation, Node, explain},
        outcome::Outcome,
        simulate::{Axis, Simulation, simulate},
    },
    schema::Ledgers,
    schema_file,
    scheme::{
        file,
        plan::Plan,
        planner::{self, Finer, Years},
    },
};

pub(crate) mod fund;

/// The cycle of every scheme in these tests.
pub(crate) const CYCLE: Years = Years { first: 2024, last: 2026 };

/// The credit code of enterprise number `n`; codes are in the order of their numbers.
pub(crate) fn code(n: u32) -> String {
    let body = format!("91440000MA{n:07}");
    format!("{body}{}", credit_code::complete(&body).expect("seventeen characters of the alphabet"))
}

/// The number of an enterprise of [`code`].
pub(crate) fn number(code: &str) -> u32 {
    code[10..17].parse().expect("a code of these tests")
}

fn panicked<T>(text: &Text, faults: &[Fault]) -> T {
    let mut out = String::new();
    for fault in faults {
        let (line, column) = text.line_and_column(fault.span.start);
        let _ = writeln!(out, "{}:{line}:{column} {} | {}", text.name, fault.message.en, fault.next.en);
    }
    panic!("{out}")
}

/// Ledgers from one line each: `NAME [unique]: COLUMN KIND [DIGITS] [UNIT] | …`; the first column is the key, and
/// `required` sets rows aside.
pub(crate) fn ledgers(lines: &str) -> Ledgers {
    let mut toml = String::new();
    for line in lines.lines().map(str::trim).filter(|l| !l.is_empty()) {
        let (head, columns) = line.split_once(':').expect("NAME: COLUMNS");
        let (name, unique) = match head.split_once(' ') {
            Some((name, _)) => (name, true),
            None => (head, false),
        };
        let columns: Vec<Vec<&str>> = columns.split('|').map(|c| c.split_whitespace().collect()).collect();
        let key = columns[0][0];
        let _ = write!(
            toml,
            "[[ledger]]\nname = {name:?}\nlabel = {{ zh = {name:?}, en = {name:?} }}\nfiles = [{name:?}]\nkey = [{key:?}]\nunique = {unique}\n"
        );
        for column in columns {
            let (name, kind, mut more) = (column[0], column[1], column[2..].iter());
            let _ = write!(
                toml,
                "[[ledger.column]]\nname = {name:?}\ndoc = {{ zh = {name:?}, en = {name:?} }}\nkind = {kind:?}\n"
            );
            match kind {
                "digits" => drop(writeln!(toml, "width = {}", more.next().expect("a width"))),
                "decimal" => {
                    let (scale, unit) = (more.next().expect("a scale"), more.next().expect("a unit"));
                    let _ = writeln!(toml, "scale = {scale}\nunit = {unit:?}");
                }
                _ => {}
            }
            if more.next() == Some(&"required") {
                toml.push_str("required = true\n");
            }
        }
    }
    let text = Text { name: "ledgers.toml".to_owned(), text: toml };
    schema_file::ledgers(&text).unwrap_or_else(|faults| panicked(&text, &faults))
}

/// A plan from a scheme's text. `LABEL` on a line of its own stands for a label, `REASON` for a label and a reason.
pub(crate) fn plan(ledgers: &Ledgers, scheme: &str, year: i16, finer: &[Finer]) -> Plan {
    let label = "label = { zh = \"测试\", en = \"test\" }";
    let reason =
        "label = { zh = \"测试\", en = \"test\" }\nreason = { zh = \"不符\", en = \"does not fit\" }";
    let text = scheme.replace("LABEL", label).replace("REASON", reason);
    let text = Text { name: "schemes/test.toml".to_owned(), text };
    let read = file::read(&text).unwrap_or_else(|faults| panicked(&text, &faults));
    planner::plan(&read, ledgers, CYCLE, &|c| c.starts_with("44"), year, finer)
        .unwrap_or_else(|faults| panicked(&text, &faults))
}

/// Ledger files in memory: of each ledger, names and texts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Files(pub(crate) BTreeMap<String, Vec<(String, String)>>);

impl Files {
    /// One file a ledger.
    pub(crate) fn of(files: &[(&str, String)]) -> Self {
        let mut all = Self::default();
        for (ledger, text) in files {
            all.add(ledger, &format!("{ledger}.csv"), text);
        }
        all
    }

    /// One more file of a ledger.
    pub(crate) fn add(&mut self, ledger: &str, file: &str, text: &str) {
        self.0.entry(ledger.to_owned()).or_default().push((file.to_owned(), text.to_owned()));
    }

    /// Lends what a run needs.
    pub(crate) fn with<T>(&self, ledgers: &Ledgers, threads: usize, go: impl FnOnce(&Setting) -> T) -> T {
        let open = |ledger: usize| {
            let files = self.0.get(&ledgers.ledgers[ledger].name).map_or(&[][..], Vec::as_slice);
            let source = |(name, text): &(String, String)| Source {
                name: name.clone(),
                input: Input::Bytes(text.clone().into_bytes()),
            };
            Ok(files.iter().map(source).collect())
        };
        go(&Setting { ledgers, open: &open, threads, watch: &Silent })
    }

    /// Runs some plans.
    pub(crate) fn run_all(
        &self,
        ledgers: &Ledgers,
        plans: &[Plan],
        bindings: &[Bindings],
        threads: usize,
    ) -> Result<Run, RunError> {
        self.with(ledgers, threads, |setting| award(plans, bindings, setting))
    }

    /// Runs one plan with the values of its file.
    pub(crate) fn run(&self, ledgers: &Ledgers, plan: &Plan) -> Result<Outcome, RunError> {
        self.run_with(ledgers, plan, &Bindings::of(plan))
    }

    /// Runs one plan with other values.
    pub(crate) fn run_with(
        &self,
        ledgers: &Ledgers,
        plan: &Plan,
        bindings: &Bindings,
    ) -> Result<Outcome, RunError> {
        let plans = std::slice::from_ref(plan);
        let run = self.run_all(ledgers, plans, std::slice::from_ref(bindings), 2)?;
        Ok(run.outcomes.into_iter().next().expect("one plan, one outcome"))
    }

    /// Explains one award.
    pub(crate) fn explain(
        &self,
        ledgers: &Ledgers,
        plan: &Plan,
        bindings: &Bindings,
        code: &str,
        rows: usize,
    ) -> Result<Explanation, RunError> {
        self.with(ledgers, 2, |setting| explain(plan, bindings, code, rows, setting))
    }

    /// Simulates.
    pub(crate) fn simulate(
        &self,
        ledgers: &Ledgers,
        plan: &Plan,
        bindings: &Bindings,
        axes: &[Axis],
        fit: Option<&str>,
    ) -> Result<Simulation, RunError> {
        self.with(ledgers, 2, |setting| simulate(plan, bindings, axes, fit, setting))
    }
}

/// Awards in fen by the number of the enterprise (0 for a code that is none of [`code`]).
pub(crate) fn awards(outcome: &Outcome) -> Vec<(u32, i64)> {
    outcome
        .awards()
        .map(|a| {
            let code = &outcome.enterprises[a.enterprise].code;
            (if code.len() == 18 { number(code) } else { 0 }, a.awarded_fen)
        })
        .collect()
}

/// The verdict of every row of a class, in their order: `-` for a row that counts.
pub(crate) fn verdicts(outcome: &Outcome, class: usize) -> Vec<String> {
    let reason = |r: usize| outcome.reasons(class)[r].id.clone();
    (0..outcome.rows(class))
        .map(|row| outcome.line(class, row).refused.map_or_else(|| "-".to_owned(), reason))
        .collect()
}

/// The way from claim to award: `ID=元` of each line.
pub(crate) fn flow(outcome: &Outcome) -> Vec<String> {
    let all: Vec<_> = outcome.awards().collect();
    let flow = outcome.flow(&all);
    std::iter::once(&flow.claimed)
        .chain(&flow.reductions)
        .chain(std::iter::once(&flow.awarded))
        .map(|line| format!("{}={}", line.id, line.yuan))
        .collect()
}

/// Everything of an outcome that two equal runs must share, as text.
pub(crate) fn all_of(outcome: &Outcome) -> String {
    let mut out = String::new();
    for award in outcome.awards() {
        let _ = writeln!(out, "{:?} {award:?}", outcome.enterprises[award.enterprise]);
    }
    for line in outcome.lines() {
        let _ = writeln!(out, "{line:?}");
    }
    for twin in outcome.twins() {
        let _ = writeln!(out, "{twin:?}");
    }
    let _ = writeln!(out, "{:?}\n{:?}", flow(outcome), outcome.pots);
    out
}

/// What must hold of every outcome: claim = award + reductions, for all, for each enterprise and for each region; and rows in = rows told.
pub(crate) fn sound(outcome: &Outcome) {
    let all: Vec<_> = outcome.awards().collect();
    let nothing = Some(jixiao_engine::number::Dec::ZERO);
    assert_eq!(outcome.flow(&all).unaccounted(), nothing, "{:?}", flow(outcome));
    let mut regions: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for award in &all {
        assert_eq!(outcome.flow([award]).unaccounted(), nothing, "{award:?}");
        regions.entry(&outcome.enterprises[award.enterprise].region).or_default().push(award);
        assert!(award.awarded_fen >= 0);
    }
    for (region, awards) in regions {
        assert_eq!(outcome.flow(awards).unaccounted(), nothing, "{region:?}");
    }
    let rows: u64 = all.iter().map(|a| a.rows.0).sum();
    assert_eq!(usize::try_from(rows).expect("few"), outcome.lines().count());
}

/// Every node of a tree, parents first.
pub(crate) fn nodes(root: &Node) -> Vec<&Node> {
    let mut all = vec![root];
    all.extend(root.children.iter().flat_map(nodes));
    all
}
