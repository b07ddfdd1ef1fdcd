//! Cases: lists, one with its history and what can be done, opening one, taking steps, one by one or many at once.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderName, StatusCode, Uri, header},
    response::{AppendHeaders, IntoResponse as _, Response},
};
use jixiao_core::{
    both,
    checks::Text,
    finding::Lang,
    people::{Deed, Reach},
    workflow::{Action, Facts, Guard, Machine, machines},
};
use jixiao_store::{
    Change, Fault, Office,
    cases::{About, CaseFile, Line, Move, Opening, Which},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::machines::{MachineId, ids, reading};
use crate::{
    ask::{Asked, Asker, Named, Sent, if_match},
    listing::{Cell, Column, MOST, USUAL, column, listing, next_page},
    log::stamp,
    once::kept,
    problem::{self, Problem, ReasonBody},
    route::{Kind, Param, Resource, Route, Who, param, text},
    state::Shared,
};

pub(super) fn routes() -> Vec<Route> {
    let of = Resource("cases");
    let by = Who::Machine;
    let which = || {
        vec![
            Param {
                required: true,
                ..param("machine", Kind::OneOf(ids()), "流程", "the way of the records")
            },
            param("year", Kind::Whole(1900, 2200), "资金年度", "fund year"),
            param("state", Kind::Text, "状态，可用逗号写几个", "state; several with commas"),
            param("region", Kind::Text, "区划代码", "division code"),
            param("scheme", Kind::Text, "事项", "scheme"),
            param("enterprise", Kind::Text, "统一社会信用代码", "enterprise"),
            param("indicator", Kind::Text, "指标", "indicator"),
        ]
    };
    vec![
        of.get("/api/v1/cases", "list-cases", text("记录列表", "records of a way"), by, list)
            .asks(which())
            .asks([
                param("after", Kind::Whole(0, i64::MAX), "从此编号之后", "with numbers after this one"),
                param("limit", Kind::Whole(1, MOST), "最多几条", "at most so many"),
            ])
            .lists::<CaseLine>(),
        of.get(
            "/api/v1/cases/counts",
            "count-cases",
            text("各状态的件数与金额", "how many records in each state, and their amounts"),
            by,
            counts,
        )
        .asks(which())
        .lists::<CaseCount>(),
        of.post("/api/v1/cases", "open-case", text("新建记录", "open a record"), by, open)
            .sends::<NewCase>()
            .makes::<CaseBody>()
            .once(),
        of.get("/api/v1/cases/{id}", "get-case", text("一条记录", "a record with its history"), by, one)
            .gives::<CaseBody>(),
        of.post(
            "/api/v1/cases/{id}/actions/{action}",
            "act-on-case",
            text("办理一步", "take a step"),
            by,
            act,
        )
        .sends::<StepAsked>()
        .gives::<CaseBody>()
        .if_match(),
        of.post(
            "/api/v1/cases/actions",
            "act-on-cases",
            text("批量办理", "take the same step on many records, each on its own"),
            by,
            act_on_many,
        )
        .sends::<StepsAsked>()
        .gives::<StepsTaken>(),
    ]
}

/// A line of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseLine {
    /// Its number.
    id: i64,
    /// The way that it goes.
    machine: String,
    /// What tells it from others of its kind.
    subject: String,
    /// What it is about.
    about: AboutBody,
    /// Where it is, as an id.
    state: String,
    /// What that is called, in the language of Accept-Language.
    state_label: String,
    /// How many steps have been taken.
    revision: i64,
    /// The amount that it is about, in fen.
    amount_fen: Option<i64>,
    /// When the last step was taken.
    changed_at: String,
}

/// What a record is about; what a kind does not have is empty.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = About)]
#[serde(deny_unknown_fields)]
pub struct AboutBody {
    /// The fund year.
    #[schema(minimum = 1900, maximum = 2200)]
    year: i16,
    /// Division code.
    #[serde(default)]
    #[schema(max_length = 64)]
    region: String,
    /// The scheme's id.
    #[serde(default)]
    #[schema(max_length = 128)]
    scheme: String,
    /// The enterprise's code.
    #[serde(default)]
    #[schema(max_length = 64)]
    enterprise: String,
    /// The indicator's id.
    #[serde(default)]
    #[schema(max_length = 128)]
    indicator: String,
}

