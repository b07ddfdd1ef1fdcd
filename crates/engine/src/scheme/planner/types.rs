//! Types of expressions: what goes with what, in which unit, with how many digits.

mod alike;
mod calls;
mod operators;

use std::cell::{Cell, RefCell};

use jixiao_core::{both, finding::Both};

use crate::{
    dimension::Dimension,
    fault::Span,
    number::Dec,
    scheme::{
        file::Written,
        plan::{Aggregate, Comparison, Expr, Kind, Type, Value},
        syntax::{Node, NodeKind},
    },
};

use super::{
    Planner,
    names::{Names, Site},
};

/// The most digits that rounding may keep.
const MOST_DIGITS: u8 = 18;

/// The aggregates of a class, each with what was written: written twice, it is computed once.
pub(crate) type Aggregates = RefCell<Vec<(Node, Aggregate)>>;

/// Types one expression.
pub(crate) struct Typer<'a> {
    pub(crate) planner: &'a Planner<'a>,
    pub(crate) names: &'a Names,
    site: Cell<Site>,
    in_aggregate: Cell<bool>,
    written: &'a Written,
    aggregates: &'a Aggregates,
}

/// A type in words.
pub(crate) fn described(ty: &Type) -> Both {
    match ty {
        Type::Bool => both!("真假值", "a truth value"),
        Type::Text => both!("文本", "a text"),
        Type::Digits(width) => both!("{width} 位编号", "{width} digits"),
        Type::Date => both!("日期", "a date"),
        Type::Number { dimension, .. } if dimension.is_plain() => both!("没有单位的数", "a plain number"),
        Type::Number { dimension, .. } => both!("以 {dimension} 计的数", "a number of {dimension}"),
    }
}

/// A literal number in a plain type of no more digits than it needs.
pub(crate) fn literal(number: Dec, span: Span) -> Expr {
    let number = number.normal();
    Expr {
        kind: Kind::Literal(Value::Number(number.mantissa)),
        ty: Type::Number { scale: number.scale, dimension: Dimension::default() },
        span,
    }
}

fn is_literal(expr: &Expr) -> bool {
    matches!(expr.kind, Kind::Literal(_))
}

fn is_zero(expr: &Expr) -> bool {
    matches!(expr.kind, Kind::Literal(Value::Number(0))) && matches!(expr.ty, Type::Number { .. })
}

fn text_of(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        Kind::Literal(Value::Text(text)) => Some(text),
        _ => None,
    }
}

/// The same number at a larger scale.
pub(crate) fn rescaled(mut expr: Expr, to: u8) -> Expr {
    let Type::Number { scale, dimension } = expr.ty.clone() else {
        return expr;
    };
    if scale >= to {
        return expr;
    }
    let ty = Type::Number { scale: to, dimension };
    if let Kind::Literal(Value::Number(mantissa)) = expr.kind
        && let Some(mantissa) = Dec::new(mantissa, scale).at_scale(to)
    {
        expr.kind = Kind::Literal(Value::Number(mantissa));
        expr.ty = ty;
        return expr;
    }
    let span = expr.span.clone();
    Expr { kind: Kind::Rescale(Box::new(expr)), ty, span }
}

fn numeric(ty: &Type) -> Option<(u8, &Dimension)> {
    match ty {
        Type::Number { scale, dimension } => Some((*scale, dimension)),
        _ => None,
    }
}

impl<'a> Typer<'a> {
    pub(crate) fn new(
        planner: &'a Planner<'a>,
        names: &'a Names,
        site: Site,
        written: &'a Written,
        aggregates: &'a Aggregates,
    ) -> Self {
        Self { planner, names, site: Cell::new(site), in_aggregate: Cell::new(false), written, aggregates }
    }

    pub(crate) fn site(&self) -> Site {
        self.site.get()
    }

    pub(crate) fn place(&self, span: &Span) -> Span {
        self.written.text.place(span)
    }

    /// Notes a fault at a node.
    fn fault(&self, node: &Node, message: Both, here: Both, next: Both) {
        self.planner.faults.add(self.place(&node.span), message, here, next);
    }

