//! Writing a table and reading it back gives the same table, in every format.

mod support;

use jixiao_core::{fund::Fund, table::TargetTable};
use jixiao_tables::{json, official, write};
use proptest::{prelude::*, test_runner::RngSeed};
use support::{document, forms, fund, in_workspace, sheet::Sheet, unaccounted};

/// The table's file in every format that is written.
fn files(table: &TargetTable) -> [(&'static str, Vec<u8>); 5] {
    let layout = official::layout(table);
    [
        ("t.txt", write::write_txt(&layout).expect("text").into_bytes()),
        ("t.csv", write::write_csv(&layout).expect("CSV").into_bytes()),
        ("t.docx", write::write_docx(&layout).expect("a Word file")),
        ("t.xlsx", write::write_xlsx(&layout).expect("a workbook")),
        ("t.json", json::write(table).into_bytes()),
    ]
}

/// Where two tables first differ, in a few lines: a whole table in a message helps nobody.
fn difference(expected: &TargetTable, got: &TargetTable) -> Option<String> {
    let (expected, got) = (format!("{:#?}", expected.content()), format!("{:#?}", got.content()));
    let lines = expected.lines().zip(got.lines());
    let at = lines.clone().position(|(a, b)| a != b);
    let at = at.or_else(|| (expected.lines().count() != got.lines().count()).then(|| lines.count()))?;
    let around =
        |text: &str| text.lines().skip(at.saturating_sub(12)).take(16).collect::<Vec<_>>().join("\n");
    Some(format!("expected:\n{}\ngot:\n{}", around(&expected), around(&got)))
}

/// Every format gives the table back, and no cell is lost.
fn comes_back(table: &TargetTable, fund: &Fund) -> Result<(), String> {
    for (name, bytes) in files(table) {
        let back = document(&bytes, name, fund);
        if let Some(difference) = difference(table, &back.table) {
            return Err(format!("{name}: {difference}"));
        }
        let lost = unaccounted(&back);
        if !lost.is_empty() {
            return Err(format!("{name}: not accounted for: {lost:?}"));
        }
    }
    Ok(())
}

fn config(cases: u32) -> ProptestConfig {
    // The same forms on every machine; PROPTEST_RNG_SEED and PROPTEST_CASES draw others and more.
    let fixed = ProptestConfig {
        cases,
        rng_seed: RngSeed::Fixed(2024),
        failure_persistence: None,
        ..Default::default()
    };
    match (std::env::var("PROPTEST_RNG_SEED"), std::env::var("PROPTEST_CASES")) {
        (Err(_), Err(_)) => fixed,
        _ => ProptestConfig { failure_persistence: None, ..Default::default() },
    }
}

#[test]
fn a_planned_form_comes_back_from_every_format() {
    let fund = fund();
    proptest!(config(120), |(sheet in forms::anything())| {
        let table = sheet.table(Some(&fund.regions));
        if let Err(problem) = comes_back(&table, &fund) {
            prop_assert!(false, "{}", problem);
        }
    });
}

#[test]
fn every_sample_comes_back_from_every_format() {
    let fund = fund();
    let mut seen = 0;
    let mut problems = Vec::new();
    for path in samples() {
        let bytes = std::fs::read(&path).expect("a sample");
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let table = document(&bytes, &name, &fund).table;
        // What was not understood is kept as a remark; from then on it is one.
        let first = json::write(&table);
        let table = document(first.as_bytes(), "t.json", &fund).table;
        seen += 1;
        if let Err(problem) = comes_back(&table, &fund) {
            problems.push(format!("{name} {problem}"));
        }
    }
    assert!(seen >= 5, "the published samples are there");
    assert!(problems.is_empty(), "{} of {seen}:\n{}", problems.len(), problems.join("\n\n"));
}

/// Every sample that is a table, wherever it lies under `samples`.
fn samples() -> Vec<std::path::PathBuf> {
    let mut folders = vec![in_workspace("samples")];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder of samples") {
            let path = entry.expect("an entry").path();
            let ending = path.extension().map(|e| e.to_string_lossy().into_owned()).unwrap_or_default();
            if path.is_dir() {
                folders.push(path);
            } else if ["txt", "csv", "docx", "xlsx", "xls", "pdf", "json"].contains(&ending.as_str()) {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

#[test]
fn two_unknown_columns_are_both_kept() {
    let fund = fund();
    let text = "绩效目标表\n一级指标\t二级指标\t三级指标\t指标值\t责任处室\t分管领导\n\
                产出指标\t数量指标\t扶持项目数量（个）\t≥ 5\t规划处\t张三\n";
    let read = document(text.as_bytes(), "t.txt", &fund);
    assert_eq!(unaccounted(&read), Vec::<String>::new());
    let said = format!("{:?}", read.table);
    for words in ["规划处", "张三"] {
        assert!(said.contains(words), "{words} is in the table or reported as unread");
    }
    let indicator = &read.table.indicators[0];
    assert_eq!(indicator.whole[0].written.text, "≥ 5", "the target stays where it is");
}

#[test]
fn remarks_go_on_over_lines_and_titles_over_two() {
    let fund = fund();
    let head = "一级指标\t二级指标\t三级指标\t指标值\n产出指标\t数量指标\t扶持项目数量（个）\t≥ 5\n";
    let text = format!("绩效目标表\n{head}\n注：1.本表一式三份。\n2.指标值应可衡量。\n3.其他\n");
    let read = document(text.as_bytes(), "t.txt", &fund);
    assert_eq!(read.table.notes.len(), 3, "{:?}", read.table.notes);
    assert_eq!(read.table.indicators.len(), 1);

    let title = "\"中小企业发展专项资金\n绩效目标表\",,,\n";
    let read = document(format!("{title}{}", head.replace('\t', ",")).as_bytes(), "t.csv", &fund);
    assert_eq!(read.table.titles.len(), 1);
    comes_back(&read.table, &fund).expect("a title of two lines is one title everywhere");
}

#[test]
fn the_generator_draws_every_form() {
    let fund = fund();
    let forms = std::cell::RefCell::new(std::collections::BTreeSet::new());
    proptest!(config(64), |(sheet in forms::sound())| {
        let sheet: Sheet = sheet;
        forms.borrow_mut().insert(sheet.form);
        let table = sheet.table(Some(&fund.regions));
        prop_assert!(table.unread.is_empty() && !table.indicators.is_empty());
    });
    assert_eq!(forms.borrow().len(), 4, "{forms:?}");
}
