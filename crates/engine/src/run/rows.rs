//! The line stage over whole ledgers: every row with its enterprise, its verdict and its principal.

use std::collections::BTreeMap;

use crate::{
    batch::{Batch, RowId, Table, Texts},
    run::{
        duplicates::{Columns, Other, Pair, pairs},
        kept::{Kept, Numbers},
        lines::{Stage, Stop, Worker, duplicate_expressions},
        reasons::{ELIGIBLE, Reasons, UNKNOWN_APPLICANT},
        register::NONE,
    },
    scheme::plan::DuplicateKind,
};

/// Every row of a class, in the order of the files. The batches stay as they came, so that nothing is copied and nothing is held twice.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    parts: Vec<Part>,
    /// The index of the first row of each part.
    starts: Vec<usize>,
    len: usize,
    /// The arguments of the aggregates.
    pub(crate) aggregates: Vec<Kept>,
    /// What each duplicate rule looks at; dropped once they have looked.
    duplicates: Vec<Columns>,
    /// Codes of applicants that the register does not know.
    pub(crate) unknown: Vec<String>,
    /// What the duplicate rules found: index of the rule, pair.
    pub(crate) pairs: Vec<(usize, Pair)>,
}

/// The same of one batch.
#[derive(Debug)]
pub(crate) struct Part {
    file: u32,
    row: RowNumbers,
    /// Row of the register; from its length on, applicants that it does not know. Later the number of the enterprise.
    pub(crate) applicant: Applicants,
    /// [`ELIGIBLE`], or the number of a reason.
    pub(crate) verdict: Verdicts,
    /// Zero where it is null.
    pub(crate) principal: Numbers,
    aggregates: Vec<Kept>,
    duplicates: Vec<Columns>,
    unknown: Vec<(u32, String)>,
}

/// Numbers of enterprises, as narrow as they can be.
#[derive(Debug)]
pub(crate) enum Applicants {
    Few(Vec<u16>),
    Many(Vec<u32>),
}

impl Applicants {
    #[expect(clippy::cast_possible_truncation, reason = "all were found to fit")]
    fn of(all: &[u32]) -> Self {
        // Applicants that the register does not know have the largest number, until they get their own.
        let most = all.iter().fold(0, |most, n| most.max(*n));
        if u16::try_from(most).is_ok() {
            Self::Few(all.iter().map(|n| *n as u16).collect())
        } else {
            Self::Many(all.to_vec())
        }
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Few(all) => all.len(),
            Self::Many(all) => all.len(),
        }
    }

    pub(crate) fn get(&self, row: usize) -> u32 {
        match self {
            Self::Few(all) => u32::from(all[row]),
            Self::Many(all) => all[row],
        }
    }

    fn set(&mut self, row: usize, number: u32) {
        match (&mut *self, u16::try_from(number)) {
            (Self::Few(all), Ok(number)) => all[row] = number,
            (Self::Many(all), _) => all[row] = number,
            (Self::Few(all), Err(_)) => {
                let mut wide: Vec<u32> = all.iter().map(|n| u32::from(*n)).collect();
                wide[row] = number;
                *self = Self::Many(wide);
            }
        }
    }

    /// Every number with its row, until one is refused.
    pub(crate) fn each<E>(&self, mut visit: impl FnMut(usize, u32) -> Result<(), E>) -> Result<(), E> {
        match self {
            Self::Few(all) => all.iter().enumerate().try_for_each(|(row, n)| visit(row, u32::from(*n))),
            Self::Many(all) => all.iter().enumerate().try_for_each(|(row, n)| visit(row, *n)),
        }
    }

    /// Every number becomes another one.
    pub(crate) fn renumber(&mut self, number: impl Fn(u32) -> u32) {
        match self {
            Self::Many(all) => all.iter_mut().for_each(|n| *n = number(*n)),
            Self::Few(all) => {
                let mut wide: Option<Vec<u32>> = None;
                for row in 0..all.len() {
                    let new = number(u32::from(all[row]));
                    match (&mut wide, u16::try_from(new)) {
                        (Some(wide), _) => wide.push(new),
                        (None, Ok(new)) => all[row] = new,
                        (None, Err(_)) => {
                            let before = all[..row].iter().map(|n| u32::from(*n));
                            wide = Some(before.chain([new]).collect());
                        }
                    }
                }
                if let Some(wide) = wide {
                    *self = Self::Many(wide);
                }
            }
        }
    }
}

/// Verdicts of rows; most batches have nothing but good ones.
#[derive(Debug)]
pub(crate) enum Verdicts {
    Eligible(usize),
    Each(Vec<u16>),
}

