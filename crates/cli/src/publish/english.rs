//! English for what is told of a year: sources, score sheets on the terminal, and findings, which quote the table.

pub(super) use jixiao_core::said::{target as words, unit};
use jixiao_core::{evaluation::ScoreSheet, finding::Both, fund::Fund, said::behind, unit::Unit};

/// Where a rule comes from. Sources of the rules that come with the program are in Chinese and English with a dot between.
pub(super) fn sourced(text: &str) -> Both {
    match text.split_once(" · ") {
        Some((zh, en)) => Both::new(zh.trim(), en.trim()),
        None => Both::same(text),
    }
}

/// A score sheet with its region, indicators, targets and units in English, for the terminal.
pub(crate) fn sheet_in_english(sheet: &ScoreSheet, fund: &Fund) -> ScoreSheet {
    let mut sheet = sheet.clone();
    if let Some(region) = sheet.region {
        sheet.region_name = fund.regions.get(region).both().en;
    }
    for row in &mut sheet.rows {
        row.title = fund.indicator(&row.title).en;
        row.target = words(&row.target).en;
        row.unit = behind(&unit(&row.unit).en).trim_start().to_owned();
    }
    sheet
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}')
}

fn is_chinese(text: &str) -> bool {
    text.chars().any(is_han)
}

/// The names of a fund's indicators and regions, for sentences that quote its target table by them.
///
/// Only what the checks find in the table needs this: they speak of a table, with or without a fund, by the words that stand in it. Everything that is computed of a
/// fund names things in both languages where it is made.
pub(crate) struct Quoted(Vec<Both>);

impl Quoted {
    /// The names that have an English one, the longest first, so that none is taken for a part of another.
    pub(crate) fn of(fund: &Fund) -> Self {
        let indicators = fund.indicators.iter().flat_map(|i| i.names.iter().map(|n| fund.indicator(n)));
        let regions = fund.regions.iter().map(|(_, region)| region.both());
        let mut all: Vec<Both> = indicators.chain(regions).collect();
        all.retain(|name| !name.zh.is_empty() && !is_chinese(&name.en));
        all.sort_by(|a, b| b.zh.len().cmp(&a.zh.len()).then_with(|| a.cmp(b)));
        all.dedup();
        Self(all)
    }

    /// An English sentence with names and units of figures in English. What stands in quotation marks is quoted and stays, and so does what is part of a longer
    /// Chinese phrase.
    pub(crate) fn said(&self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['“', '"']) {
            let (before, quote) = rest.split_at(at);
            out += &replaced(before, &self.0);
            let closing = if quote.starts_with('“') { '”' } else { '"' };
            let mut ends = quote.char_indices().skip(1).filter(|(_, c)| *c == closing);
            let end = ends.next().map_or(quote.len(), |(at, c)| at + c.len_utf8());
            let (quoted, after) = quote.split_at(end);
            out += quoted;
            rest = after;
        }
        out + &replaced(rest, &self.0)
    }
}

/// Names in English, and units behind figures. What is part of a longer Chinese phrase stays: it is quoted from the table.
fn replaced(text: &str, known: &[Both]) -> String {
    let mut text = text.to_owned();
    for name in known {
        let mut from = 0;
        while let Some(at) = text[from..].find(&name.zh).map(|at| at + from) {
            let end = at + name.zh.len();
            let phrase = text[..at].chars().next_back().is_some_and(is_han)
                || text[end..].chars().next().is_some_and(is_han);
            if phrase {
                from = end;
            } else {
                text.replace_range(at..end, &name.en);
                from = at + name.en.len();
            }
        }
    }
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find(is_han) {
        let (before, after) = rest.split_at(at);
        let (word, next) = after.split_at(after.find(|c| !is_han(c)).unwrap_or(after.len()));
        match Unit::parse(word).and_then(|unit| unit.english()).filter(|_| is_unit(&out, before, word, next))
        {
            Some(unit) => out.extend([before.trim_end_matches(' '), behind(&unit).as_str()]),
            None => out.extend([before, word]),
        }
        rest = next;
    }
    out + rest
}

/// Whether a Chinese word is the unit of the figure before it: not a piece of a date, of a compound unit or of a Chinese phrase that the figure stands in.
fn is_unit(so_far: &str, before: &str, word: &str, next: &str) -> bool {
    let figure = before.trim_end_matches(' ');
    let in_front = figure.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ','));
    let phrase = match in_front.chars().next_back() {
        Some(c) => is_han(c),
        None => so_far.chars().next_back().is_some_and(is_han),
    };
    in_front.len() < figure.len()
        && before.len() - figure.len() <= 1
        && !phrase
        && !matches!(word, "年" | "月" | "日")
        && !next.starts_with(|c: char| c == '/' || c.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_have_both_languages_where_they_are_known() {
        assert_eq!(sourced("通行理解 · usual reading"), Both::new("通行理解", "usual reading"));
        assert_eq!(sourced("示例：未查到"), Both::same("示例：未查到"));
    }

    #[test]
    fn the_longest_name_goes_first_and_what_is_quoted_stays() {
        let known = Quoted(vec![Both::new("珠海横琴", "Hengqin"), Both::new("珠海", "Zhuhai")]);
        for (text, said) in [
            ("珠海横琴, 珠海, 佛山市", "Hengqin, Zhuhai, 佛山市"),
            // A part of a quoted phrase is no name, and a quoted name is what the table says.
            ("says “珠海地区”, of 珠海", "says “珠海地区”, of Zhuhai"),
            ("珠海 says \"珠海\"", "Zhuhai says \"珠海\""),
            ("珠海: “珠海 没有结束", "Zhuhai: “珠海 没有结束"),
        ] {
            assert_eq!(known.said(text), said);
        }
    }

    #[test]
    fn units_behind_figures_are_said_in_english_and_dates_and_phrases_stay_whole() {
        let none = Quoted(Vec::new());
        for (text, said) in [
            ("≥810家次, 37.395 亿元, 5 场", "≥810 awards, 37.395 × 100 million yuan, 5 场"),
            ("0.003 元/美元, 按家", "0.003 元/美元, 按家"),
            // `2024 years12月底前` would be half a date.
            ("due 2024年12月底前, in 2024年", "due 2024年12月底前, in 2024年"),
            ("8月底前完成", "8月底前完成"),
            // The table's own words, with and without quotation marks.
            ("the goal says 不少于2万家次", "the goal says 不少于2万家次"),
            ("the prose says “企业数不少于 270家次”", "the prose says “企业数不少于 270家次”"),
            ("2024年2家", "2024年2家"),
        ] {
            assert_eq!(none.said(text), said);
        }
    }
}
