//! Word: a table with merged cells, in the look of an official form, with remarks as comments.

use std::collections::BTreeMap;
use std::io::{Cursor, Write as _};
use std::ops::Range;

use jixiao_core::text::width;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use zip::write::{SimpleFileOptions, ZipWriter};

use super::{WriteError, clean, remark_text, shares, validate};
use crate::layout::{CellStyle, Layout, LayoutCell, Mark, Remark, is_figure};

/// Namespace of the document's own elements.
const W: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
/// Namespace of references to other parts.
const R: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
/// Namespace of the package's relationships.
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
/// Start of the content types of the document's parts.
const PART: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml";
/// Every document is said to be made at this moment: the same form gives the same bytes on every day.
const CREATED: &str = "2000-01-01T00:00:00Z";

/// Space between a cell's border and its text on the left and right, in twips (1/20 of a point).
const CELL_SIDE: &str = "85";
/// Least height of a row, in twips: 7 mm.
const ROW_HEIGHT: &str = "397";
/// Least width of a column, in twips: one character of 10.5 points between the borders.
const LEAST_COLUMN: u32 = 400;

/// Writes a layout as a Word document (Office Open XML).
///
/// A4 with the margins of official documents (GB/T 9704; narrower for forms of many columns), "第 X 页 共 Y 页" at the foot, all borders, columns filling
/// the width of the text. Rows do not break across pages, unless they take half a page or more. Word repeats only the first rows of a table: if the rows
/// to repeat stand further down, a second table begins with them, directly below the first. A cell that reaches
/// into or out of the repeated rows is continued there by an empty cell without a border between, since Word does
/// not repeat rows that are merged with others.
///
/// A remark becomes a comment that begins with the mark's name; the cell is shaded, and framed by a thick (error),
/// double (warning) or slightly heavier (note) line so that marks differ in grey. The cell's own text is left as it is, so
/// that a marked document can be read back.
///
/// # Errors
/// [`WriteError::Layout`] if the layout cannot be drawn; the others if the file cannot be built.
pub fn write_docx(layout: &Layout) -> Result<Vec<u8>, WriteError> {
    validate(layout)?;
    let page = Page::of(layout);
    let mut comments = Vec::new();
    let document = document(layout, &page, &mut comments)?;
    let mut parts = BTreeMap::from([
        ("[Content_Types].xml", content_types(!comments.is_empty())?),
        ("_rels/.rels", package_relationships()?),
        ("docProps/app.xml", app_properties()?),
        ("docProps/core.xml", core_properties(&layout.title)?),
        ("word/_rels/document.xml.rels", document_relationships(!comments.is_empty())?),
        ("word/document.xml", document),
        ("word/fontTable.xml", font_table()?),
        ("word/footer1.xml", footer()?),
        ("word/settings.xml", settings()?),
        ("word/styles.xml", styles(heading_size(layout, &page), cell_size(layout, &page))?),
    ]);
    if !comments.is_empty() {
        parts.insert("word/comments.xml", comments_part(&comments)?);
    }
    pack(&parts)
}

/// Packs parts in the order of their names, all dated to the first day of the archive format.
fn pack(parts: &BTreeMap<&str, Vec<u8>>) -> Result<Vec<u8>, WriteError> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated)
        .last_modified_time(zip::DateTime::DEFAULT);
    for (name, bytes) in parts {
        archive.start_file(*name, options)?;
        archive.write_all(bytes)?;
    }
    Ok(archive.finish()?.into_inner())
}

/// Attributes of an element.
type Attributes<'a> = &'a [(&'a str, &'a str)];

/// An XML part being written.
struct Xml(Writer<Vec<u8>>);

