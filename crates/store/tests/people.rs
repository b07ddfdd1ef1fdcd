//! Accounts, roles, sessions and tokens on both databases.

mod common;
#[path = "common/office.rs"]
mod office;

use std::time::Duration;

use common::on_both;
use jixiao_core::people::{Deed, Grant, Person, Role, Scope, Target, deeds};
use jixiao_store::{
    Actor, Change, Database, Fault, Moment,
    links::Identity,
    password::hash,
    people::{Limits, NewAccount, SignIn, may_sign_in},
};
use office::{FUND, day, staff};

const WORD: &str = "tqzvkmwplbdx";

fn after(moment: Moment, seconds: u64) -> Moment {
    moment.after(Duration::from_secs(seconds))
}

async fn change(database: &Database, at: Moment) -> Change {
    database.change(Actor::new("root", "test"), at).await.expect("a change begins")
}

fn new(name: &str) -> NewAccount<'_> {
    NewAccount {
        name,
        shown_name: "某人",
        password_hash: Some(hash(WORD, &[1; 16]).expect("made")),
        demo: false,
    }
}

async fn add(database: &Database, name: &str) {
    let mut one = change(database, day(0)).await;
    one.add_account(new(name)).await.expect("added");
    one.commit().await.expect("kept");
}

async fn give(database: &Database, giver: &Person, name: &str, grants: Vec<Grant>) -> Result<(), Fault> {
    let office = office::office();
    let may = giver.may(deeds::ManageUsers, &Target::system()).expect("an administrator");
    let mut one = change(database, day(0)).await;
    one.give_roles(&may, name, FUND, grants, &office.regions).await?;
    one.commit().await
}

fn grant(role: Role, scope: Scope) -> Vec<Grant> {
    vec![Grant::new(role, scope)]
}

#[test]
fn roles_are_given_by_an_administrator_and_must_go_together() {
    on_both(async |database, _| {
        office::begin(&database).await;
        let root = staff().administrator;
        for name in ["root", "city"] {
            add(&database, name).await;
        }
        let command_line = office::person("command-line", Role::Administrator, Scope::Nothing);
        give(&database, &command_line, "root", grant(Role::Administrator, Scope::Nothing))
            .await
            .expect("given");
        // Nobody gives to themselves.
        assert!(give(&database, &root, "root", grant(Role::Administrator, Scope::Nothing)).await.is_err());

        give(&database, &root, "city", grant(Role::CityOfficer, Scope::Region("A".to_owned())))
            .await
            .expect("given");
        let held = database.grants("city", Some(FUND)).await.expect("it reads");
        assert_eq!(held, [(FUND.to_owned(), Grant::new(Role::CityOfficer, Scope::Region("A".to_owned())))]);
        // Given anew, not added.
        give(&database, &root, "city", grant(Role::CityOfficer, Scope::Region("B".to_owned())))
            .await
            .expect("given");
        assert_eq!(database.grants("city", Some(FUND)).await.expect("it reads").len(), 1);
        for (name, grants, what) in [
            ("root", grant(Role::ProgrammeOfficer, Scope::Fund), "an administrator with a fund role"),
            ("city", grant(Role::CityOfficer, Scope::Region("X".to_owned())), "a region that is not there"),
            ("city", grant(Role::CityOfficer, Scope::Fund), "a city officer over the fund"),
            ("nobody", grant(Role::Auditor, Scope::Fund), "an account that is not there"),
        ] {
            assert!(give(&database, &root, name, grants).await.is_err(), "{what}");
        }
        assert_eq!(database.grants("city", None).await.expect("it reads").len(), 1);

        for name in ["", "two words", "system", "city"] {
            let mut one = change(&database, day(0)).await;
            assert!(one.add_account(new(name)).await.is_err(), "{name}");
        }
    });
}

