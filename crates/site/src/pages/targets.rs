//! The fund's target table as its form, with what the checks found at its cells, and the same for any table that is uploaded.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

use askama::Template;
use axum::{extract::Multipart, http::StatusCode, response::Response};
use jiff::civil::Date;
use jixiao_core::{
    checks::{Selection, check},
    finding::{Finding, Lang, Safety, Severity},
    people::Deed,
    place::Place,
};
use jixiao_report::published::{FileKind, FileOf};
use jixiao_tables::{
    Document,
    layout::{CellStyle, LayoutCell},
    official,
    read::Limits,
    repair::repair,
};
use jixiao_web::{
    problem::{self, Problem},
    route::Who,
};

use super::{Go, Leaf, Nav, files, form, key, page};
use crate::{
    shell::Shell,
    site::FundPages,
    table::{Sign, View},
    visit::Visit,
    words::Words,
};

/// The file of a fund folder that holds its target table.
const TABLE: &str = "target-table.txt";

/// What an uploaded table may cost: a hundred times a published one.
const MOST: Limits = Limits {
    input_bytes: 4 << 20,
    unpacked_bytes: 16 << 20,
    archive_entries: 500,
    cells: 20_000,
    rows: 20_000,
    columns: 256,
    text_bytes: 4 << 20,
    nesting: 64,
    pdf_pages: 100,
    pdf_operations: 1_000_000,
};

pub(super) const LEAF: Leaf = Leaf {
    nav: &[Nav {
        group: key!("shell.group-goals"),
        label: key!("targets.nav"),
        href: "/targets",
        go: Go::One(&[Deed::ReadTargets]),
    }],
    routes: || {
        let who = Who::Deed(Deed::ReadTargets);
        vec![
            page("/targets", "page-targets", who, look),
            form("/targets", "form-targets", who, upload).sends_file(),
        ]
    },
};

/// A cell of the form.
struct FormCell {
    id: String,
    text: String,
    class: &'static str,
    head: bool,
    columns: u32,
    rows: u32,
    marks: Vec<(usize, Sign)>,
}

/// A finding, in the margin of the form.
struct Found {
    number: usize,
    sign: Sign,
    severity: &'static str,
    code: &'static str,
    place: String,
    cell: String,
    message: String,
    reason: String,
    figures: String,
    example: String,
    next: String,
}

/// A cell that a repair would change.
struct Change {
    code: &'static str,
    place: String,
    before: String,
    after: String,
    what: String,
    safe: bool,
}

/// A table with everything that the checks say of it.
#[derive(Template)]
#[template(path = "targets_checked.html")]
struct Checked {
    words: Words,
    heading: Vec<String>,
    form: Vec<Vec<FormCell>>,
    counts: String,
    waived: String,
    found: Vec<Found>,
    changes: Vec<Change>,
    left: String,
}

#[derive(Template)]
#[template(path = "targets.html")]
struct Page {
    shell: Shell,
    checked: Arc<str>,
    own: bool,
    mistake: String,
    downloads: Option<View>,
}

fn sign(severity: Severity) -> Sign {
    match severity {
        Severity::Error => Sign::Bad,
        Severity::Warning => Sign::Look,
        Severity::Note => Sign::Nothing,
    }
}

fn cell_id(place: Place) -> String {
    format!("cell-{}-{}-{}", place.part, place.row, place.column)
}

fn form_cell(cell: &LayoutCell, marks: &BTreeMap<Place, Vec<(usize, Sign)>>) -> FormCell {
    FormCell {
        id: cell.origin.map(cell_id).unwrap_or_default(),
        text: cell.text.clone(),
        class: match cell.style {
            CellStyle::Head | CellStyle::Indicator => "strong",
            CellStyle::Centred => "",
            CellStyle::Prose => "prose",
            CellStyle::Region => "region",
        },
        head: cell.style == CellStyle::Head,
        columns: cell.column_span,
        rows: cell.row_span,
        marks: cell.origin.and_then(|place| marks.get(&place)).cloned().unwrap_or_default(),
    }
}