impl Xml {
    /// A part with its declaration.
    fn new() -> Result<Self, WriteError> {
        let mut writer = Writer::new(Vec::new());
        writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), Some("yes"))))?;
        Ok(Self(writer))
    }

    /// The bytes of the part.
    fn done(self) -> Vec<u8> {
        self.0.into_inner()
    }

    /// An element around what `inner` writes.
    fn with(
        &mut self,
        name: &str,
        attributes: Attributes<'_>,
        inner: impl FnOnce(&mut Self) -> Result<(), WriteError>,
    ) -> Result<(), WriteError> {
        let start = BytesStart::new(name).with_attributes(attributes.iter().copied());
        self.0.write_event(Event::Start(start))?;
        inner(self)?;
        self.0.write_event(Event::End(BytesEnd::new(name)))?;
        Ok(())
    }

    /// An element without content.
    fn empty(&mut self, name: &str, attributes: Attributes<'_>) -> Result<(), WriteError> {
        let start = BytesStart::new(name).with_attributes(attributes.iter().copied());
        Ok(self.0.write_event(Event::Empty(start))?)
    }

    /// An element whose only attribute is `w:val`.
    fn value(&mut self, name: &str, value: &str) -> Result<(), WriteError> {
        self.empty(name, &[("w:val", value)])
    }

    /// An element that holds text alone.
    fn text(&mut self, name: &str, attributes: Attributes<'_>, text: &str) -> Result<(), WriteError> {
        self.with(name, attributes, |x| Ok(x.0.write_event(Event::Text(BytesText::new(text)))?))
    }

    /// A run of text; tabs become Word's tab.
    fn run(&mut self, text: &str) -> Result<(), WriteError> {
        self.with("w:r", &[], |x| {
            for (i, piece) in text.split('\t').enumerate() {
                if i > 0 {
                    x.empty("w:tab", &[])?;
                }
                if !piece.is_empty() {
                    x.text("w:t", &[("xml:space", "preserve")], piece)?;
                }
            }
            Ok(())
        })
    }

    /// A paragraph of a style around what `inner` writes.
    fn paragraph(
        &mut self,
        style: &str,
        inner: impl FnOnce(&mut Self) -> Result<(), WriteError>,
    ) -> Result<(), WriteError> {
        self.with("w:p", &[], |x| {
            x.with("w:pPr", &[], |x| x.value("w:pStyle", style))?;
            inner(x)
        })
    }

    /// A paragraph for each line of a text, at least one.
    fn paragraphs(&mut self, style: &str, text: &str) -> Result<(), WriteError> {
        for line in clean(text).split('\n') {
            self.paragraph(style, |x| if line.is_empty() { Ok(()) } else { x.run(line) })?;
        }
        Ok(())
    }
}

/// The sheet of paper, in twips.
struct Page {
    width: u32,
    height: u32,
    /// Top, right, bottom, left.
    margins: [u32; 4],
    landscape: bool,
    /// Widths of the table's columns.
    columns: Vec<u32>,
}

impl Page {
    /// A4 with the margins of GB/T 9704: 37 mm at the top and 28 mm at the binding; turned with the page. Narrower ones for many columns.
    fn of(layout: &Layout) -> Self {
        /// From this many columns on a form needs the width more than a binding: 20 mm above and below, 18 mm at the sides.
        const CROWDED: usize = 9;
        let crowded = layout.column_widths.len() >= CROWDED;
        let (width, height, margins) = match (layout.landscape, crowded) {
            (true, false) => (16838, 11906, [1474, 1984, 1588, 2098]),
            (false, false) => (11906, 16838, [2098, 1474, 1984, 1588]),
            (true, true) => (16838, 11906, [1134, 1021, 1134, 1021]),
            (false, true) => (11906, 16838, [1134, 1021, 1134, 1021]),
        };
        let text = width - margins[1] - margins[3];
        let columns = shares(&layout.column_widths, text, LEAST_COLUMN);
        Self { width, height, margins, landscape: layout.landscape, columns }
    }

    /// Whether a row may fill a good part of a page: kept whole, it would leave the page before it empty.
    fn is_tall(&self, pieces: &[Piece<'_>]) -> bool {
        /// Lines on about half a page.
        const MANY: usize = 20;
        /// Width of a terminal column at 10.5 points, in twips.
        const COLUMN: u32 = 105;
        pieces.iter().filter(|p| p.cell.row_span == 1).any(|piece| {
            let cell = piece.cell;
            let room = (self.span(cell.column, cell.column_span) / COLUMN).saturating_sub(2).max(2) as usize;
            cell.text.lines().map(|line| width(line).div_ceil(room).max(1)).sum::<usize>() > MANY
        })
    }

    /// Width of some neighbouring columns.
    fn span(&self, first: u32, count: u32) -> u32 {
        self.columns.iter().skip(first as usize).take(count as usize).sum()
    }
}

/// The main part; remarks met on the way are appended to `comments`, their index being their id.
fn document<'a>(
    layout: &'a Layout,
    page: &Page,
    comments: &mut Vec<&'a Remark>,
) -> Result<Vec<u8>, WriteError> {
    let mut xml = Xml::new()?;
    xml.with("w:document", &[("xmlns:w", W), ("xmlns:r", R)], |x| {
        x.with("w:body", &[], |x| {
            for line in &layout.heading {
                x.paragraphs("FormHeading", line)?;
            }
            tables(x, layout, page, comments)?;
            for line in &layout.footing {
                x.paragraphs("FormFooting", line)?;
            }
            if layout.footing.is_empty() {
                // Word wants a paragraph after a table; it must not push an empty page out.
                x.paragraph("FormGap", |_| Ok(()))?;
            }
            section(x, page)
        })
    })?;
    Ok(xml.done())
}

