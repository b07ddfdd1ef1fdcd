//! Rows of a ledger as a measure sees them: which count, for which region, in which year and month, with which value.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use hashbrown::HashMap;
use jixiao_core::{both, finding::Both};

use crate::{
    batch::{Column, RowId, Table, Texts, Values},
    intake,
    run::{
        Bindings, Intake, RunError, Setting,
        outcome::{Data, Failure, Scope, Vector, date, evaluate},
    },
    scheme::plan::{Expr, Lookup, Name, Type, Value},
};

use super::{
    plan::{LedgerTerm, Place},
    regions::{Home, Homes},
};

/// No row.
const NONE: u32 = u32::MAX;

/// A ledger that is held whole.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) table: Table,
    pub(crate) intake: Intake,
}

impl Held {
    /// The name of a row's file.
    pub(crate) fn file(&self, place: RowId) -> String {
        self.intake.files.get(place.file as usize).map(|f| f.name.clone()).unwrap_or_default()
    }

    /// The names of all files.
    pub(crate) fn files(&self) -> String {
        self.intake.files.iter().map(|f| f.name.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// How many rows intake has set aside.
    pub(crate) fn set_aside(&self) -> u64 {
        self.intake.files.iter().map(|f| f.rows - f.accepted).sum()
    }

    /// A text of a row, null as an empty one.
    pub(crate) fn text(&self, column: usize, row: usize) -> &str {
        let column = &self.table.columns[column];
        match &column.values {
            Values::Text(keys) if !column.is_null(row) => self.table.texts.get(keys[row]),
            _ => "",
        }
    }

    /// A number of a row: a whole number, or days of a date.
    pub(crate) fn number(&self, column: usize, row: usize) -> Option<i64> {
        let column = &self.table.columns[column];
        match &column.values {
            Values::Number(values) if !column.is_null(row) => Some(values[row]),
            _ => None,
        }
    }
}

/// The ledgers that measures need. One that has no file is known to have none: that is no error, what is measured from it is missing.
#[derive(Debug, Default)]
pub(crate) struct Shelf(BTreeMap<usize, Option<Held>>);

impl Shelf {
    /// Reads some ledgers.
    pub(crate) fn load(wanted: &BTreeSet<usize>, setting: &Setting) -> Result<Self, RunError> {
        let mut shelf = BTreeMap::new();
        for &ledger in wanted {
            let schema = &setting.ledgers.ledgers[ledger];
            let sources = (setting.open)(ledger).map_err(|e| RunError::Open(schema.name.clone(), e))?;
            if sources.is_empty() {
                shelf.insert(ledger, None);
                continue;
            }
            let loaded =
                intake::load(schema, sources, setting.threads, setting.watch).map_err(RunError::Intake)?;
            let intake = Intake { ledger, files: loaded.files, set_aside: loaded.set_aside };
            shelf.insert(ledger, Some(Held { table: loaded.table, intake }));
        }
        Ok(Self(shelf))
    }

    /// A ledger, or why it is not there.
    pub(crate) fn get(&self, ledger: usize, setting: &Setting) -> Result<&Held, Both> {
        match self.0.get(&ledger) {
            Some(Some(held)) => Ok(held),
            _ => {
                let label = &setting.ledgers.ledgers[ledger];
                let (zh, en, name) = (&label.label.zh, &label.label.en, &label.name);
                Err(both!("没有台账“{zh}”（{name}）的文件", "the ledger {en:?} ({name}) has no file"))
            }
        }
    }

    /// What was read.
    pub(crate) fn into_intakes(self) -> Vec<Intake> {
        self.0.into_values().flatten().map(|held| held.intake).collect()
    }
}

/// The register of enterprises, asked by code.
#[derive(Debug)]
pub(crate) struct Register<'a> {
    held: &'a Held,
    region: usize,
    by_code: HashMap<&'a str, u32>,
}

impl<'a> Register<'a> {
    pub(crate) fn new(held: &'a Held, key: usize, region: usize) -> Self {
        let mut by_code = HashMap::new();
        for row in 0..held.table.rows.len() {
            let code = held.text(key, row);
            if !code.is_empty() {
                by_code.entry(code).or_insert_with(|| u32::try_from(row).unwrap_or(NONE));
            }
        }
        Self { held, region, by_code }
    }

