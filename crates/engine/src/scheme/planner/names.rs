//! What a name in an expression stands for, and where it may stand.

use jixiao_core::{both, finding::Both};

use crate::{
    dimension::{Dimension, Unit},
    fault::Span,
    number::pow10,
    schema::{Choice, Column, Kind as Cell},
    scheme::plan::{Expr, Kind, Name, Type, Value},
    tree::instead,
};

use super::{Planner, types::Typer};

/// Where an expression stands: what it may speak of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Site {
    /// A line: step, condition, duplicate, principal, argument of an aggregate.
    Line,
    /// The side of a look-up's `on` that belongs to the line.
    On,
    /// A look-up's `where`.
    Where,
    /// A requirement of the enterprise.
    Requirement,
    /// A step of a class.
    Step,
    /// A step over the sum of the classes.
    Total,
    /// What a unit of principal is worth.
    Factor,
    /// The budget.
    Budget,
}

impl Site {
    /// Whether an enterprise's lines stand behind it, to be added up.
    pub(crate) fn of_enterprise(self) -> bool {
        matches!(self, Self::Requirement | Self::Step)
    }

    fn knows_register(self) -> bool {
        !matches!(self, Self::On | Self::Where | Self::Budget)
    }
}

/// The names of a class as far as they are planned. A type of `None` is one that could not be found out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    /// The ledger; that of the look-up in a `where`.
    pub(crate) ledger: Option<usize>,
    /// Look-ups: id, ledger, whether only the finding is asked.
    pub(crate) lookups: Vec<(String, Option<usize>, bool)>,
    /// Line steps before this place.
    pub(crate) lines: Vec<(String, Option<Type>)>,
    /// The type of the principal.
    pub(crate) principal: Option<Type>,
    /// The type of the amount before this step.
    pub(crate) amount: Option<Type>,
    /// The classes with the types of their amounts.
    pub(crate) classes: Vec<(String, Option<Type>)>,
}

/// The type of a column's values in base units.
pub(crate) fn column_type(column: &Column) -> Type {
    let scale = match &column.kind {
        Cell::Text | Cell::Choice(_) | Cell::CreditCode => return Type::Text,
        Cell::Digits(width) => return Type::Digits(*width),
        Cell::Date => return Type::Date,
        Cell::Flag => return Type::Bool,
        Cell::Whole => 0,
        Cell::Decimal(scale) => *scale,
    };
    let dimension = column.unit.as_ref().map(|u| u.dimension.clone()).unwrap_or_default();
    Type::Number { scale, dimension }
}

/// A column as an expression in base units: a column in 万元 is multiplied by 10,000.
fn column_expr(name: Name, column: &Column, span: &Span) -> Expr {
    let ty = column_type(column);
    let value = Expr { kind: Kind::Name(name), ty: ty.clone(), span: span.clone() };
    let exponent = column.unit.as_ref().map_or(0, |unit: &Unit| unit.exponent);
    let (Type::Number { scale, dimension }, false) = (ty, exponent == 0) else {
        return value;
    };
    let down = if exponent < 0 { exponent.unsigned_abs() } else { 0 };
    let up = if exponent > 0 { pow10(u32::from(exponent.unsigned_abs())).unwrap_or(1) } else { 1 };
    let power = Expr {
        kind: Kind::Literal(Value::Number(up)),
        ty: Type::Number { scale: down, dimension: Dimension::default() },
        span: span.clone(),
    };
    let ty = Type::Number { scale: scale.saturating_add(down), dimension };
    Expr { kind: Kind::Multiply(Box::new(value), Box::new(power)), ty, span: span.clone() }
}

impl Planner<'_> {
    /// The choices of a column, when an expression is one.
    pub(crate) fn choices(&self, names: &Names, expr: &Expr) -> Option<&[Choice]> {
        let Kind::Name(name) = &expr.kind else {
            return None;
        };
        let (ledger, column) = match name {
            Name::Column(column) | Name::Other(column) => (names.ledger?, *column),
            Name::Lookup(lookup, column) => (names.lookups.get(*lookup)?.1?, *column),
            Name::Enterprise(column) => (self.register?, *column),
            _ => return None,
        };
        match &self.ledgers.ledgers.get(ledger)?.columns.get(column)?.kind {
            Cell::Choice(choices) => Some(choices),
            _ => None,
        }
    }
}

