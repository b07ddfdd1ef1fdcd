//! Measures over small hand-made ledgers, with the hand calculation beside each figure. Funds, enterprises and figures are invented.

use std::{collections::BTreeMap, sync::LazyLock};

use jixiao_core::{
    actual::{Actual, Measured},
    derivation::Ground,
    evaluation::Scorer,
    fund::{FolderTexts, Fund},
    region::RegionId,
};
use jixiao_engine::{
    fault::Text,
    measure::{self, Actuals, Known, Part},
    run::{Bindings, RunError},
    schema::Ledgers,
    scheme::plan::Plan,
};
use rust_decimal::Decimal;

mod common;

use common::{CYCLE, Files, code};

static LEDGERS: LazyLock<Ledgers> = LazyLock::new(|| {
    common::ledgers(
        "enterprises unique: code credit-code | name text | region text
         claims: no text | code credit-code | scheme text | yuan decimal 2 元
         payments: no text | code credit-code | region text | yuan decimal 2 元 | day date | year whole | state text
         limits: no text | region text | yuan decimal 2 元 | day date | year whole
         trade: code credit-code | month date | goods text | yuan decimal 2 元
         kinds: goods text | class text
         members: code credit-code | until date
         answers: code credit-code | scheme text | question text | answer text | day date
         reports: indicator text | region text | year whole | month whole | value text | unit text | proof text | by text | day date
         words: year whole | month whole | region text | indicator text | kind text | words text | measure text | by text | day date
         marks: year whole | region text | indicator text | side text | score decimal 2 1 | off decimal 2 1 | why text | by text | day date",
    )
});

const REGIONS: &str = "code,name,parent,kind,aliases,in_scope,reason
440000,某省,,province,,yes,
440100,甲市,440000,city,,yes,
440200,乙市,440000,city,,yes,
440300,外市,440000,city,,no,
440400,丙市,440000,city,,yes,
4404HQ,丙区,440400,zone,,yes,
440500,丁市,440000,city,,yes,
";

fn fund(indicators: &str, zones: &str) -> Fund {
    let text = format!(
        "id = \"test\"\nname = \"试\"\napplies_to = [\"试\"]\ndepartment = \"厅\"\nzone_convention = {zones:?}\n\
         [cycle]\nfirst = 2024\nlast = 2026\n[budget]\ntotal = \"1万元\"\n"
    );
    let texts: FolderTexts =
        [("fund.toml", text.as_str()), ("indicators.toml", indicators), ("regions.csv", REGIONS)]
            .map(|(name, text)| (name.to_owned(), text.to_owned()))
            .into();
    Fund::parse(&texts).unwrap_or_else(|faults| panic!("{faults:?}"))
}

fn scheme(id: &str) -> Plan {
    let text = format!(
        "id = \"{id}\"\nLABEL\n[applicant]\nledger = \"enterprises\"\nkey = \"code\"\nname = \"name\"\nregion = \"region\"\n\
         [[parameter]]\nid = \"part\"\nLABEL\nunit = \"%\"\nvalues = [{{ year = 2024, value = \"100\", source = \"示例\", status = \"illustrative\" }}]\n\
         [[class]]\nid = \"one\"\nLABEL\nledger = \"claims\"\napplicant = \"code\"\n\
         principal = \"yuan\"\nprincipal_unit = \"元\"\nvalue = \"principal * part\"\n\
         [[class.condition]]\nid = \"its\"\nREASON\nexpression = \"scheme = '{id}'\"\n\
         [[class.step]]\nid = \"fen\"\nLABEL\nexpression = \"round_half_up(amount, 2)\"\n"
    );
    common::plan(&LEDGERS, &text, 2024, &[])
}

/// A file whose cells `=1` stand for the code of enterprise 1.
fn csv(heading: &str, rows: &[&str]) -> String {
    let mut text = format!("{heading}\n");
    for row in rows {
        let cell = |c: &str| c.strip_prefix('=').map_or(c.to_owned(), |n| code(n.parse().expect("a number")));
        text += &(row.split(',').map(cell).collect::<Vec<_>>().join(",") + "\n");
    }
    text
}

/// Enterprises 1 and 2 in 甲市, 3 in 乙市, 4 outside of the fund, 5 in 丙市, 6 in its zone. Two schemes support them:
/// grants 1 (100.00), 2 (50.00), 4 (5.00), 5 (10.00), 6 (20.00); loans 1 (30.00), 3 (40.00).
fn base() -> Files {
    let register = csv(
        "code,name,region",
        &["=1,一,440100", "=2,二,440100", "=3,三,440200", "=4,四,440300", "=5,五,440400", "=6,六,4404HQ"],
    );
    let claims = csv(
        "no,code,scheme,yuan",
        &[
            "1,=1,grants,100",
            "2,=2,grants,50",
            "3,=4,grants,5",
            "4,=5,grants,10",
            "5,=6,grants,20",
            "6,=1,loans,30",
            "7,=3,loans,40",
        ],
    );
    Files::of(&[("enterprises", register), ("claims", claims)])
}

const HEAD: &str =
    "[applicant]\nledger = \"enterprises\"\nkey = \"code\"\nname = \"name\"\nregion = \"region\"\n";