    fn row(&self, code: &str) -> u32 {
        self.by_code.get(code).copied().unwrap_or(NONE)
    }
}

/// What measuring has at hand.
pub(crate) struct Desk<'a> {
    pub(crate) year: i16,
    pub(crate) setting: &'a Setting<'a>,
    pub(crate) shelf: &'a Shelf,
    pub(crate) register: Result<&'a Register<'a>, Both>,
    pub(crate) bindings: &'a Bindings,
    pub(crate) homes: &'a Homes<'a>,
    /// Codes of the enterprises that each scheme supports.
    pub(crate) supported: &'a BTreeMap<String, BTreeSet<String>>,
}

/// A row that counts.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// Index in its table.
    pub(crate) row: usize,
    /// Whether it is of the fund year.
    pub(crate) of_year: bool,
    /// The year and month under which it stands in a course; month 13 when it came after the year's end.
    pub(crate) month: Option<(i16, u8)>,
    /// The value; null rows are left out. A row's own number where nothing is aggregated.
    pub(crate) value: Value,
    /// The enterprise's code, where rows are of enterprises.
    pub(crate) enterprise: String,
    /// Days of its date.
    pub(crate) day: Option<i64>,
    /// Its region.
    pub(crate) home: Home,
}

/// What a measure found in a ledger.
#[derive(Debug)]
pub(crate) struct Found<'a> {
    pub(crate) held: &'a Held,
    pub(crate) rows: Vec<Row>,
    /// Rows of the year that lie outside of the fund's regions, or whose region is not known.
    pub(crate) outside: u64,
    pub(crate) unknown: u64,
    /// Both, by index.
    pub(crate) homeless: Vec<usize>,
    /// The last month that the ledger reaches, by year.
    pub(crate) reach: BTreeMap<i16, u8>,
}

/// The rows of a ledger that a measure counts, of every year.
///
/// # Errors
/// The outer one stops the run, with the row; the inner one says why nothing can be measured.
pub(crate) fn find<'a>(
    term: &LedgerTerm,
    desk: &Desk<'a>,
    what: &str,
) -> Result<Result<Found<'a>, Both>, RunError> {
    let held = match desk.shelf.get(term.ledger, desk.setting) {
        Ok(held) => held,
        Err(why) => return Ok(Err(why)),
    };
    let mut others = Vec::with_capacity(term.lookups.len());
    for lookup in &term.lookups {
        match desk.shelf.get(lookup.ledger, desk.setting) {
            Ok(other) => others.push(other),
            Err(why) => return Ok(Err(why)),
        }
    }
    let register = match (&term.place, &desk.register) {
        (Place::Enterprise(_), Err(why)) => return Ok(Err(why.clone())),
        (_, register) => register.as_ref().ok().copied(),
    };
    let missing = term.supported.iter().find(|s| !desk.supported.contains_key(*s));
    if let Some(scheme) = missing {
        return Ok(Err(not_computed(scheme)));
    }
    let rows = held.table.rows.len();
    let enterprises: Vec<u32> = match (term.place, register) {
        (Place::Enterprise(column), Some(register)) => {
            (0..rows).map(|row| register.row(held.text(column, row))).collect()
        }
        _ => vec![NONE; rows],
    };
    let region = |row: usize| -> Option<&str> {
        match (term.place, register) {
            (Place::Enterprise(_), Some(register)) => {
                let at = enterprises[row];
                (at != NONE).then(|| register.held.text(register.region, at as usize))
            }
            (Place::Region(column), _) => Some(held.text(column, row)).filter(|code| !code.is_empty()),
            _ => None,
        }
    };
    let mut lines = Lines {
        held,
        texts: RefCell::new(Texts::over(&held.table.texts)),
        register: register.map(|r| r.held),
        enterprises: &enterprises,
        others: &others,
        found: Vec::new(),
        bindings: desk.bindings,
        region: &region,
    };
    let failed = |row: u32, failure: Failure, part: &str| {
        let place = held.table.rows.get(row as usize).copied().unwrap_or_default();
        RunError::Line {
            what: format!("{what}/{part}"),
            file: held.file(place),
            row: place.row,
            why: failure.text(),
        }
    };
    for (lookup, other) in term.lookups.iter().zip(&others) {
        let rows = look_up(lookup, &lines, held, other, desk, what)?;
        lines.found.push(rows);
    }
    let ask = |expr: &Option<Expr>, part: &str| -> Result<Option<Vector>, RunError> {
        let Some(expr) = expr else { return Ok(None) };
        let vector = evaluate(expr, &lines);
        match vector.failures.iter().min_by_key(|(row, _)| *row) {
            Some((row, failure)) => Err(failed(*row, *failure, part)),
            None => Ok(Some(vector)),
        }
    };
    let filter = ask(&term.filter, "where")?;
    let values = ask(&term.value, "value")?;
    let is_date = term.value.as_ref().is_some_and(|v| v.ty == Type::Date);
    let texts = lines.texts.borrow();
    let mut found = Found {
        held,
        rows: Vec::new(),
        outside: 0,
        unknown: 0,
        homeless: Vec::new(),
        reach: BTreeMap::new(),
    };
    for row in 0..rows {
        let day = term.date.and_then(|column| held.number(column, row));
        let (year, month) = when(term, held, row, day);
        if let Some((year, month)) = month {
            let reach = found.reach.entry(year).or_insert(month.min(12));
            *reach = (*reach).max(month.min(12));
        }
        if filter.as_ref().is_some_and(|f| !f.is_true(row)) {
            continue;
        }
        let enterprise = match term.place {
            Place::Enterprise(column) => held.text(column, row),
            Place::Region(_) => "",
        };
        if !term.supported.is_empty()
            && !term.supported.iter().any(|s| desk.supported[s].contains(enterprise))
        {
            continue;
        }
        let value = match &values {
            Some(values) => values.value(row, is_date, &texts),
            None => Value::Number(row as i128),
        };
        if value == Value::Null {
            continue;
        }
        // With neither year nor day a row belongs to whatever year is asked for.
        let of_year = year.is_none_or(|y| y == desk.year) && (year.is_some() || !dated(term));
        let home = match region(row).and_then(|code| desk.homes.of(code)) {
            Some(Some(home)) => home,
            homeless => {
                if of_year {
                    let count = if homeless.is_some() { &mut found.outside } else { &mut found.unknown };
                    *count += 1;
                    found.homeless.push(row);
                }
                continue;
            }
        };
        found.rows.push(Row { row, of_year, month, value, enterprise: enterprise.to_owned(), day, home });
    }
    drop(texts);
    Ok(Ok(found))
}

