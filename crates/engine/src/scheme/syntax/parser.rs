//! From words to a tree: precedence as in PostgreSQL, and what is said at the first word that does not fit.

use jixiao_core::{both, finding::Both};

use crate::{fault::Span, scheme::plan::Comparison};

use super::{
    Call, Node, NodeKind, Operator, SIGNS, SyntaxError, days, error,
    lexer::{Kind, Token, tokens},
};

/// How deep parentheses, calls, `case` and prefixes may be nested.
const MAX_NESTING: usize = 48;
/// How deep a tree may be: a chain of `+` or `and` is as deep as it is long.
const MAX_DEPTH: u16 = 200;

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