/// An indicator with its measure.
fn indicator(id: &str, unit: &str, measure: &str) -> String {
    let unit = if unit.is_empty() { String::new() } else { format!("unit = {unit:?}\n") };
    format!(
        "[[indicator]]\nid = {id:?}\nnames = [\"指标{id}\"]\n{unit}roll_up = {{ regions = \"none\", years = \"none\" }}\n[indicator.measure]\n{measure}\n"
    )
}

fn planned(text: &str) -> measure::Plan {
    let file = Text { name: "indicators.toml".to_owned(), text: text.to_owned() };
    let known = Known {
        ledgers: &LEDGERS,
        schemes: &["grants", "loans"],
        cycle: CYCLE,
        regions: &|c| c.starts_with("44"),
    };
    measure::file::read(&file)
        .and_then(|read| {
            assert_eq!(measure::check(&read, &known), []);
            measure::plan(&read, &known, 2024)
        })
        .unwrap_or_else(|faults| panic!("{faults:#?}"))
}

fn run(text: &str, files: &Files, zones: &str) -> Result<Actuals, RunError> {
    let plans = [scheme("grants"), scheme("loans")];
    let bindings: Vec<Bindings> = plans.iter().map(Bindings::of).collect();
    let outcomes =
        files.run_all(&LEDGERS, &plans, &bindings, 2).unwrap_or_else(|e| panic!("{}", e.text().en)).outcomes;
    let (plan, fund) = (planned(text), fund(text, zones));
    files.with(&LEDGERS, 2, |setting| measure::actuals(&plan, &outcomes, setting, &fund))
}

fn measured(text: &str, files: &Files) -> Actuals {
    run(text, files, "city-excludes-zone").unwrap_or_else(|e| panic!("{}", e.text().en))
}

/// Regions by their place in the list.
fn region(name: &str) -> Option<RegionId> {
    fund("", "city-excludes-zone").regions.find(name)
}

/// An indicator's actuals in the order whole, 甲市, 乙市, 丙市, 丙区, 丁市, as short texts.
fn short(actuals: &Actuals, id: &str) -> Vec<String> {
    let of = |m: &Measured| match &m.actual {
        Actual::Missing => "missing".to_owned(),
        Actual::NotApplicable(_) => "n/a".to_owned(),
        Actual::Number(n) => n.to_string(),
        Actual::Share(r) => format!("{}/{}", r.numerator, r.denominator),
        Actual::Date(d) => d.to_string(),
        Actual::State(s) => s.to_string(),
        Actual::Graded(share, words) => format!("{share} {}", words.en),
    };
    let names = ["甲市", "乙市", "丙市", "丙区", "丁市"];
    std::iter::once(None)
        .chain(names.iter().map(|n| region(n)))
        .map(|r| of(actuals.of(id, r).expect("measured")))
        .collect()
}

fn months(actuals: &Actuals, id: &str, part: Part, name: &str, year: i16) -> Vec<String> {
    let region = if name.is_empty() { None } else { region(name) };
    let course = actuals
        .courses
        .iter()
        .find(|c| c.indicator == id && c.part == part && c.region == region && c.year == year)
        .expect("a course");
    course.months.iter().map(|m| m.map_or_else(|| "-".to_owned(), |d| d.to_string())).collect()
}

#[test]
fn awards_are_counted_by_scheme_and_enterprises_once() {
    let text = HEAD.to_owned()
        + &indicator("awards", "家次", "kind = \"count-awards\"\nschemes = [\"grants\", \"loans\"]")
        + &indicator("enterprises", "家", "kind = \"count-enterprises\"\nschemes = [\"grants\", \"loans\"]")
        + &indicator("money", "万元", "kind = \"sum-awarded\"\nschemes = [\"grants\", \"loans\"]");
    let actuals = measured(&text, &base());
    // Enterprise 1 has an award of each scheme; 4 lies outside of the fund and counts nowhere. 甲市: 1, 1, 2.
    assert_eq!(short(&actuals, "awards"), ["6", "3", "1", "1", "1", "0"]);
    assert_eq!(short(&actuals, "enterprises"), ["5", "2", "1", "1", "1", "0"]);
    // 100 + 50 + 10 + 20 + 30 + 40 = 250 元 = 0.025 万元; 甲市 180, 乙市 40, 丙市 10, 丙区 20.
    assert_eq!(short(&actuals, "money"), ["0.025", "0.018", "0.004", "0.001", "0.002", "0"]);
    let whole = actuals.of("awards", None).expect("the whole");
    assert_eq!(whole.illustrative, ["grants.part", "loans.part"]);
    assert!(whole.derivation.grounds.contains(&Ground::Illustrative { parameter: "grants.part".to_owned() }));
    assert!(matches!(&whole.derivation.grounds[0], Ground::Rows { count: 6, .. }), "{:?}", whole.derivation);
    assert!(
        whole.derivation.parts[0].value.en.starts_with("1 of enterprises outside"),
        "{:?}",
        whole.derivation
    );
}

#[test]
fn a_city_contains_its_zone_where_the_fund_says_so() {
    let text = HEAD.to_owned()
        + &indicator("enterprises", "家", "kind = \"count-enterprises\"\nschemes = [\"grants\"]");
    let actuals = run(&text, &base(), "city-includes-zone").unwrap_or_else(|e| panic!("{}", e.text().en));
    // 丙市 has 5 and, from its zone, 6; the whole counts 6 once.
    assert_eq!(short(&actuals, "enterprises"), ["4", "2", "0", "2", "1", "0"]);
}

