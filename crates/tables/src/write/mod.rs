//! From a [`Layout`] to the bytes of a file.
//!
//! Every writer takes the same layout, checks it with [`validate`] first, and gives the same bytes for the same
//! layout on each run: archives carry a fixed date, and their parts are sorted.
//!
//! Texts are written as they are, with three exceptions that hold for every format:
//!
//! - `\r\n`, a lone `\r`, vertical tab, and the line and paragraph separators of Unicode become `\n`;
//! - characters that XML cannot hold (control characters other than tab and line feed, U+FFFE, U+FFFF) become
//!   `U+FFFD` (�), so that the loss is seen and the file is sound;
//! - in text and CSV files a line break or a tab inside a cell is treated as each of those writers says.

mod csv;
mod docx;
mod txt;
mod xlsx;

use std::borrow::Cow;
use std::fmt;

use jixiao_core::text::listing;

pub use self::csv::{csv_guarded, csv_unguarded, write_csv};
pub use self::docx::write_docx;
pub use self::txt::write_txt;
pub use self::xlsx::write_xlsx;
use crate::{
    Document,
    grid::Format,
    json,
    layout::{Layout, LayoutCell, Mark, Remark, ValueKind},
    official,
};

/// A document in the format that it came in, or in another: with its own lines where it is a text file and stays one, laid out anew otherwise.
/// For repairs, which change cells and nothing else. What cannot be written takes the nearest that can: [`written_as`].
///
/// # Errors
/// Its layout cannot be drawn, or an archive cannot be made.
pub fn write_document(document: &Document, format: Format) -> Result<Vec<u8>, WriteError> {
    if format == Format::Text && document.grid.format == Format::Text {
        return Ok(document.grid.to_text().into_bytes());
    }
    let layout = official::layout(&document.table);
    match written_as(format) {
        Format::Docx => write_docx(&layout),
        Format::Xlsx => write_xlsx(&layout),
        Format::Csv => write_csv(&layout).map(String::into_bytes),
        Format::Json => Ok(json::write(&document.table).into_bytes()),
        Format::Text | Format::Xls | Format::Pdf => write_txt(&layout).map(String::into_bytes),
    }
}

/// The format in which a document of a format is written: older workbooks as new ones, PDF as Word, because those are what can be edited.
pub fn written_as(format: Format) -> Format {
    match format {
        Format::Xls => Format::Xlsx,
        Format::Pdf => Format::Docx,
        other => other,
    }
}

/// The ending of a format's files, without the dot.
pub fn ending(format: Format) -> &'static str {
    match format {
        Format::Text => "txt",
        Format::Csv => "csv",
        Format::Docx => "docx",
        Format::Xlsx => "xlsx",
        Format::Xls => "xls",
        Format::Pdf => "pdf",
        Format::Json => "json",
    }
}

/// Most grid columns of a layout: Word has no wider table, and no sheet of A4 could show one.
pub const MAX_COLUMNS: usize = 63;

/// Most rows of a layout; leaves room for heading and footing within the 1,048,576 rows of a spreadsheet.
pub const MAX_ROWS: usize = 1_000_000;

/// How many faults an error message spells out before it only counts them.
const FAULTS_SHOWN: usize = 10;

/// Why a layout could not be written.
#[derive(Debug)]
pub enum WriteError {
    /// The layout cannot be drawn; all of its faults, from top to bottom.
    Layout(Vec<LayoutFault>),
    /// A part of the document could not be written.
    Io(std::io::Error),
    /// The document's archive could not be written.
    Archive(zip::result::ZipError),
    /// The workbook could not be written.
    Workbook(rust_xlsxwriter::XlsxError),
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Layout(faults) => {
                let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
                f.write_str(&listing(&faults, FAULTS_SHOWN, "\n", |n| format!("\n另有 {n} 处 ({n} more)")))
            }
            Self::Io(e) => write!(f, "文件内容无法写出 (a part of the file cannot be written): {e}"),
            Self::Archive(e) => write!(f, "文件无法打包 (the file cannot be packed): {e}"),
            Self::Workbook(e) => write!(f, "工作簿无法写出 (the workbook cannot be written): {e}"),
        }
    }
}

impl std::error::Error for WriteError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Layout(_) => None,
            Self::Io(e) => Some(e),
            Self::Archive(e) => Some(e),
            Self::Workbook(e) => Some(e),
        }
    }
}

impl From<std::io::Error> for WriteError {
    fn from(e: std::io::Error) -> Self {
        Self::Io(e)
    }
}

