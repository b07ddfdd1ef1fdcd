//! The fund's target table as its form, with what the checks found at its cells, and the same for any table that is uploaded.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, PoisonError, RwLock},
};

use askama::Template;
use axum::{
    extract::{Multipart, multipart::MultipartError},
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use jiff::civil::Date;
use jixiao_core::{
    checks::{Selection, check},
    finding::{Both, Finding, Lang, Safety, Severity},
    people::Deed,
    workflow::{Facts, machines::TARGET_TABLE},
};
use jixiao_report::published::{FileKind, FileOf};
use jixiao_store::{
    cases::{About, Move, Opening, Which},
    evidence::{Limits as EvidenceLimits, Media},
};
use jixiao_tables::{
    Document, json,
    read::Limits,
    repair::{Repaired, repair, repair_those},
    write::{csv_guarded, ending, write_document, written_as},
};
use jixiao_web::{
    problem::{self, Problem},
    route::Who,
};

use super::{Go, Leaf, Nav, cases::seen, files, form, key, page, versions};
use crate::{
    choice::Choice,
    form::Mistakes,
    official::{self, Seen, cell_id, rendered},
    shell::Shell,
    site::FundPages,
    table::{Sign, View},
    visit::Visit,
    words::Words,
};

/// The file of a fund folder that holds its target table.
const TABLE: &str = "target-table.txt";

/// What an uploaded table may cost: a hundred times a published one.
pub(super) const MOST: Limits = Limits {
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
            form("/targets/repair", "form-targets-repair", who, mend).sends_file(),
            page("/targets/versions", "page-targets-versions", who, versions::look),
        ]
    },
};

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
struct EditView {
    place: String,
    before: String,
    after: String,
}

/// A repair that can be taken or left.
struct FixView {
    /// What it is sent as: everything that it does.
    id: String,
    code: &'static str,
    what: String,
    safe: bool,
    taken: bool,
    remark: String,
    edits: Vec<EditView>,
}

/// A table with everything that the checks say of it.
#[derive(Template)]
#[template(path = "targets_checked.html")]
struct Checked {
    words: Words,
    form: String,
    counts: String,
    waived: String,
    found: Vec<Found>,
    fixes: Vec<FixView>,
    left: String,
}

#[derive(Template)]
#[template(path = "targets.html")]
struct Page {
    shell: Shell,
    checked: Arc<str>,
    own: bool,
    mistakes: Vec<String>,
    previewed: String,
    /// The table's name, and its bytes in hexadecimal: a form brings along what is not kept here. Nothing of the fund's own.
    name: String,
    kept: String,
    download: String,
    drafts: Vec<Choice>,
    reason: String,
    downloads: Option<View>,
}

fn sign(severity: Severity) -> Sign {
    match severity {
        Severity::Error => Sign::Bad,
        Severity::Warning => Sign::Look,
        Severity::Note => Sign::Nothing,
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
        cell: cell_id("", finding.place),
        message: finding.message.get(lang).to_owned(),
        reason: finding.reason.get(lang).to_owned(),
        figures: figures.unwrap_or_default(),
        example: example.unwrap_or_default(),
        next: finding.next.get(lang).to_owned(),
    }
}

/// What tells a repair from every other: its check and everything that it changes.
fn fix_id(finding: &Finding) -> String {
    let edits = finding.fix.as_ref().map(|fix| &fix.edits);
    // Places and texts can always be written.
    serde_json::to_string(&(finding.code, edits)).unwrap_or_default()
}

/// The table after the repairs that somebody takes.
fn mended(document: Document, fund: &FundPages, today: Date, taken: &BTreeSet<String>) -> Repaired {
    let takes = |finding: &Finding| taken.contains(&fix_id(finding));
    repair_those(document, Some(&fund.fund), Some(today), &Selection::default(), &takes)
}

/// What a look at a table gives: the markup, and what there is to say of a preview.
struct Look {
    markup: String,
    previewed: String,
}

