//! Whether a step may be taken, and everything that stands against it.

use jiff::civil::{Date, DateTime};
use serde::Serialize;

use super::{
    case::{Case, Step},
    guard::{Facts, Guard},
    machine::{Action, Machine},
    terms::Timing,
};
use crate::{
    both,
    calendar::NoDay,
    finding::Both,
    people::{Deed, May, Person, PersonId, Refused},
};

/// What somebody asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request<'a> {
    /// The action's id.
    pub action: &'a str,
    /// The revision of the case that they looked at; 0 to open one.
    pub seen: u32,
    /// Why; may be empty where no reason is needed.
    pub reason: &'a str,
    /// In whose name, if not in their own: a person's id or an enterprise's code.
    pub on_behalf: Option<&'a str>,
    /// What is known of the conditions.
    pub facts: &'a Facts,
    /// When, in the fund's own civil time.
    pub at: DateTime,
}

/// A step that may be taken. Only [`Machine::act`] makes one; what keeps steps asks for it, so that no other step can be kept.
#[derive(Debug, PartialEq, Eq)]
pub struct Taken {
    case: String,
    machine: &'static str,
    before: u32,
    step: Step,
    may: May<Deed>,
}

impl Taken {
    /// Which case.
    pub fn case(&self) -> &str {
        &self.case
    }

    /// The id of its machine.
    pub fn machine(&self) -> &'static str {
        self.machine
    }

    /// The revision that the case must still have when the step is kept.
    pub fn before(&self) -> u32 {
        self.before
    }

    /// The step.
    pub fn step(&self) -> &Step {
        &self.step
    }

    /// The permission that it is taken with.
    pub fn may(&self) -> &May<Deed> {
        &self.may
    }
}

/// One thing that stands against a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Obstacle {
    /// The person did an earlier step after which this one takes another person.
    SamePerson {
        /// The earlier action.
        action: String,
        /// Who did it, or in whose name it was done.
        person: PersonId,
    },
    /// A reason must be given.
    ReasonMissing,
    /// A condition does not hold.
    Guard {
        /// Which.
        guard: Guard,
        /// What is missing.
        missing: Both,
    },
    /// A term is not over.
    TooEarly {
        /// The term's name.
        term: String,
        /// The day that it began with.
        since: Date,
        /// Its last day.
        last: Date,
        /// Whether its length is an assumption.
        illustrative: bool,
    },
    /// The term's beginning is not among the case's steps.
    NotBegun {
        /// The action that begins it.
        action: String,
    },
    /// The term has no length: `workflow.toml` does not give it.
    NoTerm {
        /// The term's name.
        term: String,
    },
    /// The calendar does not hold the days of a term.
    NoDay(NoDay),
    /// The step's time is before that of the last one.
    BackInTime {
        /// The last step's time.
        last: DateTime,
    },
}

impl Obstacle {
    /// Its code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::SamePerson { .. } => "same-person",
            Self::ReasonMissing => "reason-missing",
            Self::Guard { guard, .. } => guard.code(),
            Self::TooEarly { .. } => "too-early",
            Self::NotBegun { .. } => "not-begun",
            Self::NoTerm { .. } => "no-term",
            Self::NoDay(_) => "no-working-days",
            Self::BackInTime { .. } => "back-in-time",
        }
    }

    /// What stands against the step, and what to do.
    pub fn message(&self, machine: &Machine) -> Both {
        let called = |action: &str| {
            let label = machine.action(action).map(|a| a.label);
            (
                label.map_or(action.to_owned(), |l| l.zh.to_owned()),
                label.map_or(action.to_owned(), |l| l.en.to_owned()),
            )
        };
        match self {
            Self::SamePerson { action, person } => {
                let (zh, en) = called(action);
                both!(
                    "{person}已在本流程中办理“{zh}”，此步须由另一人办理",
                    "{person} did \"{en}\" in this case; this step takes another person"
                )
            }
            Self::ReasonMissing => Both::new("请填写理由", "give a reason"),
            Self::Guard { guard, missing } => {
                let (zh, en, missing_zh, missing_en) =
                    (guard.label().zh, guard.label().en, &missing.zh, &missing.en);
                both!("条件未满足：{zh}（{missing_zh}）", "a condition does not hold: {en} ({missing_en})")
            }
            Self::TooEarly { since, last, illustrative, .. } => {
                let (note_zh, note_en) = match illustrative {
                    true => (
                        "（期限长短为假定值，未见规定原文）",
                        " (its length is an assumption, no rule was seen)",
                    ),
                    false => ("", ""),
                };
                both!(
                    "期限自{since}的次日起算，至{last}结束，{last}之后方可办理{note_zh}",
                    "the term began after {since} and runs to the end of {last}{note_en}; do it on a later day"
                )
            }
            Self::NotBegun { action } => {
                let (zh, en) = called(action);
                both!("尚未办理“{zh}”，期限没有起点", "\"{en}\" was not done, so that the term has not begun")
            }
            Self::NoTerm { term } => both!(
                "没有期限{term}的天数，请在workflow.toml中给出",
                "the term {term} has no length; give it in workflow.toml"
            ),
            Self::NoDay(error) => error.message(),
            Self::BackInTime { last } => both!(
                "办理时间早于上一步（{last}），请核对系统时间",
                "the time is before that of the last step ({last}); look at the clock"
            ),
        }
    }
}

