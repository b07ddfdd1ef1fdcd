//! Files in, cells out: the published table in every format, and files that mean harm.

use std::path::PathBuf;

use jixiao_tables::grid::Grid;
use jixiao_tables::read::{Limits, ReadError, read_grid};

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
    "数量指标",
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
