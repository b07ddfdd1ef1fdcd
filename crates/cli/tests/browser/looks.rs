//! Every page as it looks: in both languages, wide and narrow, and what axe-core (`axe.min.js`, MPL-2.0) has against it.

use serde_json::Value;

use crate::{
    Demo, Task,
    driver::{Seen, Tab},
};

/// The list.
pub(crate) const ALL: &[Task] = &[
    Task { name: "looks-accessible", done: accessible },
    Task { name: "looks-narrow", done: narrow },
    Task { name: "looks-english", done: english },
];

/// Pages, and who looks at them.
const PAGES: &[(&str, &[&str])] = &[
    ("", &["/sign-in", "/public", "/public/targets", "/public/results", "/public/awards", "/public/data"]),
    (
        "省级业务",
        &[
            "/",
            "/cases/target-table",
            "/cases/decomposition",
            "/cases/application",
            "/cases/application?state=city-passed",
            "/cases/actual",
            "/cases/monitoring",
            "/cases/evaluation",
            "/cases/payment-order",
            "/case/1",
            "/accounts",
            "/accounts/1",
            "/survey",
            "/account",
            "/tour",
            "/results",
            "/indicators",
            "/indicators/import-interest-awards",
            "/regions",
            "/regions/440800",
            "/derivation/440800/import-interest-awards",
            "/monitor?month=7",
            "/score",
            "/files",
            "/targets",
            "/targets/versions",
            "/decomposition/440800",
            "/schemes",
            "/schemes/import-interest",
            "/schemes/import-interest/simulate",
            "/awards",
            "/awards/notice",
            "/inspection",
            "/search?q=%E8%BF%9B%E5%8F%A3",
        ],
    ),
    ("省级财政（制单）", &["/bank"]),
    ("评审审计", &["/audit", "/readings", "/cases/finding", "/cases/waiver"]),
    ("市级：东莞", &["/results", "/regions", "/targets", "/files"]),
    ("系统管理", &["/people", "/"]),
    ("企业", &["/", "/cases/application", "/open/application", "/precheck"]),
];

fn every(demo: &Demo, width: u32, look: impl Fn(&Tab<'_>, &str) -> Result<Vec<String>, String>) -> Seen {
    let mut wrong = Vec::new();
    for (role, pages) in PAGES {
        let tab = demo.enters_with(role, width, true)?;
        for page in *pages {
            tab.go(page)?;
            tab.find("main")?;
            wrong.extend(look(&tab, page)?.into_iter().map(|what| format!("{page}: {what}")));
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(format!("{}:\n{}", wrong.len(), wrong.join("\n"))) }
}

fn name(page: &str) -> String {
    let name: String = page.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    if name == "-" { "home".to_owned() } else { name.trim_matches('-').to_owned() }
}

const AXE: &str = include_str!("axe.min.js");

fn accessible(demo: &Demo) -> Seen {
    let ask = format!(
        "{AXE}; const done = arguments[arguments.length - 1]; \
         axe.run(document, {{ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }}) \
         .then((found) => done(found.violations.map((one) => one.id + ' ' + one.nodes.length + ' ' + one.nodes[0].html.slice(0, 160) + ' ' + one.nodes[0].failureSummary)), \
         (error) => done(['axe: ' + error]));"
    );
    every(demo, 1280, |tab, page| {
        tab.shot(&format!("page-{}", name(page)))?;
        let found = tab.script(&ask)?;
        let found = found.as_array().cloned().unwrap_or_default();
        Ok(found.iter().filter_map(Value::as_str).map(str::to_owned).collect())
    })
}

fn narrow(demo: &Demo) -> Seen {
    every(demo, 390, |tab, page| {
        tab.shot(&format!("narrow-{}", name(page)))?;
        let wide = tab.script(
            "arguments[arguments.length - 1](document.documentElement.scrollWidth - document.documentElement.clientWidth)",
        )?;
        let over = wide.as_i64().unwrap_or_default();
        Ok(if over > 0 { vec![format!("{over} pixels wider than the window")] } else { Vec::new() })
    })
}

fn english(demo: &Demo) -> Seen {
    every(demo, 1280, |tab, page| {
        tab.go(&format!(
            "/language/en?back={}",
            page.replace('?', "%3F").replace('=', "%3D").replace('/', "%2F")
        ))?;
        tab.find("html[lang=en]")?;
        // Names, reasons and files are as people wrote them; headings, buttons and labels are the program's.
        let words = tab.script(
            "arguments[arguments.length - 1]([...document.querySelectorAll('h1, h2, th, button, label, nav a, summary, dt')] \
             .filter((one) => !one.closest('[lang=zh-CN], tbody')).map((one) => [...one.childNodes].filter((node) => node.nodeType === 3).map((node) => node.textContent).join(' ').trim()) \
             .filter((text) => /[\\u4e00-\\u9fff]/.test(text)))",
        )?;
        let words = words.as_array().cloned().unwrap_or_default();
        Ok(words.iter().filter_map(Value::as_str).map(|word| format!("is still Chinese: {word}")).collect())
    })
}
