//! Reports typeset from data: what is on their pages, that they are the same twice, and what a mistake in a template or its data says.
//!
//! `example/` is invented: its figures mean nothing, but every table and every kind of gap is in it. Its drawings are of other invented
//! data and stand for what `jixiao-report` draws: same elements, same names.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use jiff::civil::date;
use jixiao_typeset::{Document, Fault, Pages, Standard, built_in, is_drawn, pdf};

type Files = BTreeMap<String, Vec<u8>>;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn example() -> Files {
    let folder = folder("tests/example");
    let mut files = Files::from([("data.json".to_owned(), std::fs::read(folder.join("data.json")).unwrap())]);
    for entry in std::fs::read_dir(folder.join("charts")).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("charts/{}", path.file_name().unwrap().to_str().unwrap());
        files.insert(name, std::fs::read(path).unwrap());
    }
    files
}

fn changed(files: &Files, change: impl FnOnce(&mut serde_json::Value)) -> Files {
    let mut data: serde_json::Value = serde_json::from_slice(&files["data.json"]).unwrap();
    change(&mut data);
    let mut files = files.clone();
    files.insert("data.json".to_owned(), serde_json::to_vec_pretty(&data).unwrap());
    files
}

fn typeset(template: &str, files: &Files, standard: Standard) -> Result<Pages, Vec<Fault>> {
    pdf(
        &Document { template, files, date: date(2025, 3, 14), identity: "guangdong-trade-2024/2024" },
        standard,
    )
}

fn report(files: &Files) -> Pages {
    typeset("self-evaluation.typ", files, Standard::Archive).unwrap_or_else(|faults| panic!("{faults:#?}"))
}

/// A page of nothing but a template's own words.
fn small(template: &str) -> Result<Pages, Vec<Fault>> {
    let files = Files::from([
        ("small.typ".to_owned(), template.as_bytes().to_vec()),
        ("data.json".to_owned(), b"{\"total\": 3}".to_vec()),
    ]);
    typeset("small.typ", &files, Standard::Archive)
}

/// The words of a PDF as another program reads them, or nothing where that program is not installed.
fn words(pages: &Pages) -> Option<String> {
    let path =
        std::env::temp_dir().join(format!("jixiao-typeset-{}-{}.pdf", std::process::id(), pages.pdf.len()));
    std::fs::write(&path, &pages.pdf).unwrap();
    let output = Command::new("pdftotext").arg("-layout").arg(&path).arg("-").output();
    std::fs::remove_file(&path).unwrap();
    Some(String::from_utf8(output.ok()?.stdout).unwrap())
}

fn in_order(text: &str, wanted: &[&str]) {
    let squeezed: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let mut rest = squeezed.as_str();
    for word in wanted {
        let at = rest.find(word).unwrap_or_else(|| {
            panic!("“{word}” does not follow; there is: {}", rest.chars().take(300).collect::<String>())
        });
        rest = &rest[at + word.len()..];
    }
}

#[test]
fn the_example_is_a_report_with_its_sections_in_order() {
    let pages = report(&example());
    assert!(pages.pdf.starts_with(b"%PDF-1.7"));
    assert!((12..=20).contains(&pages.count), "{} pages", pages.count);
    assert_eq!((pages.warnings, pages.missing), (vec![], vec![]));
}

#[test]
fn words_can_be_copied_from_the_pages_in_order() {
    let pages = report(&example());
    let Some(text) = words(&pages) else {
        eprintln!("pdftotext is not installed: the text of the pages was not read");
        return;
    };
    // Contents first, then the sections with figures of the data: 56,063.00 ÷ 59,647.00 = 93.99 %.
    in_order(
        &text,
        &[
            "促进经济高质量发展专项资金",
            "2024年度绩效自评报告",
            "目录",
            "摘要",
            "自评总分",
            "一、基本情况",
            "（一）资金概况",
            "二、资金情况",
            "59,647.00",
            "56,063.00",
            "93.99",
            "三、绩效目标完成情况",
            "进口贴息支持企业数量",
            "四、分地区完成情况",
            "五、偏差及原因",
            "未说明，须补报",
            "六、服务对象满意度",
            "答卷过少，不公布",
            "七、绩效运行监控",
            "八、存在问题",
            "九、改进措施",
            "附件1示意性参数清单",
            "import-interest.rate-cap",
            "数据来源",
        ],
    );
    // Invented data says so on every page, the first included; form feeds part the pages.
    let each: Vec<&str> = text.trim_end_matches('\u{c}').split('\u{c}').collect();
    assert_eq!(each.len(), pages.count);
    for (index, page) in each.iter().enumerate() {
        assert!(page.contains("合成数据"), "page {} does not say that its data is invented", index + 1);
    }
}

#[test]
fn real_data_carries_no_mark() {
    let files = changed(&example(), |data| {
        data["synthetic"] = false.into();
        data["notes"] = serde_json::json!([]);
    });
    if let Some(text) = words(&report(&files)) {
        assert!(!text.contains("合成数据"));
    }
}

