//! Cases: everything that goes through hands, and what happened to each.
//!
//! What may be done from where stands in [`jixiao_core::workflow`]; here a case is locked, the machine is asked, and the step is kept together
//! with what it does to the money (module `effects`) and its audit record.

use std::collections::BTreeMap;

use futures_util::TryStreamExt as _;
use jiff::civil::DateTime;
use jixiao_core::{
    both,
    finding::Both,
    people::{Deed, Person, PersonId, Reach, Role, Target},
    workflow::{self, Case, Facts, Guard, Machine, Request, Step, machines},
};
use serde::{Deserialize, Serialize};
use sqlx::{AnyConnection, AssertSqlSafe, any::AnyRow};

use crate::{
    change::{Change, Noted},
    database::Database,
    effects::{self, Follow},
    fault::Fault,
    moment::Moment,
    notices::Named,
    office::Office,
    rows::{Get, ListedRow},
    sql::Sql,
};

/// The longest content of a case, in bytes; what is longer is evidence.
pub const LONGEST_CONTENT: usize = 4 << 20;

/// What a case is about. Texts that a kind does not have are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct About {
    /// The fund year.
    pub year: i16,
    /// Division code.
    pub region: String,
    /// The scheme's id.
    pub scheme: String,
    /// The enterprise's code.
    pub enterprise: String,
    /// The indicator's id.
    pub indicator: String,
}

/// A case to be opened.
#[derive(Clone, Debug)]
pub struct Opening<'a> {
    /// The way that it goes.
    pub machine: &'static Machine,
    /// The action that opens it.
    pub action: &'a str,
    /// What tells it from other cases of its kind: only one can be opened for each subject.
    pub subject: &'a str,
    /// What it is about.
    pub about: About,
    /// What it says: a JSON object.
    pub content: &'a str,
    /// The amount that it is about, in fen.
    pub amount_fen: Option<i64>,
    /// Why.
    pub reason: &'a str,
    /// In whose name.
    pub on_behalf: Option<&'a str>,
    /// What the caller knows of conditions; those that the book knows it answers itself.
    pub facts: Facts,
}

/// A step to be taken.
#[derive(Clone, Debug)]
pub struct Move<'a> {
    /// The case.
    pub case: i64,
    /// The action.
    pub action: &'a str,
    /// The revision that was looked at.
    pub seen: u32,
    /// Why.
    pub reason: &'a str,
    /// In whose name.
    pub on_behalf: Option<&'a str>,
    /// New content, where the state lets it change.
    pub content: Option<&'a str>,
    /// A new amount in fen: with new content, whatever it is; without, one that is lower, where the step lets a reviewer lower it.
    pub amount_fen: Option<i64>,
    /// What the caller knows of conditions.
    pub facts: Facts,
}

/// A case as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseFile {
    /// Its number.
    pub id: i64,
    /// What tells it from others of its kind.
    pub subject: String,
    /// The fund's id.
    pub fund: String,
    /// What it is about.
    pub about: About,
    /// The amount that it is about, in fen.
    pub amount_fen: Option<i64>,
    /// The digest of its content.
    pub content: String,
    /// Who opened it.
    pub opened_by: String,
    /// When.
    pub opened_at: Moment,
    /// When the last step was taken.
    pub changed_at: Moment,
    /// Where it is and every step.
    pub case: Case,
    /// What steps took off its amount, in their order.
    pub reductions: Vec<Reduction>,
}

/// What a reviewer took off an amount with a step: 核减. Who, when and why stand with the step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reduction {
    /// The revision that the step made.
    pub revision: u32,
    /// The amount before, in fen.
    pub before_fen: i64,
    /// The amount after, in fen: less, and above zero.
    pub after_fen: i64,
}

impl Reduction {
    /// How much was taken off, in fen.
    pub fn fen(&self) -> i64 {
        self.before_fen.saturating_sub(self.after_fen)
    }
}

impl CaseFile {
    /// The reductions that count: those since its content could last be changed, each with its step. What was claimed anew was not reduced yet.
    pub fn reduced(&self) -> Vec<(Reduction, &Step)> {
        let from = counted_from(&self.case);
        let with_step = |one: &Reduction| {
            let place = usize::try_from(one.revision).ok()?.checked_sub(1)?;
            Some((*one, self.case.history().get(place)?))
        };
        self.reductions.iter().filter(|one| one.revision > from).filter_map(with_step).collect()
    }

