//! Award runs as the engine made them, and their awards.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use jixiao_core::{
    book::{AccountName, Cause, EntryKind, Outcome, Step, Whole},
    both,
    people::{Deed, May, Reach, Scope, deeds},
};
use sqlx::any::AnyRow;

use crate::{
    change::{Change, Noted},
    database::Database,
    fault::Fault,
    moment::Moment,
    money::{Asked, ROWS},
    office::{Office, Reached},
    rows::Get as _,
    sql::Sql,
};

/// A run to be kept.
#[derive(Clone, Debug)]
pub struct NewRun<'a> {
    /// The fund year.
    pub year: i16,
    /// SHA-256 of the fund folder that it was made with.
    pub folder_sha256: &'a str,
    /// The ledgers that it was made from, with the SHA-256 of each: JSON.
    pub inputs: &'a str,
    /// What it came to by scheme, region and reason: JSON.
    pub summary: &'a str,
    /// The awards.
    pub awards: &'a [Award],
}

/// An award of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Award {
    /// The scheme's id.
    pub scheme: String,
    /// Division code.
    pub region: String,
    /// The enterprise's code.
    pub enterprise: String,
    /// What was claimed, in fen.
    pub claimed_fen: i64,
    /// What is awarded, in fen.
    pub fen: i64,
    /// How it was worked out: JSON, or its digest once it is kept.
    pub derivation: String,
    /// Whether a rule that was not found had a part in it.
    pub illustrative: bool,
}

/// A run as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Its number.
    pub id: i64,
    /// The fund year.
    pub year: i16,
    /// SHA-256 of the fund folder that it was made with.
    pub folder_sha256: String,
    /// Digest of the list of ledgers.
    pub inputs: String,
    /// Digest of what it came to.
    pub summary: String,
    /// How many awards.
    pub award_count: i64,
    /// What they come to, in fen.
    pub total_fen: i64,
    /// Who made it.
    pub made_by: String,
    /// When.
    pub made_at: Moment,
}

/// Which awards are asked for.
#[derive(Clone, Debug, Default)]
pub struct Which {
    /// Under a scheme.
    pub scheme: Option<String>,
    /// Of a region, it alone.
    pub region: Option<String>,
    /// Of an enterprise.
    pub enterprise: Option<String>,
    /// After this scheme and enterprise: the next page begins after the last of this one.
    pub after: Option<(String, String)>,
}

/// An award as everybody may see it: its public columns, nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disclosed {
    /// The scheme's id.
    pub scheme: String,
    /// Division code.
    pub region: String,
    /// The enterprise's code.
    pub enterprise: String,
    /// What is awarded, in fen.
    pub fen: i64,
    /// Whether a rule that was not found had a part in it.
    pub illustrative: bool,
}

/// Where an application is once its award is disclosed: from public notice on, unless it was taken back.
const DISCLOSED: [&str; 5] = ["notice", "objected", "awarded", "paid", "closed"];

/// What is shown of an award, in fen: what its application was reduced to at review, or else what the run came to.
const SHOWN: &str = "COALESCE(told.lowered_fen, a.fen)";

const RUN: &str = "id, year, folder_sha256, inputs, summary, award_count, total_fen, made_by, made_at";
const AWARD: &str = "scheme, region, enterprise, claimed_fen, fen, derivation, illustrative";

