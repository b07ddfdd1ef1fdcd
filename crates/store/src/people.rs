//! People who sign in: accounts, roles, sessions, tokens.
//!
//! Secrets (salts, session keys, tokens) are drawn outside and handed in; only their digests are kept.

use std::{collections::BTreeMap, time::Duration};

use jixiao_core::{
    both,
    people::{Deed, Grant, May, Person, PersonId, Role, Scope, deeds},
    region::RegionTree,
};
use sqlx::any::AnyRow;

use crate::{
    change::{Change, Noted},
    database::Database,
    documents::sha256,
    fault::Fault,
    moment::Moment,
    password,
    rows::Get as _,
    sql::Sql,
};

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its number.
    pub id: i64,
    /// The name that somebody signs in with; also the key under which steps and records name them.
    pub name: String,
    /// The name that is shown.
    pub shown_name: String,
    /// Whether it may sign in.
    pub active: bool,
    /// Whether it belongs to the demo: then it may sign in on loopback only.
    pub demo: bool,
    /// How often a password was wrong since it last was right.
    pub failures: i64,
    /// Until when nobody may try.
    pub locked_until: Moment,
    /// How often it was changed.
    pub revision: i64,
}

/// A new account.
#[derive(Clone, Debug)]
pub struct NewAccount<'a> {
    /// The name that somebody signs in with.
    pub name: &'a str,
    /// The name that is shown.
    pub shown_name: &'a str,
    /// The password's hash ([`password::hash`]); without one nobody signs in with a password.
    pub password_hash: Option<String>,
    /// Whether it belongs to the demo.
    pub demo: bool,
}

/// Somebody who has signed in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The account.
    pub account: Account,
    /// The person with roles in a fund.
    pub person: Person,
    /// The digest of the word that forms must carry; of a session only.
    pub csrf_sha256: Option<String>,
}

/// How long sessions live and how wrong passwords are met.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// A session ends after so long without a request.
    pub idle: Duration,
    /// And after so long in any case.
    pub absolute: Duration,
    /// So many wrong passwords cost nothing.
    pub free_failures: i64,
    /// The next one costs so long; each further one twice the one before.
    pub first_wait: Duration,
    /// And never more than this.
    pub longest_wait: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            idle: Duration::from_secs(30 * 60),
            absolute: Duration::from_secs(12 * 3600),
            free_failures: 4,
            first_wait: Duration::from_secs(30),
            longest_wait: Duration::from_secs(3600),
        }
    }
}

impl Limits {
    /// How long nobody may try after so many wrong passwords in a row.
    fn wait(&self, failures: i64) -> Duration {
        let beyond = failures.saturating_sub(self.free_failures);
        if beyond <= 0 {
            return Duration::ZERO;
        }
        let doubled = u32::try_from(beyond - 1).ok().and_then(|n| 2u32.checked_pow(n));
        doubled
            .and_then(|n| self.first_wait.checked_mul(n))
            .unwrap_or(self.longest_wait)
            .min(self.longest_wait)
    }
}

pub(crate) const ACCOUNT: &str =
    "id, name, shown_name, password_hash, active, demo, failures, locked_until, revision";

impl Change {
    /// Opens an account.
    ///
    /// # Errors
    /// The name is empty, holds white space or is taken, or the database cannot be reached.
    pub async fn add_account(&mut self, new: NewAccount<'_>) -> Result<i64, Fault> {
        let name = new.name;
        if name.is_empty() || name.chars().any(|c| c.is_whitespace() || c.is_control()) || name.len() > 64 {
            return Err(Fault::refused(both!(
                "登录名“{name}”不能为空、含空格或超过64字节",
                "a name to sign in with is not empty, has no spaces and at most 64 bytes: {name}"
            )));
        }
        if matches!(name, "system" | "public") {
            return Err(Fault::Taken { what: format!("account {name}") });
        }
        let at = self.at().0;
        let mut insert = Sql::new(
            "INSERT INTO person (name, shown_name, password_hash, active, demo, failures, locked_until, revision, created_at, changed_at) VALUES (",
        );
        insert.list([Some(name.to_owned()), Some(new.shown_name.to_owned()), new.password_hash]);
        insert
            .push(", 1, ")
            .bind(i64::from(new.demo))
            .push(", 0, 0, 0, ")
            .list([at, at])
            .push(") RETURNING id");
        let row = insert.one(self.on()).await.map_err(|fault| match fault {
            Fault::Taken { .. } => Fault::Taken { what: format!("account {name}") },
            other => other,
        })?;
        let id =
            row.map_or_else(|| Err(Fault::Broken("no number was given".to_owned())), |row| row.int("id"))?;
        self.note(Noted {
            deed: "account.add".to_owned(),
            subject: format!("person/{name}"),
            after: if new.demo { "demo" } else { "active" }.to_owned(),
            ..Noted::default()
        });
        Ok(id)
    }

