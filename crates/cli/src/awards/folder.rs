//! A folder of results: there as a whole or not at all.

use std::{
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
};

use jixiao_core::finding::Lang;

use super::{FILES, run_file};

/// A folder that is being written beside its place; it is removed again unless it is put into place.
pub(crate) struct Folder {
    place: PathBuf,
    beside: PathBuf,
    lang: Lang,
    done: bool,
}

impl Folder {
    /// Begins a folder that will stand at a place.
    ///
    /// # Errors
    /// Something else stands there: a file, or a folder with anything in it that no run of ours wrote.
    pub(crate) fn begin(place: &Path, lang: Lang) -> Result<Self, String> {
        free(place, lang)?;
        let beside = sibling(place, "part").map_err(|e| cannot(place, &e, lang))?;
        let made = beside.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::create_dir(&beside));
        made.map_err(|e| cannot(place, &e, lang))?;
        Ok(Self { place: place.to_owned(), beside, lang, done: false })
    }

    /// Where files are written.
    pub(crate) fn path(&self) -> &Path {
        &self.beside
    }

    /// Moves the folder to its place. What an earlier run left there goes when the new one stands.
    ///
    /// # Errors
    /// What the disk said.
    pub(crate) fn put(mut self) -> Result<(), String> {
        let attempt = || -> io::Result<()> {
            if self.place.exists() {
                let old = sibling(&self.place, "old")?;
                fs::rename(&self.place, &old)?;
                if let Err(error) = fs::rename(&self.beside, &self.place) {
                    // What was there before is put back; the error that matters is the first one.
                    let _ = fs::rename(&old, &self.place);
                    return Err(error);
                }
                return fs::remove_dir_all(&old);
            }
            fs::rename(&self.beside, &self.place)
        };
        let put = attempt().map_err(|e| cannot(&self.place, &e, self.lang));
        self.done = put.is_ok();
        put
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.done {
            // The error that matters was told already.
            let _ = fs::remove_dir_all(&self.beside);
        }
    }
}

/// A hidden folder beside a place, of this process alone.
fn sibling(place: &Path, what: &str) -> io::Result<PathBuf> {
    let name = place.file_name().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidFilename))?;
    let mut hidden = OsString::from(".");
    hidden.push(name);
    hidden.push(format!(".{}.{what}", std::process::id()));
    Ok(place.with_file_name(hidden))
}

/// Whether a run may be written at a place.
fn free(place: &Path, lang: Lang) -> Result<(), String> {
    let shown = place.display();
    let entries = match fs::read_dir(place) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(cannot(place, &error, lang)),
    };
    let names: io::Result<Vec<String>> =
        entries.map(|e| e.map(|e| e.file_name().to_string_lossy().into_owned())).collect();
    let mut names = names.map_err(|e| cannot(place, &e, lang))?;
    names.sort();
    if names.is_empty() {
        return Ok(());
    }
    if !run_file::is_ours(place) {
        return Err(match lang {
            Lang::Zh => format!("{shown} 不是空文件夹，也不是 jixiao award 写出的；请换一个文件夹"),
            Lang::En => {
                format!("{shown} is not empty and was not written by jixiao award; name another folder")
            }
        });
    }
    match names.iter().find(|name| !FILES.iter().any(|(own, ..)| own == name)) {
        None => Ok(()),
        Some(other) => Err(match lang {
            Lang::Zh => format!("{shown} 里有不是 jixiao award 写出的 {other}；请把它移走，或换一个文件夹"),
            Lang::En => format!(
                "{shown} holds {other}, which jixiao award did not write; move it away or name another folder"
            ),
        }),
    }
}

fn cannot(place: &Path, error: &io::Error, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("写不了 {}：{error}", place.display()),
        Lang::En => format!("cannot write {}: {error}", place.display()),
    }
}
