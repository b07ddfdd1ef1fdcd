//! Long work: jobs that were asked for are done one after the other for each fund, by whoever was handed in to do them.
//!
//! A job is a row of the book; whoever asks may leave. The work itself runs on a thread of its own, tells how far it is and looks whether to stop. What
//! came of it is kept in the transaction that ends the job, so that there is no moment in which one is there without the other.

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use jixiao_core::{
    both,
    finding::Both,
    people::{Target, deeds},
};
use jixiao_store::{
    Actor, Dialect, Fault, Moment, Office,
    awards::{Award, NewRun},
    jobs::{End, Job, Kind, Left, MayWork, Progress},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::{
    sync::{Notify, oneshot},
    task::{JoinHandle, JoinSet},
};

use crate::state::{Shared, State, hex};

/// What was asked beside kind and year.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asking {
    /// Of an award run: whether its awards are committed too.
    pub commit: bool,
    /// Of an award run: its schemes by id; all of them where none is named.
    pub schemes: Vec<String>,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// The fund's id.
    pub fund: String,
    /// What kind of work.
    pub kind: Kind,
    /// The fund year.
    pub year: i16,
    /// What else was asked.
    pub asking: Asking,
    /// The day, in the fund's own time.
    pub today: jiff::civil::Date,
}

/// An award run that was computed and is still to be kept.
#[derive(Clone, Debug)]
pub struct MadeRun {
    /// SHA-256 of the fund folder that it was made with.
    pub folder_sha256: String,
    /// The ledgers that it was made from: JSON.
    pub inputs: String,
    /// What it came to: JSON.
    pub summary: String,
    /// The awards.
    pub awards: Vec<Award>,
}

/// What came of a piece of work.
#[derive(Clone, Debug, Default)]
pub struct Made {
    /// What is shown of it: a JSON object. It names no enterprise.
    pub outcome: serde_json::Map<String, Value>,
    /// What was set aside: a JSON list of [`SetAside`].
    pub set_aside: Option<Vec<SetAside>>,
    /// A run to be kept together with the job's end.
    pub run: Option<MadeRun>,
}

/// A row of a ledger, or a cell of it, that was not accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetAside {
    /// The ledger.
    pub ledger: String,
    /// The file.
    pub file: String,
    /// The line of a text file, the row of a sheet.
    pub row: u32,
    /// The column; empty where it is the row as a whole.
    pub column: String,
    /// What stands there.
    pub value: String,
    /// Why, as a stable word.
    pub code: String,
    /// Why, in both languages.
    pub reason: Both,
}

/// Why nothing came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Halt {
    /// It was to stop, and left nothing behind.
    Stopped,
    /// It cannot be done: every reason, for whoever must act.
    Cannot(Vec<Both>),
}

impl Halt {
    /// It cannot be done for one reason.
    pub fn cannot(reason: Both) -> Self {
        Self::Cannot(vec![reason])
    }
}

/// Does the work. Handed in by the outermost layer, which has the files.
pub trait Worker: Send + Sync + std::fmt::Debug {
    /// Whether this kind of work can be done here for a fund at all.
    ///
    /// # Errors
    /// Why not, and what to do.
    fn knows(&self, fund: &str, kind: Kind) -> Result<(), Both>;

    /// Everything that stands against a task before it is begun: a year that the fund does not have, a scheme that is none.
    fn refuses(&self, task: &Task) -> Vec<Both>;

    /// Does it; may take minutes. Whatever it writes it writes whole or not at all.
    ///
    /// # Errors
    /// It was to stop, or it cannot be done.
    fn work(&self, task: &Task, handle: &Handle) -> Result<Made, Halt>;
}

/// With what a worker tells how far it is, and asks whether to stop.
#[derive(Debug, Default)]
pub struct Handle {
    step: Mutex<Both>,
    done: AtomicU64,
    total: AtomicU64,
    rows: AtomicU64,
    stop: AtomicBool,
}