    /// Gives an account its roles in a fund instead of those that it had there.
    ///
    /// # Errors
    /// The roles do not go together, a region is not the fund's, somebody gives to themselves, or the database cannot be reached.
    pub async fn give_roles(
        &mut self,
        giver: &May<deeds::ManageUsers>,
        name: &str,
        fund: &str,
        grants: Vec<Grant>,
        tree: &RegionTree,
    ) -> Result<(), Fault> {
        // Roles of all funds count together: who runs the system holds none in any fund.
        let mut all = self.roles(name, None).await?;
        all.retain(|(of, _)| of != fund);
        let together = all.into_iter().map(|(_, grant)| grant).chain(grants.iter().cloned()).collect();
        Person::new(PersonId(name.to_owned()), together).map_err(Fault::Refused)?;
        Person::given(giver, PersonId(name.to_owned()), grants.clone(), tree).map_err(Fault::Refused)?;
        self.keep_roles(name, fund, &grants).await
    }

    async fn keep_roles(&mut self, name: &str, fund: &str, grants: &[Grant]) -> Result<(), Fault> {
        let account =
            self.account_by_name(name).await?.ok_or_else(|| Fault::not_found(format!("account {name}")))?;
        let words = |grants: &[Grant]| serde_json::to_string(grants).unwrap_or_default();
        let before: Vec<Grant> =
            self.roles(name, Some(fund)).await?.into_iter().map(|(_, grant)| grant).collect();
        let mut delete = Sql::new("DELETE FROM person_role WHERE person_id = ");
        delete.bind(account.id).push(" AND fund = ").bind(fund.to_owned());
        delete.run(self.on()).await?;
        let (by, at) = (self.actor().who.clone(), self.at().0);
        for grant in grants {
            let (region, enterprise) = match &grant.scope {
                Scope::Region(code) => (code.as_str(), ""),
                Scope::Enterprise(code) => ("", code.as_str()),
                Scope::Fund | Scope::Nothing => ("", ""),
            };
            let mut insert = Sql::new(
                "INSERT INTO person_role (person_id, role, fund, region, enterprise, given_by, given_at) VALUES (",
            );
            insert.bind(account.id).push(", ");
            insert.list([grant.role.code(), fund, region, enterprise, &by].map(str::to_owned));
            insert.push(", ").bind(at).push(")");
            insert.run(self.on()).await?;
        }
        // What somebody may do has changed: they sign in again.
        self.end_sessions(account.id).await?;
        self.note(Noted {
            deed: "account.roles".to_owned(),
            subject: format!("person/{name}"),
            before: words(&before),
            after: words(grants),
            reason: fund.to_owned(),
        });
        Ok(())
    }

    /// Sets a password, lifts a lock, and ends every session of the account.
    ///
    /// # Errors
    /// There is no such account, or the database cannot be reached.
    pub async fn set_password(&mut self, name: &str, hash: String) -> Result<(), Fault> {
        let account =
            self.account_by_name(name).await?.ok_or_else(|| Fault::not_found(format!("account {name}")))?;
        let at = self.at().0;
        let mut update = Sql::new(
            "UPDATE person SET failures = 0, locked_until = 0, revision = revision + 1, password_hash = ",
        );
        update.bind(hash).push(", changed_at = ").bind(at).push(" WHERE id = ").bind(account.id);
        update.run(self.on()).await?;
        self.end_sessions(account.id).await?;
        self.note(Noted {
            deed: "account.password".to_owned(),
            subject: format!("person/{name}"),
            ..Noted::default()
        });
        Ok(())
    }

