//! The expression language as written: words, a tree, and the tree written out again.
//!
//! SQL's expressions and nothing more: precedence as in PostgreSQL, keywords in any case, names in lower case. Every node
//! knows its bytes. Nothing is looked up here; that is the planner's.

mod lexer;
mod parser;

pub use parser::parse;

use std::fmt;

use jixiao_core::finding::Both;

use crate::{fault::Span, number::Dec, scheme::plan::Comparison};

/// One node of an expression. Two nodes are equal when they say the same, wherever they stand.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// Its bytes in the expression's text.
    pub span: Span,
    depth: u16,
}

/// What a node is.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeKind {
    /// A number, never negative.
    Number(Dec),
    /// A text in single quotes.
    Text(String),
    /// `date '2024-06-30'`: days since 1970-01-01.
    Date(i64),
    /// `true` or `false`.
    Flag(bool),
    /// A name, perhaps with the word before its point.
    Name(Option<String>, String),
    /// Minus.
    Negate(Box<Node>),
    /// `not`.
    Not(Box<Node>),
    /// Two operands.
    Binary(Operator, Box<Node>, Box<Node>),
    /// `is null`; with true, `is not null`.
    IsNull(Box<Node>, bool),
    /// `between`; with true, `not between`.
    Between(Box<Node>, Box<Node>, Box<Node>, bool),
    /// `in`; with true, `not in`.
    In(Box<Node>, Vec<Node>, bool),
    /// `like`; with true, `not like`.
    Like(Box<Node>, Box<Node>, bool),
    /// `case when … then … else … end`.
    Case(Vec<(Node, Node)>, Option<Box<Node>>),
    /// A function, or a parameter at a date.
    Call(Call),
}

/// A name with arguments.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The name.
    pub name: String,
    /// What stands in the parentheses.
    pub arguments: Vec<Node>,
    /// Whether `distinct` stands before the argument.
    pub distinct: bool,
    /// Whether the argument is `*`.
    pub star: bool,
}

/// Operators with two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Operator {
    Or,
    And,
    Compare(Comparison),
    Add,
    Subtract,
    Multiply,
    Divide,
}

/// Why a text is no expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Its bytes in the expression's text.
    pub span: Span,
    /// What is wrong.
    pub message: Both,
    /// A few words for the place.
    pub here: Both,
    /// What to do.
    pub next: Both,
}

/// Words that cannot be names.
const KEYWORDS: &[&str] = &[
    "and", "or", "not", "is", "null", "between", "in", "like", "case", "when", "then", "else", "end",
    "distinct", "true", "false",
];

/// Words of queries; no names either, so that a sub-query is told as what it is.
const QUERY: &[&str] =
    &["select", "exists", "from", "where", "join", "union", "group", "having", "order", "limit", "over"];

/// The functions, in the order in which the page about the format has them.
pub const FUNCTIONS: &[&str] = &[
    "coalesce",
    "least",
    "greatest",
    "add_months",
    "add_days",
    "year",
    "month",
    "abs",
    "round_half_up",
    "round_down",
    "round_up",
    "sum",
    "count",
    "min",
    "max",
];

/// Whether a word in lower case means something to the language itself and so cannot be a name.
pub fn is_keyword(word: &str) -> bool {
    KEYWORDS.contains(&word) || QUERY.contains(&word)
}

/// Days since 1970-01-01 of a date as ISO writes it; `None` when there is no such day.
pub fn days(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    let shape = bytes.len() == 10
        && bytes
            .iter()
            .enumerate()
            .all(|(i, b)| if i == 4 || i == 7 { *b == b'-' } else { b.is_ascii_digit() });
    if !shape {
        return None;
    }
    let (year, month, day) = (text[..4].parse().ok()?, text[5..7].parse().ok()?, text[8..].parse().ok()?);
    days_of(year, month, day)
}

/// Days since 1970-01-01 of a date; `None` when there is no such day.
pub fn days_of(year: i16, month: i8, day: i8) -> Option<i64> {
    let date = jiff::civil::Date::new(year, month, day).ok()?;
    let since = jiff::civil::date(1970, 1, 1).until(date).ok()?;
    Some(i64::from(since.get_days()))
}

/// The date of a number of days since 1970-01-01 as ISO writes it; the number itself beyond the calendar.
pub fn iso(days: i64) -> String {
    let day =
        jiff::Span::new().try_days(days).and_then(|span| jiff::civil::date(1970, 1, 1).checked_add(span));
    day.map_or_else(|_| days.to_string(), |day| day.to_string())
}

