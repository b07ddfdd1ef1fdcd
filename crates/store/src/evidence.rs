//! Files by their SHA-256, and the cases that they belong to.
//!
//! They stand in the database itself: what a step refers to is kept with the step or not at all, and one backup holds everything. What a file is
//! must be said, must be allowed, and must agree with its first bytes.

use std::io::Cursor;

use jixiao_core::{both, finding::Both};
use sha2::{Digest as _, Sha256};
use sqlx::{AnyConnection, Row as _, any::AnyRow};

use crate::{
    change::{Change, Noted},
    database::Database,
    fault::Fault,
    moment::Moment,
    money::hex,
    rows::Get as _,
};

/// What kind of file it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Media {
    /// PDF.
    Pdf,
    /// A picture as PNG.
    Png,
    /// A picture as JPEG.
    Jpeg,
    /// Word, without macros.
    Docx,
    /// Excel, without macros.
    Xlsx,
    /// A list, as comma-separated text.
    Csv,
    /// Plain text.
    Text,
}

impl Media {
    /// Every kind.
    pub const ALL: [Self; 7] =
        [Self::Pdf, Self::Png, Self::Jpeg, Self::Docx, Self::Xlsx, Self::Csv, Self::Text];

    /// The media type, as kept and sent.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Csv => "text/csv",
            Self::Text => "text/plain",
        }
    }

    /// The endings that a file of the kind may have.
    pub fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Pdf => &["pdf"],
            Self::Png => &["png"],
            Self::Jpeg => &["jpg", "jpeg"],
            Self::Docx => &["docx"],
            Self::Xlsx => &["xlsx"],
            Self::Csv => &["csv"],
            Self::Text => &["txt"],
        }
    }

    /// A kind by its media type; parameters (`; charset=utf-8`) do not matter.
    pub fn of(media_type: &str) -> Option<Self> {
        let bare = media_type.split(';').next().unwrap_or_default().trim();
        Self::ALL.into_iter().find(|media| media.media_type().eq_ignore_ascii_case(bare))
    }

    /// A kind by the ending of a file's name.
    pub fn of_name(name: &str) -> Option<Self> {
        let (_, ending) = name.rsplit_once('.')?;
        let is = |media: &Self| media.endings().iter().any(|known| known.eq_ignore_ascii_case(ending));
        Self::ALL.into_iter().find(is)
    }

    /// Whether bytes are of this kind, as far as their beginning (and a package's list of parts) tells.
    pub fn fits(self, bytes: &[u8]) -> bool {
        match self {
            Self::Pdf => bytes.starts_with(b"%PDF-"),
            Self::Png => bytes.starts_with(b"\x89PNG\r\n\x1a\n"),
            Self::Jpeg => bytes.starts_with(b"\xff\xd8\xff"),
            Self::Docx => package_with(bytes, "word/"),
            Self::Xlsx => package_with(bytes, "xl/"),
            Self::Csv | Self::Text => plain(bytes),
        }
    }
}

/// Whether it is an office package with parts in a folder and no macros.
fn package_with(bytes: &[u8], folder: &str) -> bool {
    if !bytes.starts_with(b"PK\x03\x04") {
        return false;
    }
    let Ok(package) = zip::ZipArchive::new(Cursor::new(bytes)) else { return false };
    let (mut typed, mut placed) = (false, false);
    for name in package.file_names_raw() {
        typed |= name == b"[Content_Types].xml";
        placed |= name.starts_with(folder.as_bytes());
        if name.to_ascii_lowercase().ends_with(b"vbaproject.bin") {
            return false;
        }
    }
    typed && placed
}

/// Whether bytes are text of any encoding that is in use (UTF-8, GB18030, UTF-16 with its mark): no control characters, no known beginning of another kind.
fn plain(bytes: &[u8]) -> bool {
    let marked = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    let other = [Media::Pdf, Media::Png, Media::Jpeg].into_iter().any(|media| media.fits(bytes))
        || bytes.starts_with(b"PK\x03\x04");
    let control = |byte: &u8| *byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r');
    !other && (marked || !bytes.iter().any(control))
}

/// What files are taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// A file's most bytes.
    pub bytes: usize,
    /// The kinds that are taken.
    pub media: Vec<Media>,
}

impl Default for Limits {
    /// 20 MiB, every kind.
    fn default() -> Self {
        Self { bytes: 20 << 20, media: Media::ALL.to_vec() }
    }
}

/// A file that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Its media type.
    pub media_type: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Who brought it.
    pub added_by: String,
    /// When.
    pub added_at: Moment,
}

/// A file of a case, without its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attached {
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// The name under which it was brought.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// How many bytes it has.
    pub bytes: i64,
    /// Who brought it.
    pub added_by: String,
    /// When.
    pub added_at: Moment,
}

