//! What a template may see: the files handed in, the built-in templates behind them, two faces, one date.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::civil::Date;
use typst::diag::{FileError, FileResult, PackageError};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

use crate::{built_in, font};

static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(Library::default()));

/// The file in which a template finds the names of the files that were handed in: it cannot look into a folder.
const LIST: &str = "files.json";

/// Names as a JSON array, in their order.
fn list<'a>(names: impl Iterator<Item = &'a String>) -> String {
    let quoted: Vec<String> =
        names.map(|name| format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))).collect();
    format!("[{}]", quoted.join(","))
}

/// The files of one document and its date.
pub(crate) struct Desk {
    main: FileId,
    sources: BTreeMap<String, Source>,
    files: BTreeMap<String, Bytes>,
    date: Date,
}

impl Desk {
    /// Lays the files out, the list of their names as [`LIST`] among them. That the font can draw their texts is the caller's business.
    pub(crate) fn new(main: FileId, files: BTreeMap<String, Vec<u8>>, date: Date) -> Self {
        let list = list(files.keys());
        let files: BTreeMap<String, Bytes> =
            files.into_iter().map(|(name, bytes)| (name, Bytes::new(bytes))).collect();
        let mut desk = Self { main, sources: BTreeMap::new(), files, date };
        desk.files.insert(LIST.to_owned(), Bytes::from_string(list));
        for (name, text) in crate::BUILT_IN {
            if !desk.files.contains_key(name) {
                desk.files.insert(name.to_owned(), Bytes::from_string(text));
            }
        }
        for (name, bytes) in &desk.files {
            let id = id_of(name);
            if let (true, Some(id), Ok(text)) = (name.ends_with(".typ"), id, std::str::from_utf8(bytes)) {
                desk.sources.insert(name.clone(), Source::new(id, text.to_owned()));
            }
        }
        desk
    }

    /// The bytes of a file by its name in the document.
    pub(crate) fn bytes(&self, name: &str) -> Option<&Bytes> {
        self.files.get(name)
    }

    fn name(id: FileId) -> FileResult<&'static str> {
        match id.get().root() {
            VirtualRoot::Project => Ok(id.get().vpath().get_without_slash()),
            VirtualRoot::Package(package) => Err(FileError::Package(PackageError::NotFound(package.clone()))),
        }
    }
}

/// The typesetter's number of a file name, or nothing when the name leads out of the folder.
pub(crate) fn id_of(name: &str) -> Option<FileId> {
    let path = VirtualPath::new(name).ok()?;
    Some(RootedPath::new(VirtualRoot::Project, path).intern())
}

/// Whether a name falls back to a built-in template.
pub(crate) fn is_known(name: &str, files: &BTreeMap<String, Vec<u8>>) -> bool {
    files.contains_key(name) || built_in(name).is_some()
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        font::book()
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        let name = Self::name(id)?;
        match (self.sources.get(name), self.files.get(name)) {
            (Some(source), _) => Ok(source.clone()),
            (None, Some(_)) if name.ends_with(".typ") => Err(FileError::InvalidUtf8),
            (None, Some(_)) => Err(FileError::NotSource),
            (None, None) => Err(FileError::NotFound(name.into())),
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let name = Self::name(id)?;
        self.files.get(name).cloned().ok_or_else(|| FileError::NotFound(name.into()))
    }

    fn font(&self, index: usize) -> Option<Font> {
        font::faces().get(index).cloned()
    }

    /// The document's date, wherever it is asked: a template has no clock.
    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        datetime(self.date)
    }
}

/// A date as the typesetter writes it.
pub(crate) fn datetime(date: Date) -> Option<Datetime> {
    let month = u8::try_from(date.month()).ok()?;
    let day = u8::try_from(date.day()).ok()?;
    Datetime::from_ymd(i32::from(date.year()), month, day)
}
