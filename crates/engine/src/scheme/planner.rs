//! From a scheme's file to its plan: names, types, units and dates, with every mistake at its place.

pub(crate) mod asked;
mod class;
mod names;
pub(crate) mod parameters;
mod types;
mod unused;

use std::{cell::RefCell, collections::BTreeMap};

use jixiao_core::both;

use crate::{
    dimension::Dimension,
    fault::{Fault, Span},
    schema::{Kind as Cell, Ledgers},
    scheme::{
        file::{BudgetTable, RuleTable, SchemeFile, Written},
        plan::{Applicant, Budget, Clause, Condition, Expr, Kind, Plan, Step, Type},
    },
    tree::{Faults, Quoted, instead},
};

pub use unused::remarks;

use names::{Names, Site};
use parameters::Planned;
use types::{Aggregates, Typer, described};

/// The fund years of a cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Years {
    /// The first.
    pub first: i16,
    /// The last.
    pub last: i16,
}

/// A parameter that is to take values with more digits than its file has: what `simulate` sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finer {
    /// The parameter's id; one that the scheme does not have is a fault.
    pub id: String,
    /// Digits after the point, in base units, that it must be able to hold.
    pub scale: u8,
}

/// Digits of an amount in 元 that can be paid.
const FEN: u8 = 2;

/// Plans a scheme for one fund year. `regions` tells whether a text is a division code of the fund.
///
/// # Errors
///
/// Every mistake of the scheme that shows in that year, each with its place.
pub fn plan(
    file: &SchemeFile,
    ledgers: &Ledgers,
    cycle: Years,
    regions: &dyn Fn(&str) -> bool,
    year: i16,
    finer: &[Finer],
) -> Result<Plan, Vec<Fault>> {
    let faults = Faults::new(&file.name);
    for Finer { id, .. } in finer {
        if file.parameters.iter().all(|p| p.id.text != *id) {
            faults.add(
                file.id.span.clone(),
                both!("没有 {id} 这个参数，不能设值", "There is no parameter {id} to be set"),
                both!("本方案", "this scheme"),
                instead(id, file.parameters.iter().map(|p| p.id.text.as_str())),
            );
        }
    }
    let asked = Asked { cycle, regions, year, years: &[year], finer };
    let planned = plan_year(file, ledgers, &asked, &faults);
    match planned {
        Some(plan) if faults.is_empty() => Ok(plan),
        _ => Err(faults.into_vec()),
    }
}

/// Plans a scheme for every year of the cycle; each fault once.
pub fn check(
    file: &SchemeFile,
    ledgers: &Ledgers,
    cycle: Years,
    regions: &dyn Fn(&str) -> bool,
) -> Vec<Fault> {
    let faults = Faults::new(&file.name);
    let years: Vec<i16> = (cycle.first..=cycle.last).collect();
    for year in &years {
        let asked = Asked { cycle, regions, year: *year, years: &years, finer: &[] };
        plan_year(file, ledgers, &asked, &faults);
    }
    faults.into_vec()
}

/// What expressions are typed against.
pub(crate) struct Planner<'a> {
    file: &'a SchemeFile,
    ledgers: &'a Ledgers,
    faults: &'a Faults,
    parameters: &'a [Planned],
    /// The ledger of enterprises.
    register: Option<usize>,
    /// Where each parameter is used first.
    used: RefCell<BTreeMap<usize, Span>>,
}

/// What is asked of a scheme's file.
pub(crate) struct Asked<'a> {
    /// The fund years that there are.
    cycle: Years,
    /// Whether a text is a division code of the fund.
    regions: &'a dyn Fn(&str) -> bool,
    /// The year that is planned.
    year: i16,
    /// The years of which missing values are spoken of.
    years: &'a [i16],
    /// Parameters that are to take values with more digits.
    finer: &'a [Finer],
}

