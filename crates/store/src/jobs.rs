//! Long work that somebody asked for: it goes on by itself, tells how far it is, can be stopped, and leaves what came of it.
//!
//! Asking, stopping and the end of a job are audit records; how far it is is not. Who does the work is nobody's business here: a server that takes a job
//! names itself, and says from time to time that it is there, so that what a server leaves behind that died is known for what it is.

use jixiao_core::{
    both,
    finding::Both,
    people::{Deed, May, Person, PersonId, Refused, Target, deeds},
};
use sqlx::any::AnyRow;

use crate::{
    change::{Actor, Change, Noted},
    database::Database,
    fault::Fault,
    moment::Moment,
    office::Office,
    rows::Get as _,
    sql::Sql,
};

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The ledgers are read, and what does not fit is set aside; nothing is computed.
    Intake,
    /// Awards are computed and kept, perhaps with their commitments.
    AwardRun,
    /// The year is computed and published.
    Report,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Intake, Self::AwardRun, Self::Report];

    /// Its word.
    pub fn code(self) -> &'static str {
        match self {
            Self::Intake => "intake",
            Self::AwardRun => "award-run",
            Self::Report => "report",
        }
    }

    /// The kind with this word.
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Who may ask for it and see what came of it.
    pub fn deed(self) -> Deed {
        match self {
            // What ledgers say of all enterprises is seen by whoever computes awards from it.
            Self::Intake | Self::AwardRun => Deed::RunAwards,
            Self::Report => Deed::IssueForms,
        }
    }

    /// The kinds that somebody may ask for and see.
    pub fn seen_by(person: &Person) -> Vec<Self> {
        Self::ALL.into_iter().filter(|kind| MayWork::of(person, *kind).is_ok()).collect()
    }
}

/// Where a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// It waits for its turn.
    Waiting,
    /// It is done just now.
    Running,
    /// It is done.
    Done,
    /// It could not be done; the reasons say why.
    Failed,
    /// Somebody stopped it.
    Cancelled,
    /// The server that did it is gone.
    Interrupted,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Waiting, Self::Running, Self::Done, Self::Failed, Self::Cancelled, Self::Interrupted];

    /// Its word.
    pub fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Interrupted => "interrupted",
        }
    }

    /// The state with this word.
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Whether nothing more comes of it.
    pub fn is_over(self) -> bool {
        !matches!(self, Self::Waiting | Self::Running)
    }
}

/// The permission that a kind of job takes.
#[derive(Debug, PartialEq, Eq)]
pub enum MayWork {
    /// To read the ledgers.
    Intake(May<deeds::RunAwards>),
    /// To compute awards.
    AwardRun(May<deeds::RunAwards>),
    /// To publish a year.
    Report(May<deeds::IssueForms>),
}

impl MayWork {
    /// The permission of somebody for a kind of job.
    ///
    /// # Errors
    /// None of their roles does this for the whole fund.
    pub fn of(person: &Person, kind: Kind) -> Result<Self, Refused> {
        let fund = Target::fund();
        Ok(match kind {
            Kind::Intake => Self::Intake(person.may(deeds::RunAwards, &fund)?),
            Kind::AwardRun => Self::AwardRun(person.may(deeds::RunAwards, &fund)?),
            Kind::Report => Self::Report(person.may(deeds::IssueForms, &fund)?),
        })
    }

    /// For which kind.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Intake(_) => Kind::Intake,
            Self::AwardRun(_) => Kind::AwardRun,
            Self::Report(_) => Kind::Report,
        }
    }

    /// Who may.
    pub fn who(&self) -> &PersonId {
        match self {
            Self::Intake(may) | Self::AwardRun(may) => may.who(),
            Self::Report(may) => may.who(),
        }
    }
}

/// How far a job is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// What is done just now; empty before the first step.
    pub step: Both,
    /// So much of it.
    pub done: u64,
    /// Of so much; 0 where nobody can say.
    pub total: u64,
    /// Rows of ledgers that were looked at so far.
    pub rows: u64,
}

