//! Long work: what runs, waits and is over, begun and stopped here. Whoever began it may leave, and finds what came of it when they come back.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use jixiao_core::{
    finding::Both,
    people::{Deed, Target, deeds},
};
use jixiao_store::jobs::{Job, Kind, MayWork, State, Which};
use jixiao_web::{
    api::jobs::{asked, asking, outcome, reasons, seen, stopped},
    ask::Named,
    jobs::Asking,
    problem::{self, Problem},
    route::Who,
};
use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::Value;

use super::{Go, Leaf, Nav, form, key, page};
use crate::{
    choice::{self, Choice},
    form::{Mistakes, Typed},
    shell::Shell,
    show,
    table::{Cell, Line, Sign, Table, View},
    visit::Visit,
    words::Words,
};

/// The jobs of a page.
const LINES: i64 = 100;

pub(super) const LEAF: Leaf = Leaf {
    nav: &[Nav {
        group: key!("shell.group-system"),
        label: key!("jobs.nav"),
        href: "/jobs",
        go: Go::One(&[Deed::RunAwards, Deed::IssueForms]),
    }],
    routes: || {
        vec![
            page("/jobs", "page-jobs", Who::Job, list),
            form("/jobs", "form-jobs", Who::Job, begin),
            page("/jobs/{id}", "page-job", Who::Job, one),
            form("/jobs/{id}/cancel", "form-cancel-job", Who::Job, cancel),
        ]
    },
};

/// What a kind of work is called.
fn kind_word(kind: Kind, words: Words) -> &'static str {
    match kind {
        Kind::Intake => words.t("jobs.intake"),
        Kind::AwardRun => words.t("jobs.award-run"),
        Kind::Report => words.t("jobs.report"),
    }
}

/// What it does, in a sentence.
fn kind_help(kind: Kind, words: Words) -> &'static str {
    match kind {
        Kind::Intake => words.t("jobs.intake-help"),
        Kind::AwardRun => words.t("jobs.award-run-help"),
        Kind::Report => words.t("jobs.report-help"),
    }
}

/// Where a job is, with a sign.
fn state_sign(job: &Job, words: Words) -> (Sign, &'static str) {
    match job.state {
        State::Waiting => (Sign::Nothing, words.t("jobs.waiting")),
        State::Running if job.cancelling => (Sign::Look, words.t("jobs.stopping")),
        State::Running => (Sign::Look, words.t("jobs.running")),
        State::Done => (Sign::Good, words.t("jobs.done")),
        State::Failed => (Sign::Bad, words.t("jobs.failed")),
        State::Cancelled => (Sign::Nothing, words.t("jobs.cancelled")),
        State::Interrupted => (Sign::Bad, words.t("jobs.interrupted")),
    }
}

/// How far a step is, in whole hundredths; none where nobody can say.
fn percent(job: &Job) -> Option<u64> {
    let (done, total) = (u128::from(job.progress.done), u128::from(job.progress.total));
    (done * 100).checked_div(total).and_then(|percent| u64::try_from(percent.min(100)).ok())
}

/// How far a job is, in words.
fn far(job: &Job, visit: &Visit) -> String {
    let words = visit.words();
    let mut told = vec![job.progress.step.get(visit.lang).to_owned()];
    told.extend(percent(job).map(|percent| words.with("jobs.percent", &[("percent", &percent.to_string())])));
    if job.progress.rows > 0 {
        told.push(words.with("jobs.rows", &[("rows", &grouped(job.progress.rows))]));
    }
    told.retain(|piece| !piece.is_empty());
    told.join(" · ")
}

/// A count with separators.
pub(super) fn grouped(count: u64) -> String {
    jixiao_report::figure::grouped(Decimal::from(count), 0)
}

/// A kind of work that can be begun.
struct Start {
    kind: &'static str,
    label: &'static str,
    help: &'static str,
    may_commit: bool,
    /// The schemes that an award run can be of; empty where there is nothing to choose.
    schemes: Vec<Choice>,
}

