//! The script played on a database, through the functions that the interface calls: nothing is written past them, and whatever one of them refuses ends it.

use std::collections::BTreeMap;

use jiff::civil::DateTime;
use jixiao_core::{
    book::{Outcome, Whole},
    both,
    finding::{Both, Lang},
    people::{Grant, Person, PersonId, Role, Scope, Target, deeds},
    region::RegionTree,
    workflow::Facts,
};
use jixiao_store::{
    Actor, Change, Database, Fault, Moment, Office,
    awards::{Award, NewRun},
    cases::{CaseFile, Move, Opening},
    evidence::Limits,
    notices::Named,
    people::NewAccount,
    surveys::Invitation,
};

use super::{
    cast::{ADMINISTRATOR, Cast},
    script::{Event, File, Key, What},
};

/// From where everything in the demo is done.
const ORIGIN: &str = "demo";
/// Under which name the first roles are given: as `jixiao user add` does.
const FIRST: &str = "command-line";

/// The award run that the script keeps.
#[derive(Clone, Debug)]
pub(crate) struct KeptRun {
    /// The fund year.
    pub(crate) year: i16,
    /// SHA-256 of the fund folder.
    pub(crate) folder_sha256: String,
    /// What it was made from.
    pub(crate) inputs: String,
    /// What it came to.
    pub(crate) summary: String,
    /// The awards.
    pub(crate) awards: Vec<Award>,
}

/// What the script is played with.
pub(crate) struct Stage<'a> {
    /// The database.
    pub(crate) database: &'a Database,
    /// The fund.
    pub(crate) office: &'a Office,
    /// Everybody with an account.
    pub(crate) cast: &'a Cast,
    /// The award run.
    pub(crate) run: &'a KeptRun,
    /// Fills bytes at random.
    pub(crate) random: fn(&mut [u8]) -> Result<(), String>,
}

/// What is known while the script is played.
#[derive(Default)]
struct Playing {
    people: BTreeMap<String, Person>,
    cases: BTreeMap<(&'static str, String), CaseFile>,
    run: Option<i64>,
    /// Words of invitations by scheme and enterprise.
    words: BTreeMap<(String, String), String>,
    seals: Vec<String>,
}

/// A moment of the fund's own time.
///
/// # Errors
/// It lies outside of the years that can be written.
pub(crate) fn moment(office: &Office, at: DateTime) -> Result<Moment, Fault> {
    let at = office.zone.to_timestamp(at).map_err(|error| Fault::Broken(format!("{at}: {error}")))?;
    Ok(Moment::of(at))
}

/// What somebody may do to the fund as a whole.
macro_rules! may {
    ($person:expr, $deed:ident) => {
        $person.may(deeds::$deed, &Target::fund()).map_err(|refused| Fault::refused(refused.message()))?
    };
}

impl Stage<'_> {
    /// Opens the accounts at a moment, then plays the script. Gives the seals that were made, as text, in order.
    ///
    /// # Errors
    /// The first step that is refused, with its case and time; or the database cannot be reached.
    pub(crate) async fn play(&self, opened: DateTime, script: &[Event]) -> Result<Vec<String>, Fault> {
        let mut playing =
            Playing { people: self.cast.people().map_err(Fault::Refused)?, ..Playing::default() };
        self.accounts(opened).await?;
        let mut rest = script;
        while let Some(first) = rest.first() {
            // What one account does at one moment is one change.
            let same = |event: &&Event| event.at == first.at && event.who == first.who;
            let (now, later) = rest.split_at(rest.iter().take_while(same).count());
            rest = later;
            let at = moment(self.office, first.at)?;
            if matches!(first.what, What::Seal) {
                let seal = self.database.seal(Actor::new("system", "job"), at, Some(at)).await?;
                playing.seals.extend(seal.map(|seal| seal.write()));
                continue;
            }
            let origin = if first.who == "public" { "network" } else { ORIGIN };
            let mut change = self.database.change(Actor::new(first.who.clone(), origin), at).await?;
            for event in now {
                self.step(&mut change, &mut playing, event).await.map_err(|fault| told(event, &fault))?;
            }
            change.commit().await?;
        }
        Ok(playing.seals)
    }

