//! What every indicator came to, for the whole and for each region, and its monthly courses.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jixiao_core::{
    actual::{Actual, Measured, Ratio},
    both,
    derivation::{Ground, Node},
    finding::Both,
    fund::Fund,
    region::RegionId,
};
use rust_decimal::Decimal;

use crate::{
    number::{Dec, Rounding},
    run::{Bindings, Intake, RunError, Setting, illustrative, outcome::Outcome, outcome::date, shift},
    scheme::plan::{Expr, Kind as ExprKind, Value},
};

use super::{
    file::Of,
    plan::{Grade, Kind, LedgerTerm, Measure, Place, Plan, Term, TermOf},
    regions::{Home, Homes},
    reports::{self, Report},
    rows::{Desk, Found, Register, Shelf, constant, find, not_computed},
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
    /// What was read.
    pub intakes: Vec<Intake>,
}

impl Actuals {
    /// What an indicator came to, for a region or (`None`) for the whole.
    pub fn of(&self, indicator: &str, region: Option<RegionId>) -> Option<&Measured> {
        self.measured.iter().find(|m| m.indicator == indicator && m.region == region)
    }
}

/// Which figure of a measure a course is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// The measure itself, in the indicator's unit.
    Value,
    /// The numerator of a share, in base units.
    Numerator,
    /// The denominator of a share, in base units.
    Denominator,
    /// An amount that is not to exceed a limit, or that is to reach what was awarded; in base units.
    Amount,
    /// The limit, in base units.
    Limit,
}

/// What a figure came to from the beginning of a year to the end of each month.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Course {
    /// Id of the indicator.
    pub indicator: String,
    /// Which figure of it.
    pub part: Part,
    /// The region; `None` for the whole.
    pub region: Option<RegionId>,
    /// The year: the fund year, or an earlier one that the ledger has.
    pub year: i16,
    /// The unit, to be read; empty for a plain number.
    pub unit: String,
    /// January to December. Nothing after the last month that the ledger reaches, and nothing where nobody has a figure.
    pub months: [Option<Decimal>; 12],
}

/// What one award comes to, with its place.
struct Award<'a> {
    code: &'a str,
    home: Home,
    fen: i64,
}

/// What measuring knows beside the ledgers.
struct Given<'a> {
    plan: &'a Plan,
    desk: Desk<'a>,
    awards: &'a BTreeMap<String, Vec<Award<'a>>>,
    /// Awards of each scheme outside of the fund's regions.
    outside: &'a BTreeMap<String, u64>,
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

/// Whether a share reaches the first grade of an indicator that is graded, as it stands in the middle of a year. `code` is the region's division code.
/// `None` for other indicators, for a share of nothing, and where the grade's threshold has no value.
pub fn reaches_first_grade(
    plan: &Plan,
    indicator: &str,
    code: Option<&str>,
    numerator: Decimal,
    denominator: Decimal,
) -> Option<bool> {
    let measure = plan.measures.iter().find(|m| m.indicator == indicator)?;
    let Kind::Graded(_, _, grades) = &measure.kind else { return None };
    let least = constant(grades.first()?.at_least.as_ref()?, &Bindings::of(&plan.rules), code).ok()??;
    let least = Decimal::try_from_i128_with_scale(least.mantissa, u32::from(least.scale)).ok()?;
    (!denominator.is_zero()).then_some(())?;
    Some(numerator >= least.checked_mul(denominator)?)
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

/// A figure.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Got {
    Number(Dec),
    Day(i64),
    /// There are no rows of which it could be one.
    Nothing,
}

/// What a term looked at, once for all regions.
enum Looked<'a> {
    Awards(Vec<&'a Award<'a>>, &'a TermOf),
    Rows(Found<'a>, &'a LedgerTerm),
    /// Nothing can be measured, and why.
    Not(Both),
}

