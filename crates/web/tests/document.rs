//! What is written of the interface is what it is.

mod common;

use std::{collections::BTreeSet, fs, path::PathBuf};

use common::served;
use jixiao_web::{Settings, api::routes, problem, route::Who};
use serde_json::Value;

fn errors() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/errors"))
}

/// The pages as they should be, by file name.
fn pages() -> Vec<(String, String)> {
    let mut pages: Vec<(String, String)> =
        problem::ALL.iter().map(|code| (format!("{}.md", code.number), code.page())).collect();
    let mut index = "# 错误编号 · Problems by number\n\n每个错误应答（`application/problem+json`）都有编号；编号的含义不变。本目录由程序中的列表生成。\n\nEvery problem that the interface answers with has a number that never changes its meaning. These pages are made of the list in the program.\n\n| | HTTP | | |\n| --- | --- | --- | --- |\n".to_owned();
    for code in problem::ALL {
        let (number, status, title) = (code.number, code.status, code.title);
        index += &format!("| [{number}]({number}.md) | {status} | {} | {} |\n", title.zh, title.en);
    }
    pages.push(("README.md".to_owned(), index));
    pages
}

/// `JIXIAO_WRITE_PAGES=1` writes them.
#[test]
fn every_problem_has_its_page() {
    let folder = errors();
    if std::env::var_os("JIXIAO_WRITE_PAGES").is_some() {
        fs::create_dir_all(&folder).expect("the folder");
        for (name, text) in pages() {
            fs::write(folder.join(name), text).expect("written");
        }
    }
    let there: BTreeSet<String> = fs::read_dir(&folder)
        .expect("docs/errors")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(there, pages().into_iter().map(|(name, _)| name).collect());
    for (name, text) in pages() {
        let kept = fs::read_to_string(folder.join(&name)).expect("a page");
        assert_eq!(
            kept, text,
            "{name}: JIXIAO_WRITE_PAGES=1 cargo test -p jixiao-web --test document writes it again"
        );
    }
}

/// Every reference of a value, and the names that objects require without saying what they are.
fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            if let Some(Value::String(reference)) = object.get("$ref") {
                found.insert(reference.clone());
            }
            object.values().for_each(|value| references(value, found));
        }
        Value::Array(list) => list.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

#[test]
fn the_document_names_every_route_and_nothing_that_is_not_there() {
    served(Settings::default(), async |server| {
        let document = server.get("", "/api/openapi.json").await.json();
        assert_eq!(document["openapi"], "3.1.0");
        let paths = document["paths"].as_object().expect("paths");
        let told: BTreeSet<(String, String)> = paths
            .iter()
            .flat_map(|(path, item)| {
                item.as_object().expect("an item").keys().map(|verb| (path.clone(), verb.to_uppercase()))
            })
            .collect();
        let there: BTreeSet<(String, String)> =
            routes().iter().map(|route| (route.path.to_owned(), route.verb.name().to_owned())).collect();
        assert_eq!(told, there);
        let mut found = BTreeSet::new();
        references(&document, &mut found);
        for reference in found {
            let pointer = reference.strip_prefix('#').expect("nothing from elsewhere");
            assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
        }
        let ids: Vec<&str> = routes().iter().map(|route| route.id).collect();
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "a name for each");
        for route in routes() {
            let verb = route.verb.name().to_lowercase();
            let operation = &document["paths"][route.path][&verb];
            let named: BTreeSet<&str> = operation["parameters"]
                .as_array()
                .expect("parameters")
                .iter()
                .filter(|parameter| parameter["in"] == "path")
                .filter_map(|parameter| parameter["name"].as_str())
                .collect();
            assert_eq!(named, route.names().collect(), "{}", route.path);
            let open = matches!(route.who, Who::Everyone | Who::Operator);
            assert_eq!(operation["security"].as_array().is_some_and(Vec::is_empty), open, "{}", route.path);
        }
        let page = server.get("", "/api/docs").await;
        for route in routes() {
            assert!(page.text().contains(&format!("id=\"{}\"", route.id)), "{}", route.id);
        }
        let text = page.text();
        assert!(
            !text.contains("http://") && !text.contains("https://") && !text.contains("<script"),
            "nothing from elsewhere"
        );
        for code in problem::ALL {
            let said = server.get("", &format!("/api/errors/{}", code.number)).await;
            assert_eq!(said.text(), code.page());
        }
    });
}
