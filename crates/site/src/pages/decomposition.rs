//! A region's targets and how it hands them down to its districts: against what the province gives it, and a table that is uploaded for it.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::{extract::Multipart, http::StatusCode, response::Response};
use jixiao_core::{
    both,
    finding::{Both, Lang},
    interval::Interval,
    monitor::{Followed, followed},
    people::Deed,
    place::Place,
    proof::{Proof, RollUp, guarantee},
    target::Reading,
    workflow::{Facts, machines::DECOMPOSITION},
};
use jixiao_store::cases::{About, Line as Record, Move, Opening, Which};
use jixiao_tables::Document;
use jixiao_web::{
    ask::Named,
    problem::{self, Problem},
    route::Who,
};
use serde::{Deserialize, Serialize};

use super::{
    Leaf, form, page,
    targets::{MOST, own},
};
use crate::{
    form::Mistakes,
    shell::Shell,
    site::FundPages,
    table::{Cell, Line, Sign, Table, View},
    visit::Visit,
    words::Words,
};

pub(super) const LEAF: Leaf = Leaf {
    nav: &[],
    routes: || {
        let who = Who::Deed(Deed::ReadTargets);
        vec![
            page("/decomposition/{code}", "page-decomposition", who, look),
            form("/decomposition/{code}", "form-decomposition", who, upload).sends_file(),
        ]
    },
};

/// What a record of the way says. An upload replaces all of it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Said {
    #[serde(default)]
    region: String,
    #[serde(default)]
    year: i16,
    #[serde(default)]
    targets: Vec<Own>,
}

/// A region's target of an indicator.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Own {
    indicator: String,
    title: String,
    /// As written.
    target: String,
    /// What its districts are to do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    districts: Vec<District>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct District {
    name: String,
    target: String,
}

#[derive(Template)]
#[template(path = "decomposition.html")]
struct Page {
    shell: Shell,
    code: String,
    record: Option<(String, String)>,
    table: View,
    sums: View,
    may_bring: bool,
    mistakes: Vec<String>,
    reason: String,
}

/// What the province gives a region, by the fund's own table.
fn given(fund: &FundPages, code: &str) -> Result<Vec<Followed>, Problem> {
    let id = fund.fund.regions.iter().find(|(_, region)| region.code == code).map(|(id, _)| id);
    let id = id.ok_or_else(|| Problem::bare(&problem::NOT_FOUND))?;
    let document = own(fund)?;
    let all = followed(&document.table, &fund.fund, fund.current_year());
    Ok(all.into_iter().filter(|target| target.region == Some(id)).collect())
}

/// The numbers that a text asks for, read as the province's target of the indicator is read.
fn asked(text: &str, fund: &FundPages, indicator: &str) -> Option<Interval> {
    let spec = fund.fund.indicators.iter().find(|spec| spec.id == indicator);
    let direction = spec.map(|spec| spec.direction).unwrap_or_default();
    Reading::parse(text).target.number().map(|number| number.interval(direction))
}

/// Whether parts that meet their targets meet the whole's: a sign, and the figures where they do not.
fn proved(roll_up: RollUp, parts: &[Interval], whole: &Followed, lang: Lang) -> (Sign, String) {
    let Some(target) = whole.interval else { return (Sign::Nothing, String::new()) };
    let told = match guarantee(roll_up, parts, &target, whole.domain) {
        Proof::Holds => return (Sign::Good, both!("能保证", "they reach it").get(lang).to_owned()),
        Proof::Open => return (Sign::Nothing, both!("不作推算", "not to be proved").get(lang).to_owned()),
        Proof::Absurd => both!("指标值互相矛盾，没有数值能同时满足", "a target that no value meets"),
        Proof::Fails(failure) => {
            let bound = failure.whole.value.normalize();
            match failure.parts {
                Some(parts) => {
                    let parts = parts.value.normalize();
                    both!(
                        "只能保证 {parts}，省级要求 {written}（界限 {bound}）：请提高各区县指标值或说明",
                        "they guarantee {parts}, the province asks for {written} (bound {bound}): raise the districts' targets or say why",
                        written = whole.written
                    )
                }
                None => both!(
                    "什么也保证不了，省级要求 {written}：请写明各区县的下限",
                    "they guarantee nothing, the province asks for {written}: give each district a bound",
                    written = whole.written
                ),
            }
        }
    };
    (Sign::Bad, told.get(lang).to_owned())
}

