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

/// Every row of a class, in the order of the files.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    /// Where each file begins among the rows.
    files: Vec<(u32, u32)>,
    pub(crate) row: Vec<u32>,
    /// Row of the register; from its length on, applicants that it does not know.
    pub(crate) applicant: Vec<u32>,
    /// [`ELIGIBLE`], or the number of a reason.
    pub(crate) verdict: Vec<u16>,
    /// Zero where it is null.
    pub(crate) principal: Numbers,
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
    row: Vec<u32>,
    applicant: Vec<u32>,
    verdict: Vec<u16>,
    principal: Kept,
    aggregates: Vec<Kept>,
    duplicates: Vec<Columns>,
    unknown: Vec<(u32, String)>,
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
        let applicant = seen.enterprises().to_vec();
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
        let strangers = (0u32..).zip(&applicant).filter(|(_, a)| **a == NONE).map(|(row, _)| row);
        let texts = seen.texts().borrow();
        let unknown = strangers
            .map(|row| (row, super::lines::applicant_code(stage, batch, &texts, row).to_owned()))
            .collect();
        drop(texts);
        Ok(Part {
            file: batch.file,
            row: batch.rows.clone(),
            applicant,
            verdict,
            principal: keep(principal.clone()),
            aggregates,
            duplicates,
            unknown,
        })
    })
}

impl Rows {
    /// Puts the batches of a ledger together, in their order.
    pub(crate) fn gather(parts: impl IntoIterator<Item = Part>, register_rows: usize) -> Self {
        let mut all = Self::default();
        let mut principal = Kept::default();
        let mut strangers: BTreeMap<String, u32> = BTreeMap::new();
        for mut part in parts {
            let start = u32::try_from(all.row.len()).unwrap_or(u32::MAX);
            if all.files.last().is_none_or(|(_, file)| *file != part.file) {
                all.files.push((start, part.file));
            }
            for (row, code) in part.unknown {
                let next = strangers.len();
                let number = *strangers
                    .entry(code)
                    .or_insert_with(|| u32::try_from(register_rows + next).unwrap_or(NONE));
                part.applicant[row as usize] = number;
            }
            all.row.extend(part.row);
            all.applicant.extend(part.applicant);
            all.verdict.extend(part.verdict);
            principal.append(part.principal);
            append(&mut all.aggregates, part.aggregates);
            all.duplicates.resize_with(part.duplicates.len(), Columns::default);
            for (to, from) in all.duplicates.iter_mut().zip(part.duplicates) {
                append(&mut to.key, from.key);
                append(&mut to.differ, from.differ);
                append(&mut to.more, from.more);
            }
        }
        all.principal = principal.numbers;
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
            let eligible: Vec<bool> = self.verdict.iter().map(|v| *v == ELIGIBLE).collect();
            let against = match &rule.kind {
                DuplicateKind::Near { against: Some((ledger, _, _)), .. } => tables.get(ledger),
                _ => None,
            };
            let found = pairs(&rule.kind, &columns, &eligible, against);
            if !matches!(rule.kind, DuplicateKind::Near { .. }) {
                found.iter().for_each(|pair| self.verdict[pair.row as usize] = reasons.duplicate(i));
            }
            self.pairs.extend(found.into_iter().map(|pair| (i, pair)));
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.row.len()
    }

    /// Where a row stands.
    pub(crate) fn place(&self, index: usize) -> RowId {
        let at = self.files.partition_point(|(start, _)| *start as usize <= index);
        let file = at.checked_sub(1).map_or(0, |at| self.files[at].1);
        RowId { file, row: self.row[index] }
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
