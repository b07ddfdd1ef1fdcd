//! Accounts and entries.
//!
//! What a batch comes to is decided by [`jixiao_core::book`] from the accounts and entries that it names, which are held still meanwhile; the
//! database refuses on its own account what would overdraw one, end a reservation twice or correct an entry twice.

use std::collections::{BTreeMap, BTreeSet, HashMap};

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
    rows::{Get, ListedRow},
    sql::{Sql, listed},
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

/// So many rows go into one statement: enough that what a statement costs by itself does not count, few enough that no database finds them too long.
pub(crate) const ROWS: usize = 10_000;

const ACCOUNT: &str =
    "id, fund, year, kind, scheme, region, enterprise, closed, came_in, went_out, reserved_in, reserved_out";
const ENTRY: &str = "key, kind, step, from_account, to_account, fen, ends_key, corrects_key, cause_kind, cause_reference, reason";

impl Change {
    /// Posts a batch of entries: what became of each, in order. What is refused is told, not an error; what is kept is kept when the change is.
    ///
    /// # Errors
    /// The database cannot be reached, or refuses what the books would allow: then nothing may be kept.
    pub async fn post(&mut self, batch: &[Asked], whole: Whole) -> Result<Vec<Outcome>, Fault> {
        let named = Named::of(batch);
        // What other entries a batch names: those that are ended or taken back.
        let others = batch.iter().flat_map(|asked| [asked.step.reservation(), asked.corrects.as_deref()]);
        let others: BTreeSet<&str> = others.flatten().collect();
        let others: Vec<[&str; 1]> = others.into_iter().map(|key| [key]).collect();
        // A key that comes twice is answered twice, which does no harm.
        let keys: Vec<[&str; 1]> =
            batch.iter().map(|asked| [asked.key.as_str()]).chain(others.iter().copied()).collect();
        let (held, kept) = self.hold(&named.names, &keys).await?;
        let entries: Vec<Entry> =
            batch.iter().zip(&named.places).map(|(asked, places)| asked.numbered(*places, &held)).collect();
        let accounts = held
            .iter()
            .zip(&named.names)
            .map(|(held, name)| {
                let Held { id, closed, .. } = *held;
                (
                    AccountId(id),
                    Account { name: (*name).clone(), closed: closed != 0, balance: held.balance() },
                )
            })
            .collect();
        let mut known = Known { accounts, entries: self.kept(&others, kept).await? };
        let outcomes = settle(&mut known, &entries, whole);
        let mut newest: Vec<Option<&str>> = held.iter().map(|held| held.newest.as_deref()).collect();
        let (mut made, mut words) = (Vec::new(), Vec::new());
        for ((entry, places), _) in entries
            .iter()
            .zip(&named.places)
            .zip(&outcomes)
            .filter(|(_, outcome)| **outcome == Outcome::Created)
        {
            let before = places.map(|place| {
                place.and_then(|place| newest.get_mut(place)).and_then(|newest| newest.replace(&entry.key))
            });
            made.push(entry);
            words.push(in_words(entry, before)?);
        }
        if made.is_empty() {
            // Nothing was changed, and that is noted too: a change that keeps nothing must say so itself.
            return Ok(outcomes);
        }
        let changed: Vec<_> = held
            .iter()
            .zip(newest)
            .filter(|(held, newest)| held.newest.as_deref() != *newest)
            .filter_map(|(held, newest)| {
                let Balance { came_in, went_out, reserved_in, reserved_out } =
                    known.accounts.get(&AccountId(held.id))?.balance;
                Some((held.id, came_in, went_out, reserved_in, reserved_out, newest))
            })
            .collect();
        self.keep_entries(&words, &changed).await?;
        self.note_entries(&made, &words);
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

    /// Accounts by their names, which are whole, in the same order: held still until the change is over, and opened when they are not there. And the
    /// entries with these keys that are there.
    async fn hold(
        &mut self,
        names: &[&AccountName],
        keys: &[[&str; 1]],
    ) -> Result<(Vec<Held>, Vec<ListedRow>), Fault> {
        let (mut found, kept) = self.find(names.iter().copied().enumerate(), keys).await?;
        if found.len() < names.len() {
            let there: BTreeSet<usize> = found.iter().map(|account| account.place).collect();
            let missing = || names.iter().copied().enumerate().filter(|(place, _)| !there.contains(place));
            let opened: BTreeSet<&AccountName> = missing().map(|(_, name)| name).collect();
            let opened: Vec<_> =
                opened.into_iter().enumerate().map(|(place, name)| parts(place, name)).collect();
            for some in opened.chunks(ROWS) {
                let mut insert = Sql::new(
                    "INSERT INTO account (fund, year, kind, scheme, region, enterprise, closed, came_in, went_out, reserved_in, reserved_out) SELECT ",
                );
                insert.push(PARTS).push(", 0, 0, 0, 0, 0 FROM ").given(&some);
                // The condition tells SQLite that what follows belongs to the INSERT.
                insert.push(" WHERE 1 = 1 ON CONFLICT DO NOTHING");
                insert.run(self.on()).await?;
            }
            let (opened, _) = self.find(missing(), &[]).await?;
            found.extend(opened);
        }
        found.sort_unstable_by_key(|account| account.place);
        match found.len() == names.len() {
            true => Ok((found, kept)),
            false => Err(Fault::Broken("an account that was opened is not there".to_owned())),
        }
    }

    /// Those accounts that are there, each with the place that its name came with, and those entries that are there, by their keys.
    async fn find(
        &mut self,
        names: impl Iterator<Item = (usize, &AccountName)>,
        keys: &[[&str; 1]],
    ) -> Result<(Vec<Held>, Vec<ListedRow>), Fault> {
        let names: Vec<_> = names.map(|(place, name)| parts(place, name)).collect();
        let (mut found, mut kept) = (Vec::with_capacity(names.len()), Vec::new());
        let (mut names, mut keys) = (names.chunks(ROWS), keys.chunks(ROWS));
        loop {
            let (names, keys) = match (names.next(), keys.next()) {
                (None, None) => return Ok((found, kept)),
                (names, keys) => (names.unwrap_or_default(), keys.unwrap_or_default()),
            };
            let mut select = Sql::new("SELECT held.listed AS held, kept.listed AS kept FROM (SELECT ");
            select.lists("place, id, closed, came_in, went_out, reserved_in, reserved_out, newest_entry");
            // A join, the names first: SQLite looks each one up in the index.
            select.push(
                " FROM (SELECT CAST(given.value ->> 0 AS BIGINT) AS place, account.id, account.closed, account.came_in, account.went_out, \
                 account.reserved_in, account.reserved_out, account.newest_entry FROM ",
            );
            select.given(&names);
            select.push(
                " CROSS JOIN account WHERE account.fund = given.value ->> 1 AND account.year = CAST(given.value ->> 2 AS BIGINT) \
                 AND account.kind = given.value ->> 3 AND account.scheme = given.value ->> 4 AND account.region = given.value ->> 5 \
                 AND account.enterprise = given.value ->> 6) AS named) AS held CROSS JOIN (SELECT ",
            );
            select.lists(ENTRY).push(" FROM ").given(&keys);
            select.push(" CROSS JOIN entry WHERE entry.key = given.value ->> 0) AS kept");
            let Some(row) = select.one(self.on()).await? else { continue };
            found.extend(listed::<Held>(&row, "held")?);
            kept.extend(listed(&row, "kept")?.into_iter().map(|values| ListedRow::new(ENTRY, values)));
        }
    }

    /// The kept entries that a batch is judged by, with what has ended or corrected those that it names.
    async fn kept(
        &mut self,
        named: &[[&str; 1]],
        there: Vec<ListedRow>,
    ) -> Result<HashMap<String, Kept>, Fault> {
        let mut kept = HashMap::with_capacity(there.len());
        for row in there {
            let entry = entry(&row)?;
            kept.insert(entry.key.clone(), Kept { entry, ended_by: None, corrected_by: None });
        }
        for column in ["ends_key", "corrects_key"] {
            for some in named.chunks(ROWS) {
                let mut select = Sql::new(format!("SELECT key, {column} AS other FROM "));
                select
                    .given(&some)
                    .push(" CROSS JOIN entry WHERE ")
                    .push(column)
                    .push(" = given.value ->> 0");
                for row in select.all(self.on()).await? {
                    let key = Some(row.text("key")?);
                    if let Some(kept) = kept.get_mut(&row.text("other")?) {
                        if column == "ends_key" { kept.ended_by = key } else { kept.corrected_by = key }
                    }
                }
            }
        }
        Ok(kept)
    }

    /// Keeps entries and what they make of the balances of their accounts.
    async fn keep_entries(&mut self, words: &[String], changed: &[Balanced<'_>]) -> Result<(), Fault> {
        let (by, at) = (self.actor().who.clone(), self.at().0);
        let (mut words, mut changed) = (words.chunks(ROWS), changed.chunks(ROWS));
        loop {
            let (words, changed) = match (words.next(), changed.next()) {
                (None, None) => return Ok(()),
                (words, changed) => (words.unwrap_or_default(), changed.unwrap_or_default()),
            };
            let keep = Sql::two(
                |insert| {
                    insert.push(&format!("INSERT INTO entry ({KEPT}) SELECT {WORDS}, "));
                    insert.bind(by.clone()).push(", ").bind(at).push(" FROM ");
                    insert.given_text(format!("[{}]", words.join(",")));
                },
                |update| {
                    update.push(
                        "UPDATE account SET came_in = CAST(given.value ->> 1 AS BIGINT), went_out = CAST(given.value ->> 2 AS BIGINT), \
                         reserved_in = CAST(given.value ->> 3 AS BIGINT), reserved_out = CAST(given.value ->> 4 AS BIGINT), \
                         newest_entry = given.value ->> 5 FROM ",
                    );
                    update.given(&changed).push(" WHERE account.id = CAST(given.value ->> 0 AS BIGINT)");
                },
            );
            keep.run(self.on()).await?;
        }
    }

    /// One note for a batch: a single entry by its key, several by the digest of all.
    fn note_entries(&mut self, made: &[&Entry], words: &[String]) {
        let note = match made {
            [entry] => Noted {
                deed: format!("money.{}", entry.kind.code()),
                subject: format!("entry/{}", entry.key),
                before: String::new(),
                after: words.concat(),
                reason: entry.reason.clone(),
            },
            several => {
                let mut digest = Sha256::new();
                for words in words {
                    digest.update(words.as_bytes());
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

/// The accounts that a batch names, each once, in the order in which they are named.
struct Named<'a> {
    names: Vec<&'a AccountName>,
    /// For each entry the places of its two accounts among the names; none for a name that is not whole.
    places: Vec<[Option<usize>; 2]>,
}

impl<'a> Named<'a> {
    fn of(batch: &'a [Asked]) -> Self {
        let mut names = Vec::new();
        let mut known: HashMap<&AccountName, usize> = HashMap::with_capacity(batch.len());
        let mut place = |name: &'a AccountName| {
            name.is_whole().then(|| {
                *known.entry(name).or_insert_with(|| {
                    names.push(name);
                    names.len() - 1
                })
            })
        };
        let mut places: Vec<[Option<usize>; 2]> = Vec::with_capacity(batch.len());
        let mut before: Option<&Asked> = None;
        for asked in batch {
            // Entries beside each other often leave the same account: then it need not be looked up again.
            let from = match (before, places.last()) {
                (Some(before), Some([from, _])) if before.from == asked.from => *from,
                _ => place(&asked.from),
            };
            places.push([from, place(&asked.to)]);
            before = Some(asked);
        }
        Self { names, places }
    }
}

/// An account's number, the four figures of its balance and its newest entry, as they are written.
type Balanced<'a> = (i64, i64, i64, i64, i64, Option<&'a str>);

/// An account as it is held: the place of its name among those asked for, number, closed or not, the four figures of its balance, its newest entry.
#[derive(serde::Deserialize)]
struct Held {
    place: usize,
    id: i64,
    closed: i64,
    came_in: i64,
    went_out: i64,
    reserved_in: i64,
    reserved_out: i64,
    newest: Option<String>,
}

impl Held {
    fn balance(&self) -> Balance {
        let Self { came_in, went_out, reserved_in, reserved_out, .. } = *self;
        Balance { came_in, went_out, reserved_in, reserved_out }
    }
}

impl Asked {
    /// The entry with its accounts by number; a name that has none gets a number that no account has.
    fn numbered(&self, [from, to]: [Option<usize>; 2], held: &[Held]) -> Entry {
        let number = |place: Option<usize>| {
            place.and_then(|place| held.get(place)).map_or(AccountId(-1), |held| AccountId(held.id))
        };
        Entry {
            key: self.key.clone(),
            kind: self.kind,
            step: self.step.clone(),
            from: number(from),
            to: number(to),
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

    /// Entries of an account, the newest first, at most `limit`, before an entry of it when given, by its moment and key: the next page begins after
    /// the last of this one.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn entries(
        &self,
        account: AccountId,
        before: Option<(Moment, &str)>,
        limit: i64,
    ) -> Result<Vec<Made>, Fault> {
        // From each entry to the one before it on this account.
        let step = |select: &mut Sql| {
            select.push("CASE WHEN entry.from_account = ").bind(account.0);
            select.push(" THEN entry.from_before WHEN entry.to_account = ").bind(account.0);
            select.push(" THEN entry.to_before END");
        };
        let mut select = Sql::new("WITH RECURSIVE way (place, at) AS (SELECT CAST(1 AS BIGINT), ");
        match before {
            None => select.push("newest_entry FROM account WHERE id = ").bind(account.0),
            Some((at, key)) => {
                step(&mut select);
                select.push(" FROM entry WHERE key = ").bind(key.to_owned());
                select.push(" AND made_at = ").bind(at.0)
            }
        };
        select.push(" UNION ALL SELECT way.place + 1, ");
        step(&mut select);
        select.push(" FROM way CROSS JOIN entry WHERE entry.key = way.at AND way.place < ").bind(limit);
        select.push(&format!(
            ") SELECT {ENTRY}, made_by, made_at FROM way CROSS JOIN entry WHERE entry.key = way.at ORDER BY way.place"
        ));
        select.push(" LIMIT ").bind(limit);
        let rows = select.all(&mut *self.readers().acquire().await?).await?;
        rows.iter().map(made).collect()
    }

    /// One entry by its key.
    ///
    /// # Errors
    /// There is none, or the database cannot be reached.
    pub async fn entry(&self, key: &str) -> Result<Made, Fault> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {ENTRY}, made_by, made_at FROM entry WHERE key = $1"
        )))
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
    let rows =
        sqlx::query(sqlx::AssertSqlSafe(format!("SELECT {ACCOUNT}, newest_entry FROM account ORDER BY id")))
            .fetch_all(&mut *on)
            .await?;
    let accounts: BTreeMap<_, _> = rows.iter().map(account).collect::<Result<_, _>>()?;
    let mut newest = Vec::with_capacity(rows.len());
    for row in rows {
        newest.push((AccountId(row.int("id")?), row.text_or_none("newest_entry")?));
    }
    let sql =
        format!("SELECT {ENTRY}, made_by, made_at, from_before, to_before FROM entry ORDER BY made_at, key");
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(&mut *on).await?;
    let mut entries = Vec::with_capacity(rows.len());
    for row in rows {
        entries.push((made(&row)?.entry, row.text_or_none("from_before")?, row.text_or_none("to_before")?));
    }
    let mut doubts = verify(&accounts, entries.iter().map(|(entry, ..)| entry));
    doubts.extend(doubts_of_ways(&accounts, &newest, &entries));
    Ok((entries.len(), doubts))
}

/// Accounts whose newest entry does not lead back over all their entries.
fn doubts_of_ways(
    accounts: &BTreeMap<AccountId, Account>,
    newest: &[(AccountId, Option<String>)],
    entries: &[(Entry, Option<String>, Option<String>)],
) -> Vec<Doubt> {
    let mut count: HashMap<AccountId, usize> = HashMap::new();
    let mut by_key = HashMap::with_capacity(entries.len());
    for kept in entries {
        for id in [kept.0.from, kept.0.to] {
            *count.entry(id).or_default() += 1;
        }
        by_key.insert(kept.0.key.as_str(), kept);
    }
    let mut doubts = Vec::new();
    for (id, newest) in newest {
        let there = count.get(id).copied().unwrap_or(0);
        let (mut reached, mut next) = (0, newest.as_deref());
        let mut lost = false;
        // A way that goes in a circle is longer than there are entries.
        while let Some(key) = next.filter(|_| reached <= there && !lost) {
            match by_key.get(key) {
                Some((entry, before, _)) if entry.from == *id => next = before.as_deref(),
                Some((entry, _, before)) if entry.to == *id => next = before.as_deref(),
                _ => lost = true,
            }
            reached += usize::from(!lost);
        }
        if lost || reached != there {
            let account = accounts.get(id).map_or_else(String::new, |account| account.name.to_string());
            doubts.push(Doubt::Way { account, entries: there, reached });
        }
    }
    doubts
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

/// A place and the six parts of a name; what a kind does not have is an empty text.
fn parts(place: usize, name: &AccountName) -> (usize, &str, i16, &str, &str, &str, &str) {
    let AccountName { fund, year, kind, scheme, region, enterprise } = name;
    let part = |part| Option::as_deref(part).unwrap_or_default();
    (place, fund, *year, kind.code(), part(scheme), part(region), part(enterprise))
}

/// The parts of a name in a row that [`parts`] made.
const PARTS: &str = "given.value ->> 1, CAST(given.value ->> 2 AS BIGINT), given.value ->> 3, given.value ->> 4, given.value ->> 5, given.value ->> 6";

/// An entry as a JSON list: what is kept of it but who made it and when, and what its audit record says; the entries before it on either account last.
fn in_words(entry: &Entry, [from_before, to_before]: [Option<&str>; 2]) -> Result<String, Fault> {
    let Entry { key, kind, step, from, to, fen, cause, corrects, reason } = entry;
    let (kind, step, ends) = (kind.code(), step.code(), step.reservation());
    let Cause { kind: cause, reference } = cause;
    let words = (
        key,
        kind,
        step,
        from.0,
        to.0,
        fen,
        cause,
        reference,
        reason,
        ends,
        corrects,
        from_before,
        to_before,
    );
    serde_json::to_string(&words).map_err(|error| Fault::Broken(error.to_string()))
}

/// The columns of a row that [`in_words`] made.
const WORDS: &str = "given.value ->> 0, given.value ->> 1, given.value ->> 2, CAST(given.value ->> 3 AS BIGINT), CAST(given.value ->> 4 AS BIGINT), \
     CAST(given.value ->> 5 AS BIGINT), given.value ->> 6, given.value ->> 7, given.value ->> 8, given.value ->> 9, given.value ->> 10, \
     given.value ->> 11, given.value ->> 12";

/// What they are called, and who made the entry and when.
const KEPT: &str = "key, kind, step, from_account, to_account, fen, cause_kind, cause_reference, reason, ends_key, corrects_key, from_before, \
     to_before, made_by, made_at";

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

/// The entry of a row that has the columns of [`ENTRY`].
fn entry(row: &impl Get) -> Result<Entry, Fault> {
    let (kind, step) = (row.text("kind")?, row.text("step")?);
    let ends = row.text_or_none("ends_key")?;
    let step = match (step.as_str(), ends) {
        ("move", None) => Step::Move,
        ("reserve", None) => Step::Reserve,
        ("post", Some(key)) => Step::Post(key),
        ("void", Some(key)) => Step::Void(key),
        _ => return Err(Fault::Broken(format!("{step} is no step of an entry"))),
    };
    Ok(Entry {
        key: row.text("key")?,
        kind: EntryKind::of(&kind).ok_or_else(|| Fault::Broken(format!("{kind} is no kind of entry")))?,
        step,
        from: AccountId(row.int("from_account")?),
        to: AccountId(row.int("to_account")?),
        fen: row.int("fen")?,
        cause: Cause { kind: row.text("cause_kind")?, reference: row.text("cause_reference")? },
        corrects: row.text_or_none("corrects_key")?,
        reason: row.text("reason")?,
    })
}

fn made(row: &AnyRow) -> Result<Made, Fault> {
    let entry = entry(row)?;
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
