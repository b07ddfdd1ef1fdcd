//! Opinions beside the steps of a record: of those who examine it, not of whoever filed it.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use jixiao_core::{
    both,
    people::{Deed, deeds},
};
use jixiao_store::{Fault, cases::CaseFile, reviews};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{cases::readable, people::Nothing};
use crate::{
    ask::{Asked, Asker, Named, Sent},
    listing::{Cell, Column, column, listing},
    log::stamp,
    once::kept,
    problem::Problem,
    route::{Resource, Route, Who, text},
    state::Shared,
};

pub(super) fn routes() -> Vec<Route> {
    let of = Resource("reviews");
    let who = Who::Deed(Deed::ReadFindings);
    vec![
        of.get("/api/v1/cases/{id}/reviews", "list-reviews", text("意见", "opinions on a record"), who, list)
            .lists::<ReviewLine>(),
        of.post(
            "/api/v1/cases/{id}/reviews",
            "add-review",
            text("写意见", "write an opinion on a record"),
            who,
            add,
        )
        .sends::<NewReview>()
        .makes::<ReviewMade>()
        .once(),
    ]
}

/// An opinion.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Review)]
pub struct ReviewLine {
    /// Its number.
    id: i64,
    /// `review`, `comment` or `inspection`.
    kind: String,
    /// `pass`, `doubt`, `fail`, or nothing.
    verdict: String,
    /// The words.
    words: String,
    /// Who wrote it.
    by: String,
    /// When.
    at: String,
}

const COLUMNS: &[Column<ReviewLine>] = &[
    column("编号", "number", |line| Cell::Whole(line.id)),
    column("种类", "kind", |line| Cell::Text(line.kind.clone())),
    column("结论", "verdict", |line| Cell::Text(line.verdict.clone())),
    column("意见", "words", |line| Cell::Text(line.words.clone())),
    column("填写人", "by", |line| Cell::Text(line.by.clone())),
    column("时间", "at", |line| Cell::Text(line.at.clone())),
];

/// What an opinion is.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = ReviewKind)]
pub enum KindBody {
    /// 审核意见.
    Review,
    /// 备注.
    Comment,
    /// 抽查.
    Inspection,
}

/// A new opinion.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReview {
    /// What it is.
    kind: KindBody,
    /// `pass`, `doubt`, `fail`, or nothing.
    #[serde(default)]
    #[schema(pattern = "^(pass|doubt|fail|)$")]
    verdict: String,
    /// The words.
    #[schema(min_length = 1, max_length = 10000)]
    words: String,
}

/// An opinion that was written.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewMade {
    /// Its number.
    id: i64,
}

async fn examined(state: &Shared, asker: &Asker, id: i64) -> Result<CaseFile, Problem> {
    let office = asker.office()?;
    let file = readable(state, asker, &office, id).await?;
    asker.person.may(deeds::ReadFindings, file.case.about())?;
    Ok(file)
}

async fn list(
    State(state): State<Shared>,
    asker: Asker,
    Named(id): Named<i64>,
    Asked(Nothing {}): Asked<Nothing>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let file = examined(&state, &asker, id).await?;
    let line = |one: reviews::Review| ReviewLine {
        id: one.id,
        kind: one.kind.code().to_owned(),
        verdict: one.verdict,
        words: one.words,
        by: one.written_by,
        at: stamp(one.written_at),
    };
    let lines: Vec<ReviewLine> = state.database.reviews(&file).await?.into_iter().map(line).collect();
    listing(&headers, asker.lang, "reviews", COLUMNS, &lines, None)
}

async fn add(
    State(state): State<Shared>,
    asker: Asker,
    Named(id): Named<i64>,
    Sent(asked, once): Sent<NewReview>,
) -> Result<Response, Problem> {
    let file = examined(&state, &asker, id).await?;
    // Nobody gives an opinion on what is their own.
    if file.opened_by == asker.person.id().0 {
        let text =
            both!("不能对自己填报的记录写意见", "nobody writes an opinion on a record that they opened");
        return Err(Fault::refused(text).into());
    }
    let kind = match asked.kind {
        KindBody::Review => reviews::Kind::Review,
        KindBody::Comment => reviews::Kind::Comment,
        KindBody::Inspection => reviews::Kind::Inspection,
    };
    let mut change = asker.change().await?;
    let number = change.review(&file, &asker.person, kind, &asked.verdict, &asked.words).await?;
    let place = [(header::LOCATION, format!("/api/v1/cases/{id}/reviews"))];
    kept(&asker, change, &once, StatusCode::CREATED, &place, &ReviewMade { id: number }).await
}