impl Typer<'_> {
    fn columns(&self, ledger: Option<usize>) -> &[Column] {
        ledger.and_then(|at| self.planner.ledgers.ledgers.get(at)).map_or(&[], |l| &l.columns)
    }

    fn leaf(name: Name, ty: Type, span: &Span) -> Expr {
        Expr { kind: Kind::Name(name), ty, span: span.clone() }
    }

    /// A name without a point.
    pub(crate) fn bare(&self, name: &str, span: &Span) -> Option<Expr> {
        let site = self.site();
        let names = self.names;
        let place = self.place(span);
        let lines = matches!(site, Site::Line | Site::On | Site::Where);
        let column = self.columns(names.ledger).iter().position(|c| c.name == name);
        let line = names.lines.iter().position(|(id, _)| id == name).filter(|_| site == Site::Line);
        let parameter = self.planner.file.parameters.iter().position(|p| p.id.text == name);
        if site.of_enterprise() && name == "principal" {
            return Some(Self::leaf(Name::Principal, names.principal.clone()?, &place));
        }
        if matches!(site, Site::Step | Site::Total) && name == "amount" {
            return Some(Self::leaf(Name::Amount, names.amount.clone()?, &place));
        }
        let in_line = if lines { usize::from(column.is_some()) } else { 0 };
        if in_line + usize::from(line.is_some()) + usize::from(parameter.is_some()) > 1 {
            let here = both!("有两种含义", "it means two things");
            self.planner.faults.add(
                place,
                both!(
                    "{name} 既是台账的列，又是行步骤或参数",
                    "{name} is a column of the ledger and a line step or parameter too"
                ),
                here,
                both!("给行步骤或参数另取 id。", "Give the line step or parameter another id."),
            );
            return None;
        }
        if let Some(at) = line {
            return Some(Self::leaf(Name::Line(at), names.lines[at].1.clone()?, &place));
        }
        if lines && let Some(at) = column {
            let of = if site == Site::Where { Name::Other(at) } else { Name::Column(at) };
            return Some(column_expr(of, &self.columns(names.ledger)[at], &place));
        }
        if let Some(at) = parameter {
            return self.parameter(at, None, span);
        }
        if lines && names.ledger.is_none() {
            // The ledger itself is the fault.
            return None;
        }
        self.unknown(name, span, column.is_some() || names.lines.iter().any(|(id, _)| id == name));
        None
    }

    fn unknown(&self, name: &str, span: &Span, of_line: bool) {
        let site = self.site();
        let place = self.place(span);
        let parameters = self.planner.file.parameters.iter().map(|p| p.id.text.as_str());
        if of_line && site.of_enterprise() {
            self.planner.faults.add(
                place,
                both!(
                    "{name} 属于每一行，企业的条件和步骤不能直接用",
                    "{name} belongs to a line and cannot stand alone for the enterprise"
                ),
                both!("行的名称", "a name of the line"),
                both!(
                    "用 sum({name})、max({name}) 或 count(distinct {name}) 汇总。",
                    "Gather it: sum({name}), max({name}) or count(distinct {name})."
                ),
            );
            return;
        }
        if of_line || (name == "principal" && site == Site::Factor) {
            let (message, next) = match site {
                Site::Factor => (
                    both!(
                        "value 里除 principal 外只能用企业的列和参数，不能用 {name}",
                        "Beside principal, value may only use columns of the register and parameters, not {name}"
                    ),
                    both!(
                        "把与行有关的部分写进 [[class.line]] 和 principal。",
                        "Put what depends on the line into [[class.line]] and principal."
                    ),
                ),
                _ => (
                    both!("此处不能用 {name}", "{name} cannot be used here"),
                    both!(
                        "行步骤在查找之后才算；合计各类的步骤和预算没有行。",
                        "Line steps come after look-ups; steps over all classes and the budget have no lines."
                    ),
                ),
            };
            self.planner.faults.add(place, message, both!("行的名称", "a name of the line"), next);
            return;
        }
        if name == "amount" || name == "principal" {
            let (message, next) = if name == "amount" {
                (
                    both!("amount 只在 step 里有", "amount exists in steps only"),
                    both!("企业条件里用 principal 或 sum(…)。", "Requirements use principal or sum(…)."),
                )
            } else {
                (
                    both!("此处没有 principal", "There is no principal here"),
                    both!(
                        "行里用 principal 由之算出的列；合计各类的步骤用 CLASS.amount。",
                        "Lines use the columns that it is made of; steps over all classes use CLASS.amount."
                    ),
                )
            };
            self.planner.faults.add(place, message, both!("此处没有", "not here"), next);
            return;
        }
        let mut known: Vec<&str> = Vec::new();
        if matches!(site, Site::Line | Site::On | Site::Where) {
            known.extend(self.columns(self.names.ledger).iter().map(|c| c.name.as_str()));
        }
        if site == Site::Line {
            known.extend(self.names.lines.iter().map(|(id, _)| id.as_str()));
        }
        if matches!(site, Site::Step | Site::Total) {
            known.push("amount");
        }
        if site.of_enterprise() {
            known.push("principal");
        }
        known.extend(parameters);
        let (message, here) = (
            both!("没有 {name} 这个列、步骤或参数", "There is no column, step or parameter {name}"),
            both!("不认识的名称", "unknown name"),
        );
        self.planner.faults.add(place, message, here, instead(name, known));
    }

    /// A parameter; by date, with the date at which it is asked.
    pub(crate) fn parameter(&self, at: usize, date: Option<Expr>, span: &Span) -> Option<Expr> {
        let planned = &self.planner.parameters[at];
        let (id, place) = (&planned.parameter.id, self.place(span));
        self.planner.use_parameter(at, &place);
        if planned.by_date && date.is_none() {
            self.planner.faults.add(
                place,
                both!("{id} 按日期取值，须写明日期", "{id} has values by date and needs one"),
                both!("哪一天的值", "at which date"),
                both!("写成 {id}(日期列)。", "Write {id}(column with the date)."),
            );
            return None;
        }
        if !planned.by_date && date.is_some() {
            self.planner.faults.add(
                place,
                both!("{id} 按年度取值，后面不写日期", "{id} has values by year and takes no date"),
                both!("多余的日期", "no date here"),
                both!(
                    "写成 {id}，或给参数加上 by = \"date\"。",
                    "Write {id}, or give the parameter by = \"date\"."
                ),
            );
            return None;
        }
        let ty = planned.sound.then(|| planned.parameter.ty.clone())?;
        Some(Expr { kind: Kind::Parameter(at, date.map(Box::new)), ty, span: place })
    }

    /// `LOOKUP.column`, `LOOKUP.found`, `enterprise.column`, `CLASS.amount`.
    pub(crate) fn dotted(&self, of: &str, name: &str, span: &Span) -> Option<Expr> {
        let site = self.site();
        let place = self.place(span);
        let names = self.names;
        if of == "enterprise" && site.knows_register() {
            let columns = self.columns(self.planner.register);
            if let Some(at) = columns.iter().position(|c| c.name == name) {
                return Some(column_expr(Name::Enterprise(at), &columns[at], &place));
            }
            if self.planner.register.is_some() {
                self.unknown_column(&both!("企业名册", "the register"), name, &place, columns, &[]);
            }
            return None;
        }
        if let Some(at) = names.lookups.iter().position(|(id, ..)| id == of) {
            let (id, ledger, any) = &names.lookups[at];
            if site != Site::Line {
                let next = if site.of_enterprise() {
                    both!("用 sum({of}.{name}) 等汇总。", "Gather it, as in sum({of}.{name}).")
                } else {
                    both!("此处只用本行的列和参数。", "Only columns of the row and parameters stand here.")
                };
                let message = both!(
                    "{of}.{name} 属于每一行，不能用在此处",
                    "{of}.{name} belongs to a line and cannot stand here"
                );
                self.planner.faults.add(place, message, both!("行的名称", "a name of the line"), next);
                return None;
            }
            if name == "found" {
                return Some(Self::leaf(Name::Found(at), Type::Bool, &place));
            }
            if *any {
                let message = both!(
                    "查找 {id} 只问有无（mode = \"any\"），没有列",
                    "The look-up {id} only asks whether there is a row (mode = \"any\"); it has no columns"
                );
                let next = both!(
                    "用 {id}.found，或去掉 mode = \"any\"。",
                    "Use {id}.found, or take mode = \"any\" away."
                );
                self.planner.faults.add(place, message, both!("没有列", "no columns"), next);
                return None;
            }
            let columns = self.columns(*ledger);
            if let Some(column) = columns.iter().position(|c| c.name == name) {
                return Some(column_expr(Name::Lookup(at, column), &columns[column], &place));
            }
            if ledger.is_some() {
                self.unknown_column(
                    &both!("查找 {id} 的台账", "the look-up {id}"),
                    name,
                    &place,
                    columns,
                    &["found"],
                );
            }
            return None;
        }
        if site == Site::Total
            && let Some(at) = names.classes.iter().position(|(id, _)| id == of)
        {
            if name == "amount" {
                return Some(Self::leaf(Name::Class(at), names.classes[at].1.clone()?, &place));
            }
            self.unknown_column(&both!("类别 {of}", "the class {of}"), name, &place, &[], &["amount"]);
            return None;
        }
        let mut known: Vec<&str> = if site.knows_register() { vec!["enterprise"] } else { Vec::new() };
        if site == Site::Line {
            known.extend(names.lookups.iter().map(|(id, ..)| id.as_str()));
        }
        if site == Site::Total {
            known.extend(names.classes.iter().map(|(id, _)| id.as_str()));
        }
        self.planner.faults.add(
            place,
            both!("没有 {of} 这个查找或类别", "There is no look-up or class {of}"),
            both!("点号前的名称不认识", "unknown before the point"),
            instead(of, known),
        );
        None
    }

    fn unknown_column(&self, owner: &Both, name: &str, place: &Span, columns: &[Column], more: &[&str]) {
        let known = columns.iter().map(|c| c.name.as_str()).chain(more.iter().copied());
        self.planner.faults.add(
            place.clone(),
            Both::new(
                format!("{}没有 {name} 这一列", owner.zh),
                format!("{} has no column {name}", capital(&owner.en)),
            ),
            both!("不认识的列", "unknown column"),
            instead(name, known),
        );
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
