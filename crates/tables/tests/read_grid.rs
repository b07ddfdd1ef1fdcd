//! Files in, cells out: the published table in every format, and files that mean harm.

use std::io::{Cursor, Write};
use std::path::PathBuf;

use encoding_rs::GB18030;
use jixiao_tables::grid::{Format, Grid, PartKind};
use jixiao_tables::read::{Fault, LimitKind, Limits, ReadError, Spot, Unsupported, read_grid, sniff};
use zip::write::SimpleFileOptions;

fn published(extension: &str) -> Vec<u8> {
    let name = format!("../../samples/published/guangdong-2024.{extension}");
    std::fs::read(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name))
        .expect("the published table is in the repository")
}

fn read(bytes: &[u8]) -> Result<Grid, ReadError> {
    read_grid(bytes, None, &Limits::default())
}

/// Texts of all cells in reading order, without white space.
fn texts(grid: &Grid) -> Vec<String> {
    grid.cells().map(|(_, cell)| cell.text.split_whitespace().collect()).collect()
}

/// What the pages of the Word edition repeat and the workbook, which has no pages, says once.
const REPEATED: &[&str] = &[
    "绩效目标",
    "产出指标",
    "效益指标",
    "数量指标",
    "经济效益指标",
    "一级指标",
    "二级指标",
    "三级指标",
    "实施周期指标值",
    "当年度指标值",
];

fn without_repetitions(texts: Vec<String>) -> Vec<String> {
    texts.into_iter().filter(|t| !REPEATED.contains(&t.as_str())).collect()
}

#[test]
fn the_published_table_has_the_same_cells_in_word_and_excel() {
    let word = texts(&read(&published("docx")).expect("docx"));
    let workbook = texts(&read(&published("xlsx")).expect("xlsx"));
    assert_eq!((word.len(), workbook.len()), (484, 469));
    assert_eq!(workbook, texts(&read(&published("xls")).expect("xls")));
    assert_eq!(without_repetitions(workbook), without_repetitions(word));
}

#[test]
fn the_published_pdf_has_the_cells_of_the_word_edition() {
    let grid = read(&published("pdf")).expect("pdf");
    assert_eq!(texts(&grid), texts(&read(&published("docx")).expect("docx")));
    // A cell that is merged over many rows and cut by the end of a page is one cell on the page where its text is.
    let first = &grid.parts[2].rows[0].cells[0];
    assert_eq!((first.text.as_str(), first.column, first.row_span), ("绩效目标", 0, 34));
    assert_eq!(grid.parts[3].rows[0].cells[0].column, 3);
}

#[test]
fn the_published_text_has_the_same_cells_line_by_line() {
    // One line of the text has two cells of the Word edition in one field.
    let text = texts(&read(&published("txt")).expect("txt"));
    let joined = |mut texts: Vec<String>| {
        texts.retain(|t| !REPEATED.contains(&t.as_str()));
        texts.concat()
    };
    assert_eq!(text.len(), 483);
    assert_eq!(joined(text), joined(texts(&read(&published("docx")).expect("docx"))));
}

#[test]
fn the_row_of_a_text_file_is_its_line() {
    let bytes = published("txt");
    let grid = read(&bytes).expect("txt");
    let lines: Vec<&str> = std::str::from_utf8(&bytes).expect("UTF-8").lines().collect();
    assert_eq!(grid.parts[0].rows.len(), lines.len());
    for (place, cell) in grid.cells() {
        let field = lines[place.row as usize].split('\t').nth(place.column as usize);
        assert_eq!(field.map(str::trim), Some(cell.text.trim()), "{place:?}");
    }
}

#[test]
fn encodings_are_found_out() {
    let expected = read(&published("txt")).expect("txt");
    let text = String::from_utf8(published("txt")).expect("UTF-8");
    let utf16: Vec<u8> =
        std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let crlf = text.replace('\n', "\r\n").into_bytes();
    for bytes in
        [GB18030.encode(&text).0.into_owned(), utf16, [b"\xEF\xBB\xBF", text.as_bytes()].concat(), crlf]
    {
        assert_eq!(read(&bytes).as_ref(), Ok(&expected));
    }
}

