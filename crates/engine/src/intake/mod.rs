//! Ledger files become batches of rows; what does not fit the schema is set aside with its place and the reason.
//!
//! Rows in = rows accepted + rows set aside, for every file. A row is what stands between two line ends of a text file (outside of quotes), a row of a sheet
//! in which something stands, a row of a Parquet file; headings are none. A blank line of a text file, and a Parquet row of nulls, is a row and is set aside.
//!
//! Workers take turns at the files: pieces are cut off in order under one lock and read outside of it, so that what comes out does not depend on how
//! many workers there are.

mod anywhere;
mod columnar;
pub mod credit_code;
mod error;
mod heading;
mod pages;
mod reason;
mod sheet;
mod sink;
#[cfg(test)]
mod tests;
mod text;
mod value;

use std::{
    fs::File,
    io::{Cursor, Read},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use hashbrown::HashTable;

pub use error::{FileFault, IntakeError, Stop, Trouble};
pub use reason::{Reason, SetAside};

use self::{
    anywhere::Anywhere,
    columnar::Columnar,
    sheet::Sheet,
    sink::{Aside, Count, Sink},
    text::{Chunk, Sizes, TextFile},
};
use crate::{
    batch::{Batch, Column, RowId, Table, Texts, Values},
    schema::{Kind, Ledger},
    shares::in_shares,
};

/// A file that was opened by somebody else, or its bytes.
#[derive(Debug)]
pub enum Input {
    /// At its beginning. Text may come through a pipe; workbooks and Parquet need a file that can be read at any place.
    File(File),
    /// The whole content.
    Bytes(Vec<u8>),
}

/// One file of a ledger.
#[derive(Debug)]
pub struct Source {
    /// What messages call it.
    pub name: String,
    /// Where its bytes come from.
    pub input: Input,
}

/// Somebody who wants to know how far it is. Called by all workers.
pub trait Watch: Sync {
    /// So many bytes more were read.
    fn bytes(&self, read: u64);
    /// So many rows more were looked at.
    fn rows(&self, rows: u64) {
        let _ = rows;
    }
    /// Whether to stop: asked before every piece. What was read by then is given up, and the files count as not read ([`Trouble::Stopped`]).
    fn stopped(&self) -> bool {
        false
    }
}

/// Nobody does.
#[derive(Clone, Copy, Debug)]
pub struct Silent;

impl Watch for Silent {
    fn bytes(&self, _: u64) {}
}

/// What a file is, found out from its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Text with separators.
    Csv,
    /// Apache Parquet.
    Parquet,
    /// An Office Open XML workbook, of which the first sheet is read.
    Xlsx,
}

/// How a text file writes its characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, which includes ASCII.
    #[default]
    Utf8,
    /// GB 18030, which includes GBK and GB 2312.
    Gb18030,
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileReport {
    /// What messages call it.
    pub name: String,
    /// SHA-256 of its bytes, in 64 hexadecimal digits.
    pub sha256: String,
    /// Its size.
    pub bytes: u64,
    /// What it is.
    pub format: Format,
    /// For text files only.
    pub encoding: Option<Encoding>,
    /// Rows in.
    pub rows: u64,
    /// Rows accepted; the others were set aside.
    pub accepted: u64,
    /// Headings that the schema does not name; those columns were not read.
    pub unread: Vec<String>,
    /// Other sheets of the workbook, which were not read.
    pub other_sheets: Vec<String>,
}

/// What came of all files of a ledger.
#[derive(Clone, Debug)]
pub struct Scan<R> {
    /// What `each` gave, in file and row order.
    pub results: Vec<R>,
    /// In the order of the sources.
    pub files: Vec<FileReport>,
    /// In file, row, column order (columns as in the schema, what concerns the whole row first).
    pub set_aside: Vec<SetAside>,
}

/// A whole ledger in memory.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The accepted rows, in file and row order.
    pub table: Table,
    /// In the order of the sources.
    pub files: Vec<FileReport>,
    /// In file, row, column order.
    pub set_aside: Vec<SetAside>,
}

/// How workers go about it; tests change it.
#[derive(Clone, Copy, Debug, Default)]
struct Manner {
    sizes: Sizes,
    /// Text is read the patient way throughout.
    patient: bool,
}

