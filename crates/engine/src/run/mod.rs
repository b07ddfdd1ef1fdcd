//! The embedded back end: ledgers in, awards out.
//!
//! A run has two halves. *Looking* goes over every row of every ledger once, in batches, on several threads: look-ups, conditions,
//! duplicates, principal. *Settling* goes over enterprises: value, requirements, steps, budget. A simulation looks once and settles often.

mod alike;
pub(crate) mod bindings;
mod duplicates;
mod error;
mod eval;
mod groups;
mod kept;
mod lines;
mod lookup;
pub mod outcome;
mod reasons;
mod register;
mod rows;
mod settle;
mod vector;

pub mod explain;
pub mod precheck;
pub mod simulate;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::{AtomicUsize, Ordering},
};

pub use alike::{alike, folded};
pub use bindings::{Bindings, find, finer_scale, illustrative, in_base_units, in_own_unit, shift};
pub use error::RunError;
use jixiao_core::{both, finding::Both};

use crate::{
    batch::{Batch, Column, Table, Texts},
    intake::{self, FileReport, SetAside, Source, Watch},
    run::{
        lines::{Stage, Stop, What, Worker},
        lookup::Prepared,
        outcome::{ClassOutcome, Outcome},
        reasons::Reasons,
        register::Register,
        rows::{Part, Rows},
        settle::All,
        vector::Failure,
    },
    schema::Ledgers,
    scheme::plan::{DuplicateKind, Kind, Plan},
    shares::in_shares,
};

/// Opens the files of a ledger (by index), in a stable order. Empty when it has none.
pub type Open<'a> = dyn Fn(usize) -> std::io::Result<Vec<Source>> + 'a;

/// What a run needs from outside.
pub struct Setting<'a> {
    /// The fund's ledgers.
    pub ledgers: &'a Ledgers,
    /// Their files.
    pub open: &'a Open<'a>,
    /// How many threads look at rows; the result does not depend on it.
    pub threads: usize,
    /// Is told how far it got.
    pub watch: &'a dyn Watch,
}

/// What was read of one ledger.
#[derive(Clone, Debug)]
pub struct Intake {
    /// Index of the ledger.
    pub ledger: usize,
    /// Its files, with their hashes and counts.
    pub files: Vec<FileReport>,
    /// The rows that did not fit.
    pub set_aside: Vec<SetAside>,
}

/// The awards of some schemes.
#[derive(Debug)]
pub struct Run {
    /// One a scheme.
    pub outcomes: Vec<Outcome>,
    /// One a ledger that was read, in the order of the ledgers.
    pub intakes: Vec<Intake>,
}

/// Ledgers that are held whole, and what was read.
#[derive(Debug, Default)]
pub(crate) struct Evidence {
    pub(crate) tables: BTreeMap<usize, Table>,
    pub(crate) intakes: BTreeMap<usize, Intake>,
}

/// Computes the awards of some planned schemes with their parameters as bound.
///
/// # Errors
/// A file that cannot be read, or a value that cannot be computed, with its row.
pub fn award(plans: &[Plan], bindings: &[Bindings], setting: &Setting) -> Result<Run, RunError> {
    let mut evidence = evidence(plans, setting)?;
    let registers: Vec<Register> = registers(plans, &evidence.tables)?;
    let all_rows = look(plans, bindings, &registers, &evidence.tables, setting, &mut evidence.intakes)?;
    let mut outcomes = Vec::with_capacity(plans.len());
    for (((plan, bindings), register), rows) in plans.iter().zip(bindings).zip(&registers).zip(all_rows) {
        outcomes.push(conclude(plan, bindings, register, rows, setting.threads)?);
    }
    Ok(Run { outcomes, intakes: evidence.intakes.into_values().collect() })
}

/// Loads the ledgers that are asked by key.
fn evidence(plans: &[Plan], setting: &Setting) -> Result<Evidence, RunError> {
    let mut needed = BTreeSet::new();
    for plan in plans {
        needed.insert(plan.applicant.ledger);
        for class in &plan.classes {
            needed.extend(class.lookups.iter().map(|l| l.ledger));
            // A ledger without doubles is read whole: a double may stand anywhere.
            needed.extend(Some(class.ledger).filter(|l| setting.ledgers.ledgers[*l].unique));
            needed.extend(class.duplicates.iter().filter_map(|d| match &d.kind {
                DuplicateKind::Near { against: Some((ledger, _, _)), .. } => Some(*ledger),
                _ => None,
            }));
        }
    }
    let mut evidence = Evidence::default();
    for ledger in needed {
        let loaded = intake::load(
            &setting.ledgers.ledgers[ledger],
            sources(setting, ledger)?,
            setting.threads,
            setting.watch,
        )
        .map_err(RunError::Intake)?;
        evidence.tables.insert(ledger, loaded.table);
        let intake = Intake { ledger, files: loaded.files, set_aside: loaded.set_aside };
        evidence.intakes.insert(ledger, intake);
    }
    Ok(evidence)
}