#[test]
fn a_scheme_that_was_not_computed_is_missing() {
    let text =
        HEAD.to_owned() + &indicator("loans", "家", "kind = \"count-enterprises\"\nschemes = [\"loans\"]");
    let (files, plan, fund) = (base(), planned(&text), fund(&text, "city-excludes-zone"));
    let outcome = files.run(&LEDGERS, &scheme("grants")).unwrap_or_else(|e| panic!("{}", e.text().en));
    let actuals = files
        .with(&LEDGERS, 1, |setting| measure::actuals(&plan, &[outcome], setting, &fund))
        .unwrap_or_else(|e| panic!("{}", e.text().en));
    assert_eq!(short(&actuals, "loans"), ["missing"; 6]);
    assert!(actuals.of("loans", None).expect("it").derivation.value.en.contains("loans were not computed"));
}

const SUM: &str = "kind = \"aggregate\"\nledger = \"trade\"\nenterprise = \"code\"\nvalue = \"yuan\"\nof = \"sum\"\ndate = \"month\"";

#[test]
fn sums_are_exact_in_the_unit_and_by_the_registers_region() {
    let mut files = base();
    let rows = [
        "=1,2024-01-15,油,123456789.01",
        "=1,2024-03-01,车,100000000",
        "=2,2024-03-31,油,0.99",
        "=6,2024-02-01,油,250000000",
        "=4,2024-02-01,油,900000000",
        "=9,2024-02-01,油,700000000",
        "=1,2023-12-31,油,50000000",
        "=3,2023-05-01,油,30000000",
        "=1,2024-02-30,油,1",
    ];
    files.add("trade", "trade.csv", &csv("code,month,goods,yuan", &rows));
    let text = HEAD.to_owned() + &indicator("imports", "亿元", SUM);
    let actuals = measured(&text, &files);
    // 甲市: 123,456,789.01 + 100,000,000 + 0.99 = 223,456,790.00 元 = 2.2345679 亿元; 丙区 2.5; the whole 4.7345679.
    // Enterprise 4 is outside of the fund, 9 is unknown; what 1 and 3 imported in 2023 belongs to that year.
    assert_eq!(short(&actuals, "imports"), ["4.7345679", "2.2345679", "0", "0", "2.5", "0"]);
    // The ledger reaches March 2024.
    let dash = ["-"; 9];
    let course = |name, year| months(&actuals, "imports", Part::Value, name, year);
    assert_eq!(course("甲市", 2024)[..3], ["1.2345678901", "1.2345678901", "2.2345679"]);
    assert_eq!(course("甲市", 2024)[3..], dash);
    assert_eq!(course("乙市", 2024)[..4], ["0", "0", "0", "-"]);
    assert_eq!(course("", 2024)[..3], ["1.2345678901", "3.7345678901", "4.7345679"]);
    // 2023: 乙市 0.3 from May on, the ledger reaches December.
    assert_eq!(course("乙市", 2023)[3..6], ["0", "0.3", "0.3"]);
    assert_eq!(course("", 2023)[11], "0.8");
    let whole = &actuals.of("imports", None).expect("the whole").derivation;
    assert_eq!(whole.value.en, "4.7345679 × 100 million yuan");
    assert!(whole.formula.contains("473,456,790.00 元"), "{}", whole.formula);
    assert!(
        matches!(&whole.grounds[0], Ground::Rows { ledger, count: 4, listed } if ledger == "trade" && listed == "trade.csv")
    );
    assert_eq!(
        whole.parts[0].value.en,
        "1 outside of the fund's regions, 1 of no known region, 1 set aside at intake (of any year and condition)"
    );
    assert_eq!(actuals.courses.iter().map(|c| c.year).max(), Some(2024));
}

#[test]
fn look_ups_filters_and_dated_parameters_say_which_rows_count() {
    let mut files = base();
    let rows = [
        "=1,2024-01-01,油,10",
        "=1,2024-01-01,书,20",
        "=2,2024-06-01,油,40",
        "=3,2024-06-01,车,80",
        "=5,2024-06-01,油,160",
    ];
    files.add("trade", "trade.csv", &csv("code,month,goods,yuan", &rows));
    files.add("kinds", "kinds.csv", "goods,class\n油,大宗\n车,整车\n");
    files.add(
        "members",
        "members.csv",
        &csv("code,until", &["=1,", "=2,2023-12-31", "=3,2024-01-01", "=5,"]),
    );
    let parameters = "[[parameter]]\nid = \"begins\"\nkind = \"date\"\nlabel = { zh = \"始\", en = \"begin\" }\nvalues = [{ years = [2024, 2025, 2026], value = \"2024-01-01\", source = \"历\" }]\n\
        [[parameter]]\nid = \"floor\"\nunit = \"元\"\nlabel = { zh = \"少\", en = \"least\" }\nvalues = [{ years = [2024, 2025, 2026], value = \"0\", source = \"例\", status = \"illustrative\" }, { years = [2024, 2025, 2026], region = \"440200\", value = \"100\", source = \"例\" }]\n";
    let lookups = "[[indicator.measure.lookup]]\nid = \"kind\"\nledger = \"kinds\"\non = { goods = \"goods\" }\n\
        [[indicator.measure.lookup]]\nid = \"member\"\nledger = \"members\"\non = { code = \"code\" }\nwhere = \"until is null or until >= begins\"\nmode = \"any\"\n";
    let text = HEAD.to_owned()
        + parameters
        + &indicator(
            "all",
            "元",
            &format!("{SUM}\nwhere = \"kind.found and member.found and yuan > floor\"\n{lookups}"),
        )
        + &indicator(
            "bulk",
            "元",
            &format!("{SUM}\nwhere = \"kind.class = '大宗' and enterprise.region like '4401%'\"\n{lookups}"),
        );
    let actuals = measured(&text, &files);
    // 1 with oil 10 (books are no kind), 5 with 160. 2 has left; 3 is a member still, but 乙市 wants more than 100.
    assert_eq!(short(&actuals, "all"), ["170", "10", "0", "160", "0", "0"]);
    // Oil in 甲市: 10 + 40.
    assert_eq!(short(&actuals, "bulk"), ["50", "50", "0", "0", "0", "0"]);
    assert_eq!(actuals.of("all", None).expect("it").illustrative, ["indicators.floor"]);
    assert_eq!(actuals.of("bulk", None).expect("it").illustrative, [""; 0]);
    // Two rows that answer one look-up stop the run, with all three places.
    files.add("kinds", "kinds-2.csv", "goods,class\n油,别\n");
    let error = run(&text, &files, "city-excludes-zone").expect_err("oil is there twice").text().en;
    assert!(
        error.contains("trade.csv, row 2")
            && error.contains("kinds.csv row 2")
            && error.contains("kinds-2.csv row 2"),
        "{error}"
    );
}

