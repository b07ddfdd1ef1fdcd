//! A scheme, planned: names resolved, types, scales and units checked, dates laid out. What the back ends run.
//!
//! Nothing in here can fail for a reason that was visible in the scheme file; what is left are the data's own faults
//! (overflow, a look-up that finds two rows).

use std::collections::BTreeMap;

use jixiao_core::finding::Both;

use crate::{
    dimension::{Dimension, Unit},
    fault::Span,
    number::Rounding,
};

/// A planned scheme for one fund year.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The scheme's id.
    pub id: String,
    /// Its name.
    pub label: Both,
    /// The fund year.
    pub year: i16,
    /// Where enterprises are known.
    pub applicant: Applicant,
    /// Clauses that steps and conditions name.
    pub clauses: Vec<Clause>,
    /// Every parameter of the file, in its order; expressions name them by index.
    pub parameters: Vec<Parameter>,
    /// The classes.
    pub classes: Vec<Class>,
    /// Steps over the sum of the classes.
    pub steps: Vec<Step>,
    /// The money that there is.
    pub budget: Option<Budget>,
}

/// The register of enterprises: which ledger, and which of its columns say what.
#[derive(Clone, Debug)]
pub struct Applicant {
    /// Index of the ledger.
    pub ledger: usize,
    /// Column with the credit code.
    pub key: usize,
    /// Column with the name.
    pub name: usize,
    /// Column with the division code.
    pub region: usize,
}

/// A clause as the scheme file words it.
#[derive(Clone, Debug)]
pub struct Clause {
    /// Its id in the file.
    pub id: String,
    /// What it says.
    pub text: Both,
    /// Where it stands.
    pub source: String,
    /// How sure: A, B, C, D.
    pub certainty: char,
}

/// A value as schemes know it. Numbers are whole numbers of the last digit at the scale that the type says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// Unknown.
    Null,
    /// A truth value.
    Bool(bool),
    /// A number at the scale of its type; a digits value as its number.
    Number(i128),
    /// Days since 1970-01-01.
    Date(i64),
    /// A text.
    Text(String),
}

/// The type of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// True, false or null.
    Bool,
    /// A text.
    Text,
    /// So many digits.
    Digits(u8),
    /// A date.
    Date,
    /// An exact decimal with a scale and a dimension.
    Number {
        /// Digits after the point.
        scale: u8,
        /// What it measures, in base units.
        dimension: Dimension,
    },
}

/// Whether a parameter's text was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// From a text that was seen.
    Official,
    /// The rule was not found; the value is there to show how it works.
    Illustrative,
}

/// A parameter with its values for the plan's year.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its id.
    pub id: String,
    /// Its name.
    pub label: Both,
    /// The type of its values; the scale is the largest of any value's.
    pub ty: Type,
    /// The unit as written; values stand in base units. `None` for dates and texts.
    pub unit: Option<Unit>,
    /// What is in force, for every region that has no value of its own and for those that have: the one of the fund year, or, by
    /// date, those of every day, in the order of their dates, without overlap.
    pub values: Vec<Dated>,
    /// The values of regions, by division code.
    pub regions: BTreeMap<String, Vec<Dated>>,
    /// The parameter that none of its values may exceed, by index.
    pub ceiling: Option<usize>,
    /// Where it stands in the file.
    pub span: Span,
}

/// One value of a parameter with the days on which it is in force.
#[derive(Clone, Debug)]
pub struct Dated {
    /// First day, `i64::MIN` when there is none.
    pub from: i64,
    /// Last day, `i64::MAX` when there is none.
    pub to: i64,
    /// The value at the parameter's type.
    pub value: Value,
    /// The value as the file writes it.
    pub text: String,
    /// Where it comes from.
    pub source: String,
    /// Whether that text was found.
    pub status: Status,
}

/// One class of a scheme: one ledger, one way of counting.
#[derive(Clone, Debug)]
pub struct Class {
    /// Its id.
    pub id: String,
    /// Its name.
    pub label: Both,
    /// Index into the clauses.
    pub clause: Option<usize>,
    /// The ledger it reads.
    pub ledger: usize,
    /// The column with the applicant's credit code.
    pub applicant: usize,
    /// Look-ups in other ledgers.
    pub lookups: Vec<Lookup>,
    /// Steps per line.
    pub lines: Vec<Step>,
    /// Conditions of a line, in the order in which they count.
    pub conditions: Vec<Condition>,
    /// Duplicates, in order.
    pub duplicates: Vec<Duplicate>,
    /// What is counted per line: a number, of a scale and dimension of its own.
    pub principal: Expr,
    /// What one unit of principal is worth in 元, over what is constant within an enterprise: columns of the register, parameters. The claim is
    /// principal × factor, never rounded, so that claimed = eligible + refused.
    pub factor: Expr,
    /// What `sum(…)`, `count(…)` … in the enterprise's expressions stand for.
    pub aggregates: Vec<Aggregate>,
    /// Conditions of the enterprise.
    pub requirements: Vec<Condition>,
    /// The enterprise's amount, step by step.
    pub steps: Vec<Step>,
}

