//! Accounts: what each holds and what of it is free.

use axum::{
    extract::State,
    http::{HeaderMap, Uri},
    response::Response,
};
use jixiao_core::{
    book::{Account, AccountId, AccountKind, AccountName},
    people::{Deed, Reach, Scope, deeds},
};
use jixiao_store::{
    Moment, Office,
    money::{Made, Which},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::entries::{EntryLine, line as entry_line};
use crate::{
    ask::{Asked, Asker},
    listing::{Cell, Column, MOST, USUAL, column, listing, next_page},
    problem::{self, Problem, malformed},
    route::{Kind, Param, Resource, Route, Who, param, text},
    state::Shared,
};

pub(super) fn routes() -> Vec<Route> {
    let of = Resource("money");
    let who = Who::Deed(Deed::ReadAccounts);
    let kinds = || AccountKind::ALL.iter().map(|kind| kind.code()).collect::<Vec<_>>();
    let limit = || param("limit", Kind::Whole(1, MOST), "最多几条", "at most so many");
    let parts = || {
        [
            param("scheme", Kind::Text, "事项", "scheme"),
            param("region", Kind::Text, "区划代码", "division code"),
            param("enterprise", Kind::Text, "统一社会信用代码", "enterprise"),
        ]
    };
    vec![
        of.get("/api/v1/accounts", "list-accounts", text("账户", "accounts"), who, list)
            .asks([
                param("year", Kind::Whole(1900, 2200), "资金年度", "fund year"),
                param("kind", Kind::OneOf(kinds()), "账户种类", "kind of account"),
            ])
            .asks(parts())
            .asks([
                param("after", Kind::Whole(0, i64::MAX), "从此编号之后", "with numbers after this one"),
                limit(),
            ])
            .lists::<AccountLine>(),
        of.get(
            "/api/v1/accounts/entries",
            "list-entries",
            text("账户的分录", "entries of an account, the newest first"),
            who,
            entries,
        )
        .asks([
            Param { required: true, ..param("year", Kind::Whole(1900, 2200), "资金年度", "fund year") },
            Param {
                required: true, ..param("kind", Kind::OneOf(kinds()), "账户种类", "kind of account")
            },
        ])
        .asks(parts())
        .asks([
            param("before", Kind::Text, "上一页给出的位置", "the place that the page before gave"),
            limit(),
        ])
        .lists::<EntryLine>(),
    ]
}

/// An account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Account)]
pub struct AccountLine {
    /// Its number.
    id: i64,
    /// The fund year.
    year: i16,
    /// What money on it is.
    kind: String,
    /// What that is called.
    kind_label: String,
    /// The scheme.
    scheme: Option<String>,
    /// Division code.
    region: Option<String>,
    /// The enterprise.
    enterprise: Option<String>,
    /// Whether it takes no more entries.
    closed: bool,
    /// What it holds, in fen.
    held_fen: i64,
    /// What may still leave it, in fen.
    free_fen: i64,
    /// What came in for good, in fen.
    came_in_fen: i64,
    /// What went out for good, in fen.
    went_out_fen: i64,
    /// What is set aside to go out, in fen.
    reserved_fen: i64,
}

const COLUMNS: &[Column<AccountLine>] = &[
    column("编号", "number", |line| Cell::Whole(line.id)),
    column("年度", "year", |line| Cell::Whole(i64::from(line.year))),
    column("种类", "kind", |line| Cell::Text(line.kind_label.clone())),
    column("事项", "scheme", |line| line.scheme.clone().map_or(Cell::Nothing, Cell::Text)),
    column("地区", "region", |line| line.region.clone().map_or(Cell::Nothing, Cell::Text)),
    column("企业", "enterprise", |line| line.enterprise.clone().map_or(Cell::Nothing, Cell::Text)),
    column("余额（元）", "held (CNY)", |line| Cell::Fen(line.held_fen)),
    column("可用（元）", "free (CNY)", |line| Cell::Fen(line.free_fen)),
    column("收入（元）", "came in (CNY)", |line| Cell::Fen(line.came_in_fen)),
    column("支出（元）", "went out (CNY)", |line| Cell::Fen(line.went_out_fen)),
    column("预留（元）", "reserved (CNY)", |line| Cell::Fen(line.reserved_fen)),
];

/// The query of the list.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Query {
    year: Option<i16>,
    kind: Option<String>,
    scheme: Option<String>,
    region: Option<String>,
    enterprise: Option<String>,
    after: Option<i64>,
    limit: Option<i64>,
}

fn kind(code: &str) -> Result<AccountKind, Problem> {
    AccountKind::of(code).ok_or_else(|| malformed(&problem::QUERY, &format!("kind={code}")))
}

