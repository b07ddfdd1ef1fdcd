//! Accounts and entries.
//!
//! What a batch comes to is decided by [`jixiao_core::book`] from the accounts and entries that it names, which are held still meanwhile; the
//! database refuses on its own account what would overdraw one, end a reservation twice or correct an entry twice.

use std::collections::{BTreeMap, BTreeSet};

use jixiao_core::book::{
    Account, AccountId, AccountKind, AccountName, Balance, Cause, Entry, EntryKind, Kept, Known, Outcome,
    Step, Whole, settle,
    verify::{Doubt, verify},
};
use sha2::{Digest as _, Sha256};
use sqlx::{AnyConnection, any::AnyRow};

use crate::{
    change::{Change, Noted},
    database::Database,
    fault::Fault,
    moment::Moment,
    rows::Get as _,
    sql::Sql,
};

/// An entry as somebody asks for it: accounts by name. Accounts that are not there yet are opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The client's key.
    pub key: String,
    /// What moves the money.
    pub kind: EntryKind,
    /// At once or in two steps.
    pub step: Step,
    /// The account that it leaves.
    pub from: AccountName,
    /// The account that it goes to.
    pub to: AccountName,
    /// How much, in fen.
    pub fen: i64,
    /// What for.
    pub cause: Cause,
    /// Key of the entry that this one takes back.
    pub corrects: Option<String>,
    /// Why, in words.
    pub reason: String,
}

/// An entry as it was kept, with who made it and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// The entry.
    pub entry: Entry,
    /// Who made it.
    pub by: String,
    /// When.
    pub at: Moment,
}

/// Which accounts are asked for; what is `None` is not asked about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Which {
    /// Of a fund.
    pub fund: Option<String>,
    /// Of a fund year.
    pub year: Option<i16>,
    /// Of a kind.
    pub kind: Option<AccountKind>,
    /// Of a scheme.
    pub scheme: Option<String>,
    /// Of these regions.
    pub regions: Option<Vec<String>>,
    /// Of an enterprise.
    pub enterprise: Option<String>,
    /// With numbers after this one: the next page begins after the last of this one.
    pub after: Option<AccountId>,
    /// At most so many.
    pub limit: Option<i64>,
}

/// A statement takes at most so many values: SQLite looks each numbered name up in a list, so that many values in one statement cost their square.
pub(crate) const VALUES: usize = 1_200;

const ACCOUNT: &str =
    "id, fund, year, kind, scheme, region, enterprise, closed, came_in, went_out, reserved_in, reserved_out";
const ENTRY: &str = "key, kind, step, from_account, to_account, fen, ends_key, corrects_key, cause_kind, cause_reference, reason, made_by, made_at";

impl Change {
    /// Posts a batch of entries: what became of each, in order. What is refused is told, not an error; what is kept is kept when the change is.
    ///
    /// # Errors
    /// The database cannot be reached, or refuses what the books would allow: then nothing may be kept.
    pub async fn post(&mut self, batch: &[Asked], whole: Whole) -> Result<Vec<Outcome>, Fault> {
        let numbers = self.accounts(batch).await?;
        let entries: Vec<Entry> = batch.iter().map(|asked| asked.numbered(&numbers)).collect();
        let mut known = self.known(&entries, numbers.values().copied().collect()).await?;
        let before: BTreeMap<AccountId, Balance> =
            known.accounts.iter().map(|(id, account)| (*id, account.balance)).collect();
        let outcomes = settle(&mut known, &entries, whole);
        let made: Vec<&Entry> = entries
            .iter()
            .zip(&outcomes)
            .filter_map(|(entry, outcome)| (*outcome == Outcome::Created).then_some(entry))
            .collect();
        if made.is_empty() {
            // Nothing was changed, and that is noted too: a change that keeps nothing must say so itself.
            return Ok(outcomes);
        }
        self.keep_entries(&made).await?;
        let changed: Vec<(AccountId, Balance)> = known
            .accounts
            .iter()
            .filter(|(id, account)| before.get(id) != Some(&account.balance))
            .map(|(id, account)| (*id, account.balance))
            .collect();
        self.keep_balances(&changed).await?;
        self.note_entries(&made);
        Ok(outcomes)
    }

    /// What may still leave an account, in fen; nothing when it is not there.
    pub(crate) async fn free(&mut self, name: &AccountName) -> Result<i64, Fault> {
        Ok(self.balance(name).await?.free().0)
    }

