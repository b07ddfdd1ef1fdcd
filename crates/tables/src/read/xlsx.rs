//! Excel workbooks of today: every sheet a part, hidden ones too.
//!
//! Read from the XML itself, because merged ranges, inline strings, rich text and the exact digits of a number as
//! stored are all needed, and because a sheet is never spread out into a rectangle that a single stray cell in the last
//! row would make gigabytes large.

use std::collections::BTreeMap;

use super::error::{Fault, ReadError, Spot};
use super::limits::Budget;
use super::number::{NumberStyle, builtin_format};
use super::package::{Package, relationships, resolve};
use super::sheet::{Range, Sheet, parse_reference};
use super::xml::{Node, Tag, Xml};
use crate::grid::{Format, Grid};

/// Reads a workbook.
pub(super) fn read(bytes: &[u8], budget: &mut Budget) -> Result<Grid, ReadError> {
    let mut package = Package::open(bytes, budget)?;
    let main = package.main.clone().unwrap_or_else(|| "xl/workbook.xml".to_owned());
    let workbook = Workbook::read(&mut package, &main, budget)?;
    let strings = read_strings(&mut package, workbook.strings.as_deref(), budget)?;
    let styles = Styles::read(&mut package, workbook.styles.as_deref(), budget)?;
    let mut parts = Vec::new();
    for (name, path) in &workbook.sheets {
        let text = package.text(path, Format::Xlsx, budget)?;
        let mut reader = SheetReader {
            sheet: Sheet::new(name, Format::Xlsx),
            strings: &strings,
            styles: &styles,
            epoch_1904: workbook.epoch_1904,
            row: None,
            column: None,
        };
        reader.walk(&text, path, budget)?;
        parts.push(reader.sheet.finish(parts.len() as u32 + 1, budget)?);
    }
    Ok(Grid { format: Format::Xlsx, parts })
}

/// What the workbook part says.
#[derive(Default)]
struct Workbook {
    /// Name and path of every sheet with cells, in the order of their tabs.
    sheets: Vec<(String, String)>,
    strings: Option<String>,
    styles: Option<String>,
    epoch_1904: bool,
}

impl Workbook {
    fn read(package: &mut Package<'_>, main: &str, budget: &mut Budget) -> Result<Self, ReadError> {
        let (folder, file) = main.rsplit_once('/').unwrap_or(("", main));
        let relations = format!("{folder}/_rels/{file}.rels");
        let text = package.text(&relations, Format::Xlsx, budget)?;
        let mut workbook = Self::default();
        let mut targets = BTreeMap::new();
        for relation in relationships(&text, &relations, Format::Xlsx, budget)? {
            let path = resolve(folder, &relation.target);
            match relation.kind.as_str() {
                "sharedStrings" => workbook.strings = Some(path).filter(|p| package.has(p)),
                "styles" => workbook.styles = Some(path).filter(|p| package.has(p)),
                _ => drop(targets.insert(relation.id, (relation.kind, path))),
            }
        }
        let text = package.text(main, Format::Xlsx, budget)?;
        workbook.read_sheets(&text, main, &targets, budget)?;
        Ok(workbook)
    }

