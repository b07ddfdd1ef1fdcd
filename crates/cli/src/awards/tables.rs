//! What stands in the tables of a run, column by column.

use std::{collections::BTreeMap, fs, path::Path};

use jixiao_core::finding::{Both, Lang};
use jixiao_engine::{
    run::outcome::{Award, Flow, FlowLine, Line, Outcome, Pot, Reason, Sums},
    scheme::plan::Clause,
};
use serde::Serialize;

use super::{
    Results, SchemeResult, WORKBOOK_ROWS,
    table::{Cell, Column, Format, Kind, Table, Where, plain},
};

const ALL: [Format; 3] = [Format::Parquet, Format::Csv, Format::Xlsx];

/// Writes every table. Gives what there is to say about them.
pub(super) fn write(results: &Results, folder: &Path) -> Result<Vec<String>, String> {
    let mut notes = Vec::new();
    // A workbook that is too long for anybody to read is left out, and said to be.
    let mut formats = |name: &str, rows: u64| {
        if rows <= WORKBOOK_ROWS {
            return &ALL[..];
        }
        notes.push(match results.setting.lang {
            Lang::Zh => format!(
                "{name} 有 {rows} 行，超过 {WORKBOOK_ROWS} 行，不写 {name}.xlsx；请看 {name}.csv 或 {name}.parquet"
            ),
            Lang::En => format!(
                "{name} has {rows} rows, more than {WORKBOOK_ROWS}: no {name}.xlsx, see {name}.csv or {name}.parquet"
            ),
        });
        &ALL[..2]
    };
    let applicants: u64 = results.schemes.iter().map(|s| s.outcome.enterprises.len() as u64).sum();
    awards(results, folder, formats("awards", applicants))?;
    lines(results, folder)?;
    let refused_rows: u64 = results.schemes.iter().map(|s| refused(s.outcome).count() as u64).sum();
    refusals(results, folder, formats("refused", refused_rows))?;
    flags(results, folder)?;
    set_aside(results, folder)?;
    summary(results, folder)?;
    Ok(notes)
}

fn text(id: &'static str, zh: &str, en: &str) -> Column {
    Column::new(id, zh, en, Kind::Text)
}

/// A text for programs: an id.
fn id(id: &'static str, zh: &str, en: &str) -> Column {
    text(id, zh, en).only(Where::Data)
}

/// A text of a workbook: what an id is called.
fn name(id: &'static str, zh: &str, en: &str) -> Column {
    text(id, zh, en).only(Where::Sheet)
}

/// A text in one of the two languages: workbooks have the reader's own.
fn in_language(id: &'static str, zh: &str, en: &str, own: bool) -> Column {
    text(id, zh, en).only(if own { Where::Everywhere } else { Where::Data })
}

/// The digits after the point that every amount of a run can be written with.
fn scale(results: &Results) -> u8 {
    let classes = results.schemes.iter().flat_map(|s| &s.outcome.plan.classes);
    let lines = classes.clone().map(|c| c.principal.scale() + c.factor.scale());
    let steps = classes.flat_map(|c| &c.steps).map(|s| s.expression.scale());
    let whole = results.schemes.iter().flat_map(|s| &s.outcome.plan.steps).map(|s| s.expression.scale());
    lines.chain(steps).chain(whole).chain([2]).max().unwrap_or(2)
}