fn error(span: Span, message: Both, here: Both, next: Both) -> Box<SyntaxError> {
    Box::new(SyntaxError { span, message, here, next })
}

const SIGNS: &[(Comparison, &str)] = &[
    (Comparison::Equal, "="),
    (Comparison::NotEqual, "<>"),
    (Comparison::Less, "<"),
    (Comparison::LessOrEqual, "<="),
    (Comparison::Greater, ">"),
    (Comparison::GreaterOrEqual, ">="),
];

impl Comparison {
    /// How it is written.
    pub fn sign(self) -> &'static str {
        SIGNS.iter().find(|(comparison, _)| *comparison == self).map_or("=", |(_, sign)| sign)
    }
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

impl Node {
    /// The nodes that it is made of, in order.
    pub fn children(&self) -> Vec<&Node> {
        match &self.kind {
            NodeKind::Number(_)
            | NodeKind::Text(_)
            | NodeKind::Date(_)
            | NodeKind::Flag(_)
            | NodeKind::Name(..) => Vec::new(),
            NodeKind::Negate(a) | NodeKind::Not(a) | NodeKind::IsNull(a, _) => vec![a],
            NodeKind::Binary(_, a, b) | NodeKind::Like(a, b, _) => vec![a, b],
            NodeKind::Between(a, b, c, _) => vec![a, b, c],
            NodeKind::In(a, list, _) => std::iter::once(a.as_ref()).chain(list).collect(),
            NodeKind::Case(arms, otherwise) => {
                arms.iter().flat_map(|(c, v)| [c, v]).chain(otherwise.as_deref()).collect()
            }
            NodeKind::Call(call) => call.arguments.iter().collect(),
        }
    }

    /// Visits the node and everything in it.
    pub fn walk<'a>(&'a self, visit: &mut impl FnMut(&'a Node)) {
        visit(self);
        for child in self.children() {
            child.walk(visit);
        }
    }

    /// How tightly it holds together, from `or` to a name.
    fn level(&self) -> u8 {
        match &self.kind {
            NodeKind::Binary(operator, ..) => operator.level(),
            NodeKind::Not(_) => 3,
            NodeKind::IsNull(..) => 4,
            NodeKind::Between(..) | NodeKind::In(..) | NodeKind::Like(..) => 6,
            NodeKind::Negate(_) => 9,
            _ => 10,
        }
    }

    fn within(&self, f: &mut fmt::Formatter<'_>, least: u8) -> fmt::Result {
        if self.level() < least { write!(f, "({self})") } else { write!(f, "{self}") }
    }
}

impl Operator {
    fn level(self) -> u8 {
        match self {
            Self::Or => 1,
            Self::And => 2,
            Self::Compare(_) => 5,
            Self::Add | Self::Subtract => 7,
            Self::Multiply | Self::Divide => 8,
        }
    }

    /// How it is written.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Or => "or",
            Self::And => "and",
            Self::Compare(comparison) => comparison.sign(),
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
        }
    }
}

