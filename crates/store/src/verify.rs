//! Everything that can be doubted about a database, looked at again.
//!
//! Balances are worked out from entries, awards compared with what was committed, digests made again of every record, file and document, and every
//! reference followed. All of it is read at one moment, so that it may be done while others write.

use std::collections::BTreeMap;

use futures_util::TryStreamExt as _;
use jixiao_core::{
    book::{self, AccountKind},
    both,
    finding::Both,
};
use sha2::{Digest as _, Sha256};
use sqlx::{AnyConnection, AssertSqlSafe};

use crate::{
    audit::{self, doubts_of_chain},
    cases::doubts_of_cases,
    database::{Database, Dialect, beginning},
    evidence::{self, doubts_of_evidence},
    fault::Fault,
    money::{doubts_of_books, hex},
    rows::Get as _,
    schema::{Table, count, tables},
};

/// What was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Accounts against entries.
    Books,
    /// Awards against commitments.
    Awards,
    /// Cases against the steps of their ways.
    Cases,
    /// The audit chain.
    Chain,
    /// Files against their digests.
    Evidence,
    /// Texts against their digests.
    Documents,
    /// Rows that refer to others.
    References,
}

impl Part {
    /// Every part, in the order in which they are looked at.
    pub const ALL: [Self; 7] = [
        Self::Books,
        Self::Awards,
        Self::Cases,
        Self::Chain,
        Self::Evidence,
        Self::Documents,
        Self::References,
    ];

    /// The part's code, as written.
    pub fn code(self) -> &'static str {
        match self {
            Self::Books => "books",
            Self::Awards => "awards",
            Self::Cases => "cases",
            Self::Chain => "chain",
            Self::Evidence => "evidence",
            Self::Documents => "documents",
            Self::References => "references",
        }
    }

    /// What was looked at, in words, with the unit that is counted.
    pub fn label(self) -> Both {
        match self {
            Self::Books => both!("账簿：余额与分录（分录数）", "books: balances and entries (entries)"),
            Self::Awards => {
                both!("核定：核定金额与核定分录（核定数）", "awards: awarded and committed (awards)")
            }
            Self::Cases => both!("事项：状态与各步（事项数）", "cases: state and steps (cases)"),
            Self::Chain => both!("审计链：内容、链值、链头、封存（记录数）", "audit chain (records)"),
            Self::Evidence => both!("证据文件：SHA-256（文件数）", "evidence files: SHA-256 (files)"),
            Self::Documents => both!("文书：SHA-256（文书数）", "documents: SHA-256 (documents)"),
            Self::References => both!("引用：所指的行都在（外键数）", "references (foreign keys)"),
        }
    }
}

/// Something about awards and commitments that cannot be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AwardDoubt {
    /// A run does not hold what it says that it holds.
    Run {
        /// The run's number.
        run: i64,
        /// How many awards and how many fen it says.
        said: (i64, i64),
        /// How many awards and how many fen there are.
        found: (i64, i64),
    },
    /// What was committed is not what was awarded, and no release explains it.
    Differs {
        /// The award.
        award: AwardName,
        /// What was awarded, in fen.
        awarded: i64,
        /// What was committed, in fen, less corrections.
        committed: i64,
        /// What was released of it, in fen.
        released: i64,
    },
}

/// Which award.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AwardName {
    /// The fund.
    pub fund: String,
    /// The fund year.
    pub year: i64,
    /// The scheme.
    pub scheme: String,
    /// The region.
    pub region: String,
    /// The enterprise.
    pub enterprise: String,
}

impl std::fmt::Display for AwardName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { fund, year, scheme, region, enterprise } = self;
        write!(f, "{fund}/{year}/{scheme}/{region}/{enterprise}")
    }
}

