//! Which account somebody signs in to with an account of their organisation's.
//!
//! A link is made and taken away by an administrator. Signing in with it opens no account and gives no role: both are this book's own.

use jixiao_core::{
    both,
    people::{May, deeds},
};

use crate::{
    change::{Change, Noted},
    database::Database,
    fault::Fault,
    people::{ACCOUNT, Account, account},
    rows::Get as _,
    sql::Sql,
};

/// The most bytes of what an organisation calls somebody: what OpenID Connect allows.
pub const LONGEST_SUBJECT: usize = 255;

/// The most bytes of an issuer's address.
pub const LONGEST_ISSUER: usize = 2000;

/// Somebody as their organisation knows them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identity {
    /// Who vouches for them: an address, to the letter as it stands in their tokens.
    pub issuer: String,
    /// What that one calls them: stable, and never given to another.
    pub subject: String,
}

impl Identity {
    /// Both as the audit chain writes them.
    fn noted(&self) -> String {
        format!("{} {}", self.issuer, self.subject)
    }

    /// Everything that is wrong with it.
    fn faults(&self) -> Vec<jixiao_core::finding::Both> {
        let bad = |text: &str, longest: usize| {
            text.is_empty() || text.len() > longest || text.chars().any(char::is_control)
        };
        let mut faults = Vec::new();
        if bad(&self.issuer, LONGEST_ISSUER) || !self.issuer.contains("://") || self.issuer.contains(' ') {
            faults.push(both!(
                "签发者须为完整网址，不超过 {LONGEST_ISSUER} 字节：“{issuer}”；与令牌中的 iss 一字不差",
                "an issuer is a whole address of at most {LONGEST_ISSUER} bytes, to the letter as iss has it: {issuer:?}",
                issuer = self.issuer
            ));
        }
        if bad(&self.subject, LONGEST_SUBJECT) {
            faults.push(both!(
                "用户标识（sub）须为 1 至 {LONGEST_SUBJECT} 字节、不含控制字符",
                "a subject (sub) has 1 to {LONGEST_SUBJECT} bytes and no control character"
            ));
        }
        faults
    }
}

/// Why somebody whose organisation vouches for them is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unwelcome {
    /// Their account is closed.
    Closed,
    /// Their account is locked after wrong passwords.
    Locked,
    /// It belongs to the demo, which is for this very machine.
    Demo,
}

impl Change {
    /// Lets somebody sign in to an account with their organisation's.
    ///
    /// # Errors
    /// There is no such account, it has a link of that issuer, the identity leads to another account or is none, or the database cannot be reached.
    pub async fn link_account(
        &mut self,
        manager: &May<deeds::ManageUsers>,
        name: &str,
        identity: &Identity,
    ) -> Result<(), Fault> {
        let faults = identity.faults();
        if !faults.is_empty() {
            return Err(Fault::Refused(faults));
        }
        let account =
            self.account_by_name(name).await?.ok_or_else(|| Fault::not_found(format!("account {name}")))?;
        let Identity { issuer, subject } = identity;
        let mut select = Sql::new(
            "SELECT p.name, l.issuer, l.subject FROM person_link AS l JOIN person AS p ON p.id = l.person_id WHERE l.issuer = ",
        );
        select.bind(issuer.clone()).push(" AND (l.subject = ").bind(subject.clone());
        select.push(" OR l.person_id = ").bind(account.id).push(") ORDER BY p.name");
        let mut faults = Vec::new();
        for row in select.all(self.on()).await? {
            let (other, linked) = (row.text("name")?, row.text("subject")?);
            faults.push(if other == name {
                both!(
                    "账号 {name} 在 {issuer} 已关联用户标识 {linked}；如要更换，请先取消关联",
                    "the account {name} is linked to the subject {linked} of {issuer}; unlink it first to take another"
                )
            } else {
                both!(
                    "用户标识 {subject}（{issuer}）已关联账号 {other}；一人只能登录一个账号",
                    "the subject {subject} of {issuer} is linked to the account {other}; nobody signs in to two"
                )
            });
        }
        if !faults.is_empty() {
            return Err(Fault::Refused(faults));
        }
        let (by, at) = (manager.who().0.clone(), self.at().0);
        let mut insert =
            Sql::new("INSERT INTO person_link (issuer, subject, person_id, linked_by, linked_at) VALUES (");
        insert.list([issuer.clone(), subject.clone()]).push(", ").bind(account.id);
        insert.push(", ").bind(by).push(", ").bind(at).push(")");
        insert.run(self.on()).await?;
        self.note(Noted {
            deed: "account.link".to_owned(),
            subject: format!("person/{name}"),
            after: identity.noted(),
            ..Noted::default()
        });
        Ok(())
    }