/// A job as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Its number.
    pub id: i64,
    /// The fund.
    pub fund: String,
    /// What is done.
    pub kind: Kind,
    /// The fund year.
    pub year: i16,
    /// What was asked, beside kind and year: a JSON object.
    pub asked: String,
    /// Where it is.
    pub state: State,
    /// How far it is; of one that is over, how far it came.
    pub progress: Progress,
    /// What came of it: a JSON object; of one that failed, its `reasons` in both languages.
    pub outcome: Option<String>,
    /// Whether somebody has asked to stop it.
    pub cancelling: bool,
    /// Who asked for it.
    pub asked_by: String,
    /// When.
    pub asked_at: Moment,
    /// When it was begun.
    pub begun_at: Option<Moment>,
    /// When it was over.
    pub ended_at: Option<Moment>,
}

/// Which jobs are asked for.
#[derive(Clone, Debug, Default)]
pub struct Which {
    /// Of a kind.
    pub kind: Option<Kind>,
    /// In a state.
    pub state: Option<State>,
    /// Older than this one: the next page begins after the last of this one.
    pub before: Option<i64>,
}

/// How a job ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// It is done.
    Done {
        /// What came of it: a JSON object.
        outcome: String,
        /// What was set aside, where there is something: a JSON list.
        set_aside: Option<String>,
    },
    /// It could not be done: every reason, for whoever must act.
    Failed(Vec<Both>),
    /// It was stopped as somebody had asked.
    Cancelled,
    /// The server was told to stop.
    Interrupted,
}

impl End {
    fn state(&self) -> State {
        match self {
            Self::Done { .. } => State::Done,
            Self::Failed(_) => State::Failed,
            Self::Cancelled => State::Cancelled,
            Self::Interrupted => State::Interrupted,
        }
    }
}

