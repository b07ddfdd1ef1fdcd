//! What follows the awards of a year: money handed down to regions, payments to enterprises, answers of beneficiaries. Made from the awards
//! of a run, so that nothing is paid that was not awarded; how and what goes wrong stands in `[afterwards]` of `sample.toml`.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Write as _},
};

use jixiao_core::{both, finding::Both};
use jixiao_engine::schema::{Kind, Ledger, Ledgers};
use serde::Deserialize;

use crate::{
    FileSummary, Open, Options, Summary, code,
    draw::Draw,
    invalid,
    make::{STRANGERS, day},
    write::{NOTE, Sink},
};

/// What an award run gave an enterprise in one scheme.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Awarded {
    /// Id of the scheme.
    pub scheme: String,
    /// The enterprise's credit code.
    pub enterprise: String,
    /// Division code of its region.
    pub region: String,
    /// How much, in fen; rows of zero or less are passed over.
    pub fen: i64,
    /// Whether the survey asks it.
    pub asked: bool,
}

/// `[afterwards]` of `sample.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AfterwardsFile {
    allocations: AllocationsFile,
    payments: PaymentsFile,
    answers: AnswersFile,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AllocationsFile {
    ledger: String,
    /// Days of what is handed down before the year, and of the rest.
    early: String,
    later: String,
    /// Percent of a region's awards that come early.
    early_percent: u64,
    /// Regions that receive so many percent of their awards with these two; the others all of it.
    #[serde(default)]
    short: BTreeMap<String, u64>,
    /// Days on which those regions receive the rest, unless they have paid all of it before; without them they never do.
    rest: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PaymentsFile {
    ledger: String,
    days: String,
    /// Days after the year, and the regions in which so many percent of the awards are paid on them.
    late_days: String,
    #[serde(default)]
    late: BTreeMap<String, u64>,
    /// Days on which what had to wait for the rest of a region's money is paid; without them it is not.
    rest_days: Option<String>,
    /// Regions in which so many percent of the awards are not paid.
    #[serde(default)]
    unpaid: BTreeMap<String, u64>,
    /// Regions that pay all of it though they received less.
    #[serde(default)]
    over: BTreeSet<String>,
    /// Awards from so many yuan on are paid in two parts.
    two_parts_from: i64,
    /// One award of so many has an order that became void before the one that was posted; 0 for none.
    void_one_in: u64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AnswersFile {
    ledger: String,
    days: String,
    /// Percent of a region's and scheme's beneficiaries that answer, and where there are few of them.
    percent: u64,
    few: usize,
    few_percent: u64,
    /// Regions in which so many percent of the answers are from the worse half of the options.
    #[serde(default)]
    unhappy: BTreeMap<String, u64>,
    /// Regions from which nobody answers.
    #[serde(default)]
    silent: BTreeSet<String>,
    /// One answer of so many is given twice, or is none of the options; 0 for none.
    twice_one_in: u64,
    unknown_one_in: u64,
    unknown: String,
    /// Enterprises that the register does not know, and answer.
    strangers: u64,
    question: Vec<QuestionFile>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct QuestionFile {
    id: String,
    /// Options from the best to the worst, with their shares.
    options: Vec<(String, u64)>,
}

impl AfterwardsFile {
    pub(crate) fn ledgers(&self) -> [&str; 3] {
        [&self.allocations.ledger, &self.payments.ledger, &self.answers.ledger]
    }

    pub(crate) fn spans(&self) -> Vec<&str> {
        let (a, p) = (&self.allocations, &self.payments);
        let always = [&a.early, &a.later, &p.days, &p.late_days, &self.answers.days];
        always.into_iter().chain(&a.rest).chain(&p.rest_days).map(String::as_str).collect()
    }

    pub(crate) fn regions(&self) -> impl Iterator<Item = &String> {
        let (a, p, s) = (&self.allocations, &self.payments, &self.answers);
        let shares = a.short.keys().chain(p.late.keys()).chain(p.unpaid.keys()).chain(s.unhappy.keys());
        shares.chain(&p.over).chain(&s.silent)
    }

    /// Whether percentages are such and questions have options to draw from.
    pub(crate) fn is_sound(&self) -> bool {
        let (a, p, s) = (&self.allocations, &self.payments, &self.answers);
        let mut percents = [a.early_percent, s.percent, s.few_percent].into_iter().chain(
            a.short
                .values()
                .chain(p.late.values())
                .chain(p.unpaid.values())
                .chain(s.unhappy.values())
                .copied(),
        );
        let options = |q: &QuestionFile| {
            q.options.len() >= 2 && q.options.iter().all(|(_, share)| (1..=1_000_000).contains(share))
        };
        percents.all(|p| p <= 100) && !s.question.is_empty() && s.question.iter().all(options)
    }
}

/// A row by the names of its columns.
pub(crate) type Row = BTreeMap<&'static str, String>;

/// A planted row: kind, ledger, index among the rows, enterprise.
struct Planted {
    kind: &'static str,
    ledger: usize,
    row: usize,
    enterprise: String,
}

/// Writes the ledgers of allocations, payments and answers that follow some awards, then `truth-afterwards.csv` with what was planted among
/// them. The same awards, seed and profile give the same bytes, in whatever order the awards come.
///
/// Of every enterprise and scheme what is posted never exceeds what was awarded.
///
/// # Errors
/// Those of writing; [`io::ErrorKind::InvalidInput`] when the profile has no `[afterwards]`, no such year, or a ledger without the columns that are
/// written.
pub fn afterwards(
    ledgers: &Ledgers,
    options: &Options,
    awards: &[Awarded],
    out: &mut Open<'_>,
) -> io::Result<Summary> {
    let Some(file) = &options.profile.afterwards else {
        return Err(invalid(&[both!("sample.toml 没有 [afterwards]", "sample.toml has no [afterwards]")]));
    };
    let faults: Vec<Both> = file.spans().iter().filter_map(|name| span(options, name).err()).collect();
    if !faults.is_empty() {
        return Err(invalid(&faults));
    }
    let days_of = |name: &str| span(options, name).unwrap_or_default();
    let when = When {
        early: days_of(&file.allocations.early),
        later: days_of(&file.allocations.later),
        rest: file.allocations.rest.as_deref().map(days_of),
        days: days_of(&file.payments.days),
        late: days_of(&file.payments.late_days),
        rest_days: file.payments.rest_days.as_deref().map(days_of),
    };
    let answered = days_of(&file.answers.days);
    let mut awards: Vec<&Awarded> = awards.iter().filter(|a| a.fen > 0).collect();
    awards.sort();
    let root = Draw::new(options.seed).stream("afterwards");
    let mut strata: BTreeMap<(&str, &str), Vec<&Awarded>> = BTreeMap::new();
    for award in &awards {
        strata.entry((&award.region, &award.scheme)).or_default().push(award);
    }
    let names = file.ledgers();
    let year = options.year;
    let mut planted = Vec::new();
    let (allocations, received) = allocations(file, &strata, root, year, &when);
    let payments = payments(&file.payments, &strata, &received, root, year, &when, &mut planted);
    let answers = answers(&file.answers, &strata, root, year, answered, &mut planted);
    let mut summary = Summary::default();
    let mut files = Vec::new();
    for (name, rows) in names.into_iter().zip([allocations, payments, answers]) {
        let Some((_, ledger)) = ledgers.find(name) else { continue };
        let file = format!("{}.csv", ledger.files.first().unwrap_or(&ledger.name));
        let bytes = write(ledger, &rows, out(&file)?)?;
        summary.files.push(FileSummary {
            ledger: name.to_owned(),
            name: file.clone(),
            rows: rows.len() as u64,
            bytes,
        });
        files.push(file);
    }
    let mut sink = Sink::new(out("truth-afterwards.csv")?);
    sink.record(["kind", "ledger", "file", "row", "enterprise", "note"].into_iter())?;
    planted.sort_by(|a, b| (a.ledger, a.row, a.kind).cmp(&(b.ledger, b.row, b.kind)));
    for item in &planted {
        // The heading is row 1.
        let row = (item.row + 2).to_string();
        let file = files.get(item.ledger).map_or("", String::as_str);
        sink.record([item.kind, names[item.ledger], file, &row, &item.enterprise, NOTE].into_iter())?;
        *summary.planted.entry((names[item.ledger].to_owned(), item.kind.to_owned())).or_default() += 1;
    }
    summary.truth_rows = planted.len() as u64;
    sink.close()?;
    let mut readme = out("README-afterwards.txt")?;
    let mut text = format!(
        "合成数据。下达、拨付和问卷回答由程序按示例支持结果编造，企业、文号、支付令和回答均为虚构。种子 {seed}，资金年度 {year}。\n\
         truth-afterwards.csv 列出有意植入的情形。\n\
         Synthetic data. Allocations, payments and answers are made up from the awards of the sample; no document or answer is real. Seed {seed}, fund year {year}.\n\
         truth-afterwards.csv lists what was planted.\n\n",
        seed = options.seed
    );
    for file in &summary.files {
        text.push_str(&format!("{}: {} rows\n", file.name, file.rows));
    }
    readme.write_all(text.as_bytes())?;
    readme.flush()?;
    Ok(summary)
}

/// A span of the year.
pub(crate) fn span(options: &Options, name: &str) -> Result<(i64, i64), Both> {
    let years = options.profile.spans.iter().find(|(n, _)| n == name).map(|(_, years)| years);
    let year = options.year;
    years.and_then(|y| y.get(&year)).copied().ok_or_else(|| {
        both!(
            "sample.toml 的 spans.{name} 没有 {year} 年；请补上或换一个年度",
            "spans.{name} of sample.toml has no year {year}; add it or ask for another year"
        )
    })
}

fn percent_of(fen: i64, percent: u64) -> i64 {
    i64::try_from(i128::from(fen) * i128::from(percent) / 100).unwrap_or(fen)
}

fn yuan(fen: i64) -> String {
    format!("{}.{:02}", fen / 100, fen % 100)
}

pub(crate) fn any_day(draw: Draw, index: u64, (first, last): (i64, i64)) -> i64 {
    first + i64::try_from(draw.below(index, (last - first + 1).unsigned_abs())).unwrap_or(0)
}

type Strata<'a> = BTreeMap<(&'a str, &'a str), Vec<&'a Awarded>>;

/// The days on which money moves.
struct When {
    early: (i64, i64),
    later: (i64, i64),
    rest: Option<(i64, i64)>,
    days: (i64, i64),
    late: (i64, i64),
    rest_days: Option<(i64, i64)>,
}

/// What each region receives for each scheme: a part before the year, more in it, and where that was short the rest at its end. Also how much it
/// has before that rest.
fn allocations<'a>(
    file: &AfterwardsFile,
    strata: &Strata<'a>,
    root: Draw,
    year: i16,
    when: &When,
) -> (Vec<Row>, BTreeMap<(&'a str, &'a str), i64>) {
    let (over, file) = (&file.payments.over, &file.allocations);
    let draw = root.stream("allocations");
    let schemes: BTreeSet<&str> = strata.keys().map(|(_, scheme)| *scheme).collect();
    let mut rows = Vec::new();
    let mut received = BTreeMap::new();
    // One document a scheme and time: its day is the same for every region. The rest comes last, and so do the numbers of its documents.
    let main = (0u64..).zip(&schemes).flat_map(|(number, scheme)| {
        [when.early, when.later]
            .into_iter()
            .zip(0u64..)
            .map(move |(span, part)| (number * 2 + part, part, scheme, span))
    });
    let last = (schemes.len() as u64 * 2..).zip(&schemes);
    let last = last.filter_map(|(number, scheme)| Some((number, 2, scheme, when.rest?)));
    for (number, part, scheme, span) in main.chain(last) {
        let day_of = any_day(draw, number, span);
        for ((region, _), awards) in strata.iter().filter(|((_, s), _)| s == scheme) {
            let awarded: i64 = awards.iter().map(|a| a.fen).sum();
            let whole = file.short.get(*region).map_or(awarded, |percent| percent_of(awarded, *percent));
            let first = percent_of(whole, file.early_percent);
            let amount = match part {
                0 => first,
                1 => whole - first,
                _ if over.contains(*region) => 0,
                _ => awarded - whole,
            };
            if part < 2 {
                *received.entry((*region, *scheme)).or_insert(0) += amount;
            }
            if amount == 0 {
                continue;
            }
            rows.push(Row::from([
                ("document_no", format!("示例财〔{year}〕{}号", number + 1)),
                ("scheme", (*scheme).to_owned()),
                ("region", (*region).to_owned()),
                ("year", year.to_string()),
                ("amount", yuan(amount)),
                ("date", day(day_of)),
                ("kind", "current".to_owned()),
            ]));
        }
    }
    (rows, received)
}

/// Orders of payment, by day.
fn payments(
    file: &PaymentsFile,
    strata: &Strata<'_>,
    received: &BTreeMap<(&str, &str), i64>,
    root: Draw,
    year: i16,
    spans: &When,
    planted: &mut Vec<Planted>,
) -> Vec<Row> {
    let [when, late, unpaid, void] = ["when", "late", "unpaid", "void"].map(|name| root.stream(name));
    // Day, number of the award, part: the order of the file. Then the award, fen, whether it is void, whether it is late.
    let mut orders: Vec<(i64, u64, u8, &Awarded, i64, bool, bool)> = Vec::new();
    let mut index = 0u64;
    for ((region, scheme), awards) in strata {
        let over = file.over.contains(*region);
        let mut left = received.get(&(*region, *scheme)).copied().unwrap_or(0);
        let chance = |shares: &BTreeMap<String, u64>, draw: Draw, index: u64| {
            shares.get(*region).is_some_and(|percent| draw.below(index, 100) < *percent)
        };
        for award in awards {
            index += 1;
            if chance(&file.unpaid, unpaid, index) {
                continue;
            }
            // What the region's money does not cover waits for the rest of it.
            let waits = !over && award.fen > left;
            let days = match spans.rest_days {
                Some(rest) if waits => rest,
                None if waits => continue,
                _ => spans.days,
            };
            left -= if waits { 0 } else { award.fen };
            let is_late = chance(&file.late, late, index);
            let mut on = any_day(when, index * 4, if is_late { spans.late } else { days });
            if file.void_one_in > 0 && void.below(index, file.void_one_in) == 0 {
                let before = any_day(when, index * 4 + 1, (days.0, on.min(days.1)));
                orders.push((before, index, 0, award, award.fen, true, false));
                on = on.max(before);
            }
            let parts = if award.fen >= file.two_parts_from.saturating_mul(100) && !is_late {
                [percent_of(award.fen, 60), award.fen - percent_of(award.fen, 60)]
            } else {
                [award.fen, 0]
            };
            orders.push((on, index, 1, award, parts[0], false, is_late));
            if parts[1] > 0 {
                let second = any_day(when, index * 4 + 2, (on, days.1.max(on)));
                orders.push((second, index, 2, award, parts[1], false, false));
            }
        }
    }
    orders.sort_by_key(|(day, index, part, ..)| (*day, *index, *part));
    let mut rows = Vec::with_capacity(orders.len());
    for (number, (on, _, _, award, fen, is_void, is_late)) in orders.into_iter().enumerate() {
        for kind in [is_void.then_some("void-order"), is_late.then_some("paid-late")].into_iter().flatten() {
            planted.push(Planted { kind, ledger: 1, row: number, enterprise: award.enterprise.clone() });
        }
        rows.push(Row::from([
            ("order_no", format!("SL{year}{:08}", number + 1)),
            ("year", year.to_string()),
            ("scheme", award.scheme.clone()),
            ("enterprise_code", award.enterprise.clone()),
            ("region", award.region.clone()),
            ("amount", yuan(fen)),
            ("paid", day(on)),
            ("status", if is_void { "void" } else { "posted" }.to_owned()),
        ]));
    }
    rows
}

/// Answers, by region and scheme.
fn answers(
    file: &AnswersFile,
    strata: &Strata<'_>,
    root: Draw,
    year: i16,
    days: (i64, i64),
    planted: &mut Vec<Planted>,
) -> Vec<Row> {
    let [who, when, which, mood, twice, unknown] =
        ["who", "answered", "option", "mood", "twice", "unknown"].map(|name| root.stream(name));
    let mut rows = Vec::new();
    let row = |enterprise: &str, scheme: &str, question: &str, answer: &str, on: i64| {
        Row::from([
            ("year", year.to_string()),
            ("enterprise_code", enterprise.to_owned()),
            ("scheme", scheme.to_owned()),
            ("question", question.to_owned()),
            ("answer", answer.to_owned()),
            ("date", day(on)),
        ])
    };
    let (mut asked, mut given) = (0u64, 0u64);
    let option = |question: &QuestionFile, region: &str, at: u64| -> String {
        let unhappy = file.unhappy.get(region).is_some_and(|percent| mood.below(at, 100) < *percent);
        let from = if unhappy { question.options.len() / 2 } else { 0 };
        let options = &question.options[from..];
        let total = options.iter().map(|(_, share)| share).sum();
        let mut rest = which.below(at, total);
        for (word, share) in options {
            if rest < *share {
                return word.clone();
            }
            rest -= share;
        }
        String::new()
    };
    let mut put = |rows: &mut Vec<Row>, kind: Option<&'static str>, enterprise: &str, row: Row| {
        if let Some(kind) = kind {
            planted.push(Planted { kind, ledger: 2, row: rows.len(), enterprise: enterprise.to_owned() });
        }
        rows.push(row);
    };
    for ((region, scheme), awards) in strata {
        let percent = if awards.len() <= file.few { file.few_percent } else { file.percent };
        for award in awards {
            asked += 1;
            if !award.asked || file.silent.contains(*region) || who.below(asked, 100) >= percent {
                continue;
            }
            let on = any_day(when, asked, days);
            for question in &file.question {
                given += 1;
                let is = |draw: Draw, one_in: u64| one_in > 0 && draw.below(given, one_in) == 0;
                let code = &award.enterprise;
                if is(unknown, file.unknown_one_in) {
                    put(
                        &mut rows,
                        Some("unknown-option"),
                        code,
                        row(code, scheme, &question.id, &file.unknown, on),
                    );
                    continue;
                }
                let answer = option(question, region, given);
                put(&mut rows, None, code, row(code, scheme, &question.id, &answer, on));
                if is(twice, file.twice_one_in) {
                    let again = option(question, region, given + (1 << 62));
                    put(
                        &mut rows,
                        Some("answered-twice"),
                        code,
                        row(code, scheme, &question.id, &again, on.min(days.1 - 1) + 1),
                    );
                }
            }
        }
    }
    if let Some((_, scheme)) = strata.keys().next() {
        for number in 0..file.strangers {
            let mut enterprise = String::new();
            code::write(STRANGERS + number, &mut enterprise);
            for question in &file.question {
                given += 1;
                let answer = option(question, "", given);
                let stranger =
                    row(&enterprise, scheme, &question.id, &answer, any_day(when, asked + number + 1, days));
                put(&mut rows, Some("stranger"), &enterprise, stranger);
            }
        }
    }
    rows
}

/// A ledger's file: headings of the ledger, the words that files use for choices.
pub(crate) fn write(ledger: &Ledger, rows: &[Row], file: Box<dyn io::Write>) -> io::Result<u64> {
    let faults: Vec<Both> = rows
        .first()
        .into_iter()
        .flat_map(|row| {
            let strange =
                row.keys().filter(|name| ledger.find(name).is_none()).map(|name| (*name).to_owned());
            let empty = ledger.columns.iter().filter(|c| c.required && !row.contains_key(c.name.as_str()));
            strange.chain(empty.map(|c| c.name.clone())).collect::<Vec<_>>()
        })
        .map(|column| {
            let name = &ledger.name;
            both!(
                "台账 {name} 的列 {column} 与示例所写的列不符",
                "the column {column} of {name} is not one that the sample writes, or the other way round"
            )
        })
        .collect();
    if !faults.is_empty() {
        return Err(invalid(&faults));
    }
    let mut sink = Sink::new(file);
    sink.record(ledger.columns.iter().map(|c| c.headings.first().unwrap_or(&c.name).as_str()))?;
    for row in rows {
        sink.record(ledger.columns.iter().map(|column| {
            let value = row.get(column.name.as_str()).map_or("", String::as_str);
            match &column.kind {
                Kind::Choice(choices) => choices
                    .iter()
                    .find(|c| c.value == value)
                    .and_then(|c| c.names.first())
                    .map_or(value, String::as_str),
                _ => value,
            }
        }))?;
    }
    sink.close()
}