impl Verdicts {
    fn of(all: Vec<u16>) -> Self {
        let good = all.iter().fold(true, |good, v| good & (*v == ELIGIBLE));
        if good { Self::Eligible(all.len()) } else { Self::Each(all) }
    }

    pub(crate) fn get(&self, row: usize) -> u16 {
        match self {
            Self::Eligible(_) => ELIGIBLE,
            Self::Each(all) => all[row],
        }
    }

    fn set(&mut self, row: usize, verdict: u16) {
        if let Self::Eligible(rows) = self {
            *self = Self::Each(vec![ELIGIBLE; *rows]);
        }
        if let Self::Each(all) = self {
            all[row] = verdict;
        }
    }
}

/// Numbers of rows, nearly all of which follow on each other.
#[derive(Debug, Default)]
struct RowNumbers {
    /// Index and number of each row that does not follow on the one before.
    runs: Vec<(u32, u32)>,
}

impl RowNumbers {
    fn of(rows: &[u32]) -> Self {
        let mut runs: Vec<(u32, u32)> = Vec::new();
        let mut next = None;
        for (index, row) in (0u32..).zip(rows) {
            if next != Some(*row) {
                runs.push((index, *row));
            }
            next = row.checked_add(1);
        }
        Self { runs }
    }

    fn get(&self, index: usize) -> u32 {
        let at = self.runs.partition_point(|(start, _)| *start as usize <= index);
        let Some((start, row)) = at.checked_sub(1).map(|at| self.runs[at]) else { return 0 };
        row + u32::try_from(index - start as usize).unwrap_or(0)
    }
}

/// Looks at one batch.
///
/// # Errors
/// The first line at which something could not be computed.
pub(crate) fn look(
    stage: &Stage,
    reasons: &Reasons,
    batch: &Batch,
    texts: &mut Texts,
    worker: &mut Worker,
) -> Result<Part, Stop> {
    let rows = batch.rows.len();
    stage.evaluate(batch, texts, worker, |seen| {
        let applicant = seen.enterprises();
        let mut verdict = vec![ELIGIBLE; rows];
        let mut refuse = |reason: u16, fails: &dyn Fn(usize) -> bool| {
            for (row, verdict) in verdict.iter_mut().enumerate() {
                if *verdict == ELIGIBLE && fails(row) {
                    *verdict = reason;
                }
            }
        };
        refuse(UNKNOWN_APPLICANT, &|row| applicant[row] == NONE);
        for (i, condition) in seen.conditions.iter().enumerate() {
            refuse(reasons.condition(i), &|row| !condition.is_true(row));
        }
        let principal = &seen.principal;
        refuse(reasons.no_principal(), &|row| principal.is_null(row));

        let keep = |vector| Kept::of(&vector, rows, seen.texts());
        let ask = |e| keep(seen.ask(e));
        let aggregates = stage.class.aggregates.iter().filter_map(|a| a.argument.as_ref()).map(ask).collect();
        let duplicates = stage.class.duplicates.iter().map(|d| {
            let mut all = duplicate_expressions(d).into_iter().map(ask);
            let key = all.by_ref().take(d.key.len()).collect();
            let differ = all.by_ref().take(d.differ.len()).collect();
            Columns { key, differ, more: all.collect() }
        });
        let duplicates = duplicates.collect();
        let strangers = (0u32..).zip(applicant).filter(|(_, a)| **a == NONE).map(|(row, _)| row);
        let texts = seen.texts().borrow();
        let unknown = strangers
            .map(|row| (row, super::lines::applicant_code(stage, batch, &texts, row).to_owned()))
            .collect();
        drop(texts);
        Ok(Part {
            file: batch.file,
            row: RowNumbers::of(&batch.rows),
            applicant: Applicants::of(applicant),
            verdict: Verdicts::of(verdict),
            principal: Numbers::of(principal, rows),
            aggregates,
            duplicates,
            unknown,
        })
    })
}

