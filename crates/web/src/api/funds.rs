//! The funds of the server.

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    problem::Problem,
    route::{Resource, Route, Who, text},
    state::Shared,
};

pub(super) fn routes() -> Vec<Route> {
    let of = Resource("funds");
    vec![
        of.get("/api/v1/funds", "list-funds", text("资金", "the funds"), Who::Everyone, list)
            .gives::<Funds>(),
    ]
}

/// The funds.
#[derive(Debug, Serialize, ToSchema)]
pub struct Funds {
    /// By id.
    funds: Vec<FundLine>,
}

/// A fund.
#[derive(Debug, Serialize, ToSchema)]
pub struct FundLine {
    /// Its id: the value of `fund=`.
    id: String,
    /// Its name.
    name: String,
    /// SHA-256 of the fund folder that is in force.
    folder_sha256: String,
}

async fn list(State(state): State<Shared>) -> Result<Json<Funds>, Problem> {
    let kept = state.database.funds().await?;
    let served = kept.into_iter().filter(|fund| state.offices.contains_key(&fund.id));
    let funds =
        served.map(|fund| FundLine { id: fund.id, name: fund.name, folder_sha256: fund.folder_sha256 });
    Ok(Json(Funds { funds: funds.collect() }))
}