impl Change {
    /// Keeps a run with its awards and derivations. The same ledgers and fund folder give the same run: it is kept once.
    ///
    /// # Errors
    /// The run is there already, its awards come to more than can be kept, or the database cannot be reached.
    pub async fn keep_run(
        &mut self,
        office: &Office,
        may: &May<deeds::RunAwards>,
        run: NewRun<'_>,
    ) -> Result<i64, Fault> {
        let total = run.awards.iter().try_fold(0i64, |sum, award| sum.checked_add(award.fen));
        let total =
            total.ok_or_else(|| Fault::Broken("the awards come to more than can be kept".to_owned()))?;
        let count = i64::try_from(run.awards.len()).unwrap_or(i64::MAX);
        let inputs = self.keep_document(run.inputs).await?;
        let summary = self.keep_document(run.summary).await?;
        let at = self.at().0;
        let mut insert = Sql::new(
            "INSERT INTO award_run (fund, year, folder_sha256, inputs, summary, award_count, total_fen, made_by, made_at) VALUES (",
        );
        insert.bind(office.fund.clone()).push(", ").bind(i64::from(run.year)).push(", ");
        insert.list([run.folder_sha256.to_owned(), inputs.clone(), summary]).push(", ");
        insert
            .list([count, total])
            .push(", ")
            .bind(may.who().0.clone())
            .push(", ")
            .bind(at)
            .push(") RETURNING id");
        let row = insert.one(self.on()).await.map_err(|fault| match fault {
            Fault::Taken { .. } => {
                Fault::Taken { what: format!("award run of {} from inputs {inputs}", run.year) }
            }
            other => other,
        })?;
        let id =
            row.map_or_else(|| Err(Fault::Broken("no number was given".to_owned())), |row| row.int("id"))?;
        for some in run.awards.chunks(ROWS) {
            let digests: Vec<String> =
                some.iter().map(|award| crate::documents::sha256(&award.derivation)).collect();
            let texts: BTreeMap<&str, &str> = digests
                .iter()
                .zip(some)
                .map(|(digest, award)| (digest.as_str(), award.derivation.as_str()))
                .collect();
            let mut documents = Sql::new(
                "INSERT INTO document (sha256, text) SELECT given.value ->> 0, given.value ->> 1 FROM ",
            );
            documents.given(&texts.into_iter().collect::<Vec<_>>());
            // The condition tells SQLite that what follows belongs to the INSERT.
            documents.push(" WHERE 1 = 1 ON CONFLICT (sha256) DO NOTHING");
            documents.run(self.on()).await?;
            let rows: Vec<_> = some
                .iter()
                .zip(&digests)
                .map(|(award, digest)| {
                    let Award { scheme, region, enterprise, claimed_fen, fen, derivation: _, illustrative } =
                        award;
                    (scheme, region, enterprise, claimed_fen, fen, digest, i64::from(*illustrative))
                })
                .collect();
            let mut awards = Sql::new(format!("INSERT INTO award (run_id, {AWARD}) SELECT "));
            awards.bind(id).push(
                ", given.value ->> 0, given.value ->> 1, given.value ->> 2, CAST(given.value ->> 3 AS BIGINT), \
                 CAST(given.value ->> 4 AS BIGINT), given.value ->> 5, CAST(given.value ->> 6 AS BIGINT) FROM ",
            );
            awards.given(&rows);
            awards.run(self.on()).await?;
        }
        self.note(Noted {
            deed: "award-run.keep".to_owned(),
            subject: format!("award-run/{id}"),
            after: format!("{count} awards {total} fen inputs {inputs}"),
            ..Noted::default()
        });
        Ok(id)
    }
}

impl Change {
    /// The run that was made from the same ledgers and fund folder and came to the same, if there is one.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn known_run(&mut self, office: &Office, run: &NewRun<'_>) -> Result<Option<i64>, Fault> {
        let mut select = Sql::new("SELECT id FROM award_run WHERE fund = ");
        select.bind(office.fund.clone()).push(" AND year = ").bind(i64::from(run.year));
        select.push(" AND folder_sha256 = ").bind(run.folder_sha256.to_owned());
        select.push(" AND inputs = ").bind(crate::documents::sha256(run.inputs));
        select.push(" AND summary = ").bind(crate::documents::sha256(run.summary));
        select.one(self.on()).await?.map(|row| row.int("id")).transpose()
    }

    /// Commits the awards of a run: from what is allocated to scheme and region to each award. All or none; what was committed before is left as it is.
    /// What an enterprise applied for by a case is left to that case: it is committed there, once, or refused there. Gives how many are new and what they come
    /// to, in fen.
    ///
    /// # Errors
    /// There is no such run, somewhere less is allocated than is awarded (every place is told), or the database cannot be reached.
    pub async fn commit_run(
        &mut self,
        office: &Office,
        may: &May<deeds::MakeAward>,
        run: i64,
    ) -> Result<(usize, i64), Fault> {
        let mut select = Sql::new(format!(
            "SELECT a.run_id, r.year, {AWARD}, CASE WHEN EXISTS (SELECT 1 FROM case_file AS c WHERE c.machine = 'application' AND c.fund = r.fund \
             AND c.year = r.year AND c.scheme = a.scheme AND c.enterprise = a.enterprise AND c.enterprise <> '') THEN 1 ELSE 0 END AS applied \
             FROM award AS a JOIN award_run AS r ON r.id = a.run_id WHERE a.fen > 0 AND r.fund = "
        ));
        select.bind(office.fund.clone()).push(" AND r.id = ").bind(run).push(" ORDER BY scheme, enterprise");
        let rows = select.all(self.on()).await?;
        if rows.is_empty() {
            return Err(Fault::not_found(format!("award run {run} with awards")));
        }
        let mut entries = Vec::with_capacity(rows.len());
        for row in &rows {
            if row.yes("applied")? {
                continue;
            }
            let (year, award) = (row.year("year")?, award(row)?);
            let Award { scheme, region, enterprise, fen, .. } = &award;
            entries.push(Asked {
                key: format!("award/{run}/{scheme}/{enterprise}"),
                kind: EntryKind::Commit,
                step: Step::Move,
                from: AccountName::allocated(&office.fund, year, scheme, region),
                to: AccountName::committed(&office.fund, year, scheme, region, enterprise),
                fen: *fen,
                cause: Cause { kind: "award-run".to_owned(), reference: run.to_string() },
                corrects: None,
                reason: String::new(),
            });
        }
        let outcomes = self.post(&entries, Whole::Together).await?;
        // A place that is short is told once, with what all its awards need.
        let mut short: BTreeMap<&AccountName, (i64, Outcome)> = BTreeMap::new();
        let (mut new, mut fen) = (0, 0i64);
        for (entry, outcome) in entries.iter().zip(outcomes) {
            match outcome {
                Outcome::Created => {
                    new += 1;
                    fen = fen.saturating_add(entry.fen);
                }
                Outcome::Exists | Outcome::WholeRefused => {}
                other => {
                    let place = short.entry(&entry.from).or_insert((0, other));
                    place.0 = place.0.saturating_add(entry.fen);
                }
            }
        }
        if !short.is_empty() {
            let told = short.into_iter().map(|(account, (lacking, first))| {
                let words = first.words();
                let (zh, en) = (words.zh, words.en);
                both!(
                    "{account}：{zh}；共有 {lacking} 分无处列支",
                    "{account}: {en}; {lacking} fen find no money"
                )
            });
            return Err(Fault::Refused(told.collect()));
        }
        self.note(Noted {
            deed: "award-run.commit".to_owned(),
            subject: format!("award-run/{run}"),
            after: format!("{new} awards {fen} fen, by {}", may.who()),
            ..Noted::default()
        });
        Ok((new, fen))
    }
}

