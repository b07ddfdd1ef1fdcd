//! Each chart of the invented fund year, in both languages: drawn, read as XML, and the same twice. Reviewed drawings are snapshots.

use std::collections::BTreeMap;

use jixiao_core::{
    finding::{Both, Lang},
    region::{Region, RegionKind, RegionTree},
};

use super::*;
use crate::{
    content::{Content, FlowRow, Status},
    figure::Figure,
    fixture::sample,
};

fn heading(zh: &str, en: &str, unit: Both) -> Heading {
    Heading {
        title: Both::new(zh, en),
        unit,
        source: Both::new(
            "核定支持结果与拨付台账，截至2024年12月31日",
            "awards and payments up to 2024-12-31",
        ),
        synthetic: true,
    }
}

fn wan() -> Both {
    Both::new("万元", "10,000 yuan")
}

pub(super) fn bullet(content: &Content, scale: BulletScale) -> Bullet {
    let table = &content.by_region[0];
    let rows = table.rows.iter().map(|row| BulletRow {
        name: row.region.clone(),
        target: row.target.clone(),
        target_value: row.target_figure.value(),
        actual: row.actual.clone(),
        status: row.status,
    });
    let heading = heading(
        "2024年各地区进口贴息支持企业数量：实际与目标",
        "Awards of import interest by region, 2024: actual against target",
        table.unit.clone(),
    );
    Bullet { heading, scale, rows: rows.collect() }
}

fn score(content: &Content) -> ScoreChart {
    ScoreChart {
        heading: heading("2024年度自评得分", "Score of the self-evaluation, 2024", Both::new("分", "points")),
        bars: content
            .score
            .categories
            .iter()
            .map(|c| ScoreBar { name: c.name.clone(), weight: c.weight.clone(), score: c.score.clone() })
            .collect(),
        total: content.score.total.clone(),
        of: content.score.of.clone(),
        grade: content.score.grade.clone(),
    }
}

fn satisfaction(content: &Content) -> SatisfactionChart {
    let survey = content.satisfaction.as_ref().unwrap();
    SatisfactionChart {
        heading: heading("2024年获支持对象满意度", "Satisfaction of beneficiaries, 2024", Both::same("%")),
        target: survey.target.clone(),
        target_value: survey.target_figure.value(),
        rows: [&survey.overall]
            .into_iter()
            .chain(&survey.by_region)
            .map(|row| SatisfactionDot {
                name: row.region.clone(),
                share: row.share.clone(),
                low: row.low.clone(),
                high: row.high.clone(),
                answers: row.answers.clone(),
                status: row.status,
            })
            .collect(),
    }
}

fn course(content: &Content) -> MoneyCourse {
    MoneyCourse {
        heading: heading("2024年资金执行与时间进度", "Money and time, 2024", wan()),
        budget: content.money.total.appropriation.clone(),
        months: content
            .money
            .by_month
            .iter()
            .map(|m| MoneyMonth { month: m.month, awarded: m.awarded.clone(), paid: m.paid.clone() })
            .collect(),
        looked_at: Some(7),
    }
}

fn flow(content: &Content) -> Flow {
    let flow = &content.flows[0];
    let part = |row: &FlowRow| FlowPart { name: row.name.clone(), amount: row.amount.clone() };
    Flow {
        heading: heading("进口贴息：从申报到拨付", "Import interest: from claim to payment", wan()),
        claimed: part(&flow.claimed),
        reductions: flow.reductions.iter().map(part).collect(),
        awarded: part(&flow.awarded),
        paid: part(&flow.paid),
        // 9,487 − 9,187 = 300 万元
        unpaid: FlowPart {
            name: Both::new("核定未拨付", "not paid yet"),
            amount: Figure::wan(jixiao_core::money::Fen(300_000_000)),
        },
    }
}