/// What somebody may begin here, and why what they may is not done by this server.
fn starts(visit: &Visit) -> Result<(Vec<Start>, Vec<Both>), Problem> {
    let (words, office) = (visit.words(), visit.office()?);
    let worker = visit.asker.state().settings.worker.as_ref();
    let (mut starts, mut why) = (Vec::new(), Vec::new());
    for kind in Kind::seen_by(&visit.asker.person) {
        match worker.map(|worker| worker.knows(&office.fund, kind)) {
            Some(Ok(())) => {
                let person = &visit.asker.person;
                let may_commit =
                    kind == Kind::AwardRun && person.may(deeds::MakeAward, &Target::fund()).is_ok();
                let (label, help) = (kind_word(kind, words), kind_help(kind, words));
                let schemes = match kind {
                    Kind::AwardRun => choice::schemes(visit, None)?,
                    Kind::Intake | Kind::Report => Vec::new(),
                };
                starts.push(Start { kind: kind.code(), label, help, may_commit, schemes });
            }
            Some(Err(reason)) => why.push(reason),
            None if why.is_empty() => {
                let next = problem::NO_WORKER.next;
                why.push(Both::new(next.zh, next.en));
            }
            None => {}
        }
    }
    Ok((starts, why))
}

#[derive(Template)]
#[template(path = "jobs.html")]
struct Page {
    shell: Shell,
    mistakes: Mistakes,
    starts: Vec<Start>,
    why: Vec<Both>,
    years: Vec<Choice>,
    under_way: bool,
    now: Vec<Now>,
    table: View,
}

/// A job that is under way.
struct Now {
    href: String,
    label: String,
    sign: Sign,
    word: &'static str,
    /// In hundredths; none where nobody can say.
    percent: Option<u64>,
    running: bool,
    far: String,
}

fn now_of(job: &Job, visit: &Visit) -> Now {
    let (sign, word) = state_sign(job, visit.words());
    Now {
        href: format!("/jobs/{}", job.id),
        label: title(job, visit.words()),
        sign,
        word,
        percent: percent(job),
        running: job.state == State::Running,
        far: far(job, visit),
    }
}

fn title(job: &Job, words: Words) -> String {
    let (id, year) = (job.id.to_string(), job.year.to_string());
    words.with("jobs.of", &[("kind", kind_word(job.kind, words)), ("year", &year), ("id", &id)])
}

async fn list(visit: Visit) -> Result<Response, Problem> {
    listed(&visit, StatusCode::OK, Mistakes::default()).await
}

async fn listed(visit: &Visit, status: StatusCode, mistakes: Mistakes) -> Result<Response, Problem> {
    let (words, office, fund) = (visit.words(), visit.office()?, visit.fund()?);
    let kinds = Kind::seen_by(&visit.asker.person);
    let which = Which { before: visit.query_as("before"), ..Which::default() };
    let found = visit.database().jobs(&office, &kinds, &which, LINES).await?;
    let cut = i64::try_from(found.len()).unwrap_or(i64::MAX) >= LINES;
    let next = found.last().filter(|_| cut).map(|last| visit.with_query("before", &last.id.to_string()));
    let lines = found.iter().map(|job| {
        let (sign, word) = state_sign(job, words);
        let time = |at: Option<_>| at.map_or(Cell::Nothing, |at| Cell::text(show::time(at, office.zone)));
        Line::of(vec![
            Cell::Whole(job.id),
            Cell::text(kind_word(job.kind, words)),
            Cell::Whole(i64::from(job.year)),
            Cell::Sign(sign, word.to_owned()),
            Cell::text(came_to(job, visit)),
            Cell::text(job.asked_by.clone()),
            time(Some(job.asked_at)),
            time(job.ended_at),
        ])
        .to(format!("/jobs/{}", job.id))
    });
    let columns = [
        words.t("jobs.number"),
        words.t("jobs.kind"),
        words.t("cases.year"),
        words.t("jobs.state"),
        words.t("jobs.outcome"),
        words.t("jobs.by"),
        words.t("jobs.asked"),
        words.t("jobs.ended"),
    ];
    let table = Table::new("jobs", words.t("jobs.all"), columns, lines.collect(), words.t("jobs.none"));
    let table = table.next(next);
    if let Some(file) = table.file(visit)? {
        return Ok(file);
    }
    let now: Vec<Now> =
        found.iter().filter(|job| !job.state.is_over()).map(|job| now_of(job, visit)).collect();
    let (starts, why) = starts(visit)?;
    let year = fund.current_year();
    let years = (fund.fund.cycle.first..=fund.fund.cycle.last).map(|one| Choice {
        value: one.to_string(),
        label: one.to_string(),
        chosen: one == year,
    });
    let page = Page {
        shell: visit.shell(words.t("jobs.title")),
        mistakes,
        starts,
        why,
        years: years.collect(),
        under_way: !now.is_empty(),
        now,
        table: table.view(visit),
    };
    visit.show_as(status, &page)
}