    /// The whole expression; `None` when a fault was noted.
    pub(crate) fn whole(&self) -> Option<Expr> {
        self.infer(&self.written.node)
    }

    /// A condition: the whole expression must be true or false.
    pub(crate) fn condition(&self) -> Option<Expr> {
        self.truth(&self.written.node)
    }

    fn make(&self, node: &Node, kind: Kind, ty: Type) -> Option<Expr> {
        Some(Expr { kind, ty, span: self.place(&node.span) })
    }

    pub(crate) fn infer(&self, node: &Node) -> Option<Expr> {
        match &node.kind {
            NodeKind::Number(number) => Some(literal(*number, self.place(&node.span))),
            NodeKind::Text(text) => self.make(node, Kind::Literal(Value::Text(text.clone())), Type::Text),
            NodeKind::Date(days) => self.make(node, Kind::Literal(Value::Date(*days)), Type::Date),
            NodeKind::Flag(flag) => self.make(node, Kind::Literal(Value::Bool(*flag)), Type::Bool),
            NodeKind::Name(None, name) => self.bare(name, &node.span),
            NodeKind::Name(Some(of), name) => self.dotted(of, name, &node.span),
            NodeKind::Negate(inner) => {
                let inner = self.number_at(inner)?;
                let ty = inner.ty.clone();
                match inner.kind {
                    Kind::Literal(Value::Number(n)) => self.make(node, Kind::Literal(Value::Number(-n)), ty),
                    _ => self.make(node, Kind::Negate(Box::new(inner)), ty),
                }
            }
            NodeKind::Not(inner) => {
                let inner = self.truth(inner)?;
                self.make(node, Kind::Not(Box::new(inner)), Type::Bool)
            }
            NodeKind::Binary(operator, left, right) => self.binary(node, *operator, left, right),
            NodeKind::IsNull(inner, negated) => {
                let inner = self.infer(inner)?;
                let asked = self.make(node, Kind::IsNull(Box::new(inner)), Type::Bool)?;
                self.negated(node, asked, *negated)
            }
            NodeKind::Between(value, low, high, negated) => {
                let above = self.compare(node, Comparison::GreaterOrEqual, value, low);
                let below = self.compare(node, Comparison::LessOrEqual, value, high);
                let both = self.make(node, Kind::And(Box::new(above?), Box::new(below?)), Type::Bool)?;
                self.negated(node, both, *negated)
            }
            NodeKind::In(value, list, negated) => {
                let nodes: Vec<&Node> = std::iter::once(value.as_ref()).chain(list).collect();
                let mut all = self.unify(&self.infer_all(&nodes)?, &nodes)?;
                self.check_choices(&all, &nodes)?;
                let value = all.remove(0);
                let found = self.make(node, Kind::In(Box::new(value), all), Type::Bool)?;
                self.negated(node, found, *negated)
            }
            NodeKind::Like(value, pattern, negated) => {
                let begins = self.like(node, value, pattern)?;
                self.negated(node, begins, *negated)
            }
            NodeKind::Case(arms, otherwise) => self.case(node, arms, otherwise.as_deref()),
            NodeKind::Call(call) => self.call(node, call),
        }
    }

    fn negated(&self, node: &Node, expr: Expr, negated: bool) -> Option<Expr> {
        if negated { self.make(node, Kind::Not(Box::new(expr)), Type::Bool) } else { Some(expr) }
    }

    /// All of several, so that each one's faults are noted.
    fn infer_all(&self, nodes: &[&Node]) -> Option<Vec<Expr>> {
        let all: Vec<Option<Expr>> = nodes.iter().map(|n| self.infer(n)).collect();
        all.into_iter().collect()
    }

    fn wrong_type(&self, node: &Node, wanted: &Both, is: &Type, next: Both) {
        let is = described(is);
        self.fault(
            node,
            Both::new(
                format!("此处应为{}，而 {node} 是{}", wanted.zh, is.zh),
                format!("{node} is {}, not {}", is.en, wanted.en),
            ),
            is,
            next,
        );
    }

