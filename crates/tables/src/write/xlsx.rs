//! Excel: one sheet with merged cells, ready to print, with remarks as notes.

use std::borrow::Cow;

use jixiao_core::text::char_width;
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, IgnoreError, Note, Workbook,
    Worksheet,
};

use super::{Decimal, LayoutFault, WriteError, clean, remark_text, shares, validate};
use crate::layout::{CellStyle, Layout, LayoutCell, Mark, ValueKind};

/// Most UTF-16 units in a cell.
const MOST_TEXT: usize = 32_767;
/// Most UTF-16 units in a note; the format keeps some for the author's name.
const MOST_NOTE: usize = 32_000;
/// Most UTF-16 units in a sheet's name.
const MOST_NAME: usize = 31;
/// Texts longer than this are not given the text format, in which old programs show them as `####`.
const MOST_MARKED_TEXT: usize = 255;
/// Most digits that a spreadsheet's number keeps; a longer number is written as text so that none is lost.
pub(super) const MOST_DIGITS: usize = 15;

/// Width of the print area in pixels (1/96 inch) within margins of 18 mm: A4 upright and across.
const UPRIGHT: u32 = 657;
const ACROSS: u32 = 986;
/// Least width of a column in pixels.
const LEAST_COLUMN: u32 = 44;
/// Tallest row in pixels; the format's limit is 409.5 points, which is 546 pixels.
const TALLEST_ROW: u32 = 540;

/// Height in pixels from which on a cell's text stands at its top instead of in its middle.
const HALF_A_PAGE: u64 = 480;

/// Sizes of a font in pixels.
#[derive(Clone, Copy)]
struct Size {
    /// Points, for the format.
    points: u32,
    /// Width of a full-width character in hundredths of a pixel.
    full: u32,
    /// Width of a Latin letter or digit in hundredths of a pixel, rather too wide than too narrow.
    half: u32,
    /// Distance between lines.
    line: u32,
}

const BODY: Size = Size { points: 11, full: 1467, half: 810, line: 20 };
const HEADING: Size = Size { points: 18, full: 2400, half: 1320, line: 34 };

/// Writes a layout as an Excel workbook of one sheet.
///
/// A4, as wide as one page, heading rows repeated, "第 X 页 共 Y 页" at the foot. Rows are as tall as their text needs,
/// merged cells included; a text that needs more than the tallest row of the format gets several sheet rows, merged.
/// A remark becomes a note that begins with the mark's name; the cell is filled, and framed by a thick (error), dashed
/// (warning) or slightly heavier (note) line so that marks differ in grey. A note longer than the format allows ends with a
/// sentence that says how much was left out.
///
/// Texts are written as texts, also those that look like formulas. A [`ValueKind::Number`] is written as a number
/// that shows the same digits; beyond 15 digits, which the format cannot keep, it is written as text.
/// Characters that a sheet's name cannot have become their full-width forms, and it ends after 31.
///
/// # Errors
/// [`WriteError::Layout`] if the layout cannot be drawn or a text is longer than 32,767 UTF-16 units;
/// [`WriteError::Workbook`] if the file cannot be built.
pub fn write_xlsx(layout: &Layout) -> Result<Vec<u8>, WriteError> {
    validate(layout)?;
    check_lengths(layout)?;
    let sheet = Sheet::of(layout);
    let mut workbook = Workbook::new();
    // Every workbook is said to be made at this moment: the same form gives the same bytes on every day.
    let created = ExcelDateTime::from_ymd(2000, 1, 1)?;
    let properties = DocProperties::new()
        .set_title(clean(&layout.title))
        .set_author("jixiao")
        .set_creation_datetime(&created);
    workbook.set_properties(&properties);
    let page = workbook.add_worksheet();
    page.set_name(sheet_name(&layout.title))?;
    sheet.write(page)?;
    Ok(workbook.save_to_buffer()?)
}

/// Refuses texts that a cell cannot hold.
fn check_lengths(layout: &Layout) -> Result<(), WriteError> {
    let mut faults = Vec::new();
    let mut check = |row, column, text: &str| {
        let length = text.encode_utf16().count();
        if length > MOST_TEXT {
            faults.push(LayoutFault::Long { row, column, length, most: MOST_TEXT });
        }
    };
    layout.heading.iter().chain(&layout.footing).for_each(|t| check(None, 0, t));
    for (r, row) in layout.rows.iter().enumerate() {
        row.cells.iter().for_each(|c| check(Some(r), c.column, &c.text));
    }
    if faults.is_empty() { Ok(()) } else { Err(WriteError::Layout(faults)) }
}

