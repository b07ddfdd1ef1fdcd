//! CSV that spreadsheets open with the right characters and without running anything.

use std::{
    fs::File,
    io::{BufWriter, Write as _},
};

use jixiao_tables::write::csv_guarded;

use super::table::{Cell, Column, Sink};

pub(super) struct Csv {
    writer: csv::Writer<BufWriter<File>>,
}

impl Csv {
    pub(super) fn new(file: File, columns: &[Column]) -> Result<Self, String> {
        let mut to = BufWriter::new(file);
        // Excel takes a file without this mark for GBK.
        to.write_all("\u{feff}".as_bytes()).map_err(|e| e.to_string())?;
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(to);
        writer.write_record(columns.iter().map(Column::heading)).map_err(|e| e.to_string())?;
        Ok(Self { writer })
    }
}

impl Sink for Csv {
    fn row(&mut self, cells: &[Cell]) -> Result<(), String> {
        for cell in cells {
            let written = match cell {
                Cell::Text(text) => self.writer.write_field(csv_guarded(text).as_bytes()),
                // Figures are ours: no spreadsheet takes -0.05 for a formula.
                other => self.writer.write_field(other.text()),
            };
            written.map_err(|e| e.to_string())?;
        }
        self.writer.write_record(None::<&[u8]>).map_err(|e| e.to_string())
    }

    fn finish(self: Box<Self>) -> Result<(), String> {
        let mut file = self.writer.into_inner().map_err(|e| e.to_string())?;
        file.flush().map_err(|e| e.to_string())
    }
}