/// What is said of a scheme whose awards are not at hand.
pub(crate) fn not_computed(scheme: &str) -> Both {
    both!("方案 {scheme} 的支持结果没有算出", "the awards of {scheme} were not computed")
}

fn dated(term: &LedgerTerm) -> bool {
    term.year.is_some() || term.date.is_some()
}

/// The fund year of a row, and the year and month of its course.
fn when(term: &LedgerTerm, held: &Held, row: usize, day: Option<i64>) -> (Option<i16>, Option<(i16, u8)>) {
    let calendar = day.and_then(|day| date(i128::from(day)).ok());
    let own = calendar.map(|d| (d.year(), d.month().unsigned_abs()));
    let Some(column) = term.year else {
        return (own.map(|(year, _)| year), own);
    };
    let year = held.number(column, row).and_then(|y| i16::try_from(y).ok());
    let month = year.zip(own).map(|(year, (calendar, month))| match calendar.cmp(&year) {
        // Money that was handed down before the year began is there from its first month.
        std::cmp::Ordering::Less => (year, 1),
        std::cmp::Ordering::Equal => (year, month),
        std::cmp::Ordering::Greater => (year, 13),
    });
    (year, month)
}

/// Of each row, the row of the other ledger that a look-up finds.
fn look_up(
    lookup: &Lookup,
    lines: &Lines<'_>,
    held: &Held,
    other: &Held,
    desk: &Desk<'_>,
    what: &str,
) -> Result<Vec<u32>, RunError> {
    let what = format!("{what}/{}", lookup.id);
    let failed = |failure: Failure| RunError::Lookup { what: what.clone(), why: failure.text() };
    let rows = other.table.rows.len();
    let mut stays = vec![true; rows];
    if let Some(filter) = &lookup.filter {
        let others = Others {
            held: other,
            texts: RefCell::new(Texts::over(&other.table.texts)),
            bindings: desk.bindings,
        };
        let vector = evaluate(filter, &others);
        if let Some((_, failure)) = vector.failures.first() {
            return Err(failed(*failure));
        }
        stays.iter_mut().enumerate().for_each(|(row, stays)| *stays = vector.is_true(row));
    }
    let mut index: HashMap<Vec<Value>, (u32, u32)> = HashMap::new();
    for row in (0..rows).filter(|row| stays[*row]) {
        let key: Vec<Value> =
            lookup.on.iter().map(|(c, e)| cell(&other.table, *c, row, e.ty == Type::Date)).collect();
        if key.contains(&Value::Null) {
            continue;
        }
        let number = u32::try_from(row).unwrap_or(NONE);
        let entry = index.entry(key).or_insert((number, NONE));
        if entry.0 != number && entry.1 == NONE {
            entry.1 = number;
        }
    }
    let mut keys = Vec::with_capacity(lookup.on.len());
    for (_, expr) in &lookup.on {
        let vector = evaluate(expr, lines);
        if let Some((_, failure)) = vector.failures.first() {
            return Err(failed(*failure));
        }
        keys.push((vector, expr.ty == Type::Date));
    }
    let texts = lines.texts.borrow();
    let mut found = Vec::with_capacity(lines.rows());
    for row in 0..lines.rows() {
        let key: Vec<Value> = keys.iter().map(|(vector, date)| vector.value(row, *date, &texts)).collect();
        let hit = if key.contains(&Value::Null) { None } else { index.get(&key) };
        if let Some((first, second)) = hit
            && *second != NONE
            && !lookup.any
        {
            let place = |held: &Held, row: u32| {
                let place = held.table.rows[row as usize];
                (held.file(place), place.row)
            };
            let ledger = desk.setting.ledgers.ledgers[lookup.ledger].name.clone();
            return Err(RunError::Twice {
                what,
                line: Box::new(place(held, u32::try_from(row).unwrap_or(0))),
                ledger,
                rows: Box::new([place(other, *first), place(other, *second)]),
            });
        }
        found.push(hit.map_or(NONE, |(first, _)| *first));
    }
    Ok(found)
}

