//! Running the checks over a table, and what waivers silence.

use jiff::civil::Date;

use super::{
    ALL, Cx,
    rules::{f001_waiver_expired, f002_waiver_unused},
};
use crate::{
    finding::{Finding, Severity, Subject},
    fund::{Fund, WaivedPeriod, Waiver},
    period::Period,
    table::TargetTable,
    text::key,
};

/// Which checks are run: all, those named, all but those named. A prefix names a family: `A` is every arithmetic check.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// When not empty, only codes that begin with one of these.
    pub only: Vec<String>,
    /// Never codes that begin with one of these.
    pub ignore: Vec<String>,
}

impl Selection {
    /// Whether a check is run.
    pub fn takes(&self, code: &str) -> bool {
        let begins = |prefixes: &[String]| prefixes.iter().any(|p| code.starts_with(&p.to_ascii_uppercase()));
        (self.only.is_empty() || begins(&self.only)) && !begins(&self.ignore)
    }
}

/// A finding that a waiver silences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waived {
    /// What was found.
    pub finding: Finding,
    /// The waiver, with reason, person and last day.
    pub waiver: Waiver,
}

/// What the checks say of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Findings in the order of the document, then of codes.
    pub findings: Vec<Finding>,
    /// Findings silenced by a waiver, in the same order.
    pub waived: Vec<Waived>,
}

impl Report {
    /// The worst severity, if anything was found.
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|f| f.severity).max()
    }

    /// How many findings there are of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|f| f.severity == severity).count()
    }
}

/// Runs the selected checks. `fund` counts only when the table says that it is of that fund; `today` decides which waivers
/// are still in force (without it none has expired).
pub fn check(table: &TargetTable, fund: Option<&Fund>, today: Option<Date>, selection: &Selection) -> Report {
    let cx = Cx::new(table, fund, today);
    let mut findings = Vec::new();
    for rule in ALL.iter().filter(|r| selection.takes(r.code)) {
        (rule.run)(&cx, &mut findings);
    }
    let waivers: &[Waiver] = cx.fund.map_or(&[], |f| &f.waivers);
    let mut used = vec![false; waivers.len()];
    let (mut open, mut waived) = (Vec::new(), Vec::new());
    for finding in findings {
        match waivers.iter().position(|w| in_force(w, today) && silences(w, &finding)) {
            Some(i) => {
                used[i] = true;
                waived.push(Waived { finding, waiver: waivers[i].clone() });
            }
            None => open.push(finding),
        }
    }
    for (waiver, used) in waivers.iter().zip(used) {
        // A waiver of a check that was not run says nothing about its use.
        if selection.takes(&waiver.code) {
            open.extend(waiver_finding(&cx, waiver, used, today).filter(|f| selection.takes(f.code)));
        }
    }
    open.sort_by(order);
    waived.sort_by(|a, b| order(&a.finding, &b.finding));
    Report { findings: open, waived }
}

/// What is to be said of a waiver itself: that it has expired, or that it silences nothing.
fn waiver_finding(cx: &Cx<'_>, waiver: &Waiver, used: bool, today: Option<Date>) -> Option<Finding> {
    if !in_force(waiver, today) {
        return f001_waiver_expired::finding(waiver, today);
    }
    if used { None } else { f002_waiver_unused::finding(cx, waiver) }
}

fn order(a: &Finding, b: &Finding) -> std::cmp::Ordering {
    (a.place, a.code, &a.message).cmp(&(b.place, b.code, &b.message))
}

/// Whether a waiver is still in force.
pub(super) fn in_force(waiver: &Waiver, today: Option<Date>) -> bool {
    today.is_none_or(|day| day <= waiver.until)
}

/// Whether a waiver is about a finding: same code, and every part of the subject that the waiver names.
pub(super) fn silences(waiver: &Waiver, finding: &Finding) -> bool {
    let Subject { indicator, region, period } = &finding.subject;
    let names = |wanted: &Option<String>, given: &Option<String>| {
        wanted.as_ref().is_none_or(|w| given.as_ref().is_some_and(|g| key(w) == key(g)))
    };
    let same_period = waiver.period.is_none_or(|w| {
        period.is_some_and(|p| {
            matches!((w, p), (WaivedPeriod::Cycle, Period::Cycle) | (WaivedPeriod::Year, Period::Year(_)))
        })
    });
    waiver.code.eq_ignore_ascii_case(finding.code)
        && names(&waiver.indicator, indicator)
        && names(&waiver.region, region)
        && same_period
}
