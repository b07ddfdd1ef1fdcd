//! Requests that carried a key: the same request made again gets the answer that it got, and nothing is done twice.

use jixiao_core::both;

use crate::{change::Change, database::Database, fault::Fault, rows::Get as _, sql::Sql};

/// An answer that was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Headers that belong to it, a JSON object.
    pub headers: String,
    /// The body.
    pub body: String,
}

impl Database {
    /// The answer that a request with this key got before; `None` when it is new.
    ///
    /// # Errors
    /// The key was used for another request, or the database cannot be reached.
    pub async fn answered(
        &self,
        person: i64,
        key: &str,
        request_sha256: &str,
    ) -> Result<Option<Answer>, Fault> {
        let mut select =
            Sql::new("SELECT request_sha256, status, headers, body FROM request_key WHERE person_id = ");
        select.bind(person).push(" AND key = ").bind(key.to_owned());
        let Some(row) = select.one(&mut *self.readers().acquire().await?).await? else { return Ok(None) };
        if row.text("request_sha256")? != request_sha256 {
            return Err(Fault::refused(both!(
                "幂等键 {key} 已用于另一个请求；请换一个键",
                "the key {key} was used for another request; take a new one"
            )));
        }
        let status = row.int("status")?;
        let status = u16::try_from(status).map_err(|_| Fault::Broken(format!("{status} is no status")))?;
        Ok(Some(Answer { status, headers: row.text("headers")?, body: row.text("body")? }))
    }
}

impl Change {
    /// Keeps the answer to a request together with what it did. Of two at once with the same key the second finds it taken, and nothing of it is kept.
    ///
    /// # Errors
    /// The key was used meanwhile, or the database cannot be reached.
    pub async fn keep_answer(
        &mut self,
        person: i64,
        key: &str,
        request_sha256: &str,
        answer: &Answer,
    ) -> Result<(), Fault> {
        let at = self.at().0;
        let mut insert = Sql::new(
            "INSERT INTO request_key (person_id, status, made_at, key, request_sha256, headers, body) VALUES (",
        );
        insert.list([person, i64::from(answer.status), at]).push(", ");
        insert.list([key.to_owned(), request_sha256.to_owned(), answer.headers.clone(), answer.body.clone()]);
        insert.push(")");
        insert.run(self.on()).await?;
        Ok(())
    }
}
