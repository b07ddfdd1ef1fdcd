//! A repair mends what it says it mends, changes nothing else, and has nothing left to do a second time.

mod support;

use std::collections::{BTreeMap, BTreeSet};

use jixiao_core::{
    checks::Selection,
    finding::{Finding, Safety},
    place::Place,
    target::Target,
};
use jixiao_tables::{
    Document, official,
    repair::{Repaired, repair},
    write,
};
use proptest::{prelude::*, sample::Index, test_runner::RngSeed};
use support::{TODAY, document, findings, forms, fund, in_workspace, said};

fn published() -> (String, Document) {
    let text = std::fs::read_to_string(in_workspace("samples/published/guangdong-2024.txt"));
    let text = text.expect("the published table");
    let read = document(text.as_bytes(), "guangdong-2024.txt", &fund());
    (text, read)
}

fn repaired(document: Document, allow_unsafe: bool) -> Repaired {
    repair(document, Some(&fund()), Some(TODAY), &Selection::default(), allow_unsafe)
}

/// What a finding is, wherever it stands.
fn what(finding: &Finding) -> String {
    format!("{} {:?}", finding.code, finding.subject)
}

/// The cells that a repair leaves with another text than they had. One repair may change a cell that an earlier one changed.
fn changed(repaired: &Repaired) -> BTreeSet<Place> {
    let mut texts: BTreeMap<Place, (&str, &str)> = BTreeMap::new();
    let fixes = repaired.applied.iter().filter_map(|f| f.fix.as_ref());
    for edit in fixes.flat_map(|f| &f.edits) {
        texts.entry(edit.place).or_insert((&edit.before, &edit.after)).1 = &edit.after;
    }
    texts.into_iter().filter(|(_, (before, after))| before != after).map(|(place, _)| place).collect()
}

/// None of the findings that were repaired is found any more.
fn assert_mended(repaired: &Repaired) {
    let left: BTreeSet<String> = repaired.left.findings.iter().map(what).collect();
    for finding in &repaired.applied {
        assert!(!left.contains(&what(finding)), "still there: {}", finding.message.zh);
    }
}

#[test]
fn the_safe_repair_of_the_published_table_mends_the_comparators() {
    let (_, before) = published();
    let after = repaired(before, false);
    let codes: Vec<&str> = after.applied.iter().map(|f| f.code).collect();
    // > 270 and > 810, > 20000 and > 60000.
    assert_eq!(codes.iter().filter(|c| **c == "A001").count(), 4, "{codes:?}");
    assert!(after.applied.iter().all(|f| f.fix.as_ref().is_some_and(|x| x.safety == Safety::Safe)));
    assert_mended(&after);
    let figures = |f: &Finding| f.fix.as_ref().map(|x| x.edits.clone()).unwrap_or_default();
    for edit in after.applied.iter().flat_map(figures) {
        let digits = |t: &str| t.chars().filter(char::is_ascii_digit).collect::<String>();
        assert_eq!(digits(&edit.before), digits(&edit.after), "a safe repair changes no figure");
    }
}

#[test]
fn the_unsafe_repair_of_the_published_table_mends_what_it_repairs() {
    let (_, before) = published();
    let safe = repaired(before.clone(), false);
    let after = repaired(before, true);
    assert!(after.applied.len() >= safe.applied.len());
    assert_mended(&after);
    let open = |r: &Repaired| r.left.findings.iter().filter(|f| f.fix.is_some()).count();
    assert_eq!(open(&after), 0, "{:#?}", said(&after.left));
}

#[test]
fn nothing_else_in_the_file_changes() {
    let (text, before) = published();
    for allow_unsafe in [false, true] {
        let after = repaired(before.clone(), allow_unsafe);
        let lines: BTreeSet<usize> = changed(&after).iter().map(|p| p.row as usize).collect();
        assert!(!lines.is_empty());
        let out = after.document.grid.to_text();
        assert_eq!(out.lines().count(), text.lines().count());
        for (row, (old, new)) in text.lines().zip(out.lines()).enumerate() {
            let fields =
                |line: &str| line.trim_end().split('\t').map(|f| f.trim().to_owned()).collect::<Vec<_>>();
            assert_eq!(fields(old) != fields(new), lines.contains(&row), "line {}: {old} {new}", row + 1);
        }
    }
}