/// Something that cannot be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// About accounts and entries.
    Books(book::verify::Doubt),
    /// About awards and commitments.
    Award(AwardDoubt),
    /// About a case: its steps are not steps of its way, or its state is not that of its last step.
    Case(Both),
    /// About the audit chain.
    Chain(audit::Doubt),
    /// About a file.
    Evidence(evidence::Doubt),
    /// A text is not the one that it was.
    Document {
        /// The SHA-256 that it is known by.
        sha256: String,
        /// The SHA-256 of the text that is kept.
        found: String,
    },
    /// Rows refer to what is not there.
    Loose {
        /// The table with such rows.
        table: String,
        /// The columns that refer.
        columns: String,
        /// The table that they refer to.
        parent: String,
        /// How many rows.
        rows: i64,
    },
}

impl Doubt {
    /// What is wrong, with both figures.
    pub fn words(&self) -> Both {
        match self {
            Self::Books(doubt) => doubt.words(),
            Self::Case(words) => words.clone(),
            Self::Chain(doubt) => doubt.words(),
            Self::Evidence(doubt) => doubt.words(),
            Self::Award(AwardDoubt::Run { run, said: (a, b), found: (c, d) }) => both!(
                "第 {run} 次核定记有 {a} 笔 {b} 分，实有 {c} 笔 {d} 分",
                "award run {run} says {a} awards of {b} fen, there are {c} of {d} fen"
            ),
            Self::Award(AwardDoubt::Differs { award, awarded, committed, released }) => both!(
                "{award}：核定 {awarded} 分，核定分录 {committed} 分（其中核减 {released} 分），两者不符",
                "{award}: {awarded} fen were awarded, {committed} fen committed ({released} fen of it released): they differ"
            ),
            Self::Document { sha256, found } => both!(
                "文书 {sha256} 现在的摘要为 {found}：内容被改动",
                "the document {sha256} now has the digest {found}: it was changed"
            ),
            Self::Loose { table, columns, parent, rows } => both!(
                "表 {table} 有 {rows} 行的 {columns} 所指的 {parent} 不存在",
                "{rows} rows of {table} refer by {columns} to what is not in {parent}"
            ),
        }
    }
}

/// What came of looking at one part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looked {
    /// The part.
    pub part: Part,
    /// How many things were looked at.
    pub count: i64,
    /// What cannot be right.
    pub doubts: Vec<Doubt>,
    /// What is worth knowing and may well be meant.
    pub remarks: Vec<Both>,
}

/// What the accounts of a kind hold in a region, in a fund year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Total {
    /// The fund.
    pub fund: String,
    /// The fund year.
    pub year: i16,
    /// The kind of account.
    pub kind: AccountKind,
    /// Division code of the region; empty for what is not of a region.
    pub region: String,
    /// How many accounts.
    pub accounts: i64,
    /// What they hold, in fen.
    pub held: i64,
    /// What is reserved to leave them, in fen.
    pub reserved: i64,
}

/// What came of looking at a whole database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Each part, in order.
    pub parts: Vec<Looked>,
    /// What accounts hold, by fund, year, kind and region.
    pub totals: Vec<Total>,
}

impl Report {
    /// Whether nothing is doubted.
    pub fn is_sound(&self) -> bool {
        self.doubts().next().is_none()
    }

    /// Everything that cannot be right.
    pub fn doubts(&self) -> impl Iterator<Item = &Doubt> {
        self.parts.iter().flat_map(|looked| &looked.doubts)
    }
}

/// Looks at everything again.
///
/// # Errors
/// The database cannot be reached, or is not at the version that this program needs.
pub async fn verify(database: &Database) -> Result<Report, Fault> {
    database.must_be_current().await?;
    look(&mut *database.snapshot().await?, database.dialect()).await
}

