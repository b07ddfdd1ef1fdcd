//! Why a row was set aside, in words for the person who corrects the file.

use jixiao_core::{both, finding::Both};

use super::credit_code::CodeFault;

/// A row, or a cell of it, that was not accepted. A row with several bad cells has several of these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetAside {
    /// Name of the ledger.
    pub ledger: String,
    /// Index of the file among those of the ledger.
    pub file: u32,
    /// The line of a text file (where the record begins), the row of a sheet, the ordinal of a Parquet row.
    pub row: u32,
    /// The schema's column; `None` when the row as a whole is bad.
    pub column: Option<String>,
    /// What stands there, cut after 120 characters.
    pub value: String,
    /// Why.
    pub reason: Reason,
}

/// Why a row was set aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Nothing stands in the row.
    BlankRow,
    /// More cells than headings; how many of each.
    TooManyCells(usize, usize),
    /// Fewer cells than headings; how many of each.
    TooFewCells(usize, usize),
    /// A quote is opened and not closed.
    OpenQuote,
    /// Something follows a closing quote.
    AfterQuote,
    /// Longer than a row may be, in bytes.
    TooLong(usize),
    /// Bytes that are no text in the encoding with this name.
    BadBytes(&'static str),
    /// A NUL character.
    Nul,
    /// The cell must not be empty.
    Empty,
    /// Not a number.
    NotNumber,
    /// More digits after the point than the column has.
    TooManyDecimals(u8),
    /// Larger than what can be held.
    Overflow,
    /// A spreadsheet's number with more digits than spreadsheets keep: the last ones are zeros that were not typed.
    LostDigits,
    /// Not digits only.
    NotDigits,
    /// A letter where a digit is meant: which, and what it stands for.
    LetterForDigit(char, char),
    /// So many digits are asked for, so many are there.
    Width(u8, usize),
    /// Not written as a date.
    NotDate,
    /// A date that the calendar does not have.
    NoSuchDay,
    /// Below the smallest value that the column takes.
    BelowMinimum(String),
    /// Above the largest.
    AboveMaximum(String),
    /// None of the words of the choice, which are these.
    UnknownChoice(String),
    /// Neither yes nor no.
    NotFlag,
    /// Not a credit code.
    CreditCode(CodeFault),
    /// The cell holds a spreadsheet's error.
    SheetError,
    /// The key is in another row, which came first: its file and row.
    DuplicateKey(String, u32),
}

