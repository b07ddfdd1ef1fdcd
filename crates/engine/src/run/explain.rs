//! Why an enterprise gets what it gets: a tree from the award down to the rows, the parameters in force and the clauses.

use std::collections::{BTreeMap, BTreeSet};

use jixiao_core::{both, finding::Both};
use serde::Serialize;

use crate::{
    batch::{Batch, RowId, Table, Texts},
    dimension::Dimension,
    number::Dec,
    run::{
        Bindings, Halt, Intake, RunError, Setting, conclude, eval, evidence,
        lines::{Seen, Stage, Worker, applicant_code},
        look,
        lookup::Prepared,
        outcome::{Award, Cause, Enterprise, Line, Outcome, ReasonKind, Reduction},
        over_ledger, register,
        register::{NONE, Register},
        registers, settle,
    },
    schema,
    schema::Ledgers,
    scheme::plan::{Class, Condition, Dated, Expr, Kind, Name, Plan, Status, Step, Type, Value},
};

/// What a node of the tree is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NodeKind {
    /// The award, or what a class comes to.
    Amount,
    /// A step: its value, and under it what it was computed from.
    Step,
    /// A condition or requirement that was asked.
    Condition,
    /// Why something was taken off.
    Reason,
    /// A parameter in force.
    Parameter,
    /// A row of a ledger.
    Row,
    /// A value of a row, of the register, of a look-up.
    Value,
    /// Rows that are not shown one by one.
    More,
}

/// Where a value stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// The ledger's name.
    pub ledger: String,
    /// The file.
    pub file: String,
    /// The row, as a person counts.
    pub row: u32,
}

/// A clause that a node rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Grounds {
    /// The clause's id.
    pub id: String,
    /// What it says.
    pub text: Both,
    /// Where it stands.
    pub source: String,
    /// How sure: A, B, C, D.
    pub certainty: char,
}

/// One node of the tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// Its id: of the step, condition, parameter, column.
    pub id: String,
    /// Its name.
    pub label: Both,
    /// Its value, ready to be read: `1,234.50 元`, `2024-06-30`, `是`; empty for none, `—` for null.
    pub value: Both,
    /// The expression as the scheme writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expression: Option<String>,
    /// Whether a condition held; `None` for what is no condition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holds: Option<bool>,
    /// The reason, where something was refused or flagged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Both>,
    /// The clause.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clause: Option<Grounds>,
    /// Of a parameter: where its value comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Of a parameter: whether that text was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// Where it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// What it came from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<Node>,
}

/// An award, explained.
#[derive(Debug)]
pub struct Explanation {
    /// Whose.
    pub enterprise: Enterprise,
    /// What, with everything that was taken off.
    pub award: Award,
    /// Why.
    pub tree: Node,
    /// The ledgers that were read, with their hashes.
    pub intakes: Vec<Intake>,
    /// Parameters in force with an illustrative value, by index.
    pub illustrative: Vec<usize>,
}

