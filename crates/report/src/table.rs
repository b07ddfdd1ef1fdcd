//! Headings and rows, as pages, CSV files and templates take them.

use serde::Serialize;

/// Data as rows of texts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Table {
    /// Headings.
    pub columns: Vec<String>,
    /// As many cells as there are headings.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// As CSV: UTF-8 with byte order mark, CRLF, and no field that a spreadsheet would run as a formula.
    pub fn csv(&self) -> String {
        let mut out = String::from('\u{feff}');
        for row in std::iter::once(&self.columns).chain(&self.rows) {
            for (at, cell) in row.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                push(&mut out, cell);
            }
            out.push_str("\r\n");
        }
        out
    }
}

fn push(out: &mut String, cell: &str) {
    let cell = jixiao_tables::write::csv_guarded(cell);
    let edge = cell.starts_with(' ') || cell.ends_with(' ');
    if edge || cell.contains([',', '"', '\n', '\r', '\t']) {
        out.push('"');
        out.push_str(&cell.replace('"', "\"\""));
        out.push('"');
    } else {
        out.push_str(&cell);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_quoted_and_never_run() {
        let columns = ["甲", "b,c"].map(str::to_owned).to_vec();
        let rows = vec![["=HYPERLINK(1)", "a \"b\"\nc"].map(str::to_owned).to_vec()];
        let csv = Table { columns, rows }.csv();
        assert_eq!(csv, "\u{feff}甲,\"b,c\"\r\n'=HYPERLINK(1),\"a \"\"b\"\"\nc\"\r\n");
    }
}