fn awards(results: &Results, folder: &Path, formats: &[Format]) -> Result<(), String> {
    let columns = vec![
        id("scheme", "方案代号", "Scheme id"),
        text("scheme_name", "方案", "Scheme"),
        text("credit_code", "统一社会信用代码", "Credit code"),
        text("name", "企业名称", "Enterprise"),
        id("region", "地区代码", "Region code"),
        text("region_name", "地区", "Region"),
        Column::new("rows", "申报行数", "Rows claimed", Kind::Whole),
        Column::new("eligible_rows", "符合条件行数", "Rows that count", Kind::Whole),
        Column::new("claimed", "申报（元）", "Claimed (yuan)", Kind::Yuan(scale(results))),
        id("reductions", "各项核减（元）", "Reductions (yuan)"),
        name("reductions", "各项核减（元）", "Reductions (yuan)"),
        Column::new("wanted", "预算控制前（元）", "Before the budget (yuan)", Kind::Fen),
        Column::new("awarded", "核定支持（元）", "Awarded (yuan)", Kind::Fen),
        Column::new("illustrative", "含示例参数", "From illustrative parameters", Kind::Flag),
    ];
    let title = results.title("支持金额", "Awards");
    let lang = results.setting.lang;
    let mut table = Table::create(folder, "awards", &title, columns, formats, lang)?;
    for SchemeResult { outcome, .. } in &results.schemes {
        let label = outcome.plan.label.get(lang);
        let illustrative = outcome.illustrative_awards();
        for award in outcome.awards() {
            let enterprise = &outcome.enterprises[award.enterprise];
            let region = enterprise.region.as_deref();
            table.row(&[
                Cell::Text(&outcome.plan.id),
                Cell::Text(label),
                Cell::Text(&enterprise.code),
                Cell::Text(&enterprise.name),
                Cell::Text(region.unwrap_or_default()),
                Cell::Text(&results.region(region)),
                Cell::Whole(award.rows.0),
                Cell::Whole(award.rows.1),
                Cell::Yuan(Some(award.claimed)),
                Cell::Text(&reductions(outcome, &award)),
                Cell::Text(&reductions_told(outcome, &award, lang)),
                Cell::Fen(outcome.wanted_fen(award.enterprise)),
                Cell::Fen(award.awarded_fen),
                Cell::Flag(illustrative[award.enterprise]),
            ])?;
        }
    }
    table.finish()
}

/// What was taken off, by name: `products/in-window=1234.50; cap=0.10`.
fn reductions(outcome: &Outcome, award: &Award) -> String {
    let one = |r: &jixiao_engine::run::outcome::Reduction| {
        format!("{}={}", outcome.cause_id(r.cause), plain(r.yuan))
    };
    award.reductions.iter().filter(|r| r.yuan.mantissa != 0).map(one).collect::<Vec<_>>().join("; ")
}

/// The same for people, a line each: `清关日期不在区间内 1234.50`.
fn reductions_told(outcome: &Outcome, award: &Award, lang: Lang) -> String {
    let one = |r: &jixiao_engine::run::outcome::Reduction| {
        format!("{} {}", outcome.cause_text(r.cause).get(lang), r.yuan.grouped(2))
    };
    award.reductions.iter().filter(|r| r.yuan.mantissa != 0).map(one).collect::<Vec<_>>().join("\n")
}

/// Why a row does not count: a reason of its own, or one that refuses all that its enterprise brought.
fn reason<'o>(outcome: &'o Outcome, line: &Line) -> Option<&'o Reason> {
    Some(&outcome.reasons(line.class)[line.refused.or(line.refused_whole)?])
}

/// Every row that does not count, with its reason.
fn refused(outcome: &Outcome) -> impl Iterator<Item = (Line, &Reason)> {
    outcome.lines().filter_map(move |line| Some((line, reason(outcome, &line)?)))
}

fn lines(results: &Results, folder: &Path) -> Result<(), String> {
    let columns = vec![
        text("scheme", "方案代号", "Scheme"),
        text("class", "类别代号", "Class"),
        text("ledger", "台账", "Ledger"),
        text("file", "文件", "File"),
        Column::new("row", "行", "Row", Kind::Whole),
        text("credit_code", "统一社会信用代码", "Credit code"),
        text("verdict", "结论", "Verdict"),
        Column::new("amount", "金额（元）", "Amount (yuan)", Kind::Yuan(scale(results))),
    ];
    let title = results.title("明细", "Lines");
    let mut table =
        Table::create(folder, "lines", &title, columns, &[Format::Parquet], results.setting.lang)?;
    for SchemeResult { outcome, .. } in &results.schemes {
        for line in outcome.lines() {
            let class = &outcome.plan.classes[line.class];
            let (ledger, file) = results.place(class.ledger, line.place);
            table.row(&[
                Cell::Text(&outcome.plan.id),
                Cell::Text(&class.id),
                Cell::Text(ledger),
                Cell::Text(file),
                Cell::Whole(u64::from(line.place.row)),
                Cell::Text(&outcome.enterprises[line.enterprise].code),
                Cell::Text(reason(outcome, &line).map_or("eligible", |r| r.id.as_str())),
                Cell::Yuan(line.yuan),
            ])?;
        }
    }
    table.finish()
}

