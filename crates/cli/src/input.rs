//! Reading files and standard input into documents.

use std::{
    io::Read as _,
    path::{Path, PathBuf},
};

use jixiao_core::{finding::Lang, fund::Fund};
use jixiao_tables::{
    Document, read,
    read::{LimitKind, Limits, ReadError},
};

/// Why a file gave no document.
#[derive(Debug)]
pub(crate) enum InputError {
    /// The operating system would not hand it over.
    System(std::io::Error),
    /// It could not be read as a table.
    Read(ReadError),
}

impl InputError {
    /// What is wrong and what to do, in a language.
    pub(crate) fn text(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::System(error), Lang::Zh) => format!("打不开：{error}"),
            (Self::System(error), Lang::En) => format!("cannot be opened: {error}"),
            (Self::Read(error), Lang::Zh) => error.zh(),
            (Self::Read(error), Lang::En) => error.en(),
        }
    }
}

/// The name by which a file is spoken of; `-` is standard input.
pub(crate) fn display_name(path: &Path) -> String {
    if path == Path::new("-") { "<stdin>".to_owned() } else { path.display().to_string() }
}

/// Reads a document from a file, or from standard input for `-`.
pub(crate) fn document(path: &Path, fund: &Fund) -> Result<Document, InputError> {
    let limits = Limits::default();
    let (bytes, name) = bytes(path, limits.input_bytes)?;
    read(&bytes, name.as_deref(), Some(&fund.regions), &limits).map_err(InputError::Read)
}

/// The bytes of a file, but no more than can be read anyway.
fn bytes(path: &Path, most: u64) -> Result<(Vec<u8>, Option<String>), InputError> {
    let mut bytes = Vec::new();
    let name = if path == Path::new("-") {
        std::io::stdin().lock().take(most + 1).read_to_end(&mut bytes).map_err(InputError::System)?;
        None
    } else {
        let file = std::fs::File::open(path).map_err(InputError::System)?;
        let length = file.metadata().map_err(InputError::System)?.len();
        if length > most {
            let (kind, allowed, found) = (LimitKind::InputBytes, most, length);
            return Err(InputError::Read(ReadError::Limit { kind, allowed, found }));
        }
        file.take(most + 1).read_to_end(&mut bytes).map_err(InputError::System)?;
        path.file_name().map(|n| n.to_string_lossy().into_owned())
    };
    Ok((bytes, name))
}

/// Files once each, in the order given.
pub(crate) fn distinct(files: Vec<PathBuf>) -> Vec<PathBuf> {
    let mut seen = std::collections::BTreeSet::new();
    files.into_iter().filter(|f| seen.insert(f.clone())).collect()
}
