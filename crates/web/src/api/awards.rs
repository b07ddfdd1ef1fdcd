//! Award runs as the engine made them, and their awards.

use axum::{
    extract::State,
    http::{HeaderMap, Uri},
    response::Response,
};
use jixiao_core::people::{Deed, Scope};
use jixiao_store::awards::{Award, Run, Which};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    ask::{Asked, Asker, Named},
    listing::{Cell, Column, MOST, USUAL, column, listing, next_page},
    log::stamp,
    problem::{self, Problem, malformed},
    route::{Kind, Resource, Route, Who, param, text},
    state::Shared,
};

pub(super) fn routes() -> Vec<Route> {
    let of = Resource("awards");
    let who = Who::Deed(Deed::ReadAwards);
    vec![
        of.get("/api/v1/award-runs", "list-award-runs", text("测算批次", "award runs"), who, runs)
            .asks([param("year", Kind::Whole(1900, 2200), "资金年度", "fund year")])
            .lists::<RunLine>(),
        of.get(
            "/api/v1/award-runs/{id}/awards",
            "list-awards",
            text("测算结果", "the awards of a run"),
            who,
            awards,
        )
        .asks([
            param("scheme", Kind::Text, "事项", "scheme"),
            param("region", Kind::Text, "区划代码", "division code"),
            param("enterprise", Kind::Text, "统一社会信用代码", "enterprise"),
            param("after", Kind::Text, "上一页给出的位置", "the place that the page before gave"),
            param("limit", Kind::Whole(1, MOST), "最多几条", "at most so many"),
        ])
        .lists::<AwardLine>(),
        of.get(
            "/api/v1/award-runs/{id}/totals",
            "total-awards",
            text("测算结果汇总", "what a run comes to by scheme and region"),
            who,
            totals,
        )
        .lists::<TotalLine>(),
    ]
}

/// A run.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AwardRun)]
pub struct RunLine {
    /// Its number.
    id: i64,
    /// The fund year.
    year: i16,
    /// SHA-256 of the fund folder that it was made with.
    folder_sha256: String,
    /// How many awards; null for whoever does not read the whole fund.
    award_count: Option<i64>,
    /// What they come to, in fen; null for whoever does not read the whole fund.
    total_fen: Option<i64>,
    /// Who made it.
    made_by: String,
    /// When.
    made_at: String,
}

/// An award.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Award)]
pub struct AwardLine {
    /// The scheme.
    scheme: String,
    /// Division code.
    region: String,
    /// The enterprise.
    enterprise: String,
    /// What was claimed, in fen.
    claimed_fen: i64,
    /// What is awarded, in fen.
    fen: i64,
    /// Whether a rule that was not found had a part in it.
    illustrative: bool,
    /// SHA-256 of how it was worked out.
    derivation: String,
}

/// What a run comes to in a scheme and region.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AwardTotal)]
pub struct TotalLine {
    /// The scheme.
    scheme: String,
    /// Division code.
    region: String,
    /// How many awards.
    count: i64,
    /// What they come to, in fen.
    fen: i64,
}

const RUNS: &[Column<RunLine>] = &[
    column("编号", "number", |line| Cell::Whole(line.id)),
    column("年度", "year", |line| Cell::Whole(i64::from(line.year))),
    column("笔数", "awards", |line| line.award_count.map_or(Cell::Nothing, Cell::Whole)),
    column("金额（元）", "amount (CNY)", |line| Cell::fen(line.total_fen)),
    column("测算人", "by", |line| Cell::Text(line.made_by.clone())),
    column("时间", "at", |line| Cell::Text(line.made_at.clone())),
];

const AWARDS: &[Column<AwardLine>] = &[
    column("事项", "scheme", |line| Cell::Text(line.scheme.clone())),
    column("地区", "region", |line| Cell::Text(line.region.clone())),
    column("企业", "enterprise", |line| Cell::Text(line.enterprise.clone())),
    column("申请金额（元）", "claimed (CNY)", |line| Cell::Fen(line.claimed_fen)),
    column("核定金额（元）", "awarded (CNY)", |line| Cell::Fen(line.fen)),
    column("含示例规则", "illustrative", |line| Cell::Whole(i64::from(line.illustrative))),
];

const TOTALS: &[Column<TotalLine>] = &[
    column("事项", "scheme", |line| Cell::Text(line.scheme.clone())),
    column("地区", "region", |line| Cell::Text(line.region.clone())),
    column("笔数", "awards", |line| Cell::Whole(line.count)),
    column("金额（元）", "amount (CNY)", |line| Cell::Fen(line.fen)),
];

/// The query of runs.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunsQuery {
    year: Option<i16>,
}

async fn runs(
    State(state): State<Shared>,
    asker: Asker,
    Asked(query): Asked<RunsQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (office, reach) = (asker.office()?, asker.person.reach(Deed::ReadAwards)?);
    let whole = reach.scopes().contains(&Scope::Fund);
    let line = |run: Run| RunLine {
        id: run.id,
        year: run.year,
        folder_sha256: run.folder_sha256,
        award_count: whole.then_some(run.award_count),
        total_fen: whole.then_some(run.total_fen),
        made_by: run.made_by,
        made_at: stamp(run.made_at),
    };
    let lines: Vec<RunLine> = state.database.runs(&office, query.year).await?.into_iter().map(line).collect();
    listing(&headers, asker.lang, "award-runs", RUNS, &lines, None)
}

/// The query of awards.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AwardsQuery {
    scheme: Option<String>,
    region: Option<String>,
    enterprise: Option<String>,
    after: Option<String>,
    limit: Option<i64>,
}

async fn awards(
    State(state): State<Shared>,
    asker: Asker,
    Named(run): Named<i64>,
    Asked(query): Asked<AwardsQuery>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Problem> {
    let (office, reach) = (asker.office()?, asker.person.reach(Deed::ReadAwards)?);
    let limit = query.limit.unwrap_or(USUAL).clamp(1, MOST);
    let place = |text: &str| {
        let (enterprise, scheme) = text.split_once(':')?;
        Some((scheme.to_owned(), enterprise.to_owned()))
    };
    let after = match query.after.as_deref() {
        Some(text) => Some(place(text).ok_or_else(|| malformed(&problem::QUERY, &format!("after={text}")))?),
        None => None,
    };
    let which = Which { scheme: query.scheme, region: query.region, enterprise: query.enterprise, after };
    let found = state.database.awards(&office, &reach, run, &which, limit).await?;
    let whole = i64::try_from(found.len()).unwrap_or(i64::MAX) >= limit;
    let last = found.last().filter(|_| whole);
    let next = last.map(|last| next_page(&uri, "after", &format!("{}:{}", last.enterprise, last.scheme)));
    let line = |award: Award| AwardLine {
        scheme: award.scheme,
        region: award.region,
        enterprise: award.enterprise,
        claimed_fen: award.claimed_fen,
        fen: award.fen,
        illustrative: award.illustrative,
        derivation: award.derivation,
    };
    let lines: Vec<AwardLine> = found.into_iter().map(line).collect();
    listing(&headers, asker.lang, "awards", AWARDS, &lines, next)
}

async fn totals(
    State(state): State<Shared>,
    asker: Asker,
    Named(run): Named<i64>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (office, reach) = (asker.office()?, asker.person.reach(Deed::ReadAwards)?);
    let totals = state.database.award_totals(&office, &reach, run).await?;
    let line = |(scheme, region, count, fen)| TotalLine { scheme, region, count, fen };
    let lines: Vec<TotalLine> = totals.into_iter().map(line).collect();
    listing(&headers, asker.lang, "award-totals", TOTALS, &lines, None)
}