/// Explains what an enterprise gets. At most `rows` rows of a class are opened one by one, refused ones first; the others are counted.
///
/// # Errors
/// The enterprise did not apply, or whatever stops a run.
pub fn explain(
    plan: &Plan,
    bindings: &Bindings,
    code: &str,
    rows: usize,
    setting: &Setting,
) -> Result<Explanation, RunError> {
    let plans = std::slice::from_ref(plan);
    let mut evidence = evidence(plans, setting)?;
    let registers = registers(plans, &evidence.tables)?;
    let (tables, intakes) = (&evidence.tables, &mut evidence.intakes);
    let all = look(plans, std::slice::from_ref(bindings), &registers, tables, setting, intakes)?;
    let looked = all.into_iter().next().unwrap_or_default();
    let outcome = conclude(plan, bindings, &registers[0], looked, setting.threads)?;
    let Some(enterprise) = outcome.find(code) else {
        let scheme = &plan.label;
        return Err(RunError::Asked(both!(
            "{code} 没有申报“{zh}”：台账里没有它的行",
            "{code} did not apply for {en}: no ledger has a row of it",
            zh = scheme.zh,
            en = scheme.en
        )));
    };
    let Some(award) = outcome.awards().nth(enterprise) else {
        return Err(RunError::Asked(both!("没有 {code} 的结果", "there is no award of {code}")));
    };

    let mut chosen = Vec::with_capacity(plan.classes.len());
    let mut traces = Vec::with_capacity(plan.classes.len());
    for (number, class) in plan.classes.iter().enumerate() {
        let mut lines: Vec<Line> = (0..outcome.rows(number))
            .map(|row| outcome.line(number, row))
            .filter(|l| l.enterprise == enterprise)
            .collect();
        lines.sort_by_key(|line| (line.refused.is_none(), line.index));
        let opened: BTreeSet<RowId> = lines.iter().take(rows).map(|line| line.place).collect();
        let mut lookups = Vec::with_capacity(class.lookups.len());
        for lookup in &class.lookups {
            let prepared = Prepared::new(lookup, &tables[&lookup.ledger], bindings);
            lookups.push(prepared.map_err(|(_, failure)| RunError::Lookup {
                what: format!("{}/{}/{}", plan.id, class.id, lookup.id),
                why: failure.text(),
            })?);
        }
        let stage = Stage { class, bindings, register: &registers[0], lookups };
        let mut wanted = vec![false; setting.ledgers.ledgers[class.ledger].columns.len()];
        stage.wanted(&mut wanted);
        // The columns by which a person knows the row.
        setting.ledgers.ledgers[class.ledger].key.iter().for_each(|column| wanted[*column] = true);
        let each = |worker: &mut Worker, batch: &Batch, texts: &mut Texts| {
            trace(&stage, batch, texts, worker, code, &opened)
                .map_err(|stop| Halt::of(plan, number, batch, stop))
        };
        let found = over_ledger(class.ledger, &wanted, tables, setting, intakes, &Worker::default, &each)?;
        traces.push(found.into_iter().flatten().collect::<BTreeMap<RowId, Trace>>());
        chosen.push(lines);
    }
    let teller = Teller {
        plan,
        bindings,
        outcome: &outcome,
        register: &registers[0],
        tables,
        intakes,
        ledgers: setting.ledgers,
        enterprise,
    };
    let tree = teller.award(&award, &chosen, &traces, rows);
    let enterprise = outcome.enterprises[enterprise].clone();
    let illustrative = outcome.illustrative.clone();
    Ok(Explanation {
        enterprise,
        award,
        tree,
        intakes: evidence.intakes.into_values().collect(),
        illustrative,
    })
}

/// Everything about one row.
struct Trace {
    /// Columns of the ledger that were read.
    columns: BTreeMap<usize, Value>,
    /// The row that each look-up found.
    found: Vec<u32>,
    steps: Vec<Value>,
    conditions: Vec<Value>,
    principal: Value,
    /// Names and parameters inside of expressions, by where they stand in the scheme file.
    asked: BTreeMap<(usize, usize), Value>,
}

fn trace(
    stage: &Stage,
    batch: &Batch,
    texts: &mut Texts,
    worker: &mut Worker,
    code: &str,
    opened: &BTreeSet<RowId>,
) -> Result<Vec<(RowId, Trace)>, super::lines::Stop> {
    let ours: Vec<u32> = (0u32..)
        .zip(&batch.rows)
        .filter(|(_, row)| opened.contains(&RowId { file: batch.file, row: **row }))
        .map(|(at, _)| at)
        .filter(|at| applicant_code(stage, batch, texts, *at) == code)
        .collect();
    if ours.is_empty() {
        return Ok(Vec::new());
    }
    let some = Batch {
        file: batch.file,
        rows: ours.iter().map(|at| batch.rows[*at as usize]).collect(),
        columns: batch.columns.iter().map(|c| c.as_ref().map(|c| c.gather(&ours))).collect(),
    };
    stage.evaluate(&some, texts, worker, |seen| {
        Ok((0..some.rows.len())
            .map(|row| (RowId { file: some.file, row: some.rows[row] }, one_row(stage, &some, seen, row)))
            .collect())
    })
}