/// Paper, margins, and the page number.
fn section(x: &mut Xml, page: &Page) -> Result<(), WriteError> {
    let [top, right, bottom, left] = page.margins.map(|m| m.to_string());
    x.with("w:sectPr", &[], |x| {
        x.empty("w:footerReference", &[("w:type", "default"), ("r:id", "rIdFooter")])?;
        let (width, height) = (page.width.to_string(), page.height.to_string());
        let mut size = vec![("w:w", width.as_str()), ("w:h", height.as_str())];
        if page.landscape {
            size.push(("w:orient", "landscape"));
        }
        x.empty("w:pgSz", &size)?;
        x.empty(
            "w:pgMar",
            &[
                ("w:top", top.as_str()),
                ("w:right", &right),
                ("w:bottom", &bottom),
                ("w:left", &left),
                ("w:header", "851"),
                ("w:footer", "992"),
                ("w:gutter", "0"),
            ],
        )
    })
}

/// The layout's rows as one table, or as two if the repeated rows do not stand at the top.
fn tables<'a>(
    x: &mut Xml,
    layout: &'a Layout,
    page: &Page,
    comments: &mut Vec<&'a Remark>,
) -> Result<(), WriteError> {
    let repeat = layout.repeat_rows.clone().unwrap_or(0..0);
    let mut parts: Vec<Range<usize>> = vec![0..repeat.start, repeat.start..layout.rows.len()];
    parts.retain(|p| !p.is_empty());
    let mut rows = row_pieces(layout).enumerate();
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            x.paragraph("FormGap", |_| Ok(()))?;
        }
        x.with("w:tbl", &[], |x| {
            table_head(x, page)?;
            for (r, pieces) in rows.by_ref().take(part.len()) {
                let row = Row { r, repeat: repeat.clone(), part: part.clone(), page };
                row.write(x, &pieces, comments)?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// A cell as it appears in one row: begun there, or continued from above.
#[derive(Clone, Copy, Debug)]
struct Piece<'a> {
    /// The cell.
    cell: &'a LayoutCell,
    /// Row in which the cell begins.
    start: usize,
}

impl Piece<'_> {
    /// The row after the cell's last.
    fn end(&self) -> usize {
        self.start + self.cell.row_span as usize
    }
}

/// The pieces of every row of a valid layout, from left to right.
fn row_pieces(layout: &Layout) -> impl Iterator<Item = Vec<Piece<'_>>> {
    let mut pieces: BTreeMap<u32, Piece<'_>> = BTreeMap::new();
    layout.rows.iter().enumerate().map(move |(r, row)| {
        pieces.retain(|_, p| p.end() > r);
        pieces.extend(row.cells.iter().map(|cell| (cell.column, Piece { cell, start: r })));
        pieces.values().copied().collect()
    })
}

/// Borders, widths and margins of a table.
fn table_head(x: &mut Xml, page: &Page) -> Result<(), WriteError> {
    let width = page.columns.iter().sum::<u32>().to_string();
    x.with("w:tblPr", &[], |x| {
        x.empty("w:tblW", &[("w:w", &width), ("w:type", "dxa")])?;
        x.value("w:jc", "center")?;
        x.with("w:tblBorders", &[], |x| {
            for side in ["w:top", "w:left", "w:bottom", "w:right", "w:insideH", "w:insideV"] {
                border(x, side, "single", "4", "000000")?;
            }
            Ok(())
        })?;
        x.empty("w:tblLayout", &[("w:type", "fixed")])?;
        x.with("w:tblCellMar", &[], |x| {
            for (side, width) in
                [("w:top", "28"), ("w:left", CELL_SIDE), ("w:bottom", "28"), ("w:right", CELL_SIDE)]
            {
                x.empty(side, &[("w:w", width), ("w:type", "dxa")])?;
            }
            Ok(())
        })
    })?;
    x.with("w:tblGrid", &[], |x| {
        page.columns.iter().try_for_each(|w| x.empty("w:gridCol", &[("w:w", &w.to_string())]))
    })
}

