//! What people say of a sample's year: reasons of deviations, and what department and finance give for the self-evaluation. Made from what an evaluation of
//! the sample says is owed, so that every reason is of something; how, and how much is left open, stands in `[said]` of `sample.toml`.

use std::io::{self, Write as _};

use jixiao_core::{both, finding::Both};
use jixiao_engine::schema::Ledgers;
use serde::Deserialize;

use crate::{
    FileSummary, Open, Options, Summary,
    afterwards::{Row, any_day, span, write},
    draw::Draw,
    invalid,
    make::day,
};

/// Something that a reason is owed for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Owing {
    /// The month up to whose end was monitored; `None` for the end of the year.
    pub month: Option<u8>,
    /// Division code of the region; `None` for the whole.
    pub region: Option<String>,
    /// Id of the indicator, or the word for the execution of the budget.
    pub indicator: String,
}

/// A score of the self-evaluation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Scored {
    /// Division code of the region; `None` for the whole.
    pub region: Option<String>,
    /// Id of the indicator, or the word for the execution of the budget; `None` for the total.
    pub indicator: Option<String>,
    /// Hundredths of a point.
    pub hundredths: i64,
}

/// `[said]` of `sample.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SaidFile {
    reasons: ReasonsFile,
    scores: ScoresFile,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReasonsFile {
    ledger: String,
    /// Days on which reasons of a month and of the year's end are given.
    month_days: String,
    year_days: String,
    /// Percent of what is owed that is given.
    percent: u64,
    /// One reason of so many has no measure; 0 for none.
    without_measure_one_in: u64,
    by: String,
    example: Vec<ExampleFile>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExampleFile {
    kind: String,
    words: String,
    measure: String,
    /// Only for these indicators; for all without one.
    #[serde(default)]
    indicators: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ScoresFile {
    ledger: String,
    days: String,
    department: String,
    finance: String,
    /// Finance looks at the whole and at one region of so many.
    finance_one_in: u64,
    /// One score of so many is lower by so many hundredths of a point.
    lower_one_in: u64,
    lower_hundredths: i64,
    /// Of these one of so many does not say why; 0 for none.
    without_reason_one_in: u64,
    reasons: Vec<String>,
}

impl SaidFile {
    pub(crate) fn ledgers(&self) -> [&str; 2] {
        [&self.reasons.ledger, &self.scores.ledger]
    }

    pub(crate) fn spans(&self) -> [&str; 3] {
        [&self.reasons.month_days, &self.reasons.year_days, &self.scores.days]
    }

    /// Whether there is something to draw from and the figures are such.
    pub(crate) fn is_sound(&self) -> bool {
        let (r, s) = (&self.reasons, &self.scores);
        r.percent <= 100
            && r.example.iter().any(|e| e.indicators.is_empty())
            && !s.reasons.is_empty()
            && s.finance_one_in > 0
            && s.lower_one_in > 0
            && s.lower_hundredths > 0
    }
}

/// Writes the ledgers of reasons and scores. The same owings, scores, seed and profile give the same bytes, in whatever order they come.
///
/// # Errors
/// Those of writing; [`io::ErrorKind::InvalidInput`] when the profile has no `[said]`, no such year, or a ledger without the columns that are written.
pub fn said(
    ledgers: &Ledgers,
    options: &Options,
    owing: &[Owing],
    scored: &[Scored],
    out: &mut Open<'_>,
) -> io::Result<Summary> {
    let Some(file) = &options.profile.said else {
        return Err(invalid(&[both!("sample.toml 没有 [said]", "sample.toml has no [said]")]));
    };
    let faults: Vec<Both> = file.spans().iter().filter_map(|name| span(options, name).err()).collect();
    if !faults.is_empty() {
        return Err(invalid(&faults));
    }
    let [month_days, year_days, score_days] =
        file.spans().map(|name| span(options, name).unwrap_or_default());
    let (mut owing, mut scored) = (owing.to_vec(), scored.to_vec());
    owing.sort();
    scored.sort();
    let root = Draw::new(options.seed).stream("said");
    let year = options.year;
    let reasons = reasons(&file.reasons, &owing, root, year, [month_days, year_days]);
    let left_open = owing.len() - reasons.len();
    let scores = scores(&file.scores, &scored, root, year, score_days);
    let mut summary = Summary::default();
    let mut text = format!(
        "合成数据。原因、措施和评分由程序按示例自评结果编造，没有真实单位。种子 {seed}，资金年度 {year}。应写的原因有意留空 {left_open} 条。\n\
         Synthetic data. Reasons, measures and scores are made up from the sample's evaluation; no office in them is real. Seed {seed}, fund year {year}. \
         {left_open} reasons that are owed are left open on purpose.\n\n",
        seed = options.seed
    );
    for (name, rows) in file.ledgers().into_iter().zip([reasons, scores]) {
        let Some((_, ledger)) = ledgers.find(name) else { continue };
        let file = format!("{}.csv", ledger.files.first().unwrap_or(&ledger.name));
        let bytes = write(ledger, &rows, out(&file)?)?;
        text.push_str(&format!("{file}: {} rows\n", rows.len()));
        let (ledger, rows) = (name.to_owned(), rows.len() as u64);
        summary.files.push(FileSummary { ledger, name: file, rows, bytes });
    }
    let mut readme = out("README-said.txt")?;
    readme.write_all(text.as_bytes())?;
    readme.flush()?;
    Ok(summary)
}

/// A draw for a thing by its name, so that what else there is changes nothing of it.
fn of(draw: Draw, month: Option<u8>, region: Option<&str>, indicator: &str) -> Draw {
    draw.stream(&format!("{}/{}/{indicator}", month.unwrap_or(0), region.unwrap_or("")))
}

fn reasons(
    file: &ReasonsFile,
    owing: &[Owing],
    root: Draw,
    year: i16,
    [month_days, year_days]: [(i64, i64); 2],
) -> Vec<Row> {
    let draw = root.stream("reasons");
    let mut rows = Vec::new();
    for owed in owing {
        let own = of(draw, owed.month, owed.region.as_deref(), &owed.indicator);
        if own.below(0, 100) >= file.percent {
            continue;
        }
        // What is made for the indicator goes before what fits all.
        let fits: Vec<&ExampleFile> =
            file.example.iter().filter(|e| e.indicators.contains(&owed.indicator)).collect();
        let fits = if fits.is_empty() {
            file.example.iter().filter(|e| e.indicators.is_empty()).collect()
        } else {
            fits
        };
        let Some(example) = usize::try_from(own.below(1, fits.len() as u64)).ok().and_then(|at| fits.get(at))
        else {
            continue;
        };
        let silent = file.without_measure_one_in > 0 && own.below(2, file.without_measure_one_in) == 0;
        let days = if owed.month.is_some() { month_days } else { year_days };
        rows.push(Row::from([
            ("year", year.to_string()),
            ("month", owed.month.map_or_else(String::new, |m| m.to_string())),
            ("region", owed.region.clone().unwrap_or_default()),
            ("indicator", owed.indicator.clone()),
            ("kind", example.kind.clone()),
            ("words", example.words.clone()),
            ("measure", if silent { String::new() } else { example.measure.clone() }),
            ("by", file.by.clone()),
            ("date", day(any_day(own, 3, days))),
        ]));
    }
    rows
}

fn points(hundredths: i64) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// Department: every score of every sheet, and their sum. Finance: the same of the whole and of some regions.
fn scores(file: &ScoresFile, scored: &[Scored], root: Draw, year: i16, days: (i64, i64)) -> Vec<Row> {
    let mut rows = Vec::new();
    for (side, by) in [("department", &file.department), ("finance", &file.finance)] {
        let draw = root.stream(side);
        // A sheet is together, its total (without an indicator) first.
        for sheet in scored.chunk_by(|a, b| a.region == b.region) {
            let region = sheet.first().and_then(|s| s.region.as_deref());
            if side == "finance"
                && of(draw, None, region, "looked").below(0, file.finance_one_in) != 0
                && region.is_some()
            {
                continue;
            }
            let on = any_day(of(draw, None, region, "day"), 0, days);
            let row = |indicator: &str, score: i64, off: i64, reason: &str| {
                Row::from([
                    ("year", year.to_string()),
                    ("region", region.unwrap_or_default().to_owned()),
                    ("indicator", indicator.to_owned()),
                    ("side", side.to_owned()),
                    ("score", points(score)),
                    ("deduction", if off > 0 && !reason.is_empty() { points(off) } else { String::new() }),
                    ("reason", reason.to_owned()),
                    ("by", by.clone()),
                    ("date", day(on)),
                ])
            };
            let mut sum = 0;
            for item in sheet {
                let Some(indicator) = item.indicator.as_deref() else { continue };
                let own = of(draw, None, region, indicator);
                let lower = own.below(0, file.lower_one_in) == 0;
                let off = if lower { file.lower_hundredths.min(item.hundredths) } else { 0 };
                let silent = file.without_reason_one_in > 0 && own.below(1, file.without_reason_one_in) == 0;
                let at = usize::try_from(own.below(2, file.reasons.len() as u64)).unwrap_or(0);
                let reason = file.reasons.get(at).filter(|_| off > 0 && !silent).map_or("", String::as_str);
                rows.push(row(indicator, item.hundredths - off, off, reason));
                sum += item.hundredths - off;
            }
            let whole = sheet.iter().find(|s| s.indicator.is_none());
            if let Some(whole) = whole {
                let off = whole.hundredths - sum;
                let reason = if off > 0 { "各项扣分之和" } else { "" };
                rows.push(row("", sum, off, reason));
            }
        }
    }
    rows
}
