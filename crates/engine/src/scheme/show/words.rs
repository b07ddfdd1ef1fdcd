//! An expression of a plan in words.

use std::fmt::Write as _;

use jixiao_core::finding::Lang;

use crate::{
    number::{Dec, Rounding},
    schema::{Choice, Kind as Cell},
    scheme::{
        plan::{Class, Comparison, Expr, Function, Kind, Name, Type, Value},
        syntax::iso,
    },
};

use super::Page;

/// An expression in words. Levels: 1 or, 2 and, 3 not, 4 comparison, 5 sum, 6 product, 7 everything else.
pub(super) struct Words<'a> {
    pub(super) page: &'a Page<'a>,
    pub(super) class: Option<&'a Class>,
    /// The ledger that a look-up filters.
    pub(super) other: Option<usize>,
}

impl Words<'_> {
    pub(super) fn say<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        self.page.say(zh, en)
    }

    pub(super) fn text(&self, expr: &Expr, least: u8) -> String {
        let (text, level) = self.phrase(expr);
        if level < least { format!("{}{text}{}", self.say("（", "("), self.say("）", ")")) } else { text }
    }

    pub(super) fn list(&self, all: &[Expr]) -> String {
        all.iter().map(|e| self.text(e, 4)).collect::<Vec<_>>().join(self.say("、", ", "))
    }

    fn call(&self, zh: &str, en: &str, inner: &str) -> (String, u8) {
        let text = match self.page.lang {
            Lang::Zh => format!("{zh}（{inner}）"),
            Lang::En => format!("{en} ({inner})"),
        };
        (text, 7)
    }

    fn joined(&self, a: &Expr, word: &str, b: &Expr, level: u8, right: u8) -> (String, u8) {
        (format!("{} {word} {}", self.text(a, level), self.text(b, right)), level)
    }

    fn phrase(&self, expr: &Expr) -> (String, u8) {
        match &expr.kind {
            Kind::Rescale(inner) => self.phrase(inner),
            Kind::Literal(value) => (self.literal(value, &expr.ty, None), 7),
            Kind::Name(name) => (self.name(name), 7),
            Kind::Parameter(at, date) => (self.parameter(*at, date.as_deref()), 7),
            Kind::Negate(a) => (format!("−{}", self.text(a, 7)), 6),
            Kind::Abs(a) => self.call("绝对值", "the size of", &self.text(a, 0)),
            Kind::Add(a, b) => self.joined(a, "+", b, 5, 6),
            Kind::Subtract(a, b) => self.joined(a, "−", b, 5, 6),
            // A column in 万元 is multiplied by 10,000 at its own place; its unit says so.
            Kind::Multiply(a, b) if a.span == b.span => {
                let unit = self.unit(a);
                (format!("{}{}{unit}{}", self.text(a, 7), self.say("（", " ("), self.say("）", ")")), 7)
            }
            Kind::Multiply(a, b) => self.joined(a, "×", b, 6, 7),
            Kind::Round(a, b, rounding) => {
                let mut inner = self.text(a, if b.is_some() { 6 } else { 0 });
                if let Some(b) = b {
                    let _ = write!(inner, " ÷ {}", self.text(b, 7));
                }
                let digits = expr.scale();
                let (zh, en) = match rounding {
                    Rounding::HalfUp => ("四舍五入", "rounded half up"),
                    Rounding::Down => ("舍去尾数", "rounded down"),
                    Rounding::Up => ("进一", "rounded up"),
                };
                match self.page.lang {
                    Lang::Zh => (format!("（{inner}，{zh}到 {digits} 位小数）"), 7),
                    Lang::En => (format!("({inner}, {en} to {digits} decimals)"), 7),
                }
            }
            Kind::Compare(comparison, a, b) => self.compare(*comparison, a, b),
            Kind::And(a, b) => {
                self.between(a, b).unwrap_or_else(|| self.joined(a, self.say("且", "and"), b, 2, 3))
            }
            Kind::Or(a, b) => self.joined(a, self.say("或", "or"), b, 1, 2),
            Kind::Not(a) => match &a.kind {
                Kind::IsNull(inner) => {
                    (format!("{} {}", self.text(inner, 5), self.say("不为空", "is not empty")), 4)
                }
                Kind::In(value, list) => (self.among(value, list, true), 4),
                Kind::Name(Name::Found(at)) => (self.found(*at, false), 4),
                _ => (format!("{}{}", self.say("并非", "not "), self.text(a, 7)), 3),
            },
            Kind::IsNull(a) => (format!("{} {}", self.text(a, 5), self.say("为空", "is empty")), 4),
            Kind::Case(arms, otherwise) => {
                let mut parts: Vec<String> = arms
                    .iter()
                    .map(|(condition, value)| {
                        let (condition, value) = (self.text(condition, 0), self.text(value, 0));
                        match self.page.lang {
                            Lang::Zh => format!("若 {condition}，则 {value}"),
                            Lang::En => format!("if {condition} then {value}"),
                        }
                    })
                    .collect();
                parts.push(match otherwise {
                    Some(value) => format!("{} {}", self.say("否则", "otherwise"), self.text(value, 0)),
                    None => self.say("否则为空", "otherwise empty").to_owned(),
                });
                let parts = parts.join(self.say("；", "; "));
                (format!("{}{parts}{}", self.say("（", "("), self.say("）", ")")), 7)
            }
            Kind::Coalesce(all) => {
                self.call("依次取第一个不为空的", "the first that is not empty of", &self.list(all))
            }
            Kind::Least(all) => self.call("较小者", "the least of", &self.list(all)),
            Kind::Greatest(all) => self.call("较大者", "the greatest of", &self.list(all)),
            Kind::In(value, list) => (self.among(value, list, false), 4),
            Kind::StartsWith(value, prefix) => {
                let (value, prefix) = (self.text(value, 5), self.page.plain(prefix));
                match self.page.lang {
                    Lang::Zh => (format!("{value} 以 {prefix} 开头"), 4),
                    Lang::En => (format!("{value} begins with {prefix}"), 4),
                }
            }
            Kind::AddMonths(date, n) => self.moved(date, n, "个月", "months"),
            Kind::AddDays(date, n) => self.moved(date, n, "天", "days"),
            Kind::Year(a) => self.call("年份", "the year of", &self.text(a, 0)),
            Kind::Month(a) => self.call("月份", "the month of", &self.text(a, 0)),
        }
    }

    fn moved(&self, date: &Expr, n: &Expr, zh: &str, en: &str) -> (String, u8) {
        let (date, n) = (self.text(date, 7), self.text(n, 7));
        match self.page.lang {
            Lang::Zh => (format!("（{date} 加 {n} {zh}）"), 7),
            Lang::En => (format!("({n} {en} after {date})"), 7),
        }
    }

    fn compare(&self, comparison: Comparison, a: &Expr, b: &Expr) -> (String, u8) {
        let sign = match comparison {
            Comparison::Equal => "=",
            Comparison::NotEqual => "≠",
            Comparison::Less => "<",
            Comparison::LessOrEqual => "≤",
            Comparison::Greater => ">",
            Comparison::GreaterOrEqual => "≥",
        };
        // `<` and `>` in text would begin a tag.
        let sign = self.page.plain(sign);
        let choices = self.choices(a).or_else(|| self.choices(b));
        let side = |e: &Expr| match &e.kind {
            Kind::Literal(value) => self.literal(value, &e.ty, choices),
            _ => self.text(e, 5),
        };
        (format!("{} {sign} {}", side(a), side(b)), 4)
    }

    /// `x >= a and x <= b` as the period or range that it is.
    fn between(&self, low: &Expr, high: &Expr) -> Option<(String, u8)> {
        let (Kind::Compare(Comparison::GreaterOrEqual, x, a), Kind::Compare(Comparison::LessOrEqual, y, b)) =
            (&low.kind, &high.kind)
        else {
            return None;
        };
        let bare = |e: &Expr| match &e.kind {
            Kind::Rescale(inner) => (**inner).clone(),
            _ => e.clone(),
        };
        // Both comparisons of a `between` hold the very same text of the file.
        if bare(x) != bare(y) {
            return None;
        }
        let (x, a, b) = (self.text(x, 5), self.text(a, 5), self.text(b, 5));
        Some(match self.page.lang {
            Lang::Zh => (format!("{x} 在 {a} 至 {b} 之间（含两端）"), 4),
            Lang::En => (format!("{x} is between {a} and {b} (both included)"), 4),
        })
    }

    fn among(&self, value: &Expr, list: &[Expr], negated: bool) -> String {
        let choices = self.choices(value);
        let items: Vec<String> = list
            .iter()
            .map(|e| match &e.kind {
                Kind::Literal(value) => self.literal(value, &e.ty, choices),
                _ => self.text(e, 5),
            })
            .collect();
        let items = items.join(self.say("、", ", "));
        let value = self.text(value, 5);
        match (self.page.lang, negated) {
            (Lang::Zh, false) => format!("{value} 是 {items} 之一"),
            (Lang::Zh, true) => format!("{value} 不是 {items} 之一"),
            (Lang::En, false) => format!("{value} is one of {items}"),
            (Lang::En, true) => format!("{value} is none of {items}"),
        }
    }

    fn literal(&self, value: &Value, ty: &Type, choices: Option<&[Choice]>) -> String {
        match (value, ty) {
            (Value::Number(n), Type::Digits(width)) => format!("{n:0>width$}", width = usize::from(*width)),
            (Value::Number(n), Type::Number { scale, .. }) => Dec::new(*n, *scale).grouped(0),
            (Value::Number(n), _) => n.to_string(),
            (Value::Date(days), _) => iso(*days),
            (Value::Bool(true), _) => self.say("是", "yes").to_owned(),
            (Value::Bool(false), _) => self.say("否", "no").to_owned(),
            (Value::Null, _) => self.say("空", "empty").to_owned(),
            (Value::Text(text), _) => {
                let choice = choices.and_then(|all| all.iter().find(|c| c.value == *text));
                let shown = choice.and_then(|c| c.names.first()).unwrap_or(text);
                format!("“{}”", self.page.plain(shown))
            }
        }
    }

    fn place(&self, expr: &Expr) -> Option<(usize, usize)> {
        let Kind::Name(name) = &expr.kind else {
            return None;
        };
        match name {
            Name::Column(column) => Some((self.class?.ledger, *column)),
            Name::Lookup(lookup, column) => Some((self.class?.lookups.get(*lookup)?.ledger, *column)),
            Name::Enterprise(column) => Some((self.page.plan.applicant.ledger, *column)),
            Name::Other(column) => Some((self.other?, *column)),
            _ => None,
        }
    }

    fn unit(&self, expr: &Expr) -> String {
        let column = self.place(expr).and_then(|(l, c)| self.page.ledger(l)?.columns.get(c));
        column.and_then(|c| c.unit.as_ref()).map_or_else(String::new, |u| self.page.plain(&u.text))
    }

    fn choices(&self, expr: &Expr) -> Option<&[Choice]> {
        let (ledger, column) = self.place(expr)?;
        match &self.page.ledger(ledger)?.columns.get(column)?.kind {
            Cell::Choice(choices) => Some(choices),
            _ => None,
        }
    }

    pub(super) fn name(&self, name: &Name) -> String {
        let page = self.page;
        let of = |ledger: usize, column: usize| page.column(ledger, column);
        match name {
            Name::Column(column) => self.class.map_or_else(String::new, |c| of(c.ledger, *column)),
            Name::Other(column) => self.other.map_or_else(String::new, |ledger| of(ledger, *column)),
            Name::Enterprise(column) => {
                let column = of(page.plan.applicant.ledger, *column);
                format!("{}{column}", self.say("企业的", "the enterprise's "))
            }
            Name::Lookup(at, column) => {
                let lookup = self.class.and_then(|c| c.lookups.get(*at));
                lookup.map_or_else(String::new, |l| {
                    let (ledger, column) = (page.ledger_name(l.ledger), of(l.ledger, *column));
                    match page.lang {
                        Lang::Zh => format!("《{ledger}》的{column}"),
                        Lang::En => format!("{column} of {ledger}"),
                    }
                })
            }
            Name::Found(at) => self.found(*at, true),
            Name::Line(at) => {
                let step = self.class.and_then(|c| c.lines.get(*at));
                step.map_or_else(String::new, |s| page.name(&s.label))
            }
            Name::Principal => self.say("计量合计", "the sum counted").to_owned(),
            Name::Amount => self.say("上一步的金额", "the amount so far").to_owned(),
            Name::Class(at) => {
                let class = page.plan.classes.get(*at);
                let label = class.map_or_else(String::new, |c| page.name(&c.label));
                match page.lang {
                    Lang::Zh => format!("{label}的金额"),
                    Lang::En => format!("the amount of {label}"),
                }
            }
            Name::Aggregate(at) => self.aggregate(*at),
        }
    }

    fn found(&self, at: usize, there: bool) -> String {
        let lookup = self.class.and_then(|c| c.lookups.get(at));
        let ledger = lookup.map_or_else(String::new, |l| self.page.ledger_name(l.ledger));
        match (self.page.lang, there) {
            (Lang::Zh, true) => format!("《{ledger}》里有此项"),
            (Lang::Zh, false) => format!("《{ledger}》里没有此项"),
            (Lang::En, true) => format!("{ledger} has it"),
            (Lang::En, false) => format!("{ledger} does not have it"),
        }
    }

    fn aggregate(&self, at: usize) -> String {
        let Some(aggregate) = self.class.and_then(|c| c.aggregates.get(at)) else {
            return String::new();
        };
        let Some(argument) = &aggregate.argument else {
            return self.say("合格行数", "the number of eligible rows").to_owned();
        };
        let (zh, en) = match aggregate.function {
            Function::Sum => ("合计", "the sum of"),
            Function::Count => ("不为空的行数", "the number of rows with"),
            Function::CountDistinct => ("不同值的个数", "the number of different"),
            Function::Min => ("最小值", "the smallest"),
            Function::Max => ("最大值", "the largest"),
        };
        self.call(zh, en, &self.text(argument, 0)).0
    }

    /// A parameter by its name, with its value where there is one for everybody.
    fn parameter(&self, at: usize, date: Option<&Expr>) -> String {
        let Some(parameter) = self.page.plan.parameters.get(at) else {
            return String::new();
        };
        let label = self.page.name(&parameter.label);
        if let Some(date) = date {
            let date = self.text(date, 0);
            return match self.page.lang {
                Lang::Zh => format!("{label}（按 {date} 取值）"),
                Lang::En => format!("{label} (as of {date})"),
            };
        }
        match parameter.values.as_slice() {
            [dated] if parameter.regions.is_empty() => {
                let amount = self.page.amount(parameter, dated);
                match self.page.lang {
                    Lang::Zh => format!("{label}（{amount}）"),
                    Lang::En => format!("{label} ({amount})"),
                }
            }
            _ => label,
        }
    }
}
