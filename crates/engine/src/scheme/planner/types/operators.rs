//! Operators: what two operands give, in which unit and with how many digits.

use jixiao_core::{both, finding::Both};

use crate::{
    dimension::Dimension,
    number::MAX_SCALE,
    scheme::{
        plan::{Comparison, Expr, Kind, Type},
        syntax::{Node, Operator},
    },
};

use super::{super::names::Site, Typer, described, numeric, ordered, text_of};

impl Typer<'_> {
    pub(super) fn binary(&self, node: &Node, operator: Operator, left: &Node, right: &Node) -> Option<Expr> {
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

    pub(super) fn compare(
        &self,
        node: &Node,
        comparison: Comparison,
        left: &Node,
        right: &Node,
    ) -> Option<Expr> {
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
}
