//! An explanation as a tree of lines.

use jixiao_core::finding::Lang;
use jixiao_engine::{
    run::explain::{Node, NodeKind},
    scheme::plan::Status,
};

/// The tree, one node a line, with reason and clause below it.
pub(crate) fn text(root: &Node, lang: Lang) -> String {
    let mut out = String::new();
    out += &line(root, lang);
    out.push('\n');
    below(root, "", lang, &mut out);
    out
}

fn below(node: &Node, indent: &str, lang: Lang, out: &mut String) {
    let bar = if node.children.is_empty() { "  " } else { "│ " };
    for note in notes(node, lang) {
        *out += &format!("{indent}{bar}  {note}\n");
    }
    for (i, child) in node.children.iter().enumerate() {
        let last = i + 1 == node.children.len();
        let (branch, next) = if last { ("└─", "  ") } else { ("├─", "│ ") };
        *out += &format!("{indent}{branch} {}\n", line(child, lang));
        below(child, &format!("{indent}{next} "), lang, out);
    }
}

fn line(node: &Node, lang: Lang) -> String {
    let mark = match node.holds {
        Some(true) => "✓ ",
        Some(false) => "✗ ",
        None if node.kind == NodeKind::Reason => "! ",
        None => "",
    };
    let mut line = format!("{mark}{}", node.label.get(lang));
    if matches!(node.kind, NodeKind::Parameter | NodeKind::Step | NodeKind::Condition | NodeKind::Reason) {
        line += &format!(" [{}]", node.id);
    }
    let value = node.value.get(lang);
    // A condition's mark says it already.
    if !value.is_empty() && node.holds.is_none() {
        line += if lang == Lang::Zh { "：" } else { ": " };
        line += value;
    }
    if node.status == Some(Status::Illustrative) {
        line += if lang == Lang::Zh { " 【示例】" } else { " [illustrative]" };
    }
    if let Some(origin) = &node.origin {
        line += &format!("  ({}:{})", origin.file, origin.row);
    }
    line
}

fn notes(node: &Node, lang: Lang) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(expression) = &node.expression {
        notes.push(format!("= {expression}"));
    }
    if let Some(reason) = &node.reason {
        let word = if lang == Lang::Zh { "原因：" } else { "why: " };
        notes.push(format!("{word}{}", reason.get(lang)));
    }
    if let Some(source) = &node.source {
        let word = if lang == Lang::Zh { "来源：" } else { "source: " };
        notes.push(format!("{word}{source}"));
    }
    if let Some(clause) = &node.clause {
        let (text, source, certainty) = (clause.text.get(lang), &clause.source, clause.certainty);
        notes.push(match lang {
            Lang::Zh => format!("依据（确信度 {certainty}）：{text}——{source}"),
            Lang::En => format!("clause (certainty {certainty}): {text} — {source}"),
        });
    }
    notes
}