    /// The list of sheets. Sheets that are charts or macros have no cells and are passed over.
    fn read_sheets(
        &mut self,
        text: &str,
        main: &str,
        targets: &BTreeMap<String, (String, String)>,
        budget: &Budget,
    ) -> Result<(), ReadError> {
        let mut xml = Xml::new(text, main, Format::Xlsx, budget);
        while let Some(node) = xml.next()? {
            let Node::Start(tag) = node else { continue };
            match tag.local() {
                "workbookPr" => {
                    self.epoch_1904 = tag.attribute("date1904").is_some_and(|v| v == "1" || v == "true");
                }
                "sheet" => {
                    let name = tag.attribute("name").unwrap_or_default();
                    let target = tag.attribute("id").and_then(|id| targets.get(&id));
                    let Some((kind, path)) = target else {
                        let fault =
                            Fault::detailed("找不到工作表的内容", "the content of a sheet is missing", name);
                        return Err(xml.fault(fault));
                    };
                    if kind == "worksheet" {
                        self.sheets.push((name, path.clone()));
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// Reads the strings that cells refer to by number.
fn read_strings(
    package: &mut Package<'_>,
    path: Option<&str>,
    budget: &mut Budget,
) -> Result<Vec<String>, ReadError> {
    let Some(path) = path else { return Ok(Vec::new()) };
    let text = package.text(path, Format::Xlsx, budget)?;
    let mut xml = Xml::new(&text, path, Format::Xlsx, budget);
    let mut strings = Vec::new();
    while let Some(node) = xml.next()? {
        if let Node::Start(tag) = node
            && tag.local() == "si"
        {
            let string = rich_text(&mut xml, "si")?;
            budget.add_text(string.len() + size_of::<String>())?;
            strings.push(string);
        }
    }
    Ok(strings)
}

/// The text of a string element, its runs joined, phonetic guides left out.
fn rich_text(xml: &mut Xml<'_>, element: &str) -> Result<String, ReadError> {
    let mut text = String::new();
    loop {
        match xml.next()? {
            Some(Node::Start(tag)) => match tag.local() {
                "t" => text.push_str(&xml.inner_text(&[])?),
                "r" => {}
                _ => xml.skip()?,
            },
            Some(Node::End(name)) if name == element => return Ok(unescape(&text)),
            Some(_) => {}
            None => return Ok(unescape(&text)),
        }
    }
}

/// Resolves `_x000D_` and the like, by which workbooks write characters that XML cannot hold; line ends become `\n`.
fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        plain.push_str(&rest[..at]);
        let code = rest.get(at + 2..at + 6).filter(|_| rest.as_bytes().get(at + 6) == Some(&b'_'));
        match code.and_then(|c| u32::from_str_radix(c, 16).ok()).and_then(char::from_u32) {
            Some(c) => {
                plain.push(c);
                rest = &rest[at + 7..];
            }
            None => {
                plain.push_str("_x");
                rest = &rest[at + 2..];
            }
        }
    }
    plain.push_str(rest);
    if plain.contains('\r') { plain.replace("\r\n", "\n").replace('\r', "\n") } else { plain }
}

/// The number formats of a workbook.
#[derive(Default)]
struct Styles {
    /// By the number of a cell's style, the number of its format.
    cells: Vec<u32>,
    formats: BTreeMap<u32, NumberStyle>,
}

impl Styles {
    fn read(package: &mut Package<'_>, path: Option<&str>, budget: &mut Budget) -> Result<Self, ReadError> {
        let mut styles = Self::default();
        let Some(path) = path else { return Ok(styles) };
        let text = package.text(path, Format::Xlsx, budget)?;
        let mut xml = Xml::new(&text, path, Format::Xlsx, budget);
        let mut within = false;
        while let Some(node) = xml.next()? {
            match node {
                Node::Start(tag) => match tag.local() {
                    "numFmt" => styles.add_format(&tag),
                    "cellXfs" => within = true,
                    "xf" if within => styles.cells.push(tag.number("numFmtId").unwrap_or(0)),
                    _ => {}
                },
                Node::End(name) if name == "cellXfs" => within = false,
                _ => {}
            }
        }
        for id in styles.cells.clone() {
            styles.formats.entry(id).or_insert_with(|| NumberStyle::parse(builtin_format(id)));
        }
        Ok(styles)
    }

    fn add_format(&mut self, tag: &Tag<'_>) {
        if let (Some(id), Some(code)) = (tag.number("numFmtId"), tag.attribute("formatCode")) {
            self.formats.insert(id, NumberStyle::parse(&code));
        }
    }

    /// The text of a number in a cell of that style.
    fn render(&self, style: u32, number: &str, epoch_1904: bool) -> String {
        match self.cells.get(style as usize).and_then(|id| self.formats.get(id)) {
            Some(format) => format.render(number, epoch_1904),
            None => NumberStyle::default().render(number, epoch_1904),
        }
    }
}

/// Reads one sheet.
struct SheetReader<'a> {
    sheet: Sheet,
    strings: &'a [String],
    styles: &'a Styles,
    epoch_1904: bool,
    /// Row and column of the cell before, from zero: a cell need not say where it stands.
    row: Option<u32>,
    column: Option<u32>,
}

impl SheetReader<'_> {
    fn walk(&mut self, text: &str, path: &str, budget: &mut Budget) -> Result<(), ReadError> {
        let mut xml = Xml::new(text, path, Format::Xlsx, budget);
        while let Some(node) = xml.next()? {
            let Node::Start(tag) = node else { continue };
            match tag.local() {
                "row" => {
                    let next = self.row.map_or(0, |row| row + 1);
                    self.row = Some(tag.number("r").map_or(next, |r| r.saturating_sub(1)));
                    self.column = None;
                }
                "c" => self.cell(&tag, &mut xml, budget)?,
                "mergeCell" => self.merge(&tag, budget)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Reads a cell.
    fn cell(&mut self, tag: &Tag<'_>, xml: &mut Xml<'_>, budget: &mut Budget) -> Result<(), ReadError> {
        let next = (self.row.unwrap_or(0), self.column.map_or(0, |column| column + 1));
        let (row, column) = match tag.attribute("r") {
            Some(reference) => parse_reference(&reference).ok_or_else(|| self.bad_reference(&reference))?,
            None => next,
        };
        (self.row, self.column) = (Some(row), Some(column));
        let kind = tag.attribute("t").unwrap_or_default();
        let style = tag.number("s").unwrap_or(0);
        let (mut value, mut inline) = (None, None);
        loop {
            match xml.next()? {
                Some(Node::Start(child)) => match child.local() {
                    "v" => value = Some(xml.inner_text(&[])?),
                    "is" => inline = Some(rich_text(xml, "is")?),
                    _ => xml.skip()?,
                },
                Some(Node::End(name)) if name == "c" => break,
                Some(_) => {}
                None => break,
            }
        }
        let Some(text) = inline.map(Ok).or_else(|| value.map(|v| self.text(&kind, style, &v, row, column)))
        else {
            return Ok(());
        };
        self.sheet.put(row, column, text?, budget)
    }

    /// The text of a value of that kind.
    fn text(&self, kind: &str, style: u32, value: &str, row: u32, column: u32) -> Result<String, ReadError> {
        Ok(match kind {
            "s" => {
                let found = value.trim().parse::<usize>().ok().and_then(|at| self.strings.get(at));
                let Some(string) = found else {
                    let fault =
                        Fault::detailed("单元格引用的文字不存在", "a cell refers to a missing string", value);
                    return Err(ReadError::malformed(Format::Xlsx, self.sheet.cell(row, column), fault));
                };
                string.clone()
            }
            "b" => if value.trim() == "1" { "TRUE" } else { "FALSE" }.to_owned(),
            "str" | "inlineStr" => unescape(value),
            "e" => value.to_owned(),
            "d" => value.strip_suffix("T00:00:00").unwrap_or(value).to_owned(),
            _ => self.styles.render(style, value, self.epoch_1904),
        })
    }

    /// Notes a merged range.
    fn merge(&mut self, tag: &Tag<'_>, budget: &mut Budget) -> Result<(), ReadError> {
        let reference = tag.attribute("ref").unwrap_or_default();
        let (first, last) = reference.split_once(':').unwrap_or((&reference, &reference));
        let (Some((first_row, first_column)), Some((last_row, last_column))) =
            (parse_reference(first), parse_reference(last))
        else {
            return Err(self.bad_reference(&reference));
        };
        self.sheet.merge(Range { first_row, last_row, first_column, last_column }, budget)
    }

    /// A reference that is none.
    fn bad_reference(&self, reference: &str) -> ReadError {
        let fault = Fault::detailed("单元格引用无效", "a cell reference is not valid", reference);
        ReadError::malformed(Format::Xlsx, self.sheet.cell(self.row.unwrap_or(0), 0).in_sheet(), fault)
    }
}

impl Spot {
    /// The sheet of a cell, without the cell.
    fn in_sheet(self) -> Self {
        match self {
            Self::Cell { sheet, .. } => Self::Cell { sheet, reference: String::new() },
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_of_workbooks_are_resolved() {
        for (written, text) in [
            ("产出_x000D_\n指标", "产出\n指标"),
            ("a_x0041_b", "aAb"),
            ("_x00", "_x00"),
            ("_xZZZZ_", "_xZZZZ_"),
            ("_x年年_", "_x年年_"),
        ] {
            assert_eq!(unescape(written), text);
        }
    }
}