/// Everything that the checks say of a table, as markup; with repairs that were chosen, of the table after them.
fn checked(
    document: Document,
    fund: &FundPages,
    today: Date,
    lang: Lang,
    chosen: Option<&BTreeSet<String>>,
) -> Result<Look, Problem> {
    let words = Words(lang);
    let all = repair(document.clone(), Some(&fund.fund), Some(today), &Selection::default(), true);
    let (shown, report, made, previewed) = match chosen {
        None => {
            let report = check(&document.table, Some(&fund.fund), Some(today), &Selection::default());
            (document.clone(), report, Vec::new(), String::new())
        }
        Some(taken) => {
            let before = check(&document.table, Some(&fund.fund), Some(today), &Selection::default());
            let Repaired { document: after, applied, left } = mended(document.clone(), fund, today, taken);
            let cells: BTreeSet<_> = applied.iter().flat_map(changed_places).collect();
            let told = words.with(
                "targets.previewed",
                &[
                    ("cells", &cells.len().to_string()),
                    ("before", &before.findings.len().to_string()),
                    ("after", &left.findings.len().to_string()),
                ],
            );
            (after, left, applied, told)
        }
    };
    let mut marks = Seen { to: "finding", ..Seen::default() };
    for (number, finding) in (1..).zip(&report.findings) {
        marks.mark(finding.place, number, sign(finding.severity));
    }
    for place in made.iter().flat_map(changed_places) {
        let was = document.grid.cell(place).map(|cell| cell.text.clone()).unwrap_or_default();
        marks.before.insert(place, was);
    }
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
    let list = (1..).zip(&report.findings).map(|(number, finding)| found(number, finding, &shown, words));
    // Repairs that only come up after those that were chosen stand behind all that there were.
    let mut offered: Vec<&Finding> = all.applied.iter().collect();
    for finding in made.iter().chain(report.findings.iter().filter(|finding| finding.fix.is_some())) {
        if !offered.iter().any(|other| fix_id(other) == fix_id(finding)) {
            offered.push(finding);
        }
    }
    let grid = &document.grid;
    let fixes = offered.iter().filter_map(|finding| {
        let (id, fix) = (fix_id(finding), finding.fix.as_ref().filter(|fix| !fix.edits.is_empty())?);
        let safe = fix.safety == Safety::Safe;
        let taken = chosen.map_or(safe, |taken| taken.contains(&id));
        let was_made = chosen.is_none() || !taken || made.iter().any(|other| fix_id(other) == id);
        Some(FixView {
            id,
            code: finding.code,
            what: fix.what.get(lang).to_owned(),
            safe,
            taken,
            remark: if was_made { String::new() } else { words.t("targets.not-made").to_owned() },
            edits: fix
                .edits
                .iter()
                .map(|edit| EditView {
                    place: grid.name(edit.place).get(lang).to_owned(),
                    before: edit.before.clone(),
                    after: edit.after.clone(),
                })
                .collect(),
        })
    });
    let view = Checked {
        words,
        form: official::form(&shown.table, &marks, words.t("targets.table"))?,
        counts,
        waived,
        found: list.collect(),
        fixes: fixes.collect(),
        left: words.with("targets.left", &[("count", &all.left.findings.len().to_string())]),
    };
    Ok(Look { markup: rendered(&view)?, previewed })
}

/// The cells that a finding's repair changes.
fn changed_places(finding: &Finding) -> impl Iterator<Item = jixiao_core::place::Place> + '_ {
    finding.fix.iter().flat_map(|fix| fix.edits.iter().map(|edit| edit.place))
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
            Some(_) => Arc::from(checked(own(fund)?, fund, today, lang, None)?.markup),
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

/// The table of the fund's folder.
pub(super) fn own(fund: &FundPages) -> Result<Document, Problem> {
    let text = fund.texts.get(TABLE).ok_or_else(|| Problem::bare(&problem::NOT_FOUND))?;
    let regions = Some(&fund.fund.regions);
    jixiao_tables::read(text.as_bytes(), Some(TABLE), regions, &Limits::default())
        .map_err(|error| Problem { kept_quiet: Some(error.en()), ..Problem::bare(&problem::BROKEN) })
}

async fn look(visit: Visit) -> Result<Response, Problem> {
    show(&visit, StatusCode::OK, Vec::new()).await
}

