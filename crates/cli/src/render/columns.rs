//! Rows of texts in columns that line up under Chinese characters, which are two wide.

/// On which side a column is flush.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    /// Texts.
    Left,
    /// Figures.
    Right,
}

/// How wide a text is on a terminal.
pub(crate) fn width(text: &str) -> usize {
    let one = |c: char| match c as u32 {
        0x1100..=0x115f
        | 0x2e80..=0x303e
        | 0x3041..=0xa4cf
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f
        | 0xff00..=0xff60
        | 0xffe0..=0xffe6
        | 0x20000..=0x3fffd => 2,
        _ => 1,
    };
    text.chars().map(one).sum()
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