fn refusals(results: &Results, folder: &Path, formats: &[Format]) -> Result<(), String> {
    let lang = results.setting.lang;
    let columns = vec![
        id("scheme", "方案代号", "Scheme id"),
        name("scheme_name", "方案", "Scheme"),
        id("class", "类别代号", "Class id"),
        name("class_name", "类别", "Class"),
        id("ledger", "台账", "Ledger"),
        text("file", "文件", "File"),
        Column::new("row", "行", "Row", Kind::Whole),
        text("credit_code", "统一社会信用代码", "Credit code"),
        text("name", "企业名称", "Enterprise"),
        text("region_name", "地区", "Region"),
        id("reason", "原因代号", "Reason id"),
        in_language("reason_zh", "原因", "Reason (Chinese)", lang == Lang::Zh),
        in_language("reason_en", "原因（英文）", "Reason", lang == Lang::En),
        id("clause", "条款代号", "Clause id"),
        text("clause_text", "条款", "Clause"),
        id("certainty", "条款可靠程度", "Certainty of the clause"),
        name("certainty_told", "条款出处", "Clause is from"),
        Column::new("amount", "金额（元）", "Amount (yuan)", Kind::Yuan(scale(results))),
    ];
    let title = results.title("未支持明细", "Refused rows");
    let mut table = Table::create(folder, "refused", &title, columns, formats, lang)?;
    for SchemeResult { outcome, .. } in &results.schemes {
        for (line, reason) in refused(outcome) {
            let class = &outcome.plan.classes[line.class];
            let (ledger, file) = results.place(class.ledger, line.place);
            let enterprise = &outcome.enterprises[line.enterprise];
            let clause = reason.clause.map(|c| &outcome.plan.clauses[c]);
            let of = |get: fn(&Clause) -> &str| clause.map_or("", get);
            let certainty = clause.map_or(String::new(), |c| c.certainty.to_string());
            table.row(&[
                Cell::Text(&outcome.plan.id),
                Cell::Text(outcome.plan.label.get(lang)),
                Cell::Text(&class.id),
                Cell::Text(class.label.get(lang)),
                Cell::Text(ledger),
                Cell::Text(file),
                Cell::Whole(u64::from(line.place.row)),
                Cell::Text(&enterprise.code),
                Cell::Text(&enterprise.name),
                Cell::Text(&results.region(enterprise.region.as_deref())),
                Cell::Text(&reason.id),
                Cell::Text(&reason.reason.zh),
                Cell::Text(&reason.reason.en),
                Cell::Text(of(|c| &c.id)),
                Cell::Text(of(|c| &c.text.zh)),
                Cell::Text(&certainty),
                Cell::Text(certainty_told(&certainty, lang)),
                Cell::Yuan(line.yuan),
            ])?;
        }
    }
    table.finish()
}

/// What the letter of a clause's certainty stands for.
fn certainty_told(letter: &str, lang: Lang) -> &'static str {
    match (letter, lang) {
        ("A", Lang::Zh) => "原文",
        ("A", Lang::En) => "official text",
        ("B", Lang::Zh) => "转载",
        ("B", Lang::En) => "a copy of it",
        ("C", Lang::Zh) => "报道",
        ("C", Lang::En) => "press",
        ("D", Lang::Zh) => "推定",
        ("D", Lang::En) => "inferred",
        _ => "",
    }
}

