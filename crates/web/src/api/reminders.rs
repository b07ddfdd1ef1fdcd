//! What waits for whoever asks, with the last day of each term.

use axum::{extract::State, http::HeaderMap, response::Response};
use jixiao_core::{
    people::{Deed, Reach},
    workflow::{DueList, Machine, Standing, due, machines},
};
use jixiao_store::cases::CaseFile;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::machines::reading;
use crate::{
    ask::{Asked, Asker},
    listing::{Cell, Column, column, listing},
    problem::Problem,
    route::{Kind, Resource, Route, Who, param, text},
    state::Shared,
};

pub(super) fn routes() -> Vec<Route> {
    let of = Resource("reminders");
    vec![
        of.get(
            "/api/v1/reminders",
            "list-reminders",
            text("待办与期限", "what waits for whoever asks"),
            Who::SignedIn,
            list,
        )
        .asks([
            param("overdue", Kind::Yes, "只要逾期的", "only what is overdue"),
            param(
                "everybody",
                Kind::Yes,
                "不只自己的，凡能查看的",
                "not only one's own turn: all that one may read",
            ),
        ])
        .lists::<ReminderLine>(),
    ]
}

/// Somebody's turn.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Reminder)]
pub struct ReminderLine {
    /// The record.
    case: i64,
    /// The way that it goes.
    machine: String,
    /// Where it waits.
    state: String,
    /// What that is called.
    state_label: String,
    /// The permission of whoever must act, as a code.
    whose: String,
    /// The term's name.
    term: String,
    /// The term in working days.
    working_days: u32,
    /// Whether its length is an assumption and not the text of a rule.
    illustrative: bool,
    /// The day that it began with, which does not count.
    since: String,
    /// The last day; null when the calendar does not hold it.
    by: Option<String>,
    /// Whether the last day is over.
    overdue: bool,
    /// Working days until then, or, below nothing, since then; null when the calendar does not tell.
    left: Option<i64>,
}

const COLUMNS: &[Column<ReminderLine>] = &[
    column("记录", "record", |line| Cell::Whole(line.case)),
    column("流程", "way", |line| Cell::Text(line.machine.clone())),
    column("状态", "state", |line| Cell::Text(line.state_label.clone())),
    column("起算日", "since", |line| Cell::Text(line.since.clone())),
    column("期限（工作日）", "term (working days)", |line| Cell::Whole(i64::from(line.working_days))),
    column("截止日", "last day", |line| line.by.clone().map_or(Cell::Nothing, Cell::Text)),
    column("剩余工作日", "working days left", |line| line.left.map_or(Cell::Nothing, Cell::Whole)),
];

/// The query.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Query {
    #[serde(default)]
    overdue: bool,
    #[serde(default)]
    everybody: bool,
}

/// The machines whose records somebody may read, those together that are read in the same reach: most people reach all kinds of records alike, so that
/// one question to the book tells of all of them.
pub fn read_alike(asker: &Asker) -> Vec<(Reach<Deed>, Vec<&'static Machine>)> {
    let mut alike: Vec<(Reach<Deed>, Vec<&'static Machine>)> = Vec::new();
    for machine in machines::ALL {
        // Where somebody reads nothing, nothing waits for them.
        let Ok(reach) = asker.person.reach(reading(machine)) else { continue };
        match alike.iter_mut().find(|(other, _)| other.scopes() == reach.scopes()) {
            Some((_, of)) => of.push(machine),
            None => alike.push((reach, vec![machine])),
        }
    }
    alike
}

/// The records that somebody may read and that are in a state with a term, and what is due of them today: of everybody, or only where it can be their own turn.
///
/// # Errors
/// The database cannot be reached.
pub async fn waiting(
    state: &Shared,
    asker: &Asker,
    everybody: bool,
) -> Result<(Vec<CaseFile>, DueList), Problem> {
    let office = asker.office()?;
    let turn = |whose| everybody || asker.person.reach(whose).is_ok();
    let mut files = Vec::new();
    for (reach, machines) in read_alike(asker) {
        files.extend(state.database.cases_with_terms(&office, &reach, &machines, turn).await?);
    }
    let today = office.civil(state.now())?.date();
    let list = due(files.iter().map(|file| &file.case), today, office.timing());
    Ok((files, list))
}

async fn list(
    State(state): State<Shared>,
    asker: Asker,
    Asked(query): Asked<Query>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (_, list) = waiting(&state, &asker, query.everybody).await?;
    let wanted = list.reminders.iter().filter(|reminder| {
        (query.everybody || reminder.is_for(&asker.person)) && (!query.overdue || reminder.is_overdue())
    });
    let lines: Vec<ReminderLine> = wanted
        .map(|reminder| {
            let known = machines::find(reminder.machine).and_then(|machine| machine.state(reminder.state));
            ReminderLine {
                case: reminder.case.parse().unwrap_or_default(),
                machine: reminder.machine.to_owned(),
                state: reminder.state.to_owned(),
                state_label: known.map_or(reminder.state, |state| state.label.get(asker.lang)).to_owned(),
                whose: reminder.whose.code().to_owned(),
                term: reminder.term.to_owned(),
                working_days: reminder.days,
                illustrative: reminder.illustrative,
                since: reminder.since.to_string(),
                by: reminder.by.map(|day| day.to_string()),
                overdue: reminder.is_overdue(),
                left: match reminder.standing {
                    Standing::Ahead(days) => Some(i64::from(days)),
                    Standing::Today => Some(0),
                    Standing::Late(days) => days.map(|days| -i64::from(days)),
                    Standing::Unknown(_) => None,
                },
            }
        })
        .collect();
    listing(&headers, asker.lang, "reminders", COLUMNS, &lines, None)
}
