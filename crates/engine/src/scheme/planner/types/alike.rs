//! Values that stand for one another, brought to one type and scale: sides of a comparison, branches, lists.

use jixiao_core::{both, finding::Both};

use crate::{
    dimension::Dimension,
    number::Dec,
    scheme::{
        plan::{Expr, Kind, Type, Value},
        syntax::Node,
    },
    tree::instead,
};

use super::{Typer, described, is_literal, is_zero, rescaled, text_of};

impl Typer<'_> {
    /// A literal that is compared with a column of choices must be one of them.
    pub(super) fn check_choices(&self, all: &[Expr], nodes: &[&Node]) -> Option<()> {
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
    pub(super) fn unify(&self, all: &[Expr], nodes: &[&Node]) -> Option<Vec<Expr>> {
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
}
