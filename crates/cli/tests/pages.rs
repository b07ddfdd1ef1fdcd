//! Generated pages are those that the program would write today. `UPDATE=1 cargo test -p jixiao-cli --test pages` writes them.

use std::{collections::BTreeMap, fs, path::PathBuf};

use jixiao_core::checks::ALL;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/rules")
}

fn pages() -> BTreeMap<String, String> {
    let mut pages: BTreeMap<String, String> =
        ALL.iter().map(|rule| (format!("{}.md", rule.code), jixiao_cli::page::markdown(rule))).collect();
    pages.insert("README.md".to_owned(), jixiao_cli::page::index());
    pages
}

#[test]
fn the_pages_of_the_checks_are_fresh() {
    let (folder, pages) = (folder(), pages());
    if std::env::var_os("UPDATE").is_some() {
        fs::create_dir_all(&folder).expect("the folder can be made");
        for entry in fs::read_dir(&folder).expect("the folder is there") {
            fs::remove_file(entry.expect("an entry").path()).expect("an old page can be removed");
        }
        for (name, text) in &pages {
            fs::write(folder.join(name), text).expect("a page can be written");
        }
    }
    let mut there = BTreeMap::new();
    for entry in fs::read_dir(&folder).expect("docs/rules is there") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        there.insert(name, fs::read_to_string(&path).expect("a page is text"));
    }
    let stale: Vec<&String> =
        pages.keys().chain(there.keys()).filter(|name| pages.get(*name) != there.get(*name)).collect();
    assert!(stale.is_empty(), "stale pages, write them with UPDATE=1: {stale:?}");
}