    /// Takes an account's links away, all of them or the one of an issuer, and ends its sessions; gives what was taken away.
    ///
    /// # Errors
    /// There is no such account or link, or the database cannot be reached.
    pub async fn unlink_account(
        &mut self,
        _: &May<deeds::ManageUsers>,
        name: &str,
        issuer: Option<&str>,
    ) -> Result<Vec<Identity>, Fault> {
        let account =
            self.account_by_name(name).await?.ok_or_else(|| Fault::not_found(format!("account {name}")))?;
        let which = |begin: &str, end: &str| {
            let mut sql = Sql::new(format!("{begin} FROM person_link WHERE person_id = "));
            sql.bind(account.id);
            if let Some(issuer) = issuer {
                sql.push(" AND issuer = ").bind(issuer.to_owned());
            }
            sql.push(end);
            sql
        };
        let rows = which("SELECT issuer, subject", " ORDER BY issuer").all(self.on()).await?;
        let gone = rows.iter().map(identity).collect::<Result<Vec<_>, _>>()?;
        if gone.is_empty() {
            let of = issuer.map(|issuer| format!(" of {issuer}")).unwrap_or_default();
            return Err(Fault::not_found(format!("link{of} for the account {name}")));
        }
        which("DELETE", "").run(self.on()).await?;
        self.end_sessions(account.id).await?;
        for identity in &gone {
            self.note(Noted {
                deed: "account.unlink".to_owned(),
                subject: format!("person/{name}"),
                before: identity.noted(),
                ..Noted::default()
            });
        }
        Ok(gone)
    }

    /// Notes that somebody whom their organisation vouches for has no account here.
    pub fn refused_stranger(&mut self, stranger: &Identity) {
        self.note(Noted {
            deed: "session.refused".to_owned(),
            subject: "person-link".to_owned(),
            reason: format!("not linked: {}", stranger.noted()),
            ..Noted::default()
        });
    }

    /// Notes that somebody is linked to an account that lets nobody in.
    pub fn refused_linked(&mut self, account: &Account, why: Unwelcome) {
        let why = match why {
            Unwelcome::Closed => "closed",
            Unwelcome::Locked => "locked",
            Unwelcome::Demo => "demo",
        };
        self.note(Noted {
            deed: "session.refused".to_owned(),
            subject: format!("person/{}", account.name),
            reason: why.to_owned(),
            ..Noted::default()
        });
    }
}

impl Database {
    /// The account that somebody signs in to with their organisation's; `None` when nobody linked it.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn linked_account(&self, to: &Identity) -> Result<Option<Account>, Fault> {
        let mut select = Sql::new(format!(
            "SELECT {ACCOUNT} FROM person WHERE id IN (SELECT person_id FROM person_link WHERE issuer = "
        ));
        select.bind(to.issuer.clone()).push(" AND subject = ").bind(to.subject.clone()).push(")");
        select.one(&mut *self.readers().acquire().await?).await?.map(|row| account(&row)).transpose()
    }

    /// Every link: the account's name, and who signs in to it; by name and issuer.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn links(&self) -> Result<Vec<(String, Identity)>, Fault> {
        let select = Sql::new(
            "SELECT p.name, l.issuer, l.subject FROM person_link AS l JOIN person AS p ON p.id = l.person_id ORDER BY p.name, l.issuer",
        );
        let rows = select.all(&mut *self.readers().acquire().await?).await?;
        rows.iter().map(|row| Ok((row.text("name")?, identity(row)?))).collect()
    }
}

fn identity(row: &sqlx::any::AnyRow) -> Result<Identity, Fault> {
    Ok(Identity { issuer: row.text("issuer")?, subject: row.text("subject")? })
}
