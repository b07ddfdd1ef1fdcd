//! Figures, units and lists as sentences say them.

use rust_decimal::Decimal;

use crate::{finding::Both, place::Written, table::TargetCell, unit::Unit};

/// A figure with its unit: `270家次`, `9.6亿元`, `90%`.
pub(super) fn figure(value: Decimal, unit: Option<&Unit>) -> String {
    format!("{}{}", value.normalize(), unit.map_or("", |u| u.symbol.as_str()))
}

/// How far two figures are apart, with unit; empty when that is too large to be held exactly.
pub(super) fn difference(a: Decimal, b: Decimal, unit: Option<&Unit>) -> String {
    a.checked_sub(b).map_or_else(String::new, |d| figure(d.abs(), unit))
}

/// A target as written, white space aside: `>270`.
pub(super) fn written(cell: &TargetCell) -> String {
    cell.written.key()
}

/// Names joined: 、in Chinese, comma in English; after `most` only the count of the rest.
pub(super) fn names<T: AsRef<str>>(items: &[T], most: usize) -> Both {
    Both {
        zh: crate::text::listing(items, most, "、", |rest| format!("等另{rest}个")),
        en: crate::text::listing(items, most, ", ", |rest| format!(" and {rest} more")),
    }
}

/// English number of things: `1 region`, `3 regions`.
pub(super) fn count(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// An indicator, or a region's row under it, as sentences name it: `“支持企业数量”甲市`.
pub(super) fn subject(title: &str, region: Option<&str>) -> Both {
    match region {
        None => Both::new(format!("“{title}”"), title),
        Some(region) => Both::new(format!("“{title}”{region}"), format!("{title}, {region}")),
    }
}

/// Names in quotation marks, joined; after `most` only the count of the rest.
pub(super) fn quoted<T: AsRef<str>>(items: &[T], most: usize) -> Both {
    let zh: Vec<String> = items.iter().map(|t| format!("“{}”", t.as_ref())).collect();
    let en: Vec<String> = items.iter().map(|t| format!("\"{}\"", t.as_ref())).collect();
    Both { zh: names(&zh, most).zh, en: names(&en, most).en }
}

/// A text of at most `most` characters; what is left out shows as an ellipsis.
pub(super) fn short(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most).chain(std::iter::once('…')).collect()
}

/// A figure's text with a unit that it does not have itself.
pub(super) fn figure_as_written(text: &str, unit: Option<&Unit>) -> String {
    format!("{text}{}", unit.map_or("", |u| u.symbol.as_str()))
}

/// A text as written, white space aside: what a sentence quotes. Full-width forms stay as they are.
pub(super) fn tight(written: &Written) -> String {
    written.text.chars().filter(|c| !c.is_whitespace()).collect()
}
