//! The official forms of the Guangdong fund, filled from invented results: written, read back, computed again, and looked at as text.

use std::{
    collections::BTreeMap,
    fs,
    io::{Cursor, Read as _},
    path::PathBuf,
};

use calamine::{Data, Reader as _, Xlsx};
use jiff::civil::date;
use jixiao_core::{
    actual::{Actual, Measured, Ratio},
    checks::{Selection, check},
    derivation::Node,
    evaluation::{Evaluator, Inputs, Money, Reason, RuleSet, Scene, ScoreSheet, Verdict, recompute},
    finding::Both,
    fund::{FolderTexts, Fund},
    money::Fen,
    monitor::{self, Asked, Courses, Monitoring, MonthlyCourse, followed, monitor},
    place::{Place, Written},
    region::RegionId,
    table::{ColumnRole, MoneyRole, RegionRow, TargetTable},
    target::{Target, decimal},
};
use jixiao_report::forms::{
    FORMS, Filling, For, Form, FormAmounts, FormFile, FormMoney, GoalsReached, layout, regional_targets,
    self_evaluation, targets, write,
};
use jixiao_tables::{Document, read, read::Limits, write::write_txt};

fn in_workspace(path: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join(path)
}

fn text(name: &str) -> String {
    fs::read_to_string(in_workspace(&format!("funds/guangdong-trade-2024/{name}")))
        .expect("a file of the fund")
}

fn fund() -> Fund {
    let files: FolderTexts = ["fund.toml", "regions.csv", "indicators.toml"]
        .into_iter()
        .map(|name| (name.to_owned(), text(name)))
        .collect();
    Fund::parse(&files).expect("the fund folder is sound")
}

fn document(bytes: &[u8], name: &str, fund: &Fund) -> Document {
    read(bytes, Some(name), Some(&fund.regions), &Limits::default())
        .unwrap_or_else(|e| panic!("{name}: {}", e.en()))
}

/// The published table, with the year's target of the satisfaction that the published text has lost.
fn published(fund: &Fund) -> TargetTable {
    let mut table = document(text("target-table.txt").as_bytes(), "target-table.txt", fund).table;
    let last = table.indicators.last_mut().expect("indicators");
    assert!(last.title.contains("满意度"));
    let (cycle, year) = last.whole.split_at_mut(1);
    year[0].written.text.clone_from(&cycle[0].written.text);
    year[0].reading = cycle[0].reading.clone();
    table
}

fn figure(text: &str) -> Actual {
    Actual::Number(decimal(text).expect("a figure"))
}

fn graded() -> Actual {
    Actual::Graded(decimal("0.7").expect("a share"), Both::new("部分保持", "partly kept"))
}

fn share(numerator: i64, denominator: i64) -> Actual {
    Actual::Share(Ratio { numerator: numerator.into(), denominator: denominator.into() })
}

/// Invented results of the province: awards short, imports graded, all else reached.
fn province() -> Vec<(&'static str, Actual)> {
    vec![
        ("import-interest-awards", figure("135")),
        ("premium-support-enterprises", figure("20416")),
        ("completion-date", Actual::Date(date(2024, 12, 20))),
        ("within-budget", Actual::State(true)),
        ("zone-imports", figure("312.75")),
        ("base-imports", figure("200")),
        ("import-willingness", graded()),
        // 1,693 of 1,798: 94.1601… %.
        ("beneficiary-satisfaction", share(1693, 1798)),
    ]
}

/// Invented results of a city: no award at all, the imports nobody has reported.
fn city() -> Vec<(&'static str, Actual)> {
    vec![
        ("import-interest-awards", figure("0")),
        ("premium-support-enterprises", figure("138")),
        ("import-willingness", Actual::State(true)),
        ("beneficiary-satisfaction", share(17, 21)),
    ]
}

struct Case {
    fund: Fund,
    table: TargetTable,
    city: RegionId,
}

impl Case {
    fn new() -> Self {
        let fund = fund();
        let table = published(&fund);
        let city = fund.regions.find("湛江市").expect("a city");
        Self { fund, table, city }
    }