    /// What was claimed, in fen: the amount before reviewers took anything off. Claimed = amount + reductions.
    pub fn claimed_fen(&self) -> Option<i64> {
        self.reduced().first().map(|(one, _)| one.before_fen).or(self.amount_fen)
    }

    /// The way that it goes.
    ///
    /// # Errors
    /// The program does not know it any more.
    pub fn machine(&self) -> Result<&'static Machine, Fault> {
        let name = self.case.machine();
        machines::find(name).ok_or_else(|| Fault::Broken(format!("there is no way {name}")))
    }
}

/// The revision up to which the content could be changed last: that of the last step out of an open state, or of the one that opened the case.
fn counted_from(case: &Case) -> u32 {
    let machine = machines::find(case.machine());
    let open = |state: &Option<String>| match (state, machine) {
        (Some(state), Some(machine)) => machine.state(state).is_some_and(|state| !state.locked),
        _ => true,
    };
    (1u32..).zip(case.history()).filter(|(_, step)| open(&step.from)).last().map_or(0, |(at, _)| at)
}

/// A line of a list of cases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The case's number.
    pub id: i64,
    /// Its machine.
    pub machine: String,
    /// What tells it from others of its kind.
    pub subject: String,
    /// What it is about.
    pub about: About,
    /// Where it is.
    pub state: String,
    /// How many steps have been taken.
    pub revision: i64,
    /// The amount that it is about, in fen.
    pub amount_fen: Option<i64>,
    /// When the last step was taken.
    pub changed_at: Moment,
}

/// Which cases are asked for.
#[derive(Clone, Debug, Default)]
pub struct Which {
    /// Of a machine.
    pub machine: Option<String>,
    /// Of a fund year.
    pub year: Option<i16>,
    /// In these states.
    pub states: Option<Vec<String>>,
    /// Of a region, it alone.
    pub region: Option<String>,
    /// Of a scheme.
    pub scheme: Option<String>,
    /// Of an enterprise.
    pub enterprise: Option<String>,
    /// Of an indicator.
    pub indicator: Option<String>,
    /// Objections to this application.
    pub objects_to: Option<i64>,
    /// With numbers after this one: the next page begins after the last of this one.
    pub after: Option<i64>,
}

const CASE: &str = "id, machine, subject, fund, year, region, scheme, enterprise, indicator, state, revision, amount_fen, content, opened_by, opened_at, changed_at";

impl Change {
    /// Opens a case.
    ///
    /// # Errors
    /// The person may not, a condition does not hold, the content is no JSON object, there is one for this subject already, or the database cannot be reached.
    pub async fn open_case(
        &mut self,
        office: &Office,
        person: &Person,
        opening: Opening<'_>,
    ) -> Result<CaseFile, Fault> {
        must_be_content(opening.content)?;
        must_be_own(opening.on_behalf, &opening.about)?;
        let target = office.target(&opening.about.region, &opening.about.enterprise)?;
        let fresh = Case::fresh("", opening.machine, target);
        let draft = Draft {
            id: 0,
            subject: opening.subject,
            about: &opening.about,
            amount_fen: opening.amount_fen,
            content: opening.content,
            revision: 0,
        };
        let (facts, words) =
            effects::facts(self, office, person, opening.machine, opening.action, &draft, opening.facts)
                .await?;
        let request = Request {
            action: opening.action,
            seen: 0,
            reason: opening.reason,
            on_behalf: opening.on_behalf,
            facts: &facts,
            at: office.civil(self.at())?,
        };
        let machine = opening.machine;
        let taken = machine
            .act(&fresh, person, &request, office.timing())
            .map_err(|refusal| Fault::Step { machine, refusal })?;
        let content = self.keep_document(opening.content).await?;
        let (at, about) = (self.at().0, &opening.about);
        let row = sqlx::query(
            "INSERT INTO case_file (machine, subject, fund, year, region, scheme, enterprise, indicator, state, revision, amount_fen, content, opened_by, opened_at, changed_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10, $11, $12, $13, $13) RETURNING id",
        )
        .bind(machine.id)
        .bind(opening.subject.to_owned())
        .bind(office.fund.clone())
        .bind(i64::from(about.year))
        .bind(about.region.clone())
        .bind(about.scheme.clone())
        .bind(about.enterprise.clone())
        .bind(about.indicator.clone())
        .bind(taken.step().to.clone())
        .bind(opening.amount_fen)
        .bind(content.clone())
        .bind(person.id().0.clone())
        .bind(at)
        .fetch_one(self.on())
        .await
        .map_err(|error| match Fault::from(error) {
            Fault::Taken { .. } => Fault::Taken { what: format!("{} {}", machine.id, opening.subject) },
            other => other,
        })?;
        let id = row.int("id")?;
        self.keep_step(id, machine, taken.step(), 1, &content, &words).await?;
        let draft = Draft { id, revision: 1, ..draft };
        effects::take(self, office, machine, taken.step(), &draft).await?;
        self.case(office, id)
            .await?
            .ok_or_else(|| Fault::Broken("a case that was opened is not there".to_owned()))
    }

