//! What is due, worked out from the cases and never stored.

use jiff::civil::Date;
use serde::Serialize;

use super::{case::Case, machines, terms::Timing};
use crate::{
    both,
    calendar::NoDay,
    finding::Both,
    people::{Deed, Person, Target},
};

/// How a term stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// It ends after today, with so many working days left.
    Ahead(u32),
    /// It ends today.
    Today,
    /// It has ended, so many working days ago; 0 when only free days have passed, `None` when the calendar has ended since.
    Late(Option<u32>),
    /// The calendar does not hold the days.
    Unknown(NoDay),
}

/// Somebody's turn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reminder {
    /// The case.
    pub case: String,
    /// Its machine.
    pub machine: &'static str,
    /// The state that it waits in.
    pub state: &'static str,
    /// Whose record it is.
    pub about: Target,
    /// Whose turn it is: whoever may do this to the record.
    pub whose: Deed,
    /// The term's name in `workflow.toml`.
    pub term: &'static str,
    /// The term in working days.
    pub days: u32,
    /// Whether its length is an assumption.
    pub illustrative: bool,
    /// The day on which the case came into its state; it does not count.
    pub since: Date,
    /// The last day; `None` when the calendar does not hold it.
    pub by: Option<Date>,
    /// How that stands today.
    pub standing: Standing,
}

impl Reminder {
    /// Whether the last day is over.
    pub fn is_overdue(&self) -> bool {
        matches!(self.standing, Standing::Late(_))
    }

    /// Whether it is this person's turn.
    pub fn is_for(&self, person: &Person) -> bool {
        person.may(self.whose, &self.about).is_ok()
    }
}

/// Everything that waits for somebody.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DueList {
    /// By last day (unknown ones last), then machine and case.
    pub reminders: Vec<Reminder>,
    /// Cases of which nothing can be told, and why.
    pub broken: Vec<(String, Both)>,
}

impl DueList {
    /// Those whose last day is over.
    pub fn overdue(&self) -> impl Iterator<Item = &Reminder> {
        self.reminders.iter().filter(|reminder| reminder.is_overdue())
    }

    /// Those that wait for a person.
    pub fn of<'a>(&'a self, person: &'a Person) -> impl Iterator<Item = &'a Reminder> {
        self.reminders.iter().filter(|reminder| reminder.is_for(person))
    }
}

/// What is due as of a day. The order of the cases does not matter.
pub fn due<'a>(cases: impl IntoIterator<Item = &'a Case>, today: Date, timing: Timing<'_>) -> DueList {
    let mut list = DueList::default();
    for case in cases {
        match reminder(case, today, timing) {
            Ok(reminder) => list.reminders.extend(reminder),
            Err(why) => list.broken.push((case.id().to_owned(), why)),
        }
    }
    let key = |r: &Reminder| (r.by.is_none(), r.by, r.machine, r.case.clone());
    list.reminders.sort_by_cached_key(key);
    list.broken.sort_by(|a, b| a.0.cmp(&b.0));
    list
}

fn reminder(case: &Case, today: Date, timing: Timing<'_>) -> Result<Option<Reminder>, Both> {
    let (Some(at), Some(since)) = (case.state(), case.entered()) else { return Ok(None) };
    let name = case.machine();
    let known = machines::find(name).and_then(|machine| Some((machine, machine.state(at)?)));
    let Some((machine, state)) = known else {
        return Err(both!(
            "流程{name}没有状态{at}，请运行 jixiao db verify",
            "the way {name} has no state {at}; run jixiao db verify"
        ));
    };
    let Some(due) = state.due else { return Ok(None) };
    let (Some(setting), Some(days)) = (timing.terms.get(due.term), timing.terms.days(due.term)) else {
        let term = due.term;
        return Err(both!(
            "没有期限{term}的天数，请在workflow.toml中给出",
            "the term {term} has no length; give it in workflow.toml"
        ));
    };
    let by = timing.calendar.add_working_days(since, days);
    let standing = match &by {
        Err(error) => Standing::Unknown(error.clone()),
        Ok(by) if *by == today => Standing::Today,
        Ok(by) if *by > today => {
            timing.calendar.working_days_between(today, *by).map_or_else(Standing::Unknown, Standing::Ahead)
        }
        // That it is late is known even where the calendar has ended since.
        Ok(by) => Standing::Late(timing.calendar.working_days_between(*by, today).ok()),
    };
    Ok(Some(Reminder {
        case: case.id().to_owned(),
        machine: machine.id,
        state: state.id,
        about: case.about().clone(),
        whose: due.whose,
        term: due.term,
        days,
        illustrative: setting.illustrative,
        since,
        by: by.ok(),
        standing,
    }))
}