#[test]
fn a_second_repair_has_nothing_to_do() {
    for allow_unsafe in [false, true] {
        let once = repaired(published().1, allow_unsafe);
        let out = once.document.grid.to_text();
        let twice = repaired(document(out.as_bytes(), "t.txt", &fund()), allow_unsafe);
        let again: Vec<String> = twice.applied.iter().map(what).collect();
        assert!(again.is_empty(), "unsafe: {allow_unsafe}: {again:#?}");
        assert_eq!(twice.document.grid.to_text(), out);
    }
}

/// The sum of a column's floors over an item's regions.
fn sum(document: &Document, item: usize, column: usize) -> adding::Sum {
    let regions = &document.table.indicators[item].regions;
    let figures = regions.iter().filter_map(|r| match r.cells[column].target() {
        Target::Number(n) => n.figure(),
        _ => None,
    });
    adding::Sum(figures.map(|f| f.normalize().to_string()).collect())
}

/// Sums of decimals as texts, so that the test adds by itself and not with what it tests.
mod adding {
    /// Figures as written, to be added in tenths.
    #[derive(Debug)]
    pub(crate) struct Sum(pub(crate) Vec<String>);

    impl Sum {
        pub(crate) fn tenths(&self) -> u64 {
            self.0.iter().map(|text| in_tenths(text)).sum()
        }
    }

    pub(crate) fn in_tenths(text: &str) -> u64 {
        let (whole, tenth) = text.split_once('.').unwrap_or((text, "0"));
        assert_eq!(tenth.len(), 1, "one decimal at most: {text}");
        whole.parse::<u64>().expect("a whole number") * 10 + tenth.parse::<u64>().expect("a digit")
    }
}

#[test]
fn a_random_shortfall_is_shared_out_until_the_proofs_hold() {
    let fund = fund();
    let config = ProptestConfig {
        cases: 60,
        rng_seed: RngSeed::Fixed(2024),
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let raised = (any::<Index>(), 1u64..5000, any::<bool>());
    proptest!(config, |(mut sheet in forms::of_the_fund(), (at, more, strict) in raised)| {
        // The year of an indicator that adds, and that the prose does not speak of.
        let sums: Vec<usize> = (0..sheet.items.len())
            .filter(|&i| matches!(sheet.items[i].unit.as_str(), "家" | "亿元"))
            .collect();
        let item = sums[at.index(sums.len())];
        let own = sheet.items[item].own[1].trim_start_matches("≥ ").to_owned();
        let step = if sheet.items[item].unit == "家" { 10 } else { 1 };
        let wanted = adding::in_tenths(&own) + more * step;
        let sign = if strict { ">" } else { "≥" };
        sheet.items[item].own[1] = format!("{sign} {}", forms::tenths(u32::try_from(wanted).expect("small")));

        let layout = official::layout(&sheet.table(Some(&fund.regions)));
        let text = write::write_txt(&layout).expect("a text file");
        let before = document(text.as_bytes(), "t.txt", &fund);
        let short = |d: &Document| {
            findings(d, &fund).findings.into_iter().filter(|f| ["A001", "A002", "A003"].contains(&f.code)).collect::<Vec<_>>()
        };
        prop_assert_eq!(short(&before).len(), 1);
        let sum_before = sum(&before, item, 1).tenths();

        let after = repair(before, Some(&fund), Some(TODAY), &Selection { only: vec!["A".into()], ignore: vec![] }, true);
        let left = short(&after.document);
        prop_assert!(left.is_empty(), "{:#?}\n{}", left, after.document.grid.to_text());

        // The regions now add up to the province's figure exactly (and one step more where it must be exceeded).
        let sum_after = sum(&after.document, item, 1).tenths();
        prop_assert_eq!(sum_after, wanted + if strict { step } else { 0 });
        // Nobody's task became smaller, and nobody took more than the share in proportion, rounded up.
        let rows = sheet.items[item].regions.iter().zip(&after.document.table.indicators[item].regions);
        for ((name, cells), row) in rows {
            let old = adding::in_tenths(cells[1].trim_start_matches("≥ "));
            let new = adding::in_tenths(row.cells[1].written.text.trim_start_matches("≥ "));
            let share = (sum_after - sum_before) * old / sum_before;
            prop_assert!(new >= old && new - old <= share + step, "{}: {} to {}", name, old, new);
        }
    });
}