impl From<About> for AboutBody {
    fn from(About { year, region, scheme, enterprise, indicator }: About) -> Self {
        Self { year, region, scheme, enterprise, indicator }
    }
}

impl From<AboutBody> for About {
    fn from(AboutBody { year, region, scheme, enterprise, indicator }: AboutBody) -> Self {
        Self { year, region, scheme, enterprise, indicator }
    }
}

pub(super) const LINE_COLUMNS: &[Column<CaseLine>] = &[
    column("编号", "number", |line| Cell::Whole(line.id)),
    column("流程", "way", |line| Cell::Text(line.machine.clone())),
    column("标识", "subject", |line| Cell::Text(line.subject.clone())),
    column("年度", "year", |line| Cell::Whole(i64::from(line.about.year))),
    column("地区", "region", |line| Cell::Text(line.about.region.clone())),
    column("事项", "scheme", |line| Cell::Text(line.about.scheme.clone())),
    column("企业", "enterprise", |line| Cell::Text(line.about.enterprise.clone())),
    column("指标", "indicator", |line| Cell::Text(line.about.indicator.clone())),
    column("状态", "state", |line| Cell::Text(line.state_label.clone())),
    column("版本", "revision", |line| Cell::Whole(line.revision)),
    column("金额（元）", "amount (CNY)", |line| Cell::fen(line.amount_fen)),
    column("更新时间", "changed at", |line| Cell::Text(line.changed_at.clone())),
];

/// How many records there are.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseCount {
    /// The way.
    machine: String,
    /// The state, as an id.
    state: String,
    /// What that is called.
    state_label: String,
    /// How many.
    count: i64,
    /// What their amounts come to, in fen.
    amount_fen: i64,
}

const COUNT_COLUMNS: &[Column<CaseCount>] = &[
    column("流程", "way", |line| Cell::Text(line.machine.clone())),
    column("状态", "state", |line| Cell::Text(line.state_label.clone())),
    column("件数", "count", |line| Cell::Whole(line.count)),
    column("金额（元）", "amount (CNY)", |line| Cell::Fen(line.amount_fen)),
];

/// A record with its history.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Case)]
pub struct CaseBody {
    /// Its number.
    id: i64,
    /// The fund.
    fund: String,
    /// The way that it goes.
    machine: String,
    /// What tells it from others of its kind.
    subject: String,
    /// What it is about.
    about: AboutBody,
    /// Where it is, as an id.
    state: String,
    /// What that is called.
    state_label: String,
    /// How many steps have been taken: the ETag.
    revision: u32,
    /// The amount that it is about, in fen.
    amount_fen: Option<i64>,
    /// What was claimed, in fen: the amount together with what reviewers took off.
    claimed_fen: Option<i64>,
    /// What reviewers took off the amount since it was last filed.
    reductions: Vec<ReductionBody>,
    /// What it says; null where whoever asks may not read personal data.
    #[schema(value_type = Option<Object>)]
    content: Option<Value>,
    /// SHA-256 of what it says.
    content_sha256: String,
    /// Who opened it.
    opened_by: String,
    /// When.
    opened_at: String,
    /// When the last step was taken.
    changed_at: String,
    /// Every step, first to last.
    history: Vec<StepBody>,
    /// What whoever asks may do now.
    possible: Vec<PossibleBody>,
}

/// What a reviewer took off an amount: 核减.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Reduction)]
pub struct ReductionBody {
    /// The step with which it was taken off.
    action: String,
    /// The amount before, in fen.
    before_fen: i64,
    /// The amount after, in fen.
    after_fen: i64,
    /// Who.
    by: String,
    /// Why.
    reason: String,
    /// When, in the fund's own time.
    at: String,
}

/// A step that was taken.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Step)]
pub struct StepBody {
    /// The action.
    action: String,
    /// What it is called.
    label: String,
    /// The state before; null for the step that opened the record.
    from: Option<String>,
    /// The state after.
    to: String,
    /// Who.
    by: String,
    /// As what.
    role: String,
    /// In whose name.
    on_behalf: Option<String>,
    /// Why.
    reason: String,
    /// When, in the fund's own time.
    at: String,
}

/// Something that may be done now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Possible)]
pub struct PossibleBody {
    /// The action.
    action: String,
    /// What it is called.
    label: String,
    /// Whether it must be said why.
    needs_reason: bool,
    /// Its conditions, as codes.
    guards: Vec<String>,
    /// What already stands against it.
    obstacles: Vec<ReasonBody>,
}

