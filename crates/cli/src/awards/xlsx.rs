//! Workbooks: headings in the reader's language, money as numbers of 元 with two decimals, further sheets where one is full. They print as A4 across,
//! as wide as the page, with the headings on each.

use std::{fs::File, io::Write as _};

use jixiao_core::{finding::Lang, text::width};
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use super::table::{Cell, Column, Sink, Title};

/// The rows that a sheet can hold.
const ROWS: u32 = 1_048_576;

/// The characters that a cell can hold.
const CHARACTERS: usize = 32_767;

/// Significant digits that a cell's number keeps.
const DIGITS: usize = 15;

/// Columns are no wider than so many characters; longer texts go on in the next line.
const WIDEST: usize = 34;

/// The height of a line, in points.
const LINE: u32 = 17;

/// The most that a row can be high.
const HIGHEST: u32 = 400;

/// What a page says above and below is at most 255 characters long.
const MARGIN: usize = 200;

const A4: u8 = 9;

/// How cells look.
struct Formats {
    heading: Format,
    text: Format,
    /// Figures too long for a number of the sheet.
    long: Format,
    whole: Format,
    money: Format,
}

impl Formats {
    fn new() -> Self {
        let cell = Format::new().set_align(FormatAlign::Top).set_border(FormatBorder::Hair);
        Self {
            heading: Format::new()
                .set_bold()
                .set_text_wrap()
                .set_align(FormatAlign::Center)
                .set_align(FormatAlign::VerticalCenter)
                .set_background_color(0x00DD_E6F0)
                .set_border(FormatBorder::Thin),
            text: cell.clone().set_text_wrap(),
            long: cell.clone().set_align(FormatAlign::Right),
            whole: cell.clone().set_num_format("#,##0"),
            money: cell.set_num_format("#,##0.00##########"),
        }
    }
}

pub(super) struct Xlsx {
    file: File,
    title: Title,
    columns: Vec<Column>,
    lang: Lang,
    full: Vec<Worksheet>,
    sheet: Option<Worksheet>,
    row: u32,
    widths: Vec<usize>,
    formats: Formats,
    /// Rows of a sheet; a test has small ones.
    rows: u32,
}

impl Xlsx {
    pub(super) fn new(file: File, title: &Title, columns: Vec<Column>, lang: Lang) -> Self {
        let widths = columns.iter().map(|c| width(c.label.get(lang))).collect();
        let (title, formats) = (title.clone(), Formats::new());
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
        let name = self.title.name.get(self.lang);
        sheet.set_name(if number == 1 { name.to_owned() } else { format!("{name} {number}") })?;
        for (at, column) in (0u16..).zip(&self.columns) {
            sheet.write_string_with_format(0, at, column.label.get(self.lang), &self.formats.heading)?;
        }
        sheet.set_freeze_panes(1, 0)?;
        sheet.set_landscape().set_paper_size(A4).set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?;
        sheet.set_margins(0.4, 0.4, 0.7, 0.6, 0.3, 0.3);
        // An ampersand begins a code there.
        let title: String = self.title.whole.get(self.lang).replace('&', "&&").chars().take(MARGIN).collect();
        sheet.set_header(format!("&C{title}"));
        sheet.set_footer(match self.lang {
            Lang::Zh => "&C第 &P 页，共 &N 页",
            Lang::En => "&CPage &P of &N",
        });
        self.row = 1;
        Ok(sheet)
    }

    /// Writes a cell; gives the columns that it takes, and how many lines.
    fn put(
        sheet: &mut Worksheet,
        row: u32,
        at: u16,
        cell: &Cell,
        formats: &Formats,
        lang: Lang,
    ) -> Result<(usize, u32), XlsxError> {
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
                let format = if matches!(cell, Cell::Whole(_)) { &formats.whole } else { &formats.money };
                sheet.write_number_with_format(row, at, value, format)?;
            }
            _ if text.is_empty() => {
                sheet.write_blank(row, at, &formats.text)?;
            }
            _ => {
                let told = match cell {
                    Cell::Yuan(Some(amount)) => amount.grouped(2),
                    _ => text.chars().take(CHARACTERS).collect(),
                };
                let format = if number { &formats.long } else { &formats.text };
                sheet.write_string_with_format(row, at, told, format)?;
            }
        }
        // Room for the commas between thousands.
        let commas = if number { digits / 3 } else { 0 };
        let widest = text.lines().map(width).max().unwrap_or(0) + commas;
        // Not every program makes a row as high as its texts by itself.
        let lines = if number { 1 } else { text.lines().map(|l| width(l).div_ceil(WIDEST - 2).max(1)).sum() };
        Ok((widest, u32::try_from(lines).unwrap_or(u32::MAX)))
    }

    fn add(&mut self, cells: &[Cell]) -> Result<(), XlsxError> {
        if self.row == self.rows {
            self.full.extend(self.sheet.take());
        }
        let mut sheet = match self.sheet.take() {
            Some(sheet) => sheet,
            None => self.begin()?,
        };
        let mut lines = 1;
        for ((at, cell), widest) in (0u16..).zip(cells).zip(&mut self.widths) {
            let (columns, more) = Self::put(&mut sheet, self.row, at, cell, &self.formats, self.lang)?;
            *widest = (*widest).max(columns);
            lines = lines.max(more);
        }
        if lines > 1 {
            sheet.set_row_height(self.row, lines.saturating_mul(LINE).min(HIGHEST))?;
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
        let rows = self.row;
        let mut workbook = Workbook::new();
        // Every workbook is said to be made at this moment: the same awards give the same bytes on every day.
        let created = ExcelDateTime::from_ymd(2000, 1, 1)?;
        workbook.set_properties(
            &DocProperties::new()
                .set_title(self.title.whole.get(self.lang))
                .set_author("jixiao")
                .set_creation_datetime(&created),
        );
        let last = self.full.len();
        for (number, mut sheet) in (1..).zip(self.full) {
            for (at, widest) in (0u16..).zip(&self.widths) {
                let columns = u16::try_from((*widest).min(WIDEST)).unwrap_or(u16::MAX) + 2;
                sheet.set_column_width(at, columns)?;
            }
            let rows = if number == last { rows } else { self.rows };
            if let Some(at) = self.widths.len().checked_sub(1).and_then(|at| u16::try_from(at).ok()) {
                sheet.autofilter(0, 0, rows.saturating_sub(1), at)?;
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