impl Handle {
    /// Begins a step of so many pieces; 0 where nobody can say how many.
    ///
    /// # Errors
    /// It is to stop.
    pub fn step(&self, name: Both, total: u64) -> Result<(), Halt> {
        *self.step.lock().unwrap_or_else(PoisonError::into_inner) = name;
        self.done.store(0, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
        self.go_on()
    }

    /// So many pieces of the step more are done.
    pub fn add(&self, done: u64) {
        self.done.fetch_add(done, Ordering::Relaxed);
    }

    /// So many rows of ledgers more were looked at.
    pub fn rows(&self, rows: u64) {
        self.rows.fetch_add(rows, Ordering::Relaxed);
    }

    /// Whether to stop.
    pub fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Goes on, unless it is to stop.
    ///
    /// # Errors
    /// It is to stop.
    pub fn go_on(&self) -> Result<(), Halt> {
        if self.stopped() { Err(Halt::Stopped) } else { Ok(()) }
    }

    /// Asks the worker to stop as soon as it can.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// How far it is.
    pub fn progress(&self) -> Progress {
        let (done, total) = (self.done.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed));
        Progress {
            step: self.step.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            // Files may grow while they are read: a bar is never more than full.
            done: if total > 0 { done.min(total) } else { done },
            total,
            rows: self.rows.load(Ordering::Relaxed),
        }
    }
}

/// What a server knows of its jobs.
#[derive(Debug, Default)]
pub(crate) struct Jobs {
    server: OnceLock<String>,
    /// Something may have changed: look for work.
    wake: Notify,
    stopping: AtomicBool,
    /// Those that are done just now.
    running: Mutex<BTreeMap<i64, Arc<Handle>>>,
}

impl Jobs {
    fn running(&self) -> std::sync::MutexGuard<'_, BTreeMap<i64, Arc<Handle>>> {
        // A panic elsewhere leaves the list as it was.
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Under which name this server does jobs: drawn once.
    pub(crate) fn server(&self) -> Result<&str, Fault> {
        if let Some(name) = self.jobs.server.get() {
            return Ok(name);
        }
        let name = hex(&self.secret::<8>()?);
        Ok(self.jobs.server.get_or_init(|| name))
    }

    /// Looks for work that was just asked for.
    pub(crate) fn wake(&self) {
        self.jobs.wake.notify_one();
    }

    /// Tells a job that is done by this server to stop.
    pub(crate) fn stop_job(&self, id: i64) {
        if let Some(handle) = self.jobs.running().get(&id) {
            handle.stop();
        }
    }

    fn stops(&self) -> bool {
        self.jobs.stopping.load(Ordering::Relaxed)
    }
}

/// How often it is told how far a job is, while that changes.
const TELLING: Duration = Duration::from_millis(500);
/// How often a server says that it is there, and looks for what others left behind.
const BEAT: Duration = Duration::from_secs(5);
/// How long a server may be silent before its jobs are given up.
const SILENCE: i64 = 60_000_000;
/// How often the end of a job is tried to be kept while the database is not available.
const TRIES: u32 = 5;

/// Whoever does the jobs of a server.
#[derive(Debug)]
pub struct Crew {
    state: Shared,
    task: JoinHandle<()>,
}

/// Gives up what other servers left behind, and does jobs from now on.
///
/// # Errors
/// The database cannot be reached, or the system gives no random bytes.
pub async fn begin(state: &Shared) -> Result<Crew, Fault> {
    let server = state.server()?.to_owned();
    let now = state.now();
    // A file has one server: whatever another one had is left behind. Where several share a database, those that are silent are gone.
    let left = match state.database.dialect() {
        Dialect::Sqlite => Left::Others(&server),
        Dialect::Postgres => Left::Silent(&server, Moment(now.0.saturating_sub(SILENCE))),
    };
    let interrupted = state.database.interrupt_jobs(left, now).await?;
    if interrupted > 0 {
        tracing::warn!(interrupted, "jobs that another server left behind");
    }
    let task = tokio::spawn(go_round(state.clone(), server));
    Ok(Crew { state: state.clone(), task })
}

impl Crew {
    /// Tells what is being done to stop, and waits until it has; what waited is interrupted.
    pub async fn stop(self) {
        self.state.jobs.stopping.store(true, Ordering::Relaxed);
        self.state.wake();
        // A panic in there was logged; there is nothing left to wait for.
        let _ = self.task.await;
    }
}

async fn go_round(state: Shared, server: String) {
    let mut under_way = JoinSet::new();
    loop {
        while !state.stops() {
            let next = match state.database.next_job(&server).await {
                Ok(Some(next)) => next,
                Ok(None) => break,
                Err(fault) => {
                    tracing::error!(error = %fault, "jobs cannot be looked for");
                    break;
                }
            };
            match state.database.begin_job(next.id, &server, state.now()).await {
                Ok(true) => drop(under_way.spawn(done(state.clone(), server.clone(), next))),
                // Another server was faster, or somebody has stopped it.
                Ok(false) => break,
                Err(fault) => {
                    tracing::error!(job = next.id, error = %fault, "a job cannot be begun");
                    break;
                }
            }
        }
        if state.stops() {
            break;
        }
        tokio::select! {
            () = state.jobs.wake.notified() => {}
            Some(_) = under_way.join_next(), if !under_way.is_empty() => {}
            () = tokio::time::sleep(BEAT) => beat(&state, &server).await,
        }
    }
    for handle in state.jobs.running().values() {
        handle.stop();
    }
    while under_way.join_next().await.is_some() {}
    if let Err(fault) = state.database.interrupt_jobs(Left::Own(&server), state.now()).await {
        tracing::error!(error = %fault, "jobs that waited are found by the next server");
    }
}