/// The query of lists.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Query {
    machine: String,
    year: Option<i16>,
    state: Option<String>,
    region: Option<String>,
    scheme: Option<String>,
    enterprise: Option<String>,
    indicator: Option<String>,
    after: Option<i64>,
    limit: Option<i64>,
}

impl Query {
    fn which(self) -> (Which, i64) {
        let limit = self.limit.unwrap_or(USUAL).clamp(1, MOST);
        let states = self.state.map(|list| list.split(',').map(|id| id.trim().to_owned()).collect());
        let which = Which {
            machine: Some(self.machine),
            year: self.year,
            states,
            region: self.region,
            scheme: self.scheme,
            enterprise: self.enterprise,
            indicator: self.indicator,
            objects_to: None,
            after: self.after,
        };
        (which, limit)
    }
}

fn machine(id: &str) -> Result<&'static Machine, Problem> {
    machines::find(id).ok_or_else(|| {
        let known = ids().join(", ");
        Problem::of(
            &problem::QUERY,
            both!("没有流程 {id}；有：{known}", "there is no way {id}; there are {known}"),
        )
    })
}

fn label(text: Option<Text>, id: &str, lang: Lang) -> String {
    text.map_or(id, |text| text.get(lang)).to_owned()
}

pub(super) fn line(line: Line, lang: Lang) -> CaseLine {
    let state = machines::find(&line.machine).and_then(|machine| machine.state(&line.state));
    CaseLine {
        id: line.id,
        state_label: label(state.map(|state| state.label), &line.state, lang),
        machine: line.machine,
        subject: line.subject,
        about: line.about.into(),
        state: line.state,
        revision: line.revision,
        amount_fen: line.amount_fen,
        changed_at: stamp(line.changed_at),
    }
}