/// Reads the files of a ledger batch by batch. `wanted` says by schema column what stands in the batches; all columns that a file has are validated anyway.
///
/// Each worker begins with what `start` gives and hands it to `each` with every batch. The texts belong to the worker too: a key means the same in all of its
/// batches, and something else to the next worker. What is kept beyond a batch must not speak of keys.
///
/// # Errors
/// Files that cannot be read, all of them that could be told without reading on, or the first error of `each` in file and row order. A ledger that keeps one row
/// per key cannot be scanned, only loaded.
pub fn scan<S, R: Send, E: Send>(
    ledger: &Ledger,
    sources: Vec<Source>,
    wanted: &[bool],
    threads: usize,
    watch: &dyn Watch,
    start: &(dyn Fn() -> S + Sync),
    each: &(dyn Fn(&mut S, &Batch, &mut Texts) -> Result<R, E> + Sync),
) -> Result<Scan<R>, Stop<E>> {
    if ledger.unique {
        let file = sources.first().map_or(String::new(), |s| s.name.clone());
        let fault = FileFault { ledger: ledger.name.clone(), file, trouble: Trouble::Unique };
        return Err(Stop::Intake(IntakeError { faults: vec![fault] }));
    }
    let each = |state: &mut S, batch: &mut Batch, texts: &mut Texts| each(state, batch, texts);
    let ran = run(ledger, sources, wanted, threads, watch, Manner::default(), start, &each)?;
    Ok(Scan {
        results: ran.results.into_iter().map(|(_, r)| r).collect(),
        files: ran.files,
        set_aside: ran.asides.into_iter().map(|a| set_aside(ledger, a)).collect(),
    })
}

/// Reads a whole ledger into memory. Where the ledger keeps one row per key, a later row of a key that was there is set aside; a key with a null in it is
/// like no other.
///
/// # Errors
/// Files that cannot be read.
pub fn load(
    ledger: &Ledger,
    sources: Vec<Source>,
    threads: usize,
    watch: &dyn Watch,
) -> Result<Loaded, IntakeError> {
    load_in(ledger, sources, threads, watch, Manner::default())
}

fn load_in(
    ledger: &Ledger,
    sources: Vec<Source>,
    threads: usize,
    watch: &dyn Watch,
    manner: Manner,
) -> Result<Loaded, IntakeError> {
    let wanted = vec![true; ledger.columns.len()];
    let each = |(): &mut (), batch: &mut Batch, _: &mut Texts| {
        let file = batch.file;
        let taken = Batch {
            file,
            rows: std::mem::take(&mut batch.rows),
            columns: batch.columns.iter_mut().map(Option::take).collect(),
        };
        Ok::<_, std::convert::Infallible>(taken)
    };
    let ran = match run(ledger, sources, &wanted, threads, watch, manner, &|| (), &each) {
        Ok(ran) => ran,
        Err(Stop::Intake(error)) => return Err(error),
        Err(Stop::Each(never)) => match never {},
    };
    let (mut files, mut asides) = (ran.files, ran.asides);
    let mut table = merge(ledger, ran.results, ran.texts, &files)?;
    if ledger.unique {
        keep_first(ledger, &mut table, &mut files, &mut asides);
    }
    Ok(Loaded { table, files, set_aside: asides.into_iter().map(|a| set_aside(ledger, a)).collect() })
}

fn set_aside(ledger: &Ledger, aside: Aside) -> SetAside {
    SetAside {
        ledger: ledger.name.clone(),
        file: aside.file,
        row: aside.row,
        column: aside.column.checked_sub(1).map(|c| ledger.columns[c].name.clone()),
        value: aside.value,
        reason: aside.reason,
    }
}

