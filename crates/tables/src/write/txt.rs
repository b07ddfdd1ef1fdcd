//! Text with one line for each row and tabs between the columns, as such tables are published.

use std::fmt::Write as _;

use super::{WriteError, clean, flat_rows, validate};
use crate::layout::Layout;

/// Writes a layout as tab-separated text in UTF-8, without a byte order mark, lines ending in `\n`.
///
/// A merged cell speaks in the field where it begins and leaves the other fields that it covers empty, so that
/// every line of the table has as many fields as the table has columns. A line break or a tab within a cell
/// becomes a space (`总体 绩效目标`), because a line is a row and a tab a column here. Remarks are not written:
/// in this format they would be read back as part of the table.
///
/// # Errors
/// [`WriteError::Layout`] if the layout cannot be drawn.
pub fn write_txt(layout: &Layout) -> Result<String, WriteError> {
    validate(layout)?;
    let mut out = String::new();
    for line in &layout.heading {
        let _ = writeln!(out, "{}", one_line(line));
    }
    if !layout.heading.is_empty() {
        out.push('\n');
    }
    for fields in flat_rows(layout) {
        let fields: Vec<String> = fields.into_iter().map(one_line).collect();
        let _ = writeln!(out, "{}", fields.join("\t"));
    }
    if !layout.footing.is_empty() {
        out.push('\n');
    }
    for line in &layout.footing {
        let _ = writeln!(out, "{}", one_line(line));
    }
    Ok(out)
}

/// Text without what would end the field or the line.
fn one_line(text: &str) -> String {
    clean(text).replace(['\n', '\t'], " ")
}
