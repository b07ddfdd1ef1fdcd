//! Opinions beside the steps of a case: a reviewer's verdict, a comment, the result of an inspection.

use jixiao_core::{both, people::Person};

use crate::{
    cases::CaseFile,
    change::{Change, Noted},
    database::Database,
    fault::Fault,
    moment::Moment,
    rows::Get as _,
    sql::Sql,
};

/// What an opinion is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 审核意见.
    Review,
    /// 备注.
    Comment,
    /// 抽查.
    Inspection,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Review, Self::Comment, Self::Inspection];

    /// The code, as kept and sent.
    pub fn code(self) -> &'static str {
        match self {
            Self::Review => "review",
            Self::Comment => "comment",
            Self::Inspection => "inspection",
        }
    }

    /// A kind by its code.
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// An opinion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// Its number.
    pub id: i64,
    /// What it is.
    pub kind: Kind,
    /// What it comes to: `pass`, `doubt`, `fail`, or empty.
    pub verdict: String,
    /// The words.
    pub words: String,
    /// Who wrote it.
    pub written_by: String,
    /// When.
    pub written_at: Moment,
}

impl Change {
    /// Writes an opinion on a case that somebody was given to read; nothing is ever taken back, only added.
    ///
    /// # Errors
    /// There are no words, the verdict is none, or the database cannot be reached.
    pub async fn review(
        &mut self,
        case: &CaseFile,
        person: &Person,
        kind: Kind,
        verdict: &str,
        words: &str,
    ) -> Result<i64, Fault> {
        if words.trim().is_empty() {
            return Err(Fault::refused(both!("请写下意见", "write what you think")));
        }
        if !matches!(verdict, "" | "pass" | "doubt" | "fail") {
            return Err(Fault::refused(both!(
                "结论“{verdict}”应为 pass、doubt、fail 或空",
                "the verdict {verdict} is none of pass, doubt, fail and nothing"
            )));
        }
        let at = self.at().0;
        let mut insert =
            Sql::new("INSERT INTO review (case_id, kind, verdict, words, written_by, written_at) VALUES (");
        insert.bind(case.id).push(", ");
        insert.list([kind.code(), verdict, words.trim(), &person.id().0].map(str::to_owned));
        insert.push(", ").bind(at).push(") RETURNING id");
        let row = insert.one(self.on()).await?;
        let id =
            row.map_or_else(|| Err(Fault::Broken("no number was given".to_owned())), |row| row.int("id"))?;
        self.note(Noted {
            deed: format!("review.{}", kind.code()),
            subject: format!("case/{}", case.id),
            after: format!("{verdict} sha256 {}", crate::documents::sha256(words.trim())),
            ..Noted::default()
        });
        Ok(id)
    }
}

impl Database {
    /// The opinions on a case that somebody was given to read, the oldest first.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn reviews(&self, case: &CaseFile) -> Result<Vec<Review>, Fault> {
        let mut select =
            Sql::new("SELECT id, kind, verdict, words, written_by, written_at FROM review WHERE case_id = ");
        select.bind(case.id).push(" ORDER BY id");
        let rows = select.all(&mut *self.readers().acquire().await?).await?;
        let review = |row: &sqlx::any::AnyRow| {
            let kind = row.text("kind")?;
            Ok(Review {
                id: row.int("id")?,
                kind: Kind::of(&kind).ok_or_else(|| Fault::Broken(format!("{kind} is no opinion")))?,
                verdict: row.text("verdict")?,
                words: row.text("words")?,
                written_by: row.text("written_by")?,
                written_at: Moment(row.int("written_at")?),
            })
        };
        rows.iter().map(review).collect()
    }
}