#[test]
fn comma_separated_values_are_recognised_by_name_or_by_structure() {
    let csv = "指标,目标\n\"进口贴息, 家次\",≥ 270\n\"两\n行\",\"他说\"\"好\"\"\"\n,\n".as_bytes();
    let grid = read_grid(csv, Some("表.CSV"), &Limits::default()).expect("csv");
    assert_eq!(grid.format, Format::Csv);
    assert_eq!(texts(&grid), ["指标", "目标", "进口贴息,家次", "≥270", "两行", "他说\"好\""]);
    assert_eq!(grid.parts[0].rows.len(), 4);
    assert_eq!(sniff("指标,目标\n广州市,1\n珠海市,2\n".as_bytes(), None), Ok(Format::Csv));
    // Full-width commas are prose, and one line is no structure.
    for prose in ["一是支持，二是促进。\n三是贴息，四是保险。\n五，六\n", "a,b\n"] {
        assert_eq!(sniff(prose.as_bytes(), Some("表.txt")), Ok(Format::Text));
    }
    let open = read_grid("a,\"b\nc".as_bytes(), Some("x.csv"), &Limits::default());
    assert!(
        matches!(open, Err(ReadError::Malformed { format: Format::Csv, spot: Spot::Line(1), .. })),
        "{open:?}"
    );
}

/// A zip archive of the entries given.
fn zipped(entries: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries {
        archive.start_file(*name, SimpleFileOptions::default()).expect("in memory");
        archive.write_all(content.as_bytes()).expect("in memory");
    }
    archive.finish().expect("in memory").into_inner()
}

/// A Word file with that body.
fn word(body: &str) -> Vec<u8> {
    zipped(&[(
        "word/document.xml",
        &format!("<w:document xmlns:w=\"w\"><w:body>{body}</w:body></w:document>"),
    )])
}

/// A workbook of one sheet with those children, and number formats from 164 on.
fn workbook(sheet: &str, formats: &[&str]) -> Vec<u8> {
    let formats: Vec<(String, String)> = (164..)
        .zip(formats)
        .map(|(id, code)| {
            (format!("<numFmt numFmtId=\"{id}\" formatCode=\"{code}\"/>"), format!("<xf numFmtId=\"{id}\"/>"))
        })
        .collect();
    let (codes, styles): (Vec<String>, Vec<String>) = formats.into_iter().unzip();
    zipped(&[
        (
            "xl/workbook.xml",
            "<workbook xmlns:r=\"r\"><sheets><sheet name=\"表\" r:id=\"a\" state=\"hidden\"/></sheets></workbook>",
        ),
        (
            "xl/_rels/workbook.xml.rels",
            "<Relationships><Relationship Id=\"a\" Type=\"x/worksheet\" Target=\"/xl/s.xml\"/>\
             <Relationship Id=\"b\" Type=\"x/styles\" Target=\"styles.xml\"/>\
             <Relationship Id=\"c\" Type=\"x/sharedStrings\" Target=\"strings.xml\"/></Relationships>",
        ),
        (
            "xl/styles.xml",
            &format!("<s><numFmts>{}</numFmts><cellXfs>{}</cellXfs></s>", codes.concat(), styles.concat()),
        ),
        ("xl/strings.xml", "<sst><si><r><t>富</t></r><r><t>文本</t></r><rPh><t>fu</t></rPh></si></sst>"),
        ("xl/s.xml", &format!("<worksheet>{sheet}</worksheet>")),
    ])
}

/// Cells as `row,column+span x rows: text`.
fn cells(grid: &Grid) -> Vec<String> {
    grid.cells()
        .map(|(at, c)| {
            format!("{}:{},{}+{}x{}={}", at.part, at.row, at.column, c.column_span, c.row_span, c.text)
        })
        .collect()
}