async fn beat(state: &Shared, server: &str) {
    let now = state.now();
    let told = state.database.server_is_there(server, now).await;
    let looked = match state.database.dialect() {
        Dialect::Sqlite => Ok(0),
        Dialect::Postgres => {
            let since = Moment(now.0.saturating_sub(SILENCE));
            state.database.interrupt_jobs(Left::Silent(server, since), now).await
        }
    };
    for fault in [told.err(), looked.err()].into_iter().flatten() {
        tracing::error!(error = %fault, "the state of jobs cannot be kept");
    }
}

/// Does a job that was begun, to its end.
async fn done(state: Shared, server: String, job: Job) {
    let handle = Arc::new(Handle::default());
    state.jobs.running().insert(job.id, Arc::clone(&handle));
    let worked = worked(&state, &server, &job, &handle).await;
    let id = job.id;
    let end = match worked {
        Ok(made) if made.run.is_some() && handle.stopped() => stopped_end(&state),
        Ok(made) => match tried(&state, || keep(&state, &server, &job, &made)).await {
            Ok(()) => {
                tracing::info!(job = id, kind = job.kind.code(), "done");
                state.jobs.running().remove(&id);
                return;
            }
            Err(fault) => End::Failed(words_of(id, fault)),
        },
        Err(Halt::Stopped) => stopped_end(&state),
        Err(Halt::Cannot(reasons)) => End::Failed(reasons),
    };
    let kept = tried(&state, || async {
        let mut change = state.database.change(actor(&job), state.now()).await?;
        change.end_job(id, &server, &end).await?;
        change.commit().await
    })
    .await;
    match kept {
        Ok(()) => tracing::info!(job = id, kind = job.kind.code(), end = ?end, "over"),
        Err(fault) => tracing::error!(job = id, error = %fault, "the end of a job cannot be kept"),
    }
    state.jobs.running().remove(&id);
}

/// What was stopped was stopped by somebody, or with the server.
fn stopped_end(state: &State) -> End {
    if state.stops() { End::Interrupted } else { End::Cancelled }
}

fn actor(job: &Job) -> Actor {
    Actor::new(job.asked_by.clone(), "job")
}

/// The reasons of a fault for whoever must act; what the database says is for the log.
fn words_of(id: i64, fault: Fault) -> Vec<Both> {
    tracing::error!(job = id, error = %fault, "what a job came to cannot be kept");
    match fault {
        Fault::Broken(_) => vec![broken(id)],
        Fault::Unavailable(_) => vec![both!(
            "数据库暂时不可用，结果没有保存；请稍后重新发起",
            "the database was not available and nothing was kept; ask for it again later"
        )],
        other => other.words(),
    }
}

fn broken(id: i64) -> Both {
    both!(
        "程序内部错误，没有保存任何结果；请把任务编号 {id} 告知系统管理员，日志中有详情",
        "an error inside of the program, nothing was kept; tell an administrator the number of the job, {id}: the log says more"
    )
}

/// Tries something again while the database is not available.
async fn tried<F: Future<Output = Result<(), Fault>>>(
    state: &State,
    what: impl Fn() -> F,
) -> Result<(), Fault> {
    let mut left = TRIES;
    loop {
        match what().await {
            Err(Fault::Unavailable(_)) if left > 1 && !state.stops() => {
                left -= 1;
                tokio::time::sleep(Duration::from_secs(2)).await;
            }
            other => return other,
        }
    }
}