    fn sheet(&self, region: Option<RegionId>, money: Money) -> ScoreSheet {
        let rules = RuleSet::national().expect("the national rules");
        let results = if region.is_none() { province() } else { city() };
        let measured: Vec<Measured> = results
            .into_iter()
            .map(|(id, actual)| Measured {
                indicator: id.to_owned(),
                region,
                actual,
                illustrative: Vec::new(),
                derivation: Node::default(),
            })
            .collect();
        let reason = |indicator: Option<&str>, text: &str| Reason {
            region,
            indicator: indicator.map(str::to_owned),
            text: text.to_owned(),
            deduction: None,
            by: "虚构的填报人".to_owned(),
        };
        let reasons = [
            reason(
                Some("import-interest-awards"),
                "目录调整后部分产品不再列入，申报企业减少；下年度按新目录测算目标。",
            ),
            reason(Some("import-willingness"), "部分企业转向国内采购；已加强政策宣讲。"),
            reason(None, "年末一批资金因企业账户变更未付出，已于次年一月支付。"),
        ];
        let money = BTreeMap::from([(region, money)]);
        let scene = Scene::new(&self.fund, &self.table);
        let inputs = Inputs { measured: &measured, money: &money, reasons: &reasons, typed: &[] };
        Evaluator::new(&rules, &scene, 2024, inputs).unwrap_or_else(|f| panic!("{f:?}")).sheet(region)
    }

    fn province(&self) -> ScoreSheet {
        self.sheet(None, spent(59_647, Some(52_489)))
    }

    fn city(&self) -> ScoreSheet {
        self.sheet(Some(self.city), spent(1_000, Some(0)))
    }

    /// July: everything that is done by a day or a state is in sight, and nothing else is known.
    fn monitored(&self, rules: &monitor::Rules) -> Monitoring {
        let followed = followed(&self.table, &self.fund, 2024);
        let mut courses = Courses::new();
        for target in &followed {
            let derivation = Node::default();
            let course = match target.target {
                Target::Deadline(_) => {
                    MonthlyCourse::Date { done: None, expected: target.deadline, derivation }
                }
                Target::State(_) => MonthlyCourse::State { holds: true, settled: false, derivation },
                _ => continue,
            };
            courses.insert((target.indicator.clone(), target.region), course);
        }
        let paid = (1..=7).map(|m| wan(m * 4_000)).collect();
        let money =
            monitor::Money { initial: wan(59_647), adjusted: wan(59_647), paid, ..Default::default() };
        monitor(&Asked {
            rules,
            year: 2024,
            month: 7,
            today: date(2024, 8, 10),
            followed: &followed,
            courses: &courses,
            money: &BTreeMap::from([(None, money)]),
            reasons: &[],
            tree: &self.fund.regions,
        })
        .expect("sound input")
    }

    /// Every form with its name, filled: those for either of both, for both.
    fn all(&self) -> Vec<(String, TargetTable)> {
        let rules = monitor::Rules::parse("monitoring.toml", &text("monitoring.toml")).expect("sound rules");
        let monitoring = self.monitored(&rules);
        let (province, city) = (self.province(), self.city());
        let mut all = Vec::new();
        for region in [None, Some(self.city)] {
            let filling = Filling {
                table: &self.table,
                year: 2024,
                regions: &self.fund.regions,
                region,
                sheet: Some(if region.is_none() { &province } else { &city }),
                money: &if region.is_none() { money() } else { FormMoney::default() },
                goals: &goals(),
                monitoring: Some((&monitoring, &rules)),
                notes: &["本表为虚构数据，仅供演示。".to_owned()],
            };
            let wanted = |form: &&Form| match form.made_for {
                For::Whole => region.is_none(),
                For::Region => region.is_some(),
                For::Either => true,
            };
            for form in FORMS.iter().filter(wanted) {
                let whom = if region.is_none() { "whole" } else { "region" };
                all.push((format!("{}-{whom}", form.id), form.fill(&filling).expect("filled")));
            }
        }
        all
    }
}