fn flags(results: &Results, folder: &Path) -> Result<(), String> {
    let columns = vec![
        text("scheme", "方案代号", "Scheme"),
        text("class", "类别代号", "Class"),
        text("rule", "规则代号", "Rule"),
        Column::new("for_a_person", "待人工判断", "A person decides", Kind::Flag),
        text("reason_zh", "原因", "Reason (Chinese)"),
        text("reason_en", "原因（英文）", "Reason"),
        text("credit_code", "统一社会信用代码", "Credit code"),
        text("ledger", "台账", "Ledger"),
        text("file", "文件", "File"),
        Column::new("row", "行", "Row", Kind::Whole),
        text("other_ledger", "另一台账", "Other ledger"),
        text("other_file", "另一文件", "Other file"),
        Column::new("other_row", "另一行", "Other row", Kind::Whole),
    ];
    let title = results.title("重复与相近", "Twins");
    let mut table = Table::create(folder, "flags", &title, columns, &[Format::Csv], results.setting.lang)?;
    for SchemeResult { outcome, .. } in &results.schemes {
        for twin in outcome.twins() {
            let class = &outcome.plan.classes[twin.class];
            let rule = &class.duplicates[twin.rule];
            let (ledger, file) = results.place(class.ledger, twin.row.1);
            let (other_ledger, other_file) = results.place(twin.other_ledger, twin.other);
            let line = outcome.line(twin.class, twin.row.0);
            table.row(&[
                Cell::Text(&outcome.plan.id),
                Cell::Text(&class.id),
                Cell::Text(&rule.id),
                Cell::Flag(twin.flag),
                Cell::Text(&rule.reason.zh),
                Cell::Text(&rule.reason.en),
                Cell::Text(&outcome.enterprises[line.enterprise].code),
                Cell::Text(ledger),
                Cell::Text(file),
                Cell::Whole(u64::from(twin.row.1.row)),
                Cell::Text(other_ledger),
                Cell::Text(other_file),
                Cell::Whole(u64::from(twin.other.row)),
            ])?;
        }
    }
    table.finish()
}

fn set_aside(results: &Results, folder: &Path) -> Result<(), String> {
    let columns = vec![
        text("ledger", "台账", "Ledger"),
        text("file", "文件", "File"),
        Column::new("row", "行", "Row", Kind::Whole),
        text("column", "列", "Column"),
        text("value", "原值", "Value"),
        text("reason", "原因代号", "Reason id"),
        text("reason_zh", "原因", "Reason (Chinese)"),
        text("reason_en", "原因（英文）", "Reason"),
    ];
    let title = results.title("搁置的行", "Rows set aside");
    let mut table =
        Table::create(folder, "set_aside", &title, columns, &[Format::Csv], results.setting.lang)?;
    for intake in &results.run.intakes {
        for row in &intake.set_aside {
            let file = intake.files.get(row.file as usize).map_or("", |f| f.name.as_str());
            let said = row.reason.text();
            table.row(&[
                Cell::Text(&row.ledger),
                Cell::Text(file),
                Cell::Whole(u64::from(row.row)),
                Cell::Text(row.column.as_deref().unwrap_or_default()),
                Cell::Text(&row.value),
                Cell::Text(row.reason.code()),
                Cell::Text(&said.zh),
                Cell::Text(&said.en),
            ])?;
        }
    }
    table.finish()
}

/// A scheme in `summary.json`.
#[derive(Serialize)]
struct Summary<'a> {
    scheme: &'a str,
    label: &'a Both,
    year: i16,
    #[serde(flatten)]
    flow: &'a Flow,
    pots: &'a [Pot],
    regions: Vec<Region>,
    illustrative: Vec<Illustrative<'a>>,
}

/// A region of a scheme there.
#[derive(Serialize)]
struct Region {
    code: Option<String>,
    name: String,
    #[serde(flatten)]
    flow: Flow,
}

#[derive(Serialize)]
struct Illustrative<'a> {
    id: &'a str,
    label: &'a Both,
}