fn cell(table: &Table, column: usize, row: usize, date: bool) -> Value {
    let column = &table.columns[column];
    if column.is_null(row) {
        return Value::Null;
    }
    match &column.values {
        Values::Number(v) if date => Value::Date(v[row]),
        Values::Number(v) => Value::Number(i128::from(v[row])),
        Values::Text(v) => Value::Text(table.texts.get(v[row]).to_owned()),
        Values::Flag(v) => Value::Bool(v[row]),
    }
}

/// A table's column at some of its rows, `NONE` being null; zero where it is null, as every vector.
fn gather(from: &Table, column: usize, rows: &[u32], texts: &RefCell<Texts>) -> Vector {
    let column = &from.columns[column];
    let null = |r: u32| r == NONE || column.is_null(r as usize);
    let nulls: Vec<bool> = rows.iter().map(|r| null(*r)).collect();
    let data = match &column.values {
        Values::Number(v) => {
            Data::Small(rows.iter().map(|r| if null(*r) { 0 } else { v[*r as usize] }).collect())
        }
        Values::Flag(v) => Data::Bool(rows.iter().map(|r| !null(*r) && v[*r as usize]).collect()),
        Values::Text(v) => {
            let mut texts = texts.borrow_mut();
            let mut key = |r: &u32| {
                let text = if null(*r) { "" } else { from.texts.get(v[*r as usize]) };
                texts.intern(text)
            };
            Data::Text(rows.iter().map(&mut key).collect())
        }
    };
    Vector::new(data, nulls.contains(&true).then_some(nulls))
}

/// A column as it stands.
fn whole(column: &Column) -> Vector {
    let data = match &column.values {
        Values::Number(v) => Data::Small(
            v.iter().enumerate().map(|(row, v)| if column.is_null(row) { 0 } else { *v }).collect(),
        ),
        Values::Text(v) => Data::Text(v.clone()),
        Values::Flag(v) => Data::Bool(v.clone()),
    };
    Vector::new(data, column.nulls.clone())
}

/// What expressions over a ledger's rows see.
struct Lines<'a> {
    held: &'a Held,
    texts: RefCell<Texts>,
    register: Option<&'a Held>,
    enterprises: &'a [u32],
    others: &'a [&'a Held],
    found: Vec<Vec<u32>>,
    bindings: &'a Bindings,
    region: &'a dyn Fn(usize) -> Option<&'a str>,
}

