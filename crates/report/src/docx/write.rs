//! From blocks to the bytes of a Word document. The same blocks give the same bytes: fixed dates, parts in order.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    io::{Cursor, Write as _},
};

use jixiao_core::text::width;
use zip::write::{SimpleFileOptions, ZipWriter};

use super::{Block, Document, Grid, Picture};
use crate::xml::escape;

/// Width of the text in twips (1/20 of a point): A4 with margins of 2.54 cm.
const TEXT_WIDTH: u32 = 9026;
/// Width of a picture in English metric units (1/914,400 inch): that of the text.
const PICTURE_WIDTH: u64 = 5_731_510;
/// Every document is said to be made at this moment.
const CREATED: &str = "2000-01-01T00:00:00Z";

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/// Writes a document.
///
/// # Errors
/// The archive cannot be packed.
pub fn write(document: &Document) -> Result<Vec<u8>, zip::result::ZipError> {
    let mut body = String::new();
    let mut media: Vec<(String, Vec<u8>)> = Vec::new();
    for block in &document.blocks {
        put(&mut body, block, &mut media);
    }
    let mut relations = String::from(
        "<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles\" Target=\"styles.xml\"/>\
         <Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer\" Target=\"footer1.xml\"/>",
    );
    for (name, _) in &media {
        let id = media_id(name);
        let _ = write!(
            relations,
            "<Relationship Id=\"{id}\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/image\" Target=\"media/{name}\"/>"
        );
    }
    let mut parts: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut part =
        |name: &str, text: String| parts.insert(name.to_owned(), format!("{HEAD}{text}").into_bytes());
    part("[Content_Types].xml", CONTENT_TYPES.to_owned());
    part("_rels/.rels", PACKAGE_RELATIONS.to_owned());
    part("docProps/core.xml", core(&document.title));
    part(
        "word/_rels/document.xml.rels",
        format!(
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{relations}</Relationships>"
        ),
    );
    part("word/document.xml", page(&body));
    part("word/footer1.xml", FOOTER.to_owned());
    part("word/styles.xml", STYLES.to_owned());
    for (name, bytes) in media {
        parts.insert(format!("word/media/{name}"), bytes);
    }
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated)
        .last_modified_time(zip::DateTime::DEFAULT);
    for (name, bytes) in &parts {
        archive.start_file(name.as_str(), options)?;
        archive.write_all(bytes)?;
    }
    Ok(archive.finish()?.into_inner())
}

/// Id of the relationship to a picture's file.
fn media_id(name: &str) -> String {
    format!("m-{}", name.replace('.', "-"))
}

fn put(body: &mut String, block: &Block, media: &mut Vec<(String, Vec<u8>)>) {
    match block {
        Block::Title(text) => paragraph(body, "Title", text),
        Block::Heading(level, text) => {
            paragraph(body, &format!("Heading{}", (*level).clamp(1, 3)), text);
        }
        Block::Paragraph(text) => paragraph(body, "BodyText", text),
        Block::Small(text) => paragraph(body, "Small", text),
        Block::Notice(text) => paragraph(body, "Notice", text),
        Block::Grid(grid) => table(body, grid),
        Block::Picture(shown) => match &shown.png {
            Some(png) => picture(body, shown, png, media),
            None => {
                paragraph(body, "Small", &shown.title);
                table(body, &Grid::from(&shown.table));
            }
        },
    }
}

fn paragraph(body: &mut String, style: &str, text: &str) {
    for line in text.split('\n').filter(|line| !line.trim().is_empty()) {
        let line = escape(line);
        let _ = writeln!(
            body,
            "<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr><w:r><w:t xml:space=\"preserve\">{line}</w:t></w:r></w:p>"
        );
    }
}

