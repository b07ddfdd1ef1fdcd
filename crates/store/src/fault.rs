//! What can go wrong.

use jixiao_core::{
    both,
    finding::Both,
    workflow::{Machine, Refusal},
};

/// Why something was not done. Whatever it is, nothing of it was kept.
#[derive(Debug)]
pub enum Fault {
    /// There is no such thing, or it is not for this person to know of.
    NotFound {
        /// What was looked for: `case 17`.
        what: String,
    },
    /// What was asked for cannot be: every reason, not only the first.
    Refused(Vec<Both>),
    /// A step of a case was refused.
    Step {
        /// The case's machine.
        machine: &'static Machine,
        /// Why.
        refusal: Refusal,
    },
    /// It is there already.
    Taken {
        /// What it is.
        what: String,
    },
    /// The database is not there, is full, or is busy for too long: to be tried again.
    Unavailable(sqlx::Error),
    /// The database said something that it should not say: a mistake in the program, or a broken file.
    Broken(String),
}

impl Fault {
    /// A refusal for one reason.
    pub fn refused(reason: Both) -> Self {
        Self::Refused(vec![reason])
    }

    /// Something that is not there.
    pub fn not_found(what: impl Into<String>) -> Self {
        Self::NotFound { what: what.into() }
    }

    /// Every reason in words, and what to do next.
    pub fn words(&self) -> Vec<Both> {
        match self {
            Self::NotFound { what } => vec![both!("没有找到：{what}", "not found: {what}")],
            Self::Refused(reasons) => reasons.clone(),
            Self::Step { machine, refusal } => refusal.messages(machine),
            Self::Taken { what } => vec![both!("已经有了：{what}", "there already: {what}")],
            Self::Unavailable(error) => {
                vec![both!(
                    "数据库暂时不可用，请稍后再试（{error}）",
                    "the database is not available just now; try again later ({error})"
                )]
            }
            Self::Broken(what) => {
                vec![both!("程序内部错误：{what}", "an error inside of the program: {what}")]
            }
        }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let words: Vec<String> = self.words().into_iter().map(|both| both.en).collect();
        f.write_str(&words.join("; "))
    }
}

impl std::error::Error for Fault {}

impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(inner) if inner.is_unique_violation() => {
                Self::Taken { what: inner.constraint().unwrap_or(inner.message()).to_owned() }
            }
            // 13 and 5 are SQLite's codes for a full disk and a busy file, 10 and its kin a failed write; classes 08, 53 and 57 PostgreSQL's.
            sqlx::Error::Database(inner) if inner.code().is_some_and(|code| passing(&code)) => {
                Self::Unavailable(error)
            }
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => Self::Unavailable(error),
            _ => Self::Broken(error.to_string()),
        }
    }
}

/// Whether a database's code speaks of a trouble that passes. A serialisation failure (40) passes too, and a lock that another holds for too long (55P03).
fn passing(code: &str) -> bool {
    let sqlite = code.parse::<u32>().is_ok_and(|number| matches!(number & 0xff, 5 | 6 | 10 | 13 | 14));
    let postgres =
        code.len() == 5 && ["08", "40", "53", "55P03", "57"].iter().any(|class| code.starts_with(class));
    postgres || (code.len() < 5 && sqlite)
}
