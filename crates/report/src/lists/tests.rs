use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};
use jiff::civil::date;
use jixiao_tables::write::write_xlsx;

use super::*;

fn allocation() -> Allocation {
    let row = |code: &str, zh: &str, en: &str, amounts: [Option<i64>; 2]| AllocationRow {
        code: code.to_owned(),
        region: Both::new(zh, en),
        amounts: amounts.map(|a| a.map(Fen)).to_vec(),
    };
    Allocation {
        fund: Both::new("促进外贸发展资金（示例）", "Fund for foreign trade (example)"),
        year: 2024,
        schemes: vec![
            Both::new("出口信保支持", "export insurance"),
            Both::new("进口贴息", "import interest"),
        ],
        rows: vec![
            row("440100", "广州市", "Guangzhou", [Some(1_250_000_000), Some(300_000_050)]),
            row("440400", "珠海市", "Zhuhai", [Some(0), None]),
        ],
        notes: Vec::new(),
        synthetic: true,
    }
}

fn publication() -> Publication {
    let row = |enterprise: &str, amount: i64, withheld: bool| PublicRow {
        enterprise: enterprise.to_owned(),
        region: Both::new("广州市", "Guangzhou"),
        scheme: Both::new("进口贴息", "import interest"),
        amount: Fen(amount),
        withheld,
    };
    Publication {
        fund: Both::new("促进外贸发展资金（示例）", "Fund for foreign trade (example)"),
        year: 2024,
        period: Some((date(2024, 9, 2), date(2024, 9, 8))),
        contact: Both::new("某处 020-00000000", "office, 020-00000000"),
        rows: vec![
            row("虚构企业甲有限公司", 123_456_789, false),
            row("虚构企业乙（不得公开）", 1_000, true),
            row("=虚构企业丙", 1, false),
        ],
        notes: Vec::new(),
        synthetic: true,
    }
}

#[test]
fn sums_are_right_as_printed_and_nothing_is_not_zero() {
    let table = allocation().table(Lang::Zh).unwrap();
    // 300,000,050 fen = 300.00005 万元: five decimals for all. 1,250 + 300.00005 = 1,550.00005.
    assert_eq!(table.rows[0], ["1", "广州市", "1,250.00000", "300.00005", "1,550.00005"]);
    assert_eq!(table.rows[1], ["2", "珠海市", "0.00000", "—", "0.00000"]);
    assert_eq!(table.rows[2], ["", "合计", "1,250.00000", "300.00005", "1,550.00005"]);
}

#[test]
fn a_row_that_lacks_an_amount_and_a_sum_that_cannot_be_held_are_faults() {
    let mut list = allocation();
    list.rows[1].amounts.pop();
    assert!(list.table(Lang::Zh).unwrap_err().0.en.contains("has 1 amounts, 2 are needed"));
    let mut list = allocation();
    list.rows[0].amounts[0] = Some(Fen(i64::MAX));
    assert!(list.table(Lang::Zh).unwrap_err().0.en.contains("the total of Guangzhou is too large"));
}

#[test]
fn what_may_not_be_named_is_counted_so_that_the_sum_agrees() {
    let table = publication().table(Lang::Zh).unwrap();
    let amounts: Vec<&str> = table.rows.iter().map(|row| row[4].as_str()).collect();
    // 1,234,567.89 + 0.01 + 10.00
    assert_eq!(amounts, ["1,234,567.89", "0.01", "10.00", "1,234,577.90"]);
    assert_eq!(table.rows[2][1], "依规不公开的1笔");
    assert!(!table.csv().contains("企业乙"));
    let layout = publication().layout(Lang::Zh).unwrap();
    let workbook = write_xlsx(&layout).unwrap();
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(workbook)).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    let texts: Vec<String> = sheet.used_cells().map(|(_, _, c)| c.to_string()).collect();
    assert!(texts.iter().all(|t| !t.contains("企业乙")), "{texts:?}");
    // A name that looks like a formula stays a text.
    assert!(texts.iter().any(|t| t == "=虚构企业丙"));
}

#[test]
fn a_period_that_ends_before_it_begins_and_an_award_below_zero_are_faults() {
    let mut list = publication();
    list.period = Some((date(2024, 9, 8), date(2024, 9, 2)));
    assert!(list.layout(Lang::Zh).unwrap_err().0.zh.contains("早于起始日"));
    let mut list = publication();
    list.rows[1].amount = Fen(-1);
    let fault = list.layout(Lang::Zh).unwrap_err().0;
    // Not even an error names it.
    assert!(fault.en.contains("below zero") && !fault.zh.contains("企业乙"), "{fault:?}");
}

#[test]
fn workbooks_hold_numbers_and_are_the_same_twice() {
    let layout = allocation().layout(Lang::Zh).unwrap();
    let bytes = write_xlsx(&layout).unwrap();
    assert_eq!(bytes, write_xlsx(&allocation().layout(Lang::Zh).unwrap()).unwrap());
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    let numbers: Vec<&Data> =
        sheet.used_cells().filter(|(_, _, c)| matches!(c, Data::Float(_))).map(|(_, _, c)| c).collect();
    // Numbers and amounts: 1, three; 2, two (one reaches no region); three sums.
    assert_eq!(numbers.len(), 4 + 3 + 3, "{numbers:?}");
}
