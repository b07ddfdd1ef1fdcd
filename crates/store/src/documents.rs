//! Texts by their SHA-256: what was once said is never changed.

use sha2::{Digest as _, Sha256};

use crate::{change::Change, database::Database, fault::Fault, money::hex, rows::Get as _};

/// The SHA-256 of a text, as 64 lower-case hexadecimal digits.
pub fn sha256(bytes: impl AsRef<[u8]>) -> String {
    hex(&Sha256::digest(bytes.as_ref()))
}

impl Change {
    /// Keeps a text and gives its digest; the same text is kept once.
    ///
    /// # Errors
    /// The database cannot keep it.
    pub async fn keep_document(&mut self, text: &str) -> Result<String, Fault> {
        let digest = sha256(text);
        sqlx::query("INSERT INTO document (sha256, text) VALUES ($1, $2) ON CONFLICT (sha256) DO NOTHING")
            .bind(digest.clone())
            .bind(text.to_owned())
            .execute(self.on())
            .await?;
        Ok(digest)
    }
}

impl Database {
    /// A text by its digest.
    ///
    /// # Errors
    /// There is none, or the database cannot be reached.
    pub async fn document(&self, digest: &str) -> Result<String, Fault> {
        let row = sqlx::query("SELECT text FROM document WHERE sha256 = $1").bind(digest.to_owned());
        let row = row.fetch_optional(self.readers()).await?;
        row.ok_or_else(|| Fault::not_found(format!("document {digest}")))?.text("text")
    }
}
