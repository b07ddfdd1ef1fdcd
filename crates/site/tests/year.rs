//! Pages of the computed year: who sees which figures, and how they came about.

mod common;

use std::{collections::BTreeMap, sync::Arc};

use common::{Browser, ZHANJIANG, ZHUHAI, visited};
use jixiao_core::{actual::Ratio, finding::Both, money::Fen};
use jixiao_report::{
    content::{
        CategoryScore, Content, Deviation, Lamp, LampRow, MonthRow, RegionRow, RegionTable, ResultRow, Status,
    },
    figure::Figure,
    published::{
        At, CourseOf, Derived, FORMAT, FileKind, FileOf, OwedRow, Published, Rest, Round, RoundOf, TOTAL,
        Tree,
    },
};
use jixiao_site::{site::YearBook, year::Seen};

const ID: &str = "import-interest-awards";

fn both(zh: &str, en: &str) -> Both {
    Both::new(zh, en)
}

fn number(value: i64, unit: &str) -> Figure {
    Figure::whole(value.into(), Both::same(unit))
}

/// What is said of one region, or (an empty code) the whole: so much paid of so much, so many awards, so many points.
fn content(code: &str, budget: i64, paid: i64, awards: i64, points: i64) -> Content {
    let mut content = Content { format: 1, synthetic: true, ..Content::default() };
    content.identity.fund = "guangdong-trade-2024".to_owned();
    content.identity.year = 2024;
    content.identity.region_code = code.to_owned();
    content.identity.regional = !code.is_empty();
    let total = &mut content.money.total;
    total.appropriation = Figure::wan(Fen(budget));
    total.allocated = Figure::wan(Fen(budget));
    total.awarded = Figure::wan(Fen(paid));
    total.paid = Figure::wan(Fen(paid));
    total.rate = Figure::percent(Ratio { numerator: paid.into(), denominator: budget.into() }, 2);
    content.money.by_month =
        vec![MonthRow { month: 1, awarded: Figure::wan(Fen(paid)), paid: Figure::wan(Fen(paid)) }];
    content.results = vec![ResultRow {
        indicator: ID.to_owned(),
        category: both("产出指标", "output"),
        name: both("进口贴息支持企业数量", "Enterprises awarded import interest"),
        unit: both("家次", "awards"),
        target: Both::same("≥ 7"),
        actual: number(awards, "家次"),
        status: if awards < 7 { Status::Missed } else { Status::Reached },
        weight: number(25, "分"),
        score: number(points, "分"),
        illustrative: vec!["import-interest.rate".to_owned()],
        ..ResultRow::default()
    }];
    content.score.total = number(points, "分");
    content.score.categories = vec![CategoryScore {
        id: "output".to_owned(),
        name: both("产出指标", "output"),
        weight: number(25, "分"),
        score: number(points, "分"),
    }];
    content
}

fn tree(points: i64, rows: u32) -> Tree {
    let ground = Rest::Clause {
        text: both("计分公式", "formula of the score"),
        source: both("某办法<第三条>", "some rule <3>"),
        certainty: "M-high".to_owned(),
    };
    let actual = Tree {
        label: both("实际完成值", "actual"),
        value: Both::same("6"),
        grounds: vec![
            Rest::Row { ledger: both("核定结果", "awards"), file: "awards.csv".to_owned(), row: rows },
            Rest::Illustrative { parameter: "import-interest.rate".to_owned() },
        ],
        illustrative: true,
        ..Tree::default()
    };
    Tree {
        label: both("得分", "score"),
        value: Both::same(points.to_string()),
        formula: "6 ÷ 7 × 25".to_owned(),
        grounds: vec![ground],
        illustrative: true,
        children: vec![actual],
        ..Tree::default()
    }
}

fn file(name: &str, kind: FileKind, code: &str) -> FileOf {
    FileOf {
        name: name.to_owned(),
        what: both("一份文件", "a file"),
        kind,
        code: code.to_owned(),
        media: "text/csv; charset=utf-8".to_owned(),
        bytes: 3,
        ..FileOf::default()
    }
}