fn wan(amount: i64) -> Fen {
    Fen(amount * 1_000_000)
}

/// Amounts in 万元.
fn spent(adjusted: i64, executed: Option<i64>) -> Money {
    Money { adjusted: Some(wan(adjusted)), executed: executed.map(wan), derivation: None }
}

fn money() -> FormMoney {
    let line = |initial, adjusted, executed| FormAmounts {
        initial: Some(wan(initial)),
        adjusted: Some(wan(adjusted)),
        executed: Some(wan(executed)),
    };
    FormMoney {
        total: FormAmounts { initial: Some(wan(59_647)), ..FormAmounts::default() },
        parts: vec![
            ("当年财政拨款".to_owned(), line(59_647, 59_647, 52_489)),
            ("上年结转资金".to_owned(), line(0, 0, 0)),
            ("其他资金".to_owned(), FormAmounts::default()),
        ],
    }
}

fn goals() -> GoalsReached {
    GoalsReached {
        set: Vec::new(),
        reached: vec!["全年进口贴息支持135家次，出口信保服务支持企业2.04万家，进出口保持平稳。".to_owned()],
    }
}

fn said(form: &TargetTable, indicator: usize, role: ColumnRole) -> Option<&str> {
    form.indicators[indicator].marks.get(role).map(|w| w.text.as_str())
}

#[test]
fn every_form_comes_back_from_every_format_as_it_was() {
    let case = Case::new();
    for (name, form) in case.all() {
        for file in [FormFile::Xlsx, FormFile::Docx] {
            let bytes = write(&form, file).expect("written");
            assert_eq!(bytes, write(&form, file).expect("written"), "{name}: the same bytes each time");
            let back = document(&bytes, &format!("{name}.{}", file.extension()), &case.fund);
            // Lines below the table are one remark each, so they are compared as they are.
            assert_eq!(back.table.content(), form.content(), "{name} {file:?}");
        }
    }
}

#[test]
fn computing_the_written_form_again_finds_no_difference() {
    let case = Case::new();
    let rules = RuleSet::national().expect("the national rules");
    let filled = self_evaluation(&case.table, &case.province(), &money(), &goals());
    for file in [FormFile::Xlsx, FormFile::Docx] {
        let name = format!("form.{}", file.extension());
        let back = document(&write(&filled, file).expect("written"), &name, &case.fund).table;
        let again = recompute(&rules, &back, Some(&case.fund));
        assert_eq!(again.rows.len(), 8);
        for row in again.rows.iter().chain(&again.execution) {
            assert!(
                matches!(row.verdict, Verdict::Agrees | Verdict::Open),
                "{name}: {} {:?} {:?}",
                row.title,
                row.verdict,
                row.reason
            );
        }
        // Words are for a person: the state, the grade. Everything with a figure or a day is computed.
        let open: Vec<&str> =
            again.rows.iter().filter(|r| r.verdict == Verdict::Open).map(|r| r.title.as_str()).collect();
        assert_eq!(open, ["预算控制", "保持企业进口积极性"]);
        let agrees = again.rows.iter().filter(|r| r.verdict == Verdict::Agrees);
        assert!(agrees.into_iter().all(|r| r.difference.is_some_and(|d| d.is_zero())));
        // 产出 50 over 数量, 时效, 成本: 16.67, 16.67, 16.66; awards 8.34 or 8.33 at 135 of 270: half. 效益 30 over three: 10 each, 保持 70 %.
        // Execution 52,489 of 59,647: 8.80. 100 − 4.17 − 3 − 1.20.
        assert_eq!(again.sum_of_typed, again.typed_total, "{name}");
        assert_eq!(again.typed_total, case.province().total.score, "{name}");
        let said: Vec<String> =
            again.findings.iter().map(|f| format!("{} {}", f.code, f.message.zh)).collect();
        assert_eq!(said, Vec::<String>::new(), "{name}");
    }
}