impl<'a> Given<'a> {
    fn measure(
        &self,
        measure: &Measure,
        reports: &Result<(Vec<Report>, String), Both>,
        all: &mut Actuals,
    ) -> Result<(), RunError> {
        let shaky = self.illustrative(measure);
        let mut put = |region: Option<RegionId>, actual: Actual, mut node: Node| {
            node.grounds.extend(shaky.iter().map(|p| Ground::Illustrative { parameter: p.clone() }));
            all.measured.push(Measured {
                indicator: measure.indicator.clone(),
                region,
                actual,
                illustrative: shaky.clone(),
                derivation: node,
            });
        };
        let regions = self.desk.homes.all();
        match &measure.kind {
            Kind::Term(term) => {
                let looked = self.look(measure, term)?;
                for region in regions {
                    let (actual, node) = self.single(measure, term, &looked, region)?;
                    put(region, actual, node);
                }
                self.courses(measure, Part::Value, &looked, all)?;
                if let Some(course) = &measure.course {
                    let found = find(course, &self.desk, &what(measure))?;
                    let looked = found.map_or_else(Looked::Not, |found| Looked::Rows(found, course));
                    self.courses(measure, Part::Value, &looked, all)?;
                }
            }
            Kind::Ratio(above, below) => {
                let (a, b) = (self.look(measure, above)?, self.look(measure, below)?);
                for region in regions {
                    let (actual, node) = self.ratio(measure, (above, &a), (below, &b), region)?;
                    put(region, actual, node);
                }
                self.courses(measure, Part::Numerator, &a, all)?;
                self.courses(measure, Part::Denominator, &b, all)?;
            }
            Kind::Graded(above, below, grades) => {
                let (a, b) = (self.look(measure, above)?, self.look(measure, below)?);
                for region in regions {
                    let (actual, node) = self.graded(measure, (above, &a), (below, &b), grades, region)?;
                    put(region, actual, node);
                }
                self.courses(measure, Part::Numerator, &a, all)?;
                self.courses(measure, Part::Denominator, &b, all)?;
            }
            Kind::Within(amount, limit) => {
                let (a, mut b) = (self.look(measure, amount)?, self.look(measure, limit)?);
                for region in regions {
                    let (actual, node) = self.within(measure, (amount, &a), (limit, &b), region)?;
                    put(region, actual, node);
                }
                self.courses(measure, Part::Amount, &a, all)?;
                // A limit stands until it is changed: it reaches as far as the amount that is held against it.
                if let (Looked::Rows(amount, _), Looked::Rows(limit, _)) = (&a, &mut b) {
                    for (year, reach) in &mut limit.reach {
                        *reach = (*reach).max(amount.reach.get(year).copied().unwrap_or(0));
                    }
                }
                self.courses(measure, Part::Limit, &b, all)?;
            }
            Kind::Completed(schemes, paid) => {
                let found = find(paid, &self.desk, &what(measure))?;
                let looked = found.map_or_else(Looked::Not, |found| Looked::Rows(found, paid));
                for region in regions {
                    let (actual, node) = self.completed(measure, schemes, &looked, region)?;
                    put(region, actual, node);
                }
                self.courses(measure, Part::Amount, &looked, all)?;
            }
            Kind::Survey(survey) => {
                let rows = survey::rows(measure, survey, &self.desk, &shaky, |scheme| {
                    let awards = self.awards.get(scheme)?;
                    Some(awards.iter().map(|a| (self.desk.homes.region(a.home), a.code)).collect())
                })?;
                all.surveys.push(rows);
            }
            Kind::Reported(_) => {
                for region in regions {
                    let (actual, node) =
                        reports::actual(measure, reports, self.desk.homes, region, self.plan.year);
                    put(region, actual, node);
                }
                all.courses.extend(reports::courses(measure, reports, self.desk.homes));
            }
        }
        Ok(())
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

    fn look<'t>(&'t self, measure: &Measure, term: &'t Term) -> Result<Looked<'t>, RunError> {
        let schemes = match &term.of {
            TermOf::Ledger(ledger) => {
                let found = find(ledger, &self.desk, &what(measure))?;
                return Ok(found.map_or_else(Looked::Not, |found| Looked::Rows(found, ledger)));
            }
            TermOf::Awards(s) | TermOf::Enterprises(s) | TermOf::Awarded(s) => s,
        };
        Ok(match self.awards_of(schemes) {
            Ok(awards) => Looked::Awards(awards, &term.of),
            Err(why) => Looked::Not(why),
        })
    }

    fn awards_of(&self, schemes: &[String]) -> Result<Vec<&Award<'_>>, Both> {
        let mut all = Vec::new();
        for scheme in schemes {
            all.extend(self.awards.get(scheme).ok_or_else(|| not_computed(scheme))?);
        }
        Ok(all)
    }

