//! The regions: money, score and monitoring side by side, and one region with everything that is known of it.

use askama::Template;
use axum::response::Response;
use jixiao_core::people::Deed;
use jixiao_report::published::{Round, TOTAL};
use jixiao_web::{ask::Named, problem::Problem, route::Who};

use super::{Go, Leaf, Nav, files, indicators, key, monitor, page};
use crate::{
    shell::Shell,
    table::{Cell, Line, Table, View},
    visit::Visit,
    year::{
        Seen, Tile, chart, derivation_href, head, lamp_cell, lamp_sign, lamp_word, money_cells,
        money_columns, nothing_yet,
    },
};

pub(super) const LEAF: Leaf = Leaf {
    nav: &[Nav {
        group: key!("shell.group-goals"),
        label: key!("regions.nav"),
        href: "/regions",
        go: Go::One(&[Deed::ReadEvaluations]),
    }],
    routes: || {
        let who = Who::Deed(Deed::ReadEvaluations);
        vec![page("/regions", "page-regions", who, list), page("/regions/{code}", "page-region", who, one)]
    },
};

#[derive(Template)]
#[template(path = "regions.html")]
struct ListPage {
    shell: Shell,
    table: View,
}

#[derive(Template)]
#[template(path = "region.html")]
struct Page {
    shell: Shell,
    tiles: Vec<Tile>,
    results: View,
    month: String,
    lamp: String,
    divergence: String,
    owed: View,
    money: String,
    score: String,
    problems: Vec<String>,
    measures: Vec<String>,
    notes: Vec<String>,
    files: View,
}

/// The round that is looked at when none is named: the one whose forms are handed in, or the last.
pub(crate) fn usual_round(rounds: &[Round]) -> Option<&Round> {
    rounds.iter().rev().find(|round| round.official).or(rounds.last())
}

async fn list(visit: Visit) -> Result<Response, Problem> {
    let (words, fund, lang) = (visit.words(), visit.fund()?, visit.lang);
    let Some(seen) = Seen::of(&visit, Deed::ReadEvaluations)? else {
        return nothing_yet(&visit, words.t("regions.title"));
    };
    let round = usual_round(&seen.year.published.rounds);
    let month = round.map_or(0, |round| round.month).to_string();
    // Who is told no places has no column for them.
    let ranked = seen.regions.iter().any(|code| seen.rank(code, &fund.fund).is_some());
    let mut lines = Vec::new();
    for code in &seen.regions {
        let content = seen.content(code)?;
        let of_round = round.and_then(|round| round.regions.iter().find(|region| region.code == *code));
        let mut cells = vec![Cell::text(fund.region(code, lang))];
        cells.extend(money_cells(&content.money.total));
        cells.extend([Cell::Figure(content.score.total.clone()), Cell::text(content.score.grade.get(lang))]);
        if ranked {
            let place = seen.rank(code, &fund.fund).and_then(|(place, _)| i64::try_from(place).ok());
            cells.push(place.map_or(Cell::Nothing, Cell::Whole));
        }
        cells.extend([
            of_round.map_or(Cell::Nothing, |region| lamp_cell(&region.lamp, words)),
            of_round.map_or(Cell::Nothing, |region| {
                Cell::Whole(i64::try_from(region.owed.len()).unwrap_or(i64::MAX))
            }),
        ]);
        lines.push(Line::of(cells).to(format!("/regions/{code}")).link(6, derivation_href(code, TOTAL)));
    }
    let first = seen.content(seen.first())?;
    let mut columns = vec![words.t("year.region").to_owned()];
    columns.extend(money_columns(&first.money.total, words));
    columns.extend([words.t("year.score").to_owned(), words.t("year.grade").to_owned()]);
    if ranked {
        columns.push(words.t("year.rank").to_owned());
    }
    columns.extend([words.with("regions.lamp", &[("month", &month)]), words.t("regions.owed").to_owned()]);
    let table = Table::new("regions", words.t("regions.list"), columns, lines, words.t("year.no-lines"));
    if let Some(file) = table.file(&visit)? {
        return Ok(file);
    }
    visit.show(&ListPage { table: table.view(&visit), shell: visit.shell(words.t("regions.title")) })
}

async fn one(visit: Visit, Named(code): Named<String>) -> Result<Response, Problem> {
    let (words, fund, lang) = (visit.words(), visit.fund()?, visit.lang);
    let Some(seen) = Seen::of(&visit, Deed::ReadEvaluations)? else {
        return nothing_yet(&visit, words.t("regions.title"));
    };
    let code = seen.named(&code)?;
    let content = seen.content(&code)?;
    let round = usual_round(&seen.year.published.rounds);
    let of_round = round.and_then(|round| round.regions.iter().find(|region| region.code == code));
    let results = indicators::results(&seen, &code, content, words.t("regions.results"), words);
    let owed = monitor::owed(of_round.into_iter(), &visit, words.t("regions.owed"))?;
    let listed = seen.year.published.files.iter().filter(|file| file.code == code);
    let files = files::listed(listed, &visit, words.t("regions.files"))?;
    for table in [&results, &owed, &files] {
        if let Some(file) = table.file(&visit)? {
            return Ok(file);
        }
    }
    let mut tiles = head(&seen, &code, content, &fund.fund, words);
    let month = round.map_or(0, |round| round.month).to_string();
    if let Some(region) = of_round {
        let label = words.with("regions.lamp", &[("month", &month)]);
        let tile = Tile::words(&label, lamp_word(region.lamp.lamp, words).to_owned());
        let to = format!("/monitor?month={month}");
        tiles.push(tile.signed(lamp_sign(region.lamp.lamp)).to(Some(to)));
    }
    let sheet = fund.charts(&seen.year, &code, lang);
    let texts = |all: &[jixiao_core::finding::Both]| -> Vec<String> {
        all.iter().map(|text| text.get(lang).to_owned()).collect()
    };
    let page = Page {
        tiles,
        results: results.view(&visit),
        month: words.with("regions.monitoring", &[("month", &month)]),
        lamp: of_round.map(|region| region.lamp.reason.get(lang).to_owned()).unwrap_or_default(),
        divergence: of_round.map(|region| region.divergence.get(lang).to_owned()).unwrap_or_default(),
        owed: owed.view(&visit),
        money: chart(&sheet, "money"),
        score: chart(&sheet, "score"),
        problems: texts(&content.problems),
        measures: texts(&content.measures),
        notes: texts(&content.notes),
        files: files.view(&visit),
        shell: visit.shell(seen.name(&code, fund, words)),
    };
    visit.show(&page)
}