/// Something about a file that cannot be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// The SHA-256 that it is known by.
    pub sha256: String,
    /// The SHA-256 of the bytes that are kept.
    pub found: String,
    /// The number of bytes that it is said to have.
    pub said: i64,
    /// The number of bytes that are kept.
    pub kept: i64,
}

impl Doubt {
    /// What is wrong, with both figures.
    pub fn words(&self) -> Both {
        let Self { sha256, found, said, kept } = self;
        both!(
            "证据文件 {sha256}（{said} 字节）现在的摘要为 {found}（{kept} 字节）：内容被改动",
            "the evidence file {sha256} ({said} bytes) now has the digest {found} ({kept} bytes): it was changed"
        )
    }
}

impl Change {
    /// Keeps a file and gives its SHA-256; a file that is there already is not kept twice.
    ///
    /// # Errors
    /// Every reason why it is not taken (empty, too large, of a kind that is not taken, not what it is said to be), or the database cannot keep it.
    pub async fn keep_evidence(
        &mut self,
        media: Media,
        bytes: Vec<u8>,
        limits: &Limits,
    ) -> Result<String, Fault> {
        let reasons = refusals(media, &bytes, limits);
        if !reasons.is_empty() {
            return Err(Fault::Refused(reasons));
        }
        let sha256 = hex(&Sha256::digest(&bytes));
        let size = i64::try_from(bytes.len()).map_err(|_| Fault::Broken("a file without end".to_owned()))?;
        let (by, at) = (self.actor().who.clone(), self.at().0);
        let kept = sqlx::query(
            "INSERT INTO evidence (sha256, media_type, size_bytes, bytes, added_by, added_at) \
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (sha256) DO NOTHING",
        )
        .bind(sha256.clone())
        .bind(media.media_type())
        .bind(size)
        .bind(bytes)
        .bind(by)
        .bind(at)
        .execute(self.on())
        .await?;
        if kept.rows_affected() > 0 {
            self.note(Noted {
                deed: "evidence.keep".to_owned(),
                subject: format!("evidence/{sha256}"),
                before: String::new(),
                after: format!("{} {size}", media.media_type()),
                reason: String::new(),
            });
        }
        Ok(sha256)
    }

    /// Attaches a file that is kept to a case, under a name.
    ///
    /// # Errors
    /// There is no such case or file, the name cannot be one of such a file, it is attached already, or the database cannot keep it.
    pub async fn attach_evidence(&mut self, case_id: i64, sha256: &str, name: &str) -> Result<(), Fault> {
        let media = sqlx::query("SELECT media_type FROM evidence WHERE sha256 = $1")
            .bind(sha256.to_owned())
            .fetch_optional(self.on())
            .await?;
        let media =
            media.ok_or_else(|| Fault::not_found(format!("evidence {sha256}")))?.text("media_type")?;
        if let Some(reason) = wrong_name(name, &media) {
            return Err(Fault::refused(reason));
        }
        let case = sqlx::query("SELECT id FROM case_file WHERE id = $1")
            .bind(case_id)
            .fetch_optional(self.on())
            .await?;
        if case.is_none() {
            return Err(Fault::not_found(format!("case {case_id}")));
        }
        let (by, at) = (self.actor().who.clone(), self.at().0);
        let attached = sqlx::query(
            "INSERT INTO case_evidence (case_id, sha256, name, added_by, added_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        )
        .bind(case_id)
        .bind(sha256.to_owned())
        .bind(name.to_owned())
        .bind(by)
        .bind(at)
        .execute(self.on())
        .await?;
        if attached.rows_affected() == 0 {
            return Err(Fault::Taken { what: format!("case/{case_id} evidence {sha256}") });
        }
        self.note(Noted {
            deed: "evidence.attach".to_owned(),
            subject: format!("case/{case_id}"),
            before: String::new(),
            after: format!("{sha256} {name}"),
            reason: String::new(),
        });
        Ok(())
    }
}

/// Every reason why a file is not taken.
fn refusals(media: Media, bytes: &[u8], limits: &Limits) -> Vec<Both> {
    let mut reasons = Vec::new();
    let (size, most) = (bytes.len(), limits.bytes);
    if bytes.is_empty() {
        reasons.push(both!("文件是空的", "the file is empty"));
    }
    if size > most {
        reasons.push(both!(
            "文件有 {size} 字节，最多 {most} 字节：请压缩或分成几个文件",
            "the file has {size} bytes, at most {most} are taken: compress it or bring it in parts"
        ));
    }
    let endings = |media: &[Media]| {
        media.iter().flat_map(|media| media.endings()).copied().collect::<Vec<_>>().join(" ")
    };
    if !limits.media.contains(&media) {
        reasons.push(both!(
            "不接受 {kind} 文件；可用：{taken}",
            "files of the kind {kind} are not taken; use {taken}",
            kind = endings(&[media]),
            taken = endings(&limits.media),
        ));
    }
    if !bytes.is_empty() && size <= most && !media.fits(bytes) {
        let found = Media::ALL.into_iter().find(|other| other.fits(bytes));
        let found = found.map_or("?".to_owned(), |found| endings(&[found]));
        reasons.push(both!(
            "文件称为 {said}，内容却像 {found}（带宏的文件也不接受）：请核对后重新上传",
            "the file is said to be {said}, but its content looks like {found} (files with macros are not taken either): look at it and bring it again",
            said = endings(&[media]),
        ));
    }
    reasons
}

/// What is wrong with the name of a file of a media type.
fn wrong_name(name: &str, media_type: &str) -> Option<Both> {
    let odd = |c: char| c.is_control() || matches!(c, '/' | '\\');
    if name.trim().is_empty() || name.len() > 255 || name.contains(odd) {
        return Some(both!(
            "文件名须有 1 至 255 字节，不含斜杠和控制字符",
            "a file's name must have 1 to 255 bytes, and no slashes or control characters"
        ));
    }
    let media = Media::of(media_type)?;
    // A comma-separated list is plain text too: both endings are fair for either.
    let text = |media: Media| matches!(media, Media::Csv | Media::Text);
    let fits = |named: Media| named == media || (text(named) && text(media));
    (!Media::of_name(name).is_some_and(fits)).then(|| {
        both!(
            "文件名 {name} 的扩展名与文件类型 {media_type} 不符",
            "the ending of the name {name} does not go with the media type {media_type}"
        )
    })
}

impl Database {
    /// A file with its bytes.
    ///
    /// # Errors
    /// There is none, its bytes are not those that were kept, or the database cannot be reached.
    pub async fn evidence(&self, sha256: &str) -> Result<Evidence, Fault> {
        let row = sqlx::query(
            "SELECT sha256, media_type, size_bytes, bytes, added_by, added_at FROM evidence WHERE sha256 = $1",
        )
        .bind(sha256.to_owned())
        .fetch_optional(self.readers())
        .await?;
        let row = row.ok_or_else(|| Fault::not_found(format!("evidence {sha256}")))?;
        if let Some(doubt) = doubt(&row)? {
            return Err(Fault::Broken(doubt.words().en));
        }
        Ok(Evidence {
            sha256: row.text("sha256")?,
            media_type: row.text("media_type")?,
            bytes: row.try_get("bytes")?,
            added_by: row.text("added_by")?,
            added_at: Moment(row.int("added_at")?),
        })
    }

