//! Mistakes in measures, each pointed at where it stands; and the measures of the fund that is built in.

use std::{fs, path::PathBuf};

use jixiao_engine::{
    fault::{Fault, Text},
    measure::{self, Known, file::read, plan::Kind},
    schema_file,
};

mod common;

use common::CYCLE;

const FRAME: &str = r#"
[applicant]
ledger = "enterprises"
key = "code"
name = "name"
region = "region"

[[parameter]]
id = "line"
label = { zh = "线", en = "line" }
unit = "%"
values = [{ years = [2024, 2025, 2026], value = "90", source = "示例", status = "illustrative" }]

[[parameter]]
id = "sum_line"
label = { zh = "线", en = "line" }
unit = "元"
values = [{ years = [2024, 2025, 2026], value = "90", source = "示例", status = "illustrative" }]

[[indicator]]
id = "uses-them"
names = ["用到参数"]
[indicator.measure]
kind = "graded"
grade = [{ at_least = "line", share = "1", words = { zh = "好", en = "good" } }, { share = "0", words = { zh = "差", en = "bad" } }]
numerator = { kind = "aggregate", ledger = "trade", enterprise = "code", where = "yuan > sum_line", of = "count", date = "month" }
denominator = { kind = "aggregate", ledger = "trade", enterprise = "code", of = "count", date = "month" }
"#;

/// The faults of an indicator beside a sound one: what the caret underlines, and the message.
fn faults(indicator: &str) -> Vec<(String, String)> {
    let file = Text { name: "indicators.toml".to_owned(), text: format!("{FRAME}\n{indicator}\n") };
    let told = |faults: Vec<Fault>| {
        faults
            .into_iter()
            .map(|f| {
                assert_eq!(f.file, "indicators.toml");
                assert!(!f.next.zh.is_empty() && !f.message.zh.is_empty(), "{f:?}");
                (file.text[f.span].to_owned(), f.message.en)
            })
            .collect()
    };
    let ledgers = common::ledgers(
        "enterprises unique: code credit-code | name text | region text
         trade: code credit-code | month date | goods text | yuan decimal 2 元 | usd decimal 2 美元 | year whole | region text
         kinds: goods text | class text",
    );
    let known = Known { ledgers: &ledgers, schemes: &["grants", "loans"], cycle: CYCLE, regions: &|_| true };
    match read(&file) {
        Ok(read) => told(measure::check(&read, &known)),
        Err(faults) => told(faults),
    }
}

fn of(unit: &str, measure: &str) -> Vec<(String, String)> {
    let unit = if unit.is_empty() { String::new() } else { format!("unit = {unit:?}\n") };
    faults(&format!("[[indicator]]\nid = \"it\"\nnames = [\"它\"]\n{unit}[indicator.measure]\n{measure}"))
}

fn one(unit: &str, measure: &str) -> (String, String) {
    let all = of(unit, measure);
    let [(under, message)] = all.as_slice() else { panic!("one fault, not {all:#?}") };
    (under.clone(), message.clone())
}

const TRADE: &str = "kind = \"aggregate\"\nledger = \"trade\"\n";

#[test]
fn a_sound_measure_has_no_faults() {
    let sound = format!("{TRADE}enterprise = \"code\"\nvalue = \"yuan\"\nof = \"sum\"\ndate = \"month\"");
    assert_eq!(of("亿元", &sound), []);
    assert_eq!(of("家次", "kind = \"count-awards\"\nschemes = [\"grants\"]"), []);
}

