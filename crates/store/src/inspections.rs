//! Draws of awards for inspection. Each is kept with its rules, its seed and its list, and shown beside all others.

use jixiao_core::{
    both,
    inspection::{Drawn, Rules, Subject, Why, draw},
    people::{Deed, May, Reach, deeds},
};
use sqlx::any::AnyRow;

use crate::{
    change::{Change, Noted},
    database::Database,
    fault::Fault,
    moment::Moment,
    money::ROWS,
    office::Office,
    rows::Get as _,
    sql::Sql,
};

/// A draw as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspection {
    /// Its number.
    pub id: i64,
    /// The award run that it was drawn from.
    pub run: i64,
    /// The fund year of the run.
    pub year: i16,
    /// What decided the order.
    pub seed: String,
    /// What was asked for.
    pub rules: Rules,
    /// How many awards it was drawn from.
    pub drawn_from: i64,
    /// How many were drawn.
    pub drawn: i64,
    /// Why it was drawn; needed where the run was drawn from before.
    pub reason: String,
    /// Who drew it.
    pub drawn_by: String,
    /// When.
    pub drawn_at: Moment,
}

const INSPECTION: &str = "i.id, i.run_id, r.year, i.seed, i.share_percent, i.least_per_region, i.all_from_fen, i.drawn_from, i.reason, i.drawn_by, \
                          i.drawn_at, (SELECT COUNT(*) FROM inspection_item AS t WHERE t.inspection_id = i.id) AS drawn \
                          FROM inspection AS i JOIN award_run AS r ON r.id = i.run_id WHERE r.fund = ";

impl Change {
    /// Draws from the awards of a run that come to something, and keeps the draw. The seed comes from outside and is not chosen by whoever draws.
    ///
    /// # Errors
    /// There is no such run, the rules cannot be followed, it was drawn from before and no reason is given for drawing again, or the database cannot be
    /// reached.
    pub async fn draw_inspection(
        &mut self,
        office: &Office,
        may: &May<deeds::DrawInspection>,
        run: i64,
        rules: &Rules,
        seed: &str,
        reason: &str,
    ) -> Result<i64, Fault> {
        let mut select = Sql::new("SELECT id FROM award_run WHERE fund = ");
        select.bind(office.fund.clone()).push(" AND id = ").bind(run);
        if select.one(self.on()).await?.is_none() {
            return Err(Fault::not_found(format!("award run {run}")));
        }
        let mut select =
            Sql::new("SELECT scheme, enterprise, region, fen FROM award WHERE fen > 0 AND run_id = ");
        select.bind(run).push(" ORDER BY scheme, enterprise");
        let rows = select.all(self.on()).await?;
        let subjects = rows.iter().map(subject).collect::<Result<Vec<_>, _>>()?;
        let mut before = Sql::new("SELECT COUNT(*) AS n FROM inspection WHERE run_id = ");
        before.bind(run);
        let before = before.one(self.on()).await?.map_or(Ok(0), |row| row.int("n"))?;
        let mut faults = Vec::new();
        if before > 0 && reason.trim().is_empty() {
            faults.push(both!(
                "本次测算已抽查过 {before} 次；再抽须写明理由，以前的名单照样保留",
                "this run was drawn from {before} times before: say why it is drawn again; the lists before are kept"
            ));
        }
        let drawn = draw(&subjects, rules, seed).map_err(|all| {
            faults.extend(all);
            Fault::Refused(std::mem::take(&mut faults))
        })?;
        if !faults.is_empty() {
            return Err(Fault::Refused(faults));
        }
        let (from, at) = (i64::try_from(subjects.len()).unwrap_or(i64::MAX), self.at().0);
        let mut insert = Sql::new(
            "INSERT INTO inspection (run_id, seed, share_percent, least_per_region, all_from_fen, drawn_from, reason, drawn_by, drawn_at) VALUES (",
        );
        insert.bind(run).push(", ").bind(seed.to_owned()).push(", ");
        insert.list([i64::from(rules.share_percent), i64::from(rules.least_per_region)]).push(", ");
        insert.bind(rules.all_from_fen).push(", ").bind(from).push(", ");
        insert.list([reason.trim().to_owned(), may.who().0.clone()]).push(", ").bind(at);
        insert.push(") RETURNING id");
        let row = insert.one(self.on()).await?;
        let id =
            row.map_or_else(|| Err(Fault::Broken("no number was given".to_owned())), |row| row.int("id"))?;
        for some in drawn.chunks(ROWS) {
            let rows: Vec<_> = some
                .iter()
                .map(|Drawn { subject, why }| {
                    (&subject.scheme, &subject.enterprise, &subject.region, subject.fen, why.code())
                })
                .collect();
            let mut items = Sql::new(
                "INSERT INTO inspection_item (inspection_id, scheme, enterprise, region, fen, why) SELECT ",
            );
            items.bind(id).push(
                ", given.value ->> 0, given.value ->> 1, given.value ->> 2, CAST(given.value ->> 3 AS BIGINT), given.value ->> 4 FROM ",
            );
            items.given(&rows);
            items.run(self.on()).await?;
        }
        let Rules { share_percent, least_per_region, all_from_fen } = rules;
        let amount = all_from_fen.map_or_else(|| "none".to_owned(), |fen| fen.to_string());
        self.note(Noted {
            deed: "inspection.draw".to_owned(),
            subject: format!("inspection/{id}"),
            after: format!(
                "run {run} seed {seed} share {share_percent} region {least_per_region} from {amount} drawn {} of {from}",
                drawn.len()
            ),
            reason: reason.trim().to_owned(),
            ..Noted::default()
        });
        Ok(id)
    }
}