#[test]
fn word_tables_keep_their_grid() {
    let cell = |properties: &str, text: &str| {
        format!("<w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>")
    };
    let rows = [
        format!(
            "<w:tr>{}{}</w:tr>",
            cell("<w:vMerge w:val=\"restart\"/>", "产出"),
            cell("<w:gridSpan w:val=\"2\"/>", "数量")
        ),
        format!("<w:tr>{}{}{}</w:tr>", cell("<w:vMerge/>", ""), cell("", "广州市"), cell("", "≥ 1")),
        format!("<w:tr><w:trPr><w:gridBefore w:val=\"2\"/></w:trPr>{}</w:tr>", cell("", "右")),
        format!("<w:tr><w:trPr><w:del/></w:trPr>{}</w:tr>", cell("", "删去的行")),
    ];
    let grid = read(&word(&format!("<w:tbl>{}</w:tbl>", rows.concat()))).expect("docx");
    assert_eq!(
        cells(&grid),
        ["0:0,0+1x2=产出", "0:0,1+2x1=数量", "0:1,1+1x1=广州市", "0:1,2+1x1=≥ 1", "0:2,2+1x1=右"]
    );
    assert!(grid.parts[0].rows.iter().all(|row| row.columns == 3));
}

#[test]
fn word_text_is_kept_wherever_it_stands() {
    let body = "<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>甲</w:t><w:tab/><w:t>乙 &amp; &#19993;</w:t></w:r>\
        <w:ins><w:r><w:t>增</w:t></w:r></w:ins><w:del><w:r><w:delText>删</w:delText><w:t>删</w:t></w:r></w:del></w:p>\
        <w:sdt><w:sdtPr><w:t>x</w:t></w:sdtPr><w:sdtContent><w:p><w:r><w:t>控件</w:t><w:br/><w:t>下行</w:t></w:r></w:p></w:sdtContent></w:sdt>\
        <w:p><w:r><mc:AlternateContent><mc:Choice><w:txbxContent><w:p><w:r><w:t>框</w:t></w:r></w:p></w:txbxContent></mc:Choice>\
        <mc:Fallback><w:p><w:r><w:t>框</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent><w:t>外</w:t></w:r></w:p>\
        <w:tbl><w:tr><w:tc><w:p><w:r><w:t>外表</w:t></w:r></w:p><w:p><w:r><w:t>二段</w:t></w:r></w:p>\
        <w:tbl><w:tr><w:tc><w:p><w:r><w:t>内表</w:t></w:r></w:p></w:tc></w:tr></w:tbl><w:p/></w:tc></w:tr></w:tbl>\
        <w:p><w:r><w:sym w:char=\"F0FE\"/><w:t>末</w:t></w:r></w:p>";
    let grid = read(&word(body)).expect("docx");
    let shown: Vec<&str> = grid.cells().map(|(_, cell)| cell.text.as_str()).collect();
    assert_eq!(shown, ["甲 乙 & 丙增", "控件\n下行", "框", "外", "外表\n二段", "内表", "☑末"]);
    let kinds: Vec<(PartKind, u32)> = grid.parts.iter().map(|part| (part.kind, part.ordinal)).collect();
    let (text, table) = (PartKind::Paragraphs, PartKind::Table);
    assert_eq!(kinds, [(text, 1), (table, 1), (table, 2), (text, 2)]);
}

#[test]
fn workbook_cells_say_what_is_shown() {
    let sheet = "<sheetData><row r=\"2\"><c r=\"B2\" t=\"s\"><v>0</v></c><c s=\"3\"><v>0.9</v></c>\
        <c r=\"D2\" s=\"1\"><v>45657</v></c><c r=\"E2\" s=\"2\"><v>2.7E2</v></c></row>\
        <row><c t=\"b\"><v>1</v></c><c t=\"e\"><f>A1</f><v>#REF!</v></c><c t=\"str\"><f>B1</f><v>得</v></c>\
        <c t=\"inlineStr\"><is><t>行</t></is></c><c><v>0.30000000000000004</v></c></row></sheetData>\
        <mergeCells><mergeCell ref=\"B2:B3\"/><mergeCell ref=\"E2:G2\"/></mergeCells>";
    let grid =
        read(&workbook(sheet, &["General", "yyyy\\-mm\\-dd", "&quot;≥ &quot;0", "0.0%"])).expect("xlsx");
    let expected = [
        "0:1,1+1x2=富文本",
        "0:1,2+1x1=90%",
        "0:1,3+1x1=2024-12-31",
        "0:1,4+3x1=≥ 270",
        "0:2,0+1x1=TRUE",
        "0:2,1+1x1=#REF!",
        "0:2,2+1x1=得",
        "0:2,3+1x1=行",
        "0:2,4+1x1=0.3",
    ];
    assert_eq!(cells(&grid), expected);
    assert_eq!((grid.parts[0].name.as_str(), grid.parts[0].rows.len()), ("表", 3));
}