#[test]
fn names_that_are_not_there_are_underlined() {
    for (unit, measure, under, message) in [
        ("元", "kind = \"agregate\"", "\"agregate\"", "There is no kind \"agregate\""),
        (
            "家",
            "kind = \"count-enterprises\"\nschemes = [\"grant\"]",
            "\"grant\"",
            "There is no scheme grant",
        ),
        (
            "元",
            "kind = \"aggregate\"\nledger = \"trades\"\nenterprise = \"code\"\nvalue = \"yuan\"\nof = \"sum\"",
            "\"trades\"",
            "There is no ledger trades",
        ),
        (
            "元",
            &format!("{TRADE}enterprise = \"kode\"\nvalue = \"yuan\"\nof = \"sum\""),
            "\"kode\"",
            "The ledger trade has no column kode",
        ),
        (
            "元",
            &format!("{TRADE}region = \"regions\"\nvalue = \"yuan\"\nof = \"sum\""),
            "\"regions\"",
            "The ledger trade has no column regions",
        ),
        (
            "元",
            &format!("{TRADE}enterprise = \"code\"\nvalue = \"yuan\"\nof = \"sum\"\ndate = \"day\""),
            "\"day\"",
            "The ledger trade has no column day",
        ),
        (
            "元",
            &format!("{TRADE}enterprise = \"code\"\nvalue = \"yuan + yan\"\nof = \"sum\""),
            "yan",
            "There is no column, step or parameter yan",
        ),
        (
            "元",
            &format!("{TRADE}enterprise = \"code\"\nvalue = \"yuan\"\nof = \"sum\"\nwhere = \"kind.found\""),
            "kind.found",
            "There is no look-up kind",
        ),
        (
            "元",
            &format!("{TRADE}enterprise = \"code\"\nvalue = \"yuan\"\nof = \"total\""),
            "\"total\"",
            "There is no of \"total\"",
        ),
        (
            "元",
            &format!("{TRADE}enterprise = \"code\"\nvalue = \"yuan\"\nof = \"sum\"\nmonth = \"month\""),
            "month",
            "There is no key month here",
        ),
        (
            "元",
            &format!(
                "{TRADE}enterprise = \"code\"\nvalue = \"yuan\"\nof = \"sum\"\n[[indicator.measure.lookup]]\nid = \"k\"\nledger = \"kinds\"\non = {{ good = \"goods\" }}"
            ),
            "good",
            "The ledger kinds has no column good",
        ),
    ] {
        let (is_under, said) = one(unit, measure);
        assert_eq!(is_under, under, "{measure}");
        assert!(said.contains(message) || message.starts_with("There is no look-up"), "{said}");
    }
}

#[test]
fn types_that_do_not_go_together_are_underlined() {
    let trade = |more: &str| format!("{TRADE}enterprise = \"code\"\n{more}");
    for (unit, measure, under, message) in [
        ("元", trade("value = \"yuan\"\nof = \"sum\"\nwhere = \"yuan\""), "yuan", "not a condition"),
        ("元", trade("value = \"yuan\"\nof = \"sum\"\nwhere = \"goods = 3\""), "3", "Kinds differ"),
        ("元", trade("value = \"yuan + usd\"\nof = \"sum\""), "usd", "Units differ"),
        (
            "元",
            trade("value = \"goods\"\nof = \"sum\""),
            "\"goods\"",
            "goods is a text and cannot be aggregated so",
        ),
        ("元", trade("value = \"goods\"\nof = \"max\""), "\"goods\"", "cannot be aggregated so"),
        (
            "元",
            trade("value = \"yuan\"\nof = \"sum\"\ndate = \"goods\""),
            "\"goods\"",
            "a column of date belongs here",
        ),
        (
            "元",
            trade("value = \"yuan\"\nof = \"sum\"\nyear = \"month\""),
            "\"month\"",
            "a column of whole number belongs here",
        ),
        (
            "元",
            format!("{TRADE}region = \"yuan\"\nvalue = \"usd\"\nof = \"sum\""),
            "\"yuan\"",
            "a column of text belongs here",
        ),
        (
            "元",
            format!("{TRADE}enterprise = \"month\"\nvalue = \"yuan\"\nof = \"sum\""),
            "\"month\"",
            "a column of code of enterprises belongs here",
        ),
        (
            "元",
            format!(
                "{TRADE}region = \"region\"\nvalue = \"yuan\"\nof = \"sum\"\nwhere = \"enterprise.name = 'a'\""
            ),
            "enterprise.name",
            "There is no enterprise here",
        ),
    ] {
        let all = of(unit, &measure);
        let found = all.iter().find(|(_, said)| said.contains(message));
        assert_eq!(found.map(|(u, _)| u.as_str()), Some(under), "{measure}: {all:#?}");
    }
}

#[test]
fn the_unit_must_be_what_the_measure_gives() {
    let trade = |more: &str| format!("{TRADE}enterprise = \"code\"\n{more}");
    for (unit, measure, under, message) in [
        // 家 counts enterprises, 家次 awards.
        ("家", "kind = \"count-awards\"\nschemes = [\"grants\"]".to_owned(), "\"家\"", "The unit is 家, but this measure gives 家次, awards"),
        ("家次", "kind = \"count-enterprises\"\nschemes = [\"grants\"]".to_owned(), "\"家次\"", "gives 家, distinct enterprises"),
        ("亿美元", trade("value = \"yuan\"\nof = \"sum\""), "\"亿美元\"", "The unit is 亿美元, but this measure gives a number of 元"),
        ("元", trade("of = \"count\""), "\"元\"", "The unit is 元, but this measure gives a count"),
        ("元", trade("value = \"month\"\nof = \"max\""), "\"元\"", "but this measure gives no number"),
        ("", trade("value = \"yuan\"\nof = \"sum\""), "[indicator.measure]", "The indicator it has no unit; this gives a number"),
        ("元", "kind = \"ratio\"\nnumerator = { kind = \"count-enterprises\", schemes = [\"grants\"] }\ndenominator = { kind = \"count-enterprises\", schemes = [\"grants\"] }".to_owned(), "\"元\"", "but this measure gives a share"),
        ("%", "kind = \"within\"\namount = { kind = \"sum-awarded\", schemes = [\"grants\"] }\nlimit = { kind = \"sum-awarded\", schemes = [\"grants\"] }".to_owned(), "\"%\"", "but this measure gives no number"),
        ("元", "kind = \"survey\"\nledger = \"trade\"\nenterprise = \"code\"\nscheme = \"goods\"\nquestion = \"goods\"\nanswer = \"goods\"".to_owned(), "\"元\"", "but this measure gives a share"),
    ] {
        let (is_under, said) = one(unit, &measure);
        assert!(is_under == under && said.contains(message), "{measure}: {is_under} {said}");
    }
}