    /// Takes a step. Whoever may not learns nothing about the case, not even whether it is there.
    ///
    /// # Errors
    /// The machine refuses, the content may not change in this state, the money is not there, or the database cannot be reached.
    pub async fn act(
        &mut self,
        office: &Office,
        person: &Person,
        machine: &'static Machine,
        step: Move<'_>,
    ) -> Result<CaseFile, Fault> {
        let (file, follow) = self.take(office, person, machine, step).await?;
        if let Some(Follow { machine, case, seen, action, reason }) = follow {
            let (content, amount_fen, on_behalf, facts) = (None, None, None, Facts::new());
            let step = Move { case, action, seen, reason: &reason, on_behalf, content, amount_fen, facts };
            self.take(office, person, machine, step).await?;
        }
        Ok(file)
    }

    /// Takes one step, and says what step of another case must follow in the same change.
    async fn take(
        &mut self,
        office: &Office,
        person: &Person,
        machine: &'static Machine,
        step: Move<'_>,
    ) -> Result<(CaseFile, Option<Follow>), Fault> {
        let file = self.case(office, step.case).await?.filter(|file| file.case.machine() == machine.id);
        let Some(file) = file else {
            let refusal = match machine.action(step.action) {
                Some(action) => workflow::Refusal::NotAllowed(person.refused(action.deed)),
                None => workflow::Refusal::UnknownAction {
                    action: step.action.to_owned(),
                    known: machine.actions.iter().map(|action| action.id).collect(),
                },
            };
            return Err(Fault::Step { machine, refusal });
        };
        // Only somebody who may take the step at all learns what else is wrong.
        if let Some(action) = machine.action(step.action)
            && person.may(action.deed, file.case.about()).is_ok()
        {
            must_be_own(step.on_behalf, &file.about)?;
        }
        let content = match step.content {
            Some(content) => content.to_owned(),
            None => self.document(&file.content).await?,
        };
        let amount_fen = match (step.content, step.amount_fen) {
            (Some(_), given) => given,
            (None, Some(lowered)) => Some(lowered),
            (None, None) => file.amount_fen,
        };
        let revision = file.case.revision();
        let (subject, about) = (&*file.subject, &file.about);
        let draft = Draft { id: file.id, subject, about, amount_fen, content: &content, revision };
        let (facts, words) =
            effects::facts(self, office, person, machine, step.action, &draft, step.facts).await?;
        let request = Request {
            action: step.action,
            seen: step.seen,
            reason: step.reason,
            on_behalf: step.on_behalf,
            facts: &facts,
            at: office.civil(self.at())?,
        };
        let taken = machine
            .act(&file.case, person, &request, office.timing())
            .map_err(|refusal| Fault::Step { machine, refusal })?;
        let locked =
            file.case.state().and_then(|state| machine.state(state)).is_some_and(|state| state.locked);
        if step.content.is_some() {
            must_be_content(&content)?;
            if locked {
                return Err(Fault::refused(both!(
                    "当前状态下内容已锁定，不能修改；请先退回或撤回",
                    "the content is locked in this state; have it returned first"
                )));
            }
        }
        let reduction = match (step.content, step.amount_fen) {
            (None, Some(lowered)) => reduction(machine, step.action, &file, lowered, step.reason)?,
            _ => None,
        };
        let digest = self.keep_document(&content).await?;
        let taken = taken.step();
        let changed = sqlx::query(
            "UPDATE case_file SET state = $1, revision = revision + 1, amount_fen = $2, content = $3, changed_at = $4 WHERE id = $5 AND revision = $6",
        )
        .bind(taken.to.clone())
        .bind(amount_fen)
        .bind(digest.clone())
        .bind(self.at().0)
        .bind(file.id)
        .bind(i64::from(revision))
        .execute(self.on())
        .await?;
        if changed.rows_affected() != 1 {
            return Err(Fault::Broken(format!("case {} changed while it was locked", file.id)));
        }
        self.keep_step(file.id, machine, taken, revision + 1, &digest, &words).await?;
        if let Some(reduction) = reduction {
            self.keep_reduction(file.id, machine, reduction, step.reason).await?;
        }
        let draft = Draft { revision: revision + 1, ..draft };
        let follow = effects::take(self, office, machine, taken, &draft).await?;
        let after = self.case(office, file.id).await?;
        let after = after.ok_or_else(|| Fault::Broken("a case that was changed is not there".to_owned()))?;
        Ok((after, follow))
    }