/// Two cities and the whole. 38 of 50 in Zhanjiang, 61 of 70 in Zhuhai (all in 10,000 yuan), 99 of 120 together.
fn published() -> Published {
    let mut whole = content("", 120_000_000, 99_123_456, 17, 23);
    let row = |code: &str, zh: &str, awards| RegionRow {
        code: code.to_owned(),
        region: Both::same(zh),
        target: Both::same("≥ 7"),
        target_figure: number(7, "家次"),
        actual: number(awards, "家次"),
        status: if awards < 7 { Status::Missed } else { Status::Reached },
        ..RegionRow::default()
    };
    whole.by_region = vec![RegionTable {
        indicator: ID.to_owned(),
        name: both("进口贴息支持企业数量", "Enterprises awarded import interest"),
        unit: both("家次", "awards"),
        rows: vec![row(ZHANJIANG, "湛江市", 6), row(ZHUHAI, "珠海市", 11)],
    }];
    whole.deviations = vec![Deviation {
        indicator: both("进口贴息支持企业数量", "Enterprises awarded import interest"),
        region: both("湛江市", "Zhanjiang"),
        status: Status::Missed,
        overdue: true,
        ..Deviation::default()
    }];
    let derived = |code: &str, indicator: &str, points, rows| Derived {
        code: code.to_owned(),
        indicator: indicator.to_owned(),
        tree: tree(points, rows),
    };
    let round = |code: &str, lamp, paid| RoundOf {
        code: code.to_owned(),
        paid: Figure::wan(Fen(paid)),
        lamp: LampRow {
            lamp, reason: both("执行率低于时间进度", "behind time"), ..LampRow::default()
        },
        owed: vec![OwedRow {
            kind: "progress".to_owned(),
            indicator: ID.to_owned(),
            overdue: 9,
            what: Both::same(format!("缺 {code} 进度")),
            ..OwedRow::default()
        }],
        ..RoundOf::default()
    };
    let at = |month, value| At {
        month,
        value: number(value, "家次"),
        projected: number(value * 2, "家次"),
        chance: both("有可能", "possible"),
        chance_code: Some(2),
        ..At::default()
    };
    Published {
        format: FORMAT,
        whole,
        regions: BTreeMap::from([
            (ZHANJIANG.to_owned(), content(ZHANJIANG, 50_000_000, 38_123_456, 6, 21)),
            (ZHUHAI.to_owned(), content(ZHUHAI, 70_000_000, 61_000_000, 11, 25)),
        ]),
        derivations: vec![
            derived("", TOTAL, 23, 1),
            derived("", ID, 23, 1),
            derived(ZHANJIANG, TOTAL, 21, 44),
            derived(ZHANJIANG, ID, 21, 44),
            derived(ZHUHAI, ID, 25, 77),
        ],
        courses: vec![CourseOf {
            code: ZHANJIANG.to_owned(),
            indicator: ID.to_owned(),
            name: both("进口贴息支持企业数量", "Enterprises awarded import interest"),
            months: vec![at(6, 3), at(7, 4)],
            ..CourseOf::default()
        }],
        rounds: vec![
            Round { month: 6, official: false, regions: vec![round(ZHANJIANG, Lamp::Green, 21_000_000)] },
            Round {
                month: 7,
                official: true,
                regions: vec![
                    round("", Lamp::Green, 70_000_000),
                    round(ZHANJIANG, Lamp::Red, 22_000_000),
                    round(ZHUHAI, Lamp::Green, 48_000_000),
                ],
            },
        ],
        files: vec![
            file("自评报告.csv", FileKind::Report, ""),
            file("分地区/湛江市/自评表.csv", FileKind::Form, ZHANJIANG),
            file("分地区/珠海市/自评表.csv", FileKind::Form, ZHUHAI),
            file("核定结果/awards.csv", FileKind::Awards, ""),
        ],
        ..Published::default()
    }
}

/// A site with the computed year.
fn shown(browser: &Browser) {
    let fund = browser.site.funds.values().next().expect("a fund");
    fund.show_year(YearBook { published: published(), read: Arc::new(|name| Ok(name.as_bytes().to_vec())) });
}

const PAGES: &[&str] = &["/results", "/indicators", "/regions", "/monitor", "/score", "/files"];

