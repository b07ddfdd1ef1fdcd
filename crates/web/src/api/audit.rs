//! The audit chain and the readings of personal data, for whoever audits the whole fund.

use axum::{
    extract::State,
    http::{HeaderMap, Uri},
    response::Response,
};
use jixiao_core::people::{Deed, Target, deeds};
use jixiao_store::{
    Moment,
    audit::{Reading, Recorded, Search},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    ask::{Asked, Asker},
    listing::{Cell, Column, MOST, USUAL, column, listing, next_page},
    log::stamp,
    problem::Problem,
    route::{Kind, Resource, Route, Who, param, text},
    state::Shared,
};

pub(super) fn routes() -> Vec<Route> {
    let of = Resource("audit");
    let who = Who::Deed(Deed::ReadAudit);
    let common = || {
        [
            param("subject", Kind::Text, "对象，如 case/17", "to what: case/17"),
            param("who", Kind::Text, "谁", "who"),
            param("before", Kind::Whole(1, i64::MAX), "此号之前", "with numbers before this one"),
            param("limit", Kind::Whole(1, MOST), "最多几条", "at most so many"),
        ]
    };
    vec![
        of.get(
            "/api/v1/audit/records",
            "list-audit-records",
            text("审计记录，新的在前", "records of the chain, the newest first"),
            who,
            records,
        )
        .asks(common())
        .asks([param("deed", Kind::Text, "事项，如 application.submit", "what was done: application.submit")])
        .lists::<RecordLine>(),
        of.get(
            "/api/v1/audit/readings",
            "list-readings",
            text("个人信息查阅记录，新的在前", "readings of personal data, the newest first"),
            who,
            readings,
        )
        .asks(common())
        .lists::<ReadingLine>(),
    ]
}

/// A record of the chain.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditRecord)]
pub struct RecordLine {
    /// Its number in the chain.
    number: i64,
    /// When.
    at: String,
    /// Who.
    who: String,
    /// For whom.
    on_behalf: String,
    /// From where.
    origin: String,
    /// What was done.
    deed: String,
    /// To what.
    subject: String,
    /// What it was before.
    before: String,
    /// What it is after.
    after: String,
    /// Why.
    reason: String,
    /// The chain's link.
    link: String,
}

const RECORDS: &[Column<RecordLine>] = &[
    column("序号", "number", |line| Cell::Whole(line.number)),
    column("时间", "at", |line| Cell::Text(line.at.clone())),
    column("谁", "who", |line| Cell::Text(line.who.clone())),
    column("代谁", "on behalf of", |line| Cell::Text(line.on_behalf.clone())),
    column("来自", "from", |line| Cell::Text(line.origin.clone())),
    column("事项", "deed", |line| Cell::Text(line.deed.clone())),
    column("对象", "subject", |line| Cell::Text(line.subject.clone())),
    column("之前", "before", |line| Cell::Text(line.before.clone())),
    column("之后", "after", |line| Cell::Text(line.after.clone())),
    column("理由", "reason", |line| Cell::Text(line.reason.clone())),
    column("链值", "link", |line| Cell::Text(line.link.clone())),
];

/// A reading of personal data.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Reading)]
pub struct ReadingLine {
    /// Its number.
    id: i64,
    /// When.
    at: String,
    /// Who.
    who: String,
    /// From where.
    origin: String,
    /// Of what.
    subject: String,
    /// Which fields.
    fields: String,
}

const READINGS: &[Column<ReadingLine>] = &[
    column("序号", "number", |line| Cell::Whole(line.id)),
    column("时间", "at", |line| Cell::Text(line.at.clone())),
    column("谁", "who", |line| Cell::Text(line.who.clone())),
    column("来自", "from", |line| Cell::Text(line.origin.clone())),
    column("对象", "subject", |line| Cell::Text(line.subject.clone())),
    column("字段", "fields", |line| Cell::Text(line.fields.clone())),
];

/// The query.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Query {
    subject: Option<String>,
    who: Option<String>,
    before: Option<i64>,
    limit: Option<i64>,
}

/// The query of records.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordQuery {
    subject: Option<String>,
    who: Option<String>,
    deed: Option<String>,
    before: Option<i64>,
    limit: Option<i64>,
}

fn next(uri: &Uri, count: usize, limit: i64, last: Option<i64>) -> Option<String> {
    let whole = i64::try_from(count).unwrap_or(i64::MAX) >= limit;
    last.filter(|_| whole).map(|number| next_page(uri, "before", &number.to_string()))
}

async fn records(
    State(state): State<Shared>,
    asker: Asker,
    Asked(query): Asked<RecordQuery>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Problem> {
    asker.person.may(deeds::ReadAudit, &Target::fund())?;
    let limit = query.limit.unwrap_or(USUAL).clamp(1, MOST);
    let to_number = query.before.map(|number| number.saturating_sub(1));
    let RecordQuery { subject, who, deed, .. } = query;
    let search = Search { subject, who, deed, to_number, ..Search::default() };
    let found = state.database.records(&search, limit).await?;
    let line = |Recorded { record, link, .. }: Recorded| RecordLine {
        number: record.number,
        at: stamp(Moment(record.at_micros)),
        who: record.who,
        on_behalf: record.on_behalf,
        origin: record.origin,
        deed: record.deed,
        subject: record.subject,
        before: record.before,
        after: record.after,
        reason: record.reason,
        link,
    };
    let lines: Vec<RecordLine> = found.into_iter().map(line).collect();
    let next = next(&uri, lines.len(), limit, lines.last().map(|line| line.number));
    listing(&headers, asker.lang, "audit-records", RECORDS, &lines, next)
}

async fn readings(
    State(state): State<Shared>,
    asker: Asker,
    Asked(query): Asked<Query>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Problem> {
    asker.person.may(deeds::ReadAudit, &Target::fund())?;
    let limit = query.limit.unwrap_or(USUAL).clamp(1, MOST);
    let found =
        state.database.readings(query.subject.as_deref(), query.who.as_deref(), query.before, limit).await?;
    let line = |Reading { id, who, origin, subject, fields, at }: Reading| ReadingLine {
        id,
        at: stamp(at),
        who,
        origin,
        subject,
        fields,
    };
    let lines: Vec<ReadingLine> = found.into_iter().map(line).collect();
    let next = next(&uri, lines.len(), limit, lines.last().map(|line| line.id));
    listing(&headers, asker.lang, "readings", READINGS, &lines, next)
}
