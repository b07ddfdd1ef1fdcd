//! Entries: money from one account to another, posted in batches.
//!
//! Posted here is what documents of the finance department say: appropriations, allocations, adjustments, money given back, corrections of those.
//! Commitments and payments follow from cases, where one person makes and another checks; nobody posts them by hand.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use jixiao_core::{
    book::{AccountKind, AccountName, Cause, EntryKind, Outcome, Step, Whole},
    both,
    finding::{Both, Lang},
    people::{Deed, RegionPath, Target, deeds},
};
use jixiao_store::{
    Fault, Office,
    money::{Asked as Posted, Made},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::accounts::reaches;
use crate::{
    ask::{Asker, Named, Sent},
    listing::{Cell, Column, column},
    log::stamp,
    once::kept,
    problem::{self, Problem},
    route::{Resource, Route, Who, text},
    state::Shared,
};

pub(super) fn routes() -> Vec<Route> {
    let of = Resource("money");
    vec![
        of.post(
            "/api/v1/entries",
            "post-entries",
            text("记账", "post a batch of entries"),
            Who::Deed(Deed::PostBudget),
            post,
        )
        .sends::<Batch>()
        .gives::<Posting>(),
        of.get(
            "/api/v1/entries/{key}",
            "get-entry",
            text("一笔分录", "an entry by its key"),
            Who::Deed(Deed::ReadAccounts),
            one,
        )
        .gives::<EntryLine>(),
    ]
}

/// The most entries of a batch.
const LARGEST: usize = 10_000;

/// A batch of entries.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    /// `each`: every entry is made or refused on its own; `together`: all are made, or none.
    whole: WholeBody,
    /// The entries, in the order in which they are to be made.
    #[schema(min_items = 1, max_items = 10000)]
    entries: Vec<NewEntry>,
}

/// Whether a batch stands or falls together.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = Whole)]
pub enum WholeBody {
    /// Every entry is made or refused on its own.
    Each,
    /// All are made, or none.
    Together,
}

/// An account by what it is for. Of source and appropriated money there is neither scheme nor region; of committed money there is an enterprise too.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AccountName)]
pub struct AccountNameBody {
    /// The fund year.
    #[schema(minimum = 1900, maximum = 2200)]
    year: i16,
    /// What money on it is.
    #[schema(value_type = String, pattern = "^(source|appropriated|allocated|committed|paid)$")]
    kind: AccountKind,
    /// The scheme.
    #[serde(default)]
    #[schema(max_length = 128)]
    scheme: Option<String>,
    /// Division code.
    #[serde(default)]
    #[schema(max_length = 64)]
    region: Option<String>,
    /// The enterprise.
    #[serde(default)]
    #[schema(max_length = 64)]
    enterprise: Option<String>,
}

impl AccountNameBody {
    fn of(self, office: &Office) -> AccountName {
        let Self { year, kind, scheme, region, enterprise } = self;
        AccountName { fund: office.fund.clone(), year, kind, scheme, region, enterprise }
    }
}

/// What an entry was made for.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Cause)]
pub struct CauseBody {
    /// What kind of thing: `document`.
    #[schema(min_length = 1, max_length = 64)]
    kind: String,
    /// Which one: a number that can be looked up.
    #[schema(min_length = 1, max_length = 200)]
    reference: String,
}

/// An entry to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewEntry {
    /// The client's key: the same key twice is the same entry, made once.
    #[schema(min_length = 1, max_length = 128)]
    key: String,
    /// What moves the money.
    #[schema(value_type = String, pattern = "^(appropriate|appropriate-early|surrender|allocate|adjust|take-back|return|carry-over|correct)$")]
    kind: EntryKind,
    /// The account that it leaves.
    from: AccountNameBody,
    /// The account that it goes to.
    to: AccountNameBody,
    /// How much, in fen.
    #[schema(minimum = 1)]
    fen: i64,
    /// What for.
    cause: CauseBody,
    /// Key of the entry that this one takes back; of corrections.
    #[serde(default)]
    #[schema(max_length = 128)]
    corrects: Option<String>,
    /// Why, in words; needed for everything that is not of the ordinary course.
    #[serde(default)]
    #[schema(max_length = 4000)]
    reason: String,
}

