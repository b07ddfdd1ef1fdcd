//! Rows into files: parts interleaved as they would be found, planted rows noted with their line.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap},
    io::{self, Write},
};

use jixiao_core::fund::Fund;
use jixiao_engine::schema::{Ledger, Ledgers};

use crate::{
    FileSummary, Open, Options, Summary,
    make::Maker,
    profile::{Expected, LedgerProfile},
    recipe::Recipe,
};

/// Bytes that are gathered before they are handed on.
const CHUNK: usize = 1 << 16;

/// Said wherever a file can say something.
pub(crate) const NOTE: &str = "合成数据，不对应任何真实企业 synthetic data, no real enterprise";

/// A planted row.
struct Truth {
    kind: String,
    ledger: String,
    file: String,
    row: u64,
    enterprise: String,
    other: Option<u64>,
    finding: String,
    amount: String,
}

/// Rows of one sort on their way into a file.
struct Stream<'a> {
    part: usize,
    second: bool,
    rows: u64,
    recipes: &'a [Recipe],
    expect: Option<&'a Expected>,
    /// Where in the file its rows lie: from, and how far.
    place: (u64, u64),
}

/// The length of every file, as far as places in it are concerned.
const WHOLE: u64 = 1 << 40;

impl Stream<'_> {
    /// Where a row wants to stand.
    fn place(&self, row: u64) -> u64 {
        let (from, length) = self.place;
        from + (u128::from(length) * u128::from(2 * row + 1) / u128::from(2 * self.rows)) as u64
    }
}

/// A file with what was written to it.
pub(crate) struct Sink {
    inner: Box<dyn Write>,
    buffer: Vec<u8>,
    bytes: u64,
}

impl Sink {
    pub(crate) fn new(inner: Box<dyn Write>) -> Self {
        Self { inner, buffer: Vec::with_capacity(CHUNK + 1024), bytes: 0 }
    }

    pub(crate) fn record<'a>(&mut self, cells: impl Iterator<Item = &'a str>) -> io::Result<()> {
        for (at, cell) in cells.enumerate() {
            if at > 0 {
                self.buffer.push(b',');
            }
            if cell.contains([',', '"', '\n', '\r']) {
                self.buffer.push(b'"');
                self.buffer.extend(cell.replace('"', "\"\"").bytes());
                self.buffer.push(b'"');
            } else {
                self.buffer.extend_from_slice(cell.as_bytes());
            }
        }
        self.buffer.push(b'\n');
        if self.buffer.len() >= CHUNK { self.hand_on() } else { Ok(()) }
    }

    fn hand_on(&mut self) -> io::Result<()> {
        self.inner.write_all(&self.buffer)?;
        self.bytes += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }

    pub(crate) fn close(mut self) -> io::Result<u64> {
        self.hand_on()?;
        self.inner.flush()?;
        Ok(self.bytes)
    }
}

/// Everything, ledger after ledger.
pub(crate) fn all(
    fund: &Fund,
    ledgers: &Ledgers,
    options: &Options,
    maker: &Maker<'_>,
    out: &mut Open<'_>,
) -> io::Result<Summary> {
    let mut summary = Summary::default();
    let mut truths = Vec::new();
    for (index, (ledger, profile)) in ledgers.ledgers.iter().zip(&options.profile.ledgers).enumerate() {
        if profile.parts.is_empty() {
            continue;
        }
        let stem = ledger.files.first().unwrap_or(&ledger.name);
        let name = format!("{stem}.csv");
        let (rows, bytes) = one(index, ledger, profile, maker, &name, &mut truths, out(&name)?)?;
        summary.files.push(FileSummary { ledger: ledger.name.clone(), name, rows, bytes });
    }
    let mut sink = Sink::new(out("truth.csv")?);
    let heading = ["kind", "ledger", "file", "row", "enterprise", "other_row", "finding", "amount", "note"];
    sink.record(heading.into_iter())?;
    for truth in &truths {
        let (row, other) = (truth.row.to_string(), truth.other.map(|o| o.to_string()).unwrap_or_default());
        let cells = [
            &truth.kind,
            &truth.ledger,
            &truth.file,
            &row,
            &truth.enterprise,
            &other,
            &truth.finding,
            &truth.amount,
        ];
        sink.record(cells.into_iter().map(String::as_str).chain([NOTE]))?;
        *summary.planted.entry((truth.ledger.clone(), truth.kind.clone())).or_default() += 1;
    }
    summary.truth_rows = truths.len() as u64;
    sink.close()?;
    let mut readme = out("README.txt")?;
    readme.write_all(self::readme(fund, options, &summary).as_bytes())?;
    readme.flush()?;
    Ok(summary)
}