/// Whose unfinished jobs are given up.
#[derive(Clone, Copy, Debug)]
pub enum Left<'a> {
    /// Those of this server, which is about to stop, as far as none of them is being done.
    Own(&'a str),
    /// Those of every other server than this one.
    Others(&'a str),
    /// Those of other servers than this one that were last heard of before a moment.
    Silent(&'a str, Moment),
}

const JOB: &str = "id, fund, kind, year, asked, state, step, done, total, row_count, outcome, cancelling, asked_by, asked_at, begun_at, ended_at";

impl Change {
    /// Asks for a job, which then waits for its turn; `server` is the one that will do it. Gives its number.
    ///
    /// # Errors
    /// The same is waiting or being done already, or the database cannot be reached.
    pub async fn ask_job(
        &mut self,
        office: &Office,
        may: &MayWork,
        year: i16,
        asked: &str,
        server: &str,
    ) -> Result<i64, Fault> {
        let kind = may.kind().code();
        let mut same = Sql::new("SELECT id FROM job WHERE state IN ('waiting', 'running') AND fund = ");
        same.bind(office.fund.clone()).push(" AND kind = ").bind(kind.to_owned());
        same.push(" AND year = ").bind(i64::from(year)).push(" AND asked = ").bind(asked.to_owned());
        if let Some(row) = same.one(self.on()).await? {
            return Err(Fault::Taken { what: format!("job {}", row.int("id")?) });
        }
        let at = self.at().0;
        let mut insert = Sql::new(
            "INSERT INTO job (fund, kind, asked, state, step, server, asked_by, year, done, total, row_count, seen_at, cancelling, asked_at) VALUES (",
        );
        let texts = [&office.fund, kind, asked, State::Waiting.code(), "", server, &may.who().0];
        insert.list(texts.map(str::to_owned)).push(", ");
        insert.list([i64::from(year), 0, 0, 0, at, 0, at]).push(") RETURNING id");
        let row = insert.one(self.on()).await?;
        let id =
            row.map_or_else(|| Err(Fault::Broken("no number was given".to_owned())), |row| row.int("id"))?;
        self.note(Noted {
            deed: "job.ask".to_owned(),
            subject: format!("job/{id}"),
            after: format!("{kind} {year} {asked}"),
            ..Noted::default()
        });
        Ok(id)
    }

    /// Stops a job: one that waits is over at once, one that is being done as soon as it can be. Says whether that is new.
    ///
    /// # Errors
    /// There is none that this permission is for, it is over already, or the database cannot be reached.
    pub async fn cancel_job(&mut self, office: &Office, may: &MayWork, id: i64) -> Result<bool, Fault> {
        let mut select = Sql::new(format!("SELECT {JOB} FROM job WHERE id = "));
        select.bind(id).push(" AND fund = ").bind(office.fund.clone());
        select.push(" AND kind = ").bind(may.kind().code().to_owned());
        select.push(self.dialect().for_update());
        let row = select.one(self.on()).await?.ok_or_else(|| Fault::not_found(format!("job {id}")))?;
        let found = job(&row)?;
        if found.state.is_over() {
            return Err(Fault::refused(both!(
                "任务 {id} 已经结束，不能再停止",
                "job {id} is over and cannot be stopped any more"
            )));
        }
        if found.cancelling {
            return Ok(false);
        }
        let mut update = Sql::new("UPDATE job SET cancelling = 1");
        if found.state == State::Waiting {
            update.push(", state = 'cancelled', ended_at = ").bind(self.at().0);
        }
        update.push(" WHERE id = ").bind(id);
        update.run(self.on()).await?;
        let after = if found.state == State::Waiting { State::Cancelled.code() } else { "cancelling" };
        self.note(Noted {
            deed: "job.cancel".to_owned(),
            subject: format!("job/{id}"),
            before: found.state.code().to_owned(),
            after: format!("{after}, by {}", may.who()),
            ..Noted::default()
        });
        Ok(true)
    }

    /// Ends a job that a server is doing, together with whatever else this change keeps of it.
    ///
    /// # Errors
    /// The server does not do it any more (it was silent for too long), or the database cannot be reached: then nothing of the change is kept.
    pub async fn end_job(&mut self, id: i64, server: &str, end: &End) -> Result<(), Fault> {
        let (outcome, set_aside) = match end {
            End::Done { outcome, set_aside } => (Some(outcome.clone()), set_aside.clone()),
            End::Failed(reasons) => (Some(serde_json::json!({ "reasons": reasons }).to_string()), None),
            End::Cancelled | End::Interrupted => (None, None),
        };
        let state = end.state().code();
        let mut update = Sql::new("UPDATE job SET state = ");
        update.bind(state.to_owned()).push(", ended_at = ").bind(self.at().0);
        update.push(", outcome = ").bind(outcome.clone()).push(", set_aside = ").bind(set_aside);
        update.push(" WHERE state = 'running' AND id = ").bind(id);
        update.push(" AND server = ").bind(server.to_owned());
        if update.run(self.on()).await?.rows_affected() == 0 {
            return Err(Fault::refused(both!(
                "任务 {id} 已不由本服务办理，结果没有保存；请重新发起",
                "job {id} is not this server's any more, and nothing of it was kept; ask for it again"
            )));
        }
        let digest = outcome.map(|outcome| format!(" outcome {}", crate::documents::sha256(&outcome)));
        self.note(Noted {
            deed: "job.end".to_owned(),
            subject: format!("job/{id}"),
            before: State::Running.code().to_owned(),
            after: format!("{state}{}", digest.unwrap_or_default()),
            ..Noted::default()
        });
        Ok(())
    }
}

impl Database {
    /// The jobs of these kinds, the newest first, at most `limit`.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn jobs(
        &self,
        office: &Office,
        kinds: &[Kind],
        which: &Which,
        limit: i64,
    ) -> Result<Vec<Job>, Fault> {
        let mut select = Sql::new(format!("SELECT {JOB} FROM job WHERE fund = "));
        select.bind(office.fund.clone());
        select.among("kind", Some(kinds.iter().map(|kind| kind.code().to_owned())));
        select.equal("kind", which.kind.map(|kind| kind.code().to_owned()));
        select.equal("state", which.state.map(|state| state.code().to_owned()));
        if let Some(before) = which.before {
            select.push(" AND id < ").bind(before);
        }
        select.push(" ORDER BY id DESC LIMIT ").bind(limit);
        select.all(&mut *self.readers().acquire().await?).await?.iter().map(job).collect()
    }

    /// A job of one of these kinds.
    ///
    /// # Errors
    /// There is none, which is also what is said of another's; or the database cannot be reached.
    pub async fn job(&self, office: &Office, kinds: &[Kind], id: i64) -> Result<Job, Fault> {
        let mut select = Sql::new(format!("SELECT {JOB} FROM job WHERE fund = "));
        select.bind(office.fund.clone()).push(" AND id = ").bind(id);
        select.among("kind", Some(kinds.iter().map(|kind| kind.code().to_owned())));
        let row = select.one(&mut *self.readers().acquire().await?).await?;
        job(&row.ok_or_else(|| Fault::not_found(format!("job {id}")))?)
    }

    /// What a job set aside, a JSON list; none where it left nothing of the kind. It shows what ledgers say of enterprises: whoever is shown it is noted.
    ///
    /// # Errors
    /// There is no such job, or the database cannot be reached.
    pub async fn job_set_aside(
        &self,
        office: &Office,
        kinds: &[Kind],
        id: i64,
    ) -> Result<Option<String>, Fault> {
        let mut select = Sql::new("SELECT set_aside FROM job WHERE fund = ");
        select.bind(office.fund.clone()).push(" AND id = ").bind(id);
        select.among("kind", Some(kinds.iter().map(|kind| kind.code().to_owned())));
        let row = select.one(&mut *self.readers().acquire().await?).await?;
        row.ok_or_else(|| Fault::not_found(format!("job {id}")))?.text_or_none("set_aside")
    }

    /// The next job that waits for a server, of a fund of which none is being done.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn next_job(&self, server: &str) -> Result<Option<Job>, Fault> {
        let mut select = Sql::new(format!(
            "SELECT {JOB} FROM job WHERE state = 'waiting' AND fund NOT IN (SELECT fund FROM job WHERE state = 'running') AND server = "
        ));
        select.bind(server.to_owned()).push(" ORDER BY id LIMIT 1");
        select.one(&mut *self.readers().acquire().await?).await?.map(|row| job(&row)).transpose()
    }

    /// Begins a job that waits; no when another one of the fund is being done, or this one was stopped meanwhile.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn begin_job(&self, id: i64, server: &str, at: Moment) -> Result<bool, Fault> {
        let mut update = Sql::new("UPDATE job SET state = 'running', begun_at = ");
        update.bind(at.0).push(", seen_at = ").bind(at.0);
        update.push(" WHERE state = 'waiting' AND id = ").bind(id);
        update.push(" AND server = ").bind(server.to_owned());
        match update.run(&mut *self.writers().acquire().await?).await {
            Ok(done) => Ok(done.rows_affected() == 1),
            // Another server was faster: the database lets one job of a fund be done at a time.
            Err(Fault::Taken { .. }) => Ok(false),
            Err(fault) => Err(fault),
        }
    }

    /// Tells how far a job is, and that its server is there. Says whether to go on: not when somebody has asked to stop it, or it is not this server's any more.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn tell_job(
        &self,
        id: i64,
        server: &str,
        progress: &Progress,
        at: Moment,
    ) -> Result<bool, Fault> {
        let Progress { step, done, total, rows } = progress;
        let step = serde_json::to_string(step).map_err(|error| Fault::Broken(error.to_string()))?;
        let figure = |count: &u64| i64::try_from(*count).unwrap_or(i64::MAX);
        let mut update = Sql::new("UPDATE job SET step = ");
        update.bind(step).push(", done = ").bind(figure(done)).push(", total = ").bind(figure(total));
        update.push(", row_count = ").bind(figure(rows)).push(", seen_at = ").bind(at.0);
        update.push(" WHERE state = 'running' AND id = ").bind(id);
        update.push(" AND server = ").bind(server.to_owned()).push(" RETURNING cancelling");
        let row = update.one(&mut *self.writers().acquire().await?).await?;
        row.map_or(Ok(false), |row| Ok(!row.yes("cancelling")?))
    }

    /// Tells that a server is there, of everything that waits for it or is done by it.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn server_is_there(&self, server: &str, at: Moment) -> Result<(), Fault> {
        let mut update = Sql::new("UPDATE job SET seen_at = ");
        update.bind(at.0).push(" WHERE state IN ('waiting', 'running') AND server = ");
        update.bind(server.to_owned());
        update.run(&mut *self.writers().acquire().await?).await?;
        Ok(())
    }

    /// Notes of jobs that nobody does any more that they were interrupted; gives how many.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn interrupt_jobs(&self, left: Left<'_>, at: Moment) -> Result<usize, Fault> {
        let mut change = self.change(Actor::new("system", "job"), at).await?;
        let lock = change.dialect().for_update();
        let mut select = Sql::new("SELECT id, state FROM job WHERE");
        left.conditions(&mut select);
        select.push(" ORDER BY id").push(lock);
        let rows = select.all(change.on()).await?;
        for row in &rows {
            let (id, before) = (row.int("id")?, row.text("state")?);
            let mut update = Sql::new("UPDATE job SET state = 'interrupted', ended_at = ");
            update.bind(at.0).push(" WHERE id = ").bind(id);
            update.run(change.on()).await?;
            change.note(Noted {
                deed: "job.end".to_owned(),
                subject: format!("job/{id}"),
                before,
                after: State::Interrupted.code().to_owned(),
                ..Noted::default()
            });
        }
        if !rows.is_empty() {
            change.commit().await?;
        }
        Ok(rows.len())
    }
}

