//! The published goal table, monitored, becomes the official monitoring form: laid out, written in every format, and read again. Progress and money are invented.

mod support;

use std::collections::BTreeMap;

use jixiao_core::{
    checks::{Selection, check},
    derivation::Node,
    fund::Fund,
    money::Fen,
    monitor::{
        Asked, Chance, Courses, GivenReason, Money, Monitoring, Monthly, MonthlyCourse, OwedKind, Rules,
        followed, form, monitor, records,
    },
    region::RegionId,
    table::{ColumnRole, Form, MoneyRole, TargetTable},
    target::Target,
};
use jixiao_tables::{official, write};
use support::{TODAY, document, fund, in_workspace, unaccounted};

fn published(fund: &Fund) -> TargetTable {
    let path = in_workspace("samples/published/guangdong-2024.txt");
    document(&std::fs::read(path).expect("the published table"), "guangdong-2024.txt", fund).table
}

fn rules() -> Rules {
    let text = std::fs::read_to_string(in_workspace("funds/guangdong-trade-2024/monitoring.toml"));
    Rules::parse("monitoring.toml", &text.expect("the fund's rules")).expect("sound rules")
}

fn sum(by_month: [i64; 7]) -> MonthlyCourse {
    let by_month = by_month.map(Into::into).to_vec();
    MonthlyCourse::Sum(Monthly { by_month, earlier: Vec::new(), derivation: Node::default() })
}

/// July of 2024: awards in step with the target in the province, behind in 广州市; nothing known of anything else but deadlines and states.
fn monitored(fund: &Fund, table: &TargetTable, reasons: &[GivenReason]) -> Monitoring {
    let guangzhou = fund.regions.find("广州市");
    let followed = followed(table, fund, 2024);
    let mut courses = Courses::new();
    for target in &followed {
        let key = (target.indicator.clone(), target.region);
        let node = Node::default();
        match target.target {
            Target::Deadline(_) => courses
                .insert(key, MonthlyCourse::Date { done: None, expected: target.deadline, derivation: node }),
            Target::State(_) => {
                courses.insert(key, MonthlyCourse::State { holds: true, settled: false, derivation: node })
            }
            _ => None,
        };
    }
    courses.insert(("import-interest-awards".into(), None), sum([30, 60, 90, 120, 150, 180, 210]));
    courses.insert(("import-interest-awards".into(), guangzhou), sum([5, 10, 15, 20, 25, 30, 35]));
    let wan = |n: i64| Fen(n * 1_000_000);
    let paid = (1..=7).map(|m| wan(m * 4000)).collect();
    let money = Money { initial: wan(59_647), adjusted: wan(59_647), paid, ..Money::default() };
    let rules = rules();
    monitor(&Asked {
        rules: &rules,
        year: 2024,
        month: 7,
        today: jiff::civil::date(2024, 8, 10),
        followed: &followed,
        courses: &courses,
        money: &BTreeMap::from([(None, money)]),
        reasons,
        tree: &fund.regions,
    })
    .expect("sound input")
}

fn guangzhou(fund: &Fund) -> RegionId {
    fund.regions.find("广州市").expect("a region of the fund")
}

fn reason(fund: &Fund) -> GivenReason {
    GivenReason {
        indicator: "import-interest-awards".into(),
        region: Some(guangzhou(fund)),
        code: "rules".into(),
        text: "申报通知下达较晚".into(),
        measures: "九月底前完成审核".into(),
        by: "广州市商务局".into(),
        on: jiff::civil::date(2024, 8, 5),
    }
}

#[test]
fn every_target_of_the_year_is_followed() {
    let fund = fund();
    let table = published(&fund);
    let followed = followed(&table, &fund, 2024);
    // 8 indicators of the province; regions: 16 and 21 for the two numbers, 20 dates, 21 or 20 for each of the others: as many rows as the table has.
    let rows: usize = table.indicators.iter().map(|i| 1 + i.regions.len()).sum();
    assert_eq!(followed.len(), rows);
    assert!(
        followed
            .iter()
            .filter(|f| f.region.is_none())
            .all(|f| fund.indicators.iter().any(|s| s.id == f.indicator))
    );
    let awards = &followed[0];
    assert_eq!((awards.indicator.as_str(), awards.written.as_str()), ("import-interest-awards", "> 270"));
    assert_eq!(followed.iter().filter(|f| f.is_vacuous()).count(), 16, "the ≥ 0 of the zones' imports");
    assert!(jixiao_core::monitor::followed(&table, &fund, 2030).is_empty(), "no column for that year");
}

