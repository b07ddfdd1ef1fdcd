//! Repairing a document: the fixes that checks offer, applied until none is left.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jixiao_core::{
    checks::{Report, Selection, check},
    finding::{Finding, Safety},
    fund::Fund,
};

use crate::{Document, understand};

/// A repaired document, with what was done to it.
#[derive(Clone, Debug)]
pub struct Repaired {
    /// The document after the repair.
    pub document: Document,
    /// The findings whose fix was applied, in the order of application.
    pub applied: Vec<Finding>,
    /// What the checks say of the repaired document.
    pub left: Report,
}

/// Rounds of check and repair. A repair can bring out a further one (a sum that is only then comparable); each fix is applied
/// once only, and this bound ends the work in any case.
const ROUNDS: usize = 8;

/// Applies the fixes that the selected checks offer: the safe ones first, then, if allowed, those that change figures.
///
/// A cell is changed at most once a round, and an unsafe fix is applied only when no safe one is left, so that a figure
/// changes only where writing it rightly was not enough.
pub fn repair(
    document: Document,
    fund: Option<&Fund>,
    today: Option<Date>,
    selection: &Selection,
    allow_unsafe: bool,
) -> Repaired {
    repair_those(document, fund, today, selection, &|finding| {
        finding.fix.as_ref().is_some_and(|fix| allow_unsafe || fix.safety == Safety::Safe)
    })
}

/// Applies those of the fixes that somebody takes, in the same order as [`repair`]: `takes` is asked about each finding with a fix.
pub fn repair_those(
    document: Document,
    fund: Option<&Fund>,
    today: Option<Date>,
    selection: &Selection,
    takes: &dyn Fn(&Finding) -> bool,
) -> Repaired {
    let (mut document, mut applied): (Document, Vec<Finding>) = (document, Vec::new());
    for _ in 0..ROUNDS {
        let report = check(&document.table, fund, today, selection);
        let safe = apply(&mut document, &report, (Safety::Safe, takes), &applied, fund);
        if !safe.is_empty() {
            applied.extend(safe);
            continue;
        }
        let changed = apply(&mut document, &report, (Safety::Unsafe, takes), &applied, fund);
        if changed.is_empty() {
            break;
        }
        applied.extend(changed);
    }
    let left = check(&document.table, fund, today, &Selection::default());
    Repaired { document, applied, left }
}

/// Applies the fixes of one safety that are taken; returns the findings whose fix was applied.
fn apply(
    document: &mut Document,
    report: &Report,
    (safety, takes): (Safety, &dyn Fn(&Finding) -> bool),
    before: &[Finding],
    fund: Option<&Fund>,
) -> Vec<Finding> {
    let mut touched = BTreeSet::new();
    let mut applied = Vec::new();
    for finding in &report.findings {
        let Some(fix) = finding.fix.as_ref().filter(|f| f.safety == safety && !f.edits.is_empty()) else {
            continue;
        };
        let again = before.iter().any(|b| b.code == finding.code && b.fix == finding.fix);
        let taken = fix.edits.iter().any(|e| touched.contains(&e.place));
        if again
            || taken
            || !takes(finding)
            || !fix.edits.iter().all(|e| document.grid.row(e.place).is_some())
        {
            continue;
        }
        for edit in &fix.edits {
            touched.insert(edit.place);
            document.grid.set(edit.place, &edit.after);
        }
        applied.push(finding.clone());
    }
    if !applied.is_empty() {
        *document = understand(document.grid.clone(), fund.map(|f| &f.regions));
    }
    applied
}
