//! What a scheme came to: every award with what was taken off and why, down to the rows.

use std::{
    borrow::Borrow,
    collections::{BTreeMap, BTreeSet},
};

use jixiao_core::finding::Both;
use serde::Serialize;

// Measures evaluate the same expressions over ledgers of their own.
pub(crate) use crate::run::{
    eval::{Scope, date, evaluate},
    vector::{Data, Failure, Vector},
};
pub use crate::run::{
    groups::Enterprise,
    reasons::{Reason, ReasonKind},
    settle::Pot,
};
use crate::{
    batch::RowId,
    number::Dec,
    run::{
        bindings::illustrative_in,
        line_expressions,
        reasons::{ELIGIBLE, Reasons},
        register::NONE,
        rows::Rows,
        settle::{Amounts, Groups, Settled},
        used_by, whole_expressions,
    },
    scheme::plan::{Class, DuplicateKind, Plan},
};

/// A scheme's awards for a year.
#[derive(Debug)]
pub struct Outcome {
    /// The plan that was run.
    pub plan: Plan,
    /// Every applicant, in the order of credit codes.
    pub enterprises: Vec<Enterprise>,
    /// The pots of money; empty when the scheme names none.
    pub pots: Vec<Pot>,
    /// Parameters in force with an illustrative value that an expression of the plan uses, by index.
    pub illustrative: Vec<usize>,
    pub(crate) classes: Vec<ClassOutcome>,
    pub(crate) settled: Settled,
}

/// The same of a class.
#[derive(Debug)]
pub(crate) struct ClassOutcome {
    pub(crate) reasons: Reasons,
    pub(crate) rows: Rows,
    pub(crate) groups: Groups,
    pub(crate) amounts: Amounts,
}

/// What took money off a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// A reason of a class: class, number of the reason.
    Reason(usize, usize),
    /// A step of a class.
    Step(usize, usize),
    /// A step of the scheme.
    SchemeStep(usize),
    /// A step of the scheme that gave nothing.
    SchemeNoResult(usize),
    /// The money did not reach.
    Budget,
}

/// Money that was taken off, or (negative) added by a step that rounds up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reduction {
    /// By what.
    pub cause: Cause,
    /// How many rows; 0 where it was not done by row.
    pub rows: u64,
    /// How much, in 元.
    pub yuan: Dec,
}

/// What one enterprise gets. `claimed` = `awarded` + every reduction, exactly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Award {
    /// Its number among the applicants.
    pub enterprise: usize,
    /// How many rows it brought, and how many count.
    pub rows: (u64, u64),
    /// What all its rows would be worth, in 元.
    pub claimed: Dec,
    /// What was taken off.
    pub reductions: Vec<Reduction>,
    /// What it gets, in fen.
    pub awarded_fen: i64,
}

/// A row with its verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// Index of the class.
    pub class: usize,
    /// Index of the row in its class.
    pub index: usize,
    /// Where it stands in the class's ledger.
    pub place: RowId,
    /// Whose it is, by number.
    pub enterprise: usize,
    /// Why it is refused, by number of the reason; `None` when nothing is wrong with the row itself.
    pub refused: Option<usize>,
    /// Why all that its enterprise brought to the class is refused.
    pub refused_whole: Option<usize>,
    /// What it would be worth in 元; `None` when that could not be computed.
    pub yuan: Option<Dec>,
}

/// Two rows of which a duplicate rule says that they are the same, or look it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Twin {
    /// Index of the class.
    pub class: usize,
    /// Index of the rule.
    pub rule: usize,
    /// Whether a person decides; otherwise the row was refused.
    pub flag: bool,
    /// Index of the row in its class, and where it stands.
    pub row: (usize, RowId),
    /// Where the other row stands.
    pub other: RowId,
    /// The ledger of the other row, by index.
    pub other_ledger: usize,
}

/// One line of the way from claim to award.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FlowLine {
    /// Stable name: `claimed`, `CLASS/REASON`, `CLASS/STEP`, `STEP`, `budget`, `awarded`.
    pub id: String,
    /// What it is.
    pub label: Both,
    /// What took it off; `None` for what is claimed and awarded.
    #[serde(skip)]
    pub cause: Option<Cause>,
    /// How many rows; 0 where rows are not counted.
    pub rows: u64,
    /// How many enterprises.
    pub enterprises: u64,
    /// How much, in 元.
    #[serde(serialize_with = "crate::run::outcome::as_text")]
    pub yuan: Dec,
}