    async fn keep_reduction(
        &mut self,
        case: i64,
        machine: &'static Machine,
        reduction: Reduction,
        reason: &str,
    ) -> Result<(), Fault> {
        let Reduction { revision, before_fen, after_fen } = reduction;
        let mut insert =
            Sql::new("INSERT INTO reduction (case_id, revision, before_fen, after_fen) VALUES (");
        insert.list([case, i64::from(revision), before_fen, after_fen]).push(")");
        insert.run(self.on()).await?;
        self.note(Noted {
            deed: format!("{}.reduce", machine.id),
            subject: format!("case/{case}"),
            before: format!("{before_fen} fen"),
            after: format!("{after_fen} fen"),
            reason: reason.trim().to_owned(),
        });
        Ok(())
    }

    /// A case, held still until the change is over.
    pub(crate) async fn case(&mut self, office: &Office, id: i64) -> Result<Option<CaseFile>, Fault> {
        let mut select = Sql::new(format!("SELECT {CASE} FROM case_file WHERE id = "));
        select.bind(id).push(" AND fund = ").bind(office.fund.clone());
        let Some(row) = select.one(self.on()).await? else { return Ok(None) };
        let steps = steps(id).all(self.on()).await?;
        file(office, &row, &steps).map(Some)
    }

    async fn document(&mut self, digest: &str) -> Result<String, Fault> {
        let mut select = Sql::new("SELECT text FROM document WHERE sha256 = ");
        select.bind(digest.to_owned());
        let row = select.one(self.on()).await?;
        row.ok_or_else(|| Fault::Broken(format!("document {digest} is missing")))?.text("text")
    }

    async fn keep_step(
        &mut self,
        case: i64,
        machine: &'static Machine,
        step: &Step,
        revision: u32,
        content: &str,
        words: &[Guard],
    ) -> Result<(), Fault> {
        let at = self.at().0;
        let mut insert = Sql::new(
            "INSERT INTO case_step (case_id, revision, action, from_state, to_state, content, done_by, role, on_behalf, reason, civil, done_at) VALUES (",
        );
        insert.list([case, i64::from(revision)]).push(", ");
        insert.list([
            step.action.clone(),
            step.from.clone().unwrap_or_default(),
            step.to.clone(),
            content.to_owned(),
            step.by.0.clone(),
            step.role.code().to_owned(),
            step.on_behalf.clone().unwrap_or_default(),
            step.reason.clone(),
            step.at.to_string(),
        ]);
        insert.push(", ").bind(at).push(")");
        insert.run(self.on()).await?;
        let mut after = format!("{} {content}", step.to);
        if !words.is_empty() {
            let codes: Vec<&str> = words.iter().map(|guard| guard.code()).collect();
            after.push_str(&format!(" on their word {}", codes.join(",")));
        }
        self.note(Noted {
            deed: format!("{}.{}", machine.id, step.action),
            subject: format!("case/{case}"),
            before: step.from.clone().unwrap_or_default(),
            after,
            reason: step.reason.clone(),
        });
        Ok(())
    }
}

/// A case as it will be when the step that is asked for is taken.
pub(crate) struct Draft<'a> {
    /// Its number; 0 while it is being opened.
    pub(crate) id: i64,
    pub(crate) subject: &'a str,
    pub(crate) about: &'a About,
    pub(crate) amount_fen: Option<i64>,
    pub(crate) content: &'a str,
    pub(crate) revision: u32,
}

