//! What every indicator came to, for the whole and for each region.

use std::collections::{BTreeMap, BTreeSet};

use jixiao_core::{
    actual::{Actual, Measured},
    derivation::{Ground, Node},
    finding::Both,
    fund::Fund,
    region::RegionId,
};

use crate::{
    run::{Bindings, Intake, RunError, Setting, illustrative, outcome::Outcome},
    scheme::plan::{Expr, Kind as ExprKind},
};

use super::{
    course::Course,
    plan::{Kind, LedgerTerm, Measure, Place, Plan, Term, TermOf},
    regions::{Home, Homes},
    reports::{self, Report},
    rows::{Desk, Register, Shelf, not_computed},
    said::{self, SaidReason, SaidScore},
    survey::{self, SurveyRows},
};

/// What the indicators of a fund came to in a year.
#[derive(Clone, Debug)]
pub struct Actuals {
    /// The fund year.
    pub year: i16,
    /// Of each measured indicator the whole first, then each region in scope; in the order of the plan. Indicators that a survey
    /// measures stand in `surveys` instead.
    pub measured: Vec<Measured>,
    /// Monthly courses, by indicator, part, year and region.
    pub courses: Vec<Course>,
    /// Answers of surveys.
    pub surveys: Vec<SurveyRows>,
    /// Every row that regions reported, of any indicator and year, in the order of the files.
    pub reports: Vec<Report>,
    /// Every reason that people gave, in the order of the files.
    pub reasons: Vec<SaidReason>,
    /// Every score that people gave, in the order of the files.
    pub scores: Vec<SaidScore>,
    /// What was read.
    pub intakes: Vec<Intake>,
}

impl Actuals {
    /// What an indicator came to, for a region or (`None`) for the whole.
    pub fn of(&self, indicator: &str, region: Option<RegionId>) -> Option<&Measured> {
        self.measured.iter().find(|m| m.indicator == indicator && m.region == region)
    }
}

/// What one award comes to, with its place.
pub(super) struct Award<'a> {
    pub(super) code: &'a str,
    pub(super) home: Home,
    pub(super) fen: i64,
}

/// What measuring knows beside the ledgers.
pub(super) struct Given<'a> {
    pub(super) plan: &'a Plan,
    pub(super) desk: Desk<'a>,
    awards: &'a BTreeMap<String, Vec<Award<'a>>>,
    /// Awards of each scheme outside of the fund's regions.
    pub(super) outside: &'a BTreeMap<String, u64>,
    outcomes: &'a [Outcome],
}

/// Measures every indicator of a plan from the awards of the year and the ledgers.
///
/// Regions without a target are measured all the same. A ledger that has no file, a scheme that was not computed and a region that has not
/// reported make a figure missing, with the reason in its derivation; they are no errors.
///
/// # Errors
/// A file that cannot be read; a value that cannot be computed, with its row; a look-up that finds two rows.
pub fn actuals(
    plan: &Plan,
    outcomes: &[Outcome],
    setting: &Setting,
    fund: &Fund,
) -> Result<Actuals, RunError> {
    let homes = Homes::new(&fund.regions, fund.zone_convention);
    let shelf = Shelf::load(&ledgers(plan), setting)?;
    let bindings = Bindings::of(&plan.rules);
    let mut awards = BTreeMap::new();
    let mut outside = BTreeMap::new();
    let mut supported = BTreeMap::new();
    for outcome in outcomes {
        let mut list = Vec::new();
        let mut codes = BTreeSet::new();
        for (at, enterprise) in outcome.enterprises.iter().enumerate() {
            let fen = outcome.awarded_fen(at);
            if fen <= 0 {
                continue;
            }
            codes.insert(enterprise.code.clone());
            if let Some(Some(home)) = enterprise.region.as_deref().and_then(|code| homes.of(code)) {
                list.push(Award { code: &enterprise.code, home, fen });
            } else {
                *outside.entry(outcome.plan.id.clone()).or_insert(0u64) += 1;
            }
        }
        awards.insert(outcome.plan.id.clone(), list);
        supported.insert(outcome.plan.id.clone(), codes);
    }
    let applicant = &plan.rules.applicant;
    let held = shelf.get(applicant.ledger, setting);
    let register = held.as_ref().map(|held| Register::new(held, applicant.key, applicant.region));
    let desk = Desk {
        year: plan.year,
        setting,
        shelf: &shelf,
        register: register.as_ref().map_err(|why| (*why).clone()),
        bindings: &bindings,
        homes: &homes,
        supported: &supported,
    };
    let given = Given { plan, desk, awards: &awards, outside: &outside, outcomes };
    let reports = reports::read(plan, &given.desk)?;
    let mut all = Actuals {
        year: plan.year,
        measured: Vec::new(),
        courses: Vec::new(),
        surveys: Vec::new(),
        reports: Vec::new(),
        reasons: said::reasons(plan, &given.desk, fund),
        scores: said::scores(plan, &given.desk, fund),
        intakes: Vec::new(),
    };
    for measure in &plan.measures {
        given.measure(measure, &reports, &mut all)?;
    }
    all.reports = reports.map(|(rows, _)| rows).unwrap_or_default();
    drop(register);
    all.intakes = shelf.into_intakes();
    Ok(all)
}

/// Every ledger that the measures read.
fn ledgers(plan: &Plan) -> BTreeSet<usize> {
    let mut all = BTreeSet::new();
    let mut add = |term: &LedgerTerm| {
        all.insert(term.ledger);
        all.extend(term.lookups.iter().map(|l| l.ledger));
        if let Place::Enterprise(_) = term.place {
            all.insert(plan.rules.applicant.ledger);
        }
    };
    for measure in &plan.measures {
        ledger_terms(measure).into_iter().for_each(&mut add);
    }
    all.extend(plan.reported.map(|r| r.ledger));
    all.extend([plan.reasons, plan.scores].into_iter().flatten().map(|said| said.ledger));
    all
}