#[test]
fn wrong_passwords_wait_longer_each_time_and_a_right_one_ends_it() {
    on_both(async |database, _| {
        office::begin(&database).await;
        add(&database, "city").await;
        let limits = Limits::default();
        let mut now = day(0);
        let mut waits = Vec::new();
        for _ in 0..7 {
            let found = database.account_and_hash("city").await.expect("it reads");
            assert_eq!(may_sign_in(found.as_ref(), "wrong words here", now), SignIn::Wrong);
            let (account, _) = found.expect("there");
            let mut one = change(&database, now).await;
            let until = one.wrong_password(&account, &limits).await.expect("noted");
            one.commit().await.expect("kept");
            waits.push(u64::try_from((until.0 - now.0).max(0)).expect("ahead") / 1_000_000);
            if until > now {
                let found = database.account_and_hash("city").await.expect("it reads");
                // Right or wrong, nobody may try before.
                assert_eq!(may_sign_in(found.as_ref(), WORD, now), SignIn::Locked(until));
                now = until;
            }
        }
        // Four for nothing, then 30 seconds, and twice as long each time.
        assert_eq!(waits, [0, 0, 0, 0, 30, 60, 120]);
        let found = database.account_and_hash("city").await.expect("it reads");
        assert_eq!(may_sign_in(found.as_ref(), WORD, now), SignIn::Right);
        let (account, _) = found.expect("there");
        let mut one = change(&database, now).await;
        one.begin_session(&account, "key", "csrf", &limits).await.expect("begun");
        one.commit().await.expect("kept");
        assert_eq!(database.account_and_hash("city").await.expect("it reads").expect("there").0.failures, 0);
        assert_eq!(may_sign_in(None, WORD, now), SignIn::Wrong);
    });
}

#[test]
fn tries_at_once_are_all_counted() {
    on_both(async |database, _| {
        office::begin(&database).await;
        add(&database, "city").await;
        let limits = Limits::default();
        // Six tries that all looked at the account before any of them was counted.
        let (account, _) = database.account_and_hash("city").await.expect("it reads").expect("there");
        let mut until = Moment(0);
        for _ in 0..6 {
            let mut one = change(&database, day(0)).await;
            until = one.wrong_password(&account, &limits).await.expect("noted");
            one.commit().await.expect("kept");
        }
        // Four for nothing, the fifth 30 seconds, the sixth 60.
        assert_eq!(until, after(day(0), 60));
        assert_eq!(database.account_and_hash("city").await.expect("it reads").expect("there").0.failures, 6);
    });
}

#[test]
fn sessions_end_when_idle_when_old_and_when_roles_change() {
    on_both(async |database, _| {
        office::begin(&database).await;
        let root = staff().administrator;
        add(&database, "city").await;
        give(&database, &root, "city", grant(Role::CityOfficer, Scope::Region("A".to_owned())))
            .await
            .expect("given");
        let limits = Limits::default();
        let begin = async |key: &str, at: Moment| {
            let (account, _) = database.account_and_hash("city").await.expect("it reads").expect("there");
            let mut one = change(&database, at).await;
            one.begin_session(&account, key, "csrf", &limits).await.expect("begun");
            one.commit().await.expect("kept");
        };
        let alive = async |key: &str, at: Moment| {
            database.session(key, FUND, at, &limits).await.expect("it reads").is_some()
        };
        begin("a", day(0)).await;
        let who = database.session("a", FUND, day(0), &limits).await.expect("it reads").expect("signed in");
        assert!(who.person.deeds().contains(&Deed::ReviewAtCity));
        assert!(!who.person.deeds().contains(&Deed::PayCheck));
        assert!(!alive("b", day(0)).await);
        // Used every 29 minutes it lives on, until twelve hours are over.
        let mut minutes = 0;
        while minutes < 12 * 60 - 29 {
            minutes += 29;
            assert!(alive("a", after(day(0), minutes * 60)).await, "{minutes} minutes");
        }
        assert!(!alive("a", after(day(0), 12 * 3600)).await);
        begin("b", day(0)).await;
        assert!(alive("b", after(day(0), 30 * 60 - 1)).await);
        begin("c", day(0)).await;
        assert!(!alive("c", after(day(0), 30 * 60)).await);

        begin("d", day(1)).await;
        give(&database, &root, "city", grant(Role::CityOfficer, Scope::Region("B".to_owned())))
            .await
            .expect("given");
        assert!(!alive("d", day(1)).await, "roles changed");
        begin("e", day(1)).await;
        let may = root.may(deeds::ManageUsers, &Target::system()).expect("an administrator");
        let mut one = change(&database, day(1)).await;
        one.set_active(&may, "city", false, "left").await.expect("shut out");
        one.commit().await.expect("kept");
        assert!(!alive("e", day(1)).await, "shut out");
        let found = database.account_and_hash("city").await.expect("it reads");
        assert_eq!(may_sign_in(found.as_ref(), WORD, day(1)), SignIn::Wrong);
    });
}

