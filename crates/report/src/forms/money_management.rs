//! 资金管理情况: the block that later editions of the self-evaluation of a transfer print between money and goals, as a sheet of its own.
//!
//! Its aspects and its two columns are as practice reports them (certainty: medium); the annex itself was not found, and no ledger says how money was
//! managed. So it comes empty, for the region to fill in, and says both. As a sheet of its own it leaves the form readable by those who know the
//! earlier edition only.

use jixiao_tables::layout::{CellStyle, Layout, LayoutCell, LayoutRow};

/// Aspects of how money was managed, in the form's order.
pub const MONEY_MANAGEMENT: [&str; 7] = [
    "分配科学性",
    "下达及时性",
    "拨付合规性",
    "使用规范性",
    "执行准确性",
    "预算绩效管理情况",
    "支出责任履行情况",
];

/// What stands below it.
const BELOW: [&str; 2] = [
    "说明：由填报单位填写；台账中没有这些内容，本表不代写。",
    "说明：栏目见于后来的转移支付绩效自评表，附件原文未查到；以财政部门当年印发的表样为准。",
];

/// The block for a fund and the unit that fills it in.
pub fn money_management(project: &str, unit: &str, year: i16) -> Layout {
    let head = |column, text: &str| LayoutCell::new(column, text).styled(CellStyle::Head);
    let mut rows = vec![
        LayoutRow {
            cells: vec![
                head(0, "转移支付（项目）名称"),
                LayoutCell::new(1, project).spanning(2, 1).styled(CellStyle::Centred),
            ],
        },
        LayoutRow {
            cells: vec![
                head(0, "实施单位"),
                LayoutCell::new(1, unit).spanning(2, 1).styled(CellStyle::Centred),
            ],
        },
    ];
    let heading = rows.len();
    let columns = ["资金管理情况", "情况说明", "存在问题和改进措施"];
    rows.push(LayoutRow { cells: (0..).zip(columns).map(|(at, text)| head(at, text)).collect() });
    let prose = |column| LayoutCell::new(column, "").styled(CellStyle::Prose);
    rows.extend(
        MONEY_MANAGEMENT.map(|aspect| LayoutRow { cells: vec![head(0, aspect), prose(1), prose(2)] }),
    );
    Layout {
        title: "资金管理情况".to_owned(),
        heading: vec!["转移支付区域绩效自评表·资金管理情况".to_owned(), format!("（{year}年度）")],
        column_widths: vec![8, 16, 16],
        rows,
        landscape: false,
        repeat_rows: Some(heading..heading + 1),
        footing: BELOW.map(str::to_owned).to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use jixiao_tables::{
        read,
        read::Limits,
        write::{write_docx, write_xlsx},
    };

    use super::*;

    #[test]
    fn every_aspect_has_a_row_to_be_filled_in_and_both_files_open() {
        let layout = money_management("某项资金", "甲市", 2024);
        let aspects: Vec<&str> = layout.rows[3..].iter().map(|row| row.cells[0].text.as_str()).collect();
        assert_eq!(aspects, MONEY_MANAGEMENT);
        assert!(
            layout.rows[3..].iter().all(|row| row.cells[1].text.is_empty() && row.cells[2].text.is_empty())
        );
        assert!(layout.footing.iter().any(|line| line.contains("未查到")));
        let [xlsx, docx] = [write_xlsx(&layout).unwrap(), write_docx(&layout).unwrap()];
        for bytes in [&xlsx, &docx] {
            assert_eq!(&bytes[..2], b"PK");
        }
        // It is no target table, and nobody takes it for one: a self-evaluation is read without it.
        assert!(
            read(&xlsx, Some("x.xlsx"), None, &Limits::default())
                .map_or(true, |d| d.table.indicators.is_empty())
        );
    }
}