/// Joins batches of several workers into one table. The texts of the worker that has most become the table's, the others' are added.
fn merge(
    ledger: &Ledger,
    batches: Vec<(usize, Batch)>,
    mut texts: Vec<Texts>,
    files: &[FileReport],
) -> Result<Table, IntakeError> {
    let new_column = |kind: &Kind| Column {
        values: match kind {
            Kind::Text | Kind::Choice(_) | Kind::CreditCode => Values::Text(Vec::new()),
            Kind::Flag => Values::Flag(Vec::new()),
            Kind::Digits(_) | Kind::Whole | Kind::Decimal(_) | Kind::Date => Values::Number(Vec::new()),
        },
        nulls: None,
    };
    let mut table =
        Table { columns: ledger.columns.iter().map(|c| new_column(&c.kind)).collect(), ..Table::default() };
    let most = (0..texts.len()).max_by_key(|worker| texts[*worker].len()).unwrap_or(0);
    let mut own = texts.get_mut(most).map(std::mem::take).unwrap_or_default();
    let mut keys: Vec<Vec<Option<u32>>> = texts.iter().map(|t| vec![None; t.len()]).collect();
    let rows = batches.iter().map(|(_, batch)| batch.rows.len()).sum();
    table.rows.reserve_exact(rows);
    for column in &mut table.columns {
        match &mut column.values {
            Values::Number(all) => all.reserve_exact(rows),
            Values::Text(all) => all.reserve_exact(rows),
            Values::Flag(all) => all.reserve_exact(rows),
        }
    }
    for (worker, batch) in batches {
        let before = table.rows.len();
        table.rows.extend(batch.rows.iter().map(|row| RowId { file: batch.file, row: *row }));
        for (column, part) in table.columns.iter_mut().zip(batch.columns) {
            let Some(part) = part else { continue };
            match (&mut column.values, part.values) {
                (Values::Number(all), Values::Number(mut more)) => all.append(&mut more),
                (Values::Flag(all), Values::Flag(mut more)) => all.append(&mut more),
                (Values::Text(all), Values::Text(mut more)) if worker == most => all.append(&mut more),
                (Values::Text(all), Values::Text(more)) => {
                    for (i, key) in more.into_iter().enumerate() {
                        if part.nulls.as_ref().is_some_and(|n| n[i]) {
                            all.push(0);
                            continue;
                        }
                        let known = &mut keys[worker][key as usize];
                        all.push(*known.get_or_insert_with(|| own.intern(texts[worker].get(key))));
                    }
                }
                _ => {}
            }
            match (&mut column.nulls, part.nulls) {
                (None, None) => {}
                (Some(all), None) => all.resize(table.rows.len(), false),
                (all, Some(mut more)) => {
                    all.get_or_insert_with(|| vec![false; before]).append(&mut more);
                }
            }
        }
        if own.bytes() > TEXTS {
            return Err(fault(ledger, &files[batch.file as usize].name, Trouble::TooMuchText));
        }
    }
    table.texts = Arc::new(own);
    Ok(table)
}

/// Sets rows aside whose key is in a row before them.
fn keep_first(ledger: &Ledger, table: &mut Table, files: &mut [FileReport], asides: &mut Vec<Aside>) {
    if ledger.key.is_empty() {
        return;
    }
    let mut keep = vec![true; table.rows.len()];
    for (row, same) in doubles(table, &ledger.key) {
        keep[row] = false;
        let (id, before) = (table.rows[row], table.rows[same]);
        let said = ledger.key.iter().map(|c| said(ledger, table, *c, row)).collect::<Vec<_>>();
        files[id.file as usize].accepted -= 1;
        asides.push(Aside {
            file: id.file,
            row: id.row,
            column: 0,
            value: reason::shown(&said.join(" | ")),
            reason: Reason::DuplicateKey(files[before.file as usize].name.clone(), before.row),
        });
    }
    if !keep.contains(&false) {
        return;
    }
    let mut rows = keep.iter();
    table.rows.retain(|_| *rows.next().unwrap_or(&true));
    for column in &mut table.columns {
        let mut kept = keep.iter();
        let mut stays = || *kept.next().unwrap_or(&true);
        match &mut column.values {
            Values::Number(all) => all.retain(|_| stays()),
            Values::Text(all) => all.retain(|_| stays()),
            Values::Flag(all) => all.retain(|_| stays()),
        }
        if let Some(nulls) = &mut column.nulls {
            let mut kept = keep.iter();
            nulls.retain(|_| *kept.next().unwrap_or(&true));
        }
    }
    asides.sort_by_key(|a| (a.file, a.row, a.column));
}

