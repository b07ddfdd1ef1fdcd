//! What if the rate were …: a scheme settled again for every point of a grid, over lines that were looked at once.

use std::collections::{BTreeMap, BTreeSet};

use jixiao_core::{both, finding::Both};
use serde::Serialize;

use crate::{
    number::{Dec, Rounding, divide},
    run::{
        Bindings, RunError, Setting, evidence, find,
        groups::{Enterprise, group, number_enterprises},
        line_expressions, look,
        reasons::Reasons,
        registers, settle,
        settle::{All, Groups, Settled},
        settle_error,
        vector::Failure,
    },
    scheme::plan::{Kind, Plan},
    shares::{in_shares, share},
};

/// A parameter with the values that it takes, in its unit as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Axis {
    /// The parameter's id.
    pub id: String,
    /// Its values, in the order in which points are told.
    pub values: Vec<Dec>,
}

impl Axis {
    /// Evenly spread values, both ends included; the digits of a value are cut to 12 after the point, so that two runs of the
    /// same range have the same points.
    ///
    /// # Errors
    /// No step, or ends too far apart to be held.
    pub fn range(id: &str, from: Dec, to: Dec, steps: u32) -> Result<Self, Both> {
        let wrong = || {
            both!(
                "{id} 的范围不成立：{from}..{to}/{steps}",
                "the range of {id} does not work: {from}..{to}/{steps}"
            )
        };
        if steps == 0 {
            return Err(wrong());
        }
        let scale = 12u8.max(from.scale).max(to.scale);
        let (a, b) = (from.at_scale(scale).ok_or_else(wrong)?, to.at_scale(scale).ok_or_else(wrong)?);
        let width = b.checked_sub(a).ok_or_else(wrong)?;
        let at = |i: u32| {
            let share = divide(width.checked_mul(i128::from(i))?, i128::from(steps), Rounding::HalfUp)?;
            Some(Dec::new(a.checked_add(share)?, scale).normal())
        };
        let values: Option<Vec<Dec>> = (0..=steps).map(at).collect();
        Ok(Self { id: id.to_owned(), values: values.ok_or_else(wrong)? })
    }
}

/// What a region, or all, come to at a point.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Cost {
    /// Awards before the money runs out, in fen.
    pub wanted_fen: i64,
    /// Awards, in fen.
    pub awarded_fen: i64,
    /// Enterprises with an award.
    pub beneficiaries: u64,
}

/// One point of the grid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    /// The value on each axis, in the parameter's unit.
    pub values: Vec<Dec>,
    /// All regions.
    pub all: Cost,
    /// By division code; enterprises without a region under none.
    pub regions: BTreeMap<Option<String>, Cost>,
    /// Whether the money reaches, in every pot; `None` when the scheme names no budget.
    pub within_budget: Option<bool>,
    /// What is said of parameters that stand above their ceilings here, by their ids: such a point shows what a rule would cost
    /// that nobody may make as things stand.
    pub above: BTreeMap<String, Both>,
}

/// The largest value of a parameter for which the money reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fit {
    /// The values of the other axes.
    pub others: Vec<(String, Dec)>,
    /// The value, in the parameter's unit, to the last digit that was searched; `None` when not even the smallest reaches.
    pub value: Option<Dec>,
    /// Whether it is the end of the range: a larger one might do as well.
    pub at_end: bool,
    /// What the awards come to with it.
    pub cost: Option<Cost>,
    /// The same by division code, as in [`Point::regions`].
    pub regions: BTreeMap<Option<String>, Cost>,
    /// The parameters that stand above their ceilings with it, as in [`Point::above`].
    pub above: BTreeMap<String, Both>,
    /// Whether the cost grows along the whole grid. When it does not, a larger value beyond a dearer one may do too.
    pub growing: bool,
}

/// A simulation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Simulation {
    /// The axes as given.
    pub axes: Vec<Axis>,
    /// Every point; the last axis changes quickest.
    pub points: Vec<Point>,
    /// The fit that was asked for, one for every combination of the other axes.
    pub fits: Vec<Fit>,
    /// The money that there is at the first point, in fen, when the scheme names it.
    pub budget_fen: Option<i64>,
}

