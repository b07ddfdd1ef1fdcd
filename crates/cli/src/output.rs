//! Writing files: whole or not at all.

use std::{
    fs,
    io::{self, Write as _},
    path::Path,
};

use jixiao_core::finding::Lang;
use jixiao_tables::{Document, grid::Format, json, official, write};

/// Formats that a table can be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TableFormat {
    Docx,
    Xlsx,
    Txt,
    Csv,
    Json,
}

impl TableFormat {
    /// The format that a file's ending names.
    pub(crate) fn of(path: &Path, lang: Lang) -> Result<Self, String> {
        let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
        match ending.as_str() {
            "docx" => Ok(Self::Docx),
            "xlsx" => Ok(Self::Xlsx),
            "txt" => Ok(Self::Txt),
            "csv" => Ok(Self::Csv),
            "json" => Ok(Self::Json),
            _ => Err(match lang {
                Lang::Zh => {
                    format!("{}：不认识扩展名“{ending}”；可用 .docx .xlsx .txt .csv .json", path.display())
                }
                Lang::En => {
                    format!(
                        "{}: the ending {ending:?} is not known; use .docx .xlsx .txt .csv .json",
                        path.display()
                    )
                }
            }),
        }
    }
}

/// A document with its own lines where it is a text file and stays one; laid out anew otherwise. For repairs, which change
/// cells and nothing else.
pub(crate) fn document_bytes(document: &Document, format: TableFormat) -> Result<Vec<u8>, String> {
    let format = match format {
        TableFormat::Docx => Format::Docx,
        TableFormat::Xlsx => Format::Xlsx,
        TableFormat::Txt => Format::Text,
        TableFormat::Csv => Format::Csv,
        TableFormat::Json => Format::Json,
    };
    write::write_document(document, format).map_err(|error| error.to_string())
}

/// A document's table in the official layout.
pub(crate) fn table_bytes(document: &Document, format: TableFormat) -> Result<Vec<u8>, String> {
    let layout = official::layout(&document.table);
    let bytes = match format {
        TableFormat::Docx => write::write_docx(&layout),
        TableFormat::Xlsx => write::write_xlsx(&layout),
        TableFormat::Txt => write::write_txt(&layout).map(String::into_bytes),
        TableFormat::Csv => write::write_csv(&layout).map(String::into_bytes),
        TableFormat::Json => Ok(json::write(&document.table).into_bytes()),
    };
    bytes.map_err(|error| error.to_string())
}

/// Writes a file whole: beside its place first, then moved there, so that a failure leaves what was there before.
pub(crate) fn write_file(path: &Path, bytes: &[u8], lang: Lang) -> Result<(), String> {
    let attempt = || -> io::Result<()> {
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let name = path.file_name().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidFilename))?;
        let beside = folder.join(format!(".{}.{}.part", name.to_string_lossy(), std::process::id()));
        let written = fs::File::create(&beside).and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()?;
            fs::rename(&beside, path)
        });
        if written.is_err() {
            // The error that matters is the first one.
            let _ = fs::remove_file(&beside);
        }
        written
    };
    attempt().map_err(|error| match lang {
        Lang::Zh => format!("写不了 {}：{error}", path.display()),
        Lang::En => format!("cannot write {}: {error}", path.display()),
    })
}
