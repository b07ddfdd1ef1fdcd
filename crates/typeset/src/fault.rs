//! What went wrong while typesetting, for the person who changed the template or the data: which file, which place, what to do.

use std::fmt;

use jixiao_core::both;
use jixiao_core::finding::Both;
use typst::diag::{SourceDiagnostic, Tracepoint};
use typst::syntax::{DiagSpan, Lines};
use typst::{World, WorldExt};

use crate::built_in;
use crate::world::Desk;

/// Whether pages came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// No pages.
    Error,
    /// Pages, but look at this.
    Warning,
}

/// A place in one of the document's files.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file's name in the document: `self-evaluation.typ`, `data.json`.
    pub file: String,
    /// Line, counted from 1.
    pub line: usize,
    /// Column in characters, counted from 1.
    pub column: usize,
    /// Whether it is a template that is built in, so that there is no such file in the fund's folder yet.
    pub built_in: bool,
}

/// One mistake in a template or its data.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// Whether pages came of it.
    pub severity: Severity,
    /// Where it is, if it is anywhere.
    pub place: Option<Place>,
    /// What is wrong and what to do.
    pub message: Both,
    /// What the typesetter advises, in its own words (English).
    pub hints: Vec<String>,
    /// Who called the faulty piece, innermost first.
    pub called_from: Vec<Place>,
}

impl Fault {
    /// A fault that has no place in a file.
    pub(crate) fn nowhere(message: Both) -> Self {
        Self { severity: Severity::Error, place: None, message, hints: Vec::new(), called_from: Vec::new() }
    }

    /// A remark that has no place in a file.
    pub(crate) fn remark(message: Both) -> Self {
        Self { severity: Severity::Warning, ..Self::nowhere(message) }
    }

    /// What the typesetter reported, with places of our own.
    pub(crate) fn of(desk: &Desk, said: &SourceDiagnostic) -> Self {
        let severity = match said.severity {
            typst::diag::Severity::Error => Severity::Error,
            typst::diag::Severity::Warning => Severity::Warning,
        };
        let mut called_from: Vec<Place> = said
            .trace
            .iter()
            .filter(|point| matches!(point.v, Tracepoint::Call(_) | Tracepoint::Import(_)))
            .filter_map(|point| place(desk, point.span.into()))
            .collect();
        called_from.dedup();
        let mut hints: Vec<String> = said.hints.iter().map(|hint| hint.v.to_string()).collect();
        hints.retain(|hint| !hint.contains("package"));
        Self { severity, place: place(desk, said.span), message: explain(&said.message), hints, called_from }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

impl fmt::Display for Fault {
    /// Place, then the Chinese text: for tests and last resorts; output proper picks the language.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(f, "{place}: ")?;
        }
        f.write_str(&self.message.zh)
    }
}

fn place(desk: &Desk, span: DiagSpan) -> Option<Place> {
    let id = span.id()?;
    let range = desk.range(span)?;
    let file = id.get().vpath().get_without_slash().to_owned();
    let (line, column) = match desk.source(id) {
        Ok(source) => source.lines().byte_to_line_column(range.start)?,
        Err(_) => {
            let text = std::str::from_utf8(desk.bytes(&file)?).ok()?;
            Lines::new(text).byte_to_line_column(range.start)?
        }
    };
    let built_in =
        built_in(&file).is_some_and(|text| desk.bytes(&file).is_some_and(|b| **b == *text.as_bytes()));
    Some(Place { file, line: line.saturating_add(1), column: column.saturating_add(1), built_in })
}

/// The typesetter speaks English; what people run into most is said in Chinese too, with what to do.
fn explain(said: &str) -> Both {
    let quoted = |text: &str| text.split('"').nth(1).unwrap_or_default().to_owned();
    let after = |text: &str, head: &str| text.strip_prefix(head).unwrap_or_default().trim().to_owned();
    if said.starts_with("dictionary does not contain key") {
        return both!(
            "数据中没有“{key}”字段。请对照 data.json 核对模板中的字段名。",
            "The data has no field “{key}”. Compare the template's field name with data.json.",
            key = quoted(said),
        );
    }
    if said.starts_with("unknown variable") {
        return both!(
            "模板用了没有定义的名字“{name}”。请核对拼写,或在模板开头从 lib.typ 引入。",
            "The template uses a name that is not defined: “{name}”. Check its spelling, or import it from lib.typ at the top.",
            name = after(said, "unknown variable:"),
        );
    }
    if said.starts_with("file not found") {
        let name = said.split("searched at ").nth(1).unwrap_or_default().trim_end_matches(')').to_owned();
        return both!(
            "没有文件“{name}”。模板只能使用本报告的数据、图和模板文件;请核对文件名。",
            "There is no file “{name}”. A template can use only this report's data, charts and template files; check the name.",
            name = name,
        );
    }
    if said.starts_with("package not found") {
        return both!(
            "模板不能引用外部程序包。请删去这一引用({said})。",
            "A template cannot use packages. Remove the import ({said}).",
            said = said,
        );
    }
    if said.starts_with("unclosed") || said.starts_with("unexpected") || said.starts_with("expected") {
        return both!(
            "模板写法有误,此处无法理解:{said}。请检查括号、引号、逗号是否成对、有无遗漏。",
            "The template cannot be read here: {said}. Look for a bracket, quote or comma that is missing or too many.",
            said = said,
        );
    }
    if said.contains("could not be displayed") {
        return both!(
            "内置字体没有“{text}”,存档文件(PDF/A)不允许缺字。请在模板中换字,或按 scripts/font.sh 把它加入字体。",
            "The embedded font has no “{text}”, and an archive file (PDF/A) may not lack a character. Write another one in the template, or add it to the font (scripts/font.sh).",
            text = quoted(said),
        );
    }
    if said.contains("JSON") {
        return both!(
            "数据文件不是正确的 JSON:{said}。请重新生成数据,不要手工改动。",
            "The data file is not valid JSON: {said}. Make the data again; do not edit it by hand.",
            said = said,
        );
    }
    both!("排版程序报告:{said}", "The typesetter reports: {said}", said = said)
}