/// Widths of columns, adding up to the width of the text. Columns of short texts and figures get what they need, so that no figure
/// breaks in two; those of long texts share what is left.
fn widths(grid: &Grid) -> Vec<u32> {
    /// Twips of a half-width character of 9 points, rather too many, and of both sides of a cell.
    const CHARACTER: u32 = 112;
    const SIDES: u32 = 200;
    const LEAST: u32 = 700;
    let needs: Vec<u32> = (0..grid.head.len())
        .map(|at| {
            let cells = grid.rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.text.as_str());
            let longest = cells.chain([grid.head[at].as_str()]).map(width).max().unwrap_or(0);
            u32::try_from(longest.clamp(4, 60)).unwrap_or(60) * CHARACTER + SIDES
        })
        .collect();
    let total: u32 = needs.iter().sum::<u32>().max(1);
    let count = u32::try_from(needs.len()).unwrap_or(u32::MAX).max(1);
    let fair = TEXT_WIDTH / count;
    // A column is short when it needs no more than its fair share; one of figures as long as the others keep a third.
    let figures = |at: usize| grid.rows.iter().any(|row| row.get(at).is_some_and(|cell| cell.figure));
    let firm = |with_figures: bool| -> Vec<bool> {
        needs.iter().enumerate().map(|(at, need)| *need <= fair || (with_figures && figures(at))).collect()
    };
    let sum = |firm: &[bool]| -> u32 {
        needs.iter().zip(firm).filter(|(_, firm)| **firm).map(|(need, _)| need).sum()
    };
    let mut firm_ones = firm(true);
    if sum(&firm_ones) > TEXT_WIDTH / 3 * 2 {
        firm_ones = firm(false);
    }
    let short = sum(&firm_ones);
    // Of what is left a very long column takes no more than one of thirty characters: it has lines enough.
    let share = |need: u32| need.min(30 * CHARACTER + SIDES);
    let long: u32 =
        needs.iter().zip(&firm_ones).filter(|(_, firm)| !**firm).map(|(need, _)| share(*need)).sum();
    let mut widths: Vec<u32> = needs
        .iter()
        .zip(&firm_ones)
        .map(|(need, is_firm)| match total > TEXT_WIDTH && long > 0 {
            true if *is_firm => *need,
            true => ((TEXT_WIDTH - short) * share(*need) / long).max(LEAST.min(fair)),
            false => TEXT_WIDTH * need / total,
        })
        .collect();
    let rest = TEXT_WIDTH.saturating_sub(widths.iter().sum());
    if let Some(last) = widths.last_mut() {
        *last += rest;
    }
    widths
}

fn table(body: &mut String, grid: &Grid) {
    if grid.head.is_empty() {
        return;
    }
    let widths = widths(grid);
    let _ = write!(
        body,
        "<w:tbl><w:tblPr><w:tblStyle w:val=\"Grid\"/><w:tblW w:w=\"{TEXT_WIDTH}\" w:type=\"dxa\"/><w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid>"
    );
    for width in &widths {
        let _ = write!(body, "<w:gridCol w:w=\"{width}\"/>");
    }
    body.push_str("</w:tblGrid>");
    let mut row = |cells: &[(&str, bool)], head: bool| {
        let repeated = if head { "<w:tblHeader/>" } else { "" };
        let _ = write!(body, "<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>");
        for ((text, figure), width) in cells.iter().zip(&widths) {
            let _ = write!(body, "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/>");
            if head {
                body.push_str("<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"EDEDED\"/>");
            }
            body.push_str("<w:vAlign w:val=\"center\"/></w:tcPr>");
            let aligned = match (head, figure) {
                (true, _) => "<w:jc w:val=\"center\"/>",
                (false, true) => "<w:jc w:val=\"right\"/>",
                (false, false) => "",
            };
            let bold = if head { "<w:rPr><w:b/></w:rPr>" } else { "" };
            for line in text.split('\n') {
                let line = escape(line);
                let _ = write!(
                    body,
                    "<w:p><w:pPr><w:pStyle w:val=\"CellText\"/>{aligned}</w:pPr><w:r>{bold}<w:t xml:space=\"preserve\">{line}</w:t></w:r></w:p>"
                );
            }
            body.push_str("</w:tc>");
        }
        body.push_str("</w:tr>\n");
    };
    let head: Vec<(&str, bool)> = grid.head.iter().map(|text| (text.as_str(), false)).collect();
    row(&head, true);
    for cells in &grid.rows {
        // A row that is too short is filled up: a table with ragged rows is one that Word mends.
        let mut cells: Vec<(&str, bool)> = cells.iter().map(|c| (c.text.as_str(), c.figure)).collect();
        cells.resize(widths.len(), ("", false));
        row(&cells, false);
    }
    body.push_str("</w:tbl>\n<w:p><w:pPr><w:pStyle w:val=\"Small\"/></w:pPr></w:p>\n");
}

/// The whole number in an attribute of the drawing's first element, rounded down.
fn attribute(svg: &str, name: &str) -> Option<u64> {
    let element = &svg[..svg.find('>')?];
    let from = element.find(&format!(" {name}=\""))? + name.len() + 3;
    element[from..].split(['"', '.']).next()?.parse().ok()
}

