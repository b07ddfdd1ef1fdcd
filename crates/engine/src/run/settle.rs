//! The part of a scheme that looks at one enterprise at a time: value, requirements, steps, the sum of the classes, the money that there is.
//!
//! It runs over columns of enterprises, and again for every point of a simulation: what lines gave is only read.

use std::{cell::RefCell, collections::BTreeMap};

use jixiao_core::apportion::largest_remainder;

use crate::{
    batch::Texts,
    run::{
        bindings::Bindings,
        eval::{Scope, evaluate},
        lines::by_row,
        lookup::constant,
        reasons::{ELIGIBLE, Reasons},
        register::{Register, Translation, gather},
        vector::{Data, Failure, Vector},
    },
    scheme::plan::{Name, Plan, Step, Type, Value},
};

/// What the lines of a class gave, by enterprise.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    /// The enterprise of each group, by its number among all; ascending.
    pub(crate) enterprise: Vec<u32>,
    /// The group of each enterprise by its number; [`super::register::NONE`] for those that claimed nothing here.
    pub(crate) of: Vec<u32>,
    /// Row of the register; [`super::register::NONE`] for an applicant that it does not know.
    pub(crate) register: Vec<u32>,
    /// Principal of all its rows.
    pub(crate) claimed: Vec<i128>,
    /// Principal of its eligible rows.
    pub(crate) eligible: Vec<i128>,
    /// How many rows are eligible.
    pub(crate) eligible_rows: Vec<u64>,
    /// The aggregates.
    pub(crate) aggregates: Vec<Vector>,
    /// What was refused, by group and verdict: rows and principal.
    pub(crate) refused: BTreeMap<(u32, u16), (u64, i128)>,
    /// Texts of the aggregates.
    pub(crate) texts: Texts,
}

/// What a class comes to, by group.
#[derive(Debug, Default)]
pub(crate) struct Amounts {
    /// What one unit of principal is worth; null where it could not be computed.
    pub(crate) factor: Option<Vector>,
    /// Why the whole eligible amount was refused; [`ELIGIBLE`] where it was not.
    pub(crate) verdict: Vec<u16>,
    /// The amount before the first step and after each, at the scale of each; zero after a refusal.
    pub(crate) steps: Vec<Vec<i128>>,
    /// The amount in fen.
    pub(crate) fen: Vec<i64>,
}

/// What a scheme comes to.
#[derive(Debug, Default)]
pub(crate) struct Settled {
    pub(crate) classes: Vec<Amounts>,
    /// By enterprise: the sum of the classes and the amount after each of the scheme's steps, in the scale of each.
    pub(crate) steps: Vec<Vec<i128>>,
    /// Whether a step of the scheme gave nothing: its index, by enterprise.
    pub(crate) no_result: BTreeMap<u32, usize>,
    /// Before the money ran out, in fen.
    pub(crate) wanted: Vec<i64>,
    /// After.
    pub(crate) awarded: Vec<i64>,
    /// The pots of money: division code or none, what there is, what was wanted, in fen.
    pub(crate) pots: Vec<Pot>,
}

/// A pot of money.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Pot {
    /// Division code of the region, when each region has its own.
    pub region: Option<String>,
    /// What there is, in fen.
    pub budget_fen: i64,
    /// What the awards would come to without it, in fen.
    pub wanted_fen: i64,
}

/// Why enterprises could not be settled.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// Of which enterprise (its number among all), what (class and step), why.
    Failed(u32, String, Failure),
    /// A step gave less than nothing.
    Negative(u32, String),
    /// The budget could not be computed, or is no whole number of fen.
    Budget(Option<Failure>),
}

/// What the expressions of an enterprise see.
struct Enterprises<'a> {
    groups: &'a Groups,
    register: &'a Register<'a>,
    translation: &'a RefCell<Translation>,
    bindings: &'a Bindings,
    amount: Vector,
    classes: Vec<Vector>,
    rows: &'a [u32],
    texts: &'a RefCell<Texts>,
}