/// One border; `size` is in eighths of a point.
fn border(x: &mut Xml, side: &str, line: &str, size: &str, color: &str) -> Result<(), WriteError> {
    x.empty(side, &[("w:val", line), ("w:sz", size), ("w:space", "0"), ("w:color", color)])
}

/// A row about to be written, and where it stands.
struct Row<'p> {
    r: usize,
    /// Rows repeated on each page.
    repeat: Range<usize>,
    /// Rows of the table that the row belongs to.
    part: Range<usize>,
    page: &'p Page,
}

/// How a piece is joined to those above and below it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Merge {
    /// It stands alone in its row.
    Alone,
    /// It begins a cell of several rows.
    Begins,
    /// It continues the cell above.
    Continues,
}

impl Row<'_> {
    /// The row with its pieces.
    fn write<'a>(
        &self,
        x: &mut Xml,
        pieces: &[Piece<'a>],
        comments: &mut Vec<&'a Remark>,
    ) -> Result<(), WriteError> {
        x.with("w:tr", &[], |x| {
            x.with("w:trPr", &[], |x| {
                if !self.page.is_tall(pieces) {
                    x.empty("w:cantSplit", &[])?;
                }
                x.empty("w:trHeight", &[("w:val", ROW_HEIGHT), ("w:hRule", "atLeast")])?;
                if self.repeat.contains(&self.r) { x.empty("w:tblHeader", &[]) } else { Ok(()) }
            })?;
            pieces.iter().try_for_each(|piece| self.cell(x, piece, comments))
        })
    }

    /// Whether merged cells are cut above a row: Word can neither merge across two tables nor across the edge of
    /// the repeated rows.
    fn is_cut(&self, row: usize) -> bool {
        row == self.part.start || row == self.repeat.end
    }

    /// How a piece is merged in this row.
    fn merge(&self, piece: &Piece<'_>) -> Merge {
        let begins = piece.start == self.r || self.is_cut(self.r);
        let goes_on = piece.end() > self.r + 1 && !self.ends_here(self.r + 1);
        match (begins, goes_on) {
            (false, _) => Merge::Continues,
            (true, true) => Merge::Begins,
            (true, false) => Merge::Alone,
        }
    }

    /// Whether merged cells end above a row.
    fn ends_here(&self, row: usize) -> bool {
        row == self.part.end || row == self.repeat.end
    }

    /// A piece of a cell in this row.
    fn cell<'a>(
        &self,
        x: &mut Xml,
        piece: &Piece<'a>,
        comments: &mut Vec<&'a Remark>,
    ) -> Result<(), WriteError> {
        let cell = piece.cell;
        x.with("w:tc", &[], |x| {
            x.with("w:tcPr", &[], |x| self.cell_properties(x, piece))?;
            let style = style_id(cell.style);
            if piece.start != self.r {
                return x.paragraph(style, |_| Ok(()));
            }
            let Some(remark) = &cell.remark else { return x.paragraphs(style, &cell.text) };
            let id = comments.len().to_string();
            comments.push(remark);
            remarked(x, style, &clean(&cell.text), &id)
        })
    }

    /// Width, merging, marking and alignment of a piece, in the order that the format demands.
    fn cell_properties(&self, x: &mut Xml, piece: &Piece<'_>) -> Result<(), WriteError> {
        let cell = piece.cell;
        let width = self.page.span(cell.column, cell.column_span).to_string();
        x.empty("w:tcW", &[("w:w", &width), ("w:type", "dxa")])?;
        if cell.column_span > 1 {
            x.value("w:gridSpan", &cell.column_span.to_string())?;
        }
        match self.merge(piece) {
            Merge::Alone => {}
            Merge::Begins => x.value("w:vMerge", "restart")?,
            Merge::Continues => x.value("w:vMerge", "continue")?,
        }
        let open_above = piece.start < self.r && self.is_cut(self.r);
        let open_below = piece.end() > self.r + 1 && self.ends_here(self.r + 1);
        self.cell_borders(x, cell.remark.as_ref().map(|r| r.mark), open_above, open_below)?;
        if let Some(remark) = &cell.remark {
            let fill = look(remark.mark).fill;
            x.empty("w:shd", &[("w:val", "clear"), ("w:color", "auto"), ("w:fill", fill)])?;
        }
        x.value("w:vAlign", "center")
    }

    /// Borders that differ from the table's: those of a mark, and those left away where a merged cell was cut.
    fn cell_borders(
        &self,
        x: &mut Xml,
        mark: Option<Mark>,
        open_above: bool,
        open_below: bool,
    ) -> Result<(), WriteError> {
        if mark.is_none() && !open_above && !open_below {
            return Ok(());
        }
        x.with("w:tcBorders", &[], |x| {
            for side in ["w:top", "w:left", "w:bottom", "w:right"] {
                let open = (side == "w:top" && open_above) || (side == "w:bottom" && open_below);
                match mark {
                    _ if open => x.value(side, "nil")?,
                    Some(mark) => {
                        let look = look(mark);
                        border(x, side, look.line, look.size, look.color)?;
                    }
                    None => {}
                }
            }
            Ok(())
        })
    }
}

