//! Why a file could not be read, and what its owner can do about it.

use std::borrow::Cow;
use std::fmt;

use super::limits::LimitKind;
use crate::grid::Format;

/// A kind of file that is recognised and not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsupported {
    /// Word 97–2003, `.doc`.
    Doc,
    /// WPS Writer, `.wps`.
    Wps,
    /// WPS Spreadsheets, `.et`.
    Et,
    /// PowerPoint, old or new.
    Slides,
    /// A compound file (OLE2) of unknown content.
    CompoundFile,
    /// Excel 5.0/95 and older.
    OldExcel,
    /// Binary workbook, `.xlsb`.
    Xlsb,
    /// OpenDocument, `.odt` or `.ods`.
    OpenDocument,
    /// The national fixed-layout format, `.ofd`.
    Ofd,
    /// Rich text, `.rtf`.
    Rtf,
    /// A web page, often named `.xls` or `.doc` by the system that exported it.
    Html,
    /// A web archive, often named `.doc`.
    WebArchive,
    /// XML of Office 2003 or of any other kind.
    Xml,
    /// An image; the text holds its format.
    Image(&'static str),
    /// A zip archive that is no Office file.
    Zip,
    /// Another archive; the text holds its format.
    Archive(&'static str),
    /// Bytes that are neither text nor any known format.
    Binary,
}

impl Unsupported {
    /// What it is and what to do instead, in Chinese.
    fn zh(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Doc => {
                "这是 Word 97–2003 文档（.doc），不能直接读取。请用 Word 或 WPS 打开，另存为 .docx 后再试。"
            }
            Self::Wps => "这是 WPS 文字文档（.wps），不能直接读取。请用 WPS 打开，另存为 .docx 后再试。",
            Self::Et => "这是 WPS 表格文件（.et），不能直接读取。请用 WPS 打开，另存为 .xlsx 后再试。",
            Self::Slides => {
                "这是演示文稿，其中没有可读取的表格文件。请提供绩效目标表的 .docx、.xlsx 或 .pdf 原件。"
            }
            Self::CompoundFile => {
                "这是 Office 旧格式的复合文件，但其中既没有 Excel 工作簿也没有已知的文档。请在原软件中另存为 .docx 或 .xlsx 后再试。"
            }
            Self::OldExcel => {
                "这是 Excel 5.0/95 或更早的工作簿，不能读取。请用 Excel 或 WPS 打开，另存为 .xlsx 后再试。"
            }
            Self::Xlsb => "这是 Excel 二进制工作簿（.xlsb），不能读取。请另存为 .xlsx 后再试。",
            Self::OpenDocument => {
                "这是 OpenDocument 文件（.odt/.ods），不能读取。请另存为 .docx 或 .xlsx 后再试。"
            }
            Self::Ofd => {
                "这是 OFD 版式文件，不能读取。请提供生成它的 .docx 或 .xlsx 原件，或导出带文字层的 PDF。"
            }
            Self::Rtf => "这是 RTF 文档，不能直接读取。请用 Word 或 WPS 打开，另存为 .docx 后再试。",
            Self::Html => {
                "这是网页（HTML），即使扩展名是 .xls 或 .doc 也不是真正的 Office 文件。请用 Excel 或 Word 打开，另存为 .xlsx 或 .docx 后再试。"
            }
            Self::WebArchive => {
                "这是网页存档（MHTML），即使扩展名是 .doc 也不是真正的 Word 文件。请用 Word 打开，另存为 .docx 后再试。"
            }
            Self::Xml => {
                "这是 XML 文件（可能是 Office 2003 的 XML 格式），不能直接读取。请用 Word 或 Excel 打开，另存为 .docx 或 .xlsx 后再试。"
            }
            Self::Image(kind) => {
                return Cow::Owned(format!(
                    "这是图片（{kind}），没有文字可读。请提供 .docx 或 .xlsx 原件，或先做文字识别（OCR）。"
                ));
            }
            Self::Zip => "这是压缩包，不是 .docx 或 .xlsx。请先解压，再逐个读取其中的文件。",
            Self::Archive(kind) => {
                return Cow::Owned(format!("这是压缩包（{kind}）。请先解压，再逐个读取其中的文件。"));
            }
            Self::Binary => {
                "这不是文本，也不是已知的文件格式。支持：.txt、.csv、.docx、.xlsx、.xls、.pdf、.json。"
            }
        })
    }

    /// What it is and what to do instead, in English.
    fn en(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Doc => {
                "This is a Word 97–2003 document (.doc), which is not read. Open it in Word or WPS, save it as .docx and try again."
            }
            Self::Wps => {
                "This is a WPS Writer document (.wps), which is not read. Open it in WPS, save it as .docx and try again."
            }
            Self::Et => {
                "This is a WPS Spreadsheets file (.et), which is not read. Open it in WPS, save it as .xlsx and try again."
            }
            Self::Slides => {
                "This is a presentation; it holds no table file. Give the .docx, .xlsx or .pdf of the target table."
            }
            Self::CompoundFile => {
                "This is an old Office compound file with neither an Excel workbook nor a known document in it. Save it as .docx or .xlsx in the program it came from and try again."
            }
            Self::OldExcel => {
                "This is a workbook of Excel 5.0/95 or older, which is not read. Open it in Excel or WPS, save it as .xlsx and try again."
            }
            Self::Xlsb => {
                "This is a binary Excel workbook (.xlsb), which is not read. Save it as .xlsx and try again."
            }
            Self::OpenDocument => {
                "This is an OpenDocument file (.odt/.ods), which is not read. Save it as .docx or .xlsx and try again."
            }
            Self::Ofd => {
                "This is an OFD fixed-layout file, which is not read. Give the .docx or .xlsx that it was made from, or export a PDF with a text layer."
            }
            Self::Rtf => {
                "This is an RTF document, which is not read. Open it in Word or WPS, save it as .docx and try again."
            }
            Self::Html => {
                "This is a web page (HTML) and no true Office file, even if it is named .xls or .doc. Open it in Excel or Word, save it as .xlsx or .docx and try again."
            }
            Self::WebArchive => {
                "This is a web archive (MHTML) and no true Word file, even if it is named .doc. Open it in Word, save it as .docx and try again."
            }
            Self::Xml => {
                "This is an XML file (perhaps of Office 2003), which is not read. Open it in Word or Excel, save it as .docx or .xlsx and try again."
            }
            Self::Image(kind) => {
                return Cow::Owned(format!(
                    "This is an image ({kind}) without text. Give the .docx or .xlsx it was made from, or run text recognition (OCR) first."
                ));
            }
            Self::Zip => {
                "This is a zip archive and neither .docx nor .xlsx. Unpack it and read its files one by one."
            }
            Self::Archive(kind) => {
                return Cow::Owned(format!(
                    "This is an archive ({kind}). Unpack it and read its files one by one."
                ));
            }
            Self::Binary => {
                "This is neither text nor a known file format. Read are .txt, .csv, .docx, .xlsx, .xls, .pdf and .json."
            }
        })
    }
}