#[test]
fn missing_not_applicable_and_zero_are_three_things() {
    let case = Case::new();
    let form = self_evaluation(&case.table, &case.city(), &FormMoney::default(), &GoalsReached::default());
    let titles: Vec<&str> = form.indicators.iter().map(|i| i.title.as_str()).collect();
    // No target of this city: the deadline, the budget; base imports are the province's.
    assert_eq!(titles.len(), 5, "{titles:?}");
    assert!(!titles.iter().any(|t| t.contains("预算控制") || t.contains("基地")));
    // No award is zero awards and zero points.
    assert_eq!(
        (said(&form, 0, ColumnRole::Actual), said(&form, 0, ColumnRole::Score)),
        (Some("0"), Some("0"))
    );
    // Nobody reported the imports: neither result nor points, and the sum cannot be said.
    let imports = titles.iter().position(|t| t.contains("示范区")).expect("imports");
    assert_eq!(
        (said(&form, imports, ColumnRole::Actual), said(&form, imports, ColumnRole::Score)),
        (None, None)
    );
    assert!(said(&form, imports, ColumnRole::Weight).is_some());
    assert_eq!(form.total.as_ref().and_then(|t| t.get(ColumnRole::Score)), None);
    assert!(
        form.notes.iter().any(|n| n.text.contains("尚缺") && n.text.contains("示范区")),
        "{:?}",
        form.notes
    );
    // Nothing was spent: 0 % and no points, which is not the same as amounts that nobody gave.
    let total = |role| form.money[0].get(role).map(|w| w.text.as_str());
    assert_eq!((total(MoneyRole::Executed), total(MoneyRole::Rate)), (Some("0"), Some("0%")));
    assert_eq!((total(MoneyRole::Score), total(MoneyRole::InitialBudget)), (Some("0"), None));
    let part = |role| form.money[1].get(role).map(|w| w.text.as_str());
    assert_eq!((part(MoneyRole::Executed), part(MoneyRole::Score)), (None, Some("—")));

    // Without an executed amount there is neither rate nor score, and it is said.
    let sheet = case.sheet(Some(case.city), spent(1_000, None));
    let form = self_evaluation(&case.table, &sheet, &FormMoney::default(), &GoalsReached::default());
    let total = |role| form.money[0].get(role).map(|w| w.text.as_str());
    assert_eq!((total(MoneyRole::AdjustedBudget), total(MoneyRole::Executed)), (Some("1000"), None));
    assert_eq!((total(MoneyRole::Rate), total(MoneyRole::Score)), (None, None));
    // A budget of zero has no rate.
    let sheet = case.sheet(Some(case.city), spent(0, Some(0)));
    let form = self_evaluation(&case.table, &sheet, &FormMoney::default(), &GoalsReached::default());
    assert_eq!(form.money[0].get(MoneyRole::Rate), None);
    assert!(form.notes.iter().any(|n| n.text.contains("须人工核定")), "{:?}", form.notes);
}

#[test]
fn what_is_left_out_has_a_dash_and_says_why() {
    let mut case = Case::new();
    // As published: no target of the year for the satisfaction.
    case.table.indicators[7].whole[1] = {
        let mut cell = case.table.indicators[7].whole[1].clone();
        cell.written.text = String::new();
        cell.reading = jixiao_core::target::Reading::parse("");
        cell
    };
    let form = self_evaluation(&case.table, &case.province(), &money(), &goals());
    let last = |role| said(&form, 7, role).unwrap_or_default();
    assert_eq!((last(ColumnRole::Weight), last(ColumnRole::Score)), ("—", "—"));
    assert_eq!(last(ColumnRole::Actual), "94.16%");
    assert!(last(ColumnRole::Reason).starts_with("不计分：本年度没有指标值"), "{}", last(ColumnRole::Reason));
    let total = form.total.as_ref().and_then(|t| t.get(ColumnRole::Weight)).map(|w| w.text.as_str());
    assert_eq!(total, Some("100"), "its weight is shared among the others");
    let findings =
        check(&form, Some(&case.fund), None, &Selection { only: vec!["W".into()], ignore: Vec::new() });
    let said: Vec<String> =
        findings.findings.iter().map(|f| format!("{} {}", f.code, f.message.zh)).collect();
    assert_eq!(said, Vec::<String>::new());
}

