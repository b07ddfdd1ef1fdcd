//! Parquet files: row groups are shared between workers, columns that the schema does not name are not read.

use std::sync::Arc;

use arrow_array::{
    Array, ArrayRef, ArrowPrimitiveType, RecordBatch,
    cast::AsArray as _,
    types::{
        Date32Type, Date64Type, Decimal32Type, Decimal64Type, Decimal128Type, Float32Type, Float64Type,
        Int8Type, Int16Type, Int32Type, Int64Type, TimestampMicrosecondType, TimestampMillisecondType,
        TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
    },
};
use arrow_schema::{DataType, Field, Schema, TimeUnit};
use parquet::{
    arrow::{
        ProjectionMask,
        arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder},
    },
    basic::{Encoding, EncodingMask},
    file::metadata::{ColumnChunkMetaData, ParquetMetaData},
};

use super::{
    anywhere::Anywhere,
    error::Trouble,
    heading::{self, Headings},
    pages::Straight,
    reason::Reason,
    sheet::number_text,
    sink::{Cell, Sink},
    value::{self, Got},
};
use crate::{
    number::{Dec, pow10},
    schema::{Kind, Ledger},
};

/// Rows of a batch: as many as the columns in the middle of an expression find room for beside each other.
const ROWS: usize = 4_096;

/// The days of the years 1 to 9999, as for every other format.
pub(super) const YEARS: std::ops::RangeInclusive<i64> = -719_162..=2_932_896;

/// A Parquet file whose footer was read.
#[derive(Clone)]
pub(super) struct Columnar {
    file: Anywhere,
    metadata: ArrowReaderMetadata,
    /// The first row of each group, and one more.
    starts: Vec<u64>,
    pub(super) headings: Headings,
}

/// Reads a file's footer and finds its columns.
///
/// # Errors
/// Whatever makes it unreadable, and columns of types that are not read.
pub(super) fn open(ledger: &Ledger, file: Anywhere) -> Result<Columnar, Vec<Trouble>> {
    let damaged = |e: &dyn std::fmt::Display| vec![Trouble::Parquet(e.to_string())];
    let metadata = guarded(|| ArrowReaderMetadata::load(&file, ArrowReaderOptions::new()))
        .map_err(|t| vec![t])?
        .map_err(|e| damaged(&e))?;
    let fields = metadata.schema().fields();
    let names: Vec<String> = fields.iter().map(|f| f.name().clone()).collect();
    if names.is_empty() {
        return Err(vec![Trouble::NoHeading]);
    }
    let headings = heading::find(ledger, &names)?;
    let mut troubles = Vec::new();
    let mut asked: Vec<Arc<Field>> = Vec::new();
    for (at, (field, column)) in fields.iter().zip(&headings.columns).enumerate() {
        let Some(column) = column else {
            asked.push(Arc::clone(field));
            continue;
        };
        let column = &ledger.columns[*column];
        match known(field.data_type(), &column.kind) {
            Known::Yes => {}
            Known::Instant => troubles.push(Trouble::Instants(column.name.clone())),
            Known::No => {
                troubles.push(Trouble::ColumnType(column.name.clone(), field.data_type().to_string()));
            }
        }
        // Texts that the file has as a dictionary are looked at once per dictionary.
        let text = matches!(field.data_type(), DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View);
        let groups = metadata.metadata().row_groups();
        let dictionary = text
            && metadata.parquet_schema().num_columns() == fields.len()
            && groups.iter().all(|g| g.columns().get(at).is_some_and(all_in_dictionary));
        asked.push(if dictionary {
            let ty = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
            Arc::new(field.as_ref().clone().with_data_type(ty))
        } else {
            Arc::clone(field)
        });
    }
    if !troubles.is_empty() {
        return Err(troubles);
    }
    let options = ArrowReaderOptions::new().with_schema(Arc::new(Schema::new(asked)));
    // Where the file cannot be read that way it is read as it is.
    let metadata = ArrowReaderMetadata::try_new(Arc::clone(metadata.metadata()), options).unwrap_or(metadata);
    if let Some(why) = out_of_bounds(metadata.metadata(), file.size()) {
        return Err(damaged(&why));
    }
    let mut starts = vec![0u64];
    let mut rows = 0u64;
    for group in metadata.metadata().row_groups() {
        let more = u64::try_from(group.num_rows()).map_err(|e| damaged(&e))?;
        rows = rows.checked_add(more).ok_or_else(|| vec![Trouble::TooManyRows])?;
        starts.push(rows);
    }
    if u32::try_from(rows).is_err() {
        return Err(vec![Trouble::TooManyRows]);
    }
    Ok(Columnar { file, metadata, starts, headings })
}

