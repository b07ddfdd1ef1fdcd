//! Types of expressions: what goes with what, in which unit, with how many digits.

use std::cell::{Cell, RefCell};

use jixiao_core::{both, finding::Both};

use crate::{
    dimension::Dimension,
    fault::Span,
    number::{Dec, MAX_SCALE, Rounding},
    scheme::{
        file::Written,
        plan::{Aggregate, Comparison, Expr, Function, Kind, Type, Value},
        syntax::{Call, FUNCTIONS, Node, NodeKind, Operator},
    },
    tree::instead,
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

    fn binary(&self, node: &Node, operator: Operator, left: &Node, right: &Node) -> Option<Expr> {
        match operator {
            Operator::And | Operator::Or => {
                let (a, b) = (self.truth(left), self.truth(right));
                let (a, b) = (Box::new(a?), Box::new(b?));
                let kind = if operator == Operator::And { Kind::And(a, b) } else { Kind::Or(a, b) };
                self.make(node, kind, Type::Bool)
            }
            Operator::Compare(comparison) => self.compare(node, comparison, left, right),
            Operator::Add | Operator::Subtract => self.sum(node, operator, left, right),
            Operator::Multiply => {
                let (a, b) = (self.number_at(left), self.number_at(right));
                self.product(node, a?, b?)
            }
            Operator::Divide => {
                // The operands' own faults are noted too.
                let (a, b) = (self.number_at(left), self.number_at(right));
                let (message, next) = if self.site() == Site::Factor {
                    (
                        both!("value 里不能有除法", "There is no division in value"),
                        both!(
                            "把商写成参数，或放进企业步骤的 round_half_up(a / b, 2)。",
                            "Make the quotient a parameter, or round it in a step: round_half_up(a / b, 2)."
                        ),
                    )
                } else {
                    (
                        both!(
                            "商没有确切的小数，须直接放在取整函数里",
                            "A quotient has no exact decimal: it stands in a rounding function, outermost"
                        ),
                        both!(
                            "写成 round_half_up(a * b / c, 2)，除法在最后；比较时改用乘法，如 a >= 0.3 * b。",
                            "Write round_half_up(a * b / c, 2), the division last; compare by multiplying, a >= 0.3 * b."
                        ),
                    )
                };
                self.fault(node, message, both!("未取整的商", "a quotient that is not rounded"), next);
                let _ = (a?, b?);
                None
            }
        }
    }

    pub(crate) fn product(&self, node: &Node, a: Expr, b: Expr) -> Option<Expr> {
        let ((s, d), (t, e)) = (numeric(&a.ty)?, numeric(&b.ty)?);
        let scale = u32::from(s) + u32::from(t);
        let dimension = d.times(e);
        let Some(scale) = u8::try_from(scale).ok().filter(|s| *s <= MAX_SCALE) else {
            self.fault(
                node,
                both!(
                    "乘积有 {scale} 位小数，超过 {MAX_SCALE} 位",
                    "The product has {scale} decimals, more than {MAX_SCALE}"
                ),
                both!("位数太多", "too many digits"),
                both!(
                    "先用 round_half_up 取整其中一个因数。",
                    "Round one of the factors first: round_half_up."
                ),
            );
            return None;
        };
        let ty = Type::Number { scale, dimension };
        self.make(node, Kind::Multiply(Box::new(a), Box::new(b)), ty)
    }

    fn sum(&self, node: &Node, operator: Operator, left: &Node, right: &Node) -> Option<Expr> {
        let (a, b) = (self.infer(left), self.infer(right));
        let (a, b) = (a?, b?);
        match (&a.ty, &b.ty) {
            (Type::Date, Type::Date) if operator == Operator::Subtract => {
                let ty = Type::Number { scale: 0, dimension: Dimension::base("天") };
                return self.make(node, Kind::Subtract(Box::new(a), Box::new(b)), ty);
            }
            (Type::Number { .. }, Type::Number { .. }) => {}
            (Type::Date, _) | (_, Type::Date) => {
                let next = if operator == Operator::Subtract && text_of(&b).is_some() {
                    let text = text_of(&b).unwrap_or("");
                    both!("是否想写 date '{text}'？", "Did you mean date '{text}'?")
                } else {
                    both!(
                        "日期加减天数写作 add_days(日期, 天数)，月数写作 add_months(日期, 月数)。",
                        "Days are added by add_days(date, n), months by add_months(date, n)."
                    )
                };
                let (x, y) = (described(&a.ty), described(&b.ty));
                self.fault(
                    node,
                    Both::new(
                        format!("{}与{}不能用 {} 连接", x.zh, y.zh, operator.sign()),
                        format!("{} {} {} means nothing", x.en, operator.sign(), y.en),
                    ),
                    both!("日期的加减", "arithmetic with a date"),
                    next,
                );
                return None;
            }
            _ => {
                for (node, expr) in [(left, &a), (right, &b)] {
                    if numeric(&expr.ty).is_none() {
                        let next = both!(
                            "算术只用于数字；数字不加引号。",
                            "Arithmetic is for numbers; numbers have no quotes."
                        );
                        self.wrong_type(node, &both!("数字", "a number"), &expr.ty, next);
                    }
                }
                return None;
            }
        }
        let mut pair = self.unify(&[a, b], &[left, right])?;
        let (b, a) = (pair.pop()?, pair.pop()?);
        let ty = a.ty.clone();
        let (a, b) = (Box::new(a), Box::new(b));
        let kind = if operator == Operator::Add { Kind::Add(a, b) } else { Kind::Subtract(a, b) };
        self.make(node, kind, ty)
    }

    fn compare(&self, node: &Node, comparison: Comparison, left: &Node, right: &Node) -> Option<Expr> {
        let nodes = [left, right];
        let mut pair = self.unify(&self.infer_all(&nodes)?, &nodes)?;
        self.check_choices(&pair, &nodes)?;
        let (b, a) = (pair.pop()?, pair.pop()?);
        if !matches!(comparison, Comparison::Equal | Comparison::NotEqual) && !ordered(&a.ty) {
            let is = described(&a.ty);
            self.fault(
                node,
                Both::new(
                    format!("{}没有先后大小，不能用 {} 比较", is.zh, comparison.sign()),
                    format!("{} has no order: {} cannot compare it", is.en, comparison.sign()),
                ),
                both!("不能比大小", "no order"),
                both!("用 =、<>、in (…) 或 like。", "Use =, <>, in (…) or like."),
            );
            return None;
        }
        let kind = Kind::Compare(comparison, Box::new(a), Box::new(b));
        self.make(node, kind, Type::Bool)
    }

    /// A literal that is compared with a column of choices must be one of them.
    fn check_choices(&self, all: &[Expr], nodes: &[&Node]) -> Option<()> {
        let Some(choices) = all.iter().find_map(|e| self.planner.choices(self.names, e)) else {
            return Some(());
        };
        let mut sound = Some(());
        for (expr, node) in all.iter().zip(nodes) {
            let Some(text) = text_of(expr) else {
                continue;
            };
            if choices.iter().any(|c| c.value == text) {
                continue;
            }
            let next = match choices.iter().find(|c| c.names.iter().any(|n| n == text)) {
                Some(choice) => {
                    let value = &choice.value;
                    both!(
                        "表达式里写选项的值：'{value}'。",
                        "Expressions use the value of the choice: '{value}'."
                    )
                }
                None => instead(text, choices.iter().map(|c| c.value.as_str())),
            };
            self.fault(
                node,
                both!("这一列没有 '{text}' 这个选项", "The column has no choice '{text}'"),
                both!("不是选项", "not a choice"),
                next,
            );
            sound = None;
        }
        sound
    }

    /// Brings several values to one type.
    fn unify(&self, all: &[Expr], nodes: &[&Node]) -> Option<Vec<Expr>> {
        let lead = all
            .iter()
            .position(|e| !is_literal(e))
            .or_else(|| all.iter().position(|e| !is_zero(e)))
            .unwrap_or(0);
        let (lead_node, lead) = (nodes[lead], &all[lead]);
        let mut sound = true;
        let mut united = Vec::new();
        for (expr, node) in all.iter().zip(nodes) {
            match self.fit(lead, lead_node, expr, node) {
                Some(expr) => united.push(expr),
                None => sound = false,
            }
        }
        if !sound {
            return None;
        }
        let scale = united.iter().map(Expr::scale).max().unwrap_or(0);
        Some(united.into_iter().map(|e| rescaled(e, scale)).collect())
    }

    /// One value beside another whose type counts; its scale may still differ.
    fn fit(&self, lead: &Expr, lead_node: &Node, expr: &Expr, node: &Node) -> Option<Expr> {
        let mut expr = expr.clone();
        match (&lead.ty, &expr.ty) {
            (Type::Number { dimension, .. }, Type::Number { dimension: own, scale }) => {
                if own == dimension {
                    return Some(expr);
                }
                if is_zero(&expr) {
                    expr.ty = Type::Number { scale: *scale, dimension: dimension.clone() };
                    return Some(expr);
                }
                let (literal, of) = if is_literal(&expr) { (Some(node), dimension) } else { (None, own) };
                if let (Some(number), false) = (literal, of.is_plain()) {
                    self.fault(
                        number,
                        both!(
                            "{number} 没有单位，另一边以 {of} 计",
                            "{number} has no unit; the other side is {of}"
                        ),
                        both!("没有单位的数", "a number without a unit"),
                        both!(
                            "把 {number} 写成带单位和出处的 [[parameter]]。",
                            "Make {number} a [[parameter]] with its unit and source."
                        ),
                    );
                    return None;
                }
                let name = |d: &Dimension| {
                    if d.is_plain() { both!("没有单位", "no unit") } else { Both::same(d.to_string()) }
                };
                let (x, y) = (name(dimension), name(own));
                self.planner.faults.add_with(
                    self.place(&node.span),
                    Both::new(
                        format!("单位不同：{lead_node}（{}）与 {node}（{}）", x.zh, y.zh),
                        format!("Units differ: {lead_node} ({}) and {node} ({})", x.en, y.en),
                    ),
                    y,
                    vec![(self.place(&lead_node.span), x)],
                    both!(
                        "先乘以汇率等换算参数，使单位相同。",
                        "Convert first: multiply by a rate, so that the units agree."
                    ),
                );
                None
            }
            (Type::Digits(width), Type::Text) if text_of(&expr).is_some() => {
                let text = text_of(&expr).unwrap_or("").to_owned();
                let right = text.len() == usize::from(*width) && text.bytes().all(|b| b.is_ascii_digit());
                let Some(number) = text.parse::<i128>().ok().filter(|_| right) else {
                    self.fault(
                        node,
                        both!("'{text}' 不是 {width} 位数字", "'{text}' is not {width} digits"),
                        both!("长度或内容不符", "not of the column's width"),
                        both!(
                            "写满 {width} 位，或用 like '…%' 比较开头。",
                            "Write all {width} digits, or compare the beginning: like '…%'."
                        ),
                    );
                    return None;
                };
                expr.kind = Kind::Literal(Value::Number(number));
                expr.ty = lead.ty.clone();
                Some(expr)
            }
            (a, b) if a == b => Some(expr),
            (a, b) => {
                let (x, y) = (described(a), described(b));
                let next = match (a, text_of(&expr), &b) {
                    (Type::Date, Some(text), _) => {
                        both!("是否想写 date '{text}'？", "Did you mean date '{text}'?")
                    }
                    (Type::Text | Type::Digits(_), None, Type::Number { .. }) if is_literal(&expr) => {
                        both!("文本加单引号：'{node}'。", "A text has single quotes: '{node}'.")
                    }
                    (Type::Number { .. }, Some(text), _) if Dec::parse(text).is_some() => {
                        both!("数字不加引号：{text}。", "A number has no quotes: {text}.")
                    }
                    _ => both!(
                        "比较、相加和并列的值须是同一种类。",
                        "What is compared, added or chosen from must be of one kind."
                    ),
                };
                self.planner.faults.add_with(
                    self.place(&node.span),
                    Both::new(
                        format!("种类不同：{lead_node} 是{}，{node} 是{}", x.zh, y.zh),
                        format!("Kinds differ: {lead_node} is {}, {node} is {}", x.en, y.en),
                    ),
                    y,
                    vec![(self.place(&lead_node.span), x)],
                    next,
                );
                None
            }
        }
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

    fn call(&self, node: &Node, call: &Call) -> Option<Expr> {
        let name = call.name.as_str();
        if !FUNCTIONS.contains(&name) {
            return self.at_date(node, call);
        }
        let function = match name {
            "sum" => Some(Function::Sum),
            "min" => Some(Function::Min),
            "max" => Some(Function::Max),
            "count" if call.distinct => Some(Function::CountDistinct),
            "count" => Some(Function::Count),
            _ => None,
        };
        if let Some(function) = function {
            return self.aggregate(node, call, function);
        }
        if call.star || call.distinct {
            self.fault(
                node,
                both!("{name} 不能带 * 或 distinct", "{name} takes neither * nor distinct"),
                both!("只有 count 可以", "only count does"),
                both!("写出参数。", "Write the arguments."),
            );
            return None;
        }
        let arguments = &call.arguments;
        let (least, most) = match name {
            "coalesce" | "least" | "greatest" => (2, usize::MAX),
            "year" | "month" | "abs" => (1, 1),
            _ => (2, 2),
        };
        if arguments.len() < least || arguments.len() > most {
            let (zh, en) = if most == usize::MAX { ("至少 ", "at least ") } else { ("", "") };
            self.count_fault(node, name, &format!("{zh}{least}"), &format!("{en}{least}"), arguments.len());
            return None;
        }
        match name {
            "coalesce" | "least" | "greatest" => {
                let nodes: Vec<&Node> = arguments.iter().collect();
                let all = self.unify(&self.infer_all(&nodes)?, &nodes)?;
                let ty = all.first()?.ty.clone();
                if name != "coalesce" && !ordered(&ty) {
                    let next = both!(
                        "least 和 greatest 用于数字、日期和编号。",
                        "least and greatest are for numbers, dates and digits."
                    );
                    self.wrong_type(nodes[0], &both!("有大小的值", "something with an order"), &ty, next);
                    return None;
                }
                let kind = match name {
                    "coalesce" => Kind::Coalesce(all),
                    "least" => Kind::Least(all),
                    _ => Kind::Greatest(all),
                };
                self.make(node, kind, ty)
            }
            "abs" => {
                let inner = self.number_at(&arguments[0])?;
                let ty = inner.ty.clone();
                self.make(node, Kind::Abs(Box::new(inner)), ty)
            }
            "year" | "month" => {
                let inner = Box::new(self.date(&arguments[0])?);
                let ty = Type::Number { scale: 0, dimension: Dimension::default() };
                self.make(node, if name == "year" { Kind::Year(inner) } else { Kind::Month(inner) }, ty)
            }
            "add_months" | "add_days" => self.moved(node, name, &arguments[0], &arguments[1]),
            _ => self.round(node, name, &arguments[0], &arguments[1]),
        }
    }

    fn count_fault(&self, node: &Node, name: &str, zh: &str, en: &str, is: usize) {
        self.fault(
            node,
            Both::new(
                format!("{name} 有{zh}个参数，写了 {is} 个"),
                format!("{name} takes {en} arguments, not {is}"),
            ),
            both!("参数个数不对", "wrong number of arguments"),
            both!("按格式说明补全或删去。", "Add or take away as the format says."),
        );
    }

    fn moved(&self, node: &Node, name: &str, date: &Node, by: &Node) -> Option<Expr> {
        let (date, count) = (self.date(date), self.number_at(by));
        let (date, count) = (date?, count?);
        let unit = if name == "add_days" { "天" } else { "月" };
        let fits = match numeric(&count.ty) {
            Some((scale, dimension)) => {
                scale == 0 && (dimension.is_plain() || *dimension == Dimension::base(unit))
            }
            None => false,
        };
        if !fits {
            let next = both!(
                "写整数，或单位为 {unit} 的整数参数。",
                "Write a whole number or a whole parameter of {unit}."
            );
            self.wrong_type(by, &both!("整数（{unit}）", "a whole number ({unit})"), &count.ty, next);
            return None;
        }
        let (date, count) = (Box::new(date), Box::new(count));
        let kind = if name == "add_days" { Kind::AddDays(date, count) } else { Kind::AddMonths(date, count) };
        self.make(node, kind, Type::Date)
    }

    fn round(&self, node: &Node, name: &str, value: &Node, digits: &Node) -> Option<Expr> {
        let rounding = match name {
            "round_down" => Rounding::Down,
            "round_up" => Rounding::Up,
            _ => Rounding::HalfUp,
        };
        let kept = match &digits.kind {
            NodeKind::Number(number) => {
                number.at_scale(0).and_then(|n| u8::try_from(n).ok()).filter(|n| *n <= MOST_DIGITS)
            }
            _ => None,
        };
        if kept.is_none() {
            self.fault(
                digits,
                both!(
                    "取整位数须直接写出，0 至 {MOST_DIGITS} 的整数",
                    "The digits to keep are written out: a whole number from 0 to {MOST_DIGITS}"
                ),
                both!("不是写明的位数", "not a number written out"),
                both!("例如 {name}(…, 2) 取到分。", "For example {name}(…, 2) for fen."),
            );
        }
        if let NodeKind::Binary(Operator::Divide, above, below) = &value.kind
            && self.site() != Site::Factor
        {
            let (above, below) = (self.number_at(above), self.number_at(below));
            let (above, below) = (above?, below?);
            if is_zero(&below) {
                self.fault(
                    value,
                    both!("除数是 0", "The divisor is 0"),
                    both!("除以零", "division by zero"),
                    both!("改正除数。", "Correct the divisor."),
                );
                return None;
            }
            let ((_, d), (_, e)) = (numeric(&above.ty)?, numeric(&below.ty)?);
            let ty = Type::Number { scale: kept?, dimension: d.over(e) };
            let kind = Kind::Round(Box::new(above), Some(Box::new(below)), rounding);
            return self.make(node, kind, ty);
        }
        let inner = self.number_at(value)?;
        let kept = kept?;
        let (scale, dimension) = numeric(&inner.ty)?;
        if kept >= scale {
            return Some(rescaled(inner, kept));
        }
        let ty = Type::Number { scale: kept, dimension: dimension.clone() };
        self.make(node, Kind::Round(Box::new(inner), None, rounding), ty)
    }

    fn at_date(&self, node: &Node, call: &Call) -> Option<Expr> {
        let name = call.name.as_str();
        let Some(at) = self.planner.file.parameters.iter().position(|p| p.id.text == name) else {
            let dated = self.planner.file.parameters.iter().filter(|p| p.by_date);
            let known = FUNCTIONS.iter().copied().chain(dated.map(|p| p.id.text.as_str()));
            self.fault(
                node,
                both!("没有 {name} 这个函数", "There is no function {name}"),
                both!("不认识的函数", "unknown function"),
                instead(name, known),
            );
            return None;
        };
        let [argument] = call.arguments.as_slice() else {
            self.planner.use_parameter(at, &self.place(&node.span));
            self.count_fault(node, name, " 1 ", "1", call.arguments.len());
            return None;
        };
        let date = self.date(argument);
        if date.is_none() {
            self.planner.use_parameter(at, &self.place(&node.span));
        }
        self.parameter(at, Some(date?), &node.span)
    }

    fn aggregate(&self, node: &Node, call: &Call, function: Function) -> Option<Expr> {
        let name = &call.name;
        if self.in_aggregate.get() {
            self.fault(
                node,
                both!("汇总里不能再有汇总", "An aggregate cannot stand within an aggregate"),
                both!("里面的汇总", "the inner one"),
                both!("汇总只对行的列和步骤进行。", "Aggregate columns and steps of the line."),
            );
            return None;
        }
        if !self.site().of_enterprise() {
            let next = if self.site() == Site::Total {
                both!(
                    "合计各类的步骤用 amount 和 CLASS.amount。",
                    "Steps over all classes use amount and CLASS.amount."
                )
            } else {
                both!(
                    "汇总写进 [[class.requirement]] 或 [[class.step]]。",
                    "Aggregates belong into [[class.requirement]] or [[class.step]]."
                )
            };
            self.fault(
                node,
                both!("此处不能汇总（{name}）", "Nothing can be aggregated here ({name})"),
                both!("汇总函数", "an aggregate"),
                next,
            );
            return None;
        }
        let plain = Type::Number { scale: 0, dimension: Dimension::default() };
        let fits = match function {
            Function::Count => call.star || call.arguments.len() == 1,
            Function::CountDistinct => call.arguments.len() == 1,
            _ => !call.star && !call.distinct && call.arguments.len() == 1,
        };
        if !fits {
            if call.star || (call.distinct && function != Function::CountDistinct) {
                self.fault(
                    node,
                    both!("{name} 不能带 * 或 distinct", "{name} takes neither * nor distinct"),
                    both!("只有 count 可以", "only count does"),
                    both!("写出要汇总的列。", "Write the column to aggregate."),
                );
            } else {
                self.count_fault(node, name, " 1 ", "1", call.arguments.len());
            }
            return None;
        }
        let argument = match call.arguments.first() {
            None => None,
            Some(argument) => {
                let outside = self.site.replace(Site::Line);
                self.in_aggregate.set(true);
                let inferred = self.infer(argument);
                self.in_aggregate.set(false);
                self.site.set(outside);
                Some(inferred?)
            }
        };
        let ty = match (function, &argument, call.arguments.first()) {
            (Function::Sum | Function::Min | Function::Max, Some(inner), Some(node)) => {
                let right =
                    if function == Function::Sum { numeric(&inner.ty).is_some() } else { ordered(&inner.ty) };
                if !right {
                    let next = both!("计数用 count(…)。", "To count, use count(…).");
                    let wanted = if function == Function::Sum {
                        both!("数字", "a number")
                    } else {
                        both!("有大小的值", "something with an order")
                    };
                    self.wrong_type(node, &wanted, &inner.ty, next);
                    return None;
                }
                inner.ty.clone()
            }
            _ => plain,
        };
        let mut aggregates = self.aggregates.borrow_mut();
        let at = aggregates.iter().position(|(written, _)| written == node).unwrap_or_else(|| {
            aggregates.push((node.clone(), Aggregate { function, argument }));
            aggregates.len() - 1
        });
        let kind = Kind::Name(crate::scheme::plan::Name::Aggregate(at));
        self.make(node, kind, ty)
    }
}

/// Whether values of a type come one after another.
fn ordered(ty: &Type) -> bool {
    matches!(ty, Type::Number { .. } | Type::Date | Type::Digits(_))
}
