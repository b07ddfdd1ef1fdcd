//! The words of an expression: numbers, texts, names, keywords, signs, each with its bytes.

use jixiao_core::both;

use crate::{fault::Span, number::Dec};

use super::{FUNCTIONS, KEYWORDS, QUERY, SyntaxError, error};

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Number(Dec),
    /// A keyword in lower case.
    Key(&'static str),
    Name(String),
    Text(String),
    Symbol(&'static str),
    End,
}

#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) span: Span,
}

/// Longest first.
const SYMBOLS: &[&str] = &["<=", ">=", "<>", "(", ")", ",", ".", "+", "-", "*", "/", "=", "<", ">"];

pub(super) fn tokens(text: &str) -> Result<Vec<Token>, Box<SyntaxError>> {
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