/// Looks at everything that a connection sees.
pub(crate) async fn look(on: &mut AnyConnection, dialect: Dialect) -> Result<Report, Fault> {
    let mut parts = Vec::new();
    let mut looked = |part, count, doubts, remarks| parts.push(Looked { part, count, doubts, remarks });

    let (entries, doubts) = doubts_of_books(on).await?;
    let entries = i64::try_from(entries).unwrap_or(i64::MAX);
    looked(Part::Books, entries, doubts.into_iter().map(Doubt::Books).collect(), Vec::new());

    let (count, doubts, remarks) = doubts_of_awards(on).await?;
    looked(Part::Awards, count, doubts.into_iter().map(Doubt::Award).collect(), remarks);

    let (count, doubts) = doubts_of_cases(on).await?;
    looked(Part::Cases, count, doubts.into_iter().map(Doubt::Case).collect(), Vec::new());

    let algorithm = beginning(on).await?.algorithm;
    let (count, doubts) = doubts_of_chain(on, algorithm).await?;
    looked(Part::Chain, count, doubts.into_iter().map(Doubt::Chain).collect(), Vec::new());

    let (count, doubts) = doubts_of_evidence(on).await?;
    looked(Part::Evidence, count, doubts.into_iter().map(Doubt::Evidence).collect(), Vec::new());

    let (count, doubts) = doubts_of_documents(on).await?;
    looked(Part::Documents, count, doubts, Vec::new());

    let (count, doubts) = doubts_of_references(on, dialect).await?;
    looked(Part::References, count, doubts, Vec::new());

    Ok(Report { totals: totals(on).await?, parts })
}

async fn doubts_of_documents(on: &mut AnyConnection) -> Result<(i64, Vec<Doubt>), Fault> {
    let mut doubts = Vec::new();
    let mut count = 0;
    let mut rows = sqlx::query("SELECT sha256, text FROM document ORDER BY sha256").fetch(on);
    while let Some(row) = rows.try_next().await? {
        let (sha256, found) = (row.text("sha256")?, hex(&Sha256::digest(row.text("text")?.as_bytes())));
        if sha256 != found {
            doubts.push(Doubt::Document { sha256, found });
        }
        count += 1;
    }
    Ok((count, doubts))
}

async fn doubts_of_references(on: &mut AnyConnection, dialect: Dialect) -> Result<(i64, Vec<Doubt>), Fault> {
    let mut doubts = Vec::new();
    let mut looked_at = 0;
    for Table { name: table, references, .. } in tables(on, dialect).await? {
        for reference in references {
            let parent = reference.parent;
            let pairs: Vec<_> =
                reference.columns.iter().map(|(here, there)| format!("p.{there} = c.{here}")).collect();
            let given: Vec<_> =
                reference.columns.iter().map(|(here, _)| format!("c.{here} IS NOT NULL")).collect();
            let sql = format!(
                "SELECT COUNT(*) AS n FROM {table} c WHERE {} AND NOT EXISTS (SELECT 1 FROM {parent} p WHERE {})",
                given.join(" AND "),
                pairs.join(" AND ")
            );
            let rows = sqlx::query(AssertSqlSafe(sql)).fetch_one(&mut *on).await?.int("n")?;
            looked_at += 1;
            if rows > 0 {
                let columns: Vec<_> = reference.columns.into_iter().map(|(here, _)| here).collect();
                doubts.push(Doubt::Loose { table: table.clone(), columns: columns.join(", "), parent, rows });
            }
        }
    }
    Ok((looked_at, doubts))
}

/// What was committed to an award and what of it was released, in fen.
#[derive(Clone, Copy, Default)]
struct Committed {
    net: i64,
    released: i64,
    /// Something was committed by other means than an application.
    by_run: bool,
}