/// The fund's own table, with what was wrong with a file that was sent.
async fn show(visit: &Visit, status: StatusCode, mistakes: Vec<String>) -> Result<Response, Problem> {
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
        mistakes,
        previewed: String::new(),
        name: TABLE.to_owned(),
        kept: String::new(),
        download: words.with("targets.download", &[("ending", "txt")]),
        drafts: drafts(visit, "").await?,
        reason: String::new(),
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

/// A table that was sent, and what is to be done with it.
#[derive(Default)]
struct Sent {
    name: String,
    /// Nothing of the fund's own table.
    bytes: Vec<u8>,
    own: bool,
    taken: BTreeSet<String>,
    wish: String,
    case: String,
    reason: String,
}

impl Sent {
    fn kept(&self) -> String {
        if self.own { String::new() } else { self.bytes.iter().map(|byte| format!("{byte:02x}")).collect() }
    }
}

/// Bytes of their hexadecimal digits.
pub(super) fn unkept(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        text.chars().map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    let (pairs, rest) = digits.as_ref()?.as_chunks::<2>();
    rest.is_empty().then(|| pairs.iter().map(|[high, low]| (high << 4) | low).collect())
}

/// A table that cannot be read, in words.
fn read(sent: &Sent, fund: &FundPages, lang: Lang) -> Result<Result<Document, String>, Problem> {
    if sent.own {
        return own(fund).map(Ok);
    }
    Ok(match jixiao_tables::read(&sent.bytes, Some(&sent.name), Some(&fund.fund.regions), &MOST) {
        Err(error) if lang == Lang::Zh => Err(error.zh()),
        Err(error) => Err(error.en()),
        Ok(document) if document.table.indicators.is_empty() => {
            Err(Words(lang).t("targets.no-table").to_owned())
        }
        Ok(document) => Ok(document),
    })
}

/// Does something with a table that takes its time; other requests go on meanwhile.
async fn aside<T: Send + 'static>(
    visit: &Visit,
    work: impl FnOnce(&FundPages) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let (site, id) = (Arc::clone(&visit.site), visit.office()?.fund.clone());
    let done = tokio::task::spawn_blocking(move || {
        work(site.funds.get(&id).ok_or_else(|| Problem::bare(&problem::BROKEN))?)
    });
    done.await
        .map_err(|error| Problem { kept_quiet: Some(error.to_string()), ..Problem::bare(&problem::BROKEN) })?
}

fn unreadable(error: &MultipartError) -> Problem {
    let long = error.status() == StatusCode::PAYLOAD_TOO_LARGE;
    Problem::bare(if long { &problem::TOO_LONG } else { &problem::MALFORMED })
}

/// A table that was brought, with what is to be seen of it; where it cannot be read, the fund's own with the reason.
async fn shown(visit: &Visit, sent: Sent, preview: bool, mistakes: Vec<String>) -> Result<Response, Problem> {
    let (words, lang, day) = (visit.words(), visit.lang, today(visit)?);
    let (sent, looked) = aside(visit, move |fund| {
        let looked = match read(&sent, fund, lang)? {
            Err(what) => Err(what),
            Ok(document) => {
                let format = ending(written_as(document.grid.format));
                let chosen = preview.then_some(&sent.taken);
                Ok((checked(document, fund, day, lang, chosen)?, format))
            }
        };
        Ok((sent, looked))
    })
    .await?;
    let (look, format) = match looked {
        Err(what) => return show(visit, StatusCode::UNPROCESSABLE_ENTITY, vec![what]).await,
        Ok(done) => done,
    };
    let status = if mistakes.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = Page {
        checked: Arc::from(look.markup),
        own: false,
        mistakes,
        previewed: look.previewed,
        kept: sent.kept(),
        download: words.with("targets.download", &[("ending", format)]),
        drafts: drafts(visit, &sent.case).await?,
        reason: sent.reason,
        downloads: None,
        shell: visit.shell(if sent.own {
            words.t("targets.title").to_owned()
        } else {
            words.with("targets.title-of", &[("file", &sent.name)])
        }),
        name: sent.name,
    };
    visit.show_as(status, &page)
}

async fn upload(visit: Visit, mut form: Multipart) -> Result<Response, Problem> {
    let mut sent = Sent::default();
    while let Some(field) = form.next_field().await.map_err(|error| unreadable(&error))? {
        if field.name() == Some("file") {
            sent.name = field.file_name().unwrap_or_default().to_owned();
            sent.bytes = field.bytes().await.map_err(|error| unreadable(&error))?.to_vec();
        }
    }
    if sent.name.is_empty() && sent.bytes.is_empty() {
        let missing = visit.words().t("targets.no-file").to_owned();
        return show(&visit, StatusCode::UNPROCESSABLE_ENTITY, vec![missing]).await;
    }
    shown(&visit, sent, false, Vec::new()).await
}

