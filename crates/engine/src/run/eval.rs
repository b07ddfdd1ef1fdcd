//! Expressions over columns: one loop per node and batch, no branch per row on what the node is.

use std::cell::RefCell;

use jiff::{ToSpan as _, civil::Date};

use crate::{
    batch::Texts,
    number::{Rounding, divide, pow10},
    run::vector::{Data, Failure, Vector},
    scheme::plan::{Comparison, Expr, Kind, Name, Type, Value},
};

/// What an expression can see: rows, names, parameters, texts.
pub(crate) trait Scope {
    /// How many rows there are.
    fn rows(&self) -> usize;
    /// The values of a name.
    fn name(&self, name: &Name) -> Vector;
    /// The values of a parameter, by date when dates are given.
    fn parameter(&self, index: usize, days: Option<&Vector>, ty: &Type) -> Vector;
    /// Texts of every text in the scope.
    fn texts(&self) -> &RefCell<Texts>;
}

/// Evaluates an expression for all rows of a scope.
pub(crate) fn evaluate(expr: &Expr, scope: &dyn Scope) -> Vector {
    let rows = scope.rows();
    let one = |e: &Expr| evaluate(e, scope);
    match &expr.kind {
        Kind::Literal(value) => Vector::constant(value.clone()),
        Kind::Name(name) => scope.name(name),
        Kind::Parameter(index, at) => {
            let days = at.as_deref().map(one);
            let mut found = scope.parameter(*index, days.as_ref(), &expr.ty);
            if let Some(days) = days {
                found.failures.extend(days.failures);
            }
            found
        }
        Kind::Rescale(a) => {
            let factor = pow10(u32::from(expr.scale() - a.scale())).unwrap_or(i128::MAX);
            let factor = Vector::constant(Value::Number(factor));
            narrow_numbers(&one(a), &factor, rows, i64::checked_mul, multiply)
        }
        Kind::Negate(a) => numbers(&Vector::constant(Value::Number(0)), &one(a), rows, |a, b| {
            a.checked_sub(b).ok_or(Failure::Overflow)
        }),
        Kind::Abs(a) => numbers(&one(a), &Vector::constant(Value::Number(0)), rows, |a, _| {
            a.checked_abs().ok_or(Failure::Overflow)
        }),
        Kind::Add(a, b) => narrow_numbers(&one(a), &one(b), rows, i64::checked_add, |a, b| {
            a.checked_add(b).ok_or(Failure::Overflow)
        }),
        Kind::Subtract(a, b) => narrow_numbers(&one(a), &one(b), rows, i64::checked_sub, |a, b| {
            a.checked_sub(b).ok_or(Failure::Overflow)
        }),
        Kind::Multiply(a, b) => narrow_numbers(&one(a), &one(b), rows, i64::checked_mul, multiply),
        Kind::Round(a, b, rounding) => round(expr, a, b.as_deref(), *rounding, scope),
        Kind::Compare(operator, a, b) => {
            if a.ty == Type::Text {
                compare_texts(*operator, &one(a), &one(b), scope)
            } else if a.ty == Type::Bool {
                compare_flags(*operator, &one(a), &one(b), rows)
            } else {
                compare_numbers(*operator, &one(a), &one(b), rows)
            }
        }
        Kind::And(a, b) => logic(&one(a), &one(b), rows, false),
        Kind::Or(a, b) => logic(&one(a), &one(b), rows, true),
        Kind::Not(a) => {
            let a = one(a);
            let data = Data::Bool((0..rows).map(|i| !flag(&a, i) && !a.is_null(i)).collect());
            Vector { data, nulls: nulls_of(&a, rows), failures: a.failures }
        }
        Kind::IsNull(a) => {
            let a = one(a);
            let data = Data::Bool((0..rows).map(|i| a.is_null(i)).collect());
            Vector { data, nulls: None, failures: a.failures }
        }
        Kind::Case(arms, otherwise) => case(expr, arms, otherwise.as_deref(), scope),
        Kind::Coalesce(all) => {
            let all: Vec<Vector> = all.iter().map(one).collect();
            choose(&expr.ty, &all, scope, |row| all.iter().position(|v| !v.is_null(row)))
        }
        Kind::Least(all) => extreme(expr, all, scope, true),
        Kind::Greatest(all) => extreme(expr, all, scope, false),
        Kind::In(a, all) => {
            // x in (a, b) is x = a or x = b, nulls included.
            let a_values = one(a);
            let mut any = Vector::constant(Value::Bool(false));
            for b in all {
                let equal = if a.ty == Type::Text {
                    compare_texts(Comparison::Equal, &a_values, &one(b), scope)
                } else {
                    compare_numbers(Comparison::Equal, &a_values, &one(b), rows)
                };
                any = logic(&any, &equal, rows, true);
            }
            any
        }
        Kind::StartsWith(a, prefix) => starts_with(a, prefix, scope),
        Kind::AddMonths(a, n) => numbers(&one(a), &one(n), rows, |day, months| {
            let months = i32::try_from(months).map_err(|_| Failure::Calendar)?;
            let moved = date(day)?.checked_add(months.months()).map_err(|_| Failure::Calendar)?;
            Ok(days(moved))
        }),
        Kind::AddDays(a, n) => numbers(&one(a), &one(n), rows, |day, more| {
            let sum = day.checked_add(more).ok_or(Failure::Calendar)?;
            date(sum).map(days)
        }),
        Kind::Year(a) => {
            let zero = Vector::constant(Value::Number(0));
            numbers(&one(a), &zero, rows, |day, _| date(day).map(|d| i128::from(d.year())))
        }
        Kind::Month(a) => {
            let zero = Vector::constant(Value::Number(0));
            numbers(&one(a), &zero, rows, |day, _| date(day).map(|d| i128::from(d.month())))
        }
    }
}

