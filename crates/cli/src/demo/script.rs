//! The script: everything that is done in the demo's year, by whom and when, in order of time.

use std::sync::Arc;

use jiff::civil::DateTime;
use jixiao_core::workflow::{Guard, Machine, machines};
use jixiao_store::{cases::About, evidence::Media, money::Asked, reviews::Kind, surveys::Invitation};
use serde_json::Value;

use super::days::Days;

/// A case before it has a number: its way, and what tells it from others of its kind.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    /// The way that it goes.
    pub(crate) machine: &'static Machine,
    /// What tells it from others.
    pub(crate) subject: String,
}

/// A file to be attached.
#[derive(Clone, Debug)]
pub(crate) struct File {
    /// Its name.
    pub(crate) name: String,
    /// What it is.
    pub(crate) media: Media,
    /// Its bytes.
    pub(crate) bytes: Arc<Vec<u8>>,
}

impl File {
    /// A note in plain text, which says that it is made up.
    pub(crate) fn note(name: &str, text: &str) -> Self {
        let text = format!("演示材料，全部虚构。\n{text}\n");
        Self { name: name.to_owned(), media: Media::Text, bytes: Arc::new(text.into_bytes()) }
    }
}

/// What is done.
#[derive(Debug)]
pub(crate) enum What {
    /// A case is opened.
    Open {
        /// The case.
        key: Key,
        /// The action that opens it.
        action: &'static str,
        /// What it is about.
        about: About,
        /// What it says.
        content: Value,
        /// Its amount, in fen.
        fen: Option<i64>,
        /// Why.
        reason: String,
    },
    /// A step is taken.
    Act {
        /// The case.
        key: Key,
        /// The action.
        action: &'static str,
        /// Why.
        reason: String,
        /// New content, where the state lets it change; the amount stays.
        content: Option<Value>,
        /// Conditions that whoever acts has looked at.
        looked_at: &'static [Guard],
    },
    /// A step is taken that lowers the amount.
    Lower {
        /// The case.
        key: Key,
        /// The action.
        action: &'static str,
        /// What is left, in fen.
        fen: i64,
        /// Why.
        reason: String,
    },
    /// An objection is drafted to what is in public notice. What it is about stands in its subject, by the number that the book gave the application:
    /// that is known when it is played, and the script goes by a name of its own.
    Object {
        /// The objection, by the script's own name.
        key: Key,
        /// The application.
        to: Key,
        /// What it is about: year, region and scheme of the application, the enterprise that objects.
        about: About,
        /// What it says.
        content: Value,
    },
    /// A file is attached to a case.
    Attach {
        /// The case.
        key: Key,
        /// The file.
        file: File,
    },
    /// An opinion is written on a case.
    Review {
        /// The case.
        key: Key,
        /// What it is.
        kind: Kind,
        /// What it comes to.
        verdict: &'static str,
        /// The words.
        words: String,
    },
    /// Entries are posted: all of them or none.
    Post(Vec<Asked>),
    /// The award run is kept.
    KeepRun,
    /// Its awards are committed.
    CommitRun,
    /// Enterprises are invited to the survey.
    Invite {
        /// The last moment to answer.
        until: DateTime,
        /// Whom; the words of the invitations are drawn when they are sent.
        invitations: Vec<Invitation>,
    },
    /// An invited enterprise answers.
    Answer {
        /// Scheme and enterprise of the invitation.
        invited: (String, String),
        /// Questions and answers.
        answers: Value,
    },
    /// A form is issued.
    Issue {
        /// Its id.
        form: &'static str,
        /// Division code; empty for the whole.
        region: String,
        /// The file.
        file: File,
    },
    /// The chain is sealed up to this moment.
    Seal,
}

/// Something that is done, by an account at a moment of the fund's own time.
#[derive(Debug)]
pub(crate) struct Event {
    /// When.
    pub(crate) at: DateTime,
    /// The account; `public` for whoever answers the survey, `system` for what nobody does in person.
    pub(crate) who: String,
    /// What.
    pub(crate) what: What,
}

/// What is written so far.
#[derive(Debug)]
pub(crate) struct Script<'a> {
    /// The days of the year.
    pub(crate) days: Days<'a>,
    events: Vec<Event>,
}

impl<'a> Script<'a> {
    /// Nothing yet.
    pub(crate) fn new(days: Days<'a>) -> Self {
        Self { days, events: Vec::new() }
    }