impl Database {
    /// The runs of a fund, the newest first.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn runs(&self, office: &Office, year: Option<i16>) -> Result<Vec<Run>, Fault> {
        let mut select = Sql::new(format!("SELECT {RUN} FROM award_run WHERE fund = "));
        select.bind(office.fund.clone()).equal("year", year.map(i64::from)).push(" ORDER BY id DESC");
        select.all(&mut *self.readers().acquire().await?).await?.iter().map(run).collect()
    }

    /// The awards of a run in somebody's reach, by scheme and enterprise, at most `limit`.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn awards(
        &self,
        office: &Office,
        reach: &Reach<Deed>,
        run: i64,
        which: &Which,
        limit: i64,
    ) -> Result<Vec<Award>, Fault> {
        let few = which.enterprise.is_some() || of_enterprises(&office.reached(reach.scopes()));
        let mut select = Sql::new(format!("SELECT {AWARD} FROM award WHERE "));
        of_run(&mut select, office, run, few);
        select
            .equal("scheme", which.scheme.clone())
            .equal("region", which.region.clone())
            .equal("enterprise", which.enterprise.clone());
        if let Some((scheme, enterprise)) = &which.after {
            select.push(" AND (scheme, enterprise) > (").list([scheme.clone(), enterprise.clone()]).push(")");
        }
        office.restrict(&mut select, reach.scopes());
        select.push(" ORDER BY scheme, enterprise LIMIT ").bind(limit);
        select.all(&mut *self.readers().acquire().await?).await?.iter().map(award).collect()
    }

    /// What a run's awards in somebody's reach come to: scheme, region, how many, fen.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn award_totals(
        &self,
        office: &Office,
        reach: &Reach<Deed>,
        run: i64,
    ) -> Result<Vec<Total>, Fault> {
        let reached = office.reached(reach.scopes());
        if !reached.all && !reached.enterprises.is_empty() {
            return self.totals_of(office, run, Some(reach.scopes())).await;
        }
        let known = self.totals.find(&office.fund, run);
        let totals = match known {
            Some(totals) => totals,
            None => self.totals.keep(&office.fund, run, self.totals_of(office, run, None).await?),
        };
        let within = |region: &String| reached.all || reached.regions.contains(region);
        Ok(totals.iter().filter(|(_, region, ..)| within(region)).cloned().collect())
    }

    async fn totals_of(
        &self,
        office: &Office,
        run: i64,
        scopes: Option<&[Scope]>,
    ) -> Result<Vec<Total>, Fault> {
        let few = scopes.is_some_and(|scopes| of_enterprises(&office.reached(scopes)));
        let mut select = Sql::new(
            "SELECT scheme, region, COUNT(*) AS n, CAST(SUM(fen) AS BIGINT) AS fen FROM award WHERE ",
        );
        of_run(&mut select, office, run, few);
        if let Some(scopes) = scopes {
            office.restrict(&mut select, scopes);
        }
        select.push(" GROUP BY scheme, region ORDER BY scheme, region");
        let rows = select.all(&mut *self.readers().acquire().await?).await?;
        rows.iter()
            .map(|row| Ok((row.text("scheme")?, row.text("region")?, row.int("n")?, row.int("fen")?)))
            .collect()
    }

    /// One award of a run in somebody's reach.
    ///
    /// # Errors
    /// There is none, which is also what is said of another's; or the database cannot be reached.
    pub async fn award(
        &self,
        office: &Office,
        reach: &Reach<Deed>,
        run: i64,
        scheme: &str,
        enterprise: &str,
    ) -> Result<Award, Fault> {
        let which = Which {
            scheme: Some(scheme.to_owned()),
            enterprise: Some(enterprise.to_owned()),
            ..Which::default()
        };
        let found = self.awards(office, reach, run, &which, 1).await?;
        found.into_iter().next().ok_or_else(|| Fault::not_found(format!("award {run}/{scheme}/{enterprise}")))
    }

    /// The newest run of a year.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn newest_run(&self, office: &Office, year: i16) -> Result<Option<i64>, Fault> {
        let mut select = Sql::new("SELECT id FROM award_run WHERE fund = ");
        select.bind(office.fund.clone()).push(" AND year = ").bind(i64::from(year));
        select.push(" ORDER BY id DESC LIMIT 1");
        let row = select.one(&mut *self.readers().acquire().await?).await?;
        row.map(|row| row.int("id")).transpose()
    }

    /// What of a run everybody may see: awards whose application has been in public notice, by scheme and enterprise, at most `limit`.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn disclosed_awards(
        &self,
        office: &Office,
        _: &Reach<deeds::ReadDisclosed>,
        run: i64,
        which: &Which,
        limit: i64,
    ) -> Result<Vec<Disclosed>, Fault> {
        let mut select =
            Sql::new(format!("SELECT a.scheme, a.region, a.enterprise, {SHOWN} AS fen, a.illustrative"));
        disclosed(&mut select, office, run);
        select
            .equal("a.scheme", which.scheme.clone())
            .equal("a.region", which.region.clone())
            .equal("a.enterprise", which.enterprise.clone());
        if let Some((scheme, enterprise)) = &which.after {
            let after = [scheme.clone(), enterprise.clone()];
            select.push(" AND (a.scheme, a.enterprise) > (").list(after).push(")");
        }
        select.push(" ORDER BY a.scheme, a.enterprise LIMIT ").bind(limit);
        let rows = select.all(&mut *self.readers().acquire().await?).await?;
        let one = |row: &AnyRow| {
            Ok(Disclosed {
                scheme: row.text("scheme")?,
                region: row.text("region")?,
                enterprise: row.text("enterprise")?,
                fen: row.int("fen")?,
                illustrative: row.yes("illustrative")?,
            })
        };
        rows.iter().map(one).collect()
    }

    /// What the disclosed awards of a run come to: scheme, region, how many, fen.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn disclosed_totals(
        &self,
        office: &Office,
        _: &Reach<deeds::ReadDisclosed>,
        run: i64,
    ) -> Result<Vec<(String, String, i64, i64)>, Fault> {
        let mut select = Sql::new(format!(
            "SELECT a.scheme, a.region, COUNT(*) AS n, CAST(SUM({SHOWN}) AS BIGINT) AS fen"
        ));
        disclosed(&mut select, office, run);
        select.push(" GROUP BY a.scheme, a.region ORDER BY a.scheme, a.region");
        let rows = select.all(&mut *self.readers().acquire().await?).await?;
        rows.iter()
            .map(|row| Ok((row.text("scheme")?, row.text("region")?, row.int("n")?, row.int("fen")?)))
            .collect()
    }

    /// Which of some enterprises have an award in somebody's reach, and in which region.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn awarded_enterprises(
        &self,
        office: &Office,
        reach: &Reach<Deed>,
        beginning: &str,
        among: Option<&[String]>,
        limit: i64,
    ) -> Result<Vec<(String, String)>, Fault> {
        let mut select = Sql::new(
            "SELECT DISTINCT enterprise, region FROM award WHERE run_id IN (SELECT MAX(id) FROM award_run WHERE fund = ",
        );
        select.bind(office.fund.clone()).push(" GROUP BY year)");
        match among {
            Some(codes) => {
                select.among("enterprise", Some(codes.iter().cloned()));
            }
            None => {
                // A range, because an index serves it on both kinds of database.
                select.push(" AND enterprise >= ").bind(beginning.to_owned());
                select.push(" AND enterprise < ").bind(format!("{beginning}\u{10ffff}"));
            }
        }
        office.restrict(&mut select, reach.scopes());
        select.push(" ORDER BY enterprise, region LIMIT ").bind(limit);
        let rows = select.all(&mut *self.readers().acquire().await?).await?;
        rows.iter().map(|row| Ok((row.text("enterprise")?, row.text("region")?))).collect()
    }
}