async fn list(
    State(state): State<Shared>,
    asker: Asker,
    Asked(query): Asked<Query>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Problem> {
    let reach = asker.person.reach(reading(machine(&query.machine)?))?;
    let (which, limit) = query.which();
    let lines = state.database.cases(&*asker.office()?, &reach, &which, limit).await?;
    let whole = i64::try_from(lines.len()).unwrap_or(i64::MAX) >= limit;
    let last = lines.last().filter(|_| whole).map(|line| line.id.to_string());
    let next = last.map(|id| next_page(&uri, "after", &id));
    let lines: Vec<CaseLine> = lines.into_iter().map(|one| line(one, asker.lang)).collect();
    listing(&headers, asker.lang, "cases", LINE_COLUMNS, &lines, next)
}

async fn counts(
    State(state): State<Shared>,
    asker: Asker,
    Asked(query): Asked<Query>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let reach = asker.person.reach(reading(machine(&query.machine)?))?;
    let (which, _) = query.which();
    let counts = state.database.case_counts(&*asker.office()?, &reach, &which).await?;
    let one = |(machine, state, count, amount_fen): (String, String, i64, i64)| {
        let known = machines::find(&machine).and_then(|machine| machine.state(&state));
        let state_label = label(known.map(|state| state.label), &state, asker.lang);
        CaseCount { machine, state, state_label, count, amount_fen }
    };
    let lines: Vec<CaseCount> = counts.into_iter().map(one).collect();
    listing(&headers, asker.lang, "case-counts", COUNT_COLUMNS, &lines, None)
}

/// A record that whoever asks may read. What it takes depends on what the record is, which is known only when it is found: the answer is the same
/// whether it is not there or not theirs.
///
/// # Errors
/// It is not there or not theirs, or the database cannot be reached.
pub async fn readable(state: &Shared, asker: &Asker, office: &Office, id: i64) -> Result<CaseFile, Problem> {
    let missing = || Problem::from(Fault::not_found(format!("case {id}")));
    let mut asked: Vec<Reach<Deed>> = Vec::new();
    for machine in machines::ALL {
        let Ok(reach) = asker.person.reach(reading(machine)) else { continue };
        // Most people reach all kinds alike: then one look is enough.
        if asked.iter().any(|before| before.scopes() == reach.scopes()) {
            continue;
        }
        match state.database.case(office, &reach, id).await {
            Ok(file) => {
                let deed = reading(file.machine()?);
                return match asker.person.may(deed, file.case.about()) {
                    Ok(_) => Ok(file),
                    Err(_) => Err(missing()),
                };
            }
            Err(Fault::NotFound { .. }) => asked.push(reach),
            Err(other) => return Err(other.into()),
        }
    }
    Err(missing())
}

/// A record as whoever asks sees it. That its content is shown is noted. What was written just now is handed in: it is not kept yet.
pub(super) async fn body(
    state: &Shared,
    asker: &Asker,
    office: &Office,
    file: CaseFile,
    written: Option<&str>,
) -> Result<CaseBody, Problem> {
    let lang = asker.lang;
    let machine = file.machine()?;
    let parsed = |text: &str| {
        serde_json::from_str(text)
            .map_err(|error| Fault::Broken(format!("the content of case {} is no JSON: {error}", file.id)))
    };
    let content: Option<Value> = match written {
        Some(written) => Some(parsed(written)?),
        None if asker.person.may(Deed::ReadPersonal, file.case.about()).is_ok() => {
            let content = parsed(&state.database.document(&file.content).await?)?;
            Some(content)
        }
        None => None,
    };
    let name = |action: &str| label(machine.action(action).map(|action| action.label), action, lang);
    let history = file.case.history().iter().map(|step| StepBody {
        action: step.action.clone(),
        label: name(&step.action),
        from: step.from.clone(),
        to: step.to.clone(),
        by: step.by.0.clone(),
        role: step.role.code().to_owned(),
        on_behalf: step.on_behalf.clone(),
        reason: step.reason.clone(),
        at: step.at.to_string(),
    });
    let today = office.civil(state.now())?.date();
    let possible = machine.possible(&file.case, &asker.person, today, office.timing());
    let possible = possible.into_iter().map(|possible| PossibleBody {
        action: possible.action.id.to_owned(),
        label: possible.action.label.get(lang).to_owned(),
        needs_reason: possible.action.needs_reason,
        guards: possible.action.guards.iter().map(|guard| guard.code().to_owned()).collect(),
        obstacles: possible
            .obstacles
            .iter()
            .map(|obstacle| ReasonBody {
                code: obstacle.code().to_owned(),
                text: obstacle.message(machine).get(lang).to_owned(),
            })
            .collect(),
    });
    let reductions = file.reduced().into_iter().map(|(one, step)| ReductionBody {
        action: step.action.clone(),
        before_fen: one.before_fen,
        after_fen: one.after_fen,
        by: step.by.0.clone(),
        reason: step.reason.clone(),
        at: step.at.to_string(),
    });
    let (reductions, claimed_fen) = (reductions.collect(), file.claimed_fen());
    let state_id = file.case.state().unwrap_or_default().to_owned();
    Ok(CaseBody {
        id: file.id,
        machine: machine.id.to_owned(),
        state_label: label(machine.state(&state_id).map(|state| state.label), &state_id, lang),
        state: state_id,
        revision: file.case.revision(),
        history: history.collect(),
        possible: possible.collect(),
        content,
        fund: file.fund,
        subject: file.subject,
        about: file.about.into(),
        amount_fen: file.amount_fen,
        claimed_fen,
        reductions,
        content_sha256: file.content,
        opened_by: file.opened_by,
        opened_at: stamp(file.opened_at),
        changed_at: stamp(file.changed_at),
    })
}

/// The headers of a record: its revision, and where it is when it is new.
pub(super) fn headers_of(body: &CaseBody, new: bool) -> Vec<(HeaderName, String)> {
    let mut headers = vec![(header::ETAG, format!("\"{}\"", body.revision))];
    if new {
        headers.push((header::LOCATION, format!("/api/v1/cases/{}", body.id)));
    }
    headers
}

async fn one(State(state): State<Shared>, asker: Asker, Named(id): Named<i64>) -> Result<Response, Problem> {
    let office = asker.office()?;
    let file = readable(&state, &asker, &office, id).await?;
    let body = body(&state, &asker, &office, file, None).await?;
    if body.content.is_some() {
        asker.note_read(&format!("case/{id}"), &["content"]).await?;
    }
    Ok((AppendHeaders(headers_of(&body, false)), Json(body)).into_response())
}

/// A record to be opened.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCase {
    /// The way that it goes.
    machine: MachineId,
    /// The action that opens it; not needed where there is one.
    #[serde(default)]
    #[schema(max_length = 64)]
    action: Option<String>,
    /// What tells it from others of its kind.
    #[schema(min_length = 1, max_length = 200)]
    subject: String,
    /// What it is about.
    about: AboutBody,
    /// What it says.
    #[schema(value_type = Object)]
    content: Map<String, Value>,
    /// The amount that it is about, in fen.
    #[serde(default)]
    #[schema(minimum = 0)]
    amount_fen: Option<i64>,
    /// Why.
    #[serde(default)]
    #[schema(max_length = 4000)]
    reason: String,
    /// In whose name, if not in one's own.
    #[serde(default)]
    #[schema(max_length = 64)]
    on_behalf: Option<String>,
    /// Conditions that the book cannot know and that whoever asks has looked at, as codes.
    #[serde(default)]
    #[schema(max_items = 20)]
    confirmed: Vec<String>,
}