impl Database {
    /// A case, for somebody who may read it by a deed.
    ///
    /// # Errors
    /// There is none in reach: the answer is the same whether it is another's or not there. Or the database cannot be reached.
    pub async fn case(&self, office: &Office, reach: &Reach<Deed>, id: i64) -> Result<CaseFile, Fault> {
        let mut connection = self.readers().acquire().await?;
        let mut select = Sql::new(format!("SELECT {CASE} FROM case_file WHERE id = "));
        select.bind(id).push(" AND fund = ").bind(office.fund.clone());
        let missing = || Fault::not_found(format!("case {id}"));
        let row = select.one(&mut connection).await?.ok_or_else(missing)?;
        let steps = steps(id).all(&mut connection).await?;
        let file = file(office, &row, &steps)?;
        if reach.covers(file.case.about()) { Ok(file) } else { Err(missing()) }
    }

    /// Cases in somebody's reach, by number, at most `limit`.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn cases(
        &self,
        office: &Office,
        reach: &Reach<Deed>,
        which: &Which,
        limit: i64,
    ) -> Result<Vec<Line>, Fault> {
        let mut select = Sql::new(format!("SELECT {CASE} FROM case_file WHERE fund = "));
        select.bind(office.fund.clone());
        asked(&mut select, office, reach, which);
        select.push(" ORDER BY id LIMIT ").bind(limit);
        let rows = select.all(&mut *self.readers().acquire().await?).await?;
        rows.iter().map(line).collect()
    }

    /// How many cases there are in somebody's reach, and what their amounts come to in fen, by machine and state.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn case_counts(
        &self,
        office: &Office,
        reach: &Reach<Deed>,
        which: &Which,
    ) -> Result<Vec<(String, String, i64, i64)>, Fault> {
        let mut select = Sql::new(
            "SELECT machine, state, COUNT(*) AS n, CAST(COALESCE(SUM(amount_fen), 0) AS BIGINT) AS fen FROM case_file WHERE fund = ",
        );
        select.bind(office.fund.clone());
        asked(&mut select, office, reach, which);
        select.push(" GROUP BY machine, state ORDER BY machine, state");
        let rows = select.all(&mut *self.readers().acquire().await?).await?;
        rows.iter()
            .map(|row| Ok((row.text("machine")?, row.text("state")?, row.int("n")?, row.int("fen")?)))
            .collect()
    }

    /// Every case of these machines that is in a state with a term, with its steps: what reminders are worked out from. With `turn` only those in states in
    /// which it is the turn of whoever may do a deed for which it is true.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn cases_with_terms(
        &self,
        office: &Office,
        reach: &Reach<Deed>,
        machines: &[&'static Machine],
        turn: impl Fn(Deed) -> bool,
    ) -> Result<Vec<CaseFile>, Fault> {
        let mut connection = self.readers().acquire().await?;
        let open = |select: &mut Sql| {
            select.push(" FROM case_file WHERE fund = ").bind(office.fund.clone());
            asked(select, office, reach, &Which::default());
            select.push(" AND (1 = 0");
            for machine in machines {
                let open = machine.states.iter().filter(|state| state.due.is_some_and(|due| turn(due.whose)));
                select.push(" OR (machine = ").bind(machine.id.to_owned());
                select.among("state", Some(open.map(|state| state.id.to_owned()))).push(")");
            }
            select.push(")");
        };
        let rows = Sql::rows(CASE, open, &mut connection).await?;
        let mut rows =
            rows.into_iter().map(|row| Ok((row.int("id")?, row))).collect::<Result<Vec<_>, Fault>>()?;
        rows.sort_unstable_by_key(|(id, _)| *id);
        let mut files = Vec::with_capacity(rows.len());
        for some in rows.chunks(1_000) {
            let ids: Vec<[i64; 1]> = some.iter().map(|(id, _)| [*id]).collect();
            let of_them = |select: &mut Sql| {
                select.push(" FROM ").given(&ids).push(" CROSS JOIN ").push(STEPS);
                select.push(" WHERE s.case_id = CAST(given.value ->> 0 AS BIGINT)");
            };
            let mut steps: BTreeMap<i64, Vec<(i64, ListedRow)>> = BTreeMap::new();
            for step in Sql::rows(STEP, of_them, &mut connection).await? {
                steps.entry(step.int("case_id")?).or_default().push((step.int("revision")?, step));
            }
            for (id, row) in some {
                let mut steps = steps.remove(id).unwrap_or_default();
                steps.sort_unstable_by_key(|(revision, _)| *revision);
                let steps: Vec<ListedRow> = steps.into_iter().map(|(_, step)| step).collect();
                files.push(file(office, row, &steps)?);
            }
        }
        Ok(files)
    }

    /// When an action was last taken on each of some cases, in the fund's own time; those on which it never was are left out.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn last_taken(&self, cases: &[i64], action: &str) -> Result<BTreeMap<i64, DateTime>, Fault> {
        let mut select = Sql::new("SELECT case_id, MAX(civil) AS civil FROM case_step WHERE action = ");
        select.bind(action.to_owned()).among("case_id", Some(cases.iter().copied()));
        select.push(" GROUP BY case_id ORDER BY case_id");
        let rows = select.all(&mut *self.readers().acquire().await?).await?;
        let one = |row: &AnyRow| {
            let civil = row.text("civil")?;
            let at = civil.parse().map_err(|_| Fault::Broken(format!("{civil} is no time")))?;
            Ok((row.int("case_id")?, at))
        };
        rows.iter().map(one).collect()
    }

    /// Cases of some machines in somebody's reach whose subject holds a text, or whose enterprise's code begins with it, or that have it as their number;
    /// the newest first, at most `limit`.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn find_cases(
        &self,
        office: &Office,
        reach: &Reach<Deed>,
        machines: &[&str],
        text: &str,
        limit: i64,
    ) -> Result<Vec<Line>, Fault> {
        let mut select = Sql::new(format!("SELECT {CASE} FROM case_file WHERE fund = "));
        select.bind(office.fund.clone()).among("machine", Some(machines.iter().map(|id| (*id).to_owned())));
        let taken = taken_literally(text);
        select
            .push(" AND (LOWER(subject) LIKE ")
            .bind(format!("%{}%", taken.to_lowercase()))
            .push(" ESCAPE '!'");
        select.push(" OR enterprise LIKE ").bind(format!("{}%", taken.to_uppercase())).push(" ESCAPE '!'");
        if let Ok(number) = text.parse::<i64>() {
            select.push(" OR id = ").bind(number);
        }
        select.push(")");
        office.restrict(&mut select, reach.scopes());
        select.push(" ORDER BY id DESC LIMIT ").bind(limit);
        let rows = select.all(&mut *self.readers().acquire().await?).await?;
        rows.iter().map(line).collect()
    }

    /// The digest of a case's content after each of its steps, by revision.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn case_contents(&self, id: i64) -> Result<Vec<(i64, String)>, Fault> {
        let rows =
            sqlx::query("SELECT revision, content FROM case_step WHERE case_id = $1 ORDER BY revision");
        let rows = rows.bind(id).fetch_all(self.readers()).await?;
        rows.iter().map(|row| Ok((row.int("revision")?, row.text("content")?))).collect()
    }
}

