//! Rows of texts in columns that line up under Chinese characters, which are two wide.

use jixiao_core::text::width;

/// On which side a column is flush.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    /// Texts.
    Left,
    /// Figures.
    Right,
}

/// Rows as lines, each begun with so many spaces.
pub(crate) fn columns<const N: usize>(rows: &[[String; N]], align: &[Align; N], indent: usize) -> String {
    let mut widths = [0; N];
    for row in rows {
        widths.iter_mut().zip(row).for_each(|(w, cell)| *w = width(cell).max(*w));
    }
    let mut out = String::new();
    for row in rows {
        let mut line = " ".repeat(indent);
        for ((cell, full), align) in row.iter().zip(widths).zip(align) {
            let room = " ".repeat(full - width(cell));
            match align {
                Align::Left => line += &format!("{cell}{room}  "),
                Align::Right => line += &format!("{room}{cell}  "),
            }
        }
        out += line.trim_end();
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_under_chinese() {
        let rows = [["申报", "1"], ["in words", "1,000"]].map(|row| row.map(str::to_owned));
        assert_eq!(columns(&rows, &[Align::Left, Align::Right], 1), " 申报          1\n in words  1,000\n");
    }
}