    /// A figure for a region, with how it came about.
    fn figure(
        &self,
        measure: &Measure,
        term: &Term,
        looked: &Looked<'_>,
        region: Option<RegionId>,
    ) -> Result<(Result<Got, Both>, Node), RunError> {
        let homes = self.desk.homes;
        match looked {
            Looked::Not(why) => {
                let node = Node::new(term.label.clone(), missing(why));
                Ok((Err(why.clone()), node))
            }
            Looked::Awards(awards, of) => {
                let counted: Vec<&&Award> = awards.iter().filter(|a| homes.counts(a.home, region)).collect();
                let (number, schemes, formula) = match of {
                    TermOf::Awards(s) => {
                        (Dec::new(counted.len() as i128, 0), s, "count(*) where awarded > 0")
                    }
                    TermOf::Enterprises(s) => {
                        let distinct: BTreeSet<&str> = counted.iter().map(|a| a.code).collect();
                        (
                            Dec::new(distinct.len() as i128, 0),
                            s,
                            "count(distinct credit_code) where awarded > 0",
                        )
                    }
                    TermOf::Awarded(s) => {
                        let fen: i128 = counted.iter().map(|a| i128::from(a.fen)).sum();
                        (Dec::new(fen, 2), s, "sum(awarded)")
                    }
                    TermOf::Ledger(_) => return Err(RunError::Asked(too_large(measure))),
                };
                let mut node = Node::new(term.label.clone(), said(number, &term.unit))
                    .by(format!("{formula}: {}", schemes.join(", ")))
                    .on(Ground::Rows {
                        ledger: "awards".to_owned(),
                        count: counted.len() as u64,
                        listed: "awards.csv".to_owned(),
                    });
                let outside: u64 = schemes.iter().filter_map(|s| self.outside.get(s)).sum();
                if region.is_none() && outside > 0 {
                    node = node.part(Node::new(
                        both!("没有计入的支持", "Awards left out"),
                        both!(
                            "{outside} 项的企业不在支持范围的地区，或地区不明",
                            "{outside} of enterprises outside of the fund's regions, or of no known region"
                        ),
                    ));
                }
                Ok((Ok(Got::Number(number)), node))
            }
            Looked::Rows(found, ledger) => {
                let (got, rows) =
                    aggregate(found, ledger, |row| row.of_year && homes.counts(row.home, region))
                        .ok_or_else(|| RunError::Asked(too_large(measure)))?;
                let value = match &got {
                    Got::Number(number) => said(*number, &term.unit),
                    Got::Day(day) => Both::same(day_text(*day)),
                    Got::Nothing => both!("缺（没有行）", "missing (no rows)"),
                };
                let mut node = Node::new(term.label.clone(), value).by(formula(ledger)).on(Ground::Rows {
                    ledger: self.desk.setting.ledgers.ledgers[ledger.ledger].name.clone(),
                    count: rows,
                    listed: found.held.files(),
                });
                if region.is_none() && found.outside + found.unknown + found.held.set_aside() > 0 {
                    node = node.part(left_out(found));
                }
                Ok((Ok(got), node))
            }
        }
    }

    /// One figure as the indicator's actual.
    fn single(
        &self,
        measure: &Measure,
        term: &Term,
        looked: &Looked<'_>,
        region: Option<RegionId>,
    ) -> Result<(Actual, Node), RunError> {
        let (got, mut node) = self.figure(measure, term, looked, region)?;
        let actual = match got {
            Err(_) | Ok(Got::Nothing) => Actual::Missing,
            Ok(Got::Day(day)) => date(i128::from(day)).map_or(Actual::Missing, Actual::Date),
            Ok(Got::Number(number)) => {
                let own = in_unit(measure, number).ok_or_else(|| RunError::Asked(too_large(measure)))?;
                if let Some(unit) = measure.unit.as_ref().filter(|u| u.exponent != 0) {
                    node.formula = format!("{} = {}", node.formula, node.value.zh);
                    node.value = said(own, &unit.text);
                }
                Actual::Number(decimal(measure, own)?)
            }
        };
        Ok((actual, node))
    }

