//! Why a file could not be read at all.

use std::{error::Error, fmt};

use jixiao_core::{both, finding::Both};

/// Files that could not be read. Nothing was accepted from any file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntakeError {
    /// Every file that has something wrong, in the order of the files.
    pub faults: Vec<FileFault>,
}

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileFault {
    /// Name of the ledger.
    pub ledger: String,
    /// Name of the file.
    pub file: String,
    /// What it is.
    pub trouble: Trouble,
}

/// What can be wrong with a file as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The operating system's words.
    Unreadable(String),
    /// No bytes, or nothing but a byte order mark.
    Empty,
    /// The first line is blank.
    NoHeading,
    /// The first line is no line of headings: too long, a quote left open, bytes that are no text.
    BadHeading,
    /// Required columns that have no heading: each with the headings under which it is looked for; and what headings there are.
    Missing(Vec<(String, Vec<String>)>, Vec<String>),
    /// Two headings for one column: the column and both.
    Twice(String, String, String),
    /// The heading names another unit than the column: column, heading, the column's unit.
    OtherUnit(String, String, String),
    /// UTF-16 text.
    Utf16,
    /// Lines end in carriage returns only.
    CarriageReturns,
    /// An old workbook (.xls) or a locked one.
    OldWorkbook,
    /// Not a workbook, or a damaged one: the reader's words.
    Workbook(String),
    /// A workbook that unpacks to more than what is read: the limit in bytes.
    WorkbookSize(u64),
    /// A second visible sheet with the ledger's headings: its name. Rows on it would be lost in silence.
    SecondSheet(String),
    /// Not Parquet, or damaged: the reader's words.
    Parquet(String),
    /// A Parquet column of a type that is not read: column, type.
    ColumnType(String, String),
    /// A Parquet column of instants with a time zone: column.
    Instants(String),
    /// More rows than can be numbered.
    TooManyRows,
    /// More text than can be held.
    TooMuchText,
    /// The ledger keeps one row per key, so it has to be loaded as a whole: a mistake in the program.
    Unique,
    /// Whoever watches said to stop.
    Stopped,
}

impl Trouble {
    /// A stable word for it, for machines.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "unreadable",
            Self::Empty => "empty-file",
            Self::NoHeading => "no-heading",
            Self::BadHeading => "bad-heading",
            Self::Missing(..) => "missing-column",
            Self::Twice(..) => "column-twice",
            Self::OtherUnit(..) => "other-unit",
            Self::Utf16 => "utf-16",
            Self::CarriageReturns => "carriage-returns",
            Self::OldWorkbook => "old-workbook",
            Self::Workbook(_) => "workbook",
            Self::WorkbookSize(_) => "workbook-size",
            Self::SecondSheet(_) => "second-sheet",
            Self::Parquet(_) => "parquet",
            Self::ColumnType(..) => "column-type",
            Self::Instants(_) => "instants",
            Self::TooManyRows => "too-many-rows",
            Self::TooMuchText => "too-much-text",
            Self::Unique => "unique-ledger",
            Self::Stopped => "stopped",
        }
    }
}

/// Why a scan ended early.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop<E> {
    /// Files could not be read.
    Intake(IntakeError),
    /// The caller's own error; the first in file and row order.
    Each(E),
}

impl<E> From<IntakeError> for Stop<E> {
    fn from(error: IntakeError) -> Self {
        Self::Intake(error)
    }
}