#[test]
fn a_token_does_what_it_was_made_for_and_no_more() {
    on_both(async |database, _| {
        office::begin(&database).await;
        let root = staff().administrator;
        add(&database, "programme").await;
        give(&database, &root, "programme", grant(Role::ProgrammeOfficer, Scope::Fund)).await.expect("given");
        let (account, _) = database.account_and_hash("programme").await.expect("it reads").expect("there");
        let mut one = change(&database, day(0)).await;
        assert!(
            one.add_token(&account, "t", "", &[], day(0)).await.is_err_and(|fault| fault.words().len() == 3)
        );
        let deeds = [Deed::ReadApplications, Deed::PayCheck];
        let id = one.add_token(&account, "t", "the import", &deeds, day(30)).await.expect("made");
        one.commit().await.expect("kept");
        let who = database.token("t", FUND, day(29)).await.expect("it reads").expect("in force");
        // A token gives nothing that its owner has not.
        assert_eq!(who.person.deeds(), [Deed::ReadApplications]);
        assert!(database.token("t", FUND, day(30)).await.expect("it reads").is_none(), "over");
        assert!(database.token("u", FUND, day(1)).await.expect("it reads").is_none(), "none");
        let mut one = change(&database, day(1)).await;
        one.revoke_token(&account, id).await.expect("ended");
        assert!(one.revoke_token(&account, id).await.is_err(), "ended before");
        one.commit().await.expect("kept");
        assert!(database.token("t", FUND, day(2)).await.expect("it reads").is_none(), "ended");
    });
}

fn identity(issuer: &str, subject: &str) -> Identity {
    Identity { issuer: issuer.to_owned(), subject: subject.to_owned() }
}

async fn link(database: &Database, name: &str, to: &Identity) -> Result<(), Fault> {
    let may = staff().administrator.may(deeds::ManageUsers, &Target::system()).expect("an administrator");
    let mut one = change(database, day(0)).await;
    one.link_account(&may, name, to).await?;
    one.commit().await
}

async fn unlink(database: &Database, name: &str, issuer: Option<&str>) -> Result<Vec<Identity>, Fault> {
    let may = staff().administrator.may(deeds::ManageUsers, &Target::system()).expect("an administrator");
    let mut one = change(database, day(0)).await;
    let gone = one.unlink_account(&may, name, issuer).await?;
    one.commit().await?;
    Ok(gone)
}

