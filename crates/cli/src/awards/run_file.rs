//! `run.json`: what a run was made from, so that it can be made again and its parts told apart from others'.
//!
//! No clock and no number of threads stand in it: the same run gives the same bytes.

use std::{fs::File, io::Read as _, path::Path};

use jixiao_core::{finding::Lang, fund::FolderTexts};
use jixiao_engine::intake::{Encoding, FileReport, Format};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The file's name.
pub(crate) const RUN: &str = "run.json";

/// What the file says that it is.
pub(crate) const FORMAT: &str = "jixiao-award-run/1";

/// The file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RunFile {
    /// [`FORMAT`].
    pub format: String,
    /// The program's version.
    pub jixiao: String,
    /// The fund.
    pub fund: FundRecord,
    /// The fund year.
    pub year: i16,
    /// The schemes, by id.
    pub schemes: Vec<SchemeRecord>,
    /// `--set`, as typed.
    pub set: Vec<String>,
    /// `--ledgers`, as typed.
    pub ledgers: String,
    /// The ledger files that were read.
    pub files: Vec<FileRecord>,
    /// The other files of the folder.
    pub outputs: Vec<TextRecord>,
}

/// The fund of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FundRecord {
    /// Its id.
    pub id: String,
    /// The texts of its folder.
    pub files: Vec<TextRecord>,
}

/// A file by its content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TextRecord {
    /// Its name.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 in hexadecimal digits.
    pub sha256: String,
}

/// A ledger file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileRecord {
    /// The ledger that it feeds.
    pub ledger: String,
    /// Its name.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 in hexadecimal digits.
    pub sha256: String,
    /// `csv`, `parquet`, `xlsx`: found out from its bytes.
    pub format: String,
    /// `utf-8` or `gb18030`, of text files.
    pub encoding: Option<String>,
    /// Rows in.
    pub rows: u64,
    /// Rows accepted; the others are in `set_aside.csv`.
    pub accepted: u64,
}

/// What a scheme came to. Money in 元, all digits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SchemeRecord {
    /// Its id.
    pub id: String,
    /// Applicants.
    pub applicants: u64,
    /// Enterprises with an award.
    pub beneficiaries: u64,
    /// What was claimed.
    pub claimed_yuan: String,
    /// What is awarded.
    pub awarded_yuan: String,
    /// Ids of parameters in force whose text was not found.
    pub illustrative: Vec<String>,
}

impl FileRecord {
    /// A ledger file as intake tells of it.
    pub(crate) fn of(ledger: &str, report: &FileReport) -> Self {
        let format = match report.format {
            Format::Csv => "csv",
            Format::Parquet => "parquet",
            Format::Xlsx => "xlsx",
        };
        let encoding = report.encoding.map(|encoding| match encoding {
            Encoding::Utf8 => "utf-8",
            Encoding::Gb18030 => "gb18030",
        });
        Self {
            ledger: ledger.to_owned(),
            name: report.name.clone(),
            bytes: report.bytes,
            sha256: report.sha256.clone(),
            format: format.to_owned(),
            encoding: encoding.map(str::to_owned),
            rows: report.rows,
            accepted: report.accepted,
        }
    }
}

impl RunFile {
    /// Reads the file of a folder.
    ///
    /// # Errors
    /// There is none, or it is not ours.
    pub(crate) fn read(folder: &Path, lang: Lang) -> Result<Self, String> {
        let path = folder.join(RUN);
        let shown = path.display();
        let text = std::fs::read_to_string(&path).map_err(|error| match lang {
            Lang::Zh => format!("读不了 {shown}：{error}；--awards 要给出 jixiao award -o 写出的文件夹"),
            Lang::En => {
                format!(
                    "cannot read {shown}: {error}; --awards wants a folder that jixiao award -o has written"
                )
            }
        })?;
        let run: Result<Self, serde_json::Error> = serde_json::from_str(&text);
        let not_ours = |why: String| match lang {
            Lang::Zh => format!("{shown} 不是本程序可读的计算记录：{why}；请用 jixiao award 重新计算"),
            Lang::En => {
                format!("{shown} is no record of a run that can be read: {why}; run jixiao award again")
            }
        };
        let run = run.map_err(|e| not_ours(e.to_string()))?;
        if run.format == FORMAT { Ok(run) } else { Err(not_ours(format!("format {:?}", run.format))) }
    }
}

/// Whether a folder's `run.json` says that the folder is ours.
pub(crate) fn is_ours(folder: &Path) -> bool {
    #[derive(Deserialize)]
    struct Head {
        format: String,
    }
    let text = std::fs::read_to_string(folder.join(RUN)).unwrap_or_default();
    // Of any version: a folder of an older program is ours too.
    let name = FORMAT.split('/').next().unwrap_or(FORMAT);
    serde_json::from_str::<Head>(&text).is_ok_and(|head| head.format.split('/').next() == Some(name))
}

/// Texts with their hashes.
pub(crate) fn records(texts: &FolderTexts) -> Vec<TextRecord> {
    texts
        .iter()
        .map(|(name, text)| TextRecord {
            name: name.clone(),
            bytes: text.len() as u64,
            sha256: hex(&Sha256::digest(text.as_bytes())),
        })
        .collect()
}

/// A file with its hash.
///
/// # Errors
/// What the disk said.
pub(crate) fn record(folder: &Path, name: &str) -> std::io::Result<TextRecord> {
    let mut file = File::open(folder.join(name))?;
    let (mut hasher, mut bytes) = (Sha256::new(), 0u64);
    let mut room = vec![0; 1 << 16];
    loop {
        let read = file.read(&mut room)?;
        if read == 0 {
            break;
        }
        bytes += read as u64;
        hasher.update(&room[..read]);
    }
    Ok(TextRecord { name: name.to_owned(), bytes, sha256: hex(&hasher.finalize()) })
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