/// The date of a number of days since 1970-01-01.
pub(crate) fn date(days: i128) -> Result<Date, Failure> {
    let days = i32::try_from(days).map_err(|_| Failure::Calendar)?;
    Date::constant(1970, 1, 1).checked_add(days.days()).map_err(|_| Failure::Calendar)
}

/// Days since 1970-01-01.
pub(crate) fn days(date: Date) -> i128 {
    let since = date.since(Date::constant(1970, 1, 1)).map(|s| s.get_days());
    i128::from(since.unwrap_or(0))
}

fn multiply(a: i128, b: i128) -> Result<i128, Failure> {
    // Two numbers of 64 bits cannot overflow, and their product is one instruction.
    if let (Ok(a), Ok(b)) = (i64::try_from(a), i64::try_from(b)) {
        return Ok(i128::from(a) * i128::from(b));
    }
    a.checked_mul(b).ok_or(Failure::Overflow)
}

fn nulls_of(a: &Vector, rows: usize) -> Option<Vec<bool>> {
    match (&a.data, &a.nulls) {
        (Data::Constant(Value::Null), _) => Some(vec![true; rows]),
        (_, nulls) => nulls.clone(),
    }
}

fn either_null(a: &Vector, b: &Vector, rows: usize) -> Option<Vec<bool>> {
    match (nulls_of(a, rows), nulls_of(b, rows)) {
        (None, None) => None,
        (Some(n), None) | (None, Some(n)) => Some(n),
        (Some(mut a), Some(b)) => {
            a.iter_mut().zip(b).for_each(|(a, b)| *a |= b);
            Some(a)
        }
    }
}

fn both_failures(a: &Vector, b: &Vector) -> Vec<(u32, Failure)> {
    a.failures.iter().chain(&b.failures).copied().collect()
}

/// A source of numbers whose representation the compiler knows.
trait Numbers: Copy {
    fn at(self, row: usize) -> i128;
}

impl Numbers for &[i64] {
    fn at(self, row: usize) -> i128 {
        i128::from(self[row])
    }
}

impl Numbers for &[i128] {
    fn at(self, row: usize) -> i128 {
        self[row]
    }
}

impl Numbers for i128 {
    fn at(self, _: usize) -> i128 {
        self
    }
}

fn constant(a: &Vector) -> i128 {
    a.number(0)
}

/// Calls with the representation of a vector of numbers.
macro_rules! with_numbers {
    ($vector:expr, |$name:ident| $body:expr) => {
        match &$vector.data {
            Data::Small(v) => {
                let $name = v.as_slice();
                $body
            }
            Data::Wide(v) => {
                let $name = v.as_slice();
                $body
            }
            _ => {
                let $name = constant($vector);
                $body
            }
        }
    };
}