/// From claim to award. `claimed` = `awarded` + every reduction, to the fen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Flow {
    /// What all rows would be worth.
    pub claimed: FlowLine,
    /// What was taken off, in the order of the pipeline.
    pub reductions: Vec<FlowLine>,
    /// What is awarded.
    pub awarded: FlowLine,
}

/// A decimal as its digits.
pub(crate) fn as_text<S: serde::Serializer>(number: &Dec, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(number)
}

impl Flow {
    /// What is left of the claim after award and reductions: zero in every sound run. `None` on overflow.
    pub fn unaccounted(&self) -> Option<Dec> {
        let left = self.claimed.yuan.checked_sub(self.awarded.yuan)?;
        self.reductions.iter().try_fold(left, |left, line| left.checked_sub(line.yuan)).map(Dec::normal)
    }
}

impl Outcome {
    /// The reasons of a class, by number.
    pub fn reasons(&self, class: usize) -> &[Reason] {
        &self.classes[class].reasons.all
    }

    /// The stable name of a cause: `CLASS/REASON`, `CLASS/STEP`, `STEP`, `budget`.
    pub fn cause_id(&self, cause: Cause) -> String {
        let plan = &self.plan;
        match cause {
            Cause::Reason(class, reason) => {
                format!("{}/{}", plan.classes[class].id, self.reasons(class)[reason].id)
            }
            Cause::Step(class, step) => {
                format!("{}/{}", plan.classes[class].id, plan.classes[class].steps[step].id)
            }
            Cause::SchemeStep(step) => plan.steps[step].id.clone(),
            Cause::SchemeNoResult(step) => format!("{}:no-result", plan.steps[step].id),
            Cause::Budget => "budget".to_owned(),
        }
    }

    /// What a cause is called.
    pub fn cause_label(&self, cause: Cause) -> Both {
        let plan = &self.plan;
        let of = |class: usize, label: &Both| {
            if plan.classes.len() == 1 {
                return label.clone();
            }
            let class = &plan.classes[class].label;
            Both::new(format!("{}：{}", class.zh, label.zh), format!("{}: {}", class.en, label.en))
        };
        match cause {
            Cause::Reason(class, reason) => of(class, &self.reasons(class)[reason].label),
            Cause::Step(class, step) => of(class, &plan.classes[class].steps[step].label),
            Cause::SchemeStep(step) => plan.steps[step].label.clone(),
            Cause::SchemeNoResult(_) => Both::new("没有结果的步骤", "A step without a result"),
            Cause::Budget => match &plan.budget {
                Some(budget) => budget.label.clone(),
                None => Both::new("预算", "Budget"),
            },
        }
    }