impl Database {
    /// Every draw of a fund, the newest first.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn inspections(&self, office: &Office) -> Result<Vec<Inspection>, Fault> {
        let mut select = Sql::new(format!("SELECT {INSPECTION}"));
        select.bind(office.fund.clone()).push(" ORDER BY i.id DESC");
        select.all(&mut *self.readers().acquire().await?).await?.iter().map(inspection).collect()
    }

    /// The awards of a draw in somebody's reach, by region, scheme and enterprise.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn inspected(
        &self,
        office: &Office,
        reach: &Reach<Deed>,
        id: i64,
    ) -> Result<Vec<Drawn>, Fault> {
        let mut select = Sql::new(
            "SELECT scheme, enterprise, region, fen, why FROM inspection_item WHERE inspection_id IN \
             (SELECT i.id FROM inspection AS i JOIN award_run AS r ON r.id = i.run_id WHERE r.fund = ",
        );
        select.bind(office.fund.clone()).push(") AND inspection_id = ").bind(id);
        office.restrict(&mut select, reach.scopes());
        select.push(" ORDER BY region, scheme, enterprise");
        let rows = select.all(&mut *self.readers().acquire().await?).await?;
        rows.iter()
            .map(|row| {
                let why = row.text("why")?;
                let why =
                    Why::of(&why).ok_or_else(|| Fault::Broken(format!("{why} is no reason to inspect")))?;
                Ok(Drawn { subject: subject(row)?, why })
            })
            .collect()
    }
}

fn subject(row: &AnyRow) -> Result<Subject, Fault> {
    Ok(Subject {
        scheme: row.text("scheme")?,
        enterprise: row.text("enterprise")?,
        region: row.text("region")?,
        fen: row.int("fen")?,
    })
}

fn inspection(row: &AnyRow) -> Result<Inspection, Fault> {
    let small = |name: &str| -> Result<u32, Fault> {
        let value = row.int(name)?;
        u32::try_from(value).map_err(|_| Fault::Broken(format!("{name} is {value}")))
    };
    Ok(Inspection {
        id: row.int("id")?,
        run: row.int("run_id")?,
        year: row.year("year")?,
        seed: row.text("seed")?,
        rules: Rules {
            share_percent: u8::try_from(small("share_percent")?)
                .map_err(|_| Fault::Broken("a share above a hundred".to_owned()))?,
            least_per_region: small("least_per_region")?,
            all_from_fen: row.int_or_none("all_from_fen")?,
        },
        drawn_from: row.int("drawn_from")?,
        drawn: row.int("drawn")?,
        reason: row.text("reason")?,
        drawn_by: row.text("drawn_by")?,
        drawn_at: Moment(row.int("drawn_at")?),
    })
}