impl From<zip::result::ZipError> for WriteError {
    fn from(e: zip::result::ZipError) -> Self {
        Self::Archive(e)
    }
}

impl From<rust_xlsxwriter::XlsxError> for WriteError {
    fn from(e: rust_xlsxwriter::XlsxError) -> Self {
        Self::Workbook(e)
    }
}

/// One reason why a layout cannot be drawn. Rows and columns count from zero here, from one in the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LayoutFault {
    /// No column, or more than [`MAX_COLUMNS`].
    Columns {
        /// How many there are.
        columns: usize,
    },
    /// More rows than [`MAX_ROWS`].
    Rows {
        /// How many there are.
        rows: usize,
    },
    /// A column of relative width 0.
    Width {
        /// The column.
        column: usize,
    },
    /// A repeated run of rows that is empty or lies outside the table.
    Repeat {
        /// First row of the run.
        start: usize,
        /// Row after its last.
        end: usize,
        /// How many rows the table has.
        rows: usize,
    },
    /// A cell that covers no row or no column.
    EmptySpan {
        /// Row of the cell.
        row: usize,
        /// Column of the cell.
        column: u32,
    },
    /// A cell that reaches beyond the last column or row.
    Outside {
        /// Row of the cell.
        row: usize,
        /// Column of the cell.
        column: u32,
        /// Columns that it covers.
        column_span: u32,
        /// Rows that it covers.
        row_span: u32,
        /// How many columns the table has.
        columns: usize,
        /// How many rows the table has.
        rows: usize,
    },
    /// Two cells over the same place.
    Overlap {
        /// Row of the cell that comes later.
        row: usize,
        /// Column of the cell that comes later.
        column: u32,
        /// Row of the cell that is already there.
        other_row: usize,
        /// Column of the cell that is already there.
        other_column: u32,
    },
    /// A cell that stands before its left neighbour.
    Order {
        /// Row of the cell.
        row: usize,
        /// Column of the cell.
        column: u32,
    },
    /// Columns of a row that no cell covers.
    Gap {
        /// The row.
        row: usize,
        /// First column that is not covered.
        first: usize,
        /// Last column that is not covered.
        last: usize,
    },
    /// A cell said to be a number whose text is none.
    Number {
        /// Row of the cell.
        row: usize,
        /// Column of the cell.
        column: u32,
        /// What it says.
        text: String,
    },
    /// A text longer than a cell of a spreadsheet can hold.
    Long {
        /// Row of the cell, if the text is that of a cell and not of the heading or footing.
        row: Option<usize>,
        /// Column of the cell.
        column: u32,
        /// Length in UTF-16 units, the measure of the limit.
        length: usize,
        /// The limit.
        most: usize,
    },
}

impl fmt::Display for LayoutFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Columns { columns } => write!(
                f,
                "表格有 {columns} 列，应为 1 至 {MAX_COLUMNS} 列 (the table has {columns} columns, 1 to {MAX_COLUMNS} can be written)"
            ),
            Self::Rows { rows } => write!(
                f,
                "表格有 {rows} 行，最多 {MAX_ROWS} 行，请分成多个表 (the table has {rows} rows, at most {MAX_ROWS}: split it)"
            ),
            Self::Width { column } => {
                let column = column + 1;
                write!(f, "第 {column} 列的列宽为 0 (column {column} has no width)")
            }
            Self::Repeat { start, end, rows } => write!(
                f,
                "重复标题行 {start}..{end} 不在表格的 {rows} 行之内 (repeated rows {start}..{end} are not a run within the table's {rows} rows)"
            ),
            Self::EmptySpan { row, column } => write!(
                f,
                "{}：单元格跨行数、跨列数至少为 1 (the cell covers nothing: spans are at least 1)",
                At(*row, *column)
            ),
            Self::Outside { row, column, column_span, row_span, columns, rows } => write!(
                f,
                "{}：单元格跨 {row_span} 行 {column_span} 列，超出 {rows} 行 {columns} 列的表格 (the cell covers {row_span} rows and {column_span} columns, beyond a table of {rows} rows and {columns} columns)",
                At(*row, *column)
            ),
            Self::Overlap { row, column, other_row, other_column } => write!(
                f,
                "{}：与{}的单元格重叠 (overlaps the cell that begins at row {}, column {})",
                At(*row, *column),
                At(*other_row, *other_column),
                other_row + 1,
                other_column.saturating_add(1)
            ),
            Self::Order { row, column } => write!(
                f,
                "{}：单元格未按从左到右的顺序排列 (cells of a row go from left to right)",
                At(*row, *column)
            ),
            Self::Gap { row, first, last } => {
                let (row, first, last) = (row + 1, first + 1, last + 1);
                write!(
                    f,
                    "第 {row} 行第 {first} 至 {last} 列没有单元格，空白处也需放空单元格 (row {row}: no cell covers columns {first} to {last}; put an empty cell there)"
                )
            }
            Self::Number { row, column, text } => {
                write!(f, "{}：“{text}”不是数值 (“{text}” is not a number)", At(*row, *column))
            }
            Self::Long { row, column, length, most } => {
                match row {
                    Some(row) => write!(f, "{}", At(*row, *column))?,
                    None => f.write_str("表头或表尾")?,
                }
                write!(
                    f,
                    "：文字 {length} 字，电子表格的单元格最多 {most} 字，请缩短或改存 .docx (the text has {length} characters, a spreadsheet cell holds {most}: shorten it, or write .docx)"
                )
            }
        }
    }
}