    /// The accounts without a password: nobody signs in to them but by a link of a demo that is running.
    async fn accounts(&self, opened: DateTime) -> Result<(), Fault> {
        let at = moment(self.office, opened)?;
        let mut change = self.database.change(Actor::new("system", FIRST), at).await?;
        for (name, member) in &self.cast.members {
            let shown_name = member.shown.as_str();
            change.add_account(NewAccount { name, shown_name, password_hash: None, demo: true }).await?;
        }
        let system = vec![Grant::new(Role::Administrator, Scope::Nothing)];
        let first = Person::new(PersonId(FIRST.to_owned()), system.clone()).map_err(Fault::Refused)?;
        self.give(&mut change, &first, ADMINISTRATOR, "", system).await?;
        change.commit().await?;
        let administrator = self
            .cast
            .people()
            .map_err(Fault::Refused)?
            .remove(ADMINISTRATOR)
            .ok_or_else(|| nobody(ADMINISTRATOR))?;
        let mut change = self.database.change(Actor::new(ADMINISTRATOR, ORIGIN), at).await?;
        for (name, member) in self.cast.members.iter().filter(|(name, _)| *name != ADMINISTRATOR) {
            self.give(&mut change, &administrator, name, &self.office.fund, member.grants.clone()).await?;
        }
        change.commit().await
    }

    async fn give(
        &self,
        change: &mut Change,
        giver: &Person,
        name: &str,
        fund: &str,
        grants: Vec<Grant>,
    ) -> Result<(), Fault> {
        let may = giver.may(deeds::ManageUsers, &Target::system());
        let may = may.map_err(|refused| Fault::refused(refused.message()))?;
        let tree: &RegionTree = &self.office.regions;
        change.give_roles(&may, name, fund, grants, tree).await
    }

    async fn step(&self, change: &mut Change, playing: &mut Playing, event: &Event) -> Result<(), Fault> {
        let person = || playing.people.get(&event.who).ok_or_else(|| nobody(&event.who));
        match &event.what {
            What::Open { key, action, about, content, fen, reason } => {
                let content = content.to_string();
                let opening = Opening {
                    machine: key.machine,
                    action,
                    subject: &key.subject,
                    about: about.clone(),
                    content: &content,
                    amount_fen: *fen,
                    reason,
                    on_behalf: None,
                    facts: Facts::new(),
                };
                let file = change.open_case(self.office, person()?, opening).await?;
                playing.cases.insert(place(key), file);
            }
            What::Act { key, action, reason, content, looked_at } => {
                let content = content.as_ref().map(ToString::to_string);
                let file = case(playing, key)?;
                let step = Move {
                    case: file.id,
                    action,
                    seen: file.case.revision(),
                    reason,
                    on_behalf: None,
                    content: content.as_deref(),
                    amount_fen: file.amount_fen,
                    facts: looked_at.iter().fold(Facts::new(), |facts, guard| facts.holds(*guard)),
                };
                let file = change.act(self.office, person()?, key.machine, step).await?;
                playing.cases.insert(place(key), file);
            }
            What::Lower { key, action, fen, reason } => {
                let file = case(playing, key)?;
                let step = Move {
                    case: file.id,
                    action,
                    seen: file.case.revision(),
                    reason,
                    on_behalf: None,
                    content: None,
                    amount_fen: Some(*fen),
                    facts: Facts::new(),
                };
                let file = change.act(self.office, person()?, key.machine, step).await?;
                playing.cases.insert(place(key), file);
            }
            What::Object { key, to, about, content } => {
                let application = case(playing, to)?;
                let steps = (1u32..).zip(application.case.history());
                let published = steps.filter(|(_, step)| step.action == "publish").last();
                let published = published.map(|(at, _)| at);
                let published =
                    published.ok_or_else(|| Fault::not_found(format!("notice of {}", to.subject)))?;
                let enterprise = about.enterprise.clone();
                let named = Named { application: application.id, published, enterprise };
                let content = content.to_string();
                let opening = Opening {
                    machine: key.machine,
                    action: "open",
                    subject: &named.subject(),
                    about: about.clone(),
                    content: &content,
                    amount_fen: None,
                    reason: "",
                    on_behalf: None,
                    facts: Facts::new(),
                };
                let file = change.open_case(self.office, person()?, opening).await?;
                playing.cases.insert(place(key), file);
            }
            What::Attach { key, file } => {
                let sha256 = self.keep(change, file).await?;
                change.attach_evidence(case(playing, key)?.id, &sha256, &file.name).await?;
            }
            What::Review { key, kind, verdict, words } => {
                change.review(case(playing, key)?, person()?, *kind, verdict, words).await?;
            }
            What::Post(entries) => {
                may!(person()?, PostBudget);
                let outcomes = change.post(entries, Whole::Together).await?;
                let refused: Vec<Both> =
                    outcomes.iter().filter(|outcome| !outcome.is_kept()).map(Outcome::words).collect();
                if !refused.is_empty() {
                    return Err(Fault::Refused(refused));
                }
            }
            What::KeepRun => {
                let may = may!(person()?, RunAwards);
                let KeptRun { year, folder_sha256, inputs, summary, awards } = self.run;
                let run = NewRun { year: *year, folder_sha256, inputs, summary, awards };
                playing.run = Some(change.keep_run(self.office, &may, run).await?);
            }
            What::CommitRun => {
                let may = may!(person()?, MakeAward);
                let run = playing.run.ok_or_else(|| Fault::Broken("no run was kept".to_owned()))?;
                change.commit_run(self.office, &may, run).await?;
            }
            What::Invite { until, invitations } => {
                let may = may!(person()?, RunSurvey);
                let mut all = Vec::with_capacity(invitations.len());
                for invitation in invitations {
                    let mut bytes = [0; 16];
                    (self.random)(&mut bytes).map_err(Fault::Broken)?;
                    let token = format!("{:032x}", u128::from_be_bytes(bytes));
                    let place = (invitation.scheme.clone(), invitation.enterprise.clone());
                    playing.words.insert(place, token.clone());
                    all.push(Invitation { token, ..invitation.clone() });
                }
                let until = moment(self.office, *until)?;
                change.invite(self.office, &may, self.run.year, until, &all).await?;
            }
            What::Answer { invited, answers } => {
                let word = playing.words.get(invited).ok_or_else(|| nobody(&invited.1))?;
                change.answer(word, &answers.to_string()).await?;
            }
            What::Issue { form, region, file } => {
                let may = may!(person()?, IssueForms);
                let sha256 = self.keep(change, file).await?;
                change.issue_form(self.office, &may, self.run.year, form, region, &sha256).await?;
            }
            // Sealing is a change of its own.
            What::Seal => {}
        }
        Ok(())
    }