/// What is wrong inside a damaged file, in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// In Chinese.
    pub zh: Cow<'static, str>,
    /// In English.
    pub en: Cow<'static, str>,
}

impl Fault {
    /// A fault that is always described in the same words.
    pub(super) const fn new(zh: &'static str, en: &'static str) -> Self {
        Self { zh: Cow::Borrowed(zh), en: Cow::Borrowed(en) }
    }

    /// A fault described by a library, whose words are English only.
    pub(super) fn detailed(zh: &str, en: &str, detail: impl fmt::Display) -> Self {
        Self { zh: Cow::Owned(format!("{zh}（{detail}）")), en: Cow::Owned(format!("{en} ({detail})")) }
    }
}

/// Where in a file the trouble is, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spot {
    /// Somewhere in the file.
    File,
    /// A line of a text file, from 1.
    Line(u64),
    /// A part of a packed file and, where known, the byte within it.
    Part {
        /// Name of the part, such as `word/document.xml`.
        name: String,
        /// Byte from its beginning.
        byte: Option<u64>,
    },
    /// A cell of a workbook.
    Cell {
        /// Name of the sheet.
        sheet: String,
        /// Reference such as `E7`, as written.
        reference: String,
    },
    /// A page of a PDF, from 1.
    Page(u64),
}

impl Spot {
    /// A part of a packed file.
    pub(super) fn part(name: &str) -> Self {
        Self::Part { name: name.to_owned(), byte: None }
    }

    fn zh(&self) -> String {
        match self {
            Self::File => String::new(),
            Self::Line(line) => format!("（第 {line} 行）"),
            Self::Part { name, byte: Some(byte) } => format!("（{name} 第 {byte} 字节）"),
            Self::Part { name, byte: None } => format!("（{name}）"),
            Self::Cell { sheet, reference } => format!("（工作表“{sheet}”{reference}）"),
            Self::Page(page) => format!("（第 {page} 页）"),
        }
    }

    fn en(&self) -> String {
        match self {
            Self::File => String::new(),
            Self::Line(line) => format!(" (line {line})"),
            Self::Part { name, byte: Some(byte) } => format!(" ({name}, byte {byte})"),
            Self::Part { name, byte: None } => format!(" ({name})"),
            Self::Cell { sheet, reference } => format!(" (sheet \"{sheet}\", {reference})"),
            Self::Page(page) => format!(" (page {page})"),
        }
    }
}

/// Why a file could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// The file has no bytes, or nothing but white space.
    Empty,
    /// A kind of file that is not read.
    Unsupported(Unsupported),
    /// jixiao's own JSON, which holds a target table and no cells; the caller reads it elsewhere.
    Json,
    /// Protected by a password.
    Encrypted(Spot),
    /// A PDF whose pages are pictures.
    ScannedPdf {
        /// How many pages it has.
        pages: u64,
    },
    /// Text that is neither UTF-8, UTF-16 nor GB18030.
    Encoding {
        /// The encoding that fitted best.
        tried: &'static str,
        /// Where it stops to fit.
        spot: Spot,
    },
    /// A document type definition or an entity of its own: Office writes none, attackers do.
    Dtd(Spot),
    /// The file needs more than the limits allow.
    Limit {
        /// Which limit.
        kind: LimitKind,
        /// The limit.
        allowed: u64,
        /// What the file needs, or has needed when reading stopped.
        found: u64,
    },
    /// The file is damaged or was cut off.
    Malformed {
        /// What it was read as.
        format: Format,
        /// Where.
        spot: Spot,
        /// What is wrong.
        fault: Fault,
    },
    /// A fault in the reading code itself that the file brought to light.
    Panicked(Format),
}