#[test]
fn counts_extremes_and_distinct_values_over_regions() {
    let mut files = base();
    let rows = ["=1,2024-01-05,油,10", "=2,2024-02-10,油,20", "=3,2024-03-20,油,5", "=3,2024-01-20,车,7"];
    files.add("trade", "trade.csv", &csv("code,month,goods,yuan", &rows));
    let of = |of: &str, value: &str, more: &str| {
        let value = if value.is_empty() { String::new() } else { format!("value = {value:?}\n") };
        format!(
            "kind = \"aggregate\"\nledger = \"trade\"\nenterprise = \"code\"\nof = {of:?}\n{value}date = \"month\"\n{more}"
        )
    };
    let text = HEAD.to_owned()
        + &indicator("rows", "笔", &of("count", "", ""))
        + &indicator("kinds", "种", &of("count-distinct", "goods", ""))
        + &indicator("most", "元", &of("max", "yuan", ""))
        + &indicator("first", "", &of("min", "month", ""))
        + &indicator("handed-in", "笔", &of("count", "", "empty = \"missing\""));
    let actuals = measured(&text, &files);
    assert_eq!(short(&actuals, "rows"), ["4", "2", "2", "0", "0", "0"]);
    // 油 is met in 甲市 and in 乙市: 1 + 2 kinds of regions, 2 of the whole.
    assert_eq!(short(&actuals, "kinds"), ["2", "1", "2", "0", "0", "0"]);
    assert_eq!(months(&actuals, "kinds", Part::Value, "", 2024)[..4], ["2", "2", "2", "-"]);
    assert_eq!(short(&actuals, "most"), ["20", "20", "7", "missing", "missing", "missing"]);
    assert_eq!(
        short(&actuals, "first"),
        ["2024-01-05", "2024-01-05", "2024-01-20", "missing", "missing", "missing"]
    );
    // Where regions hand rows in themselves, no row is no figure.
    assert_eq!(short(&actuals, "handed-in"), ["4", "2", "2", "missing", "missing", "missing"]);
}

#[test]
fn a_ledger_without_a_file_is_missing_and_one_without_rows_is_zero() {
    let text = HEAD.to_owned() + &indicator("imports", "元", SUM);
    let mut files = base();
    let actuals = measured(&text, &files);
    assert_eq!(short(&actuals, "imports"), ["missing"; 6]);
    assert!(actuals.of("imports", None).expect("it").derivation.value.en.contains("has no file"));
    assert_eq!(actuals.courses.len(), 0);
    files.add("trade", "trade.csv", "code,month,goods,yuan\n");
    assert_eq!(short(&measured(&text, &files), "imports"), ["0"; 6]);
}

#[test]
fn shares_keep_their_parts() {
    let mut files = base();
    files.add(
        "trade",
        "trade.csv",
        &csv("code,month,goods,yuan", &["=1,2024-01-05,油,10", "=2,2024-02-10,油,0", "=3,2024-03-20,油,5"]),
    );
    let part = |name: &str, of: &str| {
        format!(
            "[indicator.measure.{name}]\nkind = \"aggregate\"\nledger = \"trade\"\nenterprise = \"code\"\nof = {of}\ndate = \"month\"\n"
        )
    };
    let measure = format!(
        "kind = \"ratio\"\n{}{}",
        part("numerator", "\"count-distinct\"\nvalue = \"code\"\nwhere = \"yuan > 0\""),
        part("denominator", "\"count-distinct\"\nvalue = \"code\"")
    );
    let actuals = measured(&(HEAD.to_owned() + &indicator("share", "%", &measure)), &files);
    // 甲市 1 of 2, 乙市 1 of 1; the whole 2 of 3, no mean of 50 % and 100 %.
    assert_eq!(short(&actuals, "share"), ["2/3", "1/2", "1/1", "0/0", "0/0", "0/0"]);
    let whole = &actuals.of("share", None).expect("it").derivation;
    assert_eq!((whole.value.en.as_str(), whole.formula.as_str()), ("66.67%", "2 ÷ 3"));
    assert_eq!(months(&actuals, "share", Part::Numerator, "", 2024)[..3], ["1", "1", "2"]);
    assert_eq!(months(&actuals, "share", Part::Denominator, "甲市", 2024)[..3], ["1", "2", "2"]);
}