fn found(number: usize, finding: &Finding, document: &Document, words: Words) -> Found {
    let lang = words.0;
    let figures = finding.figures.as_ref().map(|figures| {
        let side = |side: &(jixiao_core::finding::Both, String)| format!("{} {}", side.0.get(lang), side.1);
        let (left, right) = (side(&figures.left), side(&figures.right));
        match figures.difference.as_str() {
            "" => words.with("targets.kinds", &[("left", &left), ("right", &right)]),
            difference => words
                .with("targets.against", &[("left", &left), ("right", &right), ("difference", difference)]),
        }
    });
    let example = finding.counterexample.as_ref().map(|example| {
        let parts: Vec<String> =
            example.parts.iter().map(|(name, value)| format!("{name} {value}")).collect();
        words.with("targets.example", &[("parts", &parts.join(" · ")), ("result", example.result.get(lang))])
    });
    Found {
        number,
        sign: sign(finding.severity),
        severity: finding.severity.word(lang),
        code: finding.code,
        place: document.grid.name(finding.place).get(lang).to_owned(),
        cell: cell_id(finding.place),
        message: finding.message.get(lang).to_owned(),
        reason: finding.reason.get(lang).to_owned(),
        figures: figures.unwrap_or_default(),
        example: example.unwrap_or_default(),
        next: finding.next.get(lang).to_owned(),
    }
}

/// Everything that the checks say of a table, as markup.
fn checked(document: Document, fund: &FundPages, today: Date, lang: Lang) -> Result<String, Problem> {
    let words = Words(lang);
    let report = check(&document.table, Some(&fund.fund), Some(today), &Selection::default());
    let mut marks: BTreeMap<Place, Vec<(usize, Sign)>> = BTreeMap::new();
    for (number, finding) in (1..).zip(&report.findings) {
        marks.entry(finding.place).or_default().push((number, sign(finding.severity)));
    }
    let layout = official::layout(&document.table);
    let count = |severity| report.count(severity).to_string();
    let counts = words.with(
        "targets.counts",
        &[
            ("errors", &count(Severity::Error)),
            ("warnings", &count(Severity::Warning)),
            ("notes", &count(Severity::Note)),
        ],
    );
    let waived = match report.waived.len() {
        0 => String::new(),
        some => words.with("targets.waived", &[("count", &some.to_string())]),
    };
    let form = layout.rows.iter().map(|row| row.cells.iter().map(|cell| form_cell(cell, &marks)).collect());
    let list = (1..).zip(&report.findings).map(|(number, finding)| found(number, finding, &document, words));
    let (form, list) = (form.collect(), list.collect());
    let repaired = repair(document, Some(&fund.fund), Some(today), &Selection::default(), true);
    let grid = &repaired.document.grid;
    let changes = repaired.applied.iter().flat_map(|finding| {
        finding.fix.iter().flat_map(|fix| {
            fix.edits.iter().map(|edit| Change {
                code: finding.code,
                place: grid.name(edit.place).get(lang).to_owned(),
                before: edit.before.clone(),
                after: edit.after.clone(),
                what: fix.what.get(lang).to_owned(),
                safe: fix.safety == Safety::Safe,
            })
        })
    });
    let view = Checked {
        words,
        heading: layout.heading,
        form,
        counts,
        waived,
        found: list,
        changes: changes.collect(),
        left: words.with("targets.left", &[("count", &repaired.left.findings.len().to_string())]),
    };
    view.render()
        .map_err(|error| Problem { kept_quiet: Some(error.to_string()), ..Problem::bare(&problem::BROKEN) })
}

/// What the checks say of a fund's own table, worked out once a day: waivers end with a day.
#[derive(Default)]
pub(crate) struct OwnTable {
    kept: RwLock<Option<Kept>>,
}

struct Kept {
    today: Date,
    by_language: BTreeMap<bool, Arc<str>>,
}

impl OwnTable {
    fn of(&self, fund: &FundPages, today: Date, lang: Lang) -> Result<Arc<str>, Problem> {
        let key = lang == Lang::Zh;
        {
            let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
            let kept = kept.as_ref().filter(|kept| kept.today == today);
            if let Some(text) = kept.and_then(|kept| kept.by_language.get(&key)) {
                return Ok(Arc::clone(text));
            }
        }
        let text: Arc<str> = match fund.texts.get(TABLE) {
            None => Arc::from(""),
            Some(text) => {
                let regions = Some(&fund.fund.regions);
                let read = jixiao_tables::read(text.as_bytes(), Some(TABLE), regions, &Limits::default());
                let document = read.map_err(|error| Problem {
                    kept_quiet: Some(error.en()),
                    ..Problem::bare(&problem::BROKEN)
                })?;
                Arc::from(checked(document, fund, today, lang)?)
            }
        };
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        let own = kept.get_or_insert_with(|| Kept { today, by_language: BTreeMap::new() });
        if own.today != today {
            *own = Kept { today, by_language: BTreeMap::new() };
        }
        own.by_language.insert(key, Arc::clone(&text));
        Ok(text)
    }
}

