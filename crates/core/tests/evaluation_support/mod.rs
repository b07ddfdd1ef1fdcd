//! Small funds and tables made by hand; all names and figures are invented.
#![allow(dead_code, reason = "each test file uses a part of it")]

use std::collections::BTreeMap;

use jixiao_core::{
    actual::{Actual, Measured, Ratio},
    both,
    derivation::{Ground, Node},
    evaluation::{
        Evaluator, Inputs, Money, Reason, RuleSet, Scene, ScoreRow, ScoreSheet, Status, TypedScore,
    },
    fund::{FolderTexts, Fund},
    indicator::{Category, Kind},
    money::Fen,
    period::Period,
    place::{Place, Written},
    region::RegionId,
    table::{ColumnRole, Form, Indicator, Marks, MoneyRole, MoneyRow, RegionRow, TargetCell, TargetTable},
    target::{Reading, Target},
    unit::Unit,
};
use rust_decimal::Decimal;

pub(crate) fn d(text: &str) -> Decimal {
    text.parse().unwrap_or_else(|_| panic!("{text} is a figure"))
}

/// A fund of two cities and a zone; `indicators` is the text of its `indicators.toml`.
pub(crate) fn fund(indicators: &str) -> Fund {
    let files: FolderTexts = [
        (
            "fund.toml",
            "id = \"f\"\nname = \"试验专项资金\"\napplies_to = [\"试验专项资金\"]\ndepartment = \"省某厅\"\n\
             zone_convention = \"city-excludes-zone\"\n[cycle]\nfirst = 2024\nlast = 2026\n\
             [budget]\ntotal = \"300万元\"\nyears = { 2024 = \"100万元\" }\n",
        ),
        (
            "regions.csv",
            "code,name,parent,kind,aliases,in_scope,reason\n\
             440000,某省,,province,,yes,\n440100,甲市,440000,city,,yes,\n440200,乙市,440000,city,,yes,\n\
             440201,乙区,440200,zone,,yes,\n",
        ),
        ("indicators.toml", indicators),
    ]
    .into_iter()
    .map(|(k, v)| (k.to_owned(), v.to_owned()))
    .collect();
    Fund::parse(&files).expect("a fund")
}

/// An entry of `indicators.toml`; `more` is put behind it.
pub(crate) fn spec(id: &str, name: &str, unit: &str, roll_up: &str, more: &str) -> String {
    let unit = if unit.is_empty() { String::new() } else { format!("unit = \"{unit}\"\n") };
    format!(
        "[[indicator]]\nid = \"{id}\"\nnames = [\"{name}\"]\n{unit}roll_up = {{ regions = \"{roll_up}\", years = \"{roll_up}\" }}\n{more}\n"
    )
}

pub(crate) fn region(fund: &Fund, name: &str) -> RegionId {
    fund.regions.find(name).expect("a region of the fund")
}

fn at(row: u32, column: u32) -> Place {
    Place::new(0, row, column)
}

/// An indicator: category, kind, name with unit in brackets, target, targets of regions.
pub(crate) fn indicator(
    fund: Option<&Fund>,
    row: u32,
    (category, kind, name, target): (&str, &str, &str, &str),
    regions: &[(&str, &str)],
) -> Indicator {
    let (title, unit) = match name.split_once('（') {
        Some((title, rest)) => (title.to_owned(), Unit::parse(rest.trim_end_matches('）'))),
        None => (name.to_owned(), None),
    };
    let cell = |text: &str, row| TargetCell {
        period: Period::Year(Some(2024)),
        written: Written::new(text, at(row, 4)),
        reading: Reading::parse(text),
    };
    let rows = (0u32..).zip(regions).map(|(i, (name, target))| RegionRow {
        name: Written::new(*name, at(row + 1 + i, 3)),
        region: fund.and_then(|f| f.regions.find(name)),
        cells: vec![cell(target, row + 1 + i)],
        marks: Marks::default(),
    });
    Indicator {
        category_label: Some(Written::new(category, at(row, 1))),
        category: Category::parse(category),
        kind_label: Some(Written::new(kind, at(row, 2))),
        kind: Kind::parse(kind),
        name: Written::new(name, at(row, 3)),
        title,
        unit,
        bracket_target: None,
        whole: vec![cell(target, row)],
        regions: rows.collect(),
        marks: Marks::default(),
    }
}

pub(crate) fn table(indicators: Vec<Indicator>) -> TargetTable {
    TargetTable {
        titles: vec![Written::new("2024年试验专项资金绩效目标表", at(0, 0))],
        columns: vec![jixiao_core::table::Column {
            role: ColumnRole::Target(Period::Year(Some(2024))),
            heading: Written::new("年度指标值", at(1, 4)),
        }],
        indicators,
        ..TargetTable::default()
    }
}

/// A self-evaluation form: rows as in [`indicator`], then actual, weight, score, reason; then the money.
pub(crate) type FilledRow<'a> = ((&'a str, &'a str, &'a str, &'a str), [&'a str; 4]);

