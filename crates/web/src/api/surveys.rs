//! The survey among those who are supported: invitations, and answers by whoever has been invited.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
    response::{IntoResponse as _, Response},
};
use jiff::Timestamp;
use jixiao_core::{
    both,
    people::{Deed, RegionPath, Target, deeds},
};
use jixiao_store::{
    Actor, Fault, Moment,
    documents::sha256,
    surveys::{Invitation, Sent as Invited},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::{
    ask::{Asked, Asker, Sent},
    gate::take,
    listing::{Cell, Column, MOST, USUAL, column, listing, next_page},
    log::stamp,
    problem::Problem,
    route::{Kind, Param, Resource, Route, Who, param, text},
    state::{Shared, hex},
};

pub(super) fn routes() -> Vec<Route> {
    let of = Resource("surveys");
    vec![
        of.get(
            "/api/v1/surveys/invitations",
            "list-invitations",
            text("满意度调查邀请", "invitations to the survey"),
            Who::Deed(Deed::ReadSurveys),
            list,
        )
        .asks([
            Param { required: true, ..param("year", Kind::Whole(1900, 2200), "资金年度", "fund year") },
            param("after", Kind::Whole(0, i64::MAX), "从此编号之后", "with numbers after this one"),
            param("limit", Kind::Whole(1, MOST), "最多几条", "at most so many"),
        ])
        .lists::<InvitationLine>(),
        of.post(
            "/api/v1/surveys/invitations",
            "invite",
            text("发出邀请", "invite enterprises; their words are shown this once"),
            Who::Deed(Deed::RunSurvey),
            invite,
        )
        .sends::<NewInvitations>()
        .makes::<Invitations>(),
        of.post(
            "/api/v1/surveys/answers",
            "answer-survey",
            text("答卷", "answer the survey with the word of an invitation"),
            Who::Everyone,
            answer,
        )
        .sends::<Answers>(),
    ]
}

/// An invitation. Whether it was answered is told, what was answered is not.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Invitation)]
pub struct InvitationLine {
    /// Its number.
    id: i64,
    /// The fund year.
    year: i16,
    /// The scheme.
    scheme: String,
    /// Division code.
    region: String,
    /// The enterprise.
    enterprise: String,
    /// Until when an answer counts.
    ends_at: String,
    /// Whether it was answered.
    answered: bool,
}

const COLUMNS: &[Column<InvitationLine>] = &[
    column("编号", "number", |line| Cell::Whole(line.id)),
    column("年度", "year", |line| Cell::Whole(i64::from(line.year))),
    column("事项", "scheme", |line| Cell::Text(line.scheme.clone())),
    column("地区", "region", |line| Cell::Text(line.region.clone())),
    column("企业", "enterprise", |line| Cell::Text(line.enterprise.clone())),
    column("截止", "until", |line| Cell::Text(line.ends_at.clone())),
    column("已答", "answered", |line| Cell::Whole(i64::from(line.answered))),
];

/// The query.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Query {
    year: i16,
    after: Option<i64>,
    limit: Option<i64>,
}

async fn list(
    State(state): State<Shared>,
    asker: Asker,
    Asked(query): Asked<Query>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Problem> {
    let (office, reach) = (asker.office()?, asker.person.reach(Deed::ReadSurveys)?);
    let limit = query.limit.unwrap_or(USUAL).clamp(1, MOST);
    let found = state.database.invitations(&office, &reach, query.year, query.after, limit).await?;
    let whole = i64::try_from(found.len()).unwrap_or(i64::MAX) >= limit;
    let next = found.last().filter(|_| whole).map(|last| next_page(&uri, "after", &last.id.to_string()));
    let line = |one: Invited| InvitationLine {
        id: one.id,
        year: one.year,
        scheme: one.scheme,
        region: one.region,
        enterprise: one.enterprise,
        ends_at: stamp(one.expires_at),
        answered: one.answered_at.is_some(),
    };
    let lines: Vec<InvitationLine> = found.into_iter().map(line).collect();
    listing(&headers, asker.lang, "invitations", COLUMNS, &lines, next)
}

/// Whom to invite.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInvitations {
    /// The fund year.
    #[schema(minimum = 1900, maximum = 2200)]
    year: i16,
    /// Until when an answer counts: RFC 3339.
    #[schema(format = "date-time")]
    ends_at: String,
    /// The enterprises.
    #[schema(min_items = 1, max_items = 3000)]
    invitations: Vec<NewInvitation>,
}