fn sources(setting: &Setting, ledger: usize) -> Result<Vec<Source>, RunError> {
    let schema = &setting.ledgers.ledgers[ledger];
    let sources = (setting.open)(ledger).map_err(|e| RunError::Open(schema.name.clone(), e))?;
    if sources.is_empty() {
        return Err(RunError::NoFile { ledger: schema.name.clone(), files: schema.files.clone() });
    }
    Ok(sources)
}

fn registers<'a>(
    plans: &'a [Plan],
    tables: &'a BTreeMap<usize, Table>,
) -> Result<Vec<Register<'a>>, RunError> {
    let register = |plan: &'a Plan| {
        let table = tables.get(&plan.applicant.ledger);
        table.map(|table| Register::new(table, &plan.applicant)).ok_or_else(|| {
            RunError::Asked(Both::new("企业名录没有读入", "the register of enterprises was not read"))
        })
    };
    plans.iter().map(register).collect()
}

/// What a worker keeps between batches: one memory a class.
type Workers = Vec<Worker>;

/// Looks at every row of every class, each ledger once.
fn look<'a>(
    plans: &'a [Plan],
    bindings: &'a [Bindings],
    registers: &'a [Register<'a>],
    tables: &'a BTreeMap<usize, Table>,
    setting: &Setting,
    intakes: &mut BTreeMap<usize, Intake>,
) -> Result<Vec<Vec<Rows>>, RunError> {
    // (plan, class, stage) by ledger.
    let mut by_ledger: BTreeMap<usize, Vec<(usize, usize, Stage, Reasons)>> = BTreeMap::new();
    for (p, plan) in plans.iter().enumerate() {
        for (c, class) in plan.classes.iter().enumerate() {
            let mut lookups = Vec::with_capacity(class.lookups.len());
            for lookup in &class.lookups {
                let table = &tables[&lookup.ledger];
                let prepared = Prepared::new(lookup, table, &bindings[p]).map_err(|(_, failure)| {
                    let what = format!("{}/{}/{}", plan.id, class.id, lookup.id);
                    RunError::Lookup { what, why: failure.text() }
                })?;
                lookups.push(prepared);
            }
            let stage = Stage { class, bindings: &bindings[p], register: &registers[p], lookups };
            by_ledger.entry(class.ledger).or_default().push((p, c, stage, Reasons::of(class)));
        }
    }
    let mut all: Vec<Vec<Rows>> =
        plans.iter().map(|plan| plan.classes.iter().map(|_| Rows::default()).collect()).collect();
    for (ledger, stages) in by_ledger {
        let schema = &setting.ledgers.ledgers[ledger];
        let mut wanted = vec![false; schema.columns.len()];
        stages.iter().for_each(|(_, _, stage, _)| stage.wanted(&mut wanted));
        let each = |workers: &mut Workers, batch: &Batch, texts: &mut Texts| -> Result<Vec<Part>, Halt> {
            let mut parts = Vec::with_capacity(stages.len());
            for ((p, c, stage, reasons), worker) in stages.iter().zip(workers) {
                let part = rows::look(stage, reasons, batch, texts, worker);
                parts.push(part.map_err(|stop| Halt::of(&plans[*p], *c, batch, stop))?);
            }
            Ok(parts)
        };
        let start = || -> Workers { stages.iter().map(|_| Worker::default()).collect() };
        let batches: Vec<Vec<Part>> = over_ledger(ledger, &wanted, tables, setting, intakes, &start, &each)?;
        // Batches hold a part for each class; classes are put together one after the other.
        let mut columns: Vec<Vec<Part>> = stages.iter().map(|_| Vec::with_capacity(batches.len())).collect();
        for parts in batches {
            columns.iter_mut().zip(parts).for_each(|(column, part)| column.push(part));
        }
        for ((p, c, stage, reasons), parts) in stages.iter().zip(columns) {
            let mut rows = Rows::gather(parts, stage.register.table.rows.len());
            rows.judge_duplicates(stage, reasons, tables);
            all[*p][*c] = rows;
        }
    }
    Ok(all)
}