fn one_row(stage: &Stage, batch: &Batch, seen: &Seen, row: usize) -> Trace {
    let class = stage.class;
    let told = |vector: &super::vector::Vector, ty: &Type| {
        vector.value(row, *ty == Type::Date, &seen.texts().borrow())
    };
    let columns = (0..batch.columns.len()).filter(|column| batch.columns[*column].is_some()).map(|column| {
        let ask = Expr { kind: Kind::Name(Name::Column(column)), ty: Type::Text, span: 0..0 };
        (column, told(&seen.ask(&ask), &Type::Text))
    });
    let mut asked = BTreeMap::new();
    for expression in super::line_expressions(class) {
        expression.walk(&mut |e| {
            if matches!(e.kind, Kind::Parameter(..) | Kind::Name(Name::Lookup(..) | Name::Enterprise(_))) {
                asked.insert((e.span.start, e.span.end), told(&seen.ask(e), &e.ty));
            }
            // The day at which a parameter is asked: two values that are equal may come from different texts.
            if let Kind::Parameter(_, Some(at)) = &e.kind {
                asked.insert((at.span.start, at.span.end), told(&seen.ask(at), &at.ty));
            }
        });
    }
    Trace {
        columns: columns.collect(),
        found: seen.found().iter().map(|found| found[row]).collect(),
        steps: seen.steps().iter().zip(&class.lines).map(|(v, s)| told(v, &s.expression.ty)).collect(),
        conditions: seen.conditions.iter().map(|v| told(v, &Type::Bool)).collect(),
        principal: told(&seen.principal, &class.principal.ty),
        asked,
    }
}

/// Puts the tree together.
struct Teller<'a> {
    plan: &'a Plan,
    bindings: &'a Bindings,
    outcome: &'a Outcome,
    register: &'a Register<'a>,
    tables: &'a BTreeMap<usize, Table>,
    intakes: &'a BTreeMap<usize, Intake>,
    ledgers: &'a Ledgers,
    enterprise: usize,
}

fn node(kind: NodeKind, id: &str, label: Both, value: Both) -> Node {
    Node {
        kind,
        id: id.to_owned(),
        label,
        value,
        expression: None,
        holds: None,
        reason: None,
        clause: None,
        source: None,
        status: None,
        origin: None,
        children: Vec::new(),
    }
}

/// A value as a person reads it.
pub fn shown(value: &Value, ty: &Type) -> Both {
    match (value, ty) {
        (Value::Null, _) => Both::same("—"),
        (Value::Bool(true), _) => Both::new("是", "yes"),
        (Value::Bool(false), _) => Both::new("否", "no"),
        (Value::Text(text), _) => Both::same(text),
        (Value::Date(days), _) => {
            Both::same(eval::date(i128::from(*days)).map_or("—".to_owned(), |d| d.to_string()))
        }
        (Value::Number(n), Type::Digits(width)) => {
            Both::same(format!("{n:0>width$}", width = usize::from(*width)))
        }
        (Value::Number(n), Type::Number { scale, dimension }) => quantity(Dec::new(*n, *scale), dimension),
        (Value::Number(n), _) => Both::same(n.to_string()),
    }
}

fn quantity(number: Dec, dimension: &Dimension) -> Both {
    let unit = dimension.to_string();
    let digits = if unit == "元" { 2 } else { 0 };
    let number = number.grouped(digits);
    if dimension.is_plain() { Both::same(number) } else { Both::same(format!("{number} {unit}")) }
}

fn yuan(amount: Dec) -> Both {
    quantity(amount, &Dimension::base("元"))
}

