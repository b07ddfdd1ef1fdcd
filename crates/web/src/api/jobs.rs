//! Long work: ledgers read, awards computed, a year published. Asked for here, done by itself, looked at again later.

use std::collections::BTreeSet;

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse as _, Response},
};
use jixiao_core::{
    both,
    finding::{Both, Lang},
    people::{Target, deeds},
};
use jixiao_store::{
    Fault,
    jobs::{Job, Kind as Work, MayWork, Progress, State as At, Which},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::people::Nothing;
use crate::{
    ask::{Asked, Asker, Named, Sent},
    jobs::{Asking, SetAside, Task, no_worker},
    listing::{Cell, Column, MOST, USUAL, column, listing, next_page},
    log::stamp,
    once::kept,
    problem::{self, Problem},
    route::{Kind, Resource, Route, Who, param, text},
    state::Shared,
};

pub(super) fn routes() -> Vec<Route> {
    let of = Resource("jobs");
    let kinds = Work::ALL.map(Work::code).to_vec();
    let states = At::ALL.map(At::code).to_vec();
    vec![
        of.get(
            "/api/v1/jobs",
            "list-jobs",
            text("任务，新的在前", "long work, the newest first"),
            Who::Job,
            list,
        )
        .asks([
            param("kind", Kind::OneOf(kinds), "种类", "which kind"),
            param("state", Kind::OneOf(states), "状态", "where it is"),
            param("before", Kind::Whole(1, i64::MAX), "编号小于此数的", "numbers below this one"),
            param("limit", Kind::Whole(1, MOST), "最多几条", "at most so many"),
        ])
        .lists::<JobLine>(),
        of.post(
            "/api/v1/jobs",
            "ask-job",
            text(
                "发起任务：读入台账、测算支持金额、出具年度结果；随即返回，进度见任务",
                "ask for long work: reading ledgers, computing awards, publishing a year; answered at once, the job tells how far it is",
            ),
            Who::Job,
            ask,
        )
        .sends::<NewJob>()
        .begins::<JobLine>()
        .once(),
        of.get("/api/v1/jobs/{id}", "get-job", text("任务及其结果", "a job, and what came of it"), Who::Job, one)
            .gives::<JobLine>(),
        of.get(
            "/api/v1/jobs/{id}/set-aside",
            "list-set-aside",
            text(
                "读入任务搁置的行（最多一千条；查阅留痕）",
                "the rows that an intake set aside (a thousand at most; readings are noted)",
            ),
            Who::Job,
            set_aside,
        )
        .asks([
            param("after", Kind::Whole(0, 1_000_000), "从第几条之后", "after so many"),
            param("limit", Kind::Whole(1, MOST), "最多几条", "at most so many"),
        ])
        .lists::<SetAsideLine>(),
        of.post(
            "/api/v1/jobs/{id}/cancel",
            "cancel-job",
            text("停止任务", "stop a job"),
            Who::Job,
            cancel,
        )
        .gives::<JobLine>(),
    ]
}

/// What kind of work.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = JobKind)]
pub enum KindBody {
    /// 读入台账.
    Intake,
    /// 测算支持金额.
    AwardRun,
    /// 出具年度结果.
    Report,
}

impl From<KindBody> for Work {
    fn from(kind: KindBody) -> Self {
        match kind {
            KindBody::Intake => Self::Intake,
            KindBody::AwardRun => Self::AwardRun,
            KindBody::Report => Self::Report,
        }
    }
}

/// Long work that is asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewJob {
    /// What kind of work.
    kind: KindBody,
    /// The fund year.
    #[schema(minimum = 1900, maximum = 2200)]
    year: i16,
    /// Of an award run: whether its awards are committed too.
    #[serde(default)]
    commit: bool,
    /// Of an award run: its schemes by id; all of them where none is named.
    #[serde(default)]
    #[schema(max_items = 100)]
    schemes: Vec<String>,
}