/// A cell's paragraphs with a comment over all of them.
fn remarked(x: &mut Xml, style: &str, text: &str, id: &str) -> Result<(), WriteError> {
    let lines: Vec<&str> = text.split('\n').collect();
    let mut left = lines.len();
    for (i, line) in lines.into_iter().enumerate() {
        left -= 1;
        x.paragraph(style, |x| {
            if i == 0 {
                x.empty("w:commentRangeStart", &[("w:id", id)])?;
            }
            if !line.is_empty() {
                x.run(line)?;
            }
            if left > 0 {
                return Ok(());
            }
            x.empty("w:commentRangeEnd", &[("w:id", id)])?;
            x.with("w:r", &[], |x| {
                x.with("w:rPr", &[], |x| x.value("w:rStyle", "CommentReference"))?;
                x.empty("w:commentReference", &[("w:id", id)])
            })
        })?;
    }
    Ok(())
}

/// The comments; a comment's id is its index.
fn comments_part(remarks: &[&Remark]) -> Result<Vec<u8>, WriteError> {
    let mut xml = Xml::new()?;
    xml.with("w:comments", &[("xmlns:w", W)], |x| {
        for (id, remark) in remarks.iter().enumerate() {
            let id = id.to_string();
            let attributes = [("w:id", id.as_str()), ("w:author", "jixiao"), ("w:initials", "jx")];
            x.with("w:comment", &attributes, |x| x.paragraphs("CommentText", &remark_text(remark)))?;
        }
        Ok(())
    })?;
    Ok(xml.done())
}

/// How a mark is drawn.
struct Look {
    line: &'static str,
    /// In eighths of a point.
    size: &'static str,
    color: &'static str,
    fill: &'static str,
}

/// The drawing of a mark: the line tells marks apart where colour is not seen.
fn look(mark: Mark) -> Look {
    match mark {
        Mark::Note => Look { line: "single", size: "10", color: "1F4E79", fill: "DEEAF6" },
        Mark::Warning => Look { line: "double", size: "6", color: "7F6000", fill: "FFF2CC" },
        Mark::Error => Look { line: "single", size: "24", color: "C00000", fill: "F8CBAD" },
    }
}

/// The paragraph style of a cell.
fn style_id(style: CellStyle) -> &'static str {
    match style {
        CellStyle::Head => "FormHead",
        CellStyle::Centred => "FormCentred",
        CellStyle::Prose => "FormProse",
        CellStyle::Region => "FormRegion",
        CellStyle::Indicator => "FormIndicator",
    }
}

/// A paragraph style of the form.
struct ParagraphStyle {
    id: &'static str,
    /// As an official sees it in the list of styles.
    name: &'static str,
    /// East Asian font.
    font: &'static str,
    bold: bool,
    /// In half points.
    size: &'static str,
    /// `w:jc`.
    align: &'static str,
    /// Space before and after, in twips.
    space: (&'static str, &'static str),
}