/// What came of a job, in a line.
fn came_to(job: &Job, visit: &Visit) -> String {
    let words = visit.words();
    if let Some(first) = reasons(job).first() {
        return first.get(visit.lang).to_owned();
    }
    let Some(told) = outcome(job) else {
        return if job.state.is_over() { String::new() } else { far(job, visit) };
    };
    let count = |name: &str| grouped(told[name].as_u64().unwrap_or_default());
    match job.kind {
        Kind::Intake => words.with(
            "jobs.intake-came",
            &[("rows", &count("rows")), ("accepted", &count("accepted")), ("aside", &count("set_aside"))],
        ),
        Kind::AwardRun => {
            let fen = told["fen"].as_i64().map(|fen| show::exact(fen, visit.lang)).unwrap_or_default();
            let run = told["run"].as_i64().unwrap_or_default().to_string();
            words.with("jobs.award-run-came", &[("run", &run), ("awards", &count("awards")), ("sum", &fen)])
        }
        Kind::Report => words.with("jobs.report-came", &[("files", &count("files"))]),
    }
}

async fn begin(visit: Visit, typed: Typed) -> Result<Response, Problem> {
    let kind = Kind::of(typed.get("kind")).ok_or_else(|| Problem::bare(&problem::MALFORMED))?;
    let year = typed.get("year").parse().map_err(|_| Problem::bare(&problem::MALFORMED))?;
    let schemes = typed.all("scheme").to_vec();
    let asking = Asking { commit: !typed.get("commit").is_empty(), schemes };
    match asked(&visit.asker, kind, year, &asking).await {
        Ok(job) => Ok(visit.go(&format!("/jobs/{}", job.id))),
        // Nothing of this hides what somebody may not know: it is said where they asked.
        Err(problem) if [409, 422].contains(&problem.code.status) => {
            let status = StatusCode::from_u16(problem.code.status).unwrap_or(StatusCode::CONFLICT);
            listed(&visit, status, Mistakes::of(&problem)).await
        }
        Err(problem) => Err(problem),
    }
}

