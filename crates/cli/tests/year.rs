//! A year from its evidence: monitoring, scores and comparisons on sample ledgers, as the executable tells them.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

/// A call with its exit code, output and errors.
fn call(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_jixiao"))
        .args(args)
        .current_dir(folder)
        .env_remove("JIXIAO_LANG")
        .env_remove("COLUMNS")
        .output()
        .expect("the executable starts");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code().expect("an exit code"), text(output.stdout), text(output.stderr))
}

/// A call that must succeed. Its day is fixed, so that what is overdue is.
fn done(folder: &Path, args: &[&str]) -> String {
    let (code, out, err) = call(folder, &[args, &["--today", "2025-03-31"]].concat());
    assert_eq!(code, 0, "{args:?}: {out}{err}");
    out
}

/// An empty folder of a test's own, with a sample of the built-in fund in `l`.
fn with_sample(test: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(test);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    done(&folder, &["sample", "l", "--seed", "7", "--scale", "1/100"]);
    folder
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

fn hundredths(value: &Value) -> i64 {
    let text = value.as_str().expect("a decimal as text");
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let part = format!("{part:0<2}");
    assert!(part.len() == 2, "{text}: scores have two decimals");
    whole.parse::<i64>().expect("digits") * 100 + part.parse::<i64>().expect("digits")
}

#[test]
fn a_year_is_scored_monitored_and_told() {
    let folder = with_sample("year-told");
    let evaluated = done(&folder, &["evaluate", "--ledgers", "l"]);
    insta::assert_snapshot!("evaluate", evaluated);
    insta::assert_snapshot!(
        "evaluate-region-en",
        done(&folder, &["evaluate", "--ledgers", "l", "--region", "佛山市", "--lang", "en"])
    );
    insta::assert_snapshot!("monitor", done(&folder, &["monitor", "--ledgers", "l", "--month", "7"]));
    insta::assert_snapshot!(
        "explain",
        done(
            &folder,
            &["evaluate", "--ledgers", "l", "--region", "湛江市", "--explain", "进口贴息支持企业数量"]
        )
    );
    assert_eq!(
        evaluated,
        done(&folder, &["evaluate", "--ledgers", "l", "--threads", "1"]),
        "threads change nothing"
    );
}

#[test]
fn the_sheets_add_up_and_never_exceed_their_weights() {
    let folder = with_sample("year-sums");
    let sheets = json(&done(&folder, &["evaluate", "--ledgers", "l", "--format", "json"]));
    let sheets = sheets.as_array().expect("sheets");
    assert!(sheets.len() > 20, "the whole and the regions: {}", sheets.len());
    let mut scored = 0;
    for sheet in sheets {
        let name = &sheet["region_name"];
        let rows = sheet["rows"].as_array().expect("rows");
        let mut weights = hundredths(&sheet["execution"]["weight"]);
        let mut sum =
            sheet["execution"]["score"].as_str().map_or(0, |_| hundredths(&sheet["execution"]["score"]));
        for row in rows {
            let Some(_) = row["weight"].as_str() else {
                assert!(row["score"].is_null(), "{name}: what has no weight has no score");
                continue;
            };
            weights += hundredths(&row["weight"]);
            if row["score"].as_str().is_some() {
                assert!(hundredths(&row["score"]) <= hundredths(&row["weight"]), "{name} {}", row["title"]);
                sum += hundredths(&row["score"]);
            }
        }
        assert_eq!(weights, 10_000, "{name}: the weights make a hundred");
        if sheet["total"]["score"].as_str().is_some() {
            scored += 1;
            assert_eq!(
                hundredths(&sheet["total"]["score"]),
                sum,
                "{name}: the total is the sum of its parts"
            );
        } else {
            assert!(sheet["grade"].is_null(), "{name}: nothing incomplete is graded");
        }
    }
    assert!(scored > 5, "some regions are complete: {scored}");
}

#[test]
fn what_moved_is_told_down_to_its_cause() {
    let folder = with_sample("year-moved");
    done(&folder, &["evaluate", "--ledgers", "l", "--format", "json", "-o", "before.json"]);
    assert_eq!(done(&folder, &["compare", "before.json", "l"]), "没有变化。\n");
    // One payment of the last order is undone: somebody's money is missing again.
    let payments = folder.join("l/payments.csv");
    let text = fs::read_to_string(&payments).expect("payments");
    let (posted, void) = ("已入账", "已作废");
    let last = text.rfind(posted).expect("a posted payment");
    let undone = format!("{}{void}{}", &text[..last], &text[last + posted.len()..]);
    fs::write(&payments, undone).expect("written");
    let moved = done(&folder, &["compare", "before.json", "l"]);
    assert!(moved.contains("项目完成时间") || moved.contains("全年执行数"), "{moved}");
    assert!(moved.contains('→'), "{moved}");
    let one = done(&folder, &["compare", "before.json", "l", "--region", "广州市", "--format", "json"]);
    assert_eq!(json(&one).as_array().map(Vec::len), Some(1), "one region was asked for");
}

#[test]
fn slips_are_told_with_what_to_do() {
    let folder = with_sample("year-slips");
    for (args, words) in [
        (&["evaluate"][..], "jixiao run"),
        (&["evaluate", "--ledgers", "l", "--region", "湛江"], ""),
        (&["evaluate", "--ledgers", "l", "--region", "湛港市"], "湛江市"),
        (&["evaluate", "--ledgers", "l", "--explain", "没有的指标"], "进口贴息支持企业数量"),
        (&["evaluate", "--ledgers", "l", "--explain", "企业"], "不止一项"),
        (&["evaluate", "--ledgers", "l", "--year", "2031"], "2024—2026"),
        (&["monitor", "--ledgers", "nowhere"], "nowhere"),
        (&["compare", "l/README.txt", "l"], "evaluate --format json"),
    ] {
        let (code, out, err) = call(&folder, args);
        if words.is_empty() {
            assert_eq!(code, 0, "an alias is a name: {out}{err}");
        } else {
            assert_eq!(code, 2, "{args:?}: {out}{err}");
            assert!(err.contains(words), "{args:?}: {err}");
        }
    }
}

#[test]
fn without_payments_and_answers_their_indicators_are_missing_and_not_zero() {
    let folder = with_sample("year-missing");
    for name in ["payments.csv", "survey_answers.csv"] {
        fs::remove_file(folder.join("l").join(name)).expect("removed");
    }
    let sheets = json(&done(&folder, &["evaluate", "--ledgers", "l", "--format", "json"]));
    let whole = &sheets[0];
    let row = |id: &str| {
        let rows = whole["rows"].as_array().expect("rows");
        rows.iter().find(|r| r["indicator"] == id).unwrap_or_else(|| panic!("{id}")).clone()
    };
    for id in ["completion-date", "within-budget"] {
        assert_eq!(row(id)["actual"]["is"], "missing", "{id}");
        assert!(row(id)["score"].is_null(), "{id}: missing is not zero");
    }
    assert_eq!(row("beneficiary-satisfaction")["actual"]["is"], "missing");
    assert!(whole["execution"]["score"].is_null(), "nothing is known of what was paid");
    assert!(whole["total"]["score"].is_null());
    assert!(!whole["owed"].as_array().expect("owed").is_empty());
    // Whom to ask is known before anybody has answered.
    done(&folder, &["survey", "--ledgers", "l", "-o", "asked.csv"]);
    let asked = fs::read_to_string(folder.join("asked.csv")).expect("the list");
    assert!(asked.lines().count() > 20, "{asked}");
}

/// A sample's file without what people said, for a test that says it itself.
fn silenced(folder: &Path) {
    for name in ["reasons.csv", "scores.csv"] {
        fs::remove_file(folder.join("l").join(name)).expect("removed");
    }
}

#[test]
fn what_people_say_stands_beside_the_scores_and_moves_none_but_the_units_own() {
    let folder = with_sample("year-said");
    silenced(&folder);
    done(&folder, &["evaluate", "--ledgers", "l", "--format", "json", "-o", "before.json"]);
    let before = json(&fs::read_to_string(folder.join("before.json")).expect("sheets"));
    let row = |sheets: &Value, at: usize, id: &str| -> Value {
        let rows = sheets[at]["rows"].as_array().expect("rows").clone();
        rows.into_iter().find(|r| r["indicator"] == id).unwrap_or_else(|| panic!("{id}"))
    };
    let own = hundredths(&row(&before, 0, "zone-imports")["score"]);
    let points = |hundredths: i64| format!("{}.{:02}", hundredths / 100, hundredths % 100);
    let reasons = "资金年度,监控截至月份,地区代码,指标代号,原因类别,原因说明,改进措施,填报人,填报日期\n\
        2024,,,within-budget,制度保障,追加下达未办完,次年清算,某处,2025-01-10\n\
        2024,,,within-budget,其他,凭证补录,,某处,2025-01-12\n\
        2024,7,,zone-imports,经费保障,资金分批到位,每月核对,某处,2024-08-06\n\
        2024,,,execution,人员保障,轮岗,增人,某处,2025-01-10\n\
        2024,,,no-such,人员保障,轮岗,增人,某处,2025-01-10\n\
        2023,,,within-budget,人员保障,去年的,去年的,某处,2024-01-10\n";
    fs::write(folder.join("l/reasons.csv"), reasons).expect("written");
    let scores = format!(
        "资金年度,地区代码,指标代号,评分方,得分,扣分,扣分原因,评分人,评分日期\n\
         2024,,zone-imports,主管部门,{},0.50,佐证不全,某厅,2025-02-20\n\
         2024,,zone-imports,财政,{},,,某局,2025-02-20\n\
         2024,,zone-imports,财政,{},,,某局,2025-02-25\n\
         2024,,base-imports,自评,1.00,0.25,口径有出入,某处,2025-01-20\n",
        points(own - 50),
        points(own),
        points(own - 100)
    );
    fs::write(folder.join("l/scores.csv"), scores).expect("written");
    let after = json(&done(&folder, &["evaluate", "--ledgers", "l", "--format", "json"]));
    assert_eq!(
        row(&after, 0, "within-budget")["reason"],
        "【制度保障】追加下达未办完；措施：次年清算；【其他】凭证补录"
    );
    assert_eq!(after[0]["execution"]["reason"], "【人员保障】轮岗；措施：增人");
    // Department and finance change nothing; the unit's own quarter of a point comes off.
    let zone = row(&after, 0, "zone-imports");
    assert_eq!(hundredths(&zone["score"]), own);
    assert_eq!(zone["typed"].as_array().map(Vec::len), Some(2), "the later of finance's two counts: {zone}");
    let base = |sheets| hundredths(&row(sheets, 0, "base-imports")["score"]);
    assert_eq!(base(&after), base(&before) - 25);
    let remarks: Vec<&str> =
        zone["remarks"].as_array().expect("remarks").iter().filter_map(|r| r["en"].as_str()).collect();
    assert!(remarks.iter().any(|r| r.contains("1 points fewer than computed, and no reason")), "{remarks:?}");
    let text = done(&folder, &["evaluate", "--ledgers", "l"]);
    for words in
        ["各方评分", "佐证不全", "追加下达未办完", "reasons.csv 第6行：没有指标 no-such", "scores.csv 第3行"]
    {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(!text.contains("去年的"), "another year's words are not this year's: {text}");
    // July's reason is July's.
    let july = done(&folder, &["monitor", "--ledgers", "l", "--month", "7"]);
    assert!(july.contains("〔经费保障〕资金分批到位；措施：每月核对（某处）"), "{july}");
    let august = done(&folder, &["monitor", "--ledgers", "l", "--month", "8"]);
    assert!(!august.contains("资金分批到位"), "{august}");
}

#[test]
fn forms_of_this_program_are_computed_again_without_a_difference() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("year-forms");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    done(&folder, &["run", "--scale", "100"]);
    let mut forms = Vec::new();
    let mut look = vec![folder.join("out")];
    while let Some(at) = look.pop() {
        for entry in fs::read_dir(at).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            match path.extension().and_then(|e| e.to_str()) {
                _ if path.is_dir() => look.push(path),
                Some("xlsx" | "docx") if name.contains("项目支出绩效自评表") => forms.push(path),
                _ => {}
            }
        }
    }
    forms.sort();
    assert_eq!(forms.len(), 2, "as workbook and as document: {forms:?}");
    let names: Vec<&str> = forms.iter().map(|f| f.to_str().expect("UTF-8")).collect();
    let (code, out, err) = call(&folder, &[&["recompute", "--format", "json"], &names[..]].concat());
    assert_eq!(code, 0, "{out}{err}");
    let forms = json(&out);
    let forms = forms.as_array().expect("forms");
    assert_eq!(forms.len(), names.len(), "every form is one that can be computed: {err}");
    let mut compared = 0;
    for form in forms {
        for row in form["rows"].as_array().expect("rows").iter().chain([&form["execution"]]) {
            if row["difference"].is_string() {
                compared += 1;
                assert_eq!(hundredths(&row["difference"]), 0, "{}: {row}", form["file"]);
            }
        }
    }
    assert!(compared > forms.len() * 2, "{compared}");
}