/// What a step takes off the amount; nothing when it stays as it is.
fn reduction(
    machine: &'static Machine,
    action: &str,
    file: &CaseFile,
    lowered: i64,
    reason: &str,
) -> Result<Option<Reduction>, Fault> {
    // An amount that stays as it is may be said with any step.
    if file.amount_fen == Some(lowered) {
        return Ok(None);
    }
    let known = machine.action(action).filter(|action| action.lowers);
    if known.is_none() {
        return Err(Fault::refused(both!(
            "此步不能改金额；金额只能由申报人在草稿中修改，或在审核通过时核减",
            "this step does not change the amount; it is changed in a draft, or lowered when a reviewer passes it"
        )));
    }
    let before = file.amount_fen.ok_or_else(|| {
        Fault::refused(both!("没有填写金额，无从核减", "no amount is given that could be lowered"))
    })?;
    let mut faults = Vec::new();
    if lowered > before {
        faults.push(both!(
            "核定金额 {lowered} 分高于申报金额 {before} 分；审核只能核减，不能调高，确需调高请退回重新申报",
            "{lowered} fen are more than the {before} fen of the application; a reviewer lowers an amount and never raises it: return it to be filed again"
        ));
    } else if lowered <= 0 {
        faults.push(both!(
            "核减后的金额 {lowered} 分须大于零；全部不予支持请办理“不通过”",
            "{lowered} fen would be left, which must be above zero; to support nothing of it, refuse it"
        ));
    }
    if reason.trim().is_empty() {
        faults.push(both!("核减须写明理由", "say why the amount is reduced"));
    }
    if !faults.is_empty() {
        return Err(Fault::Refused(faults));
    }
    let revision = file.case.revision() + 1;
    Ok(Some(Reduction { revision, before_fen: before, after_fen: lowered }))
}

