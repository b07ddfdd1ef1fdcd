//! The folder that a run writes into: what an earlier run wrote there goes, what anybody else put or changed there stays.
//!
//! ```text
//! manifest.json of the run before ─┐
//! files of this run ───────────────┴─ changed by somebody: moved aside ── written ── no longer made and unchanged: removed ── manifest.json
//! ```

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

use jixiao_core::{
    both,
    finding::{Both, Lang},
};
use jixiao_report::published::FileKind;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{awards::run_file::hex, output::write_file};

/// What a run wrote. The name is the same in both languages, so that a run in the other one finds it.
pub(crate) const MANIFEST: &str = "manifest.json";

/// What the file says that it is.
const FORMAT: &str = "jixiao-manifest/1";

/// Names that are said one by one; of more only how many.
const SAID: usize = 5;

/// A file to be written.
pub(crate) struct Made {
    /// Its name in the folder, with `/`.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
    /// What it is.
    pub what: Both,
    /// What it is for.
    pub kind: FileKind,
    /// Division code of the region that it is about; empty for the whole.
    pub code: String,
}

impl Made {
    /// A file about the whole.
    pub(crate) fn new(name: impl Into<String>, bytes: Vec<u8>, kind: FileKind, what: Both) -> Self {
        Self { name: name.into(), bytes, what, kind, code: String::new() }
    }

    /// The same about a region, by its division code; empty for the whole.
    #[must_use]
    pub(crate) fn about(self, code: &str) -> Self {
        Self { code: code.to_owned(), ..self }
    }
}

/// A file that a run wrote.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Entry {
    name: String,
    sha256: String,
}

/// What runs wrote into a folder. While a run is under way a name may stand there twice, with the bytes before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Manifest {
    format: String,
    program: String,
    files: Vec<Entry>,
}

impl Manifest {
    fn of(files: impl IntoIterator<Item = Entry>) -> Self {
        let sorted: BTreeSet<Entry> = files.into_iter().collect();
        let program = format!("jixiao {}", env!("CARGO_PKG_VERSION"));
        Self { format: FORMAT.to_owned(), program, files: sorted.into_iter().collect() }
    }

    /// What the run before wrote, by name; nothing where there was none.
    ///
    /// # Errors
    /// The file is there and is no such list.
    fn read(folder: &Path) -> Result<BTreeMap<String, BTreeSet<String>>, String> {
        let text = match fs::read_to_string(folder.join(MANIFEST)) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(BTreeMap::new()),
            Err(error) => return Err(error.to_string()),
        };
        let read: Self = serde_json::from_str(&text).map_err(|e| e.to_string())?;
        if read.format != FORMAT {
            return Err(format!("format {:?}", read.format));
        }
        let mut known: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        // A name that leads out of the folder was not written by a run.
        for entry in read.files.into_iter().filter(|e| is_within(&e.name)) {
            known.entry(entry.name).or_default().insert(entry.sha256);
        }
        Ok(known)
    }

    fn write(&self, folder: &Path, lang: Lang) -> Result<(), String> {
        let text = serde_json::to_string_pretty(self).map_err(|e| e.to_string())? + "\n";
        write_file(&folder.join(MANIFEST), text.as_bytes(), lang)
    }
}

/// Whether a name leads to a place below the folder, and not to the manifest itself.
fn is_within(name: &str) -> bool {
    let plain =
        |part: &str| !part.is_empty() && part != "." && part != ".." && !part.contains(['\\', ':', '\0']);
    name != MANIFEST && name.split('/').all(plain)
}

/// The place of a name in the folder.
fn place(folder: &Path, name: &str) -> PathBuf {
    name.split('/').fold(folder.to_owned(), |path, part| path.join(part))
}

