//! A table of results: its columns once, written in as many formats as are asked for.

use std::{fs::File, path::Path};

use jixiao_core::finding::{Both, Lang};
use jixiao_engine::number::Dec;

use super::{csv::Csv, parquet::Parquet, xlsx::Xlsx};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Text.
    Text,
    /// A number of rows, of enterprises.
    Whole,
    /// Money in whole fen. Parquet: INT64 of fen, the column is called `…_fen`; elsewhere 元 with two decimals, `…_yuan`.
    Fen,
    /// Money in 元 with up to so many digits after the point. Parquet: DECIMAL(38, digits); elsewhere all digits, two at least.
    Yuan(u8),
    /// Yes or no.
    Flag,
}

/// Which files a column stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Where {
    /// All of them.
    Everywhere,
    /// Files that programs read: ids, the other language.
    Data,
    /// Workbooks, which people read and print: what ids are called.
    Sheet,
}

/// What a table is called.
#[derive(Clone, Debug)]
pub(crate) struct Title {
    /// On a sheet's tab.
    pub name: Both,
    /// On a printed page: with fund and year.
    pub whole: Both,
}

/// A column.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    /// Its heading in CSV and Parquet, but for the unit of money.
    pub id: &'static str,
    /// Its heading in a workbook.
    pub label: Both,
    /// What it holds.
    pub kind: Kind,
    /// Which files it stands in.
    pub place: Where,
}

impl Column {
    pub(crate) fn new(id: &'static str, zh: &str, en: &str, kind: Kind) -> Self {
        Self { id, label: Both::new(zh, en), kind, place: Where::Everywhere }
    }

    /// The same in some files only.
    pub(crate) fn only(self, place: Where) -> Self {
        Self { place, ..self }
    }

    /// The heading in text files.
    pub(crate) fn heading(&self) -> String {
        match self.kind {
            Kind::Fen | Kind::Yuan(_) => format!("{}_yuan", self.id),
            _ => self.id.to_owned(),
        }
    }
}

/// A cell. It must be of its column's kind.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cell<'a> {
    Text(&'a str),
    Whole(u64),
    Fen(i64),
    Yuan(Option<Dec>),
    Flag(bool),
}

impl Cell<'_> {
    /// The cell as a text file has it: figures without thousands separators.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Text(text) => (*text).to_owned(),
            Self::Whole(n) => n.to_string(),
            Self::Fen(fen) => Dec::new(i128::from(*fen), 2).to_string(),
            Self::Yuan(amount) => amount.map_or(String::new(), plain),
            Self::Flag(yes) => yes.to_string(),
        }
    }
}

/// All digits, at least two after the point.
pub(crate) fn plain(amount: Dec) -> String {
    let amount = amount.normal();
    let scale = amount.scale.max(2);
    amount.at_scale(scale).map_or(amount, |mantissa| Dec::new(mantissa, scale)).to_string()
}

/// Something that rows are written to.
pub(crate) trait Sink {
    /// Appends a row: one cell a column.
    ///
    /// # Errors
    /// What the disk said, or a figure that the format cannot hold.
    fn row(&mut self, cells: &[Cell]) -> Result<(), String>;

    /// Completes the file.
    ///
    /// # Errors
    /// What the disk said.
    fn finish(self: Box<Self>) -> Result<(), String>;
}

/// The formats of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Parquet,
    Csv,
    Xlsx,
}

impl Format {
    /// The ending of its files.
    pub(crate) fn ending(self) -> &'static str {
        match self {
            Self::Parquet => "parquet",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }
}

/// A file of a table that is being written.
struct Written {
    name: String,
    sink: Box<dyn Sink>,
    /// Which of the table's columns it has.
    has: Vec<bool>,
}

/// A table that is being written.
pub(crate) struct Table {
    files: Vec<Written>,
}

impl Table {
    /// Begins `NAME.ENDING` in a folder for each format.
    ///
    /// # Errors
    /// What the disk said.
    pub(crate) fn create(
        folder: &Path,
        name: &str,
        title: &Title,
        columns: Vec<Column>,
        formats: &[Format],
        lang: Lang,
    ) -> Result<Self, String> {
        let mut files: Vec<Written> = Vec::with_capacity(formats.len());
        for format in formats {
            let file_name = format!("{name}.{}", format.ending());
            let path = folder.join(&file_name);
            let told = |error: String| format!("{}: {error}", path.display());
            let file = File::create(&path).map_err(|e| told(e.to_string()))?;
            let other = if *format == Format::Xlsx { Where::Data } else { Where::Sheet };
            let has: Vec<bool> = columns.iter().map(|c| c.place != other).collect();
            let columns: Vec<Column> = columns.iter().filter(|c| c.place != other).cloned().collect();
            let sink: Box<dyn Sink> = match format {
                Format::Parquet => Box::new(Parquet::new(file, columns).map_err(told)?),
                Format::Csv => Box::new(Csv::new(file, &columns).map_err(told)?),
                Format::Xlsx => Box::new(Xlsx::new(file, title, columns, lang)),
            };
            files.push(Written { name: path.display().to_string(), sink, has });
        }
        Ok(Self { files })
    }

    /// Appends a row to every file.
    ///
    /// # Errors
    /// As [`Sink::row`], with the file's name.
    pub(crate) fn row(&mut self, cells: &[Cell]) -> Result<(), String> {
        self.files.iter_mut().try_for_each(|Written { name, sink, has }| {
            let mut has = has.iter();
            let mut own = cells.to_vec();
            own.retain(|_| has.next().is_some_and(|h| *h));
            sink.row(&own).map_err(|e| format!("{name}: {e}"))
        })
    }

    /// Completes every file.
    ///
    /// # Errors
    /// As [`Sink::finish`], with the file's name.
    pub(crate) fn finish(self) -> Result<(), String> {
        self.files
            .into_iter()
            .try_for_each(|Written { name, sink, .. }| sink.finish().map_err(|e| format!("{name}: {e}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_in_text_has_all_its_digits_and_two_at_least() {
        for (amount, text) in
            [(Dec::new(5, 0), "5.00"), (Dec::new(12_340, 4), "1.234"), (Dec::new(-5, 2), "-0.05")]
        {
            assert_eq!(Cell::Yuan(Some(amount)).text(), text);
        }
        assert_eq!(Cell::Fen(123_450).text(), "1234.50");
        assert_eq!(Cell::Yuan(None).text(), "");
    }
}