impl FileFault {
    /// What is wrong, in a sentence with the file's name.
    pub fn message(&self) -> Both {
        let file = &self.file;
        match &self.trouble {
            Trouble::Unreadable(why) => {
                both!("无法读取{file}：{why}", "{file} cannot be read: {why}")
            }
            Trouble::Empty => both!("{file}是空文件", "{file} is empty"),
            Trouble::NoHeading => both!("{file}第1行没有标题", "{file}: the first row has no headings"),
            Trouble::BadHeading => both!(
                "{file}第1行无法作为标题读取（过长、引号未关闭或编码有误）",
                "{file}: the first row cannot be read as headings (too long, an open quote, or bytes that are no text)"
            ),
            Trouble::Missing(columns, found) => {
                let list = |joint: &str, other: &str| {
                    let said = columns.iter().map(|(name, headings)| {
                        if headings.is_empty() {
                            name.clone()
                        } else {
                            format!("{name}{}", other.replace("{}", &headings.join(joint)))
                        }
                    });
                    said.collect::<Vec<_>>().join(joint)
                };
                both!(
                    "{file}缺少必需的列：{zh}；现有标题：{have}",
                    "{file} lacks required columns: {en}; its headings are: {have}",
                    zh = list("、", "（或 {}）"),
                    en = list(", ", " (or {})"),
                    have = found.join(" | ")
                )
            }
            Trouble::Twice(column, first, second) => both!(
                "{file}的标题“{first}”和“{second}”都对应列{column}",
                "{file}: headings \"{first}\" and \"{second}\" both stand for column {column}"
            ),
            Trouble::OtherUnit(column, heading, unit) => both!(
                "{file}的标题“{heading}”写的单位不是列{column}的单位（{unit}）",
                "{file}: heading \"{heading}\" names another unit than that of column {column}, which is {unit}"
            ),
            Trouble::Utf16 => both!("{file}是UTF-16编码", "{file} is UTF-16 text"),
            Trouble::CarriageReturns => {
                both!("{file}只用回车符（CR）换行", "{file}: lines end in carriage returns only")
            }
            Trouble::OldWorkbook => {
                both!("{file}是旧版（.xls）或加密的工作簿", "{file} is an old (.xls) or encrypted workbook")
            }
            Trouble::Workbook(why) => {
                both!("{file}不是可读的工作簿：{why}", "{file} is not a workbook that can be read: {why}")
            }
            Trouble::WorkbookSize(limit) => both!(
                "{file}解压后或其中单个值超过{limit}字节",
                "{file}: unpacked, it or one value in it is larger than {limit} bytes"
            ),
            Trouble::SecondSheet(name) => both!(
                "{file}的工作表“{name}”也有本台账的标题；每个工作簿只读第一张可见的工作表",
                "{file}: sheet \"{name}\" has the ledger's headings too; of a workbook the first visible sheet is read"
            ),
            Trouble::Parquet(why) => {
                both!(
                    "{file}不是可读的Parquet文件：{why}",
                    "{file} is not a Parquet file that can be read: {why}"
                )
            }
            Trouble::ColumnType(column, found) => both!(
                "{file}的列{column}类型为{found}，无法读取",
                "{file}: column {column} has type {found}, which is not read"
            ),
            Trouble::Instants(column) => both!(
                "{file}的列{column}是带时区的时刻，无法确定日期",
                "{file}: column {column} holds instants with a time zone, which leave the day open"
            ),
            Trouble::TooManyRows => {
                both!("{file}的行数超过4294967295", "{file} has more than 4294967295 rows")
            }
            Trouble::TooMuchText => {
                both!("读取{file}时不同文本的总量超过4GB", "{file}: more than 4 GB of distinct texts")
            }
            Trouble::Unique => both!(
                "{file}所属台账按主键去重，须整体载入",
                "{file}: the ledger keeps one row per key and has to be loaded as a whole"
            ),
            Trouble::Stopped => {
                both!("{file}没有读完：已要求停止", "{file} was not read to its end: it was to stop")
            }
        }
    }

    /// What to do.
    pub fn next(&self) -> Both {
        match &self.trouble {
            Trouble::Unreadable(_) => both!(
                "请检查文件是否存在、是否被其他程序占用。",
                "See whether the file is there and not held by another program."
            ),
            Trouble::Empty => {
                both!(
                    "请重新导出；确实没有数据时，只保留标题行。",
                    "Export it again; where there is no data, keep the row of headings."
                )
            }
            Trouble::NoHeading | Trouble::BadHeading => both!(
                "请把列标题放在第1行，删除其上的表名和空行。",
                "Put the headings into the first row, with no title or blank row above them."
            ),
            Trouble::Missing(..) => both!(
                "请在第1行改用上述标题，或在ledgers.toml该列的headings中加入文件所用的标题。",
                "Rename the headings in the first row, or add those of the file to the column's headings in ledgers.toml."
            ),
            Trouble::Twice(..) => both!("请删除或改名其中一列。", "Remove or rename one of the two columns."),
            Trouble::OtherUnit(..) => both!(
                "请把数值换算成该单位并改标题。",
                "Convert the values to that unit and rename the heading."
            ),
            Trouble::Utf16 | Trouble::CarriageReturns => {
                both!("请另存为“CSV UTF-8（逗号分隔）”。", "Save it as \"CSV UTF-8 (comma delimited)\".")
            }
            Trouble::OldWorkbook => {
                both!("请取消密码，另存为.xlsx。", "Remove the password and save it as .xlsx.")
            }
            Trouble::Workbook(_) | Trouble::WorkbookSize(_) => both!(
                "请在Excel或WPS中打开并另存为.xlsx或CSV UTF-8；行数很多时用CSV。",
                "Open it in Excel or WPS and save it as .xlsx or CSV UTF-8; use CSV for very many rows."
            ),
            Trouble::SecondSheet(_) => both!(
                "请把各表的行并到第一张，或把该表另存为一个文件（名称-2.xlsx）；不该读的表请隐藏或删除。",
                "Put the rows on the first sheet, or save the sheet as a file of its own (NAME-2.xlsx); hide or delete one that is not meant."
            ),
            Trouble::Parquet(_) => both!(
                "请重新导出该文件，并核对传输是否完整。",
                "Export it again and see that the copy is complete."
            ),
            Trouble::ColumnType(..) => both!(
                "请按文本、整数、十进制小数（DECIMAL）、日期或布尔类型重新导出该列。",
                "Export the column as text, integer, DECIMAL, DATE or BOOLEAN."
            ),
            Trouble::Instants(_) => {
                both!("请按当地日期导出为DATE类型。", "Export it as DATE, in local days.")
            }
            Trouble::TooManyRows | Trouble::TooMuchText => {
                both!(
                    "请把文件拆成几个部分（名称-1、名称-2）。",
                    "Split the file into parts (NAME-1, NAME-2)."
                )
            }
            Trouble::Unique => both!("请联系程序维护者。", "Tell the people who maintain the program."),
            Trouble::Stopped => both!("需要时重新开始。", "Begin again when it is wanted."),
        }
    }
}

impl fmt::Display for IntakeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, fault) in self.faults.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            let (message, next) = (fault.message(), fault.next());
            write!(f, "{}。{} {}. {}", message.zh, next.zh, message.en, next.en)?;
        }
        Ok(())
    }
}

impl Error for IntakeError {}
