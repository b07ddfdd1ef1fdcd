//! One run on DataFusion: tables in, queries one after the other, verdicts and awards out.

use std::{fmt, sync::Arc, thread};

use datafusion::{
    arrow::{
        array::{Array as _, AsArray as _, RecordBatch},
        compute::concat_batches,
        datatypes::{DataType, Decimal128Type, Int64Type},
    },
    common::TableReference,
    datasource::MemTable,
    error::DataFusionError,
    prelude::{CsvReadOptions, SessionConfig, SessionContext},
};
use jixiao_core::{both, finding::Both};
use jixiao_engine::{
    batch::{RowId, Table},
    schema::Ledger,
    sql::{AWARDS, Query},
};

use crate::tables::{batch, schema};

/// What one thread may stack up. Plans of long schemes are deep, and DataFusion walks them by recursion.
const STACK: usize = 256 << 20;

/// Why a run came to no result.
#[derive(Debug)]
pub struct Failure {
    /// What was being done, and what DataFusion said.
    pub message: Both,
}

impl Failure {
    fn new(what: &str, why: &impl fmt::Display) -> Self {
        Self {
            message: both!("DataFusion 执行 {what} 时出错：{why}", "DataFusion failed at {what}: {why}")
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.message.en)
    }
}

impl std::error::Error for Failure {}

/// What was decided of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Where it stands.
    pub place: RowId,
    /// The applicant's credit code, as the row has it.
    pub applicant: Option<String>,
    /// The first reason to refuse it; `None` when it is eligible.
    pub refusal: Option<String>,
    /// The principal's mantissa; 0 when the row has none.
    pub principal: i128,
}

/// What an enterprise gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Award {
    /// The credit code.
    pub code: String,
    /// Before the budget coefficient, in fen.
    pub amount: i128,
    /// After it, in fen.
    pub award: i128,
}

/// Ledgers and results by name.
#[derive(Clone)]
pub struct Session {
    context: SessionContext,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").finish_non_exhaustive()
    }
}

impl Session {
    /// A session without tables that works with so many partitions at once.
    pub fn new(partitions: usize) -> Self {
        let config = SessionConfig::new().with_target_partitions(partitions.max(1));
        Self { context: SessionContext::new_with_config(config) }
    }

    /// Takes a ledger's rows in memory.
    ///
    /// # Errors
    /// The table is not of this ledger, or there is a table of that name.
    pub fn table(&self, ledger: &Ledger, table: &Table) -> Result<(), Failure> {
        let rows = batch(ledger, table).map_err(|e| Failure::new(&ledger.name, &e))?;
        self.keep(&ledger.name, rows)
    }

    /// Takes a ledger's rows from CSV files, which DataFusion reads itself: a file or a folder with a heading line, `__file` and `__row` before the schema's
    /// columns, numbers as whole numbers of their last digit, dates as 2024-06-30.
    ///
    /// # Errors
    /// There is no such file, or a table of that name.
    pub fn csv(&self, ledger: &Ledger, path: &str) -> Result<(), Failure> {
        let schema = schema(ledger);
        let context = &self.context;
        wait(&ledger.name, async {
            let options = CsvReadOptions::new().has_header(true).schema(&schema);
            context.register_csv(TableReference::bare(ledger.name.as_str()), path, options).await
        })
    }

    /// Takes a ledger's rows from Parquet files, which DataFusion reads itself: a file or a folder, columns as for [`Session::csv`].
    ///
    /// # Errors
    /// There is no such file, or a table of that name.
    #[cfg(feature = "parquet")]
    pub fn parquet(&self, ledger: &Ledger, path: &str) -> Result<(), Failure> {
        let context = &self.context;
        wait(&ledger.name, async {
            let options = datafusion::prelude::ParquetReadOptions::default();
            context.register_parquet(TableReference::bare(ledger.name.as_str()), path, options).await
        })
    }

    fn keep(&self, name: &str, rows: RecordBatch) -> Result<(), Failure> {
        let failed = |e: DataFusionError| Failure::new(name, &e);
        let table = MemTable::try_new(rows.schema(), vec![vec![rows]]).map_err(failed)?;
        self.context.register_table(TableReference::bare(name), Arc::new(table)).map_err(failed)?;
        Ok(())
    }

    /// Runs queries in order; each result becomes a table for those after it.
    ///
    /// # Errors
    /// A query fails (overflow, division by zero), or one that must be empty has rows.
    pub fn run(&self, queries: &[Query]) -> Result<(), Failure> {
        for query in queries {
            let rows = self.ask(&query.name, &query.sql)?;
            if query.must_be_empty && rows.num_rows() > 0 {
                return Err(Failure::new(
                    &query.name,
                    &format!("{} rows find more than one", rows.num_rows()),
                ));
            }
            self.keep(&query.name, rows)?;
        }
        Ok(())
    }