fn ledger_terms(measure: &Measure) -> Vec<&LedgerTerm> {
    fn of(term: &Term) -> Option<&LedgerTerm> {
        if let TermOf::Ledger(ledger) = &term.of { Some(ledger) } else { None }
    }
    let mut all: Vec<&LedgerTerm> = match &measure.kind {
        Kind::Term(a) => of(a).into_iter().collect(),
        Kind::Ratio(a, b) | Kind::Graded(a, b, _) | Kind::Within(a, b) => {
            of(a).into_iter().chain(of(b)).collect()
        }
        Kind::Completed(_, paid) => vec![paid],
        Kind::Survey(survey) => vec![&survey.rows],
        Kind::Reported(_) => Vec::new(),
    };
    all.extend(&measure.course);
    all
}

/// A measure and where what it comes to is put.
pub(super) struct Taken<'m> {
    pub(super) measure: &'m Measure,
    /// Its illustrative parameters.
    shaky: &'m [String],
    pub(super) all: &'m mut Actuals,
}

impl Taken<'_> {
    pub(super) fn put(&mut self, region: Option<RegionId>, (actual, mut node): (Actual, Node)) {
        node.grounds.extend(self.shaky.iter().map(|p| Ground::Illustrative { parameter: p.clone() }));
        self.all.measured.push(Measured {
            indicator: self.measure.indicator.clone(),
            region,
            actual,
            illustrative: self.shaky.to_vec(),
            derivation: node,
        });
    }
}

impl<'a> Given<'a> {
    fn measure(
        &self,
        measure: &Measure,
        reports: &Result<(Vec<Report>, String), Both>,
        all: &mut Actuals,
    ) -> Result<(), RunError> {
        let shaky = self.illustrative(measure);
        let mut taken = Taken { measure, shaky: &shaky, all };
        match &measure.kind {
            Kind::Term(term) => self.take_term(&mut taken, term),
            Kind::Ratio(above, below) => self.take_ratio(&mut taken, above, below),
            Kind::Graded(above, below, grades) => self.take_graded(&mut taken, above, below, grades),
            Kind::Within(amount, limit) => self.take_within(&mut taken, amount, limit),
            Kind::Completed(schemes, paid) => self.take_completed(&mut taken, schemes, paid),
            Kind::Survey(survey) => {
                let rows = survey::rows(measure, survey, &self.desk, &shaky, |scheme| {
                    let awards = self.awards.get(scheme)?;
                    Some(awards.iter().map(|a| (self.desk.homes.region(a.home), a.code)).collect())
                })?;
                taken.all.surveys.push(rows);
                Ok(())
            }
            Kind::Reported(_) => {
                let homes = self.desk.homes;
                for region in homes.all() {
                    taken.put(region, reports::actual(measure, reports, homes, region, self.plan.year));
                }
                taken.all.courses.extend(reports::courses(measure, reports, homes));
                Ok(())
            }
        }
    }

    /// The illustrative parameters that a measure was made with: its own, and those of the schemes that it asks.
    fn illustrative(&self, measure: &Measure) -> Vec<String> {
        let mut used = BTreeSet::new();
        let mut schemes: BTreeSet<&str> = BTreeSet::new();
        {
            let mut mark = |expr: &Expr| {
                expr.walk(&mut |e| {
                    if let ExprKind::Parameter(index, _) = &e.kind {
                        used.insert(*index);
                    }
                });
            };
            for term in ledger_terms(measure) {
                term.filter.iter().chain(&term.value).for_each(&mut mark);
                for lookup in &term.lookups {
                    lookup.on.iter().map(|(_, e)| e).chain(&lookup.filter).for_each(&mut mark);
                }
                schemes.extend(term.supported.iter().map(String::as_str));
            }
            if let Kind::Graded(_, _, grades) = &measure.kind {
                for grade in grades {
                    grade.at_least.iter().for_each(&mut mark);
                    mark(&grade.share);
                }
            }
        }
        let terms: Vec<&Term> = match &measure.kind {
            Kind::Term(a) => vec![a],
            Kind::Ratio(a, b) | Kind::Graded(a, b, _) | Kind::Within(a, b) => vec![a, b],
            _ => Vec::new(),
        };
        for term in terms {
            if let TermOf::Awards(s) | TermOf::Enterprises(s) | TermOf::Awarded(s) = &term.of {
                schemes.extend(s.iter().map(String::as_str));
            }
        }
        if let Kind::Completed(s, _) = &measure.kind {
            schemes.extend(s.iter().map(String::as_str));
        }
        let rules = &self.plan.rules;
        let own =
            illustrative(rules, used).into_iter().map(|i| format!("{}.{}", rules.id, rules.parameters[i].id));
        let theirs = self.outcomes.iter().filter(|o| schemes.contains(o.plan.id.as_str())).flat_map(|o| {
            o.illustrative.iter().map(|i| format!("{}.{}", o.plan.id, o.plan.parameters[*i].id))
        });
        own.chain(theirs).collect::<BTreeSet<String>>().into_iter().collect()
    }

    pub(super) fn awards_of(&self, schemes: &[String]) -> Result<Vec<&Award<'_>>, Both> {
        let mut all = Vec::new();
        for scheme in schemes {
            all.extend(self.awards.get(scheme).ok_or_else(|| not_computed(scheme))?);
        }
        Ok(all)
    }
}