/// Many reductions, small ones and one below zero among them, long names, and nothing known of payments.
fn many(content: &Content) -> Flow {
    let mut flow = flow(content);
    let small = |at: i64| FlowPart {
        name: Both::new(
            format!("第{at}项：进口产品不在当年鼓励进口技术和产品目录范围之内"),
            format!(
                "reason {at}: the product is not in the catalogue of the year for which support is claimed"
            ),
        ),
        amount: Figure::wan(jixiao_core::money::Fen((at - 2) * 40_000_000)),
    };
    flow.reductions.extend((1..8).map(small));
    flow.paid.amount = Figure::missing();
    flow.unpaid.amount = Figure::wan(jixiao_core::money::Fen(1_600_000_000));
    flow
}

const TILES: &str = include_str!("../../../../funds/guangdong-trade-2024/tiles.toml");
const REGIONS: &str = include_str!("../../../../funds/guangdong-trade-2024/regions.csv");

/// The fund's regions, as far as the map needs them.
fn regions() -> RegionTree {
    let lines = REGIONS.lines().filter(|l| !l.starts_with('#')).skip(1);
    let regions = lines.map(|line| {
        let cells: Vec<&str> = line.split(',').collect();
        Region {
            code: cells[0].to_owned(),
            name: cells[1].to_owned(),
            english: cells[2].to_owned(),
            parent: (!cells[3].is_empty()).then(|| cells[3].to_owned()),
            kind: RegionKind::City,
            aliases: Vec::new(),
            in_scope: cells[6] == "yes",
            reason: String::new(),
        }
    });
    RegionTree::new(regions.collect()).unwrap()
}

fn map() -> TileMap {
    let tree = regions();
    let layout = TileLayout::parse(TILES, &tree).unwrap();
    let values = tree.iter().skip(1).zip(1i64..).map(|((_, region), at)| {
        let (actual, target) = (at * 1_117 % 4_600, at * 997 % 4_577);
        let (status, target) = match at {
            3 | 7 => (Status::Vacuous, 0),
            4 | 12 => (Status::Missing, target),
            _ if actual < target => (Status::Missed, target),
            _ if actual * 10 >= target * 13 => (Status::Exceeded, target),
            _ => (Status::Reached, target),
        };
        let value = match status {
            Status::Missing => Figure::missing(),
            _ => Figure::whole(actual.into(), Both::new("家", "enterprises")),
        };
        let value = TileValue {
            name: Both::same(region.name.clone()),
            value,
            target: Both::same(format!("≥ {target}")),
            status: region.in_scope.then_some(status),
        };
        (region.code.clone(), value)
    });
    TileMap {
        heading: heading(
            "2024年政策性出口信保服务支持企业数：各地区完成情况",
            "Enterprises with export credit insurance, 2024, by region",
            Both::new("家", "enterprises"),
        ),
        layout,
        values: values.collect(),
    }
}

/// Every chart with the name of its file.
fn all() -> Vec<(&'static str, Box<dyn Chart>)> {
    let content = sample();
    vec![
        ("bullet", Box::new(bullet(&content, BulletScale::OwnTarget))),
        ("bullet-common", Box::new(bullet(&content, BulletScale::Common))),
        ("score", Box::new(score(&content))),
        ("satisfaction", Box::new(satisfaction(&content))),
        ("money", Box::new(course(&content))),
        ("flow", Box::new(flow(&content))),
        ("flow-many", Box::new(many(&content))),
        ("tiles", Box::new(map())),
    ]
}

/// Element names and attributes that the typesetter's SVG reader draws.
const ELEMENTS: [&str; 13] = [
    "svg", "title", "desc", "defs", "pattern", "rect", "line", "polyline", "polygon", "circle", "path",
    "text", "g",
];

#[test]
fn every_chart_says_the_same_bytes_twice_and_uses_plain_elements_only() {
    for (name, chart) in all() {
        for lang in [Lang::Zh, Lang::En] {
            let svg = chart.svg(lang);
            assert_eq!(svg, chart.svg(lang), "{name}");
            for tag in svg.split('<').skip(1).filter(|t| !t.starts_with('/')) {
                let element = tag.split([' ', '>', '/']).next().unwrap_or_default();
                assert!(ELEMENTS.contains(&element), "{name}: <{element}>");
            }
            assert!(!svg.contains("style=") && !svg.contains("class=") && !svg.contains("var("), "{name}");
            assert!(svg.contains("<title>") && svg.contains("<desc>"), "{name}");
            let said = match lang {
                Lang::Zh => ["来源：", "（虚构数据）", "单位："],
                Lang::En => ["Source: ", "(invented data)", "Unit: "],
            };
            assert!(said.iter().all(|words| svg.contains(words)), "{name}: {said:?}");
        }
    }
}