/// Rows whose key is in a row before them, each with the first of those. A key with a null in it is like no other.
fn doubles(table: &Table, key: &[usize]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let null = |row: usize| key.iter().any(|c| table.columns[*c].is_null(row));
    // Equal texts have equal numbers: who has a number first stands in a list.
    if let [only] = key
        && let Values::Text(texts) = &table.columns[*only].values
    {
        let mut first = vec![u32::MAX; table.texts.len()];
        for (row, text) in (0u32..).zip(texts).filter(|(row, _)| !null(*row as usize)) {
            let first = &mut first[*text as usize];
            if *first == u32::MAX {
                *first = row;
            } else {
                found.push((row as usize, *first as usize));
            }
        }
        return found;
    }
    let value = |column: usize, row: usize| match &table.columns[column].values {
        Values::Number(all) => all[row],
        Values::Text(all) => i64::from(all[row]),
        Values::Flag(all) => i64::from(all[row]),
    };
    let hasher = hashbrown::DefaultHashBuilder::default();
    let hash = |row: usize| {
        let mut state = std::hash::BuildHasher::build_hasher(&hasher);
        key.iter().for_each(|c| std::hash::Hash::hash(&value(*c, row), &mut state));
        std::hash::Hasher::finish(&state)
    };
    let mut first: HashTable<usize> = HashTable::with_capacity(table.rows.len());
    for row in (0..table.rows.len()).filter(|row| !null(*row)) {
        let own = hash(row);
        match first.find(own, |other| key.iter().all(|c| value(*c, *other) == value(*c, row))) {
            Some(same) => found.push((row, *same)),
            None => drop(first.insert_unique(own, row, |other| hash(*other))),
        }
    }
    found
}

/// A value of a table as text, as a person would write it; empty where it is null.
pub fn cell_text(ledger: &Ledger, table: &Table, column: usize, row: usize) -> String {
    if table.columns[column].is_null(row) { String::new() } else { said(ledger, table, column, row) }
}

/// A value of a table as text, for messages.
fn said(ledger: &Ledger, table: &Table, column: usize, row: usize) -> String {
    match (&table.columns[column].values, &ledger.columns[column].kind) {
        (Values::Text(all), _) => table.texts.get(all[row]).to_owned(),
        (Values::Flag(all), _) => all[row].to_string(),
        (Values::Number(all), Kind::Digits(width)) => format!("{:0>w$}", all[row], w = usize::from(*width)),
        (Values::Number(all), Kind::Decimal(scale)) => {
            crate::number::Dec::new(all[row].into(), *scale).to_string()
        }
        (Values::Number(all), Kind::Date) => value::day_text(all[row]),
        (Values::Number(all), _) => all[row].to_string(),
    }
}

fn fault(ledger: &Ledger, file: &str, trouble: Trouble) -> IntakeError {
    IntakeError { faults: vec![FileFault { ledger: ledger.name.clone(), file: file.to_owned(), trouble }] }
}

/// Above so many bytes of distinct texts reading stops: their places are held in 32 bits.
const TEXTS: usize = 3 << 30;

/// What a run gave.
struct Ran<R> {
    /// With the worker that made it.
    results: Vec<(usize, R)>,
    files: Vec<FileReport>,
    asides: Vec<Aside>,
    /// By worker.
    texts: Vec<Texts>,
}

/// A piece of a file's place in the order of all: file, part, part of the part.
type Place = (usize, u64, u64);

/// A file that was opened, and looks as if it can be read.
enum Opened {
    Text(Box<TextFile>),
    /// With the whole file until its hash was handed out.
    Columnar(Box<Columnar>, Option<Anywhere>),
    Sheet(Box<Sheet>, Anywhere),
    /// All but its hash was handed out.
    Hash(Anywhere),
    Done,
}

/// Something for a worker to do.
enum Piece {
    Text(usize, u64, Chunk),
    Group(usize, u64, Columnar),
    Sheet(usize, Box<Sheet>),
    Hash(usize, Anywhere),
}

/// The files, in turn.
struct Supply {
    files: Vec<Opened>,
    at: usize,
    part: u64,
}

/// Why a worker stopped.
enum Halt<E> {
    Trouble(Trouble),
    Each(E),
}

