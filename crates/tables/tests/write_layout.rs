//! Layouts in, files out: the files are read back with independent readers.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read as _};

use calamine::{Data, Reader as _, Xlsx};
use jixiao_tables::layout::{CellStyle, Layout, LayoutCell, LayoutRow, Mark};
use jixiao_tables::write::{
    LayoutFault, WriteError, csv_unguarded, validate, write_csv, write_docx, write_txt, write_xlsx,
};
use quick_xml::events::Event;

/// A row of cells.
fn row(cells: impl IntoIterator<Item = LayoutCell>) -> LayoutRow {
    LayoutRow { cells: cells.into_iter().collect() }
}

/// A cell in a style.
fn cell(column: u32, text: &str, style: CellStyle) -> LayoutCell {
    LayoutCell::new(column, text).styled(style)
}

/// A layout of rows, with a heading and nothing else.
fn layout(column_widths: &[u32], rows: Vec<LayoutRow>) -> Layout {
    Layout {
        title: "绩效目标表".into(),
        heading: vec!["2024年绩效目标表".into()],
        column_widths: column_widths.to_vec(),
        rows,
        landscape: false,
        repeat_rows: None,
        footing: Vec::new(),
    }
}

/// A small form: a label over two rows, a wide cell, a number, remarks, and a repeated row in the middle.
fn small() -> Layout {
    use CellStyle::{Head, Indicator, Prose, Region};
    let rows = vec![
        row([cell(0, "总体\n绩效目标", Head).spanning(1, 2), cell(1, "实施周期总目标", Head).spanning(2, 1)]),
        row([cell(1, "不少于2万家次。\n≥ 9.6 亿元", Prose).spanning(2, 1)]),
        row([
            cell(0, "绩效\n指标", Head).spanning(1, 3),
            cell(1, "三级指标", Head),
            cell(2, "当年度指标值", Head),
        ]),
        row([
            cell(1, "进口贴息支持企业数量（家次）", Indicator),
            LayoutCell::new(2, "> 270").remarked(Mark::Error, "各地区合计 270，无法超过 270。"),
        ]),
        row([cell(1, "广州市", Region), LayoutCell::new(2, "1,104.50").number()]),
    ];
    Layout { repeat_rows: Some(2..3), ..layout(&[1, 3, 2], rows) }
}

/// Texts between tabs.
fn fields(line: &str) -> Vec<&str> {
    line.split('\t').map(str::trim).filter(|f| !f.is_empty()).collect()
}

/// The published table of the fund in its official layout, six columns.
fn published() -> Layout {
    use CellStyle::{Head, Prose};
    let text = include_str!("../../../funds/guangdong-trade-2024/target-table.txt");
    let lines: Vec<Vec<&str>> = text.lines().map(fields).filter(|f| !f.is_empty()).collect();
    let mut rows = Vec::new();
    for line in lines.iter().skip(1).take(3) {
        rows.push(row([cell(0, line[0], Head).spanning(2, 1), LayoutCell::new(2, line[1]).spanning(4, 1)]));
    }
    rows.push(row([
        cell(0, "主管部门", Head).spanning(2, 1),
        LayoutCell::new(2, "广东省商务厅").spanning(2, 1),
        cell(4, "用款单位", Head),
        LayoutCell::new(5, "广东省商务厅"),
    ]));
    for line in &lines[5..7] {
        rows.push(row([
            cell(0, line[0], Head).spanning(2, 1),
            cell(2, line[1], Head),
            LayoutCell::new(3, line[2]),
            cell(4, line[3], Head),
            LayoutCell::new(5, line[4]),
        ]));
    }
    rows.push(row([cell(0, "项目概述", Head).spanning(2, 1), cell(2, lines[7][1], Prose).spanning(4, 1)]));
    rows.push(row([
        cell(0, "总体\n绩效目标", Head).spanning(2, 2),
        cell(2, lines[8][1], Head).spanning(2, 1),
        cell(4, lines[8][2], Head).spanning(2, 1),
    ]));
    rows.push(row([cell(2, lines[9][0], Prose).spanning(2, 1), cell(4, lines[9][1], Prose).spanning(2, 1)]));
    let repeated = rows.len();
    rows.push(row([
        "绩效\n指标",
        "一级\n指标",
        "二级\n指标",
        "三级指标",
        "实施周期\n指标值",
        "当年度\n指标值",
    ]
    .into_iter()
    .zip(0..)
    .map(|(text, column)| cell(column, text, Head))));
    push_indicators(&mut rows, &lines[10..]);
    let span = (rows.len() - repeated) as u32;
    rows[repeated].cells[0].row_span = span;
    Layout {
        heading: vec!["2024年促进经济高质量发展专项资金（促进外贸发展方向）\n二级项目绩效目标表".into()],
        repeat_rows: Some(repeated..repeated + 1),
        ..layout(&[6, 7, 10, 30, 17, 17], rows)
    }
}