/// The region's record of the year that is under way or in force: the last that was not dropped.
async fn record(visit: &Visit, code: &str) -> Result<Option<Record>, Problem> {
    let (reach, office) = (visit.reach(Deed::ReadTargets)?, visit.office()?);
    let which = Which {
        machine: Some(DECOMPOSITION.id.to_owned()),
        region: Some(code.to_owned()),
        year: Some(visit.fund()?.current_year()),
        ..Which::default()
    };
    let records = visit.database().cases(&office, &reach, &which, 50).await?;
    Ok(records.into_iter().rfind(|record| record.state != "dropped"))
}

/// Every indicator that the province gives, with the region's own target and its districts' under it.
fn targets_table(given: &[Followed], said: &Said, words: Words) -> Table {
    let mut lines = Vec::new();
    for target in given {
        let own = said.targets.iter().find(|own| own.indicator == target.indicator);
        lines.push(Line::of(vec![
            Cell::text(target.title.clone()),
            Cell::text(words.t("decomposition.whole")),
            Cell::text(target.written.clone()),
            own.map_or(Cell::Nothing, |own| Cell::text(own.target.clone())),
        ]));
        for district in own.iter().flat_map(|own| &own.districts) {
            lines.push(Line::of(vec![
                Cell::text(target.title.clone()),
                Cell::text(district.name.clone()),
                Cell::Nothing,
                Cell::text(district.target.clone()),
            ]));
        }
    }
    let columns = [
        words.t("year.indicator"),
        words.t("decomposition.district"),
        words.t("decomposition.given"),
        words.t("decomposition.own"),
    ];
    Table::new("targets", words.t("decomposition.targets"), columns, lines, words.t("year.no-lines"))
}

/// Whether what the region set itself, and what its districts are to do, reaches what the province asks for.
fn sums_table(given: &[Followed], said: &Said, fund: &FundPages, words: Words) -> Table {
    let lines = given.iter().map(|target| {
        let own = said.targets.iter().find(|own| own.indicator == target.indicator);
        let read = |text: &str| asked(text, fund, &target.indicator);
        let whole = match own {
            None => (Sign::Bad, words.t("decomposition.none-own").to_owned()),
            Some(own) => match read(&own.target) {
                Some(interval) => proved(RollUp::EveryOne, &[interval], target, words.0),
                None => (Sign::Nothing, String::new()),
            },
        };
        let districts = own.map(|own| own.districts.as_slice()).unwrap_or_default();
        let parts: Option<Vec<Interval>> = districts.iter().map(|one| read(&one.target)).collect();
        let roll_up = fund.fund.indicators.iter().find(|spec| spec.id == target.indicator);
        let below = match (parts, roll_up) {
            (Some(parts), Some(spec)) if !parts.is_empty() => {
                proved(spec.roll_up.regions, &parts, target, words.0)
            }
            _ => (Sign::Nothing, words.t("decomposition.no-districts").to_owned()),
        };
        let cell = |(sign, text): (Sign, String)| Cell::Sign(sign, text);
        Line::of(vec![
            Cell::text(target.title.clone()),
            Cell::text(target.written.clone()),
            cell(whole),
            cell(below),
        ])
    });
    let columns = [
        words.t("year.indicator"),
        words.t("decomposition.given"),
        words.t("decomposition.own-reaches"),
        words.t("decomposition.districts-reach"),
    ];
    Table::new("sums", words.t("decomposition.sums"), columns, lines.collect(), words.t("year.no-lines"))
}

async fn look(visit: Visit, Named(code): Named<String>) -> Result<Response, Problem> {
    shown(&visit, &code, StatusCode::OK, Vec::new(), String::new()).await
}