    async fn keep(&self, change: &mut Change, file: &File) -> Result<String, Fault> {
        change.keep_evidence(file.media, file.bytes.as_ref().clone(), &Limits::default()).await
    }
}

fn place(key: &Key) -> (&'static str, String) {
    (key.machine.id, key.subject.clone())
}

fn case<'p>(playing: &'p Playing, key: &Key) -> Result<&'p CaseFile, Fault> {
    playing
        .cases
        .get(&place(key))
        .ok_or_else(|| Fault::not_found(format!("{} {}", key.machine.id, key.subject)))
}

fn nobody(name: &str) -> Fault {
    Fault::not_found(format!("account {name}"))
}

/// What was refused, with who tried what and when.
fn told(event: &Event, fault: &Fault) -> Fault {
    let (at, who) = (event.at, &event.who);
    let what = match &event.what {
        What::Open { key, action, .. } | What::Act { key, action, .. } => {
            format!("{} {} {action}", key.machine.id, key.subject)
        }
        What::Lower { key, action, .. } => format!("{} {} {action}", key.machine.id, key.subject),
        What::Object { to, .. } => format!("objection to {}", to.subject),
        What::Attach { key, file } => format!("{} {} + {}", key.machine.id, key.subject, file.name),
        What::Review { key, .. } => format!("{} {} review", key.machine.id, key.subject),
        What::Post(entries) => format!("{} entries", entries.len()),
        What::KeepRun | What::CommitRun => "award run".to_owned(),
        What::Invite { .. } | What::Answer { .. } => "survey".to_owned(),
        What::Issue { form, region, .. } => format!("{form} {region}"),
        What::Seal => "seal".to_owned(),
    };
    let said = |lang: Lang| {
        fault.words().iter().map(|words| words.get(lang).to_owned()).collect::<Vec<_>>().join("; ")
    };
    let (zh, en) = (said(Lang::Zh), said(Lang::En));
    Fault::refused(both!(
        "演示脚本的一步被拒绝（{at}，{who}，{what}）：{zh}",
        "a step of the demo was refused ({at}, {who}, {what}): {en}"
    ))
}
