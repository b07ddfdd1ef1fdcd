//! Official forms that were issued: which file, for whom, by whom, when.

use jixiao_core::people::{Deed, May, Reach, deeds};

use crate::{
    change::{Change, Noted},
    database::Database,
    fault::Fault,
    moment::Moment,
    office::Office,
    rows::Get as _,
    sql::Sql,
};

/// A form that was issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// Its number.
    pub id: i64,
    /// The fund year.
    pub year: i16,
    /// Which form, by its id.
    pub form: String,
    /// Division code; empty for the whole.
    pub region: String,
    /// SHA-256 of the file, which is kept as evidence.
    pub sha256: String,
    /// Who issued it.
    pub issued_by: String,
    /// When.
    pub issued_at: Moment,
}

impl Change {
    /// Notes that a form was issued; its file must be kept as evidence before.
    ///
    /// # Errors
    /// The file is not there, or the database cannot be reached.
    pub async fn issue_form(
        &mut self,
        office: &Office,
        may: &May<deeds::IssueForms>,
        year: i16,
        form: &str,
        region: &str,
        sha256: &str,
    ) -> Result<i64, Fault> {
        let mut there = Sql::new("SELECT COUNT(*) AS n FROM evidence WHERE sha256 = ");
        there.bind(sha256.to_owned());
        if there.one(self.on()).await?.map_or(Ok(0), |row| row.int("n"))? == 0 {
            return Err(Fault::not_found(format!("file {sha256}")));
        }
        let at = self.at().0;
        let mut insert = Sql::new(
            "INSERT INTO form_issued (fund, year, form, region, sha256, issued_by, issued_at) VALUES (",
        );
        insert.bind(office.fund.clone()).push(", ").bind(i64::from(year)).push(", ");
        insert.list([form, region, sha256, &may.who().0].map(str::to_owned)).push(", ").bind(at);
        insert.push(") RETURNING id");
        let row = insert.one(self.on()).await?;
        let id =
            row.map_or_else(|| Err(Fault::Broken("no number was given".to_owned())), |row| row.int("id"))?;
        self.note(Noted {
            deed: "form.issue".to_owned(),
            subject: format!("form/{id}"),
            after: format!("{form} {year} {region} sha256 {sha256}"),
            ..Noted::default()
        });
        Ok(id)
    }
}

impl Database {
    /// The forms of a fund in somebody's reach, the newest first, at most `limit`.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn forms(
        &self,
        office: &Office,
        reach: &Reach<Deed>,
        year: Option<i16>,
        limit: i64,
    ) -> Result<Vec<Issued>, Fault> {
        let mut select = Sql::new(
            "SELECT id, year, form, region, sha256, issued_by, issued_at, '' AS enterprise FROM form_issued WHERE fund = ",
        );
        select.bind(office.fund.clone()).equal("year", year.map(i64::from));
        office.restrict_regions(&mut select, reach.scopes());
        select.push(" ORDER BY id DESC LIMIT ").bind(limit);
        let rows = select.all(&mut *self.readers().acquire().await?).await?;
        let issued = |row: &sqlx::any::AnyRow| {
            Ok(Issued {
                id: row.int("id")?,
                year: row.year("year")?,
                form: row.text("form")?,
                region: row.text("region")?,
                sha256: row.text("sha256")?,
                issued_by: row.text("issued_by")?,
                issued_at: Moment(row.int("issued_at")?),
            })
        };
        rows.iter().map(issued).collect()
    }
}