fn numbers(
    a: &Vector,
    b: &Vector,
    rows: usize,
    operation: impl Fn(i128, i128) -> Result<i128, Failure> + Copy,
) -> Vector {
    let mut nulls = either_null(a, b, rows);
    let mut failures = both_failures(a, b);
    if let (Data::Constant(x), Data::Constant(y)) = (&a.data, &b.data) {
        // A failure of a constant is a failure of every row; it is told once.
        if matches!(x, Value::Null) || matches!(y, Value::Null) {
            return Vector { data: Data::Constant(Value::Null), nulls: None, failures };
        }
        return match operation(constant(a), constant(b)) {
            Ok(n) => Vector { data: Data::Constant(Value::Number(n)), nulls: None, failures },
            Err(failure) => {
                failures.extend((0..rows).map(|i| (row_number(i), failure)));
                Vector { data: Data::Constant(Value::Null), nulls: None, failures }
            }
        };
    }
    fn fill(
        a: impl Numbers,
        b: impl Numbers,
        nulls: &mut Option<Vec<bool>>,
        failures: &mut Vec<(u32, Failure)>,
        rows: usize,
        operation: impl Fn(i128, i128) -> Result<i128, Failure>,
    ) -> Vec<i128> {
        let mut out = Vec::with_capacity(rows);
        for row in 0..rows {
            out.push(match operation(a.at(row), b.at(row)) {
                Ok(n) => n,
                // What is null has no value that could be too large.
                Err(_) if nulls.as_ref().is_some_and(|n| n[row]) => 0,
                Err(failure) => {
                    failures.push((row_number(row), failure));
                    nulls.get_or_insert_with(|| vec![false; rows])[row] = true;
                    0
                }
            });
        }
        out
    }
    let out =
        with_numbers!(a, |x| with_numbers!(b, |y| fill(x, y, &mut nulls, &mut failures, rows, operation)));
    Vector { data: Data::Wide(zero_nulls(out, nulls.as_deref())), nulls, failures }
}

/// As [`numbers`], but narrow where both sides are and every result is.
fn narrow_numbers(
    a: &Vector,
    b: &Vector,
    rows: usize,
    narrow: impl Fn(i64, i64) -> Option<i64> + Copy,
    operation: impl Fn(i128, i128) -> Result<i128, Failure> + Copy,
) -> Vector {
    fn fill(
        a: &[i64],
        b: impl Fn(usize) -> i64,
        narrow: impl Fn(i64, i64) -> Option<i64>,
    ) -> Option<Vec<i64>> {
        let mut fits = true;
        let each = a.iter().enumerate().map(|(row, a)| {
            let result = narrow(*a, b(row));
            fits &= result.is_some();
            result.unwrap_or_default()
        });
        let all: Vec<i64> = each.collect();
        fits.then_some(all)
    }
    let out = match (&a.data, &b.data) {
        (Data::Small(x), Data::Small(y)) => {
            let y = &y[..rows.min(y.len())];
            fill(x, |row| y[row], narrow)
        }
        (Data::Small(x), Data::Constant(Value::Number(y))) => {
            i64::try_from(*y).ok().and_then(|y| fill(x, |_| y, narrow))
        }
        (Data::Constant(Value::Number(x)), Data::Small(y)) => {
            i64::try_from(*x).ok().and_then(|x| fill(y, |_| x, |y, x| narrow(x, y)))
        }
        _ => None,
    };
    let Some(mut out) = out else { return numbers(a, b, rows, operation) };
    let nulls = either_null(a, b, rows);
    if let Some(nulls) = &nulls {
        out.iter_mut().zip(nulls).filter(|(_, null)| **null).for_each(|(v, _)| *v = 0);
    }
    Vector { data: Data::Small(out), nulls, failures: both_failures(a, b) }
}

fn zero_nulls(mut values: Vec<i128>, nulls: Option<&[bool]>) -> Vec<i128> {
    if let Some(nulls) = nulls {
        values.iter_mut().zip(nulls).filter(|(_, null)| **null).for_each(|(v, _)| *v = 0);
    }
    values
}

fn row_number(row: usize) -> u32 {
    u32::try_from(row).unwrap_or(u32::MAX)
}