/// Lines that were looked at, with what is needed to settle them again.
struct Looked<'a> {
    plan: &'a Plan,
    groups: Vec<Groups>,
    reasons: Vec<Reasons>,
    enterprises: Vec<Enterprise>,
    rows: Vec<u32>,
    register: &'a super::register::Register<'a>,
}

/// Runs a scheme for every point of a grid, and finds the largest value of one parameter that the money allows.
///
/// Parameters that only enterprises are asked about (rates, caps, minimums) cost no further look at the lines; one that stands in a
/// condition of the line does, once for each of its values.
///
/// # Errors
/// An unknown parameter, a value with too many digits, a fit on something that is no axis, or whatever stops a run.
pub fn simulate(
    plan: &Plan,
    base: &Bindings,
    axes: &[Axis],
    fit: Option<&str>,
    setting: &Setting,
) -> Result<Simulation, RunError> {
    let of_lines = of_lines(plan);
    let mut slow = Vec::with_capacity(axes.len());
    for axis in axes {
        let (index, _) = find(plan, &axis.id).map_err(RunError::Asked)?;
        slow.push(of_lines.contains(&index));
    }
    let fitted = match fit {
        None => None,
        Some(id) => Some(axes.iter().position(|a| a.id == id && a.values.len() > 1).ok_or_else(|| {
            RunError::Asked(both!(
                "要找 {id} 的最大值，请用 --set {id}=下限..上限/步数 给出范围",
                "to fit {id}, give its range: --set {id}=FROM..TO/STEPS"
            ))
        })?),
    };
    if fitted.is_some() && plan.budget.is_none() {
        let id = &plan.id;
        return Err(RunError::Asked(both!(
            "{id} 没有写明预算（[budget]），无法求预算内的最大值",
            "{id} names no [budget], so there is nothing to stay within"
        )));
    }

    let plans = std::slice::from_ref(plan);
    let mut evidence = evidence(plans, setting)?;
    let registers = registers(plans, &evidence.tables)?;
    let combinations = combinations(axes);
    let mut points: Vec<Option<Point>> = vec![None; combinations.len()];
    let mut budget_fen = None;
    // Points that share the values of parameters of lines share one look at the lines.
    let mut looks: BTreeMap<Vec<usize>, Vec<usize>> = BTreeMap::new();
    for (number, combination) in combinations.iter().enumerate() {
        let key = combination.iter().zip(&slow).map(|(at, slow)| if *slow { *at } else { 0 }).collect();
        looks.entry(key).or_default().push(number);
    }
    let bind = |values: &[Dec]| -> Result<Bindings, RunError> {
        let mut bindings = base.clone();
        for (axis, value) in axes.iter().zip(values) {
            bindings.set(plan, &axis.id, *value).map_err(RunError::Asked)?;
        }
        Ok(bindings)
    };
    let values_of = |combination: &[usize]| -> Vec<Dec> {
        combination.iter().zip(axes).map(|(at, axis)| axis.values[*at]).collect()
    };
    let mut fits = Vec::new();
    for numbers in looks.values() {
        let first = bind(&values_of(&combinations[numbers[0]]))?;
        let bound = std::slice::from_ref(&first);
        let rows = look(plans, bound, &registers, &evidence.tables, setting, &mut evidence.intakes)?;
        let looked =
            Looked::new(plan, rows.into_iter().next().unwrap_or_default(), &registers[0], setting.threads)?;
        let wanted: Vec<Vec<Dec>> = numbers.iter().map(|n| values_of(&combinations[*n])).collect();
        let told = looked.points(&wanted, &bind, setting.threads)?;
        for (number, (point, pots)) in numbers.iter().zip(told) {
            if *number == 0 {
                budget_fen = pots;
            }
            points[*number] = Some(point);
        }
        if let Some(axis) = fitted.filter(|axis| !slow[*axis]) {
            fits.extend(looked.fits(axes, axis, numbers, &combinations, &points, &bind)?);
        }
    }
    let points: Vec<Point> = points.into_iter().flatten().collect();
    if let Some(axis) = fitted.filter(|axis| slow[*axis]) {
        // Every value would need a look of its own; the grid's own points answer.
        fits = coarse_fits(axes, axis, &combinations, &points);
    }
    Ok(Simulation { axes: axes.to_vec(), points, fits, budget_fen })
}

