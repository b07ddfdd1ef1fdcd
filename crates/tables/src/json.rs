//! jixiao's own JSON: a target table with everything that is known of it.
//!
//! Reading lays the table out again as its form, so that places and snippets work as for any other file; what the
//! cells say is read again from the texts, so a changed text counts and a changed reading does not.

use jixiao_core::table::TargetTable;
use serde::{Deserialize, Serialize};

use crate::{
    grid::{Cell, Format, Grid, Part, PartKind, Row},
    layout::Layout,
    read::{Fault, LimitKind, Limits, ReadError, Spot},
};

const FORMAT: &str = "jixiao-target-table";
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Envelope<'a> {
    format: &'static str,
    version: u32,
    table: &'a TargetTable,
}

#[derive(Deserialize)]
struct OwnedEnvelope {
    format: String,
    version: u32,
    table: TargetTable,
}

/// A table as JSON, indented, with a line feed at the end.
pub fn write(table: &TargetTable) -> String {
    let envelope = Envelope { format: FORMAT, version: VERSION, table };
    // The model has only texts, numbers and lists; there is nothing in it that JSON could not hold.
    serde_json::to_string_pretty(&envelope).map_or_else(|_| String::new(), |json| json + "\n")
}

/// Reads JSON into cells with places.
///
/// # Errors
/// When it is too large, no JSON, of another format, or of a version that this release does not know.
pub(crate) fn read_grid(bytes: &[u8], limits: &Limits) -> Result<Grid, ReadError> {
    let (allowed, found) = (limits.input_bytes, bytes.len() as u64);
    if found > allowed {
        return Err(ReadError::Limit { kind: LimitKind::InputBytes, allowed, found });
    }
    let malformed = |spot, zh: &'static str, en: String| ReadError::Malformed {
        format: Format::Json,
        spot,
        fault: Fault { zh: zh.into(), en: en.into() },
    };
    let envelope: OwnedEnvelope = serde_json::from_slice(bytes).map_err(|e| {
        malformed(
            Spot::Line(e.line() as u64),
            "不是本程序导出的 JSON，或内容不完整",
            format!("not JSON of this program, or incomplete: {e}"),
        )
    })?;
    if envelope.format != FORMAT || envelope.version != VERSION {
        let en =
            format!("format {} version {} is not known to this release", envelope.format, envelope.version);
        return Err(malformed(Spot::File, "JSON 的格式或版本与本程序不符，请用较新的版本打开", en));
    }
    Ok(grid(&crate::official::layout(&envelope.table)))
}

/// A layout as cells with places: heading lines and footing as paragraphs around one table.
fn grid(layout: &Layout) -> Grid {
    let lines = |texts: &[String], ordinal| Part {
        name: String::new(),
        kind: PartKind::Paragraphs,
        ordinal,
        rows: texts.iter().map(|t| Row::from_texts(&[t])).collect(),
    };
    let row = |cells: &[crate::layout::LayoutCell]| Row {
        cells: cells
            .iter()
            .filter(|c| !c.text.trim().is_empty())
            .map(|c| Cell {
                text: c.text.clone(),
                column: c.column,
                column_span: c.column_span,
                row_span: c.row_span,
            })
            .collect(),
        columns: layout.column_widths.len() as u32,
    };
    let table = Part {
        name: layout.title.clone(),
        kind: PartKind::Table,
        ordinal: 1,
        rows: layout.rows.iter().map(|r| row(&r.cells)).collect(),
    };
    Grid { format: Format::Json, parts: vec![lines(&layout.heading, 1), table, lines(&layout.footing, 2)] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read;

    const TABLE: &str =
        "绩效目标表\n一级指标\t二级指标\t三级指标\t指标值\n产出指标\t数量指标\t培训人数（人）\t≥100\n";

    fn document(bytes: &[u8]) -> Result<crate::Document, ReadError> {
        read(bytes, None, None, &Limits::default())
    }

    #[test]
    fn json_reads_as_the_table_it_was_written_from() {
        let table = document(TABLE.as_bytes()).expect("a table").table;
        let again = document(write(&table).as_bytes()).expect("our own JSON").table;
        assert_eq!(again.content(), table.content());
    }

    #[test]
    fn json_of_others_is_refused_and_odd_levels_do_no_harm() {
        let written = write(&document(TABLE.as_bytes()).expect("a table").table);
        for (from, to) in [("\"level\": 1", "\"level\": 0"), ("\"level\": 2", "\"level\": 255")] {
            assert!(written.contains(from));
            let odd = document(written.replace(from, to).as_bytes()).expect("odd, but a table");
            assert_eq!(odd.table.indicators.len(), 1);
        }
        for bad in ["{}", "{\"format\": \"other\"", &written.replace("\"version\": 1", "\"version\": 2")] {
            assert!(matches!(document(bad.as_bytes()), Err(ReadError::Malformed { .. })), "{bad:.40}");
        }
    }
}