/// Runs over a ledger in batches: from its files, or from memory when it is held whole. Results in the order of the rows.
fn over_ledger<S, R: Send>(
    ledger: usize,
    wanted: &[bool],
    tables: &BTreeMap<usize, Table>,
    setting: &Setting,
    intakes: &mut BTreeMap<usize, Intake>,
    start: &(dyn Fn() -> S + Sync),
    each: &(dyn Fn(&mut S, &Batch, &mut Texts) -> Result<R, Halt> + Sync),
) -> Result<Vec<R>, RunError> {
    if let Some(table) = tables.get(&ledger) {
        return over_table(table, wanted, setting.threads, start, each).map_err(|halt| {
            let names: Vec<String> = intakes[&ledger].files.iter().map(|f| f.name.clone()).collect();
            halt.error(&names, setting.ledgers, tables, intakes)
        });
    }
    let sources = sources(setting, ledger)?;
    let names: Vec<String> = sources.iter().map(|s| s.name.clone()).collect();
    let schema = &setting.ledgers.ledgers[ledger];
    let scanned = intake::scan(schema, sources, wanted, setting.threads, setting.watch, start, each);
    let scan = scanned.map_err(|stop| match stop {
        intake::Stop::Intake(error) => RunError::Intake(error),
        intake::Stop::Each(halt) => halt.error(&names, setting.ledgers, tables, intakes),
    })?;
    intakes.insert(ledger, Intake { ledger, files: scan.files, set_aside: scan.set_aside });
    Ok(scan.results)
}

/// How many rows of a table that is held whole are looked at together.
const ROWS: usize = 16_384;

/// Lends a table's columns as batches of one file each, to several threads. Results in the order of the rows.
fn over_table<S, R: Send>(
    table: &Table,
    wanted: &[bool],
    threads: usize,
    start: &(dyn Fn() -> S + Sync),
    each: &(dyn Fn(&mut S, &Batch, &mut Texts) -> Result<R, Halt> + Sync),
) -> Result<Vec<R>, Halt> {
    let mut ranges = Vec::new();
    let mut from = 0;
    for rows in table.rows.chunk_by(|a, b| a.file == b.file).flat_map(|file| file.chunks(ROWS)) {
        ranges.push(from..from + rows.len());
        from += rows.len();
    }
    let next = AtomicUsize::new(0);
    let work = || {
        let (mut state, mut texts, mut done) = (start(), Texts::over(&table.texts), Vec::new());
        while let Some((at, range)) = {
            let at = next.fetch_add(1, Ordering::Relaxed);
            ranges.get(at).map(|range| (at, range.clone()))
        } {
            let lent = |(column, wanted): (&Column, &bool)| wanted.then(|| column.slice(range.clone()));
            let batch = Batch {
                file: table.rows[range.start].file,
                rows: table.rows[range.clone()].iter().map(|r| r.row).collect(),
                columns: table.columns.iter().zip(wanted).map(lent).collect(),
            };
            let result = each(&mut state, &batch, &mut texts);
            let failed = result.is_err();
            done.push((at, result));
            if failed {
                // Nobody begins a batch after this one; those before it were begun by somebody.
                next.fetch_max(ranges.len(), Ordering::Relaxed);
            }
        }
        done
    };
    let mut all: Vec<(usize, Result<R, Halt>)> =
        in_shares(0..threads.clamp(1, ranges.len().max(1)), |_| work()).into_iter().flatten().collect();
    all.sort_unstable_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, result)| result).collect()
}

/// A line that stopped a run, with its place in its ledger.
#[derive(Debug)]
struct Halt {
    what: String,
    file: u32,
    row: u32,
    why: Result<Failure, (usize, u32, u32)>,
}

impl Halt {
    fn of(plan: &Plan, class: usize, batch: &Batch, stop: Stop) -> Self {
        let class = &plan.classes[class];
        let (step, why) = match stop.what {
            What::Failed(step, failure) => (step, Ok(failure)),
            What::Twice(lookup, a, b) => {
                (class.lookups[lookup].id.clone(), Err((class.lookups[lookup].ledger, a, b)))
            }
        };
        let row = batch.rows.get(stop.row as usize).copied().unwrap_or(0);
        Self { what: format!("{}/{}/{step}", plan.id, class.id), file: batch.file, row, why }
    }

    /// The error, with the names of the files. `names` are those of the ledger that was looked at.
    fn error(
        self,
        names: &[String],
        ledgers: &Ledgers,
        tables: &BTreeMap<usize, Table>,
        intakes: &BTreeMap<usize, Intake>,
    ) -> RunError {
        let file = names.get(self.file as usize).cloned().unwrap_or_default();
        match self.why {
            Ok(failure) => RunError::Line { what: self.what, file, row: self.row, why: failure.text() },
            Err((ledger, a, b)) => {
                let place = |row: u32| {
                    let place = tables[&ledger].rows[row as usize];
                    (intakes[&ledger].files[place.file as usize].name.clone(), place.row)
                };
                RunError::Twice {
                    what: self.what,
                    line: Box::new((file, self.row)),
                    ledger: ledgers.ledgers[ledger].name.clone(),
                    rows: Box::new([place(a), place(b)]),
                }
            }
        }
    }
}