impl Teller<'_> {
    fn clause(&self, index: Option<usize>) -> Option<Grounds> {
        let clause = &self.plan.clauses[index?];
        Some(Grounds {
            id: clause.id.clone(),
            text: clause.text.clone(),
            source: clause.source.clone(),
            certainty: clause.certainty,
        })
    }

    fn origin(&self, ledger: usize, place: RowId) -> Origin {
        let files = self.intakes.get(&ledger).map_or(&[][..], |i| &i.files);
        Origin {
            ledger: self.ledgers.ledgers[ledger].name.clone(),
            file: files.get(place.file as usize).map(|f| f.name.clone()).unwrap_or_default(),
            row: place.row,
        }
    }

    fn award(
        &self,
        award: &Award,
        lines: &[Vec<Line>],
        traces: &[BTreeMap<RowId, Trace>],
        most: usize,
    ) -> Node {
        let plan = self.plan;
        let amount = Dec::new(i128::from(award.awarded_fen), 2);
        let mut root = node(NodeKind::Amount, &plan.id, plan.label.clone(), yuan(amount));
        for reduction in award.reductions.iter().rev() {
            if let Some(told) = self.scheme_reduction(reduction) {
                root.children.push(told);
            }
        }
        for class in 0..plan.classes.len() {
            if !lines[class].is_empty() {
                root.children.push(self.class(class, award, &lines[class], &traces[class], most));
            }
        }
        root
    }

    fn scheme_reduction(&self, reduction: &Reduction) -> Option<Node> {
        let taken = yuan(Dec::new(-reduction.yuan.mantissa, reduction.yuan.scale));
        let mut told = node(
            NodeKind::Step,
            &self.outcome.cause_id(reduction.cause),
            self.outcome.cause_label(reduction.cause),
            taken,
        );
        match reduction.cause {
            Cause::SchemeStep(step) | Cause::SchemeNoResult(step) => {
                let step = &self.plan.steps[step];
                told.expression = Some(step.text.clone());
                told.clause = self.clause(step.clause);
                told.children = self.parameters(&step.expression);
            }
            Cause::Budget => {
                let budget = self.plan.budget.as_ref()?;
                told.clause = self.clause(budget.clause);
                let region = self.outcome.enterprises[self.enterprise].region.clone();
                for pot in self.outcome.pots.iter().filter(|p| p.region.is_none() || p.region == region) {
                    let whole = |fen: i64| yuan(Dec::new(i128::from(fen), 2));
                    let line = |id: &str, zh: &str, en: &str, fen| {
                        node(NodeKind::Value, id, Both::new(zh, en), whole(fen))
                    };
                    told.children.push(line("wanted", "全部核定数", "All awards before", pot.wanted_fen));
                    told.children.push(line("money", "可用预算", "The money that there is", pot.budget_fen));
                }
                told.children.extend(self.parameters(&budget.amount));
            }
            Cause::Reason(..) | Cause::Step(..) => return None,
        }
        Some(told)
    }

    /// The parameters of an expression, as this enterprise's region sees them.
    fn parameters(&self, expression: &Expr) -> Vec<Node> {
        let mut told: Vec<Node> = Vec::new();
        expression.walk(&mut |e| {
            if let Kind::Parameter(index, at) = &e.kind {
                let parameter = self.parameter(*index, None, at.is_some(), None);
                if told.iter().all(|t| t.id != parameter.id) {
                    told.push(parameter);
                }
            }
        });
        told
    }

    /// A parameter with the value that was met, where that is known, and on what day.
    fn parameter(&self, index: usize, value: Option<&Value>, by_date: bool, day: Option<i64>) -> Node {
        let parameter = &self.plan.parameters[index];
        let region = self.outcome.enterprises[self.enterprise].region.as_deref();
        let dated = region.and_then(|r| parameter.regions.get(r)).unwrap_or(&parameter.values);
        let bound = match value {
            Some(value) => value,
            None if by_date => &Value::Null,
            None => self.bindings.at(index, region, None),
        };
        let in_force = |d: &&Dated| day.is_none_or(|day| d.from <= day && day <= d.to);
        let written = dated.iter().filter(in_force).find(|d| d.value == *bound);
        let unit = parameter.unit.as_ref().map_or("", |u| u.text.as_str());
        let text = match written {
            Some(d) if unit.is_empty() || unit == "1" => Both::same(&d.text),
            Some(d) => Both::same(format!("{} {unit}", d.text)),
            // Set for a simulation, or not in force on that day.
            None => shown(bound, &parameter.ty),
        };
        let mut told = node(NodeKind::Parameter, &parameter.id, parameter.label.clone(), text);
        told.source = written.map(|d| d.source.clone());
        told.status = written.map(|d| d.status);
        told
    }

    fn class(
        &self,
        number: usize,
        award: &Award,
        lines: &[Line],
        traces: &BTreeMap<RowId, Trace>,
        most: usize,
    ) -> Node {
        let (class, of) = (&self.plan.classes[number], &self.outcome.classes[number]);
        let enterprise = u32::try_from(self.enterprise).unwrap_or(u32::MAX);
        let group = of.groups.enterprise.binary_search(&enterprise).unwrap_or(0);
        let fen = of.amounts.fen.get(group).copied().unwrap_or(0);
        let mut root =
            node(NodeKind::Amount, &class.id, class.label.clone(), yuan(Dec::new(i128::from(fen), 2)));
        root.clause = self.clause(class.clause);
        let refused = self.outcome.refused_whole(number, self.enterprise);
        if let Some(reason) = refused {
            root.reason = Some(self.outcome.reasons(number)[reason].reason.clone());
        }
        let alive = refused.is_none() && of.groups.eligible_rows.get(group).is_some_and(|n| *n > 0);
        if alive {
            for (i, step) in class.steps.iter().enumerate().rev() {
                let before = &of.amounts.steps[i];
                let after = Dec::new(of.amounts.steps[i + 1][group], step.expression.scale());
                root.children.push(self.step(number, step, yuan(after), Some(before), group));
            }
        }
        root.children.extend(class.requirements.iter().map(|r| self.requirement(number, r, group)));
        root.children.push(self.value(number, class, group));
        let mut eligible = node(
            NodeKind::Amount,
            "eligible",
            Both::new("计入的行", "Rows that count"),
            both!("{n} 行", "{n} rows", n = of.groups.eligible_rows[group]),
        );
        let refused_by = |reduction: &&Reduction| matches!(reduction.cause, Cause::Reason(c, r) if c == number && is_of_rows(self.outcome.reasons(c)[r].kind));
        let opened: Vec<&Line> = lines.iter().take(most).collect();
        let tell = |line: &&&Line| traces.get(&line.place).map(|trace| self.row(number, line, trace));
        eligible.children = opened.iter().filter(|l| l.refused.is_none()).filter_map(|l| tell(&l)).collect();
        let hidden = lines.len() - opened.len();
        root.children.push(eligible);
        for reduction in award.reductions.iter().filter(refused_by) {
            let Cause::Reason(_, reason) = reduction.cause else { continue };
            let said = &self.outcome.reasons(number)[reason];
            let mut told = node(
                NodeKind::Reason,
                &said.id,
                said.label.clone(),
                both!(
                    "{n} 行，{amount} 不予支持",
                    "{n} rows, {amount} refused",
                    n = reduction.rows,
                    amount = yuan(reduction.yuan).zh
                ),
            );
            told.reason = Some(said.reason.clone());
            told.clause = self.clause(said.clause);
            let these = opened.iter().filter(|l| l.refused == Some(reason));
            told.children = these.filter_map(|l| tell(&l)).collect();
            root.children.push(told);
        }
        if hidden > 0 {
            root.children.push(node(
                NodeKind::More,
                "more",
                Both::new("没有逐行展开的行", "Rows that are not opened"),
                both!("{hidden} 行", "{hidden} rows"),
            ));
        }
        root
    }

    /// A value of the enterprise, with the names and parameters that it was computed from.
    fn step(&self, class: usize, step: &Step, value: Both, before: Option<&Vec<i128>>, group: usize) -> Node {
        let mut told = node(NodeKind::Step, &step.id, step.label.clone(), value);
        told.expression = Some(step.text.clone());
        told.clause = self.clause(step.clause);
        told.children = self.ingredients(class, &step.expression, before.map(Vec::as_slice), group);
        told
    }

    fn requirement(&self, class: usize, requirement: &Condition, group: usize) -> Node {
        let of = &self.outcome.classes[class];
        let holds =
            settle::ask(&requirement.expression, self.bindings, &of.groups, self.register, None, group);
        let mut told =
            node(NodeKind::Condition, &requirement.id, requirement.label.clone(), shown(&holds, &Type::Bool));
        told.holds = Some(holds == Value::Bool(true));
        told.expression = Some(requirement.text.clone());
        told.clause = self.clause(requirement.clause);
        if told.holds == Some(false) {
            told.reason = Some(requirement.reason.clone());
        }
        told.children = self.ingredients(class, &requirement.expression, None, group);
        told
    }

    /// What the eligible principal is worth.
    fn value(&self, number: usize, class: &Class, group: usize) -> Node {
        let of = &self.outcome.classes[number];
        // What the rows are worth also where the enterprise was refused afterwards; the amounts are zero then.
        let factor = of.amounts.factor.as_ref().filter(|f| !f.is_null(group)).map_or(0, |f| f.number(group));
        let product = of.groups.eligible[group].saturating_mul(factor);
        let worth = Dec::new(product, class.principal.scale() + class.factor.scale());
        let mut told = node(
            NodeKind::Step,
            "value",
            Both::new("计入的计算基数折合金额", "What the eligible principal is worth"),
            yuan(worth),
        );
        let principal = |id: &str, zh: &str, en: &str, sum: i128| {
            node(NodeKind::Value, id, Both::new(zh, en), shown(&Value::Number(sum), &class.principal.ty))
        };
        told.children = vec![
            principal("claimed", "申报的计算基数", "Principal claimed", of.groups.claimed[group]),
            principal("principal", "计入的计算基数", "Principal that counts", of.groups.eligible[group]),
        ];
        told.children.extend(self.ingredients(number, &class.factor, None, group));
        told
    }

    /// Names and parameters inside an expression of the enterprise, each once, with their values.
    fn ingredients(
        &self,
        class: usize,
        expression: &Expr,
        before: Option<&[i128]>,
        group: usize,
    ) -> Vec<Node> {
        let of = &self.outcome.classes[class];
        let mut told: Vec<Node> = Vec::new();
        let mut add = |one: Node| {
            if told.iter().all(|t| t.id != one.id) {
                told.push(one);
            }
        };
        expression.walk(&mut |e| {
            let value = || settle::ask(e, self.bindings, &of.groups, self.register, before, group);
            match &e.kind {
                Kind::Parameter(index, _) => add(self.parameter(*index, Some(&value()), false, None)),
                Kind::Name(Name::Enterprise(column)) => {
                    let schema = &self.ledgers.ledgers[self.plan.applicant.ledger].columns[*column];
                    let mut one =
                        node(NodeKind::Value, &schema.name, schema.doc.clone(), shown(&value(), &e.ty));
                    let register = of.groups.register[group];
                    if let Some(place) = self.register.place(register) {
                        one.origin = Some(self.origin(self.plan.applicant.ledger, place));
                    }
                    add(one);
                }
                Kind::Name(Name::Principal) => add(node(
                    NodeKind::Value,
                    "principal",
                    Both::new("计入的计算基数", "Principal that counts"),
                    shown(&value(), &e.ty),
                )),
                Kind::Name(Name::Amount) => add(node(
                    NodeKind::Value,
                    "amount",
                    Both::new("上一步的金额", "Amount of the step before"),
                    shown(&value(), &e.ty),
                )),
                Kind::Name(Name::Aggregate(i)) => {
                    let function =
                        format!("{:?}", self.plan.classes[class].aggregates[*i].function).to_lowercase();
                    let id = format!("{function}-{}", i + 1);
                    let label = Both::new("按计入的行汇总", "Over the rows that count");
                    add(node(NodeKind::Value, &id, label, shown(&value(), &e.ty)));
                }
                _ => {}
            }
        });
        told
    }

    fn row(&self, number: usize, line: &Line, trace: &Trace) -> Node {
        let class = &self.plan.classes[number];
        let schema = &self.ledgers.ledgers[class.ledger];
        let cell = |column: usize| {
            let ty = column_type(&schema.columns[column].kind);
            let value = trace.columns.get(&column).cloned().unwrap_or(Value::Null);
            let value = match (value, &ty) {
                (Value::Number(days), Type::Date) => Value::Date(i64::try_from(days).unwrap_or(0)),
                (value, _) => value,
            };
            let shown = shown(&value, &ty);
            match &schema.columns[column].unit {
                Some(unit) if !unit.dimension.is_plain() || unit.exponent != 0 => {
                    Both::new(format!("{} {}", shown.zh, unit.text), format!("{} {}", shown.en, unit.text))
                }
                _ => shown,
            }
        };
        let key: Vec<String> = schema.key.iter().map(|column| cell(*column).zh).collect();
        let mut told = node(
            NodeKind::Row,
            &key.join(" "),
            schema.label.clone(),
            shown(&trace.principal, &class.principal.ty),
        );
        told.origin = Some(self.origin(class.ledger, line.place));
        for column in trace.columns.keys() {
            let schema = &schema.columns[*column];
            told.children.push(node(NodeKind::Value, &schema.name, schema.doc.clone(), cell(*column)));
        }
        for (lookup, found) in class.lookups.iter().zip(&trace.found) {
            let mut one = node(
                NodeKind::Value,
                &lookup.id,
                self.ledgers.ledgers[lookup.ledger].label.clone(),
                if *found == NONE {
                    Both::new("没有查到", "not found")
                } else {
                    Both::new("查到", "found")
                },
            );
            if *found != NONE {
                let place = self.tables[&lookup.ledger].rows[*found as usize];
                one.origin = Some(self.origin(lookup.ledger, place));
                one.children = self.looked_up(class, lookup.ledger, lookup, *found);
            }
            told.children.push(one);
        }
        for (step, value) in class.lines.iter().zip(&trace.steps) {
            let mut one =
                node(NodeKind::Step, &step.id, step.label.clone(), shown(value, &step.expression.ty));
            one.expression = Some(step.text.clone());
            one.clause = self.clause(step.clause);
            one.children = self.of_line(&step.expression, trace);
            told.children.push(one);
        }
        for (condition, value) in class.conditions.iter().zip(&trace.conditions) {
            let mut one =
                node(NodeKind::Condition, &condition.id, condition.label.clone(), shown(value, &Type::Bool));
            one.holds = Some(*value == Value::Bool(true));
            one.expression = Some(condition.text.clone());
            one.clause = self.clause(condition.clause);
            if one.holds == Some(false) {
                one.reason = Some(condition.reason.clone());
            }
            one.children = self.of_line(&condition.expression, trace);
            told.children.push(one);
        }
        for twin in self.outcome.twins().filter(|t| t.class == number) {
            let other = if twin.row.0 == line.index {
                twin.other
            } else if twin.flag && twin.other_ledger == class.ledger && twin.other == line.place {
                // Of two rows that look alike both are flagged.
                twin.row.1
            } else {
                continue;
            };
            let rule = &class.duplicates[twin.rule];
            let mut one = node(NodeKind::Reason, &rule.id, rule.label.clone(), Both::default());
            one.reason = Some(rule.reason.clone());
            one.clause = self.clause(rule.clause);
            one.origin = Some(self.origin(twin.other_ledger, other));
            told.children.push(one);
        }
        told
    }

    /// The columns of a look-up's row that the class uses.
    fn looked_up(
        &self,
        class: &Class,
        ledger: usize,
        lookup: &crate::scheme::plan::Lookup,
        row: u32,
    ) -> Vec<Node> {
        let at = class.lookups.iter().position(|l| l.id == lookup.id);
        let mut used = BTreeSet::new();
        for expression in super::line_expressions(class) {
            expression.walk(&mut |e| {
                if let Kind::Name(Name::Lookup(l, column)) = &e.kind
                    && Some(*l) == at
                {
                    used.insert(*column);
                }
            });
        }
        used.extend(lookup.on.iter().map(|(column, _)| *column));
        let schema = &self.ledgers.ledgers[ledger];
        used.into_iter()
            .map(|column| {
                let ty = column_type(&schema.columns[column].kind);
                let value = register::value(&self.tables[&ledger], column, row as usize, ty == Type::Date);
                node(
                    NodeKind::Value,
                    &schema.columns[column].name,
                    schema.columns[column].doc.clone(),
                    shown(&value, &ty),
                )
            })
            .collect()
    }

    /// The parameters of an expression of the line, with the values that the row saw.
    fn of_line(&self, expression: &Expr, trace: &Trace) -> Vec<Node> {
        let mut told: Vec<Node> = Vec::new();
        expression.walk(&mut |e| {
            let value = trace.asked.get(&(e.span.start, e.span.end));
            let one = match &e.kind {
                Kind::Parameter(index, at) => {
                    let day = at.as_ref().and_then(|at| trace.asked.get(&(at.span.start, at.span.end)));
                    let day = day.and_then(|day| if let Value::Date(day) = day { Some(*day) } else { None });
                    self.parameter(*index, value, false, day)
                }
                Kind::Name(Name::Enterprise(column)) => {
                    let schema = &self.ledgers.ledgers[self.plan.applicant.ledger].columns[*column];
                    let value = value.cloned().unwrap_or(Value::Null);
                    node(
                        NodeKind::Value,
                        &format!("enterprise.{}", schema.name),
                        schema.doc.clone(),
                        shown(&value, &e.ty),
                    )
                }
                _ => return,
            };
            if told.iter().all(|t| t.id != one.id) {
                told.push(one);
            }
        });
        told
    }
}

/// Whether a reason refuses single rows; otherwise it refuses an enterprise.
fn is_of_rows(kind: ReasonKind) -> bool {
    matches!(
        kind,
        ReasonKind::UnknownApplicant
            | ReasonKind::Condition
            | ReasonKind::NoPrincipal
            | ReasonKind::Duplicate
    )
}

/// The type of a column's values, without its unit.
fn column_type(kind: &schema::Kind) -> Type {
    match kind {
        schema::Kind::Text | schema::Kind::Choice(_) | schema::Kind::CreditCode => Type::Text,
        schema::Kind::Digits(width) => Type::Digits(*width),
        schema::Kind::Whole => Type::Number { scale: 0, dimension: Dimension::default() },
        schema::Kind::Decimal(scale) => Type::Number { scale: *scale, dimension: Dimension::default() },
        schema::Kind::Date => Type::Date,
        schema::Kind::Flag => Type::Bool,
    }
}