#[test]
fn a_workbook_holds_numbers_and_texts() {
    let case = Case::new();
    let form = self_evaluation(&case.table, &case.province(), &money(), &goals());
    let bytes = write(&form, FormFile::Xlsx).expect("a workbook");
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    let sheet = book.worksheet_range_at(0).expect("a sheet").expect("readable");
    let row = |begin: &str| -> Vec<Data> {
        let is_it = |cells: &&[Data]| cells.iter().any(|c| c.to_string().starts_with(begin));
        let cells = sheet.rows().find(is_it).unwrap_or_else(|| panic!("{begin}"));
        cells.iter().filter(|c| **c != Data::Empty && **c != Data::String(String::new())).cloned().collect()
    };
    let number = Data::Float;
    // 52,489 ÷ 59,647 = 88.00 % (0.87999…), 8.80 of 10 points.
    assert_eq!(
        row("年度资金总额")[1..],
        [number(59647.0), number(59647.0), number(52489.0), number(10.0), number(0.88), number(8.8)]
    );
    let dash = || Data::String("—".to_owned());
    assert_eq!(row("上年结转资金")[1..], [number(0.0), number(0.0), number(0.0), dash(), dash()]);
    assert_eq!(row("其他资金")[1..], [dash(), dash()]);
    let awards = row("进口贴息支持企业数量");
    assert!(
        awards.contains(&Data::String("> 270".to_owned())) && awards.contains(&number(135.0)),
        "{awards:?}"
    );
    assert!(row("获支持对象满意度").contains(&number(0.9416)));
    assert!(row("项目完成时间").contains(&Data::String("2024年12月20日".to_owned())));
    assert_eq!(row("总分")[1], number(100.0));
}

#[test]
fn a_form_that_cannot_be_filled_says_what_is_missing() {
    let case = Case::new();
    let (money, goals, sheet) = (FormMoney::default(), GoalsReached::default(), case.city());
    let filling = Filling {
        table: &case.table,
        year: 2024,
        regions: &case.fund.regions,
        region: None,
        sheet: None,
        money: &money,
        goals: &goals,
        monitoring: None,
        notes: &[],
    };
    let fault =
        |id: &str, filling: &Filling<'_>| Form::find(id).expect("a form").fill(filling).expect_err(id).0.en;
    assert!(fault("regional-targets", &filling).contains("say which"));
    assert!(fault("self-evaluation", &filling).contains("needs a score sheet"));
    assert!(fault("monitoring", &filling).contains("needs a score sheet or monitoring"));
    let region = Filling { region: Some(case.city), ..filling };
    assert!(fault("targets", &region).contains("not for a region"));
    let other = Filling { sheet: Some(&sheet), ..filling };
    assert!(fault("self-evaluation", &other).contains("another region or year"));
    let other = Filling { year: 2025, sheet: Some(&sheet), ..region };
    assert!(fault("regional-self-evaluation", &other).contains("another region or year"));
    assert!(Form::find("none").is_none());
}

/// A sample among the filled forms.
fn sample(name: &str, fund: &Fund) -> TargetTable {
    document(&fs::read(in_workspace(&format!("samples/tables/{name}"))).expect("a sample"), name, fund).table
}