#[test]
fn tables_have_as_many_cells_as_headings() {
    for (name, chart) in all() {
        for lang in [Lang::Zh, Lang::En] {
            let table = chart.table(lang);
            assert!(!table.rows.is_empty(), "{name}");
            assert!(table.rows.iter().all(|row| row.len() == table.columns.len()), "{name}");
        }
    }
}

#[test]
fn charts_of_nothing_are_drawn_too() {
    let empty: [Box<dyn Chart>; 6] = [
        Box::new(Bullet::default()),
        Box::new(ScoreChart::default()),
        Box::new(SatisfactionChart::default()),
        Box::new(MoneyCourse::default()),
        Box::new(Flow::default()),
        Box::new(TileMap::default()),
    ];
    for chart in empty {
        assert!(chart.svg(Lang::Zh).ends_with("</svg>\n"));
    }
}

#[test]
fn a_suppressed_result_is_said_in_words_and_gives_no_number_away() {
    let chart = satisfaction(&sample());
    let svg = chart.svg(Lang::Zh);
    assert!(svg.contains("答卷过少，不公布"), "{svg}");
    let row = chart.table(Lang::Zh).rows.into_iter().find(|row| row[0] == "珠海横琴").unwrap();
    assert!(row[1..5].iter().all(|cell| cell == "答卷过少，不公布"), "{row:?}");
}

#[test]
fn the_fund_s_tiles_are_sound_and_a_bad_file_tells_every_fault() {
    let tree = regions();
    assert_eq!(TileLayout::parse(TILES, &tree).unwrap().tiles().len(), 22);
    let bad = r#"tile = [
        { code = "440100", column = 3, row = 2 },
        { code = "440100", column = 3, row = 2 },
        { code = "990000", column = 99, row = 0 },
    ]"#;
    let messages: Vec<String> =
        TileLayout::parse(bad, &tree).unwrap_err().into_iter().map(|f| f.message.en).collect();
    for wanted in [
        "440100 has two tiles",
        "440100 and 440100 both stand in column 3, row 2",
        "code 990000 is not in regions.csv",
        "990000 stands in column 99",
        "韶关市 (440200) is in scope and has no tile",
    ] {
        assert!(messages.iter().any(|m| m.contains(wanted)), "{wanted}: {messages:?}");
    }
    // 深圳 is out of scope and needs none; the province is the whole.
    assert!(messages.iter().all(|m| !m.contains("440300") && !m.contains("440000")), "{messages:?}");
    let broken = TileLayout::parse("tile = [\n  { code = 4 }\n]", &tree).unwrap_err();
    assert_eq!((broken.len(), broken[0].line), (1, Some(2)));
}

#[test]
fn drawings_are_those_that_were_looked_at() {
    let content = sample();
    let mut small = bullet(&content, BulletScale::OwnTarget);
    small.rows.truncate(2);
    insta::assert_snapshot!("bullet", small.svg(Lang::Zh));
    insta::assert_snapshot!("score", score(&content).svg(Lang::En));
    let mut few = satisfaction(&content);
    few.rows.truncate(4);
    insta::assert_snapshot!("satisfaction", few.svg(Lang::Zh));
    insta::assert_snapshot!("flow", flow(&content).svg(Lang::Zh));
    let mut course = course(&content);
    course.months.truncate(3);
    insta::assert_snapshot!("money", course.svg(Lang::En));
    let mut map = map();
    map.values = map.values.into_iter().take(3).collect::<BTreeMap<_, _>>();
    insta::assert_snapshot!("tiles", map.svg(Lang::Zh));
}
