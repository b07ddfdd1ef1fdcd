//! What a place is called in the terms of the file that a person has open, and the row that it stands in.

use jixiao_core::{finding::Lang, place::Place};

use crate::grid::{Format, Grid, PartKind};

/// A place by its names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// For a sentence, in Chinese: `第15行`, `表2第3行第4列`, `工作表“绩效”E12`.
    pub zh: String,
    /// For a sentence, in English.
    pub en: String,
    /// For tools: `15:21`, `E12`, `table2:3:4`, `page1:12:5`.
    pub short: String,
    /// Line or row, from 1.
    pub line: u32,
    /// Column, from 1: the character in a text line, else the grid column.
    pub column: u32,
    /// Column after the last, on the same count.
    pub end_column: u32,
}

impl Named {
    /// The name in a language.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

impl Grid {
    /// What a place is called. A place without a cell (a missing value) is named by where the cell would be.
    pub fn name(&self, place: Place) -> Named {
        let (line, grid_column) = (place.row + 1, place.column + 1);
        let part = self.parts.get(place.part as usize);
        let ordinal = part.map_or(1, |p| p.ordinal);
        let paragraphs = part.is_some_and(|p| p.kind == PartKind::Paragraphs);
        let (zh, en, short) = match self.format {
            Format::Text | Format::Csv => return self.name_in_text(place, line),
            Format::Xlsx | Format::Xls => {
                let cell = format!("{}{line}", letters(place.column));
                let sheet = part.map_or("", |p| p.name.as_str());
                (format!("工作表“{sheet}”{cell}"), format!("sheet \"{sheet}\" {cell}"), cell)
            }
            Format::Docx | Format::Json if paragraphs => {
                (format!("正文第{line}段"), format!("paragraph {line}"), format!("paragraph{ordinal}:{line}"))
            }
            Format::Docx | Format::Json => (
                format!("表{ordinal}第{line}行第{grid_column}列"),
                format!("table {ordinal} row {line} column {grid_column}"),
                format!("table{ordinal}:{line}:{grid_column}"),
            ),
            Format::Pdf => (
                format!("第{ordinal}页第{line}行第{grid_column}列"),
                format!("page {ordinal} row {line} column {grid_column}"),
                format!("page{ordinal}:{line}:{grid_column}"),
            ),
        };
        Named { zh, en, short, line, column: grid_column, end_column: grid_column + 1 }
    }

    fn name_in_text(&self, place: Place, line: u32) -> Named {
        let (_, begin, end) = self.line(place);
        let column = begin.0 as u32 + 1;
        Named {
            zh: format!("第{line}行第{column}字"),
            en: format!("line {line} character {column}"),
            short: format!("{line}:{column}"),
            line,
            column,
            end_column: end.0 as u32 + 1,
        }
    }

    /// The row of a place as one line of text, and where in it the cell begins and ends: each as (character, byte).
    ///
    /// A text file's line is given back as it is, tabs and all; rows of other formats are joined with ` │ `. Line breaks
    /// within a cell become spaces. A missing cell is the end of the row.
    pub fn line(&self, place: Place) -> (String, (usize, usize), (usize, usize)) {
        let separator = match self.format {
            Format::Text => "\t",
            Format::Csv => ",",
            _ => " │ ",
        };
        let text_file = matches!(self.format, Format::Text | Format::Csv);
        let Some(row) = self.row(place) else { return (String::new(), (0, 0), (0, 0)) };
        let mut line = String::new();
        let (mut next, mut begin, mut end) = (0, None, None);
        for cell in &row.cells {
            // Text files keep their empty fields, so that columns in the snippet are columns in the file.
            let separators = if text_file { cell.column - next } else { u32::from(!line.is_empty()) };
            (0..separators).for_each(|_| line.push_str(separator));
            next = cell.column;
            let at = (line.chars().count(), line.len());
            line.push_str(&cell.text.replace(['\n', '\r', '\u{b}'], " "));
            if cell.column == place.column {
                begin = Some(at);
                end = Some((line.chars().count(), line.len()));
            }
        }
        let last = (line.chars().count(), line.len());
        (line, begin.unwrap_or(last), end.unwrap_or(last))
    }
}

/// Column letters of a workbook: 0 is `A`, 26 is `AA`.
fn letters(column: u32) -> String {
    let mut rest = column + 1;
    let mut letters = Vec::new();
    while rest > 0 {
        let digit = (rest - 1) % 26;
        letters.push(char::from(b'A' + u8::try_from(digit).unwrap_or(0)));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid::{Part, Row};

    fn grid(format: Format) -> Grid {
        let rows = vec![Row::from_texts(&["", "产出 指标", "≥ 104"]), Row::from_texts(&["广州市"])];
        Grid { format, parts: vec![Part { name: "表".into(), kind: PartKind::Table, ordinal: 1, rows }] }
    }

    #[test]
    fn places_are_named_as_the_format_has_them() {
        let place = Place::new(0, 0, 2);
        for (format, short) in [
            (Format::Text, "1:8"),
            (Format::Xlsx, "C1"),
            (Format::Docx, "table1:1:3"),
            (Format::Pdf, "page1:1:3"),
        ] {
            assert_eq!(grid(format).name(place).short, short);
        }
        assert_eq!(
            (letters(0), letters(25), letters(26), letters(701), letters(702)),
            ("A".into(), "Z".into(), "AA".into(), "ZZ".into(), "AAA".into())
        );
    }

    #[test]
    fn a_text_line_is_given_back_as_it_is() {
        let (line, begin, end) = grid(Format::Text).line(Place::new(0, 0, 2));
        assert_eq!(line, "\t产出 指标\t≥ 104");
        assert_eq!(&line[begin.1..end.1], "≥ 104");
        let (_, begin, end) = grid(Format::Text).line(Place::new(0, 1, 4));
        assert_eq!((begin, end), ((3, 9), (3, 9)), "a missing cell is the end of its row");
    }
}