fn graded() -> String {
    let parameter = |id: &str, value: &str| {
        format!(
            "[[parameter]]\nid = {id:?}\nlabel = {{ zh = \"线\", en = \"line\" }}\nunit = \"%\"\nvalues = [{{ years = [2024, 2025, 2026], value = {value:?}, source = \"示例\", status = \"illustrative\" }}]\n"
        )
    };
    let measure = "kind = \"graded\"\ngrade = [{ at_least = \"high\", share = \"1\", words = { zh = \"保持\", en = \"kept\" } }, { at_least = \"low\", share = \"some\", words = { zh = \"部分\", en = \"partly\" } }, { share = \"0\", words = { zh = \"未保持\", en = \"lost\" } }]\n\
        [indicator.measure.numerator]\nkind = \"aggregate\"\nledger = \"trade\"\nenterprise = \"code\"\nsupported = [\"grants\"]\nwhere = \"yuan > 0\"\nvalue = \"code\"\nof = \"count-distinct\"\ndate = \"month\"\n\
        [indicator.measure.denominator]\nkind = \"count-enterprises\"\nschemes = [\"grants\"]\n";
    HEAD.to_owned()
        + &parameter("high", "75")
        + &parameter("low", "50")
        + &parameter("some", "60")
        + &indicator("zeal", "", measure)
}

#[test]
fn grades_begin_at_their_thresholds() {
    let mut files = base();
    // Supported by grants: 1, 2 (甲市), 5 (丙市), 6 (丙区); 3 is not. 1, 5 and 6 import, 2 does not.
    files.add(
        "trade",
        "trade.csv",
        &csv(
            "code,month,goods,yuan",
            &[
                "=1,2024-01-05,油,10",
                "=2,2024-02-10,油,0",
                "=3,2024-03-20,油,5",
                "=5,2024-03-20,油,5",
                "=6,2024-03-20,油,5",
                "=2,2023-03-20,油,5",
            ],
        ),
    );
    let actuals = measured(&graded(), &files);
    // The whole 3 of 4 = 75 %, exactly the line; 甲市 1 of 2 = 50 %, exactly the lower line; 乙市 and 丁市 support nobody.
    assert_eq!(short(&actuals, "zeal"), ["1 kept", "0.6 partly", "n/a", "1 kept", "1 kept", "n/a"]);
    let whole = actuals.of("zeal", None).expect("it");
    assert_eq!(whole.derivation.formula, "3 ÷ 4 = 75.00% ≥ 75.00%");
    assert_eq!(whole.illustrative, ["grants.part", "indicators.high", "indicators.low", "indicators.some"]);
    files.0.remove("trade");
    files.add("trade", "trade.csv", &csv("code,month,goods,yuan", &["=1,2024-01-05,油,10"]));
    // 1 of 4 = 25 %; 丙市 0 of 1.
    assert_eq!(short(&measured(&graded(), &files), "zeal")[..4], ["0 lost", "0.6 partly", "n/a", "0 lost"]);
}

fn within() -> String {
    let part = |name: &str, ledger: &str, more: &str| {
        format!(
            "[indicator.measure.{name}]\nkind = \"aggregate\"\nledger = {ledger:?}\nregion = \"region\"\nvalue = \"yuan\"\nof = \"sum\"\nyear = \"year\"\ndate = \"day\"\n{more}"
        )
    };
    let measure = format!(
        "kind = \"within\"\n{}{}",
        part("amount", "payments", "where = \"state = 'posted'\"\n"),
        part("limit", "limits", "")
    );
    HEAD.to_owned() + &indicator("budget", "", &measure)
}

#[test]
fn what_is_paid_stays_within_what_was_handed_down() {
    let mut files = base();
    let limits = [
        "1,440100,150,2023-12-20,2024",
        "2,440200,40,2024-02-01,2024",
        "3,440400,10,2024-02-01,2024",
        "4,440100,5,2024-02-01,2025",
    ];
    files.add("limits", "limits.csv", &csv("no,region,yuan,day,year", &limits));
    let paid = [
        "1,=1,440100,100,2024-03-01,2024,posted",
        "2,=2,440100,50,2024-04-01,2024,posted",
        "3,=2,440100,50,2024-04-01,2024,void",
        "4,=3,440200,40.01,2025-01-05,2024,posted",
        "5,=6,4404HQ,1,2024-05-01,2024,posted",
        "6,=4,440300,999,2024-05-01,2024,posted",
    ];
    files.add("payments", "payments.csv", &csv("no,code,region,yuan,day,year,state", &paid));
    let actuals = measured(&within(), &files);
    // 甲市 150 of 150 (one order is void); 乙市 40.01 of 40; 丙市 0 of 10; 丙区 1 of 0; 丁市 has no money at all.
    // The whole: 150 + 40.01 + 1 = 191.01 of 150 + 40 + 10 = 200.
    assert_eq!(short(&actuals, "budget"), ["true", "true", "false", "true", "false", "n/a"]);
    let second = &actuals.of("budget", region("乙市")).expect("it").derivation;
    assert_eq!((second.formula.as_str(), second.value.en.as_str()), ("40.01 > 40.00", "over by 0.01 yuan"));
    assert_eq!(
        second.parts.iter().map(|p| p.value.en.as_str()).collect::<Vec<_>>(),
        ["40.01 yuan", "40.00 yuan"]
    );
    // Handed down before the year began: there from January. Paid after its end: in no month, but in the actual.
    // The last document is of February, but the limit stands as long as payments are told: to December, since one came later still.
    assert_eq!(months(&actuals, "budget", Part::Limit, "甲市", 2024), ["150"; 12]);
    assert_eq!(months(&actuals, "budget", Part::Limit, "乙市", 2024)[..3], ["0", "40", "40"]);
    assert_eq!(months(&actuals, "budget", Part::Amount, "甲市", 2024)[1..5], ["0", "100", "150", "150"]);
    assert_eq!(months(&actuals, "budget", Part::Amount, "乙市", 2024)[11], "0");
}