async fn shown(
    visit: &Visit,
    code: &str,
    status: StatusCode,
    mistakes: Vec<String>,
    reason: String,
) -> Result<Response, Problem> {
    let (words, fund, office) = (visit.words(), visit.fund()?, visit.office()?);
    // Another region's page is as if it were not there.
    let target = office.target(code, "").map_err(|_| Problem::bare(&problem::NOT_FOUND))?;
    if visit.asker.person.may(Deed::ReadTargets, &target).is_err() {
        return Err(Problem::bare(&problem::NOT_FOUND));
    }
    let given = given(fund, code)?;
    let record = record(visit, code).await?;
    let mut said = Said::default();
    if let Some(record) = &record {
        let file =
            jixiao_web::api::cases::readable(visit.asker.state(), &visit.asker, &office, record.id).await?;
        let text = visit.database().document(&file.content).await?;
        // What was typed by hand on the record's page need not be such a table.
        said = serde_json::from_str(&text).unwrap_or_default();
    }
    let (table, sums) = (targets_table(&given, &said, words), sums_table(&given, &said, fund, words));
    for table in [&table, &sums] {
        if let Some(file) = table.file(visit)? {
            return Ok(file);
        }
    }
    let open = record.as_ref().is_none_or(|record| record.state == "draft");
    let page = Page {
        code: code.to_owned(),
        record: record.map(|record| {
            let state = DECOMPOSITION.state(&record.state).map_or("", |state| state.label.get(visit.lang));
            (format!("/case/{}", record.id), format!("{} · {state}", record.subject))
        }),
        table: table.view(visit),
        sums: sums.view(visit),
        may_bring: open && visit.asker.person.may(Deed::EditDecomposition, &target).is_ok(),
        mistakes,
        reason,
        shell: visit.shell(words.with("decomposition.title", &[("region", &fund.region(code, visit.lang))])),
    };
    visit.show_as(status, &page)
}

/// The columns of an uploaded table: indicator, district, target.
fn columns(cells: &[(u32, String)]) -> Option<(u32, u32, u32)> {
    let find = |names: &[&str]| {
        let found = cells.iter().find(|(_, text)| names.contains(&text.as_str()));
        found.map(|(column, _)| *column)
    };
    let indicator = find(&["指标", "三级指标", "指标名称", "indicator"])?;
    let district = find(&["区县", "县区", "地区", "责任单位", "district"])?;
    Some((indicator, district, find(&["当年度指标值", "年度指标值", "指标值", "target"])?))
}

/// A table of a region's and its districts' targets, or everything that is wrong with it.
fn read(document: &Document, given: &[Followed], fund: &FundPages, code: &str) -> Result<Said, Vec<Both>> {
    let grid = &document.grid;
    let mut faults = Vec::new();
    let mut heading = None;
    let mut targets: BTreeMap<usize, Own> = BTreeMap::new();
    let mut met: BTreeSet<(usize, String)> = BTreeSet::new();
    let region = [fund.region(code, Lang::Zh), fund.region(code, Lang::En)];
    for (part, rows) in (0u32..).zip(&grid.parts) {
        for (number, row) in (0u32..).zip(&rows.rows) {
            let cells: Vec<(u32, String)> =
                row.cells.iter().map(|cell| (cell.column, cell.text.trim().to_owned())).collect();
            if cells.iter().all(|(_, text)| text.is_empty()) {
                continue;
            }
            let Some((indicator, district, target)) = heading else {
                heading = columns(&cells);
                continue;
            };
            let at = |column: u32| {
                let found = cells.iter().find(|(at, _)| *at == column);
                found.map_or("", |(_, text)| text.as_str()).to_owned()
            };
            let place = |column: u32| grid.name(Place::new(part, number, column));
            let (name, of, text) = (at(indicator), at(district), at(target));
            let known = given.iter().position(|one| {
                let plain = name.split(['（', '(']).next().unwrap_or_default().trim();
                one.title == plain || one.title == name || one.indicator == name
            });
            let (zh, en) = (place(target).zh, place(target).en);
            if text.is_empty() || !Reading::parse(&text).is_value() {
                faults.push(both!(
                    "{zh}：“{text}”读不出指标值，请写成“≥ 7”“2024年12月底前”一类",
                    "{en}: “{text}” is no target; write it like “≥ 7”"
                ));
            }
            let Some(known) = known else {
                let (zh, en) = (place(indicator).zh, place(indicator).en);
                faults.push(both!(
                    "{zh}：“{name}”不是省级下达给本地区的指标",
                    "{en}: “{name}” is no indicator that the province gives this region"
                ));
                continue;
            };
            let whole = of.is_empty() || of == "全市" || region.contains(&of);
            let key = if whole { String::new() } else { of.clone() };
            if !met.insert((known, key)) {
                let title = &given[known].title;
                faults.push(both!(
                    "{zh}：“{title}”{of}已经写过一次，只能有一行",
                    "{en}: {title}, {of} is there twice"
                ));
            }
            let own = targets.entry(known).or_insert_with(|| Own {
                indicator: given[known].indicator.clone(),
                title: given[known].title.clone(),
                ..Own::default()
            });
            if whole {
                own.target = text;
            } else {
                own.districts.push(District { name: of, target: text });
            }
        }
    }
    if heading.is_none() {
        faults.push(both!(
            "没有找到表头：须有“指标”“区县”“指标值”三列",
            "no heading was found: there must be columns indicator, district, target"
        ));
    } else {
        for (number, one) in given.iter().enumerate() {
            if targets.get(&number).is_none_or(|own| own.target.is_empty()) {
                let title = &one.title;
                faults.push(both!(
                    "缺“{title}”本地区的指标值（区县一栏留空的一行）",
                    "{title}: the region's own target is missing (the row without a district)"
                ));
            }
        }
    }
    let targets = targets.into_values().collect();
    if faults.is_empty() {
        Ok(Said { region: code.to_owned(), year: fund.current_year(), targets })
    } else {
        Err(faults)
    }
}

