use std::io::{BufRead as _, IsTerminal as _};

use jixiao_core::{
    both,
    finding::Lang,
    people::{Grant, May, Person, PersonId, Role, Scope, Target, deeds},
};
#[cfg(feature = "oidc")]
use jixiao_store::links::Identity;
use jixiao_store::{
    Actor, Change, Database, Fault, Moment,
    breached::Breached,
    common,
    password::{self, Known},
    people::NewAccount,
};

use crate::{
    Outside,
    args::{BreachedArgs, UserArgs, UserCommand},
    commands::{Setting, db, print, serve},
    exit::Exit,
    render::columns::{Align, columns},
};

/// Under which name the command line gives roles. Whoever has the database's file could write anything into it; the record says where it came from.
const COMMAND_LINE: &str = "command-line";

pub(super) fn run(setting: &Setting, args: &UserArgs, outside: &Outside) -> Result<Exit, String> {
    let (lang, url) = (setting.lang, args.at.database.as_str());
    let told = |fault: &Fault| db::words(&fault.words(), lang);
    let now = || Moment::of((outside.now)());
    match &args.command {
        UserCommand::Add(args) => {
            let grants = grants(&args.role).map_err(|fault| told(&fault))?;
            db::on(url, lang, async |database| database.must_be_current().await)?;
            let hash = hash(setting, &args.name, &args.breached, outside)?;
            let shown_name = args.shown.as_deref().unwrap_or(&args.name);
            db::on(url, lang, async |database| {
                serve::put(&database, &setting.fund, &setting.texts, now()).await?;
                let mut change = begun(&database, now()).await?;
                let new = NewAccount {
                    name: &args.name,
                    shown_name,
                    password_hash: Some(hash.clone()),
                    demo: false,
                };
                change.add_account(new).await?;
                if !grants.is_empty() {
                    give(&mut change, setting, &args.name, &grants).await?;
                }
                change.commit().await
            })?;
            say(lang, &both!("已新增账号 {name}\n", "the account {name} is open\n", name = args.name))
        }
        UserCommand::Password(args) => {
            db::on(url, lang, async |database| database.must_be_current().await)?;
            let hash = hash(setting, &args.name, &args.breached, outside)?;
            db::on(url, lang, async |database| {
                let mut change = begun(&database, now()).await?;
                change.set_password(&args.name, hash.clone()).await?;
                change.commit().await
            })?;
            say(lang, &both!("已重设 {name} 的密码\n", "the password of {name} is set\n", name = args.name))
        }
        UserCommand::Roles(args) => {
            let grants = grants(&args.role).map_err(|fault| told(&fault))?;
            db::on(url, lang, async |database| {
                database.must_be_current().await?;
                serve::put(&database, &setting.fund, &setting.texts, now()).await?;
                let mut change = begun(&database, now()).await?;
                give(&mut change, setting, &args.name, &grants).await?;
                change.commit().await
            })?;
            say(lang, &both!("已授予 {name} 的角色\n", "the roles of {name} are given\n", name = args.name))
        }
        #[cfg(feature = "oidc")]
        UserCommand::Link(args) => {
            let to = Identity { issuer: args.issuer.clone(), subject: args.subject.clone() };
            db::on(url, lang, async |database| {
                database.must_be_current().await?;
                let mut change = begun(&database, now()).await?;
                change.link_account(&manager()?, &args.name, &to).await?;
                change.commit().await
            })?;
            say(
                lang,
                &both!(
                    "{subject} 可用统一身份认证登录账号 {name}\n",
                    "{subject} may sign in to {name} with the organisation's account\n",
                    subject = to.subject,
                    name = args.name
                ),
            )
        }
        #[cfg(feature = "oidc")]
        UserCommand::Unlink(args) => {
            let gone = db::on(url, lang, async |database| {
                database.must_be_current().await?;
                let mut change = begun(&database, now()).await?;
                let gone = change.unlink_account(&manager()?, &args.name, args.issuer.as_deref()).await?;
                change.commit().await?;
                Ok(gone)
            })?;
            for Identity { issuer, subject } in gone {
                say(
                    lang,
                    &both!(
                        "已取消 {name} 与 {subject}（{issuer}）的关联，其会话已结束\n",
                        "{subject} of {issuer} is no longer linked to {name}, whose sessions are over\n",
                        name = args.name
                    ),
                )?;
            }
            Ok(Exit::Clean)
        }
        UserCommand::List => {
            let rows = db::on(url, lang, async |database| {
                database.must_be_current().await?;
                listed(&database, lang).await
            })?;
            let links = db::on(url, lang, async |database| database.links().await)?;
            print(&columns(&rows, &[Align::Left; 4], 0))?;
            if !links.is_empty() {
                let head = [both!("登录名", "name"), both!("签发者", "issuer"), both!("用户标识", "subject")];
                let mut rows = vec![head.map(|text| text.get(lang).to_owned())];
                rows.extend(links.into_iter().map(|(name, to)| [name, to.issuer, to.subject]));
                print(&format!("\n{}", columns(&rows, &[Align::Left; 3], 0)))?;
            }
            Ok(Exit::Clean)
        }
    }
}

fn say(lang: Lang, text: &jixiao_core::finding::Both) -> Result<Exit, String> {
    print(text.get(lang))?;
    Ok(Exit::Clean)
}

async fn begun(database: &Database, at: Moment) -> Result<Change, Fault> {
    database.change(Actor::new("system", COMMAND_LINE), at).await
}

