//! The zip archive around the XML of Word and Excel files, read with suspicion.

use std::borrow::Cow;
use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::error::{Fault, ReadError, Spot, Unsupported};
use super::limits::{Budget, LimitKind};
use super::xml::{Node, Xml};
use crate::grid::Format;

/// An opened archive. Only the entries asked for are unpacked.
pub(super) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    /// The part that the package is about, such as `word/document.xml`.
    pub(super) main: Option<String>,
}

impl<'a> Package<'a> {
    /// Opens an archive and finds its main part.
    pub(super) fn open(bytes: &'a [u8], budget: &mut Budget) -> Result<Self, ReadError> {
        budget.check(LimitKind::ArchiveEntries, declared_entries(bytes))?;
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|e| {
            let fault = Fault::detailed("压缩包目录不可读", "the archive's directory cannot be read", e);
            ReadError::malformed(Format::Docx, Spot::File, fault)
        })?;
        budget.check(LimitKind::ArchiveEntries, archive.len() as u64)?;
        let mut package = Self { archive, main: None };
        package.main = package.find_main(budget)?;
        Ok(package)
    }

    /// Whether the archive has an entry of that name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.archive.index_for_name(name).is_some()
    }

    /// Which Office file the archive is.
    pub(super) fn kind(&self) -> Result<Format, ReadError> {
        let unsupported = |what| Err(ReadError::Unsupported(what));
        match self.main.as_deref() {
            Some(main) if main.starts_with("word/") => Ok(Format::Docx),
            Some(main) if main.starts_with("xl/") && main.ends_with(".bin") => unsupported(Unsupported::Xlsb),
            Some(main) if main.starts_with("xl/") => Ok(Format::Xlsx),
            Some(main) if main.starts_with("ppt/") => unsupported(Unsupported::Slides),
            _ if self.has("OFD.xml") => unsupported(Unsupported::Ofd),
            _ if self.has("mimetype") && self.has("content.xml") => unsupported(Unsupported::OpenDocument),
            _ => unsupported(Unsupported::Zip),
        }
    }

    /// Unpacks one entry as text, within the limit of unpacked bytes whatever its header says.
    pub(super) fn text(
        &mut self,
        name: &str,
        format: Format,
        budget: &mut Budget,
    ) -> Result<String, ReadError> {
        let bytes = self.unpack(name, format, budget)?;
        decode_xml(bytes).ok_or_else(|| {
            let fault = Fault::new("文字编码不是 UTF-8 或 UTF-16", "its text is neither UTF-8 nor UTF-16");
            ReadError::malformed(format, Spot::part(name), fault)
        })
    }

    /// Unpacks one entry.
    fn unpack(&mut self, name: &str, format: Format, budget: &mut Budget) -> Result<Vec<u8>, ReadError> {
        let damaged = |detail: &dyn std::fmt::Display| {
            let fault =
                Fault::detailed("压缩包中的部分不可读", "a part of the archive cannot be read", detail);
            ReadError::malformed(format, Spot::part(name), fault)
        };
        let entry = match self.archive.by_name(name) {
            Ok(entry) => entry,
            Err(zip::result::ZipError::UnsupportedArchive(what)) if what.contains("assword") => {
                return Err(ReadError::Encrypted(Spot::part(name)));
            }
            Err(error) => return Err(damaged(&error)),
        };
        let room = budget.unpackable();
        let mut bytes = Vec::new();
        // One byte more than there is room for tells "exactly full" from "too much".
        entry.take(room.saturating_add(1)).read_to_end(&mut bytes).map_err(|e| damaged(&e))?;
        budget.unpack(bytes.len() as u64)?;
        Ok(bytes)
    }

    /// The part that `_rels/.rels` points at, or the customary one where that file is missing.
    fn find_main(&mut self, budget: &mut Budget) -> Result<Option<String>, ReadError> {
        let mut found = None;
        if self.has("_rels/.rels") {
            let relations = self.text("_rels/.rels", Format::Docx, budget)?;
            let all = relationships(&relations, "_rels/.rels", Format::Docx, budget)?;
            found = all.into_iter().find(|r| r.kind == "officeDocument").map(|r| resolve("", &r.target));
        }
        let customary = ["word/document.xml", "xl/workbook.xml", "xl/workbook.bin", "ppt/presentation.xml"];
        Ok(found
            .filter(|name| self.has(name))
            .or_else(|| customary.iter().find(|name| self.has(name)).map(|name| (*name).to_owned())))
    }
}

/// One relationship between parts.
pub(super) struct Relationship {
    /// Its identifier within the file.
    pub(super) id: String,
    /// Last segment of its type, such as `worksheet`.
    pub(super) kind: String,
    /// Path as written.
    pub(super) target: String,
}

/// Reads a `.rels` part.
pub(super) fn relationships(
    text: &str,
    part: &str,
    format: Format,
    budget: &Budget,
) -> Result<Vec<Relationship>, ReadError> {
    let mut xml = Xml::new(text, part, format, budget);
    let mut all = Vec::new();
    while let Some(node) = xml.next()? {
        if let Node::Start(tag) = node
            && tag.local() == "Relationship"
        {
            let attribute = |name| tag.attribute(name).unwrap_or_default();
            let kind = attribute("Type").rsplit('/').next().unwrap_or("").to_owned();
            all.push(Relationship { id: attribute("Id"), kind, target: attribute("Target") });
        }
    }
    Ok(all)
}

/// The archive's name of a part from a path relative to a folder, such as `worksheets/sheet1.xml` in `xl`.
pub(super) fn resolve(folder: &str, target: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    if !target.starts_with('/') {
        segments.extend(folder.split('/').filter(|s| !s.is_empty()));
    }
    for segment in target.split('/').filter(|s| !s.is_empty() && *s != ".") {
        if segment == ".." {
            segments.pop();
        } else {
            segments.push(segment);
        }
    }
    segments.join("/")
}

/// How many entries the end record of the archive declares; read before the library allocates for them.
fn declared_entries(bytes: &[u8]) -> u64 {
    let tail = &bytes[bytes.len().saturating_sub(22 + 65_535)..];
    let Some(at) = tail.windows(4).rposition(|w| w == b"PK\x05\x06") else { return 0 };
    tail.get(at + 10..at + 12).map_or(0, |b| u64::from(u16::from_le_bytes([b[0], b[1]])))
}

/// Text of an XML part: UTF-8, or UTF-16 if a byte order mark says so.
fn decode_xml(bytes: Vec<u8>) -> Option<String> {
    match bytes.get(..2) {
        Some([0xFF, 0xFE]) => {
            encoding_rs::UTF_16LE.decode_without_bom_handling_and_without_replacement(&bytes[2..])
        }
        Some([0xFE, 0xFF]) => {
            encoding_rs::UTF_16BE.decode_without_bom_handling_and_without_replacement(&bytes[2..])
        }
        _ => return String::from_utf8(bytes).ok(),
    }
    .map(Cow::into_owned)
}