/// A name that a sheet can have.
///
/// Forbidden characters become full-width, an apostrophe at either end a typographic one, and the name is cut
/// after 31 UTF-16 units. The whole title stays in the workbook's properties.
fn sheet_name(title: &str) -> String {
    let title = clean(title);
    let mut name = String::new();
    let mut units = 0;
    for c in title.trim().chars() {
        let c = match c {
            '[' => '［',
            ']' => '］',
            ':' => '：',
            '*' => '＊',
            '?' => '？',
            '/' => '／',
            '\\' => '＼',
            '\n' | '\t' => ' ',
            '\'' => '’',
            c => c,
        };
        units += c.len_utf16();
        if units > MOST_NAME {
            break;
        }
        name.push(c);
    }
    // "History" is the one name that Excel keeps for itself.
    match name.as_str() {
        "" => String::from("绩效表"),
        n if n.eq_ignore_ascii_case("history") => format!("{n}_"),
        _ => name,
    }
}

/// Where everything stands on the sheet.
struct Sheet<'a> {
    layout: &'a Layout,
    /// Widths of columns in pixels.
    columns: Vec<u32>,
    /// Heights of layout rows in pixels.
    heights: Vec<u32>,
    /// First sheet row of each layout row, and after them the first row below the table.
    starts: Vec<u32>,
}

impl<'a> Sheet<'a> {
    /// Measures a layout.
    fn of(layout: &'a Layout) -> Self {
        let printable = if layout.landscape { ACROSS } else { UPRIGHT };
        // A form with many columns is wider than the page and is shrunk when it is printed.
        let total = printable.max(layout.column_widths.len() as u32 * LEAST_COLUMN);
        let columns = shares(&layout.column_widths, total, LEAST_COLUMN);
        let heights = row_heights(layout, &columns);
        let mut next = layout.heading.len() as u32;
        let mut starts = vec![next];
        for height in &heights {
            next += height.div_ceil(TALLEST_ROW);
            starts.push(next);
        }
        Self { layout, columns, heights, starts }
    }

    /// Index of the last column.
    fn last_column(&self) -> u16 {
        // A valid layout has at most 63 columns.
        (self.columns.len() - 1) as u16
    }

    /// Sheet row after the table.
    fn below(&self) -> u32 {
        self.starts.last().copied().unwrap_or(0)
    }

    /// The whole sheet.
    fn write(&self, page: &mut Worksheet) -> Result<(), WriteError> {
        for (column, width) in (0..).zip(&self.columns) {
            page.set_column_width_pixels(column, *width)?;
        }
        let heading = base("宋体", HEADING).set_bold().set_align(FormatAlign::Center);
        for (row, line) in (0..).zip(&self.layout.heading) {
            self.write_line(page, row, line, HEADING, &heading)?;
        }
        for (r, row) in self.layout.rows.iter().enumerate() {
            self.set_heights(page, r)?;
            row.cells.iter().try_for_each(|cell| self.write_cell(page, r, cell))?;
        }
        let footing = base("仿宋", BODY).set_align(FormatAlign::Left);
        for (row, line) in (self.below()..).zip(&self.layout.footing) {
            self.write_line(page, row, line, BODY, &footing)?;
        }
        self.set_up_print(page)
    }

    /// A line of text across the whole table.
    fn write_line(
        &self,
        page: &mut Worksheet,
        row: u32,
        line: &str,
        size: Size,
        format: &Format,
    ) -> Result<(), WriteError> {
        let height = text_height(line, self.columns.iter().sum(), size).min(TALLEST_ROW);
        page.set_row_height_pixels(row, height)?;
        write_text(page, (row, 0), (row, self.last_column()), line, format)
    }

    /// Heights of the sheet rows of a layout row; they share its height.
    fn set_heights(&self, page: &mut Worksheet, r: usize) -> Result<(), WriteError> {
        let rows = self.starts[r]..self.starts[r + 1];
        let height = self.heights[r].div_ceil(rows.len().max(1) as u32);
        for row in rows {
            page.set_row_height_pixels(row, height)?;
        }
        Ok(())
    }