fn completed() -> String {
    HEAD.to_owned()
        + &indicator(
            "done",
            "",
            "kind = \"completed\"\nledger = \"payments\"\nenterprise = \"code\"\nwhere = \"state = 'posted'\"\nvalue = \"yuan\"\nyear = \"year\"\ndate = \"day\"",
        )
}

#[test]
fn the_work_is_done_on_the_day_on_which_the_last_award_was_paid() {
    let mut files = base();
    let heading = "no,code,region,yuan,day,year,state";
    let paid = [
        "1,=1,440100,130,2024-03-01,2024,posted",
        "2,=2,440100,20,2024-04-01,2024,posted",
        "3,=2,440100,30,2024-12-31,2024,posted",
        "4,=3,440200,40,2024-06-01,2024,void",
        "5,=3,440200,40,2025-01-15,2024,posted",
        "6,=5,440400,9.99,2024-05-01,2024,posted",
    ];
    files.add("payments", "payments.csv", &csv(heading, &paid));
    let actuals = measured(&completed(), &files);
    // 甲市: 1 has 100 + 30, 2 has 20 + 30: all paid on 31 December. 乙市: paid in January of the next year, the void order aside.
    // 丙市 lacks 0.01, 丙区 all of its 20.00; 丁市 has no award. The whole waits for 2 enterprises with 20.01.
    assert_eq!(short(&actuals, "done"), ["missing", "2024-12-31", "2025-01-15", "missing", "missing", "n/a"]);
    let whole = &actuals.of("done", None).expect("it").derivation;
    assert_eq!(whole.value.en, "missing: 20.01 yuan of 2 enterprises are not paid");
    assert_eq!(whole.parts[0].value.en, "250.00 yuan");
    assert_eq!(whole.parts[1].value.en, "229.99 yuan");
    // Too much for one enterprise does not settle another's award.
    files.add("payments", "payments-2.csv", &csv(heading, &["7,=5,440400,20.01,2024-05-02,2024,posted"]));
    assert_eq!(short(&measured(&completed(), &files), "done")[..1], ["missing"]);
    files.add("payments", "payments-3.csv", &csv(heading, &["8,=6,440400,20,2025-02-01,2024,posted"]));
    assert_eq!(
        short(&measured(&completed(), &files), "done")[..5],
        ["2025-02-01", "2024-12-31", "2025-01-15", "2024-05-02", "2025-02-01"]
    );
}

#[test]
fn awards_have_a_course_by_what_was_paid_on_them() {
    let mut files = base();
    let paid = [
        "1,=1,440100,30,2024-02-01,2024,posted",
        "2,=1,440100,70,2024-03-01,2024,posted",
        "3,=2,440100,50,2024-03-01,2024,void",
        "4,=6,440400,20,2024-04-01,2024,posted",
    ];
    files.add("payments", "payments.csv", &csv("no,code,region,yuan,day,year,state", &paid));
    let course = "kind = \"count-enterprises\"\nschemes = [\"grants\"]\n[indicator.measure.course]\nledger = \"payments\"\nenterprise = \"code\"\nwhere = \"state = 'posted'\"\nvalue = \"code\"\nof = \"count-distinct\"\nyear = \"year\"\ndate = \"day\"";
    let actuals = measured(&(HEAD.to_owned() + &indicator("supported", "家", course)), &files);
    assert_eq!(short(&actuals, "supported")[0], "4");
    // 1 in February (its second payment adds nobody), 6 in April; the void order never counts.
    assert_eq!(months(&actuals, "supported", Part::Value, "", 2024)[..5], ["0", "1", "1", "2", "-"]);
}