    /// What an account holds, in fen; nothing when it is not there.
    pub(crate) async fn held(&mut self, name: &AccountName) -> Result<i64, Fault> {
        Ok(self.balance(name).await?.held().0)
    }

    async fn balance(&mut self, name: &AccountName) -> Result<Balance, Fault> {
        let row = by_name(name).one(self.on()).await?;
        Ok(row.map(|row| account(&row)).transpose()?.map(|(_, account)| account.balance).unwrap_or_default())
    }

    /// Closes an account, or opens it again.
    ///
    /// # Errors
    /// There is no such account, or the database cannot be reached.
    pub async fn close_account(
        &mut self,
        name: &AccountName,
        closed: bool,
        reason: &str,
    ) -> Result<(), Fault> {
        let changed = sqlx::query(
            "UPDATE account SET closed = $1 WHERE fund = $2 AND year = $3 AND kind = $4 AND scheme = $5 AND region = $6 AND enterprise = $7",
        )
        .bind(i64::from(closed))
        .bind(name.fund.clone())
        .bind(i64::from(name.year))
        .bind(name.kind.code())
        .bind(name.scheme.clone().unwrap_or_default())
        .bind(name.region.clone().unwrap_or_default())
        .bind(name.enterprise.clone().unwrap_or_default())
        .execute(self.on())
        .await?;
        if changed.rows_affected() == 0 {
            return Err(Fault::not_found(format!("account {name}")));
        }
        let (before, after) = if closed { ("open", "closed") } else { ("closed", "open") };
        self.note(Noted {
            deed: if closed { "account.close" } else { "account.open" }.to_owned(),
            subject: format!("account/{name}"),
            before: before.to_owned(),
            after: after.to_owned(),
            reason: reason.to_owned(),
        });
        Ok(())
    }

    /// The number of every account that a batch names; those with a whole name that are not there are opened.
    async fn accounts(&mut self, batch: &[Asked]) -> Result<BTreeMap<AccountName, AccountId>, Fault> {
        let names: BTreeSet<&AccountName> =
            batch.iter().flat_map(|asked| [&asked.from, &asked.to]).filter(|name| name.is_whole()).collect();
        let names: Vec<&AccountName> = names.into_iter().collect();
        let mut numbers = BTreeMap::new();
        // Seven values an account; opened first, so that two who open the same one wait for each other here.
        for some in names.chunks(VALUES / 6) {
            find_accounts(self.on(), some, &mut numbers).await?;
            let missing: Vec<&&AccountName> =
                some.iter().filter(|name| !numbers.contains_key(**name)).collect();
            if missing.is_empty() {
                continue;
            }
            let mut insert = Sql::new(
                "INSERT INTO account (fund, year, kind, scheme, region, enterprise, closed, came_in, went_out, reserved_in, reserved_out) VALUES ",
            );
            for (index, name) in missing.into_iter().enumerate() {
                name_of(insert.row(index), name).push(", 0, 0, 0, 0, 0)");
            }
            insert.push(" ON CONFLICT DO NOTHING");
            insert.run(self.on()).await?;
            find_accounts(self.on(), some, &mut numbers).await?;
        }
        Ok(numbers)
    }

    /// The accounts and kept entries that a batch is judged by, held still until the change is over.
    async fn known(&mut self, entries: &[Entry], numbers: BTreeSet<AccountId>) -> Result<Known, Fault> {
        let mut known = Known::default();
        let numbers: Vec<AccountId> = numbers.into_iter().collect();
        let lock = self.dialect().for_update();
        for some in numbers.chunks(VALUES) {
            let mut select = Sql::new(format!("SELECT {ACCOUNT} FROM account WHERE id IN ("));
            select.list(some.iter().map(|id| id.0));
            // In the order of their numbers, so that two who need the same accounts never wait for each other in a circle.
            select.push(") ORDER BY id").push(lock);
            for row in select.all(self.on()).await? {
                let (id, account) = account(&row)?;
                known.accounts.insert(id, account);
            }
        }
        let keys: BTreeSet<&str> = entries
            .iter()
            .flat_map(|entry| {
                [Some(entry.key.as_str()), entry.step.reservation(), entry.corrects.as_deref()]
                    .into_iter()
                    .flatten()
            })
            .collect();
        let keys: Vec<&str> = keys.into_iter().collect();
        for some in keys.chunks(VALUES) {
            let mut select = Sql::new(format!("SELECT {ENTRY} FROM entry WHERE key IN ("));
            select.list(some.iter().map(|key| (*key).to_owned()));
            select.push(")");
            for row in select.all(self.on()).await? {
                let entry = made(&row)?.entry;
                known.entries.insert(entry.key.clone(), Kept { entry, ended_by: None, corrected_by: None });
            }
        }
        // Only entries that end or correct another ask whether somebody did so before.
        let named: BTreeSet<&str> = entries
            .iter()
            .flat_map(|entry| [entry.step.reservation(), entry.corrects.as_deref()].into_iter().flatten())
            .collect();
        let named: Vec<&str> = named.into_iter().collect();
        for column in ["ends_key", "corrects_key"] {
            for some in named.chunks(VALUES) {
                let mut select =
                    Sql::new(format!("SELECT key, {column} AS other FROM entry WHERE {column} IN ("));
                select.list(some.iter().map(|key| (*key).to_owned()));
                select.push(")");
                for row in select.all(self.on()).await? {
                    let key = Some(row.text("key")?);
                    if let Some(kept) = known.entries.get_mut(&row.text("other")?) {
                        if column == "ends_key" { kept.ended_by = key } else { kept.corrected_by = key }
                    }
                }
            }
        }
        Ok(known)
    }