/// The newest run of a fund year is in force. What was committed must be what it awards together with what applications were awarded, unless nothing was committed yet, or
/// releases make up for the difference. An award of the run counts once something was committed for it by other means than an application: a run may stand beside
/// applications that are awarded one by one.
async fn doubts_of_awards(on: &mut AnyConnection) -> Result<(i64, Vec<AwardDoubt>, Vec<Both>), Fault> {
    let mut doubts = Vec::new();
    let runs = sqlx::query(
        "SELECT r.id AS id, r.award_count AS said_count, r.total_fen AS said_fen, \
         COUNT(a.run_id) AS found_count, CAST(COALESCE(SUM(a.fen), 0) AS BIGINT) AS found_fen \
         FROM award_run r LEFT JOIN award a ON a.run_id = r.id GROUP BY r.id, r.award_count, r.total_fen ORDER BY r.id",
    )
    .fetch_all(&mut *on)
    .await?;
    for row in runs {
        let said = (row.int("said_count")?, row.int("said_fen")?);
        let found = (row.int("found_count")?, row.int("found_fen")?);
        if said != found {
            doubts.push(AwardDoubt::Run { run: row.int("id")?, said, found });
        }
    }

    let mut awarded: BTreeMap<AwardName, i64> = BTreeMap::new();
    let mut rows = sqlx::query(
        "SELECT r.fund AS fund, r.year AS year, a.scheme AS scheme, a.region AS region, a.enterprise AS enterprise, a.fen AS fen \
         FROM award a JOIN award_run r ON r.id = a.run_id \
         WHERE r.id = (SELECT MAX(n.id) FROM award_run n WHERE n.fund = r.fund AND n.year = r.year)",
    )
    .fetch(&mut *on);
    while let Some(row) = rows.try_next().await? {
        awarded.insert(award_name(&row)?, row.int("fen")?);
    }
    drop(rows);
    let count = i64::try_from(awarded.len()).unwrap_or(i64::MAX);

    let mut committed: BTreeMap<AwardName, Committed> = BTreeMap::new();
    // Only what goes between allocated and committed money is a commitment or takes one back; payments and what corrects them go elsewhere.
    for (sql, sign) in [
        (
            "SELECT c.fund AS fund, c.year AS year, c.scheme AS scheme, c.region AS region, c.enterprise AS enterprise, e.kind AS kind, \
             CASE WHEN e.cause_kind = 'application' THEN 1 ELSE 0 END AS applied, CAST(SUM(e.fen) AS BIGINT) AS fen \
             FROM entry e JOIN account c ON c.id = e.to_account JOIN account o ON o.id = e.from_account \
             WHERE c.kind = 'committed' AND o.kind = 'allocated' AND e.step IN ('move', 'post') \
             GROUP BY c.fund, c.year, c.scheme, c.region, c.enterprise, e.kind, applied",
            1_i64,
        ),
        (
            "SELECT c.fund AS fund, c.year AS year, c.scheme AS scheme, c.region AS region, c.enterprise AS enterprise, e.kind AS kind, \
             CASE WHEN e.cause_kind = 'application' THEN 1 ELSE 0 END AS applied, CAST(SUM(e.fen) AS BIGINT) AS fen \
             FROM entry e JOIN account c ON c.id = e.from_account JOIN account o ON o.id = e.to_account \
             WHERE c.kind = 'committed' AND o.kind = 'allocated' AND e.step IN ('move', 'post') \
             GROUP BY c.fund, c.year, c.scheme, c.region, c.enterprise, e.kind, applied",
            -1,
        ),
    ] {
        let mut rows = sqlx::query(sql).fetch(&mut *on);
        while let Some(row) = rows.try_next().await? {
            let (fen, release) = (row.int("fen")?, row.text("kind")? == "release");
            let by_run = sign > 0 && row.int("applied")? == 0;
            let of = committed.entry(award_name(&row)?).or_default();
            let moved = fen.checked_mul(sign).and_then(|fen| of.net.checked_add(fen));
            of.net =
                moved.ok_or_else(|| Fault::Broken("commitments beyond what can be counted".to_owned()))?;
            of.by_run |= by_run;
            if release {
                of.released = of.released.saturating_add(fen);
            }
        }
    }

    let mut applied: BTreeMap<AwardName, i64> = BTreeMap::new();
    let mut rows = sqlx::query(
        "SELECT fund, year, scheme, region, enterprise, CAST(SUM(amount_fen) AS BIGINT) AS fen FROM case_file \
         WHERE machine = 'application' AND state IN ('awarded', 'paid', 'closed') GROUP BY fund, year, scheme, region, enterprise",
    )
    .fetch(&mut *on);
    while let Some(row) = rows.try_next().await? {
        applied.insert(award_name(&row)?, row.int_or_none("fen")?.unwrap_or(0));
    }
    drop(rows);

    let (mut waiting, mut waiting_fen, mut lowered) = (0_i64, 0_i64, 0_i64);
    let names: std::collections::BTreeSet<AwardName> =
        awarded.keys().chain(applied.keys()).chain(committed.keys()).cloned().collect();
    for award in names {
        let Committed { net, released, by_run } = committed.get(&award).copied().unwrap_or_default();
        let of_run = awarded.get(&award).copied().unwrap_or(0);
        let of_cases = applied.get(&award).copied().unwrap_or(0);
        if of_run > 0 && !by_run && of_cases == 0 {
            waiting += 1;
            waiting_fen = waiting_fen.saturating_add(of_run);
        }
        let due = if by_run { of_run.saturating_add(of_cases) } else { of_cases };
        let lacking = due.saturating_sub(net);
        // What was committed and taken back as a whole need not stand anywhere.
        if lacking < 0 || lacking > released {
            doubts.push(AwardDoubt::Differs { award, awarded: due, committed: net, released });
        } else if lacking > 0 {
            lowered += 1;
        }
    }
    let mut remarks = Vec::new();
    if waiting > 0 {
        remarks.push(both!(
            "{waiting} 笔核定共 {waiting_fen} 分尚未记账",
            "{waiting} awards of {waiting_fen} fen are not yet committed"
        ));
    }
    if lowered > 0 {
        remarks.push(both!(
            "{lowered} 笔核定之后有核减",
            "{lowered} awards were lowered by releases afterwards"
        ));
    }
    Ok((count, doubts, remarks))
}