#[test]
fn a_switch_in_the_data_makes_it_english() {
    let files = changed(&example(), |data| data["lang"] = "en".into());
    let pages = report(&files);
    if let Some(text) = words(&pages) {
        in_order(
            &text,
            &[
                "Self-evaluation2024",
                "Contents",
                "Summary",
                "1Basics",
                "2Money",
                "56,063.00",
                "SYNTHETICDATA",
                "AnnexAIllustrativeparameters",
            ],
        );
    }
    let language = |pages: &Pages| String::from_utf8_lossy(&pages.pdf).contains("/Lang(en-GB)");
    assert!(language(&pages));
    assert!(!language(&report(&example())));
}

#[test]
fn same_files_and_date_give_the_same_bytes() {
    let files = example();
    let first = report(&files);
    // Another document in between leaves nothing behind.
    small("别的内容").unwrap();
    let again = std::thread::spawn(move || report(&files)).join().unwrap();
    assert_eq!(first, again);
}

#[test]
fn the_file_says_what_it_is() {
    let raw = String::from_utf8_lossy(&report(&example()).pdf).into_owned();
    for wanted in [
        "/MarkInfo",
        "/StructTreeRoot",
        "/Outlines",
        "/Lang(zh-CN)",
        "/OutputIntents",
        "<pdfaid:part>2</pdfaid:part>",
        "2025-03-14T",
    ] {
        assert!(raw.contains(wanted), "{wanted}");
    }
    assert!(raw.contains("<pdfaid:conformance>B</pdfaid:conformance>"));
    let accessible = typeset("self-evaluation.typ", &example(), Standard::ArchiveAccessible).unwrap();
    assert!(String::from_utf8_lossy(&accessible.pdf).contains("<pdfaid:conformance>A</pdfaid:conformance>"));
}

#[test]
fn a_report_with_hardly_anything_in_it_is_still_a_report() {
    let files = changed(&example(), |data| {
        for list in [
            "by_region",
            "deviations",
            "problems",
            "measures",
            "findings",
            "flows",
            "annexes",
            "illustrative",
            "notes",
        ] {
            data[list] = serde_json::json!([]);
        }
        for part in ["satisfaction", "monitoring"] {
            data[part] = serde_json::Value::Null;
        }
        for list in ["by_scheme", "by_region", "by_month"] {
            data["money"][list] = serde_json::json!([]);
        }
        for list in ["categories", "lamps", "by_region"] {
            data["score"][list] = serde_json::json!([]);
        }
        data["identity"]["regional"] = true.into();
        data["identity"]["region"] = serde_json::json!({"zh": "湛江市", "en": "Zhanjiang"});
    });
    let files: Files = files.into_iter().filter(|(name, _)| !name.starts_with("charts/")).collect();
    let pages = report(&files);
    if let Some(text) = words(&pages) {
        in_order(&text, &["湛江市", "没有须说明的偏差", "本报告没有使用示意性参数"]);
        assert!(!text.contains("六、") || !text.contains("服务对象满意度"));
    }
}

#[test]
fn a_chart_that_no_section_asks_for_stands_in_an_annex() {
    let mut files = example();
    let drawing = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 90 30'><title>另外一张图</title><text x='5' y='20' font-size='9'>图内文字</text></svg>";
    files.insert("charts/extra.svg".to_owned(), drawing.as_bytes().to_vec());
    if let Some(text) = words(&report(&files)) {
        in_order(&text, &["附件1", "其他图", "图内文字", "另外一张图", "数据来源"]);
    }
}

#[test]
fn what_the_font_lacks_is_marked_and_named() {
    let files = changed(&example(), |data| {
        data["annexes"][0]["rows"][0][1]["text"]["zh"] = "合成護岸한工程有限公司".into();
    });
    let pages = report(&files);
    let seen: Vec<_> =
        pages.missing.iter().map(|m| (m.character, m.file.as_str(), m.times, m.around.as_str())).collect();
    assert_eq!(
        seen,
        [('護', "data.json", 1, "合成護岸한工程有限公司"), ('한', "data.json", 1, "合成護岸한工程有限公司")]
    );
    if let Some(text) = words(&pages) {
        in_order(&text, &["合成〓岸〓工程有限公司"]);
    }
}

#[test]
fn a_character_made_from_its_number_does_not_slip_through() {
    let files = Files::from([(
        "small.typ".to_owned(),
        b"#set text(font: \"Noto Sans CJK SC\")\n#\"\\u{8b77}\"".to_vec(),
    )]);
    let faults = typeset("small.typ", &files, Standard::Archive).unwrap_err();
    assert!(faults[0].message.zh.contains("没有“護”"), "{}", faults[0].message.zh);
    let pages = typeset("small.typ", &files, Standard::Plain).unwrap();
    assert_eq!(pages.warnings.len(), 1);
    assert!(pages.warnings[0].message.zh.starts_with("第 1 页的“護”"), "{}", pages.warnings[0].message.zh);
}