fn round(
    expr: &Expr,
    dividend: &Expr,
    divisor: Option<&Expr>,
    rounding: Rounding,
    scope: &dyn Scope,
) -> Vector {
    let rows = scope.rows();
    let (above, below) = (evaluate(dividend, scope), divisor.map(|d| evaluate(d, scope)));
    // dividend/10^s ÷ divisor/10^t at scale r is dividend × 10^(r+t) ÷ (divisor × 10^s): only one side needs the power.
    let shift =
        i32::from(expr.scale()) + divisor.map_or(0, |d| i32::from(d.scale())) - i32::from(dividend.scale());
    let power = pow10(shift.unsigned_abs());
    let one = Vector::constant(Value::Number(1));
    // A divisor that the compiler knows is a multiplication to it; most roundings drop a few digits and divide by nothing else.
    let narrow = |a: i128| i64::try_from(a).ok().filter(|a| *a != i64::MIN);
    macro_rules! drop_digits {
        ($($digits:literal => $power:literal,)*) => {
            match (shift, &below) {
                $((-$digits, None) => {
                    let small = move |a: i64, _| Some(divide_small(a, $power, rounding)).filter(|_| a != i64::MIN);
                    return narrow_numbers(&above, &one, rows, small, move |a, _| match narrow(a) {
                        Some(a) => Ok(i128::from(divide_small(a, $power, rounding))),
                        None => divide(a, $power, rounding).ok_or(Failure::Overflow),
                    });
                })*
                _ => {}
            }
        };
    }
    drop_digits! { 1 => 10, 2 => 100, 3 => 1_000, 4 => 10_000, 5 => 100_000, 6 => 1_000_000, }
    numbers(&above, below.as_ref().unwrap_or(&one), rows, move |a, b| {
        let power = power.ok_or(Failure::Overflow)?;
        if b == 0 {
            return Err(Failure::DivisionByZero);
        }
        let (a, b) = if shift >= 0 { (multiply(a, power)?, b) } else { (a, multiply(b, power)?) };
        // A division of 64 bits is many times quicker than one of 128.
        if let (Ok(a), Ok(b)) = (i64::try_from(a), i64::try_from(b))
            && a != i64::MIN
        {
            return Ok(i128::from(divide_small(a, b, rounding)));
        }
        divide(a, b, rounding).ok_or(Failure::Overflow)
    })
}

/// As [`divide`], for 64 bits; the dividend is not the smallest number.
#[inline]
fn divide_small(dividend: i64, divisor: i64, rounding: Rounding) -> i64 {
    let (quotient, rest) = (dividend / divisor, dividend % divisor);
    let away = match rounding {
        Rounding::Down => false,
        Rounding::Up => rest != 0,
        Rounding::HalfUp => {
            let (rest, divisor) = (rest.unsigned_abs(), divisor.unsigned_abs());
            rest != 0 && rest >= divisor - rest
        }
    };
    if !away {
        quotient
    } else if (dividend < 0) == (divisor < 0) {
        quotient + 1
    } else {
        quotient - 1
    }
}

fn compare_numbers(operator: Comparison, a: &Vector, b: &Vector, rows: usize) -> Vector {
    fn fill(a: impl Numbers, b: impl Numbers, rows: usize, operator: Comparison) -> Vec<bool> {
        let all = 0..rows;
        match operator {
            Comparison::Equal => all.map(|i| a.at(i) == b.at(i)).collect(),
            Comparison::NotEqual => all.map(|i| a.at(i) != b.at(i)).collect(),
            Comparison::Less => all.map(|i| a.at(i) < b.at(i)).collect(),
            Comparison::LessOrEqual => all.map(|i| a.at(i) <= b.at(i)).collect(),
            Comparison::Greater => all.map(|i| a.at(i) > b.at(i)).collect(),
            Comparison::GreaterOrEqual => all.map(|i| a.at(i) >= b.at(i)).collect(),
        }
    }
    let data = with_numbers!(a, |x| with_numbers!(b, |y| fill(x, y, rows, operator)));
    Vector { data: Data::Bool(data), nulls: either_null(a, b, rows), failures: both_failures(a, b) }
}