/// An enterprise to be invited.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInvitation {
    /// The scheme.
    #[schema(min_length = 1, max_length = 128)]
    scheme: String,
    /// Division code.
    #[schema(min_length = 1, max_length = 64)]
    region: String,
    /// The enterprise's code.
    #[schema(min_length = 1, max_length = 64)]
    enterprise: String,
}

/// The words that were drawn. Those of enterprises that had been invited before are not in force: the first invitation is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Invitations {
    /// How many are new.
    new: u64,
    /// The word of each, in the order given: to be sent to the enterprise, and shown this once.
    tokens: Vec<String>,
}

/// The most invitations of a request.
const LARGEST: usize = 3000;

async fn invite(
    State(state): State<Shared>,
    asker: Asker,
    Sent(asked, _): Sent<NewInvitations>,
) -> Result<Response, Problem> {
    let office = asker.office()?;
    let may = asker.person.may(deeds::RunSurvey, &Target::fund())?;
    let mut faults = Vec::new();
    let count = asked.invitations.len();
    if count == 0 || count > LARGEST {
        faults.push(both!(
            "一次邀请 1 至 {LARGEST} 家，收到 {count} 家",
            "from 1 to {LARGEST} are invited at once; {count} came"
        ));
    }
    for (number, one) in (1..).zip(&asked.invitations) {
        let region = &one.region;
        if RegionPath::of(&office.regions, region).is_none() {
            faults.push(both!(
                "第 {number} 家：地区代码 {region} 不在本资金的地区表中",
                "number {number}: the division code {region} is not in the fund's list of regions"
            ));
        }
    }
    let until: Option<Timestamp> = asked.ends_at.parse().ok();
    let Some(until) = until.filter(|_| faults.is_empty()) else {
        if until.is_none() {
            faults.push(both!("ends_at 须为 RFC 3339 时间", "ends_at must be a time after RFC 3339"));
        }
        return Err(Fault::Refused(faults).into());
    };
    let mut invitations = Vec::with_capacity(count);
    for NewInvitation { scheme, region, enterprise } in asked.invitations {
        invitations.push(Invitation { scheme, region, enterprise, token: hex(&state.secret::<16>()?) });
    }
    let mut change = asker.change().await?;
    let new = change.invite(&office, &may, asked.year, Moment::of(until), &invitations).await?;
    change.commit().await?;
    let tokens = invitations.into_iter().map(|invitation| invitation.token).collect();
    Ok((StatusCode::CREATED, Json(Invitations { new, tokens })).into_response())
}

/// An answer to the survey.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Answers {
    /// The word of the invitation. It stands in the body, because addresses are written into logs.
    #[schema(min_length = 1, max_length = 128)]
    token: String,
    /// Question and answer.
    #[schema(value_type = Object)]
    answers: Map<String, Value>,
}

async fn answer(asker: Asker, Sent(asked, _): Sent<Answers>) -> Result<StatusCode, Problem> {
    answered(&asker, &asked.token, asked.answers).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes one more guess at a word of an invitation. Words are not to be guessed: neither by one address nor one word after the other.
///
/// # Errors
/// Too many were tried.
pub fn guess(asker: &Asker, token: &str) -> Result<(), Problem> {
    let state = &asker.state;
    let from = asker.peer.map(|peer| peer.to_string()).unwrap_or_default();
    take(state, &format!("survey from {from}"), state.settings.of_sign_in)?;
    take(state, &format!("survey with {}", sha256(token)), state.settings.of_sign_in)
}

/// Keeps the answers of whoever has been invited.
///
/// # Errors
/// The word is none, over or used, too many were tried, or the database cannot be reached.
pub async fn answered(asker: &Asker, token: &str, answers: Map<String, Value>) -> Result<(), Problem> {
    guess(asker, token)?;
    // Who answered stands nowhere but with the invitation: neither a name nor an address goes into the chain.
    let actor = Actor::new("public", "network");
    let mut change = asker.state.database.change(actor, asker.state.now()).await?;
    change.answer(token, &Value::Object(answers).to_string()).await?;
    Ok(change.commit().await?)
}