impl fmt::Display for Node {
    /// The expression with no more parentheses than it needs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let not = |negated: &bool| if *negated { "not " } else { "" };
        let list = |f: &mut fmt::Formatter<'_>, list: &[Node]| {
            for (i, item) in list.iter().enumerate() {
                write!(f, "{}{item}", if i == 0 { "" } else { ", " })?;
            }
            write!(f, ")")
        };
        match &self.kind {
            NodeKind::Number(number) => write!(f, "{number}"),
            NodeKind::Text(text) => write!(f, "'{}'", text.replace('\'', "''")),
            NodeKind::Date(days) => write!(f, "date '{}'", iso(*days)),
            NodeKind::Flag(flag) => write!(f, "{flag}"),
            NodeKind::Name(None, name) => write!(f, "{name}"),
            NodeKind::Name(Some(of), name) => write!(f, "{of}.{name}"),
            NodeKind::Negate(a) => {
                write!(f, "-")?;
                // Two minus signs in a row would begin a comment in SQL.
                a.within(f, if matches!(a.kind, NodeKind::Negate(_)) { 10 } else { 9 })
            }
            NodeKind::Not(a) => {
                write!(f, "not ")?;
                a.within(f, 3)
            }
            NodeKind::Binary(operator, a, b) => {
                let level = operator.level();
                let alone = matches!(operator, Operator::Compare(_));
                a.within(f, level + u8::from(alone))?;
                write!(f, " {} ", operator.sign())?;
                b.within(f, level + 1)
            }
            NodeKind::IsNull(a, negated) => {
                a.within(f, 4)?;
                write!(f, " is {}null", not(negated))
            }
            NodeKind::Between(a, low, high, negated) => {
                a.within(f, 7)?;
                write!(f, " {}between ", not(negated))?;
                low.within(f, 7)?;
                write!(f, " and ")?;
                high.within(f, 7)
            }
            NodeKind::In(a, items, negated) => {
                a.within(f, 7)?;
                write!(f, " {}in (", not(negated))?;
                list(f, items)
            }
            NodeKind::Like(a, pattern, negated) => {
                a.within(f, 7)?;
                write!(f, " {}like ", not(negated))?;
                pattern.within(f, 7)
            }
            NodeKind::Case(arms, otherwise) => {
                write!(f, "case")?;
                for (condition, value) in arms {
                    write!(f, " when {condition} then {value}")?;
                }
                if let Some(otherwise) = otherwise {
                    write!(f, " else {otherwise}")?;
                }
                write!(f, " end")
            }
            NodeKind::Call(call) => {
                write!(f, "{}(", call.name)?;
                if call.star {
                    return write!(f, "*)");
                }
                write!(f, "{}", if call.distinct { "distinct " } else { "" })?;
                list(f, &call.arguments)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The expression with every parenthesis that says how it was read.
    fn grouped(text: &str) -> String {
        fn write(node: &Node) -> String {
            let all: Vec<String> = node.children().into_iter().map(write).collect();
            match &node.kind {
                NodeKind::Binary(operator, ..) => format!("({} {} {})", all[0], operator.sign(), all[1]),
                NodeKind::Not(_) => format!("(not {})", all[0]),
                NodeKind::Negate(_) => format!("(-{})", all[0]),
                NodeKind::IsNull(_, negated) => {
                    format!("({} is {}null)", all[0], if *negated { "not " } else { "" })
                }
                NodeKind::Between(..) => format!("({} between {} and {})", all[0], all[1], all[2]),
                NodeKind::In(..) => format!("({} in {})", all[0], all[1..].join(" ")),
                NodeKind::Like(..) => format!("({} like {})", all[0], all[1]),
                _ => node.to_string(),
            }
        }
        match parse(text) {
            Ok(node) => write(&node),
            Err(error) => format!("{}..{} {}", error.span.start, error.span.end, error.message.en),
        }
    }

    #[test]
    fn precedence_is_that_of_postgresql() {
        for (text, read) in [
            ("a + b * c - d", "((a + (b * c)) - d)"),
            ("a / b * c", "((a / b) * c)"),
            ("-a * b", "((-a) * b)"),
            ("a or b and not c", "(a or (b and (not c)))"),
            ("not a = b", "(not (a = b))"),
            ("not a is null", "(not (a is null))"),
            ("a = b is not null", "((a = b) is not null)"),
            ("a = b in (1, 2)", "(a = (b in 1 2))"),
            ("a + 1 between b and c + 1 and d", "(((a + 1) between b and (c + 1)) and d)"),
            ("a like 'x%' = b", "((a like 'x%') = b)"),
            ("(a or b) and c", "((a or b) and c)"),
            ("A AND B", "0..1 Names are in lower case: A"),
            ("a AND b Or NOT c", "((a and b) or (not c))"),
            ("a < b < c", "6..7 Comparisons cannot be chained"),
            ("a in (1) in (2)", "9..11 in is not expected here"),
            ("a not b", "2..5 not is not expected here"),
        ] {
            assert_eq!(grouped(text), read, "{text}");
        }
    }

    #[test]
    fn texts_dates_and_numbers_are_read_whole() {
        let kind = |text: &str| parse(text).map(|n| n.kind);
        assert_eq!(kind("'it''s 甲'"), Ok(NodeKind::Text("it's 甲".to_owned())));
        // 54 years of 365 days and 13 leap days to 2024-01-01, 31 + 29 + 31 + 30 + 31 days to June, 29 more.
        assert_eq!(kind("DATE '2024-06-30'"), Ok(NodeKind::Date(54 * 365 + 13 + 152 + 29)));
        assert_eq!(kind("0.50"), Ok(NodeKind::Number(Dec::new(5, 1))));
        // `date` is a name when no text follows.
        assert_eq!(kind("date"), Ok(NodeKind::Name(None, "date".to_owned())));
        for text in [
            "1.",
            ".5",
            "1e3",
            "0x1",
            "1_000",
            "1,000",
            "''",
            "a.b.c",
            "a.",
            "f(,)",
            "f(1,)",
            "count(distinct)",
            "case end",
            "case when a then b",
            "date '2024-6-1'",
            "()",
        ] {
            assert_eq!(parse(text).is_err(), text != "''", "{text}");
        }
    }

    #[test]
    fn places_are_bytes_of_the_text() {
        let text = "least(甲, b)";
        let error = parse(text).expect_err("甲 is no name");
        assert_eq!(&text[error.span], "甲");
        let text = "a + (b * c)";
        let node = parse(text).expect("reads");
        assert_eq!(
            node.children().iter().map(|n| &text[n.span.clone()]).collect::<Vec<_>>(),
            ["a", "(b * c)"]
        );
    }

    fn names() -> impl Strategy<Value = String> {
        "[a-z_][a-z0-9_]{0,6}".prop_filter("a name", |n| !is_keyword(n) && n != "date")
    }

    fn nodes() -> impl Strategy<Value = Node> {
        let made = |kind| Node { kind, span: 0..0, depth: 0 };
        let leaf = prop_oneof![
            (0..10i128.pow(20), 0u8..6).prop_map(|(m, s)| NodeKind::Number(Dec::new(m, s))),
            "[ -~甲乙']{0,6}".prop_map(NodeKind::Text),
            (-100_000i64..100_000).prop_map(NodeKind::Date),
            any::<bool>().prop_map(NodeKind::Flag),
            (proptest::option::of(names()), names()).prop_map(|(of, name)| NodeKind::Name(of, name)),
        ]
        .prop_map(made);
        leaf.prop_recursive(5, 40, 4, move |inner| {
            let one = || inner.clone().prop_map(Box::new);
            let operators = [
                Operator::Or,
                Operator::And,
                Operator::Add,
                Operator::Subtract,
                Operator::Multiply,
                Operator::Divide,
            ];
            let operator = prop_oneof![
                proptest::sample::select(operators.to_vec()),
                proptest::sample::select(
                    SIGNS.iter().map(|(c, _)| Operator::Compare(*c)).collect::<Vec<_>>()
                ),
            ];
            let list = || proptest::collection::vec(inner.clone(), 1..4);
            let arms = proptest::collection::vec((inner.clone(), inner.clone()), 1..3);
            prop_oneof![
                one().prop_map(NodeKind::Negate),
                one().prop_map(NodeKind::Not),
                (operator, one(), one()).prop_map(|(o, a, b)| NodeKind::Binary(o, a, b)),
                (one(), any::<bool>()).prop_map(|(a, n)| NodeKind::IsNull(a, n)),
                (one(), one(), one(), any::<bool>()).prop_map(|(a, b, c, n)| NodeKind::Between(a, b, c, n)),
                (one(), list(), any::<bool>()).prop_map(|(a, l, n)| NodeKind::In(a, l, n)),
                (one(), one(), any::<bool>()).prop_map(|(a, b, n)| NodeKind::Like(a, b, n)),
                (arms, proptest::option::of(one())).prop_map(|(a, e)| NodeKind::Case(a, e)),
                (names(), list(), any::<bool>()).prop_map(|(name, arguments, distinct)| {
                    NodeKind::Call(Call { name, arguments, distinct, star: false })
                }),
                names().prop_map(|name| {
                    NodeKind::Call(Call { name, arguments: Vec::new(), distinct: false, star: true })
                }),
            ]
            .prop_map(made)
        })
    }

    proptest! {
        #[test]
        fn what_is_written_out_is_read_back(node in nodes()) {
            let text = node.to_string();
            prop_assert_eq!(parse(&text), Ok(node), "{}", text);
        }

        #[test]
        fn any_text_is_read_or_refused_at_a_place_in_it(text in "[a-z ()'+*/<>=,.0-9甲（-]{0,40}|\\PC{0,40}") {
            match parse(&text) {
                Ok(node) => prop_assert_eq!(parse(&node.to_string()), Ok(node)),
                Err(error) => prop_assert!(text.get(error.span.clone()).is_some(), "{:?}", error.span),
            }
        }
    }
}