/// A place as a person counts it.
struct At(usize, u32);

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "第 {} 行第 {} 列", self.0 + 1, self.1.saturating_add(1))
    }
}

/// Checks that a layout can be drawn: every grid cell covered by exactly one cell, numbers that are numbers.
///
/// Reports all faults at once, from top to bottom.
pub fn validate(layout: &Layout) -> Result<(), WriteError> {
    let mut faults = frame_faults(layout);
    // Without a sound frame there is nothing that cells could be compared with.
    if faults.iter().all(|f| matches!(f, LayoutFault::Width { .. } | LayoutFault::Repeat { .. })) {
        cell_faults(layout, &mut faults);
    }
    if faults.is_empty() { Ok(()) } else { Err(WriteError::Layout(faults)) }
}

/// Faults of the table as a whole.
fn frame_faults(layout: &Layout) -> Vec<LayoutFault> {
    let (columns, rows) = (layout.column_widths.len(), layout.rows.len());
    let mut faults = Vec::new();
    if columns == 0 || columns > MAX_COLUMNS {
        faults.push(LayoutFault::Columns { columns });
    }
    if rows > MAX_ROWS {
        faults.push(LayoutFault::Rows { rows });
    }
    let empty = layout.column_widths.iter().enumerate().filter(|(_, w)| **w == 0);
    faults.extend(empty.map(|(column, _)| LayoutFault::Width { column }));
    if let Some(run) = &layout.repeat_rows
        && (run.start >= run.end || run.end > rows)
    {
        faults.push(LayoutFault::Repeat { start: run.start, end: run.end, rows });
    }
    faults
}

/// Who covers a grid column: the cell's row and column, and the row after its last.
type Owner = (usize, u32, usize);

/// Faults of single cells, and grid cells that none or two of them cover.
fn cell_faults(layout: &Layout, faults: &mut Vec<LayoutFault>) {
    let (columns, rows) = (layout.column_widths.len(), layout.rows.len());
    let mut owners: Vec<Option<Owner>> = vec![None; columns];
    for (r, row) in layout.rows.iter().enumerate() {
        for owner in &mut owners {
            *owner = owner.filter(|o| o.2 > r);
        }
        let mut left = None;
        for cell in &row.cells {
            if left.is_some_and(|l| cell.column <= l) {
                faults.push(LayoutFault::Order { row: r, column: cell.column });
            }
            left = Some(cell.column);
            claim(cell, r, rows, &mut owners, faults);
        }
        push_gaps(r, &owners, faults);
    }
}

/// Enters a cell as the owner of the grid columns it covers.
fn claim(
    cell: &LayoutCell,
    r: usize,
    rows: usize,
    owners: &mut [Option<Owner>],
    faults: &mut Vec<LayoutFault>,
) {
    let &LayoutCell { column, column_span, row_span, .. } = cell;
    if column_span == 0 || row_span == 0 {
        faults.push(LayoutFault::EmptySpan { row: r, column });
        return;
    }
    let first = column as usize;
    let (end, row_end) = (first.saturating_add(column_span as usize), r.saturating_add(row_span as usize));
    if end > owners.len() || row_end > rows {
        let columns = owners.len();
        faults.push(LayoutFault::Outside { row: r, column, column_span, row_span, columns, rows });
    }
    if cell.kind == ValueKind::Number && !cell.text.is_empty() && Decimal::read(&cell.text).is_none() {
        faults.push(LayoutFault::Number { row: r, column, text: cell.text.clone() });
    }
    let mut clash = None;
    for owner in owners.iter_mut().take(end).skip(first) {
        match owner {
            Some(o) => clash = clash.or(Some(*o)),
            None => *owner = Some((r, column, row_end)),
        }
    }
    if let Some((other_row, other_column, _)) = clash {
        faults.push(LayoutFault::Overlap { row: r, column, other_row, other_column });
    }
}

