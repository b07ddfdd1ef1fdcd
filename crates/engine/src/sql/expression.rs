//! Expressions of a plan as SQL.
//!
//! A number is its mantissa in `DECIMAL(38, 0)`; scales are known to the plan alone, so that no engine's rule for the scale of a product or quotient
//! decides anything. Digits are `BIGINT`, dates `DATE`, texts `VARCHAR`.

use jiff::{ToSpan as _, civil::Date};

use crate::{
    number::{Rounding, pow10},
    run::bindings::{Binding, Bindings, Span},
    scheme::plan::{Comparison, Expr, Kind, Name, Plan, Type, Value},
};

/// The type of every number.
pub(super) const NUMBER: &str = "DECIMAL(38, 0)";

/// Digits of an award after the point: fen.
pub(super) const FEN: u8 = 2;

/// What names mean at one place of a query.
pub(super) struct Scope<'a> {
    pub(super) plan: &'a Plan,
    pub(super) bindings: &'a Bindings,
    /// The SQL of a name.
    pub(super) name: &'a dyn Fn(&Name) -> String,
    /// The SQL of the division code of the region whose parameters apply; nobody's when `None`.
    pub(super) region: Option<&'a str>,
}

/// A name as SQL spells it, whatever is in it.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text as SQL spells it.
pub(super) fn text(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}

/// A constant with its type said.
pub(super) fn constant(value: &Value, ty: &Type) -> String {
    match (value, ty) {
        (Value::Null, _) => format!("CAST(NULL AS {})", type_name(ty)),
        (Value::Bool(true), _) => "TRUE".to_owned(),
        (Value::Bool(false), _) => "FALSE".to_owned(),
        (Value::Text(t), _) => text(t),
        (Value::Date(days), _) => day(*days),
        (Value::Number(days), Type::Date) => day(i64::try_from(*days).unwrap_or(i64::MAX)),
        (Value::Number(n), Type::Digits(_)) => n.to_string(),
        (Value::Number(n), _) => number(*n),
    }
}

/// A number with its type said.
pub(super) fn number(n: i128) -> String {
    // A literal beyond 64 bits would be read as a float.
    if i64::try_from(n).is_ok() {
        format!("CAST({n} AS {NUMBER})")
    } else {
        format!("CAST('{n}' AS {NUMBER})")
    }
}

pub(super) fn type_name(ty: &Type) -> &'static str {
    match ty {
        Type::Bool => "BOOLEAN",
        Type::Text => "VARCHAR",
        Type::Digits(_) => "BIGINT",
        Type::Date => "DATE",
        Type::Number { .. } => NUMBER,
    }
}

/// A day as SQL spells it. One beyond the calendar is later, or earlier, than all others.
fn day(days: i64) -> String {
    let date = i32::try_from(days).ok().and_then(|d| Date::constant(1970, 1, 1).checked_add(d.days()).ok());
    let date = date.unwrap_or(if days < 0 { Date::constant(1, 1, 1) } else { Date::constant(9999, 12, 31) });
    format!("DATE '{date}'")
}

/// A remark inside a query.
fn remark(words: &str) -> String {
    format!("/* {} */", words.replace("*/", "* /").replace("/*", "/ *"))
}

