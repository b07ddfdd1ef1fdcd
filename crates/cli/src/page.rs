//! The page of a check, made from the one text that the check itself carries: for the terminal and for `docs/rules`.

use std::fmt::Write as _;

use jixiao_core::{
    checks::{ALL, Example, FAMILIES, Rule},
    finding::{Lang, Severity},
    text::{pad, width},
};
use serde_json::json;

/// A check for the terminal, in one language.
pub fn terminal(rule: &Rule, lang: Lang) -> String {
    let zh = lang == Lang::Zh;
    let label = |z: &'static str, e: &'static str| if zh { z } else { e };
    let mut out = String::new();
    let _ = writeln!(out, "{} {}（{}）", rule.code, rule.title.get(lang), rule.severity.word(lang));
    let _ = writeln!(out, "{}\n", rule.name);
    for (name, text) in [
        (label("发现什么", "what"), rule.what),
        (label("为什么要紧", "why"), rule.why),
        (label("怎样修复", "repair"), rule.repair),
        (label("依据", "source"), rule.source.text),
        (label("可靠程度", "certainty"), rule.source.certainty.text()),
    ] {
        let _ = writeln!(out, "{}  {}", pad(name, 10), text.get(lang));
    }
    for (name, example) in
        [(label("有问题的表", "fails"), &rule.failing), (label("改好的表", "passes"), &rule.passing)]
    {
        let _ = writeln!(out, "\n{name}");
        out.push_str(&drawn(example, "  "));
    }
    out
}

/// An example as aligned columns.
fn drawn(example: &Example, margin: &str) -> String {
    let rows: Vec<Vec<String>> =
        example.table.lines().map(|l| l.split('|').map(|c| c.trim().to_owned()).collect()).collect();
    let mut widths: Vec<usize> = Vec::new();
    // A row of one field is a title; it takes no part in the alignment.
    for row in rows.iter().filter(|r| r.len() > 1) {
        for (i, cell) in row.iter().enumerate() {
            match widths.get_mut(i) {
                Some(w) => *w = (*w).max(width(cell).min(30)),
                None => widths.push(width(cell).min(30)),
            }
        }
    }
    let mut out = String::new();
    for row in &rows {
        let cells: Vec<String> = match row.len() {
            1 => row.clone(),
            _ => row.iter().zip(&widths).map(|(c, w)| pad(c, *w)).collect(),
        };
        let _ = writeln!(out, "{margin}{}", cells.join(" | ").trim_end());
    }
    for line in example.waivers.lines() {
        let _ = writeln!(out, "{margin}{line}");
    }
    out
}

/// The page of a check in `docs/rules`: Chinese first, English below.
pub fn markdown(rule: &Rule) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "# {} {}\n", rule.code, rule.title.zh);
    let _ = writeln!(out, "`{}` · {} · *{}*\n", rule.name, rule.severity.word(Lang::Zh), rule.title.en);
    let parts = [
        ("发现什么", "What it finds", rule.what),
        ("为什么要紧", "Why it matters", rule.why),
        ("怎样修复", "How to repair it", rule.repair),
        ("依据", "Source", rule.source.text),
    ];
    let certainty = rule.source.certainty.text();
    for (heading, _, text) in parts {
        let _ = writeln!(out, "## {heading}\n\n{}\n", text.zh);
    }
    let _ = writeln!(out, "可靠程度：{}\n", certainty.zh);
    let _ = writeln!(out, "## 示例\n\n有问题的表：\n\n```text\n{}```\n", drawn(&rule.failing, ""));
    let _ = writeln!(out, "改好的表：\n\n```text\n{}```\n", drawn(&rule.passing, ""));
    let _ = writeln!(out, "---\n");
    for (_, heading, text) in parts {
        let _ = writeln!(out, "## {heading}\n\n{}\n", text.en);
    }
    let _ = writeln!(out, "Certainty: {}", certainty.en);
    out
}

/// The list of all checks in `docs/rules`.
pub fn index() -> String {
    let mut out = String::from("# 检查一览 · The checks\n\n");
    let _ = writeln!(out, "由程序自身的文字生成（`jixiao rule --format markdown`）；请勿手改。");
    let _ = writeln!(out, "Made from the program's own texts; not to be edited by hand.\n");
    for (letter, family) in FAMILIES {
        let rules: Vec<&&Rule> = ALL.iter().filter(|r| r.code.starts_with(letter)).collect();
        if rules.is_empty() {
            continue;
        }
        let _ = writeln!(out, "## {letter} {} · {}\n", family.zh, family.en);
        let _ = writeln!(out, "| 代码 | 级别 | 说明 | |\n| --- | --- | --- | --- |");
        for r in rules {
            let severity = r.severity.word(Lang::Zh);
            let _ =
                writeln!(out, "| [{0}]({0}.md) | {severity} | {1} | {2} |", r.code, r.title.zh, r.title.en);
        }
        out.push('\n');
    }
    let count = |s: Severity| ALL.iter().filter(|r| r.severity == s).count();
    let _ = writeln!(
        out,
        "共 {} 项：{} 项错误，{} 项警告，{} 项提示。",
        ALL.len(),
        count(Severity::Error),
        count(Severity::Warning),
        count(Severity::Note)
    );
    out
}

/// Checks for tools.
///
/// # Errors
/// Never in practice: the texts are plain strings.
pub fn json(rules: &[&Rule]) -> Result<String, String> {
    let list: Vec<_> = rules
        .iter()
        .map(|r| {
            let both = |t: jixiao_core::checks::Text| json!({ "zh": t.zh, "en": t.en });
            json!({
                "code": r.code,
                "name": r.name,
                "severity": r.severity,
                "title": both(r.title),
                "what": both(r.what),
                "why": both(r.why),
                "repair": both(r.repair),
                "source": both(r.source.text),
                "certainty": both(r.source.certainty.text()),
                "failing": r.failing.as_text_file(),
                "passing": r.passing.as_text_file(),
            })
        })
        .collect();
    serde_json::to_string_pretty(&list).map(|t| t + "\n").map_err(|e| e.to_string())
}