/// Reports each run of columns of a row that has no owner.
fn push_gaps(row: usize, owners: &[Option<Owner>], faults: &mut Vec<LayoutFault>) {
    let mut first = None;
    for column in 0..=owners.len() {
        let open = owners.get(column).is_some_and(Option::is_none);
        match (open, first) {
            (true, None) => first = Some(column),
            (false, Some(start)) => {
                faults.push(LayoutFault::Gap { row, first: start, last: column - 1 });
                first = None;
            }
            _ => {}
        }
    }
}

/// Each row as texts, one for each grid column: what is covered by a cell's span is an empty text.
///
/// This is how a published table looks when it is flattened: a merged cell speaks once, where it begins.
fn flat_rows(layout: &Layout) -> impl Iterator<Item = Vec<&str>> {
    layout.rows.iter().map(|row| {
        let mut fields = vec![""; layout.column_widths.len()];
        for cell in &row.cells {
            fields[cell.column as usize] = &cell.text;
        }
        fields
    })
}

/// Whether a text is a number that a spreadsheet gives back digit for digit.
///
/// Grouped thousands, zeros at either end that say nothing, and more digits than are kept make it a text: as a number it would come back changed.
pub(crate) fn keeps_digits(text: &str) -> bool {
    Decimal::read(text).is_some_and(|d| {
        let leading = d.whole.len() > 1 && d.whole.starts_with('0');
        let negative_zero = d.negative && d.significant() == 0;
        !d.grouped
            && !leading
            && !negative_zero
            && !d.fraction.ends_with('0')
            && d.significant() <= xlsx::MOST_DIGITS
    })
}

/// Text that every format can hold; see the module's description for what is replaced.
fn clean(text: &str) -> Cow<'_, str> {
    let sound =
        |c: char| matches!(c, '\t' | '\n' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    let separator = |c: char| matches!(c, '\r' | '\u{b}' | '\u{2028}' | '\u{2029}');
    if text.chars().all(|c| sound(c) && !separator(c)) {
        return Cow::Borrowed(text);
    }
    let mut cleaned = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\r' && chars.peek() == Some(&'\n') {
            continue;
        }
        cleaned.push(match c {
            c if separator(c) => '\n',
            c if sound(c) => c,
            _ => char::REPLACEMENT_CHARACTER,
        });
    }
    Cow::Owned(cleaned)
}

/// What a remark says, led by the mark's name, so that it is told apart where colours are not seen.
fn remark_text(remark: &Remark) -> String {
    let name = match remark.mark {
        Mark::Note => "提示 note",
        Mark::Warning => "警告 warning",
        Mark::Error => "错误 error",
    };
    format!("【{name}】{}", clean(&remark.text))
}

/// Shares a total width out to columns by their relative widths; the shares add up to the total.
///
/// No column gets less than `least` as long as the widest one can give it.
fn shares(weights: &[u32], total: u32, least: u32) -> Vec<u32> {
    let sum: u64 = weights.iter().map(|w| u64::from(*w)).sum::<u64>().max(1);
    let mut so_far = 0_u64;
    let mut given = 0_u32;
    let mut shares = Vec::with_capacity(weights.len());
    for weight in weights {
        so_far += u64::from(*weight);
        // At most `total`, which is a u32.
        let edge = (u128::from(total) * u128::from(so_far) / u128::from(sum)) as u32;
        shares.push(edge - given);
        given = edge;
    }
    for i in 0..shares.len() {
        let lack = least.saturating_sub(shares[i]);
        let widest = (0..shares.len()).max_by_key(|j| (shares[*j], std::cmp::Reverse(*j))).unwrap_or(i);
        if lack > 0 && shares[widest] >= least + lack {
            shares[widest] -= lack;
            shares[i] += lack;
        }
    }
    shares
}

/// A number as written, taken apart.
#[derive(Debug, PartialEq, Eq)]
struct Decimal<'a> {
    negative: bool,
    whole: &'a str,
    fraction: &'a str,
    grouped: bool,
    percent: bool,
}

