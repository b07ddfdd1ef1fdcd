//! The expression language as written: words, a tree, and the tree written out again.
//!
//! SQL's expressions and nothing more: precedence as in PostgreSQL, keywords in any case, names in lower case. Every node
//! knows its bytes. Nothing is looked up here; that is the planner's.

use std::fmt;

use jixiao_core::{both, finding::Both};

use crate::{fault::Span, number::Dec, scheme::plan::Comparison};

/// How deep parentheses, calls, `case` and prefixes may be nested.
const MAX_NESTING: usize = 48;
/// How deep a tree may be: a chain of `+` or `and` is as deep as it is long.
const MAX_DEPTH: u16 = 200;

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

/// Reads an expression.
///
/// # Errors
///
/// The first place at which the text is no expression.
pub fn parse(text: &str) -> Result<Node, Box<SyntaxError>> {
    let tokens = tokens(text)?;
    let mut parser = Parser { tokens: &tokens, at: 0, nesting: 0 };
    if parser.peek().kind == Kind::End {
        return Err(error(
            0..text.len(),
            both!("表达式是空的", "The expression is empty"),
            both!("此处应有内容", "something belongs here"),
            both!("写出表达式，或删去这一项。", "Write the expression, or take the key away."),
        ));
    }
    let node = parser.or()?;
    if parser.peek().kind == Kind::End { Ok(node) } else { Err(parser.unexpected(None)) }
}

fn error(span: Span, message: Both, here: Both, next: Both) -> Box<SyntaxError> {
    Box::new(SyntaxError { span, message, here, next })
}

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Number(Dec),
    /// A keyword in lower case.
    Key(&'static str),
    Name(String),
    Text(String),
    Symbol(&'static str),
    End,
}

#[derive(Clone, Debug)]
struct Token {
    kind: Kind,
    span: Span,
}

/// Longest first.
const SYMBOLS: &[&str] = &["<=", ">=", "<>", "(", ")", ",", ".", "+", "-", "*", "/", "=", "<", ">"];

fn tokens(text: &str) -> Result<Vec<Token>, Box<SyntaxError>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        let (kind, length) = match first {
            _ if first.is_whitespace() => {
                at += first.len_utf8();
                continue;
            }
            '\'' => quoted(rest, at)?,
            '0'..='9' => number(rest, at)?,
            _ if first.is_ascii_alphabetic() || first == '_' => {
                let length =
                    rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
                (word(&rest[..length], &rest[length..], at)?, length)
            }
            _ if rest.starts_with("--") => {
                return Err(error(
                    at..at + 2,
                    both!("表达式里不写注释", "Comments are not part of expressions"),
                    both!("两个减号", "two minus signs"),
                    both!(
                        "注释写在 TOML 里（# 开头）；减去负数请加括号。",
                        "Comment in the TOML (#); put parentheses around what is negative."
                    ),
                ));
            }
            _ => match SYMBOLS.iter().find(|s| rest.starts_with(**s)) {
                Some(symbol) => (Kind::Symbol(symbol), symbol.len()),
                None => return Err(strange(first, rest, at)),
            },
        };
        tokens.push(Token { kind, span: at..at + length });
        at += length;
    }
    tokens.push(Token { kind: Kind::End, span: text.len()..text.len() });
    Ok(tokens)
}

fn quoted(rest: &str, at: usize) -> Result<(Kind, usize), Box<SyntaxError>> {
    let mut value = String::new();
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((i, c)) = chars.next() {
        if c != '\'' {
            value.push(c);
        } else if chars.next_if(|(_, c)| *c == '\'').is_some() {
            value.push('\'');
        } else {
            return Ok((Kind::Text(value), i + 1));
        }
    }
    Err(error(
        at..at + rest.len(),
        both!("单引号没有配对", "The quote is never closed"),
        both!("从这里开始", "it begins here"),
        both!(
            "在文本末尾补上 '；文本里的单引号写两遍。",
            "Add ' at the end of the text; a quote within it is written twice."
        ),
    ))
}