/// What became of a batch.
#[derive(Debug, Serialize, ToSchema)]
pub struct Posting {
    /// How many entries were made now.
    created: usize,
    /// How many were there before.
    existed: usize,
    /// How many were refused.
    refused: usize,
    /// What became of each, in the order given.
    entries: Vec<EntryResult>,
}

/// What became of an entry.
#[derive(Debug, Serialize, ToSchema)]
pub struct EntryResult {
    /// Its key.
    key: String,
    /// A code that never changes: `created`, `exists`, `not-enough`.
    outcome: String,
    /// What became of it, in words.
    text: String,
}

/// An entry.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Entry)]
pub struct EntryLine {
    /// The client's key.
    key: String,
    /// What moved the money.
    kind: String,
    /// What that is called.
    kind_label: String,
    /// `move`, `reserve`, `post` or `void`.
    step: String,
    /// Key of the reservation that it ends.
    ends: Option<String>,
    /// Number of the account that it leaves.
    from: i64,
    /// Number of the account that it goes to.
    to: i64,
    /// How much, in fen.
    fen: i64,
    /// What for.
    cause: CauseBody,
    /// Key of the entry that it takes back.
    corrects: Option<String>,
    /// Why.
    reason: String,
    /// Who made it.
    by: String,
    /// When.
    at: String,
}

impl std::fmt::Debug for CauseBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.kind, self.reference)
    }
}

pub(super) const COLUMNS: &[Column<EntryLine>] = &[
    column("时间", "at", |line| Cell::Text(line.at.clone())),
    column("键", "key", |line| Cell::Text(line.key.clone())),
    column("种类", "kind", |line| Cell::Text(line.kind_label.clone())),
    column("步骤", "step", |line| Cell::Text(line.step.clone())),
    column("转出账户", "from", |line| Cell::Whole(line.from)),
    column("转入账户", "to", |line| Cell::Whole(line.to)),
    column("金额（元）", "amount (CNY)", |line| Cell::Fen(line.fen)),
    column("依据", "cause", |line| Cell::Text(format!("{} {}", line.cause.kind, line.cause.reference))),
    column("更正", "corrects", |line| line.corrects.clone().map_or(Cell::Nothing, Cell::Text)),
    column("理由", "reason", |line| Cell::Text(line.reason.clone())),
    column("经办", "by", |line| Cell::Text(line.by.clone())),
];

pub(super) fn line(made: &Made, lang: Lang) -> EntryLine {
    let entry = &made.entry;
    EntryLine {
        key: entry.key.clone(),
        kind: entry.kind.code().to_owned(),
        kind_label: entry.kind.label().get(lang).to_owned(),
        step: entry.step.code().to_owned(),
        ends: entry.step.reservation().map(str::to_owned),
        from: entry.from.0,
        to: entry.to.0,
        fen: entry.fen,
        cause: CauseBody { kind: entry.cause.kind.clone(), reference: entry.cause.reference.clone() },
        corrects: entry.corrects.clone(),
        reason: entry.reason.clone(),
        by: made.by.clone(),
        at: stamp(made.at),
    }
}

/// Whether entries of a kind follow from cases alone.
fn follows_from_cases(kind: EntryKind) -> bool {
    matches!(kind, EntryKind::Commit | EntryKind::Release | EntryKind::Pay)
}

/// How keys of entries begin that steps of cases and award runs make: whoever took one would keep the step from being taken.
const MADE_BY_STEPS: [&str; 2] = ["case/", "award/"];