    /// Lets an account sign in, or no longer; then its sessions and tokens end.
    ///
    /// # Errors
    /// There is no such account, somebody shuts out themselves, or the database cannot be reached.
    pub async fn set_active(
        &mut self,
        manager: &May<deeds::ManageUsers>,
        name: &str,
        active: bool,
        reason: &str,
    ) -> Result<(), Fault> {
        let account =
            self.account_by_name(name).await?.ok_or_else(|| Fault::not_found(format!("account {name}")))?;
        if manager.who().0 == name {
            return Err(Fault::refused(both!(
                "不能停用自己的账号，请另一名系统管理员办理",
                "nobody shuts out themselves; ask another administrator"
            )));
        }
        let at = self.at().0;
        let mut update = Sql::new("UPDATE person SET revision = revision + 1, active = ");
        update.bind(i64::from(active)).push(", changed_at = ").bind(at).push(" WHERE id = ").bind(account.id);
        update.run(self.on()).await?;
        if !active {
            self.end_sessions(account.id).await?;
            let mut revoke = Sql::new("UPDATE api_token SET revoked_at = ");
            revoke.bind(at).push(" WHERE revoked_at IS NULL AND person_id = ").bind(account.id);
            revoke.run(self.on()).await?;
        }
        let word = |active: bool| if active { "active" } else { "shut out" }.to_owned();
        self.note(Noted {
            deed: "account.active".to_owned(),
            subject: format!("person/{name}"),
            before: word(account.active),
            after: word(active),
            reason: reason.to_owned(),
        });
        Ok(())
    }