/// Appends the rows of indicators and regions; the two levels above them cover the rows that they speak of.
fn push_indicators(rows: &mut Vec<LayoutRow>, lines: &[Vec<&str>]) {
    // The last row in which a cell of column 1 and of column 2 began.
    let mut begun = [0_usize; 2];
    for line in lines.iter().filter(|l| !l.contains(&"三级指标")) {
        let (levels, values) = line.split_at(line.len() - 3);
        let here = rows.len();
        let mut cells = Vec::new();
        let levels: Vec<String> = levels.iter().map(|l| l.replace(' ', "")).collect();
        let levels: Vec<&String> = levels.iter().filter(|l| *l != "绩效目标").collect();
        for (i, level) in levels.iter().enumerate() {
            let column = 3 - levels.len() + i;
            let above = rows[begun[column - 1]].cells.iter().find(|c| c.column == column as u32);
            if begun[column - 1] > 0 && above.is_some_and(|c| c.text == **level) {
                // Said again after a page break.
                continue;
            }
            begun[column - 1] = here;
            cells.push(cell(column as u32, level, CellStyle::Head).spanning(1, 0));
        }
        let style = if levels.is_empty() && !values[0].contains('（') {
            CellStyle::Region
        } else {
            CellStyle::Indicator
        };
        cells.extend(values.iter().zip(3..).map(|(text, column)| cell(column, text, style)));
        rows.push(row(cells));
        for (row, column) in begun.into_iter().zip(1..) {
            let cell = rows[row].cells.iter_mut().find(|c| c.column == column);
            cell.expect("the first indicator has both levels").row_span += 1;
        }
    }
}

/// The parts of a package, each checked to be well-formed XML.
fn parts(bytes: &[u8]) -> BTreeMap<String, String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip archive");
    let mut parts = BTreeMap::new();
    for i in 0..archive.len() {
        let mut file = archive.by_index(i).expect("an entry");
        let mut text = String::new();
        file.read_to_string(&mut text).expect("UTF-8");
        let name = file.name().expect("a name").into_owned();
        assert_well_formed(&name, &text);
        assert!(parts.insert(name, text).is_none(), "each part once");
    }
    parts
}

