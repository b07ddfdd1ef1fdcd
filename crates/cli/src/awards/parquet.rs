//! Parquet: money as whole fen or exact decimals, the same bytes on every run.

use std::{fs::File, sync::Arc};

use arrow_array::{
    ArrayRef, RecordBatch,
    builder::{BooleanBuilder, Decimal128Builder, Int64Builder, StringBuilder},
};
use arrow_schema::{DataType, Field, Schema};
use parquet::{
    arrow::ArrowWriter,
    basic::Compression,
    file::properties::{EnabledStatistics, WriterProperties, WriterVersion},
};

use super::table::{Cell, Column, Kind, Sink};

/// Rows that are held before they are handed on.
const AT_ONCE: usize = 1 << 15;

/// Rows of a row group: what another program reads at once.
const GROUP: usize = 1 << 18;

/// The most digits of a DECIMAL.
const DIGITS: u8 = 38;

enum Builder {
    Text(StringBuilder),
    Whole(Int64Builder),
    Yuan(Decimal128Builder, u8),
    Flag(BooleanBuilder),
}

impl Builder {
    fn of(kind: Kind) -> Result<Self, String> {
        Ok(match kind {
            Kind::Text => Self::Text(StringBuilder::new()),
            Kind::Whole | Kind::Fen => Self::Whole(Int64Builder::new()),
            Kind::Yuan(scale) => {
                let builder = Decimal128Builder::new()
                    .with_precision_and_scale(DIGITS, i8::try_from(scale).map_err(|e| e.to_string())?)
                    .map_err(|e| e.to_string())?;
                Self::Yuan(builder, scale)
            }
            Kind::Flag => Self::Flag(BooleanBuilder::new()),
        })
    }

    fn push(&mut self, cell: &Cell) -> Result<(), String> {
        match (self, cell) {
            (Self::Text(to), Cell::Text(text)) => to.append_value(text),
            (Self::Whole(to), Cell::Whole(n)) => {
                to.append_value(i64::try_from(*n).map_err(|e| e.to_string())?);
            }
            (Self::Whole(to), Cell::Fen(fen)) => to.append_value(*fen),
            (Self::Yuan(to, _), Cell::Yuan(None)) => to.append_null(),
            (Self::Yuan(to, scale), Cell::Yuan(Some(amount))) => {
                let fits = amount.normal().at_scale(*scale).filter(|m| m.unsigned_abs() < 10u128.pow(38));
                to.append_value(
                    fits.ok_or_else(|| format!("{amount} does not fit DECIMAL({DIGITS}, {scale})"))?,
                );
            }
            (Self::Flag(to), Cell::Flag(yes)) => to.append_value(*yes),
            (_, cell) => return Err(format!("{cell:?} stands in a column of another kind")),
        }
        Ok(())
    }

    fn array(&mut self) -> ArrayRef {
        match self {
            Self::Text(from) => Arc::new(from.finish()),
            Self::Whole(from) => Arc::new(from.finish()),
            Self::Yuan(from, _) => Arc::new(from.finish()),
            Self::Flag(from) => Arc::new(from.finish()),
        }
    }
}

pub(super) struct Parquet {
    writer: ArrowWriter<File>,
    schema: Arc<Schema>,
    builders: Vec<Builder>,
    waiting: usize,
}

impl Parquet {
    pub(super) fn new(file: File, columns: Vec<Column>) -> Result<Self, String> {
        let field = |column: &Column| match column.kind {
            Kind::Text => Field::new(column.id, DataType::Utf8, false),
            Kind::Whole => Field::new(column.id, DataType::Int64, false),
            Kind::Fen => Field::new(format!("{}_fen", column.id), DataType::Int64, false),
            Kind::Yuan(scale) => {
                let scale = i8::try_from(scale).unwrap_or(i8::MAX);
                Field::new(column.heading(), DataType::Decimal128(DIGITS, scale), true)
            }
            Kind::Flag => Field::new(column.id, DataType::Boolean, false),
        };
        let schema = Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()));
        let properties = WriterProperties::builder()
            .set_created_by("jixiao".to_owned())
            .set_writer_version(WriterVersion::PARQUET_1_0)
            .set_compression(Compression::SNAPPY)
            .set_max_row_group_row_count(Some(GROUP))
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .build();
        let writer = ArrowWriter::try_new(file, Arc::clone(&schema), Some(properties));
        let builders: Result<Vec<Builder>, String> = columns.iter().map(|c| Builder::of(c.kind)).collect();
        Ok(Self { writer: writer.map_err(|e| e.to_string())?, schema, builders: builders?, waiting: 0 })
    }

    fn hand_on(&mut self) -> Result<(), String> {
        let arrays = self.builders.iter_mut().map(Builder::array).collect();
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), arrays).map_err(|e| e.to_string())?;
        self.waiting = 0;
        self.writer.write(&batch).map_err(|e| e.to_string())
    }
}

impl Sink for Parquet {
    fn row(&mut self, cells: &[Cell]) -> Result<(), String> {
        for (builder, cell) in self.builders.iter_mut().zip(cells) {
            builder.push(cell)?;
        }
        self.waiting += 1;
        if self.waiting == AT_ONCE { self.hand_on() } else { Ok(()) }
    }

    fn finish(mut self: Box<Self>) -> Result<(), String> {
        if self.waiting > 0 {
            self.hand_on()?;
        }
        self.writer.close().map(drop).map_err(|e| e.to_string())
    }
}