fn holds(operator: Comparison, order: std::cmp::Ordering) -> bool {
    match operator {
        Comparison::Equal => order.is_eq(),
        Comparison::NotEqual => order.is_ne(),
        Comparison::Less => order.is_lt(),
        Comparison::LessOrEqual => order.is_le(),
        Comparison::Greater => order.is_gt(),
        Comparison::GreaterOrEqual => order.is_ge(),
    }
}

/// A vector of texts with its constant as a key.
enum Keys<'a> {
    Constant(u32),
    Each(&'a [u32]),
}

impl Keys<'_> {
    fn at(&self, row: usize) -> u32 {
        match self {
            Keys::Constant(key) => *key,
            Keys::Each(keys) => keys[row],
        }
    }
}

fn keys<'a>(vector: &'a Vector, scope: &dyn Scope) -> Option<Keys<'a>> {
    match &vector.data {
        Data::Constant(Value::Text(text)) => Some(Keys::Constant(scope.texts().borrow_mut().intern(text))),
        Data::Text(keys) => Some(Keys::Each(keys)),
        _ => None,
    }
}

fn compare_texts(operator: Comparison, a: &Vector, b: &Vector, scope: &dyn Scope) -> Vector {
    let rows = scope.rows();
    let failures = both_failures(a, b);
    let (Some(x), Some(y)) = (keys(a, scope), keys(b, scope)) else {
        return Vector { data: Data::Constant(Value::Null), nulls: None, failures };
    };
    let nulls = either_null(a, b, rows);
    let null = |i: usize| nulls.as_ref().is_some_and(|n| n[i]);
    let data: Vec<bool> = match operator {
        Comparison::Equal => (0..rows).map(|i| x.at(i) == y.at(i)).collect(),
        Comparison::NotEqual => (0..rows).map(|i| x.at(i) != y.at(i)).collect(),
        _ => {
            let texts = scope.texts().borrow();
            (0..rows)
                .map(|i| !null(i) && holds(operator, texts.get(x.at(i)).cmp(texts.get(y.at(i)))))
                .collect()
        }
    };
    Vector { data: Data::Bool(data), nulls, failures }
}

fn flag(a: &Vector, row: usize) -> bool {
    match &a.data {
        Data::Constant(Value::Bool(b)) => *b,
        Data::Bool(v) => v[row],
        _ => false,
    }
}

fn compare_flags(operator: Comparison, a: &Vector, b: &Vector, rows: usize) -> Vector {
    let data = (0..rows).map(|i| holds(operator, flag(a, i).cmp(&flag(b, i)))).collect();
    Vector { data: Data::Bool(data), nulls: either_null(a, b, rows), failures: both_failures(a, b) }
}

/// `and` (decided by a false) and `or` (decided by a true), three-valued.
fn logic(a: &Vector, b: &Vector, rows: usize, deciding: bool) -> Vector {
    let mut nulls = None;
    let mut data = vec![false; rows];
    for (row, out) in data.iter_mut().enumerate() {
        let side = |v: &Vector| (!v.is_null(row)).then(|| flag(v, row));
        let (x, y) = (side(a), side(b));
        *out = if x == Some(deciding) || y == Some(deciding) {
            deciding
        } else if x.is_some() && y.is_some() {
            !deciding
        } else {
            nulls.get_or_insert_with(|| vec![false; rows])[row] = true;
            false
        };
    }
    Vector { data: Data::Bool(data), nulls, failures: both_failures(a, b) }
}

fn case(expr: &Expr, arms: &[(Expr, Expr)], otherwise: Option<&Expr>, scope: &dyn Scope) -> Vector {
    let conditions: Vec<Vector> = arms.iter().map(|(c, _)| evaluate(c, scope)).collect();
    let mut values: Vec<Vector> = arms.iter().map(|(_, v)| evaluate(v, scope)).collect();
    values.extend(otherwise.map(|e| evaluate(e, scope)));
    let last = otherwise.map(|_| arms.len());
    let taken = |row: usize| conditions.iter().position(|c| c.is_true(row)).or(last);
    let mut result = choose(&expr.ty, &values, scope, taken);
    // A condition is only asked when none before it held.
    for (i, condition) in conditions.iter().enumerate() {
        let asked = |row: usize| taken(row).is_none_or(|t| t >= i);
        result.failures.extend(condition.failures.iter().filter(|(row, _)| asked(*row as usize)));
    }
    result
}

