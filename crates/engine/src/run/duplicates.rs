//! Rows that are there twice: exactly, in overlapping periods, or nearly.

use std::{collections::BTreeMap, hash::BuildHasher as _};

use crate::{
    batch::{RowId, Table, Values},
    run::{
        alike::{alike, folded, without_one},
        kept::Kept,
    },
    scheme::plan::DuplicateKind,
};

/// The columns that one rule looks at, for every row of the class.
#[derive(Debug, Default)]
pub(crate) struct Columns {
    pub(crate) key: Vec<Kept>,
    pub(crate) differ: Vec<Kept>,
    /// From and to, or what is compared.
    pub(crate) more: Vec<Kept>,
}

/// A pair of rows that a rule found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Pair {
    /// Index of the row that is refused or flagged.
    pub(crate) row: u32,
    /// The row that it repeats.
    pub(crate) other: Other,
}

/// Where the other row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Other {
    /// In the same class, by index.
    Same(u32),
    /// In another ledger.
    Elsewhere(RowId),
}

/// Looks for pairs among the rows that are still eligible, in the order of rows. Each row has at most one pair for exact and
/// overlap; near ones have every pair.
pub(crate) fn pairs(
    kind: &DuplicateKind,
    columns: &Columns,
    eligible: &[bool],
    against: Option<&Table>,
) -> Vec<Pair> {
    let mut found = match kind {
        DuplicateKind::Exact { keep_first } => {
            let mut found = Vec::new();
            for group in groups(columns, eligible) {
                if differs(columns, &group) {
                    exact(&group, *keep_first, &mut found);
                }
            }
            found
        }
        DuplicateKind::Overlap { keep_first, .. } => {
            let mut found = Vec::new();
            for group in groups(columns, eligible) {
                overlap(columns, &group, *keep_first, &mut found);
            }
            found
        }
        DuplicateKind::Near { against: None, .. } => {
            let mut found = Vec::new();
            for group in groups(columns, eligible) {
                near(columns, &group, &mut found);
            }
            found
        }
        DuplicateKind::Near { against: Some((_, keys, compare)), .. } => match against {
            Some(table) => near_elsewhere(columns, eligible, table, keys, *compare),
            None => Vec::new(),
        },
    };
    found.sort_unstable();
    found
}

/// Rows with equal keys, two or more, each group in the order of rows.
///
/// Rows are sorted by a hash of their key, which is quick; within an equal hash they are compared by the key itself, so that the
/// result does not depend on the hash.
fn groups(columns: &Columns, eligible: &[bool]) -> Vec<Vec<u32>> {
    let hasher = hashbrown::DefaultHashBuilder::default();
    let mut hashed: Vec<(u64, u32)> = Vec::new();
    let mut key = Vec::with_capacity(columns.key.len());
    for (row, number) in (0u32..).take(eligible.len()).enumerate() {
        if !eligible[row] || columns.key.iter().any(|k| k.is_null(row)) {
            continue;
        }
        key.clear();
        key.extend(columns.key.iter().map(|k| k.numbers.get(row)));
        hashed.push((hasher.hash_one(&key), number));
    }
    hashed.sort_unstable();
    let mut groups = Vec::new();
    for run in hashed.chunk_by(|a, b| a.0 == b.0).filter(|run| run.len() > 1) {
        let mut by_key: BTreeMap<Vec<i128>, Vec<u32>> = BTreeMap::new();
        for (_, row) in run {
            let key = columns.key.iter().map(|k| k.numbers.get(*row as usize)).collect();
            by_key.entry(key).or_default().push(*row);
        }
        groups.extend(by_key.into_values().filter(|rows| rows.len() > 1));
    }
    groups
}

fn tuple(columns: &[Kept], row: u32) -> Vec<Option<i128>> {
    let row = row as usize;
    columns.iter().map(|c| (!c.is_null(row)).then(|| c.numbers.get(row))).collect()
}

fn differs(columns: &Columns, group: &[u32]) -> bool {
    columns.differ.is_empty()
        || group.iter().any(|row| tuple(&columns.differ, *row) != tuple(&columns.differ, group[0]))
}

fn exact(group: &[u32], keep_first: bool, found: &mut Vec<Pair>) {
    let first = group[0];
    found.extend(group[1..].iter().map(|row| Pair { row: *row, other: Other::Same(first) }));
    if !keep_first {
        found.push(Pair { row: first, other: Other::Same(group[1]) });
    }
}