    /// A cell with its remark.
    fn write_cell(&self, page: &mut Worksheet, r: usize, cell: &LayoutCell) -> Result<(), WriteError> {
        let column = cell.column as u16;
        let first = (self.starts[r], column);
        let last_row = self.starts[r + cell.row_span as usize] - 1;
        let last = (last_row, column + cell.column_span as u16 - 1);
        let heights = self.heights[r..r + cell.row_span as usize].iter();
        let format = match heights.map(|h| u64::from(*h)).sum::<u64>() {
            // The middle of a cell over several pages is a place where nobody looks for its text.
            height if height > HALF_A_PAGE => cell_format(cell).set_align(FormatAlign::Top),
            _ => cell_format(cell),
        };
        let decimal = Decimal::read(&cell.text)
            .filter(|d| cell.kind == ValueKind::Number && d.significant() <= MOST_DIGITS);
        match decimal.and_then(|d| Some((d.plain().parse::<f64>().ok()?, d.format()))) {
            Some((value, digits)) => {
                let format = format.set_num_format(digits);
                write_text(page, first, last, "", &format)?;
                page.write_number_with_format(first.0, first.1, value, &format)?;
            }
            None => {
                let short = cell.text.encode_utf16().count() <= MOST_MARKED_TEXT;
                let format = if short && !cell.text.is_empty() { format.set_num_format("@") } else { format };
                write_text(page, first, last, &cell.text, &format)?;
            }
        }
        if let Some(remark) = &cell.remark {
            page.insert_note(first.0, first.1, &note(&remark_text(remark)))?;
        }
        Ok(())
    }

    /// Paper, repeated rows, page number.
    fn set_up_print(&self, page: &mut Worksheet) -> Result<(), WriteError> {
        const A4: u8 = 9;
        page.set_paper_size(A4);
        if self.layout.landscape {
            page.set_landscape();
        }
        // Inches: 18 mm at the sides, 20 mm at top and bottom, 10 mm to header and footer.
        page.set_margins(0.71, 0.71, 0.79, 0.79, 0.39, 0.39);
        page.set_print_fit_to_pages(1, 0);
        page.set_print_center_horizontally(true);
        page.set_footer("&C&\"宋体,Regular\"&10第 &P 页 共 &N 页");
        let rows = self.below() + self.layout.footing.len() as u32;
        if let Some(last) = rows.checked_sub(1) {
            page.set_print_area(0, 0, last, self.last_column())?;
            // Years and codes are texts here on purpose.
            page.ignore_error_range(0, 0, last, self.last_column(), IgnoreError::NumberStoredAsText)?;
        }
        if let Some(run) = &self.layout.repeat_rows {
            page.set_repeat_rows(self.starts[run.start], self.starts[run.end] - 1)?;
        }
        Ok(())
    }
}

/// Row and column on the sheet.
type Corner = (u32, u16);

/// A text over a range of cells, merged if there is more than one.
fn write_text(
    page: &mut Worksheet,
    first: Corner,
    last: Corner,
    text: &str,
    format: &Format,
) -> Result<(), WriteError> {
    let text = clean(text);
    if first == last {
        page.write_string_with_format(first.0, first.1, text, format)?;
    } else {
        page.merge_range(first.0, first.1, last.0, last.1, &text, format)?;
    }
    Ok(())
}

/// What all formats share.
fn base(font: &str, size: Size) -> Format {
    const GB2312: u8 = 134;
    Format::new()
        .set_font_name(font)
        .set_font_charset(GB2312)
        .set_font_size(size.points)
        .set_text_wrap()
        .set_align(FormatAlign::VerticalCenter)
}

/// The look of a cell.
fn cell_format(cell: &LayoutCell) -> Format {
    let format = match cell.style {
        CellStyle::Head | CellStyle::Indicator => {
            base("宋体", BODY).set_bold().set_align(FormatAlign::Center)
        }
        CellStyle::Centred | CellStyle::Region => base("仿宋", BODY).set_align(FormatAlign::Center),
        CellStyle::Prose => base("仿宋", BODY).set_align(FormatAlign::Left),
    };
    let Some(remark) = &cell.remark else { return format.set_border(FormatBorder::Thin) };
    let (line, color, fill) = match remark.mark {
        Mark::Note => (FormatBorder::Medium, 0x001F_4E79, 0x00DE_EAF6),
        Mark::Warning => (FormatBorder::MediumDashed, 0x007F_6000, 0x00FF_F2CC),
        Mark::Error => (FormatBorder::Thick, 0x00C0_0000, 0x00F8_CBAD),
    };
    format.set_border(line).set_border_color(Color::RGB(color)).set_background_color(Color::RGB(fill))
}

/// A note in a box that shows all of its text.
fn note(text: &str) -> Note {
    const WIDTH: u32 = 320;
    const TALLEST: u32 = 600;
    // The box's own font: 10 points.
    let size = Size { points: 10, full: 1334, half: 740, line: 18 };
    let text = fitting_note(text);
    let height = text_height(&text, WIDTH, size).min(TALLEST);
    Note::new(text)
        .set_author("jixiao")
        .add_author_prefix(false)
        .set_width(WIDTH)
        .set_height(height)
        .set_font_name("宋体")
        .set_font_size(size.points)
}