fn number(rest: &str, at: usize) -> Result<(Kind, usize), Box<SyntaxError>> {
    let length = rest
        .char_indices()
        .find(|(_, c)| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_')))
        .map_or(rest.len(), |(i, _)| i);
    match Dec::parse(&rest[..length]) {
        Some(number) => Ok((Kind::Number(number.normal()), length)),
        None => {
            let said = &rest[..length];
            Err(error(
                at..at + length,
                both!("{said} 不是数字", "{said} is not a number"),
                both!("读不出数字", "cannot be read"),
                both!(
                    "数字写成 12 或 0.5，不用指数、下划线和单位，至多 38 位。",
                    "Write 12 or 0.5: no exponent, underscore or unit, at most 38 digits."
                ),
            ))
        }
    }
}

fn word(word: &str, after: &str, at: usize) -> Result<Kind, Box<SyntaxError>> {
    let lower = word.to_ascii_lowercase();
    if let Some(key) = KEYWORDS.iter().find(|k| **k == lower) {
        return Ok(Kind::Key(key));
    }
    let span = at..at + word.len();
    if QUERY.contains(&lower.as_str()) {
        return Err(error(
            span,
            both!("表达式里没有子查询（{word}）", "Sub-queries are not part of the language ({word})"),
            both!("查询用词", "a word of queries"),
            both!(
                "另一台账的行用 [[class.lookup]] 查找；合计用 sum(…)、count(…)。",
                "Rows of another ledger come by [[class.lookup]]; totals by sum(…), count(…)."
            ),
        ));
    }
    if word == lower {
        return Ok(Kind::Name(lower));
    }
    let spoken =
        lower == "date" || (FUNCTIONS.contains(&lower.as_str()) && after.trim_start().starts_with('('));
    if spoken {
        return Ok(Kind::Name(lower));
    }
    Err(error(
        span,
        both!("名称用小写：{word}", "Names are in lower case: {word}"),
        both!("有大写字母", "capital letters"),
        both!("是否想写 {lower}？", "Did you mean {lower}?"),
    ))
}

fn strange(first: char, rest: &str, at: usize) -> Box<SyntaxError> {
    let two = rest.chars().take(2).collect::<String>();
    let (length, next) = match first {
        '!' if two == "!=" => (2, both!("不等于写作 <>。", "Not equal is written <>.")),
        '"' => (
            1,
            both!(
                "名称不加引号；文本用单引号，例如 'general'。",
                "Names have no quotes; texts have single ones, as in 'general'."
            ),
        ),
        '（'
        | '）'
        | '，'
        | '＝'
        | '＜'
        | '＞'
        | '＋'
        | '－'
        | '＊'
        | '／'
        | '‘'
        | '’'
        | '“'
        | '”'
        | '。'
        | '０'..='９' => {
            (first.len_utf8(), both!("改成半角符号。", "Write it with the half-width character."))
        }
        '×' => (first.len_utf8(), both!("乘号写作 *。", "Times is written *.")),
        '÷' => (first.len_utf8(), both!("除号写作 /。", "Divided by is written /.")),
        '≥' | '≤' | '≠' => (first.len_utf8(), both!("写作 >=、<= 或 <>。", "Write >=, <= or <>.")),
        '%' => (1, both!("百分比写成带单位 % 的参数。", "A percentage is a parameter with the unit %.")),
        _ if first.is_alphabetic() => (
            rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len()),
            both!(
                "这里用台账列名和参数的 id（小写字母、数字、下划线）；中文文本放在单引号内。",
                "Columns and parameters go by their ids (lower-case letters, digits, underscores); a text stands in single quotes."
            ),
        ),
        _ => (first.len_utf8(), both!("删去或改写。", "Take it away or write it otherwise.")),
    };
    let said = &rest[..length];
    error(
        at..at + length,
        both!("表达式里不能有 {said}", "{said} is not part of the language"),
        both!("不认识", "not known here"),
        next,
    )
}

struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
    nesting: usize,
}

type Parsed = Result<Node, Box<SyntaxError>>;