/// What is wrong with entries before the books are asked: kinds that nobody posts by hand, regions that the fund does not have.
async fn faults(state: &Shared, office: &Office, entries: &[NewEntry]) -> Result<Vec<Both>, Problem> {
    let mut faults = Vec::new();
    if entries.is_empty() || entries.len() > LARGEST {
        let (count, most) = (entries.len(), LARGEST);
        faults.push(both!(
            "一批 1 至 {most} 笔，收到 {count} 笔",
            "a batch has 1 to {most} entries; {count} came"
        ));
    }
    for (number, entry) in (1..).zip(entries) {
        if follows_from_cases(entry.kind) {
            let label = entry.kind.label();
            let (zh, en) = (label.zh, label.en);
            faults.push(both!(
                "第 {number} 笔：{zh}由流程产生，不能手工记账",
                "entry {number}: a {en} follows from a case; it is not posted by hand"
            ));
        }
        if let Some(own) = MADE_BY_STEPS.iter().find(|own| entry.key.starts_with(**own)) {
            faults.push(both!(
                "第 {number} 笔：以 {own} 开头的键由流程使用，请换一个",
                "entry {number}: keys that begin with {own} belong to cases and runs; take another"
            ));
        }
        for region in [&entry.from.region, &entry.to.region].into_iter().flatten() {
            if RegionPath::of(&office.regions, region).is_none() {
                faults.push(both!(
                    "第 {number} 笔：地区代码 {region} 不在本资金的地区表中",
                    "entry {number}: the division code {region} is not in the fund's list of regions"
                ));
            }
        }
        if let Some(key) = &entry.corrects {
            match state.database.entry(key).await {
                Ok(made) if follows_from_cases(made.entry.kind) => faults.push(both!(
                    "第 {number} 笔：{key} 由流程产生，只能由流程冲回",
                    "entry {number}: {key} follows from a case and is only taken back by one"
                )),
                // An entry of this very batch is not kept yet, and one that is not there is the books' to refuse.
                Ok(_) | Err(Fault::NotFound { .. }) => {}
                Err(other) => return Err(other.into()),
            }
        }
    }
    Ok(faults)
}

async fn post(
    State(state): State<Shared>,
    asker: Asker,
    Sent(asked, once): Sent<Batch>,
) -> Result<Response, Problem> {
    let office = asker.office()?;
    asker.person.may(deeds::PostBudget, &Target::fund())?;
    let faults = faults(&state, &office, &asked.entries).await?;
    if !faults.is_empty() {
        return Err(Fault::Refused(faults).into());
    }
    let batch: Vec<Posted> = asked
        .entries
        .into_iter()
        .map(|entry| Posted {
            key: entry.key,
            kind: entry.kind,
            step: Step::Move,
            from: entry.from.of(&office),
            to: entry.to.of(&office),
            fen: entry.fen,
            cause: Cause { kind: entry.cause.kind, reference: entry.cause.reference },
            corrects: entry.corrects,
            reason: entry.reason,
        })
        .collect();
    let whole = match asked.whole {
        WholeBody::Each => Whole::Each,
        WholeBody::Together => Whole::Together,
    };
    let mut change = asker.change().await?;
    let outcomes = change.post(&batch, whole).await?;
    let count = |is: fn(&Outcome) -> bool| outcomes.iter().filter(|outcome| is(outcome)).count();
    let created = count(|outcome| *outcome == Outcome::Created);
    let existed = count(|outcome| *outcome == Outcome::Exists);
    let refused = outcomes.len() - created - existed;
    let entries: Vec<EntryResult> = batch
        .into_iter()
        .zip(&outcomes)
        .map(|(entry, outcome)| EntryResult {
            key: entry.key,
            outcome: outcome.code().to_owned(),
            text: outcome.words().get(asker.lang).to_owned(),
        })
        .collect();
    if refused > 0 && whole == Whole::Together {
        let entries = serde_json::to_value(&entries).unwrap_or_default();
        return Err(Problem { entries: Some(entries), ..Problem::bare(&problem::BOOKS) });
    }
    let posting = Posting { created, existed, refused, entries };
    if created == 0 {
        return Ok(Json(posting).into_response());
    }
    kept(&asker, change, &once, StatusCode::OK, &[], &posting).await
}

async fn one(
    State(state): State<Shared>,
    asker: Asker,
    Named(key): Named<String>,
) -> Result<Json<EntryLine>, Problem> {
    let (office, reach) = (asker.office()?, asker.person.reach(deeds::ReadAccounts)?);
    let missing = || Problem::from(Fault::not_found(format!("entry {key}")));
    let made = state.database.entry(&key).await?;
    let accounts = state.database.accounts_numbered(&[made.entry.from, made.entry.to]).await?;
    if accounts.values().any(|account| reaches(&office, &reach, &account.name)) {
        Ok(Json(line(&made, asker.lang)))
    } else {
        Err(missing())
    }
}
