//! The part of a scheme that looks at one line at a time: look-ups, line steps, conditions, principal.

use std::cell::RefCell;

use crate::{
    batch::{Batch, Column, Texts, Values},
    run::{
        bindings::Bindings,
        eval::{Scope, evaluate},
        lookup::{Memo, Prepared, Trouble},
        register::{NONE, Register, Translation, gather, whole},
        vector::{Data, Failure, Vector},
    },
    scheme::plan::{Class, DuplicateKind, Expr, Kind, Name, Type, Value},
};

/// A class ready to look at lines.
#[derive(Debug)]
pub(crate) struct Stage<'a> {
    pub(crate) class: &'a Class,
    pub(crate) bindings: &'a Bindings,
    pub(crate) register: &'a Register<'a>,
    pub(crate) lookups: Vec<Prepared<'a>>,
}

/// What a worker remembers from batch to batch.
#[derive(Debug, Default)]
pub(crate) struct Worker {
    /// Of each text, the register's row; [`NONE`] for no row, [`UNASKED`] before it was asked.
    enterprises: Vec<u32>,
    lookups: Vec<Memo>,
    tables: Vec<RefCell<Translation>>,
    register: RefCell<Translation>,
}

const UNASKED: u32 = u32::MAX - 1;

/// Everything that was worked out of some lines; further expressions may be asked of it.
pub(crate) struct Seen<'a> {
    lines: Lines<'a>,
    pub(crate) conditions: Vec<Vector>,
    pub(crate) principal: Vector,
}

impl Seen<'_> {
    /// Rows of the register.
    pub(crate) fn enterprises(&self) -> &[u32] {
        &self.lines.enterprises
    }

    /// Rows found by each look-up.
    pub(crate) fn found(&self) -> &[Vec<u32>] {
        &self.lines.found
    }

    /// The values of the line steps.
    pub(crate) fn steps(&self) -> &[Vector] {
        &self.lines.lines
    }

    /// A further expression over the lines.
    pub(crate) fn ask(&self, expr: &Expr) -> Vector {
        evaluate(expr, &self.lines)
    }

    /// The worker's texts.
    pub(crate) fn texts(&self) -> &RefCell<Texts> {
        self.lines.texts
    }
}

/// What stops a run while lines are looked at.
#[derive(Debug)]
pub(crate) struct Stop {
    /// Index of the row in its batch.
    pub(crate) row: u32,
    pub(crate) what: What,
}

/// Why.
#[derive(Debug)]
pub(crate) enum What {
    /// A value could not be computed: of what, and why.
    Failed(String, Failure),
    /// A look-up found two rows of its ledger.
    Twice(usize, u32, u32),
}

struct Lines<'a> {
    stage: &'a Stage<'a>,
    batch: &'a Batch,
    texts: &'a RefCell<Texts>,
    tables: &'a [RefCell<Translation>],
    register: &'a RefCell<Translation>,
    enterprises: Vec<u32>,
    found: Vec<Vec<u32>>,
    lines: Vec<Vector>,
}

impl Scope for Lines<'_> {
    fn rows(&self) -> usize {
        self.batch.rows.len()
    }

    fn name(&self, name: &Name) -> Vector {
        match name {
            Name::Column(column) => match &self.batch.columns[*column] {
                Some(column) => whole(column),
                None => Vector::constant(Value::Null),
            },
            Name::Lookup(lookup, column) => {
                let table = self.stage.lookups[*lookup].table;
                gather(table, *column, &self.found[*lookup], self.texts, &self.tables[*lookup])
            }
            Name::Found(lookup) => {
                Vector::new(Data::Bool(self.found[*lookup].iter().map(|r| *r != NONE).collect()), None)
            }
            Name::Line(step) => self.lines[*step].clone(),
            Name::Enterprise(column) => {
                gather(self.stage.register.table, *column, &self.enterprises, self.texts, self.register)
            }
            Name::Other(_) | Name::Principal | Name::Aggregate(_) | Name::Amount | Name::Class(_) => {
                Vector::constant(Value::Null)
            }
        }
    }

    fn parameter(&self, index: usize, days: Option<&Vector>, ty: &Type) -> Vector {
        let register = self.stage.register;
        by_row(self.stage.bindings, index, self.rows(), days, ty, self.texts, |row| {
            let enterprise = self.enterprises[row];
            if enterprise == NONE { None } else { register.region(enterprise) }
        })
    }

    fn texts(&self) -> &RefCell<Texts> {
        self.texts
    }
}

/// A parameter's values by row: one constant where neither day nor region matters.
pub(crate) fn by_row<'r>(
    bindings: &Bindings,
    index: usize,
    rows: usize,
    days: Option<&Vector>,
    ty: &Type,
    texts: &RefCell<Texts>,
    region: impl Fn(usize) -> Option<&'r str>,
) -> Vector {
    let regional = !bindings.parameters[index].regions.is_empty();
    if !regional && days.is_none_or(|d| matches!(d.data, Data::Constant(Value::Date(_)))) {
        let day = days.map(|d| i64::try_from(d.number(0)).unwrap_or(i64::MAX));
        return Vector::constant(bindings.at(index, None, day).clone());
    }
    let value = |row: usize| -> &Value {
        // Without a day nothing by date is in force.
        if days.is_some_and(|d| d.is_null(row)) {
            return &Value::Null;
        }
        let day = days.map(|d| i64::try_from(d.number(row)).unwrap_or(i64::MAX));
        bindings.at(index, if regional { region(row) } else { None }, day)
    };
    let mut nulls: Option<Vec<bool>> = None;
    let mut null = |row: usize| nulls.get_or_insert_with(|| vec![false; rows])[row] = true;
    let data = match ty {
        Type::Text => Data::Text(
            (0..rows)
                .map(|row| match value(row) {
                    Value::Text(text) => texts.borrow_mut().intern(text),
                    _ => {
                        null(row);
                        texts.borrow_mut().intern("")
                    }
                })
                .collect(),
        ),
        _ => Data::Wide(
            (0..rows)
                .map(|row| match value(row) {
                    Value::Number(n) => *n,
                    Value::Date(d) => i128::from(*d),
                    _ => {
                        null(row);
                        0
                    }
                })
                .collect(),
        ),
    };
    Vector::new(data, nulls)
}

