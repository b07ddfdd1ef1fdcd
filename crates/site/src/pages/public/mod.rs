//! What everybody may see, without signing in: targets, results, disclosed awards, and all of it as files.
//!
//! Everybody sees what the public sees, whoever they are: nothing here is asked with the roles of whoever has signed in. What is shown of an award are
//! the columns that the book calls public.

mod awards;
mod data;
mod results;
mod targets;

use askama::Template;
use axum::{
    body::to_bytes,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use jixiao_core::{
    finding::Lang,
    people::{Person, Reach, deeds},
};
use jixiao_report::content::Status;
use jixiao_store::documents::sha256;
use jixiao_web::{
    problem::{self, Problem},
    route::Who,
};

use super::{Go, Leaf, Nav, key, page};
use crate::{shelf::Made, shell::Shell, show, visit::Visit};

pub(super) const LEAF: Leaf = Leaf {
    nav: &[
        Nav {
            group: key!("shell.group-public"),
            label: key!("public.nav-targets"),
            href: "/public/targets",
            go: Go::Everyone,
        },
        Nav {
            group: key!("shell.group-public"),
            label: key!("public.nav-results"),
            href: "/public/results",
            go: Go::Everyone,
        },
        Nav {
            group: key!("shell.group-public"),
            label: key!("public.nav-awards"),
            href: "/public/awards",
            go: Go::Everyone,
        },
        Nav {
            group: key!("shell.group-public"),
            label: key!("public.nav-data"),
            href: "/public/data",
            go: Go::Everyone,
        },
    ],
    routes: || {
        vec![
            page("/public", "page-public", Who::Everyone, look),
            page("/public/targets", "page-public-targets", Who::Everyone, targets::look),
            page("/public/results", "page-public-results", Who::Everyone, results::look),
            page("/public/awards", "page-public-awards", Who::Everyone, awards::look),
            page("/public/data", "page-public-data", Who::Everyone, data::look),
            page("/public/data/{name}", "page-public-file", Who::Everyone, data::file),
        ]
    },
};

/// The permission to read what is disclosed, as everybody has it.
fn everybody() -> Result<Reach<deeds::ReadDisclosed>, Problem> {
    Ok(Person::public().reach(deeds::ReadDisclosed)?)
}

/// Gives a page from the shelf, or makes it and keeps it. To whoever has signed in it is made anew: their name stands on it.
async fn kept(
    visit: &Visit,
    headers: &HeaderMap,
    make: impl AsyncFnOnce() -> Result<Response, Problem>,
) -> Result<Response, Problem> {
    if visit.asker.account.is_some() {
        return make().await;
    }
    let (shelf, now) = (&visit.site.shelf, visit.asker.state().now());
    let key = format!("{:?} {}", visit.lang, visit.uri);
    let made = match shelf.get(&key, now) {
        Some(made) => made,
        None => {
            let (parts, body) = make().await?.into_parts();
            let said = |name| parts.headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
            let kind = said(header::CONTENT_TYPE).unwrap_or_default().to_owned();
            let disposition = said(header::CONTENT_DISPOSITION).map(str::to_owned);
            let policy = said(header::CONTENT_SECURITY_POLICY).map(str::to_owned);
            let bytes = to_bytes(body, usize::MAX).await.map_err(|error| Problem {
                kept_quiet: Some(error.to_string()),
                ..Problem::bare(&problem::BROKEN)
            })?;
            let bytes = bytes.to_vec();
            let mut tag = sha256(&bytes);
            tag.truncate(32);
            shelf.put(key, now, Made { kind, disposition, policy, bytes, tag: format!("\"{tag}\"") })
        }
    };
    let known = headers.get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok()).unwrap_or_default();
    let same = known.split(',').any(|tag| tag.trim().trim_start_matches("W/") == made.tag);
    let mut response = if same {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, made.kind.clone())], made.bytes.clone()).into_response()
    };
    let headers = response.headers_mut();
    for (name, text) in
        [(header::CONTENT_DISPOSITION, &made.disposition), (header::CONTENT_SECURITY_POLICY, &made.policy)]
    {
        if let Some(value) = text.as_deref().and_then(|text| HeaderValue::from_str(text).ok()) {
            headers.insert(name, value);
        }
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-language, cookie"));
    if let Ok(tag) = HeaderValue::from_str(&made.tag) {
        headers.insert(header::ETAG, tag);
    }
    Ok(response)
}

/// A figure beside its name.
struct Tile {
    label: &'static str,
    value: String,
    title: String,
    href: &'static str,
}

#[derive(Template)]
#[template(path = "public.html")]
struct Page {
    shell: Shell,
    tiles: Vec<Tile>,
    goal: String,
    facts: Vec<(&'static str, String)>,
}

async fn look(visit: Visit, headers: HeaderMap) -> Result<Response, Problem> {
    kept(&visit, &headers, async || {
        let (fund, words) = (visit.fund()?, visit.words());
        let year = fund.current_year();
        let budget = fund.fund.budget_by_year.get(&year).map(|fen| fen.0);
        let mut tiles = Vec::new();
        if let Some(fen) = budget {
            tiles.push(Tile {
                label: words.t("public.budget"),
                value: show::wan(fen),
                title: show::exact(fen, visit.lang),
                href: "/public/targets",
            });
        }
        if let Some(book) = fund.year_book() {
            let results = &book.published.whole.results;
            let asked = |status: Status| !matches!(status, Status::Vacuous | Status::NotApplicable);
            let all = results.iter().filter(|row| asked(row.status)).count();
            let good = results.iter().filter(|row| matches!(row.status, Status::Reached | Status::Exceeded));
            let good = good.count();
            tiles.push(Tile {
                label: words.t("public.reached"),
                value: format!("{good} / {all}"),
                title: String::new(),
                href: "/public/results",
            });
        }
        let totals = awards::totals(&visit).await?;
        let count: i64 = totals.iter().map(|(.., count, _)| count).sum();
        let fen = totals.iter().fold(0i64, |sum, (.., fen)| sum.saturating_add(*fen));
        tiles.push(Tile {
            label: words.t("public.disclosed"),
            value: count.to_string(),
            title: String::new(),
            href: "/public/awards",
        });
        tiles.push(Tile {
            label: words.t("public.disclosed-sum"),
            value: show::wan(fen),
            title: show::exact(fen, visit.lang),
            href: "/public/awards",
        });
        let cycle = fund.fund.cycle;
        let department = match visit.lang {
            Lang::En if !fund.fund.department_english.is_empty() => &fund.fund.department_english,
            Lang::Zh | Lang::En => &fund.fund.department,
        };
        let page = Page {
            tiles,
            goal: fund
                .year_book()
                .map(|book| book.published.whole.basics.goal_year.get(visit.lang).to_owned())
                .unwrap_or_default(),
            facts: vec![
                (words.t("public.department"), department.clone()),
                (words.t("public.cycle"), format!("{}–{}", cycle.first, cycle.last)),
                (words.t("cases.year"), year.to_string()),
            ],
            shell: visit.shell(fund.name(visit.lang)),
        };
        visit.show(&page)
    })
    .await
}