/// A text in a pattern, where nothing of it stands for anything else.
pub(crate) fn taken_literally(text: &str) -> String {
    text.replace('!', "!!").replace('%', "!%").replace('_', "!_")
}

/// Adds what is asked for, and whose cases somebody reaches.
fn asked(select: &mut Sql, office: &Office, reach: &Reach<Deed>, which: &Which) {
    select
        .equal("machine", which.machine.clone())
        .equal("year", which.year.map(i64::from))
        .among("state", which.states.clone())
        .equal("region", which.region.clone())
        .equal("scheme", which.scheme.clone())
        .equal("enterprise", which.enterprise.clone())
        .equal("indicator", which.indicator.clone());
    if let Some(application) = which.objects_to {
        select.push(" AND machine = 'objection' AND subject LIKE ").bind(Named::all_of(application));
    }
    if let Some(after) = which.after {
        select.push(" AND id > ").bind(after);
    }
    office.restrict(select, reach.scopes());
}

/// How many cases there are, and everything in which their steps are not steps of their ways, or their state is not that of their last step.
pub(crate) async fn doubts_of_cases(on: &mut AnyConnection) -> Result<(i64, Vec<Both>), Fault> {
    let mut rows = sqlx::query("SELECT id, machine, state, revision, amount_fen FROM case_file ORDER BY id")
        .fetch(&mut *on);
    let mut cases = Vec::new();
    while let Some(row) = rows.try_next().await? {
        let (machine, state) = (row.text("machine")?, row.text("state")?);
        let (revision, amount) = (row.int("revision")?, row.int_or_none("amount_fen")?);
        cases.push((row.int("id")?, machine, state, revision, amount));
    }
    drop(rows);
    let count = i64::try_from(cases.len()).unwrap_or(i64::MAX);
    let select = format!("SELECT {STEP} FROM {STEPS} ORDER BY s.case_id, s.revision");
    let mut rows = sqlx::query(AssertSqlSafe(select)).fetch(on);
    let mut next = rows.try_next().await?;
    let mut doubts = Vec::new();
    for (id, machine, state, revision, amount) in cases {
        let (mut history, mut reductions) = (Vec::new(), Vec::new());
        while let Some(row) = next.take() {
            if row.int("case_id")? != id {
                next = Some(row);
                break;
            }
            reductions.extend(reduction_of(&row)?);
            history.push(step(&row)?);
            next = rows.try_next().await?;
        }
        // Whose record it is plays no part in taking its steps again.
        let case = Case::kept(id.to_string(), machine.clone(), Target::fund(), history);
        match machines::find(&machine) {
            Some(way) => doubts.extend(way.verify(&case)),
            None => doubts.push(both!("{id}：没有{machine}这一流程", "{id}: there is no way {machine}")),
        }
        let from = counted_from(&case);
        reductions.retain(|one| one.revision > from);
        doubts.extend(doubt_of_reductions(id, &reductions, amount));
        if case.state() != Some(state.as_str()) || i64::from(case.revision()) != revision {
            let (last, steps) = (case.state().unwrap_or("—"), case.revision());
            doubts.push(both!(
                "{id}：记为{state}、第{revision}版，各步却止于{last}、共{steps}步",
                "{id}: it is kept as {state}, revision {revision}, but its {steps} steps end at {last}"
            ));
        }
    }
    Ok((count, doubts))
}

/// What reviewers took off must lead from what was claimed to the amount, without a gap.
fn doubt_of_reductions(id: i64, counted: &[Reduction], amount: Option<i64>) -> Option<Both> {
    let last = counted.last()?;
    let gap = counted.windows(2).find(|pair| matches!(pair, [a, b] if a.after_fen != b.before_fen));
    if gap.is_none() && amount == Some(last.after_fen) {
        return None;
    }
    let told: Vec<String> =
        counted.iter().map(|one| format!("{} → {}", one.before_fen, one.after_fen)).collect();
    let (told, amount) = (told.join(", "), amount.map_or("—".to_owned(), |fen| fen.to_string()));
    Some(both!(
        "{id}：核减依次为 {told} 分，与金额 {amount} 分不衔接",
        "{id}: the reductions {told} fen do not lead to the amount of {amount} fen"
    ))
}

const STEP: &str = "s.case_id, s.revision, s.action, s.from_state, s.to_state, s.done_by, s.role, s.on_behalf, s.reason, s.civil, r.before_fen, r.after_fen";
const STEPS: &str =
    "case_step AS s LEFT JOIN reduction AS r ON r.case_id = s.case_id AND r.revision = s.revision";

