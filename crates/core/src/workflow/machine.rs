//! A state machine as data: states, actions, who does them and what they take.

use super::guard::Guard;
use crate::{checks::Text, people::Deed};

/// The way of a kind of record. The list of all is [`super::machines::ALL`].
#[derive(Debug, PartialEq, Eq)]
pub struct Machine {
    /// Its id in records and addresses; it never changes.
    pub id: &'static str,
    /// What goes this way.
    pub label: Text,
    /// The states, in the order of the way.
    pub states: &'static [State],
    /// The actions, in the order of the way. Those from nowhere open a case.
    pub actions: &'static [Action],
}

/// Where a record is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    /// Its id in its machine.
    pub id: &'static str,
    /// What it is called.
    pub label: Text,
    /// Whether the record's content must not change while it is here.
    pub locked: bool,
    /// Whether nothing follows.
    pub end: bool,
    /// By when somebody must act.
    pub due: Option<Due>,
}

/// By when somebody must act, counted from the day on which the state was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// The name of the term in `workflow.toml`, in working days.
    pub term: &'static str,
    /// Whose turn it is: whoever may do this to the record.
    pub whose: Deed,
}

/// What takes a record from one state to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Action {
    /// Its id in its machine.
    pub id: &'static str,
    /// What it is called.
    pub label: Text,
    /// The states that it is possible in; none for an action that opens a case.
    pub from: &'static [&'static str],
    /// The state that it leads to.
    pub to: &'static str,
    /// The permission that it takes.
    pub deed: Deed,
    /// Whether it must be said why.
    pub needs_reason: bool,
    /// Actions of the same case: whoever did one of them must not do this one.
    pub not_by: &'static [&'static str],
    /// Conditions that the book answers.
    pub guards: &'static [Guard],
    /// A term that must be over.
    pub wait: Option<Wait>,
    /// Whether the amount may be lowered with it, for a reason; with no step is it raised while the content stands still.
    pub lowers: bool,
}

/// A term that must be over before an action, counted from the day on which another was last done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// The action that the term begins with.
    pub since: &'static str,
    /// The name of the term in `workflow.toml`, in working days.
    pub term: &'static str,
}

impl State {
    /// A state in which the record's content may change.
    pub(super) const fn open(id: &'static str, zh: &'static str, en: &'static str) -> Self {
        Self { id, label: Text { zh, en }, locked: false, end: false, due: None }
    }

    /// A state in which the content stands still.
    pub(super) const fn locked(id: &'static str, zh: &'static str, en: &'static str) -> Self {
        Self { id, label: Text { zh, en }, locked: true, end: false, due: None }
    }

    /// A state that nothing follows.
    pub(super) const fn end(id: &'static str, zh: &'static str, en: &'static str) -> Self {
        Self { id, label: Text { zh, en }, locked: true, end: true, due: None }
    }

    /// Somebody must act within a term.
    pub(super) const fn due(mut self, term: &'static str, whose: Deed) -> Self {
        self.due = Some(Due { term, whose });
        self
    }
}

impl Action {
    /// An action that needs no reason.
    pub(super) const fn new(
        id: &'static str,
        zh: &'static str,
        en: &'static str,
        from: &'static [&'static str],
        to: &'static str,
        deed: Deed,
    ) -> Self {
        Self {
            id,
            label: Text { zh, en },
            from,
            to,
            deed,
            needs_reason: false,
            not_by: &[],
            guards: &[],
            wait: None,
            lowers: false,
        }
    }

    /// It must be said why.
    pub(super) const fn reason(mut self) -> Self {
        self.needs_reason = true;
        self
    }

    /// Not by whoever did one of these.
    pub(super) const fn not_by(mut self, actions: &'static [&'static str]) -> Self {
        self.not_by = actions;
        self
    }

    /// Only while these hold.
    pub(super) const fn guards(mut self, guards: &'static [Guard]) -> Self {
        self.guards = guards;
        self
    }

    /// Only when a term is over.
    pub(super) const fn wait(mut self, since: &'static str, term: &'static str) -> Self {
        self.wait = Some(Wait { since, term });
        self
    }

    /// The amount may be lowered with it.
    pub(super) const fn lowers(mut self) -> Self {
        self.lowers = true;
        self
    }

    /// Whether it is possible from a state; `None` is before the case was opened.
    pub fn is_from(&self, state: Option<&str>) -> bool {
        match state {
            None => self.from.is_empty(),
            Some(state) => self.from.contains(&state),
        }
    }
}

impl Machine {
    /// A state by its id.
    pub fn state(&self, id: &str) -> Option<&'static State> {
        self.states.iter().find(|state| state.id == id)
    }

    /// An action by its id.
    pub fn action(&self, id: &str) -> Option<&'static Action> {
        self.actions.iter().find(|action| action.id == id)
    }

    /// The actions that are possible from a state, whoever asks; `None` is before the case was opened.
    pub fn from(&self, state: Option<&str>) -> impl Iterator<Item = &'static Action> {
        self.actions.iter().filter(move |action| action.is_from(state))
    }
}
