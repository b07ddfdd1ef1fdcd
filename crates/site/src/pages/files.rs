//! What was written of the year and can be taken along, and the forms that were issued.

use askama::Template;
use axum::{
    http::header,
    response::{IntoResponse as _, Response},
};
use jixiao_core::people::{Deed, Target};
use jixiao_report::published::{FileKind, FileOf};
use jixiao_web::{
    ask::Named,
    problem::{self, Problem},
    route::Who,
};

use super::{Go, Leaf, Nav, key, page};
use crate::{
    shell::Shell,
    show,
    table::{Cell, Line, Table, View},
    visit::Visit,
    words::Words,
    year::Seen,
};

const ISSUED: i64 = 500;

pub(super) const LEAF: Leaf = Leaf {
    nav: &[Nav {
        group: key!("shell.group-goals"),
        label: key!("files.nav"),
        href: "/files",
        go: Go::One(&[Deed::ReadEvaluations]),
    }],
    routes: || {
        let who = Who::Deed(Deed::ReadEvaluations);
        vec![page("/files", "page-files", who, list), page("/files/{*name}", "page-file", who, one)]
    },
};

#[derive(Template)]
#[template(path = "files.html")]
struct Page {
    shell: Shell,
    files: View,
    issued: View,
}

fn kind(kind: FileKind, words: Words) -> &'static str {
    match kind {
        FileKind::Report => words.t("files.report"),
        FileKind::Data => words.t("files.data"),
        FileKind::Chart => words.t("files.chart"),
        FileKind::Form => words.t("files.forms"),
        FileKind::List => words.t("files.lists"),
        FileKind::OpenData => words.t("files.open-data"),
        FileKind::Check => words.t("files.check"),
        FileKind::Awards => words.t("files.awards"),
    }
}

/// A name as it stands in an address or a header: everything but letters, digits and `-._` by its bytes.
pub(crate) fn escaped(name: &str) -> String {
    let mut out = String::new();
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// Where a file of the year is.
pub(crate) fn href(name: &str) -> String {
    let pieces: Vec<String> = name.split('/').map(escaped).collect();
    format!("/files/{}", pieces.join("/"))
}

/// Whether somebody may have a file: of a region that is seen, or of the whole; awards name enterprises and ask for more.
fn may(visit: &Visit, seen: &Seen, file: &FileOf) -> bool {
    let awards = || visit.reach(Deed::ReadAwards).is_ok_and(|reach| reach.covers(&Target::fund()));
    seen.sees(&file.code) && (file.kind != FileKind::Awards || awards())
}

/// Files as a table, as far as somebody may have them.
pub(crate) fn listed<'f>(
    files: impl Iterator<Item = &'f FileOf>,
    visit: &Visit,
    caption: &str,
) -> Result<Table, Problem> {
    let (words, fund, lang) = (visit.words(), visit.fund()?, visit.lang);
    let seen = Seen::of(visit, Deed::ReadEvaluations)?;
    let lines = files.filter(|file| seen.as_ref().is_some_and(|seen| may(visit, seen, file))).map(|file| {
        let region = match file.code.as_str() {
            "" => words.t("year.whole").to_owned(),
            code => fund.region(code, lang),
        };
        let size = i64::try_from(file.bytes).unwrap_or(i64::MAX);
        let short = file.name.rsplit('/').next().unwrap_or(&file.name);
        let cells = vec![
            Cell::text(short),
            Cell::text(file.what.get(lang)),
            Cell::text(kind(file.kind, words)),
            Cell::Text(region),
            Cell::Whole(size),
        ];
        Line::of(cells).to(href(&file.name))
    });
    let columns = [
        words.t("files.name"),
        words.t("files.what"),
        words.t("files.kind"),
        words.t("year.region"),
        words.t("files.size"),
    ];
    Ok(Table::new("files", caption, columns, lines.collect(), words.t("year.no-lines")))
}

async fn list(visit: Visit) -> Result<Response, Problem> {
    let (words, fund, office) = (visit.words(), visit.fund()?, visit.office()?);
    let reach = visit.reach(Deed::ReadEvaluations)?;
    let year = fund.year_book();
    let all = year.iter().flat_map(|year| &year.published.files);
    let files = listed(all, &visit, words.t("files.list"))?;
    let issued = visit.database().forms(&office, &reach, None, ISSUED).await?;
    let lines = issued.into_iter().map(|one| {
        let region = match one.region.as_str() {
            "" => words.t("year.whole").to_owned(),
            code => fund.region(code, visit.lang),
        };
        Line::of(vec![
            Cell::Whole(one.id),
            Cell::Text(one.form),
            Cell::text(one.year.to_string()),
            Cell::Text(region),
            Cell::Text(one.issued_by),
            Cell::Text(show::time(one.issued_at, office.zone)),
        ])
        .to(format!("/api/v1/forms/{}/file", one.id))
    });
    let columns = [
        words.t("files.number"),
        words.t("files.form"),
        words.t("files.year"),
        words.t("year.region"),
        words.t("files.by"),
        words.t("files.at"),
    ];
    let issued =
        Table::new("issued", words.t("files.issued"), columns, lines.collect(), words.t("files.no-issued"));
    for table in [&files, &issued] {
        if let Some(file) = table.file(&visit)? {
            return Ok(file);
        }
    }
    let page = Page {
        files: files.view(&visit),
        issued: issued.view(&visit),
        shell: visit.shell(words.t("files.title")),
    };
    visit.show(&page)
}

async fn one(visit: Visit, Named(name): Named<String>) -> Result<Response, Problem> {
    let none = || Problem::bare(&problem::NOT_FOUND);
    let seen = Seen::of(&visit, Deed::ReadEvaluations)?.ok_or_else(none)?;
    // Only a name that the year lists is ever asked for.
    let file = seen.year.published.files.iter().find(|file| file.name == name).ok_or_else(none)?;
    if !may(&visit, &seen, file) {
        return Err(none());
    }
    if file.kind == FileKind::Awards {
        visit.asker.note_read(&format!("file/{name}"), &["awards"]).await?;
    }
    let bytes = (seen.year.read)(&name)
        .map_err(|error| Problem { kept_quiet: Some(error), ..Problem::bare(&problem::BROKEN) })?;
    let short = name.rsplit('/').next().unwrap_or(&name);
    let headers = [
        (header::CONTENT_TYPE, file.media.clone()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename*=UTF-8''{}", escaped(short))),
        (header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'; frame-ancestors 'none'".to_owned()),
    ];
    Ok((headers, bytes).into_response())
}