impl Scope for Enterprises<'_> {
    fn rows(&self) -> usize {
        self.rows.len()
    }
    fn name(&self, name: &Name) -> Vector {
        match name {
            Name::Enterprise(column) => {
                gather(self.register.table, *column, self.rows, self.texts, self.translation)
            }
            Name::Principal => Vector::new(Data::Wide(self.groups.eligible.clone()), None),
            Name::Aggregate(i) => self.groups.aggregates[*i].clone(),
            Name::Amount => self.amount.clone(),
            Name::Class(i) => self.classes[*i].clone(),
            Name::Column(_) | Name::Lookup(..) | Name::Found(_) | Name::Line(_) | Name::Other(_) => {
                Vector::constant(Value::Null)
            }
        }
    }
    fn parameter(&self, index: usize, days: Option<&Vector>, ty: &Type) -> Vector {
        by_row(self.bindings, index, self.rows(), days, ty, self.texts, |row| {
            self.register.region(self.rows[row])
        })
    }
    fn texts(&self) -> &RefCell<Texts> {
        self.texts
    }
}

/// All enterprises of a run: the row of the register of each.
#[derive(Debug)]
pub(crate) struct All<'a> {
    pub(crate) register: &'a Register<'a>,
    pub(crate) rows: &'a [u32],
}

/// Settles a scheme.
///
/// # Errors
/// A value that could not be computed, with its enterprise.
pub(crate) fn settle(
    plan: &Plan,
    bindings: &Bindings,
    groups: &[Groups],
    reasons: &[Reasons],
    all: &All,
) -> Result<Settled, Trouble> {
    let translation = RefCell::default();
    let mut classes = Vec::with_capacity(groups.len());
    for (index, groups) in groups.iter().enumerate() {
        classes.push(settle_class(plan, index, bindings, groups, &reasons[index], all.register)?);
    }
    let count = all.rows.len();
    let mut sums: Vec<Vec<i64>> = vec![vec![0; count]; groups.len()];
    let mut total = vec![0i128; count];
    for ((amounts, groups), sums) in classes.iter().zip(groups).zip(&mut sums) {
        for (enterprise, fen) in groups.enterprise.iter().zip(&amounts.fen) {
            sums[*enterprise as usize] = *fen;
            total[*enterprise as usize] += i128::from(*fen);
        }
    }
    let nothing = Groups::default();
    let texts = RefCell::default();
    let mut scope = Enterprises {
        groups: &nothing,
        register: all.register,
        translation: &translation,
        bindings,
        amount: Vector::new(Data::Wide(total.clone()), None),
        classes: sums.into_iter().map(|fen| Vector::new(Data::Small(fen), None)).collect(),
        rows: all.rows,
        texts: &texts,
    };
    let mut steps = vec![total];
    let mut no_result = BTreeMap::new();
    let mut scale = 2;
    for (number, step) in plan.steps.iter().enumerate() {
        let mut values = evaluate(&step.expression, &scope);
        let lives = |row: usize| !no_result.contains_key(&u32::try_from(row).unwrap_or(u32::MAX));
        fail_first(&values, &step.id, lives, |row| row)?;
        scale = step.expression.scale();
        let mut after = Vec::with_capacity(count);
        for (row, enterprise) in (0..count).zip(0u32..) {
            let dead = no_result.contains_key(&enterprise);
            if !dead && values.is_null(row) {
                no_result.insert(enterprise, number);
            }
            let amount = if dead || values.is_null(row) { 0 } else { values.number(row) };
            if amount < 0 {
                return Err(Trouble::Negative(enterprise, step.id.clone()));
            }
            after.push(amount);
        }
        steps.push(after.clone());
        values.nulls = None;
        values.data = Data::Wide(after);
        scope.amount = values;
    }
    let last = steps.last().map(Vec::as_slice).unwrap_or_default();
    let mut wanted = Vec::with_capacity(count);
    for (enterprise, amount) in (0u32..).zip(last) {
        let fen = in_fen(*amount, scale);
        wanted.push(fen.ok_or_else(|| Trouble::Failed(enterprise, plan.id.clone(), Failure::Overflow))?);
    }
    let (awarded, pots) = share(plan, bindings, &wanted, all)?;
    Ok(Settled { classes, steps, no_result, wanted, awarded, pots })
}