#[test]
fn an_identity_leads_to_one_account_and_each_link_is_on_record() {
    const HERE: &str = "https://id.example/realm";
    const THERE: &str = "https://other.example";
    on_both(async |database, _| {
        office::begin(&database).await;
        for name in ["one", "two"] {
            add(&database, name).await;
        }
        link(&database, "one", &identity(HERE, "s-1")).await.expect("linked");
        link(&database, "one", &identity(THERE, "s-1")).await.expect("of another issuer");
        link(&database, "two", &identity(HERE, "s-2")).await.expect("linked");
        for (name, to, said) in [
            ("one", identity(HERE, "s-3"), "linked to the subject s-1"),
            ("two", identity(HERE, "s-1"), "linked to the account one"),
            ("two", identity("id.example", "s-9"), "a whole address"),
            ("two", identity(THERE, ""), "1 to 255 bytes"),
            ("two", identity(THERE, &"s".repeat(256)), "1 to 255 bytes"),
            ("nobody", identity(THERE, "s-9"), "account nobody"),
        ] {
            let fault = link(&database, name, &to).await.expect_err(said).to_string();
            assert!(fault.contains(said), "{fault}");
        }
        let found = async |issuer: &str, subject: &str| {
            let found = database.linked_account(&identity(issuer, subject)).await.expect("it reads");
            found.map(|account| account.name)
        };
        assert_eq!(found(HERE, "s-1").await.as_deref(), Some("one"));
        assert_eq!(found(HERE, "s-2").await.as_deref(), Some("two"));
        // To the letter, and never by the subject alone.
        for (issuer, subject) in
            [(HERE, "S-1"), ("https://id.example/realm/", "s-1"), (THERE, "s-2"), ("", "s-1")]
        {
            assert_eq!(found(issuer, subject).await, None, "{issuer} {subject}");
        }

        // Taking a link away ends the account's sessions, and nobody else's.
        let limits = Limits::default();
        for name in ["one", "two"] {
            let (account, _) = database.account_and_hash(name).await.expect("it reads").expect("there");
            let mut entering = change(&database, day(0)).await;
            entering
                .begin_session(&account, &format!("key of {name}"), "word", &limits)
                .await
                .expect("begun");
            entering.commit().await.expect("kept");
        }
        assert!(unlink(&database, "two", Some(THERE)).await.is_err(), "there is none of that issuer");
        let gone = unlink(&database, "one", Some(HERE)).await.expect("taken away");
        assert_eq!(gone, [identity(HERE, "s-1")]);
        assert_eq!(found(HERE, "s-1").await, None);
        assert_eq!(found(THERE, "s-1").await.as_deref(), Some("one"));
        for (name, in_still) in [("one", false), ("two", true)] {
            let session = database.session(&format!("key of {name}"), FUND, day(0), &limits).await;
            assert_eq!(session.expect("it reads").is_some(), in_still, "{name}");
        }
        assert_eq!(unlink(&database, "one", None).await.expect("the rest"), [identity(THERE, "s-1")]);
        assert!(unlink(&database, "one", None).await.is_err(), "nothing is left");
        assert_eq!(database.links().await.expect("it reads"), [("two".to_owned(), identity(HERE, "s-2"))]);
        // Free again for another account.
        link(&database, "two", &identity(THERE, "s-1")).await.expect("linked");

        let mut noted = Vec::new();
        for deed in ["account.link", "account.unlink"] {
            let search = jixiao_store::audit::Search { deed: Some(deed.to_owned()), ..Default::default() };
            let found = database.records(&search, 10).await.expect("it reads");
            noted.extend(
                found
                    .into_iter()
                    .rev()
                    .map(|one| (one.record.deed, one.record.subject, one.record.before, one.record.after)),
            );
        }
        let record = |deed: &str, name: &str, before: &str, after: &str| {
            (deed.to_owned(), format!("person/{name}"), before.to_owned(), after.to_owned())
        };
        assert_eq!(
            noted,
            [
                record("account.link", "one", "", "https://id.example/realm s-1"),
                record("account.link", "one", "", "https://other.example s-1"),
                record("account.link", "two", "", "https://id.example/realm s-2"),
                record("account.link", "two", "", "https://other.example s-1"),
                record("account.unlink", "one", "https://id.example/realm s-1", ""),
                record("account.unlink", "one", "https://other.example s-1", ""),
            ]
        );
    });
}