impl ReadError {
    /// A damaged file.
    pub(super) fn malformed(format: Format, spot: Spot, fault: Fault) -> Self {
        Self::Malformed { format, spot, fault }
    }

    /// What happened and what to do about it, in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::Empty => "文件是空的，没有内容可读。请检查是否选错了文件，或传输中断。".to_owned(),
            Self::Unsupported(what) => what.zh().into_owned(),
            Self::Json => "这是 jixiao 的 JSON 文件，其中是绩效目标表本身，不是单元格。".to_owned(),
            Self::Encrypted(spot) => {
                format!("文件有密码保护，不能读取{}。请在原软件中取消密码，另存后再试。", spot.zh())
            }
            Self::ScannedPdf { pages } => format!(
                "这份 PDF 共 {pages} 页，没有文字层，很可能是扫描件。请从 Word 或 Excel 原件导出 PDF，或先做文字识别（OCR）。"
            ),
            Self::Encoding { tried, spot } => format!(
                "文字编码不能识别：按 {tried} 读取时出错{}。请用记事本或 WPS 另存为 UTF-8 编码后再试。",
                spot.zh()
            ),
            Self::Dtd(spot) => format!(
                "文件中含有 DTD 或自定义实体{}，Office 不会写出这样的内容，出于安全不予读取。请用 Word 或 Excel 重新保存。",
                spot.zh()
            ),
            Self::Limit { kind, allowed, found } => format!(
                "超出读取上限：{}上限 {allowed}，该文件至少为 {found}。请删去无关内容（如空白的行列、图片）或拆分后再试。",
                kind.zh()
            ),
            Self::Malformed { format, spot, fault } => format!(
                "{} 文件已损坏或不完整：{}{}。请用原软件打开检查并重新保存，或重新获取文件。",
                format_name(*format),
                fault.zh,
                spot.zh()
            ),
            Self::Panicked(format) => format!(
                "读取 {} 文件时程序内部出错，该文件未被读取。请把文件发给维护者，并先用其他格式（如 .docx、.xlsx）再试。",
                format_name(*format)
            ),
        }
    }

    /// What happened and what to do about it, in English.
    pub fn en(&self) -> String {
        match self {
            Self::Empty => {
                "The file is empty. Check that it is the right file and that its transfer was complete."
                    .to_owned()
            }
            Self::Unsupported(what) => what.en().into_owned(),
            Self::Json => "This is jixiao's own JSON, which holds a target table and no cells.".to_owned(),
            Self::Encrypted(spot) => format!(
                "The file is protected by a password{}. Remove the password in the program it came from, save it and try again.",
                spot.en()
            ),
            Self::ScannedPdf { pages } => format!(
                "This PDF of {pages} page(s) has no text layer and is probably a scan. Export a PDF from the Word or Excel original, or run text recognition (OCR) first."
            ),
            Self::Encoding { tried, spot } => format!(
                "The text's encoding was not recognised: reading it as {tried} fails{}. Save it as UTF-8 and try again.",
                spot.en()
            ),
            Self::Dtd(spot) => format!(
                "The file holds a DTD or an entity of its own{}. Office writes none, so the file is refused. Save it again in Word or Excel.",
                spot.en()
            ),
            Self::Limit { kind, allowed, found } => format!(
                "Beyond the limit for reading: the {} may be {allowed}, and this file has at least {found}. Remove what is not needed (blank rows and columns, pictures) or split the file and try again.",
                kind.en()
            ),
            Self::Malformed { format, spot, fault } => format!(
                "The {} file is damaged or incomplete: {}{}. Open it in the program it came from and save it again, or fetch it again.",
                format_name(*format),
                fault.en,
                spot.en()
            ),
            Self::Panicked(format) => format!(
                "The code that reads {} failed on this file, which was not read. Send the file to the maintainers, and try another format (.docx, .xlsx) meanwhile.",
                format_name(*format)
            ),
        }
    }
}

/// The format's name, the same in both languages.
const fn format_name(format: Format) -> &'static str {
    match format {
        Format::Text => "TXT",
        Format::Csv => "CSV",
        Format::Docx => "Word (.docx)",
        Format::Xlsx => "Excel (.xlsx)",
        Format::Xls => "Excel (.xls)",
        Format::Pdf => "PDF",
        Format::Json => "JSON",
    }
}

impl fmt::Display for ReadError {
    /// Chinese first; the English text is [`ReadError::en`].
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.zh())
    }
}

impl std::error::Error for ReadError {}