    /// Notes what a try at a password came to: a wrong one counts and may lock, a right one begins a session.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn wrong_password(&mut self, account: &Account, limits: &Limits) -> Result<Moment, Fault> {
        // Counted as they are now: of several tries at once each counts, however old the account that was looked at.
        let now = self.account_by_name(&account.name).await?;
        let failures = now.map_or(account.failures, |account| account.failures).saturating_add(1);
        let until = match limits.wait(failures) {
            Duration::ZERO => Moment(0),
            wait => self.at().after(wait),
        };
        let mut update = Sql::new("UPDATE person SET failures = failures + 1, locked_until = ");
        update.bind(until.0).push(" WHERE id = ").bind(account.id);
        update.run(self.on()).await?;
        self.note(Noted {
            deed: "session.refused".to_owned(),
            subject: format!("person/{}", account.name),
            after: format!("{failures} wrong"),
            ..Noted::default()
        });
        Ok(until)
    }

    /// Begins a session under a key and a word for forms, both drawn outside.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn begin_session(
        &mut self,
        account: &Account,
        key: &str,
        csrf: &str,
        limits: &Limits,
    ) -> Result<(), Fault> {
        let (at, origin) = (self.at(), self.actor().origin.clone());
        let mut update = Sql::new("UPDATE person SET failures = 0, locked_until = 0 WHERE id = ");
        update.bind(account.id);
        update.run(self.on()).await?;
        let mut insert = Sql::new(
            "INSERT INTO session (token_sha256, person_id, csrf_sha256, origin, created_at, last_seen_at, expires_at) VALUES (",
        );
        insert.bind(sha256(key)).push(", ").bind(account.id).push(", ").list([sha256(csrf), origin]);
        insert.push(", ").list([at.0, at.0, at.after(limits.absolute).0]).push(")");
        insert.run(self.on()).await?;
        self.note(Noted {
            deed: "session.begin".to_owned(),
            subject: format!("person/{}", account.name),
            ..Noted::default()
        });
        Ok(())
    }

    /// Ends a session by its key.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn end_session(&mut self, name: &str, key: &str) -> Result<(), Fault> {
        let mut delete = Sql::new("DELETE FROM session WHERE token_sha256 = ");
        delete.bind(sha256(key));
        delete.run(self.on()).await?;
        self.note(Noted {
            deed: "session.end".to_owned(),
            subject: format!("person/{name}"),
            ..Noted::default()
        });
        Ok(())
    }

    pub(crate) async fn end_sessions(&mut self, person: i64) -> Result<(), Fault> {
        let mut delete = Sql::new("DELETE FROM session WHERE person_id = ");
        delete.bind(person);
        delete.run(self.on()).await?;
        Ok(())
    }

    /// Makes an API token for some deeds until a moment; the token itself is drawn outside and shown once.
    ///
    /// # Errors
    /// It has no name, no deed, or ends before it begins; or the database cannot be reached.
    pub async fn add_token(
        &mut self,
        account: &Account,
        token: &str,
        name: &str,
        deeds: &[Deed],
        until: Moment,
    ) -> Result<i64, Fault> {
        let mut faults = Vec::new();
        if name.trim().is_empty() {
            faults.push(both!("请给令牌一个名称", "give the token a name"));
        }
        if deeds.is_empty() {
            faults.push(both!("请列出令牌可做的事", "say what the token may do"));
        }
        if until <= self.at() {
            faults.push(both!("令牌的到期时间已过", "the token would be over before it begins"));
        }
        if !faults.is_empty() {
            return Err(Fault::Refused(faults));
        }
        let codes: Vec<&str> = deeds.iter().map(|deed| deed.code()).collect();
        let at = self.at().0;
        let mut insert = Sql::new(
            "INSERT INTO api_token (token_sha256, person_id, name, deeds, created_at, expires_at, revoked_at) VALUES (",
        );
        insert
            .bind(sha256(token))
            .push(", ")
            .bind(account.id)
            .push(", ")
            .list([name.to_owned(), codes.join(" ")]);
        insert.push(", ").list([at, until.0]).push(", NULL) RETURNING id");
        let row = insert.one(self.on()).await?;
        let id =
            row.map_or_else(|| Err(Fault::Broken("no number was given".to_owned())), |row| row.int("id"))?;
        self.note(Noted {
            deed: "token.add".to_owned(),
            subject: format!("person/{}/token/{id}", account.name),
            after: codes.join(" "),
            ..Noted::default()
        });
        Ok(id)
    }

    /// Ends a token of an account.
    ///
    /// # Errors
    /// The account has no such token in force, or the database cannot be reached.
    pub async fn revoke_token(&mut self, account: &Account, id: i64) -> Result<(), Fault> {
        let at = self.at().0;
        let mut update = Sql::new("UPDATE api_token SET revoked_at = ");
        update
            .bind(at)
            .push(" WHERE revoked_at IS NULL AND id = ")
            .bind(id)
            .push(" AND person_id = ")
            .bind(account.id);
        if update.run(self.on()).await?.rows_affected() == 0 {
            return Err(Fault::not_found(format!("token {id}")));
        }
        self.note(Noted {
            deed: "token.revoke".to_owned(),
            subject: format!("person/{}/token/{id}", account.name),
            ..Noted::default()
        });
        Ok(())
    }

    pub(crate) async fn account_by_name(&mut self, name: &str) -> Result<Option<Account>, Fault> {
        let mut select = Sql::new(format!("SELECT {ACCOUNT} FROM person WHERE name = "));
        select.bind(name.to_owned());
        select.one(self.on()).await?.map(|row| account(&row)).transpose()
    }

    async fn roles(&mut self, name: &str, fund: Option<&str>) -> Result<Vec<(String, Grant)>, Fault> {
        roles_of(name, fund).all(self.on()).await?.iter().map(grant).collect()
    }
}