    pub(crate) fn truth(&self, node: &Node) -> Option<Expr> {
        let expr = self.infer(node)?;
        if expr.ty == Type::Bool {
            return Some(expr);
        }
        let next = both!(
            "写成比较，例如 {node} > 0 或 {node} is not null。",
            "Compare it, as in {node} > 0 or {node} is not null."
        );
        self.wrong_type(node, &both!("条件（真或假）", "a condition (true or false)"), &expr.ty, next);
        None
    }

    /// A number; a fault otherwise.
    pub(crate) fn number_at(&self, node: &Node) -> Option<Expr> {
        let expr = self.infer(node)?;
        if numeric(&expr.ty).is_some() {
            return Some(expr);
        }
        let next = if expr.ty == Type::Date {
            both!("日期的加减用 add_days、add_months。", "Dates move by add_days and add_months.")
        } else {
            both!("算术只用于数字；数字不加引号。", "Arithmetic is for numbers; numbers have no quotes.")
        };
        self.wrong_type(node, &both!("数字", "a number"), &expr.ty, next);
        None
    }

    fn date(&self, node: &Node) -> Option<Expr> {
        let expr = self.infer(node)?;
        if expr.ty == Type::Date {
            return Some(expr);
        }
        let next = match text_of(&expr) {
            Some(text) => both!("是否想写 date '{text}'？", "Did you mean date '{text}'?"),
            None => both!(
                "用日期列、日期参数或 date '2024-06-30'。",
                "Use a column or parameter of dates, or date '2024-06-30'."
            ),
        };
        self.wrong_type(node, &both!("日期", "a date"), &expr.ty, next);
        None
    }

    fn like(&self, node: &Node, value: &Node, pattern: &Node) -> Option<Expr> {
        let of = self.infer(value);
        let prefix = match &pattern.kind {
            NodeKind::Text(text) => text
                .strip_suffix('%')
                .filter(|prefix| !prefix.is_empty() && !prefix.contains(['%', '_', '\\']))
                .map(ToOwned::to_owned),
            _ => None,
        };
        let Some(prefix) = prefix else {
            self.fault(
                pattern,
                both!("like 只比较开头：'前缀%'", "like only compares the beginning: 'prefix%'"),
                both!("不是这种写法", "not of this form"),
                both!(
                    "写成 like '8542%'；全等用 =，几种之一用 in (…)。",
                    "Write like '8542%'; = for all of it, in (…) for one of several."
                ),
            );
            return None;
        };
        let of = of?;
        match of.ty {
            Type::Text => {}
            Type::Digits(width) => {
                if prefix.len() > usize::from(width) || !prefix.bytes().all(|b| b.is_ascii_digit()) {
                    self.fault(
                        pattern,
                        both!(
                            "'{prefix}' 不能是 {width} 位数字的开头",
                            "'{prefix}' cannot begin {width} digits"
                        ),
                        both!("永远不成立", "never true"),
                        both!("写至多 {width} 位数字，后接 %。", "Write at most {width} digits and %."),
                    );
                    return None;
                }
            }
            ref other => {
                let next = both!("like 用于文本和编号。", "like is for texts and digits.");
                self.wrong_type(value, &both!("文本或编号", "a text or digits"), other, next);
                return None;
            }
        }
        self.make(node, Kind::StartsWith(Box::new(of), prefix), Type::Bool)
    }

    fn case(&self, node: &Node, arms: &[(Node, Node)], otherwise: Option<&Node>) -> Option<Expr> {
        let conditions: Vec<Option<Expr>> = arms.iter().map(|(c, _)| self.truth(c)).collect();
        let nodes: Vec<&Node> = arms.iter().map(|(_, v)| v).chain(otherwise).collect();
        let mut values = self.unify(&self.infer_all(&nodes)?, &nodes)?;
        let last = if otherwise.is_some() { values.pop().map(Box::new) } else { None };
        let conditions: Option<Vec<Expr>> = conditions.into_iter().collect();
        let ty = values.first()?.ty.clone();
        let arms = conditions?.into_iter().zip(values).collect();
        self.make(node, Kind::Case(arms, last), ty)
    }
}

/// Whether values of a type come one after another.
fn ordered(ty: &Type) -> bool {
    matches!(ty, Type::Number { .. } | Type::Date | Type::Digits(_))
}