impl Left<'_> {
    fn conditions(self, select: &mut Sql) {
        match self {
            Self::Own(server) => {
                select.push(" state = 'waiting' AND server = ").bind(server.to_owned());
            }
            Self::Others(server) => {
                select.push(" state IN ('waiting', 'running') AND server <> ").bind(server.to_owned());
            }
            Self::Silent(server, since) => {
                select.push(" state IN ('waiting', 'running') AND server <> ").bind(server.to_owned());
                select.push(" AND seen_at < ").bind(since.0);
            }
        }
    }
}

fn job(row: &AnyRow) -> Result<Job, Fault> {
    let unknown = |what: &str, word: &str| Fault::Broken(format!("{word} is no {what} of a job"));
    let (kind, state, step) = (row.text("kind")?, row.text("state")?, row.text("step")?);
    let figure = |column: &str| Ok::<_, Fault>(u64::try_from(row.int(column)?).unwrap_or_default());
    let step = if step.is_empty() {
        Both::default()
    } else {
        serde_json::from_str(&step).map_err(|error| Fault::Broken(error.to_string()))?
    };
    Ok(Job {
        id: row.int("id")?,
        fund: row.text("fund")?,
        kind: Kind::of(&kind).ok_or_else(|| unknown("kind", &kind))?,
        year: row.year("year")?,
        asked: row.text("asked")?,
        state: State::of(&state).ok_or_else(|| unknown("state", &state))?,
        progress: Progress {
            step,
            done: figure("done")?,
            total: figure("total")?,
            rows: figure("row_count")?,
        },
        outcome: row.text_or_none("outcome")?,
        cancelling: row.yes("cancelling")?,
        asked_by: row.text("asked_by")?,
        asked_at: Moment(row.int("asked_at")?),
        begun_at: row.int_or_none("begun_at")?.map(Moment),
        ended_at: row.int_or_none("ended_at")?.map(Moment),
    })
}