    /// What every applicant gets, in the order of credit codes. Those that get nothing are among them.
    pub fn awards(&self) -> impl Iterator<Item = Award> + '_ {
        let mut cursors = vec![0usize; self.classes.len()];
        (0..self.enterprises.len()).map(move |enterprise| {
            let mut award = Award {
                enterprise,
                rows: (0, 0),
                claimed: Dec::ZERO,
                reductions: Vec::new(),
                awarded_fen: self.settled.awarded[enterprise],
            };
            for (class, cursor) in cursors.iter_mut().enumerate() {
                let groups = &self.classes[class].groups;
                if groups.enterprise.get(*cursor).is_some_and(|e| *e as usize == enterprise) {
                    self.add_class(class, *cursor, &mut award);
                    *cursor += 1;
                }
            }
            self.add_scheme(enterprise, &mut award);
            award.reductions.retain(|r| r.rows > 0 || r.yuan.mantissa != 0);
            award
        })
    }

    fn add_class(&self, class: usize, group: usize, award: &mut Award) {
        let ClassOutcome { groups, amounts, reasons, .. } = &self.classes[class];
        let plan = &self.plan.classes[class];
        let number = u32::try_from(group).unwrap_or(u32::MAX);
        let refused: Vec<(u16, (u64, i128))> = groups
            .refused
            .range((number, 0)..=(number, u16::MAX))
            .map(|((_, verdict), sums)| (*verdict, *sums))
            .collect();
        let eligible = groups.eligible_rows[group];
        let rows = eligible + refused.iter().map(|(_, (rows, _))| rows).sum::<u64>();
        let verdict = amounts.verdict[group];
        let whole = verdict != ELIGIBLE && verdict != reasons.no_result();
        // Rows that fall with their enterprise are told under its reason and nowhere else.
        award.rows = (award.rows.0 + rows, award.rows.1 + if whole { 0 } else { eligible });
        let scale = plan.principal.scale() + plan.factor.scale();
        // A claim that could not be valued counts as nothing; its rows are still told.
        let factor = amounts.factor.as_ref().filter(|f| !f.is_null(group)).map(|f| f.number(group));
        let worth = |principal: i128| match factor {
            Some(factor) => Dec::new(principal.saturating_mul(factor), scale),
            None => Dec::ZERO,
        };
        award.claimed = plus(award.claimed, worth(groups.claimed[group]));
        for (verdict, (rows, principal)) in refused {
            let cause = Cause::Reason(class, usize::from(verdict) - 1);
            award.reductions.push(Reduction { cause, rows, yuan: worth(principal) });
        }
        let mut before = worth(groups.eligible[group]);
        if whole {
            let cause = Cause::Reason(class, usize::from(verdict) - 1);
            award.reductions.push(Reduction { cause, rows: eligible, yuan: before });
            before = Dec::ZERO;
        }
        for (step, planned) in plan.steps.iter().enumerate() {
            let after = Dec::new(amounts.steps[step + 1][group], planned.expression.scale());
            award.reductions.push(Reduction {
                cause: Cause::Step(class, step),
                rows: 0,
                yuan: plus(before, negative(after)),
            });
            before = after;
        }
    }

    fn add_scheme(&self, enterprise: usize, award: &mut Award) {
        let settled = &self.settled;
        let mut before = Dec::new(settled.steps[0][enterprise], 2);
        for (step, planned) in self.plan.steps.iter().enumerate() {
            let after = Dec::new(settled.steps[step + 1][enterprise], planned.expression.scale());
            let nothing =
                settled.no_result.get(&u32::try_from(enterprise).unwrap_or(u32::MAX)) == Some(&step);
            let cause = if nothing { Cause::SchemeNoResult(step) } else { Cause::SchemeStep(step) };
            award.reductions.push(Reduction { cause, rows: 0, yuan: plus(before, negative(after)) });
            before = after;
        }
        let short = settled.wanted[enterprise] - settled.awarded[enterprise];
        award.reductions.push(Reduction {
            cause: Cause::Budget,
            rows: 0,
            yuan: Dec::new(i128::from(short), 2),
        });
    }

    /// What an enterprise would get if the money reached, in fen.
    pub fn wanted_fen(&self, enterprise: usize) -> i64 {
        self.settled.wanted[enterprise]
    }

    /// What an enterprise gets, in fen.
    pub fn awarded_fen(&self, enterprise: usize) -> i64 {
        self.settled.awarded[enterprise]
    }

    /// The way from claim to award of some awards: all of them, or those of a region.
    pub fn flow<A: Borrow<Award>>(&self, awards: impl IntoIterator<Item = A>) -> Flow {
        let mut sums = self.sums();
        awards.into_iter().for_each(|award| sums.add(award.borrow()));
        self.told(&sums)
    }

    /// No awards yet, for [`Self::told`].
    pub fn sums(&self) -> Sums {
        let mut before = vec![0];
        for (class, plan) in self.plan.classes.iter().enumerate() {
            before.push(before[class] + self.reasons(class).len() + plan.steps.len());
        }
        let reasons = (0..self.plan.classes.len()).map(|class| self.reasons(class).len()).collect();
        Sums { before, reasons, steps: self.plan.steps.len(), ..Sums::default() }
    }

    /// What was summed up, in words.
    pub fn told(&self, sums: &Sums) -> Flow {
        let line = |cause, id: &str, label: Both, rows, enterprises, yuan: Dec| FlowLine {
            id: id.to_owned(),
            label,
            cause,
            rows,
            enterprises,
            yuan: yuan.normal(),
        };
        let reductions = sums.causes.iter().flatten().map(|(cause, rows, enterprises, yuan)| {
            line(Some(*cause), &self.cause_id(*cause), self.cause_label(*cause), *rows, *enterprises, *yuan)
        });
        let (claimed, awarded) = (sums.claimed, sums.awarded);
        Flow {
            reductions: reductions.collect(),
            claimed: line(None, "claimed", Both::new("申报", "Claimed"), claimed.0, claimed.1, claimed.2),
            awarded: line(
                None,
                "awarded",
                Both::new("核定支持", "Awarded"),
                awarded.0,
                awarded.1,
                Dec::new(awarded.2, 2),
            ),
        }
    }

    /// Whether each enterprise's award can have met an illustrative value: in a class in which it has rows, a step of the scheme or
    /// the budget, with the values of its own region where there are some. Of values by date, those that the fund year reaches count.
    pub fn illustrative_awards(&self) -> Vec<bool> {
        let plan = &self.plan;
        let budget = plan.budget.iter().map(|b| &b.amount);
        let whole = used_by(plan.steps.iter().map(|s| &s.expression).chain(budget));
        let class = |c: &Class| {
            let own = used_by(line_expressions(c).into_iter().chain(whole_expressions(c)));
            // What picks rows of another ledger is the same for all regions.
            let general = used_by(c.lookups.iter().filter_map(|l| l.filter.as_ref()));
            (own, illustrative_in(plan, None, general))
        };
        let classes: Vec<(BTreeSet<usize>, bool)> = plan.classes.iter().map(class).collect();
        let mut regions: BTreeMap<Option<&str>, (bool, Vec<bool>)> = BTreeMap::new();
        let mut marks = Vec::with_capacity(self.enterprises.len());
        for (number, enterprise) in self.enterprises.iter().enumerate() {
            let region = enterprise.region.as_deref();
            let (always, by_class) = regions.entry(region).or_insert_with(|| {
                let within = |used: &BTreeSet<usize>| illustrative_in(plan, region, used.iter().copied());
                (within(&whole), classes.iter().map(|(own, general)| *general || within(own)).collect())
            });
            let has_rows = |class: &ClassOutcome| class.groups.of.get(number).is_some_and(|g| *g != NONE);
            let own = self.classes.iter().zip(&*by_class).any(|(class, shaky)| *shaky && has_rows(class));
            marks.push(*always || own);
        }
        marks
    }

    /// Why a cause takes money off, as a sentence for people: the reason that the applicant reads, or the name of the step.
    pub fn cause_text(&self, cause: Cause) -> Both {
        let Cause::Reason(class, reason) = cause else { return self.cause_label(cause) };
        let said = &self.reasons(class)[reason].reason;
        if self.plan.classes.len() == 1 {
            return said.clone();
        }
        let class = &self.plan.classes[class].label;
        Both::new(format!("{}：{}", class.zh, said.zh), format!("{}: {}", class.en, said.en))
    }

    /// Every row of every class with its verdict, in the order of classes and files.
    pub fn lines(&self) -> impl Iterator<Item = Line> + '_ {
        (0..self.classes.len())
            .flat_map(move |class| (0..self.classes[class].rows.len()).map(move |row| self.line(class, row)))
    }

    /// One row of a class.
    pub fn line(&self, class: usize, index: usize) -> Line {
        let ClassOutcome { rows, groups, amounts, reasons, .. } = &self.classes[class];
        let plan = &self.plan.classes[class];
        let enterprise = rows.applicant(index);
        let verdict = rows.verdict(index);
        let scale = plan.principal.scale() + plan.factor.scale();
        let group = groups.of.get(enterprise as usize).map(|group| *group as usize);
        let group = group.filter(|group| *group < groups.enterprise.len());
        let worth = group.and_then(|group| {
            let factor = amounts.factor.as_ref().filter(|f| !f.is_null(group))?;
            let product = rows.principal(index).checked_mul(factor.number(group))?;
            Some(Dec::new(product, scale))
        });
        let principal_missing = verdict == reasons.no_principal();
        Line {
            class,
            index,
            place: rows.place(index),
            enterprise: enterprise as usize,
            refused: usize::from(verdict).checked_sub(1),
            refused_whole: group.and_then(|group| usize::from(amounts.verdict[group]).checked_sub(1)),
            yuan: worth.filter(|_| !principal_missing),
        }
    }

    /// How many rows a class has looked at.
    pub fn rows(&self, class: usize) -> usize {
        self.classes[class].rows.len()
    }

    /// Why an enterprise's whole eligible amount in a class was refused, by number of the reason.
    pub fn refused_whole(&self, class: usize, enterprise: usize) -> Option<usize> {
        let ClassOutcome { groups, amounts, .. } = &self.classes[class];
        let group = groups.enterprise.binary_search(&u32::try_from(enterprise).ok()?).ok()?;
        usize::from(amounts.verdict[group]).checked_sub(1)
    }

    /// Every pair that the duplicate rules found.
    pub fn twins(&self) -> impl Iterator<Item = Twin> + '_ {
        (0..self.classes.len()).flat_map(move |class| {
            let (rows, plan) = (&self.classes[class].rows, &self.plan.classes[class]);
            rows.pairs.iter().map(move |(rule, pair)| {
                let (same, other) = rows.other_place(pair.other);
                let against = match &plan.duplicates[*rule].kind {
                    DuplicateKind::Near { against: Some((ledger, _, _)), .. } if !same => *ledger,
                    _ => plan.ledger,
                };
                Twin {
                    class,
                    rule: *rule,
                    flag: matches!(plan.duplicates[*rule].kind, DuplicateKind::Near { .. }),
                    row: (pair.row as usize, rows.place(pair.row as usize)),
                    other,
                    other_ledger: against,
                }
            })
        })
    }

    /// The number of an enterprise.
    pub fn find(&self, code: &str) -> Option<usize> {
        self.enterprises.binary_search_by(|e| e.code.as_str().cmp(code)).ok()
    }
}

