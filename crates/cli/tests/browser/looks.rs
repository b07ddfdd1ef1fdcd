//! Every page as it looks: in both languages, wide and narrow, and what axe-core (`axe.min.js`, MPL-2.0) has against it.

use std::{
    collections::{BTreeSet, VecDeque},
    sync::OnceLock,
};

use jixiao_web::route::Verb;
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

/// Who goes about, following links: the public with an empty name.
const ROLES: [&str; 8] =
    ["", "省级业务", "省级财政（制单）", "省级财政（复核）", "评审审计", "市级：东莞", "系统管理", "企业"];

/// Addresses that no link leads to, or that show something else than the first of their kind that is come upon.
const MORE: &[(&str, &[&str])] = &[
    ("", &["/sign-in"]),
    (
        "省级业务",
        &[
            "/cases/application?state=city-passed",
            "/cases/actual",
            "/regions/440800",
            "/derivation/440800/import-interest-awards",
            "/monitor?month=7",
            "/decomposition/440800",
            "/search?q=%E8%BF%9B%E5%8F%A3",
        ],
    ),
    ("市级：东莞", &["/results", "/regions", "/targets", "/files"]),
    ("企业", &["/open/application"]),
];

/// Pages that are not looked at, and why.
const LEFT_OUT: &[(&str, &str)] = &[
    ("/answer/{token}", "an invitation's token is told once, to whoever is invited"),
    ("/enter/{token}", "leads on at once"),
    ("/language/{lang}", "leads on at once"),
    ("/assets/{name}", "a file"),
    ("/files/{*name}", "a file"),
    ("/precheck/template/{scheme}/{class}/{form}", "a file"),
    ("/public/data/{name}", "a file"),
    ("/style", "shown to those who work on the pages, with the server's switch for it"),
];

/// Pages whose heading is a name that somebody has.
const NAMED: [&str; 3] = ["/awards/", "/inspection/", "/people/"];

/// The pages to look at: who, and where.
type Ways = Vec<(&'static str, Vec<String>)>;

/// The pattern of the page that an address leads to, and its kind: the pattern, or the whole path where it names the machine whose records are told of.
/// None where it is no page to look at.
fn kind(address: &str, patterns: &[&'static str]) -> Option<(&'static str, String)> {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let fits = |pattern: &&&str| {
        let (mut had, mut wanted) = (path.split('/'), pattern.split('/'));
        loop {
            match (had.next(), wanted.next()) {
                (None, None) => return true,
                (Some(had), Some(wanted)) if had == wanted || wanted.starts_with('{') && !had.is_empty() => {}
                _ => return false,
            }
        }
    };
    // What is written out goes before what stands in braces.
    let pattern = *patterns.iter().filter(fits).min_by_key(|pattern| pattern.matches('{').count())?;
    if LEFT_OUT.iter().any(|(left, _)| *left == pattern) {
        return None;
    }
    Some((pattern, if pattern.contains("{machine}") { path } else { pattern }.to_owned()))
}

/// Every kind of page that there is, found by following the links from each role's first page, so that a new page cannot be left out.
fn ways(demo: &Demo) -> Result<&'static Ways, String> {
    static FOUND: OnceLock<Ways> = OnceLock::new();
    if let Some(found) = FOUND.get() {
        return Ok(found);
    }
    let routes = jixiao_site::pages::ALL.iter().flat_map(|leaf| (leaf.routes)());
    let pages = routes.filter(|route| route.verb == Verb::Get && route.tag == "page");
    let patterns: Vec<&'static str> = pages.map(|route| route.path).collect();
    let mut seen = BTreeSet::new();
    let mut all = Ways::new();
    for role in ROLES {
        let tab = demo.enters(role)?;
        let mut own = BTreeSet::from(["/".to_owned()]);
        let mut places: VecDeque<String> = own.iter().cloned().collect();
        let mut found = Vec::new();
        while let Some(place) = places.pop_front() {
            tab.go(&place)?;
            tab.find("main")?;
            let links = tab.script(
                "arguments[arguments.length - 1]([...document.querySelectorAll('a[href^=\"/\"]:not([download])')].map((one) => \
                 [one.getAttribute('href'), one.closest('nav') !== null]))",
            )?;
            // Where it led to: the public is sent on from the first page.
            found.push(tab.place()?);
            for link in links.as_array().into_iter().flatten() {
                let (Some(to), Some(about)) = (link[0].as_str(), link[1].as_bool()) else { continue };
                let found = kind(to, &patterns).filter(|_| !to.contains("as="));
                let Some((_, kind)) = found else { continue };
                // The places of the way about show each role something else; of all other pages one of a kind is enough.
                let new = if about { own.insert(kind.clone()) } else { !seen.contains(&kind) };
                if new && seen.insert(kind) | about {
                    places.push_back(to.to_owned());
                }
            }
        }
        let more = MORE.iter().filter(|(who, _)| *who == role).flat_map(|(_, more)| *more);
        found.extend(more.map(|page| (*page).to_owned()));
        all.push((role, found));
    }
    let looked: BTreeSet<&str> = all
        .iter()
        .flat_map(|(_, places)| places)
        .filter_map(|place| kind(place, &patterns).map(|(pattern, _)| pattern))
        .chain(LEFT_OUT.iter().map(|(left, _)| *left))
        .collect();
    let missing: Vec<&str> = patterns.iter().filter(|page| !looked.contains(**page)).copied().collect();
    if !missing.is_empty() {
        return Err(format!("no link leads to these pages: {}", missing.join(", ")));
    }
    Ok(FOUND.get_or_init(|| all))
}

fn every(demo: &Demo, width: u32, look: impl Fn(&Tab<'_>, &str) -> Result<Vec<String>, String>) -> Seen {
    let mut wrong = Vec::new();
    for (role, pages) in ways(demo)? {
        let tab = demo.enters_with(role, width, true)?;
        for page in pages {
            tab.go(page)?;
            tab.find("main")?;
            wrong.extend(look(&tab, page)?.into_iter().map(|what| format!("{role} {page}: {what}")));
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
        let heading = if NAMED.iter().any(|begin| page.starts_with(begin)) { "" } else { "h1, " };
        let words = tab.script(&format!(
            "arguments[arguments.length - 1]([...document.querySelectorAll('{heading}h2, th, button, label, nav a, summary, dt')] \
             .filter((one) => !one.closest('[lang=zh-CN], tbody')).map((one) => [...one.childNodes].filter((node) => node.nodeType === 3).map((node) => node.textContent).join(' ').trim()) \
             .filter((text) => /[\\u4e00-\\u9fff]/.test(text)))",
        ))?;
        let words = words.as_array().cloned().unwrap_or_default();
        Ok(words.iter().filter_map(Value::as_str).map(|word| format!("is still Chinese: {word}")).collect())
    })
}