fn picture(body: &mut String, shown: &Picture, png: &[u8], media: &mut Vec<(String, Vec<u8>)>) {
    let number = media.len() / 2 + 1;
    let [raster, vector] = ["png", "svg"].map(|kind| format!("chart{number:03}.{kind}"));
    let (wide, high) =
        attribute(&shown.svg, "width").zip(attribute(&shown.svg, "height")).unwrap_or((720, 360));
    let (cx, cy) = (PICTURE_WIDTH, PICTURE_WIDTH * high / wide.max(1));
    let title = escape(&shown.title);
    let [png_id, svg_id] = [media_id(&raster), media_id(&vector)];
    let _ = writeln!(
        body,
        "<w:p><w:pPr><w:pStyle w:val=\"Picture\"/></w:pPr><w:r><w:drawing><wp:inline distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\">\
         <wp:extent cx=\"{cx}\" cy=\"{cy}\"/><wp:docPr id=\"{number}\" name=\"{raster}\" descr=\"{title}\"/>\
         <a:graphic><a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><pic:pic>\
         <pic:nvPicPr><pic:cNvPr id=\"{number}\" name=\"{raster}\" descr=\"{title}\"/><pic:cNvPicPr/></pic:nvPicPr>\
         <pic:blipFill><a:blip r:embed=\"{png_id}\"><a:extLst><a:ext uri=\"{{96DAC541-7B7A-43D3-8B79-37D633B846F1}}\">\
         <asvg:svgBlip xmlns:asvg=\"http://schemas.microsoft.com/office/drawing/2016/SVG/main\" r:embed=\"{svg_id}\"/></a:ext></a:extLst></a:blip>\
         <a:stretch><a:fillRect/></a:stretch></pic:blipFill>\
         <pic:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"{cx}\" cy=\"{cy}\"/></a:xfrm><a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></pic:spPr>\
         </pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
    );
    media.push((raster, png.to_vec()));
    media.push((vector, shown.svg.clone().into_bytes()));
}

fn page(body: &str) -> String {
    format!(
        "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
         xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" \
         xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\" \
         xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" \
         xmlns:pic=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><w:body>\n{body}\
         <w:sectPr><w:footerReference w:type=\"default\" r:id=\"rId2\"/><w:pgSz w:w=\"11906\" w:h=\"16838\"/>\
         <w:pgMar w:top=\"1440\" w:right=\"1440\" w:bottom=\"1440\" w:left=\"1440\" w:header=\"851\" w:footer=\"992\" w:gutter=\"0\"/></w:sectPr>\
         </w:body></w:document>"
    )
}

fn core(title: &str) -> String {
    let title = escape(title);
    format!(
        "<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>{title}</dc:title><dc:creator>jixiao</dc:creator>\
         <dcterms:created xsi:type=\"dcterms:W3CDTF\">{CREATED}</dcterms:created>\
         <dcterms:modified xsi:type=\"dcterms:W3CDTF\">{CREATED}</dcterms:modified></cp:coreProperties>"
    )
}

const CONTENT_TYPES: &str = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
<Default Extension=\"xml\" ContentType=\"application/xml\"/>\
<Default Extension=\"png\" ContentType=\"image/png\"/>\
<Default Extension=\"svg\" ContentType=\"image/svg+xml\"/>\
<Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/>\
<Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/>\
<Override PartName=\"/word/footer1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml\"/>\
<Override PartName=\"/word/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml\"/></Types>";

const PACKAGE_RELATIONS: &str = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"word/document.xml\"/>\
<Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/></Relationships>";

const FOOTER: &str = "<w:ftr xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:p><w:pPr><w:jc w:val=\"center\"/></w:pPr>\
<w:r><w:t xml:space=\"preserve\">— </w:t></w:r><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText xml:space=\"preserve\"> PAGE </w:instrText></w:r>\
<w:r><w:fldChar w:fldCharType=\"end\"/></w:r><w:r><w:t xml:space=\"preserve\"> —</w:t></w:r></w:p></w:ftr>";