/// Settles a scheme and puts everything together.
fn conclude(
    plan: &Plan,
    bindings: &Bindings,
    register: &Register,
    mut rows: Vec<Rows>,
    threads: usize,
) -> Result<Outcome, RunError> {
    let (enterprises, registers) = groups::number_enterprises(&mut rows, register, threads);
    let reasons: Vec<Reasons> = plan.classes.iter().map(Reasons::of).collect();
    let code = |enterprise: u32| enterprises[enterprise as usize].code.clone();
    let mut all_groups = Vec::with_capacity(rows.len());
    for (rows, class) in rows.iter().zip(&plan.classes) {
        let grouped = groups::group(rows, &class.aggregates, &registers, threads);
        all_groups.push(grouped.map_err(|groups::TooLarge(enterprise)| RunError::Enterprise {
            what: format!("{}/{}/principal", plan.id, class.id),
            code: code(enterprise),
            why: Failure::Overflow.text(),
        })?);
    }
    let all = All { register, rows: &registers };
    let mut settled = settle::settle(plan, bindings, &all_groups, &reasons, &all)
        .map_err(|trouble| settle_error(plan, trouble, &code))?;
    let amounts = std::mem::take(&mut settled.classes);
    let parts = reasons.into_iter().zip(rows).zip(all_groups).zip(amounts);
    let classes = parts
        .map(|(((reasons, rows), groups), amounts)| ClassOutcome { reasons, rows, groups, amounts })
        .collect();
    Ok(Outcome {
        plan: plan.clone(),
        pots: settled.pots.clone(),
        illustrative: illustrative(plan, used(plan)),
        enterprises,
        classes,
        settled,
    })
}

fn settle_error(plan: &Plan, trouble: settle::Trouble, code: &dyn Fn(u32) -> String) -> RunError {
    match trouble {
        settle::Trouble::Failed(enterprise, what, failure) => {
            RunError::Enterprise { what, code: code(enterprise), why: failure.text() }
        }
        settle::Trouble::Negative(enterprise, what) => RunError::Enterprise {
            what,
            code: code(enterprise),
            why: Both::new(
                "结果小于零；请用 greatest(…, 0) 写明",
                "the result is below zero; say greatest(…, 0) where that is meant",
            ),
        },
        settle::Trouble::Budget(failure) => {
            let why = failure.map_or_else(
                || both!("预算不是非负的整分金额", "the budget is no whole number of fen, or below zero"),
                Failure::text,
            );
            RunError::Budget { scheme: plan.id.clone(), why }
        }
    }
}

/// The parameters that expressions of a plan use, by index.
pub fn used(plan: &Plan) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    for_each_expression(plan, &mut |e| {
        if let Kind::Parameter(index, _) = &e.kind {
            found.insert(*index);
        }
    });
    found
}

/// The parameters that some expressions use, by index.
pub(crate) fn used_by<'a>(all: impl IntoIterator<Item = &'a crate::scheme::plan::Expr>) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    for expression in all {
        expression.walk(&mut |e| {
            if let Kind::Parameter(index, _) = &e.kind {
                found.insert(*index);
            }
        });
    }
    found
}

/// The expressions of a class that are asked of an enterprise as a whole.
pub(crate) fn whole_expressions(
    class: &crate::scheme::plan::Class,
) -> impl Iterator<Item = &crate::scheme::plan::Expr> {
    let requirements = class.requirements.iter().map(|c| &c.expression);
    std::iter::once(&class.factor).chain(requirements).chain(class.steps.iter().map(|s| &s.expression))
}

/// Visits every expression of a plan.
pub(crate) fn for_each_expression<'a>(plan: &'a Plan, visit: &mut impl FnMut(&'a crate::scheme::plan::Expr)) {
    for class in &plan.classes {
        line_expressions(class).into_iter().for_each(|e| e.walk(visit));
        whole_expressions(class).for_each(|e| e.walk(visit));
    }
    plan.steps.iter().for_each(|s| s.expression.walk(visit));
    if let Some(budget) = &plan.budget {
        budget.amount.walk(visit);
    }
}

/// The expressions of a class that are asked of every line.
pub(crate) fn line_expressions(class: &crate::scheme::plan::Class) -> Vec<&crate::scheme::plan::Expr> {
    let mut all = Vec::new();
    for lookup in &class.lookups {
        all.extend(lookup.on.iter().map(|(_, e)| e));
        all.extend(&lookup.filter);
    }
    all.extend(class.lines.iter().map(|s| &s.expression));
    all.extend(class.conditions.iter().map(|c| &c.expression));
    all.extend(class.duplicates.iter().flat_map(lines::duplicate_expressions));
    all.push(&class.principal);
    all.extend(class.aggregates.iter().filter_map(|a| a.argument.as_ref()));
    all
}