/// The first failure among the rows that are asked.
fn fail_first(
    values: &Vector,
    what: &str,
    asked: impl Fn(usize) -> bool,
    enterprise: impl Fn(u32) -> u32,
) -> Result<(), Trouble> {
    let first = values.failures.iter().filter(|(row, _)| asked(*row as usize)).min_by_key(|(row, _)| *row);
    match first {
        Some((row, failure)) => Err(Trouble::Failed(enterprise(*row), what.to_owned(), *failure)),
        None => Ok(()),
    }
}

/// An amount of a scale of at most 2 in fen.
fn in_fen(amount: i128, scale: u8) -> Option<i64> {
    let power = crate::number::pow10(u32::from(2u8.checked_sub(scale)?))?;
    i64::try_from(amount.checked_mul(power)?).ok()
}

fn settle_class(
    plan: &Plan,
    index: usize,
    bindings: &Bindings,
    groups: &Groups,
    reasons: &Reasons,
    register: &Register,
) -> Result<Amounts, Trouble> {
    let class = &plan.classes[index];
    let count = groups.enterprise.len();
    let said = |id: &str| format!("{}/{}/{id}", plan.id, class.id);
    let who = |row: u32| groups.enterprise[row as usize];
    let (translation, texts) = (RefCell::default(), RefCell::new(groups.texts.clone()));
    let mut scope = Enterprises {
        groups,
        register,
        translation: &translation,
        bindings,
        amount: Vector::constant(Value::Null),
        classes: Vec::new(),
        rows: &groups.register,
        texts: &texts,
    };
    let mut verdict = vec![ELIGIBLE; count];
    let factor = evaluate(&class.factor, &scope);
    fail_first(&factor, &said("value"), |_| true, who)?;
    let mut amount = Vec::with_capacity(count);
    for (row, verdict) in verdict.iter_mut().enumerate() {
        if factor.is_null(row) {
            *verdict = reasons.no_value();
            amount.push(0);
            continue;
        }
        let product = groups.eligible[row].checked_mul(factor.number(row));
        // The whole claim is shown too, so it must fit as well.
        let product = product.filter(|_| groups.claimed[row].checked_mul(factor.number(row)).is_some());
        let overflow = || Trouble::Failed(groups.enterprise[row], said("value"), Failure::Overflow);
        amount.push(product.ok_or_else(overflow)?);
    }
    let mut scale = class.principal.scale() + class.factor.scale();
    let alive = |verdict: &[u16], row: usize| verdict[row] == ELIGIBLE && groups.eligible_rows[row] > 0;
    for (i, requirement) in class.requirements.iter().enumerate() {
        let holds = evaluate(&requirement.expression, &scope);
        fail_first(&holds, &said(&requirement.id), |row| alive(&verdict, row), who)?;
        for row in 0..count {
            if alive(&verdict, row) && !holds.is_true(row) {
                verdict[row] = reasons.requirement(i);
            }
        }
    }
    let still = |verdict: &[u16], mut amount: Vec<i128>| {
        for (row, amount) in amount.iter_mut().enumerate() {
            if !alive(verdict, row) {
                *amount = 0;
            }
        }
        amount
    };
    let mut steps = vec![still(&verdict, amount)];
    scope.amount = Vector::new(Data::Wide(steps[0].clone()), None);
    for step in &class.steps {
        let after = one_step(step, &scope, &mut verdict, groups, reasons, &said(&step.id))?;
        scale = step.expression.scale();
        scope.amount = Vector::new(Data::Wide(after.clone()), None);
        steps.push(after);
    }
    let mut fen = Vec::with_capacity(count);
    for (row, amount) in steps.last().map(Vec::as_slice).unwrap_or_default().iter().enumerate() {
        let whole = in_fen(*amount, scale);
        let whole =
            whole.ok_or_else(|| Trouble::Failed(groups.enterprise[row], said("value"), Failure::Overflow))?;
        // A class without steps has nobody else to say so.
        if whole < 0 {
            return Err(Trouble::Negative(groups.enterprise[row], said("value")));
        }
        fen.push(whole);
    }
    Ok(Amounts { factor: Some(factor), verdict, steps, fen })
}