impl Scope<'_> {
    /// An expression, for a place where nothing stands to its left or right.
    pub(super) fn sql(&self, e: &Expr) -> String {
        match &e.kind {
            Kind::Literal(value) => constant(value, &e.ty),
            Kind::Name(name) => (self.name)(name),
            Kind::Parameter(index, at) => self.parameter(*index, at.as_deref(), &e.ty),
            Kind::Rescale(a) => scaled(&self.part(a), u32::from(e.scale() - a.scale())),
            Kind::Negate(a) => format!("- {}", self.part(a)),
            Kind::Abs(a) => format!("ABS({})", self.sql(a)),
            Kind::Add(a, b) => self.pair(a, "+", b),
            Kind::Subtract(a, b) if a.ty == Type::Date => {
                format!("CAST(CAST({} AS INT) - CAST({} AS INT) AS {NUMBER})", self.sql(a), self.sql(b))
            }
            Kind::Subtract(a, b) => self.pair(a, "-", b),
            Kind::Multiply(a, b) => self.pair(a, "*", b),
            Kind::Round(a, b, rounding) => self.round(e, a, b.as_deref(), *rounding),
            Kind::Compare(comparison, a, b) => self.pair(a, sign(*comparison), b),
            Kind::And(a, b) => format!("{} AND {}", self.part(a), self.part(b)),
            Kind::Or(a, b) => format!("{} OR {}", self.part(a), self.part(b)),
            Kind::Not(a) => format!("NOT {}", self.part(a)),
            Kind::IsNull(a) => format!("{} IS NULL", self.part(a)),
            Kind::Case(arms, otherwise) => {
                let arms = arms.iter().map(|(c, v)| format!(" WHEN {} THEN {}", self.sql(c), self.sql(v)));
                let arms: String = arms.collect();
                let otherwise = match otherwise {
                    Some(o) => self.sql(o),
                    None => constant(&Value::Null, &e.ty),
                };
                format!("CASE{arms} ELSE {otherwise} END")
            }
            Kind::Coalesce(all) => self.call("COALESCE", all),
            Kind::Least(all) => self.call("LEAST", all),
            Kind::Greatest(all) => self.call("GREATEST", all),
            Kind::In(a, all) => {
                let all: Vec<String> = all.iter().map(|v| self.sql(v)).collect();
                format!("{} IN ({})", self.part(a), all.join(", "))
            }
            Kind::StartsWith(a, prefix) => self.starts_with(a, prefix),
            Kind::AddMonths(a, n) => {
                // SQL's own addition of months goes to the last day of the month when the day does not exist.
                let months = match &n.kind {
                    Kind::Literal(Value::Number(n)) => format!("INTERVAL '{n} months'"),
                    _ => format!("CAST(CAST({} AS VARCHAR) || ' months' AS INTERVAL)", self.sql(n)),
                };
                format!("{} + {months}", self.part(a))
            }
            Kind::AddDays(a, n) => {
                format!("CAST(CAST({} AS INT) + CAST({} AS INT) AS DATE)", self.sql(a), self.sql(n))
            }
            Kind::Year(a) => format!("CAST(date_part('year', {}) AS {NUMBER})", self.sql(a)),
            Kind::Month(a) => format!("CAST(date_part('month', {}) AS {NUMBER})", self.sql(a)),
        }
    }

    /// An expression as part of another.
    pub(super) fn part(&self, e: &Expr) -> String {
        let whole = self.sql(e);
        let alone = match &e.kind {
            Kind::Literal(_)
            | Kind::Name(_)
            | Kind::Parameter(..)
            | Kind::Abs(_)
            | Kind::Case(..)
            | Kind::Coalesce(_)
            | Kind::Least(_)
            | Kind::Greatest(_)
            | Kind::AddDays(..)
            | Kind::Year(_)
            | Kind::Month(_) => true,
            Kind::Subtract(a, _) => a.ty == Type::Date,
            _ => false,
        };
        if alone { whole } else { format!("({whole})") }
    }

    fn call(&self, function: &str, all: &[Expr]) -> String {
        let all: Vec<String> = all.iter().map(|v| self.sql(v)).collect();
        format!("{function}({})", all.join(", "))
    }

    /// Two operands. A number written beside another of known type needs no type of its own, and reads better.
    fn pair(&self, a: &Expr, sign: &str, b: &Expr) -> String {
        let (left, right) = match (self.bare(a), self.bare(b)) {
            (Some(a), None) => (a, self.part(b)),
            (_, Some(b)) => (self.part(a), b),
            (None, None) => (self.part(a), self.part(b)),
        };
        format!("{left} {sign} {right}")
    }

    /// A number that is the same everywhere, written without its type.
    fn bare(&self, e: &Expr) -> Option<String> {
        let plain = |value: &Value| match value {
            Value::Number(n) if matches!(e.ty, Type::Number { .. }) => i64::try_from(*n).ok(),
            _ => None,
        };
        match &e.kind {
            Kind::Literal(value) => plain(value).map(|n| n.to_string()),
            Kind::Parameter(index, None) => {
                let id = &self.plan.parameters[*index].id;
                match self.binding(*index) {
                    Binding { common, regions } if regions.is_empty() => {
                        common.first().and_then(|s| plain(&s.value)).map(|n| format!("{n} {}", remark(id)))
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn binding(&self, index: usize) -> &Binding {
        &self.bindings.parameters[index]
    }

    /// A parameter: by region, and within a region by date.
    fn parameter(&self, index: usize, at: Option<&Expr>, ty: &Type) -> String {
        let id = remark(&self.plan.parameters[index].id);
        let binding = self.binding(index);
        let common = self.by_date(&binding.common, at, ty);
        match self.region {
            Some(region) if !binding.regions.is_empty() => {
                let arms = binding.regions.iter().map(|(code, spans)| {
                    format!(" WHEN {} THEN {}", text(code), self.by_date(spans, at, ty))
                });
                let arms: String = arms.collect();
                format!("CASE {region}{arms} ELSE {common} END {id}")
            }
            _ => format!("{common} {id}"),
        }
    }

    fn by_date(&self, spans: &[Span], at: Option<&Expr>, ty: &Type) -> String {
        let Some(at) = at else {
            return constant(spans.first().map_or(&Value::Null, |s| &s.value), ty);
        };
        if spans.is_empty() {
            return constant(&Value::Null, ty);
        }
        let at = self.part(at);
        let arms = spans.iter().map(|s| {
            let value = constant(&s.value, ty);
            let within = match (s.from == i64::MIN, s.to == i64::MAX) {
                (true, true) => format!("{at} IS NOT NULL"),
                (true, false) => format!("{at} <= {}", day(s.to)),
                (false, true) => format!("{at} >= {}", day(s.from)),
                (false, false) => format!("{at} BETWEEN {} AND {}", day(s.from), day(s.to)),
            };
            format!(" WHEN {within} THEN {value}")
        });
        let arms: String = arms.collect();
        format!("CASE{arms} ELSE {} END", constant(&Value::Null, ty))
    }

    /// A quotient of mantissas, rounded by name.
    ///
    /// Down and up take the rest away first, so that what is divided divides evenly. Half up: the quotient of two `DECIMAL(38, 0)` has four digits
    /// after the point and the others are cut off, which never moves it across a half; the cast then rounds, a half away from zero.
    fn round(&self, e: &Expr, dividend: &Expr, divisor: Option<&Expr>, rounding: Rounding) -> String {
        let shift =
            i32::from(e.scale()) + divisor.map_or(0, |d| i32::from(d.scale())) - i32::from(dividend.scale());
        let (mut above, mut below) = (self.part(dividend), divisor.map(|d| self.part(d)));
        if shift > 0 {
            above = format!("({})", scaled(&above, shift.unsigned_abs()));
        }
        if shift < 0 {
            let power = shift.unsigned_abs();
            below = Some(match below {
                Some(below) => format!("({})", scaled(&below, power)),
                None => number(pow10(power).unwrap_or(i128::MAX)),
            });
        }
        let Some(below) = below else { return above };
        let even = format!("({above} - {above} % {below}) / {below}");
        match rounding {
            Rounding::HalfUp => format!("CAST({above} / {below} AS {NUMBER})"),
            Rounding::Down => format!("CAST({even} AS {NUMBER})"),
            Rounding::Up => format!(
                "CAST({even} AS {NUMBER}) + CASE WHEN {above} % {below} = 0 THEN 0 \
                 WHEN ({above} < 0) = ({below} < 0) THEN 1 ELSE -1 END"
            ),
        }
    }

    fn starts_with(&self, a: &Expr, prefix: &str) -> String {
        if let Type::Digits(width) = a.ty {
            let begins = prefix.parse::<i64>().ok().filter(|_| !prefix.starts_with(['+', '-']));
            let rest = usize::from(width).checked_sub(prefix.len()).and_then(|r| u32::try_from(r).ok());
            let power = rest.and_then(pow10);
            return match (begins, power) {
                // Without a prefix everything begins so, except null.
                _ if prefix.is_empty() => format!("{} >= 0", self.part(a)),
                (Some(begins), Some(power)) => format!("{} / {power} = {begins}", self.part(a)),
                _ => format!("{} < 0", self.part(a)),
            };
        }
        let escaped: String = prefix
            .chars()
            .flat_map(|c| matches!(c, '%' | '_' | '\\').then_some('\\').into_iter().chain([c]))
            .collect();
        format!("{} LIKE {}", self.part(a), text(&format!("{escaped}%")))
    }
}

/// A number with more zeros.
pub(super) fn scaled(sql: &str, zeros: u32) -> String {
    match pow10(zeros) {
        Some(1) => sql.to_owned(),
        Some(power) if i64::try_from(power).is_ok() => format!("{sql} * {power}"),
        Some(power) => format!("{sql} * {}", number(power)),
        // Nothing but zero can take so many digits: an overflow in all other cases, as it should be.
        None => format!("{sql} * {} * {}", number(i128::MAX / 2), number(i128::MAX / 2)),
    }
}

/// A number of one scale at another, which it fits.
pub(super) fn at_scale(sql: &str, from: u8, to: u8) -> String {
    if to >= from {
        return scaled(sql, u32::from(to - from));
    }
    format!("CAST({sql} / {} AS {NUMBER})", number(pow10(u32::from(from - to)).unwrap_or(i128::MAX)))
}

fn sign(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => "=",
        Comparison::NotEqual => "<>",
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
    }
}
