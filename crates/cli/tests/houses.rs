//! The rule of the house: which crate may know which. Values are known everywhere; files, clocks and people only at the edge.
//!
//! A new crate gets a line in [`HOUSES`]; a crate that has none fails the test.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// What a crate may know.
struct House {
    /// The crate's folder under `crates`.
    folder: &'static str,
    /// Crates of this workspace that it may depend on.
    ours: &'static [&'static str],
    /// Crates from outside that it may depend on; any when `None`.
    outside: Option<&'static [&'static str]>,
    /// Crates from outside that it must not depend on.
    never: &'static [&'static str],
    /// Words that its sources must not hold.
    unspoken: &'static [&'static str],
}

/// Files, network, environment, clock: what a function of values cannot ask for.
const OUTSIDE_WORLD: &[&str] = &[
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "SystemTime",
    "Instant::now",
    "Zoned::now",
    "Timestamp::now",
];

const HOUSES: &[House] = &[
    House {
        folder: "core",
        ours: &[],
        outside: Some(&[
            "jiff",
            "rust_decimal",
            "num-bigint",
            "num-rational",
            "sha2",
            "sm3",
            "serde",
            "toml",
            "csv",
        ]),
        never: &[],
        unspoken: OUTSIDE_WORLD,
    },
    House {
        folder: "tables",
        ours: &["jixiao-core"],
        outside: None,
        never: &["clap", "indicatif", "annotate-snippets", "rayon"],
        unspoken: OUTSIDE_WORLD,
    },
    House {
        folder: "engine",
        ours: &["jixiao-core"],
        outside: None,
        never: &["clap", "indicatif", "annotate-snippets", "datafusion"],
        unspoken: &["std::net", "std::env", "std::process", "SystemTime", "Instant::now", "Zoned::now"],
    },
    House {
        folder: "cluster",
        ours: &["jixiao-core", "jixiao-engine"],
        outside: Some(&["datafusion", "tokio"]),
        never: &[],
        unspoken: &["std::net", "std::env", "SystemTime", "Instant::now", "Zoned::now"],
    },
    House {
        folder: "sample",
        ours: &["jixiao-core", "jixiao-engine"],
        outside: Some(&["jiff", "serde", "toml"]),
        never: &[],
        unspoken: OUTSIDE_WORLD,
    },
    House {
        folder: "report",
        ours: &["jixiao-core", "jixiao-tables"],
        outside: None,
        never: &["clap", "indicatif", "annotate-snippets", "typst"],
        unspoken: OUTSIDE_WORLD,
    },
    House {
        folder: "typeset",
        ours: &["jixiao-core"],
        outside: None,
        never: &["clap", "indicatif", "annotate-snippets"],
        unspoken: OUTSIDE_WORLD,
    },
    House {
        folder: "store",
        ours: &["jixiao-core"],
        outside: None,
        never: &["axum", "tower", "tower-http", "clap", "indicatif", "annotate-snippets"],
        unspoken: OUTSIDE_WORLD,
    },
    House {
        folder: "oidc",
        ours: &["jixiao-core"],
        outside: None,
        never: &["axum", "clap", "indicatif", "annotate-snippets", "sqlx", "tokio"],
        // An address of the network is a value; what is asked of it goes by the client.
        unspoken: &["std::fs", "std::env", "std::process", "SystemTime", "Instant::now", "Zoned::now"],
    },
    House {
        folder: "web",
        ours: &["jixiao-core", "jixiao-oidc", "jixiao-store"],
        outside: None,
        never: &["sqlx", "clap", "indicatif", "annotate-snippets"],
        // An address of the network is a value; files, environment, clock and processes are handed in.
        unspoken: &["std::fs", "std::env", "std::process", "SystemTime", "Instant::now", "Zoned::now"],
    },
    House {
        folder: "site",
        // The engine's plans and words of schemes, and the layouts of forms, are values.
        ours: &[
            "jixiao-core",
            "jixiao-engine",
            "jixiao-report",
            "jixiao-store",
            "jixiao-tables",
            "jixiao-web",
        ],
        outside: None,
        never: &["sqlx", "clap", "indicatif", "annotate-snippets"],
        // Files of a run are read by a function that is handed in.
        unspoken: &["std::env", "std::process", "SystemTime", "Instant::now", "Zoned::now"],
    },
    House {
        folder: "cli",
        ours: &[
            "jixiao-core",
            "jixiao-tables",
            "jixiao-engine",
            "jixiao-sample",
            "jixiao-report",
            "jixiao-site",
            "jixiao-store",
            "jixiao-typeset",
            "jixiao-web",
        ],
        outside: None,
        never: &[],
        unspoken: &[],
    },
];

fn workspace() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn manifest(folder: &str) -> toml::Table {
    read(&workspace().join("crates").join(folder).join("Cargo.toml")).parse().expect("a sound manifest")
}

/// Folders directly under a folder, sorted.
fn folders(of: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(of).unwrap_or_else(|e| panic!("{}: {e}", of.display()));
    let mut folders: Vec<PathBuf> =
        entries.map(|e| e.expect("an entry").path()).filter(|p| p.is_dir()).collect();
    folders.sort();
    folders
}

fn name(path: &Path) -> String {
    path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()
}

/// What a manifest depends on for building and running, on any platform; tests may use more.
fn dependencies(manifest: &toml::Table) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    let mut tables = vec![manifest];
    if let Some(targets) = manifest.get("target").and_then(toml::Value::as_table) {
        tables.extend(targets.values().filter_map(toml::Value::as_table));
    }
    for table in tables {
        for kind in ["dependencies", "build-dependencies"] {
            let Some(named) = table.get(kind).and_then(toml::Value::as_table) else { continue };
            for (name, how) in named {
                // A dependency under another name is the crate that it is.
                let package = how.get("package").and_then(toml::Value::as_str);
                all.insert(package.unwrap_or(name).to_owned());
            }
        }
    }
    all
}