/// Paragraph styles of the form. 小标宋 and 仿宋 are the fonts of official documents; the font table names what
/// stands in for them where they are not installed.
const STYLES: [ParagraphStyle; 9] = [
    ParagraphStyle {
        id: "FormHeading",
        name: "表单标题",
        font: "方正小标宋简体",
        bold: false,
        size: "36",
        align: "center",
        space: ("0", "160"),
    },
    cell_style("FormHead", "表单栏目", "宋体", true, "center"),
    cell_style("FormCentred", "表单内容", "仿宋", false, "center"),
    cell_style("FormProse", "表单正文", "仿宋", false, "both"),
    cell_style("FormRegion", "表单地区", "仿宋", false, "center"),
    cell_style("FormIndicator", "表单指标", "宋体", true, "center"),
    cell_style("FormFooting", "表单说明", "仿宋", false, "both"),
    cell_style("footer", "footer", "宋体", false, "center"),
    cell_style("CommentText", "annotation text", "宋体", false, "left"),
];

/// A style of 10.5 points (五号) without space around.
const fn cell_style(
    id: &'static str,
    name: &'static str,
    font: &'static str,
    bold: bool,
    align: &'static str,
) -> ParagraphStyle {
    ParagraphStyle { id, name, font, bold, size: "21", align, space: ("0", "0") }
}

/// Size of the heading in half points: 18 points (小二), or 16 (三号) if that keeps its lines whole.
fn heading_size(layout: &Layout, page: &Page) -> &'static str {
    const LARGE: u32 = 36;
    const SMALLER: u32 = 32;
    // A full-width character is as wide as the font is high; two terminal columns, twenty twips to a point.
    let widest = layout.heading.iter().flat_map(|h| h.lines()).map(width).max().unwrap_or(0);
    let room = page.columns.iter().sum::<u32>() as usize;
    let fits = |half_points: u32| widest.saturating_mul(half_points as usize) * 5 <= room;
    if !fits(LARGE) && fits(SMALLER) { "32" } else { "36" }
}

/// Size of the cells in half points: 10.5 points (五号), or 9 (小五) where an amount, a share or a day would break within its cell.
fn cell_size(layout: &Layout, page: &Page) -> &'static str {
    /// Width of a digit at 10.5 points in a font that stands in for another, in twips.
    const DIGIT: usize = 130;
    /// Space at both sides of a text.
    const SIDES: usize = 2 * 85;
    let breaks = |cell: &LayoutCell| {
        let room = (page.span(cell.column, cell.column_span) as usize).saturating_sub(SIDES);
        cell.text.lines().any(|line| is_figure(line) && width(line.trim()) * DIGIT > room)
    };
    if layout.rows.iter().flat_map(|row| &row.cells).any(breaks) { "18" } else { "21" }
}

/// The styles part; sizes of the heading and of the cells in half points.
fn styles(heading: &str, cells: &str) -> Result<Vec<u8>, WriteError> {
    let mut xml = Xml::new()?;
    xml.with("w:styles", &[("xmlns:w", W)], |x| {
        x.with("w:docDefaults", &[], |x| {
            x.with("w:rPrDefault", &[], |x| {
                x.with("w:rPr", &[], |x| {
                    fonts(x, "仿宋")?;
                    x.value("w:sz", "21")?;
                    x.value("w:szCs", "21")?;
                    x.empty("w:lang", &[("w:val", "en-US"), ("w:eastAsia", "zh-CN")])
                })
            })?;
            x.empty("w:pPrDefault", &[])
        })?;
        let normal = [("w:type", "paragraph"), ("w:default", "1"), ("w:styleId", "Normal")];
        x.with("w:style", &normal, |x| {
            x.value("w:name", "Normal")?;
            x.empty("w:qFormat", &[])
        })?;
        for style in &STYLES {
            let size = match style.id {
                "FormHeading" => heading,
                "FormHead" | "FormCentred" | "FormProse" | "FormRegion" | "FormIndicator" => cells,
                _ => style.size,
            };
            paragraph_style(x, style, size)?;
        }
        gap_style(x)?;
        x.with("w:style", &[("w:type", "character"), ("w:styleId", "CommentReference")], |x| {
            x.value("w:name", "annotation reference")?;
            x.with("w:rPr", &[], |x| {
                x.value("w:sz", "18")?;
                x.value("w:szCs", "18")
            })
        })
    })?;
    Ok(xml.done())
}