/// Whether every value of a column stands in its dictionary, as far as the footer says. A writer that gave the dictionary up half-way has many different
/// values, and those are read as they are.
fn all_in_dictionary(column: &ColumnChunkMetaData) -> bool {
    let only = |mask: &EncodingMask| {
        mask.is_only(Encoding::RLE_DICTIONARY) || mask.is_only(Encoding::PLAIN_DICTIONARY)
    };
    column.dictionary_page_offset().is_some() && column.page_encoding_stats_mask().is_none_or(only)
}

/// Runs a part of the library that panics on some damaged pages instead of giving an error. Nothing of the caller's runs within.
pub(super) fn guarded<T>(run: impl FnOnce() -> T) -> Result<T, Trouble> {
    // What was half done is dropped with the file.
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(run))
        .map_err(|_| Trouble::Parquet("a damaged page".to_owned()))
}

/// What in a footer points outside of the file: the library takes it as given.
fn out_of_bounds(metadata: &ParquetMetaData, size: u64) -> Option<String> {
    for (at, group) in metadata.row_groups().iter().enumerate() {
        for column in group.columns() {
            let start = column.dictionary_page_offset().unwrap_or(column.data_page_offset());
            let end = start.checked_add(column.compressed_size());
            let inside = end.and_then(|e| u64::try_from(e).ok()).is_some_and(|e| e <= size);
            if start < 0 || column.compressed_size() < 0 || column.num_values() < 0 || !inside {
                return Some(format!(
                    "row group {at}: column {} lies outside of the file",
                    column.column_path()
                ));
            }
        }
    }
    None
}

enum Known {
    Yes,
    No,
    Instant,
}

/// Whether a type can be a column of this kind.
fn known(ty: &DataType, kind: &Kind) -> Known {
    use DataType as D;
    let yes = match ty {
        D::Utf8 | D::LargeUtf8 | D::Utf8View | D::Null | D::Boolean => true,
        D::Int8 | D::Int16 | D::Int32 | D::Int64 | D::UInt8 | D::UInt16 | D::UInt32 | D::UInt64 => true,
        D::Decimal32(..) | D::Decimal64(..) | D::Decimal128(..) | D::Float32 | D::Float64 => true,
        D::Date32 | D::Date64 => matches!(kind, Kind::Date | Kind::Text),
        D::Timestamp(_, Some(_)) if *kind == Kind::Date => return Known::Instant,
        D::Timestamp(_, None) => *kind == Kind::Date,
        D::Dictionary(_, value) => matches!(**value, D::Utf8 | D::LargeUtf8 | D::Utf8View),
        _ => false,
    };
    if yes { Known::Yes } else { Known::No }
}

/// A dictionary with what its entries were found to be.
type Dictionary = Option<(ArrayRef, Vec<Option<Cell>>)>;

impl Columnar {
    /// How many row groups there are.
    pub(super) fn groups(&self) -> usize {
        self.starts.len() - 1
    }