#[test]
fn before_a_year_is_computed_the_pages_say_what_to_do() {
    visited(|browser| async move {
        let officer = browser.enters("programme").await;
        for path in PAGES.iter().filter(|path| **path != "/files") {
            let page = officer.looks(path).await;
            assert_eq!(page.status, 200, "{path}");
            assert!(page.text.contains("jixiao run --out"), "{path}");
        }
        assert_eq!(officer.looks("/derivation/whole/total").await.status, 404);
    });
}

#[test]
fn every_page_is_for_officials_only_and_speaks_both_languages() {
    visited(|browser| async move {
        shown(&browser);
        for name in ["programme", "finance", "auditor", "zhanjiang"] {
            let mut visitor = browser.enters(name).await;
            for lang in ["zh", "en"] {
                visitor.lang = lang;
                for path in PAGES {
                    let page = visitor.looks(path).await;
                    assert_eq!(page.status, 200, "{name} {path}: {}", page.text);
                }
                let page = visitor.looks("/indicators/import-interest-awards").await.text;
                let name = if lang == "zh" {
                    "进口贴息支持企业数量"
                } else {
                    "Enterprises awarded import interest"
                };
                assert!(page.contains(name), "{lang}");
            }
        }
        for name in ["one", "root", ""] {
            let visitor = browser.enters(name).await;
            for path in PAGES.iter().chain(&["/derivation/whole/total", "/files/核定结果/awards.csv"]) {
                let status = visitor.looks(path).await.status;
                assert!(matches!(status, 303 | 401 | 403), "{name} {path}: {status}");
            }
        }
    });
}

#[test]
fn the_whole_shows_every_region_and_a_city_only_itself() {
    visited(|browser| async move {
        shown(&browser);
        let officer = browser.enters("programme").await;
        let page = officer.looks("/results").await.text;
        // 120,000,000 fen are 120.00 of 10,000 yuan, 99,123,456 fen are 99.12 and to the fen 991,234.56 yuan.
        for figure in ["120.00", "99.12", "991,234.56", "湛江市", "珠海市", "23 分", "<svg"] {
            assert!(page.contains(figure), "{figure}");
        }
        // The map is drawn for the chosen indicator and the layout of the fund.
        assert!(page.contains("id=\"chart-map-import-interest-awards\""));
        let city = browser.enters("zhanjiang").await;
        let page = city.looks("/results").await.text;
        // 38,123,456 fen.
        assert!(page.contains("38.12") && page.contains("381,234.56") && page.contains("湛江市"));
        for path in PAGES {
            let page = city.looks(path).await.text;
            for hidden in ["99.12", "61.00", "珠海市", "chart-map-", "自评报告", "awards.csv"] {
                assert!(!page.contains(hidden), "{path} shows {hidden}");
            }
        }
        for path in [
            "/regions/440400",
            "/results?region=whole",
            "/results?region=440400",
            "/indicators/import-interest-awards?region=440400",
            "/monitor?region=440400",
            "/score?region=whole",
            "/derivation/440400/import-interest-awards",
            "/derivation/whole/total",
            "/regions/nowhere",
            "/indicators/nothing",
        ] {
            assert_eq!(city.looks(path).await.status, 404, "{path}");
        }
        assert_eq!(city.looks("/regions/440800").await.status, 200);
        assert_eq!(officer.looks("/regions/440400").await.status, 200);
    });
}

#[test]
fn a_place_by_score_is_told_to_a_region_only_where_the_fund_says_so() {
    visited(|browser| async move {
        shown(&browser);
        let officer = browser.enters("programme").await;
        assert!(officer.looks("/regions").await.text.contains("名次"));
        // 21 points beside 25.
        assert!(officer.looks("/regions/440800").await.text.contains("2 / 2"));
        let city = browser.enters("zhanjiang").await;
        for path in ["/regions", "/regions/440800", "/results"] {
            assert!(!city.looks(path).await.text.contains("名次"), "{path}");
        }
    });
    let (mut fund, _) = common::fund();
    let year = Arc::new(YearBook { published: published(), read: Arc::new(|_| Ok(Vec::new())) });
    let seen = |whole, regions: &[&str]| Seen {
        year: Arc::clone(&year),
        whole,
        regions: regions.iter().map(|code| (*code).to_owned()).collect(),
    };
    for told in [false, true] {
        fund.regions_see_rank = told;
        let (own, all) = (seen(false, &[ZHANJIANG]), seen(true, &[ZHANJIANG, ZHUHAI]));
        assert_eq!(own.rank(ZHANJIANG, &fund), told.then_some((2, 2)));
        assert_eq!(own.rank(ZHUHAI, &fund), None, "another region's place is its own");
        assert_eq!((all.rank(ZHANJIANG, &fund), all.rank(ZHUHAI, &fund)), (Some((2, 2)), Some((1, 2))));
        assert_eq!(all.rank("", &fund), None, "the whole stands beside nothing");
    }
}