/// Whether enterprises are all that is reached: they have few awards of a run.
fn of_enterprises(reached: &Reached) -> bool {
    !reached.all && reached.regions.is_empty()
}

/// The condition that awards are of a run of the fund. Where they are few, found by their enterprise, the plus keeps SQLite, which knows nothing of how many there are,
/// from going through the whole run instead.
fn of_run(select: &mut Sql, office: &Office, run: i64, few: bool) {
    let column = if few { "+run_id" } else { "run_id" };
    select.push(column).push(" = ").bind(run).push(" AND ").push(column);
    select.push(" IN (SELECT id FROM award_run WHERE fund = ").bind(office.fund.clone()).push(")");
}

/// From where disclosed awards of a run are taken: an award counts once, whatever applications there are. The applications are gathered first and once, and
/// their awards looked up by key; `CROSS JOIN` has SQLite go in this order instead of through every award of the run.
fn disclosed(select: &mut Sql, office: &Office, run: i64) {
    select.push(
        " FROM (SELECT c.enterprise, c.scheme, c.year, MIN(d.after_fen) AS lowered_fen \
         FROM case_file AS c LEFT JOIN reduction AS d ON d.case_id = c.id AND d.after_fen = c.amount_fen \
         WHERE c.machine = 'application' AND c.enterprise <> '' AND c.fund = ",
    );
    select
        .bind(office.fund.clone())
        .push(" GROUP BY c.enterprise, c.scheme, c.year HAVING SUM(CASE WHEN 1 = 1");
    select.among("c.state", Some(DISCLOSED.map(str::to_owned)));
    select.push(
        " THEN 1 ELSE 0 END) > 0) AS told CROSS JOIN award_run AS r CROSS JOIN award AS a WHERE r.id = ",
    );
    select.bind(run).push(" AND r.fund = ").bind(office.fund.clone());
    select.push(
        " AND told.year = r.year AND a.run_id = r.id AND a.scheme = told.scheme AND a.enterprise = told.enterprise AND a.fen > 0",
    );
}