/// A job.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Job)]
pub struct JobLine {
    /// Its number.
    id: i64,
    /// Where it is told how far it is.
    address: String,
    /// `intake`, `award-run` or `report`.
    kind: String,
    /// The fund year.
    year: i16,
    /// Of an award run: whether its awards are committed too.
    commit: bool,
    /// Of an award run: its schemes; none where it is of all.
    schemes: Vec<String>,
    /// `waiting`, `running`, `done`, `failed`, `cancelled` or `interrupted`.
    state: String,
    /// What is done just now, in words.
    step: String,
    /// So much of the step.
    done: u64,
    /// Of so much; 0 where nobody can say.
    total: u64,
    /// Rows of ledgers that were looked at so far.
    rows: u64,
    /// Whether somebody has asked to stop it.
    cancelling: bool,
    /// What came of it; null before its end, and of one that did not come to its end.
    #[schema(value_type = Option<Object>)]
    outcome: Option<Value>,
    /// Why it could not be done.
    reasons: Vec<String>,
    /// Who asked for it.
    asked_by: String,
    /// When.
    asked_at: String,
    /// When it was begun.
    begun_at: Option<String>,
    /// When it was over.
    ended_at: Option<String>,
}

/// The reasons of a job that could not be done.
pub fn reasons(job: &Job) -> Vec<Both> {
    #[derive(Deserialize)]
    struct Told {
        reasons: Vec<Both>,
    }
    let told = job.outcome.as_deref().filter(|_| job.state == At::Failed);
    told.and_then(|told| serde_json::from_str::<Told>(told).ok()).map(|told| told.reasons).unwrap_or_default()
}

/// What came of a job that is done: a JSON object.
pub fn outcome(job: &Job) -> Option<Value> {
    let told = job.outcome.as_deref().filter(|_| job.state == At::Done);
    told.and_then(|told| serde_json::from_str(told).ok())
}

/// What was asked beside kind and year.
pub fn asking(job: &Job) -> Asking {
    // It was written by this program.
    serde_json::from_str(&job.asked).unwrap_or_default()
}

fn line(job: Job, lang: Lang) -> JobLine {
    let Asking { commit, schemes } = asking(&job);
    let (reasons, outcome) = (reasons(&job), outcome(&job));
    let Progress { step, done, total, rows } = job.progress;
    JobLine {
        id: job.id,
        address: format!("/api/v1/jobs/{}", job.id),
        kind: job.kind.code().to_owned(),
        year: job.year,
        commit,
        schemes,
        state: job.state.code().to_owned(),
        step: step.get(lang).to_owned(),
        done,
        total,
        rows,
        cancelling: job.cancelling,
        outcome,
        reasons: reasons.iter().map(|reason| reason.get(lang).to_owned()).collect(),
        asked_by: job.asked_by,
        asked_at: stamp(job.asked_at),
        begun_at: job.begun_at.map(stamp),
        ended_at: job.ended_at.map(stamp),
    }
}

/// A figure of a list.
fn whole(figure: u64) -> Cell {
    i64::try_from(figure).map_or(Cell::Nothing, Cell::Whole)
}

fn moment(at: Option<&String>) -> Cell {
    at.map_or(Cell::Nothing, |at| Cell::Text(at.clone()))
}

const COLUMNS: &[Column<JobLine>] = &[
    column("编号", "number", |line| Cell::Whole(line.id)),
    column("种类", "kind", |line| Cell::Text(line.kind.clone())),
    column("年度", "year", |line| Cell::Whole(i64::from(line.year))),
    column("状态", "state", |line| Cell::Text(line.state.clone())),
    column("步骤", "step", |line| Cell::Text(line.step.clone())),
    column("已完成", "done", |line| whole(line.done)),
    column("共", "of", |line| whole(line.total)),
    column("已读行数", "rows", |line| whole(line.rows)),
    column("原因", "reasons", |line| Cell::Text(line.reasons.join("; "))),
    column("发起人", "by", |line| Cell::Text(line.asked_by.clone())),
    column("发起时间", "asked at", |line| Cell::Text(line.asked_at.clone())),
    column("开始时间", "begun at", |line| moment(line.begun_at.as_ref())),
    column("结束时间", "ended at", |line| moment(line.ended_at.as_ref())),
];

/// A row that was set aside.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SetAside)]
pub struct SetAsideLine {
    /// The ledger.
    ledger: String,
    /// The file.
    file: String,
    /// The line of a text file, the row of a sheet.
    row: u32,
    /// The column; empty where it is the row as a whole.
    column: String,
    /// What stands there.
    value: String,
    /// Why, as a stable word.
    code: String,
    /// Why, in words.
    reason: String,
}