/// What is asked for some values of parameters: a point, and the money that there is, in fen, when the scheme names it.
pub type Asking<'s> = dyn FnMut(&[(String, Dec)]) -> Result<(Point, Option<i64>), RunError> + 's;

/// Looks at the lines once and hands out a function that settles the scheme for any values of its parameters, for whoever asks again and again. A
/// parameter that a row is asked about costs a look of its own for each question.
///
/// # Errors
/// Whatever stops a run. A question's own errors are its answer: an unknown parameter, a value with too many digits.
pub fn asked_again<T>(
    plan: &Plan,
    base: &Bindings,
    setting: &Setting,
    with: impl FnOnce(&mut Asking<'_>) -> T,
) -> Result<T, RunError> {
    let of_lines = of_lines(plan);
    let plans = std::slice::from_ref(plan);
    let mut evidence = evidence(plans, setting)?;
    let registers = registers(plans, &evidence.tables)?;
    let (tables, intakes) = (&evidence.tables, &mut evidence.intakes);
    let mut look_with = |bindings: &Bindings| -> Result<Looked<'_>, RunError> {
        let rows = look(plans, std::slice::from_ref(bindings), &registers, tables, setting, intakes)?;
        Looked::new(plan, rows.into_iter().next().unwrap_or_default(), &registers[0], setting.threads)
    };
    let usual = look_with(base)?;
    let mut ask = |changes: &[(String, Dec)]| -> Result<(Point, Option<i64>), RunError> {
        let mut bindings = base.clone();
        let mut anew = false;
        for (id, value) in changes {
            bindings.set(plan, id, *value).map_err(RunError::Asked)?;
            let (index, _) = find(plan, id).map_err(RunError::Asked)?;
            anew |= of_lines.contains(&index);
        }
        let own = if anew { Some(look_with(&bindings)?) } else { None };
        let looked = own.as_ref().unwrap_or(&usual);
        let regions: Vec<usize> = looked.rows.iter().map(|row| looked.region(*row)).collect();
        let values: Vec<Dec> = changes.iter().map(|(_, value)| *value).collect();
        Ok(looked.point(&values, &bindings, &looked.settle(&bindings)?, &regions))
    };
    Ok(with(&mut ask))
}

/// The parameters that rows are asked about, by index.
fn of_lines(plan: &Plan) -> BTreeSet<usize> {
    let mut of_lines = BTreeSet::new();
    for class in &plan.classes {
        for expression in line_expressions(class) {
            expression.walk(&mut |e| {
                if let Kind::Parameter(index, _) = &e.kind {
                    of_lines.insert(*index);
                }
            });
        }
    }
    of_lines
}

/// Every combination of the axes' values, by index; the last axis changes quickest.
fn combinations(axes: &[Axis]) -> Vec<Vec<usize>> {
    axes.iter().fold(vec![Vec::new()], |all, axis| {
        all.iter()
            .flat_map(|before| {
                (0..axis.values.len()).map(move |at| before.iter().copied().chain([at]).collect())
            })
            .collect()
    })
}

impl<'a> Looked<'a> {
    fn new(
        plan: &'a Plan,
        mut rows: Vec<super::rows::Rows>,
        register: &'a super::register::Register<'a>,
        threads: usize,
    ) -> Result<Self, RunError> {
        let (enterprises, registers) = number_enterprises(&mut rows, register, threads);
        let mut groups = Vec::with_capacity(rows.len());
        for (rows, class) in rows.iter().zip(&plan.classes) {
            groups.push(group(rows, &class.aggregates, &registers, threads).map_err(|e| {
                RunError::Enterprise {
                    what: format!("{}/{}/principal", plan.id, class.id),
                    code: enterprises[e.0 as usize].code.clone(),
                    why: Failure::Overflow.text(),
                }
            })?);
        }
        let reasons = plan.classes.iter().map(Reasons::of).collect();
        Ok(Self { plan, groups, reasons, enterprises, rows: registers, register })
    }