/// Reads a part to its end, closing every element, and unescaping every text.
fn assert_well_formed(name: &str, text: &str) {
    let mut reader = quick_xml::Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    let mut depth = 0;
    loop {
        match reader.read_event().unwrap_or_else(|e| panic!("{name}: {e}")) {
            Event::Start(e) => {
                depth += 1;
                e.attributes().for_each(|a| assert!(a.is_ok(), "{name}: {a:?}"));
            }
            Event::End(_) => depth -= 1,
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0, "{name}: every element is closed");
}

/// A cell of a Word table as a reader meets it: columns covered, merge, text by paragraph.
#[derive(Debug, Default, PartialEq, Eq)]
struct WordCell {
    span: usize,
    merge: String,
    text: String,
}

/// Tables of a main part, their rows, and the cells of these.
fn word_tables(document: &str) -> Vec<Vec<Vec<WordCell>>> {
    let mut reader = quick_xml::Reader::from_str(document);
    let mut tables: Vec<Vec<Vec<WordCell>>> = Vec::new();
    let mut in_text = false;
    // The two references that occur in texts.
    let plain = BTreeMap::from([("gt", '>'), ("amp", '&')]);
    loop {
        let event = reader.read_event().expect("well-formed");
        let start = match &event {
            Event::Start(e) | Event::Empty(e) => e.name().as_ref().to_owned(),
            Event::Text(t) if in_text => {
                let text = t.xml10_content();
                if let Some(cell) = last_cell(&mut tables) {
                    cell.text.push_str(&text);
                }
                continue;
            }
            Event::GeneralRef(name) => {
                last_cell(&mut tables).expect("a cell").text.push(plain[name.as_ref()]);
                continue;
            }
            Event::End(e) => {
                in_text &= e.name().as_ref() != "w:t";
                continue;
            }
            Event::Eof => return tables,
            _ => continue,
        };
        let value = match &event {
            Event::Start(e) | Event::Empty(e) => e
                .attributes()
                .filter_map(Result::ok)
                .find(|a| a.key.as_ref() == "w:val")
                .map(|a| a.value.into_owned())
                .unwrap_or_default(),
            _ => String::new(),
        };
        match start.as_str() {
            "w:tbl" => tables.push(Vec::new()),
            "w:tr" => tables.last_mut().expect("a table").push(Vec::new()),
            "w:tc" => {
                let row = tables.last_mut().and_then(|t| t.last_mut()).expect("a row");
                row.push(WordCell { span: 1, ..WordCell::default() });
            }
            "w:t" => in_text = true,
            "w:gridSpan" => last_cell(&mut tables).expect("a cell").span = value.parse().expect("a number"),
            "w:vMerge" => last_cell(&mut tables).expect("a cell").merge = value,
            _ => {}
        }
    }
}

/// The cell being read.
fn last_cell(tables: &mut [Vec<Vec<WordCell>>]) -> Option<&mut WordCell> {
    tables.last_mut()?.last_mut()?.last_mut()
}

/// The faults for which a layout is refused.
fn faults(layout: &Layout) -> Vec<LayoutFault> {
    match validate(layout) {
        Err(WriteError::Layout(faults)) => faults,
        other => panic!("refused: {other:?}"),
    }
}

#[test]
fn word_rows_cover_the_grid_and_merge_as_laid_out() {
    let bytes = write_docx(&small()).expect("a sound layout");
    let parts = parts(&bytes);
    let names: Vec<&str> = parts.keys().map(String::as_str).collect();
    assert_eq!(names.first(), Some(&"[Content_Types].xml"));
    let tables = word_tables(&parts["word/document.xml"]);
    let shape: Vec<Vec<Vec<String>>> = tables
        .iter()
        .map(|t| {
            t.iter()
                .map(|r| r.iter().map(|c| format!("{} {} {}", c.span, c.merge, c.text)).collect())
                .collect()
        })
        .collect();
    let expected = [
        vec![
            vec!["1 restart 总体绩效目标", "2  实施周期总目标"],
            vec!["1 continue ", "2  不少于2万家次。≥ 9.6 亿元"],
        ],
        vec![
            // The repeated row stands alone; below it the label goes on in an empty cell.
            vec!["1  绩效指标", "1  三级指标", "1  当年度指标值"],
            vec!["1 restart ", "1  进口贴息支持企业数量（家次）", "1  > 270"],
            vec!["1 continue ", "1  广州市", "1  1,104.50"],
        ],
    ];
    assert_eq!(shape, expected);
    let document = &parts["word/document.xml"];
    assert_eq!(document.matches("<w:tblHeader/>").count(), 1);
    assert_eq!(document.matches("<w:cantSplit/>").count(), 5);
}

#[test]
fn only_a_row_of_half_a_page_may_break_across_pages() {
    let prose = |length| cell(0, &"字".repeat(length), CellStyle::Prose);
    let form = layout(&[1], vec![row([prose(400)]), row([prose(4_000)])]);
    let document = &parts(&write_docx(&form).expect("docx"))["word/document.xml"];
    assert_eq!(document.matches("<w:tr>").count(), 2);
    assert_eq!(document.matches("<w:cantSplit/>").count(), 1);
}

#[test]
fn remarks_are_comments_that_name_their_mark_and_leave_the_text_alone() {
    let word = parts(&write_docx(&small()).expect("a sound layout"));
    assert!(word["word/comments.xml"].contains("【错误 error】各地区合计 270"));
    assert_eq!(word["word/document.xml"].matches("<w:commentReference w:id=\"0\"/>").count(), 1);
    assert!(word["[Content_Types].xml"].contains("/word/comments.xml"));
    assert!(word["word/document.xml"].contains(">&gt; 270<"));

    let excel = parts(&write_xlsx(&small()).expect("a sound layout"));
    assert!(excel["xl/comments1.xml"].contains("【错误 error】各地区合计 270"));
    assert!(excel["xl/comments1.xml"].contains("ref=\"C5\""));

    let mut plain = small();
    plain.rows[3].cells[1].remark = None;
    let word = parts(&write_docx(&plain).expect("a sound layout"));
    assert!(!word.contains_key("word/comments.xml"));
    assert!(!word["[Content_Types].xml"].contains("comments"));
    assert!(!word["word/_rels/document.xml.rels"].contains("comments"));
}

#[test]
fn excel_holds_texts_numbers_and_merges() {
    let mut book: Xlsx<_> =
        calamine::open_workbook_from_rs(Cursor::new(write_xlsx(&small()).expect("a sound layout")))
            .expect("a workbook");
    assert_eq!(book.sheet_names(), ["绩效目标表"]);
    let range = book.worksheet_range("绩效目标表").expect("the sheet");
    let texts = [
        ((0, 0), "2024年绩效目标表"),
        ((1, 0), "总体\n绩效目标"),
        ((2, 1), "不少于2万家次。\n≥ 9.6 亿元"),
        ((4, 2), "> 270"),
    ];
    for (at, text) in texts {
        assert_eq!(range.get_value(at), Some(&Data::String(text.to_owned())), "{at:?}");
    }
    assert_eq!(range.get_value((5, 2)), Some(&Data::Float(1104.5)));
    let merges = merges(&mut book);
    assert_eq!(
        merges,
        BTreeSet::from([
            ((0, 0), (0, 2)),
            ((1, 0), (2, 0)),
            ((1, 1), (1, 2)),
            ((2, 1), (2, 2)),
            ((3, 0), (5, 0))
        ])
    );
}

type Corner = (u32, u32);

/// Merged ranges of the first sheet: first and last cell.
fn merges(book: &mut Xlsx<Cursor<Vec<u8>>>) -> BTreeSet<(Corner, Corner)> {
    let merged = book.merge_cells_by_sheet_id(0).expect("merges");
    merged.into_iter().map(|d| (d.start, d.end)).collect()
}

#[test]
fn excel_prints_on_a4_one_page_wide_with_its_heading_rows() {
    let parts = parts(&write_xlsx(&small()).expect("a sound layout"));
    let sheet = &parts["xl/worksheets/sheet1.xml"];
    assert!(sheet.contains("paperSize=\"9\""), "{sheet}");
    assert!(sheet.contains("fitToHeight=\"0\""), "{sheet}");
    assert!(sheet.contains("第 &amp;P 页 共 &amp;N 页"), "{sheet}");
    let names = &parts["xl/workbook.xml"];
    assert!(names.contains("绩效目标表!$4:$4") || names.contains("'绩效目标表'!$4:$4"), "{names}");
    assert!(names.contains("!$A$1:$C$6"), "{names}");
}

#[test]
fn text_is_flattened_as_published() {
    let expected = "2024年绩效目标表\n\n\
        总体 绩效目标\t实施周期总目标\t\n\
        \t不少于2万家次。 ≥ 9.6 亿元\t\n\
        绩效 指标\t三级指标\t当年度指标值\n\
        \t进口贴息支持企业数量（家次）\t> 270\n\
        \t广州市\t1,104.50\n";
    assert_eq!(write_txt(&small()).expect("a sound layout"), expected);
}

#[test]
fn csv_opens_in_excel_and_reads_back() {
    let texts = ["= 5", "-3", "=1+1", "'=1+1", "a,b", "\"q\"", "@x", "行\n二"];
    let cells = texts.iter().zip(0..).map(|(text, column)| LayoutCell::new(column, *text));
    let form = Layout { heading: vec!["表".into()], ..layout(&[1; 8], vec![row(cells)]) };
    let csv = write_csv(&form).expect("a sound layout");
    assert_eq!(csv, "\u{feff}表,,,,,,,\r\n= 5,-3,'=1+1,''=1+1,\"a,b\",\"\"\"q\"\"\",'@x,\"行\n二\"\r\n");
    for (field, text) in [("= 5", "= 5"), ("-3", "-3"), ("'=1+1", "=1+1"), ("''=1+1", "'=1+1"), ("'@x", "@x")]
    {
        assert_eq!(csv_unguarded(field), text);
    }
}

#[test]
fn the_same_layout_gives_the_same_bytes() {
    for form in [small(), published()] {
        assert!(write_docx(&form).expect("docx") == write_docx(&form).expect("docx"));
        assert!(write_xlsx(&form).expect("xlsx") == write_xlsx(&form).expect("xlsx"));
    }
}

#[test]
fn the_published_table_is_written_whole() {
    let form = published();
    assert_eq!(form.rows.len(), 154 - 1, "the published sheet has 154 rows, the first of them the heading");
    let cells: BTreeMap<Corner, &str> = (1..)
        .zip(&form.rows)
        .flat_map(|(r, row)| row.cells.iter().map(move |c| ((r, c.column), c.text.as_str())))
        .collect();
    let mut book: Xlsx<_> =
        calamine::open_workbook_from_rs(Cursor::new(write_xlsx(&form).expect("xlsx"))).expect("a workbook");
    let range = book.worksheet_range_at(0).expect("a sheet").expect("a range");
    for (at, text) in &cells {
        assert_eq!(range.get_value(*at), Some(&Data::String((*text).to_owned())), "{at:?}");
    }
    // As in the published workbook.
    let merges = merges(&mut book);
    for (first, last) in
        [((1, 2), (1, 5)), ((8, 0), (9, 1)), ((10, 0), (153, 0)), ((11, 2), (49, 2)), ((92, 1), (153, 1))]
    {
        assert!(merges.contains(&(first, last)), "{first:?} {last:?} {merges:?}");
    }
    let tables = word_tables(&parts(&write_docx(&form).expect("docx"))["word/document.xml"]);
    let written: Vec<String> =
        tables.iter().flatten().flatten().map(|c| c.text.clone()).filter(|t| !t.is_empty()).collect();
    let expected: Vec<String> =
        cells.values().map(|t| t.replace('\n', "")).filter(|t| !t.is_empty()).collect();
    assert_eq!(written, expected);
    for row in tables.iter().flatten() {
        assert_eq!(row.iter().map(|c| c.span).sum::<usize>(), 6);
    }
}

#[test]
fn spans_that_overlap_or_leave_gaps_are_refused_all_at_once() {
    let rows = vec![
        row([LayoutCell::new(0, "a").spanning(2, 2), LayoutCell::new(1, "b")]),
        row([LayoutCell::new(2, "c").spanning(2, 1)]),
        row([LayoutCell::new(1, "d").spanning(1, 2), LayoutCell::new(0, "e").spanning(0, 1)]),
    ];
    let form = layout(&[1, 1, 1], rows);
    let expected = vec![
        LayoutFault::Overlap { row: 0, column: 1, other_row: 0, other_column: 0 },
        LayoutFault::Gap { row: 0, first: 2, last: 2 },
        LayoutFault::Outside { row: 1, column: 2, column_span: 2, row_span: 1, columns: 3, rows: 3 },
        LayoutFault::Outside { row: 2, column: 1, column_span: 1, row_span: 2, columns: 3, rows: 3 },
        LayoutFault::Order { row: 2, column: 0 },
        LayoutFault::EmptySpan { row: 2, column: 0 },
        LayoutFault::Gap { row: 2, first: 0, last: 0 },
        LayoutFault::Gap { row: 2, first: 2, last: 2 },
    ];
    assert_eq!(faults(&form), expected);
    assert!(matches!(write_docx(&form), Err(WriteError::Layout(_))));
    assert!(matches!(write_xlsx(&form), Err(WriteError::Layout(_))));
    assert!(matches!(write_txt(&form), Err(WriteError::Layout(_))));
    let error = write_csv(&form).expect_err("refused").to_string();
    assert!(error.starts_with("第 1 行第 2 列：与第 1 行第 1 列的单元格重叠"), "{error}");
    assert_eq!(error.lines().count(), 8);
}

#[test]
fn frames_that_cannot_be_drawn_are_refused() {
    assert_eq!(faults(&layout(&[], vec![])), [LayoutFault::Columns { columns: 0 }]);
    assert_eq!(faults(&layout(&[1; 64], vec![])), [LayoutFault::Columns { columns: 64 }]);
    let one = || vec![row([LayoutCell::new(0, "a")])];
    assert_eq!(faults(&layout(&[0], one())), [LayoutFault::Width { column: 0 }]);
    for (start, end) in [(0, 2), (1, 1), (1, 0)] {
        let form = Layout { repeat_rows: Some(start..end), ..layout(&[1], one()) };
        assert_eq!(faults(&form), [LayoutFault::Repeat { start, end, rows: 1 }]);
    }
    let far = layout(&[1], vec![row([LayoutCell::new(u32::MAX, "a").spanning(u32::MAX, u32::MAX)])]);
    assert_eq!(faults(&far).len(), 2, "outside, and a gap where it should stand");
}

#[test]
fn what_is_said_to_be_a_number_is_one() {
    let form = |text: &str| layout(&[1], vec![row([LayoutCell::new(0, text).number()])]);
    assert_eq!(faults(&form("≥ 5")), [LayoutFault::Number { row: 0, column: 0, text: "≥ 5".into() }]);
    for (text, value) in [
        ("59647", Data::Float(59647.0)),
        ("-98.50%", Data::Float(-0.985)),
        ("", Data::Empty),
        // More digits than a spreadsheet's number has: as text, so that none is lost.
        ("1234567890123456", Data::String("1234567890123456".into())),
    ] {
        let bytes = write_xlsx(&form(text)).expect("a sound layout");
        let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).expect("a workbook");
        let range = book.worksheet_range_at(0).expect("a sheet").expect("a range");
        assert_eq!(range.get_value((1, 0)).cloned().unwrap_or_default(), value, "{text}");
    }
}

