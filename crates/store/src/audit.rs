//! The audit chain as it is kept: listed, sealed, verified; and readings of personal data, which stand beside it.
//!
//! What a link is and what can be told from a seal alone is in [`jixiao_core::audit`]. Here the chain is compared with everything that the database
//! says of it: each record with its own fields, the last record with the head, and the seals that were handed out with the records that they name.

use futures_util::TryStreamExt as _;
use jixiao_core::{
    audit::{Algorithm, Break, Record, Seal, SealedRecord, link},
    both,
    finding::Both,
};
use sqlx::{AnyConnection, any::AnyRow};

use crate::{
    change::{Actor, Noted},
    database::{Beginning, Database},
    fault::Fault,
    moment::Moment,
    rows::Get as _,
    sql::Sql,
};

/// Which records are asked for; what is `None` is not asked about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// Of a subject: `case/17`.
    pub subject: Option<String>,
    /// By somebody.
    pub who: Option<String>,
    /// Of a deed: `case.submit`.
    pub deed: Option<String>,
    /// From this number on.
    pub from_number: Option<i64>,
    /// Up to this number; for the next page, one less than the last number of this one.
    pub to_number: Option<i64>,
    /// From this moment on.
    pub from: Option<Moment>,
    /// Before this moment.
    pub before: Option<Moment>,
}

/// A record with its digests as they are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// The record.
    pub record: Record,
    /// The digest of its fields.
    pub content: String,
    /// Its link.
    pub link: String,
}

/// A reading of personal data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Its number.
    pub id: i64,
    /// Who read.
    pub who: String,
    /// From where.
    pub origin: String,
    /// What was read about: `person/3`.
    pub subject: String,
    /// What of it: names of fields, with commas between.
    pub fields: String,
    /// When.
    pub at: Moment,
}

/// A seal that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// Number of its first record.
    pub first: i64,
    /// Number of its last record.
    pub last: i64,
    /// The link of its last record.
    pub link: String,
    /// When it was made.
    pub at: Moment,
}

/// Something about the chain that cannot be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// Numbers or links of the records do not follow one another, or a seal from outside is broken in itself or of another chain.
    Chain(Break),
    /// A record's fields are not those that its content was made of.
    Content {
        /// The record's number.
        number: i64,
        /// The digest of its fields.
        expected: String,
        /// The content that is kept.
        found: String,
    },
    /// The head is not where the records end.
    Head {
        /// Number and link of the last record; 0 and empty when there is none.
        records: (i64, String),
        /// Number and link of the head; `None` when there is no head.
        head: Option<(i64, String)>,
    },
    /// A record that was sealed is not there, or is another one.
    Sealed {
        /// The record's number.
        number: i64,
        /// The link that was sealed.
        expected: String,
        /// The link that is kept; `None` when there is no such record.
        found: Option<String>,
    },
    /// Between the seals that are kept there is a gap, or they overlap.
    SealGap {
        /// Where the seal should begin.
        expected: i64,
        /// Where it does.
        found: i64,
    },
}

impl Doubt {
    /// What is wrong, with both figures.
    pub fn words(&self) -> Both {
        let shown = |link: &str| if link.is_empty() { "-".to_owned() } else { link.to_owned() };
        match self {
            Self::Chain(found) => found.words(),
            Self::Content { number, expected, found } => both!(
                "第 {number} 号记录的内容摘要应为 {expected}，却是 {found}：记录被改动",
                "the content of record {number} should be {expected}, but is {found}: the record was changed"
            ),
            Self::Head { records: (number, link), head: Some((head, head_link)) } => both!(
                "记录止于第 {number} 号（{a}），链头却在第 {head} 号（{b}）：末尾有记录被删去或插入",
                "the records end with {number} ({a}), but the head is at {head} ({b}): records were taken out at the end or put in",
                a = shown(link),
                b = shown(head_link),
            ),
            Self::Head { records: (number, _), head: None } => both!(
                "审计链没有链头，而记录止于第 {number} 号",
                "the chain has no head, while its records end with {number}"
            ),
            Self::Sealed { number, expected, found: Some(found) } => both!(
                "第 {number} 号记录封存时的链值为 {expected}，现在是 {found}：封存之后被改动",
                "record {number} was sealed with the link {expected}, it now has {found}: it was changed after it was sealed"
            ),
            Self::Sealed { number, expected, found: None } => both!(
                "第 {number} 号记录已封存（{expected}），现在没有了：封存之后被删去",
                "record {number} was sealed ({expected}) and is not there any more: it was taken out after it was sealed"
            ),
            Self::SealGap { expected, found } => both!(
                "下一封存应始于第 {expected} 号，却始于第 {found} 号：有封存被删去或插入",
                "the next seal should begin with record {expected}, but begins with {found}: a seal was taken out or put in"
            ),
        }
    }
}