    fn settle(&self, bindings: &Bindings) -> Result<Settled, RunError> {
        let all = All { register: self.register, rows: &self.rows };
        settle::settle(self.plan, bindings, &self.groups, &self.reasons, &all).map_err(|trouble| {
            settle_error(self.plan, trouble, &|e| self.enterprises[e as usize].code.clone())
        })
    }

    /// The points of some combinations of values, on several threads, in their order; each with the money that there is.
    fn points(
        &self,
        wanted: &[Vec<Dec>],
        bind: &(dyn Fn(&[Dec]) -> Result<Bindings, RunError> + Sync),
        threads: usize,
    ) -> Result<Vec<(Point, Option<i64>)>, RunError> {
        let regions: Vec<usize> = self.rows.iter().map(|row| self.region(*row)).collect();
        let one = |values: &Vec<Dec>| -> Result<(Point, Option<i64>), RunError> {
            let bindings = bind(values)?;
            let settled = self.settle(&bindings)?;
            Ok(self.point(values, &bindings, &settled, &regions))
        };
        let done = in_shares(wanted.chunks(share(wanted.len(), threads)), |part| {
            part.iter().map(one).collect::<Result<Vec<_>, _>>()
        });
        done.into_iter().collect::<Result<Vec<_>, _>>().map(|parts| parts.into_iter().flatten().collect())
    }

    /// The number of a register's row's region; one past the last for none.
    fn region(&self, row: u32) -> usize {
        let known = self.register.region_of.get(row as usize);
        known.map_or(usize::MAX, |r| *r as usize).min(self.register.regions.len())
    }

    fn point(
        &self,
        values: &[Dec],
        bindings: &Bindings,
        settled: &Settled,
        regions: &[usize],
    ) -> (Point, Option<i64>) {
        let mut costs = vec![Cost::default(); self.register.regions.len() + 1];
        let mut all = Cost::default();
        let amounts = settled.wanted.iter().zip(&settled.awarded);
        for ((wanted, awarded), region) in amounts.zip(regions) {
            for cost in [&mut all, &mut costs[*region]] {
                cost.wanted_fen = cost.wanted_fen.saturating_add(*wanted);
                cost.awarded_fen = cost.awarded_fen.saturating_add(*awarded);
                cost.beneficiaries += u64::from(*awarded > 0);
            }
        }
        let mut occurs = vec![false; costs.len()];
        regions.iter().for_each(|region| occurs[*region] = true);
        let name = |region: usize| self.register.regions.get(region).cloned();
        let occur = (0..costs.len()).filter(|region| occurs[*region]);
        let regions = occur.map(|region| (name(region), costs[region])).collect();
        let pots = &settled.pots;
        let within_budget = (!pots.is_empty()).then(|| pots.iter().all(|p| p.wanted_fen <= p.budget_fen));
        let money =
            (!pots.is_empty()).then(|| pots.iter().fold(0i64, |sum, p| sum.saturating_add(p.budget_fen)));
        let said = |(at, p): (usize, &crate::scheme::plan::Parameter)| {
            Some((p.id.clone(), bindings.above_ceiling(self.plan, at)?))
        };
        let above = self.plan.parameters.iter().enumerate().filter_map(said).collect();
        (Point { values: values.to_vec(), all, regions, within_budget, above }, money)
    }