#[test]
fn the_schema_s_own_sample_is_a_report_too() {
    let sample = std::fs::read(folder("../report/tests/content.json")).unwrap();
    let pages = report(&Files::from([("data.json".to_owned(), sample)]));
    assert!((6..=12).contains(&pages.count), "{} pages", pages.count);
    assert_eq!((pages.warnings, pages.missing), (vec![], vec![]));
}

#[test]
fn a_fund_s_own_template_goes_before_the_built_in_one() {
    let mut files = example();
    let own = built_in("self-evaluation.typ").unwrap().replace("存在问题", "主要问题");
    files.insert("self-evaluation.typ".to_owned(), own.into_bytes());
    if let Some(text) = words(&report(&files)) {
        in_order(&text, &["八、主要问题", "九、改进措施"]);
        assert!(!text.contains("八、存在问题"));
    }
}

/// Place, then a piece of what is said.
#[test]
fn a_mistake_in_a_template_is_shown_with_its_place() {
    let cases = [
        ("第一行\n#let x = (1, 2\n", "small.typ:2:10", "括号"),
        ("一\n\n  #noname(1)", "small.typ:3:4", "“noname”"),
        ("#let d = json(\"data.json\")\n#d.totl", "small.typ:2:4", "“totl”"),
        ("#json(\"other.json\")", "small.typ:1:7", "“other.json”"),
        ("#import \"@preview/cetz:0.3.0\": *", "small.typ:1:9", "外部程序包"),
        ("#(1 + \"a\")", "small.typ:1:3", "cannot add integer and string"),
    ];
    for (template, place, piece) in cases {
        let faults = small(template).unwrap_err();
        let said = faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        assert!(said.starts_with(&format!("{place}: ")), "{template:?}: {said}");
        assert!(said.contains(piece), "{template:?}: {said}");
        assert!(faults.iter().all(|f| !f.message.en.is_empty() && !f.place.as_ref().unwrap().built_in));
    }
}

#[test]
fn every_unreadable_place_of_a_file_is_reported() {
    let faults = small("#let a = \n\n中文 #let b = )\n").unwrap_err();
    let lines: Vec<_> = faults.iter().map(|f| f.place.as_ref().unwrap().line).collect();
    assert_eq!(lines, [1, 3, 3]);
}

#[test]
fn data_without_a_field_is_a_fault_of_the_place_that_wants_it() {
    let files = changed(&example(), |data| {
        data["money"]["total"].as_object_mut().unwrap().remove("paid");
    });
    let faults = typeset("self-evaluation.typ", &files, Standard::Archive).unwrap_err();
    let place = faults[0].place.clone().unwrap();
    let wanting = built_in("self-evaluation.typ").unwrap().lines().nth(place.line - 1).unwrap();
    assert!(wanting.contains("money.total.paid"), "{wanting}");
    assert!(place.built_in);
    assert!(faults[0].message.zh.contains("“paid”"), "{}", faults[0].message.zh);
}

#[test]
fn data_that_is_no_json_is_named_with_its_place() {
    let mut files = example();
    files.insert("data.json".to_owned(), b"{\n \"format\": 1,,\n}".to_vec());
    let faults = typeset("self-evaluation.typ", &files, Standard::Archive).unwrap_err();
    let place = faults[0].place.clone().unwrap();
    assert_eq!((place.file.as_str(), place.line), ("data.json", 2));
    assert!(faults[0].message.zh.contains("JSON"));
}

#[test]
fn a_template_that_is_not_there_is_named_with_those_that_are() {
    let faults = typeset("monitoring.typ", &Files::new(), Standard::Archive).unwrap_err();
    assert_eq!(faults.len(), 1);
    assert!(
        faults[0].message.zh.contains("monitoring.typ")
            && faults[0].message.zh.contains("self-evaluation.typ")
    );
    // Out of the folder is nowhere.
    assert!(typeset("../secret.typ", &Files::new(), Standard::Archive).is_err());
}

#[test]
fn a_template_knows_no_day_but_the_document_s() {
    let pages = small("#datetime.today().display(\"[year]-[month]-[day]\")").unwrap();
    if let Some(text) = words(&pages) {
        assert_eq!(text.trim(), "2025-03-14");
    }
}

/// Every text that can reach a page: the fund folders, and the programs' own Chinese words, which checks and forms print.
#[test]
fn the_font_has_every_character_of_the_fund_s_texts() {
    let root = folder("../..");
    let mut lacking = Vec::new();
    let mut seen = 0_usize;
    let mut waiting = vec![
        root.join("funds"),
        root.join("crates/core/src"),
        root.join("crates/report/src"),
        folder("templates"),
    ];
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            waiting.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"))
        {
            seen += line.chars().filter(|c| !c.is_ascii()).count();
            lacking.extend(
                line.chars()
                    .filter(|c| !is_drawn(*c))
                    .map(|c| format!("{}:{}: {c}", path.display(), index + 1)),
            );
        }
    }
    assert!(seen > 10_000, "only {seen} characters were looked at");
    assert_eq!(lacking, Vec::<String>::new());
}