impl Stage<'_> {
    /// The columns of the ledger that the class needs.
    pub(crate) fn wanted(&self, wanted: &mut [bool]) {
        wanted[self.class.applicant] = true;
        let mut mark = |e: &Expr| {
            if let Kind::Name(Name::Column(column)) = &e.kind {
                wanted[*column] = true;
            }
        };
        let class = self.class;
        class.lookups.iter().flat_map(|l| &l.on).for_each(|(_, e)| e.walk(&mut mark));
        class.lines.iter().for_each(|s| s.expression.walk(&mut mark));
        class.conditions.iter().for_each(|c| c.expression.walk(&mut mark));
        for duplicate in &class.duplicates {
            duplicate_expressions(duplicate).iter().for_each(|e| e.walk(&mut mark));
        }
        class.principal.walk(&mut mark);
        class.aggregates.iter().filter_map(|a| a.argument.as_ref()).for_each(|e| e.walk(&mut mark));
    }

    /// Works out everything about some lines.
    ///
    /// # Errors
    /// The first line at which something could not be computed.
    pub(crate) fn evaluate<T>(
        &self,
        batch: &Batch,
        texts: &mut Texts,
        worker: &mut Worker,
        more: impl FnOnce(&Seen) -> Result<T, Stop>,
    ) -> Result<T, Stop> {
        worker.lookups.resize_with(self.lookups.len(), Memo::default);
        worker.tables.resize_with(self.lookups.len(), RefCell::default);
        let enterprises = self.enterprises(batch, texts, &mut worker.enterprises);
        let shared = RefCell::new(std::mem::take(texts));
        let mut lines = Lines {
            stage: self,
            batch,
            texts: &shared,
            tables: &worker.tables,
            register: &worker.register,
            enterprises,
            found: Vec::new(),
            lines: Vec::new(),
        };
        let filled = self.fill(&mut lines, &mut worker.lookups);
        let result = filled.and_then(|(conditions, principal)| more(&Seen { lines, conditions, principal }));
        *texts = shared.into_inner();
        result
    }

    fn fill(&self, lines: &mut Lines, memos: &mut [Memo]) -> Result<(Vec<Vector>, Vector), Stop> {
        for (i, (lookup, memo)) in self.lookups.iter().zip(memos).enumerate() {
            let found = lookup.find(lines, memo).map_err(|trouble| match trouble {
                Trouble::Failed(row, failure) => {
                    Stop { row, what: What::Failed(lookup.lookup.id.clone(), failure) }
                }
                Trouble::Twice(row, a, b) => Stop { row, what: What::Twice(i, a, b) },
            })?;
            lines.found.push(found);
        }
        let sound = |vector: Vector, id: &str| match vector.failures.iter().min_by_key(|(row, _)| *row) {
            Some((row, failure)) => Err(Stop { row: *row, what: What::Failed(id.to_owned(), *failure) }),
            None => Ok(vector),
        };
        for step in &self.class.lines {
            let values = sound(evaluate(&step.expression, lines), &step.id)?;
            lines.lines.push(values);
        }
        let conditions = self
            .class
            .conditions
            .iter()
            .map(|c| sound(evaluate(&c.expression, lines), &c.id))
            .collect::<Result<_, _>>()?;
        let principal = sound(evaluate(&self.class.principal, lines), "principal")?;
        Ok((conditions, principal))
    }

    fn enterprises(&self, batch: &Batch, texts: &Texts, memo: &mut Vec<u32>) -> Vec<u32> {
        let Some(Column { values: Values::Text(keys), nulls }) = &batch.columns[self.class.applicant] else {
            return vec![NONE; batch.rows.len()];
        };
        memo.resize(texts.len().max(memo.len()), UNASKED);
        let mut row_of = |key: u32| {
            let known = &mut memo[key as usize];
            if *known == UNASKED {
                *known = self.register.row_of(key, texts);
            }
            *known
        };
        match nulls {
            None => keys.iter().map(|key| row_of(*key)).collect(),
            Some(nulls) => {
                keys.iter().zip(nulls).map(|(key, null)| if *null { NONE } else { row_of(*key) }).collect()
            }
        }
    }
}

/// Every expression of a duplicate rule, in the order key, differ, from, to, compare.
pub(crate) fn duplicate_expressions(duplicate: &crate::scheme::plan::Duplicate) -> Vec<&Expr> {
    let mut all: Vec<&Expr> = duplicate.key.iter().chain(&duplicate.differ).collect();
    match &duplicate.kind {
        DuplicateKind::Exact { .. } => {}
        DuplicateKind::Overlap { from, to, .. } => all.extend([from, to]),
        DuplicateKind::Near { compare, .. } => all.push(compare),
    }
    all
}

/// The applicant's code as the row has it; empty when it is null.
pub(crate) fn applicant_code<'t>(stage: &Stage, batch: &Batch, texts: &'t Texts, row: u32) -> &'t str {
    match &batch.columns[stage.class.applicant] {
        Some(column) if !column.is_null(row as usize) => match &column.values {
            Values::Text(keys) => texts.get(keys[row as usize]),
            _ => "",
        },
        _ => "",
    }
}