fn award_name(row: &sqlx::any::AnyRow) -> Result<AwardName, Fault> {
    Ok(AwardName {
        fund: row.text("fund")?,
        year: row.int("year")?,
        scheme: row.text("scheme")?,
        region: row.text("region")?,
        enterprise: row.text("enterprise")?,
    })
}

async fn totals(on: &mut AnyConnection) -> Result<Vec<Total>, Fault> {
    let rows = sqlx::query(
        "SELECT fund, year, kind, region, COUNT(*) AS accounts, CAST(SUM(came_in - went_out) AS BIGINT) AS held, \
         CAST(SUM(reserved_out) AS BIGINT) AS reserved FROM account GROUP BY fund, year, kind, region",
    )
    .fetch_all(on)
    .await?;
    let mut totals = Vec::with_capacity(rows.len());
    for row in rows {
        let kind = row.text("kind")?;
        totals.push(Total {
            fund: row.text("fund")?,
            year: row.year("year")?,
            kind: AccountKind::of(&kind)
                .ok_or_else(|| Fault::Broken(format!("{kind} is no kind of account")))?,
            region: row.text("region")?,
            accounts: row.int("accounts")?,
            held: row.int("held")?,
            reserved: row.int("reserved")?,
        });
    }
    totals.sort_by(|a, b| (&a.fund, a.year, a.kind, &a.region).cmp(&(&b.fund, b.year, b.kind, &b.region)));
    Ok(totals)
}

/// Whether nothing was ever put into a database: no row but those that a chain begins with.
pub(crate) async fn is_empty(on: &mut AnyConnection, tables: &[Table]) -> Result<bool, Fault> {
    for table in tables {
        if ["setting", "audit_head"].contains(&table.name.as_str()) {
            continue;
        }
        if count(on, &table.name).await? > 0 {
            return Ok(false);
        }
    }
    Ok(true)
}
