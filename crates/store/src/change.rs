//! A change: one transaction, made by somebody at a time, with its audit records.

use jixiao_core::audit::Record;

use crate::{
    database::Dialect,
    fault::Fault,
    moment::Moment,
    sql::Sql,
    turns::{Head, Turn},
};

/// Who makes a change, and from where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The name that somebody signs in with, or `system`.
    pub who: String,
    /// For whom, when acting for another; else empty.
    pub on_behalf: String,
    /// From where: a network address, `command-line`, `job`.
    pub origin: String,
}

impl Actor {
    /// Somebody for himself.
    pub fn new(who: impl Into<String>, origin: impl Into<String>) -> Self {
        Self { who: who.into(), on_behalf: String::new(), origin: origin.into() }
    }
}

/// What is noted in the audit chain of one change of state.
#[derive(Clone, Debug, Default)]
pub struct Noted {
    /// What was done, as a code: `case.submit`.
    pub deed: String,
    /// To what: `case/17`.
    pub subject: String,
    /// What it was before; of something long its digest.
    pub before: String,
    /// What it is after.
    pub after: String,
    /// Why, in words.
    pub reason: String,
}

/// A transaction under way. Dropped, it leaves nothing behind.
pub struct Change {
    turn: Turn,
    dialect: Dialect,
    actor: Actor,
    at: Moment,
    notes: Vec<Noted>,
}

impl Change {
    pub(crate) fn new(turn: Turn, dialect: Dialect, actor: Actor, at: Moment) -> Self {
        Self { turn, dialect, actor, at, notes: Vec::new() }
    }

    /// The connection that queries of the change run on.
    pub(crate) fn on(&mut self) -> &mut sqlx::AnyConnection {
        self.turn.on()
    }

    /// Which kind of database it is.
    pub(crate) fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Who makes it.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// When.
    pub fn at(&self) -> Moment {
        self.at
    }

    /// Notes a change of state; written to the chain when the change is committed.
    pub fn note(&mut self, noted: Noted) {
        self.notes.push(noted);
    }

    /// Keeps everything, with its audit records, or nothing.
    ///
    /// # Errors
    /// The database cannot keep it, or nothing was noted although something may have been changed: that is a mistake of the program.
    pub async fn commit(mut self) -> Result<(), Fault> {
        if self.notes.is_empty() {
            return Err(Fault::Broken("a change was to be kept of which nothing was noted".to_owned()));
        }
        self.chain().await?;
        self.turn.keep().await
    }

    /// Writes the notes behind the head of the chain, which nobody else has meanwhile.
    async fn chain(&mut self) -> Result<(), Fault> {
        let Head { mut number, mut link, algorithm } = self.turn.head().await?;
        let mut rows = Vec::new();
        for noted in std::mem::take(&mut self.notes) {
            number += 1;
            let Noted { deed, subject, before, after, reason } = noted;
            let record = Record {
                number,
                at_micros: self.at.0,
                who: self.actor.who.clone(),
                on_behalf: self.actor.on_behalf.clone(),
                origin: self.actor.origin.clone(),
                deed,
                subject,
                before,
                after,
                reason,
            };
            let chained = record.chained(algorithm, &link);
            link.clone_from(&chained.link);
            let Record { number, at_micros, who, on_behalf, origin, deed, subject, before, after, reason } =
                record;
            let chained = (chained.content, chained.link);
            rows.push((
                number, at_micros, who, on_behalf, origin, deed, subject, before, after, reason, chained.0,
                chained.1,
            ));
        }
        let mut insert = Sql::new(
            "INSERT INTO audit_record (number, at_micros, who, on_behalf, origin, deed, subject, before, after, reason, content, link) \
             SELECT CAST(given.value ->> 0 AS BIGINT), CAST(given.value ->> 1 AS BIGINT), given.value ->> 2, given.value ->> 3, given.value ->> 4, \
             given.value ->> 5, given.value ->> 6, given.value ->> 7, given.value ->> 8, given.value ->> 9, given.value ->> 10, given.value ->> 11 FROM ",
        );
        insert.given(&rows);
        insert.run(self.on()).await?;
        self.turn.chained(Head { number, link, algorithm });
        Ok(())
    }
}