async fn look(visit: Visit) -> Result<Response, Problem> {
    show(&visit, StatusCode::OK, String::new())
}

/// The fund's own table, with what was wrong with a file that was sent.
fn show(visit: &Visit, status: StatusCode, mistake: String) -> Result<Response, Problem> {
    let (words, fund) = (visit.words(), visit.fund()?);
    let year = fund.year_book();
    let downloads = match &year {
        Some(year) => {
            // The table and what was made of it; forms of regions stand on their pages.
            let table = files::listed(
                year.published.files.iter().filter(|file| is_table(file)),
                visit,
                words.t("targets.downloads"),
            )?;
            if let Some(file) = table.file(visit)? {
                return Ok(file);
            }
            (!table.lines.is_empty()).then(|| table.view(visit))
        }
        None => None,
    };
    let page = Page {
        checked: fund.own_table.of(fund, today(visit)?, visit.lang)?,
        own: true,
        mistake,
        downloads,
        shell: visit.shell(words.t("targets.title")),
    };
    visit.show_as(status, &page)
}

/// Whether a file is the target table or says what was found in it. Among forms only its title tells it apart.
fn is_table(file: &FileOf) -> bool {
    let table = file.kind == FileKind::Form && file.what.zh == "绩效目标表";
    file.code.is_empty() && (file.kind == FileKind::Check || table)
}

fn today(visit: &Visit) -> Result<Date, Problem> {
    Ok(visit.office()?.civil(visit.asker.state().now())?.date())
}

async fn upload(visit: Visit, mut form: Multipart) -> Result<Response, Problem> {
    let (words, lang) = (visit.words(), visit.lang);
    let unreadable = |error: axum::extract::multipart::MultipartError| {
        let code = if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
            &problem::TOO_LONG
        } else {
            &problem::MALFORMED
        };
        Problem::bare(code)
    };
    let mut sent = None;
    while let Some(field) = form.next_field().await.map_err(unreadable)? {
        if field.name() == Some("file") {
            let name = field.file_name().unwrap_or_default().to_owned();
            sent = Some((name, field.bytes().await.map_err(unreadable)?));
        }
    }
    let wrong = |what: String| show(&visit, StatusCode::UNPROCESSABLE_ENTITY, what);
    let Some((name, bytes)) = sent.filter(|(name, bytes)| !name.is_empty() || !bytes.is_empty()) else {
        return wrong(words.t("targets.no-file").to_owned());
    };
    let (site, id, day) = (Arc::clone(&visit.site), visit.office()?.fund.clone(), today(&visit)?);
    let file = name.clone();
    // Reading and checking take their time; other requests go on meanwhile.
    let done = tokio::task::spawn_blocking(move || {
        let fund = site.funds.get(&id).ok_or_else(|| Problem::bare(&problem::BROKEN))?;
        let regions = Some(&fund.fund.regions);
        match jixiao_tables::read(&bytes, Some(&file), regions, &MOST) {
            Err(error) if lang == Lang::Zh => Ok(Err(error.zh())),
            Err(error) => Ok(Err(error.en())),
            Ok(document) if document.table.indicators.is_empty() => {
                Ok(Err(Words(lang).t("targets.no-table").to_owned()))
            }
            Ok(document) => checked(document, fund, day, lang).map(Ok),
        }
    });
    let done = done.await.map_err(|error| Problem {
        kept_quiet: Some(error.to_string()),
        ..Problem::bare(&problem::BROKEN)
    })?;
    let text = match done? {
        Ok(text) => text,
        Err(what) => return wrong(what),
    };
    let page = Page {
        checked: Arc::from(text),
        own: false,
        mistake: String::new(),
        downloads: None,
        shell: visit.shell(words.with("targets.title-of", &[("file", &name)])),
    };
    visit.show(&page)
}