#[test]
fn what_is_missing_is_asked_for() {
    let graded = |grades: &str| {
        format!(
            "kind = \"graded\"\n{grades}\nnumerator = {{ kind = \"count-enterprises\", schemes = [\"grants\"] }}\ndenominator = {{ kind = \"count-enterprises\", schemes = [\"grants\"] }}"
        )
    };
    let words = "words = { zh = \"好\", en = \"good\" }";
    for (unit, measure, under, message) in [
        ("元", format!("{TRADE}value = \"yuan\"\nof = \"sum\""), "[indicator.measure]", "One of enterprise and region belongs here"),
        ("元", format!("{TRADE}enterprise = \"code\"\nregion = \"region\"\nvalue = \"yuan\"\nof = \"sum\""), "region", "One of enterprise and region belongs here"),
        ("元", format!("{TRADE}enterprise = \"code\"\nof = \"sum\""), "[indicator.measure]", "value is missing"),
        ("元", format!("{TRADE}enterprise = \"code\"\nvalue = \"yuan\""), "[indicator.measure]", "of is missing"),
        ("元", format!("{TRADE}region = \"region\"\nvalue = \"yuan\"\nof = \"sum\"\nsupported = [\"grants\"]"), "supported", "supported is for rows of enterprises"),
        ("家", "kind = \"count-enterprises\"".to_owned(), "[indicator.measure]", "schemes is missing"),
        ("", graded(""), "[indicator.measure]", "grade is missing"),
        ("", graded(&format!("grade = [{{ at_least = \"line\", share = \"1\", {words} }}]")), "at_least", "Every grade has at_least but the last"),
        ("", graded(&format!("grade = [{{ at_least = \"sum_line\", share = \"1\", {words} }}, {{ share = \"0\", {words} }}]")), "\"sum_line\"", "sum_line is a number of 元, not a plain number"),
        ("", "kind = \"within\"\namount = { kind = \"sum-awarded\", schemes = [\"grants\"] }\nlimit = { kind = \"count-awards\", schemes = [\"grants\"] }".to_owned(), "kind", "The two figures differ in unit"),
        ("", "kind = \"completed\"\nledger = \"trade\"\nenterprise = \"code\"\nvalue = \"usd\"\ndate = \"month\"".to_owned(), "[indicator.measure]", "completed needs enterprise, a value in 元, and date"),
        ("元", "kind = \"reported\"\nas = \"number\"".to_owned(), "[indicator.measure]", "There is no [reported]"),
        ("元", "kind = \"reported\"".to_owned(), "[indicator.measure]", "as is missing"),
        ("元", format!("{TRADE}enterprise = \"code\"\nvalue = \"yuan\"\nof = \"sum\"\ndate = \"month\"\n[indicator.measure.course]\nledger = \"trade\"\nenterprise = \"code\"\nof = \"count\"\ndate = \"month\""), "[indicator.measure.course]", "A course is for measures that count awards"),
    ] {
        let (is_under, said) = one(unit, &measure);
        assert!(is_under.contains(under) && said.contains(message), "{measure}: {is_under:?} {said}");
    }
}