impl Parser<'_> {
    fn peek(&self) -> &Token {
        // The last token is the end and is never passed.
        &self.tokens[self.at.min(self.tokens.len() - 1)]
    }

    fn next(&mut self) -> Token {
        let token = self.peek().clone();
        self.at += 1;
        token
    }

    fn take_key(&mut self, key: &str) -> bool {
        let there = matches!(self.peek().kind, Kind::Key(k) if k == key);
        self.at += usize::from(there);
        there
    }

    fn take(&mut self, symbol: &str) -> bool {
        let there = matches!(self.peek().kind, Kind::Symbol(s) if s == symbol);
        self.at += usize::from(there);
        there
    }

    fn node(&self, kind: NodeKind, span: Span) -> Parsed {
        let mut node = Node { kind, span, depth: 0 };
        node.depth = 1 + node.children().iter().map(|c| c.depth).max().unwrap_or(0);
        if node.depth > MAX_DEPTH { Err(too_deep(node.span)) } else { Ok(node) }
    }

    fn nested(&mut self, parse: impl FnOnce(&mut Self) -> Parsed) -> Parsed {
        if self.nesting == MAX_NESTING {
            return Err(too_deep(self.peek().span.clone()));
        }
        self.nesting += 1;
        let parsed = parse(self);
        self.nesting -= 1;
        parsed
    }

    fn unexpected(&self, wanted: Option<Both>) -> Box<SyntaxError> {
        let token = self.peek();
        let here = wanted.unwrap_or_else(|| both!("没想到这里还有内容", "not expected here"));
        let (message, next) = match &token.kind {
            Kind::End => (
                both!("表达式没有写完", "The expression ends too early"),
                both!("补上缺少的部分。", "Add what is missing."),
            ),
            kind => {
                let said = match kind {
                    Kind::Number(n) => n.to_string(),
                    Kind::Key(k) => (*k).to_owned(),
                    Kind::Name(n) => n.clone(),
                    Kind::Text(t) => format!("'{t}'"),
                    Kind::Symbol(s) => (*s).to_owned(),
                    Kind::End => String::new(),
                };
                let next = if said == "null" {
                    both!(
                        "判断空值写作 is null；不写 else 的 case 得空值。",
                        "Ask with is null; a case without else gives null."
                    )
                } else {
                    both!(
                        "检查前后的运算符、括号和逗号。",
                        "Look at the operators, parentheses and commas around it."
                    )
                };
                (both!("此处不应有 {said}", "{said} is not expected here"), next)
            }
        };
        error(token.span.clone(), message, here, next)
    }

    fn or(&mut self) -> Parsed {
        let mut left = self.and()?;
        while self.take_key("or") {
            let right = self.and()?;
            left = self.binary(Operator::Or, left, right)?;
        }
        Ok(left)
    }

    fn and(&mut self) -> Parsed {
        let mut left = self.not()?;
        while self.take_key("and") {
            let right = self.not()?;
            left = self.binary(Operator::And, left, right)?;
        }
        Ok(left)
    }

    fn not(&mut self) -> Parsed {
        let start = self.peek().span.start;
        if self.take_key("not") {
            let inner = self.nested(Self::not)?;
            let span = start..inner.span.end;
            return self.node(NodeKind::Not(Box::new(inner)), span);
        }
        self.is()
    }

    fn is(&mut self) -> Parsed {
        let mut left = self.comparison()?;
        while self.take_key("is") {
            let negated = self.take_key("not");
            let end = self.peek().span.end;
            if !self.take_key("null") {
                return Err(self.unexpected(Some(both!("is 之后应为 null", "null belongs after is"))));
            }
            let span = left.span.start..end;
            left = self.node(NodeKind::IsNull(Box::new(left), negated), span)?;
        }
        Ok(left)
    }

    fn comparison(&mut self) -> Parsed {
        let left = self.range()?;
        let Some(comparison) = self.comparison_sign() else {
            return Ok(left);
        };
        self.at += 1;
        let right = self.range()?;
        if self.comparison_sign().is_some() {
            return Err(error(
                self.peek().span.clone(),
                both!("比较不能连写", "Comparisons cannot be chained"),
                both!("第二个比较", "the second comparison"),
                both!("写成 a < b and b < c，或用 between。", "Write a < b and b < c, or between."),
            ));
        }
        self.binary(Operator::Compare(comparison), left, right)
    }

    fn comparison_sign(&self) -> Option<Comparison> {
        let Kind::Symbol(symbol) = self.peek().kind else {
            return None;
        };
        SIGNS.iter().find(|(_, sign)| *sign == symbol).map(|(comparison, _)| *comparison)
    }

    fn range(&mut self) -> Parsed {
        let left = self.sum()?;
        let before = self.at;
        let negated = self.take_key("not");
        if self.take_key("between") {
            let low = self.sum()?;
            if !self.take_key("and") {
                return Err(self.unexpected(Some(both!(
                    "between 的两端之间应为 and",
                    "and belongs between the two ends"
                ))));
            }
            let high = self.sum()?;
            let span = left.span.start..high.span.end;
            return self
                .node(NodeKind::Between(Box::new(left), Box::new(low), Box::new(high), negated), span);
        }
        if self.take_key("in") {
            let open = self.peek().span.clone();
            if !self.take("(") {
                return Err(self.unexpected(Some(both!("in 之后应为括号", "a parenthesis belongs after in"))));
            }
            let (list, end) = self.list(open)?;
            let span = left.span.start..end;
            return self.node(NodeKind::In(Box::new(left), list, negated), span);
        }
        if self.take_key("like") {
            let pattern = self.sum()?;
            let span = left.span.start..pattern.span.end;
            return self.node(NodeKind::Like(Box::new(left), Box::new(pattern), negated), span);
        }
        self.at = before;
        Ok(left)
    }

    fn sum(&mut self) -> Parsed {
        let mut left = self.product()?;
        loop {
            let operator = match self.peek().kind {
                Kind::Symbol("+") => Operator::Add,
                Kind::Symbol("-") => Operator::Subtract,
                _ => return Ok(left),
            };
            self.at += 1;
            let right = self.product()?;
            left = self.binary(operator, left, right)?;
        }
    }

    fn product(&mut self) -> Parsed {
        let mut left = self.prefix()?;
        loop {
            let operator = match self.peek().kind {
                Kind::Symbol("*") => Operator::Multiply,
                Kind::Symbol("/") => Operator::Divide,
                _ => return Ok(left),
            };
            self.at += 1;
            let right = self.prefix()?;
            left = self.binary(operator, left, right)?;
        }
    }

    fn binary(&self, operator: Operator, left: Node, right: Node) -> Parsed {
        let span = left.span.start..right.span.end;
        self.node(NodeKind::Binary(operator, Box::new(left), Box::new(right)), span)
    }

    fn prefix(&mut self) -> Parsed {
        let start = self.peek().span.start;
        if self.take("-") {
            let inner = self.nested(Self::prefix)?;
            let span = start..inner.span.end;
            return self.node(NodeKind::Negate(Box::new(inner)), span);
        }
        self.primary()
    }

    fn primary(&mut self) -> Parsed {
        let token = self.peek().clone();
        let kind = match token.kind {
            Kind::Number(number) => NodeKind::Number(number),
            Kind::Text(text) => NodeKind::Text(text),
            Kind::Key("true") => NodeKind::Flag(true),
            Kind::Key("false") => NodeKind::Flag(false),
            Kind::Key("case") => return self.case(),
            Kind::Symbol("(") => {
                self.at += 1;
                let mut inner = self.nested(Self::or)?;
                let end = self.peek().span.end;
                if !self.take(")") {
                    return Err(self.unclosed(token.span));
                }
                // The parentheses are part of the place, not of the tree.
                inner.span = token.span.start..end;
                return Ok(inner);
            }
            Kind::Name(name) => return self.name(name),
            _ => {
                return Err(self.unexpected(Some(both!(
                    "此处应为名称、数字或文本",
                    "a name, number or text belongs here"
                ))));
            }
        };
        self.at += 1;
        self.node(kind, token.span)
    }

    fn unclosed(&self, open: Span) -> Box<SyntaxError> {
        if self.peek().kind == Kind::End
            || matches!(self.peek().kind, Kind::Key("then" | "else" | "end" | "when"))
        {
            return error(
                open,
                both!("括号没有配对", "The parenthesis is never closed"),
                both!("从这里打开", "opened here"),
                both!("在对应处补上 )。", "Add the ) that belongs to it."),
            );
        }
        self.unexpected(Some(both!("此处应为逗号或右括号", "a comma or ) belongs here")))
    }

    fn name(&mut self, name: String) -> Parsed {
        let first = self.next().span;
        if name == "date"
            && let Kind::Text(text) = self.peek().kind.clone()
        {
            let token = self.next();
            let Some(days) = days(&text) else {
                return Err(error(
                    token.span,
                    both!("没有 {text} 这一天", "There is no day {text}"),
                    both!("不是日期", "not a date"),
                    both!("日期写成 date '2024-06-30'。", "Write date '2024-06-30'."),
                ));
            };
            return self.node(NodeKind::Date(days), first.start..token.span.end);
        }
        if self.take(".") {
            let token = self.peek().clone();
            let Kind::Name(second) = token.kind else {
                return Err(
                    self.unexpected(Some(both!("点号之后应为列名", "a column belongs after the point")))
                );
            };
            self.at += 1;
            return self.node(NodeKind::Name(Some(name), second), first.start..token.span.end);
        }
        let open = self.peek().span.clone();
        if !self.take("(") {
            return self.node(NodeKind::Name(None, name), first);
        }
        let distinct = self.take_key("distinct");
        let star = !distinct && self.take("*");
        let (arguments, end) = if star {
            let end = self.peek().span.end;
            if !self.take(")") {
                return Err(self.unclosed(open));
            }
            (Vec::new(), end)
        } else if !distinct && self.peek().kind == Kind::Symbol(")") {
            (Vec::new(), self.next().span.end)
        } else {
            self.list(open)?
        };
        let call = Call { name, arguments, distinct, star };
        self.node(NodeKind::Call(call), first.start..end)
    }

    /// Expressions up to the parenthesis that closes them; the one that opens them is behind.
    fn list(&mut self, open: Span) -> Result<(Vec<Node>, usize), Box<SyntaxError>> {
        let mut list = Vec::new();
        loop {
            list.push(self.nested(Self::or)?);
            let end = self.peek().span.end;
            if self.take(")") {
                return Ok((list, end));
            }
            if !self.take(",") {
                return Err(self.unclosed(open));
            }
        }
    }

    fn case(&mut self) -> Parsed {
        let start = self.next().span.start;
        if !matches!(self.peek().kind, Kind::Key("when")) {
            return Err(error(
                self.peek().span.clone(),
                both!("case 之后应为 when", "when belongs after case"),
                both!("不带 when 的写法没有", "there is no other form"),
                both!(
                    "写成 case when 条件 then 值 else 值 end。",
                    "Write case when condition then value else value end."
                ),
            ));
        }
        let mut arms = Vec::new();
        while self.take_key("when") {
            let condition = self.nested(Self::or)?;
            if !self.take_key("then") {
                return Err(self.unexpected(Some(both!("此处应为 then", "then belongs here"))));
            }
            arms.push((condition, self.nested(Self::or)?));
        }
        let otherwise = if self.take_key("else") { Some(Box::new(self.nested(Self::or)?)) } else { None };
        let end = self.peek().span.end;
        if !self.take_key("end") {
            return Err(self.unexpected(Some(both!("case 以 end 结束", "case closes with end"))));
        }
        self.node(NodeKind::Case(arms, otherwise), start..end)
    }
}

fn too_deep(span: Span) -> Box<SyntaxError> {
    error(
        span,
        both!("表达式嵌套太深", "The expression is nested too deeply"),
        both!("从这里起太深", "too deep from here on"),
        both!("拆成几个 [[class.line]] 步骤。", "Split it into several [[class.line]] steps."),
    )
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
