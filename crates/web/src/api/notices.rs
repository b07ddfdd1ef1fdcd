//! What is in public notice, for whoever may object to it, and the objections to an application.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
    response::Response,
};
use jixiao_core::{
    both,
    people::{Deed, Person, Scope, deeds},
    workflow::{Facts, machines},
};
use jixiao_store::{
    Fault,
    cases::{self, About, Opening},
    notices::{Named as Objected, Notice, Which},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    cases::{CaseBody, CaseLine, LINE_COLUMNS, body, headers_of, line, readable},
    people::Nothing,
};
use crate::{
    ask::{Asked, Asker, Named, Sent},
    listing::{Cell, Column, MOST, USUAL, column, listing, next_page},
    once::kept,
    problem::Problem,
    route::{Kind, Resource, Route, Who, param, text},
    state::Shared,
};

pub(super) fn routes() -> Vec<Route> {
    let of = Resource("notices");
    let who = Who::Deed(Deed::FileObjection);
    vec![
        of.get("/api/v1/notices", "list-notices", text("公示", "what is in public notice"), who, list)
            .asks([
                param("year", Kind::Whole(1900, 2200), "资金年度", "fund year"),
                param("region", Kind::Text, "区划代码", "division code"),
                param("scheme", Kind::Text, "事项", "scheme"),
                param("enterprise", Kind::Text, "统一社会信用代码", "enterprise"),
                param("after", Kind::Whole(0, i64::MAX), "从此编号之后", "with numbers after this one"),
                param("limit", Kind::Whole(1, MOST), "最多几条", "at most so many"),
            ])
            .lists::<NoticeLine>(),
        of.post(
            "/api/v1/notices/{id}/objections",
            "open-objection",
            text("对公示填写异议", "draft an objection to what is in public notice"),
            who,
            object,
        )
        .sends::<NewObjection>()
        .makes::<CaseBody>()
        .once(),
        of.get(
            "/api/v1/cases/{id}/objections",
            "list-objections",
            text("对一件申报的异议", "objections to an application"),
            Who::Deed(Deed::ReadApplications),
            objections,
        )
        .lists::<CaseLine>(),
    ]
}

/// An application in public notice.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Notice)]
pub struct NoticeLine {
    /// The number of the application.
    id: i64,
    /// The fund year.
    year: i16,
    /// The scheme's id.
    scheme: String,
    /// Division code.
    region: String,
    /// The enterprise's code.
    enterprise: String,
    /// The amount that is meant to be awarded, in fen.
    amount_fen: Option<i64>,
    /// The day on which it was published; it does not count.
    begun: String,
    /// The last day on which objections are taken; null when the calendar does not hold it.
    last: Option<String>,
    /// Whether objections are taken today.
    open: bool,
}

const COLUMNS: &[Column<NoticeLine>] = &[
    column("编号", "number", |line| Cell::Whole(line.id)),
    column("年度", "year", |line| Cell::Whole(i64::from(line.year))),
    column("事项", "scheme", |line| Cell::Text(line.scheme.clone())),
    column("地区", "region", |line| Cell::Text(line.region.clone())),
    column("企业", "enterprise", |line| Cell::Text(line.enterprise.clone())),
    column("金额（元）", "amount (CNY)", |line| Cell::fen(line.amount_fen)),
    column("公示起", "from", |line| Cell::Text(line.begun.clone())),
    column("最后一日", "last day", |line| line.last.clone().map_or(Cell::Nothing, Cell::Text)),
];