impl<'a> Decimal<'a> {
    /// Reads `-1,234.50%` and simpler forms; thousands are grouped throughout or not at all.
    fn read(text: &'a str) -> Option<Self> {
        let (negative, rest) = text.strip_prefix('-').map_or((false, text), |t| (true, t));
        let (rest, percent) = rest.strip_suffix('%').map_or((rest, false), |t| (t, true));
        let (whole, fraction) = rest.split_once('.').map_or((rest, None), |(w, f)| (w, Some(f)));
        let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
        let grouped = whole.contains(',');
        let mut groups = whole.split(',');
        let first = groups.next()?;
        let sound = digits(first)
            && (!grouped || first.len() <= 3)
            && groups.all(|g| g.len() == 3 && digits(g))
            && fraction.is_none_or(digits);
        sound.then_some(Self { negative, whole, fraction: fraction.unwrap_or(""), grouped, percent })
    }

    /// All digits without separators, leading zeros dropped: as many as the number is long.
    fn significant(&self) -> usize {
        let digits = self.whole.bytes().chain(self.fraction.bytes()).filter(u8::is_ascii_digit);
        digits.skip_while(|b| *b == b'0').count()
    }

    /// The value in plain digits: no grouping, and a percentage as the ratio that it is.
    fn plain(&self) -> String {
        let mut digits: String =
            self.whole.chars().chain(self.fraction.chars()).filter(char::is_ascii_digit).collect();
        let places = self.fraction.len() + if self.percent { 2 } else { 0 };
        while digits.len() <= places {
            digits.insert(0, '0');
        }
        if places > 0 {
            digits.insert(digits.len() - places, '.');
        }
        if self.negative {
            digits.insert(0, '-');
        }
        digits
    }

    /// The spreadsheet's number format that shows the digits as they are written.
    fn format(&self) -> String {
        let mut format = String::from(if self.grouped { "#,##0" } else { "0" });
        if !self.fraction.is_empty() {
            format.push('.');
            format.extend(std::iter::repeat_n('0', self.fraction.len()));
        }
        if self.percent {
            format.push('%');
        }
        format
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_taken_apart_exactly() {
        for (text, plain, format) in [
            ("59647", "59647", "0"),
            ("-12.50", "-12.50", "0.00"),
            ("1,234.5", "1234.5", "#,##0.0"),
            ("98.50%", "0.9850", "0.00%"),
            ("5%", "0.05", "0%"),
            ("0", "0", "0"),
        ] {
            let read = Decimal::read(text).map(|d| (d.plain(), d.format()));
            assert_eq!(read, Some((plain.to_owned(), format.to_owned())), "{text}");
        }
        for text in ["", "-", "≥ 5", "1,23", "1234,567", ".5", "5.", "1 000", "+5", "5%%", "NaN", "1e5"] {
            assert_eq!(Decimal::read(text), None, "{text}");
        }
    }

    #[test]
    fn only_numbers_that_come_back_as_they_were_are_numbers() {
        for text in ["0", "59647", "-12.5", "46.94%", "123456789012345"] {
            assert!(keeps_digits(text), "{text}");
        }
        for text in ["", "98.50", "007", "1,234", "-0", "1234567890123456", "≥ 5", "—", "410公里"] {
            assert!(!keeps_digits(text), "{text}");
        }
    }

    #[test]
    fn widths_add_up_and_none_vanishes() {
        assert_eq!(shares(&[1, 1, 1], 100, 10), [33, 33, 34]);
        assert_eq!(shares(&[1, 1000], 1000, 50), [50, 950]);
        assert_eq!(shares(&[u32::MAX; 3], 9, 1), [3, 3, 3]);
        assert_eq!(shares(&[1; 4], 2, 5).iter().sum::<u32>(), 2);
    }

    #[test]
    fn what_no_format_can_hold_is_replaced_visibly() {
        for (text, cleaned) in [
            ("广州市", "广州市"),
            ("a\u{1}b", "a\u{fffd}b"),
            ("a\r\nb\rc\u{b}d\u{2028}e", "a\nb\nc\nd\ne"),
            ("a\tb\n", "a\tb\n"),
            ("\u{ffff}\0\u{7f}", "\u{fffd}\u{fffd}\u{7f}"),
        ] {
            assert_eq!(clean(text), cleaned, "{text:?}");
        }
    }
}