/// A look-up in another ledger.
#[derive(Clone, Debug)]
pub struct Lookup {
    /// Its id.
    pub id: String,
    /// Index of the ledger.
    pub ledger: usize,
    /// Columns of that ledger, each with the expression over the line that it must equal.
    pub on: Vec<(usize, Expr)>,
    /// Only these rows of that ledger: an expression whose [`Name::Other`] are its columns.
    pub filter: Option<Expr>,
    /// Whether only the finding is asked; otherwise two matching rows are an error.
    pub any: bool,
}

/// A named expression.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its id.
    pub id: String,
    /// Its name.
    pub label: Both,
    /// Index into the clauses.
    pub clause: Option<usize>,
    /// What it computes.
    pub expression: Expr,
    /// The expression as written.
    pub text: String,
}

/// A condition with the reason that the applicant reads.
#[derive(Clone, Debug)]
pub struct Condition {
    /// Its id.
    pub id: String,
    /// Its name.
    pub label: Both,
    /// Why a row that fails it is refused.
    pub reason: Both,
    /// Index into the clauses.
    pub clause: Option<usize>,
    /// The condition.
    pub expression: Expr,
    /// The expression as written.
    pub text: String,
}

/// A rule about rows that are there twice.
#[derive(Clone, Debug)]
pub struct Duplicate {
    /// Its id.
    pub id: String,
    /// Its name.
    pub label: Both,
    /// Why a row is refused, or what a person is asked to decide.
    pub reason: Both,
    /// Index into the clauses.
    pub clause: Option<usize>,
    /// Expressions over the line that are equal within a group; a null in any of them keeps the row out of every group.
    pub key: Vec<Expr>,
    /// Only groups count in which these are not all equal.
    pub differ: Vec<Expr>,
    /// How rows are compared.
    pub kind: DuplicateKind,
}

/// How rows of one key are compared.
#[derive(Clone, Debug)]
pub enum DuplicateKind {
    /// Equal keys are enough.
    Exact {
        /// Whether the earliest row stays; otherwise all are refused until a person decides.
        keep_first: bool,
    },
    /// Closed periods with a day in common.
    Overlap {
        /// First day.
        from: Expr,
        /// Last day.
        to: Expr,
        /// Whether the earliest row stays.
        keep_first: bool,
    },
    /// Values that look alike. Flagged for a person, never decided.
    Near {
        /// The text or digits that are compared.
        compare: Expr,
        /// Rows of another ledger instead of the same one: its index, its columns for the key, its column to compare with.
        against: Option<(usize, Vec<usize>, usize)>,
    },
}

/// An aggregate over an enterprise's eligible lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aggregate {
    /// What is done.
    pub function: Function,
    /// With what; `None` for `count(*)`.
    pub argument: Option<Expr>,
}

/// The aggregate functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// Null when there is nothing to add.
    Sum,
    /// Rows, or values that are not null.
    Count,
    /// Distinct values that are not null.
    CountDistinct,
    /// The smallest.
    Min,
    /// The largest.
    Max,
}

/// The money that there is.
#[derive(Clone, Debug)]
pub struct Budget {
    /// Its name.
    pub label: Both,
    /// Index into the clauses.
    pub clause: Option<usize>,
    /// Whether each region has its own money.
    pub by_region: bool,
    /// The amount in 元: an expression over parameters alone.
    pub amount: Expr,
}

/// A typed expression. Operands of `+`, `-`, comparison, `case`, `coalesce`, `least`, `greatest` and `in` have one type, scale included: the planner
/// inserts [`Kind::Rescale`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expr {
    /// What it is.
    pub kind: Kind,
    /// What it gives.
    pub ty: Type,
    /// Where it stands in the scheme file.
    pub span: Span,
}

