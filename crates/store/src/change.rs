//! A change: one transaction, made by somebody at a time, with its audit records.

use jixiao_core::audit::{Algorithm, Record};
use sqlx::{Any, Transaction};

use crate::{database::Dialect, fault::Fault, moment::Moment, rows::Get as _, sql::Sql, turns::Turn};

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

/// What a change is made in.
pub(crate) enum Hold {
    /// A transaction of its own.
    Own(Transaction<'static, Any>),
    /// Its turn on a database that has one writer.
    Turn(Turn),
}

/// A transaction under way. Dropped, it leaves nothing behind.
pub struct Change {
    hold: Hold,
    dialect: Dialect,
    actor: Actor,
    at: Moment,
    notes: Vec<Noted>,
}

impl Change {
    pub(crate) fn new(hold: Hold, dialect: Dialect, actor: Actor, at: Moment) -> Self {
        Self { hold, dialect, actor, at, notes: Vec::new() }
    }

    /// The connection that queries of the change run on.
    pub(crate) fn on(&mut self) -> &mut sqlx::AnyConnection {
        match &mut self.hold {
            Hold::Own(transaction) => transaction,
            Hold::Turn(turn) => turn.on(),
        }
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
        match self.hold {
            Hold::Own(transaction) => Ok(transaction.commit().await?),
            Hold::Turn(turn) => turn.keep().await,
        }
    }

    /// Writes the notes behind the head of the chain. The head is locked last, so that it is held for as short as can be.
    async fn chain(&mut self) -> Result<(), Fault> {
        let mut select = Sql::new(
            "SELECT number, link, (SELECT value FROM setting WHERE name = 'audit-algorithm') AS algorithm FROM audit_head WHERE id = 1",
        );
        select.push(self.dialect.for_update());
        let head = select.one(self.on()).await?.ok_or_else(|| Fault::not_found("the audit chain's head"))?;
        let algorithm = head.text("algorithm")?;
        let algorithm = Algorithm::of(&algorithm)
            .ok_or_else(|| Fault::Broken(format!("the chain's algorithm {algorithm} is not known")))?;
        let (mut number, mut link) = (head.int("number")?, head.text("link")?);
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
        let mut update = Sql::new("UPDATE audit_head SET number = ");
        update.bind(number).push(", link = ").bind(link).push(" WHERE id = 1");
        update.run(self.on()).await?;
        Ok(())
    }
}