const RECORD: &str =
    "number, at_micros, who, on_behalf, origin, deed, subject, before, after, reason, content, link";
const SEALED: &str = "number, at_micros, content, link";

impl Database {
    /// Records, the newest first, at most `limit`.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn records(&self, search: &Search, limit: i64) -> Result<Vec<Recorded>, Fault> {
        let mut select = Sql::new(format!("SELECT {RECORD} FROM audit_record WHERE 1 = 1"));
        select
            .equal("subject", search.subject.clone())
            .equal("who", search.who.clone())
            .equal("deed", search.deed.clone());
        for (asked, condition) in [
            (search.from_number, " AND number >= "),
            (search.to_number, " AND number <= "),
            (search.from.map(|at| at.0), " AND at_micros >= "),
            (search.before.map(|at| at.0), " AND at_micros < "),
        ] {
            if let Some(value) = asked {
                select.push(condition).bind(value);
            }
        }
        select.push(" ORDER BY number DESC LIMIT ").bind(limit);
        let rows = select.all(&mut *self.readers().acquire().await?).await?;
        rows.iter().map(recorded).collect()
    }

    /// Notes that somebody read personal data: of what, which fields.
    ///
    /// # Errors
    /// It cannot be kept; then the data should not be shown.
    pub async fn note_read(
        &self,
        actor: &Actor,
        at: Moment,
        subject: &str,
        fields: &[&str],
    ) -> Result<(), Fault> {
        let mut writing = self.writing().await?;
        sqlx::query(
            "INSERT INTO personal_read (who, origin, subject, fields, read_at) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(actor.who.clone())
        .bind(actor.origin.clone())
        .bind(subject.to_owned())
        .bind(fields.join(","))
        .bind(at.0)
        .execute(&mut *writing)
        .await?;
        Ok(writing.commit().await?)
    }

    /// Readings of personal data, the newest first, at most `limit`: of a subject, by somebody, with a number below `below`.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn readings(
        &self,
        subject: Option<&str>,
        who: Option<&str>,
        below: Option<i64>,
        limit: i64,
    ) -> Result<Vec<Reading>, Fault> {
        let mut select =
            Sql::new("SELECT id, who, origin, subject, fields, read_at FROM personal_read WHERE 1 = 1");
        select.equal("subject", subject.map(str::to_owned)).equal("who", who.map(str::to_owned));
        if let Some(id) = below {
            select.push(" AND id < ").bind(id);
        }
        select.push(" ORDER BY id DESC LIMIT ").bind(limit);
        let rows = select.all(&mut *self.readers().acquire().await?).await?;
        let reading = |row: &AnyRow| {
            Ok(Reading {
                id: row.int("id")?,
                who: row.text("who")?,
                origin: row.text("origin")?,
                subject: row.text("subject")?,
                fields: row.text("fields")?,
                at: Moment(row.int("read_at")?),
            })
        };
        rows.iter().map(reading).collect()
    }

    /// Seals every record since the last seal, or those up to the last one before `through` (a day's end). `None` when there is nothing to seal.
    ///
    /// That it was sealed is a record too, the first one of the next seal.
    ///
    /// # Errors
    /// The database cannot be reached, or the records do not follow one another any more: such a chain is not sealed.
    pub async fn seal(
        &self,
        actor: Actor,
        at: Moment,
        through: Option<Moment>,
    ) -> Result<Option<Seal>, Fault> {
        let Beginning { algorithm, chain } = self.chain().await?;
        let mut change = self.change(actor, at).await?;
        // Two who seal at once do so one after the other, as with every change.
        let last = sqlx::query("SELECT last_number, link FROM audit_seal ORDER BY last_number DESC LIMIT 1")
            .fetch_optional(change.on())
            .await?;
        let (number, previous) = match last {
            Some(row) => (row.int("last_number")?, row.text("link")?),
            None => (0, String::new()),
        };
        let mut select = Sql::new(format!("SELECT {SEALED} FROM audit_record WHERE number > "));
        select.bind(number).push(" ORDER BY number");
        let rows = select.all(change.on()).await?;
        let mut records: Vec<SealedRecord> = rows.iter().map(sealed_record).collect::<Result<_, _>>()?;
        if let Some(through) = through {
            // Moments are handed in and need not rise: what is sealed ends with the last record before the moment, and nothing is left out.
            let whole = records.iter().rposition(|record| record.at_micros < through.0);
            records.truncate(whole.map_or(0, |at| at + 1));
        }
        let Some(last) = records.last() else { return Ok(None) };
        let (last, link) = (last.number, last.link.clone());
        let seal = Seal { algorithm, chain, previous, records };
        let mut breaks: Vec<Break> = seal.verify();
        if let Some(first) = seal.records.first().filter(|first| first.number != number + 1) {
            breaks.push(Break::Number { expected: number + 1, found: first.number });
        }
        if !breaks.is_empty() {
            return Err(Fault::Refused(breaks.iter().map(Break::words).collect()));
        }
        sqlx::query(
            "INSERT INTO audit_seal (last_number, first_number, link, sealed_at) VALUES ($1, $2, $3, $4)",
        )
        .bind(last)
        .bind(number + 1)
        .bind(link.clone())
        .bind(at.0)
        .execute(change.on())
        .await?;
        change.note(Noted {
            deed: "audit.seal".to_owned(),
            subject: format!("seal/{last}"),
            before: String::new(),
            after: format!("{}-{last} {link}", number + 1),
            reason: String::new(),
        });
        change.commit().await?;
        Ok(Some(seal))
    }

    /// The seals that were made, the oldest first.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn seals(&self) -> Result<Vec<Sealed>, Fault> {
        seals(&mut *self.readers().acquire().await?).await
    }

    /// A seal that was made before, written again from the records: the one that ends with record `last`.
    ///
    /// # Errors
    /// There is no such seal, or the database cannot be reached.
    pub async fn seal_again(&self, last: i64) -> Result<Seal, Fault> {
        let Beginning { algorithm, chain } = self.chain().await?;
        let mut reading = self.snapshot().await?;
        let seals = seals(&mut reading).await?;
        let at = seals.iter().position(|seal| seal.last == last);
        let at = at.ok_or_else(|| Fault::not_found(format!("seal {last}")))?;
        let previous = at.checked_sub(1).and_then(|before| seals.get(before));
        let previous = previous.map(|seal| seal.link.clone()).unwrap_or_default();
        let first = seals.get(at).map_or(1, |seal| seal.first);
        let records = records_between(&mut reading, first, last).await?;
        Ok(Seal { algorithm, chain, previous, records })
    }

    /// Looks at the whole chain again: how many records there are, and everything that cannot be right.
    ///
    /// Records that were taken out at the end are found by the head, by the seals that are kept, and for certain by a seal that was handed out:
    /// see [`Database::verify_seal`].
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn verify_chain(&self) -> Result<(i64, Vec<Doubt>), Fault> {
        let algorithm = self.chain().await?.algorithm;
        doubts_of_chain(&mut *self.snapshot().await?, algorithm).await
    }

    /// Compares the chain with a seal that was handed out: every record that it names must be there, with the same digests.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn verify_seal(&self, seal: &Seal) -> Result<Vec<Doubt>, Fault> {
        let Beginning { algorithm, chain } = self.chain().await?;
        let of = |algorithm: Algorithm, chain: &str| format!("{chain} ({})", algorithm.code());
        let (expected, found) = (of(algorithm, &chain), of(seal.algorithm, &seal.chain));
        if expected != found {
            return Ok(vec![Doubt::Chain(Break::OtherChain { expected, found })]);
        }
        let mut doubts: Vec<Doubt> = seal.verify().into_iter().map(Doubt::Chain).collect();
        let (Some(first), Some(last)) = (seal.records.first(), seal.records.last()) else {
            return Ok(doubts);
        };
        let mut reading = self.snapshot().await?;
        let kept = records_between(&mut reading, first.number, last.number).await?;
        let mut kept = kept.into_iter().peekable();
        for sealed in &seal.records {
            while kept.next_if(|record| record.number < sealed.number).is_some() {}
            let found = kept.next_if(|record| record.number == sealed.number);
            if found.as_ref() != Some(sealed) {
                let found = found.map(|record| record.link);
                doubts.push(Doubt::Sealed { number: sealed.number, expected: sealed.link.clone(), found });
            }
        }
        Ok(doubts)
    }
}

