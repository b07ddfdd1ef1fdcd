//! The addresses, a file for each resource. A new one gets a file and a line in [`routes`].

pub mod accounts;
pub mod audit;
pub mod awards;
pub mod cases;
pub mod entries;
pub mod evidence;
pub mod forms;
pub mod funds;
pub mod jobs;
pub mod machines;
pub mod notices;
pub mod operation;
pub mod people;
pub mod reminders;
pub mod reviews;
pub mod sessions;
pub mod surveys;
pub mod tokens;

use crate::route::Route;

/// Every address: router, OpenAPI, documentation and the matrix test are made of this list.
pub fn routes() -> Vec<Route> {
    [
        sessions::routes(),
        funds::routes(),
        machines::routes(),
        cases::routes(),
        notices::routes(),
        evidence::routes(),
        reviews::routes(),
        awards::routes(),
        surveys::routes(),
        forms::routes(),
        jobs::routes(),
        reminders::routes(),
        accounts::routes(),
        entries::routes(),
        people::routes(),
        tokens::routes(),
        audit::routes(),
        operation::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
