//! Which heading of a file stands for which column of the schema.

use jixiao_core::text;

use super::error::Trouble;
use crate::{
    dimension::Unit,
    schema::{Column, Ledger},
};

/// What a file's columns are, in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Headings {
    /// For each column of the file the index of the schema's column; `None` for those that are not read.
    pub(super) columns: Vec<Option<usize>>,
    /// The headings that the schema does not name.
    pub(super) unread: Vec<String>,
}

/// How a heading fits a column.
enum Fit {
    No,
    /// By its whole text, or with the column's own unit in brackets behind it.
    Yes,
    /// But for the unit in brackets.
    OtherUnit,
}

/// Finds the columns of a ledger among a file's headings.
///
/// # Errors
/// Every required column that is missing, every column that is there twice, and headings that name another unit.
pub(super) fn find(ledger: &Ledger, headings: &[String]) -> Result<Headings, Vec<Trouble>> {
    let mut troubles = Vec::new();
    let folded: Vec<String> = headings.iter().map(|h| fold(h)).collect();
    let mut found: Vec<Option<usize>> = vec![None; ledger.columns.len()];
    let mut columns = vec![None; headings.len()];
    let mut other_units = Vec::new();
    for (at, heading) in folded.iter().enumerate() {
        for (i, column) in ledger.columns.iter().enumerate() {
            match fit(column, heading) {
                Fit::No => {}
                Fit::OtherUnit => other_units.push((i, at)),
                Fit::Yes => {
                    if let Some(first) = found[i] {
                        troubles.push(Trouble::Twice(
                            column.name.clone(),
                            headings[first].clone(),
                            headings[at].clone(),
                        ));
                    } else {
                        found[i] = Some(at);
                        columns[at] = Some(i);
                    }
                }
            }
        }
    }
    // A column of another unit beside the right one is simply another column.
    for (i, at) in other_units {
        if found[i].is_none() && columns[at].is_none() {
            let column = &ledger.columns[i];
            let unit = column.unit.as_ref().map_or(String::new(), |u| u.text.clone());
            troubles.push(Trouble::OtherUnit(column.name.clone(), headings[at].clone(), unit));
        }
    }
    let told = |name: &str| troubles.iter().any(|t| matches!(t, Trouble::OtherUnit(c, ..) if c == name));
    let missing: Vec<_> = ledger
        .columns
        .iter()
        .zip(&found)
        .filter(|(c, at)| c.required && at.is_none() && !told(&c.name))
        .map(|(c, _)| (c.name.clone(), c.headings.clone()))
        .collect();
    if !missing.is_empty() {
        troubles.push(Trouble::Missing(missing, headings.to_vec()));
    }
    if !troubles.is_empty() {
        return Err(troubles);
    }
    // A column without heading is named by its number.
    let said = |(i, h): (usize, &String)| if h.is_empty() { format!("#{}", i + 1) } else { h.clone() };
    let unread = headings.iter().enumerate().filter(|(i, _)| columns[*i].is_none()).map(said).collect();
    Ok(Headings { unread, columns })
}

/// A heading without white space, in plain forms and small letters.
fn fold(heading: &str) -> String {
    text::key(heading)
        .replace('【', "(")
        .replace('】', ")")
        .replace('[', "(")
        .replace(']', ")")
        .to_lowercase()
}

fn fit(column: &Column, heading: &str) -> Fit {
    if heading.is_empty() {
        return Fit::No;
    }
    let names: Vec<String> = std::iter::once(&column.name).chain(&column.headings).map(|n| fold(n)).collect();
    if names.iter().any(|n| n == heading) {
        return Fit::Yes;
    }
    let Some((bare, bracket)) = heading.strip_suffix(')').and_then(|h| h.rsplit_once('(')) else {
        return Fit::No;
    };
    if bare.is_empty() || !names.iter().any(|n| n == bare) {
        return Fit::No;
    }
    match &column.unit {
        None => Fit::Yes,
        Some(unit) => match Unit::parse(bracket) {
            Some(other) if other.dimension == unit.dimension && other.exponent == unit.exponent => Fit::Yes,
            _ => Fit::OtherUnit,
        },
    }
}
