//! Workbooks: headings in the reader's language, money as numbers of 元 with two decimals, further sheets where one is full.

use std::{fs::File, io::Write as _};

use jixiao_core::{
    finding::Lang,
    text::{char_width, width},
};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::table::{Cell, Column, Sink};

/// The rows that a sheet can hold.
const ROWS: u32 = 1_048_576;

/// The characters that a cell can hold.
const CHARACTERS: usize = 32_767;

/// Significant digits that a cell's number keeps.
const DIGITS: usize = 15;

pub(super) struct Xlsx {
    file: File,
    title: String,
    columns: Vec<Column>,
    lang: Lang,
    full: Vec<Worksheet>,
    sheet: Option<Worksheet>,
    row: u32,
    widths: Vec<usize>,
    /// Of money, and of whole numbers.
    formats: [Format; 2],
    /// Rows of a sheet; a test has small ones.
    rows: u32,
}

impl Xlsx {
    pub(super) fn new(file: File, title: &str, columns: Vec<Column>, lang: Lang) -> Self {
        let widths = columns.iter().map(|c| width(c.label.get(lang))).collect();
        let title = title.to_owned();
        let formats = ["#,##0.00##########", "0"].map(|f| Format::new().set_num_format(f));
        Self {
            file,
            title,
            columns,
            lang,
            full: Vec::new(),
            sheet: None,
            row: 0,
            widths,
            formats,
            rows: ROWS,
        }
    }

    /// A sheet with its headings.
    fn begin(&mut self) -> Result<Worksheet, XlsxError> {
        let mut sheet = Worksheet::new();
        let number = self.full.len() + 1;
        let name = if number == 1 { self.title.clone() } else { format!("{} {number}", self.title) };
        sheet.set_name(name)?;
        let bold = Format::new().set_bold();
        for (at, column) in (0u16..).zip(&self.columns) {
            sheet.write_string_with_format(0, at, column.label.get(self.lang), &bold)?;
        }
        sheet.set_freeze_panes(1, 0)?;
        self.row = 1;
        Ok(sheet)
    }

    /// Writes a cell; gives the columns that it takes.
    fn put(
        sheet: &mut Worksheet,
        row: u32,
        at: u16,
        cell: &Cell,
        formats: &[Format; 2],
        lang: Lang,
    ) -> Result<usize, XlsxError> {
        let text = match cell {
            Cell::Flag(yes) => match (yes, lang) {
                (true, Lang::Zh) => "是".to_owned(),
                (false, Lang::Zh) => "否".to_owned(),
                (true, Lang::En) => "yes".to_owned(),
                (false, Lang::En) => "no".to_owned(),
            },
            other => other.text(),
        };
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        let number = matches!(cell, Cell::Whole(_) | Cell::Fen(_) | Cell::Yuan(Some(_)));
        match text.parse::<f64>() {
            // More digits than a number of the sheet keeps would be lost: those stay text.
            Ok(value) if number && digits <= DIGITS => {
                let whole = matches!(cell, Cell::Whole(_));
                sheet.write_number_with_format(row, at, value, &formats[usize::from(whole)])?;
            }
            _ if text.is_empty() => {}
            _ => {
                let cut: String = text.chars().take(CHARACTERS).collect();
                sheet.write_string(row, at, cut)?;
            }
        }
        Ok(text.chars().map(char_width).sum())
    }

    fn add(&mut self, cells: &[Cell]) -> Result<(), XlsxError> {
        if self.row == self.rows {
            self.full.extend(self.sheet.take());
        }
        let mut sheet = match self.sheet.take() {
            Some(sheet) => sheet,
            None => self.begin()?,
        };
        for ((at, cell), widest) in (0u16..).zip(cells).zip(&mut self.widths) {
            *widest = (*widest).max(Self::put(&mut sheet, self.row, at, cell, &self.formats, self.lang)?);
        }
        self.row += 1;
        self.sheet = Some(sheet);
        Ok(())
    }

    fn bytes(mut self) -> Result<(File, Vec<u8>), XlsxError> {
        let last = match self.sheet.take() {
            Some(sheet) => sheet,
            None => self.begin()?,
        };
        self.full.push(last);
        let mut workbook = Workbook::new();
        // Every workbook is said to be made at this moment: the same awards give the same bytes on every day.
        let created = ExcelDateTime::from_ymd(2000, 1, 1)?;
        workbook.set_properties(
            &DocProperties::new().set_title(&self.title).set_author("jixiao").set_creation_datetime(&created),
        );
        for mut sheet in self.full {
            for (at, widest) in (0u16..).zip(&self.widths) {
                let columns = u16::try_from((*widest).min(60)).unwrap_or(60) + 2;
                sheet.set_column_width(at, columns)?;
            }
            workbook.push_worksheet(sheet);
        }
        Ok((self.file, workbook.save_to_buffer()?))
    }
}

impl Sink for Xlsx {
    fn row(&mut self, cells: &[Cell]) -> Result<(), String> {
        self.add(cells).map_err(|e| e.to_string())
    }

    fn finish(self: Box<Self>) -> Result<(), String> {
        let (mut file, bytes) = self.bytes().map_err(|e| e.to_string())?;
        file.write_all(&bytes).map_err(|e| e.to_string())
    }
}