    async fn keep_entries(&mut self, made: &[&Entry]) -> Result<(), Fault> {
        let (by, at) = (self.actor().who.clone(), self.at().0);
        for some in made.chunks(VALUES / 13) {
            let mut insert = Sql::new(format!("INSERT INTO entry ({ENTRY}) VALUES "));
            for (index, entry) in some.iter().enumerate() {
                insert.row(index);
                insert.list([entry.key.clone(), entry.kind.code().to_owned(), entry.step.code().to_owned()]);
                insert.push(", ").list([entry.from.0, entry.to.0, entry.fen]);
                insert.push(", ").list([entry.step.reservation().map(str::to_owned), entry.corrects.clone()]);
                insert.push(", ").list([
                    entry.cause.kind.clone(),
                    entry.cause.reference.clone(),
                    entry.reason.clone(),
                    by.clone(),
                ]);
                insert.push(", ").bind(at).push(")");
            }
            insert.run(self.on()).await?;
        }
        Ok(())
    }

    async fn keep_balances(&mut self, changed: &[(AccountId, Balance)]) -> Result<(), Fault> {
        for some in changed.chunks(VALUES / 5) {
            // The types of a list of values are told by its first row alone on PostgreSQL.
            let mut update =
                Sql::new("WITH new (id, came_in, went_out, reserved_in, reserved_out) AS (VALUES ");
            for (index, (id, balance)) in some.iter().enumerate() {
                update.row(index);
                let figures =
                    [id.0, balance.came_in, balance.went_out, balance.reserved_in, balance.reserved_out];
                for (place, figure) in figures.into_iter().enumerate() {
                    update.push(if place == 0 { "CAST(" } else { ", CAST(" });
                    update.bind(figure).push(" AS BIGINT)");
                }
                update.push(")");
            }
            update.push(
                ") UPDATE account SET came_in = new.came_in, went_out = new.went_out, \
                 reserved_in = new.reserved_in, reserved_out = new.reserved_out FROM new WHERE account.id = new.id",
            );
            update.run(self.on()).await?;
        }
        Ok(())
    }

    /// One note for a batch: a single entry by its key, several by the digest of all.
    fn note_entries(&mut self, made: &[&Entry]) {
        let words = |entry: &Entry| {
            let Entry { key, kind, step, from, to, fen, cause, corrects, reason } = entry;
            serde_json::json!([
                key,
                kind.code(),
                step.code(),
                step.reservation(),
                from.0,
                to.0,
                fen,
                cause.kind,
                cause.reference,
                corrects,
                reason
            ])
            .to_string()
        };
        let note = match made {
            [entry] => Noted {
                deed: format!("money.{}", entry.kind.code()),
                subject: format!("entry/{}", entry.key),
                before: String::new(),
                after: words(entry),
                reason: entry.reason.clone(),
            },
            several => {
                let mut digest = Sha256::new();
                for entry in several {
                    digest.update(words(entry).as_bytes());
                    digest.update(b"\n");
                }
                let first = several.first().map_or("", |entry| entry.key.as_str());
                Noted {
                    deed: "money.batch".to_owned(),
                    subject: format!("entry/{first}"),
                    before: String::new(),
                    after: format!("{} entries sha256 {}", several.len(), hex(&digest.finalize())),
                    reason: String::new(),
                }
            }
        };
        self.note(note);
    }
}