/// Every source file under a folder.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

fn crates() -> Vec<String> {
    folders(&workspace().join("crates"))
        .iter()
        .filter(|p| p.join("Cargo.toml").is_file())
        .map(|p| name(p))
        .collect()
}

#[test]
fn every_crate_has_its_line() {
    let listed: BTreeSet<String> = HOUSES.iter().map(|h| h.folder.to_owned()).collect();
    assert_eq!(
        crates().into_iter().collect::<BTreeSet<_>>(),
        listed,
        "say in HOUSES what the crate may know"
    );
}

#[test]
fn no_crate_depends_on_what_it_must_not_know() {
    let packages: BTreeMap<String, String> = HOUSES
        .iter()
        .map(|h| {
            (manifest(h.folder)["package"]["name"].as_str().expect("a name").to_owned(), h.folder.to_owned())
        })
        .collect();
    let mut problems = Vec::new();
    for house in HOUSES {
        for dependency in dependencies(&manifest(house.folder)) {
            let ours = packages.contains_key(&dependency);
            let may = if ours {
                house.ours.contains(&dependency.as_str())
            } else {
                house.outside.is_none_or(|list| list.contains(&dependency.as_str()))
                    && !house.never.contains(&dependency.as_str())
            };
            if !may {
                problems.push(format!("crates/{} must not depend on {dependency}", house.folder));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn nobody_depends_on_the_command_line() {
    for house in HOUSES.iter().filter(|h| h.folder != "cli") {
        assert!(
            !house.ours.contains(&"jixiao-cli")
                && !dependencies(&manifest(house.folder)).contains("jixiao-cli")
        );
    }
}

#[test]
fn no_source_asks_the_outside_world_where_it_must_not() {
    let mut problems = Vec::new();
    for house in HOUSES {
        let folder = workspace().join("crates").join(house.folder).join("src");
        for path in sources(&folder) {
            for (number, line) in (1..).zip(read(&path).lines()) {
                let said = house.unspoken.iter().find(|word| line.contains(**word));
                if let Some(word) = said {
                    let file = path.strip_prefix(&folder).unwrap_or(&path).display().to_string();
                    problems.push(format!("crates/{}/src/{file}:{number}: {word}", house.folder));
                }
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn the_rule_is_not_blind() {
    let manifest: toml::Table = "[dependencies]\nclap = \"4\"\nfiles = { package = \"walkdir\", version = \"2\" }\n\
                                 [target.'cfg(unix)'.dependencies]\nlibc = \"0.2\"\n[dev-dependencies]\nproptest = \"1\"\n"
        .parse()
        .expect("a manifest");
    let found: Vec<String> = dependencies(&manifest).into_iter().collect();
    assert_eq!(found, ["clap", "libc", "walkdir"]);
}

#[test]
fn only_the_executable_itself_reads_the_clock() {
    let folder = workspace().join("crates/cli/src");
    for path in sources(&folder).into_iter().filter(|p| name(p) != "main.rs") {
        let text = read(&path);
        let read_there = ["SystemTime", "Instant::now", "Zoned::now", "Timestamp::now"]
            .into_iter()
            .find(|w| text.contains(w));
        assert_eq!(read_there, None, "{}", name(&path));
    }
}

/// The names between backticks in a page.
fn quoted(page: &str) -> BTreeSet<&str> {
    page.split('`').skip(1).step_by(2).filter(|name| !name.contains([' ', '\n', ':'])).collect()
}

#[test]
fn the_architecture_names_every_crate_and_module_folder() {
    let page = read(&workspace().join("ARCHITECTURE.md"));
    let named = quoted(&page);
    let mut missing = Vec::new();
    for krate in crates() {
        if !page.contains(&format!("### crates/{krate}")) {
            missing.push(format!("crates/{krate}"));
        }
        for module in folders(&workspace().join("crates").join(&krate).join("src")) {
            let module = name(&module);
            if !named.iter().any(|n| n.strip_prefix(&module).is_some_and(|rest| rest.starts_with('/'))) {
                missing.push(format!("{krate}: {module}/"));
            }
        }
    }
    assert!(missing.is_empty(), "ARCHITECTURE.md does not name {missing:?}");
}

#[test]
fn what_the_architecture_names_exists() {
    let page = read(&workspace().join("ARCHITECTURE.md"));
    let mut there = BTreeSet::new();
    for krate in crates() {
        let folder = workspace().join("crates").join(&krate);
        let files = sources(&folder.join("src"));
        let relative = |p: &PathBuf| p.strip_prefix(folder.join("src")).map(|p| p.display().to_string());
        there.extend(files.iter().filter_map(|p| relative(p).ok()));
    }
    let exists = |path: &str| {
        let folder =
            path.ends_with('/') && there.iter().any(|t| format!("/{t}").contains(&format!("/{path}")));
        let file =
            path.ends_with(".rs") && there.iter().any(|t| format!("/{t}").ends_with(&format!("/{path}")));
        folder || file || workspace().join(path).exists()
    };
    let paths = quoted(&page).into_iter().filter(|n| n.ends_with('/') || n.ends_with(".rs"));
    let gone: Vec<&str> = paths.filter(|path| !exists(path)).collect();
    assert!(gone.is_empty(), "ARCHITECTURE.md names what is not there: {gone:?}");
}
