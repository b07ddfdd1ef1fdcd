//! One record on its way: where it is and every step that took it there.

use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

use super::machine::{Action, Machine};
use crate::{
    both,
    finding::Both,
    people::{PersonId, Role, Target},
};

/// A step that was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The action.
    pub action: String,
    /// The state before; `None` for the step that opened the case.
    pub from: Option<String>,
    /// The state after.
    pub to: String,
    /// Who did it.
    pub by: PersonId,
    /// As what.
    pub role: Role,
    /// In whose name, if not in their own: a person's id or an enterprise's code.
    pub on_behalf: Option<String>,
    /// Why; empty when no reason was given.
    pub reason: String,
    /// When, in the fund's own civil time (one zone for the whole fund).
    pub at: DateTime,
}

/// A record on its way. Its state is that of its last step, its revision the number of its steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    id: String,
    machine: String,
    about: Target,
    history: Vec<Step>,
}

impl Case {
    /// A case that no step has been taken in: what an opening action begins with.
    pub fn fresh(id: impl Into<String>, machine: &Machine, about: Target) -> Self {
        Self { id: id.into(), machine: machine.id.to_owned(), about, history: Vec::new() }
    }

    /// A case as it was kept, with its steps in their order. Nothing is checked; [`Machine::verify`] does.
    pub fn kept(
        id: impl Into<String>,
        machine: impl Into<String>,
        about: Target,
        history: Vec<Step>,
    ) -> Self {
        Self { id: id.into(), machine: machine.into(), about, history }
    }

    /// Which record.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The id of its machine.
    pub fn machine(&self) -> &str {
        &self.machine
    }

    /// Whose record it is.
    pub fn about(&self) -> &Target {
        &self.about
    }

    /// Where it is; `None` before the first step.
    pub fn state(&self) -> Option<&str> {
        self.history.last().map(|step| step.to.as_str())
    }

    /// How many steps have been taken: what an edit is checked against.
    pub fn revision(&self) -> u32 {
        u32::try_from(self.history.len()).unwrap_or(u32::MAX)
    }

    /// Every step, first to last.
    pub fn history(&self) -> &[Step] {
        &self.history
    }

    /// The steps that were taken after a revision.
    pub fn since(&self, revision: u32) -> &[Step] {
        usize::try_from(revision).ok().and_then(|seen| self.history.get(seen..)).unwrap_or_default()
    }

    /// The day on which it came into its state: steps that stay in it do not count.
    pub fn entered(&self) -> Option<Date> {
        let state = self.state()?;
        let arrival = self.history.iter().rev().take_while(|step| step.to == state);
        // The earliest step of the last stretch in this state is the one that led there.
        arrival.last().map(|step| step.at.date())
    }

    /// The last step that an action took.
    pub fn last(&self, action: &str) -> Option<&Step> {
        self.history.iter().rev().find(|step| step.action == action)
    }

    /// The first of some actions that a person has done, or that was done in their name.
    pub fn done_by(&self, person: &PersonId, actions: &[&str]) -> Option<&Step> {
        let theirs =
            |step: &&Step| step.by == *person || step.on_behalf.as_deref() == Some(person.0.as_str());
        self.history.iter().filter(|step| actions.contains(&step.action.as_str())).find(theirs)
    }

    pub(super) fn push(&mut self, step: Step) {
        self.history.push(step);
    }
}

impl Machine {
    /// Takes a kept case's steps again and reports everything in which they are not steps of this machine: another machine's case, unknown actions, a
    /// step from where the case was not, reasons that are missing, people who did what they must not do twice, and times that run backwards.
    ///
    /// Permissions and conditions of the time are not known any more and are not asked again.
    pub fn verify(&self, case: &Case) -> Vec<Both> {
        let mut faults = Vec::new();
        let id = &case.id;
        if case.machine != self.id {
            let (theirs, ours) = (&case.machine, self.id);
            return vec![both!("{id}：流程是{theirs}，不是{ours}", "{id}: its way is {theirs}, not {ours}")];
        }
        let mut before = Case { history: Vec::new(), ..case.clone() };
        for (number, step) in (1..).zip(&case.history) {
            let name = &step.action;
            match self.action(name) {
                None => faults.push(both!(
                    "{id}第{number}步：没有{name}这一操作",
                    "{id}, step {number}: there is no action {name}"
                )),
                Some(action) => {
                    faults.extend(misstep(&before, action, step).into_iter().map(|fault| {
                        let (zh, en) = (fault.zh, fault.en);
                        both!("{id}第{number}步（{name}）：{zh}", "{id}, step {number} ({name}): {en}")
                    }));
                }
            }
            before.push(step.clone());
        }
        faults
    }
}

/// What is wrong with a step after the steps before it.
fn misstep(before: &Case, action: &Action, step: &Step) -> Vec<Both> {
    let mut faults = Vec::new();
    let stood = before.state();
    if step.from.as_deref() != stood || !action.is_from(stood) {
        let (said, stood) = (step.from.as_deref().unwrap_or("—"), stood.unwrap_or("—"));
        faults.push(both!(
            "记载从{said}出发，当时在{stood}，或不能从那里办理",
            "it says it left {said}; the case stood in {stood}, or the action is not possible there"
        ));
    }
    if step.to != action.to {
        let (said, to) = (&step.to, action.to);
        faults.push(both!("记载到{said}，应到{to}", "it says it led to {said}; it leads to {to}"));
    }
    if action.needs_reason && step.reason.trim().is_empty() {
        faults.push(Both::new("缺少理由", "the reason is missing"));
    }
    let names = [Some(step.by.clone()), step.on_behalf.clone().map(PersonId)];
    for person in names.iter().flatten() {
        if let Some(earlier) = before.done_by(person, action.not_by) {
            let name = &earlier.action;
            faults.push(both!("{person}已办理过{name}，不应再办此事", "{person} did {name} before"));
        }
    }
    if let Some(last) = before.history.last()
        && last.at > step.at
    {
        let (earlier, at) = (last.at, step.at);
        faults.push(both!(
            "时间{at}早于上一步{earlier}",
            "its time {at} is before that of the step before, {earlier}"
        ));
    }
    faults
}