fn plan_year(file: &SchemeFile, ledgers: &Ledgers, asked: &Asked, faults: &Faults) -> Option<Plan> {
    let Asked { cycle, year, .. } = *asked;
    if year < cycle.first || year > cycle.last {
        let (first, last) = (cycle.first, cycle.last);
        faults.add(
            file.id.span.clone(),
            both!("{year} 年不在周期 {first}—{last} 之内", "{year} is outside the cycle {first}–{last}"),
            both!("本方案", "this scheme"),
            both!(
                "选周期内的年度，或改正 fund.toml 的 [cycle]。",
                "Choose a year of the cycle, or correct [cycle] in fund.toml."
            ),
        );
        return None;
    }
    let parameters = parameters::plan(file, asked, faults);
    let register = ledgers.find(&file.applicant.ledger.text).map(|(at, _)| at);
    let planner =
        Planner { file, ledgers, faults, parameters: &parameters, register, used: RefCell::default() };
    let applicant = planner.applicant();
    let clauses = file
        .clauses
        .iter()
        .map(|c| Clause {
            id: c.id.text.clone(),
            text: c.text.clone(),
            source: c.source.clone(),
            certainty: c.certainty,
        })
        .collect();
    let mut classes = Vec::new();
    let mut amounts = Vec::new();
    for table in &file.classes {
        let (class, amount) = planner.class(table);
        amounts.push((table.id.text.clone(), amount));
        classes.extend(class);
    }
    let steps = planner.totals(amounts);
    let budget = file.budget.as_ref().map(|budget| planner.budget(budget));
    planner.parameters_used();
    drop(planner);
    let budget = match budget {
        Some(planned) => Some(planned?),
        None => None,
    };
    Some(Plan {
        id: file.id.text.clone(),
        label: file.label.clone(),
        year,
        applicant: applicant?,
        clauses,
        parameters: parameters.into_iter().map(|p| p.parameter).collect(),
        classes,
        steps: steps?,
        budget,
    })
}