/// The text of a note within the format's limit; if it is cut, its end says so.
fn fitting_note(text: &str) -> Cow<'_, str> {
    let length = text.encode_utf16().count();
    if length <= MOST_NOTE {
        return Cow::Borrowed(text);
    }
    let mut kept = String::new();
    let mut units = 0;
    for c in text.chars() {
        units += c.len_utf16();
        if units > MOST_NOTE {
            break;
        }
        kept.push(c);
    }
    let left_out = length - kept.encode_utf16().count();
    kept.push_str(&format!("\n……（余下 {left_out} 字未写入批注；{left_out} more characters left out）"));
    Cow::Owned(kept)
}

/// Heights of the layout's rows in pixels, such that every text fits its cell.
fn row_heights(layout: &Layout, columns: &[u32]) -> Vec<u32> {
    let one_line = text_height("", u32::MAX, BODY);
    let mut heights = vec![one_line; layout.rows.len()];
    let mut tall = Vec::new();
    for (r, row) in layout.rows.iter().enumerate() {
        for cell in &row.cells {
            let width = columns.iter().skip(cell.column as usize).take(cell.column_span as usize).sum();
            let height = text_height(&cell.text, width, BODY);
            if cell.row_span == 1 {
                heights[r] = heights[r].max(height);
            } else {
                tall.push((cell.row_span as usize, r, height));
            }
        }
    }
    // Cells of few rows first: what they add may already be enough for those of many.
    tall.sort_unstable();
    for (span, r, needed) in tall {
        let rows = &mut heights[r..r + span];
        let lack = needed.saturating_sub(rows.iter().fold(0, |sum: u32, h| sum.saturating_add(*h)));
        let each = lack.div_ceil(span as u32);
        rows.iter_mut().for_each(|h| *h += each);
    }
    heights
}

/// Height in pixels that a text needs in a cell of a width in pixels.
fn text_height(text: &str, width: u32, size: Size) -> u32 {
    /// Space within the cell's borders on both sides, and above and below together.
    const SIDES: u32 = 8;
    const ENDS: u32 = 8;
    // A character more than fits would be clipped; the estimate had better be a line too many.
    let room = u64::from(width.saturating_sub(SIDES).max(1)) * 97;
    let lines: u32 = clean(text).split('\n').map(|line| line_count(line, room, size)).sum();
    lines.saturating_mul(size.line).saturating_add(ENDS)
}

/// How many lines a paragraph takes in a room of hundredths of a pixel.
///
/// Chinese breaks between any two characters; a Latin word or a number is moved to the next line whole.
fn line_count(paragraph: &str, room: u64, size: Size) -> u32 {
    let mut lines = 1_u32;
    let mut used = 0_u64;
    let mut word = 0_u64;
    for c in paragraph.chars() {
        let width = match char_width(c) {
            0 => 0,
            1 if c.is_ascii() => u64::from(size.half),
            // Signs of ambiguous width, such as `≥` and quotation marks, are wide in Chinese fonts.
            _ => u64::from(size.full),
        };
        word = if c.is_ascii_graphic() { word + width } else { 0 };
        used += width;
        if used > room {
            lines = lines.saturating_add(1);
            used = if word > 0 && word <= room { word } else { width };
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_get_names_that_excel_takes() {
        for (title, name) in [
            ("绩效目标表", "绩效目标表"),
            ("2024/2026 [a]*?:\\", "2024／2026 ［a］＊？：＼"),
            ("'x'", "’x’"),
            (" \n ", "绩效表"),
            ("History", "History_"),
        ] {
            assert_eq!(sheet_name(title), name);
        }
        assert_eq!(sheet_name(&"绩".repeat(40)), "绩".repeat(31));
        assert_eq!(sheet_name(&"𠮷".repeat(40)), "𠮷".repeat(15));
    }

    #[test]
    fn lines_are_counted_as_they_wrap() {
        let room = 10 * u64::from(BODY.full);
        for (text, lines) in [
            ("", 1),
            ("一二三四五六七八九十", 1),
            ("一二三四五六七八九十一", 2),
            ("一二三四五六七八九2024", 2),
        ] {
            assert_eq!(line_count(text, room, BODY), lines, "{text}");
        }
        assert_eq!(line_count(&"x".repeat(200), room, BODY), 12);
    }

    #[test]
    fn a_note_that_is_cut_says_so() {
        let cut = fitting_note(&"字".repeat(40_000)).into_owned();
        assert!(cut.encode_utf16().count() < MOST_TEXT - 54);
        assert!(cut.ends_with("（余下 8000 字未写入批注；8000 more characters left out）"), "{cut:.20}");
        assert_eq!(fitting_note("短"), "短");
    }
}
