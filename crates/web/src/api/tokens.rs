//! API tokens: for programs, held to some deeds, until a moment.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use jiff::Timestamp;
use jixiao_core::{both, people::Deed};
use jixiao_store::{Fault, Moment};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    ask::{Asker, By, Named, Sent},
    log::stamp,
    problem::{self, Problem},
    route::{Resource, Route, Who, text},
    state::{Shared, hex},
};

pub(super) fn routes() -> Vec<Route> {
    let of = Resource("tokens");
    vec![
        of.post(
            "/api/v1/tokens",
            "add-token",
            text("申请令牌", "make a token for oneself"),
            Who::SignedIn,
            add,
        )
        .sends::<NewToken>()
        .makes::<Token>(),
        of.delete(
            "/api/v1/tokens/{id}",
            "revoke-token",
            text("注销令牌", "end a token of one's own"),
            Who::SignedIn,
            revoke,
        ),
    ]
}

/// A token that is asked for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// What it is for.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// What it may do, as codes; never more than the account itself.
    #[schema(min_items = 1, max_items = 100)]
    deeds: Vec<String>,
    /// When it ends: RFC 3339.
    #[schema(format = "date-time")]
    ends_at: String,
}

/// A token.
#[derive(Debug, Serialize, ToSchema)]
pub struct Token {
    /// Its number.
    id: i64,
    /// The token itself: shown this once.
    token: String,
    /// What it may do.
    deeds: Vec<String>,
    /// When it ends.
    ends_at: String,
}

async fn add(
    State(state): State<Shared>,
    asker: Asker,
    Sent(asked, _): Sent<NewToken>,
) -> Result<Response, Problem> {
    let account = asker.account()?.clone();
    // A token that makes tokens would outlive its end.
    if asker.by == By::Token {
        return Err(Problem::bare(&problem::NOT_ALLOWED));
    }
    let (mut deeds, mut faults) = (Vec::new(), Vec::new());
    for code in &asked.deeds {
        match Deed::from_code(code) {
            Some(deed) => deeds.push(deed),
            None => faults.push(both!(
                "没有事项 {code}，见 GET /api/v1/deeds",
                "there is no deed {code}; see GET /api/v1/deeds"
            )),
        }
    }
    let until: Option<Timestamp> = asked.ends_at.parse().ok();
    let Some(until) = until.filter(|_| faults.is_empty()) else {
        if until.is_none() {
            faults.push(both!("ends_at 须为 RFC 3339 时间", "ends_at must be a time after RFC 3339"));
        }
        return Err(Fault::Refused(faults).into());
    };
    let until = Moment::of(until);
    let token = format!("jx_{}", hex(&state.secret::<32>()?));
    let mut change = asker.change().await?;
    let id = change.add_token(&account, &token, &asked.name, &deeds, until).await?;
    change.commit().await?;
    let deeds = deeds.into_iter().map(|deed| deed.code().to_owned()).collect();
    Ok((StatusCode::CREATED, Json(Token { id, token, deeds, ends_at: stamp(until) })).into_response())
}

async fn revoke(asker: Asker, Named(id): Named<i64>) -> Result<StatusCode, Problem> {
    let account = asker.account()?.clone();
    let mut change = asker.change().await?;
    change.revoke_token(&account, id).await?;
    change.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