    /// For every combination of the other axes: between the last point of the grid that the money allows and the next, the largest value.
    fn fits(
        &self,
        axes: &[Axis],
        axis: usize,
        numbers: &[usize],
        combinations: &[Vec<usize>],
        points: &[Option<Point>],
        bind: &dyn Fn(&[Dec]) -> Result<Bindings, RunError>,
    ) -> Result<Vec<Fit>, RunError> {
        let mut fits = Vec::new();
        for run in runs(axis, numbers, combinations) {
            let along: Vec<&Point> = run.iter().filter_map(|n| points[*n].as_ref()).collect();
            let (mut fit, next) = coarse(axes, axis, &along);
            if let (Some(low), Some(high)) = (fit.value, next) {
                let digits = low.scale.max(high.scale).max(6).saturating_add(3);
                let scale = self.finest(&axes[axis].id, digits);
                let (Some(mut low), Some(mut high)) = (low.at_scale(scale), high.at_scale(scale)) else {
                    fits.push(fit);
                    continue;
                };
                let mut values = along[0].values.clone();
                while high - low > 1 {
                    let middle = low + (high - low) / 2;
                    values[axis] = Dec::new(middle, scale);
                    let settled = self.settle(&bind(&values)?)?;
                    if settled.pots.iter().all(|p| p.wanted_fen <= p.budget_fen) {
                        low = middle;
                    } else {
                        high = middle;
                    }
                }
                values[axis] = Dec::new(low, scale);
                let bindings = bind(&values)?;
                let settled = self.settle(&bindings)?;
                let regions: Vec<usize> = self.rows.iter().map(|row| self.region(*row)).collect();
                let (point, _) = self.point(&values, &bindings, &settled, &regions);
                (fit.cost, fit.regions, fit.above) = (Some(point.all), point.regions, point.above);
                fit.value = Some(Dec::new(low, scale).normal());
            }
            fits.push(fit);
        }
        Ok(fits)
    }

    /// How many digits after the point a parameter may be searched to: what its type holds.
    fn finest(&self, id: &str, wanted: u8) -> u8 {
        let Ok((_, parameter)) = find(self.plan, id) else { return wanted };
        let exponent = parameter.unit.as_ref().map_or(0, |u| i16::from(u.exponent));
        let held = match &parameter.ty {
            crate::scheme::plan::Type::Number { scale, .. } => i16::from(*scale) + exponent,
            _ => 0,
        };
        wanted.min(u8::try_from(held.max(0)).unwrap_or(u8::MAX))
    }
}

/// Points that differ on one axis only, in the order of that axis.
fn runs(axis: usize, numbers: &[usize], combinations: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut runs: BTreeMap<Vec<usize>, Vec<usize>> = BTreeMap::new();
    for number in numbers {
        let mut key = combinations[*number].clone();
        key[axis] = 0;
        runs.entry(key).or_default().push(*number);
    }
    runs.into_values().collect()
}

/// The last point in a row that the money allows, and the value of the next, which it does not.
fn coarse(axes: &[Axis], axis: usize, along: &[&Point]) -> (Fit, Option<Dec>) {
    let mut sorted: Vec<&Point> = along.to_vec();
    sorted.sort_by_key(|p| p.values[axis]);
    let growing = sorted.windows(2).all(|pair| pair[0].all.wanted_fen <= pair[1].all.wanted_fen);
    let last = sorted.iter().rposition(|p| p.within_budget == Some(true));
    let others = axes.iter().zip(sorted.first().map_or(&[][..], |p| &p.values)).enumerate();
    let others = others.filter(|(i, _)| *i != axis).map(|(_, (a, v))| (a.id.clone(), *v)).collect();
    let fit = Fit {
        others,
        value: last.map(|at| sorted[at].values[axis]),
        at_end: last.is_some_and(|at| at + 1 == sorted.len()),
        cost: last.map(|at| sorted[at].all),
        regions: last.map(|at| sorted[at].regions.clone()).unwrap_or_default(),
        above: last.map(|at| sorted[at].above.clone()).unwrap_or_default(),
        growing,
    };
    let next = last.and_then(|at| sorted.get(at + 1)).map(|p| p.values[axis]);
    (fit, next)
}

fn coarse_fits(axes: &[Axis], axis: usize, combinations: &[Vec<usize>], points: &[Point]) -> Vec<Fit> {
    let all: Vec<usize> = (0..points.len()).collect();
    let along = |run: Vec<usize>| -> Vec<&Point> { run.into_iter().map(|n| &points[n]).collect() };
    runs(axis, &all, combinations).into_iter().map(|run| coarse(axes, axis, &along(run)).0).collect()
}
