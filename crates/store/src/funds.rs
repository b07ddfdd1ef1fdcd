//! Funds, with the digest of the fund folder that is in force.

use crate::{
    change::{Change, Noted},
    database::Database,
    fault::Fault,
    rows::Get as _,
};

/// A fund as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fund {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// SHA-256 of the fund folder that is in force.
    pub folder_sha256: String,
    /// How often it was changed.
    pub revision: i64,
}

impl Change {
    /// Takes a fund in, or puts another folder of it in force. Nothing is done when it is so already.
    ///
    /// # Errors
    /// The database cannot keep it.
    pub async fn put_fund(&mut self, id: &str, name: &str, folder_sha256: &str) -> Result<bool, Fault> {
        let kept = sqlx::query("SELECT id, name, folder_sha256, revision FROM fund WHERE id = $1")
            .bind(id.to_owned())
            .fetch_optional(self.on())
            .await?;
        let before = kept.as_ref().map(fund).transpose()?;
        if before.as_ref().is_some_and(|fund| fund.name == name && fund.folder_sha256 == folder_sha256) {
            return Ok(false);
        }
        let at = self.at().0;
        sqlx::query(
            "INSERT INTO fund (id, name, folder_sha256, revision, opened_at, changed_at) VALUES ($1, $2, $3, 0, $4, $4) \
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, folder_sha256 = excluded.folder_sha256, \
             revision = fund.revision + 1, changed_at = excluded.changed_at",
        )
        .bind(id.to_owned())
        .bind(name.to_owned())
        .bind(folder_sha256.to_owned())
        .bind(at)
        .execute(self.on())
        .await?;
        self.note(Noted {
            deed: "fund.put".to_owned(),
            subject: format!("fund/{id}"),
            before: before.map(|fund| fund.folder_sha256).unwrap_or_default(),
            after: folder_sha256.to_owned(),
            reason: String::new(),
        });
        Ok(true)
    }
}

impl Database {
    /// Every fund, by id.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn funds(&self) -> Result<Vec<Fund>, Fault> {
        let rows = sqlx::query("SELECT id, name, folder_sha256, revision FROM fund ORDER BY id");
        rows.fetch_all(self.readers()).await?.iter().map(fund).collect()
    }
}

fn fund(row: &sqlx::any::AnyRow) -> Result<Fund, Fault> {
    Ok(Fund {
        id: row.text("id")?,
        name: row.text("name")?,
        folder_sha256: row.text("folder_sha256")?,
        revision: row.int("revision")?,
    })
}