impl Scope for Lines<'_> {
    fn rows(&self) -> usize {
        self.held.table.rows.len()
    }

    fn name(&self, name: &Name) -> Vector {
        match name {
            Name::Column(column) => whole(&self.held.table.columns[*column]),
            Name::Lookup(lookup, column) => {
                gather(&self.others[*lookup].table, *column, &self.found[*lookup], &self.texts)
            }
            Name::Found(lookup) => {
                Vector::new(Data::Bool(self.found[*lookup].iter().map(|r| *r != NONE).collect()), None)
            }
            Name::Enterprise(column) => match self.register {
                Some(register) => gather(&register.table, *column, self.enterprises, &self.texts),
                None => Vector::constant(Value::Null),
            },
            _ => Vector::constant(Value::Null),
        }
    }

    fn parameter(&self, index: usize, days: Option<&Vector>, ty: &Type) -> Vector {
        by_row(self.bindings, index, self.rows(), days, ty, &self.texts, self.region)
    }

    fn texts(&self) -> &RefCell<Texts> {
        &self.texts
    }
}

/// What a look-up's filter sees.
struct Others<'a> {
    held: &'a Held,
    texts: RefCell<Texts>,
    bindings: &'a Bindings,
}

impl Scope for Others<'_> {
    fn rows(&self) -> usize {
        self.held.table.rows.len()
    }

    fn name(&self, name: &Name) -> Vector {
        match name {
            Name::Other(column) => whole(&self.held.table.columns[*column]),
            _ => Vector::constant(Value::Null),
        }
    }

    fn parameter(&self, index: usize, days: Option<&Vector>, ty: &Type) -> Vector {
        by_row(self.bindings, index, self.rows(), days, ty, &self.texts, &|_| None)
    }

    fn texts(&self) -> &RefCell<Texts> {
        &self.texts
    }
}

/// What an expression over parameters alone sees, for a region.
struct Alone<'a> {
    texts: RefCell<Texts>,
    bindings: &'a Bindings,
    region: Option<&'a str>,
}

impl Scope for Alone<'_> {
    fn rows(&self) -> usize {
        1
    }

    fn name(&self, _: &Name) -> Vector {
        Vector::constant(Value::Null)
    }

    fn parameter(&self, index: usize, days: Option<&Vector>, ty: &Type) -> Vector {
        by_row(self.bindings, index, 1, days, ty, &self.texts, &|_| self.region)
    }

    fn texts(&self) -> &RefCell<Texts> {
        &self.texts
    }
}

/// A number out of parameters, for a region; none where no value is in force.
///
/// # Errors
/// It overflows or divides by zero.
pub(crate) fn constant(
    expr: &Expr,
    bindings: &Bindings,
    region: Option<&str>,
) -> Result<Option<crate::number::Dec>, Failure> {
    let scope = Alone { texts: RefCell::default(), bindings, region };
    let vector = evaluate(expr, &scope);
    if let Some((_, failure)) = vector.failures.first() {
        return Err(*failure);
    }
    let known = !vector.is_null(0);
    Ok(known.then(|| crate::number::Dec::new(vector.number(0), expr.scale())))
}

/// A parameter's values by row.
fn by_row<'r>(
    bindings: &Bindings,
    index: usize,
    rows: usize,
    days: Option<&Vector>,
    ty: &Type,
    texts: &RefCell<Texts>,
    region: &dyn Fn(usize) -> Option<&'r str>,
) -> Vector {
    let binding = &bindings.parameters[index];
    let regional = !binding.regions.is_empty();
    if !regional && days.is_none() {
        return Vector::constant(bindings.at(index, None, None).clone());
    }
    let value = |row: usize| -> &Value {
        // Without a day nothing by date is in force.
        if days.is_some_and(|d| d.is_null(row)) {
            return &Value::Null;
        }
        let day = days.map(|d| i64::try_from(d.number(row)).unwrap_or(i64::MAX));
        bindings.at(index, if regional { region(row) } else { None }, day)
    };
    let nulls: Vec<bool> = (0..rows).map(|row| *value(row) == Value::Null).collect();
    let data = match ty {
        Type::Text => {
            let mut texts = texts.borrow_mut();
            let mut key = |row: usize| match value(row) {
                Value::Text(text) => texts.intern(text),
                _ => texts.intern(""),
            };
            Data::Text((0..rows).map(&mut key).collect())
        }
        _ => {
            let number = |row: usize| match value(row) {
                Value::Number(n) => *n,
                Value::Date(d) => i128::from(*d),
                _ => 0,
            };
            Data::Wide((0..rows).map(number).collect())
        }
    };
    Vector::new(data, nulls.contains(&true).then_some(nulls))
}