impl Asked {
    /// The entry with its accounts by number; a name that has none gets a number that no account has.
    fn numbered(&self, numbers: &BTreeMap<AccountName, AccountId>) -> Entry {
        let number = |name: &AccountName| numbers.get(name).copied().unwrap_or(AccountId(-1));
        Entry {
            key: self.key.clone(),
            kind: self.kind,
            step: self.step.clone(),
            from: number(&self.from),
            to: number(&self.to),
            fen: self.fen,
            cause: self.cause.clone(),
            corrects: self.corrects.clone(),
            reason: self.reason.clone(),
        }
    }
}

impl Database {
    /// Accounts, by number.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn accounts(&self, which: &Which) -> Result<BTreeMap<AccountId, Account>, Fault> {
        let mut select = Sql::new(format!("SELECT {ACCOUNT} FROM account WHERE 1 = 1"));
        select
            .equal("fund", which.fund.clone())
            .equal("year", which.year.map(i64::from))
            .equal("kind", which.kind.map(|kind| kind.code().to_owned()))
            .equal("scheme", which.scheme.clone())
            .among("region", which.regions.clone())
            .equal("enterprise", which.enterprise.clone());
        if let Some(after) = which.after {
            select.push(" AND id > ").bind(after.0);
        }
        select.push(" ORDER BY id");
        if let Some(limit) = which.limit {
            select.push(" LIMIT ").bind(limit);
        }
        let rows = select.all(&mut *self.readers().acquire().await?).await?;
        rows.iter().map(account).collect()
    }

    /// One account by its name.
    ///
    /// # Errors
    /// There is none, or the database cannot be reached.
    pub async fn account(&self, name: &AccountName) -> Result<(AccountId, Account), Fault> {
        let row = by_name(name).one(&mut *self.readers().acquire().await?).await?;
        account(&row.ok_or_else(|| Fault::not_found(format!("account {name}")))?)
    }

    /// Accounts with these numbers; those that are not there are left out.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn accounts_numbered(&self, ids: &[AccountId]) -> Result<BTreeMap<AccountId, Account>, Fault> {
        let mut select = Sql::new(format!("SELECT {ACCOUNT} FROM account WHERE 1 = 1"));
        select.among("id", Some(ids.iter().map(|id| id.0))).push(" ORDER BY id");
        let rows = select.all(&mut *self.readers().acquire().await?).await?;
        rows.iter().map(account).collect()
    }

    /// Entries of an account, the newest first, at most `limit`, before a moment and key when given: the next page begins after the last of this one.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn entries(
        &self,
        account: AccountId,
        before: Option<(Moment, &str)>,
        limit: i64,
    ) -> Result<Vec<Made>, Fault> {
        let mut select = Sql::new(format!("SELECT {ENTRY} FROM entry WHERE (from_account = "));
        select.bind(account.0).push(" OR to_account = ").bind(account.0).push(")");
        if let Some((at, key)) = before {
            select.push(" AND (made_at < ").bind(at.0).push(" OR (made_at = ").bind(at.0);
            select.push(" AND key < ").bind(key.to_owned()).push("))");
        }
        select.push(" ORDER BY made_at DESC, key DESC LIMIT ").bind(limit);
        let rows = select.all(&mut *self.readers().acquire().await?).await?;
        rows.iter().map(made).collect()
    }

    /// One entry by its key.
    ///
    /// # Errors
    /// There is none, or the database cannot be reached.
    pub async fn entry(&self, key: &str) -> Result<Made, Fault> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!("SELECT {ENTRY} FROM entry WHERE key = $1")))
            .bind(key.to_owned())
            .fetch_optional(self.readers())
            .await?;
        made(&row.ok_or_else(|| Fault::not_found(format!("entry {key}")))?)
    }

    /// Works every balance out again from the entries: what cannot be right.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn verify_books(&self) -> Result<Vec<Doubt>, Fault> {
        // Both are read in one transaction, so that nothing comes between.
        let mut reading = self.snapshot().await?;
        let (_, doubts) = doubts_of_books(&mut reading).await?;
        Ok(doubts)
    }
}

/// How many entries there are, and what cannot be right about them and their accounts.
pub(crate) async fn doubts_of_books(on: &mut AnyConnection) -> Result<(usize, Vec<Doubt>), Fault> {
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!("SELECT {ACCOUNT} FROM account ORDER BY id")))
        .fetch_all(&mut *on)
        .await?;
    let accounts: BTreeMap<_, _> = rows.iter().map(account).collect::<Result<_, _>>()?;
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!("SELECT {ENTRY} FROM entry ORDER BY made_at, key")))
        .fetch_all(&mut *on)
        .await?;
    let made: Vec<Made> = rows.iter().map(made).collect::<Result<_, _>>()?;
    Ok((made.len(), verify(&accounts, made.iter().map(|made| &made.entry))))
}