/// What awards of a scheme in a region come to: scheme, region, how many, fen.
pub type Total = (String, String, i64, i64);

/// Totals of runs that were asked for. A run and its awards are kept together and never changed: what they once came to they always come to.
#[derive(Debug, Default)]
pub(crate) struct Totals(Mutex<Remembered>);

/// Totals by fund and run.
type Remembered = BTreeMap<(String, i64), Arc<Vec<Total>>>;

impl Totals {
    /// So many runs are remembered.
    const MOST: usize = 64;

    fn find(&self, fund: &str, run: i64) -> Option<Arc<Vec<Total>>> {
        self.known().get(&(fund.to_owned(), run)).cloned()
    }

    fn keep(&self, fund: &str, run: i64, totals: Vec<Total>) -> Arc<Vec<Total>> {
        let totals = Arc::new(totals);
        // Of a run that is not there yet nothing is known.
        if !totals.is_empty() {
            let mut known = self.known();
            if known.len() >= Self::MOST {
                known.clear();
            }
            known.insert((fund.to_owned(), run), totals.clone());
        }
        totals
    }

    fn known(&self) -> MutexGuard<'_, Remembered> {
        // A panic elsewhere leaves whole entries only.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn run(row: &AnyRow) -> Result<Run, Fault> {
    Ok(Run {
        id: row.int("id")?,
        year: row.year("year")?,
        folder_sha256: row.text("folder_sha256")?,
        inputs: row.text("inputs")?,
        summary: row.text("summary")?,
        award_count: row.int("award_count")?,
        total_fen: row.int("total_fen")?,
        made_by: row.text("made_by")?,
        made_at: Moment(row.int("made_at")?),
    })
}

fn award(row: &AnyRow) -> Result<Award, Fault> {
    Ok(Award {
        scheme: row.text("scheme")?,
        region: row.text("region")?,
        enterprise: row.text("enterprise")?,
        claimed_fen: row.int("claimed_fen")?,
        fen: row.int("fen")?,
        derivation: row.text("derivation")?,
        illustrative: row.yes("illustrative")?,
    })
}