pub(crate) fn form(rows: &[FilledRow<'_>], money: Option<[&str; 4]>, total: &str) -> TargetTable {
    use ColumnRole::{Actual as ActualColumn, Reason as ReasonColumn, Score, Weight};
    let mut table = table(Vec::new());
    table.form = Form::SelfEvaluation;
    table.titles = vec![Written::new("2024年度项目支出绩效自评表", at(0, 0))];
    let roles = [ActualColumn, Weight, Score, ReasonColumn];
    for role in roles {
        table
            .columns
            .push(jixiao_core::table::Column { role, heading: Written::new(format!("{role:?}"), at(1, 5)) });
    }
    for (i, (head, cells)) in (10u32..).zip(rows) {
        let mut row = indicator(None, i, *head, &[]);
        let filled = roles.iter().zip(cells).filter(|(_, text)| !text.is_empty());
        row.marks = Marks(filled.map(|(role, text)| (*role, Written::new(*text, at(i, 6)))).collect());
        table.indicators.push(row);
    }
    if let Some([budget, executed, weight, score]) = money {
        table.money_unit = Unit::parse("万元");
        let cells = [
            (MoneyRole::AdjustedBudget, budget),
            (MoneyRole::Executed, executed),
            (MoneyRole::Weight, weight),
            (MoneyRole::Score, score),
        ];
        let cells = cells.into_iter().map(|(role, text)| (role, Written::new(text, at(5, 1)))).collect();
        table.money =
            vec![MoneyRow { name: Written::new("年度资金总额", at(5, 0)), is_total: true, cells }];
    }
    table.total = Some(Marks(vec![(Score, Written::new(total, at(99, 6)))]));
    table
}

pub(crate) fn measured(id: &str, region: Option<RegionId>, actual: Actual) -> Measured {
    let node = Node::new(both!("台账", "ledger"), both!("见原始行", "see rows")).on(Ground::Rows {
        ledger: "试验".to_owned(),
        count: 1,
        listed: String::new(),
    });
    Measured { indicator: id.to_owned(), region, actual, illustrative: Vec::new(), derivation: node }
}

pub(crate) fn number(text: &str) -> Actual {
    Actual::Number(d(text))
}

pub(crate) fn share(over: &str, under: &str) -> Actual {
    Actual::Share(Ratio { numerator: d(over), denominator: d(under) })
}

pub(crate) fn date(text: &str) -> Actual {
    Actual::Date(text.parse().expect("a date"))
}

/// Money of the whole: adjusted budget and executed, in 万元.
pub(crate) fn money(budget: i64, executed: i64) -> BTreeMap<Option<RegionId>, Money> {
    let wan = |n: i64| Some(Fen(n * 1_000_000));
    BTreeMap::from([(None, Money { adjusted: wan(budget), executed: wan(executed), derivation: None })])
}

#[derive(Default)]
pub(crate) struct Given {
    pub(crate) measured: Vec<Measured>,
    pub(crate) money: BTreeMap<Option<RegionId>, Money>,
    pub(crate) reasons: Vec<Reason>,
    pub(crate) typed: Vec<TypedScore>,
}

impl Given {
    pub(crate) fn inputs(&self) -> Inputs<'_> {
        Inputs { measured: &self.measured, money: &self.money, reasons: &self.reasons, typed: &self.typed }
    }
}

pub(crate) fn sheet(
    rules: &RuleSet,
    fund: &Fund,
    table: &TargetTable,
    given: &Given,
    region: Option<RegionId>,
) -> ScoreSheet {
    let scene = Scene::new(fund, table);
    let evaluator = Evaluator::new(rules, &scene, 2024, given.inputs()).unwrap_or_else(|f| panic!("{f:?}"));
    let mut sheet = evaluator.sheet(region);
    evaluator.explain(&mut sheet, &|place| format!("第{}行", place.row + 1));
    sheet
}

/// One indicator alone, with its weight set to 10 points: what an actual scores by a target.
pub(crate) fn scored(target: &str, name: &str, more: &str, actual: Actual) -> ScoreRow {
    scored_by(&RuleSet::national().expect("the national rules"), target, name, more, actual)
}

pub(crate) fn scored_by(rules: &RuleSet, target: &str, name: &str, more: &str, actual: Actual) -> ScoreRow {
    let (title, unit) = name.split_once('（').map_or((name, ""), |(t, u)| (t, u.trim_end_matches('）')));
    let is_state = matches!(Reading::parse(target).target, Target::State(_) | Target::Deadline(_));
    let unit = if is_state { "" } else { unit };
    let more = format!("{more}\n");
    let indicators = spec("x", title, unit, "none", &more)
        + &spec("rest", "其余指标", "个", "none", "score = { weight = \"80\" }");
    let fund = fund(&indicators);
    let table = table(vec![
        indicator(None, 10, ("产出指标", "数量指标", name, target), &[]),
        indicator(None, 11, ("产出指标", "质量指标", "其余指标（个）", "≥1"), &[]),
    ]);
    let given = Given { measured: vec![measured("x", None, actual)], ..Given::default() };
    sheet(rules, &fund, &table, &given, None).row("x").expect("the row").clone()
}

/// The status in one word.
pub(crate) fn word(row: &ScoreRow) -> &'static str {
    match row.status {
        Status::Reached => "reached",
        Status::Short => "short",
        Status::FarAbove => "far above",
        Status::Missing => "missing",
        Status::LeftOut { .. } => "left out",
        Status::NeedsPerson { .. } => "person",
    }
}
