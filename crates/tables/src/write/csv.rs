//! Comma-separated values that Excel opens with the right characters and without running anything.

use super::{WriteError, clean, flat_rows, validate};
use crate::layout::Layout;

/// Writes a layout as CSV (RFC 4180): UTF-8 with a byte order mark, rows ending in `\r\n`.
///
/// Rows are flattened as in [`super::write_txt`], but line breaks within a cell are kept, in quotes. Each line of
/// the heading and footing is a row with its text in the first column. Remarks are not written: they would be read
/// back as part of the table.
///
/// A spreadsheet takes a field that begins with `=`, `+`, `-` or `@` for a formula. Such a field is *guarded*
/// by a leading apostrophe, unless it is a comparator or sign with a number and at most a unit or date in Chinese
/// characters (`= 5`, `-3`, `=12.5%`, `-0.5万元`, `=2024年12月`) or a lone dash: these cannot call anything, and a target must be
/// read back as written. [`csv_unguarded`] takes a guard away and is the exact inverse: a text that itself looks
/// guarded is guarded once more.
///
/// # Errors
/// [`WriteError::Layout`] if the layout cannot be drawn.
pub fn write_csv(layout: &Layout) -> Result<String, WriteError> {
    validate(layout)?;
    let mut out = String::from('\u{feff}');
    let columns = layout.column_widths.len();
    for line in &layout.heading {
        push_alone(&mut out, line, columns);
    }
    for fields in flat_rows(layout) {
        push_row(&mut out, &fields);
    }
    for line in &layout.footing {
        push_alone(&mut out, line, columns);
    }
    Ok(out)
}

/// A field as it was before [`write_csv`] guarded it.
pub fn csv_unguarded(field: &str) -> &str {
    field.strip_prefix('\'').filter(|rest| is_risky(rest)).unwrap_or(field)
}

/// A text as a field that no spreadsheet runs; [`csv_unguarded`] is the way back.
pub fn csv_guarded(text: &str) -> std::borrow::Cow<'_, str> {
    if is_risky(text) { format!("'{text}").into() } else { text.into() }
}

/// Appends a row with one text in its first column.
fn push_alone(out: &mut String, text: &str, columns: usize) {
    let mut fields = vec![""; columns];
    fields[0] = text;
    push_row(out, &fields);
}

/// Appends a row.
fn push_row(out: &mut String, fields: &[&str]) {
    for (i, field) in fields.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        push_field(out, &clean(field));
    }
    out.push_str("\r\n");
}

/// Appends a field, guarded and quoted where it must be.
fn push_field(out: &mut String, text: &str) {
    let text = csv_guarded(text);
    let edge_space = text.starts_with(' ') || text.ends_with(' ');
    if edge_space || text.contains([',', '"', '\n', '\t']) {
        out.push('"');
        out.push_str(&text.replace('"', "\"\""));
        out.push('"');
    } else {
        out.push_str(&text);
    }
}

/// Whether a spreadsheet could run a field, or the field looks as if it had been guarded against that.
fn is_risky(text: &str) -> bool {
    let unguarded = text.trim_start_matches('\'');
    // Line breaks, tabs and full-width signs in front are skipped by some programs, so they do not make it safe.
    let begun = unguarded.trim_start_matches(['\t', '\n', '\r']);
    begun.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) && !is_value(begun)
}

/// Whether a text is a comparator or sign, perhaps with a number, perhaps with a unit or date in Chinese characters.
fn is_value(text: &str) -> bool {
    let rest = text.trim_start_matches(['=', '+', '-', '＝', '＋', '－']).trim_start_matches(' ');
    let number = rest.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ','));
    let unit = number.trim_start_matches([' ', '%', '％', '‰']);
    let has_number = rest.starts_with(|c: char| c.is_ascii_digit());
    let plain = |c: char| c.is_ascii_digit() || ('\u{4e00}'..='\u{9fff}').contains(&c);
    (has_number && unit.chars().all(plain)) || rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stay_and_formulas_are_guarded() {
        for text in [
            "= 5",
            "-3",
            "=12.5%",
            "-0.5万元",
            "- 3 万元",
            "=2024年12月底前",
            "-",
            "--",
            "+1,000",
            "≥ 104",
            "广州市",
            "'",
            "",
        ] {
            assert!(!is_risky(text), "{text}");
        }
        let formulas =
            ["=1+1", "=cmd|'/C calc'!A0", "@SUM(A1)", "+A1", "-HYPERLINK(\"x\")", "=5*A1", "\t=A1", "'=A1"];
        for text in formulas.into_iter().chain(["＝A1", "- 支持进口", "=中文!A1", "=甲乙"]) {
            assert!(is_risky(text), "{text}");
        }
    }

    #[test]
    fn unguarding_undoes_guarding() {
        for text in ["=A1", "'=A1", "''=A1", "'-3", "-3", "'广州", "@x", ""] {
            let mut field = String::new();
            push_field(&mut field, text);
            assert_eq!(csv_unguarded(&field), text, "{text}");
        }
    }
}
