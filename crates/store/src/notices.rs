//! What is in public notice, for whoever may object to it, and how an objection names it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jixiao_core::{
    both,
    finding::Both,
    people::{Reach, deeds},
};
use sqlx::any::AnyRow;

use crate::{
    cases::{About, about},
    database::Database,
    fault::Fault,
    office::Office,
    rows::Get as _,
    sql::Sql,
};

/// The states of an application in which objections are taken.
pub(crate) const OPEN: [&str; 2] = ["notice", "objected"];

/// What an objection is about, as its subject says it: `application/publication/enterprise`. One enterprise files one objection to each publication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The number of the application.
    pub application: i64,
    /// The revision of the step that published it.
    pub published: u32,
    /// The code of the enterprise that objects.
    pub enterprise: String,
}

impl Named {
    /// Reads a subject; none when it is not written so, to the letter.
    pub fn read(subject: &str) -> Option<Self> {
        let mut parts = subject.splitn(3, '/');
        let (application, published) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        let named = Self { application, published, enterprise: parts.next()?.to_owned() };
        (named.subject() == subject).then_some(named)
    }

    /// It as a subject.
    pub fn subject(&self) -> String {
        format!("{}/{}/{}", self.application, self.published, self.enterprise)
    }

    /// A pattern of the subjects of all objections to an application.
    pub(crate) fn all_of(application: i64) -> String {
        format!("{application}/%")
    }
}

/// An application in public notice, as whoever may object sees it: nothing of what it says, nor of who worked on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The number of the application.
    pub id: i64,
    /// What it is about.
    pub about: About,
    /// The amount that is meant to be awarded, in fen.
    pub amount_fen: Option<i64>,
    /// The revision of the step that published it.
    pub published: u32,
    /// The day on which it was published; it does not count.
    pub begun: Date,
    /// The last day on which objections are taken, or why it cannot be told.
    pub last: Result<Date, Both>,
}

/// The last day of a notice that was published on a day.
pub(crate) fn last_day(office: &Office, begun: Date) -> Result<Date, Both> {
    let days = office.terms.days("notice").ok_or_else(|| {
        both!(
            "没有公示期（notice）的天数，请在workflow.toml中给出",
            "the term notice has no length; give it in workflow.toml"
        )
    })?;
    office.calendar.add_working_days(begun, days).map_err(|why| why.message())
}

/// Which notices are asked for.
#[derive(Clone, Debug, Default)]
pub struct Which {
    /// One application.
    pub id: Option<i64>,
    /// Of a fund year.
    pub year: Option<i16>,
    /// Of a region, it alone.
    pub region: Option<String>,
    /// Of a scheme.
    pub scheme: Option<String>,
    /// Of an enterprise.
    pub enterprise: Option<String>,
    /// With numbers after this one.
    pub after: Option<i64>,
}

impl Database {
    /// What is in public notice, by number, at most `limit`; also what is past its last day and not decided yet. Notice is given to everybody: it is not held to
    /// anybody's own records.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn notices(
        &self,
        office: &Office,
        _: &Reach<deeds::FileObjection>,
        which: &Which,
        limit: i64,
    ) -> Result<Vec<Notice>, Fault> {
        let mut select = Sql::new(
            "SELECT id, year, region, scheme, enterprise, indicator, amount_fen FROM case_file WHERE machine = 'application' AND fund = ",
        );
        select.bind(office.fund.clone()).among("state", Some(OPEN.map(str::to_owned)));
        select
            .equal("id", which.id)
            .equal("year", which.year.map(i64::from))
            .equal("region", which.region.clone())
            .equal("scheme", which.scheme.clone())
            .equal("enterprise", which.enterprise.clone());
        if let Some(after) = which.after {
            select.push(" AND id > ").bind(after);
        }
        select.push(" ORDER BY id LIMIT ").bind(limit);
        let mut connection = self.readers().acquire().await?;
        let rows = select.all(&mut connection).await?;
        let ids: Vec<i64> = rows.iter().map(|row| row.int("id")).collect::<Result<_, _>>()?;
        let mut select = Sql::new("SELECT case_id, revision, civil FROM case_step WHERE action = 'publish'");
        select.among("case_id", Some(ids)).push(" ORDER BY case_id, revision");
        let mut published: BTreeMap<i64, (u32, Date)> = BTreeMap::new();
        for row in select.all(&mut connection).await? {
            let (civil, revision) = (row.text("civil")?, row.int("revision")?);
            let at: jiff::civil::DateTime =
                civil.parse().map_err(|_| Fault::Broken(format!("{civil} is no time")))?;
            let revision =
                u32::try_from(revision).map_err(|_| Fault::Broken(format!("{revision} is no revision")))?;
            // The last publication counts.
            published.insert(row.int("case_id")?, (revision, at.date()));
        }
        let notice = |row: &AnyRow| {
            let id = row.int("id")?;
            let Some(&(published, begun)) = published.get(&id) else { return Ok(None) };
            let amount_fen = row.int_or_none("amount_fen")?;
            Ok(Some(Notice {
                id,
                about: about(row)?,
                amount_fen,
                published,
                begun,
                last: last_day(office, begun),
            }))
        };
        rows.iter().filter_map(|row| notice(row).transpose()).collect()
    }

    /// One application in public notice.
    ///
    /// # Errors
    /// It is not in public notice, which is also what is said of one that is not there; or the database cannot be reached.
    pub async fn notice(
        &self,
        office: &Office,
        reach: &Reach<deeds::FileObjection>,
        id: i64,
    ) -> Result<Notice, Fault> {
        let which = Which { id: Some(id), ..Which::default() };
        let found = self.notices(office, reach, &which, 1).await?;
        found.into_iter().next().ok_or_else(|| Fault::not_found(format!("notice {id}")))
    }
}