impl Reason {
    /// A stable word for it, for machines.
    pub fn code(&self) -> &'static str {
        match self {
            Self::BlankRow => "blank-row",
            Self::TooManyCells(..) => "too-many-cells",
            Self::TooFewCells(..) => "too-few-cells",
            Self::OpenQuote => "open-quote",
            Self::AfterQuote => "after-quote",
            Self::TooLong(_) => "too-long",
            Self::BadBytes(_) => "bad-bytes",
            Self::Nul => "nul",
            Self::Empty => "empty",
            Self::NotNumber => "not-number",
            Self::TooManyDecimals(_) => "too-many-decimals",
            Self::Overflow => "overflow",
            Self::LostDigits => "lost-digits",
            Self::NotDigits => "not-digits",
            Self::LetterForDigit(..) => "letter-for-digit",
            Self::Width(..) => "width",
            Self::NotDate => "not-date",
            Self::NoSuchDay => "no-such-day",
            Self::BelowMinimum(_) => "below-minimum",
            Self::AboveMaximum(_) => "above-maximum",
            Self::UnknownChoice(_) => "unknown-choice",
            Self::NotFlag => "not-flag",
            Self::CreditCode(CodeFault::Length(_)) => "credit-code-length",
            Self::CreditCode(CodeFault::Character(..)) => "credit-code-character",
            Self::CreditCode(CodeFault::Check(..)) => "credit-code-check",
            Self::SheetError => "sheet-error",
            Self::DuplicateKey(..) => "duplicate-key",
        }
    }

    /// What is wrong and what to do, in a sentence.
    pub fn text(&self) -> Both {
        match self {
            Self::BlankRow => both!("这一行是空行。请删除该行。", "the row is blank; delete it"),
            Self::TooManyCells(cells, headings) => both!(
                "有{cells}格，标题只有{headings}个。值里带有分隔符时，请把该值放进双引号。",
                "{cells} cells, but only {headings} headings; put a value that holds the separator in double quotes"
            ),
            Self::TooFewCells(cells, headings) => both!(
                "只有{cells}格，标题有{headings}个。请补上缺少的格，空格也要保留分隔符。",
                "only {cells} cells, but {headings} headings; add the missing cells, empty ones with their separators"
            ),
            Self::OpenQuote => both!(
                "双引号打开后没有关闭。请补上右引号；引号本身是内容时写两个。",
                "a double quote is opened and not closed; close it, or write it twice where it is part of the value"
            ),
            Self::AfterQuote => both!(
                "右引号后面还有文字。引号是内容时请写两个，并把整个值放进双引号。",
                "text follows a closing quote; write quotes that are part of the value twice and quote the whole value"
            ),
            Self::TooLong(most) => both!(
                "这一行超过{most}字节。请检查是否缺少换行。",
                "the row is longer than {most} bytes; see whether line ends are missing"
            ),
            Self::BadBytes(encoding) => both!(
                "有不属于{encoding}编码的字节。请把文件另存为UTF-8后重新提供。",
                "bytes that are not {encoding}; save the file as UTF-8 and hand it in again"
            ),
            Self::Nul => both!(
                "有空字符（NUL）。文件可能已损坏，请从原系统重新导出。",
                "a NUL character; the file may be damaged, export it again"
            ),
            Self::Empty => both!("必填项为空。请补上。", "the cell must not be empty; fill it in"),
            Self::NotNumber => both!(
                "不是数字。请只写数字，如 1234.50，单位写在标题里。",
                "not a number; write digits only, such as 1234.50, with the unit in the heading"
            ),
            Self::TooManyDecimals(0) => {
                both!(
                    "应为整数，却有小数。请核对。",
                    "a whole number is asked for, but it has decimals; correct it"
                )
            }
            Self::TooManyDecimals(scale) => both!(
                "小数超过{scale}位。请按原始凭证改为{scale}位；由公式算出的数请先用ROUND取整。",
                "more than {scale} decimals; write {scale} as in the source document, and round what a formula computed with ROUND"
            ),
            Self::Overflow => {
                both!("数值过大，无法保存。请核对位数。", "too large to be held; check the number of digits")
            }
            Self::LostDigits => both!(
                "表格的数字单元格只保留15位有效数字，后面的数位已丢失。请把该列设为文本后重新填写。",
                "a spreadsheet keeps 15 digits of a number, so the last ones are lost; format the column as text and enter them again"
            ),
            Self::NotDigits => both!("应只有数字。请核对。", "only digits may stand here; correct it"),
            Self::LetterForDigit('O' | 'o', _) => both!(
                "有字母O，应为数字零？请核对后改正。",
                "letter O for zero? compare with the document and correct it"
            ),
            Self::LetterForDigit(found, meant) => both!(
                "有字母{found}，应为数字{meant}？请核对后改正。",
                "letter {found} for {meant}? compare with the document and correct it"
            ),
            Self::Width(width, found) => both!(
                "应为{width}位数字，实际{found}位。请核对；前面的零可能在数字单元格中丢失，请按文本填写。",
                "{width} digits are asked for, {found} are there; zeros in front are lost in number cells: enter it as text"
            ),
            Self::NotDate => both!("不是日期。请写成 2024-06-30。", "not a date; write it as 2024-06-30"),
            Self::NoSuchDay => {
                both!("日历上没有这一天。请核对。", "the calendar has no such day; correct it")
            }
            Self::BelowMinimum(least) => {
                both!("小于最小值{least}。请核对。", "below the minimum of {least}; correct it")
            }
            Self::AboveMaximum(most) => {
                both!("大于最大值{most}。请核对。", "above the maximum of {most}; correct it")
            }
            Self::UnknownChoice(words) => both!(
                "不在可选的词中：{words}。请改为其中之一。",
                "none of {words}; change it to one of them"
            ),
            Self::NotFlag => both!("应为“是”或“否”。", "yes or no is asked for"),
            Self::CreditCode(CodeFault::Length(found)) => both!(
                "统一社会信用代码应为18位，实际{found}位。请核对。",
                "a credit code has 18 characters, here are {found}; correct it"
            ),
            Self::CreditCode(CodeFault::Character(found, at)) => {
                let meant = match found {
                    'I' => Some('1'),
                    'O' => Some('0'),
                    'S' => Some('5'),
                    'Z' => Some('2'),
                    _ => None,
                };
                match meant {
                    Some(meant) => both!(
                        "统一社会信用代码第{at}位是“{found}”，代码中没有这个字母，应为{meant}？请核对。",
                        "character {at} is {found}, which credit codes do not have: {meant}? correct it"
                    ),
                    None => both!(
                        "统一社会信用代码第{at}位是“{found}”，代码中没有这个字符。请核对。",
                        "character {at} is {found}, which credit codes do not have; correct it"
                    ),
                }
            }
            Self::CreditCode(CodeFault::Check(found, due)) => both!(
                "统一社会信用代码的校验码是{found}，按前17位应为{due}，其中有错。请与营业执照核对。",
                "the check character is {found}, the other 17 ask for {due}: one of them is wrong; compare with the licence"
            ),
            Self::SheetError => both!(
                "单元格是公式错误值。请改正公式，或只保留数值。",
                "the cell holds a formula's error; correct the formula or paste the value"
            ),
            Self::DuplicateKey(file, row) => both!(
                "同一主键已在{file}第{row}行出现。请只保留正确的一行。",
                "row {row} of {file} has the same key; keep the one that is right"
            ),
        }
    }
}

/// A value for a message, cut after 120 characters.
pub(super) fn shown(text: &str) -> String {
    const MOST: usize = 120;
    let mut shown: String = text.chars().take(MOST).collect();
    if text.chars().nth(MOST).is_some() {
        shown.push('…');
    }
    shown
}