fn extreme(expr: &Expr, all: &[Expr], scope: &dyn Scope, least: bool) -> Vector {
    let values: Vec<Vector> = all.iter().map(|e| evaluate(e, scope)).collect();
    let text_keys: Option<Vec<Option<Keys>>> =
        (expr.ty == Type::Text).then(|| values.iter().map(|v| keys(v, scope)).collect());
    let compare = |a: usize, b: usize, row: usize| match &text_keys {
        Some(keys) => {
            let texts = scope.texts().borrow();
            let text = |i: usize| keys[i].as_ref().map_or("", |k| texts.get(k.at(row)));
            text(a).cmp(text(b))
        }
        None => values[a].number(row).cmp(&values[b].number(row)),
    };
    let mut result = choose(&expr.ty, &values, scope, |row| {
        let mut best: Option<usize> = None;
        for i in (0..values.len()).filter(|i| !values[*i].is_null(row)) {
            let better = best.is_none_or(|b| {
                let order = compare(i, b, row);
                if least { order.is_lt() } else { order.is_gt() }
            });
            if better {
                best = Some(i);
            }
        }
        best
    });
    // Every side was asked.
    result.failures = values.iter().flat_map(|v| v.failures.iter().copied()).collect();
    result
}

/// Puts a vector together from others: `which` says from which one a row comes, null where it says none. Failures of what was
/// not taken are forgotten.
fn choose(ty: &Type, values: &[Vector], scope: &dyn Scope, which: impl Fn(usize) -> Option<usize>) -> Vector {
    let rows = scope.rows();
    let taken: Vec<Option<usize>> = (0..rows).map(which).collect();
    let mut nulls: Option<Vec<bool>> = None;
    for (row, taken) in taken.iter().enumerate() {
        if taken.is_none_or(|t| values[t].is_null(row)) {
            nulls.get_or_insert_with(|| vec![false; rows])[row] = true;
        }
    }
    let data = match ty {
        Type::Text => {
            let keys: Vec<Option<Keys>> = values.iter().map(|v| keys(v, scope)).collect();
            let key =
                |(row, t): (usize, &Option<usize>)| t.and_then(|t| keys[t].as_ref()).map_or(0, |k| k.at(row));
            Data::Text(taken.iter().enumerate().map(key).collect())
        }
        Type::Bool => {
            let value = |(row, t): (usize, &Option<usize>)| t.is_some_and(|t| flag(&values[t], row));
            Data::Bool(taken.iter().enumerate().map(value).collect())
        }
        _ => {
            let value = |(row, t): (usize, &Option<usize>)| t.map_or(0, |t| values[t].number(row));
            Data::Wide(taken.iter().enumerate().map(value).collect())
        }
    };
    let mut failures = Vec::new();
    for (i, vector) in values.iter().enumerate() {
        failures.extend(vector.failures.iter().filter(|(row, _)| taken[*row as usize] == Some(i)));
    }
    Vector { data, nulls, failures }
}

fn starts_with(a: &Expr, prefix: &str, scope: &dyn Scope) -> Vector {
    let rows = scope.rows();
    let values = evaluate(a, scope);
    let nulls = nulls_of(&values, rows);
    let data = match (&a.ty, &values.data) {
        (Type::Digits(width), _) => {
            let rest = u32::from(*width).saturating_sub(u32::try_from(prefix.len()).unwrap_or(u32::MAX));
            let (power, wanted) = (pow10(rest).unwrap_or(i128::MAX), prefix.parse::<i128>());
            let wanted = if prefix.is_empty() { Ok(0) } else { wanted };
            Data::Bool((0..rows).map(|i| wanted.as_ref() == Ok(&(values.number(i) / power))).collect())
        }
        (_, Data::Text(keys)) => {
            let texts = scope.texts().borrow();
            Data::Bool(
                keys.iter()
                    .enumerate()
                    .map(|(i, k)| !values.is_null(i) && texts.get(*k).starts_with(prefix))
                    .collect(),
            )
        }
        (_, Data::Constant(Value::Text(text))) => Data::Constant(Value::Bool(text.starts_with(prefix))),
        _ => Data::Constant(Value::Null),
    };
    Vector { data, nulls, failures: values.failures }
}