#[test]
fn a_figure_opens_its_derivation_with_sources_and_marks() {
    visited(|browser| async move {
        shown(&browser);
        let city = browser.enters("zhanjiang").await;
        let list = city.looks("/indicators").await.text;
        assert!(list.contains("hx-get=\"/derivation/440800/import-interest-awards\""), "{list}");
        assert!(list.contains("※"));
        let page = city.looks("/derivation/440800/import-interest-awards").await.text;
        for piece in ["6 ÷ 7 × 25", "计分公式", "M-high", "awards.csv 第 44 行", "import-interest.rate", "※"]
        {
            assert!(page.contains(piece), "{piece}");
        }
        // What a source says is text, never markup.
        assert!(page.contains("某办法&#60;第三条&#62;"), "{page}");
        // The total names its parts.
        let total = city.looks("/derivation/440800/total").await.text;
        assert!(total.contains("/derivation/440800/import-interest-awards"));
        assert_eq!(city.looks("/derivation/440800/nothing").await.status, 404);
    });
}

#[test]
fn the_round_of_a_month_says_what_is_owed() {
    visited(|browser| async move {
        shown(&browser);
        let officer = browser.enters("finance").await;
        // Without a month it is the official round.
        let july = officer.looks("/monitor").await.text;
        for piece in ["7月运行监控", "红灯", "22.00", "48.00", "缺 440400 进度"] {
            assert!(july.contains(piece), "{piece}");
        }
        let june = officer.looks("/monitor?month=6&region=440800").await.text;
        assert!(june.contains("6月运行监控") && june.contains("21.00") && !june.contains("48.00"));
        // 3 by June, 6 expected.
        assert!(june.contains("有可能"));
        let city = browser.enters("zhuhai").await.looks("/monitor").await.text;
        assert!(city.contains("48.00") && !city.contains("红灯"));
        let course = officer.looks("/indicators/import-interest-awards?region=440800").await.text;
        assert!(course.contains("有可能") && course.contains("/derivation/440800/import-interest-awards"));
        // 3 by June, 4 by July: the course is drawn, with its data behind a switch; the whole has none here.
        assert!(course.contains("逐月进展与全年预计") && course.contains("截至7月为4"), "{course}");
        let whole = officer.looks("/indicators/import-interest-awards").await.text;
        assert!(!whole.contains("逐月进展与全年预计"));
    });
}

#[test]
fn the_map_is_of_the_indicator_and_the_month_that_are_chosen() {
    visited(|browser| async move {
        shown(&browser);
        let mut officer = browser.enters("programme").await;
        let year = officer.looks("/results").await.text;
        assert!(year.contains("name=\"month\"") && !year.contains("截至2024年"), "{year}");
        let july = officer.looks("/results?month=7").await.text;
        assert!(july.contains("截至2024年7月进口贴息支持企业数量"), "{july}");
        assert!(july.contains("value=\"7\" selected"), "{july}");
        let may = officer.looks("/results?month=5").await.text;
        assert!(may.contains("没有该月的分地区数据") && may.contains("name=\"month\""), "{may}");
        // What is no month is the whole year.
        assert!(!officer.looks("/results?month=13").await.text.contains("没有该月的分地区数据"));
        officer.lang = "en";
        assert!(officer.looks("/results?month=7").await.text.contains("by month 7 of 2024"));
    });
}