#[test]
fn the_targets_of_a_filled_form_are_issued_again_without_its_results() {
    let fund = fund();
    // Comparator and unit have columns of their own there.
    let form = targets(&sample("selfeval-sichuan.xlsx", &fund));
    let roles: Vec<ColumnRole> = form.columns.iter().map(|c| c.role).collect();
    assert!(roles.contains(&ColumnRole::Comparator) && roles.contains(&ColumnRole::Unit), "{roles:?}");
    for gone in [ColumnRole::Actual, ColumnRole::Weight, ColumnRole::Score, ColumnRole::Reason] {
        assert!(!roles.contains(&gone), "{gone:?}");
        assert!(form.indicators.iter().all(|i| i.marks.get(gone).is_none()), "{gone:?}");
    }
    assert!(form.total.is_none() && form.goals.iter().all(|g| !g.actual));
    let back = document(&write(&form, FormFile::Docx).expect("written"), "form.docx", &fund).table;
    assert_eq!(back.content(), form.content());
    // What was a goal table stays what it was.
    let published = published(&fund);
    assert_eq!(targets(&published), published);
}

#[test]
fn a_target_in_one_cell_has_its_comparator_and_unit() {
    let fund = fund();
    let mut table = sample("selfeval-sichuan.xlsx", &fund);
    let city = fund.regions.find("湛江市").expect("a city");
    for indicator in &mut table.indicators {
        let cells = indicator.whole.clone();
        let name = Written::new("湛江市", Place::default());
        let marks = indicator.marks.clone();
        indicator.regions = vec![RegionRow { name, region: Some(city), cells, marks }];
    }
    let form =
        regional_targets(&table, city, "湛江市", 2024, &FormMoney::default(), &GoalsReached::default());
    let of = |t: &TargetTable| -> Vec<Target> {
        t.indicators.iter().map(|i| i.whole[0].target().clone()).collect()
    };
    assert_eq!(of(&form), of(&table), "read from one cell, each target says what it said in three");
    let written: Vec<&str> = form.indicators.iter().map(|i| i.whole[0].written.text.as_str()).collect();
    insta::assert_snapshot!(written.join("\n"), @"");
}

#[test]
fn pages_are_a4_with_their_heading_on_each() {
    let case = Case::new();
    for (name, form) in case.all() {
        let page = layout(&form);
        // Only the monitoring form is too wide to stand upright.
        assert_eq!(page.landscape, name.starts_with("monitoring"), "{name}");
        let repeated = page.repeat_rows.clone().expect("a heading");
        let heading: Vec<&str> =
            page.rows[repeated].iter().flat_map(|r| &r.cells).map(|c| c.text.as_str()).collect();
        assert!(heading.contains(&"三级指标"), "{name}: {heading:?}");
        let bytes = write(&form, FormFile::Xlsx).expect("a workbook");
        let part = |path: &str| -> String {
            let mut archive = zip::ZipArchive::new(Cursor::new(&bytes)).expect("an archive");
            let mut text = String::new();
            archive.by_name(path).expect(path).read_to_string(&mut text).expect("text");
            text
        };
        let sheet = part("xl/worksheets/sheet1.xml");
        let turned = if page.landscape { "landscape" } else { "portrait" };
        let set_up = format!("<pageSetup paperSize=\"9\" fitToHeight=\"0\" orientation=\"{turned}\"");
        assert!(sheet.contains(&set_up), "{name}: {set_up}");
        assert!(part("xl/workbook.xml").contains("_xlnm.Print_Titles"), "{name}");
    }
}

#[test]
fn forms_as_they_were_looked_at() {
    for (name, form) in Case::new().all() {
        // The published goal table itself has a page of regions for each indicator; others say how it is laid out.
        if name == "targets-whole" {
            continue;
        }
        let page = write_txt(&layout(&form)).expect("text");
        insta::with_settings!({ snapshot_path => "forms", prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(name, page);
        });
    }
}

/// Not a test: writes every form in both formats.
#[test]
#[ignore = "writes files to look at: cargo test -p jixiao-report --test forms -- --ignored"]
fn files_to_look_at() {
    let folder = in_workspace("target/forms");
    fs::create_dir_all(&folder).expect("a folder");
    for (name, form) in Case::new().all() {
        for file in [FormFile::Xlsx, FormFile::Docx] {
            let path = folder.join(format!("{name}-{0}.{0}", file.extension()));
            fs::write(path, write(&form, file).expect("written")).expect("a file");
        }
    }
}
