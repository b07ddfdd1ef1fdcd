//! A folder of ledgers: which file feeds which ledger, by the file stems that the fund's ledgers name.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
};

use jixiao_core::finding::Lang;
use jixiao_engine::{
    intake::{Input, Source},
    run::Open,
    schema::Ledgers,
    scheme::plan::{DuplicateKind, Plan},
};

/// Endings of ledger files. What a file is, intake finds out from its bytes; the ending only tells ledgers from other files.
const ENDINGS: [&str; 3] = ["csv", "parquet", "xlsx"];

/// The files of a folder.
#[derive(Debug)]
pub(crate) struct LedgerFiles {
    folder: PathBuf,
    /// By index of the ledger: files in the order of their numbers, with their sizes.
    ledgers: Vec<Vec<(String, u64)>>,
    /// What no ledger asks for.
    pub unread: Vec<String>,
}

impl LedgerFiles {
    /// Looks through a folder, not through the folders in it.
    ///
    /// # Errors
    /// The folder cannot be listed, or brings the same part of a ledger twice.
    pub(crate) fn of(folder: &Path, ledgers: &Ledgers, lang: Lang) -> Result<Self, String> {
        let shown = folder.display();
        let entries = list(folder).map_err(|error| match (lang, error.kind()) {
            (Lang::Zh, io::ErrorKind::NotFound) => {
                format!("没有文件夹 {shown}；--ledgers 要给出放台账文件的文件夹")
            }
            (Lang::En, io::ErrorKind::NotFound) => {
                format!("there is no folder {shown}; --ledgers wants the folder with the ledger files")
            }
            (Lang::Zh, _) => format!("读不了文件夹 {shown}：{error}"),
            (Lang::En, _) => format!("the folder {shown} cannot be read: {error}"),
        })?;
        let mut found: Vec<Vec<(u64, String, u64)>> = vec![Vec::new(); ledgers.ledgers.len()];
        let mut unread = Vec::new();
        let mut twice = Vec::new();
        for (name, size) in entries {
            let place = size.and_then(|size| Some((place(&name, ledgers)?, size)));
            let Some(((ledger, part), size)) = place else {
                // What was planted in a sample stands beside it, and the ledgers say for themselves what they are.
                if BESIDE.contains(&name.as_str()) {
                    continue;
                }
                unread.push(if size.is_some() { name } else { format!("{name}/") });
                continue;
            };
            let stem = |n: &str| n.rsplit_once('.').map_or(String::new(), |(stem, _)| stem.to_owned());
            if let Some((_, other, _)) = found[ledger].iter().find(|(_, other, _)| stem(other) == stem(&name))
            {
                twice.push((other.clone(), name.clone()));
            }
            found[ledger].push((part, name, size));
        }
        if !twice.is_empty() {
            let said = twice.iter().map(|(a, b)| match lang {
                Lang::Zh => format!("{shown} 中 {a} 和 {b} 是同一份台账的两种格式；只能留下一个"),
                Lang::En => format!("{a} and {b} in {shown} are one ledger in two formats; keep one of them"),
            });
            return Err(said.collect::<Vec<_>>().join("\n"));
        }
        let ordered = found.into_iter().map(|mut files| {
            files.sort();
            files.into_iter().map(|(_, name, size)| (name, size)).collect()
        });
        Ok(Self { folder: folder.to_owned(), ledgers: ordered.collect(), unread })
    }

    /// Opens a ledger's files.
    fn open(&self, ledger: usize) -> io::Result<Vec<Source>> {
        let open = |(name, _): &(String, u64)| {
            let file = File::open(self.folder.join(name))?;
            Ok(Source { name: name.clone(), input: Input::File(file) })
        };
        self.ledgers.get(ledger).map_or(Ok(Vec::new()), |files| files.iter().map(open).collect())
    }