#[test]
fn characters_that_xml_cannot_hold_are_replaced() {
    let text = "a\u{1}<b>&\"]]>\u{ffff}";
    let mut form = layout(&[1], vec![row([LayoutCell::new(0, text).remarked(Mark::Note, text)])]);
    form.title = text.into();
    form.heading = vec![text.into()];
    form.footing = vec![text.into()];
    let word = parts(&write_docx(&form).expect("docx"));
    let escaped = "a\u{fffd}&lt;b&gt;&amp;";
    for part in ["word/document.xml", "word/comments.xml", "docProps/core.xml"] {
        assert!(word[part].contains(escaped), "{part}: {}", word[part]);
    }
    let bytes = write_xlsx(&form).expect("xlsx");
    parts(&bytes);
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).expect("a workbook");
    let range = book.worksheet_range_at(0).expect("a sheet").expect("a range");
    let expected = Data::String("a\u{fffd}<b>&\"]]>\u{fffd}".into());
    assert_eq!(range.get_value((1, 0)), Some(&expected));
    assert!(write_txt(&form).expect("txt").contains("a\u{fffd}<b>"));
}

#[test]
fn texts_that_look_like_something_else_stay_texts() {
    for text in ["=1+1", "= 5", "-3", "2024", "_x0041_", "1e5", "https://example.com", " x ", "TRUE"] {
        let form = layout(&[1], vec![row([LayoutCell::new(0, text)])]);
        let bytes = write_xlsx(&form).expect("a sound layout");
        let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).expect("a workbook");
        let range = book.worksheet_range_at(0).expect("a sheet").expect("a range");
        assert_eq!(range.get_value((1, 0)), Some(&Data::String(text.to_owned())));
    }
}