/// Two rows overlap when their closed periods have a day in common and they differ in what must differ.
fn overlap(columns: &Columns, group: &[u32], keep_first: bool, found: &mut Vec<Pair>) {
    let [from, to] = columns.more.as_slice() else { return };
    let mut rows: Vec<(i128, i128, u32)> = group
        .iter()
        .map(|row| *row as usize)
        .filter(|row| !from.is_null(*row) && !to.is_null(*row))
        .map(|row| (from.numbers.get(row), to.numbers.get(row), u32::try_from(row).unwrap_or(u32::MAX)))
        // A period that ends before it begins has no day that another could share.
        .filter(|(from, to, _)| from <= to)
        .collect();
    rows.sort_unstable();
    let mut partner: BTreeMap<u32, u32> = BTreeMap::new();
    for (i, (_, end, a)) in rows.iter().enumerate() {
        // Sorted by their first days: once one begins after the end, all that follow do.
        for (_, _, b) in rows[i + 1..].iter().take_while(|(start, _, _)| start <= end) {
            let distinct =
                columns.differ.is_empty() || tuple(&columns.differ, *a) != tuple(&columns.differ, *b);
            if !distinct {
                continue;
            }
            let (early, late) = (*a.min(b), *a.max(b));
            let first = partner.entry(late).or_insert(early);
            *first = early.min(*first);
            if !keep_first {
                partner.entry(early).or_insert(late);
            }
        }
    }
    found.extend(partner.into_iter().map(|(row, other)| Pair { row, other: Other::Same(other) }));
}

/// The text that is compared: a text as it is, digits as their number.
fn text(column: &Kept, row: u32) -> Option<String> {
    let row = row as usize;
    if column.is_null(row) {
        return None;
    }
    Some(column.word(row).map_or_else(|| column.numbers.get(row).to_string(), str::to_owned))
}

/// Texts by everything that they have in common with what looks alike.
fn by_shortened(texts: &[(u32, String)]) -> BTreeMap<String, Vec<usize>> {
    let mut index: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (i, (_, text)) in texts.iter().enumerate() {
        let characters: Vec<char> = folded(text).chars().collect();
        let mut short = without_one(&characters);
        short.sort_unstable();
        short.dedup();
        short.into_iter().for_each(|s| index.entry(s).or_default().push(i));
    }
    index
}

/// Below this many rows every pair is compared; above, only those that share a shortened text.
const FEW: usize = 16;

fn near(columns: &Columns, group: &[u32], found: &mut Vec<Pair>) {
    let Some(compare) = columns.more.first() else { return };
    let texts: Vec<(u32, String)> =
        group.iter().filter_map(|row| text(compare, *row).map(|t| (*row, t))).collect();
    let distinct =
        |a: u32, b: u32| columns.differ.is_empty() || tuple(&columns.differ, a) != tuple(&columns.differ, b);
    let mut report = |i: usize, j: usize| {
        let ((a, x), (b, y)) = (&texts[i], &texts[j]);
        if alike(x, y) && distinct(*a, *b) {
            found.push(Pair { row: *a.max(b), other: Other::Same(*a.min(b)) });
        }
    };
    if texts.len() <= FEW {
        for i in 0..texts.len() {
            (i + 1..texts.len()).for_each(|j| report(i, j));
        }
        return;
    }
    let index = by_shortened(&texts);
    let mut candidates: Vec<(usize, usize)> = Vec::new();
    for together in index.values() {
        for (n, i) in together.iter().enumerate() {
            candidates.extend(together[n + 1..].iter().map(|j| (*i, *j)));
        }
    }
    candidates.sort_unstable();
    candidates.dedup();
    candidates.into_iter().for_each(|(i, j)| report(i, j));
}

/// A cell of another ledger as it is compared.
fn cell(table: &Table, column: usize, row: usize) -> Option<String> {
    let column = &table.columns[column];
    if column.is_null(row) {
        return None;
    }
    Some(match &column.values {
        Values::Number(v) => v[row].to_string(),
        Values::Text(v) => table.texts.get(v[row]).to_owned(),
        Values::Flag(v) => i64::from(v[row]).to_string(),
    })
}

fn near_elsewhere(
    columns: &Columns,
    eligible: &[bool],
    table: &Table,
    keys: &[usize],
    compare: usize,
) -> Vec<Pair> {
    let Some(ours) = columns.more.first() else { return Vec::new() };
    let mut theirs: BTreeMap<Vec<String>, Vec<(u32, String)>> = BTreeMap::new();
    for (row, number) in (0u32..).take(table.rows.len()).enumerate() {
        let key: Option<Vec<String>> = keys.iter().map(|k| cell(table, *k, row)).collect();
        if let (Some(key), Some(text)) = (key, cell(table, compare, row)) {
            theirs.entry(key).or_default().push((number, text));
        }
    }
    let indices: BTreeMap<&Vec<String>, BTreeMap<String, Vec<usize>>> =
        theirs.iter().map(|(key, texts)| (key, by_shortened(texts))).collect();
    let mut found = Vec::new();
    for row in (0u32..).take(eligible.len()).filter(|row| eligible[*row as usize]) {
        let key: Option<Vec<String>> = columns.key.iter().map(|k| text(k, row)).collect();
        let (Some(key), Some(mine)) = (key, text(ours, row)) else { continue };
        let (Some(texts), Some(index)) = (theirs.get(&key), indices.get(&key)) else { continue };
        let characters: Vec<char> = folded(&mine).chars().collect();
        let mut candidates: Vec<usize> =
            without_one(&characters).iter().filter_map(|s| index.get(s)).flatten().copied().collect();
        candidates.sort_unstable();
        candidates.dedup();
        for candidate in candidates {
            let (number, text) = &texts[candidate];
            if alike(&mine, text) {
                found.push(Pair { row, other: Other::Elsewhere(table.rows[*number as usize]) });
            }
        }
    }
    found
}