impl Database {
    /// Looks at a name and a password: the account when they go together and it may sign in now.
    ///
    /// The hash takes tens of milliseconds on purpose: run on a thread that may wait.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn account_and_hash(&self, name: &str) -> Result<Option<(Account, Option<String>)>, Fault> {
        let mut select = Sql::new(format!("SELECT {ACCOUNT} FROM person WHERE name = "));
        select.bind(name.to_owned());
        let row = select.one(&mut *self.readers().acquire().await?).await?;
        row.map(|row| Ok((account(&row)?, row.text_or_none("password_hash")?))).transpose()
    }

    /// Every account, by name.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn people(&self) -> Result<Vec<Account>, Fault> {
        let select = Sql::new(format!("SELECT {ACCOUNT} FROM person ORDER BY name"));
        select.all(&mut *self.readers().acquire().await?).await?.iter().map(account).collect()
    }

    /// An account's roles with the fund of each; of one fund (and those of all funds) when it is given.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn grants(&self, name: &str, fund: Option<&str>) -> Result<Vec<(String, Grant)>, Fault> {
        let rows = roles_of(name, fund).all(&mut *self.readers().acquire().await?).await?;
        rows.iter().map(grant).collect()
    }

    /// Somebody with the roles that their account has in a fund just now: for what is done in their name while they are not there.
    ///
    /// # Errors
    /// There is no such account or it is closed, its roles do not go together, or the database cannot be reached.
    pub async fn somebody(&self, fund: &str, name: &str) -> Result<Person, Fault> {
        let account = self.account_and_hash(name).await?.map(|(account, _)| account);
        let account = account.filter(|account| account.active);
        let account = account.ok_or_else(|| Fault::not_found(format!("account {name}")))?;
        self.person(&mut *self.readers().acquire().await?, &account, fund).await
    }

    /// The roles of everybody by name of the account, each with its fund.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn grants_of_all(&self) -> Result<BTreeMap<String, Vec<(String, Grant)>>, Fault> {
        let select = Sql::new(
            "SELECT p.name, r.role, r.fund, r.region, r.enterprise FROM person_role AS r JOIN person AS p ON p.id = r.person_id \
             ORDER BY p.name, r.fund, r.role, r.region, r.enterprise",
        );
        let mut all: BTreeMap<String, Vec<(String, Grant)>> = BTreeMap::new();
        for row in select.all(&mut *self.readers().acquire().await?).await? {
            all.entry(row.text("name")?).or_default().push(grant(&row)?);
        }
        Ok(all)
    }

    /// Who a session belongs to, in a fund; `None` when there is none or it is over. A session that is used lives on.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn session(
        &self,
        key: &str,
        fund: &str,
        now: Moment,
        limits: &Limits,
    ) -> Result<Option<SignedIn>, Fault> {
        let mut connection = self.readers().acquire().await?;
        let digest = sha256(key);
        let mut select = Sql::new(
            "SELECT p.id, p.name, p.shown_name, p.password_hash, p.active, p.demo, p.failures, p.locked_until, p.revision, \
             s.csrf_sha256, s.last_seen_at, s.expires_at FROM session AS s JOIN person AS p ON p.id = s.person_id \
             WHERE p.active = 1 AND s.token_sha256 = ",
        );
        select.bind(digest.clone());
        let Some(row) = select.one(&mut connection).await? else { return Ok(None) };
        let seen = Moment(row.int("last_seen_at")?);
        if row.int("expires_at")? <= now.0 || seen.after(limits.idle) <= now {
            return Ok(None);
        }
        let account = account(&row)?;
        let csrf_sha256 = Some(row.text("csrf_sha256")?);
        let person = self.person(&mut connection, &account, fund).await?;
        drop(connection);
        // Written down once a minute at most: reading pages must not wait for a disk.
        if seen.after(Duration::from_secs(60)) <= now {
            let mut update = Sql::new("UPDATE session SET last_seen_at = ");
            update.bind(now.0).push(" WHERE token_sha256 = ").bind(digest);
            update.run(&mut *self.writers().acquire().await?).await?;
        }
        Ok(Some(SignedIn { account, person, csrf_sha256 }))
    }

    /// Who a token belongs to, in a fund, held to its deeds; `None` when there is none or it is over.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn token(&self, token: &str, fund: &str, now: Moment) -> Result<Option<SignedIn>, Fault> {
        let mut connection = self.readers().acquire().await?;
        let mut select = Sql::new(
            "SELECT p.id, p.name, p.shown_name, p.password_hash, p.active, p.demo, p.failures, p.locked_until, p.revision, \
             t.deeds, t.expires_at FROM api_token AS t JOIN person AS p ON p.id = t.person_id \
             WHERE p.active = 1 AND t.revoked_at IS NULL AND t.token_sha256 = ",
        );
        select.bind(sha256(token));
        let Some(row) = select.one(&mut connection).await? else { return Ok(None) };
        if row.int("expires_at")? <= now.0 {
            return Ok(None);
        }
        let account = account(&row)?;
        let deeds = row.text("deeds")?;
        let person = self.person(&mut connection, &account, fund).await?;
        let person = person.limited_to(deeds.split(' ').filter_map(Deed::from_code));
        Ok(Some(SignedIn { account, person, csrf_sha256: None }))
    }

    /// A person with the roles that an account has in a fund.
    async fn person(
        &self,
        on: &mut sqlx::AnyConnection,
        account: &Account,
        fund: &str,
    ) -> Result<Person, Fault> {
        let rows = roles_of(&account.name, Some(fund)).all(on).await?;
        let grants = rows.iter().map(grant).collect::<Result<Vec<_>, _>>()?;
        let grants = grants.into_iter().map(|(_, grant)| grant).collect();
        // Roles that do not go together were refused when they were given: somebody changed them with other tools.
        Person::new(PersonId(account.name.clone()), grants)
            .map_err(|_| Fault::Broken(format!("the roles of {} do not go together", account.name)))
    }
}