fn summary(results: &Results, folder: &Path) -> Result<(), String> {
    let columns = vec![
        id("scheme", "方案代号", "Scheme id"),
        text("scheme_name", "方案", "Scheme"),
        id("region", "地区代码", "Region code"),
        id("region_name", "地区", "Region"),
        name("region_told", "地区", "Region"),
        id("item", "项目代号", "Item id"),
        id("item_zh", "项目", "Item (Chinese)"),
        id("item_en", "项目（英文）", "Item (English)"),
        name("item_told", "项目", "Item"),
        Column::new("rows", "行数", "Rows", Kind::Whole),
        Column::new("enterprises", "企业数", "Enterprises", Kind::Whole),
        Column::new("amount", "金额（元）", "Amount (yuan)", Kind::Yuan(scale(results))),
    ];
    let lang = results.setting.lang;
    let title = results.title("汇总", "Summary");
    let mut table = Table::create(folder, "summary", &title, columns, &[Format::Csv, Format::Xlsx], lang)?;
    let mut all = Vec::with_capacity(results.schemes.len());
    for scheme in &results.schemes {
        let plan = &scheme.outcome.plan;
        let mut write = |code: &str, name: &str, flow: &Flow| -> Result<(), String> {
            let lines = [&flow.claimed].into_iter().chain(&flow.reductions).chain([&flow.awarded]);
            // People see at once what is taken off, and why; a region that nobody knows has words for that.
            let region_told = match (name, lang) {
                ("", Lang::Zh) => "无登记地区",
                ("", Lang::En) => "no known region",
                (name, _) => name,
            };
            let told = |line: &FlowLine| match (line.cause, lang) {
                (None, _) => line.label.get(lang).to_owned(),
                (Some(cause), Lang::Zh) => format!("减：{}", scheme.outcome.cause_text(cause).zh),
                (Some(cause), Lang::En) => format!("less: {}", scheme.outcome.cause_text(cause).en),
            };
            let mut put = |line: &FlowLine| {
                table.row(&[
                    Cell::Text(&plan.id),
                    Cell::Text(plan.label.get(lang)),
                    Cell::Text(code),
                    Cell::Text(name),
                    Cell::Text(region_told),
                    Cell::Text(&line.id),
                    Cell::Text(&line.label.zh),
                    Cell::Text(&line.label.en),
                    Cell::Text(&told(line)),
                    Cell::Whole(line.rows),
                    Cell::Whole(line.enterprises),
                    Cell::Yuan(Some(line.yuan)),
                ])
            };
            lines.into_iter().try_for_each(&mut put)
        };
        write("", if lang == Lang::Zh { "合计" } else { "all" }, &scheme.flow)?;
        let regions = by_region(results, scheme);
        for region in &regions {
            let code = region.code.as_deref().unwrap_or("-");
            write(code, &region.name, &region.flow)?;
        }
        all.push(Summary {
            scheme: &plan.id,
            label: &plan.label,
            year: results.year,
            flow: &scheme.flow,
            pots: &scheme.outcome.pots,
            regions,
            illustrative: results
                .illustrative(scheme)
                .map(|p| Illustrative { id: &p.id, label: &p.label })
                .collect(),
        });
    }
    table.finish()?;
    let json = serde_json::to_string_pretty(&all).map_err(|e| e.to_string())?;
    let path = folder.join("summary.json");
    fs::write(&path, json + "\n").map_err(|e| format!("{}: {e}", path.display()))
}

/// From claim to award, region by region in the order of their codes; applicants without a region first.
fn by_region(results: &Results, scheme: &SchemeResult) -> Vec<Region> {
    let outcome = scheme.outcome;
    let mut regions: BTreeMap<Option<&str>, Sums> = BTreeMap::new();
    for award in outcome.awards() {
        let region = outcome.enterprises[award.enterprise].region.as_deref();
        regions.entry(region).or_insert_with(|| outcome.sums()).add(&award);
    }
    let region = |(code, sums): (Option<&str>, Sums)| Region {
        code: code.map(str::to_owned),
        name: results.region(code),
        flow: outcome.told(&sums),
    };
    regions.into_iter().map(region).collect()
}
