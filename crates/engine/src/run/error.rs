//! What stops a run: the data's own faults, each with its row.

use jixiao_core::{both, finding::Both};

use crate::{intake::IntakeError, run::vector::Failure};

/// Why a run stopped. Nothing was written.
#[derive(Debug)]
pub enum RunError {
    /// A ledger file could not be read.
    Intake(IntakeError),
    /// A ledger's files could not be opened: which ledger, and what the system said.
    Open(String, std::io::Error),
    /// A ledger that a scheme needs has no file.
    NoFile {
        /// Its name.
        ledger: String,
        /// The stems under which it is looked for.
        files: Vec<String>,
    },
    /// A value of a line could not be computed.
    Line {
        /// `SCHEME/CLASS/STEP`.
        what: String,
        /// The file.
        file: String,
        /// The row.
        row: u32,
        /// Why.
        why: Both,
    },
    /// A look-up found two rows.
    Twice {
        /// `SCHEME/CLASS/LOOKUP`.
        what: String,
        /// The file and row of the line.
        line: Box<(String, u32)>,
        /// The ledger that answered twice.
        ledger: String,
        /// The rows that answered: file and row.
        rows: Box<[(String, u32); 2]>,
    },
    /// A look-up's key or filter failed on the other ledger.
    Lookup {
        /// `SCHEME/CLASS/LOOKUP`.
        what: String,
        /// Why.
        why: Both,
    },
    /// A value of an enterprise could not be computed.
    Enterprise {
        /// `SCHEME/CLASS/STEP`.
        what: String,
        /// Its credit code.
        code: String,
        /// Why.
        why: Both,
    },
    /// The budget could not be computed.
    Budget {
        /// The scheme.
        scheme: String,
        /// Why.
        why: Both,
    },
    /// What was asked does not go together: an unknown parameter, an enterprise that did not apply.
    Asked(Both),
}

impl Failure {
    pub(crate) fn text(self) -> Both {
        match self {
            Self::Overflow => Both::new(
                "数值超过38位，无法精确表示",
                "the number has more than 38 digits and cannot be held exactly",
            ),
            Self::DivisionByZero => Both::new("除数为零", "the divisor is zero"),
            Self::Calendar => Both::new("日期超出日历范围", "the date lies outside the calendar"),
        }
    }
}

impl RunError {
    /// What happened, where, and what to do.
    pub fn text(&self) -> Both {
        match self {
            Self::Intake(error) => {
                let lines: Vec<(Both, Both, &str)> =
                    error.faults.iter().map(|f| (f.message(), f.next(), f.trouble.code())).collect();
                let join = |pick: fn(&Both) -> &str, stop: &str| {
                    let line = |(message, next, code): &(Both, Both, &str)| {
                        format!("{}{stop}{} [{code}]", pick(message), pick(next))
                    };
                    lines.iter().map(line).collect::<Vec<_>>().join("\n")
                };
                Both::new(join(|b| &b.zh, "；"), join(|b| &b.en, "; "))
            }
            Self::Open(ledger, error) => {
                both!("台账 {ledger} 打不开：{error}", "the ledger {ledger} cannot be opened: {error}")
            }
            Self::NoFile { ledger, files } => {
                let files: Vec<String> = files.iter().map(|f| format!("{f}.csv|.parquet|.xlsx")).collect();
                let files = files.join(" ");
                both!(
                    "缺少台账 {ledger}：在台账文件夹里没有找到 {files}；放入文件（可以只有表头）后重试",
                    "the ledger {ledger} is missing: the folder has none of {files}; add the file (a heading alone will do) and run again"
                )
            }
            Self::Line { what, file, row, why } => {
                let (zh, en) = (&why.zh, &why.en);
                both!(
                    "{file} 第{row}行：{what} 无法计算：{zh}；请核对这一行的数据",
                    "{file}, row {row}: {what} cannot be computed: {en}; check the figures of this row"
                )
            }
            Self::Twice { what, line, ledger, rows } => {
                let ((file, row), [(file_a, a), (file_b, b)]) = (line.as_ref(), rows.as_ref());
                both!(
                    "{file} 第{row}行：{what} 在台账 {ledger} 中查到两行（{file_a} 第{a}行、{file_b} 第{b}行）；请删去其中一行，或在方案的 where 中说明取哪一行",
                    "{file}, row {row}: {what} finds two rows in {ledger} ({file_a} row {a}, {file_b} row {b}); remove one, or say in the scheme's where which is meant"
                )
            }
            Self::Lookup { what, why } => {
                let (zh, en) = (&why.zh, &why.en);
                both!("查找 {what} 无法计算：{zh}", "the look-up {what} cannot be computed: {en}")
            }
            Self::Enterprise { what, code, why } => {
                let (zh, en) = (&why.zh, &why.en);
                both!(
                    "企业 {code}：{what} 无法计算：{zh}",
                    "enterprise {code}: {what} cannot be computed: {en}"
                )
            }
            Self::Budget { scheme, why } => {
                let (zh, en) = (&why.zh, &why.en);
                both!("{scheme} 的预算无法计算：{zh}", "the budget of {scheme} cannot be computed: {en}")
            }
            Self::Asked(text) => text.clone(),
        }
    }
}