#[test]
fn the_score_opens_downwards_and_says_which_reasons_are_due() {
    visited(|browser| async move {
        shown(&browser);
        let mut officer = browser.enters("auditor").await;
        let page = officer.looks("/score").await.text;
        assert!(page.contains("产出指标 <b>23 分</b>"), "{page}");
        assert!(page.contains("应说明未说明"));
        officer.lang = "en";
        let page = officer.looks("/score?region=440800").await.text;
        assert!(page.contains("output <b>21 分</b>") && !page.contains("a reason is due"));
    });
}

#[test]
fn files_are_given_as_far_as_one_may_have_them() {
    visited(|browser| async move {
        shown(&browser);
        let officer = browser.enters("programme").await;
        let list = officer.looks("/files").await.text;
        assert!(list.contains("/files/%E6%A0%B8%E5%AE%9A%E7%BB%93%E6%9E%9C/awards.csv"), "{list}");
        let awards = "/files/%E6%A0%B8%E5%AE%9A%E7%BB%93%E6%9E%9C/awards.csv";
        let answer = officer.looks(awards).await;
        assert_eq!((answer.status, answer.text.as_str()), (200, "核定结果/awards.csv"));
        assert_eq!(answer.header("content-disposition"), "attachment; filename*=UTF-8''awards.csv");
        let city = browser.enters("zhanjiang").await;
        assert_eq!(city.looks(awards).await.status, 404);
        let own =
            "/files/%E5%88%86%E5%9C%B0%E5%8C%BA/%E6%B9%9B%E6%B1%9F%E5%B8%82/%E8%87%AA%E8%AF%84%E8%A1%A8.csv";
        assert_eq!(city.looks(own).await.status, 200);
        let other = own.replace("%E6%B9%9B%E6%B1%9F", "%E7%8F%A0%E6%B5%B7");
        assert_eq!((city.looks(&other).await.status, officer.looks(&other).await.status), (404, 200));
        // Names that the year does not list lead nowhere, wherever they point.
        for name in ["/files/year.json", "/files/..%2F..%2Fetc%2Fpasswd", "/files/%2Fetc%2Fpasswd"] {
            assert_eq!(officer.looks(name).await.status, 404, "{name}");
        }
    });
}

#[test]
fn the_target_table_stands_as_its_form_with_findings_at_their_cells() {
    visited(|browser| async move {
        let mut officer = browser.enters("programme").await;
        let page = officer.looks("/targets").await.text;
        // The published table of the built-in fund has findings of every severity, the first at a cell of the form.
        assert!(page.contains("class=\"official\"") && page.contains("href=\"#finding-1\""), "{page}");
        assert!(page.contains("id=\"finding-1\"") && page.contains("<del>") && page.contains("<ins>"));
        officer.lang = "en";
        let english = officer.looks("/targets").await.text;
        assert!(english.contains("errors: ") && english.contains("what to do next"));
        for name in ["one", "root", ""] {
            let status = browser.enters(name).await.looks("/targets").await.status;
            assert!(matches!(status, 303 | 401 | 403), "{name}: {status}");
        }
    });
}

#[test]
fn an_uploaded_table_is_checked_at_once_and_a_file_that_is_none_says_why() {
    visited(|browser| async move {
        let city = browser.enters("zhanjiang").await;
        let (_, texts) = common::fund();
        let own = texts.get("target-table.txt").expect("the built-in fund has a table");
        // What the whole reaches, put below what its parts promise together.
        let spoiled = own.replacen("270", "9270", 1);
        let page = city.attaches("/targets", "表.txt", spoiled.as_bytes()).await;
        assert_eq!(page.status, 200, "{}", page.text);
        assert!(
            page.text.contains("表.txt")
                && page.text.contains("9270")
                && page.text.contains("id=\"finding-1\"")
        );
        for (name, bytes) in
            [("空.txt", &b""[..]), ("散文.txt", "今天天气很好。".as_bytes()), ("坏.docx", b"PK\x03\x04")]
        {
            let page = city.attaches("/targets", name, bytes).await;
            assert_eq!(page.status, 422, "{name}");
            assert!(
                page.text.contains("role=\"alert\"") && page.text.contains("class=\"official\""),
                "{name}"
            );
        }
        // Nothing was kept: the fund's table is as it was.
        assert!(!city.looks("/targets").await.text.contains("9270"));
    });
}