impl<E> From<Trouble> for Halt<E> {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

/// What all workers look at.
struct Common<'a, S, R, E> {
    manner: Manner,
    watch: &'a dyn Watch,
    start: &'a (dyn Fn() -> S + Sync),
    each: &'a Each<'a, S, R, E>,
    headings: Vec<heading::Headings>,
    reports: Mutex<Vec<FileReport>>,
    supply: Mutex<Supply>,
    stop: AtomicBool,
}

type Each<'a, S, R, E> = dyn Fn(&mut S, &mut Batch, &mut Texts) -> Result<R, E> + Sync + 'a;

/// What a worker leaves.
struct Left<R, E> {
    results: Vec<(Place, R)>,
    halts: Vec<(Place, Halt<E>)>,
    asides: Vec<Aside>,
    counts: Vec<Count>,
    texts: Texts,
}

#[expect(clippy::too_many_arguments, reason = "those of the two public functions")]
fn run<S, R: Send, E: Send>(
    ledger: &Ledger,
    sources: Vec<Source>,
    wanted: &[bool],
    threads: usize,
    watch: &dyn Watch,
    manner: Manner,
    start: &(dyn Fn() -> S + Sync),
    each: &Each<'_, S, R, E>,
) -> Result<Ran<R>, Stop<E>> {
    let names: Vec<String> = sources.iter().map(|s| s.name.clone()).collect();
    let fault =
        |file: usize, trouble| FileFault { ledger: ledger.name.clone(), file: names[file].clone(), trouble };
    let (mut files, mut headings, mut reports, mut faults) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (i, source) in sources.into_iter().enumerate() {
        match open(ledger, source, manner) {
            Ok((opened, found, report)) => {
                watch.bytes(report.bytes);
                files.push(opened);
                headings.push(found);
                reports.push(report);
            }
            Err(troubles) => faults.extend(troubles.into_iter().map(|t| fault(i, t))),
        }
    }
    if !faults.is_empty() {
        return Err(Stop::Intake(IntakeError { faults }));
    }
    let common = Common {
        manner,
        watch,
        start,
        each,
        headings,
        reports: Mutex::new(reports),
        supply: Mutex::new(Supply { files, at: 0, part: 0 }),
        stop: AtomicBool::new(false),
    };
    let (common, sink) = (&common, || Sink::new(ledger, wanted, names.len()));
    let left: Vec<Left<R, E>> = in_shares(0..threads.max(1), |_| work(common, sink()));
    let mut ran = Ran { results: Vec::new(), files: Vec::new(), asides: Vec::new(), texts: Vec::new() };
    let (mut results, mut halts) = (Vec::new(), Vec::new());
    let mut files = lock(&common.reports).clone();
    for (worker, left) in left.into_iter().enumerate() {
        results.extend(left.results.into_iter().map(|(place, r)| (place, worker, r)));
        halts.extend(left.halts);
        ran.asides.extend(left.asides);
        ran.texts.push(left.texts);
        for (file, count) in files.iter_mut().zip(&left.counts) {
            file.rows += count.rows;
            file.accepted += count.accepted;
        }
    }
    // Some workers may have stopped before the last piece: what is there is not the whole.
    if !names.is_empty() && watch.stopped() {
        return Err(Stop::Intake(IntakeError { faults: vec![fault(0, Trouble::Stopped)] }));
    }
    // What comes first in the files is what is told, whoever found it when.
    halts.sort_by_key(|(place, _)| *place);
    match halts.into_iter().next() {
        Some(((file, ..), Halt::Trouble(trouble))) => {
            return Err(Stop::Intake(IntakeError { faults: vec![fault(file, trouble)] }));
        }
        Some((_, Halt::Each(error))) => return Err(Stop::Each(error)),
        None => {}
    }
    results.sort_by_key(|(place, ..)| *place);
    ran.results = results.into_iter().map(|(_, worker, r)| (worker, r)).collect();
    ran.asides.sort_by_key(|a| (a.file, a.row, a.column));
    ran.files = files;
    Ok(ran)
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // A worker that panics ends the run anyway.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Looks at the beginning of a file.
fn open(
    ledger: &Ledger,
    source: Source,
    manner: Manner,
) -> Result<(Opened, heading::Headings, FileReport), Vec<Trouble>> {
    let unreadable = |e: std::io::Error| vec![Trouble::Unreadable(e.to_string())];
    let mut first = Vec::new();
    let input = match source.input {
        Input::File(file) => {
            (&file).take(8).read_to_end(&mut first).map_err(unreadable)?;
            Input::File(file)
        }
        Input::Bytes(bytes) => {
            first.extend_from_slice(&bytes[..bytes.len().min(8)]);
            Input::Bytes(bytes)
        }
    };
    let mut report = FileReport {
        name: source.name,
        sha256: String::new(),
        bytes: 0,
        format: Format::Csv,
        encoding: None,
        rows: 0,
        accepted: 0,
        unread: Vec::new(),
        other_sheets: Vec::new(),
    };
    let anywhere = |input| match input {
        Input::File(file) => Anywhere::file(file).map_err(unreadable),
        Input::Bytes(bytes) => Ok(Anywhere::Bytes(bytes.into())),
    };
    let (opened, headings) = if first.starts_with(b"PAR1") {
        let file = anywhere(input)?;
        let columnar = columnar::open(ledger, file.clone())?;
        report.format = Format::Parquet;
        let headings = columnar.headings.clone();
        (Opened::Columnar(Box::new(columnar), Some(file)), headings)
    } else if first.starts_with(b"PK\x03\x04") {
        let file = anywhere(input)?;
        let mut sheet = sheet::open(ledger, &file)?;
        report.format = Format::Xlsx;
        report.other_sheets = std::mem::take(&mut sheet.others);
        let headings = sheet.headings.clone();
        (Opened::Sheet(Box::new(sheet), file), headings)
    } else if first.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return Err(vec![Trouble::OldWorkbook]);
    } else {
        let input: Box<dyn Read + Send> = match input {
            Input::File(file) => Box::new(file),
            Input::Bytes(bytes) => {
                let mut all = Cursor::new(bytes);
                all.set_position(first.len() as u64);
                Box::new(all)
            }
        };
        let mut file = TextFile::open(ledger, first, input, manner.sizes)?;
        report.bytes = file.bytes;
        let headings = std::mem::take(&mut file.headings);
        (Opened::Text(Box::new(file)), headings)
    };
    report.unread.clone_from(&headings.unread);
    Ok((opened, headings, report))
}