/// Why a step was not taken. The order is that in which it is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Refusal {
    /// The machine has no such action.
    UnknownAction {
        /// What was asked for.
        action: String,
        /// The actions that it has.
        known: Vec<&'static str>,
    },
    /// The person may not; says nothing about the case.
    NotAllowed(Refused),
    /// The case is of another machine, or stands in a state that this machine does not have.
    Foreign {
        /// The machine that the case names.
        machine: String,
        /// The state that it stands in.
        state: Option<String>,
    },
    /// The case has changed since it was looked at.
    Stale {
        /// The revision that was looked at.
        seen: u32,
        /// The revision that it has.
        now: u32,
        /// The steps that were taken meanwhile.
        since: Vec<Step>,
    },
    /// The action is not possible in this state.
    WrongState {
        /// The state; `None` when the case was not opened.
        state: Option<String>,
        /// The actions that are possible from it, whoever does them.
        possible: Vec<&'static str>,
    },
    /// Everything else that stands against it, at once.
    Obstacles(Vec<Obstacle>),
}

impl Refusal {
    /// Its code; a refusal for obstacles has those of [`Obstacle::code`] beside it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownAction { .. } => "unknown-action",
            Self::NotAllowed(_) => "not-allowed",
            Self::Foreign { .. } => "foreign-case",
            Self::Stale { .. } => "stale",
            Self::WrongState { .. } => "wrong-state",
            Self::Obstacles(_) => "obstacles",
        }
    }

    /// What is wrong and what to do, a sentence each.
    pub fn messages(&self, machine: &Machine) -> Vec<Both> {
        vec![match self {
            Self::UnknownAction { action, known } => {
                let known = known.join(", ");
                both!(
                    "没有{action}这一操作；可用的有：{known}",
                    "there is no action {action}; there are {known}"
                )
            }
            Self::NotAllowed(refused) => refused.message(),
            Self::Foreign { machine: theirs, state } => {
                let (ours, state) = (machine.id, state.as_deref().unwrap_or("—"));
                both!(
                    "记录的流程是{theirs}、状态是{state}，流程{ours}不认识；请运行 jixiao db verify",
                    "the record's way is {theirs} and its state {state}, which {ours} does not know; run jixiao db verify"
                )
            }
            Self::Stale { seen, now, since } if since.is_empty() => both!(
                "提交所依据的版本{seen}不存在，当前是{now}；请重新打开",
                "revision {seen} does not exist, the case has {now}; open it again"
            ),
            Self::Stale { seen, now, since } => {
                let told = |lang| {
                    let name = |step: &Step| {
                        machine
                            .action(&step.action)
                            .map_or(step.action.clone(), |a| a.label.get(lang).to_owned())
                    };
                    let say = |step: &Step| {
                        format!("{} {} {}", step.at.strftime("%Y-%m-%d %H:%M"), step.by, name(step))
                    };
                    since.iter().map(say).collect::<Vec<_>>().join("; ")
                };
                let (zh, en) = (told(crate::finding::Lang::Zh), told(crate::finding::Lang::En));
                both!(
                    "您查看之后（版本{seen}→{now}）已有变动：{zh}。请重新打开核对后再办",
                    "it has changed since you looked (revision {seen} → {now}): {en}; open it again and look before you go on"
                )
            }
            Self::WrongState { state, possible } => {
                let shown = state.as_deref().and_then(|s| machine.state(s)).map(|s| s.label);
                let (zh, en) = shown.map_or(("未开始", "not opened"), |l| (l.zh, l.en));
                let list = |lang| {
                    let names: Vec<&str> = possible
                        .iter()
                        .filter_map(|p| machine.action(p))
                        .map(|a| a.label.get(lang))
                        .collect();
                    if names.is_empty() { "—".to_owned() } else { names.join(", ") }
                };
                let (can_zh, can_en) = (list(crate::finding::Lang::Zh), list(crate::finding::Lang::En));
                both!(
                    "当前状态是“{zh}”，不能办理此事；此时可办：{can_zh}",
                    "it stands at \"{en}\", where this is not possible; what is: {can_en}"
                )
            }
            Self::Obstacles(list) => return list.iter().map(|obstacle| obstacle.message(machine)).collect(),
        }]
    }
}

/// What a person may do now with a case, for its page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Possible {
    /// The action.
    pub action: &'static Action,
    /// What already stands against it: another person is needed, a term is not over. Conditions and the reason come when it is asked for.
    pub obstacles: Vec<Obstacle>,
}