    /// Two figures; the reason when one of them is missing.
    #[expect(clippy::type_complexity, reason = "two figures with their parts")]
    fn two(
        &self,
        measure: &Measure,
        (above, a): (&Term, &Looked<'_>),
        (below, b): (&Term, &Looked<'_>),
        region: Option<RegionId>,
    ) -> Result<(Option<(Dec, Dec)>, [Node; 2]), RunError> {
        let (x, above) = self.figure(measure, above, a, region)?;
        let (y, below) = self.figure(measure, below, b, region)?;
        let pair = match (x, y) {
            (Ok(Got::Number(x)), Ok(Got::Number(y))) => Some((x, y)),
            _ => None,
        };
        Ok((pair, [above, below]))
    }

    fn ratio(
        &self,
        measure: &Measure,
        above: (&Term, &Looked<'_>),
        below: (&Term, &Looked<'_>),
        region: Option<RegionId>,
    ) -> Result<(Actual, Node), RunError> {
        let (pair, [a, b]) = self.two(measure, above, below, region)?;
        let Some((x, y)) = pair else {
            return Ok((Actual::Missing, parts(measure, both!("缺", "missing"), "", [a, b])));
        };
        let value = match percent(x, y) {
            Some(text) => Both::same(text),
            None => both!("分母为零", "the denominator is zero"),
        };
        let formula = format!("{} ÷ {}", x.grouped(0), y.grouped(0));
        let ratio = Ratio { numerator: decimal(measure, x)?, denominator: decimal(measure, y)? };
        Ok((Actual::Share(ratio), parts(measure, value, &formula, [a, b])))
    }

    fn graded(
        &self,
        measure: &Measure,
        above: (&Term, &Looked<'_>),
        below: (&Term, &Looked<'_>),
        grades: &[Grade],
        region: Option<RegionId>,
    ) -> Result<(Actual, Node), RunError> {
        let (pair, [a, b]) = self.two(measure, above, below, region)?;
        let Some((x, y)) = pair else {
            return Ok((Actual::Missing, parts(measure, both!("缺", "missing"), "", [a, b])));
        };
        if y.mantissa == 0 {
            let why =
                both!("{label}为零，无从分级", "nothing to grade: {label} is zero", label = below.0.label.zh);
            let node = parts(measure, why.clone(), "", [a, b]);
            return Ok((Actual::NotApplicable(why), node));
        }
        let code = region.map(|r| self.desk.homes.code(r));
        let ask = |expr: &Expr| {
            constant(expr, self.desk.bindings, code).map_err(|failure| RunError::Asked(failure.text()))
        };
        for grade in grades {
            let least = match &grade.at_least {
                None => None,
                Some(expr) => match ask(expr)? {
                    Some(least) => Some(least),
                    None => {
                        let why = both!(
                            "{text} 在这个地区没有值",
                            "{text} has no value for this region",
                            text = grade.text
                        );
                        return Ok((Actual::Missing, parts(measure, missing(&why), "", [a, b])));
                    }
                },
            };
            let reached = match least {
                None => true,
                Some(least) => {
                    let wanted = least.checked_mul(y).ok_or_else(|| RunError::Asked(too_large(measure)))?;
                    x >= wanted
                }
            };
            if !reached {
                continue;
            }
            let share = ask(&grade.share)?.filter(|s| !s.is_negative() && *s <= Dec::new(1, 0));
            let Some(share) = share else {
                let id = &measure.indicator;
                return Err(RunError::Asked(both!(
                    "指标 {id} 的 share 须在 0 与 1 之间",
                    "share of the indicator {id} must lie between 0 and 1"
                )));
            };
            let is = percent(x, y).unwrap_or_default();
            let (zh, en) = (&grade.words.zh, &grade.words.en);
            let value = Both::new(format!("{zh}（{is}）"), format!("{en} ({is})"));
            let formula = match least {
                Some(least) => {
                    let least = percent(least, Dec::new(1, 0)).unwrap_or_default();
                    format!("{} ÷ {} = {is} ≥ {least}", x.grouped(0), y.grouped(0))
                }
                None => format!("{} ÷ {} = {is}", x.grouped(0), y.grouped(0)),
            };
            let node = parts(measure, value, &formula, [a, b]);
            return Ok((Actual::Graded(decimal(measure, share)?, grade.words.clone()), node));
        }
        Ok((Actual::Missing, parts(measure, both!("缺", "missing"), "", [a, b])))
    }

    fn within(
        &self,
        measure: &Measure,
        amount: (&Term, &Looked<'_>),
        limit: (&Term, &Looked<'_>),
        region: Option<RegionId>,
    ) -> Result<(Actual, Node), RunError> {
        let unit = &amount.0.unit;
        let (pair, [a, b]) = self.two(measure, amount, limit, region)?;
        let Some((x, y)) = pair else {
            return Ok((Actual::Missing, parts(measure, both!("缺", "missing"), "", [a, b])));
        };
        if x.mantissa == 0 && y.mantissa == 0 {
            let why = both!("两项都是零", "both figures are zero");
            let node = parts(measure, why.clone(), "", [a, b]);
            return Ok((Actual::NotApplicable(why), node));
        }
        let kept = x <= y;
        let sign = if kept { "≤" } else { ">" };
        let formula = format!("{} {sign} {} {unit}", x.grouped(2), y.grouped(2));
        let over = x.checked_sub(y).ok_or_else(|| RunError::Asked(too_large(measure)))?;
        let value = if kept {
            both!("未超", "within")
        } else {
            both!("超出 {over} {unit}", "over by {over} {unit}", over = over.grouped(2))
        };
        Ok((Actual::State(kept), parts(measure, value, formula.trim_end(), [a, b])))
    }

    /// The day of the last payment, once every enterprise has what it was awarded.
    fn completed(
        &self,
        measure: &Measure,
        schemes: &[String],
        looked: &Looked<'_>,
        region: Option<RegionId>,
    ) -> Result<(Actual, Node), RunError> {
        let label = Both::same(measure.title.clone());
        let (found, ledger) = match looked {
            Looked::Rows(found, ledger) => (found, ledger),
            Looked::Not(why) => return Ok((Actual::Missing, Node::new(label, missing(why)))),
            Looked::Awards(..) => return Err(RunError::Asked(too_large(measure))),
        };
        let awards = match self.awards_of(schemes) {
            Ok(awards) => awards,
            Err(why) => return Ok((Actual::Missing, Node::new(label, missing(&why)))),
        };
        let homes = self.desk.homes;
        let large = || RunError::Asked(too_large(measure));
        // What each enterprise was awarded, and what it was paid.
        let mut owed: BTreeMap<&str, (Dec, Dec)> = BTreeMap::new();
        for award in awards.iter().filter(|a| homes.counts(a.home, region)) {
            let entry = owed.entry(award.code).or_default();
            entry.0 = entry.0.checked_add(Dec::new(i128::from(award.fen), 2)).ok_or_else(large)?;
        }
        if owed.is_empty() {
            let why = both!("没有支持企业", "nothing was awarded here");
            return Ok((Actual::NotApplicable(why.clone()), Node::new(label, why)));
        }
        let scale = ledger.value.as_ref().map_or(0, Expr::scale);
        let (mut last, mut rows, mut total) = (None, 0u64, Dec::ZERO);
        for row in found.rows.iter().filter(|r| r.of_year && homes.counts(r.home, region)) {
            let (Some(entry), Value::Number(value)) = (owed.get_mut(row.enterprise.as_str()), &row.value)
            else {
                continue;
            };
            let value = Dec::new(*value, scale);
            entry.1 = entry.1.checked_add(value).ok_or_else(large)?;
            total = total.checked_add(value).ok_or_else(large)?;
            last = last.max(row.day);
            rows += 1;
        }
        let (mut awarded, mut unpaid, mut waiting) = (Dec::ZERO, Dec::ZERO, 0usize);
        for (due, paid) in owed.values() {
            awarded = awarded.checked_add(*due).ok_or_else(large)?;
            if paid < due {
                waiting += 1;
                let short = due.checked_sub(*paid).ok_or_else(large)?;
                unpaid = unpaid.checked_add(short).ok_or_else(large)?;
            }
        }
        let last_day = last.map(day_text).unwrap_or_default();
        let node = |value: Both, formula: &str| {
            Node::new(label.clone(), value)
                .by(formula)
                .on(Ground::Rows {
                    ledger: self.desk.setting.ledgers.ledgers[ledger.ledger].name.clone(),
                    count: rows,
                    listed: found.held.files(),
                })
                .part(
                    Node::new(both!("核定支持", "Awarded"), said(awarded, "元"))
                        .by(format!("sum(awarded): {}", schemes.join(", "))),
                )
                .part(Node::new(both!("已拨付", "Paid"), said(total, "元")).by(self::formula(ledger)))
                .part(Node::new(both!("最后一笔", "Last payment"), Both::same(last_day.clone())))
        };
        if waiting > 0 {
            let amount = unpaid.grouped(2);
            let value = both!(
                "缺：还有 {waiting} 家的 {amount} 元没有拨付",
                "missing: {amount} yuan of {waiting} enterprises are not paid"
            );
            return Ok((Actual::Missing, node(value, "")));
        }
        let actual = last.and_then(|day| date(i128::from(day)).ok()).map_or(Actual::Missing, Actual::Date);
        let by = format!("max({})", self.column(ledger));
        Ok((actual, node(Both::same(last_day.clone()), &by)))
    }

    fn column(&self, ledger: &LedgerTerm) -> &str {
        let columns = &self.desk.setting.ledgers.ledgers[ledger.ledger].columns;
        ledger.date.and_then(|at| columns.get(at)).map_or("", |c| c.name.as_str())
    }

    /// The monthly courses of what was found, for the whole and every region.
    fn courses(
        &self,
        measure: &Measure,
        part: Part,
        looked: &Looked<'_>,
        all: &mut Actuals,
    ) -> Result<(), RunError> {
        let Looked::Rows(found, ledger) = looked else { return Ok(()) };
        let homes = self.desk.homes;
        let large = || RunError::Asked(too_large(measure));
        let unit = match (part, &measure.unit, &ledger.value) {
            (Part::Value, Some(unit), _) => unit.text.clone(),
            (_, _, Some(value)) if matches!(ledger.of, Of::Sum | Of::Min | Of::Max) => {
                crate::scheme::planner::asked::dimension(&value.ty)
                    .filter(|d| !d.is_plain())
                    .map(ToString::to_string)
                    .unwrap_or_default()
            }
            _ => String::new(),
        };
        for (&year, &reach) in found.reach.range(..=self.plan.year) {
            for region in homes.all() {
                let mut months = [None; 12];
                for month in 1..=reach.min(12) {
                    let (got, _) = aggregate(found, ledger, |row| {
                        row.month.is_some_and(|(y, m)| y == year && m <= month)
                            && homes.counts(row.home, region)
                    })
                    .ok_or_else(large)?;
                    let Got::Number(mut number) = got else { continue };
                    if part == Part::Value {
                        number = in_unit(measure, number).ok_or_else(large)?;
                    }
                    months[usize::from(month) - 1] = Some(decimal(measure, number)?);
                }
                if months.iter().all(Option::is_none) {
                    continue;
                }
                all.courses.push(Course {
                    indicator: measure.indicator.clone(),
                    part,
                    region,
                    year,
                    unit: unit.clone(),
                    months,
                });
            }
        }
        Ok(())
    }
}

fn what(measure: &Measure) -> String {
    format!("indicators/{}", measure.indicator)
}

/// The aggregate of some rows, and how many they are. `None` on overflow.
fn aggregate(
    found: &Found<'_>,
    term: &LedgerTerm,
    counts: impl Fn(&super::rows::Row) -> bool,
) -> Option<(Got, u64)> {
    let scale = term.value.as_ref().map_or(0, Expr::scale);
    let mut rows = 0u64;
    let mut sum = 0i128;
    let mut best: Option<&Value> = None;
    let mut distinct: BTreeSet<&Value> = BTreeSet::new();
    for row in found.rows.iter().filter(|row| counts(row)) {
        rows += 1;
        match (term.of, &row.value) {
            (Of::Sum, Value::Number(n)) => sum = sum.checked_add(*n)?,
            (Of::CountDistinct, value) => drop(distinct.insert(value)),
            (Of::Min, value) if best.is_none_or(|b| value < b) => best = Some(value),
            (Of::Max, value) if best.is_none_or(|b| value > b) => best = Some(value),
            _ => {}
        }
    }
    let got = match term.of {
        _ if rows == 0 && term.empty_is_missing => Got::Nothing,
        Of::Sum => Got::Number(Dec::new(sum, scale)),
        Of::Count => Got::Number(Dec::new(i128::from(rows), 0)),
        Of::CountDistinct => Got::Number(Dec::new(distinct.len() as i128, 0)),
        Of::Min | Of::Max => match best {
            Some(Value::Number(n)) => Got::Number(Dec::new(*n, scale)),
            Some(Value::Date(day)) => Got::Day(*day),
            _ => Got::Nothing,
        },
    };
    Some((got, rows))
}

/// The aggregate as a person would write it.
fn formula(term: &LedgerTerm) -> String {
    let value = if term.value_text.is_empty() { "*" } else { &term.value_text };
    let mut text = match term.of {
        Of::Sum => format!("sum({value})"),
        Of::Count => format!("count({value})"),
        Of::CountDistinct => format!("count(distinct {value})"),
        Of::Min => format!("min({value})"),
        Of::Max => format!("max({value})"),
    };
    if !term.filter_text.is_empty() {
        text.push_str(&format!(" where {}", term.filter_text));
    }
    if !term.supported.is_empty() {
        text.push_str(&format!("; supported: {}", term.supported.join(", ")));
    }
    text
}

fn parts(measure: &Measure, value: Both, formula: &str, [a, b]: [Node; 2]) -> Node {
    Node::new(Both::same(measure.title.clone()), value).by(formula).part(a).part(b)
}

fn left_out(found: &Found<'_>) -> Node {
    let (outside, unknown, aside) = (found.outside, found.unknown, found.held.set_aside());
    Node::new(
        both!("没有计入的行", "Rows left out"),
        both!(
            "{outside} 行不在支持范围的地区，{unknown} 行地区不明，读入时搁置 {aside} 行（不分年度和条件）",
            "{outside} outside of the fund's regions, {unknown} of no known region, {aside} set aside at intake (of any year and condition)"
        ),
    )
}

/// A figure that is not there, with the reason.
pub(crate) fn missing(why: &Both) -> Both {
    Both::new(format!("缺：{}", why.zh), format!("missing: {}", why.en))
}

/// A number with its unit.
pub(crate) fn said(number: Dec, unit: &str) -> Both {
    let digits = if unit == "元" { 2 } else { 0 };
    Both::same(format!("{} {unit}", number.grouped(digits)).trim_end().to_owned())
}

/// A day as it is written.
pub(crate) fn day_text(day: i64) -> String {
    date(i128::from(day)).map(|d: Date| d.to_string()).unwrap_or_default()
}

/// A number in base units as in the indicator's unit; `None` on overflow.
fn in_unit(measure: &Measure, number: Dec) -> Option<Dec> {
    let exponent = measure.unit.as_ref().map_or(0, |u| u.exponent);
    shift(number, exponent.checked_neg()?).map(Dec::normal)
}

fn decimal(measure: &Measure, number: Dec) -> Result<Decimal, RunError> {
    let number = number.normal();
    Decimal::try_from_i128_with_scale(number.mantissa, u32::from(number.scale))
        .map_err(|_| RunError::Asked(too_large(measure)))
}

/// A share in percent to two digits, to be read; none when it is a share of nothing.
fn percent(above: Dec, below: Dec) -> Option<String> {
    let scale = above.scale.max(below.scale);
    let (a, b) = (above.at_scale(scale)?, below.at_scale(scale)?);
    let hundredths = crate::number::divide(a.checked_mul(10_000)?, b, Rounding::HalfUp)?;
    Some(format!("{}%", Dec::new(hundredths, 2)))
}

fn too_large(measure: &Measure) -> Both {
    both!(
        "指标 {id} 的数值太大，无法精确表示；请核对台账中的数",
        "the figure of {id} is too large to be held exactly; check the figures of its ledger",
        id = measure.indicator
    )
}