    /// Adds something.
    pub(crate) fn add(&mut self, at: DateTime, who: impl Into<String>, what: What) {
        self.events.push(Event { at, who: who.into(), what });
    }

    /// Opens a case, whose further steps follow one another in time.
    pub(crate) fn open(
        &mut self,
        at: DateTime,
        who: &str,
        (machine, action): (&'static Machine, &'static str),
        subject: String,
        (about, content, fen): (About, Value, Option<i64>),
        reason: &str,
    ) -> Walk<'_, 'a> {
        let key = Key { machine, subject };
        let reason = reason.to_owned();
        self.add(at, who, What::Open { key: key.clone(), action, about, content, fen, reason });
        Walk { script: self, key, at, last: who.to_owned(), taken: at }
    }

    /// Drafts an objection to a case, whose further steps follow one another in time.
    pub(crate) fn object(
        &mut self,
        at: DateTime,
        who: &str,
        to: Key,
        (about, content): (About, Value),
    ) -> Walk<'_, 'a> {
        let subject = format!("{}/{}", to.subject, about.enterprise);
        let key = Key { machine: &machines::OBJECTION, subject };
        self.add(at, who, What::Object { key: key.clone(), to, about, content });
        Walk { script: self, key, at, last: who.to_owned(), taken: at }
    }

    /// Everything in order of time, and of one moment by who does it; what one does at a moment stays in the order in which it was written.
    pub(crate) fn in_order(mut self) -> Vec<Event> {
        self.events.sort_by(|a, b| (a.at, &a.who).cmp(&(b.at, &b.who)));
        self.events
    }
}

/// A case on its way: each step comes after the one before.
pub(crate) struct Walk<'s, 'a> {
    script: &'s mut Script<'a>,
    key: Key,
    /// When the next step is taken, or the last one was.
    pub(crate) at: DateTime,
    /// Who did something last.
    last: String,
    /// And when.
    taken: DateTime,
}

impl Walk<'_, '_> {
    /// Lets working days pass; none means some minutes.
    pub(crate) fn wait(&mut self, days: u32) -> &mut Self {
        let what = format!("{}/{}/{}", self.key.machine.id, self.key.subject, self.at);
        self.at = self.script.days.later(self.at, days, &what);
        self
    }

    /// Lets time pass until a moment, if that is still to come.
    pub(crate) fn until(&mut self, at: DateTime) -> &mut Self {
        self.at = self.at.max(at);
        self
    }

    /// Whoever does something after another does it later; the same person may go on.
    fn turn(&mut self, who: &str) -> DateTime {
        if self.last != who {
            self.last = who.to_owned();
            let begun = self.taken;
            if self.at <= begun {
                self.at = self.script.days.later(begun, 0, "");
            }
        }
        self.taken = self.at;
        self.at
    }

    /// Takes a step.
    pub(crate) fn act(&mut self, who: &str, action: &'static str, reason: &str) -> &mut Self {
        self.take(who, action, reason, None, &[])
    }

    /// Takes a step under conditions that were looked at, perhaps with new content.
    pub(crate) fn take(
        &mut self,
        who: &str,
        action: &'static str,
        reason: &str,
        content: Option<Value>,
        looked_at: &'static [Guard],
    ) -> &mut Self {
        let (at, key, reason) = (self.turn(who), self.key.clone(), reason.to_owned());
        self.script.add(at, who, What::Act { key, action, reason, content, looked_at });
        self
    }

    /// Takes a step that lowers the amount.
    pub(crate) fn lower(&mut self, who: &str, action: &'static str, fen: i64, reason: &str) -> &mut Self {
        let (at, key, reason) = (self.turn(who), self.key.clone(), reason.to_owned());
        self.script.add(at, who, What::Lower { key, action, fen, reason });
        self
    }

    /// Attaches a file.
    pub(crate) fn attach(&mut self, who: &str, file: File) -> &mut Self {
        let (at, key) = (self.turn(who), self.key.clone());
        self.script.add(at, who, What::Attach { key, file });
        self
    }

    /// Writes an opinion.
    pub(crate) fn review(&mut self, who: &str, kind: Kind, verdict: &'static str, words: &str) -> &mut Self {
        let (at, key, words) = (self.turn(who), self.key.clone(), words.to_owned());
        self.script.add(at, who, What::Review { key, kind, verdict, words });
        self
    }
}