impl Machine {
    /// Takes a step, if it may be taken. Asked in this order: the action is known; the person may; the case is of this machine; it is the revision that they
    /// looked at; the action is possible there; and then everything else at once: person, reason, conditions, terms, time.
    ///
    /// Whoever may not learns nothing about the case.
    ///
    /// # Errors
    /// The first of those questions that is answered with no; of the last, every obstacle.
    pub fn act(
        &'static self,
        case: &Case,
        person: &Person,
        request: &Request<'_>,
        timing: Timing<'_>,
    ) -> Result<Taken, Refusal> {
        let Some(action) = self.action(request.action) else {
            let known = self.actions.iter().map(|action| action.id).collect();
            return Err(Refusal::UnknownAction { action: request.action.to_owned(), known });
        };
        let may = person.may(action.deed, case.about()).map_err(Refusal::NotAllowed)?;
        let state = case.state();
        if case.machine() != self.id || state.is_some_and(|state| self.state(state).is_none()) {
            let state = state.map(str::to_owned);
            return Err(Refusal::Foreign { machine: case.machine().to_owned(), state });
        }
        let now = case.revision();
        if request.seen != now {
            return Err(Refusal::Stale { seen: request.seen, now, since: case.since(request.seen).to_vec() });
        }
        if !action.is_from(state) {
            let possible = self.from(state).map(|action| action.id).collect();
            return Err(Refusal::WrongState { state: state.map(str::to_owned), possible });
        }
        let on_behalf = request.on_behalf.map(str::trim).filter(|name| !name.is_empty());
        let mut obstacles = same_person(case, action, person.id(), on_behalf);
        if action.needs_reason && request.reason.trim().is_empty() {
            obstacles.push(Obstacle::ReasonMissing);
        }
        for &guard in action.guards {
            if let Some(missing) = request.facts.missing(guard) {
                obstacles.push(Obstacle::Guard { guard, missing });
            }
        }
        obstacles.extend(too_early(case, action, request.at.date(), timing));
        if let Some(last) = case.history().last().filter(|last| last.at > request.at) {
            obstacles.push(Obstacle::BackInTime { last: last.at });
        }
        if !obstacles.is_empty() {
            return Err(Refusal::Obstacles(obstacles));
        }
        let step = Step {
            action: action.id.to_owned(),
            from: state.map(str::to_owned),
            to: action.to.to_owned(),
            by: person.id().clone(),
            role: may.role(),
            on_behalf: on_behalf.map(str::to_owned),
            reason: request.reason.trim().to_owned(),
            at: request.at,
        };
        Ok(Taken { case: case.id().to_owned(), machine: self.id, before: now, step, may })
    }

    /// What a person may do with a case today, in the order of the way; nothing when the case is of another machine.
    pub fn possible(
        &'static self,
        case: &Case,
        person: &Person,
        today: Date,
        timing: Timing<'_>,
    ) -> Vec<Possible> {
        if case.machine() != self.id {
            return Vec::new();
        }
        let allowed = |action: &&'static Action| person.may(action.deed, case.about()).is_ok();
        let with_obstacles = |action: &'static Action| {
            let mut obstacles = same_person(case, action, person.id(), None);
            obstacles.extend(too_early(case, action, today, timing));
            Possible { action, obstacles }
        };
        self.from(case.state()).filter(allowed).map(with_obstacles).collect()
    }
}

impl Case {
    /// The case after a step.
    ///
    /// # Errors
    /// The step unchanged, when it is another case's or was granted for another revision.
    pub fn take(&mut self, taken: Taken) -> Result<(), Box<Taken>> {
        if taken.case != self.id() || taken.machine != self.machine() || taken.before != self.revision() {
            return Err(Box::new(taken));
        }
        self.push(taken.step);
        Ok(())
    }
}

/// Neither the person nor whoever they act for may have done what must be another's.
fn same_person(case: &Case, action: &Action, person: &PersonId, on_behalf: Option<&str>) -> Vec<Obstacle> {
    let names = [Some(person.clone()), on_behalf.map(|name| PersonId(name.to_owned()))];
    let mut list = Vec::new();
    for person in names.into_iter().flatten() {
        if let Some(step) = case.done_by(&person, action.not_by) {
            let obstacle = Obstacle::SamePerson { action: step.action.clone(), person };
            if !list.contains(&obstacle) {
                list.push(obstacle);
            }
        }
    }
    list
}

/// Whether the term that must be over is not.
fn too_early(case: &Case, action: &Action, today: Date, timing: Timing<'_>) -> Option<Obstacle> {
    let wait = action.wait?;
    let Some(begun) = case.last(wait.since) else {
        return Some(Obstacle::NotBegun { action: wait.since.to_owned() });
    };
    let Some(days) = timing.terms.days(wait.term) else {
        return Some(Obstacle::NoTerm { term: wait.term.to_owned() });
    };
    let since = begun.at.date();
    let illustrative = timing.terms.get(wait.term).is_some_and(|term| term.illustrative);
    match timing.calendar.add_working_days(since, days) {
        Err(error) => Some(Obstacle::NoDay(error)),
        Ok(last) if today <= last => {
            Some(Obstacle::TooEarly { term: wait.term.to_owned(), since, last, illustrative })
        }
        Ok(_) => None,
    }
}
