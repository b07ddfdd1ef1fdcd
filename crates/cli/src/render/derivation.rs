//! A derivation as a tree of lines: the figure, the formula, what it rests on, the steps below.

use jixiao_core::{
    derivation::{Ground, Node},
    finding::Lang,
};

/// The tree, one step a line, with formula and grounds below it.
pub(crate) fn text(root: &Node, lang: Lang) -> String {
    let mut out = line(root, lang) + "\n";
    below(root, "", lang, &mut out);
    out
}

fn below(node: &Node, indent: &str, lang: Lang, out: &mut String) {
    let bar = if node.parts.is_empty() { "  " } else { "│ " };
    if !node.formula.is_empty() {
        *out += &format!("{indent}{bar}  = {}\n", node.formula);
    }
    for ground in &node.grounds {
        *out += &format!("{indent}{bar}  {}\n", on(ground, lang));
    }
    for (i, part) in node.parts.iter().enumerate() {
        let last = i + 1 == node.parts.len();
        let (branch, next) = if last { ("└─", "  ") } else { ("├─", "│ ") };
        *out += &format!("{indent}{branch} {}\n", line(part, lang));
        below(part, &format!("{indent}{next} "), lang, out);
    }
}

fn line(node: &Node, lang: Lang) -> String {
    let (label, value) = (node.label.get(lang), node.value.get(lang));
    let colon = if lang == Lang::Zh { "：" } else { ": " };
    if value.is_empty() { label.to_owned() } else { format!("{label}{colon}{value}") }
}

/// What a step rests on, in one line.
fn on(ground: &Ground, lang: Lang) -> String {
    let zh = lang == Lang::Zh;
    match ground {
        Ground::Clause { text, source, certainty } if zh => {
            format!("依据 {}（{source}；可靠程度 {certainty}）", text.zh)
        }
        Ground::Clause { text, source, certainty } => {
            format!("by {} ({source}; certainty {certainty})", text.en)
        }
        Ground::Row { ledger, file, row } if zh => format!("台账 {ledger}：{file} 第 {row} 行"),
        Ground::Row { ledger, file, row } => format!("ledger {ledger}: {file}, row {row}"),
        Ground::Rows { ledger, count, listed } if zh => format!("台账 {ledger}：{count} 行，见 {listed}"),
        Ground::Rows { ledger, count, listed } => format!("ledger {ledger}: {count} rows, see {listed}"),
        Ground::Illustrative { parameter } if zh => format!("【示例】{parameter}：未查到规定，不是依据"),
        Ground::Illustrative { parameter } => {
            format!("[illustrative] {parameter}: no rule was found, this is none")
        }
        Ground::Target { place, written } if zh => format!("目标表 {place}：{written}"),
        Ground::Target { place, written } => format!("target table, {place}: {written}"),
        Ground::Reported { by, evidence } if zh => format!("由 {by} 填报，证据 {evidence}"),
        Ground::Reported { by, evidence } => format!("reported by {by}, evidence {evidence}"),
    }
}