#[test]
fn limits_of_excel_are_told_or_met() {
    let mut form = layout(&[1], vec![row([LayoutCell::new(0, "字".repeat(32_767))])]);
    form.title = "2024年/促进外贸：".repeat(10);
    let bytes = write_xlsx(&form).expect("exactly as long as a cell can be");
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).expect("a workbook");
    assert_eq!(book.sheet_names()[0].encode_utf16().count(), 31);
    // A text taller than the tallest row is spread over merged rows.
    assert_eq!(merges(&mut book).len(), 1);

    form.rows[0].cells[0].text.push('字');
    form.footing = vec!["x".repeat(40_000)];
    let Err(WriteError::Layout(faults)) = write_xlsx(&form) else { panic!("too long for a cell") };
    let expected = [
        LayoutFault::Long { row: None, column: 0, length: 40_000, most: 32_767 },
        LayoutFault::Long { row: Some(0), column: 0, length: 32_768, most: 32_767 },
    ];
    assert_eq!(faults, expected);
    assert!(write_docx(&form).is_ok(), "Word has no such limit");
    let cell = &mut form.rows[0].cells[0];
    *cell = LayoutCell::new(0, "短").remarked(Mark::Warning, "长".repeat(40_000));
    form.footing.clear();
    let excel = parts(&write_xlsx(&form).expect("the note is cut"));
    assert!(excel["xl/comments1.xml"].contains("字未写入批注"));
}