    /// The same, as a run asks for it.
    pub(crate) fn opener(&self) -> Box<Open<'_>> {
        Box::new(|ledger| self.open(ledger))
    }

    /// How many bytes the files of a ledger have, by its index.
    pub(crate) fn bytes_of(&self, ledger: usize) -> u64 {
        self.ledgers.get(ledger).map_or(0, |files| files.iter().map(|(_, size)| size).sum())
    }

    /// How many bytes a run of some plans reads.
    pub(crate) fn bytes(&self, plans: &[&Plan]) -> u64 {
        let mut asked = vec![false; self.ledgers.len()];
        let mut ask = |ledger: usize| {
            if let Some(asked) = asked.get_mut(ledger) {
                *asked = true;
            }
        };
        for plan in plans {
            ask(plan.applicant.ledger);
            for class in &plan.classes {
                ask(class.ledger);
                class.lookups.iter().for_each(|l| ask(l.ledger));
                for duplicate in &class.duplicates {
                    if let DuplicateKind::Near { against: Some((ledger, _, _)), .. } = &duplicate.kind {
                        ask(*ledger);
                    }
                }
            }
        }
        let sizes = self.ledgers.iter().zip(asked).filter(|(_, asked)| *asked);
        sizes.flat_map(|(files, _)| files.iter().map(|(_, size)| size)).sum()
    }

    /// What is said of files that no ledger asks for; `None` when there are none.
    pub(crate) fn unread_text(&self, lang: Lang) -> Option<String> {
        if self.unread.is_empty() {
            return None;
        }
        let listed = jixiao_core::text::listing(&self.unread, 8, " ", |rest| match lang {
            Lang::Zh => format!(" ……另 {rest} 个"),
            Lang::En => format!(" … {rest} more"),
        });
        Some(match lang {
            Lang::Zh => format!("没有读：{listed}（不是 ledgers.toml 中的台账）"),
            Lang::En => format!("not read: {listed} (no ledger of ledgers.toml)"),
        })
    }
}

/// What `jixiao sample` writes beside its ledgers.
pub(crate) const BESIDE: [&str; 5] =
    ["README.txt", "README-afterwards.txt", "README-said.txt", "truth.csv", "truth-afterwards.csv"];

/// What stands in a folder, by name: files with their sizes, anything else without. Hidden files are left out.
fn list(folder: &Path) -> io::Result<Vec<(String, Option<u64>)>> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        // What Excel keeps beside an open workbook is no ledger.
        if name.starts_with('.') || name.starts_with("~$") {
            continue;
        }
        // Of a link, what it leads to.
        let about = std::fs::metadata(entry.path())?;
        all.push((name, about.is_file().then_some(about.len())));
    }
    all.sort();
    Ok(all)
}

/// The ledger that a file feeds, and the number of the part: 0 for `premiums.csv`, 12 for `premiums-12.csv`.
fn place(name: &str, ledgers: &Ledgers) -> Option<(usize, u64)> {
    let (stem, ending) = name.rsplit_once('.')?;
    let known = ENDINGS.iter().any(|e| e.eq_ignore_ascii_case(ending));
    let ledger = |stem: &str| ledgers.ledgers.iter().position(|l| l.files.iter().any(|f| f == stem));
    if !known {
        return None;
    }
    if let Some(ledger) = ledger(stem) {
        return Some((ledger, 0));
    }
    let (stem, number) = stem.rsplit_once('-')?;
    let digits = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    Some((ledger(stem)?, if digits { number.parse().ok()? } else { return None }))
}

#[cfg(test)]
mod tests {
    use jixiao_core::finding::Both;
    use jixiao_engine::schema::Ledger;

    use super::*;

    fn ledgers() -> Ledgers {
        let ledger = |name: &str| Ledger {
            name: name.to_owned(),
            label: Both::same(name),
            doc: Both::same(name),
            files: vec![name.to_owned(), format!("{name}-old")],
            key: Vec::new(),
            unique: false,
            columns: Vec::new(),
        };
        Ledgers { ledgers: vec![ledger("lines"), ledger("rates")] }
    }

    #[test]
    fn a_file_feeds_the_ledger_whose_stem_it_has() {
        for (name, expected) in [
            ("lines.csv", Some((0, 0))),
            ("lines-2.parquet", Some((0, 2))),
            ("lines-old.XLSX", Some((0, 0))),
            ("lines-old-10.csv", Some((0, 10))),
            ("rates.csv", Some((1, 0))),
            ("lines.txt", None),
            ("lines-a.csv", None),
            ("lines-.csv", None),
            ("lines2.csv", None),
            ("truth.csv", None),
            ("lines", None),
        ] {
            assert_eq!(place(name, &ledgers()), expected, "{name}");
        }
    }
}
