use jixiao_core::{
    checks::{ALL, FAMILIES, Rule, rule},
    finding::Lang,
    text::{distance, pad},
};

use crate::{
    args::{RuleArgs, RuleFormat},
    commands::{Setting, print},
    exit::Exit,
    page,
};

pub(super) fn run(setting: &Setting, args: &RuleArgs) -> Result<Exit, String> {
    let chosen: Vec<&Rule> = match &args.code {
        None => ALL.to_vec(),
        Some(code) => vec![rule(code).ok_or_else(|| unknown(code, setting.lang))?],
    };
    let text = match (args.format, args.code.is_some()) {
        (RuleFormat::Text, false) => list(setting.lang),
        (RuleFormat::Text, true) => page::terminal(chosen[0], setting.lang),
        (RuleFormat::Markdown, true) => page::markdown(chosen[0]),
        (RuleFormat::Markdown, false) => page::index(),
        (RuleFormat::Json, _) => page::json(&chosen)?,
    };
    print(&text)?;
    Ok(Exit::Clean)
}

fn unknown(code: &str, lang: Lang) -> String {
    let wanted = code.to_ascii_uppercase();
    let near: Vec<&str> = ALL.iter().map(|r| r.code).filter(|c| distance(c, &wanted) <= 1).take(5).collect();
    match (lang, near.is_empty()) {
        (Lang::Zh, true) => format!("没有代码为“{code}”的检查；用 jixiao rule 列出全部检查"),
        (Lang::Zh, false) => format!("没有代码为“{code}”的检查；相近的有 {}", near.join("、")),
        (Lang::En, true) => format!("no check has the code {code:?}; jixiao rule lists them all"),
        (Lang::En, false) => format!("no check has the code {code:?}; near ones are {}", near.join(", ")),
    }
}

/// Every check in a line, by family.
fn list(lang: Lang) -> String {
    let mut out = String::new();
    for (letter, family) in FAMILIES {
        let rules: Vec<&&Rule> = ALL.iter().filter(|r| r.code.starts_with(letter)).collect();
        if rules.is_empty() {
            continue;
        }
        out.push_str(&format!("{letter}  {}\n", family.get(lang)));
        for r in rules {
            out.push_str(&format!(
                "  {}  {}  {}\n",
                r.code,
                pad(r.severity.word(lang), 8),
                r.title.get(lang)
            ));
        }
    }
    out.push_str(&match lang {
        Lang::Zh => format!("\n共 {} 项检查；jixiao rule 代码 查看说明、示例与依据\n", ALL.len()),
        Lang::En => {
            format!("\n{} checks; jixiao rule CODE explains one with examples and source\n", ALL.len())
        }
    });
    out
}