    /// Reads one row group; `hand_on` is called after every batch.
    ///
    /// # Errors
    /// A damaged file, and whatever `hand_on` gives.
    pub(super) fn read<H: From<Trouble>>(
        &self,
        group: usize,
        sink: &mut Sink<'_>,
        hand_on: &mut dyn FnMut(&mut Sink<'_>) -> Result<(), H>,
    ) -> Result<(), H> {
        let damaged = |e: &dyn std::fmt::Display| H::from(Trouble::Parquet(e.to_string()));
        let straight = self.straight(group, sink, hand_on)?;
        if straight == self.starts[group + 1] - self.starts[group] {
            return Ok(());
        }
        let builder =
            ParquetRecordBatchReaderBuilder::new_with_metadata(self.file.clone(), self.metadata.clone());
        let read = self.headings.columns.iter().enumerate().filter(|(_, c)| c.is_some()).map(|(i, _)| i);
        let mask = ProjectionMask::roots(builder.parquet_schema(), read);
        let skip = usize::try_from(straight).map_err(|e| damaged(&e))?;
        let build = || {
            let builder = builder.with_batch_size(ROWS).with_row_groups(vec![group]).with_projection(mask);
            if skip > 0 { builder.with_offset(skip) } else { builder }.build()
        };
        let mut reader = guarded(build).map_err(H::from)?.map_err(|e| damaged(&e))?;
        let columns: Vec<usize> = self.headings.columns.iter().copied().flatten().collect();
        let mut dictionaries: Vec<Dictionary> = columns.iter().map(|_| None).collect();
        let mut row = self.starts[group] + straight;
        while let Some(batch) = guarded(|| reader.next()).map_err(H::from)? {
            let batch = batch.map_err(|e| damaged(&e))?;
            let first = row;
            row += batch.num_rows() as u64;
            // A damaged group may bring more rows than its footer says.
            if row > self.starts[group + 1] || batch.num_columns() != columns.len() {
                return Err(damaged(&"rows or columns are not as many as the footer says"));
            }
            self.rows(&batch, first, &columns, &mut dictionaries, sink)?;
            hand_on(sink)?;
        }
        if row < self.starts[group + 1] {
            return Err(damaged(&"rows are not as many as the footer says"));
        }
        Ok(())
    }

    /// Reads a row group straight from its pages, as far as that goes. Gives how many of its rows were handed on; the others wait for the library's reader.
    fn straight<H: From<Trouble>>(
        &self,
        group: usize,
        sink: &mut Sink<'_>,
        hand_on: &mut dyn FnMut(&mut Sink<'_>) -> Result<(), H>,
    ) -> Result<u64, H> {
        let of = self.metadata.metadata().row_group(group);
        let first = self.starts[group];
        let all = self.starts[group + 1] - first;
        let (Ok(rows), fields) = (usize::try_from(all), self.metadata.schema().fields()) else {
            return Ok(0);
        };
        // A nested column would shift the others.
        if of.columns().len() != fields.len() {
            return Ok(0);
        }
        let read = self.headings.columns.iter().enumerate().filter_map(|(i, c)| c.map(|c| (i, c)));
        let open = |(i, column): (usize, usize)| {
            let kind = &sink.ledger.columns[column].kind;
            Straight::open(&self.file, of.column(i), column, kind, fields[i].data_type(), rows)
        };
        let Some(mut columns) = read.map(open).collect::<Option<Vec<Straight>>>().filter(|c| !c.is_empty())
        else {
            return Ok(0);
        };
        let mut done = 0;
        while done < all {
            let now = (all - done).min(ROWS as u64);
            let count = usize::try_from(now).unwrap_or(ROWS);
            let good = columns.iter_mut().all(|c| c.take(count, sink).is_some());
            // Too many rows are as bad as too few: the library says what is wrong.
            let good = good && (done + now < all || columns.iter_mut().all(Straight::at_end));
            let (Some(from), Ok(to)) =
                (u32::try_from(first + done + 1).ok().filter(|_| good), u32::try_from(first + done + now))
            else {
                sink.roll_back();
                break;
            };
            sink.rows(from..=to);
            hand_on(sink)?;
            done += now;
        }
        Ok(done)
    }

    fn rows(
        &self,
        batch: &RecordBatch,
        first: u64,
        columns: &[usize],
        dictionaries: &mut [Dictionary],
        sink: &mut Sink<'_>,
    ) -> Result<(), Trouble> {
        let last = u32::try_from(first + batch.num_rows() as u64).map_err(|_| Trouble::TooManyRows)?;
        // A row of nulls is a blank one, which is for the patient way to say.
        let full = !self.headings.unread.is_empty() || batch.columns().iter().any(|a| a.null_count() == 0);
        let mut each = batch.columns().iter().zip(columns).zip(&mut *dictionaries);
        if full && each.all(|((array, column), dictionary)| plain(array, *column, dictionary, sink)) {
            sink.rows(last - batch.num_rows() as u32 + 1..=last);
            return Ok(());
        }
        sink.roll_back();
        let mut all: Vec<std::vec::IntoIter<Cell>> = Vec::new();
        for ((array, column), dictionary) in batch.columns().iter().zip(columns).zip(dictionaries) {
            all.push(cells(array, *column, dictionary, sink)?.into_iter());
        }
        let everything = self.headings.unread.is_empty();
        for i in 0..batch.num_rows() {
            let row = u32::try_from(first + i as u64 + 1).map_err(|_| Trouble::TooManyRows)?;
            sink.begin();
            let mut empty = everything;
            for (cells, column) in all.iter_mut().zip(columns) {
                let cell = cells.next().unwrap_or(Ok(Got::Null));
                empty &= match &cell {
                    Ok(got) => *got == Got::Null,
                    Err(bad) => bad.0 == Reason::Empty,
                };
                sink.got(row, *column, cell);
            }
            if empty {
                sink.bad_row(row, "", Reason::BlankRow);
            }
            sink.end(row);
        }
        Ok(())
    }
}

/// Takes a column of a batch as a whole when each of its cells is good and of the usual type. When it is not, what it left is for the sink to roll back,
/// and cells are looked at one by one.
fn plain(array: &ArrayRef, column: usize, dictionary: &mut Dictionary, sink: &mut Sink<'_>) -> bool {
    use DataType as D;
    let schema = &sink.ledger.columns[column];
    if array.null_count() > 0 {
        return false;
    }
    match (array.data_type(), &schema.kind) {
        (D::Utf8, Kind::Digits(_) | Kind::Whole | Kind::Decimal(_) | Kind::Date) => {
            let texts = array.as_string::<i32>();
            sink.numbers(column, texts.iter().map(|t| value::usual(schema, t.unwrap_or_default().as_bytes())))
        }
        (D::Decimal128(_, scale), Kind::Decimal(own)) if i16::from(*scale) == i16::from(*own) => {
            let values = array.as_primitive::<Decimal128Type>().values();
            sink.numbers(column, values.iter().map(|n| i64::try_from(*n).ok()))
        }
        (D::Int64, Kind::Whole) => {
            sink.numbers(column, array.as_primitive::<Int64Type>().values().iter().map(|n| Some(*n)))
        }
        (D::Date32, Kind::Date) => {
            let days = array.as_primitive::<Date32Type>().values();
            sink.numbers(column, days.iter().map(|d| Some(i64::from(*d)).filter(|d| YEARS.contains(d))))
        }
        (D::Dictionary(..), kind) => {
            let Some(keys) = array.as_any_dictionary().keys().as_primitive_opt::<Int32Type>() else {
                return false;
            };
            let Some((values, known)) = entries(array, dictionary) else { return false };
            let mut got = |key: &i32| {
                let at = usize::try_from(*key).ok()?;
                let known = known.get_mut(at)?;
                if known.is_none() {
                    *known = Some(text(sink, column, entry(values, at)?));
                }
                if let Some(Ok(got)) = known { Some(*got) } else { None }
            };
            // Whatever the entries are, those of a column are all of one sort.
            match kind {
                Kind::Text | Kind::Choice(_) | Kind::CreditCode => {
                    let mut key =
                        |key: &i32| if let Some(Got::Text(key)) = got(key) { Some(key) } else { None };
                    let keys: Option<Vec<u32>> = keys.values().iter().map(&mut key).collect();
                    keys.is_some_and(|keys| {
                        sink.keys(column, keys.into_iter());
                        true
                    })
                }
                Kind::Flag => false,
                _ => {
                    let mut number =
                        |key: &i32| if let Some(Got::Number(n)) = got(key) { Some(n) } else { None };
                    let numbers: Option<Vec<i64>> = keys.values().iter().map(&mut number).collect();
                    numbers.is_some_and(|numbers| sink.numbers(column, numbers.into_iter().map(Some)))
                }
            }
        }
        _ => false,
    }
}

/// The entries of an array's dictionary, with what those that were asked for are.
fn entries<'d>(
    array: &ArrayRef,
    dictionary: &'d mut Dictionary,
) -> Option<(&'d ArrayRef, &'d mut Vec<Option<Cell>>)> {
    let values = array.as_any_dictionary().values();
    if dictionary.as_ref().is_none_or(|(known, _)| !known.to_data().ptr_eq(&values.to_data())) {
        *dictionary = Some((Arc::clone(values), vec![None; values.len()]));
    }
    dictionary.as_mut().map(|(values, known)| (&*values, known))
}

/// A text of a dictionary.
fn entry(values: &ArrayRef, at: usize) -> Option<&str> {
    if values.is_null(at) {
        return None;
    }
    Some(match values.data_type() {
        DataType::Utf8 => values.as_string::<i32>().value(at),
        DataType::LargeUtf8 => values.as_string::<i64>().value(at),
        _ => values.as_string_view().value(at),
    })
}

fn bad(reason: Reason, text: String) -> Cell {
    Err(Box::new((reason, text)))
}

/// All cells of a column of a batch.
fn cells(
    array: &ArrayRef,
    column: usize,
    dictionary: &mut Dictionary,
    sink: &mut Sink<'_>,
) -> Result<Vec<Cell>, Trouble> {
    use DataType as D;
    let schema = &sink.ledger.columns[column];
    let nothing = || value::nothing(schema).map_err(|r| Box::new((*r, String::new())));
    Ok(match array.data_type() {
        D::Null => (0..array.len()).map(|_| nothing()).collect(),
        D::Utf8 => array
            .as_string::<i32>()
            .iter()
            .map(|t| t.map_or_else(nothing, |t| text(sink, column, t)))
            .collect(),
        D::LargeUtf8 => array
            .as_string::<i64>()
            .iter()
            .map(|t| t.map_or_else(nothing, |t| text(sink, column, t)))
            .collect(),
        D::Utf8View => {
            array.as_string_view().iter().map(|t| t.map_or_else(nothing, |t| text(sink, column, t))).collect()
        }
        D::Dictionary(..) => {
            let keyed = array.as_any_dictionary();
            let Some((values, known)) = entries(array, dictionary) else { return Ok(Vec::new()) };
            let one = |(i, key): (usize, &usize)| match (array.is_null(i), known.get_mut(*key)) {
                (false, Some(known)) => match known {
                    Some(cell) => cell.clone(),
                    None => {
                        let cell = entry(values, *key).map_or_else(nothing, |t| text(sink, column, t));
                        known.insert(cell).clone()
                    }
                },
                _ => nothing(),
            };
            if values.is_empty() {
                (0..array.len()).map(|_| nothing()).collect()
            } else {
                keyed.normalized_keys().iter().enumerate().map(one).collect()
            }
        }
        D::Boolean => {
            let flags = array.as_boolean();
            let flag = |f: bool| {
                if schema.kind == Kind::Flag {
                    Ok(Got::Flag(f))
                } else {
                    text(sink, column, if f { "true" } else { "false" })
                }
            };
            let mut flag = flag;
            flags.iter().map(|f| f.map_or_else(nothing, &mut flag)).collect()
        }
        D::Int8 => numbers::<Int8Type>(array, column, sink, |n| Dec::new(n.into(), 0)),
        D::Int16 => numbers::<Int16Type>(array, column, sink, |n| Dec::new(n.into(), 0)),
        D::Int32 => numbers::<Int32Type>(array, column, sink, |n| Dec::new(n.into(), 0)),
        D::Int64 => numbers::<Int64Type>(array, column, sink, |n| Dec::new(n.into(), 0)),
        D::UInt8 => numbers::<UInt8Type>(array, column, sink, |n| Dec::new(n.into(), 0)),
        D::UInt16 => numbers::<UInt16Type>(array, column, sink, |n| Dec::new(n.into(), 0)),
        D::UInt32 => numbers::<UInt32Type>(array, column, sink, |n| Dec::new(n.into(), 0)),
        D::UInt64 => numbers::<UInt64Type>(array, column, sink, |n| Dec::new(n.into(), 0)),
        D::Decimal32(_, scale) => decimals::<Decimal32Type>(array, column, sink, *scale)?,
        D::Decimal64(_, scale) => decimals::<Decimal64Type>(array, column, sink, *scale)?,
        D::Decimal128(_, scale) => decimals::<Decimal128Type>(array, column, sink, *scale)?,
        D::Float32 => {
            let all = array.as_primitive::<Float32Type>();
            // The shortest text is that of the type that was stored.
            let one = |n: f32| match number_text(n.into()) {
                Ok(_) => text(sink, column, &n.to_string()),
                Err(reason) => bad(reason, n.to_string()),
            };
            let mut one = one;
            all.iter().map(|n| n.map_or_else(nothing, &mut one)).collect()
        }
        D::Float64 => {
            let all = array.as_primitive::<Float64Type>();
            let mut one = |n: f64| match number_text(n) {
                Ok(t) => text(sink, column, &t),
                Err(reason) => bad(reason, n.to_string()),
            };
            all.iter().map(|n| n.map_or_else(nothing, &mut one)).collect()
        }
        D::Date32 => days::<Date32Type>(array, column, sink, 1),
        D::Date64 => days::<Date64Type>(array, column, sink, 86_400_000),
        D::Timestamp(TimeUnit::Second, None) => days::<TimestampSecondType>(array, column, sink, 86_400),
        D::Timestamp(TimeUnit::Millisecond, None) => {
            days::<TimestampMillisecondType>(array, column, sink, 86_400_000)
        }
        D::Timestamp(TimeUnit::Microsecond, None) => {
            days::<TimestampMicrosecondType>(array, column, sink, 86_400_000_000)
        }
        D::Timestamp(TimeUnit::Nanosecond, None) => {
            days::<TimestampNanosecondType>(array, column, sink, 86_400_000_000_000)
        }
        other => return Err(Trouble::ColumnType(schema.name.clone(), other.to_string())),
    })
}

pub(super) fn text(sink: &mut Sink<'_>, column: usize, cell: &str) -> Cell {
    if cell.contains('\0') { bad(Reason::Nul, cell.to_owned()) } else { sink.read(column, cell) }
}

/// One exact number.
fn number(sink: &mut Sink<'_>, column: usize, number: Dec) -> Cell {
    let schema = &sink.ledger.columns[column];
    match schema.kind {
        Kind::Digits(_) | Kind::Whole | Kind::Decimal(_) => {
            value::number(schema, number).map(Got::Number).map_err(|r| Box::new((*r, number.to_string())))
        }
        _ => sink.read(column, &number.normal().to_string()),
    }
}

fn numbers<T: ArrowPrimitiveType>(
    array: &ArrayRef,
    column: usize,
    sink: &mut Sink<'_>,
    dec: impl Fn(T::Native) -> Dec,
) -> Vec<Cell> {
    let schema = &sink.ledger.columns[column];
    let nothing = || value::nothing(schema).map_err(|r| Box::new((*r, String::new())));
    let all = array.as_primitive::<T>();
    all.iter().map(|n| n.map_or_else(nothing, |n| number(sink, column, dec(n)))).collect()
}

fn decimals<T: ArrowPrimitiveType>(
    array: &ArrayRef,
    column: usize,
    sink: &mut Sink<'_>,
    scale: i8,
) -> Result<Vec<Cell>, Trouble>
where
    T::Native: Into<i128>,
{
    let unknown =
        || Trouble::ColumnType(sink.ledger.columns[column].name.clone(), array.data_type().to_string());
    let power = pow10(u32::from(scale.min(0).unsigned_abs())).ok_or_else(unknown)?;
    let places = u8::try_from(scale.max(0)).map_err(|_| unknown())?;
    let schema = &sink.ledger.columns[column];
    let nothing = || value::nothing(schema).map_err(|r| Box::new((*r, String::new())));
    let mut one = |n: T::Native| match n.into().checked_mul(power) {
        Some(mantissa) => number(sink, column, Dec::new(mantissa, places)),
        None => bad(Reason::Overflow, String::new()),
    };
    Ok(array.as_primitive::<T>().iter().map(|n| n.map_or_else(nothing, &mut one)).collect())
}

/// Days, from counts of which so many make one; the time of day is left out.
fn days<T: ArrowPrimitiveType>(array: &ArrayRef, column: usize, sink: &mut Sink<'_>, a_day: i64) -> Vec<Cell>
where
    T::Native: Into<i64>,
{
    let schema = &sink.ledger.columns[column];
    let nothing = || value::nothing(schema).map_err(|r| Box::new((*r, String::new())));
    let mut one = |n: T::Native| {
        let days = n.into().div_euclid(a_day);
        if !YEARS.contains(&days) {
            return bad(Reason::NoSuchDay, days.to_string());
        }
        if schema.kind == Kind::Date {
            value::day(schema, days).map_err(|r| Box::new((*r, value::day_text(days))))
        } else {
            sink.read(column, &value::day_text(days))
        }
    };
    array.as_primitive::<T>().iter().map(|n| n.map_or_else(nothing, &mut one)).collect()
}