    /// The result of one statement over the tables that there are. `name` is what a failure calls it.
    ///
    /// # Errors
    /// The statement is no SQL, or fails.
    pub fn ask(&self, name: &str, sql: &str) -> Result<RecordBatch, Failure> {
        wait(name, async {
            let frame = self.context.sql(sql).await?;
            let schema = Arc::clone(frame.schema().inner());
            let batches = frame.collect().await?;
            let schema = batches.first().map_or(schema, RecordBatch::schema);
            Ok(concat_batches(&schema, &batches)?)
        })
    }

    /// The verdict of every row of a class, in order. For after [`Session::run`].
    ///
    /// # Errors
    /// The class was not run.
    pub fn verdicts(&self, class: &str) -> Result<Vec<Verdict>, Failure> {
        let name = format!("{class}/verdicts");
        let sql = format!("SELECT * FROM \"{name}\" ORDER BY \"__file\", \"__row\"");
        let rows = self.ask(&name, &sql)?;
        let (file, row) = (whole(&rows, "__file", &name)?, whole(&rows, "__row", &name)?);
        let (applicant, refusal) = (texts(&rows, "__applicant", &name)?, texts(&rows, "verdict", &name)?);
        let principal = whole(&rows, "principal", &name)?;
        let number = |n: Option<i128>| n.and_then(|n| u32::try_from(n).ok()).unwrap_or_default();
        let verdict = |i: usize| Verdict {
            place: RowId { file: number(file[i]), row: number(row[i]) },
            applicant: applicant[i].clone(),
            refusal: refusal[i].clone(),
            principal: principal[i].unwrap_or_default(),
        };
        Ok((0..rows.num_rows()).map(verdict).collect())
    }

    /// What every enterprise with rows gets, by credit code. For after [`Session::run`].
    ///
    /// # Errors
    /// The scheme was not run.
    pub fn awards(&self) -> Result<Vec<Award>, Failure> {
        let rows = self.ask(AWARDS, &format!("SELECT * FROM \"{AWARDS}\" ORDER BY \"code\""))?;
        let code = texts(&rows, "code", AWARDS)?;
        let (amount, award) = (whole(&rows, "amount", AWARDS)?, whole(&rows, "award", AWARDS)?);
        let line = |(i, code): (usize, Option<String>)| Award {
            code: code.unwrap_or_default(),
            amount: amount[i].unwrap_or_default(),
            award: award[i].unwrap_or_default(),
        };
        Ok(code.into_iter().enumerate().map(line).collect())
    }
}

/// Runs something of DataFusion's to its end, on a thread with room for deep plans.
fn wait<T: Send>(
    what: &str,
    work: impl Future<Output = Result<T, DataFusionError>> + Send,
) -> Result<T, Failure> {
    let run = || {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        let runtime = runtime.map_err(|e| Failure::new(what, &e))?;
        runtime.block_on(work).map_err(|e| Failure::new(what, &e))
    };
    thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, run);
        let thread = thread.map_err(|e| Failure::new(what, &e))?;
        thread.join().unwrap_or_else(|_| Err(Failure::new(what, &"it panicked")))
    })
}

/// A column of whole numbers, whatever their width.
///
/// # Errors
/// There is none of that name, or it holds something else.
fn whole(rows: &RecordBatch, column: &str, query: &str) -> Result<Vec<Option<i128>>, Failure> {
    let array =
        rows.column_by_name(column).ok_or_else(|| Failure::new(query, &format!("no column {column}")))?;
    match array.data_type() {
        DataType::Int64 => Ok(array.as_primitive::<Int64Type>().iter().map(|n| n.map(i128::from)).collect()),
        DataType::Decimal128(_, 0) => Ok(array.as_primitive::<Decimal128Type>().iter().collect()),
        other => Err(Failure::new(query, &format!("{column} is {other}, not a whole number"))),
    }
}

/// A column of texts.
///
/// # Errors
/// There is none of that name, or it holds something else.
fn texts(rows: &RecordBatch, column: &str, query: &str) -> Result<Vec<Option<String>>, Failure> {
    let array =
        rows.column_by_name(column).ok_or_else(|| Failure::new(query, &format!("no column {column}")))?;
    match array.data_type() {
        DataType::Utf8 => Ok(array.as_string::<i32>().iter().map(|t| t.map(str::to_owned)).collect()),
        DataType::Utf8View => Ok(array.as_string_view().iter().map(|t| t.map(str::to_owned)).collect()),
        DataType::Null => Ok(vec![None; array.len()]),
        other => Err(Failure::new(query, &format!("{column} is {other}, not a text"))),
    }
}
