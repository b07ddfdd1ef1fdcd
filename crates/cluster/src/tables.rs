//! Ledgers as DataFusion takes them.

use std::sync::Arc;

use datafusion::arrow::{
    array::{ArrayRef, BooleanArray, Date32Array, Int64Array, RecordBatch, StringArray},
    datatypes::{DataType, Field, Schema, SchemaRef},
    error::ArrowError,
};
use jixiao_engine::{
    batch::{Table, Values},
    schema::{Column, Ledger},
    sql::{SqlType, sql_type},
};

/// The columns of a ledger's table: `__file` and `__row`, then the schema's.
pub(crate) fn schema(ledger: &Ledger) -> SchemaRef {
    let place = ["__file", "__row"].map(|name| Field::new(name, DataType::Int64, false));
    let field = |column: &Column| {
        let ty = match sql_type(&column.kind) {
            SqlType::Text => DataType::Utf8,
            SqlType::Number => DataType::Int64,
            SqlType::Date => DataType::Date32,
            SqlType::Flag => DataType::Boolean,
        };
        Field::new(&column.name, ty, true)
    };
    Arc::new(Schema::new(place.into_iter().chain(ledger.columns.iter().map(field)).collect::<Vec<_>>()))
}

/// The rows of a ledger as one batch.
///
/// # Errors
/// The table is not of this ledger: a column is missing or holds something else.
pub fn batch(ledger: &Ledger, table: &Table) -> Result<RecordBatch, ArrowError> {
    let rows = table.rows.len();
    let mut columns: Vec<ArrayRef> = vec![
        Arc::new(table.rows.iter().map(|r| i64::from(r.file)).collect::<Int64Array>()),
        Arc::new(table.rows.iter().map(|r| i64::from(r.row)).collect::<Int64Array>()),
    ];
    for (column, held) in ledger.columns.iter().zip(&table.columns) {
        let known = |row: usize| !held.is_null(row);
        let array: ArrayRef = match (&held.values, sql_type(&column.kind)) {
            (Values::Number(v), SqlType::Number) => {
                Arc::new((0..rows).map(|i| known(i).then(|| v[i])).collect::<Int64Array>())
            }
            (Values::Number(v), SqlType::Date) => {
                let day = |i: usize| i32::try_from(v[i]).ok().filter(|_| known(i));
                Arc::new((0..rows).map(day).collect::<Date32Array>())
            }
            (Values::Text(v), SqlType::Text) => {
                Arc::new((0..rows).map(|i| known(i).then(|| table.texts.get(v[i]))).collect::<StringArray>())
            }
            (Values::Flag(v), SqlType::Flag) => {
                Arc::new((0..rows).map(|i| known(i).then(|| v[i])).collect::<BooleanArray>())
            }
            _ => {
                let (ledger, column) = (&ledger.name, &column.name);
                let words = format!("{ledger}.{column} does not hold what its schema says");
                return Err(ArrowError::InvalidArgumentError(words));
            }
        };
        columns.push(array);
    }
    RecordBatch::try_new(schema(ledger), columns)
}