    /// The files of a case in the order in which they were brought.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn evidence_of(&self, case_id: i64) -> Result<Vec<Attached>, Fault> {
        let rows = sqlx::query(
            "SELECT c.sha256 AS sha256, c.name AS name, c.added_by AS added_by, c.added_at AS added_at, e.media_type AS media_type, e.size_bytes AS size_bytes \
             FROM case_evidence c JOIN evidence e ON e.sha256 = c.sha256 WHERE c.case_id = $1 ORDER BY c.added_at, c.sha256",
        )
        .bind(case_id)
        .fetch_all(self.readers())
        .await?;
        let attached = |row: &AnyRow| {
            Ok(Attached {
                sha256: row.text("sha256")?,
                name: row.text("name")?,
                media_type: row.text("media_type")?,
                bytes: row.int("size_bytes")?,
                added_by: row.text("added_by")?,
                added_at: Moment(row.int("added_at")?),
            })
        };
        rows.iter().map(attached).collect()
    }

    /// Looks at every file again: how many there are, and those whose bytes are not what they were.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn verify_evidence(&self) -> Result<(i64, Vec<Doubt>), Fault> {
        doubts_of_evidence(&mut *self.snapshot().await?).await
    }
}

/// How many files there are, and those whose bytes are not what they were. One file at a time is held.
pub(crate) async fn doubts_of_evidence(on: &mut AnyConnection) -> Result<(i64, Vec<Doubt>), Fault> {
    let mut doubts = Vec::new();
    let mut count = 0;
    for row in sqlx::query("SELECT sha256 FROM evidence ORDER BY sha256").fetch_all(&mut *on).await? {
        let row = sqlx::query("SELECT sha256, size_bytes, bytes FROM evidence WHERE sha256 = $1")
            .bind(row.text("sha256")?)
            .fetch_one(&mut *on)
            .await?;
        doubts.extend(doubt(&row)?);
        count += 1;
    }
    Ok((count, doubts))
}

fn doubt(row: &AnyRow) -> Result<Option<Doubt>, Fault> {
    let bytes: Vec<u8> = row.try_get("bytes")?;
    let (sha256, said) = (row.text("sha256")?, row.int("size_bytes")?);
    let found = hex(&Sha256::digest(&bytes));
    let kept = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    Ok((found != sha256 || kept != said).then_some(Doubt { sha256, found, said, kept }))
}