async fn find_accounts(
    on: &mut AnyConnection,
    names: &[&AccountName],
    numbers: &mut BTreeMap<AccountName, AccountId>,
) -> Result<(), Fault> {
    // A join, the names first: SQLite looks each one up in the index, where a list of rows after IN would be compared with every account.
    let columns: Vec<String> = ACCOUNT.split(", ").map(|column| format!("account.{column}")).collect();
    let mut select = Sql::new("WITH want (fund, year, kind, scheme, region, enterprise) AS (VALUES ");
    for (index, name) in names.iter().enumerate() {
        name_of(select.row(index), name).push(")");
    }
    select.push(") SELECT ").push(&columns.join(", ")).push(
        " FROM want CROSS JOIN account WHERE account.fund = want.fund AND account.year = want.year AND account.kind = want.kind \
         AND account.scheme = want.scheme AND account.region = want.region AND account.enterprise = want.enterprise",
    );
    for row in select.all(on).await? {
        let (id, account) = account(&row)?;
        numbers.insert(account.name, id);
    }
    Ok(())
}

fn by_name(name: &AccountName) -> Sql {
    let part = |part: &Option<String>| Some(part.clone().unwrap_or_default());
    let mut select = Sql::new(format!("SELECT {ACCOUNT} FROM account WHERE 1 = 1"));
    select
        .equal("fund", Some(name.fund.clone()))
        .equal("year", Some(i64::from(name.year)))
        .equal("kind", Some(name.kind.code().to_owned()))
        .equal("scheme", part(&name.scheme))
        .equal("region", part(&name.region))
        .equal("enterprise", part(&name.enterprise));
    select
}

/// The six parts of a name as values; what a kind does not have is an empty text.
fn name_of<'s>(sql: &'s mut Sql, name: &AccountName) -> &'s mut Sql {
    let part = |part: &Option<String>| part.clone().unwrap_or_default();
    // PostgreSQL takes a bare value in a list of rows for a text.
    sql.bind(name.fund.clone()).push(", CAST(").bind(i64::from(name.year)).push(" AS BIGINT), ");
    sql.list([name.kind.code().to_owned(), part(&name.scheme), part(&name.region), part(&name.enterprise)])
}

fn account(row: &AnyRow) -> Result<(AccountId, Account), Fault> {
    let part = |column| Ok::<_, Fault>(Some(row.text(column)?).filter(|text| !text.is_empty()));
    let kind = row.text("kind")?;
    let name = AccountName {
        fund: row.text("fund")?,
        year: row.year("year")?,
        kind: AccountKind::of(&kind).ok_or_else(|| Fault::Broken(format!("{kind} is no kind of account")))?,
        scheme: part("scheme")?,
        region: part("region")?,
        enterprise: part("enterprise")?,
    };
    let balance = Balance {
        came_in: row.int("came_in")?,
        went_out: row.int("went_out")?,
        reserved_in: row.int("reserved_in")?,
        reserved_out: row.int("reserved_out")?,
    };
    Ok((AccountId(row.int("id")?), Account { name, closed: row.yes("closed")?, balance }))
}

fn made(row: &AnyRow) -> Result<Made, Fault> {
    let (kind, step) = (row.text("kind")?, row.text("step")?);
    let ends = row.text_or_none("ends_key")?;
    let step = match (step.as_str(), ends) {
        ("move", None) => Step::Move,
        ("reserve", None) => Step::Reserve,
        ("post", Some(key)) => Step::Post(key),
        ("void", Some(key)) => Step::Void(key),
        _ => return Err(Fault::Broken(format!("{step} is no step of an entry"))),
    };
    let entry = Entry {
        key: row.text("key")?,
        kind: EntryKind::of(&kind).ok_or_else(|| Fault::Broken(format!("{kind} is no kind of entry")))?,
        step,
        from: AccountId(row.int("from_account")?),
        to: AccountId(row.int("to_account")?),
        fen: row.int("fen")?,
        cause: Cause { kind: row.text("cause_kind")?, reference: row.text("cause_reference")? },
        corrects: row.text_or_none("corrects_key")?,
        reason: row.text("reason")?,
    };
    Ok(Made { entry, by: row.text("made_by")?, at: Moment(row.int("made_at")?) })
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