#[test]
fn what_is_not_read_says_what_it_is_and_what_to_do() {
    let unsupported = |what| ReadError::Unsupported(what);
    let cases: &[(&[u8], Option<&str>, ReadError)] = &[
        (b"", None, ReadError::Empty),
        (b" \r\n\t", Some("a.txt"), ReadError::Empty),
        (b"{\\rtf1 x}", Some("a.doc"), unsupported(Unsupported::Rtf)),
        (b"<html><body><table><tr><td>1</td></tr></table>", Some("a.xls"), unsupported(Unsupported::Html)),
        (b"\xEF\xBB\xBF<!DOCTYPE html>", Some("a.xls"), unsupported(Unsupported::Html)),
        (b"<?xml version=\"1.0\"?><Workbook/>", None, unsupported(Unsupported::Xml)),
        (b"\x89PNG\r\n\x1a\n\0\0", None, unsupported(Unsupported::Image("PNG"))),
        (b"\xFF\xD8\xFF\xE0", None, unsupported(Unsupported::Image("JPEG"))),
        (b"Rar!\x1a\x07", None, unsupported(Unsupported::Archive("RAR"))),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", None, unsupported(Unsupported::WebArchive)),
        (b"\x01\x00\x02", None, unsupported(Unsupported::Binary)),
        (b"{\"format\": 1}", None, ReadError::Json),
        (b"\x81\x20 broken", None, ReadError::Encoding { tried: "GB18030", spot: Spot::Line(1) }),
    ];
    for (bytes, name, expected) in cases {
        let error = read_grid(bytes, *name, &Limits::default()).expect_err("not read");
        assert_eq!(&error, expected);
        assert!(error.zh().chars().any(|c| c > '\u{4e00}') && error.en().is_ascii(), "{error:?}");
    }
    for (entry, what) in [
        ("a.txt", Unsupported::Zip),
        ("xl/workbook.bin", Unsupported::Xlsb),
        ("ppt/presentation.xml", Unsupported::Slides),
        ("OFD.xml", Unsupported::Ofd),
    ] {
        assert_eq!(read(&zipped(&[(entry, "x")])), Err(unsupported(what)));
    }
    assert_eq!(sniff(b"{\"a\": 1}", None), Ok(Format::Json));
}

/// A compound file with streams of those names.
fn compound(streams: &[&str]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("in memory");
    for name in streams {
        file.create_stream(name).and_then(|mut s| s.write_all(b"x")).expect("in memory");
    }
    file.flush().expect("in memory");
    file.into_inner().into_inner()
}

#[test]
fn compound_files_are_told_apart() {
    for (streams, name, expected) in [
        (&["EncryptedPackage", "EncryptionInfo"][..], "a.xlsx", ReadError::Encrypted(Spot::File)),
        (&["WordDocument"], "a.doc", ReadError::Unsupported(Unsupported::Doc)),
        (&["WordDocument"], "a.wps", ReadError::Unsupported(Unsupported::Wps)),
        (&["Book"], "a.xls", ReadError::Unsupported(Unsupported::OldExcel)),
        (&["ETFile"], "a.et", ReadError::Unsupported(Unsupported::Et)),
        (&["PowerPoint Document"], "a.ppt", ReadError::Unsupported(Unsupported::Slides)),
        (&["Other"], "a.bin", ReadError::Unsupported(Unsupported::CompoundFile)),
    ] {
        assert_eq!(read_grid(&compound(streams), Some(name), &Limits::default()), Err(expected));
    }
}

