//! Survey invitations and answers. An invitation is a token that was sent to somebody; only its digest is kept.

use jixiao_core::{
    both,
    people::{Deed, May, Reach, deeds},
};
use sqlx::any::AnyRow;

use crate::{
    change::{Change, Noted},
    database::Database,
    documents::sha256,
    fault::Fault,
    moment::Moment,
    money::ROWS,
    office::Office,
    rows::Get as _,
    sql::Sql,
};

/// An invitation to be sent.
#[derive(Clone, Debug)]
pub struct Invitation {
    /// The scheme whose support is asked about.
    pub scheme: String,
    /// Division code.
    pub region: String,
    /// The enterprise's code.
    pub enterprise: String,
    /// The token, drawn outside; what is sent.
    pub token: String,
}

/// An invitation as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Its number.
    pub id: i64,
    /// The fund year.
    pub year: i16,
    /// The scheme whose support is asked about.
    pub scheme: String,
    /// Division code.
    pub region: String,
    /// The enterprise's code.
    pub enterprise: String,
    /// Until when an answer counts.
    pub expires_at: Moment,
    /// Digest of the answers, if there are any.
    pub answers: Option<String>,
    /// When they came.
    pub answered_at: Option<Moment>,
}

const SENT: &str = "i.id, i.year, i.scheme, i.region, i.enterprise, i.expires_at, a.answers, a.answered_at \
                    FROM survey_invitation AS i LEFT JOIN survey_answer AS a ON a.invitation_id = i.id";

impl Change {
    /// Keeps invitations of a year's survey. Whoever was invited before for the same scheme is left as it was; gives how many are new.
    ///
    /// # Errors
    /// They would be over before they begin, or the database cannot be reached.
    pub async fn invite(
        &mut self,
        office: &Office,
        may: &May<deeds::RunSurvey>,
        year: i16,
        until: Moment,
        invitations: &[Invitation],
    ) -> Result<u64, Fault> {
        if until <= self.at() {
            return Err(Fault::refused(both!("截止时间已过", "the last moment to answer is over")));
        }
        let at = self.at();
        let mut new = 0;
        for some in invitations.chunks(ROWS) {
            let rows: Vec<_> = some
                .iter()
                .map(|Invitation { scheme, region, enterprise, token }| {
                    (scheme, region, enterprise, sha256(token))
                })
                .collect();
            let mut insert = Sql::new(
                "INSERT INTO survey_invitation (fund, year, scheme, region, enterprise, token_sha256, sent_at, expires_at) SELECT ",
            );
            insert.bind(office.fund.clone()).push(", ").bind(i64::from(year));
            insert
                .push(", given.value ->> 0, given.value ->> 1, given.value ->> 2, given.value ->> 3, ")
                .list([at.0, until.0]);
            // The condition tells SQLite that what follows belongs to the INSERT.
            insert
                .push(" FROM ")
                .given(&rows)
                .push(" WHERE 1 = 1 ON CONFLICT (fund, year, scheme, enterprise) DO NOTHING");
            new += insert.run(self.on()).await?.rows_affected();
        }
        self.note(Noted {
            deed: "survey.invite".to_owned(),
            subject: format!("survey/{}/{year}", office.fund),
            after: format!("{new} of {} new, by {}", invitations.len(), may.who()),
            ..Noted::default()
        });
        Ok(new)
    }

    /// Keeps the answers that came with a token: a JSON object of question and answer. One answer an invitation.
    ///
    /// # Errors
    /// The token is none, over or used, or the database cannot be reached. That a token is none and that it is over read the same.
    pub async fn answer(&mut self, token: &str, answers: &str) -> Result<i64, Fault> {
        let none = || Fault::not_found("survey invitation");
        let mut select = Sql::new("SELECT id, expires_at FROM survey_invitation WHERE token_sha256 = ");
        select.bind(sha256(token));
        let row = select.one(self.on()).await?.ok_or_else(none)?;
        let at = self.at();
        if row.int("expires_at")? <= at.0 {
            return Err(none());
        }
        let id = row.int("id")?;
        let digest = self.keep_document(answers).await?;
        let mut insert = Sql::new("INSERT INTO survey_answer (invitation_id, answers, answered_at) VALUES (");
        insert.bind(id).push(", ").bind(digest).push(", ").bind(at.0).push(")");
        insert.run(self.on()).await.map_err(|fault| match fault {
            Fault::Taken { .. } => Fault::Taken { what: "an answer to this invitation".to_owned() },
            other => other,
        })?;
        // What was answered stands in the chain neither by name nor by digest: few answers could be guessed from it.
        self.note(Noted {
            deed: "survey.answer".to_owned(),
            subject: "survey".to_owned(),
            ..Noted::default()
        });
        Ok(id)
    }
}

impl Database {
    /// Invitations of a year in somebody's reach, by number.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn invitations(
        &self,
        office: &Office,
        reach: &Reach<Deed>,
        year: i16,
        after: Option<i64>,
        limit: i64,
    ) -> Result<Vec<Sent>, Fault> {
        let mut select = Sql::new(format!("SELECT {SENT} WHERE i.fund = "));
        select.bind(office.fund.clone()).push(" AND i.year = ").bind(i64::from(year));
        if let Some(after) = after {
            select.push(" AND i.id > ").bind(after);
        }
        office.restrict(&mut select, reach.scopes());
        select.push(" ORDER BY i.id LIMIT ").bind(limit);
        select.all(&mut *self.readers().acquire().await?).await?.iter().map(sent).collect()
    }

    /// The invitation that a token belongs to, while an answer counts.
    ///
    /// # Errors
    /// There is none, or the database cannot be reached.
    pub async fn invitation(&self, token: &str, now: Moment) -> Result<Sent, Fault> {
        let mut select = Sql::new(format!("SELECT {SENT} WHERE i.token_sha256 = "));
        select.bind(sha256(token)).push(" AND i.expires_at > ").bind(now.0);
        let row = select.one(&mut *self.readers().acquire().await?).await?;
        sent(&row.ok_or_else(|| Fault::not_found("survey invitation"))?)
    }
}

fn sent(row: &AnyRow) -> Result<Sent, Fault> {
    Ok(Sent {
        id: row.int("id")?,
        year: row.year("year")?,
        scheme: row.text("scheme")?,
        region: row.text("region")?,
        enterprise: row.text("enterprise")?,
        expires_at: Moment(row.int("expires_at")?),
        answers: row.text_or_none("answers")?,
        answered_at: row.int_or_none("answered_at")?.map(Moment),
    })
}