/// One paragraph style in a size in half points.
fn paragraph_style(x: &mut Xml, style: &ParagraphStyle, size: &str) -> Result<(), WriteError> {
    x.with("w:style", &[("w:type", "paragraph"), ("w:styleId", style.id)], |x| {
        x.value("w:name", style.name)?;
        x.value("w:basedOn", "Normal")?;
        x.with("w:pPr", &[], |x| {
            let (before, after) = style.space;
            x.empty("w:spacing", &[("w:before", before), ("w:after", after)])?;
            x.value("w:jc", style.align)
        })?;
        x.with("w:rPr", &[], |x| {
            fonts(x, style.font)?;
            if style.bold {
                x.empty("w:b", &[])?;
                x.empty("w:bCs", &[])?;
            }
            x.value("w:sz", size)?;
            x.value("w:szCs", size)
        })
    })
}

/// The style of a paragraph of less than one point that only separates.
fn gap_style(x: &mut Xml) -> Result<(), WriteError> {
    x.with("w:style", &[("w:type", "paragraph"), ("w:styleId", "FormGap")], |x| {
        x.value("w:name", "表单间隔")?;
        x.value("w:basedOn", "Normal")?;
        x.with("w:pPr", &[], |x| x.empty("w:spacing", &[("w:line", "14"), ("w:lineRule", "exact")]))?;
        x.with("w:rPr", &[], |x| {
            x.value("w:sz", "2")?;
            x.value("w:szCs", "2")
        })
    })
}

/// Fonts of a run: the East Asian one, and Times New Roman for Latin letters as official documents have it.
///
/// The hint makes signs that both scripts have, such as quotation marks and `≥`, appear in the East Asian font.
fn fonts(x: &mut Xml, east_asian: &str) -> Result<(), WriteError> {
    let latin = "Times New Roman";
    x.empty(
        "w:rFonts",
        &[
            ("w:hint", "eastAsia"),
            ("w:ascii", latin),
            ("w:hAnsi", latin),
            ("w:eastAsia", east_asian),
            ("w:cs", latin),
        ],
    )
}

/// Fonts, and the names under which they or their stand-ins are installed elsewhere.
fn font_table() -> Result<Vec<u8>, WriteError> {
    let fonts = [
        ("Times New Roman", "Liberation Serif", "00", "roman"),
        ("仿宋", "仿宋_GB2312,FangSong,STFangsong,Noto Serif CJK SC", "86", "modern"),
        ("宋体", "SimSun,STSong,Noto Serif CJK SC", "86", "auto"),
        ("方正小标宋简体", "方正小标宋_GBK,FZXiaoBiaoSong-B05S,宋体,SimSun,Noto Serif CJK SC", "86", "auto"),
    ];
    let mut xml = Xml::new()?;
    xml.with("w:fonts", &[("xmlns:w", W)], |x| {
        for (name, others, charset, family) in fonts {
            x.with("w:font", &[("w:name", name)], |x| {
                x.value("w:altName", others)?;
                x.value("w:charset", charset)?;
                x.value("w:family", family)?;
                x.value("w:pitch", "variable")
            })?;
        }
        Ok(())
    })?;
    Ok(xml.done())
}

/// "第 X 页 共 Y 页".
fn footer() -> Result<Vec<u8>, WriteError> {
    let mut xml = Xml::new()?;
    xml.with("w:ftr", &[("xmlns:w", W)], |x| {
        x.paragraph("footer", |x| {
            x.run("第 ")?;
            field(x, " PAGE ")?;
            x.run(" 页 共 ")?;
            field(x, " NUMPAGES ")?;
            x.run(" 页")
        })
    })?;
    Ok(xml.done())
}

/// A field that Word computes when it shows the page.
fn field(x: &mut Xml, instruction: &str) -> Result<(), WriteError> {
    x.with("w:fldSimple", &[("w:instr", instruction)], |x| x.run("1"))
}

/// Settings: the present behaviour of Word, and punctuation that is not squeezed.
fn settings() -> Result<Vec<u8>, WriteError> {
    let mut xml = Xml::new()?;
    xml.with("w:settings", &[("xmlns:w", W)], |x| {
        x.value("w:characterSpacingControl", "doNotCompress")?;
        x.with("w:compat", &[], |x| {
            x.empty(
                "w:compatSetting",
                &[
                    ("w:name", "compatibilityMode"),
                    ("w:uri", "http://schemas.microsoft.com/office/word"),
                    ("w:val", "15"),
                ],
            )
        })
    })?;
    Ok(xml.done())
}