/// A step that is asked for.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StepAsked {
    /// Why.
    #[serde(default)]
    #[schema(max_length = 4000)]
    reason: String,
    /// In whose name, if not in one's own.
    #[serde(default)]
    #[schema(max_length = 64)]
    on_behalf: Option<String>,
    /// New content, where the state lets it change.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    content: Option<Map<String, Value>>,
    /// A new amount in fen: with new content any; without, a lower one, where the step lets a reviewer lower it (`lowers_amount`), with a reason.
    #[serde(default)]
    #[schema(minimum = 0)]
    amount_fen: Option<i64>,
    /// Conditions that the book cannot know and that whoever asks has looked at, as codes.
    #[serde(default)]
    #[schema(max_items = 20)]
    confirmed: Vec<String>,
}

/// The same step on many records.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StepsAsked {
    /// The action.
    #[schema(min_length = 1, max_length = 64)]
    action: String,
    /// The records, with the revision of each that was looked at.
    #[schema(min_items = 1, max_items = 500)]
    cases: Vec<SeenCase>,
    /// Why.
    #[serde(default)]
    #[schema(max_length = 4000)]
    reason: String,
    /// Conditions that the book cannot know and that whoever asks has looked at, as codes.
    #[serde(default)]
    #[schema(max_items = 20)]
    confirmed: Vec<String>,
}

/// A record that was looked at.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeenCase {
    /// Its number.
    #[schema(minimum = 1)]
    id: i64,
    /// The revision that was looked at.
    #[schema(minimum = 0)]
    revision: u32,
}

/// What became of many steps.
#[derive(Debug, Serialize, ToSchema)]
pub struct StepsTaken {
    /// How many were taken.
    taken: usize,
    /// What became of each, in the order given.
    results: Vec<StepResult>,
}

/// What became of a step.
#[derive(Debug, Serialize, ToSchema)]
pub struct StepResult {
    /// The record.
    id: i64,
    /// Whether the step was taken.
    taken: bool,
    /// The state after; null when it was not taken.
    state: Option<String>,
    /// The revision after; null when it was not taken.
    revision: Option<u32>,
    /// The number of the problem; null when it was taken.
    code: Option<String>,
    /// Every reason why it was not taken.
    reasons: Vec<ReasonBody>,
}

/// What whoever asks says of conditions. Only those of the action count; what the book itself knows goes before.
///
/// # Errors
/// The action has no such condition.
pub fn facts(action: Option<&Action>, confirmed: &[String]) -> Result<Facts, Problem> {
    let (mut facts, mut faults) = (Facts::new(), Vec::new());
    for code in confirmed {
        match Guard::from_code(code)
            .filter(|guard| action.is_some_and(|action| action.guards.contains(guard)))
        {
            Some(guard) => facts = facts.holds(guard),
            None => faults.push(both!("此操作没有条件 {code}", "the action has no condition {code}")),
        }
    }
    if faults.is_empty() { Ok(facts) } else { Err(Fault::Refused(faults).into()) }
}