#[test]
fn an_empty_form_is_still_a_file() {
    let mut form = layout(&[1], vec![]);
    form.heading.clear();
    form.title.clear();
    assert!(!parts(&write_docx(&form).expect("docx"))["word/document.xml"].contains("w:tbl"));
    let bytes = write_xlsx(&form).expect("xlsx");
    let book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).expect("a workbook");
    assert_eq!(book.sheet_names(), ["绩效表"]);
    assert_eq!(write_txt(&form).expect("txt"), "");
}

/// Eight columns between margins of 1588 and 1474 twips of 11906 have 1105 twips each, 935 without the space at both sides of a text. With a font that stands in,
/// seven digits take 7 × 130 = 910 of them and eight 1040.
#[test]
fn an_amount_that_would_break_makes_the_cells_of_a_word_form_smaller() {
    for (text, size) in
        [("2868.60", "21"), ("2868.607", "18"), ("八个字的一句话呢", "21"), ("2868\n.607", "21")]
    {
        let form = layout(&[1; 8], vec![row((0..8).map(|column| LayoutCell::new(column, text)))]);
        let styles = &parts(&write_docx(&form).expect("docx"))["word/styles.xml"];
        let style = styles.split("w:styleId=\"FormCentred\"").nth(1).expect("the style");
        let found = style.split("<w:sz w:val=\"").nth(1).and_then(|rest| rest.split('"').next());
        assert_eq!(found, Some(size), "{text}");
    }
}