/// What type each part has.
fn content_types(comments: bool) -> Result<Vec<u8>, WriteError> {
    let mut parts = vec![
        (
            "/docProps/app.xml",
            "application/vnd.openxmlformats-officedocument.extended-properties+xml".to_owned(),
        ),
        ("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml".to_owned()),
        ("/word/document.xml", format!("{PART}.document.main+xml")),
        ("/word/fontTable.xml", format!("{PART}.fontTable+xml")),
        ("/word/footer1.xml", format!("{PART}.footer+xml")),
        ("/word/settings.xml", format!("{PART}.settings+xml")),
        ("/word/styles.xml", format!("{PART}.styles+xml")),
    ];
    if comments {
        parts.push(("/word/comments.xml", format!("{PART}.comments+xml")));
    }
    let mut xml = Xml::new()?;
    xml.with("Types", &[("xmlns", &format!("{PACKAGE}/content-types"))], |x| {
        let relationships = "application/vnd.openxmlformats-package.relationships+xml";
        x.empty("Default", &[("Extension", "rels"), ("ContentType", relationships)])?;
        x.empty("Default", &[("Extension", "xml"), ("ContentType", "application/xml")])?;
        parts.iter().try_for_each(|(name, content)| {
            x.empty("Override", &[("PartName", name), ("ContentType", content)])
        })
    })?;
    Ok(xml.done())
}

/// A relationships part from id, type and target.
fn relationships(list: &[(&str, &str, &str)]) -> Result<Vec<u8>, WriteError> {
    let mut xml = Xml::new()?;
    xml.with("Relationships", &[("xmlns", &format!("{PACKAGE}/relationships"))], |x| {
        list.iter().try_for_each(|(id, kind, target)| {
            x.empty("Relationship", &[("Id", id), ("Type", kind), ("Target", target)])
        })
    })?;
    Ok(xml.done())
}

/// Where the package's parts are.
fn package_relationships() -> Result<Vec<u8>, WriteError> {
    relationships(&[
        ("rIdDocument", &format!("{R}/officeDocument"), "word/document.xml"),
        ("rIdCore", &format!("{PACKAGE}/relationships/metadata/core-properties"), "docProps/core.xml"),
        ("rIdApp", &format!("{R}/extended-properties"), "docProps/app.xml"),
    ])
}

/// Where the document's parts are.
fn document_relationships(comments: bool) -> Result<Vec<u8>, WriteError> {
    let kinds = ["styles", "settings", "fontTable", "footer", "comments"].map(|kind| format!("{R}/{kind}"));
    let mut list = vec![
        ("rIdStyles", kinds[0].as_str(), "styles.xml"),
        ("rIdSettings", &kinds[1], "settings.xml"),
        ("rIdFonts", &kinds[2], "fontTable.xml"),
        ("rIdFooter", &kinds[3], "footer1.xml"),
    ];
    if comments {
        list.push(("rIdComments", &kinds[4], "comments.xml"));
    }
    relationships(&list)
}

/// The program that made the document.
fn app_properties() -> Result<Vec<u8>, WriteError> {
    let mut xml = Xml::new()?;
    let space = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties";
    xml.with("Properties", &[("xmlns", space)], |x| x.text("Application", &[], "jixiao"))?;
    Ok(xml.done())
}

/// The document's title and its date.
fn core_properties(title: &str) -> Result<Vec<u8>, WriteError> {
    let mut xml = Xml::new()?;
    let spaces = [
        ("xmlns:cp", &*format!("{PACKAGE}/metadata/core-properties")),
        ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
        ("xmlns:dcterms", "http://purl.org/dc/terms/"),
        ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
    ];
    xml.with("cp:coreProperties", &spaces, |x| {
        x.text("dc:title", &[], &clean(title))?;
        x.text("dc:creator", &[], "jixiao")?;
        x.text("dcterms:created", &[("xsi:type", "dcterms:W3CDTF")], CREATED)?;
        x.text("dcterms:modified", &[("xsi:type", "dcterms:W3CDTF")], CREATED)
    })?;
    Ok(xml.done())
}