impl Planner<'_> {
    fn use_parameter(&self, at: usize, place: &Span) {
        self.used.borrow_mut().entry(at).or_insert_with(|| place.clone());
    }

    /// A ledger by name.
    fn ledger(&self, name: &Quoted) -> Option<usize> {
        let found = self.ledgers.find(&name.text).map(|(at, _)| at);
        if found.is_none() {
            let said = &name.text;
            self.faults.add(
                name.span.clone(),
                both!("没有 {said} 这本台账", "There is no ledger {said}"),
                both!("不认识的台账", "unknown ledger"),
                instead(said, self.ledgers.ledgers.iter().map(|l| l.name.as_str())),
            );
        }
        found
    }

    /// A column of a ledger by name.
    fn column(&self, ledger: usize, name: &str, span: &Span) -> Option<usize> {
        let ledger = self.ledgers.ledgers.get(ledger)?;
        let found = ledger.find(name).map(|(at, _)| at);
        if found.is_none() {
            let of = &ledger.name;
            self.faults.add(
                span.clone(),
                both!("台账 {of} 没有 {name} 这一列", "The ledger {of} has no column {name}"),
                both!("不认识的列", "unknown column"),
                instead(name, ledger.columns.iter().map(|c| c.name.as_str())),
            );
        }
        found
    }

    fn clause(&self, name: Option<&Quoted>) -> Option<usize> {
        let name = name?;
        let found = self.file.clauses.iter().position(|c| c.id.text == name.text);
        if found.is_none() {
            let said = &name.text;
            self.faults.add(
                name.span.clone(),
                both!("没有 {said} 这个条款", "There is no clause {said}"),
                both!("不认识的条款", "unknown clause"),
                instead(said, self.file.clauses.iter().map(|c| c.id.text.as_str())),
            );
        }
        found
    }

    fn applicant(&self) -> Option<Applicant> {
        let table = &self.file.applicant;
        let ledger = self.ledger(&table.ledger)?;
        let column = |name: &Quoted| {
            let at = self.column(ledger, &name.text, &name.span)?;
            let kind = &self.ledgers.ledgers[ledger].columns[at].kind;
            let fits = matches!(kind, Cell::Text | Cell::Choice(_) | Cell::CreditCode | Cell::Digits(_));
            if !fits {
                let said = &name.text;
                self.faults.add(
                    name.span.clone(),
                    both!("{said} 不是文本或编号的列", "{said} is no column of texts or digits"),
                    both!("种类不符", "not of this kind"),
                    both!(
                        "指明名册里存代码、名称、区划代码的列。",
                        "Name the register's columns of codes, names and division codes."
                    ),
                );
            }
            fits.then_some(at)
        };
        let (key, name, region) = (column(&table.key), column(&table.name), column(&table.region));
        Some(Applicant { ledger, key: key?, name: name?, region: region? })
    }

    fn typer<'a>(
        &'a self,
        names: &'a Names,
        site: Site,
        written: &'a Written,
        aggregates: &'a Aggregates,
    ) -> Typer<'a> {
        Typer::new(self, names, site, written, aggregates)
    }

    fn conditions(
        &self,
        tables: &[RuleTable],
        names: &Names,
        site: Site,
        aggregates: &Aggregates,
    ) -> Option<Vec<Condition>> {
        let planned: Vec<Option<Condition>> = tables
            .iter()
            .map(|table| {
                let clause = self.clause(table.clause.as_ref());
                let expression = self.typer(names, site, &table.expression, aggregates).condition()?;
                Some(Condition {
                    id: table.id.text.clone(),
                    label: table.label.clone(),
                    reason: table.reason.clone(),
                    clause,
                    expression,
                    text: table.expression.text.text.clone(),
                })
            })
            .collect();
        planned.into_iter().collect()
    }

    /// Steps of amounts: each one's result is the next one's `amount`; the last must be payable.
    fn amounts(
        &self,
        tables: &[RuleTable],
        mut names: Names,
        site: Site,
        aggregates: &Aggregates,
        start: &Span,
    ) -> (Option<Vec<Step>>, Option<Type>) {
        let mut steps = Vec::new();
        let mut sound = true;
        for table in tables {
            let clause = self.clause(table.clause.as_ref());
            let expression = self.typer(&names, site, &table.expression, aggregates).whole();
            let expression = expression.filter(|e| self.is_money(e, &table.expression.text.span));
            let ty = expression.as_ref().map(|e| e.ty.clone());
            self.check_unit(table.unit.as_ref(), ty.as_ref());
            // A step that could not be planned leaves no type behind; the next ones say nothing about it.
            names.amount = ty;
            match expression {
                Some(expression) => steps.push(Step {
                    id: table.id.text.clone(),
                    label: table.label.clone(),
                    clause,
                    expression,
                    text: table.expression.text.text.clone(),
                }),
                None => sound = false,
            }
        }
        let span = tables.last().map_or(start, |t| &t.expression.text.span);
        if let Some(Type::Number { scale, .. }) = &names.amount
            && *scale > FEN
        {
            self.faults.add(
                span.clone(),
                both!(
                    "最后的金额有 {scale} 位小数，付款只到分",
                    "The last amount has {scale} decimals; what is paid has {FEN}"
                ),
                both!("没有取整到分", "not rounded to fen"),
                both!(
                    "在最后加一步 round_half_up(amount, 2)、round_down 或 round_up，按条款取舍。",
                    "Add a last step round_half_up(amount, 2), round_down or round_up, as the clause says."
                ),
            );
            return (sound.then_some(steps), None);
        }
        (sound.then_some(steps), names.amount)
    }

    /// Whether an expression gives 元; a fault otherwise.
    fn is_money(&self, expr: &Expr, span: &Span) -> bool {
        let money = match &expr.ty {
            Type::Number { dimension, .. } => {
                *dimension == Dimension::base("元")
                    || matches!(&expr.kind, Kind::Literal(crate::scheme::plan::Value::Number(0)))
            }
            _ => false,
        };
        if !money {
            let is = described(&expr.ty);
            self.faults.add(
                span.clone(),
                jixiao_core::finding::Both::new(
                    format!("金额须以 元 计，这里得出{}", is.zh),
                    format!("An amount is in 元; this gives {}", is.en),
                ),
                is,
                both!("检查参数和列的单位，外币先乘汇率。", "Look at the units of parameters and columns; foreign money is multiplied by a rate first."),
            );
        }
        money
    }

    /// Compares the unit that is written with what an expression gives.
    fn check_unit(&self, written: Option<&Quoted>, ty: Option<&Type>) {
        let Some(written) = written else {
            return;
        };
        let Some(unit) = crate::schema_file::unit(written, self.faults) else {
            return;
        };
        let Some(ty) = ty else {
            return;
        };
        let said = &written.text;
        match ty {
            Type::Number { dimension, .. } if *dimension == unit.dimension && unit.exponent == 0 => {}
            Type::Number { dimension, .. } if *dimension == unit.dimension => self.faults.add(
                written.span.clone(),
                both!(
                    "表达式里的数以基本单位计，不是 {said}",
                    "Numbers in expressions are in base units, not {said}"
                ),
                both!("应为 {dimension}", "{dimension} belongs here"),
                both!("写 unit = \"{dimension}\"。", "Write unit = \"{dimension}\"."),
            ),
            other => {
                let is = described(other);
                self.faults.add(
                    written.span.clone(),
                    jixiao_core::finding::Both::new(
                        format!("写的单位是 {said}，表达式得出{}", is.zh),
                        format!("The unit says {said}, the expression gives {}", is.en),
                    ),
                    both!("与表达式不符", "not what the expression gives"),
                    both!(
                        "改正单位或表达式；不是数字的不写单位。",
                        "Correct the unit or the expression; what is no number has no unit."
                    ),
                );
            }
        }
    }

    /// Steps over the sum of the classes.
    fn totals(&self, classes: Vec<(String, Option<Type>)>) -> Option<Vec<Step>> {
        let scale = classes.iter().map(|(_, ty)| match ty {
            Some(Type::Number { scale, .. }) => Some(*scale),
            _ => None,
        });
        let scale = scale.collect::<Option<Vec<u8>>>().and_then(|all| all.into_iter().max());
        let amount = scale.map(|scale| Type::Number { scale, dimension: Dimension::base("元") });
        // What the classes leave was checked with them.
        let payable = self.file.steps.is_empty();
        if payable {
            return Some(Vec::new());
        }
        let names = Names { classes, amount, ..Names::default() };
        let aggregates = Aggregates::default();
        self.amounts(&self.file.steps, names, Site::Total, &aggregates, &self.file.id.span).0
    }

    fn budget(&self, table: &BudgetTable) -> Option<Budget> {
        let clause = self.clause(table.clause.as_ref());
        let names = Names::default();
        let aggregates = Aggregates::default();
        let amount = self.typer(&names, Site::Budget, &table.amount, &aggregates).whole()?;
        let span = &table.amount.text.span;
        if !self.is_money(&amount, span) {
            return None;
        }
        let mut regional = false;
        amount.walk(&mut |e| {
            if let Kind::Parameter(at, _) = &e.kind {
                let values = &self.file.parameters[*at].values;
                regional |= values.iter().any(|v| v.region.is_some());
            }
        });
        if table.by_region && !regional {
            self.faults.add(
                span.clone(),
                both!(
                    "预算按区域分（by = \"region\"），但金额没有区域的值",
                    "The budget is by region, but the amount has no value of a region"
                ),
                both!("没有带 region 的值", "no value with a region"),
                both!(
                    "给参数补上带 region 的值，或改为 by = \"scheme\"。",
                    "Give the parameter values with region, or write by = \"scheme\"."
                ),
            );
        }
        if !table.by_region && regional {
            self.faults.add(
                span.clone(),
                both!(
                    "预算是整个方案一笔（by = \"scheme\"），区域的值用不上",
                    "The budget is one for the scheme: values of regions are never used"
                ),
                both!("参数有带 region 的值", "the parameter has values with a region"),
                both!(
                    "改为 by = \"region\"，或删去带 region 的值。",
                    "Write by = \"region\", or take the values with region away."
                ),
            );
        }
        if amount.scale() > FEN {
            let scale = amount.scale();
            self.faults.add(
                span.clone(),
                both!("预算有 {scale} 位小数，钱只到分", "The budget has {scale} decimals; money has {FEN}"),
                both!("没有取整到分", "not whole fen"),
                both!(
                    "改正参数的值，或用 round_down(…, 2)。",
                    "Correct the parameter's value, or write round_down(…, 2)."
                ),
            );
        }
        Some(Budget { label: table.label.clone(), clause, by_region: table.by_region, amount })
    }

    /// Parameters that are used and have no value in a year, and those that nothing uses.
    fn parameters_used(&self) {
        let used = self.used.borrow();
        for (at, (table, planned)) in self.file.parameters.iter().zip(self.parameters).enumerate() {
            let id = &table.id.text;
            let is_ceiling =
                || self.file.parameters.iter().any(|p| p.ceiling.as_ref().is_some_and(|c| c.text == *id));
            match used.get(&at) {
                None if !is_ceiling() => self.faults.add(
                    table.id.span.clone(),
                    both!("参数 {id} 没有用到", "The parameter {id} is never used"),
                    both!("没有表达式用它", "no expression has it"),
                    both!("在表达式里用它，或删去。", "Use it in an expression, or take it away."),
                ),
                Some(place) if !planned.lacking.is_empty() => {
                    let years = planned.lacking.iter().map(ToString::to_string).collect::<Vec<_>>();
                    let (zh, en) = (years.join("、"), years.join(", "));
                    self.faults.add_with(
                        table.id.span.clone(),
                        jixiao_core::finding::Both::new(
                            format!("参数 {id} 在 {zh} 年没有值"),
                            format!("The parameter {id} has no value for {en}"),
                        ),
                        both!("缺少这一年度的值", "no value for this year"),
                        vec![(place.clone(), both!("用在这里", "used here"))],
                        both!(
                            "补上该年度的值；没有找到依据的写 status = \"illustrative\"。",
                            "Add its value; where no text was found, with status = \"illustrative\"."
                        ),
                    );
                }
                _ => {}
            }
        }
    }
}