/// Lets the worker do it on a thread of its own, and tells how far it is.
async fn worked(state: &Shared, server: &str, job: &Job, handle: &Arc<Handle>) -> Result<Made, Halt> {
    let Some(worker) = state.settings.worker.clone() else {
        return Err(Halt::cannot(no_worker()));
    };
    let task = task(state, job).map_err(|fault| Halt::Cannot(words_of(job.id, fault)))?;
    let (answer, mut answered) = oneshot::channel();
    let inside = Arc::clone(handle);
    let thread = std::thread::Builder::new().name(format!("job-{}", job.id)).spawn(move || {
        let made = catch_unwind(AssertUnwindSafe(|| worker.work(&task, &inside)));
        // Whoever waits may be gone with the server.
        let _ = answer.send(made);
    });
    if let Err(error) = thread {
        return Err(Halt::Cannot(words_of(job.id, Fault::Broken(error.to_string()))));
    }
    let mut told = Progress::default();
    let mut waited = Duration::ZERO;
    // Whoever asked looks at once: the first step is told as soon as there is one.
    let mut pause = TELLING / 10;
    loop {
        tokio::select! {
            made = &mut answered => {
                // How far it came is shown beside how it ended; that it is not told is no reason to lose what came of it.
                let _ = state.database.tell_job(job.id, server, &handle.progress(), state.now()).await;
                return match made {
                    Ok(Ok(made)) => made,
                    Ok(Err(_)) | Err(_) => {
                        tracing::error!(job = job.id, "a job panicked");
                        Err(Halt::cannot(broken(job.id)))
                    }
                };
            }
            () = tokio::time::sleep(pause) => {
                let now = handle.progress();
                waited += pause;
                pause = TELLING;
                if now == told && waited < BEAT {
                    continue;
                }
                waited = Duration::ZERO;
                match state.database.tell_job(job.id, server, &now, state.now()).await {
                    Ok(true) => told = now,
                    Ok(false) => handle.stop(),
                    Err(fault) => tracing::warn!(job = job.id, error = %fault, "how far a job is cannot be told"),
                }
            }
        }
    }
}

/// What a job asks for, as a worker takes it.
fn task(state: &State, job: &Job) -> Result<Task, Fault> {
    let asking = serde_json::from_str(&job.asked).map_err(|error| Fault::Broken(error.to_string()))?;
    let today = office(state, job)?.civil(state.now())?.date();
    Ok(Task { fund: job.fund.clone(), kind: job.kind, year: job.year, asking, today })
}

fn office(state: &State, job: &Job) -> Result<Arc<Office>, Fault> {
    let known = state.offices.get(&job.fund);
    known.cloned().ok_or_else(|| Fault::not_found(format!("fund {}", job.fund)))
}

/// What is said where nobody does the work.
pub(crate) fn no_worker() -> Both {
    both!(
        "本服务启动时没有给出台账文件夹，不能读入、测算或出具；请系统管理员用 jixiao serve --ledgers 文件夹 启动，或在命令行用 jixiao db award 测算入账",
        "this server was started without a folder of ledgers, so nothing can be read, computed or published here; have it started with jixiao serve --ledgers DIR, or compute on the command line with jixiao db award"
    )
}

/// Keeps what came of a job together with its end, by whoever asked for it and with the roles that they have now.
async fn keep(state: &State, server: &str, job: &Job, made: &Made) -> Result<(), Fault> {
    let office = office(state, job)?;
    let refused = |refused: jixiao_core::people::Refused| Fault::refused(refused.message());
    let person = state.database.somebody(&job.fund, &job.asked_by).await?;
    MayWork::of(&person, job.kind).map_err(refused)?;
    let asking: Asking =
        serde_json::from_str(&job.asked).map_err(|error| Fault::Broken(error.to_string()))?;
    let mut outcome = made.outcome.clone();
    let mut change = state.database.change(actor(job), state.now()).await?;
    if let Some(MadeRun { folder_sha256, inputs, summary, awards }) = &made.run {
        let run = NewRun { year: job.year, folder_sha256, inputs, summary, awards };
        let may = person.may(deeds::RunAwards, &Target::fund()).map_err(refused)?;
        let (id, new) = match change.known_run(&office, &run).await? {
            Some(known) => (known, false),
            None => (change.keep_run(&office, &may, run).await?, true),
        };
        outcome.insert("run".to_owned(), json!(id));
        outcome.insert("new".to_owned(), json!(new));
        if asking.commit {
            let may = person.may(deeds::MakeAward, &Target::fund()).map_err(refused)?;
            let (awards, fen) = change.commit_run(&office, &may, id).await?;
            outcome.insert("committed".to_owned(), json!({ "awards": awards, "fen": fen }));
        }
    }
    let set_aside = made.set_aside.as_ref().map(serde_json::to_string).transpose();
    let set_aside = set_aside.map_err(|error| Fault::Broken(error.to_string()))?;
    let end = End::Done { outcome: Value::Object(outcome).to_string(), set_aside };
    change.end_job(job.id, server, &end).await?;
    change.commit().await
}