#[test]
fn ledgers_of_peoples_words_are_planned_like_any_other() {
    let reasons = |ledger: &str, year: &str, date: &str, more: &str| {
        format!(
            "[reasons]\nledger = \"{ledger}\"\nyear = \"{year}\"\nmonth = \"year\"\nregion = \"region\"\nindicator = \"goods\"\nkind = \"goods\"\n\
             words = \"goods\"\nmeasure = \"goods\"\nby = \"goods\"\ndate = \"{date}\"\n{more}"
        )
    };
    assert_eq!(faults(&reasons("trade", "year", "month", "")), []);
    for (text, under, message) in [
        (reasons("trades", "year", "month", ""), "\"trades\"", "There is no ledger trades"),
        (reasons("trade", "goods", "month", ""), "\"goods\"", "a column of whole number belongs here"),
        (reasons("trade", "year", "goods", ""), "\"goods\"", "a column of date belongs here"),
        (reasons("trade", "jahr", "month", ""), "\"jahr\"", "has no column jahr"),
        (reasons("trade", "year", "month", "side = \"goods\""), "side", "side"),
        ("[scores]\nledger = \"trade\"".to_owned(), "[scores]", "is missing"),
        (
            "[scores]\nledger = \"trade\"\nyear = \"year\"\nregion = \"region\"\nindicator = \"goods\"\nside = \"goods\"\n\
             score = \"year\"\ndeduction = \"yuan\"\nreason = \"goods\"\nby = \"goods\"\ndate = \"month\""
                .to_owned(),
            "\"year\"",
            "a column of decimal belongs here",
        ),
    ] {
        let all = faults(&text);
        assert!(
            all.iter().any(|(u, said)| u.contains(under) && said.contains(message)),
            "{text}: {under} {message}: {all:?}"
        );
    }
}

#[test]
fn every_fault_is_told_at_once() {
    let all = of(
        "家次",
        &format!(
            "{TRADE}enterprise = \"kode\"\nwhere = \"nothing > 0\"\nvalue = \"yan\"\nof = \"sum\"\ndate = \"day\""
        ),
    );
    let under: Vec<&str> = all.iter().map(|(u, _)| u.as_str()).collect();
    assert_eq!(under, ["\"kode\"", "nothing", "yan", "\"day\""]);
}

#[test]
fn a_parameter_that_no_measure_uses_is_a_fault_and_a_fund_without_measures_is_none() {
    let unused = "[[parameter]]\nid = \"idle\"\nlabel = { zh = \"闲\", en = \"idle\" }\nunit = \"1\"\nvalues = [{ years = [2024, 2025, 2026], value = \"1\", source = \"示例\" }]";
    let all = faults(unused);
    assert_eq!(all.len(), 1, "{all:?}");
    assert!(all[0].1.contains("idle is never used"));
    let file = Text {
        name: "indicators.toml".to_owned(),
        text: "[[indicator]]\nid = \"it\"\nnames = [\"它\"]\n".to_owned(),
    };
    let ledgers = common::ledgers("enterprises unique: code credit-code | name text | region text");
    let known = Known { ledgers: &ledgers, schemes: &[], cycle: CYCLE, regions: &|_| true };
    let read = read(&file).expect("nothing to measure");
    assert!(measure::plan(&read, &known, 2024).expect("nothing to plan").measures.is_empty());
}

#[test]
fn the_measures_of_the_built_in_fund_are_sound_in_every_year() {
    let text = |name: &str| {
        let path =
            PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../funds/guangdong-trade-2024").join(name);
        Text { name: name.to_owned(), text: fs::read_to_string(path).expect("a file of the fund folder") }
    };
    let shown = |file: &Text, faults: &[Fault]| -> String {
        let line = |f: &Fault| {
            format!("{:?} {} | {}\n", file.line_and_column(f.span.start), f.message.en, f.next.en)
        };
        faults.iter().map(line).collect()
    };
    let (file, ledgers) = (text("indicators.toml"), text("ledgers.toml"));
    let ledgers = schema_file::ledgers(&ledgers).unwrap_or_else(|f| panic!("{}", shown(&ledgers, &f)));
    let known = Known {
        ledgers: &ledgers,
        schemes: &["import-bases", "import-interest", "premium-support"],
        cycle: CYCLE,
        regions: &|code| code.starts_with("44"),
    };
    let measures = read(&file).unwrap_or_else(|f| panic!("{}", shown(&file, &f)));
    assert_eq!(shown(&file, &measure::check(&measures, &known)), "");
    let plan = measure::plan(&measures, &known, 2024).expect("it was checked");
    let ids: Vec<&str> = plan.measures.iter().map(|m| m.indicator.as_str()).collect();
    assert_eq!(
        ids,
        [
            "import-interest-awards",
            "premium-support-enterprises",
            "completion-date",
            "within-budget",
            "zone-imports",
            "base-imports",
            "import-willingness",
            "beneficiary-satisfaction"
        ]
    );
    // Without a list of schemes all of them are paid, and all of their beneficiaries asked.
    assert!(matches!(&plan.measures[2].kind, Kind::Completed(schemes, _) if schemes.len() == 3));
    assert!(matches!(&plan.measures[7].kind, Kind::Survey(survey) if survey.schemes.len() == 3));
}
