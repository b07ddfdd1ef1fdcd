//! Functions: how many arguments, of which types, and what they give.

use jixiao_core::{both, finding::Both};

use crate::{
    dimension::Dimension,
    number::Rounding,
    scheme::{
        plan::{Aggregate, Expr, Function, Kind, Type},
        syntax::{Call, FUNCTIONS, Node, NodeKind, Operator},
    },
    tree::instead,
};

use super::{super::names::Site, MOST_DIGITS, Typer, is_zero, numeric, ordered, rescaled};

impl Typer<'_> {
    pub(super) fn call(&self, node: &Node, call: &Call) -> Option<Expr> {
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