impl Rows {
    /// Puts the batches of a ledger together, in their order.
    pub(crate) fn gather(parts: Vec<Part>, register_rows: usize) -> Self {
        let mut all = Self { starts: Vec::with_capacity(parts.len()), ..Self::default() };
        let mut strangers: BTreeMap<String, u32> = BTreeMap::new();
        for mut part in parts {
            for (row, code) in part.unknown.drain(..) {
                let next = strangers.len();
                let number = *strangers
                    .entry(code)
                    .or_insert_with(|| u32::try_from(register_rows + next).unwrap_or(NONE));
                part.applicant.set(row as usize, number);
            }
            append(&mut all.aggregates, std::mem::take(&mut part.aggregates));
            all.duplicates.resize_with(part.duplicates.len(), Columns::default);
            for (to, from) in all.duplicates.iter_mut().zip(part.duplicates.drain(..)) {
                append(&mut to.key, from.key);
                append(&mut to.differ, from.differ);
                append(&mut to.more, from.more);
            }
            all.starts.push(all.len);
            all.len += part.applicant.len();
            all.parts.push(part);
        }
        all.unknown = vec![String::new(); strangers.len()];
        for (code, number) in strangers {
            all.unknown[number as usize - register_rows] = code;
        }
        all
    }

    /// Lets the duplicate rules look, each at the rows that those before it left eligible.
    pub(crate) fn judge_duplicates(
        &mut self,
        stage: &Stage,
        reasons: &Reasons,
        tables: &BTreeMap<usize, Table>,
    ) {
        let duplicates = std::mem::take(&mut self.duplicates);
        for (i, (rule, columns)) in stage.class.duplicates.iter().zip(duplicates).enumerate() {
            let rows = self.parts.iter().flat_map(|p| (0..p.applicant.len()).map(|row| p.verdict.get(row)));
            let eligible: Vec<bool> = rows.map(|v| v == ELIGIBLE).collect();
            let against = match &rule.kind {
                DuplicateKind::Near { against: Some((ledger, _, _)), .. } => tables.get(ledger),
                _ => None,
            };
            let found = pairs(&rule.kind, &columns, &eligible, against);
            if !matches!(rule.kind, DuplicateKind::Near { .. }) {
                for pair in &found {
                    let (part, row) = self.locate(pair.row as usize);
                    self.parts[part].verdict.set(row, reasons.duplicate(i));
                }
            }
            self.pairs.extend(found.into_iter().map(|pair| (i, pair)));
        }
    }

    /// Leaves only some rows of one file: their verdicts stay as they were found among all rows.
    pub(crate) fn keep_only(&mut self, kept: &[usize], file: u32) {
        let numbers: Vec<u32> = kept.iter().map(|index| self.place(*index).row).collect();
        let part = Part {
            file,
            row: RowNumbers::of(&numbers),
            applicant: Applicants::of(&kept.iter().map(|index| self.applicant(*index)).collect::<Vec<_>>()),
            verdict: Verdicts::of(kept.iter().map(|index| self.verdict(*index)).collect()),
            principal: Numbers::Wide(kept.iter().map(|index| self.principal(*index)).collect()),
            aggregates: Vec::new(),
            duplicates: Vec::new(),
            unknown: Vec::new(),
        };
        self.aggregates.iter_mut().for_each(|column| *column = column.gather(kept));
        self.parts = vec![part];
        self.starts = vec![0];
        self.len = kept.len();
        self.pairs.clear();
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The batches, in their order.
    pub(crate) fn parts(&self) -> &[Part] {
        &self.parts
    }

    pub(crate) fn parts_mut(&mut self) -> &mut [Part] {
        &mut self.parts
    }

    /// The part that a row is in, and its index there.
    fn locate(&self, index: usize) -> (usize, usize) {
        let part = self.starts.partition_point(|start| *start <= index).saturating_sub(1);
        (part, index - self.starts[part])
    }

    pub(crate) fn applicant(&self, index: usize) -> u32 {
        let (part, row) = self.locate(index);
        self.parts[part].applicant.get(row)
    }

    pub(crate) fn verdict(&self, index: usize) -> u16 {
        let (part, row) = self.locate(index);
        self.parts[part].verdict.get(row)
    }

    pub(crate) fn principal(&self, index: usize) -> i128 {
        let (part, row) = self.locate(index);
        self.parts[part].principal.get(row)
    }

    /// Where a row stands.
    pub(crate) fn place(&self, index: usize) -> RowId {
        let (part, row) = self.locate(index);
        RowId { file: self.parts[part].file, row: self.parts[part].row.get(row) }
    }

    /// Where the other row of a pair stands; `None` for a row of another ledger.
    pub(crate) fn other_place(&self, other: Other) -> (bool, RowId) {
        match other {
            Other::Same(index) => (true, self.place(index as usize)),
            Other::Elsewhere(place) => (false, place),
        }
    }
}

fn append(to: &mut Vec<Kept>, from: Vec<Kept>) {
    to.resize_with(from.len(), Kept::default);
    to.iter_mut().zip(from).for_each(|(to, from)| to.append(from));
}