/// Takes pieces and reads them until there are none.
fn work<S, R, E>(common: &Common<'_, S, R, E>, mut sink: Sink<'_>) -> Left<R, E> {
    let mut state = (common.start)();
    let (mut results, mut halts) = (Vec::new(), Vec::new());
    let mut room = Vec::new();
    while !common.stop.load(Ordering::Relaxed) && !common.watch.stopped() {
        let piece = match next(common, std::mem::take(&mut room)) {
            Ok(Some(piece)) => piece,
            Ok(None) => break,
            Err((place, trouble)) => {
                halts.push((place, Halt::Trouble(trouble)));
                break;
            }
        };
        let outcome = match piece {
            Piece::Text(file, part, chunk) => {
                let place = (file, part, 0);
                sink.file(file as u32);
                let before = sink.counts[file].rows;
                let read = text::read(&chunk, &common.headings[file], &mut sink, common.manner.patient);
                common.watch.rows(sink.counts[file].rows - before);
                room = chunk.bytes;
                match read {
                    Ok(()) => deliver(common, &mut sink, &mut state, place, &mut results),
                    Err(trouble) => Err(Halt::Trouble(trouble)),
                }
                .map_err(|halt| (place, halt))
            }
            Piece::Group(file, part, columnar) => {
                sink.file(file as u32);
                in_parts(common, &mut sink, &mut state, (file, part), &mut results, |sink, hand_on| {
                    columnar.read(part as usize, sink, hand_on)
                })
            }
            Piece::Sheet(file, mut sheet) => {
                sink.file(file as u32);
                in_parts(common, &mut sink, &mut state, (file, 0), &mut results, |sink, hand_on| {
                    sheet::read(&mut sheet, sink, hand_on)
                })
            }
            Piece::Hash(file, bytes) => match bytes.hash(&|read| common.watch.bytes(read)) {
                Ok(hash) => {
                    let mut reports = lock(&common.reports);
                    reports[file].sha256 = hash;
                    reports[file].bytes = bytes.size();
                    Ok(())
                }
                Err(e) => Err(((file, u64::MAX, 0), Halt::Trouble(Trouble::Unreadable(e.to_string())))),
            },
        };
        if let Err(halt) = outcome {
            halts.push(halt);
            break;
        }
    }
    if !halts.is_empty() {
        common.stop.store(true, Ordering::Relaxed);
    }
    Left { results, halts, asides: sink.asides, counts: sink.counts, texts: sink.texts }
}

