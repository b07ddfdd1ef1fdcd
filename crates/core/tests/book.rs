//! The page about the books says what the program does. `UPDATE=1 cargo test -p jixiao-core --test book` writes its generated parts.

use std::{collections::BTreeSet, fmt::Write as _, fs};

use jixiao_core::book::{EntryKind, Outcome};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/money.md");

fn kinds() -> String {
    let mut out = String::from(
        "| kind | 种类 | | 从 from | 到 to | 同一方向和地区 same place | 须写原因 reason |\n| --- | --- | --- | --- | --- | :-: | :-: |\n",
    );
    let tick = |yes: bool| if yes { "●" } else { "" };
    for kind in EntryKind::ALL {
        let label = kind.label();
        let mut ways: Vec<(String, String, bool)> = kind
            .between()
            .map(|(from, to, same)| (format!("`{}`", from.code()), format!("`{}`", to.code()), same))
            .collect();
        if ways.is_empty() {
            ways.push((
                "原分录的转入 where it went".to_owned(),
                "原分录的转出 where it came from".to_owned(),
                true,
            ));
        }
        for (from, to, same) in ways {
            // Writing to a String does not fail.
            let _ = writeln!(
                out,
                "| `{}` | {} | {} | {from} | {to} | {} | {} |",
                kind.code(),
                label.zh,
                label.en,
                tick(same),
                tick(kind.needs_reason())
            );
        }
    }
    out
}

fn outcomes() -> String {
    let mut out = String::from("| code | 含义 | meaning |\n| --- | --- | --- |\n");
    for outcome in Outcome::every() {
        let words = outcome.words();
        let _ = writeln!(out, "| `{}` | {} | {} |", outcome.code(), words.zh, words.en);
    }
    out
}

fn put(page: &str, name: &str, text: &str) -> String {
    let (begin, end) = (format!("<!-- generated: {name} -->\n"), "<!-- /generated -->");
    let (head, rest) = page.split_once(&begin).unwrap_or_else(|| panic!("the page has no part {name}"));
    let (_, tail) = rest.split_once(end).unwrap_or_else(|| panic!("the part {name} has no end"));
    format!("{head}{begin}{text}{end}{tail}")
}

#[test]
fn the_page_is_what_the_program_does() {
    let kept = fs::read_to_string(PAGE).expect("the page");
    let fresh = put(&put(&kept, "kinds", &kinds()), "outcomes", &outcomes());
    if std::env::var_os("UPDATE").is_some() {
        fs::write(PAGE, fresh).expect("the page");
    } else {
        assert!(kept == fresh, "docs/money.md is stale: write it with UPDATE=1");
    }
}

#[test]
fn codes_are_told_apart_and_kinds_round_trip() {
    let codes: BTreeSet<&str> = Outcome::every().iter().map(Outcome::code).collect();
    assert_eq!(codes.len(), Outcome::every().len());
    for kind in EntryKind::ALL {
        assert_eq!(EntryKind::of(kind.code()), Some(kind));
    }
}