fn steps(case: i64) -> Sql {
    let mut select = Sql::new(format!("SELECT {STEP} FROM {STEPS} WHERE s.case_id = "));
    select.bind(case).push(" ORDER BY s.revision");
    select
}

/// Nobody but the enterprise whose record it is can be acted for: the book knows no other authority to act for somebody, and a name that anybody may
/// write down would keep that person from a step that takes another one.
fn must_be_own(on_behalf: Option<&str>, about: &About) -> Result<(), Fault> {
    match on_behalf {
        Some(name) if about.enterprise.is_empty() || name != about.enterprise => Err(Fault::refused(both!(
            "没有登记您可以代 {name} 办理；只能代本记录的企业办理",
            "nothing says that you may act for {name}; one acts for the enterprise of the record only"
        ))),
        _ => Ok(()),
    }
}

fn must_be_content(text: &str) -> Result<(), Fault> {
    if text.len() > LONGEST_CONTENT {
        let (found, most) = (text.len(), LONGEST_CONTENT);
        return Err(Fault::refused(both!(
            "内容有 {found} 字节，超过上限 {most} 字节；请作为佐证材料上传",
            "the content has {found} bytes, more than {most}; upload it as evidence"
        )));
    }
    match serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(text) {
        Ok(_) => Ok(()),
        Err(error) => {
            Err(Fault::refused(both!("内容不是JSON对象：{error}", "the content is no JSON object: {error}")))
        }
    }
}

/// What a row of a case is about.
pub(crate) fn about(row: &impl Get) -> Result<About, Fault> {
    Ok(About {
        year: row.year("year")?,
        region: row.text("region")?,
        scheme: row.text("scheme")?,
        enterprise: row.text("enterprise")?,
        indicator: row.text("indicator")?,
    })
}

fn line(row: &AnyRow) -> Result<Line, Fault> {
    Ok(Line {
        id: row.int("id")?,
        machine: row.text("machine")?,
        subject: row.text("subject")?,
        about: about(row)?,
        state: row.text("state")?,
        revision: row.int("revision")?,
        amount_fen: row.int_or_none("amount_fen")?,
        changed_at: Moment(row.int("changed_at")?),
    })
}

fn file<R: Get>(office: &Office, row: &R, steps: &[R]) -> Result<CaseFile, Fault> {
    let about = about(row)?;
    let target = office.target(&about.region, &about.enterprise)?;
    let history = steps.iter().map(step).collect::<Result<_, _>>()?;
    let reductions = steps.iter().filter_map(|row| reduction_of(row).transpose());
    let reductions = reductions.collect::<Result<_, _>>()?;
    let id = row.int("id")?;
    Ok(CaseFile {
        id,
        subject: row.text("subject")?,
        fund: row.text("fund")?,
        amount_fen: row.int_or_none("amount_fen")?,
        content: row.text("content")?,
        opened_by: row.text("opened_by")?,
        opened_at: Moment(row.int("opened_at")?),
        changed_at: Moment(row.int("changed_at")?),
        case: Case::kept(id.to_string(), row.text("machine")?, target, history),
        reductions,
        about,
    })
}

/// What a step took off the amount, by its row.
fn reduction_of(row: &impl Get) -> Result<Option<Reduction>, Fault> {
    let (Some(before_fen), Some(after_fen)) = (row.int_or_none("before_fen")?, row.int_or_none("after_fen")?)
    else {
        return Ok(None);
    };
    let revision = row.int("revision")?;
    let revision =
        u32::try_from(revision).map_err(|_| Fault::Broken(format!("{revision} is no revision")))?;
    Ok(Some(Reduction { revision, before_fen, after_fen }))
}

fn step(row: &impl Get) -> Result<Step, Fault> {
    let given = |text: String| Some(text).filter(|text| !text.is_empty());
    let (role, civil) = (row.text("role")?, row.text("civil")?);
    Ok(Step {
        action: row.text("action")?,
        from: given(row.text("from_state")?),
        to: row.text("to_state")?,
        by: PersonId(row.text("done_by")?),
        role: Role::from_code(&role).ok_or_else(|| Fault::Broken(format!("{role} is no role")))?,
        on_behalf: given(row.text("on_behalf")?),
        reason: row.text("reason")?,
        at: civil.parse::<DateTime>().map_err(|_| Fault::Broken(format!("{civil} is no time")))?,
    })
}