#[derive(Template)]
#[template(path = "job.html")]
struct JobPage {
    shell: Shell,
    id: i64,
    over: bool,
    cancelling: bool,
    now: Now,
    came: String,
    reasons: Vec<Both>,
    notes: Vec<Both>,
    facts: Vec<(&'static str, String)>,
    links: Vec<(String, &'static str)>,
    table: Option<View>,
    again: Option<Again>,
}

/// What asks for the same again.
struct Again {
    kind: &'static str,
    year: i16,
    commit: bool,
    schemes: Vec<String>,
}

/// What each scheme of an award run came to.
fn schemes(told: &Value, visit: &Visit) -> Result<Table, Problem> {
    let (words, fund) = (visit.words(), visit.fund()?);
    let whole = |value: &Value| value.as_i64().map_or(Cell::Nothing, Cell::Whole);
    // Lists show fen; a claim's last digits stand in the derivations of its awards.
    let money = |value: &Value| {
        let yuan = value.as_str().and_then(|text| text.parse::<Decimal>().ok());
        let fen = yuan.and_then(|yuan| yuan.checked_mul(Decimal::ONE_HUNDRED));
        let whole = fen.map(|fen| fen.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero));
        Cell::fen(whole.and_then(|fen| i64::try_from(fen).ok()))
    };
    let all = told["schemes"].as_array().map(Vec::as_slice).unwrap_or_default();
    let lines = all.iter().map(|one| {
        let id = one["scheme"].as_str().unwrap_or_default();
        Line::of(vec![
            Cell::text(fund.scheme(id, visit.lang)),
            whole(&one["applicants"]),
            whole(&one["beneficiaries"]),
            money(&one["claimed_yuan"]),
            money(&one["awarded_yuan"]),
        ])
        .to(format!("/schemes/{id}"))
    });
    let columns = [
        words.t("cases.scheme"),
        words.t("jobs.applicants"),
        words.t("jobs.beneficiaries"),
        words.t("awards.claim"),
        words.t("awards.award"),
    ];
    Ok(Table::new("schemes", words.t("jobs.by-scheme"), columns, lines.collect(), words.t("jobs.none")))
}

/// Where one goes on from what came of a job.
fn links(job: &Job, told: &Value, words: Words) -> Vec<(String, &'static str)> {
    match job.kind {
        Kind::Intake => vec![(format!("/intake?job={}", job.id), words.t("jobs.to-intake"))],
        Kind::AwardRun => {
            let run = told["run"].as_i64().unwrap_or_default();
            vec![(format!("/awards?run={run}"), words.t("jobs.to-awards"))]
        }
        Kind::Report => vec![
            ("/results".to_owned(), words.t("jobs.to-results")),
            ("/files".to_owned(), words.t("jobs.to-files")),
        ],
    }
}

async fn one(visit: Visit, Named(id): Named<i64>) -> Result<Response, Problem> {
    shown(&visit, id, StatusCode::OK, Mistakes::default()).await
}

async fn shown(visit: &Visit, id: i64, status: StatusCode, mistakes: Mistakes) -> Result<Response, Problem> {
    let (words, office) = (visit.words(), visit.office()?);
    let job = seen(&visit.asker, id).await?;
    let told = outcome(&job);
    let time = |at| show::time(at, office.zone);
    let mut facts = vec![
        (words.t("jobs.kind"), kind_word(job.kind, words).to_owned()),
        (words.t("cases.year"), job.year.to_string()),
        (words.t("jobs.by"), job.asked_by.clone()),
        (words.t("jobs.asked"), time(job.asked_at)),
    ];
    facts.extend(job.begun_at.map(|at| (words.t("jobs.begun"), time(at))));
    facts.extend(job.ended_at.map(|at| (words.t("jobs.ended"), time(at))));
    let Asking { commit, schemes: named } = asking(&job);
    let fund = visit.fund()?;
    if !named.is_empty() {
        let names: Vec<String> = named.iter().map(|id| fund.scheme(id, visit.lang)).collect();
        facts.push((words.t("cases.scheme"), names.join(" · ")));
    }
    if let Some(told) = &told {
        if told["new"] == Value::Bool(false) {
            facts.push((words.t("jobs.run"), words.t("jobs.same-run").to_owned()));
        }
        if let (Some(awards), Some(fen)) =
            (told["committed"]["awards"].as_u64(), told["committed"]["fen"].as_i64())
        {
            let (awards, sum) = (grouped(awards), show::exact(fen, visit.lang));
            let told = words.with("jobs.committed-came", &[("awards", &awards), ("sum", &sum)]);
            facts.push((words.t("jobs.committed"), told));
        }
    }
    let table = match (&told, job.kind) {
        (Some(told), Kind::AwardRun) => Some(schemes(told, visit)?),
        _ => None,
    };
    if let Some(file) = table.as_ref().map(|table| table.file(visit)).transpose()?.flatten() {
        return Ok(file);
    }
    let notes = told.as_ref().map(|told| told["notes"].clone()).unwrap_or_default();
    let failed = matches!(job.state, State::Failed | State::Cancelled | State::Interrupted);
    let may_again = failed && MayWork::of(&visit.asker.person, job.kind).is_ok();
    let again = may_again.then(|| Again { kind: job.kind.code(), year: job.year, commit, schemes: named });
    let mut reasons = reasons(&job);
    reasons.extend(mistakes.whole);
    let page = JobPage {
        shell: visit.shell(title(&job, words)),
        id,
        over: job.state.is_over(),
        cancelling: job.cancelling,
        now: now_of(&job, visit),
        came: told.as_ref().map(|_| came_to(&job, visit)).unwrap_or_default(),
        reasons,
        notes: serde_json::from_value(notes).unwrap_or_default(),
        facts,
        links: told.as_ref().map(|told| links(&job, told, words)).unwrap_or_default(),
        table: table.map(|table| table.view(visit)),
        again,
    };
    visit.show_as(status, &page)
}

async fn cancel(visit: Visit, Named(id): Named<i64>) -> Result<Response, Problem> {
    match stopped(&visit.asker, id).await {
        Ok(()) => Ok(visit.go(&format!("/jobs/{id}"))),
        // It was over before the button was pressed: what came of it is shown with that.
        Err(problem) if problem.code == &problem::WRONG_STATE => {
            shown(&visit, id, StatusCode::CONFLICT, Mistakes::of(&problem)).await
        }
        Err(problem) => Err(problem),
    }
}
