//! A fund of many regions and indicators, scored for each region.

mod evaluation_support;

use evaluation_support::{Given, d, indicator, measured, spec, table};
use jixiao_core::{
    actual::Actual,
    evaluation::{Evaluator, Money, RuleSet, Scene},
    fund::{FolderTexts, Fund},
    money::Fen,
};
use rust_decimal::Decimal;

const REGIONS: usize = 22;
const INDICATORS: usize = 40;

fn large() -> (Fund, jixiao_core::table::TargetTable, Given) {
    let regions: String = (1..=REGIONS).map(|r| format!("4401{r:02},市{r}号,440000,city,,yes,\n")).collect();
    let indicators: String = (0..INDICATORS)
        .map(|i| spec(&format!("i{i:02}"), &format!("第{i}项指标"), "亿元", "sum", ""))
        .collect();
    let files: FolderTexts = [
        (
            "fund.toml",
            "id = \"f\"\nname = \"试验专项资金\"\napplies_to = [\"试验专项资金\"]\ndepartment = \"省某厅\"\n\
             zone_convention = \"city-excludes-zone\"\n[cycle]\nfirst = 2024\nlast = 2026\n\
             [budget]\ntotal = \"300万元\"\nyears = { 2024 = \"100万元\" }\n"
                .to_owned(),
        ),
        (
            "regions.csv",
            format!("code,name,parent,kind,aliases,in_scope,reason\n440000,某省,,province,,yes,\n{regions}"),
        ),
        ("indicators.toml", indicators),
    ]
    .into_iter()
    .map(|(k, v)| (k.to_owned(), v))
    .collect();
    let fund = Fund::parse(&files).expect("a fund");
    let heads = [
        ("产出指标", "数量指标"),
        ("产出指标", "质量指标"),
        ("产出指标", "时效指标"),
        ("效益指标", "经济效益指标"),
        ("满意度指标", "服务对象满意度指标"),
    ];
    let names: Vec<String> = (1..=REGIONS).map(|r| format!("市{r}号")).collect();
    let rows: Vec<(&str, &str)> = names.iter().map(|n| (n.as_str(), "≥7.5")).collect();
    let made = (0..INDICATORS).map(|i| {
        let (category, kind) = heads[i % heads.len()];
        let at = u32::try_from(i * 100).expect("small");
        indicator(Some(&fund), at, (category, kind, &format!("第{i}项指标（亿元）"), "≥165"), &rows)
    });
    let table = table(made.collect());
    let mut given = Given::default();
    for name in &names {
        let region = fund.regions.find(name);
        let money = Money { adjusted: Some(Fen(3)), executed: Some(Fen(2)), derivation: None };
        given.money.insert(region, money);
        for i in 0..INDICATORS {
            // 6 of 7.5 everywhere: four fifths.
            given.measured.push(measured(&format!("i{i:02}"), region, Actual::Number(d("6"))));
        }
    }
    (fund, table, given)
}

#[test]
fn forty_indicators_in_twenty_two_regions() {
    let (fund, table, given) = large();
    let rules = RuleSet::national().expect("the national rules");
    let scene = Scene::new(&fund, &table);
    let evaluator = Evaluator::new(&rules, &scene, 2024, given.inputs()).unwrap_or_else(|f| panic!("{f:?}"));
    assert_eq!(evaluator.regions().len(), REGIONS);
    for region in evaluator.regions() {
        let sheet = evaluator.sheet(Some(region));
        let weights: Decimal = sheet.rows.iter().filter_map(|r| r.weight).sum();
        assert_eq!((weights, sheet.execution.score), (d("90"), Some(d("6.67"))));
        // 0.8 × 90 = 72, each of the forty rounded: within forty half hundredths.
        let scores: Decimal = sheet.rows.iter().filter_map(|r| r.score).sum();
        assert!((scores - d("72")).abs() <= d("0.2"), "{scores}");
        assert!(sheet.rows.iter().all(|r| r.derivation.is_none()), "derivations are made when asked for");
    }
}