/// The SHA-256 of a file that lies in the folder itself, not behind a link; nothing of what is no such file.
fn hash(folder: &Path, name: &str) -> io::Result<Option<String>> {
    let mut at = folder.to_owned();
    let mut parts = name.split('/').peekable();
    while let Some(part) = parts.next() {
        at.push(part);
        let is = match fs::symlink_metadata(&at) {
            Ok(is) => is,
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        let expected = if parts.peek().is_some() { is.is_dir() } else { is.is_file() };
        if !expected {
            return Ok(None);
        }
    }
    fs::read(&at).map(|bytes| Some(sha256(&bytes)))
}

/// The SHA-256 of bytes in hexadecimal digits.
pub(super) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Writes the files of a run into a folder, each whole or not at all, and removes what the run before wrote and this one no longer makes. A file that
/// somebody put there or changed is never lost: where a file of this run takes its name it is moved aside, elsewhere it stays. Returns what there
/// is to say about that.
///
/// # Errors
/// A name that is made twice; what the disk said.
pub(crate) fn put(folder: &Path, made: &[Made], lang: Lang) -> Result<Vec<Both>, String> {
    let cannot = |path: &Path, error: &io::Error| match lang {
        Lang::Zh => format!("写不了 {}：{error}", path.display()),
        Lang::En => format!("cannot write {}: {error}", path.display()),
    };
    let mut notes = Vec::new();
    let before = Manifest::read(folder).unwrap_or_else(|why| {
        notes.push(both!(
            "读不懂 {MANIFEST}（{why}）：分不清哪些文件是上次写出的，一个也没有删除。",
            "{MANIFEST} cannot be read ({why}): which files an earlier run wrote is not known, none was removed."
        ));
        BTreeMap::new()
    });
    let mut now: BTreeMap<&str, (String, &[u8])> = BTreeMap::new();
    for Made { name, bytes, .. } in made {
        if !is_within(name) || now.insert(name, (sha256(bytes), bytes)).is_some() {
            return Err(both!(
                "要写出的文件名 {name} 不能用或重复",
                "{name} cannot be written, or is written twice"
            )
            .get(lang)
            .to_owned());
        }
    }
    let entry = |name: &str, sha256: &str| Entry { name: name.to_owned(), sha256: sha256.to_owned() };
    let own = |name: &str, hash: &str| before.get(name).is_some_and(|known| known.contains(hash));

    // Should this run break off, the next one knows the bytes of both.
    let old = before.iter().flat_map(|(name, all)| all.iter().map(|sha256| entry(name, sha256)));
    let new: Vec<Entry> = now.iter().map(|(name, (sha256, _))| entry(name, sha256)).collect();
    Manifest::of(old.chain(new.iter().cloned())).write(folder, lang)?;

    type Found<'f> = (&'f str, &'f [u8], bool);
    let found: Result<Vec<Found>, String> = now
        .par_iter()
        .filter_map(|(name, (made, bytes))| {
            let path = place(folder, name);
            match hash(folder, name) {
                Ok(there) if there.as_ref() == Some(made) => None,
                // What is there and is none of ours, were it a link or a folder.
                Ok(there) => {
                    let stands = fs::symlink_metadata(&path).is_ok();
                    Some(Ok((*name, *bytes, stands && !there.is_some_and(|hash| own(name, &hash)))))
                }
                Err(error) => Some(Err(cannot(&path, &error))),
            }
        })
        .collect();
    let found = found?;
    let mut aside = Vec::new();
    for (name, ..) in found.iter().filter(|(_, _, stranger)| *stranger) {
        let path = place(folder, name);
        let free = free_name(&path).map_err(|e| cannot(&path, &e))?;
        fs::rename(&path, &free).map_err(|e| cannot(&free, &e))?;
        aside.push(shown(folder, &free));
    }
    found.par_iter().try_for_each(|(name, bytes, _)| write_file(&place(folder, name), bytes, lang))?;
    let mut removed = Vec::new();
    let mut kept = Vec::new();
    for name in before.keys().filter(|name| !now.contains_key(name.as_str())) {
        let path = place(folder, name);
        match hash(folder, name).map_err(|e| cannot(&path, &e))? {
            Some(hash) if own(name, &hash) => {
                fs::remove_file(&path).map_err(|e| cannot(&path, &e))?;
                removed.push(name.clone());
            }
            Some(_) => kept.push(name.clone()),
            None => {}
        }
    }
    for name in &removed {
        // Folders that this left empty go too; one that holds anything stays, and that is no failure.
        let mut inner = name.as_str();
        while let Some((outer, _)) = inner.rsplit_once('/') {
            if fs::remove_dir(place(folder, outer)).is_err() {
                break;
            }
            inner = outer;
        }
    }
    Manifest::of(new).write(folder, lang)?;

    let others = strangers(folder, &now, &kept, &aside).map_err(|e| cannot(folder, &e))?;
    let mut say = |names: &[String], zh: &str, en: &str| {
        if !names.is_empty() {
            let n = names.len();
            let listed = names.iter().take(SAID).cloned().collect::<Vec<_>>();
            let more = if n > SAID { "…" } else { "" };
            let (a, b) = (listed.join("、"), listed.join(", "));
            notes.push(both!("{zh} {n} 个文件：{a}{more}", "{en} ({n}): {b}{more}"));
        }
    };
    say(&removed, "已删除上次写出、这次不再生成的", "Removed, written by the run before and no longer made");
    say(
        &aside,
        "这次要写的位置上有他人放入或改过的文件，已改名保留",
        "Moved aside, put there or changed by somebody",
    );
    say(&kept, "上次写出后被改过、这次不再生成，未删除", "Left, no longer made but changed by somebody");
    say(&others, "不是本程序写出的文件，未动", "Left, not written by this program");
    Ok(notes)
}

/// Whether a folder holds exactly what a run of this program wrote, whole and unchanged, as its manifest says.
pub(crate) fn is_intact(folder: &Path) -> bool {
    let ours = |text: String| {
        let read: Manifest = serde_json::from_str(&text).ok()?;
        (read == Manifest::of(read.files.clone())).then_some(read.files)
    };
    let Some(files) = fs::read_to_string(folder.join(MANIFEST)).ok().and_then(ours) else { return false };
    // While a run is under way a name may stand there twice; one of the two is not what lies there.
    !files.is_empty()
        && files.par_iter().all(|entry| {
            is_within(&entry.name)
                && hash(folder, &entry.name).is_ok_and(|there| there.as_ref() == Some(&entry.sha256))
        })
}

/// A name beside a file that nothing has: `报告.docx` becomes `报告.old1.docx`.
fn free_name(path: &Path) -> io::Result<PathBuf> {
    let stem = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    let end = path.extension().map(|e| format!(".{}", e.to_string_lossy())).unwrap_or_default();
    (1..10_000u32)
        .map(|n| path.with_file_name(format!("{stem}.old{n}{end}")))
        .find(|path| fs::symlink_metadata(path).is_err_and(|e| e.kind() == ErrorKind::NotFound))
        .ok_or_else(|| io::Error::from(ErrorKind::AlreadyExists))
}

/// A path as its name in the folder.
fn shown(folder: &Path, path: &Path) -> String {
    let inner = path.strip_prefix(folder).unwrap_or(path);
    inner.components().map(|c| c.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// Files beside those of this run that it did not write and that were not named yet. Hidden ones are nobody's business.
fn strangers(
    folder: &Path,
    now: &BTreeMap<&str, (String, &[u8])>,
    kept: &[String],
    aside: &[String],
) -> io::Result<Vec<String>> {
    let folders: BTreeSet<&str> =
        now.keys().map(|name| name.rsplit_once('/').map_or("", |(outer, _)| outer)).collect();
    let mut found = Vec::new();
    for within in folders {
        let at = if within.is_empty() { folder.to_owned() } else { place(folder, within) };
        for inner in fs::read_dir(at)? {
            let inner = inner?;
            let name = shown(folder, &inner.path());
            let hidden = inner.file_name().to_string_lossy().starts_with('.');
            let known = name == MANIFEST
                || now.contains_key(name.as_str())
                || kept.contains(&name)
                || aside.contains(&name);
            if !hidden && !known && inner.file_type()?.is_file() {
                found.push(name);
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("jixiao-folder-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        folder
    }

    fn made(files: &[(&str, &str)]) -> Vec<Made> {
        files
            .iter()
            .map(|(name, text)| Made::new(*name, text.as_bytes().to_vec(), FileKind::Report, Both::default()))
            .collect()
    }

    /// Every file of a folder with its text, save the manifest.
    fn files(folder: &Path) -> Vec<(String, String)> {
        let mut found = Vec::new();
        let mut open = vec![folder.to_owned()];
        while let Some(inner) = open.pop() {
            for entry in fs::read_dir(inner).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    open.push(path);
                } else if path != folder.join(MANIFEST) {
                    found.push((shown(folder, &path), fs::read_to_string(path).unwrap()));
                }
            }
        }
        found.sort();
        found
    }

    fn there(files: &[(&str, &str)]) -> Vec<(String, String)> {
        files.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
    }

    fn said(notes: &[Both]) -> String {
        notes.iter().map(|n| n.en.clone()).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn what_is_no_longer_made_goes_with_the_folder_that_held_it() {
        let folder = room("goes");
        assert_eq!(
            put(&folder, &made(&[("a.txt", "1"), ("分地区/湛江市/表.txt", "2")]), Lang::Zh).unwrap(),
            []
        );
        let notes = put(&folder, &made(&[("a.txt", "3")]), Lang::Zh).unwrap();
        assert_eq!(files(&folder), there(&[("a.txt", "3")]));
        assert!(!folder.join("分地区").exists());
        assert_eq!(
            said(&notes),
            "Removed, written by the run before and no longer made (1): 分地区/湛江市/表.txt"
        );
        // The same again: nothing to say, the same manifest.
        let before = fs::read(folder.join(MANIFEST)).unwrap();
        assert_eq!(put(&folder, &made(&[("a.txt", "3")]), Lang::En).unwrap(), []);
        assert_eq!(fs::read(folder.join(MANIFEST)).unwrap(), before);
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn what_somebody_changed_or_put_there_is_never_lost() {
        let folder = room("stays");
        put(
            &folder,
            &made(&[("report.docx", "1"), ("old/form.docx", "1"), ("old/other.docx", "1")]),
            Lang::Zh,
        )
        .unwrap();
        fs::write(folder.join("report.docx"), "edited").unwrap();
        fs::write(folder.join("old/form.docx"), "edited").unwrap();
        fs::write(folder.join("mine.txt"), "mine").unwrap();
        fs::write(folder.join("new.txt"), "mine too").unwrap();
        let notes = put(&folder, &made(&[("report.docx", "2"), ("new.txt", "2")]), Lang::Zh).unwrap();
        let expected = [
            ("mine.txt", "mine"),
            ("new.old1.txt", "mine too"),
            ("new.txt", "2"),
            ("old/form.docx", "edited"),
            ("report.docx", "2"),
            ("report.old1.docx", "edited"),
        ];
        assert_eq!(files(&folder), there(&expected));
        assert_eq!(
            said(&notes),
            "Removed, written by the run before and no longer made (1): old/other.docx\n\
             Moved aside, put there or changed by somebody (2): new.old1.txt, report.old1.docx\n\
             Left, no longer made but changed by somebody (1): old/form.docx\n\
             Left, not written by this program (1): mine.txt"
        );
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_folder_is_intact_while_its_files_are_those_of_its_manifest() {
        let folder = room("intact");
        assert!(!is_intact(&folder), "nothing was written there");
        let both = made(&[("a.txt", "1"), ("b/c.txt", "2")]);
        put(&folder, &both, Lang::Zh).unwrap();
        assert!(is_intact(&folder));
        fs::write(folder.join("mine.txt"), "x").unwrap();
        assert!(is_intact(&folder), "what others put beside is not asked about");
        fs::write(folder.join("a.txt"), "edited").unwrap();
        assert!(!is_intact(&folder));
        put(&folder, &both, Lang::Zh).unwrap();
        assert!(is_intact(&folder));
        fs::remove_file(folder.join("b/c.txt")).unwrap();
        assert!(!is_intact(&folder));
        put(&folder, &both, Lang::Zh).unwrap();
        // Of a run that broke off the manifest knows the bytes before and after.
        let entry = |name: &str, text: &str| Entry { name: name.to_owned(), sha256: sha256(text.as_bytes()) };
        let halfway = [entry("a.txt", "1"), entry("a.txt", "3"), entry("b/c.txt", "2")];
        Manifest::of(halfway).write(&folder, Lang::Zh).unwrap();
        assert!(!is_intact(&folder));
        let mut other = Manifest::of([entry("a.txt", "1")]);
        other.write(&folder, Lang::Zh).unwrap();
        assert!(is_intact(&folder));
        other.program = "jixiao 0.0.0".to_owned();
        other.write(&folder, Lang::Zh).unwrap();
        assert!(!is_intact(&folder), "another version wrote it");
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_manifest_that_names_places_outside_or_cannot_be_read_removes_nothing() {
        let outer = room("outside");
        let folder = outer.join("out");
        fs::create_dir_all(&folder).unwrap();
        fs::write(outer.join("theirs.txt"), "x").unwrap();
        let list = [("../theirs.txt", "x"), (MANIFEST, "x"), ("", "x"), ("a//b", "x")];
        let entries =
            list.map(|(name, text)| Entry { name: name.to_owned(), sha256: sha256(text.as_bytes()) });
        Manifest::of(entries).write(&folder, Lang::Zh).unwrap();
        assert_eq!(put(&folder, &made(&[("a.txt", "1")]), Lang::Zh).unwrap(), []);
        assert_eq!(fs::read_to_string(outer.join("theirs.txt")).unwrap(), "x");

        fs::write(folder.join(MANIFEST), "{").unwrap();
        let notes = put(&folder, &made(&[("b.txt", "1")]), Lang::Zh).unwrap();
        assert_eq!(files(&folder), there(&[("a.txt", "1"), ("b.txt", "1")]));
        assert!(notes[0].zh.starts_with("读不懂 manifest.json（"), "{notes:?}");
        assert!(said(&notes).ends_with("Left, not written by this program (1): a.txt"), "{notes:?}");
        fs::remove_dir_all(&outer).unwrap();
    }

    #[test]
    fn a_run_that_broke_off_leaves_nothing_that_the_next_one_takes_for_somebody_elses() {
        let folder = room("broke");
        put(&folder, &made(&[("a.txt", "1"), ("b.txt", "1")]), Lang::Zh).unwrap();
        // As it stands in the middle of a run: the list of both, one file new, one still old.
        let both = [("a.txt", "1"), ("a.txt", "2"), ("b.txt", "1"), ("b.txt", "2")];
        let entries =
            both.map(|(name, text)| Entry { name: name.to_owned(), sha256: sha256(text.as_bytes()) });
        Manifest::of(entries).write(&folder, Lang::Zh).unwrap();
        fs::write(folder.join("a.txt"), "2").unwrap();
        assert_eq!(put(&folder, &made(&[("a.txt", "3"), ("b.txt", "3")]), Lang::Zh).unwrap(), []);
        assert_eq!(files(&folder), there(&[("a.txt", "3"), ("b.txt", "3")]));
        fs::remove_dir_all(&folder).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_neither_followed_nor_removed() {
        let outer = room("link");
        let folder = outer.join("out");
        put(&folder, &made(&[("sub/a.txt", "1"), ("b.txt", "1")]), Lang::Zh).unwrap();
        fs::rename(folder.join("sub"), outer.join("elsewhere")).unwrap();
        std::os::unix::fs::symlink(outer.join("elsewhere"), folder.join("sub")).unwrap();
        put(&folder, &made(&[("b.txt", "1")]), Lang::Zh).unwrap();
        assert_eq!(fs::read_to_string(outer.join("elsewhere/a.txt")).unwrap(), "1");
        fs::remove_dir_all(&outer).unwrap();
    }

    #[test]
    fn a_name_that_is_made_twice_is_a_fault() {
        let folder = room("twice");
        let fault = put(&folder, &made(&[("a.txt", "1"), ("a.txt", "2")]), Lang::En).unwrap_err();
        assert_eq!(fault, "a.txt cannot be written, or is written twice");
        assert!(!folder.exists());
    }
}