const SET_ASIDE: &[Column<SetAsideLine>] = &[
    column("台账", "ledger", |line| Cell::Text(line.ledger.clone())),
    column("文件", "file", |line| Cell::Text(line.file.clone())),
    column("行", "row", |line| Cell::Whole(i64::from(line.row))),
    column("列", "column", |line| Cell::Text(line.column.clone())),
    column("原值", "value", |line| Cell::Text(line.value.clone())),
    column("原因代号", "reason id", |line| Cell::Text(line.code.clone())),
    column("原因", "reason", |line| Cell::Text(line.reason.clone())),
];

/// The query.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Query {
    kind: Option<String>,
    state: Option<String>,
    before: Option<i64>,
    limit: Option<i64>,
}

fn word<T>(
    given: Option<&String>,
    name: &str,
    known: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, Problem> {
    let Some(given) = given else { return Ok(None) };
    let unknown = both!("{name}={given} 不在所列之中", "{name}={given} is none of its words");
    known(given).map(Some).ok_or_else(|| Problem::of(&problem::QUERY, unknown))
}

async fn list(
    State(state): State<Shared>,
    asker: Asker,
    Asked(query): Asked<Query>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Problem> {
    let which = Which {
        kind: word(query.kind.as_ref(), "kind", Work::of)?,
        state: word(query.state.as_ref(), "state", At::of)?,
        before: query.before,
    };
    let limit = query.limit.unwrap_or(USUAL).clamp(1, MOST);
    let kinds = Work::seen_by(&asker.person);
    let found = state.database.jobs(&*asker.office()?, &kinds, &which, limit).await?;
    let cut = i64::try_from(found.len()).unwrap_or(i64::MAX) >= limit;
    let next = found.last().filter(|_| cut).map(|last| next_page(&uri, "before", &last.id.to_string()));
    let lines: Vec<JobLine> = found.into_iter().map(|job| line(job, asker.lang)).collect();
    listing(&headers, asker.lang, "jobs", COLUMNS, &lines, next)
}

/// Asks for a job: everything that stands against it is told, else it is noted, to be kept by whoever calls. Gives the job as it will be.
///
/// # Errors
/// Whoever asks may not, nobody does such work here, something stands against it, the same is under way already, or the database cannot be reached.
pub async fn begun(
    asker: &Asker,
    kind: Work,
    year: i16,
    asking: &Asking,
) -> Result<(jixiao_store::Change, Job), Problem> {
    let (state, office) = (asker.state(), asker.office()?);
    let may = MayWork::of(&asker.person, kind)?;
    if asking.commit {
        asker.person.may(deeds::MakeAward, &Target::fund())?;
    }
    let none = |why: Both| Problem::of(&problem::NO_WORKER, why);
    let worker = state.settings.worker.as_ref().ok_or_else(|| none(no_worker()))?;
    worker.knows(&office.fund, kind).map_err(none)?;
    let mut against = Vec::new();
    if kind != Work::AwardRun && (asking.commit || !asking.schemes.is_empty()) {
        against.push(both!(
            "commit 和 schemes 只用于 award-run",
            "commit and schemes are of an award-run alone"
        ));
    }
    // The same schemes in another order are the same question.
    let schemes: BTreeSet<String> = asking.schemes.iter().cloned().collect();
    let asking = Asking { commit: asking.commit, schemes: schemes.into_iter().collect() };
    let today = office.civil(state.now())?.date();
    let task = Task { fund: office.fund.clone(), kind, year, asking: asking.clone(), today };
    against.extend(worker.refuses(&task));
    if !against.is_empty() {
        return Err(Fault::Refused(against).into());
    }
    let asked = serde_json::to_string(&asking).map_err(|error| Fault::Broken(error.to_string()))?;
    let mut change = asker.change().await?;
    let id = change.ask_job(&office, &may, year, &asked, state.server()?).await.map_err(|fault| match fault {
        Fault::Taken { what } => {
            let number = what.trim_start_matches("job ");
            Problem::of(
                &problem::TAKEN,
                both!(
                    "同样的任务已在等待或办理：第 {number} 号；请看它的进度，不必重复发起",
                    "the same is waiting or under way already, as number {number}: see how far it is instead of asking again"
                ),
            )
        }
        other => other.into(),
    })?;
    let job = Job {
        id,
        fund: office.fund.clone(),
        kind,
        year,
        asked,
        state: At::Waiting,
        progress: Progress::default(),
        outcome: None,
        cancelling: false,
        asked_by: may.who().0.clone(),
        asked_at: change.at(),
        begun_at: None,
        ended_at: None,
    };
    Ok((change, job))
}

/// Asks for a job, and lets it begin.
///
/// # Errors
/// As [`begun`].
pub async fn asked(asker: &Asker, kind: Work, year: i16, asking: &Asking) -> Result<Job, Problem> {
    let (change, job) = begun(asker, kind, year, asking).await?;
    change.commit().await?;
    asker.state().wake();
    Ok(job)
}

async fn ask(
    State(state): State<Shared>,
    asker: Asker,
    Sent(NewJob { kind, year, commit, schemes }, once): Sent<NewJob>,
) -> Result<Response, Problem> {
    let (change, job) = begun(&asker, kind.into(), year, &Asking { commit, schemes }).await?;
    let place = [(header::LOCATION, format!("/api/v1/jobs/{}", job.id))];
    let body = line(job, asker.lang);
    let answer = kept(&asker, change, &once, StatusCode::ACCEPTED, &place, &body).await?;
    state.wake();
    Ok(answer)
}

/// A job that somebody may see.
///
/// # Errors
/// There is none, or it is not theirs: the same to whoever asks; or the database cannot be reached.
pub async fn seen(asker: &Asker, id: i64) -> Result<Job, Problem> {
    let kinds = Work::seen_by(&asker.person);
    Ok(asker.state().database.job(&*asker.office()?, &kinds, id).await?)
}

async fn one(
    asker: Asker,
    Named(id): Named<i64>,
    Asked(Nothing {}): Asked<Nothing>,
) -> Result<Response, Problem> {
    let job = seen(&asker, id).await?;
    Ok(axum::Json(line(job, asker.lang)).into_response())
}

/// What a job set aside; whoever is shown it is noted. None where it left nothing of the kind.
///
/// # Errors
/// There is no such job, the reading cannot be noted, or the database cannot be reached.
pub async fn set_aside_of(asker: &Asker, id: i64) -> Result<Option<Vec<SetAside>>, Problem> {
    let kinds = Work::seen_by(&asker.person);
    let found = asker.state().database.job_set_aside(&*asker.office()?, &kinds, id).await?;
    let Some(found) = found else { return Ok(None) };
    asker.note_read(&format!("job/{id}"), &["set_aside"]).await?;
    Ok(Some(serde_json::from_str(&found).map_err(|error| Fault::Broken(error.to_string()))?))
}

/// The query of rows.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowsQuery {
    after: Option<usize>,
    limit: Option<i64>,
}

async fn set_aside(
    asker: Asker,
    Named(id): Named<i64>,
    Asked(query): Asked<RowsQuery>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Problem> {
    let limit = usize::try_from(query.limit.unwrap_or(USUAL).clamp(1, MOST)).unwrap_or(1);
    let after = query.after.unwrap_or_default();
    let found = set_aside_of(&asker, id).await?.unwrap_or_default();
    let next = after.saturating_add(limit);
    let next = (next < found.len()).then(|| next_page(&uri, "after", &next.to_string()));
    let lines: Vec<SetAsideLine> = found
        .into_iter()
        .skip(after)
        .take(limit)
        .map(|row| SetAsideLine {
            ledger: row.ledger,
            file: row.file,
            row: row.row,
            column: row.column,
            value: row.value,
            code: row.code,
            reason: row.reason.get(asker.lang).to_owned(),
        })
        .collect();
    listing(&headers, asker.lang, "set-aside", SET_ASIDE, &lines, next)
}

/// Stops a job: one that waits at once, one that is being done as soon as it can be.
///
/// # Errors
/// There is none that they may see, it is over, or the database cannot be reached.
pub async fn stopped(asker: &Asker, id: i64) -> Result<(), Problem> {
    let job = seen(asker, id).await?;
    if job.state.is_over() {
        return Err(Problem::of(
            &problem::WRONG_STATE,
            both!("任务 {id} 已经结束，不能再停止", "job {id} is over and cannot be stopped any more"),
        ));
    }
    let may = MayWork::of(&asker.person, job.kind)?;
    let mut change = asker.change().await?;
    // Where somebody has asked before, nothing is new and nothing is kept.
    if change.cancel_job(&*asker.office()?, &may, id).await? {
        change.commit().await?;
    }
    asker.state().stop_job(id);
    Ok(())
}

async fn cancel(asker: Asker, Named(id): Named<i64>) -> Result<Response, Problem> {
    stopped(&asker, id).await?;
    let job = seen(&asker, id).await?;
    Ok(axum::Json(line(job, asker.lang)).into_response())
}