/// What a name stands for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Name {
    /// A column of the class's ledger. Line only.
    Column(usize),
    /// A column of a look-up's row. Line only.
    Lookup(usize, usize),
    /// Whether a look-up found a row: never null. Line only.
    Found(usize),
    /// An earlier line step. Line only.
    Line(usize),
    /// A column of the register, of the row's applicant.
    Enterprise(usize),
    /// A column of the ledger that a look-up filters. Look-up filters only.
    Other(usize),
    /// The sum of the enterprise's eligible principal. Enterprise only.
    Principal,
    /// An aggregate. Enterprise only.
    Aggregate(usize),
    /// The amount that came out of the step before. Steps only.
    Amount,
    /// The amount of a class. Steps of the scheme only.
    Class(usize),
}

/// The operators of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// The nodes of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A constant.
    Literal(Value),
    /// A name.
    Name(Name),
    /// A parameter by index; by date, the date expression at which it is asked. Its value may vary by the applicant's region.
    Parameter(usize, Option<Box<Expr>>),
    /// The same number at a larger scale.
    Rescale(Box<Expr>),
    /// Minus.
    Negate(Box<Expr>),
    /// The absolute value.
    Abs(Box<Expr>),
    /// A sum of two numbers of one type; a date plus days is [`Kind::AddDays`].
    Add(Box<Expr>, Box<Expr>),
    /// A difference of two numbers, or of two dates (then days).
    Subtract(Box<Expr>, Box<Expr>),
    /// A product: scales add up, dimensions multiply.
    Multiply(Box<Expr>, Box<Expr>),
    /// `dividend / divisor` rounded to the scale of the node's type; the divisor may be absent. A divisor of zero gives an error with the row.
    Round(Box<Expr>, Option<Box<Expr>>, Rounding),
    /// A comparison of two values of one type.
    Compare(Comparison, Box<Expr>, Box<Expr>),
    /// Three-valued.
    And(Box<Expr>, Box<Expr>),
    /// Three-valued.
    Or(Box<Expr>, Box<Expr>),
    /// Three-valued.
    Not(Box<Expr>),
    /// Never null.
    IsNull(Box<Expr>),
    /// Conditions with values; what holds first counts, null without an `else`.
    Case(Vec<(Expr, Expr)>, Option<Box<Expr>>),
    /// The first that is not null.
    Coalesce(Vec<Expr>),
    /// The smallest that is not null.
    Least(Vec<Expr>),
    /// The largest that is not null.
    Greatest(Vec<Expr>),
    /// Equal to one of several.
    In(Box<Expr>, Vec<Expr>),
    /// A text or digits that begin so.
    StartsWith(Box<Expr>, String),
    /// A date so many months on; the last day of the month when the day does not exist.
    AddMonths(Box<Expr>, Box<Expr>),
    /// A date so many days on.
    AddDays(Box<Expr>, Box<Expr>),
    /// The year of a date.
    Year(Box<Expr>),
    /// The month of a date.
    Month(Box<Expr>),
}

impl Expr {
    /// The parts that an expression is made of, in order.
    pub fn parts(&self) -> Vec<&Expr> {
        match &self.kind {
            Kind::Literal(_) | Kind::Name(_) => Vec::new(),
            Kind::Parameter(_, at) => at.as_deref().into_iter().collect(),
            Kind::Rescale(a)
            | Kind::Negate(a)
            | Kind::Abs(a)
            | Kind::Not(a)
            | Kind::IsNull(a)
            | Kind::StartsWith(a, _)
            | Kind::Year(a)
            | Kind::Month(a) => vec![a],
            Kind::Add(a, b)
            | Kind::Subtract(a, b)
            | Kind::Multiply(a, b)
            | Kind::Compare(_, a, b)
            | Kind::And(a, b)
            | Kind::Or(a, b)
            | Kind::AddMonths(a, b)
            | Kind::AddDays(a, b) => vec![a, b],
            Kind::Round(a, b, _) => std::iter::once(a.as_ref()).chain(b.as_deref()).collect(),
            Kind::Case(arms, otherwise) => {
                arms.iter().flat_map(|(c, v)| [c, v]).chain(otherwise.as_deref()).collect()
            }
            Kind::Coalesce(all) | Kind::Least(all) | Kind::Greatest(all) => all.iter().collect(),
            Kind::In(a, all) => std::iter::once(a.as_ref()).chain(all).collect(),
        }
    }

    /// Visits the expression and everything in it.
    pub fn walk<'a>(&'a self, visit: &mut impl FnMut(&'a Expr)) {
        visit(self);
        for part in self.parts() {
            part.walk(visit);
        }
    }

    /// The scale of a number; 0 for everything else.
    pub fn scale(&self) -> u8 {
        match &self.ty {
            Type::Number { scale, .. } => *scale,
            _ => 0,
        }
    }
}