#[test]
fn answers_are_handed_on_with_their_rows_and_the_population() {
    let mut files = base();
    let rows = [
        "=1,grants,q1,满意,2024-05-01",
        "=1,grants,q1,不满意,2024-05-02",
        "=4,grants,q1,满意,2024-05-01",
        "=9,grants,q1,满意,2024-05-01",
        "=6,grants,q1,满意,2025-05-01",
        "=6,grants,q1,嗯,2024-05-03",
    ];
    files.add("answers", "answers.csv", &csv("code,scheme,question,answer,day", &rows));
    let text = HEAD.to_owned()
        + &indicator(
            "pleased",
            "%",
            "kind = \"survey\"\nledger = \"answers\"\nenterprise = \"code\"\nscheme = \"scheme\"\nquestion = \"question\"\nanswer = \"answer\"\ndate = \"day\"\nschemes = [\"grants\"]",
        );
    let actuals = measured(&text, &files);
    assert!(actuals.measured.is_empty(), "what answers come to is counted elsewhere");
    let [survey] = actuals.surveys.as_slice() else { panic!("one survey") };
    assert_eq!((survey.indicator.as_str(), &survey.missing), ("pleased", &None));
    let answers: Vec<_> = survey
        .answers
        .iter()
        .map(|a| (a.region, common::number(&a.enterprise), a.answer.as_str(), a.row))
        .collect();
    // The answer of 2025 is of another year; outsiders and strangers are handed on without a region.
    assert_eq!(
        answers,
        [
            (region("甲市"), 1, "满意", 2),
            (region("甲市"), 1, "不满意", 3),
            (None, 4, "满意", 4),
            (None, 9, "满意", 5),
            (region("丙区"), 6, "嗯", 7)
        ]
    );
    assert_eq!(
        (survey.answers[0].file.as_str(), survey.answers[0].date.map(|d| d.to_string()).as_deref()),
        ("answers.csv", Some("2024-05-01"))
    );
    let population: Vec<_> =
        survey.population.iter().map(|p| (Some(p.region), p.scheme.as_str(), p.enterprises.len())).collect();
    assert_eq!(
        population,
        [(region("甲市"), "grants", 2), (region("丙市"), "grants", 1), (region("丙区"), "grants", 1)]
    );
    files.0.remove("answers");
    assert!(measured(&text, &files).surveys[0].missing.is_some());
}

#[test]
fn regions_report_with_evidence_or_are_missing() {
    let mut files = base();
    let rows = [
        "visits,440100,2024,3,1200,元,a.pdf,甲,2024-04-01",
        "visits,440100,2024,7,0.5,万元,b.pdf,甲,2024-08-01",
        "visits,440100,2024,7,0.6,万元,c.pdf,甲,2024-08-09",
        "visits,440200,2024,12,约300,元,d.pdf,乙,2025-01-01",
        "visits,440400,2024,12,3,吨,e.pdf,丙,2025-01-01",
        "visits,4404HQ,2024,12,0,元,f.pdf,区,2025-01-01",
        "visits,440100,2023,12,1000,元,g.pdf,甲,2024-01-01",
        "visits,440300,2024,12,1,元,h.pdf,外,2025-01-01",
        "built,440100,2024,12,2024-11-30,,i.pdf,甲,2025-01-01",
        "kept,440100,2024,12,是,,j.pdf,甲,2025-01-01",
        "kept,440200,2024,12,否,,k.pdf,乙,2025-01-01",
        "nothing,440100,2024,12,1,,l.pdf,甲,2025-01-01",
    ];
    files.add("reports", "reports.csv", &csv("indicator,region,year,month,value,unit,proof,by,day", &rows));
    let table = "[reported]\nledger = \"reports\"\nindicator = \"indicator\"\nregion = \"region\"\nyear = \"year\"\nmonth = \"month\"\nvalue = \"value\"\nunit = \"unit\"\nevidence = \"proof\"\nby = \"by\"\ndate = \"day\"\n";
    let text = HEAD.to_owned()
        + table
        + &indicator("visits", "万元", "kind = \"reported\"\nas = \"number\"")
        + &indicator("built", "", "kind = \"reported\"\nas = \"date\"")
        + &indicator("kept", "", "kind = \"reported\"\nas = \"state\"");
    let actuals = measured(&text, &files);
    // The latest report of the latest month; a text that is no number, and tons for yuan, are no figures; zero is one.
    assert_eq!(short(&actuals, "visits"), ["missing", "0.6", "missing", "missing", "0", "missing"]);
    let value = |name| actuals.of("visits", region(name)).expect("it").derivation.value.en.clone();
    assert!(
        value("乙市").contains("reports.csv, row 5") && value("乙市").contains("约300"),
        "{}",
        value("乙市")
    );
    assert!(value("丙市").contains("does not convert"), "{}", value("丙市"));
    assert_eq!(value("丁市"), "missing: not reported");
    assert_eq!(actuals.of("visits", None).expect("it").derivation.value.en, "missing: not reported");
    let grounds = &actuals.of("visits", region("甲市")).expect("it").derivation.grounds;
    assert_eq!(grounds[0], Ground::Reported { by: "甲".to_owned(), evidence: "c.pdf".to_owned() });
    assert_eq!(
        grounds[1],
        Ground::Row { ledger: "reports".to_owned(), file: "reports.csv".to_owned(), row: 4 }
    );
    assert_eq!(short(&actuals, "built")[1], "2024-11-30");
    assert_eq!(short(&actuals, "kept")[1..3], ["true", "false"]);
    let course = months(&actuals, "visits", Part::Value, "甲市", 2024);
    assert_eq!((course[2].as_str(), course[6].as_str(), course[7].as_str()), ("0.12", "0.6", "-"));
    assert_eq!(months(&actuals, "visits", Part::Value, "甲市", 2023)[11], "0.1");
    let troubles: BTreeMap<u32, bool> =
        actuals.reports.iter().map(|r| (r.row, r.trouble.is_some())).collect();
    let bad: Vec<u32> = troubles.iter().filter(|(_, bad)| **bad).map(|(row, _)| *row).collect();
    assert_eq!(bad, [5, 6, 9, 13]);
}

