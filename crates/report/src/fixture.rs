//! Invented content to draw and to write with: names of regions are real, every figure is made up.

use jiff::civil::date;
use jixiao_core::{actual::Ratio, both, finding::Both, money::Fen};
use rust_decimal::Decimal;

use crate::{
    content::{
        AnnexColumn, AnnexTable, Basics, CategoryScore, Content, Deviation, FORMAT, Field, FindingRow,
        FlowRow, Identity, IllustrativeRow, Lamp, LampRow, Money, MoneyRow, Monitoring, MonitoringRow,
        MonthRow, RegionRow, RegionScore, RegionTable, ResultRow, Satisfaction, SatisfactionRow, SchemeFlow,
        Score, Source, Status,
    },
    figure::Figure,
};

/// Code, name, English name, target and actual of one indicator, money paid in 万元, satisfied and valid answers.
type Invented = (&'static str, &'static str, &'static str, i64, i64, i64, i64, i64);

/// What is invented of each region.
const REGIONS: [Invented; 6] = [
    ("440100", "广州市", "Guangzhou", 104, 131, 21_840, 372, 401),
    ("440400", "珠海市", "Zhuhai", 16, 16, 3_105, 88, 96),
    ("4404HQ", "珠海横琴", "Hengqin", 4, 0, 212, 3, 3),
    ("441900", "东莞市", "Dongguan", 81, 77, 15_400, 301, 338),
    ("440800", "湛江市", "Zhanjiang", 7, 21, 1_630, 17, 21),
    ("441700", "阳江市", "Yangjiang", 1, 0, 0, 0, 0),
];

fn wan(amount: i64) -> Figure {
    Figure::wan(Fen(amount * 1_000_000))
}

fn percent(numerator: i64, denominator: i64) -> Figure {
    Figure::percent(Ratio { numerator: numerator.into(), denominator: denominator.into() }, 2)
}

fn points(hundredths: i64) -> Figure {
    Figure::number(Decimal::new(hundredths, 2), 2, Both::new("分", "points"))
}

fn count(value: i64, unit: Both) -> Figure {
    Figure::whole(value.into(), unit)
}

fn none() -> Figure {
    Figure::not_applicable(Both::same("—"))
}

fn awards_unit() -> Both {
    Both::new("家次", "awards")
}

/// Invented content of a fund year.
pub(crate) fn sample() -> Content {
    Content {
        format: FORMAT,
        synthetic: true,
        identity: identity(),
        basics: basics(),
        money: money(),
        results: results(),
        by_region: vec![by_region()],
        score: score(),
        deviations: vec![
            Deviation {
                indicator: Both::new("进口贴息支持企业数量", "awards of import interest"),
                region: Both::new("东莞市", "Dongguan"),
                target: "≥ 81".to_owned(),
                actual: count(77, awards_unit()),
                status: Status::Missed,
                kind: Both::new("制度保障", "rules"),
                reason: Both::new("目录调整后部分产品不再列入。", "Some products left the catalogue."),
                measure: Both::new(
                    "下年度按新目录测算目标。",
                    "Next year's target follows the new catalogue.",
                ),
                overdue: false,
            },
            Deviation {
                indicator: Both::new("进口贴息支持企业数量", "awards of import interest"),
                region: Both::new("珠海横琴", "Hengqin"),
                target: "≥ 4".to_owned(),
                actual: count(0, awards_unit()),
                status: Status::Missed,
                overdue: true,
                ..Deviation::default()
            },
        ],
        satisfaction: Some(satisfaction()),
        monitoring: Some(monitoring()),
        problems: vec![both!(
            "部分地区目标设定与实际差距较大。",
            "Targets of some regions lie far from what is reached."
        )],
        measures: vec![both!(
            "按三年均值重新测算地区目标。",
            "Targets of regions are set from the mean of three years."
        )],
        findings: vec![FindingRow {
            code: "P001".to_owned(),
            severity: "warning".to_owned(),
            message: Both::new(
                "各地区均完成时，全省仍可能完不成：合计 270，需大于 270。",
                "Every region can meet its target while the province misses: they add up to 270, more than 270 is needed.",
            ),
            next: Both::new(
                "把全省目标改为 ≥ 270，或调高一个地区。",
                "Write ≥ 270 for the province, or raise one region.",
            ),
        }],
        flows: vec![flow()],
        annexes: vec![AnnexTable {
            title: Both::new("核定支持明细（示例）", "Awards (example)"),
            columns: vec![
                AnnexColumn { label: Both::new("企业", "enterprise"), figures: false },
                AnnexColumn { label: Both::new("金额（元）", "amount (yuan)"), figures: true },
            ],
            rows: vec![vec![
                Figure::words(Both::new("虚构企业甲有限公司", "Invented Enterprise A")),
                Figure::yuan(Fen(123_456_789)),
            ]],
        }],
        illustrative: vec![IllustrativeRow {
            parameter: "import-interest.rate".to_owned(),
            label: Both::new("贴息率", "rate of interest paid"),
            value: Both::same("2.75%"),
            why: Both::new("未查到当年申报指南原文。", "The guide of the year was not found."),
        }],
        notes: vec![Both::new(
            "本报告由虚构数据生成，不代表任何真实企业、地区或资金。",
            "This report was made from invented data. It says nothing of any real enterprise, region or fund.",
        )],
    }
}

fn identity() -> Identity {
    Identity {
        fund: "guangdong-trade-2024".to_owned(),
        fund_name: Both::new(
            "促进经济高质量发展专项资金（促进外贸发展方向）",
            "Special fund for high-quality development (foreign trade)",
        ),
        department: Both::new("广东省商务厅", "Department of Commerce of Guangdong"),
        region: Both::new("广东省", "Guangdong"),
        region_code: "440000".to_owned(),
        regional: false,
        year: 2024,
        cycle: [2024, 2026],
        made: Figure::date(date(2025, 3, 1)),
        program: "jixiao 0.1.0".to_owned(),
        sources: vec![
            Source {
                what: Both::new("资金文件夹", "fund folder"),
                file: "funds/guangdong-trade-2024".to_owned(),
                sha256: "0".repeat(64),
                rows: None,
            },
            Source {
                what: Both::new("保费发票台账", "premium invoices"),
                file: "premium-invoices.parquet".to_owned(),
                sha256: "1".repeat(64),
                rows: Some(120_000),
            },
        ],
    }
}

fn basics() -> Basics {
    let field =
        |zh: &str, en: &str, value: &str| Field { label: Both::new(zh, en), value: Both::same(value) };
    Basics {
        fields: vec![
            field("项目名称", "programme", "促进经济高质量发展专项资金-（促进外贸发展）"),
            field("项目类型", "kind", "省级财政专项资金"),
            field("预算总金额", "money of the cycle", "178941万元"),
            field("当年度金额", "money of the year", "59647万元"),
        ],
        summary: Both::same("支持企业投保出口信用保险、促进进口和进口基地建设（虚构示例）。"),
        goal_cycle: Both::same("帮助外贸企业开拓国际市场，优化进口结构（虚构示例）。"),
        goal_year: Both::same(
            "政策性出口信保服务支持企业不少于2万家，进口贴息支持企业不少于270家次（虚构示例）。",
        ),
        goal_reached: Both::new("年度目标基本完成。", "The goals of the year were mostly reached."),
    }
}

fn money() -> Money {
    let total = 42_187;
    let row = |id: &str, zh: &str, en: &str, paid: i64, allocated: i64| MoneyRow {
        name: Both::new(zh, en),
        id: id.to_owned(),
        appropriation: none(),
        allocated: wan(allocated),
        awarded: wan(paid + 300),
        paid: wan(paid),
        rate: percent(paid, allocated),
    };
    Money {
        approved: wan(59_647),
        adjustment: wan(0),
        total: MoneyRow {
            name: Both::new("合计", "total"),
            id: String::new(),
            appropriation: wan(59_647),
            allocated: wan(58_000),
            awarded: wan(50_120),
            paid: wan(total),
            rate: percent(total, 59_647),
        },
        by_scheme: vec![
            row("premium-support", "出口信保支持", "export credit insurance", 30_000, 40_000),
            row("import-interest", "进口贴息", "import interest", 9_187, 12_000),
            row("import-bases", "进口基地", "import bases", 3_000, 6_000),
        ],
        by_region: REGIONS
            .iter()
            .map(|(code, zh, en, _, _, paid, ..)| row(code, zh, en, *paid, paid + 1_200))
            .collect(),
        by_month: [0, 0, 1_200, 5_400, 9_800, 15_030, 18_200, 24_900, 28_000, 33_500, 39_000, 42_187]
            .into_iter()
            .zip(1..)
            .map(|(paid, month)| MonthRow {
                month,
                awarded: wan((paid * 5 / 4).min(50_120)),
                paid: wan(paid),
            })
            .collect(),
    }
}

fn results() -> Vec<ResultRow> {
    vec![
        ResultRow {
            indicator: "import-interest-awards".to_owned(),
            category: Both::new("产出指标", "output"),
            kind: Both::new("数量指标", "quantity"),
            name: Both::new("进口贴息支持企业数量", "awards of import interest"),
            unit: awards_unit(),
            target: "> 270".to_owned(),
            actual: count(286, awards_unit()),
            completion: percent(286, 270),
            weight: points(1_250),
            score: points(1_250),
            status: Status::Reached,
            method: Both::new("按核定支持计数", "counted from awards"),
            illustrative: vec!["import-interest.rate".to_owned()],
            ..ResultRow::default()
        },
        ResultRow {
            indicator: "beneficiary-satisfaction".to_owned(),
            category: Both::new("满意度指标", "satisfaction"),
            kind: Both::new("服务对象满意度指标", "satisfaction"),
            name: Both::new("获支持对象满意度", "satisfaction of beneficiaries"),
            unit: Both::same("%"),
            target: "> 90".to_owned(),
            actual: percent(781, 859),
            completion: percent(78_100, 77_310),
            weight: points(1_000),
            score: points(1_000),
            status: Status::Reached,
            method: Both::new("按答卷加权", "answers, weighted"),
            ..ResultRow::default()
        },
        ResultRow {
            indicator: "base-imports".to_owned(),
            category: Both::new("效益指标", "benefit"),
            kind: Both::new("经济效益指标", "economy"),
            name: Both::new("带动进口基地内企业进口规模", "imports of base enterprises"),
            unit: Both::new("亿元", "100 million yuan"),
            target: "≥ 200".to_owned(),
            actual: Figure::missing(),
            completion: none(),
            weight: points(1_000),
            score: Figure::missing(),
            status: Status::Missing,
            ..ResultRow::default()
        },
    ]
}

fn by_region() -> RegionTable {
    let row = |(code, zh, en, target, actual, ..): &Invented| RegionRow {
        code: (*code).to_owned(),
        region: Both::new(*zh, *en),
        target: format!("≥ {target}"),
        target_figure: count(*target, awards_unit()),
        actual: count(*actual, awards_unit()),
        completion: percent(*actual, *target),
        status: match actual {
            a if a * 10 >= target * 13 => Status::Exceeded,
            a if a >= target => Status::Reached,
            _ => Status::Missed,
        },
        reason: Both::default(),
    };
    RegionTable {
        indicator: "import-interest-awards".to_owned(),
        name: Both::new("进口贴息支持企业数量", "awards of import interest"),
        unit: awards_unit(),
        rows: REGIONS.iter().map(row).collect(),
    }
}

fn score() -> Score {
    let category = |id: &str, zh: &str, en: &str, weight, score| CategoryScore {
        id: id.to_owned(),
        name: Both::new(zh, en),
        weight: points(weight),
        score: points(score),
    };
    Score {
        categories: vec![
            category("execution", "预算执行率", "budget execution", 1_000, 707),
            category("output", "产出", "output", 5_000, 4_863),
            category("benefit", "效益", "benefit", 3_000, 2_640),
            category("satisfaction", "满意度", "satisfaction", 1_000, 1_000),
        ],
        // 7.07 + 48.63 + 26.40 + 10.00
        total: points(9_210),
        of: points(10_000),
        grade: Both::new("优", "excellent"),
        department: Figure::missing(),
        finance: Figure::missing(),
        lamps: vec![LampRow {
            name: Both::new("预算结余", "money unspent"),
            lamp: Lamp::Yellow,
            reason: Both::new("未执行 29.27%，超过 20%。", "29.27 % is unspent, more than 20 %."),
        }],
        by_region: REGIONS
            .iter()
            .map(|(code, zh, en, ..)| RegionScore {
                code: (*code).to_owned(),
                region: Both::new(*zh, *en),
                total: points(8_800),
                grade: Both::new("良", "good"),
            })
            .collect(),
        rule_set: Both::new("全国默认 10/50/30/10（示例）", "national default 10/50/30/10 (example)"),
    }
}

fn satisfaction() -> Satisfaction {
    let row = |(code, zh, en, _, _, _, yes, valid): &Invented| {
        let shown = *valid >= 5;
        // The ends are invented; only their order is true to life.
        let end = |tenths: i64| {
            if shown {
                Figure::number(Decimal::new(tenths, 1), 1, Both::same("%"))
            } else {
                Figure::suppressed()
            }
        };
        SatisfactionRow {
            code: (*code).to_owned(),
            region: Both::new(*zh, *en),
            answers: if shown { count(*valid, Both::new("份", "answers")) } else { Figure::suppressed() },
            share: if shown { percent(*yes, *valid) } else { Figure::suppressed() },
            low: end(yes * 1000 / valid.max(&1) - 800 / valid.max(&1) - 25),
            high: end((yes * 1000 / valid.max(&1) + 25).min(1000)),
            status: match shown {
                false => Status::Person,
                true if yes * 10 >= valid * 9 => Status::Reached,
                true => Status::Missed,
            },
        }
    };
    Satisfaction {
        target: "> 90".to_owned(),
        target_figure: Figure::whole(90.into(), Both::same("%")),
        overall: SatisfactionRow {
            code: String::new(),
            region: Both::new("全省", "all regions"),
            answers: count(859, Both::new("份", "answers")),
            share: percent(781, 859),
            low: Figure::number(Decimal::new(888, 1), 1, Both::same("%")),
            high: Figure::number(Decimal::new(927, 1), 1, Both::same("%")),
            status: Status::Reached,
        },
        by_region: REGIONS.iter().map(row).collect(),
        sent: count(1_200, Both::new("份", "questionnaires")),
        least_answers: 5,
        warnings: vec![Both::new(
            "区间 88.8–92.7 跨过目标 90。",
            "The interval 88.8–92.7 straddles the target of 90.",
        )],
        method: Both::new(
            "满意份数÷有效份数，按层加权；95%威尔逊区间。这是统计方法，不是制度规定。",
            "Satisfied ÷ valid, weighted by stratum; Wilson interval of 95 %. This is statistics, not a rule.",
        ),
    }
}

fn monitoring() -> Monitoring {
    Monitoring {
        month: 7,
        rate: percent(18_200, 59_647),
        lamp: LampRow {
            name: Both::new("预算执行进度", "execution against time"),
            lamp: Lamp::Red,
            // 30.51 ÷ (7 ÷ 12) = 52.31
            reason: Both::new(
                "执行率 30.51% ÷ 时间进度 58.33% = 52.31，低于 60。",
                "30.51 % ÷ 58.33 % = 52.31, below 60.",
            ),
        },
        rows: vec![MonitoringRow {
            indicator: "import-interest-awards".to_owned(),
            category: Both::new("产出指标", "output"),
            kind: Both::new("数量指标", "quantity"),
            name: Both::new("进口贴息支持企业数量", "awards of import interest"),
            target: "> 270".to_owned(),
            actual: count(140, awards_unit()),
            projected: count(281, awards_unit()),
            low: count(262, awards_unit()),
            high: count(301, awards_unit()),
            chance: Both::new("有可能", "possible"),
            chance_code: Some(2),
            reason_kind: Both::new("经费保障", "money"),
            reason: Both::new("上半年拨付偏慢。", "Payments were slow in the first half."),
        }],
    }
}

fn flow() -> SchemeFlow {
    let line = |zh: &str, en: &str, enterprises: i64, amount: i64| FlowRow {
        name: Both::new(zh, en),
        rows: none(),
        enterprises: count(enterprises, Both::new("家", "enterprises")),
        amount: wan(amount),
    };
    SchemeFlow {
        scheme: "import-interest".to_owned(),
        name: Both::new("进口贴息", "import interest"),
        // 14,000 − 1,900 − 310 − 2,303 = 9,487
        claimed: line("申报", "claimed", 402, 14_000),
        reductions: vec![
            line("不在支持目录", "not in the catalogue", 61, 1_900),
            line("重复申报", "claimed twice", 4, 310),
            line("超过单家上限", "above the cap of one enterprise", 12, 2_303),
        ],
        awarded: line("核定支持", "awarded", 286, 9_487),
        paid: line("拨付", "paid", 280, 9_187),
    }
}