/// Sums over awards: rows, enterprises and amounts, by cause.
#[derive(Clone, Debug, Default)]
pub struct Sums {
    /// Causes of the classes before each class, and of all.
    before: Vec<usize>,
    /// Reasons of each class.
    reasons: Vec<usize>,
    /// Steps of the scheme.
    steps: usize,
    /// Rows, enterprises, 元.
    claimed: (u64, u64, Dec),
    /// Rows that count, enterprises, fen.
    awarded: (u64, u64, i128),
    /// In the order of the pipeline: what was taken off, with rows and enterprises.
    causes: Vec<Option<(Cause, u64, u64, Dec)>>,
}

impl Sums {
    /// One more award.
    pub fn add(&mut self, award: &Award) {
        let claimed = self.claimed;
        self.claimed = (claimed.0 + award.rows.0, claimed.1 + 1, plus(claimed.2, award.claimed));
        let awarded = self.awarded;
        let some = u64::from(award.awarded_fen > 0);
        self.awarded =
            (awarded.0 + award.rows.1, awarded.1 + some, awarded.2 + i128::from(award.awarded_fen));
        for reduction in &award.reductions {
            let order = self.order(reduction.cause);
            if self.causes.len() <= order {
                self.causes.resize(order + 1, None);
            }
            let (_, rows, enterprises, yuan) =
                self.causes[order].get_or_insert((reduction.cause, 0, 0, Dec::ZERO));
            *rows += reduction.rows;
            *enterprises += 1;
            *yuan = plus(*yuan, reduction.yuan);
        }
    }

    /// Where a cause stands in the pipeline: steps of the scheme have two places, the second for those without a result.
    fn order(&self, cause: Cause) -> usize {
        let classes = self.before.last().copied().unwrap_or(0);
        match cause {
            Cause::Reason(class, reason) => self.before[class] + reason,
            Cause::Step(class, step) => self.before[class] + self.reasons[class] + step,
            Cause::SchemeStep(step) => classes + 2 * step,
            Cause::SchemeNoResult(step) => classes + 2 * step + 1,
            Cause::Budget => classes + 2 * self.steps,
        }
    }
}

/// Sums of amounts that each fit a year's money many times over; what does not fit was an error before.
fn plus(a: Dec, b: Dec) -> Dec {
    a.checked_add(b).unwrap_or(Dec::new(i128::MAX, 0))
}

fn negative(a: Dec) -> Dec {
    Dec::new(-a.mantissa, a.scale)
}