/// One ledger's file: its rows and bytes.
fn one(
    index: usize,
    ledger: &Ledger,
    profile: &LedgerProfile,
    maker: &Maker<'_>,
    name: &str,
    truths: &mut Vec<Truth>,
    file: Box<dyn Write>,
) -> io::Result<(u64, u64)> {
    let mut sink = Sink::new(file);
    sink.record(ledger.columns.iter().map(|c| c.headings.first().unwrap_or(&c.name).as_str()))?;
    let streams = streams(index, profile, maker);
    let mut next: BinaryHeap<Reverse<(u64, usize, u64)>> =
        streams.iter().enumerate().map(|(s, stream)| Reverse((stream.place(0), s, 0))).collect();
    let mut cells = vec![String::new(); ledger.columns.len()];
    // The first rows of pairs, until their second ones are written: line, and place in the list of planted rows.
    let mut firsts: BTreeMap<(usize, u64), (u64, Option<usize>)> = BTreeMap::new();
    let start = truths.len();
    let mut line = 1;
    while let Some(mut top) = next.peek_mut() {
        let Reverse((_, s, row)) = *top;
        let stream = &streams[s];
        if row + 1 < stream.rows {
            *top = Reverse((stream.place(row + 1), s, row + 1));
            drop(top);
        } else {
            std::collections::binary_heap::PeekMut::pop(top);
        }
        line += 1;
        let at = maker.row(index, stream.part, row);
        for (column, cell) in cells.iter_mut().enumerate() {
            cell.clear();
            maker.cell(at, column, stream.recipes, cell);
        }
        sink.record(cells.iter().map(String::as_str))?;
        let part = &profile.parts[stream.part];
        let first = stream.second.then(|| firsts.remove(&(stream.part, row))).flatten();
        if let Some((_, Some(truth))) = first {
            truths[truth].other = Some(line);
        }
        let noted = stream.expect.map(|expected| {
            truths.push(Truth {
                kind: part.id.clone(),
                ledger: ledger.name.clone(),
                file: name.to_owned(),
                row: line,
                enterprise: maker.enterprise(at).unwrap_or_default(),
                other: first.map(|(line, _)| line),
                finding: expected.finding.clone(),
                amount: expected.amount.clone(),
            });
            truths.len() - 1
        });
        if part.second.is_some() && !stream.second {
            firsts.insert((stream.part, row), (line, noted));
        }
    }
    debug_assert!(truths[start..].is_sorted_by_key(|t| t.row));
    Ok((line - 1, sink.close()?))
}

/// The streams of a ledger: each part, and the second rows of its pairs in the later half of the file, after the first ones.
fn streams<'a>(index: usize, profile: &'a LedgerProfile, maker: &Maker<'_>) -> Vec<Stream<'a>> {
    let mut streams = Vec::new();
    for (p, part) in profile.parts.iter().enumerate() {
        let rows = maker.part(index, p).rows;
        if rows == 0 {
            continue;
        }
        let half = WHOLE / 2;
        let place = if part.second.is_some() { (0, half) } else { (0, WHOLE) };
        let recipes = &part.recipes;
        streams.push(Stream { part: p, second: false, rows, recipes, expect: part.expect.as_ref(), place });
        if let Some((recipes, expect)) = &part.second {
            let place = (half, half);
            streams.push(Stream { part: p, second: true, rows, recipes, expect: expect.as_ref(), place });
        }
    }
    streams
}

fn readme(fund: &Fund, options: &Options, summary: &Summary) -> String {
    let Options { seed, scale, year, .. } = options;
    let scale = format!("{}/{}", scale.numerator, scale.denominator);
    let fund = &fund.name;
    let mut text = format!(
        "合成数据。企业、单证、金额均为虚构，不对应任何真实企业。\n\
         资金：{fund}；资金年度 {year}；种子 {seed}；比例 {scale}。同一种子和比例生成的文件逐字节相同。\n\
         统一社会信用代码以 X9000000 开头：登记管理部门代码 X 未分配，校验码正确，但不可能是真实代码。\n\
         truth.csv 列出有意植入的情形：台账、文件、行号（标题行为第 1 行）、企业、另一行、应有结论；金额为预算系数折减之前的数。\n\
         \n\
         Synthetic data. Enterprises, documents and amounts are invented; no real enterprise is meant.\n\
         Fund: {fund}; fund year {year}; seed {seed}; scale {scale}. The same seed and scale give the same bytes.\n\
         Credit codes begin with X9000000: no registration authority has the code X. Their check characters are right; real they cannot be.\n\
         truth.csv lists what was planted: ledger, file, row (the heading is row 1), enterprise, other row, what is to be found; amounts are before the\n\
         budget's coefficient.\n\n"
    );
    for file in &summary.files {
        text.push_str(&format!("{}: {} rows\n", file.name, file.rows));
    }
    text.push_str(&format!("truth.csv: {} rows\n", summary.truth_rows));
    text
}