/// Whether an account lies in somebody's reach.
pub fn reaches(office: &Office, reach: &Reach<deeds::ReadAccounts>, name: &AccountName) -> bool {
    let part = |part: &Option<String>| part.clone().unwrap_or_default();
    // A region that the fund no longer has belongs to nobody but whoever reads the whole fund.
    let target = office.target(&part(&name.region), &part(&name.enterprise));
    name.fund == office.fund
        && match target {
            Ok(target) => reach.covers(&target),
            Err(_) => reach.scopes().contains(&Scope::Fund),
        }
}

/// The regions that a query is narrowed to; `None` for all.
pub fn narrowed(
    office: &Office,
    reach: &Reach<deeds::ReadAccounts>,
    region: Option<String>,
) -> Option<Vec<String>> {
    if let Some(region) = region {
        return Some(vec![region]);
    }
    let mut regions = Vec::new();
    for scope in reach.scopes() {
        match scope {
            Scope::Region(code) => regions.extend(office.within(code)),
            Scope::Fund | Scope::Enterprise(_) | Scope::Nothing => return None,
        }
    }
    Some(regions)
}

async fn list(
    State(state): State<Shared>,
    asker: Asker,
    Asked(query): Asked<Query>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Problem> {
    let (office, reach) = (asker.office()?, asker.person.reach(deeds::ReadAccounts)?);
    let limit = query.limit.unwrap_or(USUAL).clamp(1, MOST);
    let which = Which {
        fund: Some(office.fund.clone()),
        year: query.year,
        kind: query.kind.as_deref().map(kind).transpose()?,
        scheme: query.scheme,
        regions: narrowed(&office, &reach, query.region),
        enterprise: query.enterprise,
        after: query.after.map(AccountId),
        limit: Some(limit),
    };
    let accounts = state.database.accounts(&which).await?;
    let take = usize::try_from(limit).unwrap_or(1);
    // The next page begins after the last account that was read, whether or not it is in reach.
    let last = accounts.keys().last().filter(|_| accounts.len() == take).map(|id| id.0.to_string());
    let reached = accounts.iter().filter(|(_, account)| reaches(&office, &reach, &account.name));
    let lines: Vec<AccountLine> = reached.map(|(id, account)| line(*id, account, &asker)).collect();
    let next = last.map(|id| next_page(&uri, "after", &id));
    listing(&headers, asker.lang, "accounts", COLUMNS, &lines, next)
}

fn line(id: AccountId, account: &Account, asker: &Asker) -> AccountLine {
    let Account { name, closed, balance } = account;
    AccountLine {
        id: id.0,
        year: name.year,
        kind: name.kind.code().to_owned(),
        kind_label: name.kind.label().get(asker.lang).to_owned(),
        scheme: name.scheme.clone(),
        region: name.region.clone(),
        enterprise: name.enterprise.clone(),
        closed: *closed,
        held_fen: balance.held().0,
        free_fen: balance.free().0,
        came_in_fen: balance.came_in,
        went_out_fen: balance.went_out,
        reserved_fen: balance.reserved_out,
    }
}

/// The query of an account's entries: the parts of its name.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntriesQuery {
    year: i16,
    kind: String,
    scheme: Option<String>,
    region: Option<String>,
    enterprise: Option<String>,
    before: Option<String>,
    limit: Option<i64>,
}

/// Where a page of entries ended: a moment and a key.
///
/// # Errors
/// The text is no such place.
pub fn place(text: &str) -> Result<(Moment, &str), Problem> {
    let (at, key) =
        text.split_once(':').ok_or_else(|| malformed(&problem::QUERY, &format!("before={text}")))?;
    let at = at.parse().map_err(|error| malformed(&problem::QUERY, &error))?;
    Ok((Moment(at), key))
}

async fn entries(
    State(state): State<Shared>,
    asker: Asker,
    Asked(query): Asked<EntriesQuery>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Problem> {
    let (office, reach) = (asker.office()?, asker.person.reach(deeds::ReadAccounts)?);
    let limit = query.limit.unwrap_or(USUAL).clamp(1, MOST);
    let name = AccountName {
        fund: office.fund.clone(),
        year: query.year,
        kind: kind(&query.kind)?,
        scheme: query.scheme,
        region: query.region,
        enterprise: query.enterprise,
    };
    let missing = || Problem::bare(&problem::NOT_FOUND);
    let (id, account) = state.database.account(&name).await?;
    if !reaches(&office, &reach, &account.name) {
        return Err(missing());
    }
    let before = query.before.as_deref().map(place).transpose()?;
    let made = state.database.entries(id, before, limit).await?;
    let whole = i64::try_from(made.len()).unwrap_or(i64::MAX) >= limit;
    let place = |made: &Made| format!("{}:{}", made.at.0, made.entry.key);
    let next = made.last().filter(|_| whole).map(|last| next_page(&uri, "before", &place(last)));
    let lines: Vec<EntryLine> = made.iter().map(|made| entry_line(made, asker.lang)).collect();
    listing(&headers, asker.lang, "entries", super::entries::COLUMNS, &lines, next)
}
