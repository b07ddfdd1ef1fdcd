//! Two ordinary forms give no finding of header, structure, money and fund folder; one slip in them gives exactly the finding
//! that is meant for it.

use std::collections::BTreeMap;

use jixiao_core::{
    checks::{Selection, check},
    fund::Fund,
};
use jixiao_tables::{read, read::Limits};

/// A self-evaluation with figures to two decimals, a budget adjusted downwards, and details (其中) under one of the lines.
const SELF_EVALUATION: &str = "\
2023年度项目支出绩效自评表
项目名称 | 外贸专项资金
主管部门 | 省商务厅 | 实施单位 | 省商务厅
项目资金（万元） | | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分
 | 年度资金总额 | 1,200.00 | 1,100.50 | 1,045.48 | 10 | 95.00% | 9.50
 | 其中：财政拨款 | 1,000.00 | 900.50 | 900.50 | — | 100% | —
 | 其中：中央资金 | 600.00 | 500.50 | 500.50 | — | — | —
 | 省级资金 | 400.00 | 400.00 | 400.00 | — | — | —
 | 其他资金 | 200.00 | 200.00 | 144.98 | — | 72.49% | —
年度总体目标 | 预期目标 | 实际完成情况
 | 支持企业不少于270家次。 | 支持企业280家次。
一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施
产出指标 | 数量指标 | 支持企业数量（家次） | ≥270 | 280 | 50 | 50 | 无
效益指标 | 经济效益指标 | 带动进口规模（亿元） | ≥200 | 210 | 30 | 30 | 无
满意度指标 | 服务对象满意度指标 | 企业满意度（%） | ≥90 | 95 | 10 | 10 | 无
总分 | | | | | 100 | 99.5 |
";

/// A goal table of the Guangdong fund, of two periods and two regions.
const GOALS: &str = "\
2024年专项资金（促进外贸发展方向）二级项目绩效目标表
项目名称 | 促进外贸发展
项目等级 | 二级项目
主管部门 | 广东省商务厅 | 用款单位 | 广东省商务厅
实施期限 | 起始年度 | 2024年 | 到期年度 | 2026年
预算金额 | 总金额 | 178941万元 | 当年度金额 | 59647万元
总体绩效目标 | 实施周期总目标 | 当年度目标
 | 提升外贸企业竞争力。 | 支持企业进口。
一级指标 | 二级指标 | 三级指标 | 实施周期指标值 | 当年度指标值
产出指标 | 数量指标 | 进口贴息支持企业数量（家次） | ≥ 360 | ≥ 120
 | | 广州市 | ≥ 312 | ≥ 104
 | | 珠海市 | ≥ 48 | ≥ 16
效益指标 | 经济效益指标 | 带动进口基地内企业进口规模（亿元） | ≥ 600 | ≥ 200
 | 服务对象满意度指标 | 获支持对象满意度（%） | ≥ 90 | ≥ 90
 | | 广州市 | ≥ 90 | ≥ 90
 | | 珠海市 | ≥ 90 | ≥ 90
";

fn codes(table: &str) -> Vec<&'static str> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../funds/guangdong-trade-2024");
    let texts: BTreeMap<String, String> = ["fund.toml", "regions.csv", "indicators.toml"]
        .into_iter()
        .map(|name| {
            let text =
                std::fs::read_to_string(format!("{folder}/{name}")).expect("a file of the fund folder");
            (name.to_owned(), text)
        })
        .collect();
    let fund = Fund::parse(&texts).expect("a sound fund folder");
    let lines: Vec<String> =
        table.lines().map(|l| l.split('|').map(str::trim).collect::<Vec<_>>().join("\t")).collect();
    let bytes = lines.join("\n");
    let document = read(bytes.as_bytes(), None, Some(&fund.regions), &Limits::default()).expect("a table");
    let only = ["H", "S", "B", "F"].map(str::to_owned).to_vec();
    let selection = Selection { only, ignore: Vec::new() };
    check(&document.table, Some(&fund), None, &selection).findings.iter().map(|f| f.code).collect()
}

#[test]
fn ordinary_forms_give_no_finding() {
    assert_eq!(codes(SELF_EVALUATION), Vec::<&str>::new());
    assert_eq!(codes(GOALS), Vec::<&str>::new());
}

#[test]
fn one_slip_in_a_self_evaluation_gives_its_own_finding() {
    for (before, after, code) in [
        ("200.00 | 200.00 | 144.98", "200.00 | 200.00 | 114.98", &["B001", "B003"][..]),
        ("| 400.00 | 400.00 | 400.00", "| 400.00 | 400.00 | 490.00", &["B002"]),
        ("95.00%", "96.20%", &["B003"]),
        ("9.50\n", "10\n", &["B004"]),
        ("1,045.48", "#REF!", &["B008"]),
        ("1,045.48", "1,045.48 10", &["B008"]),
        ("≥270 | 280 | 50", "≥270 | 280 50 | ", &["S013"]),
        ("产出指标 |", "项目完成指标 |", &["S012"]),
        ("效益指标 | 经济效益指标", "产出指标 | 经济效益指标", &["S006"]),
    ] {
        assert!(SELF_EVALUATION.contains(before), "{before}");
        assert_eq!(codes(&SELF_EVALUATION.replacen(before, after, 1)), code, "{before} → {after}");
    }
}

#[test]
fn one_slip_in_a_goal_table_gives_its_own_finding() {
    for (before, after, code) in [
        ("| 二级项目\n", "| 一级项目\n", &["H001"][..]),
        ("主管部门 | 广东省商务厅 | 用款单位 | 广东省商务厅\n", "", &["H002"]),
        ("2026年", "2023年", &["H003"]),
        ("2026年", "2028年", &["H009"]),
        ("2024年专项", "2023年专项", &["H004"]),
        ("178941万元", "17894.1万元", &["H005"]),
        ("178941万元", "178941", &["H007"]),
        ("178941万元", "179841万元", &["H009"]),
        ("广东省商务厅 | 用款", "广东省财政厅 | 用款", &["H009"]),
        ("| ≥ 312 | ≥ 104", "| ≥ 312 | ", &["S007"]),
        ("| ≥ 600 | ≥ 200", "| ≥ 600 | ", &["S007"]),
        ("| ≥ 600 | ≥ 200", "| | ", &["S002"]),
        ("| ≥ 600 | ≥ 200", "| / | / ", &[]),
        ("数量指标", "数里指标", &["S004"]),
        ("进口贴息支持企业数量", "进口贴息支持企业数", &["F004"]),
        ("带动进口基地内企业进口规模（亿元）", "带动进口基地内企业进口规模（亿元", &["S014"]),
    ] {
        assert!(GOALS.contains(before), "{before}");
        assert_eq!(codes(&GOALS.replacen(before, after, 1)), code, "{before} → {after}");
    }
}