async fn mend(visit: Visit, mut form: Multipart) -> Result<Response, Problem> {
    let mut sent = Sent { own: true, ..Sent::default() };
    let mut whole = true;
    while let Some(field) = form.next_field().await.map_err(|error| unreadable(&error))? {
        let name = field.name().unwrap_or_default().to_owned();
        let text = field.text().await.map_err(|error| unreadable(&error))?;
        match name.as_str() {
            "name" => sent.name = text,
            "table" if !text.is_empty() => {
                sent.own = false;
                match unkept(&text) {
                    Some(bytes) => sent.bytes = bytes,
                    None => whole = false,
                }
            }
            "take" => drop(sent.taken.insert(text)),
            "do" => sent.wish = text,
            "case" => sent.case = text,
            "reason" => sent.reason = text.trim().to_owned(),
            _ => {}
        }
    }
    if !whole {
        let what = visit.words().t("targets.unreadable").to_owned();
        return show(&visit, StatusCode::UNPROCESSABLE_ENTITY, vec![what]).await;
    }
    match sent.wish.as_str() {
        "download" => download(&visit, sent).await,
        "draft" => bring(&visit, sent).await,
        _ => shown(&visit, sent, true, Vec::new()).await,
    }
}

/// The table after the chosen repairs, in the format that it came in.
async fn download(visit: &Visit, sent: Sent) -> Result<Response, Problem> {
    let (lang, day) = (visit.lang, today(visit)?);
    let done = aside(visit, move |fund| {
        let document = match read(&sent, fund, lang)? {
            Err(what) => return Ok(Err(what)),
            Ok(document) => document,
        };
        let format = document.grid.format;
        let after = mended(document, fund, day, &sent.taken);
        let bytes = write_document(&after.document, format).map_err(|error| Problem {
            kept_quiet: Some(error.to_string()),
            ..Problem::bare(&problem::BROKEN)
        })?;
        let stem = sent.name.rsplit_once('.').map_or(sent.name.as_str(), |(stem, _)| stem);
        Ok(Ok((format!("{stem}-repaired.{}", ending(written_as(format))), bytes)))
    })
    .await?;
    let (name, bytes) = match done {
        Err(what) => return show(visit, StatusCode::UNPROCESSABLE_ENTITY, vec![what]).await,
        Ok(done) => done,
    };
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename*=UTF-8''{}", files::escaped(&name))),
    ];
    Ok((headers, bytes).into_response())
}

/// The steps that bring new content into a record of a state.
fn steps_from(state: &str) -> &'static [&'static str] {
    match state {
        "draft" => &["edit"],
        "amending" => &["edit-amendment"],
        "issued" => &["amend", "edit-amendment"],
        _ => &[],
    }
}

/// So many records of the way are offered.
const RECORDS: i64 = 50;

/// The records into which somebody may bring a table now, and a new one where the year has none.
async fn drafts(visit: &Visit, chosen: &str) -> Result<Vec<Choice>, Problem> {
    let Ok(reach) = visit.reach(Deed::EditTargets) else { return Ok(Vec::new()) };
    let (words, lang, office) = (visit.words(), visit.lang, visit.office()?);
    let which = Which { machine: Some(TARGET_TABLE.id.to_owned()), ..Which::default() };
    let records = visit.database().cases(&office, &reach, &which, RECORDS).await?;
    let year = visit.fund()?.current_year().to_string();
    let mut offered = Vec::new();
    for record in &records {
        let Some(action) = steps_from(&record.state).first().and_then(|id| TARGET_TABLE.action(id)) else {
            continue;
        };
        let state = TARGET_TABLE.state(&record.state).map_or("", |state| state.label.get(lang));
        let label = words.with(
            "targets.record-step",
            &[("subject", &record.subject), ("state", state), ("action", action.label.get(lang))],
        );
        let value = format!("{}:{}", record.id, record.revision);
        offered.push(Choice::of(&value, label, Some(chosen)));
    }
    if !records.iter().any(|record| record.subject == year) {
        offered.push(Choice::of(
            "new",
            words.with("targets.record-new", &[("subject", &year)]),
            Some(chosen),
        ));
    }
    Ok(offered)
}