/// Roles as they are typed: `city-officer:440800`. Every fault at once.
fn grants(typed: &[String]) -> Result<Vec<Grant>, Fault> {
    let (mut grants, mut faults) = (Vec::new(), Vec::new());
    for text in typed {
        let (code, over) =
            text.split_once(':').map_or((text.as_str(), None), |(code, over)| (code, Some(over)));
        let Some(role) = Role::from_code(code) else {
            let known = Role::ALL.iter().map(|role| role.code()).collect::<Vec<_>>().join(", ");
            faults.push(both!("没有角色 {code}；有：{known}", "there is no role {code}; there are {known}"));
            continue;
        };
        let scope = match (role, over) {
            (Role::Enterprise, Some(code)) => Scope::Enterprise(code.to_owned()),
            (_, Some(code)) => Scope::Region(code.to_owned()),
            (Role::Administrator | Role::Public, None) => Scope::Nothing,
            (_, None) => Scope::Fund,
        };
        grants.push(Grant::new(role, scope));
    }
    if faults.is_empty() { Ok(grants) } else { Err(Fault::Refused(faults)) }
}

/// The permission of whoever sits at the machine.
fn manager() -> Result<May<deeds::ManageUsers>, Fault> {
    let own = Grant::new(Role::Administrator, Scope::Nothing);
    let giver = Person::new(PersonId(COMMAND_LINE.to_owned()), vec![own]).map_err(Fault::Refused)?;
    let may = giver.may(deeds::ManageUsers, &Target::system());
    may.map_err(|refused| Fault::refused(refused.message()))
}

/// The office's list of leaked passwords, if it has one.
///
/// # Errors
/// It cannot be read, or is no such list.
pub(super) fn breached(args: &BreachedArgs, lang: Lang) -> Result<Option<Breached>, String> {
    let Some(path) = &args.breached_passwords else { return Ok(None) };
    let name = path.display().to_string();
    let file = std::fs::File::open(path).map_err(|error| {
        both!("{name} 打不开：{error}", "{name} cannot be opened: {error}").get(lang).to_owned()
    })?;
    Breached::open(&name, Box::new(file)).map(Some).map_err(|fault| fault.get(lang).to_owned())
}

/// Gives roles in the fund; that of an administrator is held over no fund, so it is kept for all of them.
async fn give(change: &mut Change, setting: &Setting, name: &str, grants: &[Grant]) -> Result<(), Fault> {
    let may = manager()?;
    let (system, of_fund): (Vec<Grant>, Vec<Grant>) =
        grants.iter().cloned().partition(|grant| grant.role == Role::Administrator);
    let tree = &setting.fund.regions;
    change.give_roles(&may, name, "", system, tree).await?;
    change.give_roles(&may, name, &setting.fund.id, of_fund, tree).await
}

/// Asks for a password, and judges it before anything is done.
fn hash(setting: &Setting, name: &str, list: &BreachedArgs, outside: &Outside) -> Result<String, String> {
    let lang = setting.lang;
    // Before anybody types: a list that is no good is no reason to type twice.
    let list = breached(list, lang)?;
    let given = if std::io::stdin().is_terminal() {
        let terminal = console::Term::stderr();
        let ask = |text: &str| {
            terminal
                .write_str(text)
                .and_then(|()| terminal.read_secure_line())
                .map_err(|error| error.to_string())
        };
        let first = ask(both!("新密码：", "new password: ").get(lang))?;
        let second = ask(both!("再输一次：", "once more: ").get(lang))?;
        if first != second {
            return Err(both!("两次输入不同，没有任何改动", "they differ; nothing was changed")
                .get(lang)
                .to_owned());
        }
        first
    } else {
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line).map_err(|error| error.to_string())?;
        line.trim_end_matches(['\r', '\n']).to_owned()
    };
    let around = common::names(&setting.fund.id, &setting.fund.regions);
    let known = Known { name, around: &around, breached: list.as_ref() };
    let faults = password::faults(&given, &known).map_err(|fault| fault.get(lang).to_owned())?;
    if !faults.is_empty() {
        return Err(db::words(&faults, lang));
    }
    let mut salt = [0; 16];
    (outside.random)(&mut salt)?;
    password::hash(&given, &salt).map_err(|fault| db::words(&fault.words(), lang))
}

/// The accounts as a table.
async fn listed(database: &Database, lang: Lang) -> Result<Vec<[String; 4]>, Fault> {
    let head =
        [both!("登录名", "name"), both!("姓名", "shown"), both!("状态", "state"), both!("角色", "roles")];
    let mut rows = vec![head.map(|text| text.get(lang).to_owned())];
    let grants = database.grants_of_all().await?;
    for account in database.people().await? {
        let one = |(fund, Grant { role, scope }): &(String, Grant)| {
            let over = match scope {
                Scope::Region(code) | Scope::Enterprise(code) => format!(":{code}"),
                Scope::Fund | Scope::Nothing => String::new(),
            };
            let of = if fund.is_empty() { String::new() } else { format!("@{fund}") };
            format!("{}{over}{of}", role.code())
        };
        let state = if account.active { both!("启用", "active") } else { both!("停用", "shut out") };
        let roles: Vec<String> = grants.get(&account.name).into_iter().flatten().map(one).collect();
        rows.push([account.name, account.shown_name, state.get(lang).to_owned(), roles.join(" ")]);
    }
    Ok(rows)
}