/// A small PDF with that page content, its stream packed if asked for.
fn pdf(content: &[u8], filter: &str) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    let font = "4 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n";
    let head = "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
        3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 5 0 R/Resources<</Font<</F 4 0 R>>\
        /XObject<</X 6 0 R>>>>>>endobj\n";
    file.extend(head.bytes());
    file.extend(font.bytes());
    file.extend(format!("5 0 obj<</Length {}{filter}>>stream\n", content.len()).bytes());
    file.extend(content);
    file.extend(b"\nendstream endobj\n");
    // A chain of forms, each of which draws the next one four times.
    let form = "/X Do /X Do /X Do /X Do";
    for id in 6..30 {
        let dictionary = format!("/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Length {}", form.len());
        let resources = format!("/Resources<</XObject<</X {} 0 R>>>>", id + 1);
        let object = format!("{id} 0 obj<<{dictionary}{resources}>>stream\n{form}\nendstream endobj\n");
        file.extend(object.bytes());
    }
    file.extend(b"trailer<</Root 1 0 R/Size 30>>\n%%EOF\n");
    file
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(bytes).expect("in memory");
    packer.finish().expect("in memory")
}

#[test]
fn pdf_text_without_lines_is_read_by_its_gaps() {
    let content = "BT /F 10 Tf 50 700 Td (Region) Tj 200 0 Td (Target) Tj -200 -20 Td (Guangzhou city) Tj 200 0 Td (104) Tj \
        -200 -20 Td (Zhuhai) Tj 200 0 Td [(1) -50 (6)] TJ ET";
    for (bytes, filter) in
        [(content.as_bytes().to_vec(), ""), (deflated(content.as_bytes()), "/Filter/FlateDecode")]
    {
        let grid = read(&pdf(&bytes, filter)).expect("pdf");
        let expected = [
            "0:0,0+1x1=Region",
            "0:0,1+1x1=Target",
            "0:1,0+1x1=Guangzhou city",
            "0:1,1+1x1=104",
            "0:2,0+1x1=Zhuhai",
            "0:2,1+1x1=16",
        ];
        assert_eq!(cells(&grid), expected);
    }
}

#[test]
fn a_pdf_without_text_is_a_scan() {
    assert_eq!(read(&pdf(b"0 0 100 100 re f", "")), Err(ReadError::ScannedPdf { pages: 1 }));
}

#[test]
fn a_pdf_that_blows_up_is_refused() {
    let bomb = deflated(&vec![b' '; 80 << 20]);
    let limit = |kind| move |e: &ReadError| matches!(e, ReadError::Limit { kind: k, .. } if *k == kind);
    let single = read(&pdf(&bomb, "/Filter/FlateDecode")).expect_err("bomb");
    assert!(limit(LimitKind::UnpackedBytes)(&single), "{single:?}");
    let double = read(&pdf(&deflated(&bomb), "/Filter[/FlateDecode/FlateDecode]")).expect_err("bomb");
    assert!(matches!(double, ReadError::Malformed { .. } | ReadError::Limit { .. }), "{double:?}");
    let wide = "/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 99999999999999>>";
    assert!(matches!(read(&pdf(&deflated(b"x"), wide)), Err(ReadError::Malformed { .. })));
    let form = read(&pdf(b"/X Do", "")).expect_err("endless");
    assert!(limit(LimitKind::PdfOperations)(&form), "{form:?}");
    let nested = read(&pdf("[".repeat(100_000).as_bytes(), ""));
    assert_eq!(nested, Err(ReadError::ScannedPdf { pages: 1 }));
}

#[test]
fn archives_that_lie_are_refused() {
    // Eighty megabytes of blanks, and a directory that declares ten bytes.
    let mut bomb = word(&" ".repeat(80 << 20));
    let honest = read(&bomb).expect_err("bomb");
    assert!(
        matches!(honest, ReadError::Limit { kind: LimitKind::UnpackedBytes, allowed, found } if found > allowed)
    );
    let directory = bomb.windows(4).rposition(|w| w == b"PK\x01\x02").expect("a directory");
    bomb[directory + 24..directory + 28].copy_from_slice(&10u32.to_le_bytes());
    bomb[22..26].copy_from_slice(&10u32.to_le_bytes());
    assert!(read(&bomb).is_err());
    // More entries than any Office file has.
    let many: Vec<String> = (0..2_001).map(|i| format!("word/{i}.xml")).collect();
    let entries: Vec<(&str, &str)> = many.iter().map(|name| (name.as_str(), "")).collect();
    let expected = ReadError::Limit { kind: LimitKind::ArchiveEntries, allowed: 2_000, found: 2_001 };
    assert_eq!(read(&zipped(&entries)), Err(expected));
}