/// The query.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Query {
    year: Option<i16>,
    region: Option<String>,
    scheme: Option<String>,
    enterprise: Option<String>,
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
    let (office, reach) = (asker.office()?, asker.person.reach(deeds::FileObjection)?);
    let limit = query.limit.unwrap_or(USUAL).clamp(1, MOST);
    let Query { year, region, scheme, enterprise, after, .. } = query;
    let which = Which { id: None, year, region, scheme, enterprise, after };
    let found = state.database.notices(&office, &reach, &which, limit).await?;
    let whole = i64::try_from(found.len()).unwrap_or(i64::MAX) >= limit;
    let next = found.last().filter(|_| whole).map(|one| next_page(&uri, "after", &one.id.to_string()));
    let today = office.civil(state.now())?.date();
    let one = |notice: Notice| NoticeLine {
        id: notice.id,
        year: notice.about.year,
        scheme: notice.about.scheme,
        region: notice.about.region,
        enterprise: notice.about.enterprise,
        amount_fen: notice.amount_fen,
        begun: notice.begun.to_string(),
        open: notice.last.as_ref().is_ok_and(|last| today <= *last),
        last: notice.last.ok().map(|day| day.to_string()),
    };
    let lines: Vec<NoticeLine> = found.into_iter().map(one).collect();
    listing(&headers, asker.lang, "notices", COLUMNS, &lines, next)
}

/// An objection that is drafted. Files are attached to it, and it is filed with its step `submit`, while the notice runs.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewObjection {
    /// What is objected to, and on what it rests.
    #[schema(min_length = 1, max_length = 10000)]
    grounds: String,
    /// Whom to ask about it.
    #[serde(default)]
    #[schema(max_length = 200)]
    contact: String,
}

/// The enterprise for which somebody objects.
///
/// # Errors
/// They object for none.
pub fn own_enterprise(person: &Person) -> Result<String, Problem> {
    let reach = person.reach(deeds::FileObjection)?;
    let code = reach.scopes().iter().find_map(|scope| match scope {
        Scope::Enterprise(code) => Some(code.clone()),
        _ => None,
    });
    code.ok_or_else(|| person.refused(Deed::FileObjection).into())
}

/// What an objection to a notice is about, and how it names it: the objector's enterprise, and the application's year, region and scheme.
pub fn named(notice: &Notice, enterprise: &str) -> (String, About) {
    let subject =
        Objected { application: notice.id, published: notice.published, enterprise: enterprise.to_owned() };
    let about = About { enterprise: enterprise.to_owned(), indicator: String::new(), ..notice.about.clone() };
    (subject.subject(), about)
}

async fn object(
    State(state): State<Shared>,
    asker: Asker,
    Named(id): Named<i64>,
    Sent(asked, once): Sent<NewObjection>,
) -> Result<Response, Problem> {
    let (office, reach) = (asker.office()?, asker.person.reach(deeds::FileObjection)?);
    let enterprise = own_enterprise(&asker.person)?;
    let notice = state.database.notice(&office, &reach, id).await?;
    if asked.grounds.trim().is_empty() {
        let text = both!("请写明异议的内容和依据", "say what is objected to, and on what it rests");
        return Err(Fault::refused(text).into());
    }
    let content = serde_json::json!({ "grounds": asked.grounds, "contact": asked.contact }).to_string();
    let (subject, about) = named(&notice, &enterprise);
    let opening = Opening {
        machine: &machines::OBJECTION,
        action: "open",
        subject: &subject,
        about,
        content: &content,
        amount_fen: None,
        reason: "",
        on_behalf: None,
        facts: Facts::new(),
    };
    let mut change = asker.change().await?;
    let file = change.open_case(&office, &asker.person, opening).await?;
    let body = body(&state, &asker, &office, file, Some(&content)).await?;
    kept(&asker, change, &once, StatusCode::CREATED, &headers_of(&body, true), &body).await
}

async fn objections(
    State(state): State<Shared>,
    asker: Asker,
    Named(id): Named<i64>,
    Asked(Nothing {}): Asked<Nothing>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let office = asker.office()?;
    let file = readable(&state, &asker, &office, id).await?;
    let reach = asker.person.reach(Deed::ReadApplications)?;
    let which = cases::Which { objects_to: Some(file.id), ..cases::Which::default() };
    let found = state.database.cases(&office, &reach, &which, MOST).await?;
    let lines: Vec<CaseLine> = found.into_iter().map(|one| line(one, asker.lang)).collect();
    listing(&headers, asker.lang, "objections", LINE_COLUMNS, &lines, None)
}