/// The action that opens a record of a way.
fn opening(machine: &'static Machine, named: Option<&str>) -> Result<&'static Action, Problem> {
    let known: Vec<&'static Action> = machine.from(None).collect();
    let found = match named {
        Some(id) => known.iter().copied().find(|action| action.id == id),
        None => known.first().copied().filter(|_| known.len() == 1),
    };
    found.ok_or_else(|| {
        let list = known.iter().map(|action| action.id).collect::<Vec<_>>().join(", ");
        Fault::refused(both!("请写明新建的操作：{list}", "name the action that opens it: {list}")).into()
    })
}

async fn open(
    State(state): State<Shared>,
    asker: Asker,
    Sent(asked, once): Sent<NewCase>,
) -> Result<Response, Problem> {
    let MachineId(machine) = asked.machine;
    let action = opening(machine, asked.action.as_deref())?;
    // Whether they may at all comes before what is wrong with the content.
    asker.person.reach(action.deed)?;
    let office = asker.office()?;
    let content = Value::Object(asked.content).to_string();
    let opening = Opening {
        machine,
        action: action.id,
        subject: &asked.subject,
        about: asked.about.into(),
        content: &content,
        amount_fen: asked.amount_fen,
        reason: &asked.reason,
        on_behalf: asked.on_behalf.as_deref(),
        facts: facts(Some(action), &asked.confirmed)?,
    };
    let mut change = asker.change().await?;
    let file = change.open_case(&office, &asker.person, opening).await?;
    let body = body(&state, &asker, &office, file, Some(&content)).await?;
    kept(&asker, change, &once, StatusCode::CREATED, &headers_of(&body, true), &body).await
}

async fn step(
    state: &Shared,
    asker: &Asker,
    office: &Office,
    id: i64,
    action: &str,
    seen: u32,
    asked: StepAsked,
) -> Result<(Change, CaseFile, Option<String>), Problem> {
    let machine = readable(state, asker, office, id).await?.machine()?;
    let content = asked.content.map(|content| Value::Object(content).to_string());
    let step = Move {
        case: id,
        action,
        seen,
        reason: &asked.reason,
        on_behalf: asked.on_behalf.as_deref(),
        content: content.as_deref(),
        amount_fen: asked.amount_fen,
        facts: facts(machine.action(action), &asked.confirmed)?,
    };
    let mut change = asker.change().await?;
    let file = change.act(office, &asker.person, machine, step).await?;
    Ok((change, file, content))
}

async fn act(
    State(state): State<Shared>,
    asker: Asker,
    Named((id, action)): Named<(i64, String)>,
    headers: HeaderMap,
    Sent(asked, once): Sent<StepAsked>,
) -> Result<Response, Problem> {
    let office = asker.office()?;
    let seen = if_match(&headers)?;
    let (change, file, written) = step(&state, &asker, &office, id, &action, seen, asked).await?;
    let body = body(&state, &asker, &office, file, written.as_deref()).await?;
    kept(&asker, change, &once, StatusCode::OK, &headers_of(&body, false), &body).await
}

async fn act_on_many(
    State(state): State<Shared>,
    asker: Asker,
    Sent(asked, _): Sent<StepsAsked>,
) -> Result<Json<StepsTaken>, Problem> {
    let office = asker.office()?;
    let (count, most) = (asked.cases.len(), MOST);
    if count == 0 || i64::try_from(count).unwrap_or(i64::MAX) > most {
        return Err(Fault::refused(both!(
            "一次办理 1 至 {most} 条，收到 {count} 条",
            "from 1 to {most} records are taken at once; {count} came"
        ))
        .into());
    }
    let mut results = Vec::with_capacity(count);
    for SeenCase { id, revision } in asked.cases {
        let one = StepAsked {
            reason: asked.reason.clone(),
            confirmed: asked.confirmed.clone(),
            ..StepAsked::default()
        };
        let done = match step(&state, &asker, &office, id, &asked.action, revision, one).await {
            Ok((change, file, _)) => change.commit().await.map(|()| file).map_err(Problem::from),
            Err(problem) => Err(problem),
        };
        results.push(match done {
            Ok(file) => StepResult {
                id,
                taken: true,
                state: file.case.state().map(str::to_owned),
                revision: Some(file.case.revision()),
                code: None,
                reasons: Vec::new(),
            },
            // What passes is for the whole batch: what was taken stays taken, and the same request goes on from there.
            Err(problem) if problem.code.status >= 500 => return Err(problem),
            Err(problem) => {
                let told = problem.body(asker.lang, "", "");
                StepResult {
                    id,
                    taken: false,
                    state: None,
                    revision: None,
                    code: Some(told.code),
                    reasons: told.reasons,
                }
            }
        });
    }
    Ok(Json(StepsTaken { taken: results.iter().filter(|result| result.taken).count(), results }))
}