#[test]
fn the_province_s_form_is_filled_and_comes_back_from_every_format() {
    let fund = fund();
    let table = published(&fund);
    let made = monitored(&fund, &table, &[]);
    let filled = form(&table, &made, &rules(), None, &fund.regions);
    assert_eq!(filled.form, Form::Monitoring);
    assert_eq!(filled.indicators.len(), 8);
    let said = |i: usize, role| filled.indicators[i].marks.get(role).map(|w| w.text.as_str());
    // 210 × 12 ÷ 7 = 360, 15 on both sides: certainly more than 270.
    assert_eq!(said(0, ColumnRole::Progress), Some("210"));
    assert_eq!(said(0, ColumnRole::Forecast), Some("360"));
    assert_eq!(said(0, ColumnRole::Chance), Some("确定能"));
    assert_eq!(said(0, ColumnRole::Note), None, "what a program writes there would pass for a reason");
    // Nothing is known of the enterprises supported: the cells stay empty.
    assert_eq!((said(1, ColumnRole::Progress), said(1, ColumnRole::Chance)), (None, None));
    assert_eq!(said(2, ColumnRole::Forecast), Some("预计达到"));
    let money = |role| filled.money[0].get(role).map(|w| w.text.as_str());
    // 28000 ÷ 59647 = 46.94 %; 28000 × 12 ÷ 7 = 48000.
    assert_eq!(money(MoneyRole::Executed), Some("28000"));
    assert_eq!(money(MoneyRole::Rate), Some("46.94%"));
    assert_eq!(money(MoneyRole::Forecast), Some("48000"));

    let layout = official::layout(&filled);
    for (name, bytes) in [
        ("t.txt", write::write_txt(&layout).expect("text").into_bytes()),
        ("t.csv", write::write_csv(&layout).expect("CSV").into_bytes()),
        ("t.docx", write::write_docx(&layout).expect("a Word file")),
        ("t.xlsx", write::write_xlsx(&layout).expect("a workbook")),
    ] {
        let back = document(&bytes, name, &fund);
        assert_eq!(back.table.content(), filled.content(), "{name}");
        assert_eq!(unaccounted(&back), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn a_region_s_form_says_why_and_passes_its_own_checks() {
    let fund = fund();
    let table = published(&fund);
    let region = Some(guangzhou(&fund));
    // 35 × 12 ÷ 7 = 60: never 104. Without a reason one is owed, and the check of the filled form says so too.
    let without = monitored(&fund, &table, &[]);
    let owes =
        |m: &Monitoring| m.owed.iter().filter(|o| o.kind == OwedKind::Reason && o.region == region).count();
    let silent = |m: &Monitoring| {
        let filled = form(&table, m, &rules(), region, &fund.regions);
        let report = check(&filled, Some(&fund), Some(TODAY), &Selection::default());
        report.findings.iter().filter(|f| f.code == "M001").count()
    };
    assert_eq!((owes(&without), silent(&without)), (1, 1));
    let made = monitored(&fund, &table, &[reason(&fund)]);
    assert_eq!((owes(&made), silent(&made)), (0, 0));

    let filled = form(&table, &made, &rules(), region, &fund.regions);
    let marks = &filled.indicators[0].marks;
    let said = |role| marks.get(role).map(|w| w.text.as_str());
    assert_eq!(said(ColumnRole::ReasonRules), Some("申报通知下达较晚"));
    assert_eq!(said(ColumnRole::ReasonFunding), None);
    assert_eq!(said(ColumnRole::Reason), Some("九月底前完成审核"));
    assert_eq!(said(ColumnRole::Chance), Some(Chance::Impossible.words().zh.as_str()));
    assert_eq!(filled.indicators[0].whole[0].written.text.trim(), "≥ 104");
    // 广州市 has no target for the imports of bases, which the province alone has.
    assert!(!filled.indicators.iter().any(|i| i.title.contains("基地")));
    let back =
        document(&write::write_docx(&official::layout(&filled)).expect("a Word file"), "t.docx", &fund);
    assert_eq!(back.table.content(), filled.content());
}

#[test]
fn machines_get_the_field_names_of_the_budget_system() {
    let fund = fund();
    let table = published(&fund);
    let made = monitored(&fund, &table, &[reason(&fund)]);
    let of = |region| records(&table, &made, &fund, &rules(), region);
    let city = of(Some(guangzhou(&fund)));
    let first = &city[0];
    assert_eq!(
        (first.mof_div_code.as_str(), first.kpi_val.trim(), first.complete_rate),
        ("440100", "≥ 104", Some(3))
    );
    assert_eq!(first.ana_dev_reasons, "制度保障：申报通知下达较晚（措施：九月底前完成审核）");
    assert_eq!(first.pro_bgt_comp, None, "nothing is known of the city's money");
    let province = &of(None)[0];
    assert_eq!((province.perf_comp.as_str(), province.est_perf_annual.as_str()), ("210家次", "360家次"));
    // 28000 万元 in 元 with two places.
    assert_eq!(province.pro_bgt_comp.map(|d| d.to_string()).as_deref(), Some("280000000.00"));
    let json: toml::Value = toml::Value::try_from(province).expect("serializable");
    for name in [
        "PERF_COMP",
        "EST_PERF_ANNUAL",
        "ANA_DEV_REASONS",
        "COMPLETE_RATE",
        "PRO_BGT_COMP",
        "EST_PRO_BGT_ANNUAL",
        "KPI_VAL",
        "LV3_PERF_IND_NAME",
        "MOF_DIV_CODE",
    ] {
        assert!(json.get(name).is_some(), "{name}: {json:?}");
    }
}