/// Reads a piece that brings rows more than once.
fn in_parts<S, R, E>(
    common: &Common<'_, S, R, E>,
    sink: &mut Sink<'_>,
    state: &mut S,
    (file, part): (usize, u64),
    results: &mut Vec<(Place, R)>,
    read: impl FnOnce(&mut Sink<'_>, &mut dyn FnMut(&mut Sink<'_>) -> Result<(), Halt<E>>) -> Result<(), Halt<E>>,
) -> Result<(), (Place, Halt<E>)> {
    let mut place = (file, part, 0);
    let mut told = sink.counts[file].rows;
    let read = read(sink, &mut |sink| {
        let rows = sink.counts[file].rows;
        common.watch.rows(rows - told);
        told = rows;
        deliver(common, sink, state, place, results)?;
        place.2 += 1;
        Ok(())
    });
    read.map_err(|halt| (place, halt))
}

/// Hands the rows that wait to the caller.
fn deliver<S, R, E>(
    common: &Common<'_, S, R, E>,
    sink: &mut Sink<'_>,
    state: &mut S,
    place: Place,
    results: &mut Vec<(Place, R)>,
) -> Result<(), Halt<E>> {
    if sink.texts.bytes() > TEXTS {
        return Err(Halt::Trouble(Trouble::TooMuchText));
    }
    if sink.waiting() == 0 {
        return Ok(());
    }
    match sink.batch(|batch, texts| (common.each)(state, batch, texts)) {
        Ok(result) => {
            results.push((place, result));
            Ok(())
        }
        Err(error) => Err(Halt::Each(error)),
    }
}

/// The next piece, in the room of one that was read.
fn next<S, R, E>(common: &Common<'_, S, R, E>, room: Vec<u8>) -> Result<Option<Piece>, (Place, Trouble)> {
    let mut supply = lock(&common.supply);
    let mut room = Some(room);
    loop {
        let (at, part) = (supply.at, supply.part);
        let Some(file) = supply.files.get_mut(at) else { return Ok(None) };
        let mut last = None;
        match std::mem::replace(file, Opened::Done) {
            Opened::Done => {}
            // The hash is taken while others read groups, not after all of them.
            Opened::Columnar(columnar, Some(bytes)) => {
                *file = Opened::Columnar(columnar, None);
                return Ok(Some(Piece::Hash(at, bytes)));
            }
            Opened::Columnar(columnar, None) => {
                if (part as usize) < columnar.groups() {
                    let piece = Piece::Group(at, part, columnar.as_ref().clone());
                    *file = Opened::Columnar(columnar, None);
                    supply.part += 1;
                    return Ok(Some(piece));
                }
            }
            Opened::Sheet(sheet, bytes) => {
                *file = Opened::Hash(bytes);
                return Ok(Some(Piece::Sheet(at, sheet)));
            }
            Opened::Hash(bytes) => last = Some(Piece::Hash(at, bytes)),
            Opened::Text(mut text) => {
                let before = text.bytes;
                let chunk = text.next(room.take().unwrap_or_default());
                let chunk = chunk.map_err(|e| ((at, part, 0), Trouble::Unreadable(e.to_string())))?;
                let read = text.bytes - before;
                if let Some(chunk) = chunk {
                    *file = Opened::Text(text);
                    supply.part += 1;
                    drop(supply);
                    common.watch.bytes(read);
                    return Ok(Some(Piece::Text(at, part, chunk)));
                }
                common.watch.bytes(read);
                let (hash, encoding) = text.finish();
                let mut reports = lock(&common.reports);
                reports[at].sha256 = hash;
                reports[at].encoding = Some(encoding);
                reports[at].bytes = text.bytes;
            }
        }
        supply.at += 1;
        supply.part = 0;
        if last.is_some() {
            return Ok(last);
        }
    }
}

/// Bytes as hexadecimal digits.
fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