#[test]
fn hostile_xml_is_refused() {
    let deep = read(&word(&format!("{}{}", "<w:sdt>".repeat(10_000), "</w:sdt>".repeat(10_000))));
    assert_eq!(deep, Err(ReadError::Limit { kind: LimitKind::Nesting, allowed: 64, found: 65 }));
    let laughs = "<!DOCTYPE w [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;\">]><w:document><w:body>&b;</w:body></w:document>";
    assert!(matches!(read(&zipped(&[("word/document.xml", laughs)])), Err(ReadError::Dtd(_))));
    let external = "<!DOCTYPE w [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><w:document>&x;</w:document>";
    assert!(matches!(read(&zipped(&[("word/document.xml", external)])), Err(ReadError::Dtd(_))));
    let entity = read(&word("<w:p><w:r><w:t>&unknown;</w:t></w:r></w:p>"));
    assert!(matches!(entity, Err(ReadError::Dtd(Spot::Part { byte: Some(_), .. }))), "{entity:?}");
    let cut = read(&word("<w:p>"));
    assert!(matches!(cut, Err(ReadError::Malformed { format: Format::Docx, .. })), "{cut:?}");
}

#[test]
fn spans_and_rows_are_bounded() {
    let span =
        "<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val=\"4000000000\"/></w:tcPr><w:p/></w:tc></w:tr></w:tbl>";
    let error = ReadError::Limit { kind: LimitKind::Columns, allowed: 16_384, found: 4_000_000_000 };
    assert_eq!(read(&word(span)), Err(error));
    let far = workbook("<sheetData><row><c r=\"XFD1048576\"><v>1</v></c></row></sheetData>", &[]);
    assert_eq!(
        read(&far),
        Err(ReadError::Limit { kind: LimitKind::Rows, allowed: 500_000, found: 1_048_576 })
    );
    let twice =
        workbook("<sheetData><row><c r=\"A1\"><v>1</v></c><c r=\"A1\"><v>2</v></c></row></sheetData>", &[]);
    let fault = Fault { zh: "同一单元格出现两次".into(), en: "the same cell occurs twice".into() };
    let spot = Spot::Cell { sheet: "表".to_owned(), reference: "A1".to_owned() };
    assert_eq!(read(&twice), Err(ReadError::Malformed { format: Format::Xlsx, spot, fault }));
    let wide = "\t".repeat(20_000) + "x";
    let error = ReadError::Limit { kind: LimitKind::Columns, allowed: 16_384, found: 20_001 };
    assert_eq!(read(wide.as_bytes()), Err(error));
    let small = Limits { input_bytes: 3, ..Limits::default() };
    let error = ReadError::Limit { kind: LimitKind::InputBytes, allowed: 3, found: 4 };
    assert_eq!(read_grid(b"1234", None, &small), Err(error));
}

#[test]
fn truncated_files_give_an_error_or_what_is_there() {
    for extension in ["txt", "docx", "xlsx", "xls", "pdf"] {
        let bytes = published(extension);
        for part in 0..50 {
            let cut = read(&bytes[..bytes.len() * part / 50]);
            assert!(!matches!(cut, Err(ReadError::Panicked(_))), "{extension} {part}: {cut:?}");
            assert!(cut.is_err() || !matches!(extension, "docx" | "xlsx"), "{extension} {part}");
        }
    }
}

#[test]
fn files_with_flipped_bytes_do_no_harm() {
    for extension in ["txt", "docx", "xlsx", "xls", "pdf"] {
        let bytes = published(extension);
        let mut random = 0x9E37_79B9_7F4A_7C15u64;
        for round in 0..60 {
            let mut broken = bytes.clone();
            for _ in 0..=round / 4 {
                // Marsaglia's xorshift: the same flips on every run.
                random ^= random << 13;
                random ^= random >> 7;
                random ^= random << 17;
                let at = (random % bytes.len() as u64) as usize;
                broken[at] ^= (random >> 56) as u8 | 1;
            }
            let result = read(&broken);
            assert!(!matches!(result, Err(ReadError::Panicked(_))), "{extension} {round}");
        }
    }
}