fn one_step(
    step: &Step,
    scope: &Enterprises,
    verdict: &mut [u16],
    groups: &Groups,
    reasons: &Reasons,
    said: &str,
) -> Result<Vec<i128>, Trouble> {
    let values = evaluate(&step.expression, scope);
    let alive = |verdict: &[u16], row: usize| verdict[row] == ELIGIBLE && groups.eligible_rows[row] > 0;
    fail_first(&values, said, |row| alive(verdict, row), |row| groups.enterprise[row as usize])?;
    let mut after = Vec::with_capacity(verdict.len());
    for row in 0..verdict.len() {
        let amount = if !alive(verdict, row) {
            0
        } else if values.is_null(row) {
            verdict[row] = reasons.no_result();
            0
        } else {
            values.number(row)
        };
        if amount < 0 {
            return Err(Trouble::Negative(groups.enterprise[row], said.to_owned()));
        }
        after.push(amount);
    }
    Ok(after)
}

/// Shares the money out when there is too little: by largest remainder, so that the awards add up to it exactly.
fn share(
    plan: &Plan,
    bindings: &Bindings,
    wanted: &[i64],
    all: &All,
) -> Result<(Vec<i64>, Vec<Pot>), Trouble> {
    let mut awarded = wanted.to_vec();
    let Some(budget) = &plan.budget else { return Ok((awarded, Vec::new())) };
    let mut members: BTreeMap<Option<String>, Vec<usize>> = BTreeMap::new();
    for (enterprise, row) in all.rows.iter().enumerate() {
        let region = if budget.by_region { all.register.region(*row).map(str::to_owned) } else { None };
        members.entry(region).or_default().push(enterprise);
    }
    let mut pots = Vec::new();
    for (region, members) in members {
        let amount = match &region {
            // A region's own value stands where everybody's does.
            Some(code) => constant(&budget.amount, &bindings.of_region(code)),
            None => constant(&budget.amount, bindings),
        };
        let fen = match amount.map_err(|f| Trouble::Budget(Some(f)))? {
            Value::Number(n) => crate::number::Dec::new(n, budget.amount.scale()).at_scale(2),
            // A region without money of its own gets none.
            _ => Some(0),
        };
        let fen = fen.and_then(|f| i64::try_from(f).ok()).ok_or(Trouble::Budget(None))?;
        let mut sum = 0i128;
        members.iter().for_each(|m| sum += i128::from(wanted[*m]));
        let sum = i64::try_from(sum).map_err(|_| Trouble::Budget(Some(Failure::Overflow)))?;
        // Applicants that the register does not know are in no region: there is no money for them to have.
        if budget.by_region && region.is_none() && sum == 0 {
            continue;
        }
        if sum > fen {
            let weights: Vec<_> = members.iter().map(|m| wanted[*m].into()).collect();
            let total = u64::try_from(fen).map_err(|_| Trouble::Budget(None))?;
            let shares =
                largest_remainder(total, &weights).ok_or(Trouble::Budget(Some(Failure::Overflow)))?;
            for (member, share) in members.iter().zip(shares) {
                awarded[*member] = i64::try_from(share).map_err(|_| Trouble::Budget(None))?;
            }
        }
        pots.push(Pot { region, budget_fen: fen, wanted_fen: sum });
    }
    Ok((awarded, pots))
}

/// Asks expressions of one group of a class, with the amount as it stood before a step.
pub(crate) fn ask(
    expr: &crate::scheme::plan::Expr,
    bindings: &Bindings,
    groups: &Groups,
    register: &Register,
    amount: Option<&[i128]>,
    group: usize,
) -> Value {
    let (translation, texts) = (RefCell::default(), RefCell::new(groups.texts.clone()));
    let scope = Enterprises {
        groups,
        register,
        translation: &translation,
        bindings,
        amount: amount.map_or(Vector::constant(Value::Null), |a| Vector::new(Data::Wide(a.to_vec()), None)),
        classes: Vec::new(),
        rows: &groups.register,
        texts: &texts,
    };
    let vector = evaluate(expr, &scope);
    vector.value(group, expr.ty == Type::Date, &texts.borrow())
}