/// The repairs as a list that is kept with the record: the revision, the check, the cell, before, after, how, and why.
fn list(applied: &[Finding], before: &Document, revision: u32) -> Result<Vec<u8>, Problem> {
    let broken = |error: String| Problem { kept_quiet: Some(error), ..Problem::bare(&problem::BROKEN) };
    let mut to = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    let mut write = |row: [&str; 7]| {
        to.write_record(row.map(|text| csv_guarded(text).into_owned()))
            .map_err(|error| broken(error.to_string()))
    };
    write(["版本", "检查", "位置", "原文", "改为", "方式", "说明"])?;
    for finding in applied {
        let Some(fix) = &finding.fix else { continue };
        let how = match fix.safety {
            Safety::Safe => "笔误",
            Safety::Unsafe => "改动数字",
        };
        for edit in &fix.edits {
            let place = before.grid.name(edit.place).zh;
            write([
                &revision.to_string(),
                finding.code,
                &place,
                &edit.before,
                &edit.after,
                how,
                &fix.what.zh,
            ])?;
        }
    }
    to.into_inner().map_err(|error| broken(error.to_string()))
}

/// Brings the table after the chosen repairs into a record as its new draft, with the list of repairs beside it.
async fn bring(visit: &Visit, sent: Sent) -> Result<Response, Problem> {
    let (words, lang, day, office) = (visit.words(), visit.lang, today(visit)?, visit.office()?);
    let mut mistakes = Vec::new();
    if sent.reason.is_empty() {
        mistakes.push(words.t("targets.no-reason").to_owned());
    }
    if !drafts(visit, "").await?.iter().any(|one| one.value == sent.case) {
        mistakes.push(words.t("targets.no-record").to_owned());
    }
    if !mistakes.is_empty() {
        return shown(visit, sent, true, mistakes).await;
    }
    let (sent, done) = aside(visit, move |fund| {
        let done = match read(&sent, fund, lang)? {
            Err(what) => Err(what),
            Ok(document) => Ok((document.clone(), mended(document, fund, day, &sent.taken))),
        };
        Ok((sent, done))
    })
    .await?;
    let (before, after) = match done {
        Err(what) => return show(visit, StatusCode::UNPROCESSABLE_ENTITY, vec![what]).await,
        Ok(done) => done,
    };
    let content = json::write(&after.document.table);
    let limits = EvidenceLimits { bytes: visit.asker.state().settings.upload, ..EvidenceLimits::default() };
    let year = visit.fund()?.current_year();
    let kept = async {
        let mut change = visit.asker.change().await?;
        let (id, revision) = match seen(&sent.case) {
            None => {
                let opening = Opening {
                    machine: &TARGET_TABLE,
                    action: "open",
                    subject: &year.to_string(),
                    about: About { year, ..About::default() },
                    content: &content,
                    amount_fen: None,
                    reason: &sent.reason,
                    on_behalf: None,
                    facts: Facts::new(),
                };
                let file = change.open_case(&office, &visit.asker.person, opening).await?;
                (file.id, file.case.revision())
            }
            Some((id, mut revision)) => {
                let file = versions::record(visit, id).await?;
                for action in steps_from(file.case.state().unwrap_or_default()) {
                    // An amendment is begun with the content that is in force, and only then says something else.
                    let begins = *action == "amend";
                    let step = Move {
                        case: id,
                        action,
                        seen: revision,
                        reason: &sent.reason,
                        on_behalf: None,
                        content: (!begins).then_some(content.as_str()),
                        amount_fen: file.amount_fen,
                        facts: Facts::new(),
                    };
                    revision =
                        change.act(&office, &visit.asker.person, &TARGET_TABLE, step).await?.case.revision();
                }
                (id, revision)
            }
        };
        if !after.applied.is_empty() {
            let bytes = list(&after.applied, &before, revision)?;
            let sha256 = change.keep_evidence(Media::Csv, bytes, &limits).await?;
            let name = Words(Lang::Zh).with("targets.list-name", &[("revision", &revision.to_string())]);
            change.attach_evidence(id, &sha256, &name).await?;
        }
        change.commit().await?;
        Ok::<i64, Problem>(id)
    };
    match kept.await {
        Ok(id) => Ok(visit.go(&format!("/case/{id}"))),
        Err(problem) if problem.code.status < 500 => {
            let told = Mistakes::of(&problem).whole;
            shown(visit, sent, true, told.iter().map(|one: &Both| one.get(lang).to_owned()).collect()).await
        }
        Err(problem) => Err(problem),
    }
}