async fn upload(visit: Visit, Named(code): Named<String>, mut form: Multipart) -> Result<Response, Problem> {
    let (words, lang, fund, office) = (visit.words(), visit.lang, visit.fund()?, visit.office()?);
    let (mut name, mut bytes, mut reason) = (String::new(), Vec::new(), String::new());
    let unreadable = |_| Problem::bare(&problem::MALFORMED);
    while let Some(field) = form.next_field().await.map_err(unreadable)? {
        match field.name() {
            Some("file") => {
                name = field.file_name().unwrap_or_default().to_owned();
                bytes = field.bytes().await.map_err(unreadable)?.to_vec();
            }
            Some("reason") => reason = field.text().await.map_err(unreadable)?,
            _ => {}
        }
    }
    let target = office.target(&code, "").map_err(|_| Problem::bare(&problem::NOT_FOUND))?;
    visit.asker.person.may(Deed::EditDecomposition, &target)?;
    let wrong = StatusCode::UNPROCESSABLE_ENTITY;
    if bytes.is_empty() {
        return shown(&visit, &code, wrong, vec![words.t("targets.no-file").to_owned()], reason).await;
    }
    let given = given(fund, &code)?;
    let said = match jixiao_tables::read(&bytes, Some(&name), Some(&fund.fund.regions), &MOST) {
        Err(error) => Err(vec![Both::new(error.zh(), error.en())]),
        Ok(document) => read(&document, &given, fund, &code),
    };
    let said = match said {
        Err(faults) => {
            let told = faults.iter().map(|fault| fault.get(lang).to_owned()).collect();
            return shown(&visit, &code, wrong, told, reason).await;
        }
        Ok(said) => said,
    };
    // A value of texts and lists can always be written.
    let content = serde_json::to_string(&said).unwrap_or_default();
    let record = record(&visit, &code).await?;
    let kept = async {
        let mut change = visit.asker.change().await?;
        let year = fund.current_year();
        let file = match &record {
            None => {
                let opening = Opening {
                    machine: &DECOMPOSITION,
                    action: "open",
                    subject: &format!("{year}/{code}"),
                    about: About { year, region: code.clone(), ..About::default() },
                    content: &content,
                    amount_fen: None,
                    reason: &reason,
                    on_behalf: None,
                    facts: Facts::new(),
                };
                change.open_case(&office, &visit.asker.person, opening).await?
            }
            Some(record) => {
                let step = Move {
                    case: record.id,
                    action: "edit",
                    seen: u32::try_from(record.revision).map_err(|_| Problem::bare(&problem::BROKEN))?,
                    reason: &reason,
                    on_behalf: None,
                    content: Some(&content),
                    amount_fen: None,
                    facts: Facts::new(),
                };
                change.act(&office, &visit.asker.person, &DECOMPOSITION, step).await?
            }
        };
        change.commit().await?;
        Ok::<i64, Problem>(file.id)
    };
    match kept.await {
        Ok(_) => Ok(visit.go(&format!("/decomposition/{code}"))),
        Err(problem) if problem.code.status < 500 => {
            let told = Mistakes::of(&problem).whole.iter().map(|one| one.get(lang).to_owned()).collect();
            shown(&visit, &code, wrong, told, reason).await
        }
        Err(problem) => Err(problem),
    }
}