const SAID: &str = "[reasons]\nledger = \"words\"\nyear = \"year\"\nmonth = \"month\"\nregion = \"region\"\nindicator = \"indicator\"\nkind = \"kind\"\n\
    words = \"words\"\nmeasure = \"measure\"\nby = \"by\"\ndate = \"day\"\n\
    [scores]\nledger = \"marks\"\nyear = \"year\"\nregion = \"region\"\nindicator = \"indicator\"\nside = \"side\"\nscore = \"score\"\n\
    deduction = \"off\"\nreason = \"why\"\nby = \"by\"\ndate = \"day\"\n";

#[test]
fn what_people_say_is_read_with_its_place_and_what_cannot_be_used_says_why() {
    let mut files = base();
    let words = [
        "2024,7,440100,imports,funding,款项到位晚,下月拨付,甲,2024-08-09",
        // The whole, by an empty cell and by the root's own code; the end of the year; no measure.
        "2024,,,imports,other,价格回落,,厅,2025-01-10",
        "2024,,440000,execution,rules,审核两轮,并行,厅,2025-01-10",
        "2024,13,440100,imports,staff,轮岗,增人,甲,2025-01-10",
        "2024,,440300,imports,staff,轮岗,增人,外,2025-01-10",
        "2024,,440100,nothing,staff,轮岗,增人,甲,2025-01-10",
        "2024,,440100,,staff,轮岗,增人,甲,2025-01-10",
    ];
    let marks = [
        "2024,,,department,95.5,,,厅,2025-02-20",
        "2024,440100,imports,finance,9,0.5,佐证不全,财,2025-02-20",
        "2024,440100,execution,own,10,,,甲,2025-02-20",
        "2024,440100,imports,neighbour,9,,,邻,2025-02-20",
        "2024,440100,imports,department,9,1,,厅,2025-02-20",
        "2024,440100,imports,department,,,,厅,2025-02-20",
    ];
    files.add("words", "words.csv", &csv("year,month,region,indicator,kind,words,measure,by,day", &words));
    files.add("marks", "marks.csv", &csv("year,region,indicator,side,score,off,why,by,day", &marks));
    let text = HEAD.to_owned() + SAID + &indicator("imports", "亿元", SUM);
    let actuals = measured(&text, &files);
    let reasons: Vec<(Option<RegionId>, Option<u8>, &str, &str)> = actuals
        .reasons
        .iter()
        .filter(|r| r.said.trouble.is_none())
        .map(|r| (r.said.region, r.month, r.indicator.as_str(), r.measure.as_str()))
        .collect();
    assert_eq!(
        reasons,
        [
            (region("甲市"), Some(7), "imports", "下月拨付"),
            (None, None, "imports", ""),
            (None, None, "execution", "并行")
        ]
    );
    let troubles: Vec<(u32, &str)> = actuals
        .reasons
        .iter()
        .filter_map(|r| Some((r.said.row, r.said.trouble.as_ref()?.en.as_str())))
        .collect();
    assert_eq!(
        troubles,
        [
            (5, "the month is not between 1 and 12"),
            (6, "440300 is no division code of the fund's regions"),
            (7, "there is no indicator nothing"),
            (8, "no indicator is named; for the execution of the budget write execution")
        ]
    );
    type Told<'t> = (Option<Scorer>, Option<&'t str>, Decimal, Option<Decimal>);
    let scores: Vec<Told> = actuals
        .scores
        .iter()
        .filter(|s| s.said.trouble.is_none())
        .map(|s| (s.side, s.indicator.as_deref(), s.score, s.deduction))
        .collect();
    assert_eq!(
        scores,
        [
            (Some(Scorer::Department), None, Decimal::new(955, 1), None),
            (Some(Scorer::Finance), Some("imports"), Decimal::from(9), Some(Decimal::new(5, 1))),
            (Some(Scorer::Own), Some("execution"), Decimal::from(10), None)
        ]
    );
    let troubles: Vec<u32> =
        actuals.scores.iter().filter(|s| s.said.trouble.is_some()).map(|s| s.said.row).collect();
    assert_eq!(troubles, [5, 6, 7], "a stranger, points off without a word, no score");
    // Nobody has to say anything: without the files there is nothing, and no error.
    let actuals = measured(&text, &base());
    assert!(actuals.reasons.is_empty() && actuals.scores.is_empty());
}

#[test]
fn the_order_of_rows_changes_nothing() {
    let rows = [
        "=1,2024-01-15,油,123456789.01",
        "=1,2024-03-01,车,100000000",
        "=2,2024-03-31,油,0.99",
        "=6,2024-02-01,油,250000000",
    ];
    let text = HEAD.to_owned() + &indicator("imports", "亿元", SUM);
    let told = |rows: &[&str]| {
        let mut files = base();
        files.add("trade", "trade.csv", &csv("code,month,goods,yuan", rows));
        let actuals = measured(&text, &files);
        (actuals.measured, actuals.courses)
    };
    let mut turned = rows;
    turned.reverse();
    assert_eq!(told(&rows), told(&turned));
}

#[test]
fn amounts_are_decimals_of_the_contract() {
    let mut files = base();
    files.add("trade", "trade.csv", &csv("code,month,goods,yuan", &["=1,2024-01-15,油,0.01"]));
    let actuals = measured(&(HEAD.to_owned() + &indicator("imports", "亿元", SUM)), &files);
    // One fen is 10^-10 亿元.
    assert_eq!(actuals.of("imports", None).expect("it").actual, Actual::Number(Decimal::new(1, 10)));
}