const STYLES: &str = "<w:styles xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">\
<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii=\"Times New Roman\" w:hAnsi=\"Times New Roman\" w:eastAsia=\"宋体\" w:cs=\"Times New Roman\"/><w:sz w:val=\"24\"/><w:lang w:val=\"en-US\" w:eastAsia=\"zh-CN\"/></w:rPr></w:rPrDefault></w:docDefaults>\
<w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/></w:style>\
<w:style w:type=\"paragraph\" w:styleId=\"BodyText\"><w:name w:val=\"Body Text\"/><w:basedOn w:val=\"Normal\"/><w:pPr><w:spacing w:line=\"360\" w:lineRule=\"auto\"/><w:ind w:firstLineChars=\"200\" w:firstLine=\"480\"/></w:pPr></w:style>\
<w:style w:type=\"paragraph\" w:styleId=\"Title\"><w:name w:val=\"Title\"/><w:basedOn w:val=\"Normal\"/><w:pPr><w:spacing w:before=\"240\" w:after=\"240\"/><w:jc w:val=\"center\"/></w:pPr><w:rPr><w:rFonts w:eastAsia=\"黑体\"/><w:b/><w:sz w:val=\"40\"/></w:rPr></w:style>\
<w:style w:type=\"paragraph\" w:styleId=\"Heading1\"><w:name w:val=\"heading 1\"/><w:basedOn w:val=\"Normal\"/><w:next w:val=\"BodyText\"/><w:pPr><w:keepNext/><w:spacing w:before=\"320\" w:after=\"160\"/><w:outlineLvl w:val=\"0\"/></w:pPr><w:rPr><w:rFonts w:eastAsia=\"黑体\"/><w:b/><w:sz w:val=\"30\"/></w:rPr></w:style>\
<w:style w:type=\"paragraph\" w:styleId=\"Heading2\"><w:name w:val=\"heading 2\"/><w:basedOn w:val=\"Normal\"/><w:next w:val=\"BodyText\"/><w:pPr><w:keepNext/><w:spacing w:before=\"200\" w:after=\"100\"/><w:outlineLvl w:val=\"1\"/></w:pPr><w:rPr><w:rFonts w:eastAsia=\"黑体\"/><w:b/><w:sz w:val=\"26\"/></w:rPr></w:style>\
<w:style w:type=\"paragraph\" w:styleId=\"Heading3\"><w:name w:val=\"heading 3\"/><w:basedOn w:val=\"Normal\"/><w:next w:val=\"BodyText\"/><w:pPr><w:keepNext/><w:spacing w:before=\"160\" w:after=\"80\"/><w:outlineLvl w:val=\"2\"/></w:pPr><w:rPr><w:b/><w:sz w:val=\"24\"/></w:rPr></w:style>\
<w:style w:type=\"paragraph\" w:customStyle=\"1\" w:styleId=\"Small\"><w:name w:val=\"Small\"/><w:basedOn w:val=\"Normal\"/><w:pPr><w:spacing w:before=\"60\" w:after=\"60\"/></w:pPr><w:rPr><w:sz w:val=\"19\"/></w:rPr></w:style>\
<w:style w:type=\"paragraph\" w:customStyle=\"1\" w:styleId=\"Notice\"><w:name w:val=\"Notice\"/><w:basedOn w:val=\"Normal\"/><w:pPr><w:pBdr><w:top w:val=\"single\" w:sz=\"12\" w:space=\"4\" w:color=\"000000\"/><w:left w:val=\"single\" w:sz=\"12\" w:space=\"4\" w:color=\"000000\"/><w:bottom w:val=\"single\" w:sz=\"12\" w:space=\"4\" w:color=\"000000\"/><w:right w:val=\"single\" w:sz=\"12\" w:space=\"4\" w:color=\"000000\"/></w:pBdr><w:spacing w:before=\"120\" w:after=\"120\"/></w:pPr><w:rPr><w:b/></w:rPr></w:style>\
<w:style w:type=\"paragraph\" w:customStyle=\"1\" w:styleId=\"CellText\"><w:name w:val=\"Cell Text\"/><w:basedOn w:val=\"Normal\"/><w:pPr><w:spacing w:before=\"20\" w:after=\"20\"/></w:pPr><w:rPr><w:sz w:val=\"18\"/></w:rPr></w:style>\
<w:style w:type=\"paragraph\" w:customStyle=\"1\" w:styleId=\"Picture\"><w:name w:val=\"Picture\"/><w:basedOn w:val=\"Normal\"/><w:pPr><w:spacing w:before=\"120\" w:after=\"120\"/><w:jc w:val=\"center\"/></w:pPr></w:style>\
<w:style w:type=\"table\" w:default=\"1\" w:styleId=\"TableNormal\"><w:name w:val=\"Normal Table\"/><w:tblPr><w:tblCellMar><w:left w:w=\"80\" w:type=\"dxa\"/><w:right w:w=\"80\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr></w:style>\
<w:style w:type=\"table\" w:customStyle=\"1\" w:styleId=\"Grid\"><w:name w:val=\"Grid\"/><w:basedOn w:val=\"TableNormal\"/><w:tblPr><w:tblBorders><w:top w:val=\"single\" w:sz=\"8\" w:space=\"0\" w:color=\"000000\"/><w:left w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"000000\"/><w:bottom w:val=\"single\" w:sz=\"8\" w:space=\"0\" w:color=\"000000\"/><w:right w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"000000\"/><w:insideH w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"000000\"/><w:insideV w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"000000\"/></w:tblBorders></w:tblPr></w:style></w:styles>";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docx::Cell;

    #[test]
    fn short_columns_keep_their_figures_whole_and_long_ones_share_the_rest() {
        let long = "长".repeat(40);
        let row = [long.as_str(), "101.92%", &long].map(Cell::text).to_vec();
        let head = ["甲", "完成率", "乙"].map(str::to_owned).to_vec();
        // 7 characters of 112 twips and both sides: 984; the rest, 8,042, by halves.
        assert_eq!(widths(&Grid { head, rows: vec![row] }), [4021, 984, 4021]);
        let narrow = Grid { head: vec!["甲".into(), "乙".into()], rows: Vec::new() };
        assert_eq!(widths(&narrow), [4513, 4513]);
    }
}