fn roles_of(name: &str, fund: Option<&str>) -> Sql {
    let mut select = Sql::new(
        "SELECT r.role, r.fund, r.region, r.enterprise FROM person_role AS r JOIN person AS p ON p.id = r.person_id WHERE p.name = ",
    );
    select.bind(name.to_owned());
    if let Some(fund) = fund {
        select.push(" AND r.fund IN ('', ").bind(fund.to_owned()).push(")");
    }
    select.push(" ORDER BY r.fund, r.role, r.region, r.enterprise");
    select
}

pub(crate) fn account(row: &AnyRow) -> Result<Account, Fault> {
    Ok(Account {
        id: row.int("id")?,
        name: row.text("name")?,
        shown_name: row.text("shown_name")?,
        active: row.yes("active")?,
        demo: row.yes("demo")?,
        failures: row.int("failures")?,
        locked_until: Moment(row.int("locked_until")?),
        revision: row.int("revision")?,
    })
}

fn grant(row: &AnyRow) -> Result<(String, Grant), Fault> {
    let role = row.text("role")?;
    let role = Role::from_code(&role).ok_or_else(|| Fault::Broken(format!("{role} is no role")))?;
    let scope = match (role, row.text("region")?, row.text("enterprise")?) {
        (Role::Public | Role::Administrator, ..) => Scope::Nothing,
        (_, region, _) if !region.is_empty() => Scope::Region(region),
        (_, _, enterprise) if !enterprise.is_empty() => Scope::Enterprise(enterprise),
        _ => Scope::Fund,
    };
    Ok((row.text("fund")?, Grant { role, scope }))
}

/// Whether a name and a password go together, and the account may sign in now. Costs tens of milliseconds on purpose.
pub fn may_sign_in(found: Option<&(Account, Option<String>)>, given: &str, now: Moment) -> SignIn {
    let hash = found.and_then(|(_, hash)| hash.as_deref());
    let right = password::verify(given, hash);
    match found {
        Some((account, _)) if account.locked_until > now => SignIn::Locked(account.locked_until),
        Some((account, _)) if right && account.active => SignIn::Right,
        Some(_) | None => SignIn::Wrong,
    }
}

/// What a try at signing in comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignIn {
    /// The password is right.
    Right,
    /// It is wrong, or there is no such account, or it may not sign in: nobody is told which.
    Wrong,
    /// Nobody may try until then, right or wrong.
    Locked(Moment),
}