async fn records_between(on: &mut AnyConnection, first: i64, last: i64) -> Result<Vec<SealedRecord>, Fault> {
    let mut select = Sql::new(format!("SELECT {SEALED} FROM audit_record WHERE number BETWEEN "));
    select.bind(first).push(" AND ").bind(last).push(" ORDER BY number");
    select.all(on).await?.iter().map(sealed_record).collect()
}

async fn seals(on: &mut AnyConnection) -> Result<Vec<Sealed>, Fault> {
    let rows =
        sqlx::query("SELECT first_number, last_number, link, sealed_at FROM audit_seal ORDER BY last_number")
            .fetch_all(on)
            .await?;
    let sealed = |row: &AnyRow| {
        Ok(Sealed {
            first: row.int("first_number")?,
            last: row.int("last_number")?,
            link: row.text("link")?,
            at: Moment(row.int("sealed_at")?),
        })
    };
    rows.iter().map(sealed).collect()
}

/// How many records there are, and everything about the chain that cannot be right.
pub(crate) async fn doubts_of_chain(
    on: &mut AnyConnection,
    algorithm: Algorithm,
) -> Result<(i64, Vec<Doubt>), Fault> {
    let seals = seals(on).await?;
    let head =
        sqlx::query("SELECT number, link FROM audit_head WHERE id = 1").fetch_optional(&mut *on).await?;
    let head = head.map(|row| Ok::<_, Fault>((row.int("number")?, row.text("link")?))).transpose()?;
    let mut doubts = Vec::new();
    let mut end = (0, String::new());
    let mut count = 0;
    let mut due = seals.iter().peekable();
    let asked = sqlx::AssertSqlSafe(format!("SELECT {RECORD} FROM audit_record ORDER BY number"));
    let mut rows = sqlx::query(asked).fetch(on);
    while let Some(row) = rows.try_next().await? {
        let Recorded { record, content, link: kept } = recorded(&row)?;
        let number = record.number;
        count += 1;
        if number != end.0 + 1 {
            doubts.push(Doubt::Chain(Break::Number { expected: end.0 + 1, found: number }));
        }
        let expected = algorithm.digest(&record.bytes());
        if expected != content {
            doubts.push(Doubt::Content { number, expected, found: content.clone() });
        }
        let expected = link(algorithm, &end.1, number, &content);
        if expected != kept {
            doubts.push(Doubt::Chain(Break::Link { number, expected, found: kept.clone() }));
        }
        while let Some(seal) = due.next_if(|seal| seal.last <= number) {
            let found = (seal.last == number).then(|| kept.clone());
            if found.as_ref() != Some(&seal.link) {
                doubts.push(Doubt::Sealed { number: seal.last, expected: seal.link.clone(), found });
            }
        }
        end = (number, kept);
    }
    for seal in due {
        doubts.push(Doubt::Sealed { number: seal.last, expected: seal.link.clone(), found: None });
    }
    if head.as_ref() != Some(&end) {
        doubts.push(Doubt::Head { records: end, head });
    }
    let mut expected = 1;
    for seal in &seals {
        if seal.first != expected || seal.last < seal.first {
            doubts.push(Doubt::SealGap { expected, found: seal.first });
        }
        expected = seal.last.saturating_add(1);
    }
    Ok((count, doubts))
}

fn recorded(row: &AnyRow) -> Result<Recorded, Fault> {
    let record = Record {
        number: row.int("number")?,
        at_micros: row.int("at_micros")?,
        who: row.text("who")?,
        on_behalf: row.text("on_behalf")?,
        origin: row.text("origin")?,
        deed: row.text("deed")?,
        subject: row.text("subject")?,
        before: row.text("before")?,
        after: row.text("after")?,
        reason: row.text("reason")?,
    };
    Ok(Recorded { record, content: row.text("content")?, link: row.text("link")? })
}

fn sealed_record(row: &AnyRow) -> Result<SealedRecord, Fault> {
    Ok(SealedRecord {
        number: row.int("number")?,
        at_micros: row.int("at_micros")?,
        content: row.text("content")?,
        link: row.text("link")?,
    })
}
